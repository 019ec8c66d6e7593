"""What a frame model looks at: words and pieces of words, codebooks, voice and structure, and sentences' meaning.

Counts are taken over all units at once; what is learned from them (document frequencies, means, scales) is learned
from the rows that a model is trained on, and from no others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.measures.codebook import Codebook
from analysis.measures.framing import framing
from analysis.measures.voice import voice
from analysis.text.tokens import Tokens, tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.text.encoder import Encoder

__all__ = [
    "BLOCKS",
    "Features",
    "Learned",
    "collect",
    "dense_names",
    "learn",
    "pieces_of",
    "sentence_vectors",
    "unit_corpus",
    "word_counts",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: How much of the squared distance between units each kind of feature makes up. Chosen, with the strength of the
#: penalty, on half of the articles of one corpus (see docs/frame-models.md), and never fitted to anyone's codes.
BLOCKS = {"words": 1.0, "pieces": 1.0, "codebooks": 0.5, "structure": 0.1, "mean": 1.0, "max": 1.0}

#: A word or phrase counts if this many units have it, a piece of a word if that many have it.
_LEAST = {"words": 2, "pieces": 3}
_PIECE_SIZES = (3, 4, 5)
#: Standard scores beyond this count as this: one odd article must not carry a weight.
_MOST_SD = 3.0

_SIGNS = {
    "question marks": r"\?",
    "exclamation marks": r"!",
    "numbers": r"\d+",
    "signs of money and per cent": r"[$€£%]",
    "we": r"\b(?:we|us|our|ours)\b",
    "I": r"\b(?:i|me|my|mine)\b",
    "you": r"\b(?:you|your|yours)\b",
    "he or she": r"\b(?:he|she|him|her|his|hers)\b",
    "must or should": r"\b(?:must|should|ought|need to|has to|have to)\b",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SIGNS.items()}


@dataclass(frozen=True)
class Features:
    """Counts and scores of units, before anything is learned from them.

    `words`, `pieces`: scipy CSR float64[n_units, n_names]; `codebooks`, `structure`: float64[n_units, …]; `mean`,
    `max`: float64[n_units, n_dimensions] of the sentences' vectors, or None without an encoder.
    """

    words: Any
    pieces: Any
    codebooks: Floats
    structure: Floats
    mean: Floats | None
    max: Floats | None

    def take(self, rows: Ints) -> Features:
        """Return some of the units."""
        parts: dict[str, Any] = {name: None if part is None else part[rows] for name, part in vars(self).items()}
        return Features(**parts)


@dataclass(frozen=True)
class Learned:
    """What is learned from the units trained on: `idf` of words and pieces, and mean, spread and scale of a block."""

    idf: dict[str, Floats]
    centre: dict[str, Floats]
    spread: dict[str, Floats]
    scale: dict[str, float]

    def apply(self, features: Features) -> dict[str, Any]:
        """Return each block as a model takes it: [n_units, n_features], CSR or dense."""
        blocks = {}
        for name, part in vars(features).items():
            if part is not None:
                values = _tfidf(part, self.idf[name]) if name in self.idf else self._standard(name, part)
                blocks[name] = values * self.scale[name]
        return blocks

    def _standard(self, name: str, part: Floats) -> Floats:
        centred = np.where(np.isnan(part), 0.0, part - self.centre[name]) / self.spread[name]
        return np.clip(centred, -_MOST_SD, _MOST_SD) if name in ("codebooks", "structure") else centred


def learn(features: Features) -> Learned:
    """Learn from the units of a training set."""
    idf, centre, spread = {}, {}, {}
    for name, part in vars(features).items():
        if name in _LEAST:
            n_units = np.bincount(part.indices, minlength=part.shape[1])
            # A feature of too few units weighs nothing.
            idf[name] = np.where(n_units >= _LEAST[name], np.log((1 + part.shape[0]) / (1 + n_units)) + 1, 0.0)
        elif part is not None:
            known = ~np.isnan(part)
            n = np.maximum(known.sum(axis=0), 1)
            centre[name] = np.where(known, part, 0.0).sum(axis=0) / n
            sd = np.sqrt((np.where(known, part - centre[name], 0.0) ** 2).sum(axis=0) / n)
            # Vectors keep their shape; scores of different units are made alike. What never varies weighs nothing.
            spread[name] = np.where(sd > 1e-9, sd, np.inf) if name in ("codebooks", "structure") else np.ones(len(sd))
    learned = Learned(idf, centre, spread, dict.fromkeys(vars(features), 1.0))
    scale = {}
    for name, block in learned.apply(features).items():
        mean = np.asarray(block.mean(axis=0)).ravel()
        squares = block.multiply(block).sum() if hasattr(block, "multiply") else (block * block).sum()
        distance = float(squares) / block.shape[0] - float(mean @ mean)
        scale[name] = float(np.sqrt(BLOCKS[name] / distance)) if distance > 1e-12 else 0.0
    return replace(learned, scale=scale)


def _tfidf(counts: Any, idf: Floats) -> Any:
    """Return (1 + log n)·idf with rows of length 1."""
    from scipy.sparse import csr_array

    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    size = np.sqrt(np.bincount(rows, data * data, counts.shape[0]))
    data = data / np.where(size > 0, size, 1)[rows]
    return csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


def collect(
    units: Corpus,
    codebooks: Sequence[Codebook],
    encoder: Encoder | None,
    known: tuple[Sequence[str], Sequence[str]] | None = None,
) -> tuple[Features, list[str], list[str]]:
    """Count everything in a corpus whose articles are the units.

    Parameters
    ----------
    units
        The units.
    codebooks
        Whose scores are features.
    encoder
        What gives sentences their vectors, or None.
    known
        Words and pieces of a model; without them all that enough units have.

    Returns
    -------
    Features, words, pieces
        The counts, and what their columns are.
    """
    tokens = tokens_of(units)
    counts, words = word_counts(tokens)
    single = np.array([" " not in word for word in words], np.bool_)
    in_words, pieces = _pieces([word for word in words if " " not in word])
    of_pieces = counts[:, np.flatnonzero(single)] @ in_words
    if known is None:
        counts, words = _frequent(counts, words, _LEAST["words"])
        of_pieces, pieces = _frequent(of_pieces, pieces, _LEAST["pieces"])
    else:
        counts, of_pieces = _aligned(counts, words, known[0]), _aligned(of_pieces, pieces, known[1])
        words, pieces = list(known[0]), list(known[1])
    mean, most = _pooled(tokens, units, encoder)
    return Features(counts, of_pieces, _codebook_scores(units, codebooks), _structure(units), mean, most), words, pieces


def word_counts(tokens: Tokens) -> tuple[Any, list[str]]:
    """Count words and pairs of neighbours in a sentence: CSR float64[n_units, n_names], and the names, sorted."""
    from scipy.sparse import csr_array

    terms = tokens.terms
    distinct, ids = np.unique(terms.ids, return_inverse=True)
    strings = tokens.vocabulary.terms.some(distinct)
    order = sorted(range(len(strings)), key=strings.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ids, strings = rank[ids.ravel()], [strings[number] for number in order]
    unit = np.repeat(np.arange(tokens.n_articles), np.diff(terms.starts))
    last = np.zeros(len(ids) + 1, np.bool_)
    last[terms.sentence_starts[1:] - 1] = True  # of a sentence without terms: marks the end of the one before
    inner = np.flatnonzero(~last[:-1][: max(len(ids) - 1, 0)])
    n = max(len(strings), 1)
    pairs, pair = np.unique(ids[inner] * n + ids[inner + 1], return_inverse=True)
    names = [*strings, *(f"{strings[a]} {strings[b]}" for a, b in zip(*np.divmod(pairs, n), strict=True))]
    row = np.concatenate([unit, unit[inner]])
    column = np.concatenate([ids, len(strings) + pair.ravel()])
    counts = csr_array((np.ones(len(row)), (row, column)), shape=(tokens.n_articles, len(names)))
    counts.sum_duplicates()
    return counts, names


def pieces_of(word: str) -> list[str]:
    """Return the runs of 3 to 5 letters of a word, the blanks around it included.

    Examples
    --------
    >>> pieces_of("tax")
    [' ta', 'tax', 'ax ', ' tax', 'tax ', ' tax ']
    """
    padded = f" {word} "
    return [padded[begin : begin + size] for size in _PIECE_SIZES for begin in range(len(padded) - size + 1)]


def _pieces(words: Sequence[str]) -> tuple[Any, list[str]]:
    """Cut distinct words into runs of letters, the blanks around a word included: CSR [n_words, n_pieces]."""
    from scipy.sparse import csr_array

    number: dict[str, int] = {}
    column, ends = [], [0]
    for word in words:
        column += [number.setdefault(piece, len(number)) for piece in pieces_of(word)]
        ends.append(len(column))
    names = sorted(number)
    rank = np.empty(len(names), np.int64)
    rank[[number[name] for name in names]] = np.arange(len(names))
    found = csr_array(
        (np.ones(len(column)), rank[np.array(column, np.int64)], np.array(ends)), shape=(len(words), len(names))
    )
    found.sum_duplicates()
    return found, names


def _frequent(counts: Any, names: list[str], least: int) -> tuple[Any, list[str]]:
    kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= least)
    found = counts[:, kept].tocsr()
    found.sort_indices()
    return found, [names[number] for number in kept.tolist()]


def _aligned(counts: Any, names: Sequence[str], known: Sequence[str]) -> Any:
    """Return the counts of the names that a model knows, in its order."""
    from scipy.sparse import csr_array

    place = {name: number for number, name in enumerate(known)}
    to = np.array([place.get(name, -1) for name in names], np.int64)
    entries = counts.tocoo()
    column = to[entries.col]
    kept = column >= 0
    found = csr_array((entries.data[kept], (entries.row[kept], column[kept])), shape=(counts.shape[0], len(known)))
    found.sort_indices()
    return found


def dense_names(codebooks: Sequence[Codebook]) -> tuple[list[str], list[str]]:
    """Return what the columns of `codebooks` and `structure` are."""
    scores = ("cues per 1,000 words", "share of sentences with a cue", "cues per 1,000 words, not quoted")
    of_books = [
        f"{book.name}: {frame.name}, {score}" for book in codebooks for score in scores for frame in book.frames
    ]
    plain = ["words (log)", "words in a sentence", "share quoted", "quotations per 1,000 words"]
    return of_books, [*plain, *(f"{name} per 1,000 words" for name in _SIGNS)]


def _codebook_scores(units: Corpus, codebooks: Sequence[Codebook]) -> Floats:
    parts = [np.zeros((len(units), 0))]
    for book in codebooks:
        every, narrated = framing(units, codebook=book), framing(units, codebook=book, voice="narration")
        shape = (len(units), len(book.frames))
        parts += [
            table[column].to_numpy(np.float64).reshape(shape)
            for table, column in ((every, "per_1000_words"), (every, "share_sentences"), (narrated, "per_1000_words"))
        ]
    return np.concatenate(parts, axis=1)


def _structure(units: Corpus) -> Floats:
    said = voice(units)
    n_words = said["n_words"].to_numpy(np.float64)
    texts = units.articles["text"].tolist()
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = [
            np.where(n_words > 0, np.log(n_words), np.nan),
            n_words / tokens_of(units).n_sentences_of_article,
            said["share_quoted"].to_numpy(np.float64),
            1_000 * said["n_quotations"].to_numpy(np.float64) / n_words,
        ]
        columns += [
            1_000 * np.array([len(pattern.findall(text)) for text in texts], np.float64) / n_words
            for pattern in _COMPILED.values()
        ]
    found = np.stack(columns, axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def sentence_vectors(units: Corpus, encoder: Encoder) -> NDArray[np.float32]:
    """Return the vectors of all sentences, worked out once and remembered with the corpus."""
    key = ("vectors", encoder.fingerprint)
    if key not in units._remembered:
        tokens = tokens_of(units)
        starts, ends = (offsets.tolist() for offsets in tokens.sentence_spans())
        owner = np.repeat(np.arange(len(units)), tokens.n_sentences_of_article).tolist()
        texts = units.articles["text"].tolist()
        units._remembered[key] = encoder.encode([texts[i][a:b] for i, a, b in zip(owner, starts, ends, strict=True)])
    return units._remembered[key]  # type: ignore[no-any-return]


def _pooled(tokens: Tokens, units: Corpus, encoder: Encoder | None) -> tuple[Floats | None, Floats | None]:
    """Return the mean and the maximum over each unit's sentences; NaN for a unit without one."""
    if encoder is None:
        return None, None
    vectors = sentence_vectors(units, encoder).astype(np.float64)
    mean, most = (np.full((len(units), encoder.n_dimensions), np.nan) for _ in range(2))
    full = np.flatnonzero(tokens.n_sentences_of_article)
    firsts = tokens.article_sentence_starts[full]
    if len(full):
        mean[full] = np.add.reduceat(vectors, firsts) / tokens.n_sentences_of_article[full][:, None]
        most[full] = np.maximum.reduceat(vectors, firsts)
    return mean, most


def unit_corpus(ids: pd.Index, texts: Sequence[str]) -> Corpus:
    """Return a corpus whose articles are the units."""
    from analysis.corpus import ARTICLE_COLUMNS, Corpus

    columns = {name: pd.Series(None, index=ids, dtype="str") for name in ARTICLE_COLUMNS}
    return Corpus(pd.DataFrame(columns | {"text": pd.Series(list(texts), index=ids, dtype="str")}))
