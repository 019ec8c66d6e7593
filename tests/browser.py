"""The browser that tests drive: which one, and how it is started."""

from __future__ import annotations

import os
import shutil

__all__ = ["CHROMIUM_OPTIONS", "chromium_here"]

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_here() -> str | None:
    """Return the browser of this machine, if there is one."""
    return os.environ.get("ANALYSIS_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
