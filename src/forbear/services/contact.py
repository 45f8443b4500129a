"""Contacts: judged before they happen, stored with their verdict, and only then placed.

The one way to the telephone. A denial is committed with its evidence, and then raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from forbear.errors import InputError, RefusedError
from forbear.gateways.ports import CallOrder, GatewayError, PlacedCall
from forbear.law.judge import judge_act
from forbear.law.situation import Situation
from forbear.law.verdict import ContactRefusedError, Outcome, Verdict
from forbear.services import runtime
from forbear.services.books import require_known_amounts
from forbear.services.contact_rows import contact_row, promise_row, verdict_row
from forbear.services.dates import business_date
from forbear.services.facts import MEDIUM_OF, Proposal, file_of, point_of, purpose_towards, situation_of
from forbear.services.lawbook import book_of, keep
from forbear.services.leaves import leaf_add
from forbear.services.once import Request, clean, once
from forbear.services.party import party_of
from forbear.services.policy import require
from forbear.store.models import Contact, ContactOutcome, ContactPoint, Loan, Message, WorkItem
from forbear.store.models import Verdict as VerdictRow
from forbear.store.models.ids import derived_id
from forbear.store.querysets import LIABLE_ROLES
from forbear.store.selectors.binding import recorded_since
from forbear.store.selectors.ledger import position_on
from forbear.store.selectors.personfile import PersonFile
from forbear.store.verdict_body import verdict_from_body

PROMISE_DAYS_MAX = 92
"""A promise further away than this is an arrangement, not a promise."""

CLOSING = {
    "call": ("answered", "declined", "no_answer", "voicemail", "busy", "invalid", "unknown"),
    "visit": ("met", "declined", "not_met", "unknown"),
}
"""How an act on each channel can end; a message ends by being sent or withheld.

``declined``: the person was really spoken to, and declined to discuss the debt at all.
"""

SPOKEN_TO = ("answered", "met", "declined")
"""Ends of an act in which somebody was there to speak to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a message, and the template and language that they come from."""

    template: str
    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReceipt:
    """An act that was allowed: it must have ended at ``must_end_at``. Calls carry their references."""

    contact_id: str
    verdict: Verdict
    must_end_at: datetime
    call_ref: str
    recording_ref: str
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNow:
    """One way to reach a person, and what the law says of it at this moment."""

    channel: str
    contact_point: ContactPoint
    verdict: Verdict


def contact_judge(*, actor: str, lender_id: str, now: datetime, proposal: Proposal) -> Verdict:
    """Say what the law would answer, without doing or storing anything; raises NotVisibleError."""
    require(actor, "contact_judge")
    file = _file(proposal, lender_id, now)
    return _judge(file, situation_of(file, proposal, now=now), now)


def channels_now(
    *, actor: str, lender_id: str, loan_id: str, party_id: str, now: datetime
) -> list[ChannelNow]:
    """Judge every channel to a person, as ``channels_of`` does; raises NotVisibleError."""
    require(actor, "contact_judge")
    file = file_of(lender_id=lender_id, loan_id=loan_id, party_id=party_id, now=now, visit=True)
    return channels_of(file, now)


def channels_of(file: PersonFile, now: datetime) -> list[ChannelNow]:
    """Judge every channel to every valid contact point of a person, as a reminder at this moment.

    A person who does not owe is judged as somebody asked to pass a word on; a visit by two. The file
    is one for a visit.
    """
    purpose = purpose_towards(liable=file.relation in LIABLE_ROLES)
    found = []
    for channel, medium in MEDIUM_OF.items():
        for point in file.points:
            if point.medium != medium:
                continue
            proposal = Proposal(
                loan_id=file.loan.pk,
                party_id=file.party.pk,
                contact_point_id=point.pk,
                channel=channel,
                purpose=purpose,
                declared={"collectors_present": 2} if channel == "visit" else {},
            )
            verdict = _judge(file, situation_of(file, proposal, now=now), now)
            found.append(ChannelNow(channel=channel, contact_point=point, verdict=verdict))
    return found


def contact_propose(
    *, actor: str, lender_id: str, key: str, now: datetime, proposal: Proposal
) -> ContactReceipt:
    """Judge a call or visit and, where it is allowed, store it with its verdict and place it.

    Denied, or not known to be allowed: verdict and evidence are committed, and then
    ContactRefusedError is raised, the same for every repetition with this key; so is an allowed act
    that something forbids which was recorded before it was placed. Raises RefusedError
    for a reminder of nothing, and where the telephone did not take the call (repeat with the same
    key); NotVisibleError for what is not this lender's.
    """
    if proposal.channel not in CLOSING:
        raise InputError("A text or mail is sent with message_send, from a template.", field="channel")
    body = proposal.body()
    request = Request(verb="contact_propose", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    return propose(request, proposal, lambda _: None)


def propose(
    request: Request, proposal: Proposal, words_for: Callable[[PersonFile], Words | None]
) -> ContactReceipt:
    """Do what ``contact_propose`` says for a request of any verb; the words are made once it is allowed."""

    def work() -> dict[str, Any]:
        party_of(proposal.party_id, request.lender_id, lock=True)
        file = _file(proposal, request.lender_id, request.now)
        row = verdict_store(
            verdict_id=derived_id("vd", request.lender_id, request.actor, request.key),
            actor=request.actor,
            file=file,
            proposal=proposal,
            now=request.now,
        )
        if row.outcome != Outcome.ALLOWED:
            return {"verdict_id": row.pk, "contact_id": None}
        if proposal.purpose == "remind":
            _require_owed(file.loan, request.now)
        contact = _contact_store(row, request)
        words = words_for(file)
        if words is not None:
            _message_store(contact, point_of(file, proposal), words)
        return {"verdict_id": row.pk, "contact_id": contact.pk}

    answer = once(request, work, loan_id=proposal.loan_id)
    verdict = verdict_from_body(VerdictRow.objects.get(pk=answer.reply["verdict_id"]).body)
    if answer.reply["contact_id"] is None:
        raise ContactRefusedError(verdict)
    contact = Contact.objects.select_related("contact_point").get(pk=answer.reply["contact_id"])
    if contact.channel in CLOSING:
        _judge_again(contact, proposal, request)
    call = _place(contact, request.now)
    return ContactReceipt(
        contact_id=contact.pk,
        verdict=verdict,
        must_end_at=contact.must_end_at,
        call_ref=call.call_ref,
        recording_ref=call.recording_ref,
        replayed=answer.replayed,
    )


def contact_close(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    contact_id: str,
    outcome: str,
    right_party: bool | None,
    two_way: bool,
    recording_ref: str = "",
    note: str = "",
    promise: tuple[int, date] | None = None,
) -> None:
    """Record how a call or visit ended, and the promise (amount in minor units, day) that was made.

    Raises InputError for an outcome or a promise that cannot be, RefusedError where the contact was
    closed before, NotVisibleError for one that is not this lender's.
    """
    body = {
        "contact_id": contact_id,
        "outcome": outcome,
        "right_party": right_party,
        "two_way": two_way,
        "recording_ref": clean(recording_ref, field="recording_ref", longest=120, empty=True),
        "note": clean(note, field="note", longest=1000, empty=True),
        "promise": promise and [promise[0], promise[1].isoformat()],
    }
    request = Request(verb="contact_close", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    contact = Contact.objects.filter(lender_id=lender_id).select_related("loan__lender").one(contact_id)
    _check_outcome(contact, outcome, right_party=right_party, two_way=two_way)
    if promise is not None:
        talked = bool(right_party) and two_way and outcome != "declined"
        _check_promise(contact.loan, promise, now, talked=talked)

    def work() -> dict[str, Any]:
        if ContactOutcome.objects.filter(contact=contact).exists():
            raise RefusedError("This contact is closed already; what was recorded of it stays.")
        values = {name: value for name, value in body.items() if name != "promise"}
        row = ContactOutcome(lender_id=lender_id, actor=actor, recorded_at=now, **values)
        row.save(force_insert=True)
        leaf_add("outcome", row, party_id=contact.party_id, now=now)
        if promise is not None:
            _promise_store(contact, promise, request)
        work_done(contact, now)
        return {"contact_id": contact_id}

    once(request, work, loan_id=contact.loan_id)


def verdict_store(
    *, verdict_id: str, actor: str, file: PersonFile, proposal: Proposal, now: datetime
) -> VerdictRow:
    """Judge a proposal by what is on file and store the verdict with its evidence.

    Call it inside a transaction, with the person locked.
    """
    situation = situation_of(file, proposal, now=now)
    verdict = _judge(file, situation, now)
    keep(book_of(file.loan.lender.pack_id), now)
    row = verdict_row(
        proposal,
        situation,
        verdict,
        verdict_id=verdict_id,
        lender_id=file.loan.lender_id,
        actor=actor,
    )
    row.save(force_insert=True)
    leaf_add("verdict", row, party_id=proposal.party_id, now=now)
    return row


def work_done(contact: Contact, now: datetime) -> None:
    """Note that what the night proposed for this loan and person has been done."""
    open_items = WorkItem.objects.filter(loan_id=contact.loan_id, party_id=contact.party_id, done_at=None)
    open_items.update(done_at=now)


def _file(proposal: Proposal, lender_id: str, now: datetime, *, without_contact: str = "") -> PersonFile:
    return file_of(
        lender_id=lender_id,
        loan_id=proposal.loan_id,
        party_id=proposal.party_id,
        now=now,
        without_contact=without_contact,
        visit=proposal.channel == "visit",
    )


def _judge(file: PersonFile, situation: Situation, now: datetime) -> Verdict:
    return judge_act(book_of(file.loan.lender.pack_id).pack, situation, at=now)


def _require_owed(loan: Loan, now: datetime) -> None:
    """Fold the loan as of now: a payment of this morning makes last night's proposal void."""
    require_known_amounts(loan)
    if not position_on(loan, as_of=business_date(loan.lender, now)).demandable:
        raise RefusedError(f"Nothing is owed on loan {loan.reference} now; there is nothing to remind of.")


def _contact_store(verdict: VerdictRow, request: Request) -> Contact:
    contact = contact_row(
        verdict,
        contact_id=derived_id("ct", request.lender_id, request.actor, request.key),
        actor=request.actor,
        placed_at=request.now,
    )
    contact.save(force_insert=True)
    leaf_add("contact", contact, party_id=contact.party_id, now=request.now)
    return contact


def _message_store(contact: Contact, point: ContactPoint, words: Words) -> None:
    message = Message(
        contact=contact,
        lender_id=contact.lender_id,
        to=point.value,
        state=Message.State.QUEUED,
        **_words_body(words),
    )
    message.save(force_insert=True)
    leaf_add("message", message, party_id=contact.party_id, now=contact.placed_at)
    work_done(contact, contact.placed_at)


def _judge_again(contact: Contact, proposal: Proposal, request: Request) -> None:
    """Refuse an act that a wish, a state or a hold forbids which was recorded after it was allowed."""
    with transaction.atomic():
        party_of(proposal.party_id, request.lender_id, lock=True)
        recorded = recorded_since(contact)
        if recorded is None:
            return
        at = max(request.now, recorded)
        verdict_id = derived_id("vd", "place", contact.pk, at.isoformat())
        row = VerdictRow.objects.filter(pk=verdict_id).first() or verdict_store(
            verdict_id=verdict_id,
            actor=request.actor,
            file=_file(proposal, request.lender_id, at, without_contact=contact.pk),
            proposal=proposal,
            now=at,
        )
    if row.outcome != Outcome.ALLOWED:
        raise ContactRefusedError(verdict_from_body(row.body))


def _words_body(words: Words) -> dict[str, str]:
    return {
        "template": words.template,
        "language": words.language,
        "subject": words.subject,
        "text": words.text,
    }


def _place(contact: Contact, now: datetime) -> PlacedCall:
    """Place a call after its contact was committed; placing it again is the same call."""
    if contact.channel != "call" or now >= contact.must_end_at:
        return PlacedCall(call_ref="", recording_ref="")
    order = CallOrder(call_id=contact.pk, to=contact.contact_point.value, must_end_at=contact.must_end_at)
    try:
        return runtime.gateways().voice.place(order)
    except GatewayError as error:
        raise RefusedError(f"The telephone did not take the call ({error}). Try again.") from error


def _check_outcome(contact: Contact, outcome: str, *, right_party: bool | None, two_way: bool) -> None:
    allowed = CLOSING.get(contact.channel, ())
    if outcome not in allowed:
        known = ", ".join(allowed) or "none: a message is closed by being sent"
        raise InputError(
            f"A {contact.channel} cannot end as {outcome!r}; known are {known}.", field="outcome"
        )
    if (two_way or right_party is not None) and outcome not in SPOKEN_TO:
        raise InputError("Nobody can have spoken in a contact that was not answered.", field="two_way")
    if outcome == "declined" and not (two_way and right_party):
        raise InputError(
            "Declined means that the person meant was really spoken to; say so, or choose another outcome.",
            field="declined",
        )


def _check_promise(loan: Loan, promise: tuple[int, date], now: datetime, *, talked: bool) -> None:
    amount, due_on = promise
    if not talked:
        raise InputError("A promise needs a conversation with the person who owes.", field="promise")
    today = business_date(loan.lender, now)
    if not today <= due_on <= today + timedelta(days=PROMISE_DAYS_MAX):
        raise InputError(
            f"A promise is for a day from {today} to {today + timedelta(days=PROMISE_DAYS_MAX)}.",
            field="due_on",
        )
    require_known_amounts(loan)
    payoff = position_on(loan, as_of=today).payoff
    if not 0 < amount <= payoff:
        raise InputError(f"A promise is for an amount from 1 to {payoff} minor units.", field="amount")


def _promise_store(contact: Contact, promise: tuple[int, date], request: Request) -> None:
    promise_id = derived_id("prom", request.lender_id, request.actor, request.key)
    row = promise_row(contact, promise, promise_id=promise_id, made_at=request.now)
    row.save(force_insert=True)
    leaf_add("promise", row, party_id=contact.party_id, now=request.now)
