"""Frames from one's own coding: a model that learns from articles or sentences coded by hand.

The model is linear in everything it looks at: words and pairs of words, pieces of words, the scores of codebooks, voice
and structure, and (with an encoder) the meaning of sentences. So each decision is a sum, and `explain` lists its parts.

What people coded decides what is learned: a model trained on 300 articles of one subject knows that subject.
`cross_validate` tells how well it does on articles it has not seen, `learning_curve` whether more coding would help,
and `analysis.corrected_means` what its mistakes do to a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus
from analysis.errors import OptionError, check_level, choose, no_less
from analysis.measures.codebook import Codebook, read_codebook
from analysis.text.tokens import tokens_of

from . import _frame_store
from ._frame_explain import by_sentence, by_word
from ._frame_features import Features, Learned, collect, learn, unit_corpus
from ._frame_fit import Fitted, deal, fitted, near_duplicates, sigmoid
from ._weighted import MEASURES, measured, resamples

if TYPE_CHECKING:
    from analysis.text.encoder import Encoder

__all__ = ["FrameModel"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Unit = Literal["article", "sentence"]

_LEAST_CODED = 5
_MOST_NAMED = 5


@dataclass(frozen=True)
class _Coded:
    """Units that people coded: `ids` (article_id and sentence), their corpus, codes, and the groups kept together."""

    ids: pd.DataFrame
    units: Corpus
    frames: list[str]
    codes: Flags
    group: Ints

    @property
    def n_groups(self) -> int:
        return int(self.group.max()) + 1


@dataclass(frozen=True, repr=False, eq=False)
class FrameModel:
    """Says which frames articles or sentences have, as the people who coded its training articles would.

    Made by `FrameModel.fit` or `FrameModel.load`.

    Attributes
    ----------
    frames
        What it tells.
    unit
        `"article"` or `"sentence"`: what was coded.
    n_units
        Units that it learned from.
    n_coded
        Of them, those with each frame.
    thresholds
        The probability from which on it says that a frame is there, by frame.
    codebooks
        Whose scores are features.
    encoder
        What gives sentences their meaning, or None.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> flood = ["The river rose.", "Water stood in the street.", "Rain fell on the river.", "Wet street.", "It rose."]
    >>> vote = ["The mayor lost.", "Votes were counted.", "The mayor won a vote.", "A vote was lost.", "She won."]
    >>> texts = pd.DataFrame({"article_id": [f"a{n}" for n in range(10)], "text": flood + vote})
    >>> corpus = analysis.read(texts)
    >>> codes = pd.DataFrame({"article_id": texts["article_id"], "flood": [1] * 5 + [0] * 5})
    >>> model = analysis.FrameModel.fit(corpus, codes)
    >>> model
    <FrameModel: 1 frame (flood) of articles, from 10 coded; no encoder>
    >>> model.predict(corpus)["present"].tolist() == [True] * 5 + [False] * 5
    True
    """

    frames: tuple[str, ...]
    unit: Unit
    n_units: int
    n_coded: dict[str, int]
    thresholds: dict[str, float]
    codebooks: tuple[Codebook, ...]
    encoder: Encoder | None
    _words: tuple[str, ...]
    _pieces: tuple[str, ...]
    _learned: Learned
    _fitted: Fitted

    def __repr__(self) -> str:
        some = ", ".join(self.frames[:6]) + (", …" if len(self.frames) > 6 else "")
        n = len(self.frames)
        encoder = f"encoder of {self.encoder.n_dimensions} dimensions" if self.encoder else "no encoder"
        told = f"{n} frame{'s' * (n != 1)} ({some}) of {self.unit}s, from {self.n_units:,} coded; {encoder}"
        return f"<FrameModel: {told}>"

    # ---- learning --------------------------------------------------------------------------------------------------

    @classmethod
    def fit(
        cls,
        corpus: Corpus,
        codes: pd.DataFrame,
        *,
        codebooks: Sequence[str | Path | Codebook] = ("generic",),
        encoder: str | Path | Encoder | None = None,
        seed: int = 0,
    ) -> FrameModel:
        """Learn frames from coded articles or sentences.

        Parameters
        ----------
        corpus
            The articles, at least those that were coded.
        codes
            One row for each coded article, with `article_id` (a column or the index) and a column of 0 and 1 (or False
            and True) for each frame; or one row for each article and frame, with `article_id`, `frame` and `value`.
            With a column `sentence` (its number in the article, from 0, as in `analysis.sentiment(unit="sentence")`)
            sentences were coded, and the model tells frames of sentences.
        codebooks
            Names, files or codebooks whose scores the model looks at; () for none.
        encoder
            The folder of a sentence model such as all-MiniLM-L6-v2 (`config.json`, `tokenizer.json`,
            `model.safetensors`); needs the extra `nlp`. Nothing is downloaded.
        seed
            Of the folds inside the coded units, from which probabilities and thresholds come.

        Returns
        -------
        FrameModel
            The order of the articles and codes makes no difference.

        Raises
        ------
        OptionError
            If codes are not 0 or 1, missing, repeated or of articles that the corpus has not, with all of them; if a
            frame has fewer than five units with or without it; or if all coded articles are copies of one.
        InputError
            If the encoder's folder is not one.

        Notes
        -----
        A logistic regression with an L2 penalty for each frame, on tf-idf of words and pairs of neighbours and of word
        pieces of 3 to 5 letters, on standard scores of codebooks, voice and structure, and on the mean and the maximum
        of the sentences' vectors; each kind's share in the distance between units is fixed. Probabilities are Platt's
        (1999), fitted, as the thresholds are, to decisions from three times five folds inside the coded units; articles
        that are near copies of one another stay in one fold.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> analysis.FrameModel.fit(corpus, codes)
        <FrameModel: 1 frame (flood) of articles, from 10 coded; no encoder>
        """
        coded = _coded(corpus, codes)
        if coded.n_groups < 2:
            raise OptionError(
                "a model learns from 2 articles or more that are no near copies of one another; got 1. "
                "Code more articles."
            )
        books, model = _books(codebooks), _encoder(encoder)
        features, words, pieces = collect(coded.units, books, model)
        learned = learn(features)
        found = fitted(learned.apply(features), coded.codes, coded.group, seed)
        return cls(
            frames=tuple(coded.frames),
            unit="sentence" if "sentence" in coded.ids else "article",
            n_units=len(coded.ids),
            n_coded=dict(zip(coded.frames, coded.codes.sum(axis=0).tolist(), strict=True)),
            thresholds=dict(zip(coded.frames, found.threshold.tolist(), strict=True)),
            codebooks=books,
            encoder=model,
            _words=tuple(words),
            _pieces=tuple(pieces),
            _learned=learned,
            _fitted=found,
        )

    # ---- how good ---------------------------------------------------------------------------------------------------

    @staticmethod
    def out_of_fold(
        corpus: Corpus,
        codes: pd.DataFrame,
        *,
        codebooks: Sequence[str | Path | Codebook] = ("generic",),
        encoder: str | Path | Encoder | None = None,
        folds: int = 5,
        seeds: int = 10,
        share: float = 1.0,
    ) -> pd.DataFrame:
        """Say what models that have not seen a unit say of it: what `cross_validate` sums up.

        Parameters
        ----------
        corpus, codes, codebooks, encoder
            As in `fit`.
        folds
            The coded articles are dealt into so many parts; each is predicted by a model fitted to the others.
        seeds
            How often that is done.
        share
            Of the other parts' units, how many are learned from; below 1 for learning curves.

        Returns
        -------
        DataFrame
            `seed`, `article_id`, `sentence` (if sentences were coded), `fold`, `n_trained` (units that the model was
            fitted to), `frame`, `coded` (bool, people's code), `probability`, `threshold` (float64), `present` (bool).

        Raises
        ------
        OptionError
            As `fit`; if `folds` is below 2, `seeds` below 1, or `share` not over 0 to 1; or if there are fewer articles
            than folds, or than four for two folds (near copies count once).

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> said = analysis.FrameModel.out_of_fold(corpus, codes, folds=2, seeds=1)
        >>> said["n_trained"].unique().tolist(), said["present"].tolist() == said["coded"].tolist()
        ([5], True)
        """
        coded = _coded(corpus, codes)
        prepared = collect(coded.units, _books(codebooks), _encoder(encoder))[0]
        return _out_of_fold(coded, prepared, folds, seeds, share)

    @staticmethod
    def cross_validate(
        corpus: Corpus,
        codes: pd.DataFrame,
        *,
        codebooks: Sequence[str | Path | Codebook] = ("generic",),
        encoder: str | Path | Encoder | None = None,
        folds: int = 5,
        seeds: int = 10,
        draws: int = 1_000,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Measure how well the model does on articles it has not seen.

        Parameters
        ----------
        corpus, codes, codebooks, encoder, folds, seeds
            As in `out_of_fold`.
        draws
            Resamples of articles (near copies together) for the intervals.
        level
            Of the intervals.

        Returns
        -------
        DataFrame
            `frame` (last `"mean"`, of all frames), `n`, `n_coded` (int64), `measure`, `value`, `low`, `high`, `level`.
            Measures: `auc` (.5 is chance), `average_precision` (chance is `n_coded` / `n`), `mcc` (0 is chance, 1 is
            perfect) and `f1`, the last two with thresholds chosen inside the training folds. A value is the mean over
            the seeds; its interval tells how much it would vary with other articles, not with other coders.

        Raises
        ------
        OptionError
            As `out_of_fold`; if `draws` is below 1 or `level` not between 0 and 1.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> found = analysis.FrameModel.cross_validate(corpus, codes, folds=2, seeds=1, draws=20)
        >>> found[["frame", "measure", "value"]].head(4)
           frame            measure  value
        0  flood                auc    1.0
        1  flood  average_precision    1.0
        2  flood                mcc    1.0
        3  flood                 f1    1.0
        """
        _check_intervals(draws, level)
        coded = _coded(corpus, codes)
        prepared = collect(coded.units, _books(codebooks), _encoder(encoder))[0]
        return _summed_up(_out_of_fold(coded, prepared, folds, seeds, 1.0), coded, draws, level)

    @staticmethod
    def learning_curve(
        corpus: Corpus,
        codes: pd.DataFrame,
        *,
        codebooks: Sequence[str | Path | Codebook] = ("generic",),
        encoder: str | Path | Encoder | None = None,
        shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
        folds: int = 5,
        seeds: int = 5,
        draws: int = 1_000,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Measure how good models are that learn from fewer units: does more coding still help?

        Parameters
        ----------
        corpus, codes, codebooks, encoder, folds, seeds, draws, level
            As in `cross_validate`.
        shares
            Of the training folds' units, how many to learn from. All models are judged on the same held-out units.

        Returns
        -------
        DataFrame
            `n_trained` (float64, units learned from, mean over the folds), then the columns of `cross_validate`.

        Raises
        ------
        OptionError
            As `cross_validate`.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> curve = analysis.FrameModel.learning_curve(corpus, codes, shares=(0.4, 1), folds=2, seeds=1, draws=20)
        >>> curve.loc[(curve["frame"] == "mean") & (curve["measure"] == "auc"), ["n_trained", "value"]].values.tolist()
        [[2.0, 0.5], [5.0, 1.0]]
        """
        _check_intervals(draws, level)
        coded = _coded(corpus, codes)
        prepared = collect(coded.units, _books(codebooks), _encoder(encoder))[0]
        parts = []
        for share in shares:
            table = _out_of_fold(coded, prepared, folds, seeds, share)
            found = _summed_up(table, coded, draws, level)
            found.insert(0, "n_trained", float(table["n_trained"].mean()))
            parts.append(found)
        return pd.concat(parts, ignore_index=True)

    # ---- using it ---------------------------------------------------------------------------------------------------

    def predict(self, corpus: Corpus) -> pd.DataFrame:
        """Say which frames each article, or each sentence, has.

        Returns
        -------
        DataFrame
            One row for each unit and frame, in the order of the corpus: `article_id`, for sentences `sentence`,
            `start`, `end` (int64), then `frame`, `decision` (float64, log-odds), `probability` (0 to 1),
            `threshold` (float64) and `present` (bool: the probability reaches the threshold).

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> model = analysis.FrameModel.fit(corpus, codes)
        >>> new = analysis.read(pd.DataFrame({"article_id": ["x", "y"], "text": ["Water rose.", "She voted."]}))
        >>> model.predict(new)[["article_id", "frame", "present"]]
          article_id  frame  present
        0          x  flood     True
        1          y  flood    False
        """
        ids, units = self._units(corpus)
        decision = self._decide(units)
        n, n_frames = decision.shape
        table = ids.loc[np.repeat(np.arange(n), n_frames)].reset_index(drop=True)
        probability = sigmoid(decision.ravel())
        threshold = np.tile(self._fitted.threshold, n)
        return table.assign(
            frame=pd.array(np.tile(np.array(self.frames, object), n), dtype="str"),
            decision=decision.ravel(),
            probability=probability,
            threshold=threshold,
            present=probability >= threshold,
        )

    def explain(
        self,
        corpus: Corpus,
        article_id: str,
        frame: str,
        *,
        by: Literal["word", "sentence"] = "word",
        sentence: int | None = None,
    ) -> pd.DataFrame:
        """Show what speaks for and against a frame: parts that add up to the decision.

        Parameters
        ----------
        corpus
            The articles.
        article_id
            Which of them.
        frame
            Which frame.
        by
            `"word"`: words, pairs of words, scores, and the meaning of each sentence; `"sentence"`: how much each
            sentence adds with its words and its meaning, then the scores.
        sentence
            Of a model of sentences: which, from 0.

        Returns
        -------
        DataFrame
            What speaks most for the frame first, the constant last. `kind` (str): `word`, `phrase`, `codebook`,
            `structure`, `meaning`, `sentence` or `constant`; `feature` (str): the word, score or sentence; `start`,
            `end` (Int64: where a sentence stands in the article's text, missing for others); `n` (Int64: occurrences
            of a word or phrase, missing for others); `contribution` (float64, log-odds: above 0 speaks for the
            frame). They add up to `decision` of `predict`, within 1e-9. What a word's pieces add is counted with it.

        Raises
        ------
        OptionError
            If the corpus has no such article or sentence, or the model no such frame.

        Examples
        --------
        >>> import pandas as pd, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> model = analysis.FrameModel.fit(corpus, codes)
        >>> new = analysis.read(pd.DataFrame({"article_id": ["x"], "text": ["The water fell. Nobody voted."]}))
        >>> words = model.explain(new, "x", "flood")
        >>> words.loc[words["kind"] == "word", "feature"].tolist()
        ['water', 'the', 'voted']
        >>> sentences = model.explain(new, "x", "flood", by="sentence")
        >>> sentences.loc[sentences["kind"] == "sentence", ["feature", "start", "end"]].values.tolist()
        [['The water fell.', 0, 15], ['Nobody voted.', 16, 29]]
        >>> float(abs(sentences["contribution"].sum() - model.predict(new)["decision"].iloc[0])) < 1e-9
        True
        """
        choose("by", by, ("word", "sentence"))
        choose("frame", frame, self.frames)
        ids, units = self._units(_some_articles(corpus, [corpus.article(article_id).article_id]))
        if self.unit == "sentence":
            if sentence is None or not 0 <= sentence < len(ids):
                raise OptionError(
                    f"`sentence` must say which of the article's {len(ids):,} sentences, from 0; got {sentence!r}."
                )
            start = int(ids["start"].iloc[sentence])
            units = _some_articles(units, [units.articles.index[sentence]])
        elif sentence is not None:
            raise OptionError(f"`sentence` must be None: the model tells frames of articles; got {sentence!r}.")
        else:
            start = 0
        number = self.frames.index(frame)
        explained = by_word if by == "word" else by_sentence
        table = explained(self._parts(units), number)
        return table.assign(start=table["start"] + start, end=table["end"] + start)

    def _units(self, corpus: Corpus) -> tuple[pd.DataFrame, Corpus]:
        if self.unit == "article":
            ids = pd.DataFrame({"article_id": corpus.articles.index})
            return ids, corpus
        return _sentences(corpus)

    def _features(self, units: Corpus) -> Features:
        return collect(units, self.codebooks, self.encoder, (self._words, self._pieces))[0]

    def _decide(self, units: Corpus) -> NDArray[np.float64]:
        if not len(units):
            return np.zeros((0, len(self.frames)))
        return self._fitted.decide(self._learned.apply(self._features(units)))

    def _parts(self, units: Corpus) -> Any:
        from ._frame_explain import Parts

        return Parts(
            units,
            self._words,
            self._pieces,
            self._features(units),
            self._learned,
            self._fitted,
            self.codebooks,
            self.encoder,
        )

    # ---- keeping it -------------------------------------------------------------------------------------------------

    def save(self, folder: str | Path) -> Path:
        """Write the model into a folder, as JSON and plain arrays: nothing in it can be run.

        The folder holds words of the training articles, but no text of theirs. The encoder is not in it; `load` needs
        its folder again.

        Parameters
        ----------
        folder
            A new folder, or one that holds a model, which is replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        InputError
            If the folder holds something else.

        Examples
        --------
        >>> import pandas as pd, tempfile, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> model = analysis.FrameModel.fit(corpus, codes)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sorted(path.name for path in model.save(f"{folder}/flood").iterdir())
        ['model.json', 'weights.safetensors']
        """
        about = {
            "frames": list(self.frames),
            "unit": self.unit,
            "n_units": self.n_units,
            "n_coded": self.n_coded,
            "encoder": self.encoder.fingerprint if self.encoder else None,
            "codebooks": [_frame_store.codebook_as_json(book) for book in self.codebooks],
            "words": list(self._words),
            "pieces": list(self._pieces),
        }
        return _frame_store.save(Path(folder), about, _frame_store.arrays_of(self._learned, self._fitted))

    @classmethod
    def load(cls, folder: str | Path, *, encoder: str | Path | Encoder | None = None) -> FrameModel:
        """Read a model that was saved.

        Parameters
        ----------
        folder
            Written by `save`.
        encoder
            The folder of the encoder that the model was fitted with, if it was with one.

        Raises
        ------
        InputError
            If the folder holds no model, one of another version, or a damaged one.
        OptionError
            If the model needs an encoder and none, or another one, is given.

        Examples
        --------
        >>> import pandas as pd, tempfile, analysis
        >>> towns = ["Ash", "Birch", "Cedar", "Dale", "Elm"]
        >>> texts = [f"The water rose in {town}." for town in towns] + [f"They voted in {town}." for town in towns]
        >>> corpus = analysis.read(pd.DataFrame({"article_id": list("abcdefghij"), "text": texts}))
        >>> codes = pd.DataFrame({"article_id": corpus.articles.index, "flood": [1] * 5 + [0] * 5})
        >>> model = analysis.FrameModel.fit(corpus, codes)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     again = analysis.FrameModel.load(model.save(f"{folder}/flood"))
        >>> again.predict(corpus).equals(model.predict(corpus))
        True
        """
        path = Path(folder)
        about, arrays = _frame_store.load(path)
        wanted = about["encoder"]
        if wanted and encoder is None:
            raise OptionError(
                f"the model in {path.name!r} was fitted with an encoder. Give its folder: "
                "FrameModel.load(…, encoder='all-MiniLM-L6-v2')."
            )
        model = _encoder(encoder) if wanted else None
        if model is not None and model.fingerprint != wanted:
            raise OptionError(
                f"the model in {path.name!r} was fitted with another encoder (fingerprint {wanted}; "
                f"got {model.fingerprint}). Give the folder of that one."
            )
        books = tuple(_frame_store.codebook_of_json(book) for book in about["codebooks"])
        learned, found = _frame_store.parts_of(path, about, arrays, books, model.n_dimensions if model else None)
        return cls(
            frames=tuple(about["frames"]),
            unit=about["unit"],
            n_units=about["n_units"],
            n_coded=about["n_coded"],
            thresholds=dict(zip(about["frames"], found.threshold.tolist(), strict=True)),
            codebooks=books,
            encoder=model,
            _words=tuple(about["words"]),
            _pieces=tuple(about["pieces"]),
            _learned=learned,
            _fitted=found,
        )


def _books(codebooks: Sequence[str | Path | Codebook]) -> tuple[Codebook, ...]:
    if isinstance(codebooks, (str, Path, Codebook)):
        raise OptionError(f"`codebooks` must be a list; got {codebooks!r}. Use codebooks=['generic'].")
    return tuple(book if isinstance(book, Codebook) else read_codebook(book) for book in codebooks)


def _encoder(encoder: str | Path | Encoder | None) -> Encoder | None:
    from analysis.text.encoder import Encoder

    return Encoder(encoder) if isinstance(encoder, (str, Path)) else encoder


def _check_intervals(draws: int, level: float) -> None:
    no_less("draws", draws, 1, "Use 1_000.")
    check_level(level)


def _some_articles(corpus: Corpus, ids: Iterable[str]) -> Corpus:
    return corpus.where(pd.Series(corpus.articles.index.isin(list(ids)), index=corpus.articles.index))


def _sentences(corpus: Corpus) -> tuple[pd.DataFrame, Corpus]:
    """Return every sentence with its place, and a corpus of them."""
    tokens = tokens_of(corpus)
    starts, ends = tokens.sentence_spans()
    per_article = tokens.n_sentences_of_article
    owner = np.repeat(np.arange(len(corpus)), per_article)
    number = np.arange(len(owner)) - np.repeat(tokens.article_sentence_starts[:-1], per_article)
    ids = pd.DataFrame(
        {"article_id": corpus.articles.index.take(owner), "sentence": number, "start": starts, "end": ends}
    ).astype({"sentence": "int64"})
    texts = corpus.articles["text"].tolist()
    cut = [texts[i][a:b] for i, a, b in zip(owner.tolist(), starts.tolist(), ends.tolist(), strict=True)]
    names = [f"{one}:{n}" for one, n in zip(ids["article_id"].tolist(), number.tolist(), strict=True)]
    return ids, unit_corpus(pd.Index(names, dtype="str"), cut)


def _coded(corpus: Corpus, codes: pd.DataFrame) -> _Coded:
    """Check the codes and put them beside their units, in an order that does not depend on theirs."""
    named = codes.index.name == "article_id" and "article_id" not in codes.columns
    flat = codes.reset_index(drop=not named)
    if "article_id" not in flat.columns:
        has = ", ".join(map(repr, flat.columns))
        raise OptionError(f"`codes` needs a column 'article_id' (or that index); it has {has}.")
    keys = ["article_id", "sentence"] if "sentence" in flat.columns else ["article_id"]
    wide = _wide(flat, keys)
    wide = wide[[*keys, *(name for name in wide.columns if name not in keys)]]
    frames = [str(name) for name in wide.columns[len(keys) :]]
    if not frames:
        raise OptionError("`codes` has no frame. Give each frame a column of 0 and 1, or rows of frame and value.")
    wide.columns = pd.Index([*keys, *frames])
    values = wide[frames].to_numpy(object)
    missing = pd.isna(values)
    good = np.array([not gone and value in (0, 1) for value, gone in zip(values.flat, missing.flat, strict=True)], bool)
    problems = [
        f"{_named(wide, row, keys)} has {values[row, column]!r} for {frames[column]!r}"
        for row, column in np.argwhere(~good.reshape(values.shape)).tolist()
    ]
    known = wide["article_id"].isin(corpus.articles.index).to_numpy()
    unknown = wide.loc[~known, "article_id"].unique().tolist()
    problems += [f"article {one!r} is not in the corpus" for one in unknown]
    if not all(isinstance(one, str) for one in unknown):
        problems.insert(0, "identifiers are text, so read them as such (dtype={'article_id': 'str'})")
    repeated = wide.duplicated(keys).to_numpy()
    problems += [f"{_named(wide, row, keys)} is coded twice" for row in np.flatnonzero(repeated).tolist()]
    if problems:
        raise OptionError(f"`codes` must be 0 or 1, once for each unit of the corpus: {_some(problems)}.")
    coded_articles = _some_articles(corpus, wide["article_id"])
    ids, units = _sorted_units(coded_articles, wide, keys)
    flags = wide.set_index(keys).loc[pd.MultiIndex.from_frame(ids) if len(keys) > 1 else ids["article_id"], frames]
    found = flags.to_numpy(object).astype(np.bool_)
    for frame, n in zip(frames, found.sum(axis=0).tolist(), strict=True):
        if min(n, len(ids) - n) < _LEAST_CODED:
            problems.append(f"{frame!r} has {n} with it and {len(ids) - n} without")
    if problems:
        raise OptionError(
            f"each frame needs at least {_LEAST_CODED} coded units with it and {_LEAST_CODED} without: "
            f"{_some(problems)}. Code more, or leave the frame out."
        )
    distinct, article = np.unique(ids["article_id"].to_numpy(object), return_inverse=True)
    texts = corpus.articles.loc[distinct, "text"].tolist()
    return _Coded(ids, units, frames, found, near_duplicates(texts, article.ravel()))


def _wide(flat: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    if not {"frame", "value"} <= set(flat.columns):
        return flat
    repeated = flat[flat.duplicated([*keys, "frame"])]
    if len(repeated):
        named = [f"{_named(flat, row, keys)}, {flat['frame'].loc[row]!r}" for row in repeated.index.tolist()]
        raise OptionError(f"`codes` has a unit's frame twice: {_some(named)}.")
    pivoted = flat.pivot(index=keys, columns="frame", values="value")
    return pivoted.reset_index().rename_axis(columns=None)


def _named(table: pd.DataFrame, row: Any, keys: list[str]) -> str:
    values = {key: table[key].loc[row] for key in keys}
    return " ".join(
        f"{key.removesuffix('_id')} {value if key == 'sentence' else repr(value)}" for key, value in values.items()
    )


def _some(problems: list[str]) -> str:
    more = f"; and {len(problems) - _MOST_NAMED:,} more" if len(problems) > _MOST_NAMED else ""
    return "; ".join(problems[:_MOST_NAMED]) + more


def _sorted_units(corpus: Corpus, wide: pd.DataFrame, keys: list[str]) -> tuple[pd.DataFrame, Corpus]:
    if keys == ["article_id"]:
        ids = wide[keys].sort_values("article_id", ignore_index=True)
        texts = corpus.articles.loc[ids["article_id"], "text"].tolist()
        return ids, unit_corpus(pd.Index(ids["article_id"], dtype="str"), texts)
    every, sentences = _sentences(corpus)
    place = pd.Series(np.arange(len(every)), index=pd.MultiIndex.from_frame(every[keys]))
    ids = wide[keys].sort_values(keys, ignore_index=True)
    found = place.reindex(pd.MultiIndex.from_frame(ids))
    if found.isna().any():
        missing = [_named(ids, row, keys) for row in np.flatnonzero(found.isna()).tolist()]
        raise OptionError(f"`codes` has sentences that the corpus has not: {_some(missing)}. Count them from 0.")
    rows = found.to_numpy(np.int64)
    names = sentences.articles.index.take(rows)
    return ids, unit_corpus(names, sentences.articles["text"].take(rows).tolist())


def _out_of_fold(coded: _Coded, features: Features, folds: int, seeds: int, share: float) -> pd.DataFrame:
    if folds < 2 or seeds < 1 or not 0 < share <= 1:
        raise OptionError(
            f"`folds` must be 2 or more, `seeds` 1 or more, shares over 0 to 1; got {folds!r}, {seeds!r} and {share!r}."
        )
    # Each fold needs an article, and what is learned from two, for they are dealt into folds again.
    least = folds if folds > 2 else 4
    if coded.n_groups < least:
        what = "Use fewer folds, or code more articles" if coded.n_groups > 2 < folds else "Code more articles"
        raise OptionError(
            f"{folds} folds need {least} coded articles or more that are no near copies of one another; "
            f"got {coded.n_groups}. {what}."
        )
    n, n_frames = coded.codes.shape
    parts = []
    for seed in range(seeds):
        fold = deal(coded.group, coded.codes, folds, (seed,))
        probability, threshold, n_trained = np.zeros((n, n_frames)), np.zeros((n, n_frames)), np.zeros(n, np.int64)
        for held in range(folds):
            out, rows = np.flatnonzero(fold == held), np.flatnonzero(fold != held)
            if not len(out):
                continue
            if share < 1:
                rng = np.random.default_rng((seed, held))
                rows = np.sort(rng.permutation(rows)[: max(1, round(share * len(rows)))])
            training = features.take(rows)
            learned = learn(training)
            _, group = np.unique(coded.group[rows], return_inverse=True)
            found = fitted(learned.apply(training), coded.codes[rows], group.ravel(), seed)
            probability[out] = sigmoid(found.decide(learned.apply(features.take(out))))
            threshold[out], n_trained[out] = found.threshold, len(rows)
        table = coded.ids.loc[np.repeat(np.arange(n), n_frames)].reset_index(drop=True)
        table.insert(0, "seed", seed)
        parts.append(
            table.assign(
                fold=np.repeat(fold, n_frames),
                n_trained=np.repeat(n_trained, n_frames),
                frame=pd.array(np.tile(np.array(coded.frames, object), n), dtype="str"),
                coded=coded.codes.ravel(),
                probability=probability.ravel(),
                threshold=threshold.ravel(),
                present=(probability >= threshold).ravel(),
            )
        )
    return pd.concat(parts, ignore_index=True)


def _summed_up(table: pd.DataFrame, coded: _Coded, draws: int, level: float) -> pd.DataFrame:
    """Return the mean of each measure over the seeds, with intervals by resampling groups of units."""
    weight = resamples(coded.group, draws, np.random.default_rng(0))
    n, n_frames = coded.codes.shape
    shape = (int(table["seed"].max()) + 1, n, n_frames)
    probability = table["probability"].to_numpy(np.float64).reshape(shape)
    present = table["present"].to_numpy(np.bool_).reshape(shape)
    rows = []
    values: dict[str, list[NDArray[np.float64]]] = {}
    for frame in range(n_frames):
        code = coded.codes[:, frame]
        for measure in MEASURES:
            per_seed = [
                measured(measure, probability[seed, :, frame], present[seed, :, frame], code, weight)
                for seed in range(shape[0])
            ]
            found = np.mean(per_seed, axis=0)
            values.setdefault(measure, []).append(found)
            rows.append((coded.frames[frame], n, int(code.sum()), measure, *_interval(found, level)))
    for measure in MEASURES:
        means = np.mean(values[measure], axis=0)
        rows.append(("mean", n, int(coded.codes.sum(axis=0).mean().round()), measure, *_interval(means, level)))
    return pd.DataFrame(rows, columns=["frame", "n", "n_coded", "measure", "value", "low", "high"]).assign(level=level)


def _interval(found: NDArray[np.float64], level: float) -> tuple[float, float, float]:
    low, high = np.nanquantile(found[1:], [(1 - level) / 2, (1 + level) / 2])
    return float(found[0]), float(low), float(high)
