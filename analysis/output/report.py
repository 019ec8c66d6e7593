"""The report: one folder that opens from disk, made from measured tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import OptionError
from analysis.inference.cards import Card, card
from analysis.output import pages
from analysis.output.figures._figure import FORMATS, row_boxes
from analysis.output.gallery import Gallery, english, gallery, left_over, who_is_quoted
from analysis.reading.quality import PROBLEMS
from analysis.resources import replacing
from analysis.text.terms import cut

if TYPE_CHECKING:
    from jinja2 import Environment

    from analysis.corpus import Corpus
    from analysis.measures.codebook import Codebook
    from analysis.output.figures import Figure

__all__ = ["write_report"]

#: The list of articles in the report stops here; the tables have them all.
MOST_ARTICLES = 2_000
_MOST_ROWS = 60
_NEEDED = (
    *("articles", "quality", "readability", "sentiment", "sentences", "framing", "cues", "voice", "tone_by_voice"),
    *("term_frequency", "keyness", "dispersion", "trends"),
)
_WORD_BY_WORD = "Word by word: the articles at the ends"
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
    #: For each row the page that its title leads to, or None.
    links: list[str | None] = field(default_factory=list)


class _Spot(NamedTuple):
    """A part of a picture that leads somewhere: percentages of its width and height, the page, what it is."""

    left: float
    top: float
    width: float
    height: float
    path: str
    told: str


#: The measure, unit and voice that a figure shows; by how its name begins, the longer beginnings first.
_CARDS: dict[str, tuple[str, Literal["article", "sentence"], Literal["all", "narration"]]] = {
    "tone_through_article": ("sentiment", "sentence", "all"),
    "voice_tone": ("sentiment", "article", "narration"),
    "terms": ("terms", "article", "all"),
    "keyness": ("terms", "article", "all"),
    "trends": ("terms", "article", "all"),
    "dispersion": ("terms", "article", "all"),
    "readability": ("readability", "article", "all"),
    "tone": ("sentiment", "article", "all"),
    "frames": ("framing", "article", "all"),
    "voice": ("voice", "article", "all"),
    "speakers": ("quotes", "article", "all"),
}


@dataclass(frozen=True)
class _Section:
    key: str
    figures: list[Figure]
    tables: list[tuple[str, _Table]]
    spots: dict[str, list[_Spot]] = field(default_factory=dict)


def write_report(
    tables: Mapping[str, pd.DataFrame],
    out: str | os.PathLike[str],
    *,
    corpus: Corpus | None = None,
    codebook: str | Path | Codebook | None = None,
    manifest: Mapping[str, Any] | None = None,
    title: str | None = None,
) -> Path:
    """Write the report: `index.html`, with its figures in `figures/` and the evidence behind them in `evidence/`.

    Parameters
    ----------
    tables
        Measured tables (`analysis.measure`, `analysis.open_tables`).
    out
        Folder to write into; made if it does not exist.
    corpus
        Adds the sentences behind the numbers, what was set aside, who is quoted most, and a page for each article
        behind the ends of the figures (200 at most), with the words that made its score. Without it (or with `analysis
        report --no-text`) the report holds no article text.
    codebook
        The one that the tables were measured with, for the pages about frames; not needed for `"generic"`.
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
    lacking = [name for name in _NEEDED if name not in tables]
    if lacking:
        shown = ", ".join(map(repr, lacking))
        raise OptionError(
            f"the report needs {shown}, which were not measured. Measure again without `only` (--only), or draw the "
            "figures alone: analysis figures --from TABLES."
        )
    folder = Path(out)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    by = about["settings"].get("by", "outlet")
    drawn = gallery(tables, by=by, speakers=None if corpus is None else who_is_quoted(corpus, by))
    for figure in drawn.figures.values():
        figure.save(folder / "figures")
    for name in left_over(
        folder / "figures", drawn
    ):  # of an earlier report, and perhaps with names of people that this one leaves out
        for kind in FORMATS:
            (folder / "figures" / f"{name}.{kind}").unlink(missing_ok=True)
    environment = _environment()
    behind = pages.NOTHING
    if corpus is not None:
        named = about["settings"].get("codebook")
        book = codebook or ("generic" if named == "generic" else None)
        behind = pages.explained(tables, drawn, corpus, by, frames=book is not None)
        behind = _write_pages(folder, behind, corpus, book, about, environment)
    pages.sweep(folder / pages.FOLDER, {Path(path).name for path in behind.paths.values()})
    page = _render(environment, tables, drawn, about, corpus, title, _notebooks(folder), by, behind)
    return _write(folder / "index.html", page)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("analysis.output"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _write_pages(
    folder: Path,
    behind: pages.Explained,
    corpus: Corpus,
    codebook: str | Path | Codebook | None,
    about: Mapping[str, Any],
    environment: Environment,
) -> pages.Explained:
    """Write the pages of evidence; return what is left of them, without those that could not be made."""
    from markupsafe import Markup

    template = environment.get_template("evidence.html.j2")
    sentences = about["settings"].get("sentences", "news")
    written = {}
    for path, told in pages.pages(behind, corpus, codebook=codebook or "generic", sentences=sentences):
        (folder / pages.FOLDER).mkdir(exist_ok=True)
        body = Markup(told["evidence"]._repr_html_())  # noqa: S704 - escaped by analysis.studies
        _write(folder / path, template.render(told | {"evidence": body}))
        written[told["measure"], told["article_id"]] = path
    keys = zip(behind.ends["measure"], behind.ends["article_id"], strict=True)
    at_hand = np.array([key in written for key in keys], np.bool_)
    return pages.Explained(behind.ends[at_hand], written)


def _render(
    environment: Environment,
    tables: Mapping[str, pd.DataFrame],
    drawn: Gallery,
    about: Mapping[str, Any],
    corpus: Corpus | None,
    title: str | None,
    notebooks: list[str],
    by: str,
    behind: pages.Explained,
) -> str:
    articles = tables["articles"]
    ours = articles[english(articles)]
    return environment.get_template("report.html.j2").render(
        title=title or _title(about, ours),
        about=about,
        n_english=len(ours),
        findings=_findings(tables, drawn, ours, by),
        sections=_sections(tables, drawn, ours, corpus, by, behind),
        cards=_cards(drawn, about["settings"]),
        no_groups=by if ours[by].isna().all() else None,
        settings=_settings(about["settings"]),
        not_drawn=drawn.not_drawn,
        n_furniture=_with_furniture(tables["quality"]),
        quality=_quality(tables["quality"], len(articles)),
        set_aside=None if corpus is None else _set_aside(corpus),
        notes=None if corpus is None else _notes(corpus),
        n_set_aside=about.get("n_set_aside", 0),
        articles=_articles(tables, articles, behind),
        n_articles_shown=min(len(articles), MOST_ARTICLES),
        notebooks=notebooks,
        with_text=corpus is not None,
        n_pages=len(behind.paths),
    )


def _cards(drawn: Gallery, settings: Mapping[str, Any]) -> dict[str, Card]:
    """Return the validity card of each figure, by its name."""
    found = {}
    for name in drawn.figures:
        begins = next((one for one in _CARDS if name.startswith(one)), None)
        if begins is not None:
            measure, unit, voice = _CARDS[begins]
            codebook = str(settings.get("codebook", "generic"))
            found[name] = card(measure, unit=unit, voice=voice, codebook=codebook)
    return found


def _title(about: Mapping[str, Any], articles: pd.DataFrame) -> str:
    outlets = articles["outlet"].dropna().unique()
    who = {0: "", 1: f": {outlets[0]}" if len(outlets) else ""}.get(len(outlets), f": {len(outlets)} outlets")
    days = list(dict.fromkeys(day for day in (about.get("first"), about.get("last")) if day))
    n = about["n_articles"]
    return f"{n:,} article{'s' * (n != 1)}{who}{', ' * bool(days)}{' to '.join(days)}"


def _settings(settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in settings.items()
        if value is not None
    }


# --- Findings ---------------------------------------------------------------------------------------------------------


def _findings(
    tables: Mapping[str, pd.DataFrame], drawn: Gallery, articles: pd.DataFrame, by: str
) -> list[tuple[str, str | None]]:
    """Return what the figures' headings say, each with its figure's name, and the words that set groups apart."""
    if len(articles) == 1:
        return [(finding, None) for finding in _findings_of_one(tables, articles)]
    names = ("readability", "tone", "tone_over_time", "frames", "voice", "voice_tone", "speakers")
    found: list[tuple[str, str | None]] = [
        (f"{drawn.figures[name].title}.", name) for name in names if name in drawn.figures
    ]
    keyness = tables["keyness"]
    if len(keyness):
        certain = keyness[(keyness["q"] < 0.05) & (keyness["log_odds_z"] > 0)]
        certain = certain.sort_values(["log_odds_z", "term"], ascending=[False, True])
        for group, rows in certain.groupby(by):
            own = {term for term, _, _ in cut(str(group))}
            words = [term for term in rows["term"] if term.removesuffix("'s") not in own][:5]
            if words:
                found.append((f"Words that set {group} apart (q < .05 over articles): {', '.join(words)}.", None))
        if certain.empty:
            found.append((f"No word sets one {by} apart once articles, not words, are counted (q < .05).", None))
    return found


def _findings_of_one(tables: Mapping[str, pd.DataFrame], articles: pd.DataFrame) -> list[str]:
    row, tone = (tables[name].loc[articles.index[0]] for name in ("readability", "sentiment"))
    framing = tables["framing"]
    frames = framing[framing["article_id"].eq(articles.index[0]) & framing["n_cues"].gt(0)]
    frames = frames.sort_values("per_1000_words", ascending=False, kind="stable")
    found = [
        (
            f"{int(row['n_words']):,} words in {int(row['n_sentences']):,} sentences; Flesch–Kincaid grade "
            f"{row['flesch_kincaid_grade']:.1f}, Flesch reading ease {row['flesch_reading_ease']:.1f}."
        ),
        (
            f"Tone: VADER compound {_signed(tone['compound'])} for the whole text, {_signed(tone['compound_mean'])} "
            "for the average sentence."
        ),
    ]
    named = [f"{_words(frame)} {rate:.1f}" for frame, rate in frames[["frame", "per_1000_words"]].values]
    if named:
        found.append(f"Frame cues per 1,000 words: {', '.join(named)}.")
    return found


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


# --- Sections ---------------------------------------------------------------------------------------------------------


def _sections(
    tables: Mapping[str, pd.DataFrame],
    drawn: Gallery,
    articles: pd.DataFrame,
    corpus: Corpus | None,
    by: str,
    behind: pages.Explained,
) -> list[_Section]:
    known = articles[[by]]
    readability = tables["readability"].join(known, how="inner")
    sentiment = tables["sentiment"].join(known, how="inner")
    framing = tables["framing"].merge(known, left_on="article_id", right_index=True)
    cues = tables["cues"][tables["cues"]["article_id"].isin(articles.index)]
    sentences = [] if corpus is None else _behind_the_tone(tables["sentences"], corpus, articles)
    ends = {
        measure: ([(_WORD_BY_WORD, _ends(rows, articles, of))], {figure: _spots(drawn.figures[figure], rows)})
        for measure, figure, of in (
            ("readability", "readability", by),
            ("tone", "tone", by),
            ("framing", "frames", "frame"),
        )
        if len(rows := behind.of(measure))
    }
    return [
        _terms_section(tables["term_frequency"], tables["keyness"], drawn, by),
        _with_ends(_readability_section(readability, drawn, by), ends),
        _with_ends(_tone_section(sentiment, sentences, drawn, by), ends),
        _with_ends(_framing_section(framing, cues, drawn, by), ends),
        _voice_section(tables["voice"].join(known, how="inner"), tables["tone_by_voice"], drawn, by),
    ]


def _with_ends(
    section: _Section, ends: Mapping[str, tuple[list[tuple[str, _Table]], dict[str, list[_Spot]]]]
) -> _Section:
    tables, spots = ends.get(section.key, ([], {}))
    return _Section(section.key, section.figures, [*tables, *section.tables], spots)


def _ends(rows: pd.DataFrame, articles: pd.DataFrame, of: str) -> _Table:
    """Return the articles at the ends of each group, each with its page."""
    about = articles.reindex(rows["article_id"])
    titles = about["title"].where(about["title"].fillna("").str.strip().ne(""), about.index.to_series())
    shown = {
        of: [_words(group) for group in rows["group"]],
        "end": rows["end"].to_numpy(),
        "score": rows["value"].to_numpy(),
        "title": titles.to_numpy(),
        "outlet": about["outlet"].to_numpy(),  # in the place of `of`, where that is the outlet
        "published": about["published"].dt.strftime("%Y-%m-%d").to_numpy(),
    }
    return replace(_table(pd.DataFrame(shown)), links=list(rows["path"]))


def _spots(figure: Figure, rows: pd.DataFrame) -> list[_Spot]:
    """Return where the rows (or, for frames, the panels) of a figure lead: left to the lowest, right to the highest."""
    first = rows[rows["rank"] == 0]
    groups = list(dict.fromkeys(figure.data["frame" if "frame" in figure.data else figure.data.columns[0]]))
    found = []
    for group, (left, top, width, height) in zip(groups, row_boxes(figure, len(groups)), strict=True):
        for end in first[first["group"] == group].itertuples():
            half = width if "frame" in figure.data else width / 2
            from_left = left if end.end == "lowest" or half == width else left + half
            value = f"{end.value:.2f}".replace("-", "−")
            found.append(_Spot(from_left, top, half, height, end.path, f"{_words(group)}, {end.end}: {value}"))
    return found


def _some(drawn: Gallery, *names: str) -> list[Figure]:
    return [figure for name, figure in drawn.figures.items() if name in names]


def _terms_section(frequency: pd.DataFrame, keyness: pd.DataFrame, drawn: Gallery, by: str) -> _Section:
    tables = [("The most frequent terms", _table(frequency.head(_MOST_ROWS)))]
    if len(keyness):
        tables.append((f"Keyness, by {_words(by)}", _table(_top_keyness(keyness, by))))
    of_outlets = [name for name in drawn.figures if name.startswith("keyness")]
    return _Section("terms", _some(drawn, "terms", *of_outlets, "trends", "dispersion"), tables)


def _readability_section(table: pd.DataFrame, drawn: Gallery, by: str) -> _Section:
    return _Section(
        "readability",
        _some(drawn, "readability"),
        [_scores(table)]
        if len(table) == 1
        else [(f"Mean scores by {_words(by)}", _by_group(table, by, _READABILITY_SHOWN))],
    )


def _tone_section(table: pd.DataFrame, sentences: list[tuple[str, _Table]], drawn: Gallery, by: str) -> _Section:
    scores = ["compound_mean", "compound_sd", "compound", "neg", "neu", "pos"]
    return _Section(
        "tone",
        _some(drawn, "tone", "tone_over_time", "tone_through_article"),
        [
            _scores(table) if len(table) == 1 else (f"Mean tone by {_words(by)}", _by_group(table, by, scores)),
            *sentences,
        ],
    )


def _framing_section(framing: pd.DataFrame, cues: pd.DataFrame, drawn: Gallery, by: str) -> _Section:
    return _Section(
        "framing",
        _some(drawn, "frames", "frames_over_time"),
        [
            (f"Cues per 1,000 words by {_words(by)}", _frames_by_group(framing, by)),
            ("The most frequent cues", _table(_top_cues(cues))),
        ],
    )


def _voice_section(voice: pd.DataFrame, tone: pd.DataFrame, drawn: Gallery, by: str) -> _Section:
    wide = tone.pivot_table(index="article_id", columns="voice", values="compound_mean")
    both = voice.join(wide.rename(columns={"narration": "tone_of_narration", "quoted": "tone_of_quotations"}))
    shown = ["share_quoted", "n_quotations", "tone_of_narration", "tone_of_quotations", "n_words"]
    return _Section(
        "voice",
        _some(drawn, "voice", "voice_tone", "speakers"),
        [
            _scores(both.drop(columns=by))
            if len(voice) == 1
            else (f"Quotations by {_words(by)}", _by_group(both, by, shown))
        ],
    )


def _top_keyness(keyness: pd.DataFrame, by: str) -> pd.DataFrame:
    columns = [by, "term", "count_target", "count_reference", "log_ratio", "log_odds_z", "g2", "p", "q"]
    ranked = keyness.sort_values([by, "log_odds_z", "term"], ascending=[True, False, True])
    return ranked.groupby(by).head(12).loc[:, columns]


def _top_cues(cues: pd.DataFrame) -> pd.DataFrame:
    totals = cues.groupby(["frame", "cue"], sort=True)["n"].sum().reset_index()
    totals = totals[totals["n"] > 0].sort_values(["frame", "n", "cue"], ascending=[True, False, True])
    return totals.groupby("frame").head(10)


def _behind_the_tone(sentences: pd.DataFrame, corpus: Corpus, articles: pd.DataFrame) -> list[tuple[str, _Table]]:
    """Return the most negative and most positive sentences, a few of each outlet, so that a number can be read."""
    sentences = sentences[sentences["article_id"].isin(articles.index) & (sentences["n_words"] >= 5)]
    about = articles[["outlet", "published", "title"]].reindex(sentences["article_id"])
    day = about["published"].dt.strftime("%Y-%m-%d")
    sentences = sentences.assign(
        outlet=about["outlet"].to_numpy(), published=day.to_numpy(), title=about["title"].to_numpy()
    )
    texts = corpus.articles["text"]
    found = []
    for heading, rising in (("The most negative sentences", True), ("The most positive sentences", False)):
        ranked = sentences.sort_values(["compound", "article_id", "sentence"], ascending=[rising, True, True])
        ranked = ranked.groupby("outlet", dropna=False, sort=True).head(12)
        places = zip(ranked["article_id"], ranked["start"], ranked["end"], strict=True)
        ranked = ranked.assign(sentence=[" ".join(texts[article][start:end].split()) for article, start, end in places])
        # A sentence of a story that several print stands once.
        ranked = ranked.drop_duplicates("sentence").groupby("outlet", dropna=False, sort=True).head(3)
        ranked = ranked.sort_values(["compound", "article_id"], ascending=[rising, True]).head(30)
        found.append((heading, _table(ranked[["compound", "sentence", "outlet", "published", "title"]])))
    return found


def _by_group(table: pd.DataFrame, by: str, values: Iterable[str]) -> _Table:
    grouped = table.assign(**{by: _named(table[by])}).groupby(by)
    means = grouped[[name for name in values if name in table.columns and name != by]].mean()
    return _table(means.assign(n_articles=grouped.size()).reset_index())


def _named(groups: pd.Series) -> pd.Series:
    return groups.map(str, na_action="ignore").astype("str").fillna("not given")


def _scores(table: pd.DataFrame) -> tuple[str, _Table]:
    """Return every number of a single article, one a row."""
    numbers = table.select_dtypes("number").iloc[0].astype("float64")
    return "Every score and count", _table(numbers.rename("value").rename_axis("score").reset_index())


def _frames_by_group(framing: pd.DataFrame, by: str) -> _Table:
    named = framing.assign(**{by: _named(framing[by])})
    wide = named.pivot_table(index=by, columns="frame", values="per_1000_words", aggfunc="mean", sort=False)
    n_articles = named.groupby(by)["article_id"].nunique()
    return _table(wide.sort_index().rename(columns=_words).assign(n_articles=n_articles).reset_index())


def _quality(quality: pd.DataFrame, n_articles: int) -> _Table:
    if quality.empty:
        return _Table([], [], "Nothing was found wrong with any article.")
    rows = [
        {
            "problem": _words(problem),
            "articles": (found := quality.loc[quality["problem"].eq(problem), "article_id"].drop_duplicates()).size,
            "share": f"{found.size / n_articles:.1%}",
            "meaning": PROBLEMS[problem].partition(" (n:")[0],
            "such as": ", ".join(found.head(3)),
        }
        for problem in PROBLEMS
        if quality["problem"].eq(problem).any()
    ]
    return _table(pd.DataFrame(rows))


def _with_furniture(quality: pd.DataFrame) -> int:
    """Return how many articles hold captions, boilerplate or repeated paragraphs."""
    kinds = ["caption_lines", "boilerplate_lines", "repeated_block"]
    return int(quality.loc[quality["problem"].isin(kinds), "article_id"].nunique())


def _set_aside(corpus: Corpus) -> _Table:
    rows = corpus.set_aside[["path", "row", "kind", "reason", "text"]].head(200)
    note = "" if len(corpus.set_aside) <= 200 else f"The first 200 of {len(corpus.set_aside):,}."
    texts = rows["text"].astype("str").str.slice(0, 200)
    return _table(rows.assign(row=rows["row"].astype("str").replace("<NA>", ""), text=texts), note=note)


def _notes(corpus: Corpus) -> _Table:
    rows = corpus.notes[["path", "row", "kind", "message"]].head(200)
    note = "" if len(corpus.notes) <= 200 else f"The first 200 of {len(corpus.notes):,}."
    return _table(rows.assign(row=rows["row"].astype("str").replace("<NA>", "")), note=note)


def _articles(tables: Mapping[str, pd.DataFrame], articles: pd.DataFrame, behind: pages.Explained) -> _Table:
    framing = tables["framing"]
    top = (
        framing[framing["n_cues"] > 0]
        .sort_values("per_1000_words", ascending=False, kind="stable")
        .groupby("article_id")["frame"]
        .first()
    )
    shown = articles.sort_values(["published", "outlet", "title"], kind="stable").head(MOST_ARTICLES)
    rows = pd.DataFrame(
        {
            "published": shown["published"].dt.strftime("%Y-%m-%d"),
            "outlet": shown["outlet"],
            "title": shown["title"],
            "words": tables["readability"]["n_words"].reindex(shown.index),
            "grade": tables["readability"][_READABILITY].reindex(shown.index),
            "tone": tables["sentiment"]["compound_mean"].reindex(shown.index),
            "top frame": top.map(_words).reindex(shown.index),
            "article_id": shown.index,
        },
        index=shown.index,
    )
    return replace(_table(rows), links=[behind.paths.get(("tone", str(article))) for article in shown.index])


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
    with replacing(path) as part:
        part.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return path
