"""A profile is read strictly: every error names the key and says what may stand there."""

from __future__ import annotations

from fractions import Fraction
from importlib import resources

import pytest

from forbear.book.profile import OpeningRule, PaymentDay, parse_profile, shipped_profile, shipped_profiles
from forbear.book.shape import PaymentRows
from forbear.errors import InputError
from forbear.money.daycount import DayCount

PLAIN = (resources.files("forbear.book") / "profiles/forbear.yaml").read_text(encoding="utf-8")


def test_the_shipped_profiles_can_be_read():
    """Both profiles that come with Forbear are whole, and carry the names of their files."""
    assert shipped_profiles() == ("abs_auto_ally", "forbear")
    assert [shipped_profile(name).name for name in shipped_profiles()] == list(shipped_profiles())


def test_what_a_profile_says_is_kept_exactly():
    """Shares are exact, units and formats belong to their column, and unmapped columns are left out."""
    profile = shipped_profile("abs_auto_ally")
    assert profile.opening is OpeningRule.FIRST_REPORT
    assert (profile.payment_rows, profile.payment_day) == (PaymentRows.MONTHLY, PaymentDay.PAID_THROUGH_DAY)
    assert profile.late_charge_share == Fraction(1, 20)
    assert profile.terms.day_count is DayCount.ACTUAL_365
    assert profile.loans.columns["disbursed_on"].dates == ("%m/%Y",)
    assert profile.loans.columns["zone"].values["NE"] == "America/Chicago"
    assert profile.payments.columns["balance"].negative
    assert "name" not in profile.loans.columns


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("format: 1", "format: 2", "format", "must be 1, the one"),
        ("currency: CNY", "currency: ZZZ", "lender.currency", "'CNY'"),
        ("zone: Asia/Shanghai", "zone: Asia/Nowhere", "lender.zone", "a time zone such as Asia/Shanghai"),
        ("zone: Asia/Shanghai", "zone: ../../etc/passwd", "lender.zone", "a time zone"),
        ("country: CN", "", "lender.country", "is missing; add it"),
        ("country: CN", "contry: CN", "lender.country", "is missing; write it instead of contry"),
        ('cutoff: "00:00"', "cutoff: noon", "lender.cutoff", "a time of day"),
        ("day_count: A/365", "day_count: 365", "terms.day_count", "'A/365'"),
        ("grace_days: 0", "grace_days: -1", "terms.grace_days", "0 to 90"),
        ("late_fee: 0", "late_fee: 0.001", "terms.late_fee", "plain decimal"),
        ("penalty_rate: 0.1825", "penalty_rate: 18 %", "terms.penalty_rate", "a share such as 0.24"),
        ("opening: disbursed", "opening: first_report", "opening", "needs monthly rows"),
        ("payment_rows: dated", "payment_rows: weekly", "payment_rows", "'dated', 'monthly'"),
        ("    principal: principal\n", "", "loans.columns.principal", "is missing; add it"),
        ("unit: percent", "unit: bips", "loans.columns.rate.unit", "'share', 'percent'"),
        ("{from: rate_percent, unit: percent}", "{unit: percent}", "loans.columns.rate", "from: NAME"),
        ("    phone: phone", "    fax: fax", "loans.columns.fax", "is not a key here"),
        (
            "payment_rows: dated",
            "payment_rows: dated\npayment_day: paid_through_day",
            "payment_day",
            "map it",
        ),
        ("encoding: utf-8", "encoding: latin-1", "loans.encoding", "'gb18030'"),
        ("payment_rows: dated", "payment_rows: dated\nspeed: fast", "speed", "is not a key here"),
        ("terms:\n", "terms: none\nother:\n", "terms", "a mapping"),
    ],
)
def test_an_error_names_the_key_and_the_cure(old, new, field, says):
    """Whatever cannot stand in a profile is named by its path, with what may stand there."""
    assert old in PLAIN
    with pytest.raises(InputError, match=says) as caught:
        parse_profile(PLAIN.replace(old, new, 1), source="mine.yaml")
    assert caught.value.field == field
    assert str(caught.value).startswith("mine.yaml: ")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [1", "a: &x [*x]\n", "{" * 3000, "x" * 200_001])
def test_what_is_no_profile_is_refused_with_one_sentence(text):
    """Text that is not a mapping, not YAML, or not of a profile's size is an input error."""
    with pytest.raises(InputError):
        parse_profile(text)


def test_an_unknown_name_lists_the_shipped_profiles():
    """Whoever mistypes the name of a profile is told which there are."""
    with pytest.raises(InputError, match="abs_auto_ally, forbear"):
        shipped_profile("abs")
