"""Chunks taken apart: signs, a word, signs.

More than nine of ten distinct chunks are a word or a number with signs around it, and most of what the measures ask of
such a chunk depends either on its word, whatever the signs ("how many syllables?"), or on the signs and the shape of
the word, whatever the word ("may it end a sentence?"). So each distinct word and each distinct *template* (the signs,
and whether the word has capitals or joiners) is looked at once; the answers for a chunk are put together from the two.
Other chunks (web addresses, letters outside ASCII) are looked at whole.
"""

from __future__ import annotations

import re

__all__ = ["example", "template_and_word"]

_SIGNS = r"\"#$%&'()*+\-/<=>@\[\]{|}~,:;–—‘’“”"
_SHAPE = re.compile(
    rf"(?P<before>[{_SIGNS}]*)(?:(?P<word>[A-Za-z]+(?:['’-][A-Za-z]+)*)|(?P<number>[0-9]+(?:[.,:][0-9]+)*))"
    rf"(?P<after>[{_SIGNS}.!?…]*)"
)
_MOST_SIGNS, _LONGEST = 24, 100  # bytes
_LONGEST_NUMBER = 47  # with the signs before it
_LATE_CAPITAL = re.compile(r"'.*[A-Z]")
# textstat keeps a straight apostrophe before these letters.
_KEPT_APOSTROPHE = re.compile(r"'(?:[tsd]|ve|ll|re|[0-9])")
_JOINERS = ("'", "-", "’")
#: Stands for any word in an example; no list of words has it.
_STAND_IN = "qzx"
_CASES = {"l": _STAND_IN, "C": "Qzx", "U": "QZX", "M": "QzX", "m": "qZx"}
_TEMPLATE = re.compile(r"([^A-Za-z]*)(?:([lCUMm])([0-7])|d(0[0.,:]*0|0))([^A-Za-z]*)")


def template_and_word(chunk: str) -> tuple[str, str] | None:
    """Take a chunk apart, as `kernels/cut.c` does it; None where it is not signs, a word, signs.

    The template is the signs before, the shape of the word, and the signs after. A word's shape is a letter for its
    capitals (`l` none, `C` the first letter, `U` all, `M` and `m` some, and the first one or not) and a digit for the
    joiners inside it (1 `'`, 2 `-`, 4 `’`); a number's is `d` and the number with all digits 0.

    Examples
    --------
    >>> template_and_word("“Don’t,"), template_and_word("$1,200")
    (('“C4,', 'don’t'), ('$d0,000', '1,200'))
    >>> template_and_word("2nd") is None, template_and_word("Zürich") is None
    (True, True)
    """
    found = _SHAPE.fullmatch(chunk)
    if found is None:
        return None
    before, word, number, after = found.group("before", "word", "number", "after")
    core = word or number
    sizes = [len(part.encode()) for part in (before, after, chunk)]
    if max(sizes[:2]) > _MOST_SIGNS or sizes[2] > _LONGEST or _KEPT_APOSTROPHE.match(f"{before[-1:]}{core}"):
        return None
    letters = core if number else [c for c in core if c.isalpha()]
    # Capitals behind a straight apostrophe are textstat's business; short words among signs are VADER's smileys.
    if len(letters) < (3 if before or after else 2) or _LATE_CAPITAL.search(core):
        return None
    if number:
        if sizes[0] + len(number) > _LONGEST_NUMBER:
            return None
        return f"{before}d{_DIGIT.sub('0', number)}{after}", number
    n_upper = sum(map(str.isupper, letters))
    some = "C" if n_upper == 1 else "M"
    case = "l" if not n_upper else "U" if n_upper == len(letters) else some if letters[0].isupper() else "m"
    joiners = sum(1 << place for place, sign in enumerate(_JOINERS) if sign in core)
    return f"{before}{case}{joiners}{after}", core.lower()


_DIGIT = re.compile("[1-9]")


def example(template: str) -> str:
    """Return a chunk of this template, with a word that is on no list.

    Examples
    --------
    >>> example("“C4,"), example("$d0,000")
    ('“Qzx’qzx,', '$0,000')
    """
    found = _TEMPLATE.fullmatch(template)
    if found is None:
        raise ValueError(f"{template!r} is no template")
    before, case, joiners, number, after = found.groups()
    if number:
        return f"{before}{number}{after}"
    rest = _STAND_IN.upper() if case == "U" else _STAND_IN
    joined = [sign + rest for place, sign in enumerate(_JOINERS) if int(joiners) & 1 << place]
    return f"{before}{_CASES[case]}{''.join(joined)}{after}"
