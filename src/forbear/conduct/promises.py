"""Whether a promise to pay was kept: the money came, in full, by the promised day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseToPay:
    """An open promise: ``amount`` in minor units, by the end of ``due_on``."""

    promise_id: str
    amount: int
    made_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyIn:
    """A payment that stands (not reversed), by its value date, in minor units."""

    on: date
    amount: int


def settle_promises(
    promises: Sequence[PromiseToPay], money: Sequence[MoneyIn], *, as_of: date, grace_days: int
) -> dict[str, str]:
    """Return ``kept`` or ``broken`` by promise id; a promise that is still open is not in it.

    A promise counts the payments from the day it was made to ``grace_days`` after it falls due (a
    transfer takes its time). Each unit of money counts once, for the promise that falls due first;
    so promises already kept belong into ``promises`` too.
    """
    arrivals = sorted(money, key=lambda item: item.on)
    left = [item.amount for item in arrivals]
    settled: dict[str, str] = {}
    for promise in sorted(promises, key=lambda item: (item.due_on, item.made_on, item.promise_id)):
        last = promise.due_on + timedelta(days=grace_days)
        missing = promise.amount
        for index, arrival in enumerate(arrivals):
            if promise.made_on <= arrival.on <= min(last, as_of):
                used = min(missing, left[index])
                left[index] -= used
                missing -= used
        if missing == 0:
            settled[promise.promise_id] = "kept"
        elif as_of >= last:
            settled[promise.promise_id] = "broken"
    return settled
