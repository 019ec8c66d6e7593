"""Files that lie on a filesystem which fsspec opens, such as `s3://bucket/articles/`: what reading needs of a path."""

from __future__ import annotations

import errno
import io
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from glob import has_magic
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Literal, cast

from analysis.errors import InputError

__all__ = ["Remote", "fetch", "is_address", "local_path", "remote"]

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_WRAPPERS = {"blockcache", "cached", "dir", "filecache", "libarchive", "reference", "simplecache", "tar", "zip"}
#: `user:password@`, but neither a port nor the colons of an Amazon resource name without an @ behind them.
_LOGIN = re.compile(r"[^/@:]*:(?!\d+(?:/|$)).*@", re.DOTALL)
#: Files up to this size are fetched many at a time.
_SMALL = 1 << 20


def is_address(path: str) -> bool:
    """Whether a path begins with the name of a filesystem.

    Examples
    --------
    >>> is_address("s3://bucket/articles/"), is_address("articles/")
    (True, False)
    """
    return _SCHEME.match(path) is not None


def local_path(address: str) -> str | None:
    """The path of a `file://` address; None for any other.

    Examples
    --------
    >>> local_path("file:///news/The%20Gazette.txt")
    '/news/The Gazette.txt'
    """
    scheme, _, rest = address.partition("://")
    if scheme.lower() != "file":
        return None
    from urllib.request import url2pathname  # which imports all that speaks with the web

    rest = rest.removeprefix("localhost")
    if not rest.startswith("/"):
        raise InputError(f"{address}: names a file of another machine. Write file:/// and the whole path.")
    return url2pathname(rest)


@dataclass(frozen=True, order=True)
class Remote:
    """A file or folder elsewhere. It is sent to other processes as text; each opens the filesystem for itself.

    Its methods are those of `pathlib.Path` of the same names. Every error is an `OSError`, whatever a filesystem
    raises, and where a package is missing on the machine that opens it.
    """

    #: The address up to where the filesystem's own path begins.
    origin: str
    #: The path as the filesystem has it.
    at: str
    #: The address that was given, which says how to connect.
    given: str = field(compare=False)
    kind: str = field(default="file", compare=False)
    size: int = field(default=0, compare=False)
    #: The bytes, where they were fetched already.
    held: bytes | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.origin + self.at.lstrip("/")

    as_posix = __str__

    def __truediv__(self, name: str) -> Remote:
        return self._to(posixpath.join(self.at, PurePosixPath(name).as_posix()))

    @property
    def name(self) -> str:
        return posixpath.basename(self.at)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    def with_suffix(self, suffix: str) -> Remote:
        return self._to(str(PurePosixPath(self.at).with_suffix(suffix)))

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.at.split("/"))

    @property
    def parents(self) -> list[Remote]:
        found = []
        at = self.at
        while at != (at := posixpath.dirname(at)):
            found.append(self._to(at))
        return found

    def absolute(self) -> Remote:
        return self

    def info(self) -> Remote:
        """The same with its kind and size."""
        with _os_errors():
            return self._described(_filesystem(self.given).info(self.at))

    def exists(self) -> bool:
        try:
            self.info()
        except OSError:
            return False
        return True

    def is_file(self) -> bool:
        try:
            return self.info().kind == "file"
        except OSError:
            return False

    def entries(self) -> list[Remote]:
        """What a folder holds, sorted."""
        with _os_errors():
            found = [self._described(info) for info in _filesystem(self.given).ls(self.at, detail=True)]
        return sorted(one for one in found if one != self)  # object stores may list a folder in itself

    def matching(self) -> list[Remote]:
        """The files and folders that a pattern means, sorted."""
        with _os_errors():
            return sorted(map(self._described, _filesystem(self.given).glob(self.at, detail=True).values()))

    def below(self, folder: Remote) -> str:
        """The path from a folder to this."""
        return self.at.removeprefix(folder.at).lstrip("/")

    def open(self, mode: Literal["rb"] = "rb") -> BinaryIO:
        if self.held is not None:
            return io.BytesIO(self.held)
        with _os_errors():
            stream = _Stream(_filesystem(self.given).open(self.at, mode))
        return cast("BinaryIO", io.BufferedReader(stream, 1 << 18))

    def read_bytes(self, begin: int | None = None, end: int | None = None) -> bytes:
        """The file, or its bytes from `begin` to `end`, in one request."""
        if self.held is not None:
            return self.held[begin:end]
        with _os_errors():
            return bytes(_filesystem(self.given).cat_file(self.at, start=begin, end=end))

    def _to(self, at: str) -> Remote:
        return Remote(self.origin, at, self.given)

    def _described(self, info: dict[str, Any]) -> Remote:
        name = str(info["name"])
        kind = "directory" if name.endswith("/") else str(info["type"])  # an empty object that stands for a folder
        return Remote(self.origin, name.rstrip("/"), self.given, kind, int(info.get("size") or 0))


def remote(address: str) -> Remote:
    """The place of an address, which need not exist.

    Raises
    ------
    InputError
        If it is of the web, holds a password or joins filesystems, or if a package is missing that opens it.

    Examples
    --------
    >>> print(remote("memory://news/a.txt").parents[0])
    memory://news
    """
    scheme, _, rest = address.partition("://")
    if _LOGIN.match(rest):
        raise InputError(
            f"{scheme}://…: the address holds a password, which would be seen in messages and tables. Leave it out; "
            "set it as the filesystem's package says, or in the environment, such as FSSPEC_SFTP_PASSWORD."
        )
    if scheme.lower() in ("http", "https"):
        raise InputError(f"{address}: nothing is fetched from the web. Save the page first, and give the file.")
    if "::" in address or scheme.lower() in _WRAPPERS:
        raise InputError(f"{scheme}://…: a filesystem within another is not read. Unpack or copy the files first.")
    try:
        filesystem = _filesystem(address)
        filesystem.invalidate_cache()  # what was listed before may have changed
        at = str(filesystem._strip_protocol(address))
    except InputError:
        raise
    except Exception as error:  # each filesystem has its own kinds
        raise InputError(f"{address}: cannot be reached: {_said(error)}. Check the address and the access.") from error
    shown, tail = address.rstrip("/"), at.lstrip("/")
    origin = shown.removesuffix(tail) if shown.endswith(tail) and shown != tail else f"{scheme}://"
    return Remote(origin, at, address)


def fetch(places: Iterable[Remote]) -> list[Remote]:
    """The same places, those of small files with their bytes: object stores give many at a time as fast as one.

    What cannot be fetched is without them; opening it says why.
    """
    found = list(places)
    wanted: dict[str, list[str]] = {}
    for place in found:
        if place.held is None and place.size <= _SMALL and not has_magic(place.at):  # fsspec would look for a pattern
            wanted.setdefault(place.given, []).append(place.at)
    held: dict[str, dict[str, bytes]] = {}
    for given, paths in wanted.items():
        with suppress(OSError), _os_errors():
            held[given] = _filesystem(given).cat(paths, on_error="omit")
    return [replace(place, held=held.get(place.given, {}).get(place.at, place.held)) for place in found]


def _filesystem(address: str) -> Any:
    try:
        from fsspec import url_to_fs  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            f"{address} needs the packages of the extra 'cluster'. "
            "Install them: pip install 'media-analysis-kit[cluster]'."
        ) from None
    try:
        return url_to_fs(address)[0]  # the same one each time; fsspec keeps it
    except ImportError as error:
        raise InputError(f"{address} needs one more package. {_said(error)}.") from error


@contextmanager
def _os_errors() -> Iterator[None]:
    """Filesystems raise what their packages do: make each an OSError that says what was wrong."""
    try:
        yield
    except FileNotFoundError as error:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT)) from error
    except PermissionError as error:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES)) from error
    except Exception as error:
        raise OSError(errno.EIO, _said(error)) from error


def _said(error: Exception) -> str:
    lines = (getattr(error, "strerror", None) or str(error)).split("\n")
    return " ".join(" ".join(lines[:2]).split()).rstrip(".") or type(error).__name__  # some list all that they tried


class _Stream(io.RawIOBase):
    """A file that fsspec opened, with the errors of a file."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._raw.seekable())

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _os_errors():
            data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _os_errors():
            return int(self._raw.seek(offset, whence))

    def tell(self) -> int:
        return int(self._raw.tell())

    def close(self) -> None:
        self._raw.close()
        super().close()
