"""Keyness: formulas by hand, the test against all relabellings, and what random labels find."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import OptionError
from analysis.measures.corrections import adjusted
from analysis.measures.terms import keyness
from analysis.measures.terms.keyness import log_likelihood, log_odds_z, log_ratio
from tests.measures.term_corpus import corpus_of


def article(times: int, length: int, word: str = "tax") -> str:
    return " ".join([word] * times + ["filler"] * (length - times))


def compare(rates: list[tuple[int, int]], n_target: int) -> pd.Series:
    """Return the row of "tax" for articles with so many of so many words, the first ones being the target."""
    corpus = corpus_of([article(*rate) for rate in rates], outlet=["T"] * n_target + ["R"] * (len(rates) - n_target))
    table = keyness(corpus, target={"outlet": "T"}, min_count=1, min_articles=1)
    return table.set_index("term").loc["tax"]


def relabelled(rates: list[tuple[int, int]], n_target: int) -> float:
    """Return p of the rank sum over all ways to choose the target."""
    ranks = stats.rankdata([times / length for times, length in rates])
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(len(rates)), n_target)])
    seen = ranks[:n_target].sum()
    return min(1.0, 2 * min((sums >= seen - 1e-9).mean(), (sums <= seen + 1e-9).mean()))


def test_a_table_by_hand() -> None:
    corpus = corpus_of(
        ["Tax cut. Tax cut now.", "Tax rise and fog.", "Fog and rain.", "Fog and snow."], outlet=["A", "A", "B", "B"]
    )
    table = keyness(corpus, target={"outlet": "A"}, min_count=2, min_articles=1)
    assert list(table.columns) == [
        "term", "count_target", "count_reference", "per_million_target", "per_million_reference", "n_articles_target",
        "n_articles_reference", "g2", "log_ratio", "log_odds_z", "superiority", "p", "q",
    ]  # fmt: skip
    assert table["term"].tolist() == ["tax", "cut", "fog"]  # "and" is a stop word, "now" too; the rest occur once
    tax = table.iloc[0]
    assert (tax["count_target"], tax["count_reference"], tax["n_articles_target"], tax["n_articles_reference"]) == (
        3,
        0,
        2,
        0,
    )
    assert tax["per_million_target"] == pytest.approx(3e6 / 9)
    # 3 and 0 of 9 and 6: expected 1.8 and 1.2
    g2 = 2 * (3 * math.log(3 / 1.8) + 6 * math.log(6 / 7.2) + 6 * math.log(6 / 4.8))
    assert tax["g2"] == pytest.approx(g2)
    assert tax["log_ratio"] == pytest.approx(math.log2((3 / 9) / (0.5 / 6)))
    # the prior is worth 15 words, 3 of them "tax"
    first, second = math.log(6 / (9 + 15 - 6)), math.log(3 / (6 + 15 - 3))
    assert tax["log_odds_z"] == pytest.approx((first - second) / math.sqrt(1 / 6 + 1 / 3))
    assert tax["superiority"] == 1.0
    # one of the 6 ways to choose two articles has both: 1/6, doubled
    assert tax["p"] == pytest.approx(1 / 3)


def test_formulas() -> None:
    table = np.array([[10, 90], [2, 98]])
    assert log_likelihood(10, 2, 100, 100) == pytest.approx(
        stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    )
    assert log_likelihood(5, 5, 100, 100) == 0
    assert log_ratio(np.array([0]), np.array([4]), 100, 200) == pytest.approx(-2)
    # a larger prior shrinks
    assert 0 < log_odds_z(np.array([10]), np.array([2]), 100, 100, prior=500)[0] < 2.0


def test_equal_rates_are_tested_exactly() -> None:
    # 4 of 5 target articles have it, 1 of 9 others, all at one rate: only the number of articles matters.
    rates = [(1, 10)] * 4 + [(0, 10)] + [(1, 10)] + [(0, 10)] * 8
    row = compare(rates, 5)
    assert row["p"] == pytest.approx(2 * stats.hypergeom.sf(3, 14, 5, 5), rel=1e-9)
    assert row["p"] == pytest.approx(relabelled(rates, 5), rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_close_to_all_relabellings(seed: int) -> None:
    draw = np.random.default_rng(seed)
    lengths = draw.integers(15, 60, size=14)
    times = draw.poisson(draw.choice([0.3, 1.0, 2.5]) * lengths / 30)
    times[:5] += draw.integers(0, 4, size=5)
    rates = [(int(min(n, length)), int(length)) for n, length in zip(times, lengths, strict=True)]
    exact, ours = relabelled(rates, 5), compare(rates, 5)["p"]
    assert ours == pytest.approx(exact, rel=0.25, abs=0.003)


def test_superiority_counts_pairs() -> None:
    rates = [(3, 10), (1, 10), (0, 10), (1, 10), (0, 5), (0, 7), (2, 20)]
    target, others = [t / n for t, n in rates[:3]], [t / n for t, n in rates[3:]]
    wins = sum((a > b) + 0.5 * (a == b) for a in target for b in others)
    assert compare(rates, 3)["superiority"] == pytest.approx(wins / 12)


def test_one_long_article_is_no_evidence() -> None:
    rates = [(60, 100)] + [(0, 100)] * 9 + [(1, 100)] * 2 + [(0, 100)] * 18
    row = compare(rates, 10)
    assert row["g2"] > 100
    assert row["p"] > 0.5


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), min_size=4, max_size=9), st.integers(1, 3))
def test_turning_the_sides_round(rates: list[tuple[int, int]], n_target: int) -> None:
    corpus = corpus_of([article(*rate) for rate in rates])
    side = pd.Series([number < n_target for number in range(len(rates))], index=corpus.articles.index)
    options = {"min_count": 1, "min_articles": 1, "prior": 50.0}
    there = keyness(corpus, target=side, **options).set_index("term")  # type: ignore[arg-type]
    back = keyness(corpus, target=~side, reference=side, **options).set_index("term").loc[there.index]  # type: ignore[arg-type]
    assert back["p"].to_numpy() == pytest.approx(there["p"].to_numpy())
    assert back["g2"].to_numpy() == pytest.approx(there["g2"].to_numpy())
    assert back["log_odds_z"].to_numpy() == pytest.approx(-there["log_odds_z"].to_numpy(), nan_ok=True)
    assert back["log_ratio"].to_numpy() == pytest.approx(-there["log_ratio"].to_numpy())
    assert back["superiority"].to_numpy() == pytest.approx(1 - there["superiority"].to_numpy())
    assert ((there["p"] > 0) & (there["p"] <= there["q"]) & (there["q"] <= 1)).all()


def test_a_reference_leaves_the_others_out() -> None:
    corpus = corpus_of([article(n, 10) for n in (3, 0, 1, 5, 0)], outlet=["A", "B", "B", "C", "A"])
    among = keyness(corpus, target={"outlet": "A"}, reference={"outlet": ["B"]}, min_count=1, min_articles=1)
    alone = keyness(corpus.where(outlet=["A", "B"]), target={"outlet": "A"}, min_count=1, min_articles=1)
    pd.testing.assert_frame_equal(among, alone)


def test_random_labels_find_nothing_where_g2_does() -> None:
    draw = np.random.default_rng(5)
    # 120 articles of 200 words; each of 150 words comes in bursts within few articles, as names and topics do.
    texts = []
    for _ in range(120):
        topics = draw.choice(150, size=8, replace=False)
        texts.append(" ".join(f"w{number}" for number in draw.choice(topics, size=200)))
    corpus = corpus_of(texts)
    shuffles, any_word, any_g2 = 100, 0, 0
    for _ in range(shuffles):
        side = pd.Series(draw.permutation(120) < 30, index=corpus.articles.index)
        table = keyness(corpus, target=side, numbers=True)
        assert len(table) > 100
        any_word += bool((table["q"] < 0.05).any())
        any_g2 += bool((adjusted(stats.chi2.sf(table["g2"].to_numpy(), 1), "fdr_bh") < 0.05).any())
    assert any_g2 == shuffles
    assert any_word <= 11  # 5 expected at most; 12 or more has a chance of 0.4 %


def test_errors() -> None:
    corpus = corpus_of(["Tax.", "Rain."], outlet=["A", "B"])
    cases = [
        ({"target": {"outlet": "X"}}, "`target` matches no article: {'outlet': 'X'}."),
        ({"target": {"outlet": ["A", "B"]}}, "`target` takes every article, and leaves none to compare with."),
        (
            {"target": {"outlet": "A"}, "reference": {"outlet": ["A", "B"]}},
            "`target` and `reference` have 1 articles in common; an article can be on one side only.",
        ),
        (
            {"target": "A"},
            "`target` must be columns and values, such as {'outlet': 'A'}, or a boolean Series; got 'A'.",
        ),
        (
            {"target": {"outlet": "A"}, "prior": 0},
            "`prior` must be above 0; got 0. Use None for as many words as are compared.",
        ),
        ({"target": {"outlet": "A"}, "min_articles": 0}, "`min_articles` must be a whole number, 1 or more; got 0."),
    ]
    for options, message in cases:
        with pytest.raises(OptionError) as caught:
            keyness(corpus, **options)  # type: ignore[arg-type]
        assert str(caught.value) == message
    assert len(keyness(corpus, target={"outlet": "A"})) == 0
