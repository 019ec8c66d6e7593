"""Dates within a line, in the languages of the large news databases: "vendredi 5 octobre 2012, p. 12"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["FoundDate", "find_date", "is_partial_date", "unaccented"]

_MONTHS_TEXT = """
january jan janvier janv januar jaenner janner januari enero ene gennaio gen janeiro;
february feb fevrier fevr fev februar februari feber febrero febbraio febr fevereiro;
march mar mars marz maerz maart mrt marzo marco marts;
april apr avril avr abril abr aprile;
may mai mei mayo maggio mag maio maj;
june jun juin juni junio giugno giu junho;
july jul juillet juil juli julio luglio lug julho;
august aug aout augustus agosto ago augusti;
september sep sept septembre septiembre setiembre settembre set setembro;
october oct octobre oktober okt octubre ottobre ott outubro out;
november nov novembre noviembre novembro;
december dec decembre dezember dez diciembre dic dicembre dezembro desember
"""
_MONTHS = {name: number for number, names in enumerate(_MONTHS_TEXT.split(";"), 1) for name in names.split()}
_WEEKDAYS_TEXT = """
monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche montag
dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lunes martes miercoles jueves viernes sabado domingo
lunedi martedi mercoledi giovedi venerdi domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
segunda-feira terca-feira quarta-feira quinta-feira sexta-feira mon tue wed thu fri sat sun
"""
_WEEKDAY = rf"(?:{'|'.join(sorted(_WEEKDAYS_TEXT.split(), key=len, reverse=True))})\b\.?"
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?<![\d:.,/-])(\d{1,2})(?:\.|er\b|e\b|st\b|nd\b|rd\b|th\b|º|°)?"
_OF = r"(?:\s+(?:de|del|di|of|d')\s*)?"
_FORMS = (
    (re.compile(rf"{_DAY}\s*{_OF}\s*{_MONTH},?{_OF}\s*(\d{{4}})(?!\d)"), (3, 2, 1)),
    (re.compile(rf"(?<![a-z]){_MONTH}\s*(\d{{1,2}})(?:\.|st\b|nd\b|rd\b|th\b)?,?\s+(\d{{4}})(?!\d)"), (3, 1, 2)),
    (re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"), (1, 2, 3)),
)
_BEFORE = re.compile(rf"(?:{_WEEKDAY},?\s*)$")
_AFTER = re.compile(rf"(?:[\s,]*{_WEEKDAY})?(?:[\s,]+(?:at|a|um|om|a las|alle|as|-)(?=\s))?")
_TIME = re.compile(
    r"[\s,;:–-]*\b([01]?\d|2[0-3])\s?[:.h]\s?([0-5]\d)(?:[:.]([0-5]\d))?(?!\d)(?:\s*([ap])\.?\s?m\b\.?)?"
    r"(?:\s*(?:uhr|heures|uur|gmt|utc|[a-z]{2,4}t)\b)?(?:\s*[+-]\d{1,2}(?::?\d\d)?)?"
)
_SEASON = "spring|summer|autumn|fall|winter|printemps|ete|automne|hiver|fruhjahr|sommer|herbst|verano|otono|invierno"
_PARTIAL = re.compile(rf"(?:(?:{_MONTH}|{_SEASON})(?:\s?[-/&,]\s?(?:{_MONTH}|{_SEASON}))?,?\s+)?\d{{4}}(?:/\d{{2,4}})?")
#: A line with a date is short; none is looked for beyond this.
_LONGEST = 400


@dataclass(frozen=True)
class FoundDate:
    """A date in a line: as `YYYY-MM-DD`, with a time `YYYY-MM-DD HH:MM`, and the part of the line that says it."""

    written: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def unaccented(text: str) -> str:
    """Small letters without accents, as many characters as before.

    Examples
    --------
    >>> unaccented("Décembre März")
    'decembre marz'
    """
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in text)


def is_partial_date(line: str) -> bool:
    """Whether a line is a date without a day, such as magazines have.

    Examples
    --------
    >>> [is_partial_date(line) for line in ("July 2019", "Été 2019", "1987", "4 July 2019", "The Summer Times 2019")]
    [True, True, True, False, False]
    """
    return len(line) <= 60 and _PARTIAL.fullmatch(unaccented(line.strip())) is not None


def find_date(line: str) -> FoundDate | None:
    """The first whole date of a line; month names may be English, French, German, Spanish, Italian, Dutch, Portuguese.

    Examples
    --------
    >>> for line in ("Politique, jeudi 5 octobre 2012, p. 3", "27. Februar 2012 Montag 9:50 PM GMT+1", "May 1987"):
    ...     print(find_date(line))
    FoundDate(written='2012-10-05', start=11, end=31)
    FoundDate(written='2012-02-27 21:50', start=0, end=37)
    None
    """
    plain = unaccented(line[:_LONGEST])
    found = [(hit.start(), hit, order) for form, order in _FORMS if (hit := form.search(plain))]
    for _, hit, order in sorted(found, key=lambda item: item[0]):
        year, month, day = (_MONTHS.get(hit[group]) or int(hit[group]) for group in order)
        if not (1600 < year < 2200 and 1 <= month <= 12 and 1 <= day <= 31):
            continue
        before = _BEFORE.search(plain[: hit.start()])
        start = before.start() if before else hit.start()
        after = _AFTER.match(plain, hit.end())
        end = after.end() if after else hit.end()
        written = f"{year:04}-{month:02}-{day:02}"
        time = _TIME.match(plain, end)
        if time:
            hour, half = int(time[1]), time[4]
            if not half or 1 <= hour <= 12:
                hour = hour % 12 + 12 * (half == "p") if half else hour
                written, end = f"{written} {hour:02}:{time[2]}" + (f":{time[3]}" if time[3] else ""), time.end()
        return FoundDate(written, start, len(plain[:end].rstrip()))
    return None
