"""The contracts that lenders write, as data, and the steps that each of them plans.

Level payment, constant principal, flat interest and bullet, with stated or irregular instalments, a balloon,
grace, interest-free periods, a down payment, several disbursements, a variable rate and capitalisation:
all are combinations of the steps in ``plan_steps``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.level import due_days
from forbear.loans.plan import Plan, Start, run_plan
from forbear.loans.plan_reckoning import Reckoning
from forbear.loans.plan_steps import (
    Capitalise,
    Disburse,
    FixBase,
    Level,
    Mature,
    PayInterest,
    Planned,
    RateRule,
    Redeem,
    ResetRate,
    SetLevel,
    SetRate,
    planned,
)
from forbear.loans.terms import LoanTerms
from forbear.money.businessday import BusinessDayRule


class Kind(StrEnum):
    """What each instalment is made of.

    LEVEL: one amount for all, interest first. EQUAL_PRINCIPAL: equal principal, interest on what is
    left. FLAT: equal principal, interest on what was lent. BULLET: interest, and all principal at the end.
    """

    LEVEL = "level"
    EQUAL_PRINCIPAL = "equal_principal"
    FLAT = "flat"
    BULLET = "bullet"

    @property
    def level(self) -> Level:
        """What an amount that is stated for an instalment is of."""
        return Level.TOTAL if self is Kind.LEVEL else Level.PRINCIPAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A loan as its contract lays it out; amounts in minor units.

    ``days`` are those on which an instalment falls due, ``amounts`` what each comes to where the contract
    states it (one for all, or one for each day but the last): a total for LEVEL, else principal. The last
    day takes what is left, of which ``balloon`` is not counted when a level amount is reckoned.

    The first ``grace_principal`` instalments redeem nothing, the interest of the first ``grace_interest``
    falls due with the one after them, and that of the first ``capitalised`` is added to the principal; the
    first ``interest_free`` bear none. ``down_payment`` falls due when the loan is disbursed.
    ``further`` are later disbursements and ``indices`` what the rate follows by ``rate_rule``, each by day;
    the level amount is set anew after them, unless ``keeps_level``. A loan that ``grows`` adds to its
    principal what a level amount is short of the interest. Raises InputError naming the field.
    """

    principal: int
    rate_annual: Fraction
    disbursed_on: date
    days: tuple[date, ...]
    reckoning: Reckoning
    kind: Kind = Kind.LEVEL
    amounts: tuple[int, ...] = ()
    balloon: int = 0
    grace_principal: int = 0
    grace_interest: int = 0
    capitalised: int = 0
    interest_free: int = 0
    down_payment: int = 0
    further: tuple[tuple[date, int], ...] = ()
    rate_rule: RateRule = field(default_factory=RateRule)
    indices: tuple[tuple[date, Fraction], ...] = ()
    keeps_level: bool = False
    grows: bool = False
    business_days: BusinessDayRule = field(default_factory=BusinessDayRule)

    def __post_init__(self) -> None:
        count = len(self.days)
        _require(self.principal > 0, "principal", self.principal, "more than 0")
        _require(count > 0, "days", count, "one day or more")
        rising = all(a < b for a, b in zip((self.disbursed_on, *self.days), self.days, strict=False))
        _require(rising, "days", self.days[0], "after the disbursement, and each after the one before")
        stated = len(self.amounts) in (0, 1, count - 1)
        _require(stated, "amounts", len(self.amounts), "none, one, or one for each day but the last")
        _require(min(self.amounts, default=0) >= 0, "amounts", min(self.amounts, default=0), "0 or more")
        for name in ("grace_principal", "grace_interest", "capitalised", "interest_free"):
            graced = getattr(self, name)
            _require(0 <= graced < count, name, graced, f"0 or more, and below the {count} instalments")
        for name in ("balloon", "down_payment"):
            amount = getattr(self, name)
            _require(0 <= amount < self.principal, name, amount, "0 or more, and below the principal")


def contract_of(terms: LoanTerms) -> Contract:
    """Return the contract of a level-payment loan's terms, from disbursal."""
    first, count = terms.first_due, terms.instalments
    days = due_days(terms.day_count, terms.disbursed_on, first, first.day, count)
    return Contract(
        principal=terms.principal,
        rate_annual=terms.rate_annual,
        disbursed_on=terms.disbursed_on,
        days=days.due_on,
        reckoning=Reckoning(day_count=terms.day_count, rounding=terms.rounding),
        amounts=() if terms.instalment is None else (terms.instalment,),
    )


def plan_contract(contract: Contract) -> Plan:
    """Run a contract's plan; raises InputError where its level amount has no day to be paid on."""
    start = Start(day=contract.disbursed_on, rate_annual=contract.rate_annual)
    return run_plan(start, contract_steps(contract), contract.reckoning)


def contract_steps(contract: Contract) -> Iterator[Planned]:
    """Yield the steps that a contract plans."""
    begin = contract.disbursed_on
    yield planned(begin, Disburse(amount=contract.principal))
    if contract.down_payment:
        yield planned(begin, Redeem(level=Level.PRINCIPAL, amount=contract.down_payment))
    graced = max(contract.grace_principal, contract.capitalised)
    yield from _level_from(contract, contract.days[graced - 1] if graced else begin)
    if contract.kind is Kind.FLAT:
        yield planned(begin, FixBase())
    if contract.interest_free:
        yield planned(begin, SetRate(rate_annual=Fraction(0)), turn=1)
        free_until = contract.days[contract.interest_free - 1]
        yield planned(free_until, SetRate(rate_annual=contract.rate_annual), contract.business_days)
    yield from _instalments(contract)
    yield from _changes(contract)


def _instalments(contract: Contract) -> Iterator[Planned]:
    rule = contract.business_days
    for number, day in enumerate(contract.days):
        is_last = day == contract.days[-1]
        if number < contract.capitalised:
            yield planned(day, Capitalise(), rule)
            continue
        is_deferred = number < contract.grace_interest
        if not is_last and number >= contract.grace_principal and contract.kind is not Kind.BULLET:
            yield planned(day, _redemption(contract, number, is_deferred=is_deferred), rule)
        if not is_deferred:
            yield planned(day, PayInterest(), rule)
        if is_last:
            yield planned(day, Mature(), rule)


def _redemption(contract: Contract, number: int, *, is_deferred: bool) -> Redeem:
    """Return what an instalment redeems; where its interest is deferred, its whole amount is principal."""
    level = Level.PRINCIPAL if is_deferred else contract.kind.level
    amount = contract.amounts[number] if len(contract.amounts) > 1 else None
    return Redeem(level=level, amount=amount, grows=contract.grows)


def _changes(contract: Contract) -> Iterator[Planned]:
    for day, amount in contract.further:
        yield planned(day, Disburse(amount=amount))
    for day, index in contract.indices:
        yield planned(day, ResetRate(index=index, rule=contract.rate_rule))
    if not contract.keeps_level:
        for day, _ in (*contract.further, *contract.indices):
            yield from _level_from(contract, day)


def _level_from(contract: Contract, day: date) -> Iterator[Planned]:
    """Plan the level amount over the instalments after a day, where the contract has one."""
    if contract.kind is Kind.BULLET or len(contract.amounts) > 1:
        return
    rule, graced = contract.business_days, max(contract.grace_principal, contract.capitalised)
    step = SetLevel(
        level=contract.kind.level,
        amount=contract.amounts[0] if contract.amounts else None,
        days=tuple(rule.reckoned_to(each) for each in contract.days[graced:] if each > day),
        residual=contract.balloon,
    )
    yield planned(day, step, rule if day in contract.days else None)


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise InputError(f"Contract: {name} is {value}; it must be {allowed}.", field=name)
