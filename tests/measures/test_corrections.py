"""Corrections of p values, held to statsmodels."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.measures.corrections import Correction, adjusted


@pytest.mark.parametrize("correction", get_args(Correction))
def test_corrections_are_those_of_statsmodels(correction: Correction) -> None:
    p = np.array([0.01, 0.2, np.nan, 0.03, 0.03, 0.9, 0.0004, np.nan])
    known = ~np.isnan(p)
    theirs = p[known] if correction == "none" else multipletests(p[known], method=correction)[1]
    ours = adjusted(p, correction)
    assert ours[known] == pytest.approx(theirs, abs=1e-15)
    assert np.isnan(ours[~known]).all()
    assert len(adjusted(np.zeros(0), correction)) == 0
