"""Tables for people: CSV and Excel files in which a cell is never a formula, and the formats that programs read."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pandas as pd

from analysis.errors import OptionError

__all__ = ["WRITTEN_FORMATS", "write_table"]

WRITTEN_FORMATS = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")
_EXCEL_CELL = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def write_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a table; the ending of the name says how.

    `.csv`, `.tsv` and `.xlsx` are for people: text that a spreadsheet would take for a formula (it begins with
    ``= + - @``) gets an apostrophe in front, control characters are taken out, and in `.xlsx` a text longer than the
    32,767 characters of a cell goes on in columns `NAME_2`, `NAME_3` …. `.jsonl` and `.parquet` keep every character.

    Parameters
    ----------
    table
        Any table of the kit; its index is written as the first column if it has a name.
    path
        Written beside its place, then renamed.

    Raises
    ------
    OptionError
        If the ending is none of these.

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
    kind = target.suffix.lower()
    if kind not in WRITTEN_FORMATS:
        raise OptionError(
            f"{target.name}: a table is written as {', '.join(WRITTEN_FORMATS)}; got {kind or 'no ending'!r}."
        )
    flat = table.reset_index() if table.index.name else table
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=kind, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        if kind == ".parquet":
            flat.to_parquet(temporary, index=False)
        elif kind == ".jsonl":
            flat.to_json(temporary, orient="records", lines=True, force_ascii=False, date_format="iso")
        elif kind == ".xlsx":
            _write_excel(_for_people(flat), temporary)
        else:
            _for_people(flat).to_csv(temporary, index=False, sep="\t" if kind == ".tsv" else ",", lineterminator="\n")
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target


def _for_people(table: pd.DataFrame) -> pd.DataFrame:
    harmless = table.copy()
    for place in range(table.shape[1]):
        column = table.iloc[:, place]
        if pd.api.types.is_datetime64_any_dtype(column):
            harmless.isetitem(place, column.dt.strftime("%Y-%m-%d").to_numpy())
        elif not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            harmless.isetitem(place, column.map(_harmless, na_action="ignore").to_numpy())
    harmless.columns = [_harmless(str(name)) for name in table.columns]
    return harmless


def _harmless(value: object) -> str:
    text = _CONTROL.sub("", str(value))
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _write_excel(table: pd.DataFrame, path: Path) -> None:
    columns: dict[str, pd.Series] = {}
    for name in table.columns:
        column = table[name]
        longest = 0 if pd.api.types.is_numeric_dtype(column) else int(column.astype("str").str.len().max() or 0)
        if longest <= _EXCEL_CELL:
            columns[name] = column
            continue
        for part in range(-(-longest // _EXCEL_CELL)):
            piece = column.str.slice(part * _EXCEL_CELL, (part + 1) * _EXCEL_CELL)
            columns[name if part == 0 else f"{name}_{part + 1}"] = piece
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        pd.DataFrame(columns).to_excel(writer, sheet_name="table", index=False, freeze_panes=(1, 0))
