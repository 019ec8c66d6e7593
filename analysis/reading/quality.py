"""What is wrong with which article: `Corpus.quality()`."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.corpus import Corpus
from analysis.kernels import load
from analysis.reading.screen import Automaton, automaton, may_match, needles
from analysis.reading.strings import CLOSER, ODD, as_strings, blocks, look, odd_characters

if TYPE_CHECKING:
    from analysis.kernels import Kernels

__all__ = ["PROBLEMS", "furniture", "furniture_of", "is_caption", "problems_of", "quality"]

#: Every problem that `quality` reports, with what it means and what `n` counts.
PROBLEMS: dict[str, str] = {
    "empty": "no word in the text (n: characters)",
    "very_short": "fewer than 50 words (n: words)",
    "cut_short": "the export cut the text: '[+1234 chars]', or Excel's limit of 32,767 characters (n: characters)",
    "duplicate": "the same text as an earlier article, which detail names (n: articles with this text)",
    "no_date": "no date of publication (n: 1)",
    "date_unread": "a date stands in the file and could not be read (n: 1)",
    "no_outlet": "no outlet (n: 1)",
    "not_english": "another language, which detail names (n: 1)",
    "language_unknown": "too few words to tell the language (n: 1)",
    "repeated_block": "a paragraph of eight words or more stands more than once (n: copies too many)",
    "caption_lines": "lines that look like captions or picture credits are part of the text (n: lines)",
    "boilerplate_lines": "advertisements, links, lines that ask to follow or read more are part of the text (n: lines)",
    "boilerplate": "lines of head or foot were set aside, see Corpus.set_aside (n: lines)",
    "label_line": "the first line is the same single word in many files of this folder, which detail names (n: files)",
    "markup": "HTML tags or entities are part of the text (n: pieces)",
    "odd_characters": "control, replacement, private or invisible characters, which detail names (n: characters)",
    "mojibake": "wrongly decoded characters were repaired, see Corpus.notes (n: repairs)",
}
_FEW_WORDS = 50
_EXCEL_LIMIT = 32767
_MANY_FILES = 10
_CUT = re.compile(r"\[\+?\d+ chars\]\s*$")
_CAPTION_RULES = (
    (
        r"(?:FILE(?: PHOTO)?\s*[-–—:]|FILE PHOTO\b|"
        r"(?:image|photo|picture|video|media|photograph)s?\s*(?:copyright|caption|credit|source)\b|"
        r"(?:image|photo|picture|credit|caption|photograph|illustration)s?(?: by)?\s*:|media playback is unsupported|"
        r"photos?(?:graph)? by [A-Z]|enlarge (?:this )?image|toggle caption|hide caption|"
        r"facebook twitter pinterest\b|(?:watch|video)\s*:|(?:pictured|above|below|left|right)\s*:).*"
    ),
    r".{0,400}[(\[][^()\[\]]{0,80}\b(?:AP|AFP|Reuters|Getty|EPA|Shutterstock|Alamy|iStock|PA|Photo|Bloomberg)\b[^()\[\]]{0,60}[)\]]\W*",
    r".{0,400}\b(?:AP Photo|Getty Images|Photo(?:graph)?:|Image:|REUTERS/)[^.]{0,60}\.?",
    (
        r"(?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}\s?/\s?(?:[\w ]{2,20}/)?"
        r"(?:Reuters|REUTERS|AP|AFP|Getty|EPA|Bloomberg)\b.{0,30})"
    ),
)
_CAPTIONS = tuple(re.compile(rule, re.I) for rule in _CAPTION_RULES)
_CAPTION = re.compile("|".join(_CAPTION_RULES), re.I)
#: A line can only be a caption, or boilerplate, if it holds one of these: a plain search is much faster than patterns.
_CAPTION_WORDS = """
photo image caption credit picture getty reuters afp epa ap/ (ap ap) pa/ pa) media video watch: alamy shutterstock
istock bloomberg illustration pinterest /ap file above: below: left: right: pictured:
"""
_CAPTION_SIGNS = tuple(_CAPTION_WORDS.split())
_BOILERPLATE_WORDS = """
follow subscribe sign join like read related more share advertis sponsored newsletter copyright © reserved contribut
tags topics comment donate support click download continues slideshow ago tweet directv dish cable coverage interest
inbox facebook tips content
"""
_BOILERPLATE_SIGNS = tuple(_BOILERPLATE_WORDS.split())
_LONGEST_LINE = 400
# Rules that a line may fulfil are bits: four of captions, of which the second ends in brackets, that of links, one for
# marks around, then those of the foot. In furniture.c the last bit says that a line is a copy.
_OF_CAPTIONS, _IN_BRACKETS, _LINK, _FIRST_OF_FOOT, _COPY = 0b1111, 1 << 1, 1 << 4, 6, 1 << 63
_MARKS = "*_[]"
_IN_WORD = re.compile(r"\w")
# Of a line that is long enough to be a paragraph, and its break.
_LEAST_BYTES = 32
_ONLY_A_LINK = re.compile(r"<?(?:(?:https?://|www\.)\S+|(?:pic\.twitter\.com|abcn\.ws|t\.co|bit\.ly)/\S+)", re.I)
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|img|b|i|em|strong|script|ul|li|h\d|iframe)\b[^<>]{0,300}>|&(?:amp|nbsp|quot|lt|gt|apos|#\d+);",
    re.I,
)
#: What `str.strip` takes off.
_WHITE_SPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)))) + (
    "\u2028\u2029\u202f\u205f\u3000"
)


def is_caption(line: str) -> bool:
    """Whether a line looks like the caption or the credit of a picture.

    Examples
    --------
    >>> [is_caption(line) for line in ("FILE - In this photo the mayor speaks.", "The library. (AP Photo/Ann Lee)")]
    [True, True]
    >>> [is_caption(line) for line in ("The mayor filed a complaint.", "He told the AP: “No.”")]
    [False, False]
    """
    return len(line) <= _LONGEST_LINE and bool(_CAPTION.fullmatch(line.strip()))


def quality(corpus: Corpus) -> pd.DataFrame:
    """List what is wrong with which article.

    Nothing is left out because of it; the table is there to choose by. It holds no text of the articles.

    Parameters
    ----------
    corpus
        The articles.

    Returns
    -------
    pandas.DataFrame
        One row for each problem of an article, in the order of the articles and of `PROBLEMS`: `article_id`, `problem`
        (string, one of `PROBLEMS`), `detail` (string), `n` (int64, see `PROBLEMS`).

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a", "b"], "text": ["Rain.", "Rain."]}))
    >>> table = quality(corpus)
    >>> table[table["problem"] == "duplicate"].to_dict("records")
    [{'article_id': 'b', 'problem': 'duplicate', 'detail': 'the same text as a', 'n': 2}]
    """
    texts = corpus.articles["text"].tolist()
    return problems_of(corpus, [*_duplicates(texts, corpus.articles.index.tolist()), *_label_lines(corpus)])


def problems_of(corpus: Corpus, others: Iterable[tuple[int, str, str, int]] = ()) -> pd.DataFrame:
    """List what is wrong with which article as `quality` does, but for what the other articles have a say in.

    That (`duplicate` and `label_line`) may be given as `others`: place of the article, problem, detail, n.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": "A", "date": "2024-03-01", "text": ["Rain.", "Rain."]}))
    >>> problems_of(corpus)["problem"].tolist()
    ['very_short', 'language_unknown', 'very_short', 'language_unknown']
    """
    articles = corpus.articles
    order = {name: position for position, name in enumerate(PROBLEMS)}
    found = list(others)
    texts = _large(articles["text"])
    said = look(texts)
    closer = np.flatnonzero(said & CLOSER)
    for position, text in zip(closer.tolist(), texts.take(pa.array(closer)).to_pylist(), strict=True):
        found += ((position, *problem) for problem in _of_text(text))
    empty = {row[0] for row in found if row[1] == "empty"}
    has_odd = [place for place in np.flatnonzero(said & ODD).tolist() if place not in empty]
    for position, signs in zip(has_odd, odd_characters(texts.take(pa.array(has_odd, pa.int64()))), strict=True):
        found.append((position, "odd_characters", _counted(signs), len(signs)))
    for position, lines in furniture_of(texts).items():
        if position not in empty:
            found += ((position, *problem) for problem in _of_lines(lines))
    for column, problem in (("published", "no_date"), ("outlet", "no_outlet")):
        found += ((int(position), problem, "", 1) for position in articles[column].isna().to_numpy().nonzero()[0])
    languages = articles["language"].tolist()
    for position, language in enumerate(languages):
        if not isinstance(language, str):
            found.append((position, "language_unknown", "", 1))
        elif language != "en":
            found.append((position, "not_english", language, 1))
    found += _from_lists(corpus)
    found.sort(key=lambda row: (row[0], order[row[1]]))
    ids = articles.index.to_numpy()
    return pd.DataFrame(
        {
            "article_id": pd.array([ids[row[0]] for row in found], dtype="str"),
            "problem": pd.array([row[1] for row in found], dtype="str"),
            "detail": pd.array([row[2] for row in found], dtype="str"),
            "n": pd.array([row[3] for row in found], dtype="int64"),
        }
    )


def _large(texts: Iterable[str]) -> pa.Array:
    strings = as_strings(texts)
    return pa.array(texts, pa.large_string()) if strings is None else strings


def _of_text(text: str) -> Iterator[tuple[str, str, int]]:
    words = len(text[: 20 * _FEW_WORDS * 10].split(None, _FEW_WORDS)) if text else 0
    if not any(map(str.isalnum, text[:2000])) and not any(map(str.isalnum, text)):
        yield "empty", "", len(text)
        return
    if words < _FEW_WORDS:
        yield "very_short", f"{words} words", words
    if _CUT.search(text[-40:]) or len(text) == _EXCEL_LIMIT:
        yield "cut_short", "", len(text)
    if pieces := _count_markup(text):
        yield "markup", "", pieces


def _count_markup(text: str) -> int:
    """Count what `_MARKUP` finds; two plain searches for how it begins are much quicker."""
    n = end = 0
    for place in sorted([*_places(text, "<"), *_places(text, "&")]):
        if place >= end and (hit := _MARKUP.match(text, place)):
            n, end = n + 1, hit.end()
    return n


def _places(text: str, sign: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _counted(signs: str) -> str:
    return ", ".join(f"U+{ord(sign):04X} x {n}" for sign, n in sorted(Counter(signs).items()))


def furniture(text: str) -> dict[int, str]:
    """Say which lines of a text are not the article's own prose: line number, from 1, to the kind of line.

    Kinds are "caption" (captions and picture credits), "boilerplate" (follow, read more, share, "Advertisement:",
    "Slideshow (2 Images)", a link and nothing else) and "repeated" (a
    further copy of a paragraph of eight words or more).

    Examples
    --------
    >>> furniture("Image caption The bridge\\n\\nThe bridge held.\\n\\nFollow us on Twitter")
    {1: 'caption', 5: 'boilerplate'}
    """
    return furniture_of([text]).get(0, {})


def furniture_of(texts: Sequence[str] | pa.Array) -> dict[int, dict[int, str]]:
    """Do as `furniture` for many texts at once: place of the text to the numbers and kinds of its lines.

    Examples
    --------
    >>> furniture_of(["The bridge held.", "Follow us on Twitter"])
    {1: {1: 'boilerplate'}}
    """
    strings, compiled = _large(texts), load()
    lines = _lines(strings) if compiled is None else _lines_by_kernel(compiled, strings)
    columns = (lines.article.tolist(), lines.number.tolist(), lines.rules.tolist(), lines.line.to_pylist())
    found: dict[int, dict[int, str]] = {}
    for article, number, rules, line in zip(*columns, strict=True):
        if rules & _IN_BRACKETS and not _ends_in_brackets(line):
            rules ^= _IN_BRACKETS
        kind = "repeated" if rules & _COPY else _kind_of_line(line, rules) if rules else None
        if kind is not None:
            found.setdefault(article, {})[number] = kind
    return found


def _ends_in_brackets(line: str) -> bool:
    return _IN_WORD.search(line, max(line.rfind(")"), line.rfind("]")) + 1) is None


class _Lines(NamedTuple):
    """Lines that may be furniture, in their order: of which text, the number there from 1, and the rules."""

    article: NDArray[np.int64]
    number: NDArray[np.int64]
    rules: NDArray[np.uint64]
    line: pa.Array  # without white space around; "" of a long one


def _lines(texts: pa.Array) -> _Lines:
    """Return the short lines that some pattern may match, said to fulfil all rules, and all copies of long ones."""
    from analysis.reading.saved import ANY_FOOT

    listed = pc.split_pattern(texts, "\n")
    offsets = listed.offsets.to_numpy()
    lines = pc.utf8_trim(listed.values, _WHITE_SPACE)
    lengths = pc.utf8_length(lines).to_numpy()
    long = np.flatnonzero((lengths > 30) & (pc.count_substring(lines, " ").to_numpy() >= 7))
    is_copy = np.zeros(len(lines), np.bool_)
    is_copy[_further_copies(lines, long, offsets)] = True
    short = np.flatnonzero((lengths > 0) & (lengths <= _LONGEST_LINE))
    looked_at = lines.take(pa.array(short))
    may_be = pc.match_substring_regex(looked_at, f"[{re.escape(_MARKS)}]").to_numpy(zero_copy_only=False)
    for pattern in (_CAPTION, ANY_FOOT, _ONLY_A_LINK):
        may_be |= may_match(looked_at, pattern)
    rules = np.zeros(len(lines), np.uint64)
    rules[short[may_be]] = _COPY - 1
    rules[is_copy] = _COPY
    places = np.flatnonzero(rules)
    article = np.searchsorted(offsets, places, side="right") - 1
    return _Lines(article, places - offsets[article] + 1, rules[places], lines.take(pa.array(places)))


def _lines_by_kernel(compiled: Kernels, texts: pa.Array) -> _Lines:
    """Return short lines in which one of the words stands that no pattern does without, and copies of long ones."""
    words = _automaton()
    tables = [compiled.kept(f"quality.{name}", getattr(words, name)) for name in ("classes", "following", "said")]
    seed = int.from_bytes(os.urandom(7))
    none = np.zeros(0, np.int64)
    found = [_Lines(none, none, none.astype(np.uint64), pa.array([], pa.large_string()))]
    for begin, data, edges in blocks(texts):
        n = len(edges) - 1
        most = int(np.diff(edges).max()) // _LEAST_BYTES
        n_lines = n + int(np.count_nonzero(data == ord("\n")))
        rooms = (16 * (most + 1), 4 * (4 * most + 8), 4 * n_lines, 4 * n_lines, 8 * n_lines, len(data), 8 * n_lines)
        with compiled.blocks(data, edges, *rooms) as (text, where, paragraphs, slots, *out):
            size = compiled.call("furniture_lines", text, where, n, *tables, words.begin, seed, paragraphs, slots, *out)
            article, number, kind, heap, ends = out
            numbers = [compiled.view(block, size, np.int32).astype(np.int64) for block in (article, number)]
            rules = compiled.view(kind, size, np.uint64).copy()
            edges_of_lines = np.concatenate([[0], compiled.view(ends, size, np.int64)])
            heap_bytes = compiled.view(heap, int(edges_of_lines[-1]), np.uint8).copy()
        line = pa.LargeStringArray.from_buffers(size, pa.py_buffer(edges_of_lines), pa.py_buffer(heap_bytes))
        found.append(_Lines(numbers[0] + begin, numbers[1], rules, line))
    return _Lines(
        np.concatenate([part.article for part in found]),
        np.concatenate([part.number for part in found]),
        np.concatenate([part.rules for part in found]),
        pa.concat_arrays([part.line for part in found]),
    )


@cache
def _automaton() -> Automaton:
    from analysis.reading.saved import FOOT_PATTERNS

    marks = [f"\n{mark}" for mark in _MARKS]
    return automaton(*map(needles, (*_CAPTIONS, _ONLY_A_LINK)), marks, *map(needles, FOOT_PATTERNS))


def _further_copies(lines: pa.Array, long: NDArray[np.int64], offsets: NDArray[np.int64]) -> list[int]:
    """Of some lines the places of those that stood in their article before."""
    codes = lines.take(pa.array(long)).dictionary_encode().indices.to_numpy().astype(np.int64)
    article = np.searchsorted(offsets, long, side="right") - 1
    key = article * (int(codes.max(initial=0)) + 1) + codes
    _, first = np.unique(key, return_index=True)
    copies = np.ones(len(long), np.bool_)
    copies[first] = False
    return cast("list[int]", long[copies].tolist())


@lru_cache(1 << 13)  # lines of the head and foot are the same in many articles
def _kind_of_line(line: str, rules: int) -> str | None:
    """Return the kind of a line that may fulfil some rules."""
    from analysis.reading.saved import foot_kind

    if rules & _OF_CAPTIONS:
        captions = (pattern for place, pattern in enumerate(_CAPTIONS) if rules >> place & 1)
        if any(pattern.fullmatch(line) for pattern in captions) and _has_sign(line, _CAPTION_SIGNS):
            return "caption"
    # Without the marks around it a line may be another.
    of_foot = None if line[0] in _MARKS or line[-1] in _MARKS else rules >> _FIRST_OF_FOOT
    if of_foot != 0 and foot_kind(line, of_foot) and _has_sign(line, _BOILERPLATE_SIGNS):
        return "boilerplate"
    return "boilerplate" if rules & _LINK and "/" in line and _ONLY_A_LINK.fullmatch(line) else None


def _has_sign(line: str, signs: tuple[str, ...]) -> bool:
    small = line.lower()
    return any(sign in small for sign in signs)


def _of_lines(found: dict[int, str]) -> Iterator[tuple[str, str, int]]:
    for kind, problem in (
        ("repeated", "repeated_block"),
        ("caption", "caption_lines"),
        ("boilerplate", "boilerplate_lines"),
    ):
        lines = [number for number, its in found.items() if its == kind]
        if lines:
            yield problem, _numbers(lines), len(lines)


def _numbers(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
    return f"line{'s' if len(lines) > 1 else ''} {shown}"


def _duplicates(texts: list[str], ids: list[str]) -> Iterator[tuple[int, str, str, int]]:
    """Articles whose text is that of an earlier one but for white space."""
    first: dict[str, int] = {}
    keys = [text.strip() for text in texts]
    counts = Counter(keys)
    for position, key in enumerate(keys):
        if counts[key] > 1 and any(map(str.isalnum, key[:2000])):
            if key in first:
                yield position, "duplicate", f"the same text as {ids[first[key]]}", counts[key]
            else:
                first[key] = position


def _label_lines(corpus: Corpus) -> Iterator[tuple[int, str, str, int]]:
    """Texts that begin with a label, such as a level of difficulty, and not with their title."""
    if "path" not in corpus.articles.columns:
        return
    labels: dict[int, tuple[str, str]] = {}
    for position, (path, text) in enumerate(zip(corpus.articles["path"], corpus.articles["text"], strict=True)):
        first, ended, _ = text[:60].partition("\n")
        if ended and first.strip().isalpha() and isinstance(path, str) and ".txt" in path:
            labels[position] = (path.rpartition("/")[0], first.strip())
    counts = Counter(labels.values())
    for position, label in labels.items():
        if counts[label] >= _MANY_FILES:
            yield position, "label_line", label[1], counts[label]


def _from_lists(corpus: Corpus) -> Iterator[tuple[int, str, str, int]]:
    """What was noticed while reading."""
    if corpus.set_aside.empty and corpus.notes.empty:
        return
    place = {article_id: position for position, article_id in enumerate(corpus.articles.index.tolist())}
    kinds: dict[int, Counter[str]] = {}
    for article_id, kind in zip(corpus.set_aside["article_id"], corpus.set_aside["kind"], strict=True):
        if article_id in place:
            kinds.setdefault(place[article_id], Counter())[kind] += 1
    for position, counts in kinds.items():
        yield position, "boilerplate", ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())), counts.total()
    repaired: Counter[int] = Counter()
    for article_id, kind in zip(corpus.notes["article_id"], corpus.notes["kind"], strict=True):
        if article_id in place and kind == "date":
            yield place[article_id], "date_unread", "", 1
        if article_id in place and kind == "mojibake":
            repaired[place[article_id]] += 1
    for position, n in repaired.items():
        yield position, "mojibake", "", n
