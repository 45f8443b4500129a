"""Amounts, days and instants are written in the reader's form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forbear.web import format as write

NIGHT = datetime(2026, 11, 24, 13, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "scale", "expected"),
    [
        (123450, "CNY", "zh-hans", 2, "¥1,234.50"),
        (123450, "CNY", "en", 2, "CN¥1,234.50"),
        (-5, "CNY", "zh-hans", 2, "-¥0.05"),
        (123450, "USD", "zh-hans", 2, "US$1,234.50"),
    ],
)
def test_an_amount_has_its_currency_and_its_cents(minor, currency, language, scale, expected):
    """The currency stands beside the amount, as the reader writes it."""
    assert write.money(minor, currency, language, scale=scale) == expected


def test_a_day_has_its_weekday_where_it_matters():
    """Chinese readers find the weekday after the date, English ones before it."""
    assert write.day(date(2026, 11, 24), "zh-hans", weekday=True) == "2026年11月24日 周二"
    assert write.day(date(2026, 11, 24), "en", weekday=True) == "Tue 24 Nov 2026"


def test_an_instant_is_written_on_the_wall_clock_of_its_zone():
    """The same instant is an hour of the evening in Shanghai and another in Urumqi's own count."""
    assert write.clock(NIGHT, "Asia/Shanghai") == "21:59"
    assert write.clock(NIGHT, "Asia/Urumqi") == "19:59"
    assert write.instant(NIGHT, "Asia/Shanghai", "en") == "Tue 24 Nov 2026 21:59"


def test_today_needs_only_the_hour():
    """A moment of today is its hour; another day is named."""
    assert write.when(NIGHT, "Asia/Shanghai", "en", now=NIGHT) == "21:59"
    tomorrow = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert write.when(tomorrow, "Asia/Shanghai", "en", now=NIGHT) == "Wed 25 Nov, 08:00"
    assert write.when(tomorrow, "Asia/Shanghai", "zh-hans", now=NIGHT) == "11月25日 周三 08:00"


def test_a_zone_is_named_as_people_name_it():
    """Not by its technical name."""
    assert write.zone_name("Asia/Shanghai", "en") == "Beijing time"
    assert write.zone_name("Asia/Shanghai", "zh-hans") == "北京时间"
    assert "Asia/" not in write.zone_name("America/New_York", "en")
