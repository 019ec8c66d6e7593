"""`analysis measure` as a process of its own: killed, interrupted, told to end."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.benchmarks.kills import (
    NO_DIFFERENCE,
    Killed,
    command,
    compare,
    files,
    finished,
    kill_until_done,
    source_ids,
    started,
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of articles that take a while, one in a partition."""
    path = tmp_path_factory.mktemp("source") / "articles.jsonl"
    lines = [
        json.dumps({"id": f"a{n}", "outlet": "AB"[n % 2], "text": f"The council fought over the flood on day {n}."})
        for n in range(40)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "tables"
    finished(started(command(source, folder, partition=1)))
    return files(folder)


def begun(line: list[str], folder: Path) -> subprocess.Popen[str]:
    """Start a command and wait until it has measured something."""
    process = started(line)
    while process.poll() is None and not list(folder.glob("partitions/*.json")):
        time.sleep(0.01)
    assert process.poll() is None, process.communicate()
    return process


def test_killed_at_random_moments_the_same_command_ends_with_the_same_bytes(
    source: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    line = command(source, tmp_path / "tables", "--workers", 2, partition=1)
    process = begun(line, tmp_path / "tables")
    process.kill()
    process.communicate()
    kill_until_done(line, 2, 4.0, random.Random(1), Killed())  # noqa: S311
    assert compare(tmp_path / "tables", undisturbed, source_ids(source)) == NO_DIFFERENCE


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_a_run_says_how_it_goes_on(
    end: signal.Signals, source: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    line = command(source, tmp_path / "tables", partition=1)
    process = begun(line, tmp_path / "tables")
    process.send_signal(end)
    said = process.communicate()[1]
    assert (process.returncode, said) == (130, "stopped; run the same command again: it goes on where it was\n")
    assert not (tmp_path / "tables" / ".lock").exists()
    finished(started(line))
    assert files(tmp_path / "tables") == undisturbed
