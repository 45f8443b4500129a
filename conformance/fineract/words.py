"""The suite's names of events and payments."""

from __future__ import annotations

from forbear.loans.events import LoanEvent, PaymentReceived
from forbear.loans.payment_rules import PaymentKind

ROW_NAMES = {
    "disbursed": "Disbursement",
    "further_disbursed": "Disbursement",
    "charged_back": "Chargeback",
    "credit_refunded": "Credit Balance Refund",
    "charged_off": "Charge-off",
    "fee_waived": "Waive loan charges",
    "reaged": "Re-age",
    "reamortised": "Re-amortize",
    "accelerated": "Contract Termination",
    "written_off": "Close (as written-off)",
}
PAYMENT_NAMES = {
    PaymentKind.REPAYMENT: "Repayment",
    PaymentKind.DOWN_PAYMENT: "Down Payment",
    PaymentKind.GOODWILL: "Goodwill Credit",
    PaymentKind.MERCHANT_REFUND: "Merchant Issued Refund",
    PaymentKind.PAYOUT_REFUND: "Payout Refund",
    PaymentKind.FEE_ADJUSTMENT: "Charge Adjustment",
    PaymentKind.AT_DISBURSEMENT: "Repayment (at time of disbursement)",
}


def kind_name(event: LoanEvent) -> str:
    """Return the suite's name of an event."""
    body = event.body
    return (
        PAYMENT_NAMES[body.payment_kind]
        if isinstance(body, PaymentReceived)
        else ROW_NAMES.get(body.KIND, "")
    )
