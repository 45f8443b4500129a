"""Payments: recorded once, reversed once, each with what is owed after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forbear.errors import InputError, RefusedError
from forbear.loans.events import PaymentReceived, PaymentReversed
from forbear.services.books import require_own_books
from forbear.services.ledger import Extended, NewEvent, extend
from forbear.services.once import Request, clean, lock_loan, once
from forbear.store.crashpoints import reached
from forbear.store.models import LedgerEvent
from forbear.store.selectors.ledger import payment_by_reference

AMOUNT_MAX = 10**13
"""In minor units; more than this is a mistake in the input, not a consumer's payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """A payment that stands in the ledger, and what was owed right after it (minor units).

    ``digest`` names the ledger up to and with this entry.
    """

    event_id: str
    loan_id: str
    seq: int
    amount: int
    owed_now: int
    payoff: int
    digest: str
    replayed: bool


def payment_record(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    loan_id: str,
    amount: int,
    value_date: date,
    channel_ref: str,
) -> PaymentReceipt:
    """Record that ``amount`` minor units came in for a loan, as ``channel_ref`` at the bank says.

    Safe to repeat with the same key. Raises InputError for an amount or day that cannot be, or for
    the same key with another body; RefusedError when this reference was recorded under another key, or
    another system keeps the loan's books; NotVisibleError for a loan that is not this lender's, or not
    this borrower's.
    """
    if type(amount) is not int or not 0 < amount <= AMOUNT_MAX:  # True would be kept, and never read again
        raise InputError(
            f"A payment of {amount} cannot be; give 1 to {AMOUNT_MAX} minor units.", field="amount"
        )
    reference = clean(channel_ref, field="channel_ref", longest=120)
    body = {
        "loan_id": loan_id,
        "amount": amount,
        "value_date": value_date.isoformat(),
        "channel_ref": reference,
    }
    request = Request(verb="payment_record", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    reached("payment.begun")

    def work() -> dict[str, Any]:
        loan = lock_loan(loan_id, lender_id)
        _refuse_known(loan_id, reference)
        event = NewEvent(value_date=value_date, body=PaymentReceived(amount=amount, channel_ref=reference))
        return _reply(extend(loan, [event], request=request), amount)

    answer = once(request, work, loan_id=loan_id)
    reached("payment.committed")
    return PaymentReceipt(**answer.reply, replayed=answer.replayed)


def payment_reverse(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    loan_id: str,
    event_id: str,
    value_date: date,
    reason: str,
) -> PaymentReceipt:
    """Record that a payment was returned: from ``value_date`` on it is owed again.

    Raises InputError where ``event_id`` is no payment of this loan, or is reversed already; RefusedError
    where another system keeps the loan's books.
    """
    body = {
        "loan_id": loan_id,
        "event_id": event_id,
        "value_date": value_date.isoformat(),
        "reason": clean(reason, field="reason", longest=200),
    }
    request = Request(verb="payment_reverse", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, Any]:
        loan = lock_loan(loan_id, lender_id)
        require_own_books(loan)
        payment = LedgerEvent.objects.filter(pk=event_id, loan_id=loan_id, kind=PaymentReceived.KIND).first()
        if payment is None:
            raise InputError(
                f"Nothing to reverse: the loan has no payment {event_id[:40]!r}.", field="event_id"
            )
        event = NewEvent(
            value_date=value_date, body=PaymentReversed(reason=str(body["reason"])), targets=(event_id,)
        )
        return _reply(extend(loan, [event], request=request), payment.body["amount"])

    answer = once(request, work, loan_id=loan_id)
    return PaymentReceipt(**answer.reply, replayed=answer.replayed)


def _refuse_known(loan_id: str, reference: str) -> None:
    known = payment_by_reference(loan_id, reference)
    if known is not None:
        raise RefusedError(f"Payment {reference} is recorded already, as {known.event_id}; it counts once.")


def _reply(extended: Extended, amount: int) -> dict[str, Any]:
    event, position = extended.new[-1], extended.position
    return {
        "event_id": event.event_id,
        "loan_id": event.loan_id,
        "seq": event.seq,
        "amount": amount,
        "owed_now": position.owed_now,
        "payoff": position.payoff,
        "digest": position.digest,
    }
