"""Lives through many borrowers at once, in as many processes as the machine has to spare.

What a borrower does depends on the seed and on that borrower alone, so it does not matter which
process lives which life; they come back in order. The processes touch neither database nor files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from forbear.services.contact_bulk import Collected, PastContacts
from forbear.services.simulation.behaviour import ACTOR, History, history_of
from forbear.services.simulation.desk import Desk
from forbear.services.simulation.lenders import PACK, LenderPlan, Plan
from forbear.services.simulation.loans import LoanPlan
from forbear.services.simulation.people import Person
from forbear.services.simulation.processes import pool, spare_processes
from forbear.store.models import Lender

CHUNK = 40
"""Borrowers that one process lives through before it reports back."""

ALONE_BELOW = 200
"""Loans up to which starting other processes costs more than it saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Some borrowers: their loans, and the people who stand behind or beside them."""

    plan: Plan
    lender: LenderPlan
    row: Lender
    loans: tuple[LoanPlan, ...]
    people: dict[int, Person]


@dataclass(frozen=True, slots=True)
class Lived:
    """What became of a lot: the ledger of each loan, and the contacts."""

    histories: list[History]
    contacts: Collected


def lives(
    plan: Plan, lender: LenderPlan, row: Lender, loans: Sequence[LoanPlan], people: dict[int, Person]
) -> Iterator[Lived]:
    """Return what becomes of every borrower, lot by lot, in the order of the borrowers.

    Helper processes begin at once, whenever the first lot is asked for.
    """
    lots = list(_lots(plan, lender, row, loans, people))
    processes = spare_processes()
    if processes == 1 or len(loans) <= ALONE_BELOW:
        return map(live, lots)
    helpers = pool(processes)
    return _until_done(helpers, helpers.map(live, lots))


def _until_done(helpers: Executor, lived: Iterator[Lived]) -> Iterator[Lived]:
    try:
        yield from lived
    finally:
        helpers.shutdown(wait=False, cancel_futures=True)


def live(lot: Lot) -> Lived:
    """Live through a lot: first how each borrower paid, then how the desk worked the late ones."""
    contacts = PastContacts(actor=ACTOR, lender_id=lot.row.pk, pack_id=PACK)
    desk = Desk(lot.plan, lot.row, lot.people, contacts)
    histories = [history_of(lot.plan, lot.lender, loan) for loan in lot.loans]
    late: dict[int, list[History]] = defaultdict(list)
    for history in histories:
        if history.late:
            late[history.loan.borrower].append(history)
    for borrower, theirs in late.items():
        desk.work(borrower, theirs)
    return Lived(histories, contacts.collected)


def _lots(
    plan: Plan, lender: LenderPlan, row: Lender, loans: Sequence[LoanPlan], people: dict[int, Person]
) -> Iterator[Lot]:
    by_borrower: dict[int, list[LoanPlan]] = defaultdict(list)
    for loan in loans:
        by_borrower[loan.borrower].append(loan)
    borrowers = sorted(by_borrower)
    for start in range(0, len(borrowers), CHUNK):
        theirs = [loan for borrower in borrowers[start : start + CHUNK] for loan in by_borrower[borrower]]
        numbers = {number for loan in theirs for number, _ in loan.roles}
        yield Lot(
            plan=plan,
            lender=lender,
            row=row,
            loans=tuple(theirs),
            people={number: people[number] for number in numbers},
        )
