"""The three inner loops of counting terms: runs of terms, cells of article × term, and words joined to phrases.

Each is done by a compiled kernel (`analysis/kernels/count.c`) where there is one, by NumPy, SciPy and Arrow where not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

import analysis.kernels as kernels

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Ints = NDArray[np.int64]

__all__ = ["Cells", "cells", "distinct_runs", "joined", "sorted_runs", "stable_order", "tally"]

# More terms than this are left to SciPy: the kernels' memory, once taken, is not given back.
_MOST_TERMS = 16_000_000
_JOINED_AT_ONCE = 1_000_000


def stable_order(columns: Sequence[NDArray[Any]], sizes: Sequence[int]) -> Ints:
    """Return the order that sorts rows by the first column, then the second, …; ties keep their order.

    Each column holds small whole numbers below its size, so that each is one counting sort (a row turned into columns).

    Examples
    --------
    >>> stable_order([np.array([1, 0, 1, 0]), np.array([2, 1, 0, 1])], [2, 3]).tolist()
    [1, 3, 2, 0]
    """
    from scipy.sparse import csr_matrix

    n = len(columns[0])
    number = np.int32 if n < 2**31 else np.int64
    order = np.arange(n, dtype=number)
    for column, size in zip(reversed(columns), reversed(sizes), strict=True):
        if size > 1:
            key = column[order].astype(number, copy=False)
            order = csr_matrix((order, key, np.array([0, n], number)), shape=(1, size)).tocsc().data
    return cast("Ints", order)


def sorted_runs(columns: Sequence[NDArray[Any]], sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """Return the order that sorts the rows, and where in it each run of equal rows begins."""
    order = stable_order(columns, sizes)
    new = np.zeros(len(order), np.bool_)
    new[:1] = True
    for column, size in zip(columns, sizes, strict=True):
        if size <= 1:
            continue
        ordered = column[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(new)


def tally(order: Ints, runs: Ints, article: Ints) -> tuple[Ints, Ints]:
    """Return the length of each run of equal rows and how many articles it has; an article's rows are neighbours."""
    if not len(runs):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ordered = article[order]
    new = np.zeros(len(order), np.int64)
    new[1:] = ordered[1:] != ordered[:-1]
    new[runs] = 1
    return np.diff(runs, append=len(order)), np.add.reduceat(new, runs)


def distinct_runs(
    ids: NDArray[np.int32], places: NDArray[np.int32], length: int, n_terms: int, starts: Ints
) -> tuple[list[NDArray[np.int32]], NDArray[np.int32], NDArray[np.int32]]:
    """Count the runs of `length` terms that begin at some places.

    Parameters
    ----------
    ids
        Running terms, below `n_terms`.
    places
        Where runs begin; rising.
    starts : int64[n_articles + 1]
        Where articles begin in `ids`.

    Returns
    -------
    list of int32[n_distinct], int32[n_distinct], int32[n_distinct]
        The terms of each run, one column for each, its count and its number of articles, sorted by the terms.

    Examples
    --------
    >>> ids, places = np.array([1, 0, 1, 0, 2], np.int32), np.array([0, 1, 2, 3], np.int32)
    >>> terms, count, n_articles = distinct_runs(ids, places, 2, 3, np.array([0, 2, 5]))
    >>> [column.tolist() for column in (*terms, count, n_articles)]
    [[0, 0, 1], [1, 2, 0], [1, 1, 2], [1, 1, 2]]
    """
    n = len(places)
    compiled = kernels.load() if len(ids) <= _MOST_TERMS else None
    if compiled is None:
        order, runs = sorted_runs([ids[places + step] for step in range(length)], [n_terms] * length)
        article = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        sizes = tally(order, runs, article[places])
        first = places[order[runs]]
        found = [*(ids[first + step] for step in range(length)), *(column.astype(np.int32) for column in sizes)]
        return found[:length], found[length], found[length + 1]
    room = (4 * len(ids), 8 * n_terms, 8 * n, 8 * n)
    with compiled.blocks(ids, starts, places, *room, *[4 * n * length, 4 * n, 4 * n]) as (terms, edges, at, *others):
        n_found = compiled.call("count_runs", terms, length, n_terms, edges, len(starts) - 1, at, n, *others)
        columns = [compiled.view(others[4] + 4 * n * step, n_found, np.int32).copy() for step in range(length)]
        count, n_articles = (compiled.view(address, n_found, np.int32).copy() for address in others[5:])
    return columns, count, n_articles


class Cells(NamedTuple):
    """Articles × terms as a `csr_matrix` has them, without SciPy, which takes long to load; each row sorted by term."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: NDArray[np.int32]

    def matrix(self, n_terms: int) -> csr_matrix:
        """Return them as a matrix (int64)."""
        from scipy.sparse import csr_matrix

        found = (self.data.astype(np.int64), self.indices, self.indptr)
        matrix = csr_matrix(found, shape=(len(self.indptr) - 1, n_terms))
        matrix.has_canonical_format = True
        return matrix


def cells(ids: NDArray[np.int32], n_terms: int, starts: Ints) -> Cells:
    """Count the running terms of each article.

    Examples
    --------
    >>> cells(np.array([1, 0, 1, 0, 2], np.int32), 3, np.array([0, 3, 5])).matrix(3).toarray().tolist()
    [[1, 2, 0], [1, 0, 1]]
    """
    n, n_articles = len(ids), len(starts) - 1
    compiled = kernels.load() if n <= _MOST_TERMS else None
    if compiled is None:
        from scipy.sparse import csr_matrix

        # Turning rows into columns is a counting sort, several times quicker than sorting.
        columns = csr_matrix((np.ones(n, np.int64), ids, starts), shape=(n_articles, n_terms)).tocsc()
        columns.has_sorted_indices = True
        columns.sum_duplicates()
        rows = columns.tocsr()
        return Cells(*(column.astype(np.int32) for column in (rows.indptr, rows.indices, rows.data)))
    # One number more than there are terms: a term is written before it is seen to be new.
    wanted = (ids, starts, 4 * n_terms, 4 * (n_articles + 1), 4 * n + 4, 4 * n + 4)
    with compiled.blocks(*wanted) as (terms, edges, room, ends, of_cell, counts):
        n_cells = compiled.call("count_cells", terms, n_terms, edges, n_articles, room, ends, of_cell, counts)
        found = ((ends, n_articles + 1), (of_cell, n_cells), (counts, n_cells))
        return Cells(*(compiled.view(address, size, np.int32).copy() for address, size in found))


def joined(words: pa.Array, columns: Sequence[NDArray[Any]]) -> Any:
    """Return words joined with a space, row by row, as a pandas array of text.

    Examples
    --------
    >>> joined(pa.array(["and", "rain", "wind"], pa.large_string()), [np.array([1, 0]), np.array([0, 2])]).tolist()
    ['rain and', 'and wind']
    """
    compiled, n = kernels.load(), len(columns[0])
    edges = np.frombuffer(words.buffers()[1], np.int64)[words.offset : words.offset + len(words) + 1]
    if compiled is None or not n or edges[-1] >= 2**31:
        taken = [words.take(pa.array(column)) for column in columns]
        return pd.array(pc.binary_join_element_wise(*taken, pa.scalar(" ", words.type)), dtype="str")
    arena = np.frombuffer(words.buffers()[2] or b"", np.uint8)[: edges[-1]]
    lengths = np.diff(edges).astype(np.int32)
    parts = []
    for begin in range(0, n, _JOINED_AT_ONCE):
        some = np.array([column[begin : begin + _JOINED_AT_ONCE] for column in columns], np.int32)
        ends = np.zeros(some.shape[1] + 1, np.int64)
        np.cumsum(lengths[some].sum(axis=0, dtype=np.int64) + len(columns) - 1, out=ends[1:])
        wanted = (arena, edges.astype(np.int32), some, ends, int(ends[-1]) + 8)
        with compiled.blocks(*wanted) as (letters, begins, places, to, out):
            compiled.call("count_joined", letters, begins, places, len(columns), some.shape[1], to, out)
            text = compiled.view(out, int(ends[-1]), np.uint8).tobytes()
        parts.append(pa.LargeStringArray.from_buffers(some.shape[1], pa.py_buffer(ends), pa.py_buffer(text)))
    return pd.array(pa.chunked_array(parts), dtype="str")
