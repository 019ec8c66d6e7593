"""`read`: which files, which rows, which identifiers; what bad input gets."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
from pathlib import Path

import pandas as pd
import pytest
import zstandard

import analysis
from analysis.corpus import ARTICLE_COLUMNS, NOTE_COLUMNS, SET_ASIDE_COLUMNS
from analysis.errors import InputError, OptionError
from analysis.reading import ReadOptions, iter_batches
from analysis.reading import files as files_module

ONE = "The council met on Tuesday, and the mayor said that the library would close."
TWO = "It was said by the clerk that the rain had flooded the road to the mill."


def save(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_columns_and_their_types(tmp_path: Path) -> None:
    save(tmp_path, "a.jsonl", json.dumps({"text": ONE, "leaning": "left", "n": 3}))
    corpus = analysis.read(tmp_path / "a.jsonl")
    articles = corpus.articles
    assert list(articles.columns) == [*ARTICLE_COLUMNS, "leaning", "n"]
    assert articles.index.name == "article_id"
    assert articles["published"].dtype == "datetime64[ns]"
    strings = [name for name in ARTICLE_COLUMNS if name != "published"]
    assert (articles[strings].dtypes == "str").all()
    assert articles.index.dtype == "str"
    assert articles[["outlet", "section", "title", "authors", "url"]].isna().all(axis=None)
    assert tuple(corpus.set_aside.columns) == SET_ASIDE_COLUMNS
    assert tuple(corpus.notes.columns) == NOTE_COLUMNS


# -- which files -------------------------------------------------------------------------------------------------------


def library(folder: Path) -> Path:
    save(folder, "b.txt", f"Title of b\n\n{ONE}")
    save(folder, "sub/a.txt", f"Title of a\n\n{TWO}")
    save(folder, "c.csv", "text\nThree.\n")
    save(folder, ".hidden.txt", "x")
    save(folder, ".git/x.txt", "x")
    save(folder, "README.txt", "x")
    save(folder, "readme.md", "x")
    save(folder, "LICENSE", "x")
    save(folder, "truth.csv", "file,frame\nb.txt,conflict\n")
    return folder


def test_a_folder_is_read_with_all_that_is_in_it(tmp_path: Path) -> None:
    corpus = analysis.read(library(tmp_path))
    assert corpus.articles["path"].tolist() == ["b.txt", "c.csv", "sub/a.txt"]
    assert corpus.articles["title"].fillna("-").tolist() == ["Title of b", "-", "Title of a"]
    assert corpus.set_aside.empty


def test_patterns_and_lists(tmp_path: Path) -> None:
    library(tmp_path)
    assert analysis.read(f"{tmp_path}/*.txt").articles["path"].tolist() == ["b.txt"]
    assert analysis.read(f"{tmp_path}/**/*.txt").articles["path"].tolist() == ["b.txt", "sub/a.txt"]
    assert analysis.read([tmp_path / "sub", str(tmp_path / "b.txt")]).articles["path"].tolist() == ["a.txt", "b.txt"]
    assert len(analysis.read([tmp_path, tmp_path / "b.txt", f"{tmp_path}/*.txt"])) == 3


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one, two = save(tmp_path, "x/a.txt", ONE), save(tmp_path, "y/a.txt", TWO)
    assert analysis.read([one, two]).articles["path"].tolist() == [one.as_posix(), two.as_posix()]


def test_the_order_in_which_files_are_given_does_not_matter(tmp_path: Path) -> None:
    rng = random.Random(1)  # noqa: S311
    paths = [save(tmp_path, f"{number:02}.txt", rng.choice([ONE, TWO])) for number in range(12)]
    first = analysis.read(paths)
    for _ in range(5):
        rng.shuffle(paths)
        pd.testing.assert_frame_equal(analysis.read(paths).articles, first.articles)
    pd.testing.assert_frame_equal(analysis.read(tmp_path).articles, first.articles)


def test_the_order_of_the_disk_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library(tmp_path)
    first = analysis.read(tmp_path).articles
    walk = os.walk

    def backwards(*args: object, **kwargs: object) -> object:
        for where, folders, names in walk(*args, **kwargs):  # type: ignore[call-overload]
            folders.reverse()
            yield where, folders, names[::-1]

    monkeypatch.setattr(files_module.os, "walk", backwards)
    pd.testing.assert_frame_equal(analysis.read(tmp_path).articles, first)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = save(tmp_path, "outside/secret.txt", TWO)
    inside = tmp_path / "inside"
    save(inside, "a.txt", ONE)
    (inside / "link.txt").symlink_to(outside)
    (inside / "folder").symlink_to(outside.parent)
    (inside / "again.txt").symlink_to(inside / "a.txt")
    (inside / "loop").symlink_to(inside)
    corpus = analysis.read(inside)
    assert corpus.articles["text"].tolist() == [ONE]
    assert corpus.set_aside[["path", "kind", "reason"]].values.tolist() == [
        ["folder", "file", "is a link out of the folder, which is not followed."],
        ["link.txt", "file", "is a link out of the folder, which is not followed."],
    ]


def test_other_formats_in_a_folder_are_listed(tmp_path: Path) -> None:
    save(tmp_path, "a.txt", ONE)
    save(tmp_path, "b.odt", "x")
    corpus = analysis.read(tmp_path)
    assert corpus.set_aside["path"].tolist() == ["b.odt"]
    assert corpus.set_aside["reason"].item() == (
        "'.odt' is not a format that is read. Those are .txt, .html, .htm, .docx, .rtf, .xml, .warc, .arc, .csv, "
        ".tsv, .xlsx, .json, .jsonl, .ndjson, .parquet, and .gz or .zst of them."
    )
    with pytest.raises(InputError, match=r"^b\.odt: '\.odt' is not a format that is read\."):
        analysis.read(tmp_path / "b.odt")


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path / "none.txt")
    assert str(error.value) == f"{tmp_path}/none.txt: there is no such file or folder. Check the path."
    with pytest.raises(InputError) as error:
        analysis.read(f"{tmp_path}/*.txt")
    assert str(error.value) == f"{tmp_path}/*.txt: no file matches this pattern. Check the path."


@pytest.mark.parametrize("wrong", [3, None, b"a.txt", {"text": ["x"]}])
def test_what_is_no_path(wrong: object) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(wrong)  # type: ignore[arg-type]
    assert str(error.value) == f"`paths` must be paths, patterns or DataFrames; got {type(wrong).__name__}."


def test_a_folder_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: there is no article here. Give files or folders with .txt, .html, .htm, .docx, .rtf, .xml, "
        ".warc, .arc, .csv, .tsv, .xlsx, .json, .jsonl, .ndjson, .parquet, or .gz or .zst of them."
    )
    with pytest.raises(InputError, match=r"^an empty list: there is no article here\."):
        analysis.read([])
    with pytest.raises(InputError, match=r"^a DataFrame: there is no article here\."):
        analysis.read(pd.DataFrame({"text": []}))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.json", "a.parquet"])
def test_packed_files(tmp_path: Path, suffix: str, name: str) -> None:
    plain = tmp_path / name
    if name == "a.parquet":
        pd.DataFrame({"text": [ONE]}).to_parquet(plain)
    else:
        save(tmp_path, name, {"a.txt": ONE, "a.csv": f'text\n"{ONE}"\n'}.get(name, json.dumps({"text": ONE})))
    packed = gzip.compress(plain.read_bytes()) if suffix == ".gz" else zstandard.compress(plain.read_bytes())
    (tmp_path / f"{name}{suffix}").write_bytes(packed)
    assert analysis.read(tmp_path / f"{name}{suffix}").articles["text"].tolist() == [ONE]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.csv.gz", "a.jsonl.zst", "a.txt.zst"])
def test_broken_archives(tmp_path: Path, name: str) -> None:
    whole = ONE.encode() * 1000
    data = gzip.compress(whole) if name.endswith(".gz") else zstandard.compress(whole)
    for broken in (data[: len(data) // 2], b"nonsense"):
        (tmp_path / name).write_bytes(broken)
        save(tmp_path, "good.txt", ONE)
        corpus = analysis.read(tmp_path)
        assert corpus.articles["path"].tolist() == ["good.txt"]
        assert corpus.set_aside["path"].tolist() == [name]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.zst"])
def test_an_archive_made_to_fill_the_memory(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "_RATIO_FROM", 1 << 20)
    data = b"text\n" + b"a" * (4 << 20)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else zstandard.compress(data))
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path / name)
    assert str(error.value) == (
        f"{name}: unpacks to more than 200 times its size, as archives made to fill the memory do. "
        "Unpack it yourself if it is meant."
    )


def test_a_file_too_large_to_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "MAX_BYTES", 100)
    with pytest.raises(
        InputError, match=r"^a\.txt: is larger than 0 GB\. Split it, or save it as \.jsonl or \.parquet\.$"
    ):
        analysis.read(save(tmp_path, "a.txt", ONE * 10))


def test_an_unreadable_file_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = save(tmp_path, "locked.txt", ONE)
    save(tmp_path, "open.txt", TWO)
    opened = Path.open

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        if self == locked:
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    corpus = analysis.read(tmp_path)
    assert corpus.articles["text"].tolist() == [TWO]
    assert corpus.set_aside[["path", "kind", "reason"]].values.tolist() == [
        ["locked.txt", "file", "cannot be opened: Permission denied. Check the file and its permissions."]
    ]


# -- what is in them ---------------------------------------------------------------------------------------------------


def test_hostile_and_odd_texts(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "empty.txt").write_bytes(b" \n \n")
    (tmp_path / "nul.txt").write_bytes(b"The council\0 met on Tuesday, and the mayor said that it would close.")
    (tmp_path / "dots.txt").write_bytes(b"... --- ...")
    (tmp_path / "windows.txt").write_bytes(b"Library to close\r\n\r\nIt\x92s \x93over\x94, said the mayor.\r\n")
    corpus = analysis.read(tmp_path)
    texts = dict(zip(corpus.articles["path"], corpus.articles["text"], strict=True))
    assert texts == {
        "dots.txt": "... --- ...",
        "nul.txt": "The council met on Tuesday, and the mayor said that it would close.",
        "windows.txt": "It’s “over”, said the mayor.",
    }
    reasons = dict(zip(corpus.set_aside["path"], corpus.set_aside["reason"], strict=True))
    assert reasons["empty.txt"] == "is empty. Delete it, or save the article again."
    assert reasons["binary.txt"].startswith("is not text: ")
    assert corpus.notes["message"].tolist() == [
        "1 NUL character taken out",
        "read as Windows-1252, because it is not UTF-8",
    ]
    assert "empty" in corpus.quality()["problem"].tolist()
    with pytest.raises(InputError) as error:
        analysis.read(tmp_path, strict=True)
    assert [line.split(":")[0] for line in str(error.value).split("\n")] == ["binary.txt", "empty.txt"]


def test_fifty_megabytes_in_one_article(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {number}: {ONE}" for number in range(600_000))
    assert len(text) > 50_000_000
    corpus = analysis.read(save(tmp_path, "long.txt", text))
    assert corpus.articles["text"].tolist() == [text]


def test_right_to_left_text(tmp_path: Path) -> None:
    text = "قرر مجلس المدينة يوم الثلاثاء إغلاق المكتبة في شارع المطحنة بعد خلاف دام عامين."
    articles = analysis.read(save(tmp_path, "a.txt", text)).articles
    assert articles["text"].tolist() == [text]
    assert articles["language"].tolist() == ["ar"]


def test_a_sidecar_describes_the_files_beside_it(tmp_path: Path) -> None:
    save(tmp_path, "a.txt", f"Wrong title\n\nBy Jane Doe\n\n{ONE}")
    save(tmp_path, "sub/b.txt", TWO)
    save(tmp_path, "c.txt", ONE)
    rows = [
        "file,Title,Date,Newspaper,topic",
        "a.txt,Right title,31/02/2024,Gazette,library",
        "sub/b.txt,B,2024-03-01,Herald,rain",
    ]
    save(tmp_path, "metadata.csv", "\n".join([*rows, "missing.txt,M,,,"]))
    corpus = analysis.read(tmp_path)
    articles = corpus.articles.set_index("path")
    assert articles.loc["a.txt", ["title", "authors", "outlet", "topic"]].tolist() == [
        *("Right title", "Jane Doe", "Gazette", "library")
    ]
    assert articles.loc["sub/b.txt", "published"] == pd.Timestamp("2024-03-01")
    assert articles.loc["a.txt", "text"] == ONE
    assert articles["topic"].isna().tolist() == [False, True, False]
    assert corpus.notes[["path", "row", "message"]].fillna(0).values.tolist() == [
        ["metadata.csv", 2, "'published' is not a date: '31/02/2024'. Use YYYY-MM-DD."],
        ["metadata.csv", 4, "'missing.txt' is not there"],
    ]


def test_a_sidecar_serves_a_file_given_by_itself(tmp_path: Path) -> None:
    save(tmp_path, "metadata.csv", "file;outlet\na.txt;Gazette\n")
    corpus = analysis.read(save(tmp_path, "a.txt", ONE))
    assert corpus.articles["outlet"].tolist() == ["Gazette"]
    assert corpus.notes.empty


def test_a_table_named_metadata_is_a_table(tmp_path: Path) -> None:
    save(tmp_path, "metadata.csv", "outlet,text\nGazette,One.\n")
    assert analysis.read(tmp_path).articles["outlet"].tolist() == ["Gazette"]


# -- identifiers -------------------------------------------------------------------------------------------------------


def test_an_identifier_is_twelve_digits_of_blake2() -> None:
    frame = pd.DataFrame(
        {"outlet": [" A - News "], "title": ["T"], "date": ["4 March 2024, 10:00"], "text": ["One.\r\nTwo."]}
    )
    data = b"A - News\x00T\x002024-03-04\x00One.\nTwo."
    assert analysis.read(frame).articles.index.tolist() == [hashlib.blake2b(data, digest_size=6).hexdigest()]


def test_an_identifier_does_not_depend_on_what_else_is_read(tmp_path: Path) -> None:
    one = pd.DataFrame({"outlet": ["breitbart"], "text": [ONE]})
    more = pd.DataFrame({"outlet": ["Breitbart", "Breitbart", "breitbart"], "text": [TWO, "x", ONE]})
    both = analysis.read([one, more]).articles
    assert both["outlet"].unique().tolist() == ["Breitbart"]
    assert both.index[0] == analysis.read(one).articles.index[0]
    assert both.index[3] == f"{both.index[0]}-2"


def test_repeats_are_counted_in_the_order_of_path_and_row(tmp_path: Path) -> None:
    save(tmp_path, "b.jsonl", f"{json.dumps({'text': ONE, 'n': 3})}\n{json.dumps({'text': ONE, 'n': 4})}")
    save(tmp_path, "a.jsonl", f"{json.dumps({'text': ONE, 'n': 1})}\n{json.dumps({'text': TWO, 'n': 2})}")
    articles = analysis.read([tmp_path / "b.jsonl", tmp_path / "a.jsonl"]).articles
    digest = articles.index[0]
    assert articles["n"].tolist() == [1, 2, 3, 4]
    assert articles.index[2:].tolist() == [f"{digest}-2", f"{digest}-3"]


def test_a_unique_article_id_is_kept() -> None:
    frame = pd.DataFrame({"article_id": [7, 8], "text": [ONE, TWO]})
    assert analysis.read(frame).articles.index.tolist() == ["7", "8"]
    assert analysis.read(frame.set_index("article_id")).articles.index.tolist() == ["7", "8"]
    assert "article_id" not in analysis.read(frame).articles.columns


def test_a_corpus_read_again_is_the_same() -> None:
    first = analysis.read(pd.DataFrame({"outlet": ["A", "a"], "text": [ONE, TWO], "n": [1, 2]})).articles
    pd.testing.assert_frame_equal(analysis.read(first).articles, first)


def test_an_article_id_that_repeats_is_not_used() -> None:
    corpus = analysis.read(pd.DataFrame({"article_id": ["x", "x"], "text": [ONE, TWO]}))
    assert corpus.articles.index.str.fullmatch("[0-9a-f]{12}").all()
    assert corpus.articles["article_id_as_written"].tolist() == ["x", "x"]
    assert corpus.notes["message"].tolist() == ["article_id is not unique ('x' repeats) and was not used"]


def test_a_row_without_article_id_gets_one() -> None:
    index = analysis.read(pd.DataFrame({"article_id": ["x", None], "text": [ONE, TWO]})).articles.index
    assert index[0] == "x"
    assert len(index[1]) == 12


# -- batches -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "json", "txt", "frame"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_batches_hold_what_read_holds(tmp_path: Path, kind: str, size: int) -> None:
    texts = [ONE, TWO, ONE, "Three is a number that they said.", "Four.", ONE, TWO]
    frame = pd.DataFrame({"outlet": "Gazette", "text": texts, "n": range(7)})
    source: Path | pd.DataFrame = tmp_path
    if kind == "txt":
        for number, text in enumerate(texts):
            save(tmp_path, f"{number}.txt", text)
    elif kind == "frame":
        source = frame
    elif kind == "parquet":
        frame.to_parquet(tmp_path / "a.parquet")
    elif kind == "csv":
        frame.to_csv(tmp_path / "a.csv", index=False)
    else:
        frame.to_json(tmp_path / f"a.{kind}", orient="records", lines=kind == "jsonl")
    whole = analysis.read(source)
    batches = list(iter_batches(source, batch_size=size))
    assert max(map(len, batches)) <= size
    pd.testing.assert_frame_equal(pd.concat([batch.articles for batch in batches]), whole.articles)


def test_batches_split_sections_but_fold_no_spellings() -> None:
    frame = pd.DataFrame({"outlet": ["breitbart", "Breitbart", "Newsmax - Opinion"], "text": [ONE, TWO, "x"]})
    (batch,) = iter_batches(frame)
    assert batch.articles["outlet"].tolist() == ["breitbart", "Breitbart", "Newsmax"]
    assert batch.articles["section"].fillna("-").tolist() == ["-", "-", "Opinion"]


def test_batches_report_what_could_not_be_read(tmp_path: Path) -> None:
    save(tmp_path, "a.txt", ONE)
    save(tmp_path, "b.odt", "x")
    batches = list(iter_batches(tmp_path))
    assert [len(batch) for batch in batches] == [1, 0]
    assert batches[-1].set_aside["path"].tolist() == ["b.odt"]


def test_batches_refuse_an_article_id_that_repeats() -> None:
    frame = pd.DataFrame({"article_id": ["x", "y", "x"], "text": [ONE, TWO, ONE]})
    with pytest.raises(InputError) as error:
        list(iter_batches(frame, batch_size=2))
    assert str(error.value) == (
        "article_id 'x' stands in more than one row. Make it unique, or read the column under another name: "
        "columns={'article_id': 'their_id'}."
    )


def test_a_batch_holds_something() -> None:
    with pytest.raises(OptionError) as error:
        list(iter_batches(pd.DataFrame({"text": ["x"]}), batch_size=0))
    assert str(error.value) == "`batch_size` must be at least 1; got 0."


# -- options -----------------------------------------------------------------------------------------------------------


def test_options() -> None:
    assert ReadOptions() == ReadOptions(columns=None, dayfirst=None, strict=False)
    frame = pd.DataFrame({"text": ["x"]})
    with pytest.raises(OptionError) as error:
        analysis.read(frame, columns=["text"])  # type: ignore[arg-type]
    assert str(error.value) == "`columns` must be a mapping such as {'their column': 'text'}; got list."
    with pytest.raises(OptionError) as error:
        analysis.read(frame, columns={"a": "text", "b": "text"})
    assert str(error.value) == "`columns` gives 'text' twice. Name one column for it."


def test_strict_does_not_mind_feet_and_outlets(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        "a.txt",
        f"date 2025-03-22 Title of it\n\nJane Doe\n\nGazette - News\n\n{ONE}\n\nFollow us on Facebook",
    )
    corpus = analysis.read(path, strict=True)
    assert corpus.set_aside["text"].tolist() == ["Follow us on Facebook"]
    assert corpus.set_aside["article_id"].tolist() == corpus.articles.index.tolist()
    assert corpus.set_aside["row"].tolist() == [9]


def test_read_changes_no_dataframe() -> None:
    frame = pd.DataFrame({"source": ["A "], "body": ["x\r\ny"], "date": ["2024-03-01"]})
    before = frame.copy(deep=True)
    analysis.read(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_where_keeps_what_was_set_aside_for_its_articles(tmp_path: Path) -> None:
    save(tmp_path, "a.txt", f"Title of a\n\n{ONE}\n\nFollow us on Facebook")
    save(tmp_path, "b.txt", f"Title of b\n\n{TWO}\n\nFollow us on Facebook")
    kept = analysis.read(tmp_path).where(title="Title of b")
    assert kept.set_aside["path"].tolist() == ["b.txt"]
