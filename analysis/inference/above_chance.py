"""Is a frame's language there more often than words as frequent would be by chance?

A count of cues grows with the article, with the number of cues and with how common they are. Here each cue is set
against words that occur as often, and in as many articles, of the same corpus, and that are no cues: what a codebook of
the same size would count that means nothing in particular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import OptionError, no_less
from analysis.measures.codebook import Codebook, Codebooks, codebook_of
from analysis.measures.framing import matches_that_count
from analysis.measures.terms._beforehand import counted, matched_words
from analysis.text.cues import Window, compile_cue
from analysis.text.patterns import Pattern
from analysis.text.stopwords import stop_words
from analysis.text.tokens import tokens_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.measures.terms._beforehand import Source
    from analysis.text.tokens import Tokens

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["framing_above_chance"]

#: A control is drawn from so many of the most similar words (more where several are equally similar).
_NEAREST = 30
#: Phrases longer than this are set against runs of this many words: longer runs hardly ever occur twice.
_LONGEST = 4


def framing_above_chance(
    corpus: Source, *, codebook: Codebooks = "generic", draws: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Compare each article's cues with control words that are as frequent; higher `z` is more of the frame's language.

    Parameters
    ----------
    corpus
        The articles; also the reference, whose frequencies the controls match. A score says how an article stands among
        these articles: with others beside it, it is another. Or measured tables, whose counts are enough.
    codebook
        As `framing` takes it. With measured tables, the one that they were measured with.
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
        says of which articles and draws (`data` is the manifest's `data_hash` with measured tables).

    Raises
    ------
    CodebookError, OptionError
        As `framing`; if `draws` is below 20; or if measured tables have no cues and terms.

    Notes
    -----
    For each cue that occurs, the control is a word (for a phrase of k words, up to four, a run of k words inside a
    sentence) drawn at random from the 30 or more whose number of occurrences and number of articles are nearest, on
    logarithmic scales. Not drawn are words and runs that any frame of the codebook matches, stop words and runs of
    nothing but stop words, and words without a letter. Each control counts with the weight that makes its occurrences
    as many as the cue's, so that cues and controls are equally frequent in the whole corpus, and the sum of `n_cues` −
    `expected` over all articles is 0 for each frame. Windows (`NEAR/5`) are set against single words, and so are
    phrases with measured tables, which know no runs of words by article: scores differ a little from a corpus's.

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
    no_less("draws", draws, 20)
    told = _of_corpus(corpus, codebook) if isinstance(corpus, Corpus) else _of_tables(corpus)
    n_frames, n_articles = len(told.frames), len(told.n_words)
    observed = np.zeros((n_frames, n_articles))
    np.add.at(observed, (told.frame, told.article), told.n)
    table: dict[str, Any] = {name: np.full((n_articles, n_frames), np.nan) for name in ("expected", "sd", "z")}
    for frame, name in enumerate(told.frames):
        controls = np.zeros((n_articles, draws))
        for length, candidates in told.candidates.items():
            mine = (told.frame == frame) & (told.length == length)
            # Seeded by frame and length: what is drawn for a frame does not depend on its place among the frames.
            rng = np.random.default_rng([seed, length, *name.encode()])
            controls += candidates.controls(told.cue[mine], told.article[mine], told.n[mine], draws, rng)
        table["expected"][:, frame], table["sd"][:, frame] = controls.mean(axis=1), controls.std(axis=1, ddof=1)
        even = _even(controls)
        mean, sd = even.mean(axis=1), even.std(axis=1, ddof=1)
        some = np.ptp(controls, axis=1) > 1e-9  # else the draws say nothing; equal ones differ by rounding
        table["z"][some, frame] = (_even(observed[frame, some]) - mean[some]) / sd[some]
    result = pd.DataFrame(
        {
            "article_id": told.ids.repeat(n_frames),
            "frame": pd.Series(told.frames * n_articles, dtype="str"),
            "n_cues": observed.T.ravel().astype(np.int64),
            **{name: values.ravel() for name, values in table.items()},
            "n_words": np.repeat(told.n_words, n_frames),
        }
    )
    result.attrs["reference"] = {"articles": n_articles, "data": told.data, "draws": draws, "seed": seed}
    return result


class _Told(NamedTuple):
    """What both corpora and tables tell: counts by cue and article, and the candidates for controls by length."""

    ids: pd.Index
    frames: list[str]
    n_words: Ints
    data: str
    #: Counts: the frame, a number for the frame's cue, article, how often, length of the controls.
    frame: Ints
    cue: Ints
    article: Ints
    n: Ints
    length: Ints
    candidates: dict[int, _Candidates]


def _of_corpus(corpus: Corpus, codebook: Codebooks) -> _Told:
    book = codebook_of(codebook)
    tokens = tokens_of(corpus)
    found = _matches(tokens, book)
    return _Told(
        ids=corpus.articles.index,
        frames=[frame.name for frame in book.frames],
        n_words=np.diff(tokens.terms.starts),
        data=_fingerprint(corpus),
        frame=found.frame,
        cue=found.cue,
        article=found.article,
        n=np.ones(len(found.cue), np.int64),
        length=found.length,
        candidates={length: _runs(tokens, length, found) for length in np.unique(found.length).tolist()},
    )


def _of_tables(tables: Source) -> _Told:
    counts = counted(tables)
    lacking = [name for name in ("framing", "cues", "terms") if not isinstance(tables, Mapping) or name not in tables]
    if counts is None or lacking:
        shown = ", ".join(map(repr, lacking))
        raise OptionError(
            f"the measured tables lack {shown}, which this score is made of. Measure them, or give a corpus."
        )
    known = cast("Mapping[str, pd.DataFrame]", tables)
    cues, ids = known["cues"], counts.articles.articles.index
    frames = known["framing"]["frame"].unique().tolist()
    place = {name: at for at, name in enumerate(frames)}
    numbers = cues.groupby(["frame", "cue"], sort=True).ngroup().to_numpy()
    searches = [compile_cue(cue).search for cue in sorted(set(cues["cue"]))]
    words_alone = [search for search in searches if isinstance(search, Pattern) and len(search.parts) == 1]
    matched = matched_words(words_alone, counts)
    stop = stop_words("english")
    names = counts.names.to_pylist()
    plain = [name not in stop and any(map(str.isalpha, name)) for name in names]
    words = np.flatnonzero(np.array(plain, np.bool_) & ~matched)

    def cells(rows: Ints) -> Any:
        from scipy.sparse import hstack

        kept = np.zeros(len(names), np.bool_)
        kept[words[rows]] = True
        return hstack([block for _, block in counts.blocks(kept)], format="csr")

    candidates = _Candidates(counts.count[words], counts.n_articles[words], len(ids), cells)
    return _Told(
        ids=ids,
        frames=frames,
        n_words=counts.n_words,
        data=str(getattr(tables, "manifest", {}).get("data_hash", "")),
        frame=cues["frame"].map(place).to_numpy(np.int64),
        cue=numbers.astype(np.int64),
        article=ids.get_indexer(pd.Index(cues["article_id"])).astype(np.int64),
        n=cues["n"].to_numpy(np.int64),
        length=np.ones(len(cues), np.int64),
        candidates={1: candidates},
    )


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
    window = np.array([isinstance(compile_cue(cue).search, Window) for _, cue in numbers], np.bool_)
    length = np.where(window, 1, np.minimum(shortest, _LONGEST)) if len(numbers) else shortest
    article = np.searchsorted(tokens.terms.starts, first, side="right") - 1
    return _Matches(frame, np.array(cues, np.int64), article, first, length[cues] if len(rows) else size)


def _runs(tokens: Tokens, length: int, found: _Matches) -> _Candidates:
    """Return all runs of so many words that may be controls."""
    from scipy.sparse import csc_matrix

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
    run, which = np.unique(code[wanted], return_inverse=True)
    article = np.searchsorted(terms.starts, places[wanted], side="right") - 1
    cells = csc_matrix((np.ones(len(which)), (article, which)), shape=(tokens.n_articles, len(run)))
    count = np.asarray(cells.sum(axis=0)).ravel().astype(np.int64)
    return _Candidates(count, np.diff(cells.indptr).astype(np.int64), tokens.n_articles, lambda rows: cells[:, rows])


class _Candidates:
    """Words, or runs of words, that may be controls: how often each occurs, in how many articles, and in which."""

    def __init__(self, count: Ints, articles: Ints, n_articles: int, cells: Callable[[Ints], Any]) -> None:
        self.count, self.articles, self._n_articles, self._cells = count, articles, n_articles, cells

    def controls(self, cue: Ints, article: Ints, n: Ints, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return article × draw: how often controls of these cues occur, each found `n` times in an article."""
        from scipy.sparse import csr_matrix
        from scipy.spatial import cKDTree

        if not len(cue) or not len(self.count):
            return np.zeros((self._n_articles, draws))
        cues, cue = np.unique(cue, return_inverse=True)
        count = np.bincount(cue, weights=n).astype(np.int64)
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
        used, row = np.unique(np.concatenate(rows), return_inverse=True)
        chosen = csr_matrix((np.concatenate(weights), (row, np.concatenate(columns))), shape=(len(used), draws))
        return np.asarray((self._cells(used) @ chosen).toarray())

    def _pairs(self, count: Ints, articles: Ints) -> tuple[Ints, Ints]:
        """Return the distinct pairs (int64[n, 2]) and which of them each is."""
        base = self._n_articles + 1
        key, which = np.unique(count * base + articles, return_inverse=True)
        return np.stack(np.divmod(key, base), axis=1), which


def _fingerprint(corpus: Corpus) -> str:
    """Return the hash of the articles' identifiers and texts."""
    import hashlib

    hashed = hashlib.blake2b(digest_size=8)
    articles = corpus.articles["text"].fillna("")
    for one in sorted(zip(map(str, articles.index), articles, strict=True)):  # scores do not depend on the order
        for part in one:
            hashed.update(hashlib.blake2b(part.encode("utf-8", "replace"), digest_size=16).digest())
    return hashed.hexdigest()
