"""Words of a whole corpus, from the partitions' counts, and the tables about them.

No text is needed, and memory is bounded by the number of distinct words and by blocks of cells, not by the articles:
totals are added up partition by partition, and what needs the articles of a word (keyness, dispersion) is done for a
block of words at a time. The formulas are those of `analysis.measures.terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.corpus import Corpus
from analysis.errors import OptionError
from analysis.inference.compare import period_of
from analysis.measures.terms import dispersion
from analysis.measures.terms._beforehand import Runs, blocks_of
from analysis.measures.terms._cells import joined as words_joined
from analysis.measures.terms._counts import patterns_of, strings
from analysis.measures.terms.keyness import joined, keyness_of_groups
from analysis.measures.terms.trends import trend_table
from analysis.text.patterns import Pattern
from analysis.text.stopwords import stop_words
from analysis.text.terms import cut

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix, csr_matrix

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Counted", "ReadPart", "term_tables"]

#: Keys of runs of words (see `_packed`), how often each occurs, and in how many articles.
_Merged: TypeAlias = "tuple[list[Ints], NDArray[Any], NDArray[Any]]"

#: Reads columns of a partition's part of a table.
ReadPart: TypeAlias = Callable[[str, int, list[str]], pa.Table]

#: Fewer articles of an outlet than this say little about its words: it gets no keyness table.
MIN_KEYNESS_ARTICLES = 8
MOST_KEYNESS_OUTLETS = 8
_FREQUENT, _TRENDING = 100, 5
#: Only words that occur this often, and in this many articles, or in one in a thousand, are compared and tested.
_MIN_COUNT, _MIN_ARTICLES, _ARTICLES_FOR_ONE = 5, 5, 1000
# Cells (article × word) that are looked at together.
_CELLS, _BLOCKS_AT_ONCE = 3_000_000, 4
# Running words whose runs are counted together: the partitions are read once for so many.
_RUNNING = 150_000_000


@dataclass(frozen=True)
class _Part:
    """Which words a partition's places stand for, and where its articles are among those counted (-1: not counted)."""

    number: int
    words: NDArray[np.int32]
    rows: NDArray[np.int32]


class Counted:
    """The words of some articles of all partitions: a `WordCounts` for the functions of words.

    Parameters
    ----------
    read
        Reads columns of a partition's part of a table.
    sizes
        Articles of each partition.
    articles
        The articles, without texts, in the order of the partitions.
    wanted
        Which of them are counted.
    followed
        Patterns whose matches the partitions counted.
    ngrams
        Length of the runs of words that they counted; 1 for none.

    Attributes
    ----------
    articles : Corpus
        Those that are counted.
    names : pyarrow.Array
        The words, in alphabetical order.
    count, n_articles : int64[n_words]
        How often each occurs, and in how many articles.
    n_words : int64[n_articles]
        The running words of each article.
    """

    def __init__(
        self,
        read: ReadPart,
        sizes: Sequence[int],
        articles: pd.DataFrame,
        wanted: Flags,
        *,
        followed: Sequence[Pattern] = (),
        ngrams: int = 1,
    ) -> None:
        self._read, self._follows, self._ngrams = read, followed, ngrams
        self._whole = bool(wanted.all())
        self.articles = Corpus(articles[wanted].assign(text=""))
        places, names = _distinct([self._read("vocabulary", number, ["term"])["term"] for number in range(len(sizes))])
        rows = np.where(wanted, np.cumsum(wanted) - 1, -1).astype(np.int32)
        ends = np.cumsum(sizes).tolist()
        self._parts = [
            _Part(number, place, rows[end - size : end])
            for number, (place, size, end) in enumerate(zip(places, sizes, ends, strict=True))
        ]
        self.count = np.zeros(len(names), np.int64)
        self.n_articles = np.zeros(len(names), np.int64)
        self.n_words = np.zeros(int(wanted.sum()), np.int64)
        for part in self._parts:
            if part.rows.min(initial=0) >= 0:  # all of its articles, for which its vocabulary has the counts
                vocabulary = self._read("vocabulary", part.number, ["n", "n_articles"])
                count, n_articles = vocabulary["n"].to_numpy(), vocabulary["n_articles"].to_numpy()
                cells = self._read("terms", part.number, ["article", "n"])
                row, n = part.rows[cells["article"].to_numpy()], cells["n"].to_numpy()
            else:
                row, term, n = self._cells(part)
                count, n_articles = (
                    np.bincount(term, weights, len(part.words)).astype(np.int64) for weights in (n, None)
                )
            self.count[part.words] += count
            self.n_articles[part.words] += n_articles
            begin = int(row[0]) if len(row) else 0  # cells stand in the order of the articles
            n_words = np.bincount(row - begin, n).astype(np.int64)
            self.n_words[begin : begin + len(n_words)] += n_words
        present = np.flatnonzero(self.n_articles)
        self.names = names
        if len(present) < len(names):  # the others are in articles that are not counted
            place = np.full(len(names), -1, np.int32)
            place[present] = np.arange(len(present), dtype=np.int32)
            self._parts = [_Part(part.number, place[part.words], part.rows) for part in self._parts]
            self.names = names.take(pa.array(present))
            self.count, self.n_articles = self.count[present], self.n_articles[present]

    def _cells(self, part: _Part) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Row, word's place in the partition and count of each cell of the articles that are counted."""
        table = self._read("terms", part.number, ["article", "term", "n"])
        article, term, n = (table[name].to_numpy() for name in ("article", "term", "n"))
        row = part.rows[article]
        if part.rows.min(initial=0) >= 0:
            return row, term, n
        kept = row >= 0
        return row[kept], term[kept], n[kept]

    def rows(self, words: Ints) -> csr_matrix:
        """Return articles × some words (int32)."""
        from scipy.sparse import csr_matrix  # takes long to load, and not every run needs it

        # One more at the end, for words that have no place (-1): only articles that are not counted have them.
        column = np.full(len(self.names) + 1, -1, np.int32)
        column[words] = np.arange(len(words), dtype=np.int32)
        n_cells = int(self.n_articles[words].sum())
        columns, counts = np.empty(n_cells, np.int32), np.empty(n_cells, np.int32)
        sizes = np.zeros(len(self.n_words), np.int64)
        end = 0
        for part in self._parts:
            row, term, n = self._cells(part)
            at = column[part.words][term]
            kept = np.flatnonzero(at >= 0)
            begin, end = end, end + len(kept)
            columns[begin:end], counts[begin:end] = at[kept], n[kept]
            sizes += np.bincount(row[kept], minlength=len(sizes))
        # Cells stand in the order of the articles.
        number = np.int32 if n_cells < 2**31 else np.int64
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(number)
        return csr_matrix((counts, columns, starts), shape=(len(sizes), len(words)))

    def matrix(self, words: Ints) -> csc_matrix:
        """Return the same by columns."""
        return self.rows(words).tocsc()

    def blocks(self, kept: Flags) -> Iterator[tuple[Ints, csc_matrix]]:
        """Cut words into blocks of a bounded number of cells, each with its articles × words.

        The partitions are read once for several blocks.
        """
        words = np.flatnonzero(kept)
        number = (np.cumsum(self.n_articles[words]) - 1) // _CELLS
        for first in range(0, int(number.max(initial=-1)) + 1, _BLOCKS_AT_ONCE):
            several = (number >= first) & (number < first + _BLOCKS_AT_ONCE)
            matrix = self.matrix(words[several])
            of_block = number[several]
            for block in np.unique(of_block).tolist():
                begin, end = np.searchsorted(of_block, [block, block + 1]).tolist()
                yield words[several][begin:end], matrix[:, begin:end]

    def followed(self, phrases: Sequence[Pattern]) -> csr_matrix:
        """Return articles × phrases (int64), from the partitions' counts of what was followed.

        Raises
        ------
        OptionError
            If one was not followed.
        """
        from scipy.sparse import csr_matrix

        place = {pattern.parts: at for at, pattern in enumerate(self._follows)}
        lacking = [pattern.text for pattern in phrases if pattern.parts not in place]
        if lacking:
            shown = ", ".join(map(repr, lacking))
            options = " ".join(f"--term {text!r}" for text in lacking)
            raise OptionError(
                f"the measured tables have no counts of {shown}: of phrases, they have only those that they follow. "
                f"Measure again with terms=[{shown}] ({options}), or give a corpus."
            )
        found = []
        for part in self._parts:
            table = self._read("followed", part.number, ["article", "pattern", "n"])
            row = part.rows[table["article"].to_numpy()]
            kept = row >= 0
            found.append((row[kept], table["pattern"].to_numpy()[kept], table["n"].to_numpy()[kept].astype(np.int64)))
        rows, columns, counts = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        matches = csr_matrix((counts, (rows, columns)), shape=(len(self.n_words), len(self._follows)))
        return matches[:, [place[pattern.parts] for pattern in phrases]]

    def ngrams(self, length: int, kept: Flags) -> Iterator[Runs]:
        """Yield blocks of the runs of words that begin and end with a word that is kept.

        Raises
        ------
        OptionError
            If such runs were not counted, or not of these articles alone.
        """
        if length != self._ngrams:
            raise OptionError(
                f"the measured tables have no runs of {length} words. Measure again with ngrams={length} "
                f"(--ngrams {length}), or give a corpus."
            )
        if not self._whole:
            raise OptionError(
                f"measured tables have runs of {length} words of all articles together. Use the tables without "
                "`where`, or give a corpus."
            )
        yield from self.runs(kept)

    def runs(self, kept: Flags, min_articles: int = 1, *, english: bool = False) -> Iterator[Runs]:
        """Yield the runs of words, for a range of first words at a time, that so many articles (English ones) have."""
        names = [f"term_{place}" for place in range(self._ngrams)]
        # No more runs begin with a word than it occurs.
        block = np.append(np.cumsum(self.count) // _RUNNING, -1)
        kept = np.append(kept, False)  # of words that only articles not counted have, whose place is -1
        for number in range(int(block.max()) + 1):
            merged: list[_Merged] = []
            waiting: list[_Merged] = []
            for part in self._parts:
                table = self._read("ngrams", part.number, [*names, "n", "n_articles", "english"])
                terms = [table[name].to_numpy() for name in names]
                wanted = kept[part.words]
                known = (wanted & (block[part.words] == number))[terms[0]] & wanted[terms[-1]]
                for term in terms[1:-1]:  # where stop words may stand
                    known &= (part.words >= 0)[term]
                if english:
                    known &= table["english"].to_numpy()
                some = np.flatnonzero(known)
                keys = _packed([term[some] for term in terms], part.words, len(self.names))
                waiting.append((keys, *(table[name].to_numpy()[some] for name in ("n", "n_articles"))))
                if sum(len(counts) for _, counts, _ in waiting) > _CELLS:
                    merged.append(_added(waiting))
                    waiting = []
                    while len(merged) > 1 and len(merged[-2][1]) < 2 * len(merged[-1][1]):
                        merged[-2:] = [_added(merged[-2:])]
            keys, count, n_articles = _added([*merged, *waiting])
            del merged, waiting
            often = n_articles >= min_articles
            if often.any():
                columns = _unpacked([key[often] for key in keys], self._ngrams, len(self.names))
                yield columns, count[often], n_articles[often]

    @cached_property
    def n_running(self) -> int:
        """All running words."""
        return int(self.n_words.sum())

    def without(self, stopwords: str | Sequence[str] | None) -> Flags:
        """Return which words are no stop words."""
        unwanted = pa.array(sorted(stop_words(stopwords)), self.names.type)
        found: Flags = ~pc.is_in(self.names, value_set=unwanted).to_numpy(zero_copy_only=False)
        return found


def _packed(terms: list[NDArray[np.int32]], words: NDArray[np.int32], n_words: int) -> list[Ints]:
    """Return the words at some places, as many to a number as fit: the numbers sort as the words do."""
    bits = max(n_words.bit_length(), 1)
    number, keys = words.astype(np.int64), []
    for begin in range(0, len(terms), 63 // bits):
        some = terms[begin : begin + 63 // bits]
        keys.append(number[some[0]])
        for term in some[1:]:
            keys[-1] <<= bits
            keys[-1] |= number[term]
    return keys


def _unpacked(keys: list[Ints], length: int, n_words: int) -> list[NDArray[np.int32]]:
    """Return the words of `_packed`."""
    bits = max(n_words.bit_length(), 1)
    columns = []
    for begin, key in zip(range(0, length, 63 // bits), keys, strict=True):
        last = min(length - begin, 63 // bits) - 1
        columns += [((key >> bits * (last - at)) & ((1 << bits) - 1)).astype(np.int32) for at in range(last + 1)]
    return columns


def _added(parts: list[_Merged]) -> _Merged:
    """Return the distinct keys, sorted, with their counts added up."""
    keys = [np.concatenate(columns) for columns in zip(*(part[0] for part in parts), strict=True)]
    # A stable sort makes use of the order that each part has.
    order = np.argsort(keys[0], kind="stable") if len(keys) == 1 else np.lexsort(keys[::-1])
    new = np.zeros(len(order), np.bool_)
    new[:1] = True
    for place, key in enumerate(keys):
        keys[place] = key = key[order]
        new[1:] |= key[1:] != key[:-1]
    first = np.flatnonzero(new)
    count, n_articles = (
        np.add.reduceat(np.concatenate([part[place] for part in parts])[order], first, dtype=np.int64)
        if len(first)
        else np.zeros(0, np.int64)
        for place in (1, 2)
    )
    return [key[first] for key in keys], count, n_articles


def _distinct(vocabularies: list[pa.ChunkedArray]) -> tuple[list[NDArray[np.int32]], pa.Array]:
    """Return the places of each vocabulary's words in the sorted list of all words, and that list."""
    together = pa.chunked_array([chunk for one in vocabularies for chunk in one.chunks], pa.large_string())
    encoded = together.dictionary_encode().chunks  # all with the same dictionary
    words = encoded[0].dictionary if encoded else pa.array([], pa.large_string())
    order = pc.sort_indices(words).to_numpy()
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    found = [place[chunk.indices.to_numpy()] for chunk in encoded] or [place]
    ends = np.cumsum([len(one) for one in vocabularies])
    return np.split(np.concatenate(found), ends[:-1]), words.take(pa.array(order))


def term_tables(
    read: ReadPart,
    sizes: Sequence[int],
    frame: pd.DataFrame,
    *,
    stopwords: str | Sequence[str] | None,
    by: str,
    followed: Sequence[str] | None,
    min_articles: int = 1,
    ngrams: int = 1,
    compared: bool = True,
) -> dict[str, pd.DataFrame]:
    """Return `term_frequency`, `keyness`, `dispersion` and `trends` of the English articles, and `ngram_frequency`.

    Parameters
    ----------
    read
        Reads columns of a partition's part of a table.
    sizes
        Articles of each partition.
    frame
        The articles, indexed by `article_id`, in the order of the partitions.
    stopwords, by, ngrams
        As `analysis.measure` takes them.
    followed
        Patterns that `trends` follows, counted in the partitions' `followed`; None for words chosen here.
    min_articles
        Words, and runs of words, in fewer articles are left out of the tables of frequencies.
    compared
        Whether to make `keyness`, `dispersion` and `trends`.
    """

    english = frame["language"].fillna("en").eq("en").to_numpy()
    follows = patterns_of(followed) if followed else []
    counted = Counted(read, sizes, frame, english, followed=follows, ngrams=ngrams)
    usable = counted.without(stopwords)
    tables = {"term_frequency": _frequency(counted, usable & (counted.n_articles >= min_articles))}
    if ngrams > 1:
        tables["ngram_frequency"] = _ngram_frequency(counted, usable, ngrams, min_articles)
    if not compared:
        return tables
    tables |= _by_blocks(counted, usable, by)
    tables["trends"] = _trends(counted, tables["term_frequency"], follows)
    return tables


def _frequency(counted: Counted, kept: Flags) -> pd.DataFrame:
    words = np.flatnonzero(kept)
    count, n_articles = counted.count[words], counted.n_articles[words]
    order = _falling(count)
    words, count, n_articles = words[order], count[order], n_articles[order]
    return pd.DataFrame(
        {
            "term": strings(counted.names, words),
            "count": count,
            "per_million": count * 1e6 / counted.n_running if len(count) else count.astype(np.float64),
            "n_articles": n_articles,
            "share_articles": n_articles / max(len(counted.n_words), 1),
        }
    )


def _falling(count: Ints) -> Ints:
    """Return the order of falling counts; ties keep the order of the alphabet."""
    key = count.max(initial=0) - count
    # 16 bits at a time, which NumPy sorts by counting.
    order = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(16, int(key.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((key >> shift).astype(np.uint16)[order], kind="stable")]
    return order


def _ngram_frequency(counted: Counted, usable: Flags, length: int, min_articles: int) -> pd.DataFrame:
    found = list(counted.runs(usable, min_articles, english=True))
    terms = [np.concatenate([np.zeros(0, np.int32), *(one[0][place] for one in found)]) for place in range(length)]
    count, n_articles = (np.concatenate([np.zeros(0, np.int64), *(one[place] for one in found)]) for place in (1, 2))
    del found
    order = _falling(count)
    count, n_articles = count[order], n_articles[order]
    return pd.DataFrame(
        {
            "term": words_joined(counted.names, [column[order] for column in terms]),
            "count": count,
            "per_million": count * 1e6 / max(counted.n_running, 1),
            "n_articles": n_articles,
            "share_articles": n_articles / max(len(counted.n_words), 1),
        }
    )


def _by_blocks(counted: Counted, usable: Flags, by: str) -> dict[str, pd.DataFrame]:
    """Return `dispersion`, and `keyness` of each of the larger groups against all other articles."""
    group = counted.articles.articles[by].map(str, na_action="ignore")
    sizes = group.value_counts()
    enough = sizes[sizes >= MIN_KEYNESS_ARTICLES]
    largest = sorted(sorted(enough.index, key=lambda name: (-sizes[name], name))[:MOST_KEYNESS_OUTLETS])
    if len(sizes) < 2:
        largest = []
    place = group.map({name: number for number, name in enumerate(largest)}).fillna(-1).to_numpy().astype(np.int64)
    least = max(_MIN_ARTICLES, -(-len(counted.articles) // _ARTICLES_FOR_ONE))
    spread: list[pd.DataFrame] = []
    keys: list[list[pd.DataFrame]] = []
    for _, block in blocks_of(counted, usable & (counted.count >= _MIN_COUNT)):
        spread.append(dispersion(block, stopwords=None))
        if largest:
            keys.append(keyness_of_groups(block, place, len(largest), min_articles=least))
    dispersed = pd.concat(spread, ignore_index=True)
    dispersed = dispersed.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)
    of_groups = zip(largest, zip(*keys, strict=True), strict=True) if largest else ()
    tables = [joined(tables).assign(**{by: name}) for name, tables in of_groups]
    if not tables:
        return {
            "dispersion": dispersed,
            "keyness": pd.DataFrame({by: pd.Series(dtype="str"), "term": pd.Series(dtype="str")}),
        }
    table = pd.concat(tables, ignore_index=True)
    return {"dispersion": dispersed, "keyness": table[[by, *table.columns.drop(by)]]}


def _trends(counted: Counted, frequency: pd.DataFrame, followed: Sequence[Pattern]) -> pd.DataFrame:
    """Return the trends of the terms given, or of the frequent ones that rose and fell the most."""
    articles = counted.articles
    dates = articles.articles["published"].dropna()
    by = period_of(dates)
    if followed:
        names = [pattern.text for pattern in followed]
        return trend_table(articles, names, counted.followed(followed), counted.n_words, by)
    if dates.empty:
        from scipy.sparse import csr_matrix

        return trend_table(articles, [], csr_matrix((len(articles), 0), dtype=np.int64), counted.n_words, by)
    # Not what few articles speak of, nor the outlets' names.
    own = {term for outlet in articles.articles["outlet"].dropna().unique() for term, _, _ in cut(outlet)}
    spoken_of = frequency[frequency["n_articles"] >= min(5, len(articles))]
    frequent: list[str] = []
    for start in range(0, len(spoken_of), 1000):
        some = spoken_of["term"].iloc[start : start + 1000]
        frequent += some[some.str.fullmatch(r"[^\W\d]{3,}.*") & ~some.isin(own)].tolist()
        if len(frequent) >= _FREQUENT:
            break
    del frequent[_FREQUENT:]
    words = pc.index_in(pa.array(frequent, counted.names.type), value_set=counted.names).to_numpy().astype(np.int64)
    table = trend_table(articles, frequent, counted.rows(words), counted.n_words, by)
    overall = table.groupby("term")[["count", "n_words"]].transform("sum")
    expected = table["n_words"] * overall["count"] / overall["n_words"]
    # Pearson's chi-square over the periods: large where a term's rate moved, by more than its frequency explains.
    moved = ((table["count"] - expected) ** 2 / expected.where(expected > 0)).groupby(table["term"]).sum()
    most = sorted(moved.index, key=lambda term: (-moved[term], term))[:_TRENDING]
    return table[table["term"].isin(most)].reset_index(drop=True)
