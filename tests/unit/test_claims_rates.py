"""Principal really lent, interest for the days used, and caps (China)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.claims_rates import (
    Agreement,
    Licence,
    Regime,
    Segment,
    excess,
    interest_for,
    interest_rate,
    is_bound,
    later_principal,
    lpr_cap,
    prepaid_interest,
    principal_lent,
    regimes,
    rollover_ceiling,
)
from forbear.money.rounding import Rounding

ON = date.fromisoformat
CHANGED_ON = ON("2020-08-20")
CAP = lpr_cap(Fraction("0.03"), Fraction(4))


def share(text):
    return Fraction(text) / 100


def test_principal_is_what_was_really_lent():
    """
    Interest that was deducted up front was never lent (arts. 670 and 26).
    """
    assert principal_lent(10_000_00, 800_00) == 9_200_00
    assert principal_lent(10_000_00, 0) == 10_000_00
    for deducted in (-1, 10_000_00):
        with pytest.raises(InputError):
            principal_lent(10_000_00, deducted)


def test_no_interest_without_agreement():
    """
    Nothing agreed is no interest; unclear is none between people, and a court's to find otherwise (art. 680).
    """
    assert interest_rate(Agreement.NONE, share("12")) == 0
    assert interest_rate(Agreement.AGREED, share("12")) == share("12")
    assert interest_rate(Agreement.UNCLEAR, between_natural_persons=True) == 0
    assert interest_rate(Agreement.UNCLEAR) is None
    with pytest.raises(InputError):
        interest_rate(Agreement.AGREED, share("-1"))


def test_early_repayment_pays_for_the_days_used():
    """
    100 of 365 days at 12 % cost 328.77, unless the whole term's interest was agreed (art. 677).
    """
    used, agreed = Fraction(100, 365), Fraction(1)

    assert prepaid_interest(10_000_00, share("12"), used=used, agreed=agreed) == 328_77
    assert (
        prepaid_interest(10_000_00, share("12"), used=used, agreed=agreed, full_term_agreed=True) == 1_200_00
    )
    with pytest.raises(InputError, match="longer than agreed"):
        prepaid_interest(10_000_00, share("12"), used=Fraction(366, 365), agreed=agreed)


def test_half_a_fen_is_settled_by_the_rule_that_is_named():
    """
    0.5 fen of interest is 1 by half up and 0 by half even.
    """
    assert interest_for(100, share("1"), Fraction(1, 2)) == 1
    assert interest_for(100, share("1"), Fraction(1, 2), rounding=Rounding.HALF_EVEN) == 0
    with pytest.raises(InputError):
        interest_for(100, share("1"), Fraction(-1))


@pytest.mark.parametrize(
    ("lpr", "charged", "over"),
    [
        ("3.85", ["15.4"], "0"),
        ("3.85", ["15.41"], "0.01"),
        ("3.45", ["13.8"], "0"),
        ("3", ["12", "0.5", "1"], "1.5"),
        ("3", [], "0"),
    ],
)
def test_four_times_the_lpr_is_the_cap_and_its_edge_is_within(lpr, charged, over):
    """
    All that is charged counts together, and what equals the cap is supported (arts. 25 and 29).
    """
    assert excess([share(rate) for rate in charged], lpr_cap(share(lpr), Fraction(4))) == share(over)


def test_licensed_lenders_are_not_bound():
    """
    The cap of private lending binds neither approved institutions nor local financial organisations (art. 1).
    """
    assert [licence for licence in Licence if is_bound(licence)] == [Licence.PRIVATE]


@pytest.mark.parametrize(
    ("contract", "filed", "start", "end", "expected"),
    [
        (
            "2019-10-01",
            "2020-09-01",
            "2019-10-01",
            None,
            [
                ("2019-10-01", "2020-08-19", Regime.FORMER_ON_REQUEST),
                ("2020-08-20", None, Regime.AT_FILING),
            ],
        ),
        (
            "2019-10-01",
            "2020-08-20",
            "2020-08-19",
            "2020-08-20",
            [
                ("2020-08-19", "2020-08-19", Regime.FORMER_ON_REQUEST),
                ("2020-08-20", "2020-08-20", Regime.AT_FILING),
            ],
        ),
        (
            "2019-10-01",
            "2021-01-01",
            "2020-01-01",
            "2020-02-01",
            [("2020-01-01", "2020-02-01", Regime.FORMER_ON_REQUEST)],
        ),
        (
            "2019-10-01",
            "2021-01-01",
            "2020-08-20",
            "2020-12-31",
            [("2020-08-20", "2020-12-31", Regime.AT_FILING)],
        ),
        ("2019-10-01", "2020-08-19", "2019-10-01", None, [("2019-10-01", None, Regime.FORMER)]),
        ("2020-08-20", "2021-01-01", "2020-08-20", None, [("2020-08-20", None, Regime.AT_FORMATION)]),
    ],
)
def test_two_regimes_meet_on_the_day_of_change(contract, filed, start, end, expected):
    """
    Days before the change go by the former interpretation on request, later ones by the day of filing (art.
    31).
    """
    found = regimes(
        contract=ON(contract), filed=ON(filed), changed_on=CHANGED_ON, start=ON(start), end=end and ON(end)
    )

    assert found == [Segment(ON(first), last and ON(last), regime) for first, last, regime in expected]


def test_days_that_end_before_they_start():
    """
    A segment turned around is refused.
    """
    with pytest.raises(InputError):
        regimes(
            contract=CHANGED_ON,
            filed=CHANGED_ON,
            changed_on=CHANGED_ON,
            start=ON("2020-09-02"),
            end=ON("2020-09-01"),
        )


@pytest.mark.parametrize(
    ("stated", "rate", "years", "expected"),
    [
        (120_000_00, "20", 1, 112_000_00),
        (110_000_00, "10", 1, 110_000_00),
        (112_000_00, "12", 1, 112_000_00),
        (105_000_00, "20", 1, 105_000_00),
        (120_000_00, "20", Fraction(1, 2), 106_000_00),
    ],
)
def test_interest_above_the_cap_does_not_become_principal(stated, rate, years, expected):
    """
    A new note counts whole where the first rate was within the cap, else up to interest at the cap (art. 27).
    """
    found = later_principal(stated, 100_000_00, rate=share(rate), cap=CAP, years=Fraction(years))

    assert found == expected


def test_principal_and_interest_of_a_rollover_have_a_ceiling():
    """
    Over two years at a cap of 12 %, 100,000 come to 124,000 at most, however often it was rolled over.
    """
    assert rollover_ceiling(100_000_00, cap=CAP, years=Fraction(2)) == 124_000_00
