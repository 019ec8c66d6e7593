"""Keyword in context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.text.patterns import PatternSet, find
from analysis.text.tokens import tokenise, tokens_of

from ._counts import at_least

if TYPE_CHECKING:
    from analysis.corpus import Corpus

__all__ = ["concordance"]


def concordance(corpus: Corpus, pattern: str, *, window: int = 8) -> pd.DataFrame:
    """Return every place where a word or phrase stands, with the words around it.

    Parameters
    ----------
    corpus
        The articles.
    pattern
        A word, a phrase or either with wildcards: `clash*`, `*gate`, `tax cut*`. Capitals do not matter.
    window
        How many terms to show on each side; they may belong to the sentence before or after.

    Returns
    -------
    DataFrame
        `article_id, outlet, published`, `start`, `end` (int64, where the keyword stands in the article's `text`, in
        characters), `left, keyword, right` (as printed, white space collapsed). In the order of the articles.

    Raises
    ------
    OptionError
        If the pattern has no letter or digit, or `window` is below 0.

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
    at_least("window", window, 0)
    window = min(window, 1 << 40)  # more than any text, and sums stay within int64
    patterns = PatternSet([pattern])
    tokens = tokens_of(corpus)
    starts = tokens.terms.starts
    position = find(tokens, patterns).position
    article = np.searchsorted(starts, position, side="right") - 1
    hit, among = np.unique(article, return_inverse=True)
    texts = corpus.articles["text"].iloc[hit].tolist()
    # Offsets are not kept with the numbers: the articles with a match are cut again.
    again = tokenise(texts)
    begins, ends = again.term_spans()
    first, last = again.terms.starts[among], again.terms.starts[among + 1] - 1
    begin = position - starts[article] + first
    end = begin + int(patterns.lengths[0]) - 1
    start, stop = begins[begin], ends[end]
    left = begins[np.maximum(begin - window, first)]
    right = ends[np.minimum(end + window, last)]
    # The edge of an article takes its last signs along.
    length = np.array([len(text) for text in texts], dtype=np.int64)[among] if len(texts) else right
    right = np.where((end + window >= last) & (window > 0), length, right)
    left = np.where((begin - window <= first) & (window > 0), 0, left)
    rows = list(zip(among.tolist(), left.tolist(), start.tolist(), stop.tolist(), right.tolist(), strict=True))
    about = corpus.articles.iloc[article]
    return pd.DataFrame(
        {
            "article_id": about.index,
            "outlet": about["outlet"].array,
            "published": about["published"].array,
            "start": start,
            "end": stop,
            "left": pd.array([_line(texts[i][a:b]) for i, a, b, _, _ in rows], dtype="str"),
            "keyword": pd.array([_line(texts[i][b:c]) for i, _, b, c, _ in rows], dtype="str"),
            "right": pd.array([_line(texts[i][c:d]) for i, _, _, c, d in rows], dtype="str"),
        }
    )


def _line(text: str) -> str:
    return " ".join(text.split())
