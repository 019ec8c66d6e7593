"""Reading the exports of databases beside the project."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.reading.exported import label_of
from tests.shared import shared

pytestmark = pytest.mark.shared

#: File to its number of articles, the first and last day, and the outlets.
EXPORTS = {
    "lexisnexistools/sample.TXT": (10, "2010-01-08", "2010-01-11", 7),
    "lexisnexistools/sample.DOCX": (10, "2019-07-01", "2019-07-04", 1),
    "tm.plugin.lexisnexis/lexisnexis_test_en.html": (2, "1991-12-19", "1993-01-28", 1),
    "tm.plugin.lexisnexis/lexisnexis_test_fr.html": (3, "2013-03-10", "2013-10-14", 1),
    "tm.plugin.lexisnexis/lexisnexis_test_copyright_error.html": (1, "2018-12-31", "2018-12-31", 1),
    "tm.plugin.factiva/factiva_test.html": (2, "2011-12-29", "2011-12-29", 2),
    "tm.plugin.factiva/factiva_test.xml": (3, "2012-01-06", "2012-05-06", 1),
    "tm.plugin.factiva/reut21578-factiva.xml": (19, "1987-02-26", "1987-03-02", 1),
    "tm.plugin.europresse/europresse_test1.html": (3, "2012-10-03", "2013-10-05", 3),
    "tm.plugin.europresse/europresse_test2.html": (4, "2006-03-13", "2006-03-14", 1),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_the_articles_of_an_export(name: str) -> None:
    n, first, last, n_outlets = EXPORTS[name]
    path = shared(f"exports/{name}")
    corpus = analysis.read(path)
    articles = corpus.articles
    days = articles["published"].dt.strftime("%Y-%m-%d")
    assert (len(articles), days.min(), days.max(), articles["outlet"].nunique()) == (n, first, last, n_outlets)
    assert articles["path"].eq(path.name).all()
    assert (articles["text"].str.len() > 0).all()
    assert articles["title"].isna().sum() == (name.endswith("copyright_error.html"))
    assert not corpus.notes["kind"].isin(["date", "row"]).any()


@pytest.mark.parametrize("name", EXPORTS)
def test_no_line_of_the_head_or_the_end_is_in_a_body(name: str) -> None:
    articles = analysis.read(shared(f"exports/{name}")).articles
    for title, text in zip(articles["title"], articles["text"], strict=True):
        paragraphs = text.split("\n\n")
        assert title not in paragraphs[:1]
        found = [label for paragraph in paragraphs if (label := label_of(paragraph)) is not None]
        assert found == []
        assert not re.search(r"copyright|©|End of Document|Num[eé]ro de document|\bDOCUMENTS\b", text, re.I)


def test_the_stated_lengths_of_nexis() -> None:
    """Where the bodies were left at their length, the words that Nexis states are those that were read."""
    articles = analysis.read(shared("exports/lexisnexistools/sample.TXT")).articles
    words = articles["text"].str.split().str.len()
    assert ((words / articles["length_stated"] - 1).abs() < 0.05).all()
    articles = analysis.read(shared("exports/lexisnexistools/sample.DOCX")).articles
    words = articles["text"].str.split().str.len()
    assert (words.eq(articles["length_stated"])).sum() == 3


def test_an_article_of_each_in_full() -> None:
    def only(name: str, number: int) -> pd.Series:
        return analysis.read(shared(f"exports/{name}")).articles.iloc[number]

    article = only("lexisnexistools/sample.TXT", 8)
    assert (article["outlet"], article["authors"]) == ("Sunday Mirror", "Ross Ihaka; Robert Gentleman")
    assert (article["section"], article["page"], article["edition"]) == ("NEWS", "6", "3 Star Edition")
    article = only("tm.plugin.factiva/factiva_test.html", 0)
    assert (article["published"], article["language"]) == (pd.Timestamp("2011-12-29 15:32"), "fr")
    assert len(article["text"].split("\n\n")) == 4
    article = only("tm.plugin.europresse/europresse_test1.html", 2)
    assert (article["section"], article["page"], article["authors"]) == ("Éditorial", "03", "Author Name")
    article = only("tm.plugin.europresse/europresse_test2.html", 1)
    assert (article["authors"], article["section"], article["page"]) == ("Ariane Chemin", "Politique", "12")


def test_all_exports_together() -> None:
    folder: Path = shared("exports")
    corpus = analysis.read([folder / name for name in EXPORTS])
    assert len(corpus) == sum(n for n, *_ in EXPORTS.values())
    columns = set(corpus.articles.columns)
    assert {"length_stated", "edition", "page", "database_id", "path"} <= columns
