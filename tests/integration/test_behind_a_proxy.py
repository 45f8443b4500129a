"""Who asks is the address of the connection, or what one trusted proxy says it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import installations
import pytest
from installations import Installed

pytestmark = pytest.mark.skipif(
    "FORBEAR_DATABASE_URL" in os.environ, reason="starts installations of its own, each on SQLite"
)

BURST = 60
"""Wrong tokens that one caller may try at once."""


@pytest.fixture(params=["", "127.0.0.1", "192.0.2.1"])
def served(request: pytest.FixtureRequest, installed: Installed, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A server, the proxy that it trusts, and its port."""
    folder = installed(installations.migrated, tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    changes = {"FORBEAR_SECRET_KEY": "s" * 60, "FORBEAR_TRUSTED_PROXY": request.param}
    server = installations.start(folder, "serve", "--port", str(port), **changes)
    try:
        assert server.stdout is not None
        assert f":{port}/" in server.stdout.readline()
        yield request.param, port
    finally:
        server.kill()
        server.wait()


def answer(port: int, client: str) -> int:
    """Try a wrong token, as a proxy on this machine passes a client's request on; the status comes back."""
    headers = {"Authorization": "Bearer fb_wrong", "X-Forwarded-For": client}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/api/v1/loans/x/position", headers=headers)) as page:
            return int(page.status)
    except HTTPError as error:
        return error.code


def test_wrong_tokens_count_by_client_behind_a_trusted_proxy_alone(served: tuple[str, int]) -> None:
    """One stranger uses up their own tries; without a trusted proxy, or for another, those of all."""
    trusted, port = served
    tries = [answer(port, "198.51.100.7") for _ in range(BURST + 5)]
    assert tries[0] == 401
    assert tries[-1] == 429
    assert answer(port, "198.51.100.8") == (401 if trusted == "127.0.0.1" else 429)
