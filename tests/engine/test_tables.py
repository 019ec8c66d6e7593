from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import analysis

SENTENCE = "Quixotic zephyrs bewildered the ferryman."


@pytest.fixture
def corpus() -> analysis.Corpus:
    rows = [
        {
            "outlet": outlet,
            "published": f"2024-03-{day:02d}",
            "title": f"Flood {day}",
            "text": f"{SENTENCE} The council fought over the flood on day {day}. It was a good plan, Ann Hale said.",
            "standfirst": "x" * 300,
            "words": day,
        }
        for day in range(1, 11)
        for outlet in ("Gazette", "Herald")
    ]
    return analysis.read(pd.DataFrame(rows))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_tables_come_back_from_disk_as_the_functions_made_them(corpus: analysis.Corpus, tmp_path: Path) -> None:
    measured = analysis.measure(corpus, tmp_path / "tables")
    opened = analysis.open_tables(tmp_path / "tables")
    assert sorted(opened) == sorted(measured)
    for name in measured:
        pd.testing.assert_frame_equal(opened[name], measured[name])
    pd.testing.assert_frame_equal(opened.readability, analysis.readability(corpus))
    pd.testing.assert_frame_equal(opened.framing, analysis.framing(corpus))
    pd.testing.assert_frame_equal(opened.sentiment, analysis.sentiment(corpus))


def test_no_text_of_an_article_is_on_disk(corpus: analysis.Corpus, tmp_path: Path) -> None:
    analysis.measure(corpus, tmp_path / "tables")
    for name, table in analysis.open_tables(tmp_path / "tables").items():
        for column in table.columns:
            if column != "title":
                assert not table[column].astype(str).str.contains("zephyrs bewildered|x{300}").any(), (name, column)
    kept = analysis.open_tables(tmp_path / "tables").articles.columns
    assert "words" in kept
    assert "standfirst" not in kept


def test_the_same_articles_give_the_same_bytes(corpus: analysis.Corpus, tmp_path: Path) -> None:
    analysis.measure(corpus, tmp_path / "one")
    analysis.measure(analysis.read(corpus.articles), tmp_path / "two")
    assert "framing/part-00000.parquet" in files(tmp_path / "one")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_measuring_again_replaces_tables_but_no_other_folder(corpus: analysis.Corpus, tmp_path: Path) -> None:
    analysis.measure(corpus, tmp_path / "tables")
    analysis.measure(corpus.where(outlet="Gazette"), tmp_path / "tables")
    assert analysis.open_tables(tmp_path / "tables").manifest["n_articles"] == 10
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("my only copy")
    with pytest.raises(analysis.TablesError) as caught:
        analysis.measure(corpus, tmp_path / "mine")
    assert (
        str(caught.value)
        == f"{tmp_path / 'mine'} holds files that are not measured tables; name a new or empty folder."
    )
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "my only copy"


def test_runs_of_words_are_of_english_articles_in_the_tables_and_of_all_by_the_function() -> None:
    frame = pd.DataFrame(
        {
            "text": ["The new york bridge fell.", "A new york street.", "Die new york Brücke, new york."],
            "language": ["en", "en", "de"],
        }
    )
    corpus = analysis.read(frame)
    tables = analysis.measure(corpus, ngrams=2)
    expected = analysis.term_frequency(corpus.where(language="en"), ngrams=2)
    pd.testing.assert_frame_equal(tables.ngram_frequency, expected)
    assert tables.ngram_frequency.set_index("term").loc["new york", ["count", "n_articles"]].tolist() == [2, 2]
    found = analysis.term_frequency(tables, ngrams=2)
    pd.testing.assert_frame_equal(found, analysis.term_frequency(corpus, ngrams=2))
    assert found.set_index("term").loc["new york", ["count", "n_articles"]].tolist() == [4, 3]


def test_articles_in_another_language_are_scored_but_not_compared(corpus: analysis.Corpus) -> None:
    german = pd.DataFrame({"outlet": ["Bote"], "text": ["Das Hochwasser hat die Brücke zerstört."], "language": ["de"]})
    both = analysis.read(pd.concat([corpus.articles.reset_index(drop=True), german]))
    tables = analysis.measure(both)
    assert tables.manifest["n_not_english"] == 1
    assert len(tables.readability) == 21
    assert "hochwasser" not in set(tables.term_frequency["term"])


def test_groups_of_another_column_are_compared(corpus: analysis.Corpus, tmp_path: Path) -> None:
    half = corpus.articles.assign(leaning=["left", "right"] * 10)
    tables = analysis.measure(analysis.read(half), tmp_path / "tables", by="leaning")
    assert set(tables.keyness["leaning"]) == {"left", "right"}
    page = analysis.write_report(analysis.open_tables(tmp_path / "tables"), tmp_path / "report").read_text("utf-8")
    assert "Mean scores by leaning" in page
    with pytest.raises(
        analysis.OptionError, match=r"^`by` must be one of 'outlet', 'section', .*; got 'standfirst'\.$"
    ):
        analysis.measure(corpus, by="standfirst")


def test_what_is_no_folder_of_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(analysis.TablesError) as caught:
        analysis.open_tables(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds no measured tables (manifest.json is missing); make them with `analysis measure`."
    )
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(analysis.TablesError) as caught:
        analysis.open_tables(tmp_path)
    assert str(caught.value) == f"{tmp_path} holds tables of another format; measure again with this version."


def test_a_missing_table_is_named(corpus: analysis.Corpus) -> None:
    tables = analysis.measure(corpus)
    with pytest.raises(AttributeError, match=r"^there is no table 'mood'; there are articles, quality, readability, "):
        tables.mood  # noqa: B018
    assert "readability" in dir(tables)
    assert repr(tables).startswith("<Tables of 20 articles: articles (20), ")
    assert "<strong>Tables</strong> of 20 articles" in tables._repr_html_()


def test_no_articles_is_an_error(corpus: analysis.Corpus) -> None:
    with pytest.raises(analysis.InputError, match=r"^the corpus has no articles; there is nothing to measure\.$"):
        analysis.measure(corpus.where(outlet="Nobody"))
