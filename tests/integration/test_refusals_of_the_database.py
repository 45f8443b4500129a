"""The database itself refuses to change what is written, and a contact without its verdict."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.store import triggers
from forbear.store.models import Contact, ContactOutcome, Message, PackText, Snapshot, Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_verdict(loan, borrower, now):
    """Make verdicts about calling the borrower, as they are stored."""
    pack, _ = PackText.objects.get_or_create(
        digest="d" * 64, defaults={"pack_id": "cn", "version": "1", "texts": {}, "first_used_at": now}
    )
    point = borrower.contact_points.get(medium="phone")

    def make(name, **changes):
        given = {
            "id": f"vd_{name}",
            "lender_id": loan.lender_id,
            "loan": loan,
            "party": borrower,
            "contact_point": point,
            "channel": "call",
            "purpose": "remind",
            "actor": "agent:li.na",
            "outcome": "allowed",
            "judged_at": now,
            "expires_at": now + timedelta(hours=2),
            "pack": pack,
            "facts_digest": "f" * 64,
            "facts": {},
            "body": {},
        }
        return Verdict.objects.create(**given | changes)

    return make


@pytest.fixture
def make_contact(now):
    """Make the contact that a verdict allows; a test makes it differ."""

    def make(verdict, **changes):
        given = {
            "id": f"ct_{verdict.pk}",
            "lender_id": verdict.lender_id,
            "loan_id": verdict.loan_id,
            "party_id": verdict.party_id,
            "contact_point_id": verdict.contact_point_id,
            "verdict": verdict,
            "channel": verdict.channel,
            "purpose": verdict.purpose,
            "actor": verdict.actor,
            "placed_at": now,
            "must_end_at": now + timedelta(hours=2),
        }
        return Contact.objects.create(**given | changes)

    return make


@pytest.fixture
def filled(loan, make_verdict, make_contact, now):
    """One row at least in every table that is append-only."""
    contact = make_contact(make_verdict("ok"))
    ContactOutcome.objects.create(
        contact=contact,
        lender_id=loan.lender_id,
        outcome="no_answer",
        two_way=False,
        actor="agent:li.na",
        recorded_at=now,
    )
    Snapshot.objects.create(lender_id=loan.lender_id, loan=loan, as_of=now.date(), balance=1, source="tape")
    evidence_seal(lender_id=loan.lender_id, now=now)


def refused(statement, words):
    """Run a statement and expect the database to refuse it in these words."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("table", triggers.IMMUTABLE)
def test_what_is_written_is_neither_changed_nor_removed(table):
    """UPDATE and DELETE are refused on every append-only table, and TRUNCATE where there is such a thing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608  # built from constants of the test
        assert cursor.fetchone()[0] >= 1
        column = connection.introspection.get_table_description(cursor, table)[-1].name

    refused(f'UPDATE {table} SET "{column}" = "{column}"', f"{table} is append-only; UPDATE is refused")  # noqa: S608  # built from constants of the test
    refused(f"DELETE FROM {table}", f"{table} is append-only; DELETE is refused")  # noqa: S608  # built from constants of the test
    if connection.vendor == "postgresql":
        refused(
            f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE", "append-only; TRUNCATE is refused"
        )


@pytest.mark.parametrize("outcome", ["denied", "needs"])
def test_a_contact_needs_a_verdict_that_allowed_it(make_verdict, make_contact, outcome):
    """A contact whose verdict did not allow it is refused by the database."""
    verdict = make_verdict("no", outcome=outcome)

    with pytest.raises(DatabaseError, match="needs an allowed verdict"), transaction.atomic():
        make_contact(verdict)


def test_a_contact_cannot_borrow_a_verdict(
    make_verdict, make_contact, borrower, lender, make_party, make_loan, other_lender, now
):
    """A verdict about another loan, person, number, channel, purpose, lender or moment allows nothing."""
    verdict = make_verdict("ok")
    stranger = make_party(lender, "测试丁", phone="19900000004")
    second = make_loan(lender, [(borrower, "borrower")], reference="PINE-2")
    differing = [
        {"loan_id": second.pk},
        {"party_id": stranger.pk},
        {"contact_point_id": borrower.contact_points.get(medium="email").pk},
        {"channel": "visit"},
        {"purpose": "identify"},
        {"lender_id": other_lender.pk},
        {"placed_at": now - timedelta(seconds=1)},
        {"placed_at": now + timedelta(hours=2)},
        {"must_end_at": now + timedelta(hours=3)},
    ]
    for changes in differing:
        with pytest.raises(DatabaseError, match="needs an allowed verdict"), transaction.atomic():
            make_contact(verdict, **changes)

    assert make_contact(verdict).verdict == verdict


def test_a_verdict_allows_one_contact(make_verdict, make_contact):
    """The same verdict does not serve twice."""
    verdict = make_verdict("ok")
    make_contact(verdict)

    with pytest.raises(DatabaseError), transaction.atomic():
        make_contact(verdict, id="ct_again")


def test_the_words_of_a_message_stay(loan, borrower, make_verdict, make_contact):
    """A queued message may be marked as sent, but its words and its address stay."""
    contact = make_contact(make_verdict("ok"))
    words = {
        "to": "19900000001",
        "subject": "",
        "text": "您好",
        "template": "identify",
        "language": "zh-hans",
    }
    message = Message.objects.create(contact=contact, lender_id=loan.lender_id, state="queued", **words)

    message.state = "sent"
    message.save(update_fields=["state"])

    for column in triggers.WORDS:
        with pytest.raises(DatabaseError, match="words of a message stay"), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**{column: "x"})


def test_a_missing_trigger_is_named(loan, now):
    """Whoever takes a guard away is found out by the check, and a migration puts it back."""
    name = "store_ledgerevent_no_update"
    on = " ON store_ledgerevent" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")

    report = evidence_verify(now=now, lender_id=loan.lender_id)

    assert report.first_bad == f"The trigger {name} is missing or hollow; run forbear migrate"
    triggers.install(connection)
    assert evidence_verify(now=now, lender_id=loan.lender_id).ok


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the text of a trigger is SQLite's")
def test_a_hollow_trigger_is_named(loan, now):
    """A guard that was replaced by one of the same name that guards nothing is found out too."""
    name = "store_contact_needs_verdict"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON store_contact WHEN 0 BEGIN SELECT 1; END")

    report = evidence_verify(now=now, lender_id=loan.lender_id)

    assert report.first_bad == f"The trigger {name} is missing or hollow; run forbear migrate"
    triggers.install(connection)
    assert evidence_verify(now=now, lender_id=loan.lender_id).ok


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a function behind a trigger is PostgreSQL's")
@pytest.mark.parametrize(
    ("name", "made_hollow"),
    [
        (
            "store_ledgerevent_no_update",
            "CREATE OR REPLACE FUNCTION forbear_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$",
        ),
        (
            "store_contact_needs_verdict",
            "CREATE OR REPLACE FUNCTION forbear_contact_needs_verdict() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$",
        ),
        (
            "store_checkpoint_no_delete",
            "ALTER TABLE store_checkpoint ENABLE REPLICA TRIGGER store_checkpoint_no_delete",
        ),
        (
            "store_verdict_no_update",
            "DROP TRIGGER store_verdict_no_update ON store_verdict; CREATE TRIGGER store_verdict_no_update"
            " BEFORE UPDATE ON store_verdict FOR EACH ROW WHEN (false) EXECUTE FUNCTION"
            " forbear_refuse('store_verdict is append-only; UPDATE is refused')",
        ),
        (
            "store_reply_no_delete",
            "DROP TRIGGER store_reply_no_delete ON store_reply; CREATE TRIGGER store_reply_no_delete"
            " BEFORE DELETE ON store_case FOR EACH ROW EXECUTE FUNCTION"
            " forbear_refuse('store_reply is append-only; DELETE is refused')",
        ),
    ],
)
def test_a_guard_of_the_server_that_guards_nothing_is_named(lender, now, name, made_hollow):
    """A function emptied, a trigger for replicas, under a condition or on another table: each is found."""
    with connection.cursor() as cursor:
        cursor.execute(made_hollow)
    report = evidence_verify(now=now, lender_id=lender.pk)
    assert report.first_bad == f"The trigger {name} is missing or hollow; run forbear migrate"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS store_reply_no_delete ON store_case")
    triggers.install(connection)
    assert evidence_verify(now=now, lender_id=lender.pk).ok
