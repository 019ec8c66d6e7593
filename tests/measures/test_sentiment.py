"""Sentiment: against VADER itself, against numbers worked by hand, and lexicons of one's own."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.errors import CodebookError, OptionError
from analysis.measures import _vader
from analysis.measures.sentiment import Lexicon, measured, read_lexicon, sentiment
from analysis.text.patterns import compile_pattern
from analysis.text.tokens import tokenise, tokens_of
from tests.shared import shared

if TYPE_CHECKING:
    from pathlib import Path

SCORES = ["neg", "neu", "pos", "compound"]


@cache
def vader() -> Any:
    return import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


def corpus_of(*texts: str, titles: list[str | None] | None = None) -> Corpus:
    ids = [f"a{number}" for number in range(len(texts))]
    articles = pd.DataFrame({"text": pd.Series(texts, ids, dtype="str"), "title": titles}, index=ids)
    return Corpus(articles.reindex(columns=list(ARTICLE_COLUMNS)))


def assert_same(texts: list[str], table: pd.DataFrame) -> None:
    """Compare to the last bit."""
    assert len(table) == len(texts)
    for text, got in zip(texts, table[SCORES].to_dict("records"), strict=True):
        assert got == vader().polarity_scores(text), text


def assert_all_same(texts: list[str]) -> None:
    corpus = corpus_of(*texts, titles=list(texts))
    assert_same(texts, sentiment(corpus))
    assert_same(texts, sentiment(corpus, unit="title"))
    sentences = sentiment(corpus, unit="sentence")
    spans = sentences[["article_id", "start", "end"]].itertuples(index=False)
    assert sentences["text"].tolist() == [corpus.articles["text"][number][start:end] for number, start, end in spans]
    assert_same(sentences["text"].tolist(), sentences)


# --- by hand: "good" has 1.9 in the lexicon, "bad" -2.5; compound is x / sqrt(x² + 15) --------------------------------


@pytest.mark.parametrize(
    ("text", "valence"),
    [
        ("good", 1.9),
        ("Good,", 1.9),
        ("not good", 1.9 * -0.74),
        ("isn't good", 1.9 * -0.74),
        ("isn’t good", 1.9),  # the library knows only the straight apostrophe
        ("not a good", 1.9 * -0.74),
        ("not at all good", 1.9 * -0.74),
        ("not at all a good", 1.9),
        ("no good", 1.9 * -0.74),  # "no" itself counts nothing before a word of the lexicon
        ("very good", 1.9 + 0.293),
        ("very, very good", 1.9 + 0.293 + 0.293 * 0.95),
        ("very fine, good", 0.8 + 0.293 + 1.9 + 0.293 * 0.95),
        ("very bad", -2.5 - 0.293),
        ("VERY good", 1.9 + 0.293 + 0.733),
        ("so GOOD", 1.9 + 0.733 + 0.293),
        ("SO GOOD", 1.9 + 0.293),  # all in capitals: no emphasis
        ("GOOD", 1.9),
        ("it is kind of good", 1.9 - 0.293),
        ("kind of good", 1.9),  # an idiom is looked for only behind the third word
        ("and we saw this good", 1.9 * 1.25),  # `and` before `or` in the library's "never so"
        ("it was never so good", (1.9 + 0.293) * 1.25 * 1.25),
        ("it is, without doubt, good", -1.5 * -0.74 + 1.9),
        ("least good", 1.9 * -0.74),
        ("at least good", 1.9),
        ("it was not the bomb", 3.0),
        ("it was the bus stop", 0.0),
        ("good!!", 1.9 + 2 * 0.292),
        ("bad!!!!!!", -2.5 - 4 * 0.292),
        ("good?", 1.9),
        ("good???", 1.9 + 3 * 0.18),
        ("good????", 1.9 + 0.96),
        ("good but bad", 1.9 * 0.5 - 2.5 * 1.5),
        # "applaud" (2.0) becomes 1.0, which the loop then takes for "advantage" (1.0) and halves again.
        ("they applaud but see advantage", 2.0 * 0.5 * 0.5 + 1.0),
        ("", 0.0),
        ("of the", 0.0),
    ],
)
def test_compound_by_hand(text: str, valence: float) -> None:
    compound = sentiment(corpus_of(text))["compound"].tolist()
    assert compound == [pytest.approx(valence / math.sqrt(valence**2 + 15), abs=6e-5)]
    assert_all_same([text])


def test_shares_by_hand() -> None:
    row = sentiment(corpus_of("The relief was great. Nobody was hurt!")).iloc[0]
    relief, great, hurt, neutral, mark = 2.1 + 1, 3.1 + 1, 2.4 + 1, 4, 0.292
    everything = relief + great + mark + hurt + neutral
    assert row["pos"] == round((relief + great + mark) / everything, 3)
    assert row["neg"] == round(hurt / everything, 3)
    assert row["neu"] == round(neutral / everything, 3)
    assert (row["n_words"], row["n_sentences"], row["n_hits"]) == (7, 2, 3)


def test_mean_and_deviation_are_over_sentences() -> None:
    corpus = corpus_of("It was good. It was bad. The train left.", "Good.", "")
    table, sentences = sentiment(corpus), sentiment(corpus, unit="sentence")
    by_article = sentences.groupby("article_id")["compound"]
    assert table["n_sentences"].tolist() == [3, 1, 0]
    assert table["compound_mean"].tolist() == pytest.approx([*by_article.mean(), math.nan], nan_ok=True)
    assert table["compound_sd"].tolist() == pytest.approx([*by_article.std(), math.nan], nan_ok=True)
    assert table["compound_mean"].iloc[0] == pytest.approx((0.4404 - 0.5423) / 3)


# --- the shape of the tables ------------------------------------------------------------------------------------------


def test_columns_and_types() -> None:
    corpus = corpus_of("Good news. Bad news.", "None.", titles=["Joy", None])
    table = sentiment(corpus)
    counts = ["n_words", "n_sentences", "n_hits"]
    assert list(table) == [*SCORES, "compound_mean", "compound_sd", *counts]
    assert table.index.equals(corpus.articles.index)
    assert table.index.name == "article_id"
    assert [str(kind) for kind in table.dtypes] == ["float64"] * 6 + ["int64"] * 3
    sentences = sentiment(corpus, unit="sentence")
    assert list(sentences) == ["article_id", "sentence", "start", "end", "text", *SCORES, "n_words", "n_hits"]
    assert sentences[["article_id", "sentence"]].values.tolist() == [["a0", 0], ["a0", 1], ["a1", 0]]
    assert [str(sentences[name].dtype) for name in ("sentence", "start", "end", "n_words")] == ["int64"] * 4
    titles = sentiment(corpus, unit="title")
    assert list(titles) == [*SCORES, "n_words", "n_hits"]
    assert titles.index.equals(corpus.articles.index)


def test_missing_title_is_nan_and_empty_title_is_what_vader_says() -> None:
    titles = sentiment(corpus_of("x", "y", "z", titles=["Great joy", None, ""]), unit="title")
    assert titles["compound"].isna().tolist() == [False, True, False]
    assert titles[SCORES].iloc[1].isna().all()
    assert titles.loc["a2", SCORES].tolist() == [0.0] * 4
    assert titles["n_words"].tolist() == [2, 0, 0]


@pytest.mark.parametrize("unit", ["article", "sentence", "title"])
def test_no_articles(unit: Any) -> None:
    full, empty = sentiment(corpus_of("Good."), unit=unit), sentiment(corpus_of(), unit=unit)
    assert len(empty) == 0
    assert list(empty) == list(full)


def test_measured_is_the_tables_without_text() -> None:
    corpus = corpus_of("Good news. Bad news!", "", "But why? I LOVE it.")
    of_articles, of_sentences = measured(tokens_of(corpus))
    pd.testing.assert_frame_equal(pd.DataFrame(of_articles, index=corpus.articles.index), sentiment(corpus))
    table = sentiment(corpus, unit="sentence")
    pd.testing.assert_frame_equal(pd.DataFrame(of_sentences), table[[*SCORES, "n_words", "n_hits"]])


def test_wrong_unit() -> None:
    with pytest.raises(OptionError) as caught:
        sentiment(corpus_of("x"), unit="paragraph")  # type: ignore[arg-type]
    assert str(caught.value) == "`unit` must be one of 'article', 'sentence', 'title'; got 'paragraph'."


# --- against the library ----------------------------------------------------------------------------------------------

TRICKY = [
    "",
    " \n\t ",
    "!!!!",
    "???",
    "? ! ?",
    "\x00good\x00 \x00",
    ":) :-( ;D O.o XD <3 ):",
    "Catch emoji such as 💘 and 💋 and 😁😁, 😁!",
    "2024©2025 good®bad™ ℹ ©",
    "good\u00a0bad\u2028very\u3000good\x85great\x1cawful",
    "I LOVE IT. I LOVE it. LOVE",
    "ABC DEF GREAT HORRIBLE",
    "GREAT",
    "GREAT news",
    "of, at; no. NO no, a no-good no",
    "there was no good or bad, no joy nor fun",
    "NO GOOD came of No love",
    "never this good, never so good, never so very good, never good this way",
    "without doubt good, without any doubt good, without a good doubt",
    "the least good, at least good, very least good, least, least good",
    "He said to die for, kiss of death, the yeah right man, a bad ass and badass, this is bad ass",
    "we all saw the shit and the bomb at the bus stop, our beating heart, hand to mouth",
    "they were just enough good, it was sort of good, some kind of a good kind, kind of, kind",
    "but but good but bad BUT good",
    "applaud but advantage; advantage applaud but applaud advantage",
    "good but",
    "but good",
    "Can't won't DON'T shouldn't good uh-uh good n't good wasn't, good",
    "İSTANBUL İyi GOOD ẞ ß ǅ good",
    "e\u0301good go\u0301od \u0301 good\u0301",
    "x" * 5000 + " good",
    "(good) [good] \"good\" 'good' «good» “good” good’s good— …good…",
    "can't stand fed up screwed up ( '}{' )",
    "a A I good BAD",
    "don't good dont GOOD aint uh-uh",
]


def test_tricky_texts() -> None:
    assert_all_same(TRICKY)


def test_library_examples() -> None:
    assert_all_same(
        [
            "VADER is smart, handsome, and funny!",
            "VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!",
            "The plot was good, but the characters are uncompelling and the dialog is not great.",
            "Today only kinda sux! But I'll get by, lol",
            "Roger Dodger is one of the least compelling variations on this theme.",
            "Not such a badass after all.",
            "Without a doubt, an excellent idea.",
        ]
    )


_WORDS = """
good bad great GOOD Bad love hate joy war applaud advantage abandoned alone acceptance adored ability death kiss no
No NO no, or nor not never so this so, without doubt doubt, but But BUT but, least Least at very VERY really kind
of sort kinda just enough the shit bomb ass badass bus stop yeah right to die for beating heart hand mouth isn't
DON'T can't n't cannot barely less more extremely a I an it IT was house 3.5 U.S. :) :-( :D ;D <3 ! ? !! ?! ????
!!!!! good! bad? great!!! 😁 💘x x💋 © ®good ™ ℹ \x00 e\u0301 — “good” Mr. end.The good.Bad of, ...
"""
_HITS = "applaud advantage commitments great good but bad abandoned alone love NO"
GAPS = [" ", " ", " ", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u2009", "\x1f", "\x85", ". ", "! ", ", "]
one_word = st.sampled_from(_WORDS.split())
words = st.lists(st.tuples(one_word, st.sampled_from(GAPS)), max_size=25).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
hits = st.lists(st.sampled_from(_HITS.split()), max_size=30).map(" ".join)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.one_of(words, hits, anything), max_size=8))
def test_equals_vader_on_adversarial_texts(texts: list[str]) -> None:
    assert_all_same(texts)


@given(st.lists(st.sampled_from([0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, -1.0, -2.0, -1.5]), max_size=40), st.data())
def test_but_repeats_the_loop_of_the_library(values: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values)))
    listed = [*values[:place], 0, *values[place:]]
    words = ["x"] * place + ["but"] + ["x"] * (len(values) - place)
    expected = [value for value in vader()._but_check(words, listed) if value]
    plain = [value * (0.5 if number < place else 1.5) for number, value in enumerate(values)]
    assert _vader._collide(values, plain, set(values), place) == expected


@pytest.mark.parametrize("compensated", [True, _vader._COMPENSATED])
@given(st.lists(st.lists(st.floats(-5, 5).filter(bool), max_size=12), max_size=6))
def test_sums_are_the_interpreters(compensated: bool, texts: list[list[float]]) -> None:
    values = np.array([value for text in texts for value in text], np.float64)
    of_text = np.repeat(np.arange(len(texts)), [len(text) for text in texts]).astype(np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_vader, "_COMPENSATED", compensated)
        assert _vader._sums(values, of_text, len(texts)).tolist() == [float(sum(text)) for text in texts]


@given(st.lists(st.one_of(st.floats(-1, 1), st.integers(-16000, 16000).map(lambda number: number / 16000))))
def test_rounding_is_pythons(values: list[float]) -> None:
    for digits in (3, 4):
        assert _vader._rounded(np.array(values, np.float64), digits).tolist() == [round(x, digits) for x in values]


def test_every_word_of_the_lists() -> None:
    """Each word of the lexicon and of the rules, alone and before and behind a scored word."""
    library = import_module("vaderSentiment.vaderSentiment")
    listed = [*vader().lexicon, *library.BOOSTER_DICT, *library.NEGATE, *library.SPECIAL_CASES]
    texts = [f"so it was, {word} good {word}! {word.upper()}, {word}" for word in listed]
    assert_same(texts, sentiment(corpus_of(*texts)))


def test_every_emoji() -> None:
    texts = [f"a{sign}b good {sign}, {sign}{sign}! {sign}" for sign in vader().emojis]
    assert_same(texts, sentiment(corpus_of(*texts)))


def test_real_articles_and_sentences() -> None:
    lines = shared("corpora/allsides/articles.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines[::20]]
    corpus = corpus_of(*texts)
    assert_same(texts, sentiment(corpus))
    sentences = sentiment(corpus, unit="sentence")
    assert len(sentences) > 2000
    assert_same(sentences["text"].tolist(), sentences)


# --- lexicons of one's own --------------------------------------------------------------------------------------------


def written(folder: Path, content: str | bytes, name: str = "tone.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_lexicon_by_hand(tmp_path: Path) -> None:
    path = written(tmp_path, "term,weight,note\nhope*,2,x\nwar,-1,\nwar of words,-3,\nwords,5,\n")
    corpus = corpus_of("Hopes for a war of words. War!", "", titles=["Hope", None])
    table = sentiment(corpus, lexicon=path)
    assert list(table) == ["score", "total", "n_words", "n_sentences", "n_hits"]
    assert table["total"].tolist() == [2 - 3 - 1, 0]
    assert table["n_words"].tolist() == [7, 0]
    assert table["n_hits"].tolist() == [3, 0]
    assert table["score"].tolist() == pytest.approx([-2 / 7, math.nan], nan_ok=True)
    sentences = sentiment(corpus, unit="sentence", lexicon=path)
    names = ["article_id", "sentence", "start", "end", "text", "score", "total", "n_words", "n_hits"]
    assert list(sentences) == names
    assert sentences["total"].tolist() == [-1, -1]
    assert sentences["text"].tolist() == ["Hopes for a war of words.", "War!"]
    titles = sentiment(corpus, unit="title", lexicon=str(path))
    assert titles["score"].tolist() == pytest.approx([2.0, math.nan], nan_ok=True)


def test_one_weight_for_each_word() -> None:
    listed = {"goo*": 9.0, "good": 1.0, "good*": 8.0, "not good": -2.0, "good news": 7.0, "anti-war": 3.0, "war": -1.0}
    lexicon = Lexicon("mine", tuple(map(compile_pattern, listed)), tuple(listed.values()))
    places, weights = lexicon.weigh(tokenise(["Good goods goof. Not good news, good news. Not. Good anti-war war."]))
    assert weights.tolist() == [1, 8, 9, -2, 7, 1, 3, -1]
    assert places.tolist() == [0, 1, 2, 3, 6, 9, 10, 11]


@pytest.mark.parametrize(
    "content", ["term;weight\nwar;-1\n", "TERM\tWeight\nwar\t-1", "\ufeffweight,term\r\n-1,war\r\n\r\n"]
)
def test_other_ways_to_write_a_lexicon(tmp_path: Path, content: str) -> None:
    lexicon = read_lexicon(written(tmp_path, content))
    assert [pattern.parts for pattern in lexicon.patterns] == [("war",)]
    assert lexicon.weights == (-1.0,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "tone.csv, line 1: needs the columns 'term' and 'weight'; got nothing. Rename them."),
        (
            "word,score\nwar,-1\n",
            "tone.csv, line 1: needs the columns 'term' and 'weight'; got 'word', 'score'. Rename them.",
        ),
        ("term,weight\n\n", "tone.csv: has no terms. Write one in each line below 'term,weight'."),
        (b"term,weight\nwar,-1\ncaf\xe9,1\n", "tone.csv, line 3: is not UTF-8. Save the file as UTF-8."),
        (
            f'term,weight\nwar,-1\n"{"x" * 200_000}',
            "tone.csv, line 3: cannot be read as CSV (field larger than field limit (131072)). Check its quotes.",
        ),
    ],
)
def test_bad_lexicons(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CodebookError) as caught:
        sentiment(corpus_of("x"), lexicon=written(tmp_path, content))
    assert str(caught.value) == message


def test_all_bad_lines_at_once(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as no_letter:
        compile_pattern("...")
    with pytest.raises(CodebookError) as caught:
        read_lexicon(written(tmp_path, "term,weight\nhope,2\nwar\n,1\nHOPE,3\npeace,nan\n...,1\n"))
    assert str(caught.value).splitlines() == [
        "tone.csv, line 3: 'weight' is not a number: ''. Write a number such as -1.5.",
        "tone.csv, line 4: 'term' is empty. Write a word or take the line out.",
        "tone.csv, line 5: 'HOPE' repeats the term of line 2. Take one out.",
        "tone.csv, line 6: 'weight' is not a number: 'nan'. Write a number such as -1.5.",
        f"tone.csv, line 7: {no_letter.value}",
    ]


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as caught:
        read_lexicon(written(tmp_path, "term,weight\n" + "war,x\n" * 60))
    lines = str(caught.value).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "… and 10 more."


def test_no_such_lexicon() -> None:
    with pytest.raises(CodebookError) as caught:
        sentiment(corpus_of("x"), lexicon="valence")
    message = "valence: there is no such file. Use 'vader', or a CSV file with the columns term, weight."
    assert str(caught.value) == message
    with pytest.raises(OptionError) as wrong:
        sentiment(corpus_of("x"), lexicon=3)  # type: ignore[arg-type]
    assert str(wrong.value) == "`lexicon` must be 'vader' or a CSV file; got 3."
