"""Names by rule, on texts whose names were marked by hand."""

from __future__ import annotations

import random
import re
import time

import numpy as np
import pytest

from analysis.errors import OptionError
from analysis.text.names import find_names, names_in, names_of
from analysis.text.tokens import tokenise
from tests.test_kernels import both_ways


def marked(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a text without its marks, and what they say: `{o:United Nations}` is an organisation."""
    kinds = {"p": "person", "o": "organisation", "l": "place", "x": "other"}
    found = [(kinds[kind], name) for kind, name in re.findall(r"\{(\w):([^}]*)\}", text)]
    return re.sub(r"\{\w:([^}]*)\}", r"\1", text), found


@pytest.mark.parametrize(
    "sentence",
    [
        # titles
        "Sen. {p:Marco Rubio} met Prime Minister {p:Keir Starmer} and Dr. {p:Amara Diallo}.",
        "The interim President {p:Ahmed al-Sharaa} spoke with {l:US} Secretary of State {p:John Kerry}.",
        "{l:White House} Press Secretary {p:Sean Spicer} and House Speaker {p:Nancy Pelosi} disagreed.",
        "They told the President and the Prime Minister.",
        "The {o:FBI} Director left; the Attorney General stayed.",
        "Former President {p:George W. Bush} and {p:Martin Luther King Jr.} were quoted.",
        "German Chancellor {p:Angela Merkel} and attorney {p:Kendrick Moxon} wrote.",
        "He read {p:Stephen King} and {p:Marc Lamont Hill}.",
        # organisations by their words
        "The {o:Department of Health and Human Services} and the {o:Food and Drug Administration} agreed.",
        "At the {o:University of Texas at Austin} the {o:Joint Council for the Welfare of Immigrants} met.",
        "The {o:House Committee on Foreign Affairs}, the {o:Korean People's Army} and {o:Smith & Wesson Inc.} won.",
        "He left the {o:Justice Department} for the {o:New York Times}.",
        # places
        "From {l:St. Louis}, {l:Missouri}, to {l:South Africa} and the {l:Hudson River}.",
        "In the {l:U.S.} and the {l:U.K.}, not in {l:Upper Volta Province}.",
        # particles
        "They saw {p:Ursula von der Leyen}, {p:Bill de Blasio} and {p:Osama bin Laden}.",
        "Mayor {p:de Blasio} left.",
        # no names
        "Afghan women, Muslims and Republican voters came on Monday and in September and April.",
        "“We are here,” he said. “Nobody can stop us.” It's late. I'm here; I've seen it.",
        "However, they did. Meanwhile, she did. Officials disagree. Critics object.",
        # ends of a name
        "The {l:U.S.}-led group, {p:Obama}'s party, {p:Trump}’s plan, an anti-{p:Trump} crowd; {o:Google}—a firm—won.",
        "They met ({o:NATO}) and [{o:Hamas}] and “{o:Reuters}” there.",
        # laws and events
        "The {x:Affordable Care Act} and the {x:Cold War} were named.",
    ],
)
def test_names_of_a_sentence(sentence: str):
    text, expected = marked(sentence)
    assert [(name.kind, name.text) for name in names_of(text)] == expected


def test_a_name_stands_where_it_says():
    text = "  “Mr. José Ñañez’s friend,” wrote Zoë Quinn 🙂 of the U.N. (Oslo)."
    found = names_of(text)
    assert [text[name.start : name.end] for name in found] == [name.text for name in found]
    assert [name.text for name in found] == ["José Ñañez", "Zoë Quinn", "U.N.", "Oslo"]
    assert found[0].title == "Mr."


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Marco Rubio spoke. Mr. Rubio left. Rubio won.", [0, 0, 0]),
        ("Rubio spoke first. Later Marco Rubio left.", [0, 0]),
        ("Ahmed Mohamed built a clock. Ahmed was held.", [0, 0]),
        ("The United Nations met. The UN and the U.N. agreed.", [0, 0, 0]),
        ("The Rural Mountain Council met. RMC, the council said, won.", [0, 0]),
        ("The Justice Department met; the Department of Justice agreed; the DOJ too.", [0, 0, 0]),
        ("They came from the United States. The U.S. is large; America is large.", [0, 0, 0]),
        ("Bill Clinton spoke. Clinton left. Hillary Clinton came. Clinton stayed.", [0, 0, 1, 1]),
        ("John Adams met Jane Adams.", [0, 1]),
        ("Ahmed al-Sharaa spoke; Sharaa and al-Sharaa are one.", [0, 0, 0]),
        ("Sir Marc L. Hill and Marc Hill are one.", [0, 0]),
    ],
)
def test_aliases_are_one_entity(text: str, entities: list[int]):
    assert [name.entity for name in names_of(text)] == entities


def test_the_head_is_the_fullest_form():
    found = names_of("Rubio spoke. Sen. Marco Rubio left for the UN.")
    assert [name.head for name in found] == ["Marco Rubio", "Marco Rubio", "United Nations"]
    assert [name.title for name in found] == ["", "Sen.", ""]


def test_small_words_before_a_person_are_a_title():
    found = names_of("We met former president Ana Ruiz and the late actor Tom Hale near Lake Erie.")
    assert [(name.title, name.text) for name in found] == [
        ("former president", "Ana Ruiz"),
        ("late actor", "Tom Hale"),
        ("", "Lake Erie"),
    ]


def test_the_beginning_of_a_sentence_tells_nothing():
    # The word stands in small letters elsewhere; or it is a name elsewhere.
    assert names_of("Zorbas is fun. They like zorbas.") == []
    assert [name.text for name in names_of("Zorba danced. They like Zorba.")] == ["Zorba", "Zorba"]
    assert [name.text for name in names_of("Hope left. They like Hope Hill.")] == ["Hope", "Hope Hill"]
    assert [name.text for name in names_of("Hope is gone.")] == []


def test_the_evidence_is_that_of_one_text():
    alone = names_in(["Zorbas is fun.", "They like zorbas."])
    assert alone.article.tolist() == [0]


def test_a_heading_has_the_names_that_the_text_knows():
    text = "Hope Hill Wins Big Prize In Lima\n\nThe mayor, Hope Hill, was glad."
    assert [name.text for name in names_of(text)] == ["Hope Hill", "Lima", "Hope Hill"]


def test_many_texts_are_as_each_alone():
    texts = ["Marco Rubio left.", "", "Rubio left Oslo. The UN met.", "   ", "Zoë met Mr. Rubio of Oslo."]
    found = names_in(texts)
    for number, text in enumerate(texts):
        of_text = found.article == number
        alone = names_in([text])
        for column, values in enumerate(found):
            mine = [value for value, here in zip(list(values), of_text, strict=True) if here]
            if column:
                assert mine == list(alone[column])


def test_emphasis_is_no_name():
    assert [name.text for name in names_of("It was a GREAT day, he said, and NOT FAIR to NATO and the WHO.")] == [
        "NATO",
        "WHO",
    ]


def test_no_text_no_names():
    assert names_of("") == []
    assert names_in([]).article.dtype == np.int64
    assert len(names_in(["", "…"]).start) == 0


def test_names_do_not_overlap_and_stand_in_order():
    rng = random.Random(5)  # noqa: S311
    words = [
        "Sen.",
        "Marco",
        "Rubio",
        "of",
        "the",
        "United",
        "Nations",
        "and",
        "de",
        "Department",
        "for",
        "(UN)",
        "“Oslo”",
    ]
    words += ["U.S.", "said.", "it’s", "A-B,", "&", "Mr.", "al-X"]
    for _ in range(300):
        text = " ".join(rng.choice(words) for _ in range(rng.randrange(30)))
        found = find_names(tokenise([text]))
        assert (found.start < found.end).all()
        assert (found.title_start <= found.start).all()
        assert (found.title_start[1:] >= found.end[:-1]).all()
        assert (found.end <= len(text)).all()


def test_runs_are_found_alike_by_the_kernels_and_by_numpy():
    rng = random.Random(7)  # noqa: S311
    words = [
        *(
            "Sen.",
            "Rubio",
            "Department",
            "of",
            "for",
            "on",
            "the",
            "and",
            "&",
            "at",
            "de",
            "von",
            "der",
            "Human",
            "Oslo",
        ),
        *("Services", "Health", "Centre", "University", "Korean", "People's", "Army", "King,", "Jr.", "Party", "House"),
        *("Committee", "Foreign", "Affairs", "(Oslo", "“Lima", "U.S.", "said.", "it’s", "A-B,", "—May", "Will", "The"),
    ]
    texts = [" ".join(rng.choice(words) for _ in range(rng.randrange(40))) for _ in range(1500)]
    texts += ["", *words]

    def look() -> list[object]:
        return [list(column) for column in find_names(tokenise(texts))]

    compiled, plain = both_ways(look)
    assert len(plain[0]) > 5000
    assert compiled == plain


@pytest.mark.parametrize("unit", ['"', "A ", "Of ", "of the ", "Sen. ", "Aa-", "U.S.", "de ", "Xy and ", "'s ", "(A"])
def test_hostile_texts_take_linear_time(unit: str):
    text = unit * (400_000 // len(unit))
    begin = time.process_time()
    names_of(text)
    assert time.process_time() - begin < 20


def test_an_unknown_engine_is_refused():
    with pytest.raises(OptionError) as caught:
        names_of("Oslo.", engine="magic")  # type: ignore[arg-type]
    assert str(caught.value) == "`engine` must be one of 'rules', 'spacy'; got 'magic'."
