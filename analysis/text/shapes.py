"""Chunks taken apart: signs, a word, signs.

Nine of ten distinct chunks are a word with signs around it, and most of what the measures ask of such a chunk depends
either on its word, whatever the signs ("how many syllables?"), or on the signs and the shape of the word, whatever the
word ("may it end a sentence?"). So each distinct word and each distinct *template* (the signs, and whether the word has
capitals or joiners) is looked at once; the answers for a chunk are put together from the two. Other chunks (numbers,
web addresses, letters outside ASCII) are looked at whole.
"""

from __future__ import annotations

import re

__all__ = ["example", "template_and_word"]

_LEADS = r"\"#$%&()*+\-/<=>@\[\]{|}~,:;–—‘’“”"
_SHAPE = re.compile(
    rf"(?P<before>[{_LEADS}]*)(?P<word>[A-Za-z]+(?:['’-][A-Za-z]+)*)(?P<after>[{_LEADS}'.!?…]*)", re.ASCII
)
_MOST_SIGNS, _LONGEST = 24, 100  # bytes
_LATE_CAPITAL = re.compile(r"'.*[A-Z]")
_JOINERS = ("'", "-", "’")
#: Stands for any word in an example; no list of words has it.
_STAND_IN = "qzx"
_CASES = {"l": _STAND_IN, "C": "Qzx", "U": "QZX", "M": "QzX", "m": "qZx"}
_TEMPLATE = re.compile(r"([^A-Za-z]*)([lCUMm])(\d)([^A-Za-z]*)")


def template_and_word(chunk: str) -> tuple[str, str] | None:
    """Take a chunk apart, as `kernels/cut.c` does it; None where it is not signs, a word, signs.

    The template is the signs before, a letter for capitals (`l` none, `C` the first letter, `U` all, `M` and `m` some,
    and the first one or not), a digit for the joiners inside the word (1 `'`, 2 `-`, 4 `’`), and the signs after.

    Examples
    --------
    >>> template_and_word("“Don’t,")
    ('“C4,', 'don’t')
    >>> template_and_word("2024.") is None, template_and_word("Zürich") is None
    (True, True)
    """
    found = _SHAPE.fullmatch(chunk)
    if found is None:
        return None
    before, word, after = found.group("before", "word", "after")
    sizes = [len(part.encode()) for part in (before, after, chunk)]
    letters = [c for c in word if c.isalpha()]
    if max(sizes[:2]) > _MOST_SIGNS or sizes[2] > _LONGEST or len(letters) < (3 if before or after else 2):
        return None
    # Capitals behind a straight apostrophe are textstat's business; short words among signs are VADER's smileys.
    if _LATE_CAPITAL.search(word):
        return None
    n_upper = sum(map(str.isupper, letters))
    first = letters[0].isupper()
    case = (
        "l" if not n_upper else "U" if n_upper == len(letters) else "m" if not first else "C" if n_upper == 1 else "M"
    )
    joiners = sum(1 << place for place, sign in enumerate(_JOINERS) if sign in word)
    return f"{before}{case}{joiners}{after}", word.lower()


def example(template: str) -> str:
    """Return a chunk of this template, with a word that is on no list.

    Examples
    --------
    >>> example("“C4,")
    '“Qzx’qzx,'
    """
    found = _TEMPLATE.fullmatch(template)
    if found is None:
        raise ValueError(f"{template!r} is no template")
    before, case, joiners, after = found.groups()
    rest = _STAND_IN.upper() if case == "U" else _STAND_IN
    joined = [sign + rest for place, sign in enumerate(_JOINERS) if int(joiners) & 1 << place]
    return f"{before}{_CASES[case]}{''.join(joined)}{after}"
