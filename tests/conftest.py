"""What every test has: no network beyond this machine, caches of its own, the same examples every time."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import chromium_here

settings.register_profile(
    "kit", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("kit"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "kit"))

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


class NetworkForbiddenError(RuntimeError):
    """A test reached for another machine; the kit must work without a network."""


def _local(host: object) -> bool:
    return (host.decode() if isinstance(host, bytes) else host) in LOOPBACK


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Any:
    """Refuse connections and look-ups beyond loopback; programs that tests start get a proxy that is not there."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _local(address[0]):
            raise NetworkForbiddenError(f"a test connects to {address!r}")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _local(host):
            raise NetworkForbiddenError(f"a test looks up {host!r}")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            patch.setenv(name, "http://127.0.0.1:9")
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_caches(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Keep the kit, matplotlib, Jupyter and IPython out of the user's home."""
    folder = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / name.lower()))
            (folder / name.lower()).mkdir()
        patch.setenv("ANALYSIS_CACHE", str(folder / "kit"))
        patch.setenv("MPLBACKEND", "agg")
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def chromium() -> str:
    """Return the browser; without one the test is skipped, or fails where it is required."""
    found = chromium_here()
    if found is None:
        message = "no Chromium here: install Debian's package chromium, or name one in ANALYSIS_CHROMIUM"
        if os.environ.get("ANALYSIS_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found
