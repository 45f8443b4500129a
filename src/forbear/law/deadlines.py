"""Days that the law counts from: when a period ends, until when a record is kept, when an answer is due.

The numbers are the law's and stand beside the packs (``law.amounts``); here is only how they are counted.
Days are calendar days of the person's zone unless a function says business days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from forbear.errors import InputError
from forbear.money.businessday import BusinessCalendar
from forbear.money.calendar import add_months

MONTHS_A_YEAR = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationPeriod:
    """The time in which a consumer may dispute: when the notice counts as received, and the last day."""

    assumed_receipt: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Say whether a day is one of them."""
        return self.first <= day <= self.last


def days_between(start: date, end: date) -> int:
    """Return how many days ``end`` is after ``start``; negative where it is before."""
    return (end - start).days


def day_number(start: date, day: date) -> int:
    """Return which day of a period it is, the day of the start being day 1."""
    return days_between(start, day) + 1


def is_within(start: date, day: date, days: int) -> bool:
    """Say whether a day is one of so many, the day of the start being day 1."""
    return 1 <= day_number(start, day) <= days


def full_months(start: date, end: date) -> int:
    """Return how many full months have passed; a month whose last day is missing is full on its end.

    Raises InputError where the end is before the start.
    """
    if end < start:
        raise InputError(f"{end} is before {start}; give the earlier day first.", field="end")
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def full_years(start: date, end: date) -> int:
    """Return how many full years have passed. Raises InputError where the end is before the start."""
    return full_months(start, end) // MONTHS_A_YEAR


def days_left_open(received: date, answered: date) -> int:
    """Return how many days something was open after the day it came: until the day before the answer."""
    return max(0, days_between(received, answered) - 1)


def due_on(start: date, days: int) -> date:
    """Return the last day on which something is in time that is due within so many days of the start."""
    return start + days * DAY


def business_days_after(day: date, count: int, calendar: BusinessCalendar) -> date:
    """Return the business day that is so many business days after a day.

    Raises InputError where the calendar does not know a year.
    """
    while count > 0:
        day += DAY
        if calendar.is_business_day(day):
            count -= 1
    return day


def business_days_before(day: date, count: int, calendar: BusinessCalendar) -> date:
    """Return the business day that is so many business days before a day.

    Raises InputError where the calendar does not know a year.
    """
    while count > 0:
        day -= DAY
        if calendar.is_business_day(day):
            count -= 1
    return day


def business_days_between(start: date, end: date, calendar: BusinessCalendar) -> int:
    """Return how many business days there are after ``start`` up to ``end``, that day included."""
    days = (start + number * DAY for number in range(1, days_between(start, end) + 1))
    return sum(calendar.is_business_day(day) for day in days)


def validation_period(
    sent: date, *, receipt_business_days: int, days: int, calendar: BusinessCalendar
) -> ValidationPeriod:
    """Return when a validation notice may be taken as received, and the last day of the period after it.

    ``receipt_business_days`` are counted from the day after it was sent.
    """
    receipt = business_days_after(sent, receipt_business_days, calendar)
    return ValidationPeriod(assumed_receipt=receipt, last_day=due_on(receipt, days))


def deposit_notice_span(deposit: date, *, earliest: int, latest: int, calendar: BusinessCalendar) -> Span:
    """Return the days on which notice of a deposit may be sent, in business days before it."""
    return Span(
        first=business_days_before(deposit, earliest, calendar),
        last=business_days_before(deposit, latest, calendar),
    )


def kept_until(event: date, years: int) -> date:
    """Return the last day on which a record must still be there: the same day, so many years later."""
    return add_months(event, years * MONTHS_A_YEAR)


def moratorium_until(start: date, days: int) -> date:
    """Return the last day of a breathing space, the day of the start being day 1."""
    return start + (days - 1) * DAY
