"""Articles as a person saves them: a plain text with the title, the byline and the links of the page around it.

What the head says (title, date, byline, outlet, address) goes into its columns. What the foot says ("join us", links,
copyright) is set aside line by line, with the number of the line. In doubt a line stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import InputError
from analysis.reading.bylines import is_outlet_name, looks_like_name, parse_byline
from analysis.reading.columns import map_columns
from analysis.reading.dates import parse_date
from analysis.reading.encodings import clean, decode
from analysis.reading.files import File, read_bytes
from analysis.reading.rows import Log

__all__ = ["SavedArticle", "parse_saved", "read_saved"]

_HEAD_LINES = 14
_TITLE_LENGTH = 200
_DATE_TITLE = re.compile(r"\s*date:?\s+(\d{4}\S*|\d{1,2}[/.]\d{1,2}[/.]\d{4})(?:\s+(\S.*))?", re.I)
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,}|\*{3,}|_{3,})\s*")
_MARKED_TITLE = re.compile(r"#{1,3}\s+(.*\S)")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_BARE_URL = re.compile(r"<?(?:https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)+/\S*)>?", re.I)
_DATE_LABEL = re.compile(r"(?:(?:first|last|originally)\s+)?(published|updated|posted|modified|date)\b", re.I)
_RELATIVE = re.compile(r"(?:(?:published|updated|posted)\s+)?(?:an?|\d+)\s+(?:minute|hour|day|week)s?\s+ago", re.I)
_READING_TIME = re.compile(r"\d+\s*(?:min|minutes?)(?:\s+read)?|(?:reading time|listen to this article)\b.*", re.I)
_FIELD = re.compile(r"([A-Za-z][A-Za-z _-]{2,20}):\s+(\S.*)")
_PLATFORM = (
    r"(?:twitter|x\.com|facebook|instagram|youtube|linkedin|tiktok|telegram|whatsapp|threads|bluesky|mastodon|reddit|"
    r"pinterest|rss|newsletters?|e-?mails?|inbox|podcasts?|apps?|social media|google news|apple news)"
)
_ASKING = (
    r"(?:please\s+)?(?:join|follow|like|find|connect|sign\s*up|subscribe|support|download|share|get|become|donate|click|"
    r"watch|listen|tweet|register|log\s*in|contact|e-?mail|send|stay|give|help|make a donation|scan|visit|check out)"
)
#: What the foot of a page says: (kind, reason, pattern). A pattern is matched at the start of a line.
_FOOT: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (kind, reason, re.compile(pattern, re.I))
    for kind, reason, pattern in (
        ("link", "a link", r"<?(?:https?://|www\.)\S+.{0,160}$|[^.!?]{0,80}:\s*<?(?:https?://|www\.)\S+$"),
        ("footer", "copyright", r"(?:©|\(c\)|copyright\b).*|.{0,120}\ball rights reserved\b.*"),
        ("footer", "copyright", r"this material may not be (?:published|broadcast).*|.{0,60}trust principles\.?$"),
        (
            "promotion",
            "asks to join, follow or subscribe",
            rf"(?:{_ASKING})\b(?=.*(?:\b(?:us|our|here|{_PLATFORM})\b|[@#]\w|this (?:article|story|post))).{{0,220}}$",
        ),
        ("promotion", "asks to join, follow or subscribe", rf"(?:on\s+)?{_PLATFORM}(?:\s*[:|/,·•]\s*\S.{{0,60}})?$"),
        ("promotion", "asks to join, follow or subscribe", r"@\w+$"),
        (
            "promotion",
            "points to other articles",
            r"(?:read (?:more|next|also|the full)|more (?:from|on|stories|news|like this)|see also|also read|also see|related|"
            r"recommended|trending|most (?:read|popular|viewed)|you (?:may|might) (?:also )?like|don['’]t miss|up next|"
            r"(?:previous|next) (?:article|story|post))\b.{0,160}$",
        ),
        (
            "promotion",
            "an advertisement",
            r"(?:advertise?ment|sponsored(?: content)?|paid content|story continues below.*)$",
        ),
        (
            "footer",
            "a label of the page",
            r"(?:tags?|topics?|filed under|categor(?:y|ies)|keywords|share|share this(?: article| story| post)?|print|comments?|"
            r"\d+ comments?|leave a (?:comment|reply)|view (?:all )?comments|back to top|privacy policy|terms of (?:use|service)|"
            r"cookie policy|about us|contact us|advertise with us)(?:\s*[:|].{0,160})?$",
        ),
        (
            "footer",
            "credits",
            r"\(?(?:additional )?(?:reporting|editing|writing|edited|compiled)\s+(?:contributed\s+)?by\b.{0,300}$|"
            r".{0,120}\bcontributed (?:reporting )?to this (?:report|story|article)\.?$|our standards:.*",
        ),
        ("footer", "an end mark", r"(?:-\s?30\s?-|###+|\*\s?\*\s?\*|end(?:s|it)|_{3,}|-{3,}|={3,}|\*{3,})$"),
    )
)
#: Said between paragraphs as well as at the foot; anywhere else in `_FOOT` only at the foot.
_ANYWHERE = re.compile(
    r"(?:advertise?ment|sponsored content|(?:story|article) continues (?:below|after)\b.{0,60}|"
    r"(?:read more|see also|also read|related(?: articles?| stor(?:y|ies))?)\s*:.{1,160}|"
    r"\[?sign up (?:for|to)\b.{0,120}\bnewsletters?\b.{0,60}|share this (?:article|story|post)|"
    r"(?:please )?(?:follow|join|like) us on\b.{0,80})",
    re.I,
)
_PART_OF_GROUP = re.compile(
    r".{2,80}\bis (?:a |an )?(?:part|member|division|publication|trading name|imprint)\b.{0,20}\bof\b.*", re.I
)
_PROSE_END = re.compile(r"[.!?…]['\"”’»)\]]*$")


@dataclass
class SavedArticle:
    """One saved article: its columns, and where each line of the file went.

    Attributes
    ----------
    fields
        `title, published, authors, outlet, url` and others, as written; only what was found.
    text
        The body, paragraphs parted by an empty line as in the file.
    set_aside
        `(line, kind, reason, text)`, lines counted from 1.
    notes
        `(line, kind, message)`.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    set_aside: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[tuple[int, str, str]] = field(default_factory=list)


def read_saved(file: File) -> tuple[SavedArticle, Log]:
    """Read one .txt file.

    Raises
    ------
    InputError
        If it is not text or empty; the message is without its name.
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
    return parse_saved(text), log


def parse_saved(text: str) -> SavedArticle:
    """Tell the head, the body and the foot of a saved article apart.

    Parameters
    ----------
    text
        The file's text with "\\n" line ends.

    Examples
    --------
    >>> saved = parse_saved(
    ...     " date 2024-03-01 Library to close\\n\\nJane Doe and John Roe\\n\\nThe Daily Gazette\\n\\n"
    ...     "The council voted on Friday to close the library.\\n\\nFOLLOW US ON FACEBOOK\\n\\nhttp://example.org Gazette"
    ... )
    >>> saved.fields
    {'published': '2024-03-01', 'title': 'Library to close', 'authors': 'Jane Doe; John Roe', 'outlet': 'The Daily Gazette'}
    >>> saved.text
    'The council voted on Friday to close the library.'
    >>> [(line, kind) for line, kind, *_ in saved.set_aside]
    [(9, 'promotion'), (11, 'link')]
    """
    article = SavedArticle()
    lines = text.split("\n")
    start = _front_matter(lines, article)
    pages = _Page(lines, start)
    first, last = _head(pages, article), len(lines)
    last = _foot(pages, first, article)
    article.text = _body(pages, first, last, article)
    article.set_aside.sort(key=lambda entry: entry[0])
    return article


class _Page:
    """The lines of a file, and what can be said of them without knowing what they are."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines, self.start = lines, start
        self.filled = [i for i in range(start, len(lines)) if lines[i].strip()]
        ended = sum(bool(_PROSE_END.search(lines[i].rstrip())) for i in self.filled[1:])
        #: Each line is a paragraph: there are no empty lines to part them, and they end as sentences do.
        self.one_a_line = len(self.filled) > 1 and ended >= 0.6 * (len(self.filled) - 1)

    def alone(self, i: int) -> bool:
        """Whether a line is a paragraph of its own."""
        before = i <= self.start or not self.lines[i - 1].strip()
        after = i + 1 >= len(self.lines) or not self.lines[i + 1].strip()
        return self.one_a_line or (before and after)

    def prose(self, i: int) -> bool:
        """Whether a line reads as running text: it ends as a sentence does, is long, or is a piece of a paragraph."""
        line = self.lines[i].strip()
        return len(line) > _TITLE_LENGTH or (len(line.split()) > 6 and bool(_PROSE_END.search(line)))


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
        article.notes.append((top + 1, "row", f"the front matter could not be read: {error}"))
        article.set_aside.append((top + 1, "front matter", "is not YAML", block))
        return end + 1
    mapping = map_columns(list(found))
    for ours, theirs in mapping.items():
        article.fields[ours] = next((found[name] for name in theirs if found[name] not in (None, "")), None)
    used = {theirs[0] for theirs in mapping.values()}
    article.fields |= {name: value for name, value in found.items() if name not in used and name not in article.fields}
    return end + 1


def _load_strings(block: str) -> dict[str, Any]:
    """YAML whose values stay strings ("no" is an outlet's name, not False), without aliases, which can blow up."""
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block, Loader=yaml.SafeLoader)):
            raise InputError("aliases (&, *) are not allowed.")
        # SafeLoader's parser with no tags resolved: nothing but strings, lists and mappings can come of it.
        found = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(" ".join(str(error).split())) from error
    if not isinstance(found, Mapping):
        raise InputError("it must hold lines such as `title: Library to close`.")
    return {str(name): value for name, value in found.items()}


def _head(page: _Page, article: SavedArticle) -> int:
    """Read the lines above the body; return the body's first line."""
    given = set(article.fields)
    filled = page.filled[:_HEAD_LINES]
    if not filled:
        return len(page.lines)
    at, unknown = 0, []
    hit = _DATE_TITLE.fullmatch(page.lines[filled[0]])
    if hit and (hit[2] or "").strip() != "" and not _PROSE_END.search(hit[1]):
        article.fields |= (
            {"published": hit[1], "title": hit[2].strip()} if "title" not in given else {"published": hit[1]}
        )
        at = 1
    end = filled[at - 1] + 1 if at else page.start
    consumed: set[int] = set(filled[:at])
    for position in range(at, len(filled)):
        i = filled[position]
        line = page.lines[i].strip()
        if _UNDERLINE.fullmatch(line) and position and (filled[position - 1] in consumed or position == 1):
            consumed.add(i)
            end = i + 1
            continue
        if _read_head_line(page, i, line, article, given, position, filled):
            consumed.add(i)
            end = i + 1
            continue
        if page.prose(i) or len(unknown) >= 3 or not (page.alone(i) or position == 0):
            break
        unknown.append(i)
    _title_by_place(page, article, filled, consumed, unknown)
    # A line between lines of the head that says nothing known (a standfirst) stays in the text.
    left = [i for i in unknown if i < end and i not in consumed]
    if left:
        return _keep(page, left, consumed)
    after = [i for i in filled if i not in consumed]
    return after[0] if after else (page.filled[len(filled)] if len(page.filled) > len(filled) else len(page.lines))


def _keep(page: _Page, left: list[int], consumed: set[int]) -> int:
    """Begin the body at the first line that stays; lines of the head below it are blanked."""
    for i in consumed:
        if i > left[0]:
            page.lines[i] = ""
    return left[0]


def _read_head_line(
    page: _Page, i: int, line: str, article: SavedArticle, given: set[str], position: int, filled: list[int]
) -> bool:
    """Take a line of the head into its field; False if it is none that is known."""
    fields = article.fields
    number = i + 1
    if len(line) > _TITLE_LENGTH:
        return False
    if marked := _MARKED_TITLE.fullmatch(line):
        if position == 0 and "title" not in fields:
            fields["title"] = marked[1]
            return True
        return False
    if "title" in fields and line == fields["title"]:
        article.set_aside.append((number, "header", "repeats the title", line))
        return True
    if _BARE_URL.fullmatch(line) and "url" not in fields:
        fields["url"] = line.strip("<>")
        return True
    if _RELATIVE.fullmatch(line) or _READING_TIME.fullmatch(line):
        article.set_aside.append((number, "header", "a label of the page", line))
        return True
    return (
        _read_field(line, fields)
        or _read_date(line, article, number)
        or _read_byline(page, i, line, article, number, position, filled)
        or _read_outlet(page, i, line, article, position, filled)
    )


def _read_field(line: str, fields: dict[str, Any]) -> bool:
    """`Title: ...`, `Author: ...`, `Source: ...`: only names that are known."""
    hit = _FIELD.fullmatch(line)
    if not hit:
        return False
    ours = next(iter(map_columns([hit[1]])), None)
    if ours in (None, "text", "article_id") or ours in fields:
        return False
    if ours == "published" and parse_date(hit[2], True)[1]:
        return False
    if ours == "authors":
        found = parse_byline(hit[2], sure=True)
        fields["authors"] = "; ".join(found.authors) if found else hit[2]
    elif ours == "outlet" and _URL.fullmatch(hit[2]):
        fields.setdefault("url", hit[2])
    else:
        fields[str(ours)] = hit[2].strip()
    return True


def _read_date(line: str, article: SavedArticle, number: int) -> bool:
    """A date on a line of its own, perhaps with a label; the first is kept, but "updated" gives way to "published"."""
    if len(line) > 100 or not re.search(r"\d", line):
        return False
    moment, problem = parse_date(line, True)
    if problem or moment is None:
        return False
    label = _DATE_LABEL.match(line)
    updated = bool(label and label[1].lower() in ("updated", "modified"))
    if "published" not in article.fields or (article.fields.get("_updated") and not updated):
        if "published" in article.fields:
            article.set_aside.append((number, "header", "a second date", str(article.fields["published"])))
        article.fields["published"] = line
        article.fields["_updated"] = updated
    else:
        article.set_aside.append((number, "header", "a second date", line))
    return True


def _read_byline(
    page: _Page, i: int, line: str, article: SavedArticle, number: int, position: int, filled: list[int]
) -> bool:
    if "authors" in article.fields:
        return False
    marked = re.match(r"(?:by|written by|words by|story by|authors?:|byline:)\s", line, re.I)
    if not marked and (position == 0 or not page.alone(i)):
        return False
    if not marked and "title" not in article.fields and position == 0:
        return False
    found = parse_byline(line)
    if found is None:
        return False
    dates = [part for part in found.rest if parse_date(part, True)[1] is None]
    article.fields["authors"] = "; ".join(found.authors)
    if found.outlet and "outlet" not in article.fields:
        article.fields["outlet"] = found.outlet
    if dates and "published" not in article.fields:
        article.fields["published"] = dates[0]
    if [part for part in found.rest if part not in dates]:
        article.set_aside.append((number, "header", "the byline, which says more than names", line))
    return True


def _read_outlet(page: _Page, i: int, line: str, article: SavedArticle, position: int, filled: list[int]) -> bool:
    if "outlet" in article.fields or not page.alone(i) or len(line.split()) > 6 or _PROSE_END.search(line):
        return False
    head = {"title", "authors", "published"} & set(article.fields)
    foot = any(line in page.lines[k] and page.lines[k].strip() != line for k in page.filled[-12:] if k > i)
    if is_outlet_name(line) and (head or position == 0):
        article.fields["outlet"] = line
        return True
    capitals = all(word[0].isupper() for word in line.split() if len(word) > 3) and line[0].isupper()
    follows = (
        position > 0
        and "authors" in article.fields
        and article.fields["authors"].split("; ")[0] in page.lines[filled[position - 1]]
    )
    if capitals and not looks_like_name(line) and (foot or follows) and head:
        article.fields["outlet"] = line
        if not foot:
            article.notes.append((i + 1, "outlet", f"{line!r} below the byline was taken for the outlet"))
        return True
    return False


def _title_by_place(
    page: _Page, article: SavedArticle, filled: list[int], consumed: set[int], unknown: list[int]
) -> None:
    """Take the first line that is nothing else for the title, if it looks like one and something follows it."""
    if "title" in article.fields or not unknown:
        return
    i = unknown[0]
    line = page.lines[i].strip()
    following = [k for k in page.filled if k > i and k not in consumed]
    underlined = i + 1 < len(page.lines) and bool(_UNDERLINE.fullmatch(page.lines[i + 1]))
    head_follows = i + 1 in consumed
    parted = page.alone(i) or underlined or head_follows
    fits = 2 <= len(line.split()) <= 30 and not re.search(r"[.;:,]['\"”’)]*$", line)
    if (parted and fits and following) or (underlined and following):
        article.fields["title"] = line
        consumed.add(i)
        if underlined:
            consumed.add(i + 1)


# -- the foot ----------------------------------------------------------------------------------------------------------


def foot_kind(line: str) -> tuple[str, str] | None:
    """What kind of foot a line is, and why; None if it is not one.

    Examples
    --------
    >>> foot_kind("PLEASE JOIN ON TWITTER")
    ('promotion', 'asks to join, follow or subscribe')
    >>> foot_kind("Follow the money, prosecutors said on Tuesday.") is None
    True
    """
    line = line.strip().strip("*_[]").strip()
    if not line or len(line) > 400:
        return None
    return next(((kind, reason) for kind, reason, pattern in _FOOT if pattern.fullmatch(line)), None)


def _foot(page: _Page, first: int, article: SavedArticle) -> int:
    """Set the lines below the body aside; return the line after the body's last.

    From the bottom up: lines that say what they are, and short lines between such lines. The first line of running
    text ends it.
    """
    body = [i for i in page.filled if i >= first and page.lines[i].strip()]
    cut = len(body)
    for k in range(len(body) - 1, 0, -1):
        line = page.lines[body[k]].strip()
        if foot_kind(line) or _is_bio(line, article):
            cut = k
        elif cut == len(body) or page.prose(body[k]) or len(line.split()) > 15:
            break
    while cut > 1 and cut < len(body) and _belongs_to_foot(page.lines[body[cut - 1]].strip(), article):
        cut -= 1
    if cut == len(body):
        return len(page.lines)
    for i in body[cut:]:
        line = page.lines[i].strip()
        kind, reason = foot_kind(line) or (
            "footer",
            "about the author" if _is_bio(line, article) else "stands among links",
        )
        article.set_aside.append((i + 1, kind, reason, line))
    return body[cut]


def _is_bio(line: str, article: SavedArticle) -> bool:
    names = [name for name in str(article.fields.get("authors") or "").split("; ") if looks_like_name(name)]
    return len(line.split()) <= 45 and any(
        re.match(re.escape(name) + r"\s+(?:is|was|are|writes|covers|reports|can be reached)\b", line, re.I)
        for name in names
    )


def _belongs_to_foot(line: str, article: SavedArticle) -> bool:
    outlet = str(article.fields.get("outlet") or "")
    short = len(line.split()) <= 15 and not _PROSE_END.search(line)
    return short and (bool(_PART_OF_GROUP.fullmatch(line)) or line in (outlet, article.fields.get("title")))


# -- the body ----------------------------------------------------------------------------------------------------------


def _body(page: _Page, first: int, last: int, article: SavedArticle) -> str:
    """The lines between head and foot, as they are, without what is said there only to sell."""
    kept: list[str] = []
    for i in range(first, last):
        line = page.lines[i].strip()
        if line and page.alone(i) and _ANYWHERE.fullmatch(line.strip("*_")):
            kind, reason = foot_kind(line) or ("promotion", "points to other articles")
            article.set_aside.append((i + 1, kind, reason, line))
            continue
        kept.append(page.lines[i].rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
