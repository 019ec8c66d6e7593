"""Does a measure see what people see? A table of scores held to a gold standard, with intervals by article."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import OptionError, choose, no_less
from analysis.inference import _weighted as weighted
from analysis.inference._weighted import Floats, Ints, Scale
from analysis.reading.coded import hash_of_gold, record_look

__all__ = ["Validation", "units_needed", "validate"]

#: Below so many articles, percentiles of a bootstrap are too narrow to be left without a word.
FEW_CLUSTERS = 30
_MOST_THRESHOLDS = 50
_MOST_BINS = 10
_MOST_CLASSES = 20


@dataclass(frozen=True)
class Validation:
    """How a measure agrees with a gold standard; made by `validate`, shown as a table in a notebook.

    `scores`: `statistic`, `of` (a class, or empty), `value, low, high`, `n` (units that it is about).
    `confusion`: `gold, measured, n`, a row for each pair of classes.
    `thresholds`: for each score at which one might say yes: `threshold, n_said` and `precision, recall, f1`, each with
    `_low, _high`; for a gold standard of two codes.
    `calibration`: the units in up to ten parts of equal size by score: `part, n, score_low, score_high, score_mean`,
    and the mean of the gold standard (of two codes: the share of the positive one) as `gold_mean, low, high`.
    `by_length`: the units in three parts by length: `part, n, n_words_low, n_words_high, statistic, value, low, high`.
    A table that does not apply has no rows.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> gold = pd.DataFrame({"article_id": ["a", "b", "c", "d"], "tone": [1, 1, -1, -1]})
    >>> scores = pd.DataFrame({"article_id": ["a", "b", "c", "d"], "compound": [0.9, -0.1, -0.5, -0.2]})
    >>> found = analysis.validate(scores, gold, score="compound", variable="tone", cuts=[0], draws=200)
    >>> found.confusion
      gold measured  n
    0   -1       -1  2
    1   -1        1  0
    2    1       -1  1
    3    1        1  1
    """

    scores: pd.DataFrame
    confusion: pd.DataFrame
    thresholds: pd.DataFrame
    calibration: pd.DataFrame
    by_length: pd.DataFrame
    n_units: int
    n_clusters: int
    level: float
    notes: tuple[str, ...] = ()

    def value(self, statistic: str, of: str = "") -> float:
        """Return one value of `scores`.

        Raises
        ------
        OptionError
            If there is none of that name.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> gold = pd.DataFrame({"article_id": ["a", "b", "c", "d"], "tone": [1, 1, -1, -1]})
        >>> scores = gold[["article_id"]].assign(compound=[0.9, -0.1, -0.5, -0.2])
        >>> found = analysis.validate(scores, gold, score="compound", variable="tone", cuts=[0], draws=100)
        >>> found.value("accuracy"), found.value("recall", of="1")
        (0.75, 0.5)
        """
        rows = self.scores[(self.scores["statistic"] == statistic) & (self.scores["of"] == of)]
        if rows.empty:
            known = ", ".join(dict.fromkeys(self.scores["statistic"]))
            raise OptionError(
                f"`statistic` must be one of {known}, and `of` one of its classes; got {statistic!r}, {of!r}."
            )
        return float(rows["value"].iloc[0])

    def __str__(self) -> str:
        lines = [f"{self.n_units:,} units of {self.n_clusters:,} articles, {self.level:.0%} intervals by article"]
        row: Any
        for row in self.scores.itertuples():
            name = " of ".join(filter(None, (str(row.statistic), str(row.of))))
            value, low, high = ("–" if one != one else f"{one:.3f}" for one in (row.value, row.low, row.high))
            lines.append(f"{name:32s} {value:>6s} ({low} to {high})  n {row.n:,}")
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        heading, *_ = str(self).splitlines()
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<p>{html.escape(heading)}</p>{self.scores.round(3).to_html(escape=True, index=False)}{notes}"


class _Joined(NamedTuple):
    """Units that have both a score and a gold code."""

    keys: pd.DataFrame
    score: NDArray[Any]
    gold: NDArray[Any]
    cluster: Ints
    words: Floats | None
    base: Floats | None
    notes: list[str]


def validate(
    table: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    score: str,
    variable: str,
    on: str | Sequence[str] | None = None,
    cuts: Sequence[float] | None = None,
    labels: Sequence[object] | None = None,
    positive: object = None,
    scale: Scale = "nominal",
    cluster: str | None = None,
    inclusion: str | None = None,
    lock: str | os.PathLike[str] | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Validation:
    """Hold a measure to a gold standard.

    Parameters
    ----------
    table
        A measure's table with one row for each unit: `analysis.sentiment(corpus)`, or the rows of one frame of
        `analysis.framing(corpus)`. Its `n_words`, where there is one, tells the effect of length.
    gold
        The gold standard, as `adjudicate` gives it, or any table with the codes. Units without a code are left out.
    score
        The column of `table`: numbers, or the codes themselves.
    variable
        The column of `gold`.
    on
        The columns that both have, to join by. If not given: `unit` where both have it, else `article_id` and, where
        gold has it, `sentence`.
    cuts
        Scores at which the next class begins, rising: `[-0.05, 0.05]` makes three of VADER's compound. Without them
        there are classes only if the scores are codes.
    labels
        The classes from the lowest score to the highest; the codes of `gold` in their order if not given.
    positive
        Of two codes the one looked for; the higher one if not given. Of more codes: this one against the others.
    scale
        Of alpha between measure and gold: `"nominal"`, `"ordinal"`, `"interval"` or `"ratio"`.
    cluster
        The column of `gold` whose units are resampled together; `article_id` where there is one, else each by itself,
        as are units without a value.
    inclusion
        The column of `gold` with each unit's chance to be drawn (`coding_sample`): each counts for its inverse, so that
        the figures are about the corpus and not about the sample.
    lock
        The file that `lock_gold` wrote: a changed gold standard is refused, and the look is recorded in it.
    level, draws, seed
        Of the intervals: percentiles of a bootstrap.

    Returns
    -------
    Validation
        Its `scores` are, where classes are said: `accuracy`; `precision, recall, f1` of each class; `macro_precision,
        macro_recall, macro_f1` (mean over the classes), `weighted_f1` (by the classes' size); `alpha` (Krippendorff's).
        Where both are numbers: `correlation` (Pearson), `rank_correlation` (Spearman). Where scores are numbers: `auc`
        of the positive code, or of "at least" each code of an ordered gold standard. Where `table` has `n_words`:
        `length_effect`, the rank correlation of length with error (above 0: long units are measured worse). NaN where
        a statistic is not defined: precision of a class that was never said.

    Raises
    ------
    OptionError
        If a column is missing, a unit stands in `table` or `gold` twice, nothing can be joined, cuts, labels and codes
        do not fit, or `level`, `draws` (at least 100) or `seed` lies outside its range.
    InputError
        If `lock` does not fit the gold standard.

    Notes
    -----
    Sources: Krippendorff (2011); Efron & Tibshirani (1993), An Introduction to the Bootstrap; Song et al. (2020), In
    validations we trust?, Political Communication 37.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> gold = pd.DataFrame({"article_id": [f"a{n}" for n in range(40)], "tone": [-1, 1] * 20})
    >>> scores = gold[["article_id"]].assign(compound=[-0.3, 0.4, 0.1, 0.6] * 10)
    >>> found = analysis.validate(scores, gold, score="compound", variable="tone", cuts=[0], draws=500)
    >>> round(found.value("accuracy"), 2), round(found.value("recall", "-1"), 2), round(found.value("auc"), 2)
    (0.75, 0.5, 1.0)
    """
    choose("scale", scale, ("nominal", "ordinal", "interval", "ratio"))
    weighted.check_bootstrap(level, draws, seed)
    joined = _joined(table, gold, score, variable, on, cluster, inclusion)
    codes: list[Any] = sorted(pd.unique(joined.gold), key=lambda code: (isinstance(code, str), code))
    said = _said(joined, codes, score, cuts, labels)
    notes = joined.notes
    n_clusters = int(joined.cluster.max()) + 1
    if n_clusters < FEW_CLUSTERS:
        notes.append(f"There are only {n_clusters} articles: intervals by resampling so few are too narrow.")
    if lock is not None:
        look = _digest(joined, said)
        looks = record_look(gold, lock, {"score": score, "variable": variable, "sha256": look})
        notes.append(
            f"Look {looks} at this locked gold standard." if looks > 1 else "First look at this gold standard."
        )

    def resample(statistics: Callable[[Floats], Floats]) -> tuple[Floats, Floats, Floats]:
        return weighted.intervals(statistics, joined.cluster, draws=draws, seed=seed, level=level, base=joined.base)

    binary = _binary(joined.gold, codes, positive)
    parts = [
        *([] if said is None else _of_classes(said, joined.gold, codes, scale)),
        *_of_numbers(joined, codes, binary, positive),
        *_of_length(joined, said),
    ]
    rows = _together(parts, resample)
    return Validation(
        scores=rows,
        confusion=_confusion(said, joined.gold, codes),
        thresholds=_thresholds(joined, binary, resample),
        calibration=_calibration(joined, binary, resample),
        by_length=_by_length(joined, said, resample),
        n_units=len(joined.gold),
        n_clusters=n_clusters,
        level=level,
        notes=tuple(notes),
    )


Resample = Any
#: Names, units counted, and the function of weights that gives the values.
_Part = tuple[list[tuple[str, str, int]], "Callable[[Floats], Floats]"]


def _joined(
    table: pd.DataFrame,
    gold: pd.DataFrame,
    score: str,
    variable: str,
    on: str | Sequence[str] | None,
    cluster: str | None,
    inclusion: str | None,
) -> _Joined:
    table = table.reset_index() if table.index.name else table
    gold = gold.reset_index() if gold.index.name else gold
    keys = _keys(table, gold) if on is None else [on] if isinstance(on, str) else list(on)
    for name, frame, wanted in (("table", table, [*keys, score]), ("gold", gold, [*keys, variable])):
        needed = [*wanted, *([one for one in (cluster, inclusion) if one] if name == "gold" else [])]
        missing = [one for one in needed if one not in frame.columns]
        if missing:
            raise OptionError(
                f"`{name}` has no column {', '.join(map(repr, missing))}; it has {', '.join(map(str, frame.columns))}."
            )
    known = gold[gold[variable].notna()]
    for name, frame in (("gold", known), ("table", table.merge(known[keys].drop_duplicates(), on=keys))):
        twice = frame.loc[frame.duplicated(keys), keys]
        if len(twice):
            shown = ", ".join(map(str, twice.iloc[0]))
            raise OptionError(f"`{name}` has {len(twice):,} units twice, such as {shown}. Keep one row of each.")
    words = ["n_words"] if "n_words" in table.columns and score != "n_words" else []
    ours = table[[*keys, score, *words]].set_axis([*keys, "\0score", *(["\0words"] if words else [])], axis=1)
    both = known.merge(ours.drop_duplicates(keys), on=keys, how="left")
    scored = both["\0score"].notna()
    notes = _left_out(len(gold) - len(known), "gold code")
    notes += _left_out(int((~scored).sum()), "score")
    both = both[scored]
    if both.empty:
        raise OptionError(f"no unit of `gold` has a score in `table`: they are joined by {', '.join(keys)}. Name `on`.")
    by = cluster or ("article_id" if "article_id" in both.columns else None)
    of = weighted.cluster_numbers(both[by]) if by else np.arange(len(both), dtype=np.int64)
    base = None
    if inclusion is not None:
        chance = both[inclusion].to_numpy(np.float64)
        if not ((chance > 0) & (chance <= 1)).all():
            raise OptionError(f"`inclusion`: {inclusion!r} must be above 0 and at most 1 for each unit.")
        base = 1 / chance
    lengths = both["\0words"].to_numpy(np.float64) if words else None
    return _Joined(both[keys], _values(both["\0score"]), _values(both[variable]), of, lengths, base, notes)


def _left_out(n: int, what: str) -> list[str]:
    if not n:
        return []
    return [f"{n:,} units have no {what} and are left out." if n > 1 else f"1 unit has no {what} and is left out."]


def _keys(table: pd.DataFrame, gold: pd.DataFrame) -> list[str]:
    if "unit" in table.columns and "unit" in gold.columns:
        return ["unit"]
    by_sentence = "sentence" in gold.columns and gold["sentence"].notna().any()
    return ["article_id", "sentence"] if by_sentence else ["article_id"]


def _values(column: pd.Series) -> NDArray[Any]:
    """Return numbers as float64 (true is 1), anything else as words."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.to_numpy(np.float64)
    numbers = pd.to_numeric(column, errors="coerce")
    return column.astype("str").to_numpy(object) if numbers.isna().any() else numbers.to_numpy(np.float64)


def _shown(code: object) -> str:
    return f"{code:g}" if isinstance(code, float) else str(code)


def _number(code: object) -> object:
    return float(code) if isinstance(code, (int, float)) else code


def _digest(joined: _Joined, said: NDArray[Any] | None) -> str:
    """Return the hash of what was said of which unit, whatever the order of the units."""
    return hash_of_gold(joined.keys.assign(**{"\0score": joined.score, "\0said": said}))


def _said(
    joined: _Joined,
    codes: list[Any],
    score: str,
    cuts: Sequence[float] | None,
    labels: Sequence[object] | None,
) -> NDArray[Any] | None:
    """Return the class that the measure says of each unit, or None if it says none."""
    numbers = joined.score.dtype != object
    if cuts is None:
        if labels is not None:
            raise OptionError("`labels` need `cuts`: the scores at which the next class begins.")
        same = set(pd.unique(joined.score)) <= set(codes) and len(codes) <= _MOST_CLASSES
        return joined.score if same else None
    if not numbers:
        raise OptionError(f"`cuts` need numbers; {score!r} has words.")
    names = codes if labels is None else list(map(_number, labels))
    if len(names) != len(cuts) + 1 or list(cuts) != sorted(set(cuts)):
        raise OptionError(
            f"`cuts` must rise and be one fewer than the classes {', '.join(map(_shown, names))}; got {list(cuts)!r}."
        )
    unknown = [name for name in codes if name not in names]
    if unknown:
        raise OptionError(f"`labels` do not name {', '.join(map(_shown, unknown))}, which the gold standard has.")
    places = np.searchsorted(np.asarray(cuts, np.float64), joined.score, side="right")
    kind = np.float64 if joined.gold.dtype != object else object
    return np.array(names, kind)[places]


def _binary(gold: NDArray[Any], codes: list[Any], positive: object) -> NDArray[np.bool_] | None:
    """Return which units are positive, or None if it is not told which code that is."""
    if positive is None:
        return np.asarray(gold == codes[1]) if len(codes) == 2 else None
    wanted = _number(positive)
    if wanted not in codes:
        raise OptionError(f"`positive` must be one of {', '.join(map(_shown, codes))}; got {positive!r}.")
    return np.asarray(gold == wanted)


# --- The statistics ---------------------------------------------------------------------------------------------------


def _together(parts: list[_Part], resample: Resample) -> pd.DataFrame:
    names = [name for part, _ in parts for name in part]
    columns = {"statistic": "str", "of": "str", "value": "float64", "low": "float64", "high": "float64", "n": "int64"}
    if not names:
        return pd.DataFrame(columns=list(columns)).astype(columns)

    def all_of_them(weights: Floats) -> Floats:
        return np.concatenate([statistics(weights) for _, statistics in parts], axis=1)

    value, low, high = resample(all_of_them)
    rows = [(*name[:2], *at, name[2]) for name, at in zip(names, zip(value, low, high, strict=True), strict=True)]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _of_classes(said: NDArray[Any], gold: NDArray[Any], codes: list[Any], scale: Scale) -> list[_Part]:
    every = [*codes, *sorted(set(pd.unique(said)) - set(codes))]
    place = {code: at for at, code in enumerate(every)}
    ours, theirs = (np.array([place[code] for code in column], np.int64) for column in (said, gold))
    k = len(every)
    cells = np.zeros((len(ours), k * k))
    cells[np.arange(len(ours)), theirs * k + ours] = 1
    counts = weighted.table_of(np.stack([ours, theirs], axis=1), k)
    numeric = all(isinstance(code, float) for code in every)
    if scale != "nominal" and not numeric:
        raise OptionError(f"scale={scale!r} needs codes that are numbers; got {', '.join(map(str, every[:5]))}.")
    rising = np.argsort(np.array(every, np.float64)) if numeric else np.arange(k)
    values = np.array(every, np.float64)[rising] if numeric else np.arange(k, dtype=np.float64)

    def statistics(weights: Floats) -> Floats:
        table = (weights @ cells).reshape(len(weights), k, k)
        right = np.diagonal(table, axis1=1, axis2=2)
        of_gold, of_said = table.sum(axis=2), table.sum(axis=1)
        precision, recall = weighted.ratio(right, of_said), weighted.ratio(right, of_gold)
        f1 = weighted.ratio(2 * right, of_gold + of_said)
        total = table.sum(axis=(1, 2))
        # A mean over classes counts one that was never said as nought, as it is of no use; unless it does not occur.
        occurs = of_gold + of_said > 0
        n_classes = occurs.sum(axis=1)
        macro = [
            weighted.ratio(np.where(occurs, np.nan_to_num(one), 0).sum(axis=1), n_classes)
            for one in (precision, recall, f1)
        ]
        by_size = weighted.ratio((of_gold * np.nan_to_num(f1)).sum(axis=1), total)
        alpha = weighted.alpha(counts[:, rising], values, weights, scale)
        singles = [weighted.ratio(right.sum(axis=1), total), *macro, by_size, alpha]
        by_class = np.stack([precision, recall, f1], axis=2).reshape(len(weights), 3 * k)
        return np.concatenate([np.stack(singles, axis=1), by_class], axis=1)

    n = len(ours)
    names = [
        (name, "", n) for name in ("accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "alpha")
    ]
    for at, code in enumerate(every):
        n_said, n_gold = int((ours == at).sum()), int((theirs == at).sum())
        either = int(((ours == at) | (theirs == at)).sum())
        names += [("precision", _shown(code), n_said), ("recall", _shown(code), n_gold), ("f1", _shown(code), either)]
    return [(names, statistics)]


def _of_numbers(joined: _Joined, codes: list[Any], binary: NDArray[np.bool_] | None, positive: object) -> list[_Part]:
    if joined.score.dtype == object:
        return []
    parts: list[_Part] = []
    n = len(joined.score)
    if joined.gold.dtype != object:

        def correlations(weights: Floats) -> Floats:
            ranks = (weighted.midranks(joined.score, weights), weighted.midranks(joined.gold, weights))
            plain = weighted.correlation(joined.score, joined.gold, weights)
            return np.stack([plain, weighted.correlation(*ranks, weights)], axis=1)

        parts.append(([("correlation", "", n), ("rank_correlation", "", n)], correlations))
    splits: dict[str, NDArray[np.bool_]] = {}
    if binary is not None:
        splits = {"" if positive is None else _shown(_number(positive)): binary}
    elif joined.gold.dtype != object and len(codes) <= _MOST_CLASSES:
        splits = {f"at least {_shown(code)}": joined.gold >= code for code in codes[1:]}
    if splits:

        def areas(weights: Floats) -> Floats:
            return np.stack([weighted.auc(joined.score, one, weights) for one in splits.values()], axis=1)

        parts.append(([("auc", name, n) for name in splits], areas))
    return parts


def _of_length(joined: _Joined, said: NDArray[Any] | None) -> list[_Part]:
    if joined.words is None or (said is None and (joined.score.dtype == object or joined.gold.dtype == object)):
        return []
    words = joined.words
    if said is not None:
        error = np.asarray(said != joined.gold, np.float64)
    else:  # distance from the line through score and gold
        slope, intercept = _line(joined.score, joined.gold)
        error = np.abs(joined.gold - slope * joined.score - intercept)

    def effect(weights: Floats) -> Floats:
        ranks = (weighted.midranks(words, weights), weighted.midranks(error, weights))
        return weighted.correlation(*ranks, weights)[:, None]

    return [([("length_effect", "", len(words))], effect)]


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    spread = ((x - x.mean()) ** 2).sum()
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / spread) if spread else 0.0
    return slope, float(y.mean() - slope * x.mean())


# --- The tables -------------------------------------------------------------------------------------------------------


def _confusion(said: NDArray[Any] | None, gold: NDArray[Any], codes: list[Any]) -> pd.DataFrame:
    columns = {"gold": "str", "measured": "str", "n": "int64"}
    if said is None:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    every = [*codes, *sorted(set(pd.unique(said)) - set(codes))]
    rows = [(_shown(true), _shown(one), int(((gold == true) & (said == one)).sum())) for true in codes for one in every]
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _thresholds(joined: _Joined, binary: NDArray[np.bool_] | None, resample: Resample) -> pd.DataFrame:
    names = ["precision", "recall", "f1"]
    columns = {"threshold": "float64", "n_said": "int64"}
    columns |= {f"{name}{end}": "float64" for name in names for end in ("", "_low", "_high")}
    if binary is None or joined.score.dtype == object:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    at = np.unique(joined.score)
    if len(at) > _MOST_THRESHOLDS:
        at = np.unique(np.quantile(joined.score, np.linspace(0, 1, _MOST_THRESHOLDS), method="lower"))
    yes = (joined.score[:, None] >= at).astype(np.float64)
    hits = yes * binary[:, None]

    def statistics(weights: Floats) -> Floats:
        right, said = weights @ hits, weights @ yes
        coded = (weights @ binary.astype(np.float64))[:, None]
        kinds = [weighted.ratio(right, said), weighted.ratio(right, coded), weighted.ratio(2 * right, said + coded)]
        return np.concatenate(kinds, axis=1)

    value, low, high = (one.reshape(3, len(at)) for one in resample(statistics))
    found = {"threshold": at, "n_said": yes.sum(axis=0)}
    for place, name in enumerate(names):
        found |= {name: value[place], f"{name}_low": low[place], f"{name}_high": high[place]}
    return pd.DataFrame(found).astype(columns)


def _calibration(joined: _Joined, binary: NDArray[np.bool_] | None, resample: Resample) -> pd.DataFrame:
    columns = {"part": "int64", "n": "int64"}
    columns |= dict.fromkeys(("score_low", "score_high", "score_mean", "gold_mean", "low", "high"), "float64")
    if joined.score.dtype == object or (binary is None and joined.gold.dtype == object):
        return pd.DataFrame(columns=list(columns)).astype(columns)
    true = joined.gold if binary is None else binary.astype(np.float64)
    part = _parts(joined.score, _MOST_BINS)
    value, low, high = resample(_mean_of_parts(true, part))
    scores = pd.Series(joined.score).groupby(part)
    found = {
        "part": np.arange(1, len(value) + 1),
        "n": scores.size().to_numpy(),
        "score_low": scores.min().to_numpy(),
        "score_high": scores.max().to_numpy(),
        "score_mean": scores.mean().to_numpy(),
        "gold_mean": value,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(found).astype(columns)


def _by_length(joined: _Joined, said: NDArray[Any] | None, resample: Resample) -> pd.DataFrame:
    columns = {"part": "int64", "n": "int64", "n_words_low": "float64", "n_words_high": "float64", "statistic": "str"}
    columns |= {"value": "float64", "low": "float64", "high": "float64"}
    numbers = joined.score.dtype != object and joined.gold.dtype != object
    if joined.words is None or (said is None and not numbers):
        return pd.DataFrame(columns=list(columns)).astype(columns)
    part = _parts(joined.words, 3)
    if said is not None:
        name, statistics = "accuracy", _mean_of_parts(np.asarray(said == joined.gold, np.float64), part)
    else:
        name, statistics = "correlation", _correlation_of_parts(joined.score, joined.gold, part)
    value, low, high = resample(statistics)
    words = pd.Series(joined.words).groupby(part)
    found = {
        "part": np.arange(1, len(value) + 1),
        "n": words.size().to_numpy(),
        "n_words_low": words.min().to_numpy(),
        "n_words_high": words.max().to_numpy(),
        "statistic": name,
        "value": value,
        "low": low,
        "high": high,
    }
    return pd.DataFrame(found).astype(columns)


def _parts(values: Floats, most: int) -> Ints:
    """Return the part of each unit, from 0: parts of about equal size, equal values in one."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, most + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)[1].astype(np.int64)


def _mean_of_parts(values: Floats, part: Ints) -> Callable[[Floats], Floats]:
    of = (part[:, None] == np.arange(part.max() + 1)).astype(np.float64)
    return lambda weights: weighted.ratio(weights @ (of * values[:, None]), weights @ of)


def _correlation_of_parts(x: Floats, y: Floats, part: Ints) -> Callable[[Floats], Floats]:
    members = [np.flatnonzero(part == at) for at in range(int(part.max()) + 1)]
    return lambda weights: np.stack([weighted.correlation(x[at], y[at], weights[:, at]) for at in members], axis=1)


# --- How many units ---------------------------------------------------------------------------------------------------


def units_needed(
    *,
    half_width: float,
    statistic: Literal["share", "correlation"] = "share",
    expected: float = 0.5,
    prevalence: float = 1.0,
    design_effect: float = 1.0,
    population: int | None = None,
    level: float = 0.95,
) -> int:
    """Return how many units to code so that an interval is no wider than it should be.

    Parameters
    ----------
    half_width
        Half of the interval's width: 0.05 for "± 5 points".
    statistic
        `"share"`: accuracy, agreement, precision, recall; `"correlation"`.
    expected
        Its value, as far as it can be guessed; for a share .5 is the safe guess.
    prevalence
        Share of all units that the statistic is about: for the recall of a frame that one article in ten has, 0.1.
    design_effect
        How much wider sentences of one article make it than as many of as many articles: 1 + (sentences from each
        article - 1) × their correlation within an article.
    population
        Units in the corpus, if it is not much larger than the sample.
    level
        Of the interval.

    Raises
    ------
    OptionError
        If a value lies outside its range.

    Notes
    -----
    Sources: Cochran (1977), Sampling Techniques, chapter 4 (shares); Fisher (1921), Metron 1 (correlations).

    Examples
    --------
    >>> import analysis
    >>> analysis.units_needed(half_width=0.05)
    385
    >>> analysis.units_needed(half_width=0.1, expected=0.8, prevalence=0.1)
    615
    >>> analysis.units_needed(half_width=0.1, statistic="correlation", expected=0.5)
    219
    """
    from scipy.stats import norm

    choose("statistic", statistic, ("share", "correlation"))
    low = 0 if statistic == "share" else -1
    for name, value, at_least, at_most in (
        ("half_width", half_width, 0, 1),
        ("expected", expected, low, 1),
        ("prevalence", prevalence, 0, 1.000001),
        ("level", level, 0, 1),
    ):
        if not at_least < value < at_most:
            raise OptionError(f"`{name}` must be between {at_least} and {at_most:g}; got {value!r}.")
    no_less("design_effect", design_effect, 1)
    z = float(norm.ppf((1 + level) / 2))
    if statistic == "share":
        n: float = z**2 * expected * (1 - expected) / half_width**2
    else:
        # The interval is tanh(atanh(r) ± h), h = z / sqrt(n - 3); its width is solved for 2h, and n is 4 at least.
        spread = (1 + expected**2) / (1 - expected**2)
        double = math.atanh(half_width) + math.asinh(half_width * spread / math.sqrt(1 - half_width**2))
        n = max(4, math.ceil(3 + (2 * z / double) ** 2 - 1e-9))
    n *= design_effect / prevalence
    if population is not None:
        n = n / (1 + (n - 1) / population)
    return math.ceil(n - 1e-9)
