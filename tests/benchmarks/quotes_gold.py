"""Quotations and their speakers against the gold set: `python -m tests.benchmarks.quotes_gold --half dev`.

Spans match one to one when intersection over union is 0.8 or more, compared without quotation marks and white space at
their ends. A speaker is right on a matched quotation when its words overlap the gold's speaker or entity by half or
more, or its resolved name is the gold entity's; where gold has none, when none is given. Precision, recall, F1 and
speaker accuracy have 95 % intervals by resampling articles. `--errors` shows what is wrong, on the dev half only.
"""

from __future__ import annotations

import argparse
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import analysis
from tests.gold.quotes.agreement import Key, Row, Span, halves, matched, overlap, rows, texts

_MARKS = " \n\t\"'“”‘’«»,"
_RESAMPLES, _SEED = 2000, 20260323


class Said(NamedTuple):
    """A quotation that the kit found, shaped as a gold row, with the speaker's resolved name."""

    kind: str
    span: Span
    speaker: Span | None
    name: str | None


def bare(text: str, span: Span) -> Span:
    """Return a span without marks at its ends."""
    start, end = span
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return (start, end) if end > start else span


def plain(name: str) -> str:
    """Return a name in small letters, without an article."""
    words = name.lower().replace("’", "'").split()
    return " ".join(words[1:] if words[0] in ("the", "a", "an") else words)


def right_speaker(text: str, found: Said, gold: Row) -> bool:
    if gold.speaker is None or gold.entity is None:
        return found.speaker is None
    if found.speaker is None:
        return False
    if any(overlap(found.speaker, span) >= 0.5 for span in (gold.speaker, gold.entity)):
        return True
    return found.name is not None and same_entity(found.name, text[slice(*gold.entity)])


def same_entity(name: str, entity: str) -> bool:
    """Say whether a resolved name is the entity's: the same words, or the last words of its title and name."""
    one, other = plain(name), plain(entity)
    return one == other or other.endswith(" " + one) or one.endswith(" " + other)


def found_in(text: dict[Key, str]) -> dict[Key, list[Said]]:
    """Return the kit's quotations of each article."""
    keys = list(text)
    corpus = analysis.read(
        pd.DataFrame({"article_id": [f"{number}" for number in range(len(keys))], "text": [text[key] for key in keys]})
    )
    found: dict[Key, list[Said]] = {key: [] for key in keys}
    for row in analysis.quotes(corpus).itertuples():
        key = keys[int(str(row.article_id))]
        assert corpus.articles["text"].loc[str(row.article_id)] == text[key]
        told = not pd.isna(row.speaker_start)
        speaker = (int(row.speaker_start), int(row.speaker_end)) if told else None  # type: ignore[arg-type]
        name = None if pd.isna(row.speaker) else str(row.speaker)
        span = bare(text[key], (int(row.start), int(row.end)))  # type: ignore[arg-type]
        found[key].append(Said(str(row.kind), span, speaker, name))
    return found


def counted(kind: str, text: dict[Key, str], gold: dict[Key, list[Row]], found: dict[Key, list[Said]]) -> NDArray[Any]:
    """Return matched, found, gold, speakers right: int64[n_articles, 4]."""
    counts = []
    for key in text:
        mine = [row for row in found[key] if row.kind == kind]
        theirs = [row._replace(span=bare(text[key], row.span)) for row in gold[key] if row.kind == kind]
        pairs: list[Any] = matched(mine, theirs, 0.8)  # type: ignore[arg-type]
        right = sum(right_speaker(text[key], one, other) for one, other in pairs)
        counts.append((len(pairs), len(mine), len(theirs), right))
    return np.array(counts, np.int64)


def scores(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return precision, recall, F1 and speaker accuracy."""
    both, mine, theirs, right = counts.sum(axis=0).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([both / mine, both / theirs, 2 * both / (mine + theirs), right / both])


def show_errors(text: dict[Key, str], gold: dict[Key, list[Row]], found: dict[Key, list[Said]], kind: str) -> None:
    for key, whole in text.items():
        mine = [row for row in found[key] if row.kind == kind]
        theirs = [row._replace(span=bare(whole, row.span)) for row in gold[key] if row.kind == kind]
        pairs: list[Any] = matched(mine, theirs, 0.8)  # type: ignore[arg-type]
        ours, golds = [one for one, _ in pairs], [other for _, other in pairs]
        for one, other in pairs:
            if not right_speaker(whole, one, other):
                told = [None if span is None else whole[slice(*span)] for span in (other.speaker, other.entity)]
                mine_told = None if one.speaker is None else whole[slice(*one.speaker)]
                words = whole[slice(*one.span)][:80]
                print(f"SPEAKER {key[1]} {kind}: {words!r} {mine_told!r} = {one.name!r}; gold {told}")
        for row in mine:
            if row not in ours:
                print(f"EXTRA   {key[1]} {kind}: {whole[slice(*row.span)]!r} {row.name!r}")
        for other in theirs:
            if other not in golds:
                a, b = other.span
                print(f"MISSED  {key[1]} {kind}: …{whole[max(0, a - 60) : a]!r} [{whole[a:b]!r}] {whole[b : b + 50]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "locked"), default="dev")
    parser.add_argument("--errors", choices=("direct", "indirect"))
    options = parser.parse_args()
    if options.errors and options.half != "dev":
        parser.error("--errors shows the dev half only")
    text = {key: whole for key, whole in texts().items() if halves()[key] == options.half}
    gold = rows("gold.csv")
    found = found_in(text)
    if options.errors:
        show_errors(text, gold, found, options.errors)
        return
    dice = np.random.default_rng(_SEED)
    drawn = dice.integers(0, len(text), size=(_RESAMPLES, len(text)))
    print(f"{options.half}, {len(text)} articles\n{'kind':10}{'measure':12}{'value':>7}  95 % interval{'of':>7}")
    for kind in ("direct", "indirect"):
        counts = counted(kind, text, gold, found)
        values = scores(counts)
        low, high = np.nanquantile([scores(counts[some]) for some in drawn], [0.025, 0.975], axis=0)
        totals = counts.sum(axis=0)
        n = (totals[1], totals[2], totals[2], totals[0])
        for at, measure in enumerate(("precision", "recall", "F1", "speaker")):
            print(f"{kind:10}{measure:12}{values[at]:7.3f}  {low[at]:.3f}-{high[at]:.3f}    {n[at]:7}")


if __name__ == "__main__":
    main()
