"""What holds for the yearly cost of every loan."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from forbear.loans.cost import Flow, eu_apr, eu_years, irr, nominal_annual, percent
from forbear.loans.cost_cn import Payment, cn_cost
from forbear.loans.cost_time import UnitPeriod, full_months, scheduled_days
from forbear.loans.cost_us import us_apr
from forbear.money.calendar import add_months

UNITS = st.sampled_from(["1D", "1W", "2W", "4W", "SM", "1M", "2M", "3M", "6M", "12M"])
START = date(2024, 1, 29)
NEARLY_ZERO = Fraction(1, 10**15)


@st.composite
def loans(draw):
    """One to three advances and one to twenty payments, on whatever days, at a cost above 0."""
    advances = [Flow(START, draw(st.integers(10_000, 10_000_000)))]
    advances += [
        Flow(START + timedelta(days=draw(st.integers(0, 90))), draw(st.integers(1, 1_000_000)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    days = draw(st.lists(st.integers(91, 1_500), min_size=1, max_size=20))
    payments = [Flow(START + timedelta(days=day), draw(st.integers(1, 1_000_000))) for day in days]
    missing = max(0, sum(flow.amount for flow in advances) - sum(flow.amount for flow in payments))
    last = Flow(
        max(payments).on + timedelta(days=draw(st.integers(0, 40))), missing + draw(st.integers(1, 10**6))
    )
    return advances, [*payments, last]


def present_value(flows, rate, times):
    """The general equation of appendix J, (b)(8), word for word, in fractions."""
    return sum(
        flow.amount / ((1 + part * rate) * (1 + rate) ** whole)
        for flow, (whole, part) in zip(flows, times, strict=True)
    )


@settings(max_examples=60)
@given(loan=loans(), unit=UNITS)
def test_at_the_us_rate_what_is_paid_is_worth_what_was_received(loan, unit):
    """
    By the regulation's own equation, both sides are equal at the rate, to 15 digits.
    """
    unit = UnitPeriod.parse(unit)
    found = us_apr(*loan, unit=unit)
    rate = Fraction(found.unit_rate).limit_denominator(10**30)
    worth = []
    for flows in loan:
        meant = scheduled_days([flow.on for flow in flows])
        times = [
            unit.between(START, flow.on, day_of_month=day) for flow, day in zip(flows, meant, strict=True)
        ]
        worth.append(present_value(flows, rate, times))

    assert abs(worth[0] - worth[1]) <= worth[0] * NEARLY_ZERO
    assert found.rate == nominal_annual(found.unit_rate, unit.per_year)


@settings(max_examples=60)
@given(loan=loans())
def test_at_the_eu_rate_what_is_paid_is_worth_what_was_received(loan):
    """
    By the Directive's equation, both sides are equal at the rate, to 15 digits.
    """
    rate = eu_apr(*loan)
    in_weeks = all((flow.on - START).days % 7 == 0 for flows in loan for flow in flows)
    assume(not in_weeks)
    with localcontext() as context:
        context.prec = 50
        worth = []
        for flows in loan:
            meant = scheduled_days([flow.on for flow in flows])
            years = [eu_years(START, f.on, day_of_month=day) for f, day in zip(flows, meant, strict=True)]
            exponents = [Decimal(time.numerator) / time.denominator for time in years]
            pairs = zip(flows, exponents, strict=True)
            worth.append(sum(flow.amount / (1 + rate) ** exponent for flow, exponent in pairs))
        assert abs(worth[0] - worth[1]) <= worth[0] * Decimal("1e-15")


@settings(max_examples=40)
@given(loan=loans(), factor=st.integers(2, 10_000))
def test_another_scale_moves_no_rate(loan, factor):
    """
    The same loan in smaller units costs the same.
    """
    scaled = [[Flow(flow.on, flow.amount * factor) for flow in flows] for flows in loan]

    assert percent(us_apr(*loan).rate, 12) == percent(us_apr(*scaled).rate, 12)
    assert percent(eu_apr(*loan), 12) == percent(eu_apr(*scaled), 12)


@settings(max_examples=40)
@given(loan=loans(), more=st.integers(1, 100_000))
def test_a_dearer_payment_is_a_dearer_loan(loan, more):
    """
    A loan costs more once a payment is raised.
    """
    advances, payments = loan
    dearer = [Flow(payments[0].on, payments[0].amount + more), *payments[1:]]

    assert (
        us_apr(advances, dearer, unit=UnitPeriod.parse("1M")).rate
        > us_apr(advances, payments, unit=UnitPeriod.parse("1M")).rate
    )
    assert eu_apr(advances, dearer) > eu_apr(advances, payments)


@given(
    received=st.integers(1, 10**9), periods=st.integers(1, 60), rate=st.fractions(0, 1, max_denominator=1000)
)
def test_a_loan_amortised_at_a_rate_has_that_internal_rate(received, periods, rate):
    """
    Interest on what is outstanding, and all repaid in the end, has that rate, simple and compound alike.
    """
    unit = rate.denominator
    payments, owed = [], received * unit * periods
    part = received * unit
    for _ in range(periods):
        payments.append(Payment(part, int(owed * rate)))
        owed -= part
    cost = cn_cost(received * unit * periods, payments, Fraction(12))
    nominal = percent(Decimal(12 * rate.numerator) / rate.denominator, 12)

    assert percent(cost.nominal, 12) == percent(cost.simple, 12) == nominal


@given(payments=st.lists(st.integers(1, 1_000), min_size=1, max_size=12), received=st.integers(1, 5_000))
def test_the_sign_of_the_flows_moves_no_internal_rate(payments, received):
    """
    Seen from the lender or from the borrower, the rate is the same, and above 0 where more is paid.
    """
    rate = irr([received, *(-payment for payment in payments)])

    assert rate == irr([-received, *payments])
    assert (rate > 0) == (sum(payments) > received)


@given(start=st.dates(date(2000, 1, 1), date(2060, 1, 1)), days=st.integers(0, 4_000), unit=UNITS)
def test_unit_periods_and_the_fraction_cover_the_time(start, days, unit):
    """
    The fraction is of one unit-period, and never below 0; months back and the days before them are all days.
    """
    end, unit = start + timedelta(days=days), UnitPeriod.parse(unit)
    whole, part = unit.between(start, end)
    months, rest = full_months(start, end)

    assert whole >= 0
    assert 0 <= part <= 1 + Fraction(1, 365)
    assert add_months(end, -months) == start + timedelta(days=rest)
    assert add_months(end, -months - 1) < start
    assert 0 <= rest <= 30
