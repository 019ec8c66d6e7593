"""Who is quoted how much, and with what tone."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import OptionError
from analysis.measures.sentiment import measured
from analysis.text.tokens import tokenise

from .quotes import found_quotes

__all__ = ["merged_names", "speakers"]

_SUFFIXES: Final = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


def speakers(corpus: Corpus, *, by: str | None = None) -> pd.DataFrame:
    """Return who is quoted, how much, and the tone of what each is quoted with.

    Parameters
    ----------
    corpus
        The articles.
    by
        A column of the corpus, such as `"outlet"`: one row for each of its values and each speaker in it.

    Returns
    -------
    DataFrame
        One row for each speaker, those with most quoted words first (after `by`, if given):

        - `speaker`: the most frequent spelling of the full name;
        - `n_quotations` (int64): direct and indirect ones; `n_direct` (int64): the direct ones among them;
        - `n_words` (int64): words in the direct ones, runs between white space;
        - `share_words` (float64, 0 to 1): of all words in direct quotations, those without a known speaker too, of the
          corpus or of the group; NaN where there are none;
        - `n_articles`, `n_outlets` (int64): that quote the speaker;
        - `compound_mean` (float64, -1 to 1): VADER's `compound` of each direct quotation as its own text, weighted by
          its words; above 0 is positive; NaN without a direct quotation.

        Quotations without a known speaker have no row.

    Raises
    ------
    OptionError
        If `corpus` is no corpus or has no column `by`.

    Notes
    -----
    Inside an article `quotes` gives each speaker's fullest name. Across articles two spellings are one speaker where
    they differ in capitals and a leading article only; two names of a person also where first and last word are the
    same ("Donald J. Trump"); and a person's bare surname where one full name alone among the corpus' speakers has it:
    with a Marco and a Maria Rubio, "Rubio" stays by itself. Speakers without a name ("officials") are one for all
    articles that call them so. Two people of one full name are not told apart.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["“This is great news,” said Marco Rubio.", "Mr. Rubio said: “We won.”", "“Bad idea,” Ann Lee said."]
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Herald", "Gazette", "Herald"], "text": texts}))
    >>> shown = ["speaker", "n_quotations", "n_words", "share_words", "n_outlets", "compound_mean"]
    >>> analysis.speakers(corpus)[shown].round(3)
           speaker  n_quotations  n_words  share_words  n_outlets  compound_mean
    0  Marco Rubio             2        6         0.75          2          0.607
    1      Ann Lee             1        2         0.25          1         -0.542
    """
    table = found_quotes(corpus)
    articles = corpus.articles
    if by is not None and (by not in articles.columns or by in ("text", "speaker")):
        has = ", ".join(repr(name) for name in articles.columns if name not in ("text", "speaker"))
        raise OptionError(f"`by` must be a column of the corpus; got {by!r}. It has {has}.")
    is_direct = (table["kind"] == "direct").to_numpy()
    scored, _ = measured(tokenise(table["text"].where(is_direct, "").tolist()))
    n_words = np.asarray(scored["n_words"], np.int64)
    flat = pd.DataFrame(
        {
            "article_id": table["article_id"],
            "outlet": articles["outlet"].reindex(table["article_id"]).array,
            "speaker": merged_names(table["speaker"].tolist(), table["is_person"].tolist()),
            "n_direct": is_direct.astype(np.int64),
            "n_words": n_words,
            "tone": scored["compound"] * n_words,
        }
    )
    keys = ["speaker"]
    if by is not None:
        flat["by"] = articles[by].reindex(table["article_id"]).array
        keys = ["by", "speaker"]
    groups = flat[flat["speaker"].notna()].groupby(keys, sort=True, dropna=False, observed=True)
    made = groups.agg(
        n_quotations=("n_direct", "size"),
        n_direct=("n_direct", "sum"),
        n_words=("n_words", "sum"),
        n_articles=("article_id", "nunique"),
        n_outlets=("outlet", "nunique"),
        tone=("tone", "sum"),
    ).reset_index()
    if by is None:
        total = np.full(len(made), float(flat["n_words"].sum()))
    else:
        of_group = flat.groupby("by", dropna=False, observed=True)["n_words"].sum()
        total = made["by"].map(of_group).to_numpy(np.float64)
    words = made["n_words"].to_numpy(np.float64)
    made["share_words"] = np.divide(words, total, out=np.full(len(made), np.nan), where=total > 0)
    made["compound_mean"] = np.divide(made["tone"], words, out=np.full(len(made), np.nan), where=words > 0)
    order = [*keys[:-1], "n_words", "n_quotations", "speaker"]
    made = made.sort_values(order, ascending=[name in keys for name in order], ignore_index=True)
    counts = ["n_quotations", "n_direct", "n_words", "share_words", "n_articles", "n_outlets", "compound_mean"]
    made = made[[*keys, *counts]].astype({name: "int64" for name in counts if name.startswith("n_")})
    return made if by is None else made.rename(columns={"by": by})


def merged_names(names: list[str | None], is_person: list[bool]) -> pd.Series[str]:
    """Return each name under one spelling for all articles; `is_person` says whose surname may stand alone.

    Examples
    --------
    >>> merged_names(["Marco Rubio", "Rubio", None], [True, True, False]).tolist()
    ['Marco Rubio', 'Marco Rubio', nan]
    """
    given = list(zip(names, is_person, strict=True))
    keys: dict[tuple[str | None, bool], tuple[str, ...]] = {}
    spellings: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for (name, person), n in Counter(given).items():
        if isinstance(name, str):
            key = keys[name, person] = _key(name, person)
            spellings[key][name] += n
    of_surname: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for key in spellings:
        if key[0] == "full":
            of_surname[key[2]].append(key)
    label = {}
    for key in spellings:
        full = of_surname.get(key[1], []) if key[0] == "bare" else []
        counted = spellings[full[0] if len(full) == 1 else key]
        label[key] = min(counted, key=lambda spelling: (-counted[spelling], spelling))
    merged = {pair: label[key] for pair, key in keys.items()}
    return pd.Series(list(map(merged.get, given)), dtype="str")


def _key(name: str, person: bool) -> tuple[str, ...]:
    """Return what is the same for all spellings of a name."""
    words = name.casefold().split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if not person:
        return ("other", " ".join(words))
    if len(words) == 1:
        return ("bare", words[0])
    suffix = words.pop() if words[-1] in _SUFFIXES and len(words) > 2 else ""
    return ("full", words[0], words[-1], suffix.rstrip("."))
