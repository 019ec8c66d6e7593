"""Do policy frames follow topics? `python -m tests.benchmarks.policy_topics`.

The `policy` codebook on the 1,300 articles of shared/corpora/allsides, by the topic that the collection names. Prints
the mean rate per 1,000 words of each frame for the topics with enough articles; below it, for each frame, the topics in
which it is highest compared with its mean over these topics, and for each topic its highest frames. Topics are broad,
articles speak of much besides, and the topics are the collection's own, so this is a look, not a validation.
"""

from __future__ import annotations

import argparse
import sys

import pandas as pd

import analysis
from tests.shared import shared


def rates(codebook: str, least: int) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Return topic × frame, the mean rate per 1,000 words; and the articles of each topic."""
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    topic = corpus.articles["topic"]
    table = analysis.framing(corpus, codebook=codebook)
    table["topic"] = topic.reindex(table["article_id"]).to_numpy()
    wide = table.pivot_table(index="topic", columns="frame", values="per_1000_words", sort=False)
    sizes = topic.value_counts()
    sizes = sizes[sizes >= least]
    return wide.loc[sizes.index], sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codebook", default="policy", help="name or file (default: policy)")
    parser.add_argument("--least", type=int, default=15, help="fewest articles of a topic (default: 15)")
    given = parser.parse_args()
    wide, sizes = rates(given.codebook, given.least)
    shown = wide.round(1)
    shown.insert(0, "n", sizes)
    sys.stdout.write(shown.to_string() + "\n\n")
    over = wide / wide.mean()
    for frame in over.columns:
        best = over[frame].sort_values(ascending=False).head(3)
        sys.stdout.write(f"{frame}: " + ", ".join(f"{topic} {value:.1f}" for topic, value in best.items()) + "\n")
    sys.stdout.write("\n")
    for topic in over.index:
        best = over.loc[topic].sort_values(ascending=False).head(3)
        sys.stdout.write(f"{topic}: " + ", ".join(f"{frame} {value:.1f}" for frame, value in best.items()) + "\n")


if __name__ == "__main__":
    main()
