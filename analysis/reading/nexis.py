"""Nexis: the old exports ("1 of 10 DOCUMENTS") and those of Nexis Uni and Lexis+ ("End of Document")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, pairwise

from analysis.reading.bylines import is_outlet_name
from analysis.reading.exported import (
    BELOW_LAST,
    COPYRIGHT,
    OF_DATABASE,
    Exported,
    Paragraph,
    joined,
    label_of,
    language_named,
    n_words_stated,
    section_and_page,
    without_by,
)
from analysis.reading.press_dates import FoundDate, find_date, is_partial_date, unaccented

__all__ = ["BEGINNING", "END", "read_numbered", "read_uni"]

_OF = r"\d[\d.,]{0,8}\s{1,4}(?:of|sur|de|von|di|van)\s{1,4}\d[\d.,]{0,8}"
#: What an article of an old export begins with, alone in its line.
BEGINNING = re.compile(
    rf"[^\S\n]*(?:FOCUS - )?{_OF}\s{{1,4}}DO[CK]UMENT(?:S|E|EN|I|OS?)?[^\S\n]*|"
    rf"[^\S\n]*(?:Dokument \d{{1,6}} von|Documento? \d{{1,6}} (?:de|di)|Document \d{{1,6}} van) \d{{1,6}}[^\S\n]*"
)
#: What an article of a new export ends with.
END = re.compile(
    r"\s*(?:end of document|ende des dokuments|dokumentende|fin d[ue] document|fin del? documento|fine del documento|"
    r"einde van (?:het )?document|fim do documento)\s*",
    re.I,
)
_FAILED = re.compile(r"\s*we are sorry but there is an error in this document\b", re.I)
_COVER = re.compile(
    r"\s*(?:(?:user name|date and time|job number|client/matter|search terms|search type|narrowed by|content type|"
    r"terms|sources?|quellen|fuentes|fonti|bronnen|combined source|project id|time of request|download request|"
    r"print request|send to|printopdracht|zoektermen|ausgabeauftrag|begriffe|benutzername|auftragsnummer|suchbegriffe|"
    r"nom d'utilisateur|date et heure|num[eé]ro de (?:la )?t[aâ]che|termes de recherche|type de recherche)\s*:|"
    r"content type$|narrowed by$|news$|-none-$|\d{1,4}\.\s)",
    re.I,
)
_COUNT = re.compile(r"\s*(?:documents?|dokumente?|documentos?|documenti|documenten)\s*\((\d[\d.,]*)\)\s*", re.I)
_LINK = re.compile(r"\s*(?:link (?:to|zum|vers)\b|view pdf|lien vers|enlace a)", re.I)
_CAPITAL_LABEL = re.compile(r"[^\W\d_a-z][^\W\d_a-z-]{3,24}:(?:\s|$)")
_PROSE = re.compile(r"(?:\S+\s+){11}.*[.!?][\"'”’»]?", re.S)
_RELEVANCE = re.compile(r"\(\d\d%\)")
_CLASSIFICATION = frozenset(("classification", "klassifikation", "klassifizierung", "clasificacion", "classificazione"))
_GRAPHIC = frozenset(("graphic", "graphics", "grafik", "graphique", "grafico", "grafiek", "notes", "correction"))
_CAPTION, _NO_DAY = "the caption of a picture", "a date without a day"


def read_numbered(paragraphs: Iterable[Paragraph]) -> Iterator[Exported]:
    """Read an old export, each article of which begins with "1 of 10 DOCUMENTS".

    Examples
    --------
    >>> lines = ["1 of 1 DOCUMENTS", "The Gazette", "March 4, 2024 Monday", "Rain", "LENGTH: 2 words", "Rain fell."]
    >>> article = next(read_numbered(Paragraph(line) for line in lines))
    >>> article.fields
    {'outlet': 'The Gazette', 'published': '2024-03-04', 'length_stated': 2, 'title': 'Rain'}
    >>> article.text
    'Rain fell.'
    """
    held: list[Paragraph] | None = None
    for paragraph in paragraphs:
        lines = paragraph.text.split("\n")
        begins = [i for i, line in enumerate(lines) if BEGINNING.fullmatch(line)]
        before = "\n".join(lines[: begins[0]]) if begins else paragraph.text
        if held is not None and before:  # before the first article stands a cover page
            held.append(replace(paragraph, text=before) if begins else paragraph)
        for begin, end in pairwise([*begins, len(lines)]):
            if held is not None:
                yield read_article(held)
            rest = "\n".join(lines[begin + 1 : end])
            held = [replace(paragraph, text=rest)] if rest else []
    if held is not None:
        yield read_article(held)


def read_article(paragraphs: list[Paragraph]) -> Exported:
    """Read the paragraphs of one article of an old export, without its "1 of 10 DOCUMENTS"."""
    article = Exported()
    if paragraphs and _FAILED.match(paragraphs[0].text):
        article.failed = "is an article that Nexis could not give: the file has an error message in its place."
        return article
    at = _numbered_head(paragraphs, article)
    at, first = _labels(paragraphs, at, article)
    end = _tail(paragraphs, at, capitals=True)
    _read_tail(paragraphs[end:], article)
    article.text = joined([first, *(paragraph.text for paragraph in paragraphs[at:end])])
    return article.complete()


def _date_in(paragraph: Paragraph) -> tuple[list[str], FoundDate, str, list[str]] | None:
    """The lines above a date, the date, what follows in its line, and the lines below; None if it has no date."""
    lines = paragraph.text.split("\n")
    for i, line in enumerate(lines[:6]):
        found = find_date(line) if len(line) <= 120 else None
        if found and found.start <= 3 and not COPYRIGHT.match(line):
            return lines[:i], found, line[found.end :], lines[i + 1 :]
    return None


def _numbered_head(paragraphs: list[Paragraph], article: Exported) -> int:
    """Outlet, date and edition, which stand in the middle of the line; the number of the paragraph after them."""
    above: list[str] = []
    for i, paragraph in enumerate(paragraphs[:8]):
        if label_of(paragraph.text):
            break
        if found := _date_in(paragraph):
            if not paragraph.centred and any(one.centred for one in paragraphs[:i]):
                break  # the title
            before, date, rest, below = found
            article.fields |= _outlet([*above, "\n".join(before)], article) | {"published": date.written}
            edition = [rest, *below]
            at = i + 1
            while at < len(paragraphs) and paragraphs[at].centred and not label_of(paragraphs[at].text):
                edition.append(paragraphs[at].text)
                at += 1
            _edition(edition, article)
            return at
        above.append(paragraph.text)
    # No date: what stands in the middle is the outlet still.
    at = 0
    while at < min(len(paragraphs), 4) and (
        paragraphs[at].centred or COPYRIGHT.match(paragraphs[at].text) or is_partial_date(paragraphs[at].text)
    ):
        at += 1
    above = [paragraph.text for paragraph in paragraphs[:at]]
    for i, text in enumerate(above):
        name, day, others = _at_partial_date(text)
        if day:
            _edition([others, *above[i + 1 :]], article)
            above[i:] = [name, day]
            break
    article.fields |= _outlet(above, article)
    return at


def _at_partial_date(text: str) -> tuple[str, str, str]:
    """The lines above a date without a day, its line, and those below; all is above where there is none."""
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines) if is_partial_date(line)), len(lines))
    return "\n".join(lines[:at]), "".join(lines[at : at + 1]), "\n".join(lines[at + 1 :])


def _outlet(above: list[str], article: Exported) -> dict[str, str]:
    """The name above the date; what else stands there is set aside."""
    names = []
    for text in above:
        if not text.strip():
            continue
        if COPYRIGHT.match(text):
            article.aside("header", "copyright", text)
        elif is_partial_date(text):
            article.aside("header", _NO_DAY, text)
        else:
            names.append(" ".join(text.split()))
    for text in names[:-1]:
        article.aside("header", "above the outlet", text)
    return {"outlet": names[-1]} if names else {}


def _edition(parts: list[str], article: Exported) -> None:
    kept = []
    for part in chain.from_iterable(part.split("\n") for part in parts):
        part = " ".join(part.split()).strip(" ,;-–")
        if COPYRIGHT.match(part) or part.lower() == "correction appended":
            article.aside("header", "below the date", part)
        elif part:
            kept.append(part)
    if kept:
        article.fields["edition"] = "; ".join(kept)


def _labels(paragraphs: list[Paragraph], at: int, article: Exported) -> tuple[int, str]:
    """Go down title and labelled fields to the body: its first paragraph, and what follows the word "BODY:"."""
    title: list[str] = []
    last = None
    labels = [label_of(paragraph.text) or ("", "", "") for paragraph in paragraphs[at : at + 40]]
    kinds = [kind for kind, _, _ in labels]
    length = kinds.index("length") if "length" in kinds[:12] else None
    if length is None:  # then the head ends with the last field that only a head has
        length = max((i for i, kind in enumerate(kinds[:8]) if kind in ("authors", "section", "title")), default=None)
    # An article without the heading "BODY:" may have such a line in its text: sentences stand above it then, which are
    # no highlight.
    above = kinds.index("body") if "body" in kinds else 0
    has_body = "body" in kinds and not any(
        _PROSE.fullmatch(paragraphs[at + i].text) and (kinds[i - 1] != "head" or labels[i - 1][1] == "DATELINE")
        for i in range(above if length is None else length + 1, above)
        if not kinds[i]
    )
    begin = at
    first = ""
    while at < len(paragraphs):
        text = paragraphs[at].text
        label = label_of(text)
        before = has_body or (length is not None and at - begin < length)
        if label is None and before and (last or title) and _CAPITAL_LABEL.match(text):
            label = "head", text.partition(":")[0], text.partition(":")[2].strip()
        if label is None:
            if not before and (length is not None or last or title):
                break  # the body
            if last in (None, "title"):
                title.append(" ".join(text.split()))
            else:
                article.aside("header", f"below {last}", text)
        elif label[0] == "body":
            at, first = _body(paragraphs, at, article)
            break
        elif label[0] in ("tail", "language", "weak") and not before:
            break  # an article without a body
        else:
            last = label[1] if label[0] != "title" else "title"
            if label[0] == "title":
                title = [" ".join(label[2].split())]
            else:
                _take(label, article)
        at += 1
    if title:
        article.fields["title"] = " ".join(title)
    return at, first


def _body(paragraphs: list[Paragraph], at: int, article: Exported) -> tuple[int, str]:
    """The first paragraph below "BODY:", below which Dutch papers have a summary and "VOLLEDIGE TEKST:"; its rest."""
    labels = [label_of(paragraph.text) for paragraph in paragraphs[at : at + 5]]
    last = max(i for i, label in enumerate(labels) if i == 0 or (label and label[1] == "VOLLEDIGE TEKST"))
    for paragraph in paragraphs[at : at + last]:
        label = label_of(paragraph.text)
        if text := label[2] if label and label[0] == "body" else paragraph.text:
            article.aside("header", "above the full text", text)
    label = labels[last]
    return at + last + 1, label[2] if label else ""


def _take(label: tuple[str, str, str], article: Exported) -> None:
    """Take a labelled field into its column, or set it aside."""
    kind, name, value = label
    if kind == "authors" and value:
        article.fields["authors"] = without_by(value)
    elif kind == "section":
        section, page = section_and_page(value)
        article.fields |= {key: text for key, text in (("section", section), ("page", page)) if text}
    elif kind == "length" and (n_words := n_words_stated(value)) is not None:
        article.fields["length_stated"] = n_words
    elif kind == "language" and (code := language_named(value)):
        article.fields["language"] = code
    elif name.upper() == "URL" and value.lower().startswith(("http://", "https://")):
        article.fields["url"] = value.split()[0]
    elif value:
        kind = "header" if kind == "head" else "footer"
        caption = unaccented(name).startswith(("grap", "graf", "foto", "photo", "illustr", "bild"))
        article.aside(kind, _CAPTION if caption else OF_DATABASE, f"{name}: {value}")


def _tail(paragraphs: list[Paragraph], at: int, *, capitals: bool) -> int:
    """The first paragraph that belongs to the fields below the body."""

    def kind(i: int) -> str:
        label = label_of(paragraphs[i].text)
        return label[0] if label and (not capitals or label[1].isupper()) else ""

    def is_anchor(i: int) -> bool:
        return kind(i) == "tail" or (kind(i) == "language" and len(paragraphs[i].text) < 60)

    end = next((i for i in range(at, len(paragraphs)) if is_anchor(i)), None)
    if end is None:
        end = len(paragraphs)
        while end > at and COPYRIGHT.match(paragraphs[end - 1].text):
            end -= 1
        fields = end
        while capitals and fields > at and _CAPITAL_LABEL.match(paragraphs[fields - 1].text):
            fields -= 1
        # In a language that is not known: several fields, the first of them with the date of loading.
        end = next((i for i in range(fields, end - 1) if find_date(paragraphs[i].text)), end)
    while end > at and (kind(end - 1) in ("weak", "tail", "language") or _RELEVANCE.search(paragraphs[end - 1].text)):
        end -= 1
    return end


def _read_tail(paragraphs: Iterable[Paragraph], article: Exported) -> None:
    for paragraph in paragraphs:
        label = label_of(paragraph.text)
        if label:
            _take(label, article)
        elif COPYRIGHT.match(paragraph.text):
            article.aside("footer", "copyright", paragraph.text)
        elif unaccented(paragraph.text) not in _CLASSIFICATION | _GRAPHIC:
            article.aside("footer", OF_DATABASE, paragraph.text)


# -- Nexis Uni and Lexis+ ----------------------------------------------------------------------------------------------


def read_uni(paragraphs: Iterable[Paragraph]) -> Iterator[Exported]:
    """Read an export of Nexis Uni or Lexis+, each article of which ends with "End of Document".

    Examples
    --------
    >>> lines = ["Rain", "The Gazette", "March 4, 2024 Monday", "Length: 2 words", "Body", "Rain fell."]
    >>> lines.append("End of Document")
    >>> article = next(read_uni(Paragraph(line) for line in lines))
    >>> article.fields["title"], article.fields["outlet"], article.text
    ('Rain', 'The Gazette', 'Rain fell.')
    """
    held: list[Paragraph] = []
    n_listed = n_found = 0
    last: Exported | None = None
    for paragraph in paragraphs:
        if n_found == 0 and (count := _COUNT.fullmatch(paragraph.text)):
            n_listed = n_words_stated(count[1]) or 0
        if not END.fullmatch(paragraph.text):
            held.append(paragraph)
            continue
        if last is not None:
            yield last
        last, held, n_found = _uni_article(_without_cover(held) if n_found == 0 else held), [], n_found + 1
    if any(_is_body(paragraph.text) or (label_of(paragraph.text) or ("",))[0] == "length" for paragraph in held):
        if last is not None:
            yield last
        last, n_found = _uni_article(_without_cover(held) if n_found == 0 else held), n_found + 1
        last.notes.append(("export", "the end of this article is missing: the file seems to be cut off"))
    elif last is not None and held:
        last.aside("footer", BELOW_LAST, "\n".join(paragraph.text for paragraph in held))
    if last is not None:
        if n_listed and n_listed != n_found:
            words = f"the first page lists {n_listed:,} articles, and {n_found:,} were found. Export the file again."
            last.notes.append(("row", words))
        yield last


def _is_body(text: str) -> bool:
    label = label_of(f"{text.strip()}:") if len(text) <= 24 else None
    return label is not None and label[0] == "body" and not label[2]


def _without_cover(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Leave the list of results out that stands above the first article."""
    body = next((i for i, paragraph in enumerate(paragraphs) if _is_body(paragraph.text)), len(paragraphs))
    heads = (i for i in range(body - 1, -1, -1) if not _is_cover(paragraphs[i]))
    date = next((i for i in heads if _date_in(paragraphs[i]) or is_partial_date(paragraphs[i].text)), None)
    if date is None:
        return paragraphs[max((i + 1 for i in range(body) if _is_cover(paragraphs[i])), default=0) :]
    begin = max(date - 1, 0)
    while begin > 0 and date - begin < 6 and paragraphs[begin].gap < 2 and not _is_cover(paragraphs[begin - 1]):
        begin -= 1
    return paragraphs[begin:]


def _is_cover(paragraph: Paragraph) -> bool:
    if paragraph.cell or _COUNT.fullmatch(paragraph.text):
        return True
    date = find_date(paragraph.text)  # "9. März 2024" is no number of a list
    return bool(_COVER.match(paragraph.text)) and not (date and date.start == 0)


def _uni_article(paragraphs: list[Paragraph]) -> Exported:
    article = Exported()
    if paragraphs and _FAILED.match(paragraphs[0].text):
        article.failed = "is an article that Nexis could not give: the file has an error message in its place."
        return article
    body = next((i for i, paragraph in enumerate(paragraphs[:60]) if _is_body(paragraph.text)), None)
    at = _uni_head(paragraphs, len(paragraphs) if body is None else body, article)
    at = at if body is None else body + 1
    end = _uni_tail(paragraphs, at)
    _read_tail(paragraphs[end:], article)
    article.text = joined(paragraph.text for paragraph in paragraphs[at:end])
    return article.complete()


def _uni_head(paragraphs: list[Paragraph], body: int, article: Exported) -> int:
    """Title, outlet, date and labelled fields; the number of the paragraph after them."""
    above: list[str] = []
    at = 0
    found = None
    while at < min(body, 10) and not label_of(paragraphs[at].text):
        found = _date_in(paragraphs[at])
        if at == 0 and found and not found[0] and found[2].strip():
            found = None  # the title
        at += 1
        if found:
            above += found[0]
            break
        if is_partial_date(paragraphs[at - 1].text):
            article.aside("header", _NO_DAY, paragraphs[at - 1].text)
            break
        above.append(paragraphs[at - 1].text)
    names = []
    for text in above:
        if COPYRIGHT.match(text):
            article.aside("header", "copyright", text)
        elif text.strip() and not _LINK.match(text):
            names.append(" ".join(text.split()))
    if found:
        article.fields["published"] = found[1].written
        _edition([found[2], *found[3]], article)
    elif not label_of(paragraphs[at].text if at < len(paragraphs) else "") and body == len(paragraphs):
        names, at = names[:1], 1  # nothing says where the head ends
    if len(names) > 1 or (names and is_outlet_name(names[0])):
        article.fields["outlet"] = names.pop()
    if names:
        article.fields["title"] = " ".join(names)
    while at < body:
        text = paragraphs[at].text
        if label := label_of(text):
            _take(label, article)
        elif COPYRIGHT.match(text) or _LINK.match(text):
            article.aside("header", "copyright" if COPYRIGHT.match(text) else "above the body", text)
        elif body == len(paragraphs):
            break
        elif len(text) <= 60 and "edition" not in article.fields:
            _edition([text], article)
        else:
            article.aside("header", "above the body", text)
        at += 1
    return at


def _uni_tail(paragraphs: list[Paragraph], at: int) -> int:
    end = _tail(paragraphs, at, capitals=False)
    for i in range(at, len(paragraphs)):
        word = unaccented(paragraphs[i].text.strip())
        if word in _CLASSIFICATION or (word in _GRAPHIC and (end < len(paragraphs) or i >= len(paragraphs) - 12)):
            return min(i, end)
    return end
