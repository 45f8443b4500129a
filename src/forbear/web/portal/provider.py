"""The test provider's own page, so to speak: what a real provider does on its side of a payment."""

from __future__ import annotations

from datetime import datetime

from forbear.errors import InputError, RefusedError
from forbear.gateways.ports import PaymentOrder
from forbear.gateways.test_provider import TestProvider
from forbear.services.checkout import checkout_confirm
from forbear.services.once import KeyReusedError
from forbear.services.runtime import gateways
from forbear.store.models import LedgerEvent, Lender
from forbear.store.selectors.ledger import payment_by_reference


def order_of(lender: Lender, token: str) -> PaymentOrder:
    """Return what a checkout is for; raises InputError for a token that is not this lender's."""
    order = gateways().payments.order_of(token)
    if order.lender_id != lender.id:
        raise InputError("This checkout belongs to another lender.", field="checkout")
    return order


def paid(order: PaymentOrder) -> LedgerEvent | None:
    """Return the payment that an order has become, or None as long as it is not paid."""
    return payment_by_reference(order.loan_id, _test_provider().reference(order))


def pay(order: PaymentOrder, token: str, now: datetime) -> str:
    """Pay at the test provider and let it confirm; the payment's event id comes back, the same each time."""
    payload, signature = _test_provider().pay(token, now=now)
    try:
        return checkout_confirm(now=now, payload=payload, signature=signature).event_id
    except KeyReusedError:
        # Paid before, on another business day: the confirmation differs in its day, the payment stands.
        found = paid(order)
        if found is None:
            raise
        return found.event_id


def _test_provider() -> TestProvider:
    provider = gateways().payments
    if not isinstance(provider, TestProvider):
        raise RefusedError("This provider takes the money on its own pages; follow its link.")
    return provider
