"""One sentence of news as words and marks, and the noun phrases in it.

A stretch of speech in quotation marks is one mark, so that nothing said in it is taken for narration. All is by
rule, on words and lists: no tagger and no parser. Each rule looks at a bounded number of words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

__all__ = [
    "Mention",
    "Phrase",
    "Sentence",
    "at_boundary",
    "is_adverb",
    "is_finite",
    "left",
    "main_subject",
    "nominal",
    "refined",
    "reporting_verbs",
    "right",
    "subject_before",
    "words_of",
]


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Stands for a stretch of speech in a sentence.
QUOTE: Final = "\x02"
#: So many words in parentheses, and more, are read.
_LONGEST_ASIDE: Final = 16
_WORDS: Final = re.compile(r"\w+(?:['’.\-&]\w+)*(?:['’](?!\w))?|[^\w\s]")

PRONOUNS: Final = words_of("he she they it i we you")
BE: Final = words_of("is are was were be been being isn't wasn't")
HAVE: Final = words_of("has had have also having")
COURTESIES: Final = words_of("mr mrs ms miss dr sir lord lady")
MODALS: Final = words_of("would could may might should must can will shall cannot can't couldn't wouldn't won't")
NEGATIONS: Final = words_of(
    "not never didn't didn’t doesn't doesn’t don't don’t hasn't hasn’t haven't haven’t nobody isn't isn’t wasn't "
    "wasn’t wouldn't wouldn’t couldn't couldn’t can't can’t won't won’t neither nor without"
)
_DO: Final = words_of("do does did")
FINITE: Final = (
    BE | MODALS | NEGATIONS | _DO | words_of("has had have hasn’t weren't weren’t aren't aren’t ain't became got went")
)
ADVERBS: Final = words_of(
    "also then later once now still even just again recently soon often always previously earlier repeatedly first "
    "already too further instead however meanwhile yet therefore both all once long today yesterday tomorrow tonight "
    "ago sometimes nonetheless nevertheless moreover perhaps himself herself themselves itself itself only "
)
_LY_NOUNS: Final = words_of(
    "rally family ally reply supply assembly italy july butterfly bully elderly weekly daily monthly"
)
TIMES: Final = words_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december jan feb mar apr aug sept oct nov dec morning afternoon evening night week month year "
    "today yesterday tomorrow tonight last earlier late later early this next recently a.m p.m et spring summer fall "
    "winter weekend"
)
PREPOSITIONS: Final = words_of(
    "in on at by after before during since until through throughout within for from to of with about over under into "
    "onto near against amid among between despite without via per like as upon toward towards across behind beyond "
    "following regarding"
)
EXTENDING: Final = words_of("of for in from at to with on")
DETERMINERS: Final = words_of(
    "the a an this that these those his her its their our my your some many several most all both any no every each "
    "another other various one two three four five six seven eight nine ten few"
)
SUBORDINATORS: Final = words_of(
    "that while when as because although though if after before since until where whereas whether which who whom whose "
    "than unless so how why what once and but or nor yet"
)
CLAUSE_SUBJECTS: Final = words_of(
    "he she they it i we you there he's she's it's they're there's he’s she’s it’s they’re that’s"
)
DASHES: Final = frozenset("-–—")
STOPS: Final = frozenset(',;:—–…?!“”"()[]-•|')
TERMINAL: Final = frozenset((".", ",", ";", ":", "—", "–", "?", "!", QUOTE, "…", "(", ")", "-", '"', "“", "”"))
MEDIA: Final = words_of(
    "statement interview tweet letter email e-mail memo report release op-ed speech post filing article column "
    "briefing conference testimony remarks decision ruling opinion book twitter facebook cnn tuesday"
)
VERBLIKE: Final = words_of(
    "said says met took takes made makes told gave gives came comes went saw got left found held led put set sent won "
    "lost ran began became spoke fell rose knew thought brought bought built drew grew wrote stood kept felt showed "
    "paid"
)
#: Words of time that a sentence may begin with: "Hours before the talks, the president said".
LEADING_TIMES: Final = words_of("hours days weeks months years minutes moments day week month year hour")


class Phrase(NamedTuple):
    """Words that name somebody: where they stand, and the name among them that they are about, if any."""

    start: int
    end: int
    mention: int


class Mention(NamedTuple):
    """A name in the article: offsets, those with its titles, and what `analysis.text.names` says about it."""

    start: int
    end: int
    title_start: int
    kind: str
    title: str
    head: str


@cache
def reporting_verbs() -> dict[str, frozenset[str]]:
    """Return how each form of a verb of saying reports; see `analysis/text/lists/reporting_verbs.txt`."""
    found = {}
    for line in (files("analysis.text") / "lists" / "reporting_verbs.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            how, _, forms = line.partition(":")
            kind = frozenset(how.split())
            for form in forms.split():
                found[form] = kind
    return found


class Sentence:
    """The words of one sentence; a stretch of speech is one of them, and what stands in parentheses none.

    `words`, `lower`, `starts` and `named` (the mention that a word belongs to, or -1) have a value for each
    word; `quotes` are the places of the stretches of speech.
    """

    __slots__ = ("_quote_ends", "lower", "mentions", "named", "quotes", "starts", "text", "words")

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        spans: list[tuple[int, int]],
        mentions: list[Mention],
        of: tuple[int, int],
    ) -> None:
        self.text, self.mentions = text, mentions
        words: list[str] = []
        starts: list[int] = []
        self.quotes: list[int] = []
        self._quote_ends: dict[int, int] = {}
        at = start
        for first, last in [*spans, (end, end)]:
            words += _WORDS.findall(text, at, first)
            for word in words[len(starts) :]:
                at = text.index(word, at)
                starts.append(at)
                at += len(word)
            if first < end:
                self._quote_ends[first] = at = min(last, end)
                words.append(QUOTE)
                starts.append(first)
        if "(" in words and ")" in words:
            words, starts = _without_parentheses(words, starts)
        if spans:
            self.quotes = [at for at, begin in enumerate(starts) if begin in self._quote_ends]
        self.words, self.starts = words, starts
        self.lower = "\n".join(words).lower().split("\n") if words else []
        self.named = [-1] * len(words)
        for number in range(*of):
            self._name(number)

    def _name(self, number: int) -> None:
        """Mark the words of a mention, those of its titles among them."""
        mention = self.mentions[number]
        at = bisect_left(self.starts, mention.title_start)
        before = at - 2 if at > 1 and self.words[at - 1] == "." else at - 1
        if before >= 0 and self.lower[before] in COURTESIES:
            at = before
        while at < len(self.starts) and self.starts[at] < mention.end:
            if self.lower[at] != QUOTE:
                self.named[at] = number
            at += 1

    def end(self, at: int) -> int:
        """Return where a word ends in the text."""
        start = self.starts[at]
        return self._quote_ends.get(start, start + len(self.words[at]))

    def phrase(self, first: int, last: int, mention: int = -1) -> Phrase:
        """Return the words from `first` to `last`, without a possessive at their end."""
        start, end = self.starts[first], self.end(last)
        if mention >= 0:
            end = self.mentions[mention].end
        elif self.text.endswith(("'s", "’s"), start, end):
            end -= 2
        return Phrase(start, end, mention)

    def kind(self, at: int) -> str:
        """Return the kind of name that a word belongs to, or ""."""
        return self.mentions[self.named[at]].kind if self.named[at] >= 0 else ""

    def is_possessive(self, at: int) -> bool:
        """Say whether the name that ends at a word is in the possessive."""
        return self.named[at] >= 0 and self.text.startswith(("'", "’"), self.mentions[self.named[at]].end)


def _without_parentheses(words: list[str], starts: list[int]) -> tuple[list[str], list[int]]:
    """Leave out what stands in short parentheses without speech in them."""
    kept: list[int] = []
    opened = -1
    for at, word in enumerate(words):
        kept.append(at)
        if word == "(":
            opened = len(kept) - 1
        elif word == QUOTE or len(kept) - opened > _LONGEST_ASIDE:
            opened = -1
        elif word == ")" and opened >= 0:
            del kept[opened:]
            opened = -1
    return [words[at] for at in kept], [starts[at] for at in kept]


def is_finite(word: str) -> bool:
    return word in FINITE or word.endswith(("n't", "n’t"))


def is_adverb(word: str) -> bool:
    return word in ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in _LY_NOUNS)


def nominal(s: Sentence, at: int) -> bool:
    """Say whether a word may be a noun: by what it is not."""
    word = s.lower[at]
    if s.named[at] >= 0:
        return True
    return (
        (word[0].isalnum())
        and word not in SUBORDINATORS
        and word not in PREPOSITIONS
        and word not in FINITE
        and not is_adverb(word)
        and word not in PRONOUNS
        and word not in VERBLIKE
        and word not in DETERMINERS
        and not (word.endswith("ed") and s.words[at].islower())
    )


def left(s: Sentence, last: int, depth: int = 0) -> int:
    """Return the first word of the noun phrase that ends at `last`, or -1 where none does."""
    lower, named, words = s.lower, s.named, s.words
    at = last
    if lower[at] in PRONOUNS:
        return at
    if not nominal(s, at) and lower[at] not in DETERMINERS:
        return -1
    first = at + 1
    for _ in range(16):
        if at < 0:
            break
        word = lower[at]
        mention = named[at]
        if mention >= 0:
            while at >= 0 and named[at] == mention:
                at -= 1
            first = at + 1
            continue
        if word in DETERMINERS and not (word == "that" and first <= last):
            first = at
            at -= 1
            if at > 0 and lower[at] in ("of", "from", "with", "for", "in", "to", "at") and nominal(s, at - 1):
                at -= 1
                continue
            if at >= 0 and (lower[at] in DETERMINERS and lower[at] != "that"):
                continue
            break
        if word == "and" or word == "&":
            if depth or at == 0 or not (nominal(s, at - 1) or lower[at - 1] == ","):
                break
            back = at - 1 if lower[at - 1] != "," else at - 2
            begin = left(s, back, 1) if back >= 0 else -1
            if begin < 0 or not at_boundary(s, begin):
                break
            first = begin
            break
        if word in EXTENDING and at > 0 and nominal(s, at - 1) and first > at and first <= last:
            if word in ("on", "at", "in") and lower[at - 1] in TIMES:
                break
            at -= 1
            continue
        if (
            word[0] in STOPS
            or word == QUOTE
            or word == "."
            or word in SUBORDINATORS
            or word in PREPOSITIONS
            or is_finite(word)
            or word in PRONOUNS
            or word in VERBLIKE
            or (word.endswith("ed") and words[at].islower())
        ):
            if word == "." and at > 0 and len(words[at - 1]) < 5 and words[at - 1][0].isupper() and at < last:
                at -= 1
                continue
            break
        first = at
        at -= 1
    while first <= last and named[first] < 0 and (is_adverb(lower[first]) or lower[first] in TIMES):
        first += 1
    return first if first <= last else -1


def at_boundary(s: Sentence, at: int) -> bool:
    """Say whether a clause may begin at a word."""
    if at == 0:
        return True
    word = s.lower[at - 1]
    return word[0] in STOPS or word == QUOTE or word in SUBORDINATORS or word == "." or word in ADVERBS


def refined(s: Sentence, first: int, last: int) -> Phrase:
    """Return whom a noun phrase names: a person by the name alone, all else by the whole phrase."""
    named, lower = s.named, s.lower
    if lower[last] in PRONOUNS:
        return s.phrase(last, last)
    mention = named[last]
    is_person = s.kind(last) == "person"
    if mention >= 0 and not s.is_possessive(last):
        begin = last
        while begin > first and named[begin - 1] == mention:
            begin -= 1
        if begin == first:
            return s.phrase(first, last, mention)
        before = lower[begin - 1]
        if before not in PREPOSITIONS and before not in ("and", "&", ","):
            joined = any(word in PREPOSITIONS or word == "and" for word in lower[first:begin])
            if is_person and not (named[first] >= 0 and "and" in lower[first:begin]):
                return s.phrase(begin, last, mention)
            if not is_person and not joined:
                return s.phrase(first, last, mention)
    if s.kind(first) == "person" and not s.is_possessive(first):
        stop = first
        while stop < last and named[stop + 1] == named[first]:
            stop += 1
        if stop < last and lower[stop + 1] in ("of", "from", "in", "at"):
            return s.phrase(first, stop, named[first])
    return s.phrase(first, last)


def subject_before(s: Sentence, comma: int) -> tuple[int, int] | None:
    """Return the subject that stands before the apposition or aside that ends at a comma."""
    lower = s.lower
    edges = [comma]
    at = comma - 1
    while at >= 0 and len(edges) < 6 and comma - at < 60:
        if lower[at] in (",", "—", "–"):
            edges.append(at)
        elif lower[at] in (";", QUOTE, ":"):
            break
        at -= 1
    begin = at + 1
    named = s.named[comma - 1]
    if len(edges) > 1 and named >= 0 and s.mentions[named].kind == "person":
        other = s.named[edges[1] - 1]
        if s.named[edges[1] + 1] == named and (other < 0 or s.mentions[other].kind not in ("person", "organisation")):
            return edges[1] + 1, comma - 1  # "the spokesman, Ana Ruiz, said"
    for number in range(1, len(edges)):
        last = edges[number] - 1
        first_of = edges[number + 1] + 1 if number + 1 < len(edges) else begin
        if last < 0 or last < first_of:
            continue
        mention = s.named[last]
        leading = lower[first_of]
        is_name = mention >= 0 and s.mentions[mention].kind in ("person", "organisation")
        aside = leading in ("of", "who", "which", "where", "whose", "a", "an") or leading.startswith(("d-", "r-"))
        if number + 1 < len(edges) and aside:
            continue
        if not is_name and number + 1 < len(edges) and s.words[first_of][0].islower() and leading not in DETERMINERS:
            continue
        if mention >= 0 and not is_name and number + 1 < len(edges) and s.named[first_of] == mention:
            continue  # ", Oregon,"
        first = left(s, last)
        if first >= 0:
            return first, last
    return None


def right(s: Sentence, first: int) -> int:
    """Return the last word of the noun phrase that begins at `first`, or -1."""
    lower, named, words = s.lower, s.named, s.words
    n = len(lower)
    if first >= n:
        return -1
    if lower[first] in PRONOUNS:
        return first
    at = first
    if not (nominal(s, at) or lower[at] in DETERMINERS):
        return -1
    for _ in range(18):
        if at >= n:
            break
        mention = named[at]
        word = lower[at]
        if mention >= 0:
            while at + 1 < n and named[at + 1] == mention:
                at += 1
            at += 1
            if s.mentions[mention].kind == "person" and not s.is_possessive(at - 1):
                break
            continue
        if word in ("of", "for", "from", "to", "at", "in", "with", "and", "on", "by") and at > first and at + 1 < n:
            following = lower[at + 1]
            if following in TIMES or (
                named[at + 1] < 0
                and (following in ("a", "an", "his", "her", "its") and word in ("in", "on", "at", "to", "with"))
            ):
                break
            if word in ("in", "on", "at") and (lower[min(at + 2, n - 1)] in MEDIA or following in MEDIA):
                break
            if following in PRONOUNS or not (nominal(s, at + 1) or following in DETERMINERS):
                break
            at += 1
            continue
        if (
            word[0] in STOPS
            or word == QUOTE
            or word in SUBORDINATORS
            or word in PREPOSITIONS
            or is_finite(word)
            or word in TIMES
            or word in PRONOUNS
            or is_adverb(word)
            or (word in VERBLIKE and at > first)
            or (word.endswith("ed") and words[at].islower() and at > first)
            or (word in reporting_verbs() and at > first and "noun" not in reporting_verbs()[word])
        ):
            break
        if word == ".":
            if at + 1 < n and len(words[at - 1]) < 5 and words[at + 1][0].isupper():
                at += 1
                continue
            break
        at += 1
    return at - 1 if at > first else -1


def main_subject(s: Sentence) -> tuple[int, int] | None:
    """Return the subject of a sentence: its first noun phrase behind what leads it in."""
    lower = s.lower
    n = len(lower)
    at = 0
    if n and len(s.words[0]) > 2 and s.words[0].isupper():  # "PARIS (Reuters) - The mayor said"
        at = 1 + next((place for place in range(1, min(n - 1, 8)) if lower[place] in DASHES), -1)
    while at < n and (
        lower[at][0] in STOPS or lower[at] == QUOTE or lower[at] in ("but", "and", "yet", "so", "or", ".")
    ):
        at += 1
    if at >= n:
        return None
    if _leads_in(s, at):
        for place in range(at + 1, min(n - 1, at + 60)):
            if lower[place] == "," and not _leads_in(s, place + 1) and not lower[place + 1].isdigit():
                last = right(s, place + 1)
                if last >= 0:
                    return place + 1, last
        return None
    last = right(s, at)
    return (at, last) if last >= at else None


def _leads_in(s: Sentence, at: int) -> bool:
    """Say whether what begins here leads a subject in: "On Monday,", "Asked about it,", "Hours before the vote,"."""
    word = s.lower[at]
    if s.named[at] >= 0:
        return False
    following = s.lower[at + 1] if at + 1 < len(s.lower) else ""
    return (
        word in PREPOSITIONS
        or is_adverb(word)
        or word in ("while", "when", "although", "though", "because", "if", "once", "asked", "as", "since")
        or word.endswith("ing")
        or word in TIMES
        or word in LEADING_TIMES
        or (word in DETERMINERS and following in LEADING_TIMES)
    )
