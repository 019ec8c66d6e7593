"""Evidence held to the measures: `python -m tests.benchmarks.evidence`.

Every article of allsides is explained by every measure that is a sum, as a whole and in each voice. Spans must add up
to what the measure has within 1e-9, the formula must carry the sum to the score, the score must be that of the table of
the whole corpus, and each span must stand in the text where it says and, in one voice, wholly in that voice. Prints how
many sums, scores and spans were checked and how many are off. (`neu` and `neg` are made of the sums of `pos`,
`compound_sd` of those of `compound_mean`; the tests have them.)

Then the test by taking away: `--spans` spans of cues, terms and words, drawn with a seed, are each taken out of the
text with one space beside them, and the article is measured again: the count must fall by the span's weight. Where it
does not, two words that now stand side by side make something new, or a sentence or heading has another end; such spans
are printed as places and numbers, never as text. Exits with 1 if a sum, a score or a span is off.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import analysis
from analysis.corpus import ARTICLE_COLUMNS, Corpus
from analysis.measures.terms._counts import pattern_counts, patterns_of
from analysis.studies.evidence import Evidence, explain
from analysis.text.fragments import VOICES, Voice, in_voice
from analysis.text.voice import quoted_spans
from tests.benchmarks.equality import real_texts

SEED = 20251125
TERMS = ("trump*", "white house", "said", "the", "immigra*", "u.s.", "tax*")
_CLOSE = 1e-9


class Job(NamedTuple):
    """A score to explain, and the table that has it for the whole corpus."""

    name: str
    options: Mapping[str, Any]
    table: str


JOBS = (
    *(
        Job(f"sentiment, {score}", {"measure": "sentiment", "score": score}, "sentiment")
        for score in ("compound", "compound_mean", "pos")
    ),
    Job("readability, 14 scores", {"measure": "readability"}, "news"),
    Job("readability, textstat's sentences", {"measure": "readability", "sentences": "textstat"}, "textstat"),
    *(
        Job(f"framing, {score}", {"measure": "framing", "score": score}, score)
        for score in ("n_cues", "per_1000_words", "share_sentences")
    ),
    Job("terms", {"measure": "terms", "terms": list(TERMS)}, "terms"),
)
#: What is taken away: how to explain it, and which of its quantities (all of them: None).
TAKEN: tuple[tuple[str, Mapping[str, Any], tuple[str, ...] | None], ...] = (
    ("cues", {"measure": "framing"}, None),
    ("terms", {"measure": "terms", "terms": list(TERMS)}, None),
    (
        "words",
        {"measure": "readability"},
        ("n_words", "n_syllables", "n_polysyllables", "n_unlisted_words", "n_difficult_words", "n_long_words"),
    ),
)


def corpus_of(texts: Sequence[str]) -> Corpus:
    ids = pd.Index([f"{number:05}" for number in range(len(texts))], name="article_id")
    articles = pd.DataFrame({"text": pd.Series(texts, ids, dtype="str"), "language": "en"}, index=ids)
    return Corpus(articles.reindex(columns=list(ARTICLE_COLUMNS)))


def tables_of(corpus: Corpus, voice: Voice) -> dict[str, pd.DataFrame]:
    """Return the scores of the whole corpus: one row an article, one column a score."""
    frames = analysis.framing(corpus, voice=voice).pivot(index="article_id", columns="frame")
    patterns = patterns_of(TERMS)
    counts = pattern_counts(in_voice(corpus, voice), patterns).toarray()
    return {
        "sentiment": analysis.sentiment(corpus, voice=voice),
        "news": analysis.readability(corpus, voice=voice),
        "textstat": analysis.readability(corpus, sentences="textstat", voice=voice),
        **{score: frames[score] for score in ("n_cues", "per_1000_words", "share_sentences")},
        "terms": pd.DataFrame(counts, corpus.articles.index, [pattern.text for pattern in patterns]),
    }


def outside(found: Evidence) -> int:
    """Count the spans that do not stand wholly in the voice; sentences of readability have their marks with them."""
    if found.voice == "all":
        return 0
    quoted = np.zeros(len(found.text) + 1, np.bool_)
    for begin, end in zip(*quoted_spans([found.text])[1:3], strict=True):
        quoted[begin:end] = True
    spoken = np.array([character.isalnum() for character in found.text] + [False])
    other = np.cumsum(np.concatenate([[False], (quoted != (found.voice == "quoted")) & spoken]))
    return int((other[found.spans["end"]] > other[found.spans["start"]]).sum())


def off(found: Evidence, expected: pd.Series[float]) -> Counter[str]:
    """Count what is checked of an article, and what is off."""
    checked = found.check()["difference"].abs()
    sums, formulas = checked.iloc[: len(found.total)], checked.iloc[len(found.total) :]
    mine, theirs = found.score.to_numpy(), expected[found.score.index].to_numpy(np.float64)
    spans = found.spans
    places = zip(spans["start"].tolist(), spans["end"].tolist(), spans["text"].tolist(), strict=True)
    return Counter(
        {
            "sums": len(sums),
            "scores": len(formulas),
            "spans": len(spans),
            "sums off": int((~(sums < _CLOSE)).sum()),
            "scores off": int(
                (~(formulas < _CLOSE)).sum() + (~((mine == theirs) | (np.isnan(mine) & np.isnan(theirs)))).sum()
            ),
            "spans off": sum(found.text[begin:end] != text or not text for begin, end, text in places) + outside(found),
        }
    )


def add_up(corpus: Corpus, voice: Voice) -> int:
    """Explain every article by every measure; print a line for each and return how much is off."""
    tables = tables_of(corpus, voice)
    wrong = 0
    print(f"{len(corpus):,} articles, voice={voice!r}")
    for job in JOBS:
        counted: Counter[str] = Counter()
        seconds = []
        for article in corpus.articles.index:
            start = time.process_time()
            found = explain(corpus, article, voice=voice, **job.options)
            seconds.append(time.process_time() - start)
            counted += off(found, tables[job.table].loc[article])
        wrong += sum(n for what, n in counted.items() if what.endswith("off"))
        checked = ", ".join(
            f"{counted[f'{what}']:,} {what} ({counted[f'{what} off']:,} off)" for what in ("sums", "scores", "spans")
        )
        print(f"  {job.name:36}{checked}; {1e3 * float(np.median(seconds)):.0f} ms of processor an article", flush=True)
    return wrong


def without(text: str, start: int, end: int) -> str:
    """Take a span out, with one space beside it."""
    if text[end : end + 1] == " ":
        return text[:start] + text[end + 1 :]
    return text[: start - 1] + text[end:] if text[start - 1 : start] == " " else text[:start] + text[end:]


def take_away(corpus: Corpus, n: int, seed: int) -> None:
    """Take spans out of texts, measure again and print how often the count falls as the spans say."""
    rng = random.Random(seed)
    names = list(corpus.articles.index)
    drawn = 0
    for kind, options, quantities in TAKEN:
        share = (n + len(TAKEN) - 1) // len(TAKEN) if kind != TAKEN[-1][0] else n - drawn
        drawn += share
        right, odd, left = 0, [], share
        while left:
            article = rng.choice(names)
            found = explain(corpus, article, **options)
            spans = found.spans if quantities is None else found.spans[found.spans["quantity"].isin(quantities)]
            if spans.empty:
                continue
            left -= 1
            row = spans.iloc[rng.randrange(len(spans))]
            again = explain(corpus_of([without(found.text, row["start"], row["end"])]), "00000", **options)
            fell = found.total[row["quantity"]] - again.total[row["quantity"]]
            if fell == row["weight"]:
                right += 1
            else:
                odd.append(
                    f"{article}:{row['start']}-{row['end']} {row['quantity']} fell by {fell:g}, not {row['weight']:g}"
                )
        print(f"  {kind:36}{share:,} spans taken out, {right:,} as they say, {len(odd):,} not", flush=True)
        for line in odd:
            print(f"    {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, help="only the first articles")
    parser.add_argument("--voice", choices=VOICES, action="append", help="only this; repeatable")
    parser.add_argument("--spans", type=int, default=500)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    corpus = corpus_of(real_texts("allsides")[: given.first])
    wrong = sum(add_up(corpus, voice) for voice in given.voice or VOICES)
    take_away(corpus, given.spans, given.seed)
    print(f"{wrong:,} off in all")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
