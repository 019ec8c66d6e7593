"""A frame model in a folder: `model.json` and `weights.safetensors`. Nothing in either can be run."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.measures.codebook import Codebook
from analysis.text.safetensors import read_safetensors, safetensors_bytes

from ._frame_features import BLOCKS, Learned, dense_names
from ._frame_fit import Fitted

__all__ = ["arrays_of", "codebook_as_json", "codebook_of_json", "load", "parts_of", "save"]

Arrays = Mapping[str, NDArray[Any]]

FORMAT = "analysis.FrameModel"
VERSION = 1
_ABOUT, _WEIGHTS = "model.json", "weights.safetensors"


def save(folder: Path, about: Mapping[str, Any], arrays: Arrays) -> Path:
    """Write a model beside its place, then put it there; a model that was there is replaced, anything else is not."""
    if folder.exists() and not _is_replaceable(folder):
        raise InputError(f"{folder.name!r} holds something that is no frame model. Give a new folder.")
    weights = safetensors_bytes(arrays)
    told = {"format": FORMAT, "version": VERSION, "weights": _digest(weights), **about}
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (new / _WEIGHTS).write_bytes(weights)
        sealed = json.dumps({**told, "seal": _digest(_text(told))}, ensure_ascii=False, indent=1)
        (new / _ABOUT).write_text(sealed + "\n", encoding="utf-8", newline="\n")
        new.chmod(0o755)  # a temporary folder is its owner's alone
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            folder.rename(old / "old")
            new.rename(folder)
            shutil.rmtree(old)
        else:
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return folder


def _is_replaceable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    inside = {path.name for path in folder.iterdir()}
    return not inside or (_ABOUT in inside and inside <= {_ABOUT, _WEIGHTS})


def load(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what `save` wrote; a file that is not as it was written is refused."""
    path = folder / _ABOUT
    if not path.is_file():
        raise InputError(
            f"{folder.name!r} holds no frame model: there is no {_ABOUT}. Give a folder of FrameModel.save."
        )
    try:
        about = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(f"{folder.name!r} holds no frame model: {_ABOUT} is something else.")
    if about.get("version") != VERSION:
        raise InputError(
            f"the frame model in {folder.name!r} is of version {about.get('version')!r}; this kit reads version "
            f"{VERSION}. Fit it again."
        )
    told = {name: value for name, value in about.items() if name != "seal"}
    if about.get("seal") != _digest(_text(told)):
        raise InputError(
            f"{_ABOUT} in {folder.name!r} was changed or damaged since it was written. Fit the model again."
        )
    weights = folder / _WEIGHTS
    if not weights.is_file() or _digest(weights.read_bytes()) != about["weights"]:
        raise InputError(f"{_WEIGHTS} in {folder.name!r} is missing or damaged. Copy the folder again.")
    return about, read_safetensors(weights)


def arrays_of(learned: Learned, fitted: Fitted) -> dict[str, NDArray[Any]]:
    """Return all numbers of a model under one name each."""
    parts = {"idf": learned.idf, "centre": learned.centre, "spread": learned.spread, "weights": fitted.weights}
    found = {f"{kind}.{name}": array for kind, arrays in parts.items() for name, array in arrays.items()}
    scale = np.array([learned.scale.get(name, 0.0) for name in BLOCKS])
    return found | {"scale": scale, "constant": fitted.constant, "threshold": fitted.threshold}


def parts_of(
    folder: Path, about: Mapping[str, Any], arrays: Arrays, codebooks: Sequence[Codebook], n_dimensions: int | None
) -> tuple[Learned, Fitted]:
    """Make a model's parts of its arrays, each of the shape that the rest of the model needs."""
    names = dense_names(codebooks)
    width = {
        "words": len(about["words"]),
        "pieces": len(about["pieces"]),
        "codebooks": len(names[0]),
        "structure": len(names[1]),
    } | ({"mean": n_dimensions, "max": n_dimensions} if n_dimensions is not None else {})
    n_frames = len(about["frames"])
    shapes: dict[str, tuple[int, ...]] = {"scale": (len(BLOCKS),), "constant": (n_frames,), "threshold": (n_frames,)}
    for name, n in width.items():
        shapes[f"weights.{name}"] = (n_frames, n)
        for kind in ("idf",) if name in ("words", "pieces") else ("centre", "spread"):
            shapes[f"{kind}.{name}"] = (n,)
    for name, shape in shapes.items():
        array = arrays.get(name)
        if array is None or array.shape != shape or array.dtype != np.float64:
            got = "none" if array is None else f"{array.dtype} of shape {array.shape}"
            raise InputError(f"{_WEIGHTS} in {folder.name!r}: {name!r} must be float64 of shape {shape}; got {got}.")

    def of(kind: str) -> dict[str, NDArray[np.float64]]:
        return {name: arrays[f"{kind}.{name}"] for name in width if f"{kind}.{name}" in shapes}

    scale = dict(zip(BLOCKS, arrays["scale"].tolist(), strict=True))
    learned = Learned(of("idf"), of("centre"), of("spread"), {name: scale[name] for name in width})
    return learned, Fitted(of("weights"), arrays["constant"], arrays["threshold"])


def codebook_as_json(book: Codebook) -> dict[str, Any]:
    """Return what a codebook counts, so that a model does not change with the kit's codebooks."""
    frames = {frame.name: {"cues": list(frame.cues), "except": list(frame.exceptions)} for frame in book.frames}
    return {"name": book.name, "version": book.version, "frames": frames}


def codebook_of_json(told: Mapping[str, Any]) -> Codebook:
    """Return the codebook."""
    frames = {
        name: {key: words for key, words in frame.items() if words or key == "cues"}
        for name, frame in told["frames"].items()
    }
    return Codebook.from_dict(frames, name=told["name"], version=told["version"])


def _text(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True).encode("utf-8", "replace")


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
