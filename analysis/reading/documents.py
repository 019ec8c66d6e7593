"""The paragraphs of Word (.docx) and rich text (.rtf) documents: their text, without what is drawn or hidden."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from analysis.errors import InputError
from analysis.reading.exported import Paragraph
from analysis.reading.files import MAX_BYTES, check_growth

__all__ = ["docx_paragraphs", "rtf_paragraphs"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Of a paragraph, what is not its own text: pictures and boxes, what was deleted, the address of a link.
_NOT_TEXT = frozenset(
    (
        *(
            f"{_W}{name}"
            for name in ("drawing", "pict", "object", "del", "moveFrom", "instrText", "delText", "pPr", "rPr")
        ),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
    )
)

_ENTITIES = "declares entities, as no Word document does: they may be made to do harm."


def docx_paragraphs(stream: BinaryIO, size: int) -> Iterator[Paragraph]:
    """The paragraphs of a .docx, in their order, as they are read.

    Parameters
    ----------
    stream
        The file; it must be able to seek.
    size
        Its bytes.

    Raises
    ------
    InputError
        If it is no Word document, is damaged, or unpacks to more than archives do; the message is without its name.
    """
    try:
        with zipfile.ZipFile(stream) as parts:
            name = next((name for name in parts.namelist() if name.lower() == "word/document.xml"), None)
            if name is None:
                raise InputError("is a zip archive, but not a Word document. Save it as .docx.")
            unpacked = parts.getinfo(name).file_size
            if unpacked > MAX_BYTES:
                raise InputError(f"unpacks to {unpacked >> 30} GB. Split it.")
            check_growth(unpacked, size)
            with parts.open(name) as document:
                yield from _docx(document)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"is not a Word document that can be read: {_short(error)}. Save it again.") from error


def _docx(document: Any) -> Iterator[Paragraph]:
    from lxml import etree

    gap = 0
    safely = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        for _, element in etree.iterparse(document, events=("end",), tag=f"{_W}p", **safely):
            if element.getroottree().docinfo.doctype:
                raise InputError(_ENTITIES)
            if any(True for _ in element.iterancestors(f"{_W}txbxContent")):
                continue  # a box beside the text
            text = "".join(_docx_text(element)).replace("\xa0", " ").strip()
            breaks = element.find(f"{_W}pPr/{_W}sectPr") is not None or any(
                one.get(f"{_W}type") == "page" for one in element.iter(f"{_W}br")
            )
            if text:
                middle = element.find(f"{_W}pPr/{_W}jc")
                centred = middle is not None and middle.get(f"{_W}val") == "center"
                yield Paragraph(text, gap + 2 * breaks, centred, element.getparent().tag == f"{_W}tc")
                gap = 0
            else:
                gap += 1 + 2 * breaks
            element.clear()
            while element.getprevious() is not None and element.getparent().tag == f"{_W}body":
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        if "ntity" in str(error):
            raise InputError(_ENTITIES) from error
        raise InputError(f"is not a Word document that can be read: {_short(error)}. Save it again.") from error


def _docx_text(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in _NOT_TEXT:
            yield from _docx_text(child)


def _short(error: Exception) -> str:
    return (" ".join(str(error).split())[:120] or type(error).__name__).rstrip(".")


# -- rich text ---------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_HIDDEN_TEXT = b"""
fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf footnote
annotation atnid atnauthor themedata colorschememapping datastore listtable listoverridetable rsidtbl generator
xmlnstbl fldinst bkmkstart bkmkend filetbl revtbl latentstyles mmathPr wgrffmtfilter nonshppict shp shppict pntext
listtext pnseclvl tc xe private template userprops comment company
"""
_HIDDEN = frozenset(_HIDDEN_TEXT.split())
_SIGNS = {
    b"tab": "\t",
    b"line": "\n",
    b"cell": "\t",
    b"nestcell": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
}
#: Number of a font's character set to the code page.
_CHARSETS = {
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


class _Rtf:
    """What stands while a rich text is read: the groups that are open, the paragraph so far."""

    def __init__(self) -> None:
        self.stack: list[tuple[int, bool, str, bool]] = []
        self.skip, self.hidden, self.codec, self.deleted = 1, False, "cp1252", False
        self.page = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font: int | None = None
        self.in_fonts = 0
        self.text: list[str] = []
        self.bytes = bytearray()
        self.gap, self.centred, self.cell = 0, False, False

    def flush(self) -> None:
        if self.bytes:
            self.text.append(self.bytes.decode(self.codec, "replace"))
            self.bytes.clear()

    def end(self) -> Paragraph | None:
        """The paragraph that ends here; None where it is empty."""
        self.flush()
        text = "".join(self.text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = text.replace("\xa0", " ").strip()
        self.text.clear()
        if not text:
            self.gap += 1
            return None
        found = Paragraph(text, self.gap, self.centred, self.cell)
        self.gap = 0
        return found


def rtf_paragraphs(data: bytes) -> Iterator[Paragraph]:
    r"""The paragraphs of a rich text.

    Raises
    ------
    InputError
        If it is no rich text; the message is without the file's name.

    Examples
    --------
    >>> [one.text for one in rtf_paragraphs(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\b Rain\par He said: \'93No.\'94}")]
    ['Rain', 'He said: “No.”']
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError("is not a rich text document. Save it as .rtf.")
    rtf = _Rtf()
    ucskip = 0
    at, length = 0, len(data)
    while at < length:
        hit = _TOKEN.match(data, at)
        if hit is None:
            at += 1
            continue
        at = hit.end()
        word, number, byte, sign, brace, plain = hit.groups()
        if brace == b"{":
            rtf.flush()
            rtf.stack.append((rtf.skip, rtf.hidden, rtf.codec, rtf.deleted))
            if rtf.in_fonts:
                rtf.in_fonts += 1
        elif brace == b"}":
            rtf.flush()
            if rtf.stack:
                rtf.skip, rtf.hidden, rtf.codec, rtf.deleted = rtf.stack.pop()
            rtf.in_fonts = max(rtf.in_fonts - 1, 0)
        elif word is not None:
            value = int(number) if number else None
            if word == b"bin":
                at += max(value or 0, 0)
            elif word in (b"par", b"row", b"nestrow", b"page", b"sect") and not rtf.hidden:
                rtf.cell = rtf.cell or word in (b"row", b"nestrow")
                if found := rtf.end():
                    yield found
                rtf.cell = False
                if word in (b"page", b"sect"):
                    rtf.gap += 2
            elif word == b"u" and value is not None:
                if not rtf.hidden:
                    rtf.flush()
                    rtf.text.append(chr(value % 65536))
                ucskip = rtf.skip
            else:
                _word(rtf, word, value)
        elif sign == b"*":
            rtf.hidden = True
        elif ucskip and (byte is not None or plain is not None):
            if byte is not None:
                ucskip -= 1
            else:
                used = min(ucskip, len(plain))
                ucskip -= used
                if not rtf.hidden:
                    rtf.bytes += plain[used:]
        elif rtf.hidden or rtf.deleted:
            pass
        elif byte is not None:
            rtf.bytes.append(int(byte, 16))
        elif plain is not None:
            rtf.bytes += plain
        elif sign is not None:
            rtf.flush()
            rtf.text.append({b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": ""}.get(sign, sign.decode("latin-1")))
    if found := rtf.end():
        yield found


def _word(rtf: _Rtf, word: bytes, value: int | None) -> None:
    if word == b"fonttbl":
        rtf.in_fonts, rtf.hidden = 1, True
    elif rtf.in_fonts and word == b"f":
        rtf.font = value
    elif rtf.in_fonts and word == b"fcharset":
        if rtf.font is not None and value in _CHARSETS:
            rtf.fonts[rtf.font] = _CHARSETS[value]
    elif word in _HIDDEN:
        rtf.hidden = True
    elif word == b"ansicpg" and value:
        rtf.page = rtf.codec = _codec(value)
    elif word == b"mac":
        rtf.page = rtf.codec = "mac-roman"
    elif word == b"f":
        rtf.flush()
        rtf.codec = rtf.fonts.get(value or 0, rtf.page)
    elif word == b"uc":
        rtf.skip = min(max(value or 0, 0), 8)
    elif word in (b"pard", b"plain"):
        rtf.centred = rtf.centred and word != b"pard"
        rtf.deleted = False
    elif word == b"qc":
        rtf.centred = True
    elif word == b"intbl":
        rtf.cell = True
    elif word in (b"deleted", b"v"):
        rtf.deleted = value != 0
    elif word in _SIGNS and not (rtf.hidden or rtf.deleted):
        rtf.flush()
        rtf.text.append(_SIGNS[word])


def _codec(page: int) -> str:
    try:
        b"".decode(f"cp{page}")
    except LookupError:
        return "utf-8" if page == 65001 else "cp1252"
    return f"cp{page}"
