"""Where news sentences end: a rule on neighbouring pieces, so that NumPy can apply it to a whole corpus at once.

Each distinct piece gets flags (does it end a sentence, may it, does it begin one); a boundary is a function of the
flags of the pieces on both sides and of the white space between them. The rule was written from newspaper style and
from the errors that general splitters make on it; `tests/benchmarks/sentences.py` measures it on gold sentences.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["LINE_BREAK", "LISTED", "PARAGRAPH_BREAK", "boundaries", "flags", "may_glue", "unglue"]

LINE_BREAK, PARAGRAPH_BREAK = 1, 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Followed by a name or a number, as a rule: never an end inside a paragraph.
_NEVER_ENDS = _words(
    "mr mrs ms mx dr prof sen sens rep reps gov govs gen lt col sgt capt cmdr adm maj cpl pvt rev fr hon pres "
    "supt det insp messrs mme mlle msgr mt ft st ste vs v no nos fig figs eq vol pp art sec cf e.g i.e viz ca "
    "approx atty asst assoc dist dept jan feb mar apr jun jul aug sept sep oct nov dec ed eds al ave blvd rd "
    "hwy bros "
)
# Ends a sentence only where the next word is one that begins sentences.
_MAY_END = _words(
    "inc corp co cos ltd llc plc jr sr etc a.m p.m u.s u.k u.n e.u d.c u.s.a b.c a.d ph.d m.d b.a m.a ph.d.s "
    "est ext dec mon tue wed thu fri sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass "
    "mich minn miss mo mont neb nev okla ore pa tenn tex vt va wash wis wyo n.y n.j n.c s.c n.h n.m n.d s.d "
    "r.i w.va cal univ "
)
# "No." and "Dec." are also words of their own; these begin sentences far more often than they continue a name.
_STARTERS = _words(
    "The A An In On At It Its He She They We You But And Or So If When While As For From With By To Of That "
    "This These Those There Here His Her Their Our My Your Who What Where Why How Which After Before Since "
    "Although Though However Meanwhile Then Now Not No Yes Some Many Most Several One Two Three Both Each "
    "Every Another Other Such Even Also Only Just Still According Asked Because During Despite Under Over "
    "About Earlier Later Last Next Officials Police Is Are Was Were Do Does Did Can Could Will Would Should "
    "May Might Have Has Had Let Instead Perhaps Maybe Once Until Unless Unlike Like Among Between Through "
    "Without Within Across Against Critics Supporters It's It’s That's That’s He's He’s She's She’s They're "
    "They’re We're We’re There's There’s Here's Here’s I'm I’m I've I’ve You're You’re Don't Don’t "
)
_REPORTING = _words(
    "said says say asked asks wrote writes added adds told tells cried shouted yelled replied answered "
    "exclaimed tweeted declared continued demanded explained quipped joked warned insisted "
)

_OPENERS = "\"'“‘«‹([{„‚¡¿*_—–-"
_CLOSERS = "\"'”’»›)]}*_"
_END = re.compile(r"([.!?…]+|[。！？])([\"'”’»›)\]}*_]*)$|([.!?])([\"'”’»›)\]}]*)(?:\[\d+\])+$")
_END_MARKS = frozenset(".!?…。！？")
_COMMA_CLOSED = frozenset((',"', ",”", ",'", ",’"))
_OPENING = frozenset("\"'“‘«‹([„‚")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")

(
    _PERIOD,
    _STRONG,
    _ELLIPSIS,
    _CLOSED,
    _NEVER,
    _MAYBE,
    _INITIAL,
    _LOWER,
    _UPPER,
    _DIGIT,
    _QUOTED,
    _STARTER,
    _REPORTS,
    _ONLY_CLOSERS,
    _NAME_LIKE,
    _COMMA,
    _CREDIT,
    _WEEKDAY,
    _MONTH,
    _DAY,
    _YEAR,
    _LINKS,
    _BRACKETED,
    _ORDINAL,
) = (1 << bit for bit in range(24))


_CREDITS = frozenset(("Image:", "Images:", "Photo:", "Photos:", "Photograph:", "Picture:", "Credit:"))
_LINKING = _words(
    "on of until till since for from by before after to and or through between last next late early this the in"
)
_DATE_PARTS = dict.fromkeys(
    (f"{day}," for day in _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")), _WEEKDAY
) | dict.fromkeys(
    _words("January February March April May June July August September October November December"), _MONTH
)


_SMALL_WORDS = dict.fromkeys(_LINKING, _LOWER | _LINKS) | dict.fromkeys(_REPORTING, _LOWER | _REPORTS)


#: The words of all lists, lowercase; the flags of other words depend on their shape and signs alone.
LISTED = frozenset(
    word.rstrip(".,:").lower()
    for words in (_NEVER_ENDS, _MAY_END, _STARTERS, _REPORTING, _CREDITS, _LINKING, _DATE_PARTS)
    for word in words
)


def flags(pieces: list[str]) -> NDArray[np.uint32]:
    """Return what each distinct piece says about the sentences around it, as bits."""
    # A third of a vocabulary is plain words in small letters.
    known = _SMALL_WORDS.get
    found = [known(piece, _LOWER) if piece.islower() and piece.isalpha() else _flags(piece) for piece in pieces]
    return np.array(found, np.uint32)


def _flags(piece: str) -> int:
    # Most of a vocabulary is a word, alone or with one sign behind it.
    if piece.isalpha():
        return _SMALL_WORDS.get(piece, 0) | _word_flags(piece) | _DATE_PARTS.get(piece, 0)
    word = piece[:-1]
    if len(word) > 1 and word.isalpha() and piece[-1] in ",;:.":
        found = _word_flags(word) | _DATE_PARTS.get(piece, 0) | (_CREDIT if piece in _CREDITS else 0)
        return found | (_ends(piece) if piece[-1] == "." else _COMMA)
    last = piece[-1]
    found = 0
    if not last.isalnum():
        if last == "]" or piece.rstrip(_CLOSERS)[-1:] in _END_MARKS:
            found = _ends(piece)
        if last in ",;:" or piece[-2:] in _COMMA_CLOSED:
            found |= _COMMA
    core = piece if piece[0].isalnum() else piece.lstrip(_OPENERS)
    first = core[:1]
    if first.isalpha():
        bare = core.rstrip(_CLOSERS + ",.:;!?…")
        # "eBay" and a web address may begin a sentence.
        small = first.islower() and core.islower() and not core.startswith(("http://", "https://", "www."))
        found |= _LOWER if small else _UPPER
        if bare in _STARTERS:
            found |= _STARTER
        elif first.isupper():
            found |= _NAME_LIKE
        elif bare in _REPORTING:
            found |= _REPORTS
        found |= _DATE_PARTS.get(core, 0) | (_CREDIT if core in _CREDITS else 0)
    elif first.isdigit():
        found |= _DIGIT | _day_or_year(core)
        if core == piece and last == "." and len(piece) <= 3 and piece[:-1].isdecimal():
            found |= _ORDINAL
    elif first and first in "$£€¥#@":
        found |= _DIGIT
    elif not piece.strip(_CLOSERS):
        found |= _ONLY_CLOSERS
    if core and core != piece and piece[0] in _OPENING:
        found |= _QUOTED | (_BRACKETED if piece[0] in "([" else 0)
    return found


def _word_flags(word: str) -> int:
    if word.islower():
        return _LOWER | (_REPORTS if word in _REPORTING else 0)
    if word[0].isupper():
        return _UPPER | (_STARTER if word in _STARTERS else _NAME_LIKE)
    return _UPPER


def _day_or_year(core: str) -> int:
    if core.endswith(",") and core[:-1].isdecimal() and len(core) <= 3:
        return _DAY
    return _YEAR if core.isdecimal() and len(core) == 4 else 0


def _ends(piece: str) -> int:
    end = _END.search(piece)
    if end is None:
        return 0
    marks, closers = (end[1] or end[3]), (end[2] or end[4] or "")
    before = piece[: end.start()]
    closed = _CLOSED if closers else 0
    if any(mark in marks for mark in "!?！？。"):
        return _STRONG | closed
    if marks != ".":
        return (_ELLIPSIS if before or closers else 0) | closed
    word = before.lstrip(_OPENERS)
    # The last of "mother-in-law/Gen." counts; dotted words ("U.S.", "a.m.") are looked at whole.
    last = re.split(r"[/—–(]", word)[-1]
    bare = last.lower()
    if len(last) == 1 and last.isalpha() and last.isupper() and closers in ("", "]"):
        return _PERIOD | (_INITIAL if last != "I" else 0)
    if bare in _NEVER_ENDS and not closers:
        return _PERIOD | (_NEVER if bare not in ("no", "art", "sec", "mar", "al", "ed") or last[:1].isupper() else 0)
    if bare in _MAY_END or _DOTTED.fullmatch(last) or bare.rsplit("-", 1)[-1] in ("u.s", "u.k"):
        return _PERIOD | closed | _MAYBE
    return (_PERIOD | closed) if word or closers else 0


def boundaries(
    flag: NDArray[np.uint32], breaks: NDArray[np.uint8], starts: NDArray[np.int64], length: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Say after which pieces a sentence ends.

    Parameters
    ----------
    flag
        `flags` of each running piece, uint32[n_pieces].
    breaks
        White space behind each piece: 0, `LINE_BREAK` or `PARAGRAPH_BREAK`, uint8[n_pieces].
    starts
        First piece of each article, and the end: int64[n_articles + 1].
    length
        Code points of each piece, int32[n_pieces]; tells hard-wrapped lines from lines that are paragraphs.

    Returns
    -------
    bool[n_pieces]
        True where the piece is the last of a sentence; always at the end of an article.
    """
    n = len(flag)
    if n == 0:
        return np.zeros(0, np.bool_)
    ends = np.zeros(n, np.bool_)
    candidate = np.flatnonzero((flag & (_PERIOD | _STRONG | _ELLIPSIS | _ONLY_CLOSERS)) != 0)
    candidate = candidate[candidate < n - 1]
    here, following = flag[candidate], flag[candidate + 1]
    # A closing mark that stands alone takes over the end of the piece before it.
    lone = (here & _ONLY_CLOSERS) != 0
    here = np.where(lone, np.where(np.isin(candidate, starts), 0, flag[candidate - 1] | _CLOSED), here)
    begins = (following & (_UPPER | _DIGIT | _QUOTED)) != 0
    begins &= ~(((following & _LOWER) != 0) & ((following & _QUOTED) == 0))
    starter = (following & _STARTER) != 0
    period, strong, ellipsis = ((here & bit) != 0 for bit in (_PERIOD, _STRONG, _ELLIPSIS))
    plain = (here & (_NEVER | _MAYBE | _INITIAL)) == 0
    closed = (here & _CLOSED) != 0
    lower_quoted = ((following & _LOWER) != 0) & ((following & _QUOTED) != 0)
    end = (period & plain | strong) & begins & ~lower_quoted
    end |= period & ((here & (_MAYBE | _INITIAL)) != 0) & starter
    opens_quotation = ((following & _QUOTED) != 0) & ((following & _BRACKETED) == 0) & ((following & _UPPER) != 0)
    end |= period & ((here & _MAYBE) != 0) & opens_quotation
    end |= ellipsis & begins & ((following & (_UPPER | _QUOTED)) != 0) & ~lower_quoted
    end |= (period & plain | strong) & closed & lower_quoted
    # «"Stop!" John Smith said» goes on: a name and a reporting verb follow the closing mark.
    spoken = np.flatnonzero(end & strong & closed & ((following & _QUOTED) == 0))
    if len(spoken):
        end[spoken[_tagged(flag, starts, candidate[spoken])]] = False
    # The end mark waits for a closing mark that stands alone behind it.
    end &= (following & _ONLY_CLOSERS) == 0
    ends[candidate] = end
    _begin_captions_and_dates(flag, breaks, starts, ends)
    ends[breaks >= PARAGRAPH_BREAK] = True
    lines = np.flatnonzero(breaks == LINE_BREAK)
    if len(lines):
        ends[lines] |= _line_ends(flag, breaks, starts, length, lines)
    filled = starts[1:] > starts[:-1]
    ends[starts[1:][filled] - 1] = True
    # "3. Vote early" is one sentence: the number that begins a sentence does not end it.
    ordinal = np.flatnonzero(ends & ((flag & _ORDINAL) != 0) & (breaks == 0))
    begins_one = np.isin(ordinal, starts[:-1]) | ends[ordinal - 1]
    ends[ordinal[begins_one & ~np.isin(ordinal + 1, starts[1:])]] = False
    return ends


def _tagged(flag: NDArray[np.uint32], starts: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say behind which pieces stand one to three words of a name and then a reporting verb, in the same article."""
    last = starts[np.searchsorted(starts, at, side="right")] - 1
    tagged = np.zeros(len(at), np.bool_)
    name = np.ones(len(at), np.bool_)
    for ahead in (1, 2, 3):
        inside = at + ahead < last
        word = flag[np.minimum(at + ahead, last)]
        verb = flag[np.minimum(at + ahead + 1, last)]
        tagged |= inside & name & ((verb & _REPORTS) != 0) & ((word & _UPPER) != 0)
        name &= ((word & (_NAME_LIKE | _NEVER | _INITIAL)) != 0) & ((word & (_PERIOD | _COMMA)) == 0)
    return tagged


def _begin_captions_and_dates(
    flag: NDArray[np.uint32], breaks: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.bool_]
) -> None:
    """Mark ends before «Image: NAME» behind a caption, and before «Tuesday, March 4, 2025» at the end of a headline."""
    credit = np.flatnonzero((flag[1:-1] & _CREDIT) != 0) + 1
    if len(credit):
        first = np.isin(credit, starts) | np.isin(credit + 1, starts)
        named = ((flag[credit + 1] & _UPPER) != 0) & ((flag[credit - 1] & _COMMA) == 0)
        ends[credit[named & ~first & (breaks[credit] < PARAGRAPH_BREAK)] - 1] = True
    year = np.flatnonzero(((flag & _YEAR) != 0) & (breaks == PARAGRAPH_BREAK))
    year = year[year - starts[np.searchsorted(starts, year, side="right") - 1] >= 4]
    if len(year):
        dated = (flag[year - 1] & _DAY != 0) & (flag[year - 2] & _MONTH != 0) & (flag[year - 3] & _WEEKDAY != 0)
        dated &= (flag[year - 4] & (_LINKS | _COMMA)) == 0
        ends[year[dated] - 4] = True


def _line_ends(
    flag: NDArray[np.uint32],
    breaks: NDArray[np.uint8],
    starts: NDArray[np.int64],
    length: NDArray[np.int32],
    lines: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Say which single line breaks end a paragraph: all of an article's, unless its lines are hard-wrapped."""
    n = len(flag)
    article = np.searchsorted(starts, lines, side="right") - 1
    stops = (flag[lines] & (_PERIOD | _STRONG | _ELLIPSIS)) != 0
    following = np.where(lines + 1 < starts[article + 1], flag[np.minimum(lines + 1, n - 1)], 0)
    goes_on = ~stops & ((following & _LOWER) != 0)
    n_articles = len(starts) - 1
    wrapped = np.bincount(article, goes_on, n_articles) >= 0.2 * np.maximum(
        np.bincount(article, minlength=n_articles), 1
    )
    # In wrapped text only a line that is much shorter than a full one and has an end mark closes a paragraph.
    to_here = np.cumsum(length.astype(np.int64) + 1)
    line_start = np.maximum(starts[article], 0)
    previous = np.zeros(len(lines), np.int64)
    any_break = np.flatnonzero(breaks >= LINE_BREAK)
    at = np.searchsorted(any_break, lines) - 1
    previous = np.where(at >= 0, any_break[np.maximum(at, 0)] + 1, 0)
    line_start = np.maximum(line_start, previous)
    width = to_here[lines] - np.where(line_start > 0, to_here[line_start - 1], 0)
    longest = np.zeros(n_articles, np.int64)
    np.maximum.at(longest, article, width)
    short = width < 0.7 * longest[article]
    return np.where(wrapped[article], short & ~goes_on, True)


_GLUE = re.compile(
    r"(?<=[a-z0-9)\]%’'\"”])"
    r"(?:\.{3,}|…+|[.!?]+)"
    r"(?:[”’)\]]+|\"(?=[\"“‘(]*[A-Z])|'(?=[\"“])|'\"(?=[\"“])|(?:\[\d+\])+)?"
    r"(?=[\"“‘(\[]*[A-Z](?:[a-z’']|$|[,\s]))"
)
_LONGEST_WORD = 100
_SPEECH = re.compile(r"(?:said|says|added|adds|told|asked|wrote|replied|continued)\.$")


#: A quick look that spares `unglue` most chunks: is there a capital letter behind an end mark?
may_glue = re.compile(r"[^.!?…]*[.!?…].*[A-Z]").match


def unglue(chunk: str) -> list[str] | None:
    """Cut a chunk that glues sentences together; None where it does not.

    Examples
    --------
    >>> unglue("over.The")
    ['over.', 'The']
    >>> unglue('done.”“We')
    ['done.”', '“We']
    >>> unglue("U.S.-led") is None
    True
    """
    if len(chunk) < 4 or chunk.isalpha():
        return None
    if "://" in chunk or "www." in chunk or "@" in chunk:
        return None
    cuts = []
    for found in _GLUE.finditer(chunk):
        at = found.end()
        # Only the word before counts; more of a chunk as long as a book would make this slow.
        before = chunk[max(0, found.start() - _LONGEST_WORD) : found.start()]
        word = re.split(r"[^\w.]", before.rstrip("'\"”’)]%"))[-1]
        marks = found[0]
        if marks.startswith(".") and not marks.startswith(".."):
            bare = word.lower()
            if bare in _NEVER_ENDS or bare in _MAY_END or _DOTTED.fullmatch(word) or len(word) < 2:
                continue
        if marks.endswith('"') and _SPEECH.search(before + marks[:-1]):
            at -= 1  # «said."But»: the mark opens what follows
        cuts.append(at)
    if not cuts:
        return None
    return [chunk[start:end] for start, end in zip([0, *cuts], [*cuts, len(chunk)], strict=True)]
