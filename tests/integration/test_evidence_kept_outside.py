"""Against a size and root that somebody kept, a log that was cut or rewritten whole is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from evidence_world import corrupt, first_bad

from forbear.errors import InputError
from forbear.services.evidence import evidence_seal, evidence_verify, latest_head
from forbear.services.ledger import positions_keep
from forbear.services.payment import payment_record
from forbear.store.models import Checkpoint, EvidenceLeaf, Loan, SealedLeaf
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

OTHER = "0" * 64


@pytest.fixture
def pay(loan, now):
    """Record a payment, and seal it where asked."""

    def paying(number, *, at=now, sealed=True):
        payment_record(
            actor="system:tests",
            lender_id=loan.lender_id,
            key=f"p-{number}",
            now=at,
            loan_id=loan.pk,
            amount=1_000,
            value_date=date(2026, 11, 24),
            channel_ref=f"p-{number}",
        )
        if sealed:
            evidence_seal(lender_id=loan.lender_id, now=at)

    return paying


def cut_to(size):
    """Take the end of a log away, and all that would tell: places, checkpoints, leaves, ledger, position."""
    gone = list(SealedLeaf.objects.filter(index__gte=size).values_list("leaf__ref", "leaf_id"))
    for ref, leaf_id in gone:
        corrupt("DELETE FROM store_sealedleaf WHERE leaf_id = %s", [leaf_id])
        corrupt("DELETE FROM store_evidenceleaf WHERE id = %s", [leaf_id])
        corrupt("DELETE FROM store_ledgerevent WHERE event_id = %s", [ref])
    corrupt("DELETE FROM store_checkpoint WHERE size > %s", [size])
    for loan in Loan.objects.all():
        positions_keep(loan.lender_id, [position_on(loan, as_of=loan.position.as_of)])


def test_a_log_that_grew_starts_with_what_was_kept(pay, loan):
    """Every size and root that was ever signed is consistent with the log of today."""
    kept = []
    for number in range(5):
        pay(number)
        kept.append(str(latest_head(loan.lender_id)))

    assert len(set(kept)) == 5
    for head in kept:
        assert first_bad(loan.lender_id, since=f" {head}\n") == ""


def test_a_log_cut_with_its_checkpoints_shows_against_what_was_kept(pay, loan):
    """Nothing inside the database tells that its end is gone; the size that was kept does."""
    for number in range(3):
        pay(number)
    kept = latest_head(loan.lender_id)
    cut_to(kept.size - 1)

    assert first_bad(loan.lender_id) == ""
    assert first_bad(loan.lender_id, since=str(kept)) == (
        f"Log of pine: it was cut; it has {kept.size - 1} sealed entries, and had {kept.size} when that root"
        " was kept"
    )


def test_a_log_without_any_root_left_was_cut(pay, loan):
    """Also a log of which nothing at all is sealed any more is held against what was kept."""
    pay(1)
    kept = latest_head(loan.lender_id)
    corrupt("DELETE FROM store_sealedleaf")
    corrupt("DELETE FROM store_checkpoint")

    assert latest_head(loan.lender_id) is None
    assert "it was cut; it has 0 sealed entries" in first_bad(loan.lender_id, since=str(kept))


def test_a_log_that_was_written_anew_shows_against_what_was_kept(pay, loan, now):
    """A history sealed anew with the right key verifies by itself, and not against the old root."""
    pay(1)
    kept = latest_head(loan.lender_id)
    cut_to(kept.size - 1)
    corrupt("DELETE FROM store_sealedleaf")
    pay("another")
    pay("and one more")

    assert first_bad(loan.lender_id) == ""
    assert first_bad(loan.lender_id, since=str(kept)) == (
        f"Log of pine: it was rewritten; its first {kept.size} entries are not those whose root was kept"
    )
    same_size = latest_head(loan.lender_id)
    assert first_bad(loan.lender_id, since=f"{same_size.size}:{OTHER}").startswith("Log of pine: it was rew")


@pytest.mark.parametrize(
    "since",
    ["", "12", f"0:{OTHER}", f"-1:{OTHER}", f"1:{OTHER[1:]}", f"1:{'G' * 64}", f"１:{OTHER}", f":{OTHER}"],
)
def test_what_was_kept_is_a_size_and_a_root(lender, since, now):
    """A word that is no SIZE:ROOT is told how one is written."""
    with pytest.raises(InputError, match="is not SIZE:ROOT") as told:
        evidence_verify(now=now, lender_id=lender.pk, since=since)
    assert told.value.field == "since"


def test_what_was_kept_is_of_one_lender(lender, now):
    """Each lender has a log of its own, so a kept root needs its lender's name."""
    with pytest.raises(InputError, match="name the lender") as told:
        evidence_verify(now=now, since=f"1:{OTHER}")
    assert told.value.field == "lender"


def test_a_leaf_that_nobody_sealed_for_an_hour_is_bad(pay, loan, now):
    """What no root covers yet could still be changed unseen: after an hour the check says what to do."""
    pay(1)
    pay(2, sealed=False)
    hour = timedelta(hours=1)
    assert first_bad(loan.lender_id, now=now + hour) == ""

    leaf = EvidenceLeaf.objects.get(sealed=None)
    assert first_bad(loan.lender_id, now=now + hour + timedelta(seconds=1)) == (
        f"EvidenceLeaf {leaf.pk} (event {leaf.ref}): recorded at 2026-11-24T02:00:00.000000Z and not sealed"
        " within an hour; see that forbear serve runs, and run forbear close, which seals every leaf"
    )
    evidence_seal(lender_id=loan.lender_id, now=now + 2 * hour)
    assert first_bad(loan.lender_id, now=now + 2 * hour) == ""
    assert Checkpoint.objects.count() == 2
