"""The folder of tables: interrupted, resumed, changed, shared, damaged."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analysis
from analysis.engine import tables as engine
from analysis.engine.partition import GROUPS, Task
from analysis.engine.store import Folder
from tests.engine.test_tables import files

BOOK = {"conflict": ["fought"], "weather": ["flood*", "rain"]}


def corpus_of(days: range) -> analysis.Corpus:
    rows = [
        {
            "article_id": f"a{day}",
            "outlet": ("Gazette", "Herald")[day % 2],
            "published": f"2024-03-{day:02d}",
            "title": f"Flood {day}",
            "text": f"The council fought over the flood on day {day}. It was a good plan, Ann Hale said.",
        }
        for day in days
    ]
    return analysis.read(pd.DataFrame(rows))


@pytest.fixture(autouse=True)
def _partitions_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SLICE", 3)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str]]]:
    """Which pieces are measured, and which groups of their tables."""
    seen: list[tuple[str, set[str]]] = []
    measure_piece = engine.measure_piece

    def noted(task: Task) -> Any:
        seen.append((task.piece.name, set(task.groups)))
        return measure_piece(task)

    monkeypatch.setattr(engine, "measure_piece", noted)
    return seen


class Killed(BaseException):
    """The process ends here."""


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Any:
    """Let a run die at its step-th change of a file: half of the file is written, and nothing after."""
    context = monkeypatch.context()
    patch = context.__enter__()
    steps = iter(range(step, -1, -1))
    write, replaced = Folder._write_new, Path.replace

    def dying_write(self: Folder, path: str, data: bytes) -> int:
        if next(steps) == 0:
            os.close(write(self, path, data[: len(data) // 2]))
            raise Killed
        return write(self, path, data)

    def dying_replace(self: Path, target: Path) -> Path:
        if next(steps) == 0:
            raise Killed
        return replaced(self, target)

    patch.setattr(Folder, "_write_new", dying_write)
    patch.setattr(Path, "replace", dying_replace)
    return context


def test_killed_at_any_change_of_a_file_a_run_ends_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_of(range(1, 8))
    analysis.measure(corpus, tmp_path / "whole")
    undisturbed = files(tmp_path / "whole")
    deaths = 0
    for step in range(0, 1000, 9):
        folder = tmp_path / f"killed-{step}"
        context = killed_at(monkeypatch, step)
        try:
            analysis.measure(corpus, folder)
        except Killed:
            deaths += 1
            with pytest.raises(analysis.TablesError):
                analysis.open_tables(folder)
        finally:
            context.__exit__(None, None, None)
        again = analysis.measure(corpus, folder)
        assert files(folder) == undisturbed, step
        if again.work is not None and again.work.unchanged:
            break
    assert deaths > 10


def test_killed_while_partitions_change_places_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis.measure(corpus_of(range(4, 16)), tmp_path / "whole")
    undisturbed = files(tmp_path / "whole")
    for step in range(1, 80, 11):
        folder = tmp_path / f"killed-{step}"
        analysis.measure(corpus_of(range(1, 16)), folder)
        context = killed_at(monkeypatch, step)
        try:
            analysis.measure(corpus_of(range(4, 16)), folder)
        except Killed:
            pass
        finally:
            context.__exit__(None, None, None)
        analysis.measure(corpus_of(range(4, 16)), folder)
        assert files(folder) == undisturbed, step


def test_a_finished_folder_is_left_as_it_is(tmp_path: Path, asked: list[Any]) -> None:
    analysis.measure(corpus_of(range(1, 8)), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert len(asked) == 3
    tables = analysis.measure(corpus_of(range(1, 8)), tmp_path)
    assert len(asked) == 3
    assert tables.work is not None
    assert tables.work.unchanged
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert len(tables.readability) == 7


@pytest.mark.parametrize(
    ("settings", "groups"),
    [
        ({"codebook": analysis.Codebook.from_dict(BOOK, name="mine")}, {"framing"}),
        ({"sentences": "textstat"}, {"readability"}),
        ({"terms": ["flood*"]}, {"followed"}),
        ({"ngrams": 2}, {"ngrams"}),
        ({"stopwords": ["the"]}, None),
        ({"min_articles": 2}, None),
        ({"by": "section"}, None),
        ({"only": ["framing"]}, None),
        ({"tidy": True}, set(GROUPS) - {"followed", "ngrams"}),
    ],
)
def test_a_changed_setting_measures_what_it_touches(
    settings: dict[str, Any], groups: set[str] | None, tmp_path: Path, asked: list[tuple[str, set[str]]]
) -> None:
    corpus = corpus_of(range(1, 8))
    analysis.measure(corpus, tmp_path / "changed")
    asked.clear()
    analysis.measure(corpus, tmp_path / "changed", **settings)
    assert [wanted for _, wanted in asked] == ([] if groups is None else [groups] * 3)
    analysis.measure(corpus, tmp_path / "fresh", **settings)
    assert files(tmp_path / "changed") == files(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("before", "after", "n_measured"),
    [
        (range(1, 8), range(1, 12), 2),  # added at the end: the partition that was not full, and a new one
        (range(4, 13), range(1, 13), 1),  # added at the beginning
        (range(1, 13), range(4, 13), 0),  # taken away at the beginning
        (range(1, 13), range(1, 7), 0),  # and at the end
        (range(1, 7), range(10, 13), 1),  # all others
    ],
)
def test_changed_input_measures_the_partitions_that_changed(
    before: range, after: range, n_measured: int, tmp_path: Path, asked: list[Any]
) -> None:
    analysis.measure(corpus_of(before), tmp_path / "changed")
    asked.clear()
    analysis.measure(corpus_of(after), tmp_path / "changed")
    assert len(asked) == n_measured
    analysis.measure(corpus_of(after), tmp_path / "fresh")
    assert files(tmp_path / "changed") == files(tmp_path / "fresh")


def test_partitions_in_another_order_change_places(tmp_path: Path, asked: list[Any]) -> None:
    corpus = corpus_of(range(1, 13))
    turned = analysis.Corpus(corpus.articles.iloc[[9, 10, 11, *range(3, 9), 0, 1, 2]])
    analysis.measure(corpus, tmp_path / "changed")
    asked.clear()
    analysis.measure(turned, tmp_path / "changed")
    assert asked == []
    analysis.measure(turned, tmp_path / "fresh")
    assert files(tmp_path / "changed") == files(tmp_path / "fresh")


def test_a_damaged_or_lost_file_is_measured_again(tmp_path: Path, asked: list[tuple[str, set[str]]]) -> None:
    corpus = corpus_of(range(1, 8))
    analysis.measure(corpus, tmp_path)
    whole = files(tmp_path)
    asked.clear()
    damaged = bytearray(whole["cues/part-00001.parquet"])
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "cues" / "part-00001.parquet").write_bytes(damaged)
    (tmp_path / "partitions" / "00002.json").write_text('{"piece"')
    (tmp_path / "trends.parquet").unlink()
    analysis.measure(corpus, tmp_path)
    assert [(name, len(groups)) for name, groups in asked] == [("corpus", 1), ("corpus", 8)]
    assert files(tmp_path) == whole
    (tmp_path / "trends.parquet").unlink()
    analysis.measure(corpus, tmp_path)
    assert files(tmp_path) == whole


def edited(path: Path, change: dict[str, Any]) -> None:
    found = json.loads(path.read_bytes())
    path.write_text(json.dumps({**found, **change}, indent=1), encoding="utf-8")


def test_a_manifest_edited_by_hand_is_refused_and_made_anew(tmp_path: Path, asked: list[Any]) -> None:
    corpus = corpus_of(range(1, 8))
    whole = json.loads(json.dumps(analysis.measure(corpus, tmp_path).manifest))
    manifest, undisturbed = tmp_path / "manifest.json", files(tmp_path)
    asked.clear()
    for change in (
        {"n_articles": 999},
        {"files": {}},
        {"files": []},
        {"files": {"articles.parquet": {"size": 3}}},
        {"tables": {"framing": whole["tables"]["framing"]}},
        {"partitions": whole["partitions"][:1]},
        {"settings": None},
        {"seal": "0" * 32},
    ):
        edited(manifest, change)
        with pytest.raises(analysis.TablesError) as caught:
            analysis.open_tables(tmp_path)
        assert str(caught.value) == (
            f"{manifest} was changed since it was written. Run the same `analysis measure` again: it is made anew."
        )
        analysis.measure(corpus, tmp_path)
        assert files(tmp_path) == undisturbed, change
    manifest.write_text(json.dumps(json.loads(undisturbed["manifest.json"])), encoding="utf-8")  # other white space
    assert len(analysis.open_tables(tmp_path).readability) == 7
    assert asked == []


def test_a_manifest_nested_without_end_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(analysis.TablesError, match=r"^.*manifest\.json cannot be read \(.*\); measure again\.$"):
        analysis.open_tables(tmp_path)
    with pytest.raises(analysis.TablesError, match=r" holds tables of another format; name a new folder, or delete "):
        analysis.measure(corpus_of(range(1, 3)), tmp_path)


def test_records_edited_by_hand_do_not_count(tmp_path: Path, asked: list[Any]) -> None:
    corpus = corpus_of(range(1, 4))
    analysis.measure(corpus, tmp_path)
    record, undisturbed = tmp_path / "partitions" / "00000.json", files(tmp_path)
    tables = json.loads(undisturbed["partitions/00000.json"])["tables"]
    changes: list[dict[str, Any]] = [
        {"n_articles": 5},
        {"n_articles": "3"},
        {"n_bytes": None},
        {"digest": "x"},
        {"a": 1},
    ]
    changes += [{"tables": tables | {"framing": tables["framing"] | {"rows": 1}}}, {"tables": []}]
    for change in changes:
        edited(record, change)
        asked.clear()
        analysis.measure(corpus, tmp_path)
        assert len(asked) == 1
        assert files(tmp_path) == undisturbed, change
    for text in ("", "[" * 100_000, "null"):
        record.write_text(text, encoding="utf-8")
        analysis.measure(corpus, tmp_path)
        assert files(tmp_path) == undisturbed


def test_files_of_the_user_are_left_alone(tmp_path: Path) -> None:
    analysis.measure(corpus_of(range(1, 8)), tmp_path)
    mine = [tmp_path / "notes.txt", tmp_path / "framing" / "mine.parquet", tmp_path / "partitions" / "x.json"]
    for path in mine:
        path.write_text("mine")
    analysis.measure(corpus_of(range(1, 3)), tmp_path)
    analysis.measure(corpus_of(range(1, 3)), tmp_path, only=["readability"])
    assert [path.read_text() for path in mine] == ["mine"] * 3
    assert not (tmp_path / "cues").exists()


def test_a_full_disk_is_told_and_the_run_goes_on_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_of(range(1, 8))
    analysis.measure(corpus, tmp_path / "whole")
    write = Folder._write_new

    def full(self: Folder, path: str, data: bytes) -> int:
        if path == "cues/part-00001.parquet":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "_write_new", full)
        with pytest.raises(analysis.TablesError) as caught:
            analysis.measure(corpus, tmp_path / "full")
    expected = f"{tmp_path / 'full'}: the disk is full. Make room and run the same again: it goes on where it was."
    assert str(caught.value) == expected
    assert analysis.measure(corpus, tmp_path / "full").work.kept == 1  # type: ignore[union-attr]
    assert files(tmp_path / "full") == files(tmp_path / "whole")


def test_a_second_run_into_a_folder_stops_and_a_dead_one_is_no_hindrance(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from analysis.engine.store import Folder
with Folder(Path({str(tmp_path / "tables")!r})).locked():
    print("locked", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(analysis.TablesError) as caught:
            analysis.measure(corpus_of(range(1, 3)), tmp_path / "tables")
        other.kill()
    said = str(caught.value)
    assert said.startswith(f"another run (process {other.pid} on ")
    assert said.endswith(f") is writing to {tmp_path / 'tables'}; wait for it, stop it, or name another folder.")
    assert (tmp_path / "tables" / ".lock").is_file()
    analysis.measure(corpus_of(range(1, 3)), tmp_path / "tables")
    assert not (tmp_path / "tables" / ".lock").exists()


def test_tables_of_an_earlier_format_are_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "tables": {}}))
    with pytest.raises(analysis.TablesError) as caught:
        analysis.measure(corpus_of(range(1, 3)), tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds tables of another format; name a new folder, or delete this one to measure again."
    )
    with pytest.raises(analysis.TablesError) as caught:
        analysis.open_tables(tmp_path)
    assert str(caught.value) == f"{tmp_path} holds tables of another format; measure again with this version."


def test_a_run_that_fails_before_it_writes_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(analysis.InputError):
        analysis.measure([tmp_path / "nowhere.csv"], tmp_path / "tables")
    assert list(tmp_path.iterdir()) == []
