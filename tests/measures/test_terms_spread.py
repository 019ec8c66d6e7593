"""Dispersion and trends: examples from the papers and counts made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import OptionError
from analysis.measures.terms import dispersion, trends
from tests.measures.term_corpus import corpus_of


def part(times: int, length: int) -> str:
    return " ".join(["a"] * times + ["b"] * (length - times))


def test_the_example_of_gries() -> None:
    # Gries (2008): parts of 9, 10, 10, 10 and 11 words have the word 1, 2, 3, 4 and 5 times: DP = .18, D = .785.
    sizes = [(1, 9), (2, 10), (3, 10), (4, 10), (5, 11)]
    row = dispersion(corpus_of([part(*size) for size in sizes]), "a").iloc[0]
    assert row["dp"] == pytest.approx(0.18)
    assert row["dp_norm"] == pytest.approx(0.18 / (1 - 0.18))
    assert row["juilland_d"] == pytest.approx(0.785, abs=0.0005)
    assert (row["term"], row["count"], row["range"], row["n_parts"]) == ("a", 15, 5, 5)


def test_evenly_and_in_one_part() -> None:
    even = dispersion(corpus_of(["a b", "a b b b a b", "a b"]), ["a", "c"])
    assert even.loc[0, ["dp", "dp_norm"]].tolist() == pytest.approx([1 / 10, 1 / 10 / 0.8])
    assert even.loc[1, ["count", "range"]].tolist() == [0, 0]
    assert even.loc[1, ["dp", "dp_norm", "juilland_d"]].isna().all()
    same = dispersion(corpus_of(["a b", "a a b b", "a b"]), "a").iloc[0]
    assert same[["dp", "dp_norm", "juilland_d"]].tolist() == pytest.approx([0, 0, 1])
    alone = dispersion(corpus_of(["a b", "b b", "b b b b"]), "a").iloc[0]
    assert alone[["dp", "dp_norm", "juilland_d"]].tolist() == pytest.approx([0.75, 1, 0])
    one = dispersion(corpus_of(["a b", ""]), "a").iloc[0]
    assert one["n_parts"] == 1
    assert one[["dp", "dp_norm", "juilland_d"]].isna().all()


def test_parts_and_words() -> None:
    corpus = corpus_of(["Rain rain.", "Rain, the rain.", "Fog fog fog fog fog 5 5 5 5 5"], outlet=["A", "A", "B"])
    table = dispersion(corpus, parts="outlet", min_count=4)
    assert table[["term", "count", "range", "n_parts"]].to_numpy().tolist() == [
        ["5", 5, 1, 2],
        ["fog", 5, 1, 2],
        ["rain", 4, 1, 2],
    ]
    assert dispersion(corpus, numbers=False)["term"].tolist() == ["fog"]
    assert dispersion(corpus, "the rain")["count"].tolist() == [1]
    assert len(dispersion(corpus_of([]))) == 0
    assert [str(kind) for kind in table.dtypes] == ["str", "int64", "int64", "int64", "float64", "float64", "float64"]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(5, 9)), min_size=2, max_size=8))
def test_the_same_as_the_formulas(sizes: list[tuple[int, int]]) -> None:
    row = dispersion(corpus_of([part(*size) for size in sizes]), "a").iloc[0]
    times, length = np.array(sizes, dtype=float).T
    if not times.sum():
        assert np.isnan(row["dp"])
        return
    share, rate = length / length.sum(), times / length
    dp = np.abs(times / times.sum() - share).sum() / 2
    assert row["dp"] == pytest.approx(dp)
    assert row["dp_norm"] == pytest.approx(dp / (1 - share.min()))
    assert row["juilland_d"] == pytest.approx(1 - rate.std() / rate.mean() / np.sqrt(len(sizes) - 1), abs=1e-9)


def test_trends_by_hand() -> None:
    corpus = corpus_of(
        ["Tax cut. Rain.", "Tax cuts, tax cuts.", "Rain fell.", "Undated tax cut.", "No word of it."],
        published=["2024-01-31T23:00", "2024-01-01", "2024-04-02", None, "2024-01-15"],
    )
    table = trends(corpus, ["tax cut*", "rain"])
    assert list(table.columns) == [
        "period", "term", "count", "n_words", "per_million", "n_articles", "n_articles_period",
    ]  # fmt: skip
    months = [pd.Timestamp(f"2024-0{month}-01") for month in (1, 2, 3, 4)]
    assert table["period"].tolist() == [month for month in months for _ in range(2)]
    assert table["term"].tolist() == ["tax cut*", "rain"] * 4
    assert table["count"].tolist() == [3, 1, 0, 0, 0, 0, 0, 1]
    assert table["n_words"].tolist() == [11, 11, 0, 0, 0, 0, 2, 2]
    assert table["n_articles"].tolist() == [2, 1, 0, 0, 0, 0, 0, 1]
    assert table["n_articles_period"].tolist() == [3, 3, 0, 0, 0, 0, 1, 1]
    assert table["per_million"].tolist() == pytest.approx(
        [3e6 / 11, 1e6 / 11, np.nan, np.nan, np.nan, np.nan, 0, 5e5], nan_ok=True
    )
    years = trends(corpus, "tax*", by="year")
    assert (years["period"].tolist(), years["count"].tolist()) == ([pd.Timestamp("2024-01-01")], [3])
    weeks = trends(corpus, "rain", by="week")
    assert weeks["period"].iloc[0] == pd.Timestamp("2024-01-01")
    assert len(weeks) == 14


def test_trends_without_dates() -> None:
    table = trends(corpus_of(["Tax."]), "tax")
    assert len(table) == 0
    assert str(table["period"].dtype) == "datetime64[ns]"


def test_errors() -> None:
    corpus = corpus_of(["Tax."], published=["2024-01-01"])
    with pytest.raises(
        OptionError, match=r"^`by` must be one of 'day', 'week', 'month', 'quarter', 'year'; got 'outlet'\.$"
    ):
        trends(corpus, "tax", by="outlet")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"^`terms` names no term\. Use terms=\['tax cut\*', 'immigra\*'\]\.$"):
        trends(corpus, [])
    with pytest.raises(OptionError, match=r"^`parts` must be one of 'article', 'outlet', .*'year'; got 'chapter'\.$"):
        dispersion(corpus, parts="chapter")
