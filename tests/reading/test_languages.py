"""English is told from other languages, quickly."""

from __future__ import annotations

import sys

import pyarrow as pa
import pytest

from analysis.reading.languages import detect_language, fill_languages, language_code
from tests.shared import shared

SAID = {
    "en": "The town council voted on Tuesday to close the library, and the mayor said that there was no money left.",
    "de": "Der Stadtrat hat am Dienstag beschlossen, die Bücherei zu schließen, weil es dafür kein Geld mehr gibt.",
    "fr": "Le conseil municipal a décidé mardi de fermer la bibliothèque, faute d'argent, a annoncé la maire.",
    "es": "El ayuntamiento decidió el martes cerrar la biblioteca porque ya no queda dinero, dijo la alcaldesa.",
    "nl": "De gemeenteraad heeft dinsdag besloten de bibliotheek te sluiten omdat er geen geld meer voor is.",
    "ar": "قرر مجلس المدينة يوم الثلاثاء إغلاق المكتبة لأنه لم يعد هناك مال، كما قالت رئيسة البلدية.",
    "ru": "Городской совет во вторник решил закрыть библиотеку, потому что денег больше нет, сказала мэр.",
    "ja": "市議会は火曜日、予算がないため図書館を閉鎖することを決めたと市長が述べた。",
}


@pytest.mark.parametrize("language", SAID)
def test_languages_are_told(language: str) -> None:
    assert detect_language(SAID[language]) == language


@pytest.mark.parametrize("text", ["", "1,200", "Oh.", "— 30 —", "የአዲስ አበባ ከተማ ምክር ቤት ማክሰኞ ዕለት ስብሰባ"])
def test_too_little_to_tell(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    "text",
    ["Teenage Mutant Ninja Turtles.", "All of them talk.", "No words; no comment.", "Do the laundry.", "flood " * 50],
)
def test_short_english_is_no_other_language(text: str) -> None:
    assert detect_language(text) in ("en", None)


def test_short_texts_of_other_languages_are_told_where_it_is_sure() -> None:
    assert detect_language("Gesundheitsministerium warnt vor Grippewelle") == "de"


def test_sentences_of_editorials_are_english_or_too_short_to_tell() -> None:
    sentences = shared("gold/nyt-editorials/sentences.tsv").read_text("utf-8").splitlines()[1:]
    told = [detect_language(line.split("\t", 2)[2]) for line in sentences]
    assert len(told) == 2588
    assert told.count("en") + told.count(None) == len(told)
    assert told.count(None) < 0.03 * len(told)


def test_capitals_do_not_hide_english() -> None:
    assert detect_language(SAID["en"].upper()) == "en"


def test_english_does_not_load_lingua(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lingua", None)  # importing it would now fail
    texts = pa.array([SAID["en"], SAID["de"]], pa.large_string())
    assert fill_languages([None, "de-AT"], [False, False], texts) == ["en", "de"]


def test_what_is_known_to_be_english_is_not_looked_at() -> None:
    assert fill_languages([None, "de"], [True, True], pa.nulls(2, pa.large_string())) == ["en", "de"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("English", "en"), ("eng", "en"), ("en_GB", "en"), ("DE", "de"), ("Français", "fr"), ("Elvish", "Elvish")],
)
def test_names_of_languages(written: str, code: str) -> None:
    assert language_code(written) == code
