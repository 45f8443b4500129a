"""Cases of caps and of limitation: what a court supports, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from conformance.allocation.answers import Answer, Percent, Word, share_of_percent
from forbear.errors import InputError
from forbear.law.amounts import LegalAmount
from forbear.loans.claims_limitation import Standing, after_expiry, limitation
from forbear.loans.claims_rates import Licence, Regime, excess, is_bound, lpr_cap, regimes

Facts = Mapping[str, Any]
Amounts = Mapping[str, LegalAmount]

LENDERS = (
    (Licence.PRIVATE, ("自然人", "非持牌", "个人", "private", "unlicensed")),
    (
        Licence.LOCAL_FINANCIAL,
        (
            "小额贷款",
            "小贷",
            "融资担保",
            "区域性股权市场",
            "典当",
            "融资租赁",
            "商业保理",
            "地方资产管理",
        ),
    ),
    (Licence.FINANCIAL, ("金融机构", "银行", "消金", "消费金融", "信托", "持牌", "licensed", "bank")),
)
ASSISTED = ("助贷", "internet-assisted")
DURING = ("contract_rate", "rate", "annual_rate")
AFTER_DUE = ("overdue", "penalty", "fee", "damages")
"""Words in the names of what is charged once a loan is due; it counts together."""

FILED = ("court_filed_after", "court_filed", "filed")
RESTARTS = ("demand", "pay", "perform", "acknowledg", "promise", "suit", "filed")
"""Words in the names of days that start a limitation period anew."""

REGIMES = {
    Regime.AT_FORMATION: "lpr4_at_contract",
    Regime.AT_FILING: "lpr4_at_filing",
    Regime.FORMER_ON_REQUEST: "old_interpretation_on_request",
    Regime.FORMER: "old_interpretation",
}
STANDINGS = {
    Standing.RUNNING: "not_time_barred",
    Standing.BARRED: "time_barred",
    Standing.WAIVED: "defence_waived",
    Standing.PERFORMED: "no_refund",
}


def rate_cap(facts: Facts, amounts: Amounts) -> Answer:
    """Hold what is charged against the cap of private or of internet-assisted lending."""
    if "product" in facts:
        return _assisted(facts, amounts)
    if not is_bound(licence_of(facts["lender"])):
        return {"verdict": Word("not_applicable")}
    filed = next((facts[name] for name in FILED if name in facts), None)
    multiple = amounts["private_lpr_multiple"]
    times = multiple.in_force(date.fromisoformat(filed)) if filed else multiple.values[-1].value
    cap = lpr_cap(share_of_percent(facts["lpr_1y_at_contract"]), times)
    during = [name for name in DURING if name in facts]
    after = [name for name in facts if any(word in name for word in AFTER_DUE)]
    over = any(excess([share_of_percent(facts[name]) for name in names], cap) for names in (during, after))
    return {"verdict": Word("excess_not_supported" if over else "supported"), "cap": Percent(cap)}


def rate_cap_scope(facts: Facts) -> Answer:
    """Tell whether the cap of private lending binds a lender."""
    return {"verdict": Word("applicable" if is_bound(licence_of(facts["lender"])) else "not_applicable")}


def rate_cap_transition(facts: Facts, amounts: Amounts) -> Answer:
    """Tell which cap applies to the interest of some days."""
    start, end = facts["segment"].split("..")
    segments = regimes(
        contract=date.fromisoformat(facts["contract"]),
        filed=date.fromisoformat(facts["filed"]),
        changed_on=amounts["private_lpr_multiple"].values[0].since,
        start=date.fromisoformat(start),
        end=None if end == "repayment" else date.fromisoformat(end),
    )
    return {"verdict": Word(", ".join(REGIMES[segment.regime] for segment in segments))}


def limitation_of(facts: Facts, amounts: Amounts) -> Answer:
    """Tell whether limitation still runs, from when, and what is left of the defence after it."""
    expired = after_expiry(
        paid=bool(facts.get("debtor_voluntarily_paid")),
        agreed_to_perform=bool(facts.get("consents_to_perform")),
    )
    if "time_barred" in facts:
        return {"verdict": Word(STANDINGS[expired if facts["time_barred"] else Standing.RUNNING])}
    days = [date.fromisoformat(day) for day in facts.get("installments") or [facts["due"]]]
    found = limitation(
        days,
        years=_whole(amounts["limitation_years"].in_force(max(days))),
        longest_years=_whole(amounts["limitation_longest_years"].in_force(max(days))),
        restarts=[
            day for name in facts if any(word in name for word in RESTARTS) for day in _days_in(facts[name])
        ],
    )
    standing = found.standing(date.fromisoformat(facts["as_of"]))
    answer = {
        "verdict": Word(STANDINGS[expired if standing is Standing.BARRED else standing]),
        "runs_from": Word(found.runs_from.isoformat()),
        "expires": Word(found.last_day.isoformat()),
    }
    if found.restarted_on is not None:
        answer["restart"] = Word(found.restarted_on.isoformat())
    return answer


def licence_of(lender: str) -> Licence:
    """Return what kind of lender a case speaks of. Raises InputError where its words are not known."""
    for licence, words in LENDERS:
        if any(word in lender for word in words):
            return licence
    raise InputError(f"What licence has a lender called {lender!r}?", field="lender")


def _assisted(facts: Facts, amounts: Amounts) -> Answer:
    if not any(word in facts["product"] for word in ASSISTED):
        return {"verdict": Word("not_applicable")}
    cap = amounts["assisted_lending_max"].on(date.fromisoformat(facts["signed"]))
    over = cap is not None and excess([share_of_percent(facts["all_in_cost"])], cap.value)
    return {"verdict": Word("deny" if over else "allow")}


def _days_in(value: object) -> list[date]:
    """Return the days that a fact holds: one, or a list; a yes or no holds none."""
    days = value if isinstance(value, list) else [value]
    return [date.fromisoformat(day) for day in days if isinstance(day, str)]


def _whole(number: Fraction) -> int:
    return number.numerator
