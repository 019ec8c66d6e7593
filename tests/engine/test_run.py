"""Workers: that each task is done once, whoever does it and whoever dies of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

import analysis
from analysis.engine import run as workers
from analysis.engine.run import begun, run
from analysis.errors import OptionError
from tests.engine.work import deadly, failing, not_lost, process, square

DIED = (
    "a worker process died each time it was measured, perhaps for want of memory. "
    "Run the same again with fewer workers or more memory."
)


@pytest.fixture(params=["one", "processes", "client", "address"])
def how(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return each way to do the work."""
    if request.param == "one":
        return {}
    if request.param == "processes":
        return {"workers": 2}
    cluster: LocalCluster = request.getfixturevalue("cluster")
    return {"dask": request.getfixturevalue("client") if request.param == "client" else cluster.scheduler_address}


def test_every_task_is_done_once_and_few_are_taken_ahead(how: dict[str, Any]) -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        while taken < 40:
            taken += 1
            yield taken

    found = {}
    for number, result in run(square, tasks(), lost=not_lost, **how):
        assert number not in found
        found[number] = result
        assert taken <= len(found) + 4
    assert found == {number: (number + 1) ** 2 for number in range(40)}


def test_an_error_in_a_task_ends_the_run(how: dict[str, Any]) -> None:
    with pytest.raises(ZeroDivisionError, match=r"^task 3$"):
        list(run(failing, range(40), lost=not_lost, **how))


def test_an_error_in_making_the_tasks_ends_the_run(client: Client) -> None:
    def tasks() -> Iterator[int]:
        yield from range(5)
        raise LookupError("no more")

    with pytest.raises(LookupError, match=r"^no more$"):
        list(run(square, tasks(), lost=not_lost, dask=client))


def test_a_client_is_left_open(client: Client) -> None:
    list(run(square, range(3), lost=not_lost, dask=client))
    assert client.submit(square, 5).result() == 25


def test_a_run_that_is_left_ends_its_workers() -> None:
    results = run(process, range(100), lost=not_lost, workers=2)
    found = {next(results)[1] for _ in range(4)}
    results.close()  # type: ignore[attr-defined]
    assert_ended(found)


def assert_ended(pids: set[int], within: float = 10) -> None:
    until = time.monotonic() + within
    while left := {pid for pid in pids if _runs(pid)}:
        assert time.monotonic() < until, left
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---- deaths ----------------------------------------------------------------------------------------------------------


def test_a_worker_that_dies_is_survived(tmp_path: Path) -> None:
    (tmp_path / "left").write_text("2")
    tasks = [(str(tmp_path / "left"), number) for number in range(12)]
    assert sorted(run(deadly, tasks, workers=2, lost=not_lost)) == [(number, number) for number in range(12)]
    assert (tmp_path / "left").read_text() == "0"


def test_a_task_that_always_kills_is_given_up_and_named(tmp_path: Path) -> None:
    (tmp_path / "left").write_text("100")
    tasks = [(str(tmp_path / "left"), number) for number in range(12)]
    found = dict(run(deadly, tasks, workers=2, lost=lambda task, reason: (task[1], reason)))
    assert found == {number: number for number in range(12)} | {2: (2, DIED)}
    assert (tmp_path / "left").read_text() == "97"


def test_a_worker_that_dies_idle_is_replaced() -> None:
    pids = []

    def tasks() -> Iterator[int]:
        yield 1
        os.kill(pids[0], signal.SIGKILL)
        time.sleep(0.5)  # until the pool has noticed
        yield from range(2, 5)

    results = run(process, tasks(), workers=2, lost=not_lost)
    workers._IN_LINE, in_line = -1, workers._IN_LINE
    try:
        for _, pid in results:
            pids.append(pid)
    finally:
        workers._IN_LINE = in_line
    assert len(pids) == 4


def test_a_dask_worker_that_dies_is_survived(tmp_path: Path, client: Client) -> None:
    (tmp_path / "left").write_text("1")
    tasks = [(str(tmp_path / "left"), number) for number in range(12)]
    assert sorted(run(deadly, tasks, dask=client, lost=not_lost)) == [(number, number) for number in range(12)]


def test_a_task_that_always_kills_dask_workers_is_given_up_and_named(
    tmp_path: Path, cluster: LocalCluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    (tmp_path / "left").write_text("100")
    tasks = [(str(tmp_path / "left"), number) for number in range(12)]
    found = dict(run(deadly, tasks, dask=client, lost=lambda task, reason: (task[1], reason)))
    assert found == {number: number for number in range(12)} | {2: (2, DIED)}
    assert (tmp_path / "left").read_text() == "98"


def test_workers_end_with_the_process_that_started_them() -> None:
    code = """
from analysis.engine.run import run
from tests.engine.work import not_lost, process
for _, pid in run(process, range(1000), workers=2, lost=not_lost):
    print(pid, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = {int(parent.stdout.readline()) for _ in range(4)}
        parent.kill()
    assert len(pids) == 2
    assert_ended(pids)


# ---- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [0, -1, 1.5, "2", True, None])
def test_workers_must_be_a_number(given: Any) -> None:
    with pytest.raises(OptionError) as caught:
        run(square, [1], workers=given, lost=not_lost)
    assert str(caught.value) == f"`workers` must be a whole number, 1 or more; got {given!r}."


@pytest.mark.parametrize("given", ["", "nonsense", "::::", "tcp://", "inproc://1", "tcp://name:port", "file://a:1"])
def test_dask_must_be_an_address(given: str) -> None:
    with pytest.raises(OptionError) as caught:
        list(run(square, [1], dask=given, lost=not_lost))
    assert str(caught.value) == f"`dask` must be the address of a scheduler, such as tcp://name:8786; got {given!r}."


def test_dask_must_be_an_address_or_a_client() -> None:
    with pytest.raises(OptionError) as caught:
        list(run(square, [1], dask=4, lost=not_lost))  # type: ignore[arg-type]
    assert str(caught.value) == "`dask` must be the address of a scheduler or a distributed.Client; got 4."


def test_dask_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OptionError) as caught:
        list(run(square, [1], dask="tcp://127.0.0.1:9", lost=not_lost))
    assert str(caught.value) == (
        "`dask` needs the packages of the extra 'cluster'. Install them: pip install 'media-analysis-kit[cluster]'."
    )


def test_an_address_where_nobody_listens_is_named_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    begun = time.monotonic()
    with pytest.raises(OptionError) as caught:
        list(run(square, [1], dask=address, lost=not_lost))
    assert str(caught.value) == (
        f"`dask`: no scheduler answers at {address!r} (Connection refused). Start one: dask scheduler."
    )
    assert time.monotonic() - begun < 5


def test_an_address_where_another_listens_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_TIMEOUT", 1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(OptionError) as caught:
            list(run(square, [1], dask=address, lost=not_lost))
    assert str(caught.value) == (f"`dask`: no scheduler answers at {address!r} (timed out). Start one: dask scheduler.")


@contextmanager
def scheduler(*workers: Path) -> Iterator[tuple[str, subprocess.Popen[Any]]]:
    """Start a scheduler, and workers in some folders, of which they import."""
    code = """
import asyncio
from distributed import Scheduler
async def main():
    async with Scheduler(host="127.0.0.1", port=0, dashboard_address=None) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()
asyncio.run(main())
"""
    started: list[subprocess.Popen[Any]] = []
    quiet: dict[str, Any] = {"stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, **quiet) as main:
        try:
            assert main.stdout is not None
            address = main.stdout.readline().strip()
            worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard", "--no-nanny"]
            started += [subprocess.Popen(worker, cwd=folder, **quiet) for folder in workers]
            yield address, main
        finally:
            for child in (*started, main):
                child.kill()
                child.wait()


def test_a_scheduler_without_workers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 1)
    with scheduler() as (address, _), pytest.raises(OptionError) as caught:
        list(run(square, [1], dask=address, lost=not_lost))
    assert str(caught.value) == (
        f"`dask`: the scheduler at {address} has had no worker for 1 seconds. Start some (dask worker {address}) "
        "and run the same again: what was measured is kept."
    )


def test_a_scheduler_that_goes_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_TIMEOUT", 1)
    with scheduler(Path()) as (address, main):
        results = run(process, range(100), dask=address, lost=not_lost)
        next(results)
        main.kill()
        with pytest.raises(OptionError) as caught:
            list(results)
    assert str(caught.value) == (
        f"`dask`: the scheduler at {address} went away. Start it and run the same again: what was measured is kept."
    )


NO_KIT = "raise ModuleNotFoundError(\"No module named 'analysis'\")"
OTHER_KIT = """
import sys, types
__version__, sys.modules["analysis.engine"] = "0.0.1", types.SimpleNamespace()
sys.modules["analysis.engine.partition"] = types.SimpleNamespace(measure_piece=print)
"""
LACKS = "lack a package (No module named 'analysis'). Install the kit for scheduler and workers too."
HAS = f"have version 0.0.1 of the kit; this is {analysis.__version__}. Install the same for scheduler and workers."


@pytest.mark.parametrize(("code", "message"), [(NO_KIT, LACKS), (OTHER_KIT, HAS)], ids=["none", "another"])
def test_workers_without_this_kit_are_named(code: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "analysis.py").write_text(code)
    with scheduler(tmp_path) as (address, _), Client(address, set_as_default=False) as client:
        client.wait_for_workers(1)
        with pytest.raises(OptionError) as caught:
            list(run(square, range(3), dask=address, lost=not_lost))
    assert str(caught.value) == f"`dask`: workers of the scheduler at {address} {message}"


def test_a_worker_that_has_met_many_words_is_not_taken_for_one_that_leaks() -> None:
    limit = run(os.getenv, ["LOKY_MAX_MEMORY_LEAK_SIZE"], workers=2, lost=not_lost)
    assert list(limit) == [(0, "1e15")]


def test_workers_that_were_begun_are_taken_once_and_those_that_nothing_takes_end() -> None:
    with begun(2):
        waiting = workers._waiting[2]
        assert list(run(square, [1, 2], workers=2, lost=not_lost)) in ([(0, 1), (1, 4)], [(1, 4), (0, 1)])
        assert 2 not in workers._waiting
        assert list(run(square, [3], workers=2, lost=not_lost)) == [(0, 9)]
    with begun(2):
        unused = workers._waiting[2]
        processes = list(unused._pool._processes.values())
        assert processes
        with begun(2):  # there are some
            assert workers._waiting[2] is unused
    assert unused is not waiting
    assert not any(process.is_alive() for process in processes)
    assert not workers._waiting
