"""Flesch-Kincaid on the three levels of OneStopEnglish: `python -m tests.benchmarks.levels`.

How often it orders the three versions of a story as their writers meant them, and how near the authors' score it is.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from analysis.measures.readability import readability_of
from analysis.text.tokens import tokenise
from tests.shared import shared

LEVELS = {"adv": "Adv-Txt", "int": "Int-Txt", "ele": "Ele-Txt"}


def graded(level: str) -> dict[str, str]:
    """Return the texts of one level by file name, without BOM and the label line "Intermediate"."""
    found = {}
    for path in sorted(shared(f"corpora/onestopenglish/{LEVELS[level]}").glob("*.txt")):
        text = path.read_text(encoding="utf-8-sig", errors="replace").lstrip("\ufeff")
        if level == "int":
            label, _, rest = text.partition("\n")
            text = rest if label.strip().lower() == "intermediate" else text
        found[path.name] = text
    return found


def story(name: str) -> str:
    """Return a file's name as "storyadv": the authors' table writes spaces and hyphens otherwise than the files."""
    return re.sub(r"\W", "", Path(name).stem.lower())


def main() -> None:
    texts = {level: graded(level) for level in LEVELS}
    features = pd.read_csv(shared("corpora/onestopenglish/allfeatures-ose-final.csv"))
    theirs = features.set_index("fileName")["TRAD_Kincaid"]
    theirs.index = theirs.index.map(story)
    print("OneStopEnglish, Flesch-Kincaid (authors: adv>int>ele 97.9 %, adv>ele 100 %)")
    for rule in ("news", "textstat"):
        grades = {}
        for level, of in texts.items():
            grade = readability_of(tokenise(list(of.values())), sentences=rule)["flesch_kincaid_grade"]
            grades[level] = grade.set_axis([story(name) for name in of])
        both = pd.concat([*grades.values()]).rename("kit").to_frame().join(theirs, how="inner")
        table = pd.DataFrame({level: grade.rename(index=lambda name: name[:-3]) for level, grade in grades.items()})
        ordered = (table["adv"] > table["int"]) & (table["int"] > table["ele"])
        ends = table["adv"] > table["ele"]
        print(
            f"  sentences={rule!r}: {len(table.dropna())} triples, adv>int>ele {ordered.mean():.1%}, adv>ele "
            f"{ends.mean():.1%}; correlation with TRAD_Kincaid {both.corr().iloc[0, 1]:.3f} on {len(both)} texts"
        )


if __name__ == "__main__":
    main()
