"""The two sides of the comparison inside a process: the loop of bench/loop.py, whole and in its parts, and the kit.

Both do the same work on the same texts: nine readability scores, VADER by article and by sentence, words and pairs of
words, 30 frames of 50 cues. The kit runs in new processes, so that it remembers nothing but what the state says:
*empty* (only the dictionaries are loaded, as on the other side), *steady* (it has met the other articles of the corpus,
as in a long run), *again* (it has met these articles).
"""

from __future__ import annotations

import gc
import importlib.util
import json
import multiprocessing
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from types import ModuleType
from typing import Any

import pandas as pd

import analysis
from analysis.corpus import ARTICLE_COLUMNS
from tests.shared import shared

#: Loads the dictionaries on both sides; one word is in none, so that hyphenation is loaded too.
WARM_UP = ["Warm up the dictionaries, mediascapely. This is one good sentence of words, but not very long."]
CUTTING = "cutting the texts"
MEASURES = ("readability", "tone", "words and pairs", "frames")
#: Columns that are the same number on both sides.
SAME = (
    *("flesch_reading_ease", "flesch_kincaid_grade", "smog_index", "coleman_liau_index"),
    *(
        "automated_readability_index",
        "dale_chall_readability_score",
        "gunning_fog",
        "linsear_write_formula",
        "compound",
    ),
)

Codebook = Mapping[str, Sequence[str]]


@cache
def the_loop() -> ModuleType:
    """Import bench/loop.py, its dictionary given to textstat."""
    spec = importlib.util.spec_from_file_location("loop", shared("bench/loop.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.offline_syllables()
    return module


def forget() -> None:
    """Empty what textstat remembers of whole texts: the same articles a second time would cost it nothing."""
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] == "textstat":
            for function in vars(module).values():
                if hasattr(function, "cache_clear"):
                    function.cache_clear()


def loop_codebook() -> dict[str, list[str]]:
    """Return the loop's 30 frames of 50 cues."""
    frames: dict[str, list[str]] = json.loads(shared("bench/codebook30.json").read_text(encoding="utf-8"))
    return frames


def loop_parts(codebook: Codebook) -> dict[str, Callable[[Sequence[str]], None]]:
    """Return the work of the loop in four parts, each written as in bench/loop.py."""
    loop = the_loop()
    vader = loop.SentimentIntensityAnalyzer()
    flags = re.IGNORECASE
    frames = [re.compile(r"\b(?:" + "|".join(map(loop.cue, cues)) + r")\b", flags) for cues in codebook.values()]

    def readability(texts: Sequence[str]) -> None:
        for text in texts:
            for name in loop.SCORES:
                getattr(loop.textstat, name)(text)

    def tone(texts: Sequence[str]) -> None:
        for text in texts:
            vader.polarity_scores(text)
            for sentence in loop.SENTENCE_END.split(text):
                vader.polarity_scores(sentence)

    def words_and_pairs(texts: Sequence[str]) -> None:
        counts: Counter[Any] = Counter()
        for text in texts:
            words = loop.WORD.findall(text.lower())
            counts.update(words)
            counts.update(zip(words, words[1:], strict=False))  # noqa: RUF007 - as the loop has it

    def count_frames(texts: Sequence[str]) -> None:
        for text in texts:
            for frame in frames:
                len(frame.findall(text))

    return dict(zip(MEASURES, (readability, tone, words_and_pairs, count_frames), strict=True))


def corpus_of(texts: Sequence[str]) -> analysis.Corpus:
    """Return a corpus of texts and nothing else."""
    ids = pd.Index([str(number) for number in range(len(texts))], name="article_id")
    frame = pd.DataFrame({"text": pd.Series(list(texts), ids, dtype="str"), "language": "en"}, index=ids)
    return analysis.Corpus(frame.reindex(columns=list(ARTICLE_COLUMNS)))


def _cut(corpus: analysis.Corpus) -> None:
    from analysis.text.tokens import tokens_of

    tokens = tokens_of(corpus)
    _ = tokens.terms, tokens.n_sentences


def kit_parts(book: analysis.Codebook) -> dict[str, Callable[[analysis.Corpus], object]]:
    """Return the same work by the kit; cutting the texts is shared by the other parts."""
    return {
        CUTTING: _cut,
        "readability": lambda corpus: analysis.readability(corpus, sentences="textstat"),
        "tone": analysis.sentiment,
        "words and pairs": lambda corpus: (
            analysis.term_frequency(corpus, stopwords=None),
            analysis.term_frequency(corpus, ngrams=2, stopwords=None),
        ),
        "frames": lambda corpus: analysis.framing(corpus, codebook=book),
    }


def kit_extras(book: analysis.Codebook) -> dict[str, Callable[[analysis.Corpus], object]]:
    """Return what the kit offers beyond the loop's work."""
    return {
        "readability by the kit's own sentences": analysis.readability,
        "tone: a row a sentence, with its place": lambda corpus: analysis.sentiment(corpus, unit="sentence"),
        "frames: which cue was found how often": lambda corpus: analysis.cue_counts(corpus, codebook=book),
        "lexical diversity": analysis.lexical_diversity,
        "dispersion of words": analysis.dispersion,
        "quality of the texts": lambda corpus: corpus.quality(),
        "a matrix of articles and terms (tf-idf)": analysis.tfidf,
    }


def kit_voices(book: analysis.Codebook) -> dict[str, Callable[[analysis.Corpus, Any], object]]:
    """Return the measures, each of one voice."""
    return {
        "readability": lambda corpus, voice: analysis.readability(corpus, voice=voice),
        "tone": lambda corpus, voice: analysis.sentiment(corpus, voice=voice),
        "words": lambda corpus, voice: analysis.term_frequency(corpus, stopwords=None, voice=voice),
        "frames": lambda corpus, voice: analysis.framing(corpus, codebook=book, voice=voice),
        "words of every second article (`keyness`)": lambda corpus, voice: analysis.keyness(
            corpus, target=_every_second(corpus), voice=voice
        ),
    }


def _every_second(corpus: analysis.Corpus) -> pd.Series[bool]:
    return pd.Series([place % 2 == 0 for place in range(len(corpus))], corpus.articles.index)


def kit_whose() -> dict[str, Callable[[analysis.Corpus], object]]:
    """Return what the kit says of quotations, speakers and names."""
    return {
        "quotations with their speakers (`quotes`)": analysis.quotes,
        "speakers": lambda corpus: analysis.speakers(corpus),
        "names": analysis.names,
        "how much is quoted (`voice`)": analysis.voice,
    }


def time_whose(texts: Sequence[str], book: analysis.Codebook) -> dict[str, list[float]]:
    """Return the seconds of the plain measures (under "") and of what `kit_whose` has, each of a new corpus.

    Of each the first time, when the words were met before and the names were not, and the times after that.
    """
    found = {"": [_kit_once(texts, book)[0]["all"] for _ in range(_TIMES)]}
    for name, function in kit_whose().items():
        function(corpus_of(WARM_UP))
        found[name] = [_timed(lambda: function(corpus_of(texts))) for _ in range(_TIMES)]  # noqa: B023 - called at once
    return found


_TIMES = 4


def kit_evidence(book: analysis.Codebook) -> dict[str, Callable[[analysis.Corpus], object]]:
    """Return what the kit says of what made each article's number."""
    return {
        "evidence of tone, article by article": lambda corpus: _explain_all(corpus, measure="sentiment"),
        "evidence of readability, article by article": lambda corpus: _explain_all(corpus, measure="readability"),
        "evidence of frames, article by article": lambda corpus: _explain_all(corpus, measure="framing", codebook=book),
    }


def _explain_all(corpus: analysis.Corpus, **options: Any) -> None:
    for article_id in corpus.articles.index:
        analysis.explain(corpus, article_id, **options)


def time_voices(corpus: Callable[[], analysis.Corpus], book: analysis.Codebook) -> dict[str, dict[str, float]]:
    """Return the seconds of each measure of all words, of each voice, and of both voices, each from a new corpus."""
    whose = {
        "all words": ("all",),
        "narration": ("narration",),
        "quoted": ("quoted",),
        "both voices": ("narration", "quoted"),
    }
    found: dict[str, dict[str, float]] = {what: {} for what in whose}
    for name, measure in kit_voices(book).items():
        for what, voices in whose.items():
            new = corpus()
            found[what][name] = sum(_timed(measure, new, voice) for voice in voices)
    return found


def _timed(function: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def time_loop(texts: Sequence[str], codebook: Codebook, *, parts: bool = True) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the seconds of the loop, `all` and by part, and its table."""
    loop = the_loop()
    forget()
    loop.measure(WARM_UP, codebook)
    gc.collect()
    start = time.perf_counter()
    table, _ = loop.measure(texts, codebook)
    seconds = {"all": time.perf_counter() - start}
    if parts:
        forget()
        loop.measure(WARM_UP, codebook)
        seconds |= {name: _timed(part, texts) for name, part in loop_parts(codebook).items()}
    return seconds, table


def _kit_once(texts: Sequence[str], book: analysis.Codebook) -> tuple[dict[str, float], analysis.Corpus]:
    gc.collect()
    start = time.perf_counter()
    corpus = corpus_of(texts)
    parts = {name: _timed(part, corpus) for name, part in kit_parts(book).items()}
    return {"all": time.perf_counter() - start, **parts}, corpus


def _kit(
    texts: Sequence[str], before: Sequence[str], codebook: Codebook
) -> tuple[dict[str, dict[str, float]], pd.DataFrame]:
    """Measure in this process, which has just begun."""
    book = analysis.Codebook.from_dict(codebook, name="bench")
    _kit_once(WARM_UP, book)
    first = "steady" if before else "empty"
    found = {}
    if before:
        found["others"] = _kit_once(before, book)[0]
    found[first] = _kit_once(texts, book)[0]
    if before:
        found["again"], corpus = _kit_once(texts, book)
        found["more"] = {}
        for name, extra in kit_extras(book).items():
            extra(corpus_of(WARM_UP))
            found["more"][name] = _timed(extra, corpus)
        time_voices(lambda: corpus_of(before[: len(texts)]), book)  # news, so that all that is loaded once is loaded
        found |= time_voices(lambda: corpus_of(texts), book)
        found["evidence"] = {}
        for name, extra in kit_evidence(book).items():
            extra(corpus_of(WARM_UP))
            found["evidence"][name] = _timed(extra, corpus_of(texts))
        taken = time_whose([*before, *texts], book)
        found["whose, first"] = {name: seconds[0] for name, seconds in taken.items()}
        found["whose, again"] = {name: statistics.median(seconds[1:]) for name, seconds in taken.items()}
    corpus = corpus_of(texts)
    scores = analysis.readability(corpus, sentences="textstat").join(analysis.sentiment(corpus)["compound"])
    return found, scores.loc[:, list(SAME)].reset_index(drop=True)


def time_kit(
    texts: Sequence[str], others: Sequence[str], codebook: Codebook
) -> tuple[dict[str, dict[str, float]], pd.DataFrame]:
    """Return the seconds of the kit by state and part, what it adds under `more`, and its scores.

    `all words`, `narration`, `quoted`, `both voices` and `evidence` have new corpora of the same articles: the texts
    are cut again. `whose, first` and `whose, again` have all articles, and the plain measures of these under "".

    Each of *empty* and *steady* has a new process; *again* and `more` follow on *steady*. `others` is the time of the
    other articles, which are the first that the process of *steady* meets.
    """
    found: dict[str, dict[str, float]] = {}
    for before in ([], others):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            seconds, scores = pool.submit(_kit, texts, before, codebook).result()
            found |= seconds
    return found, scores


def n_unequal(loop: pd.DataFrame, kit: pd.DataFrame) -> tuple[int, int]:
    """Return how many numbers both sides have, and how many of them are not the same."""
    mine, theirs = kit[list(SAME)].to_numpy(float), loop[list(SAME)].to_numpy(float)
    return mine.size, int((mine != theirs).sum())
