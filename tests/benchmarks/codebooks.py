"""All five codebooks in one pass against one compiled `re` per cue: `python -m tests.benchmarks.codebooks`.

1,300 articles of shared/corpora/allsides; both sides get the texts, not the file. One expression per cue is the usual
notebook: words and wildcards as `\\b…\\b`, phrases with white space between, windows as two orders with at most so
many words between, `findall` on each text, no exceptions and no rule for overlaps (less work than the kit does). It is
timed on every 26th article. The kit is timed on all: `framing` with cutting the texts into words, and counting alone.
Both are single-threaded and timed by the processor's seconds, which other work on the machine does not change much.
"""

from __future__ import annotations

import argparse
import re
import sys
import time

import analysis
from analysis.corpus import Corpus
from analysis.measures.codebook import codebook_of, packaged
from analysis.measures.framing import measured
from analysis.text.cues import Window, compile_cue
from analysis.text.patterns import Pattern
from analysis.text.tokens import tokenise
from tests.shared import shared


def expression(pattern: Pattern) -> str:
    words = {"*": r"\w+"}
    return r"\s+".join(
        words.get(part, "".join({"*": r"\w*", "?": r"\w"}.get(sign, re.escape(sign)) for sign in part))
        for part in pattern.parts
    )


def compiled(cue: str) -> re.Pattern[str]:
    search = compile_cue(cue).search
    if isinstance(search, Window):
        one, other = map(expression, search.sides)
        between = rf"(?:\W+\w+){{0,{search.between}}}\W+"
        return re.compile(rf"\b(?:{one}{between}{other}|{other}{between}{one})\b", re.IGNORECASE)
    return re.compile(rf"\b{expression(search)}\b", re.IGNORECASE)


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    book = codebook_of(packaged())
    cues = [cue for frame in book.frames for cue in frame.cues]
    corpus = analysis.read(shared("corpora/allsides/articles.jsonl"))
    texts = corpus.articles["text"].tolist()

    said = f"{len(packaged())} codebooks, {len(book.frames)} frames, {len(cues):,} cues, {len(texts):,} articles\n"
    sys.stdout.write(said)
    start = time.process_time()
    measured(tokenise(["Nothing."]), codebook=book)
    sys.stdout.write(f"kit, cues compiled once: {time.process_time() - start:.2f} s\n")

    tokens, cut, counted, whole = None, [], [], []
    for _ in range(3):
        start = time.process_time()
        tokens = tokenise(texts)
        middle = time.process_time()
        measured(tokens, codebook=book)
        end = time.process_time()
        cut.append(middle - start)
        counted.append(end - middle)
    for _ in range(3):
        fresh = Corpus(corpus.articles.copy())
        start = time.process_time()
        analysis.framing(fresh, codebook=packaged())
        whole.append(time.process_time() - start)
    kit = min(whole)
    sys.stdout.write(f"kit: cut {min(cut):.2f} s, counted {min(counted):.2f} s; `framing` from text {kit:.2f} s, ")
    sys.stdout.write(f"{len(texts) / kit:,.0f} articles/s\n")

    some = texts[::26]
    start = time.process_time()
    expressions = [compiled(cue) for cue in cues]
    sys.stdout.write(f"re: compiled in {time.process_time() - start:.1f} s (not counted)\n")
    start = time.process_time()
    n = sum(len(pattern.findall(text)) for text in some for pattern in expressions)
    seconds = time.process_time() - start
    rate = len(some) / seconds
    sys.stdout.write(f"re: {len(some)} articles in {seconds:.1f} s, {rate:,.2f} articles/s, {n:,} matches\n")
    ratio, fast = len(texts) / kit / rate, len(texts) / min(counted) / rate
    sys.stdout.write(f"ratio: {ratio:,.0f} from text, {fast:,.0f} counting alone\n")


if __name__ == "__main__":
    main()
