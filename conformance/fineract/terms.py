"""Products and loans in the suite's words, as terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from conformance.runner import amount_of, exact, minor_units
from forbear.errors import InputError
from forbear.loans.pattern import Carry, InterestBy, Kind, MonthEnd, Pattern, Prepaid, Spread
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.rules import Bucket, Delinquency
from forbear.loans.slots import Part, Slot, Timing
from forbear.loans.terms import LoanTerms, RoundingSteps
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

Json = Mapping[str, Any]

SCALE = 2
ADVANCED = "ADVANCED_PAYMENT_ALLOCATION"
UNITS = {"DAYS": Unit.DAY, "WEEKS": Unit.WEEK, "MONTHS": Unit.MONTH}
PARTS = {part.name: part for part in Part}
KINDS = {
    "DEFAULT": (),
    "REPAYMENT": (PaymentKind.REPAYMENT,),
    "DOWN_PAYMENT": (PaymentKind.DOWN_PAYMENT,),
    "GOODWILL_CREDIT": (PaymentKind.GOODWILL,),
    "MERCHANT_ISSUED_REFUND": (PaymentKind.MERCHANT_REFUND,),
    "PAYOUT_REFUND": (PaymentKind.PAYOUT_REFUND,),
}
ADVANCES = {
    "NEXT_INSTALLMENT": Advance.NEXT,
    "LAST_INSTALLMENT": Advance.LAST,
    "REAMORTIZATION": Advance.ALL,
}
ORDERS = {
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER": ("PENALTY FEE INTEREST PRINCIPAL", None),
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST": (
        "PENALTY FEE INTEREST PRINCIPAL",
        "PRINCIPAL PENALTY FEE INTEREST",
    ),
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE": (
        "PENALTY INTEREST PRINCIPAL FEE",
        "PENALTY INTEREST PRINCIPAL FEE",
    ),
}
"""Each strategy's order of what is due and, where charges have due days of their own, of what is early."""
PREPAID = {
    "REDUCE_EMI_AMOUNT": Prepaid.LOWER,
    "REDUCE_NUMBER_OF_INSTALLMENTS": Prepaid.SHORTER,
    "RESCHEDULE_NEXT_REPAYMENTS": Prepaid.NEXT,
    "ADJUST_LAST_UNPAID_PERIOD": Prepaid.LAST,
}
MONTH_DAYS = 30
"""Older schedules reckon a level amount on months of 30 days of 365, where interest is by the day."""
DAY_COUNTS = {
    "ACTUAL/ACTUAL": DayCount.ACTUAL_ACTUAL,
    "30/360": DayCount.THIRTY_360_ISDA,
    "DAYS30/DAYS360": DayCount.THIRTY_360_ISDA,
}
STAND_IN = "LP2_ADV_PYMNT_INTEREST_DAILY_EMI_360_30_INTEREST_RECALCULATION_TILL_PRECLOSE"
"""Later cases name products that are not in the catalogue; they differ from this one by what they state."""


def day_of(text: object) -> date:
    """Read a day."""
    return date.fromisoformat(str(text))


def units(amount: object) -> int:
    """Read an amount as minor units."""
    return minor_units(amount, SCALE)


def percent(text: object) -> Fraction:
    """Read a percentage as a share."""
    return amount_of(exact(text), SCALE)


def loan_settings(catalogue: Json, asked: Json) -> dict[str, Any]:
    """Return what a loan is created with: the default loan's settings, or its own."""
    default = catalogue["common"]["default_loan"]
    return {**default, **asked}


def product_of(catalogue: Json, name: str) -> Json:
    """Return a product's settings."""
    products: Mapping[str, Json] = catalogue["products"]
    return products.get(name) or products[STAND_IN]


def terms_of(catalogue: Json, loan: Json, changed: Json, starts_on: date, principal: int) -> LoanTerms:
    """Return the terms of a loan of a product; ``changed`` is what a case set on its product before."""
    product = product_of(catalogue, loan["product"])
    pattern = pattern_of(product, loan, changed)
    count = int(loan["n_repayments"])
    rounding = Rounding(catalogue["common"]["money"]["rounding"].lower())
    day_count = DAY_COUNTS[
        changed.get("days") or "/".join((product["daysInMonthType"], product["daysInYearType"]))
    ]
    buckets = catalogue["common"]["delinquency_bucket"]
    late_fee = LATE_FEES.get(loan["product"], {})
    return LoanTerms(
        currency=catalogue["common"]["currency"],
        scale=SCALE,
        principal=principal,
        rate_annual=percent(loan["annual_rate_pct"]),
        day_count=day_count,
        instalments=count,
        disbursed_on=starts_on,
        rounding=RoundingSteps(instalment=rounding, interest=rounding, penalty=rounding),
        pattern=pattern,
        payment_rules=rules_of(product, loan["strategy"], changed),
        credit_order=credit_order_of(product),
        resets_advance=loan["strategy"] != ADVANCED,
        over_disbursed=limit_of(product),
        delinquency=Delinquency(
            grace_days=int(catalogue["common"]["grace_on_arrears_ageing_days"]),
            bands=tuple(Bucket(row["range"], row["min"], row["max"]) for row in buckets),
            pauses_count_for_all=True,
        ),
        **late_fee,
    )


LATE_FEES: dict[str, dict[str, Any]] = {
    "LP1_INTEREST_FLAT_OVERDUE_FROM_AMOUNT": {"late_share": percent("1.5")},
    "LP1_INTEREST_FLAT_OVERDUE_FROM_AMOUNT_INTEREST": {
        "late_share": percent("1.5"),
        "late_share_of": (Part.PRINCIPAL, Part.INTEREST),
    },
}
"""Products with a charge on overdue instalments; the catalogue lists the charges, not who has them."""


def limit_of(product: Json) -> Fraction:
    """Return the share of the principal that may be disbursed beyond it."""
    over = product.get("overAppliedNumber") if product.get("allowApprovedDisbursedAmountsOverApplied") else 0
    return percent(over or 0)


def pattern_of(product: Json, loan: Json, changed: Json) -> Pattern:
    """Return how the instalments follow."""
    is_flat = loan["interest_type"] == "FLAT"
    equal_principal = loan.get("amortization") == "EQUAL_PRINCIPAL_PAYMENTS"
    multiple = product.get("installmentAmountInMultiplesOf")
    rolls = changed.get("month_end_strategy") == "FIRST_DAY_OF_NEXT_MONTH"
    return Pattern(
        cycle=Cycle(every=int(loan["repay_every"]), unit=UNITS[loan["repay_unit"]]),
        month_end=MonthEnd.NEXT_FIRST if rolls else MonthEnd.LAST_DAY,
        kind=Kind.FLAT if is_flat else Kind.EQUAL_PRINCIPAL if equal_principal else Kind.LEVEL,
        interest_by=InterestBy.DAY if loan.get("interest_period") == "DAILY" else InterestBy.PERIOD,
        spread=Spread.REMAINING if loan["strategy"] == ADVANCED else Spread.CONTRACT,
        multiple=units(multiple) if multiple else 1,
        grace_principal=int(loan.get("grace_principal") or 0),
        grace_interest=int(loan.get("interest_free") or 0),
        length_days=product.get("fixedLength"),
        prepaid=PREPAID[product["rescheduleStrategyMethod"]]
        if product["isInterestRecalculationEnabled"]
        else None,
        plans_daily=loan["strategy"] == ADVANCED,
        rests=product.get("recalculationRestFrequencyType") == "SAME_AS_REPAYMENT",
        compounds=product.get("interestRecalculationCompoundingMethod") == "INTEREST",
        ends_with_period=product.get("preClosureInterestCalculationStrategy") == "TILL_REST_FREQUENCY_DATE",
        carry=Carry.PERIOD if loan["strategy"] == ADVANCED else Carry.STRETCH,
        level_days=None if loan["strategy"] == ADVANCED or loan["interest_period"] != "DAILY" else MONTH_DAYS,
        down_payment=percent(product.get("disbursedAmountPercentageForDownPayment") or 0),
    )


def rules_of(product: Json, strategy: str, changed: Json) -> tuple[PaymentRule, ...]:
    """Return the payment rules of a strategy."""
    if strategy != ADVANCED:
        due, advance = ORDERS[strategy]
        return (PaymentRule(order=_order(due, advance or due), by_charge=advance is not None),)
    direction = Direction(product.get("loanScheduleProcessingType", "HORIZONTAL").lower())
    advances = changed.get("future_installment_allocation") or {}
    return tuple(
        PaymentRule(
            order=tuple(_slot(name) for name in rule["order"]),
            kinds=KINDS[rule["transactionType"]],
            direction=direction,
            advance=ADVANCES[advances.get(rule["transactionType"], rule["futureInstallmentAllocationRule"])],
        )
        for rule in product["paymentAllocation"]
    )


def _order(due: str, advance: str) -> tuple[Slot, ...]:
    names = {Timing.PAST_DUE: due, Timing.DUE: due, Timing.IN_ADVANCE: advance}
    return tuple((timing, PARTS[name]) for timing, parts in names.items() for name in parts.split())


def _slot(name: str) -> Slot:
    for timing in Timing:
        if name.startswith(f"{timing.name}_"):
            return timing, PARTS[name.removeprefix(f"{timing.name}_")]
    raise InputError(f"{name!r} is not a slot of an allocation order.")


def credit_order_of(product: Json) -> tuple[Part, ...]:
    """Return the order in which what is charged back is owed again."""
    rows = [row for row in product.get("creditAllocation") or () if row["transactionType"] == "CHARGEBACK"]
    return tuple(PARTS[name] for row in rows for name in row["order"])
