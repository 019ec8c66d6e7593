"""Which figures a set of measured tables gives; used by the report and by `analysis figures`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from analysis.inference.compare import frames_over_time, group_means, period_of, tone_over_time, tone_through_article
from analysis.measures.terms._counts import PERIODS

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.corpus import Corpus
    from analysis.output.figures import Figure

__all__ = ["Gallery", "english", "gallery", "grouped_by", "left_over", "who_is_quoted"]

#: Outlets that get a keyness figure of their own: the ones with the most articles.
MOST_KEYNESS_FIGURES = 4
#: Who speaks takes longer to find than all tables together: of more articles it is not looked for.
MOST_HEARD = 5_000
# File systems take names of 255 bytes, with what stands before and after.
_LONGEST_SLUG = 60


@dataclass(frozen=True)
class Gallery:
    """The figures by name, and for each figure that was not drawn the reason."""

    figures: dict[str, Figure] = field(default_factory=dict)
    not_drawn: dict[str, str] = field(default_factory=dict)


def left_over(folder: Path, drawn: Gallery) -> list[str]:
    """Name the figures in a folder that an earlier run drew and this one did not.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from analysis.output.gallery import Gallery, left_over
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("tone.svg", "keyness_gazette.svg", "mine.svg"):
    ...         _ = Path(folder, name).write_text("")
    ...     left_over(Path(folder), Gallery(not_drawn={"tone": "not measured"}))
    ['keyness_gazette', 'tone']
    """
    there = {path.stem for path in folder.glob("*.*")} - drawn.figures.keys()
    return sorted(name for name in there if name in drawn.not_drawn or name.startswith("keyness_"))


def english(articles: pd.DataFrame) -> pd.Series:
    """Say which articles the figures are about: those in English, which the measures are made for."""
    return articles["language"].fillna("en").eq("en")


def gallery(
    tables: Mapping[str, pd.DataFrame], *, by: str | None = None, speakers: pd.DataFrame | None = None
) -> Gallery:
    """Draw every figure that the tables have numbers for.

    Parameters
    ----------
    tables
        Measured tables, as `analysis.measure` or `analysis.open_tables` gives them. No text is needed.
    by
        The column of `tables["articles"]` whose groups are compared; what the tables were measured by if not given.
    speakers
        `who_is_quoted(corpus, by)`: the tables do not tell it.

    Returns
    -------
    Gallery
        Of English articles only; a figure without numbers is named with the reason.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.gallery import gallery
    >>> one = analysis.read(pd.DataFrame({"outlet": ["Gazette"], "text": ["Rain fell on the town. The bridge held."]}))
    >>> gallery(analysis.measure(one)).not_drawn["tone_over_time"]
    'no article has a date'
    """
    from analysis.output import figures as draw

    articles = tables["articles"]
    articles = articles[english(articles)]
    drawn = Gallery()
    if articles.empty:
        drawn.not_drawn["all"] = "no article is in English"
        return drawn
    by = by or grouped_by(tables)
    groups, dated = articles[by].map(str, na_action="ignore"), articles["published"].dropna()
    if groups.isna().all():  # one group, so that what there is can be seen
        groups = pd.Series("All articles", index=articles.index)
    period = period_of(dated)
    # One row for each period, none without dates.
    periods = pd.DataFrame()
    if len(dated) and "sentiment" in tables:
        periods = tone_over_time(tables["sentiment"].join(articles["published"], how="inner"), by=period)
    n_periods = dated.dt.to_period(PERIODS[period]).nunique()
    no_date = None if n_periods > 1 else "all dates fall in one period" if len(dated) else "no article has a date"
    one = "there is only one article" if len(articles) == 1 else None
    known = pd.DataFrame({by: groups, "published": articles["published"]})

    def of(name: str) -> pd.DataFrame:
        table = tables[name]
        if table.index.name == "article_id":
            return table.join(known, how="inner")
        return table.merge(known, left_on="article_id", right_index=True)

    def add(name: str, table: str, without: str | None, plot: Callable[[], Figure]) -> None:
        if table not in tables:
            drawn.not_drawn[name] = "not measured"
        elif without:
            drawn.not_drawn[name] = without
        else:
            drawn.figures[name] = plot()

    def tone() -> pd.DataFrame:
        return group_means(of("sentiment").dropna(subset=by), by=by, value="compound_mean")

    def frames() -> pd.DataFrame:
        return group_means(of("framing").dropna(subset=by), by=["frame", by], value="per_1000_words")

    def shares() -> pd.DataFrame:
        return group_means(of("voice").dropna(subset=by), by=by, value="share_quoted")

    def empty(name: str, otherwise: str, least: int = 1) -> str | None:
        return otherwise if name in tables and len(tables[name]) < least else None

    add(
        "terms",
        "term_frequency",
        empty("term_frequency", "no terms"),
        lambda: draw.plot_terms(tables["term_frequency"]),
    )
    keyness = tables["keyness"] if "keyness" in tables else pd.DataFrame()
    counts = groups.value_counts()
    chosen = sorted(keyness[by].unique() if by in keyness else [], key=lambda name: (-counts.get(name, 0), name))[
        :MOST_KEYNESS_FIGURES
    ]
    if "keyness" not in tables:
        drawn.not_drawn["keyness"] = "not measured"
    elif not chosen:
        drawn.not_drawn["keyness"] = f"no {by} has enough articles to compare with others"
    for name, stem in zip(chosen, _stems(chosen), strict=True):
        table = keyness[keyness[by] == name].drop(columns=by)
        drawn.figures[stem] = draw.plot_keyness(table, target=name, name=stem)
    no_terms = no_date or empty("trends", "no terms to follow")
    add("trends", "trends", no_terms, lambda: draw.plot_trends(tables["trends"]))
    few = one or empty("dispersion", "too few terms occur five times", 2)
    add("dispersion", "dispersion", few, lambda: draw.plot_dispersion(tables["dispersion"]))
    add("readability", "readability", one, lambda: draw.plot_readability(of("readability").dropna(subset=by), by=by))
    add("tone", "sentiment", one, lambda: draw.plot_tone(tone(), by=by))
    add("tone_over_time", "sentiment", no_date, lambda: draw.plot_tone_over_time(periods))
    add(
        "tone_through_article",
        "sentences",
        empty("sentences", "no sentences"),
        lambda: draw.plot_tone_through_article(tone_through_article(of("sentences"))),
    )
    add("frames", "framing", one, lambda: draw.plot_frames(frames(), by=by))
    add(
        "frames_over_time",
        "framing",
        no_date,
        lambda: draw.plot_frames_over_time(frames_over_time(of("framing"), by=period)),
    )
    add("voice", "voice", one, lambda: draw.plot_voice(shares(), by=by))
    add("voice_tone", "tone_by_voice", one, lambda: draw.plot_voice_tone(of("tone_by_voice").dropna(subset=by), by=by))
    if speakers is None:
        drawn.not_drawn["speakers"] = f"who is quoted is looked for in articles, up to {MOST_HEARD:,}, not in tables"
    else:
        nobody = None if len(speakers) else "nobody is quoted by name"
        named = by if by in speakers else None
        add("speakers", "articles", nobody, lambda: draw.plot_speakers(speakers, by=named))
    return drawn


def who_is_quoted(corpus: Corpus, by: str) -> pd.DataFrame | None:
    """Return `speakers` of the English articles by their groups, or None where there are too many articles to wait for.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> from analysis.output.gallery import who_is_quoted
    >>> text = "“We won,” said Ann Lee."
    >>> one = analysis.read(pd.DataFrame({"outlet": ["Gazette"], "text": [text], "language": ["en"]}))
    >>> who_is_quoted(one, "outlet")[["outlet", "speaker", "n_words"]].to_dict("list")
    {'outlet': ['Gazette'], 'speaker': ['Ann Lee'], 'n_words': [2]}
    """
    from analysis.studies.speakers import speakers

    if len(corpus) > MOST_HEARD:
        return None
    ours = corpus.where(english(corpus.articles))
    if ours.articles[by].isna().all():
        return speakers(ours)
    return speakers(ours, by=by).dropna(subset=by, ignore_index=True)


def grouped_by(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the column that the tables' groups are compared by."""
    settings: Mapping[str, str] = getattr(tables, "manifest", {}).get("settings", {})
    return settings.get("by", "outlet")


def _stems(outlets: list[str]) -> list[str]:
    """Return a file name for each outlet's keyness figure; outlets that come out alike are numbered."""
    stems: list[str] = []
    for outlet in outlets:
        stem = f"keyness_{slug(outlet)}"
        again = sum(known == stem or known.startswith(f"{stem}-") for known in stems)
        stems.append(f"{stem}-{again + 1}" if again else stem)
    return stems


def slug(name: str) -> str:
    """Return a name as part of a file name: ASCII letters, digits and underscores."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")[:_LONGEST_SLUG].rstrip("_") or "outlet"
