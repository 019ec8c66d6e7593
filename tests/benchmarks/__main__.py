"""`make bench`: the kit against a loop over textstat, VADER, a counter and regular expressions; writes benchmarks.md.

In one run: both sides in one process on the same articles, in turn; whole commands on 1,300, 13,000 and 130,000
generated articles, with one worker, two, and two of Dask; start-up; the share of time by stage and the distance to the
limit. `--quick` leaves 130,000 out; `--part` measures some parts only and prints them without writing the page.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

import analysis
from tests.benchmarks import sides
from tests.benchmarks.commands import Run, dask_cluster, run
from tests.benchmarks.generate import SEED, SIZES, corpus_file, originals, texts_of
from tests.benchmarks.page import Command, Results, page
from tests.benchmarks.profile import limits, stage_seconds
from tests.shared import shared

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("in-process", "commands", "start-up", "stages")
_SAMPLE = 130
#: Larger corpora are measured once: they take minutes.
_ONCE_ABOVE = 100_000
_SCRIPTS = Path(sys.executable).parent
_FIRST = """
import sys, analysis
corpus = analysis.read(sys.argv[1])
print(analysis.readability(corpus), analysis.sentiment(corpus), analysis.framing(corpus))
"""


def say(line: str = "") -> None:
    print(line, flush=True)


def machine() -> dict[str, str]:
    """Describe the machine in words that name nobody."""
    found = {"cores": str(os.cpu_count())}
    if Path("/proc/meminfo").exists():
        kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
        found["memory"] = f"{kilobytes / 1024**2:.0f} GiB"
    names = ("textstat", "vaderSentiment", "numpy", "pandas", "pyarrow")
    if hasattr(os, "getloadavg"):
        found["busy when this began"] = f"{os.getloadavg()[0]:.1f} of them"  # the work of others spoils every number
    return {
        **found,
        "system": platform.system(),
        "Python": platform.python_version(),
        "kit": analysis.__version__,
        **{name: metadata.version(name) for name in names},
    }


# ---- both sides in one process ---------------------------------------------------------------------------------------


def in_process(results: Results, rounds: int, n_articles: int, seed: int) -> None:
    texts = [article["text"] for article in originals()]
    random.Random(seed).shuffle(texts)
    some, others = texts[:n_articles], texts[n_articles:]
    codebook = sides.loop_codebook()
    for number in range(rounds):
        seconds, theirs = sides.time_loop(some, codebook)
        found, mine = sides.time_kit(some, others, codebook)
        results.loop.append(seconds)
        results.kit.append(found)
        compared, different = sides.n_unequal(theirs, mine)
        results.values = results.values[0] + compared, results.values[1] + different
        ratios = ", ".join(
            f"{state} {seconds['all'] / found[state]['all']:.0f}x" for state in ("empty", "steady", "again")
        )
        say(f"  round {number + 1}: the loop {seconds['all']:.2f} s; the kit {ratios}")
    results.n_articles, results.rounds = len(some), rounds
    results.words = sum(len(text.split()) for text in some) / len(some)
    results.others = len(others), sum(len(text.split()) for text in others) / len(others)


# ---- whole commands --------------------------------------------------------------------------------------------------


def codebook_file(folder: Path) -> Path:
    """Write the loop's codebook as one of the kit."""
    path = folder / "bench30.yaml"
    path.write_text(analysis.Codebook.from_dict(sides.loop_codebook(), name="bench30").to_yaml(), encoding="utf-8")
    return path


def sample_file(path: Path, folder: Path, n_articles: int, seed: int) -> tuple[Path, float, float]:
    """Write some articles of a file, drawn by a seed, to a file; return it, and the words an article of both."""
    words = [len(text.split()) for text in texts_of(path)]
    chosen = set(random.Random(seed).sample(range(len(words)), n_articles))
    sample = folder / "sample.jsonl"
    with path.open("rb") as lines:
        sample.write_bytes(b"".join(line for number, line in enumerate(lines) if number in chosen))
    return sample, sum(words) / len(words), sum(words[number] for number in chosen) / n_articles


def options() -> str:
    """Return what `analysis measure --help` says."""
    return run([_SCRIPTS / "analysis", "measure", "--help"], env={"COLUMNS": "200"}).output


def variants(book: Path, known: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what a command does, its workers, and its options, as far as the command knows them."""
    what, same = "the loop's work", ["--only", "readability,sentiment,terms,framing", "--codebook", str(book)]
    same += ["--sentences", "textstat"]
    if "--ngrams" in known:
        same += ["--ngrams", "2"]
    else:
        what += " but for pairs of words"
    yield what, "1", same
    yield "all tables", "1", []
    if "--workers" in known:
        yield what, "2", [*same, "--workers", "2"]
        yield "all tables", "2", ["--workers", "2"]
    if "--dask" in known:
        yield "all tables", "2 of Dask", ["--dask"]


def measure_command(path: Path, given: Sequence[str], folder: Path) -> Run:
    """Run `analysis measure` into a new folder; with `--dask`, on a cluster of two that was started before."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as out,
        dask_cluster(2) if "--dask" in given else nullcontext() as dask,
    ):
        command: list[str | Path] = [_SCRIPTS / "analysis", "measure", path, "-o", Path(out) / "tables", *given]
        return run([*command, dask[0]] if dask else command, also=[dask[1]] if dask else [])


def whole_commands(results: Results, sizes: Sequence[int], rounds: int, seed: int, corpora: Path | None) -> None:
    known = options()
    for option, what in (
        ("--ngrams", "pairs of words by the command"),
        ("--workers", "two workers"),
        ("--dask", "Dask"),
    ):
        if option not in known:
            results.notes.append(f"{what}: `analysis measure` has no {option}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        book = codebook_file(folder)
        for n in sizes:
            path = corpus_file(n, folder=corpora, seed=SEED)
            sample, words, sampled = sample_file(path, folder, _SAMPLE, seed)
            found: dict[tuple[str, str], list[Run]] = defaultdict(list)
            per_word, start = [], []
            tried = list(variants(book, known))
            for number in range(rounds if n <= _ONCE_ABOVE else 1):
                loop = run([sys.executable, shared("bench/loop.py"), sample, "--first", str(_SAMPLE)])
                seconds = float(loop.output.split(" articles, ")[1].split(" s")[0])
                per_word.append(seconds / _SAMPLE / sampled)
                start.append(loop.seconds - seconds)
                say(f"  {n:,} articles, round {number + 1}: the loop {seconds / _SAMPLE * 1000:.1f} ms an article")
                for what, workers, given in list(tried):
                    try:
                        done = measure_command(path, given, folder)
                    except RuntimeError as error:
                        lines = str(error).strip().splitlines()
                        message = next((line for line in lines if line.startswith("error:")), lines[-1])
                        results.notes.append(f"{what}, workers: {workers}, {n:,} articles: {message}")
                        tried.remove((what, workers, given))
                        say(f"    {what:16} workers: {workers:10} failed: {message}")
                        continue
                    found[what, workers].append(done)
                    peak = f"{(done.memory or 0) / 1e6:,.0f} MB (RSS {(done.resident or 0) / 1e6:,.0f})"
                    say(
                        f"    {what:16} workers: {workers:10} {done.seconds:8.2f} s, {n / done.seconds:7,.0f}/s, {peak}"
                    )
            results.loop_commands[n] = tuple(per_word), tuple(start), words, sampled
            for (what, workers), runs in found.items():
                memory = tuple(one.memory for one in runs if one.memory is not None)
                resident = tuple(one.resident for one in runs if one.resident is not None)
                seconds_of = tuple(one.seconds for one in runs)
                results.commands.append(Command(what, workers, n, path.stat().st_size, seconds_of, memory, resident))


# ---- start-up --------------------------------------------------------------------------------------------------------


def start_up(results: Results, rounds: int) -> None:
    python = [sys.executable, "-c"]
    times: dict[str, list[float]] = defaultdict(list)
    article = next(one for one in originals() if len(one["text"].split()) > 800)
    for _ in range(rounds):
        nothing = run([*python, "pass"]).seconds
        times["Python alone"].append(nothing)
        times["`import analysis` adds"].append(run([*python, "import analysis"]).seconds - nothing)
        times["`analysis --help`"].append(run([_SCRIPTS / "analysis", "--help"]).seconds)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "article.jsonl"
            path.write_bytes(orjson.dumps(article))
            env = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA", "ANALYSIS_CACHE"), folder)
            for what in ("an empty cache folder", "the second time"):
                done = run([*python, _FIRST, path], env=env)
                times[f"the first article's scores in a new process, {what}"].append(done.seconds)
    results.start_up |= {what: tuple(seconds) for what, seconds in times.items()}
    for what, seconds in times.items():
        say(f"  {what}: {sorted(seconds)[len(seconds) // 2]:.3f} s")


# ---- stages ----------------------------------------------------------------------------------------------------------


def stages(results: Results, n: int, rounds: int, corpora: Path | None) -> None:
    path = corpus_file(n, folder=corpora, seed=SEED)
    for number in range(rounds):
        results.stages.append(stage_seconds(path))
        results.limits.append(limits(path))
        say(f"  round {number + 1}: {sum(results.stages[-1].values()):.1f} s")
    results.staged = n, path.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="without 130,000 articles")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; print it, write nothing")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of articles for the commands, in place of these")
    parser.add_argument("--rounds", type=int, default=5, help="in-process and start-up (default 5)")
    parser.add_argument("--command-rounds", type=int, default=3, help="whole commands and stages (default 3)")
    parser.add_argument("--articles", type=int, default=_SAMPLE, help="in-process (default 130)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--corpora", type=Path, help="where generated articles are kept (default: a temporary folder)")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks.md")
    given = parser.parse_args()
    parts = given.part or PARTS
    sizes = given.sizes or (SIZES[:2] if given.quick else SIZES)
    results = Results(datetime.datetime.now(datetime.UTC).date().isoformat(), machine())
    if given.quick:
        results.notes.append(f"{SIZES[2]:,} articles: left out by --quick")
    numbers = ", ".join(f"{n:,}" for n in sizes)
    minutes = given.command_rounds * (sum(sizes) / 300 + 15 * len(sizes)) / 60 + sum(sizes) / 60_000
    todo: dict[str, tuple[str, Callable[[], Any]]] = {
        "in-process": (
            f"both sides in one process, {given.rounds} rounds: about {given.rounds * given.articles / 4:.0f} s",
            lambda: in_process(results, given.rounds, given.articles, given.seed),
        ),
        "start-up": (
            f"start-up, {given.rounds} rounds: about {given.rounds * 6} s",
            lambda: start_up(results, given.rounds),
        ),
        "stages": (
            f"stages, {given.command_rounds} rounds: about {given.command_rounds * max(sizes[:2]) / 900:.0f} s",
            lambda: stages(results, max(sizes[:2]), given.command_rounds, given.corpora),
        ),
        "commands": (
            f"whole commands, {given.command_rounds} rounds of {numbers} articles: about {minutes:.0f} min",
            lambda: whole_commands(results, sizes, given.command_rounds, given.seed, given.corpora),
        ),
    }
    say("Planned, the quick ones first:")
    for part, (what, _) in todo.items():
        if part in parts:
            say(f"  {what}")
    for part, (what, measure) in todo.items():
        if part in parts:
            start = time.perf_counter()
            say(f"\n{what.partition(':')[0]} …")
            measure()
            say(f"  took {time.perf_counter() - start:.0f} s")
    text = page(results)
    say(f"\n{text}")
    if given.part is None:
        given.output.write_text(text, encoding="utf-8")
        say(f"wrote {given.output.name}")


if __name__ == "__main__":
    main()
