"""How often terms and runs of terms occur."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.errors import OptionError
from analysis.text.fragments import in_voice

from ._beforehand import about, blocks_of, counted, spoken, texts_needed
from ._cells import distinct_runs, joined
from ._counts import (
    Groups,
    Running,
    at_least,
    counts_of,
    group_articles,
    kept_terms,
    running_terms,
    sorted_runs,
    stable_order,
    strings,
    tally,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.corpus import Corpus
    from analysis.text.fragments import Voice

    from ._beforehand import Runs, Source, WordCounts

    Ints = NDArray[np.int64]

__all__ = ["term_frequency", "tfidf"]

# Runs of terms are counted in blocks of about this many running terms, then added up: bounds memory.
_BLOCK = 8_000_000


def term_frequency(
    corpus: Source,
    *,
    by: str | None = None,
    ngrams: int = 1,
    min_count: int = 1,
    stopwords: str | Iterable[str] | None = "english",
    numbers: bool = True,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Count terms, or runs of terms, in all articles or in each group of them.

    Parameters
    ----------
    corpus
        The articles, or measured tables, whose words are counted a block at a time.
    by
        A column of the articles (`outlet`), or `day`, `week`, `month`, `quarter`, `year` of `published`. Articles
        without a value make a group of their own; articles without a date are in no period.
    ngrams
        How many terms make a run: 1 for terms, 2 for pairs. A run never crosses the end of a sentence. Measured
        tables have the runs that they were made with (`measure(…, ngrams=2)`), of all articles together.
    min_count
        Leave out what occurs less often in its group.
    stopwords
        `"english"`, words of your own, or None. A run is left out if it begins or ends with a stop word: "statue of
        liberty" stays.
    numbers
        Whether to keep terms without a letter (2016, 3.5); for runs, as for stop words.
    voice
        `"all"`; `"narration"`, the articles' own words; or `"quoted"`, the speech that they quote. A
        run stays in one voice, and rates are of the words in it. Not of measured tables.

    Returns
    -------
    DataFrame
        `by` (where given; of a period, its first day), `term`, `count` (int64), `per_million` (float64; of all running
        words of the group, stop words included), `n_articles` (int64, articles that have it), `share_articles`
        (float64, of the group's articles). Sorted by group, falling count, then the alphabet.

    Raises
    ------
    OptionError
        If `by` is no column and no period, `ngrams` or `min_count` is below 1, there is no such stop-word list or
        voice, or measured tables have no such runs.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell. The rain fell hard.", "No rain."]}))
    >>> analysis.term_frequency(corpus)[["term", "count", "n_articles"]]
       term  count  n_articles
    0  rain      3           2
    1  fell      2           1
    2  hard      1           1
    >>> analysis.term_frequency(corpus, ngrams=2, min_count=2)
            term  count  per_million  n_articles  share_articles
    0  rain fell      2     250000.0           1             0.5
    """
    at_least("ngrams", ngrams, 1)
    at_least("min_count", min_count, 1)
    corpus = spoken(corpus, voice)
    counts, articles = counted(corpus), about(corpus)
    everything = Groups("", pd.Index([0]), np.zeros(len(articles), np.int64))
    groups = everything if by is None else group_articles(articles, by)
    if counts is not None:
        if ngrams > 1 and by is not None:
            raise OptionError(
                f"measured tables have runs of {ngrams} words of all articles together, not by {by!r}. Leave `by` out, "
                "or give a corpus."
            )
        words = counts.names
        kept = kept_terms(_names_only(words), stopwords=stopwords, numbers=numbers)
        if ngrams > 1:
            group, columns, count, n_articles = _added_runs(counts, kept, ngrams, min_count)
        else:
            group, columns, count, n_articles = _added_blocks(counts, groups, kept & (counts.count >= min_count))
    else:
        running = running_terms(articles)
        words = running.words
        kept = kept_terms(running, stopwords=stopwords, numbers=numbers)
        if ngrams == 1:
            group, columns, count, n_articles = _count_terms(articles, groups, kept)
        else:
            group, columns, count, n_articles = _count_runs(running, groups, kept, ngrams)
    if min_count > 1:
        often = count >= min_count
        group, count, n_articles = group[often], count[often], n_articles[often]
        columns = [column[often] for column in columns]
    # Rows come in the order of group and alphabet, which ties keep.
    highest = int(count.max(initial=0))
    order = stable_order([group, highest - count], [len(groups.labels), highest + 1])
    group = group[order] if len(groups.labels) > 1 else group[:1]  # a single group goes with any number of rows
    count, n_articles = count[order], n_articles[order]
    n_words = groups.sum(running_terms(articles).n_words if counts is None else counts.n_words)
    size = groups.sum(np.ones(len(articles)))
    table = pd.DataFrame(
        {
            "term": _joined(words, [column[order] for column in columns]),
            "count": count,
            "per_million": count * 1e6 / n_words[group],
            "n_articles": n_articles,
            "share_articles": n_articles / size[group],
        },
        copy=False,
    )
    if by is not None:
        table.insert(0, by, groups.labels.take(np.broadcast_to(group, len(table))))
    return table


def _count_terms(
    corpus: Corpus, groups: Groups, kept: NDArray[np.bool_]
) -> tuple[Ints, list[NDArray[np.int64]], Ints, Ints]:
    counts = counts_of(corpus)
    if len(groups.labels) == 1 and groups.of_article.min(initial=0) == 0:
        total_of = np.bincount(counts.indices, weights=counts.data, minlength=len(kept)).astype(np.int64)
        articles_of = np.bincount(counts.indices, minlength=len(kept))
        words = np.flatnonzero(kept)
        return np.zeros(len(words), np.int64), [words], total_of[words], articles_of[words]
    total = groups.sum_rows(counts)
    having = counts.copy()
    having.data = np.ones_like(having.data)
    articles = groups.sum_rows(having)
    total.sort_indices()
    articles.sort_indices()
    group = np.repeat(np.arange(total.shape[0]), np.diff(total.indptr))
    wanted = kept[total.indices]
    return group[wanted], [total.indices[wanted].astype(np.int64)], total.data[wanted], articles.data[wanted]


def _added_blocks(
    counts: WordCounts, groups: Groups, kept: NDArray[np.bool_]
) -> tuple[Ints, list[NDArray[np.int64]], Ints, Ints]:
    """Do as `_count_terms` with words that were counted beforehand."""
    if len(groups.labels) == 1 and groups.of_article.min(initial=0) == 0:  # all articles: the totals are known
        words = np.flatnonzero(kept)
        return np.zeros(len(words), np.int64), [words], counts.count[words], counts.n_articles[words]
    found = []
    for words, block in blocks_of(counts, kept):
        group, (term,), count, n_articles = _count_terms(block, groups, np.ones(len(words), np.bool_))
        found.append((group, words[term], count, n_articles))
    # Of one group, the words of a block come before those of the next.
    group, term, count, n_articles = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return group.astype(np.int64), [term], count.astype(np.int64), n_articles.astype(np.int64)


def _added_runs(
    counts: WordCounts, kept: NDArray[np.bool_], length: int, min_count: int
) -> tuple[Ints, list[NDArray[Any]], Ints, Ints]:
    """Do as `_count_runs` with runs that were counted beforehand."""
    nothing = np.zeros(0, np.int64)
    found: list[Runs] = [([np.zeros(0, np.int32)] * length, nothing, nothing)]
    for columns, count, n_articles in counts.ngrams(length, kept):
        often = count >= min_count
        found.append(([column[often] for column in columns], count[often], n_articles[often]))
    columns = [np.concatenate([one[0][place] for one in found]) for place in range(length)]
    count, n_articles = (np.concatenate([one[place] for one in found]) for place in (1, 2))
    return np.zeros(len(count), np.int64), columns, count, n_articles


def _names_only(words: pa.Array) -> Running:
    nothing = np.zeros(1, np.int64)
    return Running(np.zeros(0, np.int32), words, nothing, nothing)


def count_ngrams(
    running: Running, length: int, *, articles: NDArray[np.bool_] | None = None
) -> tuple[list[NDArray[np.int32]], NDArray[np.int32], NDArray[np.int32]]:
    """Count the runs of `length` terms inside sentences, in all articles or those flagged.

    Returns
    -------
    list of int32[n_distinct], int32[n_distinct], int32[n_distinct]
        For each place in a run its term, as a place in `running.words`; how often the run occurs; in how many
        articles. Sorted by the terms.

    Examples
    --------
    >>> import analysis
    >>> running = running_terms(analysis.read(pd.DataFrame({"text": ["Rain fell. Rain fell hard."]})))
    >>> terms, count, n_articles = count_ngrams(running, 2)
    >>> running.names, [column.tolist() for column in terms], count.tolist(), n_articles.tolist()
    (['fell', 'hard', 'rain'], [[0, 2], [1, 0]], [1, 2], [1, 1])
    """
    n_terms = max(len(running.words), 1)
    ids, n = running.ids, len(running.ids)
    inside = np.ones(n, np.bool_)
    inside[max(n - length + 1, 0) :] = False
    if not n:
        nothing = np.zeros(0, np.int32)
        return [nothing] * length, nothing, nothing
    for back in range(1, length):  # a run cannot begin at the last terms of a sentence
        inside[np.maximum(running.sentence_starts[1:] - back, 0)] = False
    if articles is not None:
        inside &= np.repeat(articles, np.diff(running.starts))
    places = np.flatnonzero(inside).astype(np.int32)
    return distinct_runs(ids, places, length, n_terms, running.starts)


def _count_runs(
    running: Running, groups: Groups, kept: NDArray[np.bool_], length: int
) -> tuple[Ints, list[NDArray[Any]], Ints, Ints]:
    """Count runs of terms: (group, terms, count, number of articles), sorted by group and terms."""
    if len(running.ids) <= _BLOCK and len(groups.labels) == 1 and groups.of_article.min(initial=0) == 0:
        columns, *counted = count_ngrams(running, length)
        count, n_articles = (column.astype(np.int64) for column in counted)
        if not kept.all():
            wanted = kept[columns[0]] & kept[columns[-1]]  # stop words may stand inside
            columns, count, n_articles = [column[wanted] for column in columns], count[wanted], n_articles[wanted]
        return np.zeros(len(columns[0]), np.int64), columns, count, n_articles
    sizes = [len(groups.labels), *[len(running.words)] * length]
    blocks = []
    first = 0
    while first < len(groups.of_article):
        end = int(np.searchsorted(running.starts, running.starts[first] + _BLOCK, side="right")) - 1
        end = min(max(end, first + 1), len(groups.of_article))
        blocks.append(_runs_in(running, groups, kept, length, sizes, first, end))
        first = end
    if not blocks:
        nothing = np.zeros(0, np.int64)
        return nothing, [nothing] * length, nothing, nothing
    if len(blocks) > 1:
        stacked = [np.concatenate(column) for column in zip(*blocks, strict=True)]
        order, runs = sorted_runs(stacked[: length + 1], sizes)
        totals = [np.add.reduceat(column[order], runs) if len(runs) else column for column in stacked[length + 1 :]]
        blocks = [[*(column[order[runs]] for column in stacked[: length + 1]), *totals]]
    group, *terms = blocks[0][: length + 1]
    count, n_articles = blocks[0][length + 1 :]
    return group, terms, count, n_articles


def _runs_in(
    running: Running,
    groups: Groups,
    kept: NDArray[np.bool_],
    length: int,
    sizes: list[int],
    first: int,
    end: int,
) -> list[Ints]:
    """Count the runs in some articles: group, one column for each term of a run, count, number of articles."""
    begin, stop = int(running.starts[first]), int(running.starts[end])
    ids = running.ids[begin:stop]
    group = np.repeat(groups.of_article[first:end], np.diff(running.starts[first : end + 1]))
    article = np.repeat(np.arange(first, end, dtype=np.int64), np.diff(running.starts[first : end + 1]))
    usable = kept[ids] & (group >= 0)
    usable[: 1 - length] &= kept[ids[length - 1 :]]
    # A run cannot begin at the last terms of a sentence.
    boundaries = running.sentence_starts
    ends = boundaries[
        np.searchsorted(boundaries, begin, side="right") : np.searchsorted(boundaries, stop, side="right")
    ]
    for back in range(1, length):
        usable[np.maximum(ends - begin - back, 0)] = False
    at = np.flatnonzero(usable[: len(ids) - length + 1]) if len(ids) >= length else np.zeros(0, np.int64)
    columns: list[NDArray[Any]] = [group[at], *(ids[at + step] for step in range(length))]
    order, runs = sorted_runs(columns, sizes)
    count, n_articles = tally(order, runs, article[at])
    return [*(column[order[runs]] for column in columns), count, n_articles]


def _joined(words: pa.Array, columns: list[Ints]) -> object:
    if len(columns) == 1:
        return strings(words, columns[0])
    return joined(words, columns)


def tfidf(
    corpus: Corpus,
    *,
    min_count: int = 1,
    min_articles: int = 1,
    stopwords: str | Iterable[str] | None = "english",
    numbers: bool = True,
    voice: Voice = "all",
) -> pd.DataFrame:
    """Return the terms that mark each article off from the others.

    Parameters
    ----------
    corpus
        The articles.
    min_count
        Leave out terms that the article has less often.
    min_articles
        Leave out terms that fewer articles have.
    stopwords, numbers, voice
        As in `term_frequency`. An article without words in the voice still counts as an article.

    Returns
    -------
    DataFrame
        `article_id`, `term`, `count` (int64), `tfidf` (float64; higher marks the article more, 0 for a term that
        all articles have). In the order of the articles, then falling `tfidf`, then the alphabet.

    Raises
    ------
    OptionError
        If `min_count` or `min_articles` is below 1, or there is no such stop-word list or voice.

    Notes
    -----
    tfidf = (count / running words of the article) × ln(articles / articles that have the term), all words counted.
    Source: Spärck Jones (1972), A statistical interpretation of term specificity, Journal of Documentation 28.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a", "b"], "text": ["Rain fell.", "Rain and snow."]}))
    >>> analysis.tfidf(corpus).round(3)
      article_id  term  count  tfidf
    0          a  fell      1  0.347
    1          a  rain      1  0.000
    2          b  snow      1  0.231
    3          b  rain      1  0.000
    """
    at_least("min_count", min_count, 1)
    at_least("min_articles", min_articles, 1)
    texts_needed(corpus, "tfidf", "`term_matrix` gives the counts that it is made of")
    corpus = in_voice(corpus, voice)
    running, counts = running_terms(corpus), counts_of(corpus)
    having = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = kept_terms(running, stopwords=stopwords, numbers=numbers) & (having >= min_articles)
    wanted = kept[counts.indices] & (counts.data >= min_count)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))[wanted]
    term, count = counts.indices[wanted], counts.data[wanted]
    score = count / running.n_words[row] * np.log(counts.shape[0] / having[term])
    order = np.lexsort((-score, row))
    return pd.DataFrame(
        {
            "article_id": corpus.articles.index.take(row[order]),
            "term": strings(running.words, term[order]),
            "count": count[order],
            "tfidf": score[order],
        }
    )
