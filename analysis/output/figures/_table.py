"""Checks and small reductions of the tables that the figures take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import OptionError, choose
from analysis.output.figures._text import clean

MEANS = ("n", "mean", "low", "high")
#: Columns of a table of means that are no groups.
NO_GROUPS = ("value", "n", "mean", "sd", "low", "high", "level")
#: A period of fewer articles is drawn hollow, its interval hardly says anything, no heading names it.
FEW = 5
#: With fewer periods that are not hollow, no heading speaks of peaks.
PERIODS = 4


def columns_of(
    table: pd.DataFrame, needs: Sequence[str], *, plot: str, use: str, optional: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the columns that a figure needs (index levels count), or say which is missing and where it comes from."""
    levels = [name for name in table.index.names if name in (*needs, *optional) and name not in table.columns]
    flat = table.reset_index(level=levels) if levels else table
    for name in needs:
        if name not in flat.columns:
            raise OptionError(
                f"the table has no column {name!r}; {plot} needs {', '.join(map(repr, needs))}. Use {use}."
            )
    wanted = dict.fromkeys([*needs, *(name for name in optional if name in flat.columns)])
    return flat[list(wanted)].reset_index(drop=True)


def group_column(table: pd.DataFrame, given: str | None, *, unique: str, known: Sequence[str], plot: str) -> str | None:
    """Return the column that parts a table into panels: the one given, or the only one that can be it."""
    if given is not None:
        return given
    if unique not in table.columns or not table[unique].duplicated().any():
        return None
    others = [
        str(name)
        for name in table.columns
        if name not in known and name != unique and not pd.api.types.is_numeric_dtype(table[name])
    ]
    if len(others) == 1:
        return others[0]
    raise OptionError(f"the table has several rows for one {unique}; say which column parts them: {plot}(table, by=…).")


def numeric(table: pd.DataFrame, names: Sequence[str], plot: str) -> pd.DataFrame:
    """Return the table with the named columns as floats at six significant digits: what is drawn is what is saved."""
    changed = {}
    for name in names:
        if name not in table.columns:
            continue
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise OptionError(f"column {name!r} must hold numbers; {plot} got {table[name].dtype}.")
        if not pd.api.types.is_integer_dtype(table[name]):
            changed[name] = six(table[name])
    return table.assign(**changed)


def six(values: pd.Series) -> pd.Series:
    """Return floats at six significant digits."""
    return pd.Series(
        [float(f"{value:.6g}") for value in values.to_numpy(dtype="float64", na_value=np.nan)],
        index=values.index,
        dtype="float64",
    )


def largest(table: pd.DataFrame, by: str, weight: str, most: int) -> tuple[pd.DataFrame, int]:
    """Keep the groups with the most articles; return the rows and how many groups are not shown.

    Where some must go anyway, so do those of fewer than `FEW`.
    """
    sizes = table.groupby(by, dropna=False, observed=True)[weight].sum()
    order = sorted(range(len(sizes)), key=lambda i: (-float(sizes.iloc[i]), clean(sizes.index[i])))
    if len(order) > most:
        order = [i for i in order[:most] if sizes.iloc[i] >= FEW] or order[:most]
    kept = [sizes.index[i] for i in order]
    keep = table[by].isin([name for name in kept if not pd.isna(name)])
    if any(pd.isna(name) for name in kept):
        keep |= table[by].isna()
    return table[keep], len(sizes) - len(kept)


def as_dates(periods: pd.Series, plot: str) -> pd.Series:
    """Return periods (dates, pandas Periods, or text such as 2024-03, 2024Q1, 2024) as the first day of each."""
    dates: pd.Series
    if isinstance(periods.dtype, pd.PeriodDtype):
        dates = periods.dt.start_time
        return dates
    if pd.api.types.is_datetime64_any_dtype(periods):
        dates = periods.dt.tz_localize(None)
        return dates
    text = periods.astype("str")
    try:
        return pd.Series([pd.Period(one).start_time for one in text], index=periods.index, dtype="datetime64[ns]")
    except ValueError:
        raise OptionError(
            f"'period' must hold dates or periods such as 2024-03; {plot} got {text.iloc[0]!r}."
        ) from None


def ranked(data: pd.DataFrame, value: str, by: str) -> pd.DataFrame:
    """Sort from high to low, groups of one value by their names."""
    names = data[by].map(clean).astype("str")
    order = np.lexsort((names.to_numpy(dtype="object"), -data[value].to_numpy(dtype="float64")))
    return data.iloc[order].reset_index(drop=True)


def means_of(
    table: pd.DataFrame, keys: Sequence[str], *, value: str | None, plot: str, use: str
) -> tuple[pd.DataFrame, str]:
    """Return the rows of a table of means, rounded, and the name of the score that was averaged.

    With `value`, only its rows; without, those of the first score that the table has.
    """
    rows = columns_of(table, [*keys, *MEANS], plot=plot, use=use, optional=["value", "sd", "level"])
    score = value or ""
    if "value" in rows.columns and len(rows):
        if value is not None:
            choose("value", value, dict.fromkeys(rows["value"]))
        score = str(rows["value"].iloc[0]) if value is None else value
        rows = rows[rows["value"] == score]
    return numeric(rows, [*MEANS, "sd", "level"], plot).reset_index(drop=True), score


def parts_of(rows: pd.DataFrame, by: str, keys: Sequence[object]) -> list[pd.DataFrame]:
    """Return the rows of each group; a missing name is a group too."""
    return [rows[rows[by].isna() if pd.isna(key) else rows[by] == key] for key in keys]  # type: ignore[call-overload]


def row_of(data: pd.DataFrame, position: int) -> dict[str, Any]:
    """Return one row by its position."""
    return {str(name): data[name].iloc[position] for name in data.columns}


def enough(rows: pd.DataFrame, least: int, n: str = "n") -> pd.DataFrame:
    """Return the rows of `least` articles or more: those that are named in words."""
    return rows[rows[n] >= least].reset_index(drop=True)


def extremes(rows: pd.DataFrame, value: str = "mean") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows with the lowest and the highest value."""
    values = rows[value].to_numpy(dtype="float64")
    return row_of(rows, int(np.argmin(values))), row_of(rows, int(np.argmax(values)))


def apart(low: dict[str, Any], high: dict[str, Any]) -> bool:
    """Say whether two intervals do not meet; an interval that is not known settles nothing."""
    return bool(low["high"] < high["low"])


def clear_pair(rows: pd.DataFrame) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return two rows whose intervals do not meet, the lower first: that of the lowest end, that of the highest.

    Extreme means often rest on few articles, so that others may differ clearly where the extremes do not.
    """
    known = rows[rows["low"].notna() & rows["high"].notna()]
    if len(known) < 2:
        return None
    pair = extremes(known, "high")[0], extremes(known, "low")[1]
    return pair if apart(*pair) else None


def limits(rows: pd.DataFrame, *, floor: float | None) -> tuple[float, float]:
    """Return limits of an axis for all means and the intervals that rest on enough articles to be of use."""
    sure = rows[rows["n"] >= FEW]
    ends = pd.concat([rows["mean"], sure["low"], sure["high"]]).dropna().to_numpy(dtype="float64")
    low, high = float(ends.min()), float(ends.max())
    if floor is not None:
        # Nothing but zeros: an axis of its own making would suggest a scale that nothing has.
        return (floor, high + ((high - min(low, floor)) * 0.06)) if high > floor else (floor, floor + 1)
    pad = (high - low) * 0.06 or abs(high) * 0.2 or 0.1
    return low - pad, high + pad
