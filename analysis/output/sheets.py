"""Tables for people: CSV and Excel files in which a cell is never a formula, and the formats that programs read."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd

from analysis.errors import OptionError
from analysis.reading.cells import EXCEL_CELL, in_cells, no_formula
from analysis.resources import replacing

__all__ = ["WRITTEN_FORMATS", "check_ending", "write_table"]

WRITTEN_FORMATS = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")
_EXCEL_ROWS, _EXCEL_COLUMNS = 1_048_576, 16_384


def write_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a table; the ending of the name says how.

    `.csv`, `.tsv` and `.xlsx` are for people: text that a spreadsheet would take for a formula (it begins with
    ``= + - @``, a tab or a line break) gets an apostrophe in front, control characters are taken out, and in
    `.xlsx` a text longer than the 32,767 characters of a cell goes on in columns `NAME_2`, `NAME_3` …. `.jsonl` and
    `.parquet` keep every character.

    Parameters
    ----------
    table
        Any table of the kit; its index is written as the first column if it has a name.
    path
        Written beside its place, then renamed.

    Raises
    ------
    OptionError
        If the ending is none of these, or the table is larger than an Excel sheet.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_table(pd.DataFrame({"title": ["=1+1", "Rain"]}), f"{folder}/x.csv").read_text())
    title
    '=1+1
    Rain
    <BLANKLINE>
    """
    target = Path(path)
    kind = check_ending(target)
    flat = table.reset_index() if table.index.name else table
    if kind == ".xlsx" and (len(flat) >= _EXCEL_ROWS or len(flat.columns) > _EXCEL_COLUMNS):
        raise OptionError(
            f"{target.name}: {len(flat):,} rows and {len(flat.columns):,} columns do not fit into an Excel sheet. "
            "Write .csv or .parquet."
        )
    with replacing(target) as part:
        if kind == ".parquet":
            _plain(flat).to_parquet(part, index=False)
        elif kind == ".jsonl":
            _plain(flat).to_json(part, orient="records", lines=True, force_ascii=False, date_format="iso")
        elif kind == ".xlsx":
            _write_excel(_for_people(flat), part)
        else:
            _for_people(flat).to_csv(part, index=False, sep="\t" if kind == ".tsv" else ",", lineterminator="\n")
    return target


def check_ending(path: Path) -> str:
    """Return the ending of a name if a table can be written so.

    Raises
    ------
    OptionError
        If it cannot.
    """
    kind = path.suffix.lower()
    if kind not in WRITTEN_FORMATS:
        raise OptionError(
            f"{path.name}: a table is written as {', '.join(WRITTEN_FORMATS)}; got {kind or 'no ending'!r}."
        )
    return kind


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with columns as strings that no format has a type for: numbers among words, any objects."""
    import pyarrow as pa

    plain = table.copy()
    for place in range(len(table.columns)):
        column = table.iloc[:, place]
        try:
            if column.dtype.kind == "c" or isinstance(column.dtype, pd.PeriodDtype):
                raise pa.ArrowNotImplementedError
            kind = pa.array(column, from_pandas=True).type
            strings = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
        except (pa.ArrowException, OverflowError, UnicodeEncodeError):
            strings = True
        if strings:
            plain.isetitem(place, column.map(_string, na_action="ignore").to_numpy())
    return plain


def _string(value: object) -> str:
    """Return any object as a string that a file can hold."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.encode("utf-8", "replace").decode()


def _for_people(table: pd.DataFrame) -> pd.DataFrame:
    harmless = table.copy()
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if pd.api.types.is_datetime64_any_dtype(column):
            harmless.isetitem(place, column.dt.strftime("%Y-%m-%d").to_numpy())
        elif not _is_number(column):
            harmless.isetitem(place, column.map(_cell, na_action="ignore").to_numpy())
    harmless.columns = [no_formula(str(name)) for name in table.columns]
    return harmless


def _is_number(column: pd.Series) -> bool:
    if column.dtype.kind == "c":  # complex numbers, which spreadsheets do not have
        return False
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def _cell(value: object) -> str:
    return no_formula(_string(value))


def _write_excel(table: pd.DataFrame, path: Path) -> None:
    columns: list[pd.Series] = []
    names: list[str] = []
    for place, name in enumerate(table.columns):
        column = table.iloc[:, place]
        longest = 0 if _is_number(column) else max(map(len, column.dropna()), default=0)
        pieces = column.map(in_cells, na_action="ignore") if longest > EXCEL_CELL - 1 else pd.Series(dtype="object")
        parts = max(map(len, pieces.dropna()), default=1)
        columns += [column] if parts == 1 else [_part(pieces, number) for number in range(parts)]
        names += [str(name), *(f"{name}_{number + 1}" for number in range(1, parts))]
    flat = pd.concat(columns, axis=1) if columns else table
    flat.columns = names
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        # Not the time of writing: the same table gives the same bytes.
        writer.book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        flat.to_excel(writer, sheet_name="table", index=False, freeze_panes=(1, 0))


def _part(pieces: pd.Series, number: int) -> pd.Series:
    return pieces.map(lambda each: each[number] if number < len(each) else None, na_action="ignore")
