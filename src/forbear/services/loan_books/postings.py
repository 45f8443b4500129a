"""The double entry of one loan in a lender's chart of accounts, and its trial balance.

What happened is booked on its value date; interest and overdue interest are booked as income on each due day
and on the day of the books, by what had built up until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forbear.errors import invariant
from forbear.loans.accruals import AccrualEntry, accrue
from forbear.loans.events import FeeCharged
from forbear.loans.postings import Posting, postings_of, postings_of_accrual
from forbear.loans.slots import PartAmounts
from forbear.services.loan_books.chart import Account, BookChart
from forbear.services.loan_books.interest import Timeline
from forbear.services.loan_books.statement import Books

ACCRUAL = "accrual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One side of an entry, by account; one of the amounts is 0."""

    account: Account
    debit: int
    credit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """What one event, or the income of a stretch of days, is booked as; its lines balance."""

    day: date
    kind: str
    event_id: str
    lines: tuple[Line, ...]
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What stands on one account in the end: debits, credits, and the side that is larger."""

    account: Account
    debit: int
    credit: int

    @property
    def over_debit(self) -> int:
        """Debits beyond credits, or 0."""
        return max(0, self.debit - self.credit)

    @property
    def over_credit(self) -> int:
        """Credits beyond debits, or 0."""
        return max(0, self.credit - self.debit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """All entries of a loan by day, and the balance of every account that they touch."""

    entries: tuple[JournalEntry, ...]
    balances: tuple[Balance, ...]

    @property
    def debits(self) -> int:
        """All that was booked as debit."""
        return sum(balance.debit for balance in self.balances)

    @property
    def credits(self) -> int:
        """All that was booked as credit."""
        return sum(balance.credit for balance in self.balances)

    @property
    def over_debit(self) -> int:
        """The sum of the debit balances."""
        return sum(balance.over_debit for balance in self.balances)

    @property
    def over_credit(self) -> int:
        """The sum of the credit balances."""
        return sum(balance.over_credit for balance in self.balances)

    @property
    def difference(self) -> int:
        """Debits less credits of the trial balance: 0."""
        return self.debits - self.credits


def journal_of(books: Books, chart: BookChart) -> Journal:
    """Book a loan in a chart; raises InputError where the chart lacks a rule for something that happened."""
    entries = sorted(
        [*_events(books, chart), *_income(books, chart)], key=lambda entry: (entry.day, entry.kind != ACCRUAL)
    )
    lines = [line for entry in entries for line in entry.lines]
    invariant(sum(line.debit - line.credit for line in lines) == 0, "the trial balance is zero")
    return Journal(entries=tuple(entries), balances=_balances(lines, chart))


def _events(books: Books, chart: BookChart) -> Iterator[JournalEntry]:
    for row in books.statement.ledger:
        if chart.books(row):
            postings = postings_of(row, chart.rules, charged_off=row.charged_off)
            yield _entry(row.value_date, row.kind, row.event_id, postings, chart, undone=row.undone)


def _income(books: Books, chart: BookChart) -> Iterator[JournalEntry]:
    for accrued in _accruals(books):
        postings = postings_of_accrual(accrued, chart.rules)
        yield _entry(accrued.day, ACCRUAL, "", postings, chart)


def _accruals(books: Books) -> Sequence[AccrualEntry]:
    position = books.position
    if position.terms.pattern is not None:
        return accrue(books.statement, (), through=position.as_of)
    return [AccrualEntry(day=day, parts=parts, shares=()) for day, parts in _built_up(books) if parts.total]


def _built_up(books: Books) -> Iterator[tuple[date, PartAmounts]]:
    """Return by day what interest built up since the day before it here, and the late fees of that day."""
    position, terms = books.position, books.position.terms
    interest = Timeline(books.explanation.interest, terms.day_count, terms.rounding.interest)
    penalty = Timeline(books.explanation.penalty, terms.day_count, terms.rounding.penalty)
    late_fees = _late_fees(books)
    days = {item.due_on for item in position.instalments if item.fallen} | set(late_fees) | {position.as_of}
    before = (0, 0)
    for day in sorted(days):
        now = (interest.posted(day), penalty.posted(day))
        yield (
            day,
            PartAmounts(interest=now[0] - before[0], penalty=now[1] - before[1], fee=late_fees.get(day, 0)),
        )
        before = now


def _late_fees(books: Books) -> dict[date, int]:
    """Return by day the late fees that the contract charges; others are events of their own."""
    position = books.position
    charged = {row.event_id for row in books.statement.ledger if row.kind == FeeCharged.KIND}
    fees: dict[date, int] = {}
    for item in position.instalments:
        if item.due.fee and item.instalment_id not in charged:
            day = min(position.as_of, item.due_on + timedelta(days=position.terms.grace_days + 1))
            fees[day] = fees.get(day, 0) + item.due.fee
    return fees


def _entry(
    day: date,
    kind: str,
    event_id: str,
    postings: Iterable[Posting],
    chart: BookChart,
    *,
    undone: bool = False,
) -> JournalEntry:
    lines = tuple(_line(posting, chart) for posting in postings)
    return JournalEntry(day=day, kind=kind, event_id=event_id, lines=lines, undone=undone)


def _line(posting: Posting, chart: BookChart) -> Line:
    """Return a posting by account; an amount below 0 is one on the other side."""
    net = posting.debit - posting.credit
    return Line(account=chart.accounts[posting.role], debit=max(0, net), credit=max(0, -net))


def _balances(lines: Iterable[Line], chart: BookChart) -> tuple[Balance, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        debit, credit = sums.get(line.account.role, (0, 0))
        sums[line.account.role] = (debit + line.debit, credit + line.credit)
    return tuple(
        Balance(account=account, debit=sums[role][0], credit=sums[role][1])
        for role, account in chart.accounts.items()
        if role in sums
    )
