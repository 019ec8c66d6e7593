"""The parts of a frame model's decision on one unit: words, scores, sentences; they add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.text.tokens import tokens_of

from ._frame_features import Features, Learned, dense_names, pieces_of, sentence_vectors, word_counts
from ._frame_fit import Fitted

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.measures.codebook import Codebook
    from analysis.text.encoder import Encoder

__all__ = ["Parts", "by_sentence", "by_word"]

Floats = NDArray[np.float64]


class _Row(NamedTuple):
    kind: str
    feature: str
    start: int | None
    end: int | None
    n: int | None
    contribution: float


@dataclass(frozen=True)
class Parts:
    """One unit (an article of `units`) and the model."""

    units: Corpus
    words: Sequence[str]
    pieces: Sequence[str]
    features: Features
    learned: Learned
    fitted: Fitted
    codebooks: Sequence[Codebook]
    encoder: Encoder | None

    @cached_property
    def blocks(self) -> dict[str, Floats]:
        """Each block of the unit, dense."""
        found = self.learned.apply(self.features)
        return {
            name: np.asarray(block.toarray() if hasattr(block, "toarray") else block)[0]
            for name, block in found.items()
        }

    @cached_property
    def occurring(self) -> dict[str, int]:
        """How often each word and pair of words stands in the unit."""
        counts, names = word_counts(tokens_of(self.units))
        return {names[column]: int(n) for column, n in zip(counts.indices.tolist(), counts.data.tolist(), strict=True)}

    def each_occurrence(self, frame: int) -> dict[str, float]:
        """Return what one occurrence of each word or pair adds, its pieces with it; 0 is left out."""
        place = {name: number for number, name in enumerate(self.words)}
        of_words = self.blocks["words"] * self.fitted.weights["words"][frame]
        found = {name: float(of_words[place[name]]) / n for name, n in self.occurring.items() if name in place}
        piece_place = {name: number for number, name in enumerate(self.pieces)}
        of_pieces = self.blocks["pieces"] * self.fitted.weights["pieces"][frame]
        counts = self.features.pieces.toarray()[0]
        for name in self.occurring:
            if " " not in name:
                columns = [piece_place[piece] for piece in pieces_of(name) if piece in piece_place]
                added = float(sum(of_pieces[column] / counts[column] for column in columns))
                found[name] = found.get(name, 0.0) + added
        return {name: value for name, value in found.items() if value}

    def meaning(self, frame: int) -> Floats:
        """Return what the vector of each sentence adds; the maximum is that of the sentence that has it."""
        if self.features.mean is None or self.features.max is None or self.encoder is None:
            return np.zeros(0)
        vectors = sentence_vectors(self.units, self.encoder).astype(np.float64)
        if not len(vectors):
            return np.zeros(0)
        weights = {name: self.fitted.weights[name][frame] * self.learned.scale[name] for name in ("mean", "max")}
        added: Floats = vectors @ weights["mean"] / len(vectors)
        highest = vectors.argmax(axis=0)
        added += np.bincount(highest, vectors.max(axis=0) * weights["max"], len(vectors))
        return added

    def scores(self, frame: int) -> Iterator[_Row]:
        for kind, names in zip(("codebook", "structure"), dense_names(self.codebooks), strict=True):
            block = {"codebook": "codebooks"}.get(kind, kind)
            added = self.blocks[block] * self.fitted.weights[block][frame]
            yield from (
                _Row(kind, name, None, None, None, value)
                for name, value in zip(names, added.tolist(), strict=True)
                if value
            )

    def constant(self, frame: int) -> _Row:
        """Return the constant, and what the centres of the vectors take off."""
        value = float(self.fitted.constant[frame])
        if len(self.meaning(frame)):
            value -= sum(
                float(self.learned.centre[name] @ self.fitted.weights[name][frame]) * self.learned.scale[name]
                for name in ("mean", "max")
            )
        return _Row("constant", "constant", None, None, None, value)

    def sentences(self) -> list[tuple[int, int, str]]:
        starts, ends = tokens_of(self.units).sentence_spans()
        text = self.units.articles["text"].iloc[0]
        return [(a, b, text[a:b]) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def by_word(parts: Parts, frame: int) -> pd.DataFrame:
    """List words, pairs, scores and sentences' meaning."""
    occurring = parts.occurring
    rows = [
        _Row("phrase" if " " in name else "word", name, None, None, occurring[name], value * occurring[name])
        for name, value in parts.each_occurrence(frame).items()
    ]
    meaning = parts.meaning(frame)
    rows += [
        _Row("meaning", text, start, end, None, value)
        for (start, end, text), value in zip(parts.sentences() if len(meaning) else [], meaning.tolist(), strict=True)
    ]
    return _table([*rows, *parts.scores(frame)], parts.constant(frame))


def by_sentence(parts: Parts, frame: int) -> pd.DataFrame:
    """List sentences, with what their words and their meaning add, and scores."""
    each, meaning = parts.each_occurrence(frame), parts.meaning(frame)
    sentences = parts.sentences()
    rows = []
    for number, (names, (start, end, text)) in enumerate(zip(_names_by_sentence(parts), sentences, strict=True)):
        value = sum(each.get(name, 0.0) for name in names) + (float(meaning[number]) if len(meaning) else 0.0)
        rows.append(_Row("sentence", text, start, end, None, value))
    return _table([*rows, *parts.scores(frame)], parts.constant(frame))


def _names_by_sentence(parts: Parts) -> Iterator[list[str]]:
    terms, strings = tokens_of(parts.units).terms, tokens_of(parts.units).vocabulary.terms
    for begin, end in zip(terms.sentence_starts[:-1].tolist(), terms.sentence_starts[1:].tolist(), strict=True):
        words = [strings[number] for number in terms.ids[begin:end].tolist()]
        yield [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _table(rows: list[_Row], constant: _Row) -> pd.DataFrame:
    ordered = [*sorted(rows, key=lambda row: (-row.contribution, row.kind, row.start or 0, row.feature)), constant]
    table = pd.DataFrame(ordered, columns=_Row._fields)
    kinds = {"kind": "str", "feature": "str", "start": "Int64", "end": "Int64", "n": "Int64", "contribution": "float64"}
    return table.astype(kinds)
