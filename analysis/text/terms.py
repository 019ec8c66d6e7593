"""Terms: the lowercased words that frequencies, codebooks and concordances count."""

from __future__ import annotations

import re

__all__ = ["cut", "cut_chunk", "normalise"]

_LETTER = r"[^\W\d_]"
# Marks that belong to the letter before them: accents, Hebrew and Arabic points, Indic signs, joiners, soft hyphens.
_MARK = (
    "\u0300-\u036f\u0483-\u0487"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u200c\u200d\u00ad"
)
_WORD = rf"[^\W_](?:[^\W_{_MARK}]|[{_MARK}])*"
# Dotted abbreviations first ("u.s."), then words joined by hyphens, apostrophes or "&", and numbers by "." "," ":".
_TERM = re.compile(
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
    decimals and of dotted abbreviations stay.

    Examples
    --------
    >>> [term for term, _, _ in cut("The U.S. anti-war bill wasn’t passed/failed 3.5–1, she said.")]
    ['the', 'u.s.', 'anti-war', 'bill', "wasn't", 'passed', 'failed', '3.5', '1', 'she', 'said']
    """
    return [(normalise(found[0]), found.start(), found.end()) for found in _TERM.finditer(text)]


# Signs that stand around words and are in no term.
_AROUND = "\"'“”‘’«»‹›()[]{},.;:!?…-–—*/|$%#@"


def cut_chunk(chunk: str) -> list[tuple[str, int, int]]:
    """Cut one chunk into terms as `cut` does; faster for the many that are a word between signs.

    Examples
    --------
    >>> cut_chunk("“Don’t"), cut_chunk("floods,")
    ([("don't", 1, 6)], [('floods', 0, 6)])
    """
    # str.isalpha is true only of letters, which the general rule keeps whole.
    if chunk.isalpha():
        return [(chunk.lower(), 0, len(chunk))]
    if len(chunk) > 2 and chunk[-1] in ",.;:" and (word := chunk[:-1]).isalpha():
        return [(word.lower(), 0, len(word))]
    word = chunk.strip(_AROUND)
    if word.isalpha():
        start = chunk.index(word)
        # "P." and the like may be part of a dotted abbreviation.
        if len(word) > 1 or "." not in chunk:
            return [(word.lower(), start, start + len(word))]
    return cut(chunk)
