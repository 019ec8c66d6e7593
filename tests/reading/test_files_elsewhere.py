"""Reading from filesystems that fsspec opens: the same as from the disk, whoever reads, with errors that say where."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
import zstandard
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.reading.elsewhere import _LOGIN
from analysis.reading.pieces import pieces

LINES = b"".join(b'{"title": "Day %d", "text": "Rain fell on the town on day %d."}\n' % (day, day) for day in range(7))
PAGE = "<html><head><title>Rain</title></head><body><article><p>{}</p></article></body></html>"


def parquet() -> bytes:
    stream = io.BytesIO()
    pd.DataFrame({"text": ["The river rose.", "The river fell."]}).to_parquet(stream)
    return stream.getvalue()


FILES = {
    "a/one.txt": b"The bridge opened\n\nThe bridge opened to traffic on Monday.",
    "a/deep/two.txt": b"The bridge closed\n\nThe bridge closed to traffic on Friday.",
    "a/metadata.csv": b"file,outlet,published\none.txt,Gazette,2024-03-04\n./deep/two.txt,Herald,\nno.txt,x,\n",
    "b/page.html": PAGE.format("The harbour froze for the first time in ten years. " * 5).encode(),
    "b/table.csv": b"text,outlet\nThe mill burnt down.,Gazette\n",
    "b/lines.jsonl": LINES,
    "b/more.jsonl.gz": gzip.compress(LINES.replace(b"Rain", b"Snow"), mtime=0),
    "b/more.ndjson.zst": zstandard.compress(LINES.replace(b"Rain", b"Hail")),
    "b/rows.parquet": parquet(),
    "b/broken.jsonl.gz": b"not packed at all",
    "b/odd [1].txt": b"A name\n\nThis name has brackets, as a pattern has.",
    "b/notes.docx": b"no format that is read",
    "README.md": b"about the articles",
    "truth.csv": b"file\nx",
    ".hidden/three.txt": b"Nobody reads this.",
    "b/.four.txt": b"Nor this.",
    "__MACOSX/five.txt": b"Nor this.",
}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        path = tmp_path / "news" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "news"


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    filesystem = fsspec.filesystem("memory")
    for name in reversed(FILES):
        filesystem.pipe(f"/news/{name}", FILES[name])
    yield filesystem
    filesystem.store.clear()
    filesystem.pseudo_dirs[:] = [""]


def same(one: analysis.Corpus, two: analysis.Corpus) -> None:
    pd.testing.assert_frame_equal(one.articles, two.articles)
    pd.testing.assert_frame_equal(one.set_aside, two.set_aside)
    pd.testing.assert_frame_equal(one.notes, two.notes)


def tables(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def message(paths: Any) -> str:
    with pytest.raises(analysis.InputError) as caught:
        analysis.read(paths)
    return str(caught.value)


@pytest.mark.usefixtures("memory")
def test_a_folder_elsewhere_is_read_as_one_on_the_disk(disk: Path) -> None:
    corpus = analysis.read("memory://news/")
    same(corpus, analysis.read(disk))
    assert len(corpus) == 2 + 1 + 1 + 3 * 7 + 2 + 1
    assert corpus.set_aside["path"].tolist() == ["b/broken.jsonl.gz", "b/notes.docx"]
    assert corpus.notes[["path", "row", "message"]].values.tolist() == [["a/metadata.csv", 4, "'no.txt' is not there"]]
    assert set(corpus.articles["outlet"].dropna()) == {"Gazette", "Herald"}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize(
    "name",
    ["*", "*/*.jsonl*", "**/*.txt", "**", ".h*/*", "b/**/*.gz", "[ab]", "b/odd [1].txt", "b/rows.parquet", "a/one.txt"],
)
def test_patterns_and_files_mean_the_same_elsewhere(disk: Path, name: str) -> None:
    same(analysis.read(f"memory://news/{name}"), analysis.read(disk / name))


@pytest.mark.usefixtures("memory")
def test_files_of_one_name_are_shown_by_their_addresses(disk: Path) -> None:
    paths = ["memory://news/a/one.txt", str(disk / "a" / "one.txt"), "memory://news/a/", "memory://news/a/one.txt"]
    expected = ["deep/two.txt", (disk / "a" / "one.txt").as_posix(), "memory://news/a/one.txt"]
    assert sorted(analysis.read(paths).articles["path"]) == sorted(expected)
    same(analysis.read(paths), analysis.read(paths[::-1]))


def test_what_was_written_since_is_read(memory: MemoryFileSystem) -> None:
    before = len(analysis.read("memory://news/"))
    memory.pipe("/news/six.txt", b"New\n\nThis was written since.")
    assert len(analysis.read("memory://news/")) == before + 1


@pytest.mark.usefixtures("memory")
def test_the_tables_of_files_elsewhere_are_the_same_bytes(disk: Path, tmp_path: Path) -> None:
    for number, source in enumerate([disk, "memory://news/", f"local://{disk}"]):
        analysis.measure(source, tmp_path / str(number))
    assert tables(tmp_path / "0")
    assert tables(tmp_path / "0") == tables(tmp_path / "1") == tables(tmp_path / "2")
    again = analysis.measure("memory://news/", tmp_path / "1")
    assert again.work is not None
    assert again.work.unchanged


def test_worker_processes_read_the_files_themselves(disk: Path, tmp_path: Path) -> None:
    analysis.measure(disk, tmp_path / "one")
    measured = analysis.measure(f"local://{disk}", tmp_path / "two", workers=2)
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    assert measured.set_aside["path"].tolist() == ["b/broken.jsonl.gz", "b/notes.docx"]


def test_a_piece_is_sent_without_the_articles_and_read_in_another_process(disk: Path) -> None:
    for name in ("b/lines.jsonl", "a"):
        [piece] = [piece for piece in pieces(f"local://{disk}/{name}") if piece.name != "input"]
        sent = pickle.dumps(piece)
        assert b"day 3" not in sent
        assert b"traffic" not in sent
        code = "import pickle, sys; print(list(pickle.load(sys.stdin.buffer).read().articles['text']))"
        done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
        assert done.stdout.decode().strip() == str(list(piece.read().articles["text"]))


def test_lines_are_read_from_the_middle(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = pieces("memory://news/b/lines.jsonl", articles=3)
    asked: list[tuple[int, int]] = []
    whole = MemoryFileSystem.cat_file

    def cat_file(self: MemoryFileSystem, path: str, start: Any = None, end: Any = None, **options: Any) -> bytes:
        asked.append((start, end))
        return whole(self, path, start, end, **options)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat_file)
    assert third.read().articles["title"].tolist() == ["Day 6"]
    assert second.read().articles["title"].tolist() == ["Day 3", "Day 4", "Day 5"]
    line = len(LINES) // 7
    assert asked == [(6 * line, 7 * line), (3 * line, 6 * line)]
    memory.pipe("/news/b/lines.jsonl", LINES.replace(b"Day 1", b"Tag 1"))
    assert first.read().set_aside["reason"].tolist() == ["changed while it was read. Run the same again."]


def test_files_that_one_worker_cannot_reach_are_tried_again(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, out_of_reach = MemoryFileSystem.cat_file, RuntimeError("the line is dead.")
    [piece] = [piece for piece in pieces("memory://news/a/") if piece.name != "input"]
    asked: list[str] = []

    def once(self: MemoryFileSystem, path: str, *args: Any, **options: Any) -> bytes:
        asked.append(path)
        if path == "/news/a/one.txt" and asked.count(path) > 1:
            raise out_of_reach
        return whole(self, path, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, "cat_file", once)
        with pytest.raises(analysis.InputError) as caught:
            analysis.measure("memory://news/a/", tmp_path)
    assert str(caught.value) == "deep/two.txt: cannot be read: the line is dead (one.txt)."
    assert analysis.measure("memory://news/a/", tmp_path).manifest["n_articles"] == 2
    memory.pipe("/news/a/one.txt", b"Another\n\nThis was written since.")
    with pytest.raises(OSError, match=r"^\[Errno \d+\] its files changed while they were read\. Run the same again$"):
        piece.read()


def test_a_file_that_cannot_be_read_is_set_aside(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {
        "/news/a/one.txt": PermissionError("Forbidden"),
        "/news/b/page.html": RuntimeError("the line is dead.\nand more"),
        "/news/b/table.csv": TimeoutError(),
    }
    whole = MemoryFileSystem._open

    def refuse(self: MemoryFileSystem, path: str, *args: Any, **options: Any) -> Any:
        if path in reasons:
            raise reasons[path]
        return whole(self, path, *args, **options)

    monkeypatch.setattr(MemoryFileSystem, "_open", refuse)
    monkeypatch.setattr(MemoryFileSystem, "cat_file", fsspec.AbstractFileSystem.cat_file)
    monkeypatch.setattr(memory, "cat_file", lambda path, **_: refuse(memory, path).read())
    set_aside = analysis.read("memory://news/").set_aside.set_index("path")["reason"]
    check = "Check the file and its permissions."
    assert set_aside["a/one.txt"] == f"cannot be opened: {os.strerror(13)}. {check}"
    assert set_aside["b/page.html"] == f"cannot be opened: the line is dead. and more. {check}"
    assert set_aside["b/table.csv"] == f"cannot be opened: TimeoutError. {check}"
    assert len(set_aside) == 5


def test_a_connection_that_breaks_within_a_file_sets_the_rest_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError("reset")
            return super().read(min(size or 0, 20))

    filesystem = fsspec.filesystem("memory")
    filesystem.pipe("/broken/lines.jsonl", LINES)
    monkeypatch.setattr(MemoryFileSystem, "_open", lambda *_args, **_options: Broken(LINES))
    try:
        [said] = pieces("memory://broken/")
        assert said.read().set_aside[["path", "reason"]].values.tolist() == [["lines.jsonl", "cannot be read: reset."]]
    finally:
        filesystem.store.clear()


def test_a_folder_that_cannot_be_listed(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = MemoryFileSystem.ls

    def refuse(self: MemoryFileSystem, path: str, **options: Any) -> Any:
        if path.rstrip("/") in ("/news/b", "/news/a/deep"):
            raise PermissionError("Forbidden")
        return whole(self, path, **options)

    monkeypatch.setattr(MemoryFileSystem, "ls", refuse)
    denied = os.strerror(13)
    assert analysis.read("memory://news/").set_aside[["path", "reason"]].values.tolist() == [
        ["a/deep", f"cannot be opened: {denied}. Check its permissions."],
        ["b", f"cannot be opened: {denied}. Check its permissions."],
    ]
    assert message("memory://news/b") == f"memory://news/b: cannot be read: {denied}. Check the address and the access."


def test_a_local_address_is_a_path(disk: Path) -> None:
    same(analysis.read(f"file://{disk}"), analysis.read(disk))
    same(analysis.read(f"FILE://localhost{disk}/b/*.jsonl*"), analysis.read(f"{disk}/b/*.jsonl*"))
    same(analysis.read(f"file://{disk}/b/odd%20%5B1%5D.txt"), analysis.read(disk / "b" / "odd [1].txt"))
    assert (
        message("file://other/news") == "file://other/news: names a file of another machine. "
        "Write file:/// and the whole path."
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://none/", "memory://none/: there is no such file or folder. Check the address."),
        ("memory://none/*.txt", "memory://none/*.txt: no file matches this pattern. Check the address."),
        (
            "https://x.org/a.html",
            "https://x.org/a.html: nothing is fetched from the web. Save the page first, and give the file.",
        ),
        ("none://x", "none://x: cannot be reached: Protocol not known: none. Check the address and the access."),
    ],
)
def test_an_address_that_cannot_be_read(address: str, said: str) -> None:
    assert message(address) == said


@pytest.mark.parametrize("scheme", ["zip", "zip::memory", "simplecache::s3", "tar", "reference"])
def test_a_filesystem_within_another_is_refused(scheme: str) -> None:
    wanted = f"{scheme}://…: a filesystem within another is not read. Unpack or copy the files first."
    assert message(f"{scheme}://news/a.txt") == wanted


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIA:hush@bucket/a.txt",
        "s3://AKIA:hu/sh@bucket/a.txt",
        "s3://:hush@bucket",
        "s3://1:2hush@bucket",
        "s3://user:h@hush@host/a",
    ],
)
def test_a_password_is_refused_and_not_shown(address: str) -> None:
    assert message(address) == (
        "s3://…: the address holds a password, which would be seen in messages and tables. Leave it out; "
        "set it as the filesystem's package says, or in the environment, such as FSSPEC_SFTP_PASSWORD."
    )
    for wrapped in (f"zip::{address}", f"zip://a@b::{address}"):
        assert "sh@" not in message(wrapped)


def test_ports_accounts_and_resource_names_are_no_passwords() -> None:
    for rest in (
        "host:22/a@b.txt",
        "user@host/a",
        "pages@store.dfs.core.windows.net/a",
        "arn:aws:s3:x:1:accesspoint/y/a",
    ):
        assert not _LOGIN.match(rest), rest


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("s3fs", "one more package. Install s3fs to access S3."),
        ("fsspec", "the packages of the extra 'cluster'. Install them: pip install 'media-analysis-kit[cluster]'."),
    ],
)
def test_a_package_that_is_missing_is_named(module: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert message("s3://bucket/x") == f"s3://bucket/x needs {said}"


def test_local_files_are_read_without_fsspec(disk: Path) -> None:
    code = "import sys, analysis; analysis.read(sys.argv[1:]); print({'fsspec', 'upath'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(disk), f"file://{disk}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_commands_take_addresses(disk: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["measure", f"local://{disk}/b/*.jsonl.gz", f"local://{disk}/a", "-o", f"{tmp_path}/t"]
    )
    assert done.exit_code == 0, done.output
    assert analysis.open_tables(tmp_path / "t").manifest["n_articles"] == 9
