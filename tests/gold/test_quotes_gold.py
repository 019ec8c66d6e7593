"""The gold set of quotations: its files are whole, and the agreement between its coders is reckoned rightly."""

from __future__ import annotations

import csv
import hashlib
import math

import numpy as np
import pytest

from tests.gold.quotes import agreement
from tests.gold.quotes.agreement import HERE, Row, alpha, coded_characters, matched, overlap, same_name
from tests.gold.quotes.draw import draw

FILES = ["coder_a.csv", "coder_b.csv", "gold.csv"]


@pytest.mark.parametrize("name", FILES)
def test_files_are_well_formed(name: str) -> None:
    written = (HERE / name).read_bytes()
    assert b"\r" not in written
    assert written.endswith(b"\n")
    header, *rows = csv.reader(written.decode("ascii").splitlines())
    assert header == agreement.COLUMNS
    halves = agreement.halves()
    places = []
    for corpus, article, kind, *offsets in rows:
        assert (corpus, article) in halves
        assert kind in agreement.KINDS
        start, end = int(offsets[0]), int(offsets[1])
        assert 0 <= start < end
        places.append((corpus, article, start, end))
        # The speaker and the entity are both told or both not.
        assert len({"" in offsets[2:], any(offsets[2:])}) == 2
        for first, last in (offsets[2:4], offsets[4:6]):
            assert first == last == "" or 0 <= int(first) < int(last)
    assert places == sorted(places)
    assert len({tuple(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", FILES)
def test_locked_rows_are_those_that_were_locked(name: str) -> None:
    locked = {key for key, half in agreement.halves().items() if half == "locked"}
    with (HERE / name).open(encoding="ascii", newline="") as file:
        rows = "".join(line for line in file if tuple(line.split(",")[:2]) in locked)
    line = f"{hashlib.sha256(rows.encode()).hexdigest()}  {name}, rows of locked articles"
    assert line in (HERE / "locked.sha256").read_text(encoding="ascii").splitlines()


@pytest.mark.shared
def test_articles_are_those_drawn() -> None:
    assert [(*key, half) for key, half in agreement.halves().items()] == draw()


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_offsets_stand_in_the_texts(name: str) -> None:
    texts = agreement.texts()
    assert texts.keys() == agreement.halves().keys()
    for key, rows in agreement.rows(name).items():
        text = texts[key]
        for row in rows:
            for span in (row.span, row.speaker, row.entity):
                assert span is None or span[1] <= len(text)
            if row.kind == "direct":
                before = text[: row.span[0]].rstrip()
                assert before.endswith(("“", '"', "‘", "'")), (key, row.span)
            for name_span in (row.speaker, row.entity):
                if name_span is not None:
                    words = text[slice(*name_span)]
                    assert words == words.strip()
                    assert "\n" not in words


def test_overlap_is_intersection_over_union() -> None:
    assert overlap((0, 10), (0, 10)) == 1
    assert overlap((0, 10), (2, 10)) == 0.8
    assert overlap((0, 10), (5, 15)) == 1 / 3
    assert overlap((0, 10), (10, 20)) == 0


def row(kind: str, start: int, end: int) -> Row:
    return Row(kind, (start, end), None, None)


def test_each_row_is_matched_once_the_best_first() -> None:
    one = [row("direct", 0, 10), row("direct", 0, 9)]
    assert matched(one, [row("direct", 0, 9)], 0.8) == [(one[1], row("direct", 0, 9))]
    # The same span of the same kind goes before the same span of another.
    both = [row("indirect", 0, 10), row("direct", 0, 10)]
    assert matched([row("direct", 0, 10)], both, 0.8) == [(row("direct", 0, 10), both[1])]
    assert matched([row("direct", 0, 10)], both[:1], 0.8) == [(row("direct", 0, 10), both[0])]
    assert matched([row("direct", 0, 10)], [row("direct", 0, 7)], 0.8) == []
    assert len(matched([row("direct", 0, 10)], [row("direct", 0, 7)], 0.5)) == 1


def test_names_are_the_same_by_half_or_when_neither_is_told() -> None:
    assert same_name(None, None)
    assert not same_name(None, (0, 3))
    assert same_name((0, 10), (5, 10))
    assert not same_name((0, 10), (6, 10))


def test_direct_words_in_an_indirect_clause_are_direct() -> None:
    rows = [row("direct", 2, 4), row("indirect", 1, 6)]
    assert coded_characters(rows, 8).tolist() == [0, 2, 1, 1, 2, 2, 0, 0]


def test_alpha_is_the_published_example() -> None:
    # Krippendorff (2011), section B: nominal data, two observers, no missing data.
    meg = "aabbdcccedda"
    owen = "babbbccceddd"
    pairs = np.zeros((5, 5), dtype=np.int64)
    for his, hers in zip(meg, owen, strict=True):
        pairs["abcde".index(his), "abcde".index(hers)] += 1
    assert round(alpha(pairs), 3) == 0.692
    assert math.isnan(alpha(np.diag([3, 0, 0])))
    assert alpha(np.diag([3, 2, 1])) == 1


def test_agreement_of_a_coder_with_itself_is_whole_and_without_an_article_is_less() -> None:
    coded = agreement.rows("gold.csv")
    text = dict.fromkeys(coded, "x" * 10_000)
    figures = list(agreement.agreement(coded, coded, text))
    assert {figure.value for figure in figures} == {1.0}
    emptied = dict(coded)
    key = next(key for key, rows in coded.items() if rows)
    emptied[key] = []
    n, n_gone = sum(map(len, coded.values())), len(coded[key])
    first = next(iter(agreement.agreement(coded, emptied, text)))
    assert (first.half, first.kind, first.measure) == ("all", "all", "F1, overlap 0.8")
    assert first.value == 2 * (n - n_gone) / (2 * n - n_gone)
    assert first.low < first.value < first.high == 1.0
