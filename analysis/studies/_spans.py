"""What made a score: spans of one text, each with the number that it adds to a sum."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Explained", "Formula", "Span", "chunks_of", "plural", "shown", "signed"]

_CHUNK = re.compile(r"\S+")


class Span(NamedTuple):
    """What stands at text[start:end] adds `weight` to `quantity`, by a rule."""

    start: int
    end: int
    weight: float
    quantity: str
    rule: str

    @classmethod
    def at(cls, spot: tuple[int, int], weight: float, quantity: str, rule: str) -> Span:
        """Make a span of where it stands."""
        return cls(spot[0], spot[1], weight, quantity, rule)


@dataclass(frozen=True)
class Formula:
    """How a score, a column of the measure's table, follows from numbers, and these; see `work_out`."""

    column: str
    text: str
    numbers: Mapping[str, object]


@dataclass(frozen=True)
class Explained:
    """The spans of one text, the sums that they add up to, and for each score its value and how it follows.

    `totals`, `counts` (further numbers in the formulas) and `scores` are what the measure has, not what the spans add
    up to.
    """

    spans: list[Span]
    totals: Mapping[str, float]
    scores: Mapping[str, float]
    formulas: Mapping[str, Formula]
    counts: Mapping[str, float] = field(default_factory=dict)


def chunks_of(text: str, begin: int = 0, end: int | None = None) -> list[tuple[int, str]]:
    """Return the runs between white space in text[begin:end], as `str.split` gives them, each with its place.

    Examples
    --------
    >>> chunks_of(" It rained.")
    [(1, 'It'), (4, 'rained.')]
    """
    return [(found.start(), found[0]) for found in _CHUNK.finditer(text, begin, len(text) if end is None else end)]


def shown(number: float) -> str:
    """Write a number as people do: three decimals at most, a true minus.

    Examples
    --------
    >>> shown(-0.74), shown(12.0), shown(0.29345)
    ('−0.74', '12', '0.293')
    """
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def signed(number: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(1.9), signed(-3.2)
    ('+1.9', '−3.2')
    """
    return shown(number) if number < 0 else f"+{shown(number)}"


def plural(number: float, word: str) -> str:
    """Write a number and a word.

    Examples
    --------
    >>> plural(1, "syllable"), plural(4, "syllable")
    ('1 syllable', '4 syllables')
    """
    return f"{number:,.0f} {word}" + ("" if number == 1 else "s")
