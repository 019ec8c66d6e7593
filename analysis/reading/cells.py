"""What a cell of a sheet may hold: text that no spreadsheet takes for a formula, and the text that it was."""

from __future__ import annotations

import re

__all__ = ["EXCEL_CELL", "as_it_was", "in_cells", "no_formula"]

#: Characters that a cell of Excel holds.
EXCEL_CELL = 32_767

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: What a spreadsheet calculates, or an apostrophe before it, which is doubled so that it comes back.
_FORMULA = re.compile(r"'*(?:[\t\n]|\s*[=+\-@＝＋－＠])")  # the wide signs count too


def no_formula(text: str) -> str:
    r"""Return a text as a sheet shows it: without control characters, and with an apostrophe before a formula.

    A formula begins with ``= + - @`` (or one of their wide forms), whatever white space stands before, or with a tab or
    a line break. Line breaks are all ``\n``: a bare ``\r`` would end a row of a CSV file and begin a new cell.

    Examples
    --------
    >>> no_formula("=1+1"), no_formula(" @cmd"), no_formula("Rain fell.")
    ("'=1+1", "' @cmd", 'Rain fell.')
    """
    plain = _CONTROL.sub("", text.encode("utf-8", "replace").decode()).replace("\r\n", "\n").replace("\r", "\n")
    return f"'{plain}" if _FORMULA.match(plain) else plain


def as_it_was(cell: str) -> str:
    r"""Return the text of which `no_formula` made a cell; its line breaks are ``\n``.

    Examples
    --------
    >>> as_it_was("'=1+1"), as_it_was("''=1+1"), as_it_was("'Tis rain.")
    ('=1+1', "'=1+1", "'Tis rain.")
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


def in_cells(cell: str) -> list[str]:
    """Return what `no_formula` gave in pieces that a cell of Excel holds, none of them a formula.

    Examples
    --------
    >>> [len(piece) for piece in in_cells("a" * 32_766 + "=1+1")], in_cells("a" * 32_766 + "=1+1")[1]
    ([32766, 5], "'=1+1")
    """
    size = EXCEL_CELL - 1  # room for the apostrophe
    return [cell[:size], *(no_formula(cell[start : start + size]) for start in range(size, len(cell), size))]
