"""The ledger's balances beside those that another system reported, at the end of each month.

Free running is the night's own principal. One step boards each loan anew with the balance reported
for the month before. Beside both stands the naive recursion: a twelfth of the yearly rate on the balance
before, less the month's money. What was booked only to end a loan reported as paid off is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from forbear.book.comparison import THRESHOLDS, Report, Step, one_step, paid_through_of, share_within
from forbear.book.history import SETTLEMENT, Entry
from forbear.loans.events import Boarded, ChargedOff, FeeCharged, LoanEvent, PaymentReceived, RecoveryReceived
from forbear.loans.fold import fold
from forbear.loans.terms import LoanTerms
from forbear.services.report.nights import BookNight
from forbear.store.models import Snapshot
from forbear.store.selectors.night import chunks, events_until, ledger_heads, terms_by_loan

CARRIED = (PaymentReceived, FeeCharged, ChargedOff, RecoveryReceived)
"""What a step carries on from a report; a month in which anything else happened is left out."""

REPORT_EVERY = 500


@dataclass(slots=True)
class Comparison:
    """Differences from the reported balances, in minor units, one for each compared loan-month."""

    one_step: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    naive_one_step: list[int] = field(default_factory=list)
    naive_free: list[int] = field(default_factory=list)
    since: date | None = None
    until: date | None = None

    def shares(self, *, digits: int) -> dict[str, list[float]]:
        """Return, for each way, which share in per cent is within each of THRESHOLDS."""
        ways = {
            "one_step": self.one_step,
            "free": self.free,
            "naive_one_step": self.naive_one_step,
            "naive_free": self.naive_free,
        }
        return {
            way: [share_within(errors, units, digits=digits) for units in THRESHOLDS]
            for way, errors in ways.items()
        }


def compare(
    lender_id: str, nights: Sequence[BookNight], *, report: Callable[[str], None]
) -> Comparison | None:
    """Compare every loan-month with a night and a report of its day; None where there is none."""
    if not Snapshot.objects.filter(lender_id=lender_id).exists():
        return None
    positions = _principals(nights)
    found = Comparison()
    heads = ledger_heads(lender_id, nights[-1].day)
    done = 0
    for part in chunks(heads):
        terms = terms_by_loan(part)
        events = events_until({loan_id: heads[loan_id] for loan_id in part})
        reports = _reports(part)
        for loan_id in part:
            own = positions.get(loan_id, {})
            _compare_loan(found, terms[loan_id], events[loan_id], reports.get(loan_id, []), own)
        done += len(part)
        report(f"loans compared with what was reported: {done} of {len(heads)}")
    return found if found.one_step else None


def _principals(nights: Sequence[BookNight]) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for item in nights:
        columns = zip(item.night.loan_ids.tolist(), item.night.principal.tolist(), strict=True)
        for loan_id, principal in columns:
            found.setdefault(loan_id, {})[item.day] = principal
    return found


def _reports(loan_ids: Sequence[str]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = {}
    rows = Snapshot.objects.filter(loan_id__in=loan_ids).order_by("loan_id", "as_of")
    for loan_id, day, balance in rows.values_list("loan_id", "as_of", "balance"):
        found.setdefault(loan_id, []).append(Report(day, balance))
    return found


def _compare_loan(
    found: Comparison,
    terms: LoanTerms,
    events: Sequence[LoanEvent],
    reports: Sequence[Report],
    own: dict[date, int],
) -> None:
    """Add one loan's months to what was found."""
    naive = float(reports[0].balance) if reports else 0.0
    growth = float(1 + terms.rate_annual / 12)
    for before, now, entries, step in _steps(terms, events, reports):
        money = sum(e.body.amount for e in entries if isinstance(e.body, PaymentReceived))
        naive = naive * growth - money
        if now.on not in own or step is None:
            continue
        found.one_step.append(step.balance - now.balance)
        found.free.append(own[now.on] + _settled(events, before, now) - now.balance)
        found.naive_one_step.append(round(before.balance * growth) - money - now.balance)
        found.naive_free.append(round(naive) - now.balance)
        found.since = min(found.since or now.on, now.on)
        found.until = max(found.until or now.on, now.on)


def _steps(
    terms: LoanTerms, events: Sequence[LoanEvent], reports: Sequence[Report]
) -> Iterator[tuple[Report, Report, list[Entry], Step | None]]:
    """Yield each pair of reports that follow one another, what happened between, and the step from one."""
    if len(reports) < 2:
        return
    due_day, charged_off = _due_day(terms, events), False
    first = fold(terms, events, as_of=reports[0].on)
    paid_through = paid_through_of(first) or reports[0].on
    for before, now in pairwise(reports):
        entries = [
            Entry(event.event_id, event.value_date, event.body)
            for event in events
            if before.on < event.value_date <= now.on and not _settlement(event)
        ]
        step: Step | None = None
        if before.balance <= 0 or charged_off:
            money = sum(e.body.amount for e in entries if isinstance(e.body, PaymentReceived))
            step = Step(before.balance - money, paid_through)
        elif all(isinstance(entry.body, CARRIED) for entry in entries):
            step = one_step(terms, before, entries, on=now.on, due_day=due_day, paid_through=paid_through)
            paid_through = step.paid_through
        charged_off |= any(isinstance(entry.body, ChargedOff) for entry in entries)
        yield before, now, entries, step


def _due_day(terms: LoanTerms, events: Sequence[LoanEvent]) -> int:
    opened = events[0].body
    return opened.next_due.day if isinstance(opened, Boarded) else terms.first_due.day


def _settled(events: Sequence[LoanEvent], before: Report, now: Report) -> int:
    """Return what was booked between two reports only to end the loan: free running would still owe it."""
    between = [event for event in events if before.on < event.value_date <= now.on]
    return sum(_settlement(event) for event in between)


def _settlement(event: LoanEvent) -> int:
    """Return the money of a payment that was booked only to end the loan; 0 for any other event."""
    body = event.body
    return body.amount if isinstance(body, PaymentReceived) and body.channel_ref == SETTLEMENT else 0
