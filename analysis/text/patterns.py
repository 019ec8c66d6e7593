"""Patterns such as `clash*`, `tax cut*` and `*gate`: read once, resolved once on distinct terms, found along numbers.

A pattern is one word or a phrase. `*` stands for any run of characters inside a term (also none), `?` for exactly one;
a `*` that stands alone inside a phrase is any one term. Patterns are cut as article text is cut, so capitals and the
shape of an apostrophe do not matter and `anti-war`, `U.S.` and `don’t` are one term each. A phrase never crosses the
end of a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.errors import OptionError
from analysis.text.terms import cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.text.tokens import Tokens, Vocabulary

__all__ = ["Matches", "Pattern", "PatternSet", "compile_pattern", "find"]

_ANY = "*"
_LAST = "\U0010ffff"
#: Letters that stand for the wildcards while a pattern is cut: they have no case and no news text uses them.
_STAND_INS = {"*": "ᚠ", "?": "ᚢ"}


@dataclass(frozen=True)
class Pattern:
    """A pattern, read: the text as written and one term pattern for each term of the phrase.

    Examples
    --------
    >>> compile_pattern("Tax cut*")
    Pattern(text='Tax cut*', parts=('tax', 'cut*'))
    """

    text: str
    parts: tuple[str, ...]


def compile_pattern(pattern: str) -> Pattern:
    """Read a word, a phrase or either with wildcards.

    Parameters
    ----------
    pattern
        `clash*` (clash, clashes), `*gate`, `wom?n`, `tax cut*`, `tax * plan` (any one term between).

    Raises
    ------
    OptionError
        If there is nothing to look for: no letter and no digit, or a phrase that begins or ends with a lone `*`.

    Examples
    --------
    >>> compile_pattern("Don’t").parts
    ("don't",)
    >>> compile_pattern("*")
    Traceback (most recent call last):
    analysis.errors.OptionError: the pattern '*' has no letter or digit. Write a word or how one begins: 'clash*'.
    """
    if not isinstance(pattern, str):
        raise OptionError(f"a pattern must be text, such as 'clash*'; got {pattern!r}.")
    for wildcard, letter in _STAND_INS.items():
        if letter in pattern:
            raise OptionError(f"the pattern {pattern!r} has the letter {letter!r}, which patterns cannot look for.")
        pattern = pattern.replace(wildcard, letter)
    parts = [term for term, _, _ in cut(pattern)]
    for wildcard, letter in _STAND_INS.items():
        pattern = pattern.replace(letter, wildcard)
        parts = [part.replace(letter, wildcard) for part in parts]
    parts = [re.sub(r"\*+", "*", part) for part in parts]
    if not any(character.isalnum() for part in parts for character in part):
        raise OptionError(f"the pattern {pattern!r} has no letter or digit. Write a word or how one begins: 'clash*'.")
    if _ANY in (parts[0], parts[-1]):
        raise OptionError(
            f"the pattern {pattern!r} begins or ends with a lone '*'. Take it off: it stands for any term."
        )
    return Pattern(pattern, tuple(parts))


class Matches(NamedTuple):
    """Where patterns were found, in order of position, then of pattern.

    `pattern` is the number of the pattern in the list given, `position` the place of the match's first term in
    `tokens.terms.ids`. Matches may overlap, also those of one phrase: `ha ha` in `ha ha ha`.
    """

    pattern: NDArray[np.int64]
    position: NDArray[np.int64]


class PatternSet:
    """Many patterns, resolved on a vocabulary once; keep it to search corpus after corpus.

    Terms that match the same wildcards and words share one *signature*, a number; the searches read only those numbers.

    Parameters
    ----------
    patterns
        Patterns or texts to compile; their order gives the numbers in `Matches.pattern`.

    Attributes
    ----------
    patterns
        The compiled patterns.
    lengths
        The number of terms of each pattern.

    Examples
    --------
    >>> PatternSet(["clash*", "tax cut*"]).lengths.tolist()
    [1, 2]
    """

    def __init__(self, patterns: Iterable[str | Pattern]) -> None:
        self.patterns = tuple(p if isinstance(p, Pattern) else compile_pattern(p) for p in patterns)
        self.lengths = np.array([len(p.parts) for p in self.patterns], dtype=np.int64)
        #: Distinct term patterns and their numbers; a lone `*` needs no look at the term and has none.
        self._parts: dict[str, int] = {}
        for pattern in self.patterns:
            for part in pattern.parts:
                if part != _ANY:
                    self._parts.setdefault(part, len(self._parts))
        #: pattern × place in the phrase -> number of the term pattern, -1 for none
        longest = int(self.lengths.max()) if len(self.patterns) else 0
        self._places = np.full((len(self.patterns), longest), -1, dtype=np.int64)
        for row, pattern in enumerate(self.patterns):
            self._places[row, : len(pattern.parts)] = [self._parts.get(part, -1) for part in pattern.parts]
        self._vocabulary: Vocabulary | None = None
        self._forget()

    def _forget(self) -> None:
        self._signatures: dict[tuple[int, ...], int] = {(): 0}
        self._of_term = np.zeros(0, dtype=np.int32)

    def signatures(self, vocabulary: Vocabulary) -> NDArray[np.int32]:
        """Return the signature of each term of the vocabulary; only terms new since last time are looked at."""
        if self._vocabulary is not vocabulary:
            self._vocabulary = vocabulary
            self._forget()
        known = len(self._of_term)
        if known < len(vocabulary.terms):
            new = vocabulary.terms[known:]
            self._of_term = np.concatenate([self._of_term, self._sign(new)])
        return self._of_term

    def _sign(self, terms: Sequence[str]) -> NDArray[np.int32]:
        matched = resolve(list(self._parts), terms)
        parts_of: dict[int, list[int]] = {}
        for part, numbers in enumerate(matched):
            for number in numbers:
                parts_of.setdefault(number, []).append(part)
        signatures = np.zeros(len(terms), dtype=np.int32)
        for number, parts in parts_of.items():
            signatures[number] = self._signatures.setdefault(tuple(parts), len(self._signatures))
        return signatures

    def signed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the (signature, part) pairs known by now, sorted."""
        pairs = [(signature, part) for parts, signature in self._signatures.items() for part in parts]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    @property
    def n_parts(self) -> int:
        """The number of distinct term patterns."""
        return len(self._parts)

    @property
    def places(self) -> NDArray[np.int64]:
        """Pattern × place in the phrase: the number of the term pattern, -1 for a lone `*` or past the end."""
        return self._places


def resolve(parts: Sequence[str], terms: Sequence[str]) -> list[list[int]]:
    """Find the terms that each term pattern matches: for each, places in `terms`.

    The letters before the first wildcard, or after the last, narrow the search to a slice of sorted terms.

    Examples
    --------
    >>> resolve(["clash*", "*gate", "wom?n"], ["watergate", "clashes", "women", "woman", "clash"])
    [[4, 1], [0], [3, 2]]
    """
    place = {term: number for number, term in enumerate(terms)}
    forward: list[tuple[str, int]] | None = None
    backward: list[tuple[str, int]] | None = None
    found: list[list[int]] = []
    for part in parts:
        head = re.split(r"[*?]", part, maxsplit=1)[0]
        tail = re.split(r"[*?]", part)[-1]
        if head == part:
            found.append([place[part]] if part in place else [])
        elif head or not tail:
            if forward is None:
                forward = sorted(place.items())
            found.append(_narrow(forward, head, part, all_match=part == head + _ANY, turned=False))
        else:
            if backward is None:
                backward = sorted((term[::-1], number) for term, number in place.items())
            found.append(_narrow(backward, tail[::-1], part, all_match=part == _ANY + tail, turned=True))
    return found


def _narrow(ordered: list[tuple[str, int]], head: str, part: str, *, all_match: bool, turned: bool) -> list[int]:
    """Return the numbers of the terms that begin with `head` and match `part`."""
    first, end = bisect_left(ordered, (head,)), bisect_left(ordered, (head + _LAST,))
    if all_match:
        return [number for _, number in ordered[first:end]]
    wanted = re.compile(
        "".join({"*": ".*", "?": "."}.get(piece, re.escape(piece)) for piece in re.split(r"([*?])", part))
    )
    return [
        number for term, number in ordered[first:end] if wanted.fullmatch(term[::-1] if turned else term) is not None
    ]


def find(tokens: Tokens, patterns: PatternSet | Sequence[str | Pattern]) -> Matches:
    """Find every match of every pattern in running text, in one pass.

    Parameters
    ----------
    tokens
        Articles cut into terms.
    patterns
        A `PatternSet` (which remembers what it resolved) or patterns to make one of.

    Returns
    -------
    Matches
        Pattern numbers and places in `tokens.terms.ids`, sorted by place, then by pattern.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> matches = find(tokenise(["Tax cuts clash with taxes. Cut!"]), ["tax*", "tax cut*", "clash*"])
    >>> list(zip(matches.pattern.tolist(), matches.position.tolist()))
    [(0, 0), (1, 0), (2, 2), (0, 4)]
    """
    chosen = patterns if isinstance(patterns, PatternSet) else PatternSet(patterns)
    ids = tokens.terms.ids
    nothing = np.zeros(0, dtype=np.int64)
    if not chosen.patterns or not len(ids):
        return Matches(nothing, nothing)
    signature_of = chosen.signatures(tokens.vocabulary)
    signature, part = chosen.signed()
    anchor = _anchors(chosen, np.bincount(ids, minlength=len(signature_of)), signature_of, signature, part)

    # signature -> the patterns that it may begin to match, at their anchor
    by_anchor = np.argsort(chosen.places[np.arange(len(anchor)), anchor], kind="stable")
    anchored_parts = chosen.places[np.arange(len(anchor)), anchor][by_anchor]
    first, end = np.searchsorted(anchored_parts, part), np.searchsorted(anchored_parts, part, side="right")
    emitted_by = np.repeat(signature, end - first)
    emitted = by_anchor[_ranges(first, end)]
    n_signatures = int(signature_of.max(initial=0)) + 1
    order = np.argsort(emitted_by, kind="stable")
    emitted_by, emitted = emitted_by[order], emitted[order]
    starts = np.searchsorted(emitted_by, np.arange(n_signatures + 1))

    wanted = (starts[1:] > starts[:-1])[signature_of]
    places = np.flatnonzero(wanted[ids])
    at = signature_of[ids[places]]
    pattern = emitted[_ranges(starts[at], starts[at + 1])]
    position = np.repeat(places, starts[at + 1] - starts[at]) - anchor[pattern]

    phrase = chosen.lengths[pattern] > 1
    if phrase.any():
        kept = ~phrase
        kept[phrase] = _holds(tokens, chosen, pattern[phrase], position[phrase], signature_of, signature, part)
        pattern, position = pattern[kept], position[kept]
    key = np.sort(position * len(chosen.patterns) + pattern)
    return Matches(key % len(chosen.patterns), key // len(chosen.patterns))


def _ranges(first: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return first[0], …, end[0] - 1, first[1], …, one range after the other."""
    sizes = end - first
    before = np.cumsum(sizes) - sizes
    numbers: NDArray[np.int64] = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(first - before, sizes)
    return numbers


def _anchors(
    chosen: PatternSet,
    counts: NDArray[np.int64],
    signature_of: NDArray[np.int32],
    signature: NDArray[np.int64],
    part: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the place in each pattern of its rarest term here, from which the rest is checked (the "wall")."""
    occurrences = np.bincount(signature_of, weights=counts, minlength=int(signature.max(initial=0)) + 1)
    of_part = np.bincount(part, weights=occurrences[signature], minlength=chosen.n_parts)
    rarity = np.where(chosen.places >= 0, of_part[chosen.places], np.inf)
    place: NDArray[np.int64] = rarity.argmin(axis=1)
    return place


def _holds(
    tokens: Tokens,
    chosen: PatternSet,
    pattern: NDArray[np.int64],
    position: NDArray[np.int64],
    signature_of: NDArray[np.int32],
    signature: NDArray[np.int64],
    part: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Check phrases that may begin at `position`: all inside one sentence, and each term as it should be."""
    ids, boundaries = tokens.terms.ids, tokens.terms.sentence_starts
    last = position + chosen.lengths[pattern] - 1
    holds = (position >= 0) & (last < len(ids))
    holds &= np.searchsorted(boundaries, position, side="right") == np.searchsorted(boundaries, last, side="right")
    pairs = np.sort(signature * chosen.n_parts + part)
    for place in range(chosen.places.shape[1]):
        wanted = chosen.places[pattern, place]
        left = np.flatnonzero(holds & (wanted >= 0))
        pair = signature_of[ids[position[left] + place]].astype(np.int64) * chosen.n_parts + wanted[left]
        slot = np.minimum(np.searchsorted(pairs, pair), len(pairs) - 1)
        holds[left] = pairs[slot] == pair if len(pairs) else False
    return holds
