"""Names of people, organisations and places, by rule.

A capital letter tells a name in English, except where a sentence begins and where everything has one. So runs of
capitalised pieces are looked for first, all texts at once, on what each distinct piece says about itself (`look`);
each distinct run is then taken apart once (`take_apart`: titles, nationalities, telling words, lists), and what is
left is done article by article: whether a word that begins a sentence is a name (`_mentions`), and which names are one
entity (`entities_of`). The words and lists behind it are in `name_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from analysis.errors import choose

from .name_runs import (
    CAPITAL,
    LINK_THE,
    LONG_SMALL,
    OPENS,
    PLACE_PREP,
    QUOTES,
    SMALL_BEFORE,
    SMALL_TITLE,
    SMALL_WORDS,
    STOPS,
    VERB,
    Part,
    find_runs,
    in_heading,
    look,
    take_apart,
)
from .name_words import OTHER, PERSON, PLACE, SUFFIXES, is_common
from .tokens import Tokens, Vocabulary, tokenise

__all__ = ["KINDS", "Engine", "Kind", "Name", "Names", "find_names", "names_in", "names_of"]

Kind = Literal["person", "organisation", "place", "other"]
Engine = Literal["rules", "spacy"]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

KINDS: Final[tuple[Kind, ...]] = ("person", "organisation", "place", "other")


class Name(NamedTuple):
    """A name where it stands in a text.

    Attributes
    ----------
    start, end
        In code points, without its titles.
    text
        The name as it is written there.
    kind
        "person", "organisation", "place" or "other" (works, events, laws, and names whose kind cannot be told).
    entity
        Number of what is named, inside the text: "Marco Rubio" and "Mr. Rubio" have the same.
    title
        The titles before it ("Sen.", "interim President"), or "".
    head
        The fullest form of the name in the text; of well-known short forms ("U.N.") the full name.
    """

    start: int
    end: int
    text: str
    kind: Kind
    entity: int
    title: str
    head: str


class Names(NamedTuple):
    """Names in many texts: one value for each mention, in order of text and place.

    `article`, `start`, `end`, `title_start` (`start` where no title is), `kind` (a place in `KINDS`) and `entity` are
    int64[n_mentions]; `title` and `head` are as in `Name`.
    """

    article: Ints
    start: Ints
    end: Ints
    title_start: Ints
    kind: Ints
    entity: Ints
    title: list[str]
    head: list[str]


class _State:
    """What is known of a vocabulary's pieces and runs."""

    def __init__(self) -> None:
        self.runs: dict[tuple[bytes, int], tuple[Part, ...]] = {}
        self.lowers: dict[str, int] = {}


_states: WeakKeyDictionary[Vocabulary, _State] = WeakKeyDictionary()
_MOST_RUNS = 400_000


def _looked_at(tokens: Tokens, state: _State) -> NDArray[np.int32]:
    """Return a row for each distinct piece: flags, begin, end, number of its lowercase word."""
    lowers = state.lowers

    def rows_of(chunks: list[str]) -> NDArray[np.int32]:
        rows: list[int] = []
        for chunk in chunks:
            flags, begin, end, lower = look(chunk)
            rows += (flags, begin, end, lowers.setdefault(lower, len(lowers)) if flags else -1)
        return np.array(rows, np.int32).reshape(-1, 4)

    return tokens.vocabulary.column("names.look", rows_of)


def _parts_of_runs(
    state: _State, tokens: Tokens, table: NDArray[np.int32], first: Ints, last: Ints, mode: list[int]
) -> list[tuple[Part, ...]]:
    """Take each run apart, each distinct one once."""
    if len(state.runs) > _MOST_RUNS:
        state.runs.clear()
    chunks = tokens.vocabulary.chunks
    pieces = np.ascontiguousarray(tokens.pieces, np.int32)
    raw, known, found = pieces.tobytes(), state.runs, []
    for a, b, how in zip((4 * first).tolist(), (4 * last + 4).tolist(), mode, strict=True):
        key = raw[a:b], how
        parts = known.get(key)
        if parts is None:
            words = _words_at(chunks, table, pieces[a // 4 : b // 4].tolist())
            parts = known[key] = take_apart(words, how) if how < _HEADING else (Part(words, 0, len(words), 0, 0),)
        found.append(parts)
    return found


def _words_at(chunks: list[str], table: NDArray[np.int32], pieces: list[int]) -> list[str]:
    words = []
    for piece in pieces:
        _, begin, end, _ = table[piece].tolist()
        words.append(chunks[piece][begin:end] if end else chunks[piece])
    return words


_HEADING: Final = 2


def find_names(tokens: Tokens) -> Names:
    """Find the names of many texts by rule.

    Parameters
    ----------
    tokens
        The texts, cut.

    Examples
    --------
    >>> found = find_names(tokenise(["It rained in Paris.", "Sen. Marco Rubio left; Rubio was late."]))
    >>> found.article.tolist(), found.head, [KINDS[kind] for kind in found.kind]
    ([0, 1, 1], ['Paris', 'Marco Rubio', 'Marco Rubio'], ['place', 'person', 'person'])
    """
    state = _states.setdefault(tokens.vocabulary, _State())
    table = _looked_at(tokens, state)
    here = table[tokens.pieces]
    flags = np.ascontiguousarray(here[:, 0])
    begins_at = tokens.sentence_starts
    first, last = find_runs(flags, begins_at)
    begins = np.zeros(len(flags) + 1, np.bool_)
    begins[begins_at] = True
    mode = (begins[first] | (flags[first] & QUOTES != 0)).astype(np.int64)
    sentence = np.searchsorted(begins_at, first, side="right") - 1
    mode[_is_heading(flags, begins_at)[sentence]] = _HEADING
    parts = _parts_of_runs(state, tokens, table, first, last, mode.tolist())
    article = np.searchsorted(tokens.piece_starts, first, side="right") - 1
    small = _seen_small(here, tokens.piece_starts, article, parts, state)
    context = _context(flags, begins, first, last)
    edges = np.searchsorted(article, np.arange(tokens.n_articles + 1)).tolist()
    modes = mode.tolist()
    runs: list[int] = []
    inside: list[int] = []  # first and last piece and the title's first, counted from the run's
    what: list[int] = []  # kind and entity
    heads: list[str] = []
    for number in range(tokens.n_articles):
        a, b = edges[number], edges[number + 1]
        if a == b:
            continue
        mentions = _mentions(parts[a:b], modes[a:b], number, small)
        n_entities = 0
        for (run, part), entity in zip(mentions, entities_of(mentions, context, a), strict=True):
            if entity.number < 0:
                entity.number = n_entities
                n_entities += 1
            runs.append(run + a)
            inside += (part.first, part.last, part.title_first)
            what += (entity.kind, entity.number)
            heads.append(entity.full)
    run_of = np.array(runs, np.int64)
    offsets = np.array(inside, np.int64).reshape(-1, 3) + first[run_of][:, None]
    kind, entity_of = np.array(what, np.int64).reshape(-1, 2).T
    title_first = offsets[:, 2]
    # Small words before a name are a title only of people.
    before = np.where((title_first == first[run_of]) & (kind == PERSON), context.n_small_titles[run_of], 0)
    return _columns(
        tokens, table, article[run_of], offsets[:, 0], offsets[:, 1], title_first - before, kind, entity_of, heads
    )


def _is_heading(flags: NDArray[np.int32], starts: Ints) -> Flags:
    """Tell which sentences have capitals throughout, so that a capital tells nothing there."""
    if len(starts) < 2:
        return np.zeros(0, np.bool_)
    size = np.diff(starts)
    capitals = np.add.reduceat((flags & CAPITAL != 0).astype(np.int64), starts[:-1])
    smalls = np.add.reduceat((flags & LONG_SMALL != 0).astype(np.int64), starts[:-1])
    heading: Flags = (size >= 5) & (capitals >= 0.6 * size) & (smalls <= 0.1 * size)
    heading &= flags[starts[1:] - 1] & STOPS == 0
    return heading


def _seen_small(
    here: NDArray[np.int32], starts: Ints, article: Ints, parts: list[tuple[Part, ...]], state: _State
) -> set[tuple[int, str]]:
    """Return the words in doubt that stand in small letters in the same article, each with the article's number."""
    doubtful = [
        (run, part.lower)
        for run, of_run in enumerate(parts)
        for part in of_run
        if part.doubt == 1 and part.lower in state.lowers
    ]
    if not doubtful:
        return set()
    n_words = len(state.lowers)
    runs, words = zip(*doubtful, strict=True)
    numbers = np.fromiter(map(state.lowers.__getitem__, words), np.int64, len(words))
    wanted = np.zeros(n_words + 1, np.bool_)
    wanted[numbers] = True
    places = np.flatnonzero(wanted[here[:, 3]])
    places = places[here[places, 2] == 0]
    at = np.searchsorted(starts, places, side="right") - 1
    asked = article[np.array(runs)] * n_words + numbers
    seen = np.isin(asked, at * n_words + here[places, 3])
    return {(int(asked[row]) // n_words, words[row]) for row in np.flatnonzero(seen).tolist()}


class Context(NamedTuple):
    """What stands around each run."""

    n_small_titles: Ints
    has_small_title: list[bool]
    place_like: list[bool]
    person_like: list[bool]
    with_the: list[bool]


def _context(flags: NDArray[np.int32], begins: Flags, first: Ints, last: Ints) -> Context:
    n = len(flags)
    inside = ~begins[first]
    before = np.where(inside, flags[np.maximum(first - 1, 0)], 0)
    behind = np.where(begins[last + 1], 0, flags[np.minimum(last + 1, n - 1)]) if n else before
    count, titled = np.zeros(len(first), np.int64), np.zeros(len(first), np.bool_)
    going = inside & (flags[first] & OPENS == 0)
    for back in (1, 2, 3):
        word = flags[np.maximum(first - back, 0)]
        going &= (first >= back) & (word & (SMALL_TITLE | SMALL_BEFORE) != 0)
        going &= ~begins[np.maximum(first - back + 1, 0)]
        count += going
        titled |= going & (word & SMALL_TITLE != 0)
    return Context(
        count,
        titled.tolist(),
        (before & PLACE_PREP != 0).tolist(),
        ((before | behind) & VERB != 0).tolist(),
        (before & LINK_THE != 0).tolist(),
    )


class Entity:
    """What the names of one article with one full form are."""

    __slots__ = ("full", "kind", "last_seen", "number", "person", "place", "same", "seen", "the", "told", "words")

    def __init__(self, part: Part) -> None:
        self.words = part.full_words
        self.kind: int = part.kind
        self.told = part.told
        self.full = part.full
        self.same: Entity | None = None  # the entity with a fuller name, if this is a short form
        self.number = self.last_seen = -1
        self.place = self.person = self.the = self.seen = 0


def _mentions(
    parts: list[tuple[Part, ...]], mode: list[int], number: int, small: set[tuple[int, str]]
) -> list[tuple[int, Part]]:
    """Decide which parts of one article are names; with the number of their run."""
    sure: set[str] = set()
    for of_run, how in zip(parts, mode, strict=True):
        if how != _HEADING:
            for part in of_run:
                if not part.doubt:
                    sure.add(part.key)
                    if part.person:
                        sure.add(part.words[0])
                        sure.add(part.words[-1])
    found = []
    for run, (of_run, how) in enumerate(zip(parts, mode, strict=True)):
        if how == _HEADING:
            found += [(run, part) for part in in_heading(list(of_run[0].words), sure)]
            continue
        for part in of_run:
            if part.doubt and part.key not in sure and (part.doubt == 2 or (number, part.lower) in small):
                continue
            found.append((run, part))
    return found


def entities_of(mentions: list[tuple[int, Part]], context: Context, run: int) -> list[Entity]:
    """Say which entity each name of one article is of; `run` is the number of the article's first run."""
    titles, places, persons, thes = context.has_small_title, context.place_like, context.person_like, context.with_the
    by_full: dict[str, Entity] = {}
    own = []
    for at, part in mentions:
        entity = by_full.get(part.full)
        if entity is None:
            entity = by_full[part.full] = Entity(part)
        own.append(entity)
        at += run
        entity.seen += 1
        entity.person += persons[at]
        begins = part.title_first == 0
        if begins:
            entity.place += places[at]
            entity.the += thes[at]
        titled = part.title_first < part.first or (begins and titles[at])
        if titled and (entity.told < 2 or (part.told == 2 and part.kind == PERSON)):
            entity.kind, entity.told = PERSON, 2
    last_names = _merge(by_full)
    if last_names:
        for place, (at, part) in enumerate(mentions):
            if part.single and part.key in last_names and not (part.told == 2 and places[at + run]):
                # The person of that name who was named last; before that, the first one.
                entity = max(last_names[part.key], key=_last_seen)
                own[place] = entity
            else:
                entity = own[place].same or own[place]
                own[place] = entity
            entity.last_seen = place
    else:
        own = [entity.same or entity for entity in own]
    return own


def _last_seen(entity: Entity) -> int:
    return entity.last_seen


def _merge(by_full: dict[str, Entity]) -> dict[str, list[Entity]]:
    """Point short forms to the fuller names of one article; return the people by their last names."""
    last_names: dict[str, list[Entity]] = {}
    first_names: dict[str, Entity] = {}
    contents: dict[frozenset[str], Entity] = {}
    initials: dict[str, Entity] = {}
    for entity in sorted((one for one in by_full.values() if len(one.words) > 1), key=lambda one: -len(one.words)):
        words = entity.words
        if entity.kind == PERSON:
            namesakes = last_names.setdefault(_surname(words), [])
            entity.same = next((other for other in namesakes if other.words[0] == words[0]), None)
            if entity.same is None:
                namesakes.append(entity)
                first_names.setdefault(words[0], entity)
        else:
            telling = [word for word in words if word not in SMALL_WORDS]
            entity.same = contents.setdefault(frozenset(telling), entity)
            if entity.same is entity:
                entity.same = None
                initials.setdefault("".join([word[0] for word in telling]), entity)
    for entity in by_full.values():
        if len(entity.words) == 1 and entity.told < 2:
            word = entity.full
            if word in last_names:
                continue
            letters = word.replace(".", "")
            if word in first_names:
                entity.same = first_names[word]
            elif len(letters) > 1 and letters in initials and letters.isupper():
                entity.same = initials[letters]
            elif entity.told == 0:
                entity.kind = _guess(entity)
    return last_names


def _guess(entity: Entity) -> int:
    """Guess the kind of a single word from what stands around it."""
    if entity.place * 3 >= entity.seen and entity.place > entity.person:
        return PLACE
    if entity.the or is_common(entity.full.lower()):
        return OTHER
    return PERSON


def _surname(words: tuple[str, ...]) -> str:
    return words[-2] if words[-1] in SUFFIXES and len(words) > 2 else words[-1]


def _columns(
    tokens: Tokens,
    table: NDArray[np.int32],
    article: Ints,
    first: Ints,
    last: Ints,
    title_first: Ints,
    kind: Ints,
    entity: Ints,
    heads: list[str],
) -> Names:
    """Turn pieces into places in the text."""
    offsets, pieces = tokens.piece_offsets, np.ascontiguousarray(tokens.pieces, np.int32)
    titles, known = [""] * len(heads), {}
    raw = pieces.tobytes()
    titled = np.flatnonzero(title_first < first)
    for row, a, b in zip(titled.tolist(), title_first[titled].tolist(), first[titled].tolist(), strict=True):
        key = raw[4 * a : 4 * b]
        if key not in known:
            known[key] = " ".join(_words_at(tokens.vocabulary.chunks, table, pieces[a:b].tolist()))
        titles[row] = known[key]
    return Names(
        article,
        offsets[first] + table[pieces[first], 1],
        offsets[last] + table[pieces[last], 2],
        offsets[title_first] + table[pieces[title_first], 1],
        kind,
        entity,
        titles,
        heads,
    )


def names_of(text: str, *, engine: Engine = "rules") -> list[Name]:
    """Find the names of people, organisations and places in a text.

    Nationalities, creeds and languages ("Afghan", "Muslims") are no names here, nor are titles alone ("the President").

    Parameters
    ----------
    text
        English text.
    engine
        `"rules"`, or `"spacy"`: the entity recogniser of an English spaCy pipeline that is installed (the largest of
        `en_core_web_lg`, `_md`, `_sm`, else the first by name); nothing is downloaded.

    Returns
    -------
    list of Name
        In the order of the text, not overlapping.

    Raises
    ------
    OptionError
        If there is no such engine, or spaCy or a pipeline is not installed.

    Examples
    --------
    >>> text = "President Ana Ruiz spoke in Lima. Mrs. Ruiz thanked the United Nations (UN)."
    >>> for name in names_of(text):
    ...     print(name.entity, name.kind, name.title, name.text, sep=" | ")
    0 | person | President | Ana Ruiz
    1 | place |  | Lima
    0 | person | Mrs. | Ruiz
    2 | organisation |  | United Nations
    2 | organisation |  | UN
    >>> names_of(text)[2].head, names_of(text)[4].head
    ('Ana Ruiz', 'United Nations')
    """
    found = names_in([text], engine=engine)
    columns = (found.start.tolist(), found.end.tolist(), found.kind.tolist(), found.entity.tolist())
    return [
        Name(start, end, text[start:end], KINDS[kind], entity, title, head)
        for start, end, kind, entity, title, head in zip(*columns, found.title, found.head, strict=True)
    ]


def names_in(texts: Sequence[str], *, engine: Engine = "rules") -> Names:
    """Find the names of many texts, as `names_of` does for one.

    Examples
    --------
    >>> names_in(["It rained in Paris.", "It snowed in Oslo."]).head
    ['Paris', 'Oslo']
    """
    choose("engine", engine, ("rules", "spacy"))
    if engine == "rules":
        return find_names(tokenise(texts))
    from .spacy_names import names_by_spacy

    return names_by_spacy(texts)
