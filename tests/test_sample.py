"""The sample corpus is what its truth.csv says, and the reader gives it back."""

from __future__ import annotations

import gzip
import re
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.corpus import Corpus

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
FRAMES = {"conflict", "human_interest", "economic", "morality", "responsibility", "resolution"}


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    numbers = dict.fromkeys(("n_quotations", "n_quoted_words", "n_other_quoted", "n_words"), "int64")
    table = pd.read_csv(SAMPLE / "truth.csv", keep_default_na=False, dtype=str)
    return table.astype(numbers).set_index("key")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return analysis.read(SAMPLE)


@pytest.fixture(scope="module")
def read(corpus: Corpus, truth: pd.DataFrame) -> pd.DataFrame:
    """What was read of each article of the truth, in its order, with `article_id` as a column."""
    keys = truth.reset_index()[["key", "file", "title"]].rename(columns={"file": "path"})
    found = corpus.articles.reset_index().merge(keys, on=["path", "title"], how="outer", validate="one_to_one")
    return found.set_index("key").reindex(truth.index)


def pairs(truth: pd.DataFrame, kind: str) -> list[tuple[str, str]]:
    chosen = truth[truth["duplicate_kind"] == kind]
    return list(zip(chosen["duplicate_of"], chosen.index, strict=True))


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[i:] for i in range(5)), strict=False))


def test_every_article_is_read_once(corpus: Corpus, read: pd.DataFrame) -> None:
    assert len(corpus) == len(read) == 64
    assert read["article_id"].is_unique
    assert read["article_id"].notna().all(), list(read.index[read["article_id"].isna()])


@pytest.mark.parametrize("column", ["title", "outlet", "section", "authors", "language"])
def test_column_is_read_as_planted(column: str, truth: pd.DataFrame, read: pd.DataFrame) -> None:
    assert read[column].fillna("").to_dict() == truth[column].to_dict()


def test_dates(corpus: Corpus, truth: pd.DataFrame, read: pd.DataFrame) -> None:
    days = read["published"].dt.strftime("%Y-%m-%d").fillna("")
    different = truth.index[days != truth["published"]]
    assert list(different) == ["f12"]  # 03/04/2025 may be two days
    assert days["f12"] == ""
    notes = corpus.notes[corpus.notes["kind"] == "date"]
    assert notes["article_id"].tolist() == [read.loc["f12", "article_id"]]


def test_dates_with_dayfirst(truth: pd.DataFrame) -> None:
    workbook = analysis.read(SAMPLE / "slipway.xlsx", dayfirst=True)
    days = workbook.articles.set_index("title")["published"].dt.strftime("%Y-%m-%d")
    assert days[truth.loc["f12", "title"]] == truth.loc["f12", "published"]


def test_texts_have_their_words_and_no_footer(truth: pd.DataFrame, read: pd.DataFrame) -> None:
    assert read["text"].str.split().str.len().to_dict() == truth["n_words"].to_dict()
    assert not read["text"].str.contains(r"JOIN US|https?://", regex=True).any()


def test_footers_are_set_aside(corpus: Corpus, truth: pd.DataFrame, read: pd.DataFrame) -> None:
    with_footer = set(read.loc[truth["footer"] == "yes", "article_id"])
    lines = corpus.set_aside[corpus.set_aside["text"].str.contains("JOIN US")]
    assert set(lines["article_id"]) == with_footer


def test_quotation_marks_are_kept_and_counted(truth: pd.DataFrame, read: pd.DataFrame) -> None:
    spans = truth["n_quotations"] + truth["n_other_quoted"]
    spans["k07"] -= 1  # a sound between single quotation marks
    marks = read["text"].str.count("”").where(read["text"].str.contains("”"), read["text"].str.count('"') / 2)
    marks["f20"] = read.loc["f20", "text"].count("‘")  # all single
    marks["f15"] = read.loc["f15", "text"].count("„")  # German
    assert marks.to_dict() == spans.to_dict()


def test_speakers_are_in_the_text_and_add_up(truth: pd.DataFrame, read: pd.DataFrame) -> None:
    for key, row in truth.iterrows():
        speakers = row["speakers"].split(";") if row["speakers"] else []
        counts = {
            name: int(n) for name, n in (part.split("=") for part in row["quotations_by_speaker"].split(";") if part)
        }
        assert list(counts) == speakers, key
        assert sum(counts.values()) <= row["n_quotations"], key
        assert 0 <= row["n_quoted_words"] < row["n_words"], key
        for name in speakers:
            assert name.split()[-1] in read.loc[key, "text"], (key, name)


def test_frames_and_events(truth: pd.DataFrame) -> None:
    planted = truth["frames"].str.split(";").explode()
    assert set(planted) - {""} == FRAMES
    assert planted[planted == ""].index.tolist() == ["c23"]
    assert planted.value_counts()[sorted(FRAMES)].min() >= 10
    assert truth["event"].value_counts().to_dict() == {"cannery": 23, "flood": 21, "casino": 20}
    assert truth.groupby("outlet")["event"].nunique().to_dict() == dict.fromkeys(sorted(set(truth["outlet"])), 3)


def test_exact_copies_have_the_same_text(truth: pd.DataFrame, read: pd.DataFrame) -> None:
    planted = pairs(truth, "exact")
    assert len(planted) == 4
    for first, second in planted:
        assert read.loc[first, "text"] == read.loc[second, "text"]
    assert read["text"].duplicated().sum() == len(planted)


def test_edited_copies_share_most_of_their_text_and_nothing_else_does(truth: pd.DataFrame, read: pd.DataFrame) -> None:
    copies = pairs(truth, "exact") + pairs(truth, "edited")
    story = {key: truth.loc[key, "duplicate_of"] or key for key in truth.index}
    cut = {key: shingles(text) for key, text in read["text"].items()}
    for one, other in combinations(truth.index, 2):
        shared = len(cut[one] & cut[other]) / min(len(cut[one]), len(cut[other]))
        if story[one] == story[other]:
            assert shared > 0.5, (one, other, shared)
        else:
            assert shared < 0.1, (one, other, shared)
    assert {truth.loc[second, "outlet"] != truth.loc[first, "outlet"] for first, second in copies} == {True, False}


def test_files_have_the_encodings_that_the_truth_names(truth: pd.DataFrame) -> None:
    messy = truth["messy"]
    assert (SAMPLE / truth.loc["f16", "file"]).read_bytes()[:2] == b"\xff\xfe"
    assert "UTF-16" in messy["f16"]
    for name in set(truth.loc[messy.str.contains("UTF-8 with BOM"), "file"]):
        assert (SAMPLE / name).read_bytes()[:3] == b"\xef\xbb\xbf"
    for name in set(truth.loc[messy.str.contains("cp1252"), "file"]):
        data = (SAMPLE / name).read_bytes()
        assert "“" in data.decode("cp1252")
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_gzip_has_no_time_in_it() -> None:
    data = (SAMPLE / "wire-desk.csv.gz").read_bytes()
    assert data[4:8] == b"\0\0\0\0"
    assert gzip.decompress(data).startswith(b"media,heading,")


def test_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_000_000


def test_outlets_write_sentences_of_different_length(corpus: Corpus, truth: pd.DataFrame, read: pd.DataFrame) -> None:
    counts = analysis.readability(corpus)[["n_words", "n_sentences"]]
    own = read[(truth["authors"] != "Halyard Wire") & (truth["language"] == "en")]
    lengths = counts["n_words"] / counts["n_sentences"]
    medians = lengths[own["article_id"]].groupby(own.set_index("article_id")["outlet"]).median().sort_values()
    assert list(medians.index) == ["Daily Beacon", "Slipway Weekly", "Eastmarch Ledger", "Pellmouth Courier"]
    assert medians.iloc[-1] > 2 * medians.iloc[0]


def test_quality_finds_what_was_planted_and_nothing_else(
    corpus: Corpus, truth: pd.DataFrame, read: pd.DataFrame
) -> None:
    keys = pd.Series(read.index, index=read["article_id"])
    quality = corpus.quality()
    found = quality.assign(key=quality["article_id"].map(keys)).groupby("problem")["key"].agg(set).to_dict()
    copies = found.pop("duplicate")
    planted = {
        "very_short": truth["messy"] == "very short",
        "no_date": (truth["published"] == "") | truth["messy"].str.contains("ambiguous date"),
        "date_unread": truth["messy"].str.contains("ambiguous date"),
        "not_english": truth["language"] != "en",
        "repeated_block": truth["messy"] == "a paragraph printed twice",
        "caption_lines": truth["caption"] == "line",
        "boilerplate": truth["footer"] == "yes",
    }
    assert found == {problem: set(truth.index[where]) for problem, where in planted.items()}
    # Which printing counts as the copy depends on the order of the files; each pair has one.
    exact = pairs(truth, "exact")
    assert len(copies) == len(exact)
    assert all(len(copies & set(pair)) == 1 for pair in exact)
