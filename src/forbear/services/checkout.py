"""Paying as a borrower: an order at the payment provider, and the provider's word that it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.errors import InputError, RefusedError
from forbear.gateways.ports import PaymentOrder
from forbear.services import runtime
from forbear.services.books import require_own_books
from forbear.services.dates import business_date
from forbear.services.lender import lender_of
from forbear.services.once import Request, once
from forbear.services.payment import PaymentReceipt, payment_record
from forbear.store.models import Loan
from forbear.store.models.ids import derived_id
from forbear.store.selectors.ledger import position_on

PROVIDER_ACTOR = "system:payment-provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """An order at the payment provider; the borrower goes on with ``token``."""

    order_id: str
    token: str
    amount: int
    currency: str


def checkout_start(
    *, actor: str, lender_id: str, key: str, now: datetime, loan_id: str, amount: int
) -> Checkout:
    """Open an order over ``amount`` minor units; the same key gives the same order.

    Raises InputError for more than would end the loan, RefusedError for a loan that owes nothing, and
    for one whose books another system keeps: money is never taken that no ledger here can hold.
    """
    body = {"loan_id": loan_id, "amount": amount}
    request = Request(verb="payment_record", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    order_id = derived_id("order", lender_id, actor, key)

    def work() -> dict[str, object]:
        loan = Loan.objects.select_related("lender").get(pk=loan_id, lender_id=lender_id)
        require_own_books(loan)
        position = position_on(loan, as_of=business_date(loan.lender, now))
        if position.payoff <= 0:
            raise RefusedError(f"Nothing is owed on loan {loan.reference}; there is nothing to pay.")
        if not 0 < amount <= position.payoff:
            raise InputError(f"Choose an amount from 1 to {position.payoff} minor units.", field="amount")
        return {"order_id": order_id, "amount": amount, "currency": position.terms.currency}

    reply = once(request, work, loan_id=loan_id).reply
    order = PaymentOrder(lender_id=lender_id, loan_id=loan_id, **reply)
    return Checkout(token=runtime.gateways().payments.create(order), **reply)


def checkout_confirm(*, now: datetime, payload: bytes, signature: str) -> PaymentReceipt:
    """Record the payment that the provider confirms; confirming it again is the same payment.

    Raises InputError for a confirmation that the provider did not sign.
    """
    confirmation = runtime.gateways().payments.confirmation(payload, signature)
    order = confirmation.order
    lender = lender_of(order.lender_id)
    return payment_record(
        actor=PROVIDER_ACTOR,
        lender_id=order.lender_id,
        key=confirmation.provider_ref,
        now=now,
        loan_id=order.loan_id,
        amount=order.amount,
        value_date=business_date(lender, confirmation.paid_at),
        channel_ref=confirmation.provider_ref,
    )
