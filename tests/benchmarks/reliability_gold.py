"""Reliability and tone against people's coding: `python -m tests.benchmarks.reliability_gold`.

1. Krippendorff's (2011) example: alpha on four scales.
2. Economic headlines (van Atteveldt, van der Velden & Boukes 2021): ordinal alpha of the experts' gold standard with
   a single student (one of those who coded the headline, drawn at random: the draw of the paper, which its authors made
   in R with seed 1, and beside it 500 other draws), with a single crowd coder (mean of the five), and with the majority
   of three crowd coders (mean of the ten threes; three different codes are a tie, which counts as 0, the median, as in
   the paper's own code).
3. VADER's compound on the DeepL translation, cut at ±.05 as its authors advise, beside the paper's figures.
4. VADER on sentences of New York Times editorials (Hutto & Gilbert 2014) against the mean of 20 ratings (-4 to 4):
   r with its interval by essay; three classes, where a mean that rounds to 0 is neutral, and beside it one up to ±.05.
"""

from __future__ import annotations

import csv
import warnings
from itertools import combinations

import numpy as np
import pandas as pd

import analysis
from analysis.measures.sentiment import measured
from analysis.text.tokens import tokenise
from tests.inference.test_reliability import OBSERVERS, PUBLISHED, coded
from tests.shared import shared

CUTS = [-0.05, 0.05]


def headlines() -> tuple[pd.Series, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return gold by id, the students' and the crowd's codings, and the translations."""
    folder = shared("gold/economic-headlines")
    gold = pd.read_csv(folder / "gold.csv").set_index("id")["value"]
    students, crowd = (pd.read_csv(folder / f"{name}.csv") for name in ("manual_coding", "crowdcodings"))
    texts = pd.read_csv(folder / "gold_sentences.csv").set_index("id").loc[gold.index]
    return gold, students[students["id"].isin(gold.index)], crowd[crowd["id"].isin(gold.index)], texts


def with_gold(codes: pd.Series, gold: pd.Series) -> float:
    """Return ordinal alpha of codes (by id) and gold."""
    pair = pd.DataFrame({"coder": codes, "gold": gold.loc[codes.index]}).rename_axis("unit").reset_index()
    long = pair.melt("unit", var_name="coder", value_name="tone")
    return float(analysis.reliability(long, variable="tone", scale="ordinal", draws=100)["value"].iloc[0])


def permuted_in_r(n: int, seed: int) -> list[int]:
    """Return what `set.seed(seed); sample(n)` gives in R since 3.6, counted from 0."""
    state, words = seed, []
    for at in range(50 + 625):  # R's way from a seed to the state of the Mersenne Twister
        state = (69069 * state + 1) % 2**32
        words += [state] if at > 50 else []
    twister = np.random.MT19937()
    twister.state = {"bit_generator": "MT19937", "state": {"key": np.array(words, np.uint32), "pos": 624}}

    def below(most: int) -> int:
        bits = (most - 1).bit_length()
        while True:
            drawn = 0
            for _ in range(bits // 16 + 1):
                drawn = drawn << 16 | int(twister.random_raw()) >> 16
            drawn %= 1 << bits
            if drawn < most:
                return drawn

    left, order = list(range(n)), []
    for size in range(n, 0, -1):
        at = below(size)
        order.append(left[at])
        left[at] = left[size - 1]
    return order


def one_of_each(students: pd.DataFrame, order: list[int]) -> pd.Series:
    """Return a code by id: of each headline the one whose row gets the lowest identifier when these are shuffled."""
    shuffled = students.assign(rank=students["id"].to_numpy()[order])
    return shuffled.sort_values(["id", "rank"], kind="stable").groupby("id")["value"].first()


def votes(crowd: pd.DataFrame, coders: tuple[int, ...]) -> pd.Series:
    """Return the majority of some crowd coders by id; a tie counts as the median."""
    some = crowd[crowd["coder"].isin(coders)].rename(columns={"id": "unit", "value": "tone"})
    return analysis.adjudicate(some, variable="tone", ties="median").set_index("unit")["tone"]


def compound(texts: list[str]) -> np.ndarray:
    """Return VADER's compound of each text as a whole."""
    return np.asarray(measured(tokenise(texts))[0]["compound"], np.float64)


def editorials() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return scores and gold of the NYT's sentences; `article_id` is the essay."""
    with shared("gold/nyt-editorials/sentences.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    gold = pd.DataFrame({"unit": [row["id"] for row in rows], "rating": [float(row["mean_rating"]) for row in rows]})
    gold["article_id"] = gold["unit"].str.partition("_")[0]
    gold["rounded"] = np.sign(np.rint(gold["rating"]))
    gold["narrow"] = np.sign(gold["rating"]) * (gold["rating"].abs() > 0.05)
    texts = [row["text"] for row in rows]
    scores = gold[["unit"]].assign(compound=compound(texts), n_words=[len(text.split()) for text in texts])
    return scores, gold


def show(name: str, found: analysis.Validation, *wanted: tuple[str, str]) -> None:
    rows = found.scores.set_index(["statistic", "of"])
    for statistic, of in wanted:
        value, low, high = rows.loc[(statistic, of), ["value", "low", "high"]]
        label = f"{statistic} of {of}" if of else statistic
        print(f"{name:34s} {label:22s} {value:.3f} ({low:.3f} to {high:.3f})")


def main() -> None:
    for scale, published in PUBLISHED.items():
        table = analysis.reliability(coded(OBSERVERS), variable="x", scale=scale)  # type: ignore[arg-type]
        row = table.iloc[0]
        print(
            f"Krippendorff (2011), {scale:9s} {row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f}); {published}"
        )
    gold, students, crowd, texts = headlines()
    paper = one_of_each(students, permuted_in_r(len(students), 1))
    right = (paper == gold.loc[paper.index]).mean()
    print(f"single student ({len(paper)} headlines), the paper's draw {with_gold(paper, gold):.4f}, {right:.1%} right;")
    print("  published .82 (.8158), 81.8 %")
    rng = np.random.default_rng(1)
    draws = [with_gold(one_of_each(students, rng.permutation(len(students)).tolist()), gold) for _ in range(500)]
    low, high = np.quantile(draws, [0.025, 0.975])
    print(f"  500 other draws: mean {np.mean(draws):.3f}, 95 % between {low:.3f} and {high:.3f}")
    singles = [with_gold(codes.set_index("id")["value"], gold) for _, codes in crowd.groupby("coder")]
    print(
        f"single crowd coder {np.mean(singles):.4f} ({min(singles):.3f} to {max(singles):.3f}); published .75 (.7525)"
    )
    threes = [votes(crowd, some) for some in combinations(sorted(crowd["coder"].unique()), 3)]
    alphas = [with_gold(one, gold) for one in threes]
    rights = [(one == gold.loc[one.index]).mean() for one in threes]
    print(
        f"three crowd coders' vote {np.mean(alphas):.4f}, accuracy {np.mean(rights):.4f}; published .81 (.8073), .7687"
    )
    five = votes(crowd, (1, 2, 3, 4, 5))
    print(f"five crowd coders' vote {with_gold(five, gold):.4f}; published .8135")

    units = pd.DataFrame({"unit": gold.index.astype(str), "tone": gold.to_numpy()})
    vader = units[["unit"]].assign(compound=compound(texts["deepl"].tolist()))
    found = analysis.validate(vader, units, score="compound", variable="tone", cuts=CUTS, scale="ordinal")
    show("VADER, DeepL headlines", found, ("alpha", ""), ("accuracy", ""), ("macro_f1", ""))
    show("VADER, DeepL headlines", found, *((("f1", code)) for code in ("-1", "0", "1")))
    print("  published: alpha LSD .33, AFINN .27, best lexicon (Hu-Liu) .34, CNN .50; accuracy .46, .43, .46, .63")

    scores, rated = editorials()
    found = analysis.validate(scores, rated, score="compound", variable="rating")
    show("VADER, NYT sentences", found, ("correlation", ""), ("rank_correlation", ""), ("length_effect", ""))
    print(f"  {found.n_units:,} sentences of {found.n_clusters} essays; published r .492 on all 5,190")
    print(found.by_length.round(3).to_string(index=False))
    for rule in ("rounded", "narrow"):
        found = analysis.validate(scores, rated, score="compound", variable=rule, cuts=CUTS, scale="ordinal")
        wanted = [("macro_f1", ""), ("accuracy", ""), ("alpha", ""), *(("f1", code) for code in ("-1", "0", "1"))]
        show(f"VADER, NYT, classes {rule}", found, *wanted)
        print("  coded " + ", ".join(f"{code:g}: {n:,}" for code, n in rated[rule].value_counts().sort_index().items()))


if __name__ == "__main__":
    warnings.simplefilter("error")
    main()
