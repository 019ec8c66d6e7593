"""What the tests of terms share: a corpus from bare texts, and terms cut the plain way."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.text.tokens import tokenise


def corpus_of(texts: list[str], **columns: list[object]) -> Corpus:
    """Return a corpus of articles a0, a1, … with other columns as given; `published` as text."""
    table = pd.DataFrame({"text": texts, **columns}, index=[f"a{number}" for number in range(len(texts))])
    table = table.reindex(columns=[*ARTICLE_COLUMNS, *(name for name in columns if name not in ARTICLE_COLUMNS)])
    return Corpus(table.assign(published=pd.to_datetime(table["published"], format="ISO8601")))


def sentences_of(texts: list[str]) -> list[list[list[str]]]:
    """Return the terms of each sentence of each article."""
    tokens = tokenise(texts)
    run = [tokens.vocabulary.terms[number] for number in tokens.terms.ids]
    edges = tokens.terms.sentence_starts.tolist()
    sentences = [run[begin:end] for begin, end in pairwise(edges)]
    articles = tokens.article_sentence_starts.tolist()
    return [sentences[begin:end] for begin, end in pairwise(articles)]
