"""What the steps of a scenario do to its loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from conformance.fineract.session import Ledger
from conformance.fineract.terms import (
    ADVANCED,
    KINDS,
    UNITS,
    day_of,
    loan_settings,
    percent,
    product_of,
    terms_of,
    units,
)
from conformance.fineract.words import kind_name
from forbear.errors import InputError, RefusedError
from forbear.loans.delinquency import is_paused
from forbear.loans.events import (
    Accelerated,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    DelinquencyResumed,
    Disbursed,
    EventBody,
    FeeCharged,
    FeeWaived,
    FurtherDisbursed,
    InterestPaused,
    PaymentReceived,
    Reaged,
    Reamortised,
    Rescheduled,
    Undone,
    WrittenOff,
)
from forbear.loans.instalments import down_payment_to_collect
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import LoanState
from forbear.loans.slots import Part
from forbear.loans.statement import statement
from forbear.money.cycle import Cycle, Unit

Json = Mapping[str, Any]

LATEST = 1
"""The number of a payment charged back where the suite's step gives none: it means the latest."""
DEFAULT_CHARGE = "10"
"""What the suite's steps charge where they name no amount."""
SHARES = {
    "PERCENTAGE_AMOUNT": (Part.PRINCIPAL,),
    "PERCENTAGE_LOAN_AMOUNT_PLUS_INTEREST": (Part.PRINCIPAL, Part.INTEREST),
}


class Session(Ledger):
    """A scenario while it is played: each step by its name."""

    def play(self, step: Json) -> None:
        """Do what a step asks; raises InputError or RefusedError for what may not be done."""
        getattr(self, f"do_{step['op']}")(step)

    # --- the calendar and the product -------------------------------------------------------------

    def do_set_date(self, step: Json) -> None:
        self.today = day_of(step["date"])

    def do_advance_date(self, step: Json) -> None:
        self.today = Cycle(every=int(step["days"]), unit=Unit.DAY).day(self.today, 1)

    def do_set_config(self, step: Json) -> None:
        self.config[step["key"]] = step["value"]

    def do_set_product(self, step: Json) -> None:
        self.changed.update({key: value for key, value in step.items() if key not in ("op", "product")})

    def do_set_fraud(self, step: Json) -> None:
        self.is_fraud = step["value"]

    def do_cob(self, step: Json) -> None:
        """Close the day before today: post income, and look at how late the loan is unless that is paused."""
        if not self.events:
            return
        yesterday = Cycle(every=1, unit=Unit.DAY).day(self.today, -1)
        view = self.view
        if view.position.state in (LoanState.CLOSED, LoanState.WRITTEN_OFF):
            return
        self.closed_days.append(yesterday)
        self.accruals.extend(self._accrue(view, yesterday))
        if not is_paused(view.position):
            self.classify()

    def do_classify_delinquency(self, step: Json) -> None:
        self.classify()

    # --- the life of the loan ---------------------------------------------------------------------

    def do_create_loan(self, step: Json) -> None:
        self.loan = loan_settings(self.catalogue, step["loan"])
        starts_on = day_of(self.loan["submitted"])
        self.terms = terms_of(
            self.catalogue, self.loan, self.changed, starts_on, units(self.loan["principal"])
        )

    def do_approve(self, step: Json) -> None:
        terms = self.known_terms
        amount = units(step["amount"])
        if terms.limit is not None and amount > terms.limit:
            raise InputError(f"At most {terms.limit} may be lent.", field="amount")
        starts_on = day_of(step.get("expected_disbursement") or terms.disbursed_on)
        self.terms = terms_of(self.catalogue, self.loan, self.changed, starts_on, terms.principal)
        self.status = "APPROVED"

    def do_disburse(self, step: Json) -> None:
        day, amount = self._day(step), units(step["amount"])
        is_first = not any(isinstance(event.body, Disbursed) for event in self.counted())
        to_collect = down_payment_to_collect(self.view.position, amount) if not is_first else None
        body = Disbursed(amount=amount) if is_first else FurtherDisbursed(amount=amount)
        self.record(body, day)
        for waiting in self.waiting:
            self.do_charge(waiting)
            self._pay_at_disbursement(day)
        self.waiting = []
        if to_collect is None:
            planned = statement(self.known_terms, [], as_of=day).position
            to_collect = down_payment_to_collect(planned, amount)
        if to_collect and product_of(self.catalogue, self.loan["product"]).get(
            "enableAutoRepaymentForDownPayment"
        ):
            self._pay(PaymentKind.DOWN_PAYMENT, to_collect, day, "DOWN_PAYMENT")

    def _pay_at_disbursement(self, day: date) -> None:
        """Keep back from what is paid out a charge that falls due with it."""
        row = self.view.charges[-1]
        if row.due_on is None and row.outstanding and len(row.shares) == 1:
            body = PaymentReceived(
                amount=row.outstanding, channel_ref="KEPT_BACK", payment_kind=PaymentKind.AT_DISBURSEMENT
            )
            self.record(body, day, [row.charge_id])

    def _day(self, step: Json) -> date:
        day = day_of(step["date"])
        if day > self.today:
            raise InputError(f"{day} is still to come on {self.today}.", field="date")
        return day

    def do_undo_disbursal(self, step: Json) -> None:
        self._undo([event.event_id for event in self.counted()], hide=True)
        self.status = "APPROVED"

    def do_undo_last_disbursal(self, step: Json) -> None:
        last = [event for event in self.counted() if isinstance(event.body, Disbursed | FurtherDisbursed)][-1]
        self._undo([event.event_id for event in self.counted() if event.seq >= last.seq], hide=True)

    def _undo(self, names: Sequence[str], *, hide: bool = False) -> None:
        if hide:
            self.hidden.update(names)
        self.record(Undone(reason="asked for"), self.today, names)

    # --- money in, and out again ------------------------------------------------------------------

    def do_repay(self, step: Json) -> None:
        kind = (
            KINDS[step.get("type") or "REPAYMENT"][0] if step.get("type") in KINDS else PaymentKind.REPAYMENT
        )
        day = self._day(step)
        name = self._pay(
            kind, units(step["amount"]), day, step.get("method") or step.get("type") or "AUTOPAY"
        )
        self.payments.append(name)

    def _pay(self, kind: PaymentKind, amount: int, day: date, method: str) -> str:
        if self.view.position.state is LoanState.WRITTEN_OFF:
            raise RefusedError("The loan is written off.")
        name = self.record(PaymentReceived(amount=amount, channel_ref=method, payment_kind=kind), day)
        self.methods[name] = method
        return name

    def do_pay_off(self, step: Json) -> None:
        self.payments.append(
            self._pay(PaymentKind.REPAYMENT, self.view.position.payoff, self._day(step), "AUTOPAY")
        )

    def do_refund(self, step: Json) -> None:
        self._pay(PaymentKind.PAYOUT_REFUND, units(step["amount"]), self._day(step), "AUTOPAY")

    def do_refund_undo(self, step: Json) -> None:
        self._undo_last(PaymentKind.PAYOUT_REFUND)

    def _undo_last(self, kind: PaymentKind) -> None:
        self._undo([name for name, paid in self.money_in() if paid.payment_kind is kind][-1:])

    def do_undo(self, step: Json) -> None:
        if self.view.position.state is LoanState.WRITTEN_OFF:
            raise RefusedError("The loan is written off.")
        self._undo([self._named(step)])

    def do_adjust_repayment(self, step: Json) -> None:
        """Replace a payment by one of another amount on its day."""
        name = self._named({"type": "REPAYMENT", **step})
        old = next(event for event in self.events if event.event_id == name)
        self._undo([name])
        self._pay(PaymentKind.REPAYMENT, units(step["amount"]), old.value_date, self.methods[name])

    def do_adjust(self, step: Json) -> None:
        last = next(event for event in self.events if event.event_id == self.payments[-1])
        if isinstance(last.body, PaymentReceived) and last.body.payment_kind is not PaymentKind.REPAYMENT:
            raise RefusedError("Only repayments can be changed.")
        raise InputError(f"{step['type']} is not known.")

    def _named(self, step: Json) -> str:
        """Find the payment that a step names: the last, the n-th of all, or the n-th of its day."""
        kind, number = step.get("type"), int(step.get("nth") or 1)
        alive = [name for name in self.payments if name in {event.event_id for event in self.counted()}]
        if kind == "LAST_REPAYMENT":
            return alive[-1]
        if kind == "REPAYMENT":
            return self._nth(self.payments, number)
        day = day_of(step["date"])
        of_day = [
            event.event_id
            for event in self.events
            if event.value_date == day
            and not isinstance(event.body, Undone | FeeCharged)
            and (kind is None or kind_name(event) == kind)
        ]
        return self._nth(of_day, number)

    def _nth(self, names: Sequence[str], number: int) -> str:
        for place, name in enumerate(names, 1):
            if place == number:
                return name
        raise InputError(f"There are {len(names)} and not {number} to choose from.", field="nth")

    def do_chargeback(self, step: Json) -> None:
        of = step["of"]
        down = [name for name, paid in self.money_in() if paid.payment_kind is PaymentKind.DOWN_PAYMENT]
        names = down if of["type"] == "DOWN_PAYMENT" else self.payments
        number = int(of["nr"])
        target = names[-1] if number == LATEST else self._nth(names, number)
        self.record(ChargedBack(amount=units(step["amount"])), self.today, [target])

    def do_credit_balance_refund(self, step: Json) -> None:
        amount = units(step["amount"])
        if amount > self.view.position.credit:
            raise RefusedError("There is not so much credit.")
        self.record(CreditRefunded(amount=amount), self._day(step))

    # --- charges ----------------------------------------------------------------------------------

    def do_charge(self, step: Json) -> None:
        name = step.get("charge") or step["charge_type"]
        listed = self.catalogue["common"]["charges"][name]
        if not self.events:
            self.waiting.append(step)
            return
        due = step.get("due") or step.get("duedate")
        share = percent(step["percent"]) if step.get("percent") else None
        if share is None and listed["calc"] in SHARES:
            share = percent(step.get("amount") or listed["amount"])
        amount = step.get("amount") or DEFAULT_CHARGE
        body = FeeCharged(
            amount=0 if share is not None else units(amount),
            reason=name,
            part=Part.PENALTY if listed["penalty"] else Part.FEE,
            due_on=day_of(due) if due else None,
            share=share,
            share_of=SHARES.get(listed["calc"], (Part.PRINCIPAL,)),
            each_instalment=listed["time"] == "INSTALLMENT_FEE",
            in_turn=self.is_advanced,
        )
        charged = self.record(body, self._charge_day(body.due_on))
        self.charges.append(charged)
        self.names[charged] = name

    @property
    def is_advanced(self) -> bool:
        """Whether the loan's payments are shared out by rules of their own kind each."""
        return bool(self.loan["strategy"] == ADVANCED)

    def _charge_day(self, due_on: date | None) -> date:
        """Where the plan counts from the start, so do its charges; else they count once decided or due."""
        starts = min(
            event.value_date
            for event in self.counted()
            if isinstance(event.body, Disbursed | FurtherDisbursed)
        )
        if not self.is_advanced:
            if self.view.position.laid_out.charge_off is not None:
                raise RefusedError("The loan is charged off.")
            return starts
        return max(starts, min(self.today, due_on or self.today))

    def do_waive_charge(self, step: Json) -> None:
        row = next(row for row in self.view.charges if row.charge_id == self.charges[-1])
        day = min(self.today, row.due_on or self.today)
        self.record(FeeWaived(reason="asked for", amount=row.outstanding), day, [row.charge_id])

    def do_undo_waive_charge(self, step: Json) -> None:
        waived = [event.event_id for event in self.counted() if isinstance(event.body, FeeWaived)]
        self._undo(waived[-1:])

    def do_charge_adjustment(self, step: Json) -> None:
        self._pay(PaymentKind.FEE_ADJUSTMENT, units(step["amount"]), self.today, "CHARGE_ADJUSTMENT")

    def do_undo_charge_adjustment(self, step: Json) -> None:
        self._undo_last(PaymentKind.FEE_ADJUSTMENT)

    # --- decisions --------------------------------------------------------------------------------

    def do_charge_off(self, step: Json) -> None:
        self.record(ChargedOff(reason="asked for", in_turn=True), self._day(step))

    def do_undo_charge_off(self, step: Json) -> None:
        made = [event for event in self.counted() if isinstance(event.body, ChargedOff)]
        later = [event for event in self.counted() if made and event.seq > made[-1].seq]
        if not made or later:
            raise RefusedError("Only the last event of a loan can be taken back, and only once.")
        self._undo([made[-1].event_id])

    def do_write_off(self, step: Json) -> None:
        self.record(WrittenOff(amounts=self.view.unpaid, reason="asked for"), self._day(step))

    def do_terminate_contract(self, step: Json) -> None:
        self.record(Accelerated(reason="asked for"), self._day(step))
        self.accruals.extend(self._accrue(self.view, self.today, at_once=True))

    def do_reage(self, step: Json) -> None:
        if self.today < self._maturity():
            raise RefusedError("A loan is re-aged after its last instalment fell due.")
        cycle = Cycle(every=int(step["frequencynumber"]), unit=UNITS[step["frequencytype"]])
        body = Reaged(
            first_due=day_of(step["startdate"]),
            cycle=cycle,
            count=int(step["numberofinstallments"]),
            reason="asked for",
        )
        self.record(body, self.today)

    def _maturity(self) -> date:
        return max(row.due_on for row in self.view.schedule)

    def do_reamortize(self, step: Json) -> None:
        if self.today > self._maturity():
            raise RefusedError("A loan is re-amortised before its last instalment fell due.")
        self.record(Reamortised(reason="asked for"), self.today)

    def do_undo_reage(self, step: Json) -> None:
        self._undo_decision(Reaged)

    def do_undo_reamortize(self, step: Json) -> None:
        self._undo_decision(Reamortised)

    def do_undo_write_off(self, step: Json) -> None:
        self._undo_decision(WrittenOff)

    def _undo_decision(self, kind: type[EventBody]) -> None:
        self._undo([event.event_id for event in self.counted() if isinstance(event.body, kind)][-1:])

    def do_reschedule(self, step: Json) -> None:
        moved, rate = step.get("adjustedduedate"), step.get("newinterestrate")
        starts = min(
            event.value_date
            for event in self.counted()
            if isinstance(event.body, Disbursed | FurtherDisbursed)
        )
        body = Rescheduled(
            from_due=day_of(step["reschedulefromdate"]),
            reason="asked for",
            moved_to=day_of(moved) if moved else None,
            grace_principal=int(step.get("graceonprincipal") or 0),
            grace_interest=int(step.get("graceoninterest") or 0),
            extra_instalments=int(step.get("extraterms") or 0),
            rate_annual=percent(rate) if rate else None,
        )
        if self.view.position.laid_out.charge_off is not None:
            raise RefusedError("The loan is charged off.")
        self.record(body, max(starts, day_of(step["submittedondate"])))

    def do_delinquency_pause(self, step: Json) -> None:
        self._require_open()
        start, end = day_of(step["start"]), day_of(step["end"])
        self.record(DelinquencyPaused(until=end), start)
        self.actions.append(("PAUSE", start, end))

    def do_delinquency_resume(self, step: Json) -> None:
        self._require_open()
        start = day_of(step["start"])
        if start != self.today or step.get("end"):
            raise InputError("A pause ends today, or not now.", field="start")
        self.record(DelinquencyResumed(), start)
        self.actions.append(("RESUME", start, None))

    def _require_open(self) -> None:
        if not self.events or self.view.position.state is LoanState.CLOSED:
            raise RefusedError("The loan is not active.")

    def do_interest_pause(self, step: Json) -> None:
        self.record(InterestPaused(start=day_of(step["start"]), until=day_of(step["end"])), self.today)
