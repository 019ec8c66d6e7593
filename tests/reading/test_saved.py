"""Saved articles: the head into columns, the foot aside, the body whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.reading.quality import is_caption
from analysis.reading.saved import SavedArticle, foot_kind, parse_saved

ONE = "The town council voted on Tuesday to close the library on Mill Street, ending a dispute of two years."
TWO = "“We have no money left,” said Mayor Ann Lee. She had opposed the plan until March."
THREE = "Residents left flowers at the door on Wednesday."
BODY = f"{ONE}\n\n{TWO}\n\n{THREE}"
TITLE = "Council votes to close library"


def lines_aside(article: SavedArticle) -> list[str]:
    return [text for _, _, _, text in article.set_aside]


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("date 2025-03-22 Council votes to close library\n\n", {"published": "2025-03-22"}),
        ("   date 2025-03-22   Council votes to close library  \n\n\n", {"published": "2025-03-22"}),
        ("Date: 2025-03-22 Council votes to close library\n\n", {"published": "2025-03-22"}),
        ("2025-03-22 Council votes to close library\n\n", {"published": "2025-03-22"}),
        ("Council votes to close library\n\n", {}),
        ("Council votes to close library\n=====\n\n", {}),
        ("# Council votes to close library\n\n", {}),
        ("Council votes to close library\n\nBy Jane Doe\n\n", {"authors": "Jane Doe"}),
        ("Council votes to close library\nBy Jane Doe\n\n", {"authors": "Jane Doe"}),
        ("Council votes to close\nlibrary\n\nBy Jane Doe\n\n", {"authors": "Jane Doe"}),
        ("Council votes to close library\n\nJane Doe, Staff Writer\n\n", {"authors": "Jane Doe"}),
        (
            "Council votes to close library\nJane Doe, Staff Writer\nPublished: 22 March 2025 09:30\n\n",
            {"authors": "Jane Doe", "published": "22 March 2025 09:30"},
        ),
        (
            "Council votes to close library\n\nJANE DOE and JOHN ROE | Reuters\n\n",
            {"authors": "JANE DOE; JOHN ROE", "outlet": "Reuters"},
        ),
        (
            "Council votes to close library\n\nBy Jane Doe\n\nMarch 22, 2025\n\n",
            {"authors": "Jane Doe", "published": "March 22, 2025"},
        ),
        (
            "THE DAILY GAZETTE\n\nCouncil votes to close library\n\nBy Jane Doe\n\nTuesday, 4 March 2025\n\n",
            {"outlet": "THE DAILY GAZETTE", "authors": "Jane Doe", "published": "Tuesday, 4 March 2025"},
        ),
        (
            f"date 2025-03-22 {TITLE}\n\nJane Doe, John Roe, and Ann Lee Walker\n\nModern Tokyo Times\n\n",
            {
                "published": "2025-03-22",
                "authors": "Jane Doe; John Roe; Ann Lee Walker",
                "outlet": "Modern Tokyo Times",
            },
        ),
        (
            "date 2025-03-22 Council votes to close library\n\nModern Tokyo Times\n\n",
            {"published": "2025-03-22", "outlet": "Modern Tokyo Times"},
        ),
        (
            "date 2025-03-22 Council votes to close library\n\nJane Doe\n\nSalon\n\n",
            {"published": "2025-03-22", "authors": "Jane Doe", "outlet": "Salon"},
        ),
        (
            "date 2025-03-22\n\nCouncil votes to close library\n\nJane Doe\n\n",
            {"published": "date 2025-03-22", "authors": "Jane Doe"},
        ),
        (
            "Council votes to close library\n\nJane Doe | March 4, 2025 | The Daily Gazette\n\n",
            {"authors": "Jane Doe", "published": "March 4, 2025", "outlet": "The Daily Gazette"},
        ),
        (
            f"Title: {TITLE}\nAuthor: Jane Doe\nSource: Daily Gazette\nDate: 4 March 2025\nURL: https://example.org/a\n\n",
            {
                "authors": "Jane Doe",
                "outlet": "Daily Gazette",
                "published": "4 March 2025",
                "url": "https://example.org/a",
            },
        ),
        (
            "OPINION\n\nCouncil votes to close library\n\nhttps://example.org/a\n\nBy Jane Doe\n\n",
            {"section": "OPINION", "url": "https://example.org/a", "authors": "Jane Doe"},
        ),
    ],
)
def test_heads(head: str, fields: dict[str, str]) -> None:
    article = parse_saved(head + BODY)
    assert article.fields == fields | {"title": TITLE}
    assert article.text == BODY


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        BODY,
        f"{ONE}\n{TWO}\n{THREE}",
        f"Intermediate\n{ONE}\n{TWO}",
        "The town council voted on Tuesday to close\nthe library.\n\nResidents left flowers at\nthe door.",
        f"By Tuesday the fire had spread to the hills above the town.\n\n{TWO}",
        f"SPRINGFIELD, March 4 (AP) — {ONE}\n\n{TWO}",
        f"{ONE}\n\nThe plan is at https://example.org/plan and will be read on Monday.\n\nhttps://example.org/video\n\n{TWO}",
        f"{ONE}\n\nFollow the money, prosecutors said on Tuesday.",
        f"{ONE}\n\nJoin us, the mayor said, and help our town to live again after the flood that took so many homes.",
        f"{ONE}\n\nRelated companies face a tax of 20 percent, the minister said on Monday.",
        f"{ONE}\n\n“We will be back”",
        f"1 Race engineer\n{ONE}\n{TWO}\n2 Ethical hacker\n{THREE}",
        f"{ONE}\n\n1. Books\n2. Shelves\n3. Flowers",
        f"{ONE}\n\nShare prices fell\n\n{TWO}",
        f"{ONE}\n\nFor more on the plan, visit the library on Mill Street.",
        f"{ONE}\n\nA woman, who asked not to be named, said: “Contact us when you know.”",
        f"{TWO}\n\nWhat the mayor said\n\n{ONE}",
        "قرر مجلس المدينة يوم الثلاثاء إغلاق المكتبة في شارع المطحنة.\n\nوترك السكان الزهور عند الباب.",
    ],
)
def test_no_line_of_a_body_is_eaten(text: str) -> None:
    article = parse_saved(text)
    assert article.text == text
    assert article.fields == {}
    assert article.set_aside == []


@pytest.mark.parametrize(
    "foot",
    [
        ["© 2025 The Daily Gazette. All rights reserved."],
        ["Copyright 2025 Gazette Media"],
        ["Copyright 2019 The Associated Press. All rights reserved. This material may not be published or broadcast."],
        ["Read more: Mayor under fire", "Follow us on Twitter @gazette", "https://x.com/gazette"],
        ["Sign up for our newsletter", "Advertisement"],
        [
            "Share this article",
            "Twitter",
            "Facebook",
            "Related stories",
            "Bakery wins prize",
            "What next for the bridge?",
        ],
        ["Associated Press writer John Roe contributed to this report."],
        ["Reporting by John Roe; Editing by Ann Lee", "Our Standards: The Thomson Reuters Trust Principles."],
        ["Daily Gazette is part of the Gazette Media group", "http://gazette.example Daily Gazette – News"],
        [
            "PLEASE JOIN ON TWITTER",
            "https://twitter.com/gazette Gazette",
            "PLEASE JOIN ON FACEBOOK",
            "http://facebook.com/gazette",
        ],
        ["Donate at https://example.org/donate", "@gazette"],
        ["###"],
        ["Tags: library, council", "12 comments", "Leave a comment"],
        ["Support us", "Subscribe here", "Get the app"],
        ["Privacy policy", "Terms of use", "Contact us"],
        ["For the latest: https://example.org/latest"],
    ],
)
def test_feet_are_set_aside_line_by_line(foot: list[str]) -> None:
    text = f"{TITLE}\n\nBy Jane Doe\n\n{BODY}\n\n" + "\n\n".join(foot) + "\n\n\n"
    article = parse_saved(text)
    assert article.text == BODY
    assert lines_aside(article) == foot
    lines = text.split("\n")
    assert [lines[number - 1] for number, *_ in article.set_aside] == foot


def test_a_line_about_the_author_is_of_the_foot() -> None:
    article = parse_saved(f"{TITLE}\n\nBy Jane Doe\n\n{BODY}\n\nJane Doe is a reporter for the Gazette.")
    assert article.text == BODY
    assert [reason for _, _, reason, _ in article.set_aside] == ["about the author"]


def test_lines_between_paragraphs_that_sell_are_set_aside() -> None:
    article = parse_saved(f"{TITLE}\n\n{ONE}\n\nADVERTISEMENT\n\n{TWO}\n\nRead more: Mayor under fire\n\n{THREE}")
    assert article.text == BODY
    assert lines_aside(article) == ["ADVERTISEMENT", "Read more: Mayor under fire"]


def test_a_standfirst_stays_in_the_text() -> None:
    for deck in (
        "Mayor says cuts are unavoidable after grant is lost",
        "The mayor said that the cuts were unavoidable this year.",
    ):
        article = parse_saved(f"{TITLE}\n\n{deck}\n\nBy Jane Doe\n\n4 March 2025\n\n{BODY}")
        assert article.fields == {"title": TITLE, "authors": "Jane Doe", "published": "4 March 2025"}
        assert article.text == f"{deck}\n\n{BODY}"


def test_a_headline_in_capitals_is_not_taken_for_a_name() -> None:
    article = parse_saved(f"Library To Close\n\nCouncil Votes\n\n{ONE} The council said so. It votes again in May.")
    assert "authors" not in article.fields


def test_what_a_byline_says_besides_names_is_set_aside() -> None:
    article = parse_saved(f"{TITLE}\n\nJane Doe, Political Correspondent\n\n{BODY}")
    assert article.fields["authors"] == "Jane Doe"
    assert article.set_aside == [
        (3, "header", "the byline, which says more than names", "Jane Doe, Political Correspondent")
    ]


def test_published_goes_before_updated() -> None:
    head = f"{TITLE}\n\nUpdated: 5 March 2025\n\nPublished: 4 March 2025\n\n"
    article = parse_saved(head + BODY)
    assert article.fields["published"] == "Published: 4 March 2025"
    assert lines_aside(article) == ["Updated: 5 March 2025"]


def test_an_outlet_guessed_by_its_place_is_noted() -> None:
    article = parse_saved(f"date 2025-03-22 {TITLE}\n\nJane Doe\n\nMeduza\n\n{BODY}")
    assert article.notes == [(5, "outlet", "'Meduza' below the byline was taken for the outlet")]


def test_a_subheading_below_the_byline_is_not_the_outlet() -> None:
    article = parse_saved(f"{TITLE}\n\nBy Jane Doe\n\nBackground\n\n{BODY}")
    assert "outlet" not in article.fields
    assert article.text == f"Background\n\n{BODY}"


def test_a_caption_is_not_the_title() -> None:
    article = parse_saved(f"FILE PHOTO: The library on Mill Street\n\n{BODY}")
    assert article.fields == {}


def test_front_matter() -> None:
    text = f"""---
title: "Council votes: to close"
date: 2025-03-22
authors: [Jane Doe, John Roe]
source: no
topic: libraries
---

{BODY}

© Gazette Media
"""
    article = parse_saved(text)
    assert article.fields == {
        "title": "Council votes: to close",
        "published": "2025-03-22",
        "authors": ["Jane Doe", "John Roe"],
        "outlet": "no",
        "topic": "libraries",
    }
    assert article.text == BODY
    assert lines_aside(article) == ["© Gazette Media"]


@pytest.mark.parametrize(
    "block",
    ["a: &a [1]\nb: [*a, *a]", "title: [unclosed", "- one: a\n- two: b", "!!python/object/apply:os.system ['true']: x"],
)
def test_front_matter_that_is_broken_or_hostile_is_set_aside(block: str) -> None:
    article = parse_saved(f"---\n{block}\n---\n\n{BODY}")
    assert article.text == BODY
    assert article.fields == {}
    assert [(kind, text) for _, kind, _, text in article.set_aside] == [("front matter", block)]
    assert [kind for _, kind, _ in article.notes] == ["row"]


@pytest.mark.parametrize(
    ("block", "row", "line"),
    [
        ("source: Gazette\ntitle: Rain: again\ndate: 2024-03-01", 3, "title: Rain: again"),
        ('source: Gazette\ntitle: "Rain\ndate: 2024-03-01', 3, 'title: "Rain'),
        ("title: Rain\nsource: [a, b\ndate: 2024-03-01", 3, "source: [a, b"),
    ],
)
def test_a_fault_of_the_front_matter_is_told_with_its_line(block: str, row: int, line: str) -> None:
    (number, _, message), *others = parse_saved(f"---\n{block}\n---\n\n{BODY}").notes
    assert others == []
    assert number == row
    assert message.startswith("the front matter could not be read: ")
    assert message.endswith(f"The line is {line!r}.")


def test_a_rule_around_the_title_is_no_front_matter() -> None:
    article = parse_saved(f"---\n{TITLE}\n---\n\n{BODY}")
    assert BODY in article.text


def test_a_file_of_nothing_but_a_foot_loses_nothing() -> None:
    article = parse_saved("http://example.org\n\nPLEASE JOIN ON TWITTER")
    assert article.fields == {"url": "http://example.org"}
    assert article.text == "PLEASE JOIN ON TWITTER"


WORDS = st.sampled_from(
    [
        *(
            ONE,
            TWO,
            THREE,
            TITLE,
            "By Jane Doe",
            "Jane Doe",
            "4 March 2025",
            "Reuters",
            "The Daily Gazette",
            "© Gazette",
            "Share",
        ),
        *(
            "https://x.example",
            "Read more: this",
            "Advertisement",
            "",
            "",
            "",
            "---",
            "===",
            "A",
            "?",
            "1.",
            "title: x",
            "\ufeff",
            "#",
        ),
    ]
)


@given(st.lists(WORDS, max_size=14))
def test_every_line_ends_up_somewhere(lines: list[str]) -> None:
    text = "\n".join(lines)
    article = parse_saved(text)
    kept = article.text + "\n" + "\n".join(str(value) for value in article.fields.values())
    kept += "\n" + "\n".join(aside for _, _, _, aside in article.set_aside)
    for line in lines:
        bare = line.strip().removeprefix("By ").removeprefix("title: ").strip("# ")
        assert not bare or bare in kept or set(bare) <= set("-=")


@pytest.mark.parametrize(
    "line",
    [ONE, TWO, THREE, TITLE, "Jane Doe", "The end came in March", "Online", "More money for schools is promised."],
)
def test_lines_that_are_no_foot(line: str) -> None:
    assert foot_kind(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "Join us " + "word " * 60,
        "Follow " + "a.b-" * 90 + " us",
        "(" * 200 + "AP " * 60,
        "x" * 390 + ": https://",
        "[" + "- " * 190,
        "By " + "A" * 150,
        "Jane " * 30,
        "and , " * 26,
        "1" * 90,
        " " * 5000 + "x",
        "9:" * 40,
    ],
)
def test_hostile_lines_take_no_time(line: str) -> None:
    """A pattern that backtracks without end would hang here."""
    for text in (line, f"{line}\n\n{ONE}", f"{ONE}\n\n{line}", f"date 2025-03-22 {line}"):
        parse_saved(text)
        is_caption(line)


@pytest.mark.parametrize(
    ("name", "content", "whose"),
    [
        ("a.txt", "   1 of 12 DOCUMENTS\n\nRain fell.\n\n   2 of 12 DOCUMENTS\n\nThe wind rose.\n", "Nexis"),
        ("a.txt", "Document 1 of 2\n\nRain fell.\n____\nDocument 2 of 2\n\nThe wind rose.\n", "ProQuest"),
        ("a.html", "<P><SPAN CLASS='c1'>1 de 2 DOCUMENTS</SPAN></P><P>2 sur 2 DOCUMENTS</P><p>Rain.</p>", "Nexis"),
        ("a.html", '<div class="article frArticle">Rain.</div><div class="article enArticle">Wind.</div>', "Factiva"),
        ("a.html", '<div class="DocPublicationName">A</div><div class="DocPublicationName">B</div>', "Europresse"),
    ],
)
def test_an_export_of_several_articles_is_not_read_as_one(tmp_path: Path, name: str, content: str, whose: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "b.txt").write_text(
        "1 of 1 DOCUMENTS\n\nThe council met on Monday and talked of rain.", encoding="utf-8"
    )
    corpus = analysis.read(tmp_path)
    assert len(corpus) == 1
    (reason,) = corpus.set_aside.loc[corpus.set_aside["kind"] == "file", "reason"]
    assert reason == (
        f"holds 2 articles, as {whose} exports them, in a layout that is not known: no date, length or number was "
        "found in it. Export them as a table (.xlsx or .csv) with a row for each, or save each in a file of its own."
    )
