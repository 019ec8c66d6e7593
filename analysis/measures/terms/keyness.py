"""Which words set a group of articles apart, with the article as the unit of inference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd

import analysis.kernels as kernels
from analysis.errors import OptionError
from analysis.measures.corrections import adjusted

from ._beforehand import about, blocks_of, counted, spoken
from ._counts import at_least, counts_of, kept_terms, running_terms, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from analysis.corpus import Corpus
    from analysis.text.fragments import Voice

    from ._beforehand import Source

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["joined", "keyness", "keyness_of_groups", "log_likelihood"]

# Numbers of articles, of all terms, that the rank-sum test looks at together.
_AT_ONCE = 1_000_000


def keyness(
    corpus: Source,
    *,
    target: Mapping[str, object] | pd.Series[bool],
    reference: Mapping[str, object] | pd.Series[bool] | None = None,
    min_count: int = 5,
    min_articles: int = 5,
    stopwords: str | Iterable[str] | None = "english",
    numbers: bool = True,
    prior: float | None = None,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Compare the words of some articles with those of others.

    `log_odds_z`, `log_ratio` and `g2` rank the words; `p` and `q` say which differences would be surprising if
    articles had been dealt to the two sides at random. G² treats every running word as an independent draw, so one long
    article can make a word "significant"; it is no test here.

    Parameters
    ----------
    corpus
        The articles, or measured tables, whose words are compared a block at a time.
    target
        Column and value (or list of values), such as `{"outlet": "Reason"}`, or a boolean Series indexed by
        `article_id`.
    reference
        The same for the articles to compare with; None for all others.
    min_count, min_articles
        Only words that occur this often, and in this many articles, on both sides together are compared and tested.
    stopwords, numbers
        As in `term_frequency`. What is left out still counts as running words.
    prior
        How many words the Dirichlet prior is worth; None for as many as the two sides have. More shrinks more.
    voice
        As in `term_frequency`. An article without words in the voice is one without the word.

    Returns
    -------
    DataFrame
        One row for each word tested, sorted by falling `log_odds_z`, then the alphabet:
        `term`; `count_target`, `count_reference` (int64); `per_million_target`, `per_million_reference`
        (float64); `n_articles_target`, `n_articles_reference` (int64, articles that have it); `g2` (0 or more);
        `log_ratio` (doublings of the rate; above 0: more in the target); `log_odds_z` (above 0: more in the target);
        `superiority` (the chance that an article of the target has a higher rate than one of the reference, ties
        half: .5 is no difference); `p`, `q` (float64).

    Raises
    ------
    OptionError
        If a side has no article, both have the same article, a column is missing, a number is too small, or there is
        no such voice.

    Notes
    -----
    - `g2` = 2 Σ O ln(O / E) over the four cells of word × side (Dunning 1993, Accurate methods for the statistics of
      surprise and coincidence, Computational Linguistics 19).
    - `log_ratio` = log2 of the two rates' ratio, a count of 0 taken as 0.5 (Hardie 2014, Log Ratio: an informal
      introduction).
    - `log_odds_z` is the weighted log-odds ratio with an informative Dirichlet prior, over its standard error: with
      prior counts a = `prior` × the word's share in both sides, ln((c + a) / (n + prior − c − a)) of the target minus
      that of the reference, over sqrt(1 / (c_target + a) + 1 / (c_reference + a)) (Monroe, Colaresi & Quinn 2008,
      Fightin' words, Political Analysis 16).
    - `p`, two-sided, is of the rank-sum test over the articles' rates (count / running words), as Lijffijt et al.
      (2016), Significance testing of word frequencies in corpora, Digital Scholarship in the Humanities 31, advise.
      Most articles lack most words, where the usual normal approximation is far off; so the number of articles with
      the word that fall to the target has its exact (hypergeometric) distribution, and only the sum of their ranks,
      given that number, a normal one. (With some 15 articles of equal length, where most rates are tied, p can be off
      by a factor of 2 or 3.) Below 1e-20 p is given as 1e-20. On shuffled outlets of 1,300 news articles, 2 to 4 % of
      tables have any word with q < .05; with G² or the usual approximation, all have
      (`tests/benchmarks/keyness_shuffles.py`).
    - `superiority` is Vargha & Delaney's A (2000).
    - `q`: Benjamini & Hochberg (1995) over the words of the table.
    - Copies of one wire story are not independent articles; take them out first.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["Rain fell on the farm."] * 6 + ["The bank lent money."] * 6
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Farmer"] * 6 + ["Banker"] * 6, "text": texts}))
    >>> words = analysis.keyness(corpus, target={"outlet": "Farmer"})
    >>> words[["term", "count_target", "count_reference", "superiority"]].head(2)
       term  count_target  count_reference  superiority
    0  farm             6                0          1.0
    1  fell             6                0          1.0
    >>> words["p"].round(4).unique().tolist()
    [0.0022]
    """
    at_least("min_count", min_count, 1)
    at_least("min_articles", min_articles, 1)
    if prior is not None and not prior > 0:
        raise OptionError(f"`prior` must be above 0; got {prior!r}. Use None for as many words as are compared.")
    corpus = spoken(corpus, voice)
    counts, articles = counted(corpus), about(corpus)
    on_target = _side(articles, target, "target")
    on_reference = ~on_target if reference is None else _side(articles, reference, "reference")
    if not on_reference.any():
        raise OptionError("`target` takes every article, and leaves none to compare with.")
    both = int((on_target & on_reference).sum())
    if both:
        raise OptionError(
            f"`target` and `reference` have {both:,} articles in common; an article can be on one side only."
        )
    blocks: Iterable[Corpus] = [articles]
    if counts is not None:
        often = (counts.count >= min_count) & (counts.n_articles >= min_articles)
        blocks = (block for _, block in blocks_of(counts, often))

    found: list[pd.DataFrame] = []
    for block in blocks:
        running = running_terms(block)
        kept = kept_terms(running, stopwords=stopwords, numbers=numbers)
        ranked = _ranked(block, on_target | on_reference)
        tested = kept & (ranked.count >= min_count) & (ranked.n_articles >= min_articles)
        terms = np.flatnonzero(tested)
        of_target = ranked.of_target(on_target[on_target | on_reference])
        words = [int(running.n_words[side].sum()) for side in (on_target, on_reference)]
        sides = _Sides(int(on_target.sum()), *words)
        found.append(_compared(strings(running.words, terms), ranked, terms, of_target, sides, prior))
    return joined(found)


def keyness_of_groups(
    corpus: Corpus, group: Ints, n_groups: int, *, min_count: int = 5, min_articles: int = 5
) -> list[pd.DataFrame]:
    """Compare each group of articles with all others, as `keyness` does; without `q`, and in alphabetical order.

    Parameters
    ----------
    corpus
        The articles.
    group
        int64[n_articles]: the group of each, from 0; -1 for one of none, which still is among the others.
    n_groups
        How many groups there are.
    min_count, min_articles
        As in `keyness`.
    """
    running = running_terms(corpus)
    ranked = ranked_articles(corpus)
    terms = np.flatnonzero((ranked.count >= min_count) & (ranked.n_articles >= min_articles))
    of_groups = zip(*ranked.of_groups(group, n_groups), strict=True)
    names, n_words = strings(running.words, terms), int(running.n_words.sum())
    tables = []
    for number, sums in enumerate(of_groups):
        inside = group == number
        of_target = int(running.n_words[inside].sum())
        sides = _Sides(int(inside.sum()), of_target, n_words - of_target)
        tables.append(_compared(names, ranked, terms, sums, sides, None))
    return tables


def joined(blocks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of blocks of words, in the order of the alphabet, together; `q` is among all their words."""
    table = pd.concat(blocks, ignore_index=True)
    table["q"] = adjusted(table["p"].to_numpy(), "fdr_bh")
    # Terms come in the order of the alphabet, which a stable sort keeps.
    return table.sort_values("log_odds_z", ascending=False, kind="stable", ignore_index=True)


class _Sides(NamedTuple):
    """Articles of the target, and the running words of target and reference."""

    articles_target: int
    words_target: int
    words_reference: int


def _compared(
    names: Any, ranked: Ranked, terms: Ints, of_target: tuple[Ints, Ints, Floats], sides: _Sides, prior: float | None
) -> pd.DataFrame:
    """Compare some terms, of these names, without the false discovery rate, which is among all."""
    count_target, articles_target, rank_sum = of_target
    _, n_target, n_reference = sides
    c_target = count_target[terms]
    c_reference = ranked.count[terms] - c_target
    p, superiority = rank_sum_test(
        ranked, terms, articles_target[terms], rank_sum[terms], n_target=sides.articles_target
    )
    return pd.DataFrame(
        {
            "term": names,
            "count_target": c_target,
            "count_reference": c_reference,
            "per_million_target": c_target * 1e6 / max(n_target, 1),
            "per_million_reference": c_reference * 1e6 / max(n_reference, 1),
            "n_articles_target": articles_target[terms],
            "n_articles_reference": ranked.n_articles[terms] - articles_target[terms],
            "g2": log_likelihood(c_target, c_reference, n_target, n_reference),
            "log_ratio": log_ratio(c_target, c_reference, n_target, n_reference),
            "log_odds_z": log_odds_z(c_target, c_reference, n_target, n_reference, prior=prior),
            "superiority": superiority,
            "p": p,
        }
    )


def _side(corpus: Corpus, chosen: Mapping[str, object] | pd.Series[bool], option: str) -> Flags:
    """Return which articles a side has."""
    index = corpus.articles.index
    if isinstance(chosen, pd.Series) and chosen.dtype == np.bool_ and chosen.index.equals(index) and chosen.any():
        return chosen.to_numpy()
    if isinstance(chosen, pd.Series):
        kept = corpus.where(chosen)
    elif isinstance(chosen, Mapping) and chosen:
        kept = corpus.where(None, **{str(name): value for name, value in chosen.items()})
    else:
        raise OptionError(
            f"`{option}` must be columns and values, such as {{'outlet': 'A'}}, or a boolean Series; got {chosen!r}."
        )
    if not len(kept):
        shown = "the Series" if isinstance(chosen, pd.Series) else repr(dict(chosen))
        raise OptionError(f"`{option}` matches no article: {shown}.")
    return np.asarray(corpus.articles.index.isin(kept.articles.index), dtype=np.bool_)


class Ranked:
    """Articles × terms with the articles that have a term ranked by its rate; made once, asked for many targets."""

    def __init__(self, counts: csr_matrix, n_words: Ints) -> None:
        columns = counts.tocsc()
        self.row: Ints = columns.indices.astype(np.int64)
        self.n_rows: int = counts.shape[0]
        self.n_articles: Ints = np.diff(columns.indptr).astype(np.int64)
        self._data: Ints = columns.data
        self._term = np.repeat(np.arange(counts.shape[1]), self.n_articles)
        self.count = np.bincount(self._term, weights=columns.data, minlength=counts.shape[1]).astype(np.int64)
        #: Sum of squared deviations of the ranks of each term from their mean.
        self.spread: Floats
        self._rank = self._midranks(columns.data / n_words[self.row], columns.indptr.astype(np.int64))

    def _midranks(self, rate: Floats, starts: Ints) -> Floats:
        m = self.n_articles.astype(np.float64)
        if (compiled := kernels.load()) is not None:
            longest, n_terms = 16 * int(m.max(initial=0)), len(m)
            with compiled.blocks(rate, starts, longest, longest, rate.nbytes, 8 * n_terms) as (at, edges, *rest):
                compiled.call("terms_midranks", at, edges, n_terms, *rest)
                rank, lost = (
                    compiled.view(address, size, np.float64).copy()
                    for address, size in zip(rest[2:], (len(rate), n_terms), strict=True)
                )
            self.spread = (m**3 - m) / 12 - lost
            return rank
        order = np.lexsort((rate, self._term))
        ordered, term = rate[order], self._term[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = (ordered[1:] != ordered[:-1]) | (term[1:] != term[:-1])
        first = np.flatnonzero(new)
        size = np.diff(first, append=len(order))
        midrank = first - starts[term[first]] + (size + 1) / 2
        rank = np.empty(len(order))
        rank[order] = np.repeat(midrank, size)
        of_tie, n_terms = term[first], len(self.n_articles)
        lost = np.bincount(of_tie, weights=(size.astype(np.float64) ** 3 - size) / 12, minlength=n_terms)
        self.spread = (m**3 - m) / 12 - lost
        return rank

    def of_target(self, on_target: Flags) -> tuple[Ints, Ints, Floats]:
        """Return for each term its count in the target, the articles there that have it, and the sum of their ranks."""
        count, having, rank_sum = self.of_groups(np.where(on_target, 0, -1), 1)
        return count[0], having[0], rank_sum[0]

    def of_groups(self, group: Ints, n_groups: int) -> tuple[Ints, Ints, Floats]:
        """Return the same of each group (groups × terms); `group` is each article's, from 0, and -1 for none."""
        group = group[self.row]
        inside = np.flatnonzero(group >= 0)
        n = len(self.n_articles)
        place = group[inside] * n + self._term[inside]
        count, having, rank_sum = (
            np.bincount(place, weights, n_groups * n).reshape(n_groups, n)
            for weights in (self._data[inside], None, self._rank[inside])
        )
        return count.astype(np.int64), having.astype(np.int64), rank_sum.astype(np.float64)


def _ranked(corpus: Corpus, compared: Flags) -> Ranked:
    """Return the articles compared, ranked."""
    if compared.all():
        return ranked_articles(corpus)
    return Ranked(counts_of(corpus)[compared], running_terms(corpus).n_words[compared])


def ranked_articles(corpus: Corpus) -> Ranked:
    """Return all articles ranked by their rate of each term; remembered with the corpus."""
    remembered = corpus._remembered
    if "terms.ranked" not in remembered:
        remembered["terms.ranked"] = Ranked(counts_of(corpus), running_terms(corpus).n_words)
    return cast(Ranked, remembered["terms.ranked"])


def rank_sum_test(
    ranked: Ranked, terms: Ints, having: Ints, rank_sum: Floats, *, n_target: int
) -> tuple[Floats, Floats]:
    """Test whether articles of the target have higher or lower rates of each term: (two-sided p, superiority).

    `having` is the number of articles of the target that have the term and `rank_sum` the sum of their ranks among all
    articles that have it; the articles without it are tied below them.
    """
    if not len(terms):
        return np.zeros(0), np.zeros(0)
    n, m = ranked.n_rows, ranked.n_articles[terms]
    # In ranks over all articles: one that has the term stands n - m above its rank, one without at (n - m + 1) / 2.
    total = rank_sum + having * (n - m) + (n_target - having) * (n - m + 1) / 2
    superiority = (total - n_target * (n_target + 1) / 2) / (n_target * (n - n_target))

    # What depends on how many articles have a term alone is worked out once for all terms of as many.
    kinds, of = np.unique(m, return_inverse=True)
    low, high = _plausible(n, kinds, n_target)
    begins = np.concatenate([[0], np.cumsum(high - low + 1)])
    kind = np.repeat(np.arange(len(kinds)), high - low + 1)
    chance = _hypergeometric(np.arange(begins[-1]) - (begins[:-1] - low)[kind], n, kinds[kind], n_target)
    split = _Split(n, n_target, kinds, low, high, begins, chance)
    spread = ranked.spread[terms]
    up, down = _tails(split, of, total, spread) if kernels.load() is None else _tails_compiled(split, of, total, spread)
    return np.clip(2 * np.minimum(up, down), 1e-20, 1.0), superiority


class _Split(NamedTuple):
    """How the articles that have a term may fall to target and reference, for each number of them (`m`).

    Of the target are `low` to `high`, with the chances that begin at `begins`.
    """

    n: int
    n_target: int
    m: Ints
    low: Ints
    high: Ints
    begins: Ints
    chance: Floats


def _tails(split: _Split, of: Ints, total: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return the chances of rank sums as large, and as small, as those of the terms, which have `split.m[of]` articles.

    `total` is the sum of the target's ranks, `spread` the squared deviations of the ranks from their mean.
    """
    from scipy.special import ndtr

    n, n_target = split.n, split.n_target
    size = (split.high - split.low + 1)[of]
    which = np.repeat(np.arange(len(of)), size)
    step = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    k, m = step + split.low[of][which], split.m[of][which]
    chance = split.chance[step + split.begins[of][which]]
    needed = total[which] - k * (n - m) - (n_target - k) * (n - m + 1) / 2
    mean = k * (m + 1) / 2
    variance = k * (m - k) / np.maximum(m * (m - 1.0), 1) * spread[which]
    deviation = np.sqrt(np.maximum(variance, 0))
    # Half a rank for continuity; and no sum of k ranks lies outside `least` and `most`.
    least, most = k * (k + 1) / 2, k * (2 * m - k + 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = ndtr((mean - needed + 0.5) / deviation), ndtr((needed - mean + 0.5) / deviation)
    above = np.where(needed - 0.5 >= most, 0.0, np.where(needed - 0.5 < least, 1.0, above))
    below = np.where(needed + 0.5 <= least, 0.0, np.where(needed + 0.5 > most, 1.0, below))
    fixed = deviation == 0
    above[fixed], below[fixed] = mean[fixed] > needed[fixed] - 0.5, mean[fixed] < needed[fixed] + 0.5
    up = np.bincount(which, weights=chance * above, minlength=len(of))
    down = np.bincount(which, weights=chance * below, minlength=len(of))
    return up.astype(np.float64), down.astype(np.float64)


def _tails_compiled(split: _Split, of: Ints, total: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Do as `_tails`: of most sums of ranks it is plain that they cannot be, or must, and the others are asked for."""
    from scipy.special import ndtr

    compiled = kernels.load()
    assert compiled is not None  # noqa: S101 - for mypy
    up, down = np.empty(len(of)), np.empty(len(of))
    ends = np.cumsum((split.high - split.low + 1)[of])
    table = (split.m, split.low, split.high, split.begins, split.chance)
    begin = 0
    while begin < len(of):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
        some, room = slice(begin, end), 2 * (int(ends[end - 1]) - before)
        wanted: tuple[NDArray[Any], ...] = (of[some].astype(np.int32), total[some], spread[some], *table)
        with compiled.blocks(*wanted, 8 * room, *[8 * (end - begin)] * 2) as (*given, scores, ups, downs):
            arguments = (*given[:3], end - begin, *given[3:], split.n, split.n_target, scores)
            asked = compiled.call("terms_rank_sums", *arguments, 0, ups, downs)
            compiled.put(scores, ndtr(compiled.view(scores, asked, np.float64)))
            compiled.call("terms_rank_sums", *arguments, 1, ups, downs)
            up[some], down[some] = (compiled.view(address, end - begin, np.float64) for address in (ups, downs))
        begin = end
    return up, down


def _plausible(n: int, m: Ints, n_target: int) -> tuple[Ints, Ints]:
    """Return the range of articles with a term that the target may have; far tails of wide ranges are left out."""
    mean = m * (n_target / n)
    deviation = np.sqrt(mean * (1 - m / n) * (1 - n_target / n))
    reach = 9 * deviation + 12  # what lies beyond has a chance below 1e-20
    low = np.maximum(np.maximum(0, m + n_target - n), np.floor(mean - reach).astype(np.int64))
    high = np.minimum(np.minimum(m, n_target), np.ceil(mean + reach).astype(np.int64))
    return low, high


def _hypergeometric(k: Ints, n: int, m: Ints, n_target: int) -> Floats:
    """Return the chance that `n_target` of `n` articles have k of the m articles with a term."""
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])

    def ways(total: Any, chosen: Any) -> Any:
        return log_factorial[total] - log_factorial[chosen] - log_factorial[total - chosen]

    chance: Floats = np.exp(ways(m, k) + ways(n - m, n_target - k) - ways(n, n_target))
    return chance


def log_likelihood(a: Any, b: Any, n_a: Any, n_b: Any) -> Floats:
    """Return G² of a word that occurs `a` times in `n_a` running words and `b` times in `n_b`.

    Examples
    --------
    >>> float(log_likelihood(10, 2, 100, 100).round(4))
    6.1626
    """
    a, b, n_a, n_b = (np.asarray(value, dtype=np.float64) for value in (a, b, n_a, n_b))
    n = n_a + n_b
    word, others = a + b, n - a - b
    g2 = np.zeros(np.broadcast(a, n_a).shape)
    for observed, expected in [
        (a, word * n_a / n),
        (b, word * n_b / n),
        (n_a - a, others * n_a / n),
        (n_b - b, others * n_b / n),
    ]:
        there = observed > 0
        g2 = g2 + np.where(there, observed * np.log(np.where(there, observed, 1) / np.where(there, expected, 1)), 0)
    return np.maximum(2 * g2, 0)


def log_ratio(a: Ints, b: Ints, n_a: int, n_b: int) -> Floats:
    """Return log2 of the ratio of two rates; a count of 0 is taken as 0.5.

    Examples
    --------
    >>> log_ratio(np.array([8, 0]), np.array([1, 1]), 100, 100).tolist()
    [3.0, -1.0]
    """
    rate_a, rate_b = np.where(a > 0, a, 0.5) / max(n_a, 1), np.where(b > 0, b, 0.5) / max(n_b, 1)
    doublings: Floats = np.log2(rate_a / rate_b)
    return doublings


def log_odds_z(a: Ints, b: Ints, n_a: int, n_b: int, *, prior: float | None = None) -> Floats:
    """Return the weighted log-odds of Monroe, Colaresi & Quinn (2008), in standard errors.

    Examples
    --------
    >>> log_odds_z(np.array([10]), np.array([2]), 100, 100, prior=20).round(4).tolist()
    [2.0883]
    """
    strength = float(n_a + n_b if prior is None else prior)
    alpha = strength * (a + b) / (n_a + n_b)
    others = strength * (n_a + n_b - a - b) / (n_a + n_b)
    with np.errstate(divide="ignore", invalid="ignore"):  # a word that all words are has no odds: NaN
        log_odds_a = np.log((a + alpha) / (n_a - a + others))
        log_odds_b = np.log((b + alpha) / (n_b - b + others))
        z: Floats = (log_odds_a - log_odds_b) / np.sqrt(1 / (a + alpha) + 1 / (b + alpha))
    return z
