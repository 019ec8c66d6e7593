"""What a check of a codebook says, by hand on a few articles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.errors import OptionError
from analysis.measures.codebook import packaged

BOOK = {
    "fire": {"cues": ["fire*", "fires", "fire crew", "smoke", "ash NEAR/2 cloud"], "except": ["fire sale"]},
    "harm": ["fire*", "burn* NOT burn rate", "burns", "cloud NEAR/1 ash", "ash cloud*"],
}


@pytest.fixture
def book() -> analysis.Codebook:
    return analysis.Codebook.from_dict(BOOK, name="mine")


@pytest.fixture
def corpus() -> analysis.Corpus:
    texts = ["A fire burns. The ash cloud grew.", "Fires, a fire sale.", "The burn rate; it burns.", "It burns."]
    outlets = ["A", "B", "A", "A"]
    return analysis.read(pd.DataFrame({"outlet": outlets, "text": texts, "article_id": list("abcd")}))


def test_what_cues_find(book: analysis.Codebook, corpus: analysis.Corpus) -> None:
    table = analysis.check_codebook(book, corpus).cues
    assert [str(kind) for kind in table.dtypes] == ["str", "str", "int64", "int64", "int64", "str", "str"]
    assert table.fillna("-").values.tolist() == [
        ["fire", "fire*", 2, 2, 2, "A", ""],
        ["fire", "fires", 0, 0, 0, "-", "never"],
        ["fire", "fire crew", 0, 0, 0, "-", "never"],
        ["fire", "smoke", 0, 0, 0, "-", "never"],
        ["fire", "ash NEAR/2 cloud", 1, 1, 1, "A", ""],
        ["harm", "fire*", 3, 2, 2, "B", ""],
        ["harm", "burn* NOT burn rate", 3, 3, 1, "A", "one outlet"],
        ["harm", "burns", 0, 0, 0, "-", "never"],
        ["harm", "cloud NEAR/1 ash", 1, 1, 1, "A", ""],
        ["harm", "ash cloud*", 0, 0, 0, "-", "never"],
    ]


def test_cues_that_say_the_same(book: analysis.Codebook, corpus: analysis.Corpus) -> None:
    without = [
        ["same cue", "fire", "fire*", "harm", "fire*", 0],
        ["covered", "fire", "fires", "fire", "fire*", 0],
    ]
    assert analysis.check_codebook(book).overlaps.values.tolist() == without
    assert analysis.check_codebook(book, corpus).overlaps.values.tolist() == [
        *without,
        ["same words", "fire", "fire*", "harm", "fire*", 2],
        ["same words", "fire", "ash NEAR/2 cloud", "harm", "cloud NEAR/1 ash", 2],
    ]


def test_lines_are_spread_over_the_matches(book: analysis.Codebook, corpus: analysis.Corpus) -> None:
    lines = analysis.check_codebook(book, corpus, most=1, examples=2).lines
    assert lines.values.tolist() == [
        ["fire", "fire*", 2, "a", "A", "A", "fire", "burns. The ash cloud grew."],
        ["fire", "fire*", 2, "b", "B", "", "Fires", ", a fire sale."],
        ["harm", "burn* NOT burn rate", 3, "a", "A", "A fire", "burns", ". The ash cloud grew."],
        ["harm", "burn* NOT burn rate", 3, "d", "A", "It", "burns", "."],
    ]
    assert analysis.check_codebook(book, corpus, examples=0).lines.empty
    with pytest.raises(OptionError) as below:
        analysis.check_codebook(book, corpus, most=-1)
    assert str(below.value) == "`most` must be a whole number, 0 or more; got -1."


def test_without_articles_and_without_matches(book: analysis.Codebook, corpus: analysis.Corpus) -> None:
    full = analysis.check_codebook(book, corpus)
    for other in (analysis.check_codebook(book), analysis.check_codebook(book, corpus.where(outlet="C"))):
        for name in ("cues", "overlaps", "lines"):
            assert getattr(other, name).dtypes.equals(getattr(full, name).dtypes)
        assert (other.cues["n"] == 0).all()


def test_the_page(book: analysis.Codebook, corpus: analysis.Corpus) -> None:
    assert str(analysis.check_codebook(book, corpus, most=1, examples=1)).splitlines() == [
        "CodebookCheck 'mine': 10 cues in 4 articles; 5 never found, 1 in one outlet only, 4 overlaps",
        "",
        "frame: cues, of them found; matches",
        "  fire: 5, 2; 3",
        "  harm: 5, 3; 7",
        "",
        "never found: 5",
        "  fire: fires, fire crew, smoke",
        "  harm: burns, ash cloud*",
        "",
        "in one outlet only: 1",
        "  harm: burn* NOT burn rate (A)",
        "",
        "cues that say the same: 4",
        "  same cue: fire 'fire*' · harm 'fire*'",
        "  covered: fire 'fires' · fire 'fire*'",
        "  same words: fire 'fire*' · harm 'fire*', 2 words",
        "  same words: fire 'ash NEAR/2 cloud' · harm 'cloud NEAR/1 ash', 2 words",
        "",
        "fire: fire* (2)",
        f"  {'A':>48s} [fire] burns. The ash cloud grew.",
        "",
        "harm: burn* NOT burn rate (3)",
        f"  {'A fire':>48s} [burns] . The ash cloud grew.",
    ]


def test_the_commands(book: analysis.Codebook, tmp_path: Path) -> None:
    file, articles = tmp_path / "mine.yaml", tmp_path / "a.txt"
    file.write_text(book.to_yaml(), encoding="utf-8")
    articles.write_text("The fire crew came.\n\nIt \x1b[31mburns.", encoding="utf-8")
    run = CliRunner()
    shown = run.invoke(app, ["codebook", "show", str(file)])
    assert (shown.exit_code, shown.output) == (0, book.to_yaml())
    checked = run.invoke(app, ["codebook", "check", str(file), str(articles)])
    assert checked.exit_code == 0
    assert checked.output.startswith("CodebookCheck 'mine': 10 cues in 1 articles; ")
    assert "[fire crew] came." in checked.output
    assert "\x1b" not in checked.output
    assert run.invoke(app, ["codebook", "check", str(file)]).output.count("never found") == 1
    listed = run.invoke(app, ["codebook", "list"]).output.splitlines()
    assert [line.split()[0] for line in listed] == packaged()
    assert packaged() == ["entman", "generic", "loaded", "morality", "policy"]


@pytest.mark.parametrize("name", ["entman", "generic", "loaded", "morality", "policy"])
def test_the_kits_own_codebooks(name: str) -> None:
    book = analysis.read_codebook(name)
    assert book.name == name
    assert book.version
    assert book.language == "en"
    assert book.source
    for frame in book.frames:
        assert frame.question
        assert frame.source
        assert frame.rationale
        assert len(frame.cues) >= 60
