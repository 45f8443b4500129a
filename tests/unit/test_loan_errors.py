"""What no loan can have is refused, with the field and the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import pytest

from forbear.errors import InputError
from forbear.loans.changes import apply
from forbear.loans.explain import cost_of_waiting
from forbear.loans.fold import advance, fold
from forbear.loans.rules import BUCKETS, bucket_of
from forbear.loans.schedule import build_schedule
from forbear.loans.state import Running
from forbear.loans.terms import ORDER_CIVIL_CODE_561, Recalculation
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.ledger import ledger

OPEN = "2026-01-05 disburse 12000.00\n"
NAMED = {
    "same": consumer_loan(),
    "dollars": consumer_loan(version=2, currency="USD"),
    "actual": consumer_loan(version=2, recalculation=Recalculation.ACTUAL),
    "short": consumer_loan(version=2, instalments=1),
    "fine": consumer_loan(version=2),
}


@pytest.mark.parametrize(
    ("story", "field", "rule"),
    [
        ("2026-01-05 disburse 11000.00", "amount", "the terms say 1200000"),
        ("2026-01-06 disburse 12000.00", "value_date", "the terms say 2026-01-05"),
        (OPEN + "2026-01-05 disburse 12000.00", "body", "disbursed or boarded once"),
        (OPEN + "2026-01-04 pay 1.00 P1", "value_date", "disbursed or boarded first"),
        (OPEN + "2026-01-06 pay 0.00 P1", "amount", "above 0"),
        (OPEN + "2026-01-06 pay -1.00 P1", "amount", "above 0"),
        (OPEN + "2026-01-06 fee 0.00 letter", "amount", "above 0"),
        (OPEN + "2026-01-06 waive 0.00 fee x", "amount", "above 0"),
        (OPEN + "2026-01-06 waive 1.00 principal x", "part", "one of penalty, fee, interest"),
        (OPEN + "2026-01-06 reverse P9", "targets", "no payment P9 to undo"),
        (OPEN + "2026-01-06 pay 1.00 P1\n2026-01-05 reverse P1", "targets", "no payment P1"),
        (
            OPEN + "2026-01-06 pay 1.00 P1\n2026-01-07 reverse P1\n2026-01-07 reverse P1",
            "targets",
            "no payment P1",
        ),
        (OPEN + "2026-01-06 recover 1.00 sale", "body", "recoveries follow a charge-off"),
        (OPEN + "2026-01-06 charge-off x\n2026-01-06 recover 0.00 sale", "amount", "not be 0"),
        (OPEN + "2026-01-06 charge-off x\n2026-01-07 charge-off x", "body", "charged off already"),
        (OPEN + "2026-01-06 charge-off x\n2026-01-07 terms fine x", "body", "ended or is charged off"),
        (OPEN + "2026-01-06 terms same x", "version", "higher version"),
        (OPEN + "2026-01-06 terms dollars x", "currency", "currency can't change"),
        (OPEN + "2026-01-06 terms actual x", "recalculation", "recalculation can't change"),
        (OPEN + "2026-02-05 terms short x", "instalments", "no instalment is left"),
        ("2026-02-05 board 0.00 next 2026-03-05 paid-through 2026-02-05", "principal", "above 0"),
        ("2026-02-05 board 9.00 next 2026-01-05 paid-through 2026-02-05", "next_due", "due 2026-02-05"),
        ("2026-02-05 board 9.00 next 2026-03-05 paid-through 2026-02-06", "paid_through", "later"),
        ("2026-01-04 board 9.00 next 2026-03-05 paid-through 2026-01-04", "value_date", "start 2026-01-05"),
    ],
)
def test_an_event_that_cannot_be_is_refused(story, field, rule):
    """
    A ledger with an impossible event is refused with the event, the field and the rule it breaks.
    """
    with pytest.raises(InputError, match=rule) as caught:
        fold(consumer_loan(), ledger(story, terms=NAMED), as_of=date(2026, 12, 31))

    assert field == caught.value.field


def test_a_kind_that_no_code_knows_stops_the_fold():
    """
    A new kind of event can't be passed over by a fold that was not taught it.
    """
    opening, payment = ledger(OPEN + "2026-01-06 pay 1.00 P1")
    run = Running("L1", consumer_loan(), opening.value_date)
    apply(run, opening)
    unknown = SimpleNamespace(body=SimpleNamespace(RANK=9), kind="x", value_date=payment.value_date)
    with pytest.raises(AssertionError):
        apply(run, unknown)


def test_a_reversal_names_one_payment():
    """
    A reversal that names no payment, or two, is refused.
    """
    events = ledger(OPEN + "2026-01-06 pay 1.00 P1\n2026-01-07 reverse P1")
    for targets in ((), ("P1", "E1")):
        broken = [*events[:2], replace(events[2], targets=targets)]
        with pytest.raises(InputError, match="the one payment") as caught:
            fold(consumer_loan(), broken, as_of=date(2026, 12, 31))
        assert caught.value.field == "targets"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seq": 3}, "seq"),
        ({"seq": 1}, "seq"),
        ({"loan_id": "L2"}, "loan_id"),
        ({"event_id": "E1"}, "event_id"),
    ],
)
def test_a_ledger_is_dense_and_of_one_loan(change, field):
    """
    Sequence numbers run from 1 without gaps, all events are of one loan, and no id stands twice.
    """
    first, second = ledger(OPEN + "2026-01-06 pay 1.00 P1")
    with pytest.raises(InputError) as caught:
        fold(consumer_loan(), [first, replace(second, **change)], as_of=date(2026, 1, 6))

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seq": 2}, "seq"),
        ({"seq": 4}, "seq"),
        ({"loan_id": "L2"}, "loan_id"),
        ({"value_date": date(2026, 1, 9)}, "value_date"),
        ({"body": ledger(OPEN + "2026-01-10 fee 1.00 x")[1].body}, "value_date"),
    ],
)
def test_only_the_next_event_advances_a_position(change, field):
    """
    A step that is out of sequence, of another loan, or counts before the position needs a new fold.
    """
    *events, step = ledger(OPEN + "2026-01-10 pay 1.00 P1\n2026-01-10 pay 1.00 P2")
    position = fold(consumer_loan(), events, as_of=date(2026, 1, 10))

    assert advance(position, step).last_seq == 3
    with pytest.raises(InputError) as caught:
        advance(position, replace(step, **change))
    assert field == caught.value.field


def test_a_position_does_not_go_back():
    """
    A position answers for its day and later ones; an earlier day is folded anew.
    """
    position = fold(consumer_loan(), ledger(OPEN), as_of=date(2026, 1, 10))
    with pytest.raises(InputError, match="fold anew") as caught:
        advance(position, date(2026, 1, 9))

    assert caught.value.field == "as_of"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXX"),
        ("scale", 13),
        ("principal", 0),
        ("rate_annual", Fraction(-1, 100)),
        ("penalty_rate_annual", Fraction(11)),
        ("instalments", 0),
        ("first_due", date(2026, 1, 5)),
        ("instalment", 0),
        ("grace_days", 91),
        ("late_fee", -1),
        ("allocation", ORDER_CIVIL_CODE_561[:-1]),
        ("allocation", ORDER_CIVIL_CODE_561[:-1] + ORDER_CIVIL_CODE_561[:1]),
    ],
)
def test_terms_out_of_range_name_their_field(field, value):
    """
    Terms that no contract can have are refused, and the field is named.
    """
    with pytest.raises(InputError) as caught:
        consumer_loan(**{field: value})

    assert field == caught.value.field


def test_an_instalment_below_the_interest_never_ends():
    """
    A boarded loan whose stated instalment does not cover interest has no schedule, and says so.
    """
    terms = car_loan(instalment=5_000, rate_annual=Fraction(1, 4))
    story = ledger("2016-03-01 board 20000.00 next 2016-03-15 paid-through 2016-02-15", currency="USD")
    position = fold(terms, story, as_of=date(2016, 3, 1))
    with pytest.raises(InputError, match="does not pay off") as caught:
        build_schedule(terms, position.opening)

    assert caught.value.field == "instalment"


@pytest.mark.parametrize("days", [0, 367])
def test_the_cost_of_waiting_looks_at_most_a_year_ahead(days):
    """
    The number of days to look ahead is 1 to 366.
    """
    position = fold(consumer_loan(), ledger(OPEN), as_of=date(2026, 1, 10))
    with pytest.raises(InputError) as caught:
        cost_of_waiting(position, days)

    assert caught.value.field == "days"


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-180"),
        (180, "91-180"),
        (181, "181+"),
        (5000, "181+"),
    ],
)
def test_every_day_past_due_is_in_one_bucket(days, code):
    """
    The buckets meet without gap or overlap at their edges.
    """
    assert code == bucket_of(days)


def test_buckets_follow_one_another():
    """
    Each bucket starts on the day after the one before ends, and the last has no end.
    """
    for band, after in pairwise(BUCKETS):
        assert band.last_day is not None
        assert band.last_day + 1 == after.first_day
    assert BUCKETS[-1].last_day is None
    with pytest.raises(InputError, match="start at 0"):
        bucket_of(-1)


@pytest.mark.parametrize(
    "line", ["2026-01-05 gift 1.00", "2026-13-05 pay 1.00 P1", "2026-01-05 pay 1.00", "2026-01-05", "pay"]
)
def test_a_story_that_cannot_be_read_names_its_line(line):
    """
    A line of a story with an unknown verb, day or shape is refused by its number.
    """
    with pytest.raises(InputError, match="Line 2") as caught:
        ledger(OPEN + line)

    assert caught.value.field == "line 2"
