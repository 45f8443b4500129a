"""A loan while it is folded: mutable, and never seen outside ``loans``.

A position is thawed into this, moved on, and frozen again. What is kept twice for speed (the open
instalments, the money paid ahead) follows from the rest on every thaw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from forbear.errors import InvariantError
from forbear.loans.accrual import RunningAccrual, Segment
from forbear.loans.layout import Row, borne
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import Accrual, Allocation, Bearing, Disbursement, InstalmentState
from forbear.loans.schedule import Opening, Origin, Schedule, build_schedule, level_instalment
from forbear.loans.shelf import Shelf
from forbear.loans.slots import Part, PartAmounts, Slot, Timing
from forbear.loans.terms import LoanTerms, Recalculation

PRINCIPAL, INTEREST, FEE, PENALTY = 0, 1, 2, 3
ALL_PARTS = (PRINCIPAL, INTEREST, FEE, PENALTY)
PARTS = (Part.PRINCIPAL, Part.INTEREST, Part.FEE, Part.PENALTY)
INDEX_OF = {part: index for index, part in enumerate(PARTS)}

Order = tuple[tuple[tuple[bool, int], ...], tuple[int, ...]]
"""The slots of what is due, as (late, part), and the parts that are paid in advance."""

Amounts = list[int]
"""Four amounts, by PRINCIPAL, INTEREST, FEE, PENALTY."""


class Item:
    """One instalment, or one charged fee, with what is settled of it."""

    __slots__ = ("credits", "due", "due_on", "id", "late", "origin", "paid", "place", "settled_on", "waived")

    def __init__(self, item_id: str, due_on: date, due: Amounts, origin: Origin = Origin.CONTRACT) -> None:
        self.id = item_id
        self.due_on = due_on
        self.due = due
        self.paid = [0, 0, 0, 0]
        self.waived = [0, 0, 0, 0]
        self.origin = origin
        self.late = False
        self.credits: list[tuple[date, int]] = []
        self.settled_on: date | None = None
        self.place = 1

    @property
    def order(self) -> tuple[date, int]:
        """Where it stands among the others: by due day, and by its place among those of one day."""
        return (self.due_on, self.place)

    def unpaid(self, part: int) -> int:
        """What is still to be paid of one part."""
        return self.due[part] - self.paid[part] - self.waived[part]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to pay."""
        return sum(self.due) == sum(self.paid) + sum(self.waived)

    @property
    def is_behind(self) -> bool:
        """Whether principal or interest is unpaid: a fee alone makes no loan past due."""
        return self.unpaid(PRINCIPAL) + self.unpaid(INTEREST) > 0


class Lot:
    """A share of one payment, and where it lies now."""

    __slots__ = ("early", "event_id", "kind", "late", "paid_on", "parts", "target", "unspent", "via")

    def __init__(self, event_id: str, target: str, paid_on: date | None = None, via: str = "") -> None:
        self.event_id = event_id
        self.target = target
        self.kind = PaymentKind.REPAYMENT
        self.paid_on = paid_on
        self.via = via
        self.early = self.late = 0
        self.parts = [0, 0, 0, 0]
        self.unspent = 0


LotKey = tuple[str, str, date | None, str]
"""What tells a share from others: whose it is, where it lies, the day it counts on, and what spent it."""


class Charge:
    """One fee or penalty that was charged to instalments: its share in each, and what of it is waived."""

    __slots__ = ("day", "due_on", "id", "part", "shares", "waived")

    def __init__(self, charge_id: str, part: int, day: date, due_on: date | None) -> None:
        self.id = charge_id
        self.part = part
        self.day = day
        self.due_on = due_on
        self.shares: dict[str, int] = {}
        self.waived: dict[str, int] = {}


@lru_cache(maxsize=64)
def _order(allocation: tuple[Slot, ...]) -> Order:
    in_advance = Timing.IN_ADVANCE
    due = tuple(
        (timing is Timing.PAST_DUE, INDEX_OF[part]) for timing, part in allocation if timing is not in_advance
    )
    return due, tuple(INDEX_OF[part] for timing, part in allocation if timing is in_advance)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event did beyond sharing out money: the amount by part, and what of it credit bore."""

    parts: PartAmounts
    from_credit: int = 0


class Running:
    """One loan in motion. ``day`` is the day whose end it stands at.

    ``is_actual`` tells that interest runs on the principal really outstanding, ``is_patterned`` that a
    pattern lays the instalments out; the plan then holds those to come.
    ``items`` have fallen due, ``early`` are instalments to come that money has reached, and ``open``
    those items that are not settled, the oldest first.
    """

    def __init__(
        self,
        loan_id: str,
        terms: LoanTerms,
        day: date,
        trail: bool = False,
        accruals: tuple[Accrual, Accrual] | None = None,
    ) -> None:
        self.loan_id = loan_id
        self.day = day
        self.last_rank = -1
        self.take_terms(terms)
        self.opening: Opening | None = None
        self.plan: Schedule | None = None
        self.level = 0
        self.next_number = 1
        self.is_charged_off = False
        self.is_settled_early = False
        self.principal = self.interest_billed = self.credit = self.ahead = 0
        self.penalty_paid = self.penalty_waived = 0
        self.paid_total = self.charged_off = self.recovered = 0
        self.items: Shelf[str, Item, InstalmentState] = Shelf()
        self.early: dict[str, Item] = {}
        self.open: list[Item] = []
        self.lots: Shelf[LotKey, Lot, Allocation] = Shelf()
        self.charges: dict[str, Charge] = {}
        self.charged_back: dict[str, list[Amounts]] = {}
        self.disbursements: list[Disbursement] = []
        self.pauses: list[tuple[date, date]] = []
        self.interest_pauses: list[tuple[date, date]] = []
        self.bearing: Bearing | None = None
        self.prepayments: list[tuple[Item, int]] = []
        self.charge_off: PartAmounts | None = None
        self.charged_off_on: date | None = None
        self.written_off: PartAmounts | None = None
        self.entries: dict[str, Entry] | None = {} if trail else None
        self.contract_trail: list[Segment] | None = [] if trail else None
        self.penalty_trail: list[Segment] | None = [] if trail else None
        contract, penalty = accruals or (
            Accrual(base=0, rate_annual=terms.rate_annual, from_day=day),
            Accrual(base=0, rate_annual=terms.penalty_rate_annual, from_day=day),
        )
        self.contract = RunningAccrual(contract, terms.day_count, self.contract_trail)
        self.penalty = RunningAccrual(penalty, terms.day_count, self.penalty_trail)

    def take_terms(self, terms: LoanTerms) -> None:
        """Let these terms hold."""
        self.terms = terms
        self.is_actual = terms.recalculation is Recalculation.ACTUAL
        self.is_patterned = terms.pattern is not None
        self.order = _order(terms.allocation)

    @property
    def falls_due(self) -> bool:
        """Whether instalments still fall due."""
        ended = self.is_settled_early or (self.is_charged_off and not self.is_patterned)
        return self.opening is not None and not ended and self.written_off is None

    @property
    def down_payment_place(self) -> int:
        """Before the day's instalments, where a plan counts from the start; else after them."""
        return 0 if self.terms.resets_advance else 2

    def open_at(self, opening: Opening) -> None:
        """Let the schedule run from ``opening``."""
        self.opening = opening
        self.next_number = opening.number
        self.look_ahead()

    def look_ahead(self) -> None:
        """Reckon the level amount, or the fixed schedule, from the opening."""
        if self.opening is not None and self.is_actual:
            self.level = level_instalment(self.terms, self.opening)
        elif self.opening is not None and not self.is_patterned:
            self.plan = build_schedule(self.terms, self.opening)

    def next_due_on(self) -> date | None:
        """Return the day on which the next instalment falls due; None when none is to come."""
        if self.opening is None or not self.falls_due:
            return None
        if self.plan is not None:
            row, due_on = self.next_number - self.opening.number, self.plan.due_on
            return due_on[row] if row < len(due_on) else None
        last = self.opening.last_number
        if self.principal == 0 or (last is not None and self.next_number > last):
            return None
        return self.opening.due_on(self.next_number)

    def interest_unbilled(self, day: date) -> int:
        """Return the contract interest that has built up by ``day`` and is neither due nor paid."""
        return max(0, self.interest_balance(day))

    def interest_balance(self, day: date) -> int:
        """Return that interest; below 0 it was paid in advance and has not built up by ``day``."""
        if self.is_patterned:
            return self._planned_interest(day)
        built_up = self.contract.posted(day, self.terms.rounding.interest) - self.interest_billed
        return built_up - sum(item.paid[INTEREST] for item in self.early.values())

    def _planned_interest(self, day: date) -> int:
        """Return what the running period has borne by its days, less what was paid of interest to come."""
        early = sum(item.paid[INTEREST] for item in self.early.values())
        coming = [item for item in self.coming() if item.origin.is_planned]
        if not coming:
            return -early
        start = max((item.due_on for item in self.items.values() if item.origin.is_planned), default=None)
        start = start or self.disbursements[0].day
        if self.bearing is not None and self.terms.pattern and not self.terms.pattern.ends_with_period:
            row = Row(id=coming[0].id, start=start, due_on=coming[0].due_on)
            span = (self.bearing.from_day, day)
            exact = self.bearing.borne
            exact += borne(self.terms, row, self.bearing.base, span, self.interest_pauses)
            return self.terms.rounding.interest.settle(exact) - early
        length = max(1, (coming[0].due_on - start).days)
        elapsed = min(length, max(0, (day - start).days))
        pattern = self.terms.pattern
        elapsed = length if pattern is not None and pattern.ends_with_period else elapsed
        return self.terms.rounding.interest.settle_ratio(coming[0].due[INTEREST] * elapsed, length) - early

    def coming(self) -> list[Item]:
        """Return the instalments that are still to fall due, as far as they are paid by now."""
        return [self.planned(row) for row in self.rows_to_come()]

    def penalty_owed(self) -> int:
        """Return the overdue interest to date that is neither paid nor waived."""
        built_up = self.penalty.posted(self.day, self.terms.rounding.penalty)
        return built_up - self.penalty_paid - self.penalty_waived

    def undue_principal(self) -> int:
        """Return the principal outstanding that has not fallen due."""
        return self.principal - sum(item.unpaid(PRINCIPAL) for item in self.open)

    def payoff(self) -> int:
        """Return what would end the loan at the end of the day, as ``Position.payoff`` does."""
        owed = self.penalty_owed() + sum(item.unpaid(part) for item in self.open for part in ALL_PARTS)
        return owed + self.undue_principal() + self.interest_balance(self.day) - self.credit

    def rows_to_come(self) -> range:
        """Return the rows of a fixed schedule that have not fallen due."""
        if self.plan is None or self.opening is None:
            return range(0)
        return range(self.next_number - self.opening.number, len(self.plan.ids))

    def planned(self, row: int) -> Item:
        """Return the instalment of one row of a fixed schedule, as far as it is paid by now."""
        plan, _ = self._fixed_plan()
        if plan.ids[row] in self.early:
            return self.early[plan.ids[row]]
        due = [plan.principal[row], plan.interest[row], plan.fee[row], plan.penalty[row]]
        return Item(plan.ids[row], plan.due_on[row], due, plan.origin[row])

    def lot(self, event_id: str, target: str, paid_on: date | None = None, via: str = "") -> Lot:
        """Return the share of a payment that lies in ``target``, opening it if need be."""
        key = (event_id, target, paid_on, via)
        lot = self.lots.get(key)
        if lot is None:
            lot = self.lots[key] = Lot(event_id, target, paid_on, via)
        return lot

    def lots_in(self, target: str) -> list[Lot]:
        """Return the shares that lie in ``target``, the oldest first."""
        return [self.lots[key] for key in self.lots if key[1] == target]

    def lots_of(self, event_id: str) -> list[Lot]:
        """Return the shares of one payment, wherever they lie."""
        return [self.lots[key] for key in self.lots if key[0] == event_id]

    def drop_lot(self, lot: Lot) -> None:
        """Forget a share that has been moved or returned."""
        del self.lots[lot.event_id, lot.target, lot.paid_on, lot.via]

    def find_open(self) -> None:
        """List anew, oldest first, the instalments that have fallen due and are not settled."""
        unsettled = [item for item in self.items.values() if not item.is_settled]
        self.open = sorted(unsettled, key=lambda item: item.order)

    def resume_schedule(self) -> None:
        """Let a fixed schedule run on as if it had never been settled early."""
        plan, opening = self._fixed_plan()
        if self.contract_trail is not None:
            self.contract_trail.clear()
        self.contract = self.contract_at_opening(opening)
        for row in range(self.next_number - opening.number):
            self.stop_bearing(plan.principal[row], plan.due_on[row])

    def stop_bearing(self, principal: int, due_on: date) -> None:
        """Let principal of a fixed schedule bear contract interest no more, once it is due."""
        if self.is_patterned:
            return
        self.contract.run_on(self.contract.base - principal, max(due_on, self.contract.from_day))

    def _fixed_plan(self) -> tuple[Schedule, Opening]:
        if self.plan is None or self.opening is None:
            raise InvariantError("only a fixed schedule has rows")
        return self.plan, self.opening

    def contract_at_opening(self, opening: Opening) -> RunningAccrual:
        """Return the accrual of contract interest as it starts at an opening."""
        start = Accrual(
            base=opening.principal,
            rate_annual=self.terms.rate_annual,
            from_day=opening.from_day,
            carry=opening.carry,
        )
        return RunningAccrual(start, self.terms.day_count, self.contract_trail)

    def set_bases(self) -> None:
        """Let both accruals run on what is outstanding, or overdue, from the end of the day."""
        if self.is_charged_off:
            self.contract.run_on(0, self.day)
            self.penalty.run_on(0, self.day)
            return
        if self.is_actual:
            self.contract.run_on(self.principal, self.day)
        overdue = sum(item.unpaid(PRINCIPAL) for item in self.open if item.late) if self.open else 0
        self.penalty.run_on(overdue, self.day)
