"""Groups of articles side by side: means with intervals, over time and through the article.

Every function takes a finished table and returns a tidy one that the figures draw. The article is the unit: the
intervals treat articles as independent draws. Syndicated copy (one wire story printed by four outlets, or twice by one)
breaks that and makes intervals too narrow; take copies out first, or read the intervals as a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import OptionError, check_level, choose, no_less

__all__ = ["MIN_NAMED", "By", "frames_over_time", "group_means", "period_of", "tone_over_time", "tone_through_article"]

#: Groups of fewer articles are shown, but no heading compares them: their means are mostly chance.
MIN_NAMED = 8

By = Literal["day", "week", "month", "quarter", "year"]
_FREQUENCY = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def period_of(dates: pd.Series) -> By:
    """Return the length of period that shows a span of dates in a readable number of points.

    Parameters
    ----------
    dates
        Datetimes; NaT is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import period_of
    >>> period_of(pd.Series(pd.to_datetime(["2024-01-05", "2024-03-02"])))
    'week'
    """
    known = dates.dropna()
    # As dates of Python: two moments of datetime64[ns] may lie further apart than their difference can be.
    days = (known.max().date() - known.min().date()).days if len(known) else 0
    limits: tuple[tuple[int, By], ...] = ((21, "day"), (180, "week"), (1_100, "month"), (7_300, "quarter"))
    return next((by for most, by in limits if days <= most), "year")


def group_means(table: pd.DataFrame, *, by: str | Sequence[str], value: str, level: float = 0.95) -> pd.DataFrame:
    """Return the mean of a score in each group of articles, with its interval.

    Parameters
    ----------
    table
        One row for each article (or article and frame), with the columns (or index levels) `by` and `value`. Join
        what is missing: `sentiment(corpus).join(corpus.articles["outlet"])`.
    by
        One column or several. Articles without a value in it make a group of their own, so that none is lost.
    value
        The column to average. NaN (undefined) is left out, and `n` counts only what is averaged.
    level
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        Sorted by the groups: the columns of `by`, `value` (the name of the column averaged), `n` (int64), `mean`,
        `sd`, `low`, `high` (float64, in the units of the score) and `level`. The interval is Student's t over
        articles; `sd`, `low` and `high` are NaN where n < 2, the mean too where n = 0.

    Raises
    ------
    OptionError
        If a column is missing, `value` is not numeric or `level` is not between 0 and 1.

    Notes
    -----
    Articles count as independent; copies of one wire story are not, and make the interval too narrow.
    Source: Student (1908), The probable error of a mean, Biometrika 6.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import group_means
    >>> scores = pd.DataFrame({"outlet": ["Gazette", "Gazette", "Gazette", "Herald"], "tone": [0.1, 0.2, 0.3, 0.5]})
    >>> group_means(scores, by="outlet", value="tone").round(3)
        outlet value  n  mean   sd    low   high  level
    0  Gazette  tone  3   0.2  0.1 -0.048  0.448   0.95
    1   Herald  tone  1   0.5  NaN    NaN    NaN   0.95
    """
    keys = [by] if isinstance(by, str) else list(by)
    if not keys:
        raise OptionError("`by` must name at least one column; got none. Use by='outlet'.")
    check_level(level)
    flat = _columns(table, [*keys, value], "group_means")
    if not pd.api.types.is_numeric_dtype(flat[value]):
        raise OptionError(f"`value` must be a numeric column; {value!r} is {flat[value].dtype}.")
    # The value is renamed so that a group column called "n" or "mean" cannot meet it.
    grouped = (
        flat[keys].assign(**{"\0": flat[value].astype("float64")}).groupby(keys, dropna=False, observed=True)["\0"]
    )
    groups = grouped.agg(["count", "mean", "std"]).reset_index()
    n = groups["count"].to_numpy(dtype="int64")
    mean, sd = groups["mean"].to_numpy(dtype="float64"), groups["std"].to_numpy(dtype="float64")
    half = _half_width(n, sd, level)
    return groups[keys].assign(value=value, n=n, mean=mean, sd=sd, low=mean - half, high=mean + half, level=level)


def tone_over_time(
    table: pd.DataFrame,
    *,
    by: By = "month",
    group: str | None = None,
    value: str = "compound_mean",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean tone of the articles of each day, week, month, quarter or year.

    Parameters
    ----------
    table
        One row for each article: `published` (datetime), the column `value`, and `group` where it is given:
        `sentiment(corpus).join(corpus.articles[["outlet", "published"]])`.
    by
        The length of a period; weeks begin on Monday. Articles without a date belong to no period and are left out:
        `n` adds up to the dated ones.
    group
        A column, such as `outlet`, to average within.
    value
        The score to average, -1 (negative) to 1 (positive) for VADER.
    level
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        `group` (where given), `period` (datetime64, its first day), then `value, n, mean, sd, low, high, level` as
        `group_means` gives them. Periods without articles between the first and the last stand there with n = 0 and
        NaN, so that a line drawn through them breaks.

    Raises
    ------
    OptionError
        If a column is missing, `published` holds no dates or `by` is not one of its choices.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import tone_over_time
    >>> dates = pd.to_datetime(["2024-01-05", "2024-01-20", "2024-03-02"])
    >>> scores = pd.DataFrame({"published": dates, "compound_mean": [0.1, 0.3, -0.2]})
    >>> tone_over_time(scores)[["period", "n", "mean"]]
          period  n  mean
    0 2024-01-01  2   0.2
    1 2024-02-01  0   NaN
    2 2024-03-01  1  -0.2
    """
    return _over_time(table, "tone_over_time", by=by, keys=[] if group is None else [group], value=value, level=level)


def frames_over_time(
    table: pd.DataFrame, *, by: By = "month", value: str = "per_1000_words", level: float = 0.95
) -> pd.DataFrame:
    """Return how strongly the articles of each period use each frame.

    Parameters
    ----------
    table
        One row for each article and frame: `frame`, `published` (datetime) and the column `value`:
        `framing(corpus).join(corpus.articles["published"], on="article_id")`.
    by
        The length of a period; weeks begin on Monday. Articles without a date are left out.
    value
        The score to average: cues per 1,000 words, or `share_sentences`.
    level
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        `frame, period, value, n, mean, sd, low, high, level`, as `tone_over_time` gives them.

    Raises
    ------
    OptionError
        If a column is missing, `published` holds no dates or `by` is not one of its choices.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import frames_over_time
    >>> dates = pd.to_datetime(["2024-01-05", "2024-01-20"])
    >>> cues = pd.DataFrame({"frame": ["conflict"] * 2, "published": dates, "per_1000_words": [2.0, 6.0]})
    >>> frames_over_time(cues)[["frame", "period", "n", "mean"]]
          frame     period  n  mean
    0  conflict 2024-01-01  2   4.0
    """
    return _over_time(table, "frames_over_time", by=by, keys=["frame"], value=value, level=level)


def tone_through_article(
    sentences: pd.DataFrame,
    *,
    bins: int = 10,
    group: str | None = None,
    value: str = "compound",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean tone of sentences by where they stand in their article, from the lead (1) to the end.

    Parameters
    ----------
    sentences
        One row for each sentence: `article_id`, `sentence` (its number, in running order), the column `value`, and
        `group` where it is given; `sentiment(corpus, unit="sentence")`, joined with `corpus.articles["outlet"]` on
        `article_id`.
    bins
        Equal parts into which every article is cut. An article of fewer sentences than parts fills some of them only.
    group
        A column, such as `outlet`, to average within.
    value
        The score to average, -1 (negative) to 1 (positive) for VADER.
    level
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        `group` (where given), `part` (int64, 1 to `bins`), then `value, n, mean, sd, low, high, level` as `group_means`
        gives them, for all parts. Sentences are averaged within an article first: `n` counts articles, and a long
        article weighs as much as a short one.

    Raises
    ------
    OptionError
        If a column is missing or `bins` is less than 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference.compare import tone_through_article
    >>> sentences = pd.DataFrame({"article_id": ["a"] * 4 + ["b"] * 2, "sentence": [0, 1, 2, 3, 0, 1]})
    >>> sentences["compound"] = [0.0, 0.2, 0.4, 0.4, 0.3, 0.0]
    >>> tone_through_article(sentences, bins=2)[["part", "n", "mean"]]
       part  n  mean
    0     1  2   0.2
    1     2  2   0.2
    """
    no_less("bins", bins, 1, "Use 10 for tenths of an article.")
    keys = [] if group is None else [group]
    flat = _columns(sentences, [*keys, "article_id", "sentence", value], "tone_through_article")
    flat = flat.sort_values(["article_id", "sentence"], kind="stable")
    within = flat.groupby("article_id", sort=False)["sentence"]
    place, length = within.cumcount().to_numpy(), within.transform("size").to_numpy()
    flat = flat.assign(part=((place + 0.5) / length * bins).astype("int64") + 1)
    articles = flat.groupby([*keys, "article_id", "part"], dropna=False, observed=True, sort=False)[value]
    means = group_means(articles.mean().reset_index(), by=[*keys, "part"], value=value, level=level)
    return _fill(means, keys, pd.Series(np.arange(1, bins + 1, dtype="int64"), name="part"))


def _over_time(table: pd.DataFrame, caller: str, *, by: By, keys: list[str], value: str, level: float) -> pd.DataFrame:
    choose("by", by, _FREQUENCY)
    flat = _columns(table, [*keys, "published", value], caller)
    if not pd.api.types.is_datetime64_any_dtype(flat["published"]):
        raise OptionError(
            f"'published' must hold dates; it is {flat['published'].dtype}. Use corpus.articles['published']."
        )
    dated = flat[flat["published"].notna()]
    published = dated["published"].dt.tz_localize(None)
    periods = published.dt.to_period(_FREQUENCY[by])
    dated = dated.assign(period=periods.dt.start_time.astype("datetime64[ns]"))
    means = group_means(dated, by=[*keys, "period"], value=value, level=level)
    if means.empty:
        return means
    between = pd.period_range(periods.min(), periods.max(), freq=_FREQUENCY[by]).start_time.astype("datetime64[ns]")
    return _fill(means, keys, pd.Series(between, name="period"))


def _fill(means: pd.DataFrame, keys: list[str], positions: pd.Series) -> pd.DataFrame:
    """Give every group a row for every position; the new ones have n = 0 and no mean."""
    if means.empty:
        return means
    wanted = positions.to_frame()
    if keys:
        wanted = means[keys].drop_duplicates().merge(wanted, how="cross")
    filled = wanted.merge(means, how="left", on=list(wanted.columns))
    return filled.assign(
        value=means["value"].iloc[0], n=filled["n"].fillna(0).astype("int64"), level=means["level"].iloc[0]
    )


def _half_width(n: np.ndarray, sd: np.ndarray, level: float) -> np.ndarray:
    from scipy.special import stdtrit

    enough = n >= 2
    freedom = np.where(enough, n - 1, 1)
    half = stdtrit(freedom, (1 + level) / 2) * sd / np.sqrt(np.maximum(n, 1))
    return np.where(enough, half, np.nan)


def _columns(table: pd.DataFrame, names: list[str], caller: str) -> pd.DataFrame:
    """Return the named columns, taking index levels for columns too."""
    levels = [name for name in table.index.names if name in names and name not in table.columns]
    flat = table.reset_index(level=levels) if levels else table
    for name in names:
        if name not in flat.columns:
            needs = ", ".join(map(repr, names))
            has = ", ".join(map(repr, flat.columns))
            join = f"Join it from the corpus: table.join(corpus.articles[{name!r}], on='article_id')."
            todo = join if name in ("outlet", "published", "section") else f"The table has {has}."
            raise OptionError(f"the table has no column {name!r}; {caller} needs {needs}. {todo}")
    return flat[names].reset_index(drop=True)
