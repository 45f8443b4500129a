"""How late a loan and each of its instalments is: since when, how many days, how much, in which band."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from forbear.loans.events import LoanEvent
from forbear.loans.fold import advance, fold
from forbear.loans.position import InstalmentState, Position
from forbear.loans.rules import Delinquency
from forbear.loans.terms import LoanTerms

PLAIN = Delinquency()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late something is: ``since`` its grace ended, ``days`` counted without pauses, the amount overdue.

    ``past_due_days`` are all days since the due day, grace and pauses among them. ``band`` is None when it
    is in order.
    """

    since: date | None = None
    days: int = 0
    past_due_days: int = 0
    amount: int = 0
    band: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What of one instalment is overdue, and since when: its due day, or that of a charge-back in it."""

    instalment_id: str
    since: date
    amount: int


def overdue(position: Position) -> tuple[Overdue, ...]:
    """Return what is overdue of each instalment at the end of the position's day."""
    found = []
    for item in sorted(position.instalments, key=lambda item: item.due_on):
        unpaid = item.unpaid.total
        if unpaid > 0 and item.due_on < position.as_of:
            since = min([item.due_on, *_unpaid_credit_days(item)])
            found.append(Overdue(instalment_id=item.instalment_id, since=since, amount=unpaid))
        elif (days := _unpaid_credit_days(item)) and min(days) < position.as_of:
            amount = sum(credit for day, credit in item.credits if day in days)
            found.append(
                Overdue(instalment_id=item.instalment_id, since=min(days), amount=min(unpaid, amount))
            )
    return tuple(found)


def _unpaid_credit_days(item: InstalmentState) -> list[date]:
    """Return the days of charge-backs that payments have not covered; they are paid first."""
    left, days = item.paid.principal, []
    for day, amount in item.credits:
        if left < amount:
            days.append(day)
        left = max(0, left - amount)
    return days


def lateness(position: Position) -> Lateness:
    """Return how late the loan is: since its oldest overdue amount, after the grace of the terms."""
    rules = position.terms.delinquency or PLAIN
    items = overdue(position)
    if not items:
        return Lateness()
    first = min(item.since for item in items)
    since = first + timedelta(days=rules.grace_days)
    days = max(0, (position.as_of - since).days - paused_days(position, since, rules))
    return Lateness(
        since=since,
        days=days,
        past_due_days=(position.as_of - first).days,
        amount=sum(item.amount for item in items),
        band=rules.band_of(days),
    )


def lateness_by_instalment(position: Position) -> dict[str, Lateness]:
    """Return how late each overdue instalment is, without grace, once the loan is in a band."""
    rules = position.terms.delinquency or PLAIN
    found: dict[str, Lateness] = {}
    if lateness(position).band is None:
        return found
    for item in overdue(position):
        past = (position.as_of - item.since).days
        days = max(0, past - paused_days(position, item.since, rules))
        found[item.instalment_id] = Lateness(
            since=item.since, days=days, past_due_days=past, amount=item.amount, band=rules.band_of(days)
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Days that a loan spent in one band; ``until`` is the day it left it, None while it stays."""

    band: str
    since: date
    until: date | None = None


def stays(terms: LoanTerms, events: Iterable[LoanEvent], *, as_of: date) -> tuple[Stay, ...]:
    """Return the bands that a loan has been in up to the end of ``as_of``, day by day, the first one first.

    Raises InputError as ``fold`` does.
    """
    ledger = list(events)
    if not ledger:
        return ()
    day = min(event.value_date for event in ledger)
    position = fold(terms, ledger, as_of=min(day, as_of))
    found: list[Stay] = []
    while day <= as_of:
        position = advance(position, day)
        band = lateness(position).band
        last = found[-1] if found and found[-1].until is None else None
        if last is not None and last.band != band:
            found[-1] = replace(last, until=day)
        if band is not None and (last is None or last.band != band):
            found.append(Stay(band=band, since=day))
        day += timedelta(days=1)
    return tuple(found)


def amounts_by_band(instalments: Mapping[str, Lateness]) -> dict[str, int]:
    """Return what is overdue by band, over instalments."""
    amounts: dict[str, int] = {}
    for late in instalments.values():
        if late.band is not None:
            amounts[late.band] = amounts.get(late.band, 0) + late.amount
    return amounts


def paused_days(position: Position, since: date, rules: Delinquency) -> int:
    """Return how many days up to the position's were paused: those since a day, or all by the rules."""
    total = 0
    for start, end in position.laid_out.pauses:
        begin = start if rules.pauses_count_for_all else max(start, since)
        total += max(0, (min(end, position.as_of) - begin).days)
    return total


def is_paused(position: Position) -> bool:
    """Tell whether a pause runs on the position's day."""
    return any(start <= position.as_of <= end for start, end in position.laid_out.pauses)
