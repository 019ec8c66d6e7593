"""Factiva: its pages (with field codes or as shown), its texts, and its XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from analysis.errors import InputError
from analysis.reading.bylines import looks_like_names
from analysis.reading.exported import (
    BELOW_LAST,
    COPYRIGHT,
    OF_DATABASE,
    Exported,
    Paragraph,
    joined,
    language_named,
    n_words_stated,
    without_by,
)
from analysis.reading.markup import Block, blocks, parse_html
from analysis.reading.press_dates import find_date

__all__ = ["DOCUMENT", "PAGE", "read_page_article", "read_text", "read_xml"]

#: What an article of a page begins with.
PAGE = re.compile(r"<div[^<>]{0,80}\bclass=[\"']article (?:[a-z]{2}|zhcn|zhtw)Article[\"']")
#: What an article of a text ends with: its number.
DOCUMENT = re.compile(
    r"[^\S\n]*(?:AN\s{1,8})?(?:Document|Dokument|Documento|文件|文檔)\s{1,4}([A-Z][A-Z0-9]{3,15}\d{8}[a-z0-9]{5,15})[^\S\n]*"
)
_WORDS = re.compile(
    r"\s*(\d[\d.,\s\u202f]{0,9})\s*(?:words|mots|w[oö]rter|palabras|parole|woorden|palavras|слов|語|字|ord)\s*", re.I
)
#: Before a title: its number in the list of results.
_COUNTED = re.compile(r"\d{1,4}\)\s+")
_TIME = re.compile(r"\s*(\d{1,2}):(\d\d)(?::\d\d)?\s*(?:([AP])M)?\s*(?:[A-Z]{2,4})?\s*", re.I)
_CODE = re.compile(r"[A-Z0-9]{3,8}")
_CODED = re.compile(
    r"(HD|SE|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CLM|ART|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|NGC|GC)(?:\t|\s{2,8}|$)(.*)",
    re.S,
)


def read_page_article(source: str) -> Exported:
    """Read one article of a page: what stands between one beginning and the next.

    Examples
    --------
    >>> cells = "<tr><td><b>HD</b>&nbsp;</td><td>Rain</td></tr><tr><td><b>PD</b></td><td>4 mars 2024</td></tr>"
    >>> body = "<tr><td><b>LP</b></td><td><p>It rained.</p><p>It was cold.</p></td></tr>"
    >>> article = read_page_article(f"<div class='article enArticle'><table>{cells}{body}</table></div>")
    >>> article.fields, article.text
    ({'title': 'Rain', 'published': '2024-03-04'}, 'It rained.\\n\\nIt was cold.')
    """
    tree = parse_html(source)
    found = tree.xpath("//div[contains(concat(' ', @class), ' article ')]")
    root = found[0] if found else tree
    fields: list[tuple[str, list[str]]] = []
    for row in root.iter("tr"):
        cells = row.findall("td")
        if len(cells) == 2 and _CODED.fullmatch(code := "".join(cells[0].itertext()).replace("\xa0", " ").strip()):
            fields.append((code, [block.text for block in blocks(cells[1])]))
    if any(code in ("HD", "LP", "TD", "AN") for code, _ in fields):
        return _of_fields(fields)
    return _as_shown(list(blocks(root)))


def _of_fields(fields: list[tuple[str, list[str]]]) -> Exported:
    """An article with field codes."""
    article = Exported()
    body: list[str] = []
    time = ""
    for code, paragraphs in fields:
        value = " ".join(" ".join(paragraphs).split())
        if code in ("LP", "TD"):
            body += paragraphs
        elif code == "ET":
            time = value
        elif value:
            _take(code, value, article)
    _at(time, article)
    article.text = joined(body)
    return article.complete()


def _take(code: str, value: str, article: Exported) -> None:
    columns = {"HD": "title", "SE": "section", "SN": "outlet", "ED": "edition", "PG": "page"}
    if code in columns:
        article.fields.setdefault(columns[code], value)
    elif code == "BY":
        article.fields["authors"] = without_by(value)
    elif code == "WC" and (n_words := n_words_stated(value)) is not None:
        article.fields["length_stated"] = n_words
    elif code == "PD" and (found := find_date(value)):
        article.fields["published"] = found.written
    elif code == "LA" and (language := language_named(value)):
        article.fields["language"] = language
    elif code == "AN":
        article.fields["database_id"] = value.split()[-1]
    elif code == "CY":
        article.aside("footer", "copyright", value)
    else:
        article.aside("footer", "the caption of a picture" if code == "ART" else OF_DATABASE, f"{code}: {value}")


def _at(time: str, article: Exported) -> None:
    """Add the time of day to the date."""
    hit = _TIME.fullmatch(time)
    day = str(article.fields.get("published") or "")
    if hit and len(day) == 10 and int(hit[1]) < 24 and int(hit[2]) < 60:
        half = (hit[3] or "").lower()
        hour = int(hit[1]) % 12 + 12 * (half == "p") if half else int(hit[1])
        article.fields["published"] = f"{day} {hour:02}:{hit[2]}"


def _as_shown(found: list[Block]) -> Exported:
    """An article as it is shown: title, words, date, paper, language, copyright, each a block; the paragraphs."""

    def is_body(block: Block) -> bool:
        return any(name.lower().endswith("articleparagraph") for name in block.classes)

    begin = next((i for i, block in enumerate(found) if is_body(block)), None)
    if begin is None:
        article = _text_article([block.text for block in found if not DOCUMENT.fullmatch(block.text)])
        if number := next((hit for block in found if (hit := DOCUMENT.fullmatch(block.text))), None):
            article.fields["database_id"] = number[1]
        return article
    head = [block.text for block in found[:begin]]
    title = next(
        (i for i, block in enumerate(found[:begin]) if block.element.get("id") == "hd" or _is_headline(block)), None
    )
    authors = next((i for i, block in enumerate(found[:begin]) if "author" in block.classes), None)
    article = Exported()
    _head(head, article, title, authors)
    body: list[str] = []
    for block in found[begin:]:
        if number := DOCUMENT.fullmatch(block.text):
            article.fields["database_id"] = number[1]
        elif is_body(block) or block.tag in ("tr", "li", "pre"):
            body.append(block.text)
        else:
            article.aside("footer", OF_DATABASE, block.text)
    article.text = joined(body)
    return article.complete()


def _is_headline(block: Block) -> bool:
    inside = [block.element, *block.element.iter("span", "b")]
    return any(name.endswith("Headline") for one in inside for name in (one.get("class") or "").split())


def _is_authors(line: str) -> bool:
    plain = without_by(line)
    return plain != " ".join(line.split()) or looks_like_names(plain)


def _head(lines: list[str], article: Exported, title: int | None = None, authors: int | None = None) -> None:
    """Read the lines above the body; those about the paper follow the number of words."""
    words = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    end = len(lines) if words is None else words
    if authors is None and end > 1 and title in (None, *range(end - 1)) and _is_authors(lines[end - 1]):
        authors = end - 1
    if title is None:  # a short line above it is the section
        others = [i for i in range(end) if i != authors]
        shorter = len(others) > 1 and len(lines[others[0]].split()) <= min(4, len(lines[others[1]].split()))
        title = others[shorter] if others else None
    for i, line in enumerate(lines[:end]):
        line = " ".join(line.split())
        if i == title:
            article.fields["title"] = _COUNTED.sub("", line)
        elif i == authors:
            article.fields["authors"] = without_by(line)
        elif title is not None and i < title:
            article.fields.setdefault("section", line)
        else:
            article.aside("header", "below the title", line)
    rest = lines[end:]
    if rest:
        article.fields["length_stated"] = n_words_stated(rest.pop(0))
    if rest and (found := find_date(rest[0])):
        article.fields["published"] = found.written
        rest.pop(0)
    if rest and _TIME.fullmatch(rest[0]):
        _at(rest.pop(0), article)
    if rest and not COPYRIGHT.match(rest[0]):
        article.fields["outlet"] = " ".join(rest.pop(0).split())
    for line in rest:
        if COPYRIGHT.match(line):
            article.aside("footer", "copyright", line)
        elif "language" not in article.fields and (language := language_named(line)) and len(line.split()) <= 2:
            article.fields["language"] = language
        elif "page" not in article.fields and re.fullmatch(r"[A-Z]{0,2}\d{1,4}", line):
            article.fields["page"] = line
        elif _CODE.fullmatch(line):
            article.aside("footer", OF_DATABASE, line)
        elif "edition" not in article.fields and len(line) <= 60:
            article.fields["edition"] = line
        else:
            article.aside("header", "above the body", line)


# -- texts -------------------------------------------------------------------------------------------------------------


def read_text(paragraphs: Iterable[Paragraph]) -> Iterator[Exported]:
    """Read a text or rich text, each article of which ends with its number: "Document FACTV00020240304…".

    Examples
    --------
    >>> lines = ["Rain in town", "Jane Doe", "3 words", "4 March 2024", "The Gazette", "GAZ", "English"]
    >>> lines += ["(c) 2024 Gazette", "It rained again.", "Document GAZ0000020240304ek3400001"]
    >>> article = next(read_text(Paragraph(line) for line in lines))
    >>> article.fields["outlet"], article.fields["authors"], article.text
    ('The Gazette', 'Jane Doe', 'It rained again.')
    """
    held: list[str] = []
    last: Exported | None = None
    for paragraph in paragraphs:
        for line in paragraph.text.split("\n"):
            number = DOCUMENT.fullmatch(line)
            if number is None:
                held.append(line)
                continue
            if last is not None:
                yield last
            last = _text_article(held)
            last.fields["database_id"] = number[1]
            held = []
    if any(_WORDS.fullmatch(line) for line in held):
        if last is not None:
            yield last
        last = _text_article(held)
        last.notes.append(("export", "the end of this article is missing: the file seems to be cut off"))
    elif last is not None and held:
        last.aside("footer", BELOW_LAST, "\n".join(held))
    if last is not None:
        yield last


def _text_article(lines: list[str]) -> Exported:
    codes = {hit[1] for line in lines if (hit := _CODED.fullmatch(line))}
    if len(codes & {"HD", "WC", "PD", "SN", "LP", "TD"}) >= 3:
        fields: list[tuple[str, list[str]]] = []
        for line in lines:
            hit = _CODED.fullmatch(line)
            if hit and (hit[1] not in {code for code, _ in fields} or not fields):
                fields.append((hit[1], [hit[2].strip()] if hit[2].strip() else []))
            elif fields:
                fields[-1][1].append(line)
        return _of_fields(fields)
    words = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    article = Exported()
    if words is None:
        article.fields["title"] = lines[0] if lines else None
        article.text = joined(lines[1:])
        return article.complete()
    # The head ends with the copyright, which stands among the next lines, or else with the language.
    below = range(words + 1, min(words + 12, len(lines)))
    end = next((i for i in below if COPYRIGHT.match(lines[i])), None)
    if end is None:
        end = next((i for i in below if len(lines[i].split()) <= 2 and language_named(lines[i])), words + 3)
    _head([line for line in lines[: end + 1] if line.strip()], article)
    article.text = joined(lines[end + 1 :])
    return article.complete()


# -- XML ---------------------------------------------------------------------------------------------------------------

_ENTITIES = "declares entities, as no export of Factiva does: they may be made to do harm."
_XML_COLUMNS = {"sourceName": "outlet", "sectionName": "section", "edition": "edition"}
_XML_BODY = ("leadParagraph", "tailParagraphs")
_XML_DATES = ("publicationDate", "publicationTime")


def read_xml(stream: BinaryIO) -> Iterator[Exported]:
    """Read an XML export of Factiva, article by article.

    Raises
    ------
    InputError
        If it is other XML, is damaged, or declares entities; the message is without the file's name.

    Examples
    --------
    >>> import io
    >>> xml = b"<r><article><headline>Rain</headline><leadParagraph>It rained.</leadParagraph></article></r>"
    >>> next(read_xml(io.BytesIO(xml))).text
    'It rained.'
    """
    from lxml import etree

    n = 0
    root = None
    safely = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        for event, element in etree.iterparse(stream, events=("start", "end"), remove_pis=True, **safely):
            if root is None:
                root = element
                if element.getroottree().docinfo.internalDTD is not None:
                    raise InputError(_ENTITIES)
            if event == "end" and _local(element) == "article":
                n += 1
                yield _xml_article(element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        if "ntity" in str(error):
            raise InputError(_ENTITIES) from error
        where = f"after its {n:,} articles" if n else "before its first article"
        words = " ".join(str(error.msg).split())[:160].rstrip(".")
        raise InputError(f"is XML that is cut off or damaged {where}: {words}. Export it again.") from error
    if n == 0:
        name = _local(root) if root is not None else ""
        raise InputError(f"is XML of a kind that is not known: <{name}>. Of XML, exports of Factiva are read.")


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _xml_article(element: Any) -> Exported:
    article = Exported()
    body: list[str] = []
    others: dict[str, list[str]] = {}
    for child in element:
        name = _local(child)
        text = " ".join("".join(child.itertext()).split())
        if name in _XML_BODY:
            body += _xml_paragraphs(child)
        elif not text:
            continue
        elif name == "headline":
            article.fields["title"] = text
        elif name == "byline":
            article.fields["authors"] = without_by(text)
        elif name in _XML_DATES:
            article.fields.setdefault("published", text.split()[0])
        elif name == "baseLanguage":
            article.fields["language"] = text.lower()
        elif name == "wordCount":
            article.fields["length_stated"] = n_words_stated(text)
        elif name == "pages":
            article.fields["page"] = text
        elif name == "accessionNo":
            article.fields["database_id"] = text
        elif name in _XML_COLUMNS:
            article.fields[_XML_COLUMNS[name]] = text
        elif name == "copyright":
            article.aside("footer", "copyright", text)
        else:
            others.setdefault(name, []).append(text)
    for name, texts in others.items():
        article.aside("footer", OF_DATABASE, f"{name}: {'; '.join(texts)}")
    article.text = joined(body)
    return article.complete()


def _xml_paragraphs(element: Any) -> Iterator[str]:
    children = [child for child in element if _local(child) == "paragraph"]
    if children:
        for child in children:
            text = "".join(child.itertext())
            fixed = child.get("display") == "Fixed"  # a table: its lines are kept
            yield text.strip("\n") if fixed else " ".join(text.split())
        return
    # Plain text: an indented line begins a paragraph, as an empty one does.
    held: list[str] = []
    for line in "".join(element.itertext()).split("\n"):
        if held and (not line.strip() or line.startswith("   ")):
            yield " ".join(held)
            held = []
        if line.strip():
            held.append(line.strip())
    if held:
        yield " ".join(held)
