"""`_reading` for many articles at once: `analysis/kernels/clauses.c` has its rules, on numbers in the place of words.

What a word is by itself is said here, once for each distinct one, with the lists that `_phrases` and `_clauses` use.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast
from weakref import WeakKeyDictionary

import numpy as np

from analysis.text.names import KINDS

from . import _clauses as clauses
from . import _phrases as phrases
from ._reading import Told, Unit, Voice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.kernels import Kernels
    from analysis.text.names import Names
    from analysis.text.voice import Quotation

__all__ = ["read_all"]

#: Lists that a word may be on, in the order of the kernel's bits.
_LISTS: Final = (
    phrases.PRONOUNS,
    phrases.BE,
    phrases.HAVE,
    phrases.MODALS,
    phrases.ADVERBS,
    phrases.TIMES,
    phrases.PREPOSITIONS,
    phrases.EXTENDING,
    phrases.DETERMINERS,
    phrases.SUBORDINATORS,
    phrases.CLAUSE_SUBJECTS,
    phrases.DASHES,
    phrases.STOPS,
    phrases.TERMINAL,
    phrases.MEDIA,
    phrases.VERBLIKE,
    phrases.LEADING_TIMES,
    phrases.FINITE,
    phrases.COURTESIES,
    clauses.OBJECTS,
    clauses.QUESTIONS,
    clauses.REFUSING,
    clauses.THAT_ONLY,
    clauses.TELLS,
    clauses.ASKS,
    clauses.PASSIVE_REPORTS,
    clauses.RELATIVES,
    clauses.ASIDES,
    clauses.CLOSING,
    clauses.BEFORE_INVERSION,
    clauses.JOINING,
    clauses.FINITE_BEHIND_NOUN,
)
#: The bits behind those of the lists: what the rules make of a word, its ending in small letters, its capitals.
(
    _FINITE,
    _NEGATION,
    _ADVERB,
    _VERB,
    _CLAUSE,
    _OBJECT,
    _MARKS,
    _JUDGE,
    _NOUN,
    _GOES_ON,
    _ED,
    _ING,
    _LONG_ING,
    _S,
    _OWNER,
    _PLURAL,
    _SHORT_VERB,
    _RE,
    _DIGITS,
    _ALNUM,
    _SIDE,
    _UPPER,
    _LOWER,
    _SMALL,
    _CAPITALS,
    _SHORT,
) = (1 << bit for bit in range(len(_LISTS), len(_LISTS) + 26))
_OF_VERB: Final = {"clause": _CLAUSE, "object": _OBJECT, "marks": _MARKS, "judge": _JUDGE, "noun": _NOUN, "that": 0}
#: Words that the rules name, numbered from 1 as in the kernel.
_CODES: Final = {
    word: code
    for code, word in enumerate(
        [
            *(
                phrases.QUOTE,
                ",",
                ".",
                ";",
                ":",
                "?",
                "!",
                "—",
                "–",
                '"',
                "”",
                "(",
                ")",
                "and",
                "&",
                "but",
                "or",
                "yet",
            ),
            *("so", "as", "that", "whether", "if", "how", "why", "what", "who", "which", "where", "when", "whose"),
            *("a", "an", "the", "his", "her", "its", "this", "of", "for", "from", "to", "at", "in", "with", "on", "by"),
            *("about", "during", "via", "through", "over", "after", "under", "since", "many", "some", "all", "most"),
            *("several", "both", "later", "then", "also", "once", "while", "although", "though", "because", "asked"),
            *("do", "does", "did", "say", "tell", "today", "least", "publicly", "late", "last", "early", "earlier"),
            *("something", "goodbye", "nothing", "out", "according"),
        ],
        1,
    )
}
#: The kernel's classes of characters: of words, white space, small letters.
_WORD, _WHITE, _LETTER = 1, 2, 4
_N_CLASSES: Final = 0x20000
#: So many code points are read at once, and so many distinct words remembered.
_AT_ONCE, _MOST_WORDS = 1_000_000, 400_000


@cache
def _listed() -> dict[str, int]:
    """Return the bits of every word that is on a list."""
    found: dict[str, int] = {}
    for bit, listed in enumerate(_LISTS):
        for word in listed:
            found[word] = found.get(word, 0) | 1 << bit
    for listed, bit in ((phrases.FINITE, _FINITE), (phrases.NEGATIONS, _NEGATION), (phrases.ADVERBS, _ADVERB)):
        for word in listed:
            found[word] = found.get(word, 0) | bit
    for word, how in phrases.reporting_verbs().items():
        bits = _VERB | (_GOES_ON if clauses.goes_on(word) else 0)
        found[word] = found.get(word, 0) | bits | sum({_OF_VERB[name] for name in how})
    return found


def _bits(word: str) -> int:
    """Say what a word is by itself."""
    lower = word.lower()
    bits = _listed().get(lower, 0)
    if lower.endswith("ed"):
        bits |= _ED
    elif lower.endswith("ing"):
        bits |= _ING | (_LONG_ING if len(lower) > 4 else 0)
    elif lower.endswith("ly"):
        bits |= _ADVERB if phrases.is_adverb(lower) else 0
    elif lower[-1] == "s":
        bits |= _S | (0 if lower.endswith(("ous", "ss", "us", "is")) else _PLURAL)
    if not lower.isalpha():
        bits |= _FINITE | _NEGATION if lower.endswith(("n't", "n’t")) else 0
        bits |= _OWNER if lower.endswith(("'s", "’s", "s'", "s’")) else 0
        bits |= _SHORT_VERB if lower.endswith(("'s", "’s", "'re", "’re", "'ve", "’ve")) else 0
        bits |= _RE if lower.endswith(("'re", "’re")) else 0
        bits |= _SIDE if lower.startswith(("d-", "r-")) else 0
        bits |= _DIGITS if lower.isdigit() else 0
    bits |= _ALNUM if lower[0].isalnum() else 0
    if word.islower():
        bits |= _SMALL
    elif len(word) > 2 and word.isupper():
        bits |= _CAPITALS
    bits |= _UPPER if word[0].isupper() else _LOWER if word[0].islower() else 0
    return bits | (_SHORT if len(word) < 5 else 0)


class _Words:
    """The distinct words that the kernel has met."""

    def __init__(self, compiled: Kernels) -> None:
        self.kernels = compiled
        self.lower: list[str] = []
        self.bits: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self.codes: NDArray[np.uint8] = np.zeros(0, np.uint8)
        compiled.call("clauses_reset", int.from_bytes(os.urandom(7)))

    def learn(self) -> tuple[int, int]:
        """Look at new words; return the addresses of the bits and the codes of all."""
        compiled, first = self.kernels, len(self.lower)
        n = compiled.call("clauses_known")
        if n > first:
            begins = compiled.view(compiled.call("clauses_begins") + 4 * first, n - first + 1, np.uint32)
            begin, end = int(begins[0]), int(begins[-1])
            edges = ((begins - begin) // 4).tolist()
            letters = compiled.view(compiled.call("clauses_arena") + begin, end - begin, np.uint8).tobytes()
            text = letters.decode("utf-32-le", "surrogatepass")
            words = [text[a:b] for a, b in pairwise(edges)]
            self.lower += [word.lower() for word in words]
            self.bits = np.append(self.bits, np.fromiter(map(_bits, words), np.uint64, len(words)))
            codes = [_CODES.get(word, 0) for word in self.lower[first:]]
            self.codes = np.append(self.codes, np.array(codes, np.uint8))
        return (
            compiled.mirrored("clauses.bits", self, self.bits),
            compiled.mirrored("clauses.codes", self, self.codes),
        )


_met: WeakKeyDictionary[Kernels, _Words] = WeakKeyDictionary()


def _words(compiled: Kernels) -> _Words:
    if compiled not in _met or len(_met[compiled].lower) > _MOST_WORDS:
        _met[compiled] = _Words(compiled)
    return _met[compiled]


@cache
def _characters() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the classes of the first code points, and the ranges of word characters among the others."""
    signs = "".join(map(chr, range(_N_CLASSES)))
    columns = (str.isalnum, str.isspace, str.islower)
    alnum, space, small = (np.fromiter(map(column, signs), np.bool_, len(signs)) for column in columns)
    classes = alnum * np.uint8(_WORD) + space * np.uint8(_WHITE) + small * np.uint8(_LETTER)
    classes[ord("_")] |= _WORD
    # The planes above have letters without small ones, and no white space.
    above = np.arange(_N_CLASSES, 0x110000, dtype="<u4").tobytes().decode("utf-32-le")
    spans = [found.span() for found in re.finditer(r"\w+", above)]
    ranges = np.array(spans, np.uint32).reshape(-1, 2) + np.array([_N_CLASSES, _N_CLASSES - 1], np.uint32)
    return classes, ranges


def read_all(
    compiled: Kernels,
    texts: Sequence[str],
    spans: tuple[NDArray[np.int64], NDArray[np.int64]],
    sentence_starts: NDArray[np.int64],
    reports: NDArray[np.bool_],
    speech: Sequence[Sequence[Quotation]],
    names: Names,
) -> Iterator[Iterator[Unit]]:
    """Yield what `read` gives for each article.

    `spans` has where sentences begin and end, `sentence_starts` which are of which article.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    kinds = names.kind == KINDS.index("person"), names.kind == KINDS.index("organisation")
    mentions = np.stack([names.start, names.end, names.title_start, *kinds], axis=1).astype(np.int32)
    edges = np.searchsorted(names.article, np.arange(len(texts) + 1))
    begin = 0
    while begin < len(texts):
        total = np.cumsum(lengths[begin : begin + _AT_ONCE])
        end = begin + max(1, int(np.searchsorted(total, _AT_ONCE, side="right")))
        a, b = sentence_starts[[begin, end]].tolist()
        yield from _read_some(
            compiled,
            texts[begin:end],
            (spans[0][a:b], spans[1][a:b]),
            sentence_starts[begin : end + 1] - a,
            reports[a:b],
            speech[begin:end],
            mentions[edges[begin] : edges[end]],
            edges[begin : end + 1] - edges[begin],
        )
        begin = end


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)])


#: How many numbers of 4 bytes the kernel's rows have.
_SPAN, _CUT, _UNIT, _TOLD, _VOICE, _CUE, _WORD_ROW = 10, 4, 8, 8, 3, 14, 8


def _read_some(
    compiled: Kernels,
    texts: Sequence[str],
    spans: tuple[NDArray[np.int64], NDArray[np.int64]],
    sentence_starts: NDArray[np.int64],
    reports: NDArray[np.bool_],
    speech: Sequence[Sequence[Quotation]],
    mentions: NDArray[np.int32],
    mention_starts: NDArray[np.int64],
) -> Iterator[Iterator[Unit]]:
    n = len(texts)
    lengths = np.fromiter(map(len, texts), np.int64, n)
    # Numbering a word reads a little beyond its end.
    letters = np.frombuffer("".join([*texts, "\0\0"]).encode("utf-32-le", "surrogatepass"), np.uint32)
    places = [(found.outer_start, found.outer_end, found.end) for of_text in speech for found in of_text]
    speech_starts = _starts(np.fromiter(map(len, speech), np.int64, n))
    n_speech, n_sentences = len(places), len(reports)
    classes, ranges = _characters()
    with compiled.lock:
        words = _words(compiled)
        tables = compiled.kept("clauses.classes", classes), compiled.kept("clauses.ranges", ranges), len(ranges)
        with compiled.blocks(
            letters,
            _starts(lengths),
            *spans,
            reports,
            sentence_starts,
            np.array(places, np.int32).reshape(-1, 3),
            speech_starts,
            4 * _SPAN * n_sentences,
            8 * (n + 1),
            4 * _CUT * (int(lengths.sum()) + n_speech),
        ) as (text, text_starts, begins, ends, has_verb, starts, stretches, of_speech, units, unit_starts, cuts):
            n_words = compiled.call(
                "clauses_cut", text, text_starts, n, *tables, begins, ends, has_verb, starts, stretches, of_speech,
                units, unit_starts, cuts,
            )  # fmt: skip
            known = words.learn()
            edges = compiled.view(unit_starts, n + 1, np.int64).tolist()
            found = compiled.view(units, (edges[-1], _SPAN), np.int32).copy()
            n_verbs = compiled.call("clauses_count", cuts, n_words, *known)
            longest = int(np.diff(found.view(np.int64)[:, 3:], axis=1).max(initial=0))
            with compiled.blocks(
                mentions,
                mention_starts,
                4 * _WORD_ROW * longest,
                4 * _CUE * (longest + 1),
                4 * _UNIT * edges[-1],
                4 * _TOLD * n_verbs,
                4 * _VOICE * n_speech,
            ) as (named, of_named, room, cues, rows, told_rows, voice_rows):
                n_told = compiled.call(
                    "clauses_read", text, text_starts, n, units, unit_starts, cuts, *known, named, of_named, of_speech,
                    room, cues, rows, told_rows, voice_rows,
                )  # fmt: skip
                unit_rows = compiled.view(rows, (edges[-1], _UNIT), np.int32).copy()
                verbs = _columns(compiled.view(told_rows, (n_told, _TOLD), np.int32))
                voices = list(zip(*_columns(compiled.view(voice_rows, (n_speech, _VOICE), np.int32)), strict=True))
    written = ["according to" if number < 0 else words.lower[number] for number in verbs[0]]
    told = cast("list[Told]", list(zip(written, *verbs[1:], strict=True)))
    return _units(found, unit_rows, edges, told, cast("list[Voice]", voices), speech_starts.tolist())


def _columns(rows: NDArray[np.int32]) -> list[list[int]]:
    return [column.tolist() for column in np.ascontiguousarray(rows.T)]


def _units(
    spans: NDArray[np.int32],
    rows: NDArray[np.int32],
    edges: list[int],
    told: list[Told],
    voices: list[Voice],
    speech_starts: list[int],
) -> Iterator[Iterator[Unit]]:
    """Put the kernel's rows together; `edges` are those of the articles."""
    is_read = (spans[:, 3] < spans[:, 4]) | (spans[:, 5] != 0)
    places = np.flatnonzero(is_read)
    named = rows[:, 0].tolist()
    ends = np.cumsum(rows[places, 1:3], axis=0)
    columns = [ends[:, 0].tolist(), *_columns(np.hstack([rows[places], spans[places][:, [0, 2, 3]]]))]
    readings = list(zip(places.tolist(), *columns, strict=True))

    def of_article(first: int, last: int, begin: int, speech: int) -> Iterator[Unit]:
        before = begin
        for at, end, own, n, m, bare, colon, a, b, mention, start, paragraph, stretch in readings[first:last]:
            its = voices[speech + stretch : speech + stretch + m]
            yield Unit(
                named[before:at], own, start, paragraph, stretch, bare, colon, a, b, mention, told[end - n : end], its
            )
            before = at + 1

    of_edges = np.searchsorted(places, edges).tolist()
    for article, speech in enumerate(speech_starts[:-1]):
        yield of_article(of_edges[article], of_edges[article + 1], edges[article], speech)
