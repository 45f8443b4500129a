"""One case's loan as a plan: periods, disbursements, changes of rate, and instalments paid early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from conformance.runner import exact, minor_units
from forbear.errors import InputError
from forbear.loans.pattern import Carry
from forbear.loans.plan import Plan, Start, run_plan
from forbear.loans.plan_reckoning import Period, Reckoning
from forbear.loans.plan_steps import (
    Disburse,
    Increase,
    Level,
    Mature,
    PayInterest,
    Planned,
    Prepay,
    Redeem,
    SetLevel,
    SetRate,
    Step,
    planned,
)
from forbear.loans.terms import RoundingSteps
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

DAY = Cycle(every=1, unit=Unit.DAY)
UNITS = {"DAYS": Unit.DAY, "WEEKS": Unit.WEEK, "MONTHS": Unit.MONTH, "YEARS": Unit.YEAR}
DAY_COUNTS = {
    "DAYS_360": DayCount.ACTUAL_360,
    "DAYS_365": DayCount.ACTUAL_365,
    "ACTUAL": DayCount.ACTUAL_ACTUAL,
}
NOMINAL = {("DAYS_360", "DAYS_30", Unit.MONTH), ("DAYS_364", "ACTUAL", Unit.WEEK)}
"""Years of twelve months of 30 days, or of 52 weeks: a round of the cycle is a fixed share."""


class Calculator:
    """The loan of one case, after the operations so far."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.scale = settings["currency_digits"]
        self.rate = settings["annual_rate_pct"]
        self.year, self.month = settings["days_in_year"], settings["days_in_month"]
        self.cycle = Cycle(every=int(settings["repay_every"]), unit=UNITS[settings["repay_unit"]])
        rounding = Rounding(settings["rounding"].lower())
        self.rounding = RoundingSteps(instalment=rounding, interest=rounding)
        self.starts: list[date] = []
        self.ends: list[date] = []
        self.changes: list[Planned] = []

    def add_period(self, start: date, end: date) -> None:
        """Add a period; the one before ends where it starts, whatever end was given for that."""
        self.ends[-1:] = [start] if self.ends else []
        self.starts.append(start)
        self.ends.append(end)

    def disburse(self, day: date, amount: object) -> None:
        """Pay out; the level amount is set anew over the days to come."""
        self.changes.append(planned(day, Disburse(amount=self.units(amount))))
        self._set_level(day)

    def change_rate(self, day: date, percent: object) -> None:
        """Change the rate for the day that ends with ``day``, and set the level amount anew."""
        before = DAY.day(day, -1)
        self.changes.append(planned(before, SetRate(rate_annual=percent_of(percent))))
        self._set_level(before)

    def pay_principal(self, day: date, amount: object) -> None:
        """Repay principal of the next instalment early."""
        self.changes.append(planned(day, Prepay(amount=self.units(amount))))

    def correct_balance(self, day: date, amount: object) -> None:
        """Change the principal that interest is reckoned on."""
        self.changes.append(planned(day, Increase(amount=self.units(amount))))

    def units(self, amount: object) -> int:
        """Read an amount in the currency's minor units."""
        return minor_units(amount, self.scale)

    def plan(self, *, early: int | None = None, on: date | None = None) -> Plan:
        """Run the plan; ``early`` is a period whose instalment is paid ``on`` an earlier day, at its end."""
        instalments = (
            planned(on or end, step, turn=1) if number == early else planned(end, step)
            for number, end in enumerate(self.ends)
            for step in self._instalment(is_last=end == self.ends[-1])
        )
        start = Start(day=self.starts[0], rate_annual=percent_of(self.rate))
        return run_plan(start, [*self.changes, *instalments], self._reckoning())

    def _instalment(self, *, is_last: bool) -> tuple[Step, Step]:
        if is_last:
            return PayInterest(), Mature()
        return Redeem(level=Level.TOTAL), PayInterest(within_level=True)

    def _set_level(self, day: date) -> None:
        days = tuple(end for end in self.ends if end > day)
        self.changes.append(planned(day, SetLevel(level=Level.TOTAL, days=days, evened=True)))

    def _reckoning(self) -> Reckoning:
        return Reckoning(
            day_count=DayCount.ACTUAL_365,
            periods=tuple(self._periods()),
            carry=Carry.STRETCH,
            rounding=self.rounding,
        )

    def _periods(self) -> Iterator[Period]:
        """Yield the periods: each counts as one round of the cycle, however long it is."""
        for start, end in zip(self.starts, self.ends, strict=True):
            if (self.year, self.month, self.cycle.unit) in NOMINAL:
                share = self.cycle.nominal_share
            elif self.month == "ACTUAL" and self.year in DAY_COUNTS:
                # The days counted are those after the first, up to and with the last.
                first, last = DAY.day(start, 1), DAY.day(self.cycle.day(start, 1), 1)
                share = DAY_COUNTS[self.year].year_fraction(first, last)
            else:
                raise InputError(f"Months of {self.month} in years of {self.year} are not known.")
            yield Period(start=start, end=end, share=share)


def percent_of(number: object) -> Any:
    """Read a percentage as a share."""
    return exact(f"{str(number).strip()}e-2")
