from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import kernels
from analysis.text import tokens as cutting
from analysis.text.terms import AROUND, cut, is_whole_term, normalise
from analysis.text.tokens import Tokens, Vocabulary, tokenise
from tests.shared import shared

# Letters, signs and white space of every kind that str.split knows, so that texts are odd in the ways that matter.
SIGNS = "aBé.,!?…\"'“”‘’()-–—/&:3İß\0_\u0301\u200b😀"
WHITE = "\n \t\x1c\x85\xa0\u2003\u2028\u2029\u3000"
ODD = st.text(alphabet=st.sampled_from(SIGNS + WHITE), max_size=60)


def chunks(tokens: Tokens, article: int) -> list[str]:
    return [tokens.vocabulary.chunks[n] for n in tokens.ids[tokens.starts[article] : tokens.starts[article + 1]]]


def sentences(tokens: Tokens, texts: list[str]) -> list[list[str]]:
    begin, end = tokens.sentence_spans()
    bounds = tokens.article_sentence_starts
    return [[text[begin[k] : end[k]] for k in range(bounds[i], bounds[i + 1])] for i, text in enumerate(texts)]


@given(st.lists(ODD, max_size=6))
def test_chunks_are_str_split(texts: list[str]) -> None:
    tokens = tokenise(texts)
    assert [chunks(tokens, i) for i in range(len(texts))] == [text.split() for text in texts]


@pytest.mark.parametrize("white", [*WHITE, " \u3000", "\u3000\u3000\u2003"])
def test_white_space_at_every_place_of_a_long_word_is_seen(white: str) -> None:
    texts = ["x" * n + white + "é" * 70 + white + "y" for n in range(140)]
    tokens = tokenise(texts)
    chunks = [tokens.vocabulary.chunks[number] for number in tokens.ids]
    assert chunks == [chunk for text in texts for chunk in text.split()]


@given(st.lists(ODD | st.text(max_size=40), max_size=5))
def test_sentences_cover_every_piece_and_their_spans_split_to_them(texts: list[str]) -> None:
    tokens = tokenise(texts)
    found = [part for article in sentences(tokens, texts) for part in article]
    pieces = [tokens.vocabulary.chunks[n] for n in tokens.pieces]
    bounds = tokens.sentence_starts
    assert [text.split() for text in found] == [pieces[a:b] for a, b in pairwise(bounds)]
    for text, parts in zip(texts, sentences(tokens, texts), strict=True):
        assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.lists(ODD, max_size=5))
def test_terms_stand_where_their_spans_say(texts: list[str]) -> None:
    tokens = tokenise(texts)
    begin, end = tokens.term_spans()
    starts = tokens.terms.starts
    for i, text in enumerate(texts):
        at = range(starts[i], starts[i + 1])
        assert [tokens.vocabulary.terms[tokens.terms.ids[k]] for k in at] == [
            normalise(text[begin[k] : end[k]]) for k in at
        ]


def test_the_order_and_company_of_articles_changes_nothing() -> None:
    texts = ["One is here.Two is not.", "", " \n Three “is” odd—very odd.", "Four."]
    together = sentences(tokenise(texts), texts)
    assert together == [sentences(tokenise([text]), [text])[0] for text in texts]
    assert together[0] == ["One is here.", "Two is not."]
    assert together[2] == ["Three “is” odd—very odd."]


def test_a_lone_surrogate_does_not_stop_the_others() -> None:
    tokens = tokenise(["good \ud800 text", "more"])
    assert chunks(tokens, 0) == ["good", "\ufffd", "text"]
    assert chunks(tokens, 1) == ["more"]


@pytest.mark.parametrize("step", ["_take_apart", "_learn_pieces", "_learn_terms"])
@pytest.mark.parametrize("how", ["kernels", "numpy"])
def test_what_is_cut_after_an_interrupt_is_right(monkeypatch: pytest.MonkeyPatch, step: str, how: str) -> None:
    if how == "numpy":
        monkeypatch.setattr(kernels, "load", lambda *_: None)
    cutting._shared = None
    tokenise(["Known words."])
    with monkeypatch.context() as patch:
        patch.setattr(Vocabulary, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            tokenise(["Words that were never seen: 1,200!"])
    tokens = tokenise(["It rained.Known towns were “never” dry."])
    cutting._shared = None
    terms = [tokens.vocabulary.terms[number] for number in tokens.terms.ids]
    assert terms == ["it", "rained", "known", "towns", "were", "never", "dry"]
    assert tokens.n_sentences == 2


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The south-west and/or 3.5 don’t", ["the", "south-west", "and", "or", "3.5", "don't"]),
        ("“U.S.” U.S.-led Ph.D. p.m.", ["u.s.", "u.s.", "led", "ph.d.", "p.m."]),
        ("1,200 people at 10:30, 7–2", ["1,200", "people", "at", "10:30", "7", "2"]),
        ("rock ’n’ roll AT&T snake_case", ["rock", "n", "roll", "at&t", "snake", "case"]),
        ("cafe\u0301 co\u00adoperate non‑stop", ["cafe\u0301", "cooperate", "non-stop"]),
        ("— … !!! '", []),
        (
            "See https://t.co/Ab1, www.gazette.test or abcn.ws/2Xy. The U.S./China",
            ["see", "or", "the", "u.s.", "china"],
        ),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert [term for term, _, _ in cut(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Hale met Gen. J. R. Stone. He left.", ["Mr. Hale met Gen. J. R. Stone.", "He left."]),
        (
            "The U.S. Senate met. In the U.S. The vote failed.",
            ["The U.S. Senate met.", "In the U.S.", "The vote failed."],
        ),
        ("“It is over.” He left. “Stop!” he said.", ["“It is over.”", "He left.", "“Stop!” he said."]),
        ("“Stop!” Ann Hale said. It rained.", ["“Stop!” Ann Hale said.", "It rained."]),
        ("It rose 3.5 percent. Then it fell.", ["It rose 3.5 percent.", "Then it fell."]),
        ("Roe v. Wade stood. 3. Vote early.", ["Roe v. Wade stood.", "3. Vote early."]),
        ("A heading\n\nIt rained. It was dry", ["A heading", "It rained.", "It was dry"]),
        ("She said.“We won.”They left.", ["She said.", "“We won.”", "They left."]),
        ("A flood. Image: Ann Hale.", ["A flood.", "Image: Ann Hale."]),
        ("A flooded street Image: Ann Hale.", ["A flooded street", "Image: Ann Hale."]),
        ("eBay rose. eBay fell. www.site.com/A.B is up.", ["eBay rose.", "eBay fell.", "www.site.com/A.B is up."]),
        ("They met at 9 a.m. Monday in St. Ives. All came.", ["They met at 9 a.m. Monday in St. Ives.", "All came."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(tokenise([text]), [text]) == [expected]


def test_hard_wrapped_lines_are_joined_and_lines_that_are_paragraphs_are_not() -> None:
    wrapped = (
        "The council met late on Tuesday and went\non for three hours in a hall that was\n"
        "full to the doors of the building.\nThen it voted."
    )
    lines = "Storm closes bridge\nThe bridge was closed on Tuesday.\nNobody was hurt, police said."
    assert len(sentences(tokenise([wrapped]), [wrapped])[0]) == 2
    assert sentences(tokenise([lines]), [lines])[0] == lines.split("\n")


def test_real_articles_are_cut_as_python_cuts_them() -> None:
    lines = shared("corpora/allsides/articles.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    tokens = tokenise(texts)
    assert [chunks(tokens, i) for i in range(len(texts))] == [text.split() for text in texts]
    assert np.array_equal(np.diff(tokens.piece_starts) >= np.diff(tokens.starts), np.ones(len(texts), bool))


def test_gold_sentences_of_wikinews() -> None:
    from tests.benchmarks.sentences import kit, score

    lines = shared("corpora/wikinews/articles.jsonl").read_text(encoding="utf-8").splitlines()
    f1, _, _ = score(kit, [json.loads(line) for line in lines])
    assert f1 >= 0.98


@given(ODD | st.text(max_size=12))
def test_a_word_between_signs_is_what_the_general_rule_gives(text: str) -> None:
    for chunk in text.split():
        word = chunk.strip(AROUND)
        if is_whole_term(word, chunk):
            start = chunk.find(word)
            assert cut(chunk) == [(word.lower(), start, start + len(word))]


def test_the_next_article_is_not_looked_at() -> None:
    texts = ["It rained. “Stop!” Ann", "said Bo. Image:", "Ann. Then 2024\n\nx", "Tuesday, March 4, 2024\n\nx"]
    alone = [sentences(tokenise([text]), [text])[0] for text in texts]
    assert sentences(tokenise(texts), texts) == alone
