"""Names by spaCy: the same table, and clear words where spaCy or a pipeline is missing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
import spacy

import analysis
from analysis.errors import OptionError
from analysis.text import spacy_names
from analysis.text.names import names_in, names_of


@pytest.fixture(autouse=True)
def _fresh():
    spacy_names.pipeline.cache_clear()
    yield
    spacy_names.pipeline.cache_clear()


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch):
    """A blank pipeline that knows some names, so that the tests do not hang on a model's opinion."""
    blank = spacy.blank("en")
    known = {"Marco Rubio": "PERSON", "Rubio": "PERSON", "the United Nations": "ORG", "UN": "ORG", "Oslo": "GPE"}
    known |= {"Afghan": "NORP", "Monday": "DATE", "Sen. Ana Ruiz's": "PERSON", "the ": "ORG"}
    rules = [{"label": label, "pattern": name} for name, label in known.items()]
    blank.add_pipe("entity_ruler").add_patterns(rules)
    monkeypatch.setattr(spacy_names, "pipeline", lambda: blank)


@pytest.mark.usefixtures("ruled")
def test_the_labels_become_kinds_and_aliases_one_entity():
    text = "Sen. Marco Rubio met the United Nations in Oslo on Monday. Mr. Rubio thanked the UN and Afghan women."
    found = names_of(text, engine="spacy")
    assert [(name.kind, name.title, name.text, name.entity) for name in found] == [
        ("person", "Sen.", "Marco Rubio", 0),
        ("organisation", "", "United Nations", 1),
        ("place", "", "Oslo", 2),
        ("person", "Mr.", "Rubio", 0),
        ("organisation", "", "UN", 1),
    ]
    assert [text[name.start : name.end] for name in found] == [name.text for name in found]
    assert [name.head for name in found] == ["Marco Rubio", "United Nations", "Oslo", "Marco Rubio", "United Nations"]


@pytest.mark.usefixtures("ruled")
def test_titles_and_possessives_are_taken_off():
    found = names_of("They saw former Sen. Ana Ruiz's car.", engine="spacy")
    assert [(name.title, name.text) for name in found] == [("former Sen.", "Ana Ruiz")]


@pytest.mark.usefixtures("ruled")
def test_long_texts_are_read_in_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spacy_names, "LONGEST", 20)
    text = "It is Oslo, or so.\nThen it is Oslo once more, in Oslo. " * 3
    found = names_of(text, engine="spacy")
    assert len(found) == 9
    assert {text[name.start : name.end] for name in found} == {"Oslo"}


@pytest.mark.usefixtures("ruled")
def test_many_texts():
    found = names_in(["Oslo.", "", "In Oslo."], engine="spacy")
    assert (found.article.tolist(), found.entity.tolist()) == ([0, 2], [0, 0])
    assert len(names_in([], engine="spacy").start) == 0


def test_an_installed_pipeline_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package as spaCy's own pipelines are; made here, since none is on PyPI by its makers."""
    made = spacy.blank("en", meta={"name": "towns", "version": "1.0"})
    rules = [{"label": "PERSON", "pattern": "Angela Merkel"}, {"label": "GPE", "pattern": "Berlin"}]
    made.add_pipe("entity_ruler").add_patterns(rules)
    package = tmp_path / "en_towns"
    package.mkdir()
    made.to_disk(package / "en_towns-1.0")
    (package / "meta.json").write_text(json.dumps(made.meta), encoding="utf-8")
    load = "from spacy.util import load_model_from_init_py\n\n\ndef load(**options):\n"
    (package / "__init__.py").write_text(f"{load}    return load_model_from_init_py(__file__, **options)\n")
    about = tmp_path / "en_towns-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: en-towns\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: ["en_towns"])  # which spaCy lists once a process
    corpus = analysis.read(pd.DataFrame({"text": ["Angela Merkel met Barack Obama in Berlin."]}))
    table = analysis.names(corpus, engine="spacy")
    assert table["text"].tolist() == ["Angela Merkel", "Berlin"]
    assert table["kind"].tolist() == ["person", "place"]
    assert table.dtypes.equals(analysis.names(corpus).dtypes)


def test_without_spacy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(OptionError) as caught:
        names_of("Oslo.", engine="spacy")
    assert str(caught.value) == (
        "engine='spacy' needs spaCy, which is not installed. Install media-analysis-kit[nlp] and an English pipeline "
        "such as en_core_web_sm, or use engine='rules'."
    )


def test_without_a_pipeline_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: ["de_core_news_sm"])
    with pytest.raises(OptionError) as caught:
        names_of("Oslo.", engine="spacy")
    assert str(caught.value) == (
        "engine='spacy' needs an English spaCy pipeline, and none is installed. Install one such as en_core_web_sm "
        "(`python -m spacy download en_core_web_sm`), or use engine='rules'."
    )


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [
        (["en_core_web_sm", "en_core_web_lg", "en_core_web_md"], "en_core_web_lg"),
        (["en_other", "en_core_web_sm"], "en_core_web_sm"),
        (["en_b", "en_a", "de_core_news_lg"], "en_a"),
    ],
)
def test_the_largest_pipeline_is_chosen(installed: list[str], chosen: str, monkeypatch: pytest.MonkeyPatch):
    loaded = []
    monkeypatch.setattr(spacy.util, "get_installed_models", lambda: installed)
    monkeypatch.setattr(spacy, "load", lambda name, **_: loaded.append(name))
    spacy_names.pipeline()
    assert loaded == [chosen]
