"""`make bench`: the kit against a loop over textstat, VADER, a word counter and regular expressions.

Both sides do the same work on the same articles, in one process, in turn (loop, kit, loop, kit …): nine readability
scores, VADER by article and by sentence, words and pairs of words, 30 frames of 50 cues. The kit is timed in three
states: *first sight* (its vocabulary is empty), *steady* (it has met the other articles of the corpus, as in a long
run) and *again* (it has met these articles). Dictionaries are loaded beforehand on both sides.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from types import ModuleType

import pandas as pd

import analysis
from analysis.measures.codebook import Codebook
from analysis.measures.framing import framing
from analysis.measures.readability import readability
from analysis.measures.sentiment import sentiment
from analysis.measures.terms import term_frequency
from analysis.text import tokens
from tests.shared import shared


def the_loop() -> ModuleType:
    spec = importlib.util.spec_from_file_location("loop", shared("bench/loop.py"))
    if spec is None or spec.loader is None:
        sys.exit("bench/loop.py cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def corpus_of(texts: list[str]) -> analysis.Corpus:
    empty = dict.fromkeys(("outlet", "section", "title", "authors", "url"))
    frame = pd.DataFrame({**empty, "published": pd.NaT, "language": "en", "text": texts})
    return analysis.Corpus(frame.set_index(pd.Index([str(i) for i in range(len(texts))], name="article_id")))


def parts(book: Codebook) -> dict[str, Callable[[analysis.Corpus], object]]:
    return {
        "cutting the texts": lambda corpus: tokens.tokens_of(corpus).terms,
        "readability": lambda corpus: readability(corpus, sentences="textstat"),
        "sentiment": sentiment,
        "words": lambda corpus: term_frequency(corpus, stopwords=None),
        "pairs of words": lambda corpus: term_frequency(corpus, ngrams=2, stopwords=None),
        "framing": lambda corpus: framing(corpus, codebook=book),
    }


def kit(texts: list[str], book: Codebook, clock: dict[str, list[float]] | None = None) -> float:
    start = time.perf_counter()
    corpus = corpus_of(texts)
    for name, part in parts(book).items():
        before = time.perf_counter()
        part(corpus)
        if clock is not None:
            clock.setdefault(name, []).append(time.perf_counter() - before)
    return time.perf_counter() - start


def forget() -> None:
    tokens._shared = None


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):8.3f} s (from {min(values):.3f} to {max(values):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=130)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20250322)
    given = parser.parse_args()
    lines = shared("corpora/allsides/articles.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    random.Random(given.seed).shuffle(texts)
    some, others = texts[: given.articles], texts[given.articles :]
    frames = json.loads(shared("bench/codebook30.json").read_text(encoding="utf-8"))
    book = Codebook.from_dict(frames, name="bench")
    loop = the_loop()
    loop.offline_syllables()
    warm = ["Warm up the dictionaries. This is one sentence of words."]
    loop.measure(warm, frames)
    kit(warm, book)
    seconds: dict[str, list[float]] = {"loop": [], "first sight": [], "steady": [], "again": []}
    stages: dict[str, list[float]] = {}
    for _ in range(given.rounds):
        start = time.perf_counter()
        loop.measure(some, frames)
        seconds["loop"].append(time.perf_counter() - start)
        forget()
        seconds["first sight"].append(kit(some, book))
        forget()
        kit(others, book)
        seconds["steady"].append(kit(some, book, stages))
        seconds["again"].append(kit(some, book))
    words = sum(len(text.split()) for text in some)
    print(
        f"{len(some)} articles of allsides (seed {given.seed}), {words / len(some):.0f} words each; "
        f"{given.rounds} rounds in turn, one process; medians"
    )
    print(f"loop                {spread(seconds['loop'])}")
    for state in ("first sight", "steady", "again"):
        ratios = [a / b for a, b in zip(seconds["loop"], seconds[state], strict=True)]
        rate = len(some) / statistics.median(seconds[state])
        print(
            f"kit, {state:14s} {spread(seconds[state])}  {statistics.median(ratios):6.1f} x the loop's speed "
            f"(from {min(ratios):.1f} to {max(ratios):.1f}); {rate:,.0f} articles/s"
        )
    total = sum(statistics.median(times) for times in stages.values())
    for name, times in stages.items():
        middle = statistics.median(times)
        print(f"  steady: {name:18s} {middle / len(some) * 1e6:6.1f} µs an article, {middle / total:5.1%}")


if __name__ == "__main__":
    main()
