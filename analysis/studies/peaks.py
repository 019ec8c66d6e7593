"""Peaks: the articles and sentences that make a spike or a difference between groups."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.errors import OptionError, no_less

__all__ = ["peaks"]

#: pandas' names for days, weeks (they begin on Monday), months, quarters and years.
_PERIODS: Final = ("D", "W", "M", "Q", "Y")
_VALUE, _MEAN, _N = "value", "mean", "n"


def peaks(
    means: pd.DataFrame, articles: pd.DataFrame, *, sentences: pd.DataFrame | None = None, most: int = 5
) -> pd.DataFrame:
    """Return the articles that move each mean most: those without which it would be most different.

    Parameters
    ----------
    means
        One row for each group or period, as `group_means`, `tone_over_time` and `frames_over_time` give it; all rows,
        or those of interest: `means.nsmallest(3, "mean")`.
    articles
        The table that the means were made of: one row for each article (or article and frame), with `article_id` as
        its index or a column.
    sentences
        One row for each sentence, as `sentiment(corpus, unit="sentence")` gives it. With it, the sentence that moves
        the article's mean most the same way as the article moves its group's is shown. Only where the means are of
        `compound_mean`.
    most
        How many articles to show for each mean.

    Returns
    -------
    DataFrame
        For each row of `means`, in its order, up to `most` articles, those that move it most first: the columns that
        name the group or period; `article_id`; `score` (float64), what is averaged; `n` (int64) and `mean` (float64) of
        the group; `without` (float64), the mean of the group without the article, NaN where it is the only one;
        `influence` (float64), `mean` less `without`: above 0, the article raises the mean. The difference of two
        groups' means moves by as much. With `sentences` also `sentence` (Int64), `start`, `end` (Int64) and `text` of
        that sentence, its `compound`, and `sentence_influence` (float64), how much it moves the mean of the group;
        missing where no sentence of the article moves it that way.

    Raises
    ------
    OptionError
        If a column is missing, `most` is below 1, or the means were made of other articles.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> tone = pd.DataFrame({"outlet": ["Gazette"] * 3 + ["Herald"] * 2, "tone": [0.1, 0.2, -0.9, 0.3, 0.1]})
    >>> tone.index = pd.Index(["a", "b", "c", "d", "e"], name="article_id")
    >>> means = analysis.group_means(tone, by="outlet", value="tone")
    >>> peaks(means, tone, most=1)
        outlet article_id  score  n  mean  without  influence
    0  Gazette          c   -0.9  3  -0.2     0.15      -0.35
    1   Herald          d    0.3  2   0.2     0.10       0.10
    """
    no_less("most", most, 1)
    _needs(means, (_VALUE, _N, _MEAN), "means")
    keys = list(means.columns[: means.columns.get_loc(_VALUE)])
    types = {key: means[key].dtype for key in keys} | {"article_id": "str", "n": "int64"}
    types |= dict.fromkeys(("score", "mean", "without", "influence"), "float64")
    columns = [*keys, "article_id", "score", "n", "mean", "without", "influence"]
    if means.empty:
        table = pd.DataFrame(columns=columns).astype(types)
        return table if sentences is None else _with_sentences(table, sentences)
    value = str(means[_VALUE].iloc[0])
    if sentences is not None and value != "compound_mean":
        raise OptionError(f"`sentences` goes with means of 'compound_mean'; these are of {value!r}. Leave it out.")
    members = _members(means, articles, keys, value)
    found = [pd.DataFrame(columns=columns).astype(types)]
    for (_, group), rows in zip(means.iterrows(), members, strict=True):
        scores = rows[value].to_numpy(np.float64)
        n = len(scores)
        mean = float(group[_MEAN])
        # `fsum` does not depend on the order of the articles.
        without = (math.fsum(scores) - scores) / (n - 1) if n > 1 else np.full(n, np.nan)
        influence = mean - without
        # The strongest first; where several are as strong, by their names, whatever the order of the rows.
        order = np.lexsort((rows["article_id"].astype(str), -np.abs(influence).round(12)))[:most]
        told: dict[str, Any] = {key: [group[key]] * len(order) for key in keys}
        told |= {"article_id": rows["article_id"].to_numpy()[order], "score": scores[order], "n": n, "mean": mean}
        told |= {"without": without[order], "influence": influence[order]}
        if len(order):
            found.append(pd.DataFrame(told).astype(types))
    table = pd.concat(found[1:] or found, ignore_index=True)
    return table if sentences is None else _with_sentences(table, sentences)


def _members(means: pd.DataFrame, articles: pd.DataFrame, keys: list[str], value: str) -> list[pd.DataFrame]:
    """Return the articles of each mean; a period's length is the one that gives the numbers of articles of `means`."""
    flat = articles if "article_id" in articles.columns else articles.reset_index(names="article_id")
    by_period = "period" in keys and "period" not in flat.columns
    own = [key for key in keys if key != "period" or not by_period]
    _needs(flat, (*own, value, *(["published"] if by_period else [])), "articles")
    flat = flat[flat[value].notna()]
    if not by_period:
        return _grouped(means, flat, keys)
    dated = flat[flat["published"].notna()]
    published = dated["published"].dt.tz_localize(None)
    for length in _PERIODS:
        starts = published.dt.to_period(length).dt.start_time.astype("datetime64[ns]")
        groups = _groups(dated.assign(period=starts), keys)
        if all(len(groups.get(name, ())) == n for name, n in _wanted(means, keys)):
            return [groups.get(name, flat.iloc[:0]) for name, _ in _wanted(means, keys)]
    raise OptionError(
        "`means` was made of other articles: no length of a period gives its n. Give the table that the means were "
        "made of."
    )


def _groups(flat: pd.DataFrame, keys: list[str]) -> dict[tuple[object, ...], pd.DataFrame]:
    return {_name(name): rows for name, rows in flat.groupby(keys, dropna=False, observed=True, sort=False)}


def _wanted(means: pd.DataFrame, keys: list[str]) -> list[tuple[tuple[object, ...], int]]:
    names = map(_name, means[keys].itertuples(index=False, name=None))
    return list(zip(names, means[_N].tolist(), strict=True))


def _grouped(means: pd.DataFrame, flat: pd.DataFrame, keys: list[str]) -> list[pd.DataFrame]:
    groups = _groups(flat, keys)
    found = []
    for name, n in _wanted(means, keys):
        rows = groups.get(name, flat.iloc[:0])
        if len(rows) != n:
            shown = ", ".join(f"{key} {one!r}" for key, one in zip(keys, name, strict=True))
            raise OptionError(
                f"`means` was made of other articles: {shown} has n = {n:,}, and `articles` has {len(rows):,}. "
                "Give the table that the means were made of."
            )
        found.append(rows)
    return found


def _name(group: object) -> tuple[object, ...]:
    """Return the name of a group as a key: missing values are equal to one another."""
    parts = group if isinstance(group, tuple) else (group,)
    return tuple(None if pd.isna(part) else part for part in parts)


def _with_sentences(table: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to each article the sentence that moves it most the way that it moves its group."""
    _needs(sentences, ("article_id", "sentence", "compound"), "sentences")
    about = [name for name in ("sentence", "start", "end", "text", "compound") if name in sentences.columns]
    wanted = sentences[sentences["article_id"].isin(table["article_id"])]
    by_article = {str(name): rows for name, rows in wanted.groupby("article_id", sort=False)}
    chosen: list[dict[str, object]] = []
    for article, n, influence in table[["article_id", "n", "influence"]].itertuples(index=False, name=None):
        rows = by_article.get(str(article), wanted.iloc[:0])
        scores = rows["compound"].to_numpy(np.float64)
        if len(scores) < 2 or np.isnan(influence):
            chosen.append({})
            continue
        moves = (scores.mean() - (scores.sum() - scores) / (len(scores) - 1)) / n
        best = int(np.argmax(moves * np.sign(influence)))
        moved = moves[best] * np.sign(influence) > 0
        about_it: dict[str, Any] = dict(zip(about, rows.iloc[best][about].tolist(), strict=True))
        chosen.append({**about_it, "sentence_influence": moves[best]} if moved else {})
    columns = [*about, "sentence_influence"]
    added = pd.DataFrame(chosen, index=table.index, columns=columns)
    types = dict.fromkeys(("sentence", "start", "end"), "Int64") | {"text": "str"}
    types |= dict.fromkeys(("compound", "sentence_influence"), "float64")
    return table.join(added.astype({name: types[name] for name in columns}))


def _needs(table: pd.DataFrame, names: tuple[str, ...], which: str) -> None:
    for name in names:
        if name not in table.columns:
            has = ", ".join(map(repr, table.columns))
            raise OptionError(f"`{which}` has no column {name!r}; it has {has}. Join what is missing.")
