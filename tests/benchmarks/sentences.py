"""Sentence boundaries against gold: `python -m tests.benchmarks.sentences`.

A boundary is the number of non-space characters before it; gold, kit and peers are compared on these within each of the
Wikinews stories, whose sentences people marked (UD English GUM). The end of a story counts for nobody.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterable

from analysis.text.tokens import tokenise
from tests.shared import shared

TEN_LINES = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
TEXTSTAT = re.compile(r"\b[^.!?]+[.!?]*")
CLOSERS = re.compile(r"[\"'”’)\]]*")


def ends(sentences: Iterable[str]) -> set[int]:
    total, found = 0, set()
    for sentence in sentences:
        total += len("".join(sentence.split()))
        found.add(total)
    return found - {total, 0}


def kit(text: str) -> list[str]:
    begin, end = tokenise([text]).sentence_spans()
    return [text[a:b] for a, b in zip(begin, end, strict=True)]


def simple(text: str) -> list[str]:
    return [part for paragraph in re.split(r"\n\s*\n", text) for part in TEN_LINES.split(paragraph)]


def textstat_rule(text: str) -> list[str]:
    """Return the text cut where textstat counts a sentence, closing marks given to the sentence that they close."""
    places = [CLOSERS.match(text, found.end()).end() for found in TEXTSTAT.finditer(text) if len(found[0].split()) > 2]
    return [text[start:end] for start, end in itertools.pairwise([0, *places])]


def peers() -> dict[str, Callable[[str], list[str]]]:
    found: dict[str, Callable[[str], list[str]]] = {"textstat's rule": textstat_rule, "ten-line rule": simple}
    try:
        import pysbd

        segmenter = pysbd.Segmenter(language="en", clean=False)
        found["pysbd"] = lambda text: [part for p in re.split(r"\n\s*\n", text) for part in segmenter.segment(p)]
    except ImportError:
        sys.stderr.write("pysbd is not installed: left out\n")
    try:
        import blingfire

        found["blingfire"] = lambda text: [
            part for p in re.split(r"\n\s*\n", text) for part in blingfire.text_to_sentences(p).split("\n")
        ]
    except ImportError:
        sys.stderr.write("blingfire is not installed: left out\n")
    return found


def score(split: Callable[[str], list[str]], stories: list[dict[str, object]]) -> tuple[float, float, float]:
    right = said = gold = 0
    for story in stories:
        truth = ends(story["gold_sentences"])  # type: ignore[arg-type]
        got = ends(split(str(story["text"])))
        right, said, gold = right + len(truth & got), said + len(got), gold + len(truth)
    precision, recall = right / said, right / gold
    return 2 * precision * recall / (precision + recall), precision, recall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print where the kit and the gold differ")
    given = parser.parse_args()
    lines = shared("corpora/wikinews/articles.jsonl").read_text(encoding="utf-8").splitlines()
    stories = [json.loads(line) for line in lines]
    for name, split in {"kit": kit, **peers()}.items():
        f1, precision, recall = score(split, stories)
        print(f"{name:16s} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}")
    if given.errors:
        for story in stories:
            truth, got = ends(story["gold_sentences"]), ends(kit(story["text"]))
            where, count = {}, 0
            for position, character in enumerate(story["text"]):
                if not character.isspace():
                    count += 1
                    where[count] = position
            for position in sorted(truth ^ got):
                at = where[position] + 1
                kind = "missed" if position in truth else "extra "
                print(kind, repr(story["text"][max(0, at - 50) : at]), "|", repr(story["text"][at : at + 40]))


if __name__ == "__main__":
    main()
