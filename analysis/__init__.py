"""Framing, sentiment, readability and term frequencies over news articles.

Every score traces to the words that made it. Start with `analysis.read`:

>>> import analysis
>>> corpus = analysis.read("data/sample")  # doctest: +SKIP
>>> analysis.readability(corpus)  # doctest: +SKIP

Nothing heavy is imported until a name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .corpus import Article, Corpus
    from .engine.tables import Tables, measure, open_tables
    from .errors import AnalysisError, CodebookError, InputError, OptionError, TablesError
    from .inference.above_chance import framing_above_chance
    from .inference.cards import Card, card, validity
    from .inference.coding import coding_sample
    from .inference.compare import frames_over_time, group_means, tone_over_time, tone_through_article
    from .inference.contrast import Contrast, contrast
    from .inference.corrected import corrected_differences, corrected_means
    from .inference.differences import compare
    from .inference.frame_model import FrameModel
    from .inference.frames import frame_cooccurrence, frame_salience
    from .inference.reliability import adjudicate, disagreements, reliability
    from .inference.stories import stories
    from .inference.validation import Validation, units_needed, validate
    from .measures.codebook import Codebook, read_codebook
    from .measures.framing import cue_counts, cue_spans, framing
    from .measures.names import names
    from .measures.readability import readability
    from .measures.sentiment import sentiment
    from .measures.terms.collocations import collocations
    from .measures.terms.concordance import concordance
    from .measures.terms.dispersion import dispersion
    from .measures.terms.diversity import lexical_diversity
    from .measures.terms.frequency import term_frequency, tfidf
    from .measures.terms.keyness import keyness
    from .measures.terms.trends import trends
    from .measures.voice import voice
    from .output import figures
    from .output.coding import write_coding_sheet
    from .output.report import write_report
    from .reading.coded import lock_gold, read_coding_sheets
    from .reading.read import read
    from .resources import offline_textstat
    from .studies.codebook_check import CodebookCheck, check_codebook
    from .studies.evidence import Evidence, explain
    from .studies.peaks import peaks
    from .studies.portrayal import portrayal
    from .studies.quotes import quotes
    from .studies.speakers import speakers

__version__ = "0.1.0"

_HOME = {
    "AnalysisError": "errors",
    "Article": "corpus",
    "Card": "inference.cards",
    "Codebook": "measures.codebook",
    "CodebookCheck": "studies.codebook_check",
    "CodebookError": "errors",
    "Contrast": "inference.contrast",
    "Corpus": "corpus",
    "Evidence": "studies.evidence",
    "FrameModel": "inference.frame_model",
    "InputError": "errors",
    "OptionError": "errors",
    "Tables": "engine.tables",
    "TablesError": "errors",
    "Validation": "inference.validation",
    "adjudicate": "inference.reliability",
    "card": "inference.cards",
    "check_codebook": "studies.codebook_check",
    "coding_sample": "inference.coding",
    "collocations": "measures.terms",
    "compare": "inference.differences",
    "concordance": "measures.terms",
    "contrast": "inference.contrast",
    "corrected_differences": "inference.corrected",
    "corrected_means": "inference.corrected",
    "cue_counts": "measures.framing",
    "cue_spans": "measures.framing",
    "disagreements": "inference.reliability",
    "dispersion": "measures.terms",
    "explain": "studies.evidence",
    "figures": "output",
    "frame_cooccurrence": "inference.frames",
    "frame_salience": "inference.frames",
    "frames_over_time": "inference.compare",
    "framing": "measures.framing",
    "framing_above_chance": "inference.above_chance",
    "group_means": "inference.compare",
    "keyness": "measures.terms",
    "lexical_diversity": "measures.terms",
    "lock_gold": "reading.coded",
    "measure": "engine.tables",
    "names": "measures.names",
    "offline_textstat": "resources",
    "open_tables": "engine.tables",
    "peaks": "studies.peaks",
    "portrayal": "studies.portrayal",
    "quotes": "studies.quotes",
    "read": "reading",
    "read_codebook": "measures.codebook",
    "read_coding_sheets": "reading.coded",
    "readability": "measures.readability",
    "reliability": "inference.reliability",
    "sentiment": "measures.sentiment",
    "speakers": "studies.speakers",
    "stories": "inference.stories",
    "term_frequency": "measures.terms",
    "tfidf": "measures.terms",
    "tone_over_time": "inference.compare",
    "tone_through_article": "inference.compare",
    "trends": "measures.terms",
    "units_needed": "inference.validation",
    "validate": "inference.validation",
    "validity": "inference.cards",
    "voice": "measures.voice",
    "write_coding_sheet": "output.coding",
    "write_report": "output.report",
}

__all__ = [
    "AnalysisError",
    "Article",
    "Card",
    "Codebook",
    "CodebookCheck",
    "CodebookError",
    "Contrast",
    "Corpus",
    "Evidence",
    "FrameModel",
    "InputError",
    "OptionError",
    "Tables",
    "TablesError",
    "Validation",
    "adjudicate",
    "card",
    "check_codebook",
    "coding_sample",
    "collocations",
    "compare",
    "concordance",
    "contrast",
    "corrected_differences",
    "corrected_means",
    "cue_counts",
    "cue_spans",
    "disagreements",
    "dispersion",
    "explain",
    "figures",
    "frame_cooccurrence",
    "frame_salience",
    "frames_over_time",
    "framing",
    "framing_above_chance",
    "group_means",
    "keyness",
    "lexical_diversity",
    "lock_gold",
    "measure",
    "names",
    "offline_textstat",
    "open_tables",
    "peaks",
    "portrayal",
    "quotes",
    "read",
    "read_codebook",
    "read_coding_sheets",
    "readability",
    "reliability",
    "sentiment",
    "speakers",
    "stories",
    "term_frequency",
    "tfidf",
    "tone_over_time",
    "tone_through_article",
    "trends",
    "units_needed",
    "validate",
    "validity",
    "voice",
    "write_coding_sheet",
    "write_report",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    if name == "figures":
        value: Any = import_module("analysis.output.figures")
    else:
        value = getattr(import_module(f"analysis.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
