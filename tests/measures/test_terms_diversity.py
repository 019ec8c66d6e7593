"""Lexical diversity: by hand, from the paper, and against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import OptionError
from analysis.measures.terms import lexical_diversity, term_counts
from analysis.measures.terms.diversity import factors, hdd, mtld_of, previous, types_of_windows
from analysis.text.tokens import tokenise
from tests.measures.term_corpus import corpus_of
from tests.test_kernels import both_ways


def one_way(words: str) -> float:
    """Return MTLD read forward of words given as letters."""
    ids = np.array([ord(letter) for letter in words], dtype=np.int32)
    starts = np.array([0, len(words)])
    return float(mtld_of(np.diff(starts), factors(previous(ids, starts, 128), starts))[0])


def plain_mtld(words: list[int]) -> float:
    factors, seen, size = 0.0, set(), 0
    for word in words:
        seen.add(word)
        size += 1
        if len(seen) / size < 0.72:
            factors, seen, size = factors + 1, set(), 0
    if size:
        factors += (1 - len(seen) / size) / (1 - 0.72)
    return len(words) / factors if factors else math.nan


def test_mtld_by_hand() -> None:
    # McCarthy & Jarvis (2010): of the people by the people | for the people: one factor of nine words
    assert one_way("otpbtpftp") == 9
    # a b c a: .75, so (1 - .75) / .28 of a factor
    assert one_way("abca") == pytest.approx(4 / (0.25 / 0.28))
    assert math.isnan(one_way("abcd"))
    # 18 types in 25 words are .72, not below
    assert one_way("abcdefghijklmnopqr" + "a" * 7) == pytest.approx(25 / 1)
    assert one_way("abcdefghijklmnopqr" + "a" * 8) == 26


def test_hdd_by_hand() -> None:
    texts = ["w " * 42 + " ".join(f"w{n}" for n in range(42)), " ".join(f"w{n}" for n in range(50)), "w " * 41]
    counts, _ = term_counts(tokenise(texts))
    values = hdd(counts)
    # A sample of half the words has each of 42 single words with chance 1/2, and misses the other almost never.
    assert values[0] == pytest.approx((21 + 1 - 1 / math.comb(84, 42)) / 42)
    assert values[1] == pytest.approx(1)
    assert math.isnan(values[2])


def test_a_table() -> None:
    words = [f"w{n % 60}" for n in range(120)]
    table = lexical_diversity(corpus_of([" ".join(words), "One two two.", "", "…"]))
    assert list(table.columns) == ["n_terms", "n_types", "ttr", "mattr", "mtld", "hdd"]
    assert table.index.tolist() == ["a0", "a1", "a2", "a3"]
    assert table.index.name == "article_id"
    assert table["n_terms"].tolist() == [120, 3, 0, 0]
    assert table["n_types"].tolist() == [60, 2, 0, 0]
    assert table["ttr"].tolist() == pytest.approx([0.5, 2 / 3, math.nan, math.nan], nan_ok=True)
    assert table.loc["a0", "mattr"] == 1
    # 60 new words, then 24 repeated: 60/84 is the first below .72; then 36 words without a repetition.
    assert table.loc["a0", "mtld"] == 120
    assert table.loc["a1":, ["mattr", "mtld", "hdd"]].isna().all(axis=None)
    assert len(lexical_diversity(corpus_of([]))) == 0


def test_short_for_mtld() -> None:
    text = " ".join(f"w{n % 40}" for n in range(100))
    table = lexical_diversity(corpus_of([text, text.rsplit(" ", 1)[0]]))
    assert table["mtld"].notna().tolist() == [True, False]


articles = st.lists(st.lists(st.integers(0, 12), max_size=60), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(articles, st.integers(1, 9))
def test_the_same_as_plain_loops(words: list[list[int]], window: int) -> None:
    ids = np.array([word for article in words for word in article], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum([len(article) for article in words])]).astype(np.int64)
    before = previous(ids, starts, 13)
    mtld = mtld_of(np.diff(starts), factors(before, starts))
    assert mtld == pytest.approx([plain_mtld(article) for article in words], nan_ok=True)
    windows = [[len(set(a[at : at + window])) for at in range(len(a) - window + 1)] for a in words]
    expected = [np.mean(sizes) / window if sizes else math.nan for sizes in windows]
    n_windows = np.maximum(np.diff(starts) - window + 1, 0)
    types = types_of_windows(before, starts, window)
    assert [n / many / window if many else math.nan for n, many in zip(types, n_windows, strict=True)] == pytest.approx(
        expected, nan_ok=True
    )
    texts = [" ".join(f"w{word}" for word in article) for article in words]
    compiled, plain = both_ways(lambda: lexical_diversity(corpus_of(texts), window=window))
    assert compiled.equals(plain)


def test_mtld_of_long_articles() -> None:
    draw = np.random.default_rng(1)
    # the first has factors longer than one look ahead
    words = [draw.integers(0, 3000, 9000), draw.integers(0, 80, 700), np.arange(2000), draw.integers(0, 9000, 2500)]
    starts = np.concatenate([[0], np.cumsum([len(article) for article in words])])
    got = mtld_of(np.diff(starts), factors(previous(np.concatenate(words).astype(np.int32), starts, 9000), starts))
    assert got == pytest.approx([plain_mtld(article.tolist()) for article in words], nan_ok=True)
    texts = [" ".join(f"w{word}" for word in article) for article in words]
    compiled, plain = both_ways(lambda: lexical_diversity(corpus_of(texts)))
    assert compiled.equals(plain)


def test_errors() -> None:
    with pytest.raises(OptionError, match=r"^`window` must be a whole number, 1 or more; got 0\.$"):
        lexical_diversity(corpus_of(["Rain."]), window=0)
