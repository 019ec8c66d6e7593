"""One name for one outlet, by three visible rules."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.reading.outlets import normalise_outlets, split_section


@pytest.mark.parametrize(
    ("written", "outlet", "section"),
    [
        ("Newsmax - Opinion", "Newsmax", "Opinion"),
        ("Newsmax (News)", "Newsmax", "News"),
        ("CNN (Web News)", "CNN", "Web News"),
        ("ABC News (Online)", "ABC News", "Online"),
        ("The Guardian | World news", "The Guardian", "World news"),
        ("BBC News – Europe", "BBC News", "Europe"),
        ("  Daily   Gazette ", "Daily Gazette", None),
        ("Guest Writer - Right", "Guest Writer - Right", None),
        ("The Times (London)", "The Times (London)", None),
        ("Metro (UK)", "Metro (UK)", None),
        ("AP Fact Check", "AP Fact Check", None),
        ("Post-Gazette", "Post-Gazette", None),
        ("Opinion", "Opinion", None),
    ],
)
def test_a_section_is_split_off(written: str, outlet: str, section: str | None) -> None:
    assert split_section(written) == (outlet, section)


def test_spellings_of_one_outlet_are_folded() -> None:
    names = ["breitbart"] * 3 + ["Breitbart"] + ["thehuffingtonpost", "The Huffington Post", "USA TODAY", "USA Today"]
    names += ["American Spectator"] * 2 + ["The American Spectator", "cnn", "CNN", "www.salon.com", "salon.com"]
    table = normalise_outlets(names)
    assert dict(zip(table["written"], table["outlet"], strict=True)) == {
        "breitbart": "Breitbart",
        "Breitbart": "Breitbart",
        "thehuffingtonpost": "The Huffington Post",
        "The Huffington Post": "The Huffington Post",
        "USA TODAY": "USA TODAY",
        "USA Today": "USA TODAY",
        "American Spectator": "American Spectator",
        "The American Spectator": "American Spectator",
        "cnn": "CNN",
        "CNN": "CNN",
        "www.salon.com": "salon.com",
        "salon.com": "salon.com",
    }
    assert table["n_articles"].sum() == len(names)


def test_different_outlets_stay_apart() -> None:
    names = ["The Sun", "The Sun (US)", "Daily Mail", "Mail on Sunday", "The", "Herald", "The Herald Tribune"]
    table = normalise_outlets(names)
    assert table["outlet"].nunique() == len(names)


def test_the_mapping_does_not_depend_on_the_order() -> None:
    names = ["b b", "B B", "BB", "bb", "The BB", "A - News", "a"]
    pd.testing.assert_frame_equal(normalise_outlets(names), normalise_outlets(names[::-1]))


def test_missing_names_are_no_outlets() -> None:
    table = normalise_outlets([None, float("nan"), " ", "A"])
    assert table["written"].tolist() == ["A"]
    assert table["section"].isna().all()
