"""Two spellings of a number are one number: for finding a person, and for what is counted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.errors import InputError, RefusedError
from forbear.law.verdict import ContactRefusedError
from forbear.services.contact import Proposal, contact_close, contact_propose
from forbear.services.party import NewContactPoint, party_add, point_add, point_end
from forbear.services.preference import preference_set
from forbear.services.signin import SENDS_PER_HOUR, code_check, code_proof, code_send
from forbear.store.models import ContactPoint, SigninCode

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
SPELLINGS = ("19900000001", "+86 199-0000-0001", "0086 19900000001", "86 199 0000 0001", "＋86 199 0000 0001")
GIVEN = {"medium": "phone", "zone": "Asia/Shanghai", "source": "call", "valid_from": date(2026, 11, 24)}


@pytest.fixture
def common(lender, now):
    """What every verb takes."""
    return {"actor": AGENT, "lender_id": lender.pk, "now": now}


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_person_comes_in_with_any_spelling(lender, borrower, outbox, now, written):
    """The code goes to the number on file, and fits whichever way the number is written the second time."""
    code_send(lender_id=lender.pk, phone=written, now=now)
    [sent] = [json.loads(path.read_text(encoding="utf-8")) for path in (outbox / "sms").glob("*.json")]
    assert sent["to"] == "19900000001"
    code = "".join(character for character in sent["text"].partition("，")[0] if character.isdigit())

    proof = code_proof(lender_id=lender.pk, phone=SPELLINGS[1], code=code)
    given = {"lender_id": lender.pk, "proof": proof, "second_fact": "1990-05-17", "now": now}
    assert code_check(phone=SPELLINGS[0], **given) == borrower


def test_codes_are_counted_by_number_and_not_by_spelling(lender, borrower, now):
    """Beyond five an hour nothing is sent to a number, however it is written."""
    for written in (*SPELLINGS, "+8619900000001"):
        code_send(lender_id=lender.pk, phone=written, now=now)
    assert SigninCode.objects.count() == SENDS_PER_HOUR == len(SPELLINGS)


def test_what_is_no_number_gets_no_code(lender, now):
    """A text that can't be a number is refused with the field and how one is written."""
    with pytest.raises(InputError, match="is not a telephone number") as told:
        code_send(lender_id=lender.pk, phone="call me", now=now)
    assert told.value.field == "phone"


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_number_is_on_file_once(borrower, common, written):
    """The same number in another spelling is not another number of the person."""
    point = NewContactPoint(value=written, **GIVEN)
    with pytest.raises(RefusedError, match="on file for this person already"):
        point_add(key="p-1", party_id=borrower.pk, point=point, **common)
    assert borrower.contact_points.filter(medium="phone").count() == 1


def test_a_person_is_not_taken_on_with_one_number_twice(common):
    """Two spellings of one number in one application are said to be one."""
    points = [NewContactPoint(value=written, **GIVEN) for written in SPELLINGS[:2]]
    with pytest.raises(InputError) as told:
        party_add(
            key="a-1", name="测试丙", language="zh-hans", points=points, **common | {"actor": "manager:wu"}
        )
    assert told.value.field == "points"


def test_attempts_in_vain_stay_with_a_number_that_ends_and_comes_again(loan, borrower, common, now):
    """Ended and added again in another spelling, a number keeps its count of the day."""
    phone = borrower.contact_points.get(medium="phone")

    def call(number, **changes):
        proposal = Proposal(
            loan_id=loan.pk,
            party_id=borrower.pk,
            contact_point_id=phone.pk,
            channel="call",
            purpose="remind",
            **changes,
        )
        at = now + timedelta(minutes=10 * number)
        placed = contact_propose(key=f"c-{number}", proposal=proposal, **common | {"now": at})
        contact_close(
            key=f"e-{number}",
            contact_id=placed.contact_id,
            outcome="no_answer",
            right_party=None,
            two_way=False,
            **common | {"now": at},
        )

    refused_at, rules = next(
        (number, found) for number in range(20) if (found := rules_against(call, number))
    )
    assert refused_at > 0
    point_end(key="pt-1", point_id=phone.pk, because="typed wrongly", **common)
    again = point_add(
        key="pt-2", party_id=borrower.pk, point=NewContactPoint(value="+86 199 0000 0001", **GIVEN), **common
    )

    assert again == phone.pk
    row = ContactPoint.objects.get(pk=phone.pk)
    assert (row.value, row.valid_until, row.confirmed_on) == ("19900000001", None, None)
    assert rules <= rules_against(call, refused_at + 1)


def rules_against(call, number):
    """Return the rules that refuse a call; none where it is placed."""
    try:
        call(number)
    except ContactRefusedError as refused:
        return {fired.rule_id for fired in refused.verdict.fired}
    return set()


def test_a_stop_holds_for_a_number_in_any_spelling(loan, borrower, common, now):
    """Who wants no calls gets none on a number that is added afterwards, however it is written."""
    preference_set(key="w-1", party_id=borrower.pk, kind="stop", channel="call", source="call", **common)
    point = NewContactPoint(value="+86 199 0000 0009", **GIVEN)
    added = point_add(key="p-1", party_id=borrower.pk, point=point, **common)
    proposal = Proposal(
        loan_id=loan.pk, party_id=borrower.pk, contact_point_id=added, channel="call", purpose="identify"
    )
    with pytest.raises(ContactRefusedError):
        contact_propose(key="c-1", proposal=proposal, **common)


def test_ending_a_number_moves_nobody_to_another_zone(loan, borrower, common):
    """Where a person was reached until today it is night, so no number elsewhere is called."""
    night = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    at_night = common | {"now": night}
    for number, point in enumerate(borrower.contact_points.all()):
        point_end(key=f"e-{number}", point_id=point.pk, because="not in use", **at_night)
    elsewhere = GIVEN | {"zone": "Asia/Dubai"}
    with pytest.raises(RefusedError, match="stood in the zone Asia/Shanghai"):
        point_add(
            key="a-1",
            party_id=borrower.pk,
            point=NewContactPoint(value=SPELLINGS[0], **elsewhere),
            **at_night,
        )
    new = NewContactPoint(value="19900000088", **elsewhere)
    added = point_add(key="a-2", party_id=borrower.pk, point=new, **at_night)

    proposal = Proposal(
        loan_id=loan.pk, party_id=borrower.pk, contact_point_id=added, channel="call", purpose="remind"
    )
    with pytest.raises(ContactRefusedError) as refused:
        contact_propose(key="c-1", proposal=proposal, **at_night)
    assert "cn.cba.night-hours" in {fired.rule_id for fired in refused.value.verdict.fired}


@pytest.mark.parametrize(
    ("who", "moves"), [("agent", False), ("manager", False), ("administrator", False), ("compliance", True)]
)
def test_only_who_calls_nobody_moves_a_number_to_another_zone(borrower, common, who, moves):
    """A number that ended comes again in its zone, whoever may call adds it; compliance may say otherwise."""
    phone = borrower.contact_points.get(medium="phone")
    point_end(key="e-1", point_id=phone.pk, because="not in use", **common)
    point = NewContactPoint(value=SPELLINGS[0], **GIVEN | {"zone": "Asia/Dubai"})
    given = {"key": "a-1", "party_id": borrower.pk, "point": point, **common, "actor": f"{who}:wu"}
    if not moves:
        with pytest.raises(RefusedError, match="let compliance change it"):
            point_add(**given)
        return
    assert point_add(**given) == phone.pk
    assert ContactPoint.objects.get(pk=phone.pk).zone == "Asia/Dubai"
