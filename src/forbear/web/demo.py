"""The one control that only a demonstration has: its clock."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.services.demo_clock import clock_move
from forbear.services.simulation.lenders import ZONE
from forbear.web.format import instant
from forbear.web.pages import back_address, language_of
from forbear.web.policy import policy


@require_POST
@policy(anonymous=True)
def clock(request: HttpRequest) -> HttpResponseBase:
    """Move the demonstration's clock forward, then go back; there is no such address outside one."""
    reached = clock_move(to=request.POST.get("to", ""))
    said = _("The clock of the demonstration is now at %(moment)s.")
    messages.info(request, said % {"moment": instant(reached, str(ZONE), language_of())})
    return HttpResponseRedirect(back_address(request))
