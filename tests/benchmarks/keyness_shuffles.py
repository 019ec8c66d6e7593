"""How often keyness finds "significant" words where there are none: outlets dealt to articles at random.

    python -m tests.benchmarks.keyness_shuffles [--shuffles 200] [--seed 0] [--min-articles 5]

Each shuffle deals the outlet labels of the real articles anew and compares one outlet with all others; the outlets
take turns. Whatever is found is false. The test of the kit should find any word in 5 % of shuffles or fewer. Beside
it: G² with its chi-square p, and the rank-sum test with the usual normal approximation, both Benjamini-Hochberg.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

import analysis
from analysis.measures.corrections import adjusted
from analysis.measures.terms._counts import counts_of, running_terms
from analysis.measures.terms.keyness import Ranked, keyness
from tests.shared import shared

LEVEL = 0.05
#: Outlets with fewer articles are no targets.
SMALLEST = 20


def normal_rank_sum(ranked: Ranked, place: np.ndarray, on_target: np.ndarray) -> np.ndarray:
    """Return p of the rank-sum test by the normal approximation, with ties and continuity corrected."""
    from scipy.special import ndtr

    n, m, size = ranked.n_rows, ranked.n_articles[place], int(on_target.sum())
    _, having, rank_sum = ranked.of_target(on_target)
    total = rank_sum[place] + having[place] * (n - m) + (size - having[place]) * (n - m + 1) / 2
    zeros = (n - m).astype(float)
    ties_of_positive = (m.astype(float) ** 3 - m) / 12 - ranked.spread[place]
    spread = (float(n) ** 3 - n) / 12 - (zeros**3 - zeros) / 12 - ties_of_positive
    deviation = np.sqrt(size * (n - size) / (n * (n - 1)) * spread)
    z = np.maximum(np.abs(total - size * (n + 1) / 2) - 0.5, 0) / deviation
    return 2 * ndtr(-z)


def main() -> None:
    from scipy.stats import chi2

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shuffles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--min-articles", type=int, default=5)
    given = parser.parse_args()
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    outlet = corpus.articles["outlet"].to_numpy()
    sizes = corpus.articles["outlet"].value_counts()
    targets = sorted(sizes.index[sizes >= SMALLEST])
    generator = np.random.default_rng(given.seed)
    ranked = Ranked(counts_of(corpus), running_terms(corpus).n_words)
    place = {name: number for number, name in enumerate(running_terms(corpus).names)}

    found = {"the kit (rank sum over articles)": [], "G² over running words": [], "rank sum, normal approximation": []}
    tested = []
    start = time.perf_counter()
    for shuffle in range(given.shuffles):
        on_target = generator.permutation(outlet) == targets[shuffle % len(targets)]
        words = keyness(
            corpus, target=pd.Series(on_target, index=corpus.articles.index), min_articles=given.min_articles
        )
        tested.append(len(words))
        normal = normal_rank_sum(ranked, words["term"].map(place).to_numpy(), on_target)
        for name, q in zip(
            found,
            [words["q"], adjusted(chi2.sf(words["g2"].to_numpy(), 1), "fdr_bh"), adjusted(normal, "fdr_bh")],
            strict=True,
        ):
            found[name].append(int((q < LEVEL).sum()))
    seconds = time.perf_counter() - start
    lines = [
        (
            f"{given.shuffles} shuffles of {len(corpus):,} articles, {len(sizes)} outlets; the {len(targets)} outlets "
            f"of {SMALLEST} articles or more take turns; {np.mean(tested):,.0f} words tested; {seconds:.0f} s"
        )
    ]
    for name, counts in found.items():
        any_word = np.mean(np.array(counts) > 0)
        error = np.sqrt(LEVEL * (1 - LEVEL) / len(counts))
        lines.append(
            f"{name:34s} any word with q < {LEVEL}: {any_word:6.1%} of shuffles (5 % ± {2 * error:.1%} by chance); "
            f"mean number of such words {np.mean(counts):.2f}"
        )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
