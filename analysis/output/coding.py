"""Coding sheets: what coders fill in, in Excel, LibreOffice or a CSV editor."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import OptionError
from analysis.reading.cells import in_cells, no_formula
from analysis.reading.coded import check_sample, checked_variables, told_apart
from analysis.resources import replacing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_coding_sheet"]

Code = str | int | float


def write_coding_sheet(
    sample: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    variables: Mapping[str, Sequence[Code]],
    coder: str | None = None,
) -> Path:
    """Write what a coder fills in: `coder, unit, text` and an empty column for each variable.

    Neither the outlet nor any score stands in it, and units are numbered in the order drawn. No cell is a formula: what
    begins like one has an apostrophe in front, which `read_coding_sheets` takes off.

    Parameters
    ----------
    sample
        From `coding_sample`.
    path
        `.xlsx`, with a list to choose each code from, a text of more than 32,767 characters going on in `text_2` …; or
        `.csv` (UTF-8). Written beside its place, then renamed; the same sample gives the same bytes.
    variables
        Each variable and its codes, numbers or words: `{"tone": [-1, 0, 1]}`.
    coder
        Whose units; all coders' in one sheet if not given.

    Raises
    ------
    OptionError
        If the ending is another, a name or code is not well formed, `sample` is another table or knows no such coder,
        or a sheet shows two units or coders alike.

    Examples
    --------
    >>> import pandas as pd, analysis, tempfile
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell.", "=1+1 is 2."]}))
    >>> drawn = analysis.coding_sample(corpus, n=2, coders=["Ann"], seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = analysis.write_coding_sheet(drawn, f"{folder}/ann.csv", variables={"wet": ["yes", "no"]})
    ...     print(path.read_text("utf-8-sig"), end="")
    coder,unit,text,wet
    Ann,u0001,Rain fell.,
    Ann,u0002,'=1+1 is 2.,
    """
    target = Path(path)
    codes = checked_variables(variables)
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise OptionError(f"{target.name}: a coding sheet is written as .xlsx or .csv; got {target.suffix!r}.")
    check_sample(sample)
    rows = [(name, str(row.unit), str(row.text)) for row in sample.itertuples() for name in str(row.coders).split("; ")]
    names = sorted({name for name, _, _ in rows})
    told_apart("coder", names)
    told_apart("unit", {unit for _, unit, _ in rows})
    if coder is not None and coder not in names:
        raise OptionError(f"`coder` must be one of {', '.join(map(repr, names))}; got {coder!r}.")
    rows = sorted((row for row in rows if coder in (None, row[0])), key=lambda row: row[:2])
    rows = [(no_formula(name), no_formula(unit), no_formula(text)) for name, unit, text in rows]
    data = _workbook(rows, codes) if target.suffix.lower() == ".xlsx" else _delimited(rows, codes)
    with replacing(target) as part:
        part.write_bytes(data)
    return target


def _delimited(rows: list[tuple[str, str, str]], variables: Mapping[str, Sequence[Code]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["coder", "unit", "text", *variables])
    writer.writerows([*row, *[""] * len(variables)] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # Excel takes UTF-8 without its mark for something else


def _workbook(rows: list[tuple[str, str, str]], variables: Mapping[str, Sequence[Code]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet, listed = book.add_worksheet("coding"), book.add_worksheet("codes")
    pieces = [in_cells(text) for _, _, text in rows]
    parts = max([1, *map(len, pieces)])
    header = ["coder", "unit", "text", *(f"text_{part + 1}" for part in range(1, parts)), *variables]
    for place, name in enumerate(header):
        sheet.write_string(0, place, name, bold)
    for number, ((coder, unit, _), texts) in enumerate(zip(rows, pieces, strict=True), 1):
        for place, cell in enumerate([coder, unit, *texts]):
            if cell:
                sheet.write_string(number, place, cell, wrapped)
        for place in range(2 + parts, len(header)):
            sheet.write_blank(number, place, None, wrapped)
    for place, (name, codes) in enumerate(variables.items()):
        listed.write_string(0, place, name, bold)
        for number, code in enumerate(codes, 1):
            if isinstance(code, str):
                listed.write_string(number, place, no_formula(code))
            else:
                listed.write_number(number, place, code)
        column = xlsxwriter.utility.xl_col_to_name(place)
        sheet.data_validation(
            1,
            2 + parts + place,
            max(len(rows), 1),
            2 + parts + place,
            {
                "validate": "list",
                "source": f"=codes!${column}$2:${column}${len(codes) + 1}",
                "error_title": name[:32],
                "error_message": "Choose a code from the list.",
            },
        )
    sheet.set_column(0, 1, 10)
    sheet.set_column(2, 1 + parts, 80)
    sheet.set_column(2 + parts, len(header) - 1, 16)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
