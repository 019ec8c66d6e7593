"""Many strings as bytes, looked at all together and decoded only where one is shown; and arrays that grow."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, cast, overload
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

import analysis.kernels as kernels

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["Growing", "Lexicon", "Strings", "in_order"]

Ints = NDArray[np.int64]

_LEXICON_BYTES = 128  # of `Table` in kernels/table.h, and more


class Growing:
    """An array that is appended to; what was read from it before stays as it was.

    Examples
    --------
    >>> rows = Growing(np.int32, 2)
    >>> rows.extend([[1, 2]])
    >>> rows.extend([[3, 4], [5, 6]])
    >>> rows.values.tolist(), len(rows)
    ([[1, 2], [3, 4], [5, 6]], 3)
    """

    def __init__(self, dtype: Any, *row: int) -> None:
        self._room: NDArray[Any] = np.empty((1024, *row), dtype)
        self._n = 0

    @classmethod
    def of(cls, values: NDArray[Any]) -> Growing:
        """Return an array that begins with some values, which are copied when it grows."""
        made = cls.__new__(cls)
        made._room, made._n = values, len(values)
        return made

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        """Append values, or rows."""
        new = np.asarray(values, self._room.dtype)
        end = self._n + len(new)
        if end > len(self._room):
            larger = np.empty((max(end, 2 * len(self._room)), *self._room.shape[1:]), self._room.dtype)
            larger[: self._n] = self._room[: self._n]
            self._room = larger
        self._room[self._n : end] = new
        self._n = end

    @property
    def values(self) -> NDArray[Any]:
        """All values."""
        return self._room[: self._n]

    def __len__(self) -> int:
        return self._n


class Strings(Sequence[str]):
    """Strings in UTF-8, one after the other; more may be appended.

    Examples
    --------
    >>> words = Strings.of(["no", "né"])
    >>> words[1], len(words), words[1:].tolist(), words.edges.tolist()
    ('né', 2, ['né'], [0, 2, 5])
    """

    def __init__(self) -> None:
        self._data = Growing(np.uint8)
        self._edges = Growing(np.int64)
        self._edges.extend([0])

    @classmethod
    def of(cls, words: Iterable[str]) -> Strings:
        """Return strings as bytes."""
        made = cls()
        made.append(words)
        return made

    def append(self, words: Iterable[str]) -> None:
        """Append strings."""
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        self.extend(np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)]))

    def extend(self, data: NDArray[np.uint8], edges: NDArray[Any]) -> None:
        """Append strings that are bytes: number i is data[edges[i] : edges[i + 1]], and edges[0] is 0."""
        end = len(self._data)
        self._data.extend(data)
        self._edges.extend(edges[1:] + np.int64(end))

    @property
    def data(self) -> NDArray[np.uint8]:
        """The bytes of all."""
        return self._data.values

    @property
    def edges(self) -> Ints:
        """int64[n + 1]: where each begins in `data`, and the end."""
        return self._edges.values

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, which: int) -> str: ...

    @overload
    def __getitem__(self, which: slice) -> Strings: ...

    def __getitem__(self, which: int | slice) -> str | Strings:
        if isinstance(which, slice):
            first, last, step = which.indices(len(self))
            if step != 1:
                raise ValueError("strings are taken one after the other")
            edges = self.edges[first : max(first, last) + 1]
            part = Strings()
            part._data, part._edges = Growing.of(self.data[edges[0] : edges[-1]]), Growing.of(edges - edges[0])
            return part
        if not -len(self) <= which < len(self):
            raise IndexError(which)
        which %= len(self)
        begin, end = self.edges[which : which + 2].tolist()
        return self.data[begin:end].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return iter(self.tolist())

    def arrow(self) -> pa.Array:
        """Return an array of large strings, which shares this memory."""
        return pa.LargeStringArray.from_buffers(len(self), pa.py_buffer(self.edges), pa.py_buffer(self.data))

    def some(self, numbers: NDArray[Any]) -> list[str]:
        """Return some of the strings.

        Examples
        --------
        >>> Strings.of(["a", "b", "c"]).some(np.array([2, 0]))
        ['c', 'a']
        """
        return cast("list[str]", self.arrow().take(pa.array(numbers)).to_pylist())

    def holding(self, part: bytes) -> Ints:
        """Return the places of the strings that hold some bytes.

        Examples
        --------
        >>> Strings.of(["don't", "rain", "n'", "tn't"]).holding(b"n't").tolist()
        [0, 3]
        """
        data, edges = self.data, self.edges
        hits = np.flatnonzero(data == part[0])
        hits = hits[hits + len(part) <= len(data)]
        for place, octet in enumerate(part):
            hits = hits[data[hits + place] == octet]
        string = np.searchsorted(edges, hits, side="right") - 1
        return np.unique(string[hits + len(part) <= edges[string + 1]])

    def tolist(self) -> list[str]:
        """Return all strings."""
        return cast("list[str]", self.arrow().to_pylist())


class Lexicon:
    """Distinct words to look many others up in.

    Examples
    --------
    >>> Lexicon(Strings.of(["rain", "wind"])).places(Strings.of(["wind", "windy", "rain"])).tolist()
    [1, -1, 0]
    """

    def __init__(self, words: Strings) -> None:
        self.words = words
        self._tables: WeakKeyDictionary[Kernels, int] = WeakKeyDictionary()

    @cached_property
    def _number(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def places(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return the place of each of some words in the lexicon, -1 where it is not in it."""
        compiled = kernels.load()
        if compiled is None:
            return np.fromiter(map(self._number.get, words, repeat(-1)), np.int32, len(words))
        words = words if isinstance(words, Strings) else Strings.of(words)
        with compiled.lock:
            table = self.table(compiled)
            with compiled.blocks(words.data, words.edges, 4 * len(words)) as (text, edges, found):
                compiled.call("strings_find", table, text, edges, len(words), found)
                return compiled.view(found, len(words), np.int32).copy()

    def table(self, compiled: Kernels) -> int:
        """Return the address of the words among the kernels' tables of strings, put there the first time."""
        if compiled not in self._tables:
            address = compiled.take(_LEXICON_BYTES)
            with compiled.blocks(self.words.data, self.words.edges) as (text, edges):
                seed = int.from_bytes(os.urandom(7))
                compiled.call("strings_lexicon", address, text, edges, len(self.words), seed)
            self._tables[compiled] = address
        return self._tables[compiled]


def in_order(strings: pa.Array) -> NDArray[np.int64]:
    """Return the places of some large strings in the order of their code points.

    Examples
    --------
    >>> in_order(pa.array(["windy", "wind", "rain"], pa.large_string())).tolist()
    [2, 1, 0]
    """
    compiled, n = kernels.load(), len(strings)
    if compiled is None or not n:
        return cast("Ints", pc.sort_indices(strings).to_numpy())  # of UTF-8's bytes, which is that of code points
    with compiled.blocks(*kernels.utf8(strings), 32 * n, 8 * n) as (text, spans, room, order):
        compiled.call("strings_sort", text, spans, n, room, order)
        return compiled.view(order, n, np.int64).copy()
