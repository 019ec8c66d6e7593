from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.errors import OptionError
from analysis.output import pages
from analysis.output.figures import Figure
from analysis.output.gallery import Gallery, gallery, slug
from analysis.output.report import _cards

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


class Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def corpus() -> analysis.Corpus:
    words = ["The council fought over the flood.", "It was a good plan.", "Prices rose by 3.5 percent, Ann Hale said."]
    rows = [
        {
            "outlet": outlet,
            "published": f"2024-03-{day:02d}",
            "title": f"Day {day}",
            "text": " ".join(words * (1 + day % 3)),
        }
        for day in range(1, 13)
        for outlet in ("Gazette", "Herald")
    ]
    return analysis.read(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def written(corpus: analysis.Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a report once, for the tests that only read it."""
    return analysis.write_report(analysis.measure(corpus), tmp_path_factory.mktemp("report"), corpus=corpus).parent


def test_frames_by_group_say_of_how_many_articles(written: Path) -> None:
    table = (written / "index.html").read_text(encoding="utf-8").partition("Cues per 1,000 words by outlet")[2]
    rows = [
        re.findall(r"<t[hd][^>]*>(?:<[^>]*>)*([^<]*)", row) for row in table.partition("</table>")[0].split("<tr")[1:]
    ]
    assert [(row[0].strip(), row[-1].strip()) for row in rows] == [
        ("outlet", "n articles"),
        ("Gazette", "12"),
        ("Herald", "12"),
    ]


def test_a_report_keeps_no_figure_of_the_words_of_an_earlier_one(
    corpus: analysis.Corpus, tmp_path: Path, unsaved: None
) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("keyness_mail.csv", "dispersion.txt", "mine.csv"):
        (tmp_path / "figures" / name).write_text("of another report")
    analysis.write_report(analysis.measure(corpus), tmp_path, corpus=corpus)
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["dispersion.txt", "mine.csv"]


@pytest.fixture
def unsaved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save no pictures, which takes most of a report's time."""
    monkeypatch.setattr(analysis.figures.Figure, "save", lambda *_: None)


def test_every_figure_stands_in_the_page_with_its_description(written: Path) -> None:
    images = [
        attributes
        for tag, attributes in Page((written / "index.html").read_text(encoding="utf-8")).tags
        if tag == "img"
    ]
    drawn = {path.stem for path in (written / "figures").iterdir()}
    assert {image["src"] for image in images} == {f"figures/{name}.svg" for name in drawn}
    assert all(image["alt"] for image in images)
    for name in drawn:
        for ending in ("png", "svg", "csv", "txt"):
            assert (written / "figures" / f"{name}.{ending}").stat().st_size > 0
    assert {
        "terms",
        "readability",
        "tone",
        "tone_over_time",
        "tone_through_article",
        "frames",
        "frames_over_time",
    } <= drawn


def test_the_page_needs_nothing_from_elsewhere(written: Path) -> None:
    page = (written / "index.html").read_text(encoding="utf-8")
    for tag, attributes in Page(page).tags:
        for name in ("src", "href"):
            assert not re.match(r"(https?:)?//", attributes.get(name) or ""), (tag, attributes)


@pytest.mark.usefixtures("unsaved")
def test_hostile_articles_stay_text(tmp_path: Path) -> None:
    rows = [
        {
            "outlet": f"{EVIL}{n % 2}",
            "title": EVIL,
            "published": "2024-01-01",
            "text": f"{EVIL} A terrible, horrible flood killed us all.",
        }
        for n in range(20)
    ]
    corpus = analysis.read(pd.DataFrame(rows))
    page = analysis.write_report(analysis.measure(corpus), tmp_path, corpus=corpus, title=EVIL).read_text(
        encoding="utf-8"
    )
    tags = Page(page).tags
    assert [tag for tag, _ in tags].count("script") == 1  # the kit's own
    assert not any("onerror" in attributes for _, attributes in tags)
    assert "horrible flood" in page


@pytest.mark.usefixtures("unsaved")
def test_without_a_corpus_no_sentence_is_in_the_page(corpus: analysis.Corpus, tmp_path: Path) -> None:
    page = analysis.write_report(analysis.measure(corpus), tmp_path).read_text(encoding="utf-8")
    assert "The council fought" not in page
    assert "This report holds no article text; titles are kept." in page


def undated(n: int = 10) -> analysis.Corpus:
    """Return articles of two outlets that differ in tone, the last of each the most positive."""
    rows = [
        {"article_id": f"{outlet}{i}", "outlet": outlet, "title": "", "text": f"It rained. {'A good day. ' * i}Fight!"}
        for i in range(n)
        for outlet in ("Gazette", "Herald")
    ]
    return analysis.read(pd.DataFrame(rows).assign(language="en"))


@pytest.mark.usefixtures("unsaved")
def test_pages_of_evidence_stand_behind_the_ends_and_go_with_the_text(tmp_path: Path) -> None:
    corpus = undated()
    tables = analysis.measure(corpus)
    page = analysis.write_report(tables, tmp_path, corpus=corpus).read_text(encoding="utf-8")
    links = [attributes["href"] or "" for tag, attributes in Page(page).tags if tag == "a"]
    linked = {link for link in links if link.startswith("evidence/")}
    written = {f"evidence/{path.name}" for path in (tmp_path / "evidence").iterdir()}
    assert linked == written
    assert {Path(path).name.partition("-")[0] for path in written} == {"tone", "readability", "framing"}
    spots = [attributes for _, attributes in Page(page).tags if "evidence/tone" in (attributes.get("href") or "")]
    highest = next(spot for spot in spots if (spot.get("title") or "").startswith("Herald, highest"))
    shown = (tmp_path / str(highest["href"])).read_text(encoding="utf-8")
    best = tables.sentiment["compound_mean"].filter(like="Herald").max()
    assert f"Mean VADER compound of the sentences: {best:+.3f}, the highest of 10 articles of Herald." in shown
    assert f"compound_mean = {best:.6g}" in shown
    assert "default-src &#39;none&#39;" in shown or "default-src 'none'" in shown
    assert not any(tag == "script" for tag, _ in Page(shown).tags)

    (tmp_path / "evidence" / "mine.html").write_text("left alone", encoding="utf-8")
    analysis.write_report(tables, tmp_path)  # the same folder, without the articles
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["mine.html"]


@pytest.mark.usefixtures("unsaved")
def test_no_more_pages_than_a_report_can_carry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 5)
    corpus = undated()
    book = analysis.Codebook.from_dict({"mine": ["fight"]}, name="mine")
    tables = analysis.measure(corpus, codebook=book)
    page = analysis.write_report(tables, tmp_path, corpus=corpus).read_text(encoding="utf-8")
    names = sorted(path.name for path in (tmp_path / "evidence").iterdir())
    # The two ends of two outlets in tone come first; nobody gave the codebook, so that frames have no page.
    assert names == ["readability-001.html", *(f"tone-{n:03d}.html" for n in range(1, 5))]
    assert "5 pages in evidence/ hold whole articles" in page


def test_the_same_tables_give_the_same_page_and_figures(written: Path, corpus: analysis.Corpus, tmp_path: Path) -> None:
    analysis.write_report(analysis.measure(corpus), tmp_path, corpus=corpus)
    files = sorted(path.relative_to(written) for path in written.rglob("*.*"))
    assert len(files) > 40
    for path in files:
        assert (written / path).read_bytes() == (tmp_path / path).read_bytes(), path


@pytest.mark.usefixtures("unsaved")
def test_one_article_gets_a_report(tmp_path: Path) -> None:
    one = analysis.read(pd.DataFrame({"text": ["The council fought over the flood. It was a good plan."]}))
    tables = analysis.measure(one)
    page = analysis.write_report(tables, tmp_path, corpus=one).read_text(encoding="utf-8")
    assert "11 words in 2 sentences" in page
    assert gallery(tables).not_drawn["tone"] == "there is only one article"


def test_articles_of_no_use_to_the_figures_still_get_a_page(tmp_path: Path) -> None:
    german = analysis.read(pd.DataFrame({"text": ["Das Hochwasser kam in der Nacht."], "language": ["de"]}))
    page = analysis.write_report(analysis.measure(german), tmp_path, corpus=german).read_text(encoding="utf-8")
    assert "no article is in English" in page


def test_a_plain_dict_of_tables_needs_a_manifest(corpus: analysis.Corpus, tmp_path: Path) -> None:
    with pytest.raises(analysis.OptionError) as caught:
        analysis.write_report(dict(analysis.measure(corpus)), tmp_path)
    assert (
        str(caught.value) == "`manifest` is needed where `tables` is a plain dict; pass what analysis.measure returned."
    )


def test_slugs_are_safe_file_names() -> None:
    assert [slug(name) for name in ("The Herald", "../x", "Ñandú", "新聞")] == ["the_herald", "x", "nandu", "outlet"]


@pytest.mark.usefixtures("unsaved")
def test_every_figure_has_the_line_of_its_card_and_the_card(tmp_path: Path) -> None:
    texts = ["The council fought over the flood. It was a terrible night, and a brave one."] * 2
    corpus = analysis.read(pd.DataFrame({"outlet": ["Gazette", "Herald"], "language": "en", "text": texts}))
    page = analysis.write_report(analysis.measure(corpus), tmp_path).read_text(encoding="utf-8")
    figures = page.count("<figure ")
    assert figures == page.count(">Card</a>") > 3
    assert set(re.findall(r'href="#(card-\w+)"', page)) == set(re.findall(r'id="(card-\w+)"', page))
    assert "Sentiment is not validated for articles; validated elsewhere: sentences of editorials" in page
    assert "Framing against people&#39;s coding: articles of climate news" in page
    mine = _cards(Gallery({"frames": Figure.__new__(Figure)}), {"codebook": "mine.yaml"})
    assert mine["frames"].line == "Framing: not validated against people's coding."


def test_tables_that_were_not_measured_are_named(tmp_path, corpus):
    tables = analysis.measure(corpus, only=["readability", "voice"])
    drawn = gallery(tables)
    assert {"readability", "voice"} <= set(drawn.figures)
    assert drawn.not_drawn["tone"] == drawn.not_drawn["keyness"] == "not measured"
    with pytest.raises(OptionError) as error:
        analysis.write_report(tables, tmp_path)
    assert str(error.value) == (
        "the report needs 'quality', 'sentiment', 'sentences', 'framing', 'cues', 'term_frequency', 'keyness', "
        "'dispersion', 'trends', which were not measured. Measure again without `only` (--only), or draw the figures "
        "alone: analysis figures --from TABLES."
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("unsaved")
def test_groups_that_are_numbers_have_pages_of_evidence_too(tmp_path: Path) -> None:
    frame = undated(9).articles.reset_index()
    corpus = analysis.read(frame.assign(year=[2001 + (name == "Herald") for name in frame["outlet"]]))
    page = analysis.write_report(analysis.measure(corpus, by="year"), tmp_path, corpus=corpus).read_text("utf-8")
    assert len(list((tmp_path / "evidence").glob("tone-*.html"))) > 2
    assert "2001, lowest" in page
