"""Words that keep company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.text.fragments import in_voice
from analysis.text.patterns import compile_pattern, find
from analysis.text.tokens import tokens_of

from ._beforehand import texts_needed
from ._counts import Running, at_least, kept_terms, running_terms, sorted_runs, strings, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.corpus import Corpus
    from analysis.text.fragments import Voice

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["collocations"]

# Windows are counted in blocks of about this many running terms, then added up: bounds memory.
_BLOCK = 1_000_000


def collocations(
    corpus: Corpus,
    pattern: str | None = None,
    *,
    window: int = 5,
    min_count: int = 5,
    stopwords: str | Iterable[str] | None = "english",
    numbers: bool = True,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Return the words that stand near a word or phrase more often than by chance.

    Parameters
    ----------
    corpus
        The articles.
    pattern
        The node: a word, a phrase or either with wildcards (`tax cut*`); None for every word that occurs `min_count`
        times.
    window
        How many terms before and after the node are near it. A window ends where the sentence ends.
    min_count
        Leave out words that are near the node less often.
    stopwords, numbers
        As in `term_frequency`; what is left out still fills windows.
    voice
        As in `term_frequency`; a window stays inside one fragment.

    Returns
    -------
    DataFrame
        `node` (the pattern as written), `collocate`, `count` (int64, times the collocate stands near a node),
        `count_node`, `count_collocate` (int64, in all articles; of the collocate, outside the nodes), `expected`
        (float64, the count by chance), `n_articles` (int64, articles in which they stand together), `log_dice`, `pmi`,
        `g2` (float64). Sorted by falling `log_dice`, then the alphabet. For all three, higher is more strongly bound.

    Raises
    ------
    OptionError
        If the pattern has no letter or digit, `window` or `min_count` is below 1, or there is no such voice.

    Notes
    -----
    A running word near two nodes counts once. The running words outside the nodes make a table of near or far × the
    collocate or another; `expected` = near × count_collocate / all.

    - `log_dice` = 14 + log2(2 count / (count_node + count_collocate)): 14 where the two never stand apart, whatever the
      size of the corpus; a little above if a node has the collocate twice beside it (Rychlý 2008, A
      lexicographer-friendly association score, RASLAN).
    - `pmi` = log2(count / expected) (Church & Hanks 1990, Computational Linguistics 16); prefers rare words.
    - `g2` of the table (Dunning 1993, Computational Linguistics 19), negative where count < expected. It ranks; it
      is no test, since the words of an article are not independent.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["The tax cut passed. A tax cut hurts.", "They cut the income tax. Rain fell."]
    >>> corpus = analysis.read(pd.DataFrame({"text": texts}))
    >>> analysis.collocations(corpus, "tax", min_count=2)[["collocate", "count", "expected", "log_dice"]]
      collocate  count  expected  log_dice
    0       cut      3       2.5      14.0
    """
    at_least("window", window, 1)
    at_least("min_count", min_count, 1)
    texts_needed(corpus, "collocations", "they hold no order of words")
    corpus = in_voice(corpus, voice)
    running = running_terms(corpus)
    window = min(window, int(np.diff(running.sentence_starts).max(initial=1)))  # no farther than a sentence goes
    kept = kept_terms(running, stopwords=stopwords, numbers=numbers)
    if pattern is None:
        node, collocate, count, n_articles, near, count_node = _all_pairs(running, window, min_count, kept)
        names = strings(running.words, node)
        count_collocate, n_words = count_node[collocate], len(running.ids) - count_node[node]
        count_node, near = count_node[node], near[node]
    else:
        collocate, count, n_articles, near_one, nodes, outside = _near_pattern(corpus, running, pattern, window)
        often = kept[collocate] & (count >= min_count)
        collocate, count, n_articles = collocate[often], count[often], n_articles[often]
        names = pd.array([pattern] * len(collocate), dtype="str")
        count_collocate, n_words = outside[collocate], np.full(len(collocate), outside.sum())
        count_node, near = np.full(len(collocate), nodes), np.full(len(collocate), near_one)
    expected = near * count_collocate / n_words
    table = pd.DataFrame(
        {
            "node": names,
            "collocate": strings(running.words, collocate),
            "count": count,
            "count_node": count_node,
            "count_collocate": count_collocate,
            "expected": expected,
            "n_articles": n_articles,
            "log_dice": 14 + np.log2(2 * count / (count_node + count_collocate)),
            "pmi": np.log2(count / expected),
            "g2": _signed_g2(count, near, count_collocate, n_words),
        }
    )
    return table.sort_values(["log_dice", "node", "collocate"], ascending=[False, True, True], ignore_index=True)


def _near_pattern(
    corpus: Corpus, running: Running, pattern: str, window: int
) -> tuple[Ints, Ints, Ints, int, int, Ints]:
    """Count the words near a pattern: (collocate, count, articles), words near, nodes, and all words outside nodes."""
    length = len(compile_pattern(pattern).parts)
    begin = find(tokens_of(corpus), [pattern]).position
    n, boundaries = len(running.ids), running.sentence_starts
    after = np.searchsorted(boundaries, begin, side="right")
    of_node = _covered(begin, begin + length, n)
    first = np.maximum(begin - window, boundaries[after - 1])
    end = np.minimum(begin + length + window, boundaries[np.minimum(after, len(boundaries) - 1)])
    at = np.flatnonzero(_covered(first, end, n) & ~of_node)
    outside = np.bincount(running.ids[~of_node], minlength=len(running.words))
    near = running.ids[at].astype(np.int64)
    article = np.searchsorted(running.starts, at, side="right") - 1
    order, runs = sorted_runs([near], [len(running.words)])
    count, n_articles = tally(order, runs, article)
    return near[order[runs]], count, n_articles, len(at), len(begin), outside


def _covered(first: Ints, end: Ints, n: int) -> NDArray[np.bool_]:
    """Return which of n places lie in any of the ranges."""
    change = np.bincount(first, minlength=n + 1) - np.bincount(end, minlength=n + 1)
    return np.asarray(np.cumsum(change)[:n] > 0)


def _all_pairs(
    running: Running, window: int, min_count: int, kept: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Count every pair: (node, collocate, count, articles), and by term the words near it and its count."""
    n_terms = len(running.words)
    total = np.bincount(running.ids, minlength=n_terms)
    wanted = kept & (total >= min_count)
    near = np.zeros(n_terms, np.int64)
    blocks: list[tuple[Ints, Ints, Ints, Ints]] = []
    first, n_articles = 0, len(running.starts) - 1
    while first < n_articles:
        end = int(np.searchsorted(running.starts, running.starts[first] + _BLOCK, side="right")) - 1
        end = min(max(end, first + 1), n_articles)
        blocks.append(_pairs_in(running, window, wanted, near, first, end))
        first = end
    if not blocks:
        blocks = [(np.zeros(0, np.int64),) * 4]
    node, collocate, count, articles = (np.concatenate(part) for part in zip(*blocks, strict=True))
    order, runs = sorted_runs([node, collocate], [n_terms, n_terms])
    if len(runs):
        node, collocate = node[order[runs]], collocate[order[runs]]
        count, articles = np.add.reduceat(count[order], runs), np.add.reduceat(articles[order], runs)
    often = count >= min_count
    return node[often], collocate[often], count[often], articles[often], near, total


def _pairs_in(
    running: Running, window: int, wanted: NDArray[np.bool_], near: Ints, first: int, end: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Count the pairs in some articles, and add the words near each term to `near`."""
    begin, stop = int(running.starts[first]), int(running.starts[end])
    ids = running.ids[begin:stop]
    n = len(ids)
    boundaries = running.sentence_starts
    sentence = np.searchsorted(boundaries, np.arange(begin, stop), side="right")
    article = np.repeat(np.arange(first, end), np.diff(running.starts[first : end + 1]))
    # neighbours[j]: the term at one step from each running word; -1 outside the sentence, for the same word, or if seen
    steps = [step for step in range(-window, window + 1) if step]
    neighbours = np.full((len(steps), n), -1, np.int32)
    for row, step in enumerate(steps):
        here = slice(max(0, -step), n - max(0, step))
        there = slice(max(0, step), n + min(0, step))
        if here.stop <= here.start:
            continue
        inside = (sentence[here] == sentence[there]) & wanted[ids[there]] & (ids[there] != ids[here])
        for earlier in range(row):
            inside &= neighbours[earlier, here] != ids[there]
        neighbours[row, here][inside] = ids[there][inside]
    nodes, collocates, articles = [], [], []
    for node_at in neighbours:
        near += np.bincount(node_at[node_at >= 0], minlength=len(near))
        at = np.flatnonzero((node_at >= 0) & wanted[ids])
        nodes.append(node_at[at].astype(np.int64))
        collocates.append(ids[at].astype(np.int64))
        articles.append(article[at] - first)
    node, collocate, where = np.concatenate(nodes), np.concatenate(collocates), np.concatenate(articles)
    order, runs = sorted_runs([node, collocate, where], [len(wanted), len(wanted), end - first])
    count = np.diff(runs, append=len(order))
    rows = order[runs]
    # One row for each article with the pair; they are added up with those of the other blocks.
    return node[rows], collocate[rows], count, np.ones(len(rows), np.int64)


def _signed_g2(count: Ints, near: Ints, count_collocate: Ints, n_words: Ints) -> Floats:
    """Return G² of near or far × collocate or other, negative where the two avoid each other."""
    observed = np.array(
        [count, near - count, count_collocate - count, n_words - near - count_collocate + count], dtype=np.float64
    )
    rows, columns = np.array([near, n_words - near]), np.array([count_collocate, n_words - count_collocate])
    expected = np.array([rows[i] * columns[j] / n_words for j in (0, 1) for i in (0, 1)])[[0, 2, 1, 3]]
    there = observed > 0
    parts = np.where(there, observed * np.log(np.where(there, observed, 1) / np.where(there, expected, 1)), 0)
    g2 = np.maximum(2 * parts.sum(axis=0), 0)
    return np.asarray(np.where(count < expected[0], -g2, g2))
