"""Codebooks: frames and the words that signal them, read from files and checked.

A codebook is a YAML file:

    name: energy
    version: "1"
    language: en
    source: Our coding manual, 2024
    frames:
      conflict:
        question: Does the story reflect disagreement between parties?
        cues: [clash*, "war of words", "*-bashing"]
        except: ["clash of colours"]

A *cue* is a word or a phrase; `*` stands for any letters inside a word, `?` for one, and a `*` alone inside a phrase
for any one word. `tax NEAR/5 cut*` are two words or phrases in one sentence, in either order, with at most five words
between. A cue inside a match of an *exception* of its frame does not count, nor one inside what follows its own `NOT`:
`fire* NOT fire department`.

Dictionaries of other programs are read too: LIWC (`.dic`), Lexicoder (`.lc3`, `.lcd`), Yoshikoder (`.ykd`) and
quanteda's YAML (categories in categories; names joined with `.`). What such a file has and a codebook cannot hold is
listed in `Codebook.notes`, never dropped in silence.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

import yaml

from analysis.errors import CodebookError, OptionError
from analysis.text.cues import Cue, compile_cue
from analysis.text.patterns import Pattern, compile_pattern

__all__ = ["Codebook", "Codebooks", "Frame", "codebook_of", "packaged", "read_codebook"]

_BOOK_KEYS = ("name", "version", "language", "source", "description", "frames")
_FRAME_KEYS = ("question", "source", "rationale", "cues", "except")
_FORMATS = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "yaml",
    ".dic": "liwc",
    ".lc3": "lc3",
    ".lcd": "xml",
    ".ykd": "xml",
}
#: Signs of regular expressions: a cue that has one means something that a cue cannot mean.
_REGEX_SIGN = re.compile(r"[\[\]{}|\\^<>=]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: What other programs' words in capitals must not become.
_OPERATOR = re.compile(r"(?<!\S)(?:NOT|NEAR(?:/\S*)?)(?!\S)")
_SMALL_NEAR = re.compile(r"(?<!\S)(?!NEAR/)(?i:near)/")
_MOST_LEVELS = 20
_MOST_PROBLEMS = 100
#: What a message of YAML most often means in a codebook.
_HINTS = {
    "alias": " A cue that begins with '*' needs quotation marks.",
    "cannot start any token": " Indent with spaces, not tabs; put cues with signs in quotation marks.",
    "mapping values": " Put text that has ': ' in it in quotation marks.",
}
#: Encodings that an XML file may declare besides UTF-8.
_XML_ENCODING = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']((?i:iso-8859-\d{1,2}|windows-125\d))["']""")


@dataclass(frozen=True)
class Frame:
    """A frame: the question a coder would answer, and the cues that answer it yes.

    Examples
    --------
    >>> Frame("conflict", cues=("clash*",)).exceptions
    ()
    """

    name: str
    cues: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    question: str = ""
    source: str = ""
    rationale: str = ""


@dataclass(frozen=True, repr=False)
class Codebook:
    """Frames with their cues; made by `read_codebook` or `Codebook.from_dict`, which check it.

    Attributes
    ----------
    name, version, language, source, description
        As the file says; `""` where it does not.
    frames
        The frames, in the order of the file.
    notes
        What a dictionary of another program had that was read otherwise or left out.

    Examples
    --------
    >>> codebook = Codebook.from_dict({"conflict": ["clash*", "war of words"]}, name="mine")
    >>> codebook
    <Codebook 'mine': 1 frame, 2 cues>
    >>> codebook.frames[0].cues
    ('clash*', 'war of words')
    """

    name: str
    frames: tuple[Frame, ...]
    version: str = ""
    language: str = ""
    source: str = ""
    description: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        frames, cues = len(self.frames), sum(len(frame.cues) for frame in self.frames)
        return f"<Codebook {self.name!r}: {frames} frame{'s' * (frames != 1)}, {cues:,} cue{'s' * (cues != 1)}>"

    @classmethod
    def from_dict(
        cls,
        frames: Mapping[str, Sequence[str] | Mapping[str, object]],
        *,
        name: str,
        version: str = "",
        language: str = "",
        source: str = "",
    ) -> Codebook:
        """Make a codebook of a dictionary: for each frame its cues, or what a codebook file has for a frame.

        Raises
        ------
        CodebookError
            With everything that is wrong with it.

        Examples
        --------
        >>> Codebook.from_dict({"fire": {"cues": ["fire*"], "except": ["fire department"]}}, name="mine").frames[0]
        Frame(name='fire', cues=('fire*',), exceptions=('fire department',), question='', source='', rationale='')
        >>> Codebook.from_dict({"fire": ["fire*", "Fire*"]}, name="mine")
        Traceback (most recent call last):
        analysis.errors.CodebookError: codebook 'mine': the cue 'Fire*' of frame 'fire' repeats 'fire*'. Take one out.
        """
        problems = _Problems(f"codebook {name!r}")
        root = _as_node(frames)
        if not isinstance(root, _Map):
            raise CodebookError(f"codebook {name!r}: frames must be a dictionary of names and cues; got {root.kind}.")
        book = _frames_of_mapping(root, problems)
        problems.raise_any()
        return cls(name, tuple(book), version=version, language=language, source=source)

    def to_yaml(self) -> str:
        """Write the codebook as the text of a YAML file, which `read_codebook` reads back.

        Examples
        --------
        >>> print(Codebook.from_dict({"conflict": ["clash*"]}, name="mine", language="en").to_yaml())
        name: mine
        language: en
        frames:
          conflict:
            cues:
            - clash*
        <BLANKLINE>
        """
        head = {key: getattr(self, key) for key in _BOOK_KEYS if key != "frames"}
        frames = {frame.name: _frame_fields(frame) for frame in self.frames}
        book = {key: value for key, value in head.items() if value} | {"frames": frames}
        return yaml.safe_dump(book, sort_keys=False, allow_unicode=True, width=120)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(frame.name)}</th><td>{html.escape(frame.question)}</td><td>{len(frame.cues):,}</td>"
            f"<td>{html.escape(_some(frame.cues))}</td><td>{html.escape(_some(frame.exceptions))}</td></tr>"
            for frame in self.frames
        )
        about = "; ".join(filter(None, [self.version and f"version {self.version}", self.language, self.source]))
        head = "".join(f"<th>{name}</th>" for name in ("frame", "question", "number of cues", "cues", "except"))
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return (
            f"<p><strong>Codebook {html.escape(self.name)}</strong> {html.escape(about)}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            + (f"<ul>{notes}</ul>" if notes else "")
        )


def _some(words: Sequence[str], most: int = 12) -> str:
    return ", ".join(words[:most]) + (f" … and {len(words) - most:,} more" if len(words) > most else "")


def _frame_fields(frame: Frame) -> dict[str, object]:
    fields: dict[str, object] = {
        key: getattr(frame, key) for key in ("question", "source", "rationale") if getattr(frame, key)
    }
    fields["cues"] = list(frame.cues)
    if frame.exceptions:
        fields["except"] = list(frame.exceptions)
    return fields


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path
        The name of a codebook of the kit (`"generic"`), or a file: YAML of the kit or of quanteda (`.yaml`, `.yml`,
        `.json`), LIWC (`.dic`), Lexicoder (`.lc3`, `.lcd`) or Yoshikoder (`.ykd`). A file with another ending is told
        by how it begins.

    Returns
    -------
    Codebook
        A dictionary of another program has the file's name, no questions, and `notes` on what was left out.

    Raises
    ------
    CodebookError
        With all that is wrong, each with file and line.

    Examples
    --------
    >>> [frame.name for frame in read_codebook("generic").frames]
    ['conflict', 'human_interest', 'economic', 'morality', 'responsibility', 'resolution']
    """
    if not isinstance(path, (str, Path)):
        raise OptionError(f"`path` must be the name of a codebook or a file; got {path!r}.")
    known = packaged()
    if isinstance(path, str) and path in known:
        return _parse(files("analysis.measures").joinpath("codebooks", f"{path}.yaml").read_bytes(), f"{path}.yaml")
    file = Path(path)
    if not file.exists():
        raise CodebookError(
            f"{path}: there is no such file, and no codebook of the kit has this name. "
            f"Give the path of a file or one of {', '.join(map(repr, known))}."
        )
    if file.is_dir():
        raise CodebookError(f"{path}: is a folder. Give the path of one codebook file.")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CodebookError(f"{path}: cannot be read: {error.strerror}.") from error
    return _parse(data, str(path))


#: What a measure takes for its codebook.
Codebooks: TypeAlias = str | Path | Codebook | Sequence[str | Path | Codebook]


def codebook_of(given: Codebooks) -> Codebook:
    """Return the codebook that is named, or one of all the frames of several, their names after their codebooks'.

    Raises
    ------
    OptionError
        If it is none of these, or two codebooks have one name.
    CodebookError
        If a file is not well formed.

    Examples
    --------
    >>> mine = Codebook.from_dict({"flood": ["flood*"]}, name="mine")
    >>> both = codebook_of(["generic", mine])
    >>> both.name, both.frames[0].name, both.frames[-1].name
    ('generic+mine', 'generic.conflict', 'mine.flood')
    """
    if isinstance(given, Codebook):
        return given
    if isinstance(given, (str, Path)):
        return read_codebook(given)
    if (
        not isinstance(given, (list, tuple))
        or not given
        or not all(isinstance(b, (str, Path, Codebook)) for b in given)
    ):
        raise OptionError(
            f"`codebook` must be a name, a path or a Codebook, or a list of these; got {type(given).__name__}."
        )
    books = [codebook_of(one) for one in given]
    names = [book.name for book in books]
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise OptionError(f"`codebook` has two codebooks with the name {twice[0]!r}. Name one of them otherwise.")
    frames = tuple(replace(frame, name=f"{book.name}.{frame.name}") for book in books for frame in book.frames)
    languages = {book.language for book in books}
    notes = tuple(note for book in books for note in book.notes)
    return Codebook("+".join(names), frames, language=languages.pop() if len(languages) == 1 else "", notes=notes)


def packaged() -> list[str]:
    """Return the names of the kit's own codebooks."""
    found = files("analysis.measures").joinpath("codebooks").iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in found if entry.name.endswith(".yaml"))


@lru_cache(maxsize=16)
def _parse(data: bytes, file: str) -> Codebook:
    """Parse a codebook file; remembered by content, so that a path may be given again and again at no cost."""
    suffix = Path(file).suffix.lower()
    kind = _FORMATS.get(suffix) or _kind_by_content(data)
    problems = _Problems(file)
    text = _decode(data, problems, kind)
    if not text.strip():
        raise CodebookError(f"{file}: is empty. A codebook has a name and frames with cues.")
    read = {"yaml": _read_yaml, "liwc": _read_liwc, "lc3": _read_lc3, "xml": _read_xml}[kind]
    codebook = read(text, Path(file).stem, problems)
    problems.raise_any()
    assert codebook is not None  # noqa: S101 -- a reader returns None only with a problem
    return codebook


def _kind_by_content(data: bytes) -> str:
    return {b"%": "liwc", b"+": "lc3", b"<": "xml"}.get(data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1], "yaml")


def _decode(data: bytes, problems: _Problems, kind: str) -> str:
    file = problems.file
    declared = _XML_ENCODING.match(data) if kind == "xml" else None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CodebookError(f"{file}: is UTF-16 text. Save it as UTF-8.")
    if b"\0" in data:
        raise CodebookError(f"{file}: is a binary file, not a codebook.")
    try:
        text = data.decode(declared[1].decode() if declared else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if kind not in ("liwc", "lc3"):
            raise CodebookError(
                f"{file}, line {line}: is not UTF-8 text (byte 0x{data[error.start]:02x}). Save the file as UTF-8."
            ) from None
        text = data.decode("cp1252", errors="replace")
        problems.notes.append(f"the file is not UTF-8 (line {line}) and was read as Windows-1252")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise CodebookError(f"{file}, line {line}: has the control character {control[0]!r}. Take it out.")
    return text


class _Problems:
    """What is wrong with a file, and what was read otherwise than written."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[tuple[int, str]] = []
        self.notes: list[str] = []

    def add(self, line: int, message: str) -> None:
        self.found.append((line, message))

    def raise_any(self) -> None:
        if self.found:
            lines = [
                f"{self.file}{f', line {line}' if line else ''}: {message}"
                for line, message in sorted(self.found, key=lambda problem: problem[0])[:_MOST_PROBLEMS]
            ]
            if len(self.found) > _MOST_PROBLEMS:
                lines.append(f"{self.file}: and {len(self.found) - _MOST_PROBLEMS:,} more problems.")
            raise CodebookError("\n".join(lines))


# What a YAML file holds, with its lines. Line 0: not from a file.


class _Text(NamedTuple):
    line: int
    value: str
    kind: str = "text"


class _List(NamedTuple):
    line: int
    items: list[_Node]
    kind: str = "a list"


class _Map(NamedTuple):
    line: int
    items: list[tuple[_Text, _Node]]
    kind: str = "a mapping"


_Node = _Text | _List | _Map


def _as_node(value: object) -> _Node:
    """Give Python's own lists and dictionaries the form of a file's."""
    if isinstance(value, Mapping):
        return _Map(0, [(_Text(0, str(key)), _as_node(item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return _List(0, [_as_node(item) for item in value])
    if isinstance(value, str):
        return _Text(0, value)
    return _Text(0, "", kind=type(value).__name__)


def _read_yaml(text: str, stem: str, problems: _Problems) -> Codebook | None:
    root = _compose(text, problems)
    problems.raise_any()
    if not isinstance(root, _Map):
        problems.add(root.line, f"a codebook must be a mapping with name and frames; got {root.kind}.")
        return None
    if _is_dictionary(root):
        return _read_quanteda(root, stem, problems)
    fields = _fields(root, _BOOK_KEYS, "the codebook", problems)
    name, version, language, source, description = (
        _text(fields.get(key), repr(key), problems) for key in _BOOK_KEYS[:-1]
    )
    if "name" not in fields:
        problems.add(root.line, "the codebook has no name. Add a line such as 'name: energy'.")
    frames: list[Frame] = []
    given = fields.get("frames")
    if given is None:
        problems.add(root.line, "the codebook has no frames. Add 'frames:' with a name and cues for each.")
    elif not isinstance(given, _Map):
        problems.add(given.line, f"'frames' must be a mapping of frame names; got {given.kind}.")
    elif not given.items:
        problems.add(given.line, "'frames' is empty. Add a frame with cues.")
    else:
        frames = _frames_of_mapping(given, problems)
    return Codebook(name, tuple(frames), version, language, source, description)


def _is_dictionary(root: _Map) -> bool:
    """Tell quanteda's categories of words from a codebook, also from one that lacks `frames` or `name`."""
    for key, value in root.items:
        if key.value == "frames" or (key.value == "name" and isinstance(value, _Text)):
            return False
        if isinstance(value, _Map) and any(inner.value == "cues" for inner, _ in value.items):
            return False
    return True


def _compose(text: str, problems: _Problems) -> _Node:
    """Build the tree of a YAML document from its events.

    Not by PyYAML's own composer: that one recurses without a bound and knows aliases, from which a small file can grow
    huge. Every plain word stays the text that it is (`no` is a word here, and `2020` too).
    """
    root: _Node | None = None
    stack: list[_List | _Map] = []
    keys: list[_Text | None] = []

    def put(node: _Node) -> None:
        nonlocal root
        if not stack:
            if root is not None:
                problems.add(node.line, "a second document begins. A codebook is one document: take '---' out.")
            else:
                root = node
        elif isinstance(parent := stack[-1], _List):
            parent.items.append(node)
        elif keys[-1] is not None:
            parent.items.append((keys[-1], node))
            keys[-1] = None
        elif isinstance(node, _Text):
            keys[-1] = node
        else:
            problems.add(node.line, f"a key must be text; got {node.kind}.")
            keys[-1] = _Text(node.line, "")

    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if (tag := getattr(event, "tag", None)) not in (None, "!"):
                problems.add(line, f"has the tag {tag!r}. A codebook holds only text: take the tag out.")
            if isinstance(event, yaml.AliasEvent):
                problems.add(
                    line,
                    f"'*{event.anchor}' without quotation marks is an alias in YAML, which a codebook cannot have. "
                    f'For a cue write "*{event.anchor}".',
                )
                put(_Text(line, f"*{event.anchor}"))
            elif isinstance(event, yaml.ScalarEvent):
                null = not event.style and event.value in ("", "~")
                put(_Text(line, "" if null else event.value, kind="nothing" if null else "text"))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) == _MOST_LEVELS:
                    problems.add(line, f"is nested more than {_MOST_LEVELS} levels deep.")
                    problems.raise_any()
                node = _List(line, []) if isinstance(event, yaml.SequenceStartEvent) else _Map(line, [])
                put(node)
                stack.append(node)
                keys.append(None)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
                keys.pop()
    except yaml.MarkedYAMLError as error:
        said = " ".join(filter(None, [error.context, error.problem]))
        hint = next((hint for sign, hint in _HINTS.items() if sign in said), "")
        problems.add(error.problem_mark.line + 1 if error.problem_mark else 0, f"is not valid YAML: {said}.{hint}")
    except yaml.YAMLError as error:
        problems.add(0, f"is not valid YAML: {error}.")
    return root if root is not None else _Text(1, "", kind="nothing")


def _fields(node: _Map, known: Sequence[str], what: str, problems: _Problems) -> dict[str, _Node]:
    """Return the values by key; unknown and repeated keys are problems."""
    fields: dict[str, _Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.items:
        if key.value in fields:
            problems.add(key.line, f"the key {key.value!r} of {what} stands twice{_first(lines[key.value])}.")
        elif key.value not in known:
            problems.add(key.line, f"unknown key {key.value!r} in {what}. Its keys are {', '.join(known)}.")
        else:
            fields[key.value], lines[key.value] = value, key.line
    return fields


def _first(line: int) -> str:
    return f", first in line {line}" if line else ""


def _text(node: _Node | None, what: str, problems: _Problems) -> str:
    if node is None:
        return ""
    if not isinstance(node, _Text) or node.kind != "text":
        problems.add(node.line, f"{what} must be text; got {node.kind}.")
        return ""
    if not node.value.strip():
        problems.add(node.line, f"{what} is empty.")
    return " ".join(node.value.split())


def _frames_of_mapping(node: _Map, problems: _Problems) -> list[Frame]:
    frames = []
    seen: dict[str, int] = {}
    for key, value in node.items:
        name = key.value.strip()
        if not name:
            problems.add(key.line, "a frame has no name.")
        elif name.lower() in seen:
            problems.add(
                key.line, f"the frame {name!r} stands twice{_first(seen[name.lower()])} (capitals do not count)."
            )
        seen.setdefault(name.lower(), key.line)
        frames.append(_frame(name, key.line, value, problems))
    return frames


def _frame(name: str, line: int, node: _Node, problems: _Problems) -> Frame:
    what = f"frame {name!r}"
    if isinstance(node, _List) and not node.line:  # from_dict: the cues alone
        node = _Map(0, [(_Text(0, "cues"), node)])
    if not isinstance(node, _Map):
        problems.add(node.line or line, f"{what} must be a mapping with question and cues; got {node.kind}.")
        return Frame(name, ())
    fields = _fields(node, _FRAME_KEYS, what, problems)
    about = {key: _text(fields.get(key), f"{key!r} of {what}", problems) for key in ("question", "source", "rationale")}
    seen: dict[object, _Text] = {}
    cues = _cues(fields.get("cues"), "cue", "cues", what, seen, problems)
    exceptions = _cues(fields.get("except"), "exception", "except", what, seen, problems)
    if "cues" not in fields:
        problems.add(line, f"{what} has no cues. Add a list of words and phrases.")
    return Frame(name, cues, exceptions, **about)


def _cues(
    node: _Node | None, one: str, key: str, what: str, seen: dict[object, _Text], problems: _Problems
) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, _List):
        problems.add(node.line, f"{key!r} of {what} must be a list of words and phrases; got {node.kind}.")
        return ()
    if not node.items:
        problems.add(node.line, f"{key!r} of {what} is an empty list. Add a word or a phrase.")
    kept = []
    for item in node.items:
        if not isinstance(item, _Text) or item.kind != "text":
            problems.add(
                item.line,
                f"a{'n' if one[0] == 'e' else ''} {one} of {what} must be text; got {item.kind}. "
                "Put it in quotation marks if it is a word or a phrase.",
            )
            continue
        cue = _cue(item.value)
        if isinstance(cue, str):
            problems.add(item.line, f"the {one} {item.value!r} of {what} {cue}")
        elif cue.exclusions and one == "exception":
            problems.add(item.line, f"the {one} {item.value!r} of {what} has a 'NOT', which only a cue can have.")
        elif (before := seen.get(cue.key)) is not None:
            where = f" in line {before.line}" if before.line else ""
            problems.add(
                item.line,
                f"the {one} {item.value!r} of {what} repeats {before.value!r}{where}. Take one out.",
            )
        else:
            seen[cue.key] = item
            kept.append(" ".join(item.value.split()))
    return tuple(kept)


def _cue(cue: str) -> Cue | str:
    """Compile a cue, or say what is wrong with it."""
    wrong = _wrong(cue)
    if wrong:
        return wrong
    if _SMALL_NEAR.search(cue):
        return "has 'near/' in small letters. Write it in capitals: 'tax NEAR/5 cut'."
    try:
        return compile_cue(cue)
    except OptionError as error:
        said = str(error)
        return _no_pattern(cue) if said.startswith("the pattern") else said


def _pattern(word: str) -> Pattern | str:
    """Compile a word or phrase of another program, or say what is wrong with it."""
    wrong = _wrong(word)
    if wrong:
        return wrong
    try:
        return compile_pattern(word)
    except OptionError:
        return _no_pattern(word)


def _wrong(cue: str) -> str:
    if not cue.strip():
        return "is empty."
    sign = _REGEX_SIGN.search(cue)
    if sign:
        return f"has the sign {sign[0]!r}. A cue is words with the wildcards '*' and '?', not a regular expression."
    return ""


def _no_pattern(cue: str) -> str:
    sides = re.split(r"\bNEAR/\d+|\bNOT\b", cue)
    if not all(any(letter.isalnum() for letter in side) for side in sides):
        return "has no letter or digit. Write a word, a phrase or the beginning of a word, such as 'clash*'."
    return "begins or ends with a lone '*'. Take it off: it stands for any word."


# Dictionaries of other programs: what a codebook cannot hold becomes a note, since their users cannot always mend them.


class _Collected:
    """The words of each category, in the order of the categories' first sight."""

    def __init__(self, problems: _Problems) -> None:
        self.words: dict[str, dict[tuple[str, ...], str]] = {}
        self._problems = problems

    def category(self, name: str) -> None:
        self.words.setdefault(name, {})

    def add(self, name: str, word: str, line: int) -> None:
        pattern = _pattern(word)
        where = f"line {line}: the entry {word!r} of {name!r}"
        if isinstance(pattern, str):
            self._problems.notes.append(f"{where} was left out: it {pattern.split('. ')[0].rstrip('.')}")
        elif pattern.parts in (words := self.words.setdefault(name, {})):
            if words[pattern.parts] != word:
                self._problems.notes.append(f"{where} was left out: it repeats {words[pattern.parts]!r}")
        else:
            words[pattern.parts] = _OPERATOR.sub(lambda found: found[0].lower(), " ".join(word.split()))

    def book(self, name: str, source: str) -> Codebook | None:
        for category, words in self.words.items():
            if not words:
                self._problems.notes.append(f"the category {category!r} was left out: it has no words")
        frames = tuple(Frame(name, tuple(words.values())) for name, words in self.words.items() if words)
        if not frames:
            self._problems.add(0, "has no category with words.")
            return None
        return Codebook(name, frames, source=source, notes=tuple(self._problems.notes))


def _read_quanteda(root: _Map, stem: str, problems: _Problems) -> Codebook | None:
    collected = _Collected(problems)
    seen: dict[str, int] = {}

    def walk(node: _Node, path: str, line: int) -> None:
        if isinstance(node, _Map):
            for key, value in node.items:
                # quanteda writes the words that stand in a category itself under '' or '__'
                own = key.value in ("", "__")
                inner = path if own else f"{path}.{key.value}" if path else key.value
                if not own and inner in seen:
                    problems.add(key.line, f"the category {inner!r} stands twice{_first(seen[inner])}.")
                seen.setdefault(inner, key.line)
                walk(value, inner, key.line)
        elif isinstance(node, _List):
            collected.category(path)
            for item in node.items:
                if isinstance(item, _List):
                    problems.add(item.line, f"an entry of category {path!r} must be text or a category; got a list.")
                else:
                    walk(item, path, item.line)
        elif not path:
            problems.add(line, f"the word {node.value!r} stands in no category.")
        elif node.kind == "nothing":
            collected.category(path)
        else:
            collected.add(path, node.value, node.line)

    walk(root, "", root.line)
    return None if problems.found else collected.book(stem, "a dictionary of categories")


_CONDITION = re.compile(r"<of>\S+|\([\d\s]*\)\S*")


def _read_liwc(text: str, stem: str, problems: _Problems) -> Codebook | None:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    marks = [place for place, (_, line) in enumerate(lines) if line.strip() == "%"]
    if not marks or marks[0] != 0 or len(marks) < 2:
        problems.add(
            lines[0][0],
            "a LIWC dictionary begins with a line '%', then its numbered categories, then a second line '%'.",
        )
        return None
    names = _liwc_categories(lines[1 : marks[1]], problems)
    collected = _Collected(problems)
    for name in names.values():
        collected.category(name)
    for line, entry in lines[marks[1] + 1 :]:
        _liwc_entry(line, entry, names, collected, problems)
    return None if problems.found else collected.book(stem, "a LIWC dictionary")


def _liwc_categories(lines: Sequence[tuple[int, str]], problems: _Problems) -> dict[int, str]:
    """Return number -> name; the 2015 format indents a category below the one that it belongs to."""
    names: dict[int, str] = {}
    above: list[tuple[int, str]] = []
    for line, entry in lines:
        found = re.fullmatch(r"(\s*)(\d+)\s+(\S.*?)\s*", entry)
        if found is None:
            problems.add(line, f"{entry.strip()!r} is not a category: write its number, a tab and its name.")
            continue
        depth, number, name = len(found[1]), int(found[2]), found[3]
        while above and above[-1][0] >= depth:
            above.pop()
        name = f"{above[-1][1]}.{name}" if above else name
        above.append((depth, name))
        if number in names:
            problems.add(line, f"the category number {number} stands twice: {names[number]!r} and {name!r}.")
        elif name in names.values():
            problems.add(line, f"the category {name!r} stands twice.")
        names.setdefault(number, name)
    return names


def _liwc_entry(line: int, entry: str, names: Mapping[int, str], collected: _Collected, problems: _Problems) -> None:
    if "\t" in entry.strip():
        word, rest = entry.strip().split("\t", 1)
    else:
        words = entry.split()
        end = next((i for i, field in enumerate(words) if i and re.match(r"\d|\(|<of>", field)), len(words))
        word, rest = " ".join(words[:end]), " ".join(words[end:])
    word = word.strip()
    for condition in _CONDITION.findall(rest):
        problems.notes.append(f"line {line}: the condition {condition!r} of {word!r} was left out")
    fields = _CONDITION.sub(" ", rest).split()
    if not fields and not _CONDITION.search(rest):
        problems.add(line, f"the word {word!r} has no category number.")
    for number in dict.fromkeys(fields):
        if not number.isascii() or not number.isdigit():
            problems.add(line, f"{number!r} after the word {word!r} is not a category number.")
        elif int(number) not in names:
            problems.add(line, f"the word {word!r} is in category {number}, which the file does not name.")
        else:
            collected.add(names[int(number)], word, line)


def _read_lc3(text: str, stem: str, problems: _Problems) -> Codebook | None:
    collected = _Collected(problems)
    name = ""
    for line, entry in enumerate(text.splitlines(), start=1):
        word = entry.strip()
        if word.startswith("+"):
            name = word[1:].strip()
            if not name:
                problems.add(line, "a category has no name: write '+' and its name.")
            elif name in collected.words:
                problems.add(line, f"the category {name!r} stands twice.")
            collected.category(name)
        elif word and not collected.words:
            problems.add(line, f"the word {word!r} stands in no category: begin with a line such as '+NEGATIVE'.")
            return None
        elif word:
            collected.add(name, word, line)
    return None if problems.found else collected.book(stem, "a Lexicoder dictionary")


def _read_xml(text: str, stem: str, problems: _Problems) -> Codebook | None:
    """Read `<cnode name="CATEGORY"><pnode name="word"/></cnode>`, as Lexicoder 2 and Yoshikoder write them."""
    try:
        entries, title, style = _xml_entries(text, problems)
    except expat.ExpatError as error:
        problems.add(error.lineno, f"is not valid XML: {expat.ErrorString(error.code)}.")
        return None
    if style == "Lexicoder" and any(word is not None for _, word, _ in entries):
        problems.notes.append("Lexicoder 2 finds entries inside longer words too; here each is a whole word or phrase")
    # Yoshikoder puts all categories into one, which is the dictionary.
    tops = {path[0] for path, _, _ in entries}
    if len(tops) == 1 and all(len(path) > 1 for path, word, _ in entries if word is not None):
        title = title or tops.pop()
        entries = [(path[1:], word, line) for path, word, line in entries if len(path) > 1]
    collected = _Collected(problems)
    for path, word, line in entries:
        if word is None:
            collected.category(".".join(path))
        else:
            collected.add(".".join(path), word.strip(), line)
    parents = [name for name, words in collected.words.items() if not words]
    for name in parents:
        if any(other.startswith(f"{name}.") for other in collected.words):
            del collected.words[name]
    return None if problems.found else collected.book(title or stem, "a Lexicoder or Yoshikoder dictionary")


def _xml_entries(text: str, problems: _Problems) -> tuple[list[tuple[tuple[str, ...], str | None, int]], str, str]:
    """Return (categories from the top, word or None for the category itself, line), the name and the style."""
    entries: list[tuple[tuple[str, ...], str | None, int]] = []
    path: list[str] = []
    about: dict[str, str] = {}
    parser = expat.ParserCreate()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        if tag == "dictionary":
            about.update(attributes)
            if attributes.get("patternengine", "").startswith("reg"):
                problems.add(line, "holds regular expressions; a cue is words with the wildcards '*' and '?'.")
        elif tag in ("cnode", "pnode") and not attributes.get("name", "").strip():
            problems.add(line, f"<{tag}> has no name.")
        if tag == "cnode":
            if len(path) == _MOST_LEVELS:
                problems.add(line, f"is nested more than {_MOST_LEVELS} levels deep.")
                problems.raise_any()
            path.append(attributes.get("name", "").strip())
            entries.append((tuple(path), None, line))
        elif tag == "pnode" and attributes.get("name", "").strip():
            if path:
                entries.append((tuple(path), attributes["name"], line))
            else:
                problems.add(line, f"the word {attributes['name']!r} stands in no category.")

    def end(tag: str) -> None:
        if tag == "cnode":
            path.pop()

    def refuse(*_: object) -> None:
        problems.add(parser.CurrentLineNumber, "has a document type declaration. Take '<!DOCTYPE …>' out.")
        problems.raise_any()

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    # The text is decoded already: what the declaration says of the encoding no longer holds.
    parser.Parse(re.sub(r"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(['\"]).*?\2", r"\1", text).encode(), True)
    if "name" not in about and not entries:
        problems.add(1, "has no <cnode name='…'> with <pnode name='…'/>.")
    return entries, about.get("name", "").strip(), about.get("style", "")
