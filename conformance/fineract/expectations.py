"""What a scenario expects of its loan, beside what Forbear shows; each returns its first difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from conformance.fineract import lateness_expected
from conformance.fineract.chart import ACCOUNTS, CHART
from conformance.fineract.differences import Values, differs, differs_in, first, wanted_amounts
from conformance.fineract.steps import Session
from conformance.fineract.terms import day_of, units
from conformance.fineract.words import PAYMENT_NAMES, ROW_NAMES
from forbear.errors import ForbearError
from forbear.loans.events import Disbursed, FurtherDisbursed, PaymentReceived
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import LoanState
from forbear.loans.postings import Posting, postings_of, postings_of_accrual
from forbear.loans.schedule import Origin
from forbear.loans.slots import NOTHING, Part
from forbear.loans.statement import LedgerRow, ScheduleRow, Statement

Json = Mapping[str, Any]

NO_BALANCE = ("charged_off", "reaged", "reamortised", "accelerated", "written_off")
"""Decisions that the suite shows no balance for."""
AMOUNTS = ("principal", "interest", "fees", "penalties")
SCHEDULE_AMOUNTS = ("balance", *AMOUNTS, "due", "paid", "in_advance", "late", "outstanding", "waived")
STATES = {
    LoanState.ACTIVE: "ACTIVE",
    LoanState.CHARGED_OFF: "ACTIVE",
    LoanState.CLOSED: "CLOSED_OBLIGATIONS_MET",
    LoanState.WRITTEN_OFF: "CLOSED_WRITTEN_OFF",
}
STATUS_WORDS = {
    "Active": "ACTIVE",
    "Approved": "APPROVED",
    "Overpaid": "OVERPAID",
    "Closed (obligations met)": "CLOSED_OBLIGATIONS_MET",
}


def check(session: Session, step: Json) -> str | None:
    """Return how the loan differs from what a step expects; None where it does not."""
    return CHECKS[step["op"]](session, step)


# --- the schedule ---------------------------------------------------------------------------------


def expect_error(session: Session, step: Json) -> str | None:
    """The action is refused."""
    try:
        session.play(step["action"])
    except ForbearError:
        return None
    return f"{step['action']['op']} was not refused"


def expect_schedule(session: Session, step: Json) -> str | None:
    """Every instalment, and every disbursement among them."""
    view = session.view
    periods = step["periods"]
    rows = [row for row in periods if row.get("nr") is not None]
    ours = [row for row in view.schedule if row.origin is not Origin.FEE]
    if len(rows) != len(ours):
        return f"there are {len(ours)} instalments, expected {len(rows)}"
    is_paid_out = bool(session.events)
    found = first(
        _row_differs(row, theirs, is_paid_out=is_paid_out) for row, theirs in zip(ours, rows, strict=True)
    )
    return found or _disbursements_differ(view, [row for row in periods if row.get("nr") is None])


def _row_differs(ours: ScheduleRow, theirs: Json, *, is_paid_out: bool) -> str | None:
    what = f"instalment {theirs['nr']} of {ours.due_on}"
    days = differs(f"{what}: days", ours.days, int(theirs["days"])) if theirs.get("days") else None
    paid_on = day_of(theirs["paid_date"]) if theirs.get("paid_date") else None
    checks = [
        differs(f"{what}: due day", ours.due_on, day_of(theirs["date"])),
        days,
        differs_in(what, _schedule_values(ours), wanted_amounts(theirs, SCHEDULE_AMOUNTS)),
    ]
    if "paid_date" in theirs and is_paid_out:
        checks.append(differs(f"{what}: paid on", ours.settled_on, paid_on))
    return first(checks)


def _schedule_values(row: ScheduleRow) -> Values:
    return {
        "balance": row.balance,
        "principal": row.due.principal,
        "interest": row.due.interest,
        "fees": row.due.fee,
        "penalties": row.due.penalty,
        "due": row.due.total,
        "paid": row.paid.total,
        "in_advance": row.in_advance,
        "late": row.late,
        "outstanding": row.outstanding,
        "waived": row.waived.total,
    }


def _disbursements_differ(view: Statement, rows: Sequence[Json]) -> str | None:
    if not rows:
        return None
    ours = sorted((part.day, part.amount) for part in view.position.laid_out.disbursements)
    theirs = sorted((day_of(row["date"]), units(row["balance"])) for row in rows)
    return differs("disbursements", ours, theirs)


def expect_schedule_total(session: Session, step: Json) -> str | None:
    """The sums of the schedule's columns."""
    totals = session.view.totals
    if totals is None:
        return "there is no schedule"
    return differs_in("total", _schedule_values(totals), wanted_amounts(step, SCHEDULE_AMOUNTS))


# --- the ledger -----------------------------------------------------------------------------------


def ledger_rows(session: Session) -> list[Values]:
    """Return the loan's ledger and its accruals in the suite's words."""
    rows = [_ledger_values(session, row) for row in session.view.ledger if row.event_id not in session.hidden]
    for entry in session.accruals:
        parts = entry.parts
        rows.append(_values(entry.day, "Accrual", parts.total, parts, overpaid=0, balance=0, undone=False))
    return rows


def _ledger_values(session: Session, row: LedgerRow) -> Values:
    name = PAYMENT_NAMES[row.payment_kind] if row.payment_kind else ROW_NAMES[row.kind]
    balance = 0 if row.kind in NO_BALANCE else row.balance
    shown = row.parts if row.kind != "fee_waived" or session.accruals else NOTHING
    return _values(row.value_date, name, row.amount, shown, row.overpaid, balance, undone=row.undone)


def _values(
    day: date, name: str, amount: int, parts: Any, overpaid: int, balance: int, *, undone: bool
) -> Values:
    return {
        "date": day,
        "type": name,
        "amount": amount,
        "principal": parts.principal,
        "interest": parts.interest,
        "fees": parts.fee,
        "penalties": parts.penalty,
        "overpayment": overpaid,
        "balance": balance,
        "reverted": undone,
    }


def _wanted_row(row: Json) -> Values:
    wanted: Values = {"date": day_of(row["date"]), "type": row["type"]}
    wanted.update(wanted_amounts(row, ("amount", *AMOUNTS, "overpayment", "balance")))
    if row.get("reverted") is not None:
        wanted["reverted"] = row["reverted"]
    return wanted


def expect_transactions(session: Session, step: Json) -> str | None:
    """Every row of the ledger, in any order within the list."""
    left = ledger_rows(session)
    for row in step["rows"]:
        wanted = _wanted_row(row)
        match = next((ours for ours in left if _holds(ours, wanted)), None)
        if match is None:
            near = [
                ours for ours in left if ours["date"] == wanted["date"] and ours["type"] == wanted["type"]
            ]
            return f"no transaction is {_text(wanted)}; there are {[_text(ours) for ours in near]}"
        left.remove(match)
    return f"unexpected transactions: {[_text(ours) for ours in left]}" if left else None


def _text(values: Values) -> str:
    return " ".join(str(value) for value in values.values())


def _holds(ours: Values, wanted: Values) -> bool:
    return all(ours[name] == value for name, value in wanted.items())


def expect_transaction(session: Session, step: Json) -> str | None:
    """One row of the ledger."""
    wanted = _wanted_row(step)
    if any(_holds(ours, wanted) for ours in ledger_rows(session)):
        return None
    near = [_text(ours) for ours in ledger_rows(session) if ours["date"] == wanted["date"]]
    return f"no transaction is {_text(wanted)}; there are {near}"


def expect_reverted(session: Session, step: Json) -> str | None:
    """A row of the ledger is undone, or not."""
    day = day_of(step["date"])
    rows = [row for row in ledger_rows(session) if row["date"] == day and row["type"] == step["type"]]
    return None if any(row["reverted"] == step["value"] for row in rows) else f"no {step['type']} is so"


def expect_repayment_created(session: Session, step: Json) -> str | None:
    """The last payment has this amount and came this way."""
    last = next(event for event in session.events if event.event_id == session.payments[-1])
    method = session.methods[last.event_id]
    ours = last.body.amount if isinstance(last.body, PaymentReceived) else 0
    return differs("amount", ours, units(step["amount"])) or differs(
        "type", method, step["type"].upper().replace(" ", "_")
    )


def expect_last_payment(session: Session, step: Json) -> str | None:
    """The last payment of any kind, and the last repayment."""
    paid = [
        (event.value_date, event.seq, event.body)
        for event in session.counted()
        if isinstance(event.body, PaymentReceived)
    ]
    paid.sort(key=lambda row: row[:2])
    repaid = [row for row in paid if row[2].payment_kind is PaymentKind.REPAYMENT]
    ours = {
        "lastpaymentamount": paid[-1][2].amount,
        "lastpaymentdate": paid[-1][0],
        "lastrepaymentamount": repaid[-1][2].amount,
        "lastrepaymentdate": repaid[-1][0],
    }
    theirs = {
        "lastpaymentamount": units(step["lastpaymentamount"]),
        "lastpaymentdate": day_of(step["lastpaymentdate"]),
        "lastrepaymentamount": units(step["lastrepaymentamount"]),
        "lastrepaymentdate": day_of(step["lastrepaymentdate"]),
    }
    return differs_in("last payment", dict(ours), dict(theirs))


def expect_journal(session: Session, step: Json) -> str | None:
    """The postings of an event of one kind on one day; what is undone may be stated without its reversal."""
    day, wanted = day_of(step["date"]), sorted(_wanted_postings(step["entries"]))
    groups = _postings(session, step["type"], day)
    if any(sorted(group) == wanted for group in groups):
        return None
    return f"postings of {step['type']} on {day} are {groups}, expected {wanted}"


def _wanted_postings(entries: Iterable[Json]) -> Iterable[tuple[str, int, int]]:
    for entry in entries:
        debit, credit = entry.get("debit"), entry.get("credit")
        yield (entry["account_code"], units(debit) if debit else 0, units(credit) if credit else 0)


def _postings(session: Session, kind: str, day: date) -> list[list[tuple[str, int, int]]]:
    if kind == "ACCRUAL":
        entries = [entry for entry in session.accruals if entry.day == day]
        return [_booked(session, postings_of_accrual(entry, CHART)) for entry in entries]
    rows = [row for row in session.view.ledger if row.value_date == day and _journal_name(row) == kind]
    stated = [row for row in rows if row.undone]
    return [
        _booked(session, postings_of(row, CHART, charged_off=row.charged_off))
        for row in [*rows, *(replace(row, undone=False) for row in stated)]
    ]


def _journal_name(row: LedgerRow) -> str:
    name = PAYMENT_NAMES[row.payment_kind] if row.payment_kind else ROW_NAMES[row.kind]
    return name.upper().replace(" ", "_").replace("-", "_")


def _booked(session: Session, postings: Iterable[Posting]) -> list[tuple[str, int, int]]:
    booked = []
    for posting in postings:
        role = "fraud_loss" if posting.role == "loss" and session.is_fraud else posting.role
        booked.append((ACCOUNTS[role][1], posting.debit, posting.credit))
    return booked


# --- the loan -------------------------------------------------------------------------------------


def status_of(session: Session) -> str:
    """Return the loan's status in the suite's words."""
    if not any(isinstance(event.body, Disbursed | FurtherDisbursed) for event in session.counted()):
        return session.status
    position = session.view.position
    is_overpaid = position.state is LoanState.CLOSED and position.credit > 0
    return "OVERPAID" if is_overpaid else STATES[position.state]


def expect_status(session: Session, step: Json) -> str | None:
    """The loan's status."""
    return differs("status", status_of(session), STATUS_WORDS.get(step["status"], step["status"]))


def expect_amount(session: Session, step: Json) -> str | None:
    """One amount of the loan."""
    view = session.view
    match step["what"]:
        case "outstanding":
            ours = view.outstanding
        case "overpaid":
            ours = view.position.credit
        case "overdue":
            ours = view.position.overdue.total
        case _:
            paid = [event for event in session.counted() if isinstance(event.body, PaymentReceived)]
            ours = paid[-1].body.amount if isinstance(paid[-1].body, PaymentReceived) else 0
    return differs(step["what"], ours, units(step["amount"]))


def expect_charged_off(session: Session, step: Json) -> str | None:
    """The day of the charge-off."""
    ours = session.view.position.laid_out.charged_off_on
    return differs("charged off on", ours, day_of(step["date"]) if step["date"] else None)


def expect_all_met(session: Session, step: Json) -> str | None:
    """Every instalment is settled."""
    return differs("outstanding", session.view.outstanding, 0)


def expect_maturity(session: Session, step: Json) -> str | None:
    """The last due day, and the day on which the loan really ends."""
    view = session.view
    planned = [row.due_on for row in view.schedule if row.origin is not Origin.DOWN_PAYMENT]
    expected = max(planned)
    settled = [row.settled_on for row in view.schedule]
    actual = max(day for day in settled if day) if all(settled) else expected
    checks = []
    if step.get("expectedmaturitydate"):
        checks.append(differs("expected maturity", expected, day_of(step["expectedmaturitydate"])))
    wanted = step.get("actualmaturitydate") or step.get("actual")
    if wanted:
        checks.append(differs("maturity", actual, day_of(wanted)))
    return first(checks)


def expect_closed_on(session: Session, step: Json) -> str | None:
    """Whether, and on which day, the loan was closed."""
    is_closed = session.view.position.state is LoanState.CLOSED
    days = [row.settled_on for row in session.view.schedule if row.settled_on]
    ours = max(days) if is_closed else None
    return differs("closed on", ours, day_of(step["date"]) if step["date"] else None)


# --- charges --------------------------------------------------------------------------------------


def charge_rows(session: Session) -> list[Values]:
    """Return the loan's charges in the suite's words."""
    rows = []
    for row in session.view.charges:
        rows.append(
            {
                "ispenalty": row.part is Part.PENALTY,
                "due_as_of": row.due_on,
                "due": row.amount,
                "paid": row.paid,
                "waived": row.waived,
                "outstanding": row.outstanding,
            }
        )
    return [dict(row) for row in rows]


def _wanted_charge(row: Json) -> Values:
    wanted: Values = {"ispenalty": row["ispenalty"]}
    wanted["due_as_of"] = day_of(row["due_as_of"]) if row.get("due_as_of") else None
    wanted.update(wanted_amounts(row, ("due", "paid", "waived", "outstanding")))
    return wanted


def expect_charges(session: Session, step: Json) -> str | None:
    """Every charge, in any order."""
    left = charge_rows(session)
    for row in step["rows"]:
        wanted = _wanted_charge(row)
        match = next((ours for ours in left if _holds(ours, wanted)), None)
        if match is None:
            return f"no charge is {_text(wanted)}; there are {[_text(ours) for ours in left]}"
        left.remove(match)
    return f"unexpected charges: {[_text(ours) for ours in left]}" if left else None


def expect_charge(session: Session, step: Json) -> str | None:
    """One charge."""
    wanted = _wanted_charge(step)
    rows = charge_rows(session)
    return None if any(_holds(ours, wanted) for ours in rows) else f"no charge is {_text(wanted)}; {rows}"


CHECKS: dict[str, Callable[[Session, Json], str | None]] = {
    name: check
    for module in (globals(), vars(lateness_expected))
    for name, check in module.items()
    if name.startswith("expect_")
}
