"""``forbear demo``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from forbear.cli.environment import set_up
from forbear.cli.port import listen
from forbear.cli.progress import Progress
from forbear.config.settings import PREFIX, load, start_of_clock
from forbear.errors import InputError
from forbear.gateways.demo import DemoFolder, clock_keep, clock_resumed, mark_read


@click.command(short_help="Make an invented lender's book, work it tonight, and serve it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on. [FORBEAR_PORT, 8000]")
@click.option("--now", "instant", metavar="INSTANT", help="Move the demonstration's clock forward to here.")
@click.option("--reset", is_flag=True, help="Forget the demonstration's data and start over.")
@click.option("--no-serve", is_flag=True, help="Make the book, and end.")
@click.option("--borrowers", type=click.IntRange(1, 20000), default=2000, hidden=True)
@click.option("--before-close", is_flag=True, hidden=True)
def demo(
    port: int | None,
    instant: str | None,
    reset: bool,
    no_serve: bool,
    borrowers: int,
    before_close: bool,
) -> None:
    """Make two invented lenders with 18 months of history, close the night, and serve the console.

    Everybody in it is made up, and nothing leaves the machine: messages go to a folder. It runs on
    a clock of its own that starts on 24 November 2026 at 10:00 in Shanghai, keeps going, and goes
    forward only. The second time it starts from what is there.

    \b
    Example:  forbear demo --port 8001
              forbear demo --now 2026-11-24T21:59:00+08:00
    Writes:   forbear.sqlite3, keys/, outbox/ and demo.json in FORBEAR_DATA_DIR (var)
    """
    environ = dict(os.environ) | ({PREFIX + "PORT": str(port)} if port else {})
    settings = load(environ)
    if settings.database_url != "sqlite":
        raise InputError("forbear demo makes a database of its own; unset FORBEAR_DATABASE_URL.")
    moment = _moment(instant) if instant else None
    folder = DemoFolder(Path(settings.data_dir))
    with folder.hold():
        listener = None if no_serve else listen(settings.host, settings.port)
        folder.settle()
        if reset:
            folder.clear()
        if mark_read(folder.path) is None:
            _build(folder, borrowers=borrowers, close=not before_close)
            _again(environ)
        if moment is not None:
            _move(folder.path, moment)
        settings = set_up(environ)

        from forbear.cli.server import run
        from forbear.services.demo import welcome

        for line in welcome(settings):
            click.echo(line)
        if listener is not None:
            run(settings, listener=listener)


def _build(folder: DemoFolder, *, borrowers: int, close: bool) -> None:
    """Make the demonstration beside, in this process, whose database from then on is the one beside."""
    from forbear.services.simulation.lenders import demo_plan

    folder.prepare()
    plan = demo_plan(borrowers=borrowers)
    set_up(
        {
            PREFIX + "DATA_DIR": str(folder.building),
            PREFIX + "DEMO": "1",
            PREFIX + "CLOCK": plan.starts_at.isoformat(),
        },
        migrated=False,
    )
    from forbear.services.demo import demo_build

    progress = Progress()
    demo_build(plan=plan, close=close, watch=progress)
    progress.close()


def _again(environ: Mapping[str, str]) -> None:
    """Start this very command anew, in place: Django is tied to the folder that it was set up for."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--reset"]
    sys.stdout.flush()
    command = [sys.executable, "-m", "forbear.cli", *arguments]
    os.execve(sys.executable, command, environ)  # noqa: S606  (this program, with what it was given)


def _moment(text: str) -> datetime:
    try:
        return start_of_clock(text)
    except InputError as error:
        raise InputError(
            f"--now is {text!r}; give an instant with its offset, such as 2026-11-24T21:59:00+08:00.",
            field="now",
        ) from error


def _move(data_dir: Path, moment: datetime) -> None:
    mark = mark_read(data_dir)
    reached = clock_resumed(data_dir, mark) if mark else moment
    if moment < reached:
        raise InputError(
            f"The demonstration's clock is at {reached.astimezone(moment.tzinfo):%Y-%m-%d %H:%M %z} and only "
            "goes forward. Start over with: forbear demo --reset",
            field="now",
        )
    clock_keep(data_dir, moment)
