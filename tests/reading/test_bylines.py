"""Bylines as newspapers print them."""

from __future__ import annotations

import pytest

from analysis.reading.bylines import is_outlet_name, looks_like_name, parse_byline, split_authors


@pytest.mark.parametrize(
    ("line", "authors", "outlet"),
    [
        ("By Jane Doe", ["Jane Doe"], None),
        ("by Jane Doe", ["Jane Doe"], None),
        ("BY JANE DOE", ["JANE DOE"], None),
        ("By: Jane Doe", ["Jane Doe"], None),
        ("Written by Jane Doe", ["Jane Doe"], None),
        ("Jane Doe, Staff Writer", ["Jane Doe"], None),
        ("JANE DOE and JOHN ROE | Reuters", ["JANE DOE", "JOHN ROE"], "Reuters"),
        ("Jane Doe (Reuters)", ["Jane Doe"], "Reuters"),
        ("By Jane Doe, Associated Press", ["Jane Doe"], "Associated Press"),
        ("By Jane Doe, CNN", ["Jane Doe"], "CNN"),
        ("Jane Doe for the Daily Gazette", ["Jane Doe"], "the Daily Gazette"),
        (
            "Murad Makhmudov, Sawako Utsumi, and Lee Jay Walker",
            ["Murad Makhmudov", "Sawako Utsumi", "Lee Jay Walker"],
            None,
        ),
        ("By Jane Doe, John Roe & Ann Lee", ["Jane Doe", "John Roe", "Ann Lee"], None),
        ("By Martin King, Jr. and Ludwig van der Berg", ["Martin King Jr.", "Ludwig van der Berg"], None),
        ("By Anne-Marie O’Neil and J. K. Rowe", ["Anne-Marie O’Neil", "J. K. Rowe"], None),
        ("Jane Doe in Springfield", ["Jane Doe"], None),
        ("By Jane Doe and agencies", ["Jane Doe"], None),
        ("By Reuters", ["Reuters"], None),
        ("By Associated Press", ["Associated Press"], None),
        ("Jane Doe jane.doe@gazette.example", ["Jane Doe"], None),
    ],
)
def test_bylines(line: str, authors: list[str], outlet: str | None) -> None:
    found = parse_byline(line)
    assert found is not None
    assert (found.authors, found.outlet) == (authors, outlet)


def test_a_date_in_the_byline() -> None:
    found = parse_byline("Jane Doe | March 4, 2025 | The Daily Gazette")
    assert found is not None
    assert (found.authors, found.date, found.outlet) == (["Jane Doe"], "March 4, 2025", "The Daily Gazette")


@pytest.mark.parametrize(
    "line",
    [
        "By Tuesday the fire had spread to the hills.",
        "By the end of the year, the library will be gone",
        "Council votes to close library",
        "What happens next?",
        "The Daily Gazette",
        "“We have no money,” said Ann Lee.",
        "1,200",
        "",
    ],
)
def test_lines_that_are_no_bylines(line: str) -> None:
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("John Stossel, Peter Suderman, C.J. Ciaramella", "John Stossel; Peter Suderman; C.J. Ciaramella"),
        ("Jane Doe;John Roe", "Jane Doe; John Roe"),
        ("By Jane Doe and John Roe", "Jane Doe; John Roe"),
        ("David Post, Josh Blackman", "David Post; Josh Blackman"),
        ("Anthony Zurcher, North America Reporter", "Anthony Zurcher, North America Reporter"),
        ("Doe, Jane", "Doe, Jane"),
        ("Wikinews", "Wikinews"),
        ("山田 太郎", "山田 太郎"),
    ],
)
def test_authors_are_joined_by_semicolons(written: str, joined: str) -> None:
    assert split_authors(written) == joined


def test_names_and_outlets_differ() -> None:
    assert looks_like_name("Jane Doe")
    assert not is_outlet_name("Jane Doe")
    assert is_outlet_name("Modern Tokyo Times")
    assert not looks_like_name("Modern Tokyo Times")
    assert not is_outlet_name("Good News for the Town")
    assert not is_outlet_name("Jim Mone/AP Photo")
