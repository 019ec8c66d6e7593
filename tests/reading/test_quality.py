"""`Corpus.quality()` says what is wrong with which article, and holds no text."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.reading.quality import PROBLEMS, is_caption, quality

SOUND = " ".join(["The council met on Tuesday, and the mayor said that the library would close in the spring."] * 5)


def problems(text: str, **columns: object) -> dict[str, tuple[str, int]]:
    row = {"article_id": "a", "outlet": "Gazette", "published": "2024-03-01", "text": text} | columns
    table = analysis.read(pd.DataFrame([row])).quality()
    return {row.problem: (row.detail, row.n) for row in table.itertuples()}


def test_a_sound_article_has_no_problem() -> None:
    table = analysis.read(pd.DataFrame({"outlet": ["A"], "date": ["2024-03-01"], "text": [SOUND]})).quality()
    assert table.empty
    assert table.columns.tolist() == ["article_id", "problem", "detail", "n"]
    assert table.dtypes.astype(str).tolist() == ["str", "str", "str", "int64"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {"empty": ("", 0), "language_unknown": ("", 1)}),
        ("... !", {"empty": ("", 5), "language_unknown": ("", 1)}),
        ("The rain fell on the town.", {"very_short": ("6 words", 6)}),
        (f"{SOUND} [+1234 chars]", {"cut_short": ("", len(SOUND) + 14)}),
        ((SOUND * 100)[:32767], {"cut_short": ("", 32767)}),
        (f"{SOUND}\n\nOnce.\n\n{SOUND}\n\n{SOUND}", {"repeated_block": ("lines 5, 7", 2)}),
        (f"FILE - The mayor, in March.\n\n{SOUND}\n\nCredit: Ann Lee", {"caption_lines": ("lines 1, 5", 2)}),
        (f"{SOUND}\n\nFollow us on Facebook", {"boilerplate_lines": ("line 3", 1)}),
        (f"{SOUND}<br>It&nbsp;rained.", {"markup": ("", 2)}),
        (f"{SOUND} \u200b\ufffd\ufffd", {"odd_characters": ("U+200B x 1, U+FFFD x 2", 3)}),
        (f"{SOUND} It was the mayorâ€™s idea.", {"mojibake": ("", 1)}),
    ],
)
def test_problems_of_a_text(text: str, found: dict[str, tuple[str, int]]) -> None:
    assert problems(text) == found


def test_problems_of_the_other_columns() -> None:
    assert problems(SOUND, published=None) == {"no_date": ("", 1)}
    assert problems(SOUND, published="31/02/2024") == {"no_date": ("", 1), "date_unread": ("", 1)}
    assert problems(SOUND, outlet=" ") == {"no_outlet": ("", 1)}
    assert problems(SOUND, language="de") == {"not_english": ("de", 1)}


def test_duplicates_name_the_first() -> None:
    frame = pd.DataFrame(
        {
            "article_id": list("abcde"),
            "outlet": "A",
            "date": "2024-03-01",
            "text": [SOUND, "x", f"{SOUND} ", SOUND, "x "],
        }
    )
    table = analysis.read(frame).quality()
    table = table[table["problem"] == "duplicate"]
    assert table[["article_id", "detail", "n"]].values.tolist() == [
        ["c", "the same text as a", 3],
        ["d", "the same text as a", 3],
        ["e", "the same text as b", 2],
    ]


def test_a_label_above_many_texts_of_a_folder(tmp_path: Path) -> None:
    for folder, times in (("many", 10), ("few", 9)):
        (tmp_path / folder).mkdir()
        for number in range(times):
            (tmp_path / folder / f"{number}.txt").write_text(f"Intermediate\n{SOUND}\n{SOUND} Article {number}.")
    table = analysis.read(tmp_path).quality()
    table = table[table["problem"] == "label_line"]
    assert table[["detail", "n"]].drop_duplicates().values.tolist() == [["Intermediate", 10]]
    assert len(table) == 10


def test_what_was_set_aside_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        f"date 2025-03-22 Title of it\n\nJane Doe\n\n{SOUND}\n\nFollow us on Facebook\n\nhttp://x.example"
    )
    corpus = analysis.read(tmp_path)
    table = corpus.quality().set_index("problem")
    assert table.loc["boilerplate", ["detail", "n"]].tolist() == ["link 1, promotion 1", 2]
    assert table.loc["boilerplate", "n"] == len(corpus.set_aside)


def test_every_problem_that_is_found_is_documented() -> None:
    texts = ["", "The rain.", f"{SOUND}\n\nFILE - x", f"{SOUND}<br>", SOUND, SOUND]
    table = analysis.read(pd.DataFrame({"text": texts})).quality()
    assert set(table["problem"]) <= set(PROBLEMS)
    order = {name: position for position, name in enumerate(PROBLEMS)}
    for _, rows in table.groupby("article_id", sort=False):
        assert rows["problem"].map(order).is_monotonic_increasing


def test_the_table_holds_no_text(tmp_path: Path) -> None:
    words = ["Zanzibar", "Quokka", "Xylophone"]
    text = "\n\n".join([f"FILE - {words[0]}", *([f"{words[1]} " * 12] * 2), f"Follow us on Facebook {words[2]}"])
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "date": "soon"}))
    table = analysis.read(tmp_path).quality()
    assert {"caption_lines", "repeated_block", "boilerplate_lines", "date_unread"} <= set(table["problem"])
    assert not any(word in table.to_csv() for word in words)


@pytest.mark.parametrize(
    "line",
    [
        "FILE PHOTO: The library on Mill Street. REUTERS/Ann Lee",
        "FILE - In this March 3, 2020, file photo, the mayor speaks.",
        "The mayor speaks in Springfield, Monday, March 3, 2020. (AP Photo/Ann Lee)",
        "Image copyright Getty Images Image caption The library",
        "Media playback is unsupported on your device",
        "Facebook Twitter Pinterest The library. Photograph: Ann Lee/The Gazette",
        "Photo: Ann Lee",
        "Image: Mathias Krumbholz.",
        "Photo by Ann Lee",
    ],
)
def test_captions(line: str) -> None:
    assert is_caption(line)


@pytest.mark.parametrize(
    "line",
    [
        SOUND,
        "The mayor filed a complaint.",
        "He told the AP: “No.”",
        "LONDON (Reuters) - The mayor said on Monday that the library would close in the spring.",
        "“The media are the enemy,” the mayor said.",
        "Getty Images was founded in 1995 and sells pictures to newspapers all over the world.",
        "A photo of the library hangs in the mayor’s office, and the clerk’s.",
    ],
)
def test_lines_that_are_no_captions(line: str) -> None:
    assert not is_caption(line)


def test_quality_changes_nothing() -> None:
    corpus = analysis.read(pd.DataFrame({"text": [SOUND]}))
    before = corpus.articles.copy(deep=True)
    pd.testing.assert_frame_equal(quality(corpus), corpus.quality())
    pd.testing.assert_frame_equal(corpus.articles, before)
