"""Ready-made terms for tests: what matters is given, the rest is ordinary."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from forbear.loans.terms import LoanTerms, Recalculation
from forbear.money.daycount import DayCount

_CONSUMER_LOAN: dict[str, Any] = {
    "currency": "CNY",
    "principal": 1_200_000,
    "rate_annual": Fraction(24, 100),
    "penalty_rate_annual": Fraction(36, 100),
    "day_count": DayCount.ACTUAL_365,
    "instalments": 12,
    "disbursed_on": date(2026, 1, 5),
    "first_due": date(2026, 2, 5),
}

_CAR_LOAN: dict[str, Any] = {
    "currency": "USD",
    "principal": 2_000_000,
    "rate_annual": Fraction(704, 10_000),
    "day_count": DayCount.ACTUAL_365,
    "instalments": 72,
    "disbursed_on": date(2016, 1, 15),
    "first_due": date(2016, 2, 15),
    "instalment": 34_250,
    "recalculation": Recalculation.ACTUAL,
}


def consumer_loan(**changes: Any) -> LoanTerms:
    """Return a fixed schedule: 12,000.00 at 24 %, 12 instalments, overdue principal at 36 %."""
    return LoanTerms(**(_CONSUMER_LOAN | changes))


def car_loan(**changes: Any) -> LoanTerms:
    """Return a simple-interest loan: 20,000.00 at 7.04 %, 342.50 a month over 72 months."""
    return LoanTerms(**(_CAR_LOAN | changes))
