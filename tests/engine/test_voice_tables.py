"""The tables of voices: what the functions say of the same articles."""

from __future__ import annotations

import pandas as pd

import analysis

TEXTS = [
    '"We won the war," he said, "and lost the peace." Rain fell.',
    "Rain fell. It was a good day.",
    '"The terrible war is over and we are happy."',
]


def test_tables_of_voices_are_what_the_functions_give():
    corpus = analysis.read(pd.DataFrame({"outlet": ["A", "A", "B"], "text": TEXTS}))
    tables = analysis.measure(corpus, only=["voice"])
    pd.testing.assert_frame_equal(tables.voice, analysis.voice(corpus))
    tone = tables.tone_by_voice
    assert tone["article_id"].tolist() == corpus.articles.index.repeat(2).tolist()
    for voice in ("narration", "quoted"):
        mine = tone[tone["voice"] == voice].set_index("article_id").drop(columns="voice")
        pd.testing.assert_frame_equal(mine, analysis.sentiment(corpus, voice=voice)[list(mine.columns)])
    assert "sentiment" not in tables
