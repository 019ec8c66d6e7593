"""Means with intervals: against SciPy, against hand-worked tables, and where there is nothing to average."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import OptionError
from analysis.inference.compare import frames_over_time, group_means, tone_over_time, tone_through_article

COLUMNS = ["value", "n", "mean", "sd", "low", "high", "level"]


def scores(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.set_index(pd.Index([f"a{i}" for i in range(len(table))], name="article_id"))


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30), st.floats(0.5, 0.999))
def test_the_interval_is_students(values: list[float], level: float) -> None:
    means = group_means(scores(outlet="A", tone=values), by="outlet", value="tone", level=level)
    row = means.iloc[0]
    spread = float(np.std(values, ddof=1))
    assert row["n"] == len(values)
    assert row["mean"] == pytest.approx(np.mean(values), abs=1e-12)
    assert row["sd"] == pytest.approx(spread, abs=1e-9)
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * spread / np.sqrt(len(values))
    assert row["high"] - row["mean"] == pytest.approx(half, rel=1e-6, abs=1e-9)
    assert row["mean"] - row["low"] == pytest.approx(half, rel=1e-6, abs=1e-9)
    assert row["level"] == level


def test_columns_types_and_order() -> None:
    table = scores(outlet=["B", "A", "B"], frame=["x", "y", "x"], tone=[1, 2, 3])
    means = group_means(table, by=["outlet", "frame"], value="tone")
    assert list(means.columns) == ["outlet", "frame", *COLUMNS]
    assert means["outlet"].tolist() == ["A", "B"]
    assert means["n"].dtype == "int64"
    assert {str(means[name].dtype) for name in ("mean", "sd", "low", "high", "level")} == {"float64"}
    assert means["value"].tolist() == ["tone", "tone"]
    assert list(table.columns) == ["outlet", "frame", "tone"]  # nothing changed in place


def test_few_and_none() -> None:
    table = scores(outlet=["A", "B", "B", "C"], tone=[0.5, np.nan, 0.25, np.nan])
    means = group_means(table, by="outlet", value="tone").set_index("outlet")
    assert means["n"].tolist() == [1, 1, 0]
    assert means["mean"].tolist()[:2] == [0.5, 0.25]
    assert np.isnan(means.loc["C", "mean"])
    assert means[["sd", "low", "high"]].isna().all(axis=None)


def test_articles_without_a_group_are_counted() -> None:
    means = group_means(scores(outlet=["A", None, None], tone=[1.0, 2.0, 4.0]), by="outlet", value="tone")
    assert means["n"].tolist() == [1, 2]
    assert means["mean"].tolist() == [1.0, 3.0]
    assert means["outlet"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["n", "mean", "count", "value", "level"])
def test_a_group_or_score_may_have_any_name(name: str) -> None:
    table = pd.DataFrame({"outlet": ["A", "A", "B"], name: [1.0, 3.0, 5.0]})
    assert group_means(table, by="outlet", value=name)["mean"].tolist() == [2.0, 5.0]


def test_an_index_level_is_a_column_too() -> None:
    table = scores(tone=[1.0, 3.0])
    assert group_means(table, by="article_id", value="tone")["mean"].tolist() == [1.0, 3.0]


def test_an_empty_table() -> None:
    empty = scores(outlet=pd.Series(dtype="str"), tone=pd.Series(dtype="float64"))
    assert list(group_means(empty, by="outlet", value="tone").columns) == ["outlet", *COLUMNS]
    dated = pd.DataFrame({"published": pd.to_datetime([None, None]), "compound_mean": [0.1, 0.2]})
    assert tone_over_time(dated).empty


def test_messages() -> None:
    table = scores(outlet=["A"], tone=["high"], published=["2024-01-05"])
    cases = {
        "the table has no column 'published'; tone_over_time needs 'published', 'compound_mean'. Join it from the "
        "corpus: table.join(corpus.articles['published'], on='article_id').": lambda: tone_over_time(table[["outlet"]]),
        "the table has no column 'compound'; group_means needs 'outlet', 'compound'. The table has 'outlet', 'tone', "
        "'published'.": lambda: group_means(table, by="outlet", value="compound"),
        "`value` must be a numeric column; 'tone' is str.": lambda: group_means(table, by="outlet", value="tone"),
        "`level` must be between 0 and 1; got 95. Use 0.95 for a 95 % interval.": lambda: group_means(
            table, by="outlet", value="tone", level=95
        ),
        "`by` must name at least one column; got none. Use by='outlet'.": lambda: group_means(
            table, by=[], value="tone"
        ),
        "`by` must be one of 'day', 'week', 'month', 'quarter', 'year'; got 'decade'.": lambda: tone_over_time(
            table,
            by="decade",  # type: ignore[arg-type]
        ),
        "'published' must hold dates; it is str. Use corpus.articles['published'].": lambda: tone_over_time(
            table, value="tone"
        ),
        "`bins` must be 1 or more; got 0. Use 10 for tenths of an article.": lambda: tone_through_article(
            table, bins=0
        ),
    }
    for message, call in cases.items():
        with pytest.raises(OptionError) as raised:
            call()
        assert str(raised.value) == message


DATES = pd.to_datetime(["2024-01-01", "2024-01-07", "2024-01-08", "2024-03-31", "2025-01-01", None])


@pytest.mark.parametrize(
    ("by", "first", "n_periods", "counts"),
    [
        ("day", "2024-01-01", 367, [1, 1, 1, 1, 1]),
        ("week", "2024-01-01", 53, [2, 1, 1, 1]),
        ("month", "2024-01-01", 13, [3, 1, 1]),
        ("quarter", "2024-01-01", 5, [4, 1]),
        ("year", "2024-01-01", 2, [4, 1]),
    ],
)
def test_periods(by: str, first: str, n_periods: int, counts: list[int]) -> None:
    table = scores(published=DATES, compound_mean=[0.1] * 6)
    means = tone_over_time(table, by=by)  # type: ignore[arg-type]
    assert len(means) == n_periods
    assert means["period"].iloc[0] == pd.Timestamp(first)
    assert means["period"].is_monotonic_increasing
    assert means.loc[means["n"] > 0, "n"].tolist() == counts
    assert means["n"].dtype == "int64"
    assert means.loc[means["n"] == 0, ["mean", "low", "high"]].isna().all(axis=None)
    assert means["value"].eq("compound_mean").all()
    assert means["level"].eq(0.95).all()


def test_time_within_groups() -> None:
    table = scores(
        outlet=["B", "A", "B", None],
        published=pd.to_datetime(["2024-01-05", "2024-02-05", "2024-03-05", "2024-02-01"]),
        compound_mean=[0.1, 0.2, 0.3, 0.4],
    )
    means = tone_over_time(table, group="outlet")
    assert list(means.columns) == ["outlet", "period", *COLUMNS]
    assert len(means) == 9  # each group has every month
    assert means.loc[means["outlet"] == "B", "n"].tolist() == [1, 0, 1]
    assert means.loc[means["outlet"].isna(), "n"].tolist() == [0, 1, 0]


def test_time_zones_are_dropped() -> None:
    table = scores(published=pd.to_datetime(["2024-01-31 23:30"]).tz_localize("America/New_York"), compound_mean=[0.1])
    assert tone_over_time(table)["period"].tolist() == [pd.Timestamp("2024-01-01")]


def test_frames_have_a_line_each() -> None:
    table = pd.DataFrame({"frame": ["x", "y", "x", "y"], "per_1000_words": [1.0, 2.0, 3.0, 6.0]})
    table["published"] = pd.to_datetime(["2024-01-05", "2024-01-05", "2024-02-05", "2024-02-05"])
    means = frames_over_time(table)
    assert means[["frame", "mean"]].to_numpy().tolist() == [["x", 1.0], ["x", 3.0], ["y", 2.0], ["y", 6.0]]


def test_the_article_is_the_unit_through_the_article() -> None:
    # Article a has 8 sentences, b has 2: in halves, each article counts once.
    table = pd.DataFrame({"article_id": ["a"] * 8 + ["b"] * 2, "sentence": [*range(8), *range(2)]})
    table["compound"] = [0.4] * 4 + [0.0] * 4 + [-0.2, 0.6]
    means = tone_through_article(table, bins=2)
    assert means["part"].tolist() == [1, 2]
    assert means["n"].tolist() == [2, 2]
    assert means["mean"].round(12).tolist() == [0.1, 0.3]


def test_short_articles_fill_some_parts() -> None:
    table = pd.DataFrame({"article_id": ["a", "a"], "sentence": [0, 1], "compound": [0.5, -0.5]})
    means = tone_through_article(table, bins=4)
    assert means["n"].tolist() == [0, 1, 0, 1]
    assert means["mean"].fillna(9).tolist() == [9, 0.5, 9, -0.5]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(1, 12))
def test_every_sentence_has_a_part(lengths: list[int], bins: int) -> None:
    rows = [(f"a{i}", s) for i, n in enumerate(lengths) for s in range(n)]
    table = pd.DataFrame(rows, columns=["article_id", "sentence"]).assign(compound=1.0)
    means = tone_through_article(table.sample(frac=1, random_state=0), bins=bins)
    assert means["part"].tolist() == list(range(1, bins + 1))
    assert means["n"].sum() == sum(min(n, bins) for n in lengths)  # a long article fills all, a short one its sentences
    assert means["mean"].dropna().eq(1.0).all()


def test_parts_within_groups() -> None:
    table = pd.DataFrame({"article_id": ["a", "b"], "outlet": ["B", "A"], "sentence": [0, 0], "compound": [0.5, -0.5]})
    means = tone_through_article(table, bins=1, group="outlet")
    assert means[["outlet", "part", "mean"]].to_numpy().tolist() == [["A", 1, -0.5], ["B", 1, 0.5]]
