"""Partitions: that how articles are cut into them changes no table, and that one bad article stops nothing."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

import analysis
from analysis.engine import partition
from analysis.engine import tables as engine
from analysis.engine.partition import Settings, Slice, corpus_slices, encoded, measure_partition
from analysis.engine.store import Memory
from analysis.measures.codebook import read_codebook
from analysis.text.terms import cut
from analysis.text.tokens import Tokens
from tests.engine.test_tables import files
from tests.shared import shared

SETTINGS = Settings(read_codebook("generic"), followed=("flood*",))


@pytest.fixture(scope="module")
def sample() -> analysis.Corpus:
    return analysis.read("data/sample")


def assert_same(one: analysis.Tables, two: analysis.Tables) -> None:
    assert list(one) == list(two)
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name], obj=name)
    assert one.manifest["data_hash"] == two.manifest["data_hash"]


@pytest.mark.parametrize("size", [2, 50])
def test_the_size_of_partitions_changes_no_table(
    size: int, sample: analysis.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = analysis.measure(sample, terms=["flood*", "tide gate*"])
    assert len(whole.manifest["partitions"]) == 1
    monkeypatch.setattr(engine, "SLICE", size)
    cut = analysis.measure(sample, terms=["flood*", "tide gate*"])
    assert len(cut.manifest["partitions"]) == -(-len(sample) // size)
    assert_same(cut, whole)
    assert [len(part) for part in cut.scan("readability")] == [
        entry["n_articles"] for entry in cut.manifest["partitions"]
    ]


def test_real_articles_in_partitions_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    whole = analysis.measure(corpus)
    monkeypatch.setattr(engine, "SLICE", 397)
    assert_same(analysis.measure(corpus), whole)
    pd.testing.assert_frame_equal(whole.quality, corpus.quality())
    pd.testing.assert_frame_equal(whole.term_frequency, analysis.term_frequency(corpus))
    pd.testing.assert_frame_equal(whole.dispersion, analysis.dispersion(corpus))


def test_tables_are_those_of_the_functions(sample: analysis.Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SLICE", 7)
    tables = analysis.measure(sample, sentences="textstat", terms=["tide gate*"])
    for name, made in {
        "articles": sample.articles.drop(columns="text"),
        "quality": sample.quality(),
        "readability": analysis.readability(sample, sentences="textstat"),
        "sentiment": analysis.sentiment(sample),
        "titles": analysis.sentiment(sample, unit="title"),
        "sentences": analysis.sentiment(sample, unit="sentence").drop(columns="text"),
        "framing": analysis.framing(sample),
        "cues": analysis.cue_counts(sample),
        "lexical_diversity": analysis.lexical_diversity(sample),
        "set_aside": sample.set_aside.drop(columns="text"),
        "notes": sample.notes,
    }.items():
        pd.testing.assert_frame_equal(tables[name], made, obj=name)
    english = sample.where(language="en")
    trends = analysis.trends(english, ["tide gate*"], by="week")
    pd.testing.assert_frame_equal(tables.trends, trends)


def test_paths_give_the_tables_of_the_corpus(sample: analysis.Corpus) -> None:
    assert_same(analysis.measure("data/sample"), analysis.measure(sample))
    tidied = analysis.measure(sample.tidied())
    pd.testing.assert_frame_equal(analysis.measure("data/sample", tidy=True).framing, tidied.framing)


def test_the_workers_and_the_order_of_files_change_no_byte(
    cluster: LocalCluster, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SLICE", 16)
    paths = sorted(Path("data/sample").iterdir())
    analysis.measure(paths, tmp_path / "one")
    undisturbed = files(tmp_path / "one")
    assert len(list((tmp_path / "one" / "framing").iterdir())) > 5
    ways: dict[str, dict[str, Any]] = {
        "two": {"workers": 2},
        "three": {"workers": 3},
        "client": {"dask": client},
        "address": {"dask": cluster.scheduler_address},
    }
    for name, way in ways.items():
        paths = [*paths[3:], *paths[2::-1]]
        analysis.measure(paths, tmp_path / name, **way)
        assert files(tmp_path / name) == undisturbed, name


def test_no_table_of_a_partition_holds_text_or_identifiers(sample: analysis.Corpus) -> None:
    tables = measure_partition(sample, SETTINGS)
    assert list(tables) == SETTINGS.tables
    for name, table in tables.items():
        if name not in ("as_read", "identity"):
            assert "article_id" not in table.column_names
            assert "text" not in table.column_names
        if "article" in table.column_names:
            assert table.schema.field("article").type == pa.int32()
        assert pa.int64() not in [field.type for field in table.schema if field.name != "row"]


def test_a_file_gives_every_kind_of_column_back() -> None:
    n = np.arange(5000)
    table = pa.table(
        {
            "term": pa.array([f"word{i}" for i in n], pa.large_string()),
            "few words": pa.array([None if i % 7 == 0 else f"word{i % 5}" for i in n], pa.large_string()),
            "whole": pa.array(np.where(n % 2, n, -n)),
            "missing": pa.array([None if i % 3 else int(i) for i in n], pa.int32()),
            "small.dotted": pa.array(n % 3 == 0),
            "all different": pa.array(np.sqrt(n)),
            "few different": pa.array(np.where(n % 4, 0.5, np.nan)),
            "real, missing": pa.array([None if i % 3 else i / 7 for i in n], pa.float64()),
            "time": pa.array(n * 10**9, pa.timestamp("ns")),
        }
    )
    for some in (table, table.slice(17, 900), table.slice(0, 0)):
        back = pq.read_table(pa.BufferReader(encoded(some)))
        assert back.schema == some.schema
        assert repr(back.to_pylist()) == repr(some.to_pylist())


def test_names_written_as_numbers_of_a_dictionary_are_read_as_names() -> None:
    names = pa.array(["fire", "rain", "fire"], pa.large_string())  # of two frames, say
    numbered = pa.DictionaryArray.from_arrays(np.array([2, 1, 1, 0], np.int32), names)
    back = pq.read_table(pa.BufferReader(encoded(pa.table({"frame": numbered, "n": np.arange(4, dtype=np.int32)}))))
    assert back.schema == pa.schema({"frame": pa.string(), "n": pa.int32()})
    assert back["frame"].to_pylist() == ["fire", "rain", "rain", "fire"]


def test_columns_of_some_tables_are_read_alone(sample: analysis.Corpus) -> None:
    tables = analysis.measure(sample)
    pd.testing.assert_frame_equal(tables.read("sentences", ["compound"]), tables.sentences[["article_id", "compound"]])
    pd.testing.assert_frame_equal(tables.read("quality", ["n"]), tables.quality[["article_id", "n"]])
    pd.testing.assert_frame_equal(tables.read("terms", ["n"]), tables.terms[["article_id", "n"]])
    pd.testing.assert_frame_equal(tables.read("articles", ["outlet"]), tables.articles[["outlet"]])
    pd.testing.assert_frame_equal(tables.read("sentiment", ["n_hits"]), tables.sentiment[["n_hits"]])
    assert next(tables.scan("keyness", ["term"])).columns.tolist() == ["term"]
    with pytest.raises(analysis.OptionError, match=r"^`columns` must be one of 'sentence', 'start', .*; got 'text'\.$"):
        tables.read("sentences", ["text"])
    with pytest.raises(analysis.OptionError, match=r"^`name` must be one of 'articles', .*; got 'weather'\.$"):
        next(tables.scan("weather"))


def test_some_measures_only(sample: analysis.Corpus) -> None:
    around = ["articles", "set_aside", "notes"]
    tables = analysis.measure(sample, only=["framing"])
    assert list(tables) == ["articles", "framing", "cues", "set_aside", "notes"]
    assert sorted({name for only in engine.MEASURES for name in analysis.measure(sample, only=only)}) == sorted(
        analysis.measure(sample)
    )
    assert set(around) <= set(tables)
    with pytest.raises(analysis.OptionError) as caught:
        analysis.measure(sample, only=["weather"])
    known = "'readability', 'sentiment', 'framing', 'voice', 'terms', 'keyness', 'diversity', 'quality'"
    assert str(caught.value) == f"`only` must be one of {known}; got 'weather'."
    with pytest.raises(analysis.OptionError) as caught:
        analysis.measure(sample, only=[])
    assert str(caught.value) == f"`only` names no measure. Use some of {known}."


def test_an_article_that_cannot_be_measured_is_set_aside(
    sample: analysis.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    readability_of = partition.readability_of

    def failing(tokens: Tokens, **options: Any) -> pd.DataFrame:
        words = tokens.vocabulary.terms
        if any(words[number] == "sardine" for number in set(tokens.terms.ids.tolist())):
            raise ZeroDivisionError("by sardine")
        return readability_of(tokens, **options)

    monkeypatch.setattr(partition, "readability_of", failing)
    tables = analysis.measure(sample)
    bad = sample.articles["text"].map(lambda text: any(term == "sardine" for term, _, _ in cut(text)))
    failed = tables.set_aside[tables.set_aside["kind"] == "article"]
    assert tables.work is not None
    assert tables.work.n_failed == len(failed) == int(bad.sum()) > 1
    assert failed["reason"].tolist() == [
        f"{article_id!r} could not be measured: ZeroDivisionError: by sardine. This is a fault of the kit."
        for article_id in sample.articles.index[bad]
    ]
    pd.testing.assert_frame_equal(tables.framing, analysis.framing(sample.where(~bad)))


def test_a_piece_that_cannot_be_read_is_set_aside_and_tried_again(sample: analysis.Corpus, tmp_path: Any) -> None:
    class Vanished(Slice):
        def read(self) -> analysis.Corpus:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    pieces = list(corpus_slices(sample, 20))
    job = engine._Run(SETTINGS, engine.Options(final=True), 1, None, None)
    broken = [Vanished("0" * 32, 10, sample, name="b.csv"), *pieces[1:]]
    tables = job.into(engine.Folder(tmp_path), broken)
    lost = tables.set_aside[tables.set_aside["kind"] == "file"].iloc[0]
    assert [lost["path"], lost["reason"]] == ["b.csv", "cannot be read: No such file or directory."]
    assert len(tables.articles) == len(sample) - 20
    again = job.into(engine.Folder(tmp_path), broken)
    assert again.work is not None
    assert (again.work.measured, again.work.kept) == (1, len(pieces) - 1)
    whole = job.into(Memory(), pieces)
    assert len(whole.articles) == len(sample)


HOSTILE = {
    "a.csv": """outlet,date,text,n
Gazette,2024-01-01,It rained.,1
Gazette,2024-01-01,It rained.,2
Gazette - Opinion,,Rain.,3
""",
    "b.jsonl": """{"outlet": "gazette", "text": "It rained."}
{"outlet": "The Gazette", "text": ""}
[]
{"text": {"a": 1}}
""",
    "c/2024-05-05-one.txt": "Beginner\nThe bridge held.\n",
    "d.csv": "outlet,date,text,n\nGazette,2024-01-01,It rained.,x\nHerald,31/02/2024,It was dry.,\n",
    "e.txt": "\x00\x01",
} | {f"c/{n}.txt": f"Intermediate\nThe bridge held for {n} days.\n" for n in range(10)}


@pytest.mark.parametrize(("size", "given"), [(1, ""), (3, "unique"), (3, "repeated"), (2000, "")])
def test_paths_are_measured_as_their_corpus(
    size: int, given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in HOSTILE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    if given:
        rows = [f"{'same' if given == 'repeated' else n},Herald,Rain on day {n}." for n in range(4)]
        (tmp_path / "ids.csv").write_text("\n".join(["article_id,outlet,text", *rows]), encoding="utf-8")
    whole = analysis.measure(analysis.read(tmp_path))
    monkeypatch.setattr(engine, "SLICE", size)
    assert_same(analysis.measure(tmp_path), whole)
    if size > 1:
        there, back = (analysis.measure(sorted(tmp_path.iterdir(), reverse=turned)) for turned in (False, True))
        assert_same(there, back)


def test_a_file_that_changes_or_vanishes_before_it_is_measured_leaves_no_mixture(tmp_path: Path) -> None:
    lines = [f'{{"text": "Rain fell on day {day}."}}\n' for day in range(5)]
    (tmp_path / "a.jsonl").write_text("".join(lines), encoding="utf-8")
    job = engine._Run(SETTINGS, engine.Options(), 1, None, None)
    other = engine._Run(Settings(SETTINGS.codebook, sentences="textstat"), engine.Options(), 1, None, None)
    job.into(engine.Folder(tmp_path / "tables"), engine.pieces(tmp_path / "a.jsonl", articles=2))
    found = list(engine.pieces(tmp_path / "a.jsonl", articles=2))
    (tmp_path / "a.jsonl").write_text("".join(lines).replace("day 2", "day 9"), encoding="utf-8")
    tables = other.into(engine.Folder(tmp_path / "tables"), found)
    assert tables.set_aside["reason"].tolist() == ["changed while it was read. Run the same again."]
    assert [len(tables[name]) for name in ("articles", "readability", "framing", "titles")] == [3, 3, 18, 3]
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(analysis.InputError, match=r"^a\.jsonl: cannot be read: No such file or directory\."):
        job.into(engine.Folder(tmp_path / "tables"), found)
    (tmp_path / "a.jsonl").write_text("".join(lines), encoding="utf-8")
    assert len(job.into(engine.Folder(tmp_path / "tables"), found).articles) == 5


def test_a_file_that_is_no_text_is_set_aside_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "Rain fell on the town."}\n', encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\0\1\2" * 10)
    for found in (analysis.measure(tmp_path), analysis.read(tmp_path)):
        assert found.set_aside["path"].tolist() == ["b.txt"]
        assert found.set_aside["reason"].str.startswith("is not text: 10 NUL bytes").all()
