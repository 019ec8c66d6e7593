"""Reading the real articles beside the project."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.reading.saved import parse_saved
from tests.shared import shared

pytestmark = pytest.mark.shared


def records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_saved_article() -> None:
    path = shared("articles/2025-03-22-modern-tokyo-times.txt")
    corpus = analysis.read(path, strict=True)
    assert len(corpus) == 1
    article = corpus.articles.iloc[0]
    assert article["published"] == pd.Timestamp("2025-03-22")
    assert article["title"] == "Alawites in Syria Reside in Fear after Sunni Islamist Pogrom"
    assert article["authors"] == "Murad Makhmudov; Sawako Utsumi; Lee Jay Walker"
    assert article["outlet"] == "Modern Tokyo Times"
    assert article["language"] == "en"
    paragraphs = article["text"].split("\n\n")
    assert len(paragraphs) == 10
    assert paragraphs[0].startswith("Alawites were already being killed")
    assert paragraphs[-1].endswith("before the recent pogrom began?")
    lines = path.read_text(encoding="utf-8").splitlines()
    aside = corpus.set_aside
    assert [lines[row - 1] for row in aside["row"]] == aside["text"].tolist()
    assert aside["kind"].tolist() == ["footer", "link", "link", "link", "promotion", "link", "promotion", "link"]
    assert (aside["article_id"] == corpus.articles.index[0]).all()
    # Every line is somewhere: in the text, in a column, or set aside.
    head = [lines[0].split(None, 2)[2], lines[2].replace(", and ", "; ").replace(", ", "; "), lines[4]]
    assert head == [article["title"], article["authors"], article["outlet"]]
    rest = [line for number, line in enumerate(lines) if line.strip() and number not in (0, 2, 4)]
    assert rest == paragraphs + aside["text"].tolist()


def test_allsides() -> None:
    path = shared("corpora/allsides/articles.jsonl")
    raw = records(path)
    corpus = analysis.read(path, strict=True)
    articles = corpus.articles
    assert len(articles) == len(raw) == 1300
    assert articles["id"].tolist() == [record["id"] for record in raw]
    assert articles["published"].isna().sum() == sum(not record["date"] for record in raw)
    assert [*articles["published"].dt.strftime("%Y-%m-%d").fillna("")] == [record["date"] for record in raw]
    repairs = corpus.notes[corpus.notes["kind"] == "mojibake"]
    repaired = set(repairs.loc[~repairs["message"].str.contains("^[a-z]+: ", regex=True), "article_id"])
    changed = articles["text"].to_numpy() != [record["text"] for record in raw]
    assert set(articles.index[changed]) == repaired
    assert {"topic", "leaning"} <= set(articles.columns)
    assert articles["language"].eq("en").all()


def test_the_outlets_of_allsides() -> None:
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    written = Counter(record["outlet"] for record in records(shared("corpora/allsides/articles.jsonl")))
    outlets = corpus.articles["outlet"].value_counts()
    assert outlets["CNN"] == written["CNN (Web News)"]
    assert outlets["Newsmax"] == sum(n for name, n in written.items() if name.startswith("Newsmax"))
    assert outlets["American Spectator"] == written["American Spectator"] + written["The American Spectator"]
    assert outlets["Guest Writer - Right"] == written["Guest Writer - Right"]
    assert (len(written), len(outlets)) == (29, 24)
    sections = corpus.articles.groupby("section")["outlet"].unique().map(sorted)
    assert sections.to_dict() == {
        "News": ["Newsmax"],
        "Online": ["ABC News"],
        "Opinion": ["Newsmax"],
        "Web News": ["CNN"],
    }
    assert (corpus.notes["kind"] == "outlet").sum() == 6


def test_the_outlets_of_climate_frames_are_merged() -> None:
    path = shared("gold/climate-frames/articles.jsonl")
    corpus = analysis.read(path, strict=True)
    written = {record["outlet"] for record in records(path)}
    squeezed = {name.lower().replace(" ", "").removeprefix("the") for name in written}
    outlets = set(corpus.articles["outlet"])
    assert len(corpus) == 342
    assert len(outlets) == len(squeezed) < len(written)
    assert {"Breitbart", "The Huffington Post", "CNN", "NPR"} <= outlets
    assert "frames" in corpus.articles.columns


def test_wikinews() -> None:
    corpus = analysis.read(shared("corpora/wikinews/articles.jsonl"), strict=True)
    assert len(corpus) == 29
    assert corpus.articles["text"].tolist() == [
        record["text"] for record in records(shared("corpora/wikinews/articles.jsonl"))
    ]
    assert corpus.articles["language"].eq("en").all()


@pytest.mark.parametrize("level", ["Adv", "Int", "Ele"])
def test_onestopenglish(level: str) -> None:
    folder = shared(f"corpora/onestopenglish/{level}-Txt")
    paths = sorted(folder.glob("*.txt"))
    corpus = analysis.read(folder, strict=True)
    assert corpus.articles["path"].tolist() == [path.name for path in paths]
    assert corpus.articles["language"].eq("en").all()
    assert len(corpus) == 189


def test_the_folder_of_onestopenglish() -> None:
    corpus = analysis.read(shared("corpora/onestopenglish"))
    assert len(corpus) == 3 * 189
    files = corpus.set_aside[corpus.set_aside["kind"] == "file"]
    assert files["path"].tolist() == ["allfeatures-ose-final.csv"]
    assert files["reason"].item().startswith("has no column of text. Its columns are ")


def test_real_bodies_lose_hardly_a_line() -> None:
    """Saved as text, real articles lose only lines of a head or a foot: none that is a sentence of their own."""
    lost = []
    for record in records(shared("corpora/allsides/articles.jsonl")):
        article = parse_saved(f"date 2020-01-01 Title of it\n\n{record['text']}")
        lost += [(reason, text) for _, _, reason, text in article.set_aside]
        assert len(article.text) > 0.8 * len(record["text"]) - 200
    about = [text for reason, text in lost if reason == "stands among links"]
    assert len(about) < 15
    assert max(len(text) for _, text in lost) < 400


def test_batches_of_allsides_are_what_read_reads() -> None:
    from analysis.reading import iter_batches

    path = shared("corpora/allsides/articles.jsonl")
    whole = analysis.read(path).articles
    parts = pd.concat([batch.articles for batch in iter_batches(path, batch_size=256)])
    assert parts.index.equals(whole.index)
    pd.testing.assert_frame_equal(parts.drop(columns="outlet"), whole.drop(columns="outlet"))
