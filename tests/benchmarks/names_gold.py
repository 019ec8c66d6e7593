"""Names against people's coding: `python -m tests.benchmarks.names_gold`.

1. 842 mentions in 20 Wikinews stories (`tests/gold/names/CODING.md`). *Spans*: a name found with exactly the coded
   place, whatever its kind. *Kinds*: people, organisations and places, found with exactly the coded place and as that
   kind. The stories that came with the kit have no entity coding of their own.
2. The 8,739 targets of NewsMTSC (people, organisations and places that a sentence is about; each sentence is read
   alone): the share of those with a capital inside that a found name covers or lies in. Other words ("he", "the
   senator") are left out. There is no precision here: names that are no target are not coded.

F1, precision and recall with 95 % intervals by resampling stories (1) or sentences (2).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.errors import OptionError
from analysis.text.names import KINDS, Engine, names_in
from tests.shared import shared

Counts = NDArray[np.int64]
Coded = dict[tuple[int, int], str]
GOLD = Path(__file__).parent.parent / "gold" / "names" / "wikinews.csv"
CODED = KINDS[:3]


def gold() -> dict[str, Coded]:
    """Return the coded names of each story, in alphabetical order of the stories."""
    found: dict[str, Coded] = defaultdict(dict)
    with GOLD.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["article_id"]][int(row["start"]), int(row["end"])] = row["kind"]
    return dict(sorted(found.items()))


def names_of_stories(stories: Sequence[str], engine: Engine) -> list[Coded]:
    lines = shared("corpora/wikinews/articles.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {story["id"]: story["text"] for story in map(json.loads, lines)}
    found = names_in([texts[story] for story in stories], engine=engine)
    names: list[Coded] = [{} for _ in stories]
    columns = (found.article.tolist(), found.start.tolist(), found.end.tolist(), found.kind.tolist())
    for article, start, end, kind in zip(*columns, strict=True):
        names[article][start, end] = KINDS[kind]
    return names


def count(coded: Coded, found: Coded, kinds: Sequence[str]) -> tuple[int, int, int]:
    """Return how many are right, found and coded, of some kinds."""
    mine = {span: kind for span, kind in found.items() if kind in kinds}
    theirs = {span: kind for span, kind in coded.items() if kind in kinds}
    return sum(mine.get(span) == kind for span, kind in theirs.items()), len(mine), len(theirs)


def count_spans(coded: Coded, found: Coded) -> tuple[int, int, int]:
    return len(coded.keys() & found.keys()), len(found), len(coded)


def scores(counts: Counts) -> tuple[float, float, float]:
    right, found, coded = counts.sum(axis=0).tolist()
    return 2 * right / max(found + coded, 1), right / max(found, 1), right / max(coded, 1)


def interval(measure: Callable[[Counts], float], counts: Counts, draws: int = 2000, seed: int = 11) -> str:
    rng = np.random.default_rng(seed)
    values = [measure(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(draws)]
    low, high = np.quantile(values, [0.025, 0.975])
    return f"{low:.3f} to {high:.3f}"


def shown(name: str, rows: list[tuple[int, int, int]]) -> str:
    counts = np.array(rows, np.int64)
    f1, precision, recall = scores(counts)
    return (
        f"  {name:34s} F1 {f1:.3f} ({interval(lambda drawn: scores(drawn)[0], counts)})  "
        f"precision {precision:.3f}  recall {recall:.3f}  n {int(counts[:, 2].sum())}"
    )


def stories(engine: Engine) -> None:
    coded = gold()
    found = names_of_stories(list(coded), engine)
    pairs = list(zip(coded.values(), found, strict=True))
    halves = {"all 20 stories": pairs, "developed on (10)": pairs[::2], "only scored (10)": pairs[1::2]}
    for half, chosen in halves.items():
        print(f"{engine}, {half}")
        print(shown("people, organisations, places", [count(*pair, CODED) for pair in chosen]))
        if half.startswith("all"):
            for kind in CODED:
                print(shown(f"  {kind}", [count(*pair, (kind,)) for pair in chosen]))
        print(shown("spans of any kind", [count_spans(*pair) for pair in chosen]))


def targets(engine: Engine) -> None:
    lines = shared("gold/target-sentiment/train.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line) for line in lines]
    found = names_in([sentence["sentence_normalized"] for sentence in sentences], engine=engine)
    spans: list[list[tuple[int, int]]] = [[] for _ in sentences]
    columns = (found.article.tolist(), found.title_start.tolist(), found.end.tolist())
    for article, start, end in zip(*columns, strict=True):
        spans[article].append((start, end))
    rows = []
    for sentence, names in zip(sentences, spans, strict=True):
        hits = total = 0
        for target in sentence["targets"]:
            words = [word for word in target["mention"].split() if word[0].isupper()]
            if not words or (len(target["mention"].split()) == 1 and words[0] in PRONOUNS):
                continue
            total += 1
            begin, end = target["from"], target["to"]
            hits += any((first <= begin and end <= last) or (begin <= first and last <= end) for first, last in names)
        rows.append((hits, total))
    counts = np.array(rows, np.int64)
    covered = counts.sum(axis=0)
    between = interval(lambda drawn: drawn[:, 0].sum() / drawn[:, 1].sum(), counts)
    share = covered[0] / covered[1]
    print(f"{engine}, NewsMTSC: {share:.3f} ({between}) of {covered[1]} targets with a capital are covered")


PRONOUNS = frozenset(
    "He She His Her Him They Their Them It Its I We Our My You Your Who This That These Those".split()  # noqa: SIM905
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["rules", "spacy", "both"], default="both")
    chosen = parser.parse_args().engine
    engines: list[Engine] = ["rules", "spacy"] if chosen == "both" else [chosen]
    for engine in engines:
        try:
            stories(engine)
            targets(engine)
        except OptionError as error:
            print(f"{engine}: left out. {error}")


if __name__ == "__main__":
    main()
