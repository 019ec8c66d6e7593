"""Collocations and concordance: by hand, and against plain loops."""

from __future__ import annotations

import math
import sys
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import OptionError
from analysis.measures.terms import collocations, concordance
from tests.measures.term_corpus import corpus_of, sentences_of

COLUMNS = [
    "node",
    "collocate",
    "count",
    "count_node",
    "count_collocate",
    "expected",
    "n_articles",
    "log_dice",
    "pmi",
    "g2",
]


def test_collocations_by_hand() -> None:
    texts = ["Tax cut passed. Big tax cut.", "Cut the tax! Cut. Rain cut rain."]
    table = collocations(corpus_of(texts), "tax", window=2, min_count=1, stopwords=None)
    assert list(table.columns) == COLUMNS
    # Outside the nodes: cut passed | big cut | cut the | cut | rain cut rain = 10; near: the first six.
    row = table.set_index("collocate").loc["cut"]
    assert (row["count"], row["count_node"], row["count_collocate"], row["n_articles"]) == (3, 3, 5, 2)
    assert row["expected"] == 6 * 5 / 10
    assert row["log_dice"] == pytest.approx(14 + math.log2(6 / 8))
    assert row["pmi"] == 0
    assert row["g2"] == pytest.approx(0)
    the = table.set_index("collocate").loc["the"]
    # near or far × the or another: 1, 5, 0, 4; expected .6, 5.4, .4, 3.6
    assert the["g2"] == pytest.approx(2 * (math.log(1 / 0.6) + 5 * math.log(5 / 5.4) + 4 * math.log(4 / 3.6)))
    assert the["pmi"] == pytest.approx(math.log2(1 / 0.6))
    assert "rain" not in set(table["collocate"])


def test_phrases_and_wildcards_are_nodes() -> None:
    texts = ["White House staff said the white house closed. White horse."]
    table = collocations(corpus_of(texts), "white h*", window=1, min_count=1)
    assert dict(zip(table["collocate"], table["count"], strict=True)) == {"closed": 1, "staff": 1}
    assert table["node"].unique().tolist() == ["white h*"]
    assert table["count_node"].tolist() == [3, 3]


def test_avoiding_is_negative() -> None:
    texts = ["Tax cut. " * 3 + "Rain fell and fell and fell. " * 3 + "Tax fell."]
    table = collocations(corpus_of(texts), "tax", min_count=1).set_index("collocate")
    assert table.loc["cut", "g2"] > 0 > table.loc["fell", "g2"]


def plain(texts: list[str], node: str, window: int) -> tuple[Counter[str], Counter[str], int]:
    """Return words near a node, articles with them, and all words near it, by a plain loop."""
    near, having, total = Counter[str](), Counter[str](), 0
    for sentences in sentences_of(texts):
        here = Counter[str]()
        for run in sentences:
            for at, word in enumerate(run):
                if word != node and node in run[max(0, at - window) : at + window + 1]:
                    here[word] += 1
        near += here
        having.update(set(here))
        total += sum(here.values())
    return near, having, total


words = st.sampled_from(["tax", "cut", "rain", "fog", "bill", "tax. Cut", "fog\n\nRain"])
articles = st.lists(st.lists(words, max_size=16).map(" ".join), min_size=1, max_size=4)


@settings(max_examples=60)
@given(articles, st.integers(1, 4), st.integers(1, 9))
def test_the_same_as_a_loop(texts: list[str], window: int, block: int) -> None:
    corpus = corpus_of(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["analysis.measures.terms.collocations"], "_BLOCK", block)
        every = collocations(corpus, window=window, min_count=1, stopwords=None)
    for node in ["tax", "fog"]:
        near, having, total = plain(texts, node, window)
        one = collocations(corpus, node, window=window, min_count=1, stopwords=None)
        assert dict(zip(one["collocate"], one["count"], strict=True)) == dict(near)
        assert dict(zip(one["collocate"], one["n_articles"], strict=True)) == dict(having)
        outside = Counter(word for article in sentences_of(texts) for run in article for word in run if word != node)
        for row in one.itertuples():
            assert row.count_collocate == outside[row.collocate]
            assert row.expected == pytest.approx(total * outside[row.collocate] / sum(outside.values()))
        same = every[every["node"] == node].reset_index(drop=True)
        pd.testing.assert_frame_equal(same, one)


def test_all_pairs_keep_the_minimum() -> None:
    corpus = corpus_of(["Tax cut. Tax cut. Rain cut. The cut."])
    table = collocations(corpus, min_count=2)
    assert table[["node", "collocate", "count"]].to_numpy().tolist() == [["cut", "tax", 2], ["tax", "cut", 2]]
    for texts in ([], [""], ["Tax."]):
        assert list(collocations(corpus_of(texts)).columns) == COLUMNS
        assert len(collocations(corpus_of(texts), "tax")) == 0


def test_concordance_by_hand() -> None:
    text = "  “Tax cuts 🎉 don’t pay”,\n\nhe said. A tax\n cut  came. "
    corpus = corpus_of(["Nothing here.", text], outlet=["A", "B"], published=["2024-01-01", "2024-02-03"])
    table = concordance(corpus, "TAX cut*", window=2)
    assert list(table.columns) == ["article_id", "outlet", "published", "start", "end", "left", "keyword", "right"]
    assert table["article_id"].tolist() == ["a1", "a1"]
    assert table["outlet"].tolist() == ["B", "B"]
    assert table["published"].tolist() == [pd.Timestamp("2024-02-03")] * 2
    assert [text[a:b] for a, b in zip(table["start"], table["end"], strict=True)] == ["Tax cuts", "tax\n cut"]
    assert table["left"].tolist() == ["“", "said. A"]
    assert table["keyword"].tolist() == ["Tax cuts", "tax cut"]
    assert table["right"].tolist() == ["🎉 don’t pay", "came."]
    assert table["start"].dtype == table["end"].dtype == "int64"


def test_concordance_edges() -> None:
    corpus = corpus_of(["One two three.", "Three!"])
    assert concordance(corpus, "three", window=0)[["left", "keyword", "right"]].to_numpy().tolist() == [
        ["", "three", ""],
        ["", "Three", ""],
    ]
    assert concordance(corpus, "three", window=50)[["left", "right"]].to_numpy().tolist() == [
        ["One two", "."],
        ["", "!"],
    ]
    empty = concordance(corpus, "four")
    assert len(empty) == 0
    assert [str(empty[name].dtype) for name in ("start", "left")] == ["int64", "str"]
    with pytest.raises(OptionError, match=r"^`window` must be a whole number, 0 or more; got -1\.$"):
        concordance(corpus, "three", window=-1)
    with pytest.raises(OptionError, match=r"^`window` must be a whole number, 1 or more; got 0\.$"):
        collocations(corpus, "three", window=0)


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="aAbB .’-🎉\n\u00a0", max_size=30), max_size=4))
def test_a_keyword_is_where_it_says(texts: list[str]) -> None:
    corpus = corpus_of(texts)
    table = concordance(corpus, "a*", window=2)
    for row in table.itertuples():
        found = corpus.articles.loc[row.article_id, "text"][row.start : row.end]
        assert found.lower().startswith("a")
        assert row.keyword == " ".join(found.split())
    assert len(table) == sum(word.startswith("a") for article in sentences_of(texts) for run in article for word in run)
