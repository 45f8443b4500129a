"""The internal rate of return beside numpy-financial's, on random loans."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forbear.loans.cost import effective_annual, irr

financial = pytest.importorskip("numpy_financial", reason="numpy-financial is not installed")


@given(
    received=st.integers(100_000, 10_000_000),
    periods=st.integers(1, 60),
    cost=st.fractions(0, 1, max_denominator=100),
    balloon=st.integers(0, 1_000_000),
)
def test_the_internal_rate_is_the_twins(received, periods, cost, balloon):
    """
    On level payments with a balloon the exact rate is the float one to nine digits.
    """
    level = int(received * (1 + cost) / periods)
    flows = [received, *[-level] * (periods - 1), -level - balloon]
    assume(sum(flows) < 0)

    assert float(irr(flows)) == pytest.approx(financial.irr(flows), abs=1e-9)


@given(
    rate=st.fractions(Fraction(1, 10_000), Fraction(1, 20), max_denominator=10_000),
    periods=st.integers(1, 120),
)
def test_the_twins_level_payment_has_the_rate_it_was_reckoned_at(rate, periods):
    """
    A payment that the twin reckons at a rate gives that rate back, to what its rounding to units allows.
    """
    received = 10**12
    level = round(-financial.pmt(float(rate), periods, received))
    found = irr([received, *[-level] * periods])

    assert float(found) == pytest.approx(float(rate), abs=1e-9)
    assert float(effective_annual(found, Fraction(12))) == pytest.approx(
        (1 + float(rate)) ** 12 - 1, abs=1e-7
    )
