"""Frames counted: by hand on small texts, and against a slow matcher written apart from the kit's."""

from __future__ import annotations

import json
from collections import Counter
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.engine.tables import measure
from analysis.errors import CodebookError, OptionError
from analysis.measures.codebook import Codebook, read_codebook
from analysis.measures.framing import cue_counts, cue_spans, framing, measured
from analysis.studies.evidence import explain
from analysis.text.cues import compile_cue
from analysis.text.terms import cut
from analysis.text.tokens import tokenise, tokens_of
from tests.shared import shared

HARBOUR = Path(__file__).parent.parent / "data" / "codebooks" / "harbour.yaml"


def corpus_of(*texts: str | None) -> Corpus:
    articles = pd.DataFrame(
        {name: pd.Series(texts if name == "text" else [None] * len(texts), dtype="str") for name in ARTICLE_COLUMNS},
    )
    articles["published"] = pd.NaT
    articles.index = pd.Index([f"a{place}" for place in range(len(texts))], dtype="str")
    return Corpus(articles)


def counts(text: str, codebook: Codebook) -> dict[str, dict[str, int]]:
    found = cue_counts(corpus_of(text), codebook=codebook)
    return {
        str(frame): dict(zip(rows["cue"], rows["n"].tolist(), strict=True))
        for frame, rows in found.groupby("frame", sort=False)
    }


# By hand


def test_counts_made_by_hand() -> None:
    corpus = corpus_of(
        # 14 words, 3 sentences. fire: "Fires" counts; "fire department" is an exception. money: "Taxes".
        "Fires broke out. The fire department came late. Taxes pay for it, Mr. Hale.",
        # 17 words, 2 sentences. fire: "war of words" once (not "words" too), "words" once, "no" once.
        # money: "tax cut plan" once (not "tax" too), "Don’t pay" once.
        "The tax cut plan began a war of words, and no words helped. Don’t pay, he said.",
        "",
        "Rain.",
    )
    table = framing(corpus, codebook=HARBOUR)
    assert list(table.columns) == [
        "article_id",
        "frame",
        "n_cues",
        "per_1000_words",
        "share_sentences",
        "n_words",
        "n_sentences",
    ]
    assert table.drop(columns=["per_1000_words", "share_sentences"]).values.tolist() == [
        ["a0", "fire", 1, 14, 3],
        ["a0", "money", 1, 14, 3],
        ["a1", "fire", 3, 17, 2],
        ["a1", "money", 2, 17, 2],
        ["a2", "fire", 0, 0, 0],
        ["a2", "money", 0, 0, 0],
        ["a3", "fire", 0, 1, 1],
        ["a3", "money", 0, 1, 1],
    ]
    nan = np.nan
    expected = [1000 / 14, 1000 / 14, 3000 / 17, 2000 / 17, nan, nan, 0, 0]
    np.testing.assert_array_equal(table["per_1000_words"], expected)
    np.testing.assert_array_equal(table["share_sentences"], [1 / 3, 1 / 3, 1 / 2, 1, nan, nan, 0, 0])
    assert [str(kind) for kind in table.dtypes] == ["str", "str", "int64", "float64", "float64", "int64", "int64"]

    assert cue_counts(corpus, codebook=HARBOUR).values.tolist() == [
        ["a0", "fire", "fire*", 1],
        ["a0", "money", "Tax*", 1],
        ["a1", "fire", "war of words", 1],
        ["a1", "fire", "words", 1],
        ["a1", "fire", "no", 1],
        ["a1", "money", "tax * plan", 1],
        ["a1", "money", "don’t pay", 1],
    ]
    spans = cue_spans(corpus, codebook=HARBOUR)
    assert spans.drop(columns="start").values.tolist() == [
        ["a0", 0, "fire", "fire*", 5, "Fires"],
        ["a0", 2, "money", "Tax*", 53, "Taxes"],
        ["a1", 0, "money", "tax * plan", 16, "tax cut plan"],
        ["a1", 0, "fire", "war of words", 37, "war of words"],
        ["a1", 0, "fire", "no", 45, "no"],
        ["a1", 0, "fire", "words", 51, "words"],
        ["a1", 1, "money", "don’t pay", 69, "Don’t pay"],
    ]
    assert [str(kind) for kind in spans.dtypes] == ["str", "int64", "str", "str", "int64", "int64", "str"]


@pytest.mark.parametrize(
    ("frames", "text", "expected"),
    [
        # an exception takes only what lies inside it
        ({"cues": ["fire*"], "except": ["fire department"]}, "The fire department saw fire.", {"fire*": 1}),
        ({"cues": ["fire*", "to fire hall"], "except": ["fire hall"]}, "Go to fire hall.", {"to fire hall": 1}),
        ({"cues": ["hall store"], "except": ["fire hall"]}, "A fire hall store.", {"hall store": 1}),
        ({"cues": ["fire*"], "except": ["fire department", "camp fire"]}, "camp fire department", {}),
        ({"cues": ["a b"], "except": ["a b c d", "a b*"]}, "a b c d. a b c. a c b", {}),
        # the widest exception that begins at a word decides
        ({"cues": ["a b c"], "except": ["a b", "a b c d"]}, "a b c d", {}),
        ({"cues": ["a b c"], "except": ["a b", "a b c d"]}, "a b c", {"a b c": 1}),
        # the longest counts, then the leftmost, then the first in the codebook
        (["war", "war of words", "words"], "A war of words is a war.", {"war": 1, "war of words": 1}),
        (["a b", "b c d", "d e"], "a b c d e", {"b c d": 1}),
        (["a b", "b c", "c d"], "a b c d", {"a b": 1, "c d": 1}),
        (["*lash", "clas*", "clash"], "clash", {"*lash": 1}),
        (["a *  b", "a c b"], "a c b", {"a * b": 1}),
        (["ha ha"], "ha ha ha ha ha", {"ha ha": 2}),
        (["b c d e", "a b", "c"], "a b c. a b c d e", {"b c d e": 1, "a b": 1, "c": 1}),
        # a phrase stays inside its sentence
        (["words fail"], "He used words. Fail he did. Words fail.", {"words fail": 1}),
        # terms: apostrophes, hyphens, slashes, capitals
        (["don't", "anti-*", "won"], "DON’T: the Anti-War bill won/lost.", {"don't": 1, "anti-*": 1, "won": 1}),
        (["wom?n"], "Woman, women, womaan.", {"wom?n": 2}),
        # windows: either order, at most so many words between, inside a sentence
        (["tax NEAR/2 cut"], "Cut the big tax. Tax and so on cut. Tax. Cut. Cut tax.", {"tax NEAR/2 cut": 2}),
        (["tax NEAR/0 cut"], "tax cut and cut tax and tax a cut", {"tax NEAR/0 cut": 2}),
        (["tax* on NEAR/1 c?t"], "Taxes on a cut, taxes on cat, cot taxes on.", {"tax* on NEAR/1 c?t": 3}),
        # of spans one in another the inner ones; then the leftmost
        (["tax NEAR/5 cut"], "tax or no tax but cut", {"tax NEAR/5 cut": 1}),
        (["tax NEAR/5 cut"], "tax cut tax cut tax", {"tax NEAR/5 cut": 2}),
        (["a NEAR/1 a"], "a a a b a b b a", {"a NEAR/1 a": 2}),
        # a window takes all its words, and yields to longer matches
        (["tax NEAR/3 cut", "sharp"], "A sharp cut of the tax is sharp.", {"tax NEAR/3 cut": 1, "sharp": 2}),
        (["tax NEAR/3 cut", "big"], "tax the big cut", {"tax NEAR/3 cut": 1}),
        (["tax NEAR/3 cut", "the tax is a cut"], "the tax is a cut", {"the tax is a cut": 1}),
        # what a single cue is not
        (["fire* NOT fire department NOT fire*  NEAR/2 staff", "department"], "fire, fire department, fired the staff",
         {"fire* NOT fire department NOT fire* NEAR/2 staff": 1, "department": 1}),
        (["a NOT a b", "a c NOT a c d"], "a b a c a c d", {"a c NOT a c d": 1, "a NOT a b": 1}),
        ({"cues": ["fire*"], "except": ["fir* NEAR/2 staff"]}, "fired the staff, a staff. Fire", {"fire*": 1}),
        (["not", "near"], "NOT near", {"not": 1, "near": 1}),
    ],
)  # fmt: skip
def test_one_frame(frames: list[str] | dict[str, list[str]], text: str, expected: dict[str, int]) -> None:
    codebook = Codebook.from_dict({"f": frames}, name="mine")
    assert counts(text, codebook).get("f", {}) == expected


def test_frames_do_not_take_words_from_one_another() -> None:
    codebook = Codebook.from_dict(
        {"a": {"cues": ["fire"], "except": ["fire alarm"]}, "b": ["fire", "fire alarm"], "c": ["alarm"]}, name="mine"
    )
    assert counts("Fire alarm! Fire!", codebook) == {
        "a": {"fire": 1},
        "b": {"fire": 1, "fire alarm": 1},
        "c": {"alarm": 1},
    }


def test_matches_do_not_cross_articles() -> None:
    codebook = Codebook.from_dict({"f": ["war words"]}, name="mine")
    assert framing(corpus_of("A war", "words", "war words"), codebook=codebook)["n_cues"].tolist() == [0, 0, 1]


@pytest.mark.parametrize("texts", [[], [""], [None, " \n"], ["…—!"]])
def test_without_words(texts: list[str | None]) -> None:
    corpus = corpus_of(*texts)
    table = framing(corpus)
    assert len(table) == 6 * len(texts)
    assert (table["n_cues"] == 0).all()
    assert (table["n_words"] == 0).all()
    assert table["per_1000_words"].isna().all()
    for other in (cue_counts(corpus), cue_spans(corpus)):
        assert other.empty
        assert "cue" in other.columns


def test_a_corpus_is_not_changed() -> None:
    corpus = corpus_of("They clash.", "No.")
    before = corpus.articles.copy()
    framing(corpus)
    cue_spans(corpus)
    pd.testing.assert_frame_equal(corpus.articles, before)


def test_what_a_codebook_may_be() -> None:
    corpus = corpus_of("They clash.")
    pd.testing.assert_frame_equal(framing(corpus), framing(corpus, codebook=read_codebook("generic")))
    pd.testing.assert_frame_equal(framing(corpus, codebook=str(HARBOUR)), framing(corpus, codebook=HARBOUR))
    with pytest.raises(OptionError) as option:
        framing(corpus, codebook=[{"clash*"}])  # type: ignore[list-item]
    assert str(option.value) == "`codebook` must be a name, a path or a Codebook, or a list of these; got list."
    with pytest.raises(CodebookError):
        framing(corpus, codebook="genric")


def test_several_codebooks_in_one_pass() -> None:
    corpus = corpus_of("They clash over a fire.", "Fires.")
    both = framing(corpus, codebook=["generic", HARBOUR])
    for name, book in (("generic", "generic"), ("harbour", HARBOUR)):
        alone = framing(corpus, codebook=book)
        alone["frame"] = name + "." + alone["frame"]
        part = both[both["frame"].str.startswith(f"{name}.")].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone)
    with pytest.raises(OptionError) as twice:
        framing(corpus, codebook=["generic", "generic"])
    assert str(twice.value) == ("`codebook` has two codebooks with the name 'generic'. Name one of them otherwise.")
    with pytest.raises(OptionError) as nothing:
        framing(corpus, codebook=[])
    assert str(nothing.value) == "`codebook` must be a name, a path or a Codebook, or a list of these; got list."


def test_windows_in_voices_tables_masks_and_evidence() -> None:
    corpus = corpus_of("The tax “will be cut soon,” he said. “Cut the tax, and no tax break,” she said.", "Rain.")
    book = Codebook.from_dict({"f": ["tax* NOT tax NEAR/1 break", "tax NEAR/3 cut"]}, name="mine")

    def n_cues(**options: Literal["quoted", "narration", "names"]) -> list[int]:
        return framing(corpus, codebook=book, **options)["n_cues"].tolist()  # type: ignore[arg-type]

    # "tax will be cut" and "Cut the tax"; a window stays inside one voice
    assert n_cues() == n_cues(mask="names") == [2, 0]
    assert n_cues(voice="narration") == [1, 0]  # the first "tax" is alone
    assert n_cues(voice="quoted") == [1, 0]
    assert measure(corpus, codebook=book).framing["n_cues"].tolist() == [2, 0]
    evidence = explain(corpus, "a0", measure="framing", codebook=book)
    assert evidence.spans[["text", "rule"]].values.tolist() == [
        ["tax “will be cut", "cue tax NEAR/3 cut of frame f"],
        ["Cut the tax", "cue tax NEAR/3 cut of frame f"],
    ]
    assert evidence.total.to_dict() == {"f": 2.0}


def test_the_same_word_again_and_again_is_counted_in_linear_time() -> None:
    # All pairs would be 10,000,000,000: this test would not end.
    n = 100_000
    corpus = corpus_of("tax " * n, "tax cut " * (n // 2), "tax " * n + "cut")
    book = Codebook.from_dict({"f": ["tax NEAR/50 cut", "cut NEAR/50 hike"], "g": ["tax NEAR/0 tax"]}, name="mine")
    assert framing(corpus, codebook=book)["n_cues"].tolist() == [0, n // 2, n // 2, 0, 1, n // 2]


# Against a slow matcher: sentences cut into terms, every pattern tried at every term with fnmatch.


class Match(NamedTuple):
    start: int
    end: int
    cue: int


@cache
def _parts(cue: str) -> list[str]:
    return cue.replace("’", "'").lower().split()


def _spans(words: list[str], search: str) -> list[tuple[int, int]]:
    """Return where a phrase or a window is: every place, every pair of places."""
    if " NEAR/" not in search:
        parts = _parts(search)
        starts = (start for start, word in enumerate(words) if _fits(word, parts[0]))
        return [
            (i, i + len(parts))
            for i in starts
            if list(map(_fits, words[i : i + len(parts)], parts)) == [True] * len(parts)
        ]
    left, _, rest = search.partition(" NEAR/")
    number, _, right = rest.partition(" ")
    pairs = {
        (min(a, c), max(b, d))
        for a, b in _spans(words, left)
        for c, d in _spans(words, right)
        if 0 <= max(a, c) - min(b, d) <= int(number)
    }
    return sorted((a, b) for a, b in pairs if not any((c, d) != (a, b) and a <= c and d <= b for c, d in pairs))


_fits = cache(fnmatchcase)


def _inside(match: Match, others: list[tuple[int, int]]) -> bool:
    return any(start <= match.start and match.end <= end for start, end in others)


@cache
def _beginning_at(word: str, cues: tuple[str, ...]) -> list[int]:
    """Return the cues whose first part, of a window that of its first side, matches the word."""
    return [number for number, cue in enumerate(cues) if fnmatchcase(word, _parts(cue)[0])]


def _there(words: list[str], cues: tuple[str, ...]) -> list[int]:
    """Return the cues that may be in a sentence, for speed."""
    return sorted({number for word in words for number in _beginning_at(word, cues)})


def slow(words: list[str], cues: tuple[str, ...], exceptions: tuple[str, ...]) -> list[Match]:
    """Return the matches of one sentence that count."""
    spared = [span for number in _there(words, exceptions) for span in _spans(words, exceptions[number])]
    left = []
    for number in _there(words, cues):
        search, *nots = cues[number].split(" NOT ")
        own = spared + [span for other in nots for span in _spans(words, other)]
        matches = [Match(start, end, number) for start, end in _spans(words, search)]
        left += [match for match in matches if not _inside(match, own)]
    chosen: list[Match] = []
    for match in sorted(left, key=lambda match: (match.start - match.end, match.start, match.cue)):
        if all(match.end <= other.start or other.end <= match.start for other in chosen):
            chosen.append(match)
    return chosen


def compare(corpus: Corpus, codebook: Codebook) -> int:
    """Hold the kit to the slow matcher; return how many matches were compared."""
    tokens = tokens_of(corpus)
    begin, end = (ends.tolist() for ends in tokens.sentence_spans())
    table = framing(corpus, codebook=codebook)
    by_cue = cue_counts(corpus, codebook=codebook)
    ours = Counter(
        dict(zip(zip(by_cue["article_id"], by_cue["frame"], by_cue["cue"], strict=True), by_cue["n"], strict=True))
    )
    spans = cue_spans(corpus, codebook=codebook)
    seen = set(spans[["article_id", "frame", "cue", "start", "end"]].itertuples(index=False, name=None))
    assert len(seen) == len(spans)

    theirs: Counter[tuple[str, str, str]] = Counter()
    with_cues: Counter[tuple[str, str]] = Counter()
    places = set()
    articles: dict[str, str] = dict(zip(corpus.articles.index, corpus.articles["text"], strict=True))
    for (article_id, text), (first, last) in zip(
        articles.items(), pairwise(tokens.article_sentence_starts.tolist()), strict=True
    ):
        for sentence in range(first, last):
            terms = cut(text[begin[sentence] : end[sentence]])
            words = [term for term, _, _ in terms]
            for frame in codebook.frames:
                matches = slow(words, frame.cues, frame.exceptions)
                with_cues[article_id, frame.name] += bool(matches)
                for match in matches:
                    cue = frame.cues[match.cue]
                    theirs[article_id, frame.name, cue] += 1
                    start, stop = terms[match.start][1], terms[match.end - 1][2]
                    places.add((article_id, frame.name, cue, begin[sentence] + start, begin[sentence] + stop))
    assert ours == theirs
    assert seen == places
    for row in table.to_dict("records"):
        key = (row["article_id"], row["frame"])
        assert row["n_cues"] == sum(n for (*of, _), n in theirs.items() if tuple(of) == key)
        if row["n_sentences"]:
            assert row["share_sentences"] == with_cues[key] / row["n_sentences"]
    for span in spans.to_dict("records"):
        assert articles[span["article_id"]][span["start"] : span["end"]] == span["text"]
    return sum(theirs.values())


WORDS = ["a", "ab", "abc", "b", "ba", "c", "A", "C", "b."]
PARTS = ["a", "ab", "b", "c", "a*", "*b", "b?", "*c", "?"]


def _phrase() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(PARTS[:-1]),
        st.builds(
            lambda first, middle, last: " ".join([first, *middle, last]),
            st.sampled_from(PARTS[:-1]),
            st.lists(st.sampled_from([*PARTS[:-1], "*"]), max_size=2),
            st.sampled_from(PARTS[:-1]),
        ),
    )


def _search() -> st.SearchStrategy[str]:
    window = st.builds("{} NEAR/{} {}".format, _phrase(), st.integers(0, 4), _phrase())
    return st.one_of(_phrase(), window)


def _cue() -> st.SearchStrategy[str]:
    return st.one_of(_search(), st.builds(" NOT ".join, st.lists(_search(), min_size=2, max_size=3)))


def _distinct(cues: list[str]) -> dict[object, str]:
    return {compile_cue(cue).key: cue for cue in cues}


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.lists(_cue(), min_size=1, max_size=6), st.lists(_search(), max_size=3)), min_size=1, max_size=3
    ),
)
def test_equal_to_the_slow_matcher(texts: list[str], frames: list[tuple[list[str], list[str]]]) -> None:
    book = {}
    for number, (given_cues, given_exceptions) in enumerate(frames):
        cues, exceptions = _distinct(given_cues), _distinct(given_exceptions)
        kept = [cue for key, cue in exceptions.items() if key not in cues]
        book[f"f{number}"] = {"cues": list(cues.values())} | ({"except": kept} if kept else {})
    compare(corpus_of(*texts), Codebook.from_dict(book, name="mine"))


@pytest.mark.shared
@pytest.mark.parametrize("book", ["generic", "bench"])
def test_equal_to_the_slow_matcher_on_real_articles(book: str) -> None:
    codebook = read_codebook("generic" if book == "generic" else shared("bench/codebook30.json"))
    with shared("corpora/allsides/articles.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines][:1300:130]
    assert compare(corpus_of(*texts), codebook) > 250


def test_words_of_several_frames_stand_in_the_dictionary_once() -> None:
    """Arrow would write memory that is not the table's to the file of a dictionary that repeats a word."""
    book = Codebook.from_dict({"one": ["fire", "rain"], "two": ["rain", "fire", "wind"]}, name="mine")
    _, of_cues = measured(tokenise(["Fire, rain and wind."]), codebook=book)
    assert of_cues["cue"].dictionary.to_pylist() == ["fire", "rain", "wind"]
    assert of_cues["cue"].to_pylist() == ["fire", "rain", "rain", "fire", "wind"]
