"""``forbear serve``."""

from __future__ import annotations

import click

from forbear.cli.environment import require_secret, set_up


@click.command(short_help="Serve the console, the borrower's portal and the API.")
@click.option("--host", help="Address to listen on. [FORBEAR_HOST, 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. [FORBEAR_PORT, 8000]")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Requests at once.")
def serve(host: str | None, port: int | None, threads: int) -> None:
    """Serve the staff console, the borrower's portal and the API over HTTP.

    Beside the requests, every two seconds, queued messages are judged once more and sent, and the
    evidence is sealed. Ends cleanly on Ctrl-C and SIGTERM. Needs FORBEAR_SECRET_KEY and a database
    that is up to date; puts TLS and the outside world behind a proxy of your choice.

    \b
    Example:  FORBEAR_SECRET_KEY=… forbear serve --port 8001
    Writes:   the database; the outbox and the keys in FORBEAR_DATA_DIR
    """
    overrides = {"FORBEAR_HOST": host, "FORBEAR_PORT": str(port) if port else None}
    settings = set_up({key: text for key, text in overrides.items() if text})
    require_secret(settings)

    from forbear.cli.server import run

    run(settings, threads=threads)
