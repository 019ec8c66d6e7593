"""Tables: .csv, .tsv and .xlsx. A row is counted as a spreadsheet counts it: the header is row 1."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analysis.errors import InputError
from analysis.reading.columns import distinct, map_columns, suggest
from analysis.reading.encodings import decode, looks_binary
from analysis.reading.files import MAX_BYTES, File, open_file, read_bytes
from analysis.reading.rows import Batch, Log

__all__ = ["encoding_of", "read_sheet"]

_DELIMITERS = ",;\t|"
_SHOWN = 500
_MAX_ROWS_AT_ONCE = 1 << 20


def read_sheet(file: File, batch_size: int | None, columns: Mapping[str, str] | None) -> Iterator[Batch]:
    """Read a .csv, .tsv or .xlsx file.

    The delimiter of a .csv (comma, semicolon, tab or bar) is the one that gives its header the most known names.
    Rows with more or fewer cells than the header are set aside with their numbers; empty rows are passed over. Of a
    workbook the first sheet with a column of text is read, the others are noted.

    Raises
    ------
    InputError
        If the file as a whole cannot be read; the message is without its name.
    """
    if file.ending == ".xlsx":
        yield from _read_workbook(file, batch_size, columns)
        return
    # The limit is the process's, not the reader's: 128 KB by default, less than a long article.
    before = csv.field_size_limit(min(sys.maxsize, MAX_BYTES))
    try:
        yield from _read_text(file, batch_size, columns)
    finally:
        csv.field_size_limit(before)


def _read_text(file: File, batch_size: int | None, columns: Mapping[str, str] | None) -> Iterator[Batch]:
    encoding, message = encoding_of(file)
    with open_file(file) as raw:
        if encoding is None:
            stream: io.TextIOBase = io.StringIO(decode(raw.read())[0], newline="")
        else:
            stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
        first = True
        for batch in _read_delimited(file, stream, batch_size, columns):
            if first and message:
                batch.log.note(file.name, None, None, "encoding", message)
            first = False
            yield batch


def encoding_of(file: File) -> tuple[str | None, str | None]:
    """The encoding to stream a file in, or None to decode it whole; and what to note."""
    with open_file(file) as stream:
        start = stream.read(1 << 16)
        what = looks_binary(start)
        if what:
            raise InputError(f"is not text: {what}. Convert it to text first, or leave it out.")
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if start.startswith(mark):
                return name, None
        decoder = codecs.getincrementaldecoder("utf-8")()
        block = start
        try:
            while block:
                decoder.decode(block)
                block = stream.read(1 << 22)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            pass
        else:
            if start.count(0) * 4 < len(start) or not start:
                return "utf-8", None
    return None, decode(read_bytes(file))[1]


def _read_delimited(
    file: File, stream: io.TextIOBase, batch_size: int | None, columns: Mapping[str, str] | None
) -> Iterator[Batch]:
    lines = iter(stream)
    offset = 0
    head = next(lines, "")
    delimiter = "\t" if file.ending == ".tsv" else None
    if declared := re.fullmatch(r"sep=(.)\s*", head):  # Excel's own first line
        delimiter, offset, head = declared[1], 1, next(lines, "")
    while head and not head.strip():  # empty rows above the header
        offset, head = offset + 1, next(lines, "")
    delimiter = delimiter or _sniff(head, columns)
    reader = csv.reader(_without_nul(_chain(head, lines)), delimiter=delimiter, skipinitialspace=False)
    try:
        header = next(reader, [])
        yield from _rows_to_batches(file, header, reader, 2 + offset, batch_size, guess_types=True)
    except csv.Error as error:
        raise InputError(f"is not a table that can be read: {error}. Save it again as CSV.") from error


def _chain(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    """Python 3.11's csv has trouble with NUL characters in some builds; `clean` takes them out later anyway."""
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line


def _sniff(head: str, columns: Mapping[str, str] | None) -> str:
    def worth(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([head], delimiter=delimiter), [])
        return len(map_columns([name.strip() for name in names], columns)), len(names)

    return max(_DELIMITERS, key=worth)


def _rows_to_batches(
    file: File,
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    first_row: int,
    batch_size: int | None,
    *,
    guess_types: bool,
) -> Iterator[Batch]:
    names = _names(header)
    width = len(names)
    log = Log()
    if len(header) > width:
        log.note(file.name, 1, None, "columns", "the header ends in empty cells, which were passed over")
    cells: list[Sequence[Any]] = []
    numbers: list[int | None] = []
    begun = False
    for number, row in enumerate(rows, first_row):
        if len(row) != width:
            row = _trimmed(row, width)
        if not any(cell not in (None, "") for cell in row):
            continue
        if len(row) != width:
            words = f"has {len(row)} cells where the header has {width}: is a quotation mark or a delimiter amiss?"
            log.aside(file.name, number, None, "row", words, " | ".join(map(str, row))[:_SHOWN])
            continue
        cells.append(row)
        numbers.append(number)
        if batch_size and len(cells) >= batch_size:
            yield _sheet_batch(file, names, cells, numbers, log, guess_types)
            cells, numbers, log, begun = [], [], Log(), True
    if cells or log.set_aside or not begun:
        yield _sheet_batch(file, names, cells, numbers, log, guess_types)


def _names(header: Sequence[Any]) -> list[str]:
    """The header's names: trimmed, empty ones at its end dropped, others begun, repeats told apart."""
    names = ["" if name is None else str(name).strip() for name in header]
    while names and not names[-1]:
        names.pop()
    return distinct(name or f"column {position}" for position, name in enumerate(names, 1))


def _trimmed(row: Sequence[Any], width: int) -> Sequence[Any]:
    """The row without empty cells beyond the header's last."""
    end = len(row)
    while end > width and row[end - 1] in (None, ""):
        end -= 1
    return row[:end]


def _sheet_batch(
    file: File, names: list[str], cells: list[Sequence[Any]], numbers: list[int | None], log: Log, guess_types: bool
) -> Batch:
    by_column = list(zip(*cells, strict=True)) if cells else [()] * len(names)
    columns: dict[str, Sequence[Any]] = {
        name: [None if cell == "" else cell for cell in column] for name, column in zip(names, by_column, strict=True)
    }
    return Batch([file.name] * len(cells), numbers, columns, log, guess_types)


def _read_workbook(file: File, batch_size: int | None, columns: Mapping[str, str] | None) -> Iterator[Batch]:
    import openpyxl

    data = io.BytesIO(read_bytes(file))
    try:
        with zipfile.ZipFile(data) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > MAX_BYTES:
            raise InputError(f"unpacks to {size >> 30} GB. Save it as .csv or .parquet.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which are not read
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise InputError(f"is not an .xlsx workbook that can be read: {error}. Save it again.") from error
    try:
        yield from _read_first_sheet(file, book, batch_size, columns)
    finally:
        book.close()


def _read_first_sheet(
    file: File, book: Any, batch_size: int | None, columns: Mapping[str, str] | None
) -> Iterator[Batch]:
    seen: list[str] = []
    chosen = None
    for sheet in book.worksheets:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # some programs write wrong ones
        header = next(sheet.iter_rows(values_only=True), ())
        names = _names(header)
        seen += [name for name in names if name not in seen]
        if "text" in map_columns(names, columns):
            chosen = sheet
            break
    if chosen is None:
        raise InputError(suggest(seen))
    others = [sheet.title for sheet in book.worksheets if sheet is not chosen]
    rows = ([_cell(value) for value in row] for row in chosen.iter_rows(min_row=2, values_only=True))
    first = True
    for batch in _rows_to_batches(file, header, _padded(rows, len(_names(header))), 2, batch_size, guess_types=False):
        if first and others:
            message = f"only the sheet {chosen.title!r} was read, not {', '.join(map(repr, others))}"
            batch.log.note(file.name, None, None, "sheet", message)
        first = False
        yield batch


def _padded(rows: Iterable[list[Any]], width: int) -> Iterator[list[Any]]:
    """A workbook leaves out the empty cells at the end of a row."""
    for row in rows:
        yield row + [None] * (width - len(row)) if len(row) < width else row


def _cell(value: Any) -> Any:
    """What Excel writes for a carriage return is one."""
    if isinstance(value, str) and "_x000D_" in value:
        return value.replace("_x000D_\n", "\n").replace("_x000D_", "\n")
    return value
