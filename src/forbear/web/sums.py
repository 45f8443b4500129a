"""Interest as lines that a person can check with a pocket calculator: the same for agent and borrower."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from forbear.loans.accrual import Segment
from forbear.loans.explain import AccrualLine
from forbear.money.amount import decimal_text
from forbear.web import format as write

EXTRA_DIGITS = 4
"""Decimals beyond the cent that an exact amount is shown with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stretch of interest: ``base`` x ``rate`` ÷ ``year_days`` x ``days`` = ``exact``."""

    base: int
    rate: str
    year_days: int
    days: int
    first_day: date
    last_day: date
    exact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrued:
    """An interest with its steps: together ``exact``, rounded to ``posted``, of which ``owed`` is left."""

    steps: list[Step]
    carried: str
    exact: str
    posted: int
    settled: int
    owed: int


def accrued(line: AccrualLine, scale: int) -> Accrued:
    """Write an accrual as steps; amounts with up to four digits beyond the cent."""
    return Accrued(
        steps=[_step(segment, scale) for segment in _joined(line.segments)],
        carried=exact_text(line.carried, scale) if line.carried else "",
        exact=exact_text(line.exact, scale),
        posted=line.posted,
        settled=line.settled,
        owed=line.owed,
    )


def exact_text(amount: Fraction, scale: int) -> str:
    """Write an exact amount of minor units, with up to four digits beyond the cent."""
    text = decimal_text(round(amount * 10**EXTRA_DIGITS), scale + EXTRA_DIGITS)
    whole, _, part = text.partition(".")
    kept = part[:scale] + part[scale:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Put stretches in the order of their days, and join those that go on alike."""
    joined: list[Segment] = []
    for segment in sorted(segments, key=lambda one: (one.from_day, one.to_day)):
        last = joined[-1] if joined else None
        if last and (last.base, last.rate_annual, last.to_day) == (
            segment.base,
            segment.rate_annual,
            segment.from_day,
        ):
            joined[-1] = replace(last, to_day=segment.to_day, days=last.days + segment.days)
        elif segment.exact:
            joined.append(segment)
    return joined


def _step(segment: Segment, scale: int) -> Step:
    return Step(
        base=segment.base,
        rate=write.rate(segment.rate_annual),
        year_days=segment.year_days,
        days=segment.days,
        first_day=segment.from_day,
        last_day=segment.to_day,
        exact=exact_text(segment.exact, scale),
    )
