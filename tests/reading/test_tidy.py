from __future__ import annotations

import pandas as pd
import pytest

import analysis
from analysis.reading.quality import furniture

PARAGRAPH = "The council met on Tuesday and voted for the new bridge by five to four."
TEXT = "\n\n".join(
    [
        "Image copyright Getty Images Image caption The old bridge",
        PARAGRAPH,
        "Nobody from the museum came to the vote.",
        PARAGRAPH,
        "Follow us on Twitter @gazette",
        "It was late.",
    ]
)


def corpus() -> analysis.Corpus:
    return analysis.read(pd.DataFrame({"text": [TEXT, "It rained.", "ADVERTISEMENT"], "outlet": ["A", "B", "C"]}))


def test_furniture_leaves_the_text_and_is_listed() -> None:
    read = corpus()
    tidy = read.tidied()
    assert tidy.articles["text"].iloc[0].split("\n\n")[0] == PARAGRAPH
    assert tidy.articles["text"].iloc[0].count(PARAGRAPH) == 1
    assert tidy.articles["text"].iloc[0].endswith("\n\nIt was late.")
    rows = tidy.set_aside[tidy.set_aside["article_id"] == read.articles.index[0]]
    assert rows[["row", "kind"]].values.tolist() == [[1, "caption"], [7, "repeated"], [9, "boilerplate"]]
    assert rows["text"].tolist()[1] == PARAGRAPH
    assert read.articles["text"].iloc[0] == TEXT


def test_nothing_is_left_to_report_and_nothing_else_changes() -> None:
    tidy = corpus().tidied()
    problems = tidy.quality()
    first = problems[problems["article_id"] == tidy.articles.index[0]]["problem"]
    assert not set(first) & {"caption_lines", "boilerplate_lines", "repeated_block"}
    pd.testing.assert_frame_equal(tidy.articles.drop(columns="text"), corpus().articles.drop(columns="text"))
    assert tidy.articles["text"].tolist()[1:] == ["It rained.", "ADVERTISEMENT"]


def test_a_tidy_text_has_no_furniture_and_counts_match_quality() -> None:
    assert list(furniture(TEXT).values()) == ["caption", "repeated", "boilerplate"]
    counted = corpus().quality().set_index(["article_id", "problem"])["n"]
    first = corpus().articles.index[0]
    assert [counted[first, name] for name in ("caption_lines", "repeated_block", "boilerplate_lines")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Advertisement:", "boilerplate"),
        ("Slideshow (2 Images)", "boilerplate"),
        (
            "Watch Gazette TV on DirecTV Ch. 12, DISH Ch. 34. Get Gazette TV on your cable system — Click Here Now",
            "boilerplate",
        ),
        ("Why did the bridge fall? Read more", "boilerplate"),
        ("Share Tweet", "boilerplate"),
        ("@rss" * 99, None),
        ("6 years ago", "boilerplate"),
        ("https://www.example.org/story/1", "boilerplate"),
        ("pic.twitter.com/abc123", "boilerplate"),
        ("Facebook Twitter Pinterest The bridge at dawn.", "caption"),
        ("Ann Lee/Reuters", "caption"),
        ("He placed an advertisement: nobody answered.", None),
        ("The slideshow (2 images) was shown to the jury.", None),
        ("People watch the news on DirecTV less than they did, the company said.", None),
        ("Children ought to read more.", None),
        ("He asked people to share and tweet it.", None),
        ("That was 6 years ago.", None),
        ("The report is at https://www.example.org/story/1.", None),
        ("Facebook, Twitter and Pinterest were fined.", None),
    ],
)
def test_which_lines_are_furniture(line: str, kind: str | None) -> None:
    assert furniture(f"It rained.\n\n{line}\n\nIt was late.").get(3) == kind
