"""What a loan costs in a year: the regulators' own examples, and the days in between."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.cost import (
    Flow,
    effective_annual,
    eu_apr,
    eu_years,
    irr,
    nominal_annual,
    percent,
)
from forbear.loans.cost_cn import Payment, cn_cost
from forbear.loans.cost_time import UnitPeriod, full_months, scheduled_days, unit_period
from forbear.loans.cost_us import is_accurate, us_apr

ON = date.fromisoformat


def series(unit, first, number, amount):
    return [Flow(day, amount) for day in UnitPeriod.parse(unit).series(ON(first), number)]


def apr_of(advances, payments, **given):
    return percent(us_apr(advances, payments, **given).rate, 2)


OFFICIAL = {
    "c1i": ((500_000, "1978-01-10"), [("1M", "1978-02-10", 24, 23_000)], "1M", "9.69"),
    "c1ii": ((600_000, "1978-02-10"), [("1M", "1978-04-01", 36, 20_000)], "1M", "11.82"),
    "c1iii": ((500_000, "1978-02-23"), [("SM", "1978-03-01", 24, 21_917)], "SM", "10.34"),
    "c1iv": ((1_000_000, "1978-05-23"), [("3M", "1978-10-01", 40, 38_500)], "3M", "8.97"),
    "c1v": ((50_000, "1978-03-20"), [("1W", "1978-04-21", 30, 1_760)], "1W", "14.96"),
    "c2ii": (
        (40_000, "1978-03-18"),
        [("4W", "1978-04-20", 1, 3_950), ("4W", "1978-05-18", 11, 3_831)],
        "4W",
        "28.50",
    ),
    "c3i": (
        (500_000, "1978-01-10"),
        [("1M", "1978-02-10", 23, 23_000), ("1M", "1980-01-10", 1, 28_000)],
        "1M",
        "10.50",
    ),
    "c5iii": ((100_000, "1978-01-17"), [("1M", "1979-07-17", 1, 113_519)], "12M", "8.76"),
    "c5iv": ((100_000, "1978-01-17"), [("1M", "1980-01-17", 1, 124_000)], "12M", "11.36"),
    "c6i": (
        (213_500, "1978-01-25"),
        [
            ("4W", "1978-02-20", 9, 10_000),
            ("4W", "1978-11-13", 6, 10_000),
            ("4W", "1979-05-14", 6, 10_000),
            ("4W", "1979-11-12", 3, 10_000),
        ],
        "4W",
        "12.00",
    ),
    "c6ii": (
        (735_000, "1978-03-03"),
        [
            ("1M", "1978-09-15", 3, 100_000),
            ("1M", "1979-03-15", 1, 200_000),
            ("1M", "1979-09-15", 3, 75_000),
            ("1M", "1980-02-01", 1, 100_000),
        ],
        "1M",
        "10.22",
    ),
}


@pytest.mark.parametrize("example", OFFICIAL)
def test_the_examples_of_appendix_j(example):
    """
    The regulator's worked examples come out to the second decimal, their unit-period found from the days.
    """
    (amount, day), payments, unit, expected = OFFICIAL[example]
    flows = [flow for given in payments for flow in series(*given)]
    found = us_apr([Flow(ON(day), amount)], flows)

    assert (percent(found.rate, 2), found.unit) == (Decimal(expected), UnitPeriod.parse(unit))


def test_several_advances_at_one_per_cent_a_month():
    """
    Each advance is discounted from its own day: two of 1,000 a month apart, and 1,000 paid when they
    have grown to 2,030.10, leave 1,040.401 a month later.
    """
    advances = series("1M", "2026-01-15", 2, 1_000_000)
    found = us_apr(advances, [Flow(ON("2026-03-15"), 1_000_000), Flow(ON("2026-04-15"), 1_040_401)])

    assert percent(found.rate, 12) == Decimal("12.000000000000")
    assert found.irregular
    assert found.tolerance == Fraction(1, 400)


def test_the_term_starts_when_the_finance_charge_does():
    """
    A charge earned from a month before the advance makes a term of four months: 3 x 30 / 742.50.
    """
    advance, payment = [Flow(ON("2026-02-01"), 100_000)], [Flow(ON("2026-05-01"), 103_000)]

    assert apr_of(advance, payment, earned_from=ON("2026-01-01")) == Decimal("12.12")
    assert apr_of(advance, payment) == Decimal("12.00")
    with pytest.raises(InputError, match="before the finance charge starts"):
        us_apr(advance, payment, earned_from=ON("2026-02-02"))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-01-31", "2026-02-28 2026-03-31 2026-04-30", "1M"),
        ("2026-01-30", "2026-02-28 2026-03-30 2026-04-30", "1M"),
        ("2024-01-29", "2024-02-29 2024-03-29 2024-04-29", "1M"),
        ("2026-01-15", "2026-01-31 2026-02-15 2026-02-28 2026-03-15 2026-03-31", "SM"),
        ("2026-01-16", "2026-02-01 2026-02-16 2026-03-01", "SM"),
        ("2026-01-19", "2026-02-02 2026-02-16 2026-03-02", "2W"),
        ("2026-01-04", "2026-02-01 2026-03-01 2026-03-29 2026-04-26", "4W"),
        ("2026-02-01", "2026-03-01 2026-04-01 2026-05-01", "1M"),
        ("2026-06-01", "2026-07-01 2026-08-01 2026-10-01 2026-12-01", "1M"),
        ("2026-01-01", "2026-01-11 2026-01-21 2026-01-31", "10D"),
        ("2026-01-01", "2027-01-01 2028-01-01 2029-01-01", "12M"),
        ("2026-01-01", "2026-03-15 2026-07-20", "14W"),
        ("2026-01-01", "2028-01-01 2030-01-01 2032-01-01", "12M"),
        ("2026-01-01", "2026-02-01 2026-02-14", "3W"),
        ("2026-01-31", "2026-02-28", "1M"),
        ("2026-01-31", "2026-03-01", "29D"),
        ("2024-02-29", "2025-02-28", "12M"),
    ],
)
def test_the_unit_period_follows_from_the_days(start, days, expected):
    """
    It is the commonest period, of equals the smaller, else the average; a single payment's is its term.
    """
    found = unit_period(ON(start), [ON(start)], [ON(day) for day in days.split()])

    assert found == UnitPeriod.parse(expected)


def test_distances_between_advances_are_periods_too():
    """
    Weekly advances before two payments make the week the unit-period.
    """
    advances = [ON("2026-01-05"), ON("2026-01-12"), ON("2026-01-19")]

    assert unit_period(ON("2026-01-05"), advances, [ON("2026-03-05"), ON("2026-04-05")]) == UnitPeriod.parse(
        "1W"
    )


@pytest.mark.parametrize(
    ("unit", "start", "end", "expected"),
    [
        ("1M", "1978-02-10", "1978-04-01", (1, Fraction(19, 30))),
        ("SM", "1978-02-23", "1978-03-16", (1, Fraction(6, 15))),
        ("2M", "1978-01-10", "1978-03-01", (0, Fraction(52, 60))),
        ("3M", "1978-05-23", "1978-10-01", (1, Fraction(39, 90))),
        ("2W", "1978-04-03", "1978-04-11", (0, Fraction(8, 14))),
        ("1D", "2024-02-28", "2024-03-01", (2, Fraction(0))),
        ("12M", "1978-01-17", "1979-07-17", (1, Fraction(6, 12))),
        ("12M", "2023-10-26", "2024-11-30", (1, Fraction(35, 365))),
    ],
)
def test_full_and_fractional_unit_periods(unit, start, end, expected):
    """
    Months are counted back from the later day and have 30 days; a year's odd days are over 365.
    """
    assert UnitPeriod.parse(unit).between(ON(start), ON(end)) == expected


def test_a_series_on_the_31st_is_one_of_month_ends():
    """
    The last day of a short month stands for the day that the series shows in longer ones.
    """
    month_ends = [ON("2026-01-31"), ON("2026-02-28"), ON("2026-04-30")]
    thirtieths = [ON("2026-01-30"), ON("2026-02-28"), ON("2026-03-30"), ON("2026-03-15")]

    assert scheduled_days(month_ends) == [31, 31, 31]
    assert scheduled_days(thirtieths) == [30, 30, 30, 15]
    assert scheduled_days([ON("2026-02-28")]) == [28]
    assert full_months(ON("2026-01-31"), ON("2026-02-28"), day_of_month=31) == (1, 0)
    assert full_months(ON("2026-01-31"), ON("2026-02-28")) == (0, 28)


def test_a_month_end_series_has_no_odd_days():
    """
    A loan paid on month ends costs what the same loan costs on the first of each month.
    """
    at_ends = apr_of([Flow(ON("2025-12-31"), 1_000_000)], series("1M", "2026-01-31", 12, 90_000))
    on_firsts = apr_of([Flow(ON("2026-01-01"), 1_000_000)], series("1M", "2026-02-01", 12, 90_000))

    assert at_ends == on_firsts == Decimal("14.45")


@pytest.mark.parametrize(
    ("unit", "first", "expected"),
    [
        ("SM", "2026-01-16", "2026-01-16 2026-02-01 2026-02-16 2026-03-01"),
        ("SM", "2026-01-15", "2026-01-15 2026-01-30 2026-02-15 2026-02-28"),
        ("SM", "2026-01-31", "2026-01-31 2026-02-15 2026-02-28 2026-03-15"),
        ("3M", "2025-11-30", "2025-11-30 2026-02-28 2026-05-30 2026-08-30"),
        ("1Y", "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28"),
        ("1D", "2026-02-27", "2026-02-27 2026-02-28 2026-03-01 2026-03-02"),
    ],
)
def test_the_days_of_a_series(unit, first, expected):
    """
    A series keeps its day of the month, or that month's last day; half months alternate.
    """
    assert " ".join(str(day) for day in UnitPeriod.parse(unit).series(ON(first), 4)) == expected


@pytest.mark.parametrize(("text", "per_year"), [("1D", 365), ("4W", 13), ("SM", 24), ("3M", 4), ("1Y", 1)])
def test_unit_periods_of_a_year(text, per_year):
    """
    A year has 365 days, 52 weeks, 24 half months, 12 months.
    """
    assert UnitPeriod.parse(text).per_year == per_year


@pytest.mark.parametrize("text", ["", "0D", "366D", "13M", "2SM", "1Q", "53W"])
def test_what_is_no_unit_period(text):
    """
    A unit-period is a known interval of at most a year.
    """
    with pytest.raises(InputError):
        UnitPeriod.parse(text)


def test_a_regular_transaction_and_what_makes_one_irregular():
    """
    An odd first period, first and last payment leave it regular; a skipped month or another amount does not.
    """
    advance = [Flow(ON("2026-01-10"), 500_000)]
    level = series("1M", "2026-03-01", 12, 46_000)
    odd_ends = [Flow(level[0].on, 50_000), *level[1:-1], Flow(level[-1].on, 9_900)]
    changed = [*level[:5], Flow(level[5].on, 46_001), *level[6:]]

    assert not us_apr(advance, odd_ends).irregular
    assert not us_apr([Flow(ON("2026-01-10"), 100_000)], series("SM", "2026-01-16", 6, 17_500)).irregular
    assert us_apr(advance, level[:5] + level[6:]).irregular
    assert us_apr(advance, changed).irregular


def test_the_tolerance_is_an_eighth_of_a_point_and_its_edge_is_within():
    """
    Not more than 1/8 of a percentage point above or below is accurate.
    """
    tolerance = us_apr([Flow(ON("2026-01-10"), 500_000)], series("1M", "2026-02-10", 24, 23_000)).tolerance

    assert is_accurate(Fraction("0.09815"), Fraction("0.0969"), tolerance)
    assert is_accurate(Fraction("0.09565"), Fraction("0.0969"), tolerance)
    assert not is_accurate(Fraction("0.09816"), Fraction("0.0969"), tolerance)


@pytest.mark.parametrize(
    ("received", "payments", "expected"),
    [
        (100_000, [("2027-07-01", 120_000)], "12.92"),
        (95_000, [("2027-07-01", 120_000)], "16.85"),
        (100_000, [("2027-01-01", 60_000), ("2028-01-01", 60_000)], "13.07"),
        (100_000, [("2026-04-01", 27_200), ("2026-07-01", 27_200), ("2027-01-01", 54_400)], "13.19"),
    ],
)
def test_the_examples_of_the_european_union(received, payments, expected):
    """
    The examples of Directive 98/7/EC, annex II, by calendar months.
    """
    found = eu_apr([Flow(ON("2026-01-01"), received)], [Flow(ON(day), amount) for day, amount in payments])

    assert percent(found, 2) == Decimal(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-01", "2026-03-01", Fraction(2, 12)),
        ("2026-01-12", "2026-02-15", Fraction(1, 12) + Fraction(3, 365)),
        ("2024-02-10", "2024-03-05", Fraction(24, 366)),
        ("2024-01-10", "2024-01-15", Fraction(5, 365)),
        ("2026-01-31", "2026-02-28", Fraction(28, 365)),
    ],
)
def test_years_of_the_european_equation(start, end, expected):
    """
    Whole months back from the end, then days over the year that ends on the last of them.
    """
    assert eu_years(ON(start), ON(end)) == expected


def test_a_weekly_loan_runs_in_weeks_of_a_year_of_52():
    """
    Where all intervals are whole weeks, and not whole months, a week is 1/52 of a year.
    """
    found = eu_apr([Flow(ON("2026-01-01"), 10_000)], [Flow(ON("2026-01-08"), 10_100)])

    assert percent(found, 4) == percent(Decimal("1.01") ** 52 - 1, 4)


def test_both_ways_to_annualise_a_monthly_rate():
    """
    12,000 repaid by twelve times 1,100 costs 1.4977 % a month: 17.97 % times twelve, 19.53 % compounded.
    """
    rate = irr([1_200_000] + [-110_000] * 12)

    assert percent(rate, 4) == Decimal("1.4977")
    assert percent(nominal_annual(rate, Fraction(12)), 2) == Decimal("17.97")
    assert percent(effective_annual(rate, Fraction(12)), 2) == Decimal("19.53")


def test_the_disclosure_in_china_states_each_method():
    """
    A fee of 2 % of the loan taken up front and 1 % a month on what is owed: simple and compound differ.
    """
    fee, principal = 24_000, 1_200_000
    payments = [Payment(98_000, fee // 12 + 12_000) for _ in range(12)]
    cost = cn_cost(principal - fee, payments, Fraction(12))

    used = sum(1_176_000 - 98_000 * month for month in range(12))
    assert percent(cost.simple, 6) == percent(Decimal(12 * 14_000 * 12) / used, 6) == Decimal("26.373626")
    assert percent(cost.nominal, 2) == Decimal("25.40")
    assert percent(cost.effective, 2) == Decimal("28.58")


def test_what_was_deducted_up_front_is_no_principal():
    """
    Payments that repay more principal than was received are refused.
    """
    with pytest.raises(InputError, match="deducted up front is a cost"):
        cn_cost(1_176_000, [Payment(1_200_000, 0)], Fraction(12))


def test_less_paid_than_received_is_a_rate_below_zero():
    """
    A loan of which half is forgiven after a period costs -50 %; one repaid exactly costs nothing.
    """
    assert percent(irr([100, -50]), 20) == -50
    assert irr([100, -50, -50]) == 0
    assert percent(irr([100, -1]), 10) == Decimal("-99.0000000000")


def test_a_huge_rate_is_found_too():
    """
    A thousandfold in a day is 99,900 % a day; tenfold in a day is 10^365 in a year, which can be written.
    """
    found = us_apr([Flow(ON("2026-01-01"), 100)], [Flow(ON("2026-01-02"), 100_000)])

    assert percent(found.rate, 20) == 365 * 99_900
    tenfold = eu_apr([Flow(ON("2026-01-01"), 100)], [Flow(ON("2026-01-02"), 1_000)])
    assert percent(tenfold, 2).adjusted() == 365 + 2


@pytest.mark.parametrize(
    ("advances", "payments", "field"),
    [
        ([], [("2026-02-01", 1)], "advances"),
        ([("2026-01-01", 1)], [], "payments"),
        ([("2026-01-01", 0)], [("2026-02-01", 1)], "advances"),
        ([("2026-01-01", 1)], [("2026-02-01", -1)], "payments"),
        ([("2026-01-02", 1)], [("2026-01-01", 1)], "payments"),
        ([("2026-01-01", 1)], [("2026-01-01", 2)], "payments"),
        ([("2026-01-01", 5)], [("2026-01-01", 6), ("2026-02-01", 1)], "payments"),
    ],
)
def test_flows_that_make_no_loan_name_the_field(advances, payments, field):
    """
    Money has to go both ways, be above 0, take time, and leave a rate to be found.
    """
    flows = [[Flow(ON(day), amount) for day, amount in given] for given in (advances, payments)]
    for rate_of in (us_apr, eu_apr):
        with pytest.raises(InputError) as caught:
            rate_of(*flows)
        assert caught.value.field == field


def test_a_loan_that_gives_nothing_has_no_rate():
    """
    Where more is paid on the first day than is received, no rate is high enough, and that is said soon.
    """
    payments = [Flow(ON("2026-01-01"), 101), *series("1M", "2026-02-01", 360, 1)]
    for rate_of in (us_apr, eu_apr):
        with pytest.raises(InputError, match="No rate makes"):
            rate_of([Flow(ON("2026-01-01"), 100)], payments)


def test_what_is_as_good_as_lost_has_no_rate():
    """
    One unit paid of 10^30 received is too near to -100 % to be told from it.
    """
    with pytest.raises(InputError, match="No rate makes"):
        irr([10**30, -1])


def test_the_callers_own_decimal_context_changes_no_rate():
    """
    A caller that reckons with few digits gets the same rate as any other.
    """
    flows = [1_200_000] + [-110_000] * 12
    with localcontext() as context:
        context.prec = 3
        rate = irr(flows)

    assert rate == irr(flows)


@pytest.mark.parametrize("flows", [[], [100], [100, 100], [-1, 0]])
def test_flows_of_one_sign_have_no_internal_rate(flows):
    """
    Without money both ways there is no rate.
    """
    with pytest.raises(InputError):
        irr(flows)
