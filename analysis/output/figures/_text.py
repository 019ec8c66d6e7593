"""Words and numbers as a reader of a figure meets them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable

import pandas as pd

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def clean(value: object) -> str:
    """Return text without control characters, lone surrogates or marks that turn the direction of what follows."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "not given"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    kept = []
    for letter in str(value):
        kind = unicodedata.category(letter)
        if kind in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif kind == "Cs":
            kept.append("\ufffd")
        elif not ("\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069" or letter in "\ufffe\uffff"):
            kept.append(letter)
    return " ".join("".join(kept).split())


def short(value: object, most: int = 32) -> str:
    """Return a label of at most `most` characters."""
    text = clean(value)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def plain(value: float, digits: int | None = None) -> str:
    """Return a number for people: a true minus sign, thousands set apart, no needless zeros unless digits are asked."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}" if digits is not None else f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    return text.replace("-", "−")


def count(n: int, noun: str) -> str:
    """Return '1 article', '1,200 articles'.

    >>> count(1, "article"), count(1200, "entity")
    ('1 article', '1,200 entities')
    """
    return f"{n:,} {noun if n == 1 else plural(noun)}"


def count_of(n: int, n_all: int, noun: str) -> str:
    """Return '2 of 14 outlets', '14 outlets' where it is all of them.

    >>> count_of(2, 14, "outlet"), count_of(14, 14, "outlet")
    ('2 of 14 outlets', '14 outlets')
    """
    return count(n, noun) if n == n_all else f"{n:,} of {count(n_all, noun)}"


def plural(noun: str) -> str:
    """Return the plural of a column's name."""
    noun = noun.replace("_", " ")
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else f"{noun}s"


def listed(words: Iterable[str]) -> str:
    """Return 'a, b and c'."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def quoted(words: Iterable[object], most: int = 24) -> str:
    """Return '“a”, “b” and “c”'."""
    return listed(f"“{short(word, most)}”" for word in words)


def period_names(dates: Iterable[pd.Timestamp]) -> Callable[[pd.Timestamp], str]:
    """Return how to name these periods on an axis by their first days: 3 Jan 2024, Jan 2024 or 2024."""
    unique = set(dates)
    if any(date.day != 1 for date in unique):
        return lambda date: f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
    if len(unique) > 1 and all(date.month == 1 for date in unique):
        return lambda date: str(date.year)
    return lambda date: f"{_MONTHS[date.month - 1]} {date.year}"


def period_phrases(dates: Iterable[pd.Timestamp]) -> Callable[[pd.Timestamp], str]:
    """Return how to name these periods in a sentence: on 3 Jan 2024, in the week of 1 Jan 2024, in Jan–Mar 2024."""
    unique = set(dates)
    name = period_names(unique)
    if any(date.day != 1 for date in unique):
        mondays = len(unique) > 1 and all(date.weekday() == 0 for date in unique)
        return lambda date: f"{'in the week of' if mondays else 'on'} {name(date)}"
    quarters = len(unique) > 2 and all(date.month in (1, 4, 7, 10) for date in unique)
    if quarters and any(date.month != 1 for date in unique):
        return lambda date: f"in {_MONTHS[date.month - 1]}–{_MONTHS[date.month + 1]} {date.year}"
    return lambda date: f"in {name(date)}"


def digits_of(values: Iterable[float], least: int) -> int:
    """Return how many digits after the point tell these values apart, `least` or more.

    >>> digits_of([-0.02, 0.01], 2), digits_of([0.001, 0.003], 2), digits_of([8.0, 12.0], 1)
    (2, 3, 1)
    """
    known = [float(value) for value in values if math.isfinite(value)]
    width = max(known) - min(known) or max(map(abs, known)) if known else 0.0
    # At least two steps of the last digit lie between the ends; the small addition is for 0.003 - 0.001 < 0.002.
    return least if width <= 0 else min(max(least, -math.floor(math.log10(width / 2) + 1e-9)), 6)


def signed(value: float, digits: int = 2) -> str:
    """Return a number with its sign, two digits after the point.

    >>> signed(0.1), signed(-0.25), signed(-0.001)
    ('+0.10', '−0.25', '0.00')
    """
    text = plain(value, digits)
    return text if text.startswith("−") or not text.strip("0.") or not math.isfinite(value) else f"+{text}"


def rate(value: float, digits: int = 0) -> str:
    """Return a rate with one digit after the point, two where it is below 1, or as many as are asked."""
    return plain(value, max(1 if abs(value) >= 1 else 2, digits))


def spaced(name: object, most: int = 26) -> str:
    """Return a name made for machines (`human_interest`) with spaces."""
    return short(clean(name).replace("_", " "), most)


def sentence(text: str) -> str:
    """Return a text that begins with a capital."""
    return f"{text[:1].upper()}{text[1:]}"


def each(sizes: pd.Series, where: str) -> str:
    """Return ', 3 to 12 in a period', or nothing where there is one size only to tell."""
    few, many = int(sizes.min()), int(sizes.max())
    if len(sizes) == 1:
        return ""
    return f", {few:,} to {many:,} in {where}" if few < many else f", {few:,} in {where}"


def not_shown(hidden: int, by: str | None, size: str = "articles") -> str:
    """Return 'N outlets with fewer articles not shown', or nothing."""
    return f"{count(hidden, by or 'group')} with fewer {size} not shown" if hidden else ""


def interval(levels: pd.Series | None) -> str:
    """Return '95% interval', or 'interval' where the table does not say which."""
    known = [] if levels is None else sorted(set(levels.dropna()))
    return f"{plain(float(known[0]) * 100)}% interval" if len(known) == 1 else "interval"
