"""Days that the law counts from, each at its edges."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.errors import InputError
from forbear.gateways.calendars import calendar_of
from forbear.law import deadlines
from forbear.money.businessday import EVERY_DAY, WEEKDAYS

US = calendar_of("US")


@pytest.mark.parametrize(
    ("sent", "receipt", "last"),
    [
        ("2026-07-01", "2026-07-09", "2026-08-08"),
        ("2026-11-20", "2026-11-30", "2026-12-30"),
        ("2026-02-07", "2026-02-13", "2026-03-15"),
    ],
    ids=["Independence Day observed", "Thanksgiving", "sent on a Saturday"],
)
def test_a_validation_period_starts_after_five_business_days(sent: str, receipt: str, last: str) -> None:
    """
    Weekends and legal holidays are left out of the five days before receipt, and not of the thirty after it.
    """
    found = deadlines.validation_period(
        date.fromisoformat(sent), receipt_business_days=5, days=30, calendar=US
    )

    assert (found.assumed_receipt.isoformat(), found.last_day.isoformat()) == (receipt, last)


def test_the_day_of_the_event_is_day_one() -> None:
    """
    A window of seven days that starts on the 6th holds the 12th and not the 13th, nor the day before it.
    """
    start = date(2026, 4, 6)

    assert deadlines.is_within(start, date(2026, 4, 6), 7)
    assert deadlines.is_within(start, date(2026, 4, 12), 7)
    assert not deadlines.is_within(start, date(2026, 4, 13), 7)
    assert not deadlines.is_within(start, date(2026, 4, 5), 7)
    assert deadlines.day_number(start, date(2026, 4, 12)) == 7


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-09-01", "2026-08-31", 11),
        ("2025-09-01", "2026-09-01", 12),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
    ],
)
def test_a_month_is_full_on_its_day(start: str, end: str, months: int) -> None:
    """
    Full months are counted from the anchor, so that a month without that day is full on its last.
    """
    assert deadlines.full_months(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_years_are_full_on_the_anniversary_and_never_before_the_start() -> None:
    """
    Three full years have passed on the third anniversary; an end before the start is refused.
    """
    assert deadlines.full_years(date(2023, 6, 30), date(2026, 6, 29)) == 2
    assert deadlines.full_years(date(2023, 6, 30), date(2026, 6, 30)) == 3
    with pytest.raises(InputError, match="is before"):
        deadlines.full_years(date(2026, 6, 30), date(2026, 6, 29))


def test_a_record_is_kept_through_the_anniversary() -> None:
    """
    What is kept for three years is still there on the day three years later, also from a leap day.
    """
    assert deadlines.kept_until(date(2023, 6, 30), 3) == date(2026, 6, 30)
    assert deadlines.kept_until(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_notice_of_a_deposit_goes_out_ten_to_three_business_days_before() -> None:
    """
    The days on which notice may be sent are counted back over weekends and holidays.
    """
    span = deadlines.deposit_notice_span(date(2026, 12, 1), earliest=10, latest=3, calendar=US)

    assert (span.first, span.last) == (date(2026, 11, 16), date(2026, 11, 25))
    assert span.holds(span.first)
    assert span.holds(span.last)
    assert not span.holds(date(2026, 11, 13))
    assert not span.holds(date(2026, 11, 27))


def test_business_days_between_leave_out_the_first_day() -> None:
    """
    From Friday to Monday there is one business day, and none to the same day.
    """
    friday = date(2026, 11, 20)

    assert deadlines.business_days_between(friday, date(2026, 11, 23), WEEKDAYS) == 1
    assert deadlines.business_days_between(friday, friday, WEEKDAYS) == 0
    assert deadlines.business_days_between(friday, date(2026, 11, 23), EVERY_DAY) == 3


def test_an_answer_on_the_last_day_left_nothing_open_too_long() -> None:
    """
    Open until the day before the answer: one given on the same day left nothing open.
    """
    received = date(2026, 3, 2)

    assert deadlines.days_left_open(received, received) == 0
    assert deadlines.days_left_open(received, date(2026, 3, 17)) == 14
    assert deadlines.due_on(received, 15) == date(2026, 3, 17)


def test_sixty_days_of_breathing_space_begin_with_its_first_day() -> None:
    """
    The day of the start is day 1 of 60.
    """
    assert deadlines.moratorium_until(date(2026, 3, 2), 60) == date(2026, 4, 30)
