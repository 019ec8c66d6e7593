"""Agreement under weights: each function takes how often each unit was drawn and gives one value for each draw.

`weights` is float64[draws, units]. Ones give the value itself; the weights of `resamples` its bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import check_level, no_less

__all__ = [
    "MEASURES",
    "Scale",
    "agreement",
    "alpha",
    "auc",
    "check_bootstrap",
    "cluster_numbers",
    "cohen",
    "correlation",
    "fleiss",
    "intervals",
    "measured",
    "midranks",
    "ratio",
    "resamples",
    "table_of",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
#: What `measured` knows.
MEASURES = ("auc", "average_precision", "mcc", "f1")
#: Weights held at once; more draws come in blocks.
_AT_ONCE = 4_000_000


def check_bootstrap(level: float, draws: int, seed: int) -> None:
    """Raise an OptionError if intervals cannot be made so."""
    check_level(level)
    no_less("draws", draws, 100, "Use 2000.")
    no_less("seed", seed, 0, "Use 0.")


def cluster_numbers(names: pd.Series) -> Ints:
    """Return the number of each unit's cluster, from 0 as they first appear; a unit without is one of its own."""
    numbers, known = pd.factorize(names.astype("str"))
    alone = numbers < 0
    numbers[alone] = len(known) + np.arange(alone.sum())
    return numbers.astype(np.int64)


def intervals(
    statistics: Callable[[Floats], Floats],
    cluster: Ints,
    *,
    draws: int,
    seed: int,
    level: float,
    base: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Return value, lower and upper end of statistics by resampling clusters: percentiles of the draws.

    Parameters
    ----------
    statistics
        From weights float64[draws, units] to float64[draws, statistics].
    cluster
        int64[units], from 0: units of one cluster are drawn together.
    base
        Weights of the units themselves (1 / probability of inclusion), which the draws multiply.
    """
    n = int(cluster.max()) + 1 if len(cluster) else 0
    own = np.ones(len(cluster)) if base is None else base
    value = statistics(own[None, :])[0]
    nothing = np.full_like(value, np.nan)
    if n < 2:
        return value, nothing, nothing
    rng = np.random.default_rng(seed)
    block = max(1, _AT_ONCE // len(cluster))
    drawn = []
    for first in range(0, draws, block):
        times = rng.multinomial(n, np.full(n, 1 / n), size=min(block, draws - first))
        drawn.append(statistics(times[:, cluster] * own))
    rows = np.concatenate(drawn)
    # A draw in which the statistic is not defined tells nothing; where half of them are such, neither does the rest.
    known = np.isfinite(rows).mean(axis=0) > 0.5
    low, high = nothing.copy(), nothing.copy()
    if known.any():
        low[known], high[known] = np.nanquantile(rows[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return value, low, high


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where there is nothing below."""
    with np.errstate(invalid="ignore", divide="ignore"):
        divided: Floats = np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)
    return divided


def table_of(codes: Ints, n_values: int) -> Floats:
    """Return how often each unit got each value: float64[units, values], of int64[units, coders] with -1 for none."""
    counts = np.zeros((len(codes), n_values))
    unit, coder = np.nonzero(codes >= 0)
    np.add.at(counts, (unit, codes[unit, coder]), 1)
    return counts


def alpha(counts: Floats, values: Floats, weights: Floats, scale: Scale) -> Floats:
    """Return Krippendorff's alpha (2011), for each draw; NaN where all codes are the same.

    Parameters
    ----------
    counts
        float64[units, values], of `table_of`; units with one code tell nothing and are left out.
    values
        float64[values], rising: what the codes stand for (not used by nominal).
    """
    paired = counts.sum(axis=1) >= 2
    counts, weights = counts[paired], weights[:, paired]
    m = counts.sum(axis=1)
    totals = weights @ counts
    n = totals.sum(axis=1)
    if scale == "nominal":
        within = weights @ ((m**2 - (counts**2).sum(axis=1)) / (m - 1))
        between = n**2 - (totals**2).sum(axis=1)
    elif scale == "interval":
        within = weights @ _spread(m, counts @ values, counts @ values**2)
        between = 2 * (n * (totals @ values**2) - (totals @ values) ** 2)
    elif scale == "ordinal":  # the distance of two values is that of their mid-ranks, in each draw its own
        ranks = totals.cumsum(axis=1) - totals / 2
        within = (weights * _spread(m, ranks @ counts.T, ranks**2 @ counts.T)).sum(axis=1)
        between = 2 * (n * (totals * ranks**2).sum(axis=1) - (totals * ranks).sum(axis=1) ** 2)
    else:
        total = values[:, None] + values[None, :]
        apart = (np.subtract.outer(values, values) / np.where(total == 0, 1, total)) ** 2
        within = weights @ (((counts @ apart) * counts).sum(axis=1) / (m - 1))
        between = ((totals @ apart) * totals).sum(axis=1)
    # Rounding of sums of squares must not make something of nothing.
    between = np.where((totals > 0).sum(axis=1) > 1, between, 0.0)
    return 1 - ratio((n - 1) * within, between)


def _spread(m: Floats, sums: Floats, squares: Floats) -> Floats:
    """Return the squared differences within units, of all ordered pairs of codes, over m - 1."""
    spread: Floats = 2 * (m * squares - sums**2) / (m - 1)
    return spread


def agreement(counts: Floats, weights: Floats) -> Floats:
    """Return the share of pairs of codes that agree, averaged over units with two codes or more."""
    m = counts.sum(axis=1)
    paired = m >= 2
    counts, weights, m = counts[paired], weights[:, paired], m[paired]
    agreeing = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))
    return ratio(weights @ agreeing, weights.sum(axis=1))


def fleiss(counts: Floats, weights: Floats) -> Floats:
    """Return Fleiss' kappa (1971) over the units that have the largest number of codes."""
    m = counts.sum(axis=1)
    full = (m == m.max()) & (m >= 2) if len(m) else m > 0
    counts, weights = counts[full], weights[:, full]
    seen = agreement(counts, weights)
    shares = ratio(weights @ counts, (weights @ counts.sum(axis=1))[:, None])
    return _beyond(seen, (shares**2).sum(axis=1))


def cohen(one: Ints, other: Ints, n_values: int, weights: Floats) -> Floats:
    """Return Cohen's kappa (1960) of two coders, int64[units] each, -1 for none."""
    both = (one >= 0) & (other >= 0)
    one, other, weights = one[both], other[both], weights[:, both]
    n = weights.sum(axis=1)
    seen = ratio(weights @ (one == other).astype(float), n)
    shares = [
        ratio(weights @ (codes[:, None] == np.arange(n_values)).astype(float), n[:, None]) for codes in (one, other)
    ]
    return _beyond(seen, (shares[0] * shares[1]).sum(axis=1))


def _beyond(seen: Floats, by_chance: Floats) -> Floats:
    """Return agreement beyond chance; NaN where chance alone gives all of it."""
    return ratio(seen - by_chance, np.where(by_chance < 1 - 1e-12, 1 - by_chance, 0))


def correlation(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Return Pearson's r for each draw; `x` and `y` are float64[units], or float64[draws, units] (ranks)."""
    n = weights.sum(axis=1, keepdims=True)
    dx = x - ratio((weights * x).sum(axis=1, keepdims=True), n)
    dy = y - ratio((weights * y).sum(axis=1, keepdims=True), n)
    spread = np.sqrt((weights * dx**2).sum(axis=1) * (weights * dy**2).sum(axis=1))
    return ratio((weights * dx * dy).sum(axis=1), np.where(spread > 1e-12, spread, 0))


def midranks(x: Floats, weights: Floats) -> Floats:
    """Return the rank of each unit in each draw, ties sharing theirs: float64[draws, units]."""
    values, place = np.unique(x, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(values)))
    totals = np.add.reduceat(weights[:, order], starts, axis=1) if len(values) else weights
    return (totals.cumsum(axis=1) - totals / 2)[:, place]


def auc(score: Floats, positive: Flags, weights: Floats) -> Floats:
    """Return the chance that a positive unit scores above another, ties half: the area under the ROC curve."""
    n_positive = weights[:, positive].sum(axis=1)
    n_others = weights[:, ~positive].sum(axis=1)
    ranks = midranks(score, weights)
    above = (weights * ranks)[:, positive].sum(axis=1) - n_positive**2 / 2
    return ratio(above, n_positive * n_others)


def resamples(cluster: Ints, draws: int, rng: np.random.Generator) -> Floats:
    """Return weights: how often each unit stands in each resample of clusters; the first row is the sample itself.

    Examples
    --------
    >>> resamples(np.array([0, 0, 1]), 1, np.random.default_rng(1)).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    n = int(cluster.max(initial=-1)) + 1
    counts = rng.multinomial(n, np.full(n, 1 / max(n, 1)), size=draws).astype(np.float64)
    return np.concatenate([np.ones((1, n)), counts])[:, cluster]


def measured(measure: str, score: Floats, said: Flags, coded: Flags, weights: Floats) -> Floats:
    """Return how well scores or decisions agree with codes; NaN where that is not defined.

    Examples
    --------
    >>> score, coded = np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False])
    >>> {name: float(measured(name, score, score > 0.5, coded, np.ones((1, 4)))[0]) for name in MEASURES}
    {'auc': 0.75, 'average_precision': 0.8333333333333333, 'mcc': 0.0, 'f1': 0.5}
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if measure == "auc":
            return auc(score, coded, weights)
        if measure == "average_precision":
            return _average_precision(score, coded, weights)
        right = weights[:, said & coded].sum(axis=1)
        wrong = weights[:, said & ~coded].sum(axis=1)
        missed = weights[:, ~said & coded].sum(axis=1)
        if measure == "f1":
            # No unit said or coded: nothing to be right about. None right: 0.
            return np.asarray(2 * right / (2 * right + wrong + missed))
        left = weights[:, ~said & ~coded].sum(axis=1)
        below = np.sqrt((right + wrong) * (right + missed) * (left + wrong) * (left + missed))
        return np.where(below > 0, (right * left - wrong * missed) / np.where(below > 0, below, 1), 0.0)


def _average_precision(score: Floats, coded: Flags, weights: Floats) -> Floats:
    order = np.argsort(-score, kind="stable")
    firsts = np.flatnonzero(np.diff(score[order], prepend=np.inf))  # equal scores are one step
    yes = np.add.reduceat(weights[:, order] * coded[order], firsts, axis=1)
    no = np.add.reduceat(weights[:, order] * ~coded[order], firsts, axis=1)
    above, all_yes = np.cumsum(yes, axis=1), yes.sum(axis=1)
    said = above + np.cumsum(no, axis=1)
    parts: Floats = yes * np.where(said > 0, above / np.where(said > 0, said, 1), 0)
    return np.asarray(parts.sum(axis=1) / all_yes)
