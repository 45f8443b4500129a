"""One loan as its books have it: terms, schedule with what was paid, ledger with digests, position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.loans.position import InstalmentState, Position
from forbear.loans.schedule import build_schedule
from forbear.services.dates import business_date
from forbear.store.models import Loan
from forbear.store.selectors.ledger import event_of
from forbear.store.selectors.roles import first_borrowers
from forbear.web import format as write
from forbear.web.console.access import staff_page
from forbear.web.console.case import elsewhere_context, loan_of
from forbear.web.console.owing import owing_of
from forbear.web.console.returns import returnable


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment of the schedule: planned, or with what became of it."""

    instalment_id: str
    due_on: date
    principal: int
    interest: int
    fee: int
    unpaid: int
    state: str

    @property
    def total(self) -> int:
        """What the instalment comes to."""
        return self.principal + self.interest + self.fee


@require_GET
@staff_page("worklist_read")
def loan(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Show the schedule, the ledger and the position of a loan."""
    found = loan_of(request, loan_id)
    today = business_date(found.lender, request.now)
    rows = list(found.events.order_by("seq"))
    owing = owing_of(found, [event_of(row) for row in rows], today)
    terms = owing.position.terms
    context = {
        "loan": found,
        "borrower": first_borrowers([found.pk]).get(found.pk),
        "zone": found.lender.zone,
        "today": today,
        "owing": owing,
        **elsewhere_context(found),
        "terms": terms,
        "rate": write.rate(terms.rate_annual),
        "penalty_rate": write.rate(terms.penalty_rate_annual),
        "lines": _lines(found, owing.position),
        "returnable": returnable(found, request.user),
        "ledger": [(event, _amount(event.body)) for event in reversed(rows)],
    }
    return render(request, "console/loan.html", context)


def _lines(found: Loan, position: Position) -> list[Line]:
    settled = [_line(item) for item in position.instalments]
    known = {line.instalment_id for line in settled}
    opening = position.opening
    if opening is None:
        return settled
    plan = build_schedule(position.terms, opening)
    last = max((line.due_on for line in settled if line.state != "ahead"), default=date.min)
    planned = [
        Line(plan.ids[row], plan.due_on[row], plan.principal[row], plan.interest[row], 0, 0, "planned")
        for row in range(len(plan))
        if plan.ids[row] not in known and plan.due_on[row] > last
    ]
    return sorted([*settled, *planned], key=lambda line: line.due_on)


def _line(item: InstalmentState) -> Line:
    unpaid = item.unpaid.total
    if not item.fallen:
        state = "ahead"
    elif unpaid == 0:
        state = "paid"
    else:
        state = "late" if item.late else "due"
    due = item.due
    return Line(
        item.instalment_id, item.due_on, due.principal, due.interest, due.fee + due.penalty, unpaid, state
    )


def _amount(body: dict[str, object]) -> object:
    return body.get("amount", body.get("principal"))
