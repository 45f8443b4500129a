"""One telephone number has one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.book.phone import phone_number
from forbear.errors import InputError


@pytest.mark.parametrize(
    "written",
    [
        "19900000001",
        "199 0000 0001",
        "199-0000-0001",
        "+8619900000001",
        "+86 199 0000 0001",
        "(+86) 199.0000.0001",
        "0086 199 0000 0001",
        "86 199 0000 0001",
        "019900000001",
        "＋８６　１９９ ００００ ０００１",
        "199\u20130000\u20130001",
    ],
)
def test_a_mobile_number_of_china_has_one_spelling(written):
    """With and without country code, with any writing between the digits, it is one number."""
    assert phone_number(written, country="CN") == "19900000001"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("010-1234 5678", "01012345678"),
        ("+86 10 1234 5678", "01012345678"),
        ("+86 (010) 1234 5678", "01012345678"),
        ("+86 755 1234 5678", "075512345678"),
        ("400 000 0000", "4000000000"),
        ("+86 400 000 0000", "4000000000"),
        ("95000", "95000"),
        ("+86 95000", "95000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+1 (555) 010-0001", "+15550100001"),
    ],
)
def test_other_numbers_keep_what_they_need(written, kept):
    """An area code keeps its 0, a service number has none, a number abroad its + and country code."""
    assert phone_number(written, country="CN") == kept


def test_elsewhere_a_number_of_china_is_a_number_abroad():
    """Only a lender in China reads eleven digits as a number of China."""
    assert phone_number("+86 199 0000 0001", country="US") == "+8619900000001"
    assert phone_number("(555) 010-0001", country="US") == "5550100001"


@pytest.mark.parametrize(
    "written", ["", "call me", "1234", "+12345", "+0199", "1" * 16, "+86 00 1234567", "12a345"]
)
def test_what_is_no_number_is_said_so(written):
    """The refusal shows how a number is written, and names the field."""
    with pytest.raises(InputError, match="is not a telephone number; write it as 138 0000 0000") as told:
        phone_number(written, country="CN", field="phone")
    assert told.value.field == "phone"


@given(st.from_regex(r"(\+|00)?[0-9 -]{5,18}", fullmatch=True), st.sampled_from(["CN", "US"]))
def test_the_one_spelling_stays_what_it_is(written, country):
    """Whatever is kept is found again under itself."""
    try:
        kept = phone_number(written, country=country)
    except InputError:
        return
    assert phone_number(kept, country=country) == kept
