"""Screens let through whatever the patterns match."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import kernels
from analysis.reading import quality
from analysis.reading.quality import furniture_of
from analysis.reading.saved import ANY_FOOT, FOOT_PATTERNS
from analysis.reading.screen import Automaton, automaton, may_match, needles

PATTERNS = {"link": quality._ONLY_A_LINK}
PATTERNS |= {f"caption {number}": pattern for number, pattern in enumerate(quality._CAPTIONS)}
PATTERNS |= {f"foot {number}": pattern for number, pattern in enumerate(FOOT_PATTERNS)}
WHOLE = {"link": quality._ONLY_A_LINK, "caption": quality._CAPTION, "foot": ANY_FOOT}


made = cache(automaton)


def said_by(found: Automaton, line: str) -> int:
    state, said = found.begin, 0
    for byte in line.encode():
        state = found.following[state, found.classes[byte]]
        said |= int(found.said[state])
    return said


def found_by(words: frozenset[str], line: str) -> bool:
    return bool(said_by(made(words), line))


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=8)
@given(st.data())
def test_what_a_pattern_matches_passes(name: str, data: st.DataObject) -> None:
    pattern = PATTERNS[name]
    line = data.draw(st.from_regex(pattern, fullmatch=True)).encode("utf-8", "replace").decode()
    if pattern.fullmatch(line):
        assert may_match(pa.array([line]), WHOLE[name.split()[0]]).tolist() == [True]
        assert found_by(needles(pattern), line)
        if len(line) <= 400 and line == line.strip() and "\n" not in line and line[0] not in "*_[]":
            place = [*PATTERNS].index(name)
            bit = 4 if name == "link" else place - 1 if place < 5 else place + 1
            assert said_by(quality._automaton(), line) >> bit & 1


words_of_few_letters = st.frozensets(
    st.text("abAB(\u2019 ", min_size=1, max_size=4).map(str.lower), min_size=1, max_size=6
)


@given(words_of_few_letters, words_of_few_letters, st.text("abAB(\u2019 \u0131", max_size=12))
def test_an_automaton_of_groups_says_which(first: frozenset[str], second: frozenset[str], line: str) -> None:
    said = said_by(automaton(first, second), line)
    groups = [any(word in line.lower() for word in words) or "\u0131" in line for words in (first, second)]
    assert said == groups[0] + 2 * groups[1]


@settings(max_examples=80)
@given(words_of_few_letters, st.text("abAB(\u2019 \u0131", max_size=12))
def test_an_automaton_finds_what_a_search_finds(words: frozenset[str], line: str) -> None:
    assert found_by(words, line) == (any(word in line.lower() for word in words) or "\u0131" in line)


def test_needles_at_the_beginning() -> None:
    assert found_by(frozenset({"\nby", "ap"}), "By Ann")
    assert not found_by(frozenset({"\nby", "ap"}), "Stand by")
    assert found_by(frozenset({"\nby", "ap"}), "by" * 30 + "ap")


def test_the_rarest_words_are_chosen() -> None:
    assert needles(re.compile(r".{0,80}(?:the|a) \(photo by [A-Z].*")) == {"the (photo by ", "a (photo by "}
    assert needles(re.compile(r"the [é0-9]+|(?:on\s+)?x{2,}")) == {"\nthe ", "\non", "\nx"}
    with pytest.raises(ValueError, match=r"^the pattern has no words that must be in what it matches\.$"):
        needles(re.compile(r"\w+|x"))


def test_bytes_too_many_to_tell_apart() -> None:
    words = frozenset(map(chr, range(0x400, 0x440)))
    with pytest.raises(ValueError, match=r"^the needles have 68 different bytes; at most 63 can be told apart\.$"):
        automaton(words)


lines = st.sampled_from(
    [
        *(
            "Image caption The bridge",
            "(AP Photo/Ann Lee)",
            "Follow us on Twitter",
            "Read more",
            "https://a.b/c",
            "*Advertisement*",
        ),
        *(
            "[READ MORE: All of it]",
            "The rain fell on the town and nobody knew why.",
            "Share",
            "1 comment",
            "\u017fhare this",
            "",
        ),
        *(
            "the rain fell on the town and nobody knew why.",
            "It rained. " * 40,
            "It (rained) on. " * 30,
            "“é” was the word of the day, they said.",
            "A b c d e f g h",
        ),
        *(
            "\u00a0",
            "\u2003Read more\u3000",
            "END",
            "- 30 -",
            "x" * 31,
            "Tags: one, two",
            "é " * 15 + "!",
            "é " * 16,
            "Reuters (\u0130PA)",
        ),
    ]
)
texts_of_lines = st.lists(lines | st.text(max_size=5), max_size=12).map(
    lambda some: "\n".join(some).encode("utf-8", "replace").decode()
)


@settings(max_examples=50)
@given(st.lists(texts_of_lines, max_size=4))
def test_lines_are_found_alike(texts: list[str]) -> None:
    assert kernels.load() is not None
    compiled = furniture_of(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "load", lambda: None)
        assert furniture_of(texts) == compiled


def test_lines_at_the_limits_are_found_alike() -> None:
    same = [
        *("é " * n_spaces + "é" * (n - 2 * n_spaces) for n in (29, 30, 31, 32) for n_spaces in (6, 7, 8)),
        *(
            f"{white}This is a long line that is said again.{white}"
            for white in ("", *"\t\x1c\x1f\x85\xa0\u2003\u3000")
        ),
        *("Image caption " + "é" * (n - 14) for n in (399, 400, 401)),
    ]
    assert kernels.load() is not None
    compiled = furniture_of(["\n".join([*same, *same])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "load", lambda: None)
        assert furniture_of(["\n".join([*same, *same])]) == compiled
    kinds = [compiled[0].get(line) for line in range(1, 2 * len(same) + 1)]
    assert kinds[: len(same)] == [None] * 13 + ["repeated"] * 7 + ["caption"] * 2 + [None]
    assert kinds[len(same) :] == [None] * 7 + ["repeated"] * 2 + [None] + ["repeated"] * 10 + ["caption"] * 2 + [None]


def test_lines_of_many_texts_and_blocks() -> None:
    paragraphs = [f"This is paragraph {number} of the long report on the flood." for number in range(20_000)]
    texts = [
        "\n".join(paragraphs),
        "Share",
        "",
        "\n".join([*paragraphs[:50], *paragraphs[:50]]),
        "\n" * 3 + "Read more",
    ]
    found = furniture_of(texts * 3)
    assert list(found) == [place + 5 * more for more in range(3) for place in (1, 3, 4)]
    assert found[3] == dict.fromkeys(range(51, 101), "repeated")
    assert found[14] == {4: "boilerplate"}


@given(
    st.lists(st.sampled_from(["<p>", "<", ">", "&amp;", "&", "AT&T", "</div ", "x" * 290, "\n"]), max_size=12).map(
        "".join
    )
)
def test_markup_is_counted_as_the_pattern_finds_it(text: str) -> None:
    assert quality._count_markup(text) == len(quality._MARKUP.findall(text))


ends = st.sampled_from(["[+12 chars]", "[12 chars] ", "chars]", "“é”", "<b>", "&amp;", "", "."])
openings = st.sampled_from(["", " ", "—", "…" * 2100, "“", "7"])


@given(openings, st.integers(0, 60), st.sampled_from([" ", "\u3000", "\n"]), ends)
def test_no_problem_of_a_text_is_missed(opening: str, n: int, gap: str, end: str) -> None:
    text = opening + gap.join(["word"] * n) + end
    said = quality.look(pa.array([text], pa.large_string()))
    if list(quality._of_text(text)):
        assert said[0] & quality.CLOSER


def test_a_text_as_long_as_a_cell_of_excel() -> None:
    texts = pa.array(["word " * 6553 + "wo", "word " * 6553 + "w"], pa.large_string())
    assert (quality.look(texts) & quality.CLOSER).tolist() == [8, 0]
    assert np.array_equal([len(text.as_py()) for text in texts], [32767, 32766])
