"""Differences: against SciPy, statsmodels and brute force, hand-worked effect sizes, and what copies must not do."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import analysis
from analysis.errors import OptionError
from analysis.inference._robust import Fit, median_interval, permutation_p
from analysis.inference.differences import compare


def scores(*sizes: int, shift: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Return a row for each story of each outlet A, B, …; each next outlet scores `shift` higher."""
    rng = np.random.default_rng(seed)
    rows = [
        {"outlet": "ABCDE"[place], "story": f"{place}-{i}", "tone": rng.normal() + shift * place}
        for place, n in enumerate(sizes)
        for i in range(n)
    ]
    return pd.DataFrame(rows)


def few(table: pd.DataFrame, **more: object) -> pd.DataFrame:
    return compare(table, value="tone", permutations=99, **more)  # type: ignore[arg-type]


def clustered() -> pd.DataFrame:
    """Return three outlets with copies within one and across outlets, lengths and days."""
    rng = np.random.default_rng(4)
    rows = []
    for story in range(36):
        outlets = [["A"], ["B"], ["C"], ["A", "B"], ["B", "B"], ["A", "A", "C"]][story % 6]
        mood = rng.normal()
        rows += [{"outlet": one, "story": f"s{story:02}", "tone": mood + 0.3 * rng.normal()} for one in outlets]
    table = pd.DataFrame(rows)
    table["n_words"] = rng.integers(100, 900, len(table))
    table["published"] = pd.Timestamp("2025-03-01") + pd.to_timedelta(rng.integers(0, 60, len(table)), unit="D")
    table["topic"] = np.where(rng.random(len(table)) < 0.4, "tax", "war")
    table["tone"] += 0.002 * table["n_words"]
    return table


def test_without_copies_it_is_welchs() -> None:
    table = scores(9, 30, shift=0.5)
    table.loc[table["outlet"] == "B", "tone"] *= 3
    row = few(table).iloc[0]
    one, other = (table.loc[table["outlet"] == name, "tone"] for name in "AB")
    welch = stats.ttest_ind(one, other, equal_var=False)
    interval = welch.confidence_interval()
    assert row["df"] == pytest.approx(welch.df, rel=1e-9)
    assert [row["low"], row["high"]] == pytest.approx([interval.low, interval.high], rel=1e-9)
    assert row["difference"] == pytest.approx(one.mean() - other.mean())
    alone = compare(table.drop(columns="story"), value="tone", cluster=None, permutations=99).iloc[0]
    assert alone["se"] == pytest.approx(row["se"])
    assert row["n_effective"] == 9


def test_all_stories_shared_is_the_paired_test() -> None:
    table = scores(12, 12, shift=0.3)
    table["story"] = table["story"].str[2:]
    row = few(table).iloc[0]
    one, other = (table.loc[table["outlet"] == name].set_index("story")["tone"] for name in "AB")
    paired = stats.ttest_rel(one, other.loc[one.index])
    assert row["difference"] / row["se"] == pytest.approx(paired.statistic, rel=1e-9)


def test_coefficients_and_plain_clustered_errors_are_those_of_statsmodels() -> None:
    from statsmodels.api import OLS

    table = clustered()
    days = (table["published"] - table["published"].min()).dt.days
    x = np.column_stack(
        [*(table["outlet"] == name for name in "ABC"), table["n_words"], days, table["topic"] == "tax"]
    ).astype(float)
    model = OLS(table["tone"].to_numpy(), x).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(table["story"])[0], "use_correction": False}
    )
    found = few(table, covariates=["n_words", "published", "topic"]).set_index(["group", "other"])
    for one, other in combinations(range(3), 2):
        row = found.loc[("ABC"[one], "ABC"[other])]
        contrast = np.zeros(6)
        contrast[[one, other]] = 1, -1
        assert row["difference"] == pytest.approx(contrast @ model.params, rel=1e-8)
        plain = np.sqrt(contrast @ model.cov_params() @ contrast)
        assert plain < row["se"] < 1.25 * plain  # CR2 makes up for what residuals are too small
        assert row["note"].endswith("adjusted for n_words, published, topic")


def test_errors_and_degrees_of_freedom_are_those_of_whole_matrices() -> None:
    table = clustered().sort_values("story", kind="stable")
    cluster = pd.factorize(table["story"])[0]
    group = pd.factorize(table["outlet"], sort=True)[0]
    x = np.column_stack([*(group == place for place in range(3)), table["n_words"] / 500]).astype(float)
    fit = Fit(table["tone"].to_numpy(), x, cluster, group)
    weights = np.array([1.0, -1.0, 0.0, 0.0])
    _, error, freedom = fit.contrast(weights)
    n = len(x)
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    row, alike = np.zeros(n), cluster[:, None] == cluster[None, :]
    for one in range(cluster.max() + 1):
        own = cluster == one
        values, vectors = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        root = vectors @ np.diag(values**-0.5) @ vectors.T
        row[own] = root @ x[own] @ np.linalg.inv(x.T @ x) @ weights
    summed = np.array([(row * fit.residuals)[cluster == one].sum() for one in range(cluster.max() + 1)])
    assert error == pytest.approx(np.sqrt((summed**2).sum()), rel=1e-9)
    spread = np.sqrt(np.bincount(group, fit.residuals**2) / (np.bincount(group) - 1))[group]
    parts = row * spread * (cluster == np.arange(cluster.max() + 1)[:, None])
    columns = (np.eye(n) - hat) @ parts.T
    middle = columns.T @ ((1 - fit.icc) * np.eye(n) + fit.icc * alike) @ columns
    assert freedom == pytest.approx(np.trace(middle) ** 2 / np.trace(middle @ middle), rel=1e-9)
    assert 0.5 < fit.icc < 1


def test_copies_do_not_make_it_surer() -> None:
    table = scores(10, 10, shift=0.8)
    copied = pd.concat([table] * 6)
    once, six = few(table).iloc[0], few(copied).iloc[0]
    assert six["n"] == 60
    assert six["n_stories"] == 10
    assert six["n_effective"] == pytest.approx(10)
    assert six["se"] == pytest.approx(once["se"], rel=1e-6)
    assert six["p"] == once["p"]
    naive = few(copied, cluster=None).iloc[0]
    assert naive["se"] < 0.5 * six["se"]
    assert naive["n_effective"] == 60


def test_the_permutation_is_that_of_every_permutation() -> None:
    """Two single stories of each group, one of two copies, and a shared one: 6 x 2 ways, counted out."""
    y = np.array([3.0, 2.5, 2.4, 0.5, 0.1, 1.0, 0.2])
    story = np.array([0, 1, 1, 2, 3, 4, 4])
    first = np.array([True, True, True, False, False, True, False])
    p = permutation_p(y, first, story, median=False, times=30_000, rng=np.random.default_rng(1))

    def extent(names: np.ndarray) -> float:
        row = np.where(names, (y - y[names].mean()) / names.sum(), (y[~names].mean() - y) / (~names).sum())
        return abs(y[names].mean() - y[~names].mean()) / np.sqrt((np.bincount(story, row) ** 2).sum())

    ways = []
    for chosen, swap in product(combinations(range(4), 2), (False, True)):
        names = np.isin(story, chosen)
        names[5:] = [not swap, swap]
        ways.append(extent(names))
    assert p == pytest.approx(np.mean(np.array(ways) >= extent(first) - 1e-9), abs=0.01)


def test_effect_sizes_by_hand() -> None:
    table = scores(8, 8)
    table["tone"] = [1.0, 2.0, 3.0, 4.0] * 2 + [1.0, 1.0, 2.0, 2.0] * 2
    row = few(table).iloc[0]
    pooled = np.sqrt((8 * 1.25 + 8 * 0.25) / 14)
    assert row["hedges_g"] == pytest.approx(1.0 / pooled * (1 - 3 / 55))
    assert row["cliffs_delta"] == pytest.approx((10 - 2) / 16)  # of 16 pairs of values 10 are larger, 2 smaller
    assert row["log_ratio"] == pytest.approx(np.log2(2.5 / 1.5))
    assert np.isnan(few(table.assign(tone=table["tone"] - 2)).iloc[0]["log_ratio"])


def test_medians() -> None:
    table = scores(15, 25, shift=1.5)
    row = few(table, statistic="median").iloc[0]
    one, other = (table.loc[table["outlet"] == name, "tone"].median() for name in "AB")
    assert [row["estimate"], row["estimate_other"]] == [one, other]
    assert row["difference"] == one - other
    assert row["low"] < one - other < row["high"] < 0
    assert np.isnan(row["se"])
    assert row["p"] <= 0.02


def test_the_interval_of_medians_resamples_stories() -> None:
    table = clustered().query("outlet != 'C'")
    once, copied = (
        median_interval(
            many["tone"].to_numpy(),
            (many["outlet"] == "A").to_numpy(),
            pd.factorize(many["story"])[0],
            freedom=9,
            level=0.95,
            times=500,
            rng=np.random.default_rng(1),
        )
        for many in (table, pd.concat([table] * 4))
    )
    assert copied == once  # more printings of its stories tell nothing new
    assert once[1] < once[0] < once[2]


def test_a_permutation_with_covariates_shuffles_what_they_leave() -> None:
    rng = np.random.default_rng(7)
    table = scores(30, 30)
    table["n_words"] = np.where(table["outlet"] == "A", 300, 500) + rng.normal(0, 60, 60)
    table["tone"] = table["n_words"] / 100 + rng.normal(0, 0.5, 60)
    assert few(table).iloc[0]["p"] == 0.01  # as small as 99 permutations can tell
    assert few(table, covariates=["n_words"]).iloc[0]["p"] > 0.2


def test_which_groups_meet() -> None:
    table = scores(8, 9, 10)
    assert few(table)[["group", "other"]].agg("".join, axis=1).tolist() == ["AB", "AC", "BC"]
    assert few(table, reference="B")[["group", "other"]].agg("".join, axis=1).tolist() == ["AB", "CB"]
    rest = few(table, against="rest")
    assert rest["other"].eq("all others").all()
    assert rest["n_other"].tolist() == [19, 18, 17]
    assert few(table, groups=["C", "A"])[["group", "other"]].to_numpy().tolist() == [["A", "C"]]
    # A comparison does not depend on the others that are made.
    alone, among = few(table, groups=["A", "C"]).iloc[0], few(table).iloc[1]
    pd.testing.assert_series_equal(among.drop("p_adjusted"), alone.drop("p_adjusted"), check_names=False)


def test_corrections() -> None:
    table = scores(12, 12, 12, shift=0.5)
    p = few(table)["p"].to_numpy()
    order = np.argsort(p)
    holm = np.empty(3)
    holm[order] = np.minimum(np.maximum.accumulate(p[order] * [3, 2, 1]), 1)
    assert few(table)["p_adjusted"].tolist() == pytest.approx(holm.tolist())
    assert few(table, correction="bonferroni")["p_adjusted"].tolist() == pytest.approx(np.minimum(3 * p, 1).tolist())
    found = few(table, correction="fdr_bh")["p_adjusted"]
    assert found.tolist() == pytest.approx(stats.false_discovery_control(p).tolist())
    assert few(table, correction="none")["p_adjusted"].tolist() == p.tolist()


def test_missing_values_are_left_out_and_counted() -> None:
    table = scores(10, 25)
    holes = pd.concat([table, table.iloc[[0, 0, 12]].assign(tone=[np.nan, np.nan, np.inf], story="new")])
    holes = pd.concat([holes, holes.iloc[[3]].assign(outlet=None)])
    found, whole = few(holes).iloc[0], few(table).iloc[0]
    assert [found["n_missing"], found["n_missing_other"]] == [2, 1]
    rest = [name for name in found.index if not name.startswith("n_missing")]
    pd.testing.assert_series_equal(found[rest], whole[rest])
    assert whole["note"] == "A has 10 stories, fewer than 20: a rough interval"
    without_story = table.assign(story=table["story"].where(table.index > 4))
    assert few(without_story).iloc[0]["n_stories"] == 10


def test_order_of_rows_changes_nothing() -> None:
    table = clustered()
    for more in ({}, {"statistic": "median"}, {"covariates": ["n_words", "topic"]}):
        found = few(table, **more)
        pd.testing.assert_frame_equal(few(table.sample(frac=1, random_state=2), **more), found, check_exact=True)


def test_stories_of_a_corpus() -> None:
    wire = "The council voted on Monday to close the old bridge for a year while engineers mend it, pier by pier."
    own = [" ".join(f"w{n}x" for n in np.random.default_rng(i).integers(900, size=60)) for i in range(20)]
    rows = [("AB"[i % 2], text) for i, text in enumerate(own)] + [("A", wire), ("B", wire), ("B", wire + " Again.")]
    corpus = analysis.read(pd.DataFrame(rows, columns=["outlet", "text"]))
    table = analysis.sentiment(corpus).join(corpus.articles["outlet"]).join(analysis.stories(corpus)["story"])
    row = compare(table, value="n_words", permutations=99).iloc[0]
    assert [row["n"], row["n_other"], row["n_stories"], row["n_stories_other"]] == [11, 12, 11, 11]


def test_messages() -> None:
    table = scores(8, 7, 3)
    wide = scores(9, 9)
    cases = {
        "groups of fewer than 8 stories cannot be compared: 'B' (7), 'C' (3). Leave them out with groups=[…], or "
        "collect more.": lambda: few(table),
        "the table has no column 'story'; compare needs 'outlet', 'tone', 'story'. Join the stories, "
        "table.join(analysis.stories(corpus)['story'], on='article_id'), or use cluster=None if no article is a copy "
        "of another.": lambda: few(table.drop(columns="story")),
        "the table has no column 'paper'; compare needs 'paper', 'tone', 'story'. The table has 'outlet', 'story', "
        "'tone'.": lambda: few(table, by="paper"),
        "`value` must be a numeric column; 'outlet' is str.": lambda: compare(table, value="outlet", by="story"),
        "'outlet' must have two groups or more to compare; it has only 'A'.": lambda: few(table, groups=["A"]),
        "`groups` must be one of 'A', 'B', 'C'; got 'Z'.": lambda: few(table, groups=["A", "Z"]),
        "`reference` must be one of 'A', 'B'; got 'Z'.": lambda: few(wide, reference="Z"),
        "`statistic` must be one of 'mean', 'median'; got 'mode'.": lambda: few(wide, statistic="mode"),
        "`against` must be one of 'pairs', 'rest'; got 'all'.": lambda: few(wide, against="all"),
        "`correction` must be one of 'holm', 'fdr_bh', 'bonferroni', 'none'; got 'BH'.": lambda: few(
            wide, correction="BH"
        ),
        "`level` must be between 0 and 1; got 95. Use 0.95 for a 95 % interval.": lambda: few(wide, level=95),
        "`permutations` must be 99 or more; got 9. Use 9999.": lambda: compare(wide, value="tone", permutations=9),
        "medians cannot be adjusted for `covariates`. Use statistic='mean'.": lambda: few(
            wide, statistic="median", covariates=["n_words"]
        ),
        "`by`, `value` and `covariates` must be different columns.": lambda: few(wide, covariates=["tone"]),
        "covariate 'n_words' is the same in all rows. Leave it out.": lambda: few(
            wide.assign(n_words=3), covariates=["n_words"]
        ),
        "`covariates` 'side' cannot be told from one another or from 'outlet': a category stands for a group or for "
        "all rows. Leave one out.": lambda: few(wide.assign(side=wide["outlet"].str.lower()), covariates=["side"]),
    }
    for message, call in cases.items():
        with pytest.raises(OptionError) as raised:
            call()
        assert str(raised.value) == message


def test_nothing_but_one_value() -> None:
    row = few(scores(8, 8).assign(tone=2.0)).iloc[0]
    assert [row["difference"], row["low"], row["high"], row["p"], row["cliffs_delta"]] == [0, 0, 0, 1, 0]
    assert np.isnan(row["hedges_g"])
    median = few(scores(8, 8).assign(tone=2.0), statistic="median").iloc[0]
    assert [median["low"], median["high"], median["p"]] == [0, 0, 1]


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_comparison_turned_around_is_the_same(statistic):
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"outlet": ["A"] * 14 + ["B"] * 17, "tone": rng.normal(0, 1, 31).round(1)})
    table["story"] = [f"s{number % 25}" for number in range(31)]
    one, other = analysis.compare(
        table, value="tone", by="outlet", against="rest", statistic=statistic, permutations=499
    ).itertuples()
    assert (one.group, one.other, other.group, other.other) == ("A", "B", "B", "A")
    assert one.p == other.p
    assert (one.difference, one.low, one.high) == pytest.approx((-other.difference, -other.high, -other.low))


def test_one_covariate_needs_no_list():
    rng = np.random.default_rng(6)
    table = pd.DataFrame(
        {"outlet": ["A", "B"] * 10, "tone": rng.normal(0, 1, 20), "n_words": rng.integers(90, 900, 20)}
    )
    one, listed = (
        analysis.compare(table, value="tone", by="outlet", cluster=None, covariates=given, permutations=99)
        for given in ("n_words", ["n_words"])
    )
    pd.testing.assert_frame_equal(one, listed)
