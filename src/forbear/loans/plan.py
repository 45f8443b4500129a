"""The one interpreter of planned steps: from where a contract starts to what flows, exactly.

Interest builds up as an exact fraction and is rounded where it is paid or capitalised; principal and the
level amount are whole. ``plan_steps`` holds the steps, ``layout`` makes them of a loan's terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from typing import assert_never

from forbear.errors import InputError
from forbear.loans.annuity import evened, level_amount
from forbear.loans.pattern import Carry
from forbear.loans.plan_reckoning import Reckoning
from forbear.loans.plan_steps import (
    Call,
    Capitalise,
    Charge,
    Defer,
    Disburse,
    FixBase,
    Increase,
    Level,
    Mature,
    PayInterest,
    Planned,
    Prepay,
    Purchase,
    Redeem,
    ResetRate,
    Scale,
    SetLevel,
    SetRate,
    Step,
    Terminate,
)
from forbear.loans.schedule import Origin, Schedule, instalment_id


class FlowKind(StrEnum):
    """What a step did."""

    DISBURSED = "disbursed"
    CHARGED = "charged"
    INCREASED = "increased"
    REDEEMED = "redeemed"
    CALLED = "called"
    INTEREST = "interest"
    CAPITALISED = "capitalised"
    DEFERRED = "deferred"
    PREPAID = "prepaid"
    RATE_SET = "rate_set"
    RATE_RESET = "rate_reset"
    LEVEL_SET = "level_set"
    BASE_FIXED = "base_fixed"
    SCALED = "scaled"
    PURCHASED = "purchased"
    TERMINATED = "terminated"
    MATURED = "matured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one step did: what flowed to the lender, and what was left after it."""

    day: date
    kind: FlowKind
    amount: int
    principal: int
    rate_annual: Fraction
    accrued: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a plan begins: before disbursal, or on a loan that runs.

    ``base`` is what interest is reckoned on, while anything is owed, where that is not the principal.
    ``fee_rate_annual`` is a fee that builds up on the principal, of which ``fee_accrued`` has built up.
    Raises InputError naming the field.
    """

    day: date
    rate_annual: Fraction
    principal: int = 0
    accrued: int = 0
    base: int | None = None
    level: SetLevel | None = None
    fee_rate_annual: Fraction = Fraction(0)
    fee_accrued: int = 0

    def __post_init__(self) -> None:
        if self.principal < 0:
            raise InputError(
                f"A plan starts at principal {self.principal}; give 0 or more.", field="principal"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of interest: ``base`` x ``rate_annual`` x ``share`` of a year, as it was added."""

    start: date
    end: date
    base: int
    rate_annual: Fraction
    share: Fraction
    interest: Fraction

    @property
    def factor(self) -> Fraction:
        """What one unit of the base bears."""
        return self.rate_annual * self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What flows, in order, and the stretches of interest that it comes from."""

    flows: tuple[Flow, ...]
    stretches: tuple[Stretch, ...]


def run_plan(start: Start, steps: Iterable[Planned], reckoning: Reckoning) -> Plan:
    """Run the steps in the order of their days; steps after the end of the loan do nothing."""
    run = _Run(start, reckoning)
    for planned in sorted(steps, key=lambda planned: planned.order):
        run.take(planned)
        if run.ended:
            break
    return Plan(flows=tuple(run.flows), stretches=tuple(run.stretches))


def seen_by_borrower(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    """Return the same flows with the signs that the other side of the contract sees."""
    return tuple(
        replace(flow, amount=-flow.amount, principal=-flow.principal, accrued=-flow.accrued) for flow in flows
    )


def schedule_of(flows: Iterable[Flow], *, version: int = 1) -> Schedule:
    """Group what is to be paid into instalments, one a day, until nothing is left.

    Interest that is capitalised is no part of one. Principal that was repaid early for an instalment
    counts with it, on its day.
    """
    rows = list(_instalments(flows))
    count = len(rows)
    return Schedule(
        ids=tuple(instalment_id(version, number) for number in range(1, count + 1)),
        due_on=tuple(day for day, _, _, _ in rows),
        principal=tuple(principal for _, principal, _, _ in rows),
        interest=tuple(interest for _, _, interest, _ in rows),
        fee=tuple(fee for _, _, _, fee in rows),
        penalty=(0,) * count,
        origin=(Origin.CONTRACT,) * count,
    )


def _instalments(flows: Iterable[Flow]) -> Iterator[tuple[date, int, int, int]]:
    prepaid = 0
    for day, group in groupby(flows, key=lambda flow: flow.day):
        paid = dict.fromkeys((FlowKind.REDEEMED, FlowKind.MATURED, FlowKind.INTEREST, FlowKind.CHARGED), 0)
        early, left, is_instalment = 0, 0, False
        for flow in group:
            left = flow.principal
            if flow.kind in paid:
                paid[flow.kind] += flow.amount
                is_instalment = True
            elif flow.kind is FlowKind.PREPAID:
                early += flow.amount
        principal = paid[FlowKind.REDEEMED] + paid[FlowKind.MATURED]
        if any(paid.values()) or (is_instalment and left):
            yield day, principal + prepaid, paid[FlowKind.INTEREST], paid[FlowKind.CHARGED]
            prepaid = 0
        prepaid += early


class _Run:
    """A loan while its plan is run."""

    def __init__(self, start: Start, reckoning: Reckoning) -> None:
        self.reckoning = reckoning
        self.flows: list[Flow] = []
        self.stretches: list[Stretch] = []
        self.ended = False
        self.until = start.day
        self.principal = start.principal
        self.rate = start.rate_annual
        self.base = start.base
        self.built_up = Fraction(start.accrued)
        self.billed = 0
        self.fee_rate = start.fee_rate_annual
        self.fee_built_up = Fraction(start.fee_accrued)
        self.fee_billed = 0
        self.set_aside = 0
        self.prepaid = 0
        self.room = 0
        self.is_called = False
        self.scale_interest = Fraction(1)
        self.scale_principal = Fraction(1)
        self.level = 0
        if start.level is not None:
            self._set_level(start.level)

    @property
    def accrued(self) -> Fraction:
        return self.built_up - self.billed

    def take(self, planned: Planned) -> None:
        """Let interest build up to the step's day, do the step, and write down what flowed."""
        self._reckon_to(planned.reckoned_to)
        kind, amount = self._do(planned.step, planned.day)
        self.flows.append(
            Flow(
                day=planned.day,
                kind=kind,
                amount=amount,
                principal=self.principal,
                rate_annual=self.rate,
                accrued=self.accrued,
            )
        )

    def _reckon_to(self, day: date) -> None:
        if day <= self.until:
            return
        if self.principal and not self.is_called:
            base = self.principal if self.base is None else self.base
            share = self.reckoning.share(self.until, day)
            self.fee_built_up += self.principal * self.fee_rate * share
            interest = base * self.rate * share
            if self.reckoning.carry is Carry.STRETCH:
                interest = Fraction(self.reckoning.rounding.interest.settle(interest))
            self.built_up += interest
            self.stretches.append(
                Stretch(
                    start=self.until,
                    end=day,
                    base=base,
                    rate_annual=self.rate,
                    share=share,
                    interest=interest,
                )
            )
        self.until = day

    def _do(self, step: Step, day: date) -> tuple[FlowKind, int]:
        match step:
            case Disburse():
                return FlowKind.DISBURSED, self._disburse(step)
            case Charge():
                return FlowKind.CHARGED, self._charge(step)
            case Increase():
                self.principal += step.amount
                return FlowKind.INCREASED, -step.amount
            case Redeem():
                return FlowKind.REDEEMED, self._redeem(step)
            case Call():
                self._call(step, day)
                return FlowKind.CALLED, 0
            case PayInterest():
                return FlowKind.INTEREST, self._scaled(self._pay_interest(step), self.scale_interest)
            case Defer():
                self._drop_fraction(self._unbilled())
                return FlowKind.DEFERRED, 0
            case Capitalise():
                self.principal += self._bill()
                return FlowKind.CAPITALISED, 0
            case Prepay():
                self.prepaid += step.amount
                self.principal -= step.amount
                return FlowKind.PREPAID, step.amount
            case Purchase():
                self.flows.clear()
                return FlowKind.PURCHASED, -self._with_accrued(step)
            case Terminate():
                amount = self._with_accrued(step)
                self.principal, self.built_up, self.ended = 0, Fraction(self.billed), True
                return FlowKind.TERMINATED, amount
            case Mature():
                principal, self.principal, self.ended = self.principal, 0, True
                return FlowKind.MATURED, self._scaled(principal, self.scale_principal)
            case _:
                return self._change(step), 0

    def _change(self, step: SetRate | ResetRate | SetLevel | FixBase | Scale) -> FlowKind:
        match step:
            case SetRate():
                self.rate = step.rate_annual
                return FlowKind.RATE_SET
            case ResetRate():
                self.rate = step.rule.rate(step.index, self.rate)
                return FlowKind.RATE_RESET
            case SetLevel():
                self._set_level(step)
                return FlowKind.LEVEL_SET
            case FixBase():
                self.base = self.principal if step.amount is None else step.amount
                return FlowKind.BASE_FIXED
            case Scale():
                factor = step.index / step.index_at_start
                self.scale_interest = factor if step.interest else self.scale_interest
                self.scale_principal = factor if step.principal else self.scale_principal
                return FlowKind.SCALED
            case _:
                assert_never(step)

    def _disburse(self, step: Disburse) -> int:
        self.principal += step.amount
        self.built_up += step.accrued
        if step.level is not None:
            self._set_level(step.level)
        return -step.amount - step.premium

    def _charge(self, step: Charge) -> int:
        if step.amount is not None:
            return step.amount
        fee = self.reckoning.rounding.interest.settle(self.fee_built_up) - self.fee_billed
        self.fee_billed += fee
        return fee

    def _redeem(self, step: Redeem) -> int:
        due = (self.level if step.amount is None else step.amount) - self.prepaid
        self.room, self.prepaid = max(due, 0), 0
        if step.level is Level.TOTAL:
            due -= self._unbilled()
            due = due if step.grows else max(due, 0)
        due = min(due, self.principal)
        self.principal -= due
        return self._scaled(due, self.scale_principal)

    def _call(self, step: Call, day: date) -> None:
        self.is_called = True
        if step.settled_on > day:
            self.set_aside = self._bill()

    def _set_level(self, step: SetLevel) -> None:
        rounding, count = self.reckoning.rounding.instalment, len(step.shares or step.days)
        if step.amount is not None:
            self.level = step.amount
        elif not count:
            raise InputError("A level amount needs a day on which it is paid.", field="days")
        elif step.level is Level.PRINCIPAL:
            self.level = rounding.settle_ratio(self.principal - step.residual, count)
        else:
            self.level = self._annuity(step)
            if step.evened:
                self.level = evened(self.level, lambda level: self._last(level, step), count, rounding)

    def _annuity(self, step: SetLevel) -> int:
        first, *later = step.shares or [
            self.reckoning.share(before, after) for before, after in pairwise((self.until, *step.days))
        ]
        debt = self.principal * (1 + self.rate * first)
        return level_amount(
            debt if step.shares else debt + self.accrued,
            [self.rate * share for share in later],
            self.reckoning.rounding.instalment,
            residual=step.residual,
            multiple=step.multiple,
        )

    def _last(self, level: int, step: SetLevel) -> int:
        """Return what the last instalment comes to under a level amount."""
        trial = copy(self)
        trial.stretches = []
        for day in step.days[:-1]:
            trial._reckon_to(day)
            trial._redeem(Redeem(level=Level.TOTAL, amount=level))
            trial._bill()
        trial._reckon_to(step.days[-1])
        return trial.principal - step.residual + trial._unbilled()

    def _unbilled(self) -> int:
        settle = self.reckoning.rounding.interest.settle
        if self.reckoning.carry is Carry.LIFE:
            return settle(self.built_up) - self.billed
        return settle(self.accrued)

    def _pay_interest(self, step: PayInterest) -> int:
        if step.amount is not None:
            self.billed += step.amount
            return step.amount
        return self._bill(self.room if step.within_level else None)

    def _bill(self, most: int | None = None) -> int:
        unbilled = self._unbilled()
        amount = unbilled if most is None else min(unbilled, most)
        self._drop_fraction(unbilled)
        self.billed += amount
        paid, self.set_aside = amount + self.set_aside, 0
        return paid

    def _drop_fraction(self, unbilled: int) -> None:
        """Keep of what has built up what it was rounded to, unless the rest is carried on."""
        if self.reckoning.carry is not Carry.LIFE:
            self.built_up = Fraction(self.billed + unbilled)

    def _with_accrued(self, step: Purchase | Terminate) -> int:
        return step.price + step.accrued_share * self._unbilled()

    def _scaled(self, amount: int, factor: Fraction) -> int:
        return amount if factor == 1 else self.reckoning.rounding.instalment.settle(amount * factor)
