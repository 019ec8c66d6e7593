"""Stop words: function words that a list of frequent words can do without."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from analysis.errors import OptionError, choose
from analysis.text.terms import normalise

__all__ = ["stop_words"]

_LISTS = ("english",)


def stop_words(stopwords: str | Iterable[str] | None) -> frozenset[str]:
    """Return the words of a named list, of a list given, or none.

    Parameters
    ----------
    stopwords
        `"english"` (`text/lists/english.txt`: function words and contractions, written for this project), words of
        your own, or None to leave nothing out. Capitals and the shape of an apostrophe do not matter.

    Raises
    ------
    OptionError
        If there is no list of that name, or an item is not text.

    Examples
    --------
    >>> "wouldn't" in stop_words("english"), "government" in stop_words("english")
    (True, False)
    >>> sorted(stop_words(["Mr", "Don’t"]))
    ["don't", 'mr']
    """
    if stopwords is None:
        return frozenset()
    if isinstance(stopwords, str):
        choose("stopwords", stopwords, _LISTS)
        return _listed(stopwords)
    words = list(stopwords)
    for word in words:
        if not isinstance(word, str):
            raise OptionError(f"`stopwords` must be words; got {word!r}. Use stopwords=['said', 'mr'].")
    return frozenset(normalise(word.strip()) for word in words)


@cache
def _listed(name: str) -> frozenset[str]:
    lines = (files("analysis.text") / "lists" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
