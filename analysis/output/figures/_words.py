"""Figures of words: frequencies, keyness, trends, dispersion."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._table import (
    FEW,
    PERIODS,
    as_dates,
    columns_of,
    enough,
    extremes,
    group_column,
    largest,
    numeric,
    parts_of,
    ranked,
    row_of,
)
from analysis.output.figures._text import count, each, listed, not_shown, period_phrases, plain, quoted, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_dispersion", "plot_keyness", "plot_terms", "plot_trends"]

_SIGNIFICANT = 0.05
_TERM_COLUMNS = ("term", "count", "per_million", "n_articles")


def plot_terms(
    frequency: pd.DataFrame,
    *,
    by: str | None = None,
    top: int = 20,
    shown: int = 12,
    name: str = "terms",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the most frequent terms as bars; groups get a panel each with their own terms.

    Parameters
    ----------
    frequency
        `term, count, per_million`, perhaps `n_articles` and a column of groups, as `term_frequency` makes them.
    by
        The column of groups; found by itself where there is only one that can be it.
    top
        How many terms; in panels, at most ten each.
    shown
        The most groups to draw; those with the most words are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_terms
    >>> words = pd.DataFrame({"term": ["vote", "tax"], "count": [3, 12], "per_million": [300.0, 1200.0]})
    >>> figure = plot_terms(words)
    >>> figure.title, figure.data["term"].tolist()
    ('“tax” and “vote” are the most frequent terms', ['tax', 'vote'])
    """
    plot = "plot_terms"
    group = group_column(frequency, by, unique="term", known=_TERM_COLUMNS, plot=plot)
    keys = ["term"] if group is None else [group, "term"]
    words = _words_counted(frequency, group)
    use = "term_frequency(corpus)" if group is None else f"term_frequency(corpus, by={group!r})"
    needs = [*keys, "count", "per_million"]
    rows = columns_of(frequency, needs, plot=plot, use=use, optional=["n_articles"])
    rows = numeric(rows, ["count", "per_million", "n_articles"], plot)
    rows = rows[rows["count"] > 0]
    if rows.empty:
        return nothing(name, title, "The articles have no terms", rows, source)
    groups: list[Any] = [None]
    parts, hidden, n_terms = [rows], 0, int(rows["term"].nunique())
    if group is not None:
        rows, hidden = largest(rows, group, "count", shown)
        sizes = rows.groupby(group, dropna=False, observed=True)["count"].sum().reset_index()
        groups = list(ranked(sizes, "count", group)[group])
        if pd.api.types.is_datetime64_any_dtype(rows[group]):
            groups = sorted(groups)
        parts = parts_of(rows, group, groups)
    alone = len(parts) == 1
    most = top if alone else min(top, 10)
    parts = [ranked(part, "count", "term").head(most) for part in parts]
    data = pd.concat(parts, ignore_index=True)
    if alone:
        best = list(parts[0]["term"].head(3))
        found = f"{quoted(best)} {'is' if len(best) == 1 else 'are'} the most frequent term{'s'[: len(best) > 1]}"
    else:
        firsts = [part["term"].iloc[0] for part in parts]
        often: Any = min(firsts, key=lambda term: (-firsts.count(term), str(term)))
        found = f"{quoted([often])} comes first in {firsts.count(often)} of {count(len(parts), str(group))}"
        if firsts.count(often) == 1:
            found = f"Each of {count(len(parts), str(group))} has a most frequent term of its own"

    def paint(axes: list[Axes]) -> None:
        for ax, part, key in zip(axes, parts, groups, strict=True):
            sheet.bare(ax)
            sheet.rows_axis(ax, [short(term, 40 if alone else 18) for term in part["term"]])
            ax.barh(range(len(part)), part["per_million"], height=0.68, color=sheet.BLUE)
            sheet.few_ticks(ax, "x", 6 if alone else 3)
            if not alone:
                ax.set_title(short(key, 24))
                ax.tick_params(axis="y", labelsize=sheet.SMALL)
                continue
            numbers = [("per million", [plain(one, 0) for one in part["per_million"]])]
            if "n_articles" in part.columns:
                numbers.append(("articles", [f"{int(n):,}" for n in part["n_articles"]]))
            sheet.right_columns(ax, numbers)

    firsts_told = [
        listed(
            f"{short(term)} ({plain(rate, 0)})"
            for term, rate in zip(part["term"][:3], part["per_million"], strict=False)
        )
        for part in parts
    ]
    alt = [
        f"Bar chart of the most frequent of {count(n_terms, 'term')}"
        + ("" if alone else f" in each of {count(len(parts), str(group))}"),
        not_shown(hidden, group, "words"),
        *(
            f"Most often, per million words: {told}" if alone else f"{short(key)}: {told}"
            for key, told in zip(groups, firsts_told, strict=True)
        ),
    ]
    of = count(n_terms, "term") if n_terms <= most else f"The {most} most frequent of {count(n_terms, 'term')}"
    longest = max(len(part) for part in parts)
    columns = 2 if len(parts) == 4 else min(3, len(parts))
    height = 0.6 + 0.27 * longest if alone else math.ceil(len(parts) / columns) * (0.65 + 0.19 * longest)
    return finish(
        name,
        title or found,
        [f"Occurrences per million words{words}", of, not_shown(hidden, group, "words")],
        alt,
        data,
        source,
        paint,
        height=height,
        panels=len(parts),
        columns=columns,
    )


def plot_keyness(
    keyness: pd.DataFrame,
    *,
    top: int = 12,
    target: str = "the target",
    reference: str = "the rest",
    name: str = "keyness",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw the terms that set a group of articles apart from the others, on both sides.

    Terms are ranked by `log_odds_z` (weighted log-odds with a Dirichlet prior); the length of a bar is how many times
    as frequent a term is (`log_ratio`). Full bars differ article by article (q < .05), hollow ones may be chance.

    Parameters
    ----------
    keyness
        `term, log_ratio, log_odds_z, q`, as `keyness` makes them; positive is more frequent in the target.
    top
        How many terms on each side.
    target, reference
        What the two sides are called.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_keyness
    >>> words = {"term": ["tax", "goal"], "log_ratio": [2.0, -1.0], "log_odds_z": [4.0, -3.0], "q": [0.01, 0.4]}
    >>> plot_keyness(pd.DataFrame(words), target="Gazette").title
    '“tax” sets Gazette apart from the rest'
    """
    plot = "plot_keyness"
    needs = ["term", "log_ratio", "log_odds_z", "q"]
    optional = ["g2", "p", "count_target", "count_reference"]
    rows = columns_of(keyness, needs, plot=plot, use="keyness(corpus, target=…)", optional=optional)
    rows = numeric(rows, [column for column in rows.columns if column != "term"], plot)
    rows = rows[rows["log_odds_z"].notna() & rows["log_ratio"].notna()]
    rows = rows.assign(significant=rows["q"] < _SIGNIFICANT, _size=rows["log_odds_z"].abs(), only_here=_only_here(rows))
    sides = [
        ranked(rows[rows["log_odds_z"] > 0], "_size", "term").head(top),
        ranked(rows[rows["log_odds_z"] < 0], "_size", "term").head(top),
    ]
    data = pd.concat([ranked(side, "log_ratio", "term") for side in sides], ignore_index=True).drop(columns="_size")
    if data.empty:
        return nothing(name, title, "No term sets the articles apart", data, source)
    target, reference = short(target) or "the target", short(reference) or "the rest"
    # An outlet's name and forms of address tell who prints, not what is printed.
    own = _own_words(target, reference)
    best, worst = ([term for term in side.loc[side["significant"], "term"] if not own(term)][:3] for side in sides)
    if best:
        found = f"{quoted(best)} {'sets' if len(best) == 1 else 'set'} {target} apart from {reference}"
    elif worst:
        found = f"{quoted(worst)} {'is' if len(worst) == 1 else 'are'} rarer in {target} than in {reference}"
    elif data["significant"].any():
        found = f"Only names and forms of address set {target} apart from {reference} beyond chance"
    else:
        found = f"No term sets {target} apart from {reference} beyond chance"
    # A term that only one side has may have an infinite ratio; its bar runs to the edge.
    finite = data["log_ratio"][np.isfinite(data["log_ratio"])].abs()
    limit = max(float(finite.max()) if len(finite) else 1.0, 1.0)
    lengths = data["log_ratio"].clip(-limit * 1.05, limit * 1.05).to_numpy(dtype="float64")

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        ax.set_ylim(len(data) - 0.4, -0.6)
        ax.set_yticks([])
        for place, length in enumerate(lengths):
            one = row_of(data, place)
            colour = sheet.BLUE if one["log_odds_z"] > 0 else sheet.VERMILION
            fill = colour if one["significant"] else "white"
            ax.barh([place], [length], height=0.66, color=fill, edgecolor=colour, lw=1.2)
            # The term stands across the zero line from its bar, where nothing else is.
            side, shift = ("right", -6) if length >= 0 else ("left", 6)
            ax.annotate(
                short(one["term"], 40) + (" *" if one["only_here"] else ""),
                (0, place),
                (shift, 0),
                textcoords="offset points",
                va="center",
                ha=side,
            )
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        _times_axis(ax, limit, left=bool((lengths < 0).any()), right=bool((lengths > 0).any()))
        heading: dict[str, Any] = {"transform": ax.transAxes, "va": "bottom", "size": sheet.SMALL}
        if (lengths > 0).any():
            ax.text(1, 1.01, f"more in {target} →", ha="right", color=sheet.BLUE, **heading)
        if (lengths < 0).any():
            ax.text(0, 1.01, f"← more in {reference}", ha="left", color=sheet.VERMILION, **heading)

    n_sure = int(data["significant"].sum())
    sure = {0: "none of them differs", 1: "1 of them differs", len(data): "all of them differ"}
    told_by = sure[n_sure] if n_sure in sure and len(data) > 1 else f"{n_sure} of them differ"
    if len(data) == 1:
        told_by = "it differs" if n_sure else "it does not differ"
    differ = "differs" if len(data) == 1 else "differ"
    alt = [
        f"Bar chart of the {count(len(data), 'term')} that {differ} most between {target} and {reference}",
        f"Told article by article, {told_by} beyond chance (q < .05)",
    ]
    for side, whose in zip(sides, (target, reference), strict=True):
        terms = [row_of(side, place) for place in range(len(side))]
        told = [
            f"{short(one['term'])} ({'only here' if one['only_here'] else _times(abs(one['log_ratio']))}{_chance(one)})"
            for one in terms
            if not own(one["term"])
        ]
        names = quoted([one["term"] for one in terms if own(one["term"])])
        alt.append(f"More in {whose}: {listed(told[:5])}" if told else "")
        alt.append(f"Also drawn there, as names and forms of address: {names}" if names else "")
    subtitle = [
        "How many times as frequent a term is",
        f"The largest weighted log-odds of {count(len(rows), 'term')}",
        "Full bars: the articles differ (q < .05)" + ("" if n_sure == len(data) else "; hollow: may be chance"),
        "*: not once on the other side" if data["only_here"].any() else "",
    ]
    return finish(name, title or found, subtitle, alt, data, source, paint, height=0.8 + 0.27 * len(data))


def plot_trends(
    trends: pd.DataFrame,
    *,
    shown: int = 6,
    name: str = "trends",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how often terms occur in each period, a labelled line for each term.

    Periods of fewer than 5 articles are hollow; peaks are found among the others, where there are 4 or more.

    Parameters
    ----------
    trends
        `period, term, per_million, n_articles_period`, as `trends` makes them. Without `n_articles_period` (all
        articles of the period), `n_articles` is taken for it.
    shown
        The most terms to draw; those with the highest mean are kept.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_trends
    >>> table = pd.DataFrame({"period": pd.date_range("2024-01-01", periods=4, freq="MS"), "term": ["tax"] * 4})
    >>> plot_trends(table.assign(per_million=[100.0, 250.0, 90.0, 0.0], n_articles_period=[10, 12, 9, 8])).title
    '“tax” peaks in Feb 2024 (250 per million words)'
    """
    plot = "plot_trends"
    size = "n_articles_period" if "n_articles_period" in trends.columns else "n_articles"
    needs = ["period", "term", "per_million", size]
    rows = columns_of(
        trends, needs, plot=plot, use="trends(corpus, terms)", optional=["count", "n_articles", "n_words"]
    )
    rows = numeric(rows, [name for name in rows.columns if name not in ("period", "term")], plot)
    if not rows["per_million"].notna().any():
        return nothing(name, title, "No dated article has these terms", rows, source)
    rows = rows.assign(period=as_dates(rows["period"], plot))
    means = rows.groupby("term", observed=True)["per_million"].mean().fillna(0).reset_index()
    terms = list(ranked(means, "per_million", "term")["term"])
    hidden = max(len(terms) - shown, 0)
    terms = terms[:shown]
    parts = [part.sort_values("period", kind="stable") for part in parts_of(rows, "term", terms)]
    data = pd.concat(parts, ignore_index=True)
    named = period_phrases(data["period"])
    periods = data.drop_duplicates("period")[size]
    few = bool((periods < FEW).any())
    found = _trends_heading(parts, terms, named, size)
    ends: list[tuple[float, float, str, str]] = []

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax, "y")
        for place, (part, term) in enumerate(zip(parts, terms, strict=True)):
            colour, marker = (kinds[place % len(kinds)] for kinds in (sheet.COLOURS, sheet.MARKERS))
            where, height = sheet.days_of(part["period"]), part["per_million"].to_numpy(dtype="float64")
            known, sure = np.isfinite(height), part[size].to_numpy() >= FEW
            ax.plot(where, height, color=colour, lw=1.8)
            dot = 5.0 if known.sum() <= 40 else 3.0
            for chosen, fill in ((known & sure, colour), (known & ~sure, "white")):
                sheet.dots(ax, where[chosen], height[chosen], marker, color=colour, mfc=fill, ms=dot)
            if known.any():
                ends.append((float(where[known][-1]), float(height[known][-1]), short(term, 24), colour))
        sheet.time_axis(ax, data["period"], most=6)
        ax.set_ylim(0, float(data["per_million"].max()) * 1.06 or 1.0)
        sheet.few_ticks(ax, "y", 6)
        beside = ax.get_yaxis_transform() + sheet.points_right(ax, 14)
        for _, value, term, _ in ends:
            ax.text(1, value, term, weight="bold", va="center", transform=beside)

    def settle(axes: list[Axes]) -> None:
        low, high = axes[0].get_ylim()
        gap = (high - low) * 0.19 / sheet.height_of(axes[0])
        places = sheet.spread([end[1] for end in ends], gap, low, high)
        for text, place, (day, value, _, colour) in zip(list(axes[0].texts), places, ends, strict=True):
            text.set_y(place)
            sheet.lead(axes[0], day, value, place, colour)

    subtitle = [
        "Occurrences per million words" + (f". Hollow: fewer than {FEW} articles, not compared" if few else ""),
        count(int(periods.sum()), "dated article") + each(periods, "a period"),
        f"{count(hidden, 'rarer term')} not shown" if hidden else "",
    ]
    alt = [
        f"Line chart of {quoted(terms)} per million words in {count(len(periods), 'period')}",
        *(_trend_in_words(part, term, named, size) for part, term in zip(parts, terms, strict=True)),
    ]
    return finish(name, title or found, subtitle, alt, data, source, paint, height=3.6, settle=settle)


def plot_dispersion(
    dispersion: pd.DataFrame,
    *,
    top: int = 300,
    labels: int = 30,
    name: str = "dispersion",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how evenly terms are spread over the articles against how frequent they are.

    Parameters
    ----------
    dispersion
        `term, count, dp`, perhaps `juilland_d` and `range`, as `dispersion` makes them. Gries's DP is 0 where a term
        is spread as the words are, near 1 where few articles hold it all.
    top
        The most terms to draw; the most frequent are kept.
    labels
        The most terms to name: in each range of frequencies the most and the least even.
    name, title, source
        The stem of the files, the heading and the source line.

    Raises
    ------
    OptionError
        If a column is missing or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_dispersion
    >>> table = pd.DataFrame({"term": ["said", "goal"], "count": [90, 80], "dp": [0.2, 0.9]})
    >>> plot_dispersion(table).title
    'Of 2 terms, “said” is the most evenly spread, “goal” the least'
    """
    plot = "plot_dispersion"
    optional = ["juilland_d", "range"]
    rows = columns_of(dispersion, ["term", "count", "dp"], plot=plot, use="dispersion(corpus)", optional=optional)
    rows = numeric(rows, ["count", "dp", "juilland_d", "range"], plot)
    rows = rows[(rows["count"] > 0) & rows["dp"].notna()]
    if rows.empty:
        return nothing(name, title, "No term is frequent enough to be spread", rows, source)
    data = ranked(rows, "count", "term").head(top)
    # The heading speaks of frequent terms: a rare one is clumped whatever it is.
    frequent = data.head(max(len(data) // 4, min(len(data), 20)))
    even, uneven = extremes(frequent, "dp")
    these = (
        f"Of the {len(frequent)} most frequent terms"
        if len(frequent) < len(rows)
        else f"Of {count(len(frequent), 'term')}"
    )
    if even["dp"] < uneven["dp"]:
        ends = quoted([even["term"]]), quoted([uneven["term"]])
        found = f"{these}, {ends[0]} is the most evenly spread, {ends[1]} the least"
    else:
        whose = quoted([even["term"]]) if len(frequent) == 1 else f"{these}, each"
        found = f"{whose} has a dispersion of {plain(even['dp'], 2)}"
    points = _worth_naming(data, [even["term"], uneven["term"]], labels)

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax, "y")
        ax.grid(True, axis="x")
        ax.set_xscale("log")
        ax.plot(data["count"], data["dp"], "o", color=sheet.BLUE, alpha=0.35, ms=5, mew=0)
        low, high = float(data["count"].min()), float(data["count"].max())
        ax.set_xlim(low / 1.25, high * 1.6)
        ax.set_ylim(max(float(data["dp"].min()) - 0.12, -0.03), min(float(data["dp"].max()) + 0.08, 1.03))
        sheet.few_ticks(ax, "y", 6)
        sheet.log_ticks(ax, low, high)
        ax.set_xlabel("Occurrences (logarithmic)")
        ax.set_ylabel("← even   Gries’s DP   in few articles →")

    def settle(axes: list[Axes]) -> None:
        sheet.label_points(axes[0], points, data[["count", "dp"]].to_numpy(dtype="float64"))

    ordered = ranked(frequent, "dp", "term")
    alt = [f"Dots of {count(len(data), 'term')} by occurrences and dispersion (Gries’s DP)"]
    some = min(3, math.ceil(len(ordered) / 2))
    sides = [
        f"{what} {'is' if some == 1 else 'are'} "
        + listed(f"{short(term)} ({plain(dp, 2)})" for term, dp in zip(side["term"], side["dp"], strict=True))
        for side, what in ((ordered.tail(some).iloc[::-1], "most evenly spread"), (ordered.head(some), "most clumped"))
    ]
    alt.append(f"{these}, {'; '.join(sides)}" if even["dp"] < uneven["dp"] else found)
    subtitle = [
        "Gries’s DP: 0 where a term is spread as the words are, near 1 where few articles hold it all",
        count(len(data), "term") + (f", the most frequent of {len(rows):,}" if len(rows) > len(data) else ""),
    ]
    return finish(name, title or found, subtitle, alt, data, source, paint, height=4.8, settle=settle)


def _words_counted(frequency: pd.DataFrame, group: str | None) -> str:
    """Return ', in 12,000 words', found from the counts and their rates, or nothing."""
    needs = ("count", "per_million")
    if not all(name in frequency and pd.api.types.is_numeric_dtype(frequency[name]) for name in needs):
        return ""
    rows = frequency[frequency["per_million"] > 0]
    # The largest count of each group, whose rate loses least by rounding.
    rows = rows.sort_values("count", ascending=False, kind="stable")
    rows = rows.head(1) if group is None or group not in rows.columns else rows.drop_duplicates(group)
    words = float((rows["count"] * 1e6 / rows["per_million"]).sum())
    return f", in {words:,.0f} words" if words else ""


def _trends_heading(parts: list[pd.DataFrame], terms: list[Any], named: Callable[[Any], str], size: str) -> str:
    drawn = pd.concat([part[part["per_million"].notna()] for part in parts]).drop_duplicates("period")
    solid = enough(drawn, FEW, size)
    if len(drawn) == 1 and len(solid) == 1:
        first = extremes(parts[0], "per_million")[1]
        return f"{quoted(terms[:1])} {named(first['period'])}: {plain(first['per_million'], 0)} per million words"
    several = f"{quoted(terms[:2])}{' and others' if len(terms) > 2 else ''}"
    if len(solid) < PERIODS:
        if len(solid) < len(drawn):
            return f"{several} over time; too few articles a period to say more"
        return f"{several} over time, in {count(len(drawn), 'period')} only"
    peaks = [peak for part in parts if (peak := _peak(part, size)) is not None][:2]
    if not peaks:
        return f"{several} over time, without a peak in periods of enough articles"
    ends = [(quoted([peak["term"]]), named(peak["period"])) for peak in peaks]
    if len(terms) == 1:
        return f"{ends[0][0]} peaks {ends[0][1]} ({plain(peaks[0]['per_million'], 0)} per million words)"
    if len(ends) == 1:
        return f"{ends[0][0]} peaks {ends[0][1]}"
    if ends[0][1] == ends[1][1]:
        return f"{quoted([peak['term'] for peak in peaks])} peak {ends[0][1]}"
    return f"{ends[0][0]} peaks {ends[0][1]}, {ends[1][0]} {ends[1][1]}"


def _peak(part: pd.DataFrame, size: str) -> dict[str, Any] | None:
    """Return the period in which a term is most frequent of those of enough articles; None where it does not vary."""
    solid = enough(part[part["per_million"].notna()], FEW, size)
    if len(solid) < PERIODS:
        return None
    low, high = extremes(solid, "per_million")
    return high if low["per_million"] < high["per_million"] else None


def _trend_in_words(part: pd.DataFrame, term: object, named: Callable[[Any], str], size: str) -> str:
    """Tell a term's peak, and what is drawn above it in a hollow period; or its few values; or that it has none."""
    drawn = part[part["per_million"].notna()]
    solid, hollow = enough(drawn, FEW, size), drawn[drawn[size] < FEW]
    peak = _peak(part, size)
    told = ""
    if peak is not None:
        told = f"peaks at {plain(peak['per_million'], 0)} {named(peak['period'])}"
    elif len(solid) >= PERIODS:
        told = f"stays at {plain(solid['per_million'].iloc[0], 0)}"
    elif len(solid):
        each_one = zip(solid["per_million"], solid["period"], strict=True)
        told = f"stands at {listed(f'{plain(one, 0)} {named(when)}' for one, when in each_one)}"
    above = hollow if solid.empty else hollow[hollow["per_million"] > solid["per_million"].max()]
    if len(above):
        highest = extremes(above, "per_million")[1]
        value = f"{plain(highest['per_million'], 0)} {named(highest['period'])}"
        told += f"{'; h' if told else 'has h'}ollow, of fewer than {FEW} articles, up to {value}"
    return f"{quoted([term])} {told}" if told else ""


def _own_words(*names: str) -> Callable[[object], bool]:
    """Return a test for the words of these names (also with 's, also written together) and for forms of address."""
    own = {"mr", "mrs", "ms"}
    for name in names:
        words = re.findall(r"[^\W_]+", name.casefold().replace("’", "'").replace("'s", ""))
        own |= {*words, "".join(words)}

    def test(term: object) -> bool:
        text = str(term).casefold().replace("’", "'").removesuffix("'s").replace(".", "")
        return len(text) == 1 or text in own

    return test


def _worth_naming(data: pd.DataFrame, first: list[object], labels: int) -> list[tuple[float, float, str]]:
    """Return the points to name, the first first: those of the heading, then the extremes of each range of counts."""
    ranges = max(labels // 4, 1)
    logs = np.log(data["count"].to_numpy(dtype="float64"))
    width = float(logs.max() - logs.min()) or 1.0
    place = np.minimum(((logs - logs.min()) / width * ranges).astype(int), ranges - 1)
    table = data.assign(_range=place, _later=[term not in first for term in data["term"]])
    table = ranked(table, "dp", "term")
    rank = np.minimum(table.groupby("_range").cumcount(), table.groupby("_range").cumcount(ascending=False))
    table = table.assign(_rank=rank).sort_values(
        ["_later", "_rank", "count"], ascending=[True, True, False], kind="stable"
    )
    named = table.head(labels)
    return [
        (float(x), float(y), short(term, 24))
        for x, y, term in zip(named["count"], named["dp"], named["term"], strict=True)
    ]


def _times_axis(ax: Axes, limit: float, *, left: bool, right: bool) -> None:
    """Name log ratios (base 2) as multiples; a side without bars still holds the terms of the other."""
    step = max(1, math.ceil(limit / 4))
    ticks = [tick for tick in range(-4 * step, 4 * step + 1, step) if (left or tick >= 0) and (right or tick <= 0)]
    ticks = [tick for tick in ticks if abs(tick) <= limit + 1e-9]
    ax.set_xticks(ticks, ["same" if tick == 0 else _times(abs(tick)) for tick in ticks])
    ax.set_xlim(-limit * (1.08 if left else 0.6), limit * (1.08 if right else 0.6))


def _only_here(rows: pd.DataFrame) -> pd.Series:
    """Say which terms the other side has not at all: how many times as frequent they are cannot be told."""
    only: pd.Series = ~np.isfinite(rows["log_ratio"])
    if {"count_target", "count_reference"} <= set(rows.columns):
        only |= (rows["count_target"] == 0) | (rows["count_reference"] == 0)
    return only


def _times(log_ratio: float) -> str:
    times = 2**log_ratio
    return f"×{plain(times, 0 if times >= 10 or times == round(times) else 1)}"


def _chance(row: dict[str, Any]) -> str:
    return "" if row["significant"] else ", may be chance"
