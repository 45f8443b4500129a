"""Nothing is done to a person that was not judged first, and a denial is kept before it is raised."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.gateways.ports import GatewayError
from forbear.law.verdict import ContactRefusedError, Outcome
from forbear.services import runtime
from forbear.services.contact import channels_now, contact_close, contact_judge, contact_propose
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.facts import Proposal
from forbear.services.hold import hold_close, hold_open
from forbear.services.party import NewContactPoint, point_add, point_end, state_end, state_set
from forbear.services.payment import payment_record
from forbear.services.preference import preference_end, preference_set
from forbear.store.models import Case, Contact, ContactOutcome, EvidenceLeaf, Promise, Verdict
from forbear.store.selectors.contactlog import contact_log
from forbear.store.verdict_body import verdict_from_body, verdict_to_body

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
LATE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""22:00 in Shanghai."""


@pytest.fixture
def proposal(loan, borrower):
    """Propose to call the borrower about the debt; a test changes what it is about."""

    def proposing(**changes):
        channel = changes.get("channel", "call")
        medium = {"call": "phone", "sms": "phone", "email": "email", "visit": "address"}[channel]
        given = {
            "loan_id": loan.pk,
            "party_id": borrower.pk,
            "contact_point_id": borrower.contact_points.filter(medium=medium).order_by("value")[0].pk,
            "channel": channel,
            "purpose": "remind",
        }
        return Proposal(**given | changes)

    return proposing


@pytest.fixture
def propose(loan, proposal, now):
    """Put a proposal before the law, as an agent does."""

    def proposing(key="c-1", at=now, actor=AGENT, **changes):
        return contact_propose(
            actor=actor, lender_id=loan.lender_id, key=key, now=at, proposal=proposal(**changes)
        )

    return proposing


@pytest.fixture
def close(loan, now):
    """Say how a call ended."""

    def closing(receipt, outcome="no_answer", key=None, at=None, **more):
        given = {"right_party": None, "two_way": False} | more
        contact_close(
            actor=AGENT,
            lender_id=loan.lender_id,
            key=key or f"close-{receipt.contact_id}",
            now=at or now,
            contact_id=receipt.contact_id,
            outcome=outcome,
            **given,
        )

    return closing


@pytest.fixture
def judged(loan, proposal, now):
    """Ask what the law would say, and name the rules that stand in the way."""

    def judging(at=now, **changes):
        verdict = contact_judge(actor=AGENT, lender_id=loan.lender_id, now=at, proposal=proposal(**changes))
        return verdict.outcome.value, [fired.rule_id for fired in verdict.fired]

    return judging


def test_an_allowed_call_is_stored_with_its_verdict_and_placed(propose, loan, now):
    """Verdict, contact and two leaves stand together; the call has its references and its end."""
    receipt = propose()

    contact = Contact.objects.get(pk=receipt.contact_id)
    assert contact.verdict.outcome == receipt.verdict.outcome == Outcome.ALLOWED
    assert receipt.must_end_at == contact.must_end_at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert receipt.call_ref == f"call:{contact.pk}"
    assert receipt.recording_ref == f"recording:{contact.pk}"
    kinds = EvidenceLeaf.objects.filter(kind__in=["verdict", "contact"]).values_list("kind", "ref")
    assert set(kinds) == {("verdict", contact.verdict_id), ("contact", contact.pk)}


def test_a_denied_call_is_kept_and_then_raised(propose, loan):
    """At 22:00 the denial is committed with its evidence, and raised with rule, source and next moment."""
    with pytest.raises(ContactRefusedError, match=r"2026-11-25 08:00 \+0800") as caught:
        propose(at=LATE)

    verdict = Verdict.objects.get()
    assert (verdict.outcome, Contact.objects.count()) == ("denied", 0)
    assert verdict_from_body(verdict.body) == caught.value.verdict
    assert caught.value.verdict.deciding.rule_id in str(caught.value)
    assert EvidenceLeaf.objects.filter(kind="verdict", ref=verdict.pk).count() == 1
    assert verdict.pack.texts
    assert verdict.pack.digest == caught.value.verdict.pack_digest


def test_a_minute_before_ten_the_call_is_allowed_until_ten(propose, close):
    """At 21:59 the call is allowed, and must have ended a minute later."""
    receipt = propose(at=LATE - timedelta(minutes=1))

    assert receipt.must_end_at == LATE
    assert receipt.verdict.obligations


@pytest.mark.parametrize("at", [LATE, LATE - timedelta(hours=12)])
def test_the_same_proposal_again_gets_the_same_answer(propose, at):
    """A repeated key repeats the answer, allowed or denied; nothing is judged or placed anew."""
    answers = []
    for _ in range(2):
        try:
            answers.append(propose(at=at).contact_id)
        except ContactRefusedError as error:
            answers.append(error.verdict)

    assert answers[0] == answers[1]
    assert Verdict.objects.count() == 1


def test_judging_alone_leaves_no_trace(judged):
    """contact_judge says what would be, and stores nothing."""
    assert judged() == ("allowed", [])
    assert judged(at=LATE)[0] == "denied"
    assert not Verdict.objects.exists()


def test_a_verdict_survives_its_storage(propose, loan, borrower, now):
    """What is stored of a verdict reads back as the verdict it was, whatever it said."""
    for item in channels_now(
        actor=AGENT, lender_id=loan.lender_id, loan_id=loan.pk, party_id=borrower.pk, now=now
    ):
        assert verdict_from_body(verdict_to_body(item.verdict)) == item.verdict


def test_every_channel_to_a_person_is_judged(loan, borrower, now):
    """Phone, mailbox and address are four channels, each with its verdict now; a visit lacks a ground."""
    found = channels_now(
        actor=AGENT, lender_id=loan.lender_id, loan_id=loan.pk, party_id=borrower.pk, now=now
    )

    assert [(item.channel, item.contact_point.medium) for item in found] == [
        ("call", "phone"),
        ("sms", "phone"),
        ("email", "email"),
        ("visit", "address"),
    ]
    outcomes = {item.channel: item.verdict.outcome for item in found}
    assert outcomes.pop("visit") is Outcome.DENIED
    assert set(outcomes.values()) == {Outcome.ALLOWED}


def test_a_stop_request_binds_at_once_and_until_it_is_taken_back(judged, loan, borrower, now):
    """A stop on one channel stops that channel alone, from the same instant; taken back, it binds no more."""
    common = {"actor": f"borrower:{borrower.pk}", "lender_id": loan.lender_id, "now": now}
    wish = preference_set(
        key="w-1", party_id=borrower.pk, kind="stop", channel="call", source="portal", **common
    )
    assert judged()[0] == "denied"
    assert judged(channel="sms") == ("allowed", [])

    preference_end(key="w-2", preference_id=wish, **common)
    assert judged() == ("allowed", [])


def test_a_stop_without_a_channel_stops_them_all(judged, loan, borrower, now):
    """A person who wants no contact at all gets none."""
    preference_set(
        actor=AGENT,
        lender_id=loan.lender_id,
        key="w-1",
        now=now,
        party_id=borrower.pk,
        kind="stop",
        source="call",
    )

    assert {judged(channel=channel)[0] for channel in ("call", "sms", "email")} == {"denied"}


def test_wished_hours_bind_at_both_edges(judged, loan, borrower, now):
    """Between the hours asked for a call is allowed, before and from their end it is not."""
    preference_set(
        actor=f"borrower:{borrower.pk}",
        lender_id=loan.lender_id,
        key="w-1",
        now=now,
        party_id=borrower.pk,
        kind="hours",
        hour_from=time(11),
        hour_until=time(12),
        source="portal",
    )
    at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    outcomes = [judged(at=at + timedelta(minutes=minute))[0] for minute in (-1, 0, 59, 60)]

    assert outcomes == ["denied", "allowed", "allowed", "denied"]


@pytest.mark.parametrize("kind", ["dispute", "complaint", "hardship"])
def test_a_hold_stops_collection_until_it_is_closed(judged, loan, borrower, now, kind):
    """While an objection, complaint or request for help is open nobody is reminded."""
    hold = hold_open(
        actor=f"borrower:{borrower.pk}",
        lender_id=loan.lender_id,
        key="h-1",
        now=now,
        loan_id=loan.pk,
        party_id=borrower.pk,
        kind=kind,
        words="金额不对",
    )
    assert judged()[0] == "denied"

    common = {"actor": "compliance:zhou", "lender_id": loan.lender_id, "now": now, "hold_id": hold}
    hold_close(key="h-2", because="已核对", **common)
    assert judged() == ("allowed", [])
    with pytest.raises(RefusedError, match="was closed on"):
        hold_close(key="h-3", because="又一次", **common)


def test_states_of_a_person_bind(judged, loan, borrower, now):
    """A dead or represented person is not called; when the state ends, the ban ends."""
    common = {"lender_id": loan.lender_id, "now": now, "party_id": borrower.pk}
    for state in ("dead", "represented", "minor"):
        state_set(key=f"s-{state}", actor=AGENT, state=state, source="letter", **common)
        assert judged()[0] == "denied", state
        ended = {"actor": "manager:wu", "because": "it was a mistake"}
        state_end(key=f"e-{state}", state=state, **ended, **common)
    assert judged() == ("allowed", [])


def test_every_zone_of_a_person_counts(judged, propose, loan, borrower, now):
    """With a second number in Urumqi the evening ends by one clock and the morning starts by the other."""
    point_add(
        actor=AGENT,
        lender_id=loan.lender_id,
        key="pt-1",
        now=now,
        party_id=borrower.pk,
        point=NewContactPoint(
            medium="phone",
            value="19900000011",
            zone="Asia/Urumqi",
            source="call",
            valid_from=date(2026, 11, 1),
        ),
    )
    phone = borrower.contact_points.get(value="19900000001").pk
    eight_in_shanghai = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)

    assert judged(at=eight_in_shanghai, contact_point_id=phone)[0] == "denied"
    assert judged(at=eight_in_shanghai + timedelta(hours=2), contact_point_id=phone)[0] == "allowed"
    assert judged(at=LATE, contact_point_id=phone)[0] == "denied"


def test_three_conversations_a_day_are_the_end(propose, close, now):
    """After three effective calls the fourth is denied until the next morning."""
    for number in range(3):
        at = now + timedelta(hours=number)
        receipt = propose(key=f"c-{number}", at=at)
        close(receipt, "answered", at=at + timedelta(minutes=5), right_party=True, two_way=True)

    with pytest.raises(ContactRefusedError) as caught:
        propose(key="c-3", at=now + timedelta(hours=4))
    assert caught.value.verdict.next_moment == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def test_calls_about_another_loan_count_for_the_person(
    lender, borrower, make_loan, loan, propose, close, now
):
    """The log is the person's, over all their loans."""
    second = make_loan(lender, [(borrower, "borrower")], reference="PINE-2")
    propose(loan_id=second.pk)

    log = contact_log([borrower.pk], now=now)[borrower.pk]

    assert [(line.channel, line.debts, line.outcome) for line in log] == [("call", (second.pk,), "unknown")]


@pytest.mark.usefixtures("visit_ground")
def test_a_contact_person_is_only_called_when_the_debtor_cannot_be_reached(
    propose, close, loan, borrower, lender, make_party, now
):
    """Three earned failures open the way to a contact person, to pass a word on and no more."""
    friend = make_party(lender, "测试庚", phone="19900000007")
    loan.roles.create(
        id="role_x", lender=lender, party=friend, role="contact_person", since=date(2026, 8, 15)
    )
    relay = {"party_id": friend.pk, "purpose": "relay"}
    relay |= {"contact_point_id": friend.contact_points.get(medium="phone").pk}
    with pytest.raises(ContactRefusedError):
        propose(key="f-0", **relay)
    for number, channel in enumerate(("call", "call", "visit")):
        at = now + timedelta(days=3 * number)
        declared = {"declared": {"collectors_present": 2}} if channel == "visit" else {}
        close(
            propose(key=f"c-{number}", at=at, channel=channel, **declared),
            "not_met" if channel == "visit" else "no_answer",
            at=at,
        )
    later = now + timedelta(days=7)

    assert propose(key="f-1", at=later, **relay).verdict.outcome is Outcome.ALLOWED
    with pytest.raises(ContactRefusedError):
        propose(key="f-2", at=later, **relay | {"purpose": "remind"})

    preference_set(
        actor=AGENT,
        lender_id=lender.pk,
        key="w-1",
        now=later,
        party_id=friend.pk,
        kind="stop",
        channel="visit",
        source="call",
    )
    with pytest.raises(ContactRefusedError):
        propose(key="f-3", at=later + timedelta(minutes=1), **relay)


@pytest.fixture
def visit_ground(loan):
    """Let the latest night have found a ground for a visit."""
    plan = {"visit_grounds": ["long_overdue"]}
    return Case.objects.create(
        id="case_visit", lender=loan.lender, loan=loan, opened_on=date(2026, 11, 1), plan=plan
    )


def test_a_visit_without_a_ground_is_denied(judged):
    """Two may be ready to go: where the night found no ground for a visit, there is none."""
    outcome, rules = judged(channel="visit", declared={"collectors_present": 2})

    assert outcome == "denied"
    assert rules == ["cn.policy.visit-ground"]


@pytest.mark.usefixtures("visit_ground")
def test_a_visit_needs_two(judged):
    """How many go is asked before it is allowed; one alone is denied."""
    assert judged(channel="visit")[0] == "needs"
    assert judged(channel="visit", declared={"collectors_present": 1})[0] == "denied"
    assert judged(channel="visit", declared={"collectors_present": 2})[0] == "allowed"


def test_a_number_that_nobody_confirmed_is_told_nothing_of_a_debt(judged, borrower):
    """A text about the debt goes to a number confirmed within 180 days only; a neutral one may go."""
    borrower.contact_points.update(confirmed_on=date(2026, 5, 28))

    assert judged(channel="sms")[0] != "allowed"
    assert judged(channel="sms", purpose="identify")[0] == "allowed"
    borrower.contact_points.update(confirmed_on=date(2026, 5, 29))
    assert judged(channel="sms")[0] == "allowed"


def test_nobody_talks_their_way_round_a_rule(judged, borrower):
    """Declaring that a reminder says nothing of the debt does not make it so; declaring more is stricter."""
    borrower.contact_points.update(confirmed_on=None)

    assert judged(channel="sms", declared={"discloses_debt": False})[0] != "allowed"
    assert judged(channel="sms", purpose="identify")[0] == "allowed"
    assert judged(channel="sms", purpose="identify", declared={"discloses_debt": True})[0] != "allowed"


def test_a_promise_needs_a_conversation_and_a_sum_that_is_owed(propose, close, loan, borrower, now):
    """A promise is kept with the contact it was made in; what cannot be is refused with the bounds."""
    receipt = propose()
    due = date(2026, 11, 30)
    spoken = {"right_party": True, "two_way": True}
    for promise, more, words in (
        ((100_000, due), {}, "needs a conversation"),
        ((0, due), spoken, "from 1 to"),
        ((10**9, due), spoken, "from 1 to"),
        ((100_000, date(2026, 11, 23)), spoken, "from 2026-11-24"),
        ((100_000, date(2027, 12, 1)), spoken, "to 2027-02-24"),
    ):
        with pytest.raises(InputError, match=words):
            close(receipt, "answered", promise=promise, **more)

    close(receipt, "answered", promise=(100_000, due), note="下周发工资后还", **spoken)

    promise = Promise.objects.get()
    assert (promise.amount, promise.due_on, promise.state) == (100_000, due, "open")
    assert promise.contact_id == receipt.contact_id
    assert EvidenceLeaf.objects.filter(kind="promise", ref=promise.pk).exists()


def test_a_contact_is_closed_once(propose, close):
    """What was recorded of a contact stays; the same request again is the same, another is refused."""
    receipt = propose()
    close(receipt)
    close(receipt)

    assert ContactOutcome.objects.get().outcome == "no_answer"
    with pytest.raises(RefusedError, match="closed already"):
        close(receipt, "busy", key="close-again")


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("met", {}, "outcome"),
        ("delivered", {}, "outcome"),
        ("no_answer", {"two_way": True}, "two_way"),
        ("no_answer", {"right_party": True}, "two_way"),
    ],
)
def test_an_end_that_cannot_be_is_refused(propose, close, outcome, more, field):
    """A call is not met in person, and nobody speaks in a call that was not answered."""
    with pytest.raises(InputError) as caught:
        close(propose(), outcome, **more)
    assert caught.value.field == field


def test_a_telephone_that_fails_is_tried_again_with_the_same_key(propose, monkeypatch):
    """When the telephone does not take a call the contact stands, and the same key places it."""

    def broken(order):
        raise GatewayError("line down", permanent=False)

    with monkeypatch.context() as patch:
        patch.setattr(runtime.gateways().voice.__class__, "place", lambda _, order: broken(order))
        with pytest.raises(RefusedError, match=r"did not take the call \(line down\)"):
            propose()

    assert propose().replayed
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_stop_before_a_call_is_tried_again_wins(propose, loan, borrower, now, monkeypatch, minutes):
    """A call that was allowed and not taken by the telephone is not placed past a stop."""
    placed = []

    def place(_, order):
        placed.append(order)
        raise GatewayError("line down", permanent=False)

    monkeypatch.setattr(runtime.gateways().voice.__class__, "place", place)
    with pytest.raises(RefusedError, match="did not take the call"):
        propose()
    preference_set(
        actor=f"borrower:{borrower.pk}",
        lender_id=loan.lender_id,
        key="w-1",
        now=now + timedelta(minutes=minutes),
        party_id=borrower.pk,
        kind="stop",
        channel="call",
        source="portal",
    )
    for _ in range(2):
        with pytest.raises(ContactRefusedError) as refused:
            propose()
    assert [fired.rule_id for fired in refused.value.verdict.fired] == ["cn.wish.stop"]
    assert len(placed) == 1


def test_a_call_is_not_placed_after_it_had_to_end(propose):
    """A repetition that comes too late gets the stored answer and no call."""
    propose(at=LATE - timedelta(minutes=1))

    receipt = propose(at=LATE + timedelta(minutes=1))

    assert (receipt.replayed, receipt.call_ref) == (True, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "fax", "contact_point_id": "x"}, "Channel 'fax'"),
        ({"purpose": "threaten"}, "Purpose 'threaten'"),
        ({"declared": {"party_dead": False}}, "cannot be declared"),
        ({"declared": {"night_consent": True}}, "cannot be declared"),
        ({"declared": {"agreed_frequency": True}}, "cannot be declared"),
        ({"declared": {"robot": 1}}, "must be bool"),
    ],
)
def test_a_proposal_says_what_it_cannot_be(loan, borrower, changes, words):
    """Unknown channels, purposes and facts that nobody may declare are refused by name."""
    given = {"loan_id": loan.pk, "party_id": borrower.pk, "contact_point_id": "p"}
    given |= {"channel": "call", "purpose": "remind"}
    with pytest.raises(InputError, match=words):
        Proposal(**given | changes)


def test_a_text_is_not_sent_as_a_call_is_placed(propose):
    """Free words never go out: a text comes from a template."""
    with pytest.raises(InputError, match="message_send"):
        propose(channel="sms")


def test_only_valid_points_of_the_person_are_reached(propose, loan, borrower, other_loan, now):
    """Another person's number, a mailbox for a call and a number that ended are no way to this person."""
    stranger = other_loan.roles.get().party
    with pytest.raises(NotVisibleError):
        propose(contact_point_id=stranger.contact_points.get(medium="phone").pk)
    with pytest.raises(InputError, match="goes to a phone"):
        propose(contact_point_id=borrower.contact_points.get(medium="email").pk)
    with pytest.raises(NotVisibleError):
        propose(loan_id=other_loan.pk)
    with pytest.raises(NotVisibleError):
        propose(party_id=stranger.pk)

    phone = borrower.contact_points.get(medium="phone")
    point_end(
        actor=AGENT, lender_id=loan.lender_id, key="pt-1", now=now, point_id=phone.pk, because="new number"
    )
    with pytest.raises(NotVisibleError, match="no valid contact point"):
        propose(contact_point_id=phone.pk)
    assert not Verdict.objects.exists()


def test_compliance_and_borrowers_call_nobody(propose, borrower):
    """Who may contact is a matter of role."""
    for actor in ("compliance:zhou", f"borrower:{borrower.pk}"):
        with pytest.raises(RefusedError, match="may not do contact_propose"):
            propose(actor=actor)


def test_without_its_pack_nothing_leaves_and_payments_still_post(propose, lender, loan, now):
    """Where the law cannot be read nobody is contacted; money that comes in is recorded all the same."""
    lender.pack_id = "missing"
    lender.save(update_fields=["pack_id"])

    with pytest.raises(InputError, match="no law pack 'missing'"):
        propose()
    payment_record(
        actor="system:tests",
        lender_id=lender.pk,
        key="p-1",
        now=now,
        loan_id=loan.pk,
        amount=50_000,
        value_date=date(2026, 11, 24),
        channel_ref="p-1",
    )
    assert not Verdict.objects.exists()
    assert not Contact.objects.exists()


def test_a_whole_day_of_work_verifies(propose, close, loan, borrower, now):
    """Calls, denials, promises and payments leave a log that checks out from end to end."""
    receipt = propose()
    close(receipt, "answered", right_party=True, two_way=True, promise=(50_000, date(2026, 11, 30)))
    with pytest.raises(ContactRefusedError):
        propose(key="c-2", at=LATE)
    payment_record(
        actor="system:tests",
        lender_id=loan.lender_id,
        key="p-1",
        now=now,
        loan_id=loan.pk,
        amount=50_000,
        value_date=date(2026, 11, 24),
        channel_ref="p-1",
    )
    evidence_seal(lender_id=loan.lender_id, now=now)

    report = evidence_verify(now=now, lender_id=loan.lender_id)

    assert (report.ok, report.first_bad, report.entries) == (True, "", 13)
