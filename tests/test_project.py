"""The project's own files agree with one another."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: conda-forge's name: PyPI's name, where they differ.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
#: Slow to import or heavy: `import analysis` must leave them alone.
HEAVY = {
    "dask", "distributed", "fsspec", "ftfy", "jinja2", "lingua", "loky", "matplotlib", "nltk", "numpy", "openpyxl",
    "pandas", "pyarrow", "pyphen", "scipy", "spacy", "statsmodels", "textstat", "tqdm", "trafilatura", "typer",
    "vaderSentiment", "wasmtime", "yaml",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def wanted(project: dict[str, Any]) -> dict[str, str]:
    """Name and bounds of every dependency of the kit, its notebooks and its development."""
    extras = project["optional-dependencies"]
    requirements = [Requirement(line) for line in [*project["dependencies"], *extras["notebooks"], *extras["dev"]]]
    return {canonicalize_name(one.name): str(one.specifier) for one in requirements}


def test_environment_yml_mirrors_pyproject(root: Path, project: dict[str, Any]):
    listed = yaml.safe_load((root / "environment.yml").read_text("utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    from_conda = [entry for entry in listed if isinstance(entry, str) and entry != "pip"]
    assert from_pip[-1] == "-e ."
    requirements = [Requirement(line) for line in [*from_conda, *from_pip[:-1]]]
    found = {canonicalize_name(CONDA_NAMES.get(one.name, one.name)): str(one.specifier) for one in requirements}
    assert found.pop("python") == project["requires-python"]
    assert found == wanted(project)


def test_lock_has_every_dependency_and_nothing_but_names_versions_and_hashes(root: Path, project: dict[str, Any]):
    lock = (root / "requirements.lock").read_text("utf-8")
    locked: dict[str, list[Requirement]] = {}
    for entry in re.sub(r" *\\\n +", " ", lock).splitlines():
        requirement, *hashes = entry.split(" --hash=")
        assert hashes, f"no hash: {entry}"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes)
        assert re.fullmatch(r"[a-z0-9-]+==[\w.!+]+( ; [\w\s.'<>=!()]+)?", requirement), requirement
        one = Requirement(requirement)
        locked.setdefault(canonicalize_name(one.name), []).append(one)
    for name, bounds in wanted(project).items():
        assert name in locked, f"{name} is not in requirements.lock: run `make lock`"
        for one in locked[name]:
            version = str(one.specifier).removeprefix("==")
            assert Requirement(f"{name}{bounds}").specifier.contains(version), f"{one} is outside {bounds}"


def test_versions_agree(root: Path, project: dict[str, Any]):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    import analysis

    assert analysis.__version__ == project["version"]


def test_public_names_are_sorted_exist_and_are_explained():
    import analysis

    names = list(analysis.__all__)
    assert names == sorted(names, key=lambda name: (not name.isupper(), name.islower(), name)), "as ruff sorts them"
    assert len(names) == len(set(names))
    assert set(names) <= set(dir(analysis))
    for name in names:
        thing = getattr(analysis, name)
        assert name == "__version__" or thing.__doc__, f"analysis.{name} has no docstring"
        if callable(thing) and not isinstance(thing, type):
            assert ">>>" in thing.__doc__, f"analysis.{name} has no worked example"


def test_an_unknown_name_is_an_attribute_error():
    import analysis

    with pytest.raises(AttributeError, match="sentimentt"):
        _ = analysis.sentimentt


def test_import_is_light():
    code = "import sys, analysis; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "analysis" in done.stdout.split()
    assert not HEAVY & set(done.stdout.split())


def test_the_sample_is_packaged(root: Path, tmp_path: Path):
    code = "import sys, hatchling.build as build; print(build.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / done.stdout.split()[-1]) as wheel:
        packed = {name.removeprefix("analysis/sample/") for name in wheel.namelist() if "analysis/sample/" in name}
        everything = set(wheel.namelist())
    sample = root / "data" / "sample"
    assert packed == {path.relative_to(sample).as_posix() for path in sample.rglob("*") if path.is_file()}
    assert "truth.csv" in packed
    data = {path for path in (root / "analysis").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    missing = {path.relative_to(root).as_posix() for path in data} - everything
    assert missing == set(), "files of the package that its wheel leaves out"
