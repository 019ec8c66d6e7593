"""Do coders agree? Reliability of codes, the units to talk about, and the gold standard that comes of it.

A table of codes has one row for each unit and coder, and a column for each variable. A coder is a coder: a person, a
crowd worker, a model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import OptionError, choose
from analysis.inference import _weighted as weighted
from analysis.inference._weighted import Floats, Ints, Scale

__all__ = ["adjudicate", "disagreements", "reliability"]

_SCALES = ("nominal", "ordinal", "interval", "ratio")
_MOST_NAMED = 10


class _Coded(NamedTuple):
    """The codes of one variable as numbers: `codes` is int64[units, coders], -1 for none."""

    codes: Ints
    values: list[object]
    units: pd.Index
    coders: list[str]


def reliability(
    codes: pd.DataFrame,
    *,
    variable: str,
    scale: Scale = "nominal",
    order: Sequence[object] | None = None,
    cluster: str | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return how far coders agree: Krippendorff's alpha, percent agreement and kappa, of all and of each pair.

    Parameters
    ----------
    codes
        One row for each unit and coder: `unit`, `coder` and the column `variable`, in which NaN is no code.
    variable
        The column of codes.
    scale
        What a difference between two codes means: `"nominal"` (they differ or not), `"ordinal"` (how many codes lie
        between), `"interval"`, `"ratio"`.
    order
        The codes from low to high, where they are words and `scale` is not nominal.
    cluster
        A column (such as `article_id`): its units are resampled together; those without a value, and all where none is
        given, each by itself.
    level
        Of the intervals, between 0 and 1.
    draws, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        First of all coders, then of each pair: `coders`; `statistic`: `alpha` (1: perfect, 0: as by chance, below 0:
        worse), `agreement` (share of pairs of codes that are the same, 0 to 1), `kappa` (Cohen's of a pair, Fleiss' of
        all, the latter over the units that every coder coded; both nominal whatever `scale`); `value, low, high`
        (float64; percentiles of the bootstrap over units); `n_units` (int64): with at least two codes, for Fleiss'
        kappa those with all; `level`. NaN where a statistic is not defined: no unit with two codes, or one code only
        in all units.

    Raises
    ------
    OptionError
        If a column is missing, a coder coded a unit twice or is written in two ways (1 and "1"), there is one coder
        only, the codes do not fit `scale`, or `level`, `draws` (at least 100) or `seed` lies outside its range.

    Notes
    -----
    Tests hold alpha to the package `krippendorff`, kappa to statsmodels, and both to the published examples.
    Sources: Krippendorff (2011), Computing Krippendorff's alpha-reliability; Cohen (1960), Educational and
    Psychological Measurement 20; Fleiss (1971), Psychological Bulletin 76.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.reliability import reliability
    >>> codes = pd.DataFrame({"unit": [1, 2, 3, 4] * 2, "coder": ["Ann"] * 4 + ["Ben"] * 4})
    >>> codes["tone"] = [-1, 0, 1, 1, -1, 0, 1, 0]
    >>> reliability(codes, variable="tone", scale="ordinal")[["coders", "statistic", "value", "n_units"]].round(3)
         coders  statistic  value  n_units
    0       all      alpha  0.790        4
    1       all  agreement  0.750        4
    2       all      kappa  0.619        4
    3  Ann, Ben      alpha  0.790        4
    4  Ann, Ben  agreement  0.750        4
    5  Ann, Ben      kappa  0.636        4
    """
    choose("scale", scale, _SCALES)
    weighted.check_bootstrap(level, draws, seed)
    coded = _coded(codes, variable)
    if len(coded.coders) < 2:
        raise OptionError(f"reliability needs two coders or more; got {len(coded.coders)}. Name who coded in 'coder'.")
    numbers = _numbers(coded.values, scale, order, variable)
    rising = np.argsort(numbers, kind="stable")
    place = np.append(np.argsort(rising), -1)  # the last is "no code"
    table, values = place[coded.codes], numbers[rising]
    of_cluster = _clusters(codes, coded.units, cluster)
    groups = [list(range(len(coded.coders))), *map(list, combinations(range(len(coded.coders)), 2))]
    rows = []
    for number, group in enumerate(groups):
        some = table[:, group]
        name = ", ".join(coded.coders[at] for at in group) if number else "all"
        rows += _of_group(name, some, values, scale, of_cluster, pair=number > 0, level=level, draws=draws, seed=seed)
    return pd.DataFrame(rows).astype({"value": "float64", "low": "float64", "high": "float64", "n_units": "int64"})


def _of_group(
    name: str,
    codes: Ints,
    values: Floats,
    scale: Scale,
    cluster: Ints,
    *,
    pair: bool,
    level: float,
    draws: int,
    seed: int,
) -> list[dict[str, object]]:
    paired = (codes >= 0).sum(axis=1) >= 2
    codes = codes[paired]
    cluster = np.unique(cluster[paired], return_inverse=True)[1].astype(np.int64)
    counts = weighted.table_of(codes, len(values))
    full = (codes >= 0).all(axis=1)

    def statistics(weights: Floats) -> Floats:
        kappa = (
            weighted.cohen(codes[:, 0], codes[:, 1], len(values), weights)
            if pair
            else weighted.fleiss(counts[full], weights[:, full])
        )
        alpha = weighted.alpha(counts, values, weights, scale)
        return np.stack([alpha, weighted.agreement(counts, weights), kappa], axis=1)

    value, low, high = weighted.intervals(statistics, cluster, draws=draws, seed=seed, level=level)
    n = [int(paired.sum()), int(paired.sum()), int(full.sum())]
    return [
        {
            "coders": name,
            "statistic": statistic,
            "value": value[at],
            "low": low[at],
            "high": high[at],
            "n_units": n[at],
            "level": level,
        }
        for at, statistic in enumerate(("alpha", "agreement", "kappa"))
    ]


def disagreements(codes: pd.DataFrame, *, variable: str) -> pd.DataFrame:
    """Return the units that coders coded differently, to be talked about; the most disputed first.

    Parameters
    ----------
    codes
        As for `reliability`. Its columns `article_id, sentence, stratum, inclusion, text` are kept.
    variable
        The column of codes.

    Returns
    -------
    DataFrame
        `unit`; the columns kept; `agreement` (float64): share of pairs of codes that are the same; `n_codes`
        (int64); `codes` (str): who coded what, such as `Ann: 1; Ben: 0`.

    Raises
    ------
    OptionError
        If a column is missing or a coder coded a unit twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.reliability import disagreements
    >>> codes = pd.DataFrame({"unit": ["u1", "u1", "u2", "u2"], "coder": ["Ann", "Ben"] * 2, "tone": [1, 1, 1, 0]})
    >>> disagreements(codes, variable="tone")
      unit  agreement  n_codes           codes
    0   u2        0.0        2  Ann: 1; Ben: 0
    """
    coded = _coded(codes, variable)
    counts = weighted.table_of(coded.codes, len(coded.values))
    n = counts.sum(axis=1)
    shared = np.array(weighted.ratio((counts * (counts - 1)).sum(axis=1), n * (n - 1)))
    disputed = np.flatnonzero(shared < 1)
    disputed = disputed[np.argsort(shared[disputed], kind="stable")]
    said = [
        "; ".join(
            f"{coder}: {_shown(coded.values[code])}"
            for coder, code in zip(coded.coders, coded.codes[unit], strict=True)
            if code >= 0
        )
        for unit in disputed
    ]
    kept = _kept(codes).iloc[disputed].reset_index(drop=True)
    return kept.assign(
        agreement=shared[disputed], n_codes=n[disputed].astype(np.int64), codes=pd.Series(said, dtype="str")
    )


def adjudicate(
    codes: pd.DataFrame,
    *,
    variable: str,
    rule: Literal["majority", "plurality"] = "majority",
    ties: Literal["missing", "median"] = "missing",
    decisions: Mapping[object, object] | None = None,
) -> pd.DataFrame:
    """Return one code for each unit, the gold standard, and how it came about.

    Parameters
    ----------
    codes
        As for `reliability`. Its columns `article_id, sentence, stratum, inclusion, text` are kept.
    variable
        The column of codes.
    rule
        The code that stands: `"majority"`, of more than half of those who coded the unit; `"plurality"`, the most
        frequent one.
    ties
        Where the rule names none: `"missing"`, no code, until it is decided; `"median"` of the codes, which must be
        numbers (the lower of the two in the middle): -1, 0, 1 gives 0.
    decisions
        Unit and code (a dict or a Series) where people talked it over; these stand whatever the rule says.

    Returns
    -------
    DataFrame
        In the order in which units first stand in `codes`: `unit`; the columns kept; the variable (float64 if its
        codes are numbers, else str); `n_codes`, `n_agree` (int64): how many coded it, and how many so; `how` (str):
        `unanimous`, `majority`, `plurality`, `median`, `tie`, `decision`, or `none` where nobody coded it; one code
        alone is `single`.

    Raises
    ------
    OptionError
        If a column is missing, a coder coded a unit twice, `ties="median"` meets codes that are no numbers, or
        `decisions` names a unit that was not coded or a code that is not used.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.reliability import adjudicate
    >>> codes = pd.DataFrame({"unit": ["u1"] * 3 + ["u2"] * 3, "coder": ["A", "B", "C"] * 2})
    >>> codes["tone"] = [1, 1, 0, -1, 0, 1]
    >>> adjudicate(codes, variable="tone", ties="median")
      unit  tone  n_codes  n_agree       how
    0   u1   1.0        3        2  majority
    1   u2   0.0        3        1    median
    """
    choose("rule", rule, ("majority", "plurality"))
    choose("ties", ties, ("missing", "median"))
    coded = _coded(codes, variable)
    numbers = _as_numbers(coded.values)
    if ties == "median" and numbers is None:
        raise OptionError(f"ties='median' needs codes that are numbers; {variable!r} has {_some(coded.values)}.")
    decided = _decided(coded, variable, decisions)
    counts = weighted.table_of(coded.codes, len(coded.values)).astype(np.int64)
    rank = np.arange(len(coded.values), dtype=np.float64) if numbers is None else numbers
    chosen, how = [], []
    for unit, row in enumerate(counts):
        at, why = _settled(row, rule, ties, rank)
        if unit in decided:
            at, why = decided[unit], "decision"
        chosen.append(at)
        how.append(why)
    kept = _kept(codes)
    places = np.array(chosen, np.int64)
    gold = (
        pd.Series([None if at < 0 else coded.values[at] for at in chosen], dtype="str")
        if numbers is None
        else pd.Series(np.append(numbers, np.nan)[places])
    )
    agree = [int(row[at]) if at >= 0 else 0 for row, at in zip(counts, chosen, strict=True)]
    return kept.assign(
        **{variable: gold},
        n_codes=counts.sum(axis=1),
        n_agree=np.array(agree, np.int64),
        how=pd.Series(how, dtype="str"),
    )


def _settled(counts: Ints, rule: str, ties: str, numbers: NDArray[np.float64]) -> tuple[int, str]:
    """Return the place of the code that stands for a unit (-1 for none) and what made it so."""
    n = int(counts.sum())
    if n == 0:
        return -1, "none"
    most = int(counts.max())
    best = np.flatnonzero(counts == most)
    if most == n:
        return int(best[0]), "unanimous" if n > 1 else "single"
    if 2 * most > n:
        return int(best[0]), "majority"
    if rule == "plurality" and len(best) == 1:
        return int(best[0]), "plurality"
    if ties == "missing":
        return -1, "tie"
    rising = np.argsort(numbers, kind="stable")
    middle = np.searchsorted(counts[rising].cumsum(), (n + 1) // 2)
    return int(rising[middle]), "median"


def _decided(coded: _Coded, variable: str, decisions: Mapping[object, object] | None) -> dict[int, int]:
    """Return the place of the code that was decided on, by place of the unit."""
    problems, decided = [], {}
    places = {_key(value): at for at, value in enumerate(coded.values)}
    for unit, code in ({} if decisions is None else dict(decisions.items())).items():
        if unit not in coded.units:
            problems.append(f"`decisions` names the unit {unit!r}, which nobody coded. Take it out.")
        elif _key(code) not in places:
            problems.append(
                f"`decisions` gives unit {unit!r} the code {code!r}; {variable!r} has {_some(coded.values)}."
            )
        else:
            decided[int(coded.units.get_indexer(pd.Index([unit]))[0])] = places[_key(code)]
    if problems:
        raise OptionError("\n".join(problems))
    return decided


# --- What the three share ---------------------------------------------------------------------------------------------


def _coded(codes: pd.DataFrame, variable: str) -> _Coded:
    missing = [name for name in ("unit", "coder", variable) if name not in codes.columns]
    if missing:
        raise OptionError(
            f"`codes` has no column {', '.join(map(repr, missing))}; it has {', '.join(map(str, codes.columns))}. "
            "It needs 'unit', 'coder' and a column for each variable."
        )
    twice = codes.loc[codes.duplicated(["unit", "coder"]), ["unit", "coder"]].drop_duplicates()
    if len(twice):
        named = "; ".join(f"{unit} by {coder}" for unit, coder in twice.head(_MOST_NAMED).itertuples(index=False))
        more = f" and {len(twice) - _MOST_NAMED} more" if len(twice) > _MOST_NAMED else ""
        raise OptionError(f"`codes` has units that a coder coded twice: {named}{more}. Keep one code of each.")
    units, coders = pd.Index(codes["unit"].unique()), sorted(map(str, codes["coder"].dropna().unique()))
    alike = dict.fromkeys(one for one, other in pairwise(coders) if one == other)
    if alike:
        raise OptionError(
            f"`codes` names coders both as words and as numbers: {_some(list(alike))}. Write each in one way: "
            "codes['coder'].astype('str')."
        )
    kinds = codes[variable].dropna()
    values: list[object] = sorted(kinds.unique().tolist(), key=_rank)
    places = {_key(value): at for at, value in enumerate(values)}
    filled = codes[codes[variable].notna() & codes["coder"].notna()]
    table = np.full((len(units), len(coders)), -1, np.int64)
    at = (units.get_indexer(pd.Index(filled["unit"])), pd.Index(coders).get_indexer(pd.Index(filled["coder"].map(str))))
    table[at] = [places[_key(value)] for value in filled[variable].tolist()]
    return _Coded(table, values, units, coders)


def _key(value: object) -> object:
    """Return what two codes that are the same share: 1, 1.0 and True are one number."""
    return float(value) if isinstance(value, (int, float)) else value


def _rank(value: object) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))


def _as_numbers(values: Sequence[object]) -> Floats | None:
    """Return codes that are all numbers as such."""
    numbers = [float(value) for value in values if isinstance(value, (int, float))]
    return np.array(numbers, np.float64) if len(numbers) == len(values) else None


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _some(values: Sequence[object]) -> str:
    return ", ".join(_shown(value) for value in values[:_MOST_NAMED]) + (", …" if len(values) > _MOST_NAMED else "")


def _numbers(values: list[object], scale: Scale, order: Sequence[object] | None, variable: str) -> Floats:
    """Return what each code counts for."""
    if order is not None:
        places = {_key(value): at for at, value in enumerate(order)}
        outside = [value for value in values if _key(value) not in places]
        if outside:
            raise OptionError(f"`order` does not name {_some(outside)}, which {variable!r} has. Name every code.")
        return np.array([places[_key(value)] for value in values], np.float64)
    if scale == "nominal":
        return np.arange(len(values), dtype=np.float64)
    numbers = _as_numbers(values)
    if numbers is None:
        raise OptionError(
            f"scale={scale!r} needs codes that are numbers, or `order`; {variable!r} has {_some(values)}. "
            "Give `order`, the codes from low to high."
        )
    if scale == "ratio" and (numbers < 0).any():
        raise OptionError(f"scale='ratio' needs codes of 0 or more; {variable!r} has {_shown(numbers.min())}.")
    return numbers


def _clusters(codes: pd.DataFrame, units: pd.Index, cluster: str | None) -> Ints:
    """Return the number of each unit's cluster, from 0."""
    if cluster is None:
        return np.arange(len(units), dtype=np.int64)
    if cluster not in codes.columns:
        raise OptionError(
            f"`codes` has no column {cluster!r} to resample by; it has {', '.join(map(str, codes.columns))}."
        )
    return weighted.cluster_numbers(codes.drop_duplicates("unit").set_index("unit")[cluster].reindex(units))


def _kept(codes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each unit: `unit`, and the columns that are the same whoever coded it."""
    others = [name for name in _ABOUT if name in codes.columns]
    return codes.drop_duplicates("unit")[["unit", *others]].reset_index(drop=True)


#: What the table of codes that `read_coding_sheets` returns tells about a unit.
_ABOUT = ("article_id", "sentence", "stratum", "inclusion", "text")
