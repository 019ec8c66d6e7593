"""The notebooks run on the sample, and are committed without outputs."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks import FOLDER, NOTEBOOKS, link, strip, write

NAMES = [path.stem for path in NOTEBOOKS]
EXPECTED = [
    "00-read-the-corpus",
    "01-terms",
    "02-readability",
    "03-tone",
    "04-framing",
    "05-report",
    "06-whose-words",
    "07-how-far-to-trust-it",
    "08-frames-that-hold-up",
]

#: Warnings are errors in a notebook too, but for those of the kernel itself.
STRICT = """import warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", module="ipykernel")"""


def load(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8")))


def test_numbered_without_a_gap():
    assert NAMES == EXPECTED


@pytest.mark.parametrize("name", NAMES)
def test_committed_stripped(name: str):
    notebook = load(name)
    assert write(strip(notebook)) == (FOLDER / f"{name}.ipynb").read_text("utf-8"), "run `make strip`"
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_opens_with_its_question_then_its_parameters(name: str):
    opening, parameters, *rest = load(name)["cells"]
    assert opening["cell_type"] == "markdown"
    assert all(part in "".join(opening["source"]) for part in ("# ", "?", "**In:**", "**Out:**"))
    assert parameters["metadata"]["tags"] == ["parameters"]
    assert 'SRC = "../data/sample"' in "".join(parameters["source"])
    headings = [
        line for cell in rest if cell["cell_type"] == "markdown" for line in cell["source"] if line[:3] == "## "
    ]
    assert any("Limits" in heading for heading in headings)


@pytest.mark.parametrize("name", NAMES)
def test_holds_no_definitions_and_only_the_public_kit(name: str):
    for cell in load(name)["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            assert not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)), "belongs in analysis/"
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("analysis."), "a notebook uses `import analysis`"
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_")


def test_pages_link_to_pages_and_back_to_the_report():
    import nbformat
    from nbconvert import HTMLExporter

    linked = set()
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        page = link(HTMLExporter().from_notebook_node(notebook)[0])
        links = re.findall(r'<a href="([^"#:]+)', page)
        assert links[0] == "../index.html"
        assert set(links) <= {"../index.html", *(f"{name}.html" for name in NAMES)}
        assert link(page) == page
        linked |= set(links)
    assert linked == {"../index.html", *(f"{name}.html" for name in NAMES[1:])}


@pytest.mark.parametrize("name", NAMES)
def test_runs_on_the_sample(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel's own, so that figures show
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(f"{STRICT}\nOUT = {str(tmp_path / 'out')!r}"))
    before = sorted(path for path in FOLDER.rglob("*") if ".ipynb_checkpoints" not in path.parts)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()

    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs), "no figure is shown"
    assert before == sorted(path for path in FOLDER.rglob("*") if ".ipynb_checkpoints" not in path.parts)
