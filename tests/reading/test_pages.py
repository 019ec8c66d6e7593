"""Web pages: the article and what the head says of it; nothing of a hostile page but its words."""

from __future__ import annotations

import socket
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError

PARAGRAPHS = [
    "The town council voted on Tuesday to close the library on Mill Street, ending a dispute of two years.",
    "“We have no money left,” said Mayor Ann Lee. She had opposed the plan until March. “It’s over.”",
    "A final vote will come in April, according to the council’s clerk, who spoke on Friday.",
]
HEAD = """<title>Library to close | Gazette</title><meta property="og:title" content="Library to close">
<meta property="og:site_name" content="The Daily Gazette"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2025-03-22T23:30:00-05:00">
<link rel="canonical" href="https://gazette.example/library">"""


def page(body: str, head: str = HEAD, lang: str = "en-GB") -> str:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def article(paragraphs: list[str] = PARAGRAPHS) -> str:
    return "<article>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) + "</article>"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_page(tmp_path: Path) -> None:
    body = (
        '<nav><a href="/">Home</a><a href="/s">Sport</a></nav><h1>Library to close</h1>'
        + article()
        + '<section id="comments"><div class="comment"><p>I hate this library, a reader wrote.</p></div></section>'
        + "<footer><p>© 2025 Gazette</p></footer><script>alert(1)</script>"
    )
    (tmp_path / "a.html").write_text(page(body), encoding="utf-8")
    corpus = analysis.read(tmp_path / "a.html", strict=True)
    found = corpus.articles.iloc[0]
    assert found["text"].split("\n\n") == PARAGRAPHS
    assert found[["title", "outlet", "authors", "url", "language"]].tolist() == [
        *("Library to close", "The Daily Gazette", "Jane Doe", "https://gazette.example/library", "en")
    ]
    assert found["published"] == pd.Timestamp("2025-03-22")


def test_what_repeats_the_head_is_set_aside(tmp_path: Path) -> None:
    body = "<article><h1>Library to close</h1>" + article().removeprefix("<article>")
    (tmp_path / "a.htm").write_text(page(body), encoding="utf-8")
    corpus = analysis.read(tmp_path / "a.htm")
    assert corpus.articles["text"].iloc[0].split("\n\n") == PARAGRAPHS
    assert corpus.set_aside[["kind", "reason", "text"]].values.tolist() == [
        ["header", "repeats the title", "Library to close"]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_the_encoding_that_a_page_names(tmp_path: Path, encoding: str) -> None:
    named = {"cp1252": "windows-1252"}.get(encoding, encoding)
    source = page(article(), head=f'<meta charset="{named}">' + HEAD)
    (tmp_path / "a.html").write_bytes(source.encode(encoding))
    corpus = analysis.read(tmp_path / "a.html")
    assert corpus.articles["text"].iloc[0].split("\n\n") == PARAGRAPHS
    assert corpus.notes.empty


def test_entities_are_characters_once(tmp_path: Path) -> None:
    paragraphs = [*PARAGRAPHS, "The clerk wrote &lt;b&gt;no&lt;/b&gt; &amp; left the meeting early on that day."]
    (tmp_path / "a.html").write_text(page(article(paragraphs)), encoding="utf-8")
    text = analysis.read(tmp_path / "a.html").articles["text"].iloc[0]
    assert text.endswith("The clerk wrote <b>no</b> & left the meeting early on that day.")
    assert "&lt;b&gt;" in analysis.read(tmp_path / "a.html")._repr_html_() or "<b>" not in (
        analysis.read(tmp_path / "a.html")._repr_html_()
    )


@pytest.mark.parametrize(
    "source",
    [
        page(""),
        page("<script>document.write('x')</script>"),
        "<html>",
        page("<div>" * 5000 + "x" + "</div>" * 5000),
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><html><body>&b;</body></html>',
    ],
)
def test_a_page_without_an_article_is_set_aside(tmp_path: Path, source: str) -> None:
    (tmp_path / "bad.html").write_text(source, encoding="utf-8")
    (tmp_path / "good.html").write_text(page(article()), encoding="utf-8")
    corpus = analysis.read(tmp_path)
    assert corpus.articles["path"].tolist() == ["good.html"]
    assert corpus.set_aside[["path", "kind", "reason"]].values.tolist() == [
        ["bad.html", "file", "is a page without the text of an article. Save it as text, or leave it out."]
    ]
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path / "bad.html")
    assert str(error.value) == ("bad.html: is a page without the text of an article. Save it as text, or leave it out.")


def test_the_libraries_write_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bad.html").write_text("<html>", encoding="utf-8")
    (tmp_path / "good.html").write_text(page(article()), encoding="utf-8")
    analysis.read(tmp_path)
    assert caplog.records == []


def test_an_empty_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(" \n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path / "a.html")
    assert str(error.value) == "a.html: is empty. Delete it, or save the page again."


def test_another_language(tmp_path: Path) -> None:
    german = [
        "Der Stadtrat hat am Dienstag beschlossen, die Bücherei in der Mühlstraße nach langem Streit zu schließen."
    ] * 2
    (tmp_path / "a.html").write_text(page(article(german), lang="de"), encoding="utf-8")
    assert analysis.read(tmp_path / "a.html").articles["language"].tolist() == ["de"]
