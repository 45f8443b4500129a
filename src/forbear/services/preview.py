"""The words of a message before it is sent: the same that ``message_send`` would send at this moment."""

from __future__ import annotations

from datetime import datetime

from forbear.services import words as wording
from forbear.services.contact import Words
from forbear.services.dates import business_date
from forbear.services.facts import file_of
from forbear.store.selectors.ledger import position_on


def message_preview(
    *, lender_id: str, now: datetime, loan_id: str, party_id: str, channel: str, template: str, language: str
) -> Words:
    """Return subject and text of a template filled in for this person and loan; nothing is stored.

    Raises InputError for a template that is not there, RefusedError for a reminder of nothing,
    NotVisibleError for what is not this lender's.
    """
    file = file_of(lender_id=lender_id, loan_id=loan_id, party_id=party_id, now=now)
    chosen = wording.template(template, channel=channel, language=language)
    values = wording.neutral_values(file.loan.lender, file.party)
    if chosen.purpose == "remind":
        position = position_on(file.loan, as_of=business_date(file.loan.lender, now))
        values |= wording.debt_values(file.loan, position, language)
    subject, text = chosen.fill(values)
    return Words(template=template, language=language, subject=subject, text=text)
