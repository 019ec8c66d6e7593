"""English is told from other languages, quickly."""

from __future__ import annotations

import sys

import pytest

from analysis.reading.languages import detect_language, fill_languages, language_code

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


@pytest.mark.parametrize("text", ["", "1,200", "Oh.", "— 30 —"])
def test_too_little_to_tell(text: str) -> None:
    assert detect_language(text) is None


def test_capitals_do_not_hide_english() -> None:
    assert detect_language(SAID["en"].upper()) == "en"


def test_english_does_not_load_lingua(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lingua", None)  # importing it would now fail
    assert fill_languages([None, "de-AT"], [SAID["en"], SAID["de"]]) == ["en", "de"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("English", "en"), ("eng", "en"), ("en_GB", "en"), ("DE", "de"), ("Français", "fr"), ("Elvish", "Elvish")],
)
def test_names_of_languages(written: str, code: str) -> None:
    assert language_code(written) == code
