"""The kit's numbers against those of the libraries, to the last bit: `python -m tests.benchmarks.equality`.

Each text is scored by textstat's own functions (15 scores and 12 counts) and by vaderSentiment's `polarity_scores`, in
processes of their own; the kit's `readability(sentences="textstat")` and `sentiment` must give the same, and so must
the scores of its sentences, which the kit takes inside the text and VADER alone. The kit runs twice, with its compiled
kernels and with NumPy in their place (ANALYSIS_KERNELS=numpy): whole tables of both must agree.

`--shared`: every article and every sentence of allsides, wikinews and onestopenglish. `--generated N`: N texts put
together by a seed of what is hard: odd white space, capitals, "but", boosters, negations, idioms, emoji, long words,
NUL, combining marks, letters that grow in lower case, glued sentences, runs of !?, apostrophes, numbers, addresses.
Both, the latter with 100,000, if none is given. Prints how many values were compared and how many differ; exits with 1
if any does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import analysis
from analysis.corpus import ARTICLE_COLUMNS
from analysis.kernels import load
from analysis.measures.readability import SCORES, readability_of
from analysis.resources import easy_words, offline_textstat
from analysis.text.tokens import tokenise
from tests.benchmarks.levels import LEVELS, graded
from tests.shared import shared

#: Column of `readability`, textstat's function and its options, for the counts that textstat has too. Its formulas use
#: occurrences of difficult words, `difficult_words` by default distinct ones.
COUNTED: dict[str, tuple[str, dict[str, object]]] = {
    "n_words": ("lexicon_count", {}),
    "n_sentences": ("sentence_count", {}),
    "n_syllables": ("syllable_count", {}),
    "n_chunks": ("lexicon_count", {"removepunct": False}),
    "n_characters": ("char_count", {}),
    "n_letters": ("letter_count", {}),
    "n_polysyllables": ("polysyllabcount", {}),
    "n_unlisted_words": ("difficult_words", {"syllable_threshold": 0, "unique": False}),
    "n_difficult_words": ("difficult_words", {"syllable_threshold": 2, "unique": False}),
    "n_fog_words": ("difficult_words", {"syllable_threshold": 3, "unique": False}),
    "n_miniwords": ("miniword_count", {}),
    "n_long_words": ("long_word_count", {}),
}
READABILITY = [*SCORES, *COUNTED]
TONE = ["neg", "neu", "pos", "compound"]
MODES = {"compiled kernels": "", "NumPy": "numpy"}
SEED = 20250322
_BATCH, _TASK = 2_000, 100


# ---- the libraries ---------------------------------------------------------------------------------------------------


def textstats(text: str) -> list[float]:
    """Return what textstat's functions give, in the order of `READABILITY`."""
    textstat = offline_textstat()
    scores = [
        textstat.text_standard(text, float_output=True) if name == "text_standard" else getattr(textstat, name)(text)
        for name in SCORES
    ]
    counts = [getattr(textstat, name)(text, **options) for name, options in COUNTED.values()]
    return [float(value) for value in (*scores, *counts)]


@cache
def vader() -> Any:
    return import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


def polarity(text: str) -> list[float]:
    """Return what `polarity_scores` gives, in the order of `TONE`."""
    scores = vader().polarity_scores(text)
    return [float(scores[name]) for name in TONE]


# ---- the kit ---------------------------------------------------------------------------------------------------------


def choose_kernels(mode: str) -> None:
    """Say, before anything is measured in this process, which kernels it takes."""
    os.environ["ANALYSIS_KERNELS"] = mode


def has_kernels() -> bool:
    return load() is not None


def kit(texts: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return tables of the texts: those that the libraries have too, and others in which the kernels might differ."""
    ids = pd.Index([f"{number:06}" for number in range(len(texts))], name="article_id")
    articles = pd.DataFrame({"text": pd.Series(texts, ids, dtype="str"), "language": "en"}, index=ids)
    corpus = analysis.Corpus(articles.reindex(columns=list(ARTICLE_COLUMNS)))
    return {
        "readability": analysis.readability(corpus, sentences="textstat"),
        "sentiment": analysis.sentiment(corpus),
        "sentences": analysis.sentiment(corpus, unit="sentence"),
        "readability by the kit's sentences": analysis.readability(corpus),
        "framing": analysis.framing(corpus),
        "cues": analysis.cue_counts(corpus),
        "terms": analysis.term_frequency(corpus, stopwords=None),
        "pairs": analysis.term_frequency(corpus, ngrams=2, stopwords=None),
        "diversity": analysis.lexical_diversity(corpus),
    }


def different(texts: Sequence[str], expected: Sequence[Sequence[float]]) -> NDArray[np.bool_]:
    """Return where the bits of the kit's readability are not those expected, one row a text."""
    empty = np.array([text == "" for text in texts], bool)
    table = readability_of(tokenise(texts), sentences="textstat", empty=empty)[READABILITY]
    return np.asarray(bits(table) != bits(expected).reshape(table.shape))


def sentences_of(texts: Sequence[str]) -> list[str]:
    """Return the kit's sentences of the texts."""
    tokens = tokenise(texts)
    begin, end = (part.tolist() for part in tokens.sentence_spans())
    bounds = tokens.article_sentence_starts.tolist()
    return [
        text[begin[i] : end[i]]
        for text, first, last in zip(texts, bounds, bounds[1:], strict=False)
        for i in range(first, last)
    ]


# ---- comparing -------------------------------------------------------------------------------------------------------


def bits(table: pd.DataFrame | Sequence[Sequence[float]]) -> NDArray[np.int64]:
    return np.array(table, np.float64).view(np.int64)


def unequal(one: pd.DataFrame, other: pd.DataFrame) -> tuple[int, int]:
    """Return how many values two tables have and how many of them differ; all, if their shapes do.

    Examples
    --------
    >>> one = pd.DataFrame({"a": [1.0, np.nan], "b": ["x", "y"]})
    >>> unequal(one, one.assign(b=["x", "z"]))
    (4, 1)
    """
    if one.shape != other.shape or list(one.columns) != list(other.columns):
        return max(one.size, other.size), max(one.size, other.size)
    wrong = int(sum(one.index != other.index))
    for (_, mine), (_, theirs) in zip(one.items(), other.items(), strict=True):
        if mine.dtype.kind == "f":
            wrong += int((bits(mine.to_frame()) != bits(theirs.to_frame())).sum())
        else:
            wrong += int((~((mine == theirs) | (mine.isna() & theirs.isna())).to_numpy(bool)).sum())
    return one.size, wrong


@dataclass
class Count:
    """Values compared and different, and some of the texts that differ."""

    compared: int = 0
    different: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, mine: pd.DataFrame, theirs: Sequence[Sequence[float]], texts: Sequence[str]) -> None:
        wrong = bits(mine) != bits(theirs).reshape(mine.shape)
        self.compared += wrong.size
        self.different += int(wrong.sum())
        for row in np.flatnonzero(wrong.any(axis=1))[: 5 - len(self.texts)].tolist():
            columns = [name for name, bad in zip(mine.columns, wrong[row].tolist(), strict=True) if bad]
            self.texts.append(f"{columns}: {texts[row][:300]!r}")

    def add_pair(self, name: str, one: pd.DataFrame, other: pd.DataFrame) -> None:
        compared, different = unequal(one, other)
        self.compared += compared
        self.different += different
        if different and len(self.texts) < 5:
            self.texts.append(f"table {name}: {different:,} of {compared:,} values")

    def line(self, what: str) -> str:
        return f"  {what:44}{self.compared:>13,} values compared {self.different:>9,} different"


class Comparison:
    """The processes of both sides."""

    def __init__(self, workers: int = 2) -> None:
        # Processes that begin from nothing, so that each chooses its kernels before it loads any.
        context = multiprocessing.get_context("spawn")
        self._library = ProcessPoolExecutor(workers, mp_context=context)
        self._kits = [
            ProcessPoolExecutor(1, mp_context=context, initializer=choose_kernels, initargs=(mode,))
            for mode in MODES.values()
        ]
        if [pool.submit(has_kernels).result() for pool in self._kits] != [True, False]:
            print("The compiled kernels are not here: both sides of their comparison are NumPy.")

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self._library, *self._kits):
            pool.shutdown()

    def _ask(self, function: Callable[[str], list[float]], texts: Sequence[str]) -> Iterator[list[float]]:
        return self._library.map(function, texts, chunksize=_TASK)

    def compare(self, name: str, texts: Sequence[str]) -> tuple[int, list[str]]:
        """Compare texts and print the result; return how many values differ, and the sentences of the texts."""
        start = time.perf_counter()
        counts = {what: Count() for what in ("readability", "whole texts", "sentences", "modes")}
        sentences: list[str] = []
        batches = range(0, len(texts), _BATCH)
        for number, first in enumerate(batches):
            batch = texts[first : first + _BATCH]
            asked = [pool.submit(kit, batch) for pool in self._kits]
            scores, tones = self._ask(textstats, batch), self._ask(polarity, batch)
            mine, plain = (tables.result() for tables in asked)
            of_sentences = self._ask(polarity, mine["sentences"]["text"].tolist())
            counts["readability"].add(mine["readability"][READABILITY], list(scores), batch)
            counts["whole texts"].add(mine["sentiment"][TONE], list(tones), batch)
            found = mine["sentences"]["text"].tolist()
            counts["sentences"].add(mine["sentences"][TONE], list(of_sentences), found)
            sentences += found
            for table, values in mine.items():
                counts["modes"].add_pair(table, values, plain[table])
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{name}: {number + 1} of {len(batches)} batches")
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
        taken = time.perf_counter() - start
        print(f"{name}: {len(texts):,} texts, {sum(len(text.split()) for text in texts):,} chunks, {taken:.0f} s")
        print(counts["readability"].line("readability equals textstat"))
        print(counts["whole texts"].line("tone of whole texts equals VADER"))
        print(counts["sentences"].line(f"tone of {len(sentences):,} sentences equals VADER"))
        print(counts["modes"].line(f"{len(mine)} tables, {' and '.join(MODES)}"))
        for count in counts.values():
            for text in count.texts:
                print(f"    differs in {text}")
        sys.stdout.flush()
        return sum(count.different for count in counts.values()), sentences


# ---- texts -----------------------------------------------------------------------------------------------------------


def real_texts(name: str) -> list[str]:
    """Return the texts of a shared corpus."""
    if name == "onestopenglish":
        return [text for level in LEVELS for text in graded(level).values()]
    with shared(f"corpora/{name}/articles.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def _listed(words: str) -> list[str]:
    return words.split()


_PLAIN = _listed("""
the The THE a A I an it It IT was were of to in and town parliament Parliamentary debated house people
opportunity, south-west and/or over.The end.”The x_y snake_case mediascape; (unlisted) extraordinarily
internationalisation's shh hmm rhythm by naïve café İstanbul İ Iİ DİL ΟΔΟΣ straße ﬁne ﬁnal Ångström e\u0301
é\u0301 \u0301 \u200b \u200d \ufeff soft\u00adhyphen 日本語 Москва عربي हिन्दी
""")
_MARKS = _listed("""
. ! ? ... ?! !? !! !!! !!!! !!!!! !!!!!!! ?? ??? ???? ????? .. , ; : - -- – — / … “ ” ‘ ’ ' '' " "" ( ) [ ] * _
__ % & # @ + = ~ | \\ < >
""")
_APOSTROPHES = _listed("""
don't don’t DON'T Don't isn't isn’t wasn't can't cannot cant n't it's It's it’s they'll they’ll 'tis 'the 'em
rock'n'roll o'clock we've WE'VE you're YOU'RE I'd I'm 've 's 't O'Brien dogs' dogs’ children's 'quoted' ‘quoted’
"quoted" “quoted” '''
""")
_NUMBERS = _listed("""
3.5 1,000 1,000,000 $5.4m £3 €2.50 10% 9/11 24/7 1990s '90s 2nd 10:30 5-4 -3 +7 .5 5. 1. 2) 3rd ½ ² ٣ Ⅷ 1e5
3-year-old 0 00 007 7–2 N95
""")
_DOTTED = _listed("""
U.S. U.K. U.S U.S.-led U.S.’s E.U. a.m. p.m. Mr. Mrs. Ms. Dr. Ph.D. e.g. i.e. etc. vs. No. Jan. St. J. J.K. Inc.
Corp. Gov. Sen. D.C. Mr Mt. http://a.b/c?d=e! https://news.example/a_b/?q=1&r=2#x www.news.example news.example
a@b.example @name #tag #Tag! .com node.js C++ C# AT&T
""")
_TONE = _listed("""
good bad great GOOD BAD Good Bad! good, good. “good” (good) *good* good! bad? great!!! love LOVE hate joy war
applaud advantage abandoned acceptance adored ability death kiss hope hopes help fine nice happy HAPPY sad
terrible horrible wonderful kind kindly well like LIKE pretty party crisis attack attacked killed murder peace
free freedom fraud debt best worst safe threat winner
""")
_RULES = _listed("""
but But BUT but, but. not Not NOT never Never never so this so, without doubt Without least Least at At AT very
VERY Very really kind of sort kinda just enough almost barely hardly less more most extremely incredibly
absolutely totally no No NO no, nor Nor or Or ain't aint neither nothing nowhere rarely seldom despite wont
uh-uh uhuh the least at. cannot quite so-so slightly somewhat effing friggin' fuckin
""")
_IDIOMS = (
    *("the shit", "the bomb", "bad ass", "badass", "bus stop", "yeah right", "kiss of death", "to die for", "at least"),
    *(
        "beating heart",
        "broken heart",
        "cut the mustard",
        "hand to mouth",
        "upper hand",
        "back handed",
        "kind of",
        "at",
    ),
    *("sort of", "just enough", "never so", "never this", "without doubt", "without a doubt", "very least", "THE BOMB"),
    *("Kind Of", "no good", "not at all good", "or good nor bad", "no or", "least good", "at least good", "The Shit!"),
)
_SIGNS = _listed("""
😁 💘 x💋 💋x 😂😂 👍 👍🏽 👩‍👩‍👧 🇺🇸 © ® ™ ©2020 good® ☺ ☺️ ❤ ❤️ ℹ ♥ 🤷‍♀️ 🚀good :) :-( :D ;D <3 XD :'( D: </3 ^_^ :p =) (:
""")
_CONTROL = ["\x00", "a\x00b", "\x00good", "\x01", "\x7f", "\x1b[1m", "\x08", "\ufffd", "\ue000", "\U0010ffff", "\u2060"]
_LONG = [
    "a" * 200,
    "ab" * 500,
    "anti" * 30 + "good",
    "Донау" * 40,
    "-".join(["long"] * 60),
    "!" * 90,
    "?" * 50,
    "e\u0301" * 80,
]
_SPACES = [" "] * 12 + [
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u2009",
    "\u3000",
    "\x1c",
    "\x1f",
    "\x85",
    "\u2028",
    "\x0b",
    "\x0c",
]
_GLUE = ["", ".", "! ", ", ", ". ", "? ", ".” ", "; ", " – ", "—", "...", "’s ", "/"]
_BLOCKS = {
    "plain": _PLAIN, "marks": _MARKS, "apostrophes": _APOSTROPHES, "numbers": _NUMBERS, "dotted": _DOTTED,
    "tone": _TONE, "rules": _RULES, "idioms": list(_IDIOMS), "signs": _SIGNS, "control": _CONTROL, "long": _LONG,
}  # fmt: skip
#: Each kind of text, how often it comes, and how often its blocks are drawn.
_KINDS: tuple[tuple[int, dict[str, int]], ...] = (
    (30, {"plain": 6, "tone": 6, "rules": 8, "idioms": 2, "marks": 1, "listed": 6}),
    (25, {"plain": 8, "marks": 2, "apostrophes": 4, "numbers": 3, "dotted": 4, "listed": 2}),
    (10, {"tone": 4, "rules": 2}),
    (
        15,
        {
            "plain": 4,
            "marks": 3,
            "apostrophes": 2,
            "numbers": 2,
            "dotted": 2,
            "tone": 3,
            "rules": 3,
            "idioms": 1,
            "signs": 2,
        },
    ),
    (10, {"plain": 3, "tone": 4, "signs": 3, "control": 2, "long": 1, "rules": 2}),
    (10, {}),
)


@cache
def listed_words() -> list[str]:
    """Return the words of VADER's lexicon and rules, and of those that everybody knows."""
    library = import_module("vaderSentiment.vaderSentiment")
    lists = (vader().lexicon, vader().emojis, library.BOOSTER_DICT, library.NEGATE, library.SPECIAL_CASES)
    return [word for words in lists for word in words] + sorted(easy_words())


def odd_texts(n: int, *, seed: int = SEED) -> Iterator[str]:
    """Make texts at random of what is hard; the same seed gives the same texts, and fewer are the beginning of more.

    Examples
    --------
    >>> list(odd_texts(3)) == list(odd_texts(5))[:3]
    True
    """
    rng = random.Random(seed)
    blocks = _BLOCKS | {"listed": listed_words()}
    kinds = [(kind, [name for name, times in kind.items() for _ in range(times)]) for _, kind in _KINDS]
    weights = [weight for weight, _ in _KINDS]
    for _ in range(n):
        kind, names = rng.choices(kinds, weights)[0]
        if not kind:
            yield "".join(_any_character(rng) for _ in range(rng.choice((0, 1, 2, 5, 20, 60))))
            continue
        # Linsear Write looks at the first hundred words, SMOG at thirty sentences.
        size = rng.randrange(95, 160) if rng.random() < 0.06 else int(rng.expovariate(1 / 14)) + rng.randrange(3)
        capitals = rng.random()
        spaces = _SPACES if rng.random() < 0.3 else [" "]
        glued = rng.choice((0.0, 0.0, 0.1, 0.3))
        parts: list[str] = []
        for _ in range(size):
            word = rng.choice(blocks[rng.choice(names)])
            if capitals < 0.1:
                word = word.upper()
            elif capitals < 0.4 and rng.random() < 0.2:
                word = rng.choice((word.upper(), word.title(), word.swapcase()))
            parts += (word, rng.choice(_GLUE) if rng.random() < glued else rng.choice(spaces))
        yield "".join(parts)


def _any_character(rng: random.Random) -> str:
    """Return a character, the simple ones more often; no surrogate, which is no text."""
    top = rng.choice((0x80, 0x80, 0x250, 0x3000, 0x11_0000))
    while 0xD800 <= (code := rng.randrange(top)) < 0xE000:
        pass
    return chr(code)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", action="store_true", help="the shared corpora")
    parser.add_argument("--generated", type=int, metavar="N", help="so many texts made at random")
    parser.add_argument("--first", type=int, help="only the first of each shared corpus")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    neither = not given.shared and given.generated is None
    different = 0
    with Comparison() as comparison:
        if given.shared or neither:
            for name in ("wikinews", "onestopenglish", "allsides"):
                more, sentences = comparison.compare(f"{name}, articles", real_texts(name)[: given.first])
                different += more
                different += comparison.compare(f"{name}, sentences", sentences)[0]
        if given.generated or neither:
            texts = list(odd_texts(given.generated or 100_000, seed=given.seed))
            different += comparison.compare(f"generated (seed {given.seed})", texts)[0]
    print(f"{different:,} different in all")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
