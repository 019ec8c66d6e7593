"""How the notebooks are committed: nothing of a run, of an editor or of a machine in them.

`python -m tests.notebooks` (`make strip`) brings every notebook into that form after work in JupyterLab.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "NOTEBOOKS", "strip", "write"]

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def strip(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with its cells' ids, tags and sources, and the kernel's name; without the rest."""
    cells = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {"tags": tags} if tags else {}}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(kept | {"source": cell["source"]})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def write(notebook: dict[str, Any]) -> str:
    """Return a notebook as the text of its file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for path in NOTEBOOKS:
        path.write_text(write(strip(json.loads(path.read_text("utf-8")))), "utf-8")
