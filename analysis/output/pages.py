"""Pages that show, word by word, what made the scores of the articles behind the ends of the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from analysis.errors import OptionError
from analysis.studies.evidence import Evidence, explain

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.measures.codebook import Codebook
    from analysis.output.gallery import Gallery

__all__ = ["FOLDER", "MOST_PAGES", "Explained", "explained", "sweep"]

#: A report has no more of them, whatever the number of outlets.
MOST_PAGES: Final = 200
FOLDER: Final = "evidence"
_NAME: Final = re.compile(r"(tone|readability|framing)-\d+\.html")
#: Articles at each end of a group: those of the first rank of every group come before those of the second. A page of
#: readability marks every word, so it is ten times as large as one of tone.
_RANKS: Final = {"tone": 3, "readability": 2, "framing": 3}
_SCORES: Final = {
    "tone": ("sentiment", "compound_mean", "Mean VADER compound of the sentences"),
    "readability": ("readability", "flesch_kincaid_grade", "Flesch–Kincaid grade"),
    "framing": ("framing", "per_1000_words", "cues per 1,000 words"),
}


class _End(NamedTuple):
    """An article at an end of a group (of all articles, for a frame)."""

    measure: str
    group: object
    end: str  # lowest, highest
    rank: int
    article_id: str
    value: float
    n: int


@dataclass(frozen=True)
class Explained:
    """The articles that were chosen, and where their pages are.

    Attributes
    ----------
    ends
        One row for each end, rank and group of a measure: `measure, group, end, rank, article_id, value, n`.
    paths
        The page of each measure and article, as the report links to it.
    """

    ends: pd.DataFrame
    paths: dict[tuple[str, str], str]

    def of(self, measure: str) -> pd.DataFrame:
        """Return the rows of a measure, with the pages' paths."""
        rows = self.ends[self.ends["measure"] == measure]
        return rows.assign(path=[self.paths[measure, article] for article in rows["article_id"]])


NOTHING: Final = Explained(pd.DataFrame(columns=list(_End._fields)), {})


def explained(
    tables: Mapping[str, pd.DataFrame], drawn: Gallery, corpus: Corpus, by: str, *, frames: bool
) -> Explained:
    """Choose the articles behind the ends of the figures of tone, readability and frames, at most `MOST_PAGES` pages.

    `frames` says whether the codebook is at hand.
    """
    here = corpus.articles.index
    ends: list[_End] = []
    for measure, figure in (("tone", "tone"), ("readability", "readability"), ("framing", "frames")):
        source, score, _ = _SCORES[measure]
        if figure not in drawn.figures or (measure == "framing" and not frames):
            continue
        table = tables[source]
        if measure == "framing":
            table = table[table["article_id"].isin(here) & (table["n_cues"] > 0)].set_index("article_id")
            groups, sides = list(dict.fromkeys(drawn.figures[figure].data["frame"])), ["highest"]
            of = table["frame"]
        else:
            table = table[table.index.isin(here)]
            groups, sides = list(drawn.figures[figure].data[by]), ["lowest", "highest"]
            of = tables["articles"][by].map(str, na_action="ignore").reindex(table.index)
            if of.isna().all():
                of = of.astype("object").fillna(groups[0])
        known = (tables["articles"]["language"].fillna("en") == "en").reindex(table.index)
        for group in groups:
            scores = table.loc[(of == group).to_numpy(bool) & known.to_numpy(bool), score].dropna()
            scores = scores.iloc[scores.index.argsort()].sort_values(kind="stable")
            for end in sides:
                taken = scores.head(_RANKS[measure]) if end == "lowest" else scores.tail(_RANKS[measure]).iloc[::-1]
                taken = taken if end == "lowest" or len(sides) == 1 else taken[~taken.index.isin(scores.head(1).index)]
                ends += [
                    _End(measure, group, end, rank, str(article), float(value), len(scores))
                    for rank, (article, value) in enumerate(taken.items())
                ]
    chosen: dict[tuple[str, str], None] = {}
    kept: list[_End] = []
    for one in sorted(ends, key=lambda end: end.rank):
        key = (one.measure, one.article_id)
        if key in chosen or len(chosen) < MOST_PAGES:
            chosen[key] = None
            kept.append(one)
    if not kept:
        return NOTHING
    order = {end: place for place, end in enumerate(ends)}
    kept.sort(key=order.__getitem__)
    paths: dict[tuple[str, str], str] = {}
    for one in kept:
        n = 1 + sum(measure == one.measure for measure, _ in paths)
        paths.setdefault((one.measure, one.article_id), f"{FOLDER}/{one.measure}-{n:03d}.html")
    return Explained(pd.DataFrame(kept, columns=list(_End._fields)), paths)


def pages(
    chosen: Explained, corpus: Corpus, *, codebook: str | Path | Codebook, sentences: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each page and what its template needs."""
    articles = corpus.articles
    for (measure, article_id), path in chosen.paths.items():
        row = articles.loc[article_id]
        ends = chosen.ends[(chosen.ends["measure"] == measure) & (chosen.ends["article_id"] == article_id)]
        try:
            evidence = _evidence(corpus, article_id, measure, codebook, sentences)
        except OptionError:  # a score that the tables have and this text has not: they are not of the same articles
            continue
        day = row["published"]
        about = [row["outlet"], None if pd.isna(day) else f"{day:%Y-%m-%d}"]
        yield (
            path,
            {
                "measure": measure,
                "title": row["title"] if isinstance(row["title"], str) and row["title"].strip() else article_id,
                "about": [one for one in about if isinstance(one, str)],
                "article_id": article_id,
                "ends": [_told(_End(*end)) for end in ends.itertuples(index=False)],
                "evidence": evidence,
            },
        )


def _evidence(
    corpus: Corpus, article_id: str, measure: str, codebook: str | Path | Codebook, sentences: Any
) -> Evidence:
    source, score, _ = _SCORES[measure]
    if source == "framing":
        return explain(corpus, article_id, measure="framing", score=score, codebook=codebook)
    if source == "readability":
        return explain(corpus, article_id, measure="readability", score=score, sentences=sentences)
    return explain(corpus, article_id, measure="sentiment", score=score)


def _told(end: _End) -> str:
    """Say which end an article is."""
    place = end.end if end.rank == 0 else f"{('', 'second', 'third')[end.rank]} {end.end}"
    if end.measure == "framing":
        what = f"{str(end.group).replace('_', ' ')}: {end.value:.1f} {_SCORES['framing'][2]}"
        return f"{what}, the {place} of {end.n:,} articles with a cue of this frame."
    value = f"{end.value:+.3f}".replace("-", "−") if end.measure == "tone" else f"{end.value:.1f}"
    return f"{_SCORES[end.measure][2]}: {value}, the {place} of {end.n:,} articles of {end.group}."


def sweep(folder: Path, keep: set[str]) -> None:
    """Remove pages of an earlier report, which may hold articles that this one must not."""
    for path in folder.glob("*.html") if folder.is_dir() else ():
        if _NAME.fullmatch(path.name) and path.name not in keep:
            path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
