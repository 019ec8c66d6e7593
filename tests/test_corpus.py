from __future__ import annotations

import pandas as pd
import pytest

import analysis
from analysis.corpus import ARTICLE_COLUMNS, Corpus


@pytest.fixture
def corpus() -> Corpus:
    return analysis.read(
        pd.DataFrame(
            {
                "outlet": ["Gazette", "Herald", "Gazette"],
                "published": ["2024-01-02", "2024-02-03", None],
                "text": ["The <b>bridge</b> fell.", "It was dry.", "Rain, then."],
                "topic": ["flood", "weather", "flood"],
            }
        )
    )


def test_columns_stand_in_their_order_and_extra_ones_follow(corpus: Corpus) -> None:
    assert list(corpus.articles.columns)[: len(ARTICLE_COLUMNS)] == list(ARTICLE_COLUMNS)
    assert "topic" in corpus.articles.columns
    assert corpus.articles.index.name == "article_id"


def test_where_by_value_list_and_condition(corpus: Corpus) -> None:
    assert corpus.where(outlet="Gazette", topic="flood").articles["text"].tolist() == [
        "The <b>bridge</b> fell.",
        "Rain, then.",
    ]
    assert len(corpus.where(outlet=["Gazette", "Herald"])) == 3
    assert len(corpus.where(corpus.articles["published"].notna())) == 2
    assert len(corpus) == 3


def test_where_says_what_is_wrong(corpus: Corpus) -> None:
    with pytest.raises(
        analysis.OptionError, match=r"^the corpus has no column 'source'; it has outlet, section, published, "
    ):
        corpus.where(source="Gazette")
    with pytest.raises(
        analysis.OptionError, match=r"^`condition` must be a boolean Series indexed by article_id; got list\.$"
    ):
        corpus.where([True, False, True])  # type: ignore[arg-type]
    other = pd.Series([True], index=["x"])
    with pytest.raises(
        analysis.OptionError, match=r"^`condition` must have one value for each article_id of the corpus\.$"
    ):
        corpus.where(other)


def test_repeated_ids_and_missing_columns_are_errors(corpus: Corpus) -> None:
    twice = pd.concat([corpus.articles, corpus.articles.head(1)])
    with pytest.raises(analysis.InputError, match=r"stands in more than one row\. Make article_id unique\.$"):
        Corpus(twice)
    with pytest.raises(
        analysis.InputError, match=r"^articles has no column 'text'\. Use analysis\.read, which fills them in\.$"
    ):
        Corpus(corpus.articles.drop(columns="text"))


def test_a_corpus_shows_itself_with_text_escaped(corpus: Corpus) -> None:
    shown = corpus._repr_html_()
    assert "3 articles, 2 outlets, 2024-01-02 to 2024-02-03" in shown
    assert "<b>bridge</b>" not in shown
    assert "&lt;b&gt;bridge" in shown
    assert repr(corpus) == "<Corpus: 3 articles, 2 outlets, 2024-01-02 to 2024-02-03>"


def test_unknown_names_of_the_package_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match=r"^module 'analysis' has no attribute 'nothing'$"):
        analysis.nothing  # noqa: B018
    assert set(analysis.__all__) <= set(dir(analysis))


def test_an_article_shows_itself_with_text_escaped(corpus: Corpus) -> None:
    first = corpus.article(corpus.articles.index[0])
    assert str(first) == "Gazette · 2024-01-02\n\nThe <b>bridge</b> fell."
    assert "<p>The &lt;b&gt;bridge&lt;/b&gt; fell.</p>" in first._repr_html_()
    last = corpus.article(corpus.articles.index[2])
    assert str(last) == "Gazette\n\nRain, then."
    with pytest.raises(analysis.OptionError, match=r"^the corpus has no article 'x'; `articles\.index` lists them\.$"):
        corpus.article("x")


def test_articles_in_other_languages_are_counted() -> None:
    both = analysis.read(pd.DataFrame({"text": ["Rain fell.", "Es regnet."], "language": ["en", "de"]}))
    assert repr(both) == "<Corpus: 2 articles, 0 outlets, no dates, 1 not in English>"
