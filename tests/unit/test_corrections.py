"""What a backdated event changed, by date and amount."""

from __future__ import annotations

from datetime import date

from forbear.loans.corrections import corrections
from forbear.loans.events import Disbursed, FeeCharged, PaymentReceived
from forbear.loans.slots import Part
from forbear.loans.statement import statement
from forbear.testing.laid_out import dated, laid_out_loan

ROWS = [
    ("2026-01-01", Disbursed(amount=100_000)),
    ("2026-02-01", PaymentReceived(amount=25_000, channel_ref="transfer")),
    ("2026-01-20", FeeCharged(amount=300, reason="late", due_on=date(2026, 1, 25))),
]


def test_a_fee_that_lands_before_a_payment_moves_what_the_payment_settled():
    """
    The payment now settles the fee first, so that much of the principal is unpaid again.
    """
    before, after = (
        statement(laid_out_loan(), dated(ROWS[:count]), as_of=date(2026, 2, 5)) for count in (2, 3)
    )
    found = [
        (row.day.isoformat(), row.what, row.name, row.part, row.before, row.after)
        for row in corrections(before, after)
    ]

    assert found == [
        ("2026-02-01", "due", "1-1", Part.FEE, 0, 300),
        ("2026-02-01", "event", "E2", Part.FEE, 0, 300),
        ("2026-02-01", "event", "E2", Part.PRINCIPAL, 25_000, 24_700),
        ("2026-02-01", "paid", "1-1", Part.FEE, 0, 300),
        ("2026-02-01", "paid", "1-1", Part.PRINCIPAL, 25_000, 24_700),
    ]


def test_nothing_is_listed_where_nothing_changed():
    """
    A statement beside itself shows no correction.
    """
    shown = statement(laid_out_loan(), dated(ROWS), as_of=date(2026, 2, 5))

    assert corrections(shown, shown) == ()
