"""A text message or mail: shown word by word before it is sent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forbear.documents.scalars import LANGUAGES
from forbear.law.verdict import ContactRefusedError
from forbear.services.contact import channels_now
from forbear.services.message import message_preview, message_send
from forbear.services.policy import actor_of
from forbear.services.templates import names_of
from forbear.store.models import ContactPoint, Message
from forbear.store.selectors.roles import party_on
from forbear.web.console.access import act, staff_page
from forbear.web.console.calls import refused_page
from forbear.web.console.case import loan_of, summary_context

MEDIA = {"sms": "phone", "email": "email"}
STAFF_PURPOSES = ("remind", "identify")


@require_http_methods(["GET", "POST"])
@staff_page("message_send")
def text(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Choose wording and language, read what the borrower will read, send it."""
    given = request.POST if request.method == "POST" else request.GET
    loan = loan_of(request, loan_id)
    channel = given.get("channel", "sms")
    if channel not in MEDIA:
        raise Http404
    party = party_on(loan, given.get("party", ""))
    point = _point(request, party.pk, given.get("point", ""), channel)
    offered = names_of(channel, STAFF_PURPOSES)
    if request.method == "POST" and given.get("template") not in offered:
        raise Http404  # never other words than those that were read
    template = given.get("template") if given.get("template") in offered else offered[0]
    language = given.get("language") if given.get("language") in LANGUAGES else party.language
    wording = {"loan_id": loan.pk, "party_id": party.pk, "channel": channel, "template": template}
    if request.method == "POST":
        try:
            receipt = message_send(**act(request), **wording, contact_point_id=point.pk, language=language)
        except ContactRefusedError as refused:
            return refused_page(request, loan_id, refused, channel=channel)
        _say(request, receipt.contact_id)
        return redirect("console:case", loan.pk)
    reader = {"actor": actor_of(request.user), "lender_id": loan.lender_id, "now": request.now}
    words = message_preview(**reader, **wording, language=language)
    judged = channels_now(**reader, loan_id=loan.pk, party_id=party.pk)
    context = summary_context(loan, request) | {
        "party": party,
        "point": point,
        "channel": channel,
        "template": template,
        "offered": offered,
        "chosen_language": language,
        "words": words,
        "verdict": next(
            (way.verdict for way in judged if (way.channel, way.contact_point.pk) == (channel, point.pk)),
            None,
        ),
    }
    return render(request, "console/text.html", context)


def _point(request: HttpRequest, party_id: str, point_id: str, channel: str) -> ContactPoint:
    points = ContactPoint.objects.visible_to(request.user)
    return points.filter(party_id=party_id, medium=MEDIA[channel]).one(point_id)


def _say(request: HttpRequest, contact_id: str) -> None:
    message = Message.objects.visible_to(request.user).one(contact_id)
    if message.state == Message.State.SENT:
        messages.success(request, _("Sent to %(to)s.") % {"to": message.to})
    elif message.state in (Message.State.FAILED, Message.State.WITHHELD):
        messages.error(request, _("Not sent: %(reason)s") % {"reason": message.detail})
    else:
        messages.warning(
            request, _("Queued for %(to)s; it is judged again right before it goes.") % {"to": message.to}
        )
