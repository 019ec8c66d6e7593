"""Figures of finished tables, with the numbers behind them and alternative text; the only package that draws.

Every `plot_` function takes a table (never a corpus), checks its columns and returns a `Figure`, which shows itself in
a notebook. `save` writes PNG, SVG, CSV and text; `check` says which saved files no longer follow from the data.
"""

from __future__ import annotations

from analysis.output.figures._article import plot_article
from analysis.output.figures._comparisons import plot_comparison
from analysis.output.figures._courses import plot_frames_over_time, plot_tone_over_time, plot_tone_through_article
from analysis.output.figures._figure import Figure, Format, check, save
from analysis.output.figures._frames import (
    plot_codebook_coverage,
    plot_contrast,
    plot_frame_cooccurrence,
    plot_frame_profile,
    plot_learning_curve,
)
from analysis.output.figures._groups import plot_frames, plot_readability, plot_tone
from analysis.output.figures._trust import plot_reliability, plot_threshold, plot_validity
from analysis.output.figures._voices import plot_speakers, plot_voice, plot_voice_tone
from analysis.output.figures._words import plot_dispersion, plot_keyness, plot_terms, plot_trends

__all__ = [
    "Figure",
    "Format",
    "check",
    "plot_article",
    "plot_codebook_coverage",
    "plot_comparison",
    "plot_contrast",
    "plot_dispersion",
    "plot_frame_cooccurrence",
    "plot_frame_profile",
    "plot_frames",
    "plot_frames_over_time",
    "plot_keyness",
    "plot_learning_curve",
    "plot_readability",
    "plot_reliability",
    "plot_speakers",
    "plot_terms",
    "plot_threshold",
    "plot_tone",
    "plot_tone_over_time",
    "plot_tone_through_article",
    "plot_trends",
    "plot_validity",
    "plot_voice",
    "plot_voice_tone",
    "save",
]
