"""Sentences as vectors: a small BERT such as all-MiniLM-L6-v2, read from a folder and worked out with NumPy.

No deep-learning library is needed, only `tokenizers` (the extra `nlp`). Sentences of the same number of word pieces are
worked out together, so that nothing is padded or masked, and in an order that does not depend on that of the articles.

Sources: Devlin et al. (2019), BERT; Reimers & Gurevych (2019), Sentence-BERT (mean pooling, unit length).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError, OptionError

from .safetensors import read_safetensors

__all__ = ["Encoder"]

Floats = NDArray[np.float32]

_FILES = ("config.json", "tokenizer.json", "model.safetensors")
_SIZES = (
    "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers", "max_position_embeddings",
    "vocab_size",
)  # fmt: skip
#: Word pieces worked out at once: enough for the processor, little enough for its caches.
_PIECES = 4_096
_MOST_PIECES = 256
#: Rows that an elementwise function takes at once, so that its steps stay in the processor's cache.
_ROWS = 32


class Encoder:
    """A BERT that gives each sentence a vector of unit length; alike sentences have a high dot product.

    Parameters
    ----------
    folder
        Holds `config.json`, `tokenizer.json` and `model.safetensors`, as models for sentence-transformers do; further
        files are not looked at, but for `sentence_bert_config.json`, which may say how long a sentence may be.

    Raises
    ------
    InputError
        If a file is missing, damaged, or of another kind of model.
    OptionError
        If `tokenizers` is not installed.

    Examples
    --------
    >>> encoder = Encoder("models/all-MiniLM-L6-v2")  # doctest: +SKIP
    >>> encoder.encode(["The river rose.", "Water levels went up."]).shape  # doctest: +SKIP
    (2, 384)
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        missing = [name for name in _FILES if not (self._folder / name).is_file()]
        if missing:
            raise InputError(
                f"the encoder's folder {self._folder.name!r} has no {', '.join(missing)}. Give the folder of a "
                "BERT-like sentence model, such as all-MiniLM-L6-v2, as it is published."
            )
        config = _json(self._folder / "config.json")
        told = {name: config.get(name) for name in _SIZES}
        if not all(type(value) is int and 0 < value < 2**31 for value in told.values()) or (
            told["hidden_size"] % told["num_attention_heads"]  # type: ignore[operator]
        ):
            raise InputError(f"config.json of the encoder must have the whole numbers {', '.join(_SIZES)}; got {told}.")
        kind = (config.get("model_type"), config.get("hidden_act"), config.get("position_embedding_type", "absolute"))
        if kind != ("bert", "gelu", "absolute"):
            raise InputError(
                f"the encoder must be of model_type 'bert' with hidden_act 'gelu' and absolute positions; got {kind}. "
                "Use a model such as all-MiniLM-L6-v2."
            )
        self._size: dict[str, int] = {name: int(config[name]) for name in _SIZES}
        self._eps = float(config.get("layer_norm_eps", 1e-12))
        listed = self._folder / "sentence_bert_config.json"
        most = _json(listed).get("max_seq_length", _MOST_PIECES) if listed.is_file() else _MOST_PIECES
        self._most = min(
            most if type(most) is int and most > 2 else _MOST_PIECES, self._size["max_position_embeddings"]
        )
        self._tokenizer = _tokenizer(self._folder / "tokenizer.json", self._most)
        self._weights = self._read_weights()

    @property
    def n_dimensions(self) -> int:
        """Length of a vector."""
        return self._size["hidden_size"]

    @cached_property
    def fingerprint(self) -> str:
        """32 hex digits that stand for the model's files: the same for the same model, wherever it lies."""
        digest = hashlib.blake2b(digest_size=16)
        for name in _FILES:
            digest.update(hashlib.blake2b((self._folder / name).read_bytes()).digest())
        return digest.hexdigest()

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return a vector of unit length for each sentence.

        Parameters
        ----------
        sentences
            Texts; what is longer than the model takes (256 word pieces for all-MiniLM-L6-v2) is cut off.

        Returns
        -------
        float32[n_sentences, n_dimensions]
        """
        distinct = sorted(set(sentences))
        # A lone surrogate is no text to the tokenizer.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in distinct]
        pieces = [found.ids for found in self._tokenizer.encode_batch(clean)]
        lengths = np.array([len(ids) for ids in pieces], np.int64)
        vectors = np.zeros((len(distinct), self.n_dimensions), np.float32)
        order = np.argsort(lengths, kind="stable")
        edges = np.flatnonzero(np.diff(lengths[order], prepend=-1, append=-1))
        for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            step = max(1, _PIECES // max(1, int(lengths[order[first]])))
            for begin in range(first, end, step):
                rows = order[begin : min(begin + step, end)]
                vectors[rows] = self._forward(np.array([pieces[row] for row in rows], np.int64))
        place = {text: number for number, text in enumerate(distinct)}
        return vectors[[place[text] for text in sentences]] if len(sentences) else vectors

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        """Work out int64[n, length] word pieces to float32[n, n_dimensions]."""
        n, length = ids.shape
        heads, width = self._size["num_attention_heads"], self.n_dimensions // self._size["num_attention_heads"]
        weights = self._weights
        x: Floats = weights["words"][ids] + weights["places"][:length]
        x = self._norm(x.reshape(n * length, -1), "embeddings")
        for layer in range(self._size["num_hidden_layers"]):
            qkv = x @ weights[f"{layer}.qkv"] + weights[f"{layer}.qkv.bias"]
            q, k, v = qkv.reshape(n, length, 3, heads, width).transpose(2, 0, 3, 1, 4)
            scores = q @ k.transpose(0, 1, 3, 2)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(n * length, -1)
            x = self._norm(x + mixed @ weights[f"{layer}.out"] + weights[f"{layer}.out.bias"], f"{layer}.attention")
            hidden = _gelu(x @ weights[f"{layer}.up"] + weights[f"{layer}.up.bias"])
            x = self._norm(x + hidden @ weights[f"{layer}.down"] + weights[f"{layer}.down.bias"], f"{layer}.output")
        pooled: Floats = x.reshape(n, length, -1).mean(axis=1)
        size = np.sqrt((pooled * pooled).sum(axis=1, keepdims=True))
        pooled /= np.maximum(size, np.float32(1e-12))
        return pooled

    def _norm(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(self._eps))
        return x * self._weights[f"{name}.scale"] + self._weights[f"{name}.shift"]

    def _read_weights(self) -> dict[str, Floats]:
        """Read the arrays that a BERT has, in the shapes that its config tells, laid out as they are used."""
        found = read_safetensors(self._folder / "model.safetensors")
        size, inner = self.n_dimensions, self._size["intermediate_size"]
        wrong: list[str] = []

        def take(name: str, *shape: int) -> Floats:
            array = found.get(name, found.get(f"bert.{name}"))
            if array is None or array.shape != shape or array.dtype.kind != "f":
                got = "nothing" if array is None else f"{array.dtype} of shape {array.shape}"
                wrong.append(f"{name} must be of shape {shape}; got {got}")
                return np.zeros(shape, np.float32)
            return array.astype(np.float32)

        def norm(ours: str, theirs: str) -> dict[str, Floats]:
            names = {"scale": "weight", "shift": "bias"}
            return {f"{ours}.{new}": take(f"{theirs}.LayerNorm.{old}", size) for new, old in names.items()}

        def dense(ours: str, theirs: str, into: int, out: int) -> dict[str, Floats]:
            weight = np.ascontiguousarray(take(f"{theirs}.weight", out, into).T)
            return {ours: weight, f"{ours}.bias": take(f"{theirs}.bias", out)}

        kinds = found.get(
            "embeddings.token_type_embeddings.weight", found.get("bert.embeddings.token_type_embeddings.weight")
        )
        weights = {"words": take("embeddings.word_embeddings.weight", self._size["vocab_size"], size)}
        weights["places"] = take("embeddings.position_embeddings.weight", self._size["max_position_embeddings"], size)
        if kinds is not None and kinds.ndim == 2 and kinds.shape[0] and kinds.shape[1] == size:
            weights["places"] = weights["places"] + kinds[0].astype(np.float32)  # a sentence alone is of the first kind
        weights |= norm("embeddings", "embeddings")
        scale = np.float32((size // self._size["num_attention_heads"]) ** -0.5)
        for layer in range(self._size["num_hidden_layers"]):
            theirs = f"encoder.layer.{layer}"
            parts = [dense("w", f"{theirs}.attention.self.{name}", size, size) for name in ("query", "key", "value")]
            parts[0] = {name: array * scale for name, array in parts[0].items()}
            weights[f"{layer}.qkv"] = np.concatenate([part["w"] for part in parts], axis=1)
            weights[f"{layer}.qkv.bias"] = np.concatenate([part["w.bias"] for part in parts])
            weights |= dense(f"{layer}.out", f"{theirs}.attention.output.dense", size, size)
            weights |= norm(f"{layer}.attention", f"{theirs}.attention.output")
            weights |= dense(f"{layer}.up", f"{theirs}.intermediate.dense", size, inner)
            weights |= dense(f"{layer}.down", f"{theirs}.output.dense", inner, size)
            weights |= norm(f"{layer}.output", f"{theirs}.output")
        if wrong:
            more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
            raise InputError(
                f"model.safetensors of the encoder does not fit config.json: {'; '.join(wrong[:3])}{more}."
            )
        return weights


def _gelu(x: Floats) -> Floats:
    """Return x Φ(x), its error function good to 1.5e-7 (Abramowitz & Stegun 1964, 7.1.26): SciPy's is slower."""
    found = np.empty_like(x)
    f = np.float32
    for begin in range(0, len(x), _ROWS):
        part = x[begin : begin + _ROWS]
        size = np.abs(part)
        z = size * f(2**-0.5)
        t = 1 / (1 + f(0.3275911) * z)
        tail = f(1.061405429) * t
        for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            tail += f(term)
            tail *= t
        z *= -z
        tail *= np.exp(z, out=z)  # 1 - erf(|x| / sqrt 2)
        tail *= size
        size += part
        size -= tail
        np.multiply(size, f(0.5), out=found[begin : begin + _ROWS])
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(f"{path.name} of the encoder is no table in JSON.")
    return found


def _tokenizer(path: Path, most: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise OptionError(
            "`encoder` needs the package tokenizers, which is not installed. "
            "Install it: pip install 'media-analysis-kit[nlp]'."
        ) from None
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the package raises no narrower kind
        raise InputError(f"tokenizer.json of the encoder cannot be read: {error}.") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    return tokenizer
