"""Stories: planted copies, which text came first, who is the agency, and what must not tie texts together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import OptionError
from analysis.inference.stories import stories

COLUMNS = {
    "story": "str", "n_articles": "int64", "n_outlets": "int64", "first": "bool", "n_first": "int64",
    "days_after_first": "float64", "wire": "str", "overlap_with_first": "float64", "share_own": "float64",
    "share_kept": "float64",
}  # fmt: skip


def prose(seed: int, n: int = 150) -> str:
    """Return words in a random order, of a vocabulary large enough that runs of three do not meet by chance."""
    return " ".join(f"w{number}x" for number in np.random.default_rng(seed).integers(900, size=n))


def corpus(*rows: tuple[str, str | None, str | None, str], **more: list[str | None]) -> analysis.Corpus:
    """Make a corpus of (article_id, outlet, date, text)."""
    table = pd.DataFrame(rows, columns=["article_id", "outlet", "date", "text"]).assign(**more)
    return analysis.read(table)


def replaced(text: str, rate: float, seed: int) -> str:
    words = text.split()
    chosen = np.random.default_rng(seed).random(len(words)) < rate
    return " ".join(f"new{i}of{seed}" if new else word for i, (word, new) in enumerate(zip(words, chosen, strict=True)))


def test_planted_copies_are_found_and_nothing_else() -> None:
    texts = {f"a{i:02}": prose(i) for i in range(40)}
    rows = [(name, "Gazette", "2025-03-03", text) for name, text in texts.items()]
    copies = [
        (f"copy-{name}", "Herald", "2025-03-05", replaced(text, rate, i))
        for i, (name, text) in enumerate(texts.items())
        for rate in [(0.05, 0.1, 0.2, 0.3, None)[i % 5]]
        if rate is not None
    ]
    found = stories(corpus(*rows, *copies))
    assert {name: str(kind) for name, kind in found.dtypes.items()} == COLUMNS
    assert found.index.name == "article_id"
    copied = [name for name, *_ in copies]
    assert found.loc[copied, "story"].tolist() == [name.removeprefix("copy-") for name in copied]
    assert found["story"].nunique() == len(texts)
    assert found.loc[copied, ["n_articles", "n_outlets"]].eq(2).all(axis=None)
    assert found.loc[copied, "days_after_first"].eq(2).all()
    assert not found.loc[copied, "first"].any()
    assert found.loc[list(texts), "first"].all()


def test_shares_are_counted_in_words() -> None:
    text = "one two three four five six seven eight nine ten " * 2 + "a b c d e f g h i j k l m n o p q r s t"
    cut = " ".join(text.split()[:30])  # 30 of its 40 words
    added = cut + " these ten words are new in every run of three"
    found = stories(corpus(("a", "A", "2025-03-03", text), ("b", "B", "2025-03-04", added)))
    assert found.loc["b", ["overlap_with_first", "share_own", "share_kept"]].tolist() == [0.75, 0.25, 0.75]
    assert found.loc["a", "overlap_with_first"] == 1
    assert found.loc["a", ["share_own", "share_kept"]].isna().all()


def test_no_chain_ties_unlike_texts_together() -> None:
    words = prose(1, 400).split()
    pieces = [" ".join(words[start : start + 200]) for start in (0, 90, 180)]  # each like its neighbour only
    rows = [(f"a{i}", "A", f"2025-03-0{i + 1}", text) for i, text in enumerate(pieces)]
    assert stories(corpus(*rows))["story"].tolist() == ["a0", "a0", "a2"]


def test_a_story_ends_after_some_days_and_takes_the_undated() -> None:
    text = prose(2)
    rows = [("a", "A", "2025-03-01", text), ("b", "B", "2025-03-08", text), ("c", "C", "2025-03-20", text)]
    found = stories(corpus(*rows, ("d", "D", None, text)))
    assert found["story"].tolist() == ["a", "a", "c", "a"]
    assert np.isnan(found.loc["d", "days_after_first"])
    assert stories(corpus(*rows), days=30)["story"].tolist() == ["a", "a", "a"]
    assert stories(corpus(*rows), days=6.5)["story"].tolist() == ["a", "b", "c"]


def test_which_came_first() -> None:
    text = prose(3)
    longer = f"{text} with more of the same to read at the end"
    rows = [
        ("a", "Gazette", "2025-03-01", text),
        ("b", "Herald", "2025-03-01", longer),
        ("c", "Reuters", "2025-03-01", text),
        ("d", "Mail", "2025-03-02", text),
    ]
    with_agency, without = stories(corpus(*rows)), stories(corpus(rows[0], rows[1], rows[3]))
    assert with_agency["story"].unique().tolist() == ["c"]
    assert with_agency["n_first"].tolist() == [3, 3, 3, 3]
    assert without["story"].unique().tolist() == ["b"]
    undated = stories(corpus(("a", "A", None, text), ("b", "B", None, longer)))
    assert undated["story"].unique().tolist() == ["b"]
    assert undated["n_first"].tolist() == [0, 0]


def test_agencies() -> None:
    body = prose(4, 30)
    cases = [
        (f"WASHINGTON (AP) — {body}", None, "AP"),
        (f"Image caption here.\n\nSELMA, Ala. (AP) — {body}", None, "AP"),
        (f"(Reuters) - {body}", None, "Reuters"),
        (f"Paris (AFP) – {body}", None, "AFP"),
        (f"By ANN LEE, Associated Press\n\n{body}", None, "AP"),
        (f"The Associated Press\n\n{body}", None, "AP"),
        (body, "Ann Lee, Reuters", "Reuters"),
        (f"NEW YORK (Bloomberg) -- {body}", None, "Bloomberg"),
        (body, "Michael Bloomberg", None),
        (f"{body} The Associated Press contributed to this report.", None, None),
        (f"He told Reuters (AP was not there) that {body}", None, None),
        (f"The mayor speaks. (AP Photo/Ann Lee)\n\n{body}", None, None),
    ]
    rows = [(f"a{i:02}", "Gazette", None, text) for i, (text, _, _) in enumerate(cases)]
    found = stories(corpus(*rows, authors=[authors for _, authors, _ in cases]))["wire"]
    assert [None if pd.isna(agency) else agency for agency in found] == [agency for _, _, agency in cases]
    assert stories(corpus(("a", "The Associated Press", None, body)))["wire"].tolist() == ["AP"]


def test_order_of_rows_changes_nothing() -> None:
    texts = [prose(i % 12) if i % 3 else replaced(prose(i % 12), 0.25, i) for i in range(60)]
    whole = corpus(*((f"a{i}", f"O{i % 7}", f"2025-03-{1 + i % 9:02}", text) for i, text in enumerate(texts)))
    found = stories(whole)
    assert found["n_articles"].max() > 2
    shuffled = analysis.Corpus(whole.articles.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(stories(shuffled).loc[found.index], found)


def test_short_and_empty_texts_are_stories_of_their_own() -> None:
    short = "Watch the video here and follow us."
    found = stories(
        corpus(*((name, "A", "2025-03-01", short) for name in "ab"), ("c", "A", None, ""), ("d", "A", None, ""))
    )
    assert found["story"].tolist() == list("abcd")
    assert found["n_outlets"].tolist() == [1, 1, 1, 1]


def test_messages() -> None:
    empty = corpus(("a", "A", None, "Rain fell."))
    with pytest.raises(OptionError) as raised:
        stories(empty, days=-1)
    assert str(raised.value) == "`days` must be 0 or more; got -1. Use 7 for a week."
    with pytest.raises(OptionError) as raised:
        stories(empty, overlap=0)
    assert str(raised.value) == "`overlap` must be above 0 and at most 1; got 0. Use 0.45."
