"""What the statute lets a payment settle (Civil Code of the PRC, articles 560 and 561)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.claims import Claim, ClaimPart, Debt, settle_debts, settle_parts, split_by_amount

ON = date.fromisoformat
AS_OF = ON("2026-04-01")
OWED = Claim(costs=100_00, interest=250_00, principal=5_000_00)


def debt(name, amount=1_000_00, due="2026-03-10", **given):
    return Debt(id=name, owed=Claim(principal=amount), due=due and ON(due), **given)


def settled(debts, payment, **given):
    found = settle_debts(debts, payment, as_of=AS_OF, **given)
    assert sum(claim.total for claim in found.paid.values()) + found.surplus == payment
    return {name: claim.total for name, claim in found.paid.items() if claim.total}


@pytest.mark.parametrize(
    ("payment", "costs", "interest", "principal"),
    [
        (0, 0, 0, 0),
        (50_00, 50_00, 0, 0),
        (300_00, 100_00, 200_00, 0),
        (350_01, 100_00, 250_00, 1),
        (6_000_00, 100_00, 250_00, 5_000_00),
    ],
)
def test_costs_then_interest_then_principal(payment, costs, interest, principal):
    """
    A short payment settles the costs of the claim first, then interest, then principal (art. 561).
    """
    assert settle_parts(OWED, payment) == Claim(costs=costs, interest=interest, principal=principal)


def test_another_order_may_be_agreed():
    """
    What both sides agreed on goes before the statute's order, which ranks what they left out.
    """
    whole = (ClaimPart.PRINCIPAL, ClaimPart.INTEREST, ClaimPart.COSTS)

    assert settle_parts(OWED, 5_100_00, whole) == Claim(principal=5_000_00, interest=100_00)
    assert settle_parts(OWED, 5_150_00, (ClaimPart.PRINCIPAL,)) == Claim(
        principal=5_000_00, costs=100_00, interest=50_00
    )
    with pytest.raises(InputError, match="names each part once"):
        settle_parts(OWED, 1, (ClaimPart.COSTS, ClaimPart.COSTS))


def test_the_debtor_names_the_debt_to_be_paid():
    """
    A designation wins over due days and security; the rest of the money goes by the statute.
    """
    debts = [debt("A", due="2026-01-10"), debt("B", due="2026-02-10"), debt("C", due="2026-06-10")]

    assert settled(debts, 1_500_00, designated=["C"]) == {"C": 1_000_00, "A": 500_00}
    assert settled(debts, 1_500_00, designated=["B", "C"]) == {"B": 1_000_00, "C": 500_00}


def test_an_agreement_goes_before_a_designation():
    """
    The debtor designates only where the two sides have not agreed otherwise.
    """
    debts = [debt("A"), debt("B"), debt("C")]

    assert settled(debts, 1_500_00, agreed=["B"], designated=["C"]) == {"B": 1_000_00, "C": 500_00}


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"due": "2026-04-01", "secured": 9}, {"due": "2026-04-02"}, "due on the day goes before not due"),
        ({"due": "2026-05-01"}, {"due": None}, "a day that is agreed goes before none"),
        ({"due": "2026-03-31", "secured": 1}, {"due": None}, "due goes before undated"),
        ({"secured": 0}, {"secured": 1, "due": "2026-01-01"}, "unsecured goes before due earlier"),
        ({"secured": 500_00}, {"secured": 500_01}, "the least secured goes first"),
        (
            {"burden": Fraction(24, 100)},
            {"burden": Fraction(18, 100), "due": "2026-01-01"},
            "the heavier burden goes before due earlier",
        ),
        (
            {"secured": 1, "burden": Fraction(1, 100)},
            {"secured": 2, "burden": Fraction(36, 100)},
            "security goes before burden",
        ),
        ({"due": "2026-01-10"}, {"due": "2026-03-10"}, "of equals the earliest due goes first"),
        ({"due": "2026-05-01"}, {"due": "2026-06-01"}, "so too among debts that are not due"),
    ],
)
def test_the_statutes_ranks(first, second, why):
    """
    Due, least secured, heaviest burden, earliest due: each rank decides only among equals of the one before.
    """
    debts = [debt("second", **second), debt("first", **first)]

    assert settled(debts, 1_000_00) == {"first": 1_000_00}, why


def test_equals_share_by_amount_to_the_last_fen():
    """
    Debts alike in all ranks share in proportion; the fen left over go to the largest remainders.
    """
    assert settled([debt("A", 3_000_00), debt("B")], 1_000_00) == {"A": 750_00, "B": 250_00}
    assert settled([debt("A"), debt("B"), debt("C")], 100_00) == {"A": 33_34, "B": 33_33, "C": 33_33}
    assert settled([debt("A", 1), debt("B", 2), debt("C", 4)], 5) == {"A": 1, "B": 1, "C": 3}


def test_what_exceeds_all_debts_is_surplus():
    """
    More than all debts settles them all and leaves the rest over.
    """
    found = settle_debts([debt("A"), debt("B", due=None)], 2_500_00, as_of=AS_OF)

    assert {name: claim.total for name, claim in found.paid.items()} == {"A": 1_000_00, "B": 1_000_00}
    assert found.surplus == 500_00
    assert settle_debts([], 7, as_of=AS_OF).surplus == 7


def test_within_each_debt_its_parts_are_ranked():
    """
    What falls to a debt settles its costs, interest and principal in order.
    """
    both = [Debt(id="A", owed=OWED, due=ON("2026-01-10")), debt("B")]
    found = settle_debts(both, 5_400_00, as_of=AS_OF, designated=["B"])

    assert found.paid["B"] == Claim(principal=1_000_00)
    assert found.paid["A"] == Claim(costs=100_00, interest=250_00, principal=4_050_00)


def test_what_cannot_be_allocated_names_its_field():
    """
    Negative money, unknown or doubled debts are refused by name.
    """
    for field, call in {
        "payment": lambda: settle_parts(OWED, -1),
        "interest": lambda: Claim(interest=-1),
        "debts": lambda: settle_debts([debt("A"), debt("A")], 1, as_of=AS_OF),
        "designated": lambda: settle_debts([debt("A")], 1, as_of=AS_OF, designated=["B"]),
        "amount": lambda: split_by_amount(1, [1, -1]),
    }.items():
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.field == field


def test_nothing_to_share_by_shares_nothing():
    """
    Weights of 0 get 0.
    """
    assert split_by_amount(5, [0, 0]) == [0, 0]
    assert split_by_amount(0, []) == []
