"""Corrections of p values for the number of comparisons: one home for all who compare."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Correction", "adjusted"]

Correction = Literal["holm", "fdr_bh", "bonferroni", "none"]
Floats = NDArray[np.float64]


def adjusted(p: Floats, correction: Correction) -> Floats:
    """Return p values corrected for how many there are; NaN stays NaN and is not counted.

    Parameters
    ----------
    p
        float64[n].
    correction
        `"holm"` (Holm 1979) and `"bonferroni"` bound the chance of any false finding, `"fdr_bh"` (Benjamini & Hochberg
        1995) the share of false findings.

    Examples
    --------
    >>> p = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
    >>> adjusted(p, "fdr_bh").round(4).tolist(), adjusted(p, "holm").round(4).tolist()
    ([0.04, 0.0533, nan, 0.0533, 0.5], [0.04, 0.09, nan, 0.09, 0.5])
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    rising, n = p[order], len(order)
    if correction == "holm":
        rising = np.maximum.accumulate(rising * np.arange(n, 0, -1))
    elif correction == "fdr_bh":
        rising = np.minimum.accumulate((rising * n / np.arange(1, n + 1))[::-1])[::-1]
    elif correction == "bonferroni":
        rising = rising * n
    found = np.full(len(p), np.nan)
    found[order] = np.minimum(rising, 1)
    return found
