"""Does masking names bring VADER nearer to people? `python -m tests.benchmarks.masking`.

Each sentence is scored as a text of its own, plain and with its names masked (`mask="names"`):

- 2,588 sentences of New York Times editorials with the mean rating of 20 people (Hutto & Gilbert 2014): correlation of
  `compound` with the rating.
- 8,739 targets in 7,758 sentences of news (NewsMTSC, Hamborg & Donnay 2021), each coded negative, neutral or positive:
  macro-F1 of the sentence's `compound`, positive from .05 and negative to -.05 as VADER's authors advise.

Both also for the sentences alone whose score the mask changes. 95 % intervals by resampling sentences; the difference
is resampled in pairs.

Then the tone toward the target itself, by what of the masked sentence is added up: the words of the target's voice, of
its clause (between commas, semicolons, colons, dashes and some conjunctions), near it (`within` words), or all, the
less the farther they are (divided by e for each `fade` words). Words of the target never count. The half width of the
neutral class, `within` and `fade` are chosen on one half of the sentences, drawn with the seed; the other half alone
is reported, plain VADER with its authors' .05 too.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.measures._vader import spelled, trace
from analysis.measures.sentiment import measured
from analysis.text.masking import masked
from analysis.text.tokens import tokenise
from analysis.text.voice import quoted_spans
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


def classes(compound: Floats, edge: float = 0.05) -> Ints:
    return (compound >= edge).astype(np.int64) - (compound <= -edge)


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


class Target(NamedTuple):
    """What VADER gives to the words of one sentence, seen from a target."""

    values: Floats
    far: Floats  # in words
    same_clause: NDArray[np.bool_]
    same_voice: NDArray[np.bool_]


_ENDS_CLAUSE = re.compile(r"[,;:—–]|\s-\s|\b(?:and|but|while|although|because|who|which|after|before|when|if)\b")


def seen_from_targets(sentences: list[dict[str, Any]]) -> tuple[list[Target], Ints, Ints]:
    """Return each target, its sentence and what it was coded as."""
    texts = [sentence["sentence_normalized"] for sentence in sentences]
    hidden = masked(texts, tokenise(texts))[0]
    spans = quoted_spans(texts)
    words: list[str] = []
    starts = [0]
    places: list[list[tuple[int, int]]] = []
    for text in hidden:
        found = [
            (name, match.start(), match.end())
            for match in re.finditer(r"\S+", text)
            for name in ([match[0]] if spelled(match[0]) is None else [name for name, _ in spelled(match[0]) or ()])
        ]
        words += [name for name, _, _ in found]
        places.append([(begin, end) for _, begin, end in found])
        starts.append(len(words))
    traced = trace(words, np.array(starts, np.int64))
    edges = np.searchsorted(traced.text, np.arange(len(texts) + 1))
    targets, of_sentence, coded = [], [], []
    for number, sentence in enumerate(sentences):
        rows = slice(edges[number], edges[number + 1])
        at, values = traced.place[rows] - starts[number], traced.values[rows]
        begins = np.array([begin for begin, _ in places[number]])
        ends = np.array([end for _, end in places[number]])
        cuts = np.array([match.start() for match in _ENDS_CLAUSE.finditer(texts[number])])
        quoted = [(spans.start[row], spans.end[row]) for row in np.flatnonzero(spans.article == number)]
        for target in sentence["targets"]:
            first, last = int(target["from"]), int(target["to"])
            inside = np.flatnonzero((ends > first) & (begins < last))
            a, b = (inside[0], inside[-1]) if len(inside) else (0, 0)
            other = (at < a) | (at > b)
            kept, spot = at[other], begins[at[other]]
            voices = [[begin <= place < end for begin, end in quoted] for place in (first, *spot.tolist())]
            targets.append(
                Target(
                    values[other],
                    np.where(kept < a, a - kept, kept - b).astype(np.float64),
                    np.searchsorted(cuts, spot) == np.searchsorted(cuts, first),
                    np.array([voice == voices[0] for voice in voices[1:]], np.bool_),
                )
            )
            of_sentence.append(number)
            coded.append(int(np.sign(target["polarity"] - 4)))
    return targets, np.array(of_sentence), np.array(coded)


def toward_targets(n_draws: int, seed: int) -> None:
    lines = shared("gold/target-sentiment/train.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line) for line in lines]
    targets, sentence, coded = seen_from_targets(sentences)
    plain, hidden = (scores[sentence] for scores in compounds([one["sentence_normalized"] for one in sentences]))

    def added(weigh: Callable[[Target], Floats]) -> Floats:
        sums = np.array([float((target.values * weigh(target)).sum()) for target in targets])
        return sums / np.sqrt(sums * sums + 15)

    near = {f"within {n} words": added(lambda one, n=n: one.far <= n) for n in (3, 5, 8, 12, 20)}  # type: ignore[misc]
    faded = {f"fade {n}": added(lambda one, n=n: np.exp(-one.far / n)) for n in (2, 4, 6, 9, 14, 20)}  # type: ignore[misc]
    faded_in_voice = {
        f"fade {n}": added(lambda one, n=n: one.same_voice * np.exp(-one.far / n))  # type: ignore[misc]
        for n in (2, 4, 6, 9, 14, 20)
    }
    ways = {
        "plain": {"": plain},
        "masked": {"": hidden},
        "masked, without the target": {"": added(lambda one: np.ones(len(one.far)))},
        "of the target's voice": {"": added(lambda one: one.same_voice.astype(np.float64))},
        "of the target's clause": {"": added(lambda one: one.same_clause.astype(np.float64))},
        "near the target": near,
        "fading with distance": faded,
        "fading, of its voice": faded_in_voice,
    }
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(sentences)) < len(sentences) // 2
    on, other = chosen[sentence], ~chosen[sentence]
    numbers = np.flatnonzero(~chosen)
    print(f"NewsMTSC toward the target: chosen on {on.sum():,} targets, reported on {other.sum():,}")
    draws = np.stack(
        [np.bincount(rng.integers(0, len(numbers), len(numbers)), minlength=len(numbers)) for _ in range(n_draws)]
    )
    # One column for each pair of classes, so that a draw of sentences adds tables up.
    row_of = np.searchsorted(numbers, sentence[other])
    told: dict[str, tuple[float, Floats]] = {}

    def judge(name: str, how: str, said: Ints) -> None:
        pairs = np.zeros((len(numbers), 9))
        np.add.at(pairs, (row_of, 3 * (said[other] + 1) + coded[other] + 1), 1)
        told[name] = _f1(pairs.sum(axis=0)[None])[0], _f1(draws @ pairs)
        gain = told[name][1] - told["plain"][1] if "plain" in told else np.zeros(1)
        low, high = np.quantile(told[name][1], [0.025, 0.975])
        less, more = np.quantile(gain, [0.025, 0.975])
        print(
            f"  {name:28s} macro-F1 {told[name][0]:.3f} ({low:.3f} to {high:.3f}); more than plain "
            f"{told[name][0] - told['plain'][0]:+.3f} ({less:+.3f} to {more:+.3f}) {how}"
        )

    judge("plain", "neutral within .05, as advised", classes(plain))
    judge("always neutral", "", np.zeros(len(coded), np.int64))
    best: tuple[float, str] = (0.0, "")
    for name, forms in ways.items():
        tried = [
            (macro_f1(classes(scores, edge)[on], coded[on]), how, edge)
            for how, scores in forms.items()
            for edge in (0.001, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
        ]
        value, how, edge = max(tried)
        judge(f"{name}, chosen", f"neutral within {edge:g}{how and ', '}{how}", classes(forms[how], edge))
        best = max(best, (value, name))
    print(f"  the best on the half that was chosen on: {best[1]} ({best[0]:.3f} there)")


def _f1(pairs: Floats) -> Floats:
    """Return macro-F1 of tables of what was said and what was coded, a row a table."""
    table = pairs.reshape(-1, 3, 3)
    both = table[:, np.arange(3), np.arange(3)]
    return np.asarray((2 * both / np.maximum(table.sum(axis=1) + table.sum(axis=2), 1)).mean(axis=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    editorials(given.draws, given.seed)
    targets(given.draws, given.seed)
    toward_targets(given.draws, given.seed)


if __name__ == "__main__":
    main()
