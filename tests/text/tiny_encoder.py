"""A BERT of two small layers with weights drawn by chance, written as models are published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.text.safetensors import safetensors_bytes

__all__ = ["CONFIG", "tiny_encoder"]

CONFIG: dict[str, Any] = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "max_position_embeddings": 16,
    "vocab_size": 12,
    "layer_norm_eps": 1e-12,
}
_WORDS = ["[UNK]", "[CLS]", "[SEP]", "the", "river", "rose", "rain", "mayor", "lost", "vote", "was", "street"]


def tiny_encoder(folder: Path) -> Path:
    """Write the model's files into a new folder."""
    folder.mkdir()
    size, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    shapes = {
        "embeddings.word_embeddings.weight": (CONFIG["vocab_size"], size),
        "embeddings.position_embeddings.weight": (CONFIG["max_position_embeddings"], size),
        "embeddings.token_type_embeddings.weight": (2, size),
    }
    norms = ["embeddings"]
    for layer in range(CONFIG["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        dense = {f"{at}.attention.self.{part}": (size, size) for part in ("query", "key", "value")}
        dense |= {f"{at}.attention.output.dense": (size, size), f"{at}.intermediate.dense": (inner, size)}
        dense |= {f"{at}.output.dense": (size, inner)}
        shapes |= {f"{name}.weight": shape for name, shape in dense.items()}
        shapes |= {f"{name}.bias": shape[:1] for name, shape in dense.items()}
        norms += [f"{at}.attention.output", f"{at}.output"]
    shapes |= {f"{name}.LayerNorm.{part}": (size,) for name in norms for part in ("weight", "bias")}
    rng = np.random.default_rng(7)
    arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    (folder / "model.safetensors").write_bytes(safetensors_bytes(arrays))
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    special = [{"id": n, "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                "special": True} for n, word in enumerate(_WORDS[:3])]  # fmt: skip
    tokenizer = {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
            "type": "BertProcessing",
            "sep": ["[SEP]", 2],
            "cls": ["[CLS]", 1],
        },
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {word: n for n, word in enumerate(_WORDS)}, "unk_token": "[UNK]"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder
