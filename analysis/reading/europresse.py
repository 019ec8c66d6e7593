"""Europresse (Eureka.cc): its pages of several articles, in the form of 2012 and in that since."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from analysis.reading.bylines import looks_like_names
from analysis.reading.exported import COPYRIGHT, Exported, joined, without_by
from analysis.reading.markup import Block, blocks, parse_html
from analysis.reading.press_dates import find_date

__all__ = ["PUBLICATION", "beginnings", "read_page_article"]

#: What every article has once.
PUBLICATION = re.compile(r"<\w+[^<>]{0,80}\bclass=[\"'][^\"'<>]{0,60}\bDocPublicationName\b", re.I)
_ARTICLE = re.compile(r"<article\b", re.I)
_TABLE = re.compile(
    r"<table\b[^<>]{0,200}>\s*<tr\b[^<>]{0,200}>\s*<td\b[^<>]{0,200}>\s*<table id=[\"']tbHeaderImages", re.I
)
_NUMBER = re.compile(
    r"(?:num[eé]ro de document|document number|dokumentnummer|n[uú]mero de documento)\s*:?\s*(\S+)", re.I
)
_ID = re.compile(r"(?:news|web|tv|radio|biblio)·\S+")
_ISSUE = re.compile(r",\s*(?:no\b\.?|n°|num[eé]ro|vol\b\.?|#)\s*.*$", re.I | re.S)
#: What stands below the name of a paper is its place or group.
_BELOW = re.compile(r"\n|\s{8,}")
_PAGE = re.compile(r"\bp(?:p|ages?)?\.\s*([A-Z]{0,3}\d[\w.-]*)", re.I)


def beginnings(source: str) -> list[int]:
    """Where in the source of a page its articles begin.

    Examples
    --------
    >>> beginnings("<body><article><span class='DocPublicationName'>A</span></article></body>")
    [6]
    """
    names = [hit.start() for hit in PUBLICATION.finditer(source)]
    marks = [hit.start() for hit in _ARTICLE.finditer(source)] or [hit.start() for hit in _TABLE.finditer(source)]
    found: list[int] = []
    for name in names:
        n_before = bisect_left(marks, name)
        begin = marks[n_before - 1] if n_before else name
        found.append(name if found and begin <= found[-1] else begin)
    return found


def read_page_article(source: str) -> Exported:
    """Read one article of a page: what stands between one beginning and the next.

    Examples
    --------
    >>> head = "<span class='DocPublicationName'>Le Phare, no. 12</span> <p class='titreArticleVisu'>La pluie</p>"
    >>> when = "<span class='DocHeader'>Politique, lundi 4 mars 2024, p. 3</span>"
    >>> page = f"<article><header>{head}<div>{when}</div></header><div class='docOcurrContainer'><p>Il pleut.</p></div>"
    >>> article = read_page_article(page + "</article>")
    >>> article.fields["outlet"], article.fields["section"], article.fields["published"], article.text
    ('Le Phare', 'Politique', '2024-03-04', 'Il pleut.')
    """
    tree = parse_html(source)
    for line_break in tree.iter("br"):  # which parts words too
        line_break.tail = "\n" + (line_break.tail or "")
    article = Exported()
    names = _with_class(tree, "DocPublicationName")
    if names:
        outlet = " ".join(_BELOW.split("".join(names[0].itertext()).strip())[0].split())
        article.fields["outlet"] = _ISSUE.sub("", outlet).strip(" ,") or outlet
    header = " ".join(" ".join("".join(one.itertext()) for one in _with_class(tree, "DocHeader")).split())
    _read_header(header, article)
    bodies = _with_class(tree, "docOcurrContainer") or _with_class(tree, "DocText") or list(tree.iter("section"))
    if bodies:
        _read_new(tree, bodies, article)
    else:
        _read_old(tree, article)
    return article.complete()


def _with_class(tree: Any, name: str) -> list[Any]:
    wanted = name.lower()
    return [one for one in tree.iter("*") if wanted in (one.get("class") or "").lower().split()]


def _read_header(header: str, article: Exported) -> None:
    """Section, date and page: "Politique, jeudi 5 octobre 2012, p. 3"."""
    found = find_date(header)
    if found is None:
        if header:
            article.aside("header", "a date that could not be read", header)
        return
    article.fields["published"] = found.written
    section = header[: found.start].strip(" ,;")
    if section:
        article.fields["section"] = section
    if page := _PAGE.search(header[found.end :]):
        article.fields["page"] = page[1]


def _read_new(tree: Any, bodies: list[Any], article: Exported) -> None:
    """The form since 2013: `<header>`, `<section>`, `<aside>` with captions, `<footer>`."""
    if titles := _with_class(tree, "titreArticleVisu"):
        article.fields["title"] = " ".join("".join(titles[0].itertext()).split())
    if authors := _with_class(tree, "docAuthors"):
        article.fields["authors"] = without_by(" ".join("".join(authors[0].itertext()).split()))
    article.text = joined(block.text for body in bodies for block in blocks(body))
    below_title = False
    for block in blocks(tree):
        classes = {name.lower() for name in block.classes}
        if "titrearticlevisu" in classes:
            below_title = True
        elif _is_within(block.element, bodies) or "docauthors" in classes or _is_head_line(block):
            continue
        else:
            in_head = block.tag == "header" or any(True for _ in block.element.iterancestors("header"))
            named = "authors" in article.fields or not (below_title and in_head) or not _is_authors(block.text)
            if named or any("subtitle" in name for name in classes):
                _aside(block.text, article, in_head)
            else:
                article.fields["authors"] = without_by(block.text)


def _is_within(element: Any, bodies: list[Any]) -> bool:
    return any(one in bodies for one in (element, *element.iterancestors()))


def _is_head_line(block: Block) -> bool:
    names = {(one.get("class") or "").lower() for one in block.element.iter("span")}
    return bool(names & {"docpublicationname", "docheader"})


def _is_authors(text: str) -> bool:
    plain = without_by(text)
    return looks_like_names(plain) or (len(plain.split()) <= 6 and not re.search(r"[.!?:]$", plain))


def _aside(text: str, article: Exported, in_head: bool) -> None:
    if number := _NUMBER.search(text) or _ID.fullmatch(text):
        article.fields.setdefault("database_id", number[1] if number.re is _NUMBER else number[0])
    elif COPYRIGHT.match(text):
        article.aside("footer", "copyright", text)
    elif in_head:
        article.aside("header", "above the body", text)
    else:
        article.aside("footer", "below the body", text)


def _read_old(tree: Any, article: Exported) -> None:
    """The form of 2012: title, authors and paragraphs follow one another in one cell, parted by `<br>` and `<p>`."""
    cells = [one.getparent() for one in _with_class(tree, "DocPublicationName")]
    root = cells[0] if cells else tree
    titles = _with_class(root, "TitreArticleVisu")
    if titles:
        article.fields["title"] = " ".join("".join(titles[0].itertext()).split())
    texts = _old_blocks(root, titles[0] if titles else None)
    ended = False
    for i, (text, broken, above) in enumerate(texts):
        if above:
            article.aside("header", "above the title", text)
        elif ended or COPYRIGHT.match(text) or _NUMBER.match(text):
            ended = True
            _aside(text, article, in_head=False)
        elif i == sum(one[2] for one in texts) and broken and _is_authors(text):
            article.fields["authors"] = without_by(text)
        else:
            article.text += ("\n\n" if article.text else "") + text


def _old_blocks(root: Any, title: Any) -> list[tuple[str, bool, bool]]:
    """The texts of the cell but for the head's own: whether a line break ends it, whether it is above the title."""
    skipped = ("docpublicationname", "docheader", "titrearticlevisu")
    out: list[tuple[str, bool, bool]] = []
    held: list[str] = []
    above = title is not None

    def end() -> None:
        text = "".join(held)
        held.clear()
        plain = "\n".join(" ".join(line.split()) for line in text.split("\0")).strip("\n ")
        if plain:
            out.append((re.sub(r"\n{2,}", "\n\n", plain), text.rstrip(" \n\t\r").endswith("\0"), above))

    def walk(element: Any) -> None:
        nonlocal above
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if (child.get("class") or "").lower() in skipped or tag in ("table", "script", "style", "form"):
                end()
                if child is title:
                    above = False
                elif tag == "table" and not above:
                    out.extend((block.text, False, above) for block in blocks(child))
            elif tag == "br":
                held.append("\0")
            elif tag in ("p", "div"):
                end()
                held.append(child.text or "")
                walk(child)
                end()
            else:
                held.append(child.text or "")
                walk(child)
            held.append(child.tail or "")
        if element is root:
            end()

    held.append(root.text or "")
    walk(root)
    return out
