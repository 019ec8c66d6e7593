"""How actors are portrayed: what they are called, in which tone they are told of, and whether they act."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import OptionError, choose
from analysis.measures.sentiment import sentiment
from analysis.text.fragments import VOICES, Voice, slice_of
from analysis.text.name_words import PERSON
from analysis.text.names import Names, find_names
from analysis.text.tokens import tokens_of

from ._labels import FAR, labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["actors_and_sentences", "checked_names", "portrayal"]

_FAR: Final = 1 << 40
#: Of the results; a column of groups needs another name.
_COLUMNS: Final = (
    *("article_id", "name", "n_mentions", "n_articles", "n_labels", "labels", "n_sentences", "compound_mean"),
    *("n_agent", "n_patient", "n_passive_without_agent"),
    *("label", "kind", "start", "end", "text", "sentence", "compound"),
)
_ROLES: Final = ("n_agent", "n_patient", "n_passive_without_agent")
#: So many labels are named in the table of actors.
_MOST_LABELS: Final = 10
_SUFFIXES: Final = frozenset(("jr", "sr", "ii", "iii", "iv"))


class _Mention(NamedTuple):
    """Where an actor is named: the place of the article, offsets with and without titles, which actor."""

    article: int
    start: int
    end: int
    title_start: int
    actor: int


def portrayal(
    corpus: Corpus,
    *,
    names: str | Sequence[str],
    voice: Voice = "narration",
    by: str | None = None,
    unit: Literal["actor", "label", "sentence"] = "actor",
    roles: Literal["spacy"] | None = None,
) -> pd.DataFrame:
    """Show how people, organisations or groups are portrayed: mentions, labels, tone, and whether they act.

    Parameters
    ----------
    corpus
        The articles.
    names
        Whom: names ("Marco Rubio", "Rubio", "United Nations") or words for a group ("Islamists", "migrants").
    voice
        Whose words: `"narration"`, the articles' own; `"quoted"`, those of the people that they quote; or `"all"`.
    by
        A column of the corpus, such as `"outlet"`: one row for each of its values and each name.
    unit
        `"actor"`; or what is counted there: `"label"`, one row for each label, or `"sentence"`, one row for each
        sentence with the name.
    roles
        `"spacy"`: let the parser of an English spaCy pipeline that is installed tell who acts. Nothing is downloaded.

    Returns
    -------
    DataFrame
        With `unit="actor"` one row for each name, as given and in that order (after `by`, if given, in its order):

        - `name` (str); `n_mentions`, `n_articles` (int64): mentions in that voice, and the articles that have one;
        - `n_labels` (int64): labels put on them; `labels` (str): the ten most frequent with how often, "Sunni (4);
          radical (2)", "" where there are none;
        - `n_sentences` (int64): sentences with a mention; `compound_mean` (float64, -1 to 1): the mean of VADER's
          `compound` of these, of the part in that voice, with masked names; above 0 is positive, NaN without any;
        - `n_agent`, `n_patient`, `n_passive_without_agent` (Int64): how often they do something ("she shot", "by
          her"), have something done to them (objects, and subjects of a passive: "saw her", "she was shot"), and, of
          the latter, in a passive that does not tell who did it; missing without `roles`.

        With `unit="label"`: `article_id`, (`by`), `name`; `label` (str) and its `kind`: "title", "before" (words right
        before the name), "apposition" or "predicate"; `start, end` (int64, code points of the article's `text`);
        `text` (str): from the label or the name, whichever begins first, to the end of the other.

        With `unit="sentence"`: `article_id`, (`by`), `name`, `sentence` (int64, from 0), `start, end`, `text` and
        `compound` (float64), as in `sentiment(corpus, unit="sentence", voice=voice, mask="names")`.

    Raises
    ------
    OptionError
        If no name is given or one is empty, an option is none of its choices, the corpus has no column `by`, or spaCy
        or a pipeline with a parser is not installed.

    Notes
    -----
    A mention is one that `names` finds and whose entity in its article is the one asked for: by its fullest form, by
    any form in the article, by the first and the last word of a person's name ("Donald J. Trump" for "Donald Trump"),
    or, where one word is given, by a person's last name: "Rubio" finds everyone of that name. "Marco Rubio" also finds
    the "Rubio" of an article without first names where no other Rubio is in the corpus. Other words, such as
    "Islamists", are found as they stand, whole; capitals do not matter where the words given have none. Pronouns are
    not followed.

    Labels are found by rule, on lists (`analysis/text/lists/label_words.txt`), in the sentence; words that news has
    but the lists do not are missed. Read `unit="label"` before you count.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> text = "The embattled senator Ana Ruiz lost. Ruiz, a former boxer, was sad. “Bad Ruiz!” said Joe Lee."
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": [text]}))
    >>> table = analysis.portrayal(corpus, names=["Ana Ruiz", "Joe Lee"])
    >>> table[["name", "n_mentions", "n_sentences", "compound_mean"]].round(3)
           name  n_mentions  n_sentences  compound_mean
    0  Ana Ruiz           2            2         -0.397
    1   Joe Lee           1            1          0.000
    >>> table["labels"].tolist()
    ['embattled (1); former boxer (1); senator (1)', '']
    >>> analysis.portrayal(corpus, names="Ruiz", unit="label")[["kind", "label", "start", "end"]]
             kind         label  start  end
    0      before     embattled      4   13
    1       title       senator     14   21
    2  apposition  former boxer     45   57
    """
    if not isinstance(corpus, Corpus):
        raise OptionError(f"`corpus` must be a Corpus; got {type(corpus).__name__}. Use analysis.read.")
    choose("voice", voice, VOICES)
    choose("unit", unit, ("actor", "label", "sentence"))
    choose("roles", roles, (None, "spacy"))
    actors = checked_names(names)
    columns = [name for name in corpus.articles.columns if name != "text"]
    if by is not None and by not in columns:
        raise OptionError(f"`by` must be a column of the corpus; got {by!r}. It has {', '.join(map(repr, columns))}.")
    _check_by(by)
    found = _Found(corpus, actors, voice)
    if unit == "label":
        return _with_group(found.labels(), corpus, by)
    if unit == "sentence":
        return _with_group(found.sentences, corpus, by)
    return _of_actors(found, actors, by, roles)


def actors_and_sentences(corpus: Corpus, actors: list[str], *, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what `portrayal` gives with `unit="actor"` (by groups) and with `unit="sentence"`, from one search.

    `actors` are as `checked_names` gives them; without any, both tables have no rows.
    """
    _check_by(by)
    found = _Found(corpus, actors, "narration")
    return _of_actors(found, actors, by, None), found.sentences


def _check_by(by: str | None) -> None:
    if by in _COLUMNS:
        raise OptionError(f"`by` must not be {by!r}, which is a column of the result. Give the column another name.")


def checked_names(names: str | Sequence[str]) -> list[str]:
    """Return the names of actors, each once.

    Raises
    ------
    OptionError
        If there is none, or one has no letter.
    """
    given = [names] if isinstance(names, str) else list(names)
    if not given:
        raise OptionError("`names` names nobody. Use names=['Marco Rubio', 'migrants'].")
    empty = [name for name in given if not isinstance(name, str) or not re.search(r"\w", name)]
    if empty:
        raise OptionError(f"`names` must be words; got {', '.join(map(repr, empty))}. Take these out.")
    return list(dict.fromkeys(given))


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: without capitals, points and a leading article."""
    words = name.casefold().replace(".", "").split()
    return tuple(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _ends(words: tuple[str, ...]) -> tuple[str, str]:
    """Return the first and the last word of a person's name."""
    last = words[-2] if words[-1] in _SUFFIXES and len(words) > 2 else words[-1]
    return words[0], last


class _Found:
    """The mentions of some actors in one voice."""

    def __init__(self, corpus: Corpus, actors: list[str], voice: Voice) -> None:
        self.corpus, self.actors, self.voice = corpus, actors, voice
        self.texts = corpus.articles["text"].fillna("").tolist()
        tokens = tokens_of(corpus)
        self.names = find_names(tokens)
        self._edges = np.searchsorted(self.names.article, np.arange(len(self.texts) + 1)).tolist()
        found = sorted({*_named(self.names, self.texts, actors), *self._literal()})
        self.mentions = self._in_voice(found)
        self.article = np.array([mention.article for mention in self.mentions], np.int64)
        self.actor = np.array([mention.actor for mention in self.mentions], np.int64)
        begin, end = tokens.sentence_spans()
        article = np.repeat(np.arange(tokens.n_articles), tokens.n_sentences_of_article)
        at = self._places()
        row = np.searchsorted(article * _FAR + begin, at, side="right") - 1
        self._sentence = list(zip(begin[row].tolist(), end[row].tolist(), strict=True))

    def _places(self) -> NDArray[np.int64]:
        return self.article * _FAR + np.array([mention.start for mention in self.mentions], np.int64)

    def _literal(self) -> Iterable[_Mention]:
        """Find the words themselves where they are in no name."""
        for number, actor in enumerate(self.actors):
            words = actor.split()
            flags = 0 if any(word != word.lower() for word in words) else re.IGNORECASE
            pattern = re.compile(r"(?<![\w-])" + r"\s+".join(map(re.escape, words)) + r"(?![\w-])", flags)
            for article, text in enumerate(self.texts):
                for match in pattern.finditer(text):
                    first, last = self._edges[article], self._edges[article + 1]
                    at = first + int(np.searchsorted(self.names.end[first:last], match.start(), side="right"))
                    if at == last or self.names.start[at] >= match.end():
                        yield _Mention(article, match.start(), match.end(), match.start(), number)

    def _in_voice(self, found: list[_Mention]) -> list[_Mention]:
        if self.voice == "all" or not found:
            return found
        quoted = slice_of(self.corpus, "quoted")
        begins, ends = quoted.article * _FAR + quoted.fragment_start, quoted.article * _FAR + quoted.fragment_end
        places = np.array([mention.article * _FAR + mention.start for mention in found], np.int64)
        row = np.searchsorted(begins, places, side="right") - 1
        inside = (row >= 0) & (places < ends[row]) if len(ends) else np.zeros(len(found), np.bool_)
        wanted = inside == (self.voice == "quoted")
        return [mention for mention, kept in zip(found, wanted.tolist(), strict=True) if kept]

    def labels(self) -> pd.DataFrame:
        rows: list[tuple[int, int, str, int, int, int, int]] = []
        starts, ends = self.names.start.tolist(), self.names.end.tolist()
        for mention, sentence in zip(self.mentions, self._sentence, strict=True):
            text = self.texts[mention.article]
            first, last = self._edges[mention.article], self._edges[mention.article + 1]
            # Of a sentence of thousands of names only those near this one are looked at.
            begin, stop = max(sentence[0], mention.title_start - FAR), min(sentence[1], mention.end + FAR)
            a = first + int(np.searchsorted(self.names.end[first:last], begin, side="right"))
            b = first + int(np.searchsorted(self.names.start[first:last], stop))
            others = [
                (start, end)
                for start, end in zip(starts[a:b], ends[a:b], strict=True)
                if end <= mention.start or start >= mention.end
            ]
            name = mention.title_start, mention.start, mention.end
            for kind, start, end in labels_of(text, sentence, name, others):
                begin, stop = min(start, mention.start), max(end, mention.end)
                stop += text.startswith(")", stop) and "(" in text[begin:stop]
                rows.append((mention.article, mention.actor, kind, start, end, begin, stop))
        rows.sort(key=lambda row: (row[0], row[3], row[4], row[1]))
        return pd.DataFrame(
            {
                "article_id": self.corpus.articles.index.take(np.array([row[0] for row in rows], np.int64)),
                "name": pd.Series([self.actors[row[1]] for row in rows], dtype="str"),
                "label": pd.Series([self.texts[row[0]][row[3] : row[4]] for row in rows], dtype="str"),
                "kind": pd.Series([row[2] for row in rows], dtype="str"),
                "start": np.array([row[3] for row in rows], np.int64),
                "end": np.array([row[4] for row in rows], np.int64),
                "text": pd.Series([self.texts[row[0]][row[5] : row[6]] for row in rows], dtype="str"),
            }
        )

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """The sentences with a mention, each once for an actor."""
        table = sentiment(self.corpus, unit="sentence", voice=self.voice, mask="names")
        columns = ["article_id", "sentence", "start", "end", "text", "compound"]
        place = self.corpus.articles.index.get_indexer(pd.Index(table["article_id"]))
        begins = place * _FAR + table["start"].to_numpy(np.int64)
        row = np.searchsorted(begins, self._places(), side="right") - 1
        pairs = np.unique(np.stack([row, self.actor]), axis=1) if len(row) else np.zeros((2, 0), np.int64)
        chosen: pd.DataFrame = table.iloc[pairs[0]][columns].reset_index(drop=True)
        chosen.insert(1, "name", pd.Series([self.actors[number] for number in pairs[1].tolist()], dtype="str"))
        return chosen

    def roles(self) -> NDArray[np.int64]:
        """Return for each mention how often it acts, is acted on, and is so in a passive without an agent."""
        from analysis.text.spacy_names import parser

        told = np.zeros((len(self.mentions), len(_ROLES)), np.int64)
        keys = [(mention.article, *span) for mention, span in zip(self.mentions, self._sentence, strict=True)]
        distinct = list(dict.fromkeys(keys))
        docs = parser().pipe(self.texts[article][begin:end] for article, begin, end in distinct)
        parsed = dict(zip(distinct, docs, strict=True))
        for row, (mention, key) in enumerate(zip(self.mentions, keys, strict=True)):
            span = parsed[key].char_span(mention.start - key[1], mention.end - key[1], alignment_mode="expand")
            told[row] = _role(span.root)
        return told


def _role(token: Any) -> tuple[int, int, int]:
    """Tell from the parse of spaCy's English pipelines, or by Universal Dependencies, what a noun is to its verb."""
    while token.dep_ in ("conj", "appos"):
        token = token.head
    role, verb = token.dep_, token.head
    if role in ("nsubjpass", "nsubj:pass"):
        has_agent = any(child.dep_ in ("agent", "obl:agent") for child in verb.children)
        return 0, 1, int(not has_agent)
    acts = (role == "nsubj" and verb.pos_ != "AUX") or role == "obl:agent" or (role == "pobj" and verb.dep_ == "agent")
    return int(acts), int(role in ("dobj", "obj", "iobj", "dative")), 0


def _named(names: Names, texts: list[str], actors: list[str]) -> Iterable[_Mention]:
    """Find the mentions whose entity in their article is an actor."""
    entities: dict[tuple[int, int], list[int]] = {}
    columns = (names.article.tolist(), names.entity.tolist(), names.start.tolist(), names.end.tolist())
    forms: dict[tuple[str, ...], set[tuple[int, int]]] = {}
    of_ends: dict[tuple[str, str], set[tuple[int, int]]] = {}
    of_last: dict[str, set[tuple[int, int]]] = {}
    alone: dict[str, set[tuple[int, int]]] = {}
    first_names: dict[str, set[str]] = {}
    known: dict[str, tuple[str, ...]] = {}
    for row, (article, number, start, end) in enumerate(zip(*columns, strict=True)):
        entity = article, number
        is_new = entity not in entities
        entities.setdefault(entity, []).append(row)
        for form in (texts[article][start:end], names.head[row]):
            if form not in known:
                known[form] = _words(form)
            forms.setdefault(known[form], set()).add(entity)
        words = known[names.head[row]]
        if is_new and words and names.kind[row] == PERSON:
            first, last = _ends(words)
            of_last.setdefault(last, set()).add(entity)
            if len(words) > 1:
                of_ends.setdefault((first, last), set()).add(entity)
                first_names.setdefault(last, set()).add(first)
            else:
                alone.setdefault(last, set()).add(entity)
    titles = names.title_start.tolist()
    for actor, name in enumerate(actors):
        words = _words(name)
        wanted = set(forms.get(words, ()))
        first, last = _ends(words) if words else ("", "")
        if len(words) == 1:
            wanted |= of_last.get(last, set())
        elif words:
            wanted |= of_ends.get((first, last), set())
            if first_names.get(last) == {first}:
                wanted |= alone.get(last, set())
        for entity in wanted:
            for row in entities[entity]:
                yield _Mention(entity[0], columns[2][row], columns[3][row], titles[row], actor)


def _with_group(table: pd.DataFrame, corpus: Corpus, by: str | None) -> pd.DataFrame:
    if by is not None:
        table.insert(1, by, corpus.articles[by].reindex(table["article_id"]).array)
    return table


def _of_actors(found: _Found, actors: list[str], by: str | None, roles: str | None) -> pd.DataFrame:
    groups = pd.Series(0, found.corpus.articles.index) if by is None else found.corpus.articles[by]
    codes, values = pd.factorize(groups, sort=True, use_na_sentinel=False)
    n_actors = len(actors)
    n = len(values) * n_actors
    of_article = pd.Series(codes, found.corpus.articles.index)

    def keys(table: pd.DataFrame) -> NDArray[np.int64]:
        group = of_article.reindex(table["article_id"]).to_numpy(np.int64)
        return np.asarray(group * n_actors + pd.Index(actors).get_indexer(pd.Index(table["name"])), np.int64)

    key = codes[found.article] * n_actors + found.actor if len(found.mentions) else np.zeros(0, np.int64)
    pairs = np.unique(np.stack([found.article, found.actor]), axis=1) if len(key) else np.zeros((2, 0), np.int64)
    sentences, labels = found.sentences, found.labels()
    told, of_label = keys(sentences), keys(labels)
    n_sentences = np.bincount(told, minlength=n)
    total = np.bincount(told, sentences["compound"].to_numpy(np.float64), n)
    counted: list[Counter[str]] = [Counter() for _ in range(n)]
    for at, label in zip(of_label.tolist(), labels["label"], strict=True):
        counted[at][" ".join(str(label).split())] += 1
    table = pd.DataFrame(
        {
            "name": pd.Series(actors * len(values), dtype="str"),
            "n_mentions": np.bincount(key, minlength=n),
            "n_articles": np.bincount(codes[pairs[0]] * n_actors + pairs[1], minlength=n),
            "n_labels": np.bincount(of_label, minlength=n),
            "labels": pd.Series([_most_frequent(labels_of_one) for labels_of_one in counted], dtype="str"),
            "n_sentences": n_sentences,
            "compound_mean": np.divide(total, n_sentences, out=np.full(n, np.nan), where=n_sentences > 0),
        }
    )
    if roles is None:
        for name in _ROLES:
            table[name] = pd.array([pd.NA] * n, dtype="Int64")
    else:
        for name, column in zip(_ROLES, found.roles().T, strict=True):
            table[name] = pd.array(np.bincount(key, column, n).astype(np.int64), dtype="Int64")
    if by is not None:
        table.insert(0, by, cast("Any", values).repeat(n_actors))
    return table


def _most_frequent(labels: Counter[str]) -> str:
    """Name labels that differ in capitals only once, by the spelling that is most frequent."""
    spellings: dict[str, Counter[str]] = {}
    for label, n in labels.items():
        spellings.setdefault(label.casefold(), Counter())[label] += n
    shown = [(sum(forms.values()), min(forms, key=lambda form: (-forms[form], form))) for forms in spellings.values()]
    shown.sort(key=lambda one: (-one[0], one[1].casefold()))
    return "; ".join(f"{label} ({n:,})" for n, label in shown[:_MOST_LABELS])
