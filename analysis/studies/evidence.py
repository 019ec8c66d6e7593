"""Evidence: which words, and which rules, made a number.

A score is explained in two steps. *Spans* of the text add up to sums: the valences of VADER's words, the counts under
readability, the cues of a frame. A *formula*, which is printed and worked out from the same text, carries these sums to
the score. Spans come from the steps that the measure itself takes, on that one article cut again; nothing is left over
and given to a rest. A score that is no sum (lexical diversity, dispersion, keyness, tf-idf) is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.corpus import Corpus
from analysis.errors import OptionError, choose
from analysis.measures.codebook import Codebooks, codebook_of
from analysis.measures.sentiment import Lexicon, read_lexicon
from analysis.text.fragments import VOICES, Voice, sentences_in_voice, tokens_in
from analysis.text.masking import masked_corpus
from analysis.text.patterns import Pattern, compile_pattern

from . import _counts, _page, _tone
from ._formula import work_out
from ._spans import Explained, Formula, Span

__all__ = ["Evidence", "Measure", "explain"]

Measure = Literal["sentiment", "readability", "framing", "terms"]

#: Measures that are no sums over words, why, and what to use in their place.
_NO_SUMS = {
    "lexical_diversity": ("the number of different words depends on all of them", "analysis.lexical_diversity(corpus)"),
    "dispersion": ("it compares where a word stands in all articles", "analysis.concordance(corpus, 'flood*')"),
    "keyness": ("it compares two groups of articles", "analysis.concordance(corpus, 'flood*')"),
    "tfidf": ("it weighs a word by all articles", "explain(…, measure='terms', terms=['flood*'])"),
    "collocations": ("it compares with what chance would give", "analysis.concordance(corpus, 'flood*')"),
    "term_frequency": ("it adds up many articles", "explain(…, measure='terms', terms=['flood*'])"),
    "trends": ("it adds up many articles", "explain(…, measure='terms', terms=['flood*'])"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Evidence:
    """What made the scores of one article; made by `explain`.

    Attributes
    ----------
    article_id, measure, voice, mask, text
        What is explained; `text` is the whole article's.
    spans
        One row for each stretch of text that adds something, in the order of the text: `start, end` (int64, code
        points of `text`), `text` (str), `weight` (float64, what it adds), `quantity` (str, the sum that it adds to),
        `rule` (str, why).
    total
        What the measure has for each quantity (float64): its spans' weights add up to it.
    counts
        Further numbers in the formula (float64), such as `n_words`: columns of the measure's table.
    score
        The measure's scores (float64), indexed by score, by frame or by term.
    formula
        How the score follows from `total` and `counts`.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["It was not good, but they won!"]}))
    >>> evidence = explain(corpus, "a", measure="sentiment")
    >>> evidence
    <Evidence: sentiment of 'a': compound 0.6847; 3 spans>
    >>> print(evidence.formula)
    compound = round(valence / sqrt(valence * valence + 15), 4)
    >>> evidence.check()
               found  measured  difference
    valence   3.6390    3.6390         0.0
    compound  0.6847    0.6847         0.0
    """

    article_id: str
    measure: str
    voice: str
    mask: str | None
    text: str
    spans: pd.DataFrame
    total: pd.Series[float]
    counts: pd.Series[float]
    score: pd.Series[float]
    formula: str
    _formulas: dict[str, Formula]

    def check(self) -> pd.DataFrame:
        """Add the spans up and work the formulas out.

        Returns
        -------
        DataFrame
            Indexed by quantity and then by score: `found` (the spans' sum, or what the formula gives), `measured` (the
            measure's) and `difference` (float64), 0 where both are undefined. Sums differ by the last digits of
            floating-point numbers at most, below 1e-9; scores that VADER rounds do not differ at all (those of a voice
            are means of such).

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["A good day."]}))
        >>> checked = analysis.explain(corpus, "a", measure="sentiment", score="compound").check()
        >>> float(checked["difference"].abs().max())
        0.0
        """
        weights = self.spans.groupby("quantity")["weight"].sum()
        sums = weights.reindex(self.total.index, fill_value=0.0)
        worked = [work_out(formula.text, formula.numbers) for formula in self._formulas.values()]
        found = np.concatenate([sums.to_numpy(np.float64), np.array(worked, np.float64)])
        measured = np.concatenate([self.total.to_numpy(np.float64), self.score.to_numpy(np.float64)])
        both_undefined = np.isnan(found) & np.isnan(measured)
        return pd.DataFrame(
            {"found": found, "measured": measured, "difference": np.where(both_undefined, 0.0, found - measured)},
            index=pd.Index([*self.total.index, *self.score.index], dtype="str"),
        )

    def to_html(self) -> str:
        """Return a page of its own: the article with its spans coloured; everything of the article is escaped.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["<script> was a good idea."]}))
        >>> page = explain(corpus, "a", measure="sentiment").to_html()
        >>> "<script>" in page, "&lt;script&gt;" in page
        (False, True)
        """
        return _page.page(f"{self.measure} of {self.article_id}{self._whose}", self._repr_html_())

    @property
    def _whose(self) -> str:
        voice = "" if self.voice == "all" else f", {self.voice}"
        return voice + (", names masked" if self.mask else "")

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {value:.4g}" for name, value in self.score.head(3).items())
        more = f" and {len(self.score) - 3:,} more" if len(self.score) > 3 else ""
        n = len(self.spans)
        about = f"{self.measure} of {self.article_id!r}{self._whose}"
        return f"<Evidence: {about}: {shown}{more}; {n:,} span{'s' * (n != 1)}>"

    def _repr_html_(self) -> str:
        columns = (self.spans[name].tolist() for name in ("start", "end", "weight", "quantity", "rule"))
        spans = [Span(*row) for row in zip(*columns, strict=True)]
        sums, scores = _page.summary(self.total, self.counts, self.score)
        return _page.article(self.text, spans, sums, [*scores, *self.formula.splitlines()])


def explain(
    corpus: Corpus,
    article_id: str,
    *,
    measure: Measure,
    score: str | None = None,
    lexicon: str | Path | Lexicon = "vader",
    sentences: Literal["news", "textstat"] = "news",
    codebook: Codebooks = "generic",
    terms: str | Sequence[str] | None = None,
    voice: Voice = "all",
    mask: Literal["names"] | None = None,
) -> Evidence:
    """Show which words made an article's score, with the weight of each and the rule that gave it.

    Parameters
    ----------
    corpus
        The articles.
    article_id
        Which of them.
    measure
        - `"sentiment"`: each word of VADER's lexicon with its valence after negation, boosters, capitals, idioms and
          `but`, and the marks that emphasise; or each word of a lexicon of your own.
        - `"readability"`: words, syllables, sentences, words not on the Dale–Chall list, …: the counts under a score.
        - `"framing"`: each match of a cue that counts.
        - `"terms"`: each occurrence of the words asked for.
    score
        A column of the measure's table. Sentiment: `"compound"` (if not given), `"compound_mean"` and `"compound_sd"`
        (each sentence is explained), `"pos"`, `"neu"`, `"neg"`; with a lexicon of your own `"score"` or `"total"`.
        Readability: a score or a count; all, if not given. Framing: `"n_cues"` (if not given), `"per_1000_words"`,
        `"share_sentences"`. Terms: `"count"`.
    lexicon
        Of sentiment, as in `sentiment`.
    sentences
        Of readability, as in `readability`.
    codebook
        Of framing, as in `framing`.
    terms
        Of terms: words, phrases or either with wildcards.
    voice
        `"all"`; `"narration"`, the article's own words; or `"quoted"`, the speech that it quotes: of the measure with
        this voice, and so with spans in this voice only. Sums of tone are given for each fragment (an unbroken run of
        the text in that voice, numbered from 0) or each sentence.
    mask
        Of sentiment and framing: `"names"`, as there.

    Returns
    -------
    Evidence
        The spans, the sums that they add up to, the formula and the score; in a notebook the article with the spans
        coloured.

    Raises
    ------
    OptionError
        If the corpus has no such article, an option is none of its choices, or `mask` does not go with the measure;
        for a measure that is no sum over words, with what to use instead.
    CodebookError
        If the codebook or the lexicon is not well formed.

    Notes
    -----
    VADER halves what stands before "but" and raises what stands behind it by half, but looks a value up by the first
    one that is equal to it; so it may change a value twice or not at all. The rule tells what it did.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["It was not good, but they won!"]}))
    >>> analysis.explain(corpus, "a", measure="sentiment").spans[["start", "text", "weight", "rule"]].round(3)
       start  text  weight                                               rule
    0     11  good  -0.703  lexicon +1.9; negated by 'not' × −0.74; before...
    1     26   won   4.050                    lexicon +2.7; after 'but' × 1.5
    2     29     !   0.292         emphasis of '!', of at most four in a text
    >>> grade = analysis.explain(corpus, "a", measure="readability", score="flesch_kincaid_grade")
    >>> grade.total.to_dict()
    {'n_words': 7.0, 'n_sentences': 1.0, 'n_syllables': 7.0}
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ['"A great win!" said the sad mayor.']}))
    >>> quoted = analysis.explain(corpus, "a", measure="sentiment", voice="quoted")
    >>> quoted.spans["text"].tolist(), quoted.total.round(3).to_dict(), quoted.counts.to_dict()
    (['great', 'win', '!'], {'valence of fragment 0': 6.192}, {'n_words of fragment 0': 3.0})
    >>> print(quoted.formula)
    compound = weighted_mean(round(valence / sqrt(valence * valence + 15), 4), n_words)
    """
    if measure in _NO_SUMS:
        why, instead = _NO_SUMS[measure]
        raise OptionError(f"`measure` {measure!r} is no sum over an article's words: {why}. Use {instead}.")
    choose("measure", measure, get_args(Measure))
    choose("voice", voice, VOICES)
    choose("mask", mask, (None, "names"))
    if mask and measure not in ("sentiment", "framing"):
        raise OptionError(f"`mask` goes with sentiment and framing; got measure={measure!r}. Leave it out.")
    text = corpus.article(article_id).text
    alone = Corpus(corpus.articles.loc[[article_id]])
    scored = masked_corpus(alone, voice) if mask else alone
    tokens = tokens_in(scored, voice)
    if measure == "sentiment":
        weights = None if lexicon == "vader" else read_lexicon(lexicon)
        seen = str(scored.articles["text"].iloc[0])
        found = (
            _tone.explain_vader(seen, tokens, score)
            if weights is None
            else _tone.explain_lexicon(tokens, weights, score)
        )
    elif measure == "readability":
        read = tokens if voice == "all" else sentences_in_voice(alone, voice)
        found = _counts.explain_readability(text, read, sentences, score)
    elif measure == "framing":
        found = _counts.explain_framing(tokens, codebook_of(codebook), score)
    else:
        found = _counts.explain_terms(tokens, _patterns(terms), score)
    return _evidence(str(article_id), measure, voice, mask, text, found)


def _patterns(terms: str | Sequence[str] | None) -> tuple[Pattern, ...]:
    given = [terms] if isinstance(terms, str) else list(terms or ())
    if not given:
        raise OptionError("`terms` names no term. Use measure='terms', terms=['tax cut*', 'immigra*'].")
    return tuple(dict.fromkeys(compile_pattern(term) for term in given))


def _evidence(article_id: str, measure: str, voice: str, mask: str | None, text: str, found: Explained) -> Evidence:
    start, end, weight, quantity, rule = zip(*found.spans, strict=True) if found.spans else ((),) * 5
    begins, ends = np.array(start, np.int64), np.array(end, np.int64)
    table = pd.DataFrame(
        {
            "start": begins,
            "end": ends,
            "text": pd.array([text[a:b] for a, b in zip(start, end, strict=True)], dtype="str"),
            "weight": np.array(weight, np.float64),
            "quantity": pd.array(quantity, dtype="str"),
            "rule": pd.array(rule, dtype="str"),
        }
    )
    table = table.take(np.lexsort((ends, begins))).reset_index(drop=True)
    return Evidence(
        article_id=article_id,
        measure=measure,
        voice=voice,
        mask=mask,
        text=text,
        spans=table,
        total=_series(found.totals, "quantity", "total"),
        counts=_series(found.counts, "count", "counts"),
        score=_series(found.scores, "score", "score"),
        formula=_told(found),
        _formulas=dict(found.formulas),
    )


def _series(values: Mapping[str, float], index: str, name: str) -> pd.Series[float]:
    return pd.Series(np.array([*values.values()], np.float64), pd.Index([*values], dtype="str", name=index), name=name)


def _told(found: Explained) -> str:
    """Write each formula once, however many frames it is used for."""
    said = [
        f"{column} is the sum itself" if text == column else f"{column} = {text}"
        for column, text in ((formula.column, formula.text) for formula in found.formulas.values())
    ]
    return "\n".join(dict.fromkeys(said))
