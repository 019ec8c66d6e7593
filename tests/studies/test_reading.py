"""Sentences are read alike by the kernels and word by word."""

from __future__ import annotations

import random
import re

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.studies import _compiled, quotes
from analysis.studies._compiled import _CODES, _listed
from analysis.studies._reading import Unit
from analysis.text import tokens as cutting
from analysis.text.names import find_names
from analysis.text.voice import quotations_of
from tests.test_kernels import both_ways

SIGNS = (
    *"“”\"‘’'«»,.:;?!…—–-()[]&_7²éİſßΣ😀𠀀\x02\u00a0\u212a\u0301\ud800\n\t\u2028",
    *re.findall(r"\S+ ?| \S", ",  .  ?  .”  ,”  !”  :“  ’s  's  n’t  're  ... "),
    *("\n\n", ": “", " “", ". “", "” "),
)
NAMES = ("Ana Ruiz ", "Mr. Hale ", "Sen. Tom Lee ", "the United Nations ", "Paris ", "FBI ", "Ruiz’s ", "Obama, ")
VERBS = (
    "said ",
    "says ",
    "told ",
    "asked ",
    "according to ",
    "saying ",
    "claimed ",
    "called ",
    "was asked ",
    "to say ",
)
WORDS = sorted({*_listed(), *_CODES} - {"\x02"})


def units_of(texts: list[str]) -> list[list[Unit]]:
    tokens = cutting.tokenise(texts)
    speech = [[one for one in found if one.kind == "speech"] for found in quotations_of(texts)]
    return [list(units) for units in quotes._units(texts, tokens, find_names(tokens), speech)]


def alike(texts: list[str]) -> list[list[Unit]]:
    compiled, plain = both_ways(lambda: units_of(texts))
    assert compiled == plain
    return list(plain)


words = st.sampled_from(WORDS).flatmap(
    lambda word: st.sampled_from([f"{word} ", f"{word} ", f"{word.capitalize()} ", f"{word.upper()} ", word])
)
bits = st.one_of(
    words, words, st.sampled_from(SIGNS), st.sampled_from(NAMES), st.sampled_from(VERBS), st.text(max_size=2)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(bits, max_size=60).map("".join), min_size=1, max_size=3))
def test_any_text_is_read_alike(texts: list[str]) -> None:
    alike(texts)


def test_random_sentences_of_telling_words_are_read_alike() -> None:
    rng = random.Random(11)  # noqa: S311 - not for secrets
    choices = [*(f"{word} " for word in WORDS), *SIGNS * 4, *NAMES * 20, *VERBS * 40]
    texts = ["".join(rng.choice(choices) for _ in range(rng.randrange(5, 120))) for _ in range(1500)]
    found = alike(texts)
    assert sum(len(unit.told) for units in found for unit in units) > 5000
    assert sum(len(unit.voices) for units in found for unit in units) > 1000


def test_small_parts_are_read_as_the_whole() -> None:
    texts = ["“We go,” Ana Ruiz said.", "", "Rain fell.", "Tom Lee told: “It’s late.”\n\n“Go!” he cried."] * 3
    whole = units_of(texts)
    for at_once in (1, 30, 60):
        _compiled._AT_ONCE, before = at_once, _compiled._AT_ONCE
        try:
            assert units_of(texts) == whole
        finally:
            _compiled._AT_ONCE = before


def test_words_are_forgotten_when_they_are_many() -> None:
    text = "“We go,” Ana Ruiz said."
    corpus = analysis.read(pd.DataFrame({"text": [text]}))
    table = analysis.quotes(corpus)
    _compiled._MOST_WORDS, before = 1, _compiled._MOST_WORDS
    try:
        again = analysis.quotes(corpus)
    finally:
        _compiled._MOST_WORDS = before
    pd.testing.assert_frame_equal(table, again)
