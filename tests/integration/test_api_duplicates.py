"""10,000 copies of one payment, 50 at once, against a real server: one entry, equal answers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

pytestmark = pytest.mark.slow

COPIES = 10_000
AT_ONCE = 50
SERVER = Path(__file__).with_name("payment_server.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server process on a free port of this machine, with a database of its own."""
    folder = tmp_path_factory.mktemp("server")
    environ = os.environ | {
        "FORBEAR_DATA_DIR": str(folder),
        "FORBEAR_SECRET_KEY": "t" * 50,
        "FORBEAR_CLOCK": "2026-11-24T10:00:00+08:00",
        "DJANGO_SETTINGS_MODULE": "forbear.web.settings",
    }
    url = os.environ.get("FORBEAR_DATABASE_URL", "sqlite")
    if url != "sqlite":
        environ["FORBEAR_DATABASE_URL"] = _new_database(url)
    process = subprocess.Popen([sys.executable, str(SERVER)], env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=30)


def _new_database(url: str) -> str:
    import psycopg

    name = f"duplicates_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Caller:
    """One program with one open connection."""

    def __init__(self, server: dict[str, Any]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server["port"], timeout=60)
        self._headers = {"Authorization": f"Bearer {server['token']}", "Content-Type": "application/json"}

    def pay(self, body: bytes, key: str) -> tuple[int, bytes]:
        """POST a payment; return status and body."""
        headers = {**self._headers, "Idempotency-Key": key}
        self._connection.request("POST", "/api/v1/payments", body, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def get(self, path: str) -> Any:
        """GET below /api/v1."""
        self._connection.request("GET", f"/api/v1{path}", headers=self._headers)
        return json.loads(self._connection.getresponse().read())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def payment(server: dict[str, Any], amount: str = "100.50") -> bytes:
    """Write the body of a payment."""
    return json.dumps(
        {
            "loan": server["loan"],
            "amount": amount,
            "currency": "CNY",
            "value_date": "2026-11-24",
            "reference": "BANK-1",
        }
    ).encode()


def test_ten_thousand_copies_of_a_payment_are_one_entry(server: dict[str, Any]) -> None:
    """Every copy gets the same 201 with the same bytes, and the ledger holds one payment."""
    body = payment(server)
    answers: Counter[tuple[int, bytes]] = Counter()
    start = threading.Barrier(AT_ONCE)
    lock = threading.Lock()

    def send() -> None:
        caller = Caller(server)
        start.wait()
        mine = Counter(caller.pay(body, "one-payment") for _ in range(COPIES // AT_ONCE))
        caller.close()
        with lock:
            answers.update(mine)

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ((status, reply), count), *others = answers.most_common()
    assert others == []
    assert (status, count) == (201, COPIES)
    events = Caller(server).get(f"/loans/{server['loan']}/events")["data"]
    assert [event["kind"] for event in events] == ["disbursed", "payment"]
    assert events[1]["id"] == json.loads(reply)["id"]
    assert Caller(server).get(f"/loans/{server['loan']}/position")["paid_total"] == "100.50"


def test_the_same_key_with_another_body_is_refused_in_a_sentence(server: dict[str, Any]) -> None:
    """409 that names the header and says what to do; nothing is recorded."""
    caller = Caller(server)
    first, _ = caller.pay(payment(server), "one-payment")
    status, reply = caller.pay(payment(server, "200.00"), "one-payment")
    error = json.loads(reply)["error"]
    assert (first, status, error["code"]) == (201, 409, "idempotency_key_reused")
    assert error["message"] == (
        "This Idempotency-Key was used before, with another body; use a new key for a new request."
    )
    assert caller.get(f"/loans/{server['loan']}/position")["paid_total"] == "100.50"
