"""The language of an article, as a two-letter code (ISO 639-1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from lingua import LanguageDetector

__all__ = ["detect_language", "is_english", "language_code", "share_english"]

#: Words that make up about a third of running English and hardly occur in other languages.
_ENGLISH_WORDS_TEXT = """
the of and to that for with he his she her it its from by are this were which at as be been not but they their who
have has had would will said about there when what you we our if can more than after also could into over other some
only first those these because before between during through most where while such any being under since until
against both each says told my your him them how very should i is was on an or
"""
ENGLISH_WORDS = frozenset(_ENGLISH_WORDS_TEXT.split())
_ENOUGH_ENGLISH = 0.2
_ENOUGH_LETTERS = 20
_WORDS = 200
#: Below so many distinct words English sentences are easily taken for another language ("All of them talk."): there
#: lingua must be very sure, and hardly a word English.
_ENOUGH_WORDS = 20
_SURE, _VERY_SURE = 0.5, 0.95
_LITTLE_ENGLISH = 0.15
#: Languages that their letters give away, however short the text.
_OWN_SCRIPTS = frozenset(("ar", "bg", "bn", "el", "fa", "he", "hi", "ja", "ko", "ru", "sr", "th", "uk", "ur", "zh"))
#: lingua knows 75 languages; these are those of most of the world's press. The fewer, the surer on short texts.
_LANGUAGES_TEXT = """
ARABIC BENGALI BULGARIAN CATALAN CHINESE CROATIAN CZECH DANISH DUTCH ENGLISH ESTONIAN FINNISH FRENCH GERMAN GREEK
HEBREW HINDI HUNGARIAN INDONESIAN ITALIAN JAPANESE KOREAN LATVIAN LITHUANIAN BOKMAL NYNORSK PERSIAN POLISH
PORTUGUESE ROMANIAN RUSSIAN SERBIAN SLOVAK SLOVENE SPANISH SWAHILI SWEDISH TAGALOG THAI TURKISH UKRAINIAN URDU
VIETNAMESE WELSH
"""
_LANGUAGES = _LANGUAGES_TEXT.split()
_NAMES_TEXT = """
en english eng; de german deutsch ger deu; fr french français fre fra; es spanish español spa; it italian italiano
ita; pt portuguese português por; nl dutch nederlands dut nld; sv swedish swe; da danish dan; no norwegian nor; fi
finnish fin; pl polish pol; ru russian rus; uk ukrainian ukr; ar arabic ara; he hebrew heb; tr turkish tur; zh
chinese chi zho; ja japanese jpn; ko korean kor; hi hindi hin; el greek gre ell
"""
_NAMES = {name: code for code, *names in map(str.split, _NAMES_TEXT.split(";")) for name in names}


def share_english(text: str) -> float:
    """Share of English function words among the first 200 words, from 0 to 1; news is about .4.

    Examples
    --------
    >>> share_english("The council said that it would not close the library.")
    0.7
    """
    words = text[: _WORDS * 8].lower().split(None, _WORDS)[:_WORDS]
    return sum(map(ENGLISH_WORDS.__contains__, words)) / len(words) if words else 0.0


def is_english(text: str) -> bool:
    """Say whether the function words of a text give it away as English.

    Examples
    --------
    >>> is_english("The council said that it would not close the library."), is_english("Flood!")
    (True, False)
    """
    return len(text) >= _ENOUGH_LETTERS and share_english(text) >= _ENOUGH_ENGLISH


def detect_language(text: str) -> str | None:
    """Tell the language of a text, or None if there are too few words to tell.

    English is recognised by its function words; only what is left goes to lingua (Stahl 2021), which is large. A text
    of fewer than 20 distinct words is another language only if lingua is sure of it (0.95) and hardly a word is
    English.

    Examples
    --------
    >>> detect_language("The council said that it would not close the library.")
    'en'
    >>> detect_language("Der Stadtrat hat am Dienstag beschlossen, die Bücherei nicht zu schließen.")
    'de'
    >>> [detect_language(text) for text in ("1,200", "Teenage Mutant Ninja Turtles.")]
    [None, None]
    """
    if is_english(text):
        return "en"
    english = share_english(text)
    start = text[:1500]
    if sum(map(str.isalpha, start)) < 12:
        return None
    code, confidence = _told(start)
    if code == "en" or code in _OWN_SCRIPTS:
        return code if confidence > 0 else None
    if len({word for word in start.lower().split() if any(map(str.isalpha, word))}) >= _ENOUGH_WORDS:
        return code if confidence >= _SURE else None
    return code if confidence >= _VERY_SURE and english <= _LITTLE_ENGLISH else None


def _told(text: str) -> tuple[str, float]:
    """The likeliest language and lingua's confidence, from 0 to 1; Norwegian's two are one."""
    confidence: dict[str, float] = {}
    for found in _detector().compute_language_confidence_values(text):
        code = str(found.language.iso_code_639_1.name).lower()
        code = "no" if code in ("nb", "nn") else code
        confidence[code] = confidence.get(code, 0.0) + found.value
    return max(confidence.items(), key=itemgetter(1))


@cache
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _LANGUAGES]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


@cache
def language_code(name: str) -> str:
    """A language as a file names it, as a two-letter code where it is a known one.

    Examples
    --------
    >>> [language_code(name) for name in ("English", "en-US", "EN", "Klingon")]
    ['en', 'en', 'en', 'Klingon']
    """
    lowered = name.strip().lower()
    if lowered in _NAMES:
        return _NAMES[lowered]
    head = lowered.replace("_", "-").split("-")[0]
    return head if len(head) == 2 and head.isalpha() else name.strip()


def fill_languages(languages: Sequence[str | None], english: Sequence[bool], texts: pa.Array) -> list[str | None]:
    """Give every text a language: the one it came with as a code, else the one detected.

    `english` says of which texts `is_english` is true, so that few of them have to be strings of Python.
    """
    return [
        language_code(given) if given else "en" if known else detect_language(texts[place].as_py())
        for place, (given, known) in enumerate(zip(languages, english, strict=True))
    ]
