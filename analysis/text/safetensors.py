"""Arrays in one file that holds nothing else: the format of safetensors, read with every bound checked, and written.

A file is eight bytes (the header's length, little-endian), a header of JSON (name to type, shape and place) and the
arrays' bytes. Nothing in it can be run, which is why models are kept in it and never in a pickle.
Format: that of the project safetensors, as of version 0.4.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError

__all__ = ["read_safetensors", "safetensors_bytes"]

_MOST_HEADER = 100_000_000
_MOST_AXES = 8
_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "U8": "|u1",
    "BOOL": "|b1",
}
_CODES = {np.dtype(kind): code for code, kind in _TYPES.items() if code != "BF16"}

Arrays = dict[str, NDArray[Any]]


def read_safetensors(path: Path) -> Arrays:
    """Read every array of a file; bfloat16 becomes float32.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Name to array, in the order of the header. The arrays are read-only.

    Raises
    ------
    InputError
        If the file cannot be read or is not well formed: which array, and what is wrong with it.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "two.safetensors"
    >>> _ = path.write_bytes(safetensors_bytes({"a": np.arange(3.0), "b": np.zeros((2, 0), np.int64)}))
    >>> {name: (array.dtype.name, array.shape) for name, array in read_safetensors(path).items()}
    {'a': ('float64', (3,)), 'b': ('int64', (2, 0))}
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(data) < 8:
        raise InputError(f"{path.name} is no safetensors file: it has {len(data)} bytes.")
    length = int.from_bytes(data[:8], "little")
    if length > min(len(data) - 8, _MOST_HEADER):
        raise InputError(f"{path.name} is no safetensors file: its header would be {length:,} bytes of {len(data):,}.")
    try:
        header = json.loads(data[8 : 8 + length].decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(f"{path.name} is no safetensors file: its header is not JSON.") from None
    if not isinstance(header, dict):
        raise InputError(f"{path.name} is no safetensors file: its header is not a table of arrays.")
    body = memoryview(data)[8 + length :]
    return {name: _array(path.name, name, told, body) for name, told in header.items() if name != "__metadata__"}


def _array(file: str, name: str, told: Any, body: memoryview) -> NDArray[Any]:
    kind, shape, place = (
        told.get(key) if isinstance(told, dict) else None for key in ("dtype", "shape", "data_offsets")
    )
    if not isinstance(kind, str) or kind not in _TYPES:
        raise InputError(f"{file}: array {name!r} has the type {kind!r}; known are {', '.join(_TYPES)}.")
    if not _are_sizes(shape) or len(shape) > _MOST_AXES or not _are_sizes(place) or len(place) != 2:
        raise InputError(f"{file}: array {name!r} has no shape or place that can be read.")
    begin, end = place
    dtype = np.dtype(_TYPES[kind])
    if not begin <= end <= len(body) or end - begin != math.prod(shape) * dtype.itemsize:
        raise InputError(
            f"{file}: array {name!r} of shape {tuple(shape)} cannot lie in bytes {begin:,} to {end:,} of "
            f"{len(body):,}. The file is cut short or damaged; copy it again."
        )
    array = np.frombuffer(body[begin:end], dtype).reshape(shape)
    return (array.astype(np.uint32) << 16).view(np.float32) if kind == "BF16" else array


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**48 for one in value)


def safetensors_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a file's bytes; the same arrays give the same bytes.

    Raises
    ------
    KeyError
        If an array is of a type that the format does not have.

    Examples
    --------
    >>> len(safetensors_bytes({"a": np.zeros(2, np.float32)})) % 8
    0
    """
    header: dict[str, Any] = {}
    parts, place = [], 0
    # The widest types first, so that every array begins where its type may.
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": _CODES[np.dtype(array.dtype)],
            "shape": list(array.shape),
            "data_offsets": [place, place + len(data)],
        }
        parts.append(data)
        place += len(data)
    told = json.dumps(header, separators=(",", ":")).encode()
    told += b" " * (-len(told) % 8)
    return b"".join([len(told).to_bytes(8, "little"), told, *parts])
