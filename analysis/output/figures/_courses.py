"""Figures of means along time and along the article."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._groups import FRAMES, TONE
from analysis.output.figures._table import (
    FEW,
    NO_GROUPS,
    PERIODS,
    apart,
    as_dates,
    clear_pair,
    enough,
    extremes,
    group_column,
    largest,
    limits,
    means_of,
    parts_of,
    ranked,
    row_of,
)
from analysis.output.figures._text import (
    count,
    digits_of,
    each,
    interval,
    listed,
    not_shown,
    period_phrases,
    plural,
    rate,
    sentence,
    short,
    signed,
    spaced,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_frames_over_time", "plot_tone_over_time", "plot_tone_through_article"]

# Alternative text is listened to: it tells the courses of the first few panels only.
_TOLD = 6


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

    Periods of fewer than 5 articles are hollow. The heading names the lowest and the highest of the others where there
    are 4 or more and the intervals of these two do not meet.

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
    >>> dates = pd.to_datetime(["2024-01-05", "2024-02-20", "2024-03-02", "2024-04-09"] * 5)
    >>> scores = pd.DataFrame({"published": dates, "compound_mean": [0.1, 0.2, -0.3, 0.0] * 5})
    >>> plot_tone_over_time(tone_over_time(scores)).title
    'Tone is lowest in Mar 2024 (−0.30), highest in Feb 2024 (+0.20)'
    """
    plot = "plot_tone_over_time"
    group = group_column(table, by, unique="period", known=NO_GROUPS, plot=plot)
    keys = ["period"] if group is None else [group, "period"]
    use = "tone_over_time(sentiment(corpus).join(corpus.articles[['outlet', 'published']]))"
    rows, score = means_of(table, keys, value=None, plot=plot, use=use)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No dated article has a tone", rows, source)
    rows = rows.assign(period=as_dates(rows["period"], plot))
    parts, groups, hidden = _parts(rows, group, shown)
    data = pd.concat(parts, ignore_index=True)
    named = period_phrases(data["period"])
    number = partial(signed, digits=digits_of(_drawn(data)["mean"], 2))
    if len(parts) > 1:
        found = f"How tone moved over time in {count(len(parts), str(group))}"
    else:
        found = _heading("Tone", parts[0], named, number)
    n_articles = int(data["n"].sum())
    lines = [
        f"{TONE.get(score, 'Mean tone')}. {_key(data, parts, group)}",
        f"{count(n_articles, 'dated article')}{each(data['n'], 'a period')}",
        not_shown(hidden, group),
    ]
    alt = [
        f"Line chart of the mean tone over time, {count(n_articles, 'dated article')}{_whose(parts, group)}",
        not_shown(hidden, group),
        *_courses_in_words(parts, groups, "period", named, number),
    ]

    def paint(axes: list[Axes]) -> None:
        _panels(axes, parts, groups, _time(data, parts), signed_scale=True)

    return finish(name, title or found, lines, alt, data, source, paint, **_shape(parts))


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

    Parts that fewer than 5 articles have are hollow; the heading tells how articles open and close where neither is.

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
    >>> sentences = pd.DataFrame({"article_id": [i // 4 for i in range(20)], "sentence": [0, 1, 2, 3] * 5})
    >>> sentences["compound"] = [0.0, 0.2, 0.4, 0.3] * 5
    >>> plot_tone_through_article(tone_through_article(sentences, bins=4)).title
    'Articles open at 0.00 and close at +0.30'
    """
    plot = "plot_tone_through_article"
    group = group_column(table, by, unique="part", known=NO_GROUPS, plot=plot)
    keys = ["part"] if group is None else [group, "part"]
    use = "tone_through_article(sentiment(corpus, unit='sentence'))"
    rows, _ = means_of(table, keys, value=None, plot=plot, use=use)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No sentence has a tone", rows, source)
    parts, groups, hidden = _parts(rows, group, shown)
    data = pd.concat(parts, ignore_index=True)
    number = partial(signed, digits=digits_of(_drawn(data)["mean"], 2))
    n_parts = int(data["part"].max())
    if len(parts) > 1:
        found = f"How tone runs from the lead to the end in {count(len(parts), str(group))}"
    else:
        found = _open_and_close(parts[0], n_parts, number)
    n_articles = int(sum(part["n"].max() for part in parts))
    lines = [
        f"Mean VADER compound of the sentences (−1 negative, +1 positive). {_key(data, parts, group)}",
        f"{count(n_articles, 'article')}{each(data['n'], f'each of {n_parts} parts')}",
        not_shown(hidden, group),
    ]
    alt = [
        f"Line chart of the mean tone from lead to end, {count(n_articles, 'article')}{_whose(parts, group)}",
        not_shown(hidden, group),
        *_courses_in_words(parts, groups, "part", lambda part: f"in part {part} of {n_parts}", number),
    ]

    def axis(ax: Axes) -> None:
        ticks = {1: "lead", (1 + n_parts) / 2: "middle", n_parts: "end"} if n_parts > 1 else {1: "all"}
        ax.set_xticks(list(ticks), list(ticks.values()))
        ax.set_xlim(0.6, n_parts + 0.4)
        if len(parts) > 1:
            sheet.tuck_in(ax)

    def paint(axes: list[Axes]) -> None:
        _panels(axes, parts, groups, axis, signed_scale=True)

    return finish(name, title or found, lines, alt, data, source, paint, **_shape(parts))


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
    >>> dates = pd.to_datetime(["2024-01-05", "2024-02-20", "2024-03-02", "2024-04-09"] * 5)
    >>> cues = pd.DataFrame({"frame": ["conflict"] * 20, "published": dates})
    >>> cues["per_1000_words"] = [2.0, 6.0, 3.0, 3.0] * 5
    >>> plot_frames_over_time(frames_over_time(cues)).title
    'Conflict is lowest in Jan 2024 (2.0), highest in Feb 2024 (6.0)'
    """
    plot = "plot_frames_over_time"
    use = "frames_over_time(framing(corpus).join(corpus.articles['published'], on='article_id'))"
    rows, score = means_of(table, ["frame", "period"], value=None, plot=plot, use=use)
    if not rows["mean"].notna().any():
        return nothing(name, title, "No dated article has words to search for frames", rows, source)
    rows = rows.assign(period=as_dates(rows["period"], plot))
    kept, hidden = largest(rows, "frame", "n", shown)
    frames = list(dict.fromkeys(kept["frame"]))
    parts = [part.sort_values("period", kind="stable") for part in parts_of(kept, "frame", frames)]
    groups = [spaced(frame) for frame in frames]
    data = pd.concat(parts, ignore_index=True)
    named = period_phrases(data["period"])
    number = partial(rate, digits=digits_of(_drawn(data)["mean"], 0))
    unit = FRAMES.get(score, "mean")
    if len(parts) > 1:
        found = f"How often {len(parts)} frames were cued over time"
    else:
        found = _heading(sentence(groups[0]), parts[0], named, number)
    n_articles = int(max(part["n"].sum() for part in parts))
    lines = [
        f"{sentence(unit)}. {_key(data, parts, None)}",
        "Scales differ" if len(parts) > 1 else "",
        "Intervals cut at 0" if (enough(data, FEW)["low"] < 0).any() else "",
        f"{count(n_articles, 'dated article')}{each(data['n'], 'a period')}",
        f"{count(hidden, 'frame')} not shown" if hidden else "",
    ]
    alt = [
        f"Line chart of {count(len(parts), 'frame')} over time, {unit}, {count(n_articles, 'dated article')}",
        *_courses_in_words(parts, groups, "period", named, number),
    ]

    def paint(axes: list[Axes]) -> None:
        _panels(axes, parts, groups, _time(data, parts), signed_scale=False)

    return finish(name, title or found, lines, alt, data, source, paint, **_shape(parts))


def _parts(rows: pd.DataFrame, group: str | None, shown: int) -> tuple[list[pd.DataFrame], list[str], int]:
    """Return the rows of each panel, the name of each, and how many groups are left out; the largest group first."""
    order = "period" if "period" in rows.columns else "part"
    if group is None:
        return [rows.sort_values(order, kind="stable")], [""], 0
    kept, hidden = largest(rows, group, "n", shown)
    sizes = kept.groupby(group, dropna=False, observed=True)["n"].sum().reset_index()
    keys = list(ranked(sizes, "n", group)[group])
    parts = [part.sort_values(order, kind="stable") for part in parts_of(kept, group, keys)]
    return parts, [short(key, 24) for key in keys], hidden


def _shape(parts: list[pd.DataFrame]) -> dict[str, Any]:
    columns = 2 if len(parts) == 4 else min(3, len(parts))
    height = 3.4 if len(parts) == 1 else math.ceil(len(parts) / columns) * 1.9
    return {"height": height, "panels": len(parts), "columns": columns}


def _time(data: pd.DataFrame, parts: list[pd.DataFrame]) -> Callable[[Axes], None]:
    return lambda ax: sheet.time_axis(ax, data["period"], most=7 if len(parts) == 1 else 2)


def _panels(
    axes: list[Axes],
    parts: list[pd.DataFrame],
    groups: list[str],
    axis: Callable[[Axes], None],
    *,
    signed_scale: bool,
) -> None:
    """Draw a course in each panel; scores with a zero in their middle share a scale, rates have their own from 0."""
    columns = _shape(parts)["columns"]
    for panel, (ax, part, group) in enumerate(zip(axes, parts, groups, strict=True)):
        sheet.bare(ax, "y")
        if signed_scale:
            ax.axhline(0, color=sheet.QUIET, lw=1)
            for other in parts:
                if other is not part:
                    ax.plot(_where(other), other["mean"], color="#D4D4D4", lw=0.8, zorder=1)
        _course(ax, part)
        ax.set_title(group)
        axis(ax)
        ax.set_ylim(*(limits(pd.concat(parts), floor=None) if signed_scale else limits(part, floor=0)))
        if signed_scale or (part["mean"] > 0).any():
            sheet.few_ticks(ax, "y", 6 if len(parts) == 1 else 4)
        else:
            sheet.only_zero(ax, "y")
        if signed_scale and panel % columns:
            ax.tick_params(labelleft=False)


def _course(ax: Axes, part: pd.DataFrame) -> None:
    where, means, n = _where(part), part["mean"].to_numpy(dtype="float64"), part["n"].to_numpy()
    sure = np.isfinite(part["low"].to_numpy(dtype="float64")) & (n >= FEW)
    low, high = (np.where(sure, part[end].to_numpy(dtype="float64"), np.nan) for end in ("low", "high"))
    ax.fill_between(where, low, high, color=sheet.BLUE, alpha=0.18, lw=0)
    # A band needs a neighbour; without one the interval is a line.
    alone = sure & ~(np.append(sure[1:], False) | np.append(False, sure[:-1]))
    ax.vlines(where[alone], low[alone], high[alone], color=sheet.BLUE, alpha=0.35, lw=3)
    known = np.isfinite(means)
    ax.plot(where, means, color=sheet.BLUE, lw=1.8 if known.sum() <= 60 else 1.2)
    size = 4.5 if known.sum() <= 25 else 3.5 if known.sum() <= 60 else 2.0
    for chosen, fill in ((known & (n >= FEW), sheet.BLUE), (known & (n < FEW), "white")):
        sheet.dots(ax, where[chosen], means[chosen], "o", color=sheet.BLUE, mfc=fill, ms=size)


def _where(part: pd.DataFrame) -> np.ndarray:
    return sheet.days_of(part["period"]) if "period" in part.columns else part["part"].to_numpy(dtype="float64")


def _drawn(part: pd.DataFrame) -> pd.DataFrame:
    return part[part["mean"].notna()]


def _heading(what: str, part: pd.DataFrame, named: Callable[[Any], str], number: Callable[[float], str]) -> str:
    """Return what a course over time shows: its ends, or that they are not clear, or that too little is known."""
    drawn = _drawn(part)
    solid = enough(drawn, FEW)
    if len(drawn) == 1 and len(solid) == 1:
        return f"{what} {named(solid['period'].iloc[0])}: {number(solid['mean'].iloc[0])}"
    if len(solid) < PERIODS:
        if len(solid) < len(drawn):
            return f"{what} over time; too few articles a period to say more"
        return f"{what} over time, in {count(len(drawn), 'period')} only"
    low, high = extremes(solid)
    if apart(low, high):
        return _lowest_and_highest(what, solid, "period", named, number)
    pair = clear_pair(solid)
    if pair is not None:
        ends = [f"{named(one['period'])} ({number(one['mean'])})" for one in pair]
        return f"{what} is higher {ends[1]} than {ends[0]}"
    most = " of enough articles" if len(solid) < len(drawn) else ""
    return f"No clear difference in {what[0].lower()}{what[1:]} between {count(len(solid), 'period')}{most}"


def _open_and_close(part: pd.DataFrame, n_parts: int, number: Callable[[float], str]) -> str:
    drawn = _drawn(part)
    solid = enough(drawn, FEW)
    ends = [solid[solid["part"] == place] for place in (1, n_parts)]
    if n_parts == 1 and len(solid):
        return f"The mean tone of sentences is {number(solid['mean'].iloc[0])}"
    if n_parts == 1 or any(end.empty for end in ends):
        return "Tone from lead to end; too few articles are long enough to say more"
    first, last = (row_of(end, 0) for end in ends)
    meet = "" if apart(first, last) or apart(last, first) else "; the intervals overlap"
    return f"Articles open at {number(first['mean'])} and close at {number(last['mean'])}{meet}"


def _lowest_and_highest(
    what: str, solid: pd.DataFrame, x: str, named: Callable[[Any], str], number: Callable[[float], str]
) -> str:
    low, high = extremes(solid)
    if number(low["mean"]) == number(high["mean"]):
        return f"{what} stays at {number(low['mean'])}"
    ends = [f"{named(one[x])} ({number(one['mean'])})" for one in (low, high)]
    return f"{what} is lowest {ends[0]}, highest {ends[1]}"


def _courses_in_words(
    parts: list[pd.DataFrame],
    groups: list[str],
    x: str,
    named: Callable[[Any], str],
    number: Callable[[float], str],
) -> list[str]:
    """Return a sentence for each course, made of the periods (or parts) that are not hollow."""
    told: list[str] = []
    hollow = sum(int((_drawn(part)["n"] < FEW).sum()) for part in parts)
    n_drawn = sum(len(_drawn(part)) for part in parts)
    for part, group in zip(parts, groups, strict=True):
        what, solid = sentence(group) or "Tone", enough(_drawn(part), FEW)
        if len(solid) >= PERIODS:
            course = _lowest_and_highest(what, solid, x, named, number)
            overlap = ""
            if not apart(*extremes(solid)):
                pair = clear_pair(solid)
                overlap = " (their intervals overlap)"
                if pair is not None:
                    which = [f"{named(one[x])} ({number(one['mean'])})" for one in pair]
                    overlap = f" (their intervals overlap, but not those {which[0]} and {which[1]})"
            ends = f"; first {number(solid['mean'].iloc[0])}, last {number(solid['mean'].iloc[-1])}"
            told.append(course + overlap + ends)
        elif len(solid):
            each_one = zip(solid["mean"], solid[x], strict=True)
            told.append(f"{what} is {listed(f'{number(mean)} {named(place)}' for mean, place in each_one)}")
    more = f"The numbers of the other {len(told) - _TOLD} stand in the table" if len(told) > _TOLD else ""
    few = f"{hollow:,} of {count(n_drawn, 'dot')} {'is' if hollow == 1 else 'are'} hollow, of fewer than {FEW} articles"
    left_out = f"{few}, and not spoken of" if hollow else ""
    return [*told[:_TOLD], more, left_out]


def _key(data: pd.DataFrame, parts: list[pd.DataFrame], group: str | None) -> str:
    few = data["mean"].notna() & (data["n"] < FEW)
    hollow = f" (hollow: fewer than {FEW}, not compared, no band)" if few.any() else ""
    others = f"; grey: the other {plural(group)}" if group is not None and len(parts) > 1 else ""
    return f"Dot: mean of articles{hollow}; band: {interval(data.get('level'))}{others}"


def _whose(parts: list[pd.DataFrame], group: str | None) -> str:
    return "" if group is None else f" in {count(len(parts), group)}"
