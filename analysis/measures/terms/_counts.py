"""What all term measures share: terms counted along numbers, groups of articles, the words to leave out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.errors import OptionError, at_least, choose
from analysis.text.patterns import Pattern, compile_pattern, find
from analysis.text.stopwords import stop_words
from analysis.text.tokens import tokens_of

from ._cells import Cells, cells, sorted_runs, stable_order, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from analysis.corpus import Corpus
    from analysis.text.tokens import Tokens

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "PERIODS",
    "Groups",
    "Running",
    "article_terms",
    "at_least",
    "cells_of",
    "counts_of",
    "group_articles",
    "kept_terms",
    "pattern_counts",
    "patterns_of",
    "period_starts",
    "running_terms",
    "sorted_runs",
    "stable_order",
    "strings",
    "tally",
    "term_counts",
]

#: Lengths of time that `by` may name, with pandas' names for them; weeks begin on Monday.
PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Running:
    """Running terms as places in the alphabetical list of the terms that occur."""

    ids: NDArray[np.int32]
    words: pa.Array
    starts: Ints
    sentence_starts: Ints

    @cached_property
    def names(self) -> list[str]:
        """The terms, in alphabetical order."""
        return cast("list[str]", self.words.to_pylist())

    @property
    def n_words(self) -> Ints:
        """int64[n_articles]: the running terms of each article."""
        return cast("Ints", np.diff(self.starts))


def running_terms(corpus: Corpus) -> Running:
    """Return the running terms of a corpus; worked out once and remembered with it."""
    remembered = corpus._remembered
    if "terms.running" not in remembered:
        remembered["terms.running"] = _running(tokens_of(corpus))
    return cast(Running, remembered["terms.running"])


def _running(tokens: Tokens) -> Running:
    terms = tokens.terms
    counts = np.bincount(terms.ids, minlength=len(tokens.vocabulary.terms))
    numbers, names = tokens.vocabulary.alphabetical(np.flatnonzero(counts))
    place = np.zeros(len(counts), np.int32)
    place[numbers] = np.arange(len(numbers), dtype=np.int32)
    return Running(place.take(terms.ids), names, terms.starts, terms.sentence_starts)


def term_counts(tokens: Tokens) -> tuple[csr_matrix, list[str]]:
    """Count the terms of each article.

    Parameters
    ----------
    tokens
        Articles cut into terms.

    Returns
    -------
    csr_matrix, list of str
        Articles × terms (int64), and the terms, in alphabetical order.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> counts, terms = term_counts(tokenise(["Rain, rain and wind.", "Wind."]))
    >>> terms, counts.toarray().tolist()
    (['and', 'rain', 'wind'], [[1, 2, 1], [0, 0, 1]])
    """
    running = _running(tokens)
    return cells(running.ids, len(running.words), running.starts).matrix(len(running.words)), running.names


def cells_of(corpus: Corpus) -> Cells:
    """Return the cells of articles × terms of a corpus; worked out once and remembered with it."""
    remembered = corpus._remembered
    if "terms.cells" not in remembered:
        running = running_terms(corpus)
        remembered["terms.cells"] = cells(running.ids, len(running.words), running.starts)
    return cast(Cells, remembered["terms.cells"])


def counts_of(corpus: Corpus) -> csr_matrix:
    """Return articles × terms of a corpus; worked out once and remembered with it."""
    remembered = corpus._remembered
    if "terms.counts" not in remembered:
        remembered["terms.counts"] = cells_of(corpus).matrix(len(running_terms(corpus).words))
    return remembered["terms.counts"]


def article_terms(corpus: Corpus) -> pd.DataFrame:
    """Return how often each article has each of its terms, stop words and numbers included.

    Returns
    -------
    DataFrame
        `article_id`, `term`, `n` (int64), in the order of the articles, then of the alphabet.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["Rain, rain and wind."]}))
    >>> article_terms(corpus)
      article_id  term  n
    0          a   and  1
    1          a  rain  2
    2          a  wind  1
    """
    counts = counts_of(corpus)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    return pd.DataFrame(
        {
            "article_id": corpus.articles.index.take(rows),
            "term": strings(running_terms(corpus).words, counts.indices),
            "n": counts.data,
        }
    )


def strings(words: Sequence[str] | pa.Array, places: NDArray[Any]) -> Any:
    """Return `words[places]` as a pandas array of text."""
    return pd.array(words, dtype="str").take(places)


def kept_terms(running: Running, *, stopwords: str | Iterable[str] | None, numbers: bool) -> Flags:
    """Return which terms are neither stop words nor, unless `numbers`, without a letter."""
    unwanted = stop_words(stopwords)
    kept = np.ones(len(running.words), np.bool_)
    if unwanted:
        kept &= np.fromiter((name not in unwanted for name in running.names), np.bool_, len(kept))
    if not numbers:
        kept &= np.fromiter((any(map(str.isalpha, name)) for name in running.names), np.bool_, len(kept))
    return kept


@dataclass(frozen=True)
class Groups:
    """Groups of articles: `labels` in order, and for each article its group's place in them (-1: in none)."""

    name: str
    labels: pd.Index
    of_article: Ints

    def sum_rows(self, matrix: csr_matrix) -> csr_matrix:
        """Return groups × terms of articles × terms."""
        from scipy.sparse import csr_matrix

        members = np.flatnonzero(self.of_article >= 0)
        ones = np.ones(len(members), np.int64)
        shape = (len(self.labels), len(self.of_article))
        return csr_matrix((ones, (self.of_article[members], members)), shape=shape) @ matrix

    def sum(self, values: NDArray[Any]) -> Ints:
        """Return the total of whole numbers, one for each article, in each group."""
        inside = self.of_article >= 0
        totals = np.bincount(self.of_article[inside], weights=values[inside], minlength=len(self.labels))
        return totals.astype(np.int64)


def group_articles(corpus: Corpus, by: str, *, option: str = "by") -> Groups:
    """Put articles into groups by a column, or by the day, week, month, quarter or year of `published`.

    A missing value makes a group of its own, the last one; an article without a date is in no period.
    """
    articles = corpus.articles
    columns = [name for name in articles.columns if name != "text"]
    choose(option, by, [*columns, *(period for period in PERIODS if period not in columns)])
    if by in columns:
        codes, labels = pd.factorize(articles[by], sort=True, use_na_sentinel=False)
        return Groups(by, pd.Index(labels), codes.astype(np.int64))
    codes, labels = pd.factorize(period_starts(corpus, by), sort=True)
    return Groups(by, pd.Index(labels), codes.astype(np.int64))


def period_starts(corpus: Corpus, by: str) -> pd.Series[Any]:
    """Return the first day of the period in which each article was published; NaT without a date."""
    published = pd.to_datetime(corpus.articles["published"]).dt.tz_localize(None)
    return cast("pd.Series[Any]", published.dt.to_period(PERIODS[by]).dt.start_time.astype("datetime64[ns]"))


def patterns_of(terms: str | Sequence[str]) -> list[Pattern]:
    """Compile the patterns of an option `terms`; each once."""
    given = [terms] if isinstance(terms, str) else list(terms)
    if not given:
        raise OptionError("`terms` names no term. Use terms=['tax cut*', 'immigra*'].")
    return list(dict.fromkeys(compile_pattern(term) for term in given))


def pattern_counts(corpus: Corpus, patterns: Sequence[Pattern]) -> csr_matrix:
    """Count the matches of each pattern in each article: articles × patterns (int64)."""
    from scipy.sparse import csr_matrix

    tokens = tokens_of(corpus)
    matches = find(tokens, patterns)
    article = np.searchsorted(tokens.terms.starts, matches.position, side="right") - 1
    ones = np.ones(len(article), np.int64)
    return csr_matrix((ones, (article, matches.pattern)), shape=(tokens.n_articles, len(patterns)))
