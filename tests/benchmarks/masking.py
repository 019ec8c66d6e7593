"""Does masking names bring VADER nearer to people? `python -m tests.benchmarks.masking`.

Each sentence is scored as a text of its own, plain and with its names masked (`mask="names"`):

- 2,588 sentences of New York Times editorials with the mean rating of 20 people (Hutto & Gilbert 2014): correlation of
  `compound` with the rating.
- 8,739 targets in 7,758 sentences of news (NewsMTSC, Hamborg & Donnay 2021), each coded negative, neutral or positive:
  macro-F1 of the sentence's `compound`, positive from .05 and negative to -.05 as VADER's authors advise.

Both also for the sentences alone whose score the mask changes. 95 % intervals by resampling sentences; the difference
is resampled in pairs.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.measures.sentiment import measured
from analysis.text.masking import masked
from analysis.text.tokens import tokenise
from tests.shared import shared

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CLASSES = (-1, 0, 1)


def compounds(texts: list[str]) -> tuple[Floats, Floats]:
    """Return the plain and the masked compound of each text."""
    tokens = tokenise(texts)
    plain, hidden = (measured(cut)[0]["compound"] for cut in (tokens, masked(texts, tokens)[1]))
    return np.asarray(plain, np.float64), np.asarray(hidden, np.float64)


def macro_f1(said: Ints, coded: Ints) -> float:
    values = []
    for one in CLASSES:
        both = ((said == one) & (coded == one)).sum()
        values.append(2 * both / max((said == one).sum() + (coded == one).sum(), 1))
    return float(np.mean(values))


def classes(compound: Floats) -> Ints:
    return (compound >= 0.05).astype(np.int64) - (compound <= -0.05)


def report(
    name: str, measure: Callable[[Floats, Ints], float], plain: Floats, hidden: Floats, draws: list[Ints]
) -> None:
    """Print a measure of the plain and of the masked scores, and their difference."""
    rows = np.array([(measure(plain, drawn), measure(hidden, drawn)) for drawn in draws])
    everything = np.arange(len(plain))
    for label, value, drawn in (
        ("plain", measure(plain, everything), rows[:, 0]),
        ("masked", measure(hidden, everything), rows[:, 1]),
        ("difference", measure(hidden, everything) - measure(plain, everything), rows[:, 1] - rows[:, 0]),
    ):
        low, high = np.quantile(drawn, [0.025, 0.975])
        print(f"  {name} {label:10s} {value:+.3f} ({low:+.3f} to {high:+.3f})")


def editorials(n_draws: int, seed: int) -> None:
    with shared("gold/nyt-editorials/sentences.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    rating = np.array([float(row["mean_rating"]) for row in rows])
    plain, hidden = compounds([row["text"] for row in rows])
    for name, chosen in (("all", np.arange(len(rows))), ("changed", np.flatnonzero(plain != hidden))):
        rng = np.random.default_rng(seed)
        rated, before, after = rating[chosen], plain[chosen], hidden[chosen]
        print(f"NYT editorials, {name}: {len(chosen):,} sentences")
        draws = [rng.integers(0, len(chosen), len(chosen)) for _ in range(n_draws)]
        report("r", lambda scores, at, rated=rated: correlation(scores[at], rated[at]), before, after, draws)  # type: ignore[misc]


def correlation(a: Floats, b: Floats) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def targets(n_draws: int, seed: int) -> None:
    lines = shared("gold/target-sentiment/train.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line) for line in lines]
    plain, hidden = compounds([sentence["sentence_normalized"] for sentence in sentences])
    of_target = np.repeat(np.arange(len(sentences)), [len(sentence["targets"]) for sentence in sentences])
    polarity = np.array([target["polarity"] for sentence in sentences for target in sentence["targets"]])
    coded = np.sign(polarity - 4).astype(np.int64)
    for name, chosen in (("all", np.arange(len(sentences))), ("changed", np.flatnonzero(plain != hidden))):
        rng = np.random.default_rng(seed)
        mine = np.isin(of_target, chosen)
        sentence, truth = np.searchsorted(chosen, of_target[mine]), coded[mine]
        first = np.searchsorted(sentence, np.arange(len(chosen) + 1))

        def measure(scores: Floats, at: Ints, first: Ints = first, truth: Ints = truth) -> float:
            sizes = first[at + 1] - first[at]
            rows = np.arange(sizes.sum()) + np.repeat(first[at] - np.cumsum(sizes) + sizes, sizes)
            return macro_f1(classes(np.repeat(scores[at], sizes)), truth[rows])

        print(f"NewsMTSC, {name}: {len(truth):,} targets in {len(chosen):,} sentences")
        draws = [rng.integers(0, len(chosen), len(chosen)) for _ in range(n_draws)]
        report("macro-F1", measure, plain[chosen], hidden[chosen], draws)
        before, after = (classes(scores[chosen])[sentence] == truth for scores in (plain, hidden))
        print(f"  made right {(after & ~before).sum()}, made wrong {(before & ~after).sum()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    editorials(given.draws, given.seed)
    targets(given.draws, given.seed)


if __name__ == "__main__":
    main()
