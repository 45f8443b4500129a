"""When a claim can no longer be enforced against the debtor's will: limitation, its restart and its waiver.

Periods and their ends follow the Civil Code of the PRC, arts. 188 to 195 and 200 to 203, and the Supreme
People's Court's provisions on limitation (2020). How long the period is comes in as an argument. What only
suspends it (art. 194) is not modelled: a claim may be enforceable for longer than is said here, never for
less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from forbear.errors import InputError
from forbear.money.calendar import add_months

YEAR_MONTHS = 12
SATURDAY = 5


class Standing(StrEnum):
    """What the debtor's defence of limitation is worth.

    RUNNING: nothing, the period has not ended. BARRED: it may be raised. WAIVED: the debtor agreed to perform
    after the end. PERFORMED: the debtor has paid after the end, and gets nothing back.
    """

    RUNNING = "running"
    BARRED = "barred"
    WAIVED = "waived"
    PERFORMED = "performed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """A limitation period: the day it runs from (not counted), and the last day on which it still runs.

    ``restarted_on`` is the demand or performance that it runs from, if any.
    """

    runs_from: date
    last_day: date
    restarted_on: date | None

    def standing(self, as_of: date) -> Standing:
        """Tell whether the period still runs on a day."""
        return Standing.RUNNING if as_of <= self.last_day else Standing.BARRED


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or Sunday: the rest days that need no calendar."""
    return day.weekday() >= SATURDAY


def limitation(
    due: Sequence[date],
    *,
    years: int,
    longest_years: int,
    restarts: Iterable[date] = (),
    is_rest_day: Callable[[date], bool] = is_weekend,
) -> Limitation:
    """Return the limitation period of one debt, paid at once or in instalments.

    ``due`` are the days on which it was to be paid; of instalments the last one counts. ``restarts`` are
    the days of a demand, a suit, or of the debtor's performance or promise to perform: each that falls
    within the running period starts it anew. A period that ends on a rest day ends on the next day that is
    none. Beyond ``longest_years`` after the due day a court protects no claim. Raises InputError where no
    day is given.

    Source: Civil Code, arts. 188 and 189 (start and length), 195 (restart), 201 to 203 (days).
    """
    if not due:
        raise InputError("A debt without a due day has no limitation period yet.", field="due")
    starts_on = max(due)
    longest = _last_day(starts_on, longest_years, is_rest_day)
    runs_from, restarted_on = starts_on, None
    last_day = min(_last_day(starts_on, years, is_rest_day), longest)
    for day in sorted(restarts):
        if starts_on < day <= last_day:
            runs_from = restarted_on = day
            last_day = min(_last_day(day, years, is_rest_day), longest)
    return Limitation(runs_from=runs_from, last_day=last_day, restarted_on=restarted_on)


def after_expiry(*, paid: bool, agreed_to_perform: bool) -> Standing:
    """Tell what is left of the defence once the period has ended.

    ``agreed_to_perform``: the debtor said so, or signed a demand in a way that shows it. A signature alone
    does not. Source: Civil Code, art. 192; the provisions on limitation, art. 19.
    """
    if paid:
        return Standing.PERFORMED
    return Standing.WAIVED if agreed_to_perform else Standing.BARRED


def _last_day(start: date, years: int, is_rest_day: Callable[[date], bool]) -> date:
    """Return the corresponding day years later, or the month's last, moved on past rest days."""
    day = add_months(start, years * YEAR_MONTHS)
    while is_rest_day(day):
        day += timedelta(days=1)
    return day
