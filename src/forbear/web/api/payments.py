"""POST /payments: money that came in, recorded exactly once."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router, Status

from forbear.money.amount import decimal_text
from forbear.services.payment import payment_record
from forbear.services.policy import actor_of
from forbear.web.api.access import OPERATIONS
from forbear.web.api.amounts import minor_of
from forbear.web.api.auth import Bearer
from forbear.web.api.errors import DECLARED
from forbear.web.api.lookup import loan_of
from forbear.web.api.schemas import PaymentIn, PaymentOut
from forbear.web.api.types import IdempotencyKey

router = Router(tags=["payments"])


@router.post(
    "/payments",
    auth=Bearer(*OPERATIONS["payment_post"]),
    response={201: PaymentOut, **DECLARED},
    url_name="payment_post",
    operation_id="payment_post",
    summary="Record a payment",
)
def payment_post(
    request: HttpRequest,
    response: HttpResponse,
    payment: PaymentIn,
    idempotency_key: Annotated[IdempotencyKey, Header(alias="Idempotency-Key")],
) -> Status[PaymentOut]:
    """Record money that came in for a loan, exactly once.

    The same Idempotency-Key with the same body always gets the same answer, however often and
    however concurrently it is sent; ``Idempotent-Replayed: true`` marks an answer given before.
    The same key with another body is refused.
    """
    loan, terms = loan_of(request, payment.loan)
    receipt = payment_record(
        actor=actor_of(request.user),
        lender_id=loan.lender_id,
        key=idempotency_key,
        now=request.now,
        loan_id=loan.id,
        amount=minor_of(payment.amount, payment.currency, terms),
        value_date=payment.value_date,
        channel_ref=payment.reference,
    )
    response["Idempotent-Replayed"] = "true" if receipt.replayed else "false"
    payment_out = PaymentOut(
        id=receipt.event_id,
        loan=receipt.loan_id,
        seq=receipt.seq,
        amount=decimal_text(receipt.amount, terms.scale),
        currency=terms.currency,
        value_date=payment.value_date,
        reference=payment.reference,
        owed_now=decimal_text(receipt.owed_now, terms.scale),
        payoff=decimal_text(receipt.payoff, terms.scale),
        ledger_digest=receipt.digest,
    )
    return Status(201, payment_out)
