"""Words counted beforehand: how measured tables stand in for a corpus whose texts are elsewhere, or gone.

Numbers of words come a block of words at a time, so that memory is bounded however many articles there are. A block
is handed to the functions as a corpus without texts whose terms are counted already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast, runtime_checkable

import numpy as np
import pyarrow as pa

from analysis.corpus import Corpus
from analysis.errors import OptionError, choose
from analysis.text.fragments import VOICES, in_voice
from analysis.text.patterns import Pattern, _resolved, _Wild

from ._counts import Running

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix, csr_matrix

    from analysis.text.fragments import Voice

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Countable",
    "Runs",
    "Source",
    "WordCounts",
    "about",
    "blocks_of",
    "counted",
    "matches_of",
    "spoken",
    "texts_needed",
]


#: Runs of words: for each of their terms a column of places among the words, their counts, their numbers of articles.
Runs: TypeAlias = "tuple[list[NDArray[np.int32]], Ints, Ints]"


class WordCounts(Protocol):
    """The words of some articles, counted.

    Attributes
    ----------
    articles
        A corpus of them; its texts may be empty.
    names
        The words that occur, in alphabetical order.
    count, n_articles
        int64[n_names]: how often each occurs, and in how many of the articles.
    n_words
        int64[n_articles]: the running words of each article.
    """

    articles: Corpus
    names: pa.Array
    count: Ints
    n_articles: Ints
    n_words: Ints

    def blocks(self, kept: Flags) -> Iterator[tuple[Ints, csc_matrix]]:
        """Yield blocks of the words that are kept: their places in `names`, and articles × words."""

    def followed(self, phrases: Sequence[Pattern]) -> csr_matrix:
        """Return articles × phrases (int64), or raise `OptionError` naming those that were not counted."""

    def ngrams(self, length: int, kept: Flags) -> Iterator[Runs]:
        """Yield blocks of the runs of words that begin and end with a word that is kept.

        Sorted by the terms. Raises `OptionError` where such runs were not counted.
        """


@runtime_checkable
class Countable(Protocol):
    """Something whose words were counted: measured tables, or some of their articles."""

    def _word_counts(self) -> WordCounts: ...


#: What functions of words take.
Source: TypeAlias = Corpus | Countable


def counted(corpus: Source) -> WordCounts | None:
    """Return the words that were counted beforehand; None for a corpus, which counts its own."""
    if isinstance(corpus, Corpus):
        return None
    if isinstance(corpus, Countable):
        return corpus._word_counts()
    raise OptionError(
        f"`corpus` must be a corpus or measured tables; got {type(corpus).__name__}. Use analysis.read(…) or "
        "analysis.open_tables(…)."
    )


def spoken(corpus: Source, voice: Voice) -> Source:
    """Return what has the words of one voice only; measured tables do not know who speaks.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['"We lost," she said.']}))
    >>> spoken(corpus, "all") is corpus
    True
    """
    choose("voice", voice, VOICES)
    if voice == "all":
        return corpus
    if isinstance(corpus, Corpus):
        return in_voice(corpus, voice)
    if isinstance(corpus, Countable):
        raise OptionError(f"`voice` must be 'all' with measured tables; got {voice!r}. Give a corpus for a voice.")
    return corpus


def texts_needed(corpus: Any, function: str, instead: str) -> Corpus:
    """Return a corpus, or raise `OptionError` that says why measured tables will not do, or what they have instead."""
    if isinstance(corpus, Corpus):
        return corpus
    if isinstance(corpus, Countable):
        raise OptionError(f"{function} needs a corpus, not measured tables: {instead}.")
    raise OptionError(f"`corpus` must be a corpus; got {type(corpus).__name__}. Use analysis.read(…).")


def about(corpus: Source) -> Corpus:
    """Return the articles as a corpus, whose texts may be empty: for what is asked of the other columns."""
    counts = counted(corpus)
    return cast(Corpus, corpus) if counts is None else counts.articles


def blocks_of(counts: WordCounts, kept: Flags) -> Iterator[tuple[Ints, Corpus]]:
    """Yield blocks of words: their places in `counts.names`, and a corpus in which only they occur; one at least."""
    starts = np.concatenate([[0], np.cumsum(counts.n_words)])
    found = False
    for words, matrix in counts.blocks(kept):
        found = True
        yield words, _corpus(counts, words, matrix, starts)
    if not found:
        from scipy.sparse import csc_matrix

        nothing = np.zeros(0, np.int64)
        yield nothing, _corpus(counts, nothing, csc_matrix((len(counts.n_words), 0), dtype=np.int32), starts)


def _corpus(counts: WordCounts, words: Ints, matrix: csc_matrix, starts: Ints) -> Corpus:
    running = Running(np.zeros(0, np.int32), counts.names.take(pa.array(words)), starts, starts[:1])
    corpus = Corpus(counts.articles.articles)
    corpus._remembered |= {"terms.running": running, "terms.counts": matrix}
    return corpus


def matched_words(patterns: Sequence[Pattern], counts: WordCounts) -> Flags:
    """Say which words any of some patterns of one word matches."""
    wild = [_Wild.of(pattern.parts[0], at) for at, pattern in enumerate(patterns)]
    found = np.zeros(len(counts.names), np.bool_)
    found[[place for place, _ in _resolved(wild, counts.names.to_pylist())]] = True
    return found


def matches_of(counts: WordCounts, patterns: Sequence[Pattern]) -> csr_matrix:
    """Count the matches of each pattern in each article: articles × patterns (int64).

    Words are looked up among those that occur, wildcards too; phrases must have been followed.
    """
    from scipy.sparse import csr_matrix, hstack

    phrases = [pattern for pattern in patterns if len(pattern.parts) > 1]
    of_phrases = counts.followed(phrases).tocsc() if phrases else None
    wild = [_Wild.of(pattern.parts[0], at) for at, pattern in enumerate(patterns) if len(pattern.parts) == 1]
    pairs = np.array(list(_resolved(wild, counts.names.to_pylist())), np.int64).reshape(-1, 2)
    ones = np.ones(len(pairs), np.int64)
    of_word = csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(counts.names), len(patterns)))
    matches = csr_matrix((len(counts.n_words), len(patterns)), dtype=np.int64)
    for words, matrix in counts.blocks(np.diff(of_word.indptr) > 0):
        matches = matches + matrix @ of_word[words]
    if of_phrases is None:
        return matches
    columns: list[csc_matrix] = []
    by_word = matches.tocsc()
    for at, pattern in enumerate(patterns):
        columns.append(of_phrases[:, [phrases.index(pattern)]] if len(pattern.parts) > 1 else by_word[:, [at]])
    return hstack(columns, format="csr")
