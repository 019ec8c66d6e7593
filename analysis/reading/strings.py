"""Columns of strings as Arrow has them, and a first look at all of them: most need no second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels import load, utf8
from analysis.reading.languages import ENGLISH_WORDS, is_english

__all__ = [
    "CLOSER",
    "ENGLISH",
    "ODD",
    "UNCLEAN",
    "UNTIDY",
    "as_series",
    "as_strings",
    "blocks",
    "by_value",
    "look",
]

#: What `look` says of a text: `clean` may change it; it is English; it has odd characters; quality must look closer.
UNCLEAN, ENGLISH, ODD, CLOSER = 1, 2, 4, 8
_UNCLEAN = r"[\r\x00\x{fffd}ÃÂ]|â€|^\x{feff}"
#: A string that `encodings.clean`, or making one space of white space, may change.
UNTIDY: Final = (
    r"[\x00-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]|^ | $|  |" + _UNCLEAN
)
_ODD_CLASS: Final = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{ad}\x{200b}\x{2060}\x{feff}\x{fff9}-\x{fffd}\x{e000}-\x{f8ff}"
)
# So that what is copied to the kernel is still at hand when it is looked at.
_BLOCK_BYTES = 1 << 20
_SLOTS = 512

_V = TypeVar("_V")


def as_strings(values: Iterable[Any]) -> pa.Array | None:
    """Return a column as large strings, null where a value is missing; None if some value is no string or not UTF-8.

    Examples
    --------
    >>> as_strings(["Rain.", None]).to_pylist(), as_strings(["Rain.", 1])
    (['Rain.', None], None)
    """
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, pd.Series):
        if isinstance(values.dtype, pd.StringDtype):
            found = pa.array(values.array, pa.large_string())
            return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        if values.dtype != object:
            return None
    if not isinstance(values, (list, tuple, pd.Series)) or not set(map(type, values)) <= {str, type(None)}:
        return None
    try:
        return pa.array(values, pa.large_string())
    except UnicodeEncodeError:  # half a surrogate pair
        return None


def as_series(strings: pa.Array) -> pd.api.extensions.ExtensionArray:
    """Return large strings as an array of pandas' "str".

    Examples
    --------
    >>> as_series(pa.array(["Rain."], pa.large_string())).dtype
    <StringDtype(na_value=nan)>
    """
    made: pd.api.extensions.ExtensionArray = pd.array(strings, dtype="str")
    return made


def by_value(strings: pa.Array, function: Callable[[str], str | None]) -> pa.Array:
    """Return what a function makes of each distinct string; what is missing stays so.

    Examples
    --------
    >>> by_value(pa.array(["a", None, "a"], pa.large_string()), str.upper).to_pylist()
    ['A', None, 'A']
    """
    encoded = strings.dictionary_encode()
    made = pa.array(list(map(function, encoded.dictionary.to_pylist())), pa.large_string())
    return made.take(encoded.indices)


def blocks(texts: pa.Array) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.int64]]]:
    """Yield some texts at a time: which is the first of them, their bytes, and where each begins, with the end.

    Examples
    --------
    >>> [(begin, data.size, edges.tolist()) for begin, data, edges in blocks(pa.array(["no", "né"], pa.large_string()))]
    [(0, 5, [0, 2, 5])]
    """
    data, offsets = utf8(texts)
    begin = 0
    while begin < len(texts):
        end = int(np.searchsorted(offsets, offsets[begin] + _BLOCK_BYTES, side="right")) - 1
        end = min(max(end, begin + 1), len(texts))
        yield begin, data[offsets[begin] : offsets[end]], offsets[begin : end + 1] - offsets[begin]
        begin = end


def look(texts: pa.Array) -> NDArray[np.uint8]:
    """Say of each text what there is to say, all of it certain where it is not said.

    Parameters
    ----------
    texts
        Large strings, none missing.

    Returns
    -------
    ndarray of uint8
        Of each text the sum of `UNCLEAN` (`encodings.clean` may change it), `ENGLISH` (exactly where
        `languages.is_english` says so), `ODD` (exactly where it has odd characters) and `CLOSER` (`quality` may have
        more to report of it).

    Examples
    --------
    >>> look(pa.array(["The council said that it would not.", "Rain\\r"], pa.large_string())).tolist()
    [10, 9]
    """
    if not len(texts):
        return np.zeros(0, np.uint8)
    compiled = load()
    if compiled is None:
        return _look(texts)
    table = compiled.kept("reading.english", _english_table())
    said = np.empty(len(texts), np.uint8)
    for begin, data, edges in blocks(texts):
        n = len(edges) - 1
        with compiled.blocks(data, edges, n) as (text, where, out):
            compiled.call("reading_look", text, where, n, table, _SLOTS - 1, out)
            said[begin : begin + n] = compiled.view(out, n, np.uint8)
    return said


def _look(texts: pa.Array) -> NDArray[np.uint8]:
    """Do as `look` without kernels; quality then looks closer at all."""
    unclean = pc.match_substring_regex(texts, _UNCLEAN).to_numpy(zero_copy_only=False)
    odd = pc.match_substring_regex(texts, f"[{_ODD_CLASS}]").to_numpy(zero_copy_only=False)
    english = np.array([is_english(text) for text in texts.to_pylist()], np.bool_)
    said: NDArray[np.uint8] = (UNCLEAN * unclean + ENGLISH * english + ODD * odd + CLOSER).astype(np.uint8)
    return said


def odd_characters(texts: pa.Array) -> list[str]:
    """Return the odd characters of each text, one after the other.

    Examples
    --------
    >>> odd_characters(pa.array(["So\\u00adber\\u200b.", "Sober."])) == ["\\u00ad\\u200b", ""]
    True
    """
    found: list[str] = pc.replace_substring_regex(texts, f"[^{_ODD_CLASS}]+", "").to_pylist()
    return found


@cache
def _english_table() -> NDArray[np.uint64]:
    """Return the words of English, each as a number, where the kernel looks for them."""
    table = [0] * _SLOTS
    for word in sorted(ENGLISH_WORDS):
        number = int.from_bytes(word.encode().ljust(8, b"\0"), "little")
        slot = (number * 0x9E3779B97F4A7C15 % (1 << 64)) >> 40 & _SLOTS - 1
        while table[slot]:
            slot = (slot + 1) % _SLOTS
        table[slot] = number
    return np.array(table, np.uint64)
