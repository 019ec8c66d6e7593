"""What `compare` computes with: regression with clustered errors, permutation of stories, bootstrap of medians."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fit", "cliffs_delta", "hedges_g", "median_interval", "permutation_p"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CHUNK = 2_000_000  # cells of an array of resamples at a time


@dataclass(frozen=True)
class Fit:
    """Least squares whose errors hang together within clusters.

    Standard errors are CR2 (Bell & McCaffrey 2002), degrees of freedom Satterthwaite's (Imbens & Kolesár 2016) with the
    working model that rows vary as much as those of their group do, and that those of one cluster are alike to the
    degree that the residuals show. Without clusters or covariates this is Welch's t.

    Attributes
    ----------
    y : float64[n]
    x : float64[n, p]
        Of full rank.
    cluster : int64[n]
        Numbers 0, 1, … of the clusters, in rising order.
    group : int64[n]
        Numbers of the groups.
    """

    y: Floats
    x: Floats
    cluster: Ints
    group: Ints

    @cached_property
    def bread(self) -> Floats:
        return np.asarray(np.linalg.inv(self.x.T @ self.x))

    @cached_property
    def coefficients(self) -> Floats:
        return np.asarray(self.bread @ (self.x.T @ self.y))

    @cached_property
    def residuals(self) -> Floats:
        return np.asarray(self.y - self.x @ self.coefficients)

    @cached_property
    def icc(self) -> float:
        """How alike the residuals of one cluster are, 0 to 1 (analysis of variance); 0 if no cluster has two rows."""
        n, sizes = len(self.y), np.bincount(self.cluster)
        groups = len(sizes)
        if groups == n or groups < 2:
            return 0.0
        means = np.bincount(self.cluster, self.residuals) / sizes
        within = float(((self.residuals - means[self.cluster]) ** 2).sum()) / (n - groups)
        overall = self.residuals.mean()
        between = float((sizes * (means - overall) ** 2).sum()) / (groups - 1)
        typical = (n - float((sizes**2).sum()) / n) / (groups - 1)
        total = between + (typical - 1) * within
        return float(np.clip((between - within) / total, 0, 1)) if total > 0 else 0.0

    @cached_property
    def _spread(self) -> Floats:
        """Standard deviation of the residuals of each row's group, up to a factor."""
        n = np.bincount(self.group)
        squares = np.bincount(self.group, self.residuals**2)
        return np.asarray(np.sqrt(squares / np.maximum(n - 1, 1))[self.group])

    @cached_property
    def _starts(self) -> Ints:
        return np.flatnonzero(np.concatenate([[True], self.cluster[1:] != self.cluster[:-1]]))

    @cached_property
    def _adjusted(self) -> Floats:
        """Rows of x, those of each cluster times (I - H)^(-1/2) of the cluster."""
        adjusted = self.x.copy()
        starts, sizes = self._starts, np.diff([*self._starts, len(self.y)])
        leverage = np.einsum("ij,jk,ik->i", self.x, self.bread, self.x)
        alone = starts[sizes == 1]
        adjusted[alone] *= _root(1 - leverage[alone])[:, None]
        for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
            rows = self.x[start : start + size]
            values, vectors = np.linalg.eigh(np.eye(size) - rows @ self.bread @ rows.T)
            adjusted[start : start + size] = (vectors * _root(values)) @ (vectors.T @ rows)
        return adjusted

    def contrast(self, weights: Floats) -> tuple[float, float, float]:
        """Return a sum of coefficients, its standard error and its degrees of freedom."""
        bread, starts = self.bread, self._starts
        row = self._adjusted @ (bread @ weights)

        def summed(columns: Floats) -> Floats:
            return np.asarray(np.add.reduceat(columns, starts, axis=0))

        error = np.sqrt(float((summed(row * self.residuals) ** 2).sum()))
        # The variance is e'GG'e; G'WG, of which the degrees of freedom are made, is diagonal but for a few columns.
        row = row * self._spread
        squares, sums, moments = summed(row**2), summed(row), summed(self.x * row[:, None])
        totals, alike = summed(self.x), self.icc
        diagonal = (1 - alike) * squares + alike * sums**2
        low = np.hstack([moments, sums[:, None] * totals])
        corner = -(1 - alike) * bread + alike * bread @ totals.T @ totals @ bread
        middle = np.block([[corner, -alike * bread], [-alike * bread, np.zeros_like(bread)]])
        product = middle @ (low.T @ low)
        trace = diagonal.sum() + np.trace(product)
        squared = (diagonal**2).sum() + 2 * np.einsum("i,ij,jk,ik->", diagonal, low, middle, low)
        squared += np.trace(product @ product)
        # Scores that are all the same have no spread to weigh.
        freedom = float(trace**2 / squared) if squared > 0 else float(len(self.y) - self.x.shape[1])
        return float(weights @ self.coefficients), float(error), freedom


def _root(values: Floats) -> Floats:
    """Return 1 / sqrt, and 0 where there is nothing to divide by."""
    return np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)


def permutation_p(y: Floats, first: Bools, story: Ints, *, median: bool, times: int, rng: np.random.Generator) -> float:
    """Return how often groups whose names are shuffled differ as much, in either direction.

    Stories that only one group has change sides as wholes; in those that both have the two names are swapped or not.
    The difference of means is held against its clustered standard error each time.
    """
    cell, cell_of = np.unique(2 * story + first, return_inverse=True)
    _, begins, story_of = np.unique(cell // 2, return_index=True, return_inverse=True)
    is_first = cell % 2 == 1
    shared = np.bincount(story_of)[story_of] == 2
    n, total = np.bincount(cell_of).astype(np.float64), np.bincount(cell_of, y)
    alone, pairs = np.flatnonzero(~shared), np.flatnonzero(shared)
    order = np.argsort(y, kind="stable")

    def extent(names: Bools) -> Floats:
        if median:
            sorted_names = names[:, cell_of[order]]
            return np.abs(_medians(y[order], sorted_names) - _medians(y[order], ~sorted_names))
        z = names.astype(np.float64)
        n_first, n_second = z @ n, (1 - z) @ n
        mean_first, mean_second = (z @ total) / n_first, ((1 - z) @ total) / n_second
        part = np.where(
            names,
            (total - n * mean_first[:, None]) / n_first[:, None],
            (n * mean_second[:, None] - total) / n_second[:, None],
        )
        error = np.sqrt((np.add.reduceat(part, begins, axis=1) ** 2).sum(1))
        difference = np.abs(mean_first - mean_second)
        return np.where(error > 0, difference / np.maximum(error, 1e-300), np.where(difference > 0, np.inf, 0.0))

    observed = extent(is_first[None, :])[0]
    at_least, done = 0, 0
    size = max(_CHUNK // max(len(y) if median else len(cell), 1), 1)
    while done < times:
        many = min(size, times - done)
        names = np.tile(is_first, (many, 1))
        names[:, alone] = rng.permuted(names[:, alone], axis=1)
        swapped = np.repeat(
            rng.random((many, len(pairs) // 2)) < 0.5, 2, axis=1
        )  # the two cells of a story are neighbours
        names[:, pairs] ^= swapped
        at_least += int((extent(names) >= observed * (1 - 1e-9)).sum())
        done += many
    return (1 + at_least) / (1 + times)


def median_interval(
    y: Floats, first: Bools, story: Ints, *, freedom: float, level: float, times: int, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the difference of two medians, with the ends of its interval: percentiles over resampled stories.

    The percentiles lie as far out as Student's t for these degrees of freedom does (Hesterberg 2015): at few stories
    BCa intervals of medians are too narrow.
    """
    from scipy.special import ndtr, stdtrit

    stories, story_of = np.unique(story, return_inverse=True)
    kind = np.zeros(len(stories), np.int64)  # 1: the first group has it, 2: the second, 3: both
    np.bitwise_or.at(kind, story_of, np.where(first, 1, 2))
    orders = [(side, np.argsort(y[side], kind="stable")) for side in (first, ~first)]

    def difference(weights: Ints) -> Floats:
        one, other = (_medians(y[side][order], weights[:, story_of[side][order]]) for side, order in orders)
        return np.asarray(one - other)

    drawn: list[Floats] = []
    size = max(_CHUNK // len(y), 1)
    for done in range(0, times, size):
        weights = np.zeros((min(size, times - done), len(stories)), np.int64)
        for one in (1, 2, 3):
            members = np.flatnonzero(kind == one)
            if n := len(members):
                weights[:, members] = rng.multinomial(n, np.full(n, 1 / n), len(weights))
        drawn.append(difference(weights))
    tail = float(ndtr(-stdtrit(freedom, (1 + level) / 2)))
    low, high = np.quantile(np.concatenate(drawn), [tail, 1 - tail])
    return float(difference(np.ones((1, len(stories)), np.int64))[0]), float(low), float(high)


def _medians(values: Floats, weights: NDArray[np.generic]) -> Floats:
    """Return the median of sorted values for each row of counts."""
    upto = np.cumsum(weights, axis=1, dtype=np.int64)
    half = upto[:, -1:]
    lower, upper = (2 * upto >= half).argmax(1), (2 * upto > half).argmax(1)
    return np.asarray((values[lower] + values[upper]) / 2)


def hedges_g(one: Floats, other: Floats) -> float:
    """Return the difference of means in pooled standard deviations, corrected for few articles (Hedges 1981)."""
    freedom = len(one) + len(other) - 2
    pooled = np.sqrt((one.var(ddof=1) * (len(one) - 1) + other.var(ddof=1) * (len(other) - 1)) / freedom)
    return float((one.mean() - other.mean()) / pooled * (1 - 3 / (4 * freedom - 1))) if pooled > 0 else np.nan


def cliffs_delta(one: Floats, other: Floats) -> float:
    """Return the chance that a value of the first is larger less the chance that it is smaller (Cliff 1993)."""
    other = np.sort(other)
    below, upto = np.searchsorted(other, one, side="left"), np.searchsorted(other, one, side="right")
    return float((below.sum() + upto.sum()) / (len(one) * len(other)) - 1)
