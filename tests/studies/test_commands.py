"""`analysis voice`, `quotes`, `speakers`, `names` and `portrayal` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.errors import AnalysisError

TEXT = "Interim mayor Ana Ruiz was happy. “We won,” she said. The tireless Ana Ruiz left Lima."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    rows = [("a1", "Gazette", TEXT), ("a2", "Herald", "Rain, \x1b[31mrain.")]
    lines = [json.dumps(dict(zip(("article_id", "outlet", "text"), row, strict=True))) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_voice(articles: Path) -> None:
    assert run("voice", articles).splitlines() == [
        "article_id  outlet   n_words  n_quoted_words  share_quoted  n_quotations",
        "a1          Gazette       16               2         0.125             1",
        "a2          Herald         2               0         0.000             0",
    ]


def test_quotes(articles: Path) -> None:
    assert run("quotes", articles).splitlines() == [
        "article_id  kind    speaker   cue   certainty  text",
        "a1          direct  Ana Ruiz  said      0.700  We won,",
    ]


def test_speakers(articles: Path) -> None:
    lines = run("speakers", articles, "--by", "outlet").splitlines()
    assert [line.split()[:3] for line in lines] == [["outlet", "speaker", "n_quotations"], ["Gazette", "Ana", "Ruiz"]]


def test_names_are_cut_to_the_limit(articles: Path) -> None:
    lines = run("names", articles, "--limit", 1).splitlines()
    assert lines[1].split()[:3] == ["a1", "14", "22"]
    assert lines[2:] == ["and 2 more rows; -o table.csv writes all"]


def test_portrayal(articles: Path) -> None:
    lines = run("portrayal", articles, "--name", "Ruiz", "--name", "Bo").splitlines()
    assert lines[0].split() == [
        *("name", "n_mentions", "n_articles", "n_labels", "labels", "n_sentences", "compound_mean"),
    ]  # roles, which were not asked for, are no empty columns
    assert lines[1].split()[:4] == ["Ruiz", "2", "1", "3"]
    assert "Interim (1); mayor (1); tireless (1)" in lines[1]
    assert lines[2].split() == ["Bo", "0", "0", "0", "0"]
    assert "tireless" in run("portrayal", articles, "--name", "Ruiz", "--unit", "label")


@pytest.mark.parametrize("verb", ["voice", "quotes", "speakers", "names", "portrayal"])
def test_a_table_is_written_as_the_function_gives_it(verb: str, articles: Path, tmp_path: Path) -> None:
    more = ["--name", "Ana Ruiz"] if verb == "portrayal" else []
    path = tmp_path / "table.parquet"
    shown = run(verb, articles, "-o", path, *more)
    table = pd.read_parquet(path)
    assert shown == f"wrote {len(table)} row{'s' * (len(table) != 1)} to {path}\n"
    options = {"names": "Ana Ruiz"} if verb == "portrayal" else {}
    expected = getattr(analysis, verb)(analysis.read(articles), **options)
    if verb == "voice":
        expected = expected.reset_index()
        table = table.drop(columns="outlet")
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


def test_what_is_wrong_is_said_before_anything_is_read(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["quotes", str(tmp_path / "nothing.csv"), "-o", str(tmp_path / "x.doc")])
    assert isinstance(done.exception, AnalysisError)
    assert "x.doc" in str(done.exception)


def test_no_control_character_reaches_the_terminal(articles: Path) -> None:
    for verb in ("voice", "quotes", "names"):
        assert "\x1b" not in run(verb, articles)


@pytest.mark.parametrize("verb", ["voice", "quotes", "speakers", "names", "portrayal"])
def test_help_has_examples(verb: str) -> None:
    assert f"Examples: analysis {verb} articles/" in " ".join(run(verb, "--help").split())
