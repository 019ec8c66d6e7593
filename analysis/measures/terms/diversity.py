"""How varied the words of an article are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

import analysis.kernels as kernels
from analysis.text.fragments import in_voice

from ._beforehand import texts_needed
from ._counts import Running, at_least, cells_of, running_terms, stable_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.corpus import Corpus
    from analysis.kernels import Kernels
    from analysis.text.fragments import Voice

    from ._cells import Cells

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["lexical_diversity"]

#: The sample that HD-D draws (McCarthy & Jarvis 2010).
SAMPLE = 42
#: The type-token ratio below which MTLD closes a factor, and the shortest text that it was tested on.
FACTOR, SHORTEST = 0.72, 100
# The most occurrences of a term in an article that are looked at once for all terms.
_FEW = 16
# Articles whose factors are looked for together.
_TOGETHER = 2000


def lexical_diversity(corpus: Corpus, *, window: int = 50, voice: Voice = "all") -> pd.DataFrame:
    """Return how varied the words of each article are; higher is more varied, for all measures.

    Parameters
    ----------
    corpus
        The articles.
    window
        Of MATTR, in terms.
    voice
        `"all"`; `"narration"`, the articles' own words; or `"quoted"`, the speech that they quote: its running terms,
        one fragment after the other.

    Returns
    -------
    DataFrame
        Indexed by `article_id`: `n_terms` (int64, running terms), `n_types` (int64, distinct terms), `ttr` (float64,
        n_types / n_terms: falls with length, so compare only articles of one length), `mattr` (0 to 1), `mtld` (terms),
        `hdd` (0 to 1). NaN where an article is too short: no terms, fewer than `window`, 100 and 42.

    Raises
    ------
    OptionError
        If `window` is below 1, or there is no such voice.

    Notes
    -----
    Terms are lowercased words; inflections count as different.

    - `mattr`: the mean type-token ratio of all windows of `window` running terms (Covington & McFall 2010, Cutting the
      Gordian knot, Journal of Quantitative Linguistics 17).
    - `mtld`: the mean length of runs that keep a type-token ratio of .72 or more; a run closes when it falls below,
      the last one counts by how far it fell; mean of reading forward and backward. `hdd`: the expected type-token
      ratio of 42 terms drawn without replacement (both McCarthy & Jarvis 2010, MTLD, vocd-D, and HD-D, Behavior
      Research Methods 42). `mtld` is infinite, and NaN here, where no word is repeated.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["The cat saw the dog. The dog ran."]}))
    >>> analysis.lexical_diversity(corpus, window=4).loc["a"].to_dict()
    {'n_terms': 8.0, 'n_types': 5.0, 'ttr': 0.625, 'mattr': 0.75, 'mtld': nan, 'hdd': nan}
    """
    at_least("window", window, 1)
    texts_needed(corpus, "lexical_diversity", "they hold no order of words, but have a table `lexical_diversity`")
    corpus = in_voice(corpus, voice)
    running, counts = running_terms(corpus), cells_of(corpus)
    n_terms = running.n_words
    n_types = np.diff(counts.indptr).astype(np.int64)
    ids, starts = running.ids, running.starts
    with np.errstate(invalid="ignore"):
        ttr = n_types / np.where(n_terms > 0, n_terms, np.nan)
    if (compiled := kernels.load()) is not None:
        types, forward, backward = _counted(compiled, running, window)
    else:
        before = previous(ids, starts, len(running.words))
        types = types_of_windows(before, starts, window)
        forward = factors(before, starts)
        # The same terms, each article from its end.
        back = np.repeat(starts[:-1] + starts[1:] - 1, n_terms) - np.arange(len(ids))
        backward = factors(previous(ids[back], starts, len(running.words)), starts)
    windows = n_terms - window + 1
    return pd.DataFrame(
        {
            "n_terms": n_terms,
            "n_types": n_types,
            "ttr": ttr,
            "mattr": np.where(windows > 0, types / np.maximum(windows, 1) / window, np.nan),
            "mtld": np.where(n_terms >= SHORTEST, (mtld_of(n_terms, forward) + mtld_of(n_terms, backward)) / 2, np.nan),
            "hdd": hdd(counts),
        },
        index=corpus.articles.index,
    )


def previous(ids: NDArray[np.int32], starts: Ints, n_terms: int) -> Ints:
    """Return where each running term last occurred in its article; -1 where it had not."""
    before = np.full(len(ids), -1, np.int64)
    if len(ids):
        order = stable_order([ids], [n_terms])
        same = ids[order[1:]] == ids[order[:-1]]
        before[order[1:][same]] = order[:-1][same]
        before[before < np.repeat(starts[:-1], np.diff(starts))] = -1
    return before


def _counted(compiled: Kernels, running: Running, window: int) -> tuple[Ints, Floats, Floats]:
    """Return `types_of_windows`, and `factors` read forward and backward."""
    n, last = len(running.starts) - 1, np.zeros(len(running.words), np.int32)
    room = 4 * int(running.n_words.max(initial=0)) + 4
    wanted = (running.ids, running.starts, last, room, room, 8 * n, 8 * n, 8 * n)
    with compiled.blocks(*wanted) as (ids, edges, seen, before, behind, *found):
        compiled.call("diversity_counts", ids, edges, n, window, seen, before, behind, *found)
        types, forward, backward = (
            compiled.view(address, n, kind).copy()
            for address, kind in zip(found, (np.int64, np.float64, np.float64), strict=True)
        )
    return types, forward, backward


def types_of_windows(before: Ints, starts: Ints, window: int) -> Ints:
    """Return the numbers of types of all windows of each article, added up.

    A running term adds a type to the windows that hold it but not its previous occurrence, so that they need not be
    looked at one by one.
    """
    lengths = np.diff(starts)
    first, end = np.repeat(starts[:-1], lengths), np.repeat(starts[1:], lengths)
    place = np.arange(len(before))
    # Windows begin from the later of: the article's start, `window` - 1 back, behind the previous occurrence …
    lowest = np.maximum(np.maximum(first, place - window + 1), before + 1)
    # … up to the term itself or the last window of the article.
    highest = np.minimum(place, end - window)
    types = np.concatenate([[0], np.cumsum(np.maximum(highest - lowest + 1, 0))])
    return cast("Ints", types[starts[1:]] - types[starts[:-1]])


def hdd(counts: Cells) -> Floats:
    """Return the expected type-token ratio of 42 terms drawn from each article without replacement."""
    n_articles, data = len(counts.indptr) - 1, counts.data.astype(np.int64)
    rows = np.repeat(np.arange(n_articles), np.diff(counts.indptr))
    n = np.bincount(rows, weights=data, minlength=n_articles).astype(np.int64)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, max(int(n.max(initial=0)), 1) + 1)))])

    def seen(f: Ints, of: Ints) -> Floats:
        """Return 1 - C(of - f, 42) / C(of, 42) for terms that occur f times; 1 where fewer than 42 others are left."""
        others = of - f
        possible = others >= SAMPLE
        others, of = others[possible], of[possible]
        missed = np.zeros(len(possible))
        missed[possible] = np.exp(
            log_factorial[others]
            - log_factorial[others - SAMPLE]
            - log_factorial[of]
            + log_factorial[np.maximum(of - SAMPLE, 0)]
        )
        return 1 - missed

    # Most terms occur once or a few times: what these add is worked out once for each article.
    often = np.flatnonzero(data > _FEW)
    few = np.arange(n_articles * _FEW, dtype=np.int64)
    found = seen(few % _FEW + 1, n[few // _FEW])[rows * _FEW + np.minimum(data, _FEW) - 1]
    found[often] = seen(data[often], n[rows[often]])
    expected = np.bincount(rows, weights=found, minlength=n_articles)
    return np.where(n >= SAMPLE, expected / SAMPLE, np.nan)


def mtld_of(n_terms: Ints, factors: Floats) -> Floats:
    """Return running terms by factors; NaN where there is no factor."""
    nothing: Floats = np.full(len(n_terms), np.nan)
    return np.divide(n_terms, factors, out=nothing, where=factors > 0).astype(np.float64)


def factors(before: Ints, starts: Ints) -> Floats:
    """Return MTLD's factors of each article, read forward.

    They follow one another, so that all articles take their first at once, then their second, and so on.
    """
    result = np.zeros(len(starts) - 1)
    for first in range(0, len(result), _TOGETHER):
        begin, end = starts[:-1][first : first + _TOGETHER].copy(), starts[1:][first : first + _TOGETHER]
        count = np.zeros(len(begin))
        left = np.flatnonzero(end > begin)
        while len(left):
            closed, types = _first_factor(before, begin[left], end[left])
            rest = left[closed < 0]
            count[rest] += (1 - types[closed < 0] / (end - begin)[rest]) / (1 - FACTOR)
            left, closed = left[closed >= 0], closed[closed >= 0]
            count[left] += 1
            begin[left] = closed
            left = left[closed < end[left]]
        result[first : first + _TOGETHER] = count
    return result


def _first_factor(before: Ints, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return where the type-token ratio from `begin` falls below .72 (-1: nowhere), and the types if it does not."""
    closed, types = np.full(len(begin), -1, np.int64), np.zeros(len(begin), np.int64)
    left, reach = np.arange(len(begin)), 128
    while len(left):
        width = min(reach, int((end - begin)[left].max()))
        place = begin[left, None] + np.arange(width)
        inside = place < end[left, None]
        new = inside & (before[np.minimum(place, len(before) - 1)] < begin[left, None])
        so_far = np.cumsum(new, axis=1)
        below = inside & (so_far < FACTOR * np.arange(1, width + 1))
        found = below.any(axis=1)
        closed[left[found]] = begin[left[found]] + below[found].argmax(axis=1) + 1
        types[left] = so_far[:, -1]
        left = left[~found & ((end - begin)[left] > width)]
        reach *= 4
    return closed, types
