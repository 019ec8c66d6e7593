"""Corpus: the articles table and what was noticed while reading it."""

from __future__ import annotations

import html
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from .errors import InputError, OptionError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ARTICLE_COLUMNS", "NOTE_COLUMNS", "SET_ASIDE_COLUMNS", "Article", "Corpus"]

#: Columns that every corpus has, in this order; extra columns follow. The index is `article_id`.
ARTICLE_COLUMNS = ("outlet", "section", "published", "title", "authors", "url", "language", "text")
#: Columns of `Corpus.set_aside`: what was read and is not in `text`.
SET_ASIDE_COLUMNS = ("path", "row", "article_id", "kind", "reason", "text")
#: Columns of `Corpus.notes`: what was read otherwise than written (repairs, dates, names).
NOTE_COLUMNS = ("path", "row", "article_id", "kind", "message")


@dataclass(frozen=True)
class Article:
    """One article, to be read; in a notebook it shows as a page, its text escaped.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"title": ["Flood"], "text": ["Rain fell.\\n\\nThe bridge held."]}))
    >>> print(corpus.article(corpus.articles.index[0]))
    Flood
    <BLANKLINE>
    Rain fell.
    <BLANKLINE>
    The bridge held.
    """

    article_id: str
    about: Mapping[str, object]
    text: str

    def _heading(self) -> tuple[str, str]:
        about = {name: value for name, value in self.about.items() if value is not None and value == value}
        published = about.get("published")
        day = [f"{published:%Y-%m-%d}"] if published is not None else []
        line = [str(about[name]) for name in ("outlet", "section", "authors") if name in about]
        return str(about.get("title", "")), " · ".join([*line[:1], *day, *line[1:]])

    def __str__(self) -> str:
        return "\n\n".join(part for part in (*self._heading(), self.text) if part)

    def _repr_html_(self) -> str:
        title, line = map(html.escape, self._heading())
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in self.text.split("\n\n") if part.strip())
        return (
            f'<article style="max-width: 44em"><h3>{title}</h3><p style="color: gray">{line} · '
            f"<code>{html.escape(self.article_id)}</code></p>{paragraphs}</article>"
        )


class Corpus:
    """Articles, one a row, with what was set aside and noted while they were read.

    Made by `analysis.read`. Nothing in the kit changes a corpus in place: `where` gives a new one.

    Parameters
    ----------
    articles
        Indexed by a unique `article_id`, with the columns of `ARTICLE_COLUMNS` and any others.
    set_aside
        One row for each thing read but left out of `text`: `path, row, article_id, kind, reason, text`.
    notes
        One row for each thing read otherwise than written: `path, row, article_id, kind, message`.

    Raises
    ------
    InputError
        If a column is missing or an `article_id` repeats.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": ["Rain fell.", "It was dry."]}))
    >>> len(corpus), len(corpus.where(outlet="Herald"))
    (2, 1)
    """

    def __init__(
        self, articles: pd.DataFrame, *, set_aside: pd.DataFrame | None = None, notes: pd.DataFrame | None = None
    ) -> None:
        missing = [name for name in ARTICLE_COLUMNS if name not in articles.columns]
        if missing:
            raise InputError(
                f"articles has no column {', '.join(map(repr, missing))}. Use analysis.read, which fills them in."
            )
        if not articles.index.is_unique:
            repeated = articles.index[articles.index.duplicated()][0]
            raise InputError(f"article_id {repeated!r} stands in more than one row. Make article_id unique.")
        extra = [name for name in articles.columns if name not in ARTICLE_COLUMNS]
        self._articles = articles[[*ARTICLE_COLUMNS, *extra]].rename_axis(index="article_id")
        self._set_aside, self._notes = set_aside, notes
        self._remembered: dict[Hashable, Any] = {}

    @property
    def articles(self) -> pd.DataFrame:
        """The articles, one a row, indexed by `article_id`; offsets everywhere in the kit refer to its `text`.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "outlet": ["Gazette"], "text": ["Rain fell."]}))
        >>> corpus.articles.loc["a", ["outlet", "text"]].tolist()
        ['Gazette', 'Rain fell.']
        """
        return self._articles

    @property
    def set_aside(self) -> pd.DataFrame:
        """What was read but is not in any `text`: footers, "join us" lines, files and rows that could not be read.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"text": ["It rained.\\n\\nFollow us on X"]})).tidied()
        >>> corpus.set_aside["text"].tolist()
        ['Follow us on X']
        """
        if self._set_aside is None:
            import pandas as pd

            self._set_aside = pd.DataFrame(columns=list(SET_ASIDE_COLUMNS))
        return self._set_aside

    @property
    def notes(self) -> pd.DataFrame:
        """What was read otherwise than written: repaired encodings, dates that could not be told, renamed outlets.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"text": ["It rained."], "date": ["03/04/2024"]}))
        >>> corpus.notes["message"].iloc[0].partition(".")[0]
        "'published' is ambiguous: '03/04/2024' is 3 April or 4 March"
        """
        if self._notes is None:
            import pandas as pd

            self._notes = pd.DataFrame(columns=list(NOTE_COLUMNS))
        return self._notes

    def __len__(self) -> int:
        return len(self._articles)

    def where(self, condition: pd.Series[bool] | None = None, **equal: object) -> Corpus:
        """Return the articles that fulfil a condition, as a new corpus.

        Parameters
        ----------
        condition
            A boolean Series indexed by `article_id`.
        **equal
            Column name and the value (or list of values) that it must have.

        Raises
        ------
        OptionError
            If a column does not exist or the condition is not boolean or not about these articles.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"outlet": ["A", "B", "C"], "text": ["One.", "Two.", "Three."]}))
        >>> corpus.where(outlet=["A", "C"]).articles["text"].tolist()
        ['One.', 'Three.']
        >>> len(corpus.where(corpus.articles["text"].str.len() > 4))
        1
        """
        import pandas as pd

        chosen = pd.Series(True, index=self._articles.index)
        if condition is not None:
            if not isinstance(condition, pd.Series) or not pd.api.types.is_bool_dtype(condition):
                raise OptionError(
                    f"`condition` must be a boolean Series indexed by article_id; got {type(condition).__name__}."
                )
            if not condition.index.equals(self._articles.index):
                if not condition.index.is_unique or not self._articles.index.isin(condition.index).all():
                    raise OptionError("`condition` must have one value for each article_id of the corpus.")
                condition = condition.reindex(self._articles.index)
            chosen &= condition
        for name, value in equal.items():
            if name not in self._articles.columns:
                raise OptionError(
                    f"the corpus has no column {name!r}; it has {', '.join(map(str, self._articles.columns))}."
                )
            values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
            chosen &= self._articles[name].isin(values)
        kept = self._articles[chosen]

        def about(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["article_id"].isin(kept.index)]

        return Corpus(kept, set_aside=about(self.set_aside), notes=about(self.notes))

    def article(self, article_id: str) -> Article:
        """Return one article, to be read.

        Raises
        ------
        OptionError
            If the corpus has no such article.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a1"], "text": ["Rain fell."]}))
        >>> corpus.article("a1").text
        'Rain fell.'
        """
        if article_id not in self._articles.index:
            raise OptionError(f"the corpus has no article {article_id!r}; `articles.index` lists them.")
        row = self._articles.loc[article_id]
        about = {str(name): value for name, value in row.items() if name != "text"}
        return Article(str(article_id), about, str(row["text"]))

    def quality(self) -> pd.DataFrame:
        """Say what is wrong with which article: one row for each problem; see `analysis.reading.quality`.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"outlet": "Gazette", "title": "Rain", "text": ["It rained."]}))
        >>> corpus.quality()["problem"].tolist()
        ['very_short', 'no_date', 'language_unknown']
        """
        return cast("pd.DataFrame", import_module("analysis.reading.quality").quality(self))

    def tidied(self) -> Corpus:
        """Return the corpus with captions, boilerplate and repeated paragraphs set aside; see `analysis.reading.tidy`.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"text": ["It rained. It poured.\\n\\nFollow us on Twitter"]}))
        >>> corpus.tidied().articles["text"].tolist()
        ['It rained. It poured.']
        """
        return cast("Corpus", import_module("analysis.reading.tidy").tidied(self))

    def __repr__(self) -> str:
        return f"<Corpus: {self._summary()}>"

    def _summary(self) -> str:
        outlets = self._articles["outlet"].dropna()
        dates = self._articles["published"].dropna()
        days = [f"{day:%Y-%m-%d}" for day in (dates.min(), dates.max())] if len(dates) else ["no dates"]
        span = f", {' to '.join(dict.fromkeys(days))}"
        foreign = int(self._articles["language"].fillna("en").ne("en").sum())
        others = f", {foreign:,} not in English" if foreign else ""
        aside = f", {len(self.set_aside):,} set aside" if len(self.set_aside) else ""
        articles, papers = len(self), outlets.nunique()
        counts = f"{articles:,} article{'s' * (articles != 1)}, {papers} outlet{'s' * (papers != 1)}"
        return f"{counts}{span}{others}{aside}"

    def _repr_html_(self) -> str:
        shown = self._articles.drop(columns="text").head(5)
        start = self._articles["text"].head(5).str.slice(0, 80) + "…"
        table = shown.assign(text=start).to_html(escape=True)
        return f"<p><strong>Corpus</strong>: {html.escape(self._summary())}</p>{table}"
