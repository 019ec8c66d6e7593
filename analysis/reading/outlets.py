"""One name for one outlet.

Three rules, and nothing else changes a name:

1. White space is trimmed and runs of it become one space.
2. A suffix that names a section goes to the column `section`: "Newsmax - Opinion", "CNN (Web News)". Only words of a
   list are sections, so that "Guest Writer - Right" and "The Times (London)" stay what they are.
3. Spellings that differ only in case, spaces, punctuation or a leading "The" are one outlet, under the spelling with
   capitals that is most frequent in the corpus: "breitbart" and "Breitbart", "American Spectator" and
   "The American Spectator".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import pandas as pd

__all__ = ["is_section", "normalise_outlets", "split_section"]

_SECTIONS_TEXT = """
news opinion opinions editorial editorials comment commentary analysis column columns blog blogs letters online web
print digital live video tv radio politics business economy finance money markets sport sports culture arts art
books music film entertainment style lifestyle life food travel health science technology tech environment climate
education religion weekend sunday magazine features obituaries fact check factcheck
"""
_SECTIONS = frozenset(_SECTIONS_TEXT.split())
#: Places are sections after a dash ("BBC News - Europe"), but name another paper in brackets ("The Sun (US)").
_PLACES_TEXT = """
world international national local us uk europe asia africa america americas middle east
"""
_PLACES = frozenset(_PLACES_TEXT.split())
_DASHED = re.compile(r"(?P<outlet>.*\S)\s+[-–—|:]\s+(?P<section>[^-–—|:()]+)", re.S)
_BRACKETED = re.compile(r"(?P<outlet>.*\S)\s*\((?P<section>[^()]+)\)", re.S)


def split_section(name: str) -> tuple[str, str | None]:
    """Take the section off the name of an outlet.

    Examples
    --------
    >>> [split_section(name) for name in ("Newsmax - Opinion", "CNN (Web News)", "Guest Writer - Right", "Metro (UK)")]
    [('Newsmax', 'Opinion'), ('CNN', 'Web News'), ('Guest Writer - Right', None), ('Metro (UK)', None)]
    """
    name = " ".join(name.split())
    for pattern, allowed in ((_DASHED, _SECTIONS | _PLACES), (_BRACKETED, _SECTIONS)):
        hit = pattern.fullmatch(name)
        if hit:
            words = re.findall(r"\w+", hit["section"].lower())
            if words and all(word in allowed or word == "and" for word in words):
                return hit["outlet"], hit["section"].strip()
    return name, None


def is_section(text: str) -> bool:
    """Whether a line is nothing but the name of a section.

    Examples
    --------
    >>> is_section("Opinion"), is_section("WORLD NEWS"), is_section("Opinions differ")
    (True, True, False)
    """
    words = re.findall(r"\w+", text.lower())
    return 1 <= len(words) <= 3 and all(word in _SECTIONS | _PLACES or word == "and" for word in words)


def _key(name: str) -> str:
    bare = re.sub(r"^(https?://)?(www\.)?", "", name.casefold())
    squeezed = re.sub(r"[\W_]+", "", bare) or bare
    rest = squeezed.removeprefix("the")
    return rest if len(rest) >= 2 else squeezed


def _preference(item: tuple[str, int]) -> tuple[bool, int, str]:
    name, times = item
    return (name == name.lower(), -times, name)


def normalise_outlets(names: Iterable[object]) -> pd.DataFrame:
    """Show how the names of outlets are read.

    Parameters
    ----------
    names
        One name for each article, as written.

    Returns
    -------
    pandas.DataFrame
        One row for each distinct name, sorted: `written`, `outlet`, `section` (missing where there is none),
        `n_articles`.

    Examples
    --------
    >>> normalise_outlets(["breitbart", "breitbart", "Breitbart", "Newsmax - Opinion"])[["written", "outlet"]]
                 written     outlet
    0          Breitbart  Breitbart
    1  Newsmax - Opinion    Newsmax
    2          breitbart  Breitbart
    """
    counts = Counter(name for name in names if isinstance(name, str) and name.strip())
    split = {name: split_section(name) for name in counts}
    spellings: dict[str, Counter[str]] = {}
    for name, times in counts.items():
        spellings.setdefault(_key(split[name][0]), Counter())[split[name][0]] += times
    chosen = {key: min(spelled.items(), key=_preference)[0] for key, spelled in spellings.items()}
    written = sorted(counts)
    return pd.DataFrame(
        {
            "written": pd.array(written, dtype="str"),
            "outlet": pd.array([chosen[_key(split[name][0])] for name in written], dtype="str"),
            "section": pd.array([split[name][1] for name in written], dtype="str"),
            "n_articles": pd.array([counts[name] for name in written], dtype="int64"),
        }
    )
