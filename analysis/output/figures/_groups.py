"""Figures of scores by group: readability, tone, frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._table import (
    FEW,
    columns_of,
    largest,
    limits,
    means_of,
    numeric,
    parts_of,
    ranked,
    row_of,
    six,
    steady,
)
from analysis.output.figures._text import (
    clean,
    count,
    interval,
    not_shown,
    plain,
    rate,
    sentence,
    short,
    signed,
    spaced,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_frames", "plot_readability", "plot_tone"]

# What a score is called on an axis, and whether more of it is harder to read.
_READABILITY = {
    "flesch_reading_ease": ("Flesch reading ease (higher is easier)", False),
    "flesch_kincaid_grade": ("Flesch–Kincaid grade: years of US schooling needed", True),
    "smog_index": ("SMOG index: years of US schooling needed", True),
    "coleman_liau_index": ("Coleman–Liau index: years of US schooling needed", True),
    "automated_readability_index": ("Automated readability index: years of US schooling needed", True),
    "dale_chall_readability_score": ("Dale–Chall score (higher is harder)", True),
    "dale_chall_readability_score_v2": ("Dale–Chall score, second version (higher is harder)", True),
    "gunning_fog": ("Gunning fog index: years of schooling needed", True),
    "linsear_write_formula": ("Linsear Write: years of US schooling needed", True),
    "text_standard": ("Consensus of the formulas: years of US schooling needed", True),
    "spache_readability": ("Spache score: years of US schooling needed", True),
    "mcalpine_eflaw": ("McAlpine EFLAW score (higher is harder for learners)", True),
    "lix": ("LIX (higher is harder)", True),
    "rix": ("RIX (higher is harder)", True),
    "reading_time": ("Reading time in seconds", True),
}
TONE = {
    "compound_mean": "Mean VADER compound of an article’s sentences (−1 negative, +1 positive)",
    "compound": "VADER compound (−1 negative, +1 positive)",
}
FRAMES = {
    "per_1000_words": "cues per 1,000 words",
    "share_sentences": "share of sentences with a cue",
    "n_cues": "cues in an article",
}
_QUANTILES = (("p10", 0.1), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p90", 0.9))
_ROW = 0.31  # inches for a row of a chart
# Groups of fewer articles are drawn, but no heading names them: their means are mostly chance.
_NAMED = 10


def plot_readability(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "flesch_kincaid_grade",
    shown: int = 15,
    name: str = "readability",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how a readability score is distributed in each group: median, middle half and middle 80 %.

    Parameters
    ----------
    table
        One row for each article with the columns `by` and `value`:
        `readability(corpus).join(corpus.articles["outlet"])`. NaN scores are left out.
    by
        The column of groups.
    value
        A column of `readability`.
    shown
        The most groups to draw; those with the most articles are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_readability
    >>> grades = pd.DataFrame({"outlet": ["Gazette", "Gazette", "Gazette", "Herald", "Herald"]})
    >>> grades["flesch_kincaid_grade"] = [8.0, 9.0, 10.0, 12.0, 14.0]
    >>> figure = plot_readability(grades)
    >>> figure.title
    'The typical grade runs from 9.0 (Gazette) to 13.0 (Herald)'
    >>> figure.data[["outlet", "n", "median"]].to_dict("list")
    {'outlet': ['Herald', 'Gazette'], 'n': [2, 3], 'median': [13.0, 9.0]}
    """
    use = f"readability(corpus).join(corpus.articles[{by!r}])"
    rows = columns_of(table, [by, value], plot="plot_readability", use=use)
    rows = numeric(rows, [value], "plot_readability").dropna(subset=[value])
    if rows.empty:
        return nothing(name, title, f"No article has a {spaced(value, 40)}", rows, source)
    kept, hidden = largest(rows.assign(n=1), by, "n", shown)
    scores = kept.groupby(by, dropna=False, observed=True)[value]
    data = scores.size().rename("n").reset_index()
    data.insert(1, "value", value)
    for column, share in _QUANTILES:
        data[column] = six(scores.quantile(share).reset_index(drop=True).astype("float64"))
    data = ranked(data, "median", by)
    unit, harder = _READABILITY.get(value, (spaced(value, 60), True))
    noun = "grade" if "schooling" in unit else "score"
    named = steady(data, _NAMED)
    highest, lowest = row_of(named, 0), row_of(named, -1)
    if len(data) > 1:
        found = f"The typical {noun} runs from {_median(lowest, by)} to {_median(highest, by)}"
    else:
        found = f"{short(highest[by])}: the typical {noun} is {plain(highest['median'], 1)}"

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in data[by]])
        for place in range(len(data)):
            one = row_of(data, place)
            ax.plot([one["p10"], one["p90"]], [place, place], color="#B5D3E7", lw=9, solid_capstyle="butt")
            ax.plot([one["q1"], one["q3"]], [place, place], color="#5BA3CF", lw=9, solid_capstyle="butt")
            ax.plot([one["median"]], [place], "o", color=sheet.INK, ms=5)
        medians = [plain(one, 1) for one in data["median"]]
        sheet.right_columns(ax, [("median", medians), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(unit)

    n_articles = int(data["n"].sum())
    side = ("hardest", "easiest") if harder else ("easiest", "hardest")
    wide = row_of(data, int(np.argmax((data["q3"] - data["q1"]).to_numpy())))
    alt = [
        f"Chart of the {spaced(value, 60)} of {count(n_articles, 'article')} in {count(len(data), by)}",
        not_shown(hidden, by),
        f"By the median article, {side[0]} to read is {_median(highest, by, n=True)}, "
        f"{side[1]} {_median(lowest, by, n=True)}"
        if len(data) > 1
        else f"The median is {plain(highest['median'], 1)}",
        f"The middle half of {short(wide[by])} lies between {plain(wide['q1'], 1)} and {plain(wide['q3'], 1)}"
        + (", the widest of all" if len(data) > 1 else ""),
    ]
    return finish(
        name,
        title or found,
        [
            "Dot: median article; dark: middle half; light: middle 80%",
            count(n_articles, "article"),
            not_shown(hidden, by),
        ],
        alt,
        data,
        source,
        paint,
        height=0.85 + _ROW * len(data),
    )


def plot_tone(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "compound_mean",
    shown: int = 15,
    name: str = "tone",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the mean tone of each group of articles with its interval.

    Parameters
    ----------
    table
        `by, n, mean, low, high`, as `group_means` makes them:
        `group_means(sentiment(corpus).join(corpus.articles["outlet"]), by="outlet", value="compound_mean")`.
    by
        The column of groups.
    value
        The score that was averaged; rows of another score (column `value`) are left out.
    shown
        The most groups to draw; those with the most articles are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import group_means
    >>> from analysis.output.figures import plot_tone
    >>> tone = pd.DataFrame({"outlet": ["Gazette"] * 3 + ["Herald"] * 2, "compound_mean": [0.1, 0.2, 0.3, -0.2, -0.3]})
    >>> plot_tone(group_means(tone, by="outlet", value="compound_mean")).title
    'Mean tone runs from −0.25 in Herald to +0.20 in Gazette'
    """
    use = f"group_means(sentiment(corpus).join(corpus.articles[{by!r}]), by={by!r}, value={value!r})"
    rows, _ = means_of(table, [by], value=value, plot="plot_tone", use=use)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return nothing(name, title, "No article has a tone", rows, source)
    kept, hidden = largest(rows, by, "n", shown)
    data = ranked(kept, "mean", by)
    named = steady(data, _NAMED)
    highest, lowest = row_of(named, 0), row_of(named, -1)
    if len(data) > 1:
        found = (
            f"Mean tone runs from {signed(lowest['mean'])} in {short(lowest[by])} "
            f"to {signed(highest['mean'])} in {short(highest[by])}"
        )
    else:
        found = f"{short(highest[by])}: the mean tone is {signed(highest['mean'])}"

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in data[by]])
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        _intervals(ax, data, range(len(data)))
        means = [signed(one) for one in data["mean"]]
        sheet.right_columns(ax, [("mean", means), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(TONE.get(value, spaced(value, 60)))

    n_articles, known = int(data["n"].sum()), int(data["low"].notna().sum())
    above, below = int((data["low"] > 0).sum()), int((data["high"] < 0).sum())
    alt = [
        f"Chart of the mean tone ({spaced(value, 60)}) of {count(n_articles, 'article')} in {count(len(data), by)}",
        not_shown(hidden, by),
        f"Highest: {_mean(highest, by)}; lowest: {_mean(lowest, by)}" if len(data) > 1 else _mean(highest, by),
        f"Of {count(known, 'interval')}, {above} lie wholly above zero, {below} wholly below, "
        f"{known - above - below} include it"
        if known
        else "",
    ]
    return finish(
        name,
        title or found,
        [_key(data), count(n_articles, "article"), not_shown(hidden, by)],
        alt,
        data,
        source,
        paint,
        height=0.85 + _ROW * len(data),
    )


def plot_frames(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "per_1000_words",
    shown: int = 15,
    name: str = "frames",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how strongly each group of articles uses each frame, with intervals; frames get a panel each.

    Parameters
    ----------
    table
        `by, frame, n, mean, low, high`, as `group_means` makes them with `by=["outlet", "frame"]` and
        `value="per_1000_words"` of `framing(corpus).join(corpus.articles["outlet"], on="article_id")`.
    by
        The column of groups. With one group, its frames share a panel.
    value
        The score that was averaged; rows of another score (column `value`) are left out.
    shown
        The most groups to draw; those with the most articles are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import group_means
    >>> from analysis.output.figures import plot_frames
    >>> cues = pd.DataFrame({"outlet": ["A", "A", "B", "B"], "frame": ["conflict"] * 4})
    >>> cues["per_1000_words"] = [1.0, 3.0, 5.0, 6.0]
    >>> plot_frames(group_means(cues, by=["outlet", "frame"], value="per_1000_words")).title
    'Conflict: from 2.0 cues per 1,000 words in A to 5.5 in B'
    """
    joined = f"framing(corpus).join(corpus.articles[{by!r}], on='article_id')"
    use = f"group_means({joined}, by=[{by!r}, 'frame'], value={value!r})"
    rows, _ = means_of(table, [by, "frame"], value=value, plot="plot_frames", use=use)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return nothing(name, title, "No article has words to search for frames", rows, source)
    frames = list(dict.fromkeys(rows["frame"]))
    most = rows.groupby(by, dropna=False, observed=True)["n"].max().rename("_n").reset_index()
    kept, hidden = largest(most, by, "_n", shown)
    overall = rows.groupby(by, dropna=False, observed=True)["mean"].mean().rename("_mean").reset_index()
    groups = list(ranked(kept.merge(overall, on=by), "_mean", by)[by])
    data = pd.concat([part for frame in frames for part in parts_of(rows[rows["frame"] == frame], by, groups)])
    data = data.reset_index(drop=True)
    parts = [data[data["frame"] == frame].reset_index(drop=True) for frame in frames]
    unit, n_articles = FRAMES.get(value, spaced(value, 60)), int(kept["_n"].sum())
    ends = [_ends(part) for part in parts]
    alt = [
        f"Chart of {count(len(frames), 'frame')} in {count(n_articles, 'article')} of {count(len(groups), by)}, {unit}",
        not_shown(hidden, by),
        *(
            f"{sentence(spaced(frame))}: {rate(low['mean'])}"
            + (f" ({short(low[by])}) to {rate(high['mean'])} ({short(high[by])})" if len(groups) > 1 else "")
            for frame, (low, high) in zip(frames, ends, strict=True)
        ),
    ]
    details = [count(n_articles, "article"), not_shown(hidden, by)]
    if len(groups) == 1:
        data = ranked(data, "mean", "frame")

        def paint_one(axes: list[Axes]) -> None:
            ax = axes[0]
            sheet.bare(ax)
            sheet.rows_axis(ax, [spaced(frame) for frame in data["frame"]])
            _intervals(ax, data, range(len(data)), floor=0)
            sheet.right_columns(ax, [("mean", [rate(one) for one in data["mean"]])])
            sheet.few_ticks(ax, "x", 7)
            ax.set_xlabel(f"{sentence(unit)}, mean of articles")

        found = f"{short(groups[0])}: {spaced(data['frame'].iloc[0])} has the most cues"
        height = 0.85 + _ROW * len(data)
        return finish(name, title or found, [_key(data), *details], alt, data, source, paint_one, height=height)

    gaps = [high["mean"] - low["mean"] for low, high in ends]
    widest = gaps.index(max(gaps))
    low, high = ends[widest]
    found = (
        f"{sentence(spaced(frames[widest]))}: from {rate(low['mean'])} {unit} in {short(low[by])} "
        f"to {rate(high['mean'])} in {short(high[by])}"
    )
    columns = min(3, len(frames))
    places = {clean(group): place for place, group in enumerate(groups)}

    def paint(axes: list[Axes]) -> None:
        for panel, (ax, part) in enumerate(zip(axes, parts, strict=True)):
            sheet.bare(ax)
            sheet.rows_axis(ax, [short(group, 26) if panel % columns == 0 else "" for group in groups])
            mean = float(np.average(part["mean"], weights=part["n"]))
            ax.axvline(mean, color=sheet.QUIET, lw=1, ls=(0, (3, 2)), zorder=1)
            _intervals(ax, part, [places[clean(group)] for group in part[by]], floor=0)
            ax.set_title(spaced(frames[panel]))
            sheet.few_ticks(ax, "x", 4)

    lines = [f"{sentence(unit)}. {_key(data)}; dashed: mean of all articles shown", *details]
    height = math.ceil(len(frames) / columns) * (0.75 + 0.24 * len(groups))
    return finish(
        name, title or found, lines, alt, data, source, paint, height=height, panels=len(frames), columns=columns
    )


def _intervals(ax: Axes, data: pd.DataFrame, places: Sequence[int], *, floor: float | None = None) -> None:
    """Draw a dot in a line for each row; an arrow shows that a line goes on beyond the panel."""
    low, high = limits(data, floor=floor)
    low, high = min(low, 0.0), max(high, 0.0)
    ax.set_xlim(low, high)
    for position, place in enumerate(places):
        one = row_of(data, position)
        if math.isfinite(one["low"]):
            ax.plot([max(one["low"], low), min(one["high"], high)], [place, place], color=sheet.BLUE, lw=2, alpha=0.55)
            if one["low"] < low and floor is None:
                ax.plot([low], [place], "<", color=sheet.BLUE, ms=5, clip_on=False)
            if one["high"] > high:
                ax.plot([high], [place], ">", color=sheet.BLUE, ms=5, clip_on=False)
        fill = sheet.BLUE if one["n"] >= FEW else "white"
        ax.plot([one["mean"]], [place], "o", color=sheet.BLUE, mfc=fill, ms=6, clip_on=False)


def _ends(part: pd.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the rows with the lowest and the highest mean among the groups large enough to be named."""
    named = steady(part, _NAMED)
    means = named["mean"].to_numpy(dtype="float64")
    return row_of(named, int(np.argmin(means))), row_of(named, int(np.argmax(means)))


def _key(data: pd.DataFrame) -> str:
    hollow = f" (hollow: fewer than {FEW} articles)" if (data["n"] < FEW).any() else ""
    return f"Dot: mean of articles{hollow}; line: {interval(data.get('level'))}"


def _median(row: dict[str, Any], by: str, *, n: bool = False) -> str:
    return (
        f"{plain(row['median'], 1)} ({short(row[by])})"
        if not n
        else f"{short(row[by])} ({plain(row['median'], 1)}, n = {row['n']:,})"
    )


def _mean(row: dict[str, Any], by: str) -> str:
    return f"{short(row[by])} ({signed(row['mean'])}, n = {row['n']:,})"
