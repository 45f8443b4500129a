"""Before a visit every precondition is looked up anew, and one that fails stops it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.errors import InputError
from forbear.services.contact import contact_close, contact_judge, contact_propose
from forbear.services.facts import Proposal
from forbear.services.night import night_run
from forbear.services.payment import payment_record
from forbear.services.preference import preference_set
from forbear.store.models import Case, ContactOutcome
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
TODAY = date(2026, 11, 24)


@pytest.fixture
def case(loan):
    """The case of a loan that the night found a ground for."""
    plan = {"visit_grounds": ["long_overdue"], "code": "settle"}
    return Case.objects.create(id="case_v", lender=loan.lender, loan=loan, opened_on=TODAY, plan=plan)


@pytest.fixture
def visit(loan, borrower, case, now):
    """Ask what the law says of a visit by two, and name the rules in the way and what is to be asked."""

    def judging(about=loan, at=now):
        proposal = Proposal(
            loan_id=about.pk,
            party_id=borrower.pk,
            contact_point_id=borrower.contact_points.get(medium="address").pk,
            channel="visit",
            purpose="remind",
            declared={"collectors_present": 2},
        )
        verdict = contact_judge(actor=AGENT, lender_id=loan.lender_id, now=at, proposal=proposal)
        return [fired.rule_id for fired in verdict.fired], verdict.needs

    return judging


@pytest.fixture
def pay(loan, now):
    """Record a payment of today."""

    def paying(amount, about=loan):
        payment_record(
            actor="system:tests",
            lender_id=loan.lender_id,
            key=f"pay-{about.pk}",
            now=now,
            loan_id=about.pk,
            amount=amount,
            value_date=TODAY,
            channel_ref="P1",
        )

    return paying


@pytest.fixture
def talk(loan, borrower):
    """Call the borrower and say how the conversation ended."""

    def talking(at, outcome="declined", key="", **more):
        receipt = contact_propose(
            actor=AGENT,
            lender_id=loan.lender_id,
            key=key or f"call-{at:%d%H}",
            now=at,
            proposal=Proposal(
                loan_id=loan.pk,
                party_id=borrower.pk,
                contact_point_id=borrower.contact_points.get(medium="phone").pk,
                channel="call",
                purpose="remind",
            ),
        )
        contact_close(
            actor=AGENT,
            lender_id=loan.lender_id,
            key=f"end-{receipt.contact_id}",
            now=at + timedelta(minutes=3),
            contact_id=receipt.contact_id,
            outcome=outcome,
            **{"right_party": True, "two_way": True} | more,
        )

    return talking


def test_a_visit_for_which_everything_holds_is_allowed(visit):
    """Owed, refolded, in time, matched, confirmed, nothing running: the visit may be made."""
    assert visit() == ([], ())


def test_nobody_is_visited_about_a_loan_that_was_paid_this_morning(visit, pay, loan):
    """The loan is folded at the moment of judging, not as the night left it."""
    pay(position_on(loan, as_of=TODAY).owed_now)

    assert visit() == (["cn.policy.visit-debt-open"], ())


def test_a_position_in_doubt_stops_the_visit(visit, case):
    """Of a loan that the night halted no figure is trusted: what hangs on it is not known either."""
    case.plan |= {"code": "halted"}
    case.save()

    assert visit() == (["cn.policy.visit-amount"], ("debt_open", "limitation_years_run"))


def test_a_claim_past_its_limitation_is_not_collected_at_the_door(visit, pay, make_loan, lender, borrower):
    """Three years after the last instalment fell due the visit is denied; a payment starts them anew."""
    old = make_loan(
        lender,
        [(borrower, "borrower")],
        reference="PINE-OLD",
        disbursed_on=date(2022, 10, 24),
        first_due=date(2022, 11, 24),
    )
    Case.objects.create(
        id="case_o", lender=lender, loan=old, opened_on=TODAY, plan={"visit_grounds": ["long_overdue"]}
    )
    younger = make_loan(
        lender,
        [(borrower, "borrower")],
        reference="PINE-YOUNG",
        disbursed_on=date(2022, 11, 25),
        first_due=date(2022, 12, 25),
    )
    Case.objects.create(
        id="case_y", lender=lender, loan=younger, opened_on=TODAY, plan={"visit_grounds": ["long_overdue"]}
    )

    assert visit(old) == (["cn.policy.visit-limitation"], ())
    assert visit(younger) == ([], ())
    pay(1_000, about=old)
    assert visit(old) == ([], ())


def test_a_person_who_was_not_matched_is_not_visited(visit, borrower):
    """A number and a mailbox that nobody confirmed, or a file with no second fact, match nobody."""
    borrower.contact_points.exclude(medium="address").update(confirmed_on=None)
    assert visit() == (["cn.policy.visit-identity"], ())

    borrower.contact_points.update(confirmed_on=TODAY)
    assert visit() == ([], ())
    type(borrower).objects.filter(pk=borrower.pk).update(born_on=None, identity_tail="")
    assert visit() == (["cn.policy.visit-identity"], ())


def test_an_address_needs_a_confirmation_of_late(visit, borrower):
    """Confirmed 181 days ago is too long ago; never confirmed is asked for."""
    address = borrower.contact_points.filter(medium="address")
    for days, expected in ((181, ["cn.policy.visit-address"]), (180, [])):
        address.update(confirmed_on=TODAY - timedelta(days=days))
        assert visit() == (expected, ())
    address.update(confirmed_on=None)
    assert visit() == ([], ("address_confirmed_days",))


def test_a_running_promise_is_waited_for(visit, talk, now):
    """Who promised to pay is not visited before the promise has been settled."""
    talk(now, "answered", promise=(10_000, TODAY + timedelta(days=2)))

    assert visit(at=now + timedelta(hours=1)) == (["cn.policy.visit-promise"], ())


def grounds_after(loan, case, days):
    """Close the day that ended and return the grounds for a visit that the night found."""
    day = TODAY + timedelta(days=days)
    at = morning_after(day)
    night_run(actor="system:tests", lender_id=loan.lender_id, now=at, day=day)
    case.refresh_from_db()
    return case.plan["visit_grounds"]


def morning_after(day):
    """Ten in the morning in Shanghai after a day."""
    from tests.conftest import NOW

    return NOW + (day - TODAY) + timedelta(days=1)


def test_two_conversations_declined_are_a_ground(loan, case, talk, visit, now):
    """Declining to discuss the debt at all, twice, is the ground that the desk can then act upon."""
    talk(now)
    talk(now + timedelta(days=4))

    assert ContactOutcome.objects.filter(outcome="declined").count() == 2
    assert grounds_after(loan, case, 9) == ["refuses_to_talk"]
    assert visit(at=now + timedelta(days=10)) == ([], ())


def test_asking_for_something_is_never_a_refusal(loan, borrower, case, talk, now):
    """Who asked to be left alone by telephone in that conversation used a right, and declined nothing."""
    talk(now)
    talk(now + timedelta(days=4))
    preference_set(
        actor=AGENT,
        lender_id=loan.lender_id,
        key="wish",
        now=now + timedelta(days=4, hours=1),
        party_id=borrower.pk,
        kind="stop",
        channel="call",
        source="call",
    )

    assert grounds_after(loan, case, 9) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"two_way": False}, "declined"),
        ({"right_party": False}, "declined"),
        ({"right_party": None}, "declined"),
        ({"promise": (10_000, TODAY)}, "promise"),
    ],
)
def test_declined_is_said_of_a_real_conversation_alone(talk, now, more, field):
    """Somebody else, no conversation, or a promise: then nobody declined."""
    with pytest.raises(InputError) as caught:
        talk(now, **more)
    assert caught.value.field == field
