"""Where the time goes when one process measures a corpus: `python -m tests.benchmarks.profile [ARTICLES]`.

A clock around the engine's stages, each without those inside it; `--functions N` asks Python's profiler instead, which
slows small functions down and so exaggerates them. Without articles, 13,000 generated ones.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

import analysis
from tests.benchmarks.generate import corpus_file

REST = "finding and cutting the input, keeping the books"
#: Stage, and a function of the engine that is it: module and name.
STAGES: tuple[tuple[str, str, str], ...] = (
    ("reading", "analysis.reading.pieces", "Piece.read"),
    ("hashing articles, keeping partitions' books", "analysis.engine.tables", "measure_piece"),
    ("putting partitions' tables together", "analysis.engine.partition", "measure_partition"),
    ("cutting texts into numbers", "analysis.text.tokens", "tokenise"),
    ("table of articles", "analysis.engine.partition", "_read"),
    ("quality", "analysis.engine.partition", "_quality"),
    ("readability", "analysis.engine.partition", "_readability"),
    ("tone", "analysis.engine.partition", "_sentiment"),
    ("frames and cues", "analysis.engine.partition", "_framing"),
    ("lexical diversity", "analysis.engine.partition", "_diversity"),
    ("voice and its tone", "analysis.engine.partition", "_voice"),
    ("terms", "analysis.engine.partition", "_terms"),
    ("encoding as Parquet", "analysis.engine.partition", "encoded"),
    ("encoding as Parquet", "analysis.engine.finish", "encoded"),
    ("writing files", "analysis.engine.store", "Folder.write"),
    ("tables of the whole corpus", "analysis.engine.tables", "finish"),
)


class Clock:
    """Seconds of each stage, without those of the stages inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside = [0.0]

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **options: Any) -> Any:
            self._inside.append(0.0)
            start = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                taken = time.perf_counter() - start
                self.seconds[stage] = self.seconds.get(stage, 0.0) + taken - self._inside.pop()
                self._inside[-1] += taken

        return timed

    @contextmanager
    def on(self, stages: tuple[tuple[str, str, str], ...]) -> Iterator[None]:
        """Put the clock around the functions named, for the time of a `with`."""
        with ExitStack() as stack:
            for stage, module, path in stages:
                *owners, name = path.split(".")
                owner: Any = importlib.import_module(module)
                for one in owners:
                    owner = getattr(owner, one)
                stack.enter_context(patch.object(owner, name, self.around(stage, getattr(owner, name))))
            yield


def stage_seconds(path: Path) -> dict[str, float]:
    """Measure a file with all tables, in this process, and return the seconds of each stage."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        warm_up = Path(folder) / "first.jsonl"  # loads dictionaries and libraries before the clock starts
        with path.open("rb") as lines:
            warm_up.write_bytes(b"".join(islice(lines, 20)))
        analysis.measure(warm_up)
        with clock.on(STAGES):
            clock.around(REST, analysis.measure)(path, Path(folder) / "tables")
    return clock.seconds


def limits(path: Path) -> dict[str, float]:
    """Return the seconds of the least that anybody must do with a file of records, read into memory before."""
    data = path.read_bytes()
    start = time.perf_counter()
    data.count(b" ")
    counted = time.perf_counter()
    for line in data.splitlines():
        orjson.loads(line)
    return {"one pass over its bytes": counted - start, "decoding its lines": time.perf_counter() - counted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, nargs="?", help="a file of records")
    parser.add_argument("--functions", type=int, metavar="N", help="print the N dearest functions instead")
    given = parser.parse_args()
    path = given.articles or corpus_file(13_000)
    if given.functions:
        with tempfile.TemporaryDirectory() as folder, cProfile.Profile() as profile:
            analysis.measure(path, Path(folder) / "tables")
        pstats.Stats(profile).sort_stats("tottime").print_stats(given.functions)
        return
    seconds = stage_seconds(path)
    total = sum(seconds.values())
    with path.open("rb") as lines:
        n = sum(1 for _ in lines)
    print(f"{n:,} articles, {path.stat().st_size / 1e6:.0f} MB, one process, all tables: {total:.2f} s")
    for stage, taken in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {stage:46} {taken:7.2f} s {taken / n * 1e6:7.1f} µs an article {taken / total:6.1%}")
    for what, taken in limits(path).items():
        print(
            f"  the limit, {what:35} {taken:7.2f} s {taken / n * 1e6:7.1f} µs an article; all is {total / taken:.0f} x"
        )


if __name__ == "__main__":
    main()
