"""JSON, JSON lines and Parquet."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis import kernels
from analysis.errors import InputError
from analysis.reading import records
from analysis.reading.files import File
from analysis.reading.rows import Batch

ARTICLE = {"outlet": "Gazette", "date": "2024-03-01", "text": "The rain fell on the town."}


def write(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "document",
    [
        [ARTICLE],
        {"articles": [ARTICLE]},
        {"status": "ok", "data": [ARTICLE]},
        {"results": [ARTICLE]},
        {"response": {"docs": [ARTICLE], "meta": {"hits": 1}}},
        {"response": {"results": [ARTICLE]}},
        {"pages": 1, "whatever": [ARTICLE]},
        ARTICLE,
    ],
)
def test_where_the_articles_stand(tmp_path: Path, document: object) -> None:
    articles = analysis.read(write(tmp_path / "a.json", document)).articles
    assert articles[["outlet", "text"]].values.tolist() == [["Gazette", "The rain fell on the town."]]
    assert articles["published"].tolist() == [pd.Timestamp("2024-03-01")]


def test_an_object_without_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(write(tmp_path / "a.json", {"status": "ok", "total": 3}))
    assert str(error.value) == (
        "a.json: is a JSON object without a list of articles. Its names are 'status', 'total'. Save the list by itself."
    )


def test_newsapi_records(tmp_path: Path) -> None:
    record = {
        "source": {"id": None, "name": "The Gazette"},
        "author": "Jane Doe, John Roe",
        "title": "Library to close",
        "url": "https://example.org",
        "publishedAt": "2024-03-01T10:00:00Z",
        "content": "The rain fell… [+1234 chars]",
    }
    corpus = analysis.read(write(tmp_path / "a.json", {"status": "ok", "articles": [record]}))
    article = corpus.articles.iloc[0]
    assert article[["outlet", "authors", "title"]].tolist() == ["The Gazette", "Jane Doe; John Roe", "Library to close"]
    assert article["published"] == pd.Timestamp("2024-03-01 10:00")
    assert "cut_short" in corpus.quality()["problem"].tolist()


def test_lists_in_a_record(tmp_path: Path) -> None:
    record = {"authors": ["Jane Doe", {"name": "John Roe"}], "text": ["One.", "Two."], "tags": ["a", "b"]}
    article = analysis.read(write(tmp_path / "a.json", [record])).articles.iloc[0]
    assert article[["authors", "text"]].tolist() == ["Jane Doe; John Roe", "One.\n\nTwo."]
    assert list(article["tags"]) == ["a", "b"]


def test_a_record_in_place_of_the_text_is_set_aside(tmp_path: Path) -> None:
    corpus = analysis.read(write(tmp_path / "a.json", [ARTICLE, {"text": {"html": "<p>"}}]))
    assert len(corpus) == 1
    assert corpus.set_aside[["path", "row", "kind", "reason"]].values.tolist() == [
        [
            "a.json",
            2,
            "row",
            "'text' is a record, not a text. Say which column holds the text: columns={'theirs': 'text'}.",
        ]
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json"])
def test_lines(tmp_path: Path, name: str) -> None:
    lines = [json.dumps(ARTICLE | {"n": number}) for number in range(3)]
    articles = analysis.read(write(tmp_path / name, "\ufeff" + "\n\n".join(lines) + "\n")).articles
    assert articles["n"].tolist() == [0, 1, 2]


def test_a_list_under_the_name_of_lines(tmp_path: Path) -> None:
    assert len(analysis.read(write(tmp_path / "a.jsonl", [ARTICLE, ARTICLE]))) == 2


def test_lines_in_utf16(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes((json.dumps(ARTICLE) + "\n").encode("utf-16"))
    assert analysis.read(tmp_path / "a.jsonl").articles["outlet"].tolist() == ["Gazette"]


@pytest.mark.parametrize(("name", "row"), [("a.json", None), ("a.jsonl", 1)])
def test_windows_1252_is_noted_once(tmp_path: Path, name: str, row: int | None) -> None:
    texts = [f"It’s “over”, said {name} of the café." for name in ("Ann", "Bob")]
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
    document = f"[{', '.join(lines)}]" if name == "a.json" else "\n".join(lines)
    (tmp_path / name).write_bytes(document.encode("cp1252"))
    corpus = analysis.read(tmp_path)
    assert corpus.articles["text"].tolist() == texts
    notes = corpus.notes.astype(object).where(corpus.notes.notna(), None)
    assert notes[["path", "row", "kind", "message"]].values.tolist() == [
        [name, row, "encoding", "read as Windows-1252, because it is not UTF-8"]
    ]


def test_an_empty_object_is_called_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        analysis.read(write(tmp_path / "a.json", {}))
    assert str(error.value) == (
        "a.json: is a JSON object without a list of articles. It is empty. Save the list by itself."
    )


def test_a_line_in_windows_1252(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes('{"text": "It’s “over”."}\n'.encode("cp1252"))
    assert analysis.read(tmp_path / "a.jsonl").articles["text"].tolist() == ["It’s “over”."]


def test_bad_lines_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    lines = [json.dumps(ARTICLE), '{"text": "cut', "", "[1, 2]", '"only a string"', json.dumps(ARTICLE)]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    corpus = analysis.read(path)
    assert len(corpus) == 2
    assert corpus.set_aside["row"].tolist() == [2, 4, 5]
    assert corpus.set_aside["text"].tolist() == ['{"text": "cut', "[1, 2]", '"only a string"']
    reasons = corpus.set_aside["reason"].tolist()
    assert reasons[0].startswith("is not JSON: ")
    assert reasons[1] == "is a JSON list, not an object with the columns of one article."
    with pytest.raises(InputError) as error:
        analysis.read(path, strict=True)
    assert [line.split(":")[0] for line in str(error.value).split("\n")] == [
        "a.jsonl, row 2",
        "a.jsonl, row 4",
        "a.jsonl, row 5",
    ]


def test_what_the_fast_parser_refuses(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"text": "half \\ud800 a pair", "score": NaN}\n{"text": "\\ud83d\\ude00 a pair"}\n'
    )
    corpus = analysis.read(path)
    assert corpus.articles["text"].tolist() == ["half \ufffd a pair", "\U0001f600 a pair"]
    assert corpus.notes[["row", "kind", "message"]].values.tolist() == [
        [1, "characters", "1 lone surrogate replaced by U+FFFD"]
    ]


def test_records_that_differ_in_their_names(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"text": "One."}\n{"body": "Two.", "source": "A"}\n{"outlet": "B", "text": "Three."}\n'
    )
    articles = analysis.read(path).articles
    assert articles["text"].tolist() == ["One.", "Two.", "Three."]
    assert articles["outlet"].fillna("-").tolist() == ["-", "A", "B"]


def test_a_column_that_is_empty_for_long_keeps_its_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["analysis.reading.read"], "_ROWS_AT_ONCE", 2)
    rows = [{"text": f"Number {number}.", "n": number if number > 3 else None, "content": "x"} for number in range(6)]
    corpus = analysis.read(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert corpus.articles["n"].dtype == "float64"
    assert corpus.articles["n"].tolist()[4:] == [4.0, 5.0]
    assert len(corpus.notes) == 1


def test_seconds_since_1970(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"text": "One.", "timestamp": 1709251200}\n{"text": "Two.", "timestamp": "1709251200"}\n'
    )
    corpus = analysis.read(path)
    assert corpus.articles["published"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == ["2024-03-01", "NaT"]
    assert corpus.notes["row"].tolist() == [2]


@pytest.mark.parametrize("depth", [10_000])
def test_json_too_deep_is_refused(tmp_path: Path, depth: int) -> None:
    with pytest.raises(InputError, match=r"^a\.json: is not JSON: "):
        analysis.read(write(tmp_path / "a.json", "[" * depth + "]" * depth))


def test_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "outlet": pd.Categorical(["A", "B", "A"]),
            "date": pd.to_datetime(["2024-03-01", None, "2024-03-02"]),
            "body": ["One.", None, "Three."],
            "n": [1, 2, 3],
            "tags": [["a"], [], None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    articles = analysis.read(tmp_path / "a.parquet").articles
    assert articles["outlet"].tolist() == ["A", "B", "A"]
    assert articles["text"].tolist() == ["One.", "", "Three."]
    assert articles["n"].dtype == "int64"
    assert articles["published"].isna().tolist() == [False, True, False]


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(InputError, match=r"^a\.parquet: is not a Parquet file that can be read: .*\. Save it again\.$"):
        analysis.read(tmp_path / "a.parquet")


LONG = "The rain fell on the town, and nobody knew when it would end. " * 5
pieces_of_json = st.sampled_from(
    [
        *(
            '"',
            "\\",
            "\\n",
            '\\"',
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\ud800",
            "\\u12",
            "\\x",
            "\t",
            "é",
            "“",
            "😀",
            "x" * 15,
            "x" * 16,
        ),
        *("\0", "\x1f", "\x7f", "{", "}", ":", ",", "[", "]", "\r"),
    ]
)
strings_of_json = st.lists(pieces_of_json, max_size=8).map(lambda bits: f'"{LONG}{"".join(bits)}{LONG}"')
values_of_json = st.sampled_from(
    ['"short"', "null", "1", "NaN", '["a"]', '{"body":"' + LONG + '"}', "", '""', f'["{LONG}"]']
)
lines_of_json = st.lists(
    st.tuples(st.sampled_from(['"text"', '"title"', f'"{LONG}"', "text"]), strings_of_json | values_of_json), max_size=4
).map(lambda pairs: "{" + ", ".join(f"{name} : {value}" for name, value in pairs) + "}")
files_of_json = st.lists(
    lines_of_json | st.sampled_from(["", "[1]", f'["{LONG}"]', f'"{LONG}"', "{", "}", LONG]), max_size=5
)


def told(batch: Batch) -> list[object]:
    columns = [[None if value != value else value for value in values] for values in batch.columns.values()]
    return [list(batch.columns), columns, batch.rows, batch.log]


@given(files_of_json, st.binary(max_size=2), st.integers(1, 2), st.data())
def test_lines_without_their_long_strings_are_the_same(
    lines: list[str], odd: bytes, first: int, data: st.DataObject
) -> None:
    written = "\n".join(lines).encode("utf-8", "surrogatepass")
    at = data.draw(st.integers(0, len(written)))
    assert_same_light(written[:at] + odd + written[at:], first)


@pytest.mark.parametrize(
    "end",
    [
        *(
            b"\xe2\x82\xac",
            b"\xed\x9f\xbf",
            b"\xf0\x90\x80\x80",
            b"\xf4\x8f\xbf\xbf",
        ),  # the most and the least of each length
        *(
            b"\xc1\xbf",
            b"\xe0\x9f\xbf",
            b"\xf0\x8f\xbf\xbf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf5\x80\x80\x80",
            b"\xe2\x82",
            b"\x80",
        ),
        *(rb"\ud83d\ude00", rb"\ud83d", rb"\ude00", rb"\ude00\ud83d", rb"\ud83d\u0041", rb"\uD7FF\uE000", rb"\u00"),
        *(rb"\b\f\n\r\t\/\"\\", rb"\a", b"\\", b"\\\n", b"\n", b"\t", b"\x1f", b"\x7f"),
    ],
)
@pytest.mark.parametrize(
    "shape", [b'{"text": "%s"}', b'{"text": {"body": "%s"}}', b'{"text": ["%s"]}', b'{"%s": "a"}', b'"%s"']
)
def test_a_long_string_of_every_kind_is_the_same(end: bytes, shape: bytes) -> None:
    line = shape.replace(b"%s", LONG.encode() + end)
    assert_same_light(line + b'\n{"text": "' + LONG.encode() + b'"}\n' + line, 1)


def assert_same_light(written: bytes, first: int) -> None:
    file = File("a.jsonl", Path("a.jsonl"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_BLOCK_BYTES", 700)
        light = records.batch_of_lines(file, written, first=first)
        patch.setattr(records, "load", lambda: None)
        plain = records.batch_of_lines(file, written, first=first)
    assert told(light) == told(plain)


def test_texts_of_lines_are_no_strings_of_python() -> None:
    assert kernels.load() is not None
    lines = [{"text": LONG + str(place), "title": f"Rain {place}"} for place in range(3)]
    data = "\n".join(map(json.dumps, lines)).encode()
    batch = records.batch_of_lines(File("a.jsonl", Path("a.jsonl")), data, first=1)
    assert [str(values.dtype) for values in batch.columns.values() if isinstance(values, pd.Series)] == ["str", "str"]
    assert list(batch.columns["text"]) == [line["text"] for line in lines]
