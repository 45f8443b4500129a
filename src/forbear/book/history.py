"""From a tape's rows to the ledger of a loan: its terms, and what happened on which day.

A monthly row says how much came in, not when. One rule for every loan gives the day: the money of a
month came in on the loan's day of the month, as the profile's ``payment_day`` says, and all at once.
Only money that ends the loan dates itself: a payoff is what was owed on one day of that month.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from forbear.book.profile import OpeningRule, PaymentDay, Profile
from forbear.book.rejects import CellError, Reason
from forbear.book.tape import TapeLoan, TapeMonth, TapePayment, TapeRow
from forbear.errors import InputError
from forbear.loans.events import (
    Boarded,
    ChargedOff,
    Disbursed,
    EventBody,
    FeeCharged,
    LoanEvent,
    PaymentReceived,
    RecoveryReceived,
)
from forbear.loans.fold import advance, fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months, month_end

LATE_CHARGES_MOST = 2
"""Late charges that the money of one month is taken to hold at most."""

OPENING = "opening"
LATE_CHARGE = "late charge"
COLLATERAL = "collateral"
SETTLEMENT = "settled: reported as paid off"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to record. ``mark`` names it within its loan, the same each time the tape is read."""

    mark: str
    value_date: date
    body: EventBody


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanHistory:
    """What a tape says of one loan. ``balances`` are what the other system reported, by day."""

    loan: TapeLoan
    terms: LoanTerms
    entries: tuple[Entry, ...]
    balances: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a ledger starts, and the day of the month on which the money of a monthly row came in."""

    terms: LoanTerms
    entry: Entry
    balance: int
    money_day: int
    late_charge_share: Fraction

    def entries_of(self, month: TapeMonth, position: Position | None, *, charged_off: bool) -> list[Entry]:
        """Return the events of one reported month.

        ``position`` is that of the end of the month before: with it, money that ends the loan is
        recognised and dated. A month with proceeds or recoveries is the month of charge-off.
        """
        entries = []
        if month.paid:
            payoff = payoff_day(position, month.paid, on=month.on) if position else None
            day = payoff or _day_in(month.on, self.money_day)
            charge = 0 if payoff or charged_off else self._late_charge(month.paid)
            if charge:
                entries.append(_entry(month, "fee", day, FeeCharged(amount=charge, reason=LATE_CHARGE)))
            reference = f"tape {month.on:%Y-%m}"
            money = PaymentReceived(amount=month.paid, channel_ref=reference)
            entries.append(_entry(month, "payment", day, money))
        if (month.proceeds or month.recovered) and not charged_off:
            entries.append(_entry(month, "charge_off", month.on, ChargedOff(reason=COLLATERAL)))
        for amount, source in ((month.proceeds, COLLATERAL), (month.recovered, "borrower")):
            if amount:
                entries.append(
                    _entry(month, source, month.on, RecoveryReceived(amount=amount, source=source))
                )
        return entries

    def _late_charge(self, paid: int) -> int:
        """Return what is beyond whole instalments where that is one or two late charges, else 0."""
        level = self.terms.instalment
        if level is None or not self.late_charge_share:
            return 0
        beyond, charge = paid % level, level * self.late_charge_share
        exact = any(abs(beyond - number * charge) < 1 for number in range(1, LATE_CHARGES_MOST + 1))
        return beyond if exact and paid > level else 0


def history_of(loan: TapeLoan, rows: Sequence[TapeRow], profile: Profile) -> LoanHistory | None:
    """Return the history that the rows of one loan, in order, tell.

    None means that there is nothing to open: no report yet, or nothing outstanding at the first.
    Raises CellError where no loan can have these terms.
    """
    months = [row for row in rows if isinstance(row, TapeMonth)]
    is_reported = profile.opening is OpeningRule.FIRST_REPORT
    if is_reported and (not months or months[0].balance <= 0):
        return None
    try:
        opening = boarding(loan, months[0], profile) if is_reported else _disbursal(loan, profile)
        position_of(opening.terms, [opening.entry], as_of=opening.entry.value_date)
        entries = _entries(opening, months[1:] if is_reported else rows)
    except InputError as error:
        column = error.field or ""
        raise CellError(Reason.IMPOSSIBLE, str(error), column=column, value=loan.reference) from error
    balances = tuple((month.on, month.balance) for month in months)
    return LoanHistory(loan=loan, terms=opening.terms, entries=tuple(entries), balances=balances)


def boarding(loan: TapeLoan, first: TapeMonth, profile: Profile) -> Opening:
    """Return how the ledger of a loan starts that comes over with its first report.

    The due day of the month follows from the days past due where there are any, else from the first due
    day where the tape has its day, else it is the day up to which interest is paid. A loan of which
    nothing falls due next month is one instalment ahead.
    """
    paid_through = loan.paid_through or first.on
    if loan.days_past_due:
        next_due = first.on - timedelta(days=loan.days_past_due)
    else:
        knows_day = any("%d" in written for written in profile.loans.columns["first_due"].dates)
        months = 2 if loan.due_next == 0 else 1
        due_day = (loan.first_due if knows_day else paid_through).day
        next_due = _day_in(add_months(first.on, months), due_day)
    opened = Boarded(principal=first.balance, next_due=next_due, paid_through=paid_through)
    return Opening(
        terms=_terms(loan, profile, first_due=_day_in(loan.first_due, next_due.day)),
        entry=Entry(OPENING, first.on, opened),
        balance=first.balance,
        money_day=_money_day(profile, due_day=next_due.day, paid_through=paid_through),
        late_charge_share=profile.late_charge_share,
    )


def position_of(terms: LoanTerms, entries: Sequence[Entry], *, as_of: date) -> Position:
    """Fold the entries of one loan up to the end of a day, as the ledger will."""
    return fold(terms, ledger_of(entries), as_of=as_of)


def ledger_of(entries: Sequence[Entry], *, first_seq: int = 1) -> list[LoanEvent]:
    """Return entries as the events of a loan that is not stored anywhere."""
    return [
        LoanEvent(
            event_id=entry.mark,
            loan_id="tape",
            seq=seq,
            value_date=entry.value_date,
            booked_on=entry.value_date,
            recorded_at=datetime(1970, 1, 1, tzinfo=UTC),
            actor="system:tape",
            body=entry.body,
        )
        for seq, entry in enumerate(entries, first_seq)
    ]


def last_of_month_before(day: date) -> date:
    """Return the last day of the month before that of ``day``."""
    return day.replace(day=1) - timedelta(days=1)


def _disbursal(loan: TapeLoan, profile: Profile) -> Opening:
    return Opening(
        terms=_terms(loan, profile, first_due=loan.first_due),
        entry=Entry(OPENING, loan.disbursed_on, Disbursed(amount=loan.principal)),
        balance=loan.principal,
        money_day=_money_day(profile, due_day=loan.first_due.day, paid_through=loan.paid_through),
        late_charge_share=profile.late_charge_share,
    )


def _entries(opening: Opening, rows: Sequence[TapeRow]) -> list[Entry]:
    entries, before, charged_off = [opening.entry], opening.balance, False
    for row in rows:
        if isinstance(row, TapePayment):
            entries.append(_dated(row))
            continue
        may_end = row.paid * 2 >= before or row.balance <= 0
        earlier = last_of_month_before(row.on)
        position = position_of(opening.terms, entries, as_of=earlier) if may_end and before > 0 else None
        entries += opening.entries_of(row, position, charged_off=charged_off)
        entries += _settlement(opening, row, position) if position else ()
        charged_off |= any(isinstance(entry.body, ChargedOff) for entry in entries[-3:])
        before = row.balance
    return entries


def _settlement(opening: Opening, month: TapeMonth, position: Position) -> list[Entry]:
    """Balance a loan that the other system reports as paid off, where our days left something owed."""
    if month.proceeds or month.recovered or month.balance:
        return []
    day = payoff_day(position, month.paid, on=month.on) or _day_in(month.on, opening.money_day)
    short = advance(position, day).payoff - month.paid
    if short <= 0:
        return []
    return [_entry(month, "settlement", day, PaymentReceived(amount=short, channel_ref=SETTLEMENT))]


def _dated(row: TapePayment) -> Entry:
    mark = f"{row.on} {row.kind} {row.reference or row.amount}"
    match row.kind:
        case "charge_off":
            return Entry(mark, row.on, ChargedOff(reason="reported"))
        case "recovery":
            return Entry(mark, row.on, RecoveryReceived(amount=row.amount, source=row.reference or "tape"))
        case _:
            return Entry(
                mark, row.on, PaymentReceived(amount=row.amount, channel_ref=row.reference or "tape")
            )


def _entry(month: TapeMonth, what: str, day: date, body: EventBody) -> Entry:
    return Entry(f"{month.on:%Y-%m} {what}", day, body)


def _terms(loan: TapeLoan, profile: Profile, *, first_due: date) -> LoanTerms:
    spec = profile.terms
    return LoanTerms(
        currency=profile.lender.currency,
        principal=loan.principal,
        rate_annual=loan.rate,
        penalty_rate_annual=spec.penalty_rate_annual,
        day_count=spec.day_count,
        instalments=loan.instalments,
        disbursed_on=loan.disbursed_on,
        first_due=first_due,
        instalment=loan.instalment,
        grace_days=spec.grace_days,
        late_fee=spec.late_fee,
        recalculation=spec.recalculation,
        allocation=spec.allocation,
    )


def _money_day(profile: Profile, *, due_day: int, paid_through: date | None) -> int:
    match profile.payment_day:
        case PaymentDay.PAID_THROUGH_DAY if paid_through is not None:
            return paid_through.day
        case PaymentDay.LAST_DAY:
            return 31
        case _:
            return due_day


def _day_in(month: date, day: int) -> date:
    """Return this day of the month, or its last day where it has no such day."""
    last = month_end(month)
    return last.replace(day=min(day, last.day))


def payoff_day(position: Position, paid: int, *, on: date) -> date | None:
    """Return the last day of the month of ``on`` on which so much money still ends the loan.

    ``position`` stands before that month. None where the money is less than the principal; the first
    of the month where it is more, but too little for the interest.
    """
    if position.principal <= 0 or paid < position.principal:
        return None
    days = [on.replace(day=day) for day in range(1, month_end(on).day + 1)]
    enough = bisect_right(days, paid, key=lambda day: advance(position, day).payoff)
    return days[max(0, enough - 1)]
