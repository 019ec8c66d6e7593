"""Figures of words: frequencies, keyness, trends, dispersion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure
from analysis.output.figures._scores import nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_dispersion", "plot_keyness", "plot_terms", "plot_trends"]

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
    group = sheet.group_column(frequency, by, unique="term", known=_TERM_COLUMNS, plot=plot)
    keys = [*([] if group is None else [group]), "term"]
    rows = sheet.columns_of(
        frequency, [*keys, "count", "per_million"], plot=plot, use="term_frequency(corpus)", optional=["n_articles"]
    )
    rows = sheet.numeric(rows, ["count", "per_million", "n_articles"], plot)
    rows = rows[rows["count"] > 0]
    if rows.empty:
        return nothing(name, title, "The articles have no terms", rows, source)
    hidden, n_terms = 0, int(rows["term"].nunique())
    parts = [rows]
    groups: list[object] = [None]
    if group is not None:
        rows, hidden = sheet.largest(rows, group, "count", shown)
        sizes = rows.groupby(group, dropna=False, observed=True)["count"].sum().reset_index()
        groups = list(sheet.ranked(sizes, "count", group)[group])
        parts = [rows[rows[group].isna() if pd.isna(key) else rows[group] == key] for key in groups]
    most = top if len(parts) == 1 else min(top, 10)
    parts = [sheet.ranked(part, "count", "term").head(most) for part in parts]
    data = pd.concat(parts, ignore_index=True)
    columns = min(3, len(parts)) if len(parts) != 4 else 2
    if group is None or len(parts) == 1:
        best = list(parts[0]["term"].head(3))
        verb = "is the most frequent term" if len(best) == 1 else "are the most frequent terms"
        found = f"{sheet.quoted(best)} {verb}"
    else:
        firsts = pd.Series([part["term"].iloc[0] for part in parts]).value_counts(sort=False)
        often = sorted(firsts.index, key=lambda term: (-int(firsts[term]), str(term)))[0]
        found = f"{sheet.quoted([often])} comes first in {int(firsts[often])} of {sheet.count(len(parts), str(group))}"
    subtitle = (
        f"Occurrences per million words. The first {sheet.plain(min(most, n_terms))} of {sheet.count(n_terms, 'term')}"
        + (f"; {sheet.count(hidden, str(group))} with fewer words not shown" if hidden else "")
    )

    def paint(axes: list[Axes]) -> None:
        for ax, part, key in zip(axes, parts, groups, strict=True):
            sheet.bare(ax)
            sheet.rows_axis(ax, [sheet.short(term, 40 if len(parts) == 1 else 18) for term in part["term"]])
            ax.barh(range(len(part)), part["per_million"], height=0.68, color=sheet.BLUE)
            sheet.few_ticks(ax, "x", 6 if len(parts) == 1 else 3)
            if len(parts) > 1:
                ax.set_title(sheet.short(key, 24))
                ax.tick_params(axis="y", labelsize=sheet.SMALL)
                continue
            numbers = [("per million", [sheet.plain(float(one), 0) for one in part["per_million"]])]
            if "n_articles" in part.columns:
                numbers.append(("articles", [f"{int(n):,}" for n in part["n_articles"]]))
            sheet.right_columns(ax, numbers)

    longest = max(len(part) for part in parts)
    n_rows = math.ceil(len(parts) / columns)
    height = 0.6 + 0.27 * longest if len(parts) == 1 else n_rows * (0.65 + 0.19 * longest)
    drawing = sheet.compose(
        paint, title=title or found, subtitle=subtitle, source=source, height=height, panels=len(parts), columns=columns
    )
    alt = f"Bar chart of the most frequent of {sheet.count(n_terms, 'term')}"
    alt += f" in each of {sheet.count(len(parts), str(group))}" if len(parts) > 1 else ""
    alt += f" ({sheet.count(hidden, str(group))} with fewer words not shown). " if hidden else ". "
    for part, key in zip(parts, groups, strict=True):
        of = [f"{sheet.short(one.term)} ({sheet.plain(one.per_million, 0)})" for one in part.head(3).itertuples()]
        alt += (
            f"{sheet.short(key)}: {sheet.listed(of)}. "
            if len(parts) > 1
            else f"Most often, per million words: {sheet.listed(of)}."
        )
    return Figure(name, sheet.clean(title or found), alt.strip(), data, drawing)


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
    rows = sheet.columns_of(
        keyness,
        ["term", "log_ratio", "log_odds_z", "q"],
        plot=plot,
        use="keyness(corpus, target=…)",
        optional=["g2", "p", "count_target", "count_reference"],
    )
    rows = sheet.numeric(rows, [column for column in rows.columns if column != "term"], plot)
    rows = rows[rows["log_odds_z"].notna() & rows["log_ratio"].notna()]
    more = sheet.ranked(rows[rows["log_odds_z"] > 0], "log_odds_z", "term").head(top)
    less = rows[rows["log_odds_z"] < 0]
    less = sheet.ranked(less.assign(_size=-less["log_odds_z"]), "_size", "term").head(top).drop(columns="_size")
    data = pd.concat(
        [sheet.ranked(more, "log_ratio", "term"), sheet.ranked(less, "log_ratio", "term")], ignore_index=True
    )
    if data.empty:
        return nothing(name, title, "No term sets the articles apart", data, source)
    data = data.assign(significant=data["q"] < 0.05)
    sure = data[data["significant"]]
    target, reference = sheet.short(target), sheet.short(reference)
    best = list(sheet.ranked(sure[sure["log_odds_z"] > 0], "log_odds_z", "term")["term"].head(3))
    if best:
        found = f"{sheet.quoted(best)} {'sets' if len(best) == 1 else 'set'} {target} apart from {reference}"
    elif len(sure):
        worst = list(sure.sort_values(["log_odds_z", "term"])["term"].head(3))
        found = f"{sheet.quoted(worst)} {'is' if len(worst) == 1 else 'are'} rarer in {target} than in {reference}"
    else:
        found = f"No term sets {target} apart from {reference} beyond chance"
    subtitle = (
        f"How many times as frequent a term is; of {sheet.count(len(rows), 'term')}, those with the largest weighted "
        "log-odds. Full bars: the articles differ (q < .05); hollow: may be chance"
    )
    finite = data["log_ratio"][np.isfinite(data["log_ratio"])].abs()
    limit = max(float(finite.max()) if len(finite) else 1.0, 1.0)
    lengths = data["log_ratio"].clip(-limit * 1.05, limit * 1.05)

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax)
        ax.set_ylim(len(data) - 0.4, -0.6)
        ax.set_yticks([])
        ax.axvline(0, color=sheet.QUIET, lw=1.2)
        for row, (one, length) in enumerate(zip(data.itertuples(index=False), lengths, strict=True)):
            right = one.log_odds_z > 0
            colour = sheet.BLUE if right else sheet.VERMILION
            ax.barh(
                [row], [length], height=0.66, color=colour if one.significant else "white", edgecolor=colour, lw=1.2
            )
            # The term stands across the zero line from its bar, where nothing else is.
            away = -6 if length >= 0 else 6
            ax.annotate(
                sheet.short(one.term, 40),
                (0, row),
                (away, 0),
                textcoords="offset points",
                va="center",
                ha="right" if length >= 0 else "left",
                size=sheet.LABEL,
            )
        _times_axis(ax, -limit if (lengths < 0).any() else 0.0, limit if (lengths > 0).any() else 0.0)
        ax.text(
            1,
            1.01,
            f"more in {target} →",
            transform=ax.transAxes,
            ha="right",
            va="bottom",
            size=sheet.SMALL,
            color=sheet.BLUE,
        )
        ax.text(
            0,
            1.01,
            f"← more in {reference}",
            transform=ax.transAxes,
            ha="left",
            va="bottom",
            size=sheet.SMALL,
            color=sheet.VERMILION,
        )

    drawing = sheet.compose(
        paint, title=title or found, subtitle=subtitle, source=source, height=0.8 + 0.27 * len(data)
    )
    alt = f"Bar chart of {sheet.count(len(data), 'term')} that differ most between {target} and {reference}; {len(sure)} of them beyond chance (q < .05). "
    for side, whose in ((more, target), (less, reference)):
        if len(side):
            terms = [
                f"{sheet.short(one.term)} ({_times(abs(one.log_ratio))}, {'significant' if one.q < 0.05 else 'not significant'})"
                for one in side.head(5).itertuples(index=False)
            ]
            alt += f"More in {whose}: {sheet.listed(terms)}. "
    return Figure(name, sheet.clean(title or found), alt.strip(), data, drawing)


def plot_trends(
    trends: pd.DataFrame,
    *,
    shown: int = 6,
    name: str = "trends",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw how often terms occur in each period, a labelled line for each term.

    Parameters
    ----------
    trends
        `period, term, per_million, n_articles`, as `trends` makes them.
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
    >>> table = pd.DataFrame({"period": pd.to_datetime(["2024-01-01", "2024-02-01"]), "term": ["tax", "tax"]})
    >>> plot_trends(table.assign(per_million=[100.0, 250.0], n_articles=[10, 12])).title
    '“tax” peaks in Feb 2024 (250 per million words)'
    """
    plot = "plot_trends"
    rows = sheet.columns_of(
        trends,
        ["period", "term", "per_million", "n_articles"],
        plot=plot,
        use="trends(corpus, terms)",
        optional=["count"],
    )
    rows = sheet.numeric(rows, ["per_million", "n_articles", "count"], plot)
    if not rows["per_million"].notna().any():
        return nothing(name, title, "No dated article has these terms", rows, source)
    rows = rows.assign(period=sheet.as_dates(rows["period"], plot))
    means = rows.groupby("term", observed=True)["per_million"].mean().fillna(0).reset_index()
    terms = list(sheet.ranked(means, "per_million", "term")["term"])
    hidden = max(len(terms) - shown, 0)
    terms = terms[:shown]
    parts = [rows[rows["term"] == term].sort_values("period", kind="stable") for term in terms]
    data = pd.concat(parts, ignore_index=True)
    label = sheet.period_names(data["period"])
    peaks = []
    for term, part in zip(terms, parts, strict=True):
        known = part[part["per_million"].notna()]
        if len(known):
            peak = known.loc[known["per_million"].idxmax()]
            peaks.append((term, label(peak["period"]), float(peak["per_million"])))
    one_period = data["period"].nunique() == 1
    verb = "stands at" if one_period else "peaks in"
    found = (
        f"{sheet.quoted([peaks[0][0]])} peaks in {peaks[0][1]} ({sheet.plain(peaks[0][2], 0)} per million words)"
        if not one_period
        else f"{sheet.quoted([peaks[0][0]])} in {peaks[0][1]}: {sheet.plain(peaks[0][2], 0)} per million words"
    )
    if len(peaks) > 1 and not one_period:
        found = f"{sheet.quoted([peaks[0][0]])} peaks in {peaks[0][1]}, {sheet.quoted([peaks[1][0]])} in {peaks[1][1]}"
    periods = data.drop_duplicates("period")["n_articles"]
    subtitle = (
        f"Occurrences per million words. {sheet.count(int(data.drop_duplicates('period')['n_articles'].sum()), 'dated article')}, "
        f"{int(periods.min()):,} to {int(periods.max()):,} in a period"
        + (f"; {sheet.count(hidden, 'rarer term')} not shown" if hidden else "")
    )
    places: list[tuple[float, str, str]] = []

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax, "y")
        for i, (term, part) in enumerate(zip(terms, parts, strict=True)):
            colour = sheet.COLOURS[i % len(sheet.COLOURS)]
            known = part["per_million"].notna()
            ax.plot(sheet.days_of(part["period"]), part["per_million"], color=colour, lw=1.8)
            ax.plot(
                sheet.days_of(part["period"][known]),
                part["per_million"][known],
                "o",
                color=colour,
                ms=4 if known.sum() <= 40 else 2.5,
            )
            if known.any():
                places.append((float(part["per_million"][known].iloc[-1]), sheet.short(term, 24), colour))
        sheet.time_axis(ax, data["period"], most=6)
        ax.set_ylim(0, float(data["per_million"].max()) * 1.06 or 1.0)
        sheet.few_ticks(ax, "y", 6)
        shift = ax.get_yaxis_transform() + sheet.points_right(ax, 8)
        for value, term, colour in places:
            ax.text(1, value, term, color=colour, size=sheet.LABEL, weight="bold", va="center", transform=shift)

    def settle(axes: list[Axes]) -> None:
        ax = axes[0]
        low, high = ax.get_ylim()
        gap = (high - low) * 0.19 / sheet.height_of(ax)
        for text, y in zip(ax.texts, sheet.spread([place[0] for place in places], gap, low, high), strict=True):
            text.set_y(y)

    drawing = sheet.compose(paint, title=title or found, subtitle=subtitle, source=source, height=3.6, settle=settle)
    alt = (
        f"Line chart of {sheet.quoted(terms)} per million words in {sheet.count(data['period'].nunique(), 'period')}. "
    )
    for term, when, value in peaks:
        alt += (
            f"{sheet.quoted([term])} {verb} {when} ({sheet.plain(value, 0)}). "
            if not one_period
            else f"{sheet.quoted([term])}: {sheet.plain(value, 0)} in {when}. "
        )
    return Figure(name, sheet.clean(title or found), alt.strip(), data, drawing)


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
    '“said” is found all over, “goal” in few articles'
    """
    plot = "plot_dispersion"
    rows = sheet.columns_of(
        dispersion, ["term", "count", "dp"], plot=plot, use="dispersion(corpus)", optional=["juilland_d", "range"]
    )
    rows = sheet.numeric(rows, ["count", "dp", "juilland_d", "range"], plot)
    rows = rows[(rows["count"] > 0) & rows["dp"].notna()]
    if rows.empty:
        return nothing(name, title, "No term is frequent enough to be spread", rows, source)
    data = sheet.ranked(rows, "count", "term").head(top)
    frequent = data.head(max(len(data) // 4, min(len(data), 20)))
    even, uneven = frequent.loc[frequent["dp"].idxmin()], frequent.loc[frequent["dp"].idxmax()]
    found = (
        f"{sheet.quoted([even['term']])} is found all over, {sheet.quoted([uneven['term']])} in few articles"
        if even["dp"] < uneven["dp"]
        else f"{sheet.quoted([even['term']])} has a dispersion of {sheet.plain(float(even['dp']), 2)}"
    )
    subtitle = f"Occurrences and Gries’s DP (0: even, 1: all in one place) of {sheet.count(len(data), 'term')}" + (
        f", the most frequent of {len(rows):,}" if len(rows) > len(data) else ""
    )
    named = _worth_naming(data, even["term"], uneven["term"], labels)

    def paint(axes: list[Axes]) -> None:
        ax = axes[0]
        sheet.bare(ax, "y")
        ax.grid(True, axis="x")
        ax.set_xscale("log")
        ax.plot(data["count"], data["dp"], "o", color=sheet.BLUE, alpha=0.35, ms=5, mew=0)
        low, high = float(data["count"].min()), float(data["count"].max())
        ax.set_xlim(low / 1.25, high * 1.6)
        ax.set_ylim(-0.03, 1.03)
        sheet.few_ticks(ax, "y", 6)
        sheet.log_ticks(ax, low, high)
        ax.set_xlabel("occurrences (each step is a multiple)")
        ax.set_ylabel("DP: ↑ clumped in few articles   ↓ even", size=sheet.SMALL)

    def settle(axes: list[Axes]) -> None:
        points = [
            (float(one.count_), float(one.dp), sheet.short(one.term, 24)) for one in named.itertuples(index=False)
        ]
        sheet.label_points(axes[0], points, data[["count", "dp"]].to_numpy(dtype="float64"))

    drawing = sheet.compose(paint, title=title or found, subtitle=subtitle, source=source, height=4.8, settle=settle)
    few, many = (
        data.sort_values(["dp", "term"]).head(3),
        data.sort_values(["dp", "term"], ascending=[False, True]).head(3),
    )
    alt = f"Dots of {sheet.count(len(data), 'term')} by occurrences and dispersion (Gries’s DP). "
    for side, what in ((few, "Most even"), (many, "Most clumped")):
        alt += f"{what}: {sheet.listed(f'{sheet.short(one.term)} ({sheet.plain(one.dp, 2)})' for one in side.itertuples(index=False))}. "
    return Figure(name, sheet.clean(title or found), alt.strip(), data, drawing)


def _worth_naming(data: pd.DataFrame, even: object, uneven: object, labels: int) -> pd.DataFrame:
    """Return the terms to name, the first first: those of the heading, then the extremes of each range of counts."""
    ranges = max(labels // 4, 1)
    logs = np.log(data["count"].to_numpy(dtype="float64"))
    width = float(logs.max() - logs.min()) or 1.0
    place = np.minimum(((logs - logs.min()) / width * ranges).astype(int), ranges - 1)
    table = data.assign(count_=data["count"], _range=place, _first=~data["term"].isin([even, uneven]))
    ordered = table.sort_values(["dp", "term"], kind="stable")
    low = ordered.groupby("_range").cumcount()
    high = ordered.groupby("_range").cumcount(ascending=False)
    ordered = ordered.assign(_rank=np.minimum(low, high))
    return ordered.sort_values(["_first", "_rank", "count"], ascending=[True, True, False], kind="stable").head(labels)


def _times_axis(ax: Axes, low: float, high: float) -> None:
    """Name log ratios (base 2) as multiples."""
    step = max(1, math.ceil(max(high, -low) / 4))
    ticks = [tick for tick in range(-20 * step, 20 * step + 1, step) if low - 1e-9 <= tick <= high + 1e-9]
    ax.set_xticks(ticks, ["same" if tick == 0 else _times(abs(tick)) for tick in ticks])
    room = max(high - low, 1.0) * 0.08
    # A side without bars still holds the terms of the other.
    ax.set_xlim(low - room if low else -high * 0.5, high + room if high else -low * 0.5)


def _times(log_ratio: float) -> str:
    if not math.isfinite(log_ratio):
        return "only here"
    times = 2**log_ratio
    return f"×{sheet.plain(times, 0 if times >= 10 or times == round(times) else 1)}"
