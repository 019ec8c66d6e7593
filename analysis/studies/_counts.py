"""The words, sentences and cues under scores that are made of counts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Literal

import numpy as np

from analysis.errors import OptionError, choose
from analysis.measures import framing, readability
from analysis.measures.codebook import Codebook
from analysis.text.fragments import Slice, WholeSentences
from analysis.text.patterns import Pattern, PatternSet, find
from analysis.text.tokens import Tokens

from ._formula import names_in
from ._spans import Explained, Formula, Span, chunks_of, plural

__all__ = ["READABILITY", "explain_framing", "explain_readability", "explain_terms"]

_PER_SENTENCE = "(n_words / n_sentences)"
_PER_WORD = "(n_syllables / n_words)"
_V2 = f"0.1579 * (100 * n_difficult_words / n_words) + 0.0496 * {_PER_SENTENCE}"
#: The scores of `readability`, how each follows from counts, and where it is defined with the kit's sentences; with
#: textstat's it is 0 elsewhere. A ratio over 0 is 0. `text_standard` is no formula but a vote.
READABILITY = {
    "flesch_reading_ease": (f"206.835 - 1.015 * {_PER_SENTENCE} - 84.6 * {_PER_WORD}", "n_syllables > 0"),
    "flesch_kincaid_grade": (f"0.39 * {_PER_SENTENCE} + 11.8 * {_PER_WORD} - 15.59", "n_syllables > 0"),
    "smog_index": ("1.043 * sqrt(30 * (n_polysyllables / n_sentences)) + 3.1291", "n_sentences >= 30"),
    "coleman_liau_index": (
        "0.058 * (100 * (n_letters / n_words)) - 0.296 * (100 * (n_sentences / n_words)) - 15.8",
        "n_words > 0",
    ),
    "automated_readability_index": (
        f"4.71 * (n_characters / n_chunks) + 0.5 * {_PER_SENTENCE} - 21.43",
        "n_words > 0",
    ),
    "dale_chall_readability_score": (
        f"0.1579 * u + 0.0496 * {_PER_SENTENCE} + (3.6365 if u > 5 else 0)",
        "n_words > 0",
    ),
    "dale_chall_readability_score_v2": ("v + (3.6365 if v > 0.05 else 0)", "n_words > 0"),
    "gunning_fog": (f"0.4 * ({_PER_SENTENCE} + 100 * n_fog_words / n_words)", "n_words > 0"),
    "linsear_write_formula": ("(r - (2 if r <= 20 else 0)) / 2", "n_words > 0"),
    "spache_readability": (
        f"0.141 * {_PER_SENTENCE} + 0.086 * (100 * n_difficult_words / n_words) + 0.839",
        "n_words > 0",
    ),
    "mcalpine_eflaw": ("(n_words + n_miniwords) / n_sentences", "n_words > 0"),
    "lix": (f"{_PER_SENTENCE} + 100 * n_long_words / n_words", "n_words > 0"),
    "rix": ("n_long_words / n_sentences", "n_words > 0"),
    "reading_time": ("14.69 * n_characters / 1000", "n_words > 0"),
}
_WHERE = {
    "dale_chall_readability_score": " where u = 100 * n_unlisted_words / n_words",
    "dale_chall_readability_score_v2": f" where v = {_V2}",
    "linsear_write_formula": " where r = (n_sample_easy + 3 * n_sample_hard) / n_sample_sentences",
}
#: textstat has its own ideas of where a score is defined.
_TEXTSTAT_DEFINED = {
    "smog_index": "n_sentences > 0",
    "linsear_write_formula": "n_sample_sentences > 0",
    "mcalpine_eflaw": "",
    "rix": "",
    "reading_time": "",
}
_FRAMING = {
    "n_cues": "n_cues",
    "per_1000_words": "1000 * n_cues / n_words if n_words > 0 else nan",
    "share_sentences": "n_sentences_with_cues / n_sentences if n_sentences > 0 else nan",
}
_WORD = re.compile(r"\w(?:.*\w)?", re.DOTALL)
#: Why a chunk counts, and what is told of it: a column and a word for its unit.
_RULES = {
    "n_words": ("a word", "", ""),
    "n_syllables": ("", "n_syllables", "syllable"),
    "n_letters": ("", "n_letters", "letter"),
    "n_characters": ("", "n_characters", "character"),
    "n_polysyllables": ("", "n_syllables", "syllable"),
    "n_unlisted_words": ("not on the Dale–Chall list", "", ""),
    "n_difficult_words": ("not on the Dale–Chall list", "n_syllables", "syllable"),
    "n_fog_words": ("not on the Dale–Chall list", "n_syllables", "syllable"),
    "n_miniwords": ("", "n_letters", "letter"),
    "n_long_words": ("", "n_letters", "letter"),
}


def readability_formula(score: str, sentences: Literal["news", "textstat"]) -> str:
    """Write how a score follows from the counts."""
    if score not in READABILITY:
        return score  # a count
    formula, defined = READABILITY[score]
    if sentences == "textstat":
        defined = _TEXTSTAT_DEFINED.get(score, defined)
    condition = f" if {defined} else {'nan' if sentences == 'news' else '0'}" if defined else ""
    return f"{formula}{condition}{_WHERE.get(score, '')}"


def explain_readability(
    text: str, tokens: Tokens, sentences: Literal["news", "textstat"], score: str | None
) -> Explained:
    """Explain a score of readability, one of the counts under it, or all; of all sentences or those in one voice."""
    choose("sentences", sentences, ["news", "textstat"])
    if score == "text_standard":
        raise OptionError(
            "`score` 'text_standard' is a vote of eight other scores, no formula of counts. Explain those, such as "
            "'flesch_kincaid_grade' and 'gunning_fog'."
        )
    scores = list(READABILITY) if score is None else [score]
    if score is not None:
        choose("score", score, [*READABILITY, *readability.COUNTS])
    formulas = {name: readability_formula(name, sentences) for name in scores}
    needed = {name for formula in formulas.values() for name in names_in(formula)}
    wanted = [name for name in readability.COUNTS if name in needed or score is None]
    empty = None if isinstance(tokens, WholeSentences) else np.array([text == ""])
    table = readability.readability_of(tokens, sentences=sentences, empty=empty)
    row = {str(name): float(value) for name, value in table.iloc[0].items()}
    counted = _Counted(text, tokens, sentences)
    spans = [span for name in wanted for span in counted.spans(name)]
    return Explained(
        spans,
        {name: row[name] for name in wanted},
        {name: row[name] for name in scores},
        {name: Formula(name, formula, row) for name, formula in formulas.items()},
    )


class _Counted:
    """What readability counts in one text."""

    def __init__(self, text: str, tokens: Tokens, sentences: Literal["news", "textstat"]) -> None:
        self._read = _Read(text, tokens)
        self._traced = traced = readability.trace(tokens, sentences=sentences)
        if traced.sentence_starts is None:
            chunks = [chunk for begin, end in self._read.parts for chunk in chunks_of(text, begin, end)]
        else:
            known = tokens.vocabulary.chunks
            starts = zip(tokens.piece_offsets.tolist(), tokens.pieces.tolist(), strict=True)
            chunks = [(start, text[start : start + len(known[number])]) for start, number in starts]
        self._whole: list[tuple[int, int]] = [(start, start + len(chunk)) for start, chunk in chunks]
        found = [_WORD.search(chunk) for _, chunk in chunks]
        self._words: list[tuple[int, int]] = [
            whole if word is None else (whole[0] + word.start(), whole[0] + word.end())
            for whole, word in zip(self._whole, found, strict=True)
        ]
        self._column = dict(zip(readability.SUMS, traced.rows.T, strict=True))
        self._kept = np.flatnonzero(~traced.heading)

    def spans(self, count: str) -> Iterator[Span]:
        """Return the spans that add up to a count."""
        if count in self._column:
            yield from self._of_chunks(count)
        elif count == "n_chunks":
            yield from (Span.at(self._whole[place], 1.0, count, "between white space") for place in self._kept.tolist())
        elif count == "n_heading_words":
            in_heading = np.flatnonzero(self._traced.heading & (self._column["n_words"] > 0)).tolist()
            yield from (Span.at(self._words[place], 1.0, count, "a word in a heading") for place in in_heading)
        elif count == "n_sentences":
            yield from (Span.at(spot, 1.0, count, rule) for spot, rule in self._sentences())
        elif count == "n_sample_sentences":
            yield from (
                Span.at(spot, 1.0, count, f"{rule}, of the sample of 100 words") for spot, rule in self._in_sample()
            )
        else:
            easy = count == "n_sample_easy"
            sample = self._kept[: self._traced.n_sample]
            syllables = self._column["n_syllables"][sample]
            for place in sample[(syllables > 0) & (syllables < 3) if easy else syllables >= 3].tolist():
                n = plural(self._column["n_syllables"][place], "syllable")
                yield Span.at(self._words[place], 1.0, count, f"{n}, of the sample of 100 words")

    def _of_chunks(self, count: str) -> Iterator[Span]:
        values = self._column[count]
        places = self._kept[values[self._kept] != 0]
        spots = self._whole if count == "n_characters" else self._words
        why, column, unit = _RULES[count]
        told = self._column[column or count][places].tolist()
        rules = {n: ", ".join(filter(None, [why, plural(n, unit) if unit else ""])) for n in set(told)}
        for place, weight, number in zip(places.tolist(), values[places].tolist(), told, strict=True):
            yield Span.at(spots[place], float(weight), count, rules[number])

    def _sentences(self) -> list[tuple[tuple[int, int], str]]:
        if self._traced.sentence_starts is None:
            return self._of_textstat(self._read.text)
        edges = self._traced.sentence_starts.tolist()
        is_word = (self._column["n_words"] > 0) & ~self._traced.heading
        before = np.concatenate([[0], np.cumsum(is_word)])[edges].tolist()
        return [
            ((self._whole[first][0], self._whole[end - 1][1]), f"a sentence of {plural(after - words, 'word')}")
            for (first, end), (words, after) in zip(pairwise(edges), pairwise(before), strict=True)
            if after > words
        ]

    def _in_sample(self) -> list[tuple[tuple[int, int], str]]:
        if self._traced.sentence_starts is not None:
            return self._sentences()[: self._traced.n_sample_sentences]
        n = self._traced.n_sample
        return self._of_textstat(self._read.up_to(self._whole[n - 1][1])) if n else []

    def _of_textstat(self, text: str) -> list[tuple[tuple[int, int], str]]:
        spots = map(self._read.spot, readability.sentences_of_textstat(text))
        return [(spot, "a sentence to textstat") for spot in spots]


class _Read:
    """What textstat reads: a text, or its sentences in one voice as if they were all of it, one a line."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self.parts = [(0, len(text))]
        if isinstance(tokens, WholeSentences):
            self.parts = list(zip(tokens.begin.tolist(), tokens.end.tolist(), strict=True))
        self.text = "\n".join(text[begin:end] for begin, end in self.parts)
        sizes = [end - begin + 1 for begin, end in self.parts]
        self._starts = [0, *accumulate(sizes)]

    def up_to(self, place: int) -> str:
        """Return what is read before a place of the text."""
        number = bisect_left(self.parts, place, key=itemgetter(1))
        return self.text[: self._starts[number] + place - self.parts[number][0]]

    def spot(self, run: tuple[int, int]) -> tuple[int, int]:
        """Return where a run of what is read stands in the text; where it goes on behind a gap, its first part."""
        number = bisect_right(self._starts, run[0]) - 1
        begin, end = self.parts[number]
        shift = begin - self._starts[number]
        return run[0] + shift, min(run[1] + shift, end)


def explain_framing(tokens: Tokens, book: Codebook, score: str | None) -> Explained:
    """Explain the score of each frame, in the text or in one voice in it."""
    score = "n_cues" if score is None else score
    choose("score", score, _FRAMING)
    columns, _ = framing.measured(tokens, codebook=book)
    names = [frame.name for frame in book.frames]
    begin, end = (edge.tolist() for edge in tokens.term_spans())
    matches = [
        (names[frame], cue, begin[first], end[last], sentence)
        for frame, cue, first, last, sentence in framing.matches_that_count(tokens, book)
    ]
    if score == "share_sentences":
        # In one voice a sentence may have several parts; it counts once, and is shown by its first part with a cue.
        of_part = tokens.rows.tolist() if isinstance(tokens, Slice) else range(tokens.n_sentences)
        cues: dict[tuple[int, str], list[str]] = {}
        part: dict[tuple[int, str], int] = {}
        for frame, cue, _, _, sentence in matches:
            key = (of_part[sentence], frame)
            cues.setdefault(key, []).append(f"'{cue}'")
            part.setdefault(key, sentence)
        first, last = (edge.tolist() for edge in tokens.sentence_spans())
        spans = [
            Span(first[part[key]], last[part[key]], 1.0, key[1], f"a sentence with {', '.join(dict.fromkeys(some))}")
            for key, some in cues.items()
        ]
        # The measure has the share of them; times their number it is a whole number again.
        n_sentences = int(columns["n_sentences"][0]) if names else 0
        with_cues = [round(share * n_sentences) if n_sentences else 0 for share in columns[score]]
        totals = dict(zip(names, map(float, with_cues), strict=True))
    else:
        spans = [Span(a, b, 1.0, frame, f"cue {cue} of frame {frame}") for frame, cue, a, b, _ in matches]
        totals = dict(zip(names, map(float, columns["n_cues"]), strict=True))
    sizes = {"n_words": int(columns["n_words"][0]), "n_sentences": int(columns["n_sentences"][0])}
    quantity = names_in(_FRAMING[score])[0]
    return Explained(
        spans,
        totals,
        dict(zip(names, map(float, columns[score]), strict=True)),
        {name: Formula(score, _FRAMING[score], sizes | {quantity: totals[name]}) for name in names},
        {name: size for name, size in sizes.items() if name in names_in(_FRAMING[score])},
    )


@lru_cache(maxsize=8)
def _resolved(patterns: tuple[Pattern, ...]) -> PatternSet:
    return PatternSet(patterns)


def explain_terms(tokens: Tokens, patterns: tuple[Pattern, ...], score: str | None) -> Explained:
    """Explain how often words or phrases occur, in the text or in one voice in it."""
    choose("score", "count" if score is None else score, ["count"])
    found = find(tokens, _resolved(patterns))
    begin, end = (edge.tolist() for edge in tokens.term_spans())
    spans = [
        Span(begin[place], end[place + len(patterns[number].parts) - 1], 1.0, text_of, f"matches '{text_of}'")
        for number, place in zip(found.pattern.tolist(), found.position.tolist(), strict=True)
        for text_of in [patterns[number].text]
    ]
    n = np.bincount(found.pattern, minlength=len(patterns)).tolist()
    counts = {pattern.text: float(count) for pattern, count in zip(patterns, n, strict=True)}
    return Explained(
        spans, counts, counts, {name: Formula("count", "count", {"count": counts[name]}) for name in counts}
    )
