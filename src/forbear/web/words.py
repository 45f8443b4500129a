"""What the codes of the domain are called on a page. One word for one thing, in both languages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, "str | Promise"]

CATALOGUE: dict[str, Words] = {
    "role": {
        "agent": _("Agent"),
        "manager": _("Manager"),
        "compliance": _("Compliance officer"),
        "borrower": _("Borrower"),
        "administrator": _("Administrator"),
    },
    "system": {
        "cli": _("command line"),
        "demo": _("demonstration"),
        "dispatch": _("dispatch"),
        "night": _("night"),
        "payment-provider": _("payment provider"),
        "report": _("report"),
        "simulation": _("simulation"),
        "tape": _("loan tape"),
    },
    "party_role": {
        "borrower": _("Borrower"),
        "co_borrower": _("Co-borrower"),
        "guarantor": _("Guarantor"),
        "spouse": _("Spouse liable for the debt"),
        "representative": _("Representative"),
        "estate": _("Estate"),
        "contact_person": _("Contact person"),
        "unrelated": _("Not a party to the debt"),
    },
    "party_state": {
        "dead": _("Deceased"),
        "incapable": _("Without legal capacity"),
        "minor": _("Minor"),
        "bankrupt": _("Bankrupt"),
        "represented": _("Represented"),
        "identity_stolen": _("Identity stolen"),
    },
    "channel": {
        "call": _("Phone call"),
        "sms": _("Text message"),
        "email": _("E-mail"),
        "visit": _("Visit"),
    },
    "purpose": {
        "remind": _("Reminder"),
        "identify": _("Identity check"),
        "respond": _("Answer to the borrower"),
        "relay": _("Asking a third party to pass a message"),
    },
    "outcome": {
        "answered": _("Answered"),
        "declined": _("Declined to talk about the debt at all"),
        "no_answer": _("No answer"),
        "voicemail": _("Voicemail"),
        "busy": _("Busy"),
        "invalid": _("Number not in service"),
        "delivered": _("Delivered"),
        "undelivered": _("Not delivered"),
        "met": _("Met"),
        "not_met": _("Not met"),
        "unknown": _("Not known"),
    },
    "verdict": {
        "allowed": _("Allowed"),
        "denied": _("Not allowed"),
        "needs": _("To be established first"),
    },
    "strength": {
        "law": _("Law"),
        "department_rule": _("Departmental rule"),
        "self_regulatory": _("Self-regulatory guideline"),
        "standard": _("Recommended standard"),
        "policy": _("House policy"),
        "preference": _("The borrower's own wish"),
    },
    "effect": {
        "deny": _("Forbids"),
        "require": _("Requires"),
        "disclose": _("Must be said"),
        "stop": _("Stops collection"),
        "warn": _("Warns"),
        "retain": _("Must be kept"),
    },
    "bucket": {
        "current": _("Not overdue"),
        "1-30": _("1–30 days"),
        "31-60": _("31–60 days"),
        "61-90": _("61–90 days"),
        "91-180": _("91–180 days"),
        "181+": _("181 days and more"),
        "closed": _("Paid off"),
        "charged_off": _("Charged off"),
    },
    "loan_state": {
        "pending": _("Not yet disbursed"),
        "active": _("Running"),
        "closed": _("Paid off"),
        "charged_off": _("Charged off"),
    },
    "part": {
        "principal": _("Principal"),
        "interest": _("Interest"),
        "fee": _("Fee"),
        "penalty": _("Overdue interest"),
    },
    "event": {
        "disbursed": _("Loan paid out"),
        "boarded": _("Loan taken over from another system"),
        "payment": _("Payment received"),
        "payment_reversed": _("Payment returned"),
        "fee_charged": _("Fee charged"),
        "amount_waived": _("Amount waived"),
        "terms_changed": _("Terms changed"),
        "charged_off": _("Charged off"),
        "recovery": _("Recovery received"),
    },
    "hold": {
        "dispute": _("Dispute"),
        "complaint": _("Complaint"),
        "hardship": _("Hardship"),
    },
    "promise": {
        "open": _("Open"),
        "kept": _("Kept"),
        "broken": _("Broken"),
    },
    "preference": {
        "stop": _("No contact about this debt"),
        "hours": _("Only between these hours"),
        "night_consent": _("Agrees to contact at night"),
    },
    "message": {
        "queued": _("Queued"),
        "sending": _("On its way out"),
        "sent": _("Sent"),
        "failed": _("Failed"),
        "withheld": _("Withheld: no longer lawful"),
    },
    "medium": {
        "phone": _("Phone"),
        "email": _("E-mail"),
        "address": _("Address"),
    },
    "template": {
        "reminder": _("Reminder: what is owed, what waiting costs, where to get help"),
        "identify": _("Neutral: asks them to get in touch, says nothing of a debt"),
    },
    "visit_ground": {
        "long_overdue": _("Long overdue"),
        "unreachable": _("Could not be reached, after honest attempts"),
        "refuses_to_talk": _("Declined twice to talk about the debt"),
    },
}
"""What each code is called, by the kind of code."""


def word(kind: str, code: str) -> str:
    """Return what ``code`` of this kind is called; the code itself where it has no name yet."""
    return str(CATALOGUE[kind].get(code, code))
