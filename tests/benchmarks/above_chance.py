"""Frames above chance: `python -m tests.benchmarks.above_chance [--codebook NAME]`.

On allsides, the rank correlation of `z` with the length of the articles, beside that of `per_1000_words` and of the
counts. On the 342 coded climate articles, the area under the ROC curve of `z` less that of `per_1000_words`, with the
95 % interval of a paired bootstrap over articles.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import pandas as pd

import analysis
from tests.benchmarks.framing_gold import auc, interval
from tests.shared import shared


def with_length(codebook: str) -> pd.DataFrame:
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    table = analysis.framing_above_chance(corpus, codebook=codebook)
    table["per_1000_words"] = analysis.framing(corpus, codebook=codebook)["per_1000_words"]
    columns = ["n_cues", "per_1000_words", "z"]
    return pd.DataFrame(
        {
            name: group[columns].corrwith(group["n_words"], method="spearman").round(3)
            for name, group in table.groupby("frame", sort=False)
        }
    ).T


def on_gold(codebook: str, seed: int = 20230707) -> pd.DataFrame:
    with shared("gold/climate-frames/articles.jsonl").open(encoding="utf-8") as lines:
        articles = pd.DataFrame([json.loads(line) for line in lines])
    gold = pd.DataFrame(articles["frames"].tolist(), index=articles["id"].astype(str)).astype(bool)
    corpus = analysis.read(
        articles.drop(columns=["frames", "id", "date"]).assign(article_id=articles["id"].astype(str))
    )
    above = analysis.framing_above_chance(corpus, codebook=codebook).set_index(["frame", "article_id"])["z"]
    rate = analysis.framing(corpus, codebook=codebook).set_index(["frame", "article_id"])["per_1000_words"]
    rng = np.random.default_rng(seed)
    rows = {}
    for frame in gold.columns:
        coded = gold[frame].to_numpy()
        z, per = (scores.loc[frame].reindex(gold.index).fillna(0).to_numpy() for scores in (above, rate))

        def gain(some: np.ndarray, z: np.ndarray = z, per: np.ndarray = per, coded: np.ndarray = coded) -> float:
            return auc(z[some], coded[some]) - auc(per[some], coded[some])

        everyone = np.arange(len(coded))
        rows[frame] = {
            "AUC z": round(auc(z, coded), 3),
            "AUC per 1,000": round(auc(per, coded), 3),
            "gain": round(gain(everyone), 3),
            "interval": interval(gain, len(coded), rng),
        }
    return pd.DataFrame(rows).T


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codebook", default="generic")
    given = parser.parse_args()
    print("Spearman's correlation with the number of words, allsides")
    print(with_length(given.codebook).to_string())
    if given.codebook == "generic":
        print("Climate articles coded by people")
        print(on_gold(given.codebook).to_string())
