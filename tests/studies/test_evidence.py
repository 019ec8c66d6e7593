"""Evidence: made by hand on small texts, and held to the measures on texts made at random."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.errors import OptionError
from analysis.measures.codebook import Codebook
from analysis.measures.readability import COUNTS, SCORES
from analysis.studies._counts import READABILITY
from analysis.studies._formula import names_in, work_out
from analysis.studies.evidence import Evidence, explain
from tests.benchmarks.equality import odd_texts, polarity

FIRE = Codebook.from_dict(
    {
        "fire": {"cues": ["fire*", "fire alarm", "smoke"], "except": ["fire department"]},
        "money": ["tax*", "smoke"],
    },
    name="mine",
)
TONE = ("compound", "compound_mean", "compound_sd", "pos", "neu", "neg")


def corpus_of(*texts: str) -> Corpus:
    articles = pd.DataFrame(
        {name: pd.Series(texts if name == "text" else [None] * len(texts), dtype="str") for name in ARTICLE_COLUMNS}
    )
    articles["published"] = pd.NaT
    articles.index = pd.Index([f"a{place}" for place in range(len(texts))], dtype="str")
    return Corpus(articles)


def tone(text: str, score: str | None = None) -> Evidence:
    return explain(corpus_of(text), "a0", measure="sentiment", score=score)


def rows(evidence: Evidence, *columns: str) -> list[tuple[object, ...]]:
    return list(evidence.spans[list(columns)].round(3).itertuples(index=False, name=None))


def assert_adds_up(evidence: Evidence) -> None:
    checked = evidence.check()
    assert list(checked.index) == [*evidence.total.index, *evidence.score.index]
    assert (checked["difference"].abs() < 1e-9).all(), checked
    text = evidence.text
    for begin, end, shown in evidence.spans[["start", "end", "text"]].itertuples(index=False, name=None):
        assert 0 <= begin < end <= len(text)
        assert text[begin:end] == shown
    assert set(evidence.spans["quantity"]) <= set(evidence.total.index)
    assert (evidence.spans["rule"].str.len() > 0).all()
    assert not evidence.spans["rule"].str.contains("remainder").any()


# Tone, by hand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained.", []),
        ("", []),
        ("It was good.", [("good", 1.9, "lexicon +1.9")]),
        # The curly mark keeps the first from being a word of the lexicon.
        (
            "A “war,” (war), war!",
            [*[("war", -2.9, "lexicon −2.9")] * 2, ("!", -0.292, "emphasis of '!', of at most four in a text")],
        ),
        ("It was not good.", [("good", -1.406, "lexicon +1.9; negated by 'not' × −0.74")]),
        (
            "It isn't very good.",
            [("good", -1.623, "lexicon +1.9; raised by 'very' +0.293; negated by 'isn't' × −0.74")],
        ),
        ("It was barely at all bad.", [("bad", -2.236, "lexicon −2.5; lowered by 'barely' +0.264")]),
        ("There is no good.", [("good", -1.406, "lexicon +1.9; negated by 'no' × −0.74")]),
        ("A GOOD plan", [("GOOD", 2.633, "lexicon +1.9; in capitals +0.733")]),
        ("GOOD WAR", [("GOOD", 1.9, "lexicon +1.9"), ("WAR", -2.9, "lexicon −2.9")]),
        ("It is the least good", [("good", -1.406, "lexicon +1.9; negated by 'least' × −0.74")]),
        ("It was at least good", [("good", 1.9, "lexicon +1.9")]),
        (
            "They have never been so good",
            [("good", 2.741, "lexicon +1.9; raised by 'so' +0.293; 'so' right before it × 1.25")],
        ),
        (
            "You have never so very good",
            [("good", 3.089, "lexicon +1.9; raised by 'very' +0.293; raised by 'so' +0.278; 'never so' × 1.25")],
        ),
        ("It was only kind of good", [("good", 1.607, "lexicon +1.9; 'kind of' −0.293")]),
        (
            "That was the kiss of death",
            [
                ("kiss", -1.5, "lexicon +1.8; idiom 'kiss of death' makes it −1.5"),
                ("death", -1.5, "lexicon −2.9; idiom 'kiss of death' makes it −1.5"),
            ],
        ),
        (
            "No GOOD",
            [("GOOD", -2.139, "lexicon +1.9; negated by 'no' × −0.74; in capitals −0.733")],
        ),
        (
            "Oh NO GOOD",
            [
                ("NO", -0.733, "lexicon −1.2; 'no' right before a word of the lexicon: 0; in capitals −0.733"),
                ("GOOD", -2.139, "lexicon +1.9; negated by 'no' × −0.74; in capitals −0.733"),
            ],
        ),
        (
            "It was good, but they won",
            [("good", 0.95, "lexicon +1.9; before 'but' × 0.5"), ("won", 4.05, "lexicon +2.7; after 'but' × 1.5")],
        ),
        # True takes happy's place: 1.8 × 1.5 is 2.7, and VADER changes the first 2.7 that it finds.
        (
            "Rain, but true and happy",
            [
                ("true", 4.05, "lexicon +1.8; after 'but' × 2.25, as VADER takes equal valences for one another"),
                ("happy", 2.7, "lexicon +2.7; left alone at 'but', as VADER takes equal valences for one another"),
            ],
        ),
        ("x😁y ok", [("😁", 2.0, "'smiling' in the name of an emoji: lexicon +2"), ("ok", 1.2, "lexicon +1.2")]),
        ("a?b? good", [*[("?", 0.18, "emphasis of '?': 2 of them together +0.36")] * 2, ("good", 1.9, "lexicon +1.9")]),
    ],
)
def test_tone_of_small_texts(text: str, expected: list[tuple[str, float, str]]) -> None:
    found = tone(text)
    assert_adds_up(found)
    assert found.score.to_dict() == {"compound": polarity(text)[3]}
    assert rows(found, "text", "weight", "rule") == expected


def test_marks_emphasise_as_far_as_they_count() -> None:
    found = tone("Good!!! war war?!! what????")
    assert_adds_up(found)
    marks = found.spans[found.spans["text"].isin(["!", "?"])]
    assert marks["start"].tolist() == [4, 5, 6, 15, 16, 23, 24, 25, 26]
    assert marks["weight"].round(3).tolist() == [-0.292, -0.292, -0.292, -0.192, -0.292, -0.192, -0.192, -0.192, -0.192]
    assert tone("What!! Now???").spans.empty  # nothing to emphasise


def test_shares_of_words() -> None:
    found = tone("Good! Rain of war.", "pos")
    assert_adds_up(found)
    assert rows(found, "text", "weight", "quantity", "rule") == [
        ("Good", 2.9, "positive", "lexicon +1.9; + 1 for the word"),
        ("!", -0.292, "negative", "emphasis of '!', of at most four in a text"),
        ("Rain", 1.0, "neutral", "no valence: 1 for the word"),
        ("of", 1.0, "neutral", "no valence: 1 for the word"),
        ("war", -3.9, "negative", "lexicon −2.9; − 1 for the word"),
    ]
    assert found.total.round(3).to_dict() == {"positive": 2.9, "negative": -4.192, "neutral": 2.0}
    assert found.formula == "pos = round(abs(positive) / max(positive + abs(negative) + neutral, 1), 3)"


def test_each_sentence_is_explained_by_itself() -> None:
    found = tone("It was good. But they lost! It rained.", "compound_mean")
    assert_adds_up(found)
    assert rows(found, "text", "weight", "quantity", "rule") == [
        ("good", 1.9, "valence of sentence 0", "lexicon +1.9"),
        ("lost", -1.95, "valence of sentence 1", "lexicon −1.3; after 'but' × 1.5"),
        ("!", -0.292, "valence of sentence 1", "emphasis of '!', of at most four in a text"),
    ]
    assert found.total.round(3).tolist() == [1.9, -2.242, 0.0]
    assert found.formula == "compound_mean = mean(round(valence / sqrt(valence * valence + 15), 4))"
    assert np.isnan(tone("", "compound_mean").score["compound_mean"])
    assert np.isnan(tone("One.", "compound_sd").score["compound_sd"])


def test_a_lexicon_of_ones_own(tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.csv"
    lexicon.write_text("term,weight\nhope*,1.5\nwar of words,-2\nwords,9\n", encoding="utf-8")
    found = explain(corpus_of("They hoped a war of words, words."), "a0", measure="sentiment", lexicon=str(lexicon))
    assert_adds_up(found)
    assert rows(found, "text", "weight", "rule") == [
        ("hoped", 1.5, "'hope*' of mine.csv +1.5"),
        ("war of words", -2.0, "'war of words' of mine.csv −2"),
        ("words", 9.0, "'words' of mine.csv +9"),
    ]
    assert (found.total.to_dict(), found.counts.to_dict()) == ({"total": 8.5}, {"n_words": 7.0})
    assert found.formula == "score = total / n_words if n_words > 0 else nan"
    assert np.isnan(explain(corpus_of(""), "a0", measure="sentiment", lexicon=lexicon).score["score"])


# Readability, by hand

TOWN = "Flood\n\nThe U.S. opportunity of south-west towns grew 3.5 percent - twice. Nobody expected it."


def reading(text: str, score: str | None = None, sentences: str = "news") -> Evidence:
    return explain(corpus_of(text), "a0", measure="readability", score=score, sentences=sentences)  # type: ignore[arg-type]


def of(evidence: Evidence, quantity: str) -> list[tuple[object, ...]]:
    spans = evidence.spans
    return rows(Evidence(**{**vars(evidence), "spans": spans[spans["quantity"] == quantity]}), "text", "weight", "rule")


def test_counts_under_readability() -> None:
    found = reading(TOWN)
    assert_adds_up(found)
    assert list(found.total.index) == list(COUNTS)
    assert list(found.score.index) == [name for name in SCORES if name != "text_standard"]
    assert of(found, "n_heading_words") == [("Flood", 1.0, "a word in a heading")]
    assert of(found, "n_sentences") == [
        ("The U.S. opportunity of south-west towns grew 3.5 percent - twice.", 1.0, "a sentence of 10 words"),
        ("Nobody expected it.", 1.0, "a sentence of 3 words"),
    ]
    assert of(found, "n_fog_words") == [
        ("opportunity", 1.0, "not on the Dale–Chall list, 5 syllables"),
        ("expected", 1.0, "not on the Dale–Chall list, 3 syllables"),
    ]
    assert of(found, "n_unlisted_words")[1:4] == [
        (word, 1.0, "not on the Dale–Chall list") for word in ("south-west", "towns", "3.5")
    ]
    assert of(found, "n_long_words")[:2] == [("opportunity", 1.0, "11 letters"), ("south-west", 1.0, "9 letters")]
    assert of(found, "n_miniwords")[:2] == [("The", 1.0, "3 letters"), ("U.S", 1.0, "2 letters")]
    assert of(found, "n_chunks")[8:11] == [(text, 1.0, "between white space") for text in ("percent", "-", "twice.")]
    assert of(found, "n_syllables")[1:4] == [
        ("U.S", 1.0, "1 syllable"),
        ("opportunity", 5.0, "5 syllables"),
        ("of", 1.0, "1 syllable"),
    ]
    assert of(found, "n_characters")[1] == ("U.S.", 4.0, "4 characters")
    assert of(found, "n_sample_hard") == [
        (word, 1.0, f"{n} syllables, of the sample of 100 words")
        for word, n in (("opportunity", 5), ("Nobody", 3), ("expected", 3))
    ]


def test_a_score_has_only_the_counts_under_it() -> None:
    found = reading("The cat sat. The dog ran on.", "flesch_kincaid_grade")
    assert_adds_up(found)
    assert found.total.to_dict() == {"n_words": 7.0, "n_sentences": 2.0, "n_syllables": 7.0}
    assert found.formula == (
        "flesch_kincaid_grade = 0.39 * (n_words / n_sentences) + 11.8 * (n_syllables / n_words) - 15.59 "
        "if n_syllables > 0 else nan"
    )
    assert found.score["flesch_kincaid_grade"] == pytest.approx(0.39 * 3.5 + 11.8 - 15.59)
    count = reading("The cat sat.", "n_syllables")
    assert (count.formula, count.total.to_dict(), count.score.to_dict()) == (
        "n_syllables is the sum itself",
        {"n_syllables": 3.0},
        {"n_syllables": 3.0},
    )


def test_textstats_own_sentences() -> None:
    found = reading(TOWN, sentences="textstat")
    assert_adds_up(found)
    assert [text for text, _, _ in of(found, "n_sentences")] == [
        "Flood\n\nThe U.",
        "opportunity of south-west towns grew 3.",
        "5 percent - twice.",
        "Nobody expected it.",
    ]
    assert of(reading("Rain.", sentences="textstat"), "n_sentences") == [("Rain.", 1.0, "a sentence to textstat")]
    assert of(reading(" ", sentences="textstat"), "n_sentences") == [(" ", 1.0, "a sentence to textstat")]
    assert reading("", sentences="textstat").spans.empty


def test_the_sample_is_the_first_hundred_words() -> None:
    text = "A university opened. " * 40 + "Nobody came."
    # The last sentence of the sample has one word: none to textstat.
    for sentences, n_sentences in (("news", 34.0), ("textstat", 33.0)):
        found = reading(text, "linsear_write_formula", sentences)
        assert_adds_up(found)
        of_sample = found.total.drop("n_words", errors="ignore").to_dict()
        assert of_sample == {"n_sample_easy": 67.0, "n_sample_hard": 33.0, "n_sample_sentences": n_sentences}


@pytest.mark.parametrize("score", list(READABILITY))
def test_a_formula_needs_nothing_but_counts(score: str) -> None:
    found = reading(TOWN, score)
    formula = found.formula.removeprefix(f"{score} = ")
    assert set(found.total.index) == set(names_in(formula)) <= set(COUNTS)
    assert work_out(formula, found.total) == pytest.approx(found.score[score], nan_ok=True)


# Framing and terms, by hand


def framed(text: str, score: str | None = None) -> Evidence:
    return explain(corpus_of(text), "a0", measure="framing", codebook=FIRE, score=score)


def test_cues_that_count() -> None:
    found = framed("The fire department saw smoke. A fire alarm rang, fires; taxes!")
    assert_adds_up(found)
    assert rows(found, "text", "weight", "quantity", "rule") == [
        ("smoke", 1.0, "fire", "cue smoke of frame fire"),
        ("smoke", 1.0, "money", "cue smoke of frame money"),
        ("fire alarm", 1.0, "fire", "cue fire alarm of frame fire"),
        ("fires", 1.0, "fire", "cue fire* of frame fire"),
        ("taxes", 1.0, "money", "cue tax* of frame money"),
    ]
    assert found.score.to_dict() == {"fire": 3.0, "money": 2.0}
    per_word = framed("The fire department saw smoke. A fire alarm rang, fires; taxes!", "per_1000_words")
    assert_adds_up(per_word)
    assert per_word.counts.to_dict() == {"n_words": 11.0}
    assert per_word.score.to_dict() == {"fire": 3000 / 11, "money": 2000 / 11}


def test_sentences_with_cues() -> None:
    found = framed("Smoke and fires and smoke. It rained. Taxes rose.", "share_sentences")
    assert_adds_up(found)
    assert rows(found, "text", "quantity", "rule") == [
        ("Smoke and fires and smoke.", "fire", "a sentence with 'smoke', 'fire*'"),
        ("Smoke and fires and smoke.", "money", "a sentence with 'smoke'"),
        ("Taxes rose.", "money", "a sentence with 'tax*'"),
    ]
    assert found.formula == "share_sentences = n_sentences_with_cues / n_sentences if n_sentences > 0 else nan"
    empty = framed("", "share_sentences")
    assert_adds_up(empty)
    assert empty.score.isna().all()


def test_occurrences_of_terms() -> None:
    found = explain(corpus_of("Tax cuts: tax cut, taxes."), "a0", measure="terms", terms=["tax*", "tax cut*"])
    assert_adds_up(found)
    assert rows(found, "start", "text", "quantity", "rule") == [
        (0, "Tax", "tax*", "matches 'tax*'"),
        (0, "Tax cuts", "tax cut*", "matches 'tax cut*'"),
        (10, "tax", "tax*", "matches 'tax*'"),
        (10, "tax cut", "tax cut*", "matches 'tax cut*'"),
        (19, "taxes", "tax*", "matches 'tax*'"),
    ]
    assert found.score.to_dict() == {"tax*": 3.0, "tax cut*": 2.0}


# Taking a span out


def without(text: str, start: int, end: int) -> str:
    """Take a span out, with one space beside it."""
    if text[end : end + 1] == " ":
        return text[:start] + text[end + 1 :]
    return text[: start - 1] + text[end:] if text[start - 1 : start] == " " else text[:start] + text[end:]


ABLATED = (
    "A fire broke out in the factory on Monday, and smoke rose over the abandoned university buildings all day long."
)


@pytest.mark.parametrize(
    ("options", "quantity"),
    [
        ({"measure": "framing", "codebook": FIRE}, None),
        ({"measure": "terms", "terms": ["fire", "o*", "smoke rose"]}, None),
        ({"measure": "readability"}, "n_words"),
        ({"measure": "readability"}, "n_syllables"),
        ({"measure": "readability"}, "n_polysyllables"),
        ({"measure": "readability"}, "n_unlisted_words"),
    ],
)
def test_taking_a_span_out_takes_its_weight_away(options: dict[str, object], quantity: str | None) -> None:
    found = explain(corpus_of(ABLATED), "a0", **options)  # type: ignore[arg-type]
    spans = found.spans if quantity is None else found.spans[found.spans["quantity"] == quantity]
    assert len(spans) > 1
    for start, end, weight, name in spans[["start", "end", "weight", "quantity"]].itertuples(index=False, name=None):
        left = explain(corpus_of(without(ABLATED, start, end)), "a0", **options)  # type: ignore[arg-type]
        assert left.total[name] == found.total[name] - weight, ABLATED[start:end]


# On texts made at random

HARD = """
good GOOD war but But not never so this very kind of no least at true happy nice fire fires department alarm smoke tax
taxes! ?? !! 😁 x💋y U.S. over.The “quoted” don’t south-west 3.5 — … :) shh Mr. Hale İ ﬁne
"""
WORDS = st.sampled_from(HARD.split())
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", "\n", "\n\n", ". ", "! ", "\u00a0", ""]))).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@given(TEXTS)
@settings(max_examples=15)
def test_spans_add_up_whatever_the_text(text: str) -> None:
    corpus = corpus_of(text)
    table = analysis.sentiment(corpus)
    for score in TONE:
        found = explain(corpus, "a0", measure="sentiment", score=score)
        assert_adds_up(found)
        np.testing.assert_equal(found.score[score], table.loc["a0", score])
    for score in (None, "per_1000_words", "share_sentences"):
        assert_adds_up(explain(corpus, "a0", measure="framing", codebook=FIRE, score=score))
    assert_adds_up(explain(corpus, "a0", measure="terms", terms=["fire*", "good", "not good", "t*"]))


@given(TEXTS)
@settings(max_examples=8)
def test_counts_add_up_whatever_the_text(text: str) -> None:
    assert_adds_up(reading(text))
    assert_adds_up(reading(text, sentences="textstat"))


def test_spans_add_up_in_odd_texts() -> None:
    texts = list(odd_texts(8, seed=11))
    corpus = corpus_of(*texts)
    for name in corpus.articles.index:
        for score in TONE:
            assert_adds_up(explain(corpus, name, measure="sentiment", score=score))
        assert_adds_up(explain(corpus, name, measure="readability"))
        assert_adds_up(explain(corpus, name, measure="framing"))


def test_evidence_is_of_the_article_asked_for() -> None:
    corpus = corpus_of("It was good.", "It was bad.")
    assert explain(corpus, "a1", measure="sentiment").spans["text"].tolist() == ["bad"]
    assert (
        explain(corpus, "a1", measure="sentiment").score["compound"] == analysis.sentiment(corpus).loc["a1", "compound"]
    )


# One voice

SPLIT = 'It was not good. "A win, not good," said the sad mayor, "for a good town!" No war. “Great.”'


def voiced(voice: str, score: str | None = None, text: str = SPLIT, measure: str = "sentiment") -> Evidence:
    options: dict[str, Any] = {"codebook": FIRE} if measure == "framing" else {}
    return explain(corpus_of(text), "a0", measure=measure, score=score, voice=voice, **options)  # type: ignore[arg-type]


def test_each_fragment_is_a_text_of_its_own() -> None:
    found = voiced("quoted")
    assert_adds_up(found)
    assert rows(found, "text", "weight", "quantity", "rule") == [
        ("win", 2.8, "valence of fragment 0", "lexicon +2.8"),
        ("good", -1.406, "valence of fragment 0", "lexicon +1.9; negated by 'not' × −0.74"),
        ("good", 1.9, "valence of fragment 1", "lexicon +1.9"),
        ("!", 0.292, "valence of fragment 1", "emphasis of '!', of at most four in a text"),
        ("Great", 3.1, "valence of fragment 2", "lexicon +3.1"),
    ]
    assert found.counts.to_dict() == {f"n_words of fragment {n}": words for n, words in enumerate((4.0, 4.0, 1.0))}
    parts = [polarity(text)[3] for text in ("A win, not good,", "for a good town!", "Great.")]
    assert found.score["compound"] == pytest.approx((4 * parts[0] + 4 * parts[1] + parts[2]) / 9)
    assert found.formula == "compound = weighted_mean(round(valence / sqrt(valence * valence + 15), 4), n_words)"
    assert repr(found).startswith("<Evidence: sentiment of 'a0', quoted: compound ")
    assert "<h1>sentiment of a0, quoted</h1>" in found.to_html()


def test_a_sentence_has_the_parts_of_one_voice() -> None:
    found = voiced("quoted", "compound_mean")
    assert_adds_up(found)
    assert found.total.round(3).to_dict() == {
        "valence of sentence 1, part 0": 1.394,
        "valence of sentence 1, part 1": 2.192,
        "valence of sentence 3": 3.1,
    }
    assert found.formula == (
        "compound_mean = mean(weighted_mean(round(valence / sqrt(valence * valence + 15), 4), n_words, sentence))"
    )
    own = voiced("narration", "compound_mean")
    assert_adds_up(own)
    assert own.spans["text"].tolist() == ["good", "sad", "war"]
    assert list(own.total.index) == [f"valence of sentence {number}" for number in range(3)]


def test_a_voice_that_no_word_is_in() -> None:
    for score in TONE:
        found = voiced("quoted", score, "It was good.")
        assert_adds_up(found)
        assert (len(found.spans), len(found.total), np.isnan(found.score[score])) == (0, 0, True)


def test_sentences_that_are_wholly_in_a_voice_are_read() -> None:
    text = "A flood opened the dam. “Nobody,” said she. “It was expected. Twice.” Rain"
    narrated, quoted = voiced("narration", None, text, "readability"), voiced("quoted", None, text, "readability")
    assert_adds_up(narrated)
    assert_adds_up(quoted)
    assert [row[0] for row in of(narrated, "n_sentences")] == ["A flood opened the dam.", "Rain"]
    assert [row[0] for row in of(quoted, "n_words")] == ["It", "was", "expected", "Twice"]
    theirs = explain(corpus_of(text), "a0", measure="readability", voice="narration", sentences="textstat")
    assert_adds_up(theirs)
    assert of(theirs, "n_sentences") == [("A flood opened the dam.", 1.0, "a sentence to textstat")]


def test_a_run_of_textstat_that_goes_on_behind_a_gap_is_shown_by_its_first_part() -> None:
    text = "The fire in town\n\n“No,” he said.\n\nof last night\n\n“Yes,” he said."
    found = explain(corpus_of(text), "a0", measure="readability", voice="narration", sentences="textstat")
    assert_adds_up(found)
    assert found.total["n_sentences"] == 1
    assert [row[0].strip() for row in of(found, "n_sentences")] == ["The fire in town"]  # type: ignore[attr-defined]


def test_cues_and_terms_in_a_voice() -> None:
    text = '"A fire," he said of the smoke, "and fires." Smoke rose.'
    quoted, own = (voiced(voice, "share_sentences", text, "framing") for voice in ("quoted", "narration"))
    assert_adds_up(quoted)
    assert_adds_up(own)
    assert rows(quoted, "start", "text", "rule") == [(1, "A fire,", "a sentence with 'fire*'")]
    assert (quoted.total["fire"], quoted.score["fire"], quoted.counts["n_sentences"]) == (1, 1, 1)
    assert (own.total["fire"], own.counts["n_sentences"]) == (2, 2)
    found = explain(corpus_of(text), "a0", measure="terms", terms="fire*", voice="quoted")
    assert_adds_up(found)
    assert rows(found, "start", "text") == [(3, "fire"), (37, "fires")]


@given(TEXTS)
@settings(max_examples=4)
def test_a_voice_adds_up_whatever_the_text(text: str) -> None:
    corpus = corpus_of(text)
    for voice in ("narration", "quoted"):
        mask = "names" if voice == "quoted" else None
        table = analysis.sentiment(corpus, voice=voice, mask=mask)  # type: ignore[arg-type]
        for score in ("compound", "compound_sd", "neu"):
            found = explain(corpus, "a0", measure="sentiment", score=score, voice=voice, mask=mask)  # type: ignore[arg-type]
            assert_adds_up(found)
            np.testing.assert_equal(found.score[score], table.loc["a0", score])
        assert_adds_up(voiced(voice, "share_sentences", text, "framing"))
        for sentences in ("news", "textstat"):
            found = explain(corpus, "a0", measure="readability", voice=voice, sentences=sentences)  # type: ignore[arg-type]
            assert_adds_up(found)
            scores = analysis.readability(corpus, voice=voice, sentences=sentences)  # type: ignore[arg-type]
            np.testing.assert_equal(found.score.to_numpy(), scores.loc["a0", list(found.score.index)].to_numpy(float))


def test_a_lexicon_of_ones_own_in_a_voice(tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.csv"
    lexicon.write_text("term,weight\nwin,1.5\ngood,-2\n", encoding="utf-8")
    corpus = corpus_of(SPLIT)
    found = explain(corpus, "a0", measure="sentiment", lexicon=lexicon, voice="quoted")
    assert_adds_up(found)
    assert (found.total.to_dict(), found.counts.to_dict()) == ({"total": -2.5}, {"n_words": 9.0})
    assert found.score["score"] == analysis.sentiment(corpus, lexicon=lexicon, voice="quoted").loc["a0", "score"]


def test_no_word_of_a_name_counts_under_a_mask() -> None:
    text = "The Justice Department was good to Mr. Hope, and Hope was sad."
    corpus = corpus_of(text)
    found = explain(corpus, "a0", measure="sentiment", mask="names")
    assert_adds_up(found)
    assert found.text == text
    assert found.spans["text"].tolist() == ["good", "sad"]
    assert found.score["compound"] == analysis.sentiment(corpus, mask="names").loc["a0", "compound"]
    assert repr(found).startswith("<Evidence: sentiment of 'a0', names masked: compound ")
    book = Codebook.from_dict({"law": ["justice", "good"]}, name="mine")
    assert explain(corpus, "a0", measure="framing", codebook=book, mask="names").score.to_dict() == {"law": 1.0}


# What is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "tone"}, "`measure` must be one of 'sentiment', 'readability', 'framing', 'terms'; got 'tone'."),
        (
            {"measure": "lexical_diversity"},
            (
                "`measure` 'lexical_diversity' is no sum over an article's words: the number of different words "
                "depends on all of them. Use analysis.lexical_diversity(corpus)."
            ),
        ),
        (
            {"measure": "keyness"},
            (
                "`measure` 'keyness' is no sum over an article's words: it compares two groups of articles. Use "
                "analysis.concordance(corpus, 'flood*')."
            ),
        ),
        (
            {"measure": "dispersion"},
            (
                "`measure` 'dispersion' is no sum over an article's words: it compares where a word stands in all "
                "articles. Use analysis.concordance(corpus, 'flood*')."
            ),
        ),
        ({"measure": "terms"}, "`terms` names no term. Use measure='terms', terms=['tax cut*', 'immigra*']."),
        (
            {"measure": "sentiment", "score": "mood"},
            "`score` must be one of 'compound', 'compound_mean', 'compound_sd', 'pos', 'neg', 'neu'; got 'mood'.",
        ),
        (
            {"measure": "readability", "score": "text_standard"},
            (
                "`score` 'text_standard' is a vote of eight other scores, no formula of counts. Explain those, such as "
                "'flesch_kincaid_grade' and 'gunning_fog'."
            ),
        ),
        (
            {"measure": "sentiment", "voice": "x"},
            "`voice` must be one of 'all', 'narration', 'quoted'; got 'x'.",
        ),
        ({"measure": "framing", "mask": "x"}, "`mask` must be one of None, 'names'; got 'x'."),
        (
            {"measure": "readability", "mask": "names"},
            "`mask` goes with sentiment and framing; got measure='readability'. Leave it out.",
        ),
        ({"measure": "readability", "sentences": "x"}, "`sentences` must be one of 'news', 'textstat'; got 'x'."),
        (
            {"measure": "framing", "codebook": 3},
            "`codebook` must be a name, a path or a Codebook, or a list of these; got int.",
        ),
        (
            {"measure": "framing", "score": "x"},
            "`score` must be one of 'n_cues', 'per_1000_words', 'share_sentences'; got 'x'.",
        ),
        ({"measure": "terms", "terms": "a", "score": "x"}, "`score` must be one of 'count'; got 'x'."),
    ],
)
def test_what_cannot_be_explained(options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as refused:
        explain(corpus_of("Rain."), "a0", **options)  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_an_article_that_is_not_there() -> None:
    with pytest.raises(OptionError) as refused:
        explain(corpus_of("Rain."), "b", measure="sentiment")
    assert str(refused.value) == "the corpus has no article 'b'; `articles.index` lists them."


# How it looks


def test_the_page_escapes_everything_of_the_article() -> None:
    text = "<script>alert('good')</script> \"bad\" & <b onmouseover=x>good</b>"
    corpus = Corpus(corpus_of(text).articles.rename(index={"a0": '<i>"id"</i>'}))
    found = explain(corpus, '<i>"id"</i>', measure="terms", terms=["good", "<script>"])
    page = found.to_html()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">')
    assert "<title>terms of &lt;i&gt;&quot;id&quot;&lt;/i&gt;</title>" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "<b " not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.shown = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {f"<{tag}>", *(name for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)> good </span></div><style>*{}</style> “bad” <!-- war",
        '"' * 10_000 + ' good &lt;b&gt; " onmouseover="war',
    ],
)
def test_hostile_articles_stay_text(text: str) -> None:
    for measure in ("sentiment", "readability", "framing"):
        page = Tags(explain(corpus_of(text), "a0", measure=measure)._repr_html_())  # type: ignore[arg-type]
        assert page.seen <= {"<div>", "<span>", "<details>", "<summary>", "style", "title"}
        assert page.shown.endswith(text)


def test_the_page_colours_by_sign_and_tells_the_rule() -> None:
    page = tone("Good news: the war is not over yet.")._repr_html_()
    assert 'title="valence +1.9: lexicon +1.9">Good</span>' in page
    assert 'title="valence −2.9: lexicon −2.9">war</span>' in page
    assert "rgba(0, 114, 178, 0.43); border-bottom: 2px solid" in page
    assert "rgba(213, 94, 0, 0.60); border-bottom: 2px dashed" in page
    assert "compound = round(valence / sqrt(valence * valence + 15), 4)" in page
    assert ">adds most<" in page
    assert "Nothing in the text adds to it." in tone("Rain.")._repr_html_()


def test_plain_counts_are_told_but_not_coloured() -> None:
    page = reading("A university.", "gunning_fog")._repr_html_()
    assert '<span title="n_words +1: a word\nn_sentences +1: a sentence of 2 words">A</span>' in page
    assert page.count("border-bottom") == 3  # two of the legend, and "university"


def test_many_spans_on_a_word_are_counted_not_listed() -> None:
    terms = ["rain", *(f"{'rain'[:n]}*" for n in range(1, 5)), *(f"*{'rain'[n:]}" for n in range(4)), "ra*n", "r*in"]
    terms += ["rai?", "ra?n", "r?in", "?ain"]
    page = explain(corpus_of("Rain."), "a0", measure="terms", terms=terms)._repr_html_()
    assert page.count("matches") == 12
    assert "\nand 3 more" in page


def test_it_tells_what_it_is() -> None:
    assert repr(tone("It was good.")) == "<Evidence: sentiment of 'a0': compound 0.4404; 1 span>"
    assert repr(framed("Rain.")) == "<Evidence: framing of 'a0': fire 0, money 0; 0 spans>"
    assert repr(reading("Rain.", "rix")) == "<Evidence: readability of 'a0': rix 0; 2 spans>"
    assert repr(reading("Rain.")).endswith(", smog_index nan and 11 more; 8 spans>")


def test_a_formula_of_the_kit_is_arithmetic_only() -> None:
    with pytest.raises(ValueError, match="a formula has what formulas do not have"):
        work_out("[n_words]", {"n_words": 1})


def test_a_frame_with_a_hyphen_keeps_it_in_the_summary():
    corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["Police made an arrest."], "language": "en"}))
    book = analysis.Codebook.from_dict({"law-and-order": ["arrest*"]}, name="mine")
    shown = analysis.explain(corpus, "a", measure="framing", codebook=book)._repr_html_()
    assert "law-and-order = 1" in shown
    assert "law−and−order" not in shown
