"""Why a loan owes what it owes, as lines that a person can check with a pocket calculator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.loans.explain import Explanation, PaymentLine
from forbear.loans.terms import Part
from forbear.web.words import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a payment settled, by part."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment, what it settled, how much of it waits as credit, and whether it was undone."""

    event_id: str
    value_date: date
    amount: int
    shares: list[Share]
    credit: int
    undone_on: date | None


def payments(explanation: Explanation) -> list[Payment]:
    """Write every payment, the latest first."""
    return [payment(line) for line in reversed(explanation.payments)]


def payment(line: PaymentLine) -> Payment:
    """Write one payment with what it settled, the shares of each part added up."""
    return Payment(
        event_id=line.event_id,
        value_date=line.value_date,
        amount=line.amount,
        shares=[share for part in Part if (share := _share(line, part)).amount],
        credit=sum(share.unspent for share in line.shares),
        undone_on=line.undone_on,
    )


def _share(line: PaymentLine, part: Part) -> Share:
    return Share(
        label=word("part", part.value), amount=sum(getattr(share.parts, part.value) for share in line.shares)
    )
