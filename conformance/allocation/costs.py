"""Cases of yearly cost: internal rates of return, US annual percentage rates and their tolerance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from conformance.allocation.answers import Answer, Number, Percent, Word, share_of_percent, units
from conformance.runner import exact
from forbear.errors import InputError
from forbear.loans.claims_rates import principal_lent
from forbear.loans.cost import Flow, effective_annual, irr, nominal_annual, percent
from forbear.loans.cost_time import UnitPeriod
from forbear.loans.cost_us import TOLERANCE_IRREGULAR, TOLERANCE_REGULAR, is_accurate, us_apr

Facts = Mapping[str, Any]
EVERY = {"semimonth": "SM", "single_days": "1D", "single_months": "1M", "single_years": "1Y"}
PERIODS = {"weekly": 52, "biweekly": 26, "semimonthly": 24, "monthly": 12, "quarterly": 4, "annual": 1}
UPFRONT = ("upfront_fee", "fee_upfront", "interest_deducted_upfront")
HUNDREDTH_POINT = Fraction(1, 10_000)


def internal_rate(facts: Facts) -> Answer:
    """Tell the internal rate of level payments, per period and a year in both ways."""
    every = next((word for word in PERIODS if f"{word}_payment" in facts), None)
    if every is None:
        raise InputError(f"The payment is none of {', '.join(PERIODS)}.", field="monthly_payment")
    fee = next((facts[name] for name in UPFRONT if name in facts), 0)
    received = principal_lent(units(facts["principal"]), units(fee))
    rate = irr([received, *(-units(facts[f"{every}_payment"]) for _ in range(facts["n"]))])
    nominal = nominal_annual(rate, Fraction(PERIODS[every]))
    effective = effective_annual(rate, Fraction(PERIODS[every]))
    return {
        f"{every}_irr_percent": Number(exact(percent(rate, 4))),
        "nominal_annual_percent": Number(exact(percent(nominal, 2))),
        "effective_annual_percent": Number(exact(percent(effective, 2))),
    }


def apr_actuarial(facts: Facts) -> Answer:
    """Tell the annual percentage rate of advances and series of payments."""
    single = {"amount": facts.get("advance"), "date": facts.get("advance_date")}
    advances = facts.get("advances") or [single]
    found = us_apr(
        [Flow(date.fromisoformat(row["date"]), units(row["amount"])) for row in advances],
        [flow for row in facts["payments"] for flow in _series(row)],
    )
    return {"apr_percent": Percent(exact(found.rate), within=HUNDREDTH_POINT)}


def apr_tolerance(facts: Facts) -> Answer:
    """Tell whether a disclosed rate is within the tolerance of a regular or irregular transaction."""
    accurate = is_accurate(
        share_of_percent(facts["disclosed"]),
        share_of_percent(facts["actual_apr"]),
        TOLERANCE_REGULAR if facts.get("regular", not facts.get("irregular")) else TOLERANCE_IRREGULAR,
    )
    return {"verdict": Word("accurate" if accurate else "inaccurate")}


def _series(row: Facts) -> Iterator[Flow]:
    every = str(row.get("every", "single_days"))
    unit = UnitPeriod.parse(EVERY.get(every, every.upper()))
    for day in unit.series(date.fromisoformat(row["first"]), int(row.get("n", 1))):
        yield Flow(day, units(row["amount"]))
