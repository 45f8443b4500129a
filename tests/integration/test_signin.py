"""A borrower comes in with a code and a second fact, and nobody learns who is a borrower."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.signin import code_check, code_proof, code_send
from forbear.store.models import SigninCode
from forbear.store.selectors.contactlog import contact_log

pytestmark = pytest.mark.django_db

PHONE = "19900000001"
WRONG = "do not match"


@pytest.fixture
def code(lender, borrower, outbox, now):
    """Ask for a code, and read it off the phone; empty when none came."""

    def asking(phone=PHONE, at=now):
        before = set((outbox / "sms").glob("*.json"))
        assert code_send(lender_id=lender.pk, phone=phone, now=at) is None
        new = set((outbox / "sms").glob("*.json")) - before
        text = json.loads(new.pop().read_text(encoding="utf-8"))["text"] if new else ""
        return "".join(character for character in text.partition("，")[0] if character.isdigit())

    return asking


@pytest.fixture
def check(lender, now):
    """Try to come in."""

    def checking(code, fact="1990-05-17", phone=PHONE, at=now):
        proof = code_proof(lender_id=lender.pk, phone=phone, code=code)
        return code_check(lender_id=lender.pk, phone=phone, proof=proof, second_fact=fact, now=at)

    return checking


def test_code_and_second_fact_open(code, check, borrower, now):
    """The right person comes in, by date of birth or by the end of the identity number, whatever the case."""
    assert check(code()) == borrower
    assert check(code(), fact="001x") == borrower
    assert check(code("199 0000-0001"), phone="(199) 00000001") == borrower


def test_coming_in_confirms_the_number(code, check, borrower, now):
    """Code and second fact together confirm the number, and show that the person can be reached."""
    borrower.contact_points.update(confirmed_on=None)

    check(code())

    phone = borrower.contact_points.get(medium="phone")
    assert phone.confirmed_on == now.date()
    assert borrower.contact_points.get(medium="email").confirmed_on is None
    [line] = contact_log([borrower.pk], now=now)[borrower.pk]
    assert (line.channel, line.direction, line.two_way) == ("portal", "in", True)


@pytest.mark.parametrize("fact", ["1990-05-18", "", "0010", "测试甲", "001"])
def test_a_code_alone_opens_nothing(code, check, fact):
    """Without the second fact the code is worth nothing."""
    with pytest.raises(RefusedError, match=WRONG):
        check(code(), fact=fact)


def test_an_empty_fact_on_file_matches_nothing(code, check, borrower):
    """A person of whom no second fact is known cannot be let in by leaving it empty."""
    borrower.born_on, borrower.identity_tail = None, ""
    borrower.save()

    with pytest.raises(RefusedError, match=WRONG):
        check(code(), fact="")


def test_a_known_and_an_unknown_number_get_the_same_answers(code, check, lender, now):
    """Whether a number is on file shows in no answer: same reply to asking, same sentence to trying."""
    assert code("19900009999") == ""
    assert SigninCode.objects.count() == 1
    with pytest.raises(RefusedError) as unknown:
        check("123456", phone="19900009999")
    code()
    with pytest.raises(RefusedError) as known:
        check("123456", fact="1990-05-18")

    assert str(unknown.value) == str(known.value)


def test_a_code_is_used_once(code, check):
    """The same code does not open twice."""
    given = code()
    check(given)

    with pytest.raises(RefusedError, match=WRONG):
        check(given)


def test_a_code_lives_ten_minutes(code, check, now):
    """At ten minutes it is over."""
    given = code()
    with pytest.raises(RefusedError, match=WRONG):
        check(given, at=now + timedelta(minutes=10))
    assert check(given, at=now + timedelta(minutes=9, seconds=59))


def test_five_wrong_tries_end_a_code(code, check):
    """After five tries even the right code and fact are refused."""
    given = code()
    for _ in range(5):
        with pytest.raises(RefusedError):
            check(given, fact="1990-05-18")

    with pytest.raises(RefusedError, match=WRONG):
        check(given)
    assert check(code())


def test_a_new_code_ends_the_one_before(code, check, now):
    """Only the newest code of a number opens, so that tries cannot be added up."""
    first = code()
    code(at=now + timedelta(seconds=1))

    with pytest.raises(RefusedError, match=WRONG):
        check(first, at=now + timedelta(seconds=2))


def test_five_codes_an_hour_and_no_more(code, now):
    """A sixth code within an hour is not sent, and nothing tells; after the hour it is."""
    codes = [code(at=now + timedelta(minutes=minute)) for minute in range(6)]

    assert [bool(item) for item in codes] == [True] * 5 + [False]
    assert code(at=now + timedelta(minutes=60)) != ""


def test_nothing_readable_is_kept(code):
    """Neither number nor code stands in the table."""
    given = code()

    row = SigninCode.objects.get()
    assert PHONE not in (row.phone_digest, row.code_digest)
    assert given not in (row.phone_digest, row.code_digest)


def test_a_shared_number_needs_the_fact_of_one_person(code, check, lender, borrower, make_party):
    """A family's phone lets in whoever the second fact fits, and nobody where it fits two."""
    partner = make_party(lender, "测试乙", phone="19900000008", born_on=None, identity_tail="002X")
    partner.contact_points.filter(medium="phone").update(value=PHONE)

    assert check(code(), fact="002X") == partner
    assert check(code(), fact="001X") == borrower
    partner.identity_tail = "001X"
    partner.save()
    with pytest.raises(RefusedError, match=WRONG):
        check(code(), fact="001X")


def test_a_number_of_another_lender_opens_nothing(code, check, other_loan, lender, now):
    """Each lender knows its own people only."""
    with pytest.raises(RefusedError, match=WRONG):
        check("123456", phone="19900000002")
    with pytest.raises(NotVisibleError):
        code_send(lender_id="nobody", phone=PHONE, now=now)


def test_what_is_no_number_is_said_to_be_none(lender, now):
    """An empty number is an error of input, not of matching."""
    with pytest.raises(InputError) as caught:
        code_send(lender_id=lender.pk, phone="  ", now=now)
    assert caught.value.field == "phone"
