"""A profile is read strictly: every error names the key and says what may stand there."""

from __future__ import annotations

from dataclasses import replace
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
    ("old", "new", "line", "says"),
    [
        ("format: 1", "format: 2", 3, "format: this version does not read that format. Write 1."),
        ("currency: CNY", "currency: ZZZ", 10, "lender: currency: 'ZZZ' is not allowed here. Use one of CNY"),
        ("zone: Asia/Shanghai", "zone: Asia/Nowhere", 12, "lender: zone: 'Asia/Nowhere' is not a time zone"),
        ("zone: Asia/Shanghai", "zone: ../../etc/passwd", 12, "is not a time zone. Use an IANA name"),
        ("country: CN", "", 7, "lender: the key 'country' is missing. Add country."),
        ("country: CN", "contry: CN", 9, "lender: contry: the key 'contry' is not known here. Did you mean"),
        ("country: CN", "country: CN\n  country: US", 10, "lender: country: it is written twice"),
        ("name: My lender", "name: My lender\n  id: me & mine", 8, "1 to 40 letters, digits and hyphens"),
        ('cutoff: "00:00"', "cutoff: noon", 13, "lender: cutoff: 'noon' is not a time of day"),
        (
            "day_count: A/365",
            "day_count: 365",
            19,
            "terms: day_count: '365' is not allowed here. Use one of A/",
        ),
        ("day_count: A/365", "day_count: 30/360", 19, "day_count: '30/360' is not allowed here. Use one of"),
        ("grace_days: 0", "grace_days: -1", 22, "terms: grace_days: -1 is out of bounds. Write 0 to 90."),
        (
            "late_fee: 0",
            "late_fee: 0.001",
            23,
            "terms: late_fee: '0.001' is no amount. Write a plain decimal",
        ),
        ("late_fee: 0", "late_fee: -1", 23, "terms: late_fee: '-1' is below 0"),
        (
            "penalty_rate: 0.1825",
            "penalty_rate: 18 %",
            24,
            "'18 %' is not a share. Write it as 0.24 for 24 %.",
        ),
        ("opening: disbursed", "opening: first_report", 26, "opening: first_report needs monthly rows"),
        ("payment_rows: dated", "payment_rows: weekly", 27, "payment_rows: 'weekly' is not allowed here"),
        ("    principal: principal\n", "", 32, "loans: columns: the key 'principal' is missing"),
        (
            "unit: percent",
            "unit: bips",
            35,
            "rate: unit: 'bips' is not allowed here. Use one of share, percent.",
        ),
        (
            "{from: rate_percent, unit: percent}",
            "{unit: percent}",
            35,
            "rate: it has neither or both. Give a",
        ),
        ("    phone: phone", "    fax: fax", 39, "loans: columns: fax: the key 'fax' is not known here"),
        (
            "payment_rows: dated",
            "payment_rows: dated\npayment_day: paid_through_day",
            28,
            "paid_through. Map it",
        ),
        ("encoding: utf-8", "encoding: latin-1", 30, "loans: encoding: 'latin-1' is not allowed here"),
        (
            "payment_rows: dated",
            "payment_rows: dated\nspeed: fast",
            28,
            "speed: the key 'speed' is not known",
        ),
        (
            "loan: loan",
            "loan: {from: loan, unit: percent}",
            32,
            "the key 'unit' is not known here. Allowed: from",
        ),
        ("encoding: utf-8", "delimiter: ~", 30, "delimiter: it is not a text"),
        ("encoding: utf-8", 'delimiter: "."', 30, "Use one of ,, ;, '\\t', |."),
    ],
)
def test_an_error_names_line_key_and_cure(old, new, line, says):
    """Whatever cannot stand in a profile is named by its line and place, with what may stand there."""
    assert old in PLAIN
    with pytest.raises(InputError) as caught:
        parse_profile(PLAIN.replace(old, new, 1), source="mine.yaml")
    assert caught.value.field == f"mine.yaml:{line}"
    assert str(caught.value).startswith(f"mine.yaml, line {line}: ")
    assert says in str(caught.value)


def test_what_a_profile_leaves_out_has_its_usual_value():
    """Every key with a default in the reference may be left out, or be empty where that means none."""
    left = PLAIN.replace("about: Loans from their disbursal, and every payment with its day.", 'about: ""')
    for line in (
        "  encoding: utf-8\n",
        "  allocation: civil_code_561\n",
        "  grace_days: 0\n",
        "  late_fee: 0\n",
    ):
        left = left.replace(line, "")
    assert parse_profile(left) == replace(parse_profile(PLAIN), about="")


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "a: [1", "a: &x [*x]\n", "{" * 3000, "- " * 50_000, "x" * 200_001]
)
def test_what_is_no_profile_is_refused_with_one_sentence(text):
    """Text that is not a mapping, not YAML, or not of a profile's size is an input error."""
    with pytest.raises(InputError):
        parse_profile(text)


def test_an_unknown_name_lists_the_shipped_profiles():
    """Whoever mistypes the name of a profile is told which there are."""
    with pytest.raises(InputError, match="abs_auto_ally, forbear"):
        shipped_profile("abs")
