"""Equality with textstat, and the levels of OneStopEnglish: `python -m tests.benchmarks.parity_readability`.

For every article and every sentence of allsides, wikinews and onestopenglish, each column of
`readability(sentences="textstat")` against textstat's own function, to the last bit: number compared, number different.
Then how often Flesch-Kincaid orders the three versions of a story of OneStopEnglish as their writers meant them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.measures.readability import SCORES, readability_of
from analysis.resources import offline_textstat
from analysis.text.tokens import tokenise
from tests.shared import shared

#: Column of `readability`, textstat's function and its options, for the counts that textstat has too. Its formulas use
#: occurrences of difficult words, `difficult_words` by default distinct ones.
COUNTED: dict[str, tuple[str, dict[str, object]]] = {
    "n_words": ("lexicon_count", {}),
    "n_sentences": ("sentence_count", {}),
    "n_syllables": ("syllable_count", {}),
    "n_chunks": ("lexicon_count", {"removepunct": False}),
    "n_characters": ("char_count", {}),
    "n_letters": ("letter_count", {}),
    "n_polysyllables": ("polysyllabcount", {}),
    "n_unlisted_words": ("difficult_words", {"syllable_threshold": 0, "unique": False}),
    "n_difficult_words": ("difficult_words", {"syllable_threshold": 2, "unique": False}),
    "n_fog_words": ("difficult_words", {"syllable_threshold": 3, "unique": False}),
    "n_miniwords": ("miniword_count", {}),
    "n_long_words": ("long_word_count", {}),
}
COLUMNS = [*SCORES, *COUNTED]
LEVELS = {"adv": "Adv-Txt", "int": "Int-Txt", "ele": "Ele-Txt"}


def reference(text: str) -> list[float]:
    """Return what textstat's functions give, in the order of `COLUMNS`."""
    textstat = offline_textstat()
    scores = [
        textstat.text_standard(text, float_output=True) if name == "text_standard" else getattr(textstat, name)(text)
        for name in SCORES
    ]
    counts = [getattr(textstat, name)(text, **options) for name, options in COUNTED.values()]
    return [float(value) for value in (*scores, *counts)]


def ours(texts: list[str]) -> NDArray[np.float64]:
    """Return what the kit gives, one row a text, in the order of `COLUMNS`."""
    empty = np.array([text == "" for text in texts], bool)
    table = readability_of(tokenise(texts), sentences="textstat", empty=empty)
    return table[COLUMNS].to_numpy(np.float64)


def different(texts: list[str], expected: list[list[float]]) -> NDArray[np.bool_]:
    """Return where the bits of the two differ, one row a text."""
    theirs = np.array(expected, np.float64).reshape(len(texts), len(COLUMNS))
    return np.asarray(np.ascontiguousarray(ours(texts)).view(np.int64) != theirs.view(np.int64))


def articles(name: str) -> list[str]:
    """Return the texts of a corpus."""
    if name == "onestopenglish":
        return [text for level in LEVELS for text in graded(level).values()]
    with shared(f"corpora/{name}/articles.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def graded(level: str) -> dict[str, str]:
    """Return the texts of one level of OneStopEnglish by file name, without BOM and the label line "Intermediate"."""
    found = {}
    for path in sorted(shared(f"corpora/onestopenglish/{LEVELS[level]}").glob("*.txt")):
        text = path.read_text(encoding="utf-8-sig", errors="replace").lstrip("\ufeff")
        if level == "int":
            label, _, rest = text.partition("\n")
            text = rest if label.strip().lower() == "intermediate" else text
        found[path.name] = text
    return found


def sentences(texts: list[str]) -> list[str]:
    """Return the kit's sentences of the texts."""
    tokens = tokenise(texts)
    begin, end = (part.tolist() for part in tokens.sentence_spans())
    bounds = tokens.article_sentence_starts.tolist()
    return [
        text[begin[i] : end[i]]
        for text, first, last in zip(texts, bounds, bounds[1:], strict=False)
        for i in range(first, last)
    ]


def compare(pool: ProcessPoolExecutor, name: str, texts: list[str]) -> None:
    """Print how many values of a corpus were compared and how many differ, by column."""
    start = time.perf_counter()
    expected = list(pool.map(reference, texts, chunksize=50))
    theirs = time.perf_counter() - start
    wrong = different(texts, expected)
    start = time.perf_counter()
    ours(texts)
    mine = time.perf_counter() - start
    say(f"\n{name}: {len(texts):,} texts; textstat {theirs:.0f} s on {os.cpu_count()} cores, the kit {mine:.2f} s on 1")
    say(f"  {'column':34}{'compared':>10}{'different':>10}")
    for column, n in zip(COLUMNS, wrong.sum(axis=0).tolist(), strict=True):
        say(f"  {column:34}{len(texts):>10,}{n:>10,}")
    for row in np.flatnonzero(wrong.any(axis=1))[:5].tolist():
        say(f"  differs in {[COLUMNS[i] for i in np.flatnonzero(wrong[row])]}: text number {row}")


def levels() -> None:
    """Print how Flesch-Kincaid orders the levels of OneStopEnglish."""
    texts = {level: graded(level) for level in LEVELS}
    theirs = pd.read_csv(shared("corpora/onestopenglish/allfeatures-ose-final.csv")).set_index("fileName")[
        "TRAD_Kincaid"
    ]
    theirs.index = theirs.index.map(story)
    say("\nOneStopEnglish, Flesch-Kincaid (authors: adv>int>ele 97.9 %, adv>ele 100 %)")
    for rule in ("news", "textstat"):
        grades = {}
        for level, of in texts.items():
            grade = readability_of(tokenise(list(of.values())), sentences=rule)["flesch_kincaid_grade"]
            grades[level] = grade.set_axis([story(name) for name in of])
        both = pd.concat([*grades.values()]).rename("kit").to_frame().join(theirs, how="inner")
        table = pd.DataFrame({level: grade.rename(index=lambda name: name[:-3]) for level, grade in grades.items()})
        ordered = (table["adv"] > table["int"]) & (table["int"] > table["ele"])
        ends = table["adv"] > table["ele"]
        say(
            f"  sentences={rule!r}: {len(table.dropna())} triples, adv>int>ele {ordered.mean():.1%}, adv>ele "
            f"{ends.mean():.1%}; correlation with TRAD_Kincaid {both.corr().iloc[0, 1]:.3f} on {len(both)} texts"
        )


def story(name: str) -> str:
    """Return a file's name as "storyadv": the authors' table writes spaces and hyphens otherwise than the files."""
    return re.sub(r"\W", "", Path(name).stem.lower())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=None, help="only the first N texts of each corpus and unit")
    parser.add_argument("--levels", action="store_true", help="only the levels of OneStopEnglish")
    given = parser.parse_args()
    if not given.levels:
        with ProcessPoolExecutor() as pool:
            for name in ("wikinews", "onestopenglish", "allsides"):
                texts = articles(name)
                compare(pool, f"{name}, articles", texts[: given.first])
                compare(pool, f"{name}, sentences", sentences(texts)[: given.first])
    levels()


if __name__ == "__main__":
    main()
