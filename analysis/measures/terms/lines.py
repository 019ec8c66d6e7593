"""Keyword in context over articles that are read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from analysis.corpus import NOTE_COLUMNS, SET_ASIDE_COLUMNS, Corpus
from analysis.errors import InputError, choose
from analysis.reading.articles import _empty_frame, _identify, _name_outlets, _table
from analysis.reading.files import find_files
from analysis.reading.pieces import Piece, pieces
from analysis.reading.read import _as_list, _listed, _nothing
from analysis.reading.rows import PROBLEM_KINDS, Log
from analysis.text.fragments import VOICES, Voice, in_voice
from analysis.text.patterns import find
from analysis.text.tokens import tokens_of

from .concordance import checked, in_context

__all__ = ["Lines"]

# Articles that are read and searched together.
_TOGETHER = 1000


class Lines:
    """The lines of a source that is read piece by piece, a table for each piece.

    Which identifier an article has and how its outlet is spelled only all articles together tell; so the tables have
    `article`, the article's number, and outlets as written, until `named`, after the last of them, puts that right.

    Parameters
    ----------
    source, pattern, window, limit, columns, dayfirst, progress, voice
        As for `concordance`.

    Attributes
    ----------
    n_lines, n_found
        Lines so far, those beyond the limit too, and the articles that have them.

    Examples
    --------
    >>> lines = Lines(pd.DataFrame({"outlet": ["The Herald", "Herald"], "text": ["Rain fell.", "No rain."]}), "rain")
    >>> found = list(lines)
    >>> lines.named(found[0])[["outlet", "left", "keyword"]].to_dict("records")
    [{'outlet': 'Herald', 'left': '', 'keyword': 'Rain'}, {'outlet': 'Herald', 'left': 'No', 'keyword': 'rain'}]
    """

    def __init__(
        self,
        source: Any,
        pattern: str,
        *,
        window: int = 8,
        limit: int | None = None,
        columns: Mapping[str, str] | None = None,
        dayfirst: bool | None = None,
        progress: bool = False,
        voice: Voice = "all",
    ) -> None:
        self._patterns, self._voice = checked(pattern, window, limit), voice
        choose("voice", voice, VOICES)
        self._source, self._window, self._limit, self._progress = _as_list(source), window, limit, progress
        self._pieces = pieces(self._source, columns=columns, dayfirst=dayfirst, articles=_TOGETHER)
        self.n_lines = self.n_found = 0
        self._log = Log()
        self._given: list[str | None] = []
        self._hashes: list[str] = []
        self._outlets: list[str | None] = []
        self._names: tuple[pd.Index, pd.Series[str]] | None = None

    def __iter__(self) -> Iterator[pd.DataFrame]:
        bar = tqdm(
            total=_size(self._source) if self._progress else None,
            desc="Searching",
            unit="B",
            unit_scale=True,
            leave=False,
            disable=None if self._progress else True,
        )
        spellings: dict[str | None, str | None] = {}  # one string for all articles of an outlet
        with bar:
            for piece in self._pieces:
                corpus = self._read(piece)
                start = len(self._given)
                given, hashes = corpus._remembered["identity"]
                outlets = [value if isinstance(value, str) else None for value in corpus.articles["outlet"]]
                self._given += given
                self._hashes += hashes
                self._outlets += [spellings.setdefault(value, value) for value in outlets]
                corpus = in_voice(corpus, self._voice)
                position = find(tokens_of(corpus), self._patterns).position
                room = None if self._limit is None else max(self._limit - self.n_lines, 0)
                self.n_lines += len(position)
                starts = tokens_of(corpus).terms.starts
                self.n_found += len(np.unique(np.searchsorted(starts, position, side="right")))
                table = in_context(corpus, position[:room], self._patterns, self._window)
                yield table.assign(article=table["article"] + start)
                bar.set_postfix_str(f"{len(self._given):,} articles, {self.n_lines:,} lines", refresh=False)
                bar.update(piece.n_bytes)
        if not self._given:
            problems = self._log.problems()
            raise InputError(_listed(problems) if problems else _nothing(self._source))

    def problems(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what could not be read as meant: rows of `Corpus.set_aside` and of `Corpus.notes`."""
        notes = list(dict.fromkeys(self._log.notes))  # what is said of a whole file is said once for each piece
        return _table(self._log.set_aside, SET_ASIDE_COLUMNS, []), _table(notes, NOTE_COLUMNS, [])

    def _read(self, piece: Piece) -> Corpus:
        try:
            corpus = piece.read()
        except OSError as error:
            self._log.aside(piece.name, None, None, "file", f"cannot be read: {error.strerror or error}.")
            corpus = Corpus(_empty_frame())
            corpus._remembered["identity"] = ([], [])
        for path, row, kind, reason in _faults(corpus.set_aside, "reason"):
            self._log.aside(path, row, None, kind, reason)
        for path, row, kind, message in _faults(corpus.notes, "message"):
            self._log.note(path, row, None, kind, message)
        return corpus

    def named(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Return lines under the identifiers and outlets of their articles; all pieces must have been read."""
        if self._names is None:
            nothing = pd.array([None] * len(self._outlets), dtype="str")
            frame = pd.DataFrame({"outlet": pd.array(self._outlets, dtype="str"), "section": nothing})
            log = Log()  # what is noted of names is no fault
            frame, ids = _identify(frame, self._given, self._hashes, None, log)
            outlets = _name_outlets(frame, log, fold=True)["outlet"]
            self._names = pd.Index(pd.array(ids, dtype="str")), outlets
            self._given, self._hashes, self._outlets = [], [], []
        index, outlets = self._names
        article = lines["article"].to_numpy()
        named = lines.drop(columns="article").assign(outlet=outlets.array.take(article))
        named.insert(0, "article_id", index.take(article))
        return named


def _size(source: list[Any]) -> int:
    """Return about how many bytes there are to read."""
    files = find_files([one for one in source if not isinstance(one, pd.DataFrame)], Log())
    return sum(file.n_bytes for file in files)


def _faults(table: pd.DataFrame, said: str) -> Iterator[tuple[str, int | None, str, str]]:
    faults = table[table["kind"].isin(PROBLEM_KINDS)]
    for path, row, kind, words in zip(*(faults[name] for name in ("path", "row", "kind", said)), strict=True):
        yield path, None if pd.isna(row) else int(row), kind, words
