"""What people are to code: a sample of articles, sentences or titles whose chance to be drawn is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import OptionError, choose, no_less
from analysis.text.tokens import tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus

__all__ = ["coding_sample"]

Ints = NDArray[np.int64]


def coding_sample(
    corpus: Corpus,
    *,
    n: int,
    coders: Sequence[str],
    unit: Literal["article", "sentence", "title"] = "article",
    by: str | Sequence[str] | None = None,
    allocation: Literal["proportional", "equal"] = "proportional",
    overlap: float = 0.2,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw units to be coded by hand, without replacement within strata, and share them out among coders.

    Parameters
    ----------
    corpus
        The articles. What has no text cannot be coded and is no part of what is drawn from.
    n
        Units to draw.
    coders
        Their names; people and models alike.
    unit
        `"article"` (its text), `"sentence"` (the kit's) or `"title"`.
    by
        A column of the articles, or several, whose groups are the strata. Articles without a value make one of their
        own (`not given`). Names of several columns are joined with " / ", in quotation marks where that would not
        tell two strata apart.
    allocation
        Units of each stratum: `"proportional"` to its size (largest remainders), or `"equal"` as far as its size
        allows. Every stratum gets one at least.
    overlap
        Share of the units, 0 to 1, that all coders code; the others go to one coder each, in turn.
    seed
        Of the draw. Which units are drawn, and in which order, depends on it and on the articles' identifiers, not on
        the order of the articles.

    Returns
    -------
    DataFrame
        One row for each unit, in the order drawn, which mixes the strata: `unit` (str, `u0001` …, which tells nothing
        of the outlet); `article_id`; `sentence` (Int64, from 0; missing for articles and titles); `stratum` (str);
        `n_stratum`, `n_drawn` (int64): its units in the corpus and here; `inclusion` (float64): the unit's chance to
        be drawn, `n_drawn` / `n_stratum`, whose inverse is its weight; `coders` (str, joined with "; "); `text`.

    Raises
    ------
    OptionError
        If there are fewer than `n` units, more strata than `n`, no coders or one twice, a name with ";", or an option
        outside its choices.

    Notes
    -----
    Source: Cochran (1977), Sampling Techniques, chapter 5.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> articles = pd.DataFrame({"outlet": ["A", "A", "A", "B"], "text": ["One.", "Two.", "Three.", "Four."]})
    >>> corpus = analysis.read(articles)
    >>> drawn = analysis.coding_sample(corpus, n=2, coders=["Ann", "Ben"], by="outlet", overlap=1)
    >>> drawn[["unit", "stratum", "n_stratum", "inclusion", "coders"]].round(3)
        unit stratum  n_stratum  inclusion    coders
    0  u0001       A          3      0.333  Ann; Ben
    1  u0002       B          1      1.000  Ann; Ben
    """
    choose("unit", unit, ("article", "sentence", "title"))
    choose("allocation", allocation, ("proportional", "equal"))
    names = _checked_coders(coders)
    if not 0 <= overlap <= 1:
        raise OptionError(f"`overlap` must be a share from 0 to 1; got {overlap!r}. Use 0.2 for a fifth of the units.")
    no_less("seed", seed, 0, "Use 0.")
    units = _units(corpus, unit)
    if units.empty:
        raise OptionError(f"the corpus has no {unit} with text to draw from. Read articles first.")
    if not 1 <= n <= len(units):
        raise OptionError(f"`n` must be from 1 to {len(units):,}, the {unit}s with text; got {n!r}.")
    units = units.sort_values(["article_id", "sentence"], ignore_index=True)  # whatever the order of the articles
    place, strata = _strata(corpus, by, units["article_id"])
    sizes = np.bincount(place).astype(np.int64)
    if len(sizes) > n:
        raise OptionError(f"`n` must be at least {len(sizes)}, one for each stratum of {by!r}; got {n}.")
    quota = _allocated(n, sizes, allocation)
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [rng.choice(np.flatnonzero(place == at), quota[at], replace=False) for at in range(len(sizes))]
    )
    drawn = rng.permutation(drawn)
    of = place[drawn]
    shared = round(overlap * n)
    whose = ["; ".join(names)] * shared + [names[at % len(names)] for at in range(n - shared)]
    width = max(4, len(str(n)))
    found = units.iloc[drawn].reset_index(drop=True)
    return pd.DataFrame(
        {
            "unit": pd.Series([f"u{number:0{width}d}" for number in range(1, n + 1)], dtype="str"),
            "article_id": found["article_id"],
            "sentence": found["sentence"],
            "stratum": pd.Series([strata[at] for at in of], dtype="str"),
            "n_stratum": sizes[of],
            "n_drawn": quota[of],
            "inclusion": quota[of] / sizes[of],
            "coders": pd.Series(whose, dtype="str"),
            "text": found["text"],
        }
    )


def _checked_coders(coders: Sequence[str]) -> list[str]:
    names = [coders] if isinstance(coders, str) else list(map(str, coders))
    if not names or len(set(names)) < len(names):
        raise OptionError(f"`coders` must name at least one coder, and each once; got {names!r}.")
    bad = [name for name in names if ";" in name or not name.strip() or name != name.strip()]
    if bad:
        raise OptionError(
            f"`coders`: {', '.join(map(repr, bad))} is empty, has ';' or white space at an end. Rename it."
        )
    return names


def _units(corpus: Corpus, unit: str) -> pd.DataFrame:
    """Return every unit that has text: article_id, sentence and text, in the order of the corpus."""
    articles = corpus.articles
    if unit == "sentence":
        tokens = tokens_of(corpus)
        first = tokens.article_sentence_starts
        article = np.repeat(np.arange(len(articles)), np.diff(first))
        begin, end = tokens.sentence_spans()
        texts = articles["text"].tolist()
        spans = zip(article.tolist(), begin.tolist(), end.tolist(), strict=True)
        number = np.arange(len(article)) - first[:-1][article]
        units = pd.DataFrame(
            {
                "article_id": articles.index.take(article),
                "sentence": pd.array(number, dtype="Int64"),
                "text": pd.Series([texts[at][start:stop] for at, start, stop in spans], dtype="str"),
            }
        )
    else:
        units = pd.DataFrame(
            {
                "article_id": articles.index,
                "sentence": pd.array([None] * len(articles), dtype="Int64"),
                "text": articles["text" if unit == "article" else "title"].fillna("").to_numpy(),
            }
        ).astype({"text": "str"})
    return units[units["text"].str.contains(r"\w", regex=True)].reset_index(drop=True)


def _strata(corpus: Corpus, by: str | Sequence[str] | None, article_ids: pd.Series) -> tuple[Ints, list[str]]:
    """Return the stratum of each unit, from 0, and how the strata are called."""
    articles = corpus.articles
    columns = [] if by is None else [by] if isinstance(by, str) else list(by)
    unknown = [name for name in columns if name not in articles.columns]
    if unknown:
        raise OptionError(
            f"`by`: the corpus has no column {', '.join(map(repr, unknown))}; it has {', '.join(articles.columns)}."
        )
    values = [[None if pd.isna(value) else str(value) for value in articles[name]] for name in columns]
    rows = list(zip(*values, strict=True)) or [()] * len(articles)
    of_unit = [rows[at] for at in articles.index.get_indexer(pd.Index(article_ids)).tolist()]
    strata = sorted(set(of_unit), key=lambda stratum: [(value is None, value or "") for value in stratum])
    place = {stratum: at for at, stratum in enumerate(strata)}
    return np.array([place[stratum] for stratum in of_unit], np.int64), _called(strata)


def _called(strata: Sequence[tuple[str | None, ...]]) -> list[str]:
    """Return a name for each stratum; in quotation marks if two would have one name without."""
    if strata == [()]:
        return ["all"]
    plain = [" / ".join("not given" if value is None else value for value in stratum) for stratum in strata]
    if len(set(plain)) == len(plain):
        return plain
    return [
        " / ".join("not given" if value is None else json.dumps(value, ensure_ascii=False) for value in stratum)
        for stratum in strata
    ]


def _allocated(n: int, sizes: Ints, allocation: str) -> Ints:
    """Return how many units each stratum gives; one at least, none more than it has, `n` in all."""
    aim = n * sizes / sizes.sum() if allocation == "proportional" else np.full(len(sizes), n / len(sizes))
    quota = np.ones(len(sizes), np.int64)
    for _ in range(n - len(sizes)):  # to whichever is furthest below its aim: floors first, then the largest remainders
        quota[np.argmax(np.where(quota < sizes, aim - quota, -np.inf))] += 1
    return quota
