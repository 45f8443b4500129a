"""The evidence log of a lender: sealing it, and checking all of it again from the rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.evidence.merkle import Frontier, consistency_proof, leaf_hash, verify_consistency
from forbear.evidence.seal import Head, entry, key_id, public_key_of, sign
from forbear.services import keys, runtime
from forbear.services.leaves import subject_of
from forbear.services.verification import first_bad_entry
from forbear.store.models import Checkpoint, EvidenceLeaf, Lender, SealedLeaf

SEAL_BATCH = 2000
SETTLED_AFTER = timedelta(hours=1)
_KEPT = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a run of the sealer did: how many leaves it placed, and the log's size and root after it."""

    added: int
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """How long a lender's log was when its newest root (hexadecimal) was signed; ``str`` is SIZE:ROOT.

    Kept outside, it shows later whether the log was cut short or rewritten.
    """

    lender_id: str
    size: int
    root: str

    def __str__(self) -> str:
        return f"{self.size}:{self.root}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a check of everything found.

    ``heads`` are those of the logs that were checked and have a signed root. ``first_bad`` names the
    first bad entry: its table, its id and what differs; empty when there is none.
    """

    ok: bool
    entries: int
    checkpoints: int
    unsealed: int
    heads: tuple[LogHead, ...]
    first_bad: str


def evidence_seal(*, lender_id: str, now: datetime, recent: bool = False) -> Sealed:
    """Place every leaf that has no place yet and sign the new root, in one transaction.

    With ``recent`` only the leaves after those that were settled an hour ago are looked at, so that a run
    every few seconds costs what is new. Safe to run twice at once: the second waits, and finds nothing
    left to place. Raises RefusedError where another key signed the log so far.
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


def evidence_verify(*, now: datetime, lender_id: str | None = None, since: str | None = None) -> VerifyReport:
    """Check ledger, leaves, order, roots, signatures and contacts again, from the rows themselves.

    One lender's, or everybody's. ``since`` is a SIZE:ROOT of this lender's log that somebody kept outside:
    the log must still start with it. Raises InputError where that cannot be read, is not of one lender
    alone, or the public key cannot be read.
    """
    kept = None if since is None else kept_head(since, lender_id)
    lenders = Lender.objects.order_by("pk").values_list("pk", flat=True)
    wanted = [lender_id] if lender_id is not None else list(lenders)
    bad = next((found for one in wanted if (found := first_bad_entry(one, now))), "")
    leaves = EvidenceLeaf.objects.filter(lender_id__in=wanted)
    heads = tuple(head for one in wanted if (head := latest_head(one)))
    if kept is not None and not bad:
        bad = _inconsistency(kept, heads)
    return VerifyReport(
        ok=not bad,
        entries=leaves.count(),
        checkpoints=Checkpoint.objects.filter(lender_id__in=wanted).count(),
        unsealed=leaves.filter(sealed=None).count(),
        heads=heads,
        first_bad=bad,
    )


def kept_head(text: str, lender_id: str | None) -> LogHead:
    """Read SIZE:ROOT of one lender's log; raises InputError saying how it is written."""
    found = _KEPT.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"{text[:80]!r} is not SIZE:ROOT: a number of entries, a colon, and the 64 hexadecimal digits of"
            " the root, as forbear verify prints them.",
            field="since",
        )
    if lender_id is None:
        raise InputError("A kept SIZE:ROOT is of one lender's log; name the lender.", field="lender")
    return LogHead(lender_id=lender_id, size=int(found[1]), root=found[2])


def latest_head(lender_id: str) -> LogHead | None:
    """Return the newest signed size and root of a lender's log; None where nothing is sealed yet."""
    row = Checkpoint.objects.filter(lender_id=lender_id).order_by("-size").values("size", "root").first()
    return LogHead(lender_id=lender_id, **row) if row else None


def _inconsistency(kept: LogHead, heads: tuple[LogHead, ...]) -> str:
    """Say how the log differs from what was kept of it; empty where it starts with that (RFC 6962, 2.1.2)."""
    size = heads[0].size if heads else 0
    if size < kept.size:
        return (
            f"Log of {kept.lender_id}: it was cut; it has {size} sealed entries, and had {kept.size} when"
            " that root was kept"
        )
    places = SealedLeaf.objects.filter(lender_id=kept.lender_id, index__lt=size).order_by("index")
    hashes = [bytes.fromhex(text) for text in places.values_list("leaf_hash", flat=True)]
    holds = verify_consistency(
        old_size=kept.size,
        old_root=bytes.fromhex(kept.root),
        size=size,
        root=bytes.fromhex(heads[0].root),
        proof=consistency_proof(hashes, kept.size),
    )
    if holds:
        return ""
    return (
        f"Log of {kept.lender_id}: it was rewritten; its first {kept.size} entries are not those whose root"
        " was kept"
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
    signer = key_id(public_key_of(private_key))
    signed = Checkpoint.objects.filter(lender_id=lender_id).order_by("-size")
    if signed.values_list("key_id", flat=True).first() not in (None, signer):
        raise RefusedError(
            f"The log of {lender_id} was signed with another key than that in {runtime.keys_dir()}; put back"
            " the keys of this installation."
        )
    Checkpoint.objects.create(
        lender_id=lender_id,
        size=head.size,
        root=head.root.hex(),
        frontier=[peak.hex() for peak in frontier.peaks],
        signed_at=now,
        key_id=signer,
        signature=sign(head, private_key=private_key).hex(),
    )
