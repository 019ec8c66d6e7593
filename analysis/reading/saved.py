"""Articles as a person saves them: a plain text with the title, the byline and the links of the page around it.

What the head says (title, date, byline, outlet, address) goes into its columns. What the foot says ("join us", links,
copyright) is set aside line by line, with the number of the line. In doubt a line stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.errors import InputError
from analysis.reading.bylines import is_outlet_name, looks_like_name, parse_byline
from analysis.reading.columns import map_columns
from analysis.reading.dates import parse_date
from analysis.reading.encodings import clean, decode
from analysis.reading.files import File, read_bytes
from analysis.reading.outlets import is_section
from analysis.reading.quality import is_caption
from analysis.reading.rows import Log

__all__ = ["FOOT_PATTERNS", "SavedArticle", "foot_kind", "parse_saved", "saved_text", "trim_page"]

_HEAD_LINES = 14
_TITLE_LENGTH = 200
_DATE_TITLE = re.compile(r"\s*(?:date:?\s+)?(\d{4}-\d\d-\d\d)\s+(\S.*)|\s*date:?\s+(\d\S*)\s+(\S.*)", re.I)
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,}|\*{3,}|_{3,})\s*")
_MARKED_TITLE = re.compile(r"#{1,3}\s+(.*\S)")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_BARE_URL = re.compile(r"<?(?:https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)+/\S*)>?", re.I)
_MARKED_BYLINE = re.compile(r"(?:(?:(?:written|words|story|posted|opinion|analysis) )?by|authors?:|byline:)\s", re.I)
_UPDATED = re.compile(r"\(?(?:last\s+)?(?:updated|modified)\b", re.I)
_PAGE_LABEL = re.compile(
    r"(?:(?:published|updated|posted)\s+)?(?:an?|\d+)\s+(?:minute|hour|day|week|month|year)s?\s+ago|\d+\s*(?:min|minutes?)(?:\s+read)?|"
    r"(?:reading time|listen to this article)\b.{0,60}|listen|save|print|share|this article is more than .{1,20} old",
    re.I,
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z _-]{2,20}):\s+(\S.*)")
#: Words that head a part of an article, which a line below the byline may be instead of the outlet.
_SUBHEADS = ("background", "introduction", "summary", "overview", "context", "highlights", "transcript", "video")
_PLATFORM = (
    r"(?:twitter|x\.com|facebook|instagram|youtube|linkedin|tiktok|telegram|whatsapp|threads|bluesky|mastodon|reddit|"
    r"pinterest|rss|newsletters?|e-?mails?|inbox|podcasts?|apps?|social media|google news|apple news|https?://\S+|www\.\S+|"
    r"[@#]\w+|patreon|paypal)"
)
#: Of letters only, so that a row of them can be read in one way only: otherwise a hostile line would take for ever.
_BUTTON = r"(?:share|tweet|print|save|e-?mail|facebook|twitter|pinterest|whatsapp|linkedin|reddit|flipboard|copy link)"
_ASKING = (
    r"(?:join|follow|like|find|connect|sign\s*up|subscribe|support|download|share|get|become|donate|click|watch|listen|tweet|"
    r"register|log\s*in|contact|e-?mail|send|stay|give|help|make a donation|scan|visit|check out)"
)
_MORE = r"(?:\s+(?:articles?|stor(?:y|ies)|content|links?|coverage|news|topics?|posts?|reading|videos?|now|for you))*"
_ASKS = "asks to join, follow or subscribe"
_POINTS = "points to other articles"
_ADVERT = "an advertisement"
_LABEL = "a label of the page"
#: What the foot of a page says: kind, reason, and a pattern for the whole of a line.
_FOOT_RULES = (
    ("link", "a link", r"<?(?:https?://|www\.)\S+.{0,160}|[^.!?]{0,80}:\s*<?(?:https?://|www\.)\S+"),
    ("footer", "copyright", r"(?:©|\(c\)\s|copyright\s).*|.{0,120}\ball rights reserved\b.*"),
    ("footer", "copyright", r"this material may not be (?:published|broadcast).*|.{0,60}trust principles\.?"),
    (
        "promotion",
        _ASKS,
        rf"(?:please\s+)?{_ASKING}\b(?=.*\b(?:us|our|here|this (?:article|story|post))\b)\S*(?:\s+\S+){{0,10}}",
    ),
    ("promotion", _ASKS, rf"(?:please\s+)?{_ASKING}\b(?=.*(?<!\w){_PLATFORM}).{{0,220}}"),
    ("promotion", _ASKS, rf"(?:on\s+)?{_PLATFORM}(?:\s*[:|/,·•]\s*\S.{{0,60}}(?<![.!?]))?"),
    (
        "promotion",
        _POINTS,
        rf"(?:related|recommended|trending|(?:see|read) (?:also|next)|also (?:read|see)|up next){_MORE}(?:\s*:.*)?",
    ),
    (
        "promotion",
        _POINTS,
        r"read (?:more|the full (?:story|article))(?:\s*(?:[:>»–—-]|(?:on|at|from|about)\b).{0,160}|\W*)",
    ),
    ("promotion", _POINTS, rf"more {_MORE[:-1]}+(?:\s*:.*)?|more (?:from|on|like|about)\b[^.]{{0,120}}"),
    (
        "promotion",
        _POINTS,
        r"(?:most (?:read|popular|viewed)|you (?:may|might) (?:also )?like|don['’]t miss)(?:\s*:.*|\s+\w+)?",
    ),
    ("promotion", _ADVERT, r"advertise?ment\W*|sponsored(?: content)?|paid content|story continues below.{0,60}"),
    ("promotion", _ADVERT, r".{0,60}\bon your cable system\b.{0,40}"),
    ("promotion", _ADVERT, r"(?:(?:note|important):|watch\b|get\b).{2,40}\b(?:DirecTV|DISH|FiOS|U-verse)\b.{0,160}"),
    ("promotion", _POINTS, r"\S.{0,160}\s(?-i:Read more|READ MORE)\W{0,3}|full coverage:.{1,80}"),
    ("promotion", _ASKS, r"interested in .{2,60}\? add .{2,60} as an interest\b.*|send tips to \S*@.{0,80}"),
    ("footer", "copyright", r"content created by .{2,60} is available without charge\b.*"),
    ("footer", _LABEL, r"slideshow \(\d+ images?\)|this article is more than .{1,20} old"),
    ("footer", _LABEL, r"\d+ (?:minute|hour|day|week|month|year)s? ago"),
    ("footer", _LABEL, rf"(?:{_BUTTON}\b\W*){{2,}}"),
    ("footer", _LABEL, r"(?:tags?|topics?|filed under|categor(?:y|ies)|keywords)(?:\s*:.{1,200}|\s*)"),
    (
        "footer",
        _LABEL,
        r"(?:share|print|comments?|\d+ comments?|(?:leave|post) a (?:comment|reply)|back to top)\W*",
    ),
    ("footer", _LABEL, r"(?:share this|view (?:all )?comments)(?: article| story| post| page)?\W*"),
    (
        "footer",
        _LABEL,
        r"(?:privacy|cookie) policy.{0,80}|terms of (?:use|service).{0,80}|(?:about|contact) us.{0,80}",
    ),
    ("footer", "credits", r"\(?(?:additional )?(?:reporting|editing|writing|edited|compiled)\s+by\s+[A-Z].{0,300}"),
    ("footer", "credits", r".{0,120}\bcontributed (?:reporting )?to this (?:report|story|article)\.?|our standards:.*"),
    ("footer", "an end mark", r"-\s?30\s?-|#{3,}|\*\s?\*\s?\*|ends?|[_=*-]{3,}"),
)
_FOOT = tuple((kind, reason, re.compile(pattern, re.I)) for kind, reason, pattern in _FOOT_RULES)
FOOT_PATTERNS = tuple(pattern for _, _, pattern in _FOOT)
#: One search for all rules: most lines fulfil none.
ANY_FOOT = re.compile("|".join(f"(?:{pattern})" for _, _, pattern in _FOOT_RULES), re.I)
#: Said between paragraphs as well as at the foot; anything else of `_FOOT` only at the foot.
_ANYWHERE = re.compile(
    r"advertise?ment\W*|sponsored content|slideshow \(\d+ images?\)|"
    r"(?:story|article) continues (?:below|after)\b.{0,60}|"
    r"(?:read more|see also|also read|related(?: articles?| stor(?:y|ies))?)\s*:.{1,160}|"
    r"\[?sign up (?:for|to)\b.{0,120}\bnewsletters?\b.{0,60}|share this (?:article|story|post)|"
    r"(?:please )?(?:follow|join|like) us on\b.{0,80}",
    re.I,
)
_REPORTED = re.compile(r"\b(?:said|says|told|according to|warned|added|urged)\b", re.I)
_PART_OF_GROUP = re.compile(
    r".{2,80}\bis (?:a |an )?(?:part|member|division|publication|trading name|imprint)\b.{0,20}\bof\b.*", re.I
)
_ABOUT_OUTLET = r"\s+(?:is|are|was|relies|depends|publishes|strives|welcomes)\b.{0,300}"
_PROSE_END = re.compile(r"[.!?…؟。]['\"”’»)\]]*$")


def _ends_sentence(line: str) -> bool:
    return bool(_PROSE_END.search(line.rstrip()[-12:]))


@dataclass
class SavedArticle:
    """One saved article: its columns, and where each line of the file went.

    Attributes
    ----------
    fields
        `title, published, authors, outlet, url` and others, as written; only what was found.
    text
        The body as it stands in the file, but for spaces at the ends of lines; of several empty lines one is left.
    set_aside
        `(line, kind, reason, text)`, lines counted from 1.
    notes
        `(line, kind, message)`.
    date_line
        The line that the date stands in.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    set_aside: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    date_line: int | None = None


def saved_text(file: File) -> tuple[str, Log]:
    """The text of a .txt file, decoded and cleaned, and what was noted.

    Raises
    ------
    InputError
        If it is not text or is empty; the message is without its name.
    """
    log = Log()
    text, message = decode(read_bytes(file))
    if message:
        log.note(file.name, None, 0, "encoding", message)
    text, notes = clean(text)
    for kind, words in notes:
        log.note(file.name, None, 0, kind, words)
    if not text.strip():
        raise InputError("is empty. Delete it, or save the article again.")
    return text, log


def parse_saved(text: str) -> SavedArticle:
    """Tell the head, the body and the foot of a saved article apart.

    Parameters
    ----------
    text
        The file's text with "\\n" line ends.

    Examples
    --------
    >>> saved = parse_saved(
    ...     " date 2024-03-01 Library to close\\n\\nJane Doe and Ann Lee\\n\\nDaily Gazette\\n\\n"
    ...     "The council voted on Friday to close the library.\\n\\nFOLLOW US ON FACEBOOK\\n\\nhttp://example.org"
    ... )
    >>> saved.fields
    {'published': '2024-03-01', 'title': 'Library to close', 'authors': 'Jane Doe; Ann Lee', 'outlet': 'Daily Gazette'}
    >>> saved.text
    'The council voted on Friday to close the library.'
    >>> [(line, kind) for line, kind, *_ in saved.set_aside]
    [(9, 'promotion'), (11, 'link')]
    """
    article = SavedArticle()
    lines = text.split("\n")
    page = _Page(lines, _front_matter(lines, article))
    head = _Head(page, article)
    head.read()
    body = [i for i in page.filled if i not in head.consumed]
    last = _foot(page, body, article)
    article.text = _body(page, range(body[0] if body else last, last), head.consumed, article)
    article.set_aside.sort(key=lambda entry: entry[0])
    return article


def trim_page(paragraphs: list[str], fields: Mapping[str, Any]) -> SavedArticle:
    """Set aside what the paragraphs of a web page repeat of its head, and its foot; its fields are known already.

    Examples
    --------
    >>> trimmed = trim_page(["Rain", "By Jane Doe", "It rained all day.", "Follow us on Facebook"], {"title": "Rain"})
    >>> trimmed.text, [entry[2] for entry in trimmed.set_aside]
    ('It rained all day.', ['repeats the title', 'repeats the byline', 'asks to join, follow or subscribe'])
    """
    article = SavedArticle(fields=dict(fields))
    page = _Page("\n\n".join(paragraphs).split("\n"), 0)
    consumed: set[int] = set()
    for i in page.filled[:4]:
        line = page.lines[i]
        marked = _MARKED_BYLINE.match(line) and len(line.split()) <= 15 and parse_byline(line)
        if line == article.fields.get("title") or marked or _is_date(line):
            reason = "repeats the byline" if marked else "repeats the date" if _is_date(line) else "repeats the title"
            article.set_aside.append((i + 1, "header", reason, line))
            consumed.add(i)
    body = [i for i in page.filled if i not in consumed]
    last = _foot(page, body, article)
    article.text = _body(page, range(body[0] if body else last, last), consumed, article)
    article.set_aside.sort(key=lambda entry: entry[0])
    return article


class _Page:
    """The lines of a file, and what can be said of them without knowing what they are."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines, self.start = lines, start
        self.filled = [i for i in range(start, len(lines)) if lines[i].strip()]
        ended = sum(_ends_sentence(lines[i]) for i in self.filled[1:])
        #: Each line is a paragraph: there are no empty lines to part them, and they end as sentences do.
        parted = sum(below - above > 1 for above, below in pairwise(self.filled))
        wrapped = any(lines[i].strip()[0].islower() and lines[i - 1].strip() for i in self.filled if i > start)
        rest = len(self.filled) - 1
        self.one_a_line = rest > 0 and ended >= 0.6 * rest and parted < 0.5 * rest and not wrapped
        self.lowercase = set(re.findall(r"[^\W\d_]{3,}", "\n".join(lines[start:])[:20000]))

    def block(self, i: int) -> list[int]:
        """The lines of the paragraph that a line stands in."""
        first = last = i
        while first > self.start and self.lines[first - 1].strip():
            first -= 1
        while last + 1 < len(self.lines) and self.lines[last + 1].strip():
            last += 1
        return list(range(first, last + 1))

    def alone(self, i: int) -> bool:
        """Whether a line is a paragraph of its own."""
        before = i <= self.start or not self.lines[i - 1].strip()
        after = i + 1 >= len(self.lines) or not self.lines[i + 1].strip()
        return self.one_a_line or (before and after)

    def prose(self, i: int) -> bool:
        """Whether a line reads as running text: long, or a sentence."""
        line = self.lines[i].strip()
        return len(line) > _TITLE_LENGTH or (len(line.split()) > 6 and _ends_sentence(line))


# -- the head ----------------------------------------------------------------------------------------------------------


def _front_matter(lines: list[str], article: SavedArticle) -> int:
    """Read a YAML block between two lines of `---` at the top; return the line after it."""
    top = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[top].strip() != "---":
        return 0
    end = next((i for i in range(top + 1, min(len(lines), top + 200)) if lines[i].strip() in ("---", "...")), None)
    if end is None:
        return 0
    block = "\n".join(lines[top + 1 : end])
    try:
        found = _load_strings(block)
    except InputError as error:
        if ":" not in block:
            return 0  # a rule above and below the title
        line = top + 1
        if isinstance(error, _YamlError):
            line = min(top + 2 + error.line, end)
            error = InputError(f"{error} The line is {lines[line - 1].strip()[:80]!r}.")
        article.notes.append((line, "row", f"the front matter could not be read: {error}"))
        article.set_aside.append((top + 1, "front matter", "is not YAML", block))
        return end + 1
    mapping = map_columns(list(found))
    for ours, theirs in mapping.items():
        article.fields[ours] = next((found[name] for name in theirs if found[name] not in (None, "")), None)
    used = {theirs[0] for theirs in mapping.values()}
    article.fields |= {name: value for name, value in found.items() if name not in used and name not in article.fields}
    return end + 1


class _YamlError(InputError):
    """What YAML says, and the line of the block, from 0, that is likely to be at fault."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _load_strings(block: str) -> dict[str, Any]:
    """YAML whose values stay strings ("no" is an outlet's name, not False), without aliases, which can blow up."""
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block, Loader=yaml.SafeLoader)):
            raise InputError("aliases (&, *) are not allowed.")
        # SafeLoader's parser with no tags resolved: nothing but strings, lists and mappings can come of it.
        found = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        # A quotation mark or bracket that is never closed is at fault where it was opened.
        opened = error.context_mark and ("end of stream" in str(error.problem) or "flow" in str(error.context))
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        words = str(error.problem or error.context)
        advice = "A value with ': ', '#' or a quotation mark in it needs quotation marks around it."
        raise _YamlError(f"{words}. {advice}", mark.line if mark else 0) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(" ".join(str(error).split())) from error
    if not isinstance(found, Mapping):
        raise InputError("it must hold lines such as `title: Library to close`.")
    return {str(name): value for name, value in found.items()}


class _Head:
    """Reads the lines above the body: which of them say something known, and what."""

    def __init__(self, page: _Page, article: SavedArticle) -> None:
        self.page, self.article, self.fields = page, article, article.fields
        self.lines = page.filled[:_HEAD_LINES]
        #: Lines that are in a column or set aside, and lines that say nothing known.
        self.consumed: set[int] = set()
        self.unknown: list[int] = []
        self.by_convention = False
        self._updated = False

    def read(self) -> None:
        """Go down the lines until the first that reads as running text; then look for the title."""
        if not self.lines:
            return
        first = self.lines[0]
        hit = _DATE_TITLE.fullmatch(self.page.lines[first])
        if hit and "title" not in self.fields and len(hit[0]) <= _TITLE_LENGTH + 20 and not self._is_prose(hit):
            self.fields |= {"published": hit[1] or hit[3], "title": (hit[2] or hit[4]).strip()}
            self.by_convention = True
            self.article.date_line = first + 1
            self.consumed.add(first)
        for position, i in enumerate(self.lines):
            if i in self.consumed:
                continue
            if self._known(i, position):
                self.consumed.add(i)
            elif len(self.unknown) < 4 and self._may_be_head(i, position):
                self.unknown.append(i)
            else:
                break
        self._find_title()

    def _is_prose(self, hit: re.Match[str]) -> bool:
        """A sentence that begins with a date, without the word "date" before it."""
        return hit[1] is not None and not hit[0].strip().lower().startswith("date") and _ends_sentence(hit[0])

    def _may_be_head(self, i: int, position: int) -> bool:
        """Whether to go on below a line that says nothing known: it is short, or a sign of the head follows at once."""
        follows = any(self._sign(k) for k in self.lines[position + 1 : position + 3])
        if self.page.prose(i):
            return position > 0 and follows and self.page.alone(i) and len(self.page.lines[i]) <= 300
        block = self.page.block(i)
        short = len(block) <= 3 and not _ends_sentence(self.page.lines[block[-1]].strip())
        return self._apart(i) or (position <= 2 and short)

    def _apart(self, i: int) -> bool:
        """Whether a line is a paragraph of its own, or one of a few short lines with a date or a byline among them."""
        if self.page.alone(i):
            return True
        block = self.page.block(i)
        return len(block) <= 6 and not any(map(self.page.prose, block)) and any(map(self._sign, block))

    def _sign(self, i: int) -> bool:
        """Whether a line is a date or is marked as a byline or a field: it could not be the body."""
        line = self.page.lines[i].strip()
        if _MARKED_BYLINE.match(line):
            return parse_byline(line) is not None
        return _is_date(line) or (_field(line) is not None and not _ends_sentence(line))

    def _known(self, i: int, position: int) -> bool:
        """Take a line into its column, or set it aside; False if it says nothing known."""
        line = self.page.lines[i].strip()
        if len(line) > _TITLE_LENGTH:
            return False
        if _UNDERLINE.fullmatch(line):
            return position > 0 and i - 1 == self.lines[position - 1]
        if marked := _MARKED_TITLE.fullmatch(line):
            return position == 0 and "title" not in self.fields and self._set("title", marked[1])
        if line == self.fields.get("title"):
            return self._aside(i, "repeats the title")
        if _BARE_URL.fullmatch(line):
            return self._set("url", line.strip("<>")) if "url" not in self.fields else False
        if _PAGE_LABEL.fullmatch(line) or (self._apart(i) and _ANYWHERE.fullmatch(line)):
            return self._aside(i, _LABEL)
        if "section" not in self.fields and is_section(line) and self._apart(i) and self._in_head(position):
            return self._set("section", line)
        return (
            self._known_field(i, line)
            or self._known_date(i, line)
            or self._known_byline(i, line, position)
            or (self._known_outlet(i, line, position))
        )

    def _in_head(self, position: int) -> bool:
        """Whether lines of the head are around: something is known above, or the line below is short too."""
        below = self.lines[position + 1] if position + 1 < len(self.lines) else None
        return bool(self.fields) or (below is not None and not self.page.prose(below) and len(self.lines) > 2)

    def _set(self, name: str, value: str) -> bool:
        self.fields[name] = value
        return True

    def _aside(self, i: int, reason: str) -> bool:
        self.article.set_aside.append((i + 1, "header", reason, self.page.lines[i].strip()))
        return True

    def _known_field(self, i: int, line: str) -> bool:
        """`Title: ...`, `Author: ...`, `Source: ...`: names that are known and not yet filled."""
        found = _field(line)
        if found is None or found[0] in self.fields:
            return False
        name, value = found
        if name == "published":
            if parse_date(value, True)[1]:
                return False
            self.article.date_line = i + 1
        if name == "authors":
            byline = parse_byline(value, sure=True)
            value = "; ".join(byline.authors) if byline and byline.authors else value
        elif name == "outlet" and _URL.fullmatch(value):
            name = "url"
        return self._set(name, value)

    def _known_date(self, i: int, line: str) -> bool:
        """A date on a line of its own; the first counts, but "updated" gives way to "published"."""
        if not _is_date(line):
            return False
        updated = bool(_UPDATED.match(line))
        if "published" not in self.fields:
            self._updated = updated
            self.article.date_line = i + 1
            return self._set("published", line)
        if self._updated and not updated:
            self.article.set_aside.append((i + 1, "header", "a second date", str(self.fields["published"])))
            self._updated = False
            self.article.date_line = i + 1
            return self._set("published", line)
        return self._aside(i, "a second date")

    def _known_byline(self, i: int, line: str, position: int) -> bool:
        marked = bool(_MARKED_BYLINE.match(line))
        if "authors" in self.fields or foot_kind(line) or not (marked or (position > 0 and self._apart(i))):
            return False
        found = parse_byline(line)
        if found is None or not (marked or self._are_names(found.authors)):
            return False
        self._set("authors", "; ".join(found.authors))
        if found.outlet:
            self.fields.setdefault("outlet", found.outlet)
        if found.date:
            self.fields.setdefault("published", found.date)
        return self._aside(i, "the byline, which says more than names") if found.rest else True

    def _are_names(self, names: list[str]) -> bool:
        """Names seldom stand in the text in small letters; the words of a headline in capitals do."""
        words = [word.strip(".,").lower() for name in names for word in name.split()]
        common = sum(word in self.page.lowercase for word in words)
        return len(names) > 1 or 2 * common <= len(words)

    def _known_outlet(self, i: int, line: str, position: int) -> bool:
        head = bool({"title", "authors", "published"} & set(self.fields))
        if "outlet" in self.fields or not self._apart(i) or len(line.split()) > 6 or _ends_sentence(line):
            return False
        if is_outlet_name(line) and not is_caption(line):
            return (head or position == 0) and self._set("outlet", line)
        capitals = all(word[0].isupper() or len(word) <= 3 for word in line.split()) and line[0].isupper()
        if not head or not capitals or looks_like_name(line) or line.lower() in _SUBHEADS:
            return False
        foot = any(
            line in self.page.lines[k] and line != self.page.lines[k].strip() for k in self.page.filled[-12:] if k > i
        )
        if foot:
            return self._set("outlet", line)
        if not self.by_convention or position == 0 or "authors" not in self.fields or "outlet" in self.fields:
            return False
        self.article.notes.append((i + 1, "outlet", f"{line!r} below the byline was taken for the outlet"))
        return self._set("outlet", line)

    def _find_title(self) -> None:
        """Take the first line that says nothing known for the title, if it looks like one and something follows it."""
        first = self.unknown[0] if self.unknown else None
        if (
            "title" in self.fields
            or first is None
            or any(k < first for k in self.page.filled if k not in self.consumed)
        ):
            return
        block = [k for k in self.page.block(first) if k >= first]
        title = [first]
        underlined = first + 1 < len(self.page.lines) and bool(_UNDERLINE.fullmatch(self.page.lines[first + 1]))
        rest = [k for k in self.page.filled if k > first and k not in self.consumed]
        below = next((k for k in self.page.filled if k > block[-1]), None)
        if not (self._apart(first) or underlined or first + 1 in self.consumed):
            wrapped = all(k in self.unknown for k in block) and len(block) <= 3 and below in self.consumed
            if not wrapped:
                return
            title = block
        line = " ".join(self.page.lines[k].strip() for k in title)
        words = len(line.split())
        wide = words >= 2 or not any(letter.isascii() and letter.isalpha() for letter in line)
        if is_caption(line) or _is_numbered(line, [self.page.lines[k] for k in rest]):
            return
        if underlined or (wide and words <= 40 and rest and not re.search(r"[.;:,]['\"”’)]*$", line)):
            self._set("title", line)
            self.consumed.update(title)
            if underlined:
                self.consumed.add(first + 1)


def _is_numbered(line: str, below: list[str]) -> bool:
    """Whether a line is the first of several numbered headings: "1 Race engineer"."""
    hit = re.match(r"(\d{1,2})([.):]?\s)", line)
    return hit is not None and any(other.lstrip().startswith(f"{int(hit[1]) + 1}{hit[2]}") for other in below)


def _is_date(line: str) -> bool:
    if len(line) > 100 or not any(letter.isdigit() for letter in line):
        return False
    moment, problem = parse_date(line, True)
    return problem is None and isinstance(moment, pd.Timestamp)


def _field(line: str) -> tuple[str, str] | None:
    hit = _FIELD.fullmatch(line)
    ours = next(iter(map_columns([hit[1]])), None) if hit else None
    return None if not hit or ours in (None, "text", "article_id") else (str(ours), hit[2].strip())


# -- the foot ----------------------------------------------------------------------------------------------------------


def foot_kind(line: str, rules: int | None = None) -> tuple[str, str] | None:
    """What kind of foot a line is, and why; None if it is not one.

    If it is known which rules it may fulfil, they are given as bits, in the order of `FOOT_PATTERNS`.

    Examples
    --------
    >>> foot_kind("PLEASE JOIN ON TWITTER")
    ('promotion', 'asks to join, follow or subscribe')
    >>> foot_kind("Follow the money, prosecutors said on Tuesday.") is None
    True
    """
    line = line.strip().strip("*_[]").strip() or line.strip()
    if not line or len(line) > 400 or (rules is None and not ANY_FOOT.fullmatch(line)):
        return None
    some = _FOOT if rules is None else [rule for place, rule in enumerate(_FOOT) if rules >> place & 1]
    found = next(((kind, reason) for kind, reason, pattern in some if pattern.fullmatch(line)), None)
    reported = found is not None and found[0] == "promotion" and _REPORTED.search(line) and _ends_sentence(line)
    return None if reported else found


def _foot(page: _Page, body: list[int], article: SavedArticle) -> int:
    """Set the lines below the body aside; return the line after the body's last.

    From the bottom up: lines that say what they are, and short lines between such lines. The first line of running
    text ends it. `body` are the lines that are not of the head; its first is never of the foot.
    """
    cut = _list_of_articles(page, body)
    for k in range(cut - 1, 0, -1):
        line = page.lines[body[k]].strip()
        if foot_kind(line) or _is_bio(line, article) or (cut < len(body) and _belongs_to_foot(line, article)):
            cut = k
        elif cut == len(body) or page.prose(body[k]) or len(line.split()) > 15:
            break
    for i in body[cut:]:
        line = page.lines[i].strip()
        kind, reason = foot_kind(line) or (
            "footer",
            "about the author" if _is_bio(line, article) else "stands among links",
        )
        article.set_aside.append((i + 1, kind, reason, line))
    return body[cut] if cut < len(body) else len(page.lines)


def _list_of_articles(page: _Page, body: list[int]) -> int:
    """Where a heading such as "Related stories" stands above nothing but short lines, to the end; else the end."""
    for k in range(len(body) - 1, 0, -1):
        line = page.lines[body[k]].strip()
        if foot_kind(line) == ("promotion", _POINTS) and len(line.split()) <= 4:
            return k
        if page.prose(body[k]) or len(line.split()) > 15:
            break
    return len(body)


def _is_bio(line: str, article: SavedArticle) -> bool:
    authors = article.fields.get("authors") or ""
    names = [
        name for name in (authors if isinstance(authors, list) else str(authors).split("; ")) if looks_like_name(name)
    ]
    says = r"\s+(?:is|was|are|writes|covers|reports|can be reached)\b"
    return len(line.split()) <= 45 and any(re.match(re.escape(name) + says, line, re.I) for name in names)


def _belongs_to_foot(line: str, article: SavedArticle) -> bool:
    """Whether a line right above the foot is of it: the outlet speaks of itself, or repeats its name."""
    outlet = str(article.fields.get("outlet") or "")
    if len(line.split()) <= 15 and not _ends_sentence(line) and _PART_OF_GROUP.fullmatch(line):
        return True
    if line in (outlet, article.fields.get("title")):
        return True
    return (
        len(outlet.split()) > 1
        and bool(re.fullmatch(re.escape(outlet) + _ABOUT_OUTLET, line))
        and not _REPORTED.search(line)
    )


# -- the body ----------------------------------------------------------------------------------------------------------


def _body(page: _Page, lines: range, consumed: set[int], article: SavedArticle) -> str:
    """The lines between head and foot, as they are, without what is said there only to sell."""
    kept: list[str] = []
    for i in lines:
        line = page.lines[i].strip()
        if i in consumed:
            continue
        if line and page.alone(i) and _ANYWHERE.fullmatch(line.strip("*_")):
            kind, reason = foot_kind(line) or ("promotion", _POINTS)
            article.set_aside.append((i + 1, kind, reason, line))
            continue
        kept.append(page.lines[i].rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
