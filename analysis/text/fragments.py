"""The words of one voice: an article's narration, or the speech that it quotes, as numbers.

A *fragment* is a maximal run of an article's text in one voice; quotation marks belong to nobody, and what has no
letter or digit is no fragment. Measures look at each fragment by itself, so that nothing reaches across the gap
where someone else speaks.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.corpus import Corpus
from analysis.errors import choose

from .tokens import Shaped, Tokens, as_arrow, cut_parts, tokenise, tokens_of
from .voice import QuotedSpans, quoted_spans

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["VOICES", "Slice", "Voice", "WholeSentences", "in_voice", "sentences_in_voice", "slice_of", "tokens_in"]

Ints = NDArray[np.int64]

#: Whose words are measured.
Voice: TypeAlias = Literal["all", "narration", "quoted"]
VOICES = ("all", "narration", "quoted")

_WORD = re.compile(r"\w")
# Above any offset: places in all articles on one line.
_FAR = 1 << 40


class _OfParts(Tokens):
    """Parts of articles that were cut by themselves, put together again."""

    def __init__(self, parts: Tokens, edges: Ints) -> None:
        self.vocabulary, self.ids, self.starts = parts.vocabulary, parts.ids, parts.starts[edges]
        self._padded, self._parts, self._edges = parts._padded, parts, edges

    @cached_property
    def _glue(self) -> tuple[NDArray[np.int32], Ints, NDArray[np.int32] | None]:
        pieces, starts, of_chunk = self._parts._glue
        return pieces, starts[self._edges], of_chunk

    @property
    def breaks(self) -> NDArray[np.uint8]:
        """uint8[n_pieces]: the white space behind each piece: 0, 1 for a line break, 2 for a paragraph's end."""
        return self._parts.breaks

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return self._parts._places


class Slice(_OfParts):
    """The fragments of one voice, as the tokens of the articles that they stand in.

    Offsets (`piece_offsets`, `sentence_spans`, `term_spans`) are those of the articles. A sentence here is what one
    fragment has of one of the article's sentences, so that phrases and runs of words stay inside both.

    Attributes
    ----------
    article, fragment_start, fragment_end : int64[n_fragments]
        Which article each fragment stands in, and where, in code points.
    fragment_starts : int64[n_fragments + 1]
        Fragment i is `ids[fragment_starts[i]:fragment_starts[i + 1]]`.
    """

    def __init__(self, article: Ints, start: Ints, end: Ints, cut: Tokens, whole: Tokens) -> None:
        super().__init__(cut, np.searchsorted(article, np.arange(whole.n_articles + 1)))
        self.article, self.fragment_start, self.fragment_end = article, start, end
        self.fragment_starts = cut.starts
        self._whole = whole

    @cached_property
    def _cuts_of_sentences(self) -> tuple[Ints, Ints]:
        """Where the sentences begin among the pieces, and which sentence of all the articles each is of."""
        whole, fragments = self._whole, self._parts
        if (compiled := self.vocabulary.kernels) is not None:
            return self._cuts_by_kernel(compiled)
        article = np.repeat(np.arange(whole.n_articles), whole.n_sentences_of_article)
        begins = article * _FAR + whole.sentence_begins
        places = np.repeat(self.article, np.diff(fragments.piece_starts)) * _FAR + self.piece_offsets
        new = np.zeros(len(places) + 1, np.bool_)
        new[np.searchsorted(places, begins)] = True
        of_chunk = self._glue[2]
        if of_chunk is not None:
            new[1:-1] |= of_chunk[1:] == of_chunk[:-1]
        new[fragments.piece_starts] = True
        new[-1] = False  # sentences behind the last fragment
        at = np.flatnonzero(new)
        return np.append(at, len(places)), np.searchsorted(begins, places[at], side="right") - 1

    def _cuts_by_kernel(self, compiled: Kernels) -> tuple[Ints, Ints]:
        whole, known, of_chunk = self._whole, self.vocabulary, self._glue[2]
        n, n_parts = len(self.pieces), len(self.article)
        columns = {"first_piece": known._first_piece, "piece_offsets": known._piece_offset_flat}
        chunks = np.zeros(0, np.int32) if of_chunk is None else of_chunk
        wanted = (self.ids, self._places, chunks, self._parts.piece_starts, self.article)
        with compiled.lock:
            tables = [compiled.mirrored(f"tokens.{name}", column, column.values) for name, column in columns.items()]
            sentences = (whole.sentence_begins, whole.article_sentence_starts)
            with compiled.blocks(*wanted, *sentences, 8 * n, 8 * n) as addresses:
                ids, places, chunk, starts, article, begins, edges, first, which = addresses
                of_piece = 0 if of_chunk is None else chunk
                n_found = compiled.call(
                    "cut_sentences",
                    *(ids, places, of_piece, *tables, starts, article, n_parts, begins, edges, first, which),
                )
                found = compiled.view(first, n_found, np.int64).copy()
                return np.append(found, n), compiled.view(which, n_found, np.int64).copy()

    @cached_property
    def _sentences(self) -> tuple[Ints, Ints]:
        starts = self._cuts_of_sentences[0]
        return starts, np.searchsorted(starts, self.piece_starts)

    @property
    def sentences(self) -> Ints:
        """int64[n_sentences]: which of the sentences of all the articles each is of."""
        return self._cuts_of_sentences[1]

    @cached_property
    def rows(self) -> Ints:
        """int64[n_sentences]: numbers the article's sentences that this voice has a part in, from 0."""
        sentence = self._cuts_of_sentences[1]
        new = np.ones(len(sentence), np.bool_)
        new[1:] = sentence[1:] != sentence[:-1]
        return cast(Ints, np.cumsum(new) - 1)

    @cached_property
    def row_starts(self) -> Ints:
        """int64[n_articles + 1]: where the rows of each article begin."""
        n = int(self.rows[-1]) + 1 if len(self.rows) else 0
        return np.append(self.rows, n)[self.article_sentence_starts]

    @cached_property
    def sentence_of_row(self) -> Ints:
        """int64[n_rows]: the number of each row's sentence among those of all articles."""
        sentence = self._cuts_of_sentences[1]
        return sentence[np.searchsorted(self.rows, np.arange(self.row_starts[-1]))]

    @cached_property
    def fragment_terms(self) -> Ints:
        """int64[n_fragments + 1]: where each fragment begins in `terms.ids`."""
        return self._spread[0][self._parts.piece_starts]

    def texts(self, corpus: Corpus, fragments: Ints) -> list[str]:
        """Return the texts of some fragments of the corpus that this was made of."""
        articles, place = np.unique(self.article[fragments], return_inverse=True)
        whole = corpus.articles["text"].iloc[articles].tolist()
        spans = zip(
            place.tolist(), self.fragment_start[fragments].tolist(), self.fragment_end[fragments].tolist(), strict=True
        )
        return [whole[at][start:end] for at, start, end in spans]


class WholeSentences(Tokens):
    """Some sentences of articles, as the tokens of these; offsets are those of the articles.

    Attributes
    ----------
    begin, end : int64[n_sentences]
        Where each stands in its article, in code points, with the white space behind it.
    """

    def __init__(self, whole: Tokens, chosen: NDArray[np.bool_]) -> None:
        sizes = np.diff(whole.sentence_starts)
        self._whole, self._chosen, self._kept = whole, np.flatnonzero(chosen), np.repeat(chosen, sizes)
        edges = np.searchsorted(self._chosen, whole.article_sentence_starts)
        begins = np.concatenate([[0], np.cumsum(sizes[self._chosen])])
        # A chunk that is cut is cut between sentences, so that the pieces of a sentence are its chunks.
        self.vocabulary, self.ids, self.starts = whole.vocabulary, whole.pieces[self._kept], begins[edges]
        self.__dict__ |= {"_glue": (self.ids, self.starts, None), "_sentences": (begins, edges)}

    @cached_property
    def breaks(self) -> NDArray[np.uint8]:
        """uint8[n_pieces]: the white space behind each piece: 0, 1 for a line break, 2 for a paragraph's end."""
        return self._whole.breaks[self._kept]

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return self._whole.offsets_of(np.flatnonzero(self._kept)).astype(np.int32)

    @property
    def begin(self) -> Ints:
        return self._whole.sentence_begins[self._chosen]

    @property
    def end(self) -> Ints:
        whole = self._whole
        end = np.append(whole.sentence_begins[1:], 0)
        full = whole.n_sentences_of_article > 0
        end[whole.article_sentence_starts[1:][full] - 1] = whole.lengths[full]
        return end[self._chosen]


def in_voice(corpus: Corpus, voice: Voice) -> Corpus:
    """Return a corpus in whose tokens are the words of one voice only; all of the articles stay in it.

    Worked out once and remembered with the corpus.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['"We lost," she said.']}))
    >>> [tokens_of(in_voice(corpus, voice)).terms.ids.size for voice in VOICES]
    [4, 2, 2]
    """
    choose("voice", voice, VOICES)
    if voice == "all":
        return corpus
    key = f"voice.{voice}"
    if key not in corpus._remembered:
        part = Corpus(corpus.articles)
        part._remembered["tokens"] = slice_of(corpus, voice)
        corpus._remembered[key] = part
    return cast(Corpus, corpus._remembered[key])


def slice_of(corpus: Corpus, voice: Literal["narration", "quoted"]) -> Slice:
    """Return the fragments of one voice.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['"We lost," she said. "Twice." Rain fell.']}))
    >>> quoted = slice_of(corpus, "quoted")
    >>> quoted.fragment_start.tolist(), quoted.fragment_end.tolist()
    ([1, 22], [9, 28])
    """
    choose("voice", voice, VOICES[1:])
    key = f"voice.{voice}.tokens"
    if key not in corpus._remembered:
        corpus._remembered[key] = _cut(corpus, voice)
    return cast(Slice, corpus._remembered[key])


def tokens_in(corpus: Corpus, voice: Voice) -> Tokens:
    """Return the articles, or what of them is in one voice, as numbers.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['"We lost," she said.']}))
    >>> [tokens_in(corpus, voice).ids.size for voice in VOICES]
    [4, 2, 2]
    """
    choose("voice", voice, VOICES)
    return tokens_of(corpus) if voice == "all" else slice_of(corpus, voice)


def sentences_in_voice(corpus: Corpus, voice: Literal["narration", "quoted"]) -> WholeSentences:
    """Return the sentences of which all words are in one voice, as the tokens of their articles.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['Rain fell. "We lost," she said. "Not twice."']}))
    >>> [sentences_in_voice(corpus, voice).n_sentences for voice in ("narration", "quoted")]
    [1, 1]
    """
    choose("voice", voice, VOICES[1:])
    key = f"voice.{voice}.sentences"
    if key not in corpus._remembered:
        corpus._remembered[key] = _whole_sentences(corpus, voice)
    return cast(WholeSentences, corpus._remembered[key])


def _texts(corpus: Corpus) -> pa.ChunkedArray:
    return as_arrow(pa.array(corpus.articles["text"]).fill_null(""))


def _spans_of(corpus: Corpus) -> QuotedSpans:
    if "voice.spans" not in corpus._remembered:
        corpus._remembered["voice.spans"] = quoted_spans(_texts(corpus))
    return cast(QuotedSpans, corpus._remembered["voice.spans"])


def _cut(corpus: Corpus, voice: Voice) -> Slice:
    spans, whole = _spans_of(corpus), tokens_of(corpus)
    article, start, end = spans.article, spans.start, spans.end
    if voice == "narration":  # before each quotation, and after the last
        n_spans = np.bincount(spans.article, minlength=len(corpus))
        article = np.repeat(np.arange(len(corpus)), n_spans + 1)
        before = np.arange(len(spans.article)) + spans.article
        start, end = np.zeros(len(article), np.int64), np.zeros(len(article), np.int64)
        end[before], start[before + 1] = spans.outer_start, spans.outer_end
        end[np.cumsum(n_spans + 1) - 1] = whole.lengths
    found = cut_parts(whole, article, start, end, lambda: _words_in(whole))
    if found is None:
        found = _cut_texts(corpus, article, start, end)
    cut, kept = found
    return Slice(article[kept], start[kept], end[kept], cut, whole)


def _cut_texts(corpus: Corpus, article: Ints, start: Ints, end: Ints) -> tuple[Tokens, NDArray[np.bool_]]:
    """Do as `cut_parts` with the texts."""
    texts = _texts(corpus).to_pylist()
    rows = zip(article.tolist(), start.tolist(), end.tolist(), strict=True)
    cut = tokenise([texts[place][first:last] for place, first, last in rows])
    cut._lead += start
    silent = np.flatnonzero(~_words_in(cut)[cut.ids])
    n_silent = np.bincount(np.searchsorted(cut.starts, silent, side="right") - 1, minlength=len(article))
    kept = np.diff(cut.starts) > n_silent
    return cut.some(kept), kept


def _words_in(tokens: Tokens) -> NDArray[np.bool_]:
    """Say which distinct chunks have a letter or digit."""
    return tokens.vocabulary.shaped_column("fragments.words", _WORDS)


def _have_words(chunks: list[str]) -> NDArray[np.bool_]:
    return np.array([_WORD.search(chunk) is not None for chunk in chunks], np.bool_)


_WORDS = Shaped(
    of_words=lambda words: np.ones(len(words), np.bool_),
    of_templates=lambda templates: np.ones(len(templates), np.bool_),
    join=lambda of_words, _, __: (of_words, None),
    of_chunks=_have_words,
)


def _whole_sentences(corpus: Corpus, voice: Literal["narration", "quoted"]) -> WholeSentences:
    whole = tokens_of(corpus)
    mine, others = (np.zeros(whole.n_sentences, np.bool_) for _ in range(2))
    mine[slice_of(corpus, voice).sentences] = True
    other: Literal["narration", "quoted"] = "quoted" if voice == "narration" else "narration"
    others[slice_of(corpus, other).sentences] = True
    return WholeSentences(whole, mine & ~others)
