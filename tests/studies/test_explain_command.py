"""`analysis explain` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import AnalysisError


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.csv"
    path.write_text("article_id,outlet,text\na1,Gazette,The war was not good! <b>\n", encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    assert isinstance(done.exception, AnalysisError)
    return str(done.exception)


def test_spans_sum_formula_and_score(article: Path) -> None:
    assert run(article).splitlines() == [
        "      4 war                         -2.900  lexicon −2.9",
        "     16 good                        -1.406  lexicon +1.9; negated by 'not' × −0.74",
        "     20 !                           -0.292  emphasis of '!', of at most four in a text",
        "valence: -4.598",
        "compound = round(valence / sqrt(valence * valence + 15), 4)",
        "compound = -0.7648",
    ]


def test_framing_with_its_counts(article: Path, tmp_path: Path) -> None:
    book = tmp_path / "mine.yaml"
    book.write_text("name: mine\nframes:\n  conflict:\n    cues: [war]\n", encoding="utf-8")
    shown = run(article, "--measure", "framing", "--codebook", book, "--score", "per_1000_words")
    assert shown.splitlines() == [
        "      4 war                         +1.000  cue war of frame conflict",
        "conflict: 1",
        "n_words: 6",
        "per_1000_words = 1000 * n_cues / n_words if n_words > 0 else nan",
        "conflict = 166.667",
    ]


def test_several_quantities_are_named_and_long_lists_cut(tmp_path: Path) -> None:
    path = tmp_path / "article.csv"
    path.write_text("article_id,text\na1," + "A university opened. " * 60 + "\n", encoding="utf-8")
    lines = run(path, "--measure", "readability", "--score", "flesch_kincaid_grade").splitlines()
    assert len(lines) == 200 + 1 + 3 + 1 + 1
    assert lines[200] == "and 220 more that weigh as much or less; -o spans.csv writes all"
    assert any("n_syllables              5 syllables" in line for line in lines)


def test_terms(article: Path) -> None:
    assert run(article, "--measure", "terms", "--term", "w*").endswith("w*: 2\ncount is the sum itself\nw* = 2\n")


def test_one_voice_and_masked_names(tmp_path: Path) -> None:
    path = tmp_path / "article.csv"
    path.write_text('article_id,text\na1,"“Good,” said Mr. Hope sadly."\n', encoding="utf-8")
    assert run(path, "--voice", "quoted").splitlines()[1:3] == [
        "valence of fragment 0: 1.9",
        "n_words of fragment 0: 1",
    ]
    assert "Hope" in run(path, "--voice", "narration")
    assert "Hope" not in run(path, "--voice", "narration", "--mask", "names")


def test_a_page_and_a_table_are_written(article: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(article, "-o", page).startswith(f"wrote {page}\nvalence: ")
    written = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;" in written
    assert "<b>" not in written
    table = tmp_path / "spans.csv"
    assert run(article, "-o", table).startswith(f"wrote 3 spans to {table}\n")
    assert table.read_text(encoding="utf-8-sig").splitlines()[0] == "start,end,text,weight,quantity,rule"


def test_one_of_several_articles_is_named(article: Path) -> None:
    with article.open("a", encoding="utf-8") as file:
        file.write("a2,Herald,It was good.\n")
    assert refused(article) == f"{article} has 2 articles. Name one with --article, such as a1, a2."
    assert "good" in run(article, "--article", "a2")
    assert refused(article, "--article", "a3") == "the corpus has no article 'a3'; `articles.index` lists them."


def test_what_is_no_sum_is_refused(article: Path) -> None:
    assert refused(article, "--measure", "dispersion").startswith("`measure` 'dispersion' is no sum over")


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "article.csv"
    path.write_text("article_id,text\na1,It is \x1b[31mgood\n", encoding="utf-8")
    assert "\x1b" not in run(path, "--measure", "readability", "--score", "n_chunks")


def test_help_has_an_example() -> None:
    assert "analysis explain a.txt" in run("--help")
