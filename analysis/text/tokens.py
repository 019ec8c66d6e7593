"""Texts as numbers: a text is cut once, and each distinct chunk is looked at once.

A *chunk* is a run between white space, exactly as `str.split` gives it. A chunk that glues two sentences together
("over.The") is cut into *pieces*; sentences are slices of the pieces, and *terms* are the lowercased words in them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import analysis.kernels as kernels

from . import sentences
from .sentences import LINE_BREAK, PARAGRAPH_BREAK, may_glue, unglue
from .shapes import example, template_and_word
from .strings import Growing, Lexicon, Strings, in_order
from .terms import AROUND, cut, is_whole_term, normalise

if TYPE_CHECKING:
    from typing import TypeVar

    from analysis.corpus import Corpus
    from analysis.kernels import Kernels

    Words = TypeVar("Words", Strings, list[str])

__all__ = [
    "Shaped",
    "Terms",
    "Tokens",
    "Vocabulary",
    "as_arrow",
    "blocks",
    "cut_parts",
    "tokenise",
    "tokens_of",
]

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]

# Past this many chunks a vocabulary is left to the corpora that use it and a new one begun: bounds memory in long runs.
_MOST_CHUNKS = 250_000
# Texts are cut in blocks, so that what a block needs beyond its numbers stays small.
_BLOCK_BYTES = 64_000_000

# The kernels' tables of strings.
_PADDED, _CHUNKS, _TERMS, _TEMPLATES = range(4)

_WHITE, _LEADS_WHITE = 1, 2
_BYTE_KIND = np.zeros(256, np.uint8)
_BYTE_KIND[[9, 10, 11, 12, 13, 28, 29, 30, 31, 32]] = _WHITE
_BYTE_KIND[[0xC2, 0xE1, 0xE2, 0xE3]] = _LEADS_WHITE
_WIDE_WHITE = [chr(c) for c in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)]
_WIDE_KEYS = np.array(sorted(int.from_bytes(c.encode().ljust(3, b"\0"), "big") for c in _WIDE_WHITE), np.int64)


class Vocabulary:
    """Every distinct chunk seen by this process, numbered, with what the measures know of it.

    `chunks[number]` is the chunk, `terms[number]` the term. Numbers are given in the order of first sight and stay
    valid; nothing that is shown to a user may depend on them. The words of chunks are numbered among the terms: they
    are terms, but for those with a curly apostrophe.
    """

    def __init__(self) -> None:
        self.chunks = Strings()
        self.terms = Strings()
        # An example of each template.
        self.templates: list[str] = []
        self.kernels = kernels.load()
        # All empty where kernels keep them. A padded chunk is a chunk with the white space behind it.
        self._padded_number: dict[str, int] = {}
        self._chunk_number: dict[str, int] = {}
        self._template_number: dict[str, int] = {}
        self._term_number: dict[str, int] = {}
        if self.kernels is not None:
            self.kernels.call("cut_reset", int.from_bytes(os.urandom(7)))
        self._padded_chunk = Growing(np.int32)  # -1: only white space
        self._padded_break = Growing(np.uint8)
        self._padded_length = Growing(np.int32)  # code points, white space included
        self._chunk_length = Growing(np.int32)
        # Ragged: row `chunk` is flat[first[chunk] : first[chunk] + n[chunk]].
        self._n_pieces = Growing(np.uint8)
        self._first_piece = Growing(np.int32)
        self._piece_flat = Growing(np.int32)
        self._piece_offset_flat = Growing(np.int32)
        self._n_terms = Growing(np.int32)
        self._first_term = Growing(np.int32)
        self._term_flat = Growing(np.int32)
        self._term_start_flat = Growing(np.int32)
        self._term_end_flat = Growing(np.int32)
        # Of chunks that are signs, a word, signs (see `shapes`; -1 for others).
        self._template = Growing(np.int32)
        self._word = Growing(np.int32)
        self._template_lead = Growing(np.int32)
        self._columns: dict[str, Growing] = {}
        self._word_columns: dict[str, Growing] = {}
        self._template_columns: dict[str, Growing] = {}
        self._term_columns: dict[str, Growing] = {}

    def alphabetical(self, numbers: NDArray[Any]) -> tuple[NDArray[Any], pa.Array]:
        """Return some distinct terms' numbers in alphabetical order, and the terms in that order."""
        names = self.terms.arrow().take(pa.array(numbers))
        order = in_order(names)
        return numbers[order], names.take(pa.array(order))

    def column(self, name: str, compute: Callable[[list[str]], NDArray[Any]]) -> NDArray[Any]:
        """Return one value for each distinct chunk, indexed by its number.

        `compute` is given only the chunks that this column has not seen, and returns as many values.
        """
        return _grown(self._columns, name, self.chunks, lambda chunks: compute(chunks.tolist()))

    def shaped_column(self, name: str, shaped: Shaped) -> NDArray[Any]:
        """Return one value for each distinct chunk, as `column`, put together from its word and its template."""
        return _grown(self._columns, name, self.chunks, lambda chunks: self._shaped(name, shaped, len(chunks)))

    def _shaped(self, name: str, shaped: Shaped, n: int) -> NDArray[Any]:
        """Put the values of the last `n` chunks together."""
        first = len(self.chunks) - n
        of_word = _grown(self._word_columns, name, self.terms, shaped.of_words)
        of_template = _grown(self._template_columns, name, self.templates, shaped.of_templates)
        template, word = self._template.values[first:], self._word.values[first:]
        places = np.flatnonzero(template >= 0)
        lengths = self._chunk_length.values[first:][places]
        values, usable = shaped.join(of_word[word[places]], of_template[template[places]], lengths)
        whole = np.ones(n, np.bool_)
        whole[places if usable is None else places[usable]] = False
        others = np.flatnonzero(whole)
        rest = shaped.of_chunks(self.chunks.some(first + others))
        found = np.empty((n, *rest.shape[1:]), rest.dtype)
        found[places] = values
        found[others] = rest
        return found

    def term_column(self, name: str, compute: Callable[[list[str]], NDArray[Any]]) -> NDArray[Any]:
        """Return one value for each distinct term, indexed by its number; as `column` does for chunks."""
        return _grown(self._term_columns, name, self.terms, lambda terms: compute(terms.tolist()))

    def number_padded(self, padded: list[str]) -> Numbers:
        """Return the numbers of distinct padded chunks, learning those not seen before."""
        known = self._padded_number
        numbers = np.fromiter(map(known.get, padded, repeat(-1)), np.int32, len(padded))
        unseen = np.flatnonzero(numbers < 0)
        if len(unseen):
            first = len(known)
            new = [padded[place] for place in unseen.tolist()]
            self.learn_padded(new)
            known.update(zip(new, range(first, first + len(new)), strict=True))
            numbers[unseen] = np.arange(first, first + len(unseen))
        return numbers

    def learn_padded(self, padded: list[str]) -> None:
        """Look at distinct padded chunks not seen before; their numbers follow on those given so far."""
        chunks = [text.rstrip() for text in padded]
        known = self._chunk_number
        self._padded_chunk.extend([known.setdefault(chunk, len(known)) if chunk else -1 for chunk in chunks])
        self._padded_length.extend(list(map(len, padded)))
        self._padded_break.extend([_break(text, len(chunk)) for text, chunk in zip(padded, chunks, strict=True)])
        self._learn_chunks()

    def learn_by_kernels(self, compiled: Kernels) -> None:
        """Look at the padded chunks that the kernels have numbered since the last time."""
        first = len(self._padded_chunk)
        n = compiled.call("cut_known", _PADDED) - first
        if not n:
            return
        with compiled.blocks(4 * n, 4 * n, n) as (chunks, lengths, breaks):
            compiled.call("cut_padded", first, chunks, lengths, breaks)
            self._padded_chunk.extend(compiled.view(chunks, n, np.int32))
            self._padded_length.extend(compiled.view(lengths, n, np.int32))
            self._padded_break.extend(compiled.view(breaks, n, np.uint8))
        self._learn_chunks()

    def _learn_chunks(self) -> None:
        """Look at the chunks that have been numbered since the last time."""
        first = len(self.chunks)
        apart = self._take_apart()
        others = np.flatnonzero(apart[:, 0] < 0)
        glued = {
            first + place: cuts
            for place, chunk in zip(others.tolist(), self.chunks.some(first + others), strict=True)
            if may_glue(chunk) and (cuts := unglue(chunk)) is not None
        }
        numbers = self._numbers(_CHUNKS, [part for cuts in glued.values() for part in cuts])
        if glued:  # pieces not seen before
            apart = np.concatenate([apart, self._take_apart()])
        self._learn_pieces(first, glued, numbers)
        self._learn_terms(first, apart)

    def _numbers(self, table: int, strings: list[str]) -> Numbers:
        """Number chunks or terms, new ones too."""
        if self.kernels is None:
            known = self._chunk_number if table == _CHUNKS else self._term_number
            return np.array([known.setdefault(string, len(known)) for string in strings], np.int32)
        texts, n = Strings.of(strings), len(strings)
        with self.kernels.blocks(texts.data, texts.edges, 4 * n) as (text, edges, numbers):
            self.kernels.call("cut_numbers", table, text, edges, n, numbers)
            return self.kernels.view(numbers, n, np.int32).copy()

    def _take_apart(self) -> Numbers:
        """Take new chunks apart: a row each of template, word, term of the word and length of the word, -1 for none."""
        if (compiled := self.kernels) is None:
            apart, new_templates = self._take_apart_in_python()
        else:
            first = len(self.chunks)
            _learn_strings(compiled, _CHUNKS, self.chunks)
            n = len(self.chunks) - first
            with compiled.blocks(16 * n, 4 * n) as (rows, lengths):
                compiled.call("cut_apart", first, rows, lengths)
                apart = compiled.view(rows, (n, 4), np.int32).copy()
                self._chunk_length.extend(compiled.view(lengths, n, np.int32))
            templates = Strings()
            _learn_strings(compiled, _TEMPLATES, templates, len(self.templates))
            new_templates = templates.tolist()
        self._template.extend(apart[:, 0])
        self._word.extend(apart[:, 1])
        examples = list(map(example, new_templates))
        self.templates.extend(examples)
        self._template_lead.extend([_FIRST_SIGN(text).start() for text in examples])
        return apart

    def _take_apart_in_python(self) -> tuple[Numbers, list[str]]:
        """Do as the kernels; return the new templates too."""
        chunks = list(islice(self._chunk_number, len(self.chunks), None))
        self.chunks.append(chunks)
        self._chunk_length.extend(list(map(len, chunks)))
        templates = self._template_number
        apart = np.full((len(chunks), 4), -1, np.int32)
        for row, pair in enumerate(map(template_and_word, chunks)):
            if pair is not None:
                template, word = templates.setdefault(pair[0], len(templates)), pair[1]
                apart[row] = template, *self._numbers(_TERMS, [word, normalise(word)]), len(word)
        return apart, list(islice(templates, len(self.templates), None))

    def _learn_pieces(self, first: int, glued: dict[int, list[str]], numbers: Numbers) -> None:
        """Keep the pieces of glued chunks; `numbers` are those of all pieces, one chunk after the other."""
        counts = np.ones(len(self.chunks) - first, np.int64)
        firsts = np.zeros(len(counts), np.int64)
        at = len(self._piece_flat)
        for number, parts in glued.items():
            counts[number - first], firsts[number - first] = len(parts), at
            at += len(parts)
            self._piece_offset_flat.extend(np.cumsum([0, *map(len, parts[:-1])]))
        self._piece_flat.extend(numbers)
        self._n_pieces.extend(counts)
        self._first_piece.extend(firsts)

    def _learn_terms(self, first: int, apart: Numbers) -> None:
        """Cut new chunks into terms; most are one word between signs, and those are done all together."""
        alone = apart[:, 0] >= 0
        whole, others = np.flatnonzero(alone), np.flatnonzero(~alone)
        template, _, term, length = apart[whole].T
        cuts = list(map(_cut_chunk, self.chunks.some(first + others)))
        rest = list(chain.from_iterable(cuts))
        begin = self._template_lead.values[template]
        counts = np.ones(len(apart), np.int64)
        counts[others] = list(map(len, cuts))
        # Rows of the ragged table may stand in any order: the whole words first, then the others.
        at = len(self._term_flat)
        firsts = np.empty(len(apart), np.int64)
        firsts[whole] = at + np.arange(len(whole))
        firsts[others] = at + len(whole) + np.cumsum(counts[others]) - counts[others]
        self._n_terms.extend(counts)
        self._first_term.extend(firsts)
        self._term_flat.extend(term)
        self._term_flat.extend(self._numbers(_TERMS, [term for term, _, _ in rest]))
        self._term_start_flat.extend(begin)
        self._term_start_flat.extend([start for _, start, _ in rest])
        self._term_end_flat.extend(begin + length)
        self._term_end_flat.extend([stop for _, _, stop in rest])
        if self.kernels is None:
            self.terms.append(islice(self._term_number, len(self.terms), None))
        else:
            _learn_strings(self.kernels, _TERMS, self.terms)


_FIRST_SIGN = cast("Callable[[str], re.Match[str]]", re.compile("[A-Za-z0-9]").search)


def _cut_chunk(chunk: str) -> list[tuple[str, int, int]]:
    word = chunk.strip(AROUND)
    if is_whole_term(word, chunk):
        begin = chunk.find(word)
        return [(word.lower(), begin, begin + len(word))]
    return cut(chunk)


def _learn_strings(compiled: Kernels, table: int, strings: Strings, first: int | None = None) -> None:
    """Append to `strings` those of one of the kernels' tables that it has not yet, or those from number `first` on."""
    first = len(strings) if first is None else first
    n = compiled.call("cut_known", table) - first
    edges = compiled.view(compiled.call("cut_begins", table) + 4 * first, n + 1, np.uint32).astype(np.int64)
    begin, end = edges[[0, -1]].tolist()
    strings.extend(compiled.view(compiled.call("cut_arena", table) + begin, end - begin, np.uint8), edges - begin)


@dataclass(frozen=True)
class Shaped:
    """How a column of the vocabulary is put together.

    Attributes
    ----------
    of_words, of_templates
        Lowercase words, or examples of templates, to one value (or row) each.
    join
        Their values for some chunks, and the chunks' lengths in code points, to values of the chunks, and which of
        them hold (None: all); the others are looked at whole.
    of_chunks
        Chunks to values.
    """

    of_words: Callable[[Strings], NDArray[Any]]
    of_templates: Callable[[list[str]], NDArray[Any]]
    join: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[np.bool_] | None]]
    of_chunks: Callable[[list[str]], NDArray[Any]]


def _grown(
    columns: dict[str, Growing], name: str, words: Words, compute: Callable[[Words], NDArray[Any]]
) -> NDArray[Any]:
    column = columns.get(name)
    if column is None:
        values = compute(words[:])
        column = columns[name] = Growing(values.dtype, *values.shape[1:])
        column.extend(values)
    elif len(column) < len(words):
        column.extend(compute(words[len(column) :]))
    return column.values


def _break(padded: str, end: int) -> int:
    gap = padded[end:]
    if gap in ("", " "):
        return 0
    lines = len((gap + "x").splitlines()) - 1
    return PARAGRAPH_BREAK if lines > 1 or "\u2029" in gap else LINE_BREAK if lines else 0


_LISTED = Lexicon(Strings.of(sentences.LISTED))
_FLAGS = Shaped(
    of_words=lambda words: _LISTED.places(words) >= 0,
    of_templates=sentences.flags,
    join=lambda listed, flag, _: (flag, ~listed),
    of_chunks=sentences.flags,
)

_shared: Vocabulary | None = None


def _vocabulary() -> Vocabulary:
    """Return the vocabulary that this process shares between corpora."""
    global _shared
    if _shared is None or len(_shared.chunks) > _MOST_CHUNKS:
        _shared = Vocabulary()
    return _shared


@contextmanager
def _learning() -> Iterator[None]:
    """Leave the shared vocabulary to the corpora that use it where an error, or Ctrl-C, leaves it half learned."""
    global _shared
    try:
        yield
    except BaseException:
        _shared = None
        raise


@dataclass(frozen=True)
class Terms:
    """The running terms of a corpus: `ids` int32[n_terms], with where articles and sentences begin in them."""

    ids: Numbers
    starts: Ints
    sentence_starts: Ints


class Tokens:
    """A corpus as numbers.

    Attributes
    ----------
    vocabulary : Vocabulary
        What the numbers stand for.
    ids : int32[n_chunks]
        Running chunks of all articles; article i is `ids[starts[i]:starts[i + 1]]`, exactly its `text.split()`.
    starts : int64[n_articles + 1]
    pieces : int32[n_pieces]
        The same with glued chunks cut; `piece_starts` int64[n_articles + 1].
    sentence_starts : int64[n_sentences + 1]
        Into `pieces`; `article_sentence_starts` int64[n_articles + 1] into the sentences.
    terms : Terms
        Running terms, made from the pieces.
    """

    def __init__(self, vocabulary: Vocabulary, padded: Numbers, padded_starts: Ints) -> None:
        chunk = vocabulary._padded_chunk.values.take(padded)
        self.vocabulary = vocabulary
        self._padded = padded
        self.ids: Numbers = chunk
        self.starts: Ints = padded_starts
        self._lead = np.zeros(len(padded_starts) - 1, np.int64)  # where the first chunk of an article begins
        real = chunk >= 0
        if not real.all():  # such an article has a padded chunk of nothing else
            white = np.flatnonzero(~real)
            article = np.searchsorted(padded_starts, white, side="right") - 1
            self._lead[article] = vocabulary._padded_length.values[padded[white]]
            self.ids = chunk[real]
            self.starts = np.concatenate([[0], np.cumsum(real)])[padded_starts]
            self._padded = padded[real]

    @property
    def n_articles(self) -> int:
        return len(self.starts) - 1

    def some(self, kept: NDArray[np.bool_]) -> Tokens:
        """Return some of the articles, bool[n_articles].

        Examples
        --------
        >>> tokens = tokenise(["Rain fell.", "It is dry."]).some(np.array([False, True]))
        >>> [tokens.vocabulary.chunks[number] for number in tokens.ids]
        ['It', 'is', 'dry.']
        """
        if kept.all():
            return self
        sizes = np.diff(self.starts)
        of_kept = np.repeat(kept, sizes)
        padded, ids, places = (column[of_kept] for column in (self._padded, self.ids, self._places))
        return _Parts(self.vocabulary, padded, ids, places, np.concatenate([[0], np.cumsum(sizes[kept])]))

    @cached_property
    def _cuts(self) -> tuple[Ints, Ints, Ints] | None:
        """Glued chunks, the places of their pieces in the stream, and where the vocabulary keeps those pieces."""
        counts = self.vocabulary._n_pieces.values[self.ids]
        glued = np.flatnonzero(counts > 1)
        if not len(glued):
            return None
        counts = counts[glued].astype(np.int64)
        into = _ranges(glued + np.cumsum(counts - 1) - (counts - 1), counts)
        return glued, into, _ranges(self.vocabulary._first_piece.values[self.ids[glued]], counts)

    @cached_property
    def _glue(self) -> tuple[Numbers, Ints, Numbers | None]:
        """Pieces, where articles begin in them, and the chunk that each piece is of (None: each of its own)."""
        if (compiled := self.vocabulary.kernels) is not None:
            return self._glue_by_kernel(compiled)
        if self._cuts is None:
            return self.ids, self.starts, None
        glued, into, flat = self._cuts
        counts = self.vocabulary._n_pieces.values[self.ids].astype(np.int64)
        of_chunk = np.repeat(np.arange(len(self.ids), dtype=np.int32), counts)
        pieces = self.ids[of_chunk]
        pieces[into] = self.vocabulary._piece_flat.values[flat]
        added = np.concatenate([[0], np.cumsum(counts[glued] - 1)])
        return pieces, self.starts + added[np.searchsorted(glued, self.starts)], of_chunk

    def _glue_by_kernel(self, compiled: Kernels) -> tuple[Numbers, Ints, Numbers | None]:
        known, n, n_articles = self.vocabulary, len(self.ids), self.n_articles
        columns = {
            "n_pieces": known._n_pieces,
            "first_piece": known._first_piece,
            "pieces": known._piece_flat,
            "breaks": known._padded_break,
        }
        room = n + n // 16 + 64
        with compiled.lock:
            tables = [compiled.mirrored(f"tokens.{name}", column, column.values) for name, column in columns.items()]
            while True:
                wanted = (self.ids, self._padded, self.starts, 4 * room, 4 * room, room, 8 * (n_articles + 1))
                with compiled.blocks(*wanted) as (chunks, padded, starts, *found):
                    most = compiled.call("cut_pieces", chunks, padded, starts, n_articles, *tables, room, *found)
                    if most <= room:
                        pieces = compiled.view(found[0], most, np.int32).copy()
                        of_chunk = None if most == n else compiled.view(found[1], most, np.int32).copy()
                        self.__dict__["breaks"] = compiled.view(found[2], most, np.uint8).copy()
                        piece_starts = compiled.view(found[3], n_articles + 1, np.int64).copy()
                        return pieces, piece_starts, of_chunk
                room = most

    @property
    def pieces(self) -> Numbers:
        return self._glue[0]

    @property
    def piece_starts(self) -> Ints:
        return self._glue[1]

    @cached_property
    def breaks(self) -> NDArray[np.uint8]:
        """uint8[n_pieces]: the white space behind each piece: 0, 1 for a line break, 2 for a paragraph's end."""
        of_chunk = self._glue[2]
        if "breaks" in self.__dict__:  # the kernel finds them on its way
            return cast("NDArray[np.uint8]", self.__dict__["breaks"])
        breaks = self.vocabulary._padded_break.values[self._padded]
        if of_chunk is None:
            return cast("NDArray[np.uint8]", breaks)
        spread = breaks[of_chunk]
        spread[:-1][of_chunk[1:] == of_chunk[:-1]] = 0
        return cast("NDArray[np.uint8]", spread)

    @cached_property
    def _sentences(self) -> tuple[Ints, Ints]:
        flags = self.vocabulary.shaped_column("sentences.flags", _FLAGS)
        if (compiled := self.vocabulary.kernels) is not None:
            return self._sentences_by_kernel(compiled, flags)
        pieces, lengths = self.pieces, self.vocabulary._chunk_length.values
        ends = sentences.boundaries(flags[pieces], self.breaks, self.piece_starts, lengths[pieces])
        of_chunk = self._glue[2]
        if of_chunk is not None:  # a cut inside a chunk is a boundary by its own rule
            ends[:-1] |= of_chunk[1:] == of_chunk[:-1]
        starts = np.concatenate([[0], np.flatnonzero(ends) + 1])
        return starts, np.searchsorted(starts, self.piece_starts)

    def _sentences_by_kernel(self, compiled: Kernels, flags: NDArray[Any]) -> tuple[Ints, Ints]:
        (pieces, starts, of_chunk), known = self._glue, self.vocabulary
        n, longest = len(starts) - 1, int(np.diff(starts).max(initial=0)) + 1
        chunks = np.zeros(0, np.int32) if of_chunk is None else of_chunk
        room = (4 * longest, 4 * longest, 4 * longest, longest)
        with compiled.lock:
            flags_at = compiled.mirrored("sentences.flags", known, flags)
            lengths_at = compiled.mirrored("tokens.lengths", known._chunk_length, known._chunk_length.values)
            wanted = (pieces, self.breaks, chunks, starts, *room, 8 * len(pieces) + 8, 8 * (n + 1))
            with compiled.blocks(*wanted) as (numbers, breaks, chunk, edges, *scratch, begins, firsts):
                given = (numbers, flags_at, lengths_at, breaks, 0 if of_chunk is None else chunk, edges, n)
                n_sentences = compiled.call("sentences_begin", *given, *scratch, begins, firsts)
                sentence_starts = compiled.view(begins, n_sentences + 1, np.int64).copy()
                return sentence_starts, compiled.view(firsts, n + 1, np.int64).copy()

    @property
    def sentence_starts(self) -> Ints:
        return self._sentences[0]

    @property
    def article_sentence_starts(self) -> Ints:
        return self._sentences[1]

    @property
    def n_sentences(self) -> int:
        return len(self.sentence_starts) - 1

    @cached_property
    def _spread(self) -> tuple[Ints, Numbers]:
        """Where each piece's terms begin among the running terms, and the end; and how many it has."""
        counts = self.vocabulary._n_terms.values[self.pieces]
        return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]), counts

    @cached_property
    def terms(self) -> Terms:
        known = self.vocabulary
        if known.kernels is not None:
            ids, sentence_starts = self._terms_by_kernel(known.kernels)
            return Terms(ids, sentence_starts[self.article_sentence_starts], sentence_starts)
        begins, counts = self._spread
        ids = known._term_flat.values[_ranges(known._first_term.values[self.pieces], counts)]
        return Terms(ids, begins[self.piece_starts], begins[self.sentence_starts])

    def _terms_by_kernel(self, compiled: Kernels) -> tuple[Numbers, Ints]:
        """Return the running terms, and where those of each sentence begin."""
        known, pieces, edges = self.vocabulary, self.pieces, self.sentence_starts
        columns = {"first_term": known._first_term, "n_terms": known._n_terms, "terms": known._term_flat}
        room = len(pieces) + len(pieces) // 8 + 64
        with compiled.lock:
            tables = [compiled.mirrored(f"tokens.{name}", column, column.values) for name, column in columns.items()]
            while True:
                with compiled.blocks(pieces, edges, 4 * room, 8 * len(edges)) as (numbers, sentences_at, *found):
                    n = compiled.call("parts_terms", numbers, sentences_at, len(edges) - 1, *tables, room, *found)
                    if n <= room:
                        terms = compiled.view(found[0], n, np.int32).copy()
                        return terms, compiled.view(found[1], len(edges), np.int64).copy()
                room = n

    @cached_property
    def _places(self) -> Numbers:
        """int32[n_chunks]: where each chunk begins in its article's text, in code points."""
        known, n = self.vocabulary, len(self.ids)
        if (compiled := known.kernels) is not None:
            with compiled.lock:
                lengths_at = compiled.mirrored(
                    "tokens.padded_lengths", known._padded_length, known._padded_length.values
                )
                with compiled.blocks(self._padded, self.starts, self._lead, 4 * n) as (padded, starts, lead, found):
                    compiled.call("cut_places", padded, starts, self.n_articles, lead, lengths_at, found)
                    return compiled.view(found, n, np.int32).copy()
        lengths = known._padded_length.values[self._padded].astype(np.int64)
        ends = np.cumsum(lengths)
        begin = ends - lengths
        sizes = np.diff(self.starts)
        base = np.zeros(self.n_articles, np.int64)
        full = sizes > 0
        base[full] = begin[self.starts[:-1][full]]
        return cast(Numbers, (begin - np.repeat(base - self._lead, sizes)).astype(np.int32))

    @cached_property
    def piece_offsets(self) -> Ints:
        """int64[n_pieces]: where each piece begins in its article's text, in code points."""
        return self.offsets_of(np.arange(len(self.pieces)))

    @property
    def lengths(self) -> Ints:
        """int64[n_articles]: the length of each article's text, in code points."""
        lengths = self._lead.copy()
        full = np.flatnonzero(np.diff(self.starts))
        last = self.starts[1:][full] - 1
        lengths[full] = self._places[last] + self.vocabulary._padded_length.values[self._padded[last]]
        return lengths

    def offsets_of(self, pieces: Ints) -> Ints:
        """Return where some pieces begin in their articles' texts, in code points.

        Examples
        --------
        >>> tokenise(["It is over.The town slept."]).offsets_of(np.array([0, 3]))
        array([ 0, 11])
        """
        of_chunk = self._glue[2]
        if of_chunk is None:
            return self._places[pieces].astype(np.int64)
        chunk = of_chunk[pieces]
        offsets = self._places[chunk].astype(np.int64)
        inside = np.flatnonzero((pieces > 0) & (of_chunk[pieces - 1] == chunk))
        if len(inside):
            first = self.vocabulary._first_piece.values[self.ids[chunk[inside]]]
            row = pieces[inside] - np.searchsorted(of_chunk, chunk[inside])
            offsets[inside] += self.vocabulary._piece_offset_flat.values[first + row]
        return offsets

    @cached_property
    def sentence_begins(self) -> Ints:
        """int64[n_sentences]: where each sentence begins in its article's text, in code points."""
        return self.offsets_of(self.sentence_starts[:-1])

    def sentence_spans(self) -> tuple[Ints, Ints]:
        """Return where each sentence begins and ends in its article's text: int64[n_sentences] each, in code points."""
        starts = self.sentence_starts
        if len(starts) == 1:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        last = starts[1:] - 1
        lengths = self.vocabulary._chunk_length.values
        return self.sentence_begins, self.offsets_of(last) + lengths[self.pieces[last]]

    def term_spans(self) -> tuple[Ints, Ints]:
        """Return where each running term begins and ends in its article's text: int64[n_terms] each, in code points."""
        known = self.vocabulary
        counts = self._spread[1]
        flat = _ranges(known._first_term.values[self.pieces], counts)
        base = np.repeat(self.piece_offsets, counts)
        return base + known._term_start_flat.values[flat], base + known._term_end_flat.values[flat]

    @property
    def n_sentences_of_article(self) -> Ints:
        """int64[n_articles]"""
        return cast(Ints, np.diff(self.article_sentence_starts))


class _Parts(Tokens):
    """Parts of articles, the places of whose chunks are known."""

    def __init__(self, vocabulary: Vocabulary, padded: Numbers, ids: Numbers, places: Numbers, starts: Ints) -> None:
        self.vocabulary, self.ids, self.starts = vocabulary, ids, starts
        self._padded = padded
        self.__dict__["_places"] = places


def _ranges(first: NDArray[Any], counts: NDArray[Any]) -> Ints:
    """Return first[0], first[0]+1, … (counts[0] of them), first[1], … as one array."""
    counts = counts.astype(np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return cast(Ints, np.arange(total) + np.repeat(first.astype(np.int64) - (ends - counts), counts))


def tokenise(texts: Sequence[str] | pa.Array | pa.ChunkedArray) -> Tokens:
    """Cut texts into chunks and number them.

    Parameters
    ----------
    texts
        Texts of the articles; None counts as "". A lone surrogate, which UTF-8 cannot write, counts as U+FFFD.

    Examples
    --------
    >>> tokens = tokenise(["It is over.The town slept.", "Mr. Hale said so."])
    >>> [tokens.vocabulary.chunks[number] for number in tokens.ids[: tokens.starts[1]]]
    ['It', 'is', 'over.The', 'town', 'slept.']
    >>> tokens.n_sentences
    3
    >>> [tokens.vocabulary.terms[number] for number in tokens.terms.ids[tokens.terms.starts[1] :]]
    ['mr', 'hale', 'said', 'so']
    """
    known = _vocabulary()
    padded, counts = [], []
    for block in blocks(_without_surrogates(texts)):
        with _learning():
            numbers, sizes = _cut(known, block)
        padded.append(numbers)
        counts.append(sizes)
    if not padded:
        return Tokens(known, np.zeros(0, np.int32), np.zeros(1, np.int64))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    return Tokens(known, np.concatenate(padded), starts)


def cut_parts(
    whole: Tokens, article: Ints, start: Ints, end: Ints, wanted: Callable[[], NDArray[np.bool_]]
) -> tuple[Tokens, NDArray[np.bool_]] | None:
    """Cut parts of articles, each as a text of its own; None where that cannot be done without the texts.

    Parameters
    ----------
    whole
        The articles.
    article, start, end
        int64[n_parts]: the article of each part and where in it, in code points, it begins and ends. No two of an
        article overlap.
    wanted
        Says, once the parts are cut, of which distinct chunks a part must have one.

    Returns
    -------
    Tokens, bool[n_parts]
        Parts with such a chunk, and which those are; `piece_offsets` are those of the articles.

    Examples
    --------
    >>> article, start, end = np.array([[0, 0, 0], [3, 14, 20], [13, 19, 21]])
    >>> whole = tokenise(["No “rain fell” now. –"])
    >>> found = cut_parts(whole, article, start, end, lambda: np.array([c != "–" for c in whole.vocabulary.chunks]))
    >>> found and ([found[0].vocabulary.chunks[number] for number in found[0].ids], found[1].tolist())
    (['“rain', 'fell', 'now.'], [True, True, False])
    """
    known = whole.vocabulary
    compiled = known.kernels
    if compiled is None or known is not _shared:  # the kernels hold the strings of one vocabulary, the newest
        return None
    n, room = len(article), len(whole.ids) + 2 * len(article)
    columns = {"padded_lengths": known._padded_length, "lengths": known._chunk_length}

    def chunks_at() -> int:
        return compiled.mirrored("tokens.padded_chunks", known._padded_chunk, known._padded_chunk.values)

    with compiled.lock:
        lengths, chunk_lengths = (
            compiled.mirrored(f"tokens.{name}", column, column.values) for name, column in columns.items()
        )
        articles = (whole._padded, whole.starts, whole._places, article, start, end)
        with compiled.blocks(*articles, 4 * room, 4 * room, 8 * n) as (*given, padded, places, counts):
            tables = (lengths, chunks_at(), chunk_lengths)
            n_chunks = compiled.call("cut_parts", *given[:3], *tables, *given[3:], n, padded, places, room, counts)
            with _learning():
                known.learn_by_kernels(compiled)
            flags = compiled.mirrored("tokens.wanted", known, wanted())
            with compiled.blocks(4 * n_chunks, 8 * (n + 1), n) as (ids, starts, kept):
                n_kept = compiled.call("parts_kept", padded, places, counts, n, chunks_at(), flags, ids, starts, kept)
                edges = compiled.view(starts, n_kept + 1, np.int64).copy()
                numbers, where, chunks = (
                    compiled.view(address, int(edges[-1]), np.int32).copy() for address in (padded, places, ids)
                )
                return _Parts(known, numbers, chunks, where, edges), compiled.view(kept, n, np.bool_).copy()


def tokens_of(corpus: Corpus) -> Tokens:
    """Return the corpus as numbers; worked out once and remembered with the corpus."""
    remembered = corpus._remembered
    if "tokens" not in remembered:
        remembered["tokens"] = tokenise(pa.array(corpus.articles["text"]))
    return cast(Tokens, remembered["tokens"])


def _without_surrogates(texts: Sequence[str] | pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return as_arrow(texts)
    except UnicodeEncodeError:
        clean = [text and text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
        return pa.chunked_array([pa.array(clean, pa.large_string())])


def as_arrow(texts: Sequence[str | None] | pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts as large strings; UnicodeEncodeError at a lone surrogate.

    Examples
    --------
    >>> as_arrow(["One.", None]).null_count
    1
    """
    if isinstance(texts, pa.ChunkedArray):
        return texts.cast(pa.large_string())
    if isinstance(texts, pa.Array):
        return pa.chunked_array([texts.cast(pa.large_string())])
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def blocks(texts: pa.ChunkedArray) -> Iterable[pa.Array]:
    """Yield texts in arrays of at most 64 MB, but at least one text each; None is "" there.

    Examples
    --------
    >>> [part.to_pylist() for part in blocks(as_arrow(["One.", None]))]
    [['One.', '']]
    """
    for part in texts.chunks:
        part = part.fill_null("") if part.null_count else part
        begin = 0
        offsets = np.frombuffer(part.buffers()[1], np.int64)[part.offset : part.offset + len(part) + 1]
        while begin < len(part):
            end = int(np.searchsorted(offsets, offsets[begin] + _BLOCK_BYTES, side="right")) - 1
            end = min(max(end, begin + 1), len(part))
            yield part.slice(begin, end - begin)
            begin = end


def _cut(known: Vocabulary, texts: pa.Array) -> tuple[Numbers, Ints]:
    """Return the padded-chunk numbers of a block of texts, and how many each text has."""
    data, offsets = kernels.utf8(texts)
    if not len(data):
        return np.zeros(0, np.int32), np.zeros(len(texts), np.int64)
    if known.kernels is not None:
        return _cut_by_kernel(known, known.kernels, data, offsets)
    kind = _BYTE_KIND[data]
    white = kind == _WHITE
    leads = np.flatnonzero(kind == _LEADS_WHITE)
    if len(leads):
        _mark_wide_white(data, leads, white)
    begins = np.empty(len(data), np.bool_)
    begins[0] = True
    np.greater(white[:-1], white[1:], out=begins[1:])
    begins[offsets[:-1][offsets[:-1] < len(data)]] = True
    edges = np.flatnonzero(begins)
    counts = np.diff(np.searchsorted(edges, offsets))
    array_type, offset_type = (pa.StringArray, np.int32) if len(data) < 2**31 else (pa.LargeStringArray, np.int64)
    ends = np.append(edges, len(data)).astype(offset_type)
    encoded = array_type.from_buffers(
        len(edges), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(data))
    ).dictionary_encode()
    numbers = known.number_padded(encoded.dictionary.to_pylist())
    return numbers[encoded.indices.to_numpy()], counts


def _cut_by_kernel(known: Vocabulary, kernels: Kernels, data: NDArray[np.uint8], offsets: Ints) -> tuple[Numbers, Ints]:
    """Do as `_cut`; the kernels number the padded chunks, and new ones are learned here."""
    n_texts = len(offsets) - 1
    # The most chunks are letters with a space each.
    with kernels.blocks(data, offsets, 4 * (len(data) // 2 + n_texts + 1), 8 * n_texts) as (text, edges, ids, sizes):
        n = kernels.call("cut_texts", text, edges, n_texts, ids, sizes)
        numbers = kernels.view(ids, n, np.int32).copy()
        counts = kernels.view(sizes, n_texts, np.int64).copy()
    known.learn_by_kernels(kernels)
    return numbers, counts


def _mark_wide_white(data: NDArray[np.uint8], leads: Ints, white: NDArray[np.bool_]) -> None:
    """Mark the white space outside ASCII that `str.split` knows, such as the no-break space."""
    n = len(data)
    two = data[leads] == 0xC2
    second = data[np.minimum(leads + 1, n - 1)].astype(np.int64)
    third = np.where(two, 0, data[np.minimum(leads + 2, n - 1)]).astype(np.int64)
    key = (data[leads].astype(np.int64) << 16) | (second << 8) | third
    at = np.minimum(np.searchsorted(_WIDE_KEYS, key), len(_WIDE_KEYS) - 1)
    hit = _WIDE_KEYS[at] == key
    for position, is_two in zip(leads[hit].tolist(), two[hit].tolist(), strict=True):
        white[position : position + (2 if is_two else 3)] = True
