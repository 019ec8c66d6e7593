"""VADER around the words of its lexicon: `polarity_scores` of many texts at once, to the last bit.

vaderSentiment 3.3.2 walks through every word of a text and lowercases the whole text again for each lexicon word. All
that it asks of a single word is a property of the chunk between white space, so it is worked out once for a distinct
chunk, by the library's own lists, and packed into one number. What is left is done for all lexicon words of all texts
together: the three words before, capitals, negation, `but`, and the sums, each in the library's order of operations.
"""

from __future__ import annotations

import string
import sys
from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush
from importlib import import_module
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.text.strings import Lexicon, Strings
from analysis.text.tokens import Shaped, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from analysis.kernels import Kernels


__all__ = ["Scores", "Stage", "Trace", "emphasis", "score", "spelled", "trace"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

# What one word is, in one number. The lowest six bits say which of the words that rules name it is (0: none of them).
_KEY: Final = 0b11_1111
_IN_LEXICON: Final = 1 << 6
_HIT: Final = 1 << 7  # takes a valence: in the lexicon and not a booster
_UPPER: Final = 1 << 8
_RAISES: Final = 1 << 9
_LOWERS: Final = 1 << 10
_NEGATES: Final = 1 << 11
_BUT: Final = 1 << 12
_SO: Final = 1 << 13  # "so" or "this"
_ACTS: Final = 1 << 14  # may change the valence of a word after it
_IDIOM: Final = 1 << 15  # telling word of an idiom
_EMOJI: Final = 1 << 16  # holds an emoji, which VADER spells out in words
_EXCLAMATIONS: Final = 17  # three bits: how many, at most four
_QUESTIONS: Final = 20  # three bits: how many, at most four
_VALENCE: Final = 23  # seven bits: place in the list of distinct valences
# Of templates and words only, not of chunks.
_ALONE: Final = 1 << 30
_CONTRACTED: Final = 1 << 30
_MARKS: Final = (7 << _EXCLAMATIONS) | (7 << _QUESTIONS)

# `sum` of floats loses less from Python 3.12 on, and VADER's last digit depends on it.
_COMPENSATED: Final = sys.version_info >= (3, 12)

_RULE_WORDS = ("no", "or", "nor", "kind", "of", "least", "at", "very", "so", "this", "never", "without", "doubt")
# Words of idioms that are too common to tell of one; each idiom has another.
_COMMON = frozenset({"of", "to", "the", "for"})


_LONGEST_PHRASE: Final = 5
# As `Rules` in kernels/vader.c.
_RULES: Final = np.dtype(
    [
        ("numbers", np.float64, 4),
        ("valences", np.float64, 128),
        ("named", np.int32, 11),
        ("n_idioms", np.int32),
        ("n_boosters", np.int32),
        ("idioms", np.int32, (64, _LONGEST_PHRASE)),
        ("boosters", np.int32, (64, _LONGEST_PHRASE)),
        ("idiom_values", np.float64, 64),
        ("booster_values", np.float64, 64),
    ],
    align=True,
)


@dataclass(frozen=True)
class Scores:
    """What VADER gives to each of many texts, with the words and lexicon words that it counted."""

    neg: Floats
    neu: Floats
    pos: Floats
    compound: Floats
    n_words: Ints
    n_hits: Ints


class Stage(NamedTuple):
    """One rule, and what the words' valences are once it was applied.

    `rule` is "no", "capitals", "boost", "negate", "phrases" or "least"; `far` is how many words lie between the word
    and the one before it that the rule looks at.
    """

    rule: str
    far: int
    values: Floats


@dataclass(frozen=True)
class Trace:
    """How the sums of some texts came about.

    Attributes
    ----------
    text, place
        Of each word that counts, a lexicon word whose valence is not 0: its text, and its place among all words.
    own, stages, before_but, values
        Its valence in the lexicon, after each rule in the library's order, after all but the last, and in the end.
    phrases
        For places of words near an idiom: the phrases found, the number that each brings, and whether this takes the
        place of the valence or is added to it.
    exclamations, questions
        Of each text, at most four for each word.
    totals
        The sum of each text with the emphasis of its marks: what `compound` normalises.
    positive, negative, neutral
        What `pos`, `neg` and `neu` are shares of; the second is below 0.
    """

    text: Ints
    place: Ints
    own: Floats
    stages: list[Stage]
    before_but: Floats
    values: Floats
    phrases: Mapping[int, list[tuple[str, float, bool]]]
    exclamations: Ints
    questions: Ints
    totals: Floats
    positive: Floats
    negative: Floats
    neutral: Ints


class _Vader:
    """The lists and numbers of vaderSentiment, arranged for asking."""

    def __init__(self) -> None:
        library = import_module("vaderSentiment.vaderSentiment")
        analyser = library.SentimentIntensityAnalyzer()
        lexicon: Mapping[str, float] = analyser.lexicon
        boosters: Mapping[str, float] = library.BOOSTER_DICT
        self.idioms: Mapping[str, float] = library.SPECIAL_CASES
        self.boosters = boosters
        self.emojis: Mapping[str, str] = {sign: words for sign, words in analyser.emojis.items() if len(sign) == 1}
        self.capitals = float(library.C_INCR)
        self.negation = float(library.N_SCALAR)
        self.booster_of: Floats = np.array([0.0, library.B_INCR, library.B_DECR])

        phrases = [phrase.split() for phrase in (*self.idioms, *boosters) if " " in phrase]
        self.words = ["", *dict.fromkeys((*_RULE_WORDS, *(word for phrase in phrases for word in phrase)))]
        self.key = {word: number for number, word in enumerate(self.words)}
        #: Whether one word is followed by the other in some idiom.
        self.adjoin: NDArray[np.bool_] = np.zeros((len(self.words), len(self.words)), np.bool_)
        for phrase in phrases:
            for word, following in pairwise(phrase):
                self.adjoin[self.key[word], self.key[following]] = True
        distinct = sorted(set(lexicon.values()))
        self.valences: Floats = np.array(distinct)
        place = {valence: number for number, valence in enumerate(distinct)}

        self.rules = self._rules(phrases)
        codes = dict.fromkeys((*self.words[1:], *lexicon, *boosters, *library.NEGATE, "but"), 0)
        for word, number in self.key.items():
            if number:
                codes[word] |= number
        for word, valence in lexicon.items():
            codes[word] |= _IN_LEXICON | place[valence] << _VALENCE | (0 if word in boosters else _HIT)
        for word, change in boosters.items():
            codes[word] |= _RAISES | _ACTS if change > 0 else _LOWERS | _ACTS
        for word in library.NEGATE:
            codes[word] |= _NEGATES | _ACTS
        for word in ("no", "least", "so", "this"):
            codes[word] |= _ACTS
        for word in ("so", "this"):
            codes[word] |= _SO
        for word in (word for phrase in phrases for word in phrase if word not in _COMMON):
            codes[word] |= _IDIOM
        codes["but"] |= _BUT
        self._codes = codes
        self._listed = Lexicon(Strings.of(codes))
        self._listed_codes: Codes = np.array([*codes.values(), 0], np.int32)
        self._emoji_signs = frozenset(self.emojis)

    def _rules(self, phrases: list[list[str]]) -> NDArray[np.uint8]:
        """Lay the numbers out as `kernels/vader.c` reads them."""
        named = ("no", "or", "nor", "kind", "of", "least", "at", "very", "never", "without", "doubt")
        rules = np.zeros(1, _RULES)
        if max(len(phrases), len(self.valences)) > 64 * 2 or max(map(len, phrases)) > _LONGEST_PHRASE:
            raise AssertionError("vaderSentiment has more phrases than kernels/vader.c has room for")
        rules["numbers"] = self.capitals, self.negation, *self.booster_of[1:]
        rules["valences"][0, : len(self.valences)] = self.valences
        rules["named"] = [self.key[word] for word in named]
        for kind, known in (("idioms", self.idioms), ("boosters", self.boosters)):
            listed = [phrase for phrase in phrases if " ".join(phrase) in known]
            rules[f"n_{kind}"] = len(listed)
            for place, phrase in enumerate(listed):
                rules[kind][0, place, : len(phrase)] = [self.key[word] for word in phrase]
                rules[f"{kind[:-1]}_values"][0, place] = known[" ".join(phrase)]
        return rules.view(np.uint8)

    def codes(self, chunks: Iterable[str]) -> Codes:
        """Say of each chunk what VADER would make of it."""
        known, signs, punctuation = self._codes.get, self._emoji_signs, string.punctuation
        found = []
        for chunk in chunks:
            word = chunk
            if not chunk.isalnum():
                stripped = chunk.strip(punctuation)
                if len(stripped) > 2:
                    word = stripped
            lower = word.lower()
            code = known(lower, 0)
            if word.isupper():
                code |= _UPPER
            if "n't" in lower:
                code |= _NEGATES | _ACTS
            if "!" in chunk:
                code |= min(chunk.count("!"), 4) << _EXCLAMATIONS
            if "?" in chunk:
                code |= min(chunk.count("?"), 4) << _QUESTIONS
            if not chunk.isascii() and not signs.isdisjoint(chunk):  # `has_emoji`, without a call for each chunk
                code |= _EMOJI
            found.append(code)
        return np.array(found, np.int32)

    def shaped(self) -> Shaped:
        """Put the codes together from words and templates."""
        return Shaped(self._of_words, self._of_templates, self._join, self.codes)

    def _of_words(self, words: Strings) -> Codes:
        found = self._listed_codes[self._listed.places(words)]  # place -1, the last, is of no word
        found[words.holding(b"n't")] |= _NEGATES | _ACTS | _CONTRACTED
        return found

    def _of_templates(self, examples: list[str]) -> Codes:
        """The marks and capitals, and whether VADER sees the word alone: it takes off ASCII's signs only."""
        found = self.codes(examples)
        for place, text in enumerate(examples):
            stripped = text.strip(string.punctuation)
            if stripped[:1].isalnum() and stripped[-1:].isalnum():
                found[place] |= _ALONE
        return found

    def _join(self, word: Codes, template: Codes, _: NDArray[Any]) -> tuple[Codes, None]:
        # With a curly mark at it a word is on no list; "n't" negates wherever it stands.
        seen = np.where(template & _ALONE, word, np.where(word & _CONTRACTED, _NEGATES | _ACTS, 0))
        return ((seen | template) & ~(_ALONE | _CONTRACTED)).astype(np.int32), None

    def has_emoji(self, chunk: str) -> bool:
        """Say whether VADER spells some of a chunk out in words."""
        return not chunk.isascii() and not self._emoji_signs.isdisjoint(chunk)

    def spelled(self, chunk: str) -> list[str]:
        """Return the words that a chunk with an emoji becomes; the library puts no space behind an emoji."""
        return [word for word, _ in self.spelled_from(chunk)]

    def spelled_from(self, chunk: str) -> list[tuple[str, list[int]]]:
        """Return these words, each with the place in the chunk that each of its characters comes from."""
        words: list[tuple[str, list[int]]] = []
        for place, sign in enumerate(chunk):
            parts = self.emojis[sign].split() if sign in self.emojis else [sign]
            if not words or sign in self.emojis:
                words.append(("", []))
            for number, part in enumerate(parts):
                if number:
                    words.append(("", []))
                word, origin = words[-1]
                words[-1] = word + part, [*origin, *[place] * len(part)]
        return words


@cache
def _vader() -> _Vader:
    return _Vader()


def score(vocabulary: Vocabulary, ids: NDArray[np.int32], starts: Ints) -> Scores:
    """Score texts as `SentimentIntensityAnalyzer().polarity_scores` does.

    Parameters
    ----------
    vocabulary, ids
        Running chunks of all texts, as numbers.
    starts
        Text i is `ids[starts[i]:starts[i + 1]]`.
    """
    vader = _vader()
    codes = vocabulary.shaped_column("sentiment.vader", vader.shaped())
    if (compiled := vocabulary.kernels) is None:
        return _reduced(_added_up(vader, *_spelled_codes(vader, vocabulary, codes, ids, starts)))
    added = _added_up_by_kernel(compiled, vader, codes, ids, starts, vocabulary)
    left = np.flatnonzero(added.left)
    if len(left):
        begin, size = starts[left], np.diff(starts)[left]
        before = np.concatenate([[0], np.cumsum(size)])
        some = ids[np.arange(before[-1]) + np.repeat(begin - before[:-1], size)]
        running, edges = _spelled_codes(vader, vocabulary, codes, some, before)
        again = _added_up_by_kernel(compiled, vader, running, np.arange(len(running), dtype=np.int32), edges)
        if again.left.any():
            again = _added_up(vader, running, edges)
        for column, of_left in zip(added, again, strict=True):
            column[left] = of_left
    return _reduced(added)


def trace(words: list[str], starts: Ints) -> Trace:
    """Return how the sums of texts come about, by the steps that `score` takes.

    Parameters
    ----------
    words
        Running chunks of all texts, an emoji spelled out (see `spelled`).
    starts
        Text i is `words[starts[i]:starts[i + 1]]`.
    """
    vader = _vader()
    codes = vader.codes(words)
    hits, buts, exclamations, questions = _telling(vader, codes, starts)
    text = _text_of(hits, starts)
    own: Floats = vader.valences[codes[hits] >> _VALENCE]
    stages: list[Stage] = []
    phrases: dict[int, list[tuple[str, float, bool]]] = {}
    values = own
    if len(hits):
        rank = hits - starts[text]
        context = _Context(vader, codes, hits, text, starts, rank, _before(codes, hits, rank))
        stages = list(context.stages(own))
        values = stages[-1].values
        phrases = {int(hits[row]): found for row in context.near_idioms() if (found := context.phrases(row))}
    counted = values != 0
    text, hits, before_but = text[counted], hits[counted], values[counted]
    values = _after_but(before_but, hits, text, buts, starts)
    added, n_texts = emphasis(exclamations, questions), len(starts) - 1
    positive, negative = _parts(*_signed_sums(values, text, n_texts), added)
    return Trace(
        text=text,
        place=hits,
        own=own[counted],
        stages=[stage._replace(values=stage.values[counted]) for stage in stages],
        before_but=before_but,
        values=values,
        phrases=phrases,
        exclamations=exclamations.astype(np.int64),
        questions=questions.astype(np.int64),
        totals=_emphasised(_sums(values, text, n_texts), added),
        positive=positive,
        negative=negative,
        neutral=np.diff(starts) - np.bincount(text, minlength=n_texts),
    )


def spelled(chunk: str) -> list[tuple[str, list[int]]] | None:
    """Return the words that a chunk with an emoji becomes, each with the place in the chunk of each of its characters.

    None where there is no emoji.
    """
    vader = _vader()
    return vader.spelled_from(chunk) if vader.has_emoji(chunk) else None


def _telling(vader: _Vader, codes: Codes, starts: Ints) -> tuple[Ints, Ints, NDArray[Any], NDArray[Any]]:
    """Return where words with a valence and "but" stand, and how many "!" and "?" each text has."""
    telling = np.flatnonzero((codes & (_HIT | _BUT | _MARKS)) != 0)
    hits, buts, marks = (telling[(codes[telling] & bits) != 0] for bits in (_HIT, _BUT, _MARKS))
    hits = hits[~_is_kind_of(vader, codes, hits, starts)]
    n_texts = len(starts) - 1
    of_mark = _text_of(marks, starts)
    exclamations = np.bincount(of_mark, (codes[marks] >> _EXCLAMATIONS) & 7, n_texts)
    questions = np.bincount(of_mark, (codes[marks] >> _QUESTIONS) & 7, n_texts)
    return hits, buts, exclamations, questions


class _Added(NamedTuple):
    """What the values of each text add up to, without the emphasis of its marks, and what was counted on the way."""

    total: Floats
    positive: Floats
    negative: Floats
    n_values: Ints
    n_hits: Ints
    exclamations: NDArray[Any]
    questions: NDArray[Any]
    left: NDArray[Any]  # not 0: nothing was added up
    n_words: Ints


def _spelled_codes(
    vader: _Vader, vocabulary: Vocabulary, codes: Codes, ids: NDArray[np.int32], starts: Ints
) -> tuple[Codes, Ints]:
    """Return the codes of running words, emoji spelled out, and where the texts begin in them."""
    running = codes[ids]
    emoji = np.flatnonzero((running & _EMOJI) != 0)
    if not len(emoji):
        return running, starts
    return _spell_emoji(vader, vocabulary.chunks.some(ids[emoji]), emoji, running, starts)


def _added_up(vader: _Vader, running: Codes, starts: Ints) -> _Added:
    hits, buts, exclamations, questions = _telling(vader, running, starts)
    n_texts, n_words = len(starts) - 1, np.diff(starts)
    per_text = np.diff(np.searchsorted(hits, starts))
    text = np.repeat(np.arange(n_texts), per_text)
    values = _valences(vader, running, hits, text, starts)
    counted = values != 0
    values, places, text = values[counted], hits[counted], text[counted]
    values = _after_but(values, places, text, buts, starts)
    positive, negative = _signed_sums(values, text, n_texts)
    n_values, left = np.bincount(text, minlength=n_texts), np.zeros(n_texts, np.int64)
    total = _sums(values, text, n_texts)
    return _Added(total, positive, negative, n_values, per_text, exclamations, questions, left, n_words)


def _added_up_by_kernel(
    compiled: Kernels,
    vader: _Vader,
    codes: Codes,
    ids: NDArray[np.int32],
    starts: Ints,
    vocabulary: Vocabulary | None = None,
) -> _Added:
    """Do as `_added_up` with `codes[ids]`, but leave texts with an emoji or a "but" among very many values.

    `vocabulary` is what the codes are of, which remain with the kernels.
    """
    n_texts, n_words = len(starts) - 1, np.diff(starts)
    longest = int(n_words.max(initial=0))
    room = (4 * longest, 4 * longest + 4, 8 * longest)
    with compiled.lock:
        rules = compiled.kept("sentiment.rules", vader.rules)
        kept = 0 if vocabulary is None else compiled.mirrored("sentiment.vader", vocabulary, codes)
        wanted = (codes if vocabulary is None else 0, ids, starts, *room, 24 * n_texts, 40 * n_texts)
        with compiled.blocks(*wanted) as (table, running, edges, *scratch, sums, counts):
            given = (rules, kept or table, running, edges, n_texts, _COMPENSATED)
            compiled.call("vader_sums", *given, *scratch, sums, counts)
            of_sums = compiled.view(sums, (3, n_texts), np.float64).copy()
            of_counts = compiled.view(counts, (5, n_texts), np.int64).copy()
    return _Added._make([*of_sums, *of_counts, n_words])


def _spell_emoji(vader: _Vader, chunks: list[str], places: Ints, codes: Codes, starts: Ints) -> tuple[Codes, Ints]:
    """Put the words that describe an emoji in the place of each chunk that holds one."""
    spelled = {chunk: vader.codes(vader.spelled(chunk)) for chunk in set(chunks)}
    codes[places] = [spelled[chunk][0] for chunk in chunks]
    added = np.array([len(spelled[chunk]) - 1 for chunk in chunks])
    before = np.concatenate([[0], np.cumsum(added)])
    parts = zip(np.split(codes, places + 1), [*(spelled[chunk][1:] for chunk in chunks), codes[:0]], strict=True)
    return np.concatenate(list(chain.from_iterable(parts))), starts + before[np.searchsorted(places, starts)]


def _is_kind_of(vader: _Vader, codes: Codes, hits: Ints, starts: Ints) -> NDArray[np.bool_]:
    """Say which hits are the "kind" of "kind of", which VADER does not score."""
    found = np.zeros(len(hits), np.bool_)
    kind = np.flatnonzero((codes[hits] & _KEY) == vader.key["kind"])
    places = hits[kind]
    following = _at(codes, places + 1, starts[1:][_text_of(places, starts)])
    found[kind] = (following & _KEY) == vader.key["of"]
    return found


def _text_of(places: Ints, starts: Ints) -> Ints:
    return np.searchsorted(starts, places, side="right") - 1


def _at(codes: Codes, places: Ints, ends: Ints) -> Codes:
    """Return the codes at `places`, 0 for those at or past the end of their text."""
    return np.where(places < ends, codes[np.minimum(places, len(codes) - 1)] if len(codes) else 0, 0).astype(np.int32)


def _valences(vader: _Vader, codes: Codes, hits: Ints, text: Ints, starts: Ints) -> Floats:
    """Return the valence of each hit in its context, before `but`."""
    own = codes[hits]
    values: Floats = vader.valences[own >> _VALENCE]
    rank = hits - starts[text]
    before = _before(codes, hits, rank)
    acting = (before[0] | before[1] | before[2]) & (_ACTS | _IDIOM) | own & (_UPPER | _IDIOM)
    some = np.flatnonzero((acting != 0) | ((own & _KEY) == vader.key["no"]))
    if len(some):
        context = _Context(vader, codes, hits[some], text[some], starts, rank[some], [near[some] for near in before])
        values[some] = context.valences(values[some])
    return values


def _before(codes: Codes, hits: Ints, rank: Ints) -> list[Codes]:
    """Return the three words before each hit; before the text's first stands a word of no interest."""
    return [np.where(rank >= far, codes[np.maximum(hits - far, 0)], 0) for far in (1, 2, 3)]


class _Context:
    """Hits that something near them may change, and the words before them."""

    def __init__(
        self, vader: _Vader, codes: Codes, hits: Ints, text: Ints, starts: Ints, rank: Ints, before: list[Codes]
    ) -> None:
        self.vader = vader
        self.codes = codes
        self.hits = hits
        self.ends = starts[text + 1]
        self.rank = rank
        self.own = codes[hits]
        self.before = before
        self.keys = [near & _KEY for near in before]
        # A word of the lexicon neither boosts nor negates.
        self.acting = [np.where(near & _IN_LEXICON, 0, near) for near in before]
        self.mixed_case = self._mixed_case(text, starts)

    def _mixed_case(self, text: Ints, starts: Ints) -> NDArray[np.bool_]:
        """Say of hits near capitals whether some words of their text are not; only then do capitals emphasise."""
        near = [self.own, *self.before]
        upper = np.zeros(len(self.hits), np.bool_)
        mixed = np.zeros(len(self.hits), np.bool_)
        for far, word in enumerate(near):
            is_upper = word & _UPPER != 0
            upper |= is_upper
            mixed |= ~is_upper & (self.rank >= far)
        alone = np.flatnonzero(upper & ~mixed)
        asked, place = np.unique(text[alone], return_inverse=True)
        spans = zip(starts[asked].tolist(), starts[asked + 1].tolist(), strict=True)
        mixed[alone] = np.array([not (self.codes[a:b] & _UPPER).all() for a, b in spans], np.bool_)[place]
        return mixed

    def valences(self, values: Floats) -> Floats:
        """Apply the rules in the library's order."""
        for stage in self.stages(values):
            values = stage.values
        return values

    def stages(self, values: Floats) -> Iterator[Stage]:
        """Yield the valences after each rule, in the library's order."""
        values = self._no(values)
        yield Stage("no", 0, values)
        emphasised = (self.own & _UPPER != 0) & self.mixed_case
        values = np.where(emphasised, values + self._capitals(values), values)
        yield Stage("capitals", 0, values)
        for far, damping in enumerate((1.0, 0.95, 0.9)):
            values = values + self._boost(values, far) * damping
            yield Stage("boost", far, values)
            values = self._negate(values, far)
            yield Stage("negate", far, values)
        values = self._idioms(values)
        yield Stage("phrases", 0, values)
        yield Stage("least", 0, self._least(values))

    def _capitals(self, values: Floats) -> Floats:
        return np.where(values > 0, self.vader.capitals, -self.vader.capitals)

    def _no(self, values: Floats) -> Floats:
        key = self.vader.key
        one, two, three = self.keys
        negated = (one == key["no"]) | (two == key["no"])
        negated |= (three == key["no"]) & ((one == key["or"]) | (one == key["nor"]))
        no = np.flatnonzero((self.own & _KEY) == key["no"])
        result = values.copy()
        if len(no):
            negates_next = _at(self.codes, self.hits[no] + 1, self.ends[no]) & _IN_LEXICON
            result[no[negates_next != 0]] = 0.0
        return np.where(negated, values * self.vader.negation, result)

    def _boost(self, values: Floats, far: int) -> Floats:
        near = self.acting[far]
        boost = self.vader.booster_of[(near & (_RAISES | _LOWERS)) // _RAISES]
        change = np.where(values < 0, -boost, boost)
        loud = (boost != 0) & (near & _UPPER != 0) & self.mixed_case
        boosts: Floats = np.where(loud, change + self._capitals(values), change)
        return boosts

    def _negate(self, values: Floats, far: int) -> Floats:
        key, near = self.vader.key, self.acting[far]
        factor = np.where(near & _NEGATES, self.vader.negation, 1.0)
        if far == 0:
            return values * factor
        one, two, _ = self.keys
        first = near & _KEY
        if far == 1:
            doubt = one == key["doubt"]
            so = (first == key["never"]) & (self.before[0] & _SO != 0)
        else:
            doubt = (two == key["doubt"]) | (one == key["doubt"])
            # `and` binds more than `or` in the library: "so" or "this" right before the hit is enough.
            so = (first == key["never"]) & (self.before[1] & _SO != 0) | (self.before[0] & _SO != 0)
            so &= self._has_third()
        factor[(first == key["without"]) & doubt] = 1.0
        factor[so] = 1.25
        return values * factor

    def _has_third(self) -> NDArray[np.bool_]:
        has: NDArray[np.bool_] = (self.rank >= 3) & (self.before[2] & _IN_LEXICON == 0)
        return has

    def _idioms(self, values: Floats) -> Floats:
        """Look for idioms where a telling word is near; few hits have one, so these are read as words."""
        values = values.copy()
        for row in self.near_idioms():
            value = float(values[row])
            for _, number, replaces in self.phrases(row):
                value = number if replaces else value + number
            values[row] = value
        return values

    def near_idioms(self) -> list[int]:
        """Return the hits that an idiom may stand around."""
        telling = (self.own | self.before[0] | self.before[1] | self.before[2]) & _IDIOM
        some = np.flatnonzero((telling != 0) & self._has_third())
        near: list[int] = some[self._adjoining(some)].tolist()
        return near

    def phrases(self, row: int) -> list[tuple[str, float, bool]]:
        """Return the idioms around a hit, each with the valence that it sets, then the boosters, with what they add."""
        idioms, boosters, words = self.vader.idioms, self.vader.boosters, self.vader.words
        place, end = int(self.hits[row]), int(self.ends[row])
        keys = self.codes[place - 3 : min(place + 3, end)] & _KEY
        three, two, one, own, *after = [words[key] or "\0" for key in keys.tolist()]
        sequences = [f"{one} {own}", f"{two} {one} {own}", f"{two} {one}", f"{three} {two} {one}", f"{three} {two}"]
        asked = [next((sequence for sequence in sequences if sequence in idioms), "")]
        asked += [" ".join([own, *after[:length]]) for length in range(1, len(after) + 1)]
        found = [(sequence, idioms[sequence], True) for sequence in asked if sequence in idioms]
        adding = (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}")
        return found + [(sequence, boosters[sequence], False) for sequence in adding if sequence in boosters]

    def _adjoining(self, some: Ints) -> NDArray[np.bool_]:
        """Say whether two neighbours, from three words before to one word after, are neighbours in an idiom."""
        one, two, three = (keys[some] for keys in self.keys)
        own = self.own[some] & _KEY
        after = _at(self.codes, self.hits[some] + 1, self.ends[some]) & _KEY
        adjoin = self.vader.adjoin
        found: NDArray[np.bool_] = adjoin[three, two] | adjoin[two, one] | adjoin[one, own] | adjoin[own, after]
        return found

    def _least(self, values: Floats) -> Floats:
        key = self.vader.key
        two = self.keys[1]
        least = (self.acting[0] & _KEY) == key["least"]
        return np.where(least & (two != key["at"]) & (two != key["very"]), values * self.vader.negation, values)


def _after_but(values: Floats, places: Ints, text: Ints, buts: Ints, starts: Ints) -> Floats:
    """Halve what stands before a text's first "but" and raise what stands behind it by half."""
    if not len(buts) or not len(values):
        return values
    of_but = _text_of(buts, starts)
    first = np.ones(len(buts), np.bool_)
    first[1:] = of_but[1:] != of_but[:-1]
    where = np.full(len(starts) - 1, -1, np.int64)
    where[of_but[first]] = buts[first]
    but = where[text]
    early = places < but
    changed = np.where(but < 0, values, values * np.where(early, 0.5, 1.5))
    edges = np.searchsorted(text, of_but[first])
    ends = np.searchsorted(text, of_but[first], side="right")
    several = ends - edges > 1
    n_early = np.add.reduceat(np.append(early, False), edges, dtype=np.int64) if len(edges) else edges
    for begin, end, before in zip(
        edges[several].tolist(), ends[several].tolist(), n_early[several].tolist(), strict=True
    ):
        was, plain = values[begin:end].tolist(), changed[begin:end].tolist()
        sought = set(was)
        if not sought.isdisjoint(plain):
            changed[begin:end] = _collide(was, plain, sought, before)
    return changed


def _collide(values: list[float], plain: list[float], sought: set[float], n_before: int) -> list[float]:
    """Repeat the library's loop over a list that it changes while it reads it.

    It looks a value up by `list.index`, so it changes the first place that holds an equal value at that time, which may
    be one that it changed before. Zeros stay zero whatever happens to them and are left out.

    Parameters
    ----------
    values, plain
        The values before, and after if each were changed in its own place.
    sought
        The distinct values before: only places that hold one of these can be found again.
    n_before
        How many values stand before "but".
    """
    result = plain.copy()
    holders: dict[float, list[int]] = {}
    for place, value in enumerate(values):
        changed, target = plain[place], place
        if holders.get(value):
            target = heappop(holders[value])
            heappush(holders[value], place)
            changed = value * (0.5 if target < n_before else 1.5)
            result[place], result[target] = value, changed
        if changed in sought:
            if changed in holders:
                heappush(holders[changed], target)
            else:
                holders[changed] = [target]
    return result


def emphasis(exclamations: NDArray[Any], questions: NDArray[Any]) -> Floats:
    """Return what the exclamation and question marks of each text add to its sum."""
    of_questions = np.where(questions > 3, 0.96, np.where(questions > 1, questions * 0.18, 0.0))
    added: Floats = np.minimum(exclamations, 4.0) * 0.292 + of_questions
    return added


def _sums(values: Floats, text: Ints, n_texts: int) -> Floats:
    """Add the values of each text as the interpreter's `sum` adds them: plainly, or compensated from Python 3.12 on."""
    plain = np.bincount(text, values, n_texts).astype(np.float64)
    if _COMPENSATED:
        edges = np.searchsorted(text, np.arange(n_texts + 1))
        # Two numbers have one sum, however they are added.
        for number in np.flatnonzero(np.diff(edges) > 2).tolist():
            plain[number] = sum(values[edges[number] : edges[number + 1]].tolist())
    return plain


def _signed_sums(values: Floats, text: Ints, n_texts: int) -> tuple[Floats, Floats]:
    """Add the positive and the negative values of each text, each with 1 more away from 0."""
    good, bad = values > 0, values < 0
    # A loop in the library, not `sum`: plain addition in every version of Python, as bincount does.
    return (
        np.bincount(text[good], values[good] + 1, n_texts).astype(np.float64),
        np.bincount(text[bad], values[bad] - 1, n_texts).astype(np.float64),
    )


def _emphasised(total: Floats, added: Floats) -> Floats:
    """Add the emphasis away from 0."""
    return np.where(total > 0, total + added, np.where(total < 0, total - added, total))


def _parts(positive: Floats, negative: Floats, added: Floats) -> tuple[Floats, Floats]:
    """Add the emphasis to the larger of the positive and the negative sum of each text."""
    size = np.abs(negative)
    return np.where(positive > size, positive + added, positive), np.where(positive < size, negative - added, negative)


def _reduced(sums: _Added) -> Scores:
    """Bring the sums of each text together."""
    added = emphasis(sums.exclamations, sums.questions)
    total = _emphasised(sums.total, added)
    compound = np.clip(total / np.sqrt(total * total + 15), -1.0, 1.0)
    positive, negative = _parts(sums.positive, sums.negative, added)
    neutral, size = sums.n_words - sums.n_values, np.abs(negative)
    everything = positive + size + neutral
    everything[sums.n_words == 0] = 1.0
    return Scores(
        neg=_rounded(size / everything, 3),
        neu=_rounded(neutral / everything, 3),
        pos=_rounded(positive / everything, 3),
        compound=_rounded(compound, 4),
        n_words=sums.n_words,
        n_hits=sums.n_hits,
    )


def _rounded(values: Floats, digits: int) -> Floats:
    """Round as Python's `round` does, which rounds the number that is meant and not its product with a power of ten."""
    scaled = values * 10.0**digits
    whole = np.rint(scaled)
    result: NDArray[Any] = whole / 10.0**digits
    close = np.flatnonzero(np.abs(np.abs(scaled - whole) - 0.5) < 1e-6)
    result[close] = [round(value, digits) for value in values[close].tolist()]
    return result
