"""Labels: the words that news puts on a name, beside it in its sentence.

All is by rule, on words and lists; each rule looks at a bounded number of words. Four kinds are told:

- "title": "interim President Ana Ruiz";
- "before": "*Sunni* Islamists", "the *embattled* Ana Ruiz": the words right before the name (or its title), as far as
  they are known to label (`lists/label_words.txt`, nationalities, telling endings); behind an article or a possessive,
  all words up to it, if the last of them is known;
- "apposition": "Ana Ruiz, *the hawkish senator from Ohio*,", "Ana Ruiz (*Secretary of State*)", and the other way
  round, "the *foreign minister*, Ana Ruiz," and "the *foreign minister* (Ana Ruiz)": where its noun is known;
- "predicate": "Ana Ruiz is *a fighter*": where its noun is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from analysis.text.name_words import SMALL_BEFORE_TITLE, SMALL_TITLES, is_demonym

from ._phrases import (
    BE,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    VERBLIKE,
    is_adverb,
    is_finite,
    reporting_verbs,
    words_of,
)

__all__ = ["FAR", "KINDS", "Label", "labels_of"]

KINDS: Final = ("title", "before", "apposition", "predicate")
_WORDS: Final = re.compile(r"\w+(?:['’.\-&]\w+)*(?:['’](?!\w))?|[^\w\s]")
#: So many words before a name, and of an apposition, are looked at; a sentence so far around the name.
_BEFORE, _APPOSITION, FAR = 6, 14, 240
_COURTESIES: Final = words_of("mr mrs ms miss mx mr. mrs. ms. mx.")
_BEGINS_LABEL: Final = words_of("former ex now once then co-founder")
_ARTICLES: Final = words_of("a an the")
_OWNERS: Final = words_of("his her their its our my your")
_NOW: Final = words_of("now once then")
_POSSESSIVES: Final = ("'s", "’s", "s'", "s’")
_ENDINGS: Final = (
    *("ist", "ists", "ian", "ians", "man", "men", "woman", "women", "crat", "crats", "phobe", "phobes"),
    *("ous", "ful", "less", "ish", "able", "ible", "istic", "esque"),
)
_NOUN_ENDINGS: Final = _ENDINGS[:12]
#: Verbs with such an ending, and what is said of a clause ("it is doubtful Ruiz will run").
_NO_LABELS: Final = words_of(
    "punish publish finish establish accomplish abolish diminish admonish vanquish distinguish banish furnish enable "
    "disable doubtful possible impossible responsible unable capable incapable conscious regardless nonetheless "
    "nevertheless unless obvious"
)
_LINKING: Final = BE | words_of("became remains remained")


class Label(NamedTuple):
    """A label where it stands in the text."""

    kind: str
    start: int
    end: int


@cache
def _listed() -> dict[str, frozenset[str]]:
    lines = (files("analysis.text") / "lists" / "label_words.txt").read_text(encoding="utf-8").splitlines()
    sections = "\n".join(line for line in lines if not line.startswith("#")).split("[")[1:]
    return {name: words_of(words) for name, _, words in (section.partition("]") for section in sections)}


def _listed_as(word: str, *sections: str) -> bool:
    singular = word[:-1] if word.endswith("s") else word
    return any(form in _listed()[section] for section in sections for form in (word, singular))


@lru_cache(maxsize=50_000)
def _is_noun(word: str) -> bool:
    """Say whether a word is a noun for people or groups."""
    lower = word.lower()
    singular = lower[:-1] if lower.endswith("s") else lower
    last = lower.rpartition("-")[2]
    return (
        _listed_as(lower, "people", "groups")
        or lower in SMALL_TITLES
        or singular in SMALL_TITLES
        or (last != lower and _is_noun(last))
        or is_demonym(word)
        or (len(lower) > 5 and lower.endswith(_NOUN_ENDINGS))
    )


@lru_cache(maxsize=50_000)
def _is_label(word: str) -> bool:
    """Say whether a word labels: a noun for people, or an adjective."""
    lower = word.lower()
    if lower in _NO_LABELS or (lower.endswith("s") and _listed_as(lower, "groups")):
        return False
    return (
        _is_noun(word)
        or _listed_as(lower, "adjectives")
        or lower in SMALL_BEFORE_TITLE
        or (len(lower) > 5 and lower.endswith(_ENDINGS) and not is_adverb(lower))
    )


def _may_modify(word: str) -> bool:
    """Say whether a word may stand between an article and a name: by what it is not."""
    lower = word.lower()
    return (
        word[0].isalnum()
        and lower not in DETERMINERS
        and (lower not in SUBORDINATORS or lower in _NOW)
        and lower not in PREPOSITIONS
        and lower not in PRONOUNS
        and not is_finite(lower)
        and lower not in reporting_verbs()
    )


def labels_of(
    text: str, sentence: tuple[int, int], name: tuple[int, int, int], others: list[tuple[int, int]]
) -> list[Label]:
    """Find the labels of one mention of a name.

    Parameters
    ----------
    text
        The article.
    sentence
        Where the sentence begins and ends.
    name
        Where the mention begins with its titles, where without, and where it ends.
    others
        Where the other names of the sentence stand, in order.

    Examples
    --------
    >>> text = "The hawkish senator Ana Ruiz, a former boxer from Ohio, left."
    >>> at = text.index("Ana")
    >>> [(label.kind, text[label.start : label.end]) for label in labels_of(text, (0, len(text)), (at, at, at + 8), [])]
    [('before', 'hawkish senator'), ('apposition', 'former boxer from Ohio')]
    """
    around = _Around(text, sentence, name, others)
    return [*around.title(), *around.before(), *around.reversed(), *around.behind()]


class _Around:
    """The words around one mention."""

    def __init__(
        self, text: str, sentence: tuple[int, int], name: tuple[int, int, int], others: list[tuple[int, int]]
    ) -> None:
        self.text, self.name, self.others = text, name, others
        begin, end = max(sentence[0], name[0] - FAR), min(sentence[1], name[2] + FAR)
        self.left = [(found[0], found.start()) for found in _WORDS.finditer(text, begin, name[0])]
        self.right = [(found[0], found.start()) for found in _WORDS.finditer(text, name[2], end)]
        self._ends = [last for _, last in others]

    def _in_name(self, start: int) -> bool:
        at = bisect_left(self._ends, start + 1)
        return at < len(self.others) and self.others[at][0] <= start

    def title(self) -> list[Label]:
        start, end, _ = self.name
        words = self.text[start:end].rstrip()
        if not words or words.lower() in _COURTESIES:
            return []
        if words.split()[-1].lower() in SMALL_BEFORE_TITLE and self._modifies():
            return []  # "former Trump lawyer"
        return [Label("title", start, start + len(words))]

    def _modifies(self) -> bool:
        """Say whether the name goes with a noun behind it, whose label it then is: "a former Trump *lawyer*"."""
        if not self.right or not self.text[self.name[2] :].startswith(" "):
            return False
        word, start = self.right[0]
        if not word[0].isalpha() or self._in_name(start):
            return False
        if _is_noun(word) or word[0].isupper():
            return True
        if self.text[self.name[2] - 1] == "s" or not _may_modify(word):
            return False  # plurals have verbs without an ending behind them
        return not (word.endswith(("s", "ed", "ing")) or is_adverb(word) or word in VERBLIKE)

    def before(self) -> list[Label]:
        """Find the words right before the name."""
        run = 0  # words that may be of the label
        known = 0  # the last of them that are known to label, and are no verbs ("feared Sunni Islamists")
        led = False  # whether the last of all is known to
        for word, start in self.left[: -_BEFORE - 1 : -1]:
            if word.endswith(_POSSESSIVES) or self._in_name(start) or not _may_modify(word):
                break
            run += 1
            if known == run - 1 and _is_label(word):
                led = True
                known += not (word.islower() and word.endswith("ed"))
        stop = self.left[-run - 1][0].lower() if run < len(self.left) else ""
        closed = stop in DETERMINERS or stop.endswith(_POSSESSIVES)
        size = run if closed and led else known
        if size and self._modifies():
            return []
        while size and is_adverb(self.left[-size][0].lower()):
            size -= 1
        if not size:
            return []
        last, start = self.left[-1]
        return [Label("before", self.left[-size][1], start + len(last))]

    def reversed(self) -> list[Label]:
        """Find an apposition that stands before the name: "the foreign minister, Ana Ruiz," or "(Ana Ruiz)"."""
        if not self.left or not self.right or self.left[-1][0] not in (",", "("):
            return []
        if self.right[0][0] not in ((",", ".") if self.left[-1][0] == "," else (")",)):
            return []
        words = self.left[:-1]
        for size in range(1, min(_BEFORE + 2, len(words)) + 1):
            word = words[-size][0]
            if word.lower() in DETERMINERS or word.endswith(_POSSESSIVES):
                return self._phrase("apposition", words[len(words) - size + 1 :])
            if not (_may_modify(word) or word.lower() in ("of", "for")):
                return []
        return []

    def behind(self) -> list[Label]:
        """Find an apposition or a predicate behind the name."""
        if not self.right:
            return []
        opens = self.right[0][0]
        if opens in (",", "(", "—", "–"):
            return self._apposition(opens)
        if opens.lower() in _LINKING and len(self.right) > 1 and self.right[1][0].lower() in ("a", "an", "the"):
            return self._phrase("predicate", self._until_stop(self.right[1:], is_clause=True))
        return []

    def _apposition(self, opens: str) -> list[Label]:
        words = self._until_stop(self.right[1:], is_clause=False)
        if not words or len(words) + 1 >= len(self.right):
            return []
        closes = self.right[len(words) + 1][0]
        if opens == "(" and closes != ")":
            return []
        first = words[0][0]
        begins = first.lower() in _ARTICLES | _OWNERS | _BEGINS_LABEL or first.lower() == "one"
        if not (begins or (_is_noun(first) and first[0].islower()) or opens == "("):
            return []
        return self._phrase("apposition", words)

    def _until_stop(self, words: list[tuple[str, int]], *, is_clause: bool) -> list[tuple[str, int]]:
        """Return the words of a noun phrase up to the sign or the clause that ends it; none where a verb is in it."""
        for size, (word, _) in enumerate(words[: _APPOSITION + 1]):
            lower = word.lower()
            if not word[0].isalnum():
                short = size > 0 and len(words[size - 1][0]) < 4 and words[size - 1][0][0].isupper()
                if word == "." and short and size + 1 < len(words):
                    continue  # "U.S."
                return words[:size]
            if lower in SUBORDINATORS and lower not in ("and", "or"):
                return words[:size] if is_clause or lower in ("who", "whose", "which", "that") else []
            if lower in PRONOUNS or is_finite(lower) or ("noun" not in reporting_verbs().get(lower, {"noun"})):
                return []
        return []

    def _phrase(self, kind: str, words: list[tuple[str, int]]) -> list[Label]:
        """Make a label of a noun phrase whose noun is known, without its article."""
        owned = bool(words) and words[0][0].lower() in _OWNERS
        if len(words) > 1 and words[0][0].lower() in _NOW and words[1][0].lower() in _ARTICLES:
            words = words[1:]
        if words and (owned or words[0][0].lower() in _ARTICLES):
            words = words[1:]
        while words and words[-1][0].lower() in PREPOSITIONS:
            words = words[:-1]
        edge = next((at for at, (word, _) in enumerate(words) if word.lower() in PREPOSITIONS), len(words))
        head = next((word for word, _ in reversed(words[:edge]) if word[0].isalnum()), "")
        if not head or not _is_noun(head) or all(self._in_name(start) for _, start in words[:edge]):
            return []
        if owned and _listed_as(head.lower(), "groups"):
            return []  # "she, her party and"
        word, start = words[-1]
        return [Label(kind, words[0][1], start + len(word))]
