"""Forest plots of differences between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._groups import TONE
from analysis.output.figures._table import columns_of, numeric, row_of
from analysis.output.figures._text import (
    count,
    digits_of,
    interval,
    plain,
    short,
    signed,
    spaced,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_comparison"]

_NUMBERS = ("difference", "low", "high", "n_effective", "n_effective_other", "p_adjusted", "level")
_COUNTS = ("n", "n_other", "n_stories", "n_stories_other")
_FEW = 20
_ROW = 0.31


def plot_comparison(
    table: pd.DataFrame,
    *,
    shown: int = 20,
    name: str = "comparison",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw differences between groups with their intervals, and how many articles each rests on.

    Parameters
    ----------
    table
        As `compare` gives it: `compare(scores, value="compound_mean")`.
    shown
        The most comparisons to draw; those with the smallest corrected p are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.figures import plot_comparison
    >>> scores = pd.DataFrame({"outlet": ["Gazette"] * 10 + ["Herald"] * 10, "story": [f"s{i}" for i in range(20)]})
    >>> scores["tone"] = [0.1, 0.3, 0.2, 0.4, 0.2, 0.3, 0.1, 0.2, 0.3, 0.4] + [0.1, -0.1, 0.0, 0.2, -0.2] * 2
    >>> plot_comparison(analysis.compare(scores, value="tone", permutations=999)).title
    'Mean tone: Gazette scores 0.25 higher than Herald'
    """
    needs = ["group", "other", "value", "statistic", *_COUNTS, *_NUMBERS]
    use = "compare(table, value=…)"
    rows = numeric(columns_of(table, needs, plot="plot_comparison", use=use), [*_COUNTS, *_NUMBERS], "plot_comparison")
    if rows.empty:
        return nothing(name, title, "There are no comparisons", rows, source)
    order = np.lexsort((-rows["difference"].abs(), rows["p_adjusted"]))[:shown]
    hidden = len(rows) - len(order)
    data = rows.iloc[order].sort_values("difference", ascending=False, kind="stable").reset_index(drop=True)
    digits = digits_of([*data["difference"], 0.0], 2)
    score = (
        f"{data['statistic'].iloc[0]} {'tone' if data['value'].iloc[0] in TONE else spaced(data['value'].iloc[0], 40)}"
    )
    labels = [f"{short(one, 18)} − {short(other, 18)}" for one, other in zip(data["group"], data["other"], strict=True)]

    def said(place: int) -> str:
        one = row_of(data, place)
        high, low = ("group", "other") if one["difference"] > 0 else ("other", "group")
        return f"{short(one[high])} scores {plain(abs(one['difference']), digits)} higher than {short(one[low])}"

    places = np.flatnonzero(data["p_adjusted"] <= 0.05).tolist()
    if places:
        largest = max(places, key=lambda place: abs(data["difference"].iloc[place]))
        found = f"{score[0].upper()}{score[1:]}: {said(largest)}"
        if len(places) > 1:
            found += f", the largest of {len(places)} clear differences"
    else:
        found = f"No clear difference in {score} among {count(len(rows), 'comparison')}"

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, labels)
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        for place in range(len(data)):
            one = row_of(data, place)
            ax.plot([one["low"], one["high"]], [place, place], color=sheet.BLUE, lw=2, alpha=0.55)
            fill = sheet.BLUE if one["p_adjusted"] <= 0.05 else "white"
            ax.plot([one["difference"]], [place], "o", color=sheet.BLUE, mfc=fill, ms=6)
        ends = [*data["low"], *data["high"], 0.0]
        pad = (max(ends) - min(ends)) * 0.05 or 0.1
        ax.set_xlim(min(ends) - pad, max(ends) + pad)
        sheet.right_columns(
            ax,
            [
                ("difference", [signed(one, digits) for one in data["difference"]]),
                ("articles", _both(data, "n", 0)),
                ("effective", _both(data, "n_effective", 0)),
                ("p", ["< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0") for p in data["p_adjusted"]]),
            ],
        )
        sheet.few_ticks(ax, "x", 5)
        ax.set_xlabel(f"Difference in {score}, first less second")

    few = int(((data["n_stories"] < _FEW) | (data["n_stories_other"] < _FEW)).sum())
    rough = f"{count(few, 'comparison')} with fewer than {_FEW} stories on a side: rough intervals" if few else ""
    left = f"{count(hidden, 'comparison')} with larger p not shown" if hidden else ""
    above, below = int((data["low"] > 0).sum()), int((data["high"] < 0).sum())
    alt = [
        f"Forest plot of {count(len(data), 'difference')} in {score} between groups",
        left,
        *(
            f"{said(place)} (interval {signed(data['low'].iloc[place], digits)} to "
            f"{signed(data['high'].iloc[place], digits)}, corrected p {data['p_adjusted'].iloc[place]:.3f})"
            for place in places[:6]
        ),
        f"{len(places)} of {len(data)} are clear after correction; {above} intervals lie above zero, {below} below",
        rough,
    ]
    key = f"Line: {interval(data['level'])}; filled: p ≤ .05 after correction for {count(len(rows), 'comparison')}"
    lines = [key, "Articles of the first / the second, and what they are worth as independent ones", rough, left]
    return finish(name, title or found, lines, alt, data, source, paint, height=0.85 + _ROW * len(data))


def _both(data: pd.DataFrame, column: str, digits: int) -> list[str]:
    return [
        f"{plain(float(one), digits)} / {plain(float(other), digits)}"
        for one, other in zip(data[column], data[f"{column}_other"], strict=True)
    ]
