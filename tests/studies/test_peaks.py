"""The articles behind a mean: by hand, and against means worked out without them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import OptionError
from analysis.inference.compare import frames_over_time, group_means, tone_over_time
from analysis.studies.peaks import peaks


def tone(*values: float, outlets: str = "", days: list[str] | None = None) -> pd.DataFrame:
    index = pd.Index([f"a{place}" for place in range(len(values))], dtype="str", name="article_id")
    table = pd.DataFrame({"compound_mean": values}, index=index)
    if outlets:
        table["outlet"] = pd.Series(list(outlets), index=index, dtype="str")
    if days is not None:
        table["published"] = pd.to_datetime(pd.Series(days, index=index))
    return table


def test_the_articles_that_move_each_group_most() -> None:
    table = tone(0.1, 0.2, -0.9, 0.5, np.nan, 0.3, outlets="AAABAB")
    means = group_means(table, by="outlet", value="compound_mean")
    found = peaks(means, table, most=2)
    assert list(found.columns) == ["outlet", "article_id", "score", "n", "mean", "without", "influence"]
    assert found.round(3).values.tolist() == [
        ["A", "a2", -0.9, 3, -0.2, 0.15, -0.35],
        ["A", "a1", 0.2, 3, -0.2, -0.4, 0.2],
        ["B", "a3", 0.5, 2, 0.4, 0.3, 0.1],
        ["B", "a5", 0.3, 2, 0.4, 0.5, -0.1],
    ]
    assert found["n"].dtype == "int64"


def test_influence_is_what_the_mean_loses() -> None:
    rng = np.random.default_rng(7)
    table = tone(*rng.normal(size=40), outlets="ABCD" * 10)
    found = peaks(group_means(table, by="outlet", value="compound_mean"), table, most=10)
    assert len(found) == 40
    for row in found.itertuples():
        left = group_means(table.drop(index=row.article_id), by="outlet", value="compound_mean").set_index("outlet")
        assert row.without == pytest.approx(left.loc[row.outlet, "mean"])
        assert row.influence == pytest.approx(row.mean - row.without)
    assert (found.groupby("outlet")["influence"].apply(lambda values: values.abs().is_monotonic_decreasing)).all()


def test_whatever_the_order_of_the_articles() -> None:
    table = tone(0.1, 0.3, 0.1, 0.3, 0.1, 0.3, outlets="AAAAAA")
    found = [peaks(group_means(some, by="outlet", value="compound_mean"), some) for some in (table, table.iloc[::-1])]
    assert found[0]["article_id"].tolist() == found[1]["article_id"].tolist() == ["a0", "a1", "a2", "a3", "a4"]


def test_an_article_alone_and_a_period_without_any() -> None:
    table = tone(0.4, -0.2, 0.1, days=["2024-01-05", "2024-03-02", "2024-03-30"])
    found = peaks(tone_over_time(table, by="month"), table)
    assert found["article_id"].tolist() == ["a0", "a1", "a2"]
    assert found["period"].tolist() == [pd.Timestamp(day) for day in ("2024-01-01", "2024-03-01", "2024-03-01")]
    assert np.isnan(found.loc[0, "without"])
    assert np.isnan(found.loc[0, "influence"])
    assert found["influence"].round(2).tolist()[1:] == [-0.15, 0.15]


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter", "year"])
def test_the_length_of_a_period_is_told_by_the_table(by: str) -> None:
    rng = np.random.default_rng(3)
    days = [str(day) for day in pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, 60), "D")]
    table = tone(*rng.normal(size=60), outlets="AB" * 30, days=days)
    means = tone_over_time(table, by=by, group="outlet")  # type: ignore[arg-type]
    spike = means.nlargest(3, "mean")
    found = peaks(spike, table, most=100)
    assert len(found) == spike["n"].sum()
    for (outlet, period), rows in found.groupby(["outlet", "period"]):
        mean = means.set_index(["outlet", "period"]).loc[(outlet, period), "mean"]
        assert rows["score"].mean() == pytest.approx(mean)


def test_frames_over_time() -> None:
    corpus = analysis.read(
        pd.DataFrame(
            {
                "article_id": ["a", "b", "c"],
                "published": ["2024-01-05", "2024-01-20", "2024-02-01"],
                "text": ["They clashed and clashed.", "It rained again today.", "They clashed."],
            }
        )
    )
    book = analysis.Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    frames = analysis.framing(corpus, codebook=book).join(corpus.articles["published"], on="article_id")
    found = peaks(frames_over_time(frames, by="month"), frames, most=1)
    assert found[["frame", "article_id", "score"]].values.tolist() == [
        ["conflict", "a", 500.0],
        ["conflict", "c", 500.0],
    ]
    np.testing.assert_equal(found["influence"].tolist(), [250.0, np.nan])


def test_the_sentence_that_moves_its_article_the_same_way() -> None:
    corpus = analysis.read(
        pd.DataFrame(
            {
                "article_id": ["a", "b", "c"],
                "outlet": ["A", "A", "A"],
                "text": ["It was good. It was a terrible war. It rained.", "It was good. It rained.", "Great!"],
            }
        )
    )
    table = analysis.sentiment(corpus).join(corpus.articles["outlet"])
    sentences = analysis.sentiment(corpus, unit="sentence")
    found = peaks(group_means(table, by="outlet", value="compound_mean"), table, sentences=sentences)
    assert list(found.columns[-6:]) == ["sentence", "start", "end", "text", "compound", "sentence_influence"]
    by_article = found.set_index("article_id")
    assert by_article.loc["a", "text"] == "It was a terrible war."
    assert by_article.loc["a", "sentence"] == 1
    scores = sentences.loc[sentences["article_id"] == "a", "compound"]
    expected = (scores.mean() - scores.drop(index=1).mean()) / 3
    assert by_article.loc["a", "sentence_influence"] == pytest.approx(expected)
    assert expected < 0
    assert by_article.loc["b", "text"] == "It rained."
    assert pd.isna(by_article.loc["c", "sentence"])  # a single sentence: nothing would be left of the article
    assert str(found["sentence"].dtype) == "Int64"


def test_missing_groups_are_groups() -> None:
    table = tone(0.1, 0.2, outlets="AB")
    table.loc["a1", "outlet"] = None
    found = peaks(group_means(table, by="outlet", value="compound_mean"), table)
    assert found["article_id"].tolist() == ["a0", "a1"]


def test_no_means_and_no_articles_have_the_same_columns() -> None:
    table = tone(0.1, np.nan, outlets="AB")
    means = group_means(table, by="outlet", value="compound_mean")
    sentences = pd.DataFrame({"article_id": ["a0"], "sentence": [0], "compound": [0.1]})
    for options in ({}, {"sentences": sentences}):
        found = peaks(means, table, **options)
        for nothing in (peaks(means.iloc[:0], table, **options), peaks(means.iloc[1:], table, **options)):
            assert nothing.empty
            assert nothing.dtypes.tolist() == found.dtypes.tolist()
            assert list(nothing.columns) == list(found.columns)


def test_what_is_refused() -> None:
    table = tone(0.1, 0.2, 0.3, outlets="AAB")
    means = group_means(table, by="outlet", value="compound_mean")

    def refused(*arguments: pd.DataFrame, **options: object) -> str:
        with pytest.raises(OptionError) as error:
            peaks(*arguments, **options)  # type: ignore[arg-type]
        return str(error.value)

    assert refused(means, table, most=0) == "`most` must be 1 or more; got 0."
    assert refused(means, table.iloc[1:]) == (
        "`means` was made of other articles: outlet 'A' has n = 2, and `articles` has 1. "
        "Give the table that the means were made of."
    )
    assert refused(means, table[["outlet"]]) == (
        "`articles` has no column 'compound_mean'; it has 'article_id', 'outlet'. Join what is missing."
    )
    assert refused(table, table) == (
        "`means` has no column 'value'; it has 'compound_mean', 'outlet'. Join what is missing."
    )
    dated = tone(0.1, 0.2, days=["2024-01-05", "2024-03-02"])
    assert refused(tone_over_time(dated, by="month"), dated.iloc[1:]) == (
        "`means` was made of other articles: no length of a period gives its n. Give the table that the means were "
        "made of."
    )
    other = group_means(table.rename(columns={"compound_mean": "lix"}), by="outlet", value="lix")
    sentences = pd.DataFrame({"article_id": ["a0"], "sentence": [0], "compound": [0.1]})
    assert refused(other, table.rename(columns={"compound_mean": "lix"}), sentences=sentences) == (
        "`sentences` goes with means of 'compound_mean'; these are of 'lix'. Leave it out."
    )
