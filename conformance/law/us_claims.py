"""Cases of the United States about what is claimed: disputes, validation, suits, credit reports, payments."""

from __future__ import annotations

from datetime import date
from typing import Any

from conformance.allocation.answers import Answer, Word
from conformance.law.ask import NO, YES, Facts, Ruling, ask, first, ruled, says
from conformance.law.us_contact import contact
from forbear.gateways.amounts import read_amount_texts
from forbear.gateways.calendars import calendar_of
from forbear.law.amounts import parse_amounts
from forbear.law.deadlines import days_between, kept_until
from forbear.law.deadlines import validation_period as period_of

HOLIDAYS = "US"


def dispute(facts: Facts) -> Answer:
    """Tell whether something may be done while a dispute or a question is open."""
    written = facts.get("written", says(facts.get("dispute"), "written", "writing"))
    within = bool(facts.get("within_validation_period", True))
    found: dict[str, Any] = {
        "disputed_in_period": says(facts.get("dispute"), "written", "writing") and within,
        "dispute_answered": bool(first(facts, "verification_sent", "verified", "verification_mailed")),
        "dispute_duplicative": bool(facts.get("duplicative")),
        "duplicative_notice": bool(first(facts, "duplicative_notice_sent", "copy_sent")),
        "creditor_asked_in_period": says(facts.get("request"), "original_creditor", "creditor")
        and bool(written)
        and within,
        "creditor_named": bool(first(facts, "answered", "name_sent", "creditor_named")),
        "claims_admission": says(facts.get("claim"), "admission", "admits", "liab"),
        "overshadows": bool(facts.get("overshadows")) or says(facts.get("action"), "overshadow"),
    }
    if says(facts.get("action"), "undisputed", "not disputed"):
        found["touches_disputed_part"] = False
    if says(facts.get("action"), "sue", "suit", "lawsuit"):
        found["act"] = "sue"
    if says(facts.get("action"), "verification", "send copy", "answer"):
        found["purpose"] = "respond"
    return ruled(ask("us", found))


def validation_period(facts: Facts) -> Answer:
    """Tell when a notice counts as received, and the last day of the period."""
    sent = date.fromisoformat(facts["notice_sent"])
    found = period_of(
        sent,
        receipt_business_days=_number("receipt_business_days", sent),
        days=_number("validation_days", sent),
        calendar=calendar_of(HOLIDAYS),
    )
    return {
        "assumed_receipt": Word(found.assumed_receipt.isoformat()),
        "period_end": Word(found.last_day.isoformat()),
    }


def validation_notice(facts: Facts) -> Answer:
    """Tell whether the validation information came in time, or is not owed yet."""
    first_contact = first(facts, "initial_communication", "first_contact")
    begun = not says(first_contact, "limited", "lcm", "attempt", "no answer", "none")
    found: dict[str, Any] = {"initial_communication": begun, "validation_days": None}
    found["debt_paid"] = bool(first(facts, "paid*"))
    until = first(facts, "validation_sent", "notice_sent", "as_of", "today")
    if begun and isinstance(until, str):
        found["validation_days"] = days_between(
            date.fromisoformat(str(first_contact)), date.fromisoformat(until)
        )
    if says(first_contact, "contain", "validation information"):
        found["validation_days"] = 0
    judged = ask("us", found)
    owed = begun and not found["debt_paid"]
    return {"verdict": Ruling(judged.stands_in_the_way, yes=YES if owed else (*YES, "not_yet_required"))}


def credit_reporting(facts: Facts) -> Answer:
    """Tell whether a debt may be reported, or only not with the safe harbour."""
    day = date.fromisoformat(facts["furnish"])
    spoken = first(facts, "spoke_to_consumer", "spoke", "conversation")
    sent = first(facts, "letter_mailed", "letter_sent", "email_sent", "message_sent")
    found: dict[str, Any] = {
        "act": "report_credit",
        "spoken_to_consumer": spoken is True
        or (isinstance(spoken, str) and date.fromisoformat(spoken) <= day),
        "letter_sent": sent is not None,
        "letter_returned": bool(facts.get("undeliverable")),
    }
    if isinstance(sent, str):
        found["letter_days"] = days_between(date.fromisoformat(sent), day)
    judged = ask("us", found)
    never = judged.speaks("report-first-speak") or found["letter_returned"]
    return {"verdict": Ruling(judged.stands_in_the_way, no=NO if never else ("no_safe_harbor",))}


def postdated_payment(facts: Facts) -> Answer:
    """Tell whether a postdated payment may be deposited."""
    notice = first(facts, "notice_business_days_before_deposit", "notice_business_days")
    found: dict[str, Any] = {"act": "deposit_payment", "deposit_notice": notice is not None}
    if notice is not None:
        found["deposit_notice_days"] = int(notice)
    if "postdated_days" in facts:
        found["postdated_days"] = int(facts["postdated_days"])
    found["deposits_early"] = bool(first(facts, "deposited_days_before_date", "threatens_early_deposit"))
    return ruled(ask("us", found))


def time_barred(facts: Facts) -> Answer:
    """Tell what may be done with a debt whose limitation has run."""
    action = facts["action"]
    act = "contact"
    if says(action, "proof_of_claim", "proof of claim", "bankruptcy"):
        act = "prove_claim"
    elif says(action, "threat") and not says(action, "without"):
        act = "threaten_suit"
    elif says(action, "sue", "file suit", "lawsuit", "bring") and not says(action, "without"):
        act = "sue"
    found = contact(facts) | {"act": act, "time_barred": bool(facts.get("time_barred", True))}
    if act == "contact":
        found["channel"] = "letter"
    return ruled(ask("us", found))


def records(facts: Facts) -> Answer:
    """Tell whether a record may be destroyed on a day."""
    event = date.fromisoformat(first(facts, "last_activity", "call_date", "last_collection_activity"))
    if says(facts.get("record"), "recording") and "call_date" in facts:
        event = date.fromisoformat(facts["call_date"])
    kept = kept_until(event, _number("record_years", event))
    early = date.fromisoformat(facts["destroy_on"]) <= kept
    return {"verdict": Word("too_early" if early else "allowed"), "keep_until": Word(kept.isoformat())}


def _number(name: str, day: date) -> int:
    return parse_amounts(read_amount_texts("us"))[name].in_force(day).numerator
