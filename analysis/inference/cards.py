"""Validity cards: what a measure means, what it does not, and how far it agreed with people, and on what."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from analysis.errors import choose
from analysis.resources import validity_figures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "Card", "card", "validity"]

Unit = Literal["article", "sentence", "title"]
Voice = Literal["all", "narration", "quoted"]
Status = Literal["validated", "validated elsewhere", "checked", "checked elsewhere", "not validated"]


class _About(NamedTuple):
    means: str
    means_not: str
    failures: tuple[str, ...]
    against: str = "people's coding"
    counts: bool = False
    #: What a measure is held to people's coding for; against the coding of who made it, or of models, it is "checked".
    done: Literal["validated", "checked"] = "validated"
    #: Whose figures they are, of a measure that takes a codebook.
    codebook: str | None = None


#: What is said of each measure; the figures are in cards.csv.
_ABOUT = {
    "framing": _About(
        "How often an article uses the words and phrases that a codebook lists for a frame.",
        "It is no judgement that the article is framed so: a cue may be denied, quoted or meant otherwise.",
        (
            "The figures are of the codebook `generic`; another codebook is not validated by them.",
            "The frame `responsibility` was not coded in any gold data.",
            "Cues are English; a frame told without its usual words is missed.",
        ),
        codebook="generic",
    ),
    "framing_above_chance": _About(
        "How much more often an article uses a frame's words than it would words as frequent that mean nothing for it.",
        "It is no judgement that the article is framed so, and no quantity: the articles at hand are the yardstick.",
        (
            "The same article scores otherwise among other articles.",
            "The figures are of the codebook `generic`; another codebook is not validated by them.",
            "The frame `responsibility` was not coded in any gold data.",
        ),
        codebook="generic",
    ),
    "lexical_diversity": _About(
        "How varied the words of an article are.",
        "Neither quality of writing nor richness of content.",
        ("The type-token ratio falls with length.", "Names and numbers count as words."),
        counts=True,
    ),
    "names": _About(
        "Which people, organisations and places an article names, and which mentions are one.",
        "Not who matters in the story; a person called only by a role has no name.",
        (
            "Rules for English news: unusual names, names at the start of a sentence and names in capitals are harder.",
            "The gold data were coded by one person, who wrote the rules.",
        ),
        against="one person's coding",
        done="checked",
    ),
    "portrayal": _About(
        "With which words, in what tone and in what role a named person or organisation appears.",
        "Not the outlet's stance, nor what a reader takes from it.",
        ("It rests on names, voices and tone, and has the failures of each.",),
    ),
    "quotes": _About(
        "Which words an article quotes, directly or indirectly, and who is said to have spoken them.",
        "Not whether the words were said, or said so.",
        (
            "Indirect quotation is found much less well than direct.",
            "The gold data were coded by models and adjudicated by one, not by people.",
        ),
        against="coding by models, not people",
        done="checked",
    ),
    "readability": _About(
        "How hard a text is to read as far as the length of its sentences and words, or a list of easy words, tells.",
        "Not how well it is built, nor what a given reader understands.",
        (
            "Versions of one story were told apart; texts of different stories less surely (rank correlation).",
            "The levels are their writers' own; no reader was tested.",
            "Lists, tables and headings that are taken for sentences distort it; so do many short names and numbers.",
        ),
        against="the levels that writers meant",
    ),
    "sentiment": _About(
        "Whether the words are more often positive or negative in VADER's lexicon, with negation and emphasis heeded.",
        "Neither the outlet's stance, nor tone toward anyone in particular, nor how readers feel.",
        (
            "Bad news told soberly counts as negative; irony is not seen.",
            "The compound of a whole article lies near -1 or +1; the mean over its sentences does not.",
            "Words inside names count (“Justice Department”) unless they are masked.",
            "VADER was made for short posts on social media.",
        ),
    ),
    "terms": _About(
        "Which words occur how often, and which set groups of articles apart.",
        "Not what the words mean where they stand: read them in their context.",
        ("One form is one word: “flood” and “floods” are two, two senses of “bank” are one.",),
        counts=True,
    ),
    "voice": _About(
        "Which words of an article stand in quotation marks or are attributed to someone, and which are its own.",
        "What the outlet endorses: it chooses whom it quotes.",
        ("Quotation marks left open, scare quotes and titles in quotation marks.",),
    ),
}
MEASURES = tuple(_ABOUT)
_UNITS = {"article": "articles", "sentence": "sentences", "title": "titles"}
#: The statistic that a short line names, for each measure; the first that there is.
_SHORT = ("correlation", "alpha", "share_in_order", "auc", "macro_f1", "f1", "accuracy")
_NAMES = {
    "accuracy": "accuracy",
    "alpha": "Krippendorff's alpha",
    "auc": "AUC",
    "correlation": "r",
    "f1": "F1",
    "macro_f1": "macro-F1",
    "precision": "precision",
    "rank_correlation": "rank correlation",
    "recall": "recall",
    "share_in_order": "share in the right order",
}


@dataclass(frozen=True)
class Card:
    """A validity card; made by `card`. In a notebook it shows as a page, in a terminal as text.

    `status` is `validated` (on gold data of this unit, voice and genre), `validated elsewhere` or `not validated`; or
    `checked` and `checked elsewhere`, where the gold data were coded by who wrote the rules, or by models. The card
    says whose coding the gold data are: `people's coding`, unless it says otherwise.
    `figures` are the rows that were measured, as strings: those of this unit, voice and genre, or else all others.

    Examples
    --------
    >>> import analysis
    >>> analysis.card("sentiment", unit="sentence", genre="editorials").status
    'validated'
    """

    measure: str
    unit: Unit
    voice: Voice
    genre: str | None
    status: Status
    means: str
    means_not: str
    failures: tuple[str, ...]
    figures: tuple[dict[str, str], ...]

    @property
    def line(self) -> str:
        """One line for the foot of a figure.

        Examples
        --------
        >>> import analysis
        >>> analysis.card("sentiment", unit="sentence", genre="editorials").line
        "Sentiment against people's coding: sentences of editorials, r .50 (.46 to .54)."
        """
        what, about = _what(self.unit, self.voice, self.genre), _ABOUT[self.measure]
        if self.status == "not validated":
            counted = " (it counts words)" if about.counts else ""
            return f"{_title(self.measure)}: not validated against people's coding{counted}."
        told = "; ".join(_short(rows) for rows in _by_material(self.figures))
        if self.status == about.done:
            return f"{_title(self.measure)} against {about.against}: {told}."
        return f"{_title(self.measure)} is not {about.done} for {what}; {about.done} elsewhere: {told}."

    @property
    def title(self) -> str:
        """The measure's name as a heading.

        Examples
        --------
        >>> import analysis
        >>> analysis.card("lexical_diversity").title
        'Lexical diversity'
        """
        return _title(self.measure)

    @property
    def against(self) -> str:
        """What stands above the figures: whose coding it was, and whether of this unit, voice and genre.

        Examples
        --------
        >>> import analysis
        >>> analysis.card("sentiment", unit="sentence").against, analysis.card("names", unit="title").against
        ("Agreement with people's coding", "Checked elsewhere, against one person's coding")
        """
        about = _ABOUT[self.measure]
        here = self.status == about.done
        return (
            f"Agreement with {about.against}"
            if here
            else f"{about.done.capitalize()} elsewhere, against {about.against}"
        )

    @property
    def agreement(self) -> list[tuple[str, str]]:
        """The material of each gold standard, and the figures on it, as text.

        Examples
        --------
        >>> import analysis
        >>> [(material, figures)] = analysis.card("sentiment", unit="sentence", genre="editorials").agreement
        >>> material.partition(":")[0], figures.partition(";")[0]
        ('editorials, sentences (2,588 from 249 texts)', 'r .50 (.46 to .54)')
        """
        return [(_material(rows), "; ".join(map(_figure, rows))) for rows in _by_material(self.figures)]

    def __str__(self) -> str:
        lines = [
            f"{self.title}: {self.status} ({_what(self.unit, self.voice, self.genre)})",
            f"It means: {self.means}",
            f"It does not mean: {self.means_not}",
            "Known failures:",
            *(f"- {failure}" for failure in self.failures),
        ]
        lines += [f"{self.against}:"] if self.figures else []
        return "\n".join([*lines, *(f"- {material}: {told}" for material, told in self.agreement)])

    def _repr_html_(self) -> str:
        def listed(items: Iterable[str]) -> str:
            return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"

        found = listed(f"{material}: {told}" for material, told in self.agreement)
        return (
            f"<section><h4>{html.escape(f'{self.title}: {self.status}')}</h4>"
            f"<p>{html.escape(_what(self.unit, self.voice, self.genre))}</p>"
            f"<p><b>It means:</b> {html.escape(self.means)}</p>"
            f"<p><b>It does not mean:</b> {html.escape(self.means_not)}</p>"
            f"<p><b>Known failures:</b></p>{listed(self.failures)}"
            + (f"<p><b>{html.escape(self.against)}:</b></p>{found}" if self.figures else "")
            + "</section>"
        )


def card(
    measure: str,
    *,
    unit: Unit = "article",
    voice: Voice = "all",
    genre: str | None = None,
    codebook: str = "generic",
) -> Card:
    """Return the validity card of a measure: what it means, what it does not, and how far it agreed with people.

    Parameters
    ----------
    measure
        `"framing"`, `"framing_above_chance"`, `"lexical_diversity"`, `"names"`, `"portrayal"`, `"quotes"`,
        `"readability"`, `"sentiment"`, `"terms"` or `"voice"`.
    unit
        Of the figure that the card is for: `"article"`, `"sentence"` or `"title"`.
    voice
        `"all"`, `"narration"` or `"quoted"`.
    genre
        What kind of text, in the words of the card's figures, such as `"editorials"`; any if not given.
    codebook
        That the figure is of, by name. Frames of any but `"generic"` were not held to gold data.

    Returns
    -------
    Card
        With `status`: `"validated"` if the measure was held to gold data of this unit, voice and genre; `"validated
        elsewhere"` if to others, which it names; else `"not validated"`. Where people who did not write the rules have
        coded nothing, it is `"checked"`, or `"checked elsewhere"`, at most.

    Raises
    ------
    OptionError
        If there is no such measure, unit or voice.

    Notes
    -----
    Figures: `python -m tests.benchmarks.cards`, 95 % intervals by article. Agreement on other material is no proof for
    yours: see `coding_sample` and `validate`.

    Examples
    --------
    >>> import analysis
    >>> analysis.card("terms").line
    "Terms: not validated against people's coding (it counts words)."
    >>> analysis.card("sentiment", unit="article").status
    'validated elsewhere'
    >>> analysis.card("framing", codebook="mine").status
    'not validated'
    """
    choose("measure", measure, MEASURES)
    choose("unit", unit, tuple(_UNITS))
    choose("voice", voice, ("all", "narration", "quoted"))
    about = _ABOUT[measure]
    rows = [row for row in validity_figures() if row["measure"] == measure and about.codebook in (None, codebook)]
    here = [row for row in rows if row["unit"] == unit and row["voice"] == voice and genre in (None, row["genre"])]
    status: Status = "not validated"
    if rows:
        status = about.done if here else "checked elsewhere" if about.done == "checked" else "validated elsewhere"
    return Card(measure, unit, voice, genre, status, about.means, about.means_not, about.failures, tuple(here or rows))


def validity() -> pd.DataFrame:
    """Return the figures of all validity cards as a table, for `figures.plot_validity` or a supplement.

    Returns
    -------
    DataFrame
        One row for each figure: `measure`, `score` (of the measure), `unit`, `voice`, `genre`, `material`; `against`
        (str): whose coding; `status`: `validated` or, where that was who wrote the rules, or models, `checked`;
        `statistic`, `of` (a class, or empty); `value, low, high` (float64; 95 % intervals by article, NaN where there
        is none); `n` (Int64): units; `n_articles` (int64).

    Examples
    --------
    >>> import analysis
    >>> table = analysis.validity()
    >>> table.loc[table["status"] == "checked", "measure"].unique().tolist()
    ['names', 'quotes']
    """
    import pandas as pd

    table = pd.DataFrame(validity_figures()).astype("str")
    for name in ("value", "low", "high"):
        table[name] = pd.to_numeric(table[name].replace("", None)).astype("float64")
    table["n"] = pd.to_numeric(table["n"].replace("", None)).astype("Int64")
    table["n_articles"] = table["n_articles"].astype("int64")
    whose = table["measure"].map({name: about.against for name, about in _ABOUT.items()}).astype("str")
    done = table["measure"].map({name: about.done for name, about in _ABOUT.items()}).astype("str")
    first = ["measure", "score", "unit", "voice", "genre", "material", "against", "status"]
    table = table.assign(against=whose, status=done)
    return table[[*first, *(name for name in table.columns if name not in first)]]


def _title(measure: str) -> str:
    return measure.replace("_", " ").capitalize()


def _what(unit: Unit, voice: Voice, genre: str | None) -> str:
    of = {"all": "", "narration": ", the outlet's own words", "quoted": ", the words quoted"}[voice]
    return f"{_UNITS[unit]}{of}{f' of {genre}' if genre else ''}"


def _by_material(figures: tuple[dict[str, str], ...]) -> list[list[dict[str, str]]]:
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in figures:
        groups.setdefault((row["unit"], row["material"]), []).append(row)
    return list(groups.values())


def _material(rows: list[dict[str, str]]) -> str:
    n = max(int(row["n_articles"]) for row in rows)
    units = max((int(row["n"]) for row in rows if row["n"]), default=0)
    size = f"{units:,} from {n:,} texts" if units > n else f"{n:,} texts"
    return f"{rows[0]['genre']}, {_UNITS[rows[0]['unit']]} ({size}): {rows[0]['material']}"


def _figure(row: dict[str, str]) -> str:
    of = f" of {row['of']}" if row["of"] else ""
    score = "" if row["score"] == "compound" else f"{row['score'].replace('_', ' ')} "
    return f"{score}{_NAMES[row['statistic']]}{of} {_number(row['value'])}{_interval(row)}"


def _short(rows: list[dict[str, str]]) -> str:
    """Return the main figure of one material, of each score where there are some."""
    statistic = next(name for name in _SHORT if any(row["statistic"] == name for row in rows))
    main = [row for row in rows if row["statistic"] == statistic]
    several = len({row["score"] for row in main}) > 1
    main = main[:1] if rows[0]["measure"] == "readability" else main
    shown = ", ".join(
        f"{row['score'].replace('_', ' ') + ' ' if several else ''}{_number(row['value'])}{_interval(row)}"
        for row in main
    )
    name = "alpha" if statistic == "alpha" else _NAMES[statistic]
    return f"{_UNITS[rows[0]['unit']]} of {rows[0]['genre']}, {name} {shown}"


def _number(value: str) -> str:
    """Return a figure as the field writes it: two decimals, no nought before the point."""
    text = f"{float(value):.2f}".replace("-", "−")
    return text.replace("0.", ".", 1) if text.lstrip("−").startswith("0.") else text


def _interval(row: dict[str, str]) -> str:
    return f" ({_number(row['low'])} to {_number(row['high'])})" if row["low"] else ""
