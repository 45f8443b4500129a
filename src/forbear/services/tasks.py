"""Work that waits for nobody: what a running server does every few seconds, and a command may do too."""

from __future__ import annotations

from datetime import datetime

from forbear.services.evidence import evidence_seal
from forbear.services.message import messages_dispatch
from forbear.store.models import Lender


def tick(*, now: datetime, sweep: bool = False) -> None:
    """Judge queued messages once more and send them, then seal the evidence of every lender.

    With ``sweep`` also leaves that a slow transaction left below what was sealed long ago.
    """
    messages_dispatch(now=now)
    for lender_id in Lender.objects.order_by("id").values_list("id", flat=True):
        evidence_seal(lender_id=lender_id, now=now, recent=not sweep)
