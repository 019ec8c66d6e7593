"""Files that hold articles, not rows: saved articles, web pages, documents, and exports of databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from analysis.errors import InputError
from analysis.reading import sheets
from analysis.reading.files import FORMATS, File, is_single, open_file, read_bytes
from analysis.reading.rows import Batch, Log
from analysis.reading.sidecars import Sidecars

__all__ = ["Found", "batch_of_files", "batches_of_articles", "read_articles"]

#: So many characters are looked at to tell whether a large text is an export.
_PROBE = 1 << 20


@dataclass
class Found:
    """One article of a file: its columns (None if there is none, only what is to be said), and where it stands.

    Attributes
    ----------
    row
        Its number in the file, from 1; None for the one article of a file.
    date_row
        The row that a message about its date names.
    log
        What is about it alone (`article` 0), or about the file (`article` None).
    """

    fields: dict[str, Any] | None
    row: int | None = None
    date_row: int | None = None
    log: Log = field(default_factory=Log)


def read_articles(file: File) -> Iterator[Found]:
    """Read the articles of one file, one after the other.

    Raises
    ------
    InputError
        If the file as a whole, or from here on, cannot be read; the message is without its name.
    """
    family = FORMATS[file.ending]
    if family == "saved":
        yield from _of_text(file)
    elif family == "pages":
        yield from _of_page(file)
    elif family == "documents":
        yield from _of_document(file)
    elif family == "archives":
        from analysis.reading import archives

        yield from _numbered(file, archives.read_archive(file), Log())
    else:
        from analysis.reading import factiva

        with open_file(file) as stream:
            yield from _numbered(file, factiva.read_xml(stream), Log())


def batches_of_articles(file: File, log: Log, sidecars: Sidecars, size: int) -> Iterator[Batch]:
    """Read a file in batches of so many articles; a fault that ends the reading goes into `log`."""
    rows = _Rows(sidecars)
    try:
        for found in read_articles(file):
            rows.add(file, found)
            if len(rows.paths) >= size:
                yield rows.batch()
                rows = _Rows(sidecars)
    except InputError as error:
        log.aside(file.name, None, None, "file", str(error))
    if rows.paths or rows.log.set_aside or rows.log.notes:
        yield rows.batch()


def batch_of_files(files: list[File], log: Log, sidecars: Sidecars) -> Batch:
    """Read small files into one batch; those that cannot be read go into `log`."""
    rows = _Rows(sidecars)
    for file in files:
        try:
            for found in read_articles(file):
                rows.add(file, found)
        except InputError as error:
            log.aside(file.name, None, None, "file", str(error))
    return rows.batch()


class _Rows:
    """Articles that will be one batch."""

    def __init__(self, sidecars: Sidecars) -> None:
        self.sidecars = sidecars
        self.found: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.rows: list[int | None] = []
        self.log = Log()
        self.dates: dict[int, tuple[str, int | None]] = {}

    def add(self, file: File, one: Found) -> None:
        at = len(self.found)
        self.log.extend(one.log, by=at)
        if one.fields is None:
            return
        fields = one.fields
        if one.date_row:
            self.dates[at] = (file.name, one.date_row)
        if described := self.sidecars.of(file):
            fields = fields | described[0]
            if "published" in described[0]:
                self.dates[at] = described[1:]
        self.found.append(fields)
        self.paths.append(file.name)
        self.rows.append(one.row)

    def batch(self) -> Batch:
        names = list(dict.fromkeys(name for fields in self.found for name in fields)) or ["text"]
        columns = {name: [fields.get(name) for fields in self.found] for name in names}
        return Batch(self.paths, self.rows, columns, self.log, dates=self.dates)


# The readers below are imported when a file of theirs is met: their patterns are many.


def _of_text(file: File) -> Iterator[Found]:
    if not is_single(file):
        encoding, message = sheets.encoding_of(file)
        if encoding is not None:
            yield from _of_large_text(file, encoding, message)
            return
    from analysis.reading import saved

    text, log = saved.saved_text(file)
    yield from _of_whole_text(file, text, log)


def _of_large_text(file: File, encoding: str, message: str | None) -> Iterator[Found]:
    from analysis.reading import exports, saved

    with open_file(file) as raw:
        stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
        start = stream.read(_PROBE)
        if layout := exports.layout_of(start):
            log = Log()
            if message:
                log.note(file.name, None, None, "encoding", message)
            first, _, rest = start.rpartition("\n")
            lines = chain(first.split("\n"), _rest_of_lines(rest, stream))
            yield from _numbered(file, exports.articles_of_text(layout, lines), log)
            return
    text, log = saved.saved_text(file)
    yield from _of_whole_text(file, text, log)


def _rest_of_lines(begun: str, stream: io.TextIOWrapper) -> Iterator[str]:
    yield begun + stream.readline().rstrip("\n")
    for line in stream:
        yield line.rstrip("\n")


def _of_whole_text(file: File, text: str, log: Log) -> Iterator[Found]:
    from analysis.reading import exports

    if layout := exports.layout_of(text):
        try:
            yield from _numbered(file, exports.articles_of_text(layout, text.split("\n")), log)
        except exports.UnknownLayoutError as error:
            if error.n > 1:
                raise
        else:
            return
    yield _saved(file, text, log)


def _saved(file: File, text: str, log: Log, *, lines: bool = True) -> Found:
    """The one article of a text; `lines` says whether its lines are those of the file."""
    from analysis.reading import saved

    article = saved.parse_saved(text)
    for line, kind, reason, said in article.set_aside:
        log.aside(file.name, line if lines else None, 0, kind, reason, said)
    for line, kind, message in article.notes:
        log.note(file.name, line if lines else None, 0, kind, message)
    return Found(article.fields | {"text": article.text}, None, article.date_line if lines else None, log)


def _of_page(file: File) -> Iterator[Found]:
    from analysis.reading import exports, pages

    source, log = pages.page_source(file)
    if layout := exports.page_layout_of(source):
        try:
            yield from _numbered(file, exports.articles_of_page(layout, source), log)
        except exports.UnknownLayoutError as error:
            if error.n > 1:
                raise
        else:
            return
    page = pages.parse_page(source)
    for kind, reason, text in page.set_aside:
        log.aside(file.name, None, 0, kind, reason, text)
    yield Found(page.fields | {"text": page.text}, log=log)


def _of_document(file: File) -> Iterator[Found]:
    from analysis.reading import documents, exports

    data = read_bytes(file)
    if file.ending == ".docx":
        paragraphs = documents.docx_paragraphs(io.BytesIO(data), len(data))
    else:
        paragraphs = documents.rtf_paragraphs(data)
    start = []
    length = 0
    for paragraph in paragraphs:
        start.append(paragraph)
        length += len(paragraph.text)
        if length > _PROBE:
            break
    if not start:
        raise InputError("is empty. Delete it, or save the article again.")
    layout = exports.layout_of("\n".join(paragraph.text for paragraph in start))
    if layout:
        try:
            yield from _numbered(file, exports.articles_of_paragraphs(layout, chain(start, paragraphs)), Log())
        except exports.UnknownLayoutError as error:
            if error.n > 1:
                raise
        else:
            return
    text = "\n\n".join(paragraph.text for paragraph in chain(start, paragraphs))
    yield _saved(file, text, Log(), lines=False)


def _numbered(file: File, articles: Iterator[Any], log: Log) -> Iterator[Found]:
    """The articles of an export by their numbers; what `log` has is about the whole file."""
    said = Log()
    for path, row, _, kind, words in log.notes:
        said.note(path, row, None, kind, words)
    for number, article in enumerate(articles, 1):
        own, said = said, Log()
        if article.failed is not None:
            if article.failed:
                own.aside(file.name, number, None, "row", article.failed)
            for kind, message in article.notes:
                own.note(file.name, None, None, kind, message)
            yield Found(None, number, None, own)
            continue
        for kind, reason, text in article.set_aside:
            own.aside(file.name, number, 0, kind, reason, text)
        for kind, message in article.notes:
            own.note(file.name, number, 0, kind, message)
        yield Found(article.fields | {"text": article.text}, number, None, own)
