"""A quick look at many lines at once, before a closer one at the few that may match.

Python's regular expressions look at one string at a time and go back often; Arrow's (RE2) look at a whole column and
never go back, but know no look-around and mean ASCII by `\\w`. `wider` makes of a Python expression one for Arrow that
matches at least as much, so that only what passes it must be looked at by the expression itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["may_match", "wider"]

_ANYTHING = r"(?s:.*)"
# Wider than what Python means by them: everything outside ASCII may be a letter, a digit or a space.
_CATEGORIES = {
    kinds.CATEGORY_WORD: r"\w\x{80}-\x{10FFFF}",
    kinds.CATEGORY_DIGIT: r"\d\x{80}-\x{10FFFF}",
    kinds.CATEGORY_SPACE: r"\s\v\x1c-\x1f\x{80}-\x{10FFFF}",
    kinds.CATEGORY_NOT_WORD: r"\W",
    kinds.CATEGORY_NOT_DIGIT: r"\D",
    kinds.CATEGORY_NOT_SPACE: r"\S",
}
# Long counted repeats make automata large; "any number" matches more.
_LONGEST_COUNT = 8


def wider(pattern: re.Pattern[str]) -> str:
    """Return an expression for Arrow that matches whatever `pattern` matches as a whole, and perhaps more.

    Examples
    --------
    >>> wider(re.compile(r"read (?=more)\\w{2,60}\\b[.!]?", re.I))
    '(?i)^(?:read [\\\\w\\\\x{80}-\\\\x{10FFFF}]{2,}[\\\\.!]{0,1})$'
    """
    inner = _sequence(parser.parse(pattern.pattern, pattern.flags))
    return f"{'(?i)' if pattern.flags & re.I else ''}^(?:{inner})$"


def _sequence(nodes: Iterable[Any]) -> str:
    return "".join(_node(kind, value) for kind, value in nodes)


def _node(kind: Any, value: Any) -> str:
    if kind is kinds.LITERAL:
        return _letter(value)
    if kind is kinds.NOT_LITERAL:
        return f"[^{_in_class(value)}]"
    if kind is kinds.ANY:
        return r"[^\n]"
    if kind is kinds.IN:
        return _one_of(value)
    if kind is kinds.BRANCH:
        return "(?:" + "|".join(_sequence(branch) for branch in value[1]) + ")"
    if kind is kinds.SUBPATTERN:
        _, added, removed, inner = value
        flags = ("i" if added & re.I else "") + ("-i" if removed & re.I else "")
        return f"(?{flags}:{_sequence(inner)})"
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        least, most, inner = value
        most_said = "" if most is kinds.MAXREPEAT or most > _LONGEST_COUNT else str(most)
        return f"{_wrapped(inner)}{{{min(least, _LONGEST_COUNT)},{most_said}}}"
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT, kinds.AT):
        return ""  # without the condition it matches more
    return _ANYTHING


def _wrapped(inner: Any) -> str:
    made = _sequence(inner)
    return made if len(inner) == 1 and inner[0][0] is kinds.IN else f"(?:{made})"


def _letter(point: int) -> str:
    return re.escape(chr(point)) if point < 0x80 and chr(point).isprintable() and chr(point) != " " else _point(point)


def _point(point: int) -> str:
    return " " if point == 0x20 else f"\\x{{{point:X}}}"


def _in_class(point: int) -> str:
    character = chr(point)
    return character if character.isascii() and (character.isalnum() or character in "!?, ") else _escaped(point)


def _escaped(point: int) -> str:
    return "\\" + chr(point) if 0x20 < point < 0x7F else f"\\x{{{point:X}}}"


def _one_of(members: list[tuple[Any, Any]]) -> str:
    negated = members[0][0] is kinds.NEGATE
    if negated and any(kind is kinds.CATEGORY for kind, _ in members):
        return r"(?s:.)"
    parts = []
    for kind, value in members:
        if kind is kinds.LITERAL:
            parts.append(_in_class(value))
        elif kind is kinds.RANGE:
            parts.append(f"{_in_class(value[0])}-{_in_class(value[1])}")
        elif kind is kinds.CATEGORY:
            parts.append(_CATEGORIES[value])
    return f"[{'^' if negated else ''}{''.join(parts)}]"


@cache
def _expression(pattern: re.Pattern[str]) -> str:
    return wider(pattern)


def may_match(lines: pa.Array, pattern: re.Pattern[str]) -> NDArray[np.bool_]:
    """Say which lines `pattern` may match as a whole; false is certain.

    Parameters
    ----------
    lines
        Strings, none missing.
    pattern
        Compiled, for `fullmatch`.

    Examples
    --------
    >>> may_match(pa.array(["Read more", "Nothing more"]), re.compile(r"read\\s(?=m).*")).tolist()
    [False, False]
    >>> may_match(pa.array(["Read more", "Nothing more"]), re.compile(r"read\\s(?=m).*", re.I)).tolist()
    [True, False]
    """
    # To Python, unlike Arrow, the Turkish letters are an i too where capitals do not matter.
    expression = f"{_expression(pattern)}|[\u0130\u0131]"
    found: NDArray[np.bool_] = pc.match_substring_regex(lines, expression).to_numpy(zero_copy_only=False)
    return found
