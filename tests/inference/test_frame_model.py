"""Frame models on small made articles: what they learn, explain, keep, and refuse."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, log_loss, matthews_corrcoef, roc_auc_score
from threadpoolctl import threadpool_limits

import analysis
from analysis.errors import InputError, OptionError
from analysis.inference._frame_features import _structure, dense_names, unit_corpus
from analysis.inference._frame_fit import PENALTY, Solver, deal, fitted, near_duplicates, sigmoid, threshold_of
from analysis.inference._weighted import measured, resamples
from analysis.inference.frame_model import _Coded, _summed_up
from analysis.text.safetensors import read_safetensors, safetensors_bytes
from tests.text.tiny_encoder import CONFIG, tiny_encoder

FrameModel = analysis.FrameModel
MARKS = {
    "flood": ["river", "rain", "flooded", "water", "bridge"],
    "vote": ["ballot", "mayor", "polls", "voters", "seat"],
}
PLAIN = ("the", "a", "town", "street", "people", "said", "on", "friday", "of", "council", "it", "was", "here", "now")


def made(n: int = 40, seed: int = 5) -> tuple[analysis.Corpus, pd.DataFrame]:
    """Make articles of chance words; those with a frame have some of its words."""
    rng = np.random.default_rng(seed)
    rows, codes = [], []
    for number in range(n):
        coded = {frame: int(rng.random() < 0.4) for frame in MARKS}
        sentences = []
        for _ in range(4):
            words = [str(word) for word in rng.choice(PLAIN, 8)]
            words += [str(rng.choice(MARKS[frame])) for frame, code in coded.items() if code and rng.random() < 0.7]
            sentences.append(" ".join(rng.permutation(words)).capitalize() + ".")
        if number % 3 == 0:
            sentences.append('"We must act now," she said.')
        rows.append({"article_id": f"a{number:03}", "outlet": "Gazette", "text": " ".join(sentences)})
        codes.append({"article_id": f"a{number:03}", **coded})
    return analysis.read(pd.DataFrame(rows)), pd.DataFrame(codes)


@pytest.fixture(scope="module")
def coded() -> tuple[analysis.Corpus, pd.DataFrame]:
    return made()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def model(coded: tuple[analysis.Corpus, pd.DataFrame]) -> analysis.FrameModel:
    return FrameModel.fit(*coded)


@pytest.fixture(scope="module")
def with_encoder(coded: tuple[analysis.Corpus, pd.DataFrame], folder: Path) -> analysis.FrameModel:
    return FrameModel.fit(*coded, encoder=folder)


# ---- learning --------------------------------------------------------------------------------------------------------


def test_it_learns_what_articles_it_has_not_seen_are_about(model: analysis.FrameModel):
    corpus, codes = made(seed=6)
    found = model.predict(corpus)
    assert found["article_id"].tolist() == np.repeat(corpus.articles.index, 2).tolist()
    assert found["frame"].tolist() == ["flood", "vote"] * 40
    truth = codes[["flood", "vote"]].to_numpy().ravel()
    assert roc_auc_score(truth, found["probability"]) > 0.9
    assert (found["present"] == (found["probability"] >= found["frame"].map(model.thresholds))).all()
    np.testing.assert_allclose(found["probability"], 1 / (1 + np.exp(-found["decision"])))


def test_the_order_and_form_of_articles_and_codes_make_no_difference(
    coded: tuple[analysis.Corpus, pd.DataFrame], model: analysis.FrameModel
):
    corpus, codes = coded
    mixed = analysis.Corpus(corpus.articles.sample(frac=1, random_state=2))
    long = codes.sample(frac=1, random_state=3).melt("article_id", var_name="frame", value_name="value")
    for form in (long, codes.set_index("article_id").astype(bool)):
        other = FrameModel.fit(mixed, form)
        pd.testing.assert_frame_equal(other.predict(corpus), model.predict(corpus))
        assert other.thresholds == model.thresholds


def test_few_units_compared_with_one_another_are_fitted_as_scikit_learn_fits_them():
    rng = np.random.default_rng(4)
    blocks = {"one": rng.normal(size=(30, 50)), "two": rng.normal(size=(30, 3)) + 5}
    codes = rng.random((30, 2)) < 0.4
    with threadpool_limits(1, user_api="blas"):
        assert_fitted_alike(blocks, codes)


def assert_fitted_alike(blocks: dict[str, Any], codes: Any) -> None:
    near, plain = Solver(blocks), Solver(blocks, most_compared=10)
    x = np.concatenate(list(blocks.values()), axis=1)
    for frame in range(2):
        theirs = LogisticRegression(C=PENALTY, tol=1e-10, max_iter=10_000).fit(x, codes[:, frame])
        for solver in (near, plain):
            weights, constant = solver.weights(codes)
            ours = np.concatenate([weights["one"], weights["two"]], axis=1)[frame]
            np.testing.assert_allclose(ours, theirs.coef_[0], atol=2e-3)
            assert constant[frame] == pytest.approx(theirs.intercept_[0], abs=1e-2)
    fold = np.arange(30) % 3
    np.testing.assert_allclose(near.out_of_fold(codes, fold), plain.out_of_fold(codes, fold), atol=1e-2)


def test_nothing_is_learned_from_the_fold_that_is_told(coded: tuple[analysis.Corpus, pd.DataFrame]):
    corpus, codes = coded
    before = FrameModel.out_of_fold(corpus, codes, seeds=1, folds=2)
    # Other words in an article change what is said of the other fold's articles, never of its own fold's.
    changed = corpus.articles.copy()
    changed.loc["a000", "text"] = "The a town street."
    after = FrameModel.out_of_fold(analysis.Corpus(changed), codes, seeds=1, folds=2)
    assert (before["fold"] == after["fold"]).all()
    own = before["fold"] == before["fold"].iloc[0]
    off = (before["probability"] - after["probability"]).abs()
    assert off[own & (before["article_id"] != "a000")].max() < 1e-9
    assert off[~own].min() > 1e-9


def test_near_copies_share_a_fold_and_folds_are_alike():
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(50), 2)
    codes = np.repeat(rng.random((50, 3)) < 0.2, 2, axis=0)
    fold = deal(group, codes, 5, (1,))
    assert (fold[::2] == fold[1::2]).all()
    assert np.bincount(fold).tolist() == [20] * 5
    for code in codes.T:
        share = np.bincount(fold, code) / 2
        assert share.max() - share.min() <= 4
    story = " ".join(f"w{n}" for n in range(60))
    texts = [story, "Nothing alike stands here.", "Breaking: " + story + " More follows.", "", "Short."]
    assert near_duplicates(texts, np.array([0, 0, 1, 2, 3, 4])).tolist() == [0, 0, 1, 0, 2, 3]


@pytest.mark.parametrize("n", [2, 20, 21, 60])
def test_however_many_copies_of_a_text_there_are_they_share_a_group(n: int):
    story = " ".join(f"w{number}" for number in range(60))
    texts = [f"Note {number}: {story} More {number}." for number in range(n)]
    assert near_duplicates([story] * n, np.arange(n)).tolist() == [0] * n
    assert near_duplicates([*texts, "Nothing alike."], np.arange(n + 1)).tolist() == [0] * n + [1]


def test_texts_too_short_for_a_story_are_copies_if_their_words_are_the_same():
    texts = ["It rained.", "It  RAINED!", "It rained here.", "Rained it."]
    assert near_duplicates(texts, np.arange(4)).tolist() == [0, 0, 1, 2]
    # Sentences stand in the group of their article.
    assert near_duplicates(texts, np.array([3, 3, 2, 1, 0])).tolist() == [2, 2, 1, 0, 0]


def test_the_threshold_promises_the_best_f1():
    rng = np.random.default_rng(2)
    p = rng.random(400) ** 2
    threshold = threshold_of(p[None])
    promised = [2 * p[p >= t].sum() / ((p >= t).sum() + p.sum()) for t in np.sort(p)]
    assert 2 * p[p >= threshold].sum() / ((p >= threshold).sum() + p.sum()) == pytest.approx(max(promised))


def test_probabilities_and_thresholds_hold_for_units_not_seen():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(3_000, 40))
    codes = rng.random(3_000) < sigmoid(1.2 * x[:, 0] - 1.5)
    seen, fresh = slice(0, 150), slice(150, None)
    found = fitted({"one": x[seen]}, codes[seen, None], np.arange(150), 0)
    said = sigmoid(found.decide({"one": x[fresh]}))[:, 0]
    weights, constant = Solver({"one": x[seen]}).weights(codes[seen, None])
    raw = sigmoid(x[fresh] @ weights["one"][0] + constant[0])  # far too sure of itself
    assert log_loss(codes[fresh], said) < 0.6 < log_loss(codes[fresh], raw)
    assert found.threshold[0] < 0.4
    assert f1_score(codes[fresh], said >= found.threshold[0]) > f1_score(codes[fresh], said >= 0.5) + 0.02


def test_signs_are_counted_per_1000_words():
    text = "We must go! Must I? You and she ought to pay $5, 10%, our way."
    counts = _structure(unit_corpus(pd.Index(["a"]), [text]))[0] * 15 / 1_000
    names = [name.removesuffix(" per 1,000 words") for name in dense_names(())[1]]
    assert dict(zip(names, counts.round(6).tolist(), strict=True)) == pytest.approx(
        {
            "words (log)": np.log(15) * 0.015,
            "words in a sentence": 0.075,
            "share quoted": 0,
            "quotations": 0,
            "question marks": 1,
            "exclamation marks": 1,
            "numbers": 2,
            "signs of money and per cent": 2,
            "we": 2,
            "I": 1,
            "you": 1,
            "he or she": 1,
            "must or should": 3,
        },
        abs=1e-5,
    )


def test_a_model_of_one_article_knows_no_more_than_how_often_a_frame_is_there():
    rng = np.random.default_rng(3)
    for coded in (3, 8, 11):
        codes = (np.arange(20) < coded)[:, None]
        found = fitted({"one": rng.normal(size=(20, 4))}, codes, np.zeros(20, np.int64), 0)
        said = sigmoid(found.decide({"one": rng.normal(size=(9, 4))}))
        np.testing.assert_allclose(said, (coded + 0.5) / 21)
        assert (said >= found.threshold).all()


# ---- measuring -------------------------------------------------------------------------------------------------------


def test_measures_are_scikit_learns_in_every_resample():
    rng = np.random.default_rng(1)
    score, coded = np.round(rng.random(60), 1), rng.random(60) < 0.3
    said = score > 0.6
    weight = resamples(np.arange(60), 5, rng)
    for number, counts in enumerate(weight.astype(int)):
        drawn = np.repeat(np.arange(60), counts)
        theirs = {
            "auc": roc_auc_score(coded[drawn], score[drawn]),
            "average_precision": average_precision_score(coded[drawn], score[drawn]),
            "mcc": matthews_corrcoef(coded[drawn], said[drawn]),
            "f1": f1_score(coded[drawn], said[drawn]),
        }
        for measure, value in theirs.items():
            assert measured(measure, score, said, coded, weight)[number] == pytest.approx(value)


def test_cross_validation_sums_up_what_was_said_out_of_fold(coded: tuple[analysis.Corpus, pd.DataFrame]):
    corpus, codes = coded
    found = FrameModel.cross_validate(corpus, codes, folds=3, seeds=2, draws=50)
    assert found["frame"].unique().tolist() == ["flood", "vote", "mean"]
    assert (found["low"] <= found["high"]).all()
    table = FrameModel.out_of_fold(corpus, codes, folds=3, seeds=2)
    flood = table[table["frame"] == "flood"]
    theirs = [roc_auc_score(part["coded"], part["probability"]) for _, part in flood.groupby("seed")]
    value = found.set_index(["frame", "measure"])["value"]
    assert value["flood", "auc"] == pytest.approx(np.mean(theirs))
    assert value["mean", "f1"] == pytest.approx((value["flood", "f1"] + value["vote", "f1"]) / 2)
    assert value["mean", "auc"] > 0.8
    assert flood["coded"].tolist() == codes["flood"].astype(bool).tolist() * 2


def test_units_of_one_article_are_resampled_together():
    rng = np.random.default_rng(4)
    codes = np.repeat(rng.random(20) < 0.5, 10)[:, None]  # ten sentences of each of twenty articles, alike
    probability = np.repeat(rng.random(20) / 2 + codes[::10, 0] / 4, 10)
    table = pd.DataFrame({"seed": 0, "probability": probability, "present": probability > 0.5})
    of_article, of_unit = (
        _summed_up(table, _Coded(pd.DataFrame(), None, ["flood"], codes, group), 300, 0.9)  # type: ignore[arg-type]
        for group in (np.repeat(np.arange(20), 10), np.arange(200))
    )
    assert of_article["value"].tolist() == of_unit["value"].tolist()
    assert ((of_article["high"] - of_article["low"]) > 2 * (of_unit["high"] - of_unit["low"])).all()


def test_more_coding_helps_where_there_is_something_to_learn(coded: tuple[analysis.Corpus, pd.DataFrame]):
    found = FrameModel.learning_curve(*coded, shares=(0.25, 1.0), folds=2, seeds=1, draws=20)
    assert found["n_trained"].unique().tolist() == [5.0, 20.0]
    auc = found[(found["frame"] == "mean") & (found["measure"] == "auc")]["value"].tolist()
    assert auc[0] < auc[1]


# ---- explaining ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["model", "with_encoder"])
@pytest.mark.parametrize("by", ["word", "sentence"])
def test_the_parts_add_up_to_the_decision(
    which: str, by: Any, coded: tuple[analysis.Corpus, pd.DataFrame], request: pytest.FixtureRequest
):
    model, corpus = request.getfixturevalue(which), coded[0]
    odd = pd.DataFrame(
        {"article_id": ["empty", "new"], "text": ["", "Zebra! Quokka? The river, the river rose; rain."]}
    )
    for articles in (corpus, analysis.read(odd)):
        said = model.predict(articles).set_index(["article_id", "frame"])["decision"]
        for article_id in articles.articles.index[:3]:
            for frame in model.frames:
                parts = model.explain(articles, article_id, frame, by=by)
                assert abs(parts["contribution"].sum() - said[article_id, frame]) < 1e-9
                assert parts["contribution"].iloc[:-1].is_monotonic_decreasing
                assert parts["kind"].iloc[-1] == "constant"
                text = articles.article(article_id).text
                placed = parts.dropna(subset="start")
                spans = zip(placed["start"], placed["end"], placed["feature"], strict=True)
                assert all(text[start:end] == feature for start, end, feature in spans)


def test_words_that_tell_a_frame_speak_for_it(coded: tuple[analysis.Corpus, pd.DataFrame], model: analysis.FrameModel):
    corpus, codes = coded
    one = codes.loc[codes["flood"] == 1, "article_id"].iloc[0]
    parts = model.explain(corpus, one, "flood")
    words = parts[parts["kind"] == "word"]
    assert words["feature"].iloc[0] in MARKS["flood"]
    text = corpus.article(one).text.lower()
    assert words["n"].iloc[0] == len(re.findall(rf"\b{words['feature'].iloc[0]}\b", text))


def test_sentences_can_be_coded_told_and_explained(coded: tuple[analysis.Corpus, pd.DataFrame]):
    corpus, _ = coded
    corpus = corpus.where(corpus.articles.index.to_series() < "a015")
    sentences = analysis.sentiment(corpus, unit="sentence")[["article_id", "sentence", "start", "end", "text"]]
    flooded = sentences["text"].str.contains("|".join(MARKS["flood"]), case=False)
    codes = sentences[["article_id", "sentence"]].assign(flood=flooded.astype(int))
    model = FrameModel.fit(corpus, codes)
    assert model.unit == "sentence"
    found = model.predict(corpus)
    pd.testing.assert_frame_equal(found[["article_id", "sentence", "start", "end"]], sentences.drop(columns="text"))
    assert roc_auc_score(flooded, found["probability"]) > 0.95
    parts = model.explain(corpus, "a001", "flood", sentence=2, by="sentence")
    row = found[(found["article_id"] == "a001") & (found["sentence"] == 2)].iloc[0]
    assert abs(parts["contribution"].sum() - row["decision"]) < 1e-9
    span = parts.dropna(subset="start").iloc[0]
    assert (span["start"], span["end"]) == (row["start"], row["end"])
    table = FrameModel.out_of_fold(corpus, codes, folds=3, seeds=1)
    assert table.groupby("article_id")["fold"].nunique().max() == 1


# ---- keeping ---------------------------------------------------------------------------------------------------------


def test_a_saved_model_says_the_same(
    coded: tuple[analysis.Corpus, pd.DataFrame], with_encoder: analysis.FrameModel, folder: Path, tmp_path: Path
):
    place = with_encoder.save(tmp_path / "kept" / "model")
    assert sorted(path.name for path in place.parent.iterdir()) == ["model"]
    assert sorted(path.name for path in place.iterdir()) == ["model.json", "weights.safetensors"]
    again = FrameModel.load(place, encoder=folder)
    pd.testing.assert_frame_equal(again.predict(coded[0]), with_encoder.predict(coded[0]))
    assert repr(again) == repr(with_encoder)
    assert (again.thresholds, again.n_coded) == (with_encoder.thresholds, with_encoder.n_coded)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    again.save(place)  # replaces the model that is there
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert sorted(path.name for path in place.parent.iterdir()) == ["model"]


def test_what_is_no_model_is_not_overwritten(model: analysis.FrameModel, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        model.save(tmp_path)
    assert str(refused.value) == f"{tmp_path.name!r} holds something that is no frame model. Give a new folder."
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def resealed(place: Path, **changes: Any) -> None:
    """Change model.json so that it still looks whole."""
    from analysis.inference import _frame_store

    about = json.loads((place / "model.json").read_text("utf-8")) | changes
    told = {name: value for name, value in about.items() if name != "seal"}
    about = {**told, "seal": _frame_store._digest(_frame_store._text(told))}
    (place / "model.json").write_text(json.dumps(about), encoding="utf-8")


def change(name: str, old: str, new: str) -> Any:
    def spoil(place: Path) -> None:
        path = place / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def cut_weights(place: Path) -> None:
    path = place / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-8])


def shrink_weights(place: Path) -> None:
    from analysis.inference import _frame_store

    path = place / "weights.safetensors"
    arrays = read_safetensors(path) | {"constant": np.zeros(3)}
    path.write_bytes(safetensors_bytes(arrays))
    resealed(place, weights=_frame_store._digest(path.read_bytes()))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda place: (place / "model.json").unlink(),
            "'model' holds no frame model: there is no model.json. Give a folder of FrameModel.save.",
        ),
        (
            lambda place: (place / "model.json").write_text("[]", encoding="utf-8"),
            "'model' holds no frame model: model.json is something else.",
        ),
        (
            lambda place: resealed(place, version=9),
            "the frame model in 'model' is of version 9; this kit reads version 1. Fit it again.",
        ),
        (
            change("model.json", '"n_units": 40', '"n_units": 41'),
            "model.json in 'model' was changed or damaged since it was written. Fit the model again.",
        ),
        (cut_weights, "weights.safetensors in 'model' is missing or damaged. Copy the folder again."),
        (
            shrink_weights,
            "weights.safetensors in 'model': 'constant' must be float64 of shape (2,); got float64 of shape (3,).",
        ),
    ],
)
def test_foreign_and_damaged_models_are_refused(model: analysis.FrameModel, tmp_path: Path, spoil: Any, said: str):
    place = model.save(tmp_path / "model")
    spoil(place)
    with pytest.raises(InputError) as refused:
        FrameModel.load(place)
    assert str(refused.value) == said


def test_a_model_wants_the_encoder_that_it_was_fitted_with(
    with_encoder: analysis.FrameModel, folder: Path, tmp_path: Path
):
    place = with_encoder.save(tmp_path / "model")
    with pytest.raises(OptionError) as refused:
        FrameModel.load(place)
    assert str(refused.value) == (
        "the model in 'model' was fitted with an encoder. Give its folder: "
        "FrameModel.load(…, encoder='all-MiniLM-L6-v2')."
    )
    other = tiny_encoder(tmp_path / "other")
    (other / "config.json").write_text(json.dumps(CONFIG | {"layer_norm_eps": 1e-6}), encoding="utf-8")
    with pytest.raises(OptionError, match=r"^the model in 'model' was fitted with another encoder \(fingerprint "):
        FrameModel.load(place, encoder=other)


# ---- refusing --------------------------------------------------------------------------------------------------------


FEW = "each frame needs at least 5 coded units with it and 5 without: "
WRONG = (
    "`codes` must be 0 or 1, once for each unit of the corpus: article 'a002' has 7 for 'vote'; article 'b' is not in "
    "the corpus; article 'a039' is coded twice."
)
MISSING = "; ".join(f"article 'a00{n}' sentence 99" for n in range(5))


def wrong(codes: pd.DataFrame) -> pd.DataFrame:
    codes = codes.assign(vote=codes["vote"].where(codes.index != 2, 7)).replace({"article_id": {"a001": "b"}})
    return pd.concat([codes, codes.tail(1)])


def gaps(codes: pd.DataFrame) -> pd.DataFrame:
    """Leave codes out, as nullable integers, under an index that says nothing."""
    codes = codes.astype({"flood": "Int64"}).set_axis([0] * len(codes))
    codes.iloc[3, codes.columns.get_loc("flood")] = pd.NA
    return codes


def long_and_twice(codes: pd.DataFrame) -> pd.DataFrame:
    long = codes.melt("article_id", var_name="frame", value_name="value")
    return pd.concat([long, long.head(1)])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda codes: codes.rename(columns={"article_id": "id"}),
            "`codes` needs a column 'article_id' (or that index); it has 'id', 'flood', 'vote'.",
        ),
        (
            lambda codes: codes[["article_id"]],
            "`codes` has no frame. Give each frame a column of 0 and 1, or rows of frame and value.",
        ),
        (wrong, WRONG),
        (gaps, "`codes` must be 0 or 1, once for each unit of the corpus: article 'a003' has <NA> for 'flood'."),
        (
            lambda codes: codes.assign(vote=1),
            f"{FEW}'vote' has 40 with it and 0 without. Code more, or leave the frame out.",
        ),
        (long_and_twice, "`codes` has a unit's frame twice: article 'a000', 'flood'."),
        (
            lambda codes: codes.assign(sentence=99),
            f"`codes` has sentences that the corpus has not: {MISSING}; and 35 more. Count them from 0.",
        ),
    ],
)
def test_codes_that_cannot_be_learned_from_are_refused(
    coded: tuple[analysis.Corpus, pd.DataFrame], spoil: Any, said: str
):
    with pytest.raises(OptionError) as refused:
        FrameModel.fit(coded[0], spoil(coded[1]))
    assert str(refused.value) == said


def of_groups(n: int) -> tuple[analysis.Corpus, pd.DataFrame]:
    """Make ten coded sentences in each of n articles; half of them have the frame."""
    rng = np.random.default_rng(n)
    texts = [" ".join(" ".join(rng.choice(PLAIN, 9)).capitalize() + "." for _ in range(10)) for _ in range(n)]
    corpus = analysis.read(pd.DataFrame({"article_id": [f"a{number}" for number in range(n)], "text": texts}))
    codes = analysis.sentiment(corpus, unit="sentence")[["article_id", "sentence"]]
    return corpus, codes.assign(flood=codes["sentence"] % 2)


@pytest.mark.parametrize(
    ("n", "folds", "said"),
    [
        (1, None, "a model learns from 2 articles or more that are no near copies of one another; got 1."),
        (1, 5, "5 folds need 5 coded articles or more that are no near copies of one another; got 1."),
        (2, 2, "2 folds need 4 coded articles or more that are no near copies of one another; got 2."),
        (3, 2, "2 folds need 4 coded articles or more that are no near copies of one another; got 3."),
        (3, 4, "4 folds need 4 coded articles or more that are no near copies of one another; got 3."),
    ],
)
def test_too_few_articles_for_the_folds_are_refused(n: int, folds: int | None, said: str):
    corpus, codes = of_groups(n)
    learn = partial(FrameModel.cross_validate, folds=folds) if folds else FrameModel.fit
    with pytest.raises(OptionError) as refused:
        learn(corpus, codes)
    more = "Use fewer folds, or code more articles." if (n, folds) == (3, 4) else "Code more articles."
    assert str(refused.value) == f"{said} {more}"


def test_options_outside_their_choices_are_refused(
    coded: tuple[analysis.Corpus, pd.DataFrame], model: analysis.FrameModel
):
    corpus, codes = coded
    for call, said in (
        (lambda: model.explain(corpus, "a001", "fire"), "`frame` must be one of 'flood', 'vote'; got 'fire'."),
        (
            lambda: model.explain(corpus, "a001", "flood", sentence=1),
            "`sentence` must be None: the model tells frames of articles; got 1.",
        ),
        (
            lambda: FrameModel.fit(corpus, codes, codebooks="generic"),
            "`codebooks` must be a list; got 'generic'. Use codebooks=['generic'].",
        ),
        (
            lambda: FrameModel.out_of_fold(corpus, codes, folds=1),
            "`folds` must be 2 or more, `seeds` 1 or more, shares over 0 to 1; got 1, 10 and 1.0.",
        ),
        (lambda: FrameModel.cross_validate(corpus, codes, draws=0), "`draws` must be 1 or more; got 0. Use 1_000."),
    ):
        with pytest.raises(OptionError) as refused:
            call()
        assert str(refused.value) == said
