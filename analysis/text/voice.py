"""Whose words: quoted speech in news text, as spans of code points; `voice_rules` says by which rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import analysis.kernels as kernels

from .tokens import as_arrow, blocks
from .voice_rules import BEFORE_OPENING, BEHIND_CLOSING, MARKS, SPACE, WORD_LISTS, Kind, found_in

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["Kind", "Quotation", "QuotedSpans", "quotations", "quotations_of", "quoted_spans"]

Ints = NDArray[np.int64]
Texts: TypeAlias = Sequence[str] | Sequence[str | None] | pa.Array | pa.ChunkedArray

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# As `Stretch` and `Word` in kernels/voice.c.
_STRETCH: Final = np.dtype(
    [(name, np.int32) for name in ("outer_start", "outer_end", "start", "end", "group")]
    + [(name, np.uint8) for name in ("closed", "nested", "kind", "unused")]
)
_WORD: Final = np.dtype([("key", np.uint64, 2), ("lists", np.uint32), ("unused", np.uint32)])
_N_WORDS: Final = 1 << 10
_N_PAGES: Final = 0x1100
#: The signs of listed words outside ASCII.
_SIGNS: Final = {"’": b"\x80", "–": b"\x81", "—": b"\x82"}


class Quotation(NamedTuple):
    """A stretch of text in one pair of quotation marks.

    Attributes
    ----------
    outer_start, outer_end
        With its marks, in code points.
    start, end
        What stands between the marks.
    kind
        "speech": words given as someone's own; "title": a work's; "scare": all else that stands in marks; "nested":
        what stands in another stretch.
    group
        Stretches of one running quotation (a paragraph each) have the same number.
    closed
        False where no mark closes the stretch: the end of a paragraph of a running quotation, or a mark was forgotten.
    """

    outer_start: int
    outer_end: int
    start: int
    end: int
    kind: Kind
    group: int
    closed: bool


class QuotedSpans(NamedTuple):
    """Speech in many texts: int64[n_spans] each, in order, not overlapping.

    What stands between the marks of article i is `text[start:end]`; the narration goes on at `outer_end` and stops at
    `outer_start`, so that the marks themselves belong to nobody.
    """

    article: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    outer_start: NDArray[np.int64]
    outer_end: NDArray[np.int64]


def quotations(text: str) -> list[Quotation]:
    """Find what stands in quotation marks.

    Parameters
    ----------
    text
        One article. Paragraphs end at line breaks, unless its lines are hard-wrapped.

    Returns
    -------
    list of Quotation
        In the order of their beginnings; a nested one comes behind the one that it stands in.

    Notes
    -----
    Found are curly, straight, low, doubled ('' and ``) and single marks and guillemets, also mixed in one pair. A
    stretch without a closing mark ends at its tag ("X, he said.) or with its paragraph; where the next paragraph begins
    with a mark, both are one running quotation. Single marks count only where one clearly opens and another closes, so
    that apostrophes stay apostrophes. Speech is what is long, what a tag or a verb of saying goes with, and a fragment
    in a sentence with such a verb; capitalised words without one are a title.

    Examples
    --------
    >>> text = "“It is a ‘disaster’ for us,” she said of the film “Dark Water”."
    >>> for found in quotations(text):
    ...     print(found.kind, found.start, found.end, text[found.start : found.end])
    speech 1 27 It is a ‘disaster’ for us,
    nested 10 18 disaster
    title 51 61 Dark Water
    """
    # A call of the kernel takes as long as the rules for an article; it pays for many.
    return _listed(_find_by_rules([text]))[0]


def quotations_of(texts: Texts) -> list[list[Quotation]]:
    """Find what stands in quotation marks in many texts: for each what `quotations` returns; None counts as "".

    Examples
    --------
    >>> [len(found) for found in quotations_of(["“We go,” she said.", "Rain fell.", None])]
    [1, 0, 0]
    """
    return _listed(_find(texts))


def _listed(found: _Found) -> list[list[Quotation]]:
    columns = [found.stretches[name].tolist() for name in ("outer_start", "outer_end", "start", "end")]
    kinds = map(_KINDS.__getitem__, found.stretches["kind"].tolist())
    further = (found.stretches["group"].tolist(), found.stretches["closed"].astype(np.bool_).tolist())
    every = map(Quotation, *columns, kinds, *further)
    return [list(islice(every, n)) for n in found.n_of_text.tolist()]


def quoted_spans(texts: Texts) -> QuotedSpans:
    """Find the speech in texts: outermost stretches of kind "speech".

    Examples
    --------
    >>> spans = quoted_spans(["No marks.", 'He said: "We go."'])
    >>> [column.tolist() for column in spans]
    [[1], [10], [16], [9], [17]]
    """
    found = _find(texts)
    speech = found.stretches["kind"] == _KINDS.index("speech")
    article = np.repeat(np.arange(len(found.n_of_text)), found.n_of_text)[speech]
    columns = (found.stretches[name][speech].astype(np.int64) for name in ("start", "end", "outer_start", "outer_end"))
    return QuotedSpans(article, *columns)


class _Found(NamedTuple):
    n_of_text: Ints
    stretches: NDArray[np.void]


def _find(texts: Texts) -> _Found:
    """Find all stretches of many texts, in order."""
    compiled = kernels.load("voice")
    if compiled is None:
        every = texts.to_pylist() if isinstance(texts, pa.Array | pa.ChunkedArray) else texts
        return _find_by_rules(every)
    parts = [_find_by_kernel(compiled, block) for block in blocks(_as_arrow(texts))]
    if not parts:
        return _Found(np.zeros(0, np.int64), np.zeros(0, _STRETCH))
    return _Found(*map(np.concatenate, zip(*parts, strict=True)))


def _find_by_rules(texts: Sequence[str | None]) -> _Found:
    every = [found_in(text or "") for text in texts]
    rows = [
        (*stretch[:5], stretch.closed, stretch.nested, _KINDS.index(kind), 0)
        for found in every
        for stretch, kind in found
    ]
    return _Found(np.array(list(map(len, every)), np.int64), np.array(rows, _STRETCH))


def _as_arrow(texts: Texts) -> pa.ChunkedArray:
    """Return texts as Arrow, in which a lone surrogate stays what it is, so that code points are counted alike."""
    try:
        return as_arrow(texts)
    except UnicodeEncodeError:
        clean = [(text or "").encode("utf-8", "surrogatepass") for text in texts]
        return pa.chunked_array([pa.array(clean, pa.large_binary())])


def _find_by_kernel(compiled: Kernels, texts: pa.Array) -> _Found:
    data, offsets = kernels.utf8(texts)
    n_texts, room = len(texts), len(data) // 64
    wanted = (data, offsets, 8 * n_texts, 4 * (1 + _N_PAGES), room * _STRETCH.itemsize)
    with compiled.blocks(*wanted) as (text, edges, counts, unknown, out):
        arguments = (text, edges, n_texts, counts, unknown, out, room)
        n = compiled.call("voice_find", *arguments)
        n_pages = int(compiled.view(unknown, 1, np.int32)[0])
        if n_pages:
            _tell(compiled, compiled.view(unknown + 4, n_pages, np.int32).tolist())
            n = compiled.call("voice_find", *arguments)
        n_of_text = compiled.view(counts, n_texts, np.int64).copy()
        if n <= room:
            return _Found(n_of_text, compiled.view(out, n, _STRETCH).copy())
        with compiled.blocks(n * _STRETCH.itemsize) as (all_of_them,):
            compiled.call("voice_copy", all_of_them)
            return _Found(n_of_text, compiled.view(all_of_them, n, _STRETCH).copy())


def _tell(compiled: Kernels, pages: list[int]) -> None:
    """Tell the kernel what code points are, 256 at a time, and with the first of them the words."""
    if 0 in pages:
        compiled.call("voice_words", compiled.kept("voice.words", _word_table()), _N_WORDS)
    for page in pages:
        compiled.call("voice_page", page, compiled.kept(f"voice.page.{page}", _page(page)))


def _page(number: int) -> NDArray[np.uint16]:
    """Say what 256 code points are, as bits that `kernels/voice.c` names."""
    return np.array([_what(chr(code)) for code in range(256 * number, 256 * number + 256)], np.uint16)


def _what(sign: str) -> int:
    upper = sign.isupper()
    word = sign.isalnum() | sign.isalpha() << 1 | sign.isdigit() << 2 | sign.isdecimal() << 3
    case = upper << 4 | sign.islower() << 5 | (sign.istitle() and not upper) << 6 | sign.isspace() << 7
    beside = (sign in SPACE) << 8 | (sign in BEFORE_OPENING) << 9 | (sign in BEHIND_CLOSING) << 10
    family, shape = MARKS.get(sign, (0, 0))
    return word | case | beside | (sign in MARKS) << 11 | family << 12 | shape % 3 << 14


def _word_table() -> NDArray[np.void]:
    """Return the lists of words as a table with open addressing: where a word's slot is taken, it is in the next."""
    table = np.zeros(_N_WORDS, _WORD)
    for word in sorted(frozenset().union(*WORD_LISTS)):
        key = b"".join(_SIGNS.get(sign) or sign.encode("ascii") for sign in word).ljust(16, b"\0")
        first, second = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
        hashed = (first * 0x9E3779B97F4A7C15 ^ second * 0xD6E8FEB86659FD93) & (1 << 64) - 1
        at = hashed >> 32 & _N_WORDS - 1
        while table["lists"][at]:
            at = (at + 1) % _N_WORDS
        table[at] = (first, second), sum((word in words) << bit for bit, words in enumerate(WORD_LISTS)), 0
    return table
