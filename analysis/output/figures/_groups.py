"""Figures of scores by group: readability, tone, frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.inference.compare import MIN_NAMED, group_means
from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._table import (
    apart,
    clear_pair,
    columns_of,
    enough,
    extremes,
    largest,
    limits,
    means_of,
    numeric,
    parts_of,
    ranked,
    row_of,
    six,
)
from analysis.output.figures._text import (
    clean,
    count,
    count_of,
    digits_of,
    interval,
    listed,
    not_shown,
    plain,
    plural,
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
    "z": "standard deviations above chance",
}
_QUANTILES = (("p10", 0.1), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p90", 0.9))
_ROW = 0.31  # inches for a row of a chart


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

    The heading names the lowest and the highest median where the 95 % intervals of the two means do not meet.

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
    >>> grades = pd.DataFrame({"outlet": ["Gazette"] * 9 + ["Herald"] * 8})
    >>> grades["flesch_kincaid_grade"] = [8.0, 9.0, 10.0] * 3 + [12.0, 14.0] * 4
    >>> figure = plot_readability(grades)
    >>> figure.title
    'The typical grade runs from 9.0 (Gazette) to 13.0 (Herald)'
    >>> figure.data[["outlet", "n", "median"]].to_dict("list")
    {'outlet': ['Herald', 'Gazette'], 'n': [8, 9], 'median': [13.0, 9.0]}
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
    # The same groups in the same order: both sort by the groups.
    means = group_means(kept, by=by, value=value)
    data = data.assign(**{column: six(means[column]) for column in ("mean", "low", "high")})
    data = ranked(data, "median", by)
    unit, harder = _READABILITY.get(value, (sentence(spaced(value, 60)), True))
    formula = unit.partition(":")[0].partition(" (")[0]
    if value not in _READABILITY or formula.startswith(("Automated", "Consensus", "Reading")):
        formula = f"{formula[0].lower()}{formula[1:]}"  # the others are the names of their makers
    noun = "grade" if "schooling" in unit else "score"
    compared = enough(data, MIN_NAMED)
    digits = digits_of(data["median"], 1)

    def median(row: dict[str, Any]) -> str:
        return f"{short(row[by])} ({plain(row['median'], digits)}, n = {row['n']:,})"

    if len(compared) > 1:
        lowest, highest = extremes(compared, "median")
        clear, pair = apart(lowest, highest), clear_pair(compared)
        two = pair if pair is not None and not clear else (lowest, highest)
        ends = [f"{plain(one['median'], digits)} ({short(one[by])})" for one in two]
        if clear:
            found = f"The typical {noun} runs from {ends[0]} to {ends[1]}"
        elif pair is None:
            found = f"No clear difference in {formula} between {count_of(len(compared), len(data), by)}"
        elif pair[0]["median"] < pair[1]["median"]:
            found = f"The typical {noun} differs between {ends[1]} and {ends[0]}"
        else:
            found = f"{sentence(formula)} in {count(len(compared), by)}: medians and means disagree"
        side = ("hardest", "easiest") if harder else ("easiest", "hardest")
        wide = row_of(compared, int(np.argmax((compared["q3"] - compared["q1"]).to_numpy())))
        middle = f"{plain(wide['q1'], digits)} and {plain(wide['q3'], digits)}"
        told = [
            f"By the median article, {side[0]} to read is {median(highest)}, {side[1]} {median(lowest)}"
            if plain(lowest["median"], digits) != plain(highest["median"], digits)
            else f"All medians compared are {plain(highest['median'], digits)}",
            f"The 95% intervals of the two means {'do not meet' if clear else 'overlap'}"
            + (f", but not those of {short(pair[1][by])} and {short(pair[0][by])}" if pair and not clear else ""),
            f"The middle half of {short(wide[by])}, the widest of those compared, lies between {middle}",
        ]
    elif len(data) > 1:
        found = f"{sentence(formula)} in {count(len(data), by)}; too few articles to compare them"
        told = [listed(median(row_of(data, place)) for place in range(min(len(data), 6)))]
    else:
        one = row_of(data, 0)
        found = f"{short(one[by])}: the typical {noun} is {plain(one['median'], digits)}{_few(one)}"
        told = [
            f"The median is {plain(one['median'], digits)}",
            f"The middle half lies between {plain(one['q1'], digits)} and {plain(one['q3'], digits)}",
        ]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in data[by]])
        for place in range(len(data)):
            one = row_of(data, place)
            ax.plot([one["p10"], one["p90"]], [place, place], color="#B5D3E7", lw=9, solid_capstyle="butt")
            ax.plot([one["q1"], one["q3"]], [place, place], color="#5BA3CF", lw=9, solid_capstyle="butt")
            fill = sheet.INK if one["n"] >= MIN_NAMED else "white"
            ax.plot([one["median"]], [place], "o", color=sheet.INK, mfc=fill, ms=5)
        medians = [plain(one, digits) for one in data["median"]]
        sheet.right_columns(ax, [("median", medians), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(unit)

    n_articles = int(data["n"].sum())
    alt = [
        f"Chart of the {formula} of {count(n_articles, 'article')} in {count(len(data), by)}",
        not_shown(hidden, by),
        *told,
        _others(data, by),
    ]
    return finish(
        name,
        title or found,
        [
            f"Dot: median article{_hollow(data)}; dark: middle half; light: middle 80%",
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
    >>> tone = pd.DataFrame({"outlet": ["Gazette"] * 9 + ["Herald"] * 8})
    >>> tone["compound_mean"] = [0.1, 0.2, 0.3] * 3 + [-0.2, -0.3] * 4
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
    compared = enough(data, MIN_NAMED)
    digits = digits_of(data["mean"], 2)
    noun = "tone" if value in TONE else spaced(value, 40)

    def mean(row: dict[str, Any]) -> str:
        return f"{short(row[by])} ({signed(row['mean'], digits)}, n = {row['n']:,})"

    if len(compared) > 1:
        lowest, highest = extremes(compared)
        clear, pair = apart(lowest, highest), clear_pair(compared)
        two = pair if pair is not None and not clear else (lowest, highest)
        ends = [(signed(one["mean"], digits), short(one[by])) for one in two]
        if clear:
            found = f"Mean {noun} runs from {ends[0][0]} in {ends[0][1]} to {ends[1][0]} in {ends[1][1]}"
        elif pair is not None:
            found = f"Mean {noun} is higher in {ends[1][1]} ({ends[1][0]}) than in {ends[0][1]} ({ends[0][0]})"
        else:
            found = f"No clear difference in {noun} between {count_of(len(compared), len(data), by)}"
        told = [f"All means compared are {signed(highest['mean'], digits)}"]
        if signed(lowest["mean"], digits) != signed(highest["mean"], digits):
            told = [f"Highest: {mean(highest)}; lowest: {mean(lowest)}"]
            if np.isfinite([lowest["high"], highest["low"]]).all():
                but = f", but not those of {ends[1][1]} and {ends[0][1]}" if pair is not None and not clear else ""
                told.append(f"The intervals of these two {'do not meet' if clear else 'overlap'}{but}")
    elif len(data) > 1:
        found = f"Mean {noun} of {count(len(data), by)}; too few articles to compare them"
        told = [listed(mean(row_of(data, place)) for place in range(min(len(data), 6)))]
    else:
        one = row_of(data, 0)
        found = f"{short(one[by])}: the mean {noun} is {signed(one['mean'], digits)}{_few(one)}"
        told = [mean(one)]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in data[by]])
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        _intervals(ax, data, range(len(data)))
        means = [signed(one, digits) for one in data["mean"]]
        sheet.right_columns(ax, [("mean", means), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(TONE.get(value, f"Mean {spaced(value, 60)}"))

    n_articles = int(data["n"].sum())
    scale = " (VADER compound, −1 negative, +1 positive)" if value in TONE else ""
    alt = [
        f"Chart of the mean {noun}{scale} of {count(n_articles, 'article')} in {count(len(data), by)}",
        not_shown(hidden, by),
        *told,
        _others(data, by),
        _zero_in_words(data),
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

    The heading names the frame in which groups account for the largest share of the variance between articles
    (eta squared), of those where the intervals of two groups do not meet.

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
    >>> cues = pd.DataFrame({"outlet": ["A"] * 8 + ["B"] * 8, "frame": ["conflict"] * 16})
    >>> cues["per_1000_words"] = [1.0, 3.0] * 4 + [5.0, 6.0] * 4
    >>> plot_frames(group_means(cues, by=["outlet", "frame"], value="per_1000_words")).title
    'Outlets differ in the conflict frame: B 5.5 cues per 1,000 words, A 2.0'
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
    digits = digits_of(data["mean"], 0)
    alt = [
        f"Chart of {count(len(frames), 'frame')} in {count(n_articles, 'article')} of {count(len(groups), by)}, {unit}",
        not_shown(hidden, by),
        *(
            f"{sentence(spaced(frame))}: {_range_in_words(part, by, digits, alone=len(groups) == 1)}"
            for frame, part in zip(frames, parts, strict=True)
        ),
        _others(most.merge(kept[[by]], on=by).rename(columns={"_n": "n"}), by),
    ]
    cut = "Intervals cut at 0" if (data["low"] < 0).any() else ""
    details = [cut, count(n_articles, "article"), not_shown(hidden, by)]
    if len(groups) == 1:
        data = ranked(data, "mean", "frame")

        def paint_one(axes: list[Axes]) -> None:
            ax = axes[0]
            sheet.bare(ax)
            sheet.rows_axis(ax, [spaced(frame) for frame in data["frame"]])
            _intervals(ax, data, range(len(data)), floor=0)
            sheet.right_columns(ax, [("mean", [rate(one, digits) for one in data["mean"]])])
            _ticks(ax, data, 7)
            ax.set_xlabel(f"{sentence(unit)}, mean of articles")

        found = f"{short(groups[0])}: {_most_cued(data, unit, digits)}"
        height = 0.85 + _ROW * len(data)
        return finish(name, title or found, [_key(data), *details], alt, data, source, paint_one, height=height)

    found = _frames_heading(parts, frames, by, value, digits)
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
            _ticks(ax, part, 4)

    differ = "Scales differ" if len(frames) > 1 else ""
    lines = [f"{sentence(unit)}. {_key(data)}; dashed: mean of all articles shown", differ, *details]
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
        fill = sheet.BLUE if one["n"] >= MIN_NAMED else "white"
        ax.plot([one["mean"]], [place], "o", color=sheet.BLUE, mfc=fill, ms=6, clip_on=False)


def _ticks(ax: Axes, data: pd.DataFrame, most: int) -> None:
    if data["mean"].any() or (data["high"] > 0).any():
        sheet.few_ticks(ax, "x", most)
    else:
        sheet.only_zero(ax, "x")


def _range_in_words(part: pd.DataFrame, by: str, digits: int, *, alone: bool) -> str:
    """Return the lowest and the highest mean of the groups that are compared, of all where no two are."""
    compared = enough(part, MIN_NAMED)
    low, high = extremes(compared if len(compared) > 1 else part)
    if alone or rate(low["mean"], digits) == rate(high["mean"], digits):
        return rate(high["mean"], digits) + ("" if alone else " in all")
    ends = f"{rate(low['mean'], digits)} ({short(low[by])}) to {rate(high['mean'], digits)} ({short(high[by])})"
    if len(compared) < 2:
        return f"{ends}, of too few articles to compare"
    if apart(low, high):
        return ends
    pair = clear_pair(compared)
    but = f", but not those of {short(pair[1][by])} and {short(pair[0][by])}" if pair is not None else ""
    return f"{ends}, intervals overlap{but}"


def _frames_heading(parts: list[pd.DataFrame], frames: list[Any], by: str, value: str, digits: int) -> str:
    compared = [enough(part, MIN_NAMED) for part in parts]
    n_groups = max(len(part) for part in compared)
    if n_groups < 2:
        n_drawn = count(int(parts[0][by].nunique(dropna=False)), by)
        return f"{sentence(_frames_named(frames))} in {n_drawn}; too few articles to compare them"
    pairs = [clear_pair(part) for part in compared]
    clear = [place for place, pair in enumerate(pairs) if pair is not None]
    if not clear:
        what = "frames" if len(frames) > 1 else f"the {spaced(frames[0])} frame"
        return f"No clear difference in {what} between {count_of(n_groups, max(map(len, parts)), by)}"
    best = max(clear, key=lambda place: (_eta_squared(compared[place]), -place))
    low, high = extremes(compared[best])
    pair = pairs[best]
    if pair is not None and not apart(low, high):
        low, high = pair
    unit = f" {FRAMES[value]}" if value in ("per_1000_words", "n_cues") else ""
    return (
        f"{sentence(plural(by))} differ {'most ' if len(frames) > 1 else ''}in the {spaced(frames[best])} frame: "
        f"{short(high[by])} {rate(high['mean'], digits)}{unit}, {short(low[by])} {rate(low['mean'], digits)}"
        + ("" if unit else f" ({FRAMES.get(value, spaced(value, 40))})")
    )


def _frames_named(frames: list[Any]) -> str:
    return f"{len(frames)} frames" if len(frames) > 1 else f"the {spaced(frames[0])} frame"


def _eta_squared(part: pd.DataFrame) -> float:
    """Return the share of the variance between articles that lies between their groups, from n, mean and sd."""
    n, mean = part["n"].to_numpy(dtype="float64"), part["mean"].to_numpy(dtype="float64")
    if "sd" in part.columns:
        sd = part["sd"].to_numpy(dtype="float64")
    else:
        # The intervals tell the spread that they were made from, nearly: 1.96 standard errors on each side.
        sd = (part["high"] - part["low"]).to_numpy(dtype="float64") / 2 / 1.96 * np.sqrt(n)
    between = float((n * (mean - np.average(mean, weights=n)) ** 2).sum())
    within = float(((n - 1) * np.nan_to_num(sd) ** 2).sum())
    return between / (between + within) if between else 0.0


def _most_cued(data: pd.DataFrame, unit: str, digits: int) -> str:
    """Return what is to be said of the frames of one group, the most cued first."""
    first = row_of(data, 0)
    if len(data) == 1 or first["n"] < MIN_NAMED or not first["mean"]:
        few = _few(first)
        return f"{_frames_named(list(data['frame']))}{few}" if first["mean"] else f"no frame is cued{few}"
    if not apart(row_of(data, 1), first):
        return "no single frame is clearly cued most"
    return f"{spaced(first['frame'])} is the frame cued most ({rate(first['mean'], digits)} {unit})"


def _zero_in_words(data: pd.DataFrame) -> str:
    """Say how many intervals lie above, below and on both sides of zero."""
    known, above, below = (int(rows.sum()) for rows in (data["low"].notna(), data["low"] > 0, data["high"] < 0))
    if not known:
        return ""
    if known == 1:
        return f"The interval {'lies above zero' if above else 'lies below zero' if below else 'includes zero'}"
    if not above and not below:
        return "No interval lies wholly above or below zero"
    ends = [
        f"{n} {'lies' if n == 1 else 'lie'} wholly {where}" for n, where in ((above, "above"), (below, "below")) if n
    ]
    both = known - above - below
    rest = "none includes" if not both else f"{both} {'includes' if both == 1 else 'include'}"
    return f"Of {count(known, 'interval')}, {listed([f'{ends[0]} zero', *ends[1:]])}; {rest} zero"


def _hollow(data: pd.DataFrame) -> str:
    return f" (hollow: fewer than {MIN_NAMED} articles, not compared)" if (data["n"] < MIN_NAMED).any() else ""


def _others(data: pd.DataFrame, by: str) -> str:
    """Say how many groups are drawn that nothing above speaks of."""
    few, compared = int((data["n"] < MIN_NAMED).sum()), int((data["n"] >= MIN_NAMED).sum())
    if not few or len(data) == 1:
        return ""
    which = count(few, by).replace(" ", " more ", 1) if compared > 1 else f"{few} of them" if compared else "All"
    verb = "has" if few == 1 and compared else "have"
    return f"{which} {verb} fewer than {MIN_NAMED} articles, drawn hollow and not compared"


def _few(row: dict[str, Any]) -> str:
    return f" ({count(int(row['n']), 'article')})" if row["n"] < MIN_NAMED else ""


def _key(data: pd.DataFrame) -> str:
    return f"Dot: mean of articles{_hollow(data)}; line: {interval(data.get('level'))}"
