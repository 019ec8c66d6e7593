"""Patterns: how they are read, what they match, and that one pass finds what a plain loop finds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import OptionError
from analysis.text.patterns import PatternSet, compile_pattern, find
from analysis.text.tokens import Tokens, tokenise


def found(text: str, *patterns: str) -> list[tuple[str, int]]:
    matches = find(tokenise([text]), patterns)
    return [(patterns[number], place) for number, place in zip(matches.pattern, matches.position, strict=True)]


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("clash*", ("clash*",)),
        ("Tax  Cut*", ("tax", "cut*")),
        ("don’t", ("don't",)),
        ("U.S.", ("u.s.",)),
        ("anti-war", ("anti-war",)),
        ("and/or", ("and", "or")),
        ("*gate", ("*gate",)),
        ("wom?n", ("wom?n",)),
        ("tax ** plan", ("tax", "*", "plan")),
        ("*'s", ("*'s",)),
    ],
)
def test_a_pattern_is_cut_as_text_is(pattern: str, parts: tuple[str, ...]) -> None:
    assert compile_pattern(pattern).parts == parts
    assert compile_pattern(pattern).text == pattern


@pytest.mark.parametrize("pattern", ["", "  ", "*", "* *", "?", "—", "$*"])
def test_a_pattern_without_letters_is_refused(pattern: str) -> None:
    message = f"the pattern {pattern!r} has no letter or digit. Write a word or how one begins: 'clash*'."
    with pytest.raises(OptionError, match=f"^{re.escape(message)}$"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["* tax", "tax *"])
def test_a_phrase_may_not_end_in_a_lone_star(pattern: str) -> None:
    message = f"the pattern {pattern!r} begins or ends with a lone '*'. Take it off: it stands for any term."
    with pytest.raises(OptionError, match=f"^{re.escape(message)}$"):
        compile_pattern(pattern)


def test_other_bad_patterns() -> None:
    with pytest.raises(OptionError, match=r"^a pattern must be text, such as 'clash\*'; got 3\.$"):
        compile_pattern(3)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"^the pattern 'ᚠa' has the letter 'ᚠ', which patterns cannot look for\.$"):
        compile_pattern("ᚠa")


def test_words_and_wildcards() -> None:
    text = "Clashes, clash and a clasp; Watergate’s gate. Women/woman!"
    assert found(text, "clash*") == [("clash*", 0), ("clash*", 1)]
    assert found(text, "*gate*") == [("*gate*", 5), ("*gate*", 6)]
    assert found(text, "*gate") == [("*gate", 6)]
    assert found(text, "wom?n") == [("wom?n", 7), ("wom?n", 8)]
    assert found(text, "cl*s*p") == [("cl*s*p", 4)]
    assert found(text, "nothing") == []


def test_phrases_stay_inside_a_sentence() -> None:
    text = "They cut tax. Cuts followed. The tax cut was big; a tax on cuts was small."
    assert found(text, "tax cut*") == [("tax cut*", 6)]
    assert found(text, "tax * cuts") == [("tax * cuts", 11)]
    assert found(text, "was small") == [("was small", 14)]


def test_phrases_do_not_cross_articles() -> None:
    assert len(find(tokenise(["tax", "cut"]), ["tax cut"]).pattern) == 0


def test_overlaps_are_all_given_in_order() -> None:
    assert found("Ha ha ha", "ha", "ha ha", "h*") == [
        ("ha", 0), ("ha ha", 0), ("h*", 0), ("ha", 1), ("ha ha", 1), ("h*", 1), ("ha", 2), ("h*", 2),
    ]  # fmt: skip


def test_nothing_to_search() -> None:
    for texts, patterns in [([], ["a"]), (["", "…"], ["a"]), (["a b"], [])]:
        matches = find(tokenise(texts), patterns)
        assert len(matches.pattern) == len(matches.position) == 0


def test_a_set_learns_the_terms_of_a_later_corpus() -> None:
    patterns = PatternSet(["zyzzy*", "the zyzzy*"])
    assert len(find(tokenise(["The cat."]), patterns).pattern) == 0
    later = find(tokenise(["The zyzzyva sat, zyzzyvas sit."]), patterns)
    assert list(zip(later.pattern.tolist(), later.position.tolist(), strict=True)) == [(1, 0), (0, 1), (0, 3)]


def test_signs_in_a_pattern_are_read_literally() -> None:
    matches = find(tokenise(["3.5 3x5 3.57 35"]), ["3.5*"])
    assert matches.position.tolist() == [0, 2]


def test_a_set_kept_finds_the_same_in_later_corpora() -> None:
    texts = ["ab cab ba.", "cab bab ab abc b.", "zyzzy ab. Cab zyzzyva ab ab.", "ab ab"]
    patterns = ["a* b*", "ab", "zyzzy*", "c?b * ab", "*b", "ab ab"]
    kept = PatternSet(patterns)
    for text in texts:
        tokens = tokenise([text])
        for number, pattern in enumerate(patterns):
            matches = find(tokens, kept)
            assert matches.position[matches.pattern == number].tolist() == by_hand(tokens, pattern)


def by_hand(tokens: Tokens, pattern: str) -> list[int]:
    """Try each place with a regular expression for each term."""
    parts = [re.compile(part.replace("*", ".*").replace("?", ".")) for part in compile_pattern(pattern).parts]
    run = [tokens.vocabulary.terms[number] for number in tokens.terms.ids]
    sentence = np.repeat(np.arange(tokens.n_sentences), np.diff(tokens.terms.sentence_starts))
    return [
        place
        for place in range(len(run) - len(parts) + 1)
        if all(part.fullmatch(run[place + step]) for step, part in enumerate(parts))
        and sentence[place] == sentence[place + len(parts) - 1]
    ]


words = st.sampled_from(["ab", "abc", "b", "bab", "cab", "a", "ab. Ba", "cb.\n\nAb"])
part = st.sampled_from(["a*", "*b", "?b", "ab", "*a*", "b", "c?b", "a*c"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(words, max_size=12).map(" ".join), max_size=3),
    st.lists(st.lists(part, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6),
)
def test_one_pass_finds_what_a_loop_finds(texts: list[str], patterns: list[str]) -> None:
    tokens = tokenise(texts)
    matches = find(tokens, patterns)
    for number, pattern in enumerate(patterns):
        assert matches.position[matches.pattern == number].tolist() == by_hand(tokens, pattern)
    order = list(zip(matches.position.tolist(), matches.pattern.tolist(), strict=True))
    assert order == sorted(order)


def test_anchors_are_chosen_again_on_far_more_text() -> None:
    patterns = PatternSet(["the zyzzyva"])
    small, large = tokenise(["Nothing."]), tokenise(["The cat, the dog, the zyzzyva. " * 20])
    assert len(find(small, patterns).pattern) == 0
    assert len(find(large, patterns).pattern) == 20
    # "zyzzyva" is the rarer term: every "the" would be tried otherwise
    assert patterns.emission(np.zeros(0, dtype=np.int32)).anchor.tolist() == [1]
