"""Syllables of words: equal to the dictionary's, else to pyphen's hyphens and one."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyphen import Pyphen

from analysis import kernels
from analysis.resources import hyphenation_patterns, pronounced_syllables
from analysis.text import syllables
from analysis.text.syllables import count_syllables
from tests.shared import shared

PYPHEN = Pyphen(lang="en_US")
FRAGMENTS = sorted({letters.strip(".") for letters in hyphenation_patterns()})


def by_pyphen(words: list[str]) -> list[int]:
    return [len(PYPHEN.positions(word)) + 1 for word in words]


def test_the_dictionary_goes_first_and_may_give_none() -> None:
    # "hour": AW1 ER0; "mediascape" is in no dictionary: me-di-as-cape.
    assert count_syllables(["media", "hour", "shh", "mediascape", ""]).tolist() == [3, 2, 0, 4, 0]
    assert count_syllables([]).tolist() == []


@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map("".join), min_size=1, max_size=20))
def test_words_made_of_patterns_have_pyphens_hyphens(words: list[str]) -> None:
    words = [word for word in words if word not in pronounced_syllables()]
    assert count_syllables(words).tolist() == by_pyphen(words)


@given(st.lists(st.text(min_size=1, max_size=12).map(str.lower), min_size=1, max_size=20))
def test_any_characters_have_pyphens_hyphens(words: list[str]) -> None:
    words = [word for word in words if word not in pronounced_syllables()]
    assert count_syllables(words).tolist() == by_pyphen(words)


def test_a_walk_may_cross_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["hyphenationalistically" * 5, "mediascape", "x", "antidisestablishmentarianists"] * 3
    for block in (1, 7, 64):
        monkeypatch.setattr(syllables, "_BLOCK", block)
        assert count_syllables(words).tolist() == by_pyphen(words)


@pytest.mark.parametrize("block", [1, 7, 1 << 16])
def test_numpy_walks_as_the_kernel_does(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["hyphenationalistically" * 5, "mediascape", "x", "antidisestablishmentarianists", "naïveté\U0001f600"] * 3
    monkeypatch.setattr(kernels, "load", lambda: None)
    monkeypatch.setattr(syllables, "_BLOCK", block)
    assert count_syllables(words).tolist() == by_pyphen(words)


def test_every_unknown_word_of_the_news_has_pyphens_hyphens() -> None:
    words: dict[str, None] = {}
    with shared("corpora/allsides/articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            words.update(dict.fromkeys(re.findall(r"[^\W_]+", json.loads(line)["text"].lower())))
    unknown = [word for word in words if word not in pronounced_syllables()]
    assert len(unknown) > 4_000
    assert count_syllables(unknown).tolist() == by_pyphen(unknown)
