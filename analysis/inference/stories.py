"""Stories: articles that print the same text, such as one wire story in ten papers.

Candidates are found by MinHash over runs of three words (`rensa`) and settled by the words that two texts really share.
A story is built around its first text: an article joins only if it shares enough with that one, so that no chain of
likenesses ties unlike texts together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus
from analysis.errors import OptionError, no_less
from analysis.text.tokens import tokenise

if TYPE_CHECKING:
    Runs = NDArray[np.uint32]

__all__ = ["AGENCIES", "stories"]

#: News agencies by the names that bylines and datelines give them.
AGENCIES = {
    "AP": ("Associated Press", "ASSOCIATED PRESS", "AP"),
    "Reuters": ("Thomson Reuters", "Reuters", "REUTERS"),
    "AFP": ("Agence France-Presse", "AFP"),
    "UPI": ("United Press International", "UPI"),
    "Bloomberg": ("Bloomberg News",),
    "CNN": ("CNN Wire",),
    "dpa": ("Deutsche Presse-Agentur", "dpa"),
    "PA": ("Press Association", "PA Media"),
    "Xinhua": ("Xinhua",),
    "Kyodo": ("Kyodo News", "Kyodo"),
}
#: Names that tell an agency only in brackets before the dash of a dateline: "By Michael Bloomberg" is no agency's.
_ONLY_IN_DATELINES = {"Bloomberg": "Bloomberg", "CNN": "CNN", "PA": "PA"}
_RUN = 3  # words of a shingle
_FEWEST_WORDS = 20
_N_HASHES, _SEED = 128, 20250322
# A pair of texts is looked at if its hashes agree in both of one of these pairs of columns. With 30 % of the words
# changed, a fifth of the runs of both texts is common to them (Jaccard .21) and 99 pairs of texts in 100 are found.
_N_BANDS = 192
_LEAST_CONTAINED = 0.3  # of the runs of the shorter text, as the hashes tell with two standard errors in favour
# Of a quarter of the runs of the shorter text so many must be the other's; at 30 % of words changed it is a third.
_LEAST_SAMPLED, _FEWEST_SAMPLED = 0.2, 60
_MOST_FIRSTS = 5  # a text is held against the first texts of so many stories, the likeliest first
_NEAREST = 8  # of the texts in one bucket, each is held against so many before it, and the first
_BLOCK = 2_000  # articles
_BLOCK_PAIRS = 100_000
_LEAD = 2_000  # characters in which a dateline or a byline may stand
_NAMES = {name: agency for agency, names in AGENCIES.items() for name in names}
_ANY = "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
_DATELINE = re.compile(rf"^[^()\n]{{0,80}}\(({_ANY}|{'|'.join(_ONLY_IN_DATELINES)})\)[ \t]*[-–—:]", re.M)
_BYLINE = re.compile(rf"^(?:(?:By|BY|From|Source:)[ \t][^\n]{{0,80}}?)?(?:[Tt]he[ \t])?\b({_ANY})[ \t]*$", re.M)
_AGENCY = re.compile(rf"\b({_ANY})\b")


def stories(corpus: Corpus, *, days: float = 7, overlap: float = 0.45) -> pd.DataFrame:
    """Group articles that print the same text: syndicated copy, reprints, rewritten wire stories.

    Parameters
    ----------
    corpus
        The articles.
    days
        An article belongs to a story only if it appeared within so many days of its first text. An article without a
        date may belong to any.
    overlap
        Least share, 0 to 1, of the words of the shorter of two texts that stand in runs of three words or more which
        the longer has too. At .45 a text is recognised when up to 30 % of its words were changed at random.

    Returns
    -------
    DataFrame
        Indexed by `article_id`, in the order of the articles:

        - `story` (str): the `article_id` of the story's first text. An article without copies is a story of its own.
        - `n_articles`, `n_outlets` (int64): of the story. Articles without an outlet are no outlet.
        - `first` (bool): whether this is the story's first text: the earliest; at the same time an agency's own before
          others, then the longest. Texts without a date come after those with one.
        - `n_first` (int64): articles of the story that share the earliest date. Above 1, or 0 where no text has a date,
          the dates do not tell which came first.
        - `days_after_first` (float64): NaN where a date is missing.
        - `wire` (str): the agency that byline, dateline or outlet name (`AP`, `Reuters`, …); missing if none.
        - `overlap_with_first` (float64): share of the article's words that it has in common with the first text, in
          runs of three or more; 1 for that text itself.
        - `share_own` (float64): the other words, which the outlet put in. Higher is more changed; NaN for the first.
        - `share_kept` (float64): share of the first text's words that it kept. Lower is more cut; NaN for the first.

        A text of fewer than 20 words is too short to tell, and a story of its own.

    Raises
    ------
    OptionError
        If `days` is negative or `overlap` not above 0 and at most 1.

    Notes
    -----
    The same articles give the same table, in whatever order they come. A short text inside one ten times as long can be
    missed. Two articles that quote the same speech at length share those words as well: raise `overlap` to part them.
    Source: Broder (1997), On the resemblance and containment of documents.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> wire = "The council voted on Monday to close the old bridge for a year while engineers replace its four piers."
    >>> texts = [f"HARBOUR TOWN (AP) — {wire}", f"{wire} Shops fear for trade.", "It rained."]
    >>> days = ["2025-03-03", "2025-03-04", "2025-03-04"]
    >>> papers = {"article_id": ["a", "b", "c"], "outlet": ["Gazette", "Herald", "Herald"], "date": days, "text": texts}
    >>> found = analysis.stories(analysis.read(pd.DataFrame(papers))).reset_index()
    >>> found[["article_id", "story", "n_outlets", "first", "wire", "share_own"]].round(2)
      article_id story  n_outlets  first wire  share_own
    0          a     a          2   True   AP        NaN
    1          b     a          2  False  NaN       0.17
    2          c     c          1   True  NaN        NaN
    """
    no_less("days", days, 0, "Use 7 for a week.")
    if not 0 < overlap <= 1:
        raise OptionError(f"`overlap` must be above 0 and at most 1; got {overlap!r}. Use 0.45.")
    articles = corpus.articles
    wire = [
        _wire(outlet, authors, text)
        for outlet, authors, text in zip(articles["outlet"], articles["authors"], articles["text"], strict=True)
    ]
    runs, n_words, digests = _sketches(articles["text"].tolist())
    order, moment = _in_time(articles, n_words)
    runs, when, window = [runs[place] for place in order], moment[order], days * 86_400e9
    first_of = np.arange(len(order))
    overlaps, kept = np.ones(len(order)), np.full(len(order), np.nan)
    texts = _Texts(runs)
    for later, earlier in _candidates(digests[order], n_words[order], when, window):
        best = 0.0
        # Held against the first text of each story at hand, which the candidate may be a copy of without a likely hash.
        firsts = dict.fromkeys(int(first_of[place]) for place in earlier)
        for one in [one for one in firsts if not abs(when[later] - when[one]) > window][:_MOST_FIRSTS]:
            short, long = sorted((one, later), key=lambda place: (len(runs[place]), place))
            share = texts.share(short, long) if texts.may_be_copies(short, long) else 0.0
            if share >= overlap and share > best:
                best = share
                first_of[later], overlaps[later], kept[later] = one, texts.share(later, one), texts.share(one, later)
    return _table(articles, order, moment, first_of, overlaps, kept, wire)


def _table(
    articles: pd.DataFrame,
    order: NDArray[np.int64],
    moment: NDArray[np.float64],
    first_of: NDArray[np.int64],
    overlaps: NDArray[np.float64],
    kept: NDArray[np.float64],
    wire: list[str | None],
) -> pd.DataFrame:
    """Put together what is known of the articles; `first_of`, `overlaps` and `kept` are in their order in time."""
    story = np.empty(len(order), np.int64)  # place of the first text of the story of each article
    story[order] = order[first_of]
    by_story = pd.DataFrame({"story": story, "outlet": articles["outlet"].to_numpy(), "moment": moment})
    groups = by_story.groupby("story")
    earliest = by_story["moment"] == moment[story]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    ids = articles.index.to_numpy()
    return pd.DataFrame(
        {
            "story": pd.array(ids[story], dtype="str"),
            "n_articles": groups["story"].transform("size").to_numpy(dtype="int64"),
            "n_outlets": groups["outlet"].transform("nunique").to_numpy(dtype="int64"),
            "first": story == np.arange(len(story)),
            "n_first": earliest.groupby(story).transform("sum").to_numpy(dtype="int64"),
            "days_after_first": (moment - moment[story]) / 86_400e9,
            "wire": pd.array(wire, dtype="str"),
            "overlap_with_first": overlaps[back],
            "share_own": np.where(story == np.arange(len(story)), np.nan, 1 - overlaps[back]),
            "share_kept": kept[back],
        },
        index=articles.index,
    )


def _wire(outlet: object, authors: object, text: str) -> str | None:
    """Return the agency whose text this is, by its outlet, its byline or its dateline."""
    if isinstance(outlet, str) and _is_agency(outlet):
        name = outlet.strip().removeprefix("The ")
        return _NAMES.get(name, name)
    if isinstance(authors, str) and (found := _AGENCY.search(authors)):
        return _NAMES[found[1]]
    found = _DATELINE.search(text, 0, _LEAD) or _BYLINE.search(text, 0, _LEAD)
    return {**_NAMES, **_ONLY_IN_DATELINES}[found[1]] if found else None


def _is_agency(outlet: object) -> bool:
    return isinstance(outlet, str) and outlet.strip().removeprefix("The ") in {*_NAMES, *AGENCIES}


def _sketches(texts: list[str]) -> tuple[list[Runs], NDArray[np.int64], NDArray[np.uint32]]:
    """Return the hash of every run of three words of each text, its words, and its MinHash."""
    import rensa

    runs: list[Runs] = []
    counts, digests = [np.zeros(0, np.int64)], [np.zeros((0, _N_HASHES), np.uint32)]
    for begin in range(0, len(texts), _BLOCK):
        tokens = tokenise(texts[begin : begin + _BLOCK])
        terms = tokens.terms
        # Hashes of the words themselves: their numbers depend on what was read before.
        word = tokens.vocabulary.term_column("stories", _hashes)[terms.ids]
        hashes = _mixed(word)
        starts = terms.starts
        ends = np.maximum(starts[1:] - _RUN + 1, starts[:-1])
        runs += [hashes[start:end] for start, end in zip(starts[:-1], ends, strict=True)]
        counts.append(np.diff(starts))
        edges = np.concatenate([[0], np.cumsum(ends - starts[:-1])]).astype(np.uint64)
        flat = np.concatenate(runs[begin:]).astype(np.uint64)
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(flat, edges, _N_HASHES, _SEED)
        digests.append(np.array(matrix.to_rows(), np.uint32).reshape(-1, _N_HASHES))
    return runs, np.concatenate(counts), np.concatenate(digests)


def _hashes(terms: list[str]) -> NDArray[np.uint64]:
    return cast("NDArray[np.uint64]", pd.util.hash_array(np.array(terms, np.object_), categorize=False))


def _mixed(word: NDArray[np.uint64]) -> Runs:
    """Return a hash of the run of words that begins at each word."""
    n = max(len(word) - _RUN + 1, 0)
    mixed = np.zeros(n, np.uint64)
    for place in range(_RUN):
        mixed = (mixed ^ word[place : place + n]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _in_time(articles: pd.DataFrame, n_words: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the articles in the order in which they may be first, and their dates in nanoseconds (NaN: none)."""
    published = articles["published"]
    moment = published.to_numpy(dtype="datetime64[ns]").astype(np.float64)
    moment[published.isna().to_numpy()] = np.nan
    agency = articles["outlet"].map(_is_agency).to_numpy(dtype=bool)
    ids = articles.index.to_numpy(dtype=np.str_)
    return np.lexsort((ids, -n_words, ~agency, moment)), moment  # NaN comes last


def _candidates(
    digests: NDArray[np.uint32], n_words: NDArray[np.int64], moment: NDArray[np.float64], window: float
) -> Iterator[tuple[int, list[int]]]:
    """Give each text that may be a copy, in order of time, with the earlier ones that it may copy, likeliest first."""
    n = len(digests)
    columns = np.random.default_rng(_SEED).permuted(np.tile(np.arange(_N_HASHES), (_N_BANDS, 1)), axis=1)[:, :2]
    usable = np.flatnonzero(n_words >= _FEWEST_WORDS)
    found = [np.zeros(0, np.int64)]
    for one, other in columns:
        key = digests[usable, one].astype(np.uint64) << np.uint64(32) | digests[usable, other]
        by_key = np.argsort(key, kind="stable")
        key, place = key[by_key], usable[by_key]
        new = np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]
        begins = np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))
        pairs = [(begins[~new], np.flatnonzero(~new))]
        later = np.flatnonzero(~new)
        for step in range(1, _NEAREST + 1):
            later = later[later - step >= begins[later]]
            later = later[~(moment[place[later]] - moment[place[later - step]] > window)]
            pairs.append((later - step, later))
        before, after = (place[np.concatenate(side)] for side in zip(*pairs, strict=True))
        near = ~(moment[after] - moment[before] > window)
        found.append(np.unique(after[near] * n + before[near]))
    pair = np.unique(np.concatenate(found))
    later, earlier = np.divmod(pair, max(n, 1))
    agree = np.concatenate(
        [np.zeros(0, np.int64)]
        + [
            (digests[later[at : at + _BLOCK_PAIRS]] == digests[earlier[at : at + _BLOCK_PAIRS]]).sum(1)
            for at in range(0, len(pair), _BLOCK_PAIRS)
        ]
    )
    jaccard = np.minimum((agree + 2 * np.sqrt(agree)) / _N_HASHES, 1)
    shorter = np.minimum(n_words[later], n_words[earlier])
    likely = jaccard / (1 + jaccard) * (n_words[later] + n_words[earlier]) >= _LEAST_CONTAINED * shorter
    of: dict[int, list[int]] = defaultdict(list)
    chosen = np.flatnonzero(likely)
    chosen = chosen[np.lexsort((earlier[chosen], -agree[chosen], later[chosen]))]
    for after, before in zip(later[chosen].tolist(), earlier[chosen].tolist(), strict=True):
        of[after].append(before)
    yield from of.items()


class _Texts:
    """The runs of words of texts, and what two texts have in common."""

    def __init__(self, runs: list[Runs]) -> None:
        self._runs = runs
        self._sorted: dict[int, Runs] = {}
        self._samples: dict[int, frozenset[int]] = {}

    def may_be_copies(self, short: int, long: int) -> bool:
        """Look at a quarter of the runs first, which is much faster; short texts have too few to tell."""
        sample = self._sample(short)
        return len(sample) < _FEWEST_SAMPLED or len(sample & self._sample(long)) >= _LEAST_SAMPLED * len(sample)

    def share(self, one: int, other: int) -> float:
        """Return the share of a text's words that stand in runs which another text has too."""
        runs = self._runs[one]
        if other not in self._sorted:
            self._sorted[other] = np.sort(self._runs[other])
        others = self._sorted[other]
        hit = others[np.minimum(np.searchsorted(others, runs), len(others) - 1)] == runs
        covered = np.zeros(len(runs) + _RUN - 1, np.bool_)
        for place in range(_RUN):
            covered[place : place + len(runs)] |= hit
        return float(np.count_nonzero(covered) / len(covered))

    def _sample(self, place: int) -> frozenset[int]:
        if place not in self._samples:
            runs = self._runs[place]
            self._samples[place] = frozenset(runs[runs % 4 == 0].tolist())
        return self._samples[place]
