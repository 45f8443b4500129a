"""On real car loans Forbear's balances are nearer to the servicer's than a naive recursion is."""

from __future__ import annotations

import pytest

from conformance.ally import PROFILE, compare
from forbear.book.comparison import THRESHOLDS, share_within
from forbear.book.profile import shipped_profile
from forbear.book.tape import read_tape

EVERY = 80
"""One loan in so many is compared here; ``make conformance-ally`` compares all of them."""


def test_a_sample_of_real_loans_is_nearer_than_naive(shared):
    """At 1, 5, 20 and 50 dollars, one step and free running, the shares are at or above the naive ones."""
    folder = shared / "data" / "abs_auto_ally"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    profile = shipped_profile(PROFILE)
    tape = read_tape(folder / "loans.parquet", folder / "panel.parquet", profile)
    assert tape.rejects == []
    assert (len(tape.loans), tape.rows_read) == (3513, 109_095)
    tape.loans = {reference: tape.loans[reference] for reference in sorted(tape.loans)[::EVERY]}
    months = list(compare(tape, profile))
    for units in THRESHOLDS:
        assert share_within([m.one_step for m in months], units) >= share_within(
            [m.naive_one_step for m in months], units
        )
        assert share_within([m.free for m in months], units) >= share_within(
            [m.naive_free for m in months], units
        )
