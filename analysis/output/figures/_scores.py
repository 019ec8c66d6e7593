"""Figures of scores: readability, tone and frames, by group, over time and through the article."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.errors import choose
from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "plot_frames",
    "plot_frames_over_time",
    "plot_readability",
    "plot_tone",
    "plot_tone_over_time",
    "plot_tone_through_article",
]

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
_TONE = {
    "compound_mean": "Mean VADER compound of an article’s sentences (−1 negative, +1 positive)",
    "compound": "Mean VADER compound (−1 negative, +1 positive)",
}
_FRAMES = {
    "per_1000_words": "Cues per 1,000 words",
    "share_sentences": "Share of sentences with a cue",
    "n_cues": "Cues in an article",
}
_MEANS = ("n", "mean", "low", "high")
_KNOWN = ("value", "n", "mean", "sd", "low", "high", "level")


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
    >>> grades = pd.DataFrame({"outlet": ["Gazette"] * 3 + ["Herald"] * 2, "flesch_kincaid_grade": [8.0, 9, 10, 12, 14]})
    >>> figure = plot_readability(grades)
    >>> figure.title
    'The typical grade runs from 9.0 (Gazette) to 13.0 (Herald)'
    >>> figure.data[["outlet", "n", "median"]].to_dict("list")
    {'outlet': ['Herald', 'Gazette'], 'n': [2, 3], 'median': [13.0, 9.0]}
    """
    use = f"readability(corpus).join(corpus.articles[{by!r}])"
    rows = sheet.columns_of(table, [by, value], plot="plot_readability", use=use)
    rows = sheet.numeric(rows, [value], "plot_readability").dropna(subset=[value])
    if rows.empty:
        return nothing(name, title, f"No article has a {value}", rows, source)
    kept, hidden = sheet.largest(rows.assign(n=1), by, "n", shown)
    scores = kept.groupby(by, dropna=False, observed=True)[value]
    data = scores.size().rename("n").reset_index()
    for column, share in (("p10", 0.1), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p90", 0.9)):
        data[column] = sheet.six(scores.quantile(share).reset_index(drop=True).astype("float64"))
    data.insert(1, "value", value)
    data = sheet.ranked(data, "median", by)
    long, harder = _READABILITY.get(value, (value.replace("_", " "), True))
    noun = "grade" if "schooling" in long else "score"
    highest, lowest = data.iloc[0], data.iloc[-1]
    digits = 1
    ends = [f"{sheet.plain(row['median'], digits)} ({sheet.short(row[by])})" for row in (lowest, highest)]
    found = (
        f"The typical {noun} runs from {ends[0]} to {ends[1]}"
        if len(data) > 1
        else f"{sheet.short(highest[by])}: the typical {noun} is {sheet.plain(highest['median'], digits)}"
    )
    subtitle = (
        f"{long}. Dot: median article; dark: middle half; light: middle 80 %. "
        f"{_articles(data['n'])}{sheet.not_shown(hidden, by)}"
    )
    labels = [sheet.short(one) for one in data[by]]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, labels)
        for row, one in enumerate(data.itertuples(index=False)):
            ax.plot([one.p10, one.p90], [row, row], color="#B5D3E7", lw=9, solid_capstyle="butt")
            ax.plot([one.q1, one.q3], [row, row], color="#5BA3CF", lw=9, solid_capstyle="butt")
            ax.plot([one.median], [row], "o", color=sheet.INK, ms=5)
        numbers = [sheet.plain(one, digits) for one in data["median"]]
        sheet.right_columns(ax, [("median", numbers), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(long)

    drawing = sheet.compose(
        paint, title=title or found, subtitle=subtitle, source=source, height=0.85 + 0.31 * len(data)
    )
    side = ("hardest", "easiest") if harder else ("easiest", "hardest")
    alt = f"Chart of the {value.replace('_', ' ')} of {_articles(data['n'])} in {sheet.count(len(data), by)}{_unseen(hidden, by)}. "
    if len(data) > 1:
        alt += (
            f"By median article, {side[0]} to read is {_of(highest, by, 'median', digits)}, "
            f"{side[1]} {_of(lowest, by, 'median', digits)}. "
        )
    wide = highest if len(data) == 1 else data.loc[(data["q3"] - data["q1"]).idxmax()]
    alt += (
        f"The middle half of {sheet.short(wide[by])} lies between {sheet.plain(wide['q1'], digits)} "
        f"and {sheet.plain(wide['q3'], digits)}" + (", the widest of all." if len(data) > 1 else ".")
    )
    return Figure(name, sheet.clean(title or found), alt, data, drawing)


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
    'Mean tone runs from −0.25 (Herald) to +0.20 (Gazette)'
    """
    rows = _means(table, [by], value, "plot_tone", "sentiment(corpus).join(corpus.articles[…])")
    if rows.empty:
        return nothing(name, title, "No article has a tone", rows, source)
    kept, hidden = sheet.largest(rows, by, "n", shown)
    data = sheet.ranked(kept, "mean", by)
    highest, lowest = data.iloc[0], data.iloc[-1]
    found = (
        f"Mean tone runs from {_signed(lowest['mean'])} ({sheet.short(lowest[by])}) "
        f"to {_signed(highest['mean'])} ({sheet.short(highest[by])})"
        if len(data) > 1
        else f"{sheet.short(highest[by])}: mean tone {_signed(highest['mean'])}"
    )
    subtitle = f"Dot: mean; line: {_interval(data)}. {_articles(data['n'])}{sheet.not_shown(hidden, by)}"

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [sheet.short(one) for one in data[by]])
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        _intervals(ax, data)
        numbers = [_signed(one) for one in data["mean"]]
        sheet.right_columns(ax, [("mean", numbers), ("articles", [f"{n:,}" for n in data["n"]])])
        sheet.few_ticks(ax, "x", 7)
        ax.set_xlabel(_TONE.get(value, value.replace("_", " ")))

    drawing = sheet.compose(
        paint, title=title or found, subtitle=subtitle, source=source, height=0.85 + 0.31 * len(data)
    )
    above, below = int((data["low"] > 0).sum()), int((data["high"] < 0).sum())
    known = int(data["low"].notna().sum())
    alt = (
        f"Chart of the mean tone ({value.replace('_', ' ')}) of {_articles(data['n'])} in {sheet.count(len(data), by)}"
        f"{_unseen(hidden, by)}. "
    )
    if len(data) > 1:
        alt += f"Highest: {_of(highest, by, 'mean', 2)}; lowest: {_of(lowest, by, 'mean', 2)}. "
    else:
        alt += f"{_of(highest, by, 'mean', 2)}. "
    alt += f"Of {known} with an interval, {above} lie wholly above zero, {below} wholly below, {known - above - below} include it."
    return Figure(name, sheet.clean(title or found), alt, data, drawing)


def plot_tone_over_time(
    table: pd.DataFrame,
    *,
    by: str | None = None,
    shown: int = 12,
    name: str = "tone_over_time",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the mean tone of each period with its interval; groups get a panel each.

    Parameters
    ----------
    table
        `period, n, mean, low, high` and perhaps a column of groups, as `tone_over_time` makes them.
    by
        The column of groups; found by itself where there is only one that can be it.
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
    >>> from analysis.inference.compare import tone_over_time
    >>> from analysis.output.figures import plot_tone_over_time
    >>> dates = pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-02"])
    >>> scores = pd.DataFrame({"published": dates, "compound_mean": [0.1, 0.3, -0.2]})
    >>> plot_tone_over_time(tone_over_time(scores)).title
    'Tone over time: lowest in Feb 2024 (−0.20), highest in Jan 2024 (+0.20)'
    """
    plot = "plot_tone_over_time"
    group = sheet.group_column(table, by, unique="period", known=_KNOWN, plot=plot)
    keys = [*([] if group is None else [group]), "period"]
    rows = _means(table, keys, None, plot, "tone_over_time(sentiment(corpus).join(…))", function=True)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No dated article has a tone", rows, source)
    rows = rows.assign(period=sheet.as_dates(rows["period"], plot))
    label = sheet.period_names(rows["period"])
    return _courses(
        rows,
        x="period",
        place=label,
        group=group,
        shown=shown,
        name=name,
        title=title,
        source=source,
        what="Tone over time",
        unit=_TONE.get(str(_first(table, "value", "compound_mean")), "Mean tone"),
        signed=True,
        of="dated article",
    )


def plot_tone_through_article(
    table: pd.DataFrame,
    *,
    by: str | None = None,
    shown: int = 12,
    name: str = "tone_through_article",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the mean tone of sentences from the lead to the end of the article; groups get a panel each.

    Parameters
    ----------
    table
        `part, n, mean, low, high` and perhaps a column of groups, as `tone_through_article` makes them.
    by
        The column of groups; found by itself where there is only one that can be it.
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
    >>> from analysis.inference.compare import tone_through_article
    >>> from analysis.output.figures import plot_tone_through_article
    >>> sentences = pd.DataFrame({"article_id": ["a"] * 4 + ["b"] * 2, "sentence": [0, 1, 2, 3, 0, 1]})
    >>> sentences["compound"] = [0.0, 0.2, 0.4, 0.4, 0.3, 0.0]
    >>> plot_tone_through_article(tone_through_article(sentences, bins=4)).title
    'Articles open at +0.00 and close at +0.20'
    """
    plot = "plot_tone_through_article"
    group = sheet.group_column(table, by, unique="part", known=_KNOWN, plot=plot)
    keys = [*([] if group is None else [group]), "part"]
    rows = _means(table, keys, None, plot, "tone_through_article(sentiment(corpus, unit='sentence'))", function=True)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No sentence has a tone", rows, source)
    return _courses(
        rows,
        x="part",
        place=lambda part: f"part {part}",
        group=group,
        shown=shown,
        name=name,
        title=title,
        source=source,
        what="Tone through the article",
        unit="Mean compound of the sentences (−1 negative, +1 positive)",
        signed=True,
        of="article",
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
        `by, frame, n, mean, low, high`, as `group_means` makes them:
        `group_means(framing(corpus).join(corpus.articles["outlet"], on="article_id"), by=["outlet", "frame"], value="per_1000_words")`.
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
    >>> cues = pd.DataFrame({"outlet": ["A", "A", "B", "B"], "frame": ["conflict"] * 4, "per_1000_words": [1.0, 3, 5, 6]})
    >>> plot_frames(group_means(cues, by=["outlet", "frame"], value="per_1000_words")).title
    'Conflict: from 2.0 (A) to 5.5 (B) cues per 1,000 words'
    """
    rows = _means(
        table, [by, "frame"], value, "plot_frames", "framing(corpus).join(corpus.articles[…], on='article_id')"
    )
    if rows.empty:
        return nothing(name, title, "No article has words to search for frames", rows, source)
    sizes = rows.groupby([by], dropna=False, observed=True)["n"].max().rename("most").reset_index()
    kept, hidden = sheet.largest(rows.merge(sizes, on=by, how="left"), by, "most", shown)
    overall = kept.groupby(by, dropna=False, observed=True)["mean"].mean().rename("overall").reset_index()
    data = kept.merge(overall, on=by, how="left")
    frames = list(dict.fromkeys(data["frame"]))
    data = data.assign(
        _label=[sheet.clean(one) for one in data[by]], _frame=[frames.index(one) for one in data["frame"]]
    ).sort_values(["_frame", "overall", "_label"], ascending=[True, False, True], kind="stable")
    groups = list(dict.fromkeys(data["_label"]))
    n_articles = int(data.groupby("_label")["most"].first().sum())
    unit = _FRAMES.get(value, value.replace("_", " "))
    small = value == "share_sentences"
    digits = 2 if small else 1
    strongest = data.groupby("frame", observed=True)["mean"].agg(lambda means: means.max() - means.min())
    frame = next(one for one in frames if strongest[one] == strongest.max())
    of_frame = data[data["frame"] == frame].sort_values("mean", kind="stable")
    low, high = of_frame.iloc[0], of_frame.iloc[-1]
    if len(groups) > 1:
        found = (
            f"{_frame_name(frame).capitalize()}: from {sheet.plain(low['mean'], digits)} ({sheet.short(low[by])}) "
            f"to {sheet.plain(high['mean'], digits)} ({sheet.short(high[by])}) {unit.lower()}"
        )
    else:
        found = (
            f"{sheet.short(groups[0])}: {len(frames)} frames by their cues"
            if len(frames) > 1
            else f"{groups[0]}: {_frame_name(frame)}"
        )
    alone = len(groups) == 1
    subtitle = (
        f"{unit}, mean of articles. Dot: mean; line: {_interval(data)}. "
        f"{sheet.count(n_articles, 'article')}{sheet.not_shown(hidden, by)}"
    )
    panels, columns = (1, 1) if alone else (len(frames), min(3, len(frames)))

    def paint(axes: list[Axes]) -> None:
        if alone:
            ordered = data.sort_values("mean", ascending=False, kind="stable")
            sheet.bare(axes[0])
            sheet.rows_axis(axes[0], [_frame_name(one) for one in ordered["frame"]])
            _intervals(axes[0], ordered, floor=0)
            sheet.right_columns(axes[0], [("mean", [sheet.plain(one, digits) for one in ordered["mean"]])])
            sheet.few_ticks(axes[0], "x", 7)
            axes[0].set_xlabel(unit)
            return
        widest = [sheet.short(group, 26) for group in groups]
        for panel, (ax, one) in enumerate(zip(axes, frames, strict=True)):
            here = data[data["frame"] == one]
            sheet.bare(ax)
            sheet.rows_axis(ax, widest, shown=panel % columns == 0)
            _intervals(ax, here, rows=[groups.index(label) for label in here["_label"]], floor=0)
            mean = float(np.average(here["mean"], weights=here["n"]))
            ax.axvline(mean, color=sheet.QUIET, lw=1, ls=(0, (3, 2)), zorder=1)
            ax.set_title(_frame_name(one))
            sheet.few_ticks(ax, "x", 4)

    rows_of_panels = math.ceil(panels / columns)
    height = 0.75 + 0.31 * len(frames) if alone else rows_of_panels * (0.75 + 0.24 * len(groups))
    if not alone:
        subtitle += ". Dashed: mean of the articles shown"
    drawing = sheet.compose(
        paint, title=title or found, subtitle=subtitle, source=source, height=height, panels=panels, columns=columns
    )
    alt = (
        f"Chart of {len(frames)} {'frame' if len(frames) == 1 else 'frames'} in {sheet.count(n_articles, 'article')} of "
        f"{sheet.count(len(groups), by)}{_unseen(hidden, by)}, {unit.lower()}. "
    )
    for one in frames:
        of_frame = data[data["frame"] == one].sort_values("mean", kind="stable")
        low, high = of_frame.iloc[0], of_frame.iloc[-1]
        alt += f"{_frame_name(one).capitalize()}: " + (
            f"{sheet.plain(low['mean'], digits)} ({sheet.short(low[by])}) to {sheet.plain(high['mean'], digits)} ({sheet.short(high[by])}). "
            if len(of_frame) > 1
            else f"{sheet.plain(low['mean'], digits)}. "
        )
    data = data.drop(columns=["_label", "_frame", "overall", "most"]).reset_index(drop=True)
    return Figure(name, sheet.clean(title or found), alt.strip(), data, drawing)


def plot_frames_over_time(
    table: pd.DataFrame,
    *,
    shown: int = 12,
    name: str = "frames_over_time",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how strongly the articles of each period use each frame; frames get a panel each.

    Parameters
    ----------
    table
        `frame, period, n, mean, low, high`, as `frames_over_time` makes them.
    shown
        The most frames to draw.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import frames_over_time
    >>> from analysis.output.figures import plot_frames_over_time
    >>> dates = pd.to_datetime(["2024-01-05", "2024-02-20"])
    >>> cues = pd.DataFrame({"frame": ["conflict"] * 2, "published": dates, "per_1000_words": [2.0, 6.0]})
    >>> plot_frames_over_time(frames_over_time(cues)).title
    'Frames over time: conflict lowest in Jan 2024 (2.0), highest in Feb 2024 (6.0)'
    """
    plot = "plot_frames_over_time"
    rows = _means(table, ["frame", "period"], None, plot, "frames_over_time(framing(corpus).join(…))", function=True)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No dated article has words to search for frames", rows, source)
    rows = rows.assign(period=sheet.as_dates(rows["period"], plot))
    return _courses(
        rows,
        x="period",
        place=sheet.period_names(rows["period"]),
        group="frame",
        shown=shown,
        name=name,
        title=title,
        source=source,
        what="Frames over time",
        unit=_FRAMES.get(str(_first(table, "value", "per_1000_words")), "Mean"),
        signed=False,
        of="dated article",
    )


def _courses(
    rows: pd.DataFrame,
    *,
    x: str,
    place: Callable[[pd.Timestamp], str],
    group: str | None,
    shown: int,
    name: str,
    title: str | None,
    source: str | None,
    what: str,
    unit: str,
    signed: bool,
    of: str,
) -> Figure:
    """Draw means along time or along the article: a line with dots in a ribbon of intervals, a panel for each group."""
    hidden = 0
    if group is None:
        data, groups = rows, [what]
        parts = [rows]
    else:
        data, hidden = sheet.largest(rows, group, "n", shown)
        sizes = data.groupby(group, dropna=False, observed=True)["n"].sum().reset_index()
        keys = list(sizes[group]) if group == "frame" else list(sheet.ranked(sizes, "n", group)[group])
        parts = [data[data[group].isna() if pd.isna(key) else data[group] == key] for key in keys]
        groups = [_frame_name(key) if group == "frame" else sheet.short(key) for key in keys]
        data = pd.concat(parts)
    parts = [part.sort_values(x, kind="stable") for part in parts]
    number = _signed if signed else _rate
    along = x == "period"
    xs = [sheet.days_of(part[x]) if along else part[x].to_numpy(dtype="float64") for part in parts]
    n_articles = int(sum(part["n"].sum() for part in parts) if along else sum(part["n"].max() for part in parts))
    if group == "frame":
        n_articles = int(max(part["n"].sum() for part in parts))

    columns = min(3, len(parts)) if len(parts) != 4 else 2
    n_rows = math.ceil(len(parts) / columns)

    def paint(axes: list[Axes]) -> None:
        for panel, (ax, part, where, label) in enumerate(zip(axes, parts, xs, groups, strict=True)):
            sheet.bare(ax, "y")
            if signed:
                ax.axhline(0, color=sheet.QUIET, lw=1)
                for other, there in zip(parts, xs, strict=True):
                    if other is not part:
                        ax.plot(there, other["mean"], color="#D4D4D4", lw=0.8, zorder=1)
            _course(ax, part, where)
            if len(parts) > 1:
                ax.set_title(label if group == "frame" else f"{sheet.short(label, 24)}")
            if along:
                sheet.time_axis(ax, data[x], most=7 if columns == 1 else 5 - columns)
            else:
                ends = [int(data[x].min()), int(data[x].max())]
                ax.set_xticks(ends if ends[0] < ends[1] else ends[:1], ["lead", "end"][: len(set(ends))])
                ax.set_xlim(ends[0] - 0.5, ends[1] + 0.5)
            _y_limits(ax, [part] if group == "frame" else parts, floor=None if signed else 0)
            sheet.few_ticks(ax, "y", 5)
            if signed and panel % columns:
                ax.tick_params(labelleft=False)

    steady = [_steady(part) for part in parts]
    if along:
        found = _extremes(steady, groups, x, place, number, what, named=group is not None)
    else:
        found = _lead_to_end(steady, groups, number, named=group is not None)
    sizes_text = _each(data["n"], "period" if along else "part")
    subtitle = (
        f"{unit}. Dot: mean of articles (hollow: of one); band: {_interval(data)}. "
        f"{sheet.count(n_articles, of)}, {sizes_text}{sheet.not_shown(hidden, group or '')}"
    )
    if signed and len(parts) > 1:
        subtitle += f". Grey: the other {sheet.plural(str(group))}"
    drawing = sheet.compose(
        paint,
        title=title or found,
        subtitle=subtitle,
        source=source,
        height=3.4 if len(parts) == 1 else n_rows * 1.9,
        panels=len(parts),
        columns=columns,
    )
    alt = f"Line chart, {what[0].lower()}{what[1:]}, {unit[0].lower()}{unit[1:]}, {sheet.count(n_articles, of)}{_unseen(hidden, group or '')}. "
    for part, label in zip(steady, groups, strict=True):
        if part.empty:
            continue
        lowest, highest = part.loc[part["mean"].idxmin()], part.loc[part["mean"].idxmax()]
        head = f"{label[0].upper()}{label[1:]}: " if group is not None else ""
        if len(part) == 1:
            alt += f"{head}{number(lowest['mean'])} in {place(lowest[x])}. "
        else:
            alt += (
                f"{head}lowest in {place(lowest[x])} ({number(lowest['mean'])}), "
                f"highest in {place(highest[x])} ({number(highest['mean'])}), "
                f"first {number(part['mean'].iloc[0])}, last {number(part['mean'].iloc[-1])}. "
            )
    alt = alt.strip()
    return Figure(
        name, sheet.clean(title or found), f"{alt[:1].upper()}{alt[1:]}", data.reset_index(drop=True), drawing
    )


def _course(ax: Axes, part: pd.DataFrame, where: np.ndarray) -> None:
    means, n = part["mean"].to_numpy(dtype="float64"), part["n"].to_numpy()
    ax.fill_between(where, part["low"], part["high"], color=sheet.BLUE, alpha=0.18, lw=0)
    ax.plot(where, means, color=sheet.BLUE, lw=1.8)
    known = np.isfinite(means)
    size = 4.5 if known.sum() <= 40 else 3.0
    for chosen, fill in ((known & (n > 1), sheet.BLUE), (known & (n <= 1), "white")):
        ax.plot(where[chosen], means[chosen], "o", color=sheet.BLUE, mfc=fill, ms=size)
    # A lone period has no neighbours to carry a ribbon.
    beside = np.concatenate([[False], known[:-1]]) | np.concatenate([known[1:], [False]])
    alone = known & np.isfinite(part["low"].to_numpy()) & ~beside
    ax.vlines(where[alone], part["low"].to_numpy()[alone], part["high"].to_numpy()[alone], color=sheet.BLUE, lw=1.4)


def _y_limits(ax: Axes, parts: Sequence[pd.DataFrame], *, floor: float | None) -> None:
    low, high = _range(pd.concat(parts), floor=floor)
    ax.set_ylim(low, high)


def _range(rows: pd.DataFrame, *, floor: float | None) -> tuple[float, float]:
    """Return limits that hold all means and the intervals of five articles or more: those of two can be enormous."""
    sure = rows[rows["n"] >= 5]
    ends = pd.concat([rows["mean"], sure["low"], sure["high"]]).dropna()
    low, high = float(ends.min()), float(ends.max())
    pad = (high - low) * 0.06 or max(abs(high) * 0.2, 0.1)
    if floor is not None:
        return floor, max(high + pad, floor + 1e-3)
    return low - pad, high + pad


def _intervals(ax: Axes, data: pd.DataFrame, *, rows: Sequence[int] | None = None, floor: float | None = None) -> None:
    """Draw a dot in a line for each row; an arrow shows that a line goes on beyond the panel."""
    low, high = _range(data, floor=floor)
    low, high = (min(low, 0.0), max(high, 0.0)) if floor is None else (low, high)
    ax.set_xlim(low, high)
    for row, one in zip(rows if rows is not None else range(len(data)), data.itertuples(index=False), strict=True):
        if np.isfinite(one.low):
            ax.plot([max(one.low, low), min(one.high, high)], [row, row], color=sheet.BLUE, lw=2, alpha=0.55)
            if one.low < low and floor is None:
                ax.plot([low], [row], "<", color=sheet.BLUE, ms=5, clip_on=False)
            if one.high > high:
                ax.plot([high], [row], ">", color=sheet.BLUE, ms=5, clip_on=False)
        ax.plot([one.mean], [row], "o", color=sheet.BLUE, mfc=sheet.BLUE if one.n > 1 else "white", ms=6, clip_on=False)


def _extremes(
    parts: Sequence[pd.DataFrame],
    groups: Sequence[str],
    x: str,
    place: Callable[[pd.Timestamp], str],
    number: Callable[[float], str],
    what: str,
    *,
    named: bool,
) -> str:
    ranges = [float(part["mean"].max() - part["mean"].min()) if len(part) else -1.0 for part in parts]
    widest = ranges.index(max(ranges))
    part = parts[widest]
    lowest, highest = part.loc[part["mean"].idxmin()], part.loc[part["mean"].idxmax()]
    whose = f"{groups[widest]} " if named else ""
    if len(part) == 1:
        return f"{what}: {whose}{number(lowest['mean'])} in {place(lowest[x])}"
    return (
        f"{what}: {whose}lowest in {place(lowest[x])} ({number(lowest['mean'])}), "
        f"highest in {place(highest[x])} ({number(highest['mean'])})"
    )


def _lead_to_end(
    parts: Sequence[pd.DataFrame], groups: Sequence[str], number: Callable[[float], str], *, named: bool
) -> str:
    moves = [abs(float(part["mean"].iloc[-1] - part["mean"].iloc[0])) if len(part) else -1.0 for part in parts]
    widest = moves.index(max(moves))
    first, last = parts[widest]["mean"].iloc[0], parts[widest]["mean"].iloc[-1]
    whose = (
        f"{groups[widest]} opens at {number(first)} and closes"
        if named
        else f"Articles open at {number(first)} and close"
    )
    return f"{whose} at {number(last)}"


def _steady(part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows to speak of: those of five articles or more, or all where there are none."""
    known = part[part["mean"].notna()].reset_index(drop=True)
    sure = known[known["n"] >= 5]
    return sure if len(sure) else known


def _means(
    table: pd.DataFrame, keys: Sequence[str], value: str | None, plot: str, made: str, *, function: bool = False
) -> pd.DataFrame:
    """Return the rows of a table of means that a figure draws, rounded, without those of another score."""
    use = made if function else f"group_means({made}, by={list(keys)!r}, value={value!r})"
    rows = sheet.columns_of(table, [*keys, *_MEANS], plot=plot, use=use, optional=["value", "sd", "level"])
    if "value" in rows.columns and len(rows):
        if value is not None:
            choose("value", value, dict.fromkeys(rows["value"]))
        rows = rows[rows["value"] == (value if value is not None else rows["value"].iloc[0])]
    rows = sheet.numeric(rows, [*_MEANS, "sd", "level"], plot)
    return rows if function else rows[rows["mean"].notna()].reset_index(drop=True)


def nothing(name: str, title: str | None, finding: str, rows: pd.DataFrame, source: str | None) -> Figure:
    """Return a figure that says that there is nothing to draw."""

    def paint(axes: list[Axes]) -> None:
        axes[0].set_axis_off()

    subtitle = "Nothing to draw."
    drawing = sheet.compose(paint, title=title or finding, subtitle=subtitle, source=source, height=0.2)
    return Figure(name, sheet.clean(title or finding), f"{finding}: nothing to draw.", rows.iloc[:0], drawing)


def _interval(data: pd.DataFrame) -> str:
    levels = data["level"].dropna().unique() if "level" in data.columns else []
    return f"{sheet.plain(float(levels[0]) * 100)} % interval" if len(levels) == 1 else "interval"


def _articles(sizes: pd.Series) -> str:
    return sheet.count(int(sizes.sum()), "article")


def _each(sizes: pd.Series, noun: str) -> str:
    few, many = int(sizes.min()), int(sizes.max())
    return f"{few:,} to {many:,} in a {noun}" if few < many else f"{few:,} in each {noun}"


def _unseen(hidden: int, by: str) -> str:
    return f" ({sheet.count(hidden, by)} with fewer articles not shown)" if hidden else ""


def _of(row: pd.Series, by: str, value: str, digits: int) -> str:
    number = _signed(row[value]) if value == "mean" else sheet.plain(row[value], digits)
    return f"{sheet.short(row[by])} ({number}, n = {row['n']:,})"


def _signed(value: float) -> str:
    text = sheet.plain(value, 2)
    return text if text.startswith("−") or not math.isfinite(value) else f"+{text}"


def _rate(value: float) -> str:
    return sheet.plain(value, 1 if abs(value) >= 1 else 2)


def _frame_name(frame: object) -> str:
    return sheet.short(sheet.clean(frame).replace("_", " "), 26)


def _first(table: pd.DataFrame, column: str, default: str) -> object:
    return table[column].iloc[0] if column in table.columns and len(table) else default
