"""Cases of payments and principal: what is settled, what was lent, what is owed for the days used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from conformance.allocation.answers import Amount, Answer, Number, ratio, share_of_percent, units
from conformance.runner import exact
from forbear.loans.claims import ORDER_561, Claim, ClaimPart, Debt, settle_debts
from forbear.loans.claims_rates import (
    Agreement,
    interest_rate,
    later_principal,
    lpr_cap,
    prepaid_interest,
    principal_lent,
    rollover_ceiling,
)

Facts = Mapping[str, Any]
PARTS = {
    "costs": ClaimPart.COSTS,
    "费用": ClaimPart.COSTS,
    "interest": ClaimPart.INTEREST,
    "利息": ClaimPart.INTEREST,
    "principal": ClaimPart.PRINCIPAL,
    "本金": ClaimPart.PRINCIPAL,
    "主债务": ClaimPart.PRINCIPAL,
}
BURDENS = ("burden", "rate")
"""Words in the names of what a debt costs the debtor."""

STATED = ("contract_amount", "iou_amount", "loan_amount", "stated_amount", "principal", "amount")
RECEIVED = ("amount_received", "actually_lent", "actual_amount")
NO_DAY = date.min
"""Where all debts are alike in being due, the day of the payment decides nothing."""


def first_of(facts: Facts, names: Sequence[str]) -> Any:
    """Return the first of these facts that a case gives, or None."""
    return next((facts[name] for name in names if facts.get(name) is not None), None)


def payment_allocation(facts: Facts) -> Answer:
    """Settle the parts of one debt."""
    debt = Debt(id="debt", owed=_claim(facts), due=None)
    order = _order(facts.get("agreed_order"))
    found = settle_debts([debt], units(facts["payment"]), as_of=NO_DAY, order=order)
    return _parts(found.paid[debt.id], "") | {"surplus": Amount(found.surplus)}


def payment_allocation_multi(facts: Facts) -> Answer:
    """Settle several debts."""
    found = settle_debts(
        [_debt(row) for row in facts["debts"]],
        units(facts["payment"]),
        as_of=date.fromisoformat(facts["as_of"]),
        agreed=_names(facts.get("agreed_order")),
        designated=_names(facts.get("debtor_designation")),
    )
    answer: dict[str, Any] = {"surplus": Amount(found.surplus)}
    for debt_id, paid in found.paid.items():
        answer |= {debt_id: Amount(paid.total)} | _parts(paid, f"{debt_id}.")
    return answer


def principal(facts: Facts) -> Answer:
    """Tell the principal of a loan from which interest was deducted."""
    received = first_of(facts, RECEIVED)
    if received is not None:
        return {"principal": Amount(units(received))}
    deducted = units(facts.get("interest_deducted_upfront", 0))
    return {"principal": Amount(principal_lent(units(first_of(facts, STATED)), deducted))}


def interest(facts: Facts) -> Answer:
    """Tell the rate that is owed where little was agreed; nothing where a court has to find it."""
    parties = str(facts.get("parties", facts.get("lender", "")))
    kinds: dict[object, Agreement] = {True: Agreement.AGREED, False: Agreement.NONE}
    rate = interest_rate(
        kinds.get(facts.get("interest_agreed"), Agreement.UNCLEAR),
        _burden(facts),
        between_natural_persons=bool(facts.get("between_natural_persons")) or "自然人" in parties,
    )
    return {} if rate is None else {"interest_rate": Number(rate)}


def prepayment(facts: Facts) -> Answer:
    """Tell the interest of a loan that is repaid early."""
    year_days = int(str(facts.get("day_count", "act/365")).split("/")[1])
    found = prepaid_interest(
        units(facts["principal"]),
        exact(facts["annual_rate"]),
        used=ratio(facts["prepaid_after_days"], year_days),
        agreed=ratio(facts.get("term_days", facts["prepaid_after_days"]), year_days),
        full_term_agreed=bool(facts.get("full_term_interest_agreed")),
    )
    return {"interest": Amount(found)}


def rollover(facts: Facts, multiple: Fraction) -> Answer:
    """Tell what counts as principal of a loan that was rolled over, and the most that may come of it."""
    cap = lpr_cap(share_of_percent(facts["lpr_1y_at_contract"]), multiple)
    initial = units(facts["initial_principal"])
    answer: dict[str, Any] = {}
    total = _years(facts, "total")
    if total is not None:
        answer["cap"] = Amount(rollover_ceiling(initial, cap=cap, years=total))
    first = _years(facts, "first_term")
    if first is not None:
        found = later_principal(
            units(facts["new_iou"]), initial, rate=share_of_percent(facts["first_rate"]), cap=cap, years=first
        )
        answer["max_later_principal"] = Amount(found)
    return answer


def _claim(row: Facts) -> Claim:
    if "amount" in row:
        return Claim(principal=units(row["amount"]))
    return Claim(**{part.value: units(row.get(part.value) or 0) for part in ClaimPart})


def _parts(claim: Claim, prefix: str) -> dict[str, Any]:
    return {f"{prefix}{part}": Amount(claim.of(part)) for part in ClaimPart}


def _debt(row: Facts) -> Debt:
    owed, secured = _claim(row), row.get("secured") or 0
    return Debt(
        id=str(row["id"]),
        owed=owed,
        due=None if row.get("due") is None else date.fromisoformat(row["due"]),
        secured=owed.total if secured is True else units(secured),
        burden=_burden(row),
    )


def _burden(row: Facts) -> Fraction:
    return next(
        (exact(value) for name, value in row.items() if any(word in name for word in BURDENS) if value),
        Fraction(0),
    )


def _order(agreed: object) -> tuple[ClaimPart, ...]:
    if agreed is None:
        return ORDER_561
    text = agreed if isinstance(agreed, str) else " ".join(str(word) for word in _names(agreed))
    return tuple(PARTS[word] for word in re.findall("|".join(PARTS), text))


def _names(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(str(name) for name in given)


def _years(facts: Facts, name: str) -> Fraction | None:
    for unit, of_a_year in (("years", 1), ("months", 12), ("days", 365)):
        if facts.get(f"{name}_{unit}") is not None:
            return ratio(facts[f"{name}_{unit}"], of_a_year)
    return None
