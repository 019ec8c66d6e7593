"""Texts without their names: a neutral token stands for each word of a name, and all else stays.

"Justice Department officials shared the interest rate data" is praise to a word list; masked, the department is not.
The token is as long as the word that it stands for, so that every place in a masked text is a place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from analysis.corpus import Corpus

from .names import find_names
from .sentences import unglue
from .terms import cut
from .tokens import Tokens, tokenise, tokens_of
from .voice import quoted_spans

if TYPE_CHECKING:
    from .fragments import Voice
    from .names import Names

__all__ = ["masked", "masked_corpus", "masked_texts", "masked_titles", "neutral_token"]


def neutral_token(word: str) -> str:
    """Return what stands for a word of a name: `q` and as many `z` as the word is long, with the word's capitals.

    No lexicon, codebook or word list of the kit has it. Capitals stay because VADER looks at those of the whole text.

    Examples
    --------
    >>> neutral_token("Trust"), neutral_token("NATO"), neutral_token("of")
    ('Qzzzz', 'QZZZ', 'qz')
    """
    token = "q" + "z" * (len(word) - 1)
    return token.upper() if word.isupper() else token.capitalize() if word[0].isupper() else token


def _hidden(text: str, *, all_words: bool) -> str:
    """Put tokens in the place of all words, or of those with a capital."""
    parts: list[str] = []
    at = 0
    for _, start, end in cut(text):
        word = text[start:end].rstrip(".")
        if word[0].isupper() or (all_words and not word.isdecimal()):
            parts += (text[at:start], neutral_token(word))
            at = start + len(word)
    # A capital behind a point would begin a sentence.
    return _INNER_POINT.sub(lambda found: found[0].lower(), "".join([*parts, text[at:]]))


_INNER_POINT: Final = re.compile(r"(?<=[a-z]\.)Q")


def masked_texts(texts: Sequence[str], tokens: Tokens) -> list[str]:
    """Mask the words of all names, and the words with a capital of the titles before them.

    Parameters
    ----------
    texts
        The texts.
    tokens
        The same, cut.

    Examples
    --------
    >>> texts = ["Justice Department officials said that Mr. Trust (of NATO) was kind."]
    >>> masked_texts(texts, tokenise(texts))
    ['Qzzzzzz Qzzzzzzzzz officials said that Qz. Qzzzz (of QZZZ) was kind.']
    """
    return _masked(texts, find_names(tokens))


def _masked(texts: Sequence[str], names: Names, within: NDArray[np.bool_] | slice = slice(None)) -> list[str]:
    parts: list[list[str]] = [[] for _ in texts]
    done = [0] * len(texts)
    columns = (names.article, names.title_start, names.start, names.end)
    known: dict[tuple[str, bool], str] = {}
    for article, title_start, start, end in zip(*(column[within].tolist() for column in columns), strict=True):
        text, of_text = texts[article], parts[article]
        of_text.append(text[done[article] : title_start])
        for part in ((text[title_start:start], False), (text[start:end], True)):
            if part not in known:
                known[part] = _hidden(part[0], all_words=part[1])
            of_text.append(known[part])
        done[article] = end
    return ["".join([*of_text, text[at:]]) for of_text, text, at in zip(parts, texts, done, strict=True)]


def masked(texts: Sequence[str], tokens: Tokens) -> tuple[list[str], Tokens]:
    """Return texts with masked names, and these as numbers: with the pieces and sentences of the texts as they were.

    Examples
    --------
    >>> texts = ["He left the U.S. He liked Hope Hill."]
    >>> tokens = tokenise(texts)
    >>> hidden, hidden_tokens = masked(texts, tokens)
    >>> hidden, hidden_tokens.n_sentences == tokens.n_sentences
    (['He left the QZZ. He liked Qzzz Qzzz.'], True)
    """
    hidden = masked_texts(texts, tokens)
    cut_again = tokenise(hidden)
    others = np.flatnonzero(np.diff(cut_again.piece_starts) != np.diff(tokens.piece_starts))
    if len(others):
        for article in others.tolist():
            hidden[article] = _glued_as_before(texts[article], hidden[article])
        cut_again = tokenise(hidden)
    cut_again._sentences = tokens._sentences
    return hidden, cut_again


def _glued_as_before(text: str, hidden: str) -> str:
    """Leave the names in chunks ("Inc.The") that would be cut into other sentences without them."""
    chunks = iter(text.split())

    def keep(found: re.Match[str]) -> str:
        chunk = next(chunks)
        return found[0] if len(unglue(chunk) or [chunk]) == len(unglue(found[0]) or [chunk]) else chunk

    return re.sub(r"\S+", keep, hidden)


def masked_corpus(corpus: Corpus, voice: Voice = "all") -> Corpus:
    """Return the corpus with masked names; worked out once and remembered with the corpus.

    Its sentences are those of the corpus as it is, and so is what is quoted where a voice is asked for; places are the
    same in both.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["The Justice Department won."]}))
    >>> masked_corpus(corpus).articles["text"].tolist()
    ['The Qzzzzzz Qzzzzzzzzz won.']
    """
    remembered = corpus._remembered
    if "masked" not in remembered:
        texts = corpus.articles["text"].fillna("").tolist()
        hidden, tokens = masked(texts, tokens_of(corpus))
        hidden_corpus = Corpus(corpus.articles.assign(text=np.array(hidden, object)).astype({"text": "str"}))
        hidden_corpus._remembered["tokens"] = tokens
        remembered["masked"] = hidden_corpus
    found = cast(Corpus, remembered["masked"])
    if voice != "all" and "voice.spans" not in found._remembered:
        if "voice.spans" not in remembered:
            remembered["voice.spans"] = quoted_spans(corpus.articles["text"].fillna("").tolist())
        found._remembered["voice.spans"] = remembered["voice.spans"]
    return found


def masked_titles(corpus: Corpus) -> list[str | None]:
    """Mask the names in the titles; what is a name where all words have capitals, the articles' texts tell.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> title, text = "Hope Hill Wins Praise In Lima", "The mayor, Hope Hill, was praised."
    >>> masked_titles(analysis.read(pd.DataFrame({"title": [title], "text": [text]})))
    ['Qzzz Qzzz Wins Praise In Qzzz']
    """
    articles = corpus.articles
    there = articles["title"].notna().tolist()
    titles = [str(title) if known else "" for title, known in zip(articles["title"], there, strict=True)]
    texts = articles["text"].fillna("").tolist()
    names = find_names(tokenise([f"{title}\n\n{text}" for title, text in zip(titles, texts, strict=True)]))
    lengths = np.array(list(map(len, titles)), np.int64)
    hidden = _masked(titles, names, names.end <= lengths[names.article])
    return [title if known else None for title, known in zip(hidden, there, strict=True)]
