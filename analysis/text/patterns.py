"""Patterns such as `clash*`, `tax cut*` and `*gate`: read once, resolved once on distinct terms, found along numbers.

A pattern is one word or a phrase. `*` stands for any run of characters inside a term (also none), `?` for exactly one;
a `*` that stands alone inside a phrase is any one term. Patterns are cut as article text is cut, so capitals and the
shape of an apostrophe do not matter and `anti-war`, `U.S.` and `don’t` are one term each. A phrase never crosses the
end of a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.errors import OptionError
from analysis.text.terms import cut

if TYPE_CHECKING:
    from analysis.kernels import Kernels
    from analysis.text.strings import Strings
    from analysis.text.tokens import Tokens, Vocabulary

Ints: TypeAlias = NDArray[np.int64]

__all__ = ["Matches", "Pattern", "PatternSet", "compile_pattern", "find"]

_ANY = "*"
_LAST = "\U0010ffff"
_WILD = re.compile(r"[*?]")
#: Words of letters that cutting leaves as they are.
_PLAIN = re.compile(r"[A-Za-z]+\*?(?: [A-Za-z]+\*?)*")
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
    if _PLAIN.fullmatch(pattern):  # most are, and lists of 100,000 are read
        return Pattern(pattern, tuple(pattern.lower().split(" ")))
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

    pattern: Ints
    position: Ints


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
        exact = [(part, number) for part, number in self._parts.items() if not _WILD.search(part)]
        self._exact = pa.array([part for part, _ in exact], pa.large_string())
        self._exact_numbers = np.array([number for _, number in exact], np.int64)
        self._wild = [_Wild.of(part, number) for part, number in self._parts.items() if _WILD.search(part)]
        self._heads = [heads for turned in (False, True) if (heads := _Heads.of(self._wild, turned)).wild]
        self._vocabulary: Vocabulary | None = None
        self._forget()

    def _forget(self) -> None:
        self._signatures: dict[tuple[int, ...], int] = {(): 0}
        self._of_term = np.zeros(0, dtype=np.int32)
        self._resolution = _Edition()  # of the signatures
        self._anchor: Ints | None = None
        self._anchored_on = 0
        self._patterns_at: dict[int, list[int]] = {}
        self._emission = Emission.empty()

    def signatures(self, vocabulary: Vocabulary) -> NDArray[np.int32]:
        """Return the signature of each term of the vocabulary; only terms new since last time are looked at."""
        if self._vocabulary is not vocabulary:
            self._vocabulary = vocabulary
            self._forget()
        known = len(self._of_term)
        if known < len(vocabulary.terms):
            self._of_term = np.concatenate([self._of_term, self._sign(vocabulary, known)])
        return self._of_term

    def _sign(self, vocabulary: Vocabulary, known: int) -> NDArray[np.int32]:
        terms, compiled = vocabulary.terms[known:], vocabulary.kernels
        place = pc.index_in(terms.arrow(), value_set=self._exact).fill_null(-1).to_numpy()
        exact = np.flatnonzero(place >= 0)
        found = [(exact, self._exact_numbers[place[exact]])]
        if compiled is None:
            wild = np.array(list(_resolved(self._wild, terms.tolist())), np.int64).reshape(-1, 2)
            found.append((wild[:, 0], wild[:, 1]))
        else:
            found += [heads.resolved(compiled, terms) for heads in self._heads]
        number, part = (np.concatenate(columns) for columns in zip(*found, strict=True))
        order = np.lexsort((part, number))
        number, part = number[order], part[order]
        # Most terms that have a part have one.
        begins = np.flatnonzero(np.diff(number, prepend=-1))
        sizes = np.diff(begins, append=len(number))
        signatures = np.zeros(len(terms), dtype=np.int32)
        known_parts, alone = np.unique(part[begins[sizes == 1]], return_inverse=True)
        signed = [self._signature((one,)) for one in known_parts.tolist()]
        signatures[number[begins[sizes == 1]]] = np.array(signed, np.int32)[alone]
        parts = part.tolist()
        for begin, size in zip(begins[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            signatures[number[begin]] = self._signature(tuple(parts[begin : begin + size]))
        return signatures

    def _signature(self, parts: tuple[int, ...]) -> int:
        return self._signatures.setdefault(parts, len(self._signatures))

    def emission(self, ids: NDArray[np.int32]) -> Emission:
        """Return which patterns each signature known by now may begin to match, at their anchors.

        A pattern's anchor is the place of its rarest term, from which the rest is checked (the "wall"); it is chosen by
        the running terms `ids` and kept until there is far more text; it changes the speed only.
        """
        known = list(self._signatures)
        if self._anchor is None or len(ids) > 4 * self._anchored_on:
            self._anchored_on = len(ids)
            self._anchor = self._anchors(np.bincount(ids, minlength=len(self._of_term)), known)
            self._patterns_at = {}
            self._emission = Emission.empty()  # another edition of it
            for pattern, part in enumerate(self._places[np.arange(len(self._anchor)), self._anchor].tolist()):
                self._patterns_at.setdefault(part, []).append(pattern)
        new = known[len(self._emission.starts) - 1 :]
        if new:
            emitted = [[pattern for part in parts for pattern in self._patterns_at.get(part, ())] for parts in new]
            self._emission = self._emission.extended(self._anchor, emitted, new)
        return self._emission

    def _anchors(self, counts: Ints, known: list[tuple[int, ...]]) -> Ints:
        occurrences = np.bincount(self._of_term, weights=counts, minlength=len(known))
        of_part = np.zeros(self.n_parts)
        for signature, parts in enumerate(known):
            of_part[list(parts)] += occurrences[signature]
        rarity = np.where(self._places >= 0, of_part[self._places], np.inf)
        place: Ints = rarity.argmin(axis=1)
        return place

    def mirrored(self, compiled: Kernels) -> list[int]:
        """Return the addresses of the copies of the tables that the kernels search with; only what is new is copied."""
        told = self._emission
        tables: list[tuple[str, object, NDArray[Any]]] = [
            ("signatures", self._resolution, self._of_term),
            ("starts", told.edition, told.starts),
            ("emitted", told.edition, told.emitted),
            ("part_starts", told.edition, told.part_starts),
            ("parts", told.edition, told.parts),
            ("anchor", told.edition, told.anchor),
            ("lengths", self, self.lengths),
            ("places", self, self._places),
        ]
        return [compiled.mirrored(f"patterns.{name}", owner, table) for name, owner, table in tables]

    @property
    def n_parts(self) -> int:
        """The number of distinct term patterns."""
        return len(self._parts)

    @property
    def places(self) -> Ints:
        """Pattern × place in the phrase: the number of the term pattern, -1 for a lone `*` or past the end."""
        return self._places


class _Edition:
    """Whose tables the kernels keep a copy of: a new one where tables begin anew and do not only grow."""


@dataclass(frozen=True)
class Emission:
    """Which patterns each signature may begin to match: those of signature i are emitted[starts[i] : starts[i + 1]].

    `anchor` is for each pattern the place of the term that emits it; the term patterns of signature i are
    parts[part_starts[i] : part_starts[i + 1]], rising.
    """

    anchor: Ints
    starts: Ints
    emitted: Ints
    part_starts: Ints
    parts: NDArray[np.int32]
    edition: _Edition = field(default_factory=_Edition, compare=False)

    @classmethod
    def empty(cls) -> Emission:
        nothing, zero = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
        return cls(nothing, zero, nothing, zero, np.zeros(0, dtype=np.int32))

    def extended(self, anchor: Ints, emitted: list[list[int]], parts: list[tuple[int, ...]]) -> Emission:
        """Return it with further signatures."""
        starts, flat = _appended(self.starts, self.emitted, emitted)
        part_starts, flat_parts = _appended(self.part_starts, self.parts, parts)
        return Emission(anchor, starts, flat, part_starts, flat_parts, self.edition)


def _appended(starts: Ints, flat: NDArray[Any], rows: Sequence[Sequence[int]]) -> tuple[Ints, NDArray[Any]]:
    """Return a ragged table with further rows."""
    ends = len(flat) + np.cumsum(list(map(len, rows)), dtype=np.int64)
    return np.append(starts, ends), np.append(flat, np.fromiter(chain.from_iterable(rows), flat.dtype))


@dataclass(frozen=True)
class _Wild:
    """A term pattern with wildcards; the letters that it begins with or, turned around, ends with narrow the search."""

    number: int
    head: str
    turned: bool
    matches: Callable[[str], object] | None

    @classmethod
    def of(cls, part: str, number: int) -> _Wild:
        pieces = _WILD.split(part)
        turned = not pieces[0] and bool(pieces[-1])
        head = pieces[-1][::-1] if turned else pieces[0]
        if part == (_ANY + pieces[-1] if turned else head + _ANY):
            return cls(number, head, turned, None)
        wanted = "".join({"*": ".*", "?": "."}.get(piece, re.escape(piece)) for piece in re.split(r"([*?])", part))
        return cls(number, head, turned, re.compile(wanted).fullmatch)


def _resolved(wild: Iterable[_Wild], terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find the terms that term patterns match: (place in `terms`, number of the pattern).

    Examples
    --------
    >>> wild = [_Wild.of(part, number) for number, part in enumerate(["clash*", "*gate", "wom?n"])]
    >>> sorted(_resolved(wild, ["watergate", "clashes", "women", "woman", "clash"]))
    [(0, 1), (1, 0), (2, 2), (3, 2), (4, 0)]
    """
    ordered: dict[bool, tuple[list[str], list[int]]] = {}
    for part in wild:
        if part.turned not in ordered:
            shown = [term[::-1] for term in terms] if part.turned else list(terms)
            order = sorted(range(len(shown)), key=shown.__getitem__)
            ordered[part.turned] = [shown[number] for number in order], order
        keys, numbers = ordered[part.turned]
        first = bisect_left(keys, part.head)
        end = bisect_left(keys, part.head + _LAST, first)
        for number in numbers[first:end]:
            if part.matches is None or part.matches(terms[number]) is not None:
                yield number, part.number


@dataclass(frozen=True)
class _Heads:
    """Term patterns by the letters that they begin or, `turned`, end with, as bytes (turned: backwards), sorted."""

    turned: bool
    wild: list[_Wild]
    data: NDArray[np.uint8]
    edges: Ints

    @classmethod
    def of(cls, wild: Iterable[_Wild], turned: bool) -> _Heads:
        heads = [(part.head[::-1].encode()[::-1] if turned else part.head.encode(), part) for part in wild]
        heads = sorted((pair for pair in heads if pair[1].turned == turned), key=itemgetter(0))
        edges = np.cumsum([0, *(len(head) for head, _ in heads)])
        data = np.frombuffer(b"".join(head for head, _ in heads), np.uint8)
        return cls(turned, [part for _, part in heads], data, edges)

    def resolved(self, compiled: Kernels, terms: Strings) -> tuple[Ints, Ints]:
        """Do as `_resolved`; the places and the numbers apart."""
        room = len(terms) + 1024
        while True:
            with compiled.blocks(terms.data, terms.edges, self.data, self.edges, 8 * room) as (*given, found):
                text, edges, heads, head_edges = given
                shape = (len(self.wild), int(self.turned), room)
                n = compiled.call("patterns_heads", text, edges, len(terms), heads, head_edges, *shape, found)
                if n <= room:
                    place, which = compiled.view(found, (n, 2), np.int32).astype(np.int64).T
                    break
            room = n
        matches = [part.matches for part in self.wild]
        doubtful = np.flatnonzero(np.array([match is not None for match in matches])[which])
        kept = np.ones(n, np.bool_)
        for at, term in zip(doubtful.tolist(), terms.some(place[doubtful]), strict=True):
            match = matches[which[at]]
            kept[at] = match is None or match(term) is not None
        return place[kept], np.array([part.number for part in self.wild])[which[kept]]


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
    told = chosen.emission(ids)
    compiled = tokens.vocabulary.kernels
    keys = _keys(tokens, chosen, signature_of, told) if compiled is None else _keys_by_kernel(tokens, chosen, compiled)
    position, pattern = np.divmod(np.sort(keys), len(chosen.patterns))
    return Matches(pattern, position)


def _keys(tokens: Tokens, chosen: PatternSet, signature_of: NDArray[np.int32], told: Emission) -> Ints:
    """Return position * n_patterns + pattern of each match, in any order."""
    ids = tokens.terms.ids
    wanted = (told.starts[1:] > told.starts[:-1])[signature_of]
    places = np.flatnonzero(wanted[ids])
    at = signature_of[ids[places]]
    pattern = told.emitted[_ranges(told.starts[at], told.starts[at + 1])]
    position = np.repeat(places, told.starts[at + 1] - told.starts[at]) - told.anchor[pattern]

    phrase = chosen.lengths[pattern] > 1
    if phrase.any():
        kept = ~phrase
        of_signature = np.repeat(np.arange(len(told.part_starts) - 1), np.diff(told.part_starts))
        pairs = of_signature * chosen.n_parts + told.parts
        kept[phrase] = _holds(tokens, chosen, pattern[phrase], position[phrase], signature_of, pairs)
        pattern, position = pattern[kept], position[kept]
    keys: Ints = position * len(chosen.patterns) + pattern
    return keys


def _keys_by_kernel(tokens: Tokens, chosen: PatternSet, compiled: Kernels) -> Ints:
    """Do as `_keys`."""
    ids, boundaries = tokens.terms.ids, tokens.terms.sentence_starts
    n_patterns, n_places = chosen.places.shape
    with compiled.lock:
        tables = chosen.mirrored(compiled)
        room = len(ids) // 4 + 1024
        while True:
            with compiled.blocks(ids, boundaries, 8 * room) as (numbers, edges, keys):
                shape = (n_places, n_patterns, room)
                n = compiled.call("patterns_find", numbers, len(ids), edges, len(boundaries), *tables, *shape, keys)
                if n <= room:
                    return compiled.view(keys, n, np.int64).copy()
            room = n


def _ranges(first: Ints, end: Ints) -> Ints:
    """Return first[0], …, end[0] - 1, first[1], …, one range after the other."""
    sizes = end - first
    before = np.cumsum(sizes) - sizes
    numbers: Ints = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(first - before, sizes)
    return numbers


def _holds(
    tokens: Tokens,
    chosen: PatternSet,
    pattern: Ints,
    position: Ints,
    signature_of: NDArray[np.int32],
    pairs: Ints,
) -> NDArray[np.bool_]:
    """Check phrases that may begin at `position`: all inside one sentence, and each term as it should be."""
    ids, boundaries = tokens.terms.ids, tokens.terms.sentence_starts
    last = position + chosen.lengths[pattern] - 1
    holds = (position >= 0) & (last < len(ids))
    holds &= np.searchsorted(boundaries, position, side="right") == np.searchsorted(boundaries, last, side="right")
    for place in range(chosen.places.shape[1]):
        wanted = chosen.places[pattern, place]
        left = np.flatnonzero(holds & (wanted >= 0))
        pair = signature_of[ids[position[left] + place]].astype(np.int64) * chosen.n_parts + wanted[left]
        slot = np.minimum(np.searchsorted(pairs, pair), len(pairs) - 1)
        holds[left] = pairs[slot] == pair if len(pairs) else False
    return holds
