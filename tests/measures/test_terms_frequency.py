"""Frequencies: counts made by hand, and the same as a Counter over sentences."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import OptionError
from analysis.measures.terms import article_terms, frequency, term_counts, term_frequency, tfidf
from analysis.measures.terms._counts import stable_order
from analysis.text.tokens import tokenise
from tests.measures.term_corpus import corpus_of, sentences_of

TEXTS = [
    "The bill passed. The Senate passed the bill, 51–49.",
    "No bill: the House adjourned.",
    "The statue of liberty; statue of liberty.",
]


def rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(table.itertuples(index=False, name=None))


def test_words_counted_by_hand() -> None:
    table = term_frequency(corpus_of(TEXTS))
    n = 10 + 5 + 7  # running words
    assert list(table.columns) == ["term", "count", "per_million", "n_articles", "share_articles"]
    assert rows(table) == [
        ("bill", 3, 3e6 / n, 2, 2 / 3),
        ("liberty", 2, 2e6 / n, 1, 1 / 3),
        ("passed", 2, 2e6 / n, 1, 1 / 3),
        ("statue", 2, 2e6 / n, 1, 1 / 3),
        ("49", 1, 1e6 / n, 1, 1 / 3),
        ("51", 1, 1e6 / n, 1, 1 / 3),
        ("adjourned", 1, 1e6 / n, 1, 1 / 3),
        ("house", 1, 1e6 / n, 1, 1 / 3),
        ("senate", 1, 1e6 / n, 1, 1 / 3),
    ]
    assert [str(kind) for kind in table.dtypes] == ["str", "int64", "float64", "int64", "float64"]


def test_options_leave_out_words() -> None:
    corpus = corpus_of(TEXTS)
    assert "49" not in set(term_frequency(corpus, numbers=False)["term"])
    assert term_frequency(corpus, min_count=3)["term"].tolist() == ["bill"]
    assert term_frequency(corpus, stopwords=["BILL"], min_count=2)["term"].tolist() == [
        "the", "liberty", "of", "passed", "statue",
    ]  # fmt: skip
    assert term_frequency(corpus, stopwords=None).loc[0, "term"] == "the"


def test_runs_stay_in_sentences_and_may_hold_stop_words() -> None:
    corpus = corpus_of(TEXTS)
    pairs = term_frequency(corpus, ngrams=2)
    assert dict(zip(pairs["term"], pairs["count"], strict=True)) == {
        "51 49": 1, "bill 51": 1, "bill passed": 1, "house adjourned": 1, "liberty statue": 1, "senate passed": 1,
    }  # fmt: skip
    assert term_frequency(corpus, ngrams=2, numbers=False)["count"].sum() == 4
    threes = term_frequency(corpus, ngrams=3, min_count=2)
    assert rows(threes[["term", "count", "n_articles"]]) == [("statue of liberty", 2, 1)]
    assert len(term_frequency(corpus, ngrams=9, stopwords=None)) == 0


def test_groups() -> None:
    corpus = corpus_of(
        ["Rain. Rain.", "Snow and rain.", "Snow.", "Fog."],
        outlet=["B", "A", "B", None],
        published=["2024-01-31", "2024-01-01", None, "2024-03-01"],
    )
    table = term_frequency(corpus, by="outlet")
    assert rows(table[["outlet", "term", "count", "per_million", "n_articles", "share_articles"]])[:4] == [
        ("A", "rain", 1, 1e6 / 3, 1, 1.0),
        ("A", "snow", 1, 1e6 / 3, 1, 1.0),
        ("B", "rain", 2, 2e6 / 3, 1, 0.5),
        ("B", "snow", 1, 1e6 / 3, 1, 0.5),
    ]
    assert pd.isna(table.loc[4, "outlet"])
    assert table.loc[4, "term"] == "fog"
    months = term_frequency(corpus, by="month")
    assert months["month"].tolist() == [pd.Timestamp("2024-01-01")] * 2 + [pd.Timestamp("2024-03-01")]
    assert months["count"].tolist() == [3, 1, 1]
    weeks = term_frequency(corpus, by="week")
    assert weeks["week"].unique().tolist() == [pd.Timestamp(day) for day in ("2024-01-01", "2024-01-29", "2024-02-26")]


def test_nothing_to_count() -> None:
    for texts in ([], ["", "…"]):
        corpus = corpus_of(texts)
        for ngrams in (1, 2):
            for by in (None, "outlet", "month"):
                assert len(term_frequency(corpus, ngrams=ngrams, by=by)) == 0
        assert len(tfidf(corpus)) == len(article_terms(corpus)) == 0


def test_errors() -> None:
    corpus = corpus_of(TEXTS)
    with pytest.raises(
        OptionError,
        match=r"^`by` must be one of 'outlet', 'section', 'published', 'title', 'authors', 'url', 'language', 'day', "
        r"'week', 'month', 'quarter', 'year'; got 'source'\.$",
    ):
        term_frequency(corpus, by="source")
    with pytest.raises(OptionError, match=r"^`ngrams` must be a whole number, 1 or more; got 0\.$"):
        term_frequency(corpus, ngrams=0)
    with pytest.raises(OptionError, match=r"^`min_count` must be a whole number, 1 or more; got 1\.5\.$"):
        term_frequency(corpus, min_count=1.5)  # type: ignore[arg-type]


def test_tfidf_by_hand() -> None:
    table = tfidf(corpus_of(["Rain rain snow and fog.", "Rain fell."]), stopwords="english")
    assert rows(table) == [
        ("a0", "fog", 1, math.log(2) / 5),
        ("a0", "snow", 1, math.log(2) / 5),
        ("a0", "rain", 2, 0.0),
        ("a1", "fell", 1, math.log(2) / 2),
        ("a1", "rain", 1, 0.0),
    ]
    assert rows(tfidf(corpus_of(["Rain rain snow.", "Rain fell."]), min_articles=2, min_count=2)) == [
        ("a0", "rain", 2, 0.0)
    ]


def test_article_terms() -> None:
    table = article_terms(corpus_of(["The rain, the 3 cats.", "", "Rain."]))
    assert rows(table) == [("a0", "3", 1), ("a0", "cats", 1), ("a0", "rain", 1), ("a0", "the", 2), ("a2", "rain", 1)]
    assert [str(kind) for kind in table.dtypes][1:] == ["str", "int64"]


def test_terms_are_alphabetical_whatever_was_read_before() -> None:
    tokenise(["zebra apple"])
    counts, terms = term_counts(tokenise(["Apple zebra zebra", "éclair"]))
    assert terms == ["apple", "zebra", "éclair"]
    assert counts.toarray().tolist() == [[1, 2, 0], [0, 0, 1]]


words = st.sampled_from(
    ["tax", "Tax", "cut", "the", "of", "12", "rain. The", "anti-war", "cut\n\nRain", "U.S.", "end.The"]
)
articles = st.lists(st.lists(words, max_size=14).map(" ".join), max_size=5)


@settings(max_examples=80)
@given(articles, st.integers(1, 4), st.sampled_from([None, "outlet"]), st.integers(1, 12))
def test_the_same_as_a_counter(texts: list[str], length: int, by: str | None, block: int) -> None:
    outlets = [("A", "B", "C")[number % 3] for number in range(len(texts))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequency, "_BLOCK", block)
        table = term_frequency(corpus_of(texts, outlet=outlets), ngrams=length, by=by, stopwords=["the"])  # type: ignore[arg-type]
    count: Counter[tuple[str, str]] = Counter()
    having: Counter[tuple[str, str]] = Counter()
    for outlet, sentences in zip(outlets, sentences_of(texts), strict=True):
        group = outlet if by else ""
        runs = [
            (group, " ".join(sentence[at : at + length]))
            for sentence in sentences
            for at in range(len(sentence) - length + 1)
            if "the" not in (sentence[at], sentence[at + length - 1])
        ]
        count.update(runs)
        having.update(set(runs))
    wanted = sorted(count, key=lambda run: (run[0], -count[run], run[1]))
    got = [(row[0] if by else "", row[1] if by else row[0]) for row in rows(table)]
    assert got == wanted
    assert table["count"].tolist() == [count[run] for run in wanted]
    assert table["n_articles"].tolist() == [having[run] for run in wanted]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=30))
def test_stable_order_is_lexsort(pairs: list[tuple[int, int]]) -> None:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert stable_order(list(columns), [4, 6]).tolist() == np.lexsort((columns[1], columns[0])).tolist()
