"""Figures of whose words an article is made of: what is quoted, of whom, and in what tone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.inference.compare import MIN_NAMED, group_means
from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._groups import _few, _intervals, _key, _others
from analysis.output.figures._table import (
    apart,
    clear_pair,
    columns_of,
    enough,
    extremes,
    largest,
    means_of,
    numeric,
    parts_of,
    ranked,
    row_of,
    six,
)
from analysis.output.figures._text import clean, count, count_of, digits_of, listed, not_shown, plain, short, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_speakers", "plot_voice", "plot_voice_tone"]

_ROW = 0.31  # inches for a row of a chart
_VOICES = ("narration", "quoted")
#: Narration lies above the middle of its row and quotation below it, so that their intervals do not cover each other.
_LOOKS = {"narration": (-0.17, "o", sheet.BLUE), "quoted": (0.17, "s", sheet.VERMILION)}
_DIFFERENCE = "quoted_minus_narration"


def plot_voice(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "share_quoted",
    shown: int = 15,
    name: str = "voice",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw which share of its words each group of articles quotes, with intervals.

    The heading compares two groups only where their intervals do not meet.

    Parameters
    ----------
    table
        `by, n, mean, low, high`, as `group_means` makes them:
        `group_means(voice(corpus).join(corpus.articles["outlet"]), by="outlet", value="share_quoted")`.
    by
        The column of groups.
    value
        The share that was averaged, 0 to 1; rows of another score (column `value`) are left out.
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
    >>> from analysis.output.figures import plot_voice
    >>> shares = pd.DataFrame({"outlet": ["Gazette"] * 9 + ["Herald"] * 8})
    >>> shares["share_quoted"] = [0.1, 0.2, 0.3] * 3 + [0.4, 0.5] * 4
    >>> plot_voice(group_means(shares, by="outlet", value="share_quoted")).title
    'Gazette quotes 20% of its words, Herald 45%'
    """
    use = f"group_means(voice(corpus).join(corpus.articles[{by!r}]), by={by!r}, value={value!r})"
    rows, _ = means_of(table, [by], value=value, plot="plot_voice", use=use)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return nothing(name, title, "No article has words", rows, source)
    kept, hidden = largest(rows, by, "n", shown)
    data = ranked(kept, "mean", by)
    compared = enough(data, MIN_NAMED)
    digits = digits_of(data["mean"] * 100, 0)

    def share(row: dict[str, Any]) -> str:
        return _percent(row["mean"], digits)

    def told_of(row: dict[str, Any]) -> str:
        return f"{short(row[by])} ({share(row)}, n = {row['n']:,})"

    if len(compared) > 1:
        lowest, highest = extremes(compared)
        clear, pair = apart(lowest, highest), clear_pair(compared)
        two = (lowest, highest) if clear or pair is None else pair
        if clear or pair is not None:
            found = f"{short(two[0][by])} quotes {share(two[0])} of its words, {short(two[1][by])} {share(two[1])}"
        else:
            found = f"No clear difference in the share of words quoted between {count_of(len(compared), len(data), by)}"
        told = [f"Most: {told_of(highest)}; least: {told_of(lowest)}"]
        if np.isfinite([lowest["high"], highest["low"]]).all():
            but = f", but not those of {short(two[1][by])} and {short(two[0][by])}" if pair and not clear else ""
            told.append(f"The intervals of these two {'do not meet' if clear else 'overlap'}{but}")
    elif len(data) > 1:
        found = f"Share of words quoted in {count(len(data), by)}; too few articles to compare them"
        told = [listed(told_of(row_of(data, place)) for place in range(min(len(data), 6)))]
    else:
        one = row_of(data, 0)
        found = f"{short(one[by])} quotes {share(one)} of its words{_few(one)}"
        told = [told_of(one)]

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in data[by]])
        _intervals(ax, data, range(len(data)), floor=0)
        means = [_percent(one, digits) for one in data["mean"]]
        sheet.right_columns(ax, [("mean", means), ("articles", [f"{n:,}" for n in data["n"]])])
        if data["mean"].any():
            sheet.few_ticks(ax, "x", 7)
            _percent_ticks(ax)
        else:
            sheet.only_zero(ax, "x")
        ax.set_xlabel("Share of an article’s words that stand in quotations")

    n_articles = int(data["n"].sum())
    alt = [
        f"Chart of the share of words that are quoted in {count(n_articles, 'article')} of {count(len(data), by)}",
        not_shown(hidden, by),
        *told,
        _others(data, by),
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


def plot_voice_tone(
    table: pd.DataFrame,
    *,
    by: str = "outlet",
    value: str = "compound_mean",
    shown: int = 12,
    name: str = "voice_tone",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the tone of each group's narration beside the tone of what it quotes, with intervals.

    An article is compared with itself: the heading counts the groups in which the interval of the difference between
    an article's quotations and its narration leaves out zero. These intervals are 95 % for all groups together
    (Bonferroni), so that of many groups none is named by chance.

    Parameters
    ----------
    table
        One row for each article and voice, with `article_id`, `voice` (`"narration"`, `"quoted"`), `by` and `value`:
        `tables.tone_by_voice.join(tables.articles["outlet"], on="article_id")`. NaN scores are left out.
    by
        The column of groups.
    value
        The score.
    shown
        The most groups to draw; those with the most articles are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Returns
    -------
    Figure
        Its `data` has for each group a row for `narration`, one for `quoted` and one for the difference of the two
        (`quoted_minus_narration`, over the articles that have both).

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_voice_tone
    >>> tone = pd.DataFrame({"article_id": [f"a{n}" for n in range(9)] * 2, "outlet": "Gazette"})
    >>> tone["voice"] = ["narration"] * 9 + ["quoted"] * 9
    >>> tone["compound_mean"] = [-0.1, 0.0, 0.1] * 3 + [0.2, 0.3, 0.4] * 3
    >>> figure = plot_voice_tone(tone)
    >>> figure.title
    'What Gazette quotes is more positive than what it says itself'
    >>> figure.data[["voice", "n", "mean"]].to_dict("list")
    {'voice': ['narration', 'quoted', 'quoted_minus_narration'], 'n': [9, 9, 9], 'mean': [0.0, 0.3, 0.3]}
    """
    plot = "plot_voice_tone"
    use = f"tables.tone_by_voice.join(tables.articles[{by!r}], on='article_id')"
    rows = columns_of(table, ["article_id", "voice", by, value], plot=plot, use=use)
    rows = numeric(rows, [value], plot).dropna(subset=[value])
    rows = rows[rows["voice"].isin(_VOICES)]
    if rows.empty:
        return nothing(name, title, "No article has a tone", rows, source)
    means = _voices_of_groups(rows, by, value)
    sizes = means.groupby(by, dropna=False, observed=True)["n"].max().rename("n").reset_index()
    kept, hidden = largest(sizes, by, "n", shown)
    order = kept.merge(means.loc[means["voice"] == _VOICES[0], [by, "mean"]], on=by, how="left").fillna({"mean": -2.0})
    groups = list(ranked(order, "mean", by)[by])
    parts = parts_of(means, by, groups)
    data = pd.concat(parts, ignore_index=True)
    drawn = data[data["voice"].isin(_VOICES)].reset_index(drop=True)
    digits = digits_of(drawn["mean"], 2)
    differences = enough(data[data["voice"] == _DIFFERENCE], MIN_NAMED)

    def told_of(group: object, part: pd.DataFrame) -> str:
        return f"{short(group)}: {', '.join(f'{voice} {_number(part, voice, digits)}' for voice in _VOICES)}"

    above, below = differences["low"] > 0, differences["high"] < 0
    found = _compared_with_itself(differences, above, below, by)
    own = [f"{short(group)}" for group in differences.loc[above | below, by]] if len(differences) > 1 else []
    n_articles = int(rows[rows[by].isin(groups) | rows[by].isna()]["article_id"].nunique())
    of = f"{count(n_articles, 'article')} of {count(len(groups), by)}"
    few = bool((drawn["n"] < MIN_NAMED).any())

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        sheet.rows_axis(ax, [short(one) for one in groups])
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        _pairs(ax, parts)
        columns = [(voice, [_number(part, voice, digits) for part in parts]) for voice in _VOICES]
        sheet.right_columns(ax, [*columns, ("articles", [f"{int(part['n'].max()):,}" for part in parts])])
        sheet.few_ticks(ax, "x", 6)
        ax.set_xlabel("Mean VADER compound of sentences (−1 negative, +1 positive)")

    alt = [
        f"Chart of the tone of narration and of quotations (VADER compound, −1 negative, +1 positive) in {of}",
        not_shown(hidden, by),
        *(told_of(group, part) for group, part in zip(groups[:6], parts, strict=False)),
        f"Compared with itself, an article’s tone differs between the two in {listed(own)}" if own else "",
    ]
    hollow = f"; hollow: fewer than {MIN_NAMED} articles" if few else ""
    return finish(
        name,
        title or found,
        [
            f"Blue dot: narration; red square: quotations{hollow}; line: 95% interval",
            f"{count(n_articles, 'article')}, each compared with itself in the heading",
            not_shown(hidden, by),
        ],
        alt,
        data,
        source,
        paint,
        height=0.85 + 0.42 * len(groups),
    )


def plot_speakers(
    table: pd.DataFrame,
    *,
    by: str | None = "outlet",
    top: int = 5,
    shown: int = 6,
    name: str = "speakers",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw who is quoted most: the share of all quoted words that each speaker has; groups get a panel each.

    Parameters
    ----------
    table
        `speaker, n_words, share_words, n_articles` and the column of groups: `speakers(corpus, by="outlet")`.
    by
        The column of groups; None for `speakers(corpus)`, in one panel.
    top
        Speakers in a panel.
    shown
        The most groups to draw; those that quote the most words are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_speakers
    >>> said = pd.DataFrame({"outlet": ["Gazette", "Gazette", "Herald"], "speaker": ["Ann Lee", "Bo Ek", "Ann Lee"]})
    >>> said = said.assign(n_words=[60, 20, 30], share_words=[0.6, 0.2, 0.5], n_articles=[4, 1, 2])
    >>> figure = plot_speakers(said)
    >>> figure.title
    '“Ann Lee” is quoted most in 2 of 2 outlets'
    >>> figure.data["speaker"].tolist()
    ['Ann Lee', 'Bo Ek', 'Ann Lee']
    """
    plot = "plot_speakers"
    keys = ["speaker"] if by is None else [by, "speaker"]
    use = "speakers(corpus)" if by is None else f"speakers(corpus, by={by!r})"
    numbers = ["n_words", "share_words", "n_articles"]
    rows = numeric(columns_of(table, [*keys, *numbers], plot=plot, use=use), numbers, plot)
    rows = rows[rows["n_words"] > 0].reset_index(drop=True)
    if rows.empty:
        return nothing(name, title, "Nobody is quoted by name", rows, source)
    groups: list[Any] = [None]
    parts, hidden = [rows], 0
    if by is not None:
        rows, hidden = largest(rows, by, "n_words", shown)
        sizes = rows.groupby(by, dropna=False, observed=True)["n_words"].sum().rename("n_words").reset_index()
        groups = list(ranked(sizes, "n_words", by)[by])
        parts = parts_of(rows, by, groups)
    alone = len(parts) == 1
    most = top * 3 if alone else top
    parts = [ranked(part, "n_words", "speaker").head(most) for part in parts]
    data = pd.concat(parts, ignore_index=True)
    limit = float(np.nanmax(data["share_words"].to_numpy(dtype="float64"))) * 1.06
    firsts = [clean(part["speaker"].iloc[0]) for part in parts]
    often = min(firsts, key=lambda speaker: (-firsts.count(speaker), speaker))
    if alone:
        share = _percent(float(parts[0]["share_words"].iloc[0]), 0)
        found = f"“{short(often)}” is quoted most: {share} of the words quoted"
    elif firsts.count(often) > 1:
        found = f"“{short(often)}” is quoted most in {firsts.count(often)} of {count(len(parts), str(by))}"
    else:
        found = f"Each of {count(len(parts), str(by))} has a most quoted speaker of its own"

    def paint(axes: list[Axes]) -> None:
        for ax, part, key in zip(axes, parts, groups, strict=True):
            sheet.bare(ax)
            names = [short(one, 40 if alone else 22) for one in part["speaker"]]
            sheet.rows_axis(ax, [*names, *[""] * ((0 if alone else most) - len(part))])
            ax.barh(range(len(part)), part["share_words"], height=0.66, color=sheet.BLUE)
            ax.set_xlim(0, limit)
            ax.tick_params(axis="y", labelsize=sheet.SMALL)
            sheet.few_ticks(ax, "x", 6 if alone else 4)
            _percent_ticks(ax)
            if not alone:
                ax.set_title(short(key, 30), pad=18)
            columns = [(label, [f"{int(n):,}" for n in part[name]]) for label, name in _COUNTED]
            sheet.right_columns(ax, columns)

    told = [
        listed(
            f"{short(one)} ({_percent(share, 0)})"
            for one, share in zip(part["speaker"][:3], part["share_words"], strict=False)
        )
        for part in parts
    ]
    alt = [
        "Bar chart of the speakers who are quoted most"
        + ("" if alone else f" in each of {count(len(parts), str(by))}"),
        not_shown(hidden, by, "words quoted"),
        *(
            f"Most words, as a share of all words quoted: {of}" if key is None else f"{short(key)}: {of}"
            for key, of in zip(groups, told, strict=True)
        ),
    ]
    longest = len(parts[0]) if alone else most
    columns = 1 if alone else 2
    return finish(
        name,
        title or found,
        [
            f"Share of the words in direct quotations{'' if by is None else f' of the {by}'}",
            "At the right: words of the speaker, articles with them",
            not_shown(hidden, by, "words quoted"),
        ],
        alt,
        data,
        source,
        paint,
        height=math.ceil(len(parts) / columns) * (0.95 + 0.24 * longest),
        panels=len(parts),
        columns=columns,
    )


_COUNTED = (("words", "n_words"), ("articles", "n_articles"))


def _percent(share: float, digits: int) -> str:
    return f"{plain(share * 100, digits)}%" if math.isfinite(share) else "–"


def _percent_ticks(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter

    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{plain(round(share * 100, 6))}%"))


def _voices_of_groups(rows: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Return the means of both voices and of the difference inside an article, three rows for each group."""
    wide = rows.groupby([by, "article_id", "voice"], dropna=False, observed=True)[value].mean().unstack("voice")
    wide = wide.reindex(columns=list(_VOICES))
    wide[_DIFFERENCE] = wide["quoted"] - wide["narration"]
    flat = wide.reset_index()
    n_both = flat.groupby(by, dropna=False, observed=True)[_DIFFERENCE].count()
    levels = {_DIFFERENCE: 1 - 0.05 / max(int((n_both >= MIN_NAMED).sum()), 1)}
    found = [group_means(flat, by=by, value=voice, level=levels.get(voice, 0.95)) for voice in wide.columns]
    means = pd.concat(found, ignore_index=True).rename(columns={"value": "voice"})
    return means.assign(**{column: six(means[column]) for column in ("mean", "sd", "low", "high", "level")})


def _compared_with_itself(differences: pd.DataFrame, above: pd.Series, below: pd.Series, by: str) -> str:
    n, n_above, n_below = len(differences), int(above.sum()), int(below.sum())
    if not n:
        return "Tone of narration and of quotations; too few articles to compare them"
    if n == 1 and (n_above or n_below):
        how = "positive" if n_above else "negative"
        return f"What {short(differences[by].iloc[0])} quotes is more {how} than what it says itself"
    if n_above and n_below:
        which = f"more positive in {count(n_above, by)} and more negative in {n_below:,}"
        return f"What is quoted is {which}, compared with the narration around it"
    if n_above or n_below:
        how = "positive" if n_above else "negative"
        if n_above + n_below == 1:
            which = short(differences.loc[above | below, by].iloc[0])
            return f"Of {count(n, by)}, only {which} quotes what is more {how} than its narration"
        return f"In {n_above or n_below} of {count(n, by)}, what is quoted is more {how} than the narration around it"
    return "No clear difference in tone between narration and quotations"


def _pairs(ax: Axes, parts: list[pd.DataFrame]) -> None:
    """Draw both voices of each row, joined by a thin line."""
    for place, part in enumerate(parts):
        rows = part[part["voice"].isin(_VOICES) & part["mean"].notna()]
        ends = []
        for position in range(len(rows)):
            one = row_of(rows, position)
            step, marker, colour = _LOOKS[one["voice"]]
            if math.isfinite(one["low"]) and one["n"] >= MIN_NAMED:
                line = [max(one["low"], -1), min(one["high"], 1)]
                ax.plot(line, [place + step] * 2, color=colour, lw=2, alpha=0.55)
            fill = colour if one["n"] >= MIN_NAMED else "white"
            ax.plot([one["mean"]], [place + step], marker, color=colour, mfc=fill, ms=6, clip_on=False, zorder=3)
            ends.append((one["mean"], place + step))
        if len(ends) == 2:
            ax.plot(*zip(*ends, strict=True), color=sheet.QUIET, lw=0.8, zorder=1)


def _number(part: pd.DataFrame, voice: str, digits: int) -> str:
    means = part.loc[part["voice"] == voice, "mean"]
    return signed(float(means.iloc[0]), digits) if len(means) else "–"
