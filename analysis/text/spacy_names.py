"""Names by a spaCy pipeline: the engine "spacy" of `analysis.text.names`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from analysis.errors import OptionError

from .name_runs import Part
from .name_words import ORGANISATION, OTHER, PERSON, PLACE, SMALL_BEFORE_TITLE, SMALL_TITLES, TITLES
from .names import Context, Names, entities_of

__all__ = ["names_by_spacy"]

_SPACY_KINDS: Final = {
    "PERSON": PERSON,
    "ORG": ORGANISATION,
    "GPE": PLACE,
    "LOC": PLACE,
    "FAC": PLACE,
    "EVENT": OTHER,
    "WORK_OF_ART": OTHER,
    "LAW": OTHER,
    "PRODUCT": OTHER,
}
LONGEST: Final = 500_000


@cache
def pipeline() -> Any:
    """Load the English spaCy pipeline, without what the entity recogniser does not need."""
    try:
        import spacy
    except ImportError:
        raise OptionError(
            "engine='spacy' needs spaCy, which is not installed. Install media-analysis-kit[nlp] and an English "
            "pipeline such as en_core_web_sm, or use engine='rules'."
        ) from None
    installed = sorted(name for name in spacy.util.get_installed_models() if name.startswith("en_"))
    for size in ("_sm", "_md", "_lg"):
        installed.sort(key=lambda name, size=size: not name.endswith(f"core_web{size}"))  # type: ignore[misc]
    if not installed:
        raise OptionError(
            "engine='spacy' needs an English spaCy pipeline, and none is installed. Install one such as "
            "en_core_web_sm (`python -m spacy download en_core_web_sm`), or use engine='rules'."
        )
    return spacy.load(installed[0], exclude=["parser", "tagger", "lemmatizer", "attribute_ruler", "senter"])


def names_by_spacy(texts: Sequence[str]) -> Names:
    """Find the names of many texts with the pipeline; aliases are put together as those found by rule."""
    pipe = pipeline()
    rows: list[tuple[int, int, int, int, int, int]] = []
    titles: list[str] = []
    heads: list[str] = []
    for number, text in enumerate(texts):
        spans: list[tuple[int, int, int]] = []  # start, end, start of the title
        mentions: list[tuple[int, Part]] = []
        for offset, stop in _parts(text):
            for found in pipe(text[offset:stop]).ents:
                kind = _SPACY_KINDS.get(found.label_)
                free = spans[-1][1] if spans else 0
                spanned = (
                    None if kind is None else _trimmed(text, found.start_char + offset, found.end_char + offset, free)
                )
                if kind is None or spanned is None:
                    continue
                start, end, title_start = spanned
                part = Part(text[start:end].split(), 0, len(text[start:end].split()), 0, 0)
                part.kind, part.told = kind, 2 if not part.single or title_start < start else 1
                part.person = kind == PERSON and not part.single
                mentions.append((len(spans), part))
                spans.append((start, end, title_start))
        nothing = [False] * len(spans)
        context = Context(np.zeros(len(spans), np.int64), nothing, nothing, nothing, nothing)
        n_entities = 0
        for (start, end, title_start), entity in zip(spans, entities_of(mentions, context, 0), strict=True):
            if entity.number < 0:
                entity.number = n_entities
                n_entities += 1
            rows.append((number, start, end, title_start, entity.kind, entity.number))
            titles.append(" ".join(text[title_start:start].split()))
            heads.append(entity.full)
    columns = np.array(rows, np.int64).reshape(-1, 6)
    articles, starts, ends, title_starts, kinds, entities = (np.ascontiguousarray(column) for column in columns.T)
    return Names(articles, starts, ends, title_starts, kinds, entities, titles, heads)


_TITLE_BEFORE: Final = re.compile(r"(?:[\w.-]+ ){0,3}\Z")


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where parts of a text begin and end that spaCy can take, cut at white space where there is some."""
    begin = 0
    while begin < len(text):
        end = min(begin + LONGEST, len(text))
        if end < len(text):
            end = max(text.rfind("\n", begin, end), text.rfind(" ", begin, end)) + 1 or end
        yield begin, end
        begin = end


def _trimmed(text: str, start: int, end: int, free: int) -> tuple[int, int, int] | None:
    """Take "the", "'s" and titles off a name that spaCy found; None where nothing is left. A title begins at `free`."""
    named = text[start:end]
    if named.endswith(("'s", "’s")):
        end -= 2
    if f"{named} ".lower().startswith("the "):
        start += 4
    begin = start
    while (word := text[start:end].split(" ", 1)) and len(word) == 2 and word[0] in TITLES:
        start += len(word[0]) + 1
    before = _TITLE_BEFORE.search(text, max(free, begin - 60), begin)
    for word_before in reversed(before[0].split() if before else []):
        if word_before not in TITLES and word_before not in SMALL_TITLES and word_before not in SMALL_BEFORE_TITLE:
            break
        begin -= len(word_before) + 1
    return (start, end, begin) if text[start:end].strip() else None
