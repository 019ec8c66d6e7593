"""What `make bench` found, as the page benchmarks.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.sides import CUTTING, MEASURES

#: States of the kit, and what they mean.
STATES = {
    "empty": "new articles, nothing met before",
    "steady": "new articles, the other articles of the corpus met before",
    "again": "the same articles again",
}


@dataclass(frozen=True)
class Middle:
    """The median of some measurements, and their spread.

    Examples
    --------
    >>> f"{Middle.of([1.0, 4.0, 2.0]):.1f}"
    '2.0 (1.0 to 4.0)'
    """

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Middle:
        found = sorted(values)
        return cls(statistics.median(found), found[0], found[-1])

    def __format__(self, how: str) -> str:
        return f"{self.median:{how}} ({self.least:{how}} to {self.most:{how}})"


@dataclass(frozen=True)
class Command:
    """A command measured some times: what it did, with which workers, of how many articles."""

    what: str
    workers: str
    n_articles: int
    n_bytes: int
    seconds: tuple[float, ...]
    memory: tuple[int, ...]
    resident: tuple[int, ...] = ()


@dataclass
class Results:
    """Everything that one run of the benchmarks measured; empty parts were not measured."""

    date: str
    machine: Mapping[str, str]
    n_articles: int = 0
    words: float = 0.0
    others: tuple[int, float] = (0, 0.0)
    rounds: int = 0
    loop: list[dict[str, float]] = field(default_factory=list)
    kit: list[dict[str, dict[str, float]]] = field(default_factory=list)
    values: tuple[int, int] = (0, 0)
    commands: list[Command] = field(default_factory=list)
    loop_commands: dict[int, tuple[tuple[float, ...], tuple[float, ...], float, float]] = field(default_factory=dict)
    start_up: dict[str, tuple[float, ...]] = field(default_factory=dict)
    stages: list[dict[str, float]] = field(default_factory=list)
    limits: list[dict[str, float]] = field(default_factory=list)
    staged: tuple[int, int] = (0, 0)
    notes: list[str] = field(default_factory=list)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown.

    Examples
    --------
    >>> print(table(["what", "n"], [["a|b", "1"]]))
    | what | n |
    |---|---|
    | a\\|b | 1 |
    """
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in lines]
    return "\n".join(
        "|---" * len(head) + "|" if number == 1 else "| " + " | ".join(row) + " |" for number, row in enumerate(cells)
    )


def page(results: Results) -> str:
    """Return the page."""
    machine = ", ".join(f"{what}: {value}" for what, value in results.machine.items())
    head = (
        "# Benchmarks\n\nWritten by `make bench`, all of it measured in one run; do not edit. Medians, and in brackets "
        "the least and the most. The loop is a plain Python loop over textstat, vaderSentiment, a `Counter` and one "
        "regular expression a frame: nine scores, VADER by article and by sentence, words and pairs of words, 30 "
        f"frames of 50 cues.\n\n{results.date}. {machine}."
    )
    parts = [head]
    for part in (_in_process, _commands, _workers, _start_up, _stages):
        text = part(results)
        if text:
            parts.append(text)
    if results.notes:
        parts.append("## Not measured\n\n" + "\n".join(f"- {note}" for note in results.notes))
    return "\n\n".join(parts) + "\n"


def _ratios(results: Results, state: str, ours: Sequence[str], theirs: str) -> Middle:
    return Middle.of(
        loop[theirs] / sum(kit[state][name] for name in ours)
        for loop, kit in zip(results.loop, results.kit, strict=True)
    )


def _in_process(results: Results) -> str:
    if not results.loop:
        return ""
    n = results.n_articles
    compared, different = results.values
    loop = Middle.of(round_["all"] for round_ in results.loop)
    head = (
        f"The same {n:,} real news articles ({results.words:,.0f} words each, drawn by a seed) on both sides, in turn, "
        f"{results.rounds} rounds. Dictionaries are loaded before on both sides; the kit's processes are new in each "
        f"round. Of {compared:,} scores that both sides compute, {different:,} differ.\n"
    )
    text = ["## In one process, start-up left out\n", head]
    rows = [["the loop", f"{loop:.3f}", f"{n / loop.median:,.0f}", "1"]]
    for state, meaning in STATES.items():
        seconds = Middle.of(round_[state]["all"] for round_ in results.kit)
        ratio = _ratios(results, state, ["all"], "all")
        rows.append([f"the kit, {meaning}", f"{seconds:.3f}", f"{n / seconds.median:,.0f}", f"**{ratio:,.0f}**"])
    n_others, words = results.others
    others = Middle.of(round_["others"]["all"] for round_ in results.kit)
    by_word = words * n_others / (results.words * n)  # the loop was not run on these
    ratio = Middle.of(a["all"] * by_word / b["others"]["all"] for a, b in zip(results.loop, results.kit, strict=True))
    meaning = f"the kit, the {n_others:,} other articles at once, nothing met before; the loop extrapolated by words"
    rows.append([meaning, f"{others:.3f}", f"{n_others / others.median:,.0f}", f"**{ratio:,.0f}**"])
    text.append(table(["everything the loop does", "seconds", "articles/s", "times the loop's speed"], rows))
    text.append(
        "\nBy measure, new articles of a corpus whose others were met before. Cutting the texts is work that the kit's "
        "measures share; *alone* counts it with the one measure.\n"
    )
    total = statistics.median(round_["steady"]["all"] for round_ in results.kit)
    cutting = Middle.of(round_["steady"][CUTTING] / n * 1e6 for round_ in results.kit)
    rows = [[CUTTING, "", f"{cutting:,.0f}", f"{cutting.median * n / total / 1e6:.0%}", "", ""]]
    for name in MEASURES:
        theirs = Middle.of(round_[name] / n * 1e6 for round_ in results.loop)
        ours = Middle.of(round_["steady"][name] / n * 1e6 for round_ in results.kit)
        rows.append(
            [
                *(name, f"{theirs:,.0f}", f"{ours:,.0f}", f"{ours.median * n / total / 1e6:.0%}"),
                f"{_ratios(results, 'steady', [CUTTING, name], name):,.0f}",
                f"{_ratios(results, 'steady', [name], name):,.0f}",
            ]
        )
    columns = ["", "loop, µs an article", "kit, µs an article", "share", "times, alone", "times, beside the others"]
    text.append(table(columns, rows))
    text.append("\nWhat the kit offers beyond that, on top of it:\n")
    extras = {name: Middle.of(round_["more"][name] for round_ in results.kit) for name in results.kit[0]["more"]}
    rows = [
        [name, f"{1e6 * taken.median / n:,.0f} ({1e6 * taken.least / n:,.0f} to {1e6 * taken.most / n:,.0f})",
         f"+{taken.median / total:.0%}"]
        for name, taken in extras.items()
    ]  # fmt: skip
    text.append(table(["", "µs an article", "of the above"], rows))
    text.append(
        "\nEach voice of a measure and both, against the measure of all words in the same run; each from a new corpus, "
        "so that cutting the texts and finding the quotations, which all measures share, count with each.\n"
    )
    rows = []
    for name in results.kit[0]["all words"]:
        plain = Middle.of(round_["all words"][name] for round_ in results.kit)
        times = [
            Middle.of(round_[what][name] / round_["all words"][name] for round_ in results.kit)
            for what in ("narration", "quoted", "both voices")
        ]
        rows.append([name, f"{1e6 * plain.median / n:,.0f}", *(f"{one:.2f}" for one in times)])
    columns = ["", "all words, µs an article", "times, narration", "times, quoted", "times, both voices"]
    text.append(table(columns, rows))
    n_all = n + n_others
    text.append(
        f"\nWhose words: all {n_all:,} articles, each time as a new corpus, with its own cutting of the texts. The "
        "plain measures are everything above that the loop does, of the same articles, met before. *First*: their "
        "words were met before, their names were not.\n"
    )
    rows = []
    for name in results.kit[0]["whose, again"]:
        first = Middle.of(1e6 * round_["whose, first"][name] / n_all for round_ in results.kit)
        taken = Middle.of(round_["whose, again"][name] for round_ in results.kit)
        ratio = Middle.of(round_["whose, again"][name] / round_["whose, again"][""] for round_ in results.kit)
        rows.append(
            [
                *(name or "the plain measures", f"{first:,.0f}", f"{1e6 * taken.median / n_all:,.0f}"),
                *(f"{n_all / taken.median:,.0f}", f"{ratio:.2f}"),
            ]
        )
    columns = ["", "first, µs an article", "again, µs an article", "again, articles/s", "times the plain measures"]
    text.append(table(columns, rows))
    text.append(f"\nEvidence, article by article, of the {n:,} articles.\n")
    rows = []
    for name in results.kit[0]["evidence"]:
        taken = Middle.of(round_["evidence"][name] for round_ in results.kit)
        ratio = Middle.of(round_["evidence"][name] / round_["again"]["all"] for round_ in results.kit)
        rows.append([name, f"{1e3 * taken.median / n:,.1f}", f"{ratio:.0f}"])
    text.append(table(["", "ms an article", "times the plain measures"], rows))
    return "\n".join(text)


def _commands(results: Results) -> str:
    if not results.commands:
        return ""
    text = ["## Whole commands, start-up included\n"]
    text.append(
        "Articles made of real ones by recombining their sentences, with rare words added so that the vocabulary grows "
        "as Heaps' law says; a JSON Lines file in, a folder of tables out. MB of 10⁶ bytes of that file; memory is the "
        "largest sum over all processes of the command (Dask's workers and scheduler too), shared memory counted once, "
        "looked at every 50 ms. The loop is measured on 130 articles of the file and extrapolated by words, its "
        "start-up added once.\n"
    )
    rows = []
    for command in sorted(results.commands, key=lambda one: one.n_articles):
        n = command.n_articles
        seconds = Middle.of(command.seconds)
        ratio = ""
        if n in results.loop_commands:
            per_word, start, words, _ = results.loop_commands[n]
            whole = [s + w * words * n for s, w in zip(start, per_word, strict=True)]
            pairs = zip(whole, command.seconds, strict=False)
            ratio = f"**{Middle.of(a / b for a, b in pairs):,.0f}**"
        memory = Middle.of(value / 1e6 for value in command.memory) if command.memory else None
        rows.append(
            [
                *(f"{n:,}", command.what, command.workers, f"{seconds:.1f}", f"{n / seconds.median:,.0f}"),
                f"{command.n_bytes / 1e6 / seconds.median:.1f}",
                f"{memory:,.0f}" if memory else "",
                ratio,
            ]
        )
    head = ["articles", "what", "workers", "seconds", "articles/s", "MB/s", "peak memory, MB", "times the loop's speed"]
    text.append(table(head, rows))
    for n, (per_word, start, words, sample) in sorted(results.loop_commands.items()):
        each = Middle.of(w * words * 1000 for w in per_word)
        text.append(
            f"\nThe loop on {n:,} articles: {each:.1f} ms an article of {words:,.0f} words (measured on articles of "
            f"{sample:,.0f}), {statistics.median(start):.1f} s of start-up."
        )
    return "\n".join(text)


def _workers(results: Results) -> str:
    """Return how much faster two workers are, and how memory grows."""
    times = {(one.what, one.workers, one.n_articles): one for one in results.commands}
    rows, lines = [], []
    for (what, workers, n), one in sorted(times.items(), key=lambda item: item[0][2]):
        single = times.get((what, "1", n))
        if workers != "1" and single:
            ratio = Middle.of(a / b for a, b in zip(single.seconds, one.seconds, strict=False))
            rows.append([f"{n:,}", what, workers, f"{ratio:.2f}"])
    for (what, workers, n), one in sorted(times.items(), key=lambda item: item[0][2]):
        smaller = times.get((what, workers, n // 10))
        if n >= 100_000 and smaller and one.memory and smaller.memory:
            more = statistics.median(one.memory) / statistics.median(smaller.memory)
            lines.append(
                f"Peak memory, {what}, workers {workers}: {n:,} articles take {more:.2f} times that of {n // 10:,}."
            )
    text = []
    if rows:
        text += ["## Two workers\n", table(["articles", "what", "workers", "times the speed of one"], rows)]
    if lines:
        text.append("\n" + "\n".join(lines))
    return "\n".join(text)


def _start_up(results: Results) -> str:
    if not results.start_up:
        return ""
    rows = [[what, f"{Middle.of(seconds):.3f}"] for what, seconds in results.start_up.items()]
    return "## Start-up\n\n" + table(["", "seconds"], rows)


def _stages(results: Results) -> str:
    if not results.stages:
        return ""
    n, n_bytes = results.staged
    totals = [sum(round_.values()) for round_ in results.stages]
    middle = {
        name: statistics.median(round_.get(name, 0.0) for round_ in results.stages)
        for name in {name for round_ in results.stages for name in round_}
    }
    whole = sum(middle.values())
    rows = [
        [name, f"{taken / n * 1e6:,.1f}", f"{taken / whole:.1%}"]
        for name, taken in sorted(middle.items(), key=lambda item: (-item[1], item[0]))
    ]
    text = [
        "## Where the time goes\n",
        f"{n:,} articles, one process, all tables, start-up left out: {Middle.of(totals):.1f} seconds.\n",
        table(["stage", "µs an article", "share"], rows),
        "\nThe distance to the limit, the least that anybody must do with the file, already in memory:\n",
    ]
    rows = []
    for name in results.limits[0]:
        taken = Middle.of(round_[name] for round_ in results.limits)
        ratio = Middle.of(a / b[name] for a, b in zip(totals, results.limits, strict=True))
        rows.append([name, f"{taken.median / n * 1e6:,.1f}", f"{n_bytes / 1e6 / taken.median:,.0f}", f"{ratio:,.0f}"])
    text.append(table(["", "µs an article", "MB/s", "times that, all tables"], rows))
    return "\n".join(text)
