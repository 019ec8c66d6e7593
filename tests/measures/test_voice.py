"""Whose words are measured: counted by hand, and by fragment equal to what each library says of the fragment alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import analysis
from analysis.corpus import ARTICLE_COLUMNS
from analysis.text.fragments import Slice, sentences_in_voice, slice_of
from analysis.text.terms import cut
from analysis.text.tokens import tokens_of
from tests.shared import shared

SPLIT = '"We won the war," he said, "and lost the peace." Rain fell.'
MIXED = "It was not “a great success at all,” she said. He left."
RUNNING = "She said: “The road is open.\n\n“The bridge is not.” Nobody came."
PLAIN = "Rain fell. It was a good day."
QUOTED = '"The terrible war is over and we are happy."'
TEXTS = {"split": SPLIT, "mixed": MIXED, "running": RUNNING, "plain": PLAIN, "quoted": QUOTED, "empty": ""}
ONE_VOICE: tuple[Literal["narration", "quoted"], ...] = ("narration", "quoted")


def corpus_of(texts: dict[str, str]) -> analysis.Corpus:
    articles = pd.DataFrame(
        {"article_id": list(texts), "outlet": "A", "published": "2024-01-01", "text": list(texts.values())}
    )
    kept = analysis.read(articles[articles["text"] != ""]).articles
    return analysis.Corpus(kept) if "empty" not in texts else analysis.Corpus(_with_empty(kept))


def _with_empty(articles: pd.DataFrame) -> pd.DataFrame:
    """Add an article without text, which `read` sets aside."""
    empty = articles.iloc[[0]].assign(text="").rename(index=lambda _: "empty")
    return pd.concat([articles, empty])


@pytest.fixture
def corpus() -> analysis.Corpus:
    return corpus_of(TEXTS)


def fragments(corpus: analysis.Corpus, voice: Literal["narration", "quoted"]) -> dict[str, list[str]]:
    part = slice_of(corpus, voice)
    texts = part.texts(corpus, np.arange(len(part.article)))
    found: dict[str, list[str]] = {name: [] for name in corpus.articles.index}
    for article, text in zip(part.article.tolist(), texts, strict=True):
        found[corpus.articles.index[article]].append(text.strip())
    return found


def test_fragments_are_unbroken_runs_without_marks(corpus: analysis.Corpus) -> None:
    assert fragments(corpus, "quoted") == {
        "split": ["We won the war,", "and lost the peace."],
        "mixed": ["a great success at all,"],
        "running": ["The road is open.", "The bridge is not."],
        "plain": [],
        "quoted": ["The terrible war is over and we are happy."],
        "empty": [],
    }
    assert fragments(corpus, "narration") == {
        "split": ["he said,", "Rain fell."],
        "mixed": ["It was not", "she said. He left."],
        "running": ["She said:", "Nobody came."],
        "plain": ["Rain fell. It was a good day."],
        "quoted": [],
        "empty": [],
    }


def test_voice_by_hand(corpus: analysis.Corpus) -> None:
    table = analysis.voice(corpus)
    assert table.index.equals(corpus.articles.index)
    assert table["n_words"].to_dict() == {
        "split": 12, "mixed": 12, "running": 12, "plain": 7, "quoted": 9, "empty": 0
    }  # fmt: skip
    assert table["n_quoted_words"].tolist() == [8, 5, 8, 0, 9, 0]
    assert table["n_quotations"].tolist() == [2, 1, 2, 0, 1, 0]
    np.testing.assert_array_equal(table["share_quoted"], [8 / 12, 5 / 12, 8 / 12, 0, 1, np.nan])


def test_sentiment_is_the_mean_of_fragments_weighted_by_words(corpus: analysis.Corpus) -> None:
    score = SentimentIntensityAnalyzer().polarity_scores
    for voice in ONE_VOICE:
        table = analysis.sentiment(corpus, voice=voice)
        for name, parts in fragments(corpus, voice).items():
            n = [len(part.split()) for part in parts]
            row = table.loc[name]
            assert row["n_words"] == sum(n)
            assert row["n_fragments"] == len(parts)
            for column in ("neg", "neu", "pos", "compound"):
                expected = np.average([score(part)[column] for part in parts], weights=n) if parts else np.nan
                np.testing.assert_allclose(row[column], expected, rtol=1e-14)


def test_not_does_not_reach_into_a_quotation() -> None:
    table = analysis.sentiment(corpus_of({"mixed": MIXED}), voice="quoted")
    assert (
        table["compound"].item() == SentimentIntensityAnalyzer().polarity_scores("a great success at all,")["compound"]
    )
    assert (
        table["compound"].item()
        > 0
        > analysis.sentiment(corpus_of({"m": "It was not a great success."}))["compound"].item()
    )


def test_a_row_for_each_sentence_and_voice(corpus: analysis.Corpus) -> None:
    columns = ["article_id", "sentence", "voice", "start", "end"]
    quoted = analysis.sentiment(corpus, unit="sentence", voice="quoted")
    assert quoted[columns].values.tolist() == [
        ["split", 0, "quoted", 1, 47],
        ["mixed", 0, "quoted", 12, 35],
        ["running", 0, "quoted", 11, 28],
        ["running", 1, "quoted", 31, 49],
        ["quoted", 0, "quoted", 1, 43],
    ]
    # The two parts of the split sentence have four words each.
    score = SentimentIntensityAnalyzer().polarity_scores
    parts = [score("We won the war,")["compound"], score("and lost the peace.")["compound"]]
    assert quoted["compound"].iloc[0] == pytest.approx(sum(parts) / 2, rel=1e-14)
    narration = analysis.sentiment(corpus, unit="sentence", voice="narration")
    assert narration[["article_id", "sentence", "text", "n_words"]].values.tolist() == [
        ["split", 0, "he said,", 2],
        ["split", 1, "Rain fell.", 2],
        ["mixed", 0, "It was not “a great success at all,” she said.", 5],
        ["mixed", 1, "He left.", 2],
        ["running", 0, "She said:", 2],
        ["running", 2, "Nobody came.", 2],
        ["plain", 0, "Rain fell.", 2],
        ["plain", 1, "It was a good day.", 5],
    ]
    articles = analysis.sentiment(corpus, voice="narration")
    by_article = narration.groupby("article_id")["compound"]
    assert articles["n_sentences"].tolist() == [2, 2, 2, 2, 0, 0]
    for name, values in by_article:
        assert articles.loc[str(name), "compound_mean"] == pytest.approx(values.mean(), rel=1e-14)
        assert articles.loc[str(name), "compound_sd"] == pytest.approx(values.std(), rel=1e-14)


def test_no_words_no_score(corpus: analysis.Corpus) -> None:
    row = analysis.sentiment(corpus, voice="narration").loc["quoted"]
    assert row[["neg", "neu", "pos", "compound", "compound_mean", "compound_sd"]].isna().all()
    assert row[["n_words", "n_sentences", "n_fragments", "n_hits"]].tolist() == [0, 0, 0, 0]


def test_a_lexicon_is_weighed_inside_fragments(corpus: analysis.Corpus, tmp_path: Any) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("term,weight\nwar,-1\nsaid and,5\nlost,-2\n", encoding="utf-8")
    table = analysis.sentiment(corpus, lexicon=path, voice="quoted")
    assert table["total"].tolist() == [-3, 0, 0, 0, -1, 0]
    np.testing.assert_array_equal(table["score"], [-3 / 8, 0, 0, np.nan, -1 / 9, np.nan])
    assert table["n_hits"].tolist() == [2, 0, 0, 0, 1, 0]
    rows = analysis.sentiment(corpus, lexicon=path, voice="quoted", unit="sentence")
    assert rows["score"].tolist() == pytest.approx([-3 / 8, 0, 0, 0, -1 / 9])


def test_cues_are_matched_inside_fragments(corpus: analysis.Corpus) -> None:
    book = analysis.Codebook.from_dict({"war": ["war", "said and", "lost the peace", "rain"]}, name="mine")
    quoted = analysis.framing(corpus, codebook=book, voice="quoted").set_index("article_id")
    assert quoted["n_cues"].tolist() == [2, 0, 0, 0, 1, 0]
    assert quoted["n_words"].tolist() == [8, 5, 8, 0, 9, 0]
    assert quoted["n_sentences"].tolist() == [1, 1, 2, 0, 1, 0]
    np.testing.assert_array_equal(quoted["per_1000_words"], [250, 0, 0, np.nan, 1000 / 9, np.nan])
    np.testing.assert_array_equal(quoted["share_sentences"], [1, 0, 0, np.nan, 1, np.nan])
    narration = analysis.cue_counts(corpus, codebook=book, voice="narration")
    assert narration[["article_id", "cue", "n"]].values.tolist() == [["split", "rain", 1], ["plain", "rain", 1]]
    spans = analysis.cue_spans(corpus, codebook=book, voice="quoted")
    assert spans[["article_id", "sentence", "start", "end", "text"]].values.tolist() == [
        ["split", 0, 12, 15, "war"],
        ["split", 0, 32, 46, "lost the peace"],
        ["quoted", 0, 14, 17, "war"],
    ]


def test_readability_reads_sentences_wholly_in_the_voice(corpus: analysis.Corpus) -> None:
    narration = analysis.readability(corpus, voice="narration")
    assert narration["n_sentences"].tolist() == [1, 1, 1, 2, 0, 0]
    assert narration["n_words"].tolist() == [2, 2, 2, 7, 0, 0]
    quoted = analysis.readability(corpus, voice="quoted")
    assert quoted["n_sentences"].tolist() == [0, 0, 1, 0, 1, 0]
    assert quoted["n_words"].tolist() == [0, 0, 4, 0, 9, 0]
    assert quoted["lix"].isna().tolist() == [True, True, False, True, False, True]
    assert narration.loc["plain"].equals(analysis.readability(corpus).loc["plain"])
    by_library = analysis.readability(corpus, voice="narration", sentences="textstat").loc["running"]
    alone = analysis.readability(corpus_of({"running": "Nobody came."}), sentences="textstat")
    assert by_library.equals(alone.loc["running"])


def test_words_and_runs_stay_in_one_voice(corpus: analysis.Corpus) -> None:
    def counts(**options: Any) -> dict[str, int]:
        table = analysis.term_frequency(corpus, stopwords=None, **options)
        return dict(zip(table["term"], table["count"], strict=True))

    assert counts(voice="narration") == {
        "rain": 2, "fell": 2, "said": 3, "she": 2, "he": 2, "it": 2, "was": 2, "not": 1, "left": 1, "nobody": 1,
        "came": 1, "a": 1, "good": 1, "day": 1,
    }  # fmt: skip
    runs = counts(voice="narration", ngrams=2)
    assert runs == {
        "rain fell": 2, "he said": 1, "it was": 2, "was not": 1, "she said": 2, "he left": 1, "nobody came": 1,
        "was a": 1, "a good": 1, "good day": 1,
    }  # fmt: skip
    table = analysis.term_frequency(corpus, voice="narration", stopwords=None).set_index("term")
    assert table.loc["rain", "per_million"] == pytest.approx(2e6 / 22)
    assert table.loc["rain", "share_articles"] == pytest.approx(2 / 6)


def test_other_measures_of_words(corpus: analysis.Corpus) -> None:
    trend = analysis.trends(corpus, ["war"], voice="quoted")
    assert trend[["count", "n_words", "n_articles", "n_articles_period"]].values.tolist() == [[2, 30, 2, 6]]
    spread = analysis.dispersion(corpus, ["rain"], voice="narration")
    assert spread[["count", "range", "n_parts"]].values.tolist() == [[2, 2, 4]]
    weight = analysis.tfidf(corpus, voice="quoted", stopwords=None).set_index(["article_id", "term"])["tfidf"]
    assert weight["mixed", "success"] == pytest.approx(np.log(6) / 5)
    diversity = analysis.lexical_diversity(corpus, voice="quoted")
    assert diversity["n_terms"].tolist() == [8, 5, 8, 0, 9, 0]
    assert diversity["n_types"].tolist() == [7, 5, 6, 0, 9, 0]
    near = analysis.collocations(corpus, "said", min_count=1, stopwords=None, voice="narration")
    assert dict(zip(near["collocate"], near["count"], strict=True)) == {"he": 1, "she": 2}
    keys = analysis.keyness(
        corpus,
        target=pd.Series([True, False, False, True, False, False], index=corpus.articles.index),
        min_count=1,
        min_articles=1,
        stopwords=None,
        voice="narration",
    ).set_index("term")
    assert keys.loc["rain", ["count_target", "count_reference", "n_articles_target"]].tolist() == [2, 0, 2]


def test_concordance_ends_where_the_other_voice_begins(corpus: analysis.Corpus) -> None:
    lines = analysis.concordance(corpus, "sa*", voice="narration")
    assert lines[["article_id", "start", "end", "left", "keyword", "right"]].values.tolist() == [
        ["split", 21, 25, "he", "said", ","],
        ["mixed", 41, 45, "she", "said", ". He left."],
        ["running", 4, 8, "She", "said", ":"],
    ]
    for row in lines.itertuples():
        assert corpus.articles.loc[row.article_id, "text"][row.start : row.end] == row.keyword


def test_concordance_of_paths_in_one_voice(tmp_path: Any) -> None:
    pd.DataFrame({"outlet": "A", "text": [SPLIT, PLAIN, MIXED]}).to_csv(tmp_path / "articles.csv", index=False)
    read = analysis.read(tmp_path)
    for voice in ("all", *ONE_VOICE):
        expected = analysis.concordance(read, "w*", voice=voice)
        found = analysis.concordance(tmp_path, "w*", voice=voice)
        columns = ["article_id", "outlet", "start", "end", "left", "keyword", "right"]
        pd.testing.assert_frame_equal(found[columns], expected[columns])


MEASURES: dict[str, Callable[..., pd.DataFrame]] = {
    "sentiment": analysis.sentiment,
    "sentences": lambda corpus, **options: analysis.sentiment(corpus, unit="sentence", **options),
    "framing": analysis.framing,
    "cue_counts": analysis.cue_counts,
    "cue_spans": analysis.cue_spans,
    "readability": analysis.readability,
    "term_frequency": analysis.term_frequency,
    "keyness": lambda corpus, **options: analysis.keyness(corpus, target={"outlet": "B"}, **options),
    "dispersion": analysis.dispersion,
    "trends": lambda corpus, **options: analysis.trends(corpus, "rain", **options),
    "tfidf": analysis.tfidf,
    "collocations": analysis.collocations,
    "concordance": lambda corpus, **options: analysis.concordance(corpus, "rain", **options),
    "lexical_diversity": analysis.lexical_diversity,
}


@pytest.mark.parametrize("name", MEASURES)
def test_no_such_voice(name: str) -> None:
    corpus = analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": [PLAIN, SPLIT]}))
    message = "`voice` must be one of 'all', 'narration', 'quoted'; got 'speaker'."
    with pytest.raises(analysis.OptionError, match=f"^{re.escape(message)}$"):
        MEASURES[name](corpus, voice="speaker")


@pytest.mark.parametrize("name", MEASURES)
def test_all_is_what_it_was(name: str) -> None:
    corpus = analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": [PLAIN, SPLIT]}))
    plain = MEASURES[name](corpus)
    for voice in ONE_VOICE:  # what is remembered of a voice does not leak
        MEASURES[name](corpus, voice=voice)
    pd.testing.assert_frame_equal(MEASURES[name](corpus, voice="all"), plain, check_exact=True)
    pd.testing.assert_frame_equal(MEASURES[name](analysis.Corpus(corpus.articles)), plain, check_exact=True)


def test_titles_have_no_voice(corpus: analysis.Corpus) -> None:
    message = "`voice` must be 'all' for titles; got 'quoted'. Use unit='article' or unit='sentence' for a voice."
    with pytest.raises(analysis.OptionError, match=f"^{re.escape(message)}$"):
        analysis.sentiment(corpus, unit="title", voice="quoted")


@pytest.mark.parametrize("name", ["term_frequency", "keyness", "dispersion", "trends"])
def test_measured_tables_do_not_know_who_speaks(name: str) -> None:
    texts = pd.DataFrame({"outlet": ["A", "B"], "published": "2024-01-01", "text": [PLAIN, SPLIT]})
    tables = analysis.measure(analysis.read(texts), only=["keyness"])
    message = "`voice` must be 'all' with measured tables; got 'quoted'. Give a corpus for a voice."
    with pytest.raises(analysis.OptionError, match=f"^{re.escape(message)}$"):
        MEASURES[name](tables, voice="quoted")


# ---- hostile and many texts ------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    ['"', "“", "”", "'", "’", "«", "»", " ", " ", "\n\n", ". ", ",", "he said", "We won.It", "rain", "U.S.", "½", "😀"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_PIECES, max_size=40).map("".join), min_size=1, max_size=4))
def test_voices_share_the_text_out(texts: list[str]) -> None:
    index = pd.Index([f"a{n}" for n in range(len(texts))], name="article_id")
    columns = dict.fromkeys(ARTICLE_COLUMNS) | {"text": pd.array(texts, dtype="str")}
    corpus = analysis.Corpus(pd.DataFrame(columns, index=index))
    parts = [slice_of(corpus, voice) for voice in ONE_VOICE]
    taken = sorted(
        span
        for part in parts
        for span in zip(part.article.tolist(), part.fragment_start.tolist(), part.fragment_end.tolist(), strict=True)
    )
    assert all(a[0] < b[0] or a[2] <= b[1] for a, b in itertools.pairwise(taken))
    for part in parts:
        assert part.n_articles == len(texts)
        _check_offsets(part, texts)
    # What is in no fragment is marks and signs; so each word of a text is in one or, cut by a mark, in both.
    for n, text in enumerate(texts):
        rest = "".join(
            " " * len(c) if any(a == n and s <= i < e for a, s, e in taken) else c for i, c in enumerate(text)
        )
        assert not any(map(str.isalnum, rest))
    assert sentences_in_voice(corpus, "quoted").n_articles == len(texts)


def _check_offsets(part: Slice, texts: list[str]) -> None:
    begins, ends = part.term_spans()
    article = np.searchsorted(part.terms.starts, np.arange(len(begins)), side="right") - 1
    for place, start, end, term in zip(article, begins, ends, part.terms.ids, strict=True):
        assert [found[0] for found in cut(texts[place][start:end])] == [part.vocabulary.terms[term]]


@pytest.mark.shared
def test_real_articles_by_fragment() -> None:
    everything = analysis.read(shared("corpora/allsides"))
    corpus = analysis.Corpus(everything.articles.iloc[::4].head(300))
    score = SentimentIntensityAnalyzer().polarity_scores
    words = {}
    for voice in ONE_VOICE:
        part = slice_of(corpus, voice)
        texts = part.texts(corpus, np.arange(len(part.article)))
        scores = pd.DataFrame([score(text) for text in texts]).assign(n=[len(text.split()) for text in texts])
        scores["article"] = part.article
        table = analysis.sentiment(corpus, voice=voice)
        for place, some in scores.groupby("article"):
            expected = np.average(some["compound"], weights=some["n"])
            assert table["compound"].iloc[place] == pytest.approx(expected, abs=1e-12)
        alone = scores.groupby("article").filter(lambda some: len(some) == 1)
        assert table["compound"].iloc[alone["article"]].tolist() == alone["compound"].tolist()
        rows = analysis.sentiment(corpus, unit="sentence", voice=voice)
        whole = np.bincount(part.rows)[: len(rows)] == 1  # no other voice between its words
        expected_rows = [score(text)["compound"] for text in rows.loc[whole, "text"]]
        assert rows.loc[whole, "compound"].tolist() == expected_rows
        assert len(expected_rows) > 1000
        words[voice] = np.diff(part.terms.starts)
        again = analysis.sentiment(analysis.Corpus(corpus.articles), voice=voice)
        pd.testing.assert_frame_equal(again, table, check_exact=True)
    # No mark cuts a word in these articles, so the voices add up to the text.
    assert (words["narration"] + words["quoted"]).tolist() == np.diff(tokens_of(corpus).terms.starts).tolist()
