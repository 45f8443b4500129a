"""How a report writes amounts, shares and days, in the language of its lender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal

from forbear.money.amount import digits_of

LOCALES = {"zh-hans": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en_GB")}
DAYS = {"zh-hans": "y年M月d日", "en": "d MMM y"}
INSTANTS = {"zh-hans": "M月d日 EEE HH:mm", "en": "EEE d MMM, HH:mm"}


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes in one language and currency."""

    language: str
    currency: str

    @property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return LOCALES[self.language]

    def money(self, minor: int) -> str:
        """Write an amount in full."""
        return format_currency(self._decimal(minor), self.currency, locale=self.locale)

    def short_money(self, minor: float) -> str:
        """Write an amount of many digits as people say it: US$26.4m, 2640万."""
        return format_compact_currency(
            self._decimal(round(minor)), self.currency, fraction_digits=1, locale=self.locale
        )

    def count(self, number: int) -> str:
        """Write a whole number."""
        return format_decimal(number, locale=self.locale)

    def percent(self, share: float, digits: int = 1) -> str:
        """Write a share in per cent."""
        return f"{share:.{digits}f}%"

    def day(self, value: date) -> str:
        """Write a date."""
        return format_date(value, DAYS[self.language], locale=self.locale)

    def month(self, value: date) -> str:
        """Write a month as figures, 2020-12."""
        return f"{value:%Y-%m}"

    def instant(self, value: datetime, zone: str) -> str:
        """Write an instant on the wall clock of a zone."""
        local = value.astimezone(ZoneInfo(zone))
        return format_datetime(local, INSTANTS[self.language], locale=self.locale)

    def moment(self, value: datetime, zone: str, *, now: datetime) -> str:
        """Write an instant on the wall clock of a zone, without its day where that is today's."""
        local, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
        return f"{local:%H:%M}" if local.date() == today else self.instant(value, zone)

    def _decimal(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-digits_of(self.currency))
