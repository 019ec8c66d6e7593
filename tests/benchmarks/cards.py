"""The figures of the validity cards: `python -m tests.benchmarks.cards`, and `--write` to store them.

Each measure is held to gold data with `analysis.validate`; 95 % intervals by article (essay, story). Nothing is tuned
here. What was scored once and is not to be scored again (the locked half of the quotations) is quoted from the README,
and says so. The figures go to `analysis/inference/cards.csv`, which `analysis.card` reads.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import analysis
from analysis.measures.readability import readability_of
from analysis.text.tokens import tokenise
from tests.benchmarks.levels import LEVELS, graded, story
from tests.benchmarks.names_gold import CODED, count, gold, interval, names_of_stories, scores
from tests.benchmarks.reliability_gold import CUTS, compound, editorials, headlines
from tests.shared import shared

PATH = Path(__file__).parents[2] / "analysis" / "inference" / "cards.csv"
COLUMNS = (
    "measure", "score", "unit", "voice", "genre", "material",
    "statistic", "of", "value", "low", "high", "n", "n_articles",
)  # fmt: skip
Row = dict[str, object]
CLASSES = ("-1", "0", "1")


def rows_of(found: analysis.Validation, about: Row, wanted: list[tuple[str, str]]) -> Iterator[Row]:
    known = found.scores.set_index(["statistic", "of"])
    for statistic, of in wanted:
        row = known.loc[(statistic, of)]
        figures = {name: round(float(row[name]), 3) for name in ("value", "low", "high")}
        yield (
            about | {"statistic": statistic, "of": of} | figures | {"n": int(row["n"]), "n_articles": found.n_clusters}
        )


def sentiment(draws: int = 2000) -> Iterator[Row]:
    about: Row = {"measure": "sentiment", "score": "compound", "voice": "all"}
    three = [("macro_f1", ""), ("accuracy", ""), *(("f1", code) for code in CLASSES)]
    table, rated = editorials()
    here = about | {"unit": "sentence", "genre": "editorials"}
    here["material"] = "sentences of New York Times editorials, each rated by 20 people (Hutto & Gilbert 2014)"
    found = analysis.validate(table, rated, score="compound", variable="rating", draws=draws)
    yield from rows_of(found, here, [("correlation", ""), ("rank_correlation", "")])
    found = analysis.validate(table, rated, score="compound", variable="rounded", cuts=CUTS, draws=draws)
    yield from rows_of(found, here, three)

    experts, _, _, texts = headlines()
    units = pd.DataFrame({"unit": experts.index.astype(str), "tone": experts.to_numpy()})
    table = units[["unit"]].assign(compound=compound(texts["deepl"].tolist()))
    found = analysis.validate(table, units, score="compound", variable="tone", cuts=CUTS, scale="ordinal", draws=draws)
    here = about | {"unit": "title", "genre": "economic news"}
    here["material"] = "Dutch economic headlines in DeepL's translation, coded by experts (van Atteveldt et al. 2021)"
    yield from rows_of(found, here, [("alpha", ""), *three])


def targets() -> Iterator[Row]:
    lines = shared("gold/target-sentiment/train.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line) for line in lines]
    said = compound([sentence["sentence_normalized"] for sentence in sentences])
    rows = [
        (f"{at}-{number}", re.match(r"[a-z]+_(?:v1_)?\d+", sentence["primary_gid"])[0], target["polarity"], said[at])  # type: ignore[index]
        for at, sentence in enumerate(sentences)
        for number, target in enumerate(sentence["targets"])
    ]
    table = pd.DataFrame(rows, columns=["unit", "article_id", "polarity", "compound"])
    table["tone"] = np.sign(table["polarity"] - 4)
    found = analysis.validate(
        table[["unit", "compound"]],
        table[["unit", "article_id", "tone"]],
        score="compound", variable="tone", cuts=CUTS, scale="ordinal", draws=500,
    )  # fmt: skip
    here: Row = {"measure": "sentiment", "score": "compound", "unit": "sentence", "voice": "all"}
    here |= {"genre": "political news"}
    here["material"] = "tone toward people and organisations in sentences of US news (NewsMTSC, Hamborg & Donnay 2021)"
    yield from rows_of(
        found, here, [("macro_f1", ""), ("accuracy", ""), ("alpha", ""), *(("f1", one) for one in CLASSES)]
    )


def readability() -> Iterator[Row]:
    names, texts, level = [], [], []
    for rank, key in enumerate(("ele", "int", "adv")):
        for name, text in graded(key).items():
            names.append(story(name)[:-3])
            texts.append(text)
            level.append(rank)
    assert set(LEVELS) == {"ele", "int", "adv"}
    measured = readability_of(tokenise(texts))
    units = pd.DataFrame({"unit": [f"{at}" for at in range(len(texts))], "article_id": names, "level": level})
    for score in ("flesch_kincaid_grade", "flesch_reading_ease", "dale_chall_readability_score", "gunning_fog", "lix"):
        table = units[["unit"]].assign(**{score: measured[score].to_numpy()})
        found = analysis.validate(table, units, score=score, variable="level")
        here: Row = {"measure": "readability", "score": score, "unit": "article", "voice": "all"}
        here |= {"genre": "news rewritten for learners"}
        here["material"] = "Guardian stories, each written at three levels (OneStopEnglish, Vajjala & Lučić 2018)"
        triples = units.assign(score=table[score]).pivot(index="article_id", columns="level", values="score")
        steps = triples.diff(axis=1).iloc[:, 1:] * (-1 if score == "flesch_reading_ease" else 1)
        ordered = (steps > 0).all(axis=1).to_numpy(np.float64)
        drawn = np.random.default_rng(0).integers(0, len(ordered), (2000, len(ordered)))
        low, high = np.quantile(ordered[drawn].mean(axis=1), [0.025, 0.975])
        figures = {"value": round(ordered.mean(), 3), "low": round(low, 3), "high": round(high, 3)}
        counts = {"n": len(ordered), "n_articles": len(ordered)}
        yield here | {"statistic": "share_in_order", "of": "the three levels of a story"} | figures | counts
        yield from rows_of(found, here, [("rank_correlation", "")])


def framing() -> Iterator[Row]:
    """Cues per 1,000 words; `z` of frames above chance, where no control in an article (NaN) is no lift (0)."""
    with shared("gold/climate-frames/articles.jsonl").open(encoding="utf-8") as lines:
        articles = pd.DataFrame([json.loads(line) for line in lines])
    ids = articles["id"].astype(str)
    corpus = analysis.read(articles.drop(columns=["frames", "id", "date"]).assign(article_id=ids))
    coded = pd.DataFrame(articles["frames"].tolist()).astype(bool).assign(article_id=ids)
    for measure, score, table in (
        ("framing", "per_1000_words", analysis.framing(corpus)),
        ("framing_above_chance", "z", analysis.framing_above_chance(corpus).fillna({"z": 0.0})),
    ):
        for frame in [name for name in table["frame"].unique() if name in coded]:
            found = analysis.validate(table[table["frame"] == frame], coded, score=score, variable=frame)
            here: Row = {"measure": measure, "score": frame, "unit": "article", "voice": "all", "genre": "climate news"}
            here["material"] = "articles coded for frames by people (Frermann et al. 2023)"
            yield from rows_of(found, here, [("auc", "")])


def names() -> Iterator[Row]:
    """Names on the ten Wikinews stories that the rules were not developed on; one coder, who wrote the rules."""
    coded = gold()
    pairs = list(zip(coded.values(), names_of_stories(list(coded), "rules"), strict=True))[1::2]
    here: Row = {"measure": "names", "score": "people, organisations, places", "unit": "article", "voice": "all"}
    here |= {"genre": "Wikinews", "material": "stories coded by one person, who wrote the rules; spans and kinds exact"}
    counts = np.array([count(*pair, CODED) for pair in pairs], np.int64)
    for at, statistic in enumerate(("f1", "precision", "recall")):
        low, high = interval(lambda drawn, at=at: scores(drawn)[at], counts).split(" to ")  # type: ignore[misc]
        figures = {"value": round(scores(counts)[at], 3), "low": float(low), "high": float(high)}
        yield (
            here
            | {"statistic": statistic, "of": ""}
            | figures
            | {"n": int(counts[:, 2].sum()), "n_articles": len(pairs)}
        )


def quotes() -> Iterator[Row]:
    """Quotations: scored once on the locked half and quoted as the README states it."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    said = re.search(
        r"on (\d+) articles that the rules had not seen.*?direct F1 (\S+) \((\S+) to (\S+)\), "
        r"indirect F1 (\S+) \((\S+) to (\S+)\), speakers (\S+) \|",
        readme,
    )
    assert said, "the README no longer states the one scoring of the locked half"
    n, *figures = said.groups()
    here: Row = {"measure": "quotes", "unit": "article", "voice": "all", "genre": "US news and Wikinews"}
    here |= {"material": "articles coded twice and adjudicated, by models, not people", "n": "", "n_articles": int(n)}
    for at, kind in ((0, "direct"), (3, "indirect")):
        value, low, high = map(float, figures[at : at + 3])
        yield here | {"score": kind, "statistic": "f1", "of": "", "value": value, "low": low, "high": high}
    yield here | {
        "score": "speaker",
        "statistic": "accuracy",
        "of": "",
        "value": float(figures[6]),
        "low": "",
        "high": "",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"store the figures in {PATH.name}")
    rows = [row for part in (sentiment, targets, readability, framing, names, quotes) for row in part()]
    if parser.parse_args().write:
        with PATH.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for row in rows:
        what = f"{row['measure']} {row['score']}, {row['unit']}, {str(row['genre'])[:32]}"
        of = f" of {row['of']}" if row["of"] else ""
        print(f"{what:66s} {row['statistic']}{of} {row['value']} ({row['low']} to {row['high']}) n {row['n']}")


if __name__ == "__main__":
    main()
