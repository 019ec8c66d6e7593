"""Keyword in context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.text.fragments import Slice, in_voice
from analysis.text.patterns import PatternSet, find
from analysis.text.tokens import tokenise, tokens_of

from ._beforehand import Countable, texts_needed
from ._counts import at_least

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.text.fragments import Voice

    Ints = NDArray[np.int64]

__all__ = ["checked", "concordance", "in_context"]


def concordance(
    corpus: Corpus | Any,
    pattern: str,
    *,
    window: int = 8,
    limit: int | None = None,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    progress: bool = False,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Return every place where a word or phrase stands, with the words around it.

    Parameters
    ----------
    corpus
        A corpus, or what `read` takes: files, folders, patterns, DataFrames. Paths are read piece by piece; in memory
        are the lines, and of each article its identifier and outlet.
    pattern
        A word, a phrase or either with wildcards: `clash*`, `*gate`, `tax cut*`. Capitals do not matter.
    window
        How many terms to show on each side; they may belong to the sentence before or after.
    limit
        Return the first so many lines only; `attrs["n_more"]` of the table says how many there are beyond them.
    columns, dayfirst
        For paths, as `read` takes them.
    progress
        For paths: whether to show how many articles are read, on a terminal.
    voice
        `"all"`; `"narration"`, the articles' own words; or `"quoted"`, the speech that they quote. The words on each
        side end where the other voice begins.

    Returns
    -------
    DataFrame
        `article_id, outlet, published`, `start`, `end` (int64, where the keyword stands in the article's `text`, in
        characters), `left, keyword, right` (as printed, white space collapsed). In the order of the articles.

    Raises
    ------
    OptionError
        If the pattern has no letter or digit, `window` is below 0, `limit` below 1, or there is no such voice.
    InputError
        If paths cannot be read, as `read` says it.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> text = "Police clashed with crowds. The clashes went on."
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Herald"], "text": [text]}))
    >>> analysis.concordance(corpus, "clash*", window=2)[["start", "left", "keyword", "right"]]
       start         left  keyword        right
    0      7       Police  clashed  with crowds
    1     32  crowds. The  clashes     went on.
    """
    if isinstance(corpus, Countable):
        texts_needed(corpus, "concordance", "they hold no text; it takes paths too")
    if not isinstance(corpus, Corpus):
        from .lines import Lines

        lines = Lines(
            corpus,
            pattern,
            window=window,
            limit=limit,
            columns=columns,
            dayfirst=dayfirst,
            progress=progress,
            voice=voice,
        )
        found = list(lines)
        table = lines.named(pd.concat(found, ignore_index=True))
        n_lines = lines.n_lines
    else:
        patterns = checked(pattern, window, limit)
        corpus = in_voice(corpus, voice)
        position = find(tokens_of(corpus), patterns).position
        n_lines = len(position)
        table = in_context(corpus, position[:limit], patterns, window)
        table.insert(0, "article_id", corpus.articles.index.take(table.pop("article").to_numpy()))
    if limit is not None:
        table.attrs["n_more"] = n_lines - len(table)
    return table


def checked(pattern: str, window: int, limit: int | None) -> PatternSet:
    """Return the pattern to search with, if the options are good."""
    at_least("window", window, 0)
    if limit is not None:
        at_least("limit", limit, 1)
    return PatternSet([pattern])


def in_context(corpus: Corpus, position: Ints, patterns: PatternSet, window: int) -> pd.DataFrame:
    """Return the lines of some matches: `article` is the row of the article."""
    window = min(window, 1 << 40)  # more than any text, and sums stay within int64
    tokens = tokens_of(corpus)
    fragments = tokens if isinstance(tokens, Slice) else None
    starts = tokens.terms.starts if fragments is None else fragments.fragment_terms
    text = np.searchsorted(starts, position, side="right") - 1
    hit, among = np.unique(text, return_inverse=True)
    article, offset = text, np.zeros(len(text), np.int64)
    if fragments is None:
        texts = corpus.articles["text"].iloc[hit].tolist()
    else:  # each fragment is a text by itself
        article, offset = fragments.article[text], fragments.fragment_start[text]
        texts = fragments.texts(corpus, hit)
    # Offsets are not kept with the numbers: the articles with a match are cut again.
    again = tokenise(texts)
    begins, ends = again.term_spans()
    first, last = again.terms.starts[among], again.terms.starts[among + 1] - 1
    begin = position - starts[text] + first
    end = begin + int(patterns.lengths[0]) - 1
    start, stop = begins[begin], ends[end]
    left = begins[np.maximum(begin - window, first)]
    right = ends[np.minimum(end + window, last)]
    # The edge of an article takes its last signs along.
    length = np.array([len(text) for text in texts], dtype=np.int64)[among] if len(texts) else right
    right = np.where((end + window >= last) & (window > 0), length, right)
    left = np.where((begin - window <= first) & (window > 0), 0, left)
    rows = list(zip(among.tolist(), left.tolist(), start.tolist(), stop.tolist(), right.tolist(), strict=True))
    about = corpus.articles[["outlet", "published"]].iloc[article]
    return pd.DataFrame(
        {
            "article": article,
            "outlet": about["outlet"].array,
            "published": about["published"].array,
            "start": start + offset,
            "end": stop + offset,
            "left": pd.array([_line(texts[i][a:b]) for i, a, b, _, _ in rows], dtype="str"),
            "keyword": pd.array([_line(texts[i][b:c]) for i, _, b, c, _ in rows], dtype="str"),
            "right": pd.array([_line(texts[i][c:d]) for i, _, _, c, d in rows], dtype="str"),
        }
    )


def _line(text: str) -> str:
    return " ".join(text.split())
