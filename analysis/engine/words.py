"""The words of measured tables, for the functions that take a corpus or tables: the texts are not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.engine.store import part_path
from analysis.engine.terms import Counted
from analysis.errors import TablesError
from analysis.measures.terms._counts import at_least, patterns_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from analysis.engine.tables import Tables

__all__ = ["CountedArticles", "TermMatrix"]


class TermMatrix(NamedTuple):
    """How often each article has each term.

    Attributes
    ----------
    counts : scipy.sparse.csr_matrix
        Articles × terms (int32).
    article_ids : pandas.Index
        The articles, one for each row.
    terms : pandas.Index
        The terms in alphabetical order, one for each column.
    """

    counts: csr_matrix
    article_ids: pd.Index
    terms: pd.Index


class CountedArticles:
    """Some articles of measured tables, of which the words are known and not the texts.

    Made by `Tables.where`. `keyness`, `trends`, `dispersion` and `term_frequency` take it as they take a corpus.

    Examples
    --------
    >>> import analysis
    >>> frame = pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "Rain and more rain."]})
    >>> some = analysis.measure(analysis.read(frame)).where(outlet="Herald")
    >>> some, analysis.term_frequency(some)[["term", "count"]].to_dict("list")
    (<CountedArticles: 1 of 2 articles>, {'term': ['rain'], 'count': [2]})
    """

    def __init__(self, tables: Tables, everything: Corpus, chosen: Corpus) -> None:
        self._tables, self._everything, self._chosen = tables, everything, chosen
        self._counted: Counted | None = None

    @property
    def articles(self) -> pd.DataFrame:
        """The articles, without texts, indexed by `article_id`."""
        return self._chosen.articles.drop(columns="text")

    def __len__(self) -> int:
        return len(self._chosen)

    def __repr__(self) -> str:
        return f"<CountedArticles: {len(self):,} of {len(self._everything):,} articles>"

    def where(self, condition: pd.Series[bool] | None = None, **equal: object) -> CountedArticles:
        """Return the articles that fulfil a condition, as `Corpus.where`.

        Examples
        --------
        >>> import analysis
        >>> frame = pd.DataFrame({"outlet": ["A", "B", "B"], "section": ["x", "x", "y"], "text": ["It rained."] * 3})
        >>> analysis.measure(analysis.read(frame)).where(outlet="B").where(section="y")
        <CountedArticles: 1 of 3 articles>
        """
        return CountedArticles(self._tables, self._everything, self._chosen.where(condition, **equal))

    def term_matrix(self, *, min_articles: int = 1) -> TermMatrix:
        """Return how often each of the articles has each term, as `Tables.term_matrix`.

        Examples
        --------
        >>> import analysis
        >>> frame = pd.DataFrame({"outlet": ["A", "B"], "text": ["It rained.", "Rain, rain."]})
        >>> matrix = analysis.measure(analysis.read(frame)).where(outlet="B").term_matrix()
        >>> matrix.terms.tolist(), matrix.counts.toarray().tolist()
        (['rain'], [[2]])
        """
        at_least("min_articles", min_articles, 1)
        counted = self._word_counts()
        words = np.flatnonzero(counted.n_articles >= min_articles)
        terms = pd.Index(pd.array(counted.names, dtype="str").take(words), name="term")
        return TermMatrix(counted.rows(words), self._chosen.articles.index, terms)

    def _word_counts(self) -> Counted:
        """Return the words of the articles; what the partitions counted is added up once."""
        if self._counted is None:
            manifest = self._tables.manifest
            if "terms" not in manifest["tables"]:
                raise TablesError("these tables were made without words. Measure again with 'terms' in `only`.")
            settings = manifest["settings"]
            of_partitions = [entry["rows"] for entry in manifest["partitions"]]
            has = {name: all(name in rows for rows in of_partitions) for name in ("followed", "ngrams")}
            wanted: NDArray[np.bool_] = self._everything.articles.index.isin(self._chosen.articles.index)
            self._counted = Counted(
                self._read,
                [entry["n_articles"] for entry in manifest["partitions"]],
                self._everything.articles,
                wanted,
                followed=patterns_of(settings["terms"]) if has["followed"] else (),
                ngrams=settings["ngrams"] if has["ngrams"] else 1,
            )
        return self._counted

    def _read(self, name: str, number: int, columns: list[str]) -> pa.Table:
        return self._tables._file(part_path(name, number), None, self._tables._rows(name, number), columns)
