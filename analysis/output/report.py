"""The report: one folder that opens from disk, made from measured tables."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.errors import OptionError
from analysis.inference.compare import group_means
from analysis.output.gallery import Gallery, english, gallery

if TYPE_CHECKING:
    from analysis.corpus import Corpus
    from analysis.output.figures import Figure

__all__ = ["write_report"]

#: The list of articles in the report stops here; the tables have them all.
MOST_ARTICLES = 2_000
_MOST_ROWS = 60
_READABILITY = "flesch_kincaid_grade"
_READABILITY_SHOWN = (
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "dale_chall_readability_score",
    "gunning_fog",
    "coleman_liau_index",
    "automated_readability_index",
    "lix",
    "n_words",
)


@dataclass(frozen=True)
class _Table:
    """A table as the template draws it: headings, rows of (text, sort key), and what stands below."""

    columns: list[str]
    rows: list[list[tuple[str, str]]]
    note: str = ""
    numeric: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class _Section:
    key: str
    figures: list[Figure]
    tables: list[tuple[str, _Table]]


def write_report(
    tables: Mapping[str, pd.DataFrame],
    out: str | os.PathLike[str],
    *,
    corpus: Corpus | None = None,
    manifest: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> Path:
    """Write the report: `index.html`, with its figures in `figures/`.

    Parameters
    ----------
    tables
        Measured tables (`analysis.measure`, `analysis.open_tables`).
    out
        Folder to write into; made if it does not exist.
    corpus
        Adds the sentences behind the numbers and what was set aside. Without it (or with `analysis report --no-text`)
        the report holds no article text.
    manifest
        What the tables were measured from; that of `tables` if not given.
    title
        Heading; made from the outlets and dates if not given.

    Returns
    -------
    Path
        The page. It needs no network and no server. Everything that came from an article is escaped.

    Examples
    --------
    >>> import tempfile, pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "It was <dry>."]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = analysis.write_report(analysis.measure(corpus), folder, corpus=corpus)
    ...     "<dry>" in page.read_text()
    False
    """
    about = dict(manifest if manifest is not None else getattr(tables, "manifest", {}))
    if not about:
        raise OptionError("`manifest` is needed where `tables` is a plain dict; pass what analysis.measure returned.")
    folder = Path(out)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    drawn = gallery(tables)
    for figure in drawn.figures.values():
        figure.save(folder / "figures")
    page = _render(tables, drawn, about, corpus, title, _notebooks(folder))
    return _write(folder / "index.html", page)


def _render(
    tables: Mapping[str, pd.DataFrame],
    drawn: Gallery,
    about: Mapping[str, Any],
    corpus: Corpus | None,
    title: str | None,
    notebooks: list[str],
) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analysis.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    articles = tables["articles"]
    ours = articles[english(articles)]
    return environment.get_template("report.html.j2").render(
        title=title or _title(about, ours),
        about=about,
        n_english=len(ours),
        findings=_findings(tables, ours),
        sections=_sections(tables, drawn, ours, corpus),
        not_drawn=drawn.not_drawn,
        n_furniture=_with_furniture(tables["quality"]),
        quality=_quality(tables["quality"], len(articles)),
        set_aside=None if corpus is None else _set_aside(corpus),
        n_set_aside=about.get("n_set_aside", 0),
        articles=_articles(tables, articles),
        n_articles_shown=min(len(articles), MOST_ARTICLES),
        notebooks=notebooks,
        with_text=corpus is not None,
    )


def _title(about: Mapping[str, Any], articles: pd.DataFrame) -> str:
    outlets = articles["outlet"].dropna().unique()
    who = outlets[0] if len(outlets) == 1 else f"{len(outlets)} outlets" if len(outlets) else "articles"
    n = about["n_articles"]
    when = (
        f", {about['first']} to {about['last']}"
        if about.get("first") and about["first"] != about["last"]
        else (f", {about['first']}" if about.get("first") else "")
    )
    return f"{n:,} article{'s' if n != 1 else ''}: {who}{when}"


# --- Findings ---------------------------------------------------------------------------------------------------------


def _findings(tables: Mapping[str, pd.DataFrame], articles: pd.DataFrame) -> list[str]:
    """Say in sentences what the figures show, with the numbers."""
    found: list[str] = []
    known = articles[["outlet"]]
    readability = tables["readability"].join(known, how="inner")
    sentiment = tables["sentiment"].join(known, how="inner")
    framing = tables["framing"].merge(known, left_on="article_id", right_index=True)
    if len(articles) == 1:
        return _findings_of_one(readability, sentiment, framing)
    hard = _extremes(readability, _READABILITY)
    if hard:
        low, high = hard
        found.append(
            f"Hardest to read is {high['outlet']} (mean Flesch–Kincaid grade {high['mean']:.1f}, n = {high['n']}), "
            f"easiest {low['outlet']} ({low['mean']:.1f}, n = {low['n']})."
        )
    tone = _extremes(sentiment, "compound_mean")
    if tone:
        low, high = tone
        apart = "" if low["high"] < high["low"] else " Their intervals overlap."
        found.append(
            f"Tone of the average sentence: most negative in {low['outlet']} ({low['mean']:+.2f}, 95 % interval "
            f"{low['low']:+.2f} to {low['high']:+.2f}), most positive in {high['outlet']} ({high['mean']:+.2f}, "
            f"{high['low']:+.2f} to {high['high']:+.2f}).{apart}"
        )
    overall = framing.groupby("frame", sort=False)["per_1000_words"].mean().dropna()
    if len(overall):
        found.append(
            f"The most cued frame is {_words(overall.idxmax())} ({overall.max():.1f} cues per 1,000 words on "
            f"average), the least {_words(overall.idxmin())} ({overall.min():.1f})."
        )
    spread = group_means(framing.dropna(subset="outlet"), by=["frame", "outlet"], value="per_1000_words")
    spread = spread[spread["n"] >= 8]
    if spread["outlet"].nunique() > 1:
        ranges = spread.groupby("frame")["mean"].agg(lambda m: m.max() - m.min())
        frame = ranges.idxmax()
        of_frame = spread[spread["frame"] == frame].sort_values("mean")
        least, most = of_frame.iloc[0], of_frame.iloc[-1]
        found.append(
            f"Outlets differ most in the {_words(frame)} frame: {most['outlet']} {most['mean']:.1f} cues per "
            f"1,000 words, {least['outlet']} {least['mean']:.1f}."
        )
    keyness = tables["keyness"]
    if len(keyness):
        certain = keyness[(keyness["q"] < 0.05) & (keyness["log_odds_z"] > 0)]
        for outlet, rows in certain.groupby("outlet"):
            words = rows.sort_values(["log_odds_z", "term"], ascending=[False, True])["term"].head(5)
            found.append(f"Words that set {outlet} apart (q < .05 over articles): {', '.join(words)}.")
        if certain.empty:
            found.append(
                "No word sets one outlet apart from the others once articles, not words, are counted (q < .05)."
            )
    return found


def _findings_of_one(readability: pd.DataFrame, sentiment: pd.DataFrame, framing: pd.DataFrame) -> list[str]:
    row, tone = readability.iloc[0], sentiment.iloc[0]
    frames = framing.sort_values("per_1000_words", ascending=False, kind="stable")
    found = [
        (
            f"{int(row['n_words']):,} words in {int(row['n_sentences']):,} sentences; Flesch–Kincaid grade "
            f"{row['flesch_kincaid_grade']:.1f}, Flesch reading ease {row['flesch_reading_ease']:.1f}."
        ),
        (
            f"Tone: VADER compound {tone['compound']:+.3f} for the whole text, {tone['compound_mean']:+.3f} for the "
            "average sentence."
        ),
    ]
    named = [f"{_words(r.frame)} {r.per_1000_words:.1f}" for r in frames.itertuples() if r.n_cues]
    if named:
        found.append(f"Frame cues per 1,000 words: {', '.join(named)}.")
    return found


def _extremes(table: pd.DataFrame, value: str) -> tuple[pd.Series, pd.Series] | None:
    means = group_means(table.dropna(subset="outlet"), by="outlet", value=value)
    means = means[means["n"] >= 8].sort_values("mean", kind="stable")
    return (means.iloc[0], means.iloc[-1]) if len(means) > 1 else None


# --- Sections ---------------------------------------------------------------------------------------------------------


def _sections(
    tables: Mapping[str, pd.DataFrame], drawn: Gallery, articles: pd.DataFrame, corpus: Corpus | None
) -> list[_Section]:
    known = articles[["outlet"]]
    readability = tables["readability"].join(known, how="inner")
    sentiment = tables["sentiment"].join(known, how="inner")
    framing = tables["framing"].merge(known, left_on="article_id", right_index=True)
    cues = tables["cues"][tables["cues"]["article_id"].isin(articles.index)]
    sentences = [] if corpus is None else _behind_the_tone(tables["sentences"], corpus, articles)
    return [
        _terms_section(tables["term_frequency"], tables["keyness"], drawn),
        _readability_section(readability, drawn),
        _tone_section(sentiment, sentences, drawn),
        _framing_section(framing, cues, drawn),
    ]


def _some(drawn: Gallery, *names: str) -> list[Figure]:
    return [figure for name, figure in drawn.figures.items() if name in names]


def _terms_section(frequency: pd.DataFrame, keyness: pd.DataFrame, drawn: Gallery) -> _Section:
    tables = [("The most frequent terms", _table(frequency.head(_MOST_ROWS)))]
    if len(keyness):
        tables.append(("Keyness, by outlet", _table(_top_keyness(keyness))))
    of_outlets = [name for name in drawn.figures if name.startswith("keyness")]
    return _Section("terms", _some(drawn, "terms", *of_outlets, "trends", "dispersion"), tables)


def _readability_section(table: pd.DataFrame, drawn: Gallery) -> _Section:
    return _Section(
        "readability",
        _some(drawn, "readability"),
        [_scores(table)] if len(table) == 1 else [("Mean scores by outlet", _by_outlet(table, _READABILITY_SHOWN))],
    )


def _tone_section(table: pd.DataFrame, sentences: list[tuple[str, _Table]], drawn: Gallery) -> _Section:
    scores = ["compound_mean", "compound_sd", "compound", "neg", "neu", "pos"]
    return _Section(
        "tone",
        _some(drawn, "tone", "tone_over_time", "tone_through_article"),
        [_scores(table) if len(table) == 1 else ("Mean tone by outlet", _by_outlet(table, scores)), *sentences],
    )


def _framing_section(framing: pd.DataFrame, cues: pd.DataFrame, drawn: Gallery) -> _Section:
    return _Section(
        "framing",
        _some(drawn, "frames", "frames_over_time"),
        [
            ("Cues per 1,000 words by outlet", _frames_by_outlet(framing)),
            ("The most frequent cues", _table(_top_cues(cues))),
        ],
    )


def _top_keyness(keyness: pd.DataFrame) -> pd.DataFrame:
    columns = ["outlet", "term", "count_target", "count_reference", "log_ratio", "log_odds_z", "g2", "p", "q"]
    top = (
        keyness.sort_values(["outlet", "log_odds_z", "term"], ascending=[True, False, True]).groupby("outlet").head(12)
    )
    return top.loc[:, columns]


def _top_cues(cues: pd.DataFrame) -> pd.DataFrame:
    totals = cues.groupby(["frame", "cue"], sort=True)["n"].sum().reset_index()
    totals = totals[totals["n"] > 0].sort_values(["frame", "n", "cue"], ascending=[True, False, True])
    return totals.groupby("frame").head(10)


def _behind_the_tone(sentences: pd.DataFrame, corpus: Corpus, articles: pd.DataFrame) -> list[tuple[str, _Table]]:
    """Return the most negative and most positive sentences, a few of each outlet, so that a number can be read."""
    sentences = sentences[sentences["article_id"].isin(articles.index) & (sentences["n_words"] >= 5)]
    outlet = sentences["article_id"].map(articles["outlet"])
    sentences = sentences.assign(outlet=outlet)
    found = []
    for heading, rising in (("The most negative sentences", True), ("The most positive sentences", False)):
        ranked = sentences.sort_values(["compound", "article_id", "sentence"], ascending=[rising, True, True])
        ranked = ranked.groupby("outlet", dropna=False, sort=True).head(3)
        ranked = ranked.sort_values(["compound", "article_id", "sentence"], ascending=[rising, True, True]).head(30)
        texts = corpus.articles["text"]
        places = zip(ranked["article_id"], ranked["start"], ranked["end"], strict=True)
        rows = ranked.assign(sentence=[texts[article_id][start:end] for article_id, start, end in places])
        found.append((heading, _table(rows[["compound", "outlet", "sentence", "article_id"]])))
    return found


def _by_outlet(table: pd.DataFrame, values: Iterable[str]) -> _Table:
    grouped = table.assign(outlet=table["outlet"].fillna("(no outlet)")).groupby("outlet")
    means = grouped[[name for name in values if name in table.columns]].mean()
    return _table(means.assign(n_articles=grouped.size()).reset_index())


def _scores(table: pd.DataFrame) -> tuple[str, _Table]:
    """Return every number of a single article, one a row."""
    numbers = table.select_dtypes("number").iloc[0].astype("float64")
    return "Every score and count", _table(numbers.rename("value").rename_axis("score").reset_index())


def _frames_by_outlet(framing: pd.DataFrame) -> _Table:
    wide = framing.assign(outlet=framing["outlet"].fillna("(no outlet)")).pivot_table(
        index="outlet", columns="frame", values="per_1000_words", aggfunc="mean", sort=False
    )
    return _table(wide.sort_index().rename(columns=_words).reset_index())


def _quality(quality: pd.DataFrame, n_articles: int) -> _Table:
    if quality.empty:
        return _Table([], [], "Nothing was found wrong with any article.")
    counts = quality.groupby("problem")["article_id"].nunique().rename("articles").reset_index()
    counts["share"] = (counts["articles"] / n_articles).map("{:.1%}".format)
    return _table(counts)


def _with_furniture(quality: pd.DataFrame) -> int:
    """Return how many articles hold captions, boilerplate or repeated paragraphs."""
    kinds = ["caption_lines", "boilerplate_lines", "repeated_block"]
    return int(quality.loc[quality["problem"].isin(kinds), "article_id"].nunique())


def _set_aside(corpus: Corpus) -> _Table:
    rows = corpus.set_aside[["path", "row", "kind", "reason", "text"]].head(200)
    note = "" if len(corpus.set_aside) <= 200 else f"The first 200 of {len(corpus.set_aside):,}."
    return _table(rows.assign(text=rows["text"].astype("str").str.slice(0, 200)), note=note)


def _articles(tables: Mapping[str, pd.DataFrame], articles: pd.DataFrame) -> _Table:
    framing = tables["framing"]
    top = (
        framing[framing["n_cues"] > 0]
        .sort_values("per_1000_words", ascending=False, kind="stable")
        .groupby("article_id")["frame"]
        .first()
    )
    shown = articles.head(MOST_ARTICLES)
    rows = pd.DataFrame(
        {
            "published": shown["published"].dt.strftime("%Y-%m-%d"),
            "outlet": shown["outlet"],
            "title": shown["title"],
            "words": tables["readability"]["n_words"],
            "grade": tables["readability"][_READABILITY],
            "tone": tables["sentiment"]["compound_mean"],
            "top frame": top.map(_words),
            "article_id": shown.index,
        },
        index=shown.index,
    )
    return _table(rows)


# --- Cells ------------------------------------------------------------------------------------------------------------


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def _table(table: pd.DataFrame, *, note: str = "") -> _Table:
    numeric = [bool(pd.api.types.is_numeric_dtype(table[name])) for name in table.columns]
    columns = [_column(table[name], is_number) for name, is_number in zip(table.columns, numeric, strict=True)]
    return _Table(
        [_words(name) for name in table.columns], [list(row) for row in zip(*columns, strict=True)], note, numeric
    )


def _column(values: pd.Series, is_number: bool) -> list[tuple[str, str]]:
    if not is_number:
        return [("" if pd.isna(value) else str(value), "") for value in values]
    if pd.api.types.is_integer_dtype(values):
        return [(f"{value:,}", str(value)) for value in values]
    largest = values.abs().max()
    digits = 1 if largest >= 100 else 2 if largest >= 10 else 3
    return [
        ("–", "") if not np.isfinite(value) else (f"{value:,.{digits}f}", f"{value!r}") for value in map(float, values)
    ]


def _notebooks(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "notebooks").glob("*.html"))


def _write(path: Path, page: str) -> Path:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(page)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
    return path
