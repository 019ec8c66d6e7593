"""Figures of how far a number may be trusted: coders' reliability, a measure's validity, where to put a threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._table import columns_of, numeric, row_of
from analysis.output.figures._text import (
    clean,
    count,
    digits_of,
    interval,
    listed,
    plain,
    sentence,
    short,
    spaced,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_reliability", "plot_threshold", "plot_validity"]

#: Krippendorff (2004), Content analysis: below the first no conclusions, from the second on firm ones.
_TENTATIVE, _FIRM = 0.667, 0.8
_ROW = 0.31
_KINDS = (("precision", sheet.BLUE, "-"), ("recall", sheet.VERMILION, "--"), ("f1", sheet.INK, "-"))
_NAMES = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
#: Of a measure and a gold standard the first of these that there is; and its value by chance, where there is one.
_STATISTICS = {
    "correlation": ("r", 0.0),
    "alpha": ("alpha", 0.0),
    "share_in_order": ("in order", 1 / 6),
    "auc": ("AUC", 0.5),
    "macro_f1": ("macro-F1", None),
    "f1": ("F1", None),
    "accuracy": ("accuracy", None),
}


def plot_reliability(
    table: pd.DataFrame,
    *,
    shown: int = 20,
    name: str = "reliability",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw Krippendorff's alpha of all coders and of each pair, with intervals; of several variables too.

    Parameters
    ----------
    table
        As `reliability` gives it; of several variables, the tables under one another with a column `variable`:
        `pd.concat([reliability(codes, variable=v).assign(variable=v) for v in ("tone", "topic")])`.
    shown
        The most rows to draw; pairs that agree best go first, rows of all coders stay.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.figures import plot_reliability
    >>> codes = pd.DataFrame({"unit": [*range(40)] * 2, "coder": ["Ann"] * 40 + ["Ben"] * 40})
    >>> codes["tone"] = [-1, 0, 1, 1] * 10 + [-1, 0, 1, 1] * 9 + [-1, 0, 1, 0]
    >>> plot_reliability(analysis.reliability(codes, variable="tone", scale="ordinal")).title
    'Coders agree: alpha is 0.98, its interval lies above .80'
    """
    needs = ["coders", "statistic", "value", "low", "high", "n_units", "level"]
    numbers = ["value", "low", "high", "n_units", "level"]
    use = "reliability(codes, variable=…)"
    rows = columns_of(table, needs, plot="plot_reliability", use=use, optional=["variable"])
    rows = numeric(rows[rows["statistic"] == "alpha"], numbers, "plot_reliability").drop(columns="statistic")
    if rows.empty:
        return nothing(name, title, "There is no alpha", rows, source)
    several = "variable" in rows and rows["variable"].nunique() > 1
    rows = rows if "variable" in rows else rows.assign(variable="")
    rows["pair"] = rows["coders"] != "all"
    order = rows.assign(value=rows["value"].fillna(-1)).sort_values(["pair", "value", "variable", "coders"])
    kept = rows.loc[order.index[:shown]]
    hidden = len(rows) - len(kept)
    data = kept.sort_values(["variable", "pair", "coders"]).reset_index(drop=True)
    labels = [
        f"{f'{spaced(of, 20)}: ' if several else ''}{short('all coders' if who == 'all' else who, 28)}"
        for of, who in zip(data["variable"], data["coders"], strict=True)
    ]
    every = rows[~rows["pair"]].sort_values("variable").reset_index(drop=True)

    def painted(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, labels)
        for at in (_TENTATIVE, _FIRM):
            ax.axvline(at, color=sheet.QUIET, lw=1.2, ls=(0, (4, 3)))
        for place in range(len(data)):
            one = row_of(data, place)
            ax.plot([one["low"], one["high"]], [place, place], color=sheet.BLUE, lw=2, alpha=0.55)
            ax.plot([one["value"]], [place], "o", color=sheet.BLUE, mfc="white" if one["pair"] else sheet.BLUE, ms=6)
        ends = pd.concat([data["value"], data["low"]]).dropna()
        least = min(0.0, *ends) if len(ends) else 0.0
        ax.set_xlim(least - 0.03, 1.03)
        sheet.right_columns(
            ax,
            [
                ("alpha", [plain(value, 2) for value in data["value"]]),
                ("interval", [_between(row_of(data, place)) for place in range(len(data))]),
                ("units", [f"{n:,.0f}" for n in data["n_units"]]),
            ],
        )
        sheet.few_ticks(ax, "x", 6)
        ax.set_xlabel("Krippendorff’s alpha: 1 is perfect agreement, 0 as by chance")

    left = f"{count(hidden, 'pair')} that agree better not shown" if hidden else ""
    alt = [
        f"Krippendorff’s alpha with intervals, {count(len(data), 'row')}",
        *(
            f"{labels[place]}: {_told(row_of(data, place))}"
            for place in range(len(data))
            if not data["pair"].iloc[place]
        ),
        *_pairs(data, labels),
        left,
    ]
    key = f"Line: {interval(data['level'])}; filled: all coders; hollow: a pair"
    lines = [key, "Dashed: .667 and .80, from which conclusions count as tentative and as firm", left]
    columns = [*(["variable"] if several else []), "coders", "value", "low", "high", "n_units", "level"]
    height = 0.85 + _ROW * len(data)
    return finish(name, title or _agreed(every), lines, alt, data[columns], source, painted, height=height)


def _agreed(every: pd.DataFrame) -> str:
    """Say what the intervals of all coders allow to be said."""
    if len(every) != 1:
        above, below = every["low"] >= _TENTATIVE, every["high"] < _TENTATIVE
        parts = [
            f"{said} for {listed(names) if len(names) <= 3 else count(len(names), 'variable')}"
            for said, some in (("above .667", above), ("below .667", below), ("not settled", ~above & ~below))
            if (names := [spaced(one) for one in every.loc[some, "variable"]])
        ]
        return f"Alpha, as far as the intervals tell: {'; '.join(parts)}"
    one = row_of(every, 0)
    if not np.isfinite(one["value"]):
        return "Alpha is not defined: all codes are one and the same, or no unit has two"
    value = f"alpha is {plain(one['value'], 2)}"
    if one["low"] >= _FIRM:
        return f"Coders agree: {value}, its interval lies above .80"
    if one["low"] >= _TENTATIVE:
        return f"Coders agree well enough for tentative conclusions: {value}, its interval lies above .667"
    if one["high"] < _TENTATIVE:
        return f"Coders agree too little: {value}, its interval lies below .667"
    return f"{sentence(value)}; the interval does not settle whether coders agree enough (.667)"


def _pairs(data: pd.DataFrame, labels: list[str]) -> list[str]:
    """Name the pairs of each variable that agree least and most, without saying that they differ."""
    told = []
    for _, known in data[data["pair"] & data["value"].notna()].groupby("variable"):
        if len(known) > 1:
            ends = [int(known["value"].to_numpy().argmin()), int(known["value"].to_numpy().argmax())]
            least, most = (f"{labels[known.index[place]]} ({_told(row_of(known, place))})" for place in ends)
            told.append(f"Pairs lie between {least} and {most}")
    return told


def _between(one: dict[str, float]) -> str:
    return f"{plain(one['low'], 2)} to {plain(one['high'], 2)}"


def _told(one: dict[str, float]) -> str:
    if not np.isfinite(one["value"]):
        return "not defined"
    known = np.isfinite(one["low"]) and np.isfinite(one["high"])
    return f"{plain(one['value'], 2)}{f', interval {_between(one)}' if known else ''}"


def plot_threshold(
    table: pd.DataFrame,
    *,
    score: str = "score",
    name: str = "threshold",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw precision, recall and F1 for each score from which on a unit would count as yes, with their intervals.

    Parameters
    ----------
    table
        `thresholds` of a `Validation` against a gold standard of two codes.
    score
        What the score is called on the axis.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.figures import plot_threshold
    >>> gold = pd.DataFrame({"unit": [f"u{n}" for n in range(60)], "angry": [0, 0, 1] * 20})
    >>> scores = gold[["unit"]].assign(heat=[0.1, 0.3, 0.6, 0.2, 0.1, 0.4] * 10)
    >>> found = analysis.validate(scores, gold, score="heat", variable="angry", draws=500)
    >>> plot_threshold(found.thresholds, score="heat").title
    'F1 is highest (1.00) from a heat of 0.40 on, clearly'
    """
    kinds = [kind for kind, _, _ in _KINDS]
    numbers = ["threshold", "n_said", *(f"{kind}{end}" for kind in kinds for end in ("", "_low", "_high"))]
    use = "validate(table, gold, score=…, variable=…).thresholds, of a gold standard of two codes"
    data = numeric(columns_of(table, numbers, plot="plot_threshold", use=use), numbers, "plot_threshold")
    data = data.sort_values("threshold").reset_index(drop=True)
    if data["f1"].notna().sum() == 0:
        return nothing(name, title, "There are no thresholds", data, source)
    x = data["threshold"].to_numpy()
    called = spaced(score, 30)
    best = int(np.nanargmax(data["f1"].to_numpy()))
    as_good = np.flatnonzero((data["f1_high"] >= data["f1_low"].iloc[best]).to_numpy() | (data.index == best))
    digits = digits_of(x, 2)

    def at(place: int) -> str:
        return plain(float(x[place]), digits)

    found = f"F1 is highest ({plain(data['f1'].iloc[best], 2)}) from a {called} of {at(best)} on"
    others = f"; intervals do not tell it from others between {at(as_good[0])} and {at(as_good[-1])}"
    found += ", clearly" if len(as_good) == 1 else others

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax, "y")
        ax.set_ylim(-0.02, 1.02)
        pad = (x[-1] - x[0]) * 0.03 or 0.1
        ax.set_xlim(x[0] - pad, x[-1] + pad)
        ax.axvline(x[best], color=sheet.QUIET, lw=1.2, ls=(0, (4, 3)))
        last = [float(data[kind].iloc[-1]) for kind in kinds]
        places = sheet.spread([0.0 if np.isnan(one) else one for one in last], 0.075, 0, 1)
        for (kind, colour, dashes), place, end in zip(_KINDS, places, last, strict=True):
            ax.fill_between(x, data[f"{kind}_low"], data[f"{kind}_high"], color=colour, alpha=0.14, lw=0)
            ax.plot(x, data[kind], dashes, color=colour, lw=2, marker="o" if len(x) < 12 else "", ms=4)
            beside = ax.get_yaxis_transform() + sheet.points_right(ax, 14)
            ax.text(1, place, _NAMES[kind], va="center", ha="left", color=colour, transform=beside)
            sheet.lead(ax, float(x[-1]), end if np.isfinite(end) else 0.0, place, colour)
        sheet.few_ticks(ax, "x", 6)
        sheet.few_ticks(ax, "y", 5)
        ax.set_xlabel(f"Threshold: units with this {called} or more count as yes")

    def said(place: int) -> str:
        one = row_of(data, place)
        parts = [
            f"{_NAMES[kind]} {_told({'value': one[kind], 'low': one[f'{kind}_low'], 'high': one[f'{kind}_high']})}"
            for kind in kinds
        ]
        return f"At {at(place)} and above, {count(int(one['n_said']), 'unit')}: {'; '.join(parts)}"

    alt = [
        f"Precision, recall and F1 at {count(len(data), 'threshold')} of the {called}",
        found,
        *(said(place) for place in dict.fromkeys((0, best, len(data) - 1))),
    ]
    lines = ["Bands: intervals, each threshold by itself; dashed: the highest F1",
             "A threshold that is chosen here fits these units: test it on others"]  # fmt: skip
    return finish(name, title or found, lines, alt, data, source, paint, height=3.4)


def plot_validity(
    table: pd.DataFrame,
    *,
    name: str = "validity",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how far measures agree with people's coding, by unit and kind of text, with intervals.

    Of each measure, score and material one figure is drawn: the correlation if there is one, else alpha, the share in
    the right order, AUC, F1 or accuracy. They are not to be compared with one another; a tick says what chance gives.

    Parameters
    ----------
    table
        As `validity` gives it, or some of its rows.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import analysis
    >>> from analysis.output.figures import plot_validity
    >>> table = analysis.validity()
    >>> plot_validity(table[table["measure"] == "sentiment"]).title
    'Sentiment: above chance in 3 of 3 tests against people'
    """
    words = ["measure", "score", "unit", "genre", "material", "status", "statistic", "of"]
    numbers = ["value", "low", "high", "n_articles"]
    rows = columns_of(table, [*words, *numbers], plot="plot_validity", use="validity()")
    rows = numeric(rows, numbers, "plot_validity")
    rows = rows[rows["statistic"].isin(list(_STATISTICS))]
    if rows.empty:
        return nothing(name, title, "There are no figures of validity", rows, source)
    rank = rows["statistic"].map({statistic: at for at, statistic in enumerate(_STATISTICS)})
    first = rank.groupby([rows[key] for key in ("measure", "unit", "material")]).transform("min")
    data = rows[rank == first].sort_values(
        ["status", "measure", "unit", "genre", "material", "score", "of"], ascending=[False] + [True] * 6
    )
    data = data.reset_index(drop=True)
    chance = [_STATISTICS[statistic][1] for statistic in data["statistic"]]
    rows_of = _rows_of(data)
    tested = [at for at, one in enumerate(chance) if one is not None and data["status"].iloc[at] == "validated"]
    above = [at for at in tested if data["low"].iloc[at] > (chance[at] or 0.0)]
    measures = listed(spaced(one, 40) for one in dict.fromkeys(data["measure"].iloc[tested]))
    if tested:
        found = f"{sentence(measures)}: above chance in {len(above)} of {count(len(tested), 'test')} against people"
    else:
        found = f"{count(len(data), 'figure')} of agreement, none with people’s coding and a chance level"

    def cells(column: list[str]) -> list[str]:
        return ["" if at is None else column[at] for _, at in rows_of]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [label for label, _ in rows_of])
        for place, (_, at) in enumerate(rows_of):
            if at is None:
                ax.get_yticklabels()[place].set_fontweight("bold")
                continue
            one, by_chance = row_of(data, at), chance[at]
            ax.plot([one["low"], one["high"]], [place, place], color=sheet.BLUE, lw=2, alpha=0.55)
            fill = sheet.BLUE if one["status"] == "validated" else "white"
            ax.plot([one["value"]], [place], "o", color=sheet.BLUE, mfc=fill, ms=6)
            if by_chance is not None:
                ax.plot([by_chance, by_chance], [place - 0.32, place + 0.32], color=sheet.QUIET, lw=1.6)
        ax.set_xlim(min(0.0, *pd.concat([data["value"], data["low"]]).dropna()) - 0.03, 1.03)
        sheet.right_columns(
            ax,
            [
                ("figure", cells([_STATISTICS[statistic][0] for statistic in data["statistic"]])),
                ("value", cells([plain(value, 2) for value in data["value"]])),
                ("unit", cells([short(unit, 12) for unit in data["unit"]])),
                ("texts", cells([f"{n:,.0f}" for n in data["n_articles"]])),
            ],
        )
        sheet.few_ticks(ax, "x", 4)
        ax.set_xlabel("Each figure on its own scale, 1 is perfect")

    alt = [f"Agreement of measures with gold data, {count(len(data), 'figure')}"]
    for at in range(len(data)):
        one = row_of(data, at)
        of = (
            f"{spaced(one['measure'], 40)}, {spaced(one['score'], 40)}, {short(one['unit'], 12)}, {clean(one['genre'])}"
        )
        alt.append(f"{of}: {_STATISTICS[one['statistic']][0]} {_told(one)}")
    lines = [
        "Line: 95% interval by article; upright tick: what chance gives, where that is known",
        "Filled: coded by people; hollow: coded by who wrote the rules, or by models",
    ]
    return finish(name, title or found, lines, alt, data, source, paint, height=0.85 + _ROW * len(rows_of))


def _rows_of(data: pd.DataFrame) -> list[tuple[str, int | None]]:
    """Return the label of each row of the chart and the place of its figure; a heading over several scores has none."""
    rows: list[tuple[str, int | None]] = []
    sizes = data.groupby(["measure", "unit", "material"])["score"].transform("size").tolist()
    headed = None
    for at, size in enumerate(sizes):
        one = row_of(data, at)
        what = short(f"{spaced(one['measure'], 40)}, {clean(one['genre'])}", 40)
        material = (one["measure"], one["unit"], one["material"])
        if size == 1:
            rows.append((what, at))
        else:
            rows += [(what, None)] if material != headed else []
            rows.append((spaced(one["score"], 40), at))
        headed = material
    return rows
