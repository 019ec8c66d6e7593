from __future__ import annotations

import pytest

import analysis
from analysis.errors import OptionError
from analysis.inference.cards import MEASURES
from analysis.resources import validity_figures
from tests.benchmarks import cards as measured


def test_a_card_says_whether_this_unit_voice_and_genre_was_tested():
    def status(measure: str, **asked: str) -> str:
        return analysis.card(measure, **asked).status  # type: ignore[arg-type]

    assert status("sentiment", unit="sentence") == "validated"
    assert status("sentiment", unit="sentence", genre="editorials") == "validated"
    assert status("sentiment", unit="sentence", genre="sport") == "validated elsewhere"
    assert status("sentiment", unit="article") == "validated elsewhere"
    assert status("sentiment", unit="sentence", voice="quoted") == "validated elsewhere"
    assert status("framing") == status("framing_above_chance") == "validated"
    assert status("names") == status("quotes") == "checked"  # not by people who did not write the rules
    assert status("names", unit="title") == status("quotes", genre="sport") == "checked elsewhere"
    assert status("terms") == status("lexical_diversity") == status("voice") == "not validated"


def test_the_figures_of_one_codebook_validate_no_other():
    for measure in ("framing", "framing_above_chance"):
        mine = analysis.card(measure, codebook="mine")
        assert (mine.status, mine.figures) == ("not validated", ())
        assert mine.line == f"{mine.title}: not validated against people's coding."
        assert mine.failures == analysis.card(measure, codebook="generic").failures
    assert analysis.card("sentiment", unit="sentence", codebook="mine").status == "validated"


def test_the_line_says_what_was_tested_where():
    line = analysis.card("sentiment").line
    assert line.startswith(
        "Sentiment is not validated for articles; validated elsewhere: sentences of editorials, r .50 ("
    )
    assert "titles of economic news, alpha .34 (.23 to .44)" in line
    assert analysis.card("terms").line == "Terms: not validated against people's coding (it counts words)."
    assert analysis.card("quotes").line.startswith("Quotes against coding by models, not people: articles of ")
    assert analysis.card("names", unit="title").line.startswith(
        "Names is not checked for titles; checked elsewhere: articles of Wikinews, F1 "
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_every_card_shows_all_its_figures_as_text_and_page(measure: str):
    card = analysis.card(measure)
    page = card._repr_html_()
    figures = [row for row in validity_figures() if row["measure"] == measure]
    assert len(card.figures) == len(figures)
    assert str(card).startswith(f"{card.title}: {card.status} (articles)\nIt means: {card.means}\n")
    assert page.count("<li>") == len(card.failures) + len(card.agreement)
    assert sum(told.count(";") + 1 for _, told in card.agreement) == len(figures)


def test_what_there_is_no_card_for_is_refused():
    with pytest.raises(OptionError) as caught:
        analysis.card("tone")
    assert str(caught.value) == (
        "`measure` must be one of 'framing', 'framing_above_chance', 'lexical_diversity', 'names', 'portrayal', "
        "'quotes', 'readability', 'sentiment', 'terms', 'voice'; got 'tone'."
    )


def test_the_figures_are_in_order_and_each_value_lies_in_its_interval():
    for row in validity_figures():
        assert tuple(row) == measured.COLUMNS
        assert row["measure"] in MEASURES
        assert not row["low"] or float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_the_table_holds_every_figure_and_whose_coding_it_is():
    table = analysis.validity()
    assert len(table) == len(validity_figures())
    assert table.groupby("measure")["against"].first()["quotes"] == "coding by models, not people"
    assert set(table.loc[table["status"] == "validated", "measure"]).isdisjoint({"names", "quotes"})


@pytest.mark.shared
def test_the_values_are_those_that_the_script_measures():
    stored = {
        (row["score"], row["material"], row["statistic"], row["of"]): float(row["value"]) for row in validity_figures()
    }
    found = [*measured.sentiment(draws=100), *measured.quotes()]
    assert len(found) == 16
    for row in found:
        key = tuple(str(row[name]) for name in ("score", "material", "statistic", "of"))
        assert stored[key] == row["value"]  # type: ignore[index]
