"""How well scores and decisions agree with codes, for many resamples at once.

`weight` is float64[n_draws, n_units]: how often each unit stands in each resample. NaN where a measure is not defined.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._weighted import auc

__all__ = ["MEASURES", "measured", "resamples"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEASURES = ("auc", "average_precision", "mcc", "f1")


def resamples(cluster: NDArray[np.int64], draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each unit stands in each resample of whole clusters; the first row is the sample itself.

    Examples
    --------
    >>> resamples(np.array([0, 0, 1]), 1, np.random.default_rng(1)).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    n = int(cluster.max(initial=-1)) + 1
    counts = rng.multinomial(n, np.full(n, 1 / max(n, 1)), size=draws).astype(np.float64)
    return np.concatenate([np.ones((1, n)), counts])[:, cluster]


def measured(measure: str, score: Floats, said: Flags, coded: Flags, weight: Floats) -> Floats:
    """Return a measure in each resample.

    Examples
    --------
    >>> score, coded = np.array([0.9, 0.4, 0.6, 0.1]), np.array([True, True, False, False])
    >>> {name: float(measured(name, score, score > 0.5, coded, np.ones((1, 4)))[0]) for name in MEASURES}
    {'auc': 0.75, 'average_precision': 0.8333333333333333, 'mcc': 0.0, 'f1': 0.5}
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if measure == "auc":
            return auc(score, coded, weight)
        if measure == "average_precision":
            return _average_precision(score, coded, weight)
        right = weight[:, said & coded].sum(axis=1)
        wrong = weight[:, said & ~coded].sum(axis=1)
        missed = weight[:, ~said & coded].sum(axis=1)
        if measure == "f1":
            # No unit said or coded: nothing to be right about. None right: 0.
            return np.asarray(2 * right / (2 * right + wrong + missed))
        left = weight[:, ~said & ~coded].sum(axis=1)
        below = np.sqrt((right + wrong) * (right + missed) * (left + wrong) * (left + missed))
        return np.where(below > 0, (right * left - wrong * missed) / np.where(below > 0, below, 1), 0.0)


def _average_precision(score: Floats, coded: Flags, weight: Floats) -> Floats:
    order = np.argsort(-score, kind="stable")
    firsts = np.flatnonzero(np.diff(score[order], prepend=np.inf))  # equal scores are one step
    yes = np.add.reduceat(weight[:, order] * coded[order], firsts, axis=1)
    no = np.add.reduceat(weight[:, order] * ~coded[order], firsts, axis=1)
    above, all_yes = np.cumsum(yes, axis=1), yes.sum(axis=1)
    said = above + np.cumsum(no, axis=1)
    parts: NDArray[Any] = yes * np.where(said > 0, above / np.where(said > 0, said, 1), 0)
    return np.asarray(parts.sum(axis=1) / all_yes)
