"""Differences between groups of articles, with what chance and syndicated copy can do to them.

The story, not the article, is the unit: ten papers that print one wire story are one observation of how it is told.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, cast, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import OptionError, check_level, choose, no_less
from analysis.inference._robust import Fit, cliffs_delta, hedges_g, median_interval, permutation_p
from analysis.measures.corrections import Correction, adjusted

__all__ = ["FEWEST_STORIES", "FEW_STORIES", "Against", "Statistic", "compare"]

#: Groups of fewer stories are refused; below the second number a note says that the interval is rough.
FEWEST_STORIES, FEW_STORIES = 8, 20

Against = Literal["pairs", "rest"]
Statistic = Literal["mean", "median"]

_SEED = 20250322
_RESAMPLES = 1_999


def compare(
    table: pd.DataFrame,
    *,
    value: str,
    by: str = "outlet",
    cluster: str | None = "story",
    statistic: Statistic = "mean",
    against: Against = "pairs",
    reference: str | None = None,
    groups: Sequence[str] | None = None,
    covariates: str | Sequence[str] = (),
    correction: Correction = "holm",
    level: float = 0.95,
    permutations: int = 9_999,
) -> pd.DataFrame:
    """Compare groups of articles: differences with intervals, effect sizes, and p corrected for many comparisons.

    Parameters
    ----------
    table
        One row for each article (or sentence), with the columns (or index levels) that are named:
        `sentiment(corpus).join(corpus.articles["outlet"]).join(stories(corpus)["story"])`.
    value
        The score to compare. Rows without it, or without a covariate, are left out and counted.
    by
        The column of groups. Rows without one are left out.
    cluster
        The column that tells which rows are copies of one another: `story`, as `stories` gives it. A row without one
        is a story of its own, and so is every row with `None`; then copies count as independent, which they are not.
    statistic
        ``"mean"`` or ``"median"``.
    against
        Compare each two groups (``"pairs"``), or each with all others together (``"rest"``).
    reference
        A group to compare all others with, in place of `against`.
    groups
        Which groups to compare; all if not given. The others are left out, of ``"rest"`` too.
    covariates
        Columns to adjust means for by least squares: numbers and dates as straight lines, anything else as categories.
    correction
        For the number of comparisons: ``"holm"`` and ``"bonferroni"`` (chance of any false finding), ``"fdr_bh"``
        (expected share of false findings; Benjamini & Hochberg), ``"none"``.
    level
        Of the intervals, which hold for one comparison each; only `p_adjusted` is corrected.
    permutations
        Shuffles for p, whose least value is 1 / (permutations + 1).

    Returns
    -------
    DataFrame
        One row for each comparison, sorted by the groups:

        - `group`, `other` (str), `value`, `statistic`.
        - `n`, `n_other` (int64): rows. `n_stories`, `n_stories_other`: distinct stories among them.
        - `n_effective`, `n_effective_other` (float64): how many independent rows these are worth, from the sizes of the
          stories and how alike the scores within a story are.
        - `n_missing`, `n_missing_other` (int64): rows left out.
        - `estimate`, `estimate_other`: the mean or median of each, in the units of the score, not adjusted.
        - `difference`: first minus other, adjusted where there are covariates; `low`, `high`: its interval; `level`.
        - `se`, `df`: clustered standard error (NaN for medians) and degrees of freedom.
        - `hedges_g`: difference of the means in standard deviations. `cliffs_delta`: -1 to 1, chance that the first
          scores higher less the chance that it scores lower. `log_ratio`: doublings, log2 of the ratio of the two
          estimates; NaN unless all scores are 0 or more and both estimates above 0. None of them is adjusted.
        - `p`: two-sided, by permutation. `p_adjusted`: corrected.
        - `note` (str): what to mind, such as a group of fewer than 20 stories; empty if nothing.

        Above 0 means that the first group scores higher.

    Raises
    ------
    OptionError
        If a column is missing or not numeric, an argument is outside its choices, a group has fewer than 8 stories,
        there are fewer than two groups, or covariates cannot be told from the groups.

    Notes
    -----
    Means: least squares with CR2 standard errors clustered by story (Bell & McCaffrey 2002) and Student's t with
    Satterthwaite's degrees of freedom (Imbens & Kolesár 2016), which without copies is Welch's test; a story that both
    groups print enters with its covariance. Medians: percentiles over resampled stories, set as wide as Student's t is
    (Hesterberg 2015); BCa intervals were measured and cover too little. The permutation moves stories of one group as
    wholes and swaps the names within stories that both print; means are shuffled as clustered t values, adjusted ones
    as residuals of the model without the groups, which errs on the safe side. The same rows give the same numbers, in
    whatever order they come. How well intervals cover: `docs/compare.md`.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> scores = pd.DataFrame({"outlet": ["Gazette"] * 10 + ["Herald"] * 10, "story": [f"s{i}" for i in range(20)]})
    >>> scores["tone"] = [0.1, 0.3, 0.2, 0.4, 0.2, 0.3, 0.1, 0.2, 0.3, 0.4] + [0.1, -0.1, 0.0, 0.2, -0.2] * 2
    >>> found = analysis.compare(scores, value="tone", permutations=999)
    >>> found[["group", "other", "difference", "low", "high", "hedges_g", "p"]].round(3)
         group   other  difference    low   high  hedges_g      p
    0  Gazette  Herald        0.25  0.127  0.373     1.839  0.001
    """
    choose("statistic", statistic, get_args(Statistic))
    choose("against", against, get_args(Against))
    choose("correction", correction, get_args(Correction))
    check_level(level)
    no_less("permutations", permutations, 99, "Use 9999.")
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    if covariates and statistic == "median":
        raise OptionError("medians cannot be adjusted for `covariates`. Use statistic='mean'.")
    sides = _Sides(
        _prepared(table, value=value, by=by, cluster=cluster, groups=groups, covariates=covariates),
        covariates=covariates,
        by=by,
    )
    rows = [
        sides.row(one, other, statistic=statistic, level=level, permutations=permutations)
        for one, other in sides.comparisons(against, reference)
    ]
    found = pd.DataFrame(rows).assign(value=value, statistic=statistic, level=level)
    found["p_adjusted"] = adjusted(found["p"].to_numpy(dtype="float64"), correction)
    return found[_COLUMNS].astype(dict.fromkeys(("group", "other", "value", "statistic", "note"), "str"))


def _prepared(
    table: pd.DataFrame,
    *,
    value: str,
    by: str,
    cluster: str | None,
    groups: Sequence[str] | None,
    covariates: Sequence[str],
) -> pd.DataFrame:
    """Return the rows that have a group, sorted: `group`, `y`, `story`, `used` and the covariates."""
    wanted = dict.fromkeys([by, value, *([cluster] if cluster else []), *covariates])
    levels = [name for name in table.index.names if name in wanted and name not in table.columns]
    flat = table.reset_index(level=levels) if levels else table
    if missing := [name for name in wanted if name not in flat.columns]:
        todo = {
            cluster: "Join the stories, table.join(analysis.stories(corpus)['story'], on='article_id'), or use "
            "cluster=None if no article is a copy of another."
        }
        raise OptionError(
            f"the table has no column {missing[0]!r}; compare needs {', '.join(map(repr, wanted))}. "
            + todo.get(missing[0], f"The table has {', '.join(map(repr, flat.columns))}.")
        )
    if not pd.api.types.is_numeric_dtype(flat[value]) or pd.api.types.is_bool_dtype(flat[value]):
        raise OptionError(f"`value` must be a numeric column; {value!r} is {flat[value].dtype}.")
    if by in (value, *covariates) or value in covariates:
        raise OptionError("`by`, `value` and `covariates` must be different columns.")
    flat = flat[flat[by].notna()].reset_index(drop=True)
    rows = pd.DataFrame({"group": flat[by].astype("str"), "y": flat[value].astype("float64")})
    rows["story"] = (flat[cluster].astype("str") if cluster else pd.Series(index=flat.index, dtype="str")).to_numpy()
    for place, name in enumerate(covariates):
        rows[f"x{place}"] = flat[name].to_numpy()
    rows["used"] = np.isfinite(rows["y"]) & rows[[f"x{place}" for place in range(len(covariates))]].notna().all(axis=1)
    known = sorted(rows["group"].unique())
    if groups is not None:
        for name in groups:
            choose("groups", name, known)
        rows = rows[rows["group"].isin(list(groups))]
    rows = rows.sort_values([name for name in rows.columns if name != "used"], kind="stable").reset_index(drop=True)
    alone = rows["story"].isna()
    rows["story"] = pd.factorize(rows["story"])[0]
    rows.loc[alone, "story"] = rows["story"].max() + 1 + np.arange(alone.sum())
    return rows


@dataclass(frozen=True)
class _Sides:
    """The rows of all groups, and what compares two of them."""

    rows: pd.DataFrame
    covariates: list[str]
    by: str

    def __post_init__(self) -> None:
        used = self.rows[self.rows["used"]]
        stories = used.groupby("group")["story"].nunique().reindex(self.names, fill_value=0)
        if len(stories) < 2:
            has = f"only {self.names[0]!r}" if self.names else "none"
            raise OptionError(f"{self.by!r} must have two groups or more to compare; it has {has}.")
        few = stories[stories < FEWEST_STORIES]
        if len(few):
            which = ", ".join(f"{name!r} ({n})" for name, n in few.items())
            raise OptionError(
                f"groups of fewer than {FEWEST_STORIES} stories cannot be compared: {which}. "
                "Leave them out with groups=[…], or collect more."
            )

    @property
    def names(self) -> list[str]:
        return sorted(self.rows["group"].unique())

    def comparisons(self, against: Against, reference: str | None) -> list[tuple[str, str | None]]:
        """List which group is held against which; None stands for all others."""
        if reference is not None:
            choose("reference", reference, self.names)
            return [(name, reference) for name in self.names if name != reference]
        if against == "rest":
            if len(self.names) == 2:  # one comparison, told from both sides
                return [(self.names[0], self.names[1]), (self.names[1], self.names[0])]
            return [(name, None) for name in self.names]
        return list(combinations(self.names, 2))

    def row(
        self, one: str, other: str | None, *, statistic: Statistic, level: float, permutations: int
    ) -> dict[str, object]:
        """Return what is known of one difference."""
        from scipy.special import stdtrit

        in_one = (self.rows["group"] == one).to_numpy()
        in_other = ~in_one if other is None else (self.rows["group"] == other).to_numpy()
        name = "all others" if other is None else other
        used = self.rows["used"].to_numpy()
        pair = self.rows[used & (in_one | in_other)]
        first = (pair["group"] == one).to_numpy()
        y, story = pair["y"].to_numpy(), pair["story"].to_numpy(dtype="int64")
        # Drawn from the names, so that a comparison does not change with the others that are made, or is turned around.
        names = sorted([one, name]) if other is not None else [one, name]
        turned = names[0] != one
        rng = np.random.default_rng([_SEED, zlib.crc32("\0".join(names).encode())])
        model = self._model(pair if not self.covariates else self.rows[used], one, other)
        median = statistic == "median"
        estimates = [float((np.median if median else np.mean)(y[side])) for side in (first, ~first)]
        weights = np.zeros(model.fit.x.shape[1])
        weights[:2] = 1, -1
        difference, error, freedom = model.fit.contrast(weights)
        half = float(stdtrit(freedom, (1 + level) / 2)) * error
        low, high = difference - half, difference + half
        if median:
            told = median_interval(y, first ^ turned, story, freedom=freedom, level=level, times=_RESAMPLES, rng=rng)
            difference, low, high = (-told[0], -told[2], -told[1]) if turned else told
            error = np.nan
        shuffled = model.residuals_without(pair.index) if self.covariates else y
        p = permutation_p(shuffled, first ^ turned, story, median=median, times=permutations, rng=rng)
        counts: dict[str, object] = {}
        notes = []
        for ending, side, everyone, called in (("", first, in_one, one), ("_other", ~first, in_other, name)):
            sizes = np.unique(story[side], return_counts=True)[1]
            counts |= {
                f"n{ending}": int(side.sum()),
                f"n_stories{ending}": len(sizes),
                f"n_effective{ending}": side.sum() / (1 + ((sizes**2).sum() / side.sum() - 1) * model.fit.icc),
                f"n_missing{ending}": int((everyone & ~used).sum()),
            }
            if len(sizes) < FEW_STORIES:
                notes.append(f"{called} has {len(sizes)} stories, fewer than {FEW_STORIES}: a rough interval")
        if self.covariates:
            notes.append(f"adjusted for {', '.join(self.covariates)}")
        positive = y.min() >= 0 and min(estimates) > 0
        return {
            "group": one,
            "other": name,
            **counts,
            "estimate": estimates[0],
            "estimate_other": estimates[1],
            "difference": difference,
            "low": low,
            "high": high,
            "se": error,
            "df": freedom,
            "hedges_g": hedges_g(y[first], y[~first]),
            "cliffs_delta": cliffs_delta(y[first], y[~first]),
            "log_ratio": float(np.log2(estimates[0] / estimates[1])) if positive else np.nan,
            "p": p,
            "note": "; ".join(notes),
        }

    def _model(self, rows: pd.DataFrame, one: str, other: str | None) -> _Model:
        """Fit the two groups, all further groups and the covariates."""
        by_story = rows.sort_values("story", kind="stable")
        group = by_story["group"].to_numpy()
        is_one = group == one
        is_other = ~is_one if other is None else group == other
        columns = [is_one, is_other]
        columns += [group == name for name in self.names if other is not None and name not in (one, other)]
        columns = [column.astype("float64") for column in columns if column.any()]
        for place, name in enumerate(self.covariates):
            columns += _columns(by_story[f"x{place}"], name)
        x = np.column_stack(columns)
        if np.linalg.matrix_rank(x) < x.shape[1]:
            raise OptionError(
                f"`covariates` {', '.join(map(repr, self.covariates))} cannot be told from one another or from "
                f"{self.by!r}: a category stands for a group or for all rows. Leave one out."
            )
        cluster = np.unique(by_story["story"].to_numpy(), return_inverse=True)[1]
        return _Model(
            Fit(by_story["y"].to_numpy(), x, cluster, np.unique(group, return_inverse=True)[1]), by_story.index
        )


@dataclass(frozen=True)
class _Model:
    fit: Fit
    index: pd.Index

    def residuals_without(self, rows: pd.Index) -> NDArray[np.float64]:
        """Return the residuals of the model in which the two groups are one, for these rows."""
        x = np.column_stack([self.fit.x[:, 0] + self.fit.x[:, 1], self.fit.x[:, 2:]])
        rest = self.fit.y - x @ np.linalg.lstsq(x, self.fit.y, rcond=None)[0]
        return cast("NDArray[np.float64]", pd.Series(rest, index=self.index).loc[rows].to_numpy())


_COLUMNS = [
    *("group", "other", "value", "statistic"),
    *(f"n{what}{ending}" for what in ("", "_stories", "_effective", "_missing") for ending in ("", "_other")),
    *("estimate", "estimate_other", "difference", "low", "high", "level", "se", "df"),
    *("hedges_g", "cliffs_delta", "log_ratio", "p", "p_adjusted", "note"),
]


def _columns(values: pd.Series, name: str) -> list[NDArray[np.float64]]:
    """Return a covariate as columns: a number or date in standard deviations, or a column for each further category."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = (values - values.min()) / pd.Timedelta(days=1)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype="float64")
        spread = numbers.std()
        if not spread > 0:
            raise OptionError(f"covariate {name!r} is the same in all rows. Leave it out.")
        return [(numbers - numbers.mean()) / spread]
    names = values.astype("str")
    # The most frequent category is what the others are held against.
    order = names.value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    return [(names == one).to_numpy(dtype="float64") for one in order[1:]]
