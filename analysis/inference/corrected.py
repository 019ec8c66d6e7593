"""Prevalence and differences between groups, corrected for a machine's mistakes with units that people coded.

A machine that is right nine times in ten can still be wrong about a difference: its mistakes are seldom the same in
every outlet. Units drawn at random in every group and coded by hand tell how wrong it is there, and the correction
needs no assumption about its mistakes, only the probability with which each unit was drawn: it is design-based.

Sources: Egami, Hinck, Stewart & Wei (2023), Using imperfect surrogates for downstream inference: design-based
supervised learning, NeurIPS 36; Angelopoulos, Duchi & Zrnic (2023), PPI++: efficient prediction-powered inference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import OptionError, check_level
from analysis.measures.corrections import adjusted

from .compare import _columns

__all__ = ["corrected_differences", "corrected_means"]

_MOST_NAMED = 5

#: Columns of the working table, under names that no group column has.
_MACHINE, _GOLD, _PROBABILITY = "\0machine", "\0gold", "\0probability"

Floats = NDArray[np.float64]


class _Estimate(NamedTuple):
    n: int
    n_coded: int
    uncorrected: float
    coded: float
    mean: float
    se: float
    freedom: float


def corrected_means(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    machine: str = "machine",
    gold: str = "gold",
    probability: str = "probability",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each group's mean of what people would have coded, from a machine's codes and some of theirs.

    Parameters
    ----------
    table
        One row for each unit (article, sentence, or one of them and a frame), with the columns (or index levels)
        named below. All units, not only those coded by hand.
    by
        The column or columns that make groups. Units without a value in it make a group of their own.
    machine
        The machine's code of every unit: 0 or 1, a probability, or a score.
    gold
        The code of people, missing (NaN) where a unit was not coded by hand.
    probability
        The probability with which a unit was chosen to be coded by hand, over 0 to 1; needed where it was. Of 50 units
        drawn at random from an outlet's 400 it is 50 / 400; 1 where every unit was coded.
    level
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        Sorted by the groups: the columns of `by`; `n`, `n_coded` (int64): units and those coded by hand; `uncorrected`:
        the machine's mean; `coded`: the mean of the units coded by hand alone, weighted by their probabilities; `mean`:
        corrected; `se`, `low`, `high`, `level` (float64). `se` and the interval (Student's t) are of the corrected
        mean, and NaN where one unit was coded, or two of more. An end of the interval may lie outside 0 to 1.

    Raises
    ------
    OptionError
        If a group has no unit coded by hand, a coded one has no probability, a probability is not over 0 to 1, a column
        is missing or not numeric, or `level` is not between 0 and 1.

    Notes
    -----
    Each unit gets the code λ·machine + (gold - λ·machine)·weight, where the weight is 0 for units not coded by hand and
    1 / probability, scaled to have the mean 1, for the others; the mean of these codes is the corrected mean whatever
    the machine's mistakes are, and their spread gives the interval. λ, from 0 (leave the machine out) to 1, is chosen
    in each group so that the interval is narrow (Angelopoulos et al. 2023). The units count as independent draws.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> # The machine finds the frame in half of the units; of six that were drawn and read, it is wrong in two.
    >>> machine = [1.0, 0.0] * 10
    >>> gold = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0] + [None] * 14
    >>> units = pd.DataFrame({"outlet": ["A"] * 20, "machine": machine, "gold": gold, "probability": 0.3})
    >>> analysis.corrected_means(units, by="outlet")[["n", "n_coded", "uncorrected", "coded", "mean", "se"]].round(3)
        n  n_coded  uncorrected  coded   mean     se
    0  20        6          0.5  0.167  0.167  0.171
    """
    keys = [by] if isinstance(by, str) else list(by)
    flat = _checked(table, keys, machine, gold, probability, level, "corrected_means")
    rows = []
    for key, group in _groups(flat, keys):
        one = _estimate(group)
        half = _quantile(one.freedom, level) * one.se
        rows.append((*key, *one[:-1], one.mean - half, one.mean + half, level))
    names = [*keys, *_Estimate._fields[:-1], "low", "high", "level"]
    found = pd.DataFrame(rows, columns=names) if rows else _empty(flat, keys, names)
    return found.astype(dict.fromkeys(["n", "n_coded"], "int64"))


def corrected_differences(
    table: pd.DataFrame,
    *,
    by: str,
    within: str | Sequence[str] = (),
    machine: str = "machine",
    gold: str = "gold",
    probability: str = "probability",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how much each two groups differ in what people would have coded, with intervals.

    Parameters
    ----------
    table, machine, gold, probability, level
        As in `corrected_means`.
    by
        The column whose groups are compared, each with each.
    within
        Columns, such as `frame`, within which they are compared.

    Returns
    -------
    DataFrame
        The columns of `within`, `group_a`, `group_b`; `uncorrected`: the machine's mean in a less that in b;
        `difference`: the corrected one; `se`, `low`, `high` (Welch's t; float64), `p` of no difference, `p_adjusted`
        (Holm 1979, over all rows) and `level`. NaN where `se` of a group is.

    Raises
    ------
    OptionError
        As `corrected_means`: no group is compared in which nothing was coded by hand.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> gold = [1, 0, 1, 0, 0, 0, 1, 0]
    >>> units = pd.DataFrame({"outlet": list("AAAABBBB"), "machine": [1, 0, 1, 1, 1, 1, 1, 0], "gold": gold})
    >>> analysis.corrected_differences(units.assign(probability=1.0), by="outlet").round(3).T[0].to_dict()
    ... # doctest: +NORMALIZE_WHITESPACE
    {'group_a': 'A', 'group_b': 'B', 'uncorrected': 0.0, 'difference': 0.25, 'se': 0.382, 'low': -0.689, 'high': 1.189,
     'p': 0.537, 'p_adjusted': 0.537, 'level': 0.95}
    """
    outer = [within] if isinstance(within, str) else list(within)
    flat = _checked(table, [*outer, by], machine, gold, probability, level, "corrected_differences")
    estimates: dict[tuple[Any, ...], list[tuple[Any, _Estimate]]] = {}
    for key, group in _groups(flat, [*outer, by]):
        estimates.setdefault(key[:-1], []).append((key[-1], _estimate(group)))
    rows = []
    for key, groups in estimates.items():
        for (a, one), (b, two) in combinations(groups, 2):
            difference, se = one.mean - two.mean, float(np.hypot(one.se, two.se))
            freedom = _welch(one, two)
            half = _quantile(freedom, level) * se
            p = _p(difference, se, freedom)
            told = (one.uncorrected - two.uncorrected, difference, se, difference - half, difference + half, p)
            rows.append((*key, a, b, *told))
    names = [*outer, "group_a", "group_b", "uncorrected", "difference", "se", "low", "high", "p"]
    if rows:
        found = pd.DataFrame(rows, columns=names)
    else:
        kinds = flat.rename(columns={by: "group_a"}).assign(group_b=flat[by])
        found = _empty(kinds, [*outer, "group_a", "group_b"], names)
    return found.assign(p_adjusted=adjusted(found["p"].to_numpy(np.float64), "holm"), level=float(level))


def _checked(
    table: pd.DataFrame, keys: list[str], machine: str, gold: str, probability: str, level: float, caller: str
) -> pd.DataFrame:
    """Return the groups' columns with `machine`, `gold` and `probability` as numbers under names of their own."""
    if not keys:
        raise OptionError("`by` must name at least one column; got none. Use by='outlet'.")
    check_level(level)
    numbers = {machine: _MACHINE, gold: _GOLD, probability: _PROBABILITY}
    flat = _columns(table, list(dict.fromkeys([*keys, *numbers])), caller)
    made = flat[keys].copy()
    for name, new in numbers.items():
        values = flat[name]
        if values.isna().all() and len(values):
            values = values.astype("float64")
        if not pd.api.types.is_numeric_dtype(values) and not _holds_numbers(values):
            raise OptionError(f"{name!r} must be numeric; it is {values.dtype}. Code a frame as 1 or 0.")
        made[new] = values.astype("float64").to_numpy()
    coded = made[_GOLD].notna()
    problems = []
    if unread := int(made[_MACHINE].isna().sum()):
        problems.append(f"{unread:,} of {len(made):,} units have no {machine!r}")
    if unknown := int((coded & made[_PROBABILITY].isna()).sum()):
        problems.append(f"{unknown:,} of {int(coded.sum()):,} units coded by hand have no {probability!r}")
    outside = made[_PROBABILITY].notna() & ~made[_PROBABILITY].between(0, 1, inclusive="right")
    if outside.any():
        problems.append(f"{probability!r} must be over 0 to 1; got {made.loc[outside, _PROBABILITY].iloc[0]:g}")
    if problems:
        raise OptionError(f"{caller}: {'; '.join(problems)}.")
    without = [(key, len(group)) for key, group in _groups(made, keys) if group[_GOLD].isna().all()]
    if without:
        named = [f"{', '.join(map(str, key))} ({n:,} units)" for key, n in without[:_MOST_NAMED]]
        more = f" and {len(without) - _MOST_NAMED:,} more" if len(without) > _MOST_NAMED else ""
        raise OptionError(
            f"{caller} needs units coded by hand, with their probabilities of being chosen, in every group; none in "
            f"{'; '.join(named)}{more}. Code some of each, drawn at random, or leave the group out."
        )
    return made


def _holds_numbers(values: pd.Series) -> bool:
    return all(isinstance(value, (bool, int, float, np.bool_, np.number)) for value in values.dropna())


def _groups(flat: pd.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
    yield from flat.groupby(keys, dropna=False, observed=True, sort=True)


def _estimate(group: pd.DataFrame) -> _Estimate:
    q, y, p = (group[name].to_numpy(np.float64) for name in (_MACHINE, _GOLD, _PROBABILITY))
    coded = ~np.isnan(y)
    n, n_coded = len(q), int(coded.sum())
    weight = np.zeros(n)
    weight[coded] = 1 / p[coded]
    weight *= n / weight.sum()
    y = np.where(coded, y, 0.0)
    by_hand = float((weight * y).mean())
    tuned, lost = _tuning(q, y, weight)
    rest = y - tuned * q
    mean = float((tuned * q + weight * rest).mean())
    # As many units of equal weight would tell as much; what is estimated from them is taken off.
    told = float(weight.sum() ** 2 / (weight * weight).sum())
    freedom = told - lost
    se = float("nan")
    if freedom > 1e-9:
        # The weights' sum is estimated too, so that each unit adds its distance from the mean of what they weigh.
        spread = weight * (rest - (weight * rest).mean()) * np.sqrt(told / freedom)
        parts = tuned * (q - q.mean()) * np.sqrt(n / (n - 1)) + spread
        se = float(np.sqrt((parts * parts).sum())) / n
    return _Estimate(n, n_coded, float(q.mean()), by_hand, mean, se, freedom)


def _tuning(q: Floats, y: Floats, weight: Floats) -> tuple[float, int]:
    """Return the λ of the narrowest interval, and how many numbers the hand-coded units were asked for."""
    # What a unit adds to the mean is weight·(y - its mean) - λ·slope: least where the first is regressed on the second.
    slope = weight * (q - (weight * q).mean()) - (q - q.mean())
    rest = weight * (y - (weight * y).mean())
    below = float((slope * slope).sum())
    if below < 1e-12:  # all are coded, or the machine says one thing: λ changes nothing
        return 1.0, 1
    return float(np.clip((slope * rest).sum() / below, 0.0, 1.0)), 2


def _welch(one: _Estimate, two: _Estimate) -> float:
    parts = np.array([one.se, two.se]) ** 2
    freedom = np.array([one.freedom, two.freedom])
    if np.isnan(parts).any():
        return float("nan")
    below = float((parts**2 / freedom).sum())
    return float(parts.sum() ** 2 / below) if below else float(freedom.sum())


def _quantile(freedom: float, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + level) / 2)) if freedom > 0 else float("nan")


def _p(difference: float, se: float, freedom: float) -> float:
    from scipy.special import stdtr

    if np.isnan(se):
        return float("nan")
    if se == 0:
        return 1.0 if difference == 0 else 0.0
    return float(2 * stdtr(freedom, -abs(difference / se)))


def _empty(flat: pd.DataFrame, keys: list[str], names: list[str]) -> pd.DataFrame:
    return flat.head(0)[keys].reset_index(drop=True).assign(**dict.fromkeys(names[len(keys) :], np.zeros(0)))
