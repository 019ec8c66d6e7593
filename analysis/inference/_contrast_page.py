"""A contrast as HTML: no script, nothing loaded, every word of an article escaped; the charts are drawn as SVG."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analysis.inference.differences import FEWEST_STORIES

if TYPE_CHECKING:
    from analysis.inference.contrast import Contrast

__all__ = ["body", "findings", "page"]

#: Below it a difference is called one; the false discovery rate among the differences of one table.
_SURE: Final = 0.05
#: The tables have all groups; the page those with the most articles.
_MOST_GROUPS: Final = 12
_MOST_WORDS: Final = 8
_MOST_SPEAKERS: Final = 5
#: A word is shown where one in so many of the group's articles has it.
_LEAST_PART: Final = 5
#: The interval of fewer articles says hardly anything, and would make the scale useless.
_FEWEST_FOR_INTERVAL: Final = 5
# Okabe & Ito (2008): told apart with every common kind of colour blindness; shape tells the same.
_BLUE, _VERMILION, _INK, _QUIET, _RULE = "#0072B2", "#D55E00", "#1a1a1a", "#5f5f5f", "#dedede"
_STYLE: Final = f"""
.contrast {{ color: {_INK}; background: #fff; font: 15px/1.45 sans-serif; }}
.contrast table {{ border-collapse: collapse; margin: .6em 0 1.2em; font-size: 14px; }}
.contrast th, .contrast td {{ text-align: left; vertical-align: top; padding: .25em .9em .25em 0;
  border-bottom: 1px solid {_RULE}; }}
.contrast th.n, .contrast td.n {{ text-align: right; white-space: nowrap; }}
.contrast caption {{ text-align: left; color: {_QUIET}; padding-bottom: .3em; }}
.contrast .quiet {{ color: {_QUIET}; }}
.contrast .grid {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(23em, 1fr)); gap: 0 2em; }}
.contrast .wide {{ overflow-x: auto; }}
.contrast svg {{ max-width: 100%; height: auto; }}
.contrast h3 {{ font-size: 15px; margin: 1em 0 .2em; }}
"""


def page(contrast: Contrast) -> str:
    """Return the whole page."""
    title = html.escape(_title(contrast))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head>\n"
        '<body style="margin: 2em auto; max-width: 66em; padding: 0 1em">\n'
        f"{body(contrast)}\n</body></html>\n"
    )


def body(contrast: Contrast) -> str:
    """Return what a notebook shows, and the page holds."""
    parts = [
        f"<style>{_STYLE}</style>",
        f"<h1>{html.escape(_title(contrast))}</h1>",
        _summary(contrast),
        _groups(contrast),
        "<h2>Words</h2>",
        _words(contrast),
        "<h2>Labels for the same actors</h2>",
        _labels(contrast),
        "<h2>Frames</h2>",
        _charts(contrast, contrast.frames, "frame", "cues per 1,000 words, mean of articles", _rate, floor=True),
        "<h2>Whose voice</h2>",
        _charts(
            contrast,
            contrast.voice.assign(measure="share of words quoted"),
            "measure",
            "share of an article’s words between quotation marks, mean of articles",
            _percent,
            floor=True,
        ),
        _speakers(contrast),
        "<h2>Tone</h2>",
        _charts(
            contrast,
            contrast.tone,
            "voice",
            "mean VADER compound of sentences (−1 negative, +1 positive), names masked; “narration” is the articles’ "
            "own words, “quoted” those of the people that they quote",
            _signed,
        ),
        "<h2>The articles</h2>",
        _articles(contrast),
        "<h2>How to read this</h2>",
        _reading(contrast),
    ]
    return f'<div class="contrast">{"".join(parts)}</div>'


def findings(contrast: Contrast) -> list[str]:
    """Say which differences of frames, voice and tone have q < .05, the surest first."""
    kinds: list[tuple[pd.DataFrame, Callable[[Any], str], Callable[[float], str], str]] = [
        (contrast.frames, lambda row: f"{_spaced(row.frame)} frame", _rate, " cues per 1,000 words"),
        (contrast.voice, lambda _: "share of words quoted", _percent, ""),
        (contrast.tone, lambda row: f"tone of {'quotations' if row.voice == 'quoted' else 'narration'}", _signed, ""),
    ]
    told: list[tuple[float, str]] = []
    for table, what, shown, unit in kinds:
        # Of two groups one is what the other is not; the difference is told once.
        told_of = table if len(contrast.groups) > 2 else table[table["group"] == contrast.groups["group"].iloc[0]]
        for row in _rows(told_of[told_of["q"] < _SURE]):
            numbers = f"{shown(row.mean)}{unit}, others {shown(row.mean_others)}"
            told.append((row.q, f"{row.group}: {what(row)} {numbers} (n = {row.n:,}; q {_chance(row.q)})"))
    return [line for _, line in sorted(told, key=lambda one: one[0])]


def _title(contrast: Contrast) -> str:
    what = contrast.topic[0].upper() + contrast.topic[1:]
    return f"{what}: {len(contrast.groups)} {_plural(contrast.by)}, {len(contrast.articles):,} articles"


def _plural(noun: str) -> str:
    noun = _spaced(noun)
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else f"{noun}s"


def _summary(contrast: Contrast) -> str:
    groups, found = contrast.groups, findings(contrast)
    compared = groups[groups["compared"]]
    if compared.empty:
        return (
            f"<p><strong>No {html.escape(_spaced(contrast.by))} has enough articles to be compared</strong> "
            f"({FEWEST_STORIES}, with as many others). What follows shows what is there; differences may be chance.</p>"
        )
    told = f"{len(compared)} of {len(groups)} {html.escape(_plural(contrast.by))} have enough articles to be compared."
    lines = "".join(f"<li>{_bdi(line)}</li>" for line in found)
    if found:
        what = "Differences from the others beyond chance (q &lt; .05) in frames, voice or tone."
    else:
        what = "No difference in frames, voice or tone can be told from chance here (q &lt; .05)."
    parts = [f"<p><strong>{what}</strong> {told}</p>", f"<ul>{lines}</ul>" if found else ""]
    parts.append(_apart_in_time(compared))
    words = _used_more(contrast)
    counts = words[words["q"] < _SURE].groupby("group", sort=False).size()
    used = ", ".join(f"{_bdi(group)} ({n})" for group, n in counts.items())
    parts.append(f"<p>Number of words that one uses more than the others beyond chance: {used or 'none'}.</p>")
    return "".join(parts)


def _apart_in_time(compared: pd.DataFrame) -> str:
    """Say that two groups have no day in common, which is reason enough to differ."""
    dated = compared.dropna(subset=["first", "last"])
    parts = []
    if len(dated) > 1:
        ends = min(_rows(dated), key=lambda row: (row.last, row.group))
        begins = max(_rows(dated), key=lambda row: (row.first, row.group))
        if ends.last < begins.first:
            parts.append(
                f"Not the same time: the articles of {_bdi(ends.group)} end on {ends.last:%Y-%m-%d}, those of "
                f"{_bdi(begins.group)} begin on {begins.first:%Y-%m-%d}. They may tell of other events."
            )
    if len(dated) < len(compared):
        without = compared[compared["first"].isna()]["group"]
        parts.append(f"Without any date, so perhaps of another time: {', '.join(map(_bdi, without))}.")
    return f"<p><strong>{' '.join(parts)}</strong></p>" if parts else ""


def _groups(contrast: Contrast) -> str:
    rows = []
    for row in _rows(contrast.groups):
        days = " to ".join(dict.fromkeys(f"{day:%Y-%m-%d}" for day in (row.first, row.last) if not pd.isna(day)))
        rows.append(
            [
                row.group,
                f"{row.n:,}",
                f"{row.n_copies:,}",
                f"{row.n_shared:,}",
                f"{row.n_words:,}",
                days or "no dates",
                "yes" if row.compared else "no: too few",
            ]
        )
    head = [_spaced(contrast.by), "articles", "copies left out", "shared with others", "words", "dates", "compared"]
    return _table(head, rows, numbers=range(1, 5))


def _words(contrast: Contrast) -> str:
    parts: dict[bool, list[str]] = {True: [], False: []}
    groups, words = contrast.groups.set_index("group"), _used_more(contrast)
    for group in _shown(contrast):
        n, compared = int(groups["n"][group]), bool(groups["compared"][group])
        others = int(groups["n"].sum()) - n
        mine = words[(words["group"] == group) & (words["n_articles_target"] >= max(2, n / _LEAST_PART))]
        mine = mine.assign(unsure=~(mine["q"] < _SURE))
        mine = mine.sort_values(["unsure", "log_odds_z"], ascending=[True, False], kind="stable")
        rows = [
            [
                f"● {row.term}" if row.q < _SURE else row.term,
                f"{row.n_articles_target:,}",
                f"{row.n_articles_reference:,}",
                *([_bare_chance(row.q)] if compared else []),
            ]
            for row in _rows(mine.head(_MOST_WORDS))
        ]
        head = ["word", f"in {n:,} articles", f"in {others:,} others", *(["q"] if compared else [])]
        looks = ["" if row[0].startswith("● ") else "quiet" for row in rows]
        shown = _table(head, rows, numbers=range(1, 4), looks=looks) if rows else '<p class="quiet">None.</p>'
        parts[compared].append(f"<div><h3>{_bdi(group)}</h3>{shown}</div>")
    untested = ""
    if parts[False]:
        fold = f"<summary>Too few articles to test: {len(parts[False])} more</summary>"
        untested = f'<details>{fold}<div class="grid">{"".join(parts[False])}</div></details>'
    return (
        "<p>Words that each uses more than the other articles on the topic, with the number of articles that have "
        "them. ● q &lt; .05, by a test whose unit is the article; grey: may be chance. Shown are words in two of its "
        f"articles and in one of {_LEAST_PART}, without the words of its own name. Words of buttons and footers turn "
        "up here too: take them out with corpus.tidied().</p>"
        f'<div class="grid">{"".join(parts[True])}</div>{untested}{_left_out(contrast)}'
    )


def _used_more(contrast: Contrast) -> pd.DataFrame:
    """Return the words that a group uses more than the others, without those of its own name."""
    words = contrast.words[contrast.words["log_odds_z"] > 0]
    own = {group: {*group.casefold().split(), group.casefold()} for group in contrast.groups["group"]}
    terms = words["term"].str.removesuffix("'s").str.removesuffix("’s")
    others = [term not in own[group] for group, term in zip(words["group"], terms, strict=True)]
    return words[np.array(others, np.bool_)]


def _labels(contrast: Contrast) -> str:
    if contrast.labels.empty:
        return '<p class="quiet">No person or organisation is named by two groups.</p>'
    parts, without = [], []
    for name, of_name in contrast.labels.groupby("name", sort=False):
        if not of_name["n_labels"].any():
            without.append(_bdi(name))
            continue
        rows = []
        for row in _rows(of_name[of_name["group"].isin(_shown(contrast)) & (of_name["n_mentions"] > 0)]):
            tone = _signed(row.mean) + _range(row, _signed) + (" ●" if row.q < _SURE else "")
            rows.append([row.group, f"{row.n_mentions:,}", f"{row.n_articles:,}", row.labels or "–", tone])
        head = [_spaced(contrast.by), "mentions", "articles", "labels (how often)", "tone of the sentences"]
        table = _table(head, rows, numbers=(1, 2), widths=(17, 8, 8, 45, 22))
        parts.append(f'<div class="wide"><h3>{_bdi(name)}</h3>{table}</div>')
    no_label = f"<p>Often named, without any label: {', '.join(without)}.</p>" if without else ""
    return (
        "<p>What the articles’ own words (not the quotations) call them. Tone: VADER compound of the sentences with "
        f"the name, names masked, mean of articles, with its {_level(contrast)} interval from {_FEWEST_FOR_INTERVAL} "
        "articles on; it is the tone around the name, not toward it. ● differs from the others, q &lt; .05.</p>"
        f"{''.join(parts)}{no_label}"
    )


def _speakers(contrast: Contrast) -> str:
    rows = []
    for group in _shown(contrast):
        mine = contrast.speakers[contrast.speakers["group"] == group].head(_MOST_SPEAKERS)
        told = [
            f"{row.speaker} ({row.n_words:,} words, {row.n_articles} article{'s' * (row.n_articles != 1)})"
            for row in _rows(mine)
        ]
        rows.append([group, "; ".join(told) or "nobody by name"])
    return _table([_spaced(contrast.by), "quoted most, by words between quotation marks"], rows)


def _articles(contrast: Contrast) -> str:
    parts = []
    for group in contrast.groups["group"]:
        mine = contrast.articles[contrast.articles["group"] == group].sort_values(["published", "article_id"])
        rows = [
            [
                "–" if pd.isna(row.published) else f"{row.published:%Y-%m-%d}",
                row.title if isinstance(row.title, str) and row.title.strip() else row.article_id,
                f"{row.n_words:,}",
            ]
            for row in _rows(mine)
        ]
        n = len(mine)
        summary = f"<summary>{_bdi(group)}: {n:,} article{'s' * (n != 1)}</summary>"
        parts.append(f"<details>{summary}{_table(['date', 'title', 'words'], rows, numbers=(2,))}</details>")
    return "".join(parts)


def _reading(contrast: Contrast) -> str:
    by = html.escape(_spaced(contrast.by))
    return (
        f"<p>Each {by} is held against all other articles on the topic together. The article is the unit: lines are "
        f"{_level(contrast)} intervals over articles, drawn from {_FEWEST_FOR_INTERVAL} articles on. Fewer than "
        f"{FEWEST_STORIES} articles are shown hollow and never compared. A text that one {by} printed twice counts "
        "once; a text that several share is one story in the tests. q is the share of false findings to expect among "
        "all differences of a table that are at least as sure. A q above .05 does not prove that they are alike: with "
        "few articles only large differences show.</p>"
        "<p>A difference can lie in what was chosen to be told (other events, other days, comment beside news) as "
        "much as in how it was told: read the list of articles. Frames are counts of cues, VADER does not know who is "
        "spoken of, speakers and labels are found by rules; read the sentences before you quote a number.</p>"
    )


def _level(contrast: Contrast) -> str:
    return f"{100 * contrast.level:.4g} %"


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


# ---- charts ---------------------------------------------------------------------------------------------------------


def _charts(
    contrast: Contrast,
    table: pd.DataFrame,
    key: str,
    unit: str,
    shown: Callable[[float], str],
    *,
    floor: bool = False,
) -> str:
    groups = _shown(contrast)
    charts = [
        _chart(_spaced(one), table[(table[key] == one) & table["group"].isin(groups)], shown, floor=floor)
        for one in dict.fromkeys(table[key])
    ]
    legend = (
        f'<p>{html.escape(unit[0].upper() + unit[1:])}. <span style="color: {_BLUE}">●</span> compared; '
        f'<span style="color: {_BLUE}">○</span> fewer than {FEWEST_STORIES} articles; '
        f'<span style="color: {_VERMILION}">◆</span> differs from the others, q &lt; .05. Dashed: mean of all articles '
        f"shown. {'Scales differ.' if len(charts) > 1 else ''}</p>"
    )
    return f'{legend}<div class="grid">{"".join(charts)}</div>{_left_out(contrast)}'


_LEFT, _WIDTH, _RIGHT, _ROW, _TOP = 150, 190, 100, 22, 26


def _chart(title: str, table: pd.DataFrame, shown: Callable[[float], str], *, floor: bool) -> str:
    rows: list[dict[str, Any]] = [row._asdict() for row in _rows(table[table["mean"].notna()])]
    if not rows:
        return f'<div><h3>{html.escape(title)}</h3><p class="quiet">Nothing to show.</p></div>'
    wide = [row for row in rows if row["n"] >= _FEWEST_FOR_INTERVAL]
    ends = [row["mean"] for row in rows] + [row[end] for row in wide for end in ("low", "high")]
    low, high = min(ends), max(ends)
    if floor:
        low, high = 0.0, max(high, 0.0) or 1.0
    pad = (high - low) * 0.04 or 0.1
    low, high = (low if floor else low - pad), high + pad

    def x(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return float(round(_LEFT + 6 + (_WIDTH - 6) * share, 1))

    height = _TOP + _ROW * len(rows) + 22
    total = sum(row["mean"] * row["n"] for row in rows) / sum(row["n"] for row in rows)
    bottom = _TOP + _ROW * len(rows)
    parts = [_line(x(total), _TOP - 6, x(total), bottom, _QUIET, dash=True)]
    if low < 0 < high:
        parts.append(_line(x(0), _TOP - 6, x(0), bottom, _RULE))
    edge = _LEFT + _WIDTH + _RIGHT
    parts += [
        _text(edge - 40, _TOP - 12, "mean", end=True, quiet=True),
        _text(edge, _TOP - 12, "n", end=True, quiet=True),
    ]
    for place, row in enumerate(rows):
        y = _TOP + _ROW * place + _ROW / 2
        sure = row["q"] < _SURE
        colour = _VERMILION if sure else _BLUE
        parts.append(_text(_LEFT - 8, y + 4, _short(row["group"], 20), end=True))
        if row["n"] >= _FEWEST_FOR_INTERVAL and math.isfinite(row["low"]):
            parts.append(_line(x(row["low"]), y, x(row["high"]), y, colour, width=2))
        at = x(row["mean"])
        if sure:
            parts.append(f'<path d="M{at} {y - 6}l6 6l-6 6l-6 -6z" fill="{colour}"/>')
        else:
            fill = colour if row["n"] >= FEWEST_STORIES else "#fff"
            parts.append(f'<circle cx="{at}" cy="{y}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')
        parts += [_text(edge - 40, y + 4, shown(row["mean"]), end=True), _text(edge, y + 4, f"{row['n']:,}", end=True)]
    parts.append(_line(_LEFT + 6, bottom, _LEFT + _WIDTH, bottom, _RULE))
    parts.append(_text(_LEFT + 6, bottom + 15, shown(low), quiet=True))
    parts.append(_text(_LEFT + _WIDTH, bottom + 15, shown(high), end=True, quiet=True))
    told = "; ".join(f"{row['group']} {shown(row['mean'])}{_interval(row, shown)}" for row in rows)
    size = f'width="{edge}" height="{height}" viewBox="0 0 {edge} {height}"'
    label = html.escape(f"{title}: {told}")
    return (
        f'<div><h3>{html.escape(title)}</h3><svg role="img" aria-label="{label}" {size} '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg></div>'
    )


def _interval(row: dict[str, Any], shown: Callable[[float], str]) -> str:
    n = f" (n = {row['n']}"
    if row["n"] < _FEWEST_FOR_INTERVAL:
        return f"{n})"
    return f"{n}, {shown(row['low'])} to {shown(row['high'])}{', q < .05' if row['q'] < _SURE else ''})"


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, *, width: int = 1, dash: bool = False) -> str:
    dashed = ' stroke-dasharray="3 3"' if dash else ""
    return f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _text(x: float, y: float, text: str, *, end: bool = False, quiet: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x}" y="{y}" fill="{_QUIET if quiet else _INK}"{anchor}>{html.escape(text)}</text>'


# ---- words and numbers ----------------------------------------------------------------------------------------------


def _shown(contrast: Contrast) -> list[str]:
    return contrast.groups["group"].head(_MOST_GROUPS).tolist()


def _left_out(contrast: Contrast) -> str:
    n = len(contrast.groups) - _MOST_GROUPS
    return f'<p class="quiet">{n} more with fewer articles are in the tables.</p>' if n > 0 else ""


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: Iterable[int] = (),
    looks: Sequence[str] | None = None,
    widths: Sequence[int] = (),
) -> str:
    """Return a table; `looks` is the class of each row, `widths` those of the columns in percent."""
    right = set(numbers)

    def cells(tag: str, values: Sequence[object]) -> str:
        return "".join(
            f"<{tag}{' class=n' if place in right else ''}>{_bdi(value)}</{tag}>" for place, value in enumerate(values)
        )

    looks = looks or [""] * len(rows)
    lines = "".join(f'<tr class="{look}">{cells("td", row)}</tr>' for look, row in zip(looks, rows, strict=True))
    columns = "".join(f'<col style="width: {width}%">' for width in widths)
    fixed = ' style="width: 100%; table-layout: fixed"' if widths else ""
    return f"<table{fixed}>{columns}<thead><tr>{cells('th', head)}</tr></thead><tbody>{lines}</tbody></table>"


def _bdi(value: object) -> str:
    """Return a text that cannot turn the direction of what follows it."""
    return f"<bdi>{html.escape(str(value))}</bdi>"


def _range(row: Any, shown: Callable[[float], str]) -> str:
    if row.n < _FEWEST_FOR_INTERVAL or not np.isfinite(row.low):
        return ""
    return f" ({shown(row.low)} to {shown(row.high)})"


def _short(value: object, most: int) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _spaced(name: object) -> str:
    return " ".join(str(name).replace("_", " ").split())


def _rate(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _signed(value: float) -> str:
    text = f"{value:+.2f}"
    return text[1:] if text[1:] == "0.00" else text.replace("-", "−")


def _bare_chance(q: float) -> str:
    return "< .001" if q < 0.0005 else f"{q:.3f}".removeprefix("0")


def _chance(q: float) -> str:
    return "< .001" if q < 0.0005 else f"= {_bare_chance(q)}"
