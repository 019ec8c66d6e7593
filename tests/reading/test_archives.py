"""Archives of the web: records that were written for these tests, some broken."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import InputError
from analysis.reading.archives import records
from analysis.reading.files import File
from analysis.reading.pieces import pieces
from tests.shared import shared

BODY = "".join(f"<p>The kettles were full on day {day}, and “nobody” asked the cook again.</p>" for day in range(1, 6))
PAGE = f"<html lang='en'><head><title>The tea break</title></head><body><article>{BODY}</article></body></html>"


def answer(content: bytes, *head: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media}", *head]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def warc(block: bytes, kind: str = "response", url: str = "https://www.slipway.example/tea", **said: object) -> bytes:
    media = "application/http; msgtype=response" if kind in ("response", "revisit") else "text/html"
    length = said.get("length", len(block))
    head = [
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2024-03-04T15:32:00Z",
        f"Content-Type: {media}",
    ]
    return "\r\n".join(["WARC/1.0", *head, f"Content-Length: {length}"]).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def arc(block: bytes, url: str = "https://www.slipway.example/tea", length: object = None) -> bytes:
    size = len(block) if length is None else length
    return f"{url} 192.0.2.1 20240304153200 text/html {size}\n".encode() + block + b"\n"


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:50], data[50:])) + b"0\r\n\r\n"


def packed(parts: list[bytes]) -> bytes:
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def broken(folder: Path, name: str, data: bytes) -> list[tuple[int, str]]:
    """Where records are broken, and how."""
    path = folder / name
    path.write_bytes(data)
    return [(record.offset, record.broken) for record in records(File(name, path)) if record.broken is not None]


GOOD = warc(answer(PAGE.encode()))
FOUR = [
    warc(b"software: x\r\n", "warcinfo"),
    GOOD,
    warc(answer(b"no", status="404 Not Found")),
    warc(answer(b"\x89PNG", media="image/png")),
]
FILEDESC = b"1 0 X\nURL IP-address Archive-date Content-type Archive-length\n"
ARC = [
    b"filedesc://a.arc 0.0.0.0 20240304153200 text/plain %d\n%s\n" % (len(FILEDESC), FILEDESC),
    arc(answer(PAGE.encode())),
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", b"".join(FOUR)),
        ("a.warc.gz", packed(FOUR)),
        ("b.warc.gz", packed([b"".join(FOUR)])),
        ("a.arc", b"".join(ARC)),
        ("a.arc.gz", packed(ARC)),
    ],
)
def test_the_pages_of_an_archive_are_articles(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    corpus = analysis.read(tmp_path, strict=True)
    article = corpus.articles.iloc[0]
    assert len(corpus) == 1
    assert (article["title"], article["language"], article["path"]) == ("The tea break", "en", name)
    assert article["url"] == "https://www.slipway.example/tea"
    assert article["outlet"] == "slipway.example"
    assert article["published"] == pd.Timestamp("2024-03-04 15:32")
    assert len(article["text"].split("\n\n")) == 5
    assert "“nobody”" in article["text"]
    what = "1 filedesc" if ".arc" in name else "1 response 404, 1 response of image/png, 1 warcinfo"
    assert corpus.notes[["kind", "message"]].values.tolist() == [
        ["archive", f"records that are no pages were passed over: {what}"],
        ["archive", "the page has no date: 'published' is when it was fetched"],
    ]


@pytest.mark.parametrize(
    "block",
    [
        answer(chunked(PAGE.encode()), "Transfer-Encoding: chunked"),
        answer(PAGE.encode(), "Transfer-Encoding: chunked"),
        answer(gzip.compress(PAGE.encode()), "Content-Encoding: gzip"),
        answer(PAGE.encode(), "Content-Encoding: gzip"),
        answer(PAGE.encode(), "Content-Encoding: br"),
        answer(zlib.compress(PAGE.encode()), "Content-Encoding: deflate"),
        answer(zlib.compress(PAGE.encode(), wbits=-15), "Content-Encoding: deflate"),
        answer(chunked(gzip.compress(PAGE.encode())), "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
        answer(chunked(gzip.compress(PAGE.encode())), "Transfer-Encoding: gzip, chunked"),
        answer(gzip.compress(gzip.compress(PAGE.encode())), "Content-Encoding: gzip, gzip"),
        answer(PAGE.encode(), media="\r\n\ttext/html;\r\n charset=utf-8"),
        answer(PAGE.encode("cp1252"), media="text/html; charset=windows-1252"),
        answer(PAGE.encode("cp1252"), media="text/html; charset=ISO-8859-1"),
        answer(PAGE.encode("utf-16"), media="text/html; charset=utf-16"),
    ],
)
def test_a_page_as_servers_send_it(tmp_path: Path, block: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(warc(block))
    assert "“nobody”" in analysis.read(tmp_path, strict=True).articles["text"].item()


def test_a_resource_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(warc(PAGE.encode(), "resource"))
    assert analysis.read(tmp_path).articles["title"].tolist() == ["The tea break"]


def test_broken_records_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    size = len(GOOD)
    long = warc(answer(PAGE.encode()), length=len(answer(PAGE.encode())) + 200)
    files = {
        "stray.warc": (GOOD + b"\x00\x01stray\n" + GOOD, [(size, "is no record: 8 bytes that belong to none.")], 2),
        "long.warc": (long + GOOD + GOOD, [(0, "has a length that reaches into the next record.")], 2),
        "word.warc": (warc(b"x", length="ten") + GOOD, [(0, "has no length that is a number: 'ten'.")], 1),
        "no-answer.warc": (warc(b"no answer") + GOOD, [(0, "is no answer of a server.")], 1),
        "empty.warc": (warc(answer(b"")) + GOOD, [(0, "is a page without content.")], 1),
        "br.warc": (warc(answer(b"\x0b\x02\x80", "Content-Encoding: br")) + GOOD,
                    [(0, "is packed as 'br', which is not read.")], 1),
        "arc.arc": (arc(b"", length="-1") + ARC[1], [(0, "has no length that is a number: '-1'.")], 1),
        "text.warc": (b"This is no archive.\n", [(0, "is no record: 20 bytes that belong to none.")], 0),
    }  # fmt: skip
    for name, (data, expected, n) in files.items():
        found = broken(tmp_path, name, data)
        assert found == expected
        assert sum(record.is_page for record in records(File(name, tmp_path / name))) == n
    corpus = analysis.read(tmp_path)
    assert len(corpus) == sum(n for _, _, n in files.values())
    rows = corpus.set_aside[corpus.set_aside["kind"] == "row"]
    assert rows.loc[rows["path"] == "word.warc", "reason"].tolist() == [
        "the record at byte 0 has no length that is a number: 'ten'."
    ]
    with pytest.raises(InputError, match=r"^word\.warc, row 1: the record at byte 0 has no length that is a number"):
        analysis.read(tmp_path / "word.warc", strict=True)


def test_what_is_said_of_a_file_without_articles_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(warc(b"no answer"))
    (tmp_path / "b.csv").write_text("title,text\na,b,c\n", encoding="utf-8")
    said = [reason for piece in pieces(tmp_path) for reason in piece.read().set_aside["reason"]]
    assert said == [
        "the record at byte 0 is no answer of a server.",
        "has 3 cells where the header has 2: is a quotation mark or a delimiter amiss?",
    ]


def test_a_page_that_is_cut_off_is_read_as_far_as_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(GOOD + GOOD[:-60])
    corpus = analysis.read(tmp_path)
    assert len(corpus) == 2
    whole = len(answer(PAGE.encode()))
    assert corpus.notes.loc[corpus.notes["kind"] == "row", "message"].item() == (
        f"the record at byte {len(GOOD):,} is cut off: {whole - 56:,} of its {whole:,} bytes are there. "
        "What is there was read."
    )
    start = GOOD[: GOOD.index(b"HTTP") + 10]
    assert broken(tmp_path, "b.warc", GOOD + start) == [
        (len(GOOD), f"is cut off: 10 of its {whole:,} bytes are there.")
    ]


@pytest.mark.parametrize(
    ("record", "what"),
    [
        (
            warc(answer(gzip.compress(PAGE.encode())[:-60], "Content-Encoding: gzip")),
            "has a page that is cut off where it is packed.",
        ),
        (
            GOOD.replace(b"WARC-Date", b"WARC-Truncated: length\r\nWARC-Date"),
            "was cut off when it was archived (length).",
        ),
    ],
)
def test_a_page_that_was_archived_in_part_is_noted(tmp_path: Path, record: bytes, what: str) -> None:
    (tmp_path / "a.warc").write_bytes(record)
    corpus = analysis.read(tmp_path)
    assert corpus.articles["title"].tolist() == ["The tea break"]
    assert corpus.notes[["row", "kind", "message"]].values.tolist()[-1] == [
        1,
        "row",
        f"the record at byte 0 {what} What is there was read.",
    ]


def test_a_damaged_part_of_a_packed_archive_is_passed_over(tmp_path: Path) -> None:
    one, two, three = (gzip.compress(part, mtime=0) for part in (GOOD, GOOD, GOOD))
    damaged = two[:20] + bytes(40) + two[60:]
    found = broken(tmp_path, "a.warc.gz", one + damaged + three)
    assert (len(one), "cannot be unpacked.") in found
    assert len(analysis.read(tmp_path)) == 2
    found = broken(tmp_path, "b.warc.gz", one + two[:-30])
    assert (len(one), "is cut off.") in found


def test_an_archive_that_would_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.reading import archives, files

    monkeypatch.setattr(files, "_RATIO_FROM", 1 << 20)
    (tmp_path / "a.warc.gz").write_bytes(packed([GOOD, warc(bytes(40 << 20))]))
    corpus = analysis.read(tmp_path)
    assert len(corpus) == 1
    assert corpus.set_aside["reason"].item() == (
        "unpacks to more than 200 times its size, as archives made to fill the memory do. "
        "Unpack it yourself if it is meant."
    )
    monkeypatch.setattr(archives, "_LARGEST", 1000)
    bomb = warc(answer(gzip.compress(b"<p>" + bytes(1 << 20)), "Content-Encoding: gzip"))
    assert broken(tmp_path, "b.warc", bomb) == [(0, "is larger than 0 MB.")]
    monkeypatch.setattr(archives, "_LARGEST", 10_000)
    assert broken(tmp_path, "c.warc", bomb) == [(0, "unpacks to more than 0 MB.")]


def test_noise_is_no_archive_and_takes_no_time(tmp_path: Path) -> None:
    noise = os.urandom(1 << 20)
    for data in (
        noise,
        b"WARC/1.0\r\n" * 20_000,
        b"a " * 500_000,
        b"WARC/1.0\r\nContent-Length: 5\r\n" * 5_000,
        b"\n" * 100_000,
    ):
        (tmp_path / "a.warc").write_bytes(data)
        with pytest.raises(InputError):
            analysis.read(tmp_path)
        (tmp_path / "a.warc.gz").write_bytes(b"\x1f\x8b" + data)
        with pytest.raises(InputError):
            analysis.read(tmp_path / "a.warc.gz")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "n", "faults"),
    [
        ("example.warc", 1, 0),
        ("example.warc.gz", 1, 0),
        ("example.arc", 1, 0),
        ("example.arc.gz", 1, 0),
        ("example-bad-non-chunked.warc.gz", 1, 0),
        ("example-iana.org-chunked.warc", 1, 0),
        ("example-resource.warc.gz", 1, 0),
        ("example-wget-bad-target-uri.warc.gz", 1, 0),
        ("example-wrong-chunks.warc.gz", 1, 0),
        ("example-space-in-url.arc", 1, 0),
        ("example-trunc.warc", 1, 1),
        ("bad.arc", 0, 3),
        ("post-test.warc.gz", 0, 0),
        ("example-digest.warc", 0, 0),
        ("example-space-in-target-uri.warc.gz", 0, 0),
    ],
)
def test_the_archives_beside_the_project(name: str, n: int, faults: int) -> None:
    path = shared(f"exports/warc/{name}")
    found = list(records(File(name, path)))
    assert sum(record.is_page for record in found) == n
    assert sum(record.broken is not None for record in found) == faults
    if n:
        articles = analysis.read(path).articles
        assert len(articles) == n
        assert articles["url"].notna().all()
        assert articles["published"].notna().all()


@pytest.mark.shared
def test_records_stand_where_an_index_says() -> None:
    """The offsets of the packed records, which web archives keep in an index of their own."""
    path = shared("exports/warc/example.warc.gz")
    assert [record.offset for record in records(File("a.warc.gz", path))] == [0, 353, 784, 2012, 2621, 3207]
