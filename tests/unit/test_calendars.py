"""Business calendars from packages and from files: what is known, and what happens beyond."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.errors import InputError
from forbear.gateways import calendars
from forbear.gateways.calendars import calendar_of, parse_calendar, read_calendar
from forbear.loans.pattern import Pattern
from forbear.money.businessday import BusinessDayRule, Shift

OWN = """
name: pine
first_year: 2027
last_year: 2027
holidays: [2027-01-01, 2027-02-08]
workdays: [2027-02-06]
"""
NEXT_YEAR = calendar_of("CN").last_year + 1


def test_mainland_china_works_on_make_up_days():
    """
    Around the Spring Festival of 2026, Saturday 14 February is worked and Monday 16 February is not.
    """
    calendar = calendar_of("CN")
    following = BusinessDayRule(shift=Shift.FOLLOWING, calendar=calendar)

    assert calendar.is_business_day(date(2026, 2, 14))
    assert not calendar.is_business_day(date(2026, 2, 16))
    assert following.paid_on(date(2026, 2, 15)) == date(2026, 2, 24)


def test_a_pattern_states_due_days_that_a_calendar_moved():
    """
    Instalments of the 5th fall due on Monday 7 September 2026, and after the National Day on 8 October.
    """
    rule = BusinessDayRule(shift=Shift.FOLLOWING, calendar=calendar_of("CN"))
    days = Pattern().on_business_days(rule, date(2026, 9, 5), 3).days

    assert days == (date(2026, 9, 7), date(2026, 10, 8), date(2026, 11, 5))


@pytest.mark.parametrize("shift", [Shift.FOLLOWING, Shift.PRECEDING])
def test_a_year_that_is_not_published_is_an_error(shift):
    """
    No day of a year that the package does not have is taken for a working day; the error says what to do.
    """
    rule = BusinessDayRule(shift=shift, calendar=calendar_of("CN"))

    with pytest.raises(InputError, match=rf"not {NEXT_YEAR}; update the package .* or give a file") as error:
        rule.paid_on(date(NEXT_YEAR, 3, 3))
    assert "chinesecalendar" in str(error.value)


def test_a_state_has_holidays_of_its_own():
    """
    California closes on Cesar Chavez Day, the United States as a whole do not.
    """
    day = date(2026, 3, 31)

    assert calendar_of("US").is_business_day(day)
    assert not calendar_of("US-CA").is_business_day(day)


@pytest.mark.parametrize("code", ["IN", "SA", "ID"])
def test_estimated_dates_are_not_known(code):
    """
    Where holidays go by a moon that is still to be seen, the calendar ends before the first such year.
    """
    calendar = calendar_of(code)

    assert 2024 <= calendar.last_year < 2030
    with pytest.raises(InputError, match=str(calendar.last_year + 1)):
        calendar.is_business_day(date(calendar.last_year + 1, 6, 1))


def test_decreed_dates_are_known_as_far_as_decrees_go():
    """
    Hungary decrees each year which Saturdays are worked, so its calendar ends with the last decree.
    """
    calendar = calendar_of("HU")

    assert calendar.is_business_day(date(2024, 12, 7))
    assert calendar.last_year == max(day.year for day in calendar.workdays) < 2030


def test_a_weekend_that_moved_is_kept_by_day():
    """
    The Emirates closed on Fridays and Saturdays until 2021, and have on Saturdays and Sundays since.
    """
    calendar = calendar_of("AE")

    assert not calendar.is_business_day(date(2021, 6, 4))
    assert calendar.is_business_day(date(2021, 6, 6))
    assert calendar.is_business_day(date(2022, 6, 3))
    assert not calendar.is_business_day(date(2022, 6, 5))


@pytest.mark.parametrize("code", ["XX", "US-ZZ", "us", "CN-BJ", "HolidayBase", ""])
def test_a_code_that_nobody_knows_is_refused(code):
    """
    A calendar is named by an ISO 3166 code; anything else is an error and not a calendar without holidays.
    """
    with pytest.raises(InputError, match="is not known; give an ISO 3166 code"):
        calendar_of(code)


def test_a_country_of_estimates_alone_has_no_calendar(monkeypatch):
    """
    Where every year's dates are estimates there is no calendar by code.
    """
    monkeypatch.setattr(calendars, "_known_years", lambda code: [])

    with pytest.raises(InputError, match="give a calendar file"):
        calendar_of("LU")


def test_a_lenders_own_calendar():
    """
    A file names its years, holidays and worked weekend days, and knows no other year.
    """
    calendar = parse_calendar("pine.yaml", OWN)

    assert [calendar.is_business_day(date(2027, 2, day)) for day in (6, 7, 8, 9)] == [
        True,
        False,
        False,
        True,
    ]
    with pytest.raises(InputError, match="Calendar pine knows the years 2027 to 2027, and not 2028"):
        calendar.is_business_day(date(2028, 1, 3))


def test_a_lender_adds_a_year_that_the_package_lacks():
    """
    A file that extends a country's calendar keeps its years and adds the next.
    """
    text = f"""
name: China with the notice for the next year
extends: CN
first_year: {NEXT_YEAR}
last_year: {NEXT_YEAR}
holidays: [{NEXT_YEAR}-10-01]
"""
    calendar = parse_calendar("next.yaml", text)

    assert not calendar.is_business_day(date(2026, 2, 16))
    assert not calendar.is_business_day(date(NEXT_YEAR, 10, 1))
    assert calendar.last_year == NEXT_YEAR


def test_a_weekend_of_ones_own():
    """
    A file may name other weekend days than Saturday and Sunday.
    """
    calendar = parse_calendar("own.yaml", OWN.replace("workdays: [2027-02-06]", "weekend: [friday]"))

    assert [calendar.is_business_day(date(2027, 2, day)) for day in (5, 6, 7)] == [False, True, True]


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("name: pine", "", "the key 'name' is missing"),
        ("2027-01-01,", "2026-01-01,", "2026-01-01 is not in 2027 to 2027"),
        ("2027-01-01,", "2027-02-08,", "2027-02-08 is written twice"),
        ("last_year: 2027", "last_year: 2026", "it is before first_year"),
        ("2027-02-06", "2027-02-05", "2027-02-05 is a holiday or no weekend day"),
        ("2027-02-08]", "2027-02-06]", "2027-02-06 is a holiday or no weekend day"),
        ("name: pine", "name: pine\nextends: XX", "Calendar 'XX' is not known"),
        ("name: pine", "name: pine\nextends: US", "ends with 2100. Write 2101"),
        ("name: pine", "name: pine\nextends: CN\nweekend: [friday]", "keeps its weekend. Leave it out"),
        ("name: pine", "name: pine\nweekend: [fri]", "'fri' is not allowed here"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(written, instead, complaint):
    """
    Days outside of the years, written twice, worked without need, or gaps to what is extended are errors.
    """
    with pytest.raises(InputError) as error:
        parse_calendar("pine.yaml", OWN.replace(written, instead))

    assert complaint in str(error.value)


def test_a_file_is_read_or_named(tmp_path):
    """
    A calendar is read from UTF-8; a file that is not there, or is something else, is named.
    """
    file = tmp_path / "pine.yaml"
    with pytest.raises(InputError, match=r"pine.yaml can't be read"):
        read_calendar(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"give a YAML file in UTF-8"):
        read_calendar(file)
    file.write_text(OWN, encoding="utf-8")

    assert read_calendar(file).name == "pine"
