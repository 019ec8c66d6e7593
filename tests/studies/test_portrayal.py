"""How actors are portrayed: labels, tone and roles in articles made by hand."""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import analysis
from analysis.errors import OptionError
from analysis.studies import portrayal
from analysis.studies._labels import KINDS, labels_of
from analysis.text import spacy_names
from tests.shared import shared

NAMES = ["Ana Ruiz", "Lee", "Islamists", "migrants", "HTS"]


def corpus_of(*texts: str, **columns: Any) -> analysis.Corpus:
    return analysis.read(pd.DataFrame({"article_id": [f"a{n}" for n in range(len(texts))], "text": texts, **columns}))


def labels(text: str, *names: str, voice: Any = "all") -> list[tuple[str, str, str]]:
    table = analysis.portrayal(corpus_of(text), names=list(names or NAMES), unit="label", voice=voice)
    for _, row in table.iterrows():
        assert text[row["start"] : row["end"]] == row["label"]
        assert row["label"] in row["text"]
    assert set(table["kind"]) <= set(KINDS)
    return list(table[["name", "kind", "label"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met interim President Ana Ruiz.", [("Ana Ruiz", "title", "interim President")]),
        ("Mr. Lee met Mrs. Ana Ruiz.", []),
        ("He feared Sunni Islamists.", [("Islamists", "before", "Sunni")]),
        ("Various radical Sunni Islamists chanted.", [("Islamists", "before", "radical Sunni")]),
        ("The once embattled Ana Ruiz spoke.", [("Ana Ruiz", "before", "embattled")]),
        (
            "The tough, corrupt Bolivian steel magnate Ana Ruiz spoke.",
            [("Ana Ruiz", "title", "magnate")],
        ),
        (
            "The scandal-plagued Bolivian senator Ana Ruiz spoke.",
            [("Ana Ruiz", "before", "scandal-plagued Bolivian"), ("Ana Ruiz", "title", "senator")],
        ),
        ("The deal Ana Ruiz struck failed.", []),
        ("They blame Ana Ruiz and doubtful Ana Ruiz will win.", []),
        ("A former Ruiz aide met Ana Ruiz.", []),
        ("A former Ana Ruiz campaign chief spoke.", []),
        ("Ana Ruiz, a hawkish senator from Ohio, left.", [("Ana Ruiz", "apposition", "hawkish senator from Ohio")]),
        ("Ana Ruiz, a senator who left, spoke.", [("Ana Ruiz", "apposition", "senator")]),
        ("Ana Ruiz, the Supreme Court and a mayor met.", []),
        ("Ana Ruiz, her party, and others met.", []),
        ("Ana Ruiz, a moment later, left.", []),
        ("Ana Ruiz, now a surprise, left.", []),
        ("Ana Ruiz, now a fighter, left.", [("Ana Ruiz", "apposition", "fighter")]),
        ("Ana Ruiz (U.S. Secretary of State) left.", [("Ana Ruiz", "apposition", "U.S. Secretary of State")]),
        ("The Peruvian foreign minister (Ana Ruiz) left.", [("Ana Ruiz", "apposition", "Peruvian foreign minister")]),
        ("His main rival, Ana Ruiz, left.", [("Ana Ruiz", "apposition", "main rival")]),
        ("HTS, an Islamist group, won.", [("HTS", "apposition", "Islamist group")]),
        ("Ana Ruiz is a liar. Ana Ruiz is right.", [("Ana Ruiz", "predicate", "liar")]),
        ("Undocumented migrants came. Migrants left.", [("migrants", "before", "Undocumented")]),
    ],
)
def test_labels_in_one_sentence(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert labels(text) == expected


def test_labels_do_not_reach_over_the_end_of_a_sentence() -> None:
    assert labels("He was radical. Ana Ruiz spoke. A liar left.") == []


def test_an_actor_is_found_by_every_form_of_the_name() -> None:
    corpus = corpus_of(
        "Marco Rubio spoke. Mr. Rubio left. The U.N. came; the United Nations left.",
        "Rubio slept in the Rubio Tower.",
        "Donald J. Trump met Ivanka Trump.",
    )
    names = ["Rubio", "Marco Rubio", "UN", "United Nations", "Donald Trump", "Trump", "Nobody"]
    table = analysis.portrayal(corpus, names=names).set_index("name")
    assert table["n_mentions"].tolist() == [3, 3, 2, 2, 1, 2, 0]
    assert table["n_articles"].tolist() == [2, 2, 1, 1, 1, 1, 0]
    assert table.loc["Nobody", "labels"] == ""
    assert pd.isna(table.loc["Nobody", "compound_mean"])
    both = corpus_of("Marco Rubio spoke.", "Maria Rubio spoke.", "Rubio slept.")
    assert analysis.portrayal(both, names=["Rubio", "Marco Rubio"])["n_mentions"].tolist() == [3, 1]


def test_words_of_a_group_are_whole_and_in_no_other_name() -> None:
    text = "Migrants met migrants’ friends, anti-migrants and the Migrants Union. The Hope Party lost hope."
    table = analysis.portrayal(corpus_of(text), names=["migrants", "Hope"])
    assert table["n_mentions"].tolist() == [2, 0]


def test_each_voice_has_its_own_portrayal() -> None:
    text = "The brave senator Ana Ruiz won. “The corrupt liar Ana Ruiz is a disaster,” said Bo Lee. Ana Ruiz was happy."
    corpus = corpus_of(text)
    tables = {
        voice: analysis.portrayal(corpus, names="Ana Ruiz", voice=voice).iloc[0]  # type: ignore[arg-type]
        for voice in ("narration", "quoted", "all")
    }
    assert [row["n_mentions"] for row in tables.values()] == [2, 1, 3]
    assert [row["n_sentences"] for row in tables.values()] == [2, 1, 3]
    assert tables["narration"]["labels"] == "brave (1); senator (1)"
    assert tables["quoted"]["labels"] == "corrupt liar (1)"
    assert tables["narration"]["compound_mean"] > 0 > tables["quoted"]["compound_mean"]
    for voice, row in tables.items():
        sentences = analysis.portrayal(corpus, names="Ana Ruiz", voice=voice, unit="sentence")  # type: ignore[arg-type]
        assert sentences["compound"].mean() == pytest.approx(row["compound_mean"])


def test_a_sentence_with_several_mentions_counts_once_and_names_are_no_tone() -> None:
    corpus = corpus_of("They saw Grace Hope and Grace Hope. Then Grace Hope lost.")
    row = analysis.portrayal(corpus, names="Grace Hope").iloc[0]
    assert (row["n_mentions"], row["n_sentences"], row["compound_mean"]) == (3, 2, -0.3182 / 2)
    table = analysis.portrayal(corpus, names="Grace Hope", unit="sentence")
    assert table["sentence"].tolist() == [0, 1]
    assert table["text"].tolist() == ["They saw Grace Hope and Grace Hope.", "Then Grace Hope lost."]


def test_groups_of_articles() -> None:
    corpus = corpus_of("Ana Ruiz won.", "The liar Ana Ruiz lost.", "Rain.", outlet=["B", "A", "C"])
    table = analysis.portrayal(corpus, names=["Ana Ruiz", "Bo"], by="outlet")
    assert table[["outlet", "name", "n_mentions"]].values.tolist() == [
        ["A", "Ana Ruiz", 1],
        ["A", "Bo", 0],
        ["B", "Ana Ruiz", 1],
        ["B", "Bo", 0],
        ["C", "Ana Ruiz", 0],
        ["C", "Bo", 0],
    ]
    assert table["labels"].tolist() == ["liar (1)", "", "", "", "", ""]
    assert analysis.portrayal(corpus, names="Ruiz", by="outlet", unit="label")["outlet"].tolist() == ["A"]


def test_nothing_to_find_gives_tables_with_the_same_types() -> None:
    full, empty = corpus_of("The liar Ana Ruiz lost."), corpus_of("")
    for unit in ("actor", "label", "sentence"):
        some, none = (analysis.portrayal(corpus, names="Ana Ruiz", unit=unit) for corpus in (full, empty))  # type: ignore[arg-type]
        assert some.dtypes.to_dict() == none.dtypes.to_dict()
        assert len(none) == (unit == "actor")


@pytest.mark.shared
def test_the_article_in_shared() -> None:
    corpus = analysis.read(shared("articles"))
    table = analysis.portrayal(corpus, names=["Islamists", "Ahmed al-Sharaa", "Rubio", "Baerbock"]).set_index("name")
    assert table["labels"].tolist() == [
        "Sunni (6)",
        "interim President (1)",
        "U.S. Secretary of State (1)",
        "German Foreign Minister (1)",
    ]
    found = analysis.portrayal(corpus, names="Islamists", unit="label")
    assert set(found["text"]) == {"Sunni Islamists"}
    assert table.loc["Islamists", "compound_mean"] < -0.3


# With a parser

#: Sentences with the head and the relation of each word, as an English pipeline of spaCy gives them.
PARSED = {
    "Ruiz shot Lee .": "1 nsubj|1 ROOT|1 dobj|1 punct",
    "Lee was shot .": "2 nsubjpass|2 auxpass|2 ROOT|2 punct",
    "Lee was shot by Ruiz .": "2 nsubjpass|2 auxpass|2 ROOT|2 agent|3 pobj|2 punct",
    "Ruiz and Lee left .": "3 nsubj|0 cc|0 conj|3 ROOT|3 punct",
    "Ruiz is tall .": "1 nsubj|1 ROOT|1 acomp|1 punct",
}


@Language.component("parse_by_hand")
def parse_by_hand(doc: Doc) -> Doc:
    for token, told in zip(doc, PARSED[doc.text].split("|"), strict=True):
        head, relation = told.split()
        token.head, token.dep_ = doc[int(head)], relation
        token.pos_ = "AUX" if token.text == "is" else "VERB"
    return doc


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that knows the sentences above, so that the test does not hang on a model's opinion."""
    blank = spacy.blank("en")
    blank.add_pipe("parse_by_hand")
    monkeypatch.setattr(spacy_names, "parser", lambda: blank)


@pytest.mark.usefixtures("parsed")
def test_who_acts_and_who_is_acted_on() -> None:
    corpus = corpus_of("\n\n".join(PARSED))
    table = analysis.portrayal(corpus, names=["Ruiz", "Lee"], roles="spacy").set_index("name")
    # Ruiz shot, by Ruiz, Ruiz and Lee left; Lee left.
    assert table["n_agent"].tolist() == [3, 1]
    assert table["n_patient"].tolist() == [0, 3]
    assert table["n_passive_without_agent"].tolist() == [0, 1]


def test_roles_are_missing_without_a_parser() -> None:
    table = analysis.portrayal(corpus_of("Ana Ruiz left."), names="Ana Ruiz")
    assert table[["n_agent", "n_patient", "n_passive_without_agent"]].isna().all(axis=None)
    assert set(table.dtypes.astype(str)[-3:]) == {"Int64"}


def test_what_is_missing_for_roles_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    spacy_names.parser.cache_clear()
    corpus = corpus_of("Ana Ruiz left.")
    monkeypatch.setattr(spacy.util, "get_installed_models", list)
    with pytest.raises(OptionError) as refused:
        analysis.portrayal(corpus, names="Ana Ruiz", roles="spacy")
    assert str(refused.value) == (
        "roles='spacy' needs an English spaCy pipeline, and none is installed. Install one such as en_core_web_sm "
        "(`python -m spacy download en_core_web_sm`), or leave `roles` out."
    )
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: ["en_mine"])
    monkeypatch.setattr(spacy, "load", lambda *_, **__: spacy.blank("en", meta={"name": "mine"}))
    with pytest.raises(OptionError) as refused:
        analysis.portrayal(corpus, names="Ana Ruiz", roles="spacy")
    assert str(refused.value) == (
        "roles='spacy' needs a pipeline with a parser; 'mine' has none. Install one such as en_core_web_sm (`python -m "
        "spacy download en_core_web_sm`), or leave `roles` out."
    )
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(OptionError) as refused:
        analysis.portrayal(corpus, names="Ana Ruiz", roles="spacy")
    assert str(refused.value) == (
        "roles='spacy' needs spaCy, which is not installed. Install media-analysis-kit[nlp] and an English pipeline "
        "such as en_core_web_sm, or leave `roles` out."
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": []}, "`names` names nobody. Use names=['Marco Rubio', 'migrants']."),
        ({"names": ["Ruiz", " ", "!"]}, "`names` must be words; got ' ', '!'. Take these out."),
        ({"names": "a", "voice": "x"}, "`voice` must be one of 'all', 'narration', 'quoted'; got 'x'."),
        ({"names": "a", "unit": "x"}, "`unit` must be one of 'actor', 'label', 'sentence'; got 'x'."),
        ({"names": "a", "roles": "x"}, "`roles` must be one of None, 'spacy'; got 'x'."),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as refused:
        analysis.portrayal(corpus_of("Rain."), **options)
    assert str(refused.value) == message


def test_a_column_that_is_not_there_and_what_is_no_corpus() -> None:
    with pytest.raises(OptionError, match=r"^`by` must be a column of the corpus; got 'x'\. It has 'outlet', "):
        analysis.portrayal(corpus_of("Rain.", outlet=["A"]), names="a", by="x")
    with pytest.raises(OptionError) as refused:
        analysis.portrayal("text", names="a")  # type: ignore[arg-type]
    assert str(refused.value) == "`corpus` must be a Corpus; got str. Use analysis.read."


def test_of_a_sentence_of_many_names_only_those_near_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def looked(text: str, sentence: Any, name: Any, others: list[tuple[int, int]]) -> list[Any]:
        seen.append(len(others))
        return labels_of(text, sentence, name, others)

    monkeypatch.setattr(portrayal, "labels_of", looked)
    text = f"I saw {' and '.join(['Ana Ruiz'] * 300)}."
    analysis.portrayal(analysis.read(pd.DataFrame({"text": [text], "language": "en"})), names="Ana Ruiz")
    assert len(seen) == 300
    assert 0 < max(seen) < 50


def test_groups_cannot_be_named_as_a_column_of_the_result() -> None:
    corpus = analysis.read(pd.DataFrame({"text": ["Ana Ruiz won."], "name": ["A"]}))
    with pytest.raises(OptionError) as caught:
        analysis.portrayal(corpus, names="Ana Ruiz", by="name")
    assert (
        str(caught.value) == "`by` must not be 'name', which is a column of the result. Give the column another name."
    )
