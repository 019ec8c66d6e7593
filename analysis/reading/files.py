"""Which files are meant, and their bytes, unpacked within limits."""

from __future__ import annotations

import glob
import gzip
import io
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from analysis.errors import InputError
from analysis.reading.elsewhere import Remote, fetch, is_address, local_path, remote
from analysis.reading.rows import Log

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "File",
    "at_hand",
    "check_growth",
    "find_files",
    "is_of_articles",
    "is_single",
    "open_file",
    "read_bytes",
    "read_part",
]

#: Ending of a file to the family of formats that reads it.
FORMATS = {
    ".txt": "saved",
    ".html": "pages",
    ".htm": "pages",
    ".docx": "documents",
    ".rtf": "documents",
    ".xml": "factiva",
    ".warc": "archives",
    ".arc": "archives",
    ".csv": "sheets",
    ".tsv": "sheets",
    ".xlsx": "sheets",
    ".json": "records",
    ".jsonl": "records",
    ".ndjson": "records",
    ".parquet": "records",
}
_PACKED = (".gz", ".zst")
#: The most that is held in memory of one file; formats that are read row by row have no such limit.
MAX_BYTES = 2 << 30
#: An archive that grows by more than this, and past the size after it, is taken for a bomb.
_MAX_RATIO, _RATIO_FROM = 200, 100 << 20
#: Files of one article each, as a rule: small ones are read many at a time; a large one may be an export, is streamed.
_OF_ONE = ("saved", "pages", "documents")
_LARGE = 1 << 20
#: Files of a folder that are about the articles, not articles.
_NOT_ARTICLES = ("readme", "license", "licence", "copying")
_NOT_A_FILE = "is not a file (a broken link, a pipe or a device)."


@dataclass(frozen=True, order=True)
class File:
    """A file to read: `name` as it is shown (relative to the folder that was given) and its `path`."""

    name: str
    path: Path | Remote

    @property
    def ending(self) -> str:
        """The ending that says the format, without that of the packing: `.csv` for `a.csv.gz`."""
        path = self.path
        if path.suffix.lower() in _PACKED:
            path = path.with_suffix("")
        return path.suffix.lower()

    @property
    def n_bytes(self) -> int:
        """Its size on the disk, packed if it is."""
        return self.path.size if isinstance(self.path, Remote) else self.path.stat().st_size


def is_of_articles(file: File) -> bool:
    """Whether a file is no table: it has no columns, and its articles are known by its path."""
    return FORMATS.get(file.ending) in (*_OF_ONE, "factiva", "archives")


def is_single(file: File) -> bool:
    """Whether a file is read with others at a time: it holds one article, or is a small export of several."""
    return FORMATS.get(file.ending) in _OF_ONE and _size(file) < _LARGE


def _size(file: File) -> int:
    try:
        return file.n_bytes
    except OSError:  # said by whoever reads it
        return 0


def find_files(paths: Iterable[str | os.PathLike[str]], log: Log) -> list[File]:
    """List the files that folders, patterns and names mean: each once, sorted, whatever order the disk has them in.

    Within a folder these are passed over: hidden files, `README*`, `LICENSE*`, `truth.csv`, and `metadata.csv` where
    it describes the other files. Set aside with a reason: links out of the folder, and files of other formats.

    Raises
    ------
    InputError
        If a path does not exist or a pattern matches nothing.
    """
    found: dict[str, File] = {}
    for given in paths:
        for file in _expand(given, log):
            real = str(file.path) if isinstance(file.path, Remote) else os.path.realpath(file.path)
            found[real] = min(file, found.get(real, file))
    files = list(found.values())
    times = Counter(file.name for file in files)
    # Two files of one name from two folders are shown by their whole paths.
    return sorted(file if times[file.name] == 1 else File(_shown(file.path.as_posix()), file.path) for file in files)


def _expand(given: str | os.PathLike[str], log: Log) -> Iterator[File]:
    if not isinstance(given, (str, os.PathLike)):
        raise InputError(f"`paths` must be paths, patterns or DataFrames; got {type(given).__name__}.")
    text = os.path.expanduser(os.fspath(given))  # noqa: PTH111 - Path() would drop the pattern's meaning
    if not text.strip() or "\0" in text:
        raise InputError(f"{text!r} is not a path. Name a file, a folder or a pattern; the folder you are in is '.'.")
    if is_address(text):
        if (local := local_path(text)) is None:
            yield from _expand_address(text, log)
            return
        text = local
    path = Path(text)
    if path.is_dir():
        yield from _walk(path, log)
    elif path.exists() and not path.is_file():
        raise InputError(f"{text} is not a file (a pipe or a device). Save it as a file first.")
    elif path.exists() or path.is_symlink():
        yield File(_shown(path.name), path)
    elif glob.has_magic(text):
        yield from _match(text, log)
    else:
        raise InputError(f"{text}: there is no such file or folder. Check the path.")


def _expand_address(address: str, log: Log) -> Iterator[File]:
    place = remote(address)
    try:
        try:
            place = place.info()
        except FileNotFoundError:
            if not glob.has_magic(address):
                raise InputError(f"{address}: there is no such file or folder. Check the address.") from None
            yield from _match_remote(place, log)
            return
        if place.kind == "directory":
            yield from _walk_remote(place, log)
        elif place.kind == "file":
            yield File(_shown(place.name), place)
        else:
            raise InputError(f"{address} is not a file (a link, a pipe or a device). Give the file itself.")
    except OSError as error:
        raise InputError(f"{address}: cannot be read: {error.strerror}. Check the address and the access.") from error


def _match_remote(pattern: Remote, log: Log) -> Iterator[File]:
    hits = pattern.matching()
    if not hits:
        raise InputError(f"{pattern}: no file matches this pattern. Check the address.")
    base = next(folder for folder in pattern.parents if not glob.has_magic(folder.at))
    for hit in hits:
        shown = _shown(hit.below(base))
        if "/." not in pattern.at and any(map(_hidden, PurePath(shown).parts)):
            continue  # as no local pattern finds it
        if hit.kind == "directory":
            if "**" not in pattern.at:
                yield from (File(f"{shown}/{file.name}", file.path) for file in _walk_remote(hit, log))
        elif hit.kind != "file":
            log.aside(shown, None, None, "file", _NOT_A_FILE)
        elif not _passed_over(hit):
            yield File(shown, hit)


def _walk_remote(folder: Remote, log: Log) -> Iterator[File]:
    waiting = [folder]
    while waiting:
        where = waiting.pop()
        try:
            entries = where.entries()
        except OSError as error:
            if where == folder:
                raise
            reason = f"cannot be opened: {error.strerror}. Check its permissions."
            log.aside(_shown(where.below(folder)), None, None, "file", reason)
            continue
        waiting += [one for one in reversed(entries) if one.kind == "directory" and not _hidden(one.name)]
        for path in entries:
            if path.kind != "directory" and not _passed_over(path):
                file = File(_shown(path.below(folder)), path)
                if path.kind != "file":
                    log.aside(file.name, None, None, "file", _NOT_A_FILE)
                elif file.ending not in FORMATS:
                    log.aside(file.name, None, None, "file", _other_format(file))
                else:
                    yield file


def _match(pattern: str, log: Log) -> Iterator[File]:
    hits = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - the pattern may be absolute
    if not hits:
        raise InputError(f"{pattern}: no file matches this pattern. Check the path.")
    fixed = Path(pattern).parts
    depth = next((i for i, part in enumerate(fixed) if glob.has_magic(part)), len(fixed) - 1)
    base = Path(*fixed[:depth])
    for hit in map(Path, hits):
        if "__MACOSX" in hit.relative_to(base).parts:
            continue
        if hit.is_dir():
            if "**" not in pattern:  # with ** the files are matched themselves
                shown = _shown(hit.relative_to(base).as_posix())
                yield from (File(f"{shown}/{file.name}", file.path) for file in _walk(hit, log))
        elif not hit.is_file():
            log.aside(_shown(hit.relative_to(base).as_posix()), None, None, "file", _NOT_A_FILE)
        elif not _passed_over(hit):
            yield File(_shown(hit.relative_to(base).as_posix()), hit)


def _walk(folder: Path, log: Log) -> Iterator[File]:
    inside = os.path.realpath(folder)
    failed: list[OSError] = []
    for where, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in sorted(names) + [name for name in folders if (Path(where) / name).is_symlink()]:
            path = Path(where) / name
            shown = _shown(path.relative_to(folder).as_posix())
            if _passed_over(path):
                continue
            if path.is_symlink() and not (os.path.realpath(path) + os.sep).startswith(inside + os.sep):
                log.aside(shown, None, None, "file", "is a link out of the folder, which is not followed.")
            elif path.is_symlink() and path.is_dir():
                continue  # what it leads to is read where it lies
            elif not path.is_file():
                log.aside(shown, None, None, "file", _NOT_A_FILE)
            elif File(shown, path).ending not in FORMATS:
                log.aside(shown, None, None, "file", _other_format(File(shown, path)))
            else:
                yield File(shown, path)
    for error in failed:
        shown = _shown(Path(error.filename or folder).relative_to(folder).as_posix())
        log.aside(shown, None, None, "file", f"cannot be opened: {error.strerror}. Check its permissions.")


def _shown(name: str) -> str:
    """Return a name that can be stored: bytes that are not UTF-8, which Linux allows, stand as U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def _hidden(folder: str) -> bool:
    return folder.startswith(".") or folder == "__MACOSX"


def _passed_over(path: Path | Remote) -> bool:
    name = path.name.lower()
    return (
        name.startswith((".", "~$", *_NOT_ARTICLES))
        or name == "truth.csv"
        or (name == "metadata.csv" and is_sidecar(path))
    )


def is_sidecar(path: Path | Remote) -> bool:
    """Whether a `metadata.csv` describes the files beside it: it has a column `file`."""
    try:
        with path.open("rb") as stream:
            header = stream.readline(1 << 16)
    except OSError:
        return False
    names = header.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace(";", ",").replace("\t", ",")
    return "file" in [name.strip().strip('"').lower() for name in names.split(",")]


def _other_format(file: File) -> str:
    ending = f"{file.ending!r}" if file.ending else "a name without ending"
    return f"{ending} is not a format that is read. Those are {', '.join(FORMATS)}, and .gz or .zst of them."


class _Limited(io.RawIOBase):
    """A stream that raises once an archive has grown beyond all measure."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._packed, self._read = stream, max(size, 1), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._read += len(data)
        check_growth(self._read, self._packed)
        return len(data)


def check_growth(unpacked: int, packed: int) -> None:
    """Raise if an archive grows beyond all measure.

    Raises
    ------
    InputError
        The message is without the file's name.
    """
    if unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * max(packed, 1):
        raise InputError(
            f"unpacks to more than {_MAX_RATIO} times its size, as archives made to fill the memory do. "
            "Unpack it yourself if it is meant."
        )


class _Zstandard:
    """Unpacks .zst, and raises where the file is cut off, which zstandard's own reader takes for its end."""

    def __init__(self, raw: BinaryIO) -> None:
        import zstandard

        self._raw, self._new, self._error = raw, zstandard.ZstdDecompressor().decompressobj, zstandard.ZstdError
        self._frame, self._ready, self._begun = self._new(), b"", False

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._ready:
            # Few bytes at a time: each may unpack to thousands.
            packed = self._frame.unused_data if self._frame.eof else b""
            packed = packed or self._raw.read(1 << 11)
            if not packed:
                if self._begun and not self._frame.eof:
                    raise InputError("cannot be unpacked: the file is cut off. Save it again.")
                return b""
            if self._frame.eof:
                self._frame = self._new()
            try:
                self._ready, self._begun = self._frame.decompress(packed), True
            except self._error as error:
                raise InputError(f"cannot be unpacked: {error}. Save it again.") from error
        ready, self._ready = self._ready[:size], self._ready[size:]
        return ready


@contextmanager
def open_file(file: File) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, unpacked if it is a .gz or .zst.

    Raises
    ------
    InputError
        If it cannot be opened or unpacked; the message is without the file's name.
    """
    suffix = file.path.suffix.lower()
    try:
        with file.path.open("rb") as raw:
            size = file.n_bytes
            if suffix == ".gz":
                yield io.BufferedReader(_Limited(cast("BinaryIO", gzip.GzipFile(fileobj=raw)), size), 1 << 18)
            elif suffix == ".zst":
                yield io.BufferedReader(_Limited(cast("BinaryIO", _Zstandard(raw)), size), 1 << 18)
            else:
                yield raw
    except (gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"cannot be unpacked: {error}. Save it again.") from error
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror or error}. Check the file and its permissions.") from error


def at_hand(files: list[File]) -> list[File]:
    """The same files, with the bytes of small ones that lie elsewhere fetched."""
    places = [file.path for file in files if isinstance(file.path, Remote)]
    if not places:
        return files
    fetched = {place: place for place in fetch(places)}
    return [replace(file, path=fetched[file.path]) if isinstance(file.path, Remote) else file for file in files]


def read_bytes(file: File) -> bytes:
    """The whole file, unpacked.

    Raises
    ------
    InputError
        If it cannot be read or is larger than `MAX_BYTES`.
    """
    with open_file(file) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"is larger than {MAX_BYTES >> 30} GB. Split it, or save it as .jsonl or .parquet.")
    return data


def read_part(file: File, begin: int, end: int) -> bytes:
    """Bytes of a file that is not packed, from `begin` to `end`.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if isinstance(file.path, Remote):
        return file.path.read_bytes(begin, end)
    with file.path.open("rb") as stream:
        stream.seek(begin)
        return stream.read(end - begin)
