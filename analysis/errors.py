"""The kit's errors. Each message says what, which, what it got and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

__all__ = [
    "AnalysisError",
    "CodebookError",
    "InputError",
    "OptionError",
    "TablesError",
    "at_least",
    "check_level",
    "choose",
    "no_less",
]


class AnalysisError(Exception):
    """Base of every error that the kit raises on purpose; the command line prints it without a traceback."""


class InputError(AnalysisError):
    """A file, row or column that cannot be read as an article."""


class CodebookError(InputError):
    """A codebook or lexicon that is not well formed; names the file and the line."""


class OptionError(AnalysisError, ValueError):
    """An argument outside its choices."""


class TablesError(AnalysisError):
    """A folder of measured tables that is missing, incomplete or made by another version."""


def choose(name: str, got: object, choices: Iterable[object]) -> None:
    """Raise `OptionError` unless `got` is one of `choices`.

    Examples
    --------
    >>> choose("by", "source", ["outlet", "month"])
    Traceback (most recent call last):
    analysis.errors.OptionError: `by` must be one of 'outlet', 'month'; got 'source'.
    """
    known = list(choices)
    if got not in known:
        raise OptionError(f"`{name}` must be one of {', '.join(repr(choice) for choice in known)}; got {got!r}.")


def no_less(name: str, got: float, least: float, use: str = "") -> None:
    """Raise `OptionError` unless `got` is `least` or more; `use` says what to use.

    Examples
    --------
    >>> no_less("seed", -1, 0, "Use 0.")
    Traceback (most recent call last):
    analysis.errors.OptionError: `seed` must be 0 or more; got -1. Use 0.
    """
    if not got >= least:
        raise OptionError(f"`{name}` must be {least} or more; got {got!r}. {use}".rstrip())


def at_least(name: str, got: object, least: int) -> int:
    """Return `got`, or raise `OptionError` unless it is a whole number of `least` or more.

    Examples
    --------
    >>> at_least("window", 2.5, 1)
    Traceback (most recent call last):
    analysis.errors.OptionError: `window` must be a whole number, 1 or more; got 2.5.
    """
    if isinstance(got, bool) or not isinstance(got, Integral) or got < least:
        raise OptionError(f"`{name}` must be a whole number, {least} or more; got {got!r}.")
    return int(got)


def check_level(level: float) -> None:
    """Raise `OptionError` unless an interval can have that level.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    analysis.errors.OptionError: `level` must be between 0 and 1; got 95. Use 0.95 for a 95 % interval.
    """
    if not 0 < level < 1:
        raise OptionError(f"`level` must be between 0 and 1; got {level!r}. Use 0.95 for a 95 % interval.")
