from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn import metrics

import analysis
from analysis.errors import InputError, OptionError
from analysis.inference import _weighted as weighted

CLASSES = (-1, 0, 1)


@pytest.fixture(scope="module")
def material() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return scores and gold codes of 240 sentences of 40 articles; the sentences of an article are alike."""
    rng = np.random.default_rng(3)
    article = np.repeat(np.arange(40), 6)
    true = rng.normal(0, 1, 40)[article] + rng.normal(0, 0.4, 240)
    keys = pd.DataFrame({"article_id": [f"a{at}" for at in article], "sentence": np.tile(np.arange(6), 40)})
    scores = keys.assign(compound=np.round(0.4 * true + rng.normal(0, 0.3, 240), 2), n_words=rng.integers(5, 40, 240))
    gold = keys.assign(tone=(true > 0.5).astype(int) - (true < -0.5), inclusion=np.where(article < 20, 0.5, 0.1))
    return scores, gold.sample(frac=1, random_state=1)


def ours(found: analysis.Validation) -> dict[tuple[str, str], float]:
    return found.scores.set_index(["statistic", "of"])["value"].to_dict()


def test_the_values_are_those_of_scikit_learn_and_scipy(material: tuple[pd.DataFrame, pd.DataFrame]):
    from scipy import stats

    scores, gold = material
    found = analysis.validate(
        scores, gold, score="compound", variable="tone", cuts=[-0.2, 0.2], scale="ordinal", draws=100
    )
    both = gold.merge(scores, on=["article_id", "sentence"])
    said = np.array(CLASSES)[np.digitize(both["compound"], [-0.2, 0.2])]
    theirs: dict[tuple[str, str], float] = {("accuracy", ""): metrics.accuracy_score(both["tone"], said)}
    by_class = metrics.precision_recall_fscore_support(both["tone"], said, labels=CLASSES)
    for name, values in zip(("precision", "recall", "f1"), by_class, strict=False):
        theirs |= {(name, str(code)): value for code, value in zip(CLASSES, values, strict=True)}
        theirs[f"macro_{name}", ""] = values.mean()
    theirs["weighted_f1", ""] = metrics.f1_score(both["tone"], said, average="weighted")
    theirs["correlation", ""] = stats.pearsonr(both["compound"], both["tone"])[0]
    theirs["rank_correlation", ""] = stats.spearmanr(both["compound"], both["tone"])[0]
    for code in (0, 1):
        theirs["auc", f"at least {code}"] = metrics.roc_auc_score(both["tone"] >= code, both["compound"])
    theirs["length_effect", ""] = stats.spearmanr(both["n_words"], said != both["tone"])[0]
    pair = pd.concat([gold.assign(unit=range(240), coder=who) for who in "ab"])
    pair["tone"] = [*both["tone"], *said]
    theirs["alpha", ""] = analysis.reliability(pair, variable="tone", scale="ordinal", draws=100)["value"].iloc[0]
    assert ours(found) == pytest.approx(theirs)
    assert (found.n_units, found.n_clusters, found.notes) == (240, 40, ())
    table = metrics.confusion_matrix(both["tone"], said, labels=CLASSES)
    assert found.confusion["n"].to_numpy().reshape(3, 3).tolist() == table.tolist()


def test_intervals_are_those_of_resampled_articles(material: tuple[pd.DataFrame, pd.DataFrame]):
    scores, gold = material
    found = analysis.validate(scores, gold, score="compound", variable="tone", cuts=[-0.2, 0.2], draws=400, seed=1)
    alone = analysis.validate(
        scores,
        gold.assign(unit=range(240)),
        score="compound",
        variable="tone",
        cuts=[-0.2, 0.2],
        cluster="unit",
        draws=400,
    )
    both = gold.merge(scores, on=["article_id", "sentence"])
    articles = [group[["compound", "tone"]].to_numpy().T for _, group in both.groupby("article_id")]
    rng = np.random.default_rng(9)
    drawn = [np.hstack([articles[at] for at in rng.integers(0, 40, 40)]) for _ in range(400)]
    low, high = np.quantile([np.corrcoef(one)[0, 1] for one in drawn], [0.025, 0.975])
    row = found.scores.set_index("statistic").loc["correlation"]
    assert row[["low", "high"]].tolist() == pytest.approx([low, high], abs=0.02)
    narrow = alone.scores.set_index("statistic").loc["correlation"]
    assert narrow["high"] - narrow["low"] < row["high"] - row["low"]
    assert (found.scores["low"] <= found.scores["value"]).all()
    assert (found.scores["value"] <= found.scores["high"]).all()


def test_a_unit_without_an_article_is_one_of_its_own(material: tuple[pd.DataFrame, pd.DataFrame]):
    scores, gold = material
    gold = gold.reset_index(drop=True).assign(unit=range(240))
    scores = scores.merge(gold[["article_id", "sentence", "unit"]]).drop(columns=["article_id", "sentence"])
    some = gold.assign(article_id=gold["article_id"].where(gold["sentence"] > 1))
    named = some.assign(article_id=some["article_id"].fillna("none-" + some["unit"].astype("str")))
    unnamed, as_named = (
        analysis.validate(scores, one, score="compound", variable="tone", cuts=[-0.2, 0.2], draws=100)
        for one in (some, named)
    )
    assert unnamed.n_clusters == as_named.n_clusters == 40 + 80
    assert weighted.cluster_numbers(pd.Series(["b", None, "a", "b", None])).tolist() == [0, 2, 1, 0, 3]
    alone = analysis.validate(scores, gold.assign(article_id=None), score="compound", variable="tone", draws=100)
    assert alone.n_clusters == 240
    assert alone.scores["low"].notna().all()


def test_two_codes_have_a_curve_and_a_calibration(material: tuple[pd.DataFrame, pd.DataFrame]):
    scores, gold = material
    gold = gold.assign(bad=gold["tone"].lt(0).map({True: "yes", False: "no"}))
    found = analysis.validate(scores, gold, score="compound", variable="bad", positive="no", draws=200)
    both = gold.merge(scores, on=["article_id", "sentence"])
    good = both["bad"].eq("no")
    assert found.value("auc", "no") == pytest.approx(metrics.roc_auc_score(good, both["compound"]))
    row = found.thresholds.iloc[20]
    said = both["compound"] >= row["threshold"]
    assert row["n_said"] == said.sum()
    theirs = [metrics.precision_score(good, said), metrics.recall_score(good, said), metrics.f1_score(good, said)]
    assert row[["precision", "recall", "f1"]].tolist() == pytest.approx(theirs)
    parts = found.calibration
    assert parts["n"].sum() == 240
    assert parts["score_low"].is_monotonic_increasing
    first = both["compound"] <= parts["score_high"][0]
    assert parts["gold_mean"][0] == pytest.approx(good[first].mean())
    assert parts["low"][0] < parts["gold_mean"][0] < parts["high"][0]
    assert len(found.confusion) == 0


def test_length_shows_where_the_measure_fails():
    n = 300
    words = np.arange(1, n + 1)
    true = np.tile([0, 1], n // 2)
    score = np.where(words > 200, 1 - true, true)
    table = pd.DataFrame({"article_id": words.astype(str), "said": score, "n_words": words})
    found = analysis.validate(
        table, table[["article_id"]].assign(frame=true.astype(bool)), score="said", variable="frame", draws=200
    )
    assert found.by_length["value"].tolist() == [1, 1, 0]
    assert found.by_length[["n_words_low", "n_words_high"]].to_numpy().tolist() == [[1, 100], [101, 200], [201, 300]]
    assert found.value("length_effect") > 0.7
    assert found.value("accuracy") == pytest.approx(2 / 3)


def test_units_count_for_the_inverse_of_their_chance(material: tuple[pd.DataFrame, pd.DataFrame]):
    scores, gold = material
    found = analysis.validate(
        scores, gold, score="compound", variable="tone", cuts=[-0.2, 0.2], inclusion="inclusion", draws=100
    )
    both = gold.merge(scores, on=["article_id", "sentence"])
    said = np.array(CLASSES)[np.digitize(both["compound"], [-0.2, 0.2])]
    weight = 1 / both["inclusion"]
    assert found.value("accuracy") == pytest.approx(metrics.accuracy_score(both["tone"], said, sample_weight=weight))
    area = metrics.roc_auc_score(both["tone"] >= 1, both["compound"], sample_weight=weight)
    assert found.value("auc", "at least 1") == pytest.approx(area)


def test_what_is_left_out_is_noted_and_what_is_not_defined_is_missing():
    gold = pd.DataFrame({"article_id": list("abcde"), "tone": [1, -1, 1, None, 1]})
    table = pd.DataFrame({"article_id": list("abcdf"), "said": [1, 1, 1, 1, 1]}).set_index("article_id")
    found = analysis.validate(table, gold, score="said", variable="tone", draws=100)
    assert found.notes == (
        "1 unit has no gold code and is left out.",
        "1 unit has no score and is left out.",
        "There are only 3 articles: intervals by resampling so few are too narrow.",
    )
    assert np.isnan(found.value("precision", "-1"))
    assert found.value("recall", "-1") == 0
    assert np.isnan(found.value("correlation"))
    assert found.value("accuracy") == pytest.approx(2 / 3)
    line = next(line for line in str(found).splitlines() if line.startswith("precision of -1"))
    assert line.split() == ["precision", "of", "-1", "–", "(–", "to", "–)", "n", "0"]
    assert "<table" in found._repr_html_()


def test_gold_is_locked_and_looks_are_counted(material: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path):
    scores, gold = material
    lock = analysis.lock_gold(gold, tmp_path / "gold.json")

    def look(cuts: list[float], gold: pd.DataFrame = gold) -> str:
        found = analysis.validate(scores, gold, score="compound", variable="tone", cuts=cuts, draws=100, lock=lock)
        return found.notes[-1]

    assert look([-0.2, 0.2]) == "First look at this gold standard."
    assert look([-0.2, 0.2]) == "First look at this gold standard."
    assert look([-0.2, 0.2], gold.sort_values(["sentence", "article_id"])) == "First look at this gold standard."
    assert look([-0.1, 0.1]) == "Look 2 at this locked gold standard."
    assert look([-0.1, 0.1], gold[::-1]) == "Look 2 at this locked gold standard."
    moved = scores.assign(compound=scores["compound"].sample(frac=1, random_state=1).to_numpy())
    found = analysis.validate(moved, gold, score="compound", variable="tone", cuts=[-0.1, 0.1], draws=100, lock=lock)
    assert found.notes[-1] == "Look 3 at this locked gold standard."  # the same scores, of other units
    with pytest.raises(InputError) as caught:
        look([-0.2, 0.2], gold.assign(tone=gold["tone"].where(gold["sentence"] > 0, 1)))
    assert str(caught.value) == (
        "gold.json: the gold standard was changed after it was locked. Restore it, or lock the new one and say "
        "what was seen before."
    )


def test_what_does_not_fit_is_refused(material: tuple[pd.DataFrame, pd.DataFrame]):
    scores, gold = material
    twice = gold["article_id"][gold["article_id"].duplicated()].iloc[0]
    for options, message in [
        ({"cuts": [0.2]}, "`cuts` must rise and be one fewer than the classes -1, 0, 1; got [0.2]."),
        ({"cuts": [0], "labels": [0, 1]}, "`labels` do not name -1, which the gold standard has."),
        ({"labels": [0, 1]}, "`labels` need `cuts`: the scores at which the next class begins."),
        ({"positive": 7}, "`positive` must be one of -1, 0, 1; got 7."),
        ({"draws": 0}, "`draws` must be 100 or more; got 0. Use 2000."),
        ({"seed": -1}, "`seed` must be 0 or more; got -1. Use 0."),
        ({"level": 95}, "`level` must be between 0 and 1; got 95. Use 0.95 for a 95 % interval."),
        ({"score": "x"}, "`table` has no column 'x'; it has article_id, sentence, compound, n_words."),
        ({"on": "article_id"}, f"`gold` has 200 units twice, such as {twice}. Keep one row of each."),
    ]:
        given: dict[str, Any] = {"score": "compound", "variable": "tone", "draws": 100, **options}
        with pytest.raises(OptionError) as caught:
            analysis.validate(scores, gold, **given)
        assert str(caught.value) == message
    with pytest.raises(OptionError) as caught:
        analysis.validate(scores.assign(article_id="z"), gold, score="compound", variable="tone")
    assert str(caught.value) == (
        "no unit of `gold` has a score in `table`: they are joined by article_id, sentence. Name `on`."
    )


def test_weighted_ranks_are_ranks_of_the_units_drawn():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 5, 30).astype(float), rng.normal(size=30)
    times = rng.multinomial(30, np.full(30, 1 / 30), size=4).astype(float)
    for row in times:
        drawn = np.repeat(np.arange(30), row.astype(int))
        area = metrics.roc_auc_score(x[drawn] > 2, y[drawn])
        assert weighted.auc(y, x > 2, row[None, :])[0] == pytest.approx(area)
        ranks = weighted.midranks(x, row[None, :]), weighted.midranks(y, row[None, :])
        theirs = pd.Series(x[drawn]).corr(pd.Series(y[drawn]), method="spearman")
        assert weighted.correlation(*ranks, row[None, :])[0] == pytest.approx(theirs)


def test_intervals_are_about_the_weighted_units():
    ones = np.repeat([0.0, 1.0], 20)

    def mean(weights: np.ndarray) -> np.ndarray:
        return (weights @ ones / weights.sum(axis=1))[:, None]

    value, low, high = weighted.intervals(mean, np.arange(40), draws=300, seed=1, level=0.95, base=1 + 8 * ones)
    assert value[0] == pytest.approx(0.9)
    assert 0.75 < low[0] < 0.9 < high[0] < 0.97


def width_of_correlation(n: float, r: float) -> float:
    """Return the width of Fisher's interval."""
    half = norm.ppf(0.975) / np.sqrt(n - 3)
    return float(np.tanh(np.arctanh(r) + half) - np.tanh(np.arctanh(r) - half))


@pytest.mark.parametrize("expected", [-0.9, 0, 0.3, 0.95])
@pytest.mark.parametrize("half_width", [0.04, 0.1, 0.37, 0.98, 1e-4])
def test_units_needed_for_a_correlation_are_the_fewest(expected: float, half_width: float):
    n = analysis.units_needed(half_width=half_width, statistic="correlation", expected=expected)
    assert width_of_correlation(n, expected) <= 2 * half_width
    assert n == 4 or width_of_correlation(n - 1, expected) > 2 * half_width


def test_units_needed_give_the_width_asked_for():
    n = analysis.units_needed(half_width=0.04, expected=0.8)
    assert 1.96 * (0.8 * 0.2 / n) ** 0.5 == pytest.approx(0.04, abs=1e-4)
    assert analysis.units_needed(half_width=0.05, population=500) == 218
    assert analysis.units_needed(half_width=0.05, design_effect=2) == 769
    with pytest.raises(OptionError) as caught:
        analysis.units_needed(half_width=5)
    assert str(caught.value) == "`half_width` must be between 0 and 1; got 5."
