"""Web pages, read by trafilatura (Barbaresi 2021): the article of the page and what its head says of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import InputError
from analysis.reading.encodings import clean, decode
from analysis.reading.files import File, read_bytes
from analysis.reading.rows import Log
from analysis.reading.saved import trim_page

__all__ = ["Page", "decode_page", "page_source", "parse_page"]

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_LANGUAGE = re.compile(r"<html[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.I)


@dataclass
class Page:
    """One page: its columns, its text with an empty line between paragraphs, and (kind, reason, text) of the rest."""

    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)


def page_source(file: File) -> tuple[str, Log]:
    """The source of an .html file, decoded and cleaned, and what was noted.

    Raises
    ------
    InputError
        If it is not text or is empty; the message is without its name.
    """
    log = Log()
    source = decode_page(read_bytes(file), file.name, log)
    if not source.strip():
        raise InputError("is empty. Delete it, or save the page again.")
    return source, log


def decode_page(data: bytes, name: str, log: Log, charset: str | None = None) -> str:
    """The source of a page, in the encoding that its server names (`charset`) or it names itself.

    Raises
    ------
    InputError
        If it is not text.
    """
    hint = _CHARSET.search(data[:4096])
    source, message = decode(data, hint=charset or (hint[1].decode("ascii") if hint else None))
    if message:
        log.note(name, None, 0, "encoding", message)
    source, notes = clean(source)
    for kind, words in notes:
        log.note(name, None, 0, kind, words)
    return source


def parse_page(source: str, url: str | None = None) -> Page:
    """Find the article in the source of a page; nothing is fetched, and comments of readers are left out.

    Parameters
    ----------
    source
        The page.
    url
        Where it was, if the page itself may not say so.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> body = "".join(f"<p>The council met on day {day} and voted on the library again.</p>" for day in range(1, 6))
    >>> page = parse_page(f"<html lang='en'><title>Library</title><body><article>{body}</article></body></html>")
    >>> page.text.split("\\n\\n")[1]
    'The council met on day 2 and voted on the library again.'
    """
    import trafilatura

    # A declaration of another encoding than the one just decoded would make lxml refuse the string.
    source = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", source)
    try:
        with _silent("trafilatura"), _silent("htmldate"):
            found: Any = trafilatura.bare_extraction(source, url=url, include_comments=False, with_metadata=True)
    except Exception as error:  # hostile pages: whatever the parsers raise, the other files are still read
        raise InputError(f"is a page that could not be read: {type(error).__name__}. Save it again.") from error
    text = str(getattr(found, "text", None) or "") if found is not None else ""
    if found is None or not text.strip():
        raise InputError("is a page without the text of an article. Save it as text, or leave it out.")
    fields = {
        "title": found.title,
        "published": found.date,
        "authors": found.author,
        "outlet": found.sitename or found.hostname,
        "url": found.url,
        "language": language[1] if (language := _LANGUAGE.search(source[:20000])) else None,
    }
    fields = {name: value for name, value in fields.items() if value}
    paragraphs = [_without_mark(line.strip(), source) for line in text.split("\n") if line.strip()]
    trimmed = trim_page(paragraphs, fields)
    return Page(fields, trimmed.text, [(kind, reason, words) for _, kind, reason, words in trimmed.set_aside])


@contextmanager
def _silent(name: str) -> Iterator[None]:
    """Keep a library's log off the terminal: what it would say is said by the error."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _without_mark(line: str, source: str) -> str:
    """A line without the "- " that trafilatura writes before an item of a list."""
    return line[2:] if line.startswith("- ") and line[:30] not in source else line
