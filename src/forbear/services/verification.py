"""Every check of a lender's evidence, in an order in which the first failure names the entry at fault."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import AutoField, CharField, Exists, F, Model, OuterRef, Q
from django.db.models.functions import Cast

from forbear.evidence.merkle import Frontier, leaf_hash
from forbear.evidence.seal import Head, entry, instant_text, key_id, verify_signature
from forbear.law.parse import digest_of_texts
from forbear.services import keys, runtime
from forbear.services.leaves import (
    KINDS,
    MOVING,
    keys_of,
    leaf_opened,
    leaf_text,
    lender_column,
    subject_of,
)
from forbear.services.verification_ledger import first_bad_case, ledger_faults
from forbear.store import triggers
from forbear.store.models import (
    Checkpoint,
    Contact,
    EvidenceLeaf,
    Message,
    PackText,
    PersonKey,
    SealedLeaf,
    Verdict,
)
from forbear.store.selectors.readable import Row, readable

CHUNK = 500
SEALED_WITHIN = timedelta(hours=1)

LEAF_COLUMNS = ("lender_id", "kind", "ref", "party_id", "recorded_at", "ciphertext")

WITNESSED = (
    "lender",
    "account",
    "token",
    "party",
    "point",
    "state",
    "role",
    "loan",
    "event",
    "verdict",
    "contact",
    "outcome",
    "message",
    "preference",
    "hold",
    "promise",
)
"""Kinds of which every row has a leaf from the moment it is there."""

ENDED = {
    "preference_end": Q(ended_at__isnull=False),
    "hold_end": Q(closed_at__isnull=False),
    "signin": Q(used_at__isnull=False, party__isnull=False),
    "night": ~Q(cases=""),
    "erasure": Q(destroyed_at__isnull=False),
    "message_end": Q(state__in=(Message.State.SENT, Message.State.FAILED, Message.State.WITHHELD)),
}
"""Kinds of which a row has a leaf from a later moment on: a stop that was quietly ended has none."""

WHAT_OF = {
    **dict.fromkeys(("preference_end", "hold_end", "message_end"), "its end"),
    "signin": "its use",
    "erasure": "the erasure",
}
"""What a leaf of these kinds vouches for, where that is not the row as it came."""


def first_bad_entry(lender_id: str, now: datetime) -> str:
    """Return what is wrong with the first bad entry of a lender, or an empty text."""
    chain, position = ledger_faults(lender_id)
    checks = (_leaves, _witnesses, _order, _checkpoints, _contacts, _packs, _guards)
    bad = chain or next((found for check in checks if (found := check(lender_id))), "")
    return bad or position or first_bad_case(lender_id) or _forgotten(lender_id, now)


def _leaves(lender_id: str) -> str:
    """Each leaf decrypts to what its row says."""
    after_pk = 0
    while leaves := _leaves_after(lender_id, after_pk):
        rows = _rows_of(leaves)
        party_ids = {leaf.party_id for leaf in leaves if leaf.party_id is not None}
        lost = _lost_key(party_ids)
        if lost:
            return lost
        person_keys, newest = keys_of(party_ids), _newest(lender_id, leaves)
        for leaf in leaves:
            row, key = rows[leaf.kind].get(leaf.ref), person_keys.get(leaf.party_id)
            is_past = newest.get((leaf.kind, leaf.ref), leaf.pk) != leaf.pk
            bad = _disagreement(leaf, row, key, is_past=is_past)
            if bad:
                return f"EvidenceLeaf {leaf.pk} ({leaf.kind} {leaf.ref}): {bad}"
        after_pk = leaves[-1].pk
    return ""


def _lost_key(party_ids: set[str]) -> str:
    """Name a person whose key is gone without having been destroyed."""
    kept = PersonKey.objects.filter(Q(key__isnull=False) | Q(destroyed_at__isnull=False))
    lost = party_ids - set(kept.filter(party_id__in=party_ids).values_list("party_id", flat=True))
    return f"PersonKey {min(lost)}: the key is gone, and nothing says that it was destroyed" if lost else ""


def _leaves_after(lender_id: str, after_pk: int) -> list[Any]:
    leaves = EvidenceLeaf.objects.filter(lender_id=lender_id, pk__gt=after_pk).order_by("pk")
    return list(leaves.values_list("pk", *LEAF_COLUMNS, named=True)[:CHUNK])


def _newest(lender_id: str, leaves: Sequence[Any]) -> dict[tuple[str, str], int]:
    """Return the last leaf about each row that may have several, in the order of the log."""
    refs = {leaf.ref for leaf in leaves if leaf.kind in MOVING}
    said = EvidenceLeaf.objects.filter(lender_id=lender_id, kind__in=MOVING, ref__in=refs)
    in_order = said.order_by(F("sealed__index").asc(nulls_last=True), "pk")
    return {(kind, ref): pk for kind, ref, pk in in_order.values_list("kind", "ref", "pk")}


def _rows_of(leaves: Sequence[Any]) -> dict[str, dict[str, Row]]:
    """Return the columns of the rows that these leaves vouch for, by kind and key."""
    refs = defaultdict(list)
    for leaf in leaves:
        refs[leaf.kind].append(leaf.ref)
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for kind in refs.keys() & KINDS.keys():
        model, columns = KINDS[kind].model, KINDS[kind].columns
        wanted = _numbers(refs[kind]) if _is_numbered(model) else refs[kind]
        rows = model.objects.filter(pk__in=wanted).values("pk", *columns)
        found[kind] = {str(pk): row for pk, row in readable(rows)}
    return found


def _is_numbered(model: type[Model]) -> bool:
    return isinstance(model._meta.pk, AutoField)


def _numbers(refs: Sequence[str]) -> list[int]:
    """Return those that can be the number of a row; a leaf that names anything else has none."""
    return [int(ref) for ref in refs if ref.isascii() and ref.isdecimal() and len(ref) < 19]


def _disagreement(leaf: Any, row: Row, key: bytes | None, *, is_past: bool) -> str:
    """Say what is wrong with a leaf; one that ``is_past`` vouches for what never changes alone."""
    if leaf.kind not in KINDS:
        return "its kind is not known"
    if row is None:
        return "the row that it vouches for is missing or cannot be read"
    if key is None and leaf.party_id is not None:
        return ""
    text = leaf_opened(leaf, key)
    if text is None:
        return "its ciphertext does not open under the person's key"
    present = leaf_text(leaf.kind, row)
    moved = KINDS[leaf.kind].moving if is_past else ()
    differing = [] if text == present else [name for name in _differing(text, present) if name not in moved]
    return f"the row differs from what was recorded: {', '.join(differing)}" if differing else ""


def _differing(recorded: bytes, present: bytes) -> list[str]:
    """Name what differs. A column that came after the leaf was written is not in it, and not compared."""
    before, now = json.loads(recorded), json.loads(present)
    return sorted(name for name, value in before.items() if name not in now or now[name] != value)


def _witnesses(lender_id: str) -> str:
    """Each row that must have a leaf has one."""
    for kind, due in (dict.fromkeys(WITNESSED, Q()) | ENDED).items():
        model = KINDS[kind].model
        ref = Cast(OuterRef("pk"), CharField()) if _is_numbered(model) else OuterRef("pk")
        leaf = EvidenceLeaf.objects.filter(lender_id=lender_id, kind=kind, ref=ref)
        own = model.objects.filter(**{lender_column(model): lender_id})
        alone = own.filter(due, ~Exists(leaf)).order_by("pk")
        pk = alone.values_list("pk", flat=True).first()
        if pk is not None:
            what = WHAT_OF.get(kind, "it")
            return f"{model.__name__} {pk}: no evidence leaf vouches for {what}"
    return ""


def _order(lender_id: str) -> str:
    """Places are dense, and each holds the hash of its leaf."""
    leaf = {column: F(f"leaf__{column}") for column in LEAF_COLUMNS if column != "lender_id"}
    places = SealedLeaf.objects.filter(lender_id=lender_id).order_by("index", "pk").annotate(**leaf)
    rows = places.values_list("pk", "index", "leaf_hash", "lender_id", *leaf, named=True)
    for expected, row in enumerate(rows.iterator(chunk_size=CHUNK)):
        if row.index != expected:
            return f"SealedLeaf {row.pk}: index is {row.index} where {expected} should be"
        digest = leaf_hash(entry(bytes(row.ciphertext), subject=subject_of(row)))
        if row.leaf_hash != digest.hex():
            return f"SealedLeaf {row.pk}: leaf_hash at index {row.index} is not the hash of its leaf"
    return ""


def _checkpoints(lender_id: str) -> str:
    """Each signed root is the root of the entries up to its size, signed with the published key."""
    places = SealedLeaf.objects.filter(lender_id=lender_id).order_by("index")
    last = places.values_list("index", flat=True).last()  # before the checkpoints: the sealer goes on
    checkpoints = list(Checkpoint.objects.filter(lender_id=lender_id).order_by("size"))
    public_key = keys.published_key(runtime.keys_dir()) if checkpoints else b""
    hashes = places.values_list("leaf_hash", flat=True).iterator(chunk_size=CHUNK)
    frontier = Frontier()
    for row in checkpoints:
        before = frontier.size
        frontier = frontier.extend(_hex_bytes(text) for text in islice(hashes, row.size - before))
        bad = _checkpoint_fault(row, frontier, before, public_key)
        if bad:
            return f"Checkpoint {row.pk} of size {row.size}: {bad}"
    if last is not None and last >= frontier.size:
        return f"SealedLeaf at index {frontier.size} of {lender_id}: no checkpoint covers it"
    return ""


def _checkpoint_fault(row: Checkpoint, frontier: Frontier, before: int, public_key: bytes) -> str:
    if frontier.size != row.size:
        return f"the log has only {frontier.size} entries"
    if frontier.root.hex() != row.root:
        return f"its root is not that of the log; one of the entries {before} to {row.size - 1} is another"
    if [peak.hex() for peak in frontier.peaks] != row.frontier:
        return "its frontier is not that of the log"
    if row.key_id != key_id(public_key):
        return "it was not signed with the published key"
    head = Head(lender_id=row.lender_id, size=row.size, root=frontier.root, signed_at=row.signed_at)
    fits = verify_signature(head, _hex_bytes(row.signature), public_key=public_key)
    return "" if fits else "its signature does not fit"


def _contacts(lender_id: str) -> str:
    """Each contact has an allowed verdict about itself."""
    same = Q()
    for name in ("lender_id", "loan_id", "party_id", "contact_point_id", "channel", "purpose"):
        same &= Q(**{f"verdict__{name}": F(name)})
    fitting = same & Q(verdict__outcome="allowed", verdict__judged_at__lte=F("placed_at"))
    wrong = Contact.objects.filter(lender_id=lender_id).exclude(fitting).order_by("placed_at", "pk")
    row = wrong.values_list("pk", "verdict_id").first()
    return f"Contact {row[0]}: verdict {row[1]} did not allow it" if row else ""


def _packs(lender_id: str) -> str:
    """Each law pack that a verdict names has the texts that its digest is of."""
    named = (
        Verdict.objects.filter(lender_id=lender_id).order_by().values_list("pack_id", flat=True).distinct()
    )
    for digest in sorted(named):
        kept = PackText.objects.filter(pk=digest).values_list("texts", flat=True).first()
        if kept is None:
            return f"PackText {digest}: the law that verdicts of {lender_id} name is missing"
        if digest_of_texts(kept) != digest:
            return f"PackText {digest}: its texts are not those that the digest is of"
    return ""


def _guards(lender_id: str) -> str:
    """The database still refuses what it should."""
    gone = triggers.missing(connection)
    return f"The trigger {gone[0]} is missing or hollow; run forbear migrate" if gone else ""


def _forgotten(lender_id: str, now: datetime) -> str:
    """Each leaf has its place an hour after it was recorded; until then nothing signed covers it."""
    waiting = EvidenceLeaf.objects.filter(
        lender_id=lender_id, sealed=None, recorded_at__lt=now - SEALED_WITHIN
    )
    leaf = waiting.order_by("pk").first()
    if leaf is None:
        return ""
    return (
        f"EvidenceLeaf {leaf.pk} ({leaf.kind} {leaf.ref}): recorded at {instant_text(leaf.recorded_at)} and"
        " not sealed within an hour; see that forbear serve runs, and run forbear close, which seals every"
        " leaf"
    )


def _hex_bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
