"""Taking page furniture out of texts, openly: `Corpus.tidied()`."""

from __future__ import annotations

import re

import pandas as pd

from analysis.corpus import SET_ASIDE_COLUMNS, Corpus
from analysis.reading.quality import furniture_of

__all__ = ["tidied"]

_REASONS = {
    "caption": "a caption or picture credit in the text",
    "boilerplate": "asks to follow, read more or share, an advertisement, a link, or a label of the page",
    "repeated": "a further copy of a paragraph",
}
_BLANK_LINES = re.compile(r"\n{3,}")


def tidied(corpus: Corpus) -> Corpus:
    """Return the corpus with captions, boilerplate lines and repeated paragraphs set aside.

    What `quality` reports as `caption_lines`, `boilerplate_lines` and `repeated_block` leaves the texts and is listed
    in `set_aside` (`row` is the line of the text). An article of nothing else keeps its text. Offsets refer to the new
    texts.

    Parameters
    ----------
    corpus
        The articles; it stays as it is.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> text = "Image caption The bridge\\n\\nThe bridge held. Nobody was hurt."
    >>> corpus = analysis.read(pd.DataFrame({"text": [text]}))
    >>> tidy = tidied(corpus)
    >>> tidy.articles["text"].tolist(), tidy.set_aside["kind"].tolist()
    (['The bridge held. Nobody was hurt.'], ['caption'])
    """
    texts: list[str] = []
    aside: list[tuple[object, ...]] = []
    of_texts = furniture_of(corpus.articles["text"].tolist())
    for place, (article_id, text) in enumerate(corpus.articles["text"].items()):
        found = of_texts.get(place, {})
        lines = text.split("\n")
        kept = "\n".join(line for number, line in enumerate(lines, 1) if number not in found)
        if not found or not any(map(str.isalnum, kept)):
            texts.append(text)
            continue
        texts.append(_BLANK_LINES.sub("\n\n", kept).strip("\n"))
        aside += ((None, number, article_id, kind, _REASONS[kind], lines[number - 1]) for number, kind in found.items())
    more = pd.DataFrame(aside, columns=list(SET_ASIDE_COLUMNS))
    if corpus.set_aside.empty:
        together = more
    else:
        together = pd.concat([corpus.set_aside, more.astype(corpus.set_aside.dtypes.to_dict())], ignore_index=True)
    return Corpus(corpus.articles.assign(text=pd.array(texts, dtype="str")), set_aside=together, notes=corpus.notes)
