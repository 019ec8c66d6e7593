"""Frames against control words, their prominence, and which go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import OptionError
from analysis.inference.above_chance import framing_above_chance

NOUNS = [f"noun{number}x" for number in range(400)]


def articles(n: int = 120, seed: int = 1, frame_rate: float = 0.0) -> analysis.Corpus:
    """Texts of words of falling frequency; a third of the articles have cues on top at `frame_rate`."""
    rng = np.random.default_rng(seed)
    chance = 1 / (np.arange(len(NOUNS)) + 5)
    chance /= chance.sum()
    texts = []
    for number in range(n):
        words = rng.choice(NOUNS, int(rng.integers(60, 600)), p=chance).tolist()
        if number % 3 == 0:
            words += ["clash"] * rng.poisson(frame_rate * len(words))
        texts.append(" ".join(rng.permutation(words)) + ".")
    return analysis.read(pd.DataFrame({"article_id": [f"a{n:03}" for n in range(n)], "text": texts}))


BY_CHANCE = analysis.Codebook.from_dict({"chance": [NOUNS[at] for at in range(3, 90, 6)]}, name="chance")


def test_cues_that_are_words_like_others_are_near_chance():
    table = framing_above_chance(articles(), codebook=BY_CHANCE)
    assert abs(table["z"].mean()) < 0.25
    assert 0.6 < table["z"].std() < 1.3
    assert table["z"].corr(table["n_words"], method="spearman") == pytest.approx(0, abs=0.2)
    assert (table["n_cues"] - table["expected"]).sum() == pytest.approx(0, abs=1e-6)


def test_articles_with_more_of_a_frame_stand_out():
    mine = analysis.Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    table = framing_above_chance(articles(frame_rate=0.02), codebook=mine)
    with_cues = np.arange(len(table)) % 3 == 0
    assert table["z"][with_cues].mean() > table["z"][~with_cues].mean() + 1


def test_scores_do_not_depend_on_the_order_of_the_articles():
    corpus = articles(60, frame_rate=0.02)
    mine = analysis.Codebook.from_dict(
        {"conflict": ["clash*"], "two": ["noun1x noun2x", "noun3x NEAR/5 noun4x"]}, name="m"
    )
    turned = analysis.Corpus(corpus.articles.iloc[::-1])
    one, other = (framing_above_chance(c, codebook=mine).set_index(["article_id", "frame"]) for c in (corpus, turned))
    pd.testing.assert_frame_equal(one, other.loc[one.index])
    assert one.attrs == other.attrs


def test_other_texts_under_the_same_identifiers_are_another_reference():
    corpus = articles(60, frame_rate=0.02)
    changed = corpus.articles.copy()
    changed.iloc[7, changed.columns.get_loc("text")] += " Clash."
    one, same, other = (
        framing_above_chance(c, codebook=BY_CHANCE, draws=20).attrs["reference"]["data"]
        for c in (corpus, analysis.Corpus(corpus.articles.copy()), analysis.Corpus(changed))
    )
    assert one == same != other


def test_a_frame_is_scored_alike_beside_frames_that_take_no_control_away():
    corpus = articles(60, frame_rate=0.02)
    alone = framing_above_chance(corpus, codebook=BY_CHANCE)
    frames = {"before": ["zebra"], "chance": list(BY_CHANCE.frames[0].cues)}
    both = framing_above_chance(corpus, codebook=analysis.Codebook.from_dict(frames, name="two"))
    beside = both[both["frame"] == "chance"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, beside)
    assert alone.attrs["reference"] == both.attrs["reference"]
    assert alone.attrs["reference"]["articles"] == 60


def test_a_cue_with_what_it_is_not_is_no_control_of_itself_and_no_window():
    corpus = articles(60, frame_rate=0.02)
    plain = analysis.Codebook.from_dict({"war": ["clash", "noun1x noun2x"]}, name="m")
    cues = ["clash NOT clash of titans", "noun1x noun2x NOT noun1x NEAR/3 zebra"]
    never = analysis.Codebook.from_dict({"war": cues}, name="m")
    scores = [framing_above_chance(corpus, codebook=book)["z"] for book in (plain, never)]
    pd.testing.assert_series_equal(*scores)
    told = [
        framing_above_chance(analysis.measure(corpus, codebook=book, only=["framing", "terms"]))["z"]
        for book in (plain, never)
    ]
    pd.testing.assert_series_equal(*told)


def test_an_article_without_words_has_no_score():
    frame = pd.DataFrame({"text": ["Rain fell. A clash. A storm.", "It was dry. A clash. A storm.", "..."]})
    mine = analysis.Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    table = framing_above_chance(analysis.read(frame), codebook=mine)
    assert table["z"].isna().tolist() == [False, False, True]
    assert table["n_words"].tolist()[-1] == 0


def test_too_few_draws_are_refused():
    with pytest.raises(OptionError, match=r"^`draws` must be 20 or more; got 5\.$"):
        framing_above_chance(articles(3), codebook=BY_CHANCE, draws=5)


def test_salience_by_hand():
    frame = pd.DataFrame(
        {
            "title": ["Sides clash", None],
            "text": ["It rained. They clashed. It did. They clash. A clash.", "They clash."],
        }
    )
    mine = analysis.Codebook.from_dict({"conflict": ["clash*"]}, name="mine")
    table = analysis.frame_salience(analysis.read(frame), codebook=mine)
    assert table[["n_title", "n_lead", "n_cues"]].values.tolist() == [[1, 1, 3], [0, 1, 1]]
    assert table["salience"].tolist()[0] == 1
    assert np.isnan(table["salience"].tolist()[1])


def test_cooccurrence_by_hand():
    has = {"a": (1, 1), "b": (1, 1), "c": (1, 0), "d": (0, 0), "e": (0, 0), "f": (0, 1)}
    rows = [(article, name, n) for article, counts in has.items() for name, n in zip(("x", "y"), counts, strict=True)]
    (row,) = analysis.frame_cooccurrence(pd.DataFrame(rows, columns=["article_id", "frame", "n_cues"])).itertuples(
        index=False
    )
    assert (row.frame, row.other, row.n_frame, row.n_other, row.n_both, row.n_articles) == ("x", "y", 3, 3, 2, 6)
    assert row.expected == 1.5
    assert row.log_odds == pytest.approx(np.log(2.5 * 2.5 / (1.5 * 1.5)))
    assert row.phi == pytest.approx(1 / 3)
    half = 1.959964 * np.sqrt(2 / 2.5 + 2 / 1.5)
    assert [row.low, row.high] == pytest.approx([row.log_odds - half, row.log_odds + half])


def test_a_frame_in_no_article_or_in_all_goes_together_with_none():
    has = {"a": (1, 1, 0), "b": (0, 1, 0), "c": (1, 1, 0)}
    rows = [(article, name, n) for article, counts in has.items() for name, n in zip("xyz", counts, strict=True)]
    found = analysis.frame_cooccurrence(pd.DataFrame(rows, columns=["article_id", "frame", "n_cues"]))
    assert found["n_both"].tolist() == [2, 0, 0]
    assert found[["log_odds", "low", "high", "phi"]].isna().all(axis=None)


def test_cooccurrence_refuses_two_rows_for_one_article_and_frame():
    table = pd.DataFrame({"article_id": ["a", "a"], "frame": ["x", "x"], "n_cues": [1, 0]})
    with pytest.raises(OptionError) as error:
        analysis.frame_cooccurrence(table)
    assert str(error.value) == (
        "`table` has more than one row for article 'a' and frame 'x'; give one row for each article and frame."
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_cues": 0}, "`min_cues` must be 1 or more; got 0."),
        ({"level": 95}, "`level` must be between 0 and 1; got 95. Use 0.95 for a 95 % interval."),
    ],
)
def test_cooccurrence_refuses(options, message):
    table = pd.DataFrame({"article_id": ["a"], "frame": ["x"], "n_cues": [1]})
    with pytest.raises(OptionError) as error:
        analysis.frame_cooccurrence(table, **options)
    assert str(error.value) == message


def test_measured_tables_give_the_scores_of_their_corpus():
    corpus = articles(60, frame_rate=0.02)
    book = analysis.Codebook.from_dict({"chance": [*BY_CHANCE.frames[0].cues, "noun4?x"], "war": ["clash*"]}, name="b")
    tables = analysis.measure(corpus, codebook=book, only=["framing", "terms"])
    told, direct = framing_above_chance(tables), framing_above_chance(corpus, codebook=book)
    pd.testing.assert_frame_equal(
        told[["article_id", "frame", "n_cues", "n_words"]], direct[["article_id", "frame", "n_cues", "n_words"]]
    )
    assert told["z"].corr(direct["z"]) > 0.98
    assert (told["n_cues"] - told["expected"]).groupby(told["frame"]).sum().abs().max() == pytest.approx(0, abs=1e-6)
    assert told.attrs["reference"]["data"] == tables.manifest["data_hash"]


def test_tables_without_cues_are_refused():
    tables = analysis.measure(articles(3), only=["terms"])
    with pytest.raises(OptionError) as error:
        framing_above_chance(tables)
    assert str(error.value) == (
        "the measured tables lack 'framing', 'cues', which this score is made of. Measure them, or give a corpus."
    )
