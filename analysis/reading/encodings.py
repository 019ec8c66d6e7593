"""Bytes to text, and text cleaned of what cannot be stored: nothing else is changed.

Quotation marks, dashes and case are never altered; line ends become "\\n".
"""

from __future__ import annotations

import codecs
import re

from analysis.errors import InputError

__all__ = ["clean", "decode", "looks_binary", "repair_mojibake", "storable"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "an RTF document"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b")) + b"\x7f"
#: What browsers read for what a page names: it says one encoding and is written in the larger one.
_ON_THE_WEB = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_ESCAPED = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PROBE = 1 << 16
#: ftfy takes seconds for longer ones; a paragraph of a newspaper is not so long.
_LONGEST_LINE = 200_000


def looks_binary(data: bytes) -> str | None:
    """Say why bytes are not text, or None if they may be.

    Examples
    --------
    >>> looks_binary(b"%PDF-1.7 ...")
    'a PDF'
    >>> looks_binary("Ein Café.".encode("cp1252")) is None
    True
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    if _bom(data) or _utf16_without_bom(data):
        return None
    probe = data[:_PROBE]
    nuls = probe.count(0)
    if nuls > max(8, len(probe) // 100):
        return f"{nuls:,} NUL bytes in its first {len(probe):,}"
    controls = len(probe) - len(probe.translate(None, _CONTROLS)) - nuls
    if controls > max(8, len(probe) // 50):
        return f"{controls:,} control characters in its first {len(probe):,} bytes"
    return None


def decode(data: bytes, *, hint: str | None = None) -> tuple[str, str | None]:
    """Decode the bytes of a file.

    Tried in this order: a byte order mark; `hint` (the encoding that a web page names); UTF-16; UTF-8; UTF-8 with stray
    Windows-1252 bytes; Windows-1252 where accented letters are as rare as in Western languages; what
    charset-normalizer finds.

    Parameters
    ----------
    data
        The bytes.
    hint
        An encoding to prefer over guessing.

    Returns
    -------
    tuple of str and (str or None)
        The text, without a byte order mark, and what to note: None for UTF-8 and for a byte order mark.

    Raises
    ------
    InputError
        If the bytes are not text.

    Examples
    --------
    >>> decode("“Café”".encode("utf-16"))
    ('“Café”', None)
    >>> decode("He said: “A café.”".encode("cp1252"))
    ('He said: “A café.”', 'read as Windows-1252, because it is not UTF-8')
    """
    what = looks_binary(data)
    if what:
        raise InputError(f"is not text: {what}. Convert it to text first, or leave it out.")
    if bom := _bom(data):
        text = data.decode(bom, errors="replace")
        return text, _replaced(text, data)
    if hint and "utf" not in hint.lower() and (hinted := _named(data, hint)) is not None:
        return hinted, None
    if wide := _utf16_without_bom(data):
        return data.decode(wide, errors="replace"), f"read as {wide.upper()}, which has no byte order mark here"
    if (utf8 := _try(data, "utf-8")) is not None:
        return utf8, None
    return _decode_legacy(data)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _named(data: bytes, encoding: str) -> str | None:
    """Decode what a page names, as browsers do; as it is named where that does not fit."""
    try:
        wider = _ON_THE_WEB.get(codecs.lookup(encoding).name)
    except LookupError:
        return None
    text = _try(data, wider) if wider else None
    return _try(data, encoding) if text is None else text


def _bom(data: bytes) -> str | None:
    return next((name for mark, name in _BOMS if data.startswith(mark)), None)


def _utf16_without_bom(data: bytes) -> str | None:
    probe = data[:4096]
    half = len(probe) // 2
    if half < 8:
        return None
    even, odd = probe[0::2].count(0) / half, probe[1::2].count(0) / half
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None


def _replaced(text: str, data: bytes) -> str | None:
    lost = text.count("\ufffd")
    return (
        f"{lost} characters could not be decoded and stand as U+FFFD" if lost and b"\xef\xbf\xbd" not in data else None
    )


def _decode_legacy(data: bytes) -> tuple[str, str]:
    escaped = data.decode("utf-8", errors="surrogateescape")
    stray = len(_ESCAPED.findall(escaped))
    proper = sum(1 for byte in data[: 1 << 20] if byte >= 0xC2) - stray
    if proper > stray:
        text = _ESCAPED.sub(lambda hit: bytes([ord(hit[0]) - 0xDC00]).decode("cp1252", "replace"), escaped)
        return text, f"UTF-8 with {stray} stray bytes, which were read as Windows-1252"
    windows = _try(data, "cp1252")
    if windows is not None and _looks_western(data):
        return windows, "read as Windows-1252, because it is not UTF-8"
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 1 << 20]).best()
    if best is None:
        raise InputError("is not text in any known encoding. Save it as UTF-8.")
    return data.decode(best.encoding, errors="replace"), f"read as {best.encoding}, because it is not UTF-8"


def _looks_western(data: bytes) -> bool:
    """Whether bytes above 127 are as rare as accented letters and quotation marks are in Western languages."""
    written = len(data.translate(None, b" \t\r\n"))
    letters = len(data) - len(data.translate(None, bytes(range(0xC0, 0x100))))
    signs = len(data) - len(data.translate(None, bytes(range(0x80, 0xC0))))
    return letters < 0.2 * written and signs < 0.2 * written


def _is_suspect(text: str) -> bool:
    """Say whether ftfy, which is slow, should look at a text."""
    return "Ã" in text or "Â" in text or "â€" in text or "\ufffd" in text


def repair_mojibake(text: str) -> str:
    """Undo text that was decoded wrongly before it was saved ("donâ€™t" for "don’t"); nothing else changes.

    Uses `ftfy.fix_encoding` (Speer 2019, ftfy 6.3), and only where a plain search finds Ã, Â, â€ or U+FFFD.

    Examples
    --------
    >>> repair_mojibake("“I donâ€™t know”")
    '“I don’t know”'
    >>> repair_mojibake("São Paulo’s “IPÊ” — Â")
    'São Paulo’s “IPÊ” — Â'
    """
    if text.isascii() or not _is_suspect(text):
        return text
    import ftfy

    # Line by line, as fix_text does: one line pasted from elsewhere may be wrong, and a book is slow at once.
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if len(line) <= _LONGEST_LINE and _is_suspect(line):
            lines[i] = ftfy.fix_encoding(line)
    return "\n".join(lines)


def clean(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Make a text storable and comparable: line ends, NUL characters, lone surrogates, mojibake.

    Returns
    -------
    tuple of str and list
        The text and what to note, as (kind, message). Line ends are normalised without a note.

    Examples
    --------
    >>> clean("One.\\r\\nTwo.")
    ('One.\\nTwo.', [])
    >>> clean("a\\x00b")
    ('ab', [('characters', '1 NUL character taken out')])
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "\0" not in text:
        return text, []
    notes = []
    if text.startswith("\ufeff"):
        text = text.lstrip("\ufeff")
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        notes.append(("characters", f"{nuls} NUL character{'s' * (nuls > 1)} taken out"))
    text, lone = _without_surrogates(text)
    if lone:
        notes.append(("characters", f"{lone} lone surrogate{'s' * (lone > 1)} replaced by U+FFFD"))
    repaired = repair_mojibake(text)
    if repaired != text:
        notes.append(("mojibake", _describe_repair(text, repaired)))
        text = repaired
    return text, notes


def storable(text: str) -> str:
    """Put U+FFFD in the place of halves of surrogate pairs, which no file can hold; nothing else changes.

    Examples
    --------
    >>> storable("café " + chr(0xD800)) == "café " + chr(0xFFFD)
    True
    """
    return text if text.isascii() else _without_surrogates(text)[0]


def _without_surrogates(text: str) -> tuple[str, int]:
    try:
        text.encode()
    except UnicodeEncodeError:
        # A pair of surrogates that JSON wrote separately is one character; what is left alone is none.
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\ud83d" in text else text
        return _SURROGATE.subn("\ufffd", joined)
    return text, 0


def _describe_repair(before: str, after: str) -> str:
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return f"wrongly decoded characters repaired, first {before[start : start + 3]!r} to {after[start : start + 1]!r}"
