"""What hostile and careless input once broke, each as small as it can be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

import analysis
from analysis.errors import InputError, TablesError
from analysis.inference.compare import period_of
from analysis.output.gallery import gallery, slug
from analysis.output.sheets import write_table
from analysis.text.sentences import may_glue, unglue

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
    assert [len(str(cell)) for cell in rows[1]] == [32_766, 7_234, 4]


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


def test_names_of_files_that_are_not_utf8_are_read(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    try:
        for name in (b"\xff.txt", b"\xfe.txt"):
            Path(os.fsdecode(folder + b"/" + name)).write_text(f"{SENTENCE} {name!r}", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such names")
    corpus = analysis.read(tmp_path)
    assert len(corpus) == 2
    assert all("\ufffd.txt" in path for path in corpus.articles["path"])
    write_table(corpus.articles, tmp_path / "out.jsonl")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(InputError) as caught:
        analysis.read(pipe)
    assert str(caught.value) == f"{pipe} is not a file (a pipe or a device). Save it as a file first."
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    corpus = analysis.read(f"{tmp_path}/*.txt")
    assert len(corpus) == 1
    assert corpus.set_aside["reason"].tolist() == ["is not a file (a broken link, a pipe or a device)."]


@pytest.mark.parametrize("path", ["", "  ", "a\0b"])
def test_an_empty_path_is_not_the_folder_one_is_in(path: str) -> None:
    with pytest.raises(InputError) as caught:
        analysis.read(path)
    assert str(caught.value) == (
        f"{path!r} is not a path. Name a file, a folder or a pattern; the folder you are in is '.'."
    )


def test_columns_of_one_name_are_all_kept() -> None:
    table = pd.concat([frame(2, words=[1, 2]), frame(2, words=[3, 4])], axis=1)
    articles = analysis.read(table).articles
    assert articles["text"].tolist() == [SENTENCE] * 2
    assert articles[["outlet.2", "text.2", "words", "words.2"]].iloc[0].tolist() == ["Gazette", SENTENCE, 1, 3]


def test_half_a_surrogate_pair_may_stand_anywhere(tmp_path: Path) -> None:
    line = '{"text": "\\ud800 %s", "\\ud801k": "v", "x": {"y": "\\udfff"}, "article_id": "\\ud800", "n": "\\udc00"}\n'
    (tmp_path / "a.jsonl").write_text(line % SENTENCE, encoding="utf-8")
    corpus = analysis.read(tmp_path)
    assert corpus.articles.index.tolist() == ["\ufffd"]
    assert corpus.articles["n"].tolist() == corpus.articles["\ufffdk"].map(lambda _: "\ufffd").tolist()
    analysis.measure(corpus, tmp_path / "tables")
    for ending in (".csv", ".xlsx", ".jsonl", ".parquet"):
        write_table(corpus.articles, tmp_path / f"out{ending}")
    loose = pd.DataFrame({"text": [SENTENCE], "n": ["\ud800"]}, dtype=object)
    assert analysis.read(loose).articles["n"].tolist() == ["\ufffd"]


def test_empty_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"\n\ntext,outlet\n{SENTENCE},A\nx,y,z\n", encoding="utf-8")
    corpus = analysis.read(tmp_path)
    assert corpus.articles["outlet"].tolist() == ["A"]
    assert corpus.set_aside["row"].tolist() == [5]


def test_the_order_of_overlapping_paths_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(SENTENCE, encoding="utf-8")
    paths = [tmp_path, tmp_path / "in" / "a.txt"]
    there, back = (analysis.read(order).articles["path"].tolist() for order in (paths, paths[::-1]))
    assert there == back


def test_a_chunk_as_long_as_a_book_is_cut_as_a_short_one() -> None:
    assert unglue("Rain.But" * 3) == ["Rain.", "ButRain.", "ButRain.", "But"]
    assert len(unglue("Rain.But" * 20_000) or []) == 20_001
    assert not may_glue("." * 100_000)


def test_a_window_wider_than_any_text_is_the_text() -> None:
    corpus = analysis.read(frame(1))
    assert analysis.concordance(corpus, "flood", window=10**30)["left"].tolist() == ["The council fought over the"]
    wide = analysis.collocations(corpus, "flood", window=10**30, min_count=1)
    assert wide.equals(analysis.collocations(corpus, "flood", window=50, min_count=1))


def test_of_runs_at_once_one_writes_and_the_others_say_so(tmp_path: Path) -> None:
    corpus = analysis.read(frame(1))
    folder = tmp_path / "tables"

    def measure(_: int) -> str:
        try:
            return repr(analysis.measure(corpus, folder))
        except TablesError as error:
            return re.sub(r"process \d+ on \S+\)", "…)", str(error))

    with ThreadPoolExecutor(4) as pool:
        said = set(pool.map(measure, range(16)))
    done = {line for line in said if line.startswith("<Tables of 1 articles: ")}
    refused = f"another run (…) is writing to {folder}; wait for it, stop it, or name another folder."
    assert len(done) == 1
    assert said - done <= {refused, refused.replace(" (…)", "")}
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    assert len(analysis.open_tables(folder).readability) == 1


def test_an_interrupted_run_leaves_a_folder_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tables"
    analysis.measure(analysis.read(frame(1)), folder)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("analysis.engine.tables.finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            analysis.measure(analysis.read(frame(2)), folder)
    with pytest.raises(TablesError) as caught:
        analysis.open_tables(folder)
    assert str(caught.value) == (
        f"{folder} is not complete: a run is at work there or was interrupted. Run the same `analysis measure` again; "
        "it goes on where it was."
    )
    assert analysis.measure(analysis.read(frame(2)), folder).work.kept == 1
    assert len(analysis.open_tables(folder).readability) == 2


def test_tables_are_not_written_among_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TablesError) as caught:
        analysis.measure(analysis.read(frame(1)), ".")
    assert str(caught.value) == ". holds files that are not measured tables; name a new or empty folder."


def test_what_cannot_be_written_is_a_message_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / "ä.csv").write_text(f"text\n{SENTENCE}\n", encoding="utf-8")
    (tmp_path / "file").touch()
    for arguments, message in (
        (
            ["report", "ä.csv", "-o", "file"],
            "error: cannot write file/tables: Not a directory. Name another place with -o.\n",
        ),
        (["read", "ä.csv", "-o", "x.pdf"], "error: x.pdf: a table is written as .csv, .tsv, .xlsx, "),
        (["read", "ж.csv"], "error: ?.csv: there is no such file or folder. Check the path.\n"),
        (["read", "ä.csv", "--column", "no=text"], "error: --column names 'no', which no file has. "),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "analysis.cli", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONIOENCODING": "latin-1"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.decode("latin-1").startswith(message)
        assert done.stdout == b""


def test_a_workbook_does_not_hold_the_time_of_writing(tmp_path: Path) -> None:
    with ZipFile(write_table(frame(), tmp_path / "a.xlsx")) as parts:
        about = parts.read("docProps/core.xml").decode()
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
    assert re.findall(r"20\d\d-\d\d-\d\d", about) == ["2000-01-01", "2000-01-01"]


def test_tables_that_were_tampered_with_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    tables = analysis.measure(analysis.read(frame(1)), folder)
    part = folder / "readability" / "part-00000.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(part)
    with pytest.raises(TablesError) as caught:
        analysis.open_tables(folder)["readability"]
    assert str(caught.value) == f"{part} is not the table that manifest.json speaks of; measure again."
    part.unlink()
    with pytest.raises(TablesError) as caught:
        analysis.open_tables(folder)["readability"]
    assert str(caught.value) == f"{part} is missing; measure again."
    for broken, lacks in (
        ({"kit": "1", "tables": None}, "versions, settings, "),
        (tables.manifest | {"tables": list(tables)}, "its tables; "),
        (tables.manifest | {"partitions": {}}, "its partitions; "),
        (tables.manifest | {"tables": {name: {} for name in tables}}, "its tables; "),
    ):
        text = json.dumps({"format": 2, "complete": True} | broken)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(TablesError) as caught:
            analysis.open_tables(folder)
        assert str(caught.value).startswith(f"{folder}/manifest.json lacks {lacks}")
