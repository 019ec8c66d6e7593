"""Who wrote an article: bylines as newspapers print them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.reading.dates import parse_date
from analysis.reading.languages import ENGLISH_WORDS

__all__ = ["Byline", "is_outlet_name", "looks_like_names", "parse_byline", "split_authors"]

_PARTICLES_TEXT = """
de del della der den di da do dos du la le van von zu ter ten el al bin ibn bint y e of
"""
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d."})
_TOKEN = re.compile(r"(?:[^\W\d_a-z][^\W\d_]*(?:['’.\-][^\W\d_]*)*|(?:al|el|d|l|o)['’\-][^\W\d_]+)\.?")
_ROLE = re.compile(
    r"\b(?:correspondents?|editors?|reporters?|writers?|staff|columnists?|contributors?|contributing|producers?|photographers?|"
    r"analysts?|bureau|chief|special to|guest|freelance|critic|fellow|professor|director|agencies|newsroom|desk|"
    r"associate|senior|political|in [A-Z]\w+(?: [A-Z]\w+)*$)\b",
    re.I,
)
#: Words that make a short line the name of an outlet.
_OUTLET_WORDS_TEXT = """
times news post herald gazette tribune journal guardian telegraph chronicle star press mail observer independent
standard courier examiner bulletin dispatch echo globe sun mirror record register review today daily weekly magazine
media radio tv television online network broadcasting agency wire sentinel advertiser argus express enquirer
inquirer ledger monitor spectator mercury argosy messenger leader citizen reporter beacon banner democrat republican
republic union voice patriot pioneer advocate newspaper nation economist digest reuters ap afp bbc cnn abc nbc cbs
npr pbs itv upi dpa bloomberg politico axios breitbart newsmax salon slate vox buzzfeed huffpost vice quartz forbes
fortune newsweek time atlantic hill reason intercept wikinews cnbc msnbc aljazeera jazeera caller blaze beast kos
"""
_OUTLET_WORDS = frozenset(_OUTLET_WORDS_TEXT.split())
#: Words of sentences, which make a line of capitals a heading: "WHAT YOU NEED TO KNOW TODAY".
_NOT_IN_NAMES = ENGLISH_WORDS - {"the", "of", "and", "it", "i", "our", "first"}
_DOMAIN = re.compile(
    r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|co\.uk|news|info|tv|eu|de|fr|es|it|au|ca|in|io)", re.I
)
_START = re.compile(
    r"\s*(?:(?:by|(?:written|words|story|report|reported|analysis|opinion|text|posted) by|from)\b\s*:?|"
    r"(?:authors?|byline)\s*:|[Bb]y:)\s*",
    re.I,
)
_AND = re.compile(r"\s*(?:,\s*and\s+|,\s*&\s*|,|;|\s+and\s+|\s+&\s+|\s+with\s+)\s*", re.I)
_BAR = re.compile(r"\s*(?:\||•|·|\s/\s|\s[–—-]\s)\s*")
_MAIL = re.compile(r"\(?<?[\w.+-]+@[\w-]+\.[\w.]+>?\)?|(?<!\w)@\w+")
_LONGEST = 160


@dataclass
class Byline:
    """What a byline says: authors, the outlet and the date if it names them, and what is neither ("Staff Writer")."""

    authors: list[str] = field(default_factory=list)
    outlet: str | None = None
    rest: list[str] = field(default_factory=list)
    date: str | None = None


def looks_like_name(text: str) -> bool:
    """Whether a phrase has the shape of one person's name: two to five words with capitals.

    Examples
    --------
    >>> [looks_like_name(name) for name in ("Jane Doe", "Lee Jay Walker", "Ludwig van der Berg", "Ahmed al-Sharaa")]
    [True, True, True, True]
    >>> [looks_like_name(name) for name in ("Reuters", "What happens next?", "The Daily Gazette", "Staff Writer")]
    [False, False, False, False]
    """
    words = text.split()
    if words and words[-1].lower() in _SUFFIXES:
        words = words[:-1]
    words = [word.rstrip(",") for word in words]
    if not 2 <= len(words) <= 5 or words[0].lower() in ("the", "a", "an") or _ROLE.search(text):
        return False
    if any(word.lower() in _OUTLET_WORDS for word in words[1:]):
        return False
    names = [word for word in words if word.lower() not in _PARTICLES]
    proper = all(_TOKEN.fullmatch(word) and any(letter.isupper() for letter in word) for word in names)
    return len(names) >= 2 and words[-1] in names and proper


def looks_like_names(text: str) -> bool:
    """Whether a line is nothing but names: "Jane Doe", "A Smith, B Jones and C Roe".

    Examples
    --------
    >>> looks_like_names("Murad Makhmudov, Sawako Utsumi, and Lee Jay Walker"), looks_like_names("Rain in March")
    (True, False)
    """
    parts = _names_of(text)
    return 1 <= len(parts) <= 12 and all(map(looks_like_name, parts))


def _names_of(text: str) -> list[str]:
    parts = [part.strip() for part in _AND.split(text) if part.strip()]
    joined: list[str] = []
    for part in parts:
        if part.lower() in _SUFFIXES and joined:  # "Martin King, Jr."
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def is_outlet_name(text: str) -> bool:
    """Whether a short line has the shape of an outlet's name: capitals, and a word such as Times, News or Reuters.

    Examples
    --------
    >>> [is_outlet_name(line) for line in ("Modern Tokyo Times", "The Daily Gazette", "Reuters", "bbc.co.uk")]
    [True, True, True, True]
    >>> [is_outlet_name(line) for line in ("Jane Doe", "The news came late.", "Good News for the Town")]
    [False, False, False]
    """
    text = text.strip()
    if _DOMAIN.fullmatch(text):
        return True
    words = re.findall(r"[^\W_]+(?:['’.&-][^\W_]+)*", text)
    if not 1 <= len(words) <= 6 or text[-1:] in ".!?:;,":
        return False
    if any(word.lower() in _NOT_IN_NAMES for word in words) or "/" in text or text.startswith("("):
        return False
    named = any(word.lower() in _OUTLET_WORDS for word in (words[:1] if len(words) == 1 else words))
    small = ("of", "the", "and", "de", "la", "le", "in", "for", "on")
    return named and all(word[0].isupper() or word[0].isdigit() or word.lower() in small for word in words)


def parse_byline(line: str, *, sure: bool = False) -> Byline | None:
    """Read a line as a byline, or None if it does not look like one.

    Parameters
    ----------
    line
        One line of the head of an article.
    sure
        True where the line is known to be a byline (a field of that name): then any words are authors.

    Examples
    --------
    >>> parse_byline("By Jane Doe and John Roe")
    Byline(authors=['Jane Doe', 'John Roe'], outlet=None, rest=[], date=None)
    >>> parse_byline("JANE DOE and JOHN ROE | Reuters")
    Byline(authors=['JANE DOE', 'JOHN ROE'], outlet='Reuters', rest=[], date=None)
    >>> parse_byline("Jane Doe, Staff Writer")
    Byline(authors=['Jane Doe'], outlet=None, rest=['Staff Writer'], date=None)
    >>> parse_byline("By Tuesday the fire had spread to the hills.") is None
    True
    """
    line = " ".join(line.split())
    start = _START.match(line)
    marked = bool(start)
    body = line[start.end() :] if start else line
    if not body or len(line) > _LONGEST or (not sure and _ends_like_prose(body)):
        return None
    found = Byline()
    for segment in _BAR.split(_MAIL.sub("", body)):
        if segment.strip(" ,"):
            _read_segment(segment.strip(" ,"), found)
    if found.authors and (marked or sure or not _odd(found)):
        return found
    if (marked or sure) and not found.authors:
        if found.outlet:  # "By Reuters": the agency wrote it
            return Byline([found.outlet], None, found.rest)
        if sure or (len(body.split()) <= 6 and body[0].isupper() and not any(c.isdigit() for c in body)):
            return Byline([body.strip(" ,")])
    return None


def _ends_like_prose(text: str) -> bool:
    return bool(re.search(r"[.!?…:]['\"”’)]*$", text)) and not re.search(r"(?:\b(?:[A-Z]|Jr|Sr|[ap]\.m)\.)$", text)


def _odd(found: Byline) -> bool:
    """Without a "By", what is left over must be a role or a place, or else the line may be anything."""
    return any(not _ROLE.search(part) for part in found.rest)


def _read_segment(segment: str, found: Byline) -> None:
    segment, found.date = _without_date(segment, found.date)
    if not segment:
        return
    inner = re.fullmatch(r"(.*?)\s*\(([^()]*)\)", segment)
    if inner and inner[1]:
        _read_segment(inner[1], found)
        segment = inner[2]
    tail = re.fullmatch(r"(.*\S)\s+(?:for|of)\s+((?:the |The )?[A-Z].*)", segment)
    if tail and is_outlet_name(tail[2]) and looks_like_names(tail[1]):
        segment, found.outlet = tail[1], found.outlet or tail[2]
    if tail := re.fullmatch(r"(.*\S)\s+(in [A-Z].*)", segment):
        segment = tail[1]
        found.rest.append(tail[2])
    for part in _names_of(segment):
        if looks_like_name(part):
            found.authors.append(part)
        elif is_outlet_name(part) and not found.outlet:
            found.outlet = part
        else:
            found.rest.append(part)


def _without_date(segment: str, date: str | None) -> tuple[str, str | None]:
    """Cut a date off the end of a segment: "Jane Doe, March 4, 2025", "Jane Doe on 4 March 2025"."""
    if date or not any(letter.isdigit() for letter in segment):
        return segment, date
    for cut in [
        0,
        *(hit.end() for hit in re.finditer(r",\s*|\s+(?=on\s|[A-Z][a-z]{2,8}\.? \d|\d{1,2}[ /.]|\d{4}-)", segment)),
    ]:
        if parse_date(segment[cut:], True)[1] is None:
            return segment[:cut].strip(" ,"), segment[cut:]
    return segment, None


@lru_cache(maxsize=4096)
def split_authors(value: str) -> str:
    """Authors as a file names them, joined with "; "; what does not look like names stays as it is.

    Examples
    --------
    >>> split_authors("By Jane Doe, John Roe and Ann Lee")
    'Jane Doe; John Roe; Ann Lee'
    >>> split_authors("Doe, Jane"), split_authors("Wikinews")
    ('Doe, Jane', 'Wikinews')
    """
    if ";" in value:
        return "; ".join(part.strip() for part in value.split(";") if part.strip())
    start = _START.match(value)
    body = value[start.end() :] if start and start[0].strip() else value
    parts = _names_of(body)
    names = sum(map(looks_like_name, parts))
    people = all(len(part.split()) > 1 and not _ROLE.search(part) for part in parts)
    return "; ".join(parts) if people and 2 * names >= len(parts) > 1 else (body or value)
