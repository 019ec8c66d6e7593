"""Figures: columns checked, numbers saved, files the same every time, nothing lost or hidden where the data is odd."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import analysis
from analysis.errors import OptionError
from analysis.inference.compare import frames_over_time, group_means, tone_over_time, tone_through_article
from analysis.output import figures
from analysis.output.figures import Figure, check, save
from analysis.output.figures._sheet import spread, wrap

FRAMES = ("conflict", "human_interest", "economic")


def articles(n: int = 60, *, outlets: int = 4, days: int = 150, seed: int = 3) -> pd.DataFrame:
    """Return scores of made-up articles, some of them undated or undefined."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "outlet": [f"Outlet {i % outlets}" for i in range(n)],
            "published": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, days, n), unit="D"),
            "compound_mean": rng.normal(0, 0.2, n),
            "flesch_kincaid_grade": rng.normal(12, 2, n),
        },
        index=pd.Index([f"a{i}" for i in range(n)], name="article_id"),
    )
    if n > 10:
        table.loc["a0", ["published", "compound_mean", "flesch_kincaid_grade"]] = [pd.NaT, np.nan, np.nan]
    return table


def sentences(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [(i, o, s, rng.normal(0, 0.4)) for i, o in table["outlet"].items() for s in range(int(rng.integers(3, 25)))]
    return pd.DataFrame(rows, columns=["article_id", "outlet", "sentence", "compound"])


def framing(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows = [(i, frame, rng.poisson(3) * 1.0) for i in table.index for frame in FRAMES]
    cues = pd.DataFrame(rows, columns=["article_id", "frame", "per_1000_words"])
    return cues.join(table[["outlet", "published"]], on="article_id")


def words(n: int = 40) -> pd.DataFrame:
    counts = np.arange(n, 0, -1) * 7
    return pd.DataFrame(
        {
            "term": [f"word{i}" for i in range(n)],
            "count": counts,
            "per_million": counts * 12.5,
            "n_articles": np.maximum(counts // 9, 1),
        }
    )


def keyness(n: int = 40) -> pd.DataFrame:
    place = np.linspace(3, -3, n)
    return words(n)[["term"]].assign(
        log_ratio=place, log_odds_z=place * 2, g2=place**2, q=np.where(np.abs(place) > 2, 0.01, 0.6)
    )


def trends(terms: int = 3, periods: int = 6) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=periods, freq="MS")
    rows = [(m, f"word{t}", 100.0 * t + 10 * i, 20 + i) for i, m in enumerate(months) for t in range(terms)]
    return pd.DataFrame(rows, columns=["period", "term", "per_million", "n_articles_period"])


def dispersion(n: int = 80) -> pd.DataFrame:
    return words(n)[["term", "count"]].assign(dp=np.linspace(0.2, 0.95, n), juilland_d=0.5, range=9)


def by_outlet(table: pd.DataFrame) -> pd.DataFrame:
    return group_means(table, by="outlet", value="compound_mean")


def frames_by_outlet(table: pd.DataFrame) -> pd.DataFrame:
    return group_means(framing(table), by=["outlet", "frame"], value="per_1000_words")


def shares(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    quoted = table[["outlet"]].assign(share_quoted=rng.uniform(0, 0.4, len(table)))
    return group_means(quoted, by="outlet", value="share_quoted")


def tones(table: pd.DataFrame) -> pd.DataFrame:
    """Return what articles say themselves, and what they quote: higher by a tenth."""
    rng = np.random.default_rng(13)
    own = table.reset_index()[["article_id", "outlet", "compound_mean"]]
    quoted = own.assign(compound_mean=own["compound_mean"] + 0.1 + rng.normal(0, 0.05, len(own)))
    return pd.concat([own.assign(voice="narration"), quoted.assign(voice="quoted")], ignore_index=True)


def said(outlets: int = 6, people: int = 8) -> pd.DataFrame:
    rows = [
        (f"Outlet {outlet}", f"Speaker {(outlet * person) % 11}.{person}", 300 - 17 * person - outlet, 1 + person % 3)
        for outlet in range(outlets)
        for person in range(people)
    ]
    table = pd.DataFrame(rows, columns=["outlet", "speaker", "n_words", "n_articles"])
    return table.assign(share_words=table["n_words"] / 4_000)


def compared() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    outlets = np.repeat(["Gazette", "Herald", "The Very Long Named Morning Chronicle"], [12, 25, 30])
    table = pd.DataFrame({"outlet": outlets, "story": [f"s{i}" for i in range(len(outlets))]})
    table["compound_mean"] = rng.normal(0, 0.2, len(table)) + 0.4 * (outlets == "Herald")
    return analysis.compare(table, value="compound_mean", permutations=199)


def cues() -> pd.DataFrame:
    table = framing(articles())
    table["n_cues"] = (table["per_1000_words"] - 2 - table["frame"].map(FRAMES.index) % 3).clip(lower=0).astype(int)
    return table.assign(share_sentences=table["n_cues"] / 20)


def pairs_of_frames() -> pd.DataFrame:
    return analysis.frame_cooccurrence(cues())


def curve() -> pd.DataFrame:
    rows = [
        (n, frame, measure, 0.3 + n / 1_000 + place / 30)
        for n in (68.0, 137.0, 273.0)
        for place, frame in enumerate([*FRAMES, "mean"])
        for measure in ("auc", "f1")
    ]
    table = pd.DataFrame(rows, columns=["n_trained", "frame", "measure", "value"])
    return table.assign(low=table["value"] - 0.08, high=table["value"] + 0.08, level=0.95)


def coded(variables: int = 2, coders: int = 3) -> pd.DataFrame:
    """Return the reliability of made-up codes; each variable is coded worse than the one before."""
    rng = np.random.default_rng(17)
    names = [f"Coder {at}" for at in range(coders)]
    codes = pd.DataFrame({"unit": np.repeat(range(60), coders), "coder": names * 60})
    tables = []
    for variable in range(variables):
        true = np.repeat(rng.integers(0, 3, 60), coders)
        wrong = rng.random(len(codes)) < 0.02 + 0.5 * variable
        codes["code"] = np.where(wrong, rng.integers(0, 3, len(codes)), true)
        table = analysis.reliability(codes, variable="code", draws=200)
        tables.append(table.assign(variable=f"variable_{variable}"))
    return pd.concat(tables, ignore_index=True)


def thresholds(noise: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(19)
    gold = pd.DataFrame({"unit": range(80), "angry": [0, 0, 0, 1] * 20})
    scores = gold[["unit"]].assign(heat=gold["angry"] + rng.normal(0, noise, 80))
    return analysis.validate(scores, gold, score="heat", variable="angry", draws=200).thresholds


def evidence(text: str, **options: Any) -> analysis.Evidence:
    corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": [text]}))
    return analysis.explain(corpus, "a", **({"measure": "sentiment", "score": "compound_mean"} | options))


STORY = "The flood was a terrible loss, but nobody was killed. We love this brave town! " * 6

ALL: dict[str, Callable[[], Figure]] = {
    "plot_terms": lambda: figures.plot_terms(words()),
    "plot_keyness": lambda: figures.plot_keyness(keyness(), target="Gazette"),
    "plot_trends": lambda: figures.plot_trends(trends()),
    "plot_dispersion": lambda: figures.plot_dispersion(dispersion()),
    "plot_readability": lambda: figures.plot_readability(articles()),
    "plot_tone": lambda: figures.plot_tone(by_outlet(articles())),
    "plot_tone_over_time": lambda: figures.plot_tone_over_time(tone_over_time(articles())),
    "plot_tone_through_article": lambda: figures.plot_tone_through_article(tone_through_article(sentences(articles()))),
    "plot_frames": lambda: figures.plot_frames(frames_by_outlet(articles())),
    "plot_frames_over_time": lambda: figures.plot_frames_over_time(frames_over_time(framing(articles()))),
    "plot_voice": lambda: figures.plot_voice(shares(articles())),
    "plot_voice_tone": lambda: figures.plot_voice_tone(tones(articles())),
    "plot_speakers": lambda: figures.plot_speakers(said(2)),
    "plot_comparison": lambda: figures.plot_comparison(compared()),
    "plot_reliability": lambda: figures.plot_reliability(coded()),
    "plot_threshold": lambda: figures.plot_threshold(thresholds(), score="heat"),
    "plot_validity": lambda: figures.plot_validity(analysis.validity()),
    "plot_article": lambda: figures.plot_article(evidence(STORY)),
    "plot_frame_profile": lambda: figures.plot_frame_profile(frames_by_outlet(articles())),
    "plot_frame_cooccurrence": lambda: figures.plot_frame_cooccurrence(pairs_of_frames()),
    "plot_codebook_coverage": lambda: figures.plot_codebook_coverage(cues()),
    "plot_learning_curve": lambda: figures.plot_learning_curve(curve()),
}
TABLES: dict[str, pd.DataFrame] = {
    "plot_terms": words(),
    "plot_keyness": keyness(),
    "plot_trends": trends(),
    "plot_dispersion": dispersion(),
    "plot_readability": articles(),
    "plot_tone": by_outlet(articles()),
    "plot_tone_over_time": tone_over_time(articles()),
    "plot_tone_through_article": tone_through_article(sentences(articles())),
    "plot_frames": frames_by_outlet(articles()),
    "plot_frames_over_time": frames_over_time(framing(articles())),
    "plot_voice": shares(articles()),
    "plot_voice_tone": tones(articles()),
    "plot_speakers": said(2),
    "plot_comparison": compared(),
    "plot_frame_profile": frames_by_outlet(articles()),
    "plot_frame_cooccurrence": pairs_of_frames(),
    "plot_codebook_coverage": cues(),
    "plot_learning_curve": curve(),
    "plot_reliability": coded(),
    "plot_threshold": thresholds(),
    "plot_validity": analysis.validity(),
}


def texts(figure: Figure) -> list[Text]:
    """Return the texts of a drawing that are seen: not empty, and no tick label outside its panel."""
    unseen = set()
    for ax in figure.drawing.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not low <= tick.get_loc() <= high:
                    unseen |= {id(tick.label1), id(tick.label2)}
    found = figure.drawing.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip() and id(text) not in unseen]


def shown(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def clipped(figure: Figure) -> list[str]:
    """Return the texts that run out of the sheet."""
    figure.drawing.canvas.draw()
    renderer, sheet = figure.drawing.canvas.get_renderer(), figure.drawing.bbox.padded(1)
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]
    return [
        text for text, box in boxes if box.x0 < sheet.x0 or box.x1 > sheet.x1 or box.y0 < sheet.y0 or box.y1 > sheet.y1
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie on one another."""
    figure.drawing.canvas.draw()
    renderer = figure.drawing.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer).padded(-2)) for text in texts(figure)]
    return [(a, b) for i, (a, one) in enumerate(boxes) for b, other in boxes[i + 1 :] if one.overlaps(other)]


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("name", ALL)
def test_every_figure_is_whole(name: str, tmp_path: Path) -> None:
    figure = ALL[name]()
    paths = figure.save(tmp_path)
    assert [path.name for path in paths] == [f"{figure.name}.{kind}" for kind in ("png", "svg", "csv", "txt")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)  # no parts left
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert clipped(figure) == []
    assert overlapping(figure) == []
    assert min(text.get_fontsize() for text in texts(figure)) >= 9
    assert len(figure.alt) > 60
    assert figure.title in ET.fromstring(paths[1].read_bytes())[0].text  # noqa: S314 - our own SVG
    rows = cells(paths[2].read_text(encoding="utf-8"))
    assert rows[0] == list(figure.data.columns)
    assert len(rows) == len(figure.data) + 1 > 1
    assert paths[3].read_text(encoding="utf-8") == f"{figure.alt}\n"


@pytest.mark.parametrize("name", ALL)
def test_bytes_are_the_same_every_time(name: str, tmp_path: Path) -> None:
    first, second = ALL[name](), ALL[name]()
    assert first.svg() == second.svg()
    assert first.csv() == second.csv()
    assert first.alt == second.alt
    assert "<dc:date>" not in first.svg()
    save(first, tmp_path)
    assert check(tmp_path, [second]) == []


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = (
        "import pandas as pd, sys; from analysis.output.figures import plot_terms;"
        "table = pd.DataFrame({'term': ['tax', 'vote'], 'count': [3, 2], 'per_million': [30., 20.]});"
        "sys.stdout.write(plot_terms(table).svg())"
    )
    seen = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout
        for env in (
            {"PYTHONHASHSEED": "1", "MPLCONFIGDIR": str(tmp_path)},
            {"PYTHONHASHSEED": "2", "MPLCONFIGDIR": str(tmp_path)},
        )
    }
    assert len(seen) == 1


@pytest.mark.parametrize("name", TABLES)
def test_order_of_rows_does_not_matter(name: str) -> None:
    plot = getattr(figures, name)
    table = TABLES[name]
    assert plot(table.sample(frac=1, random_state=1)).csv() == plot(table).csv() or name.startswith("plot_frame")


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_column_is_named(name: str) -> None:
    plot, table = getattr(figures, name), TABLES[name]
    known = {"plot_readability": "outlet", "plot_terms": "count", "plot_keyness": "q", "plot_dispersion": "dp"}
    known |= {"plot_voice_tone": "voice", "plot_speakers": "share_words", "plot_codebook_coverage": "n_cues"}
    known |= {"plot_threshold": "f1_low"}
    gone = known.get(name, "per_million" if name == "plot_trends" else "low")
    with pytest.raises(OptionError, match=rf"^the table has no column '{gone}'; {name} needs '.*'\. Use .*\.$"):
        plot(table.drop(columns=gone))


def test_the_whole_message() -> None:
    with pytest.raises(OptionError) as raised:
        figures.plot_tone(by_outlet(articles()).drop(columns="mean"))
    assert str(raised.value) == (
        "the table has no column 'mean'; plot_tone needs 'outlet', 'n', 'mean', 'low', 'high'. Use "
        "group_means(sentiment(corpus).join(corpus.articles['outlet']), by='outlet', value='compound_mean')."
    )
    with pytest.raises(OptionError) as raised:
        figures.plot_terms(words().assign(count="many"))
    assert str(raised.value).startswith("column 'count' must hold numbers; plot_terms got ")
    with pytest.raises(OptionError) as raised:
        figures.plot_tone(by_outlet(articles()), value="compound")
    assert str(raised.value) == "`value` must be one of 'compound_mean'; got 'compound'."
    with pytest.raises(OptionError) as raised:
        figures.plot_trends(trends().assign(period="then"))
    assert str(raised.value) == "'period' must hold dates or periods such as 2024-03; plot_trends got 'then'."
    doubled = words().assign(a="x", b="y")
    with pytest.raises(OptionError) as raised:
        figures.plot_terms(pd.concat([doubled, doubled]))
    assert str(raised.value) == (
        "the table has several rows for one term; say which column parts them: plot_terms(table, by=…)."
    )


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_says_so(name: str, tmp_path: Path) -> None:
    figure = getattr(figures, name)(TABLES[name].iloc[:0])
    assert figure.data.empty
    assert figure.alt.endswith("nothing to draw.")
    figure.save(tmp_path)
    assert clipped(figure) == []


def test_one_article() -> None:
    one = articles(1)
    drawn = [
        figures.plot_readability(one),
        figures.plot_tone(by_outlet(one)),
        figures.plot_tone_over_time(tone_over_time(one)),
        figures.plot_tone_through_article(tone_through_article(sentences(one))),
        figures.plot_frames(frames_by_outlet(one)),
        figures.plot_frames_over_time(frames_over_time(framing(one))),
        figures.plot_trends(trends(terms=1, periods=1)),
        figures.plot_terms(words(1)),
        figures.plot_keyness(keyness(40).head(1)),
        figures.plot_dispersion(dispersion(1)),
        figures.plot_voice(shares(one)),
        figures.plot_voice_tone(tones(one)),
        figures.plot_speakers(said(1, 1)),
        figures.plot_article(evidence("Good.")),
    ]
    for figure in drawn:
        assert clipped(figure) == [], figure.name
        assert overlapping(figure) == [], figure.name
        assert "nan" not in " ".join([figure.alt, *shown(figure)]).lower(), figure.name
    assert "Jan 2024" in drawn[6].title


def test_many_outlets_with_long_names() -> None:
    table = articles(400, outlets=29)
    table["outlet"] = [f"The {name} Evening Chronicle and Weekend Advertiser" for name in table["outlet"]]
    for figure, kept in (
        (figures.plot_tone(by_outlet(table)), 15),
        (figures.plot_readability(table), 15),
        (figures.plot_frames(frames_by_outlet(table)), 15),
        (figures.plot_voice(shares(table)), 15),
        (figures.plot_voice_tone(tones(table)), 12),
        (figures.plot_tone_over_time(tone_over_time(table, group="outlet")), 12),
        (figures.plot_tone_through_article(tone_through_article(sentences(table), group="outlet")), 12),
    ):
        assert figure.data["outlet"].nunique() == kept, figure.name
        hidden = f"{29 - kept} outlets with fewer articles not shown"
        assert hidden in " ".join(shown(figure)), figure.name
        assert hidden in figure.alt, figure.name
        assert clipped(figure) == [], figure.name
        assert overlapping(figure) == [], figure.name


def test_the_largest_outlets_are_kept() -> None:
    table = articles(200, outlets=5)
    table["outlet"] = np.repeat(["E", "D", "C", "B", "A"], [80, 60, 40, 15, 5])
    assert set(figures.plot_tone(by_outlet(table), shown=3).data["outlet"]) == {"E", "D", "C"}
    table["outlet"] = np.repeat(["E", "D", "C", "B", "A"], [80, 60, 57, 2, 1])
    some = figures.plot_tone(by_outlet(table), shown=4)  # one must go: those of two articles and of one do
    assert set(some.data["outlet"]) == {"E", "D", "C"}
    assert "2 outlets with fewer articles not shown" in some.alt
    assert len(figures.plot_tone(by_outlet(table), shown=5).data) == 5


def test_long_terms_and_many_terms() -> None:
    long = words(30)
    long["term"] = [f"{i}-{'antidisestablishment' * 2}"[:40] for i in range(30)]
    table = trends(terms=9)
    table["term"] = [f"{term}-{'x' * 33}" for term in table["term"]]
    for figure in (
        figures.plot_terms(long),
        figures.plot_keyness(keyness(30).assign(term=long["term"])),
        figures.plot_dispersion(dispersion(30).assign(term=long["term"])),
        figures.plot_trends(table),
    ):
        assert clipped(figure) == [], figure.name
        assert overlapping(figure) == [], figure.name
    assert "3 rarer terms not shown" in " ".join(shown(figure))


HOSTILE = [
    "<script>alert(1)</script>",
    "$x^2$ & $",
    "=HYPERLINK(1)",
    "a\x00b\x1b[31m\ud800",
    "\u202eevil",
    "عربي",
    "漢字の語",
    "not\ngiven",
]


def test_hostile_labels(tmp_path: Path) -> None:
    hostile = pd.Series(HOSTILE, dtype="object")  # a lone surrogate cannot stand in pandas' own strings
    table = articles(160, outlets=8)
    table["outlet"] = [HOSTILE[i % 8].replace("\ud800", "") for i in range(160)]
    cues = frames_by_outlet(table)
    cues["frame"] = cues["frame"].replace({"conflict": "<b>$\\frac{1}{0}$</b>"})
    drawn = [
        figures.plot_tone(by_outlet(table)),
        figures.plot_readability(table, name="r"),
        figures.plot_frames(cues, name="f"),
        figures.plot_tone_over_time(tone_over_time(table, group="outlet"), name="t"),
        figures.plot_terms(words(8).assign(term=hostile), name="w"),
        figures.plot_keyness(keyness(8).assign(term=hostile), target="<i>$", reference="\x00", name="k"),
        figures.plot_dispersion(dispersion(8).assign(term=hostile), name="d"),
        figures.plot_voice(shares(table), name="v"),
        figures.plot_voice_tone(tones(table), name="vt"),
        figures.plot_speakers(
            said(8, 8).assign(speaker=[label.replace("\ud800", "") for label in HOSTILE] * 8), name="s"
        ),
        figures.plot_article(evidence(" ".join(label.replace("\ud800", "") for label in HOSTILE) + " Good!"), name="p"),
        figures.plot_tone(by_outlet(table), name="titled", title="<script>$\\alpha", source="& <b>\x07"),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in drawn:
            figure.save(tmp_path)
            svg = figure.svg()
            assert "<script" not in svg, figure.name
            ET.fromstring(svg)  # noqa: S314 - well-formed, whatever the labels
            assert "<script" not in figure._repr_html_(), figure.name
    assert any("$x^2$ & $" in text for text in shown(drawn[0]))  # a dollar stays a dollar
    assert check(tmp_path, drawn) == []


def test_letters_without_a_glyph_stay_text_in_the_svg() -> None:
    latin, han = (figures.plot_terms(words(1).assign(term=term)).svg() for term in ("tax", "漢字"))
    assert "<text" not in latin
    assert "漢字" in re.findall(r"<text[^>]*>([^<]*)</text>", han)


def test_csv_is_harmless_and_short() -> None:
    table = pd.DataFrame({"term": ["=1+1", "+a", "＝b", "@c", "d"], "count": [5, 4, 3, 2, 1]})
    figure = figures.plot_terms(table.assign(per_million=[1234567.8912, 0.00001234567, 3.0, 2.0, np.nan]))
    assert figure.csv() == ("term,count,per_million\n'=1+1,5,1.23457e+06\n'+a,4,1.23457e-05\n'＝b,3,3\n'@c,2,2\nd,1,\n")
    negative = figures.plot_tone(by_outlet(pd.DataFrame({"outlet": ["A"] * 3, "compound_mean": [-0.1, -0.2, -0.3]})))
    assert ",-0.2," in negative.csv()  # a number is no formula


def test_the_numbers_are_those_that_are_drawn() -> None:
    figure = figures.plot_tone(by_outlet(articles()))
    ax = figure.drawing.axes[0]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == figure.data["mean"].tolist()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == figure.data["outlet"].tolist()
    assert figure.data["mean"].is_monotonic_decreasing
    bars = figures.plot_terms(words(5)).drawing.axes[0].patches
    assert [bar.get_width() for bar in bars] == words(5)["per_million"].tolist()


def test_keyness_marks_what_is_beyond_chance() -> None:
    figure = figures.plot_keyness(keyness(), target="Gazette", reference="the Herald")
    ax = figure.drawing.axes[0]
    filled = [mpl.colors.to_hex(bar.get_facecolor()) != "#ffffff" for bar in ax.patches]
    assert filled == figure.data["significant"].tolist()
    assert 0 < sum(filled) < len(filled)
    assert figure.data["significant"].tolist() == (figure.data["q"] < 0.05).tolist()
    none = figures.plot_keyness(keyness().assign(q=np.nan), target="Gazette", reference="the Herald")
    assert none.title == "No term sets Gazette apart from the Herald beyond chance"
    assert not none.data["significant"].any()
    rarer = figures.plot_keyness(keyness().assign(q=np.where(keyness()["log_ratio"] < -2.9, 0.01, 1)), target="Gazette")
    assert rarer.title == "“word39” is rarer in Gazette than in the rest"
    infinite = keyness()
    infinite.loc[0, "log_ratio"] = np.inf
    counted = keyness().assign(count_target=9, count_reference=4)
    counted.loc[0, "count_reference"] = 0
    for table in (infinite, counted):
        figure = figures.plot_keyness(table)
        assert "word0 (only here)" in figure.alt
        assert "word0 *" in shown(figure)
        assert figure.data["only_here"].sum() == 1


def test_headings_name_no_small_group() -> None:
    table = pd.DataFrame({"outlet": ["A"] * 8 + ["B"] * 8 + ["tiny"] * 7})
    table["compound_mean"] = [0.1, 0.2] * 4 + [-0.1, -0.2] * 4 + [0.9, 0.8, 0.9, 0.9, 0.8, 0.9, 0.9]
    table["flesch_kincaid_grade"] = table["compound_mean"] * 10 + 9
    cues = table.assign(frame="conflict", per_1000_words=table["compound_mean"] + 1)
    few = "1 more outlet has fewer than 8 articles, drawn hollow and not compared."
    for figure, title in (
        (figures.plot_tone(by_outlet(table)), "Mean tone runs from −0.15 in B to +0.15 in A"),
        (figures.plot_readability(table), "The typical grade runs from 7.5 (B) to 10.5 (A)"),
        (
            figures.plot_frames(group_means(cues, by=["outlet", "frame"], value="per_1000_words")),
            "Outlets differ in the conflict frame: A 1.1 cues per 1,000 words, B 0.85",
        ),
    ):
        assert figure.title == title
        assert few in figure.alt
        assert "hollow: fewer than 8 articles, not compared" in " ".join(shown(figure)), figure.name
        assert "tiny" in figure.data["outlet"].tolist()
        assert len(hollow_dots(figure)) == 1, figure.name


def hollow_dots(figure: Figure) -> list[float]:
    lines = [line for ax in figure.drawing.axes for line in ax.lines if line.get_markerfacecolor() == "white"]
    return [float(y) for line in lines for y in line.get_ydata()]


def test_small_groups_are_described_and_not_ranked() -> None:
    table = articles(20, outlets=3).drop(index="a0")
    cues = frames_by_outlet(table)
    titles = [
        (figures.plot_tone(by_outlet(table)), "Mean tone of 3 outlets; too few articles to compare them"),
        (figures.plot_readability(table), "Flesch–Kincaid grade in 3 outlets; too few articles to compare them"),
        (figures.plot_frames(cues), "3 frames in 3 outlets; too few articles to compare them"),
    ]
    for figure, title in titles:
        assert figure.title == title
        assert "All have fewer than 8 articles" in figure.alt
        assert not re.search("[Hh]ighest|hardest|widest", figure.alt), figure.name
    one = table[table["outlet"] == "Outlet 1"]
    assert figures.plot_tone(by_outlet(one)).title.endswith(" (7 articles)")


@pytest.mark.parametrize("value", ["compound_mean", "flesch_kincaid_grade", "per_1000_words"])
def test_headings_claim_no_difference_that_is_none(value: str) -> None:
    def figure(**scores: list[float]) -> Figure:
        rows = [(outlet, score) for outlet, some in scores.items() for score in some]
        table = pd.DataFrame(rows, columns=["outlet", value]).assign(frame="conflict")
        if value == "flesch_kincaid_grade":
            return figures.plot_readability(table)
        if value == "compound_mean":
            return figures.plot_tone(by_outlet(table))
        return figures.plot_frames(group_means(table, by=["outlet", "frame"], value=value))

    what = {
        "compound_mean": "tone",
        "flesch_kincaid_grade": "Flesch–Kincaid grade",
        "per_1000_words": "the conflict frame",
    }[value]
    none = f"No clear difference in {what} between 2 outlets"
    near = figure(A=[1.0, 3.0] * 5, B=[1.2, 3.2] * 5)
    assert near.title == none
    assert "overlap" in near.alt
    equal = figure(A=[4.6] * 10, B=[4.6] * 10)
    assert equal.title == none
    assert not re.search("[Hh]ighest|hardest| to 4.6", equal.alt)
    assert none not in figure(A=[1.0, 3.0] * 5, B=[5.0, 7.0] * 5).title
    # The extremes of the widest spread overlap with all, but two others do not with one another.
    mixed = figure(A=[1.0, 1.1] * 5, B=[2.0, 2.1] * 5, wide=[-9.0, 15.0] * 5)
    assert "A" in mixed.title
    assert "B" in mixed.title
    assert "wide" not in mixed.title


def test_frames_are_ranked_by_the_share_of_variance() -> None:
    rows = [
        {"outlet": outlet, "frame": frame, "n": 20, "mean": mean, "sd": sd, "low": mean - half, "high": mean + half}
        for frame, means, sd in (("noisy", (5.0, 15.0), 9.0), ("steady", (1.0, 3.0), 0.5))
        for outlet, mean, half in zip("AB", means, [sd * 0.468] * 2, strict=True)
    ]
    table = pd.DataFrame(rows)
    title = "Outlets differ most in the steady frame: B 3.0 cues per 1,000 words, A 1.0"
    assert figures.plot_frames(table).title == title
    assert figures.plot_frames(table.drop(columns="sd")).title == title
    drawn = " ".join(shown(figures.plot_frames(table)))
    assert "Scales differ" in drawn
    assert "Intervals cut at 0" not in drawn
    below = table.assign(low=table["low"].where(table["frame"] == "noisy", -0.5))
    assert "Intervals cut at 0" in " ".join(shown(figures.plot_frames(below)))


def test_frames_of_one_group() -> None:
    def title(economic: float, low: float, n: int = 20) -> str:
        table = pd.DataFrame({"outlet": "A", "frame": ["conflict", "economic"], "n": n, "mean": [1.0, economic]})
        return figures.plot_frames(table.assign(low=[0.9, low], high=[1.1, 9.9])).title

    assert title(5.0, 4.0) == "A: economic is the frame cued most (5.0 cues per 1,000 words)"
    assert title(5.0, 0.5) == "A: no single frame is clearly cued most"
    assert title(5.0, 4.0, n=7) == "A: 2 frames (7 articles)"


def test_all_zero_panels_have_an_axis_of_zero_only() -> None:
    cues = frames_by_outlet(articles(80))
    cues.loc[cues["frame"] == "conflict", ["mean", "sd", "low", "high"]] = 0.0
    figure = figures.plot_frames(cues)
    panels = {ax.get_title(loc="left"): ax for ax in figure.drawing.axes}
    assert [label.get_text() for label in panels["conflict"].get_xticklabels()] == ["0"]
    assert len(panels["economic"].get_xticklabels()) > 1
    assert "Conflict: 0.00 in all." in figure.alt
    time = frames_over_time(framing(articles(80)))
    time.loc[time["frame"] == "conflict", ["mean", "sd", "low", "high"]] = 0.0
    figure = figures.plot_frames_over_time(time)
    panels = {ax.get_title(loc="left"): ax for ax in figure.drawing.axes}
    assert [label.get_text() for label in panels["conflict"].get_yticklabels()] == ["0"]
    assert "Conflict stays at 0.00" in figure.alt


def test_digits_follow_the_data_and_the_axis_names_the_score() -> None:
    table = pd.DataFrame({"outlet": ["A"] * 10 + ["B"] * 10, "my_score": [0.001, 0.0012] * 5 + [0.003, 0.0032] * 5})
    figure = figures.plot_tone(group_means(table, by="outlet", value="my_score"), value="my_score")
    assert figure.title == "Mean my score runs from +0.001 in A to +0.003 in B"
    assert {"+0.001", "+0.003", "Mean my score"} <= set(shown(figure))
    assert "tone" not in figure.alt


def time_table(n: list[int], mean: list[float], half: float = 0.01) -> pd.DataFrame:
    periods = pd.date_range("2024-01-01", periods=len(n), freq="MS")
    table = pd.DataFrame({"period": periods, "n": n, "mean": mean})
    return table.assign(low=table["mean"] - half, high=table["mean"] + half, level=0.95)


def test_hollow_periods_are_no_extremes() -> None:
    figure = figures.plot_tone_over_time(time_table([4, 5, 5, 5, 5, 4], [-0.9, 0.1, 0.2, 0.3, 0.2, 0.9]))
    assert figure.title == "Tone is lowest in Feb 2024 (+0.10), highest in Apr 2024 (+0.30)"
    assert "2 of 6 dots are hollow, of fewer than 5 articles, and not spoken of." in figure.alt
    assert "0.90" not in figure.alt
    assert "hollow: fewer than 5" in " ".join(shown(figure))
    few = figures.plot_tone_over_time(time_table([4, 5, 5, 5, 4, 4], [-0.9, 0.1, 0.2, 0.3, 0.2, 0.9]))
    assert few.title == "Tone over time; too few articles a period to say more"
    assert "est in" not in few.alt
    three = figures.plot_tone_over_time(time_table([9, 9, 9], [0.1, 0.2, 0.3]))
    assert three.title == "Tone over time, in 3 periods only"
    wide = figures.plot_tone_over_time(time_table([9] * 4, [0.1, 0.2, 0.3, 0.2], half=0.5))
    assert wide.title == "No clear difference in tone between 4 periods"
    mixed = time_table([9] * 5, [0.1, 0.1, 0.3, 0.3, 0.5])
    mixed.loc[4, ["low", "high"]] = [-2.0, 3.0]
    assert figures.plot_tone_over_time(mixed).title == "Tone is higher in Mar 2024 (+0.30) than in Jan 2024 (+0.10)"


def test_articles_open_and_close_where_enough_of_them_do() -> None:
    one_sentence = pd.DataFrame({"article_id": range(30), "sentence": 0, "compound": 0.06})
    figure = figures.plot_tone_through_article(tone_through_article(one_sentence))
    assert figure.title.startswith("Tone from lead to end; too few articles are long enough")
    assert "first" not in figure.alt
    table = tone_through_article(pd.DataFrame({"article_id": [0] * 10, "sentence": range(10), "compound": 0.1}))
    table = table.assign(n=[5, *[9] * 9], mean=[0.1] * 9 + [0.4], low=[0.0] * 9 + [0.3], high=[0.2] * 9 + [0.5])
    assert figures.plot_tone_through_article(table).title == "Articles open at +0.10 and close at +0.40"
    table["low"] = 0.0
    assert figures.plot_tone_through_article(table).title.endswith("; the intervals overlap")
    table.loc[0, "n"] = 4
    assert "open at" not in figures.plot_tone_through_article(table).title


def test_trends_peak_in_periods_of_enough_articles() -> None:
    months = pd.date_range("2024-01-01", periods=5, freq="MS")
    table = pd.DataFrame({"period": months, "term": "union", "per_million": [7300.0, 0.0, 4289.0, 10.0, 0.0]})
    table = table.assign(n_articles_period=[2, 9, 9, 9, 9])
    figure = figures.plot_trends(table)
    assert figure.title == "“union” peaks in Mar 2024 (4,289 per million words)"
    assert "peaks at 4,289 in Mar 2024; hollow, of fewer than 5 articles, up to 7,300 in Jan 2024." in figure.alt
    few = figures.plot_trends(table.assign(n_articles_period=[2, 9, 9, 9, 2]))
    assert few.title == "“union” over time; too few articles a period to say more"
    assert "peak" not in few.alt
    never = figures.plot_trends(table.assign(per_million=0.0))
    assert "peak at" not in never.alt
    assert "“union” stays at 0." in never.alt


def test_lines_differ_in_colour_and_marker_and_dots_at_zero_are_whole() -> None:
    figure = figures.plot_trends(trends(terms=6).assign(per_million=0.0))
    dots = [line for line in figure.drawing.axes[0].lines if line.get_marker() != "None"]
    assert len({line.get_marker() for line in dots}) == 6
    assert len({line.get_color() for line in dots}) == 6
    assert not any(line.get_clip_on() for line in dots)
    # Six labels for one height: each has a line to its own.
    leads = [text for text in figure.drawing.axes[0].texts if getattr(text, "arrow_patch", None) is not None]
    assert len(leads) == 6
    assert overlapping(figure) == []


def test_dispersion_speaks_of_one_set() -> None:
    table = dispersion(80)
    table["dp"] = np.r_[np.linspace(0.3, 0.8, 20), np.linspace(0.1, 0.99, 60)]
    figure = figures.plot_dispersion(table)
    assert figure.title == "Of the 20 most frequent terms, “word0” is the most evenly spread, “word19” the least"
    assert "Of the 20 most frequent terms, most evenly spread are word0 (0.30)" in figure.alt
    assert "most clumped are word19 (0.80)" in figure.alt
    assert "word79" not in figure.alt


def test_keyness_leads_with_no_name_and_no_title() -> None:
    table = pd.DataFrame({"term": ["beacon's", "daily", "mr", "s", "mum", "ms"], "q": 0.01})
    table["log_ratio"] = table["log_odds_z"] = [6.0, 5.0, 4.0, 3.0, 2.0, -2.0]
    figure = figures.plot_keyness(table, target="Daily Beacon")
    assert figure.title == "“mum” sets Daily Beacon apart from the rest"
    assert "More in Daily Beacon: mum (×4)." in figure.alt
    assert "as names and forms of address: “beacon's”, “daily”, “mr” and “s”." in figure.alt
    assert set(figure.data["term"]) == set(table["term"])
    assert "all of them differ beyond chance" in figure.alt
    names = figures.plot_keyness(table[table["term"] != "mum"], target="Daily Beacon")
    assert names.title == "Only names and forms of address set Daily Beacon apart from the rest beyond chance"
    one = table.assign(q=[0.5, 0.5, 0.5, 0.5, 0.01, 0.5])
    assert "Told article by article, 1 of them differs beyond chance" in figures.plot_keyness(one).alt
    assert "none of them differs beyond chance" in figures.plot_keyness(one.assign(q=0.5)).alt
    news = pd.DataFrame({"term": ["abc", "news", "u.s."], "q": 0.01, "log_ratio": 2.0, "log_odds_z": 2.0})
    assert figures.plot_keyness(news, target="ABC News").title == "“u.s.” sets ABC News apart from the rest"


def test_tone_counts_intervals_in_words() -> None:
    means = pd.DataFrame(
        {"outlet": list("abcd"), "n": 20, "mean": [0.3, 0.0, -0.4, 0.1], "low": [0.2, -0.1, -0.5, np.nan]}
    )
    means["high"] = [0.4, 0.1, -0.3, np.nan]
    told = "Of 3 intervals, 1 lies wholly above zero and 1 lies wholly below; 1 includes zero."
    assert told in figures.plot_tone(means).alt
    around = means.assign(low=-1.0, high=1.0)
    assert "No interval lies wholly above or below zero." in figures.plot_tone(around).alt
    alone = figures.plot_tone(means.head(1))
    assert alone.title == "a: the mean tone is +0.30"
    assert "The interval lies above zero." in alone.alt


def test_periods_are_named_by_their_length() -> None:
    def title(by: str) -> str:
        days = ["2022-01-03", "2023-07-04", "2024-10-07", "2025-02-24"] * 5
        table = pd.DataFrame({"published": pd.to_datetime(days), "compound_mean": [0.1, 0.2, 0.2, 0.3] * 5})
        return figures.plot_tone_over_time(tone_over_time(table, by=by)).title

    assert title("day") == "Tone is lowest on 3 Jan 2022 (+0.10), highest on 24 Feb 2025 (+0.30)"
    assert (
        title("week") == "Tone is lowest in the week of 3 Jan 2022 (+0.10), highest in the week of 24 Feb 2025 (+0.30)"
    )
    assert title("month") == "Tone is lowest in Jan 2022 (+0.10), highest in Feb 2025 (+0.30)"
    assert title("quarter") == "Tone is lowest in Jan–Mar 2022 (+0.10), highest in Jan–Mar 2025 (+0.30)"
    assert title("year") == "Tone is lowest in 2022 (+0.10), highest in 2025 (+0.30)"


@pytest.mark.parametrize(
    "period",
    [
        ["2024-01", "2024-02", "2024-03", "2024-04"],
        ["2024Q1", "2024Q2", "2024Q3", "2024Q4"],
        pd.period_range("2024-01", periods=4, freq="M"),
    ],
)
def test_periods_may_be_text(period: object) -> None:
    table = pd.DataFrame({"period": period, "term": "tax", "per_million": [1.0, 2.0, 0.0, 0.0], "n_articles": 9})
    assert figures.plot_trends(table).title.startswith(
        "“tax” peaks in Feb 2024" if "Q" not in str(period) else "“tax” peaks in Apr"
    )


def test_gaps_in_time_break_the_line() -> None:
    table = pd.DataFrame({"published": pd.to_datetime(["2024-01-01", "2024-03-01"]), "compound_mean": [0.1, 0.2]})
    figure = figures.plot_tone_over_time(tone_over_time(table))
    line = max(figure.drawing.axes[0].lines, key=lambda line: len(line.get_xdata()))
    assert np.isnan(line.get_ydata()).tolist() == [False, True, False]


def test_terms_by_month_stand_in_order() -> None:
    table = pd.concat([words(3).assign(month=pd.Timestamp(when)) for when in ("2024-03-01", "2024-01-01")])
    figure = figures.plot_terms(table)
    assert [ax.get_title(loc="left") for ax in figure.drawing.axes] == ["2024-01-01", "2024-03-01"]


def test_save_chooses_formats_and_refuses_paths(tmp_path: Path) -> None:
    figure = figures.plot_terms(words(3))
    assert [path.name for path in save(figure, tmp_path / "new" / "folder", formats=("csv",))] == ["terms.csv"]
    with pytest.raises(OptionError) as raised:
        save(figure, tmp_path, formats=("pdf",))  # type: ignore[arg-type]
    assert str(raised.value) == "`formats` must be one of 'png', 'svg', 'csv', 'txt'; got 'pdf'."
    with pytest.raises(OptionError) as raised:
        figures.plot_terms(words(3), name="../terms").save(tmp_path)
    assert str(raised.value) == "`name` must be made of letters, digits, '_', '-' and '.'; got '../terms'."


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = figures.plot_terms(words(3))
    figure.save(tmp_path)
    before = (tmp_path / "terms.csv").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        figures.plot_terms(words(4)).save(tmp_path, formats=("csv",))
    assert (tmp_path / "terms.csv").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_check_names_what_changed(tmp_path: Path) -> None:
    figure = figures.plot_terms(words(3))
    figure.save(tmp_path)
    table = tmp_path / "terms.csv"
    text = table.read_text()
    table.write_text(text.replace("262.5", "262.5000001"))
    assert check(tmp_path, [figure]) == []  # beyond six significant digits
    table.write_bytes(text.replace("\n", "\r\n").encode())
    assert check(tmp_path, [figure]) == []  # a checkout with other line ends
    table.write_text(text.replace("262.5", "262.501"))
    assert check(tmp_path, [figure]) == ["terms.csv, row 1: 'per_million' was 262.501 and is now 262.5."]
    table.write_text(text.replace("word2", "word9"))
    assert check(tmp_path, [figure]) == ["terms.csv, row 3: 'term' was word9 and is now word2."]
    table.write_text("".join(text.splitlines(keepends=True)[:-1]))
    assert check(tmp_path, [figure]) == ["terms.csv: it had 2 rows and has now 3."]
    table.write_text(text.replace("count", "n"))
    assert check(tmp_path, [figure]) == [
        "terms.csv: the columns were term, n, per_million, n_articles and are now term, count, per_million, n_articles."
    ]
    table.write_text(text)
    (tmp_path / "terms.txt").write_text("other\n")
    assert check(tmp_path, [figure]) == ["terms.txt: the alternative text has changed."]
    figure.save(tmp_path)
    (tmp_path / "terms.png").unlink()
    (tmp_path / "old.svg").write_text("<svg/>")
    assert check(tmp_path, [figure]) == ["terms.png is missing.", "old.svg is no longer among the figures."]


def test_check_compares_svg_only_under_the_same_versions(tmp_path: Path) -> None:
    figure = figures.plot_terms(words(3))
    figure.save(tmp_path)
    svg = tmp_path / "terms.svg"
    text = svg.read_text(encoding="utf-8")
    assert mpl.__version__ in text
    moved = text.replace("#0072b2", "#0072b3")
    assert moved != text
    svg.write_text(moved, encoding="utf-8")
    assert check(tmp_path, [figure]) == ["terms.svg: the drawing has changed."]
    svg.write_text(moved.replace(f"matplotlib {mpl.__version__}", "matplotlib 3.9.0"), encoding="utf-8")
    assert check(tmp_path, [figure]) == []
    svg.write_text("<svg/>", encoding="utf-8")
    assert check(tmp_path, [figure]) == ["terms.svg: it was not drawn by this kit."]


def test_check_of_many_changes_is_short(tmp_path: Path) -> None:
    figures.plot_terms(words(20)).save(tmp_path)
    later = words(20).assign(n_articles=1)
    problems = check(tmp_path, [figures.plot_terms(later)])
    assert problems[3] == "terms.csv: 15 more numbers have changed."
    assert len(problems) == 5


def test_the_users_settings_stay_and_do_not_matter() -> None:
    plain = figures.plot_terms(words(3)).svg()
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": None, "text.parse_math": True, "axes.grid": True}):
        before = dict(mpl.rcParams)
        assert figures.plot_terms(words(3)).svg() == plain
        assert dict(mpl.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not __import__("matplotlib.pyplot").pyplot.get_fignums()


def test_importing_the_figures_does_not_import_matplotlib() -> None:
    code = "import sys, analysis.output.figures; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_notebook_shows_a_picture_with_alternative_text() -> None:
    figure = figures.plot_tone(by_outlet(articles()), title='"quoted" <b>')
    page = figure._repr_html_()
    assert page.startswith('<img alt="Chart of the mean tone')
    assert "data:image/png;base64," in page
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert repr(figure) == '<Figure tone: "quoted" <b>>'


def test_a_group_may_have_no_name() -> None:
    table = articles(40)
    table.loc[table["outlet"] == "Outlet 1", "outlet"] = None
    figure = figures.plot_tone(by_outlet(table))
    assert "not given" in shown(figure)
    assert len(figure.data) == 4
    through = figures.plot_tone_through_article(tone_through_article(sentences(table), group="outlet"))
    assert "not given" in shown(through)


@pytest.mark.parametrize("seed", range(20))
def test_labels_are_spread_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wished = rng.uniform(0, 10, 6).round(1).tolist()
    moved = spread(wished, 1.0, 0.0, 10.0)
    ordered = sorted(moved)
    assert min(np.diff(ordered)) >= 1.0 - 1e-9
    assert ordered[0] >= -1e-9
    assert ordered[-1] <= 10 + 1e-9
    assert [moved[i] for i in np.argsort(wished, kind="stable")] == ordered  # nobody overtakes
    assert spread([1.0, 5.0, 9.0], 1.0, 0.0, 10.0) == [1.0, 5.0, 9.0]


def test_wrapping_keeps_every_letter() -> None:
    text = f"one two three {'m' * 200} four"
    lines = wrap(text, 3.0, 10)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 4


def test_quotations_are_compared_with_the_narration_of_the_same_article() -> None:
    table = tones(articles(80))
    figure = figures.plot_voice_tone(table)
    assert figure.title == "In 4 of 4 outlets, what is quoted is more positive than the narration around it"
    both = table.pivot_table(index=["outlet", "article_id"], columns="voice", values="compound_mean")
    inside = (both["quoted"] - both["narration"]).groupby("outlet").mean()
    drawn = figure.data[figure.data["voice"] == "quoted_minus_narration"].set_index("outlet")["mean"]
    np.testing.assert_allclose(drawn.loc[inside.index], inside, rtol=1e-5)
    # Between articles the spread is twice the difference; inside of them it is not.
    assert (
        figure.data.set_index(["outlet", "voice"])["high"].loc[("Outlet 1", "narration")]
        > (figure.data.set_index(["outlet", "voice"])["low"].loc[("Outlet 1", "quoted")])
    )
    same = table.assign(compound_mean=table["compound_mean"].where(table["voice"] == "narration", 0.0))
    assert figures.plot_voice_tone(same).title == "No clear difference in tone between narration and quotations"
    one = table[table["outlet"].eq("Outlet 1") | table["voice"].eq("narration")]
    named = figures.plot_voice_tone(pd.concat([one, same[same["outlet"] != "Outlet 1"]]).drop_duplicates())
    assert named.title == "Of 4 outlets, only Outlet 1 quotes what is more positive than its narration"


def test_speakers_who_are_quoted_most() -> None:
    table = said(8, 4)
    figure = figures.plot_speakers(table, top=3)
    assert figure.data["outlet"].tolist() == [f"Outlet {n}" for n in range(6) for _ in range(3)]
    assert "2 outlets with fewer words quoted not shown" in figure.alt
    assert figure.title == "“Speaker 0.0” is quoted most in 6 of 6 outlets"
    assert clipped(figure) == overlapping(figure) == []
    alone = figures.plot_speakers(table[table["outlet"] == "Outlet 2"], by=None)
    assert len(alone.data) == 4
    assert alone.title == "“Speaker 0.0” is quoted most: 7% of the words quoted"


def test_every_word_of_an_article_stands_in_its_picture_in_order() -> None:
    figure = figures.plot_article(evidence(STORY + "\n\n" + "x" * 300))
    drawn = [text.get_text() for text in figure.drawing.axes[0].texts]
    assert "".join(drawn[4:]) == "".join(STORY.split()) + "x" * 300  # four words of the legend come first
    assert drawn[:4] == ["adds little", "adds most", "takes away little", "takes away most"]
    assert figure.data["weight"].tolist() == pytest.approx(evidence(STORY).spans["weight"].tolist(), abs=1e-5)
    dashed = [line.get_linestyle() != "-" for line in figure.drawing.axes[0].lines]
    assert {True, False} == set(dashed)  # a line tells what a colour tells


def test_a_long_article_is_cut_and_says_so() -> None:
    figure = figures.plot_article(evidence(STORY), columns=1, lines=2)
    n = len(figure.drawing.axes[0].texts) - 4
    assert f"The first {n} of 90 words" in shown(figure)
    assert f"The first {n} of 90 words." in figure.alt
    assert clipped(figure) == overlapping(figure) == []


@pytest.mark.parametrize("options", [{"columns": 0}, {"columns": 4}, {"lines": 0}, {"lines": 201}])
def test_a_picture_has_room(options: dict[str, int]) -> None:
    ((option, value),) = options.items()
    with pytest.raises(OptionError) as raised:
        figures.plot_article(evidence("Good."), **options)
    most = {"columns": 3, "lines": 200}[option]
    assert str(raised.value) == f"`{option}` must be from 1 to {most}; got {value}."


def test_only_evidence_is_drawn() -> None:
    with pytest.raises(OptionError) as raised:
        figures.plot_article(articles())  # type: ignore[arg-type]
    assert str(raised.value) == "plot_article needs what `explain` returns; got DataFrame."
    empty = figures.plot_article(evidence(""))
    assert empty.alt == "The article has no words: nothing to draw."


# ---- frames ----------------------------------------------------------------------------------------------------------


def test_a_profile_of_z_has_its_zero_and_what_no_interval_shows_is_not_said() -> None:
    table = pd.DataFrame({"outlet": ["A"] * 9 + ["B"] * 9, "frame": "war", "z": [1.0, -1.0, 0.5] * 6})
    figure = figures.plot_frame_profile(group_means(table, by=["outlet", "frame"], value="z"), value="z")
    assert figure.title == "No clear difference in the war frame between 2 outlets"
    assert "0 is what words as frequent give by chance" in " ".join(shown(figure))
    assert figure.data["mean"].round(3).tolist() == [0.167, 0.167]
    low, high = figure.drawing.axes[0].get_xlim()
    assert low < 0 < high
    assert figure.drawing.axes[1].get_xlim() == (low, high)


def test_frames_that_go_together_are_bold_only_if_the_interval_says_so() -> None:
    pairs = pd.DataFrame({"frame": ["a", "a", "b"], "other": ["b", "c", "c"], "n_articles": 50, "level": 0.95})
    pairs = pairs.assign(log_odds=[1.5, 2.0, -1.2], low=[0.5, -0.1, -2.0], high=[2.5, 4.1, -0.4])
    figure = figures.plot_frame_cooccurrence(pairs)
    assert figure.title == "A and b most surely go together: log odds 1.5 (0.5 to 2.5)"
    weights = {text.get_text(): text.get_weight() for text in texts(figure)}
    assert [weights[label] for label in ("+1.5", "+2.0", "−1.2")] == ["bold", "normal", "bold"]
    assert figure.alt.endswith("Of 3 pairs, 1 go together and 1 do not, with intervals without 0.")
    unsure = figures.plot_frame_cooccurrence(pairs.assign(low=-5.0))
    assert unsure.title == "No two frames go together clearly more than chance would have it"
    untold = pairs.assign(log_odds=[1.5, np.nan, np.nan], low=[0.5, np.nan, np.nan], high=[2.5, np.nan, np.nan])
    some = figures.plot_frame_cooccurrence(untold)
    assert [text.get_text() for text in texts(some)].count("–") == 2
    assert some.alt.endswith("Of 1 pair, 1 go together and 0 do not, with intervals without 0.")
    none = figures.plot_frame_cooccurrence(untold.iloc[1:])
    assert none.title == "No two frames are each in some articles and not in all"


def test_coverage_is_counted_in_articles_with_words() -> None:
    table = pd.DataFrame({"frame": ["war", "war", "war", "war"], "n_cues": [3, 0, 1, 0]})
    table["share_sentences"] = [0.3, 0.0, 0.1, np.nan]
    row = figures.plot_codebook_coverage(table).data.iloc[0]
    assert (row["n"], row["n_with"]) == (3, 2)
    # Wilson's interval of 2 in 3, by hand: (2/3 + z²/6 ± z √(2/27 + z²/36)) / (1 + z²/3)
    assert row[["low", "share_articles", "high"]].tolist() == [0.20766, 0.666667, 0.938508]
    assert row["share_sentences"] == 0.133333


def test_a_learning_curve_claims_no_gain_that_the_intervals_do_not_show() -> None:
    assert figures.plot_learning_curve(curve()).title == "Mean F1 rises from 0.47 with 68 coded to 0.67 with 273"
    flat = figures.plot_learning_curve(curve().assign(value=0.6, low=0.5, high=0.7), measure="auc")
    assert flat.title == "Mean area under the ROC curve: no clear gain from 68 to 273 coded"
    with pytest.raises(OptionError) as raised:
        figures.plot_learning_curve(curve(), measure="kappa")
    assert str(raised.value) == "`measure` must be one of 'auc', 'f1'; got 'kappa'."


def test_a_contrast_is_drawn_with_its_surest_difference_above_it() -> None:
    texts_of = {"Gazette": "Both sides clashed and fought over it.", "Herald": "“We lost the bank,” she said."}
    rows = [
        {"outlet": outlet, "text": f"{'x' * n} {'y' * n} {text}"} for outlet, text in texts_of.items() for n in range(9)
    ]
    found = analysis.contrast(analysis.read(pd.DataFrame(rows)), permutations=999)
    figure = figures.plot_contrast(found)
    assert figure.title.startswith("All articles: ")
    assert figure.title.removeprefix("All articles: ") == found.findings()[0].partition(" (n =")[0]
    assert figure.data["panel"].unique().tolist()[-3:] == ["share of words quoted", "tone, narration", "tone, quoted"]
    assert clipped(figure) == []
    assert overlapping(figure) == []
    few = figures.plot_contrast(analysis.contrast(analysis.read(pd.DataFrame(rows[7:11]))))
    assert few.title == "All articles by outlet: too few articles to compare"


def test_the_heading_of_reliability_says_what_the_interval_allows() -> None:
    one = coded(1, 2)
    places = {
        (0.85, 0.95): "Coders agree: alpha is 0.90, its interval lies above .80",
        (0.7, 0.95): "Coders agree well enough for tentative conclusions: alpha is 0.90, its interval lies above .667",
        (0.6, 0.95): "Alpha is 0.90; the interval does not settle whether coders agree enough (.667)",
        (0.2, 0.6): "Coders agree too little: alpha is 0.90, its interval lies below .667",
    }
    for (low, high), heading in places.items():
        assert figures.plot_reliability(one.assign(value=0.9, low=low, high=high)).title == heading
    undefined = figures.plot_reliability(one.assign(value=np.nan, low=np.nan, high=np.nan))
    assert undefined.title == "Alpha is not defined: all codes are one and the same, or no unit has two"
    assert "nan" not in undefined.alt
    assert clipped(undefined) == []


def test_many_pairs_of_coders_leave_the_worst() -> None:
    table = coded(1, 7)
    figure = figures.plot_reliability(table, shown=9)
    alphas = table[table["statistic"] == "alpha"]
    least = alphas[alphas["coders"] != "all"].nsmallest(8, "value")["coders"]
    assert set(figure.data["coders"]) == {"all", *least}
    assert "13 pairs that agree better not shown" in figure.alt
    assert clipped(figure) == overlapping(figure) == []


def test_the_heading_of_a_threshold_says_which_others_are_as_good() -> None:
    table = pd.DataFrame({"threshold": [0.1, 0.2, 0.3, 0.4], "n_said": [9, 6, 4, 1]})
    for kind in ("precision", "recall", "f1"):
        table = table.assign(**{kind: [0.3, 0.6, 0.8, 0.2], f"{kind}_low": [0.2, 0.5, 0.7, 0.1]})
        table[f"{kind}_high"] = [0.4, 0.7, 0.9, 0.3]
    assert figures.plot_threshold(table).title == (
        "F1 is highest (0.80) from a score of 0.30 on; intervals do not tell it from others between 0.20 and 0.30"
    )
    table["f1_high"] = [0.4, 0.65, 0.9, 0.3]
    figure = figures.plot_threshold(table)
    assert figure.title == "F1 is highest (0.80) from a score of 0.30 on, clearly"
    assert "At 0.30 and above, 4 units: Precision 0.80, interval 0.70 to 0.90; " in figure.alt
    single = figures.plot_threshold(table.head(1))
    assert clipped(single) == overlapping(single) == []


def test_validity_counts_only_what_people_coded_and_lies_above_chance() -> None:
    table = analysis.validity()
    framing = table[table["measure"] == "framing"].reset_index(drop=True)
    assert figures.plot_validity(framing).title == "Framing: above chance in 5 of 5 tests against people"
    framing.loc[0, "low"] = 0.49
    assert figures.plot_validity(framing).title == "Framing: above chance in 4 of 5 tests against people"
    checked = figures.plot_validity(table[table["status"] == "checked"])
    assert checked.title == "3 figures of agreement, none with people’s coding and a chance level"
    assert clipped(checked) == overlapping(checked) == []
