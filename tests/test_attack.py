"""What hostile and careless input once broke, each as small as it can be."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import analysis
from analysis.inference.compare import period_of
from analysis.output.gallery import gallery, slug
from analysis.output.sheets import write_table

SENTENCE = "The council fought over the flood defences. Families were angry."


def frame(n: int = 2, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"outlet": ["Gazette"] * n, "text": [SENTENCE] * n} | columns)


def test_articles_without_a_word_give_a_report(tmp_path: Path) -> None:
    tables = analysis.measure(analysis.read(frame(2, text=["!!!", "😀"])))
    page = analysis.write_report(tables, tmp_path).read_text(encoding="utf-8")
    assert "most cued frame" not in page


def test_a_long_name_of_an_outlet_makes_a_short_name_of_a_file() -> None:
    names = ["A" * 300, "b " * 200, "../../x", "😀"]
    assert [len(slug(name)) for name in names] == [60, 59, 1, 6]


def test_three_centuries_are_one_span() -> None:
    assert period_of(pd.Series(pd.to_datetime(["1800-05-05", "2150-01-01"]).astype("datetime64[ns]"))) == "year"


MIXED = {"mixed": [1, "a"], "flags": [True, "x"], "complex": [1j, 2j], "objects": [object(), {"x": 1}]}


def test_columns_of_mixed_types_stay_out_of_the_tables(tmp_path: Path) -> None:
    tables = analysis.measure(analysis.read(frame(2, **MIXED, kept=[1.5, 2.5])), tmp_path / "tables")
    assert tables.articles.columns[-1] == "kept"


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".jsonl", ".parquet"])
def test_columns_of_mixed_types_and_empty_ones_can_be_written(tmp_path: Path, ending: str) -> None:
    articles = analysis.read(frame(2, **MIXED)).articles
    again = analysis.read(write_table(articles, tmp_path / f"articles{ending}")).articles
    assert again["mixed"].astype("str").tolist() == ["1", "a"]
    assert again.index.tolist() == articles.index.tolist()


def test_a_long_text_does_not_run_over_a_column_of_the_same_name(tmp_path: Path) -> None:
    table = pd.DataFrame({"text": ["x" * 40_000], "text_2": ["mine"]})
    rows = list(openpyxl.load_workbook(write_table(table, tmp_path / "x.xlsx"))["table"].iter_rows(values_only=True))
    assert [len(str(cell)) for cell in rows[1]] == [32_767, 7_233, 4]


def test_names_that_are_markup_are_shown_as_written(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>{{ 7 * 7 }}"
    corpus = analysis.read(frame(8, outlet=[evil] * 4 + ["B"] * 4, title=[evil] * 8, url=["javascript:alert(1)"] * 8))
    tables = analysis.measure(corpus)
    page = analysis.write_report(tables, tmp_path, corpus=corpus).read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert "javascript:alert" not in page
    assert "<script>alert" not in corpus._repr_html_()
    assert "<script>alert" not in gallery(tables).figures["readability"].svg()
