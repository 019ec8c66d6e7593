"""What is known of the words of names: titles, telling words, listed names, common words.

The lists are files in `lists/`, written for this project (each says how); common words are those too that readability
calls easy (`analysis.resources.easy_words`).
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from analysis.resources import easy_words

from .stopwords import stop_words

PERSON, ORGANISATION, PLACE, OTHER = range(4)


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _list(name: str) -> str:
    lines = (files("analysis.text") / "lists" / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def _sections() -> dict[str, frozenset[str]]:
    parts = _list("name_words.txt").split("[")[1:]
    return {name: word_set(words) for name, _, words in (part.partition("]") for part in parts)}


# Each section says in the file what its words are.
_SECTIONS: Final = _sections()
TITLES: Final = _SECTIONS["titles"]
BEFORE_TITLE: Final = _SECTIONS["before_title"]
OF_TITLE: Final = _SECTIONS["of_title"]
DEPARTMENTS: Final = _SECTIONS["departments"]
SMALL_TITLES: Final = _SECTIONS["small_titles"]
SMALL_BEFORE_TITLE: Final = _SECTIONS["small_before_title"]

ORGANISATION_WORDS: Final = _SECTIONS["organisation_words"]
PLACE_WORDS: Final = _SECTIONS["place_words"]
OTHER_WORDS: Final = _SECTIONS["other_words"]
OF_HEADS: Final = _SECTIONS["of_heads"]
FOR_HEADS: Final = _SECTIONS["for_heads"]
ON_HEADS: Final = _SECTIONS["on_heads"]
AND_HEADS: Final = _SECTIONS["and_heads"]
AND_ENDS: Final = _SECTIONS["and_ends"]
#: A possessive that goes on with a telling word: "the Korean People's Army".
OWNERS: Final = word_set(
    "People Women Children Veterans Men King Queen Workers Farmers Students Citizens Teachers Mothers"
)
PARTICLES: Final = word_set("de van von der den del della di du da dos das la le bin ibn bint al el ter ten ten y e")
FIRST_PARTICLES: Final = word_set("de van von der du bin ibn al el da di del")
SURNAMES: Final = _SECTIONS["surnames"]
PEOPLE: Final = _SECTIONS["people"]
SUFFIXES: Final = word_set("Jr Jr. Sr Sr. II III IV")
SAINTS: Final = word_set("St St. Saint San Santa Fort Ft. Mount Mt. Lake Cape Port El Las Los New")
SIDES: Final = word_set(
    "North South East West Northern Southern Eastern Western Central Upper Lower Greater Northeast Southwest"
)
ABBREVIATIONS: Final = frozenset(
    word[:-1]
    for word in (*TITLES, *ORGANISATION_WORDS, *PLACE_WORDS, *SUFFIXES, *SAINTS, *word_set("Bros. Wm. Ste. Messrs."))
    if word.endswith(".")
)
NO_NAMES: Final = _SECTIONS["no_names"]
MONTHS: Final = word_set("April May June August")
NAMING_VERBS: Final = word_set(
    "said says told tells added adds wrote writes argued argues noted notes tweeted replied claimed claims insisted "
    "explained asked insists testified recalled believes thinks wants who"
)
PLACE_BEFORE: Final = word_set("in at from near across outside throughout inside toward towards into around")
PREFIXES: Final = word_set("al el as ar an ash ad at az d l o")
CUT_SUFFIXES: Final = _SECTIONS["cut_suffixes"]
_COMMON_ENDINGS: Final = tuple(
    word_set(
        "phobia tion sion ment ness ity ism ists ive ous ance ence ship ships ers ies able ful less ations ments ians"
    )
)


@cache
def first_names() -> frozenset[str]:
    return word_set(_list("first_names.txt").title())


@cache
def demonyms() -> frozenset[str]:
    return word_set(_list("demonyms.txt"))


@cache
def known() -> dict[str, tuple[int, str]]:
    """The listed names: kind and full form."""
    found = {name: (PERSON, name) for name in PEOPLE}
    lists = ((OTHER, "other_names.txt"), (ORGANISATION, "organisations.txt"), (PLACE, "places.txt"))
    for kind, name in lists:
        for entry in _list(name).replace("\n", ",").split(","):
            short, _, full = (part.strip() for part in entry.partition("="))
            if short:
                found[short] = kind, full or short
    return found


@cache
def _common() -> frozenset[str]:
    return easy_words() | stop_words("english") | word_set(_list("common_words.txt"))


_INFLECTIONS: Final = (
    *((ending, "") for ending in ("s", "es", "ed", "d", "ing", "ly", "er", "ers")),
    *((ending, "e") for ending in ("ed", "ing", "er")),
    ("ies", "y"),
)


@lru_cache(maxsize=50_000)
def is_common(word: str) -> bool:
    """Say whether a lowercase word is a common one, or an inflection or derivation of one."""
    known = _common()
    if word in known:
        return True
    for ending, instead in _INFLECTIONS:
        if word.endswith(ending) and len(word) > len(ending) + 2 and word[: -len(ending)] + instead in known:
            return True
    return (len(word) > 6 and word.endswith(_COMMON_ENDINGS)) or (len(word) > 5 and word.endswith(("ing", "ed", "ly")))


def is_demonym(word: str) -> bool:
    listed = demonyms()
    return word in listed or (word.endswith("s") and word[:-1] in listed) or word.rpartition("-")[2] in listed
