"""What the readers of database exports share: paragraphs, an article of an export, and the names of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from analysis.reading.languages import language_code
from analysis.reading.press_dates import unaccented

__all__ = [
    "BELOW_LAST",
    "COPYRIGHT",
    "OF_DATABASE",
    "Exported",
    "Paragraph",
    "joined",
    "label_of",
    "language_named",
    "lines_to_paragraphs",
    "n_words_stated",
    "section_and_page",
    "without_by",
]

_LABELS_TEXT = """
title: headline title titre titel uberschrift schlagzeile titulo titular titolo kop koptekst manchete
authors: byline author authors auteur auteurs autor autoren verfasser autore autori auteur-s door autor-es
section: section rubrique rubrik ressort seccion sezione rubriek sectie secao rubrica caderno sektion
length: length longueur lange laenge longitud extension lunghezza lengte woordenaantal tamanho comprimento
body: body texte volltext haupttext cuerpo cuerpo-del-texto corpo corpo-del-testo corps corps-du-texte testo
 volledige-tekst hoofdtekst hauptteil textkorper textteil text texto-completo
head: highlight dateline encart insert series serie edition ausgabe edicion edizione editie edicao zusammenfassung
 accroche ortszeile lugar column rubrikzeile lead chapeau
tail: load-date date-chargement date-de-chargement ladedatum lade-datum update aktualisiert fecha-de-carga
 fecha-carga data-di-caricamento data-caricamento laaddatum datum-laden data-de-carga
language: language langue sprache taal idioma lingua
tail: publication-type type-publication type-de-publication publikationstyp publikationsart tipo-de-publicacion
 tipo-di-pubblicazione tipo-publicacion tipo-pubblicazione publicatietype type-publicatie tipo-de-publicacao
 pub-type
weak: graphic graphique grafik grafico grafiek illustration illustrationen ilustracion illustrazione foto photo bild
 subject sujet thema schlagworter stichworte tema materia argomento soggetto onderwerp assunto company societe
 unternehmen firma empresa azienda bedrijf societa organization organisation organisationen organizacion
 organizzazione organisatie person personne personnes personen persona persone persoon ticker symbole-boursier
 borsenkurzel stock-symbol industry secteur-activite branche industria settore geographic localisation-geo
 geographie geografisch geografie pays land pais paese country state etat bundesland city ville stadt ciudad citta
 stad journal-code code-journal zeitungs-code journal acc-no document-type type-document dokumenttyp url correction
 correction-date distribution notes note category categories copyright doc-id isbn issn name names series-title type
 pages page column-name classification keywords enhancement codigo-de-revista codice-testata
"""
_LABELS: dict[str, str] = {}
for _line in re.sub(r"\n ", " ", _LABELS_TEXT.strip()).split("\n"):
    _kind, _, _names = _line.partition(": ")
    _LABELS |= dict.fromkeys(_names.split(), _kind)
_LABEL = re.compile(r"([^\W\d_][^\W\d_]*(?:[-/ ][^\W\d_]+){0,3})\s?:(?:\s+|$)(.*)", re.S)
COPYRIGHT = re.compile(
    r"\s*(?:©|\(c\)\s|copy(?:right)?\b[^\n]{0,4}(?:\d{4}|©|\(c\))|copyright\b|all rights reserved|tous droits r|"
    r"alle rechte|todos los derechos|tutti i diritti|todos os direitos)",
    re.I,
)
#: Why something is set aside: it is a field that has no column; it stands below the last article.
OF_DATABASE, BELOW_LAST = "a field of the database", "below the last article"
_LENGTH = re.compile(r"\d[\d.,]{0,8} [^\W\d_]{2,12}\s*")
_NUMBER = re.compile(r"\d{1,3}(?:[.,\s\u202f’']\d{3})+(?!\d)|\d+")
_PAGE = re.compile(
    r"(?:p(?:g|ag|ages?|agina|aginas)?|s|seite|blz|bladzijde)\b\.?\s*([a-z]{0,3}[-. ]?\d[\w.-]{0,8})\b.*",
    re.I | re.S,
)
_NOT_SECTION = re.compile(r"(?:column|colonne|spalte|version)[\s:]*\d+|ausg\.?\s*\d+", re.I)
_BY = re.compile(r"(?i:by|par|von|por|door|di|da)\s+(?=[^\W\d_a-zà-ÿ])")
#: A paragraph that describes pictures: American papers have them below the text.
_CAPTION = re.compile(r"(?:PHOTOS?|DRAWINGS?|CHARTS?|MAPS?|GRAPHICS?|DIAGRAMS?|ILLUSTRATIONS?|FOTOS?)(?: \(\w+\))?:\s")
#: Narrower lines than this were not broken at a width.
_NARROWEST = 60
_LANGUAGES = {
    name: code
    for code, *names in map(
        str.split,
        (
            "en anglais englisch engels ingles inglese",
            "de allemand aleman tedesco duits alemao",
            "fr francais franzosisch frans frances francese",
            "es espagnol spanisch spaans spagnolo espanhol castellano",
            "it italien italienisch italiaans",
            "nl neerlandais niederlandisch nederlands neerlandes olandese flemish",
            "pt portugais portugiesisch portugees portugues portoghese",
        ),
    )
    for name in names
}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an export.

    Attributes
    ----------
    text
        Its text; line ends within it as they are, none at its ends.
    gap
        Empty lines or paragraphs before it; a page break counts as two.
    centred
        Whether it is set in the middle of the line.
    cell
        Whether it stands in a table.
    """

    text: str
    gap: int = 0
    centred: bool = False
    cell: bool = False


@dataclass
class Exported:
    """One article of an export.

    Attributes
    ----------
    fields
        Columns, as written, only what was found; `published` as ISO.
    text
        The body, with an empty line between paragraphs.
    set_aside
        `(kind, reason, text)` of what is in no column and not of the body.
    notes
        `(kind, message)`.
    failed
        Why there is no article here, if there is none; empty where that is no fault.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    failed: str | None = None

    def aside(self, kind: str, reason: str, text: str) -> None:
        """Add what is left out."""
        self.set_aside.append((kind, reason, text.strip()))

    def complete(self) -> Exported:
        """Set captions and the foot of the page aside, note what is missing; the article itself."""
        from analysis.reading.saved import trim_page

        kept = []
        for paragraph in self.text.split("\n\n"):
            if _CAPTION.match(paragraph):
                self.aside("footer", "the caption of a picture", paragraph)
            else:
                kept.append(paragraph)
        trimmed = trim_page(kept, self.fields)
        self.text = trimmed.text
        for _, kind, reason, text in trimmed.set_aside:
            self.aside(kind, reason, text)
        missing = [name for name in ("title", "published", "outlet") if not self.fields.get(name)]
        if not self.text.strip():
            missing.append("text")
        if missing:
            self.notes.append(("export", f"no {', '.join(missing)} was found in this article"))
        return self


def label_of(text: str) -> tuple[str, str, str] | None:
    """The kind of a labelled paragraph, its label as written, and what follows; None if it has no known label.

    Kinds: `title, authors, section, length, body, language`; `head` (of the head, no column), `tail` (always of the
    end) and `weak` (of the end where such labels stand together).

    Examples
    --------
    >>> label_of("LÄNGE: 355 Wörter"), label_of("Load-Date: July 4, 2019"), label_of("He said: no.")
    (('length', 'LÄNGE', '355 Wörter'), ('tail', 'Load-Date', 'July 4, 2019'), None)
    """
    hit = _LABEL.match(text.strip()[:2000].replace("\xa0", " "))
    if not hit or len(hit[1]) > 30 or not (hit[1][0].isupper()):
        return None
    kind = _LABELS.get(unaccented(hit[1]).replace(" ", "-"))
    if kind is None and hit[1].isupper() and _LENGTH.fullmatch(hit[2]):
        kind = "length"  # in whatever language
    if kind is None:
        return None
    rest = text.strip().replace("\xa0", " ")[hit.start(2) :]
    return kind, hit[1], rest.strip()


def n_words_stated(text: str) -> int | None:
    """The number of words as a database states it.

    Examples
    --------
    >>> n_words_stated("2,968 words"), n_words_stated("1.285 Wörter"), n_words_stated("words")
    (2968, 1285, None)
    """
    hit = _NUMBER.search(text)
    return int(re.sub(r"\D", "", hit[0])) if hit and len(hit[0]) < 12 else None


def section_and_page(text: str) -> tuple[str | None, str | None]:
    """Take the page off what a database calls the section.

    Examples
    --------
    >>> section_and_page("FEATURES; Pg. 6"), section_and_page("WISSENSCHAFT; KREBS; S. 114 Ausg. 9")
    (('FEATURES', '6'), ('WISSENSCHAFT; KREBS', '114'))
    """
    kept: list[str] = []
    page = None
    for part in re.split(r"\s*;\s*", " ".join(text.split())):
        hit = _PAGE.fullmatch(unaccented(part))
        if hit and page is None:
            page = part[hit.start(1) : hit.end(1)]
        elif part and not _NOT_SECTION.fullmatch(part):
            kept.append(part)
    return "; ".join(kept) or None, page


def language_named(name: str) -> str | None:
    """The code of a language that a database names, None for one not known.

    Examples
    --------
    >>> language_named("GERMAN; DEUTSCH"), language_named("Anglais"), language_named("Diverse")
    ('de', 'en', None)
    """
    for one in re.split(r"[;,/]", name):
        plain = unaccented(one.strip())
        code = _LANGUAGES.get(plain) or language_code(one)
        if len(code) == 2 and code.isalpha() and code.islower():
            return code
    return None


def without_by(text: str) -> str:
    """A byline without the "by" of its language before the names.

    Examples
    --------
    >>> without_by("Von Anna Beispiel"), without_by("Jane Doe")
    ('Anna Beispiel', 'Jane Doe')
    """
    return _BY.sub("", " ".join(text.split()), count=1)


def lines_to_paragraphs(lines: Iterable[str], *, every_line: bool = False) -> Iterator[Paragraph]:
    """Group the lines of a text file into paragraphs, which empty lines part.

    Parameters
    ----------
    lines
        Without their ends.
    every_line
        Whether every line is a paragraph.

    Examples
    --------
    >>> lines = ["", "          The Gazette", "", "One", "two"]
    >>> [(one.text, one.gap, one.centred) for one in lines_to_paragraphs(lines)]
    [('The Gazette', 1, True), ('One\\ntwo', 1, False)]
    """
    held: list[str] = []
    gap = 0
    for line in lines:
        if "\f" in line:
            line, gap = line.replace("\f", " "), gap + 2
        if line.strip():
            held.append(line)
            if not every_line:
                continue
        if held:
            yield _paragraph(held, gap)
            held, gap = [], 0
        if not line.strip():
            gap += 1
    if held:
        yield _paragraph(held, gap)


def _paragraph(lines: list[str], gap: int) -> Paragraph:
    centred = all(line.startswith("     ") for line in lines)
    return Paragraph("\n".join(line.strip() for line in lines), gap, centred)


def joined(paragraphs: Iterable[str]) -> str:
    """The paragraphs of a text file as one text, with lines that were only broken at the file's width made whole.

    A line was broken where the first word of the next would not have fitted into the longest line of all.

    Examples
    --------
    >>> wrapped = "The council met on Monday in the hall of the old school, and it\\nvoted on the library."
    >>> print(joined([wrapped, "Yes: 3\\nNo: 2"]))
    The council met on Monday in the hall of the old school, and it voted on the library.
    <BLANKLINE>
    Yes: 3
    No: 2
    """
    kept = [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]
    width = max(_NARROWEST, max((len(line) for paragraph in kept for line in paragraph.split("\n")), default=0))
    return "\n\n".join(_unwrapped(paragraph, width) for paragraph in kept)


def _unwrapped(paragraph: str, width: int) -> str:
    lines = [line.strip() for line in paragraph.split("\n")]
    out = lines[0]
    for before, line in pairwise(lines):
        first = line.split(None, 1)[0] if line else ""
        broken = len(before) + 1 + len(first) > width
        out += (" " if broken else "\n") + line
    return out
