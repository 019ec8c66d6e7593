"""The arithmetic of a frame model: logistic regression on blocks of features, probabilities, thresholds and folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.text.tokens import tokenise

from ._frame_features import unit_corpus
from .stories import stories

__all__ = ["Fitted", "Solver", "calibrated", "deal", "fitted", "near_duplicates", "sigmoid", "threshold_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: Inverse strength of the penalty; chosen with the blocks' shares (see docs/frame-models.md).
PENALTY = 30.0
#: Up to so many units, units are compared with units; beyond, features are worked with as they are.
_MOST_COMPARED = 3_000
_INNER_FOLDS, _INNER_SEEDS = 5, 3


@dataclass(frozen=True)
class Fitted:
    """A linear model for each frame: `weights` of each block float64[n_frames, n_features], `constant`, `threshold`.

    The decision of a unit is its log-odds: the constant and the sum of weights times features.
    """

    weights: dict[str, Floats]
    constant: Floats
    threshold: Floats

    def decide(self, blocks: Mapping[str, Any]) -> Floats:
        """Return the log-odds: float64[n_units, n_frames]."""
        found = np.tile(self.constant, (next(iter(blocks.values())).shape[0], 1))
        for name, block in blocks.items():
            found += block @ self.weights[name].T
        return found


class Solver:
    """Fits penalised logistic regressions to one set of units, and to parts of it.

    With few units and many features a fit needs only how alike each two units are: the features are turned so that as
    many dimensions as units are left, which changes nothing in the result and takes milliseconds.
    """

    def __init__(self, blocks: Mapping[str, Any], most_compared: int = _MOST_COMPARED) -> None:
        self._blocks = dict(blocks)
        self._n = next(iter(blocks.values())).shape[0]
        self._alike: Floats | None = None
        self._joined: Any = None
        if self._n <= most_compared:
            self._alike = np.sum([_dense(block @ block.T) for block in blocks.values()], axis=0)
        else:
            from scipy.sparse import csr_array, hstack

            self._joined = hstack([csr_array(block) for block in blocks.values()], format="csr")

    def out_of_fold(self, codes: Flags, fold: Ints) -> Floats:
        """Return the decision on each unit of the models that were fitted without its fold."""
        found = np.zeros(codes.shape)
        for held in np.unique(fold):
            out = fold == held
            found[out] = self._decide(np.flatnonzero(~out), np.flatnonzero(out), codes)
        return found

    def _decide(self, rows: Ints, others: Ints, codes: Flags) -> Floats:
        if not len(rows):
            return np.zeros((len(others), codes.shape[1]))  # the constant of a model that has seen nothing
        if self._alike is None:
            weights, constant = self._plain(rows, codes)
            return np.asarray(self._joined[others] @ weights.T) + constant
        duals, constant = self._turned(rows, codes)
        alike = self._alike
        across = alike[np.ix_(others, rows)]
        inside = alike[np.ix_(rows, rows)]
        centred = across - across.mean(axis=1, keepdims=True) - inside.mean(axis=0) + inside.mean()
        return np.asarray(centred @ duals.T) + constant

    def weights(self, codes: Flags) -> tuple[dict[str, Floats], Floats]:
        """Return the weights of each block, and the constants, of the models fitted to all units."""
        rows = np.arange(self._n)
        if self._alike is None:
            joined, constant = self._plain(rows, codes)
            edges = np.cumsum([0, *(block.shape[1] for block in self._blocks.values())])
            return {
                name: joined[:, a:b] for name, a, b in zip(self._blocks, edges[:-1], edges[1:], strict=True)
            }, constant
        duals, constant = self._turned(rows, codes)
        duals = duals - duals.mean(axis=1, keepdims=True)
        weights = {name: np.asarray((block.T @ duals.T).T) for name, block in self._blocks.items()}
        for name, block in self._blocks.items():
            constant = constant - weights[name] @ np.asarray(block.mean(axis=0)).ravel()
        return weights, constant

    def _turned(self, rows: Ints, codes: Flags) -> tuple[Floats, Floats]:
        assert self._alike is not None  # noqa: S101 - for the type checker
        alike = self._alike[np.ix_(rows, rows)]
        alike = alike - alike.mean(axis=0) - alike.mean(axis=1, keepdims=True) + alike.mean()
        size, turn = np.linalg.eigh(alike)
        kept = size > 1e-9 * max(size[-1], 1e-300)
        size, turn = np.sqrt(size[kept]), turn[:, kept]
        found, constant = _logistic(turn * size, codes[rows])
        return (found / size) @ turn.T, constant

    def _plain(self, rows: Ints, codes: Flags) -> tuple[Floats, Floats]:
        return _logistic(self._joined[rows], codes[rows])


def _dense(found: Any) -> Floats:
    return np.asarray(found.toarray() if hasattr(found, "toarray") else found, np.float64)


def _logistic(x: Any, codes: Flags) -> tuple[Floats, Floats]:
    """Return weights float64[n_frames, n_features] and constants; where all codes are alike, only a constant."""
    n_yes = codes.sum(axis=0)
    constant = np.log((n_yes + 0.5) / (len(codes) - n_yes + 0.5))
    weights = np.zeros((codes.shape[1], x.shape[1]))
    some = np.flatnonzero((n_yes > 0) & (n_yes < len(codes)))
    if x.shape[1] and len(some):
        weights[some], constant[some] = _minimised(x, codes[:, some], constant[some])
    return weights, constant


def _minimised(x: Any, codes: Flags, constant: Floats) -> tuple[Floats, Floats]:
    """Minimise C Σ log(1 + exp(∓decision)) + ½|weights|², as scikit-learn does, for all frames at once."""
    from scipy.optimize import minimize
    from scipy.special import expit

    n_features, n_frames = x.shape[1], codes.shape[1]
    sign = np.where(codes, 1.0, -1.0)

    def loss(flat: Floats) -> tuple[float, Floats]:
        w = flat.reshape(n_features + 1, n_frames)
        margin = sign * (x @ w[:-1] + w[-1])
        pull = -PENALTY * sign * expit(-margin)
        slope = np.concatenate([x.T @ pull + w[:-1], pull.sum(axis=0, keepdims=True)])
        return float(PENALTY * np.logaddexp(0, -margin).sum() + 0.5 * (w[:-1] ** 2).sum()), slope.ravel()

    start = np.concatenate([np.zeros((n_features, n_frames)), constant[None]])
    options = {"maxiter": 5_000, "maxfun": 10_000, "gtol": 1e-4, "ftol": 1e-12}
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options).x
    w = found.reshape(n_features + 1, n_frames)
    return w[:-1].T, w[-1]


def fitted(blocks: Mapping[str, Any], codes: Flags, group: Ints, seed: int) -> Fitted:
    """Fit a model for each frame; probabilities and thresholds come from folds inside these units.

    Parameters
    ----------
    blocks
        Features of each kind.
    codes
        bool[n_units, n_frames].
    group
        int64[n_units]: units of one group stay in one fold.
    seed
        Of the folds.
    """
    from threadpoolctl import threadpool_limits

    # The matrices are small: threads of the linear algebra would wait for one another more than they work.
    with threadpool_limits(1, user_api="blas"):
        solver = Solver(blocks)
        inner = np.stack(
            [solver.out_of_fold(codes, deal(group, codes, _INNER_FOLDS, (seed, turn))) for turn in range(_INNER_SEEDS)]
        )
        weights, constant = solver.weights(codes)
    threshold = np.zeros(codes.shape[1])
    for frame in range(codes.shape[1]):
        slope, shift = calibrated(inner[:, :, frame], codes[:, frame])
        for name in weights:
            weights[name][frame] *= slope
        constant[frame] = constant[frame] * slope + shift
        said = sigmoid(inner[:, :, frame] * slope + shift)
        # Where all get the same probability all have the frame; a mean of the turns could round to above it.
        threshold[frame] = threshold_of(said) if slope else said[0, 0]
    return Fitted(weights, constant, threshold)


def calibrated(decisions: Floats, coded: Flags) -> tuple[float, float]:
    """Return slope and shift that turn out-of-fold decisions into log-odds (Platt 1999); a slope below 0 becomes 0.

    Parameters
    ----------
    decisions
        float64[n_turns, n_units].
    coded
        bool[n_units].

    Examples
    --------
    >>> slope, shift = calibrated(np.array([[-2.0, -1.0, 1.0, 2.0]]), np.array([False, True, False, True]))
    >>> bool(slope > 0), abs(shift) < 1e-6
    (True, True)
    """
    from sklearn.linear_model import LogisticRegression

    n_yes, n_no = int(coded.sum()), int((~coded).sum())
    even = float(np.log((n_yes + 0.5) / (n_no + 0.5)))
    spread = float(decisions.std())
    if not n_yes or not n_no or spread < 1e-12:
        return 0.0, even
    x, y = (decisions / spread).reshape(-1, 1), np.tile(coded, len(decisions))
    # Each turn looks at the same units: together they count once.
    weight = np.full(len(y), 1 / len(decisions))
    model = LogisticRegression(C=100.0, tol=1e-8, max_iter=1_000).fit(x, y, sample_weight=weight)
    slope = float(model.coef_[0, 0]) / spread
    return (slope, float(model.intercept_[0])) if slope > 0 else (0.0, even)


def threshold_of(probability: Floats) -> float:
    """Return the probability from which on to say yes so that F1 is best, if the probabilities are right.

    Calibrated probabilities say how many right ones to expect above any threshold. That wavers less than counting the
    right ones does where few units have the frame (Lipton, Elkan & Narayanaswamy 2014).

    Parameters
    ----------
    probability
        float64[n_turns, n_units], out of fold.

    Examples
    --------
    >>> round(threshold_of(np.array([[0.1, 0.2, 0.7, 0.9]])), 3)
    0.45
    """
    ordered = np.sort(probability.mean(axis=0))[::-1]
    expected = 2 * np.cumsum(ordered) / (np.arange(1, len(ordered) + 1) + ordered.sum())
    last = int(np.argmax(expected))
    return float((ordered[last] + ordered[min(last + 1, len(ordered) - 1)]) / 2)


def sigmoid(decision: Floats) -> Floats:
    """Return probabilities of log-odds."""
    from scipy.special import expit

    return np.asarray(expit(decision), np.float64)


def deal(group: Ints, codes: Flags, folds: int, seed: Sequence[int]) -> Ints:
    """Deal groups of units into folds, alike in their codes: int64[n_units].

    Examples
    --------
    >>> deal(np.array([0, 0, 1, 2, 3]), np.array([[1], [1], [1], [0], [0]], bool), 2, (1,)).tolist()
    [0, 0, 1, 0, 1]
    """
    rng = np.random.default_rng(seed)
    n = int(group.max()) + 1
    any_code = np.zeros((n, codes.shape[1]), np.bool_)
    np.logical_or.at(any_code, group, codes)
    _, pattern = np.unique(any_code, axis=0, return_inverse=True)
    rarity = np.bincount(pattern.ravel())[pattern.ravel()]
    order = np.lexsort((rng.permutation(n), pattern.ravel(), rarity))
    fold_of_group = np.empty(n, np.int64)
    # The next fold is the one with the fewest units so far: a large group does not make a large fold.
    size, filled = np.bincount(group, minlength=n), np.zeros(folds)
    for one in order.tolist():
        least = int(np.argmin(filled))
        fold_of_group[one] = least
        filled[least] += size[one]
    return fold_of_group[group]


def near_duplicates(texts: Sequence[str], article: Ints) -> Ints:
    """Number units so that those of one article, and of articles that are near copies, share a number.

    Near copies are those that `analysis.stories` puts into one story, whenever they appeared. It leaves texts of fewer
    than 20 words alone: they are copies if their words are the same but for capitals and signs.

    Parameters
    ----------
    texts
        Of each article.
    article
        int64[n_units]: the article of each unit.

    Returns
    -------
    int64[n_units]

    Examples
    --------
    >>> story = "The river rose and the old bridge was closed on Friday after two days of rain, as the mayor had said."
    >>> near_duplicates([story, "It rained.", "Now: " + story, "It rained!"], np.arange(4))
    array([0, 1, 0, 1])
    """
    terms = tokenise(list(texts)).terms
    words = np.array([terms.ids[begin:end].tobytes() for begin, end in pairwise(terms.starts.tolist())], object)
    same, distinct = pd.factorize(words)
    first = np.unique(same, return_index=True)[1].tolist()
    names = pd.Index([f"{number:09}" for number in range(len(distinct))], dtype="str")
    found = stories(unit_corpus(names, [texts[number] for number in first]), days=np.inf)["story"]
    group = pd.factorize(found)[0][same]
    return np.unique(group[article], return_inverse=True)[1].ravel().astype(np.int64)
