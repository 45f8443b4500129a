"""Cases and promises at the end of a day: who fell overdue, who is cured, whose promise was kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count

from forbear.book.columns import FLAG_HALTED, OVERDUE, Row
from forbear.conduct.features import History
from forbear.conduct.promises import MoneyIn, PromiseToPay, settle_promises
from forbear.loans.events import PaymentReceived, PaymentReversed
from forbear.loans.position import LoanState
from forbear.services.dates import business_date
from forbear.services.leaves import Entry, leaves_change
from forbear.store.models import Case, LedgerEvent, Lender, Loan, Promise
from forbear.store.models.ids import derived_id
from forbear.store.selectors.night import chunks

CASE_COLUMNS = [
    "loan_id", "as_of", "state", "days_past_due", "oldest_due", "disbursed_on", "original_principal",
    "principal",
    *OVERDUE,
    "due_principal", "due_interest", "due_fee", "instalments_overdue", "flags",
]  # fmt: skip


@dataclass(slots=True)
class Casework:
    """What a night finds to change in cases and promises; nothing is written before ``store``.

    ``open`` are the cases that are open at the end of the day, by loan, the new ones among them;
    ``promised`` and ``histories`` speak of their loans.
    """

    opened: list[Case] = field(default_factory=list)
    closed: list[Case] = field(default_factory=list)
    open: dict[str, Case] = field(default_factory=dict)
    settled: list[Promise] = field(default_factory=list)
    promised: dict[str, PromiseOutlook] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)

    def store(self, now: datetime) -> None:
        """Write the changes, recorded at ``now``; call it inside the night's transaction."""
        Case.objects.bulk_update(self.closed, ["closed_on"], batch_size=500)
        Case.objects.bulk_create(self.opened, batch_size=500)
        Promise.objects.bulk_update(self.settled, ["state"], batch_size=500)
        leaves_change([Entry("promise", row, row.party_id, now) for row in self.settled])


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOutlook:
    """How the promises of a loan stand: ``none``, ``open`` until ``due_on``, or ``broken`` last.

    A promise that was broken before the loan last came into order says nothing of what is owed now.
    """

    state: str
    due_on: date | None = None


NO_PROMISE = PromiseOutlook(state="none")


def casework(lender: Lender, rows: Sequence[Row], *, day: date, grace_days: int) -> Casework:
    """Find what changes in cases and promises by the end of the day, from the night's rows.

    ``rows``, with CASE_COLUMNS, are those that are overdue or have an open case; ``grace_days`` is
    how long a promised transfer may take. A halted loan is left as it is, and so are promises about loans
    whose payments another system keeps.
    """
    work = Casework()
    _cases(work, lender, rows, day)
    by_loan = _promises(lender, work.open, day)
    _settle(work, lender, by_loan, day, grace_days)
    behind_since = {row["loan_id"]: row["oldest_due"] for row in rows}
    work.promised = {
        loan_id: _outlook(found, behind_since.get(loan_id)) for loan_id, found in by_loan.items()
    }
    work.histories = _histories(work.open, by_loan, day)
    return work


def open_case_loans(lender: Lender) -> list[str]:
    """Return the loans that have an open case."""
    return list(Case.objects.filter(lender=lender, closed_on=None).values_list("loan_id", flat=True))


def is_worked(row: Row) -> bool:
    """Say whether a loan is overdue and not charged off: then it has a case."""
    return row["state"] == LoanState.ACTIVE.value and row["days_past_due"] > 0


def _cases(work: Casework, lender: Lender, rows: Sequence[Row], day: date) -> None:
    cases = Case.objects.filter(lender=lender, closed_on=None, opened_on__lte=day)
    work.open = {case.loan_id: case for case in cases}
    for row in rows:
        loan_id = row["loan_id"]
        if row["flags"] & FLAG_HALTED:
            continue
        if is_worked(row) and loan_id not in work.open:
            case = Case(
                id=derived_id("case", lender.pk, loan_id, day.isoformat()),
                lender=lender,
                loan_id=loan_id,
                opened_on=day,
            )
            work.opened.append(case)
            work.open[loan_id] = case
        elif loan_id in work.open and not is_worked(row) and row["state"] != LoanState.CHARGED_OFF.value:
            work.closed.append(work.open.pop(loan_id))
            work.closed[-1].closed_on = day


def _promises(lender: Lender, worked: Iterable[str], day: date) -> dict[str, list[Promise]]:
    """Return the promises made by the end of the day on the worked loans and those with an open one."""
    ours = Promise.objects.filter(lender=lender, loan__books=Loan.Books.OWN)
    waiting = ours.filter(state=Promise.State.OPEN).values_list("loan_id", flat=True)
    found: dict[str, list[Promise]] = defaultdict(list)
    for part in chunks(dict.fromkeys((*worked, *waiting))):
        for promise in ours.filter(loan_id__in=part).order_by("due_on", "made_at", "pk"):
            if business_date(lender, promise.made_at) <= day:
                found[promise.loan_id].append(promise)
    return found


def _settle(
    work: Casework, lender: Lender, by_loan: Mapping[str, list[Promise]], day: date, grace_days: int
) -> None:
    due = {
        loan_id: promises
        for loan_id, promises in by_loan.items()
        if any(promise.state == Promise.State.OPEN for promise in promises)
    }
    money = _money(lender, due, day)
    for loan_id, promises in due.items():
        standing = [promise for promise in promises if promise.state != Promise.State.BROKEN]
        found = settle_promises(
            [_plain(lender, promise) for promise in standing],
            money.get(loan_id, []),
            as_of=day,
            grace_days=grace_days,
        )
        for promise in standing:
            if promise.state == Promise.State.OPEN and promise.pk in found:
                promise.state = found[promise.pk]
                work.settled.append(promise)


def _plain(lender: Lender, promise: Promise) -> PromiseToPay:
    return PromiseToPay(
        promise_id=promise.pk,
        amount=promise.amount,
        made_on=business_date(lender, promise.made_at),
        due_on=promise.due_on,
    )


def _money(lender: Lender, due: Mapping[str, list[Promise]], day: date) -> dict[str, list[MoneyIn]]:
    """Return the payments that stand by the end of the day, by loan, from the first promise on."""
    if not due:
        return {}
    first = min(business_date(lender, promise.made_at) for found in due.values() for promise in found)
    events = LedgerEvent.objects.filter(
        lender=lender,
        loan_id__in=list(due),
        kind__in=[PaymentReceived.KIND, PaymentReversed.KIND],
        value_date__gte=first,
        value_date__lte=day,
    ).order_by("loan_id", "value_date", "seq")
    received: dict[str, dict[str, MoneyIn]] = defaultdict(dict)
    for event in events:
        if event.kind == PaymentReceived.KIND:
            money = MoneyIn(on=event.value_date, amount=event.body["amount"])
            received[event.loan_id][event.event_id] = money
        else:
            for target in event.targets:
                received[event.loan_id].pop(target, None)
    return {loan_id: list(found.values()) for loan_id, found in received.items()}


def _outlook(promises: Sequence[Promise], behind_since: date | None) -> PromiseOutlook:
    waiting = [promise.due_on for promise in promises if promise.state == Promise.State.OPEN]
    if waiting:
        return PromiseOutlook(state="open", due_on=max(waiting))
    last = promises[-1]
    is_of_now = behind_since is not None and last.due_on >= behind_since
    return PromiseOutlook(state="broken") if is_of_now and last.state == Promise.State.BROKEN else NO_PROMISE


def _histories(worked: Iterable[str], by_loan: Mapping[str, list[Promise]], day: date) -> dict[str, History]:
    histories = {}
    for part in chunks(worked):
        closed = Case.objects.filter(loan_id__in=part, closed_on__lte=day).order_by()
        cures = dict(closed.values_list("loan_id").annotate(Count("pk")))
        for loan_id in part:
            histories[loan_id] = History(
                past_cures=cures.get(loan_id, 0),
                kept_promises=_count(by_loan.get(loan_id, ()), Promise.State.KEPT),
                broken_promises=_count(by_loan.get(loan_id, ()), Promise.State.BROKEN),
            )
    return histories


def _count(promises: Sequence[Promise], state: str) -> int:
    return sum(1 for promise in promises if promise.state == state)
