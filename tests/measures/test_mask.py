"""Masked names: a neutral token changes nothing but what the names' words said."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

import analysis
from analysis.errors import OptionError
from analysis.measures.codebook import read_codebook
from analysis.resources import easy_words
from analysis.text.masking import masked, masked_corpus, masked_texts, masked_titles, neutral_token
from analysis.text.patterns import PatternSet, find
from analysis.text.stopwords import stop_words
from analysis.text.tokens import tokenise, tokens_of
from tests.shared import shared

LONGEST = 40
TOKENS = [neutral_token(letters) for n in range(1, LONGEST + 1) for letters in ("a" * n, "A" * n, "A" + "a" * (n - 1))]
VADER = SentimentIntensityAnalyzer()


def corpus_of(*texts: str, **columns: Any) -> analysis.Corpus:
    return analysis.read(pd.DataFrame({"article_id": [f"a{n}" for n in range(len(texts))], "text": texts, **columns}))


def test_the_token_is_in_no_word_list():
    tokens = {token.lower() for token in TOKENS}
    assert tokens.isdisjoint(VADER.lexicon)
    assert tokens.isdisjoint(NEGATE)
    assert tokens.isdisjoint(word for phrase in (*BOOSTER_DICT, *SPECIAL_CASES) for word in phrase.split())
    assert tokens.isdisjoint(easy_words())
    assert tokens.isdisjoint(stop_words("english"))
    for listed in (files("analysis.text") / "lists").iterdir():
        # An initial becomes another letter: "J." to "Q."
        assert (tokens - {"q"}).isdisjoint(re.findall(r"\w+", listed.read_text(encoding="utf-8").lower()))


def test_the_token_is_in_no_codebook_of_the_kit():
    folder = files("analysis.measures") / "codebooks"
    names = [path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")]
    assert names
    for name in names:
        book = read_codebook(name)
        cues = [cue for frame in book.frames for cue in (*frame.cues, *frame.exceptions)]
        found, _ = find(tokenise(TOKENS), PatternSet(cues))
        assert len(found) == 0


@pytest.mark.parametrize("word", ["Trust", "NATO", "of", "J", "McCain", "al", "Ñañez", "iPhone"])
def test_the_token_is_as_long_and_has_the_words_capitals(word: str):
    token = neutral_token(word)
    assert len(token) == len(word)
    assert (token.isupper(), token[0].isupper()) == (word.isupper(), word[0].isupper())


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        # Not a booster, not a negation, no "but": the words around keep what they do.
        ("They said Trust did not help.", "They said Oslo did not help."),
        ("Not one good word about Grace Hope helped.", "Not one good word about Kofi Annan helped."),
        ("Very, very good news for Joy Best, but bad news!", "Very, very good news for Kofi Otto, but bad news!"),
        # Capitals: neither more nor fewer words are in capitals.
        ("It was a GREAT day for NATO.", "It was a GREAT day for OSZE."),
        ("IT WAS A GREAT DAY FOR NATO.", "IT WAS A GREAT DAY FOR OSZE."),
    ],
)
def test_the_score_is_that_of_a_name_without_tone(text: str, instead: str):
    corpus = corpus_of(text + " They met Trust Fund Inc. there.", instead + " They met Oslo Otto Inc. there.")
    table = analysis.sentiment(corpus, mask="names")
    expected = VADER.polarity_scores(corpus.articles["text"].iloc[1])
    for name, value in expected.items():
        assert table[name].tolist() == [value, value]


def test_justice_and_interest():
    text = "Justice Department officials shared the interest rate data."
    plain = analysis.sentiment(corpus_of(text))["compound"].item()
    hidden = analysis.sentiment(corpus_of(text), mask="names")["compound"].item()
    assert (plain, hidden) == (0.8316, 0.6597)
    assert VADER.polarity_scores("Xx Yy officials shared the interest rate data.")["compound"] == hidden


def test_titles_of_people_are_masked_and_small_words_stay():
    texts = ["Chief Justice Grace Hope (the late judge’s friend) and former President Joy of Oslo won."]
    assert masked_texts(texts, tokenise(texts)) == [
        "Qzzzz Qzzzzzz Qzzzz Qzzz (the late judge’s friend) and former Qzzzzzzzz Qzz of Qzzz won."
    ]


def test_sentences_have_their_own_places_and_texts():
    text = "Mr. Trust left the U.S. He was happy.\n\nJoy Best Inc. was sad, “Grace Hope said.” It won."
    plain, hidden = (analysis.sentiment(corpus_of(text), unit="sentence", mask=mask) for mask in (None, "names"))
    same = ["article_id", "sentence", "start", "end", "text", "n_words"]
    pd.testing.assert_frame_equal(plain[same], hidden[same])
    assert [text[a:b] for a, b in zip(hidden["start"], hidden["end"], strict=True)] == hidden["text"].tolist()
    assert (plain["n_hits"] > hidden["n_hits"]).any()


@pytest.mark.parametrize("unit", ["article", "sentence", "title"])
@pytest.mark.parametrize("voice", ["all", "narration", "quoted"])
def test_tables_have_the_same_shape(unit: Any, voice: Any):
    if unit == "title" and voice != "all":
        return
    text = "“Grace Hope is kind,” said Joy Best. The Justice Department won."
    corpus = corpus_of(text, "", title=["Hope Wins In Oslo", None])
    plain, hidden = (analysis.sentiment(corpus, unit=unit, voice=voice, mask=mask) for mask in (None, "names"))
    assert plain.index.equals(hidden.index)
    assert plain.dtypes.equals(hidden.dtypes)
    counts = [name for name in ("n_words", "n_sentences", "n_fragments") if name in plain]
    pd.testing.assert_frame_equal(plain[counts], hidden[counts])


def test_framing_counts_no_cue_in_a_name():
    book = analysis.Codebook.from_dict({"law": {"cues": ["justice", "court"]}}, name="mine")
    corpus = corpus_of("The Justice Department spoke of justice. Joy said “the Supreme Court is a court.”")
    plain, hidden = (analysis.framing(corpus, codebook=book, mask=mask) for mask in (None, "names"))
    assert (plain["n_cues"].item(), hidden["n_cues"].item()) == (4, 2)
    pd.testing.assert_frame_equal(plain[["n_words", "n_sentences"]], hidden[["n_words", "n_sentences"]])
    assert analysis.framing(corpus, codebook=book, voice="quoted", mask="names")["n_cues"].item() == 1


def test_cues_are_counted_and_placed_as_framing_counts_them():
    book = analysis.Codebook.from_dict({"law": {"cues": ["justice", "court*"]}}, name="mine")
    corpus = corpus_of("The Justice Department spoke of justice. Joy said “the Supreme Court is a court.”", "Justice.")
    for voice in ("all", "narration", "quoted"):
        options: dict[str, Any] = {"codebook": book, "voice": voice, "mask": "names"}
        framed, counted = analysis.framing(corpus, **options), analysis.cue_counts(corpus, **options)
        spans = analysis.cue_spans(corpus, **options)
        assert framed["n_cues"].sum() == counted["n"].sum() == len(spans)
    placed = analysis.cue_spans(corpus, codebook=book, mask="names")
    assert placed[["article_id", "sentence", "start", "text"]].values.tolist() == [
        ["a0", 0, 32, "justice"],
        ["a0", 1, 74, "court"],
        ["a1", 0, 0, "Justice"],
    ]
    for function in (analysis.framing, analysis.cue_counts, analysis.cue_spans):
        with pytest.raises(OptionError) as refused:
            function(corpus, mask="words")  # type: ignore[arg-type, operator]
        assert str(refused.value) == "`mask` must be one of None, 'names'; got 'words'."


@pytest.mark.parametrize("before", [False, True])
def test_the_same_words_are_quoted_with_and_without_mask(before: bool):
    text = "“We won,” Grace Hope said. “Joy to all.” He read 'Hope' and left.\n\n“Best of luck, O’Hara,” said Joy."
    corpus = corpus_of(text)
    if before:  # whatever was measured first
        analysis.sentiment(corpus, mask="names")
    for voice in ("narration", "quoted"):
        plain, hidden = (
            analysis.sentiment(corpus, unit="sentence", voice=voice, mask=mask)  # type: ignore[arg-type]
            for mask in (None, "names")
        )
        same = ["article_id", "sentence", "voice", "start", "end", "text", "n_words"]
        pd.testing.assert_frame_equal(plain[same], hidden[same])


def test_a_title_is_masked_with_what_the_text_knows():
    corpus = corpus_of(
        "The mayor, Hope Hill, met the Justice Department.", "x", title=["Hope Hill Wins Big Praise In Lima", None]
    )
    assert masked_titles(corpus) == ["Qzzz Qzzz Wins Big Praise In Qzzz", None]
    scores = analysis.sentiment(corpus, unit="title", mask="names")["compound"]
    assert scores.iloc[0] == VADER.polarity_scores("Xxxx Yyyy Wins Big Praise In Zzqq")["compound"]
    assert np.isnan(scores.iloc[1])


def test_glued_sentences_stay_glued():
    pieces = ["Rep.Tom", "Inc.The", "over.Trump", "J.P.Morgan", "U.S.", "CNN.com", "A.B.Hope", "won.”“Oslo", "Hope."]
    for first, second in product(pieces, repeat=2):
        texts = [f"They saw {first} {second} there. Oslo won."]
        tokens = tokenise(texts)
        hidden_texts, hidden = masked(texts, tokens)
        assert len(hidden_texts[0]) == len(texts[0])
        assert np.array_equal(hidden.piece_offsets, tokens.piece_offsets)
        assert np.array_equal(hidden.sentence_starts, tokens.sentence_starts)


def test_no_mask_is_as_before_and_the_corpus_is_unchanged():
    corpus = corpus_of("Joy Best won.", "The Justice Department lost “Hope”.")
    before = analysis.sentiment(corpus)
    text = corpus.articles["text"].tolist()
    analysis.sentiment(corpus, mask="names")
    assert corpus.articles["text"].tolist() == text
    pd.testing.assert_frame_equal(analysis.sentiment(corpus), before)
    assert masked_corpus(corpus) is masked_corpus(corpus)


@pytest.mark.parametrize("measure", [analysis.sentiment, analysis.framing])
def test_an_unknown_mask_is_refused(measure: Any):
    with pytest.raises(OptionError) as caught:
        measure(corpus_of("Oslo."), mask="places")
    assert str(caught.value) == "`mask` must be one of None, 'names'; got 'places'."


@pytest.mark.shared
def test_real_articles_keep_their_words_and_sentences():
    articles = pd.read_json(shared("corpora/allsides/articles.jsonl"), lines=True).head(300)
    texts = articles["text"].tolist()
    corpus = corpus_of(*texts)
    plain, hidden = (analysis.sentiment(corpus, unit="sentence", mask=mask) for mask in (None, "names"))
    same = ["article_id", "sentence", "start", "end", "text", "n_words"]
    pd.testing.assert_frame_equal(plain[same], hidden[same])
    assert (plain["n_hits"] - hidden["n_hits"]).min() >= 0
    hidden_tokens, tokens = tokens_of(masked_corpus(corpus)), tokens_of(corpus)
    assert np.abs(np.diff(hidden_tokens.terms.starts) - np.diff(tokens.terms.starts)).sum() <= 5
