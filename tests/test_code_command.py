from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import InputError, OptionError

TONE = "tone=-1,0,1"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_from_articles_to_a_locked_gold_standard(tmp_path: Path):
    rows = [f"Gazette,Day {day},The council fought over the flood on day {day}." for day in range(9)]
    articles = tmp_path / "articles.csv"
    articles.write_text("outlet,title,text\n" + "\n".join(rows), encoding="utf-8")
    folder, codes, gold, lock = (tmp_path / name for name in ("coding", "codes.csv", "gold.csv", "lock.json"))
    who = ("--coder", "Ann", "--coder", "Ben")
    said = run("code", "write", articles, "-n", 8, *who, "--overlap", 0.5, "--variable", TONE, "-o", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["coding-Ann.xlsx", "coding-Ben.xlsx", "sample.parquet"]
    assert said.count("wrote ") == 3
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        for number, row in enumerate(book["coding"].iter_rows(min_row=2)):
            row[3].value = 1 if number == 0 and "Ann" in path.name else number % 2
        book.save(path)
    sheets = sorted(folder.glob("*.xlsx"))
    read = ("code", "read", *sheets, "--sample", folder / "sample.parquet", "--variable", TONE, "-o", codes)
    assert run(*read) == f"wrote {codes}: 8 units coded by Ann, Ben\n"
    lines = run("code", "agreement", codes, "--variable", "tone", "--scale", "ordinal").splitlines()
    assert lines[1].split() == ["all", "agreement", "0.750", "(0.250", "to", "1.000)", "n", "4"]
    assert lines[-1] == "1 of 8 units were coded differently"
    said = run("code", "gold", codes, "--variable", "tone", "-o", gold, "--lock", lock)
    assert said.splitlines()[0] == f"wrote {gold}: 8 units, 4 single, 3 unanimous, 1 tie"
    tables = tmp_path / "tables"
    run("measure", articles, "-o", tables, "--only", "sentiment")
    validate = ("validate", tables, gold, "--score", "compound_mean", "--variable", "tone", "--lock", lock)
    lines = run(*validate, "--cut", -0.9, "-o", tmp_path / "scores.csv").splitlines()
    assert lines[0] == "7 units of 7 articles, 95% intervals by article"
    assert lines[1].split()[:2] == ["accuracy", "0.571"]  # all are above -0.9; 4 of 7 are coded 1
    assert lines[-2:] == ["First look at this gold standard.", f"wrote {tmp_path / 'scores.csv'}"]
    gold.write_text(gold.read_text(encoding="utf-8").replace(",single", ",unanimous", 1), encoding="utf-8")
    with pytest.raises(InputError, match="was changed after it was locked"):
        run(*validate)
    book = openpyxl.load_workbook(sheets[0])
    book["coding"]["D2"] = 5
    book.save(sheets[0])
    with pytest.raises(InputError) as caught:
        run(*read)
    assert str(caught.value) == "coding-Ann.xlsx, row 2: 'tone' has the unknown code '5'. Use -1, 0, 1."


def test_what_the_options_mean(tmp_path: Path):
    articles = tmp_path / "articles.csv"
    articles.write_text("outlet,text\nA,Rain fell.\n", encoding="utf-8")
    write = ("code", "write", articles, "-n", 1, "-o", tmp_path)
    with pytest.raises(OptionError) as caught:
        run(*write, "--coder", "A", "--variable", "tone")
    assert str(caught.value) == "--variable must be NAME=CODE,CODE, such as tone=-1,0,1; got 'tone'."
    with pytest.raises(OptionError) as caught:
        run(*write, "--coder", "A B", "--coder", "A.B", "--variable", TONE)
    assert str(caught.value) == "two names of --coder give one name of a file; write them with other letters or digits."


def test_a_sheet_that_may_be_filled_in_is_not_written_over(tmp_path: Path):
    articles, folder = tmp_path / "articles.csv", tmp_path / "coding"
    articles.write_text("outlet,text\nA,Rain fell.\n", encoding="utf-8")
    write = ("code", "write", articles, "-n", 1, "--coder", "Ann", "--variable", TONE, "--format", "csv", "-o", folder)
    run(*write)
    sheet = folder / "coding-Ann.csv"
    sheet.write_text(sheet.read_text("utf-8-sig").replace("fell.,", "fell.,1"), encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        run(*write)
    assert str(caught.value) == f"{sheet} is there already, and may hold coding; name a new folder with -o."
    assert sheet.read_text("utf-8").endswith("fell.,1\n")
    with pytest.raises(OptionError) as caught:
        run("code", "read", sheet, "--sample", sheet, "--variable", TONE, "-o", tmp_path / "codes.csv")
    assert str(caught.value) == (
        "`sample` has no column 'article_id', 'sentence', 'stratum', 'inclusion', 'coders'; it has coder, unit, text, "
        "tone. Give what coding_sample drew: the sample.parquet that was written with the sheets."
    )
