"""What a slow transaction leaves behind finds its place in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.errors import RefusedError
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.preference import preference_set
from forbear.store.models import EvidenceLeaf

pytestmark = pytest.mark.django_db


def test_a_leaf_that_took_hours_to_be_committed_is_placed_by_a_whole_run(loan, borrower, now):
    """A run over what is recent does not see below what was settled an hour ago; a whole run does."""
    last = EvidenceLeaf.objects.order_by("pk").last().pk

    def committed(pk):
        EvidenceLeaf.objects.create(
            pk=pk,
            lender_id=loan.lender_id,
            kind="rumour",
            ref=f"r-{pk}",
            party=borrower,
            ciphertext=b"any",
            recorded_at=now,
        )

    committed(last + 10)
    before = evidence_seal(lender_id=loan.lender_id, now=now, recent=True)
    assert before.size == EvidenceLeaf.objects.count()

    committed(last + 5)
    later = {"lender_id": loan.lender_id, "now": now + timedelta(hours=5)}
    assert evidence_seal(**later, recent=True).added == 0
    assert evidence_seal(**later).added == 1
    assert not EvidenceLeaf.objects.filter(sealed=None).exists()


def test_where_every_key_is_gone_the_log_goes_on_with_none_that_is_new(
    loan, borrower, now, tmp_path, monkeypatch
):
    """A folder of keys that was left behind is asked for: a log of two signers would never hold again."""
    evidence_seal(lender_id=loan.lender_id, now=now)
    preference_set(
        actor=f"borrower:{borrower.pk}",
        lender_id=loan.lender_id,
        key="w-1",
        now=now,
        party_id=borrower.pk,
        kind="stop",
        source="portal",
    )
    with monkeypatch.context() as patch:
        patch.setattr("forbear.services.runtime.keys_dir", lambda: tmp_path / "new")
        with pytest.raises(RefusedError, match="put back the keys of this installation"):
            evidence_seal(lender_id=loan.lender_id, now=now)
    assert EvidenceLeaf.objects.filter(sealed=None).count() == 1

    assert evidence_seal(lender_id=loan.lender_id, now=now).added == 1
    assert evidence_verify(now=now, lender_id=loan.lender_id).ok
