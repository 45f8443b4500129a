"""Bodies, canonical bytes and the chain of a ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.errors import InputError, InvariantError
from forbear.loans.codec import (
    _reader,
    _writer,
    canonical,
    chain,
    event_from_body,
    event_to_body,
    genesis,
    payload_from_body,
    payload_to_body,
    position_from_body,
    position_to_body,
    terms_from_body,
    terms_to_body,
)
from forbear.loans.events import ChargedOff, Disbursed, LoanEvent, PaymentReceived
from forbear.loans.fold import fold
from forbear.testing.builders import consumer_loan
from forbear.testing.ledger import ledger
from forbear.testing.strategies import histories

EVENT = ledger("2026-01-05 disburse 12000.00")[0]


def stored(body: dict) -> dict:
    """Pass a body through JSON text, as a database does."""
    return json.loads(canonical(body))


@given(history=histories())
def test_what_is_written_is_read_back(history):
    """
    Terms, events, payloads and positions survive JSON text unchanged.
    """
    position = fold(history.terms, history.events, as_of=history.events[-1].value_date)

    assert terms_from_body(stored(terms_to_body(history.terms))) == history.terms
    assert position_from_body(stored(position_to_body(position))) == position
    for event in history.events:
        assert event_from_body(stored(event_to_body(event))) == event
        assert payload_from_body(event.kind, stored(payload_to_body(event.body))) == event.body


def test_an_event_reads_as_a_person_would_write_it():
    """
    An event's body holds its envelope, its kind and its payload, in plain words and numbers.
    """
    assert event_to_body(EVENT) == {
        "event_id": "E1",
        "loan_id": "L1",
        "seq": 1,
        "value_date": "2026-01-05",
        "booked_on": "2026-01-05",
        "recorded_at": "2026-01-05T08:00:00+00:00",
        "actor": "story",
        "kind": "disbursed",
        "body": {"amount": 1_200_000},
        "targets": [],
        "payload_version": 1,
    }


def test_canonical_bytes_are_one_form():
    """
    Keys are sorted, nothing is padded, and text is UTF-8 as it stands.
    """
    assert canonical({"b": [1, None], "a": "欠款"}) == '{"a":"欠款","b":[1,null]}'.encode()


@pytest.mark.parametrize("value", ["\ud800", float("nan"), {1, 2}])
def test_what_has_no_canonical_form_is_refused(value):
    """
    Lone surrogates, numbers that are none, and sets have no canonical JSON.
    """
    with pytest.raises(InputError, match="canonical JSON"):
        canonical({"value": value})


CHANGES = {
    "event_id": "E2",
    "loan_id": "L2",
    "seq": 2,
    "value_date": date(2026, 1, 6),
    "booked_on": date(2026, 1, 6),
    "recorded_at": EVENT.recorded_at + timedelta(microseconds=1),
    "actor": "other",
    "body": Disbursed(amount=1_200_001),
    "targets": ("E0",),
    "payload_version": 2,
}


def test_every_field_is_tried():
    """
    The list of changes below covers each field that an event has.
    """
    assert set(CHANGES) == set(LoanEvent.__slots__)


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_the_chain_finds_any_changed_field(field):
    """
    Change any one field of an event, and its digest is another.
    """
    start = genesis("L1", consumer_loan())

    assert chain(start, EVENT) != chain(start, replace(EVENT, **{field: CHANGES[field]}))


def test_the_chain_finds_another_kind_with_the_same_fields():
    """
    Two kinds that hold the same values still differ.
    """
    start = genesis("L1", consumer_loan())
    charged = replace(EVENT, body=ChargedOff(reason="x"))
    reversed_ = ledger("2026-01-05 disburse 12000.00\n2026-01-06 pay 1.00 P\n2026-01-07 reverse P x")[2]

    assert chain(start, charged) != chain(start, replace(charged, body=reversed_.body))


@given(history=histories(), data=st.data())
def test_the_chain_finds_a_dropped_or_swapped_event(history, data):
    """
    Leave an event out, or swap two, and the digest of the ledger is another.
    """

    def digest(events: list[LoanEvent]) -> str:
        result = genesis("L1", history.terms)
        for event in events:
            result = chain(result, event)
        return result

    events = list(history.events)
    place = data.draw(st.integers(0, len(events) - 1))
    other = data.draw(st.integers(0, len(events) - 1))
    dropped = events[:place] + events[place + 1 :]
    swapped = list(events)
    swapped[place], swapped[other] = swapped[other], swapped[place]

    assert digest(events) == fold(history.terms, events, as_of=history.last_day).digest
    assert digest(events) != digest(dropped)
    assert (digest(events) == digest(swapped)) is (place == other)


def test_genesis_holds_the_terms():
    """
    Other terms, or another loan, start another chain.
    """
    starts = {
        genesis("L1", consumer_loan()),
        genesis("L2", consumer_loan()),
        genesis("L1", consumer_loan(rate_annual=Fraction(23, 100))),
    }

    assert len(starts) == 3


def test_the_zone_of_an_instant_does_not_matter():
    """
    The same instant in another zone has the same digest.
    """
    shanghai = EVENT.recorded_at.astimezone(timezone(timedelta(hours=8)))
    start = genesis("L1", consumer_loan())

    assert chain(start, EVENT) == chain(start, replace(EVENT, recorded_at=shanghai))
    with pytest.raises(InputError, match="no time zone"):
        event_to_body(replace(EVENT, recorded_at=datetime(2026, 1, 5)))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"seq": "1"}, "seq", "a whole number"),
        ({"seq": True}, "seq", "a whole number"),
        ({"actor": 7}, "actor", "a text"),
        ({"value_date": "2026-02-30"}, "value_date", "a day"),
        ({"value_date": 20260230}, "value_date", "a day"),
        ({"recorded_at": "2026-01-05T08:00:00"}, "recorded_at", "an instant"),
        ({"targets": "E1"}, "targets", "a list"),
        ({"targets": [1]}, "targets", "a text"),
        ({"body": {"amount": 1.5}}, "amount", "a whole number"),
        ({"body": []}, "disbursed", "an object"),
        ({"body": {}}, "amount", "missing"),
        ({"body": {"amount": 1, "bonus": 2}}, "bonus", "not a field"),
        ({"kind": "gift"}, "kind", "not known"),
        ({"payload_version": 2}, "payload_version", "not known"),
        ({"extra": 1}, "extra", "not a field"),
    ],
)
def test_an_unusable_event_names_its_field(change, field, rule):
    """
    A body that no event has is refused with the field and what it must be.
    """
    with pytest.raises(InputError, match=rule) as caught:
        event_from_body(event_to_body(EVENT) | change)

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"rate_annual": "0.24"}, "rate_annual", "a fraction"),
        ({"rate_annual": "1/0"}, "rate_annual", "a fraction"),
        ({"rate_annual": 0.24}, "rate_annual", "a fraction"),
        ({"day_count": "31/360"}, "day_count", "one of A/365"),
        ({"day_count": ["A/365"]}, "day_count", "one of A/365"),
        ({"instalment": "100"}, "instalment", "a whole number"),
        ({"allocation": [["due", "fee", "late"]]}, "allocation", "a list of 2"),
        ({"rounding": 1}, "rounding", "an object"),
        ({"principal": -5}, "principal", "more than 0"),
    ],
)
def test_unusable_terms_name_their_field(change, field, rule):
    """
    Terms that can't be read, or that no contract has, are refused with the field.
    """
    with pytest.raises(InputError, match=rule) as caught:
        terms_from_body(terms_to_body(consumer_loan()) | change)

    assert field == caught.value.field


def test_fields_with_a_default_may_be_absent():
    """
    A body written before a field existed is read with the field's default.
    """
    body = terms_to_body(consumer_loan())
    del body["grace_days"], body["rounding"]

    assert terms_from_body(body) == consumer_loan()


def test_an_event_is_not_read_without_its_kind():
    """
    The kind alone tells how a payload is read.
    """
    body = event_to_body(EVENT)
    del body["kind"]
    with pytest.raises(InputError) as caught:
        event_from_body(body)

    assert caught.value.field == "kind"


def test_a_type_without_a_json_form_is_a_bug():
    """
    Types that the codec does not know stop it, in both directions.
    """
    with pytest.raises(InvariantError):
        _writer(complex)
    with pytest.raises(InvariantError):
        _reader(complex)


def test_a_payload_is_read_by_its_kind_alone():
    """
    Where any payload may stand, a body that was not read by its kind is refused.
    """
    payload = PaymentReceived(amount=1, channel_ref="x")
    read = _reader(PaymentReceived | Disbursed)

    assert read(payload, "body") is payload
    with pytest.raises(InputError, match="payload"):
        read({"amount": 1}, "body")


PAID = ledger("2026-01-05 disburse 12000.00\n2026-02-05 pay 300.00 A\n2026-02-06 pay 20.00 B")


def kept_position() -> dict:
    return stored(position_to_body(fold(consumer_loan(), PAID, as_of=date(2026, 2, 20))))


def test_long_lists_of_a_position_are_kept_by_column():
    """
    Instalments and shares are stored as one list for each field, without fields at their defaults.
    """
    shares = kept_position()["allocations"]

    assert shares["event_id"] == ["A", "B", "B"]
    assert set(shares["parts"]) <= {"principal", "interest", "fee", "penalty"}
    assert all(len(column) == 3 for column in shares["parts"].values())
    assert "via" not in shares


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event_id": "A"}, "allocations"),
        ({"event_id": ["A"]}, "target"),
        ({"target": None}, "target"),
        ({"parts": [1, 2]}, "parts"),
        ({"parts": {"principal": [1]}}, "principal"),
        ({"unspent": ["1", "2", "3"]}, "unspent"),
        ({"shade": [1, 2]}, "allocations"),
    ],
)
def test_columns_that_do_not_fit_name_their_field(change, field):
    """
    A column that is missing, of another length, of another type or unknown is an error that names it.
    """
    body = kept_position()
    body["allocations"] |= change

    with pytest.raises(InputError) as caught:
        position_from_body(body)

    assert caught.value.field == field
