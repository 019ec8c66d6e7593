"""How far the two coders of the quotations agree, before anyone adjudicated.

    python -m tests.gold.quotes.agreement

Spans of the two are matched one to one by intersection over union, whatever their kind; F1 is of coder a against
coder b (the same as b against a). Kind, speaker and entity are compared on the matched spans. Intervals are 95 %
percentiles of a bootstrap over articles, because the quotations of one article are not independent.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import analysis
from tests.shared import shared

HERE = Path(__file__).parent
CORPORA = ("allsides", "wikinews")
KINDS = ("direct", "indirect")
COLUMNS = [
    "corpus",
    "article",
    "kind",
    "start",
    "end",
    "speaker_start",
    "speaker_end",
    "entity_start",
    "entity_end",
]
# Two names are the same words when they share at least half of the characters that they cover together.
SAME_NAME = 0.5
_RESAMPLES, _SEED = 2000, 20260323

Key = tuple[str, str]
Span = tuple[int, int]


class Row(NamedTuple):
    """One coded quotation; a speaker or entity that the article does not tell is None."""

    kind: str
    span: Span
    speaker: Span | None
    entity: Span | None


class Figure(NamedTuple):
    """One number of the table, with its interval."""

    half: str
    kind: str
    measure: str
    value: float
    low: float
    high: float
    n: int


def halves() -> dict[Key, str]:
    """Return which half each drawn article is in."""
    with (HERE / "articles.csv").open(encoding="utf-8", newline="") as file:
        return {(row["corpus"], row["article"]): row["half"] for row in csv.DictReader(file)}


def rows(name: str) -> dict[Key, list[Row]]:
    """Return the rows of one file, such as `coder_a.csv`, by article; an article without quotations has none."""
    coded: dict[Key, list[Row]] = {key: [] for key in halves()}
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            span = (int(row["start"]), int(row["end"]))
            speaker, entity = _name(row, "speaker"), _name(row, "entity")
            coded[row["corpus"], row["article"]].append(Row(row["kind"], span, speaker, entity))
    return coded


def _name(row: dict[str, str], whose: str) -> Span | None:
    start, end = row[f"{whose}_start"], row[f"{whose}_end"]
    return (int(start), int(end)) if start else None


def texts() -> dict[Key, str]:
    """Return the text of each drawn article, as the coders saw it."""
    drawn = halves()
    found = {}
    for corpus in CORPORA:
        articles = analysis.read(shared(f"corpora/{corpus}/articles.jsonl")).articles
        for key, text in zip(articles["id"], articles["text"], strict=True):
            if (corpus, key) in drawn:
                found[corpus, key] = text
    return found


def overlap(one: Span, other: Span) -> float:
    """Return intersection over union: 1 for the same span, 0 for spans that do not touch."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(both, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


def matched(one: list[Row], other: list[Row], at_least: float) -> list[tuple[Row, Row]]:
    """Return pairs of rows, each row in one pair at most: the best overlap first, the same kind before another."""
    candidates = [
        (-overlap(row.span, its.span), row.kind != its.kind, i, j)
        for i, row in enumerate(one)
        for j, its in enumerate(other)
        if overlap(row.span, its.span) >= at_least
    ]
    left, right = set(range(len(one))), set(range(len(other)))
    pairs = []
    for _, _, i, j in sorted(candidates):
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((one[i], other[j]))
    return pairs


def same_name(one: Span | None, other: Span | None) -> bool:
    """Return whether two speakers (or entities) are the same words, or both are not told."""
    if one is None or other is None:
        return one is other
    return overlap(one, other) >= SAME_NAME


def coded_characters(coded: list[Row], n_characters: int) -> NDArray[np.int8]:
    """Return 0 (none), 1 (direct) or 2 (indirect) for each code point; direct words in indirect ones are direct."""
    codes = np.zeros(n_characters, dtype=np.int8)
    for kind in reversed(KINDS):
        for row in coded:
            if row.kind == kind:
                codes[slice(*row.span)] = KINDS.index(kind) + 1
    return codes


def alpha(pairs: NDArray[np.int64]) -> float:
    """Return Krippendorff's nominal alpha of two coders without gaps.

    `pairs[c, k]` counts the units that the first coded c and the second k (Krippendorff 2011, "Computing
    Krippendorff's alpha-reliability"). NaN where all is of one category.
    """
    coincidences = pairs + pairs.T
    totals = coincidences.sum(axis=1)
    n = int(totals.sum())
    expected = float(n) ** 2 - float((totals.astype(float) ** 2).sum())
    if expected == 0:
        return float("nan")
    return 1 - (n - 1) * float(n - np.trace(coincidences)) / expected


def _ratio(counts: NDArray[np.int64]) -> float:
    return float(counts[0] / counts[1]) if counts[1] else float("nan")


def _figure(
    half: str, kind: str, measure: str, counts: NDArray[np.int64], score: Callable[[NDArray[np.int64]], float], n: int
) -> Figure:
    """Score the articles' counts (one row an article) together, and in resamples of whole articles."""
    dice = np.random.default_rng(_SEED)
    drawn = dice.integers(0, len(counts), size=(_RESAMPLES, len(counts)))
    scores = [score(counts[some].sum(axis=0)) for some in drawn]
    low, high = np.nanquantile(scores, [0.025, 0.975])
    return Figure(half, kind, measure, score(counts.sum(axis=0)), float(low), float(high), n)


def agreement(one: dict[Key, list[Row]], other: dict[Key, list[Row]], text: dict[Key, str]) -> Iterator[Figure]:
    """Yield every figure of the table: overall, by half, and by kind."""
    for half in ("all", "dev", "locked"):
        keys = [key for key, its in halves().items() if half in ("all", its)]
        for kind in ("all", *KINDS):
            of_measure: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for key in keys:
                mine = [row for row in one[key] if kind in ("all", row.kind)]
                theirs = [row for row in other[key] if kind in ("all", row.kind)]
                for at_least in (0.8, 0.5):
                    pairs = matched(mine, theirs, at_least)
                    of_measure[f"F1, overlap {at_least}"].append((2 * len(pairs), len(mine) + len(theirs)))
                pairs = matched(mine, theirs, 0.8)
                if kind == "all":
                    of_measure["same kind"].append((sum(a.kind == b.kind for a, b in pairs), len(pairs)))
                of_measure["same speaker"].append((sum(same_name(a.speaker, b.speaker) for a, b in pairs), len(pairs)))
                of_measure["same entity"].append((sum(same_name(a.entity, b.entity) for a, b in pairs), len(pairs)))
            for measure, counted in of_measure.items():
                counts = np.array(counted)
                yield _figure(half, kind, measure, counts, _ratio, int(counts[:, 1].sum()))
        tables = np.zeros((len(keys), 3, 3), dtype=np.int64)
        for table, key in zip(tables, keys, strict=True):
            n_characters = len(text[key])
            mine_coded, theirs_coded = (coded_characters(its[key], n_characters) for its in (one, other))
            np.add.at(table, (mine_coded, theirs_coded), 1)
        yield _figure(half, "all", "alpha, characters", tables, alpha, int(tables.sum()))


def main() -> None:
    print(f"{'half':8}{'kind':10}{'measure':20}{'value':>7}  95 % interval{'of':>9}")
    for f in agreement(rows("coder_a.csv"), rows("coder_b.csv"), texts()):
        print(f"{f.half:8}{f.kind:10}{f.measure:20}{f.value:7.3f}  {f.low:.3f}–{f.high:.3f}  {f.n:9}")


if __name__ == "__main__":
    main()
