"""Dates as newspapers and exports write them, read strictly.

What is read: `2025-03-04`, with or without time and zone; `2025/3/4`; `20250304`; `March 4, 2025`; `4 March 2025`;
`Tue 4 Mar 2025 09.30 GMT`; `Mar. 4, 2025, 9:30 a.m. ET`; `Updated: ...`; `25/03/2024`; and, from formats that have
numbers (JSON), seconds or milliseconds since 1970. A time is kept as it is written and its zone dropped: `published`
is the clock of the newsroom, so that an article stays on the day on which it was printed.

`03/04/2024` may be two days and is read only with `dayfirst=`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.typing import NaTType

from analysis.reading.strings import as_strings

__all__ = ["parse_date", "parse_dates"]

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(?:Z|UTC|[+-]\d\d:?\d\d)?)?", re.A)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)Z?)?", re.A)
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {form.lower(): number for number, name in enumerate(_NAMES, 1) for form in (name, name[:3])} | {"sept": 9}
_LABEL = re.compile(
    r"\s*(?:(?:first|last|originally)\s+)?(?:published|updated|posted|modified|created|issued|date|on|as of)\b"
    r"(?:\s+(?:on|at))?\s*[:\-–—]?\s*",
    re.I,
)
_SECOND_DATE = re.compile(r"\s*(?:[|•·]|\(?\s*\b(?:last\s+)?(?:updated|modified)\b).*", re.I | re.S)
_WEEKDAY = re.compile(r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b\.?,?", re.I)
_ZONE = r"(?:\(?(?:UTC|GMT)(?:\s*[+-]\s*\d{1,2}(?::?\d\d)?)?\)?|\(?[A-Z]{1,4}T\)?|Z|[+-]\d\d:?\d\d)"
_TIME = re.compile(
    rf"(?:\bat\s+)?(?<![\d/.\-])(\d{{1,2}})(?:[:.](\d\d)(?:[:.](\d\d)(?:\.\d+)?)?\s*([ap]\.?\s?m\b\.?)?|\s*([ap]\.?\s?m\b\.?))"
    rf"(?![\d/.\-]\d)(?:\s*{_ZONE})?(?:\s*{_ZONE})?",
    re.I,
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.I)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.A)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.A)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?[\s-]+(\d{1,2})[\s,-]+(\d{4})", re.A | re.I)
_DAY_MONTH = re.compile(r"(\d{1,2})[\s.-]*(?:of\s+)?([a-z]{3,9})\.?[\s,-]+(\d{4}|(?<=-)\d\d)", re.A | re.I)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[\s,-]+([a-z]{3,9})\.?[\s-]+(\d{1,2})", re.A | re.I)
_LONGEST = 80
# Of years that are surely within those that datetime64[ns] holds.
_PLAIN = r"^(?:1[7-9]|20|21)\d\d-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ?)?$"
_NAT = np.iinfo(np.int64).min


def parse_date(value: object, dayfirst: bool | None = None) -> tuple[pd.Timestamp | NaTType, str | None]:
    """Read one date.

    Parameters
    ----------
    value
        A string, a date, or a number (seconds or milliseconds since 1970, or 20250304).
    dayfirst
        How to read `03/04/2024`: True for 3 April, False for 4 March; None leaves it unread.

    Returns
    -------
    tuple of Timestamp and (str or None)
        The moment without zone, or NaT; and the problem, None where there is none. A missing value is no problem.

    Examples
    --------
    >>> parse_date("Tue 4 Mar 2025 09.30 GMT")
    (Timestamp('2025-03-04 09:30:00'), None)
    >>> parse_date("31/02/2024")
    (NaT, "'published' is not a date: '31/02/2024'. Use YYYY-MM-DD.")
    >>> parse_date("03/04/2024")[1]
    "'published' is ambiguous: '03/04/2024' is 3 April or 4 March. Use YYYY-MM-DD, or say dayfirst=True or False."
    >>> parse_date("03/04/2024", dayfirst=True)[0]
    Timestamp('2024-04-03 00:00:00')
    """
    try:
        found = _read(value, dayfirst)
    except _AmbiguousError as either:
        return pd.NaT, str(either)
    except (ValueError, OverflowError):
        found = None
        shown = value if isinstance(value, str) else str(value)
        shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
        return pd.NaT, f"'published' is not a date: {shown!r}. Use YYYY-MM-DD."
    return (pd.NaT, None) if found is None else (found, None)


def parse_dates(
    values: Sequence[Any] | pd.Series[Any], dayfirst: bool | None = None
) -> tuple[npt.NDArray[np.datetime64], dict[int, str]]:
    """Read a column of dates; each distinct value is read once.

    Returns
    -------
    tuple of array and dict
        `datetime64[ns]`, NaT where unread; and position to problem.

    Examples
    --------
    >>> moments, problems = parse_dates(["2024-02-01", "", "31/02/2024"])
    >>> moments.astype("datetime64[D]").astype(str).tolist(), list(problems)
    (['2024-02-01', 'NaT', 'NaT'], [2])
    """
    strings = as_strings(values)
    if strings is not None:
        encoded = strings.dictionary_encode()
        moments, said = _parsed_strings(encoded.dictionary, dayfirst)
        places = encoded.indices.fill_null(len(moments)).to_numpy()
        wrong = np.flatnonzero(np.isin(places, list(said))).tolist() if said else []
        return np.append(moments, _NAT)[places].view("datetime64[ns]"), {place: said[places[place]] for place in wrong}
    read: dict[Hashable, tuple[int, str | None]] = {}
    out = np.empty(len(values), dtype=np.int64)
    problems: dict[int, str] = {}
    for position, value in enumerate(values):
        key: Hashable = value if isinstance(value, Hashable) else repr(value)
        if key not in read:
            read[key] = _parsed(value, dayfirst)
        out[position], found = read[key]
        if found:
            problems[position] = found
    return out.view("datetime64[ns]"), problems


def _parsed_strings(values: pa.Array, dayfirst: bool | None) -> tuple[npt.NDArray[np.int64], dict[int, str]]:
    """Read distinct strings: nanoseconds since 1970, and place to problem. Most are as ISO 8601 has them."""
    moments = np.full(len(values), _NAT, np.int64)
    problems: dict[int, str] = {}
    plain = pc.match_substring_regex(values, _PLAIN).to_numpy(zero_copy_only=False)
    try:
        seconds = np.array(pc.utf8_slice_codeunits(values.filter(pa.array(plain)), 0, 19).to_pylist(), "datetime64[s]")
    except ValueError:  # some day that no month has
        plain[:] = False
    else:
        moments[plain] = seconds.astype("datetime64[ns]").view(np.int64)
    for place in np.flatnonzero(~plain).tolist():
        moments[place], problem = _parsed(values[place].as_py(), dayfirst)
        if problem:
            problems[place] = problem
    return moments, problems


def _parsed(value: object, dayfirst: bool | None) -> tuple[int, str | None]:
    moment, problem = parse_date(value, dayfirst)
    return moment.as_unit("ns").value if isinstance(moment, pd.Timestamp) else _NAT, problem


class _AmbiguousError(Exception):
    """Two days are possible."""


def _read(value: object, dayfirst: bool | None) -> pd.Timestamp | None:
    """The moment, or None for a missing value; ValueError for what is no date."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        text = value.strip()
        return _moment(_read_text(text, dayfirst)) if text else None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else _moment(pd.Timestamp(value))
    if isinstance(value, dt.date):  # datetime and Timestamp are dates too
        return _moment(pd.Timestamp(value).replace(tzinfo=None))
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return _moment(_read_number(float(value)))
    raise ValueError


def _moment(when: dt.datetime | pd.Timestamp) -> pd.Timestamp:
    stamp = pd.Timestamp(when)
    if not 1678 <= stamp.year <= 2261:  # what datetime64[ns] holds
        raise ValueError
    return stamp.as_unit("ns")


def _read_number(number: float) -> dt.datetime:
    if 16780101 <= number <= 22611231 and number.is_integer():
        return _day(*_parts(int(number)))
    if 1e11 <= abs(number) < 1e14:
        number /= 1000
    if not 1e8 <= abs(number) < 1e11:
        raise ValueError
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=number)  # noqa: DTZ001 - naive on purpose: UTC is all there is


def _parts(number: int) -> tuple[int, int, int]:
    """Year, month and day of 20250304.

    Examples
    --------
    >>> _parts(20250304)
    (2025, 3, 4)
    """
    return number // 10000, number // 100 % 100, number % 100


def _day(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day)  # noqa: DTZ001 - a newspaper's date has no zone


def _read_text(text: str, dayfirst: bool | None) -> dt.datetime:
    if iso := _ISO.fullmatch(text):
        return dt.datetime.fromisoformat(f"{iso[1]}T{iso[2][:15]}" if iso[2] else iso[1])
    if compact := _COMPACT.fullmatch(text):
        return dt.datetime(*(int(part) for part in compact.groups() if part))  # type: ignore[arg-type]  # noqa: DTZ001
    if len(text) > _LONGEST:
        raise ValueError
    rest = _SECOND_DATE.sub("", _LABEL.sub("", text, count=1)) if _LABEL.match(text) else _SECOND_DATE.sub("", text)
    rest, hour, minute, second = _without_time(rest)
    rest = _ORDINAL.sub("", _WEEKDAY.sub(" ", rest))
    rest = " ".join(rest.split()).strip(" ,;-–—|@")
    iso = _ISO.fullmatch(rest)
    day = dt.datetime.fromisoformat(iso[1]) if iso else _read_day(rest, text, dayfirst)
    return day.replace(hour=hour, minute=minute, second=second)


def _without_time(text: str) -> tuple[str, int, int, int]:
    hit = _TIME.search(text)
    if not hit:
        return text, 0, 0, 0
    hour, minute, second = int(hit[1]), int(hit[2] or 0), int(hit[3] or 0)
    half = (hit[4] or hit[5] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{text[: hit.start()]} {text[hit.end() :]}", hour, minute, second


def _read_day(rest: str, text: str, dayfirst: bool | None) -> dt.datetime:
    if hit := _YEAR_FIRST.fullmatch(rest):
        return _day(int(hit[1]), int(hit[2]), int(hit[3]))
    if hit := _NUMBERS.fullmatch(rest):
        return _read_numbers(int(hit[1]), int(hit[3]), int(hit[4]), text, dayfirst)
    if hit := _MONTH_DAY.fullmatch(rest):
        return _day(int(hit[3]), _month(hit[1]), int(hit[2]))
    if hit := _DAY_MONTH.fullmatch(rest):
        return _day(_year(hit[3]), _month(hit[2]), int(hit[1]))
    if hit := _YEAR_MONTH_DAY.fullmatch(rest):
        return _day(int(hit[1]), _month(hit[2]), int(hit[3]))
    raise ValueError


def _read_numbers(first: int, second: int, year: int, text: str, dayfirst: bool | None) -> dt.datetime:
    if first > 12 or second > 12 or first == second:
        day, month = (first, second) if first > 12 else (second, first)
        return _day(year, month, day)
    if dayfirst is None:
        one, other = _day(year, second, first), _day(year, first, second)
        days = f"{one.day} {_NAMES[one.month - 1]} or {other.day} {_NAMES[other.month - 1]}"
        raise _AmbiguousError(
            f"'published' is ambiguous: {text!r} is {days}. Use YYYY-MM-DD, or say dayfirst=True or False."
        )
    return _day(year, second, first) if dayfirst else _day(year, first, second)


def _year(text: str) -> int:
    """A year of two digits (12-Mar-24, as Excel writes it) lies within 1969-2068, as in POSIX."""
    number = int(text)
    return number if len(text) == 4 else number + (1900 if number >= 69 else 2000)


def _month(name: str) -> int:
    number = _MONTHS.get(name.lower())
    if number is None:
        raise ValueError
    return number
