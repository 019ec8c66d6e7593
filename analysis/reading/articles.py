"""From rows as a file has them to rows of the articles table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.corpus import ARTICLE_COLUMNS, NOTE_COLUMNS, SET_ASIDE_COLUMNS, Corpus
from analysis.errors import InputError
from analysis.kernels import utf8
from analysis.reading.bylines import split_authors
from analysis.reading.columns import map_columns, suggest
from analysis.reading.dates import parse_dates
from analysis.reading.encodings import clean, decode, storable
from analysis.reading.languages import fill_languages
from analysis.reading.outlets import normalise_outlets
from analysis.reading.rows import Batch, Log
from analysis.reading.strings import ENGLISH, UNCLEAN, UNTIDY, as_series, as_strings, by_value, look

__all__ = ["Part", "article_hash", "join_parts", "make_part"]

_STRINGS = ("outlet", "section", "title", "authors", "url", "language")
#: Where a record in place of a string keeps the string: NewsAPI's source, the New York Times's headline and byline.
_INNER = ("name", "main", "original", "title", "text", "value", "full_name")


@dataclass
class Part:
    """Articles of one batch before they have their identifiers."""

    frame: pd.DataFrame
    given: list[str | None]
    hashes: list[str]
    names: set[str]
    log: Log


def article_hash(outlet: str | None, title: str | None, published: str, text: str | memoryview) -> str:
    """The identifier of an article that brings none: 12 hex digits of BLAKE2b.

    The digest (6 bytes) is of the UTF-8 bytes of outlet, title, date (`YYYY-MM-DD`) and text, in this order, with one
    zero byte between two of them; what is missing is empty. Outlet and title are as written (white space trimmed,
    before outlets are normalised), so that an article's identifier does not depend on what else is read. The text may
    also be given as its bytes.

    Examples
    --------
    >>> article_hash("Gazette", None, "2024-03-01", "Rain fell.")
    'f6c823d44848'
    """
    digest = hashlib.blake2b(f"{outlet or ''}\0{title or ''}\0{published}\0".encode(), digest_size=6)
    digest.update(text.encode() if isinstance(text, str) else text)
    return digest.hexdigest()


def make_part(batch: Batch, columns: Mapping[str, str] | None, dayfirst: bool | None, *, with_path: bool) -> Part:
    """Map, clean and complete the columns of one batch.

    Raises
    ------
    InputError
        If no column holds the text; the message is without the file's name.
    """
    names = [str(name) for name in batch.columns]
    mapping = map_columns(names, columns)
    log = batch.log
    if "text" not in mapping:
        if len(batch) or not (log.set_aside or log.notes):
            raise InputError(suggest(names))
        return Part(_empty_frame(), [], [], set(names), log)
    _note_candidates(batch, mapping, log)
    raw = {ours: _coalesce([batch.columns[name] for name in theirs]) for ours, theirs in mapping.items()}
    strings = as_strings(raw["text"])
    keep = [True] * len(batch) if strings is not None else _well_formed(batch, raw["text"], log)
    texts, said = _clean_texts(batch, raw["text"] if strings is None else strings, log)
    ready = {name: _clean_column(batch, name, raw.get(name), log) for name in _STRINGS}
    ready["authors"] = by_value(ready["authors"], split_authors)
    moments, problems = parse_dates(raw.get("published", [None] * len(batch)), dayfirst)
    for position, problem in problems.items():
        path, row = batch.dates.get(position, (batch.paths[position], batch.rows[position]))
        log.note(path, row, position, "date", problem)
    hashes = _hashes(ready["outlet"], ready["title"], moments, texts)
    languages = fill_languages(ready["language"].to_pylist(), (said & ENGLISH).astype(bool).tolist(), texts)
    ready |= {"text": texts, "language": pa.array(languages, pa.large_string())}
    frame = pd.DataFrame({name: moments if name == "published" else as_series(ready[name]) for name in ARTICLE_COLUMNS})
    frame = _with_extras(frame, batch, mapping, columns or {}, with_path)
    given = [_as_text(value) for value in raw.get("article_id", [None] * len(batch))]
    given = [storable(value).replace("\0", "") if value else None for value in given]
    part = Part(frame, [value.strip() or None if value else None for value in given], hashes, set(names), log)
    return part if all(keep) else _drop(part, keep)


def _empty_frame() -> pd.DataFrame:
    kinds = {name: "datetime64[ns]" if name == "published" else "str" for name in ARTICLE_COLUMNS}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _note_candidates(batch: Batch, mapping: Mapping[str, list[str]], log: Log) -> None:
    path = batch.paths[0] if batch.paths else ""
    for ours, theirs in mapping.items():
        if len(theirs) > 1:
            others = ", ".join(map(repr, theirs[1:]))
            words = f"{ours!r} was read from {theirs[0]!r}, and where that is empty from {others}"
            log.note(path, None, None, "columns", words)


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _coalesce(candidates: Sequence[Sequence[Any] | pd.Series[Any]]) -> Sequence[Any] | pd.Series[Any]:
    if len(candidates) == 1:
        return candidates[0]
    best, *others = map(_listed, candidates)
    for values in others:
        best = [b if _missing(a) or a == "" else a for a, b in zip(best, values, strict=True)]
    return best


def _listed(values: Sequence[Any] | pd.Series[Any]) -> list[Any]:
    strings = as_strings(values)
    return list(values) if strings is None else strings.to_pylist()


def _as_text(value: Any, joint: str = "\n\n") -> str | None:
    """A cell as a string, None where it is empty; lists are joined, of a record its name is taken."""
    if type(value) is str:
        return value
    if _missing(value):
        return None
    if isinstance(value, (list, tuple, np.ndarray)):
        return joint.join(part for item in value if (part := _as_text(item, joint))) or None
    if isinstance(value, Mapping):
        return next((text for name in _INNER if (text := _as_text(value.get(name), joint))), None)
    if isinstance(value, bytes):
        try:
            return decode(value)[0]
        except InputError:
            return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _well_formed(batch: Batch, texts: Sequence[Any] | pd.Series[Any], log: Log) -> list[bool]:
    keep = []
    for position, value in enumerate(texts):
        fine = not isinstance(value, Mapping) or _as_text(value) is not None
        keep.append(fine)
        if not fine:
            words = "'text' is a record, not a text. Say which column holds the text: columns={'theirs': 'text'}."
            log.aside(batch.paths[position], batch.rows[position], None, "row", words, str(value)[:500])
    return keep


def _clean_texts(batch: Batch, values: Iterable[Any], log: Log) -> tuple[pa.Array, NDArray[np.uint8]]:
    """Clean the texts; return them with what `look` says of them."""
    texts = as_strings(values)
    if texts is None:
        every = [_cleaned(batch, "text", place, _as_text(value) or "", log) for place, value in enumerate(values)]
        texts = pa.array(every, pa.large_string())
        return texts, look(texts)
    texts = texts.fill_null("")
    said = look(texts)
    unclean = (said & UNCLEAN).astype(bool)
    if unclean.any():
        cleaned = _cleaned_where(batch, "text", texts, unclean, log)
        said[unclean] = look(cleaned)
        texts = pc.replace_with_mask(texts, pa.array(unclean), cleaned)
    return texts, said


def _clean_column(batch: Batch, name: str, values: Sequence[Any] | pd.Series[Any] | None, log: Log) -> pa.Array:
    """Clean every value of another column than the text: runs of white space become one space, and none is empty."""
    if values is None:
        return pa.nulls(len(batch), pa.large_string())
    strings = as_strings(values)
    if strings is None:
        every = [_cleaned(batch, name, place, _as_text(value, "; "), log) for place, value in enumerate(values)]
        strings = pa.array(every, pa.large_string())
    else:
        untidy = pc.match_substring_regex(strings, UNTIDY).fill_null(False).to_numpy(zero_copy_only=False)
        if untidy.any():
            strings = pc.replace_with_mask(strings, pa.array(untidy), _cleaned_where(batch, name, strings, untidy, log))
    return pc.if_else(pc.equal(strings, ""), pa.scalar(None, pa.large_string()), strings)


def _cleaned_where(batch: Batch, name: str, strings: pa.Array, where: NDArray[np.bool_], log: Log) -> pa.Array:
    values = strings.filter(pa.array(where)).to_pylist()
    places = np.flatnonzero(where).tolist()
    cleaned = [_cleaned(batch, name, place, value, log) for place, value in zip(places, values, strict=True)]
    return pa.array(cleaned, pa.large_string())


def _cleaned(batch: Batch, name: str, position: int, value: str | None, log: Log) -> str | None:
    if value is None:
        return None
    text, notes = clean(value)
    for kind, message in notes:
        words = message if name == "text" else f"{name}: {message}"
        log.note(batch.paths[position], batch.rows[position], position, kind, words)
    return text if name == "text" else " ".join(text.split())


def _hashes(outlets: pa.Array, titles: pa.Array, moments: NDArray[np.datetime64], texts: pa.Array) -> list[str]:
    days = [day if day != "NaT" else "" for day in np.datetime_as_string(moments, unit="D").tolist()]
    data, offsets = utf8(texts)
    view = data.data
    fields = zip(outlets.to_pylist(), titles.to_pylist(), days, pairwise(offsets.tolist()), strict=True)
    return [article_hash(outlet, title, day, view[begin:end]) for outlet, title, day, (begin, end) in fields]


def _with_extras(
    frame: pd.DataFrame, batch: Batch, mapping: Mapping[str, list[str]], columns: Mapping[str, str], with_path: bool
) -> pd.DataFrame:
    used = {theirs[0] for theirs in mapping.values()}
    extras: dict[str, Any] = {}
    for name, values in batch.columns.items():
        if str(name) in used and columns.get(str(name), mapping_name(mapping, str(name))) in (
            *ARTICLE_COLUMNS,
            "article_id",
        ):
            continue
        shown = columns.get(str(name), str(name))
        if shown in (*ARTICLE_COLUMNS, "article_id") or shown in extras:
            shown = f"{shown}_as_written"
        extras[shown] = _extra(values, batch.guess_types)
    if with_path and "path" not in extras:
        extras["path"] = pd.array(batch.paths, dtype="str")
    return pd.concat([frame, pd.DataFrame(extras, index=frame.index)], axis=1) if extras else frame


def mapping_name(mapping: Mapping[str, list[str]], theirs: str) -> str:
    """Ours for theirs."""
    return next((ours for ours, names in mapping.items() if names[0] == theirs), theirs)


def _extra(values: Sequence[Any] | pd.Series[Any], guess_types: bool) -> pd.Series:
    if isinstance(values, pd.Series) and values.dtype != object:
        return values.reset_index(drop=True)
    strings = as_strings(values)
    if strings is not None and strings.null_count < len(strings):
        series = pd.Series(as_series(strings))
    else:
        series = pd.Series([storable(value) if isinstance(value, str) else value for value in values])
    return _numbers(series) if guess_types else series


def _numbers(series: pd.Series) -> pd.Series:
    """Strings as numbers if all of them are, but never codes such as 007."""
    filled = series.dropna()
    if filled.empty or filled.astype(str).str.match(r"\s*[+-]?0\d|.*_").any():
        return series
    try:
        return pd.to_numeric(series)
    except (ValueError, TypeError):
        return series


def _drop(part: Part, keep: Sequence[bool]) -> Part:
    position = {old: new for new, old in enumerate(i for i, kept in enumerate(keep) if kept)}
    log = Log(
        [(p, r, None if a is None else position.get(a), *rest) for p, r, a, *rest in part.log.set_aside],  # type: ignore[misc]
        [(p, r, None if a is None else position.get(a), *rest) for p, r, a, *rest in part.log.notes],  # type: ignore[misc]
    )
    kept = list(position)
    return Part(
        part.frame[list(keep)].reset_index(drop=True),
        [part.given[i] for i in kept],
        [part.hashes[i] for i in kept],
        part.names,
        log,
    )


def join_parts(parts: Sequence[Part], *, seen: Counter[str] | None = None, fold_outlets: bool = True) -> Corpus:
    """Make one corpus of parts that stand in the order of path and row.

    Parameters
    ----------
    parts
        What `make_part` returned.
    seen
        Identifiers of earlier batches of the same reading, which it counts on: given identifiers are then kept, and a
        repeated one is an error. Without it, given identifiers are kept if they are unique in all parts.
    fold_outlets
        Whether spellings of one outlet are folded, which takes the whole corpus, or only their sections split off.

    Raises
    ------
    InputError
        If a given identifier repeats across batches.
    """
    log = Log()
    start = 0
    for part in parts:
        log.extend(part.log, by=start)
        start += len(part.frame)
    log.notes = list(dict.fromkeys(log.notes))  # what is said of a whole file is said once for each batch
    frame = _concatenated([part.frame for part in parts if len(part.frame)])
    given = [value for part in parts for value in part.given]
    hashes = [value for part in parts for value in part.hashes]
    frame, ids = _identify(frame, given, hashes, seen, log)
    frame = _name_outlets(frame, log, fold=fold_outlets)
    frame.index = pd.Index(pd.array(ids, dtype="str"), name="article_id")
    return Corpus(
        frame, set_aside=_table(log.set_aside, SET_ASIDE_COLUMNS, ids), notes=_table(log.notes, NOTE_COLUMNS, ids)
    )


def _concatenated(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One frame; a column that is empty in a batch does not spoil the type that it has in the others."""
    if len(frames) < 2:
        return frames[0] if frames else _empty_frame()
    columns = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    extras = [name for name in columns if name not in ARTICLE_COLUMNS]
    filled = {name for name in extras for frame in frames if name in frame and frame[name].notna().any()}
    spoilt = [
        [name for name in extras if name in filled and name in frame and frame[name].isna().all()] for frame in frames
    ]
    kept = [frame.drop(columns=names) for frame, names in zip(frames, spoilt, strict=True)]
    return pd.concat(kept, ignore_index=True)[columns]


def _identify(
    frame: pd.DataFrame, given: list[str | None], hashes: list[str], seen: Counter[str] | None, log: Log
) -> tuple[pd.DataFrame, list[str]]:
    kept = Counter(value for value in given if value is not None)
    repeated = next((value for value, times in kept.items() if times > 1 or (seen and value in seen)), None)
    if repeated is not None:
        if seen is not None:
            raise InputError(
                f"article_id {repeated!r} stands in more than one row. Make it unique, or read the column under "
                "another name: columns={'article_id': 'their_id'}."
            )
        log.note("", None, None, "article_id", f"article_id is not unique ({repeated!r} repeats) and was not used")
        frame = frame.assign(article_id_as_written=pd.array(given, dtype="str"))
        given = [None] * len(given)
    seen = Counter() if seen is None else seen
    seen.update(value for value in given if value is not None)
    ids = []
    for own, digest in zip(given, hashes, strict=True):
        if own is None:
            seen[digest] += 1
            own = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        ids.append(own)
    return frame, ids


def _name_outlets(frame: pd.DataFrame, log: Log, *, fold: bool) -> pd.DataFrame:
    if fold:
        names = normalise_outlets(frame["outlet"].to_numpy(object))
    else:
        single = [normalise_outlets([name]) for name in sorted(set(frame["outlet"].dropna()))]
        names = pd.concat(single, ignore_index=True) if single else normalise_outlets([])
    changed = names[(names["written"] != names["outlet"])]
    if changed.empty:
        return frame
    for written, outlet, section, n in changed.itertuples(index=False, name=None):
        articles = f"{n} article{'s' if n != 1 else ''}"
        words = f"{written!r} ({articles}) is read as {outlet!r}"
        log.note("", None, None, "outlet", words if _missing(section) else f"{words}, section {section!r}")
    given = frame["outlet"]
    outlets = given.map(dict(zip(names["written"], names["outlet"], strict=True))).astype("str")
    sections = given.map(dict(zip(names["written"], names["section"], strict=True))).astype("str")
    return frame.assign(outlet=outlets, section=frame["section"].fillna(sections))


def _table(entries: Sequence[tuple[Any, ...]], columns: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    if not entries:
        return _empty_table(tuple(columns)).copy()
    ordered = sorted(entries, key=lambda entry: (entry[0], entry[1] is not None, entry[1] or 0))
    values = dict(zip(columns, map(list, zip(*ordered, strict=True)), strict=True))
    values["article_id"] = [None if position is None else ids[position] for position in values["article_id"]]
    return pd.DataFrame({name: pd.Series(values[name], dtype=_kind(name)) for name in columns})


@cache
def _empty_table(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=_kind(name)) for name in columns})


def _kind(name: str) -> str:
    return "Int64" if name == "row" else "str"
