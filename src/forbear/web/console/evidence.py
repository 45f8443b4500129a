"""The evidence log of the lender: its root, its checkpoints, and whether everything still adds up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from forbear.services.evidence import evidence_verify, latest_head
from forbear.store.models import Checkpoint, EvidenceLeaf, SealedLeaf
from forbear.web.console.access import staff_page

CHECKPOINTS = 12


@require_GET
@staff_page("evidence_read")
def evidence(request: HttpRequest) -> HttpResponse:
    """Show the newest root and checkpoints, and how much waits to be sealed."""
    leaves = EvidenceLeaf.objects.visible_to(request.user)
    checkpoints = Checkpoint.objects.visible_to(request.user).order_by("-size")
    context = {
        "entries": leaves.count(),
        "sealed": SealedLeaf.objects.visible_to(request.user).count(),
        "unsealed": leaves.filter(sealed=None).count(),
        "newest": checkpoints.first(),
        "head": latest_head(request.user.lender_id),
        "checkpoints": checkpoints[:CHECKPOINTS],
        "checkpoint_count": checkpoints.count(),
        "zone": request.user.lender.zone,
    }
    return render(request, "console/evidence.html", context)


@require_POST
@staff_page("evidence_read")
def verify(request: HttpRequest) -> HttpResponse:
    """Check every entry of this lender now, and say what was found."""
    report = evidence_verify(now=request.now, lender_id=request.user.lender_id)
    template = "console/verified.html" if request.htmx else "console/verified_page.html"
    return render(request, template, {"report": report, "zone": request.user.lender.zone})
