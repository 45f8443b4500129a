"""Amounts, days and instants in the reader's form."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent

from forbear.money.amount import decimal_text

_LOCALES = {"zh-hans": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en_GB")}
_DAY = {"zh-hans": "y年M月d日", "en": "d MMM y"}
_WEEKDAY = {"zh-hans": " EEE", "en": "EEE "}
_ZONE_NAMES = {
    "Asia/Shanghai": {"zh-hans": "北京时间", "en": "Beijing time"},
    "Asia/Urumqi": {"zh-hans": "乌鲁木齐时间", "en": "Urumqi time"},
    "UTC": {"zh-hans": "协调世界时", "en": "UTC"},
}


def locale_of(language: str) -> Locale:
    """Return Babel's locale for ``zh-hans`` or ``en``."""
    return _LOCALES["en" if language.startswith("en") else "zh-hans"]


def money(minor: int, currency: str, language: str, *, scale: int = 2) -> str:
    """Write an amount of ``minor`` x 10^-``scale`` with its currency: ¥1,234.50 or CN¥1,234.50."""
    amount = Decimal(minor).scaleb(-scale)
    return format_currency(amount, currency, locale=locale_of(language))


def number(value: int, language: str) -> str:
    """Write a whole number with its thousands apart."""
    return format_decimal(value, locale=locale_of(language))


def percent(share: float, language: str) -> str:
    """Write a share (0.125) as a percentage with one decimal."""
    return format_percent(share, format="#,##0.0%", locale=locale_of(language))


def rate(value: Fraction) -> str:
    """Write a yearly rate as a percentage with as many decimals as it has, up to four: 24%, 18.25%."""
    text = decimal_text(round(value * 10**6), 4).rstrip("0").rstrip(".")
    return f"{text}%"


def day(value: date, language: str, *, weekday: bool = False) -> str:
    """Write a date, with its weekday where that matters: Tue 24 Nov 2026, 2026年11月24日 周二."""
    english = language.startswith("en")
    pattern = _DAY["en" if english else "zh-hans"]
    if weekday:
        pattern = _WEEKDAY["en"] + pattern if english else pattern + _WEEKDAY["zh-hans"]
    return format_date(value, pattern, locale=locale_of(language))


def clock(value: datetime, zone: str) -> str:
    """Write the hour of an instant on the wall clock of ``zone``: 21:59."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def instant(value: datetime, zone: str, language: str, *, seconds: bool = False) -> str:
    """Write an instant on the wall clock of ``zone``, weekday and all."""
    local = value.astimezone(ZoneInfo(zone))
    hour = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{day(local.date(), language, weekday=True)} {hour}"


def zone_name(zone: str, language: str) -> str:
    """Name a time zone as people do: Beijing time."""
    key = "en" if language.startswith("en") else "zh-hans"
    known = _ZONE_NAMES.get(zone)
    return known[key] if known else str(get_timezone_name(ZoneInfo(zone), locale=locale_of(language)))


def when(value: datetime, zone: str, language: str, *, now: datetime) -> str:
    """Write an instant as briefly as is clear: the hour alone today, else with its day."""
    local, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    if local.date() == today:
        return local.strftime("%H:%M")
    pattern = "EEE d MMM, HH:mm" if language.startswith("en") else "M月d日 EEE HH:mm"
    return str(format_datetime(local, pattern, locale=locale_of(language)))
