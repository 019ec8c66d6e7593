"""Sentiment: how positive or negative the words of an article, a sentence or a title are.

VADER (Hutto & Gilbert 2014), exactly as vaderSentiment 3.3.2 gives it, or the weights of a lexicon of one's own.

VADER was made for short texts. Over a whole news article its `compound` adds up to an extreme: on the 1,300 articles
of the AllSides corpus 886 (68 %) have |compound| > .95, so that it tells hardly more than a sign. The mean over an
article's sentences, `compound_mean`, lies between -.24 and .20 for nine in ten of them, and for none beyond .95 either
way. Figures, reports and comparisons use `compound_mean`; `compound` is there because it is what
`polarity_scores(text)` returns.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import CodebookError, OptionError, choose
from analysis.measures import _vader
from analysis.text.fragments import VOICES, Slice, Voice, slice_of
from analysis.text.masking import masked_corpus, masked_titles
from analysis.text.patterns import Pattern, PatternSet, compile_pattern, find
from analysis.text.tokens import Tokens, tokenise, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.corpus import Corpus

__all__ = ["Lexicon", "measured", "measured_slice", "read_lexicon", "sentiment"]

Columns = dict[str, NDArray[np.float64] | NDArray[np.int64]]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_VADER_SCORES = ("neg", "neu", "pos", "compound")
_MOST_PROBLEMS = 50


def sentiment(
    corpus: Corpus,
    *,
    unit: Literal["article", "sentence", "title"] = "article",
    lexicon: str | Path | Lexicon = "vader",
    voice: Voice = "all",
    mask: Literal["names"] | None = None,
) -> pd.DataFrame:
    """Score the sentiment of articles, sentences or titles: above 0 is positive, below 0 negative.

    Parameters
    ----------
    corpus
        The articles.
    unit
        `"article"`, `"sentence"` (the kit's sentences) or `"title"`.
    lexicon
        `"vader"`, or a CSV file with the columns `term` and `weight` (see `read_lexicon`).
    voice
        `"all"`; `"narration"`, the articles' own words; or `"quoted"`, the speech that they quote. Not for titles.
    mask
        `"names"`: a neutral token stands for each word of a name (see `analysis.names`) and of the titles before it,
        so that the Justice Department is no praise. Words, sentences and voices are as without; `start, end` and `text`
        are those of the article.

    Returns
    -------
    DataFrame
        For articles and titles one row each, indexed by `article_id` in the order of the corpus. For sentences one row
        each, with `article_id, sentence` (from 0), `start, end` (in code points of the article's text) and `text`
        before the columns below.

        With VADER:

        - `neg, neu, pos` (float64, 0 to 1): shares of negative, neutral and positive words, and `compound` (float64,
          -1 to 1): the sum of the words' valences, normalised; all four are exactly `polarity_scores(text)`, and so 0
          for a text without words;
        - `compound_mean, compound_sd` (float64, articles only): mean and sample standard deviation of `compound` over
          the article's sentences; NaN with no sentence, the latter also with one;
        - `n_words` (int64): the words that VADER counts, runs between white space, with an emoji spelled out;
        - `n_sentences` (int64, articles only);
        - `n_hits` (int64): words that take a valence from VADER's lexicon.

        With another lexicon:

        - `score` (float64): sum of the weights found / `n_words`, NaN for a text without words;
        - `total` (float64): sum of the weights found;
        - `n_words` (int64): the kit's terms, which the lexicon is matched with; `n_sentences` (int64, articles only);
        - `n_hits` (int64): matches that were weighed.

        A missing title has NaN scores and 0 words.

        With a voice: a fragment, an unbroken run of the article's text in that voice without the quotation marks, is
        scored as a text of its own; `n_fragments` (int64, articles only) is how many there are. Scores of an article
        are the means of its fragments', weighted by their `n_words`, and NaN where there are none (`score` is still
        `total` / `n_words`). Of a sentence only the part in that voice counts: it has a row (with a column `voice`)
        where there is such a part, `start`, `end` and `text` reach from its first word to its last, and its scores
        are the means of its parts, should the other voice come between. `compound_mean, compound_sd, n_sentences` are
        of these rows.

    Raises
    ------
    OptionError
        If `unit` or `voice` is none of the three, `mask` neither, or a voice is asked of titles.
    CodebookError
        If the lexicon is not well formed; with all that is wrong, each with file and line.

    Notes
    -----
    Over a whole article `compound` is nearly always extreme: 68 % of 1,300 news articles (AllSides) have
    |compound| > .95. Compare articles and outlets by `compound_mean`.

    References
    ----------
    Hutto, C. J. & Gilbert, E. (2014). VADER: A parsimonious rule-based model for sentiment analysis of social media
    text. Proceedings of ICWSM 8, 216-225.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["The relief was great. Nobody was hurt!", "They lost the case."]
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a", "b"], "title": ["Joy", None], "text": texts}))
    >>> shown = ["neg", "neu", "pos", "compound", "compound_mean", "n_words", "n_hits"]
    >>> analysis.sentiment(corpus)[shown]  # doctest: +NORMALIZE_WHITESPACE
                  neg    neu    pos  compound  compound_mean  n_words  n_hits
    article_id
    a           0.228  0.269  0.503    0.6239        0.11565        7       3
    b           0.434  0.566  0.000   -0.3182       -0.31820        4       1
    >>> analysis.sentiment(corpus, unit="sentence")[["article_id", "sentence", "start", "end", "text", "compound"]]
      article_id  sentence  start  end                   text  compound
    0          a         0      0   21  The relief was great.    0.8020
    1          a         1     22   38       Nobody was hurt!   -0.5707
    2          b         0      0   19    They lost the case.   -0.3182
    >>> analysis.sentiment(corpus, unit="title")["compound"].tolist()
    [0.5859, nan]
    >>> texts = ['"A great win," said the sad mayor.']
    >>> corpus = analysis.read(pd.DataFrame({"text": texts}))
    >>> [analysis.sentiment(corpus, voice=voice)["compound"].item() for voice in ("all", "narration", "quoted")]
    [0.7003, -0.4767, 0.836]
    >>> corpus = analysis.read(pd.DataFrame({"text": ["The Justice Department shared the data."]}))
    >>> [analysis.sentiment(corpus, mask=mask)["compound"].item() for mask in (None, "names")]
    [0.7003, 0.34]
    """
    choose("unit", unit, ("article", "sentence", "title"))
    choose("voice", voice, VOICES)
    choose("mask", mask, (None, "names"))
    if unit == "title" and voice != "all":
        raise OptionError(
            f"`voice` must be 'all' for titles; got {voice!r}. Use unit='article' or unit='sentence' for a voice."
        )
    weights = None if lexicon == "vader" else read_lexicon(lexicon)
    articles = corpus.articles
    if unit == "title":
        present = articles["title"].notna().to_numpy()
        titles = [str(title) if there else None for title, there in zip(articles["title"], present, strict=True)]
        tokens = tokenise(masked_titles(corpus) if mask else titles)
        return _of_titles(_scores(tokens, weights, "article"), present, articles.index)
    scored = masked_corpus(corpus, voice) if mask else corpus
    if voice != "all":
        tokens = slice_of(scored, voice)
        if unit == "article":
            of_articles, _ = measured_slice(tokens, lexicon="vader" if weights is None else weights)
            return pd.DataFrame(of_articles, index=articles.index)
        return _of_rows(_scores_of_rows(tokens, weights), tokens, corpus, voice)
    tokens = tokens_of(scored)
    if unit == "article":
        of_articles, _ = measured(tokens, lexicon="vader" if weights is None else weights)
        return pd.DataFrame(of_articles, index=articles.index)
    return _of_sentences(_scores(tokens, weights, "sentence"), tokens, articles)


def measured(tokens: Tokens, *, lexicon: Literal["vader"] | Lexicon = "vader") -> tuple[Columns, Columns]:
    """Score articles and their sentences in one go, as columns without index, offsets or text.

    Parameters
    ----------
    tokens
        The articles, cut.
    lexicon
        `"vader"` or a lexicon that was read.

    Returns
    -------
    of_articles, of_sentences
        The columns of `sentiment` for each article, and the scores and counts of `sentiment` for each sentence.

    Examples
    --------
    >>> of_articles, of_sentences = measured(tokenise(["It was good. It was fine."]))
    >>> of_sentences["compound"].tolist(), of_articles["compound_mean"].round(4).tolist()
    ([0.4404, 0.2023], [0.3214])
    """
    weights = None if isinstance(lexicon, str) else lexicon
    sentences = _scores(tokens, weights, "sentence")
    articles = _scores(tokens, weights, "article")
    counts: Columns = {name: articles.pop(name) for name in ("n_words", "n_hits")}
    if weights is None:
        compound = np.asarray(sentences["compound"], np.float64)
        articles["compound_mean"], articles["compound_sd"] = _mean_and_sd(compound, tokens.article_sentence_starts)
    articles["n_words"] = counts["n_words"]
    articles["n_sentences"] = np.diff(tokens.article_sentence_starts)
    articles["n_hits"] = counts["n_hits"]
    return articles, sentences


def measured_slice(part: Slice, *, lexicon: Literal["vader"] | Lexicon = "vader") -> tuple[Columns, Columns]:
    """Do as `measured` with the words of one voice: of each article, and of each part of a sentence in that voice.

    Examples
    --------
    >>> import analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ['"It was good." It was bad, she said. "Fine."']}))
    >>> of_articles, of_rows = measured_slice(slice_of(corpus, "quoted"))
    >>> of_rows["compound"].tolist(), of_articles["n_fragments"].tolist(), of_articles["n_words"].tolist()
    ([0.4404, 0.2023], [2], [4])
    """
    weights = None if isinstance(lexicon, str) else lexicon
    rows = _scores_of_rows(part, weights)
    if weights is None:
        found = _vader.score(part.vocabulary, part.ids, part.fragment_starts)
        fragments: Columns = {name: getattr(found, name) for name in (*_VADER_SCORES, "n_words", "n_hits")}
        articles = _means(fragments, part.article, part.n_articles)
        counts: Columns = {name: articles.pop(name) for name in ("n_words", "n_hits")}
        compound = np.asarray(rows["compound"], np.float64)
        articles["compound_mean"], articles["compound_sd"] = _mean_and_sd(compound, part.row_starts)
    else:
        articles = _scores(part, weights, "article")
        counts = {name: articles.pop(name) for name in ("n_words", "n_hits")}
    articles["n_words"] = counts["n_words"]
    articles["n_sentences"] = np.diff(part.row_starts)
    articles["n_fragments"] = np.bincount(part.article, minlength=part.n_articles)
    articles["n_hits"] = counts["n_hits"]
    return articles, rows


def _scores_of_rows(part: Slice, lexicon: Lexicon | None) -> Columns:
    return _means(_scores(part, lexicon, "sentence"), part.rows, int(part.row_starts[-1]))


def _means(columns: Columns, of_whole: Ints, n: int) -> Columns:
    """Put parts together: counts and totals are added up, scores are means weighted by words."""
    weights = columns["n_words"]
    n_parts = np.bincount(of_whole, minlength=n)
    of_part = n_parts[of_whole]
    alone, several = np.flatnonzero(of_part == 1), np.flatnonzero(of_part > 1)
    means, of_mean = np.flatnonzero(n_parts > 1), of_whole[several]
    n_words = np.bincount(of_mean, weights[several], n)[means]
    made: Columns = {}
    for name, values in columns.items():
        if name == "total" or name.startswith("n_"):
            total = np.bincount(of_whole, values, n)
            made[name] = total.astype(np.int64) if name != "total" else np.asarray(total, np.float64)
            continue
        mean = np.full(n, np.nan)
        mean[of_whole[alone]] = values[alone]  # to the last bit
        # A text without words adds nothing, whatever its score.
        added = np.where(weights[several] > 0, values[several], 0) * weights[several]
        sums = np.bincount(of_mean, added, n)[means]
        mean[means] = np.divide(sums, n_words, out=np.full(len(means), np.nan), where=n_words > 0)
        made[name] = mean
    return made


def _scores(tokens: Tokens, lexicon: Lexicon | None, unit: Literal["article", "sentence"]) -> Columns:
    if lexicon is None:
        by_article = unit == "article"
        ids, starts = (tokens.ids, tokens.starts) if by_article else (tokens.pieces, tokens.sentence_starts)
        found = _vader.score(tokens.vocabulary, ids, starts)
        return {name: getattr(found, name) for name in (*_VADER_SCORES, "n_words", "n_hits")}
    places, weights = lexicon.weigh(tokens)
    starts = tokens.terms.starts if unit == "article" else tokens.terms.sentence_starts
    edges = np.searchsorted(places, starts)
    text = np.repeat(np.arange(len(starts) - 1), np.diff(edges))
    total = np.bincount(text, weights, len(starts) - 1).astype(np.float64)
    n_words = np.diff(starts)
    score = np.divide(total, n_words, out=np.full(len(total), np.nan), where=n_words > 0)
    return {"score": score, "total": total, "n_words": n_words, "n_hits": np.diff(edges)}


def _mean_and_sd(values: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """Return the mean and the sample standard deviation of each slice of `values`."""
    sizes = np.diff(starts)
    of_slice = np.repeat(np.arange(len(sizes)), sizes)
    nothing = np.full(len(sizes), np.nan)
    mean = np.divide(np.bincount(of_slice, values, len(sizes)), sizes, out=nothing.copy(), where=sizes > 0)
    squares = np.bincount(of_slice, (values - mean[of_slice]) ** 2, len(sizes))
    return mean, np.sqrt(np.divide(squares, sizes - 1, out=nothing, where=sizes > 1))


def _of_titles(columns: Columns, present: NDArray[np.bool_], index: pd.Index) -> pd.DataFrame:
    shown = {
        name: np.where(present, values, 0 if name.startswith("n_") else np.nan) for name, values in columns.items()
    }
    return pd.DataFrame(shown, index=index)


def _of_sentences(columns: Columns, tokens: Tokens, articles: pd.DataFrame) -> pd.DataFrame:
    first = tokens.article_sentence_starts
    sizes = np.diff(first)
    begin, end = tokens.sentence_spans()
    spans = zip(np.repeat(np.arange(len(sizes)), sizes).tolist(), begin.tolist(), end.tolist(), strict=True)
    texts = articles["text"].tolist()
    where = {
        "article_id": articles.index.repeat(sizes),
        "sentence": np.arange(int(first[-1])) - np.repeat(first[:-1], sizes),
        "start": begin,
        "end": end,
        "text": pd.Series([texts[article][a:b] for article, a, b in spans], dtype=articles["text"].dtype),
    }
    return pd.DataFrame(where | columns)


def _of_rows(columns: Columns, part: Slice, corpus: Corpus, voice: Voice) -> pd.DataFrame:
    articles, sizes = corpus.articles, np.diff(part.row_starts)
    article = np.repeat(np.arange(len(sizes)), sizes)
    begin, end = part.sentence_spans()
    n = np.arange(part.row_starts[-1])
    start = begin[np.searchsorted(part.rows, n)]
    stop = end[np.searchsorted(part.rows, n, side="right") - 1]
    texts = articles["text"].tolist()
    spans = zip(article.tolist(), start.tolist(), stop.tolist(), strict=True)
    where = {
        "article_id": articles.index.take(article),
        "sentence": part.sentence_of_row - tokens_of(corpus).article_sentence_starts[article],
        "voice": pd.array([voice] * len(n), dtype="str"),
        "start": start,
        "end": stop,
        "text": pd.Series([texts[i][a:b] for i, a, b in spans], dtype=articles["text"].dtype),
    }
    return pd.DataFrame(where | columns)


@dataclass(frozen=True)
class Lexicon:
    """Terms and their weights; made by `read_lexicon`.

    Attributes
    ----------
    name
        The file's name.
    patterns
        A word or phrase each, perhaps with wildcards.
    weights
        As many numbers: above 0 is positive.

    Examples
    --------
    >>> Lexicon("mine", (compile_pattern("good"), compile_pattern("bad*")), (1.0, -1.0)).weights
    (1.0, -1.0)
    """

    name: str
    patterns: tuple[Pattern, ...]
    weights: tuple[float, ...]

    @cached_property
    def _set(self) -> PatternSet:
        return PatternSet(self.patterns)

    @cached_property
    def _preference(self) -> Ints:
        """The rank of each pattern where several begin at one word."""
        keys = [
            (-len(pattern.parts), "*" in text or "?" in text, -len(text.replace("*", "").replace("?", "")), row)
            for row, pattern in enumerate(self.patterns)
            for text in [" ".join(pattern.parts)]
        ]
        rank = np.empty(len(keys), np.int64)
        rank[[key[-1] for key in sorted(keys)]] = np.arange(len(keys))
        return rank

    def weigh(self, tokens: Tokens) -> tuple[Ints, Floats]:
        """Find what is weighed in running terms: the place of the first term of each match, in order, and its weight.

        A term is weighed once: from left to right the longest phrase that begins there wins, then a pattern without
        wildcards, then the one with more letters, then the one listed first.

        Examples
        --------
        >>> patterns = tuple(compile_pattern(text) for text in ("good", "not good", "goo*"))
        >>> places, weights = Lexicon("mine", patterns, (1.0, -2.0, 9.0)).weigh(tokenise(["Good, not good, goods."]))
        >>> places.tolist(), weights.tolist()
        ([0, 1, 3], [1.0, -2.0, 9.0])
        """
        place, pattern = self.matches(tokens)
        return place, np.array(self.weights)[pattern]

    def matches(self, tokens: Tokens) -> tuple[Ints, Ints]:
        """Find the same: the place of the first term of each match, in order, and the number of its pattern."""
        found = find(tokens, self._set)
        order = np.lexsort((self._preference[found.pattern], found.position))
        pattern, place = found.pattern[order], found.position[order]
        best = np.ones(len(place), np.bool_)
        best[1:] = place[1:] != place[:-1]
        pattern, place = pattern[best], place[best]
        length = self._set.lengths[pattern]
        if (length > 1).any():
            free = np.array(list(_without_overlap(place.tolist(), length.tolist())), np.bool_)
            pattern, place = pattern[free], place[free]
        return place, pattern


def _without_overlap(places: list[int], lengths: list[int]) -> Iterator[bool]:
    end = 0
    for place, length in zip(places, lengths, strict=True):
        if place < end:
            yield False
        else:
            end = place + length
            yield True


def read_lexicon(path: str | Path | Lexicon) -> Lexicon:
    """Read and check a lexicon: a CSV file (`,`, `;` or tab between columns) with the columns `term` and `weight`.

    A term is a word or a phrase; `*` stands for any letters inside a word, `?` for one. Capitals do not matter. Other
    columns are left alone.

    Parameters
    ----------
    path
        The file, in UTF-8. A lexicon that was read is returned as it is.

    Raises
    ------
    CodebookError
        With all that is wrong, each with file and line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "tone.csv"
    >>> _ = path.write_text("term,weight\\nhope*,1.5\\nwar of words,-2\\n", encoding="utf-8")
    >>> read_lexicon(path).weights
    (1.5, -2.0)
    >>> _ = path.write_text("term,weight\\nhope*,high\\n,1\\n", encoding="utf-8")
    >>> read_lexicon(path)
    Traceback (most recent call last):
    analysis.errors.CodebookError: tone.csv, line 2: 'weight' is not a number: 'high'. Write a number such as -1.5.
    tone.csv, line 3: 'term' is empty. Write a word or take the line out.
    """
    if isinstance(path, Lexicon):
        return path
    if not isinstance(path, (str, Path)):
        raise OptionError(f"`lexicon` must be 'vader' or a CSV file; got {path!r}.")
    file = Path(path)
    if not file.is_file():
        raise CodebookError(f"{path}: there is no such file. Use 'vader', or a CSV file with the columns term, weight.")
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CodebookError(f"{file.name}, line {line}: is not UTF-8. Save the file as UTF-8.") from None
    patterns, weights, problems = [], [], []
    first_line: dict[tuple[str, ...], int] = {}
    for line, term, weight in _rows(text, file.name):
        try:
            pattern = _pattern(term)
            value = _weight(weight)
            if pattern.parts in first_line:
                raise ValueError(f"{term!r} repeats the term of line {first_line[pattern.parts]}. Take one out.")
        except ValueError as error:
            problems.append(f"{file.name}, line {line}: {error}")
            continue
        first_line[pattern.parts] = line
        patterns.append(pattern)
        weights.append(value)
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        raise CodebookError("\n".join(problems[:_MOST_PROBLEMS] + ([f"… and {more:,} more."] if more > 0 else [])))
    if not patterns:
        raise CodebookError(f"{file.name}: has no terms. Write one in each line below 'term,weight'.")
    return Lexicon(file.name, tuple(patterns), tuple(weights))


def _rows(text: str, name: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, term and weight of each row that is not blank."""
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin = 1
    try:
        columns = [column.strip().lower() for column in next(lines, [])]
        if not {"term", "weight"} <= set(columns):
            shown = ", ".join(map(repr, columns)) or "nothing"
            raise CodebookError(f"{name}, line 1: needs the columns 'term' and 'weight'; got {shown}. Rename them.")
        term, weight = columns.index("term"), columns.index("weight")
        begin = lines.line_num + 1
        for row in lines:
            if any(cell.strip() for cell in row):
                padded = [*row, *[""] * len(columns)]
                yield begin, padded[term].strip(), padded[weight].strip()
            begin = lines.line_num + 1
    except csv.Error as error:
        raise CodebookError(f"{name}, line {begin}: cannot be read as CSV ({error}). Check its quotes.") from None


def _pattern(term: str) -> Pattern:
    if not term:
        raise ValueError("'term' is empty. Write a word or take the line out.")
    return compile_pattern(term)


def _weight(weight: str) -> float:
    try:
        value = float(weight)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"'weight' is not a number: {weight!r}. Write a number such as -1.5.")
    return value
