"""Business calendars as data: from two packages, or from a file of the lender's own.

Public holidays of a country or state come from ``holidays``, those of mainland China with its make-up
working days from ``chinesecalendar``. A calendar ends with the last year that is surely known; the days
after it are an error (``BusinessCalendar``), never a run of working days.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import chinese_calendar  # type: ignore[import-untyped]  # it carries no types
from holidays import HolidayBase, country_holidays

from forbear.documents.entry import Entry, read_document
from forbear.errors import InputError
from forbear.money.businessday import BusinessCalendar

FIRST_YEAR = 2000
"""Where calendars of ``holidays`` begin, or later; no loan that still runs asks for an earlier day."""

MAINLAND_CHINA = "CN"
MARKS_ESTIMATES = "islamic_show_estimated"
"""The option of ``holidays`` by which it says of a date that the moon is still to be seen."""

_CODE = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<part>[A-Z0-9]{1,4}))?", re.ASCII)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=64)
def calendar_of(code: str) -> BusinessCalendar:
    """Return the calendar of a country, or of a part of it, by its ISO 3166 code: CN, US, US-CA, GB-ENG.

    Raises InputError for a code that nobody knows, and where no year is surely known.
    """
    return _mainland_china() if code == MAINLAND_CHINA else _by_holidays(code)


def read_calendar(path: Path) -> BusinessCalendar:
    """Return the calendar that a YAML file describes; see docs/reference/calendar.md.

    Raises InputError naming file, line and what to write instead.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise InputError(
            f"Calendar {path} can't be read ({cause}); give a YAML file in UTF-8.", field="calendar"
        ) from cause
    return parse_calendar(path.name, text)


def parse_calendar(file: str, text: str) -> BusinessCalendar:
    """Return the calendar that a YAML text describes; complaints name it ``file``. Raises InputError."""
    found = read_document(file, text).section(
        required=["name", "first_year", "last_year", "holidays"], optional=["extends", "weekend", "workdays"]
    )
    own = BusinessCalendar(
        name=found["name"].text(),
        weekend=_weekend(found.get("weekend")),
        first_year=found["first_year"].whole(least=1900, most=2200),
        last_year=found["last_year"].whole(least=1900, most=2200),
    )
    if "extends" in found:
        own = _extended(own, found)
    years = range(found["first_year"].whole(), found["last_year"].whole() + 1)
    if not years:
        raise found["last_year"].fault("it is before first_year", "write the same year or a later one")
    holidays = dict(_days(found["holidays"], years))
    workdays = dict(_days(found["workdays"], years)) if "workdays" in found else {}
    for day, entry in workdays.items():
        if day in holidays or day.weekday() not in own.weekend:
            raise entry.fault(
                f"{day} is a holiday or no weekend day", "list weekend days that are worked, and no others"
            )
    return replace(
        own,
        holidays=own.holidays | frozenset(holidays),
        workdays=own.workdays | frozenset(workdays),
    )


def _mainland_china() -> BusinessCalendar:
    years = [day.year for day in chinese_calendar.holidays]
    return BusinessCalendar(
        name=f"{MAINLAND_CHINA} (chinesecalendar {version('chinesecalendar')})",
        holidays=frozenset(chinese_calendar.holidays),
        workdays=frozenset(chinese_calendar.workdays),
        first_year=min(years),
        last_year=max(years),
    )


def _by_holidays(code: str) -> BusinessCalendar:
    known = _known_years(code)
    if not known:
        raise InputError(
            f"The dates of calendar {code} are estimates in every year; give a calendar file.",
            field="calendar",
        )
    table = _table(code, known)
    weekend = frozenset(table.weekend)
    first, end = date(known[0], 1, 1), date(known[-1] + 1, 1, 1)
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    worked = {day for day in days if table.is_working_day(day)}
    return BusinessCalendar(
        name=f"{code} (holidays {version('holidays')})",
        weekend=weekend,
        holidays=frozenset(day for day in days if day not in worked and day.weekday() not in weekend),
        workdays=frozenset(day for day in worked if day.weekday() in weekend),
        first_year=known[0],
        last_year=known[-1],
    )


def _known_years(code: str) -> list[int]:
    """Return the latest run of years without an estimate, up to the last decree where days are decreed."""
    table = _table(code, [])
    last = table.end_year
    if getattr(table, "has_substituted_holidays", False):
        last = max(getattr(table, "special_public_holidays", {}), default=last)
    back = range(last, max(FIRST_YEAR, table.start_year) - 1, -1)
    run = takewhile(
        lambda year: _is_known(code, year), dropwhile(lambda year: not _is_known(code, year), back)
    )
    return sorted(run)


@lru_cache(maxsize=512)
def _is_known(code: str, year: int) -> bool:
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        table = _table(code, [year])
    mark = table.tr(getattr(table, "estimated_label", "")).replace("%s", "").strip(" ()（）")
    return not complaints and not any(mark and mark in name for name in table.values())


def _table(code: str, years: list[int]) -> HolidayBase:
    found = _CODE.fullmatch(code)
    if found is None:
        raise _unknown(code)
    try:
        known_options = country_holidays(found["country"]).get_supported_options()
        options: dict[str, Any] = {MARKS_ESTIMATES: True} if MARKS_ESTIMATES in known_options else {}
        return country_holidays(found["country"], subdiv=found["part"], years=years, **options)
    except NotImplementedError as cause:
        raise _unknown(code) from cause


def _unknown(code: str) -> InputError:
    return InputError(
        f"Calendar {code!r} is not known; give an ISO 3166 code such as CN, US or US-CA, or a calendar file.",
        field="calendar",
    )


def _extended(own: BusinessCalendar, found: dict[str, Entry]) -> BusinessCalendar:
    base = calendar_of(found["extends"].text())
    following = (base.last_year or 0) + 1
    if own.first_year != following:
        raise found["first_year"].fault(
            f"calendar {base.name} ends with {following - 1}", f"write {following}"
        )
    if "weekend" in found:
        raise found["weekend"].fault("a calendar that is extended keeps its weekend", "leave it out")
    return replace(base, name=own.name, last_year=own.last_year)


def _weekend(entry: Entry | None) -> frozenset[int]:
    words = WEEKDAYS[5:] if entry is None else entry.choices(WEEKDAYS)
    return frozenset(WEEKDAYS.index(word) for word in words)


def _days(entry: Entry, years: range) -> Iterator[tuple[date, Entry]]:
    seen = set()
    for item in entry.items():
        day = item.day()
        if day.year not in years:
            raise item.fault(f"{day} is not in {years[0]} to {years[-1]}", "correct the day or the years")
        if day in seen:
            raise item.fault(f"{day} is written twice", "keep one of the two")
        seen.add(day)
        yield day, item
