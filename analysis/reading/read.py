"""`read`: files, folders, patterns and DataFrames to a `Corpus`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import InputError, OptionError
from analysis.reading import records, sheets
from analysis.reading.articles import Part, join_parts, make_part
from analysis.reading.columns import check_columns, distinct
from analysis.reading.files import FORMATS, File, at_hand, find_files, is_of_articles, is_single
from analysis.reading.rows import Batch, Log
from analysis.reading.sidecars import Sidecars
from analysis.reading.texts import batch_of_files, batches_of_articles

__all__ = ["ReadOptions", "iter_batches", "read"]

Source: TypeAlias = "str | os.PathLike[str] | pd.DataFrame"
_FILES_AT_ONCE = 2000
#: Records are made into columns by so many, so that they are not all held twice.
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class ReadOptions:
    """How articles are read; the parameters of `read`.

    Examples
    --------
    >>> ReadOptions(dayfirst=True)
    ReadOptions(columns=None, dayfirst=True, strict=False)
    """

    columns: Mapping[str, str] | None = None
    dayfirst: bool | None = None
    strict: bool = False


def read(
    paths: Source | Iterable[Source],
    *,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    strict: bool = False,
) -> Corpus:
    """Read articles into a corpus.

    Folders are read with all that is in them: `.txt`, `.html`, `.docx`, `.rtf`, `.xml`, `.warc`, `.arc`, `.csv`,
    `.tsv`, `.xlsx`, `.json`, `.jsonl`, `.ndjson` and `.parquet`, and each of them packed as `.gz` or `.zst`. Texts,
    pages and documents may be exports of Nexis, Factiva, Europresse or ProQuest with several articles in one file.
    Whatever the order in which files are given or found, the articles are the same, in the order of path and row. An
    address such as `s3://bucket/articles/` is read where fsspec (the extra `cluster`) and the filesystem's own package,
    such as s3fs, are installed; nothing is fetched from the web.

    Parameters
    ----------
    paths
        A folder, a file, a pattern such as `"news/**/*.txt"`, an address of these, a DataFrame, or several of these.
    columns
        Which column of the files is which of the corpus: `{"Inhalt": "text"}`. Common names are known (see
        `analysis.reading.columns.SYNONYMS`).
    dayfirst
        How to read a date such as `03/04/2024`: True for 3 April, False for 4 March. Without it such a date is missing
        and noted.
    strict
        Whether to raise, with all of them in one message, if a file, a row or a date cannot be read. Otherwise what
        cannot be read is listed in `Corpus.set_aside` and `Corpus.notes`, and the rest is read.

    Returns
    -------
    Corpus
        `articles` is indexed by `article_id` (string): a unique column (or index) of that name is kept, else it is 12
        hex digits (see `analysis.reading.articles.article_hash`), with `-2`, `-3` for repeats in the order of path
        and row. Columns: `outlet, section, title, authors, url, language, text` (string), `published`
        (`datetime64[ns]`, the local clock), then every other column of the files, and `path` where files other than
        tables were read.

    Raises
    ------
    InputError
        If there is nothing to read, a path does not exist, `columns` names an unknown column, or with `strict=True`
        there is any fault.

    Examples
    --------
    >>> import pandas as pd
    >>> corpus = read(pd.DataFrame({"source": ["Gazette"], "date": ["4 March 2024"], "body": ["The rain fell on us."]}))
    >>> corpus.articles[["outlet", "published", "language"]].to_dict("records")
    [{'outlet': 'Gazette', 'published': Timestamp('2024-03-04 00:00:00'), 'language': 'en'}]
    """
    paths = _as_list(paths)
    options = _options(columns, dayfirst, strict)
    log = Log()
    parts: list[Part] = []
    seen_columns: set[str] = set()
    for part in _parts(paths, options, log, batch_size=None):
        parts.append(part)
        seen_columns |= part.names
    if seen_columns:
        check_columns(columns, seen_columns)
    everything = Log(list(log.set_aside), list(log.notes))
    for part in parts:
        everything.extend(part.log)
    problems = everything.problems()
    if problems and (strict or not any(len(part.frame) for part in parts)):
        raise InputError(_listed(problems))
    if not any(len(part.frame) for part in parts):
        raise InputError(_nothing(paths))
    return join_parts([*parts, Part(parts[0].frame.head(0), [], [], set(), log)])


def iter_batches(
    paths: Source | Iterable[Source],
    *,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    batch_size: int = 2000,
) -> Iterator[Corpus]:
    """Read articles batch by batch, for more of them than fit into memory.

    The articles and their identifiers are those of `read`, in the same order, with two differences that come of not
    knowing what follows: spellings of an outlet are not folded into one (`analysis.reading.outlets.normalise_outlets`
    does it on the finished table), and an `article_id` that repeats is an error. .csv, .tsv, .jsonl and .parquet are
    streamed; .json and .xlsx are held whole.

    Parameters
    ----------
    paths, columns, dayfirst
        As for `read`.
    batch_size
        Articles in a batch, at most.

    Yields
    ------
    Corpus
        With what was set aside and noted on the way; the last may hold no articles, only that.

    Raises
    ------
    InputError
        If a path does not exist or an `article_id` repeats.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = [f"This is article {number} of the paper." for number in range(5)]
    >>> [len(batch) for batch in iter_batches(pd.DataFrame({"text": texts}), batch_size=2)]
    [2, 2, 1]
    """
    if batch_size < 1:
        raise OptionError(f"`batch_size` must be at least 1; got {batch_size!r}.")
    options = _options(columns, dayfirst, False)
    log = Log()
    seen: Counter[str] = Counter()
    empty: pd.DataFrame | None = None
    for part in _parts(_as_list(paths), options, log, batch_size=batch_size):
        empty = part.frame.head(0) if empty is None else empty
        if len(part.frame) or part.log.set_aside or part.log.notes:
            yield join_parts([part], seen=seen, fold_outlets=False)
    if log.set_aside or log.notes:
        rest = Part(pd.DataFrame() if empty is None else empty, [], [], set(), log)
        yield join_parts([rest], seen=seen, fold_outlets=False)


def _options(columns: Mapping[str, str] | None, dayfirst: bool | None, strict: bool) -> ReadOptions:
    if columns is not None and not isinstance(columns, Mapping):
        raise OptionError(
            f"`columns` must be a mapping such as {{'their column': 'text'}}; got {type(columns).__name__}."
        )
    twice = [ours for ours, times in Counter((columns or {}).values()).items() if times > 1]
    if twice:
        raise OptionError(f"`columns` gives {twice[0]!r} twice. Name one column for it.")
    return ReadOptions(columns, dayfirst, strict)


def _listed(problems: Sequence[str]) -> str:
    shown = list(problems[:1000])
    if len(problems) > len(shown):
        shown.append(f"… and {len(problems) - len(shown):,} more.")
    return "\n".join(shown)


def _nothing(given: list[Source]) -> str:
    shown = ", ".join("a DataFrame" if isinstance(one, pd.DataFrame) else os.fspath(one) for one in given)
    kinds = f"{', '.join(FORMATS)}, or .gz or .zst of them"
    return f"{shown or 'an empty list'}: there is no article here. Give files or folders with {kinds}."


def _as_list(paths: Source | Iterable[Source]) -> list[Source]:
    if isinstance(paths, (str, os.PathLike, pd.DataFrame)):
        return [paths]
    if not isinstance(paths, Iterable) or isinstance(paths, (bytes, Mapping)):
        raise InputError(f"`paths` must be paths, patterns or DataFrames; got {type(paths).__name__}.")
    return list(paths)


def _parts(given: list[Source], options: ReadOptions, log: Log, *, batch_size: int | None) -> Iterator[Part]:
    """Read everything, in the order of path and row; what is about no batch goes into `log`."""
    frames = [one for one in given if isinstance(one, pd.DataFrame)]
    files = find_files([one for one in given if not isinstance(one, pd.DataFrame)], log)
    with_path = any(map(is_of_articles, files))
    for number, frame in enumerate(frames, 1):
        name = "DataFrame" if len(frames) == 1 else f"DataFrame {number}"
        for batch in _frame_batches(frame, name, batch_size):
            if (part := _part(batch, options, name, log, with_path)) is not None:
                yield part
    sidecars = Sidecars(filter(is_of_articles, files), log)
    for group in _groups(_progress(files), batch_size or _FILES_AT_ONCE):
        for name, batch in _file_batches(group, options, log, batch_size, sidecars):
            if (part := _part(batch, options, name, log, with_path)) is not None:
                yield part


def _part(batch: Batch, options: ReadOptions, name: str, log: Log, with_path: bool) -> Part | None:
    try:
        return make_part(batch, options.columns, options.dayfirst, with_path=with_path)
    except InputError as error:
        log.aside(name, None, None, "file", str(error))
        return None


def _groups(files: Iterable[File], size: int) -> Iterator[list[File]]:
    """Files of one article each are taken together as far as they stand together; any other is a group of its own."""
    group: list[File] = []
    for file in files:
        single = is_single(file)
        if group and (not single or len(group) >= size):
            yield group
            group = []
        if single:
            group.append(file)
        else:
            yield [file]
    if group:
        yield group


def _file_batches(
    group: list[File], options: ReadOptions, log: Log, batch_size: int | None, sidecars: Sidecars
) -> Iterator[tuple[str, Batch]]:
    if is_single(group[0]):
        batch = batch_of_files(at_hand(group), log, sidecars)
        if len(batch) or batch.log.set_aside or batch.log.notes:
            yield group[0].name, batch
        return
    family = FORMATS.get(group[0].ending)
    for file in group:
        try:
            if family == "sheets":
                batches = sheets.read_sheet(file, batch_size, options.columns)
            elif family == "records":
                batches = records.read_records(file, batch_size or _ROWS_AT_ONCE)
            elif is_of_articles(file):
                batches = batches_of_articles(file, log, sidecars, batch_size or _ROWS_AT_ONCE)
            else:
                raise InputError(f"{file.ending!r} is not a format that is read. Those are {', '.join(FORMATS)}.")
            for batch in batches:
                yield file.name, batch
        except InputError as error:
            log.aside(file.name, None, None, "file", str(error))
        except (OSError, MemoryError) as error:
            log.aside(file.name, None, None, "file", f"cannot be read: {error}.")


def _frame_batches(frame: pd.DataFrame, name: str, batch_size: int | None) -> Iterator[Batch]:
    if frame.index.name == "article_id" and "article_id" not in frame.columns:
        frame = frame.reset_index()
    names = distinct(map(str, frame.columns))
    step = batch_size or max(len(frame), 1)
    for start in range(0, len(frame), step):
        piece = frame.iloc[start : start + step]
        rows: list[int | None] = list(range(start + 1, start + len(piece) + 1))
        columns = {column: piece.iloc[:, place] for place, column in enumerate(names)}
        yield Batch([name] * len(piece), rows, columns)


def _progress(files: list[File]) -> Iterable[File]:
    """A bar over many files; silent when not at a terminal."""
    if len(files) < 50:
        return files
    from tqdm import tqdm

    bar: Iterable[File] = tqdm(files, desc="reading", unit="file", disable=None)
    return bar
