"""The verbs of saying of one sentence: whose they are, and what they report."""

from __future__ import annotations

from typing import Final, NamedTuple

from ._phrases import (
    ADVERBS,
    BE,
    CLAUSE_SUBJECTS,
    DASHES,
    DETERMINERS,
    HAVE,
    MEDIA,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    QUOTE,
    STOPS,
    SUBORDINATORS,
    TERMINAL,
    TIMES,
    Phrase,
    Sentence,
    at_boundary,
    is_adverb,
    is_finite,
    left,
    main_subject,
    nominal,
    refined,
    reporting_verbs,
    right,
    subject_before,
    words_of,
)

__all__ = ["Cue", "cues_of"]

Places = tuple[int, int]

#: A reported clause of more words is cut, and a tag's clause begins at most so far before it.
_LONGEST, _FARTHEST = 400, 200
#: How far back a verb looks for the subject of another.
_NEAR: Final = 60

OBJECTS: Final = words_of("me him her them us you reporters it lawmakers congress")
QUESTIONS: Final = words_of("how why what when where who")
REFUSING: Final = words_of(
    "declined refused failed declining refusing unable able want wants wanted going need needs try trying tried not"
)
#: Verbs that report where "that" follows, or as a tag.
THAT_ONLY: Final = words_of("pointed find found show shows showed continue continues held holds hold revealed indicate")
TELLS: Final = words_of("told tells tell")
ASKS: Final = words_of("asked asks ask asking inquired")
PASSIVE_REPORTS: Final = words_of("asked revealed reported")
_ACCORDING: Final = frozenset(("clause", "according"))
_NO_CLAUSE: Final = frozenset(("judge", "marks"))
RELATIVES: Final = words_of("who which where whose who's who’s whom")
ASIDES: Final = words_of("saying adding noting according while though up down although citing telling calling using as")
CLOSING: Final = frozenset((*DASHES, ",", ":", ";", ".", "…", "?", "!"))
BEFORE_INVERSION: Final = frozenset((",", QUOTE, "—", "–", ".", ":", "as", '"', "”"))
JOINING: Final = frozenset(("and", "but", "or", "then", "—", "–", QUOTE, ")"))


class Cue(NamedTuple):
    """A verb of saying in a sentence.

    Attributes
    ----------
    at
        Its place among the words.
    verb
        How it reports; see `analysis/text/lists/reporting_verbs.txt`.
    subject
        Whose it is; None where that is not told.
    subject_places
        The first and the last word of the noun phrase that the subject was found in.
    passive
        "was asked if": who asked is not told.
    content, before
        The words that it reports behind and before it: the first word and the one behind the last.
    """

    at: int
    verb: frozenset[str]
    subject: Phrase | None
    subject_places: Places | None
    passive: bool
    content: Places | None
    before: Places | None


def cues_of(s: Sentence) -> list[Cue]:
    """Return the verbs of saying of a sentence, and "according to", in order."""
    verbs = reporting_verbs()
    lower = s.lower
    found: list[Cue] = []
    for at in [at for at, word in enumerate(lower) if word in verbs or word == "according"]:
        verb = verbs.get(lower[at])
        cue = None
        if verb is None:
            cue = _according(s, at) if lower[at + 1 : at + 2] == ["to"] else None
        elif _may_report(s, at, verb):
            cue = _Reading(s, at, verb, found).cue()
        if cue is not None:
            found.append(cue)
    return found


def _may_report(s: Sentence, at: int, verb: frozenset[str]) -> bool:
    lower = s.lower
    if s.named[at] >= 0 and s.words[at][0].isupper():
        return False
    if not s.quotes and not _NO_CLAUSE.isdisjoint(verb):
        return False
    behind = lower[at + 1 : at + 3]
    if lower[at] in THAT_ONLY and "that" not in behind and not (behind and behind[0] in TERMINAL):
        return False
    return behind != ["the", "least"] and not ("noun" in verb and _is_noun(s, at))


def _is_noun(s: Sentence, at: int) -> bool:
    """Say whether a form that is a noun too is one here: behind an article or adjective, before a preposition."""
    lower = s.lower
    if at == 0:
        return True
    before, word = lower[at - 1], lower[at]
    following = lower[at + 1] if at + 1 < len(lower) else "."
    if before in ADVERBS and at > 1 and before not in ("also", "then", "later", "once"):
        before = lower[at - 2]
    if before.isdigit() or following in ("to", "of", "from", "by", "about") or s.named[at] >= 0:
        return True
    if before in DETERMINERS and before not in ("that", "many", "some", "all", "most", "several", "both"):
        return True
    if before in PREPOSITIONS or before.endswith(("'s", "’s", "s'", "s’")):
        return True
    if following in FINITE_BEHIND_NOUN and before not in PRONOUNS:
        return True
    if word.endswith("ing"):
        return nominal(s, at - 1)
    if before in BE and not word.endswith("ed"):
        return True
    if not word.endswith(("s", "ed")):  # "news report", but "they report"
        plural = before.endswith("s") and not before.endswith(("ous", "ss", "us", "is"))
        return not (plural or before in PRONOUNS or before in ADVERBS or before in HAVE)
    if word.endswith("s") and s.named[at - 1] < 0 and before not in PRONOUNS and before not in ("who", "also", "which"):
        # "media reports", "the group claims": a clause must follow
        return not (following in ("that", QUOTE, ",", ":") or following in CLAUSE_SUBJECTS)
    return False


FINITE_BEHIND_NOUN: Final = BE | MODALS | NEGATIONS | words_of("has had have do does did became got went")


def _according(s: Sentence, at: int) -> Cue | None:
    lower = s.lower
    last = right(s, at + 2)
    if last < 0 or (at and lower[at - 1].endswith("ed") and QUOTE not in lower[max(0, at - _NEAR) : at]):
        return None  # "treated according to the rules"
    content = before = None
    behind = last + 2 if lower[last + 1 : last + 2] == [","] else last + 1
    if at == 0 or (at < 3 and all(word in ("but", "and", "that", ",") for word in lower[:at])):
        comma = _next_comma(s, last + 1, 24)
        content = _reported(s, comma + 1) if comma > 0 else None
    elif lower[at - 1] in ("that", "but", "and", "—", "–"):
        content = _reported(s, behind)
    else:
        before = _trimmed(s, _begin_of(s, at), at)
        if behind == last + 2 and lower[at - 1] == "," and _is_clause(s, behind, 14):
            content = _reported(s, behind)
            if before is not None and not _has_verb(s, *before):
                before = None
    return Cue(at, _ACCORDING, refined(s, at + 2, last), (at + 2, last), False, content, before)


def _next_comma(s: Sentence, first: int, within: int) -> int:
    return next((at for at in range(first, min(len(s.lower), first + within)) if s.lower[at] == ","), -1)


def _begin_of(s: Sentence, at: int) -> int:
    """Return where the clause before a trailing tag begins: at the sentence, or behind a colon or semicolon."""
    for place in range(at - 1, max(0, at - _FARTHEST), -1):
        if s.lower[place] in (";", ":") or (s.lower[place] == "." and s.words[place - 1].islower()):
            return place + 1
    return max(0, at - _FARTHEST)


def _has_verb(s: Sentence, first: int, last: int) -> bool:
    return any(
        is_finite(word)
        or (word.endswith("ed") and s.words[at].islower())
        or word.endswith(("'s", "’s", "'re", "’re", "'ve", "’ve"))
        for at, word in enumerate(s.lower[first:last], first)
    )


def _is_clause(s: Sentence, first: int, within: int) -> bool:
    """Say whether a clause begins here: a subject pronoun, or a finite verb before the next stop."""
    lower = s.lower
    n = len(lower)
    if first >= n or lower[first] in CLOSING:
        return False
    if lower[first] in CLAUSE_SUBJECTS:
        return first + 1 < n and lower[first + 1] not in TERMINAL
    for at in range(first, min(n, first + within)):
        word = lower[at]
        if word in (";", ":", "?", "!", "who", "which") or (word == "." and at == n - 1):
            return False
        if at == first:
            continue
        if is_finite(word) or word.endswith(("'re", "’re")):
            return True
        if word.endswith("ed") and s.words[at].islower() and lower[at - 1] not in PREPOSITIONS:
            return True
        if within < 20 and (word == "," or (word in SUBORDINATORS and word not in ("and", "or"))):
            return False
    return False


def _reported(s: Sentence, first: int) -> Places | None:
    """Return the clause that begins at a word."""
    return _trimmed(s, first, _end_of(s, first))


def _end_of(s: Sentence, first: int) -> int:
    """Return where a reported clause ends: the sentence, or a reporter's aside behind a comma or dash."""
    lower = s.lower
    n = len(lower)
    for at in range(first, min(n, first + _LONGEST)):
        word = lower[at]
        if word == ";" or (word == ":" and at > first) or (word in DASHES and at > first + 2):
            return at
        if at == first or at + 1 >= n:
            continue
        if word == "," and _aside_begins(s, at + 1, at > first + 3):
            return at
        if word == QUOTE and s.text[s.end(at) - 2] == "," and _aside_begins(s, at + 1, at > first + 3):
            return at + 1  # the comma stands within the marks
        if word in ("and", "but") and goes_on(lower[at + 1]):
            return at
    return min(n, first + _LONGEST)


def _aside_begins(s: Sentence, at: int, late: bool) -> bool:
    """Say whether what follows a comma is not reported any more."""
    word = s.lower[at]
    if word in RELATIVES or word in ASIDES or _tag_follows(s, at):
        return True
    if late and len(word) > 4 and word.endswith("ing") and s.words[at].islower():
        return True
    following = s.lower[at + 1] if at + 1 < len(s.lower) else ""
    return (word in ("and", "but") and goes_on(following)) or (word in PRONOUNS and following in reporting_verbs())


def _tag_follows(s: Sentence, first: int) -> bool:
    """Say whether the next words are a subject and its verb of saying: "Asked if it was, Mr. Hale said"."""
    if not s.words[first][0].isupper() and s.lower[first] not in PRONOUNS | {"the", "a", "his", "her"}:
        return False
    for at, word in enumerate(s.lower[first + 1 : first + 8], first + 1):
        verb = reporting_verbs().get(word)
        if verb is not None and "judge" not in verb and "noun" not in verb and s.named[at] < 0:
            return True
        if word in TERMINAL or word in SUBORDINATORS:
            return False
    return False


def goes_on(word: str) -> bool:
    """Say whether a word behind "and" is the next verb of saying of the same speaker."""
    verb = reporting_verbs().get(word)
    return (
        verb is not None
        and _NO_CLAUSE.isdisjoint(verb)
        and "noun" not in verb
        and word.endswith(("ed", "s", "said", "told", "wrote"))
    )


def _trimmed(s: Sentence, first: int, last: int) -> Places | None:
    """Leave out marks at both ends; None for what has fewer than two words outside quotation marks."""
    lower = s.lower
    last = min(last, len(lower))
    while first < last and lower[first] in CLOSING:
        first += 1
    while last > first and lower[last - 1] in CLOSING:
        last -= 1
    n_words = sum(1 for word in lower[first:last] if word[0].isalnum())
    return (first, last) if n_words > 1 else None


def _object_end(s: Sentence, at: int) -> int:
    """Return where whom it is said to ends: "reporters", "her", "CNN's Jake Tapper", "the committee"."""
    lower = s.lower
    n = len(lower)
    if at >= n:
        return at
    if lower[at] in OBJECTS:
        return at + 1
    if s.named[at] >= 0:
        while at < n and s.named[at] >= 0:
            at += 1
        return at
    last = right(s, at)
    if lower[at] in DETERMINERS and last >= 0:
        return min(last, at + 3) + 1
    return at + 1 if at + 1 < n and lower[at].endswith("s") else at


def _behind_times(s: Sentence, at: int) -> int:
    """Pass by "on Monday", "Sunday morning" and "in a statement" behind a verb."""
    lower = s.lower
    n = len(lower)
    for _ in range(4):
        following = lower[at + 1] if at + 1 < n else "."
        if at >= n:
            break
        if (
            lower[at] == "publicly"
            or (lower[at] in TIMES and lower[at] not in ("this", "late", "last"))
            or (lower[at] in ("this", "last", "late", "early", "earlier") and (following in TIMES or following == "in"))
        ):
            at += 1
        elif lower[at] in ("in", "on", "at", "during", "via", "through", "to", "over"):
            last = _medium(s, at + 1)
            if last < 0:
                break
            at = last + 1
            if at < n and lower[at].isdigit():
                at += 1
        else:
            break
    return at


def _medium(s: Sentence, first: int) -> int:
    """Return the last word of a time or of where something was said, at most six words on; -1 where none is."""
    for at, word in enumerate(s.lower[first : first + 5], first):
        if word in TERMINAL or (s.named[at] < 0 and word in CLAUSE_SUBJECTS):
            return -1
        following = s.lower[at + 1] if at + 1 < len(s.lower) else "."
        if word in MEDIA or (word in TIMES and following not in TIMES):
            return at
    return -1


def _content(s: Sentence, at: int, verb: frozenset[str]) -> Places | None:
    """Return the words that the verb at `at` reports behind it."""
    lower = s.lower
    n = len(lower)
    first = at + 1
    if first >= n or lower[first] == ":":
        return _reported(s, first + 1) if first + 1 < n else None
    if lower[at] in ASKS:
        return _asked(s, first)
    after = _object_end(s, first) if "object" in verb else first
    that = _that(s, first, after)
    if that > 0:
        return _reported(s, that + 2 if lower[that + 1 : that + 2] == [","] else that + 1)
    begin = _behind_times(s, after)
    if begin >= n or lower[begin] in (",", ".", ";"):
        return None
    opening = lower[begin]
    strong = "clause" in verb
    if opening in (":", "that", "whether"):
        return _reported(s, begin + 1)
    if opening in QUESTIONS and (strong or opening in ("how", "why", "what")):
        return _reported(s, begin) if lower[at] != "say" else None
    if opening in ("so", "as", "to", "something", "goodbye", "nothing"):
        return None
    if opening in PREPOSITIONS:
        leads = strong and opening in ("in", "after", "by", "under", "with", "for", "since", "during")
        return _reported(s, begin) if leads and _is_clause(s, begin, 24) else None
    if (strong and opening == QUOTE) or _is_clause(s, begin, 22 if strong else 12):
        return _reported(s, begin)
    if strong and "object" not in verb and opening not in ("a", "an") and _end_of(s, begin) - begin > 3:
        return _reported(s, begin)
    return None


def _asked(s: Sentence, first: int) -> Places | None:
    for at, word in enumerate(s.lower[first : first + 16], first):
        if word in ("if", "whether"):
            return _reported(s, at + 1)
        if word in ("why", "how", "what"):
            return _reported(s, at) if at + 2 < len(s.lower) else None
        if word in (QUOTE, ":", ".") or (word in ("for", "to") and at < first + 4):
            return None
    return None


def _that(s: Sentence, first: int, after: int) -> int:
    """Return the "that" or "whether" which introduces what is reported; -1 where none does."""
    lower = s.lower
    opening = lower[first]
    loose = (
        opening in PREPOSITIONS or opening in TIMES or is_adverb(opening) or opening in ("out", ",") or after > first
    )
    for at, word in enumerate(lower[first : first + 18], first):
        following = lower[at + 1] if at + 1 < len(lower) else "."
        if word in ("that", "whether") and (at == first or loose):
            relative = at > first and word == "that" and (is_finite(following) or opening == "of")
            return -1 if relative else at
        if word in (QUOTE, ".", ";", ":", "?", "!") or (is_finite(word) and at > after):
            return -1
        if word == "," and at > first and following != "that" and opening not in PREPOSITIONS:
            return -1
        if word in CLAUSE_SUBJECTS and at >= after:
            return -1
    return -1


class _Reading:
    """One verb of saying, read in its sentence."""

    def __init__(self, s: Sentence, at: int, verb: frozenset[str], earlier: list[Cue]) -> None:
        self.s, self.at, self.verb, self.earlier = s, at, verb, earlier
        self.word = s.lower[at]
        self.negated = self.passive = self.modal = self.infinitive = False
        self.before = self._before_verb()  # the last word of a subject before the verb

    def _before_verb(self) -> int:
        """Pass by "has also", "was" and "on Monday" before a verb."""
        s, lower = self.s, self.s.lower
        i = self.at - 1
        while i >= 0 and not (s.named[i] >= 0 and s.words[i][0].isupper()):
            word = lower[i]
            if word in NEGATIONS or word.endswith(("n't", "n’t")):
                self.negated = True
            elif word in BE:
                self.passive = not self.word.endswith("ing")
            elif word in MODALS or word in ("do", "does", "did"):
                self.modal = True
            elif word == "to" and not self.word.endswith(("ing", "ed")):
                self.infinitive = True
                return i - 1
            elif not (word in HAVE or (is_adverb(word) and word not in ("all", "both", "today"))):
                break
            i -= 1
        while i > 1 and s.named[i] < 0 and lower[i] in TIMES and lower[i - 1] not in STOPS:
            i -= 1
            if lower[i] == "on":
                return i - 1
        return i

    def cue(self) -> Cue | None:
        if self.negated or (self.modal and self.word in ("say", "tell") and not self.s.quotes):
            return None
        if self.infinitive:
            return self._infinitive()
        if self.passive or (self.word == "asked" and (self.before < 0 or self.s.lower[self.before] == "when")):
            return self._passive()
        if self.word.endswith("ing") and not (self.before >= 0 and self.s.lower[self.before] in PRONOUNS):
            return self._active(self._inherited())
        behind = self._inverted()
        if behind is not None:
            begin = _begin_of(self.s, self.at)
            is_as = self.before >= 0 and self.s.lower[self.before] == "as"
            before = None if is_as else self._tagged(begin, self.at)
            return self._made(behind, None, before)
        place = self._subject()
        if place is None and not self.s.quotes:
            return None
        return self._active(place)

    def _made(self, place: Places | None, content: Places | None, before: Places | None) -> Cue | None:
        subject = refined(self.s, *place) if place is not None else None
        if subject is None and not (content or before or self.s.quotes):
            return None
        return Cue(self.at, self.verb, subject, place, False, content, before)

    def _infinitive(self) -> Cue | None:
        """Read "took to the radio to say that": the subject is the sentence's, or the pronoun before."""
        s, i = self.s, self.before
        if i >= 0 and (s.lower[i] in REFUSING or s.kind(i) == "person"):
            return None  # "declined to say"; "pressed Mr. Hale to declare"
        content = None if not _NO_CLAUSE.isdisjoint(self.verb) else _content(s, self.at, self.verb)
        if content is None and not s.quotes:
            return None
        pronoun = next((k for k in range(i, max(-1, i - 8), -1) if s.lower[k] in PRONOUNS), -1)
        return self._made((pronoun, pronoun) if pronoun >= 0 else self._inherited(), content, None)

    def _passive(self) -> Cue | None:
        s, at = self.s, self.at
        content = _content(s, at, self.verb) if self.word in PASSIVE_REPORTS else None
        place = main_subject(s) if content is not None and at < 3 else None
        if content is not None and place is not None and place[0] > at:
            content = _trimmed(s, content[0], min(content[1], place[0]))  # "Asked if it was so, she left"
        for by in range(at + 1, min(len(s.lower) - 1, at + 4)):
            last = right(s, by + 1) if s.lower[by] == "by" else -1
            if last > 0:
                return self._made((by + 1, last), content, None)
        return Cue(at, self.verb, None, None, True, content, None)

    def _inverted(self) -> Places | None:
        """Return the subject of «"X," said Ana Ruiz, the mayor»; None where it stands before the verb."""
        s, at, i = self.s, self.at, self.before
        lower = s.lower
        n = len(lower)
        if (i >= 0 and lower[i] not in BEFORE_INVERSION) or "judge" in self.verb or self.word in TELLS:
            return None
        last = right(s, at + 1)
        if last < 0:
            return None
        following = lower[last + 1] if last + 1 < n else "."
        ends = following in TERMINAL or following in PREPOSITIONS
        if lower[at + 1] not in PRONOUNS:
            ends = ends or following in RELATIVES or following in TIMES or following in ("and", "when")
            ends = ends or following.endswith(("ed", "ing"))
        if not ends:
            return None
        if i > 0 and lower[i] == "," and lower[i - 1] != QUOTE:
            # «Susan Collins, a senator, said Trump was wrong» is not inverted
            first = right(s, 0) if s.named[0] >= 0 else -1
            apposition = 0 <= first < i - 1 and lower[first + 1] == ","
            if _has_verb(s, last + 1, last + 6) or (apposition and following not in TERMINAL):
                return None
        return at + 1, last

    def _subject(self) -> Places | None:
        """Return the noun phrase before the verb that is its subject."""
        s, i = self.s, self.before
        if i < 0:
            return None
        lower = s.lower
        word = lower[i]
        if word in ("who", "which", "that"):
            last = i - 2 if i > 1 and lower[i - 1] == "," else i - 1
            first = left(s, last) if last >= 0 else -1
            return (first, last) if first >= 0 else None
        if word in JOINING:
            return self._inherited()
        if word == ",":
            return subject_before(s, i) or self._inherited()
        first = left(s, i)
        if first < 0:
            return self._name_at_begin() or (self._inherited() if "judge" in self.verb else None)
        if first > 0 and lower[first - 1] in PREPOSITIONS:
            return self._name_at_begin() or (first, i)
        if (
            first > 1
            and lower[first - 1] == ","
            and lower[first] in ("a", "an", "the")
            and s.kind(first - 2) == "person"
        ):
            begin = left(s, first - 2)
            if begin >= 0 and at_boundary(s, begin):
                return begin, first - 2  # "Ana Ruiz, a reporter at the Herald said"
        return first, i

    def _name_at_begin(self) -> Places | None:
        """Return the subject of "Marco Rubio after the talks said": a name that a clause begins with."""
        s = self.s
        for at in range(self.before, max(-1, self.before - 14), -1):
            if s.lower[at][0] in STOPS or s.lower[at] == QUOTE:
                return None
            if s.named[at] >= 0 and at_boundary(s, at):
                return at, max(k for k in range(at, self.before + 1) if s.named[k] == s.named[at])
        return None

    def _inherited(self) -> Places | None:
        """Return the subject of the verb of saying before, or of the sentence."""
        for cue in reversed(self.earlier[-6:]):
            if cue.subject_places is not None and cue.at > self.at - _NEAR:
                return cue.subject_places
        place = main_subject(self.s)
        return None if place is not None and place[0] <= self.at <= place[1] else place

    def _active(self, place: Places | None) -> Cue | None:
        """Find what is reported, on either side of a subject and its verb."""
        s, at = self.s, self.at
        content = _content(s, at, self.verb) if _NO_CLAUSE.isdisjoint(self.verb) else None
        if place is None:
            return self._made(place, content, None)
        if content is not None and self.word.endswith("ing") and at < 3 and place[0] > at:
            content = _trimmed(s, content[0], min(content[1], place[0]))  # "While claiming so, it went on"
        subject = refined(s, *place)
        first = place[0]
        if place[1] < at and self.s.starts[place[1]] > subject.start:
            first = next(k for k in range(place[0], place[1] + 1) if s.starts[k] >= subject.start)
        lead = s.lower[first - 1] if first > 0 else ""
        if first >= at or "judge" in self.verb:
            return self._made(place, content, None)
        if lead == "as":
            comma = _next_comma(s, at + 1, 19)
            if first == 1:
                return self._made(place, _reported(s, comma + 1) if comma > 0 else None, None)
            return self._made(place, None, self._tagged(_begin_of(s, first - 1), first - 1))
        tail = s.lower[at + 1] if at + 1 < len(s.lower) else "."
        if lead in (",", QUOTE, "”", '"') and (content is None or tail == ":"):
            return self._tag(place, first, content)
        return self._made(place, content, None)

    def _tag(self, place: Places, first: int, content: Places | None) -> Cue | None:
        """Read "It rained, she said, and it poured": the clause on either side of a tag."""
        s, at = self.s, self.at
        lower = s.lower
        tail = lower[at + 1] if at + 1 < len(lower) else "."
        begin = _begin_of(s, first)
        before = self._tagged(begin, first)
        if tail in (",", ";") and at + 2 < len(lower) and lower[first - 1] == "," and "marks" not in self.verb:
            behind = at + 3 if lower[at + 2] in ("and", "but") else at + 2
            content = _reported(s, behind)
            if content is not None:
                opening = lower[content[0]]
                if is_finite(opening):
                    before = _trimmed(s, begin, first - 1)  # "The inquiry, he argued, was secret"
                elif (
                    opening in ASIDES
                    or opening in RELATIVES
                    or not (_is_clause(s, content[0], 14) or (before is None and begin == 0))
                ):
                    content = None
        if tail == QUOTE or (tail in (",", ":") and lower[at + 2 : at + 3] == [QUOTE]):
            before = None
        return self._made(place, content, before)

    def _tagged(self, begin: int, stop: int) -> Places | None:
        """Return the words before a tag that it reports without marks, or with marks in part only."""
        s, lower = self.s, self.s.lower
        last = stop
        while last > begin and lower[last - 1] in (",", "—", "–", "as"):
            last -= 1
        if last - begin < 2 or lower[begin] == "asked":
            return None
        place = main_subject(s)
        if place is not None and begin < place[0] and stop <= place[0]:
            return None  # "In the letter, she said": nothing but a lead-in
        has_verb = _has_verb(s, begin, last)
        if QUOTE in lower[begin:last]:
            first = begin + lower[begin:last].index(QUOTE)
            if first == begin and (lower[last - 1] == QUOTE or lower[begin + 1] in (",", ".")):
                return None
            if first > begin and (lower[first - 1] in (",", ":", ".") or (not has_verb and first - begin < 4)):
                return None
        elif lower[stop - 1] not in (",", "as", "—", "–"):
            return None
        return _trimmed(s, begin, last) if has_verb or last - begin > 7 else None
