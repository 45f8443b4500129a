"""The rows that a contact leaves behind, whether it is made now or was made in the past. Not saved here."""

from __future__ import annotations

from datetime import date, datetime

from forbear.law.situation import Situation
from forbear.law.verdict import Verdict
from forbear.services.facts import Proposal
from forbear.store.models import Contact, Promise
from forbear.store.models import Verdict as VerdictRow
from forbear.store.verdict_body import facts_to_body, verdict_to_body


def verdict_row(
    proposal: Proposal,
    situation: Situation,
    verdict: Verdict,
    *,
    verdict_id: str,
    lender_id: str,
    actor: str,
) -> VerdictRow:
    """Return the row of a judgement: the act, what was seen of it, and what the law said."""
    return VerdictRow(
        id=verdict_id,
        lender_id=lender_id,
        loan_id=proposal.loan_id,
        party_id=proposal.party_id,
        contact_point_id=proposal.contact_point_id,
        channel=proposal.channel,
        purpose=proposal.purpose,
        actor=actor,
        outcome=verdict.outcome.value,
        judged_at=verdict.judged_at,
        expires_at=verdict.expires_at,
        next_moment=verdict.next_moment,
        pack_id=verdict.pack_digest,
        facts_digest=verdict.facts_digest,
        facts={
            "facts": facts_to_body(dict(situation.facts)),
            "zones": list(situation.zones),
            "debtor": situation.debtor,
            "log_lines": len(situation.log),
        },
        body=verdict_to_body(verdict),
    )


def contact_row(verdict: VerdictRow, *, contact_id: str, actor: str, placed_at: datetime) -> Contact:
    """Return the row of the act that a verdict allowed; it must end when the verdict expires."""
    return Contact(
        id=contact_id,
        lender_id=verdict.lender_id,
        loan_id=verdict.loan_id,
        party_id=verdict.party_id,
        contact_point_id=verdict.contact_point_id,
        verdict=verdict,
        channel=verdict.channel,
        purpose=verdict.purpose,
        actor=actor,
        placed_at=placed_at,
        must_end_at=verdict.expires_at,
    )


def promise_row(
    contact: Contact, promise: tuple[int, date], *, promise_id: str, made_at: datetime
) -> Promise:
    """Return the row of a promise (amount in minor units, day) that was made in a contact."""
    amount, due_on = promise
    return Promise(
        id=promise_id,
        lender_id=contact.lender_id,
        loan_id=contact.loan_id,
        party_id=contact.party_id,
        contact=contact,
        amount=amount,
        due_on=due_on,
        made_at=made_at,
        state=Promise.State.OPEN,
    )
