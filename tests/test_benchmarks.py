"""The benchmarks' own parts: what they generate, compare, watch and write. Nothing is timed here."""

from __future__ import annotations

import importlib
import json
import random
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import equality, sides
from tests.benchmarks.commands import run
from tests.benchmarks.generate import Growth, Heaps, corpus_file, generate, growth_of, laws, originals
from tests.benchmarks.masking import _f1, macro_f1, seen_from_targets
from tests.benchmarks.page import Command, Results, page
from tests.benchmarks.profile import STAGES, Clock
from tests.shared import shared

# ---- generated articles ----------------------------------------------------------------------------------------------


def small_corpus(n: int = 40) -> list[dict[str, Any]]:
    """Articles whose words are drawn as in a language: a few often, many seldom."""
    rng = random.Random(1)  # noqa: S311 - no secret

    def word() -> str:
        number = int(rng.paretovariate(0.6)) % 5_000
        return "".join("bcdfglmnprst"[int(digit)] + "aeiou"[int(digit) % 5] for digit in str(number + 10))

    def sentence() -> str:
        return " ".join(word() for _ in range(rng.randrange(5, 25))).capitalize() + "."

    return [
        {
            "id": f"a{number}",
            "title": f"Title {number} of it",
            "outlet": ["Gazette", "Herald"][number % 2],
            "date": f"2020-0{1 + number % 9}-11" if number % 10 else "",
            "topic": ["trade", "sport"][number % 2],
            "text": "\n\n".join(" ".join(sentence() for _ in range(4)) for _ in range(rng.randrange(3, 12))),
        }
        for number in range(n)
    ]


def test_generated_articles_are_the_same_by_seed_and_the_beginning_of_more() -> None:
    real = small_corpus()
    some = list(generate(real, 30, seed=5))
    assert some == list(generate(real, 60, seed=5))[:30]
    assert some != list(generate(real, 30, seed=6))
    assert [list(article) for article in some] == [[*real[0], "url"]] * 30


def test_generated_articles_are_no_copies_and_as_long_as_real_ones() -> None:
    real = small_corpus()
    made = list(generate(real, 400))
    texts = {article["text"] for article in made}
    assert len(texts) == len({article["id"] for article in made}) == 400
    assert not texts & {article["text"] for article in real}
    mean = sum(len(text.split()) for text in texts) / 400
    assert mean == pytest.approx(sum(len(article["text"].split()) for article in real) / len(real), rel=0.1)
    assert {(article["outlet"], article["topic"]) for article in made} == {("Gazette", "trade"), ("Herald", "sport")}
    assert 0 < sum(article["date"] == "" for article in made) < 100


def test_the_vocabulary_of_generated_articles_keeps_growing_by_the_law() -> None:
    real = small_corpus()
    of_chunks, of_words = laws(real, 5)
    texts = [article["text"] for article in generate(real, 1_000, seed=5)]
    for _, running, chunks, words in growth_of(texts, [250, 500, 1_000]):
        assert chunks == pytest.approx(of_chunks(running), rel=0.03)
        assert words == pytest.approx(of_words(running), rel=0.03)
    all_of_theirs = Growth()
    for article in real:
        all_of_theirs.add(article["text"])
    assert words > 2 * len(all_of_theirs.words)


def test_the_law_is_what_was_counted_and_beyond_that_a_power() -> None:
    law = Heaps.fit([(100, 30), (10_000, 500), (80_000, 1_500), (320_000, 3_000), (1_280_000, 6_000)])
    assert (law(100), law(10_000)) == (pytest.approx(30), pytest.approx(500))
    assert law.beta == pytest.approx(0.5)
    assert law(1_280_000 * 4) == pytest.approx(12_000)


def test_generated_from_the_real_articles(tmp_path: Path) -> None:
    real = originals()
    path = corpus_file(300, folder=tmp_path)
    made = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert list(made[0]) == list(real[0])
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    of_chunks, of_words = laws(real, 20250322)
    ((_, running, chunks, words),) = growth_of((article["text"] for article in made), [300])
    assert (chunks, words) == (pytest.approx(of_chunks(running), rel=0.02), pytest.approx(of_words(running), rel=0.02))


# ---- equality --------------------------------------------------------------------------------------------------------


def test_odd_texts_have_all_that_is_hard() -> None:
    texts = list(equality.odd_texts(3_000))
    together = "\n".join(texts)
    hard = [
        " but ",
        "kind of",
        "at least",
        "without doubt",
        "\x00",
        "\u0301",
        "İ",
        "😁",
        "!!!!",
        "???",
        "\u00a0",
        "\x85",
    ]
    hard += ["don't", "don’t", "U.S.", "http://", "3.5", "the bomb", " nor ", "VERY", "over.The", "\u2028", "a" * 200]
    assert [sign for sign in hard if sign not in together] == []
    assert "" in texts
    assert sum(len(text.split()) > 100 for text in texts) > 50


def test_odd_texts_score_as_the_libraries_score_them() -> None:
    texts = list(equality.odd_texts(150, seed=11))
    assert not equality.different(texts, [equality.textstats(text) for text in texts]).any()
    tone = equality.kit(texts)["sentiment"][equality.TONE]
    assert tone.to_numpy().tolist() == [equality.polarity(text) for text in texts]


def test_one_bit_is_a_difference() -> None:
    table = pd.DataFrame({"compound": [0.1, 0.2], "pos": [0.0, 1.0]})
    found = equality.Count()
    found.add(table, [[0.1, 0.0], [float(np.nextafter(0.2, 1)), 1.0]], ["same", "other"])
    assert (found.compared, found.different, found.texts) == (4, 1, ["['compound']: 'other'"])
    found.add_pair("tone", table, table.iloc[:1])
    assert (found.compared, found.different, found.texts[1]) == (8, 5, "table tone: 4 of 4 values")
    found.add_pair("tone", table, table.copy())
    assert (found.compared, found.different) == (12, 5)


# ---- measuring -------------------------------------------------------------------------------------------------------


def test_a_command_is_watched_with_its_children() -> None:
    hold = "held = bytearray(150_000_000); held[::4096] = b'x' * len(held[::4096])"
    child = f"import time; {hold}; time.sleep(0.5)"
    parent = f"import subprocess, sys; {hold}; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    found = run([sys.executable, "-c", f"{parent}; print('done')"])
    assert found.output == "done\n"
    if not Path("/proc/self/statm").exists():
        assert found.resident is None
        return
    assert found.resident is not None
    assert 300e6 < found.resident < 450e6
    assert found.memory is None or 300e6 < found.memory <= found.resident


def test_a_command_that_fails_says_what_it_said() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    with pytest.raises(RuntimeError) as caught:
        run(command)
    assert str(caught.value) == f"{' '.join(command)} ended with 1:\nno such thing\n"


def test_a_clock_counts_a_stage_without_those_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    clock = Clock()
    inner = clock.around("inner", lambda: None)
    clock.around("outer", lambda: (inner(), inner()))()
    assert clock.seconds == {"inner": 2, "outer": 3}


def test_the_stages_are_functions_of_the_engine() -> None:
    for _, module, path in STAGES:
        thing: Any = importlib.import_module(module)
        for name in path.split("."):
            thing = getattr(thing, name)
        assert callable(thing), (module, path)


def test_the_loop_remembers_no_text() -> None:
    shared("bench/loop.py")
    textstat = sides.the_loop().textstat
    textstat.syllable_count("Rain fell on the town.")
    sides.forget()
    caches = [
        function
        for name, module in sys.modules.items()
        if name.startswith("textstat.backend")
        for function in vars(module).values()
        if hasattr(function, "cache_info")
    ]
    assert len(caches) > 10
    assert {function.cache_info().currsize for function in caches} == {0}


# ---- the page --------------------------------------------------------------------------------------------------------


def results() -> Results:
    parts = dict.fromkeys([sides.CUTTING, *sides.MEASURES], 0.01)
    kit = {state: {"all": 0.05, **parts} for state in ("empty", "steady", "again")}
    kit |= {"others": {"all": 0.4, **parts}, "more": {"quality of the texts": 0.013}}
    kit |= {
        "all words": {"tone": 0.02},
        "narration": {"tone": 0.025},
        "quoted": {"tone": 0.023},
        "both voices": {"tone": 0.03},
        "whose, first": {"": 0.6, "names": 2.6},
        "whose, again": {"": 0.52, "names": 1.3},
        "evidence": {"evidence of tone": 1.3},
    }
    loop = {"all": 10.0, **dict.fromkeys(sides.MEASURES, 2.0)}
    command = [
        Command("all tables", "1", 13_000, 80_000_000, (8.0, 10.0, 12.0), (400_000_000,) * 3),
        Command("all tables", "2", 13_000, 80_000_000, (4.0, 5.0, 8.0), (500_000_000,) * 3),
        Command("all tables", "1", 130_000, 800_000_000, (100.0,), (440_000_000,)),
    ]
    return Results(
        date="2026-01-02",
        machine={"cores": "2", "Python": "3.11.7"},
        n_articles=130,
        words=900.0,
        others=(1_170, 900.0),
        rounds=2,
        loop=[loop, {**loop, "all": 12.0}],
        kit=[kit, kit],
        values=(2_340, 0),
        commands=command,
        loop_commands={13_000: ((0.0001, 0.0001, 0.0002), (3.0, 3.0, 3.0), 900.0, 880.0)},
        start_up={"`analysis --help`": (0.1, 0.3, 0.2)},
        stages=[{"quality": 3.0, "terms": 1.0}],
        limits=[{"decoding its lines": 0.1}],
        staged=(13_000, 80_000_000),
        notes=["Dask: `analysis measure` has no --dask"],
    )


def test_the_page_says_what_was_measured() -> None:
    lines = page(results()).splitlines()
    for line in (
        "2026-01-02. cores: 2, Python: 3.11.7.",
        "| the loop | 11.000 (10.000 to 12.000) | 12 | 1 |",
        "| the kit, new articles, nothing met before | 0.050 (0.050 to 0.050) | 2,600 | **220 (200 to 240)** |",
        "| tone | 15,385 (15,385 to 15,385) | 77 (77 to 77) | 20% | 100 (100 to 100) | 200 (200 to 200) |",
        "| quality of the texts | 100 (100 to 100) | +26% |",
        "| tone | 154 | 1.25 (1.25 to 1.25) | 1.15 (1.15 to 1.15) | 1.50 (1.50 to 1.50) |",
        "| names | 2,000 (2,000 to 2,000) | 1,000 | 1,000 | 2.50 (2.50 to 2.50) |",
        "| evidence of tone | 10.0 | 26 (26 to 26) |",
        # 13,000 articles of 900 words at 0.1 ms a word take 1,170 s, and 3 s of start-up: 1,173 / 8, / 10, 2,343 / 12.
        "| 13,000 | all tables | 1 | 10.0 (8.0 to 12.0) | 1,300 | 8.0 | 400 (400 to 400) | **147 (117 to 195)** |",
        "| 130,000 | all tables | 1 | 100.0 (100.0 to 100.0) | 1,300 | 8.0 | 440 (440 to 440) |  |",
        "| 13,000 | all tables | 2 | 2.00 (1.50 to 2.00) |",
        "Peak memory, all tables, workers 1: 130,000 articles take 1.10 times that of 13,000.",
        "| `analysis --help` | 0.200 (0.100 to 0.300) |",
        "| quality | 230.8 | 75.0% |",
        "| decoding its lines | 7.7 | 800 | 40 (40 to 40) |",
        "- Dask: `analysis measure` has no --dask",
    ):
        assert line in lines
    assert any("Of 2,340 scores that both sides compute, 0 differ." in line for line in lines)


def test_a_page_of_one_part_has_no_other() -> None:
    found = results()
    only = page(Results(found.date, found.machine, start_up=found.start_up))
    assert [line for line in only.splitlines() if line.startswith("#")] == ["# Benchmarks", "## Start-up"]


def test_macro_f1_from_tables_is_that_of_the_values() -> None:
    rng = np.random.default_rng(1)
    said, coded = rng.integers(-1, 2, (2, 50))
    table = np.bincount(3 * (said + 1) + coded + 1, minlength=9)
    assert _f1(table[None].astype(float))[0] == pytest.approx(macro_f1(said, coded))


def test_the_words_of_a_sentence_seen_from_a_target() -> None:
    text = "They won, but “Ana Ruiz is a good liar,” said Bo."
    target = {"from": text.index("Ana"), "to": text.index(" is"), "polarity": 2.0}
    found, sentence, coded = seen_from_targets([{"sentence_normalized": text, "targets": [target]}])
    one = found[0]
    assert (sentence.tolist(), coded.tolist()) == ([0], [-1])
    # "won", "good"; "liar,”" is no word of VADER's lexicon.
    assert one.far.tolist() == [2.0, 3.0]
    assert one.same_voice.tolist() == [False, True]
    assert one.same_clause.tolist() == [False, True]
    assert np.sign(one.values).tolist() == [1, 1]
