"""What holds for every statutory allocation: it sums up, and nobody gets more than is owed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from forbear.loans.claims import Claim, ClaimPart, Debt, settle_debts, settle_parts, split_by_amount

AMOUNTS = st.integers(0, 10**9)
CLAIMS = st.builds(Claim, costs=AMOUNTS, interest=AMOUNTS, principal=AMOUNTS)
ORDERS = st.permutations(list(ClaimPart)).flatmap(lambda parts: st.integers(0, 3).map(lambda n: parts[:n]))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
AS_OF = date(2026, 7, 1)


@st.composite
def debts(draw):
    """Up to eight debts, often alike in some of what ranks them."""
    return [
        Debt(
            id=str(number),
            owed=draw(CLAIMS),
            due=draw(st.none() | st.sampled_from([date(2026, 5, 1), AS_OF, date(2026, 9, 1)]) | DAYS),
            secured=draw(st.sampled_from([0, 0, 500, 10**6])),
            burden=draw(st.sampled_from([Fraction(0), Fraction(12, 100), Fraction(24, 100)])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(owed=CLAIMS, payment=AMOUNTS, order=ORDERS)
def test_parts_sum_to_the_payment_and_never_exceed_what_is_owed(owed, payment, order):
    """
    All of the payment is used as far as anything is owed, and a part is touched only when those before are
    paid.
    """
    paid = settle_parts(owed, payment, order)
    ranked = [*order, *(part for part in ClaimPart if part not in order)]

    assert paid.total == min(payment, owed.total)
    assert all(paid.of(part) <= owed.of(part) for part in ClaimPart)
    for earlier, later in pairwise(ranked):
        assert paid.of(later) == 0 or paid.of(earlier) == owed.of(earlier)


@given(given=debts(), payment=AMOUNTS, data=st.data())
def test_debts_sum_to_the_payment_and_never_exceed_what_is_owed(given, payment, data):
    """
    Whatever is designated, payments and surplus make the payment, and surplus is left only when all is paid.
    """
    names = [debt.id for debt in given]
    designated = data.draw(st.lists(st.sampled_from(names), unique=True) if names else st.just([]))
    found = settle_debts(given, payment, as_of=AS_OF, designated=designated)
    total = sum(debt.owed.total for debt in given)

    assert sum(claim.total for claim in found.paid.values()) == min(payment, total)
    assert found.surplus == max(0, payment - total)
    for debt in given:
        assert all(found.paid[debt.id].of(part) <= debt.owed.of(part) for part in ClaimPart)


@given(given=debts(), payment=AMOUNTS)
def test_no_debt_is_touched_before_those_that_rank_above_it(given, payment):
    """
    A debt gets money only when every debt that the statute puts before it is paid in full.
    """
    paid = settle_debts(given, payment, as_of=AS_OF).paid
    for one in given:
        for other in given:
            if _goes_before(one, other) and paid[other.id].total:
                assert paid[one.id] == one.owed


@given(given=debts(), payment=AMOUNTS, extra=st.integers(0, 10**6))
def test_a_larger_payment_settles_no_debt_less(given, payment, extra):
    """
    With more money, no rank of debts gets less, and no debt more than one unit less.
    """
    less = settle_debts(given, payment, as_of=AS_OF).paid
    more = settle_debts(given, payment + extra, as_of=AS_OF).paid

    assert all(more[debt.id].total >= less[debt.id].total - 1 for debt in given)


@example(total=10, weights=[1, 1, 1])
@example(total=5, weights=[1, 2, 4])
@given(total=AMOUNTS, weights=st.lists(AMOUNTS, max_size=8))
def test_shares_are_within_one_unit_of_the_exact_ones(total, weights):
    """
    The shares make the total, each within one unit of its exact share, none above its weight.
    """
    whole = sum(weights)
    total = min(total, whole)
    shares = split_by_amount(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert whole == 0 or abs(share - Fraction(total * weight, whole)) < 1


def _goes_before(one: Debt, other: Debt) -> bool:
    """Article 560 read aloud, rank after rank."""
    is_due = [debt.due is not None and debt.due <= AS_OF for debt in (one, other)]
    if is_due[0] != is_due[1]:
        return is_due[0]
    if one.secured != other.secured:
        return one.secured < other.secured
    if one.burden != other.burden:
        return one.burden > other.burden
    return one.due is not None and (other.due is None or one.due < other.due)
