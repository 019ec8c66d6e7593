"""The sentences of articles, read: the verbs of saying in them, and which of these each stretch of speech belongs to.

Done here word by word, by the rules of `_phrases` and `_clauses`; `_compiled` does the same for many articles at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from analysis.text.voice import Quotation

from ._clauses import Cue, cues_of
from ._phrases import Mention, Sentence, main_subject, refined

__all__ = ["Told", "Unit", "Voice", "read"]

#: A sentence of more characters is cut; so many verbs of saying around a quotation are looked at.
_LONGEST, _CUES = 20_000, 8
#: A sentence that begins with a name has it within so many characters.
_AT_BEGIN: Final = 24
#: Of so many words at most one is not in marks: nothing but a quotation.
_BARE: Final = 40
_TAG: Final = re.compile(
    r"[\s”\"’]*(?:[\w.’'-]{1,30}\s+){1,5}(?:said|says|asked|wrote|told|added|replied|tweeted|continued|declared|"
    r"shouted|explained|warned|argued|quipped|insisted)\b(?!\s+(?:that|the|it|he|she|they)\b)"
)


#: A verb of saying: how it is written, in small letters; whose it is: start, end and which name of its article; what it
#: reports before it, start and end, and behind it. -1 where there is none.
Told: TypeAlias = tuple[str, int, int, int, int, int, int, int]
#: A stretch of speech: its verb of saying (-1: none), whether that stands beside it, whether a subject has it.
Voice: TypeAlias = tuple[int, int, int]


class Unit(NamedTuple):
    """A sentence that cuts no quotation, and has speech or a verb of saying.

    Attributes
    ----------
    passed
        For each sentence without either since the unit before the name of its article that it begins with; -1: none.
    named
        The name that it begins with itself.
    start, paragraph
        Where it begins, and its paragraph, counted from 0.
    first
        The first stretch of speech in it, of those of its article.
    bare, colon
        Whether there is nothing but speech, and whether it ends with a colon.
    subject_start, subject_end, subject_mention
        Its subject; -1 where there is none, and where there is neither speech nor a colon.
    told, voices
        Its verbs of saying, and what is known of its stretches of speech.
    """

    passed: list[int]
    named: int
    start: int
    paragraph: int
    first: int
    bare: int
    colon: int
    subject_start: int
    subject_end: int
    subject_mention: int
    told: list[Told]
    voices: list[Voice]


def read(
    text: str,
    sentences: Sequence[tuple[int, int]],
    reports: Sequence[bool],
    speech: Sequence[Quotation],
    mentions: list[Mention],
) -> Iterator[Unit]:
    """Read the sentences of an article; `reports` says which of them have a verb of saying."""
    starts = [mention.start for mention in mentions]
    passed: list[int] = []
    for start, end, paragraph, first, last, reported in _units(text, sentences, reports, speech):
        at, stop = bisect_left(starts, start), bisect_left(starts, end)
        named = -1
        if at < len(mentions) and mentions[at].title_start - start <= _AT_BEGIN and mentions[at].end <= end:
            named = at
        if first == last and not reported:
            passed.append(named)
            continue
        spans = [(found.outer_start, found.outer_end) for found in speech[first:last]]
        s = Sentence(text, start, end, spans, mentions, (at, stop))
        cues = cues_of(s) if reported or len(s.words) > 2 else []
        colon = text[start:end].endswith(":")
        places = main_subject(s) if s.quotes or colon else None
        subject = refined(s, *places) if places is not None else (-1, -1, -1)
        told = [_told(s, cue) for cue in cues]
        voices = [
            (*_of_cues(s, place, cues), int(places is not None and places[0] <= place <= places[1]))
            for place in s.quotes[: last - first]
        ]
        bare = sum(1 for word in s.lower[:_BARE] if word[0].isalnum()) < 2
        yield Unit(passed, named, start, paragraph, first, bare, colon, *subject, told, voices)
        passed = []


def _told(s: Sentence, cue: Cue) -> Told:
    before, content = (
        (s.starts[places[0]], s.end(places[1] - 1)) if places is not None else (-1, -1)
        for places in (cue.before, cue.content)
    )
    word = "according to" if "according" in cue.verb else s.lower[cue.at]
    return word, *(cue.subject or (-1, -1, -1)), *before, *content


def _of_cues(s: Sentence, place: int, cues: list[Cue]) -> tuple[int, int]:
    """Choose the verb of saying that a stretch of speech belongs to: beside it, around it, before it, behind it."""
    best, chosen = 0.0, -1
    nearest = bisect_left(cues, place, key=lambda cue: cue.at)
    for number in range(max(0, nearest - _CUES), min(len(cues), nearest + _CUES)):
        cue = cues[number]
        score = _behind(s, place, cue) if cue.at > place else _ahead(s, place, cue, number + 1 == nearest)
        if score > best:
            best, chosen = score, number
    if chosen >= 0 and cues[chosen].subject is None and not cues[chosen].passive and best < 2.5:
        chosen = -1
    return chosen, int(best > 2.6)


def _behind(s: Sentence, place: int, cue: Cue) -> float:
    """Score a verb behind a stretch of speech: «"X," she said»."""
    judges = "judge" in cue.verb
    first = cue.subject_places[0] if cue.subject_places is not None else -1
    if cue.subject is not None:
        first = bisect_left(s.starts, cue.subject.start)
    between = s.lower[place + 1 : min(cue.at, first)]
    if first > place and not judges and all(word in (",", ".", "?", "!", "—", "–") for word in between):
        return 3.0
    if cue.before is not None and cue.before[0] <= place < cue.before[1]:
        return 1.5 if "according" in cue.verb else 2.0
    return 0.0 if judges else 0.2 / (cue.at - place)


def _ahead(s: Sentence, place: int, cue: Cue, is_nearest: bool) -> float:
    """Score a verb before a stretch of speech: «she said: "X"», «she said that it was "X"»."""
    n_between = place - cue.at - 1
    last = s.lower[place - 1]
    if is_nearest and (n_between <= 1 or last == ":" or (last in (",", "that") and n_between < 8)):
        return 2.9
    if cue.content is not None and cue.content[0] <= place < cue.content[1]:
        return 2.6 - 0.1 / (cue.at + 1)  # the innermost
    score = 1.0 if "according" in cue.verb else 1.9 - 0.1 / (cue.at + 1)
    return score - 1.0 if cue.passive else score


def _units(
    text: str, sentences: Sequence[tuple[int, int]], reports: Sequence[bool], speech: Sequence[Quotation]
) -> Iterator[tuple[int, int, int, int, int, bool]]:
    """Yield sentences, joined where a quotation runs over their edge or a tag follows one.

    Each with its start, end and paragraph, its first stretch of speech and the one behind its last, and whether it has
    a verb of saying.
    """
    paragraph = at = 0
    n = len(speech)
    start = end = -1
    reported = False
    for (first, last), has_verb in zip(sentences, reports, strict=True):
        if start < 0:
            start, end, reported = first, last, has_verb
            continue
        begun = at
        while at < n and speech[at].outer_end <= first:
            at += 1
        open_here = at < n and speech[at].outer_start < end
        tagged = False
        if not open_here and at and speech[at - 1].outer_end >= end - 1 and speech[at - 1].outer_end > start:
            tagged = _tag_follows(text, speech[at - 1].end - 1, end, first, has_verb)
        if (open_here or tagged) and last - start < _LONGEST:
            at = begun
            end, reported = last, reported or has_verb
            continue
        stop = begun
        while stop < n and speech[stop].outer_start < end:
            stop += 1
        yield start, end, paragraph, begun, stop, reported
        at = stop
        if "\n" in text[end:first]:
            paragraph += 1
        start, end, reported = first, last, has_verb
    if start >= 0:
        yield start, end, paragraph, at, n, reported


def _tag_follows(text: str, last: int, end: int, first: int, has_verb: bool) -> bool:
    """Say whether a sentence is the tag of the quotation before it: «"Go!" she shouted»."""
    if "\n" in text[end:first]:
        return False
    if text[first].islower():
        return True
    return text[last] in ",?!—…" and has_verb and _TAG.match(text, first, first + 160) is not None
