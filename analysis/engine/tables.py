"""Measured tables: what is computed once from the articles, and all that figures and reports read.

`measure` cuts the input into partitions of up to 600 articles, measures each, and puts together what only all of
them can tell. On disk that is a folder with one Parquet file for each partition and table and a `manifest.json`; it
never holds an article's text, so results can be shared where articles cannot.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.corpus import Corpus
from analysis.engine.finish import PLACE, WHOLE, Options, described, finish, partition_entry, versions
from analysis.engine.partition import (
    GROUP_OF,
    GROUPS,
    MEASURES,
    Measured,
    Piece,
    Settings,
    Task,
    corpus_slices,
    lost_piece,
    measure_piece,
    without_text,
)
from analysis.engine.run import run
from analysis.engine.store import (
    ASIDE,
    FORMAT,
    MANIFEST,
    Folder,
    Memory,
    Record,
    Saved,
    fingerprint,
    part_path,
    unsealed,
)
from analysis.engine.terms import Counted
from analysis.engine.words import CountedArticles, TermMatrix
from analysis.errors import InputError, OptionError, TablesError, choose
from analysis.measures.codebook import Codebooks, codebook_of
from analysis.measures.terms._counts import at_least, patterns_of
from analysis.reading.files import find_files
from analysis.reading.pieces import pieces
from analysis.reading.quality import PROBLEMS
from analysis.reading.rows import Log
from analysis.text.stopwords import stop_words

__all__ = ["Tables", "Work", "measure", "open_tables"]

_MANIFEST_KEYS = ("kit", "versions", "settings", "keys", "data_hash", "n_articles", "partitions", "files", "tables")
#: Articles in a partition.
SLICE = 600
#: One row for each article, in their order: indexed by `article_id`.
_BY_ARTICLE = ("readability", "sentiment", "titles", "voice", "lexical_diversity")
#: Every table that a folder may have, those inside it included.
_ALL = (*(table for group in GROUPS.values() for table in group), *WHOLE)


@dataclass(frozen=True)
class Work:
    """What a call of `measure` did.

    Attributes
    ----------
    measured, kept
        Partitions measured, at least in part, and partitions found measured.
    n_articles, n_bytes
        Articles measured, and the bytes of input they stand in.
    n_failed
        Articles in which a measure failed, which are in `tables.set_aside`.
    unchanged
        Whether all was there before, so that nothing was written.
    seconds
        Time it took.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> tables = analysis.measure(analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]})))
    >>> tables.work.measured, tables.work.kept, tables.work.n_articles
    (1, 0, 1)
    """

    measured: int
    kept: int
    n_articles: int
    n_bytes: int
    n_failed: int
    unchanged: bool
    seconds: float


class Tables(Mapping[str, pd.DataFrame]):
    """The measured tables of a corpus, by name.

    `tables["readability"]` and `tables.readability` are the same DataFrame, with the columns of the function that
    made it; `tables.manifest` says of what, with which settings and by which versions. Made by `analysis.measure` and
    `analysis.open_tables`. `read` and `scan` are for more articles than fit into memory. `analysis.keyness`, `trends`,
    `dispersion` and `term_frequency` take tables, or some of their articles (`where`), as they take a corpus.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> tables = analysis.measure(analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]})))
    >>> tables.readability["n_words"].tolist(), "framing" in tables, tables.manifest["n_articles"]
    ([5], True, 1)
    """

    def __init__(self, store: Folder | Memory, manifest: Mapping[str, Any], *, work: Work | None = None) -> None:
        self.manifest = dict(manifest)
        #: What `measure` did; None where the tables were opened.
        self.work = work
        self._store = store
        self._whole: dict[str, pd.DataFrame] = {}
        self._ids_read: pd.Index | None = None
        self._copies: pd.DataFrame | None = None

    # ---- a mapping of DataFrames ----

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.manifest["tables"]:
            raise KeyError(name)
        if name not in self._whole:
            self._whole[name] = self.read(name)
        return self._whole[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name in ("manifest", "work") or name not in self.manifest["tables"]:
            known = ", ".join(self.manifest["tables"]) if "manifest" in self.__dict__ else ""
            raise AttributeError(f"there is no table {name!r}; there are {known}.")
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.manifest["tables"])

    def __len__(self) -> int:
        return len(self.manifest["tables"])

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *self])

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} ({entry['rows']:,})" for name, entry in self.manifest["tables"].items())
        return f"<Tables of {self.manifest['n_articles']:,} articles: {rows}>"

    def _repr_html_(self) -> str:
        rows = pd.DataFrame(
            {"rows": {name: entry["rows"] for name, entry in self.manifest["tables"].items()}}
        ).rename_axis(index="table")
        return f"<p><strong>Tables</strong> of {self.manifest['n_articles']:,} articles</p>{rows.to_html()}"

    # ---- parts of tables ----

    def read(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table, or some columns of it, without keeping it in memory.

        Parameters
        ----------
        name
            The table.
        columns
            The columns to read; all if not given. `article_id` comes with them.

        Raises
        ------
        OptionError
            If there is no such table or column.
        TablesError
            If a file is missing or another.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> tables = analysis.measure(analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["Rain fell."]})))
        >>> tables.read("readability", ["n_words"]).to_dict()
        {'n_words': {'a': 2}}
        """
        self._check(name, columns)
        if name in WHOLE:
            return self._read_whole(name, columns)
        parts = list(self.scan(name, columns))
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=name not in _BY_ARTICLE)

    def scan(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """Yield a table partition by partition, in the order of the articles.

        Parameters
        ----------
        name, columns
            As for `read`.

        Raises
        ------
        OptionError, TablesError
            As `read`.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> tables = analysis.measure(analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]})))
        >>> [part["n_words"].sum() for part in tables.scan("readability", ["n_words"])]
        [np.int64(5)]
        """
        self._check(name, columns)
        if name in WHOLE:
            yield self._read_whole(name, columns)
            return
        start = 0
        for number, entry in enumerate(self.manifest["partitions"]):
            ids = self._ids[start : start + entry["n_articles"]]
            start += entry["n_articles"]
            yield self._part(name, number, ids, columns)

    # ---- words ----

    def where(self, condition: pd.Series[bool] | None = None, **equal: object) -> CountedArticles:
        """Return some of the articles, for the functions of words: as `Corpus.where`, without the texts.

        Parameters
        ----------
        condition
            A boolean Series indexed by `article_id`.
        **equal
            Column of `tables.articles` and the value (or list of values) that it must have.

        Raises
        ------
        OptionError
            If a column does not exist or the condition is not boolean or not about these articles.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> frame = pd.DataFrame({"outlet": ["A", "B", "B"], "text": ["Rain fell.", "It was dry.", "Rain, rain."]})
        >>> tables = analysis.measure(analysis.read(frame))
        >>> analysis.term_frequency(tables.where(outlet="B"))[["term", "count"]].to_dict("list")
        {'term': ['rain', 'dry'], 'count': [2, 1]}
        """
        return self._all.where(condition, **equal)

    def term_matrix(self, *, min_articles: int = 1) -> TermMatrix:
        """Return how often each article has each term, stop words and numbers included, as a sparse matrix.

        Parameters
        ----------
        min_articles
            Leave out terms that fewer articles have.

        Returns
        -------
        TermMatrix
            `counts` (scipy's csr_matrix of int32, articles × terms), `article_ids`, `terms` (in alphabetical order).

        Raises
        ------
        OptionError
            If `min_articles` is below 1.
        TablesError
            If no words were measured.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["Rain, rain and wind.", "Wind."]})
        >>> counts, article_ids, terms = analysis.measure(analysis.read(frame)).term_matrix()
        >>> counts.toarray().tolist(), article_ids.tolist(), terms.tolist()
        ([[1, 2, 1], [0, 0, 1]], ['a', 'b'], ['and', 'rain', 'wind'])
        """
        return self._all.term_matrix(min_articles=min_articles)

    def _word_counts(self) -> Counted:
        return self._all._word_counts()

    @cached_property
    def _all(self) -> CountedArticles:
        everything = Corpus(self["articles"].assign(text=""))
        return CountedArticles(self, everything, everything)

    # ---- files ----

    @property
    def _ids(self) -> pd.Index:
        if self._ids_read is None:
            self._ids_read = self._read_whole("articles", []).index
        return self._ids_read

    def _check(self, name: str, columns: Sequence[str] | None) -> None:
        choose("name", name, self.manifest["tables"])
        for column in columns or ():
            choose("columns", column, self.manifest["tables"][name]["columns"])

    def _part(self, name: str, number: int, ids: pd.Index, columns: Sequence[str] | None) -> pd.DataFrame:
        entry = self.manifest["tables"][name]
        wanted = [column for column in entry["columns"] if columns is None or column in columns]
        names = ["article", *entry["columns"]]
        read = names if name == "quality" else ["article", *wanted]
        table = self._file(part_path(name, number), names, self._rows(name, number), read)
        if name == "terms" and "term" in wanted:
            table = self._spelled(table, number)
        frame = _as_frame(table)
        if name == "quality":
            frame = self._with_copies(frame, number)[read]
        article = frame.pop("article").to_numpy()
        if name in _BY_ARTICLE:
            return frame.set_axis(ids.take(article))
        frame.insert(0, "article_id", ids.take(article))
        return frame[["article_id", *wanted]]

    def _rows(self, name: str, number: int) -> int:
        return int(self.manifest["partitions"][number]["rows"][name])

    def _spelled(self, table: pa.Table, number: int) -> pa.Table:
        words = self._file(part_path("vocabulary", number), None, self._rows("vocabulary", number), ["term"])["term"]
        at = table.column_names.index("term")
        return table.set_column(at, "term", words.combine_chunks().take(table["term"]))

    def _with_copies(self, frame: pd.DataFrame, number: int) -> pd.DataFrame:
        """Add the problems that a partition does not know of itself, each in its place."""
        if self._copies is None:
            self._copies = _as_frame(self._file("copies.parquet", None, None, None))
        copies = self._copies[self._copies["partition"] == number]
        if copies.empty:
            return frame
        both = pd.concat([frame, copies[frame.columns]], ignore_index=True)
        order = np.lexsort((both["problem"].map(list(PROBLEMS).index), both["article"]))
        return both.take(order).reset_index(drop=True)

    def _read_whole(self, name: str, columns: Sequence[str] | None) -> pd.DataFrame:
        entry = self.manifest["tables"][name]
        wanted = [column for column in entry["columns"] if columns is None or column in columns]
        around = [*PLACE, "article_id"] if name == "articles" else []
        table = self._file(f"{name}.parquet", [*entry["columns"], *around], entry["rows"], [*wanted, *around[-1:]])
        frame: pd.DataFrame = table.to_pandas()
        return frame

    def _file(
        self, path: str, names: Sequence[str] | None, rows: int | None, columns: Sequence[str] | None
    ) -> pa.Table:
        shown = self._store.shown(path)
        try:
            file = pq.ParquetFile(self._store.open(path))
            same = rows is None or file.metadata.num_rows == rows
            if not same or (names is not None and file.schema_arrow.names != list(names)):
                raise TablesError(f"{shown} is not the table that {MANIFEST} speaks of; measure again.")
            return file.read(columns=None if columns is None else list(columns))
        except FileNotFoundError:
            raise TablesError(f"{shown} is missing; measure again.") from None
        except (OSError, ValueError) as why:
            raise TablesError(f"{shown} cannot be read ({why}); measure again.") from None


def _as_frame(table: pa.Table) -> pd.DataFrame:
    """Return a DataFrame whose whole numbers are int64, as the functions give them."""
    frame: pd.DataFrame = table.to_pandas()
    return frame.astype({field.name: np.int64 for field in table.schema if field.type == pa.int32()})


# ---- measuring -------------------------------------------------------------------------------------------------------


def measure(
    source: Corpus | Any,
    out: str | os.PathLike[str] | None = None,
    *,
    codebook: Codebooks = "generic",
    sentences: Literal["news", "textstat"] = "news",
    stopwords: str | Sequence[str] | None = "english",
    terms: Sequence[str] | None = None,
    by: str = "outlet",
    ngrams: int = 1,
    min_articles: int = 1,
    only: Sequence[str] | None = None,
    tidy: bool = False,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    workers: int = 1,
    dask: Any = None,
    progress: bool = False,
) -> Tables:
    """Measure every article with all four measures; write the tables to a folder if one is named.

    A run that was interrupted, however it ended, goes on where it was when it is called again. What was measured with
    the same settings, of the same input, by the same versions, is not measured again: after a change of the codebook
    only the frames are, after a change of the stop words none; after articles were added, these.

    Parameters
    ----------
    source
        A corpus, or what `read` takes: files, folders, patterns, DataFrames. The articles may be in any language:
        all are scored. The tables about groups (`term_frequency`, `keyness`, `dispersion`, `trends`) are of the
        English ones, which the measures are made for. Paths are read piece by piece, so that memory does not grow
        with the articles.
    out
        Folder for the tables, new, empty, or of earlier tables, which are replaced; a folder with anything else in it
        is refused. Without it the tables are kept in memory.
    codebook, sentences, stopwords
        As `framing`, `readability` and `term_frequency` take them.
    terms
        Words or patterns that `trends` follows; if not given, the frequent ones that rose and fell the most.
    by
        The column of `corpus.articles` whose groups keyness, figures and reports compare.
    ngrams
        Also count runs of so many words, which never cross the end of a sentence, in `ngram_frequency`; 1 for none.
    min_articles
        Leave words, and runs of words, that fewer articles have out of `term_frequency` and `ngram_frequency`: of
        millions of articles these are mostly names and slips. Counts and rates of the others stay the same. `keyness`
        is of words in at least 5 articles, or in 1 of 1,000 if that is more.
    only
        Some of "readability", "sentiment", "framing", "voice", "terms", "keyness", "diversity", "quality": the others
        are left out. "terms" are the counts and frequencies, "keyness" is also `dispersion` and `trends`.
    tidy
        First set captions, boilerplate and repeated paragraphs aside, as `Corpus.tidied` does.
    columns, dayfirst
        As `read` takes them; for paths.
    workers
        Processes that measure. The tables are the same bytes for any number.
    dask
        Address of a Dask scheduler, or a `distributed.Client`: its workers measure.
    progress
        Show a bar on a terminal.

    Returns
    -------
    Tables
        `articles` (without text), `quality`, `readability`, `sentiment`, `titles`, `sentences`, `framing`, `cues`,
        `voice`, `tone_by_voice`, `lexical_diversity`, `terms`, `term_frequency`, `keyness`, `dispersion`, `trends`,
        `set_aside`, `notes`.

    Raises
    ------
    InputError
        If there are no articles.
    OptionError
        If `by` is no column of the articles, or one that may hold text, or `only` names no measure.
    TablesError
        If `out` holds something that is not measured tables, another run is writing there, or the disk is full.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "It was dry."]}))
    >>> analysis.measure(corpus).readability["n_words"].tolist()
    [2, 3]
    """
    choose("sentences", sentences, ["news", "textstat"])
    stop_words(stopwords)  # raises on what is none
    settings = Settings(
        codebook=codebook_of(codebook),
        sentences=sentences,
        followed=tuple(pattern.text for pattern in patterns_of(terms)) if terms else (),
        tidy=tidy,
        measures=_measures(only),
        ngrams=at_least("ngrams", ngrams, 1),
    )
    options = Options(
        stopwords=stopwords if stopwords is None or isinstance(stopwords, str) else tuple(stopwords),
        terms=tuple(terms) if terms else None,
        by=by,
        min_articles=at_least("min_articles", min_articles, 1),
        final=isinstance(source, Corpus),
    )
    if isinstance(source, Corpus):
        if not len(source):
            raise InputError("the corpus has no articles; there is nothing to measure.")
        kept = without_text(source.articles)
        choose("by", by, [name for name in kept.columns if name not in ("published", "title", "url")])
        some: Iterable[Piece] = corpus_slices(source, SLICE)
    else:
        some = pieces(source, columns=columns, dayfirst=dayfirst, articles=SLICE)
    job = _Run(settings, options, workers, dask, _size(source) if progress else None)
    if out is None:
        return job.into(Memory(), some)
    folder = Folder(Path(out))
    try:
        with folder.locked():
            return job.into(folder, some)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TablesError(
            f"{out}: the disk is full. Make room and run the same again: it goes on where it was."
        ) from error


def _measures(only: Sequence[str] | None) -> tuple[str, ...]:
    if only is None:
        return tuple(MEASURES)
    chosen = [only] if isinstance(only, str) else list(only)
    for name in chosen:
        choose("only", name, MEASURES)
    if not chosen:
        raise OptionError(f"`only` names no measure. Use some of {', '.join(map(repr, MEASURES))}.")
    return tuple(name for name in MEASURES if name in chosen)


class _Run:
    """One call of `measure`: which partitions there are, which of their tables are wanting, and where they go."""

    def __init__(self, settings: Settings, options: Options, workers: int, dask: Any, n_bytes: int | None) -> None:
        self.settings, self.options = settings, options
        self.workers, self.dask, self.n_bytes = workers, dask, n_bytes

    def into(self, store: Folder | Memory, pieces: Iterable[Piece]) -> Tables:
        """Measure what is wanting, finish, and return the tables."""
        begun = time.monotonic()
        places = _Places(store, self.settings)
        started: list[tuple[int, Piece]] = []
        bar = _Bar(self.n_bytes)

        def tasks() -> Iterator[Task]:
            for number, piece in enumerate(pieces):
                groups = places.wanting(number, piece)
                if groups:
                    started.append((number, piece))
                    yield Task(piece, self.settings, groups, places.n_articles(number))
                else:
                    bar.passed(piece.n_bytes)

        n_articles = n_bytes = 0
        with bar:
            for order, measured in run(measure_piece, tasks(), workers=self.workers, dask=self.dask, lost=lost_piece):
                number, piece = started[order]
                places.put(number, piece, measured)
                n_articles += measured.n_articles
                n_bytes += piece.n_bytes
                bar.measured(piece.n_bytes, measured.n_articles)
        records = places.in_order()
        manifest = places.unchanged(described(self.settings, self.options))
        work = Work(
            measured=len(started),
            kept=len(records) - len(started),
            n_articles=n_articles,
            n_bytes=n_bytes,
            n_failed=sum(record.n_failed for record in records),
            unchanged=manifest is not None,
            seconds=time.monotonic() - begun,
        )
        if manifest is not None:
            return Tables(store, manifest, work=work)
        places.begin()  # also where only a setting of the whole corpus changed
        manifest = finish(store, records, self.settings, self.options, threads=self.workers)
        if isinstance(store, Folder):
            kept = {*self.settings.tables, *(path.removesuffix(".parquet") for path in manifest["files"])}
            store.sweep(len(records), {name: name in kept for name in _ALL})
            store.finish(manifest)
        return Tables(store, manifest, work=replace(work, seconds=time.monotonic() - begun))


class _Bar:
    """Progress on a terminal: bytes of input and articles, with their rates, and the time left."""

    def __init__(self, n_bytes: int | None) -> None:
        from tqdm import tqdm

        self._articles, self._begun = 0, time.monotonic()
        self._bar = tqdm(
            total=n_bytes, desc="Measuring", unit="B", unit_scale=True, leave=False, disable=None if n_bytes else True
        )

    def __enter__(self) -> None:
        self._bar.__enter__()

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def passed(self, n_bytes: int) -> None:
        """Count input that was measured before."""
        if not self._bar.disable:
            self._bar.initial += n_bytes  # of which the rate is not
            self._bar.update(n_bytes)

    def measured(self, n_bytes: int, n_articles: int) -> None:
        """Count input that was measured."""
        self._articles += n_articles
        rate = self._articles / (time.monotonic() - self._begun)
        self._bar.set_postfix_str(f"{self._articles:,} articles, {rate:,.0f}/s", refresh=False)
        self._bar.update(n_bytes)


def _size(source: Any) -> int:
    """Return about how many bytes there are to read."""
    if isinstance(source, Corpus):
        return int(source.articles["text"].str.len().sum())
    given = [source] if isinstance(source, (str, os.PathLike, pd.DataFrame)) else list(source)
    files = find_files([one for one in given if not isinstance(one, pd.DataFrame)], Log())
    return max(1, sum(file.n_bytes for file in files))


class _Places:
    """Where partitions lie: finds those measured before, whatever their number was, and makes room for the others."""

    def __init__(self, store: Folder | Memory, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._folder = store if isinstance(store, Folder) else None
        self._before = self._folder.records() if self._folder else {}
        self._valid: dict[int, dict[str, Saved]] = {}
        self._of: dict[int, int] = {}
        self._done: dict[int, Record] = {}
        self._changed = False

    def wanting(self, number: int, piece: Piece) -> frozenset[str]:
        """Return the groups of tables that a piece lacks; what there is of them now has this number."""
        key = _key(piece)
        self._place(number, key)
        record = self._before.pop(number, None)
        if record is None or self._folder is None:
            self.begin()
            self._valid[number] = {}
            return frozenset(self._settings.keys)
        keys = self._settings.keys
        wanting = {group for group in keys if record.retry or not self._has(number, record, group, keys[group])}
        if wanting and record.n_failed:  # which articles are in the tables may change
            wanting = set(keys)
        tables = [table for table in self._settings.tables if GROUP_OF[table] not in wanting]
        self._valid[number] = {table: record.tables[table] for table in tables}
        if wanting:
            self.begin()
            if tables:
                self._of[number] = record.n_articles
        else:
            if set(record.tables) != set(tables):  # others were measured before and are not asked for now
                self.begin()
                record = replace(record, tables=self._valid[number])
                self._folder.record(number, record)
            self._done[number] = record
        return frozenset(wanting)

    def n_articles(self, number: int) -> int | None:
        """Return of how many articles the tables are that a partition has already; None where it has none."""
        return self._of.get(number)

    def _place(self, number: int, key: str) -> None:
        """Bring what was measured of a piece to its number; what stands there and may be wanted yet is put aside."""
        if self._folder is None:
            return
        there = self._before.get(number)
        if there is not None and there.piece == key:
            return
        found = min((at for at, record in self._before.items() if record.piece == key), default=None)
        if there is not None:
            self.begin()
            aside = max(ASIDE, *(at + 1 for at in self._before))
            self._folder.move(there, number, aside)
            self._before[aside] = self._before.pop(number)
        if found is not None:
            self.begin()
            self._folder.move(self._before[found], found, number)
            self._before[number] = self._before.pop(found)

    def _has(self, number: int, record: Record, group: str, key: str) -> bool:
        assert self._folder is not None  # noqa: S101 - for mypy
        return all(
            (saved := record.tables.get(table)) is not None
            and saved.key == key
            and self._folder.holds(part_path(table, number), saved.size, saved.hash)
            for table in GROUPS[group]
        )

    def put(self, number: int, piece: Piece, measured: Measured) -> None:
        """Write what was measured of a partition."""
        tables = dict(self._valid[number])
        self._store.write({part_path(table, number): data for table, (data, _, _) in measured.tables.items()})
        for table, (data, rows, hashed) in measured.tables.items():
            tables[table] = Saved(self._settings.keys[GROUP_OF[table]], rows, len(data), hashed)
        self._done[number] = Record(
            piece=_key(piece),
            digest=piece.digest,
            n_articles=measured.n_articles,
            n_bytes=piece.n_bytes,
            n_failed=measured.n_failed,
            retry=measured.retry,
            tables={table: tables[table] for table in self._settings.tables},
        )
        if self._folder is not None:
            self._folder.record(number, self._done[number])

    def begin(self) -> None:
        """Before the first change: the tables are not complete from now on."""
        if self._folder is not None and not self._changed:
            self._folder.begin()
        self._changed = True

    def in_order(self) -> list[Record]:
        """Return the records of all partitions."""
        return [self._done[number] for number in range(len(self._done))]

    def unchanged(self, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the manifest if all that it speaks of is there and nothing else is asked for."""
        if self._folder is None or self._changed:
            return None
        found = unsealed(self._folder.manifest() or {}) or {}
        same = (
            found.get("complete") is True
            and found.get("settings") == settings
            and found.get("keys") == self._settings.keys
            and found.get("versions") == versions()
            and found.get("partitions") == [partition_entry(record) for record in self.in_order()]
            and all(self._folder.holds(path, **entry) for path, entry in found["files"].items())
        )
        return found if same else None


def _key(piece: Piece) -> str:
    return fingerprint(f"{piece.digest}\0{piece.name}".encode("utf-8", "replace"))


def open_tables(path: str | os.PathLike[str]) -> Tables:
    """Open a folder of measured tables.

    Parameters
    ----------
    path
        The folder that `measure` or `analysis measure` wrote.

    Returns
    -------
    Tables
        Read when first used; each DataFrame has the columns and index of the function that made it.

    Raises
    ------
    TablesError
        If the folder holds no measured tables, tables of another format, or those of a run that has not ended.

    Examples
    --------
    >>> import tempfile, pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "It was dry."]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = analysis.measure(corpus, f"{folder}/tables")
    ...     analysis.open_tables(f"{folder}/tables").sentiment["compound"].tolist()
    [0.0, 0.0]
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TablesError(
            f"{folder} holds no measured tables ({MANIFEST} is missing); make them with `analysis measure`."
        ) from None
    except (OSError, ValueError, RecursionError) as why:
        raise TablesError(f"{folder / MANIFEST} cannot be read ({why}); measure again.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise TablesError(f"{folder} holds tables of another format; measure again with this version.")
    if manifest.get("complete") is not True:
        raise TablesError(
            f"{folder} is not complete: a run is at work there or was interrupted. Run the same `analysis measure` "
            "again; it goes on where it was."
        )
    lacks = [name for name in _MANIFEST_KEYS if name not in manifest]
    lacks = lacks or [f"its {name}" for name in ("tables", "partitions") if not _well_formed(name, manifest[name])]
    if lacks:
        raise TablesError(f"{folder / MANIFEST} lacks {', '.join(lacks)}; measure again.")
    content = unsealed(manifest)
    if content is None:
        raise TablesError(
            f"{folder / MANIFEST} was changed since it was written. Run the same `analysis measure` again: "
            "it is made anew."
        )
    return Tables(Folder(folder), content)


def _well_formed(name: str, found: Any) -> bool:
    """Say whether what a manifest holds of its tables or partitions can be worked with."""
    if name == "tables":
        return isinstance(found, dict) and all(
            isinstance(entry, dict) and isinstance(entry.get("rows"), int) and isinstance(entry.get("columns"), list)
            for entry in found.values()
        )
    return isinstance(found, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("n_articles"), int) and isinstance(entry.get("rows"), dict)
        for entry in found
    )
