"""Level schedules, one call a loan: Forbear beside QuantLib and a plain Decimal loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from types import ModuleType

from bench.measure import Figure, medians
from forbear.errors import invariant
from forbear.loans.schedule import schedule_to_date
from forbear.loans.terms import LoanTerms, RoundingSteps
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

INSTALMENTS = 36
LOANS = 2_000
LOANS_CHECKED = 200
TIMES_QUANTLIB = 10
TIMES_DECIMAL = 2

Loan = tuple[int, int, date]
"""Principal in minor units, yearly rate in millionths, day of disbursal."""


def terms_of(
    loan: Loan, day_count: DayCount = DayCount.THIRTY_360, interest: Rounding = Rounding.HALF_UP
) -> LoanTerms:
    """Return the terms of a loan; 30E/360 makes each month a twelfth of a year, as the references have it."""
    principal, rate_ppm, start = loan
    return LoanTerms(
        currency="USD",
        principal=principal,
        rate_annual=Fraction(rate_ppm, 1_000_000),
        day_count=day_count,
        instalments=INSTALMENTS,
        disbursed_on=start,
        first_due=add_months(start, 1),
        rounding=RoundingSteps(interest=interest),
    )


def schedule_figures(reference: ModuleType, *, repeats: int) -> list[Figure]:
    """Measure schedules of the same loans, in processor time, and print what else the run showed."""
    loans: Sequence[Loan] = reference.LOANS[:LOANS]
    day: date = reference.ASOF
    check_same_work(reference, loans[:LOANS_CHECKED])
    by_months = [terms_of(loan) for loan in loans]
    by_days = [terms_of(loan, DayCount.ACTUAL_365) for loan in loans]
    to_even = [terms_of(loan, interest=Rounding.HALF_EVEN) for loan in loans]
    quantlib = reference.make_quantlib()
    work: dict[str, tuple[Callable[..., object], Sequence[object]]] = {
        "QuantLib": (lambda loan: quantlib(*loan), loans),
        "Decimal loop": (lambda loan: reference.sched_decimal(*loan), loans),
        "int loop": (lambda loan: reference.sched_int(*loan), loans),
        "Forbear": (lambda terms: schedule_to_date(terms, day), by_months),
        "Forbear, A/365": (lambda terms: schedule_to_date(terms, day), by_days),
        "Forbear, halves to even": (lambda terms: schedule_to_date(terms, day), to_even),
        "Forbear, terms checked anew": (lambda loan: schedule_to_date(terms_of(loan), day), loans),
    }
    jobs = {name: partial(_each, call, items) for name, (call, items) in work.items()}
    seconds = medians(jobs, repeats=repeats, clock=time.process_time)
    ours = seconds["Forbear"]
    for name, taken in seconds.items():
        print(
            f"  {name}: {1e6 * taken / LOANS:,.1f} µs a loan,"
            f" {seconds['QuantLib'] / taken:.1f} times QuantLib's rate"
        )
    return [
        Figure(
            name="36 instalments, rate beside QuantLib's",
            value=seconds["QuantLib"] / ours,
            asked=TIMES_QUANTLIB,
            unit="times",
            at_least=True,
        ),
        Figure(
            name="36 instalments, rate beside a Decimal loop's",
            value=seconds["Decimal loop"] / ours,
            asked=TIMES_DECIMAL,
            unit="times",
            at_least=True,
        ),
    ]


def check_same_work(reference: ModuleType, loans: Iterable[Loan]) -> None:
    """Hold both to the same days, level amount and principal, so that the same work is measured."""
    for loan in loans:
        schedule, _ = schedule_to_date(terms_of(loan), reference.ASOF)
        rows, _ = reference.sched_int(*loan)
        invariant(schedule.due_on == tuple(row[0] for row in rows), "the due days are the reference's")
        invariant(schedule.total(0) == rows[0][1] + rows[0][2], "the level amount is the reference's")
        invariant(sum(schedule.principal) == loan[0], "the principal is repaid")


def _each(call: Callable[..., object], items: Iterable[object]) -> None:
    for item in items:
        call(item)
