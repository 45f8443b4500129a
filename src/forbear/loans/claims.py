"""What the statute lets a payment settle: the parts of one debt, and several debts to one lender.

Belongs here: the allocation of the Civil Code of the PRC, articles 560 and 561, as an order that is data
and pure functions over it. What a loan's own terms say of its instalments is ``allocation``; caps and
principal are ``claims_rates``, limitation is ``claims_limitation``. Amounts are integers of 10^-scale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from forbear.errors import InputError


class ClaimPart(StrEnum):
    """The parts that the statute tells apart: the costs of realising the claim, interest, principal."""

    COSTS = "costs"
    INTEREST = "interest"
    PRINCIPAL = "principal"


ORDER_561 = (ClaimPart.COSTS, ClaimPart.INTEREST, ClaimPart.PRINCIPAL)
"""The order where nothing else was agreed: costs, then interest, then the principal debt (art. 561)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is owed, or was paid, by part; none below 0. Raises InputError naming the part."""

    costs: int = 0
    interest: int = 0
    principal: int = 0

    def __post_init__(self) -> None:
        for part in ClaimPart:
            if self.of(part) < 0:
                raise InputError(f"A debt's {part} is {self.of(part)}; it cannot be below 0.", field=part)

    def of(self, part: ClaimPart) -> int:
        """Return one part."""
        return {
            ClaimPart.COSTS: self.costs,
            ClaimPart.INTEREST: self.interest,
            ClaimPart.PRINCIPAL: self.principal,
        }[part]

    @property
    def total(self) -> int:
        """All parts together."""
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One of several debts of the same kind to one lender, with what article 560 ranks it by.

    ``due`` is None where no day was agreed and none was demanded: it is not due then. ``secured`` is the
    value of its security, ``burden`` what it costs the debtor, as a yearly share (interest and penalty).
    """

    id: str
    owed: Claim
    due: date | None
    secured: int = 0
    burden: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """What a payment settled of each debt, by its id, and what exceeds all of them."""

    paid: Mapping[str, Claim]
    surplus: int


def settle_parts(owed: Claim, payment: int, order: Sequence[ClaimPart] = ORDER_561) -> Claim:
    """Return what a payment settles of one debt, part by part; the rest of it is surplus.

    ``order`` is the agreed one, if any; parts that it leaves out follow in the statute's order. Raises
    InputError for a payment below 0 or a part named twice. Source: Civil Code, art. 561.
    """
    _check_payment(payment)
    if len(set(order)) != len(order):
        raise InputError("An agreed order names each part once.", field="agreed_order")
    left, paid = payment, dict.fromkeys(ClaimPart, 0)
    for part in (*order, *(part for part in ORDER_561 if part not in order)):
        paid[part] = min(left, owed.of(part))
        left -= paid[part]
    return Claim(
        costs=paid[ClaimPart.COSTS],
        interest=paid[ClaimPart.INTEREST],
        principal=paid[ClaimPart.PRINCIPAL],
    )


def settle_debts(
    debts: Sequence[Debt],
    payment: int,
    *,
    as_of: date,
    agreed: Sequence[str] = (),
    designated: Sequence[str] = (),
    order: Sequence[ClaimPart] = ORDER_561,
) -> Allocated:
    """Return what a payment settles of several debts, and within each by ``settle_parts``.

    ``agreed`` are ids in the order that both sides agreed on, ``designated`` those that the debtor named
    when paying; they go first, in that order. Then come debts that are due on ``as_of``, the least secured
    first, of these the heaviest burden, then the earliest due; equals share by amount, to the last unit
    (the largest remainders first). The statute is silent on debts that are not yet due: they follow, ranked
    alike. Raises InputError for a payment below 0, an id given twice, or one that is no debt's. Source:
    Civil Code, art. 560.
    """
    _check_payment(payment)
    by_id = {debt.id: debt for debt in debts}
    if len(by_id) != len(debts):
        raise InputError("Two debts have one id.", field="debts")
    named = list(dict.fromkeys((*agreed, *designated)))
    for debt_id in named:
        if debt_id not in by_id:
            raise InputError(f"{debt_id!r} is named to be paid, but is no debt here.", field="designated")
    groups = [[by_id[debt_id]] for debt_id in named]
    others = sorted((debt for debt in debts if debt.id not in named), key=_rank_on(as_of))
    groups += [list(equals) for _, equals in groupby(others, key=_rank_on(as_of))]
    left, paid = payment, {}
    for group in groups:
        owed = [debt.owed.total for debt in group]
        shares = split_by_amount(min(left, sum(owed)), owed)
        for debt, share in zip(group, shares, strict=True):
            paid[debt.id] = settle_parts(debt.owed, share, order)
        left -= sum(shares)
    return Allocated(paid={debt.id: paid[debt.id] for debt in debts}, surplus=left)


def _rank_on(as_of: date) -> Callable[[Debt], tuple[bool, int, Fraction, date]]:
    def rank(debt: Debt) -> tuple[bool, int, Fraction, date]:
        due = debt.due or date.max
        return due > as_of, debt.secured, -debt.burden, due

    return rank


def split_by_amount(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total in proportion to weights, to the last unit: the largest remainders get one more.

    Of equal remainders the earlier weight's is taken. Each share is within one unit of the exact one, and
    none is above its weight where the total is not above their sum. Raises InputError for an amount below
    0.
    """
    if total < 0 or min(weights, default=0) < 0:
        raise InputError("Amounts to share, and to share by, are not below 0.", field="amount")
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def _check_payment(payment: int) -> None:
    if payment < 0:
        raise InputError(f"A payment is {payment}; it cannot be below 0.", field="payment")
