"""How often the intervals of `compare` cover the truth: `python -m tests.benchmarks.compare_coverage`.

Two outlets of so many stories each; the score of an article is its story's, plus what the copy changed (a tenth of the
variance). In `within`, every story is printed one to several times by one outlet (1 + Poisson(1) copies); in `across`,
half of the stories are printed once by both outlets. Scores are normal, or log-normal about their mean (median). The
outlets differ by a known amount, .5. Beside it the interval that takes articles for independent (Welch's t).

Then false findings: a score is shuffled over the articles, so that no outlet differs, and a run counts if any of its
comparisons has p_adjusted below .05. Once for five made-up outlets that share a wire, once for the outlets of allsides.
"""

from __future__ import annotations

import argparse
from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

import analysis
from tests.benchmarks.generate import originals

SIZES = (8, 15, 30, 50)
SHIFT, ALIKE, SEED = 0.5, 0.9, 20250322


def made(rng: np.random.Generator, n: int, design: str, *, skewed: bool, centre: str) -> pd.DataFrame:
    """Return the articles of two outlets, A and B, which scores `SHIFT` more."""
    stories = np.arange(2 * n if design == "within" else 2 * n - n // 2)
    if design == "within":
        story = np.repeat(stories, 1 + rng.poisson(1.0, len(stories)))
        outlet = np.where(story < n, "A", "B")
    else:
        shared, alone = stories[: n // 2], stories[n // 2 :]
        story = np.concatenate([shared, shared, alone])
        outlet = np.repeat(["A", "B", "A", "B"], [len(shared), len(shared), n - len(shared), n - len(shared)])
    mood = rng.normal(size=len(stories))
    score = sqrt(ALIKE) * mood[story] + sqrt(1 - ALIKE) * rng.normal(size=len(story))
    if skewed:
        score = np.exp(score) - (np.exp(0.5) if centre == "mean" else 1.0)
    return pd.DataFrame({"outlet": outlet, "story": [f"s{i}" for i in story], "score": score + SHIFT * (outlet == "B")})


def coverage(runs: int, statistic: str, *, skewed: bool) -> None:
    for design in ("within", "across"):
        for n in SIZES:
            rng = np.random.default_rng([SEED, n, design == "within", skewed])
            hits = naive = 0
            width, freedom = [], []
            for _ in range(runs):
                table = made(rng, n, design, skewed=skewed, centre=statistic)
                row = analysis.compare(table, value="score", statistic=statistic, permutations=99).iloc[0]
                hits += row["low"] <= -SHIFT <= row["high"]
                width.append(row["high"] - row["low"])
                freedom.append(row["df"])
                one, other = (table.loc[table["outlet"] == name, "score"] for name in "AB")
                ends = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
                naive += ends.low <= -SHIFT <= ends.high
            beside = f", naive {naive / runs:.3f}" if statistic == "mean" else ""
            print(
                f"  {'skewed' if skewed else 'normal'} {statistic}s, copies {design}, {n:2} stories each, {runs} runs: "
                f"covered {hits / runs:.3f} (± {1.96 * sqrt(0.05 * 0.95 / runs):.3f} by chance){beside}; "
                f"median width {np.median(width):.2f}, df {np.mean(freedom):.0f}",
                flush=True,
            )


def false_findings(name: str, table: pd.DataFrame, runs: int, permutations: int) -> None:
    """Shuffle the stories' scores over the stories of one size and outlets, so that no outlet differs."""
    rng = np.random.default_rng(SEED)
    found = 0
    for _ in range(runs):
        stories = table["story"].unique()
        other = dict(zip(stories, rng.permutation(stories), strict=True))
        score = table.groupby("story")["score"].first()
        shuffled = table.assign(
            score=table["story"].map(other).map(score)
            + 0.3 * table["noise"].sample(frac=1, random_state=rng).to_numpy()
        )
        found += (analysis.compare(shuffled, value="score", permutations=permutations)["p_adjusted"] < 0.05).any()
    n = table["outlet"].nunique()
    print(
        f"  {name}: any of {n * (n - 1) // 2} comparisons below .05 in {found} of {runs} runs ({found / runs:.1%}; "
        f"chance moves 5 % by ± {1.96 * sqrt(0.05 * 0.95 / runs):.1%})",
        flush=True,
    )


def with_a_wire(rng: np.random.Generator) -> pd.DataFrame:
    """Return five outlets of 15 stories of their own, some printed twice, and 10 that two to five print."""
    rows = [(outlet, f"{outlet}{i}") for outlet in "ABCDE" for i in range(15) for _ in range(1 + (i % 3 == 0))]
    rows += [(outlet, f"wire{i}") for i in range(10) for outlet in rng.permutation(list("ABCDE"))[: 2 + i % 4]]
    table = pd.DataFrame(rows, columns=["outlet", "story"])
    mood = dict(zip(table["story"].unique(), np.exp(rng.normal(size=table["story"].nunique())), strict=True))
    return table.assign(score=table["story"].map(mood), noise=rng.normal(size=len(table)))


def of_allsides() -> pd.DataFrame:
    corpus = analysis.read(pd.DataFrame(originals()))
    tone = analysis.sentiment(corpus)[["compound_mean"]].rename(columns={"compound_mean": "score"})
    table = tone.join(corpus.articles["outlet"]).join(analysis.stories(corpus)["story"]).dropna()
    sizes = table.groupby("outlet")["story"].nunique()
    return table[table["outlet"].isin(sizes[sizes >= 8].index)].assign(noise=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000, help="of each design and size")
    parser.add_argument("--only", choices=["normal", "skewed", "medians", "false"])
    parser.add_argument("--shuffles", type=int, default=400, help="runs for false findings")
    given = parser.parse_args()
    if given.only in (None, "normal"):
        coverage(given.runs, "mean", skewed=False)
    if given.only in (None, "skewed"):
        coverage(given.runs, "mean", skewed=True)
    if given.only in (None, "medians"):
        coverage(given.runs, "median", skewed=False)
        coverage(given.runs, "median", skewed=True)
    if given.only in (None, "false"):
        wire = with_a_wire(np.random.default_rng(SEED))
        false_findings("five outlets that share a wire", wire, given.shuffles, 1_999)
        allsides = of_allsides()
        false_findings(f"allsides ({len(allsides):,} articles)", allsides, given.shuffles, 3_999)


if __name__ == "__main__":
    main()
