"""ACTUS contracts as plans: which of its terms plan which of our steps, and on which days.

What is ACTUS's own way and would not be a lender's is said where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain, islice, pairwise

from conformance.actus.terms import SCALE, Terms, day_before, day_of
from conformance.runner import exact, nearest_units
from forbear.errors import InputError
from forbear.loans.plan import Flow, Start, run_plan, seen_by_borrower
from forbear.loans.plan_length import instalments_needed, repaid_on
from forbear.loans.plan_reckoning import Reckoning
from forbear.loans.plan_steps import (
    Call,
    Capitalise,
    Charge,
    Disburse,
    FixBase,
    Increase,
    Level,
    Mature,
    PayInterest,
    Planned,
    Purchase,
    RateRule,
    Redeem,
    ResetRate,
    Scale,
    SetLevel,
    SetRate,
    Step,
    Terminate,
    planned,
)
from forbear.money.cycle import Cycle, Unit

TYPES = ("ANN", "CLM", "LAM", "LAX", "NAM", "PAM", "UMP")
LEVELS = {"LAM": Level.PRINCIPAL, "NAM": Level.TOTAL, "ANN": Level.TOTAL}
BORROWER = "RPL"
OPEN_ENDED = ("UMP", "CLM")
NEVER = Cycle(every=1000, unit=Unit.YEAR)
"""Where only an anchor is given, nothing comes round."""
MOST_DAYS = 2400
"""No array of LAX goes on for longer."""
CHANGES: Mapping[str, Callable[[int], Step]] = {
    "PI": lambda amount: Increase(amount=amount),
    "PR": lambda amount: Redeem(level=Level.PRINCIPAL, amount=amount),
    "PP": lambda amount: Redeem(level=Level.PRINCIPAL, amount=amount),
}
"""Events that somebody decides on, beside a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a case observes: values of indices by day, and events that somebody decided on."""

    indices: Mapping[str, Mapping[date, Fraction]]
    events: tuple[tuple[date, str, object], ...]

    def index(self, code: str, day: date) -> Fraction:
        """Return an index on a day, or its latest value before; raises InputError where there is none."""
        known = self.indices.get(code, {})
        days = [each for each in known if each <= day]
        if not days:
            raise InputError(f"Index {code} has no value on or before {day}.")
        return known[max(days)]


class Contract:
    """One case's contract: the steps that its terms plan."""

    def __init__(self, terms: Terms, observed: Observed, to: date | None) -> None:
        self.terms = terms
        self.observed = observed
        self.kind = terms.text("contractType")
        self.days = terms.business_days()
        self.status = terms.day_needed("statusDate")
        self.begin = terms.day_needed("initialExchangeDate")
        self.principal = terms.amount("notionalPrincipal")
        called = [day for day, name, _ in observed.events if name == "XD"]
        self.called_on = called[0] if called else None
        self.to = to
        self.redemption_days: tuple[date, ...] = ()
        self.end: date | None = terms.day("maturityDate")
        self.end = self._end()
        self.redemptions = tuple(self._redemptions())

    def flows(self) -> tuple[Flow, ...]:
        """Run the plan; return what flows after the status date, up to the day that the case asks for."""
        share = -1 if self._is_borrower() else 1
        steps = chain(
            self._opening(),
            self.redemptions,
            self._interest(),
            self._rates(),
            self._others(),
            self._trades(share),
            self._ending(),
        )
        reckoning = Reckoning(day_count=self.terms.day_count(), last_day=self.terms.day("maturityDate"))
        live = (each for each in steps if each.day > self.status)
        plan = run_plan(self._start(), live, reckoning)
        asked = tuple(flow for flow in plan.flows if self._is_asked(flow))
        return seen_by_borrower(asked) if self._is_borrower() else asked

    def _is_asked(self, flow: Flow) -> bool:
        return self.to is None or flow.day <= self.to or self.called_on is not None

    def _is_borrower(self) -> bool:
        return self.terms.text("contractRole") == BORROWER

    def _runs_already(self) -> bool:
        return self.begin <= self.status

    def _start(self) -> Start:
        runs = self._runs_already()
        return Start(
            day=self._accrued_since() if runs else self.status,
            rate_annual=self.terms.rate("nominalInterestRate"),
            principal=self.principal if runs else 0,
            accrued=self.terms.amount("accruedInterest") if runs else 0,
            base=self._base(),
            level=self._first_level() if runs else None,
            fee_rate_annual=self.terms.rate("feeRate") if self._fee_builds_up() else Fraction(0),
            fee_accrued=self.terms.amount("feeAccrued"),
        )

    def _accrued_since(self) -> date:
        """Return the day from which interest is reckoned where none is given: the last it was paid on.

        The published events of the contracts without an end begin at the status date instead.
        """
        if self.terms.has("accruedInterest") or self.kind in OPEN_ENDED:
            return self.status
        paid = (self.days.reckoned_to(day) for day in self._interest_days() if day < self.status)
        return max(paid, default=self.status)

    def _base(self) -> int | None:
        # NTIED (interest on what was lent at first) is read as NT, as the published events have it.
        if self.terms.text("interestCalculationBase") != "NTL":
            return None
        given = self.terms.has("interestCalculationBaseAmount")
        return self.terms.amount("interestCalculationBaseAmount") if given else self.principal

    def _opening(self) -> Iterator[Planned]:
        if not self._runs_already():
            step = Disburse(
                amount=self.principal,
                premium=self.terms.amount("premiumDiscountAtIED"),
                accrued=self.terms.amount("accruedInterest"),
                level=self._first_level(),
            )
            yield planned(self.begin, step)

    # Redemption

    def _first_level(self) -> SetLevel | None:
        if self.kind not in LEVELS:
            return None
        if self.terms.has("nextPrincipalRedemptionPayment"):
            amount = self.terms.amount("nextPrincipalRedemptionPayment")
            return SetLevel(level=LEVELS[self.kind], amount=amount)
        return self._level_from(max(self.status, day_before(self.begin)))

    def _level_from(self, day: date) -> SetLevel:
        """Set a level amount over the days that come after a day, up to the end of the amortisation."""
        end = self.terms.day("amortizationDate") or self.end
        cycle = self.terms.cycle("cycleOfPrincipalRedemption")
        days = self.redemption_days
        if cycle is not None and self.kind == "ANN" and end is not None:
            days = cycle.days(self._redemption_anchor(), end)
        left = [each for each in (*days, *([end] if end else [])) if each > day]
        return SetLevel(level=LEVELS[self.kind], days=tuple(self.days.reckoned_to(each) for each in left))

    def _redemption_anchor(self) -> date:
        anchor = self.terms.day("cycleAnchorDateOfPrincipalRedemption")
        return anchor or self.terms.after(self.begin, "cycleOfPrincipalRedemption")

    def _redemptions(self) -> Iterator[Planned]:
        if self.kind == "LAX":
            for day, change in self._changes_of_principal():
                step = (
                    Increase(amount=change) if change > 0 else Redeem(level=Level.PRINCIPAL, amount=-change)
                )
                yield self._plan(day, step)
        elif self.kind in LEVELS:
            step = Redeem(level=LEVELS[self.kind], grows=True)
            yield from (self._plan(day, step) for day in self.redemption_days)
            yield from self._level_steps()

    def _level_steps(self) -> Iterator[Planned]:
        """ANN sets its level amount the day before the first redemption, and after each change of rate."""
        if self.kind != "ANN":
            return
        first = day_before(self._redemption_anchor())
        if not self.terms.has("nextPrincipalRedemptionPayment") and first >= self.begin:
            yield planned(first, self._level_from(first))
        yield from (self._plan(day, self._level_from(day)) for day in self._rate_days())

    def _end(self) -> date | None:
        if self.called_on is not None:
            return self.terms.after(self.called_on, "xDayNotice")
        end = self.end
        if self.kind == "ANN":
            end = end or self.terms.day("amortizationDate")
        if self.kind in LEVELS:
            return self._redemption_end(end)
        if self.kind == "LAX" and end is None:
            return repaid_on(self.principal, self._changes_of_principal())
        return end

    def _redemption_end(self, end: date | None) -> date:
        anchor, cycle = self._redemption_anchor(), self.terms.cycle("cycleOfPrincipalRedemption")
        if cycle is None:
            cycle = NEVER
        if end is None:
            count = instalments_needed(
                self.principal,
                self.terms.amount("nextPrincipalRedemptionPayment"),
                LEVELS[self.kind],
                rate_annual=self.terms.rate("nominalInterestRate"),
                period_share=self.terms.day_count().year_fraction(cycle.day(anchor, -1), anchor),
            )
            to_come = (day for day in cycle.from_anchor(anchor) if day > self.status)
            *_, end = islice(to_come, count)
        self.redemption_days = cycle.days(anchor, end)
        return end

    def _changes_of_principal(self) -> Iterator[tuple[date, int]]:
        """Yield each day of LAX's arrays on which principal changes, and by how much."""
        amounts = self.terms.listed("arrayNextPrincipalRedemptionPayment")
        ways = self.terms.listed("arrayIncreaseDecrease")
        strands = self._strands(
            "arrayCycleAnchorDateOfPrincipalRedemption", "arrayCycleOfPrincipalRedemption"
        )
        for number, days in enumerate(strands):
            amount = nearest_units(amounts[number], SCALE)
            yield from ((day, amount if ways[number] == "INC" else -amount) for day in days)

    def _strands(self, anchors: str, cycles: str) -> Iterator[Iterator[date]]:
        """Yield the days of each entry of LAX's arrays: from its anchor up to the next one's, or the end."""
        days = [day_of(value) for value in self.terms.listed(anchors)]
        rounds = [self.terms.cycle_of(value) for value in self.terms.listed(cycles)]
        for number, (day, until) in enumerate(pairwise([*days, self.end or date.max])):
            cycle = rounds[number] if number < len(rounds) else NEVER
            yield _days(cycle, day, until)

    # Interest

    def _interest(self) -> Iterator[Planned]:
        if not self.terms.has("nominalInterestRate"):
            return
        until = self.terms.day("capitalizationEndDate")
        days = {day for day in self._interest_days() if self.end is None or day < self.end}
        if until is not None:
            days.add(until)
        for day in sorted(days):
            capitalised = self.kind in OPEN_ENDED or (until is not None and day <= until)
            yield self._plan(day, Capitalise() if capitalised else PayInterest())
        if self.end is not None:
            yield self._plan(self.end, PayInterest())

    def _interest_days(self) -> Iterable[date]:
        match self.kind:
            case "LAX":
                strands = self._strands(
                    "arrayCycleAnchorDateOfInterestPayment", "arrayCycleOfInterestPayment"
                )
                return chain.from_iterable(strands)
            case "CLM":
                return self._round("InterestPayment", at_start=True)
            case "NAM" | "ANN":
                first = self._redemption_anchor()
                early = (day for day in self._round("InterestPayment") if day < first)
                return chain(early, self.redemption_days)
            case _:
                return self._round("InterestPayment")

    def _round(self, what: str, *, at_start: bool = False) -> tuple[date, ...]:
        """Return the days of a cycle before the end; without an anchor it starts one cycle after the loan."""
        cycle = self.terms.cycle(f"cycleOf{what}")
        anchor = self.terms.day(f"cycleAnchorDateOf{what}")
        if cycle is None:
            return () if anchor is None else NEVER.days(anchor, self._last_day())
        if anchor is None:
            anchor = self.begin if at_start else cycle.day(self.begin, 1)
        return cycle.days(anchor, self._last_day())

    def _last_day(self) -> date:
        end = self.called_on or self.end or self.to
        if end is None:
            raise InputError("A contract without an end needs a day up to which it is asked.")
        return end

    # Rates

    def _rates(self) -> Iterator[Planned]:
        if self.kind == "LAX":
            yield from self._listed_rates()
            return
        for number, day in enumerate(self._rate_days()):
            if number == 0 and self.terms.has("nextResetRate"):
                yield self._plan(day, SetRate(rate_annual=self.terms.rate("nextResetRate")))
            else:
                yield self._plan(day, self._reset(day, self.terms.rate("rateSpread")))

    def _rate_days(self) -> list[date]:
        return [day for day in self._round("RateReset") if day > self.status]

    def _reset(self, day: date, spread: Fraction) -> ResetRate:
        rule = RateRule(
            multiplier=self.terms.rate("rateMultiplier", 1),
            spread=spread,
            floor=self.terms.number("lifeFloor"),
            cap=self.terms.number("lifeCap"),
            change_min=self.terms.number("periodFloor"),
            change_max=self.terms.number("periodCap"),
        )
        code = self.terms.text("marketObjectCodeOfRateReset")
        return ResetRate(index=self.observed.index(code, self.days.paid_on(day)), rule=rule)

    def _listed_rates(self) -> Iterator[Planned]:
        rates, ways = self.terms.listed("arrayRate"), self.terms.listed("arrayFixedVariable")
        strands = self._strands("arrayCycleAnchorDateOfRateReset", "arrayCycleOfRateReset")
        for number, days in enumerate(strands):
            rate = exact(rates[number])
            for day in days:
                fixed = str(ways[number]).startswith("F")
                yield self._plan(day, SetRate(rate_annual=rate) if fixed else self._reset(day, rate))

    # Everything else

    def _others(self) -> Iterator[Planned]:
        if self.terms.text("interestCalculationBase") == "NTL":
            yield from (self._plan(day, FixBase()) for day in self._round("InterestCalculationBase"))
        effect = self.terms.text("scalingEffect")
        for day in self._round("ScalingIndex"):
            index = self.observed.index(self.terms.text("marketObjectCodeOfScalingIndex"), day)
            scale = Scale(
                index=index,
                index_at_start=self.terms.rate("scalingIndexAtContractDealDate", 1),
                interest=effect.startswith("I"),
                principal=effect[1:2] == "N",
            )
            yield self._plan(day, scale)
        if self.terms.has("cycleOfFee"):
            amount = None if self._fee_builds_up() else self.terms.amount("feeRate")
            for day in (*self._round("Fee"), *([self.end] if self.end else [])):
                yield self._plan(day, Charge(amount=amount))

    def _fee_builds_up(self) -> bool:
        return self.terms.text("feeBasis") == "N"

    def _trades(self, accrued_share: int) -> Iterator[Planned]:
        # Price and interest built up are added whatever side the contract is seen from.
        if self.terms.has("purchaseDate"):
            price = self.terms.amount("priceAtPurchaseDate")
            yield self._at("purchaseDate", Purchase(price=price, accrued_share=accrued_share))
        if self.terms.has("terminationDate"):
            price = self.terms.amount("priceAtTerminationDate")
            yield self._at("terminationDate", Terminate(price=price, accrued_share=accrued_share))

    def _at(self, name: str, step: Step) -> Planned:
        return Planned(self.terms.day_needed(name), self.terms.day_reckoned_to(name), step)

    def _ending(self) -> Iterator[Planned]:
        for day, name, value in self.observed.events:
            if name == "XD" and self.end is not None:
                yield planned(day, Call(settled_on=self.end))
            elif name in CHANGES:
                yield planned(day, CHANGES[name](nearest_units(value, SCALE)))
        if self.end is not None:
            yield self._plan(self.end, Mature())

    def _plan(self, day: date, step: Step) -> Planned:
        return planned(day, step, self.days)


def _days(cycle: Cycle, anchor: date, until: date) -> Iterator[date]:
    for day in islice(cycle.from_anchor(anchor), MOST_DAYS):
        if day >= until:
            return
        yield day
