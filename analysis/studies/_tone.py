"""The words that make a text's tone, by VADER or by a lexicon of one's own."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from analysis.errors import choose
from analysis.measures import _vader
from analysis.measures.sentiment import Lexicon, measured, measured_slice
from analysis.text.fragments import Slice
from analysis.text.tokens import Tokens

from ._spans import Explained, Formula, Span, chunks_of, shown, signed

__all__ = ["explain_lexicon", "explain_vader"]

#: Each score of VADER, how it follows from the sums of the spans.
_COMPOUND = "round(valence / sqrt(valence * valence + 15), 4)"
_SHARE = "round(abs({}) / max(positive + abs(negative) + neutral, 1), 3)"
_FORMULAS = {
    "compound": _COMPOUND,
    "compound_mean": f"mean({_COMPOUND})",
    "compound_sd": f"sd({_COMPOUND})",
    "pos": _SHARE.format("positive"),
    "neg": _SHARE.format("negative"),
    "neu": _SHARE.format("neutral"),
}
#: The same in one voice. A sentence has several parts where the other voice comes between.
_VOICE_FORMULAS = {
    "compound": f"weighted_mean({_COMPOUND}, n_words)",
    "compound_mean": f"mean(weighted_mean({_COMPOUND}, n_words, sentence))",
    "compound_sd": f"sd(weighted_mean({_COMPOUND}, n_words, sentence))",
    **{name: f"weighted_mean({_FORMULAS[name]}, n_words)" for name in ("pos", "neg", "neu")},
}
_LEXICON_FORMULAS = {"score": "total / n_words if n_words > 0 else nan", "total": "total"}
_SOFTENED = "as VADER takes equal valences for one another"


def explain_vader(text: str, tokens: Tokens, score: str | None) -> Explained:
    """Explain what VADER gives to a text, to its sentences, or to the fragments or sentences of one voice in it."""
    score = "compound" if score is None else score
    choose("score", score, _FORMULAS)
    in_voice = isinstance(tokens, Slice)
    of_article = measured_slice(tokens)[0] if isinstance(tokens, Slice) else measured(tokens)[0]
    scores = {score: float(of_article[score][0])}
    formula = (_VOICE_FORMULAS if in_voice else _FORMULAS)[score]
    by_sentence = score in ("compound_mean", "compound_sd")
    sentence = _sentences(tokens) if by_sentence else []
    if by_sentence:
        tone, names = _Tone(_pieces(text, tokens)), _names(sentence)
    elif isinstance(tokens, Slice):
        edges = list(zip(tokens.fragment_start.tolist(), tokens.fragment_end.tolist(), strict=True))
        tone = _Tone([chunks_of(text, begin, end) for begin, end in edges])
        names = [f" of fragment {number}" for number in range(len(edges))]
    else:
        tone, names = _Tone([chunks_of(text)]), [""]
    sums = tone.shares if score in ("pos", "neg", "neu") else {"valence": tone.traced.totals}
    spans = [span for number, name in enumerate(names) for span in tone.explained(number, name, [*sums])]
    totals = {
        f"{what}{name}": value for what, values in sums.items() for name, value in zip(names, values, strict=True)
    }
    numbers: dict[str, object] = dict(sums) if by_sentence or in_voice else totals
    counts = {}
    if in_voice:
        numbers |= {"n_words": tone.n_words, "sentence": np.array(sentence, np.int64)}
        counts = {f"n_words{name}": float(n) for name, n in zip(names, tone.n_words, strict=True)}
    return Explained(spans, totals, scores, {score: Formula(score, formula, numbers)}, counts)


def _pieces(text: str, tokens: Tokens) -> list[list[tuple[int, str]]]:
    """Return the pieces of each sentence, each with its place."""
    known = tokens.vocabulary.chunks
    offsets = zip(tokens.piece_offsets.tolist(), tokens.pieces.tolist(), strict=True)
    pieces = [(begin, text[begin : begin + len(known[number])]) for begin, number in offsets]
    return [pieces[first:end] for first, end in pairwise(tokens.sentence_starts.tolist())]


def _sentences(tokens: Tokens) -> list[int]:
    """Return the number of each sentence in the article; in one voice, of the sentence that each part is of."""
    if isinstance(tokens, Slice):
        return cast("list[int]", tokens.sentence_of_row[tokens.rows].tolist())
    return list(range(tokens.n_sentences))


def _names(sentences: list[int]) -> list[str]:
    """Name sentences by their numbers, and the parts of one that has several."""
    n = Counter(sentences)
    seen: Counter[int] = Counter()
    names = []
    for number in sentences:
        names.append(f" of sentence {number}" + (f", part {seen[number]}" if n[number] > 1 else ""))
        seen[number] += 1
    return names


class _Word(NamedTuple):
    """A word as VADER sees it, where its chunk begins and, in the name of an emoji, where each character comes from."""

    raw: str
    start: int
    places: Sequence[int] | None

    def spot(self, begin: int, end: int) -> tuple[int, int]:
        """Return where raw[begin:end] stands in the text."""
        if self.places is None:
            return self.start + begin, self.start + end
        return self.start + self.places[begin], self.start + self.places[end - 1] + 1

    @property
    def bare(self) -> tuple[int, int]:
        """Where the word stands in `raw`: without the signs around it, unless hardly anything were left."""
        core = self.raw.strip(string.punctuation)
        if len(core) <= 2:
            return 0, len(self.raw)
        begin = len(self.raw) - len(self.raw.lstrip(string.punctuation))
        return begin, begin + len(core)

    def __str__(self) -> str:
        begin, end = self.bare
        return self.raw[begin:end]


class _Tone:
    """VADER's words and marks in some texts, each a list of chunks and their places."""

    def __init__(self, texts: list[list[tuple[int, str]]]) -> None:
        self.words: list[_Word] = []
        starts = [0]
        for chunks in texts:
            for start, chunk in chunks:
                names = _vader.spelled(chunk)
                if names is None:
                    self.words.append(_Word(chunk, start, None))
                else:
                    self.words += [_Word(name, start, places) for name, places in names]
            starts.append(len(self.words))
        self.starts = starts
        self.traced = _vader.trace([word.raw for word in self.words], np.array(starts, np.int64))
        self._edges = np.searchsorted(self.traced.text, np.arange(len(starts))).tolist()
        self._steps = [(rule, far, values.tolist()) for rule, far, values in self.traced.stages]
        self._place = self.traced.place.tolist()
        self._own, self._before = self.traced.own.tolist(), self.traced.before_but.tolist()
        self._values = self.traced.values.tolist()

    @property
    def n_words(self) -> NDArray[np.int64]:
        """The words of each text."""
        return np.diff(self.starts)

    @property
    def shares(self) -> dict[str, NDArray[np.float64]]:
        """What `pos`, `neg` and `neu` of each text are shares of."""
        return {name: getattr(self.traced, name) for name in ("positive", "negative", "neutral")}

    def explained(self, text: int, name: str, quantities: list[str]) -> list[Span]:
        """Return the words and marks of one text, their quantities with its name."""
        found = self._spans(text, quantities[0]) if len(quantities) == 1 else self._parts(text)
        return [span._replace(quantity=span.quantity + name) for span in found] if name else found

    def _spans(self, text: int, quantity: str) -> list[Span]:
        """Return the words and marks whose weights add up to a text's sum."""
        found = [
            self._span(row, self._values[row], quantity, self._rule(row, text))
            for row in range(self._edges[text], self._edges[text + 1])
        ]
        return found + self._marks(text, float(np.sign(self.traced.totals[text])), quantity)

    def _parts(self, text: int) -> list[Span]:
        """Return the words and marks whose weights add up to what `pos`, `neg` and `neu` are shares of."""
        found: list[Span] = []
        counted: set[int] = set()
        for row in range(self._edges[text], self._edges[text + 1]):
            value = self._values[row]
            one = 1 if value > 0 else -1
            rule = f"{self._rule(row, text)}; {'+' if one > 0 else '−'} 1 for the word"
            found.append(self._span(row, value + one, "positive" if one > 0 else "negative", rule))
            counted.add(self._place[row])
        for place in range(self.starts[text], self.starts[text + 1]):
            if place not in counted:
                word = self.words[place]
                found.append(Span.at(word.spot(*word.bare), 1.0, "neutral", "no valence: 1 for the word"))
        lead = float(np.sign(self.traced.positive[text] + self.traced.negative[text]))
        return found + self._marks(text, lead, "positive" if lead > 0 else "negative")

    def _span(self, row: int, weight: float, quantity: str, rule: str) -> Span:
        word = self.words[self._place[row]]
        return Span.at(word.spot(*word.bare), weight, quantity, rule)

    def _marks(self, text: int, sign: float, quantity: str) -> list[Span]:
        """Return the "!" and "?" that emphasise, away from 0; a sum of 0 is not emphasised."""
        if not sign:
            return []
        spots: dict[str, list[tuple[int, int]]] = {"!": [], "?": []}
        for word in self.words[self.starts[text] : self.starts[text + 1]]:
            if "!" in word.raw or "?" in word.raw:
                for place, character in enumerate(word.raw):
                    if character in spots:
                        spots[character].append(word.spot(place, place + 1))
        loud, asking = spots["!"][:4], spots["?"]
        none = np.zeros(1)
        of_loud = float(_vader.emphasis(self.traced.exclamations[[text]], none)[0])
        of_asking = float(_vader.emphasis(none, self.traced.questions[[text]])[0])
        found = []
        if of_loud:
            rule = "emphasis of '!', of at most four in a text"
            found += [Span.at(spot, sign * of_loud / len(loud), quantity, rule) for spot in loud]
        if of_asking:
            rule = f"emphasis of '?': {len(asking):,} of them together {signed(sign * of_asking)}"
            found += [Span.at(spot, sign * of_asking / len(asking), quantity, rule) for spot in asking]
        return found

    def _rule(self, row: int, text: int) -> str:
        """Say how a word came by its value."""
        place, value = self._place[row], self._own[row]
        word = self.words[place]
        of_emoji = "" if word.places is None else f"'{word}' in the name of an emoji: "
        steps = [f"{of_emoji}lexicon {signed(value)}"]
        for rule, far, values in self._steps:
            if values[row] != value:
                steps.append(_STEPS[rule](self, place, far, value, values[row]))
                value = values[row]
        if self._has_but(text):
            steps.append(_at_but(self._before[row], self._values[row]))
        return "; ".join(steps)

    def _has_but(self, text: int) -> bool:
        """Say whether "but" changed the text; where there is one, VADER changes at least its first value."""
        begin, end = self._edges[text], self._edges[text + 1]
        return bool(self._before[begin:end] != self._values[begin:end])

    def _lower(self, place: int) -> str:
        return str(self.words[place]).lower()

    def no(self, _: int, __: int, value: float, now: float) -> str:
        if not now:
            return "'no' right before a word of the lexicon: 0"
        return f"negated by 'no' × {shown(now / value)}"

    def capitals(self, _: int, __: int, value: float, now: float) -> str:
        return f"in capitals {signed(now - value)}"

    def boost(self, place: int, far: int, value: float, now: float) -> str:
        how = "raised" if abs(now) > abs(value) else "lowered"
        return f"{how} by '{self.words[place - far - 1]}' {signed(now - value)}"

    def negate(self, place: int, far: int, value: float, now: float) -> str:
        factor = now / value
        if factor < 0:
            return f"negated by '{self.words[place - far - 1]}' × {shown(factor)}"
        if far == 2 and self._lower(place - 1) in ("so", "this"):
            return f"'{self.words[place - 1]}' right before it × {shown(factor)}"
        return f"'{self.words[place - far - 1]} {self.words[place - far]}' × {shown(factor)}"

    def phrases(self, place: int, _: int, __: float, ___: float) -> str:
        return "; ".join(
            f"idiom '{phrase}' makes it {signed(number)}" if replaces else f"'{phrase}' {signed(number)}"
            for phrase, number, replaces in self.traced.phrases[place]
        )

    def least(self, _: int, __: int, value: float, now: float) -> str:
        return f"negated by 'least' × {shown(now / value)}"


_STEPS: dict[str, Callable[[_Tone, int, int, float, float], str]] = {
    "no": _Tone.no,
    "capitals": _Tone.capitals,
    "boost": _Tone.boost,
    "negate": _Tone.negate,
    "phrases": _Tone.phrases,
    "least": _Tone.least,
}


def _at_but(before: float, value: float) -> str:
    """Say what `but` did to a value; VADER looks values up by their first equal, and so may change another one."""
    factor = value / before
    if factor == 1:
        return f"left alone at 'but', {_SOFTENED}"
    side = "before" if factor < 1 else "after"
    usual = abs(factor - (0.5 if factor < 1 else 1.5)) < 1e-9
    return f"{side} 'but' × {shown(factor)}" + ("" if usual else f", {_SOFTENED}")


def explain_lexicon(tokens: Tokens, lexicon: Lexicon, score: str | None) -> Explained:
    """Explain what a lexicon of one's own gives to a text, or to one voice in it."""
    score = "score" if score is None else score
    choose("score", score, _LEXICON_FORMULAS)
    columns = (
        measured_slice(tokens, lexicon=lexicon) if isinstance(tokens, Slice) else measured(tokens, lexicon=lexicon)
    )[0]
    begin, end = (edge.tolist() for edge in tokens.term_spans())
    places, patterns = (found.tolist() for found in lexicon.matches(tokens))
    spans = []
    for place, number in zip(places, patterns, strict=True):
        pattern, weight = lexicon.patterns[number], float(lexicon.weights[number])
        rule = f"'{pattern.text}' of {lexicon.name} {signed(weight)}"
        spans.append(Span(begin[place], end[place + len(pattern.parts) - 1], weight, "total", rule))
    total, n_words = float(columns["total"][0]), int(columns["n_words"][0])
    formula = Formula(score, _LEXICON_FORMULAS[score], {"total": total, "n_words": n_words})
    counts = {"n_words": n_words} if score == "score" else {}
    return Explained(spans, {"total": total}, {score: float(columns[score][0])}, {score: formula}, counts)
