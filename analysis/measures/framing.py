"""Framing: how much of an article's language signals each frame of a codebook.

The rule of counting, for each frame by itself:

1. Every match of every cue is looked for; a phrase and a window (`tax NEAR/5 cut`) never cross the end of a sentence,
   and the match of a window is all that stands from its first word to its last.
2. A match that lies wholly inside a match of one of the frame's exceptions, or of what its cue is `NOT`, does not
   count.
3. Where matches overlap, the longest counts, then the leftmost, then the first in the codebook; so each word counts at
   most once for a frame (and may count for several frames).

Frames are told by keywords and stock phrases, as Entman (1993) describes them; what a count of them is worth for a
frame, kind of text and codebook is a matter of validation (see `tests/benchmarks/framing_gold.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.errors import choose
from analysis.measures.codebook import Codebook, codebook_of
from analysis.text.cues import CueSet, Search, compile_cue
from analysis.text.fragments import Slice, tokens_in
from analysis.text.masking import masked_corpus
from analysis.text.tokens import tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.measures.codebook import Codebooks
    from analysis.text.fragments import Voice
    from analysis.text.tokens import Tokens

__all__ = ["cue_counts", "cue_spans", "framing", "matches_that_count", "measured"]

Columns = dict[str, Any]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def framing(
    corpus: Corpus,
    *,
    codebook: Codebooks = "generic",
    voice: Voice = "all",
    mask: Literal["names"] | None = None,
) -> pd.DataFrame:
    """Count the cues of each frame in each article; higher is more of the frame's language.

    Parameters
    ----------
    corpus
        The articles.
    codebook
        The name of a codebook of the kit (see `docs/codebooks.md`), a file, or a `Codebook`; or a list of these, which
        are counted in one pass, their frames named `policy.economic`.
    voice
        `"all"`; `"narration"`, the articles' own words; or `"quoted"`, the speech that they quote. A cue stands inside
        an unbroken run of the text in that voice; the words and sentences counted are those with a part in it.
    mask
        `"names"`: a neutral token stands for each word of a name (see `analysis.names`) and of the titles before it,
        so that the Justice Department is no cue. Sentences and voices are as without; so are words, but for a few that
        the kit cuts otherwise without their points ("ex-U.S.").

    Returns
    -------
    DataFrame
        One row for each article and frame, also where nothing was found; articles in the order of the corpus, frames
        in the order of the codebook. `article_id`, `frame`; `n_cues` (int64): matches that count; `per_1000_words`
        (float64): of them per 1,000 words, NaN for an article without words; `share_sentences` (float64, 0 to 1):
        sentences with at least one of them, NaN without sentences; `n_words`, `n_sentences` (int64).
        Words are terms: what stands between white space, dashes and slashes.

    Raises
    ------
    CodebookError
        If the codebook is not well formed.
    OptionError
        If `codebook` or `voice` is none of the three, or `mask` neither.

    Examples
    --------
    >>> import analysis
    >>> text = "The fire department came. It put out the fire."
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A"], "text": [text]}))
    >>> mine = Codebook.from_dict({"fire": {"cues": ["fire*"], "except": ["fire department"]}}, name="mine")
    >>> framing(corpus, codebook=mine).drop(columns="article_id").round(1)
      frame  n_cues  per_1000_words  share_sentences  n_words  n_sentences
    0  fire       1           111.1              0.5        9            2
    """
    book = codebook_of(codebook)
    tokens = _tokens(corpus, voice, mask)
    columns = _spelled(_frames(tokens, book, _found(tokens, book)))
    return pd.DataFrame({"article_id": corpus.articles.index.take(columns.pop("article"))} | columns)


def cue_counts(
    corpus: Corpus,
    *,
    codebook: Codebooks = "generic",
    voice: Voice = "all",
    mask: Literal["names"] | None = None,
) -> pd.DataFrame:
    """Count each cue in each article: the words that made `framing`'s numbers, with the same options.

    Returns
    -------
    DataFrame
        One row for each article, frame and cue that counted at least once, in the order of the corpus and the
        codebook: `article_id`, `frame`, `cue` (as the codebook writes it), `n` (int64). For an article and a frame
        `n` adds up to `n_cues` of `framing`.

    Raises
    ------
    CodebookError, OptionError
        As `framing`.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A"], "text": ["They clash. Clashes follow a war of words."]}))
    >>> mine = Codebook.from_dict({"conflict": ["clash*", "war", "war of words"]}, name="mine")
    >>> cue_counts(corpus, codebook=mine)[["frame", "cue", "n"]].values.tolist()
    [['conflict', 'clash*', 2], ['conflict', 'war of words', 1]]
    """
    book = codebook_of(codebook)
    tokens = _tokens(corpus, voice, mask)
    columns = _spelled(_cues(tokens, book, _found(tokens, book)))
    return pd.DataFrame({"article_id": corpus.articles.index.take(columns.pop("article"))} | columns)


def measured(tokens: Tokens, *, codebook: Codebook) -> tuple[Columns, Columns]:
    """Count frames and cues in one go.

    Parameters
    ----------
    tokens
        The articles, cut.
    codebook
        The frames.

    Returns
    -------
    of_frames, of_cues
        The columns of `framing` and of `cue_counts`, with `article` (the article's place) for `article_id`; names are
        Arrow's, as numbers of a dictionary.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> mine = Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    >>> of_frames, of_cues = measured(tokenise(["It rained.", "They clash."]), codebook=mine)
    >>> of_frames["n_cues"].tolist(), of_cues["article"].tolist(), of_cues["n"].tolist()
    ([0, 1], [1], [1])
    """
    found = _found(tokens, codebook)
    of_frames, of_cues = _frames(tokens, codebook, found), _cues(tokens, codebook, found)
    return _numbered_names(of_frames), _numbered_names(of_cues)


def cue_spans(
    corpus: Corpus,
    *,
    codebook: Codebooks = "generic",
    voice: Voice = "all",
    mask: Literal["names"] | None = None,
) -> pd.DataFrame:
    """List every match that counts, with its place in the text: the evidence of `framing`, with the same options.

    Returns
    -------
    DataFrame
        One row for each match, in the order of the corpus and of the text: `article_id`, `sentence` (int64, 0 for the
        article's first), `frame`, `cue`, `start`, `end` (int64, code points of the article's `text`), `text` (never
        masked).

    Raises
    ------
    CodebookError, OptionError
        As `framing`.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A"], "text": ["Talks failed. Both sides clashed."]}))
    >>> mine = Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    >>> cue_spans(corpus, codebook=mine).drop(columns="article_id").values.tolist()
    [[1, 'conflict', 'clash*', 25, 32, 'clashed']]
    """
    book = codebook_of(codebook)
    tokens = _tokens(corpus, voice, mask)
    found = _found(tokens, book)
    cues = _numbered(book)
    article = _article_of(tokens, found.position)
    begin, end = tokens.term_spans()
    start, stop = begin[found.position], end[found.position + found.length - 1]
    texts = corpus.articles["text"].fillna("").tolist()
    return pd.DataFrame(
        {
            "article_id": corpus.articles.index.take(article),
            "sentence": _number_in_article(corpus, tokens, found.position, article),
            "frame": _take([frame.name for frame in book.frames], found.frame),
            "cue": _take(cues.name, found.cue),
            "start": start,
            "end": stop,
            "text": pd.Series(
                [texts[i][a:b] for i, a, b in zip(article.tolist(), start.tolist(), stop.tolist(), strict=True)],
                dtype="str",
            ),
        }
    )


def matches_that_count(tokens: Tokens, codebook: Codebook) -> list[tuple[int, str, int, int, int]]:
    """List the matches that count: frame (its place), cue, first and last of the running terms, and sentence.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> mine = Codebook.from_dict({"conflict": ["clash*", "war of words"]}, name="mine")
    >>> matches_that_count(tokenise(["It rained. They clash in a war of words."]), mine)
    [(0, 'clash*', 3, 3, 1), (0, 'war of words', 6, 8, 1)]
    """
    found = _found(tokens, codebook)
    names = _numbered(codebook).name
    last = found.position + found.length - 1
    sentence = _sentence_of(tokens, found.position)
    columns = (found.frame, found.cue, found.position, last, sentence)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(frame, names[cue], first, end, place) for frame, cue, first, end, place in rows]


def _tokens(corpus: Corpus, voice: Voice, mask: Literal["names"] | None) -> Tokens:
    choose("mask", mask, (None, "names"))
    return tokens_in(masked_corpus(corpus, voice) if mask else corpus, voice)


def _frames(tokens: Tokens, book: Codebook, found: _Found) -> Columns:
    n_frames = len(book.frames)
    size = tokens.n_articles * n_frames
    starts = tokens.row_starts if isinstance(tokens, Slice) else tokens.article_sentence_starts
    n_cues = np.bincount(_article_of(tokens, found.position) * n_frames + found.frame, minlength=size)
    sentence = _sentence_of(tokens, found.position)
    if isinstance(tokens, Slice):  # another voice may come between two parts of a sentence
        sentence = tokens.rows[sentence]
    signals = np.zeros(int(starts[-1]) * n_frames, dtype=np.bool_)
    signals[sentence * n_frames + found.frame] = True
    pairs = np.flatnonzero(signals)
    # All of a sentence's frames stand side by side, and all of an article's sentences.
    article = _slice_of(starts * n_frames, pairs)
    with_cues = np.bincount(article * n_frames + pairs % n_frames, minlength=size)

    n_words = np.repeat(np.diff(tokens.terms.starts), n_frames)
    n_sentences = np.repeat(np.diff(starts), n_frames)
    return {
        "article": np.repeat(np.arange(tokens.n_articles), n_frames),
        "frame": _Named([frame.name for frame in book.frames], np.tile(np.arange(n_frames), tokens.n_articles)),
        "n_cues": n_cues,
        "per_1000_words": _ratio(1000 * n_cues, n_words),
        "share_sentences": _ratio(with_cues, n_sentences),
        "n_words": n_words,
        "n_sentences": n_sentences,
    }


def _cues(tokens: Tokens, book: Codebook, found: _Found) -> Columns:
    cues = _numbered(book)
    key, n = np.unique(_article_of(tokens, found.position) * len(cues.name) + found.cue, return_counts=True)
    article, cue = np.divmod(key, max(len(cues.name), 1))
    return {
        "article": article,
        "frame": _Named([frame.name for frame in book.frames], cues.frame[cue]),
        "cue": _Named(cues.name, cue),
        "n": n.astype(np.int64),
    }


class _Named(NamedTuple):
    """A column of names, as numbers of some words."""

    words: list[str]
    numbers: Ints


def _spelled(columns: Columns) -> Columns:
    return {name: _take(*one) if isinstance(one, _Named) else one for name, one in columns.items()}


def _numbered_names(columns: Columns) -> Columns:
    return {name: _dictionary(*one) if isinstance(one, _Named) else one for name, one in columns.items()}


def _dictionary(words: list[str], numbers: Ints) -> pa.DictionaryArray:
    # Each word once: where a dictionary repeats one, Arrow writes what stood in memory before to the file, behind it.
    place = {word: number for number, word in enumerate(dict.fromkeys(words))}
    number_of = np.array([place[word] for word in words], np.int32)
    return pa.DictionaryArray.from_arrays(number_of[numbers], pa.array(list(place), pa.large_string()))


def _take(words: list[str], numbers: Ints) -> pd.Series[str]:
    return pd.Series(words, dtype="str").take(numbers).reset_index(drop=True)


def _ratio(part: Ints, whole: Ints) -> NDArray[np.float64]:
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def _article_of(tokens: Tokens, position: Ints) -> Ints:
    return _slice_of(tokens.terms.starts, position)


def _sentence_of(tokens: Tokens, position: Ints) -> Ints:
    return _slice_of(tokens.terms.sentence_starts, position)


def _slice_of(starts: Ints, position: Ints) -> Ints:
    """Return the slice that each of some rising positions is in; to look for the slices' starts takes less time."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(np.searchsorted(position, starts)))


def _number_in_article(corpus: Corpus, tokens: Tokens, position: Ints, article: Ints) -> Ints:
    """Return the sentences of some terms as their numbers in the article, whoever speaks in them."""
    sentence = _sentence_of(tokens, position)
    if isinstance(tokens, Slice):
        sentence = tokens.sentence_of_row[tokens.rows[sentence]]
    return sentence - tokens_of(corpus).article_sentence_starts[article]


class _Numbered(NamedTuple):
    """What is looked for: the cues, then the exceptions, then what single cues are not; with what each stands for."""

    searches: CueSet
    name: list[str]
    frame: Ints
    excepts: Flags
    #: The cue that the search excludes matches of; -1 for none.
    owner: Ints


@lru_cache(maxsize=8)
def _numbered(book: Codebook) -> _Numbered:
    cues = [(cue, place) for place, frame in enumerate(book.frames) for cue in frame.cues]
    exceptions = [(cue, place) for place, frame in enumerate(book.frames) for cue in frame.exceptions]
    compiled = [compile_cue(cue) for cue, _ in cues]
    own = [(search, number) for number, cue in enumerate(compiled) for search in cue.exclusions]
    searches: list[Search] = [cue.search for cue in compiled]
    searches += [compile_cue(cue).search for cue, _ in exceptions] + [search for search, _ in own]
    before = len(cues) + len(exceptions)
    frames = [place for _, place in cues + exceptions] + [cues[number][1] for _, number in own]
    return _Numbered(
        CueSet(searches),
        [cue for cue, _ in cues],
        np.array(frames, dtype=np.int64),
        np.arange(len(searches)) >= len(cues),
        np.array([-1] * before + [number for _, number in own], dtype=np.int64),
    )


class _Found(NamedTuple):
    """The matches that count, in order of position, then of frame."""

    cue: Ints
    frame: Ints
    position: Ints
    length: Ints


def _found(tokens: Tokens, book: Codebook) -> _Found:
    """Find the matches that count, by the rule at the head of this module."""
    numbered = _numbered(book)
    cue, position, length = numbered.searches.find(tokens)
    n_frames, n_searches = len(book.frames), numbered.searches.n
    place = position * n_frames + numbered.frame[cue]  # a frame's place in the text; matches stand in its order
    excepts = numbered.excepts[cue]
    if excepts.any():
        kept = ~excepts
        owner = numbered.owner[cue]
        of_frame, own = excepts & (owner < 0), owner >= 0
        kept &= ~_inside(place, length, place[of_frame], length[of_frame], n_frames)
        outer = position[own] * n_searches + owner[own]
        kept &= ~_inside(position * n_searches + cue, length, outer, length[own], n_searches)
        cue, place, length = cue[kept], place[kept], length[kept]
    if len(place):
        kept = _without_overlap(place, length, n_frames)
        cue, place, length = cue[kept], place[kept], length[kept]
    position, frame = np.divmod(place, n_frames)
    return _Found(cue, frame, position, length)


def _spread(place: Ints, length: Ints, n_frames: int) -> tuple[Ints, Ints]:
    """Return each place that matches cover, and how many of the match's words are left from there on."""
    before = np.cumsum(length) - length
    step = np.arange(int(length.sum())) - np.repeat(before, length)
    return np.repeat(place, length) + step * n_frames, np.repeat(length, length) - step


def _inside(place: Ints, length: Ints, outer: Ints, outer_length: Ints, n_frames: int) -> Flags:
    """Tell which matches lie inside one of the outer ones of the same frame."""
    if not len(outer):
        return np.zeros(len(place), dtype=np.bool_)
    covered, left = _spread(outer, outer_length, n_frames)
    order = np.lexsort((left, covered))
    covered, left = covered[order], left[order]
    at = np.searchsorted(covered, place, side="right") - 1  # the last of a place is the one that reaches furthest
    inside: Flags = (at >= 0) & (covered[at] == place) & (left[at] >= length)
    return inside


def _without_overlap(place: Ints, length: Ints, n_frames: int) -> Flags:
    """Tell which matches count: the longest, then the leftmost, then the first, each word once for a frame."""
    kept = np.ones(len(place), dtype=np.bool_)
    single = length == 1
    phrases = np.flatnonzero(~single)
    if len(phrases):
        chosen = _longest_first(place[phrases], length[phrases], n_frames)
        kept[phrases] = chosen
        covered = np.sort(_spread(place[phrases[chosen]], length[phrases[chosen]], n_frames)[0])
        first, end = (np.searchsorted(place, covered, side=side) for side in ("left", "right"))
        n = end - first
        inside = np.arange(n.sum()) + np.repeat(end - np.cumsum(n), n)
        kept[inside[single[inside]]] = False
    # Words that several cues of the frame match: the first in the codebook counts. Equal places stand side by side.
    ones = np.flatnonzero(kept & single)
    same = place if len(ones) == len(place) else place[ones]
    kept[ones[1:][same[1:] == same[:-1]]] = False
    return kept


def _longest_first(place: Ints, length: Ints, n_frames: int) -> Flags:
    """Choose among phrases; only those that overlap another are looked at one by one."""
    position, frame = np.divmod(place, n_frames)
    order = np.lexsort((position, frame))
    # Frames one after the other on one line, so that the furthest end so far never reaches into the next frame.
    begin = position[order] + frame[order] * (int(position.max()) + int(length.max()) + 1)
    furthest = np.maximum.accumulate(begin + length[order])
    first = np.concatenate([[True], begin[1:] >= furthest[:-1]])
    alone = first & np.concatenate([first[1:], [True]])
    kept = np.zeros(len(place), dtype=np.bool_)
    kept[order[alone]] = True
    crowd = order[~alone]
    crowd = crowd[np.lexsort((crowd, place[crowd], -length[crowd]))]
    taken: set[int] = set()
    for match, start, size in zip(crowd.tolist(), place[crowd].tolist(), length[crowd].tolist(), strict=True):
        words = range(start, start + size * n_frames, n_frames)
        if taken.isdisjoint(words):
            taken.update(words)
            kept[match] = True
    return kept
