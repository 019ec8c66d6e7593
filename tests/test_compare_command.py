"""`analysis stories` and `analysis compare` on a small corpus."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import OptionError


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Write nine articles for each of two papers; the last of each is the same wire story."""
    words = np.array(["the", "council", "said", "that", "a", "new", "bridge", "would", "be", "good", "but", "costly"])
    rng = np.random.default_rng(3)
    rows = [
        {
            "article_id": f"{outlet[0]}{i}",
            "outlet": outlet,
            "date": f"2025-03-{i + 1:02}",
            "text": " ".join([*rng.choice(words, 40), *(f"name{outlet[0]}{i}x{n}" for n in range(40))]) + ".",
        }
        for outlet in ("Gazette", "Herald")
        for i in range(8)
    ]
    wire = "HARBOUR TOWN (AP) — " + " ".join(rng.choice(words, 90)) + "."
    rows += [{"article_id": f"{o[0]}9", "outlet": o, "date": "2025-03-20", "text": wire} for o in ("Gazette", "Herald")]
    pd.DataFrame(rows).to_csv(tmp_path / "articles.csv", index=False)
    return tmp_path / "articles.csv"


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_stories(articles: Path) -> None:
    lines = run("stories", articles).splitlines()
    assert lines[0] == (
        "18 articles, 17 stories; 1 of them in several articles, 1 in several outlets; 2 articles of agencies"
    )
    assert [line.split()[:3] for line in lines[2:4]] == [["G9", "G9", "Gazette"], ["G9", "H9", "Herald"]]
    out = articles.with_name("stories.csv")
    run("stories", articles, "-o", out)
    assert pd.read_csv(out)["article_id"].nunique() == 18


def test_one_article_is_one_story(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("date 2025-03-22 Rain\n\nIt rained on the council.\n", encoding="utf-8")
    said = "1 article, 1 story; 0 of them in several articles, 0 in several outlets; 0 articles of agencies"
    assert run("stories", tmp_path / "a.txt").splitlines()[0] == said


def test_groups_that_are_too_small_are_named_in_the_words_of_the_command_line(articles: Path) -> None:
    kept = pd.read_csv(articles).query("outlet == 'Herald' or article_id == 'G0'")
    kept.to_csv(articles, index=False)
    done = subprocess.run(
        [sys.executable, "-m", "analysis.cli", "compare", str(articles)], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert done.stderr == (
        "error: groups of fewer than 8 stories cannot be compared: 'Gazette' (1). Name the others, each with --group, "
        "or collect more.\n"
    )


def test_compare(articles: Path) -> None:
    folder, out = articles.parent / "figures", articles.with_name("found.csv")
    said = run("compare", articles, "--value", "n_words", "--figure", folder, "-o", out)
    assert "n 9/9, effective 9/9" in said
    assert "Gazette has 9 stories, fewer than 20: a rough interval" in said
    assert (folder / "comparison.png").is_file()
    found = pd.read_csv(out)
    assert found[["group", "other", "n_stories"]].to_numpy().tolist() == [["Gazette", "Herald", 9]]
    with pytest.raises(OptionError) as raised:
        run("compare", articles, "--measure", "framing", "--value", "tone")
    assert str(raised.value).endswith("; got 'tone'.")
