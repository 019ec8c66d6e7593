"""The compiled rules of quoted speech find what those in Python find, and kernels cut the voices as NumPy does."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import kernels
from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.text import tokens as cutting
from analysis.text import voice, voice_rules
from analysis.text.fragments import sentences_in_voice, slice_of
from analysis.text.tokens import Tokens, tokens_of
from tests.shared import shared

MARKS = "\"'“”‘’«»‹›„‟‚‛`´″′＂"
signs = st.sampled_from(
    [
        *MARKS,
        *(
            "''",
            "``",
            "‘‘",
            "’’",
            '""',
            "\"'",
            "'\"",
            "“‘",
            "’”",
            '6"',
            "5'",
            "’90s",
            "'tis",
            "‘TİL",
            "'ſ",
            "'K",
            "s' ",
        ),
        *(
            " ",
            " ",
            " ",
            " ",
            "  ",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\x0b",
            "\x0c",
            "\x85",
            "\u2028",
            "\u2029",
            "\x1c",
            "\t",
        ),
        *("\u00a0", "\u3000", "\u200b", "\ufeff", "\0"),
        *".,;:!?-–—…()[]{}=<>|*_/@#$£&",
    ]
)
words = st.sampled_from(
    [
        *(
            "said",
            "told",
            "says",
            "claimed",
            "has",
            "had",
            "then",
            "he",
            "He",
            "she",
            "They",
            "it",
            "I",
            "we",
            "who",
            "The",
        ),
        *("the", "The mayor", "the officials", "Ann", "O’Brien", "Mr. Hale", "van", "St.-John", "that", "his", "there"),
        *(
            "a",
            "an",
            "and",
            "or",
            "nor",
            "of",
            "in",
            "vs",
            "so-called",
            "known as",
            "definition of",
            "word",
            "(word",
            "term",
        ),
        *(
            "is the word",
            "was a phrase",
            "the film",
            ", the book",
            "titled ",
            "headlined: ",
            '":',
            "class=",
            "film",
            "book",
        ),
        *(
            "We go",
            "go",
            "GO",
            "Dark Water",
            "A Life in the Woods",
            "Yes",
            "I’m",
            "No.",
            "3",
            "12",
            "2nd",
            "x",
            "Z",
            "is",
            "s",
        ),
        *(
            "according to",
            "ruling",
            "op-ed",
            "called",
            "U.S. law",
            "wrote",
            "said Ann",
            "Ann said",
            "he said",
            "they mused",
        ),
        *(
            "é",
            "É",
            "e\u0301",
            "\u0301",
            "ß",
            "ǅ",
            "İ",
            "ı",
            "K",
            "ſ",
            "²",
            "½",
            "٣",
            "中文",
            "💘",
            "𝐀",
            "𝐚",
            "\ud800",
            "ª",
        ),
        "We go. " * 300,
        "we go, and " * 20,
    ]
)
#: Sentences in which marks mostly stand where they should.
quoted = st.tuples(st.sampled_from(["“{}”", '"{}"', "‘{}’", "'{}'", "«{}»", "“{}", '{}"', "``{}''"]), words, signs).map(
    lambda three: three[0].format(three[1]) + three[2]
)
texts = st.lists(signs | words | quoted, max_size=40).map("".join) | st.lists(words | quoted, max_size=40).map(" ".join)
wrapped = texts.map(lambda text: "\n".join(textwrap.wrap(text, 30, replace_whitespace=False)) + "\n" + text[:90])


def same(many: Sequence[str | None]) -> int:
    """Compare what both find; return the number of stretches."""
    assert kernels.load("voice") is not None
    compiled, plain = voice._find(many), voice._find_by_rules(many)
    if compiled.n_of_text.tolist() != plain.n_of_text.tolist() or not np.array_equal(
        compiled.stretches, plain.stretches
    ):
        for text in many:  # say in which
            assert voice._find([text]).stretches.tolist() == voice._find_by_rules([text]).stretches.tolist()
        raise AssertionError("each text for itself is the same")
    return len(plain.stretches)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts | wrapped | st.text(max_size=40) | st.none(), max_size=12))
def test_the_same_is_found(many: list[str | None]) -> None:
    same(many)


@pytest.mark.parametrize(
    "unit",
    [
        '"', "'", "“", "‘", "’", "''", "“ ", " ”", '" ', "a\"b", 'a" "b', "'a ", "s' a 'b ", "“a\n", '"a\n\n', "\n ",
        "“a.", '"a, he said. ', 'a." B, ', "“‘a ", "\"'", "(\"a ", "a.\"B", "12\" ", "He said:\n“", "A B C D E F G “",
        "\u2028“", "x\n“y\nz”", "....a", "“A. ", "a.\n", "a,\nb", "'K ", "“a” and ", "“Aa” and the ", ", said A.b",
    ],
)  # fmt: skip
def test_the_same_is_found_in_hostile_texts(unit: str) -> None:
    same(["“" + unit * 300, unit * 300 + "”", f"{unit * 40}“{unit * 40}\n" * 3])


def _real_texts() -> Iterator[tuple[str, list[str]]]:
    for name in ("corpora/allsides", "corpora/wikinews", "gold/climate-frames"):
        lines = shared(f"{name}/articles.jsonl").read_text(encoding="utf-8").splitlines()
        yield name, [json.loads(line)["text"] or "" for line in lines]
    for name in ("corpora/onestopenglish", "exports", "articles"):
        files: list[Path] = sorted(file for file in shared(name).rglob("*") if file.is_file())
        yield name, [file.read_bytes().decode("utf-8", "replace") for file in files]


def _odd(text: str, draw: np.random.Generator) -> str:
    """Put marks, breaks and other signs into a text, or take some of its own away."""
    odd = list(text)
    new = [*MARKS, *"\n .,?!—-I1x"]
    for place, sign, way in draw.integers((len(odd), len(new), 3), size=(len(odd) // 100, 3)).tolist():
        odd[place] = new[sign] + (odd[place] if way else "")
    return "".join(odd)


def test_the_same_is_found_in_real_articles() -> None:
    draw = np.random.default_rng(20261126)
    n_texts = n_found = 0
    for name, real in _real_texts():
        ways = [real]
        if name == "corpora/allsides":
            some = real[::13]
            straight, single = str.maketrans("“”‘’", "\"\"''"), str.maketrans('“”"', "‘’'")
            ways += [[text.translate(straight) for text in some], [text.translate(single) for text in some]]
            ways += [["\n\n".join(textwrap.fill(line, 70) for line in text.split("\n")) for text in some]]
            ways += [[text.replace("\n", "\r\n") for text in some], [_odd(text, draw) for text in some]]
        for texts_of_way in ways:
            n_texts += len(texts_of_way)
            n_found += same(texts_of_way)
    assert n_texts > 2_500
    assert n_found > 30_000


def test_letters_that_count_as_ascii_ones() -> None:
    """The kernel knows by heart which letters do in any case, or in small letters."""
    every = [chr(code) for code in range(0x80, 0x110000)]
    assert [sign for sign in every if sign.lower().isascii()] == ["\u212a"]
    small = re.compile("[a-z]", re.IGNORECASE)
    assert {sign for sign in every if small.match(sign)} == {"\u0130", "\u0131", "\u017f", "\u212a"}
    for sign, letter in {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}.items():
        assert re.match(letter, sign, re.IGNORECASE)


def test_listed_words_fit_the_kernel() -> None:
    listed = frozenset().union(*voice_rules.WORD_LISTS)
    assert max(map(len, listed)) <= 16
    assert len(listed) < voice._N_WORDS // 2


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_bytes_that_are_no_text_do_no_harm(many: list[bytes]) -> None:
    compiled = kernels.load("voice")
    assert compiled is not None
    found = voice._find_by_kernel(compiled, pa.array(many, pa.large_binary()))
    assert found.n_of_text.sum() == len(found.stretches)


def test_the_rules_in_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "load", lambda *_: None)
    spans = voice.quoted_spans(pa.array(["No marks.", None, 'He said: "We go."']))
    assert [column.tolist() for column in spans] == [[2], [10], [16], [9], [17]]
    assert [part.kind for part in voice.quotations("He said: “We go.”")] == ["speech"]


def _corpus(many: Sequence[str | None]) -> Corpus:
    clean = [text and text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in many]
    ids = pd.Index(list(map(str, range(len(clean)))), name="article_id")
    return Corpus(
        pd.DataFrame({"text": pd.Series(clean, ids, dtype="str")}, ids).reindex(columns=list(ARTICLE_COLUMNS))
    )


def _seen(tokens: Tokens) -> list[Any]:
    known = tokens.vocabulary
    return [
        [known.chunks[number] for number in tokens.ids.tolist()],
        [known.chunks[number] for number in tokens.pieces.tolist()],
        [known.terms[number] for number in tokens.terms.ids.tolist()],
        *(column.tolist() for column in (tokens.starts, tokens.piece_starts, tokens.piece_offsets, tokens.breaks)),
        *(column.tolist() for column in (tokens.sentence_starts, tokens.article_sentence_starts)),
        [
            column.tolist()
            for column in (
                *tokens.sentence_spans(),
                *tokens.term_spans(),
                tokens.terms.starts,
                tokens.terms.sentence_starts,
            )
        ],
    ]


def _voices(many: Sequence[str | None], *, forget: bool = False) -> list[Any]:
    corpus, found = _corpus(many), []
    whole = tokens_of(corpus)
    if forget:
        cutting._shared = None  # as when a vocabulary has grown too large
        cutting.tokenise(["Other words are numbered."])
    found.append(_seen(whole))
    for name in ("narration", "quoted"):
        part = slice_of(corpus, name)
        columns = (part.article, part.fragment_start, part.fragment_end, part.fragment_starts, part.fragment_terms)
        rows = (part.rows, part.row_starts, part.sentence_of_row)
        sentences = sentences_in_voice(corpus, name)
        places = (sentences.begin, sentences.end)
        found += [_seen(part), *(column.tolist() for column in (*columns, *rows, *places)), _seen(sentences)]
    return found


def cut_alike(many: Sequence[str | None]) -> list[Any]:
    """Compare how kernels and NumPy cut the voices of articles."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_shared", None)
        compiled, forgotten = _voices(many), _voices(many, forget=True)
        patch.setattr(kernels, "load", lambda *_: None)
        patch.setattr(cutting, "_shared", None)
        plain = _voices(many)
    cutting._shared = None  # the kernels hold one vocabulary, the newest
    assert compiled == plain
    assert forgotten == plain
    return plain


glued = st.sampled_from(
    ["over.The", "go.“We", "x.”Then", "fell.“", "e\u0301", "💘", " ", "\u00a0", "\u2009\n", "word" * 90]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(glued | quoted | words, max_size=20).map("".join) | texts | st.none(), max_size=4))
def test_voices_are_cut_alike(many: list[str | None]) -> None:
    cut_alike(many)


def test_voices_of_real_articles_are_cut_alike() -> None:
    lines = shared("corpora/allsides/articles.jsonl").read_text(encoding="utf-8").splitlines()[::10]
    found = cut_alike([json.loads(line)["text"] for line in lines])
    assert len(found[1][0]) > 50_000
