"""Where the tables of partitions are kept: a folder that survives being killed, or memory.

A partition's files are written under temporary names and renamed; its record, `partitions/00000.json`, is written
last and holds the size and the hash of each file. A file counts only if a record vouches for it, so whatever moment
a run dies at, the next one sees whole tables or none.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.errors import TablesError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "ASIDE",
    "FORMAT",
    "MANIFEST",
    "Folder",
    "Memory",
    "Record",
    "Saved",
    "fingerprint",
    "part_columns",
    "part_path",
    "read_part",
    "unsealed",
]

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
RECORDS: Final = "partitions"
_LOCK = ".lock"
_NEW = ".new"
_SEAL = "seal"
_PART = re.compile(r"part-(\d{5,})\.parquet")
_RECORD = re.compile(r"(\d{5,})\.json")
#: A partition whose place is wanted by another waits from this number on until its own place is known.
ASIDE: Final = 1_000_000
#: File systems without locks, such as some of clusters: there, nothing keeps two runs apart.
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}


@dataclass(frozen=True)
class Saved:
    """A file as it was written: the key of what it was made with, its rows, size and hash."""

    key: str
    rows: int
    size: int
    hash: str


@dataclass(frozen=True)
class Record:
    """What a partition is of, and its files by table.

    Attributes
    ----------
    piece
        Key of the piece of the input.
    digest
        Digest of the piece's bytes.
    n_articles, n_bytes, n_failed
        Articles in the tables, bytes of the input, and articles that could not be measured.
    retry
        Whether the piece could not be read for a reason that may pass, so that the next run tries again.
    """

    piece: str
    digest: str
    n_articles: int
    n_bytes: int
    n_failed: int = 0
    retry: bool = False
    tables: dict[str, Saved] = field(default_factory=dict)


def part_path(table: str, number: int) -> str:
    """Return where a partition's part of a table lies.

    Examples
    --------
    >>> part_path("framing", 3)
    'framing/part-00003.parquet'
    """
    return f"{table}/part-{number:05d}.parquet"


def read_part(store: Folder | Memory, name: str, number: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a partition's part of a table."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(store.open(part_path(name, number))) as file:  # `read_table` takes far longer to begin
        return file.read(columns=None if columns is None else list(columns), use_threads=False)


def part_columns(store: Folder | Memory, name: str, number: int) -> list[str]:
    """Return the names of the columns of a partition's part of a table."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(store.open(part_path(name, number))) as file:
        names: list[str] = file.schema_arrow.names
    return names


def fingerprint(data: bytes | memoryview) -> str:
    """Return the hash of a file's bytes: 32 hex digits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def as_json(value: Any) -> bytes:
    """Return JSON as bytes."""
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode("utf-8", "replace")


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return JSON with the hash of its content, so that it is seen if it was changed since."""
    return as_json({**content, _SEAL: fingerprint(as_json(content))})


def unsealed(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was sealed; None if it is not as it was written.

    Examples
    --------
    >>> found = json.loads(sealed({"n": 1}))
    >>> unsealed(found), unsealed(found | {"n": 2})
    ({'n': 1}, None)
    """
    content = {name: value for name, value in found.items() if name != _SEAL}
    return content if found.get(_SEAL) == fingerprint(as_json(content)) else None


class Memory:
    """Keeps tables of one run; nothing is written to disk."""

    folder: Path | None = None

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Keep files."""
        self._files |= files

    def open(self, path: str) -> Any:
        """Return what Parquet reads from.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        """
        import pyarrow as pa

        if path not in self._files:
            raise FileNotFoundError(path)
        return pa.BufferReader(self._files[path])

    def shown(self, path: str) -> str:
        """Return how messages name a file."""
        return path


class Folder:
    """Keeps tables in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # ---- files ----

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files so that each is there whole or not at all, also after a power cut."""
        opened: list[int] = []
        try:
            for path, data in files.items():
                opened.append(self._write_new(path, data))
            for file in opened:  # one after the other takes much longer
                os.fsync(file)
        except OSError:
            for path in files:  # a part of it would only take room on a full disk
                with suppress(OSError):
                    self._new(path).unlink()
            raise
        finally:
            for file in opened:
                os.close(file)
        for path in files:
            self._new(path).replace(self.folder / path)

    def _new(self, path: str) -> Path:
        return self.folder / f"{path}{_NEW}"

    def _write_new(self, path: str, data: bytes) -> int:
        target = self._new(path)
        target.parent.mkdir(exist_ok=True)
        file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(file, view) :]
        except OSError:
            os.close(file)
            raise
        return file

    def open(self, path: str) -> Any:
        """Return what Parquet reads from."""
        if not (self.folder / path).is_file():
            raise FileNotFoundError(path)
        return self.folder / path

    def shown(self, path: str) -> str:
        """Return how messages name a file."""
        return str(self.folder / path)

    def remove(self, path: str) -> None:
        """Take a file away, if it is there."""
        with suppress(FileNotFoundError):
            (self.folder / path).unlink()

    def holds(self, path: str, size: int, hash: str) -> bool:  # noqa: A002 - as the records call it
        """Say whether a file is there, byte for byte as it was written."""
        try:
            if (self.folder / path).stat().st_size != size:
                return False
            return fingerprint((self.folder / path).read_bytes()) == hash
        except OSError:
            return False

    # ---- the manifest ----

    def manifest(self) -> dict[str, Any] | None:
        """Return the manifest; None if there is none or it cannot be read."""
        try:
            found = json.loads((self.folder / MANIFEST).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def begin(self) -> None:
        """Say, before anything is changed, that the tables are not complete."""
        self.write({MANIFEST: as_json({"format": FORMAT, "complete": False})})
        _sync(self.folder)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, which makes the tables complete; all else is on the disk by then."""
        for place in [self.folder, *(path for path in self.folder.iterdir() if path.is_dir())]:
            _sync(place)
        self.write({MANIFEST: sealed(manifest)})
        _sync(self.folder)

    # ---- partitions ----

    def records(self) -> dict[int, Record]:
        """Return the records there are; one that is not as it was written is as good as none."""
        found = {}
        for path in sorted((self.folder / RECORDS).glob("*.json")):
            if hit := _RECORD.fullmatch(path.name):
                with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
                    if entry := unsealed(json.loads(path.read_bytes())):
                        tables = {name: Saved(**saved) for name, saved in entry.pop("tables").items()}
                        found[int(hit[1])] = Record(**entry, tables=tables)
        return found

    def record(self, number: int, record: Record) -> None:
        """Vouch for a partition; its files are written by then."""
        self.write({f"{RECORDS}/{number:05d}.json": sealed(asdict(record))})

    def forget(self, number: int) -> None:
        """Take a record away; its files no longer count."""
        self.remove(f"{RECORDS}/{number:05d}.json")

    def move(self, record: Record, number: int, to: int) -> None:
        """Give a partition another number; killed in between, it is measured again."""
        self.forget(number)
        self.forget(to)
        for table in record.tables:
            with suppress(FileNotFoundError):
                (self.folder / part_path(table, number)).replace(self.folder / part_path(table, to))
        self.record(to, record)

    def sweep(self, n_partitions: int, tables: Mapping[str, bool]) -> None:
        """Take away what is left of partitions and tables that are no more: only files with names that runs give.

        Parameters
        ----------
        n_partitions
            Partitions there are.
        tables
            Every table that the kit may write, and whether these tables have it.
        """
        for path in self.folder.glob(f"*{_NEW}"):
            if path.name.removesuffix(_NEW) in (MANIFEST, *(f"{name}.parquet" for name in tables)):
                path.unlink()
        for name, wanted in tables.items():
            if not wanted:
                self.remove(f"{name}.parquet")
            self._sweep_in(name, _PART, n_partitions if wanted else 0)
        self._sweep_in(RECORDS, _RECORD, n_partitions)

    def _sweep_in(self, name: str, pattern: re.Pattern[str], n_partitions: int) -> None:
        inside = self.folder / name
        if not inside.is_dir():
            return
        for path in inside.iterdir():
            hit = pattern.fullmatch(path.name.removesuffix(_NEW))
            if hit and (path.name.endswith(_NEW) or int(hit[1]) >= n_partitions):
                path.unlink()
        if n_partitions == 0:
            with suppress(OSError):
                inside.rmdir()

    # ---- one run at a time ----

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder; the system lets go of the lock when the process ends, however it ends.

        Raises
        ------
        TablesError
            If another run is writing there, or the folder holds anything but tables of this format.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise TablesError(f"{self.folder} is a file; name a folder for the tables.")
        made = _make(self.folder)
        path = self.folder / _LOCK
        while True:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _lock(file)
            except BlockingIOError:
                about = os.read(file, 200).decode("utf-8", "replace").strip()
                os.close(file)
                raise TablesError(
                    f"another run{f' ({about})' if about else ''} is writing to {self.folder}; "
                    "wait for it, stop it, or name another folder."
                ) from None
            except BaseException:
                os.close(file)
                raise
            # The run before may have taken the file away between our opening and locking it.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    break
            os.close(file)
        try:
            os.ftruncate(file, 0)
            os.write(file, f"process {os.getpid()} on {socket.gethostname()}".encode("utf-8", "replace"))
            self._check()
            yield
        finally:
            _unlock(file, path)
            if made:  # an error before anything was written leaves nothing behind
                with suppress(OSError):
                    self.folder.rmdir()

    def _check(self) -> None:
        folder = self.folder
        if all(path.name in (_LOCK, MANIFEST + _NEW) for path in folder.iterdir()):
            return
        if not (folder / MANIFEST).is_file():
            raise TablesError(f"{folder} holds files that are not measured tables; name a new or empty folder.")
        found = self.manifest()
        if found is None or found.get("format") != FORMAT:
            raise TablesError(
                f"{folder} holds tables of another format; name a new folder, or delete this one to measure again."
            )


def _make(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    return True


def _sync(folder: Path) -> None:
    """Put the names in a folder on the disk; Windows does so by itself and cannot open folders."""
    if sys.platform == "win32":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


if sys.platform == "win32":
    import msvcrt

    # Locked bytes cannot be read by others; what they read stands before these.
    _AT = 1 << 20

    def _lock(file: int) -> None:
        os.lseek(file, _AT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
        finally:
            os.lseek(file, 0, os.SEEK_SET)

    def _unlock(file: int, path: Path) -> None:
        os.lseek(file, _AT, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
        os.close(file)  # an open file cannot be taken away
        with suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return
            raise

    def _unlock(file: int, path: Path) -> None:
        with suppress(OSError):  # while it is still ours
            path.unlink()
        os.close(file)
