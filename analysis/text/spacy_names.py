"""Names by a spaCy pipeline: the engine "spacy" of `analysis.text.names`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from analysis.errors import OptionError

from .name_words import ORGANISATION, OTHER, PERSON, PLACE, SMALL_BEFORE_TITLE, SMALL_TITLES, TITLES, known
from .names import Forms, Mentions, Names, entities_of

__all__ = ["names_by_spacy", "parser"]

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
    without = ["parser", "tagger", "lemmatizer", "attribute_ruler", "senter"]
    return _loaded(without, "engine='spacy'", "use engine='rules'")


@cache
def parser() -> Any:
    """Load the English spaCy pipeline with what its parser needs, which reads each text as one sentence or several."""
    pipe = _loaded(["ner", "lemmatizer", "senter"], "roles='spacy'", "leave `roles` out")
    if not pipe.has_pipe("parser"):
        raise OptionError(
            f"roles='spacy' needs a pipeline with a parser; {pipe.meta['name']!r} has none. Install one such as "
            "en_core_web_sm (`python -m spacy download en_core_web_sm`), or leave `roles` out."
        )
    return pipe


def _loaded(without: list[str], option: str, instead: str) -> Any:
    try:
        import spacy
    except ImportError:
        raise OptionError(
            f"{option} needs spaCy, which is not installed. Install media-analysis-kit[nlp] and an English "
            f"pipeline such as en_core_web_sm, or {instead}."
        ) from None
    installed = sorted(name for name in spacy.util.get_installed_models() if name.startswith("en_"))
    for size in ("_sm", "_md", "_lg"):
        installed.sort(key=lambda name, size=size: not name.endswith(f"core_web{size}"))  # type: ignore[misc]
    if not installed:
        raise OptionError(
            f"{option} needs an English spaCy pipeline, and none is installed. Install one such as "
            f"en_core_web_sm (`python -m spacy download en_core_web_sm`), or {instead}."
        )
    return spacy.load(installed[0], exclude=without)


def names_by_spacy(texts: Sequence[str]) -> Names:
    """Find the names of many texts with the pipeline; aliases are put together as those found by rule."""
    pipe = pipeline()
    rows: list[tuple[int, int, int, int, int, int]] = []  # article, start, end, start of the title, kind, form
    forms: dict[tuple[str, ...], int] = {}
    for number, text in enumerate(texts):
        free = 0
        for offset, stop in _parts(text):
            for found in pipe(text[offset:stop]).ents:
                kind = _SPACY_KINDS.get(found.label_)
                if kind is None:
                    continue
                start, end, title_start = _trimmed(text, found.start_char + offset, found.end_char + offset, free)
                words = tuple(text[start:end].split())
                if words:
                    words = tuple(known().get(" ".join(words), (kind, " ".join(words)))[1].split())
                    rows.append((number, start, end, title_start, kind, forms.setdefault(words, len(forms))))
                    free = end
    articles, starts, ends, title_starts, kinds, form = np.array(rows, np.int64).reshape(-1, 6).T.copy()
    all_words = list(forms)
    nothing = np.zeros(len(rows), np.bool_)
    titled = title_starts < starts
    single = np.array([len(words) == 1 for words in all_words], np.bool_)[form] if rows else nothing
    told = np.where(single & ~titled, 1, 2)
    mentions = Mentions(articles, form, kinds.copy(), told, titled, nothing, nothing, nothing)
    heads, entity = entities_of(mentions, Forms(dict(enumerate(all_words))), kinds)
    spans = zip(articles.tolist(), title_starts.tolist(), starts.tolist(), strict=True)
    titles = [" ".join(texts[article][a:b].split()) for article, a, b in spans]
    names = [" ".join(all_words[head]) for head in heads.tolist()]
    return Names(articles, starts, ends, title_starts, kinds, entity, titles, names)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where parts of a text begin and end that spaCy can take, cut at white space where there is some."""
    begin = 0
    while begin < len(text):
        end = min(begin + LONGEST, len(text))
        if end < len(text):
            end = max(text.rfind("\n", begin, end), text.rfind(" ", begin, end)) + 1 or end
        yield begin, end
        begin = end


_TITLE_BEFORE: Final = re.compile(r"(?:[\w.-]+ ){0,3}\Z")


def _trimmed(text: str, start: int, end: int, free: int) -> tuple[int, int, int]:
    """Take "the", "'s" and titles off a name that spaCy found. A title begins at `free` or later."""
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
    return start, end, begin
