"""Record one payment and print its receipt: the process that a test kills at a named point."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime

import django


def main(lender_id: str, loan_id: str, key: str) -> None:
    """Pay 1,000.00 on a loan under a key."""
    django.setup()
    from forbear.services.payment import payment_record

    receipt = payment_record(
        actor="system:tests",
        lender_id=lender_id,
        key=key,
        now=datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
        loan_id=loan_id,
        amount=100_000,
        value_date=date(2026, 11, 24),
        channel_ref=key,
    )
    sys.stdout.write(json.dumps(asdict(receipt)))


if __name__ == "__main__":
    main(*sys.argv[1:])
