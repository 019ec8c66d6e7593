"""JSON, JSON lines and Parquet: records that carry their names with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from analysis.errors import InputError
from analysis.reading.columns import distinct, some
from analysis.reading.encodings import decode, looks_binary
from analysis.reading.files import File, open_file, read_bytes, read_part
from analysis.reading.rows import Batch, Log

__all__ = ["LIST_PATHS", "batches_of_lines", "is_plain_lines", "read_records"]

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


def batches_of_lines(
    file: File, lines: BinaryIO | list[bytes], batch_size: int | None, *, first: int = 1
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
            yield _batch(file, records, rows, log)
            records, rows, log = [], [], Log()
    if records or log.set_aside:
        yield _batch(file, records, rows, log)


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


def _batch(file: File, records: list[dict[str, Any]], rows: list[int | None], log: Log) -> Batch:
    names = list(dict.fromkeys(name for record in records for name in record))
    values = ([record.get(name) for record in records] for name in names)
    columns: dict[str, Sequence[Any]] = dict(zip(distinct(names), values, strict=True))
    return Batch([file.name] * len(records), rows, columns, log)


def _read_parquet(file: File, batch_size: int | None) -> Iterator[Batch]:
    import pyarrow as pa
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
