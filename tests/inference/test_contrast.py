"""Contrast: what is compared with what, what is not, and a page that holds no article's markup."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from scipy.stats import false_discovery_control
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.errors import OptionError
from analysis.inference.compare import group_means
from analysis.inference.contrast import Contrast
from analysis.studies.speakers import speakers

BOOK = analysis.Codebook.from_dict({"conflict": ["clash*", "fight*"], "money": ["bank*"]}, name="mine")


def _text(n: int, *more: str) -> str:
    """Return a text of its own: most of its words are in no other."""
    rng = np.random.default_rng(n)
    words = ["".join(rng.choice(list("bdfgklmnprst"), 7)) for _ in range(60)]
    return " ".join([*(f"The {' '.join(words[at : at + 10])} was there." for at in range(0, 60, 10)), *more])


def _corpus() -> analysis.Corpus:
    rows = []
    for n in range(10):
        clash = "The senator Ana Ruiz saw both sides clash and fight." if n else "Ana Ruiz saw a clash."
        rows.append({"outlet": "Gazette", "text": _text(n, clash, "The flood came. The flood went.")})
        said = "“We lost all of it, every house we had,” said Joe Lee. The flood came. Ana Ruiz left. The flood went."
        rows.append({"outlet": "Herald", "text": _text(100 + n, said)})
    rows += [{"outlet": "Post", "text": _text(200 + n, "A flood of the bank, a flood.")} for n in range(3)]
    rows.append({"outlet": "Gazette", "text": rows[2]["text"]})  # printed a second time
    rows.append({"outlet": "Post", "text": rows[4]["text"]})  # shared with another
    rows.append({"outlet": "Post", "text": _text(300, "One flood, in passing.")})
    rows.append({"outlet": None, "text": _text(301, "Flood, flood and fight.")})
    table = pd.DataFrame(rows).assign(date="2025-03-04", title="News", language="en")
    table["article_id"] = [f"a{n:02d}" for n in range(len(table))]
    table.loc[1, "title"] = "The <flood> & <script>alert(1)</script>"
    return analysis.read(table)


@pytest.fixture(scope="module")
def corpus() -> analysis.Corpus:
    return _corpus()


@pytest.fixture(scope="module")
def found(corpus: analysis.Corpus) -> Contrast:
    return analysis.contrast(corpus, topic="flood*", codebook=BOOK, permutations=999)


def test_copies_count_once_and_what_is_in_passing_does_not_count(found: Contrast):
    columns = ["group", "n", "n_copies", "n_shared", "compared"]
    expected = [["Gazette", 10, 1, 1, True], ["Herald", 10, 0, 0, True], ["Post", 4, 0, 1, False]]
    assert found.groups[columns].values.tolist() == expected
    assert found.articles["group"].value_counts().to_dict() == {"Gazette": 10, "Herald": 10, "Post": 4}
    assert "a25" not in set(found.articles["article_id"])
    assert found.articles["story"].duplicated().sum() == 1
    assert repr(found) == "<Contrast of “flood*” by outlet: 24 articles, 3 groups, 2 compared>"


def test_scores_are_those_of_the_parts(found: Contrast, corpus: analysis.Corpus):
    kept = corpus.where(pd.Series(corpus.articles.index.isin(found.articles["article_id"]), corpus.articles.index))
    cues = analysis.framing(kept, codebook=BOOK).join(kept.articles["outlet"], on="article_id")
    means = group_means(cues, by=["outlet", "frame"], value="per_1000_words").set_index(["outlet", "frame"])
    told = found.frames.set_index(["group", "frame"])
    for name in ("n", "mean", "low", "high"):
        np.testing.assert_allclose(told[name].to_numpy(float), means[name].reindex(told.index).to_numpy(float))
    of_others = cues[(cues["outlet"] != "Gazette") & (cues["frame"] == "conflict")]["per_1000_words"].mean()
    row = told.loc[("Gazette", "conflict")]
    assert row["mean_others"] == pytest.approx(of_others)
    assert row["difference"] == pytest.approx(row["mean"] - of_others)
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    pd.testing.assert_frame_equal(
        found.speakers.rename(columns={"group": "outlet"}), speakers(kept, by="outlet"), check_dtype=False
    )


def test_q_is_the_false_discovery_rate_among_all_rows_that_are_compared(found: Contrast):
    for table in (found.frames, found.voice, found.tone, found.labels, found.words):
        known = table[table["p"].notna()]
        assert len(known) > 1
        assert known["q"].to_numpy() == pytest.approx(false_discovery_control(known["p"].to_numpy()))
    assert (found.frames["q"] > found.frames["p"]).any()


def test_groups_of_few_articles_are_shown_and_not_compared(found: Contrast):
    compares = ["difference", "difference_low", "difference_high", "p", "q"]
    for table in (found.frames, found.voice, found.tone, found.labels):
        few = table[(table["n"] < 8)]
        assert len(few)
        assert few[compares].isna().all(axis=None)
        assert set(few["note"]) == {"fewer than 8 articles: not compared"}
    assert found.frames.loc[found.frames["group"] == "Post", "mean"].notna().all()
    post = found.words["group"] == "Post"
    assert post.any()
    assert found.words.loc[post, ["p", "q"]].isna().all(axis=None)
    assert found.words.loc[~post, ["p", "q"]].notna().all(axis=None)


def test_what_is_planted_is_found(found: Contrast):
    assert any(line.startswith("Herald: share of words quoted ") for line in found.findings())
    assert any(line.startswith("Gazette: conflict frame ") for line in found.findings())
    assert not any(line.startswith("Post") for line in found.findings())
    sure = found.words[found.words["q"] < 0.05]
    assert {("Gazette", "fight"), ("Herald", "house")} <= set(zip(sure["group"], sure["term"], strict=True))
    labels = found.labels.set_index(["group", "name"])["labels"]
    assert labels[("Gazette", "Ana Ruiz")] == "senator (9)"


def test_two_matches_of_several_patterns_make_the_topic():
    texts = ["The flood rose at the tide gate.", "The flood rose.", "The tide gate broke, a gate.", "A flood, a flood."]
    table = pd.DataFrame({"article_id": list("abcd"), "outlet": ["A", "B"] * 2, "title": ["", "", "Tide gate", ""]})
    found = analysis.contrast(analysis.read(table.assign(text=texts)), topic=["flood*", "tide gate*"], codebook=BOOK)
    assert found.articles["article_id"].tolist() == ["a", "c", "d"]
    assert found.topic == "“flood*”, “tide gate*”"


def test_words_of_a_groups_own_name_are_not_on_its_page():
    rows = [
        {"outlet": outlet, "text": _text(n, f"Read The {outlet}'s news, {outlet}.")}
        for n, outlet in enumerate(["Gazette", "Herald"] * 9)
    ]
    found = analysis.contrast(analysis.read(pd.DataFrame(rows)), codebook=BOOK, permutations=99)
    assert {"gazette", "gazette's"} <= set(found.words[(found.words["q"] < 0.05)]["term"])
    assert "● " not in found.to_html().partition("<h2>Words</h2>")[2].partition("<h3>")[2].partition("<h2>")[0]


def test_the_same_whatever_the_order(found: Contrast, corpus: analysis.Corpus):
    turned = analysis.read(corpus.articles.iloc[::-1].reset_index())
    again = analysis.contrast(turned, topic="flood*", codebook=BOOK, permutations=999)
    assert again.findings() == found.findings()
    assert again.groups.equals(found.groups)
    pd.testing.assert_frame_equal(again.frames, found.frames)


def test_the_page_runs_and_loads_nothing_and_escapes_titles(found: Contrast, tmp_path: Path):
    path = found.write(tmp_path / "new" / "page.html")
    page = path.read_text("utf-8")
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in page
    assert "The &lt;flood&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert not re.search(r"\b(?:src|href|on\w+)=", page)
    assert all(f"<bdi>{line.replace('&', '&amp;')}</bdi>" in page for line in found.findings())
    assert found._repr_html_() in page
    assert "Not the same time" not in page


def test_the_page_says_that_groups_are_of_another_time(corpus: analysis.Corpus):
    later = corpus.articles.assign(published=pd.Timestamp("2024-01-01"))
    later.loc[later["outlet"] == "Herald", "published"] = pd.Timestamp("2025-06-01")
    page = analysis.contrast(analysis.Corpus(later), topic="flood*", codebook=BOOK, permutations=99).to_html()
    assert "articles of <bdi>Gazette</bdi> end on 2024-01-01, those of <bdi>Herald</bdi> begin on 2025-06-01" in page


def test_names_that_nobody_has_and_no_names_at_all():
    table = pd.DataFrame({"outlet": ["A", "B"] * 2, "text": [_text(n) for n in range(4)]})
    found = analysis.contrast(analysis.read(table), codebook=BOOK)
    assert found.labels.empty
    with pytest.raises(OptionError) as error:
        analysis.contrast(analysis.read(table), names=[], codebook=BOOK)
    assert str(error.value) == "`names` names nobody. Use names=['Marco Rubio', 'migrants']."
    assert "No outlet has enough articles to be compared" in found.to_html()
    assert found.findings() == []
    asked = analysis.contrast(analysis.read(table), names=["Ann Lee"], codebook=BOOK)
    assert asked.labels["n_mentions"].tolist() == [0, 0]
    assert found.labels.dtypes.to_dict() == asked.labels.dtypes.to_dict()


def test_mistakes_are_named(corpus: analysis.Corpus):
    def refused(**options: object) -> str:
        with pytest.raises(OptionError) as error:
            analysis.contrast(corpus, **options)  # type: ignore[arg-type]
        return str(error.value)

    assert refused(topic="whale*") == (
        "no article is about the topic: “whale*”. A pattern must stand in a title, or twice in a text."
    )
    assert refused(topic={"outlet": "Post"}) == (
        "a contrast needs two groups or more; on outlet Post 'outlet' has only 'Post'."
    )
    assert refused(topic=3) == (
        "`topic` must be a pattern such as 'flood*', columns and values such as {'section': 'Sport'}, or a boolean "
        "Series; got 3."
    )
    assert refused(by="text") == (
        "`by` must be a column of the corpus; got 'text'. It has 'outlet', 'section', 'published', 'authors', 'url', "
        "'language'."
    )


def test_on_the_command_line(tmp_path: Path, corpus: analysis.Corpus):
    corpus.articles.reset_index().to_json(tmp_path / "a.jsonl", orient="records", lines=True, date_format="iso")
    page = tmp_path / "page.html"

    def run(*options: object) -> Result:
        return CliRunner().invoke(app, ["contrast", str(tmp_path / "a.jsonl"), *map(str, options)])

    done = run("--topic", "flood*", "--where", "outlet=Post", "--where", "outlet=Herald", "-o", page)
    assert done.exit_code == 0
    assert done.output.startswith("Contrast of “flood*” by outlet: 14 articles, 2 groups, 0 compared\n")
    assert done.output.endswith(f"wrote {page}\n")
    assert "<h1>“flood*”: 2 outlets, 14 articles</h1>" in page.read_text("utf-8")
    assert str(run("-o", tmp_path / "page.pdf").exception) == f"the page is written as .html; got {tmp_path}/page.pdf."
    assert str(run("--where", "outlet", "-o", page).exception) == (
        "`--where` must be COLUMN=VALUE, e.g. --where topic=education; got 'outlet'."
    )
