"""A codebook looked at before it is used: cues that say the same, and what they find in real articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.measures.codebook import Codebooks, codebook_of
from analysis.measures.framing import cue_spans, matches_that_count
from analysis.measures.terms._counts import at_least
from analysis.text.cues import CueSet, Window, compile_cue
from analysis.text.tokens import tokenise, tokens_of

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.measures.codebook import Codebook

__all__ = ["CodebookCheck", "check_codebook"]

#: Fewer articles than these say nothing of a cue that is found in one outlet only.
_FEW_ARTICLES = 3
_CONTEXT = 48
_SHOWN = 30


@dataclass(frozen=True, repr=False, eq=False)
class CodebookCheck:
    """What `check_codebook` found; printed, a page to read.

    Attributes
    ----------
    name
        The codebook's.
    n_articles
        The articles it was tried on.
    cues
        One row for each cue, in the order of the codebook: `frame`, `cue` (str); `n` (int64, matches that count),
        `n_articles`, `n_outlets` (int64); `outlet` (str, the one with the most matches, missing where there is none);
        `problem` (str): `"never"` (no match that counts), `"one outlet"` (three articles or more, all of one of several
        outlets) or `""`.
    overlaps
        One row for each pair of cues that say the same: `kind` (str): `"same cue"`, listed in two frames; `"covered"`,
        a word or phrase that another cue of its frame finds too, so that it adds nothing; `"same words"`, cues of two
        frames whose matches share words of the articles. `frame`, `cue`, `other_frame`, `other_cue` (str); `n` (int64):
        the words shared, 0 for the first two kinds.
    lines
        The most frequent cues of each frame with lines to read, spread over the matches: `frame`, `cue` (str), `n`
        (int64), `article_id`, `outlet`, `left`, `match`, `right` (str).

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A"], "text": ["Both sides clash."]}))
    >>> check = analysis.check_codebook(analysis.Codebook.from_dict({"war": ["clash*", "siege"]}, name="mine"), corpus)
    >>> check.cues[["cue", "n", "problem"]].values.tolist()
    [['clash*', 1, ''], ['siege', 0, 'never']]
    """

    name: str
    n_articles: int
    cues: pd.DataFrame
    overlaps: pd.DataFrame
    lines: pd.DataFrame

    def __repr__(self) -> str:
        never, one = ((self.cues["problem"] == what).sum() for what in ("never", "one outlet"))
        return (
            f"<CodebookCheck {self.name!r}: {len(self.cues):,} cues in {self.n_articles:,} articles; "
            f"{never:,} never found, {one:,} in one outlet only, {len(self.overlaps):,} overlaps>"
        )

    def __str__(self) -> str:
        return "\n".join([repr(self)[1:-1], *self._frames(), *self._problems(), *self._overlaps(), *self._lines()])

    def _frames(self) -> list[str]:
        page = ["", "frame: cues, of them found; matches"]
        for frame, rows in self.cues.groupby("frame", sort=False):
            page.append(f"  {frame}: {len(rows):,}, {int((rows['n'] > 0).sum()):,}; {int(rows['n'].sum()):,}")
        return page

    def _problems(self) -> list[str]:
        page = []
        if self.n_articles:
            for problem, heading in (("never", "never found"), ("one outlet", "in one outlet only")):
                rows = self.cues[self.cues["problem"] == problem]
                page += ["", f"{heading}: {len(rows):,}"]
                for frame, some in rows.groupby("frame", sort=False):
                    names = some["cue"] if problem == "never" else some["cue"] + " (" + some["outlet"] + ")"
                    more = f" and {len(some) - _SHOWN:,} more" if len(some) > _SHOWN else ""
                    page.append(f"  {frame}: {', '.join(names.head(_SHOWN))}{more}")
        return page

    def _overlaps(self) -> list[str]:
        page = ["", f"cues that say the same: {len(self.overlaps):,}"]
        for kind, *cues, n in self.overlaps.head(_SHOWN).values.tolist():
            shared = f", {n:,} words" if n else ""
            page.append("  {}: {} {!r} · {} {!r}{}".format(kind, *cues, shared))
        if len(self.overlaps) > _SHOWN:
            page.append(f"  and {len(self.overlaps) - _SHOWN:,} more")
        return page

    def _lines(self) -> list[str]:
        page = []
        for (frame, cue, n), rows in self.lines.groupby(["frame", "cue", "n"], sort=False):
            page += ["", f"{frame}: {cue} ({n:,})"]
            shown = rows[["left", "match", "right"]].values.tolist()
            page += [f"  {left:>{_CONTEXT}s} [{match}] {right}" for left, match, right in shown]
        return page


def check_codebook(
    codebook: Codebooks, corpus: Corpus | None = None, *, most: int = 10, examples: int = 3
) -> CodebookCheck:
    """Try a codebook on articles: what its cues find, what they never find, and which say the same.

    Parameters
    ----------
    codebook
        As `framing` takes it.
    corpus
        Articles; without them only the cues are compared.
    most
        How many of each frame's most frequent cues to show lines of.
    examples
        How many lines of each.

    Raises
    ------
    CodebookError, OptionError
        As `framing`; if `most` or `examples` is below 0.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> mine = analysis.Codebook.from_dict({"fire": ["fire*", "fires"], "harm": ["fire*", "smoke"]}, name="mine")
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A"], "text": ["Fires burned for a day."]}))
    >>> check = analysis.check_codebook(mine, corpus)
    >>> check
    <CodebookCheck 'mine': 4 cues in 1 articles; 2 never found, 0 in one outlet only, 3 overlaps>
    >>> check.overlaps[["kind", "frame", "cue", "other_frame", "other_cue", "n"]].values.tolist()
    [['same cue', 'fire', 'fire*', 'harm', 'fire*', 0], ['covered', 'fire', 'fires', 'fire', 'fire*', 0], ['same words', 'fire', 'fire*', 'harm', 'fire*', 1]]
    """  # noqa: E501
    at_least("most", most, 0)
    at_least("examples", examples, 0)
    book = codebook_of(codebook)
    overlaps = [_same_cue(book), _covered(book)]
    if corpus is None:
        spans = pd.DataFrame(
            {name: pd.Series(dtype="str") for name in ("frame", "cue", "article_id", "outlet", "text")}
        )
    else:
        spans = cue_spans(corpus, codebook=book)
        spans["outlet"] = corpus.articles["outlet"].reindex(spans["article_id"]).to_numpy()
        overlaps.append(_same_words(corpus, book))
    return CodebookCheck(
        book.name,
        0 if corpus is None else len(corpus),
        _cues(book, spans, 0 if corpus is None else int(corpus.articles["outlet"].nunique())),
        pd.concat(overlaps, ignore_index=True),
        _lines(corpus, spans, most, examples),
    )


def _table(rows: list[tuple[str, str, str, str, str, int]]) -> pd.DataFrame:
    kinds = {"kind": "str", "frame": "str", "cue": "str", "other_frame": "str", "other_cue": "str", "n": "int64"}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _same_cue(book: Codebook) -> pd.DataFrame:
    first: dict[object, tuple[str, str]] = {}
    rows = []
    for frame in book.frames:
        for cue in frame.cues:
            other = first.setdefault(compile_cue(cue).key, (frame.name, cue))
            if other[0] != frame.name:
                rows.append(("same cue", *other, frame.name, cue, 0))
    return _table(rows)


def _covered(book: Codebook) -> pd.DataFrame:
    """Find words and phrases without wildcards that another cue of the frame matches as they stand."""
    rows = []
    for frame in book.frames:
        cues = [compile_cue(cue) for cue in frame.cues]
        written = {
            place: cue.search.text
            for place, cue in enumerate(cues)
            if not isinstance(cue.search, Window) and not any("*" in part or "?" in part for part in cue.search.parts)
        }
        plain = list(written)
        # A cue with exclusions does not find all that it looks for.
        able = [place for place, cue in enumerate(cues) if not cue.exclusions]
        tokens = tokenise(list(written.values()))
        found = CueSet([cues[place].search for place in able]).find(tokens)
        article = np.searchsorted(tokens.terms.starts, found.position, side="right") - 1
        whole = found.length == np.diff(tokens.terms.starts)[article]
        for number, search in zip(article[whole].tolist(), found.search[whole].tolist(), strict=True):
            if plain[number] != able[search]:
                rows.append(("covered", frame.name, frame.cues[plain[number]], frame.name, frame.cues[able[search]], 0))
    return _table(rows)


def _same_words(corpus: Corpus, book: Codebook) -> pd.DataFrame:
    """Count the words that matches of cues of two frames share."""
    matches = matches_that_count(tokens_of(corpus), book)
    frame = np.array([match[0] for match in matches], dtype=np.int64)
    numbers: dict[tuple[int, str], int] = {}
    cue = np.array([numbers.setdefault((match[0], match[1]), len(numbers)) for match in matches], dtype=np.int64)
    first = np.array([match[2] for match in matches], dtype=np.int64)
    size = np.array([match[3] - match[2] + 1 for match in matches], dtype=np.int64)
    step = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    words = pd.DataFrame(
        {"word": np.repeat(first, size) + step, "frame": np.repeat(frame, size), "cue": np.repeat(cue, size)}
    )
    pairs = words.merge(words, on="word")  # a word counts at most once for a frame
    pairs = pairs[pairs["frame_x"] < pairs["frame_y"]]
    counted = pairs.groupby(["cue_x", "cue_y"]).size().reset_index(name="n")
    counted = counted.sort_values(["n", "cue_x", "cue_y"], ascending=[False, True, True])
    names = [(book.frames[place].name, name) for place, name in numbers]
    return _table(
        [
            ("same words", *names[one], *names[other], n)
            for one, other, n in zip(*(counted[name].tolist() for name in ("cue_x", "cue_y", "n")), strict=True)
        ]
    )


def _cues(book: Codebook, spans: pd.DataFrame, n_outlets: int) -> pd.DataFrame:
    every = pd.MultiIndex.from_tuples(
        [(frame.name, cue) for frame in book.frames for cue in frame.cues], names=["frame", "cue"]
    )
    groups = spans.groupby(["frame", "cue"], sort=False)
    counts = pd.DataFrame(
        {
            "n": groups.size(),
            "n_articles": groups["article_id"].nunique(),
            "n_outlets": groups["outlet"].nunique(),
        }
    )
    table = counts.reindex(every, fill_value=0).astype("int64")
    by_outlet = spans.groupby(["frame", "cue", "outlet"]).size().reset_index(name="n")
    top = by_outlet.sort_values(["n", "outlet"], ascending=[False, True]).drop_duplicates(["frame", "cue"])
    table["outlet"] = top.set_index(["frame", "cue"])["outlet"].astype("str").reindex(every)
    one = (table["n_outlets"] == 1) & (table["n_articles"] >= _FEW_ARTICLES) & (n_outlets > 1)
    table["problem"] = pd.Series(
        np.select([table["n"] == 0, one], ["never", "one outlet"], default=""), index=table.index, dtype="str"
    )
    return table.reset_index().astype({"frame": "str", "cue": "str"})


def _lines(corpus: Corpus | None, spans: pd.DataFrame, most: int, examples: int) -> pd.DataFrame:
    rows = []
    if corpus is not None:
        texts = corpus.articles["text"]
        for frame, of_frame in spans.groupby("frame", sort=False):
            frequent = of_frame["cue"].value_counts()
            frequent = frequent.sort_index().sort_values(ascending=False, kind="stable").head(most)
            for cue, n in frequent.items():
                matches = of_frame[of_frame["cue"] == cue]
                places = np.unique(np.linspace(0, len(matches) - 1, examples).round().astype(np.int64))
                chosen = matches.iloc[places]
                names = (chosen[name].tolist() for name in ("article_id", "outlet", "start", "end", "text"))
                for article, outlet, start, end, match in zip(*names, strict=True):
                    left = _one_line(texts[article][max(0, start - 2 * _CONTEXT) : start])
                    right = _one_line(texts[article][end : end + 2 * _CONTEXT])
                    shown = (left[-_CONTEXT:].lstrip(), _one_line(match), right[:_CONTEXT].rstrip())
                    rows.append((frame, cue, int(n), article, outlet, *shown))
    kinds = dict.fromkeys(("frame", "cue", "n", "article_id", "outlet", "left", "match", "right"), "str")
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds | {"n": "int64"})


def _one_line(text: str) -> str:
    joined = " ".join(text.split())
    return "".join(character if character.isprintable() else "·" for character in joined)
