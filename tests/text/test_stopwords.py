"""The stop-word list: its words are terms, each once; and lists of one's own."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from analysis.errors import OptionError
from analysis.text.stopwords import stop_words
from analysis.text.terms import cut


def test_each_word_is_one_term_and_listed_once() -> None:
    lines = (files("analysis.text") / "lists" / "english.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    assert [word for word in words if [term for term, _, _ in cut(word)] != [word]] == []
    assert [word for word, n in Counter(words).items() if n > 1] == []
    assert stop_words("english") == frozenset(words)
    assert {"the", "of", "wouldn't", "they're"} <= stop_words("english")
    assert not {"said", "mr", "government", "against the"} & stop_words("english")


def test_lists_of_ones_own() -> None:
    assert stop_words(None) == frozenset()
    assert stop_words([" Said", "DON’T"]) == {"said", "don't"}


def test_errors() -> None:
    with pytest.raises(OptionError, match=r"^`stopwords` must be one of 'english'; got 'klingon'\.$"):
        stop_words("klingon")
    with pytest.raises(OptionError, match=r"^`stopwords` must be words; got 3\. Use stopwords=\['said', 'mr'\]\.$"):
        stop_words(["a", 3])  # type: ignore[list-item]
