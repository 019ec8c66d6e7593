"""ProQuest: its texts and pages, in which every field has its name ("Full text:")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analysis.reading.exported import (
    OF_DATABASE,
    Exported,
    Paragraph,
    joined,
    language_named,
    section_and_page,
    without_by,
)
from analysis.reading.press_dates import find_date

__all__ = ["BEGINNING", "FIELD", "SIGN", "read_text"]

_NAMES_TEXT = """
author; publication info; abstract; links; full text; subject; location; people; company / organization; company;
business indexing term; classification; identifier / keyword; title; alternate title; publication title; volume;
issue; pages; first page; number of pages; publication year; publication date; publication subject; dateline; year;
column; section; supplement; publisher; place of publication; country of publication; issn; e-issn; source; source
type; language of publication; language; document type; document feature; proquest document id; document url; url;
copyright; last updated; database; credit; illustration; caption; accession number; doi; correspondence author;
story column
"""
_NAMES = sorted((re.escape(" ".join(name.split())) for name in _NAMES_TEXT.split(";")), key=len, reverse=True)
FIELD = re.compile(rf"[^\S\n]*({'|'.join(_NAMES)})\s?:\s*(.*)", re.I | re.S)
#: Headings of newer documents, alone in their line.
_HEADINGS = frozenset(("ABSTRACT", "DETAILS", "FULL TEXT", "LINKS"))
_SENTENCE = re.compile(r".*[.!?…][\"'”’»)]*", re.S)
#: A line of which every article has one: together with a beginning it says that a file is an export of ProQuest.
SIGN = re.compile(
    r"^[^\S\n]{0,8}(?:ProQuest document (?:ID|link)|Document URL: https?://\S{0,60}proquest)", re.M | re.I
)
#: What an article begins with.
BEGINNING = re.compile(r"[^\S\n]*Document \d{1,6} of \d{1,6}[^\S\n]*")
_RULE = re.compile(r"[^\S\n]*_{20,}[^\S\n]*")
_END = re.compile(
    r"[^\S\n]*(?:contact us at:|database copyright|©? ?\d{4} proquest|terms and conditions:|bibliography$)", re.I
)
_INFO_OUTLET = re.compile(r"([^;:\[(]{2,80}?)\s*[;,(\[]")
_TAIL = ("title", "publication title", "publication date", "proquest document id", "document url", "publisher")


def read_text(paragraphs: Iterable[Paragraph]) -> Iterator[Exported]:
    """Read a text in which rules or "Document 1 of 12" part the articles.

    Examples
    --------
    >>> lines = ["_" * 60, "Rain", "Author: Doe, Jane", "Full text: It rained.", "It was cold.", "Title: Rain"]
    >>> lines += ["Publication title: The Gazette", "Publication date: Mar 4, 2024", "Document URL: https://x.org/1"]
    >>> article = next(read_text(Paragraph(line) for line in lines))
    >>> article.fields["outlet"], article.fields["published"], article.text
    ('The Gazette', '2024-03-04', 'It rained.\\n\\nIt was cold.')
    """
    held: list[str] = []
    begun = ended = False
    for line in (line for paragraph in paragraphs for line in paragraph.text.split("\n")):
        begins = bool(BEGINNING.fullmatch(line))
        if begins or ended or _RULE.fullmatch(line):
            if _is_article(held) or (begun and held):
                yield _article(held)
                begun = False
            begun, ended, held = begun or begins, False, []
        if line.strip() and not begins and not _RULE.fullmatch(line):
            held.append(line.strip())
            field = FIELD.fullmatch(line)
            ended = field is not None and field[1].lower() == "database"  # the last of each article
    if _is_article(held) or (begun and held):
        yield _article(held)


def _is_article(lines: list[str]) -> bool:
    """Whether lines are an article, and not the table of contents or the last page."""
    names = {hit[1].lower() for line in lines if (hit := FIELD.fullmatch(line))}
    return len(names & {"full text", *_TAIL}) >= 2


def _article(lines: list[str]) -> Exported:
    article = Exported()
    names = [_named(line) for line in lines]
    begin = next((i for i, (name, _) in enumerate(names) if name == "full text"), None)
    body: list[str] = []
    end = len(lines)
    if begin is not None:
        end = _end_of_body(names, begin)
        body = [names[begin][1], *lines[begin + 1 : end]]
    article.text = joined(body)
    found: dict[str, str] = {}
    last = ""
    for i, (name, value) in enumerate(names):
        if begin is not None and begin <= i < end:
            continue
        if name:
            found.setdefault(name, value)
            last = name
        elif _END.match(value):
            article.aside("footer", OF_DATABASE, value)
        elif i == 0 and not last:
            article.fields["title"] = value
        elif last and value.lower() != "proquest document link":
            found[last] = f"{found.get(last, '')} {value}".strip()
    _columns(found, article)
    return article.complete()


def _named(line: str) -> tuple[str, str]:
    """The name of the field that a line begins, none if it does not, and the rest of the line."""
    if line in _HEADINGS:
        return line.lower(), ""
    hit = FIELD.fullmatch(line)
    return (hit[1].lower(), hit[2].strip()) if hit else ("", line)


def _end_of_body(names: list[tuple[str, str]], begin: int) -> int:
    """The first named line below the text from which on nearly every line has a name, and no sentence is without."""
    details = [i for i in range(begin + 1, len(names)) if names[i] == ("details", "")]
    if details and not names[begin][1]:  # the headings of newer documents
        return details[-1]
    for i in range(begin + 1, len(names)):
        if names[i][0] and names[i][0] not in ("full text", "credit", "illustration", "caption"):
            below = names[i : i + 6]
            without = [value for name, value in below if not name]
            sentences = names[i][0] != "abstract" and any(map(_SENTENCE.fullmatch, without))
            if len(without) <= len(below) // 3 and not sentences:
                return i
    return len(names)


def _columns(found: dict[str, str], article: Exported) -> None:
    if title := found.pop("title", None):
        article.fields["title"] = title
    if outlet := found.pop("publication title", None):
        article.fields["outlet"] = outlet.split(";")[0].strip()
    if author := found.pop("author", None):
        article.fields["authors"] = without_by(author)
    info = found.get("publication info", "")
    date = find_date(found.get("publication date", "")) or find_date(info)
    if date:
        article.fields["published"] = date.written
        found.pop("publication date", None)
    if "outlet" not in article.fields and (hit := _INFO_OUTLET.match(info)):
        article.fields["outlet"] = hit[1]
    if section := found.pop("section", None):
        named, page = section_and_page(section)
        article.fields |= {key: text for key, text in (("section", named), ("page", page)) if text}
    if page := found.pop("pages", None) or found.pop("first page", None):
        article.fields["page"] = page
    for name in ("language of publication", "language"):
        if code := language_named(found.get(name, "")):
            article.fields["language"] = code
            found.pop(name)
    if number := found.pop("proquest document id", None):
        article.fields["database_id"] = number
    for name in ("url", "document url"):
        if found.get(name, "").lower().startswith(("http://", "https://")):
            article.fields.setdefault("url", found.pop(name).split()[0])
    for name, value in found.items():
        if value:
            article.aside("footer", "copyright" if name == "copyright" else OF_DATABASE, f"{name}: {value}")
