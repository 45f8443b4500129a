"""The HTTP server, and the ticker that sends and seals beside it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from waitress.server import create_server

from forbear.cli.port import listen
from forbear.config.settings import Settings
from forbear.errors import RefusedError
from forbear.gateways.demo import KEPT_EVERY, clock_keep
from forbear.services.demo_clock import nights_catch_up
from forbear.services.runtime import clock
from forbear.services.tasks import tick

STOP_SECONDS = 20
CONNECTIONS_MAX, IDLE_SECONDS = 500, 30
"""So that a hundred callers who never finish their sentence do not keep everybody else out."""

REQUEST_BYTES_MAX = 4_000_000
"""No page takes more; without a limit a stranger could fill the disk with one request."""


SWEEP_TICKS = 300
"""Every ten minutes, and first of all, the sealer looks for leaves that were passed by."""


class Ticker:
    """Sends what is queued and seals what is new, every two seconds, until stopped."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ticks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Start ticking."""
        self._thread.start()

    def stop(self) -> None:
        """Tick once more, so that nothing is left unsealed, and end."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Wait for the ticking to end."""
        self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        """Tick until stopped. A bug that ends the ticking ends the server: nothing leaves half watched."""
        last = False
        try:
            while not last:
                last = self._stop.wait(KEPT_EVERY.total_seconds())
                self.attempt()
        finally:
            connection.close()
            if not last:
                click.echo("A bug stopped sending and sealing, so the server ends.", err=True)
                os.kill(os.getpid(), signal.SIGTERM)

    def attempt(self) -> None:
        """Do one tick; what passes by itself is said, and the next tick tries again."""
        try:
            self.once()
        except DatabaseError as error:
            click.echo(f"Sending and sealing waits for the database: {error}", err=True)
        except RefusedError as error:
            click.echo(f"The demonstration waits: {error}", err=True)

    def once(self) -> None:
        """Do one tick."""
        now = clock().now()
        tick(now=now, sweep=self._ticks % SWEEP_TICKS == 0)
        self._ticks += 1
        if self._settings.demo:
            clock_keep(Path(self._settings.data_dir), now)
            for night in nights_catch_up(now=now):
                click.echo(f"Closed {night.day} for {night.lender_id}: {night.overdue:,} loans overdue.")


def run(settings: Settings, *, threads: int = 8, listener: socket.socket | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM; then finish the requests and the tick that run."""
    signal.signal(signal.SIGTERM, _leave)
    application = get_wsgi_application()
    _log_faults()  # after the line above: Django sets its loggers up anew there
    server = create_server(
        application,
        sockets=[listener or listen(settings.host, settings.port)],
        threads=threads,
        max_request_body_size=REQUEST_BYTES_MAX,
        connection_limit=CONNECTIONS_MAX,
        channel_timeout=IDLE_SECONDS,
        ident=None,
        **_proxy(settings.trusted_proxy),
    )
    ticker = Ticker(settings)
    ticker.start()
    click.echo(f"Forbear is at http://{settings.host}:{settings.port}/  (Ctrl-C ends it)")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
        ticker.stop()
        click.echo("Stopped; everything is kept.")


def _proxy(address: str) -> dict[str, Any]:
    """Take from a trusted proxy alone who asked, and whether over TLS; anybody else's headers are dropped."""
    if not address:
        return {}
    return {"trusted_proxy": address, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


def _log_faults() -> None:
    """Write what went wrong to stderr; what was not found, not allowed or had to wait is no fault."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("django.request", "waitress.queue"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _leave(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
