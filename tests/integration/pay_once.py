"""Record one payment: done here, and by the process that a test kills at a named point."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from forbear.services.payment import PaymentReceipt


def pay(lender_id: str, loan_id: str, key: str) -> PaymentReceipt:
    """Pay 1,000.00 on a loan under a key."""
    from forbear.services.payment import payment_record

    return payment_record(
        actor="system:tests",
        lender_id=lender_id,
        key=key,
        now=datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
        loan_id=loan_id,
        amount=100_000,
        value_date=date(2026, 11, 24),
        channel_ref=key,
    )


if __name__ == "__main__":
    django.setup()
    pay(*sys.argv[1:])
