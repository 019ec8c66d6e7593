"""A quick look at many lines at once, before a closer one at the few that may match.

Python's regular expressions look at one string at a time and go back often; Arrow's (RE2) look at a whole column and
never go back, but know no look-around and mean ASCII by `\\w`. `wider` makes of a Python expression one for Arrow that
matches at least as much, so that only what passes it must be looked at by the expression itself. Quicker still,
`automaton` tells lines in which one of the words stands without which no expression matches.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["CLASSES", "Automaton", "automaton", "may_match", "needles", "wider"]

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


# ---- words without which nothing matches -----------------------------------------------------------------------------

#: Where capitals do not matter, these are letters of ASCII as well: two i, an s, a k.
_ALSO_ASCII = "\u0130\u0131\u017f\u212a"
#: How many kinds of bytes an automaton tells apart, at most.
CLASSES = 64
_MOST_STRINGS, _MOST_MEMBERS = 128, 8
_LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
_RARE = "()[]/@#<>*_=+"
_LINE_LENGTH = 200


def needles(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return strings in small letters, one of which stands in all that `pattern` matches as a whole.

    One that begins with a line break stands at the very beginning. Of the ways to choose them the one is taken that
    should be the rarest in prose.

    Raises
    ------
    ValueError
        If the pattern matches strings that have nothing in common.

    Examples
    --------
    >>> sorted(needles(re.compile(r"(?:please )?follow\\b.*|.{0,80} @(?:AP|AFP)|\\d+ comments?", re.I)))
    ['\\nfollow', '\\nplease follow', ' @afp', ' @ap', ' comment', ' comments']
    """
    return frozenset(_gate(parser.parse(pattern.pattern, pattern.flags)))


def _gate(nodes: Iterable[Any]) -> set[str]:
    nodes = list(nodes)
    if len(nodes) == 1 and nodes[0][0] is kinds.BRANCH:
        return set().union(*map(_gate, nodes[0][1][1]))
    if len(nodes) == 1 and nodes[0][0] is kinds.SUBPATTERN:
        return _gate(nodes[0][1][3])
    begins, within = _beginnings(nodes), _within(nodes)
    of_begins = math.inf if "" in begins else _share(begins)
    of_within = math.inf if within is None else _LINE_LENGTH * _share(within)
    if min(of_begins, of_within) == math.inf:
        raise ValueError("the pattern has no words that must be in what it matches.")
    return {f"\n{begin}" for begin in begins} if within is None or of_begins <= of_within else within


def _share(strings: Iterable[str]) -> float:
    """At what share of the places of a text one of the strings stands, roughly."""
    return sum(math.prod(map(_share_of_letter, string)) for string in strings)


def _share_of_letter(letter: str) -> float:
    if letter in _LETTERS:
        return 0.12 * 0.85 ** _LETTERS.index(letter)
    return 0.18 if letter == " " else 0.0003 if letter in _RARE else 0.01


def _joined(firsts: set[str], seconds: set[str]) -> set[str]:
    return {first + second for first in firsts for second in seconds}


def _is_optional(kind: Any, value: Any) -> bool:
    return kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[0] == 0 and value[1] == 1


def _is_repeat(kind: Any, value: Any) -> bool:
    return kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[0] >= 1


def _all_of(nodes: Iterable[Any]) -> set[str] | None:
    """All strings that a sequence matches, if they are few."""
    found = {""}
    for kind, value in nodes:
        strings = _strings(kind, value)
        if strings is None or len(found) * len(strings) > _MOST_STRINGS:
            return None
        found = _joined(found, strings)
    return found


def _strings(kind: Any, value: Any) -> set[str] | None:
    if kind is kinds.LITERAL:
        return _small(value)
    if kind is kinds.IN and len(value) <= _MOST_MEMBERS and all(member is kinds.LITERAL for member, _ in value):
        return _union(_small(point) for _, point in value)
    if kind is kinds.BRANCH:
        return _union(map(_all_of, value[1]))
    if kind is kinds.SUBPATTERN:
        return _all_of(value[3])
    if _is_optional(kind, value) or (_is_repeat(kind, value) and value[1] == 1):
        strings = _all_of(value[2])
        return strings if strings is None or value[0] else strings | {""}
    return {""} if kind in (kinds.ASSERT, kinds.ASSERT_NOT, kinds.AT) else None


def _small(point: int) -> set[str] | None:
    """A letter as it is compared where capitals do not matter; None for those of other alphabets, which have more."""
    letter = chr(point)
    return {letter.lower()} if letter.isascii() or letter.lower() == letter.upper() else None


def _union(sets: Iterable[set[str] | None]) -> set[str] | None:
    found: set[str] = set()
    for one in sets:
        if one is None:
            return None
        found |= one
    return found


def _beginnings(nodes: Iterable[Any]) -> set[str]:
    """Strings with one of which all that a sequence matches begins."""
    found, ended = {""}, set()
    for kind, value in nodes:
        strings = _strings(kind, value)
        if strings is None and _is_optional(kind, value) and "" not in (begins := _beginnings(value[2])):
            ended |= _joined(found, begins)
            continue
        begins = _beginnings_of(kind, value) if strings is None else strings
        if len(found) * len(begins) > _MOST_STRINGS:
            break
        found = _joined(found, begins)
        if strings is None:
            break
    return found | ended


def _beginnings_of(kind: Any, value: Any) -> set[str]:
    if kind is kinds.BRANCH:
        return set().union(*map(_beginnings, value[1]))
    if kind is kinds.SUBPATTERN:
        return _beginnings(value[3])
    return _beginnings(value[2]) if _is_repeat(kind, value) else {""}


def _within(nodes: Iterable[Any]) -> set[str] | None:
    """Strings one of which stands in all that a sequence matches."""
    ways: list[set[str]] = []
    run = {""}
    for kind, value in nodes:
        strings = _strings(kind, value)
        if strings is not None and len(run) * len(strings) <= _MOST_STRINGS:
            run = _joined(run, strings)
            continue
        ways.append(run)
        run = {""} if strings is None else strings
        if strings is None and (inner := _within_one(kind, value)) is not None:
            ways.append(inner)
    return min((way for way in [*ways, run] if "" not in way), key=_share, default=None)


def _within_one(kind: Any, value: Any) -> set[str] | None:
    if kind is kinds.BRANCH:
        return _union(map(_within, value[1]))
    if kind is kinds.SUBPATTERN:
        return _within(value[3])
    return _within(value[2]) if _is_repeat(kind, value) else None


class Automaton(NamedTuple):
    """What finds needles in lines (Aho & Corasick 1975), whatever their capitals.

    Attributes
    ----------
    classes
        The class of each byte, less than `CLASSES`.
    following
        The next state for each state and class (row and column).
    said
        For each state the groups of which a needle ends there, as bits.
    begin
        The state at the beginning of a line.
    """

    classes: NDArray[np.uint8]
    following: NDArray[np.uint16]
    said: NDArray[np.uint64]
    begin: int


def automaton(*groups: Collection[str]) -> Automaton:
    """Make an automaton that says of which groups of needles a line has some: the first is 1, the next 2, then 4 …

    A line with a letter that is one of ASCII only where capitals do not matter is said to have some of all.

    Examples
    --------
    >>> found = automaton(["\\nby", "ap"], ["(c)"])
    >>> state, groups = found.begin, 0
    >>> for byte in b"By (C)":
    ...     state = found.following[state, found.classes[byte]]
    ...     groups |= found.said[state]
    >>> int(groups)
    3
    """
    bits = dict.fromkeys(_ALSO_ASCII, (1 << len(groups)) - 1)
    for number, group in enumerate(groups):
        for word in group:
            bits[word] = bits.get(word, 0) | 1 << number
    coded = {word.encode(): bit for word, bit in bits.items() if not _is_said_by_others(word, bits)}
    letters = sorted({byte for word in coded for byte in word})
    if len(letters) >= CLASSES:
        raise ValueError(f"the needles have {len(letters)} different bytes; at most {CLASSES - 1} can be told apart.")
    classes = np.zeros(256, np.uint8)
    for number, byte in enumerate(letters, 1):
        classes[byte] = number
        classes[ord(chr(byte).upper()) if byte < 0x80 else byte] = number
    # A state for each beginning of a needle, shorter ones first; where none goes on, it goes on from a shorter one.
    beginnings = sorted(
        {word[:size] for word in coded for size in range(len(word) + 1)}, key=lambda one: (len(one), one)
    )
    state_of = {beginning: state for state, beginning in enumerate(beginnings)}
    longer: dict[int, list[tuple[int, int]]] = {}
    for state, beginning in enumerate(beginnings[1:], 1):
        longer.setdefault(state_of[beginning[:-1]], []).append((classes[beginning[-1]], state))
    following = np.zeros((len(beginnings), CLASSES), np.uint16)
    said = np.array([coded.get(beginning, 0) for beginning in beginnings], np.uint64)
    shorter = [0] * len(beginnings)
    for state in range(len(beginnings)):
        if state:
            following[state] = following[shorter[state]]
            said[state] |= said[shorter[state]]
        for letter, more in longer.get(state, ()):
            shorter[more] = int(following[shorter[state], letter]) if state else 0
            following[state, letter] = more
    return Automaton(classes, following, said, int(following[0, classes[ord("\n")]]))


def _is_said_by_others(word: str, bits: Mapping[str, int]) -> bool:
    """Whether a needle has another in it that says as much."""
    parts = {word[begin:end] for begin in range(len(word)) for end in range(begin + 1, len(word) + 1)} - {word}
    return any(bits.get(part, 0) & bits[word] == bits[word] for part in parts)
