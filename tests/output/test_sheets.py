from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.errors import OptionError
from analysis.output.sheets import write_table

TABLE = pd.DataFrame(
    {
        "title": ["=HYPERLINK(1)", "+1", " -2", "@cmd", "Rain\x07 fell", "a\nb"],
        "score": [-1.5, 2.0, 0.0, 1.0, 1.0, 1.0],
        "published": pd.to_datetime(["2024-01-02"] * 5 + [None]),
    }
)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_a_cell_is_never_a_formula(tmp_path: Path, ending: str) -> None:
    path = write_table(TABLE, tmp_path / f"table{ending}")
    if ending == ".xlsx":
        rows = list(openpyxl.load_workbook(path)["table"].iter_rows(min_row=2))
        titles = [row[0].value for row in rows]
        assert [row[0].data_type for row in rows] == ["s"] * 6
        assert rows[0][1].value == -1.5
    else:
        read = pd.read_csv(path, sep="\t" if ending == ".tsv" else ",")
        titles = read["title"].tolist()
        assert read["score"].tolist() == [-1.5, 2.0, 0.0, 1.0, 1.0, 1.0]
        assert read["published"].tolist()[0] == "2024-01-02"
    assert titles == ["'=HYPERLINK(1)", "'+1", "' -2", "'@cmd", "Rain fell", "a\nb"]


def test_long_text_goes_on_in_further_columns(tmp_path: Path) -> None:
    text = "abcdefghij" * 7_000
    formula = "a" * 32_766 + "=1+1"
    path = write_table(pd.DataFrame({"text": [text, "short", None, formula]}, index=[0] * 4), tmp_path / "long.xlsx")
    rows = list(openpyxl.load_workbook(path)["table"].iter_rows(values_only=True))
    assert rows[0] == ("text", "text_2", "text_3")
    assert "".join(str(cell) for cell in rows[1]) == text
    assert rows[2:] == [("short", None, None), (None, None, None), ("a" * 32_766, "'=1+1", None)]


@pytest.mark.parametrize("ending", [".parquet", ".jsonl"])
def test_formats_for_programs_keep_every_character(tmp_path: Path, ending: str) -> None:
    path = write_table(TABLE, tmp_path / f"table{ending}")
    read = pd.read_parquet(path) if ending == ".parquet" else pd.read_json(path, lines=True)
    assert read["title"].tolist() == TABLE["title"].tolist()


def test_an_unknown_ending_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        write_table(TABLE, tmp_path / "table.doc")
    assert str(caught.value) == "table.doc: a table is written as .csv, .tsv, .xlsx, .jsonl, .parquet; got '.doc'."
    assert list(tmp_path.iterdir()) == []
