"""Is a frame's language there more often than words as frequent would be by chance?

A count of cues grows with the article, with the number of cues and with how common they are. Here each cue is set
against words that occur as often, and in as many articles, of the same corpus, and that are no cues: what a codebook of
the same size would count that means nothing in particular.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import OptionError
from analysis.measures.codebook import Codebook, Codebooks, codebook_of
from analysis.measures.framing import matches_that_count
from analysis.text.stopwords import stop_words
from analysis.text.tokens import tokens_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from analysis.corpus import Corpus
    from analysis.text.tokens import Tokens

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["framing_above_chance"]

#: A control is drawn from so many of the most similar words (more where several are equally similar).
_NEAREST = 30
#: Phrases longer than this are set against runs of this many words: longer runs hardly ever occur twice.
_LONGEST = 4


def framing_above_chance(
    corpus: Corpus, *, codebook: Codebooks = "generic", draws: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Compare each article's cues with control words that are as frequent; higher `z` is more of the frame's language.

    Parameters
    ----------
    corpus
        The articles; also the reference, whose frequencies the controls match. A score says how an article stands among
        these articles: with others beside it, it is another.
    codebook
        As `framing` takes it.
    draws
        How many sets of controls are drawn.
    seed
        Of the draws; the same seed gives the same scores.

    Returns
    -------
    DataFrame
        One row for each article and frame, as `framing`: `article_id`, `frame`; `n_cues` (int64); `expected`, `sd`
        (float64): mean and standard deviation of the controls' counts over the draws; `z` (float64): how many standard
        deviations `n_cues` lies above what the draws give, NaN where no draw put a control into the article; `n_words`
        (int64). `attrs["reference"]`
        says of which articles and draws.

    Raises
    ------
    CodebookError, OptionError
        As `framing`; or if `draws` is below 20.

    Notes
    -----
    For each cue that occurs, the control is a word (for a phrase of k words, up to four, a run of k words inside a
    sentence) drawn at random from the 30 or more whose number of occurrences and number of articles are nearest, on
    logarithmic scales. Not drawn are words and runs that any frame of the codebook matches, stop words and runs of
    nothing but stop words, and words without a letter. Each control counts with the weight that makes its occurrences
    as many as the cue's, so that cues and controls are equally frequent in the whole corpus, and the sum of `n_cues` −
    `expected` over all articles is 0 for each frame. Windows (`NEAR/5`) are set against single words.

    `z` compares f(`n_cues`) with the mean and the standard deviation of f(count) over the draws, where f(x) =
    2 √(x + 3/8) makes the spread of low counts like that of high ones (Anscombe 1948, The transformation of Poisson,
    binomial and negative-binomial data, Biometrika 35), so that short articles are not scored otherwise than long ones.

    Document frequency is matched too, because words of few articles come in clusters.

    Examples
    --------
    >>> import analysis
    >>> texts = ["Rain fell on the old farm. The barn burned."] * 10 + ["Banks lent money. Prices rose in town."] * 10
    >>> corpus = analysis.read(pd.DataFrame({"text": texts}))
    >>> mine = analysis.Codebook.from_dict({"economy": ["bank*", "money", "price*"]}, name="mine")
    >>> table = framing_above_chance(corpus, codebook=mine)
    >>> table["n_cues"].tolist()[::10], (table["z"] > 0).tolist()[::10]
    ([0, 3], [False, True])
    """
    if draws < 20:
        raise OptionError(f"`draws` must be 20 or more; got {draws!r}.")
    book = codebook_of(codebook)
    tokens = tokens_of(corpus)
    n_frames, n_articles = len(book.frames), tokens.n_articles
    found = _matches(tokens, book)
    observed = np.zeros((n_frames, n_articles))
    np.add.at(observed, (found.frame, found.article), 1)
    of_length = {length: _Runs(tokens, length, found) for length in np.unique(found.length).tolist()}
    table: dict[str, Any] = {name: np.full((n_articles, n_frames), np.nan) for name in ("expected", "sd", "z")}
    for frame in range(n_frames):
        controls = np.zeros((n_articles, draws))
        for length, runs in of_length.items():
            mine = (found.frame == frame) & (found.length == length)
            # Seeded by frame and length, so that a frame's score does not depend on which other frames there are.
            rng = np.random.default_rng([seed, length, *book.frames[frame].name.encode()])
            controls += runs.controls(found.cue[mine], found.article[mine], draws, rng)
        table["expected"][:, frame], table["sd"][:, frame] = controls.mean(axis=1), controls.std(axis=1, ddof=1)
        even = _even(controls)
        mean, sd = even.mean(axis=1), even.std(axis=1, ddof=1)
        some = np.ptp(controls, axis=1) > 1e-9  # else the draws say nothing; equal ones differ by rounding
        table["z"][some, frame] = (_even(observed[frame, some]) - mean[some]) / sd[some]
    result = pd.DataFrame(
        {
            "article_id": corpus.articles.index.repeat(n_frames),
            "frame": pd.Series([frame.name for frame in book.frames] * n_articles, dtype="str"),
            "n_cues": observed.T.ravel().astype(np.int64),
            **{name: values.ravel() for name, values in table.items()},
            "n_words": np.repeat(np.diff(tokens.terms.starts), n_frames),
        }
    )
    result.attrs["reference"] = {"articles": n_articles, "data": _fingerprint(corpus), "draws": draws, "seed": seed}
    return result


def _even(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make the spread of counts even (Anscombe 1948): low ones are skewed, which would show in short articles."""
    return 2 * np.sqrt(counts + 3 / 8)


class _Matches(NamedTuple):
    """Matches that count: the frame, a number for the frame's cue, article, first running word, length."""

    frame: Ints
    cue: Ints
    article: Ints
    position: Ints
    length: Ints


def _matches(tokens: Tokens, book: Codebook) -> _Matches:
    rows = matches_that_count(tokens, book)
    numbers: dict[tuple[int, str], int] = {}
    cues = [numbers.setdefault((frame, cue), len(numbers)) for frame, cue, *_ in rows]
    frame = np.array([row[0] for row in rows], np.int64)
    first = np.array([row[2] for row in rows], np.int64)
    size = np.array([row[3] for row in rows], np.int64) - first + 1
    # Of one cue's matches the shortest is what is set against controls; that of a window is a word.
    shortest = np.full(len(numbers), np.iinfo(np.int64).max)
    np.minimum.at(shortest, cues, size)
    window = np.array(["NEAR/" in cue for _, cue in numbers], np.bool_)
    length = np.where(window, 1, np.minimum(shortest, _LONGEST)) if len(numbers) else shortest
    article = np.searchsorted(tokens.terms.starts, first, side="right") - 1
    return _Matches(frame, np.array(cues, np.int64), article, first, length[cues] if len(rows) else size)


class _Runs:
    """All runs of so many words, and which of them may be controls."""

    def __init__(self, tokens: Tokens, length: int, found: _Matches) -> None:
        terms, vocabulary = tokens.terms, tokens.vocabulary.terms
        n = len(terms.ids)
        covered = np.zeros(n, np.bool_)
        for step in range(int(found.length.max(initial=1))):
            covered[found.position[found.length > step] + step] = True
        begins = np.ones(max(n - length + 1, 0), np.bool_)
        for back in range(1, length):  # a run ends with its sentence
            ends = terms.sentence_starts[1:] - back
            begins[ends[(ends >= 0) & (ends < len(begins))]] = False
        for step in range(length):
            begins &= ~covered[step : step + len(begins)]
        places = np.flatnonzero(begins)
        # A number for each distinct run, in the order of the alphabet: draws must not depend on who was read first.
        used = np.unique(terms.ids)
        names = np.array([vocabulary[number] for number in used.tolist()], object)
        rank = np.zeros(len(vocabulary), np.int64)
        rank[used[np.argsort(names, kind="stable")]] = np.arange(len(used))
        stop = stop_words("english")
        plain = np.zeros(len(used), np.bool_)
        plain[rank[used]] = [name not in stop and any(map(str.isalpha, name)) for name in names.tolist()]
        running = rank[terms.ids]
        code, wanted = running[places], plain[running[places]]
        for step in range(1, length):
            following = running[places + step]
            code = np.unique(code * len(used) + following, return_inverse=True)[1]
            wanted |= plain[following]
        if length == 1:  # a word that is a cue anywhere is a control nowhere
            cues = np.zeros(len(used), np.bool_)
            cues[running[found.position[found.length == 1]]] = True
            wanted &= ~cues[code]
        self._run, self._places = np.unique(code[wanted], return_inverse=True)
        self._article = np.searchsorted(terms.starts, places[wanted], side="right") - 1
        self._n_articles = tokens.n_articles
        self._cells = self._counted()
        self.count = np.asarray(self._cells.sum(axis=0)).ravel()
        self.articles = np.bincount(self._cells.indices, minlength=len(self._run))

    def _counted(self) -> csr_matrix:
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self._places))
        return csr_matrix((ones, (self._article, self._places)), shape=(self._n_articles, len(self._run)))

    def controls(self, cue: Ints, article: Ints, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return article × draw: how often controls of these matches' cues occur."""
        from scipy.sparse import csr_matrix
        from scipy.spatial import cKDTree

        nothing = np.zeros((self._n_articles, draws))
        if not len(cue) or not len(self._run):
            return nothing
        cues, cue = np.unique(cue, return_inverse=True)
        count = np.bincount(cue)
        articles = np.bincount(np.unique(cue * self._n_articles + article) // self._n_articles, minlength=len(cues))
        # Distinct frequencies are few, and each has its candidates.
        known, of_run = self._pairs(self.count, self.articles)
        order = np.argsort(of_run, kind="stable")
        size = np.bincount(of_run)
        begin = np.cumsum(size) - size
        tree = cKDTree(np.log(known))
        rows, columns, weights = [], [], []
        asked, of_cue = self._pairs(count, articles)
        for number, (times, spread) in enumerate(asked.tolist()):
            _, near = tree.query(np.log([times, spread]), k=min(_NEAREST, len(size)))
            near = np.atleast_1d(near)
            near = near[: int(np.searchsorted(np.cumsum(size[near]), _NEAREST)) + 1]
            candidates = np.concatenate([order[begin[one] : begin[one] + size[one]] for one in near])
            n_cues = int((of_cue == number).sum())
            drawn = candidates[rng.integers(0, len(candidates), (n_cues, draws))]
            rows.append(drawn.ravel())
            columns.append(np.tile(np.arange(draws), n_cues))
            weights.append((times / self.count[drawn]).ravel())
        chosen = csr_matrix(
            (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), shape=(len(self._run), draws)
        )
        return np.asarray((self._cells @ chosen).toarray())

    def _pairs(self, count: Ints, articles: Ints) -> tuple[Ints, Ints]:
        """Return the distinct pairs (int64[n, 2]) and which of them each is."""
        base = self._n_articles + 1
        key, which = np.unique(count.astype(np.int64) * base + articles, return_inverse=True)
        return np.stack(np.divmod(key, base), axis=1), which


def _fingerprint(corpus: Corpus) -> str:
    import hashlib

    hashed = hashlib.blake2b(digest_size=8)
    for article_id in corpus.articles.index:
        hashed.update(str(article_id).encode("utf-8", "replace") + b"\0")
    return hashed.hexdigest()
