"""How evenly words are spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

import analysis.kernels as kernels
from analysis.errors import choose

from ._beforehand import about, blocks_of, counted, matches_of, spoken
from ._counts import (
    PERIODS,
    Groups,
    at_least,
    counts_of,
    group_articles,
    kept_terms,
    pattern_counts,
    patterns_of,
    running_terms,
    strings,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix, csr_matrix

    from analysis.corpus import Corpus
    from analysis.text.fragments import Voice

    from ._beforehand import Source

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["dispersion"]


def dispersion(
    corpus: Source,
    terms: str | Sequence[str] | None = None,
    *,
    parts: str = "article",
    min_count: int = 5,
    stopwords: str | Iterable[str] | None = "english",
    numbers: bool = True,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Return how evenly words are spread over the articles, or over groups of them.

    Parameters
    ----------
    corpus
        The articles, or measured tables, whose words are looked at a block at a time; phrases must have been followed.
    terms
        Words, phrases or either with wildcards (`tax cut*`); None for all words. Those named stand in the table however
        rare, with NaN where they do not occur.
    parts
        `article`, a column of the articles (`outlet`), or `day`, `week`, `month`, `quarter`, `year` of `published`.
        Parts without words are left out.
    min_count
        Without `terms`: leave out words that occur less often.
    stopwords, numbers
        Without `terms`: as in `term_frequency`.
    voice
        As in `term_frequency`.

    Returns
    -------
    DataFrame
        `term`, `count`, `range` (int64, parts that have it), `n_parts` (int64), `dp`, `dp_norm` (float64, 0 evenly
        spread to 1 in one part only), `juilland_d` (float64, 1 evenly spread to 0). Sorted by falling `count`, then the
        alphabet.

    Raises
    ------
    OptionError
        If `terms` is empty, a pattern has no letter or digit, `parts` or `voice` is not a choice, or `min_count` is
        below 1.

    Notes
    -----
    With s the share of all running words that a part has, v the share of the term's occurrences, n parts and r the
    term's rate in a part:

    - `dp` = ½ Σ |v − s| (Gries 2008, Dispersions and adjusted frequencies in corpora, International Journal of Corpus
      Linguistics 13); `dp_norm` = dp / (1 − min s) (Lijffijt & Gries 2012, the same journal 17). NaN with one part.
    - `juilland_d` = 1 − (sd(r) / mean(r)) / sqrt(n − 1), sd of the population (Juilland & Chang-Rodríguez 1964,
      Frequency dictionary of Spanish words); with rates, since parts differ in length. NaN with one part. With
      hundreds of parts it is near 1 for almost all words: prefer `dp`.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell here.", "Rain fell there.", "Snow, snow, snow!"]}))
    >>> analysis.dispersion(corpus, ["rain", "snow"])[["term", "range", "dp", "juilland_d"]].round(3)
       term  range     dp  juilland_d
    0  snow      1  0.667         0.0
    1  rain      2  0.333         0.5
    """
    at_least("min_count", min_count, 1)
    corpus = spoken(corpus, voice)
    counts, articles = counted(corpus), about(corpus)
    columns = [name for name in articles.articles.columns if name not in ("text", "article")]
    choose("parts", parts, ["article", *columns, *(period for period in PERIODS if period not in columns)])
    groups = None if parts == "article" else group_articles(articles, parts, option="parts")
    if terms is not None:
        patterns = patterns_of(terms)
        matches = pattern_counts(articles, patterns) if counts is None else matches_of(counts, patterns)
        n_words = running_terms(articles).n_words if counts is None else counts.n_words
        tables = [_spread_of(matches, [pattern.text for pattern in patterns], n_words, groups)]
    else:
        blocks: Iterable[Corpus] = [articles]
        if counts is not None:
            blocks = (block for _, block in blocks_of(counts, counts.count >= min_count))
        tables = []
        for block in blocks:
            running = running_terms(block)
            table = _spread_of(counts_of(block), running.words, running.n_words, groups)
            kept = kept_terms(running, stopwords=stopwords, numbers=numbers)
            tables.append(table[kept & (table["count"] >= min_count).to_numpy()])
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)


def _spread_of(
    counts: csr_matrix, names: Sequence[str] | pa.Array, n_words: Ints, groups: Groups | None
) -> pd.DataFrame:
    """Return the table of some terms, in their order, from articles × terms."""
    if groups is not None:
        counts, n_words = groups.sum_rows(counts), groups.sum(n_words)
    full = n_words > 0
    counts = (counts if full.all() else counts.tocsr()[full]).tocsc()
    n_words = n_words[full]
    n, n_terms = len(n_words), len(names)

    term = np.repeat(np.arange(n_terms), np.diff(counts.indptr))
    total = np.bincount(term, weights=counts.data, minlength=n_terms)
    having = np.bincount(term, minlength=n_terms)
    with np.errstate(divide="ignore", invalid="ignore"):
        change, rates, squares = _spread(counts, n_words, term, total.astype(np.float64))
        # A part without the term adds s; so the sum over all parts is 1 plus what the others change.
        dp = 0.5 * (1 + change)
        mean = rates / n
        squares = squares + (n - having) * mean**2
        juilland = 1 - np.sqrt(squares / n) / mean / np.sqrt(n - 1)
    unknown = (total == 0) | (n < 2)
    dp[unknown] = juilland[unknown] = np.nan
    smallest = n_words.min() / n_words.sum() if n > 1 else 0.0
    return pd.DataFrame(
        {
            "term": strings(names, np.arange(n_terms)),
            "count": total.astype(np.int64),
            "range": having.astype(np.int64),
            "n_parts": np.full(n_terms, n, np.int64),
            "dp": np.clip(dp, 0, 1),
            "dp_norm": np.clip(dp / (1 - smallest), 0, 1),
            "juilland_d": np.clip(juilland, 0, 1),
        }
    )


def _spread(counts: csc_matrix, n_words: Ints, term: Ints, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Add up, over the parts that have a term: |v − s| − s, its rates, and their squared deviations from the mean.

    Deviations, not squares minus a square: exact where all rates are equal.
    """
    shares = n_words / n_words.sum() if len(n_words) else np.zeros(0)
    n_terms = len(total)
    if (compiled := kernels.load()) is not None:
        columns = (counts.indices.astype(np.int32, copy=False), counts.data.astype(np.int32, copy=False))
        wanted = (*columns, counts.indptr.astype(np.int64), n_words.astype(np.float64), shares, *[8 * n_terms] * 3)
        with compiled.blocks(*wanted) as (rows, data, starts, words, share, *found):
            compiled.call("terms_spread", rows, data, starts, n_terms, words, share, len(n_words), *found)
            change, rates, squares = (compiled.view(address, n_terms, np.float64).copy() for address in found)
        return change, rates, squares
    share, rate = shares[counts.indices], counts.data / n_words[counts.indices]
    rates = _added(term, rate, n_terms)
    change = _added(term, np.abs(counts.data / total[term] - share) - share, n_terms)
    return change, rates, _added(term, (rate - (rates / len(n_words))[term]) ** 2, n_terms)


def _added(term: Ints, values: Floats, n_terms: int) -> Floats:
    return np.bincount(term, weights=values, minlength=n_terms).astype(np.float64)
