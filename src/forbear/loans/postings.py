"""Double entry for a loan's events, in a chart given as data: every event's postings balance.

A chart says, for each kind of event, from where to where each part of it is booked, by name of a role; the
lender's account numbers stand behind the roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.errors import InputError, invariant
from forbear.loans.accruals import AccrualEntry
from forbear.loans.slots import PartAmounts
from forbear.loans.statement import LedgerRow

OVERPAID = "overpaid"
WHOLE = "whole"
"""Beside the four parts, a rule may speak of what went to or came from credit, and of all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of an entry: ``debit`` and ``credit`` in minor units, one of them 0."""

    event_id: str
    day: date
    role: str
    debit: int = 0
    credit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Roles by kind of event.

    ``debits`` and ``credits`` map a key to roles by part (principal, interest, fee, penalty), overpaid or
    whole. A key is the kind, or ``kind/payment kind`` for one kind of payment; after charge-off
    ``key@charged_off`` is looked for first.
    """

    debits: Mapping[str, Mapping[str, str]]
    credits: Mapping[str, Mapping[str, str]]


def amounts_of(parts: PartAmounts, overpaid: int) -> dict[str, int]:
    """Return the amounts that a chart's rules speak of, by their names."""
    return {
        "principal": parts.principal,
        "interest": parts.interest,
        "fee": parts.fee,
        "penalty": parts.penalty,
        OVERPAID: overpaid,
        WHOLE: parts.total + overpaid,
    }


def postings_of(row: LedgerRow, chart: Chart, *, charged_off: bool) -> tuple[Posting, ...]:
    """Return the postings of one ledger row, and their reversal where it is undone.

    ``charged_off`` tells whether the loan had left the assets by then. Raises InputError where the chart
    has no rule for the row.
    """
    keys = [row.kind] if row.payment_kind is None else [f"{row.kind}/{row.payment_kind}", row.kind]
    parts, overpaid = booked_amounts(row)
    booked = _book(
        row.event_id, row.value_date, keys, amounts_of(parts, overpaid), chart, charged_off=charged_off
    )
    if not row.undone:
        return booked
    back = tuple(
        Posting(event_id=one.event_id, day=one.day, role=one.role, debit=one.credit, credit=one.debit)
        for one in booked
    )
    return booked + back


def booked_amounts(row: LedgerRow) -> tuple[PartAmounts, int]:
    """Return a row's amounts by part and from credit, as they are booked; what was lent is principal."""
    if row.parts.total == 0 and row.kind in ("disbursed", "further_disbursed", "boarded"):
        return PartAmounts(principal=row.amount - row.overpaid), row.overpaid
    return row.booked, row.overpaid


def postings_of_accrual(entry: AccrualEntry, chart: Chart) -> tuple[Posting, ...]:
    """Return the postings of income that was earned."""
    amounts = amounts_of(entry.parts, 0)
    return _book(f"accrual-{entry.day}", entry.day, ["accrual"], amounts, chart, charged_off=False)


def _book(
    event_id: str,
    day: date,
    keys: list[str],
    amounts: Mapping[str, int],
    chart: Chart,
    *,
    charged_off: bool,
) -> tuple[Posting, ...]:
    postings = []
    for sides, is_debit in ((chart.debits, True), (chart.credits, False)):
        roles = _rule(sides, keys, charged_off=charged_off)
        for role, amount in _by_role(roles, amounts).items():
            debit, credit = (amount, 0) if is_debit else (0, amount)
            postings.append(Posting(event_id=event_id, day=day, role=role, debit=debit, credit=credit))
    invariant(trial_balance(postings) == 0, "the postings of an event balance")
    return tuple(postings)


def _rule(sides: Mapping[str, Mapping[str, str]], keys: list[str], *, charged_off: bool) -> Mapping[str, str]:
    wanted = [f"{key}@charged_off" for key in keys if charged_off] + keys
    for key in wanted:
        if key in sides:
            return sides[key]
    raise InputError(f"The chart has no rule for {keys[0]}.", field="chart")


def _by_role(roles: Mapping[str, str], amounts: Mapping[str, int]) -> dict[str, int]:
    booked: dict[str, int] = {}
    for name, role in roles.items():
        if amounts[name]:
            booked[role] = booked.get(role, 0) + amounts[name]
    return booked


def trial_balance(postings: Iterable[Posting]) -> int:
    """Return debits less credits; 0 for whole ledgers."""
    return sum(posting.debit - posting.credit for posting in postings)
