"""Draw the articles of the quotation gold set: 30 of allsides (each main outlet at least twice) and 10 of wikinews.

    python -m tests.gold.quotes.draw

Writes `articles.csv`: corpus, the article's own id and its half; `dev` may be looked at while rules are written,
`locked` may not. Seeded, so that anyone draws the same.
"""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from pathlib import Path

from tests.shared import shared

HERE = Path(__file__).parent
SEED = 20260323
# Outlets with this many articles are main ones; longer articles would make coding a matter of days.
_MAIN, _MOST_WORDS = 50, 1500


def draw() -> list[tuple[str, str, str]]:
    """Return (corpus, article, half), sorted."""
    dice = random.Random(SEED)
    of_outlet = defaultdict(list)
    for line in shared("corpora/allsides/articles.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        of_outlet[article["outlet"].lower()].append((article["id"], len(article["text"].split())))
    main = sorted(name for name, articles in of_outlet.items() if len(articles) >= _MAIN)
    usable = {name: sorted(key for key, words in of_outlet[name] if words <= _MOST_WORDS) for name in main}
    chosen = {key for name in main for key in dice.sample(usable[name], 2)}
    rest = sorted(key for name in main for key in usable[name] if key not in chosen)
    chosen |= set(dice.sample(rest, 30 - len(chosen)))
    lines = shared("corpora/wikinews/articles.jsonl").read_text(encoding="utf-8").splitlines()
    stories = sorted(json.loads(line)["id"] for line in lines)
    drawn = {"allsides": sorted(chosen), "wikinews": sorted(dice.sample(stories, 10))}
    rows = []
    for corpus, keys in drawn.items():
        locked = set(dice.sample(keys, len(keys) // 2))
        rows += [(corpus, key, "locked" if key in locked else "dev") for key in keys]
    return sorted(rows)


def main() -> None:
    with (HERE / "articles.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["corpus", "article", "half"])
        writer.writerows(draw())


if __name__ == "__main__":
    main()
