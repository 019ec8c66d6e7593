"""Exports of news databases, several articles in one file: which database's they are, and their articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise
from typing import Final

from analysis.errors import InputError
from analysis.reading import europresse, factiva, nexis, proquest
from analysis.reading.exported import OF_DATABASE, Exported, Paragraph, lines_to_paragraphs
from analysis.reading.markup import blocks, centred_classes, parse_html

__all__ = [
    "UnknownLayoutError",
    "articles_of_page",
    "articles_of_paragraphs",
    "articles_of_text",
    "layout_of",
    "page_layout_of",
]

#: A file without any of these is no export: most files are none, and searching for these takes hardly any time.
_SIGNS = ("ocument", "okument", "OCUMENT", "OKUMENT")
_PAGE_SIGNS = (*_SIGNS, "DocPublicationName", "docPublicationName", 'Article"', "Article'")
_NUMBERED = re.compile(rf"^(?:{nexis.BEGINNING.pattern})$", re.M)
_ENDED = re.compile(rf"^(?:{nexis.END.pattern})$", re.M | re.I)
_COVER = re.compile(
    r"^[^\S\n]{0,8}(?:job number|auftragsnummer)\s?:.{0,80}\n(?:.{0,200}\n){0,12}?[^\S\n]{0,8}\w{8,12} \(\d+\)",
    re.M | re.I,
)
_FACTIVA = re.compile(rf"^(?:{factiva.DOCUMENT.pattern})$", re.M)
_RULED = re.compile(r"^[^\S\n]{0,8}(?:_{20,}|Document \d{1,6} of \d{1,6})[^\S\n]{0,8}$", re.M)
_OF_PROQUEST = re.compile(rf"^(?:{proquest.BEGINNING.pattern})$", re.M)
_PAGE_NUMBERED: Final = re.compile(rf"(?:^|>)\s{{0,80}}(?:{nexis.BEGINNING.pattern})\s{{0,80}}(?:<|$)", re.M)
_PAGE_DOCUMENT = re.compile(r"<!--[^<>]{0,60}<DOC NUMBER=[^<>]{0,12}>", re.I)
_PAGE_PROQUEST = re.compile(r"<strong[^<>]{0,80}>\s{0,8}Full text\s?:", re.I)
#: So many articles are looked at to tell whether a layout is understood.
_PROBE = 20
#: What only articles of a database have; where there is but one, a date or the number that told it says too little.
_KNOWN = frozenset(("published", "length_stated", "database_id"))
_OF_ONE = frozenset(("length_stated", "section", "page", "language"))
_NAMES = {
    "nexis": "Nexis",
    "uni": "Nexis",
    "proquest": "ProQuest",
    "factiva": "Factiva",
    "europresse": "Europresse",
}
_TEXTS: Final[dict[str, Callable[[Iterable[Paragraph]], Iterator[Exported]]]] = {
    "nexis": nexis.read_numbered,
    "uni": nexis.read_uni,
    "proquest": proquest.read_text,
    "factiva": factiva.read_text,
}


class UnknownLayoutError(InputError):
    """A file that looks like an export of `n` articles, none of which could be read."""

    def __init__(self, n: int, message: str) -> None:
        super().__init__(message)
        self.n = n


def layout_of(text: str) -> str | None:
    """Whose export a text is: `nexis` (numbered articles), `uni` (Nexis Uni, Lexis+), `proquest`, `factiva`, or none.

    Examples
    --------
    >>> [layout_of(text) for text in ("  1 of 2 DOCUMENTS\\n\\nRain.", "Rain.\\nEnd of Document", "Rain fell.")]
    ['nexis', 'uni', None]
    """
    if not any(sign in text for sign in _SIGNS):
        return None
    if _RULED.search(text) and (proquest.SIGN.search(text) or _OF_PROQUEST.search(text)):
        return "proquest"
    if _NUMBERED.search(text):
        return "nexis"
    if _ENDED.search(text) or _COVER.search(text):
        return "uni"
    return "factiva" if _FACTIVA.search(text) else None


def page_layout_of(source: str) -> str | None:
    """Whose export the source of a page is, or None if it is no export.

    Examples
    --------
    >>> page_layout_of("<p>1 of 2 DOCUMENTS</p>"), page_layout_of("<p>Rain fell.</p>")
    ('nexis', None)
    """
    if not any(sign in source for sign in _PAGE_SIGNS):
        return None
    if factiva.PAGE.search(source):
        return "factiva"
    if europresse.PUBLICATION.search(source):
        return "europresse"
    if _PAGE_NUMBERED.search(source) or _PAGE_DOCUMENT.search(source):
        return "nexis"
    if _PAGE_PROQUEST.search(source) and "roQuest" in source:
        return "proquest"
    if re.search(r">\s*End of Document\s*<", source):
        return "uni"
    return None


def articles_of_paragraphs(layout: str, paragraphs: Iterable[Paragraph]) -> Iterator[Exported]:
    """The articles of a text or document.

    Raises
    ------
    InputError
        If the layout is not understood: no article has a date or a field that the database names.
    """
    yield from _understood(_TEXTS[layout](paragraphs), _NAMES[layout], of_text=True)


def articles_of_text(layout: str, lines: Iterable[str]) -> Iterator[Exported]:
    """The articles of the lines of a text file; as `articles_of_paragraphs`."""
    lines = iter(lines)
    start = list(islice(lines, 400))
    stripped = [line.strip() for line in start]
    # Lines of one width were broken there: then empty lines part the paragraphs, else every line is one.
    followed = [len(line) for line, below in pairwise(stripped) if line and below]
    broken = max(map(len, stripped), default=0) <= 100 and sum(n >= 60 for n in followed) * 5 > len(followed)
    unparted = "\n\n" not in "\n".join(stripped).strip()
    every_line = unparted or (layout in ("uni", "factiva") and not broken)

    def all_lines() -> Iterator[str]:
        yield from start
        yield from lines

    yield from articles_of_paragraphs(layout, lines_to_paragraphs(all_lines(), every_line=every_line))


def articles_of_page(layout: str, source: str) -> Iterator[Exported]:
    """The articles of the source of a page; as `articles_of_paragraphs`."""
    if layout == "factiva":
        places = [hit.start() for hit in factiva.PAGE.finditer(source)]
        yield from _understood(map(factiva.read_page_article, _cut(source, places)), "Factiva")
    elif layout == "europresse":
        yield from _understood(
            map(europresse.read_page_article, _cut(source, europresse.beginnings(source))), "Europresse"
        )
    elif layout == "nexis" and (places := [hit.start() for hit in _PAGE_DOCUMENT.finditer(source)]):
        centred = centred_classes(source)
        chunks = (list(_page_paragraphs(chunk, centred)) for chunk in _cut(source, places))
        yield from _understood((_without_number(chunk) for chunk in chunks), "Nexis")
    else:
        yield from articles_of_paragraphs(layout, _page_paragraphs(source, centred_classes(source)))


def _cut(source: str, places: list[int]) -> Iterator[str]:
    for begin, end in zip(places, [*places[1:], len(source)], strict=True):
        yield source[begin:end]


def _page_paragraphs(source: str, centred: frozenset[str]) -> Iterator[Paragraph]:
    for block in blocks(parse_html(source)):
        yield Paragraph(block.text, 1, not centred.isdisjoint(block.classes), block.tag == "tr")


def _without_number(paragraphs: list[Paragraph]) -> Exported:
    if paragraphs and nexis.BEGINNING.fullmatch(paragraphs[0].text):
        paragraphs = paragraphs[1:]
    return nexis.read_article(paragraphs)


def _understood(articles: Iterator[Exported], database: str, *, of_text: bool = False) -> Iterator[Exported]:
    """The same articles, once it is clear that they are what they seem."""
    first = list(islice(articles, _PROBE))
    # One line tells an export that is a text, and a saved article may quote it, and has a date as well.
    known = _OF_ONE if of_text and len(first) == 1 else _KNOWN
    if not any(
        article.failed
        or not known.isdisjoint(article.fields)
        or (known is _OF_ONE and any(reason == OF_DATABASE for _, reason, _ in article.set_aside))
        for article in first
    ):
        n = len(first) + sum(1 for _ in articles)
        holds = f"is an export of {database}"
        if n:
            holds = f"holds {n:,} article{'s' * (n != 1)}, as {database} exports them"
        raise UnknownLayoutError(
            n,
            f"{holds}, in a layout that is not known: no date, length or number was found in it. Export them as a "
            "table (.xlsx or .csv) with a row for each, or save each in a file of its own.",
        )
    yield from first
    yield from articles
