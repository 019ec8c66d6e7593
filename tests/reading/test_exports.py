"""Exports of news databases: several articles in one file, in layouts that were written for these tests."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from analysis.reading.documents import rtf_paragraphs
from analysis.reading.exports import layout_of
from analysis.reading.press_dates import find_date

# -- Nexis, numbered ---------------------------------------------------------------------------------------------------

NUMBERED = """\
﻿


Download Request: Selected Items: 1-2
Time Of Request: Monday, March 05, 2024  16:51:31

Send To:
THE LIBRARY

Terms: (kettle and (tea break))


Source: Slipway Weekly
Project ID: None



                               1 of 212 DOCUMENTS



                                Slipway Weekly

                             March 4, 2024 Monday
                                 Late Edition;
                                     North

They timed it for the tea break:
the canteen says no

BYLINE: By Bea Sorrell and Ann Lee

SECTION: NEWS; Pg. 3

LENGTH: 41 words

The kettles in the canteen hold forty cups each, and on Tuesday morning all
three of them were full. “Nobody asked us,” said the cook, who had "never" put
biscuits out before.

SORRELL: And then?

The tea was drunk in silence.

LOAD-DATE: March 5, 2024

LANGUAGE: ENGLISH

GRAPHIC: A kettle, on Tuesday

PUBLICATION-TYPE: Newspaper


                          Copyright 2024 Slipway Press
                              All Rights Reserved

                               2 of 212 DOCUMENTS


                     Copyright 2024 The Gazette Company
                              All Rights Reserved

                                  The Gazette

                            3 March 2024 Sunday

SECTION: A-SECTION; Pg. A01; Column 2

LENGTH: 1,012 words

HEADLINE: Harbour wall to be mended

DATELINE: PELLMOUTH

BODY:

The wall will be mended in May.

It fell in January.

URL: https://gazette.example/harbour

SUBJECT: HARBOURS (90%); WALLS (78%)

LOAD-DATE: March 4, 2024
"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_a_numbered_export_of_nexis(tmp_path: Path) -> None:
    corpus = analysis.read(write(tmp_path, "a.TXT", NUMBERED.replace("\n", "\r\n")), strict=True)
    first, second = corpus.articles.to_dict("records")
    assert (first["outlet"], first["published"]) == ("Slipway Weekly", pd.Timestamp("2024-03-04"))
    assert first["title"] == "They timed it for the tea break: the canteen says no"
    assert (first["authors"], first["section"], first["page"]) == ("Bea Sorrell; Ann Lee", "NEWS", "3")
    assert (first["language"], first["edition"], first["length_stated"]) == ("en", "Late Edition; North", 41)
    assert first["text"] == (
        "The kettles in the canteen hold forty cups each, and on Tuesday morning all three of them were full. “Nobody "
        'asked us,” said the cook, who had "never" put biscuits out before.\n\nSORRELL: And then?\n\n'
        "The tea was drunk in silence."
    )
    assert (second["outlet"], second["published"]) == ("The Gazette", pd.Timestamp("2024-03-03"))
    assert (second["title"], second["section"], second["page"]) == ("Harbour wall to be mended", "A-SECTION", "A01")
    assert second["text"] == "The wall will be mended in May.\n\nIt fell in January."
    assert (second["url"], second["length_stated"]) == ("https://gazette.example/harbour", 1012)
    assert corpus.articles["path"].eq("a.TXT").all()
    aside = corpus.set_aside[corpus.set_aside["row"] == 1]
    assert aside[["kind", "reason", "text"]].values.tolist() == [
        ["footer", "a field of the database", "LOAD-DATE: March 5, 2024"],
        ["footer", "the caption of a picture", "GRAPHIC: A kettle, on Tuesday"],
        ["footer", "a field of the database", "PUBLICATION-TYPE: Newspaper"],
        ["footer", "copyright", "Copyright 2024 Slipway Press\nAll Rights Reserved"],
    ]
    assert (aside["article_id"] == corpus.articles.index[0]).all()
    assert corpus.notes.empty


LANGUAGES = {
    "de": "Dokument 1 von 2|4. März 2024 Montag|AUTOR: Von Anna Beispiel|RUBRIK: POLITIK; S. 5|LÄNGE: 7 Wörter|UPDATE|"
    "SPRACHE: GERMAN; DEUTSCH",
    "fr": "1 sur 2 DOCUMENTS|lundi 4 mars 2024|AUTEUR: Anna Beispiel|RUBRIQUE: POLITIK; Pg. 5|LONGUEUR: 7 mots|"
    "DATE-CHARGEMENT|LANGUE: FRENCH; FRANÇAIS",
    "es": "1 de 2 DOCUMENTOS|4 de marzo de 2024 lunes|AUTOR: Anna Beispiel|SECCIÓN: POLITIK; Pág. 5|"
    "LONGITUD: 7 palabras|FECHA-DE-CARGA|IDIOMA: SPANISH",
    "it": "1 di 2 DOCUMENTI|lunedì 4 marzo 2024|AUTORE: Anna Beispiel|SEZIONE: POLITIK; Pag. 5|LUNGHEZZA: 7 parole|"
    "DATA-DI-CARICAMENTO|LINGUA: ITALIAN",
    "nl": "1 van 2 DOCUMENTEN|4 maart 2024 maandag|AUTEUR: Door Anna Beispiel|RUBRIEK: POLITIK; Blz. 5|"
    "LENGTE: 7 woorden|LAADDATUM|TAAL: DUTCH",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_in_other_languages(tmp_path: Path, language: str) -> None:
    beginning, date, *fields, loaded, named = LANGUAGES[language].split("|")
    head = "\n\n".join(fields)
    article = (
        f"          {beginning}\n\n          Tagblatt\n\n          {date}\n\nDas Haus am See\n\n{head}\n\n"
        f"Eins zwei drei.\n\nVier fünf sechs sieben.\n\n{loaded}: {date}\n\n{named}\n\n"
    )
    text = article + article.replace("1 ", "2 ", 1).replace("Haus", "Boot")
    expected = {"outlet": "Tagblatt", "published": pd.Timestamp("2024-03-04"), "authors": "Anna Beispiel"}
    expected |= {"section": "POLITIK", "page": "5", "length_stated": 7, "language": language}
    for encoding in ("utf-8", "cp1252"):
        corpus = analysis.read(write(tmp_path, f"{encoding}.txt", text.encode(encoding)), strict=True)
        assert corpus.articles["title"].tolist() == ["Das Haus am See", "Das Boot am See"]
        assert corpus.articles["text"].eq("Eins zwei drei.\n\nVier fünf sechs sieben.").all()
        for column, value in expected.items():
            assert corpus.articles[column].eq(value).all(), column


@pytest.mark.parametrize("word", ["BODY", "TEXT"])
@pytest.mark.parametrize("dateline", ["DATELINE: PELLMOUTH\n\n", ""])
def test_a_line_of_the_text_is_no_heading(tmp_path: Path, word: str, dateline: str) -> None:
    line = f"{word}: 40 metres of it fell in January, and nobody saw it."
    text = f"The wall was never in any danger, whatever the engineers wrote to the council.\n\n{line}\n\nIt fell."
    article = NUMBERED[NUMBERED.index("The kettles in") : NUMBERED.index("LOAD-DATE")]
    corpus = analysis.read(write(tmp_path, "a.txt", NUMBERED.replace(article, f"{dateline}{text}\n\n")), strict=True)
    assert corpus.articles["text"].iloc[0] == text
    assert corpus.articles["length_stated"].tolist() == [41, 1012]


def test_a_line_below_the_heading_of_the_text_is_no_heading(tmp_path: Path) -> None:
    text = NUMBERED.replace("It fell in January.", "TEXT: Anna Beispiel says it fell.")
    article = analysis.read(write(tmp_path, "a.txt", text), strict=True).articles.iloc[1]
    assert article["text"] == "The wall will be mended in May.\n\nTEXT: Anna Beispiel says it fell."


def test_headings_in_a_language_that_is_not_known(tmp_path: Path) -> None:
    article = """
                          1 of 2 DOCUMENTS

                              Dagbladet Ett

                              4 March 2024

Huset vid sjön

SKRIBENT: Anna Exempel

LÄNGD: 5 ord

Huset var rött.

ANNA: Vi målade det.

LADDAT: 5 March 2024

SPRÅK: SWEDISH

                          Copyright 2024 Dagbladet
"""
    corpus = analysis.read(write(tmp_path, "a.txt", article + article.replace("1 of", "2 of")), strict=True)
    found = corpus.articles.iloc[0]
    assert (found["title"], found["outlet"], found["length_stated"]) == ("Huset vid sjön", "Dagbladet Ett", 5)
    assert found["text"] == "Huset var rött.\n\nANNA: Vi målade det."
    assert "SKRIBENT: Anna Exempel" in corpus.set_aside["text"].tolist()


def test_an_article_without_a_length(tmp_path: Path) -> None:
    text = NUMBERED.replace("LENGTH: 41 words\n\n", "")
    first = analysis.read(write(tmp_path, "a.txt", text)).articles.iloc[0]
    assert first["title"] == "They timed it for the tea break: the canteen says no"
    assert first["text"].startswith("The kettles in the canteen hold")


PAGE = """<HTML><HEAD><STYLE TYPE="text/css"><!--
.c0 { text-align: center; }
.c1 { text-align: left; }
--></STYLE></HEAD><BODY>
<DIV CLASS="c1"><P><SPAN>Download Request: Selected Items: 1-3<BR>Terms: kettle</SPAN></P></DIV>
{}</BODY></HTML>"""
PAGE_ARTICLE = """<A NAME="DOC_ID_1_0"></A><!-- Hide XML section from browser
<DOC NUMBER=1>
<DOCFULL> -->
<BR><DIV CLASS="c0"><P><SPAN>1 of 3 DOCUMENTS</SPAN></P></DIV>
<BR><DIV CLASS="c0"><BR><P><IMG SRC="x.gif"><BR><SPAN>Slipway Weekly</SPAN></P></DIV>
<BR><DIV CLASS="c0"><P><SPAN>March</SPAN><SPAN> 4, 2024, Monday, Late Edition<BR>Correction Appended</SPAN></P></DIV>
<BR><DIV CLASS="c1"><P><SPAN>The tea break;<BR>no biscuits</SPAN></P></DIV>
<BR><DIV CLASS="c1"><P><SPAN>BYLINE: </SPAN><SPAN>BEA SORRELL</SPAN></P></DIV>
<BR><DIV CLASS="c1"><P><SPAN>LENGTH: </SPAN><SPAN>9 words</SPAN></P></DIV>
<BR><DIV CLASS="c1"><P>The &quot;kettles&quot; in
the <SPAN>canteen</SPAN>.</P><P>They were full.</P></DIV>
<TABLE><TR><TD><P>Cups</P></TD><TD><P>40</P></TD></TR></TABLE>
<BR><DIV CLASS="c1"><P><SPAN>LANGUAGE: </SPAN><SPAN>ENGLISH</SPAN></P></DIV>
<BR><DIV CLASS="c1"><P><SPAN>CORRECTION:<BR></SPAN></P><P>It was Tuesday.</P></DIV>
<BR><DIV CLASS="c0"><P><SPAN>Copyright 2024 Slipway Press</SPAN></P></DIV>
<!-- Hide XML section from browser
</DOCFULL>
</DOC> -->
"""
PAGE_FAILED = """<A NAME="DOC_ID_2_0"></A><!-- Hide XML section from browser
<DOC NUMBER=1>
<DOCFULL> -->
<DIV><P>We are sorry but there is an error in this document and it is not possible to display it.</P></DIV>
"""


def test_a_page_of_nexis(tmp_path: Path) -> None:
    second = PAGE_ARTICLE.replace("1 of 3", "2 of 3").replace("tea break", "coffee break")
    corpus = analysis.read(write(tmp_path, "a.html", PAGE.replace("{}", PAGE_ARTICLE + PAGE_FAILED + second)))
    assert corpus.articles["title"].tolist() == ["The tea break; no biscuits", "The coffee break; no biscuits"]
    article = corpus.articles.iloc[0]
    assert (article["outlet"], article["edition"], article["authors"]) == (
        "Slipway Weekly",
        "Late Edition",
        "BEA SORRELL",
    )
    assert article["published"] == pd.Timestamp("2024-03-04")
    assert article["text"] == 'The "kettles" in the canteen.\n\nThey were full.\n\nCups\t40'
    failed = corpus.set_aside[corpus.set_aside["kind"] == "row"]
    assert failed[["row", "reason"]].values.tolist() == [
        [2, "is an article that Nexis could not give: the file has an error message in its place."]
    ]
    with pytest.raises(InputError) as caught:
        analysis.read(tmp_path / "a.html", strict=True)
    assert str(caught.value) == (
        "a.html, row 2: is an article that Nexis could not give: the file has an error message in its place."
    )


# -- Nexis Uni ---------------------------------------------------------------------------------------------------------

COVER = ["Date and Time: Monday, 5. March 2024 09:31:00 CET", "Job Number: 00000001", "Documents (2)"]
COVER += [
    "1. The tea break",
    "Client/Matter: -None-",
    "Search Terms: kettle",
    "Search Type: Natural Language",
    "Narrowed by:",
]
COVER += ["", "Content Type", "Narrowed by", "News", "Sources: Slipway Weekly; Content Type: News", ""]
COVER += [
    "2. Harbour wall to be mended",
    "Client/Matter: -None-",
    "Search Terms: kettle",
    "Narrowed by:",
    "",
    "News",
    "",
    "",
    "",
]
UNI = ["The tea break", "Slipway Weekly(Pellmouth)", "March 4, 2024 Monday 9:20 AM GMT", "", "Late Edition"]
UNI += ["Copyright 2024 Slipway Press All Rights Reserved", "\n", "Section:\xa0NEWS; Version:28", "Length:\xa012 words"]
UNI += [
    "Byline:\xa0Bea Sorrell",
    "Highlight:\xa0Nobody was asked.",
    "Body",
    "",
    "The kettles “hold” forty cups each.",
    "",
]
UNI += [
    "Nobody asked.",
    "",
    "PHOTOS: A kettle; a cup. (B1)",
    "Related Articles",
    "Kettles and their cups",
    "",
    "Graphic",
    "",
    "A kettle",
    "",
    "Classification",
    "",
    "Language:\xa0ENGLISH",
]
UNI += [
    "\nPublication-Type:\xa0Newspaper",
    "\nSubject:\xa0KETTLES (89%)",
    "\nLoad-Date:\xa0March 5, 2024",
    "",
    "\nEnd of Document",
]
UNI_2 = [
    "",
    "",
    "Harbour wall to be mended",
    "The Gazette",
    "3 March 2024",
    "Length: 6 words",
    "Body",
    "It will be mended in May.",
]
UNI_2 += ["Load-Date: March 4, 2024", "End of Document"]


def docx(paragraphs: list[str], extra: dict[str, bytes] | None = None) -> bytes:
    def escaped(text: str) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        return "<w:br/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in text.split("\n"))

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r>{escaped(text)}</w:r></w:p>" if text else "<w:p/>" for text in paragraphs)
    parts = {"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()} | (extra or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def rtf(paragraphs: list[str]) -> bytes:
    def escaped(text: str) -> str:
        text = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("\n", "\\line ")
        return "".join(one if ord(one) < 128 else f"\\u{ord(one)}?" for one in text)

    head = r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset238 Arial;}}{\info{\title No title}}"
    field = r"{\field{\*\fldinst HYPERLINK \"https://x.example\"}{\fldrslt }}{\header Page 1\par }"
    return (head + field + "".join(f"\\pard\\plain\\f0 {escaped(text)}\\par\r\n" for text in paragraphs) + "}").encode()


@pytest.mark.parametrize("kind", ["docx", "rtf", "txt"])
@pytest.mark.parametrize("cover", [True, False])
def test_an_export_of_nexis_uni(tmp_path: Path, kind: str, cover: bool) -> None:
    paragraphs = [*(COVER if cover else []), *UNI, *UNI_2]
    data = {"docx": docx, "rtf": rtf, "txt": lambda lines: "\n".join(lines).encode()}[kind](paragraphs)
    corpus = analysis.read(write(tmp_path, f"a.{kind}", data), strict=True)
    assert corpus.articles["title"].tolist() == ["The tea break", "Harbour wall to be mended"]
    first = corpus.articles.iloc[0]
    assert (first["outlet"], first["published"]) == ("Slipway Weekly(Pellmouth)", pd.Timestamp("2024-03-04 09:20"))
    assert (first["section"], first["authors"], first["edition"]) == ("NEWS", "Bea Sorrell", "Late Edition")
    assert (first["length_stated"], first["language"]) == (12, "en")
    assert first["text"] == "The kettles “hold” forty cups each.\n\nNobody asked."
    assert corpus.articles["text"].iloc[1] == "It will be mended in May."
    assert corpus.notes.empty
    assert corpus.set_aside.loc[corpus.set_aside["row"] == 1, "text"].tolist() == [
        "Copyright 2024 Slipway Press All Rights Reserved",
        "Highlight: Nobody was asked.",
        "A kettle",
        "Publication-Type: Newspaper",
        "Subject: KETTLES (89%)",
        "Load-Date: March 5, 2024",
        "PHOTOS: A kettle; a cup. (B1)",
        "Related Articles",
        "Kettles and their cups",
    ]


def test_an_export_that_is_cut_off_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "a.docx", docx([*COVER, *UNI, *UNI_2[:-2]]))
    corpus = analysis.read(path)
    assert len(corpus) == 2
    assert corpus.notes["message"].tolist() == ["the end of this article is missing: the file seems to be cut off"]
    corpus = analysis.read(write(tmp_path, "b.docx", docx([*COVER, *UNI])))
    assert corpus.notes[["row", "kind", "message"]].values.tolist() == [
        [1, "row", "the first page lists 2 articles, and 1 were found. Export the file again."]
    ]


def test_a_document_of_one_article_is_read_as_a_saved_one(tmp_path: Path) -> None:
    paragraphs = ["date 2024-03-04 The tea break", "Bea Sorrell", "Slipway Weekly"]
    paragraphs += ["The kettles in the canteen hold forty cups each.", "Nobody asked.", "FOLLOW US ON FACEBOOK"]
    write(tmp_path, "a.docx", docx(paragraphs))
    write(tmp_path, "b.rtf", rtf(paragraphs))
    write(tmp_path, "c.txt", "\n\n".join(paragraphs))
    corpus = analysis.read(tmp_path, strict=True)
    columns = ["title", "authors", "outlet", "published", "text"]
    assert corpus.articles["path"].tolist() == ["a.docx", "b.rtf", "c.txt"]
    assert len(corpus.articles[columns].drop_duplicates()) == 1
    assert corpus.articles["text"].iloc[0] == "The kettles in the canteen hold forty cups each.\n\nNobody asked."
    assert corpus.set_aside["text"].tolist() == ["FOLLOW US ON FACEBOOK"] * 3


def test_what_a_document_holds_beside_its_text(tmp_path: Path) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = """
      <w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>added</w:t>
      </w:r></w:ins><w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r><w:hyperlink><w:r><w:t> link</w:t></w:r>
      </w:hyperlink><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>a box</w:t></w:r></w:p>
      </w:txbxContent></mc:Choice></mc:AlternateContent></w:p>
      <w:p><w:r><w:instrText>HYPERLINK x</w:instrText><w:t>Second.</w:t></w:r></w:p>"""
    xml = f'<w:document xmlns:w="{w}" xmlns:mc="{mc}"><w:body>{body}</w:body></w:document>'
    path = write(tmp_path, "a.docx", docx([], {"word/document.xml": xml.encode()}))
    assert analysis.read(path).articles["text"].item() == "Kept added\ttab\nline link\n\nSecond."


def test_signs_of_rich_text() -> None:
    source = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0 \'93Caf\'e9\'94 \emdash\~a\_b\-c "
    )
    source += rb"\uc2\u8364 EU 5 {\v hidden}{\*\unknown away}\f1\'cf\'f0{\pict 00ff}\par\bin3 }}}ok\par}"
    assert [one.text for one in rtf_paragraphs(source)] == ["“Café” — a-bc € 5 Пр", "ok"]


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.docx", b"x", "is not a Word document that can be read: File is not a zip file. Save it again."),
        ("a.rtf", b"x", "is not a rich text document. Save it as .rtf."),
        ("a.rtf", rb"{\rtf1 }", "is empty. Delete it, or save the article again."),
        ("a.docx", docx([""]), "is empty. Delete it, or save the article again."),
        (
            "a.docx",
            docx(["One."])[:-40],
            "is not a Word document that can be read: File is not a zip file. Save it again.",
        ),
    ],
)
def test_documents_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        analysis.read(write(tmp_path, name, content))
    assert str(caught.value) == f"{name}: {reason}"


def test_hostile_documents(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lol = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><w:document {space}><w:body><w:p>&l8;</w:p></w:body></w:document>'
    deep = f"<w:document {space}>" + "<w:p>" * 10_000 + "</w:p>" * 10_000 + "</w:document>"
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as file, file.open("word/document.xml", "w") as part:
        for _ in range(101):
            part.write(bytes(1 << 20))
    write(tmp_path, "a.docx", docx([], {"word/document.xml": bomb.encode()}))
    write(tmp_path, "b.docx", docx([], {"word/document.xml": deep.encode()}))
    write(tmp_path, "c.docx", zeros.getvalue())
    write(tmp_path, "d.docx", docx(["The kettles in the canteen hold forty cups."]))
    write(
        tmp_path,
        "e.rtf",
        rb"{\rtf1 " + rb"{" * 10_000 + b"The kettles hold forty cups." + rb"\'" * 1000 + rb"\bin99999999 }",
    )
    corpus = analysis.read(tmp_path)
    assert corpus.articles["path"].tolist() == ["d.docx", "e.rtf"]
    reasons = dict(zip(corpus.set_aside["path"], corpus.set_aside["reason"], strict=True))
    assert reasons["a.docx"] == "declares entities, as no Word document does: they may be made to do harm."
    assert reasons["b.docx"].startswith("is not a Word document that can be read: ")
    assert reasons["c.docx"] == (
        "unpacks to more than 200 times its size, as archives made to fill the memory do. "
        "Unpack it yourself if it is meant."
    )


# -- in batches, and with others ---------------------------------------------------------------------------------------


def test_a_large_export_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.reading import files, iter_batches, pieces

    write(tmp_path, "a.txt", NUMBERED)
    write(tmp_path, "b.txt", "The council met on Monday and it voted on the new library.")
    whole = analysis.read(tmp_path).articles
    monkeypatch.setattr(files, "_LARGE", 100)
    batches = [batch.articles for batch in iter_batches(tmp_path, batch_size=1)]
    assert [len(batch) for batch in batches] == [1, 1, 1]
    pd.testing.assert_frame_equal(analysis.read(tmp_path).articles, whole)
    cut = [piece.read().articles for piece in pieces.pieces(tmp_path, articles=1)]
    assert pd.concat(cut)["text"].tolist() == whole["text"].tolist()


def test_exports_may_be_packed(tmp_path: Path) -> None:
    import gzip

    import zstandard

    write(tmp_path, "a.txt.gz", gzip.compress(NUMBERED.encode()))
    write(tmp_path, "b.docx.zst", zstandard.ZstdCompressor().compress(docx([*COVER, *UNI, *UNI_2])))
    write(tmp_path, "c.rtf.gz", gzip.compress(rtf([*UNI, *UNI_2])))
    corpus = analysis.read(tmp_path, strict=True)
    assert corpus.articles["path"].tolist() == ["a.txt.gz"] * 2 + ["b.docx.zst"] * 2 + ["c.rtf.gz"] * 2


def test_a_sidecar_describes_an_export(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", NUMBERED)
    write(tmp_path, "metadata.csv", "file,wave\na.txt,3\n")
    assert analysis.read(tmp_path).articles["wave"].tolist() == ["3", "3"]


@pytest.mark.parametrize(
    "text", ["See document 1 of 2 in the file.", "End of documentary: the film ended.", "1 of 10 DOCUMENTSS"]
)
def test_what_is_no_export(text: str) -> None:
    assert layout_of(f"One line.\n{text}\nAnother.") is None


@pytest.mark.parametrize(
    "line", ["1 of 3 DOCUMENTS", "Dokument 1 von 3", "End of Document", "Document SLIP000020250304ek3400001"]
)
@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_a_saved_article_that_quotes_an_export_is_read_whole(tmp_path: Path, line: str, kind: str) -> None:
    quoted = f"The clerk read the first page to the council, and on it stood what follows.\n\n{line}\n\n"
    text = f"March 4, 2024 was cold.\n\n{quoted}March 5, 2024 was the date below.\n\nNobody laughed at that on Tuesday."
    lines = f"date 2024-03-04 They timed it\n\nBea Sorrell\n\nSlipway Weekly\n\n{text}"
    data = docx(lines.split("\n\n")) if kind == "docx" else lines.encode()
    article = analysis.read(write(tmp_path, f"a.{kind}", data), strict=True).articles.iloc[0]
    assert article["text"] == text
    assert article[["title", "outlet"]].tolist() == ["They timed it", "Slipway Weekly"]
    assert article["published"] == pd.Timestamp("2024-03-04")


@pytest.mark.parametrize("layout", ["uni", "factiva"])
def test_what_stands_below_the_last_article_is_set_aside(tmp_path: Path, layout: str) -> None:
    factiva = ["Rain", "3 words", "4 March 2024", "The Gazette", "English", "(c) 2024 Gazette", "It rained again."]
    factiva.append("Document GAZ0000020240304ek3400001")
    lines = [*(UNI_2 if layout == "uni" else factiva), "Search Summary", "Text: kettle"]
    corpus = analysis.read(write(tmp_path, "a.txt", "\n".join(lines)), strict=True)
    assert len(corpus) == 1
    below = corpus.set_aside[corpus.set_aside["reason"] == "below the last article"]
    assert below[["row", "kind", "text"]].values.tolist() == [[1, "footer", "Search Summary\nText: kettle"]]


def test_hostile_lines_take_no_time() -> None:
    for line in (
        "1 " * 20_000,
        "_" * 50_000,
        "job number:\n" + "a\n" * 20_000,
        " " * 50_000 + "1 of",
        "Document " * 9_000,
    ):
        assert layout_of(line + "\ndocument") is None
        assert find_date(line) is None


def test_a_dutch_article_has_a_summary_above_its_text(tmp_path: Path) -> None:
    text = NUMBERED.replace("BODY:\n\n", "BODY:\n\nSAMENVATTING: De muur.\n\nVOLLEDIGE TEKST:\n\n")
    corpus = analysis.read(write(tmp_path, "a.txt", text))
    assert corpus.articles["text"].iloc[1] == "The wall will be mended in May.\n\nIt fell in January."
    assert "SAMENVATTING: De muur." in corpus.set_aside["text"].tolist()


@pytest.mark.parametrize("kind", ["docx", "rtf"])
def test_one_article_of_nexis_uni_with_its_cover(tmp_path: Path, kind: str) -> None:
    cover = [
        line.replace("Documents (2)", "Document (1)") for line in COVER[: COVER.index("2. Harbour wall to be mended")]
    ]
    data = {"docx": docx, "rtf": rtf}[kind]([*cover, "", "", *UNI])
    corpus = analysis.read(write(tmp_path, f"a.{kind}", data), strict=True)
    assert corpus.articles[["title", "outlet"]].values.tolist() == [["The tea break", "Slipway Weekly(Pellmouth)"]]
    assert corpus.notes.empty


@pytest.mark.parametrize("cover", [True, False])
def test_a_date_without_a_day_is_no_outlet(tmp_path: Path, cover: bool) -> None:
    text = NUMBERED.replace("3 March 2024 Sunday", "Spring 2024")
    corpus = analysis.read(write(tmp_path, "a.txt", text))
    assert corpus.articles["outlet"].tolist() == ["Slipway Weekly", "The Gazette"]
    assert corpus.articles["published"].isna().tolist() == [False, True]
    paragraphs = [line.replace("March 4, 2024 Monday 9:20 AM GMT", "March 2024") for line in UNI]
    corpus = analysis.read(write(tmp_path, "a.docx", docx([*(COVER if cover else []), *paragraphs])))
    assert corpus.articles[["title", "outlet"]].values.tolist() == [["The tea break", "Slipway Weekly(Pellmouth)"]]
    assert corpus.articles["text"].item() == "The kettles “hold” forty cups each.\n\nNobody asked."
    assert "March 2024" in corpus.set_aside["text"].tolist()


def test_a_title_that_begins_with_a_date(tmp_path: Path) -> None:
    title = "6 January 2021: the wall falls"
    text = NUMBERED.replace("March 4, 2024 Monday", "March, 2024").replace("They timed it for the tea break:", title)
    articles = analysis.read(write(tmp_path, "a.txt", text)).articles
    assert articles["published"].isna().tolist() == [True, False]
    assert articles["title"].iloc[0] == f"{title} the canteen says no"
    assert articles[["outlet", "edition"]].iloc[0].tolist() == ["Slipway Weekly", "Late Edition; North"]
    paragraphs = [title if line == "The tea break" else line for line in UNI]
    article = analysis.read(write(tmp_path, "a.docx", docx(paragraphs)), strict=True).articles.iloc[0]
    assert article[["title", "outlet"]].tolist() == [title, "Slipway Weekly(Pellmouth)"]
    assert article["published"] == pd.Timestamp("2024-03-04 09:20")


@pytest.mark.parametrize("cover", [True, False])
def test_a_german_date_is_no_number_of_the_list(tmp_path: Path, cover: bool) -> None:
    paragraphs = [line.replace("March 4, 2024 Monday 9:20 AM GMT", "4. März 2024 Montag") for line in UNI]
    paragraphs = [*(COVER if cover else []), *paragraphs, *UNI_2]
    corpus = analysis.read(write(tmp_path, "a.docx", docx(paragraphs)), strict=True)
    assert corpus.articles["title"].tolist() == ["The tea break", "Harbour wall to be mended"]
    assert corpus.articles["published"].tolist() == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-03-03")]
    assert corpus.notes.empty


def test_an_export_of_nexis_uni_with_broken_lines(tmp_path: Path) -> None:
    body = "The wall of the harbour, which the council of Pellmouth built, will be\nmended in May.\n\nIt fell."
    text = "\n\n".join(line for line in UNI_2 if line).replace("It will be mended in May.", body)
    article = analysis.read(write(tmp_path, "a.txt", text), strict=True).articles.iloc[0]
    assert article["text"] == body.replace("be\n", "be ")


def test_an_export_without_empty_lines(tmp_path: Path) -> None:
    lines = [line for line in NUMBERED[NUMBERED.index(" " * 31 + "2 of") :].split("\n") if line.strip()]
    text = "\n".join([*lines, *lines]) + "\n"
    articles = analysis.read(write(tmp_path, "a.txt", text), strict=True).articles
    assert articles["text"].tolist() == ["The wall will be mended in May.\n\nIt fell in January."] * 2
    assert articles["outlet"].tolist() == ["The Gazette"] * 2


def test_fields_that_are_missing_are_noted(tmp_path: Path) -> None:
    text = (
        dedent(NUMBERED).replace("3 March 2024 Sunday", "Sunday").replace("HEADLINE: Harbour wall to be mended\n", "")
    )
    corpus = analysis.read(write(tmp_path, "a.txt", text))
    assert corpus.articles["published"].isna().tolist() == [False, True]
    assert corpus.articles["text"].iloc[1] == "The wall will be mended in May.\n\nIt fell in January."
    assert corpus.notes[["row", "kind", "message"]].values.tolist() == [
        [2, "export", "no title, published was found in this article"]
    ]
