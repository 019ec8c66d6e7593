"""The rules by which `analysis.text.voice` finds quoted speech, in Python; `kernels/voice.c` has the same, compiled.

The quotation marks of a text are found first, and each says by its neighbours whether it may open, may close, or
either (`_marks`). One pass over the marks of a kind pairs them, paragraph by paragraph (`_Pairs`, `_pair_single`); what
the pairs enclose is then called speech, a title, scare quotes (words that nobody is said to have said, nicknames and
words mentioned as words among them) or nested. Only the marks are looked at one by one, and each a bounded number of
times, so that the time is linear in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

__all__ = ["BEFORE_OPENING", "BEHIND_CLOSING", "MARKS", "SPACE", "WORD_LISTS", "Kind", "Stretch", "found_in"]

Kind = Literal["speech", "scare", "title", "nested"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DOUBLE, _SINGLE, _GUILLEMET, _SMALL_GUILLEMET = range(4)
#: The family of each mark, and its shape: 1 opens, -1 closes, 0 either.
MARKS: Final = {
    '"': (_DOUBLE, 0),
    "“": (_DOUBLE, 1),
    "”": (_DOUBLE, -1),
    "„": (_DOUBLE, 1),
    "‟": (_DOUBLE, 1),
    "＂": (_DOUBLE, 0),
    "″": (_DOUBLE, 0),
    "'": (_SINGLE, 0),
    "‘": (_SINGLE, 1),
    "’": (_SINGLE, -1),
    "‚": (_SINGLE, 1),
    "‛": (_SINGLE, 1),
    "`": (_SINGLE, 1),
    "´": (_SINGLE, -1),
    "′": (_SINGLE, 0),
    "«": (_GUILLEMET, 1),
    "»": (_GUILLEMET, -1),
    "‹": (_SMALL_GUILLEMET, 1),
    "›": (_SMALL_GUILLEMET, -1),
}
#: How to find each mark; apostrophes inside a word are passed by at once.
_PLACES: Final = tuple(
    (mark, re.compile(rf"{mark}(?:(?!\w)|(?<!\w{mark}))" if mark in "'’" else mark).finditer) for mark in MARKS
)
_APOSTROPHES: Final = frozenset("'’‘`´′‛")
_DOUBLED: Final = {"''": 0, "``": 1, "‘‘": 1, "’’": -1}
SPACE: Final = frozenset(chr(code) for code in (*range(0x3001),) if chr(code).isspace()) | {"\u200b", "\ufeff"}
_DASHES: Final = frozenset("-–—―/")
BEFORE_OPENING: Final = SPACE | _DASHES | frozenset("([{=<>|*_")
BEHIND_CLOSING: Final = SPACE | _DASHES | frozenset(".,;:!?…)]}<>|*_")
_SENTENCE_ENDS: Final = frozenset(".!?…")

#: What the neighbours of a mark say: nothing (white space, or a dash, on both sides), nothing (glued on both sides),
#: that it opens or that it closes. Unread: a neighbour is a mark too, look farther.
_LOOSE, _GLUED, _OPENS, _CLOSES, _UNREAD = range(5)

_OTHER_BREAKS: Final = "\r\x0b\x0c\x85\u2028\u2029"
_TO_LINE_FEED: Final = dict.fromkeys(map(ord, _OTHER_BREAKS), "\n")
_GOES_ON: Final = re.compile(r"\n(?:(?<=[\w,;]\n)|(?<=[\w,;] \n))[“\"‘'«(]?[a-z]")

_SAID = (
    "said|says|say|saying|told|tells|added|adds|asked|asks|wrote|writes|continued|replied|explained|argued|argues|"
    "warned|insisted|noted|declared|recalled|tweeted|stated|concluded|announced|claimed|remarked|quipped|"
    "joked|answered|responded|acknowledged|admitted|observed|suggested|complained|cried|shouted|yelled|testified|"
    "thundered|mused|opined|lamented|exclaimed|urged|vowed|predicted|promised|countered|"
    "commented|reported|reports|boasted|confessed"
)
_NAME = r"[A-Z][\w.’'-]{0,30}"
_THEY = "he|she|they"
_PRONOUNS = f"{_THEY}|it|I|we|who"
_AUXILIARIES = "has|had|also|then|later"
_BEHIND_SAID = f"{_THEY}|the|a|an|one|in|on|of"
_NOT_INSIDE = f"{_THEY}|that|the|a|an|it|there|his|her"
_TAG: Final = (
    rf"(?:(?:{_PRONOUNS}|[Tt]he [a-z]{{1,20}}) (?:(?:{_AUXILIARIES}) )?(?:{_SAID})\b"
    rf"|(?:{_SAID}) (?:{_BEHIND_SAID}|{_NAME})\b|(?:{_NAME} ){{1,4}}(?:{_SAID})\b)"
)
_TAG_BEHIND: Final = re.compile(rf"\s{{0,2}}{_TAG}")
_TAG_INSIDE: Final = re.compile(rf"[,.?!—](?=\s{_TAG}(?! (?:{_NOT_INSIDE})\b))")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”’)]?(?=\s|[\"“]?[A-Z][a-z])")
_SOFT_BREAK: Final = re.compile(r"[a-z0-9)%][.!?]+[\"”’]?(?=[\"“]?[A-Z][a-z’' ])")
_ELIDED = "tis|twas|twere|twill|em|til|till|cause|cos|coz|bout|round|n|nuff|ere|cuz|fraid|kay"
_ELISION: Final = re.compile(rf"['’‘](?:\d\ds?\b|(?:{_ELIDED})\b)", re.I)
#: Signs behind a single mark that opens.
_BEHIND_SINGLE: Final = frozenset('$£€[(#@…"“”')
#: A stretch of more code points is no title.
_LONG: Final = 120
#: Stretches of at most so many words may be other things than speech; of at most so few, speech needs a cue.
_SHORT, _FEW = 6, 4
_SMALL_WORDS: Final = _words("a an the of in on and for to with from by at or as vs v de la & - – —")
_STARTS_SPEECH: Final = _words("I I’m I'm I’ve I've I’ll We Yes No Yeah You It Don't Don’t They He She")
_TAG_DIRECT: Final = re.compile(rf",?\s{{0,2}}(?:{_TAG}|(?:{_THEY}) [a-z]{{3,15}}\b)")
#: What a value in HTML or JSON follows.
_VALUE_OF: Final = ("=", '":', '": ')
#: Words that only a title follows, however long.
_TITLED: Final = ("titled ", "titled, ", "titled: ", "headlined ", "headlined, ", "headlined: ")
#: Words before a stretch that is a name, a title or a word mentioned as a word.
_MENTIONS: Final = _words(
    """
    so-called term terms word words phrase phrases slogan acronym hashtag dubbed
    nicknamed codenamed named aka nickname moniker film films movie movies book books memoir novel novels song songs
    album albums single show shows series sitcom documentary play podcast podcasts program programme poem painting
    editorial headline essay label category self-described self-proclaimed self-styled organization organisation group
    operation proverbial
    """
)
_MENTIONS_IN_TWO: Final = _words(
    "known-as know-as definition-of definitions-of notion-of concept-of meaning-of better-as"
)
_ARTICLES: Final = _words("a an the")
_IS = "is|was|are"
_NOUNS = "word|term|phrase|title|name"
_WORKS = "film|movie|book|song|album|memoir|novel"
_MENTIONED_BEHIND: Final = re.compile(rf" (?:{_IS}) (?:a|the) (?:{_NOUNS})\b|,? the (?:{_WORKS})\b")
_INTRODUCES: Final = _words(_SAID.replace("|", " ") + " read reads reading chant chants chanted chanting quote")
#: Words of a sentence in which someone is given words: verbs of saying and judging, and what is said or written.
_CUES: Final = _words(
    _SAID.replace("|", " ")
    + """
    stating noting adding arguing warning insisting explaining claiming claim claims tweeting writing telling asking
    suggesting urging vowing promising predicting accuse accused accuses accusing call called calls calling describe
    described describes describing brand branded branding denounce denounced denouncing denounces criticize criticized
    criticised criticizing slammed slamming blasted blasting dismissed dismissing dismisses label labeled labelled
    labeling labelling refer referred referring refers accord according quote quoted quoting quotes cite cited citing
    cites condemned condemning characterized characterised characterizing deemed deem decried decry deplored praised
    hailed touted mocked ridiculed derided rejected boasted bragged complain complaining stressed emphasized emphasised
    maintained maintains reiterated reported reports report reportedly read reads reading chant chanted chanting
    testimony testifying statement interview tweet tweets memo letter ruling ruled op-ed speech declares declaring
    declare warns warn tweeted pledged pledging expressed expressing demanded demanding ordered conceded concedes
    questioned likened apologized apologised defended characterizes lashed attacked attacking challenged commented
    comment comments remarks remark spoke speaks speaking talked discussed confessed alleged alleging alleges allege
    contends contended contend asserts asserted asserting hopes hoped believes believed thinks thought feels felt
    proposed proclaimed proclaims proclaiming invoked deny denied denies denying advised advises reminded recounted
    blamed blames blaming reasserted questioning condemn condemns demand demands insist insists charged admits admitting
    tell ask consider considers considered viewed views pledge vow believe denounce promise assessed assesses charge
    apologize apologise argue
    """
)
#: The lists of words, in the order in which `kernels/voice.c` names them.
WORD_LISTS: Final = (
    *(_words(said.replace("|", " ")) for said in (_SAID, _PRONOUNS, _AUXILIARIES, _BEHIND_SAID, _NOT_INSIDE, _THEY)),
    _words("the The"),
    _words(_ELIDED.replace("|", " ")),
    *(_SMALL_WORDS, _STARTS_SPEECH, _MENTIONS, _MENTIONS_IN_TWO, _ARTICLES, _INTRODUCES, _CUES),
    *(_words(words.replace("|", " ")) for words in (_IS, _NOUNS, _WORKS)),
)
#: What stands between stretches that are told as one.
_JOINS: Final = re.compile(r"(?:, |,? (?:and|or|nor) )(?:an? |the )?").fullmatch
_NEAR: Final = 10
#: An unclosed stretch longer than this stops at its first sentence.
_LONGEST_UNCLOSED: Final = 1500
#: An apostrophe before a capital letter closes where the next likely mark is farther away than this.
_FAR: Final = 200
#: How many marks are looked at ahead of one that does not fit.
_AHEAD: Final = 12


class _Mark(NamedTuple):
    start: int
    end: int
    says: int
    shape: int


class Stretch(NamedTuple):
    outer_start: int
    outer_end: int
    start: int
    end: int
    group: int
    closed: bool
    nested: bool


def _marks(text: str) -> tuple[list[_Mark], ...] | None:
    """Return the marks of each family; None where there are none. Apostrophes inside a word are left out."""
    places: list[int] = []
    for mark, every in _PLACES:
        if mark in text:
            places += [found.start() for found in every(text)]
    if not places:
        return None
    places.sort()
    families: tuple[list[_Mark], ...] = ([], [], [], [])
    doubles = families[_DOUBLE]
    padded = f" {text} "
    skip = -1
    for at in places:
        if at == skip:
            continue
        read = _read(padded[at : at + 3])
        if read is None:
            continue
        family, shape, says = read
        end = at + 1
        if says == _UNREAD:
            mark, before, behind = padded[at + 1], padded[at], padded[at + 2]
            if behind == mark and mark + behind in _DOUBLED and _is_doubled(before, padded[at + 3]):
                skip = end
                end += 1
                family, shape = _DOUBLE, _DOUBLED[mark + behind]
            says = _says(_beside(text, at - 1, -1), _beside(text, end, 1))
            if mark == '"' and doubles:
                # «""We» and «go."" He»: a mark written twice.
                last = doubles[-1]
                if last.end == at and last.says == says and says >= _OPENS and text[last.start] == mark:
                    doubles[-1] = _Mark(last.start, end, says, 0)
                    continue
        families[family].append(_Mark(at, end, says, shape))
    return families


@lru_cache(maxsize=1 << 12)
def _read(around: str) -> tuple[int, int, int] | None:
    """Return family, shape and what a mark says between its neighbours; None for an apostrophe inside a word."""
    before, mark, behind = around[0], around[1], around[2]
    family, shape = MARKS[mark]
    if before in MARKS or behind in MARKS:
        return family, shape, _UNREAD
    if family == _SINGLE and before.isalnum() and behind.isalnum():
        return None
    return family, shape, _says(before, behind)


def _says(before: str, behind: str) -> int:
    opens, closes = before in BEFORE_OPENING, behind in BEHIND_CLOSING
    if opens != closes:
        return _OPENS if opens else _CLOSES
    return _between(before, behind) if opens else _GLUED


def _is_doubled(before: str, behind: str) -> bool:
    """Say whether two single marks are one double: «go.''We» is the end of one stretch and the beginning of another."""
    return not before.isdigit() and (before in BEFORE_OPENING or behind in BEHIND_CLOSING)


def _plain(text: str) -> str:
    """Write each paragraph's end as a line feed and each other line break as a space; the length stays."""
    if "\r" in text:
        text = text.replace("\r\n", " \n")
    if any(sign in text for sign in _OTHER_BREAKS):
        text = text.translate(_TO_LINE_FEED)
    return _unwrapped(text) if _GOES_ON.search(text) else text


def _unwrapped(text: str) -> str:
    """Join the hard-wrapped lines of a text, by the rule of `analysis.text.sentences`."""
    lines = text.split("\n")
    bare = [line.strip() for line in lines]
    n = len(lines) - 1
    goes_on = [
        bool(bare[at])
        and bare[at].rstrip("\"'”’»)")[-1:] not in _SENTENCE_ENDS
        and bare[at + 1].lstrip("\"'“‘«(")[:1].islower()
        for at in range(n)
    ]
    single = sum(bool(bare[at] and bare[at + 1]) for at in range(n))
    if sum(goes_on) < 0.2 * single:
        return text
    longest = max(map(len, bare))
    joined = [
        line + (" " if bare[at] and bare[at + 1] and (goes_on[at] or len(bare[at]) >= 0.7 * longest) else "\n")
        for at, line in enumerate(lines[:-1])
    ]
    return "".join(joined) + lines[-1]


def _beside(text: str, at: int, step: int) -> str:
    """Return the first sign that is no quotation mark, at most four away."""
    for _ in range(4):
        if not 0 <= at < len(text):
            return " "
        if text[at] not in MARKS:
            return text[at]
        at += step
    return "x"


def _between(before: str, behind: str) -> int:
    """Say what a mark does that has white space, a dash or a bracket on both sides."""
    if before in "([{=":
        return _OPENS
    if behind in ")]}":
        return _CLOSES
    if before in _DASHES:
        return _LOOSE if behind in _DASHES else _CLOSES
    if behind in ".…":
        return _OPENS
    if behind in ",;:!?":
        return _CLOSES
    return _OPENS if behind in _DASHES else _LOOSE


class _Pairs:
    """The marks of one family, paired."""

    def __init__(self, text: str, marks: list[_Mark], group: int) -> None:
        self.text = text
        self.marks = marks
        self.group = group
        self.found: list[Stretch] = []
        self._pair()

    def _pair(self) -> None:
        text, marks = self.text, self.marks
        opened: _Mark | None = None
        seen = 0  # up to here the text has been looked at for paragraph ends
        at, n = 0, len(marks)
        while at < n:
            mark = marks[at]
            if opened is None:
                if self._opens(at, seen):
                    opened = mark
                seen = mark.end
                at += 1
                continue
            stop = text.find("\n", seen, mark.start)
            if stop >= 0:
                goes_on = _next_text(text, stop) == mark.start and mark.says != _CLOSES
                if not goes_on and self._runs_on(opened, stop, mark):
                    opened = None
                    seen = mark.end
                    at += 1
                    continue
                self._leave_open(opened, stop, goes_on)
                seen = stop
                opened = None
                if goes_on:
                    opened, seen = mark, mark.end
                    at += 1
                else:
                    self.group += 1
                continue
            seen = mark.end
            at += 1
            says, shape = mark.says, mark.shape
            if says == _CLOSES:
                closes = not self._is_inch(at - 1)
                if not closes:
                    continue
            elif shape < 0:
                closes = True
            elif says == _OPENS:
                # «percent "he said»: a space on the wrong side.
                closes = shape == 0 and self._next(at - 1) != _CLOSES and bool(_TAG_BEHIND.match(text, mark.end))
            elif says == _GLUED:
                before = text[mark.start - 1]
                closes = shape == 0 and not (before in _SENTENCE_ENDS and self._next(at - 1) == _CLOSES)
            else:
                closes = shape == 0 or "\n" in text[mark.end : _next_text(text, mark.end)]
            if closes:
                self._add(opened, mark)
                self.group += 1
                opened = None
                continue
            inner = self._inner(at - 1)
            if inner:
                # The same marks inside: «the "cliff" deal» in a quotation.
                self._add(mark, marks[inner], nested=True)
                seen = marks[inner].end
                at = inner + 1
                continue
            tagged = self._leave_open(opened, mark.start, self._ends_sentence(mark.start))
            if tagged:
                self.group += 1
            opened = mark
        if opened is not None:
            stop = text.find("\n", seen)
            self._leave_open(opened, len(text) if stop < 0 else stop, False)
            self.group += 1

    def _ends_sentence(self, at: int) -> bool:
        before = self.text[max(0, at - 3) : at].rstrip()
        return before[-1:] in _SENTENCE_ENDS

    def _next(self, at: int) -> int:
        """Return what the next mark in the paragraph says; -1 where there is none."""
        if at + 1 == len(self.marks):
            return -1
        following = self.marks[at + 1]
        return -1 if self.text.find("\n", self.marks[at].end, following.start) >= 0 else following.says

    def _opens(self, at: int, seen: int) -> bool:
        """Say whether a mark opens a stretch where none is open."""
        mark = self.marks[at]
        if mark.says == _OPENS:
            return True
        if mark.says == _CLOSES:
            if mark.shape > 0:
                return self._next(at) in (_CLOSES, _GLUED)
            if self._is_misplaced(at):
                return True
            self._never_opened(at, seen)
            return False
        if mark.shape:
            return mark.shape > 0 or (self._next(at) == _CLOSES and mark.says == _LOOSE)
        following = self._next(at)
        if mark.says == _GLUED:
            before = self.text[mark.start - 1 : mark.start]
            return following != _OPENS or (before in _SENTENCE_ENDS and self._next(at + 1) == _CLOSES)
        return following in (_CLOSES, _LOOSE, _GLUED)

    def _is_misplaced(self, at: int) -> bool:
        """Say whether a mark opens in spite of the space behind it: «It ended." We go," she added»."""
        mark = self.marks[at]
        if mark.shape or self._next(at) != _CLOSES or self.text[mark.end] != " ":
            return False
        if self.marks[at + 1].start - mark.end > _LONGEST_UNCLOSED or self.text[mark.start - 1].isdigit():
            return False
        return not _TAG_BEHIND.match(self.text, mark.end)

    def _after_mark(self, at: int) -> bool:
        """Say whether an earlier mark stands in the same paragraph."""
        return at > 0 and self.text.find("\n", self.marks[at - 1].end, self.marks[at].start) < 0

    def _never_opened(self, at: int, seen: int) -> None:
        """Add what a mark closes that no mark opened, behind an end mark or before a tag.

        It begins with the paragraph, or behind a closing mark before it: «…the problem." They send money," he said».
        """
        text, mark = self.text, self.marks[at]
        tag = _TAG_BEHIND.match(text, mark.end)
        if text[mark.start - 1] not in ".,!?…" or not (tag or text[mark.end : mark.end + 1] in ("", "\n")):
            return
        if self._after_mark(at):
            start = self.marks[at - 1].end
            glued = start < mark.start and text[start - 2] in _SENTENCE_ENDS and text[start + 1].isupper()
            if not (tag and glued and self.found and self.found[-1].outer_end == start):
                return
            start = _next_text(text, start)
        elif self._next(at) < 0 or tag:
            start = _next_text(text, max(seen, text.rfind("\n", seen, mark.start)))
        else:
            return
        if start < mark.start <= start + _LONGEST_UNCLOSED:
            self.found.append(Stretch(start, mark.end, start, mark.start, self.group, True, False))
            self.group += 1

    def _is_inch(self, at: int) -> bool:
        """Say whether a mark behind a number means inches: the quotation around it closes later."""
        mark = self.marks[at]
        if mark.shape or not self.text[mark.start - 1].isdigit():
            return False
        if self.text[max(0, mark.start - 3) : mark.start - 1].strip("0123456789") in ("'", "’"):
            return True
        return self._next(at) == _CLOSES and self.text[mark.end : mark.end + 1] not in ".,;:!?"

    def _inner(self, at: int) -> int:
        """Return which mark closes an opening one inside a quotation in the same marks; 0 where it is none such."""
        depth, closer = 2, 0
        for ahead in range(at, min(at + _AHEAD, len(self.marks) - 1)):
            says = self._next(ahead)
            if says < 0:
                return 0
            if says == _OPENS:
                depth += 1
            elif says == _CLOSES:
                depth -= 1
                if depth == 1 and not closer:
                    closer = ahead + 1
            else:
                return 0
            if depth == 0:
                return closer
        return 0

    def _runs_on(self, opened: _Mark, stop: int, mark: _Mark) -> bool:
        """Add a quotation over two to four paragraphs of which only the first opens and only the last closes."""
        if mark.says != _CLOSES or mark.shape > 0 or mark.start - opened.end > 2 * _LONGEST_UNCLOSED:
            return False
        if self.text[mark.start - 1] not in ".,!?…":
            return False
        paragraphs: list[tuple[int, int]] = []
        start, limit = opened.end, stop
        while limit >= 0:
            if len(paragraphs) == 3 or _TAG_INSIDE.search(self.text, start, limit):
                return False
            paragraphs.append((start, limit))
            start = _next_text(self.text, limit)
            limit = self.text.find("\n", start, mark.start)
        first_end = self._stripped(opened.end, stop)
        if first_end == opened.end or start == mark.start:
            return False
        self.found.append(Stretch(opened.start, first_end, opened.end, first_end, self.group, False, False))
        for begin, end in paragraphs[1:]:
            end = self._stripped(begin, end)
            self.found.append(Stretch(begin, end, begin, end, self.group, False, False))
        self.found.append(Stretch(start, mark.end, start, mark.start, self.group, True, False))
        self.group += 1
        return True

    def _stripped(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1] in SPACE:
            end -= 1
        return end

    def _leave_open(self, opened: _Mark, stop: int, goes_on: bool) -> bool:
        """Add a stretch that no mark closes; returns whether it was cut at its tag ("X, he said.)."""
        end = self._stripped(opened.end, stop)
        if end == opened.end:
            return False
        tag = _TAG_INSIDE.search(self.text, opened.end, end)
        if tag and goes_on and end - tag.end() > 60:
            tag = None
        if tag:
            end = tag.end()
        elif not goes_on and (end - opened.end > _LONGEST_UNCLOSED or self.text[opened.end].islower()):
            cut = _SENTENCE_END.search(self.text, opened.end, end)
            end = min(cut.end() if cut else end, opened.end + _LONGEST_UNCLOSED)
        else:
            soft = None if goes_on else _SOFT_BREAK.search(self.text, opened.end, end)
            end = soft.end() if soft else end
        self.found.append(Stretch(opened.start, end, opened.end, end, self.group, False, False))
        return bool(tag)

    def _add(self, opening: _Mark, closing: _Mark, nested: bool = False) -> None:
        start, end = opening.end, closing.start
        if end > start:
            self.found.append(Stretch(opening.start, closing.end, start, end, self.group, True, nested))


def _next_text(text: str, at: int) -> int:
    """Return the next place that is not white space."""
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def _pair_single(text: str, marks: list[_Mark], group: int) -> list[Stretch]:
    """Pair single marks: only a mark that clearly opens, with one that closes in its paragraph; else an apostrophe."""
    found = []
    at, n = 0, len(marks)
    while at < n:
        mark = marks[at]
        at += 1
        if not _opens_single(text, mark):
            continue
        likely = unlikely = 0
        last = mark
        for ahead in range(at, min(at + _AHEAD, n)):
            closer = marks[ahead]
            if closer.start - mark.end > 2 * _LONGEST_UNCLOSED or text.find("\n", last.end, closer.start) >= 0:
                break
            last = closer
            if _closes_single(text, closer):
                if (text[mark.start] == "'") == (text[closer.start] == "'") and not _is_possessive(text, closer):
                    likely = ahead
                    break
                if not unlikely or not text[marks[unlikely].end + 1 : marks[unlikely].end + 2].isupper():
                    unlikely = ahead
            elif _opens_single(text, closer):
                break
        if unlikely and likely:
            # «'Bad Laws' Straight To» and an apostrophe far behind
            first = marks[unlikely]
            if text[first.end + 1 : first.end + 2].isupper() and marks[likely].start - first.end > _FAR:
                likely = 0
        if likely or unlikely:
            closer = marks[likely or unlikely]
            if closer.start > mark.end:
                found.append(Stretch(mark.start, closer.end, mark.end, closer.start, group, True, False))
                group += 1
            at = (likely or unlikely) + 1
        elif at < n and marks[at].start - mark.end < 2 * _LONGEST_UNCLOSED:
            # Nothing closes this paragraph; does the next begin with a mark?
            stop = text.find("\n", mark.end, marks[at].start)
            if stop >= 0 and _next_text(text, stop) == marks[at].start and _opens_single(text, marks[at]):
                found.append(Stretch(mark.start, stop, mark.end, stop, group, False, False))
    return found


def _opens_single(text: str, mark: _Mark) -> bool:
    if mark.shape < 0 or mark.says == _CLOSES or _ELISION.match(text, mark.start):
        return False
    behind = text[mark.end : mark.end + 1]
    if not (behind.isalnum() or behind in _BEHIND_SINGLE) or not behind:
        return False
    return mark.says == _OPENS or (mark.says == _GLUED and text[mark.start - 1] in ".!?…'’" and behind.isupper())


def _closes_single(text: str, mark: _Mark) -> bool:
    if mark.shape > 0 and text[mark.start] != "`":
        return False
    return mark.says == _CLOSES or (mark.says == _GLUED and text[mark.start - 1] in ".,!?…'’")


def _is_possessive(text: str, mark: _Mark) -> bool:
    """Say whether a mark may be the apostrophe of «workers' rights» or «nothin' but»."""
    before, behind = text[max(0, mark.start - 2) : mark.start].lower(), text[mark.end : mark.end + 2]
    return (before[-1:] in ("s", "x", "z") and behind[1:].isalnum() and behind[:1] == " ") or before == "in"


def _outermost(stretches: list[Stretch]) -> list[Stretch]:
    """Sort, say which stretches stand in others, and leave out those that cross the end of another."""
    stretches.sort(key=lambda stretch: (stretch.outer_start, -stretch.outer_end))
    kept: list[Stretch] = []
    reach = -1
    for stretch in stretches:
        if stretch.outer_start >= reach:
            kept.append(stretch._replace(nested=False) if stretch.nested else stretch)
            reach = stretch.outer_end
        elif stretch.outer_end <= reach:
            kept.append(stretch if stretch.nested else stretch._replace(nested=True))
    return kept


def _stretches(text: str) -> list[Stretch]:
    """Return all stretches of a text, sorted."""
    marks = _marks(text)
    if marks is None:
        return []
    found: list[Stretch] = []
    for family in (_DOUBLE, _GUILLEMET, _SMALL_GUILLEMET):
        if marks[family]:
            pairs = _Pairs(text, marks[family], found[-1].group + 1 if found else 0)
            found += pairs.found
    singles = marks[_SINGLE]
    if any(_opens_single(text, mark) for mark in singles):
        found += _single(text, singles, found)
    # Mostly there is one family, found in order and without anything inside.
    apart = all(left.outer_end <= right.outer_start for left, right in pairwise(found))
    return found if apart and not any(part.nested for part in found) else _outermost(found)


def _single(text: str, marks: list[_Mark], doubles: list[Stretch]) -> list[Stretch]:
    """Pair the single marks between the double ones, and then those inside each double pair."""
    group = doubles[-1].group + 1 if doubles else 0
    if not doubles:
        return _pair_single(text, marks, group)
    around: list[_Mark] = []
    inside: dict[int, list[_Mark]] = {}
    regions = _outermost(list(doubles))
    regions = [stretch for stretch in regions if not stretch.nested]
    at = 0
    for mark in marks:
        while at < len(regions) and regions[at].outer_end <= mark.start:
            at += 1
        if at < len(regions) and regions[at].outer_start <= mark.start:
            inside.setdefault(at, []).append(mark)
        else:
            around.append(mark)
    found = _pair_single(text, around, group)
    group += len(found)
    for some in inside.values():
        if len(some) > 1:
            found += _pair_single(text, some, group)
            group += len(some)
    return found


def _kinds(text: str, stretches: list[Stretch]) -> list[Kind]:
    kinds: list[Kind] = []
    kind: Kind = "scare"
    group, goes_on, reach = -1, False, -1
    for stretch in stretches:
        if stretch.nested:
            kinds.append("nested")
            continue
        if goes_on and stretch.group == group:
            kind = "speech"  # the last paragraph of a running quotation may be short
        elif kind != "speech" or stretch.outer_start - reach > _NEAR or not _JOINS(text, reach, stretch.outer_start):
            kind = _kind(text, stretch)
        # else «called him a "racist", and a "Cheat"»: speech like the one before
        kinds.append(kind)
        group, goes_on, reach = stretch.group, not stretch.closed, stretch.outer_end
    return kinds


def _kind(text: str, stretch: Stretch) -> Kind:
    """Say what a stretch is: by its own form, by what stands beside its marks, by the words of its sentence."""
    start, end = stretch.start, stretch.end
    before = text[max(0, stretch.outer_start - 40) : stretch.outer_start]
    if before.endswith(_TITLED):
        return "title"
    if before.endswith(_VALUE_OF):
        return "scare"  # a value in HTML or JSON
    if end - start > _LONG and stretch.closed:
        return "speech"
    inner = text[start:end].strip()
    words = inner.split()
    titled = _is_title(words)
    if stretch.closed and not titled and len(words) > _SHORT:
        return "speech"
    if not any(map(str.isalpha, inner)):
        return "scare"
    beside = before.rstrip(" ,:").lower().rsplit(None, 3)
    last = beside[-1] if beside else ""
    named = beside[:-1] if last in _ARTICLES else beside  # «known as a "Dark Pool"»
    mentioned = "-".join(named[-2:]).lstrip("(") in _MENTIONS_IN_TWO or last in _MENTIONS
    if not stretch.closed:
        return "scare" if mentioned else "speech"
    behind = text[stretch.outer_end : stretch.outer_end + 160]
    if (inner[-1] in ",?!—" or behind[:1] == ",") and _TAG_DIRECT.match(behind):
        return "speech"
    if mentioned:
        return "title" if titled else "scare"
    if last in _INTRODUCES or before.rstrip()[-1:] == ":":
        return "speech"
    if _MENTIONED_BEHIND.match(behind):
        return "title" if titled else "scare"
    if inner[-1] in _SENTENCE_ENDS and (not titled or len(words) == 1) and _begins_sentence(before):
        return "speech"
    if titled:
        return "title"
    if len(words) > _FEW or inner[-1] in "!?" or (len(words) > 2 and inner[0].isupper()):
        return "speech"
    if inner[-1] == "." and behind[:1].isspace():
        behind = ""
    before = text[max(0, stretch.outer_start - 240) : stretch.outer_start]
    if _CUES.isdisjoint(_sentence_around(before, behind)):
        return "speech" if _is_headline(before, stretch, text) else "scare"
    return "speech"


def _is_title(words: list[str]) -> bool:
    """Say whether all words but the small ones are capitalised, as in a title or a name."""
    capitals = 0
    for word in words:
        core = word.strip(".,:;!?'’‘…()[]")
        if core in _SMALL_WORDS:
            continue
        if not core or not (core[0].isupper() or core[0].isdigit()):
            return False
        capitals += 1
    if capitals > 2 and " ".join(words).isupper():
        return False
    return capitals > 0 and words[-1][-1] not in "!?" and words[0].strip("'‘’") not in _STARTS_SPEECH


def _begins_sentence(before: str) -> bool:
    bare = before.rstrip(" ")
    return not bare or bare[-1] in '.!?…"”’\n'


def _is_headline(before: str, stretch: Stretch, text: str) -> bool:
    """Say whether a stretch in single marks stands in a short line without an end mark, as headlines quote."""
    if text[stretch.outer_start] not in _APOSTROPHES:
        return False
    line = before.rpartition("\n")[2] + text[stretch.outer_start : stretch.outer_end + 120].partition("\n")[0].rstrip()
    return len(line) <= 120 and line[-1] not in ".!?…:,"


def _sentence_around(before: str, behind: str) -> list[str]:
    """Return the words of the sentence around a stretch."""
    before = before[before.rfind("\n") + 1 :].replace('"', "").replace("”", "")
    stop = max(before.rfind(". "), before.rfind("? "), before.rfind("! "))
    while stop >= 0 and before[stop] == "." and not before[max(0, stop - 3) : stop].islower():
        stop = before.rfind(". ", 0, stop)  # "Mr. Hale" and "U.S. law" go on
    behind = behind.partition("\n")[0].replace('"', "").replace("”", "")
    for end in (". ", "? ", "! "):
        behind = behind.partition(end)[0]
    words = f"{before[stop + 1 :]} {behind}".lower()
    for sign in ",:.—":
        words = words.replace(sign, " ")
    return words.split()


def found_in(text: str) -> list[tuple[Stretch, Kind]]:
    """Return what stands in quotation marks in a text, in the order of the beginnings.

    Examples
    --------
    >>> [(text.start, text.end, kind) for text, kind in found_in("He said: “We go.”")]
    [(10, 16, 'speech')]
    """
    text = _plain(text)
    found = _stretches(text)
    return list(zip(found, _kinds(text, found), strict=True))
