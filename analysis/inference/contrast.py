"""Contrast: how groups of articles tell of the same event or topic, side by side.

Words, labels for the same actors, frames, whose voice, tone in the outlet's own words and in those it quotes. Each
group is held against all other articles on the topic, with the article as the unit: a text that a group printed twice
counts once, and one that several groups print is one story.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import OptionError
from analysis.inference.compare import group_means
from analysis.inference.differences import FEWEST_STORIES, compare
from analysis.inference.stories import stories
from analysis.measures.codebook import Codebook, Codebooks, codebook_of
from analysis.measures.corrections import adjusted
from analysis.measures.framing import cue_spans, framing
from analysis.measures.names import names as find_names
from analysis.measures.sentiment import sentiment
from analysis.measures.terms.keyness import keyness
from analysis.measures.voice import voice as voices_of
from analysis.resources import replacing
from analysis.studies.portrayal import actors_and_sentences, checked_names
from analysis.studies.speakers import merged_names, speakers

__all__ = ["Contrast", "Topic", "contrast"]

#: Patterns, columns with the values wanted, or a yes or no for each article.
Topic = str | Sequence[str] | Mapping[str, object] | pd.Series

_MOST_ACTORS: Final = 6
_MENTIONS: Final = 2
_OWN: Final = ["n", "mean", "low", "high"]
_AGAINST: Final = ["mean_others", "difference", "difference_low", "difference_high", "p"]


@dataclass(frozen=True, eq=False, repr=False)
class Contrast:
    """How groups tell of one topic: finished tables, and a page that shows them; made by `analysis.contrast`.

    Attributes
    ----------
    topic, by
        What the articles have in common, in words; the column of the groups.
    level
        Of the intervals.
    groups
        One row for each group, most articles first: `group`; `n` (articles that are contrasted), `n_copies` (further
        printings of a text by the same group, left out), `n_shared` (articles whose text another group has too),
        `n_words`, `first`, `last` (dates) and `compared` (bool: 8 articles or more, and 8 others to compare with).
    articles
        One row for each article contrasted: `article_id, group, published, title, story, n_words`.
    words
        `group`, then the columns of `keyness` of the group against all other articles on the topic; words in 5 articles
        or more. `p` and `q` (among all words of all groups compared) are NaN for groups that are not compared.
    labels
        One row for each group and actor: `group, name, n_mentions, n_articles, n_labels, labels`, as `portrayal` has
        them, in narration; then the tone of the sentences with the name, as scores (below), mean of articles.
    frames
        `group, frame`, then scores: cues per 1,000 words.
    voice
        `group`, then scores: share of words that are quoted speech, 0 to 1.
    speakers
        Who is quoted: `group`, then the columns of `speakers`.
    tone
        `group, voice` ("narration", "quoted"), then scores: mean VADER compound of the sentences in that voice, names
        masked.

    Notes
    -----
    Scores are `n` (articles that have one), `mean`, `low`, `high` (Student's t over articles), and against all other
    articles on the topic `mean_others`, `difference`, `difference_low`, `difference_high`, `p` (as
    `compare` makes them, clustered by story), `q` (Benjamini & Hochberg among the rows of the table) and `note`. What
    compares is NaN for a group of fewer than 8 articles with the score.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["The flood killed two.", "The flood cost the bank millions."]
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "text": texts, "title": "A flood"}))
    >>> analysis.contrast(corpus, topic="flood*")
    <Contrast of “flood*” by outlet: 2 articles, 2 groups, 0 compared>
    """

    topic: str
    by: str
    level: float
    groups: pd.DataFrame
    articles: pd.DataFrame
    words: pd.DataFrame
    labels: pd.DataFrame
    frames: pd.DataFrame
    voice: pd.DataFrame
    speakers: pd.DataFrame
    tone: pd.DataFrame

    def __repr__(self) -> str:
        n, compared = len(self.groups), int(self.groups["compared"].sum())
        return (
            f"<Contrast of {self.topic} by {self.by}: {len(self.articles):,} articles, {n} groups, {compared} compared>"
        )

    def findings(self) -> list[str]:
        """Say which differences between a group and the others have q < .05, in frames, voice and tone.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> texts = ["Both sides clashed. The fight went on."] * 9 + ["The garden was green. It rained."] * 9
        >>> texts = [f"{text} On day {'x' * n} nothing else was told by anybody." for n, text in enumerate(texts, 1)]
        >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette"] * 9 + ["Herald"] * 9, "text": texts}))
        >>> mine = analysis.Codebook.from_dict({"conflict": ["clash*", "fight*"]}, name="mine")
        >>> found = analysis.contrast(corpus, codebook=mine, permutations=999)
        >>> found
        <Contrast of all articles by outlet: 18 articles, 2 groups, 2 compared>
        >>> print(found.findings()[0])
        Gazette: conflict frame 125.0 cues per 1,000 words, others 0.0 (n = 9; q = .001)
        """
        from analysis.inference._contrast_page import findings

        return findings(self)

    def to_html(self) -> str:
        """Return a page that needs nothing else: no script, no network, every word of an article escaped.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> texts = {"outlet": ["A", "B"], "text": ["Rain <b>fell</b>.", "It was dry."]}
        >>> "<b>fell" in analysis.contrast(analysis.read(pd.DataFrame(texts))).to_html()
        False
        """
        from analysis.inference._contrast_page import page

        return page(self)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, beside its place first and then renamed; return its path.

        Examples
        --------
        >>> import pandas as pd, tempfile, analysis
        >>> found = analysis.contrast(analysis.read(pd.DataFrame({"outlet": ["A", "B"], "text": ["Rain fell."] * 2})))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found.write(f"{folder}/page.html").name
        'page.html'
        """
        target = Path(path)
        with replacing(target) as part:
            part.write_text(self.to_html(), encoding="utf-8", errors="replace", newline="\n")
        return target

    def _repr_html_(self) -> str:
        from analysis.inference._contrast_page import body

        return body(self)


def contrast(
    corpus: Corpus,
    *,
    topic: Topic | None = None,
    by: str = "outlet",
    names: Sequence[str] | None = None,
    codebook: Codebooks = "generic",
    level: float = 0.95,
    permutations: int = 4_999,
) -> Contrast:
    """Show side by side how groups of articles tell of the same topic, and which differences are more than chance.

    Parameters
    ----------
    corpus
        The articles.
    topic
        What the articles are about: a word or pattern as in a codebook (`"flood*"`), or several (`["flood*", "tide
        gate*"]`), one of which must stand in the title, or two matches in the text; columns and
        values, such as `{"topic": "education"}`; or a boolean Series indexed by `article_id`. All
        articles if not given.
    by
        The column of groups. Articles without one are left out.
    names
        Actors whose labels are compared, as `portrayal` takes them. If not given, the six people and organisations that
        most articles name, of those that two groups name.
    codebook
        As `framing` takes it.
    level
        Of the intervals.
    permutations
        As in `compare`.

    Returns
    -------
    Contrast
        Tables, and a page (`write`).

    Raises
    ------
    OptionError
        If no article is about the topic, fewer than two groups are, a column is missing, or `level` or `permutations`
        is out of range.
    CodebookError
        As `framing`.

    Notes
    -----
    Groups of fewer than 8 articles are shown and never compared. That groups differ on a topic may lie in what they
    chose to report, as well as in how: read `articles`, and take an event rather than a theme.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> texts = ["The flood killed two. “We lost it all,” said Ann Lee.", "The flood cost the bank millions."] * 2
    >>> corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"] * 2, "text": texts, "title": "A flood"}))
    >>> found = analysis.contrast(corpus, topic="flood*")
    >>> found.groups[["group", "n", "n_copies", "compared"]].values.tolist()
    [['Gazette', 2, 0, False], ['Herald', 2, 0, False]]
    >>> found.voice[["group", "n", "mean"]].round(2).values.tolist()
    [['Gazette', 2, 0.36], ['Herald', 2, 0.0]]
    >>> found.voice["note"].unique().tolist()
    ['fewer than 8 articles: not compared']
    """
    if not isinstance(corpus, Corpus):
        raise OptionError(f"`corpus` must be a Corpus; got {type(corpus).__name__}. Use analysis.read.")
    columns = [str(name) for name in corpus.articles.columns if name not in ("text", "title")]
    if by not in columns:
        raise OptionError(f"`by` must be a column of the corpus; got {by!r}. It has {', '.join(map(repr, columns))}.")
    book = codebook_of(codebook)
    about, told = _about(corpus, topic)
    about = about.where(about.articles[by].notna())
    if about.articles[by].nunique() < 2:
        has = about.articles[by].dropna().unique()
        raise OptionError(
            f"a contrast needs two groups or more; on {told} {by!r} has "
            + (f"only {str(has[0])!r}." if len(has) else "none.")
        )
    groups, articles, kept = _material(about, by)
    sides = _Sides(articles, groups, level=level, permutations=permutations)
    tone = pd.concat(
        sentiment(kept, voice=one, mask="names")["compound_mean"].rename("value").reset_index().assign(voice=one)
        for one in ("narration", "quoted")
    )
    cues = framing(kept, codebook=book).rename(columns={"per_1000_words": "value"})
    shares = voices_of(kept)["share_quoted"].rename("value").reset_index()
    quoted = speakers(kept, by=by).rename(columns={by: "group"})
    quoted["group"] = quoted["group"].astype("str")
    return Contrast(
        topic=told,
        by=by,
        level=level,
        groups=groups,
        articles=articles,
        words=_words(kept, articles, groups),
        labels=_labels(kept, articles, sides, by, names),
        frames=sides.scores(cues, "frame"),
        voice=sides.scores(shares.assign(measure="share_quoted"), "measure").drop(columns="measure"),
        speakers=quoted,
        tone=sides.scores(tone, "voice"),
    )


def _about(corpus: Corpus, topic: Topic | None) -> tuple[Corpus, str]:
    """Return the articles about the topic, and the topic in words."""
    if topic is None:
        return corpus, "all articles"
    if isinstance(topic, (str, list, tuple)) and topic and all(isinstance(one, str) for one in topic):
        patterns = [topic] if isinstance(topic, str) else list(topic)
        book = Codebook.from_dict({"topic": patterns}, name="topic")
        titles = Corpus(corpus.articles.assign(text=corpus.articles["title"].fillna("")))
        n, named = (
            cue_spans(each, codebook=book).groupby("article_id").size().reindex(corpus.articles.index, fill_value=0)
            for each in (corpus, titles)
        )
        chosen, told = corpus.where((n >= _MENTIONS) | (named > 0)), ", ".join(f"“{one}”" for one in patterns)
    elif isinstance(topic, pd.Series):
        chosen, told = corpus.where(topic), "the articles chosen"
    elif isinstance(topic, Mapping) and topic:
        chosen = corpus.where(None, **{str(name): value for name, value in topic.items()})
        told = ", ".join(
            f"{name} {', '.join(map(str, value)) if isinstance(value, (list, tuple, set)) else value}"
            for name, value in topic.items()
        )
    else:
        raise OptionError(
            "`topic` must be a pattern such as 'flood*', columns and values such as {'section': 'Sport'}, or a boolean "
            f"Series; got {topic!r}."
        )
    if not len(chosen):
        raise OptionError(
            f"no article is about the topic: {told}. A pattern must stand in a title, or twice in a text."
        )
    return chosen, told


def _material(about: Corpus, by: str) -> tuple[pd.DataFrame, pd.DataFrame, Corpus]:
    """Return the groups, the articles without a group's further printings of a text, and these as a corpus."""
    of_story = stories(about)
    table = about.articles[["published", "title"]].assign(
        group=about.articles[by].astype("str"), story=of_story["story"], n_words=voices_of(about)["n_words"]
    )
    order = table.assign(later=~of_story["first"], id=table.index).sort_values(["later", "published", "id"])
    table["copy"] = order.duplicated(["group", "story"]).reindex(table.index)
    n_groups = table.groupby("story")["group"].nunique()
    table["shared"] = table["story"].map(n_groups) > 1
    copies = table.groupby("group")["copy"].sum()
    table = table[~table["copy"]]
    made = table.groupby("group").agg(
        n=("story", "size"),
        n_shared=("shared", "sum"),
        n_words=("n_words", "sum"),
        first=("published", "min"),
        last=("published", "max"),
    )
    made.insert(1, "n_copies", copies.reindex(made.index).astype("int64"))
    made["compared"] = (made["n"] >= FEWEST_STORIES) & (made["n"].sum() - made["n"] >= FEWEST_STORIES)
    made = made.astype({"n_shared": "int64"}).reset_index()
    made = made.sort_values(["n", "group"], ascending=[False, True], kind="stable", ignore_index=True)
    articles = table.reset_index()[["article_id", "group", "published", "title", "story", "n_words"]]
    kept = about.where(pd.Series(about.articles.index.isin(table.index), index=about.articles.index))
    return made, articles, kept


class _Sides:
    """Holds each group against all other articles on the topic."""

    def __init__(self, articles: pd.DataFrame, groups: pd.DataFrame, *, level: float, permutations: int) -> None:
        self.about = articles.set_index("article_id")[["group", "story"]]
        self.groups = groups["group"].tolist()
        self._level, self._permutations = level, permutations

    def scores(self, table: pd.DataFrame, key: str) -> pd.DataFrame:
        """Return the mean `value` of each group and key with its interval, and how the others differ."""
        rows = table[["article_id", key, "value"]].join(self.about, on="article_id")
        keys = list(dict.fromkeys(rows[key]))
        means = group_means(rows, by=["group", key], value="value", level=self._level)
        means = means.set_index(["group", key]).reindex(pd.MultiIndex.from_product([self.groups, keys]))
        of_key = {one: rows[rows[key] == one] for one in keys}
        found = [self._against_others(of_key[one], group) for group in self.groups for one in keys]
        made = pd.DataFrame(found, index=means.index, columns=[*_AGAINST, "note"])
        made = means[_OWN].assign(n=means["n"].fillna(0).astype("int64")).join(made)
        made["q"] = adjusted(made["p"].to_numpy(np.float64), "fdr_bh")
        made.index.names = ["group", key]
        return made[[*_OWN, *_AGAINST, "q", "note"]].reset_index().astype({"group": "str", key: "str", "note": "str"})

    def _against_others(self, rows: pd.DataFrame, group: str) -> dict[str, Any]:
        scored = rows[rows["value"].notna()]
        mine = scored["group"] == group
        side = scored.assign(side=np.where(mine, "this", "others"))
        n = side.groupby("side")["story"].nunique()
        nothing = dict.fromkeys(("difference", "difference_low", "difference_high", "p"), np.nan)
        nothing["mean_others"] = float(scored.loc[~mine, "value"].mean()) if (~mine).any() else np.nan
        if n.get("this", 0) < FEWEST_STORIES:
            return nothing | {"note": f"fewer than {FEWEST_STORIES} articles: not compared"}
        if n.get("others", 0) < FEWEST_STORIES:
            return nothing | {"note": f"fewer than {FEWEST_STORIES} others: not compared"}
        if scored["value"].nunique() < 2:
            return nothing | {"note": "the same in all articles"}
        # Of two groups it is one comparison, told from both sides: by their names it gives one p.
        two = len(self.groups) == 2
        others = next(name for name in self.groups if name != group) if two else "others"
        found = compare(
            side,
            value="value",
            by="group" if two else "side",
            reference=others,
            level=self._level,
            permutations=self._permutations,
            correction="none",
        ).iloc[0]
        return {
            "mean_others": found["estimate_other"],
            "difference": found["difference"],
            "difference_low": found["low"],
            "difference_high": found["high"],
            "p": found["p"],
            "note": found["note"]
            .replace(f"{group if two else 'this'} has", "the group has")
            .replace(f"{others} has", "the others have"),
        }


def _words(kept: Corpus, articles: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    of_article = articles.set_index("article_id")["group"].reindex(kept.articles.index)
    found = []
    for group, compared in zip(groups["group"], groups["compared"], strict=True):
        table = keyness(kept, target=of_article == group, numbers=False)
        table.insert(0, "group", pd.Series(group, index=table.index, dtype="str"))
        if not compared:
            table["p"] = np.nan
        found.append(table)
    made = pd.concat(found, ignore_index=True)
    made["q"] = adjusted(made["p"].to_numpy(np.float64), "fdr_bh")
    return made


def _labels(kept: Corpus, articles: pd.DataFrame, sides: _Sides, by: str, names: Sequence[str] | None) -> pd.DataFrame:
    actors = _most_named(kept, articles) if names is None else checked_names(names)
    counted, told = actors_and_sentences(kept, actors, by=by)
    counted = counted.rename(columns={by: "group"}).astype({"group": "str"})
    tone = told.groupby(["article_id", "name"], sort=False)["compound"].mean().rename("value").reset_index()
    pairs = pd.MultiIndex.from_frame(counted[["group", "name"]])
    scores = sides.scores(tone, "name").set_index(["group", "name"]).reindex(pairs).reset_index(drop=True)
    scores["n"] = scores["n"].fillna(0).astype("int64")
    scores["note"] = scores["note"].fillna(f"fewer than {FEWEST_STORIES} articles: not compared")
    made = pd.concat([counted[["group", "name", "n_mentions", "n_articles", "n_labels", "labels"]], scores], axis=1)
    return made.sort_values("group", key=lambda each: each.map(sides.groups.index), kind="stable", ignore_index=True)


def _most_named(kept: Corpus, articles: pd.DataFrame) -> list[str]:
    """Return the people and organisations that most articles name, of those that two groups name."""
    found = find_names(kept)
    found = found[found["kind"].isin(["person", "organisation"])]
    is_person = (found["kind"] == "person").tolist()
    group = articles.set_index("article_id")["group"]
    flat = pd.DataFrame(
        {
            "name": merged_names(found["entity"].tolist(), is_person).to_numpy(),
            "article_id": found["article_id"].to_numpy(),
            "group": group.reindex(found["article_id"]).to_numpy(),
        }
    )
    counts = flat.groupby("name").agg(
        articles=("article_id", "nunique"), groups=("group", "nunique"), mentions=("article_id", "size")
    )
    # An outlet's own name is in its articles for other reasons.
    own = {name.casefold() for name in group.unique()}
    counts = counts[(counts["groups"] > 1) & ~counts.index.str.casefold().isin(own)]
    counts = counts.sort_index().sort_values(["articles", "mentions"], ascending=False, kind="stable")
    return counts.index[:_MOST_ACTORS].tolist()
