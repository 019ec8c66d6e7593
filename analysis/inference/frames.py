"""How prominent frames are in an article, and which frames go together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.errors import OptionError, check_level, no_less
from analysis.measures.codebook import Codebooks, codebook_of
from analysis.measures.framing import cue_spans, framing

if TYPE_CHECKING:
    from analysis.corpus import Corpus

__all__ = ["frame_cooccurrence", "frame_salience"]


def frame_salience(corpus: Corpus, *, codebook: Codebooks = "generic", lead: int = 3) -> pd.DataFrame:
    """Count each frame's cues in headline, lead and text; a frame that stands in the headline is more prominent.

    Parameters
    ----------
    corpus
        The articles.
    codebook
        As `framing` takes it.
    lead
        How many of the text's first sentences are its lead.

    Returns
    -------
    DataFrame
        One row for each article and frame: `article_id`, `frame`; `n_title`, `n_lead`, `n_cues` (int64): cues in the
        title, in the lead, and in the whole text (the lead included, the title not); `salience` (float64, 0 to 1): the
        mean of three yes or no: a cue in the title, in the lead, in the text behind the lead. NaN for an article
        without a title.

    Raises
    ------
    CodebookError, OptionError
        As `framing`; or if `lead` is below 1.

    Notes
    -----
    Headline and lead set what readers take a story to be about (Entman 1993, Framing: toward clarification of a
    fractured paradigm, Journal of Communication 43). How much the headline weighs is a convention: use the counts for
    another.

    Examples
    --------
    >>> import analysis
    >>> text = "Talks failed. It rained. Nobody spoke. Both sides clashed."
    >>> corpus = analysis.read(pd.DataFrame({"title": ["Sides clash"], "text": [text]}))
    >>> mine = analysis.Codebook.from_dict({"conflict": ["clash*"], "end": ["fail*"]}, name="mine")
    >>> frame_salience(corpus, codebook=mine).drop(columns="article_id").round(2).values.tolist()
    [['conflict', 1, 0, 1, 0.67], ['end', 0, 1, 1, 0.33]]
    """
    no_less("lead", lead, 1)
    book = codebook_of(codebook)
    whole = framing(corpus, codebook=book)
    spans = cue_spans(corpus, codebook=book)
    in_lead = spans[spans["sentence"] < lead].groupby(["article_id", "frame"], sort=False).size()
    n_lead = in_lead.reindex(pd.MultiIndex.from_frame(whole[["article_id", "frame"]]), fill_value=0)
    titles = corpus.articles["title"]
    of_titles = framing(_titles(corpus), codebook=book)
    table = whole[["article_id", "frame"]].assign(
        n_title=of_titles["n_cues"], n_lead=n_lead.to_numpy(np.int64), n_cues=whole["n_cues"]
    )
    places = [table["n_title"] > 0, table["n_lead"] > 0, table["n_cues"] > table["n_lead"]]
    titled = titles.notna().repeat(len(book.frames)).to_numpy()
    table["salience"] = np.where(titled, sum(place.astype(float) for place in places) / 3, np.nan)
    return table


def _titles(corpus: Corpus) -> Corpus:
    from analysis.corpus import Corpus as _Corpus

    return _Corpus(corpus.articles.assign(text=corpus.articles["title"].fillna("")))


def frame_cooccurrence(table: pd.DataFrame, *, min_cues: int = 1, level: float = 0.95) -> pd.DataFrame:
    """Say which frames stand in the same articles more often than if they were spread independently.

    Parameters
    ----------
    table
        Of `framing`, or its like: `article_id`, `frame`, `n_cues`.
    min_cues
        A frame is in an article that has so many of its cues.
    level
        Of the intervals.

    Returns
    -------
    DataFrame
        One row for each pair of frames, in the order of the table: `frame`, `other`; `n_frame`, `n_other`, `n_both`,
        `n_articles` (int64): articles with the one, the other, both, and all; `expected` (float64): articles with both
        if the frames were independent; `log_odds`, `low`, `high` (float64): the log odds ratio, above 0 where they go
        together, with its interval (1/2 added to each of the four cells; Haldane 1940, Gart 1966); `phi` (float64, −1
        to 1). These four are NaN where a frame is in all articles or none, which says nothing of how it goes together.

    Raises
    ------
    OptionError
        If a column is missing, `min_cues` is below 1, or `level` is not between 0 and 1.

    Notes
    -----
    Long articles have more of every frame, so most pairs go together by length alone: compare the pairs with one
    another, or take articles of like length (`min_cues` higher for a rough check). Articles count as independent.

    Examples
    --------
    >>> counts = {"article_id": list("aabbcc"), "frame": ["war", "money"] * 3, "n_cues": [2, 1, 0, 0, 1, 0]}
    >>> found = frame_cooccurrence(pd.DataFrame(counts))
    >>> found[["frame", "other", "n_both", "expected"]].round(2).values.tolist()
    [['war', 'money', 1, 0.67]]
    """
    missing = [name for name in ("article_id", "frame", "n_cues") if name not in table.columns]
    if missing:
        raise OptionError(f"`table` lacks {', '.join(map(repr, missing))}; give the table of analysis.framing.")
    if table.duplicated(["article_id", "frame"]).any():
        row = table[table.duplicated(["article_id", "frame"])].iloc[0]
        raise OptionError(
            f"`table` has more than one row for article {row['article_id']!r} and frame {row['frame']!r}; "
            "give one row for each article and frame."
        )
    no_less("min_cues", min_cues, 1)
    check_level(level)
    from scipy.stats import norm

    frames = list(dict.fromkeys(table["frame"]))
    there = table.pivot(index="article_id", columns="frame", values="n_cues").reindex(columns=frames) >= min_cues
    has = there.to_numpy(np.float64)
    n, width = len(has), float(norm.ppf((1 + level) / 2))
    together, alone = has.T @ has, has.sum(axis=0)
    rows = []
    for one, other in combinations(range(len(frames)), 2):
        both, first, second = together[one, other], alone[one], alone[other]
        cells = np.array([both, first - both, second - both, n - first - second + both])
        odds = np.log(cells + 0.5)
        centre, error = float(odds[0] - odds[1] - odds[2] + odds[3]), float(np.sqrt((1 / (cells + 0.5)).sum()))
        spread = first * (n - first) * second * (n - second)
        phi = (n * both - first * second) / np.sqrt(spread) if spread else np.nan
        counts = (int(first), int(second), int(both), n)
        # With a margin of 0 the halves alone would say that the frames go together.
        ends = (centre, centre - width * error, centre + width * error) if spread else (np.nan,) * 3
        shown = (*ends, phi)
        rows.append((frames[one], frames[other], *counts, first * second / max(n, 1), *shown))
    numbers = ["n_frame", "n_other", "n_both", "n_articles"]
    scores = ["expected", "log_odds", "low", "high", "phi"]
    found = pd.DataFrame(rows, columns=["frame", "other", *numbers, *scores])
    kinds = dict.fromkeys(numbers, "int64") | dict.fromkeys(scores, "float64")
    return found.astype({"frame": "str", "other": "str"} | kinds)
