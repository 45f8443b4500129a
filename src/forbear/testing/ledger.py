"""A loan's story as text, one event a line, as a servicer would tell it.

::

    2026-01-05 disburse 12000.00
    2026-02-05 pay 1000.00 P1
    2026-02-09 reverse P1 no cover
    2026-02-10 fee 20.00 letter
    2026-02-11 waive 5.00 penalty goodwill
    2026-03-31 board 800.00 next 2026-04-10 paid-through 2026-03-10
    2026-09-01 charge-off lost
    2026-10-01 recover 100.00 auction

Lines stand in the order of recording. A line is booked on its value date at 08:00 UTC, or on the day
after ``@``: ``2026-02-05 pay 50.00 P2 @ 2026-03-01`` is backdated. The first word after ``pay``'s
amount is its reference, and its event id too; other events get ``E`` and their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from forbear.errors import InputError
from forbear.loans.events import (
    AmountWaived,
    Boarded,
    ChargedOff,
    Disbursed,
    EventBody,
    FeeCharged,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RecoveryReceived,
    TermsChanged,
)
from forbear.loans.terms import LoanTerms
from forbear.money.amount import parse_amount


def ledger(
    story: str,
    *,
    loan_id: str = "L1",
    currency: str = "CNY",
    terms: Mapping[str, LoanTerms] | None = None,
) -> list[LoanEvent]:
    """Read a story into events; ``terms`` names those that a ``terms NAME`` line changes to.

    Raises InputError with the line that can't be read.
    """
    lines = [line.strip() for line in story.strip().splitlines() if line.strip()]
    return [
        _event(line, seq, loan_id=loan_id, currency=currency, terms=terms or {})
        for seq, line in enumerate(lines, 1)
    ]


def _event(line: str, seq: int, *, loan_id: str, currency: str, terms: Mapping[str, LoanTerms]) -> LoanEvent:
    told, _, booked = line.partition(" @ ")
    try:
        day_text, verb, *words = told.split()
        value_date = date.fromisoformat(day_text)
        booked_on = date.fromisoformat(booked.strip()) if booked else value_date
        body = _BODIES[verb](words, currency, terms)
    except (ValueError, KeyError, IndexError) as cause:
        raise InputError(f"Line {seq} of the story can't be read: {line!r}.", field=f"line {seq}") from cause
    return LoanEvent(
        event_id=body.channel_ref if isinstance(body, PaymentReceived) else f"E{seq}",
        loan_id=loan_id,
        seq=seq,
        value_date=value_date,
        booked_on=booked_on,
        recorded_at=datetime.combine(booked_on, time(8), UTC),
        actor="story",
        body=body,
        targets=(words[0],) if verb == "reverse" else (),
    )


def _minor(text: str, currency: str) -> int:
    return parse_amount(text, currency).minor


def _boarded(words: list[str], currency: str) -> Boarded:
    amount, _, next_due, _, paid_through = words
    return Boarded(
        principal=_minor(amount, currency),
        next_due=date.fromisoformat(next_due),
        paid_through=date.fromisoformat(paid_through),
    )


_Read = Callable[[list[str], str, Mapping[str, LoanTerms]], EventBody]

_BODIES: dict[str, _Read] = {
    "disburse": lambda words, currency, _: Disbursed(amount=_minor(words[0], currency)),
    "board": lambda words, currency, _: _boarded(words, currency),
    "pay": lambda words, currency, _: PaymentReceived(
        amount=_minor(words[0], currency), channel_ref=words[1]
    ),
    "reverse": lambda words, _currency, _: PaymentReversed(reason=" ".join(words[1:])),
    "fee": lambda words, currency, _: FeeCharged(
        amount=_minor(words[0], currency), reason=" ".join(words[1:])
    ),
    "waive": lambda words, currency, _: AmountWaived(
        amount=_minor(words[0], currency), part=words[1], reason=" ".join(words[2:])
    ),
    "terms": lambda words, _currency, terms: TermsChanged(terms=terms[words[0]], reason=" ".join(words[1:])),
    "charge-off": lambda words, _currency, _: ChargedOff(reason=" ".join(words)),
    "recover": lambda words, currency, _: RecoveryReceived(
        amount=_minor(words[0], currency), source=" ".join(words[1:])
    ),
}
