"""What a contract plans to fall due, and when: parallel tuples, because it is built a million times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from operator import mul

from forbear.errors import InputError
from forbear.loans.annuity import annuity, equal_annuity
from forbear.loans.level import DueDays, due_days, level_rows
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months

SHORT_SCHEDULE = 72
"""Instalments within which most loans end that run until they are paid off."""
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
    principal x g_1...g_n / (1 + g_n + g_n g_(n-1) + ...), rounded once.
    """
    count = 1 if opening.last_number is None else opening.last_number - opening.number + 1
    rate = terms.rate_annual
    unit = rate.denominator * terms.day_count.year_days
    return _level(terms, opening.principal, rate.numerator, unit, _due_days(terms, opening, count))


def build_schedule(terms: LoanTerms, opening: Opening | None = None) -> Schedule:
    """Return the instalments that the terms plan from an opening (by default: from disbursal).

    The interest column is the difference of two cumulative roundings, so that it adds up to the
    interest of the whole life, rounded once. Raises InputError when a stated instalment never
    pays the loan off.
    """
    return _built(terms, opening or opening_of(terms))


def schedule_to_date(terms: LoanTerms, day: date) -> tuple[Schedule, int]:
    """Return a loan's schedule from disbursal, and all interest borne by a day's end if paid as planned.

    The interest is exact and rounded once.
    """
    rate, day_count, first_due = terms.rate_annual, terms.day_count, terms.first_due
    step, unit, rounding = rate.numerator, rate.denominator * day_count.year_days, terms.rounding.interest
    days = due_days(day_count, terms.disbursed_on, first_due, first_due.day, terms.instalments)
    level = _level(terms, terms.principal, step, unit, days)
    principal, interest, lefts = level_rows(terms.principal, level, step, unit, days, rounding)
    principal[-1] += lefts[-1]
    schedule = _schedule(terms.version, 1, days.due_on, principal, interest)
    number = day_count.number(day)
    fallen = min(bisect_right(days.numbers, number, 1) - 1, len(principal))
    since = number - days.numbers[fallen]
    borne = lefts[fallen] * since if since > 0 and fallen < len(principal) else 0
    if days.alike is None:
        borne += sum(map(mul, lefts, days.periods[:fallen]))
    else:
        borne += sum(lefts[:fallen]) * days.alike
    return schedule, rounding.settle_ratio(borne * step, unit)


@lru_cache(maxsize=4096)
def _built(terms: LoanTerms, opening: Opening) -> Schedule:
    if opening.principal <= 0:
        return _schedule(terms.version, opening.number, (), [], [])
    last, rate, carry = opening.last_number, terms.rate_annual, opening.carry
    counts = (SHORT_SCHEDULE, LONGEST_SCHEDULE) if last is None else (last - opening.number + 1,)
    level, year = level_instalment(terms, opening), rate.denominator * terms.day_count.year_days
    step, unit, carried = rate.numerator * carry.denominator, year * carry.denominator, carry.numerator * year
    for count in counts:
        days = _due_days(terms, opening, count)
        principal, interest, lefts = level_rows(
            opening.principal, level, step, unit, days, terms.rounding.interest, carried, opening.billed
        )
        if last is not None:
            principal[-1] += lefts[-1]
        if last is not None or not lefts[-1]:
            return _schedule(terms.version, opening.number, days.due_on, principal, interest)
    raise InputError(
        f"Instalment {level} does not pay off {opening.principal} within {LONGEST_SCHEDULE} months;"
        " give one above the interest of a month.",
        field="instalment",
    )


def _schedule(
    version: int, first: int, due_on: tuple[date, ...], principal: list[int], interest: Sequence[int]
) -> Schedule:
    """Make a schedule; its slots are set one by one, which takes a third of the time of its constructor."""
    count = len(principal)
    ids, nothing, origin = _constants(version, first, count)
    schedule = object.__new__(Schedule)
    _set_ids(schedule, ids)
    _set_due_on(schedule, due_on if len(due_on) == count else due_on[:count])
    _set_principal(schedule, tuple(principal))
    _set_interest(schedule, tuple(interest))
    _set_fee(schedule, nothing)
    _set_penalty(schedule, nothing)
    _set_origin(schedule, origin)
    return schedule


_set_ids, _set_due_on, _set_principal, _set_interest, _set_fee, _set_penalty, _set_origin = (
    getattr(Schedule, name).__set__
    for name in ("ids", "due_on", "principal", "interest", "fee", "penalty", "origin")
)


@lru_cache(maxsize=1024)
def _constants(
    version: int, first: int, count: int
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[Origin, ...]]:
    """Return what schedules of so many instalments share: ids, a column of nothing, origins."""
    ids = tuple(instalment_id(version, number) for number in range(first, first + count))
    return ids, (0,) * count, (Origin.CONTRACT,) * count


def _due_days(terms: LoanTerms, opening: Opening, count: int) -> DueDays:
    return due_days(terms.day_count, opening.from_day, opening.first_due, opening.due_day, count)


def _level(terms: LoanTerms, principal: int, step: int, unit: int, days: DueDays) -> int:
    if terms.instalment is not None:
        return terms.instalment
    rounding = terms.rounding.instalment
    if days.alike and step:
        period, rest = divmod(unit, days.alike)
        growth, unit = (unit + step * days.alike, unit) if rest else (period + step, period)
        return equal_annuity(principal, growth, len(days.periods), unit, rounding)
    first, *growths = [unit + step * period for period in days.periods]
    return annuity(principal * first, unit, growths, unit, rounding)
