"""Terms: the lowercased words that frequencies, codebooks and concordances count."""

from __future__ import annotations

import re

__all__ = ["AROUND", "cut", "is_whole_term", "normalise"]

_LETTER = r"[^\W\d_]"
# Marks that belong to the letter before them: accents, Hebrew and Arabic points, Indic signs, joiners, soft hyphens.
_MARK = (
    "\u0300-\u036f\u0483-\u0487"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u200c\u200d\u00ad"
)
_WORD = rf"[^\W_](?:[^\W_{_MARK}]|[{_MARK}])*"
# Dotted abbreviations first ("u.s."), then words joined by hyphens, apostrophes or "&", and numbers by "." "," ":".
# A web address holds no words of the article: it is matched first, and left out.
_ADDRESS = r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}/\S*"
_TERM = re.compile(
    rf"({_ADDRESS})|"
    rf"(?:{_LETTER}\.){{2,}}(?!{_LETTER}{_LETTER})|[Pp]h\.[Dd]\.?"
    rf"|{_WORD}(?:(?:['’‐‑&\-](?={_LETTER}|\d)|(?<=\d)[.,:](?=\d)){_WORD})*"
)
_SAME = str.maketrans({"’": "'", "‐": "-", "‑": "-", "\u00ad": None, "\u200c": None, "\u200d": None})


def normalise(term: str) -> str:
    """Return a term as it is counted: lowercase, with straight apostrophes and plain hyphens.

    Examples
    --------
    >>> normalise("Don’t")
    "don't"
    """
    return term.lower() if term.isascii() else term.translate(_SAME).lower()


def cut(text: str) -> list[tuple[str, int, int]]:
    """Cut text into terms: `(term, start, end)`, offsets in code points.

    Split at white space, dashes, slashes and other signs; inner hyphens, apostrophes and the points of
    decimals and of dotted abbreviations stay. Web addresses are no terms.

    Examples
    --------
    >>> [term for term, _, _ in cut("The U.S. anti-war bill wasn’t passed/failed 3.5–1, she said.")]
    ['the', 'u.s.', 'anti-war', 'bill', "wasn't", 'passed', 'failed', '3.5', '1', 'she', 'said']
    """
    return [(normalise(found[0]), found.start(), found.end()) for found in _TERM.finditer(text) if found[1] is None]


#: Signs that stand around words and are in no term.
AROUND = "\"'“”‘’«»‹›()[]{},.;:!?…-–—*/|$%#@"


def is_whole_term(word: str, chunk: str) -> bool:
    """Say whether a chunk, stripped of `AROUND`, is a term as it is: then `cut` need not look at it.

    Examples
    --------
    >>> is_whole_term("floods", "“floods,"), is_whole_term("Don’t", "Don’t"), is_whole_term("U", "U.")
    (True, False, False)
    """
    # str.isalpha is true only of letters, which `cut` keeps whole; "P." may be part of a dotted abbreviation.
    return word.isalpha() and (len(word) > 1 or "." not in chunk)
