"""Names: who and what is named, where, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.errors import choose
from analysis.text.names import KINDS, Engine, find_names, names_in
from analysis.text.tokens import tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus

__all__ = ["names"]


def names(corpus: Corpus, *, engine: Engine = "rules") -> pd.DataFrame:
    """List the people, organisations and places that each article names.

    Parameters
    ----------
    corpus
        The articles, in English.
    engine
        `"rules"`: capitals, titles and lists; or `"spacy"`: an English spaCy pipeline that is installed (nothing is
        downloaded). See `analysis.text.names.names_of`.

    Returns
    -------
    DataFrame
        One row for each mention, in the order of the corpus and of the text: `article_id`, `start`, `end` (int64, code
        points of the article's `text`, without titles), `text`, `kind` ("person", "organisation", "place" or "other":
        works, events, laws, and what cannot be told), `entity` (the fullest form of the name in the article; of
        well-known short forms, such as "U.N.", the full name) and `title` ("Sen.", "interim President", or "").

    Raises
    ------
    OptionError
        If there is no such engine, or spaCy or an English pipeline is not installed.

    Notes
    -----
    Nationalities, creeds and languages are no names here, nor are titles alone ("the President"). How well it agrees
    with people: `python -m tests.benchmarks.names_gold`.

    Examples
    --------
    >>> import analysis
    >>> text = "Mayor Ana Ruiz met U.N. officials in Lima. Ruiz said the United Nations would help."
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a1"], "text": [text]}))
    >>> table = analysis.names(corpus)
    >>> table[["start", "text", "kind", "entity"]]
       start            text          kind          entity
    0      6        Ana Ruiz        person        Ana Ruiz
    1     19            U.N.  organisation  United Nations
    2     37            Lima         place            Lima
    3     43            Ruiz        person        Ana Ruiz
    4     57  United Nations  organisation  United Nations
    >>> table["title"].tolist()
    ['Mayor', '', '', '', '']
    """
    choose("engine", engine, ("rules", "spacy"))
    texts = corpus.articles["text"].fillna("").tolist()
    found = find_names(tokens_of(corpus)) if engine == "rules" else names_in(texts, engine=engine)
    spans = zip(found.article.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    return pd.DataFrame(
        {
            "article_id": corpus.articles.index.take(found.article),
            "start": found.start,
            "end": found.end,
            "text": pd.Series([texts[article][start:end] for article, start, end in spans], dtype="str"),
            "kind": pd.Series(KINDS, dtype="str").take(found.kind).reset_index(drop=True),
            "entity": pd.Series(found.head, dtype="str"),
            "title": pd.Series(found.title, dtype="str"),
        }
    )
