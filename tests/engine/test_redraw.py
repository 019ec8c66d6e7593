"""Figures and reports from tables alone: the articles are deleted, and the same is drawn again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import app
from tests.engine.test_tables import files

ROW = (
    "{outlet},2024-03-{day:02d},Flood {day},The {outlet} council fought over the flood on day {day}. "
    "It was good and the tide rose by {n} metres. Families were angry.\n"
)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report on articles; delete them; report on their tables and draw the figures again."""
    folder = tmp_path_factory.mktemp("drawn")
    rows = [ROW.format(outlet=outlet, day=day, n=day % 4) for day in range(1, 11) for outlet in ("Gazette", "Herald")]
    (folder / "articles.csv").write_text("outlet,published,title,text\n" + "".join(rows), encoding="utf-8")
    run("report", folder / "articles.csv", "-o", folder / "report", "--no-text", "--tidy", "--term", "flood*")
    (folder / "articles.csv").unlink()
    shutil.move(folder / "report" / "tables", folder / "tables")
    run("report", "--from", folder / "tables", "-o", folder / "again")
    run("figures", "--from", folder / "tables", "-o", folder / "figures")
    return folder


def test_reports_are_the_same_without_the_articles(drawn: Path) -> None:
    again = files(drawn / "again")
    assert "index.html" in again
    assert again == files(drawn / "report")


def test_figures_are_the_same_without_the_articles(drawn: Path) -> None:
    again = files(drawn / "figures")
    assert {Path(name).suffix for name in again} == {".png", ".svg", ".csv", ".txt"}
    assert {"terms", "frames", "tone"} <= {name.partition(".")[0] for name in again}
    assert again == files(drawn / "report" / "figures")
