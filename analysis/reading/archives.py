"""Archives of the web (.warc, .arc): the pages that they hold.

The two formats are plain: a head with the length of what follows. They are read here, and not with a package, because
what is broken must not end the reading: warcio, which is well kept, stops at the first broken record.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlsplit

from analysis.errors import InputError
from analysis.reading.exported import Exported
from analysis.reading.files import File, check_growth, open_file
from analysis.reading.rows import Log

__all__ = ["Record", "read_archive", "records"]

_BLOCK = 1 << 16
#: No page is as large; what is, is skipped and not held.
_LARGEST = 32 << 20
_LONGEST_HEAD = 1 << 16
_WARC = re.compile(rb"WARC/\d\.\d{1,2}\s*")
_ARC = re.compile(rb"(\S[^\r\n]{0,4000}?) (\S{1,80}) (\d{12,20}) (\S{1,200}) (?:[^\r\n]{0,400} )?(-?\w{1,12})\s*")
_NEXT = re.compile(rb"\r?\n\r?\n(?=WARC/\d\.\d{1,2}\r?\n)")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r\n")
#: A header may go on in the next line.
_FOLDED = re.compile(r"\r?\n[ \t]+")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
_HTML = ("text/html", "application/xhtml+xml")


@dataclass
class Record:
    """One record of an archive.

    Attributes
    ----------
    offset
        The byte of the file at which it begins; in a packed file, that at which its packed part begins.
    kind
        `response`, `resource`, `request` … as the archive says.
    url, date, media
        Its address, when it was fetched, and the type of its content.
    head
        The headers of the server's answer, names in small letters.
    status
        The code of the server's answer; None if there is none.
    content
        The page, unpacked; empty if it is none.
    broken
        What is wrong with it, if it cannot be read.
    cut
        How much of it is there, if its end is missing.
    """

    offset: int
    kind: str = ""
    url: str | None = None
    date: str | None = None
    media: str = ""
    head: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    content: bytes = b""
    broken: str | None = None
    cut: str | None = None

    @property
    def is_page(self) -> bool:
        """Whether it is a page that was delivered."""
        whole = self.status == 200 if self.kind == "response" else self.kind == "resource"
        return self.broken is None and whole and self.media in _HTML


def read_archive(file: File) -> Iterator[Exported]:
    """The articles of the pages of an archive; of records that are no pages only their number is noted."""
    from analysis.reading import pages

    passed: Counter[str] = Counter()
    for record in records(file):
        if record.broken is None and not record.is_page:
            passed[record.kind if record.kind != "response" else _what(record)] += 1
            continue
        article = Exported()
        where = f"the record at byte {record.offset:,}"
        if record.broken is not None:
            article.failed = f"{where} {record.broken}"
        else:
            log = Log()
            try:
                charset = _CHARSET.search(record.head.get("content-type", ""))
                source = pages.decode_page(record.content, file.name, log, charset[1] if charset else None)
                page = pages.parse_page(source, record.url)
            except InputError as error:
                article.failed = f"{where} ({record.url}) {error}"
            else:
                article.fields, article.text, article.set_aside = page.fields, page.text, page.set_aside
                article.notes = [(kind, words) for *_, kind, words in log.notes]
                _complete(article, record)
                if record.cut:
                    article.notes.append(("row", f"{where} {record.cut} What is there was read."))
        yield article
    if passed:
        what = ", ".join(f"{n:,} {kind}" for kind, n in sorted(passed.items()))
        yield Exported(failed="", notes=[("archive", f"records that are no pages were passed over: {what}")])


def _what(record: Record) -> str:
    return f"response {record.status}" if record.status != 200 else f"response of {record.media or 'no type'}"


def _complete(article: Exported, record: Record) -> None:
    """Fill in what the record says and the page does not."""
    if record.url and not article.fields.get("url"):
        article.fields["url"] = record.url
    if record.url and not article.fields.get("outlet") and (host := urlsplit(record.url).hostname):
        article.fields["outlet"] = host.removeprefix("www.")
    if record.date and not article.fields.get("published"):
        article.fields["published"] = record.date
        article.notes.append(("archive", "the page has no date: 'published' is when it was fetched"))


def records(file: File) -> Iterator[Record]:
    """Every record of an archive in its order; what is broken is said in its place, and the reading goes on behind it.

    Raises
    ------
    InputError
        If the file cannot be opened or unpacks to more than archives do; the message is without its name.
    """
    if file.path.suffix.lower() == ".gz":
        with file.path.open("rb") as raw:
            yield from _records(_Source(raw, file.n_bytes, packed=True))
    else:
        with open_file(file) as stream:
            yield from _records(_Source(stream, file.n_bytes, packed=False))


class _Source:
    """The bytes of an archive, unpacked part by part; a part that is damaged is passed over and told."""

    def __init__(self, raw: BinaryIO, size: int, *, packed: bool) -> None:
        self._raw, self._size, self._packed = raw, size, packed
        self._held = bytearray()
        self._at = 0  # of what is held, where reading is
        self._chunk, self._chunk_at = b"", 0  # of the file, what is not unpacked yet, and where it stands
        self._member: zlib._Decompress | None = None
        self._member_at = 0
        self._begins: list[tuple[int, int]] = []  # position in the unpacked bytes, offset in the file
        self._done = 0  # unpacked bytes that are held no longer
        self.damage: list[tuple[int, str]] = []

    def offset(self) -> int:
        """Where in the file the next byte comes from."""
        if self._at == len(self._held):
            self._fill()  # where the next part begins is known when it has begun
        place = self._done + self._at
        if not self._packed:
            return place
        while len(self._begins) > 1 and self._begins[1][0] <= place:
            self._begins.pop(0)
        return self._begins[0][1] if self._begins else 0

    def _fill(self) -> bool:
        """Hold some more bytes; False at the end."""
        if self._at > _BLOCK:
            del self._held[: self._at]
            self._done, self._at = self._done + self._at, 0
        data = self._unpacked() if self._packed else self._raw.read(_BLOCK)
        self._held += data
        return bool(data)

    def _unpacked(self) -> bytes:
        while True:
            if not self._chunk:
                self._chunk_at = self._raw.tell()
                self._chunk = self._raw.read(_BLOCK)
                if not self._chunk:
                    if self._member is not None:
                        self.damage.append((self._member_at, "is cut off"))
                        self._member = None
                    return b""
            if self._member is None:
                begin = self._chunk.find(b"\x1f\x8b")
                skip = len(self._chunk) if begin < 0 else begin
                self._chunk, self._chunk_at = self._chunk[skip:], self._chunk_at + skip
                if not self._chunk:
                    continue
                self._member, self._member_at = zlib.decompressobj(31), self._chunk_at
                self._begins.append((self._done + len(self._held), self._member_at))
            try:
                data = self._member.decompress(self._chunk, _BLOCK * 16)
            except zlib.error:
                self.damage.append((self._member_at, "cannot be unpacked"))
                skip = 2 if self._member_at == self._chunk_at else 0
                self._member, self._chunk, self._chunk_at = None, self._chunk[skip:], self._chunk_at + skip
                continue
            rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            self._chunk_at += len(self._chunk) - len(rest)
            self._chunk = rest
            if self._member.eof:
                self._member = None
            if data:
                check_growth(self._done + len(self._held) + len(data), self._size)
                return data

    def line(self) -> bytes:
        """The next line with its end, or a part of it if it is long; nothing at the end."""
        begin = self._at
        while True:
            end = self._held.find(b"\n", begin)
            if end >= 0 or len(self._held) - self._at >= _LONGEST_HEAD:
                break
            begin = len(self._held)
            shift = self._done
            if not self._fill():
                break
            begin -= self._done - shift
        stop = end + 1 if end >= 0 else min(len(self._held), self._at + _LONGEST_HEAD)
        line = bytes(self._held[self._at : stop])
        self._at = stop
        return line

    def take(self, n: int) -> bytes:
        """The next so many bytes, fewer at the end."""
        while len(self._held) - self._at < n and self._fill():
            pass
        data = bytes(self._held[self._at : self._at + n])
        self._at += len(data)
        return data

    def skip(self, n: int) -> int:
        """Pass over so many bytes; how many there were."""
        left = n
        while left > 0 and (data := self.take(min(left, _BLOCK * 16))):
            left -= len(data)
        return n - left

    def back(self, n: int) -> None:
        """Go back over bytes that were just taken."""
        self._at -= n

    def peek(self, n: int) -> bytes:
        """The next bytes, which stay."""
        data = self.take(n)
        self.back(len(data))
        return data


def _records(source: _Source) -> Iterator[Record]:
    stray = stray_at = 0
    told = False  # whether the bytes that follow are of a record that was told broken
    while True:
        offset = source.offset()
        line = source.line()
        for at, words in source.damage:
            yield Record(at, broken=f"{words}.")
        told = told or bool(source.damage)
        source.damage.clear()
        is_warc = _WARC.fullmatch(line)
        arc = None if is_warc else _ARC.fullmatch(line)
        if line.strip() and not is_warc and not arc:
            stray_at = stray_at if stray else offset
            stray += len(line)
            continue
        if line and not line.strip():
            continue
        if stray and not told:
            yield Record(stray_at, broken=f"is no record: {stray:,} bytes that belong to none.")
        if not line:
            return
        stray = 0
        record = _warc(source, offset) if arc is None else _arc(source, offset, arc)
        told = record.broken is not None
        yield record


def _fields(source: _Source) -> dict[str, str]:
    """The lines `Name: value` up to an empty one; names in small letters, the first of a name counts."""
    found: dict[str, str] = {}
    size = 0
    while (line := source.line()).strip() and size < _LONGEST_HEAD:
        size += len(line)
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found


def _warc(source: _Source, offset: int) -> Record:
    said = _fields(source)
    url = said.get("warc-target-uri", "").strip("<> ").replace(" ", "%20") or None
    record = Record(offset, said.get("warc-type", "").lower(), url, _warc_date(said.get("warc-date", "")))
    length = said.get("content-length", "")
    if not length.isdecimal() or len(length) > 18:
        record.broken = f"has no length that is a number: {length[:40]!r}."
        return record
    record.media = _media(said.get("content-type", ""))
    if record.kind == "resource":
        record.head = {"content-type": said.get("content-type", "")}
    http = record.kind == "response" and record.media in ("application/http", "")
    wanted = http or (record.kind == "resource" and record.media in _HTML)
    _block(source, record, int(length), wanted=wanted, http=http)
    if record.is_page and (why := said.get("warc-truncated")):
        record.cut = f"was cut off when it was archived ({why[:40]})."
    return record


def _arc(source: _Source, offset: int, line: re.Match[bytes]) -> Record:
    url, _, date, media, length = (part.decode("utf-8", "replace") for part in line.groups())
    record = Record(offset, "response", url.replace(" ", "%20"), _arc_date(date), _media(media))
    if url.startswith(("filedesc:", "dns:")):
        record.kind = url.partition(":")[0]
    if not length.isdecimal() and record.kind == "filedesc":
        while source.line().strip():
            pass
        return record
    if not length.isdecimal():
        record.broken = f"has no length that is a number: {length!r}."
        return record
    _block(source, record, int(length), wanted=record.kind == "response", http=True)
    return record


def _block(source: _Source, record: Record, length: int, *, wanted: bool, http: bool) -> None:
    """Take what follows the head of a record, its length as stated."""
    if not wanted or length > _LARGEST:
        found = source.skip(length)
        if found < length:
            record.broken = f"is cut off: {found:,} of its {length:,} bytes are there."
        elif wanted:
            record.broken = f"is larger than {_LARGEST >> 20} MB."
        return
    data = source.take(length)
    if len(data) < length:
        record.cut = f"is cut off: {len(data):,} of its {length:,} bytes are there."
    after = source.peek(4)
    if after and not after.startswith((b"\r\n", b"\n")) and (beyond := _NEXT.search(data)):
        source.back(len(data) - beyond.end())  # the length is too large: another record begins within
        record.broken = "has a length that reaches into the next record."
    if record.broken is None and http:
        _answer(record, data)
    elif record.broken is None:
        record.content = data
    if record.cut and not (record.is_page and record.content.strip()):
        record.broken = record.cut


def _answer(record: Record, data: bytes) -> None:
    """Read the answer of a server: its code, its headers, and its content, unpacked."""
    end = re.search(rb"\r?\n\r?\n", data[:_LONGEST_HEAD])
    head, content = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    first, *lines = _FOLDED.sub(" ", head.decode("latin-1")).splitlines() or [""]
    if not (status := re.fullmatch(r"HTTP/\d(?:\.\d)? (\d{3})\b.*", first)):
        record.broken = "is no answer of a server."
        return
    record.status = int(status[1])
    for line in lines:
        name, _, value = line.partition(":")
        record.head.setdefault(name.strip().lower(), value.strip())
    record.media = _media(record.head.get("content-type", "")) or record.media
    if record.is_page:
        packings = f"{record.head.get('content-encoding', '')},{record.head.get('transfer-encoding', '')}".lower()
        for how in reversed(packings.split(",")):
            content = _unpacked(record, content, how.strip())
        record.content = content
        if not record.content.strip() and record.broken is None:
            record.broken = "is a page without content."


def _dechunked(data: bytes) -> bytes:
    """The content without the lengths of its chunks; as it is where they are wrong."""
    out = bytearray()
    at = 0
    while hit := _CHUNK.match(data, at):
        size = int(hit[1], 16)
        if size == 0:
            return bytes(out)
        out += data[hit.end() : hit.end() + size]
        at = hit.end() + size + 2
    return bytes(out) if out and at >= len(data) else data


def _unpacked(record: Record, data: bytes, how: str) -> bytes:
    """The content without one packing, if it has it: some archives keep the header and store the page unpacked."""
    if how == "chunked":
        return _dechunked(data)
    if how in ("gzip", "x-gzip", "deflate"):
        for bits in (47, -15) if how == "deflate" else (47,):
            unpacker = zlib.decompressobj(bits)
            try:
                out = unpacker.decompress(data, _LARGEST)
            except zlib.error:
                continue
            if unpacker.unconsumed_tail:
                record.broken = f"unpacks to more than {_LARGEST >> 20} MB."
            elif not unpacker.eof:
                record.cut = "has a page that is cut off where it is packed."
            return out
        return data
    if how not in ("", "identity") and b"<" not in data[:200]:
        record.broken = f"is packed as {how!r}, which is not read."
    return data


def _media(written: str) -> str:
    return written.partition(";")[0].strip().lower()


def _warc_date(written: str) -> str | None:
    hit = re.match(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?", written)
    return f"{hit[1]} {hit[2]}" if hit and hit[2] else hit[1] if hit else None


def _arc_date(digits: str) -> str:
    year, month, day, hour, minute, second = digits[:4], *(digits[at : at + 2] or "00" for at in range(4, 14, 2))
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"
