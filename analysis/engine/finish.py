"""What only all partitions together can tell: identifiers, outlets, copies of a text, and the words of groups."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import __version__
from analysis.corpus import NOTE_COLUMNS, SET_ASIDE_COLUMNS
from analysis.engine.partition import LIBRARIES, MEASURES, Settings, encoded, without_text
from analysis.engine.store import FORMAT, Folder, Memory, Record, fingerprint, part_columns, read_part
from analysis.engine.terms import ReadPart, term_tables
from analysis.errors import InputError, choose
from analysis.reading.articles import _concatenated, _identify, _name_outlets
from analysis.reading.files import FORMATS
from analysis.reading.rows import PROBLEM_KINDS, Log

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PLACE", "TABLES", "WHOLE", "Options", "described", "finish", "partition_entry", "versions"]

#: The tables of the whole corpus, each one file.
WHOLE = (
    "articles",
    "set_aside",
    "notes",
    "copies",
    "term_frequency",
    "ngram_frequency",
    "keyness",
    "dispersion",
    "trends",
)
#: Where an article is: its partition, and its row there.
PLACE = ("partition", "article")
#: What `Tables` has, in this order.
TABLES = (
    *("articles", "quality", "readability", "sentiment", "titles", "sentences", "framing", "cues"),
    *("voice", "tone_by_voice"),
    *("lexical_diversity", "terms", "term_frequency", "ngram_frequency", "keyness", "dispersion", "trends"),
    *("set_aside", "notes"),
)
_KINDS = {pa.int64(): pd.Int64Dtype()}
_MANY_FILES = 10
_MOST_LINES = 1000


@dataclass(frozen=True)
class Options:
    """What the tables of the whole corpus depend on besides the partitions' tables.

    Attributes
    ----------
    stopwords, terms, by, min_articles
        As `analysis.measure` takes them.
    final
        Whether identifiers and outlets are those of a corpus, which are left as they are.
    """

    stopwords: str | tuple[str, ...] | None = "english"
    terms: tuple[str, ...] | None = None
    by: str = "outlet"
    min_articles: int = 1
    final: bool = False


def finish(
    store: Folder | Memory, records: Sequence[Record], settings: Settings, options: Options, *, threads: int = 1
) -> dict[str, Any]:
    """Make the tables of the whole corpus from those of the partitions, and the manifest, with so many threads.

    Raises
    ------
    InputError
        If there are no articles, with all that could not be read.
    OptionError
        If `by` is no column that can be compared by.
    """
    if not any(record.n_articles for record in records):
        raise InputError(_nothing(store, records))
    identities = pa.concat_tables([read_part(store, "identity", n) for n in range(len(records))])
    frame, ids, notes = _articles(store, records, identities, options)
    choose("by", options.by, [name for name in frame.columns if name not in ("published", "title", "url")])
    identity = identities.to_pandas()
    sizes = [record.n_articles for record in records]
    place = {
        "partition": np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
        "article": np.concatenate([np.arange(size, dtype=np.int32) for size in sizes]),
    }
    frame.index = pd.Index(ids, name="article_id", dtype="str")
    # A column of the user's that is called like one of ours makes way.
    frame = frame.rename(columns={name: f"{name}_as_written" for name in PLACE if name in frame})
    stored = frame.assign(**place)
    with ThreadPoolExecutor(threads) as pool:
        of_words = pool.submit(_of_words, store, sizes, frame, settings, options, threads)
        logs = pool.submit(_logs, store, records, ids, notes)
        copies = pool.submit(_copies, identity, ids, place)
        aside, noted = logs.result()
        whole: dict[str, pa.Table] = {
            "articles": pa.Table.from_pandas(stored),
            "set_aside": aside,
            "notes": noted,
            "copies": copies.result(),
            **of_words.result(),
        }
        data = dict(zip(whole, pool.map(encoded, whole.values()), strict=True))
    files = {f"{name}.parquet": data[name] for name in whole}
    store.write(files)
    rows = {name: sum(record.tables[name].rows for record in records) for name in settings.tables}
    rows |= {name: table.num_rows for name, table in whole.items()}
    if "quality" in rows:
        rows["quality"] += rows["copies"]
    columns = {name: part_columns(store, name, 0)[1:] for name in settings.tables}
    columns |= {name: table.column_names for name, table in whole.items()}
    columns["articles"] = list(map(str, frame.columns))
    language, published = frame["language"].fillna("en"), frame["published"].dropna()
    return {
        "format": FORMAT,
        "complete": True,
        "kit": __version__,
        "versions": versions(),
        "settings": described(settings, options),
        "keys": settings.keys,
        "data_hash": _data_hash(ids, identity["text_hash"].to_numpy(np.uint64)),
        "n_articles": len(frame),
        "n_outlets": int(frame["outlet"].nunique()),
        "n_not_english": int((language != "en").sum()),
        "n_set_aside": aside.num_rows,
        "first": None if published.empty else f"{published.min():%Y-%m-%d}",
        "last": None if published.empty else f"{published.max():%Y-%m-%d}",
        "partitions": [partition_entry(record) for record in records],
        "files": {path: {"size": len(data), "hash": fingerprint(data)} for path, data in files.items()},
        "tables": {name: {"rows": rows[name], "columns": columns[name]} for name in TABLES if name in rows},
    }


def _of_words(
    store: Folder | Memory,
    sizes: Sequence[int],
    frame: pd.DataFrame,
    settings: Settings,
    options: Options,
    threads: int,
) -> dict[str, pa.Table]:
    """Return the tables about words, if any were counted."""
    if "terms" not in settings.keys:
        return {}
    with ThreadPoolExecutor(1) as pool:
        tables = term_tables(
            _read_ahead(store, len(sizes), pool) if threads > 1 else partial(read_part, store),
            sizes,
            frame,
            stopwords=options.stopwords,
            by=options.by,
            followed=options.terms,
            min_articles=options.min_articles,
            ngrams=settings.ngrams,
            compared="keyness" in settings.measures,
        )
    return {name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()}


def _read_ahead(store: Folder | Memory, n_parts: int, pool: ThreadPoolExecutor) -> ReadPart:
    """Return what reads columns of a part of a table, and has those of the next part read meanwhile."""
    waiting: dict[tuple[str, int, tuple[str, ...]], Future[pa.Table]] = {}

    def read(name: str, number: int, columns: list[str]) -> pa.Table:
        found = waiting.pop((name, number, tuple(columns)), None)
        if number + 1 < n_parts:
            waiting[name, number + 1, tuple(columns)] = pool.submit(read_part, store, name, number + 1, columns)
        return read_part(store, name, number, columns) if found is None else found.result()

    return read


def versions() -> dict[str, str]:
    """Return the versions of the libraries that the numbers depend on."""
    return {name: metadata.version(name) for name in LIBRARIES}


def described(settings: Settings, options: Options) -> dict[str, Any]:
    """Return the settings as the manifest states them."""
    return {
        "codebook": settings.codebook.name,
        "sentences": settings.sentences,
        "stopwords": options.stopwords
        if options.stopwords is None or isinstance(options.stopwords, str)
        else list(options.stopwords),
        "terms": None if options.terms is None else list(options.terms),
        "by": options.by,
        "ngrams": settings.ngrams,
        "min_articles": options.min_articles,
        "tidy": settings.tidy,
        "only": None if settings.measures == tuple(MEASURES) else list(settings.measures),
    }


def partition_entry(record: Record) -> dict[str, Any]:
    """Return a partition as the manifest states it."""
    return {
        "digest": record.digest,
        "n_articles": record.n_articles,
        "n_bytes": record.n_bytes,
        "rows": {name: saved.rows for name, saved in record.tables.items()},
    }


def _articles(
    store: Folder | Memory, records: Sequence[Record], identities: pa.Table, options: Options
) -> tuple[pd.DataFrame, list[str], Log]:
    """Return the articles under their outlets' names, their identifiers, and what is to be noted of both."""
    parts = [read_part(store, "as_read", number) for number in range(len(records))]
    left_out = {name for part in parts for name in json.loads(part.schema.metadata[b"left_out"])}
    frame = _together(parts)
    given, hashes = identities["given"].to_pylist(), identities["hash"].to_pylist()
    log = Log()
    if options.final:
        ids = [str(value) for value in given]
    else:
        frame, ids = _identify(frame, given, hashes, None, log)
        frame = _name_outlets(frame, log, fold=True)
    # A column may have turned out as text, or as a mixture of types, in some partitions only.
    frame = without_text(frame.drop(columns=[name for name in frame.columns if name in left_out]))
    return frame, ids, log


def _together(parts: Sequence[pa.Table]) -> pd.DataFrame:
    """Return the partitions' articles as one frame."""
    alike = [part.replace_schema_metadata({**part.schema.metadata, b"left_out": b""}) for part in parts]
    if all(part.schema.equals(alike[0].schema, check_metadata=True) for part in alike):
        frame: pd.DataFrame = pa.concat_tables(alike).to_pandas()
        return frame
    frames = [part.to_pandas() for part in parts]
    return _concatenated([part for part in frames if len(part)] or frames[:1])


def _logs(
    store: Folder | Memory, records: Sequence[Record], ids: Sequence[str], more: Log
) -> tuple[pa.Table, pa.Table]:
    """Return what was set aside, without text, and what was noted, both in the order of path and row."""
    starts = np.concatenate([[0], np.cumsum([record.n_articles for record in records])])
    names = pa.array(ids, pa.large_string())
    found = {}
    for table, columns in (("set_aside", SET_ASIDE_COLUMNS[:-1]), ("notes", NOTE_COLUMNS)):
        parts = []
        for number in range(len(records)):
            part = read_part(store, table, number)
            place = pc.add(part["article"].cast(pa.int64()), int(starts[number]))
            parts.append(part.set_column(part.column_names.index("article"), "article_id", names.take(place)))
        found[table] = pa.concat_tables(parts).select(list(columns)).to_pandas(types_mapper=_KINDS.get)
    fresh = pd.DataFrame(more.notes, columns=list(NOTE_COLUMNS)).astype(found["notes"].dtypes.to_dict())
    # What is said of a whole file is said once for each of its partitions.
    found["notes"] = pd.concat([found["notes"], fresh], ignore_index=True).drop_duplicates()
    aside, notes = (
        table.sort_values(["path", "row"], kind="stable", na_position="first", ignore_index=True)
        for table in found.values()
    )
    return pa.Table.from_pandas(aside, preserve_index=False), pa.Table.from_pandas(notes, preserve_index=False)


def _nothing(store: Folder | Memory, records: Sequence[Record]) -> str:
    """Say why there are no articles."""
    lines = []
    for table, said in (("set_aside", "reason"), ("notes", "message")):
        for number in range(len(records)):
            part = read_part(store, table, number, ["path", "row", "kind", said]).to_pylist()
            for entry in (entry for entry in part if entry["kind"] in PROBLEM_KINDS):
                row = "" if entry["row"] is None else f", row {entry['row']}"
                lines.append(f"{entry['path']}{row}: {entry[said]}")
    formats = f"{', '.join(FORMATS)}, or .gz or .zst of them"
    return "\n".join(lines[:_MOST_LINES]) or f"there is no article here. Give files or folders with {formats}."


def _copies(identity: pd.DataFrame, ids: Sequence[str], place: Mapping[str, NDArray[np.int32]]) -> pa.Table:
    """Return the problems of `Corpus.quality` that several partitions may have a part in."""
    rows: list[tuple[int, str, str, int]] = []
    worded = np.flatnonzero(identity["has_words"].to_numpy(bool))
    _, first, of, times = np.unique(
        identity["text_hash"].to_numpy(np.uint64)[worded], return_index=True, return_inverse=True, return_counts=True
    )
    for copy in np.flatnonzero((times[of] > 1) & (first[of] != np.arange(len(worded)))).tolist():
        earlier = ids[worded[first[of[copy]]]]
        rows.append((int(worded[copy]), "duplicate", f"the same text as {earlier}", int(times[of[copy]])))
    labels = {at: label for at, label in enumerate(identity["label"]) if isinstance(label, str)}
    counts = Counter(labels.values())
    for at, label in labels.items():
        if counts[label] >= _MANY_FILES:
            rows.append((at, "label_line", label.partition("\0")[2], counts[label]))
    rows.sort(key=lambda row: row[:2])
    found = np.array([row[0] for row in rows], np.int64)
    return pa.table(
        {
            "partition": pa.array(place["partition"][found], pa.int32()),
            "article": pa.array(place["article"][found], pa.int32()),
            "problem": pa.array([row[1] for row in rows], pa.large_string()),
            "detail": pa.array([row[2] for row in rows], pa.large_string()),
            "n": pa.array([row[3] for row in rows], pa.int32()),
        }
    )


def _data_hash(ids: Sequence[str], text_hashes: NDArray[np.uint64]) -> str:
    texts = text_hashes.astype("<u8").tobytes()
    parts = [
        article_id.encode("utf-8", "replace") + b"\0" + texts[place : place + 8]
        for place, article_id in zip(range(0, len(texts), 8), ids, strict=True)
    ]
    return hashlib.blake2b(b"".join(parts), digest_size=16).hexdigest()
