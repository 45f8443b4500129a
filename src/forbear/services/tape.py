"""Importing a loan tape: read and checked first, then written whole in one transaction, or not at all.

Everything that is written has an id that follows from the tape, so the same rows again are the same
events: a tape that was imported before changes nothing, and a longer one adds what is new in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from forbear.book.history import SETTLEMENT, Entry, LoanHistory, history_of
from forbear.book.profile import LENDER_ID, Profile, parse_profile, shipped_profile, shipped_profiles
from forbear.book.rejects import CellError, reject_of, write_rejects
from forbear.book.tape import Tape, read_tape
from forbear.errors import InputError
from forbear.loans.codec import payload_to_body
from forbear.loans.events import LoanEvent, PaymentReceived
from forbear.services.dates import business_date
from forbear.services.ledger import load
from forbear.services.once import Request, once
from forbear.services.runtime import data_dir
from forbear.services.tape_rows import (
    Standing,
    lender_for,
    lender_or_spec,
    people_and_loans,
    reports_add,
    standing,
)
from forbear.store.crashpoints import reached
from forbear.store.models import Lender, Loan
from forbear.store.models.ids import derived_id

REPORT_EVERY = 500
"""Loans between two lines of progress."""

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did. Amounts in minor units.

    ``ended`` loans had nothing outstanding at their first report and were not opened. ``settled``
    is what balanced loans that the tape reports as paid off, where the dates that Forbear gives to monthly
    money left a difference.
    """

    lender_id: str
    lender_made: bool
    loans: int
    loans_new: int
    ended: int
    rows: int
    events_new: int
    reports_new: int
    settled_loans: int
    settled_amount: int
    rejects: int
    rejects_path: str
    replayed: bool = False


def silent(line: str) -> None:
    """Report nothing."""


def tape_import(
    *,
    actor: str,
    lender_id: str = "",
    key: str = "",
    now: datetime,
    loans_path: Path,
    payments_path: Path,
    profile: str | Path | Profile,
    accept_rejects: bool = False,
    rejects_path: Path | None = None,
    report: Callable[[str], None] = silent,
) -> ImportSummary:
    """Import a loan tape for a lender, who is made from the profile where there is none of that id.

    Without ``lender_id`` it is the profile's own. ``profile`` is the name of a shipped one, or the path
    of a YAML file. Without ``key`` the content of the files, and how much of it can be used, is the key.
    Raises InputError when rows were rejected and ``accept_rejects`` is not set (the rejects are written to
    ``rejects_path``, by default a file in the data folder; a row dated after the lender's business date is
    one), or when the tape contradicts what was imported before; then nothing was changed. Where the profile
    says that another system keeps the books, its rows are reports alone: nothing is entered in a ledger.
    """
    chosen = profile if isinstance(profile, Profile) else read_profile(profile)
    lender_id = lender_id or chosen.lender.id
    if LENDER_ID.fullmatch(lender_id) is None:
        raise InputError(
            f"Lender {lender_id[:50]!r} must be 1 to 40 letters, digits and hyphens.", field="lender_id"
        )
    today = business_date(lender_or_spec(lender_id, chosen), now)
    tape = read_tape(loans_path, payments_path, chosen, until=today, report=report)
    histories = _histories(tape, chosen, loans_path.name, report)
    content = _digest(loans_path, payments_path, repr(chosen), str(accept_rejects), str(len(tape.rejects)))
    rejects = _write_rejects(tape, rejects_path or data_dir() / "rejects" / f"{lender_id}-{content[:8]}.csv")
    if tape.rejects and not accept_rejects:
        raise InputError(_refusal(tape, rejects), field="rejects")
    body = {"content": content}
    request = Request(
        verb="tape_import", actor=actor, lender_id=lender_id, key=key or f"tape-{content}", now=now, body=body
    )

    def work() -> dict[str, object]:
        done = _write(request, chosen, histories, report)
        return done | {
            "lender_id": lender_id,
            "loans": len(histories),
            "ended": len(tape.loans) - len(histories),
            "rows": tape.rows_read,
            "rejects": len(tape.rejects),
            "rejects_path": rejects,
        }

    answer = once(request, work)
    return ImportSummary(**answer.reply, replayed=answer.replayed)


def read_profile(profile: str | Path) -> Profile:
    """Return a profile by shipped name or by path; raises InputError naming what there is."""
    if str(profile) in shipped_profiles():
        return shipped_profile(str(profile))
    path = Path(profile)
    if not path.is_file():
        return shipped_profile(str(profile))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8; save it so.", field="profile") from error
    return parse_profile(text, source=path.name)


def _histories(
    tape: Tape, profile: Profile, file: str, report: Callable[[str], None]
) -> dict[str, LoanHistory]:
    """Return the histories of the loans that can be opened; reject the impossible ones."""
    found = {}
    for reference, loan in list(tape.loans.items()):
        try:
            history = history_of(loan, tape.rows.get(reference, ()), profile)
        except CellError as error:
            tape.rejects.append(reject_of(error, file=file, line=loan.line))
            del tape.loans[reference]
            continue
        if history is not None:
            found[reference] = history
    report(f"loans to write: {len(found)}; ended before their first report: {len(tape.loans) - len(found)}")
    return found


def _digest(loans_path: Path, payments_path: Path, *texts: str) -> str:
    digest = hashlib.sha256("\x1f".join(texts).encode())
    for path in (loans_path, payments_path):
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        digest.update(b"\x1f")
    return digest.hexdigest()


def _write_rejects(tape: Tape, path: Path) -> str:
    if not tape.rejects:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        write_rejects(tape.rejects, target)
    return str(path)


def _refusal(tape: Tape, rejects: str) -> str:
    first = tape.rejects[0]
    count = len(tape.rejects)
    rows = "1 row" if count == 1 else f"{count} rows"
    return (
        f"{rows} can't be used, so nothing was imported. The first is line {first.line} of {first.file},"
        f" column {first.column or '-'}: {first.explanation} {first.what_to_do}"
        f" All are in {rejects}; correct them, or leave them out with --accept-rejects."
    )


def _write(
    request: Request,
    profile: Profile,
    histories: dict[str, LoanHistory],
    report: Callable[[str], None],
) -> dict[str, object]:
    """Write everything; runs inside the one transaction."""
    lender, made = lender_for(request, profile)
    before = standing(lender.pk, histories)
    people_and_loans(request, profile, [item for ref, item in histories.items() if ref not in before])
    reached("import.loans_written")
    ours = histories if profile.terms.books == Loan.Books.OWN else {}
    settled = [
        entry.body.amount
        for history in ours.values()
        for entry in history.entries
        if isinstance(entry.body, PaymentReceived) and entry.body.channel_ref == SETTLEMENT
    ]
    events = _events(request, lender, ours, before, report)
    events_new = load(actor=request.actor, lender_id=lender.pk, now=request.now, histories=events)
    reports_new = reports_add(lender.pk, profile.name, histories, before)
    reached("import.events_written")
    return {
        "lender_made": made,
        "loans_new": len(histories.keys() - before.keys()),
        "events_new": events_new,
        "reports_new": reports_new,
        "settled_loans": len(settled),
        "settled_amount": sum(settled),
    }


def _events(
    request: Request,
    lender: Lender,
    histories: dict[str, LoanHistory],
    before: dict[str, Standing],
    report: Callable[[str], None],
) -> Iterator[tuple[str, Sequence[LoanEvent]]]:
    """Yield the events of each loan that its ledger does not hold yet."""
    booked_on = business_date(lender, request.now)
    for done, (reference, history) in enumerate(histories.items(), 1):
        loan_id = derived_id("loan", lender.pk, reference)
        kept = before.get(reference)
        events = _new_events(loan_id, history, kept, request=request, booked_on=booked_on)
        if events:
            yield loan_id, events
        if done % REPORT_EVERY == 0 or done == len(histories):
            report(f"loans written: {done} of {len(histories)}")


def _new_events(
    loan_id: str, history: LoanHistory, kept: Standing | None, *, request: Request, booked_on: date
) -> list[LoanEvent]:
    events: list[LoanEvent] = []
    last_seq = kept.last_seq if kept else 0
    for entry in history.entries:
        event_id = derived_id("ev", loan_id, "tape", entry.mark)
        if kept and event_id in kept.events:
            _require_same(history, entry, kept.events[event_id])
            continue
        events.append(
            LoanEvent(
                event_id=event_id,
                loan_id=loan_id,
                seq=last_seq + len(events) + 1,
                value_date=entry.value_date,
                booked_on=booked_on,
                recorded_at=request.now,
                actor=request.actor,
                body=entry.body,
            )
        )
    return events


def _require_same(history: LoanHistory, entry: Entry, stored: tuple[date, str, dict[str, object]]) -> None:
    day, kind, body = stored
    if stored != (entry.value_date, entry.body.KIND, payload_to_body(entry.body)):
        raise InputError(
            f"Loan {history.loan.reference}, {entry.mark}: the tape says {entry.body} on {entry.value_date};"
            f" before, it said {kind} {body} on {day}. A ledger is not rewritten: give the whole tape from"
            " its first row on, and record corrections as events.",
            field="payments",
        )
