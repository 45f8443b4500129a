"""``forbear migrate``, ``import tape``, ``close`` and ``report``: the book and its nights."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forbear.cli.environment import pick_lender, set_up
from forbear.cli.progress import Progress
from forbear.cli.wording import counted
from forbear.errors import InputError

if TYPE_CHECKING:
    from forbear.services.night import NightSummary

ACTOR = "system:cli"
DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path)


@click.command(short_help="Make the database, or bring it up to date.")
def migrate() -> None:
    """Make the tables in the database, or change them to what this version needs. Safe to repeat.

    \b
    Example:  forbear migrate
    Writes:   the database: forbear.sqlite3 in FORBEAR_DATA_DIR, or FORBEAR_DATABASE_URL
    """
    settings = set_up(migrated=False)

    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    where = settings.data_dir if settings.database_url == "sqlite" else "FORBEAR_DATABASE_URL"
    click.echo(f"The database in {where} is up to date.")


@click.group("import", short_help="Bring in loans from another system.")
def import_() -> None:
    """Bring in loans from another system."""


@import_.command("tape", short_help="Bring in a loan tape and its payments.")
@click.option("--loans", type=FILE, required=True, help="The tape: a row per loan, or per loan and month.")
@click.option("--payments", type=FILE, required=True, help="The payments; may be the same file.")
@click.option("--profile", required=True, help="A profile file, or the name of one that ships.")
@click.option("--lender", help="Whose loans these are; made when there is none. [the profile's]")
@click.option("--accept-rejects", is_flag=True, help="Import the good rows although others are bad.")
def import_tape(loans: Path, payments: Path, profile: str, lender: str | None, accept_rejects: bool) -> None:
    """Read a lender's loan tape and payments (CSV or Parquet) into the book, all or nothing.

    The profile maps the lender's columns to ours; see docs/reference/profile.md. A row that can't be used
    goes to a rejects file with its line and reason, and stops the import unless --accept-rejects.
    The same import again changes nothing.

    \b
    Example:  forbear import tape --lender mine --loans loans.csv --payments payments.csv \\
                  --profile profile.yaml
    Writes:   the database; rejects in FORBEAR_DATA_DIR
    """
    set_up()
    from forbear.services.evidence import evidence_seal
    from forbear.services.runtime import clock
    from forbear.services.tape import tape_import

    now = clock().now()
    summary = tape_import(
        actor=ACTOR,
        lender_id=lender or "",
        now=now,
        loans_path=loans,
        payments_path=payments,
        profile=profile,
        accept_rejects=accept_rejects,
        report=_say,
    )
    evidence_seal(lender_id=summary.lender_id, now=now)
    if summary.replayed:
        click.echo("This tape was imported before; nothing changed.")
        return
    click.echo(
        f"{summary.lender_id}: {counted(summary.loans_new, 'new loan')} of {summary.loans:,}, "
        f"{counted(summary.events_new, 'new event')}, {counted(summary.reports_new, 'new report')} "
        f"from {counted(summary.rows, 'row')}."
    )
    if summary.rejects:
        click.echo(f"{counted(summary.rejects, 'row')} left out: see {summary.rejects_path}")


@click.command(short_help="Close a business day: age the book, open cases, propose next steps.")
@click.option("--lender", help="Whose book; needed when there are several.")
@click.option("--day", type=DAY, help="The day to close. [the last that has ended]")
@click.option("--from", "first", type=DAY, help="Close several days: from this one")
@click.option("--to", "last", type=DAY, help="to this one,")
@click.option(
    "--every", type=click.Choice(["day", "month"]), help="each day, or each month's last and --to. [day]"
)
@click.option("--rebuild", is_flag=True, help="Fold the whole book from its ledger anew, closed or not.")
def close(
    lender: str | None,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    every: str | None,
    rebuild: bool,
) -> None:
    """Close a business day: age every loan, open and end cases, settle promises, propose next steps.

    Closing a day twice changes nothing; a close that was killed is finished by the next one. A day can be
    closed once it has ended, from the first day of the book on, in order. --rebuild mends a night whose
    columns on disk are damaged or differ from the ledger; a day after which others were closed stays.

    \b
    Example:  forbear close --lender mine
              forbear close --from 2017-06-30 --to 2020-12-31 --every month
              forbear close --lender mine --day 2026-11-23 --rebuild
    Writes:   the database; the night's columns in FORBEAR_DATA_DIR/book
    """
    _check_days(day, first, last, every)
    if rebuild and first is not None:
        raise InputError("--rebuild goes with one day; leave out --from and --to.", field="rebuild")
    set_up()
    from forbear.services.dates import business_date
    from forbear.services.evidence import evidence_seal
    from forbear.services.night import night_run, nights_run
    from forbear.services.night.tables import treatment
    from forbear.services.runtime import clock
    from forbear.store.models import Lender

    lender_id, now, progress = pick_lender(lender), clock().now(), Progress()
    if first is not None and last is not None:
        nights = nights_run(
            actor=ACTOR,
            lender_id=lender_id,
            now=now,
            first=first.date(),
            last=last.date(),
            every=every or "day",
            report=progress,
        )
    else:
        ended = business_date(Lender.objects.get(pk=lender_id), now) - timedelta(days=1)
        chosen = day.date() if day else ended
        closed = night_run(
            actor=ACTOR, lender_id=lender_id, now=now, day=chosen, report=progress, rebuild=rebuild
        )
        nights = [closed]
    progress.close()
    evidence_seal(lender_id=lender_id, now=now)
    for night in nights[:-1]:
        click.echo(_night_line(night))
    click.echo(f"{_night_line(nights[-1])} {_steps_line(nights[-1])}")
    for halted in nights[-1].halted:
        click.echo(f"  Halted: loan {halted.loan_id}: {halted.because}")
    for code, number in sorted(nights[-1].waiting.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"  No step for {counted(number, 'case')}: {treatment().reason(code)['en']}")


@click.command(short_help="Write the book as one web page that needs nothing else.")
@click.option("--lender", help="Whose book; needed when there are several.")
@click.option("--out", type=FILE, help="Where to write it. [report-LENDER.html]")
def report(lender: str | None, out: Path | None) -> None:
    """Write one self-contained page: buckets over time, roll rates, cures, losses, tonight's worklist.

    \b
    Example:  forbear report --lender mine --out book.html
    Writes:   that file, and nothing else
    """
    set_up()
    from forbear.services.report import report_write
    from forbear.services.runtime import clock

    lender_id = pick_lender(lender)
    path = out or Path(f"report-{lender_id}.html")
    report_write(actor=ACTOR, lender_id=lender_id, path=path, now=clock().now(), report=_say)
    click.echo(f"The report is {path}; open it in a browser.")


def _check_days(
    day: datetime | None, first: datetime | None, last: datetime | None, every: str | None
) -> None:
    if (first is None) != (last is None):
        raise InputError("Give both --from and --to, or neither of them.", field="from")
    if day is not None and first is not None:
        raise InputError("Give --day for one day, or --from and --to for several.", field="day")
    if every is not None and first is None:
        raise InputError("--every goes with --from and --to.", field="every")


def _night_line(night: NightSummary) -> str:
    again = " (closed before)" if night.replayed else ""
    return (
        f"{night.day}{again}: {counted(night.loans, 'loan')}, {night.overdue:,} overdue; "
        f"{counted(night.cases_opened, 'case')} opened, {night.cases_cured:,} cured."
    )


def _steps_line(night: NightSummary) -> str:
    return f"{counted(night.candidates, 'next step')} proposed, {night.allowed:,} allowed now."


def _say(line: str) -> None:
    click.echo(line, err=True)
