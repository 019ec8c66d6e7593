"""The guard against the network guards."""

from __future__ import annotations

import socket

import pytest


def test_other_machines_are_refused():
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"a test connects to \(.192\.0\.2\.1., 80\)"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match=r"a test looks up 'example\.org'"):
        socket.create_connection(("example.org", 80))


def test_this_machine_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]) as client:
        assert client.getpeername() == server.getsockname()
