"""How the notebooks are committed: nothing of a run, of an editor or of a machine in them.

`python -m tests.notebooks` (`make strip`) brings every notebook into that form after work in JupyterLab;
`python -m tests.notebooks report/notebooks` makes the pages that nbconvert wrote there link to one another.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "NOTEBOOKS", "link", "strip", "write"]

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
BACK = '<p style="margin: 1em"><a href="../index.html">← The report</a></p>'


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


def link(page: str) -> str:
    """Return a notebook's page with links to the other pages, not to their notebooks, and one back to the report."""
    page = re.sub(r'href="(\d\d-[\w-]+)\.ipynb"', r'href="\1.html"', page)
    return page if BACK in page else re.sub(r"<body\b[^>]*>", lambda body: f"{body[0]}\n{BACK}", page, count=1)


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for path in sorted(Path(folder).glob("*.html")):
            path.write_text(link(path.read_text("utf-8")), "utf-8")
    if not sys.argv[1:]:
        for path in NOTEBOOKS:
            path.write_text(write(strip(json.loads(path.read_text("utf-8")))), "utf-8")
