"""Tables: names of columns, delimiters, bad rows with their numbers, workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from analysis.reading.columns import SYNONYMS

TEXT = "The council met on Tuesday, and the mayor said that the library would close."


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.csv"), ("|", "a.csv"), ("\t", "a.tsv")]
)
def test_delimiters(tmp_path: Path, delimiter: str, name: str) -> None:
    rows = [["Outlet", "Date", "Headline", "Body"], ["Gazette", "2024-03-01", "Library", f'"{TEXT}"']]
    path = write(tmp_path / name, "\n".join(delimiter.join(row) for row in rows))
    article = analysis.read(path).articles.iloc[0]
    assert article[["outlet", "title", "text"]].tolist() == ["Gazette", "Library", TEXT]
    assert article["published"] == pd.Timestamp("2024-03-01")


def test_excels_own_first_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"sep=;\r\ntext;date\r\n{TEXT};31/02/2024\r\n")
    corpus = analysis.read(path)
    assert corpus.articles["text"].tolist() == [TEXT]
    assert corpus.notes["row"].tolist() == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = f"“{TEXT}” — Zoë’s café"
    path = write(
        tmp_path / "a.csv", f"outlet,text\nGazette,{text!s}\n".replace(TEXT, "The council met").encode(encoding)
    )
    corpus = analysis.read(path)
    assert corpus.articles["text"].tolist() == [text.replace(TEXT, "The council met")]
    assert corpus.notes["kind"].tolist() == (["encoding"] if encoding == "cp1252" else [])


def test_quoted_line_ends_and_delimiters(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'title,text\r\nA,"One, said ""Ann"".\r\n\r\nTwo."\r\nB,Three\r\n')
    assert analysis.read(path).articles["text"].tolist() == ['One, said "Ann".\n\nTwo.', "Three"]


def test_a_cell_longer_than_csv_allows_by_default(tmp_path: Path) -> None:
    long = "word " * 100_000
    assert analysis.read(write(tmp_path / "a.csv", f"text\n{long}\n")).articles["text"].tolist() == [long]


def test_ragged_rows_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "title,text\nA,One\nB,Two,extra\n\nC\nD,Four,,\n")
    corpus = analysis.read(path)
    assert corpus.articles["title"].tolist() == ["A", "D"]
    assert corpus.set_aside[["path", "row", "kind", "text"]].values.tolist() == [
        ["a.csv", 3, "row", "B | Two | extra"],
        ["a.csv", 5, "row", "C"],
    ]
    assert corpus.set_aside["reason"].tolist()[0] == (
        "has 3 cells where the header has 2: is a quotation mark or a delimiter amiss?"
    )


def test_all_bad_rows_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "articles.csv", "published,text\n2024-03-01,One\n31/02/2024,Two\nx,y,z\n03/04/2024,Three\n")
    with pytest.raises(InputError) as error:
        analysis.read(path, strict=True)
    assert str(error.value) == (
        "articles.csv, row 3: 'published' is not a date: '31/02/2024'. Use YYYY-MM-DD.\n"
        "articles.csv, row 4: has 3 cells where the header has 2: is a quotation mark or a delimiter amiss?\n"
        "articles.csv, row 5: 'published' is ambiguous: '03/04/2024' is 3 April or 4 March. "
        "Use YYYY-MM-DD, or say dayfirst=True or False."
    )
    corpus = analysis.read(path, dayfirst=True)
    assert corpus.articles["published"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == [
        "2024-03-01",
        "NaT",
        "2024-04-03",
    ]


def test_a_missing_column_of_text_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Datum,Inhalt\n2024-03-01,Hallo\n")
    with pytest.raises(InputError) as error:
        analysis.read(path)
    assert str(error.value) == (
        "a.csv: has no column of text. Its columns are 'Datum', 'Inhalt'. "
        "Say which holds the text: columns={'THEIRS': 'text'}."
    )
    articles = analysis.read(path, columns={"Inhalt": "text", "Datum": "published"}).articles
    assert articles["text"].tolist() == ["Hallo"]
    assert articles["published"].tolist() == [pd.Timestamp("2024-03-01")]


def test_every_synonym_is_understood(tmp_path: Path) -> None:
    for ours, names in SYNONYMS.items():
        for name in names:
            for spelled in (name, name.upper(), name.replace("_", " ").title()):
                frame = pd.DataFrame({spelled: ["2024-03-01"]} | ({} if ours == "text" else {"text": ["One."]}))
                corpus = analysis.read(frame)
                if ours == "article_id":
                    assert corpus.articles.index.tolist() == ["2024-03-01"]
                else:
                    assert corpus.articles[ours].astype(str).tolist() == ["2024-03-01"], (ours, spelled)
                    assert list(corpus.articles.columns)[8:] == []


def test_of_two_candidates_the_exact_name_wins_and_it_is_noted() -> None:
    frame = pd.DataFrame({"content": ["Theirs.", "Filled in."], "text": ["Ours.", None], "source": "A"})
    corpus = analysis.read(frame)
    assert corpus.articles["text"].tolist() == ["Ours.", "Filled in."]
    assert corpus.articles["content"].tolist() == ["Theirs.", "Filled in."]
    assert corpus.notes["message"].tolist() == ["'text' was read from 'text', and where that is empty from 'content'"]


def test_columns_goes_over_everything() -> None:
    frame = pd.DataFrame({"text": ["A summary."], "full": ["The article."], "article_id": ["x"], "topic": ["t"]})
    corpus = analysis.read(frame, columns={"full": "text", "article_id": "their_id", "topic": "theme"})
    assert corpus.articles["text"].tolist() == ["The article."]
    assert corpus.articles["text_as_written"].tolist() == ["A summary."]
    assert corpus.articles["their_id"].tolist() == ["x"]
    assert corpus.articles["theme"].tolist() == ["t"]


def test_columns_that_no_file_has() -> None:
    with pytest.raises(InputError) as error:
        analysis.read(pd.DataFrame({"text": ["One."], "x": [1]}), columns={"Inhalt": "title"})
    assert str(error.value) == "`columns` names 'Inhalt', which no file has. The columns are 'text', 'x'."
    with pytest.raises(InputError) as error:
        analysis.read(pd.DataFrame({"text": ["One."], "Titel": ["T"]}), columns={"title": "Titel"})
    assert str(error.value) == (
        "`columns` names 'title', which no file has. Write it the other way round: columns={'theirs': 'ours'}."
    )


def test_extra_columns_are_kept_and_numbers_are_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,words,zip,score,note\nOne.,3,01234,0.5,x\nTwo.,4,02345,,\n")
    articles = analysis.read(path).articles
    assert articles["words"].tolist() == [3, 4]
    assert articles["words"].dtype == "int64"
    assert articles["zip"].tolist() == ["01234", "02345"]
    assert articles["score"].dtype == "float64"
    assert articles["note"].isna().tolist() == [False, True]


def test_headers_that_repeat_or_are_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,x,x,,y,,\nOne.,1,2,3,4,,\n")
    assert list(analysis.read(path).articles.columns)[8:] == ["x", "x.2", "column 4", "y"]


def test_numbers_and_missing_values_in_columns_of_text() -> None:
    frame = pd.DataFrame({"text": ["One.", 12, 1.0, None, float("nan"), True], "title": [1, None, "x", 2.5, pd.NA, ""]})
    articles = analysis.read(frame).articles
    assert articles["text"].tolist() == ["One.", "12", "1", "", "", "True"]
    assert articles["title"].fillna("-").tolist() == ["1", "-", "x", "2.5", "-", "-"]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_workbooks(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Outlet", "Date", "Text", "n"],
        ["Gazette", dt.datetime(2024, 3, 1), f"{TEXT}_x000D_\nTwo.", 3],  # noqa: DTZ001
        [None, None, None, None],
        ["Herald", "31/02/2024", "Three.", None],
        ["Short"],
    ]
    path = workbook(tmp_path / "a.xlsx", {"About": [["made by", "me"]], "Articles": rows, "More": [["x"]]})
    corpus = analysis.read(path)
    assert corpus.articles["text"].tolist() == [f"{TEXT}\nTwo.", "Three.", ""]
    assert corpus.articles["published"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == ["2024-03-01", "NaT", "NaT"]
    assert corpus.notes["message"].tolist() == [
        "only the sheet 'Articles' was read, not 'About', 'More'",
        "'published' is not a date: '31/02/2024'. Use YYYY-MM-DD.",
    ]
    assert corpus.notes["row"].fillna(0).tolist() == [0, 4]


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", b"not a zip")
    with pytest.raises(
        InputError, match=r"^a\.xlsx: is not an \.xlsx workbook that can be read: .*\. Save it again\.$"
    ):
        analysis.read(path)


def test_a_table_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(write(tmp_path / "a.csv", b"%PDF-1.7"))
    assert str(error.value) == "a.csv: is not text: a PDF. Convert it to text first, or leave it out."


def test_a_table_with_a_header_only(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no article here"):
        analysis.read(write(tmp_path / "a.csv", "outlet,text\n"))


def test_an_empty_table(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(write(tmp_path / "a.csv", ""))
    assert str(error.value) == "a.csv: has no columns. Its first row must hold their names, one of them 'text'."


def test_formulas_are_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'title,text\n=1+1,"=HYPERLINK(""http://x"")"\n')
    assert analysis.read(path).articles[["title", "text"]].values.tolist() == [["=1+1", '=HYPERLINK("http://x")']]
