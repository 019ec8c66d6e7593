"""Exports of Factiva, Europresse and ProQuest, in layouts that were written for these tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from tests.reading.test_exports import docx, rtf, write

BODY = ["The kettles “hold” forty cups.", "Nobody asked."]
TEXT = "\n\n".join(BODY)


def only(path: Path, **fields: object) -> None:
    """Check the fields of the first article of a file."""
    articles = analysis.read(path, strict=True).articles
    found = articles.iloc[0]
    assert {name: found[name] for name in fields} == fields
    assert found["text"] == TEXT


# -- Factiva -----------------------------------------------------------------------------------------------------------

CODED = {
    "SE": "Kantine", "HD": "Die Teepause", "BY": "Von Anna Beispiel", "WC": "1.070 Wörter", "PD": "4. März 2024",
    "ET": "15:32", "SN": "Tagblatt", "SC": "TAGB", "ED": "Nord", "PG": "7", "LA": "Deutsch", "CY": "(c) 2024 Tagblatt",
    "LP": BODY[0], "TD": BODY[1], "CO": "kettle : Kettle Inc", "AN": "Document TAGB000020240304ek340001r",
}  # fmt: skip
SHOWN = ["Kantine", "Die Teepause", "Anna Beispiel", "1.070 Wörter", "4 März 2024", "15:32", "Tagblatt", "TAGB", "7"]
SHOWN += ["Nord", "Deutsch", "(c) 2024 Tagblatt"]
FACTIVA = {
    "section": "Kantine", "title": "Die Teepause", "authors": "Anna Beispiel", "length_stated": 1070, "page": "7",
    "published": pd.Timestamp("2024-03-04 15:32"), "outlet": "Tagblatt", "edition": "Nord", "language": "de",
    "database_id": "TAGB000020240304ek340001r",
}  # fmt: skip


def coded_page() -> str:
    rows = "".join(
        f'<tr><td class="index"><b>{code}</b>&nbsp;</td><td><p class="articleParagraph">{value}</p></td></tr>'
        for code, value in CODED.items()
    )
    return f'<div class="article deArticle"><table>{rows}</table></div>'


def shown_page() -> str:
    section, title, authors, *rest = SHOWN
    head = f'<div>{section}</div><div id="hd"><span class="deHeadline counted">98) {title}</span>\n</div>'
    head += f'<div class="author">{authors} </div>' + "".join(f"<div>{line}</div>" for line in rest)
    body = "".join(f'<p class="articleParagraph dearticleParagraph">{line}</p>' for line in BODY)
    end = "<p>Ein Bild.</p><p>Dokument TAGB000020240304ek340001r</p>"
    return f'<div id="a" class="article"><div class="article deArticle"><p>\n</p>{head}<p></p>{body}{end}</div></div>'


@pytest.mark.parametrize("article", [coded_page(), shown_page()])
def test_a_page_of_factiva(tmp_path: Path, article: str) -> None:
    page = f'<html><head><meta charset="utf-8"><style>.x{{}}</style></head><body>{article}<br>{article}</body></html>'
    path = write(tmp_path, "a.html", page)
    assert len(analysis.read(path)) == 2
    only(path, **FACTIVA)
    said = analysis.read(path).set_aside["text"].tolist()
    assert "(c) 2024 Tagblatt" in said
    assert analysis.read(path).notes.empty


@pytest.mark.parametrize("kind", ["rtf", "txt", "docx"])
@pytest.mark.parametrize("coded", [True, False])
def test_a_text_of_factiva(tmp_path: Path, kind: str, coded: bool) -> None:
    shown = [*SHOWN, "", *BODY, "", CODED["AN"]]
    lines = [f"{code}\t{value}" for code, value in CODED.items()] if coded else shown
    data = {"rtf": rtf, "docx": docx, "txt": lambda lines: "\n".join(lines).encode()}[kind]([*lines, "", *lines])
    path = write(tmp_path, f"a.{kind}", data)
    assert len(analysis.read(path)) == 2
    only(path, **FACTIVA)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        (["Die Teepause in der Kantine", "Anna Beispiel und Jan Muster"], (None, "Die Teepause in der Kantine")),
        (["Kantine", "Die Teepause in der Kantine"], ("Kantine", "Die Teepause in der Kantine")),
        (["Kantine", "Die Teepause in der Kantine", "By REPORTERS"], ("Kantine", "Die Teepause in der Kantine")),
        (["Die Teepause in der Kantine"], (None, "Die Teepause in der Kantine")),
        (["Die Teepause in der Kantine", "Ohne Kekse wird niemand froh"], (None, "Die Teepause in der Kantine")),
    ],
)
def test_what_stands_above_the_words_of_factiva(
    tmp_path: Path, above: list[str], expected: tuple[str | None, str]
) -> None:
    lines = [*above, *SHOWN[3:], "", *BODY, "", CODED["AN"]]
    articles = analysis.read(write(tmp_path, "a.txt", "\n".join(lines))).articles
    assert articles[["section", "title"]].astype(object).where(lambda t: t.notna(), None).values.tolist() == [
        list(expected)
    ]


def test_capitals_in_a_coded_text_are_no_codes(tmp_path: Path) -> None:
    lines = [f"{code}\t{value}" for code, value in CODED.items() if code != "CO"]
    lines.insert(-1, "IN LONDON it rained. BY NIGHT it stopped.")
    path = write(tmp_path, "a.txt", "\n".join(lines))
    assert analysis.read(path).articles["text"].item() == f"{TEXT}\n\nIN LONDON it rained. BY NIGHT it stopped."


def xml(article: str = "") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PPSResponse><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0"><ppsarticle><article>
  <accessionNo>TAGB000020240304ek340001r</accessionNo><baseLanguage>DE</baseLanguage><byline>Von Anna Beispiel</byline>
  <copyright>(c) 2024 Tagblatt</copyright><edition>Nord</edition><sectionName>Kantine</sectionName>
  <headline><paragraph><hlt>Die</hlt> Teepause</paragraph></headline>
  <leadParagraph><paragraph display="Proportional">{BODY[0]}</paragraph></leadParagraph>
  <publicationDate><dateTime>2024-03-04T15:32:00Z</dateTime></publicationDate><sourceName>Tagblatt</sourceName>
  <region code="x"><name>North</name></region><region code="y"><name>South</name></region>
  <tailParagraphs><paragraph>{BODY[1]}</paragraph></tailParagraphs><wordCount>1070</wordCount><pages><page>7</page>
  </pages></article></ppsarticle>{article}</ppsArticleResponse></PPSResponse>"""


def test_xml_of_factiva(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xml", xml("<article><headline>Two</headline><leadParagraph>\nIt\nrained.\n"
                                        "    It stopped.\n</leadParagraph></article>"))  # fmt: skip
    only(path, **FACTIVA)
    corpus = analysis.read(path)
    assert corpus.articles["text"].iloc[1] == "It rained.\n\nIt stopped."
    assert "region: North; South" in corpus.set_aside["text"].tolist()
    assert corpus.notes["message"].tolist() == ["no published, outlet was found in this article"]


def test_xml_that_is_not_as_it_should_be(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    whole = xml().replace("<region", f"{'<deep>' * 10_000}{'</deep>' * 10_000}<region", 1)
    files = {
        "a.xml": xml(xml().partition("<ppsarticle>")[2][:200]),
        "b.xml": "<rss><item/></rss>",
        "c.xml": f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><r><article><headline>&l8;</headline></article></r>',
        "d.xml": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///x">]><r><article><byline>&f;</byline></article></r>',
        "e.xml": whole,
        "f.xml": "",
        "g.xml": "no markup",
    }
    for name, content in files.items():
        write(tmp_path, name, content)
    corpus = analysis.read(tmp_path)
    assert corpus.articles["path"].tolist() == ["a.xml"]
    aside = corpus.set_aside[corpus.set_aside["kind"] == "file"]
    reasons = dict(zip(aside["path"], aside["reason"], strict=True))
    assert reasons["a.xml"].startswith("is XML that is cut off or damaged after its 1 article")
    assert reasons["b.xml"] == "is XML of a kind that is not known: <rss>. Of XML, exports of Factiva are read."
    entities = "declares entities, as no export of Factiva does: they may be made to do harm."
    assert reasons["c.xml"] == reasons["d.xml"] == entities
    for name in ("e.xml", "f.xml", "g.xml"):
        assert reasons[name].startswith("is XML that is cut off or damaged before its first article: ")


# -- Europresse --------------------------------------------------------------------------------------------------------

NEW = """<article><header><img src="x.gif"/><div><span class="DocPublicationName">Le Phare, no. 5968   </span></div>
<div><span class="DocHeader">Cantine, lundi 4 mars 2024 - 15:32:00 UTC +0100, p. 7</span></div>
<div><p>EN BREF</p></div><div class="titreArticle"><p class="sm-margin-TopNews titreArticleVisu rdp__articletitle">La
<mark>pause</mark></p><p class="sm-margin-TopNews rdp__subtitle">Sans biscuits</p></div>
<p class="sm-margin-bottomNews">Anna Exemple</p></header>
<section><div class="DocText clearfix"><div class="docOcurrContainer"><p>{}</p><p>{}</p></div></div></section>
<aside><p><b>Illustration(s) :</b></p><div><p>Une bouilloire</p></div></aside>
<footer><small>© 2024 Le Phare. Tous droits réservés.</small><p>Numéro de document : news·20240304·PHA·1</p>
<div class="publiC-lblNodoc">news·20240304·PHA·1</div></footer></article>"""
OLD = """<table width="96%"><tr><td style="x"><table id="tbHeaderImages"><tr><td></td></tr></table>
<span class="DocPublicationName">Le Phare</span><br><span class="DocHeader">Cantine, </span><span class="DocHeader">
lundi </span><span class="DocHeader">4 mars 2024</span><span class="DocHeader">, p. 7</span><br><br>EN BREF<br>
<span class="TitreArticleVisu">La <span style="color:red">pause</span></span><br><br>Anna Exemple<br><p></p>{}
<p></p>{}<p></p><b><i>© 2024 Le Phare. Tous droits réservés.</i></b><p></p>Numéro de document : news·20240304·PHA·1
<br><br><table><tr><td>Ce certificat est émis à <b>X</b></td></tr></table></td></tr></table>"""
EUROPRESSE = {"outlet": "Le Phare", "section": "Cantine", "page": "7", "title": "La pause", "authors": "Anna Exemple"}
EUROPRESSE |= {"database_id": "news·20240304·PHA·1"}


@pytest.mark.parametrize("article", [NEW, OLD])
def test_a_line_break_parts_the_words_of_a_page_of_europresse(tmp_path: Path, article: str) -> None:
    article = article.replace("La\n<mark>", "La<br><mark>").replace("La <span", "La<br/><span")
    article = article.replace("Le Phare", "Le Phare<br>Groupe P", 1).format(*BODY)
    only(write(tmp_path, "a.html", article), **EUROPRESSE)


@pytest.mark.parametrize(
    ("article", "published", "aside"),
    [
        (NEW, "2024-03-04 15:32", ["EN BREF", "Sans biscuits", "Illustration(s) :", "Une bouilloire"]),
        (OLD, "2024-03-04", ["EN BREF"]),
    ],
)
def test_a_page_of_europresse(tmp_path: Path, article: str, published: str, aside: list[str]) -> None:
    article = article.format(*BODY)
    page = f"<html><head><meta charset='utf-8'></head><body>{article}\n<p><br>{article}</body></html>"
    path = write(tmp_path, "a.html", page)
    corpus = analysis.read(path, strict=True)
    assert len(corpus) == 2
    only(path, **EUROPRESSE, published=pd.Timestamp(published))
    said = corpus.set_aside.loc[corpus.set_aside["row"] == 1, "text"].tolist()
    assert said[: len(aside)] == aside
    assert "© 2024 Le Phare. Tous droits réservés." in said
    assert corpus.notes.empty


# -- ProQuest ----------------------------------------------------------------------------------------------------------

PROQUEST = """\
{rule}

Document 1 of 2

The tea break: no biscuits

Author: Sorrell, Bea; Lee, Ann

Publication info: Slipway Weekly ; Pellmouth [Pellmouth]04 Mar 2024: A.7.

ProQuest document link

Abstract: Nobody was asked.

Links: Linking Service

Full text: {body}

Subject: Kettles; Canteens

Location: Pellmouth

Title: The tea break: no biscuits

Publication title: Slipway Weekly; Pellmouth

Pages: A.7

Publication year: 2024

Publication date: Mar 4, 2024

Section: Canteen

Publisher: Slipway Press

Language of publication: English

ProQuest document ID: 251439970

Document URL: https://search.proquest.com/docview/251439970?accountid=1

Copyright: Copyright Slipway Press 2024

Last updated: 2024-03-05

Database: News

"""


def test_a_line_with_the_name_of_a_field_stays_in_a_text_of_proquest(tmp_path: Path) -> None:
    text = (
        "Nobody asked.\n\nSource: so they call the spring.\n\nIt fell.\n\nPeople: how many?\n\nTitle: no.\n\nAll left."
    )
    data = PROQUEST.format(rule="_" * 60, body=text)
    article = analysis.read(write(tmp_path, "a.txt", data), strict=True).articles.iloc[0]
    assert article[["text", "title"]].tolist() == [text, "The tea break: no biscuits"]


def test_a_text_of_proquest_with_headings(tmp_path: Path) -> None:
    data = PROQUEST.format(rule="_" * 60, body="They sat.\n\nSection: A\n\nPages: 2\n\nDETAILS")
    data = data.replace("Abstract: ", "ABSTRACT\n\n").replace("Full text: ", "FULL TEXT\n\n")
    corpus = analysis.read(write(tmp_path, "a.txt", data), strict=True)
    article = corpus.articles.iloc[0]
    assert article[["text", "section", "page"]].tolist() == ["They sat.\n\nSection: A\n\nPages: 2", "Canteen", "A.7"]
    assert "abstract: Nobody was asked." in corpus.set_aside["text"].tolist()


@pytest.mark.parametrize("kind", ["txt", "html", "docx"])
def test_an_export_of_proquest(tmp_path: Path, kind: str) -> None:
    rule = "_" * 60
    article = PROQUEST.format(rule=rule, body="\n\n".join(BODY))
    data = f"Table of contents\n\n1. The tea break 1\n\n{article}{article.replace('1 of', '2 of')}{rule}\n\nContact us:"
    if kind == "docx":
        data = docx(data.split("\n"))
    elif kind == "html":
        lines = [
            line.partition(": ") for line in article.split("\n") if line and not line.startswith(("_", "Document 1"))
        ]
        marked = [f"<p><strong>{name}: </strong>{value}</p>" if value else f"<p>{name}</p>" for name, _, value in lines]
        data = f"<body>{'<div>' + ''.join(marked) + '</div>'}{'<div>' + ''.join(marked) + '</div>'}</body>"
    path = write(tmp_path, f"a.{kind}", data)
    corpus = analysis.read(path, strict=True)
    assert len(corpus) == 2
    only(
        path,
        outlet="Slipway Weekly", title="The tea break: no biscuits", published=pd.Timestamp("2024-03-04"),
        authors="Sorrell, Bea; Lee, Ann", section="Canteen", page="A.7", language="en", database_id="251439970",
        url="https://search.proquest.com/docview/251439970?accountid=1",
    )  # fmt: skip
    assert "publisher: Slipway Press" in corpus.set_aside["text"].tolist()


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("article", [shown_page(), coded_page(), NEW.format(*BODY), OLD.format(*BODY)])
def test_a_hostile_page_is_read_or_set_aside(tmp_path: Path, article: str) -> None:
    deep = f"{'<div>' * 10_000}x{'</div>' * 10_000}"
    half = len(article) // 2
    write(tmp_path, "a.html", f"<body>{article}{deep}{article}</body>")
    write(tmp_path, "b.html", f"<body>{article}{article[:half]}")
    write(tmp_path, "e.html", f"<body>{article}{article.replace(BODY[0], deep.replace('div', 'b') + BODY[0])}")
    write(tmp_path, "c.html", f"<body>{article}{'<' * 5_000}{'&' * 5_000}</body>")
    write(tmp_path, "d.html", article.replace("forty", "caf\x00é").encode("cp1252", "ignore") * 2)
    corpus = analysis.read(tmp_path)
    assert (corpus.articles["path"] == "b.html").any()
    assert (corpus.articles["path"] == "d.html").any()
    assert corpus.articles["title"].notna().any()


def test_an_export_that_is_not_understood_is_never_one_article(tmp_path: Path) -> None:
    article = '<div class="article enArticle"><h2>Rain</h2><section>It rained.</section></div>'
    with pytest.raises(InputError) as caught:
        analysis.read(write(tmp_path, "a.html", article * 3))
    assert str(caught.value) == (
        "a.html: holds 3 articles, as Factiva exports them, in a layout that is not known: no date, length or number "
        "was found in it. Export them as a table (.xlsx or .csv) with a row for each, or save each in a file of its "
        "own."
    )
