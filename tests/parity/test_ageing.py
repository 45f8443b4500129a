"""The column kernel and the fold give the same cents, on any day until something else happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from forbear.book.columns import (
    FLAG_SCALAR,
    SCHEMA,
    arrays_of,
    hot_row,
    next_change,
    table_of,
    with_columns,
)
from forbear.errors import InputError
from forbear.loans.events import LoanEvent, PaymentReceived
from forbear.loans.fold import advance, fold
from forbear.loans.position import Position
from forbear.loans.rules import bucket_of
from forbear.loans.terms import LoanTerms, Recalculation, RoundingSteps
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.nightly.ageing import SAFE, age, bucket_codes, day_numbers, settle_ratio
from forbear.testing.builders import consumer_loan
from forbear.testing.ledger import ledger

EPOCH = date(1970, 1, 1)
AGED = ("interest_accrued", "overdue_penalty", "days_past_due", "bucket")


def aged_rows(positions: list[Position], day: date) -> list[dict[str, object]]:
    """Age positions by column to a day, and return the rows as the book would hold them."""
    table = table_of([hot_row(position) for position in positions])
    aged = age(arrays_of(table), day=(day - EPOCH).days)
    assert bool(aged.fits.all())
    moved = {name: getattr(aged, name) for name in AGED}
    moved["as_of"] = np.full(table.num_rows, (day - EPOCH).days, dtype=np.int32)
    return with_columns(table, moved).to_pylist()


def folded_row(position: Position, folded_on: date) -> dict[str, object]:
    return table_of([hot_row(position) | {"folded_on": folded_on}]).to_pylist()[0]


roundings = st.sampled_from(list(Rounding))


@st.composite
def loans(draw: st.DrawFn) -> LoanTerms:
    """Draw terms whose rates are whole millionths, over every day count, rounding and kind of interest."""
    disbursed = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 400)))
    return LoanTerms(
        currency="CNY",
        principal=draw(st.integers(1_000, 5_000_000)),
        rate_annual=Fraction(draw(st.integers(0, 360_000)), 1_000_000),
        penalty_rate_annual=Fraction(draw(st.integers(0, 540_000)), 1_000_000),
        day_count=draw(st.sampled_from([day_count for day_count in DayCount if day_count.is_additive])),
        instalments=draw(st.integers(1, 24)),
        disbursed_on=disbursed,
        first_due=disbursed + timedelta(days=draw(st.integers(1, 45))),
        grace_days=draw(st.sampled_from([0, 0, 3, 10])),
        late_fee=draw(st.sampled_from([0, 500])),
        recalculation=draw(st.sampled_from(list(Recalculation))),
        rounding=RoundingSteps(interest=draw(roundings), penalty=draw(roundings)),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[LoanTerms, list[LoanEvent]]:
    """Draw terms and a ledger of payments, some doubled or short, some reversed."""
    terms = draw(loans())
    lines = [f"{terms.disbursed_on} disburse {terms.principal / 100:.2f}"]
    day = terms.disbursed_on
    for number in range(draw(st.integers(0, 8))):
        day += timedelta(days=draw(st.integers(1, 60)))
        amount = draw(st.integers(1, terms.principal)) / 100
        lines.append(f"{day} pay {amount:.2f} P{number}")
        if draw(st.integers(0, 9)) == 0:
            day += timedelta(days=draw(st.integers(0, 5)))
            lines.append(f"{day} reverse P{number} no cover")
    if draw(st.integers(0, 9)) == 0:
        lines.append(f"{day + timedelta(days=draw(st.integers(0, 90)))} charge-off lost")
    return terms, ledger("\n".join(lines))


@settings(max_examples=400, deadline=None)
@given(story=stories(), start=st.integers(0, 700), ahead=st.integers(0, 120))
def test_the_kernel_gives_the_cents_of_the_fold(
    story: tuple[LoanTerms, list[LoanEvent]], start: int, ahead: int
) -> None:
    """From any position, ageing by column to any day before the next change equals folding to that day."""
    terms, events = story
    first = terms.disbursed_on + timedelta(days=start)
    before = fold(terms, events, as_of=first)
    assume(not hot_row(before)["flags"] & FLAG_SCALAR)
    day = first + timedelta(days=ahead)
    change = next_change(before)
    if change is not None:
        day = min(day, change - timedelta(days=1))
    after = fold(terms, events, as_of=day)
    assert aged_rows([before], day) == [folded_row(after, first)]
    assert advance(before, day) == after


@settings(max_examples=200, deadline=None)
@given(story=stories(), start=st.integers(0, 700))
def test_the_next_change_is_not_missed_and_not_invented_for_ever(
    story: tuple[LoanTerms, list[LoanEvent]], start: int
) -> None:
    """The next change lies ahead, and a loan without one only accrues, even years on."""
    terms, events = story
    first = terms.disbursed_on + timedelta(days=start)
    before = fold(terms, events, as_of=first)
    change = next_change(before)
    if change is None:
        years_on = first + timedelta(days=3000)
        assert aged_rows([before], years_on) == [folded_row(fold(terms, events, as_of=years_on), first)]
    else:
        assert change > first


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, SAFE), st.integers(1, 365_000_000)), min_size=1), roundings)
@example(
    [(182_500_000, 365_000_000), (547_500_000, 365_000_000), (5, 10), (15, 10), (25, 10)], Rounding.HALF_UP
)
@example(
    [(182_500_000, 365_000_000), (547_500_000, 365_000_000), (5, 10), (15, 10), (25, 10)], Rounding.HALF_EVEN
)
@example([(1, 365_000_000), (0, 1), (364_999_999, 365_000_000)], Rounding.UP)
def test_columns_settle_halves_like_one_loan(pairs: list[tuple[int, int]], rounding: Rounding) -> None:
    """Exact halves and their neighbours go the way that ``Rounding`` sends them."""
    above = np.array([pair[0] for pair in pairs], dtype=np.int64)
    below = np.array([pair[1] for pair in pairs], dtype=np.int64)
    expected = [rounding.settle_ratio(*pair) for pair in pairs]
    assert settle_ratio(above, below, rounding.value).tolist() == expected


@pytest.mark.parametrize(
    ("principal", "rate_ppm", "days", "posted"),
    [(182_500, 1_000_000, 1, 500), (36_500, 5_000, 1, 1), (36_500, 15_000, 1, 2), (36_500, 5_000, 3, 2)],
)
def test_exact_halves_are_pinned(principal: int, rate_ppm: int, days: int, posted: int) -> None:
    """0.5 and 1.5 cents round up under half up, by column and by fold."""
    terms = consumer_loan(
        principal=principal,
        rate_annual=Fraction(rate_ppm, 1_000_000),
        recalculation=Recalculation.ACTUAL,
        rounding=RoundingSteps(interest=Rounding.HALF_UP),
    )
    start = terms.disbursed_on
    before = fold(terms, ledger(f"{start} disburse {principal / 100:.2f}"), as_of=start)
    row = aged_rows([before], start + timedelta(days=days))[0]
    assert row["interest_accrued"] == posted
    assert advance(before, start + timedelta(days=days)).interest_accrued == posted


@given(st.lists(st.integers(0, 5000), min_size=1))
@example([0, 1, 30, 31, 60, 61, 90, 91, 180, 181])
def test_buckets_by_column_are_the_buckets_of_one_loan(days: list[int]) -> None:
    """Both read the same edges."""
    assert bucket_codes(np.array(days, dtype=np.int64)).tolist() == [bucket_of(day) for day in days]


@given(st.lists(st.dates(date(1990, 1, 1), date(2100, 1, 1)), min_size=2))
def test_days_are_numbered_alike(days: list[date]) -> None:
    """Differences of day numbers are the same by column and for one loan, under every day count."""
    numbers = np.array([(day - EPOCH).days for day in days], dtype=np.int64)
    for day_count in (each for each in DayCount if each.is_additive):
        by_column = np.diff(day_numbers(numbers, day_count.value)).tolist()
        one_by_one = [day_count.number(day) for day in days]
        assert by_column == [after - before for before, after in pairwise(one_by_one)]


def test_a_product_beyond_int64_is_handed_back() -> None:
    """10^11 at 36 % over a year passes int64: the row says so instead of giving a wrong amount."""
    terms = consumer_loan(principal=10**11, rate_annual=Fraction(36, 100), recalculation=Recalculation.ACTUAL)
    start = terms.disbursed_on
    before = fold(terms, ledger(f"{start} disburse {10**9}.00"), as_of=start)
    columns = arrays_of(table_of([hot_row(before)]))
    near = (start - EPOCH).days
    assert age(columns, day=near + 5).fits.all()
    assert not age(columns, day=near + 365).fits.any()


def test_a_rate_that_is_no_whole_millionth_has_no_kernel() -> None:
    """A rate of one third stays exact: the loan is left to the fold."""
    terms = consumer_loan(rate_annual=Fraction(1, 3))
    before = fold(terms, ledger("2026-01-05 disburse 12000.00"), as_of=terms.disbursed_on)
    assert hot_row(before)["flags"] == FLAG_SCALAR


def test_another_scale_is_refused() -> None:
    """Columns hold the currency's own minor unit, so a loan kept finer is named."""
    terms = consumer_loan(scale=4)
    with pytest.raises(InputError, match="scale 4"):
        hot_row(fold(terms, ledger("2026-01-05 disburse 12000.00"), as_of=terms.disbursed_on))


def test_an_event_ahead_of_its_day_is_a_change() -> None:
    """A payment that is recorded but counts later wakes the loan on its day."""
    terms = consumer_loan()
    events = ledger("2026-01-05 disburse 12000.00\n2026-01-20 pay 10.00 P1")
    assert isinstance(events[1].body, PaymentReceived)
    before = fold(terms, events, as_of=date(2026, 1, 10))
    assert next_change(before) == date(2026, 1, 20)
    assert next_change(replace(before, pending=())) == date(2026, 2, 5)


def test_rows_have_the_schema() -> None:
    """A row has every column and no other, and the table is in the order of loans."""
    terms = consumer_loan()
    rows = [
        hot_row(fold(terms, ledger("2026-01-05 disburse 12000.00", loan_id=name), as_of=date(2026, 3, 1)))
        for name in ("b", "a")
    ]
    table = table_of(rows)
    assert set(rows[0]) == set(SCHEMA.names)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table.column("loan_id").to_pylist() == ["a", "b"]
