"""Words from measured tables alone: the same numbers, to the last digit, as from the articles."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.engine import tables as engine
from analysis.engine import terms as words
from analysis.engine.words import CountedArticles

TERMS = ["flood*", "tide gate*", "zzz", "*ing", "in * town", "c?uncil"]
#: A corpus and the tables of it; all articles, and the English ones.
Pair = tuple[analysis.Corpus, analysis.Tables | CountedArticles]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[analysis.Corpus, analysis.Tables]:
    """Measure the sample in small partitions, and delete the articles."""
    folder = tmp_path_factory.mktemp("terms")
    shutil.copytree("data/sample", folder / "articles")
    corpus = analysis.read(folder / "articles")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "SLICE", 7)
        analysis.measure(folder / "articles", folder / "tables", terms=TERMS, ngrams=2)
    shutil.rmtree(folder / "articles")
    return corpus, analysis.open_tables(folder / "tables")


@pytest.fixture(params=["all", "English"])
def pair(
    request: pytest.FixtureRequest,
    measured: tuple[analysis.Corpus, analysis.Tables],
    monkeypatch: pytest.MonkeyPatch,
) -> Pair:
    monkeypatch.setattr(words, "_CELLS", 2000)
    monkeypatch.setattr(words, "_RUNNING", 20_000)
    corpus, tables = measured
    assert len(tables.manifest["partitions"]) > 5
    assert tables.manifest["n_not_english"] > 0
    return (corpus, tables) if request.param == "all" else (corpus.where(language="en"), tables.where(language="en"))


def same(one: pd.DataFrame, two: pd.DataFrame) -> None:
    """Compare two tables to the last bit."""
    assert len(one)
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_words_are_looked_at_in_blocks(pair: Pair) -> None:
    counted = pair[1]._word_counts()
    blocks = list(counted.blocks(np.ones(len(counted.names), np.bool_)))
    assert len(blocks) > 3
    assert max(matrix.nnz for _, matrix in blocks) < 2000 + len(pair[0])  # a word is in one block
    assert np.concatenate([places for places, _ in blocks]).tolist() == list(range(len(counted.names)))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by": "outlet"},
        {"by": "month", "min_count": 2},
        {"by": "section", "stopwords": None, "numbers": False},
        {"stopwords": ["flood"], "min_count": 3},
    ],
)
def test_term_frequency(pair: Pair, options: dict[str, Any]) -> None:
    same(analysis.term_frequency(pair[0], **options), analysis.term_frequency(pair[1], **options))


@pytest.mark.parametrize(
    "options",
    [
        {"target": {"outlet": "Daily Beacon"}},
        {"target": {"outlet": "Daily Beacon"}, "reference": {"section": "opinion"}, "min_count": 1, "min_articles": 1},
        {"target": {"outlet": ["Daily Beacon"]}, "stopwords": None, "numbers": False, "prior": 100},
    ],
)
def test_keyness(pair: Pair, options: dict[str, Any]) -> None:
    corpus = pair[0]
    if "reference" in options:
        other = next(name for name in corpus.articles["outlet"].dropna() if name != "Daily Beacon")
        options = options | {"reference": {"outlet": other}}
    same(analysis.keyness(corpus, **options), analysis.keyness(pair[1], **options))


def test_keyness_of_articles_that_a_series_chooses(pair: Pair) -> None:
    late = pair[0].articles["published"] > "2025-04-01"
    same(analysis.keyness(pair[0], target=late), analysis.keyness(pair[1], target=late))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"parts": "outlet"},
        {"parts": "week", "min_count": 1},
        {"terms": TERMS},
        {"terms": "flood*", "parts": "month"},
    ],
)
def test_dispersion(pair: Pair, options: dict[str, Any]) -> None:
    same(analysis.dispersion(pair[0], **options), analysis.dispersion(pair[1], **options))


@pytest.mark.parametrize("by", ["day", "week", "month", "year"])
def test_trends(pair: Pair, by: Any) -> None:
    terms = ["Tide Gate*", *TERMS]  # the first as it is followed under another spelling
    same(analysis.trends(pair[0], terms, by=by), analysis.trends(pair[1], terms, by=by))


def test_runs_of_words(measured: tuple[analysis.Corpus, analysis.Tables]) -> None:
    corpus, tables = measured
    for options in ({}, {"min_count": 3, "stopwords": None}):
        same(analysis.term_frequency(corpus, ngrams=2, **options), analysis.term_frequency(tables, ngrams=2, **options))


def test_the_matrix_of_articles_and_terms(pair: Pair) -> None:
    corpus, tables = pair
    counts, article_ids, terms = tables.term_matrix(min_articles=3)
    assert article_ids.tolist() == corpus.articles.index.tolist()
    assert terms.is_monotonic_increasing
    frequency = analysis.term_frequency(corpus, stopwords=None).set_index("term")
    assert terms.tolist() == sorted(frequency.index[frequency["n_articles"] >= 3])
    assert np.asarray(counts.sum(axis=0)).ravel().tolist() == frequency.loc[terms, "count"].tolist()
    fourth = analysis.tfidf(corpus, stopwords=None, min_articles=3).set_index("article_id").loc[article_ids[4]]
    of_fourth = pd.Series(counts[4].toarray().ravel(), terms)
    assert of_fourth[of_fourth > 0].to_dict() == fourth.set_index("term")["count"].to_dict()
    with pytest.raises(analysis.OptionError, match=r"^`min_articles` must be a whole number, 1 or more; got 0\.$"):
        tables.term_matrix(min_articles=0)


def test_articles_are_chosen_as_those_of_a_corpus(measured: tuple[analysis.Corpus, analysis.Tables]) -> None:
    corpus, tables = measured
    some = tables.where(language="en").where(corpus.articles["published"] > "2025-04-01")
    expected = corpus.where(corpus.articles["published"] > "2025-04-01", language="en")
    assert some.articles.index.tolist() == expected.articles.index.tolist()
    assert len(some) == len(expected)
    assert repr(some) == f"<CountedArticles: {len(expected)} of {len(corpus)} articles>"
    assert "text" not in some.articles
    nobody = tables.where(outlet="Nobody")
    assert len(analysis.term_frequency(nobody)) == 0
    assert nobody.term_matrix().counts.shape == (0, 0)
    with pytest.raises(analysis.OptionError, match=r"^the corpus has no column 'paper'; it has outlet, section, .*\.$"):
        tables.where(paper="Nobody")


def _message(call: Any) -> str:
    with pytest.raises(analysis.AnalysisError) as caught:
        call()
    return str(caught.value)


def test_what_tables_cannot_tell_is_said_with_what_to_do(measured: tuple[analysis.Corpus, analysis.Tables]) -> None:
    tables: Any = measured[1]
    assert _message(lambda: analysis.trends(tables, ["flood", "new bridge", "old *  bridge"])) == (
        "the measured tables have no counts of 'new bridge', 'old *  bridge': of phrases, they have only those that "
        "they follow. Measure again with terms=['new bridge', 'old *  bridge'] (--term 'new bridge' --term "
        "'old *  bridge'), or give a corpus."
    )
    assert _message(lambda: analysis.term_frequency(tables, ngrams=3)) == (
        "the measured tables have no runs of 3 words. Measure again with ngrams=3 (--ngrams 3), or give a corpus."
    )
    assert _message(lambda: analysis.term_frequency(tables, ngrams=2, by="outlet")) == (
        "measured tables have runs of 2 words of all articles together, not by 'outlet'. Leave `by` out, or give a "
        "corpus."
    )
    assert _message(lambda: analysis.term_frequency(tables.where(language="en"), ngrams=2)) == (
        "measured tables have runs of 2 words of all articles together. Use the tables without `where`, or give a "
        "corpus."
    )
    assert _message(lambda: analysis.collocations(tables)) == (
        "collocations needs a corpus, not measured tables: they hold no order of words."
    )
    assert _message(lambda: analysis.lexical_diversity(tables)) == (
        "lexical_diversity needs a corpus, not measured tables: they hold no order of words, but have a table "
        "`lexical_diversity`."
    )
    assert _message(lambda: analysis.tfidf(tables)) == (
        "tfidf needs a corpus, not measured tables: `term_matrix` gives the counts that it is made of."
    )
    wrong: Any = "articles/"
    for call in (analysis.term_frequency, analysis.dispersion):
        assert _message(lambda call=call: call(wrong)) == (
            "`corpus` must be a corpus or measured tables; got str. Use analysis.read(…) or analysis.open_tables(…)."
        )
    assert _message(lambda: analysis.tfidf(wrong)) == "`corpus` must be a corpus; got str. Use analysis.read(…)."


def test_tables_without_words_say_so() -> None:
    corpus = analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": ["Rain fell.", "It was dry."]}))
    tables = analysis.measure(corpus, only=["readability"])
    assert _message(lambda: analysis.term_frequency(tables)) == (
        "these tables were made without words. Measure again with 'terms' in `only`."
    )


def test_a_file_of_words_that_is_gone_is_named(tmp_path: Path) -> None:
    corpus = analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": ["Rain fell.", "It was dry."]}))
    analysis.measure(corpus, tmp_path / "tables", only=["terms"])
    (tmp_path / "tables" / "terms" / "part-00000.parquet").unlink()
    tables = analysis.open_tables(tmp_path / "tables")
    where = tmp_path / "tables" / "terms" / "part-00000.parquet"
    assert _message(lambda: analysis.term_frequency(tables)) == f"{where} is missing; measure again."


@pytest.mark.parametrize(("n_words", "length"), [(1, 2), (5, 3), (2**20, 3), (2**20 + 1, 4), (2**31 - 1, 5)])
def test_runs_of_words_are_added_up_whatever_their_length(n_words: int, length: int) -> None:
    chance = np.random.default_rng(5)
    few = np.unique(chance.integers(0, n_words, 4)).astype(np.int32)  # of a partition, in alphabetical order
    few[-1] = n_words - 1
    parts, expected = [], Counter[tuple[int, ...]]()
    for _ in range(3):
        terms = chance.integers(0, len(few), (length, 60)).astype(np.int32)
        n = chance.integers(1, 9, 60)
        parts.append((words._packed(list(terms), few, n_words), n, np.ones(60, np.int64)))
        for run, times in zip(few[terms].T.tolist(), n.tolist(), strict=True):
            expected[tuple(run)] += times
    keys, count, n_articles = words._added(parts)
    columns = words._unpacked(keys, length, n_words)
    runs = [tuple(run) for run in np.array(columns).T.tolist()]
    assert runs == sorted(expected)
    assert count.tolist() == [expected[run] for run in runs]
    assert n_articles.sum() == 180


@pytest.mark.parametrize("highest", [0, 7, 2**16 - 1, 2**16, 2**40])
def test_counts_fall_and_ties_stay_in_order(highest: int) -> None:
    count = np.append(np.random.default_rng(2).integers(0, highest + 1, 500), [highest, 0, highest])
    assert words._falling(count).tolist() == sorted(range(503), key=lambda place: -count[place])
