"""Texts and mails: queued with their contact, judged again right before they go, sent once.

The one way to the gateways for text and mail. A sign-in code goes out here as well: the person has
just asked for it, it concerns no loan and says nothing of one, so no pack judges it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from forbear.gateways.ports import GatewayError, Mail, Text
from forbear.law.verdict import Outcome
from forbear.services import runtime
from forbear.services.books import require_known_amounts
from forbear.services.contact import ContactReceipt, Words, propose, verdict_store
from forbear.services.dates import business_date
from forbear.services.facts import Proposal, file_of
from forbear.services.leaves import leaf_add
from forbear.services.once import Request
from forbear.services.party import party_of
from forbear.services.policy import require
from forbear.services.templates import template as template_of
from forbear.services.words import debt_values, neutral_values
from forbear.store.models import Lender, Message
from forbear.store.models.ids import derived_id
from forbear.store.querysets import ScopedQuerySet
from forbear.store.selectors.binding import recorded_since
from forbear.store.selectors.ledger import position_on
from forbear.store.selectors.personfile import PersonFile

CLAIM_LASTS = timedelta(minutes=5)
"""A dispatcher that has not reported for so long has died; its message is taken up again."""

DISPATCHER = "system:dispatch"
"""Who judges a message again right before it goes."""

BATCH = 200
DETAIL_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """What became of the queue: how many went out, were withheld, failed for good, or wait."""

    sent: int = 0
    withheld: int = 0
    failed: int = 0
    waiting: int = 0


def message_send(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    loan_id: str,
    party_id: str,
    contact_point_id: str,
    channel: str,
    template: str,
    language: str | None = None,
) -> ContactReceipt:
    """Judge a message and, where it is allowed, queue it with its contact and send it.

    ``language`` is the person's own by default. Raises as ``contact_propose`` does, InputError for a
    template that is not there, RefusedError for a reminder of nothing.
    """
    body = {
        "loan_id": loan_id,
        "party_id": party_id,
        "contact_point_id": contact_point_id,
        "channel": channel,
        "template": template,
        "language": language,
    }
    request = Request(verb="message_send", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    spoken = language or party_of(party_id, lender_id).language
    proposal = Proposal(
        loan_id=loan_id,
        party_id=party_id,
        contact_point_id=contact_point_id,
        channel=channel,
        purpose=template_of(template, channel=channel, language=spoken).purpose,
    )
    receipt = propose(request, proposal, lambda file: _words(file, template, channel, spoken, now))
    _dispatch(receipt.contact_id, now)
    return receipt


def message_preview(
    *,
    actor: str,
    lender_id: str,
    now: datetime,
    loan_id: str,
    party_id: str,
    channel: str,
    template: str,
    language: str,
) -> Words:
    """Return the words that ``message_send`` would send at this moment; nothing is stored.

    Raises InputError for a template that is not there, RefusedError for a reminder of nothing,
    NotVisibleError for what is not this lender's.
    """
    require(actor, "message_send")
    file = file_of(lender_id=lender_id, loan_id=loan_id, party_id=party_id, now=now)
    return _words(file, template, channel, language, now)


def messages_dispatch(*, now: datetime) -> Dispatched:
    """Send what is queued: each is judged again first, and withheld where it is no longer allowed."""
    counts = {"sent": 0, "withheld": 0, "failed": 0, "waiting": 0}
    for contact_id in list(_open_messages(now).values_list("pk", flat=True)[:BATCH]):
        state = _dispatch(contact_id, now)
        counts[state if state in counts else "waiting"] += 1
    return Dispatched(**counts)


def code_deliver(*, message_id: str, lender: Lender, to: str, language: str, code: str) -> None:
    """Send a sign-in code to a number. A gateway that fails is not reported: the answer stays the same."""
    chosen = template_of("signin_code", channel="sms", language=language)
    _, text = chosen.fill({"lender": lender.name, "code": code})
    try:
        runtime.gateways().text.send(Text(message_id=message_id, to=to, text=text))
    except GatewayError:
        return


def _open_messages(now: datetime) -> ScopedQuerySet:
    dead_claim = Q(state=Message.State.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    return (
        Message.objects.filter(Q(state=Message.State.QUEUED) | dead_claim)
        .filter(contact__placed_at__lte=now)
        .order_by("contact__placed_at", "pk")
    )


def _dispatch(contact_id: str, now: datetime) -> str:
    """Take one message through to its end; the state it is left in comes back."""
    message = _claim(contact_id, now)
    if message is None:
        return Message.objects.values_list("state", flat=True).get(pk=contact_id)
    try:
        reference = _hand_over(message)
    except GatewayError as error:
        state = Message.State.FAILED if error.permanent else Message.State.QUEUED
        return _settle(contact_id, state, now, detail=str(error))
    return _settle(contact_id, Message.State.SENT, now, detail=reference)


def _claim(contact_id: str, now: datetime) -> Message | None:
    """Judge a message once more and take it up; None where somebody else has, or it may not go."""
    with transaction.atomic():
        message = (
            _open_messages(now)
            .select_for_update(no_key=True, of=("self",))
            .select_related("contact__contact_point")
            .filter(pk=contact_id)
            .first()
        )
        if message is None:
            return None
        party_of(message.contact.party_id, message.lender_id, lock=True)
        because = _objection(message, now)
        if because:
            _end(message, Message.State.WITHHELD, now, detail=because)
            return None
        message.state, message.claimed_at = Message.State.SENDING, now
        message.save(update_fields=["state", "claimed_at", "last_verdict"])
    return message


def _objection(message: Message, now: datetime) -> str:
    """Say why a message may not go now; empty when it may. The judgement is stored."""
    contact = message.contact
    recorded = recorded_since(contact)
    if now == contact.placed_at and recorded is None:
        return ""
    now = max(now, recorded or now)  # a wish that was recorded by a later clock binds as well
    if now >= contact.must_end_at:
        return "The verdict that allowed it has expired."
    file = file_of(
        lender_id=contact.lender_id,
        loan_id=contact.loan_id,
        party_id=contact.party_id,
        now=now,
        without_contact=contact.pk,
    )
    if contact.contact_point_id not in {point.pk for point in file.points}:
        return "The contact point is no longer valid."
    proposal = Proposal(
        loan_id=contact.loan_id,
        party_id=contact.party_id,
        contact_point_id=contact.contact_point_id,
        channel=contact.channel,
        purpose=contact.purpose,
    )
    if message.last_verdict is None or message.last_verdict.judged_at != now:
        message.last_verdict = verdict_store(
            verdict_id=derived_id("vd", "send", contact.pk, now.isoformat()),
            actor=DISPATCHER,
            file=file,
            proposal=proposal,
            now=now,
        )
    if message.last_verdict.outcome == Outcome.ALLOWED:
        return ""
    return f"No longer allowed: see verdict {message.last_verdict.pk}."


def _hand_over(message: Message) -> str:
    gateways = runtime.gateways()
    if message.contact.channel == "sms":
        return gateways.text.send(Text(message_id=message.pk, to=message.to, text=message.text))
    mail = Mail(message_id=message.pk, to=message.to, subject=message.subject, text=message.text)
    return gateways.mail.send(mail)


def _settle(contact_id: str, state: str, now: datetime, *, detail: str) -> str:
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(no_key=True, of=("self",))
            .select_related("contact")
            .get(pk=contact_id)
        )
        if message.state != Message.State.SENDING:
            return message.state
        if state == Message.State.QUEUED:
            message.state, message.detail = state, detail[:DETAIL_LENGTH]
            message.save(update_fields=["state", "detail"])
        else:
            _end(message, state, now, detail=detail)
    return state


def _end(message: Message, state: str, now: datetime, *, detail: str) -> None:
    message.state, message.detail = state, detail[:DETAIL_LENGTH]
    message.sent_at = now if state == Message.State.SENT else None
    message.save(update_fields=["state", "detail", "sent_at", "last_verdict"])
    leaf_add("message_end", message, party_id=message.contact.party_id, now=now)


def _words(file: PersonFile, name: str, channel: str, language: str, now: datetime) -> Words:
    chosen = template_of(name, channel=channel, language=language)
    values = neutral_values(file.loan.lender, file.party)
    if chosen.purpose == "remind":
        require_known_amounts(file.loan)
        position = position_on(file.loan, as_of=business_date(file.loan.lender, now))
        values |= debt_values(file.loan, position, language)
    subject, text = chosen.fill(values)
    return Words(template=name, language=language, subject=subject, text=text)
