"""Runs of capitalised pieces, and the names in them: what a run says by itself, wherever it stands.

`look` says of one piece whether it may be of a name and how it ties to its neighbours; `find_runs` ties the pieces of
many texts to runs; `take_apart` finds in one run the titles, nationalities and names, and their kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .name_words import (
    ABBREVIATIONS,
    AND_ENDS,
    AND_HEADS,
    BEFORE_TITLE,
    CUT_SUFFIXES,
    DEPARTMENTS,
    FIRST_PARTICLES,
    FOR_HEADS,
    MONTHS,
    NAMING_VERBS,
    NO_NAMES,
    OF_HEADS,
    OF_TITLE,
    ON_HEADS,
    ORGANISATION,
    ORGANISATION_WORDS,
    OTHER,
    OTHER_WORDS,
    OWNERS,
    PARTICLES,
    PERSON,
    PLACE,
    PLACE_BEFORE,
    PLACE_WORDS,
    PREFIXES,
    SAINTS,
    SIDES,
    SMALL_BEFORE_TITLE,
    SMALL_TITLES,
    SUFFIXES,
    SURNAMES,
    TITLES,
    first_names,
    is_common,
    is_demonym,
    known,
)
from .stopwords import stop_words

__all__ = ["Part", "find_runs", "in_heading", "look", "take_apart"]

Ints = NDArray[np.int64]

(
    CAPITAL,
    _LINK_OF,
    _LINK_FOR,
    _LINK_ON,
    _LINK_AND,
    LINK_THE,
    _LINK_AT,
    _PARTICLE,
    _FIRST_PARTICLE,
    OPENS,
    _CLOSES,
    _OF_HEAD,
    _FOR_HEAD,
    _ON_HEAD,
    _AND_HEAD,
    _AND_END,
    _COMMON,
    _OWNER,
    _TELLING,
    SMALL_TITLE,
    SMALL_BEFORE,
    SMALL,
    PLACE_PREP,
    VERB,
    QUOTES,
    STOPS,
    _POSSESSIVE,
    LONG_SMALL,
    _SUFFIX,
    _COMMA,
    _AMPERSAND,
) = (1 << bit for bit in range(31))
_LINKS: Final = _LINK_OF | _LINK_FOR | _LINK_ON | _LINK_AND | _LINK_AT | _PARTICLE | _AMPERSAND


def _flags_of(*kinds: tuple[Iterable[str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for listed, flag in kinds:
        for word in listed:
            found[word] = found.get(word, 0) | flag
    return found


#: What small words say, and words with a capital.
_SMALL_FLAGS: Final = _flags_of(
    (("of",), _LINK_OF),
    (("for",), _LINK_FOR),
    (("on",), _LINK_ON),
    (("and",), _LINK_AND),
    (("the",), LINK_THE),
    (("at",), _LINK_AT),
    (PARTICLES, _PARTICLE),
    (FIRST_PARTICLES, _FIRST_PARTICLE),
    (SMALL_TITLES, SMALL_TITLE),
    (SMALL_BEFORE_TITLE, SMALL_BEFORE),
    (PLACE_BEFORE, PLACE_PREP),
    (NAMING_VERBS, VERB),
)
_CAPITAL_FLAGS: Final = _flags_of(
    (OF_HEADS, _OF_HEAD),
    (FOR_HEADS, _FOR_HEAD),
    (ON_HEADS, _ON_HEAD),
    (AND_HEADS, _AND_HEAD),
    (AND_ENDS, _AND_END),
    (OWNERS, _OWNER),
    (("University",), _LINK_AT),  # "at" goes on behind it
    (ORGANISATION_WORDS | PLACE_WORDS | OTHER_WORDS, _TELLING),
    (SUFFIXES, _SUFFIX),
)

_TAIL: Final = re.compile(r"['’](?:s|S|d|m|ll|re|ve|t)$")
_ABBREVIATED: Final = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]")
#: "XII", "R-Fla."
_NEVER: Final = re.compile(r"[IVX]{2,}|[DRI]-[A-Z].*")
_APOSTROPHES: Final = ("'", "’")
_HYPHENS_AND_APOSTROPHES: Final = frozenset("-'’")
_BEHIND_STOPS: Final = "\"'”’»)]"
_QUOTE_SIGNS: Final = frozenset("\"“”„«»'‘`")


#: Words that are names too, or part of some.
_NOT_FUNCTION: Final = frozenset(("May", "Will", "US", "WHO", "IT", "AM"))
#: What stands before an apostrophe: "I'm", "Don't".
_CONTRACTED: Final = frozenset(
    "I Let What That Here There Don Won Can Isn Doesn Didn Wasn Wouldn Couldn Shouldn Aren Haven Hasn It He She".split()  # noqa: SIM905
)


@cache
def _function_words() -> frozenset[str]:
    """Words that have a capital only where a sentence begins."""
    listed = stop_words("english")
    return frozenset(case(word) for word in listed for case in (str.capitalize, str.upper)) - _NOT_FUNCTION


def look(chunk: str) -> tuple[int, int, int, str]:
    """Return flags of a piece, where its name begins and ends in it, and the word itself in lowercase."""
    if chunk.isalpha():
        if chunk.islower():
            return _SMALL_FLAGS.get(chunk, 0) | SMALL | (LONG_SMALL if len(chunk) > 3 else 0), 0, 0, chunk
        if len(chunk) > 60:
            return 0, 0, 0, ""
        if not chunk[0].isupper() or chunk in _function_words():
            return SMALL, 0, 0, chunk.lower()
        return _of_capital(chunk, chunk.lower(), 0, 0)
    if chunk.islower() and _HYPHENS_AND_APOSTROPHES.isdisjoint(chunk):
        bare = chunk.strip('.,;:!?()[]"“”…')
        flags = _SMALL_FLAGS.get(chunk, 0) | SMALL | (LONG_SMALL if len(bare) > 3 else 0)
        return flags | (VERB if bare in NAMING_VERBS else 0) | _stops(chunk), 0, 0, bare
    if chunk == "&":
        return _AMPERSAND | SMALL, 0, 0, ""
    begin, end = 0, len(chunk)
    while begin < end and not chunk[begin].isalnum():
        begin += 1
    while end > begin and not chunk[end - 1].isalnum():
        end -= 1
    word = chunk[begin:end]
    flags = _stops(chunk)
    if not word or "@" in chunk or "#" in chunk[:begin] or "://" in chunk or word.startswith("www.") or len(word) > 60:
        return flags, 0, 0, ""
    if begin:
        flags |= OPENS
        if not _QUOTE_SIGNS.isdisjoint(chunk[:begin]):
            flags |= QUOTES
    tail = chunk[end:]
    for sign in "/—–":
        at = word.find(sign)
        if at > 0:
            word = word[:at]
            flags |= _CLOSES
            tail = ""
    contraction = _TAIL.search(word)
    if contraction:
        word = word[: contraction.start()]
        flags |= _CLOSES
        if contraction[0][1] in "sS":
            flags |= _POSSESSIVE
        tail = ""
    if "-" in word:
        moved, word, cut = _hyphens(word)
        begin += moved
        if cut:
            flags |= _CLOSES
            tail = ""
    if not word:
        return SMALL | _stops(chunk), 0, 0, ""
    lower = word.lower()
    # "al-Assad", "d'Estaing"
    prefixed = ("-" in word and word.partition("-")[0] in PREFIXES) or (
        word[1:2] in _APOSTROPHES and word[2:3].isupper()
    )
    if not (word[0].isupper() or prefixed) or word in _function_words() or (contraction and word in _CONTRACTED):
        return flags & ~_CLOSES | SMALL, 0, 0, lower
    if tail.startswith(".") and (word in ABBREVIATIONS or _ABBREVIATED.fullmatch(word) or f"{word}." in known()):
        word += "."
        tail = tail[1:]
    if tail:
        flags |= _CLOSES
        if tail == ",":
            flags |= _COMMA
    return _of_capital(word, lower, flags, begin)


def _of_capital(word: str, lower: str, flags: int, begin: int) -> tuple[int, int, int, str]:
    """Say what a word with a capital is, which stands at `begin` of its piece."""
    common = is_common(lower)
    shouted = word.isupper() and ((common and word not in known()) or len(word) > 12)
    if shouted or word in NO_NAMES or _NEVER.fullmatch(word):
        return flags & (OPENS | QUOTES | STOPS) | SMALL, 0, 0, lower
    flags |= CAPITAL | _CAPITAL_FLAGS.get(word, 0) | (_COMMON if common else 0)
    return flags, begin, begin + len(word), lower


def _stops(chunk: str) -> int:
    return STOPS if chunk.rstrip(_BEHIND_STOPS).endswith((".", "!", "?", "…")) else 0


def _hyphens(word: str) -> tuple[int, str, bool]:
    """Cut what is no name from a word with hyphens: where the name begins, the name, and whether its end was cut."""
    parts = word.split("-")
    moved = 0
    while len(parts) > 1 and parts[0].islower() and parts[0] not in PREFIXES:
        moved += len(parts[0]) + 1
        del parts[0]
    if not parts[0] or (len(parts) == 1 and parts[0].islower()):
        return moved, "", False
    kept = [parts[0]]
    for part in parts[1:]:
        if part.islower() and (part in CUT_SUFFIXES or len(part) > 4) and kept[0] not in PREFIXES:
            return moved, "-".join(kept), True
        kept.append(part)
    return moved, "-".join(kept), False


class Part:
    """A name found in a run.

    Attributes
    ----------
    first, last, title_first
        Its first and last piece, and the first of its title, counted from the run's first.
    key, kind, full
        The name as written, its kind, its full form.
    told
        How sure the kind is: 0 a guess, 1 likely, 2 told by a word of it or a list.
    doubt
        0: a name; 1: a name unless the text has its word in small letters; 2: only if it is a name elsewhere.
    """

    doubt: int
    first: int
    full: str
    full_words: tuple[str, ...]
    key: str
    kind: int
    last: int
    lower: str
    person: bool
    single: bool
    title_first: int
    told: int
    words: tuple[str, ...]
    __slots__ = tuple(__annotations__)

    def __init__(self, words: list[str], begin: int, end: int, title: int, doubt: int) -> None:
        self.first, self.last, self.title_first, self.doubt = begin, end - 1, title, doubt
        self.words = tuple(words[begin:end])
        self.key = " ".join(self.words)
        self.lower = words[begin].lower()
        self.single = end - begin == 1
        self.kind, self.full, self.told = _kind(self.words, self.key, title < begin)
        self.full_words = self.words if self.full == self.key else tuple(self.full.split())
        self.person = self.kind == PERSON and not self.single


def find_runs(flags: NDArray[np.int32], starts: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last piece of each run of capitalised pieces; `starts`: where sentences begin."""
    n = len(flags)
    wall = np.zeros(n + 1, np.bool_)  # no name goes on across this, from the piece before
    wall[starts] = True
    wall[:n] |= (flags & OPENS) != 0
    wall[1:] |= (flags & _CLOSES) != 0
    # "Luther King, Jr." and "the People's Army" do.
    for goes_on in (
        (flags[1:] & _SUFFIX != 0) & (flags[:-1] & _COMMA != 0),
        (flags[1:] & _TELLING != 0) & (flags[:-1] & (_OWNER | _POSSESSIVE) == _OWNER | _POSSESSIVE),
    ):
        wall[np.flatnonzero(goes_on) + 1] = False
    wall[starts] = True
    capital = (flags & CAPITAL) != 0
    joined = capital.copy()
    joined[:1] = False
    joined[1:] &= capital[:-1] & ~wall[1:n]
    first = np.flatnonzero(capital & ~joined)
    stretch = np.concatenate([joined[1:], [False]]) if n else joined
    last = np.flatnonzero(capital & ~stretch)
    if len(first) > 1:
        gap = first[1:] - last[:-1] - 1
        near = (gap == 1) | (gap == 2)
        near[near] &= (flags[last[:-1][near] + 1] & _LINKS) != 0
        near[near] &= ~(wall[last[:-1][near] + 1] | wall[first[1:][near]] | wall[first[1:][near] - 1])
        for place in np.flatnonzero(near).tolist():
            a, b = int(last[place]), int(first[place + 1])
            near[place] = _links(flags[max(a - 4, 0) : b + 3].tolist(), a - max(a - 4, 0), b - max(a - 4, 0))
        first, last = first[np.concatenate([[True], ~near])], last[np.concatenate([~near, [True]])]
    # "de Blasio", "von der Leyen": a name that begins in small letters.
    for _ in range(2):
        before = np.maximum(first - 1, 0)
        small = (first > 0) & (flags[before] & _FIRST_PARTICLE != 0) & ~wall[first]
        small[1:] &= before[1:] > last[:-1]
        first = first - small
    return first, last


def _behind_for(flags: list[int], a: int) -> bool:
    """Say whether "for" or "on" led here: "Centre for Control of Disease"."""
    for back in (1, 2, 3):
        if a > back and flags[a - back] & (_LINK_FOR | _LINK_ON):
            return bool(flags[a - back - 1] & (_FOR_HEAD | _ON_HEAD))
        if not flags[a - back] & (CAPITAL | LINK_THE):
            return False
    return False


def _links(flags: list[int], a: int, b: int) -> bool:
    """Say whether the small words between the pieces a and b carry a name on."""
    head, link, end = flags[a], flags[a + 1], flags[b]
    if b == a + 3:
        if flags[a + 2] & LINK_THE:
            return bool(
                (link & _LINK_OF and (head & _OF_HEAD or _behind_for(flags, a)))
                or (link & _LINK_FOR and head & _FOR_HEAD)
                or (link & _LINK_ON and head & _ON_HEAD)
            )
        return bool(link & _PARTICLE and flags[a + 2] & _PARTICLE)
    if link & _PARTICLE:
        return True
    if link & _LINK_OF:
        return bool(head & _OF_HEAD) or _behind_for(flags, a)
    if link & _LINK_FOR:
        return bool(head & _FOR_HEAD)
    if link & _LINK_ON:
        return bool(head & _ON_HEAD)
    if link & _LINK_AT:
        return a >= 2 and bool(flags[a - 1] & _LINK_OF and flags[a - 2] & _LINK_AT)
    if link & _AMPERSAND:
        return True
    if not link & _LINK_AND:
        return False
    # "Department of Health and Human Services"; "Food and Drug Administration".
    for back in (1, 2, 3):
        if a > back and flags[a - back] & (_LINK_OF | _LINK_FOR | _LINK_ON):
            return bool(flags[a - back - 1] & _AND_HEAD)
        if not flags[a - back] & CAPITAL:
            break
    if not (head & _COMMON and end & _COMMON) or (a and flags[a - 1] & CAPITAL and not flags[a - 1] & _COMMON):
        return False
    further = flags[b + 1 : b + 3]
    return bool(further and (further[0] & _AND_END or (further[0] & CAPITAL and further[-1] & _AND_END)))


SMALL_WORDS: Final = frozenset(("of", "the", "for", "on", "and", "&", "at")) | PARTICLES


def take_apart(words: list[str], mode: int) -> tuple[Part, ...]:
    """Find the names in a run: mode 0 inside a sentence, 1 at its beginning, 2 in a heading."""
    begin, end = 0, len(words)
    if mode == 1:
        begin = _skip_common(words)
        if begin == end:
            return (Part(words, 0, 1, 0, doubt=2),) if words[0] not in TITLES else ()
        if begin == 0 and end == 1 and words[0] not in known():
            doubt = 2 if is_common(words[0].lower()) and words[0] not in first_names() else 1
            return _named(words, 0, end, doubt)
    if end == 1 and words[0] in MONTHS:
        return _named(words, 0, 1, 2)
    if mode == 0 and end == 1 and is_common(words[0].lower()) and words[0] not in known():
        return _named(words, 0, 1, 1)
    return _named(words, begin, end, 0)


def _skip_common(words: list[str]) -> int:
    """Return how many words at the beginning of a sentence have their capital from there only."""
    begin, end = 0, len(words)
    while begin < end:
        word = words[begin]
        if begin and words[begin - 1][0].isupper() and begin > 1:
            break
        following = words[begin + 1] if begin + 1 < end else ""
        if following and word.lower() in SMALL_TITLES and word not in TITLES:
            return begin + 1
        listed = (
            word in known()
            or word in TITLES
            or word in SAINTS
            or is_demonym(word)
            or " ".join(words[begin : begin + 2]) in known()
        )
        if listed or word in OF_HEADS or not is_common(word.lower()):
            break
        if word in first_names() and following and not is_common(following.lower()):
            break
        if (
            following in ORGANISATION_WORDS
            or following in PLACE_WORDS
            or following in SMALL_WORDS
            or following in OTHER_WORDS
        ):
            break
        if word in BEFORE_TITLE and following in TITLES:
            break
        begin += 1
        break
    return begin


def _named(words: list[str], begin: int, end: int, doubt: int) -> tuple[Part, ...]:
    """Take titles and nationalities off, and tell the kind of what is left."""
    while end > begin and words[end - 1] in SMALL_WORDS:
        end -= 1
    while begin < end and words[begin] in SMALL_WORDS and words[begin] not in FIRST_PARTICLES:
        begin += 1
    if begin == end:
        return ()
    if " ".join(words[begin:end]) in known():
        return (Part(words, begin, end, begin, doubt=doubt),)
    if not _is_telling(words, begin, end):
        titles = [at for at in range(begin, end) if words[at] in TITLES]
        stop = end - (words[end - 1] in SUFFIXES)
        if titles and titles[-1] == stop - 1 and stop - begin > 1 and words[titles[-1]] in SURNAMES:
            at = titles[-2] + 1 if len(titles) > 1 else begin
            if at < stop - 1 and words[at] in first_names():  # "Martin Luther King"
                del titles[-1]
        if titles:
            return _titled(words, begin, end, titles, doubt)
        skipped = begin
        while skipped < end and is_demonym(words[skipped]):
            skipped += 1
        if skipped == end:
            return ()
        # "Cory Green", but "Green New Deal"
        if skipped > begin and not (end - begin == 2 and words[begin] in first_names()):
            return _named(words, skipped, end, doubt)
        while end - begin > 1 and is_demonym(words[end - 1]) and words[begin] not in first_names():
            end -= 1
    else:
        head = begin
        while head < end - 1 and words[head] in TITLES and words[head].endswith("."):
            head += 1
        if head > begin:
            return (Part(words, head, end, begin, doubt=0),)
    if end - begin > 2:
        # "Refugee Council Enver Solomon"
        for at in (end - 2, end - 3):
            if (
                at > begin
                and words[at - 1] in ORGANISATION_WORDS
                and all(_is_surname_like(word) for word in words[at:end])
            ):
                return (Part(words, begin, at, begin, doubt=doubt), Part(words, at, end, at, doubt=0))
        # "CNN Jake Tapper", "Texas Gov Greg Abbott"
        for at in range(1, end - begin - 1):
            left = " ".join(words[begin : begin + at])
            if left in known() and words[begin + at] in first_names() and not _is_telling(words, begin, end):
                return (Part(words, begin, begin + at, begin, doubt=doubt), *_named(words, begin + at, end, 0))
    return (Part(words, begin, end, begin, doubt=doubt),)


def _is_surname_like(word: str) -> bool:
    told = word in ORGANISATION_WORDS or word in PLACE_WORDS or word in OTHER_WORDS or word in known()
    return word[0].isupper() and not told and not word.isupper() and not is_common(word.lower())


def _is_telling(words: list[str], begin: int, end: int) -> bool:
    """Say whether a word tells that this is no person: its last, or one that a small word follows."""
    if end - begin == 1:
        return False
    last = words[end - 1]
    if last in SURNAMES and words[begin] in first_names():
        return False
    if last in ORGANISATION_WORDS or last in PLACE_WORDS or last in OTHER_WORDS:
        return words[begin] not in TITLES or end - begin == 2 or words[end - 2] in ORGANISATION_WORDS
    heads = [at for at in range(begin, end - 1) if words[at + 1] in ("of", "for", "on") and words[at] not in OF_TITLE]
    return any(words[at] in OF_HEADS or words[at] in FOR_HEADS or words[at] in ON_HEADS for at in heads)


def _titled(words: list[str], begin: int, end: int, titles: list[int], doubt: int) -> tuple[Part, ...]:
    """Cut a run at its titles: what stands before them is a name of its own."""
    last = titles[-1]
    after = last + 1
    if after < end and words[after] == "of":
        after += 1
        while after < end and words[after] in DEPARTMENTS:
            after += 1
    elif after < end and words[after] in ("General", "Designate", "Elect"):
        after += 1
    first = last
    while first > begin and (words[first - 1] in TITLES or words[first - 1] in BEFORE_TITLE):
        if first - 1 > begin and f"{words[first - 2]} {words[first - 1]}" in known():  # "White House Press Secretary"
            break
        first -= 1
    while after < end and words[after] in SMALL_WORDS and words[after] not in FIRST_PARTICLES:
        after += 1
    before = _named(words, begin, first, doubt) if first > begin else ()
    if after >= end:
        if first == begin and end - begin > 1 and words[begin] in ("House", "Senate"):
            return (Part(words, begin, begin + 1, begin, doubt=doubt),)
        return before
    if words[last] in first_names() and last == begin and after == end:
        return (Part(words, begin, end, begin, doubt=doubt),)
    return (*before, Part(words, after, end, first, doubt=0))


@lru_cache(maxsize=100_000)
def _kind(words: tuple[str, ...], key: str, titled: bool) -> tuple[int, str, int]:
    """Return the kind of a name, its full form, and how sure the kind is."""
    n = len(words)
    listed = known().get(key)
    if titled and not (listed and n > 1):
        return PERSON, key, 2
    if listed:
        return (*listed, 2)
    capitals = [word for word in words if word not in SMALL_WORDS]
    if n > 1:
        heads = [words[at] for at in range(n - 1) if words[at + 1] in ("of", "for", "on")]
        if words[-1] in SURNAMES and words[0] in first_names() and words[0] not in known():
            return PERSON, key, 2
        for word in [*heads, words[-1]]:
            if word in ORGANISATION_WORDS or (heads and word in FOR_HEADS and "for" in words):
                return ORGANISATION, key, 2
            if word in PLACE_WORDS:
                return PLACE, key, 2
            if word in OTHER_WORDS:
                return OTHER, key, 2
        if "School" in capitals or "Schools" in capitals:
            return ORGANISATION, key, 2
        first = words[0]
        if first in first_names() and not (n == 2 and words[1].isupper() and len(words[1]) > 2):
            return PERSON, key, 2
        if "&" in words or any(word in ORGANISATION_WORDS for word in capitals[:-1]):
            return ORGANISATION, key, 1
        if first in SIDES and known().get(" ".join(words[1:]), (0,))[0] == PLACE:
            return PLACE, key, 2
        if first in SAINTS:
            return PLACE, key, 1
        if any(word in ORGANISATION_WORDS or (word.isupper() and len(word) > 2) for word in capitals):
            return ORGANISATION, key, 1
        if (
            any(known().get(word, (9,))[0] == PLACE for word in capitals[-1:])
            and n == 2
            and all(known().get(word, (9,))[0] == PLACE for word in capitals)
        ):
            return PLACE, key, 1
        common = sum(is_common(word.lower()) for word in capitals)
        if re.fullmatch(r"[A-Z]\.?", first) or (
            n <= 4 and (common == 0 or (common == 1 and n > 1 and not is_common(first.lower())))
        ):
            return PERSON, key, 1
        if "of" in words or "for" in words:
            return ORGANISATION, key, 1
        return OTHER, key, 1
    word = words[0]
    if word in first_names():
        return PERSON, key, 1
    letters = word.replace(".", "")
    if letters.isupper() and len(letters) > 1:
        return ORGANISATION, key, 1
    if "." in word.strip("."):
        return ORGANISATION, key, 1
    if word.startswith(("al-", "el-")):
        return OTHER, key, 0
    return OTHER, key, 0


def in_heading(words: list[str], sure: set[str]) -> list[Part]:
    """Find the names in a run of a heading: those that are listed, that begin with a first name, or known already."""
    found, at, n = [], 0, len(words)
    while at < n:
        for end in range(min(n, at + 5), at, -1):
            key = " ".join(words[at:end])
            person = end - at == 2 and words[at] in first_names() and not is_common(words[at + 1].lower())
            if key in sure or key in known() or person:
                found.append(Part(words, at, end, at, 0))
                at = end
                break
        else:
            at += 1
    return found
