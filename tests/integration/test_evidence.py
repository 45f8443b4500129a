"""Any changed byte is found, and the first bad entry is named."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from evidence_world import corrupt, erase, first_bad

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.evidence.merkle import leaf_hash, root
from forbear.evidence.seal import Head, entry, verify_signature
from forbear.services import leaves
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.hold import hold_close, hold_open
from forbear.services.keys import published_key, signing_key
from forbear.services.leaves import subject_of
from forbear.services.message import message_send
from forbear.services.payment import payment_record
from forbear.services.preference import preference_end, preference_set
from forbear.store.models import (
    Checkpoint,
    Contact,
    EvidenceLeaf,
    Hold,
    LedgerEvent,
    Loan,
    PersonKey,
    SealedLeaf,
)

pytestmark = pytest.mark.django_db

PINNED_ROOT = "9ce0fcf0e87ea449977c7eb8c09c2845a817c41a0a6d22db139639ad52dfd20c"


@pytest.fixture
def sealed(loan, borrower, now):
    """A lender whose log has two checkpoints: opening and payments, then a wish and an objection."""
    for number in range(4):
        payment_record(
            actor="system:tests",
            lender_id=loan.lender_id,
            key=f"p-{number}",
            now=now + timedelta(minutes=number),
            loan_id=loan.pk,
            amount=1_000,
            value_date=date(2026, 11, 24),
            channel_ref=f"p-{number}",
        )
    evidence_seal(lender_id=loan.lender_id, now=now)
    common = {"actor": f"borrower:{borrower.pk}", "lender_id": loan.lender_id, "now": now}
    wish = preference_set(
        key="w-1", party_id=borrower.pk, kind="stop", channel="sms", source="portal", **common
    )
    preference_end(key="w-2", preference_id=wish, **common)
    hold = hold_open(
        key="h-1", loan_id=loan.pk, party_id=borrower.pk, kind="dispute", words="金额不对", **common
    )
    common |= {"actor": "compliance:zhou"}
    hold_close(key="h-2", hold_id=hold, because="已核对并说明", **common)
    evidence_seal(lender_id=loan.lender_id, now=now + timedelta(hours=1))
    return loan.lender_id


def test_an_untouched_log_is_whole(sealed, now):
    """Ledger, leaves, order, roots and signatures of an untouched lender agree."""
    report = evidence_verify(now=now, lender_id=sealed)

    assert report.ok
    assert (report.entries, report.checkpoints, report.unsealed) == (16, 2, 0)
    [head] = report.heads
    assert str(head) == f"16:{Checkpoint.objects.get(size=16).root}"
    assert evidence_verify(now=now).heads == (head,)


def test_what_is_not_sealed_yet_is_counted(sealed, loan, now):
    """A new entry is checked from the start, and told apart until the sealer has placed it."""
    payment_record(
        actor="system:tests",
        lender_id=sealed,
        key="p-9",
        now=now,
        loan_id=loan.pk,
        amount=1_000,
        value_date=date(2026, 11, 24),
        channel_ref="p-9",
    )

    report = evidence_verify(now=now, lender_id=sealed)

    assert (report.ok, report.unsealed) == (True, 1)


def test_sealing_again_changes_nothing(sealed, now):
    """With nothing new there is no new checkpoint."""
    again = evidence_seal(lender_id=sealed, now=now + timedelta(hours=2))

    assert (again.added, again.size) == (0, 16)
    assert Checkpoint.objects.count() == 2


def test_sealing_later_places_what_is_new_and_what_came_late(sealed, loan, now):
    """After hours, a leaf that was committed late is still placed, and the log stays whole."""
    third = SealedLeaf.objects.get(index=15)
    corrupt("DELETE FROM store_sealedleaf WHERE leaf_id = %s", [third.pk])
    corrupt("DELETE FROM store_checkpoint WHERE size = 16")
    corrupt('DELETE FROM store_sealedleaf WHERE "index" >= 12')
    payment_record(
        actor="system:tests",
        lender_id=sealed,
        key="p-9",
        now=now,
        loan_id=loan.pk,
        amount=1_000,
        value_date=date(2026, 11, 24),
        channel_ref="p-9",
    )

    placed = evidence_seal(lender_id=sealed, now=now + timedelta(hours=5))

    assert (placed.added, placed.size) == (5, 17)
    assert first_bad(sealed) == ""


def test_the_root_is_the_same_on_every_database(sealed, now):
    """The same acts at the same instants under the same keys end at this root, SQLite or PostgreSQL.

    Another root here means that the format of evidence has changed: say so in the changelog.
    """
    assert evidence_verify(now=now, lender_id=sealed).heads[0].root == PINNED_ROOT


def test_a_column_that_came_later_is_no_change(sealed, monkeypatch):
    """A leaf says nothing of columns that its row did not have when it was written."""
    hold = leaves.KINDS["hold"]
    monkeypatch.setitem(leaves.KINDS, "hold", replace(hold, columns=(*hold.columns, "closed_because")))
    assert first_bad(sealed) == ""

    monkeypatch.setitem(leaves.KINDS, "hold", replace(hold, columns=hold.columns[:-1]))
    assert first_bad(sealed).endswith("the row differs from what was recorded: opened_by")


def test_a_stranger_can_check_a_checkpoint(sealed):
    """Leaves, root and signature follow from the public format alone."""
    hashes = [
        leaf_hash(entry(bytes(row.leaf.ciphertext), subject=subject_of(row.leaf)))
        for row in SealedLeaf.objects.order_by("index").select_related("leaf")
    ]
    checkpoint = Checkpoint.objects.get(size=16)
    head = Head(lender_id=sealed, size=16, root=root(hashes), signed_at=checkpoint.signed_at)
    public = published_key(settings.DATA_DIR / "keys")

    assert checkpoint.root == root(hashes).hex()
    assert verify_signature(head, bytes.fromhex(checkpoint.signature), public_key=public)


def test_the_signing_key_is_the_owners_alone():
    """The private key is readable by its owner only; the public one lies beside it."""
    folder = settings.DATA_DIR / "keys"
    assert stat.S_IMODE((folder / "signing.key").stat().st_mode) == 0o600
    assert len(published_key(folder)) == 32


def test_a_changed_ledger_body_is_named(sealed):
    """One digit of a recorded amount, and the event is named."""
    event = LedgerEvent.objects.get(seq=3)
    back = "" if connection.vendor == "sqlite" else "::jsonb"
    changed = f"REPLACE(CAST(body AS TEXT), '1000', '1001'){back}"
    corrupt(f"UPDATE store_ledgerevent SET body = {changed} WHERE event_id = %s", [event.pk])  # noqa: S608  # built from constants of the test

    assert first_bad(sealed) == (
        f"LedgerEvent {event.pk}: digest differs from the one that its row and the chain give"
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("body", '["amount": 1000}', "its body cannot be read"),
        ("body", "{}", "its body cannot be read"),
        ("kind", "gift", "its body cannot be read"),
        ("recorded_at", "soon", "digest differs"),
        ("value_date", "2026-13-45", "the row cannot be read"),
    ],
)
def test_a_row_that_no_longer_parses_is_named(sealed, column, value, words):
    """SQLite keeps any text; a byte that breaks a row is found there as well, and the row named."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses to store what does not parse")
    event = LedgerEvent.objects.get(seq=3)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    corrupt(f"UPDATE store_ledgerevent SET {column} = %s WHERE event_id = %s", [value, event.pk])  # noqa: S608  # built from constants of the test
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = OFF")

    assert first_bad(sealed).startswith(f"LedgerEvent {event.pk}: {words}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps text that is no text")
@pytest.mark.parametrize(
    ("table", "column"),
    [("store_ledgerevent", "actor"), ("store_loan", "reference"), ("store_hold", "words")],
)
def test_a_byte_that_is_no_text_is_named(sealed, table, column):
    """A flipped bit can leave bytes that are not UTF-8; the row is named all the same."""
    corrupt(f"UPDATE {table} SET {column} = CAST(x'ff' || {column} AS TEXT)")  # noqa: S608  # own names
    named = "LedgerEvent " if table == "store_ledgerevent" else "EvidenceLeaf "
    assert first_bad(sealed).startswith(named)


def test_a_chain_that_was_made_again_still_betrays_itself(sealed):
    """Whoever changes an event and recomputes its digest is found by the next one, or by its leaf."""
    last = LedgerEvent.objects.get(seq=5)
    corrupt("UPDATE store_ledgerevent SET digest = %s WHERE event_id = %s", ["0" * 64, last.pk])
    assert first_bad(sealed).startswith(f"LedgerEvent {last.pk}: digest differs")


def test_a_removed_event_is_named(sealed):
    """A hole in a ledger names the entry after it; a ledger cut short, the leaf that is left over."""
    events = list(LedgerEvent.objects.order_by("seq"))
    corrupt("DELETE FROM store_ledgerevent WHERE event_id = %s", [events[2].pk])
    assert first_bad(sealed) == (
        f"LedgerEvent {events[3].pk}: seq is 4 where loan {events[3].loan_id} has its entry 3"
    )
    corrupt("DELETE FROM store_ledgerevent WHERE seq > 2")
    assert "the row that it vouches for is missing" in first_bad(sealed)


def test_an_event_slipped_in_is_named(sealed, loan):
    """An event that was never witnessed has no leaf."""
    event = LedgerEvent.objects.get(seq=5)
    corrupt(
        "DELETE FROM store_sealedleaf WHERE leaf_id IN (SELECT id FROM store_evidenceleaf WHERE ref = %s)",
        [event.pk],
    )
    corrupt("DELETE FROM store_evidenceleaf WHERE ref = %s", [event.pk])

    assert first_bad(sealed) == f"LedgerEvent {event.pk}: no evidence leaf vouches for it"


def test_a_flipped_byte_in_a_ciphertext_is_named(sealed):
    """A leaf that was changed does not open."""
    leaf = EvidenceLeaf.objects.get(ref=LedgerEvent.objects.get(seq=2).pk)
    flipped = bytearray(leaf.ciphertext)
    flipped[20] ^= 1
    corrupt("UPDATE store_evidenceleaf SET ciphertext = %s WHERE id = %s", [bytes(flipped), leaf.pk])

    assert first_bad(sealed) == (
        f"EvidenceLeaf {leaf.pk} (event {leaf.ref}): its ciphertext does not open under the person's key"
    )


def test_a_changed_row_beside_the_ledger_is_named_with_what_differs(sealed):
    """A hold whose words were rewritten no longer says what was recorded."""
    leaf = EvidenceLeaf.objects.get(kind="hold")
    corrupt("UPDATE store_hold SET words = %s WHERE id = %s", ["别的话", leaf.ref])

    assert first_bad(sealed) == (
        f"EvidenceLeaf {leaf.pk} (hold {leaf.ref}): the row differs from what was recorded: words"
    )


def test_after_erasure_the_log_still_verifies_and_still_finds_changes(sealed, borrower, now):
    """With a person's key destroyed their leaves say nothing more, and are still held by the root."""
    erase(borrower, now)
    assert first_bad(sealed) == ""

    leaf = EvidenceLeaf.objects.get(kind="hold")
    corrupt("UPDATE store_evidenceleaf SET ref = 'hold_another' WHERE id = %s", [leaf.pk])
    assert first_bad(sealed).startswith(f"EvidenceLeaf {leaf.pk} (hold hold_another)")


@pytest.mark.parametrize(
    "statement", ["UPDATE store_personkey SET key = NULL", "DELETE FROM store_personkey"], ids=str.split
)
def test_a_key_that_was_merely_taken_away_is_named(sealed, borrower, statement):
    """Whoever hides a change by removing the key under which it was recorded is found out."""
    corrupt(f"{statement} WHERE party_id = %s", [borrower.pk])
    assert first_bad(sealed) == (
        f"PersonKey {borrower.pk}: the key is gone, and nothing says that it was destroyed"
    )


@pytest.mark.parametrize(("table", "column"), [("store_preference", "ended_at"), ("store_hold", "closed_at")])
def test_a_wish_or_a_hold_that_was_quietly_ended_is_named(sealed, loan, borrower, now, table, column):
    """A stop that somebody ended in the database alone has no evidence of its end."""
    common = {"actor": f"borrower:{borrower.pk}", "lender_id": sealed, "now": now}
    wish = preference_set(key="w-9", party_id=borrower.pk, kind="stop", source="portal", **common)
    hold = hold_open(
        key="h-9", loan_id=loan.pk, party_id=borrower.pk, kind="complaint", words="太吵", **common
    )
    assert first_bad(sealed) == ""
    statement = f"UPDATE {table} SET {column} = %s WHERE id IN (%s, %s)"  # noqa: S608  # the test's own names
    corrupt(statement, [now, wish, hold])
    assert first_bad(sealed).endswith("no evidence leaf vouches for its end")


def test_a_law_that_was_rewritten_is_named(sealed, loan, borrower, now):
    """The texts that a verdict was made from stay what its digest is of."""
    verdict = Contact.objects.get(pk=mailed(sealed, loan, borrower, now)).verdict
    assert first_bad(sealed) == ""
    corrupt("UPDATE store_packtext SET texts = %s", ["{}"])
    assert first_bad(sealed) == f"PackText {verdict.pack_id}: its texts are not those that the digest is of"


def test_nothing_new_is_recorded_of_a_person_who_was_erased(sealed, loan, borrower, now):
    """Without a key there is no evidence, and without evidence no entry."""
    PersonKey.objects.filter(party=borrower).update(key=None)

    with pytest.raises(RefusedError, match="was destroyed"):
        hold_open(
            actor="system:tests",
            lender_id=sealed,
            key="h-9",
            now=now,
            loan_id=loan.pk,
            party_id=borrower.pk,
            kind="dispute",
            words="金额不对",
        )
    assert Hold.objects.count() == 1


def test_a_changed_order_is_named(sealed):
    """A leaf that was moved to another place leaves a hole; two that changed places spoil the root."""
    third, fourth = SealedLeaf.objects.filter(index__in=[2, 3]).order_by("index")
    corrupt('UPDATE store_sealedleaf SET "index" = 77 WHERE leaf_id = %s', [third.pk])
    assert first_bad(sealed) == f"SealedLeaf {fourth.pk}: index is 3 where 2 should be"

    corrupt('UPDATE store_sealedleaf SET "index" = 2 WHERE leaf_id = %s', [fourth.pk])
    corrupt('UPDATE store_sealedleaf SET "index" = 3 WHERE leaf_id = %s', [third.pk])
    first = Checkpoint.objects.order_by("size")[0]
    assert first_bad(sealed) == (
        f"Checkpoint {first.pk} of size 12: its root is not that of the log;"
        " one of the entries 0 to 11 is another"
    )


def test_a_changed_leaf_hash_is_named(sealed):
    """A place that holds another hash than its leaf's is named with its index."""
    row = SealedLeaf.objects.get(index=4)
    corrupt("UPDATE store_sealedleaf SET leaf_hash = %s WHERE leaf_id = %s", ["0" * 64, row.pk])

    assert first_bad(sealed) == f"SealedLeaf {row.pk}: leaf_hash at index 4 is not the hash of its leaf"


def test_a_log_cut_short_is_named(sealed):
    """Entries removed from the end are missed by the checkpoint that covers them."""
    last = SealedLeaf.objects.get(index=15)
    corrupt("DELETE FROM store_sealedleaf WHERE leaf_id = %s", [last.pk])

    checkpoint = Checkpoint.objects.get(size=16)
    assert first_bad(sealed) == f"Checkpoint {checkpoint.pk} of size 16: the log has only 15 entries"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("root", "0" * 64, "its root is not that of the log"),
        ("signature", "0" * 128, "its signature does not fit"),
        ("signature", "no hexadecimal", "its signature does not fit"),
        ("key_id", "0" * 64, "it was not signed with the published key"),
    ],
)
def test_a_changed_checkpoint_is_named(sealed, column, value, words):
    """Root, signature and signer of a checkpoint are each held to the log and the published key."""
    checkpoint = Checkpoint.objects.get(size=12)
    corrupt(f"UPDATE store_checkpoint SET {column} = %s WHERE id = %s", [value, checkpoint.pk])  # noqa: S608  # built from constants of the test

    assert first_bad(sealed).startswith(f"Checkpoint {checkpoint.pk} of size 12: {words}")


def test_a_checkpoint_that_cannot_grow_on_is_named(sealed):
    """What the next root would grow from is held to the log as well."""
    checkpoint = Checkpoint.objects.get(size=16)
    corrupt("UPDATE store_checkpoint SET frontier = %s WHERE id = %s", ["[]", checkpoint.pk])

    assert first_bad(sealed) == f"Checkpoint {checkpoint.pk} of size 16: its frontier is not that of the log"


def test_places_without_a_checkpoint_are_named(sealed):
    """The sealer signs what it places: places beyond the last checkpoint are not its work."""
    corrupt("DELETE FROM store_checkpoint WHERE size = 16")
    assert first_bad(sealed) == f"SealedLeaf at index 12 of {sealed}: no checkpoint covers it"

    corrupt("DELETE FROM store_checkpoint")
    assert first_bad(sealed) == f"SealedLeaf at index 0 of {sealed}: no checkpoint covers it"


def test_changed_terms_are_named(sealed, loan):
    """The terms at the start are under the first event's digest, and in the loan's own leaf."""
    terms = Loan.objects.get().terms
    Loan.objects.update(terms=terms | {"principal": terms["principal"] - 1})
    first = LedgerEvent.objects.get(seq=1)
    assert first_bad(sealed).startswith(f"LedgerEvent {first.pk}: digest differs")

    Loan.objects.update(terms={})
    assert first_bad(sealed).startswith(f"Loan {loan.pk}: its terms cannot be read")

    Loan.objects.update(terms=terms, product="别的产品")
    assert first_bad(sealed).endswith("the row differs from what was recorded: product")


def test_a_leaf_of_no_known_kind_is_named(sealed):
    """A kind that nobody writes vouches for nothing."""
    leaf = EvidenceLeaf.objects.get(kind="hold")
    corrupt("UPDATE store_evidenceleaf SET kind = 'rumour' WHERE id = %s", [leaf.pk])

    assert first_bad(sealed) == f"EvidenceLeaf {leaf.pk} (rumour {leaf.ref}): its kind is not known"


def mailed(lender_id, loan, borrower, now):
    """Write to the borrower; the contact's id comes back."""
    receipt = message_send(
        actor="system:tests",
        lender_id=lender_id,
        key="c-1",
        now=now,
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=borrower.contact_points.get(medium="email").pk,
        channel="email",
        template="identify",
    )
    return receipt.contact_id


def test_a_verdict_turned_round_is_named(sealed, loan, borrower, now):
    """A denied act dressed up as allowed, or the other way round, is found, even after erasure."""
    contact = Contact.objects.get(pk=mailed(sealed, loan, borrower, now))
    verdict = contact.verdict_id
    corrupt("UPDATE store_verdict SET outcome = 'denied' WHERE id = %s", [verdict])
    assert first_bad(sealed).endswith(f"(verdict {verdict}): the row differs from what was recorded: outcome")

    erase(borrower, now)
    assert first_bad(sealed) == f"Contact {contact.pk}: verdict {verdict} did not allow it"


def test_a_later_instant_on_a_checkpoint_is_found(sealed, now):
    """When a root was signed is part of what is signed."""
    checkpoint = Checkpoint.objects.get(size=12)
    corrupt(
        "UPDATE store_checkpoint SET signed_at = %s WHERE id = %s", [now + timedelta(days=1), checkpoint.pk]
    )

    assert "signature does not fit" in first_bad(sealed)


def test_a_lost_public_key_is_asked_for(sealed, monkeypatch, tmp_path, now):
    """Without the published key nothing can be said of the signatures, and the check says what to do."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)

    with pytest.raises(InputError, match="put back the one that signed"):
        evidence_verify(now=now, lender_id=sealed)


@pytest.mark.parametrize("damage", ["zz" * 32, "é" * 32, "00"])
def test_a_damaged_key_is_asked_for(monkeypatch, tmp_path, damage):
    """A key file that holds no key is named, and nothing is made in its place."""
    (tmp_path / "signing.key").write_text(damage, encoding="utf-8")

    with pytest.raises(InputError, match="put back the right key"):
        signing_key(tmp_path)


def test_another_key_than_the_published_one_signs_nothing(tmp_path):
    """A log that a new key went on signing would never hold again: the lost key is asked for."""
    signing_key(tmp_path)
    (tmp_path / "signing.key").rename(tmp_path / "elsewhere.key")
    with pytest.raises(RefusedError, match="is gone; put back the key"):
        signing_key(tmp_path)
    assert not (tmp_path / "signing.key").exists()

    (tmp_path / "elsewhere.key").rename(tmp_path / "signing.key")
    (tmp_path / "signing.pub").write_text("00" * 32, encoding="ascii")
    with pytest.raises(RefusedError, match="is not the key"):
        signing_key(tmp_path)


def test_only_a_lender_that_is_there_can_be_sealed(now):
    """The log of nobody cannot be sealed."""
    with pytest.raises(NotVisibleError):
        evidence_seal(lender_id="nobody", now=now)
