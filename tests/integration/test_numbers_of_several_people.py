"""One number on two people, a zone nobody moved to, a clock set back: none of them helps to call."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.errors import InputError
from forbear.law.verdict import ContactRefusedError
from forbear.services.contact import contact_close, contact_judge, contact_propose
from forbear.services.facts import Proposal
from forbear.services.party import NewContactPoint, point_add, point_end
from forbear.services.preference import preference_set
from forbear.store.models import Case

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""23:00 in Shanghai, 19:00 in Dubai."""

FOLLOWS = "cn.policy.stop-follows-the-number"
BEHIND = "cn.policy.clock-behind-the-log"
IN_VAIN = "cn.cba.unanswered-attempts"


@pytest.fixture
def other(lender, make_party, make_loan):
    """Somebody with a loan of their own, on whom the borrower's number is recorded in another spelling."""
    party = make_party(lender, "测试乙", phone="+8619900000001")
    make_loan(lender, [(party, "borrower")], reference="PINE-9")
    return party


@pytest.fixture
def meant(now):
    """Propose to contact a person about their first loan; a test changes how."""

    def proposing(party, channel="call", purpose="remind"):
        medium = {"call": "phone", "sms": "phone", "email": "email", "visit": "address"}[channel]
        return Proposal(
            loan_id=party.roles.order_by("pk").first().loan_id,
            party_id=party.pk,
            contact_point_id=party.contact_points.get(medium=medium, valid_until=None).pk,
            channel=channel,
            purpose=purpose,
            declared={"collectors_present": 2} if channel == "visit" else {},
        )

    return proposing


@pytest.fixture
def judged(lender, now, meant):
    """Ask what the law would say; the verdict comes back with the rules in the way."""

    def judging(party, at=now, **how):
        verdict = contact_judge(actor=AGENT, lender_id=lender.pk, now=at, proposal=meant(party, **how))
        return verdict, {fired.rule_id for fired in verdict.fired}

    return judging


@pytest.fixture
def call_in_vain(lender, meant):
    """Call somebody who does not answer."""

    def calling(party, at):
        placed = contact_propose(
            actor=AGENT, lender_id=lender.pk, key=f"c-{at:%H%M%S}", now=at, proposal=meant(party)
        )
        contact_close(
            actor=AGENT,
            lender_id=lender.pk,
            key=f"e-{at:%H%M%S}",
            now=at,
            contact_id=placed.contact_id,
            outcome="no_answer",
            right_party=None,
            two_way=False,
        )

    return calling


@pytest.fixture
def stop(lender, now):
    """Ask for no contact on a channel (empty: on any), as the person does."""

    def stopping(party, channel="", at=now):
        preference_set(
            actor=f"borrower:{party.pk}",
            lender_id=lender.pk,
            key=f"stop-{party.pk}",
            now=at,
            party_id=party.pk,
            kind="stop",
            channel=channel,
            source="portal",
        )

    return stopping


def test_attempts_in_vain_count_for_the_number_under_any_name(
    borrower, loan, other, judged, call_in_vain, now
):
    """After six attempts in vain on a number nobody else on whom it is recorded is called there that day."""
    assert IN_VAIN not in judged(other)[1]
    for number in range(6):
        call_in_vain(borrower, now + timedelta(minutes=number))

    verdict, rules = judged(other, at=now + timedelta(minutes=10))

    assert IN_VAIN in rules
    assert verdict.next_moment == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert "cn.gbt.effective-calls" not in rules


def test_what_was_tried_on_another_number_does_not_count(
    borrower, loan, lender, make_party, make_loan, judged, call_in_vain, now
):
    """Somebody with a number of their own is not bound by the attempts on the borrower's."""
    apart = make_party(lender, "测试丙", phone="19900000003")
    make_loan(lender, [(apart, "borrower")], reference="PINE-8")
    for number in range(6):
        call_in_vain(borrower, now + timedelta(minutes=number))

    verdict, _ = judged(apart, at=now + timedelta(minutes=10))

    assert verdict.outcome.value == "allowed"


@pytest.mark.parametrize("channel", ["call", "sms"])
def test_a_stop_follows_the_number(borrower, loan, other, judged, stop, channel):
    """Whoever else the number is recorded on gets no call and no text there once its person asked to stop."""
    other.contact_points.update(confirmed_on=None)
    assert FOLLOWS not in judged(other, channel=channel)[1]
    stop(borrower)

    verdict, rules = judged(other, channel=channel)

    assert verdict.outcome.value == "denied"
    assert FOLLOWS in rules
    [fired] = [fired for fired in verdict.fired if fired.rule_id == FOLLOWS]
    assert "Somebody else on whom this number or mailbox is recorded asked" in dict(fired.reason)["en"]
    assert "cn.wish.stop" not in rules


def test_a_stop_for_one_channel_follows_the_number_on_that_channel(borrower, loan, other, judged, stop):
    """Who wants no texts may be called, and so may others at that number."""
    other.contact_points.update(confirmed_on=None)
    stop(borrower, channel="sms")

    assert FOLLOWS in judged(other, channel="sms")[1]
    assert FOLLOWS not in judged(other, channel="call")[1]


def test_a_stop_stays_with_a_number_that_was_ended_for_its_person(
    borrower, loan, lender, other, judged, stop, now
):
    """Ending the number of who asked to stop does not free it for a call under another name."""
    other.contact_points.update(confirmed_on=None)
    stop(borrower)
    phone = borrower.contact_points.get(medium="phone")
    point_end(actor=AGENT, lender_id=lender.pk, key="e", now=now, point_id=phone.pk, because="not in use")

    assert FOLLOWS in judged(other)[1]


def test_who_confirmed_a_number_as_theirs_has_their_own_wishes_alone(
    borrower, loan, other, judged, stop, now
):
    """A second fact at the number lifts the stop of others, as the verdict says; their own binds."""
    other.contact_points.filter(medium="phone").update(confirmed_on=now.date())
    stop(borrower)

    verdict, _ = judged(other)
    assert verdict.outcome.value == "allowed"
    assert [excused.rule_id for excused in verdict.excused] == [FOLLOWS]

    stop(other)
    assert "cn.wish.stop" in judged(other)[1]


def test_others_at_one_address_are_visited_by_their_own_wishes(borrower, loan, other, judged, stop):
    """A household shares an address; the wish of one is not that of another."""
    other.contact_points.filter(medium="address").update(
        value=borrower.contact_points.get(medium="address").value
    )
    stop(borrower)

    assert FOLLOWS not in judged(other, channel="visit")[1]


def test_a_stop_of_another_recorded_meanwhile_binds_the_call(borrower, loan, lender, other, meant, stop, now):
    """A call that was allowed is not placed once somebody else at that number asked to stop."""
    other.contact_points.update(confirmed_on=None)
    given = {"actor": AGENT, "lender_id": lender.pk, "key": "c-1", "now": now, "proposal": meant(other)}
    contact_propose(**given)
    stop(borrower, at=now + timedelta(minutes=1))

    with pytest.raises(ContactRefusedError) as refused:
        contact_propose(**given)
    assert FOLLOWS in {fired.rule_id for fired in refused.value.verdict.fired}


def test_a_visit_is_judged_again_before_it_starts(borrower, loan, lender, meant, stop, now):
    """Nobody sets out after a stop that a later clock recorded, though the visit was allowed before."""
    plan = {"visit_grounds": ["long_overdue"], "code": "settle"}
    Case.objects.create(id="case_v", lender=lender, loan=loan, opened_on=now.date(), plan=plan)
    visit = meant(borrower, channel="visit")
    given = {"actor": AGENT, "lender_id": lender.pk, "key": "v-1", "now": now, "proposal": visit}
    assert contact_propose(**given).contact_id
    stop(borrower, at=now + timedelta(hours=1))

    with pytest.raises(ContactRefusedError) as refused:
        contact_propose(**given)
    assert "cn.wish.stop" in {fired.rule_id for fired in refused.value.verdict.fired}


def test_a_clock_that_was_set_back_allows_nothing(borrower, loan, judged, call_in_vain, now):
    """With a contact on record that is later than now the act is denied, and the verdict names the clock."""
    call_in_vain(borrower, now + timedelta(minutes=10))

    verdict, rules = judged(borrower)

    assert (verdict.outcome.value, rules) == ("denied", {BEHIND})
    assert "the clock was set back" in dict(verdict.fired[0].reason)["en"]
    assert judged(borrower, purpose="identify")[1] == {BEHIND}
    assert judged(borrower, at=now + timedelta(minutes=10))[0].outcome.value == "allowed"


def test_contacts_a_little_ahead_of_the_clock_count(borrower, loan, judged, call_in_vain, now):
    """A request that was overtaken is no clock set back, but what overtook it counts."""
    for number in range(6):
        call_in_vain(borrower, now + timedelta(seconds=60 + 30 * number))

    assert judged(borrower)[1] == {IN_VAIN}


def test_the_zone_of_the_lender_always_counts(lender, make_party, make_loan, judged):
    """A person of whom only points abroad are on file is not called at night where the lender is."""
    party = make_party(lender, "测试丁", phone="19900000004")
    make_loan(lender, [(party, "borrower")], reference="PINE-7")
    party.contact_points.update(zone="Asia/Dubai")

    assert "cn.cba.night-hours" in judged(party, at=NIGHT)[1]


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "asia/dubai", ""])
def test_a_zone_is_one_that_iana_names(lender, borrower, now, zone):
    """What the machine alone knows as a zone, or stands for none, is refused with the field."""
    point = NewContactPoint(
        medium="phone", value="19900000088", zone=zone, source="call", valid_from=date(2026, 11, 24)
    )
    with pytest.raises(InputError) as told:
        point_add(actor=AGENT, lender_id=lender.pk, key="a-1", now=now, party_id=borrower.pk, point=point)
    assert told.value.field == "zone"
