"""Articles by the hundred thousand, made of real ones: `python -m tests.benchmarks.generate 13000`.

An article takes its length and its columns from one of allsides, and its sentences, in a new order, from several of the
same topic. Sentences alone would soon bring no new word, which would flatter a program that looks at a word once; so
rare words are put between the others, as many as Heaps' law asks for: the numbers of distinct words and of distinct
chunks (what stands between white space) go on growing with the length of the corpus as they do in allsides. Half of
what is put in is new, the rest comes again, the frequent more often (Simon's process), as with names in the news.

The same seed gives the same bytes, and fewer articles are the beginning of more. What is made is never kept in the
project: the texts are the outlets'.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from tests.shared import shared

SIZES = (1_300, 13_000, 130_000)
SEED = 20250322
#: Raised when the same seed gives other articles.
VERSION = 2

_SENTENCE = re.compile(r"((?<=[.!?])\s+|(?<=[.!?][\"”’)])\s+|\n+\s*)")
_WORD = re.compile(r"\w+")
_VOWELS = re.compile(r"[aeiouy]+")
#: For each new word or chunk, words put in that were put in before.
_AGAIN = 1
#: Law of a corpus is fitted from here on (running chunks); below it depends on what the first articles are about.
_FITTED_FROM = 60_000
_DAYS = 360
#: To find a new word; where few words are to be combined there may be none.
_TRIES = 20
_PATTERNS = ('"{}', "“{}", "({}", "{},", "{};", "{}:", "{}’s", "‘{}’", "#{}", "{}-", "–{}")


@dataclass
class Growth:
    """Running chunks, distinct chunks and distinct words of a text that grows.

    Examples
    --------
    >>> growth = Growth()
    >>> growth.add("The tide, the gate")
    >>> growth.running, len(growth.chunks), len(growth.words)
    (4, 4, 3)
    """

    running: int = 0
    chunks: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        chunks = text.split()
        self.running += len(chunks)
        self.chunks.update(chunks)
        self.words.update(_WORD.findall(text.lower()))


@dataclass(frozen=True)
class Heaps:
    """How many are distinct of so many running: as counted, and beyond that by Heaps' law, which is k n^beta.

    Examples
    --------
    >>> law = Heaps.fit([(100, 20), (10_000, 200)])
    >>> round(law.beta, 6), round(law(1_000)), round(law(1_000_000))
    (0.5, 63, 2000)
    """

    points: tuple[tuple[float, float], ...]
    beta: float

    def __call__(self, n: float) -> float:
        here, there = next((pair for pair in pairwise(self.points) if n < pair[1][0]), (self.points[-1], None))
        beta = self.beta if there is None else math.log(there[1] / here[1]) / math.log(there[0] / here[0])
        return here[1] * (n / here[0]) ** beta

    @classmethod
    def fit(cls, points: Sequence[tuple[int, int]]) -> Heaps:
        """Fit by least squares of the logarithms, over the part of the points from which on they follow the law."""
        fitted = [point for point in points if point[0] >= _FITTED_FROM]
        fitted = fitted if len(fitted) > 1 else list(points)
        x, y = ([math.log(point[i]) for point in fitted] for i in (0, 1))
        mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
        square = sum((a - mean_x) ** 2 for a in x)
        beta = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / square if square else 1.0
        return cls(tuple(points), beta)


def growth_of(texts: Iterable[str], at: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Return articles, running chunks, distinct chunks and distinct words after so many articles.

    Examples
    --------
    >>> growth_of(["One is here.", "Two is not."], at=[1, 2])
    [(1, 3, 3, 3), (2, 6, 5, 5)]
    """
    growth, wanted, found = Growth(), set(at), []
    for number, text in enumerate(texts, 1):
        growth.add(text)
        if number in wanted:
            found.append((number, growth.running, len(growth.chunks), len(growth.words)))
    return found


def doubling(n: int) -> list[int]:
    """Return 10, 20, 40 … and `n` itself.

    Examples
    --------
    >>> doubling(50)
    [10, 20, 40, 50]
    """
    return [*(10 << i for i in range(n.bit_length()) if 10 << i < n), n]


def laws(articles: Sequence[dict[str, Any]], seed: int) -> tuple[Heaps, Heaps]:
    """Return Heaps' laws of the chunks and of the words of articles in a seeded order."""
    texts = [article["text"] for article in articles]
    random.Random(seed).shuffle(texts)
    points = growth_of(texts, doubling(len(texts)))
    return Heaps.fit([(n, chunks) for _, n, chunks, _ in points]), Heaps.fit([(n, words) for _, n, _, words in points])


class _Sentence:
    """A sentence with the white space behind it, and what it brings when it is first used."""

    __slots__ = ("n_chunks", "space", "text", "used")

    def __init__(self, text: str, space: str) -> None:
        self.text, self.space, self.n_chunks, self.used = text, space or " ", len(text.split()), False


def sentences_of(text: str) -> list[_Sentence]:
    parts = _SENTENCE.split(text)
    parts.append("\n\n")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [_Sentence(text, space) for text, space in pairs if text.strip()]


class Coiner:
    """Words that no article has: the beginning of one word and the end of another, numbers, and known words in new
    company (quotation marks, hyphens)."""

    def __init__(self, words: Iterable[str], rng: random.Random) -> None:
        self._rng = rng
        halves = [
            (word[: part.end()], word[part.end() :])
            for word in words
            if word.isascii() and word.isalpha() and len(word) > 3
            for part in _VOWELS.finditer(word)
        ]
        self._heads = sorted({head for head, tail in halves if 2 <= len(head) <= 7 and len(tail) >= 2})
        self._tails = sorted({tail for head, tail in halves if 2 <= len(tail) <= 7})

    def word(self) -> str:
        """Return a word: most new words of news are names, some are numbers."""
        kind = self._rng.random()
        if kind < 0.12:
            return f"${self._below(1000)},{self._below(1000):03}" if kind < 0.04 else f"{1000 + self._below(10**7)}"
        made = self._one(self._heads) + self._one(self._tails)
        return made.capitalize() if kind < 0.75 else made

    def chunk(self, known: Sequence[str]) -> str:
        """Return known words with something new about them."""
        one = self._one(known)
        kind = self._rng.random()
        if kind < 0.4:
            return f"{one}-{self._one(known)}"
        one = one.capitalize() if kind < 0.7 else one.upper() if kind < 0.75 else one
        return self._one(_PATTERNS).format(one)

    def _below(self, n: int) -> int:
        return int(self._rng.random() * n)

    def _one(self, of: Sequence[str]) -> str:
        return of[int(self._rng.random() * len(of))]


def generate(articles: Sequence[dict[str, Any]], n: int, *, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Make `n` articles of others, one after the other.

    Parameters
    ----------
    articles
        Records with at least `text`, `topic`, `title` and `date`; every key is kept.
    n
        How many.
    seed
        The same seed gives the same articles.

    Yields
    ------
    dict
        With the keys of the articles; `id` and `url` are new.

    Examples
    --------
    >>> real = [{"title": "Rain", "date": "2020-05-01", "topic": "weather", "text": "It rained. It was dry."}]
    >>> next(generate(real, 1))["id"]
    'made-0000000'
    """
    rng = random.Random(seed)

    def below(size: int) -> int:  # much faster than `randrange`
        return int(rng.random() * size)

    of_chunks, of_words = laws(articles, seed)
    cut = [sentences_of(article["text"]) for article in articles]
    lengths = [len(article["text"].split()) for article in articles]
    of_topic: dict[object, list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        of_topic[article["topic"]].append(place)
    theirs = Growth()
    for article in articles:
        theirs.add(article["text"])
    coiner = Coiner(sorted(theirs.words), rng)
    met = Growth()
    coined: list[str] = []  # as often as it was put in, so that a random one is a frequent one as often as it is
    n_put_in = 0

    def coin(known: Sequence[str] | None) -> str:
        for _ in range(_TRIES):
            made = coiner.word() if known is None else coiner.chunk(known)
            old = theirs.words if known is None else theirs.chunks
            if made not in met.chunks and made not in old and not (known is None and made.lower() in met.words):
                break
        return made

    for number in range(n):
        model = articles[below(len(articles))]
        length = lengths[below(len(articles))]
        peers = of_topic[model["topic"]]
        pool: list[_Sentence] = []
        n_pool = 0
        while n_pool < 1.5 * length + 100:
            for _ in range(2):
                place = peers[below(len(peers))]
                pool += cut[place]
                n_pool += lengths[place]
        parts: list[str] = []
        spaces: list[str] = []
        # What is put in belongs to the length; about as much as in the article before.
        n_words, n_wanted = 0, max(length - n_put_in, length // 2, 1)
        while pool and n_words < n_wanted:
            at = below(len(pool))
            sentence, pool[at] = pool[at], pool[-1]
            pool.pop()
            if parts and n_words + sentence.n_chunks // 2 > n_wanted:
                break
            if not sentence.used:
                sentence.used = True
                met.add(sentence.text)
                met.running -= sentence.n_chunks
            parts.append(sentence.text)
            spaces.append(sentence.space)
            n_words += sentence.n_chunks
        met.running += n_words
        fresh: list[str] = []
        known = [word for part in parts for word in _WORD.findall(part.lower()) if len(word) > 3] or ["news"]
        for law, of_kind, source in ((of_words, met.words, None), (of_chunks, met.chunks, known)):
            for _ in range(int(law(met.running)) - len(of_kind)):
                made = coin(source)
                met.add(made)
                fresh.append(made)
        coined += fresh
        again = [coined[below(len(coined))] for _ in range(_AGAIN * len(fresh))]
        coined += again
        for made in (*fresh, *again):
            at = below(len(parts))
            text = parts[at]
            gap = text.find(" ", below(len(text)))
            parts[at] = f"{made} {text}" if gap < 0 else f"{text[:gap]} {made}{text[gap:]}"
        met.running += len(again)
        n_put_in = len(fresh) + len(again)
        spaces[-1] = ""
        yield {
            **model,
            "id": f"made-{number:07d}",
            "title": _title(articles, peers, rng),
            "date": _moved(model["date"], below(2 * _DAYS + 1) - _DAYS),
            "url": f"https://news.example/{number:07d}",
            "text": "".join(map(str.__add__, parts, spaces)),
        }


def _title(articles: Sequence[dict[str, Any]], peers: Sequence[int], rng: random.Random) -> str:
    """Return the beginning of one title and the end of another."""
    first, second = ((articles[peers[rng.randrange(len(peers))]]["title"] or "").split() for _ in range(2))
    return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])


def _moved(day: str | None, days: int) -> str | None:
    """Return the day so many days later; a missing one stays missing."""
    return (date.fromisoformat(day[:10]) + timedelta(days)).isoformat() if day else day


def originals() -> list[dict[str, Any]]:
    """Return the articles of allsides."""
    with shared("corpora/allsides/articles.jsonl").open("rb") as lines:
        return [orjson.loads(line) for line in lines]


def default_folder() -> Path:
    """Return where corpora are kept from one run to the next: under the system's temporary folder."""
    return Path(tempfile.gettempdir()) / "analysis-benchmarks"


def corpus_file(n: int, *, folder: Path | None = None, seed: int = SEED) -> Path:
    """Return a file of `n` generated articles, made if it is not there."""
    folder = default_folder() if folder is None else folder
    path = folder / f"articles-{n}-{seed}-v{VERSION}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            for article in generate(originals(), n, seed=seed):
                out.write(orjson.dumps(article, option=orjson.OPT_APPEND_NEWLINE))
        part.replace(path)
    return path


def texts_of(path: Path) -> Iterator[str]:
    """Return the texts of a file of records, one after the other."""
    with path.open("rb") as lines:
        for line in lines:
            yield orjson.loads(line)["text"]


def _describe(name: str, texts: Iterable[str], n: int, law: tuple[Heaps, Heaps]) -> None:
    """Print how the vocabulary grows."""
    print(f"\n{name}: distinct chunks and words of running ones, and in brackets what Heaps' law expects")
    for articles, running, chunks, words in growth_of(texts, doubling(n)):
        print(
            f"  {articles:>8,} articles of {running / articles:5,.0f} {running:>12,} running "
            f"{chunks:>10,} chunks ({law[0](running):>10,.0f}) {words:>9,} words ({law[1](running):>9,.0f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="*", default=[SIZES[0]], help="numbers of articles (default 1300)")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where the files are written")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--growth", action="store_true", help="also print how the vocabulary grows, against allsides'")
    given = parser.parse_args()
    for n in given.articles:
        start = time.perf_counter()
        path = corpus_file(n, folder=given.folder, seed=given.seed)
        seconds = time.perf_counter() - start
        print(f"{n:,} articles, {path.stat().st_size / 1e6:,.1f} MB in {seconds:.1f} s: {path}")
        sys.stdout.flush()
    if given.growth:
        real = originals()
        law = laws(real, given.seed)
        print(f"Heaps' law of allsides beyond what was counted: chunks n^{law[0].beta:.3f}, words n^{law[1].beta:.3f}")
        texts = [article["text"] for article in real]
        random.Random(given.seed).shuffle(texts)
        _describe("allsides", texts, len(texts), law)
        n = max(given.articles)
        _describe("generated", texts_of(corpus_file(n, folder=given.folder, seed=given.seed)), n, law)


if __name__ == "__main__":
    main()
