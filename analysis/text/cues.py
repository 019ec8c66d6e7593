"""Cues: words and phrases, windows such as `tax NEAR/5 cut*`, and what a cue is not: `fire* NOT fire department`.

A *window* is two words or phrases in one sentence, in either order, with at most so many terms between them; both may
have wildcards. Its matches are spans: from the first term of the one side to the last term of the other. Sides do not
overlap, and of spans that lie one in another only the inner ones are matches: in `tax or no tax but cut`,
`tax NEAR/5 cut` is found once, from the second `tax`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from analysis.errors import OptionError
from analysis.text.patterns import Pattern, PatternSet, compile_pattern, find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.text.tokens import Tokens

    Ints = NDArray[np.int64]

__all__ = ["MOST_BETWEEN", "Cue", "CueSet", "Found", "Search", "Window", "compile_cue"]

#: The widest window: more words are more than most sentences have.
MOST_BETWEEN = 50
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Window:
    """Two patterns near each other, in either order, with at most `between` terms between them."""

    sides: tuple[Pattern, Pattern]
    between: int


#: What is looked for in the text.
Search: TypeAlias = Pattern | Window


@dataclass(frozen=True)
class Cue:
    """A cue, read: what to look for, and the matches inside which it does not count.

    Examples
    --------
    >>> cue = compile_cue("fire* NOT fire department NOT fire* NEAR/2 employee*")
    >>> cue.search, len(cue.exclusions)
    (Pattern(text='fire*', parts=('fire*',)), 2)
    """

    search: Search
    exclusions: tuple[Search, ...] = ()

    @property
    def key(self) -> object:
        """The same for cues that look for the same: sides in either order, whatever is excluded."""
        if isinstance(self.search, Pattern):
            return self.search.parts
        return (*sorted(side.parts for side in self.search.sides), self.search.between)


def compile_cue(text: str) -> Cue:
    """Read a cue.

    Parameters
    ----------
    text
        A pattern (see `compile_pattern`), or two with `NEAR/5` between them; then, each after a `NOT`, what it is not.
        `NEAR` and `NOT` are signs in capitals only.

    Raises
    ------
    OptionError
        If it cannot be read; the message goes on after "the cue …".

    Examples
    --------
    >>> compile_cue("tax* NEAR/5 cut*").search.between
    5
    >>> compile_cue("tax NEAR/x cut")
    Traceback (most recent call last):
    analysis.errors.OptionError: has 'NEAR/x'. Write the most words between: 'tax NEAR/5 cut', from 0 to 50.
    """
    parts: list[list[str]] = [[]]
    words = text.split()
    for word in words:
        if word == "NOT" and len(words) > 1:
            parts.append([])
        else:
            parts[-1].append(word)
    if not all(parts):
        raise OptionError("has a 'NOT' with nothing before or after it. Write 'fire* NOT fire department'.")
    first, *others = (_search(part) for part in parts)
    return Cue(first, tuple(others))


def _search(words: list[str]) -> Search:
    places = [place for place, word in enumerate(words) if word.startswith("NEAR/") or word == "NEAR"]
    if not places or words == ["NEAR"]:
        return compile_pattern(" ".join(words))
    place = places[0]
    if len(places) > 1:
        raise OptionError("has two 'NEAR'. A window has two sides: 'tax NEAR/5 cut'.")
    _, _, number = words[place].partition("/")
    if not _NUMBER.fullmatch(number) or int(number) > MOST_BETWEEN:
        raise OptionError(
            f"has {words[place]!r}. Write the most words between: 'tax NEAR/5 cut', from 0 to {MOST_BETWEEN}."
        )
    left, right = words[:place], words[place + 1 :]
    if not left or not right:
        raise OptionError(f"has nothing {'after' if left else 'before'} {words[place]!r}. Write 'tax NEAR/5 cut'.")
    return Window((compile_pattern(" ".join(left)), compile_pattern(" ".join(right))), int(number))


class Found(NamedTuple):
    """Where searches were found, in order of position, then of search.

    `search` is the number of the search in the list given, `position` the place of the match's first term in
    `tokens.terms.ids`, `length` the terms from there to its last.
    """

    search: Ints
    position: Ints
    length: Ints


class CueSet:
    """Many searches, resolved on a vocabulary once; keep it to search corpus after corpus.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> cues = CueSet([compile_cue(text).search for text in ("cut*", "tax* NEAR/2 cut*")])
    >>> found = cues.find(tokenise(["Cuts in the taxes. Tax cuts!"]))
    >>> list(zip(found.search.tolist(), found.position.tolist(), found.length.tolist()))
    [(0, 0, 1), (1, 0, 4), (1, 4, 2), (0, 5, 1)]
    """

    def __init__(self, searches: Sequence[Search]) -> None:
        self.n = len(searches)
        windows = [(number, search) for number, search in enumerate(searches) if isinstance(search, Window)]
        #: The pattern of each search, or its first side; then the second sides.
        patterns = [search.sides[0] if isinstance(search, Window) else search for search in searches]
        self._patterns = PatternSet([*patterns, *(window.sides[1] for _, window in windows)])
        #: For the pattern of a side: the pattern of the other side, the most terms between, and the search.
        size = self.n + len(windows)
        self._other = np.full(size, -1, dtype=np.int64)
        self._between = np.zeros(size, dtype=np.int64)
        self._search = np.arange(size, dtype=np.int64)
        for second, (number, window) in enumerate(windows, start=self.n):
            self._other[[number, second]] = second, number
            self._between[[number, second]] = window.between
            self._search[second] = number

    def find(self, tokens: Tokens) -> Found:
        """Find every match of every search in running text."""
        pattern, position = find(tokens, self._patterns)
        length = self._patterns.lengths[pattern]
        side = self._other[pattern] >= 0
        if not side.any():
            return Found(pattern, position, length)
        near = self._near(tokens, pattern[side], position[side])
        search = np.concatenate([pattern[~side], near.search])
        position = np.concatenate([position[~side], near.position])
        order = np.argsort(position * self.n + search, kind="stable")
        return Found(search[order], position[order], np.concatenate([length[~side], near.length])[order])

    def _near(self, tokens: Tokens, pattern: Ints, position: Ints) -> Found:
        """Find the windows among the matches of their sides: for each match the next one of the other side."""
        far = len(tokens.terms.ids) + 1
        lengths, boundaries = self._patterns.lengths, tokens.terms.sentence_starts
        keys = np.sort(pattern * far + position)
        pattern, position = np.divmod(keys, far)
        end = position + lengths[pattern]
        other = self._other[pattern]
        at = np.minimum(np.searchsorted(keys, other * far + end), len(keys) - 1)
        there = position[at]
        close = (pattern[at] == other) & (there >= end) & (there - end <= self._between[pattern])
        close &= np.searchsorted(boundaries, position, side="right") == np.searchsorted(boundaries, there, side="right")
        search, first = self._search[pattern[close]], position[close]
        last = (there + lengths[other])[close]

        # Of spans of one window that lie one in another the inner ones are kept: in order of their beginning, and the
        # longer first, a span is outermost of one that comes later and ends no later.
        order = np.lexsort((-last, first, search))
        search, first, last = search[order], first[order], last[order]
        ends = search * far + last
        soonest = np.minimum.accumulate(ends[::-1])[::-1]
        kept = np.ones(len(ends), dtype=np.bool_)
        kept[:-1] = ends[:-1] < soonest[1:]
        return Found(search[kept], first[kept], (last - first)[kept])
