"""Rules that one loan and a column of loans share, as data.

``loans`` reads them for one loan and ``nightly`` by column; property tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.errors import InputError


@dataclass(frozen=True, slots=True)
class Bucket:
    """A band of days past due: ``code`` as stored and shown, its first and its last day."""

    code: str
    first_day: int
    last_day: int | None


BUCKETS: tuple[Bucket, ...] = (
    Bucket("current", 0, 0),
    Bucket("1-30", 1, 30),
    Bucket("31-60", 31, 60),
    Bucket("61-90", 61, 90),
    Bucket("91-180", 91, 180),
    Bucket("181+", 181, None),
)
"""The ageing bands, in order and without gaps. Closed and charged off are states, not bands."""


def bucket_of(days_past_due: int) -> str:
    """Return the code of the band that holds ``days_past_due``; raises InputError below 0."""
    if days_past_due < 0:
        raise InputError(f"Days past due are {days_past_due}; they start at 0.", field="days_past_due")
    return next(band.code for band in reversed(BUCKETS) if days_past_due >= band.first_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delinquency:
    """When a loan counts as delinquent: days of grace on arrears, and bands of the days after them.

    ``pauses_count_for_all`` takes a pause's days off every count, also of what fell due within it or later.
    """

    grace_days: int = 0
    pauses_count_for_all: bool = False
    bands: tuple[Bucket, ...] = BUCKETS

    def band_of(self, days: int) -> str | None:
        """Return the code of the band that holds ``days``; None before the first."""
        held = (band.code for band in reversed(self.bands) if days >= band.first_day)
        return next(held, None)
