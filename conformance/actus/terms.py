"""The terms of an ACTUS case, read from its names and formats into ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from conformance.runner import exact, nearest_units
from forbear.errors import InputError
from forbear.money.businessday import EVERY_DAY, WEEKDAYS, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount

SCALE = 12
"""Decimals of an amount: the cases give amounts as floats of some fifteen digits."""

DAY_COUNTS = {
    "AA": DayCount.ACTUAL_ACTUAL,
    "A360": DayCount.ACTUAL_360,
    "A365": DayCount.ACTUAL_365,
    "30E360ISDA": DayCount.THIRTY_360_ISDA,
    "30E360": DayCount.THIRTY_360,
}
CALENDARS = {"NC": EVERY_DAY, "MF": WEEKDAYS}
SHIFTS = {
    "F": Shift.FOLLOWING,
    "MF": Shift.MODIFIED_FOLLOWING,
    "P": Shift.PRECEDING,
    "MP": Shift.MODIFIED_PRECEDING,
}
UNITS = {
    "D": Unit.DAY,
    "W": Unit.WEEK,
    "M": Unit.MONTH,
    "Q": Unit.QUARTER,
    "H": Unit.HALF_YEAR,
    "Y": Unit.YEAR,
}
PERIOD = re.compile(r"P?(?P<every>[0-9]+)(?P<unit>[DWMQHY])(?:L(?P<stub>[01]))?")
END_OF_DAY = re.compile(r"T23:59(:59)?$")


class Terms:
    """The terms of one case. A missing term reads as None, or as the default that is given."""

    def __init__(self, raw: Mapping[str, object]) -> None:
        self._raw = {name: value for name, value in raw.items() if value not in (None, "", "NULL", [])}

    def has(self, name: str) -> bool:
        """Tell whether the term is given."""
        return name in self._raw

    def text(self, name: str, default: str = "") -> str:
        """Return a term as text without spaces around it."""
        return str(self._raw.get(name, default)).strip()

    def listed(self, name: str) -> list[object]:
        """Return an array, of one where a single value is given."""
        value = self._raw.get(name, [])
        return list(value) if isinstance(value, list) else [value]

    def day(self, name: str) -> date | None:
        """Return a term's day."""
        return day_of(self._raw[name]) if name in self._raw else None

    def day_needed(self, name: str) -> date:
        """Return a term's day; raises InputError where it is missing."""
        if name not in self._raw:
            raise InputError(f"The term {name} is missing.", field=name)
        return day_of(self._raw[name])

    def day_reckoned_to(self, name: str) -> date:
        """Return the day to which interest is reckoned: the next, for a moment at the end of a day."""
        day = self.day_needed(name)
        return next_day(day) if END_OF_DAY.search(self.text(name)) else day

    def number(self, name: str) -> Fraction | None:
        """Return a term's number exactly."""
        return exact(self._raw[name]) if name in self._raw else None

    def rate(self, name: str, default: int = 0) -> Fraction:
        """Return a term's rate, share or factor."""
        return exact(self._raw.get(name, default))

    def amount(self, name: str) -> int:
        """Return a term's amount in units of 10^-``SCALE``; 0 where it is missing."""
        return nearest_units(self._raw.get(name, 0), SCALE)

    def cycle(self, name: str) -> Cycle | None:
        """Return a term's cycle, with the contract's end-of-month rule."""
        return self.cycle_of(self._raw[name]) if name in self._raw else None

    def cycle_of(self, value: object) -> Cycle:
        """Read a cycle such as ``P1ML1``: every month, and L0 for a long last period."""
        found = _period(value)
        return Cycle(
            every=int(found["every"]),
            unit=UNITS[found["unit"]],
            end_of_month=self.text("endOfMonthConvention") == "EOM",
            long_stub=found["stub"] == "0",
        )

    def after(self, day: date, name: str) -> date:
        """Return the day that lies the term's period after a day: that day, where there is no period."""
        if name not in self._raw or _period(self._raw[name])["every"].strip("0") == "":
            return day
        return self.cycle_of(self._raw[name]).day(day, 1)

    def day_count(self) -> DayCount:
        """Return the contract's day count; raises InputError for one that no lender uses."""
        code = self.text("dayCountConvention").replace("/", "")
        if code not in DAY_COUNTS:
            raise InputError(f"Day count {code!r} is not known.", field="dayCountConvention")
        return DAY_COUNTS[code]

    def business_days(self) -> BusinessDayRule:
        """Return how the contract's days move to business days."""
        code = self.text("businessDayConvention", "NOS")
        if code == "NOS":
            return BusinessDayRule()
        return BusinessDayRule(
            shift=SHIFTS[code[2:]],
            calendar=CALENDARS[self.text("calendar", "NC")],
            reckons_first=code.startswith("CS"),
        )


def day_of(value: object) -> date:
    """Read the day of a moment such as ``2013-09-14T23:59:59``."""
    return date.fromisoformat(str(value).strip()[:10])


def next_day(day: date) -> date:
    """Return the day after."""
    return Cycle(every=1, unit=Unit.DAY).day(day, 1)


def day_before(day: date) -> date:
    """Return the day before."""
    return Cycle(every=1, unit=Unit.DAY).day(day, -1)


def _period(value: object) -> re.Match[str]:
    found = PERIOD.fullmatch(str(value).strip())
    if found is None:
        raise InputError(f"{value!r} is no period such as P1ML1.")
    return found
