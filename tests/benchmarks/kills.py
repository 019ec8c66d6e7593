"""`analysis measure` killed at random moments, on a full disk, and on a cluster whose workers die: what is lost?

Generated articles are measured once undisturbed. Then the same command is killed (SIGKILL, the whole process group, or
only one of its workers) and started again until it ends; then again into a new folder, until there were as many kills
as asked for. Every folder that was finished is compared with the undisturbed one, byte for byte, the manifest included,
and its articles with those of the source.

    python -m tests.benchmarks.kills --kills 50
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

import analysis
from tests.benchmarks.commands import dask_cluster, tree
from tests.benchmarks.generate import corpus_file

#: Partitions: more than such few articles would have, so that there are many moments at which a run can die.
PARTITIONS = 30
_COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell has its background jobs ignore
from analysis.engine import tables
from analysis.cli import main
tables.SLICE = int(sys.argv.pop(1))
main()
"""
# Of the kills, those that hit only a worker.
_SHARE_OF_WORKERS = 0.25


@dataclass(frozen=True)
class Difference:
    """What a folder of tables differs in from another, and in its articles from the source.

    Attributes
    ----------
    files, n_bytes
        Files that are not the same, and the bytes that differ in them or are there in one folder only.
    lost, doubled
        Articles of the source that the tables do not have, and those they have more than once.
    """

    files: tuple[str, ...]
    n_bytes: int
    lost: int
    doubled: int

    def __add__(self, other: Difference) -> Difference:
        files = (*self.files, *(name for name in other.files if name not in self.files))
        return Difference(files, self.n_bytes + other.n_bytes, self.lost + other.lost, self.doubled + other.doubled)

    def __str__(self) -> str:
        named = f" ({', '.join(self.files[:5])})" if self.files else ""
        return f"{self.n_bytes:,} differing bytes{named}, {self.lost:,} lost, {self.doubled:,} doubled"


NO_DIFFERENCE = Difference((), 0, 0, 0)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def differing(one: bytes, two: bytes) -> int:
    """Count the bytes that differ; what one has more counts too.

    Examples
    --------
    >>> differing(b"abcd", b"abXdef"), differing(b"", b"")
    (3, 0)
    """
    size = min(len(one), len(two))
    pair = (np.frombuffer(data, np.uint8, size) for data in (one, two)) if size else (np.empty(0), np.empty(0))
    return int(np.not_equal(*pair).sum()) + abs(len(one) - len(two))


def compare(folder: Path, with_files: dict[str, bytes], ids: Iterable[str]) -> Difference:
    """Compare a folder with the undisturbed one's files and the source's identifiers."""
    found = files(folder)
    n_bytes = {name: differing(found.get(name, b""), with_files.get(name, b"")) for name in {*found, *with_files}}
    changed = {name for name in n_bytes if n_bytes[name] or (name in found) != (name in with_files)}
    tables, wanted = analysis.open_tables(folder), set(ids)
    theirs = tables.articles["id"]
    lost: set[str] = set()
    doubled: set[str] = set()
    for name in ("articles", "readability", "sentiment"):
        times = Counter(theirs.reindex(tables[name].index))
        lost |= wanted - set(times)
        doubled |= {one for one, n in times.items() if n > 1}
    return Difference(tuple(sorted(changed)), sum(n_bytes.values()), len(lost), len(doubled))


def source_ids(source: Path) -> list[str]:
    """Return the identifiers of a file of records."""
    with source.open("rb") as lines:
        return [orjson.loads(line)["id"] for line in lines]


def command(source: Path, folder: Path, *options: object, partition: int) -> list[str]:
    """Return the command line of `analysis measure`, with so many articles in a partition."""
    return [sys.executable, "-c", _COMMAND, *map(str, [partition, "measure", source, "-o", folder, *options])]


def started(line: Sequence[str]) -> subprocess.Popen[str]:
    """Start a command as a process group of its own."""
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)


def finished(process: subprocess.Popen[str]) -> str:
    """Wait for a command that is to succeed, and return what it said of errors."""
    said = process.communicate()[1]
    if process.returncode:
        raise RuntimeError(f"the command ended with {process.returncode}: {said}")
    return said


@dataclass
class Killed:
    """Kills so far, those of a worker only, and the runs that came to their end after them."""

    kills: int = 0
    of_workers: int = 0
    runs: int = 0


def kill_until_done(line: Sequence[str], most: int, seconds: float, rng: random.Random, killed: Killed) -> None:
    """Kill a command at random moments and start it again, until it ends; after so many kills it is left alone."""
    while True:
        process = started(line)
        while killed.kills < most:
            try:
                process.wait(rng.uniform(0, seconds))
            except subprocess.TimeoutExpired:
                workers = [pid for pid in tree(process.pid)[1:] if _is_worker(pid)]
                if workers and rng.random() < _SHARE_OF_WORKERS:
                    with suppress(ProcessLookupError):  # it may have come to its end
                        os.kill(rng.choice(workers), signal.SIGKILL)
                        killed.kills += 1
                        killed.of_workers += 1
                    continue
                os.killpg(process.pid, signal.SIGKILL)
                killed.kills += 1
            break
        said = process.communicate()[1]
        if process.returncode == 0:
            killed.runs += 1
            return
        if process.returncode != -signal.SIGKILL:
            raise RuntimeError(f"the command ended with {process.returncode}: {said}")


def _is_worker(pid: int) -> bool:
    with suppress(OSError):
        return b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def kills(
    source: Path, folder: Path, *, most: int, workers: int, seed: int, partition: int
) -> tuple[Killed, Difference]:
    """Kill and resume until there were so many kills, and compare every finished folder with an undisturbed one."""
    rng, ids = random.Random(seed), source_ids(source)
    begun = time.perf_counter()
    finished(started(command(source, folder / "undisturbed", "--workers", workers, partition=partition)))
    seconds = time.perf_counter() - begun
    undisturbed = files(folder / "undisturbed")
    killed, difference = Killed(), NO_DIFFERENCE
    while killed.kills < most:
        out = folder / f"killed-{killed.runs}"
        line = command(source, out, "--workers", workers, partition=partition)
        kill_until_done(line, most, seconds, rng, killed)
        difference += compare(out, undisturbed, ids)
        print(f"  {killed.kills} kills, {killed.runs} runs to the end: {difference}", flush=True)
    return killed, difference


def killed_on_dask(
    source: Path, folder: Path, undisturbed: dict[str, bytes], *, workers: int, partition: int
) -> Difference:
    """Measure on a cluster of which a worker is killed once the first partitions are there."""
    from distributed import Client

    with dask_cluster(workers) as (address, _):
        with Client(address, set_as_default=False) as client:
            pids = list(client.run(os.getpid).values())
        process = started(command(source, folder, "--dask", address, partition=partition))
        while process.poll() is None and len(list(folder.glob("partitions/*.json"))) < 2:
            time.sleep(0.01)
        if process.poll() is not None:
            raise RuntimeError(f"the run ended before a worker could be killed: {process.communicate()[1]}")
        os.kill(pids[0], signal.SIGKILL)
        finished(process)
    return compare(folder, undisturbed, source_ids(source))


@contextmanager
def small_disk(folder: Path, n_bytes: int) -> Iterator[None]:
    """Mount a small file system in memory; OSError where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={n_bytes}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        raise OSError(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def full_disk(source: Path, folder: Path, undisturbed: dict[str, bytes], *, partition: int) -> tuple[str, Difference]:
    """Measure onto a disk that takes half of the tables; make room, resume and compare; return the message too."""
    disk, size = folder / "disk", sum(map(len, undisturbed.values()))
    with small_disk(disk, size // 2):
        process = started(command(source, disk / "tables", partition=partition))
        said = process.communicate()[1].strip()
        if process.returncode != 1:
            raise RuntimeError(f"the command ended with {process.returncode} on a full disk: {said}")
        subprocess.run(["mount", "-o", f"remount,size={4 * size}", str(disk)], check=True)
        finished(started(command(source, disk / "tables", partition=partition)))
        return said.replace(f"{folder}/", ""), compare(disk / "tables", undisturbed, source_ids(source))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    source, partition = corpus_file(given.articles), max(1, given.articles // PARTITIONS)
    about = f"{given.articles:,} articles, {given.workers} workers, seed {given.seed}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        killed, total = kills(
            source, folder, most=given.kills, workers=given.workers, seed=given.seed, partition=partition
        )
        print(
            f"{killed.kills} kills ({killed.of_workers} of a worker only) in {killed.runs} runs to the end ({about}): "
            f"{total}",
            flush=True,
        )
        undisturbed = files(folder / "undisturbed")
        found = killed_on_dask(source, folder / "dask", undisturbed, workers=given.workers, partition=partition)
        print(f"a Dask worker killed in mid-run: {found}", flush=True)
        total += found
        try:
            said, found = full_disk(source, folder, undisturbed, partition=partition)
        except OSError as error:
            print(f"a full disk: not tried, since no small disk can be mounted here ({error})")
        else:
            print(f"a full disk: {said!r}; with room again: {found}")
            total += found
    sys.exit(total != NO_DIFFERENCE)


if __name__ == "__main__":
    main()
