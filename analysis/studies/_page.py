"""Evidence as HTML: the text with its spans coloured. Every character of an article is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ._spans import Span, shown, signed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["article", "page", "segments", "summary"]

# Okabe & Ito (2008): blue and vermilion are told apart with every common kind of colour blindness; so are the lines
# below the words, which also print.
_BLUE: Final = "0, 114, 178"
_VERMILION: Final = "213, 94, 0"
_FAINTEST, _STRONGEST = 0.12, 0.6
#: Quantities that nearly every word adds to: they are told under the pointer, but coloured only where nothing else is.
_PLAIN: Final = frozenset({"n_words", "n_sentences", "n_chunks", "n_letters", "n_characters", "neutral"})
#: More spans than this on one word are counted under the pointer, not listed.
_MOST_TOLD = 12
#: More sums than this are folded.
_MOST_SUMS = 8


def article(text: str, spans: Sequence[Span], sums: Sequence[str], lines: Iterable[str]) -> str:
    """Return the text with its spans coloured, below the sums that they make and lines that say what is shown."""
    told = _lines(sums)
    if len(sums) > _MOST_SUMS:  # one for each sentence: the article would be out of sight
        told = f"<details><summary>The spans make {len(sums):,} sums</summary>{told}</details>"
    told += _lines(lines)
    parts = []
    for begin, end, value, rules in segments(text, spans):
        words = html.escape(text[begin:end])
        look = f' style="{_style(value)}"' if value else ""
        parts.append(f'<span{look} title="{html.escape(rules)}">{words}</span>' if rules else words)
    return (
        '<div style="max-width: 46em; color: #1a1a1a; background: #fff; padding: .6em 1em">'
        f'<div style="font-size: 90%">{told}{_legend(spans)}</div>'
        f'<div style="white-space: pre-wrap; line-height: 1.6; margin-top: 1em">{"".join(parts)}</div></div>'
    )


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<div>{html.escape(line)}</div>" for line in lines)


def page(title: str, body: str) -> str:
    """Return a whole page that runs nothing and loads nothing."""
    name = html.escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{name}</title></head>\n<body style="font-family: sans-serif; margin: 2em auto; max-width: 50em">'
        f"<h1>{name}</h1>\n{body}\n</body></html>\n"
    )


def _style(value: float) -> str:
    colour, line = (_BLUE, "solid") if value > 0 else (_VERMILION, "dashed")
    strength = _FAINTEST + (_STRONGEST - _FAINTEST) * min(abs(value), 1)
    return f"background: rgba({colour}, {strength:.2f}); border-bottom: 2px {line} rgb({colour})"


def _legend(spans: Sequence[Span]) -> str:
    signs = [("adds", 1.0)] * any(span.weight > 0 for span in spans)
    signs += [("takes away", -1.0)] * any(span.weight < 0 for span in spans)
    boxes = " ".join(
        f'<span style="{_style(sign * strength)}">{how}{" most" if strength == 1 else " little"}</span>'
        for how, sign in signs
        for strength in (0.1, 1.0)
    )
    return f"<div>{boxes or 'Nothing in the text adds to it.'}</div>"


def segments(text: str, spans: Sequence[Span]) -> list[tuple[int, int, float, str]]:
    """Cut a text where spans begin and end: begin, end, what is added there (−1 to 1, 1 the most), and the rules."""
    most: dict[str, float] = {}
    for span in spans:
        most[span.quantity] = max(most.get(span.quantity, 0.0), abs(span.weight))
    coloured = most.keys() - _PLAIN or most.keys()
    opening: dict[int, list[Span]] = {}
    closing: dict[int, list[Span]] = {}
    for span in spans:
        opening.setdefault(span.start, []).append(span)
        closing.setdefault(span.end, []).append(span)
    edges = sorted({0, len(text), *opening, *closing})
    running: dict[int, Span] = {}
    found: list[tuple[int, int, float, str]] = []
    for begin, end in pairwise(edges):
        for span in closing.get(begin, ()):
            running.pop(id(span), None)
        running |= {id(span): span for span in opening.get(begin, ())}
        value = sum(span.weight / most[span.quantity] for span in running.values() if span.quantity in coloured)
        found.append((begin, end, value, _told(list(running.values()))))
    largest = max((abs(value) for _, _, value, _ in found), default=0.0) or 1.0
    return [(begin, end, value / largest, rules) for begin, end, value, rules in found]


def _told(spans: list[Span]) -> str:
    lines = [f"{span.quantity} {signed(span.weight)}: {span.rule}" for span in spans[:_MOST_TOLD]]
    return "\n".join(lines + [f"and {len(spans) - _MOST_TOLD:,} more"] * (len(spans) > _MOST_TOLD))


def summary(
    totals: pd.Series[float], counts: pd.Series[float], scores: pd.Series[float]
) -> tuple[list[str], list[str]]:
    """Say what was added up, and what came of it."""
    sums = [f"{name}: {shown(total)}" for name, total in [*totals.items(), *counts.items()]]
    return sums, [f"{name} = {f'{score:.6g}'.replace('-', '−')}" for name, score in scores.items()]
