"""The annual percentage rate of the United States, by the actuarial method, and how exact it has to be.

The source is US Regulation Z, 12 CFR part 1026: appendix J for the rate, 1026.22(a) for its accuracy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.cost import Flow, check_flows, nominal_annual, solve
from forbear.loans.cost_time import UnitPeriod, periods, scheduled_days, unit_period

TOLERANCE_REGULAR = Fraction(1, 800)
"""An eighth of a percentage point; 1026.22(a)(2)."""

TOLERANCE_IRREGULAR = Fraction(1, 400)
"""A quarter of a percentage point; 1026.22(a)(3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsApr:
    """An annual percentage rate, as a share, with the unit-period it was reckoned in.

    ``irregular``: several advances, or payments whose amounts or distances differ, other than the first
    period and the first and last payment.
    """

    rate: Decimal
    unit_rate: Decimal
    unit: UnitPeriod
    irregular: bool

    @property
    def tolerance(self) -> Fraction:
        """How far a disclosed rate may be off, as a share; 1026.22(a)(2) and (3)."""
        return TOLERANCE_IRREGULAR if self.irregular else TOLERANCE_REGULAR


@dataclass(frozen=True, slots=True)
class _Discounted:
    """A signed amount, and its distance from the start: full unit-periods, and a fraction of one."""

    amount: int
    whole: int
    part: Fraction

    def at(self, rate: Decimal) -> Decimal:
        """Return the amount discounted at a rate per unit-period; appendix J, (b)(8)."""
        fraction = 1 + rate * self.part.numerator / self.part.denominator
        return self.amount / (fraction * (1 + rate) ** self.whole)


def us_apr(
    advances: Sequence[Flow],
    payments: Sequence[Flow],
    *,
    earned_from: date | None = None,
    unit: UnitPeriod | None = None,
) -> UsApr:
    """Return the annual percentage rate of a closed-end loan.

    ``advances`` are what the borrower gets (the amount financed), ``payments`` what is scheduled to be paid.
    ``earned_from`` is the day from which the finance charge is earned, by default that of the first advance.
    ``unit`` is the unit-period; by default it is found from the days. Raises InputError for flows
    that make no loan, and where no rate balances them.
    """
    check_flows(advances, payments)
    start = min(advances).on if earned_from is None else earned_from
    if start > min(*advances, *payments).on:
        raise InputError(
            f"Money changes hands before the finance charge starts ({start}).", field="earned_from"
        )
    unit = unit or unit_period(start, [flow.on for flow in advances], [flow.on for flow in payments])
    terms = [*_discounted(advances, 1, start, unit), *_discounted(payments, -1, start, unit)]

    def value(rate: Decimal) -> Decimal:
        return sum((term.at(rate) for term in terms), Decimal(0))

    rate = solve(value)
    return UsApr(
        rate=nominal_annual(rate, unit.per_year),
        unit_rate=rate,
        unit=unit,
        irregular=_is_irregular(advances, payments, unit),
    )


def is_accurate(disclosed: Fraction, actual: Fraction, tolerance: Fraction) -> bool:
    """Tell whether a disclosed rate is within the tolerance, above or below; 1026.22(a)(2) and (3)."""
    return abs(disclosed - actual) <= tolerance


def _discounted(flows: Sequence[Flow], sign: int, start: date, unit: UnitPeriod) -> list[_Discounted]:
    meant = scheduled_days([flow.on for flow in flows])
    return [
        _Discounted(sign * flow.amount, *unit.between(start, flow.on, day_of_month=day))
        for flow, day in zip(flows, meant, strict=True)
    ]


def _is_irregular(advances: Sequence[Flow], payments: Sequence[Flow], unit: UnitPeriod) -> bool:
    by_day: Counter[date] = Counter()
    for flow in sorted(payments):
        by_day[flow.on] += flow.amount
    days = list(by_day)
    amounts = {by_day[day] for day in days[1:-1]}
    later = [names for names, _ in periods(days[0], days)]
    return len(advances) > 1 or len(amounts) > 1 or not all(unit in names for names in later)
