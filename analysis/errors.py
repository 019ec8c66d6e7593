"""The kit's errors. Each message says what, which, what it got and what to do."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["AnalysisError", "CodebookError", "InputError", "OptionError", "TablesError", "choose"]


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
