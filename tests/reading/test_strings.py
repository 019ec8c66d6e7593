"""A first look at texts says of each what a second would, by kernels and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import kernels
from analysis.reading import strings
from analysis.reading.encodings import clean
from analysis.reading.languages import ENGLISH_WORDS, is_english
from analysis.reading.strings import ENGLISH, ODD, UNCLEAN, UNTIDY, as_series, as_strings, by_value, look

ODD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufff9-\ufffd\ue000-\uf8ff]")

words = st.sampled_from(
    ["the", "The", "AND", "rain", "were", "through", "throughout", "\u0130t", "wor\u212a", "été", "@nd", "a"]
)
signs = st.sampled_from(
    [
        "\r",
        "\0",
        "\ufeff",
        "\ufffd",
        "Ã",
        "Â",
        "â€",
        "â",
        "ã",
        "“",
        "’",
        "\u200b",
        "\u2060",
        "\x7f",
        "\x85",
        "\xad",
        "\x1b",
        "<",
        "]",
    ]
)
gaps = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\t", "\u00a0", "\u2009", "\u3000", "\x1c", "\u1680", "\u205f", ""]
)
texts = st.lists(st.tuples(words | signs | st.text(max_size=3), gaps), max_size=30).map(
    lambda pairs: "".join(bit + gap for bit, gap in pairs).encode("utf-8", "replace").decode()
)


def large(values: list[str]) -> pa.Array:
    return pa.array(values, pa.large_string())


def both(values: list[str]) -> list[np.ndarray]:
    assert kernels.load() is not None
    return [look(large(values)), strings._look(large(values))]


@given(st.lists(texts, max_size=4))
def test_what_is_said_is_true(values: list[str]) -> None:
    for said in both(values):
        assert (said & ENGLISH).astype(bool).tolist() == [is_english(text) for text in values]
        assert (said & ODD).astype(bool).tolist() == [ODD_CHARACTERS.search(text) is not None for text in values]
        changed = [clean(text) != (text, []) for text in values]
        assert all(flag or not change for flag, change in zip((said & UNCLEAN).tolist(), changed, strict=True))


def test_every_character_is_told() -> None:
    every = [chr(point) for point in range(0x11000) if not 0xD800 <= point < 0xE000]
    compiled, plain = both([f"It {sign} was." for sign in every])
    assert ((compiled ^ plain) & ODD).any() == np.False_
    # White space parts words, and no other character becomes a letter of an English word.
    compiled, plain = both([f"the{sign}of {'x ' * 8}" for sign in every])
    assert ((compiled ^ plain) & ENGLISH).any() == np.False_
    assert [every[i] for i in np.flatnonzero(compiled & ENGLISH)] == [sign for sign in every if sign.isspace()]


@pytest.mark.parametrize("fill", ["é", "x", "—", "\U0001f600"])
@pytest.mark.parametrize("n", [*range(1590, 1604)])
def test_english_is_told_from_the_first_1600_characters(fill: str, n: int) -> None:
    text = f"{fill * (n - 60)} " + "the " * 30
    assert [bool(said[0] & ENGLISH) for said in both([text])] == [is_english(text)] * 2


def test_english_is_told_from_the_first_200_words() -> None:
    many = [f"{'x ' * n}{'the ' * 200}" for n in (159, 160, 161)]
    assert [(said & ENGLISH).tolist() for said in both(many)] == [[ENGLISH, ENGLISH, 0]] * 2


def test_words_of_english_are_short_and_of_letters() -> None:
    assert all(word.isascii() and word.isalpha() and len(word) <= 8 and "k" not in word for word in ENGLISH_WORDS)


def test_texts_of_more_than_a_block() -> None:
    values = ["It was the end of the day.\r" * 50_000, "Rain. ", "x" * 3_000_000, "", "The end of it was."]
    compiled, plain = both(values)
    assert ((compiled ^ plain) & (ENGLISH | ODD | UNCLEAN)).tolist() == [0] * 5


@settings(max_examples=60)
@given(texts)
def test_what_is_not_untidy_stays_as_it_is(text: str) -> None:
    tidy = " ".join(clean(text)[0].split())
    if text != tidy:
        assert pa.compute.match_substring_regex(large([text]), UNTIDY).to_pylist() == [True]


@pytest.mark.parametrize(
    "make",
    [
        lambda values: values,
        tuple,
        lambda values: pd.Series(values, dtype="str"),
        lambda values: pd.Series(values, dtype=object),
    ],
)
def test_strings_of_any_kind_of_column(make: Callable[[list[str | None]], object]) -> None:
    found = as_strings(make(["Rain.", None, "é"]))  # type: ignore[arg-type]
    assert found is not None
    assert found.to_pylist() == ["Rain.", None, "é"]


@pytest.mark.parametrize("values", [["Rain.", 1], ["Rain.", float("nan")], ["\ud800"], [b"Rain."], pd.Series([1, 2])])
def test_other_values_are_looked_at_one_by_one(values: list[object]) -> None:
    assert as_strings(values) is None


def test_strings_become_a_column_of_pandas() -> None:
    assert as_series(large(["Rain."])).tolist() == ["Rain."]
    assert by_value(large(["b", "a", "b"]), {"a": "1", "b": None}.__getitem__).to_pylist() == [None, "1", None]
