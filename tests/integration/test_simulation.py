"""The invented lender's past: repeatable, invented for all to see, and judged as it happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction

from forbear.law.judge import judge_act
from forbear.services.contact_bulk import Collected, contacts_write
from forbear.services.facts import Proposal, file_of, situation_of
from forbear.services.lawbook import book_of
from forbear.services.simulation import lives as module
from forbear.services.simulation import shelf
from forbear.services.simulation.behaviour import History
from forbear.services.simulation.lenders import PACK, LenderPlan, Plan, demo_plan
from forbear.services.simulation.lives import lives
from forbear.services.simulation.loans import STORY_NUMBER, loan_plans, story_missed_on
from forbear.store.models import Contact, ContactPoint, Loan, Party, PersonKey, Verdict
from forbear.store.models.ids import derived_id
from forbear.store.selectors.ledger import position_on
from forbear.store.verdict_body import facts_to_body

BORROWERS = 90
KEPT_AS_OF_NOW = "identity_verified"
"""A contact point says when it was confirmed last, not when it was before."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A small demonstration."""
    return demo_plan(borrowers=BORROWERS)


@pytest.fixture(scope="module")
def pinecone(plan: Plan) -> LenderPlan:
    """Its main lender."""
    return plan.lenders[0]


def written(plan: Plan, pinecone: LenderPlan) -> list[History]:
    """Put the main lender into the tables: people, loans, ledgers, contacts."""
    row = shelf.tenant_add(plan, pinecone)
    loans = loan_plans(plan, pinecone)
    people = shelf.people_of(plan, pinecone, loans)
    shelf.people_add(plan, pinecone, people.values())
    shelf.loans_add(pinecone, loans, people)
    lived = list(lives(plan, pinecone, row, loans, people))
    histories = [history for life in lived for history in life.histories]
    shelf.ledgers_add(plan, pinecone, histories)
    contacts = Collected()
    for life in lived:
        contacts.extend(life.contacts)
    contacts_write(contacts, lender_id=row.pk, pack_id=PACK, watch=lambda done, total: None)
    return histories


@pytest.fixture(scope="class")
def book(
    django_db_setup: None, django_db_blocker: Any, plan: Plan, pinecone: LenderPlan
) -> Iterator[list[History]]:
    """The histories of the main lender's loans, which are in the tables for as long as a class runs."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield written(plan, pinecone)
        transaction.set_rollback(True)


class TestTheBook:
    """The main lender in the tables, written once for the tests that only read it."""

    def test_everybody_is_obviously_invented(self, book: list[History]):
        """
        Names, numbers, mailboxes and addresses say that nobody is meant, and no two people share them.
        """
        names = list(Party.objects.values_list("name", flat=True))
        points = list(ContactPoint.objects.values_list("medium", "value"))
        invented = {
            "phone": re.compile(r"1990000\d{4}"),
            "email": re.compile(r"pinecone\d{4}@example\.invalid"),
            "address": re.compile(r"演示市.+示例路\d+号.+"),
        }

        assert all(re.match(r"(测试|演示|样例).·..|Test Person \d{4} ", name) for name in names)
        assert len(set(names)) == len(names)
        assert all(invented[medium].fullmatch(value) for medium, value in points)
        phones = [value for medium, value in points if medium == "phone"]
        assert len(set(phones)) == len(phones)
        assert PersonKey.objects.count() == len(names)

    def test_the_borrower_of_the_story_missed_one_instalment(self, plan: Plan, book: list[History]):
        """
        Paid to the day until one instalment, fifteen days late on the eve; nobody has called yet.
        """
        story = book[0].loan
        position = position_on(Loan.objects.get(pk=story.loan_id), as_of=plan.today - timedelta(days=1))

        assert STORY_NUMBER == story.borrower
        assert (15, story_missed_on(plan)) == (position.days_past_due, position.oldest_due)
        assert all(event.value_date < story_missed_on(plan) for event in book[0].events)
        assert not Verdict.objects.filter(loan_id=story.loan_id).exists()
        party = Party.objects.get(roles__loan_id=story.loan_id)
        point = party.contact_points.get(medium="phone")
        assert plan.today - timedelta(days=7) == point.confirmed_on
        assert not party.preferences.exists()

    def test_a_loan_is_late_when_its_history_says_so(self, book: list[History]):
        """
        The stretches on which contacts rest are those that the fold sees, from the first day to the cure.
        """
        stretches = [(history, first, cured) for history in book for first, cured in history.late]
        assert 20 < len(stretches)
        for history, first, cured in stretches[:40]:
            loan = Loan.objects.get(pk=history.loan.loan_id)
            if cured is not None:
                assert 0 == position_on(loan, as_of=cured).days_past_due
            if first != cured:
                assert position_on(loan, as_of=first).days_past_due > 0

    def test_each_call_can_be_judged_again_from_the_tables(self, book: list[History]):
        """
        What the invented desk knew at each moment is what the tables say, and so is the answer.
        """
        pack = book_of(PACK).pack
        judged = Verdict.objects.select_related("contact_point").filter(channel="call")
        assert judged.filter(outcome="denied").exists()
        for row in judged.order_by("judged_at"):
            proposal = Proposal(
                loan_id=row.loan_id,
                party_id=row.party_id,
                contact_point_id=row.contact_point_id,
                channel=row.channel,
                purpose=row.purpose,
            )
            situation = situation_of(_file_before(row), proposal, now=row.judged_at)

            assert _facts(facts_to_body(dict(situation.facts))) == _facts(row.facts["facts"])
            assert row.facts["log_lines"] == len(situation.log)
            assert row.outcome == judge_act(pack, situation, at=row.judged_at).outcome

    def test_nobody_was_contacted_without_an_allowed_verdict(self, book: list[History]):
        """
        Slips of the desk are in the log of verdicts, and nowhere else.
        """
        refused = Verdict.objects.exclude(outcome="allowed")

        assert refused.exists()
        assert not Contact.objects.filter(verdict__in=refused).exists()
        assert Verdict.objects.filter(outcome="allowed").count() == Contact.objects.count()


def test_no_loan_costs_more_than_24_percent(plan: Plan):
    """
    Overdue or not, no rate of the demonstration is above what a licensed lender is held to.
    """
    terms = [loan.terms for lender in plan.lenders for loan in loan_plans(plan, lender)]

    assert max(max(one.rate_annual, one.penalty_rate_annual) for one in terms) <= Fraction(24, 100)
    assert min(one.disbursed_on for one in terms) >= plan.history_from


def test_some_loans_have_more_people_and_some_people_more_loans(plan: Plan, pinecone: LenderPlan):
    """
    Co-borrowers, guarantors and contact persons stand beside loans, and some people have several loans.
    """
    loans = loan_plans(plan, pinecone)
    roles = Counter(role for loan in loans for _, role in loan.roles)

    assert {"borrower", "co_borrower", "guarantor", "contact_person"} == set(roles)
    assert 1 < max(Counter(loan.borrower for loan in loans).values())


def test_it_does_not_matter_in_which_process_a_life_is_lived(
    plan: Plan, pinecone: LenderPlan, db: None, monkeypatch: pytest.MonkeyPatch
):
    """
    Helper processes give the same events and verdicts, in the same order, as this one alone.
    """
    row = shelf.tenant_add(plan, pinecone)
    loans = loan_plans(plan, pinecone)
    people = shelf.people_of(plan, pinecone, loans)

    def told() -> tuple[list[Any], list[Any]]:
        lived = list(lives(plan, pinecone, row, loans, people))
        events = [event for life in lived for history in life.histories for event in history.events]
        verdicts = [one for life in lived for one in life.contacts.rows[Verdict]]
        return events, [(one.pk, one.outcome, one.facts_digest, one.body) for one in verdicts]

    alone = told()
    monkeypatch.setattr(module, "ALONE_BELOW", 0)
    monkeypatch.setattr(module, "spare_processes", lambda: 2)

    assert alone == told()


def test_a_book_is_the_beginning_of_a_larger_one(plan: Plan, pinecone: LenderPlan):
    """
    Every draw has a stream of its own, so more borrowers change nothing about those before them.
    """
    larger = demo_plan(borrowers=BORROWERS * 2).lenders[0]

    fewer = [(loan.borrower, loan.terms, len(loan.roles)) for loan in loan_plans(plan, pinecone)]
    more = [(loan.borrower, loan.terms, len(loan.roles)) for loan in loan_plans(plan, larger)]

    assert fewer == more[: len(fewer)]


def _file_before(row: Verdict) -> Any:
    """Return what was on file right before an act: without the contact that came of it, and later ones."""
    contact = derived_id("ct", row.pk)
    file = file_of(
        lender_id=row.lender_id,
        loan_id=row.loan_id,
        party_id=row.party_id,
        now=row.judged_at,
        without_contact=contact,
    )
    return replace(file, later=())


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != KEPT_AS_OF_NOW}
