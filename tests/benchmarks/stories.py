"""What `stories` finds: `python -m tests.benchmarks.stories`.

1. The clusters in real news (allsides and climate-frames); with `--read` their beginnings side by side, to be judged by
   eye. Nobody planted these, so they tell precision.
2. Recall: copies of 300 articles of allsides with 5 to 30 % of the words changed, under another outlet and up to
   three days later: all of them replaced by words of other articles (the hardest for runs of words), or one third each
   replaced, left out, and put in between.
3. The time for 100,000 generated articles in one process, with 5,000 copies among them.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import time

import numpy as np
import orjson
import pandas as pd

import analysis
from tests.benchmarks.generate import corpus_file, originals
from tests.shared import shared

SEED = 7
RATES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
N_PLANTED = 300


def changed(text: str, others: list[str], rate: float, rng: random.Random, *, kinds: int) -> str:
    """Return a text with a share of its words changed, paragraphs kept."""
    paragraphs = []
    for paragraph in text.split("\n"):
        words: list[str] = []
        for word in paragraph.split():
            if rng.random() >= rate:
                words.append(word)
            else:
                words += [[rng.choice(others)], [], [word, rng.choice(others)]][rng.randrange(kinds)]
        paragraphs.append(" ".join(words))
    return "\n".join(paragraphs)


def copies(articles: pd.DataFrame, rate: float, rng: random.Random, *, kinds: int = 1) -> pd.DataFrame:
    """Return changed copies of articles, each named for its original."""
    pool = [word for text in articles["text"].sample(50, random_state=rng.randrange(2**31)) for word in text.split()]
    texts = [changed(text, pool, rate, rng, kinds=kinds) for text in articles["text"]]
    later = pd.to_timedelta([rng.randrange(4) for _ in texts], unit="D")
    made = articles.assign(text=texts, outlet="Copy Courier", published=articles["published"] + later)
    return made.set_axis("copy-" + articles.index, axis="index")


def recall(corpus: analysis.Corpus) -> None:
    articles = corpus.articles
    enough = articles[articles["text"].str.split().str.len() >= 100]
    was = analysis.stories(corpus).groupby("story").size()
    for kinds, rate in ((kinds, rate) for kinds in (1, 3) for rate in RATES):
        rng = random.Random(f"{SEED}-{rate}")
        planted = copies(enough.sample(N_PLANTED, random_state=rng.randrange(2**31)), rate, rng, kinds=kinds)
        found = analysis.stories(analysis.Corpus(pd.concat([articles, planted])))
        hits = found_again(found, planted.index)
        tied = found.loc[articles.index].groupby("story").size()
        share = found.loc[planted.index[hits], "overlap_with_first"].mean()
        print(
            f"  {rate:4.0%} of words {'replaced' if kinds == 1 else 'replaced, left out or put in'}: "
            f"{hits.sum()} of {len(hits)} copies found ({hits.mean():.1%}), overlap {share:.2f} on average; "
            f"{tied[tied > 1].sum()} articles that are no copies share a story (without copies: {was[was > 1].sum()})"
        )


def found_again(found: pd.DataFrame, copied: pd.Index) -> np.ndarray:
    """Say which copies are in the story of their original."""
    own = copied.str.removeprefix("copy-")
    return np.asarray(found.loc[copied, "story"].to_numpy() == found.loc[own, "story"].to_numpy())


def clusters(name: str, corpus: analysis.Corpus, read: bool) -> None:
    found = analysis.stories(corpus)
    many = found[found["n_articles"] > 1].join(corpus.articles[["outlet", "published", "text"]])
    several = many.loc[many["n_outlets"] > 1, "story"].nunique()
    print(
        f"{name}: {len(found):,} articles; {many['story'].nunique()} stories of two or more ({len(many)} articles), "
        f"{several} of them in several outlets; of agencies: {found['wire'].value_counts().to_dict()}"
    )
    chosen = sorted(many["story"].unique())
    for story in sorted(random.Random(SEED).sample(chosen, min(20, len(chosen)))):
        for one in many[many["story"] == story].sort_values("first", ascending=False).itertuples():
            role = "first" if one.first else f"overlap {one.overlap_with_first:.2f}, kept {one.share_kept:.2f}"
            print(f"  {story}  {one.outlet}, {str(one.published)[:10]}: {role}")
            if read:
                print("      " + " ".join(one.text.split())[:700])


def timing(n: int) -> None:
    rows = [orjson.loads(line) for line in corpus_file(n).read_bytes().splitlines()]
    start = time.perf_counter()
    articles = analysis.read(pd.DataFrame(rows)).articles.iloc[: n - n // 20]
    print(f"reading {n:,} generated articles: {time.perf_counter() - start:.0f} s (not counted)")
    planted = copies(articles.sample(n // 20, random_state=SEED), 0.2, random.Random(SEED))
    corpus = analysis.Corpus(pd.concat([articles, planted]))
    start, cpu = time.perf_counter(), time.process_time()
    found = analysis.stories(corpus)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    hits = found_again(found, planted.index)
    others = found.loc[articles.index, "story"].duplicated(keep=False).sum()
    print(
        f"{len(corpus):,} articles: {seconds:.1f} s, {cpu:.1f} s of processor time, one core; "
        f"{hits.mean():.2%} of {len(hits):,} copies with 20 % of the words replaced found; {others:,} others share a "
        f"story; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--read", action="store_true", help="print the beginnings of the clusters, to be judged by eye")
    parser.add_argument("--only", choices=["clusters", "recall", "time"])
    parser.add_argument("--articles", type=int, default=100_000, help="how many to time")
    given = parser.parse_args()
    allsides = analysis.read(pd.DataFrame(originals()))
    if given.only in (None, "clusters"):
        clusters("allsides", allsides, given.read)
        climate = [
            orjson.loads(line) for line in shared("gold/climate-frames/articles.jsonl").read_bytes().splitlines()
        ]
        clusters("climate-frames", analysis.read(pd.DataFrame(climate).drop(columns="frames")), given.read)
    if given.only in (None, "recall"):
        recall(allsides)
    if given.only in (None, "time"):
        timing(given.articles)


if __name__ == "__main__":
    # One core, as the goal has it.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main()
