"""Concordance of paths, read piece by piece: line for line that of the corpus that `read` makes of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.measures.terms import lines as piecewise
from analysis.output.sheets import write_table
from analysis.output.stream import spooled, write_blocks


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "_TOGETHER", 3)


def flood(folder: Path) -> Path:
    """Write articles whose identifiers and outlets only all of them together tell."""
    rows = [
        {"outlet": "herald", "text": "The flood rose."},
        {"outlet": "The Herald - Opinion", "text": "No flood, a flood of words."},
        {"outlet": None, "text": "The flood rose."},
        {"outlet": "Gazette", "date": "2024-03-05", "text": "Nothing of it."},
        {"outlet": None, "text": "The flood rose."},
        {"outlet": "Herald", "date": "31/02/2024", "text": "Flood."},
        {"outlet": "Herald", "text": ""},
    ]
    folder.mkdir()
    pd.DataFrame(rows).to_csv(folder / "a.csv", index=False)
    pd.DataFrame(rows[::-1]).to_json(folder / "b.jsonl", orient="records", lines=True)
    (folder / "c.txt").write_bytes(b"\x89PNG....")
    (folder / "d.txt").write_text("2024-03-09 Nothing new\n\nIt was dry, and nobody spoke of water.", encoding="utf-8")
    return folder


@pytest.mark.parametrize("pattern", ["flood*", "the * *rose", "zzz"])
def test_lines_are_those_of_the_corpus(pattern: str, tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    for source in ("data/sample", folder, [folder / "b.jsonl", folder / "a.csv"], pd.read_csv(folder / "a.csv")):
        expected = analysis.concordance(analysis.read(source), pattern, window=3)
        found = analysis.concordance(source, pattern, window=3)
        pd.testing.assert_frame_equal(found, expected)


def test_names_are_those_of_all_articles(tmp_path: Path) -> None:
    found = analysis.concordance(flood(tmp_path / "articles"), "flood")
    assert set(found["outlet"].dropna()) == {"Herald"}
    assert found["article_id"].nunique() == 10
    assert found["article_id"].str.endswith("-4").any()  # the fourth with the same words, pieces apart


@pytest.mark.parametrize("ids", [["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "a"]])
def test_identifiers_that_are_given_are_kept_if_they_are_unique(ids: list[str]) -> None:
    frame = pd.DataFrame({"article_id": ids, "text": [f"Flood number {n}." for n in range(5)]})
    found = analysis.concordance(frame, "flood")
    pd.testing.assert_frame_equal(found, analysis.concordance(analysis.read(frame), "flood"))
    assert (found["article_id"].tolist() == ids) == (len(set(ids)) == 5)


def test_a_limit_returns_the_first_lines_and_counts_the_others(tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    everything = analysis.concordance(folder, "flood")
    assert "n_more" not in everything.attrs
    for source in (folder, analysis.read(folder)):
        for limit, n_more in ((4, len(everything) - 4), (1000, 0)):
            some = analysis.concordance(source, "flood", limit=limit)
            assert some.attrs.pop("n_more") == n_more
            pd.testing.assert_frame_equal(some, everything.head(limit))


def _message(call: Any) -> str:
    with pytest.raises(analysis.AnalysisError) as caught:
        call()
    return str(caught.value)


def test_what_is_wrong_is_said_before_anything_is_read(tmp_path: Path) -> None:
    assert _message(lambda: analysis.concordance("nowhere", "*")) == (
        "the pattern '*' has no letter or digit. Write a word or how one begins: 'clash*'."
    )
    assert _message(lambda: analysis.concordance("nowhere", "flood", limit=0)) == (
        "`limit` must be a whole number, 1 or more; got 0."
    )
    tables = analysis.measure(analysis.read(pd.DataFrame({"text": ["Rain fell."]})))
    assert _message(lambda: analysis.concordance(tables, "rain")) == (
        "concordance needs a corpus, not measured tables: they hold no text; it takes paths too."
    )
    for source in ("nowhere", tmp_path):  # as `read` says it
        assert _message(lambda source=source: analysis.concordance(source, "flood")) == _message(
            lambda source=source: analysis.read(source)
        )
    (tmp_path / "c.csv").write_text("one,two\n1,2\n", encoding="utf-8")
    assert _message(lambda: analysis.concordance(tmp_path, "flood")) == _message(lambda: analysis.read(tmp_path))


def test_a_file_that_vanishes_is_set_aside(tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    lines = piecewise.Lines(folder, "flood")
    found = []
    for block in lines:
        found.append(block)
        (folder / "b.jsonl").unlink(missing_ok=True)
    aside, notes = lines.problems()
    assert "b.jsonl" in set(aside["path"])
    assert notes["path"].tolist() == ["a.csv"]  # the date
    assert len(lines.named(pd.concat(found))) >= 6


# ---- blocks, written ----


@pytest.mark.parametrize("kind", [".csv", ".tsv", ".jsonl", ".parquet", ".xlsx"])
@pytest.mark.parametrize("pattern", ["flood", "zzz"])
def test_blocks_are_written_as_a_whole_table_is(kind: str, pattern: str, tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    lines = piecewise.Lines(folder, pattern)
    path, n = write_blocks(spooled(lines, lines.named, folder=tmp_path), tmp_path / f"blocks{kind}")
    table = analysis.concordance(folder, pattern)
    whole = write_table(table, tmp_path / f"whole{kind}")
    assert n == len(table)
    if kind == ".parquet":  # the same rows in other groups of rows
        pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(whole))
    elif kind == ".jsonl":  # of no rows pandas writes an empty line
        assert path.read_bytes().strip() == whole.read_bytes().strip()
    else:
        assert path.read_bytes() == whole.read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["articles", path.name, whole.name]


def test_what_fails_under_way_leaves_nothing(tmp_path: Path) -> None:
    def blocks() -> Any:
        yield pd.DataFrame({"n": [1]})
        raise OSError("gone")

    with pytest.raises(OSError, match=r"^gone$"):
        write_blocks(blocks(), tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(analysis.OptionError) as caught:
        write_blocks(blocks(), tmp_path / "x.doc")
    assert str(caught.value) == "x.doc: a table is written as .csv, .tsv, .xlsx, .jsonl, .parquet; got '.doc'."


# ---- the command ----


def _run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["concordance", *map(str, arguments)])


def test_the_command_shows_lines_and_counts_the_rest(tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    table = analysis.concordance(folder, "flood")
    done = _run(folder, "flood", "--limit", 2)
    shown = done.stdout.splitlines()
    assert len([line for line in shown if re.search(r"\[(f|F)lood\]", line)]) == 2
    assert shown[-2:] == [f"and {len(table) - 2} more, left out by --limit 2", f"{len(table)} lines in 10 articles"]
    assert "set aside: c.txt: " in done.stderr
    assert "no date: a.csv, row 7: 'published' is not a date: '31/02/2024'. Use YYYY-MM-DD." in done.stderr
    assert "1 file or row set aside" in done.stderr
    assert _run(folder, "flood", "--strict").exit_code == 1


def test_the_command_writes_lines(tmp_path: Path) -> None:
    folder = flood(tmp_path / "articles")
    out = tmp_path / "lines.jsonl"
    done = _run(folder, "flood", "-o", out, "--limit", 5)
    assert done.stdout.splitlines()[0] == f"wrote 5 lines to {out}"
    assert len(out.read_text("utf-8").splitlines()) == 5


def test_many_short_quotations_of_a_long_article_do_not_copy_it_for_each() -> None:
    text = " ".join(["“Rain fell,” she said. It was wet."] * 12_000)
    corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": [text]}))
    lines = analysis.concordance(corpus, "rain", voice="quoted")
    assert len(lines) == 12_000
    assert (lines["keyword"] == "Rain").all()
