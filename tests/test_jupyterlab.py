"""JupyterLab for real: it is started on this machine, and a browser runs a whole notebook in it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import CHROMIUM_OPTIONS

#: A slow machine with two busy cores still gets there; nothing waits longer than it must.
TIMEOUT_S = 120.0


def wait_for(what: str, look: Callable[[], Any], log: Path) -> Any:
    """Return the first true value of `look`, or fail with the end of the server's log."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {TIMEOUT_S:.0f} s for {what}; JupyterLab said:\n{log.read_text('utf-8')[-3000:]}")


@pytest.fixture
def lab(root: Path, tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """Start JupyterLab as `make lab` does, on copies, in folders of its own: its address, the notebooks, its log."""
    project = tmp_path / "project"
    shutil.copytree(root / "notebooks", project / "notebooks")
    shutil.copytree(root / "data" / "sample", project / "data" / "sample")
    token, log, runtime = secrets.token_hex(16), tmp_path / "jupyter.log", tmp_path / "runtime"
    own = {
        "JUPYTER_CONFIG_PATH": str(root / ".jupyter"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_TOKEN": token,
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0", "notebooks"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(command, cwd=project, env=os.environ | own, stdout=out, stderr=subprocess.STDOUT)
    try:
        address = wait_for("JupyterLab", lambda: server_address(server, runtime), log)
        yield f"{address}lab/tree/NAME?token={token}", project / "notebooks", log
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def server_address(server: subprocess.Popen[bytes], runtime: Path) -> str | None:
    """Return where the server listens, as soon as it says so."""
    assert server.poll() is None, f"JupyterLab ended with exit code {server.returncode}"
    told = runtime / f"jpserver-{server.pid}.json"
    try:
        return str(json.loads(told.read_text("utf-8"))["url"])
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def executed(path: Path) -> list[dict[str, Any]] | None:
    """Return the code cells of a saved notebook once every one of them has run, or one has failed."""
    try:
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    except json.JSONDecodeError:  # being written
        return None
    failed = any(output["output_type"] == "error" for cell in cells for output in cell["outputs"])
    return cells if failed or all(cell["execution_count"] for cell in cells) else None


@pytest.mark.browser
def test_first_notebook_runs_in_jupyterlab(chromium: str, lab: tuple[str, Path, Path]):
    from playwright.sync_api import sync_playwright

    address, notebooks, log = lab
    path = sorted(notebooks.glob("00-*.ipynb"))[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1400, "height": 1800})
        page.set_default_timeout(TIMEOUT_S * 1000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(address.replace("NAME", path.name))
        page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
        started = page.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[(\*|\d+)\]"))

        def run_all() -> bool:
            # JupyterLab drops the command without a word while its connection to the kernel is not yet open.
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            page.wait_for_timeout(3000)
            return started.count() > 0

        wait_for("the notebook to start running", run_all, log)

        def run_and_saved() -> list[dict[str, Any]] | None:
            page.keyboard.press("Control+s")
            page.wait_for_timeout(500)
            return executed(path)

        cells = wait_for("every cell of the notebook to run", run_and_saved, log)
        outputs = [output for cell in cells for output in cell["outputs"]]
        assert [out for out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"] == []
        assert any("image/png" in out.get("data", {}) for out in outputs)
        figure = page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output img").first
        figure.wait_for()
        assert figure.evaluate("img => img.complete && img.naturalWidth > 200 && img.naturalHeight > 100")
        figure.scroll_into_view_if_needed()
        if screenshot := os.environ.get("ANALYSIS_SCREENSHOT"):
            page.screenshot(path=screenshot)
        assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        browser.close()

    own = address.split("/lab/")[0]
    assert [url for url in asked if not url.startswith((own, own.replace("http", "ws"), "data:", "blob:"))] == []
