"""Articles in pieces: what one worker reads and measures at a time.

Where a file can be read from the middle (lines of JSON) or is one article (saved pages), a piece only says where its
articles are, and whoever takes it reads them; of other files it carries the rows, which were read on the way.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pandas as pd

from analysis.corpus import NOTE_COLUMNS, SET_ASIDE_COLUMNS, Corpus
from analysis.errors import InputError
from analysis.reading.articles import Part, _empty_frame, _table, make_part
from analysis.reading.columns import check_columns
from analysis.reading.elsewhere import Remote
from analysis.reading.files import File, at_hand, find_files, is_of_articles, is_single, read_part
from analysis.reading.read import (
    ReadOptions,
    Source,
    _as_list,
    _file_batches,
    _frame_batches,
    _groups,
    _options,
)
from analysis.reading.records import batch_of_lines, is_plain_lines
from analysis.reading.rows import Batch, Log
from analysis.reading.sidecars import Sidecars
from analysis.reading.texts import batch_of_files

__all__ = ["Piece", "pieces"]

# Raised when the same bytes are read otherwise.
_READER = 3
_BLOCK = 1 << 24
#: A piece of small files ends behind a file whose name hashes to 0 modulo this, so that a file more or less changes
#: its own piece only; and behind the most that a piece may have.
_USUAL_FILES = 500


@dataclass(frozen=True)
class Piece:
    """Some articles of a source.

    Attributes
    ----------
    name
        The file, or the first of the files, as it is shown.
    digest
        Of the bytes that it stands for, and of all options that change what is read.
    n_bytes
        How many bytes it stands for.
    """

    #: Identifiers and outlets are not yet those of the whole corpus.
    final: ClassVar[bool] = False
    name: str
    digest: str
    n_bytes: int
    options: ReadOptions = field(repr=False)
    with_path: bool = field(repr=False)

    def read(self) -> Corpus:
        """Return the articles, under provisional identifiers: their rows.

        Raises
        ------
        InputError
            If the file changed since the piece was cut off it.
        """
        log = Log()
        part = None
        try:
            batch = self._batch(log)
            part = make_part(batch, self.options.columns, self.options.dayfirst, with_path=self.with_path)
        except InputError as error:
            log.aside(self.name, None, None, "file", str(error))
        return _corpus(part or Part(_empty_frame(), [], [], set(), Log()), log)

    def _batch(self, log: Log) -> Batch:
        raise NotImplementedError


def _corpus(part: Part, log: Log) -> Corpus:
    log.extend(part.log)
    ids = [str(row) for row in range(len(part.frame))]
    set_aside, notes = _table(log.set_aside, SET_ASIDE_COLUMNS, ids), _table(log.notes, NOTE_COLUMNS, ids)
    frame = part.frame.set_axis(pd.Index(pd.array(ids, dtype="str"), name="article_id"))
    corpus = Corpus(frame, set_aside=set_aside, notes=notes)
    corpus._remembered["identity"] = (part.given, part.hashes)
    return corpus


@dataclass(frozen=True)
class _Lines(Piece):
    """Lines of a file, from byte `begin` to `end`; the first of them is line `first`."""

    file: File
    begin: int
    end: int
    first: int

    def _batch(self, log: Log) -> Batch:  # noqa: ARG002 - the others' signature
        data = read_part(self.file, self.begin, self.end)
        if _digest(self.options, f"{self.first}\0".encode(), data) != self.digest:
            raise InputError("changed while it was read. Run the same again.")
        return batch_of_lines(self.file, data, first=self.first)


@dataclass(frozen=True)
class _Files(Piece):
    """Files of one article each, with what sidecars say of them."""

    files: tuple[File, ...]
    sidecars: Sidecars = field(repr=False)

    def _batch(self, log: Log) -> Batch:
        files = at_hand(list(self.files))
        # What this worker cannot reach, or not now, is not to be set aside for good.
        remote = any(isinstance(file.path, Remote) for file in files)
        if remote and _of_files(files, self.sidecars, self.options)[1] != self.digest:
            for file in files:
                try:
                    file.path.read_bytes()
                except OSError as error:
                    raise OSError(error.errno, f"{error.strerror or error} ({file.name})") from error
            raise OSError(errno.EAGAIN, "its files changed while they were read. Run the same again")
        return batch_of_files(files, log, self.sidecars)


@dataclass(frozen=True)
class _Rows(Piece):
    """Rows that were read already; or only what is to be said of a source."""

    batch: Batch | None = field(repr=False)
    log: Log = field(repr=False)

    def _batch(self, log: Log) -> Batch:
        log.extend(self.log)
        return Batch([], [], {"text": []}) if self.batch is None else self.batch  # one without rows has what to say


def pieces(
    paths: Source | Iterable[Source],
    *,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    articles: int = 2000,
) -> Iterator[Piece]:
    """Cut a source into pieces, in the order of `read`, whatever the order in which files are given.

    Parameters
    ----------
    paths, columns, dayfirst
        As for `read`.
    articles
        Articles in a piece, at most.

    Yields
    ------
    Piece
        One after the other, as they are asked for. All together they hold the articles that `read` would give.

    Raises
    ------
    InputError
        If a path does not exist, or `columns` names a column that no file has.

    Examples
    --------
    >>> texts = [f"This is article {number} of the paper." for number in range(5)]
    >>> [len(piece.read()) for piece in pieces(pd.DataFrame({"text": texts}), articles=2)]
    [2, 2, 1]
    """
    options = _options(columns, dayfirst, False)
    given = _as_list(paths)
    log = Log()
    frames = [one for one in given if isinstance(one, pd.DataFrame)]
    files = find_files([one for one in given if not isinstance(one, pd.DataFrame)], log)
    with_path = any(map(is_of_articles, files))
    names: set[str] = set()
    for number, frame in enumerate(frames, 1):
        name = "DataFrame" if len(frames) == 1 else f"DataFrame {number}"
        for batch in _frame_batches(frame, name, articles):
            names |= set(map(str, batch.columns))
            yield _rows(name, batch, options, with_path)
    sidecars = Sidecars(filter(is_of_articles, files), log)
    for group in _groups(files, len(files) + 1):
        if is_single(group[0]):
            names |= {"text"}
            for some in _by_name(group, articles):
                yield _Files(*_of_files(some, sidecars, options), options, with_path, tuple(some), sidecars)
        elif is_plain_lines(group[0]):
            try:
                for piece in _lines(group[0], options, with_path, articles):
                    if columns:  # only then must it be known which columns there are
                        names |= _names(piece)
                    yield piece
            except OSError as error:
                log.aside(group[0].name, None, None, "file", f"cannot be read: {error.strerror or error}.")
        else:
            for name, batch in _file_batches(group, options, log, articles, sidecars):
                names |= set(map(str, batch.columns))
                yield _rows(name, batch, options, with_path)
    if columns and names:
        check_columns(columns, names)
    if log.set_aside or log.notes:
        said = f"{log.set_aside}{log.notes}".encode("utf-8", "surrogatepass")
        yield _Rows("input", _digest(options, said), 0, options, with_path, None, log)


def _digest(options: ReadOptions, *data: bytes | bytearray | memoryview) -> str:
    hashed = hashlib.blake2b(f"{_READER}\0{options!r}\0".encode("utf-8", "surrogatepass"), digest_size=16)
    for part in data:
        hashed.update(part)
    return hashed.hexdigest()


def _lines(file: File, options: ReadOptions, with_path: bool, articles: int) -> Iterator[_Lines]:
    """Cut a file behind every so many lines."""

    def piece(data: bytearray | memoryview, begin: int, first: int) -> _Lines:
        digest = _digest(options, f"{first}\0".encode(), data)
        return _Lines(file.name, digest, len(data), options, with_path, file, begin, begin + len(data), first)

    begin, first = 0, 1
    held = bytearray()
    at = n_lines = 0  # of `held`, what was looked through, and the lines in it
    with file.path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            held += block
            while (end := held.find(b"\n", at)) >= 0:
                at, n_lines = end + 1, n_lines + 1
                if n_lines == articles:
                    with memoryview(held) as view:
                        of_lines = piece(view[:at], begin, first)
                    yield of_lines
                    begin, first = begin + at, first + n_lines
                    del held[:at]
                    at = n_lines = 0
            at = len(held)
    if held:
        yield piece(held, begin, first)


def _names(piece: _Lines) -> set[str]:
    try:
        return set(map(str, piece._batch(Log()).columns))
    except (InputError, OSError):
        return set()


def _by_name(files: list[File], most: int) -> Iterator[list[File]]:
    some: list[File] = []
    for file in files:
        some.append(file)
        of_name = int.from_bytes(hashlib.blake2b(file.name.encode("utf-8", "surrogatepass"), digest_size=4).digest())
        if len(some) >= most or of_name % _USUAL_FILES == 0:
            yield some
            some = []
    if some:
        yield some


def _of_files(files: list[File], sidecars: Sidecars, options: ReadOptions) -> tuple[str, str, int]:
    """Name, digest and size of some files; one that cannot be read is found out when it is read."""
    n_bytes = 0
    parts: list[bytes] = []
    for file in at_hand(files):
        data = _bytes(file.path)
        n_bytes += len(data)
        parts += [f"{file.name}\0{len(data)}\0{sidecars.of(file)!r}\0".encode("utf-8", "surrogatepass"), data]
    return files[0].name, _digest(options, *parts), n_bytes


def _bytes(path: Path | Remote) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _rows(name: str, batch: Batch, options: ReadOptions, with_path: bool) -> _Rows:
    parts = [f"{batch.paths}{batch.rows}{batch.log}{batch.dates}{batch.guess_types}\0".encode("utf-8", "surrogatepass")]
    n_bytes = 0
    for column, values in batch.columns.items():
        parts.append(f"{column}\0{getattr(values, 'dtype', '')}\0".encode("utf-8", "surrogatepass"))
        for value in values:
            written = _written(value)
            n_bytes += len(written)
            parts += [written, b"\0"]
    return _Rows(name, _digest(options, *parts), n_bytes, options, with_path, batch, Log())


def _written(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    try:
        return orjson.dumps(value, default=repr)
    except (TypeError, ValueError):  # whole numbers past 64 bits, half a surrogate pair
        return repr(value).encode("utf-8", "surrogatepass")
