"""Features are whole numbers about the loan and its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.conduct.features import FEATURE_NAMES, PPM, History, LoanFacts, features_of
from forbear.errors import InvariantError

LOAN = LoanFacts(
    as_of=date(2026, 11, 23),
    disbursed_on=date(2026, 8, 24),
    original_principal=1_200_000,
    principal=900_000,
    owed=1_000_000,
    overdue=300_000,
    days_past_due=69,
    instalments_overdue=3,
)


def test_no_other_feature_exists() -> None:
    """Another one is a decision to be taken here: nothing about refusals, illness, family or other people."""
    assert FEATURE_NAMES == (
        "days_past_due",
        "overdue_share_ppm",
        "instalments_overdue",
        "months_on_book",
        "share_repaid_ppm",
        "past_cures",
        "kept_promises",
        "broken_promises",
    )


def test_each_feature_is_what_its_name_says() -> None:
    """Shares are millionths of the whole, months are completed ones, counts are counts."""
    history = History(past_cures=1, kept_promises=2, broken_promises=3)
    assert features_of(LOAN, history).values() == {
        "days_past_due": 69,
        "overdue_share_ppm": 300_000,
        "instalments_overdue": 3,
        "months_on_book": 2,
        "share_repaid_ppm": 250_000,
        "past_cures": 1,
        "kept_promises": 2,
        "broken_promises": 3,
    }
    assert tuple(features_of(LOAN, history).values()) == FEATURE_NAMES


@pytest.mark.parametrize(
    ("day", "months"), [(date(2026, 8, 24), 0), (date(2026, 11, 24), 3), (date(2027, 8, 24), 12)]
)
def test_a_month_counts_when_it_is_over(day: date, months: int) -> None:
    """A month is complete on the day of the month on which the loan was paid out."""
    assert features_of(replace(LOAN, as_of=day), History()).months_on_book == months


def test_shares_stay_within_their_bounds() -> None:
    """Nothing owed is no share, nothing is more than all, and a balance above the original repays 0."""
    assert features_of(replace(LOAN, owed=0, overdue=0), History()).overdue_share_ppm == 0
    assert features_of(replace(LOAN, overdue=2_000_000), History()).overdue_share_ppm == PPM
    assert features_of(replace(LOAN, principal=2_000_000), History()).share_repaid_ppm == 0


def test_a_negative_principal_is_a_bug() -> None:
    """No loan owes less than nothing."""
    with pytest.raises(InvariantError):
        features_of(replace(LOAN, principal=-1), History())
