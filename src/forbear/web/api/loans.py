"""GET /loans/{id}/…: what is owed, and the ledger that it follows from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from forbear.errors import InputError
from forbear.loans.codec import payload_to_body
from forbear.loans.events import LoanEvent
from forbear.loans.position import InstalmentState, Position
from forbear.money.amount import decimal_text
from forbear.services.books import require_known_amounts
from forbear.services.dates import business_date
from forbear.store.selectors.ledger import loan_events, position_on
from forbear.web.api.access import OPERATIONS
from forbear.web.api.amounts import parts_text
from forbear.web.api.auth import Bearer
from forbear.web.api.errors import DECLARED
from forbear.web.api.lookup import loan_of
from forbear.web.api.schemas import EventOut, EventPage, InstalmentOut, PositionOut
from forbear.web.api.types import Day, Instant, ObjectId

router = Router(tags=["loans"])


@router.get(
    "/loans/{loan_id}/position",
    auth=Bearer(*OPERATIONS["position_get"]),
    response={200: PositionOut, **DECLARED},
    url_name="position_get",
    operation_id="position_get",
    summary="What is owed on a day",
)
def position_get(
    request: HttpRequest,
    loan_id: Annotated[ObjectId, Path()],
    as_of: Annotated[Day | None, Query()] = None,
    known_at: Annotated[Instant | None, Query()] = None,
) -> PositionOut:
    """Fold the ledger to the end of the day ``as_of``, by what was known at ``known_at``.

    Without ``as_of`` it is the lender's business day, without ``known_at`` all that is known. Refused
    for a loan whose books another system keeps.
    """
    loan, _ = loan_of(request, loan_id)
    require_known_amounts(loan)
    day = as_of or business_date(loan.lender, request.now)
    position = position_on(loan, as_of=day, known_at=known_at)
    return _position_out(position, known_at, loan_id=loan.id)


@router.get(
    "/loans/{loan_id}/events",
    auth=Bearer(*OPERATIONS["event_list"]),
    response={200: EventPage, **DECLARED},
    url_name="event_list",
    operation_id="event_list",
    summary="The ledger of a loan",
)
def event_list(
    request: HttpRequest,
    loan_id: Annotated[ObjectId, Path()],
    after: Annotated[ObjectId | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> EventPage:
    """List the entries of a loan's ledger in the order of recording, ``limit`` at a time.

    Give ``next`` of one page as ``after`` to get the following one.
    """
    loan, _ = loan_of(request, loan_id)
    events = sorted(loan_events(loan.id), key=lambda event: event.seq)
    start = _place_after(events, after)
    page = events[start : start + limit]
    has_more = start + limit < len(events)
    return EventPage(
        data=[_event_out(event) for event in page],
        has_more=has_more,
        next=page[-1].event_id if has_more else None,
    )


def _place_after(events: list[LoanEvent], after: str | None) -> int:
    if after is None:
        return 0
    for place, event in enumerate(events, 1):
        if event.event_id == after:
            return place
    raise InputError(
        "after: this loan has no such event; use `next` of the page before, or leave it out.", field="after"
    )


def _event_out(event: LoanEvent) -> EventOut:
    return EventOut(
        id=event.event_id,
        loan=event.loan_id,
        seq=event.seq,
        kind=event.kind,
        value_date=event.value_date,
        booked_on=event.booked_on,
        recorded_at=event.recorded_at,
        actor=event.actor,
        targets=list(event.targets),
        body=payload_to_body(event.body),
    )


def _position_out(position: Position, known_at: datetime | None, *, loan_id: str) -> PositionOut:
    scale = position.terms.scale
    amounts: dict[str, Any] = {
        name: decimal_text(getattr(position, name), scale)
        for name in (
            "owed_now",
            "payoff",
            "principal",
            "interest_accrued",
            "next_due_amount",
            "credit",
            "paid_total",
            "charged_off",
            "recovered",
        )
    }
    return PositionOut(
        loan=loan_id,
        as_of=position.as_of,
        known_at=known_at,
        currency=position.terms.currency,
        state=position.state,
        bucket=position.bucket,
        days_past_due=position.days_past_due,
        oldest_due=position.oldest_due,
        overdue=parts_text(position.overdue, scale),
        due_today=parts_text(position.due_today, scale),
        next_due=position.next_due,
        instalments=[
            _instalment_out(one, scale) for one in position.instalments if one.fallen and one.unpaid.total
        ],
        last_seq=position.last_seq,
        ledger_digest=position.digest,
        **amounts,
    )


def _instalment_out(instalment: InstalmentState, scale: int) -> InstalmentOut:
    return InstalmentOut(
        id=instalment.instalment_id,
        due_on=instalment.due_on,
        due=parts_text(instalment.due, scale),
        paid=parts_text(instalment.paid, scale),
        waived=parts_text(instalment.waived, scale),
        unpaid=parts_text(instalment.unpaid, scale),
    )
