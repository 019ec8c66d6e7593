"""What a reader hands on: rows as they stand in the file, what was set aside and what was noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROBLEM_KINDS", "Batch", "Log"]

#: Kinds of `Corpus.set_aside` and `Corpus.notes` that are faults of the data: `strict=True` raises on them.
PROBLEM_KINDS = ("file", "row", "date")


@dataclass
class Log:
    """Entries for `Corpus.set_aside` and `Corpus.notes`.

    An entry is `(path, row, article, kind, words, ...)`, where `article` is the position of its article in the batch,
    or None where the entry is about no article that was read.

    Kinds of `set_aside`: `file` and `row` (could not be read), `front matter` (is not YAML), `header` (of the head, and
    in no column), `link`, `promotion` and `footer` (of the foot, or between paragraphs). Kinds of `notes`: `date` (not
    read), `row` (front matter not read, or fewer articles than an export lists), `export` (an article of an export
    lacks something), `archive` (of pages of an archive), `encoding`, `characters` (taken out or replaced), `mojibake`
    (repaired), `columns`, `sheet`, `metadata`, `outlet` (renamed or guessed), `article_id`.

    Examples
    --------
    >>> log = Log()
    >>> log.note("articles.csv", 3, 0, "date", "'published' is not a date")
    >>> log.problems()
    ["articles.csv, row 3: 'published' is not a date"]
    """

    set_aside: list[tuple[str, int | None, int | None, str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, int | None, int | None, str, str]] = field(default_factory=list)

    def aside(self, path: str, row: int | None, article: int | None, kind: str, reason: str, text: str = "") -> None:
        """Add one thing that was read and left out."""
        self.set_aside.append((path, row, article, kind, reason, text))

    def note(self, path: str, row: int | None, article: int | None, kind: str, message: str) -> None:
        """Add one thing that was read otherwise than written."""
        self.notes.append((path, row, article, kind, message))

    def shifted(self, by: int) -> Log:
        """The same entries for a batch whose articles begin at position `by` of a longer one."""
        return Log(
            [(p, r, None if a is None else a + by, *rest) for p, r, a, *rest in self.set_aside],  # type: ignore[misc]
            [(p, r, None if a is None else a + by, *rest) for p, r, a, *rest in self.notes],  # type: ignore[misc]
        )

    def extend(self, other: Log, *, by: int = 0) -> None:
        """Take over another log, its articles counted from position `by`."""
        moved = other.shifted(by) if by else other
        self.set_aside += moved.set_aside
        self.notes += moved.notes

    def problems(self) -> list[str]:
        """One line for each fault: file, row, what is wrong."""
        entries = [(p, r, words) for p, r, _, kind, words, _ in self.set_aside if kind in PROBLEM_KINDS]
        entries += [(p, r, words) for p, r, _, kind, words in self.notes if kind in PROBLEM_KINDS]
        ordered = sorted(entries, key=lambda entry: (entry[0], entry[1] or 0))
        return [f"{path}: {words}" if row is None else f"{path}, row {row}: {words}" for path, row, words in ordered]


@dataclass
class Batch:
    """Rows of one or more files under the files' own column names.

    Attributes
    ----------
    paths, rows
        For each row, its file as it is shown, and where it stands: the row of a sheet (the header is row 1), the line
        of a .jsonl, the position in a list (from 1).
    columns
        Name as written to one value for each row.
    log
        What was set aside and noted while these rows were read.
    guess_types
        True where every value is a string because the format has no types (.csv): extra columns of numbers become
        numbers.
    dates
        Position to the file and row where its date stands, if that is elsewhere.
    """

    paths: list[str]
    rows: list[int | None]
    columns: Mapping[str, Sequence[Any] | pd.Series[Any]]
    log: Log = field(default_factory=Log)
    guess_types: bool = False
    dates: dict[int, tuple[str, int | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.paths)
