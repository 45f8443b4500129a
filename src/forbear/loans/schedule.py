"""What a contract plans to fall due, and when: parallel tuples, because it is built a million times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from forbear.errors import InputError
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months

LONGEST_SCHEDULE = 600
"""Instalments after which a schedule that still does not end is a mistake in its terms."""


class Origin(StrEnum):
    """Where an instalment comes from."""

    CONTRACT = "contract"
    ADDED = "added"
    SETTLEMENT = "settlement"
    DOWN_PAYMENT = "down_payment"
    CHARGE_BACK = "charge_back"
    REAGED = "reaged"
    FEE = "fee"

    @property
    def is_planned(self) -> bool:
        """Whether it is part of the plan that principal is spread over."""
        return self in (Origin.CONTRACT, Origin.REAGED)

    @property
    def is_additional(self) -> bool:
        """Whether it was added after the plan for what came later."""
        return self in (Origin.ADDED, Origin.CHARGE_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The point from which a schedule runs: disbursal, boarding, or a change of terms.

    Interest runs on ``principal`` from ``from_day``; ``carry`` is all the exact interest, in minor
    units, that the loan had borne by then, and ``billed`` what of it had fallen due. The first
    instalment has ``number`` and falls due on ``first_due``, later ones each month on day
    ``due_day``, or that month's last day. ``last_number`` bills everything that is left; None goes
    on at the level amount until the loan is paid off.
    """

    principal: int
    from_day: date
    number: int
    first_due: date
    due_day: int
    last_number: int | None
    carry: Fraction = Fraction(0)
    billed: int = 0

    def due_on(self, number: int) -> date:
        """Return the day on which the instalment of this number falls due."""
        return add_months(self.first_due, number - self.number, day_of_month=self.due_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Instalments in parallel tuples, amounts in minor units; ``ids`` never change."""

    ids: tuple[str, ...]
    due_on: tuple[date, ...]
    principal: tuple[int, ...]
    interest: tuple[int, ...]
    fee: tuple[int, ...]
    penalty: tuple[int, ...]
    origin: tuple[Origin, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def total(self, row: int) -> int:
        """Return what one instalment comes to, counted from 0."""
        return self.principal[row] + self.interest[row] + self.fee[row] + self.penalty[row]


def instalment_id(terms_version: int, number: int) -> str:
    """Return the stable id of a contract's instalment: the version of the terms and its number."""
    return f"{terms_version}-{number}"


def opening_of(terms: LoanTerms) -> Opening:
    """Return where the schedule of a loan starts that is disbursed as its terms say."""
    return Opening(
        principal=terms.principal,
        from_day=terms.disbursed_on,
        number=1,
        first_due=terms.first_due,
        due_day=terms.first_due.day,
        last_number=terms.instalments,
    )


@lru_cache(maxsize=4096)
def level_instalment(terms: LoanTerms, opening: Opening) -> int:
    """Return the level amount: as the contract states it, else that which pays the loan off.

    With growth g_j = 1 + rate x year share of period j, the level amount A of the annuity is
    principal x g_1...g_n / (1 + g_n + g_n g_(n-1) + ...). Everything is kept as integers over one
    denominator and rounded once.
    """
    if terms.instalment is not None:
        return terms.instalment
    number = terms.day_count.number
    unit = terms.rate_annual.denominator * terms.day_count.year_days
    last = opening.number if opening.last_number is None else opening.last_number
    start, product, annuity, power = number(opening.from_day), 1, 0, 1
    for k in range(opening.number, last + 1):
        end = max(start, number(opening.due_on(k)))
        growth = unit + terms.rate_annual.numerator * (end - start)
        product *= growth
        annuity = power + annuity * growth
        power *= unit
        start = end
    return terms.rounding.instalment.settle_ratio(opening.principal * product, unit * annuity)


def build_schedule(terms: LoanTerms, opening: Opening | None = None) -> Schedule:
    """Return the instalments that the terms plan from an opening (by default: from disbursal).

    The interest column is the difference of two cumulative roundings, so that it adds up to the
    interest of the whole life, rounded once. Raises InputError when a stated instalment never
    pays the loan off.
    """
    return _schedule(terms, opening or opening_of(terms))


@lru_cache(maxsize=4096)
def _schedule(terms: LoanTerms, opening: Opening) -> Schedule:
    rows = list(_rows(terms, opening))
    count = len(rows)
    return Schedule(
        ids=tuple(instalment_id(terms.version, opening.number + row) for row in range(count)),
        due_on=tuple(due_on for due_on, _, _ in rows),
        principal=tuple(principal for _, principal, _ in rows),
        interest=tuple(interest for _, _, interest in rows),
        fee=(0,) * count,
        penalty=(0,) * count,
        origin=(Origin.CONTRACT,) * count,
    )


def _rows(terms: LoanTerms, opening: Opening) -> Iterator[tuple[date, int, int]]:
    level = level_instalment(terms, opening)
    settle, number_of = terms.rounding.interest.settle_ratio, terms.day_count.number
    year = terms.rate_annual.denominator * terms.day_count.year_days
    unit = year * opening.carry.denominator
    step = terms.rate_annual.numerator * opening.carry.denominator
    exact = opening.carry.numerator * year
    left, billed, start = opening.principal, opening.billed, number_of(opening.from_day)
    number = opening.number
    while left > 0:
        due_on = opening.due_on(number)
        end = number_of(due_on)
        exact += left * step * max(0, end - start)
        start = max(start, end)
        interest = settle(exact, unit) - billed
        principal = left if number == opening.last_number else min(max(level - interest, 0), left)
        yield due_on, principal, interest
        left -= principal
        billed += interest
        number += 1
        if number - opening.number > LONGEST_SCHEDULE:
            raise InputError(
                f"Instalment {level} does not pay off {opening.principal} within {LONGEST_SCHEDULE} months;"
                " give one above the interest of a month.",
                field="instalment",
            )
