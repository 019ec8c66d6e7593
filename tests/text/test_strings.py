"""Strings as bytes: the kernels find, sort and measure them as Python does."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import kernels
from analysis.measures.readability import SUMS, _features, _features_of_words
from analysis.resources import easy_words, hyphenation_patterns, pronounced_syllables
from analysis.text.patterns import PatternSet, _resolved
from analysis.text.shapes import template_and_word
from analysis.text.strings import Growing, Lexicon, Strings, in_order

#: Strings that are alike for long.
words = st.text("abé'\U0001f600", max_size=5).flatmap(
    lambda end: st.sampled_from(["", "windmill", "windmillwindmill"]).map(lambda begin: begin + end)
)


@given(st.lists(words), st.lists(words))
def test_strings_are_a_sequence(some: list[str], more: list[str]) -> None:
    strings = Strings.of(some)
    part = strings[1:]
    strings.append(more)
    assert strings.tolist() == list(strings) == [strings[place] for place in range(len(strings))] == some + more
    assert part.tolist() == some[1:]
    assert strings[2:4].tolist() == (some + more)[2:4]
    places = np.arange(len(strings))[::-1]
    assert strings.some(places) == (some + more)[::-1]
    assert strings.arrow().to_pylist() == some + more


def test_places_past_the_end() -> None:
    strings = Strings.of(["a", "b"])
    assert strings[-1] == "b"
    for place in (2, -3):
        with pytest.raises(IndexError):
            strings[place]


def test_what_was_read_from_a_growing_array_stays() -> None:
    growing = Growing(np.int32)
    growing.extend([1, 2])
    before = growing.values
    for _ in range(3):
        growing.extend(np.arange(1000))
    assert before.tolist() == [1, 2]
    assert growing.values.tolist() == [1, 2, *range(1000), *range(1000), *range(1000)]


@given(st.sets(words, max_size=30), st.lists(words, max_size=30))
def test_places_in_a_lexicon(known: set[str], sought: list[str]) -> None:
    lexicon = Lexicon(Strings.of(known))
    number = {word: place for place, word in enumerate(lexicon.words)}
    expected = [number.get(word, -1) for word in sought]
    assert lexicon.places(Strings.of(sought)).tolist() == lexicon.places(sought).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "load", lambda *_: None)
        assert lexicon.places(sought).tolist() == expected


@settings(max_examples=200)
@given(st.lists(words, unique=True, max_size=60))
def test_order_is_that_of_code_points(some: list[str]) -> None:
    places = in_order(pa.array(["", *some], pa.large_string()).slice(1)).tolist()
    assert [some[place] for place in places] == sorted(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "load", lambda *_: None)
        assert in_order(pa.array(some, pa.large_string())).tolist() == places


FRAGMENTS = sorted(
    {letters.strip(".") for letters in hyphenation_patterns() if letters.strip(".").isalpha()}
    | set(sorted(pronounced_syllables())[::500])
    | set(sorted(easy_words())[::100])
)
shaped = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map("".join),
    st.lists(st.sampled_from([*"abtsdvelr", "'", "’", "-", "ve", "n't", "water"]), min_size=1, max_size=8).map("".join),
    st.from_regex(r"\A[0-9]+([.,:][0-9]+)*\Z"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(shaped, max_size=20))
def test_features_of_words(some: list[str]) -> None:
    # Those that are the word of a chunk.
    strings = [pair[1] for word in some if (pair := template_and_word(word)) is not None]
    found = _features_of_words(Strings.of(strings))
    expected = _features(strings)
    expected[:, SUMS.index("n_characters")] = 0
    assert found.tolist() == expected.tolist()


def test_a_long_word_has_its_hyphens() -> None:
    strings = ["hyphenation" * 9, "antidisestablishmentarianism", "a" * 100]
    column = SUMS.index("n_syllables")
    assert _features_of_words(Strings.of(strings))[:, column].tolist() == _features(strings)[:, column].tolist()


parts = st.lists(st.sampled_from(["a", "b", "é", "ab", "*", "?"]), min_size=1, max_size=5).map("".join)


@settings(max_examples=200)
@given(st.lists(parts, max_size=12), st.lists(st.text("abé", min_size=1, max_size=6), max_size=30))
def test_terms_that_begin_or_end_as_patterns_do(wild: list[str], terms: list[str]) -> None:
    compiled = kernels.load()
    assert compiled is not None
    patterns = PatternSet([part for part in wild if part.strip("*?")])
    strings = Strings.of(terms)
    found: list[tuple[int, int]] = []
    for heads in patterns._heads:
        found += zip(*(column.tolist() for column in heads.resolved(compiled, strings)), strict=True)
    assert sorted(found) == sorted(_resolved(patterns._wild, terms))
