"""A `metadata.csv` beside files of one article each: its column `file` names them, the others describe them."""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.errors import InputError
from analysis.reading.columns import map_columns
from analysis.reading.elsewhere import Remote
from analysis.reading.encodings import decode
from analysis.reading.files import File, is_sidecar
from analysis.reading.rows import Log

__all__ = ["Sidecars"]

_NAME = "metadata.csv"


class Sidecars:
    """What the sidecars of some files say of them; a value there goes over what the file itself says.

    Parameters
    ----------
    files
        The files that are read. Their own folders are searched, and those above as far as the folder that was given.
    log
        Where sidecars that cannot be read, and rows about no file, are noted.
    """

    def __init__(self, files: Iterable[File], log: Log) -> None:
        files = list(files)
        known = {file.path for file in files if isinstance(file.path, Remote)}
        self._rows: dict[Path | Remote, tuple[dict[str, Any], str, int]] = {}
        folders: dict[Path | Remote, str] = {}
        for file in files:
            shown = file.name
            for folder in file.path.parents[: min(len(Path(file.name).parts), 4)]:
                shown = posixpath.dirname(shown)
                folders.setdefault(folder, posixpath.join(shown, _NAME))
        for folder, name in sorted(folders.items(), key=lambda item: (len(item[0].parts), str(item[0]))):
            if (folder / _NAME).is_file() and is_sidecar(folder / _NAME):
                try:
                    self._load(folder, name, log, known)
                except (OSError, InputError, csv.Error) as error:
                    log.aside(name, None, None, "file", f"cannot be read as a description of files: {error}")

    def of(self, file: File) -> tuple[dict[str, Any], str, int] | None:
        """The fields that a sidecar gives for a file, the sidecar's name and the row; None if there is none."""
        return self._rows.get(file.path.absolute())

    def _load(self, folder: Path | Remote, shown: str, log: Log, known: set[Remote]) -> None:
        text, message = decode((folder / _NAME).read_bytes())
        if message:
            log.note(shown, None, None, "encoding", message)
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = [name.strip() for name in next(rows, [])]
        at = [name.lower() for name in header].index("file")
        mapping = map_columns([name for position, name in enumerate(header) if position != at and name])
        ours = {theirs[0]: column for column, theirs in mapping.items()}
        for number, row in enumerate(rows, 2):
            if len(row) <= at or not row[at].strip():
                continue
            path = (folder / row[at].strip()).absolute()
            if path not in known and not path.exists():  # to ask for each of them elsewhere takes long
                log.note(shown, number, None, "metadata", f"{row[at].strip()!r} is not there")
            named = zip(header, row, strict=False)
            fields = {ours.get(name, name): value for name, value in named if name and name != header[at] and value}
            self._rows[path] = (fields, shown, number)
