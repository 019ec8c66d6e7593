from __future__ import annotations

from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

import analysis
from analysis.errors import OptionError
from analysis.inference import _weighted as weighted

N = float("nan")
#: Krippendorff (2011), example C: four observers, twelve units, some not coded.
OBSERVERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    "C": [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
}
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
SCALES = list(PUBLISHED)


def coded(observers: dict[str, list[float]]) -> pd.DataFrame:
    rows = [(f"u{unit}", coder, code) for coder, codes in observers.items() for unit, code in enumerate(codes)]
    return pd.DataFrame(rows, columns=["unit", "coder", "x"])


def values(table: pd.DataFrame, coders: str = "all") -> dict[str, float]:
    return table[table["coders"] == coders].set_index("statistic")["value"].to_dict()


def reference_alpha(counts: np.ndarray, domain: np.ndarray, scale: str) -> float:
    """Return alpha as the package `krippendorff` has it."""
    if (counts.sum(axis=0) > 0).sum() < 2:
        return N
    return float(krippendorff.alpha(value_counts=counts, value_domain=list(domain), level_of_measurement=scale))


@pytest.mark.parametrize("scale", SCALES)
def test_alpha_is_krippendorffs(scale: Any):
    table = analysis.reliability(coded(OBSERVERS), variable="x", scale=scale, draws=200)
    assert round(values(table)["alpha"], 3) == PUBLISHED[scale]
    row = table.iloc[0]
    assert row["low"] < row["value"] < row["high"]
    assert table["coders"].unique().tolist() == ["all", "A, B", "A, C", "A, D", "B, C", "B, D", "C, D"]
    assert table["n_units"].tolist()[:3] == [11, 11, 8]


def test_words_in_order_are_ordinal_numbers():
    names = {1: "none", 2: "little", 3: "some", 4: "much", 5: "all"}
    words = coded(OBSERVERS).assign(x=lambda table: table["x"].map(names))
    found = analysis.reliability(words, variable="x", scale="ordinal", order=list(names.values()), draws=200)
    assert round(values(found)["alpha"], 3) == 0.815
    with pytest.raises(OptionError) as caught:
        analysis.reliability(words, variable="x", scale="ordinal")
    assert str(caught.value) == (
        "scale='ordinal' needs codes that are numbers, or `order`; 'x' has all, little, much, none, some. "
        "Give `order`, the codes from low to high."
    )


def test_kappas_are_the_published_ones():
    # Fleiss (1971), table 1, as Wikipedia shortens it: ten units, fourteen raters, five codes; kappa .210.
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    raters = pd.DataFrame([np.repeat(range(5), row) for row in counts])
    table = analysis.reliability(coded(raters.add_prefix("r").to_dict("list")), variable="x", draws=100)
    assert values(table)["kappa"] == pytest.approx(0.2099, abs=5e-5)
    assert values(table)["kappa"] == pytest.approx(fleiss_kappa(counts))
    # Cohen (1960): 50 grants read by two, 20 yes by both, 15 no by both; kappa .40.
    one, other = [1] * 25 + [0] * 25, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    table = analysis.reliability(coded({"A": one, "B": other}), variable="x", draws=200)  # type: ignore[dict-item]
    found = values(table, "A, B")
    assert (round(found["kappa"], 6), found["agreement"]) == (0.4, 0.7)
    assert found["kappa"] == pytest.approx(cohens_kappa([[15, 10], [5, 20]], return_results=False))


tables = st.integers(2, 4).flatmap(
    lambda n: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, N]), min_size=n, max_size=n), min_size=3, max_size=8
    )
)


@settings(max_examples=40)
@given(tables, st.sampled_from(SCALES), st.randoms(use_true_random=False))
def test_permuting_coders_and_units_changes_nothing_and_both_ways_of_reckoning_agree(
    rows: list[list[float]], scale: Any, dice: Any
):
    def alphas(rows: list[list[float]]) -> tuple[float, float]:
        codes = np.array([[-1 if code != code else int(code) for code in row] for row in rows], np.int64)
        counts, domain = weighted.table_of(codes, 4), np.arange(4.0)
        counts = counts[counts.sum(axis=1) >= 2]
        return reference_alpha(counts, domain, scale), weighted.alpha(counts, domain, np.ones((1, len(counts))), scale)[
            0
        ]

    theirs, ours = alphas(rows)
    assert ours == pytest.approx(theirs, abs=1e-9, nan_ok=True)
    order = dice.sample(range(len(rows[0])), len(rows[0]))
    shuffled = [[row[at] for at in order] for row in dice.sample(rows, len(rows))]
    assert alphas(shuffled)[1] == pytest.approx(ours, abs=1e-9, nan_ok=True)


def test_resampled_alpha_is_alpha_of_the_units_drawn():
    codes = coded(OBSERVERS).pivot(index="unit", columns="coder", values="x").to_numpy()
    table = weighted.table_of(np.where(np.isnan(codes), 0, codes).astype(np.int64) - 1, 5)
    table = table[table.sum(axis=1) >= 2]
    times = np.random.default_rng(1).multinomial(11, np.full(11, 1 / 11), size=5).astype(float)
    for scale in SCALES:
        found = weighted.alpha(table, np.arange(1.0, 6), times, scale)  # type: ignore[arg-type]
        drawn = [reference_alpha(np.repeat(table, row.astype(int), axis=0), np.arange(1.0, 6), scale) for row in times]
        assert found == pytest.approx(np.array(drawn))


def test_perfect_is_one_and_chance_is_about_nought():
    rng = np.random.default_rng(5)
    same = rng.integers(0, 3, 300).tolist()
    perfect = analysis.reliability(coded({"A": same, "B": same, "C": same}), variable="x", scale="interval", draws=100)
    assert set(perfect["value"]) == {1.0}
    apart = coded({name: rng.integers(0, 3, 600).tolist() for name in "ABC"})
    for scale in SCALES:
        found = analysis.reliability(apart, variable="x", scale=scale, draws=100)  # type: ignore[arg-type]
        assert found.loc[found["statistic"] != "agreement", "value"].abs().max() < 0.1


def test_what_is_not_defined_is_missing():
    table = analysis.reliability(coded({"A": [1, 1, N, N], "B": [1, 1, N, N], "C": [N, N, 0, 1]}), variable="x")
    found = table.set_index(["coders", "statistic"])
    assert found.loc[("all", "agreement"), "value"] == 1
    undefined = [("all", "alpha"), ("A, B", "kappa"), ("A, C", "alpha"), ("A, C", "agreement"), ("A, C", "kappa")]
    assert found.loc[undefined, ["value", "low", "high"]].isna().all(axis=None)
    assert found.loc[("A, C", "alpha"), "n_units"] == 0


def test_units_of_a_cluster_are_drawn_together():
    codes = coded({"A": [0, 1] * 20, "B": [0, 1] * 10 + [1, 0] * 10})
    codes["article_id"] = [f"a{int(unit[1:]) // 20}" for unit in codes["unit"]]
    alone, together = (
        analysis.reliability(codes, variable="x", cluster=cluster).iloc[1] for cluster in (None, "article_id")
    )
    assert (together["low"], together["high"]) == (0, 1)
    assert 0 < alone["low"] < alone["high"] < 1
    codes["article_id"] = None  # as if it were not given
    pd.testing.assert_series_equal(analysis.reliability(codes, variable="x", cluster="article_id").iloc[1], alone)


def test_disagreements_tell_who_coded_what_the_most_disputed_first():
    found = analysis.disagreements(coded(OBSERVERS).assign(text="Rain fell."), variable="x")
    assert found["unit"].tolist() == ["u5", "u1", "u7"]
    assert found["codes"].tolist()[:2] == ["A: 1; B: 2; C: 3; D: 4", "A: 2; B: 2; C: 3; D: 2"]
    assert found.columns.tolist() == ["unit", "text", "agreement", "n_codes", "codes"]
    assert found["agreement"].tolist() == [0, 0.5, 0.5]
    nothing = analysis.disagreements(coded(OBSERVERS).iloc[:0], variable="x")
    assert (len(nothing), nothing.columns.tolist()) == (0, ["unit", "agreement", "n_codes", "codes"])


def test_majority_plurality_ties_and_decisions():
    codes = coded(
        {"A": [1, 1, -1, 1, N, -1], "B": [1, 1, 0, 1, N, -1], "C": [1, 0, 1, 0, 0, 1], "D": [1, 0, N, -1, N, 1]}
    )
    plain = analysis.adjudicate(codes, variable="x")
    assert plain["how"].tolist() == ["unanimous", "tie", "tie", "tie", "single", "tie"]
    assert plain["x"].isna().tolist() == [False, True, True, True, False, True]
    votes = analysis.adjudicate(codes, variable="x", rule="plurality", ties="median", decisions={"u4": -1})
    assert votes["how"].tolist() == ["unanimous", "median", "median", "plurality", "decision", "median"]
    assert votes["x"].tolist() == [1, 0, 0, 1, -1, -1]  # of -1, -1, 1, 1 the lower of the two in the middle
    assert votes["n_agree"].tolist() == [4, 2, 1, 2, 0, 2]
    words = codes.assign(x=codes["x"].map({-1: "no", 0: "so", 1: "yes"}))
    assert analysis.adjudicate(words, variable="x")["x"].tolist()[0] == "yes"


def test_every_mistake_is_named():
    codes = coded({"A": [1, 2], "B": [1, 1]})
    with pytest.raises(OptionError) as caught:
        analysis.adjudicate(codes, variable="x", decisions={"u9": 1, "u1": 7})
    assert str(caught.value) == (
        "`decisions` names the unit 'u9', which nobody coded. Take it out.\n"
        "`decisions` gives unit 'u1' the code 7; 'x' has 1, 2."
    )
    with pytest.raises(OptionError) as caught:
        analysis.reliability(pd.concat([codes, codes.iloc[:1]]), variable="x")
    assert str(caught.value) == "`codes` has units that a coder coded twice: u0 by A. Keep one code of each."
    with pytest.raises(OptionError) as caught:
        analysis.disagreements(codes, variable="tone")
    assert str(caught.value) == (
        "`codes` has no column 'tone'; it has unit, coder, x. It needs 'unit', 'coder' and a column for each variable."
    )
    with pytest.raises(OptionError) as caught:
        analysis.reliability(codes[codes["coder"] == "A"], variable="x")
    assert str(caught.value) == "reliability needs two coders or more; got 1. Name who coded in 'coder'."
    with pytest.raises(OptionError) as caught:
        analysis.reliability(codes.assign(coder=[1, 1, "1", "1"], unit=[1, 2, 3, 4]), variable="x")
    assert str(caught.value) == (
        "`codes` names coders both as words and as numbers: 1. Write each in one way: codes['coder'].astype('str')."
    )
    with pytest.raises(OptionError) as caught:
        analysis.reliability(codes, variable="x", seed=-1)
    assert str(caught.value) == "`seed` must be 0 or more; got -1. Use 0."
