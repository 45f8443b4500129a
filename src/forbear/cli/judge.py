"""``forbear judge`` and ``forbear verify``: ask the law, and check the evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forbear.cli.environment import pick_lender, set_up
from forbear.cli.failures import DONE, NO
from forbear.cli.wording import counted
from forbear.errors import InputError

if TYPE_CHECKING:
    from forbear.law.pack import Pack

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE_BYTES_MAX = 1_000_000


@click.command(short_help="Ask a law pack about one act, without a database.")
@click.option("--pack", "pack_id", required=True, help="The law pack, for example cn.")
@click.option("--facts", type=click.Path(path_type=Path), required=True, help="What is known: YAML or JSON.")
@click.option("--as-of", type=DAY, help="Judge by the law as it stood on this day. [the day of the act]")
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default="en", show_default=True)
@click.pass_context
def judge(context: click.Context, pack_id: str, facts: Path, as_of: datetime | None, language: str) -> None:
    """Ask a law pack whether one act may be done, and by which rule not.

    The file names what is known: facts of the pack such as channel and purpose, the instant (at) and
    the zones of the person. What it does not name is not known, and is never taken as harmless.
    The exit status is 0 when the act is allowed, 1 when it is denied or something must be known
    first. No database is read or written.

    \b
    Example:  forbear judge --pack cn --facts call.yaml
              where call.yaml holds, among others,  channel: call
                                                    at: "2026-11-24T21:59:00+08:00"
    Writes:   nothing
    """
    from forbear.gateways.clock import SystemClock
    from forbear.gateways.packs import read_pack_texts
    from forbear.law.facts import facts_from_mapping
    from forbear.law.judge import judge as judge_facts
    from forbear.law.parse import parse
    from forbear.law.verdict import Outcome
    from forbear.law.wording import sentences

    pack = parse(read_pack_texts(pack_id))
    day = as_of.date() if as_of else None
    known = facts_from_mapping(pack, _given(facts, pack), now=SystemClock().now(), as_of=day)
    verdict = judge_facts(pack, known)
    for line in sentences(verdict, language):
        click.echo(line)
    context.exit(DONE if verdict.outcome is Outcome.ALLOWED else NO)


@click.command(short_help="Check every entry of ledger and evidence; name the first bad one.")
@click.option("--lender", help="Only this lender's. [every lender's]")
@click.option("--since", metavar="SIZE:ROOT", help="Prove that the log still starts with what was kept.")
@click.pass_context
def verify(context: click.Context, lender: str | None, since: str | None) -> None:
    """Check the ledgers' chains, the evidence log, its signed roots, and that each entry fits its row.

    It ends with the size and root of each log. Keep them where nobody who can change the database can:
    a log that was cut short together with its roots shows only against --since, what was kept outside.
    The exit status is 0 when everything holds, 1 when something does not; then the first bad entry is
    named. A leaf that was not sealed within an hour is bad too.

    \b
    Example:  forbear verify --lender mine
              forbear verify --lender mine --since 1200:9f86d081884c7d65…
    Writes:   nothing
    """
    set_up()
    from forbear.services.evidence import evidence_verify
    from forbear.services.runtime import clock

    named = lender is not None or since is not None
    chosen = pick_lender(lender) if named else None
    report = evidence_verify(now=clock().now(), lender_id=chosen, since=since)
    if not report.ok:
        click.echo(f"Not ok. First bad entry: {report.first_bad}")
        context.exit(NO)
    waiting = f", {report.unsealed:,} of them not sealed yet" if report.unsealed else ""
    click.echo(f"Ok: {report.entries:,} entries and {counted(report.checkpoints, 'signed root')}{waiting}.")
    if report.erased:
        click.echo(f"People erased: {report.erased:,}; what their entries said is compared with nothing.")
    if since is not None:
        click.echo("The log still starts with what was kept.")
    for head in report.heads:
        click.echo(f"Keep: forbear verify --lender {head.lender_id} --since {head}")
    context.exit(DONE)


def _given(path: Path, pack: Pack) -> dict[str, object]:
    """Return what a file says, each fact read as the pack declares it, by the reader of packs."""
    from forbear.documents.entry import read_document
    from forbear.law.parse_parts import read_fact_value

    if path.stat().st_size > FILE_BYTES_MAX:
        raise InputError(f"{path} is larger than a megabyte; facts of one act are a page.", field="facts")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text. Save it as UTF-8.", field="facts") from error
    given: dict[str, object] = {}
    for name, entry in read_document(str(path), text).pairs():
        if name in pack.facts:
            given[name] = read_fact_value(entry, pack.facts[name])
        elif entry.is_scalar():
            given[name] = None if entry.is_null() else entry.text()
        else:
            given[name] = [item.text() for item in entry.items()]
    return given
