"""JSON, JSON lines and Parquet: records that carry their names with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.kernels import load
from analysis.reading.columns import distinct, some
from analysis.reading.encodings import decode, looks_binary
from analysis.reading.files import File, open_file, read_bytes, read_part
from analysis.reading.rows import Batch, Log
from analysis.reading.strings import as_series, as_strings

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["LIST_PATHS", "batch_of_lines", "batches_of_lines", "is_plain_lines", "read_records"]

#: Where in a JSON object the list of articles is looked for, in this order; then any one list of objects.
LIST_PATHS = (
    ("articles",),
    ("response", "docs"),
    ("response", "results"),
    ("data",),
    ("results",),
    ("docs",),
    ("documents",),
    ("items",),
    ("stories",),
)
_ARTICLE_KEYS = {"text", "body", "content", "fulltext", "full_text", "article_text", "maintext", "title", "headline"}
_SHOWN = 500
# Lines are made light in blocks that stay at hand meanwhile; strings of as many bytes (lines.c) are taken out.
_BLOCK_BYTES = 1 << 20
_LONG = 256


def read_records(file: File, batch_size: int | None) -> Iterator[Batch]:
    """Read a .json, .jsonl, .ndjson or .parquet file.

    Parameters
    ----------
    file
        The file.
    batch_size
        Rows in a batch; None for the whole file. A .json is held in memory whole; the others are streamed.

    Raises
    ------
    InputError
        If the file as a whole cannot be read; the message is without its name.
    """
    if file.ending == ".parquet":
        yield from _read_parquet(file, batch_size)
    elif file.ending == ".json":
        yield from _read_json(file, read_bytes(file), batch_size)
    else:
        with open_file(file) as stream:
            start = stream.peek(4096) if hasattr(stream, "peek") else b""
            if looks_binary(start):
                decode(start)  # says what it is
            if start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[1:2] == b"\0":
                text, _ = decode(stream.read())
                yield from batches_of_lines(
                    file, text.encode("utf-8", "surrogatepass").splitlines(keepends=True), batch_size
                )
            elif start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
                yield from _read_json(file, stream.read(), batch_size)
            else:
                yield from batches_of_lines(file, stream, batch_size)


def is_plain_lines(file: File) -> bool:
    """Whether a file holds JSON lines that can be read from the middle: neither packed nor in another encoding."""
    if file.path.suffix.lower() not in (".jsonl", ".ndjson"):
        return False
    try:
        start = read_part(file, 0, 4096)
    except OSError:  # said by whoever reads it
        return False
    return start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and start[1:2] != b"\0"


class _Light:
    """Lines without their long strings, in whose places stand a mark and a number."""

    def __init__(self, data: bytes, compiled: Kernels) -> None:
        self._data = data
        # A mark that nobody can know before, so that no file has it.
        self._mark = os.urandom(16).hex()
        mark = np.frombuffer(self._mark.encode(), np.uint8)
        light: list[bytes] = []
        edges: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
        long = np.empty(len(data), np.uint8)
        begin = n = n_bytes = 0
        while begin < len(data):
            end = _end_of_block(data, begin)
            block = np.frombuffer(data, np.uint8, end - begin, begin)
            room = (len(block), len(block) + 16, 8, 8 * (len(block) // _LONG + 1))
            with compiled.blocks(block, mark, *room) as (lines, sign, thin, heap, thin_size, ends):
                found = compiled.call("lines_lighten", lines, len(block), sign, n, thin, thin_size, heap, ends)
                light.append(compiled.view(thin, int(compiled.view(thin_size, 1, np.int64)[0]), np.uint8).tobytes())
                edges.append(compiled.view(ends, found, np.int64) + n_bytes)
                top = int(edges[-1][-1]) if found else n_bytes
                long[n_bytes:top] = compiled.view(heap, top - n_bytes, np.uint8)
            begin, n, n_bytes = end, n + found, top
        self.lines = b"".join(light).split(b"\n")
        self._long = pa.LargeStringArray.from_buffers(
            n, pa.py_buffer(np.concatenate(edges)), pa.py_buffer(long[:n_bytes])
        )

    @cached_property
    def whole(self) -> list[bytes]:
        """The lines as they are in the file."""
        return self._data.split(b"\n")

    def restored(self, values: list[Any]) -> list[Any] | pd.Series[Any]:
        """Return a column with its long strings."""
        strings = as_strings(values)
        if strings is None:
            return [self._restored(value) for value in values]
        if strings.null_count == len(strings):
            return values
        marked = pc.starts_with(strings, self._mark)
        if not pc.any(marked).as_py():
            return pd.Series(as_series(strings))
        marked = marked.fill_null(False)
        numbers = pc.utf8_slice_codeunits(strings.filter(marked), len(self._mark)).cast(pa.int64()).to_numpy()
        if len(numbers) == len(strings) and (np.diff(numbers) == 1).all():
            strings = self._long.slice(int(numbers[0]), len(numbers))
        else:
            places = np.arange(len(strings)) + len(self._long)
            places[marked.to_numpy(zero_copy_only=False)] = numbers
            strings = pa.concat_arrays([self._long, strings]).take(pa.array(places))
        return pd.Series(as_series(strings))

    def _restored(self, value: Any) -> Any:
        marked = isinstance(value, str) and value.startswith(self._mark)
        return self._long[int(value[len(self._mark) :])].as_py() if marked else value


def _end_of_block(data: bytes, begin: int) -> int:
    """Return where a block of whole lines ends."""
    most = begin + _BLOCK_BYTES
    if most >= len(data):
        return len(data)
    return data.rfind(b"\n", begin, most) + 1 or data.find(b"\n", most) + 1 or len(data)


def batch_of_lines(file: File, data: bytes, *, first: int) -> Batch:
    """Read the JSON lines of a part of a file, the first of which is line `first`."""
    compiled = load()
    data = data.removeprefix(b"\xef\xbb\xbf") if first == 1 else data
    light = None if compiled is None else _Light(data, compiled)
    lines = data.split(b"\n") if light is None else light.lines
    found = list(batches_of_lines(file, lines, None, first=first, light=light))
    return found[0] if found else Batch([], [], {})


def batches_of_lines(
    file: File, lines: BinaryIO | list[bytes], batch_size: int | None, *, first: int = 1, light: _Light | None = None
) -> Iterator[Batch]:
    """Read JSON lines, the first of which is line `first` of its file."""
    records: list[dict[str, Any]] = []
    rows: list[int | None] = []
    log = Log()
    noted: set[str] = set()
    for number, line in enumerate(lines, first):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            try:
                record, message = orjson.loads(line), None
            except orjson.JSONDecodeError:
                line = line if light is None else light.whole[number - first]
                record, message = _loads(line)
            if not isinstance(record, dict):
                raise InputError(f"is a JSON {_kind(record)}, not an object with the columns of one article.")
        except InputError as error:
            log.aside(file.name, number, None, "row", str(error), line[:_SHOWN].decode("utf-8", "replace").strip())
            continue
        if message and message not in noted:  # once, with the first such line
            log.note(file.name, number, None, "encoding", message)
            noted.add(message)
        records.append(record)
        rows.append(number)
        if batch_size and len(records) >= batch_size:
            yield _batch(file, records, rows, log, light)
            records, rows, log = [], [], Log()
    if records or log.set_aside:
        yield _batch(file, records, rows, log, light)


def _loads(data: bytes) -> tuple[Any, str | None]:
    """Decode JSON, the slow way where it holds NaN, half a surrogate pair or other bytes than UTF-8; what to note."""
    try:
        return orjson.loads(data), None
    except orjson.JSONDecodeError as error:
        try:
            text, message = decode(data)
            return json.loads(text), message
        except (ValueError, RecursionError, InputError):
            raise InputError(f"is not JSON: {error.msg}, at character {error.pos + 1}.") from error


def _read_json(file: File, data: bytes, batch_size: int | None) -> Iterator[Batch]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = decode(data)[0].encode("utf-8", "surrogatepass")
        found, message = _loads(data)
    except InputError:
        if looks_binary(data):
            decode(data)
        first, _, rest = data.lstrip().partition(b"\n")
        if rest.strip() and first.strip().endswith(b"}"):  # JSON lines under the name .json
            yield from batches_of_lines(file, data.splitlines(keepends=True), batch_size)
            return
        raise
    records = _find_list(found)
    log = Log()
    if message:
        log.note(file.name, None, None, "encoding", message)
    kept: list[dict[str, Any]] = []
    rows: list[int | None] = []
    for number, record in enumerate(records, 1):
        if isinstance(record, dict):
            kept.append(record)
            rows.append(number)
        else:
            words = f"is a JSON {_kind(record)}, not an object with the columns of one article."
            log.aside(file.name, number, None, "row", words, str(record)[:_SHOWN])
    step = batch_size or max(len(kept), 1)
    for start in range(0, len(kept), step):
        yield _batch(file, kept[start : start + step], rows[start : start + step], log)
        log = Log()
    if not kept and log.set_aside:
        yield _batch(file, [], [], log)


def _find_list(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        raise InputError(f"holds a JSON {_kind(found)}, not a list of articles.")
    for path in LIST_PATHS:
        inner: Any = found
        for name in path:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            return inner
    if _ARTICLE_KEYS & {str(name).lower() for name in found}:
        return [found]
    lists = {
        name: value for name, value in found.items() if isinstance(value, list) and value and isinstance(value[0], dict)
    }
    if len(lists) == 1:
        return next(iter(lists.values()))
    its = f"Its names are {some(list(map(str, found)))}" if found else "It is empty"
    raise InputError(f"is a JSON object without a list of articles. {its}. Save the list by itself.")


def _kind(value: object) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "number")


def _batch(
    file: File, records: list[dict[str, Any]], rows: list[int | None], log: Log, light: _Light | None = None
) -> Batch:
    names = list(dict.fromkeys(name for record in records for name in record))
    values = ([record.get(name) for record in records] for name in names)
    filled = values if light is None else map(light.restored, values)
    columns: dict[str, Sequence[Any] | pd.Series[Any]] = dict(zip(distinct(names), filled, strict=True))
    return Batch([file.name] * len(records), rows, columns, log)


def _read_parquet(file: File, batch_size: int | None) -> Iterator[Batch]:
    import pyarrow.parquet as pq

    packed = file.path.suffix.lower() != ".parquet"
    try:
        # Parquet is read from its end: a packed one must be unpacked first.
        source: Any = pa.BufferReader(read_bytes(file)) if packed else file.path
        with ExitStack() as opened:
            if not packed and not isinstance(file.path, Path):
                source = opened.enter_context(file.path.open("rb"))
            parquet = pq.ParquetFile(source)
            opened.callback(parquet.close)
            seen = 0
            for piece in parquet.iter_batches(batch_size=batch_size or max(parquet.metadata.num_rows, 1)):
                frame = pa.Table.from_batches([piece]).to_pandas(ignore_metadata=True)
                rows: list[int | None] = list(range(seen + 1, seen + len(frame) + 1))
                seen += len(frame)
                names = distinct(map(str, frame.columns))
                columns = {name: frame.iloc[:, place] for place, name in enumerate(names)}
                yield Batch([file.name] * len(frame), rows, columns)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"is not a Parquet file that can be read: {error}. Save it again.") from error
