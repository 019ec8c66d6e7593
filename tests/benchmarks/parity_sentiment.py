"""The kit's sentiment against `polarity_scores`, to the last bit: `python -m tests.benchmarks.parity_sentiment`.

Every article and every sentence of allsides, wikinews and onestopenglish is scored by both; two processes run the
library. Prints how many were compared, how many differ, for how many the kit asked the library's own method, and what
the two took, each on one core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from multiprocessing import Pool
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

import pandas as pd

from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.measures.sentiment import measured, sentiment
from analysis.text.tokens import tokens_of
from tests.shared import shared

NAMES = ("neg", "neu", "pos", "compound")


def json_lines(name: str) -> list[str]:
    lines = shared(f"corpora/{name}/articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def one_stop_english() -> list[str]:
    files = sorted(shared("corpora/onestopenglish").glob("*-Txt/*.txt"))
    return [file.read_bytes().decode("utf-8-sig", "replace") for file in files]


CORPORA: dict[str, Callable[[], list[str]]] = {
    "wikinews": lambda: json_lines("wikinews"),
    "onestopenglish": one_stop_english,
    "allsides": lambda: json_lines("allsides"),
}


@cache
def library() -> Any:
    return import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


def reference(text: str) -> tuple[tuple[float, ...], float]:
    begin = process_time()
    scores = library().polarity_scores(text)
    return tuple(scores[name] for name in NAMES), process_time() - begin


def corpus_of(texts: Iterable[str]) -> Corpus:
    articles = pd.DataFrame({"text": list(texts)}).reindex(columns=list(ARTICLE_COLUMNS))
    return Corpus(articles.set_index(pd.Index([f"a{number}" for number in range(len(articles))])))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def compare(name: str, what: str, texts: list[str], table: pd.DataFrame, asked: int, pool: Any) -> int:
    got = list(table[list(NAMES)].itertuples(index=False, name=None))
    results = pool.map(reference, texts, chunksize=max(1, min(200, len(texts) // 20)))
    different = [text for text, mine, (theirs, _) in zip(texts, got, results, strict=True) if mine != theirs]
    seconds = sum(taken for _, taken in results)
    say(
        f"{name:15} {what:10} compared {len(texts):6,}  different {len(different)}  to the library {asked}  "
        f"library {seconds / len(texts) * 1e6:8,.0f} µs each",
    )
    for text in different[:3]:
        say(f"    {text[:160]!r}")
    return len(different)


def main() -> int:
    total = 0
    library_class = type(library())
    with Pool(2) as pool:
        for name, read in CORPORA.items():
            corpus = corpus_of(read())
            own = library_class.polarity_scores
            with patch.object(library_class, "polarity_scores", autospec=True, side_effect=own) as calls:
                articles = sentiment(corpus)
                asked_articles = calls.call_count
                sentences = sentiment(corpus, unit="sentence")
                asked_sentences = calls.call_count - asked_articles
            total += compare(name, "articles", corpus.articles["text"].tolist(), articles, asked_articles, pool)
            total += compare(name, "sentences", sentences["text"].tolist(), sentences, asked_sentences, pool)
            tokens = tokens_of(corpus)
            taken = []
            for _ in range(5):
                begin = perf_counter()
                measured(tokens)
                taken.append(perf_counter() - begin)
            say(
                f"{name:15} the kit, tokens ready: articles and their sentences "
                f"{sorted(taken)[2] / len(corpus) * 1e6:,.0f} µs an article (median of 5)",
            )
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
