"""One scenario's loan: its ledger as the steps record it, folded anew whenever something is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from forbear.errors import InputError
from forbear.loans.accruals import AccrualEntry, accrue
from forbear.loans.delinquency import (
    Lateness,
    amounts_by_band,
    lateness,
    lateness_by_instalment,
)
from forbear.loans.events import (
    DelinquencyPaused,
    DelinquencyResumed,
    Disbursed,
    EventBody,
    LoanEvent,
    PaymentReceived,
    Undone,
)
from forbear.loans.pattern import Prepaid
from forbear.loans.position import LoanState
from forbear.loans.statement import Statement, statement
from forbear.loans.terms import LoanTerms

Json = Mapping[str, Any]

LOAN = "L"


class Ledger:
    """A scenario's loan and its ledger, and what the steps before left behind."""

    def __init__(self, catalogue: Json, case: Json) -> None:
        self.catalogue = catalogue
        self.changed: dict[str, Any] = {"days": case.get("days_note", "").split(" (")[0] or None}
        self.config: dict[str, Any] = {}
        self.today = date(2000, 1, 1)
        self.loan: dict[str, Any] = {}
        self.terms: LoanTerms | None = None
        self.status = "SUBMITTED_AND_PENDING_APPROVAL"
        self.ended: tuple[LoanState, bool] | None = None
        self.is_fraud = False
        self.events: list[LoanEvent] = []
        self.numbers = count(1)
        self.payments: list[str] = []
        self.charges: list[str] = []
        self.names: dict[str, str] = {}
        self.methods: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.actions: list[tuple[str, date, date | None]] = []
        self.accruals: list[AccrualEntry] = []
        self.closed_days: list[date] = []
        self.tag = Lateness()
        self.tags: dict[str, Lateness] = {}
        self.waiting: list[Json] = []

    @property
    def view(self) -> Statement:
        """The loan as of today; before it is disbursed, as it is planned."""
        return statement(self.known_terms, self.events or [self._planned()], as_of=self.today)

    @property
    def known_terms(self) -> LoanTerms:
        """The terms of the loan that was created."""
        if self.terms is None:
            raise InputError("No loan has been created.")
        return self.terms

    def _planned(self) -> LoanEvent:
        terms = self.known_terms
        return self._event(
            Disbursed(amount=terms.principal), min(terms.disbursed_on, self.today), "planned", 1
        )

    def _event(
        self, body: EventBody, day: date, name: str, seq: int, targets: Sequence[str] = ()
    ) -> LoanEvent:
        return LoanEvent(
            event_id=name,
            loan_id=LOAN,
            seq=seq,
            value_date=day,
            booked_on=self.today,
            recorded_at=datetime.combine(self.today, time(), UTC),
            actor="suite",
            body=body,
            targets=tuple(targets),
        )

    def record(self, body: EventBody, day: date, targets: Sequence[str] = ()) -> str:
        """Append an event, and take it out again where the loan can't have it."""
        number = next(self.numbers)
        event = self._event(body, day, f"e{number:04}", len([*self.events, body]), targets)
        self.events.append(event)
        try:
            shown = statement(self.known_terms, self.events, as_of=max(self.today, day))
        except InputError:
            self.events.pop()
            raise
        if not isinstance(body, DelinquencyPaused | DelinquencyResumed):
            self._settle(shown)
        return event.event_id

    def _settle(self, shown: Statement) -> None:
        """Post what is earned at the end of a loan, and look at how late it is, after each change."""
        ended = (shown.position.state, shown.position.credit > 0)
        if shown.position.state is LoanState.CLOSED and ended != self.ended and self._posts_at_end:
            self.accruals.extend(self._accrue(shown, self._last_day(shown)))
        self.ended = ended
        self.classify()

    @property
    def _posts_at_end(self) -> bool:
        """Whether a loan's end posts its income; where interest follows the balance, a close alone does."""
        pattern = self.known_terms.pattern
        return pattern is None or pattern.prepaid is not Prepaid.LAST

    def _last_day(self, shown: Statement) -> date:
        """Return the day of the last payment, or of a charge that fell due after it."""
        paid = [row.value_date for row in shown.ledger if not row.undone]
        due = [row.due_on for row in shown.charges if row.due_on and row.due_on <= self.today]
        return max([*paid, *due])

    def _accrue(self, shown: Statement, through: date, *, at_once: bool = False) -> tuple[AccrualEntry, ...]:
        by_charge_day = self.config.get("charge-accrual-date") == "submitted-date"
        return accrue(shown, self.accruals, through=through, by_charge_day=by_charge_day, at_once=at_once)

    def classify(self) -> None:
        """Put the loan and its instalments into their bands."""
        position = self.view.position
        self.tag = lateness(position)
        self.tags = lateness_by_instalment(position)

    @property
    def late(self) -> Lateness:
        """How late the loan is today."""
        return lateness(self.view.position) if self.events else Lateness()

    def overdue_by_band(self) -> dict[str, int]:
        """Return what is overdue in the bands that instalments were last put into."""
        return amounts_by_band(self.tags)

    def pauses(self) -> list[tuple[date, date]]:
        """Return the pauses as they ran, those to come among them."""
        last = max([self.today, *(event.value_date for event in self.events)])
        return list(statement(self.known_terms, self.events, as_of=last).position.laid_out.pauses)

    def counted(self) -> list[LoanEvent]:
        """Return the events that are not undone."""
        gone = {name for event in self.events if isinstance(event.body, Undone) for name in event.targets}
        return [
            event
            for event in self.events
            if event.event_id not in gone and not isinstance(event.body, Undone)
        ]

    def money_in(self) -> list[tuple[str, PaymentReceived]]:
        """Return the payments that are not undone, by their names."""
        return [
            (event.event_id, event.body)
            for event in self.counted()
            if isinstance(event.body, PaymentReceived)
        ]
