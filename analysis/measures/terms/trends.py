"""Words over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from analysis.errors import choose

from ._beforehand import about, counted, matches_of, spoken
from ._counts import PERIODS, Groups, pattern_counts, patterns_of, period_starts, running_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from analysis.corpus import Corpus
    from analysis.text.fragments import Voice

    from ._beforehand import Source

__all__ = ["trend_table", "trends"]


def trends(
    corpus: Source,
    terms: str | Sequence[str],
    *,
    by: Literal["day", "week", "month", "quarter", "year"] = "month",
    voice: Voice = "all",
) -> pd.DataFrame:
    """Return how often words occur in each period.

    Parameters
    ----------
    corpus
        The articles, or measured tables; articles without a date belong to no period and are left out.
    terms
        Words, phrases or either with wildcards: `["tax cut*", "immigra*"]`. Of measured tables, phrases only that
        they were made to follow (`measure(…, terms=…)`).
    by
        The length of a period; weeks begin on Monday.
    voice
        As in `term_frequency`.

    Returns
    -------
    DataFrame
        `period` (datetime64, its first day), `term` (as given), `count` (int64), `n_words` (int64, running words of the
        period), `per_million` (float64, NaN where there are no words), `n_articles` (int64, articles that have the
        term), `n_articles_period` (int64, all articles of the period). All periods from the first to the last, also
        those without articles, and in each the terms in the order given.

    Raises
    ------
    OptionError
        If `terms` is empty, a pattern has no letter or digit, `by` or `voice` is none of its choices, or measured
        tables have no counts of a phrase.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> articles = {"published": ["2024-01-05", "2024-03-02"], "text": ["Rain fell; it rained.", "The sun shone."]}
    >>> analysis.trends(analysis.read(pd.DataFrame(articles)), "rain*")[["period", "term", "count", "n_words"]]
          period   term  count  n_words
    0 2024-01-01  rain*      2        4
    1 2024-02-01  rain*      0        0
    2 2024-03-01  rain*      0        3
    """
    choose("by", by, PERIODS)
    patterns = patterns_of(terms)
    corpus = spoken(corpus, voice)
    counts, articles = counted(corpus), about(corpus)
    matches = pattern_counts(articles, patterns) if counts is None else matches_of(counts, patterns)
    n_words = running_terms(articles).n_words if counts is None else counts.n_words
    return trend_table(articles, [pattern.text for pattern in patterns], matches, n_words, by)


def trend_table(
    articles: Corpus, names: Sequence[str], counts: csr_matrix, n_words: NDArray[np.int64], by: str
) -> pd.DataFrame:
    """Return the table of `trends` from articles × terms, and the running words of each article."""
    starts = period_starts(articles, by)
    periods = _between(starts, by)
    groups = Groups("period", periods, periods.get_indexer(pd.DatetimeIndex(starts)).astype(np.int64))
    having = counts.copy()
    having.data = np.ones_like(having.data)
    n_words = np.repeat(groups.sum(n_words), len(names))
    count = groups.sum_rows(counts).toarray().ravel().astype(np.int64)
    return pd.DataFrame(
        {
            "period": periods.repeat(len(names)),
            "term": pd.array([*names] * len(periods), dtype="str"),
            "count": count,
            "n_words": n_words,
            "per_million": np.where(n_words > 0, count * 1e6 / np.maximum(n_words, 1), np.nan),
            "n_articles": groups.sum_rows(having).toarray().ravel().astype(np.int64),
            "n_articles_period": np.repeat(groups.sum(np.ones(len(articles))), len(names)),
        }
    )


def _between(starts: pd.Series, by: str) -> pd.DatetimeIndex:
    """Return the first days of all periods from the first to the last."""
    if starts.isna().all():
        return pd.DatetimeIndex([], dtype="datetime64[ns]")
    periods = pd.period_range(starts.min(), starts.max(), freq=PERIODS[by])
    return pd.DatetimeIndex(periods.start_time.astype("datetime64[ns]"))
