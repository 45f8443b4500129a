"""The yearly cost of a loan's contract as its country discloses it, and the caps of the law beside it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from forbear.loans.codec import terms_to_body
from forbear.loans.cost import percent
from forbear.loans.pattern import Pattern
from forbear.loans.terms import LoanTerms
from forbear.services.loan_books.cost import Measure, Method, caps_of, yearly_cost
from forbear.store.models import Lender, Loan
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.laid_out import laid_out_loan


def loan_of(terms: LoanTerms, country: str = "CN") -> Loan:
    """Return a loan of a lender in a country, kept nowhere."""
    return Loan(lender=Lender(id="pine", country=country, pack_id="cn"), terms=terms_to_body(terms))


def test_in_china_the_rate_of_a_period_is_told_in_each_way_of_a_year() -> None:
    """
    24 % by real days is about 2 % a month: times twelve, compounded, and simple.
    """
    cost = yearly_cost(loan_of(consumer_loan()))

    assert cost is not None
    assert (cost.method, cost.periods, cost.is_even) == (Method.CHINA, 12, True)
    assert cost.per_period is not None
    assert percent(cost.rate, 12) == percent(cost.per_period * 12, 12)
    assert [str(percent(rate, 2)) for rate in (cost.rate, cost.effective, cost.simple) if rate] == [
        "23.90",
        "26.70",
        "23.91",
    ]


def test_a_first_period_of_another_length_is_said_to_count_as_one() -> None:
    """
    Seven weeks to the first due day are no month.
    """
    cost = yearly_cost(loan_of(consumer_loan(disbursed_on=consumer_loan().disbursed_on.replace(day=1))))

    assert cost is not None
    assert not cost.is_even


def test_each_country_has_its_own_method() -> None:
    """
    The United States by the actuarial method, elsewhere the European Union's rate, which compounds.
    """
    american, european = (yearly_cost(loan_of(car_loan(), country)) for country in ("US", "DE"))

    assert american is not None
    assert european is not None
    assert (american.method, str(percent(american.rate, 1))) == (Method.UNITED_STATES, "7.0")
    assert (european.method, str(percent(european.rate, 1))) == (Method.EUROPE, "7.3")


def test_a_down_payment_was_never_received() -> None:
    """
    A loan without interest costs nothing, whatever falls due on its first day.
    """
    terms = laid_out_loan(Pattern(down_payment=Fraction(1, 5)))
    cost = yearly_cost(loan_of(terms))

    assert cost is not None
    assert cost.rate == Decimal(0)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"rate_annual": Fraction(14, 100), "penalty_rate_annual": Fraction(21, 100)}, (True, True)),
        ({"rate_annual": Fraction(30, 100), "penalty_rate_annual": Fraction(60, 100)}, (False, False)),
        ({"rate_annual": Fraction(0), "penalty_rate_annual": Fraction(60, 100)}, (True, None)),
    ],
)
def test_the_caps_say_whether_the_loan_keeps_within_them(
    changes: dict[str, Any], kept: tuple[bool | None, ...]
) -> None:
    """
    The all-in cost and the penalty rate are compared; a multiple of a rate that is not on file is not.
    """
    loan = loan_of(consumer_loan(**changes))
    caps = caps_of(loan, yearly_cost(loan))
    cost = {cap.is_kept for cap in caps if cap.measure is Measure.COST}
    penalty = {cap.is_kept for cap in caps if cap.measure is Measure.PENALTY}
    lpr = {cap.is_kept for cap in caps if cap.measure is Measure.LPR}

    assert (cost, penalty or {kept[1]}, lpr) == ({kept[0]}, {kept[1]}, {None})


def test_a_cap_that_came_after_the_contract_says_so() -> None:
    """
    The number that came later is shown with the day it holds from.
    """
    loan = loan_of(consumer_loan(disbursed_on=consumer_loan().disbursed_on.replace(year=2025)))
    later = [cap for cap in caps_of(loan, yearly_cost(loan)) if not cap.in_force]

    assert "assisted_lending_max" in {cap.amount.name for cap in later}


def test_where_no_law_of_caps_is_known_none_is_shown() -> None:
    """
    China's numbers say nothing of a loan made elsewhere.
    """
    assert caps_of(loan_of(car_loan(), "US"), None) == ()
