"""Where the tests find the real articles that stand beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["shared"]


def shared(name: str) -> Path:
    """Return a file or folder of the real material; without it the test is skipped, or fails where it is required."""
    path = Path(os.environ.get("ANALYSIS_SHARED", "../shared")) / name
    if not path.exists():
        message = f"{path} is not here: set ANALYSIS_SHARED to the folder of real articles"
        if os.environ.get("ANALYSIS_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return path
