"""Which column of a file is which column of the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from analysis.errors import InputError
from analysis.reading.encodings import storable

__all__ = ["SYNONYMS", "distinct", "map_columns", "some", "suggest"]

#: The names under which each column is known, the first that occurs winning; case, spaces, `_` and `-` do not matter.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "article_id": ("article_id",),
    "outlet": (
        *("outlet", "source", "publication", "media_name", "newspaper", "publisher", "news_outlet", "outlet_name"),
        *("source_name", "publication_name", "site_name", "site", "source_domain", "domain", "media"),
    ),
    "section": ("section", "section_name", "news_desk"),
    "published": (
        *("published", "date", "pub_date", "publish_date", "published_at", "publication_date", "date_published"),
        *("date_publish", "published_date", "web_publication_date", "datetime", "timestamp"),
    ),
    "title": ("title", "headline", "heading", "article_title", "web_title"),
    "authors": ("authors", "author", "byline", "creator", "writer"),
    "url": ("url", "link", "web_url", "permalink", "article_url", "canonical_url"),
    "language": ("language", "lang", "language_code"),
    "text": (
        *("text", "body", "content", "fulltext", "full_text", "article_text", "article_body", "body_text"),
        *("maintext", "main_text", "story", "article"),
    ),
}

_SHOWN = 12


def _key(name: object) -> str:
    return re.sub(r"[\s_.\-]+", "", str(name)).casefold()


_KEYS = {ours: [_key(name) for name in names] for ours, names in SYNONYMS.items()}


def map_columns(names: Sequence[str], columns: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """Find for each column of the corpus the columns of a file that may be it, the best first.

    Parameters
    ----------
    names
        The file's column names.
    columns
        Theirs to ours, over everything else; may also rename a column that is not the kit's.

    Returns
    -------
    dict
        Ours to theirs. A column of `names` that is nowhere in it is an extra column.

    Examples
    --------
    >>> map_columns(["Source", "pub date", "body", "words"])
    {'outlet': ['Source'], 'published': ['pub date'], 'text': ['body']}
    >>> map_columns(["text", "content", "headline"], {"content": "text"})
    {'title': ['headline'], 'text': ['content']}
    """
    asked = {theirs: ours for theirs, ours in (columns or {}).items() if theirs in names}
    found: dict[str, list[str]] = {}
    for ours, keys in _KEYS.items():
        if ours in asked.values():
            found[ours] = [theirs for theirs, name in asked.items() if name == ours]
            continue
        free = [name for name in names if name not in asked and _key(name) in keys]
        if free:
            found[ours] = sorted(free, key=lambda name, keys=keys, ours=ours: (name != ours, keys.index(_key(name))))  # type: ignore[misc]
    for theirs, ours in asked.items():
        if ours not in found:
            found[ours] = [theirs]
    return found


def distinct(names: Iterable[str]) -> list[str]:
    """Tell columns of one name apart, the first keeps it; what cannot be stored in a name stands as U+FFFD.

    Examples
    --------
    >>> distinct(["text", "text", "text.2"])
    ['text', 'text.2', 'text.2.2']
    """
    seen: set[str] = set()
    found = []
    for name in names:
        name = storable(name)
        number, free = 1, name
        while free in seen:
            number += 1
            free = f"{name}.{number}"
        seen.add(free)
        found.append(free)
    return found


def some(names: Sequence[str]) -> str:
    """The first names of many, for a message.

    Examples
    --------
    >>> some([f"x{number}" for number in range(157)])
    "'x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9', 'x10', 'x11' and 145 more"
    """
    more = len(names) - _SHOWN
    return ", ".join(map(repr, names[:_SHOWN])) + (f" and {more} more" if more > 0 else "")


def suggest(names: Sequence[str]) -> str:
    """What to say of a file without a column of text.

    Examples
    --------
    >>> suggest(["Datum", "Inhalt"])
    "has no column of text. Its columns are 'Datum', 'Inhalt'. Say which holds the text: columns={'THEIRS': 'text'}."
    """
    shown = some(names)
    if not names:
        return "has no columns. Its first row must hold their names, one of them 'text'."
    return f"has no column of text. Its columns are {shown}. Say which holds the text: columns={{'THEIRS': 'text'}}."


def check_columns(columns: Mapping[str, str] | None, seen: set[str]) -> None:
    """Raise unless every name in `columns` was a column of some file.

    Raises
    ------
    InputError
        Names the unknown ones, the known ones, and whether the mapping was written the wrong way round.
    """
    unknown = [theirs for theirs in columns or {} if theirs not in seen]
    if not unknown or columns is None:
        return
    reversed_ = all(columns[name] in seen and name in SYNONYMS for name in unknown)
    advice = (
        "Write it the other way round: columns={'theirs': 'ours'}."
        if reversed_
        else f"The columns are {some(sorted(seen))}."
    )
    raise InputError(f"`columns` names {', '.join(map(repr, unknown))}, which no file has. {advice}")
