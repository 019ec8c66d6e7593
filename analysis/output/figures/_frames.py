"""Figures of frames: profiles, which go together, what a codebook covers, a contrast, and learning curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.errors import choose
from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._groups import FRAMES, _frames_heading, _hollow, _intervals, _key, _range_in_words
from analysis.output.figures._table import (
    apart,
    columns_of,
    extremes,
    largest,
    means_of,
    numeric,
    parts_of,
    ranked,
    row_of,
    six,
)
from analysis.output.figures._text import (
    count,
    digits_of,
    interval,
    listed,
    not_shown,
    plain,
    sentence,
    short,
    signed,
    spaced,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.inference.contrast import Contrast

__all__ = [
    "plot_codebook_coverage",
    "plot_contrast",
    "plot_frame_cooccurrence",
    "plot_frame_profile",
    "plot_learning_curve",
]

_ROW = 0.27  # inches for a row of a chart
_SURE = 0.05
_MEASURES = {
    "auc": "area under the ROC curve",
    "average_precision": "average precision",
    "mcc": "Matthews correlation",
    "f1": "F1",
}


def plot_frame_profile(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "per_1000_words",
    shown: int = 6,
    name: str = "frame_profile",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw each group's profile: a panel with all frames, their means and intervals, on one scale.

    `plot_frames` compares groups frame by frame; this shows which frames a group uses. The heading is that of
    `plot_frames`.

    Parameters
    ----------
    table
        `by, frame, n, mean, low, high`, as `group_means` makes them with `by=["outlet", "frame"]`, of `framing`
        (`value="per_1000_words"`) or of `framing_above_chance` (`value="z"`), joined with the outlet.
    by
        The column of groups.
    value
        The score that was averaged; rows of another score (column `value`) are left out. For `"z"`, 0 is chance.
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
    >>> from analysis.output.figures import plot_frame_profile
    >>> cues = pd.DataFrame({"outlet": ["A"] * 8 + ["B"] * 8, "frame": ["conflict"] * 16})
    >>> cues["z"] = [1.0, 2.0] * 4 + [-1.0, 0.0] * 4
    >>> figure = plot_frame_profile(group_means(cues, by=["outlet", "frame"], value="z"), value="z")
    >>> figure.title
    'Outlets differ in the conflict frame: A 1.5, B −0.50 (standard deviations above chance)'
    """
    use = f"group_means(framing(corpus).join(corpus.articles[{by!r}], on='article_id'), by=[{by!r}, 'frame'], "
    use += f"value={value!r})"
    rows, _ = means_of(table, [by, "frame"], value=value, plot="plot_frame_profile", use=use)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return nothing(name, title, "No article has a score for a frame", rows, source)
    frames = list(dict.fromkeys(rows["frame"]))
    most = rows.groupby(by, dropna=False, observed=True)["n"].max().rename("_n").reset_index()
    kept, hidden = largest(most, by, "_n", shown)
    groups = list(ranked(kept, "_n", by)[by])
    data = pd.concat([part for group in groups for part in parts_of(rows, by, [group])]).reset_index(drop=True)
    panels = [part.reset_index(drop=True) for part in parts_of(data, by, groups)]
    of_frame = [data[data["frame"] == frame].reset_index(drop=True) for frame in frames]
    digits, unit = digits_of(data["mean"], 0), FRAMES.get(value, spaced(value, 60))
    floor = None if (data["mean"] < 0).any() or value == "z" else 0.0
    found = _frames_heading(of_frame, frames, by, value, digits)
    if len(groups) == 1:
        found = f"{short(groups[0])}: {count(len(frames), 'frame')}, {unit}"
    columns = min(2, len(groups))
    places = {frame: place for place, frame in enumerate(frames)}

    def paint(axes: list[Axes]) -> None:
        for place, (ax, part) in enumerate(zip(axes, panels, strict=True)):
            sheet.bare(ax)
            sheet.rows_axis(ax, [spaced(frame) if place % columns == 0 else "" for frame in frames])
            _intervals(ax, pd.concat([part, data]), [places[frame] for frame in part["frame"]], floor=floor)
            if floor is None:
                ax.axvline(0, color=sheet.QUIET, lw=1.2, zorder=1)
            ax.set_title(f"{short(groups[place], 26)} (n = {int(part['n'].max()):,})")
            sheet.few_ticks(ax, "x", 5)

    n_articles = int(kept["_n"].sum())
    alt = [
        f"Chart of {count(len(frames), 'frame')} in {count(n_articles, 'article')} of {count(len(groups), by)}, {unit}",
        not_shown(hidden, by),
        *(
            f"{sentence(spaced(frame))}: {_range_in_words(part, by, digits, alone=len(groups) == 1)}"
            for frame, part in zip(frames, of_frame, strict=True)
        ),
    ]
    cut = "Intervals cut at 0" if floor is not None and (data["low"] < 0).any() else ""
    chance = "0 is what words as frequent give by chance" if value == "z" else ""
    details = [f"{sentence(unit)}. {_key(data)}", chance, cut, count(n_articles, "article"), not_shown(hidden, by)]
    height = math.ceil(len(groups) / columns) * (0.75 + _ROW * len(frames))
    return finish(
        name, title or found, details, alt, data, source, paint, height=height, panels=len(groups), columns=columns
    )


def plot_frame_cooccurrence(
    table: pd.DataFrame,
    *,
    name: str = "frame_cooccurrence",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw which frames stand in the same articles: a matrix of log odds ratios, each printed in its cell.

    The heading names the pair whose interval lies highest above 0: the largest log odds are those of rare frames.

    Parameters
    ----------
    table
        `frame, other, log_odds, low, high, n_articles`, as `frame_cooccurrence` gives them.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.figures import plot_frame_cooccurrence
    >>> counts = {"article_id": [n for n in range(40) for _ in "ab"], "frame": ["war", "money"] * 40}
    >>> counts["n_cues"] = [1, 1] * 20 + [0, 0] * 20
    >>> plot_frame_cooccurrence(analysis.frame_cooccurrence(pd.DataFrame(counts))).title
    'War and money most surely go together: log odds 7.4 (3.5 to 11.4)'
    """
    needs = ["frame", "other", "n_articles", "log_odds", "low", "high"]
    rows = columns_of(table, needs, plot="plot_frame_cooccurrence", use="frame_cooccurrence(framing(corpus))")
    data = numeric(rows, ["n_articles", "log_odds", "low", "high"], "plot_frame_cooccurrence")
    if data.empty:
        return nothing(name, title, "There are no two frames to go together", data, source)
    told = data.dropna(subset="log_odds")  # of a frame in all articles, or none, it cannot be told
    if told.empty:
        return nothing(name, title, "No two frames are each in some articles and not in all", data, source)
    frames = list(dict.fromkeys([*data["frame"], *data["other"]]))
    sure = told[(told["low"] > 0) | (told["high"] < 0)]
    together = ranked(told[told["low"] > 0], "low", "frame")
    never = told[told["high"] < 0]
    n_articles = int(data["n_articles"].max())

    def pair(row: dict[str, Any]) -> str:
        return f"{spaced(row['frame'])} and {spaced(row['other'])}"

    def ends(row: dict[str, Any]) -> str:
        return f"{plain(row['log_odds'], 1)} ({plain(row['low'], 1)} to {plain(row['high'], 1)})"

    if len(together):
        best = row_of(together, 0)
        found = f"{sentence(pair(best))} most surely go together: log odds {ends(best)}"
    else:
        found = "No two frames go together clearly more than chance would have it"
    lowest, highest = extremes(told, "log_odds")
    alt = [
        f"Matrix of {count(len(frames), 'frame')} in {count(n_articles, 'article')}: log odds ratio of going together",
        f"Highest: {pair(highest)}, {ends(highest)}; lowest: {pair(lowest)}, {ends(lowest)}",
        f"Of {count(len(told), 'pair')}, {len(together)} go together and {len(never)} do not, with intervals without 0",
    ]
    most = float(np.abs(told["log_odds"]).max()) or 1.0
    is_sure = set(zip(sure["frame"], sure["other"], strict=True))

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        for spine in ax.spines.values():
            spine.set_visible(False)
        last = len(frames) - 1
        ax.set_xlim(-0.5, last - 0.5)
        ax.set_ylim(last + 0.5, 0.5)
        ax.set_xticks(range(last), [spaced(frame, 18) for frame in frames[:-1]], rotation=40, ha="right")
        ax.set_yticks(range(1, last + 1), [spaced(frame) for frame in frames[1:]])
        for place in range(len(data)):
            one = row_of(data, place)
            x, y = sorted((frames.index(one["frame"]), frames.index(one["other"])))
            if np.isnan(one["log_odds"]):
                ax.text(x, y, "–", ha="center", va="center_baseline", size=sheet.SMALL, color=sheet.QUIET)
                continue
            share = abs(one["log_odds"]) / most
            colour = sheet.BLUE if one["log_odds"] > 0 else sheet.VERMILION
            ax.fill(
                [x - 0.48, x + 0.48, x + 0.48, x - 0.48],
                [y - 0.48, y - 0.48, y + 0.48, y + 0.48],
                color=colour,
                alpha=0.08 + 0.47 * share,
                lw=0,
            )
            known = (one["frame"], one["other"]) in is_sure
            ax.text(
                x,
                y,
                signed(one["log_odds"], 1),
                ha="center",
                va="center_baseline",
                size=sheet.SMALL,
                weight="bold" if known else "normal",
                color=sheet.INK if known else sheet.QUIET,
            )

    details = [
        "Log odds ratio of standing in the same articles; blue: together, red: apart",
        f"Bold: the {interval(table.get('level'))} excludes 0",
        "Long articles have more of every frame: compare the pairs with one another",
        count(n_articles, "article"),
    ]
    height = 1.1 + 0.34 * len(frames)
    return finish(name, title or found, details, alt, data, source, paint, height=height)


def plot_codebook_coverage(
    table: pd.DataFrame,
    *,
    name: str = "codebook_coverage",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw in which share of articles each frame has a cue at all, with intervals, and its mean share of sentences.

    A frame without cues in nearly all articles, or with one in nearly none, tells them hardly apart.

    Parameters
    ----------
    table
        `frame, n_cues, share_sentences`, one row for each article and frame, as `framing` gives them.
    name, title, source
        The stem of the files, the heading and the source line.

    Returns
    -------
    Figure
        Its data: `frame, n` (articles with words), `n_with` (with a cue), `share_articles`, `low`, `high` (Wilson's
        95 % interval), `share_sentences` (mean of articles).

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_codebook_coverage
    >>> cues = pd.DataFrame({"frame": ["war", "money"] * 20, "n_cues": [2, 0] * 20, "share_sentences": [0.1, 0.0] * 20})
    >>> plot_codebook_coverage(cues).title
    'Articles with a cue run from 0% (money) to 100% (war)'
    """
    needs = ["frame", "n_cues", "share_sentences"]
    rows = columns_of(table, needs, plot="plot_codebook_coverage", use="framing(corpus)")
    rows = numeric(rows, ["n_cues", "share_sentences"], "plot_codebook_coverage").dropna(subset=["share_sentences"])
    if rows.empty:
        return nothing(name, title, "No article has words to search for frames", rows, source)
    made = rows.assign(has=rows["n_cues"] > 0).groupby("frame", sort=False)
    data = made.agg(n=("has", "size"), n_with=("has", "sum"), share_sentences=("share_sentences", "mean"))
    n, share = data["n"].to_numpy(float), (data["n_with"] / data["n"]).to_numpy(float)
    z = 1.959964
    centre, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    data = data.assign(
        share_articles=share, low=np.maximum((centre - half) / (1 + z**2 / n), 0), high=(centre + half) / (1 + z**2 / n)
    ).reset_index()
    shares = ["share_articles", "low", "high", "share_sentences"]
    data = data.assign(**{column: six(data[column]) for column in shares})
    data = ranked(data[["frame", "n", "n_with", *shares]], "share_articles", "frame")
    lowest, highest = row_of(data, len(data) - 1), row_of(data, 0)

    def percent(value: float, digits: int = 0) -> str:
        return f"{plain(100 * value, digits)}%"

    if len(data) > 1 and apart(lowest, highest):
        found = f"Articles with a cue run from {percent(lowest['share_articles'])} ({spaced(lowest['frame'])}) to "
        found += f"{percent(highest['share_articles'])} ({spaced(highest['frame'])})"
    else:
        found = f"{count(len(data), 'frame')}: share of articles with a cue"
    alt = [
        f"Chart of the share of {count(int(data['n'].max()), 'article')} with a cue of each of {len(data)} frames",
        listed(
            f"{spaced(row['frame'])} {percent(row['share_articles'])}"
            for row in (row_of(data, place) for place in range(len(data)))
        ),
    ]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [spaced(frame) for frame in data["frame"]])
        ax.set_xlim(-0.02, 1.02)
        for place in range(len(data)):
            one = row_of(data, place)
            ax.plot([one["low"], one["high"]], [place, place], color=sheet.BLUE, lw=2, alpha=0.55)
            ax.plot([one["share_articles"]], [place], "o", color=sheet.BLUE, ms=6, clip_on=False)
        with_cue = [percent(one) for one in data["share_articles"]]
        sentences = [percent(one, 1) for one in data["share_sentences"]]
        sheet.right_columns(ax, [("articles", with_cue), ("sentences", sentences)])
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
        ax.set_xlabel("Share of articles with a cue of the frame")

    details = [
        "Dot: share of articles with a cue; line: 95% interval (Wilson). Sentences: their mean share with a cue",
        count(int(data["n"].max()), "article"),
    ]
    return finish(name, title or found, details, alt, data, source, paint, height=0.85 + 0.31 * len(data))


def plot_contrast(
    contrast: Contrast,
    *,
    shown: int = 10,
    name: str = "contrast",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw a contrast as small multiples: frames, share quoted and tone of each group, with intervals.

    The heading is the surest difference from the others, if one has q < .05.

    Parameters
    ----------
    contrast
        What `analysis.contrast` returned.
    shown
        The most groups to draw; those with the most articles are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.figures import plot_contrast
    >>> texts = ["Both sides clashed over the old bridge.", "“We lost,” she said of the old bridge."]
    >>> found = analysis.contrast(analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": texts})))
    >>> plot_contrast(found).title
    'All articles by outlet: too few articles to compare'
    """
    groups = contrast.groups["group"].head(shown).tolist()
    hidden = len(contrast.groups) - len(groups)
    parts = [
        *((spaced(frame), part) for frame, part in contrast.frames.groupby("frame", sort=False)),
        ("share of words quoted", contrast.voice),
        *((f"tone, {voice}", part) for voice, part in contrast.tone.groupby("voice", sort=False)),
    ]
    columns = ["group", "n", "mean", "low", "high", "q"]
    tables = [part[part["group"].isin(groups)][columns].assign(panel=panel) for panel, part in parts]
    data = pd.concat(tables, ignore_index=True)[["panel", *columns]]
    data = numeric(data.astype({"panel": "str"}), ["mean", "low", "high", "q"], "plot_contrast")
    findings = contrast.findings()
    told = contrast.topic[0].upper() + contrast.topic[1:]
    n_compared = int(contrast.groups["compared"].sum())
    if findings:
        found = f"{told}: {findings[0].partition(' (n =')[0]}"
    elif n_compared:
        found = f"{told}: no difference beyond chance between {count(len(contrast.groups), contrast.by)}"
    else:
        found = f"{told} by {spaced(contrast.by)}: too few articles to compare"
    panels = [data[data["panel"] == panel].reset_index(drop=True) for panel, _ in parts]
    labels = [f"{short(group, 22)} ({n})" for group, n in zip(groups, contrast.groups["n"], strict=False)]

    def paint(axes: list[Axes]) -> None:
        for place, (ax, part) in enumerate(zip(axes, panels, strict=True)):
            sheet.bare(ax)
            sheet.rows_axis(ax, labels if place % 3 == 0 else [""] * len(groups))
            known = part[part["mean"].notna()].reset_index(drop=True)
            ax.set_title(parts[place][0])
            if known.empty:
                ax.set_xticks([])
                continue
            tone = parts[place][0].startswith("tone")
            rows = [groups.index(group) for group in known["group"]]
            _intervals(ax, known, rows, floor=None if tone else 0.0)
            for row, q, mean in zip(rows, known["q"], known["mean"], strict=True):
                if q < _SURE:
                    ax.plot([mean], [row], "D", color=sheet.VERMILION, ms=7, clip_on=False, zorder=4)
            sheet.few_ticks(ax, "x", 4)

    n_articles = int(contrast.groups["n"].head(shown).sum())
    alt = [
        f"Small multiples of {count(n_articles, 'article')} on {contrast.topic} in {count(len(groups), contrast.by)}",
        f"Panels: {listed(panel for panel, _ in parts)}",
        not_shown(hidden, contrast.by),
        f"Beyond chance: {'; '.join(findings)}" if findings else "No difference from the others has q below .05",
    ]
    level = f"{plain(contrast.level * 100)}% interval"
    details = [
        f"Dot: mean of articles{_hollow(data)}; line: {level}; diamond: differs from the others, q < .05",
        "Frames in cues per 1,000 words. Scales differ",
        count(n_articles, "article"),
        not_shown(hidden, contrast.by),
    ]
    height = math.ceil(len(panels) / 3) * (0.75 + 0.24 * len(groups))
    return finish(name, title or found, details, alt, data, source, paint, height=height, panels=len(panels), columns=3)


def plot_learning_curve(
    table: pd.DataFrame,
    *,
    measure: str = "f1",
    name: str = "learning_curve",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how good models are that learn from fewer articles: whether coding more would help.

    The heading says whether the last step gained anything that the intervals can show; as all steps are judged on the
    same articles, intervals that meet do not rule a gain out.

    Parameters
    ----------
    table
        `n_trained, frame, measure, value, low, high`, as `FrameModel.learning_curve` gives them.
    measure
        Which: `"auc"`, `"average_precision"`, `"mcc"` or `"f1"`.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric, or the table has no such measure.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_learning_curve
    >>> curve = pd.DataFrame({"n_trained": [50.0, 100.0], "frame": "mean", "measure": "f1", "value": [0.4, 0.6]})
    >>> curve = curve.assign(low=curve["value"] - 0.05, high=curve["value"] + 0.05)
    >>> plot_learning_curve(curve).title
    'Mean F1 rises from 0.40 with 50 coded to 0.60 with 100'
    """
    needs = ["n_trained", "frame", "measure", "value", "low", "high"]
    use = "FrameModel.learning_curve(corpus, codes)"
    rows = columns_of(table, needs, plot="plot_learning_curve", use=use, optional=["level"])
    rows = numeric(rows, ["n_trained", "value", "low", "high"], "plot_learning_curve")
    if rows.empty:
        return nothing(name, title, "No model was trained", rows, source)
    choose("measure", measure, dict.fromkeys(rows["measure"]))
    data = rows[(rows["measure"] == measure) & rows["value"].notna()].sort_values(["n_trained", "frame"])
    if data.empty:
        return nothing(name, title, f"No model has a {_MEASURES.get(measure, measure)}", data, source)
    data = data.reset_index(drop=True)
    frames = [frame for frame in dict.fromkeys(data["frame"]) if frame != "mean"]
    frames += ["mean"] * bool((data["frame"] == "mean").any())
    panels = [data[data["frame"] == frame].reset_index(drop=True) for frame in frames]
    overall = panels[-1]
    first, last = row_of(overall, 0), row_of(overall, len(overall) - 1)
    what = _MEASURES.get(measure, spaced(measure))
    which = f"{'mean' if frames[-1] == 'mean' else spaced(frames[-1])} {what}"
    to = f"{plain(last['value'], 2)} with {plain(last['n_trained'], 0)}"
    if len(overall) == 1:
        found = f"{sentence(which)} is {to} coded"
    elif apart(first, last):
        start = f"{plain(first['value'], 2)} with {plain(first['n_trained'], 0)} coded"
        found = f"{sentence(which)} rises from {start} to {to}"
    else:
        found = f"{sentence(which)}: no clear gain from {plain(first['n_trained'], 0)} to "
        found += f"{plain(last['n_trained'], 0)} coded"
    columns = min(3, len(frames))

    def paint(axes: list[Axes]) -> None:
        low, high = np.nanmin(data[["value", "low"]]), np.nanmax(data[["value", "high"]])
        for place, (ax, part) in enumerate(zip(axes, panels, strict=True)):
            sheet.bare(ax, "y")
            ax.set_ylim(low - 0.03, high + 0.03)
            x = part["n_trained"].to_numpy(float)
            ax.fill_between(x, part["low"], part["high"], color=sheet.BLUE, alpha=0.18, lw=0)
            ax.plot(x, part["value"], "-o", color=sheet.BLUE, ms=5, clip_on=False)
            ax.set_title("mean of the frames" if frames[place] == "mean" else spaced(frames[place]))
            sheet.few_ticks(ax, "x", 4)
            sheet.few_ticks(ax, "y", 5)
            if place % columns == 0:
                ax.set_ylabel(sentence(what))

    alt = [
        f"Curves of {what} by the number of articles learned from",
        *(
            f"{sentence(spaced(frame))}: "
            + listed(
                f"{plain(row['value'], 2)} ({plain(row['low'], 2)} to {plain(row['high'], 2)}) with "
                f"{plain(row['n_trained'], 0)}"
                for row in (row_of(part, place) for place in range(len(part)))
            )
            for frame, part in zip(frames, panels, strict=True)
        ),
    ]
    details = [
        f"{sentence(what)} on articles not learned from, by the number of articles learned from",
        f"Band: {interval(data.get('level'))}",
    ]
    height = math.ceil(len(frames) / columns) * 2.1
    return finish(
        name, title or found, details, alt, data, source, paint, height=height, panels=len(frames), columns=columns
    )
