"""The evidence log of a lender: sealing it, and checking all of it again from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from forbear.errors import NotVisibleError
from forbear.evidence.merkle import Frontier, leaf_hash
from forbear.evidence.seal import Head, entry, key_id, public_key_of, sign
from forbear.services import keys, runtime
from forbear.services.leaves import subject_of
from forbear.services.verification import first_bad_entry
from forbear.store.models import Checkpoint, EvidenceLeaf, Lender, SealedLeaf

SEAL_BATCH = 2000
SETTLED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a run of the sealer did: how many leaves it placed, and the log's size and root after it."""

    added: int
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a check of everything found.

    ``root`` is the latest signed root, for several lenders ``lender=root`` each. ``first_bad`` names
    the first bad entry: its table, its id and what differs; empty when there is none.
    """

    ok: bool
    entries: int
    checkpoints: int
    unsealed: int
    root: str
    first_bad: str


def evidence_seal(*, lender_id: str, now: datetime, recent: bool = False) -> Sealed:
    """Place every leaf that has no place yet and sign the new root, in one transaction.

    With ``recent`` only the leaves after those that were settled an hour ago are looked at, so that a run
    every few seconds costs what is new. Safe to run twice at once: the second waits, and finds nothing
    left to place.
    """
    private_key = keys.signing_key(runtime.keys_dir())
    with transaction.atomic():
        if not Lender.objects.select_for_update(no_key=True).filter(pk=lender_id).exists():
            raise NotVisibleError(f"There is no lender {lender_id}.")
        frontier = _frontier(lender_id)
        before, after_pk = frontier.size, _settled_through(lender_id, now) if recent else 0
        while leaves := _unplaced(lender_id, after_pk):
            frontier, after_pk = _place(leaves, frontier), leaves[-1].pk
        if frontier.size > before:
            _sign(lender_id, frontier, now, private_key)
    return Sealed(added=frontier.size - before, size=frontier.size, root=frontier.root.hex())


def evidence_verify(*, lender_id: str | None = None) -> VerifyReport:
    """Check ledger, leaves, order, roots, signatures and contacts again, from the rows themselves.

    One lender's, or everybody's. Raises InputError where the public key cannot be read.
    """
    lenders = Lender.objects.order_by("pk").values_list("pk", flat=True)
    wanted = [lender_id] if lender_id is not None else list(lenders)
    bad = next((found for one in wanted if (found := first_bad_entry(one))), "")
    leaves = EvidenceLeaf.objects.filter(lender_id__in=wanted)
    roots = {one: _latest_root(one) for one in wanted}
    return VerifyReport(
        ok=not bad,
        entries=leaves.count(),
        checkpoints=Checkpoint.objects.filter(lender_id__in=wanted).count(),
        unsealed=leaves.filter(sealed=None).count(),
        root=roots[lender_id] if lender_id is not None else ", ".join(f"{k}={v}" for k, v in roots.items()),
        first_bad=bad,
    )


def _frontier(lender_id: str) -> Frontier:
    latest = Checkpoint.objects.filter(lender_id=lender_id).order_by("-size").first()
    if latest is None:
        return Frontier()
    return Frontier(latest.size, tuple(bytes.fromhex(peak) for peak in latest.frontier))


def _settled_through(lender_id: str, now: datetime) -> int:
    """Return the leaf up to which hardly anything can be left to place.

    Leaves are numbered when written and placed once committed, so a slow transaction's leaf can turn
    up below one that has its place. What takes longer than an hour, a large import, seals after itself
    from the first leaf on.
    """
    settled = Checkpoint.objects.filter(lender_id=lender_id, signed_at__lte=now - SETTLED_AFTER)
    size = settled.order_by("-size").values_list("size", flat=True).first()
    if size is None:
        return 0
    return SealedLeaf.objects.values_list("leaf_id", flat=True).get(lender_id=lender_id, index=size - 1)


def _unplaced(lender_id: str, after_pk: int) -> list[EvidenceLeaf]:
    leaves = EvidenceLeaf.objects.filter(lender_id=lender_id, sealed=None, pk__gt=after_pk)
    return list(leaves.order_by("pk")[:SEAL_BATCH])


def _place(leaves: list[EvidenceLeaf], frontier: Frontier) -> Frontier:
    hashes = [leaf_hash(entry(bytes(leaf.ciphertext), subject=subject_of(leaf))) for leaf in leaves]
    SealedLeaf.objects.bulk_create(
        SealedLeaf(leaf=leaf, lender_id=leaf.lender_id, index=index, leaf_hash=digest.hex())
        for index, (leaf, digest) in enumerate(zip(leaves, hashes, strict=True), frontier.size)
    )
    return frontier.extend(hashes)


def _sign(lender_id: str, frontier: Frontier, now: datetime, private_key: bytes) -> None:
    head = Head(lender_id=lender_id, size=frontier.size, root=frontier.root, signed_at=now)
    Checkpoint.objects.create(
        lender_id=lender_id,
        size=head.size,
        root=head.root.hex(),
        frontier=[peak.hex() for peak in frontier.peaks],
        signed_at=now,
        key_id=key_id(public_key_of(private_key)),
        signature=sign(head, private_key=private_key).hex(),
    )


def _latest_root(lender_id: str) -> str:
    roots = Checkpoint.objects.filter(lender_id=lender_id).order_by("-size").values_list("root", flat=True)
    return roots.first() or ""
