"""Names of people, organisations and places, by rule.

A capital letter tells a name in English, except where a sentence begins and where everything has one. So runs of
capitalised pieces are looked for first, all texts at once, on what each distinct piece says about itself (`look`);
each distinct run is then taken apart once (`take_apart`: titles, nationalities, telling words, lists), and what is
left is done article by article: whether a word that begins a sentence is a name (`_mentions`), and which names are one
entity (`entities_of`). The words and lists behind it are in `name_words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, cast
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


_HEADING: Final = 2
#: What a part says, as columns of numbers.
_COLUMNS: Final = (
    "first", "last", "title_first", "doubt", "kind", "told", "person", "single", "key", "full", "word", "surname",
    "lower",
)  # fmt: skip


class _Table:
    """Rows of numbers that are added to."""

    def __init__(self, width: int) -> None:
        self._known: Ints = np.zeros((0, width), np.int64)
        self._new: list[int] = []
        self.n = 0

    def add(self, *row: int) -> int:
        self._new += row
        self.n += 1
        return self.n - 1

    @property
    def columns(self) -> Ints:
        if self._new:
            new = np.array(self._new, np.int64).reshape(-1, self._known.shape[1])
            self._known, self._new = np.concatenate([self._known, new]), []
        return self._known.T


class _State:
    """What is known of a vocabulary's pieces, runs and names."""

    def __init__(self) -> None:
        self.lowers: dict[str, int] = {}
        self.forget()

    def forget(self) -> None:
        self.runs: dict[tuple[bytes, int], int] = {}
        self.of_piece: Ints = np.zeros(0, np.int64)  # the run of one piece, for each mode; -1: not seen
        self.distinct = _Table(2)  # of each distinct run how many parts, and which is the first
        self.words: dict[int, list[str]] = {}  # of runs in headings
        self.parts: dict[tuple[str, int, int], int] = {}  # of headings
        self.strings: dict[str, int] = {}
        self.full_words: dict[int, tuple[str, ...]] = {}
        self.forms = Forms(self.full_words)
        self.listed: list[str] = []
        self._table = _Table(len(_COLUMNS))

    def learn(self, words: list[str], mode: int) -> int:
        """Take a run apart that was not seen before; return its number."""
        numbers = [self.add(part) for part in take_apart(words, mode)] if mode < _HEADING else []
        run = self.distinct.add(len(numbers), numbers[0] if numbers else 0)
        if mode == _HEADING:
            self.words[run] = words
        return run

    def number(self, text: str) -> int:
        """Number a name or a word of one."""
        found = self.strings.setdefault(text, len(self.listed))
        if found == len(self.listed):
            self.listed.append(text)
        return found

    def add(self, part: Part) -> int:
        """Number a part."""
        key, full, word, surname = map(self.number, (part.key, part.full, part.words[0], part.words[-1]))
        self.full_words[full] = part.full_words
        place = (part.first, part.last, part.title_first, part.doubt)
        return self._table.add(
            *place, part.kind, part.told, part.person, part.single, key, full, word, surname,
            self.lowers.get(part.lower, -1),
        )  # fmt: skip

    def columns(self) -> dict[str, Ints]:
        """Return the columns of all parts."""
        return dict(zip(_COLUMNS, self._table.columns, strict=True))


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


def _distinct_runs(
    state: _State, tokens: Tokens, table: NDArray[np.int32], first: Ints, last: Ints, mode: Ints
) -> Ints:
    """Return the number of each run among the distinct ones; each of these is taken apart once."""
    if state.distinct.n > _MOST_RUNS:
        state.forget()
    pieces = np.ascontiguousarray(tokens.pieces, np.int32)
    single = first == last
    found = np.empty(len(first), np.int64)
    # Runs of one piece, two of three, are looked up all together.
    if len(state.of_piece) < 3 * len(table):
        more = 3 * len(table) - len(state.of_piece)
        state.of_piece = np.concatenate([state.of_piece, np.full(more, -1, np.int64)])
    key = 3 * pieces[first[single]].astype(np.int64) + mode[single]
    for unseen in np.unique(key[state.of_piece[key] < 0]).tolist():
        piece, how = divmod(unseen, 3)
        state.of_piece[unseen] = state.learn(_words_at(tokens.vocabulary.chunks, table, [piece]), how)
    found[single] = state.of_piece[key]
    raw, known, longer = pieces.tobytes(), state.runs, np.flatnonzero(~single)
    spans = zip((4 * first[longer]).tolist(), (4 * last[longer] + 4).tolist(), mode[longer].tolist(), strict=True)
    numbers = []
    for a, b, how in spans:
        run = raw[a:b], how
        number = known.get(run)
        if number is None:
            words = _words_at(tokens.vocabulary.chunks, table, pieces[a // 4 : b // 4].tolist())
            number = known[run] = state.learn(words, how)
        numbers.append(number)
    found[longer] = numbers
    return found


def _words_at(chunks: Sequence[str], table: NDArray[np.int32], pieces: list[int]) -> list[str]:
    words = []
    for piece in pieces:
        _, begin, end, _ = table[piece].tolist()
        words.append(chunks[piece][begin:end] if end else chunks[piece])
    return words


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
    flags = np.ascontiguousarray(table[:, 0])[tokens.pieces]
    begins_at = tokens.sentence_starts
    first, last, is_heading = _runs(tokens, flags)
    begins = np.zeros(len(flags) + 1, np.bool_)
    begins[begins_at] = True
    mode = (begins[first] | (flags[first] & QUOTES != 0)).astype(np.int64)
    sentence = np.searchsorted(begins_at, first, side="right") - 1
    mode[is_heading[sentence]] = _HEADING
    article = np.searchsorted(tokens.piece_starts, first, side="right") - 1
    distinct = _distinct_runs(state, tokens, table, first, last, mode)
    run, part = _mentions(state, distinct, article, mode, table, tokens)
    known = state.columns()
    around = _around(flags, begins, first, last)
    begins_run = known["title_first"][part] == 0
    titled = (known["title_first"] < known["first"])[part] | (begins_run & around.has_small_title[run])
    root, number = entities_of(
        Mentions(
            article[run],
            known["full"][part],
            known["kind"][part],
            known["told"][part],
            titled,
            begins_run & around.place_like[run],
            around.person_like[run],
            begins_run & around.with_the[run],
        ),
        state.forms,
        kind := known["kind"][part].copy(),
    )
    # Small words before a name are a title only of people.
    before = np.where(begins_run & (kind == PERSON), around.n_small_titles[run], 0)
    at = first[run]
    return _columns(
        tokens,
        table,
        article[run],
        at + known["first"][part],
        at + known["last"][part],
        at + known["title_first"][part] - before,
        kind,
        number,
        [state.listed[form] for form in root.tolist()],
    )


def _runs(tokens: Tokens, flags: NDArray[np.int32]) -> tuple[Ints, Ints, Flags]:
    """Return the first and the last piece of each run, and which sentences are headings."""
    starts, compiled = tokens.sentence_starts, tokens.vocabulary.kernels
    if compiled is None:
        return *find_runs(flags, starts), _is_heading(flags, starts)
    n, n_sentences = len(flags), len(starts) - 1
    with compiled.blocks(flags, starts, 4 * n, 4 * n, n_sentences) as (given, edges, *found):
        n_runs = compiled.call("names_runs", given, n, edges, n_sentences, *found)
        first, last = (compiled.view(address, n_runs, np.int32).astype(np.int64) for address in found[:2])
        return first, last, compiled.view(found[2], n_sentences, np.bool_).copy()


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


def _mentions(
    state: _State, distinct: Ints, article: Ints, mode: Ints, table: NDArray[np.int32], tokens: Tokens
) -> tuple[Ints, Ints]:
    """Decide which parts of the runs are names: the run and the part of each."""
    n_parts, first_part = state.distinct.columns
    counts = n_parts[distinct]
    run = np.repeat(np.arange(len(distinct)), counts)
    ends = np.cumsum(counts)
    part = np.arange(len(run)) + np.repeat(first_part[distinct] - (ends - counts), counts)
    known, n = state.columns(), len(state.listed)
    doubt, base = known["doubt"][part], article[run] * n
    certain = doubt == 0
    person = certain & (known["person"][part] == 1)
    sure = np.sort(
        np.concatenate(
            [
                (base + known["key"][part])[certain],
                (base + known["word"][part])[person],
                (base + known["surname"][part])[person],
            ]
        )
    )
    doubtful = np.flatnonzero(~certain)
    kept = _among((base + known["key"][part])[doubtful], sure)
    open_ = np.flatnonzero(~kept & (doubt[doubtful] == 1))
    at = doubtful[open_]
    kept[open_] = ~_seen_small(article[run[at]], known["lower"][part[at]], table, tokens, len(state.lowers))
    certain[doubtful] = kept
    run, part = run[certain], part[certain]
    headings = np.flatnonzero(mode == _HEADING)
    if not len(headings):
        return run, part
    strings = state.listed
    more: list[tuple[int, int]] = []
    names, of = set[str](), -1
    for heading, place in zip(headings.tolist(), article[headings].tolist(), strict=True):
        if place != of:
            a, b = np.searchsorted(sure, [place * n, (place + 1) * n]).tolist()
            names, of = {strings[number] for number in (sure[a:b] - place * n).tolist()}, place
        for found in in_heading(state.words[int(distinct[heading])], names):
            what = found.key, found.first, found.last
            if what not in state.parts:
                state.parts[what] = state.add(found)
            more.append((heading, state.parts[what]))
    runs, parts = np.array(more, np.int64).reshape(-1, 2).T
    order = np.argsort(np.concatenate([run, runs]), kind="stable")
    return np.concatenate([run, runs])[order], np.concatenate([part, parts])[order]


def _seen_small(article: Ints, lower: Ints, table: NDArray[np.int32], tokens: Tokens, n_words: int) -> Flags:
    """Tell which words stand in small letters in their articles."""
    wanted = np.zeros(n_words + 1, np.bool_)
    wanted[lower[lower >= 0]] = True
    places = np.flatnonzero((wanted[table[:, 3]] & (table[:, 2] == 0))[tokens.pieces])
    where = np.searchsorted(tokens.piece_starts, places, side="right") - 1
    seen = np.sort(where * n_words + table[tokens.pieces[places], 3])
    return _among(article * n_words + lower, seen) & (lower >= 0)


def _among(values: Ints, known: Ints) -> Flags:
    """Tell which values are among those known, which are in order."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return cast(Flags, known[at] == values)


class _Around(NamedTuple):
    """What stands around each run."""

    n_small_titles: Ints
    has_small_title: Flags
    place_like: Flags
    person_like: Flags
    with_the: Flags


def _around(flags: NDArray[np.int32], begins: Flags, first: Ints, last: Ints) -> _Around:
    n = len(flags)
    inside = ~begins[first]
    before = np.where(inside, flags[np.maximum(first - 1, 0)], 0) if n else flags
    behind = np.where(begins[last + 1], 0, flags[np.minimum(last + 1, n - 1)]) if n else flags
    count, titled = np.zeros(len(first), np.int64), np.zeros(len(first), np.bool_)
    going = inside & (flags[first] & OPENS == 0)
    for back in (1, 2, 3):
        word = flags[np.maximum(first - back, 0)]
        going &= (first >= back) & (word & (SMALL_TITLE | SMALL_BEFORE) != 0)
        going &= ~begins[np.maximum(first - back + 1, 0)]
        count += going
        titled |= going & (word & SMALL_TITLE != 0)
    return _Around(count, titled, before & PLACE_PREP != 0, (before | behind) & VERB != 0, before & LINK_THE != 0)


class Mentions(NamedTuple):
    """Names before it is known which of them are one entity; in order of text and place.

    `full` numbers the fullest forms; `told` says how sure the kind is; then whether titles stand before it, and what
    else speaks for a place, for a person, and against one.
    """

    article: Ints
    full: Ints
    kind: Ints
    told: Ints
    titled: Flags
    place_like: Flags
    person_like: Flags
    with_the: Flags


class Forms:
    """What the fullest forms of names say about which of them may be one entity; each is looked at once.

    `words[number]` are the words of a form.
    """

    def __init__(self, words: Mapping[int, tuple[str, ...]]) -> None:
        self._words = words
        self._numbers: dict[object, int] = {}
        self._rows: NDArray[np.int32] = np.full((0, len(_FORM_COLUMNS)), -1, np.int32)

    @property
    def n_numbers(self) -> int:
        return len(self._numbers)

    def columns(self, full: Ints) -> dict[str, Ints]:
        """Return the columns of some forms."""
        if len(full) and int(full.max()) >= len(self._rows):
            rows = np.full((2 * int(full.max()) + 2, len(_FORM_COLUMNS)), -1, np.int32)
            rows[: len(self._rows)] = self._rows
            self._rows = rows
        for number in np.unique(full[self._rows[full, 0] < 0]).tolist():
            self._rows[number] = self._look(self._words[number])
        return dict(zip(_FORM_COLUMNS, self._rows[full].T.astype(np.int64), strict=True))

    def _look(self, words: tuple[str, ...]) -> tuple[int, ...]:
        surname, first = _surname(words), words[0]
        initials = letters = -1
        if len(words) == 1:
            bare = first.replace(".", "")
            if len(bare) > 1 and bare.isupper():
                letters = self._number(bare)
            telling = frozenset[str]()
        else:
            telling = frozenset(word for word in words if word not in SMALL_WORDS)
            initials = self._number("".join([word[0] for word in words if word not in SMALL_WORDS]))
        names = (self._number(surname), self._number(first), self._number((surname, first)))
        return len(words), *names, self._number(telling), initials, letters, is_common(first.lower())

    def _number(self, what: object) -> int:
        return self._numbers.setdefault(what, len(self._numbers))


#: Of a form how many words it has, numbers of its last name, its first word, both of these, the set of its telling
#: words and their initials, of itself as initials (-1: it is none), and whether its first word is a common one.
_FORM_COLUMNS: Final = ("n_words", "surname", "first", "both", "telling", "initials", "letters", "common")


def entities_of(mentions: Mentions, forms: Forms, kind: Ints) -> tuple[Ints, Ints]:
    """Say which entity of its article each name is of: its fullest form and its number; `kind` is changed in place."""
    n_forms = int(mentions.full.max()) + 1 if len(mentions.full) else 1
    key = mentions.article * n_forms + mentions.full
    _, first, form = np.unique(key, return_index=True, return_inverse=True)
    n = len(first)
    # Forms in order of first mention, whatever their numbers.
    order = np.argsort(first, kind="stable")
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    form, first = rank[form], first[order]
    as_person = mentions.titled & (
        (mentions.told[first][form] < 2) | ((mentions.told == 2) & (mentions.kind == PERSON))
    )
    is_person = np.bincount(form, as_person, n) > 0
    kinds = np.where(is_person, PERSON, mentions.kind[first])
    told = np.where(is_person, 2, mentions.told[first])
    merged = _merged(mentions.article[first], kinds, told, forms, mentions.full[first])
    place, person, the = (
        np.bincount(form, column, n) for column in (mentions.place_like, mentions.person_like, mentions.with_the)
    )
    # The kind of a single word that nothing tells is guessed from what stands around it.
    guess = np.where((the > 0) | merged.common, OTHER, PERSON)
    guess[(3 * place >= np.bincount(form, minlength=n)) & (place > person)] = PLACE
    kinds = np.where(merged.untold, guess, kinds)
    of_mention = merged.root[form]
    if merged.several:
        _latest(of_mention, form, first, mentions.article, merged.several)
    stays = merged.listed[form] & mentions.place_like & (mentions.told == 2)
    of_mention[stays] = form[stays]
    kind[:] = kinds[of_mention]
    _, start, entity_of = np.unique(of_mention, return_index=True, return_inverse=True)
    in_order = np.empty(len(start), np.int64)
    in_order[np.argsort(start)] = np.arange(len(start))
    number = in_order[entity_of]
    lowest = np.full(int(mentions.article.max()) + 1 if n else 0, len(number), np.int64)
    np.minimum.at(lowest, mentions.article, number)
    return mentions.full[first][of_mention], number - lowest[mentions.article]


class _Merged(NamedTuple):
    """Short forms put to the fuller ones of their articles, a row for each form of an article.

    `root` is the row of the fuller form, its own where there is none; `several` has those last names that several
    people have, with the rows of these; `listed` says which may be a person's last name, and a listed name too;
    `untold` whose kind nothing tells yet; `common` which are common words.
    """

    root: Ints
    several: list[tuple[int, list[int]]]
    listed: Flags
    untold: Flags
    common: Flags


def _merged(article: Ints, kind: Ints, told: Ints, forms: Forms, full: Ints) -> _Merged:
    of = forms.columns(full)
    base, is_single = article * forms.n_numbers, of["n_words"] == 1
    root = np.arange(len(article))
    # The longest form of an article leads those that are the same.
    longest = np.lexsort((root, -of["n_words"], article))
    longest = longest[~is_single[longest]]
    is_person = kind[longest] == PERSON
    people, others = longest[is_person], longest[~is_person]
    root[people] = _first_of((base + of["both"])[people], people)
    root[others] = _first_of((base + of["telling"])[others], others)
    people, others = people[root[people] == people], others[root[others] == others]
    single = np.flatnonzero(is_single)
    of_last_name = _matched((base + of["surname"])[people], people, (base + of["surname"])[single])
    has_namesakes = of_last_name >= 0
    fuller = _matched((base + of["first"])[people], people, (base + of["first"])[single])
    initials, letters = (np.where(of[name] < 0, -1, base + of[name]) for name in ("initials", "letters"))
    fuller = np.where(fuller < 0, _matched(initials[others], others, letters[single]), fuller)
    fuller[told[single] == 2] = -1
    new = np.where(has_namesakes, of_last_name, fuller)
    root[single] = np.where(new < 0, single, new)
    untold, listed = np.zeros(len(root), np.bool_), np.zeros(len(root), np.bool_)
    untold[single] = (told[single] == 0) & (new < 0)
    listed[single] = has_namesakes & (told[single] == 2)
    return _Merged(
        root, _namesakes(base + of["surname"], people, single[has_namesakes]), listed, untold, of["common"] > 0
    )


def _first_of(key: Ints, rows: Ints) -> Ints:
    """Return for each row the first one with its key."""
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return rows[first][which]


def _matched(key: Ints, rows: Ints, wanted: Ints) -> Ints:
    """Return the first of the rows with each wanted key, -1 where none has it."""
    if not len(rows):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(key, kind="stable")
    at = np.minimum(np.searchsorted(key[order], wanted), len(rows) - 1)
    found = order[at]
    return np.where(key[found] == wanted, rows[found], -1)


def _namesakes(key: Ints, people: Ints, single: Ints) -> list[tuple[int, list[int]]]:
    """Return the last names of several people, each with these, the longest name first."""
    by_key = people[np.argsort(key[people], kind="stable")]
    first = np.searchsorted(key[by_key], key[single])
    stop = np.searchsorted(key[by_key], key[single], side="right")
    some = stop - first > 1
    columns = (column[some].tolist() for column in (single, first, stop))
    return [(one, by_key[a:b].tolist()) for one, a, b in zip(*columns, strict=True)]


def _latest(of_mention: Ints, form: Ints, first: Ints, article: Ints, several: list[tuple[int, list[int]]]) -> None:
    """Give a last name that several people have to the one of them named last; before that, to the first."""
    edges = np.append(np.flatnonzero(np.diff(article, prepend=-1)), len(article))
    for single, namesakes in several:
        a, b = edges[np.searchsorted(edges, first[single], side="right") - 1 :][:2].tolist()
        latest, people = namesakes[0], set(namesakes)
        for at, (mine, other) in enumerate(zip(form[a:b].tolist(), of_mention[a:b].tolist(), strict=True), a):
            if mine == single:
                of_mention[at] = latest
            elif other in people:
                latest = other


def _surname(words: tuple[str, ...]) -> str:
    """Return the last name, without the article of an Arabic one: "Ahmed al-Sharaa" is "Sharaa" too."""
    last = words[-2] if words[-1] in SUFFIXES and len(words) > 2 else words[-1]
    article, hyphen, bare = last.partition("-")
    return bare if hyphen and article.lower() in _ARTICLES else last


_ARTICLES: Final = frozenset(("al", "el"))


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
