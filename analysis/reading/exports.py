"""Exports of databases that hold several articles in one file: told, so that none is taken for one long article."""

from __future__ import annotations

import re
from typing import Final

from analysis.errors import InputError

__all__ = ["check_single"]

_GAP = r"[^\S\n]{1,4}"
_OF = rf"\d{{1,6}}{_GAP}(?:of|sur|de|von){_GAP}\d{{1,6}}"
#: Whose export it is, and what each of its articles begins with, in the text or in the source of a page.
_BEGINNINGS: Final = (
    ("Nexis", re.compile(rf"(?:^|>)[^\S\n]{{0,80}}{_OF}{_GAP}DOCUMENTS?[^\S\n]{{0,80}}(?:<|$)", re.M)),
    ("ProQuest", re.compile(rf"^[^\S\n]{{0,80}}Document{_GAP}{_OF}[^\S\n]{{0,80}}$", re.M)),
    ("Factiva", re.compile(r'<div class="article (?:[a-z]{2})?Article"')),
    ("Europresse", re.compile(r'class="DocPublicationName"')),
)


def check_single(source: str) -> None:
    """Raise where a file of one article, text or page, is a database's export of several.

    Raises
    ------
    InputError
        With their number and what to do; the message is without the file's name.

    Examples
    --------
    >>> check_single("1 of 1 DOCUMENTS\\n\\nThe Gazette\\n\\nRain fell.")
    >>> try:
    ...     check_single("1 of 2 DOCUMENTS\\n\\nRain fell.\\n\\n2 of 2 DOCUMENTS\\n\\nThe wind rose.")
    ... except InputError as error:
    ...     print(str(error).partition(",")[0])
    holds 2 articles
    """
    for database, beginning in _BEGINNINGS:
        n = sum(1 for _ in beginning.finditer(source))
        if n > 1:
            raise InputError(
                f"holds {n:,} articles, as {database} exports them, which would be read as one. Export them as a table "
                "(.xlsx or .csv) with a row for each, or save each in a file of its own."
            )
