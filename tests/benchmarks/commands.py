"""Whole commands: how long they take, start-up included, and the memory of all of their processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_EVERY = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True)
class Run:
    """What a command took.

    Attributes
    ----------
    seconds
        By the clock, start-up included.
    cpu
        Seconds of processors, of the command and of the processes it waited for.
    memory
        Bytes: the largest sum over its processes at one moment, memory that they share counted once (PSS); None where
        the system does not say.
    resident
        The same, with shared memory counted in each process (RSS).
    output
        What it printed.
    """

    seconds: float
    cpu: float
    memory: int | None
    resident: int | None
    output: str


def tree(root: int) -> list[int]:
    """Return a process and all that descend from it.

    Examples
    --------
    >>> os.getpid() in tree(os.getpid())
    True
    """
    found = [root]
    for pid in found:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (task / "children").read_text().split())
    return found


def resident(pids: Sequence[int]) -> int:
    """Return the bytes of memory that processes hold, shared memory counted in each."""
    total = 0
    for pid in pids:
        with suppress(OSError, IndexError, ValueError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return total


def proportional(pids: Sequence[int]) -> int | None:
    """Return the bytes of memory that processes hold, shared memory counted once; None where nothing says so."""
    total, known = 0, False
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total, known = total + int(line.split()[1]) * 1024, True
    return total if known else None


class _Watch(threading.Thread):
    """Looks at the memory of some processes until told to stop.

    PSS is dear to ask for, so it is asked for only when RSS is near its largest.
    """

    def __init__(self, roots: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self._roots, self._end = roots, threading.Event()
        self.resident = 0
        self.memory: int | None = None

    def run(self) -> None:
        while not self._end.wait(_EVERY):
            pids = [pid for root in self._roots for pid in tree(root)]
            now = resident(pids)
            if now > 0.98 * self.resident:
                self.resident = max(now, self.resident)
                self.memory = max(self.memory or 0, proportional(pids) or 0) or None

    def stop(self) -> None:
        self._end.set()
        self.join()


def _environment() -> dict[str, str]:
    """Return the environment, in which Python keeps compiled modules, as it does wherever nobody tells it not to."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str | Path], *, also: Sequence[int] = (), env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end and watch it, and with it the processes `also`, which it asks to work for it.

    Raises
    ------
    RuntimeError
        If it fails, with what it printed.

    Examples
    --------
    >>> run([sys.executable, "-c", "print('done')"]).output
    'done\\n'
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**_environment(), **(env or {})},
    )
    watch = _Watch([process.pid, *also])
    watch.start()
    assert process.stdout is not None
    with process.stdout as stream:
        output = stream.read()
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode, cpu = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
    else:
        process.wait()
        cpu = float("nan")
    seconds = time.perf_counter() - start
    watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{output}")
    return Run(seconds, cpu, watch.memory, watch.resident or None, output)


@contextmanager
def dask_cluster(workers: int) -> Iterator[tuple[str, int]]:
    """Give the address of a Dask cluster of so many processes of one thread, and the process to watch."""
    command = [sys.executable, "-m", "tests.benchmarks.commands", str(workers)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=_environment()
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("the Dask cluster did not start")
        yield address, process.pid
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


def main() -> None:
    """Hold a cluster until standard input ends."""
    from dask.distributed import LocalCluster

    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
