"""The cases of equal instalments: each operation in turn, and each expectation where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from conformance.emi.calculator import Calculator
from conformance.runner import Case, Suite, amount_of, differs, exact, read_json
from forbear.errors import InputError
from forbear.loans.plan import Flow, FlowKind, Stretch, schedule_of

FACTOR_TOLERANCE = Fraction("1e-12")
"""Factors are published with twelve decimals."""
NO_STRETCH = (Fraction(0), Fraction(0))

Row = Mapping[str, Any]


def read(folder: Path) -> Iterator[Case]:
    """Yield the cases of a folder: all that have settings and steps, whatever their file is called."""
    for path in sorted(folder.glob("*.json")):
        content = read_json(path)
        for raw in content if isinstance(content, list) else ():
            if isinstance(raw, dict) and "settings" in raw and "steps" in raw:
                yield Case(name=raw["id"], traits=raw["settings"], check=partial(first_difference, raw))


def first_difference(raw: Row) -> str | None:
    """Run one case and return the first expectation that does not hold."""
    calculator = Calculator(raw["settings"])
    steps = raw["steps"]
    for number, row in enumerate(steps):
        found = None
        match row["op"]:
            case "expect_period":
                asked = _asked_together(steps, number)
                found = _period_differs(calculator, row, asked)
            case "expect_payable":
                found = _payable_differs(calculator, row)
            case _:
                _operate(calculator, row)
        if found:
            return f"step {number}: {found}"
    return None


def _operate(calculator: Calculator, row: Row) -> None:
    match row["op"]:
        case "period":
            calculator.add_period(_day(row["from"]), _day(row["due"]))
        case "addDisbursement":
            calculator.disburse(_day(row["date"]), row["amount"])
        case "changeInterestRate":
            calculator.change_rate(_day(row["date"]), row["annual_rate_pct"])
        case "payPrincipal":
            calculator.pay_principal(_day(row["date"]), row["amount"])
        case "addBalanceCorrection":
            calculator.correct_balance(_day(row["date"]), row["amount"])
        case "payInterest":
            pass  # what was paid towards interest changes no instalment
        case name:
            raise InputError(f"Operation {name!r} is not known.")


def _asked_together(steps: Sequence[Row], number: int) -> int:
    """Return the highest interest period that is asked of the same repayment in this run of expectations."""
    highest = -1
    for ahead in (steps[number:], reversed(steps[:number])):
        for row in ahead:
            if row["op"] != "expect_period":
                break
            if row["repayment"] == steps[number]["repayment"]:
                highest = max(highest, row["interest_period"])
    return highest


def _period_differs(calculator: Calculator, row: Row, highest: int) -> str | None:
    plan = calculator.plan()
    number = row["repayment"]
    start, end = calculator.starts[number], calculator.ends[number]
    schedule = schedule_of(plan.flows)
    line = schedule.due_on.index(end)
    stretches = [_shown(stretch) for stretch in plan.stretches if start < stretch.end <= end]
    if highest >= len(stretches):
        # An empty period before the first disbursement is counted too.
        stretches.insert(0, NO_STRETCH)
    factor, interest = stretches[row["interest_period"]]
    ours = {
        "emi": schedule.total(line),
        "interest_due": schedule.interest[line],
        "principal_due": schedule.principal[line],
        "balance": [flow.principal for flow in plan.flows if flow.day <= end][-1],
        "interest_period_interest": interest,
    }
    if differs(factor, exact(row["rate_factor"]), FACTOR_TOLERANCE):
        return f"repayment {number} rate_factor is {float(factor):.12f} for {row['rate_factor']}"
    return _amounts_differ(calculator, f"repayment {number}", ours, row)


def _payable_differs(calculator: Calculator, row: Row) -> str | None:
    due = _day(row["period_due"])
    day = min(_day(row["date"]), due)
    flows = calculator.plan(early=calculator.ends.index(due), on=day).flows
    at = [place for place, flow in enumerate(flows) if flow.day == day and _is_redemption(flow)][-1]
    before = flows[:at][-1]
    ours = {
        "outstanding": before.principal,
        "principal": flows[at].amount,
        "interest": [flow.amount for flow in flows if flow.day == day and flow.kind is FlowKind.INTEREST][-1],
    }
    return _amounts_differ(calculator, f"due {due} on {day}", ours, row)


def _amounts_differ(calculator: Calculator, what: str, ours: Mapping[str, Any], row: Row) -> str | None:
    for name, units in ours.items():
        if row.get(name) is not None and units != calculator.units(row[name]):
            return f"{what} {name} is {float(amount_of(units, calculator.scale))} for {row[name]}"
    return None


def _shown(stretch: Stretch) -> tuple[Fraction, Fraction]:
    return stretch.factor, stretch.interest


def _is_redemption(flow: Flow) -> bool:
    return flow.kind in (FlowKind.REDEEMED, FlowKind.MATURED)


def _day(text: str) -> date:
    return date.fromisoformat(text)


SUITE = Suite(name="emi", folder="fineract", read=read)
