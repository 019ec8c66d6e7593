"""The generic codebook against people's coding: `python -m tests.benchmarks.framing_gold`.

342 climate articles coded for five frames (Frermann et al. 2023; no coding of responsibility). For each frame: the area
under the ROC curve of `per_1000_words` and of `share_sentences` (chance is .50) beside "any cue at all", with 95 %
intervals by resampling articles; and F1 where the threshold of `per_1000_words` is chosen inside the training folds of
ten times five, beside always saying yes. The lists were written from the frames' definitions before this was first run.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

import analysis
from tests.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Scores = NDArray[np.float64]
    Coded = NDArray[np.bool_]


def auc(score: Scores, coded: Coded) -> float:
    """Return the share of (coded, not coded) pairs that the score puts in order; ties count half."""
    yes = int(coded.sum())
    no = len(coded) - yes
    if not yes or not no:
        return float("nan")
    return float((rankdata(score)[coded].sum() - yes * (yes + 1) / 2) / (yes * no))


def f1(said: Coded, coded: Coded) -> float:
    both = (said & coded).sum()
    return float(2 * both / (said.sum() + coded.sum())) if both else 0.0


def best_threshold(score: Scores, coded: Coded) -> float:
    values = np.unique(score)
    return float(values[int(np.argmax([f1(score >= value, coded) for value in values]))])


def said_out_of_fold(score: Scores, coded: Coded, rng: np.random.Generator, folds: int = 5) -> Coded:
    fold = np.empty(len(score), dtype=np.int64)
    for value in (False, True):  # as many of either in each fold
        members = rng.permutation(np.flatnonzero(coded == value))
        fold[members] = np.arange(len(members)) % folds
    said = np.zeros(len(score), dtype=np.bool_)
    for held in range(folds):
        out = fold == held
        said[out] = score[out] >= best_threshold(score[~out], coded[~out])
    return said


def interval(measure: Callable[[Any], float], n: int, rng: np.random.Generator, draws: int = 1000) -> str:
    values = [measure(rng.integers(0, n, n)) for _ in range(draws)]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return f"{low:.3f}-{high:.3f}"


def compare(codebook: str = "generic", seed: int = 20230707) -> pd.DataFrame:
    """Return one row for each coded frame of the gold corpus."""
    with shared("gold/climate-frames/articles.jsonl").open(encoding="utf-8") as lines:
        articles = pd.DataFrame([json.loads(line) for line in lines])
    gold = pd.DataFrame(articles["frames"].tolist()).astype(bool)
    corpus = analysis.read(
        articles.drop(columns=["frames", "id", "date"]).assign(article_id=articles["id"].astype(str))
    )
    table = analysis.framing(corpus, codebook=codebook)
    if len(corpus) != len(articles):
        raise SystemExit(f"{len(articles) - len(corpus)} of {len(articles)} articles were not read")
    gold.index = pd.Index(articles["id"].astype(str))
    gold = gold.loc[corpus.articles.index]
    rows = []
    for frame in [name for name in table["frame"].unique() if name in gold]:
        rng = np.random.default_rng(seed)
        coded = gold[frame].to_numpy()
        ours = table[table["frame"] == frame]
        score, share = ours["per_1000_words"].to_numpy(), ours["share_sentences"].to_numpy()
        any_cue = (ours["n_cues"] > 0).to_numpy()
        said = [said_out_of_fold(score, coded, rng) for _ in range(10)]
        rows.append(
            {
                "frame": frame,
                "coded": int(coded.sum()),
                "auc": auc(score, coded),
                "auc_95": interval(lambda i, s=score, c=coded: auc(s[i], c[i]), len(coded), rng),  # type: ignore[misc]
                "auc_share": auc(share, coded),
                "auc_any": auc(any_cue.astype(float), coded),
                "f1": float(np.mean([f1(one, coded) for one in said])),
                "f1_95": interval(
                    lambda i, s=said, c=coded: float(np.mean([f1(one[i], c[i]) for one in s])),  # type: ignore[misc]
                    len(coded),
                    rng,
                ),
                "f1_any": f1(any_cue, coded),
                "f1_yes": f1(np.ones_like(coded), coded),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codebook", default="generic", help="name or file (default: generic)")
    table = compare(parser.parse_args().codebook)
    sys.stdout.write(table.round(3).to_string(index=False) + "\n")
    means = table[["auc", "auc_share", "auc_any", "f1", "f1_any", "f1_yes"]].mean()
    sys.stdout.write("mean: " + ", ".join(f"{name} {value:.3f}" for name, value in means.items()) + "\n")


if __name__ == "__main__":
    main()
