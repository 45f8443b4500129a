"""Cases of the United States about a contact: time, place, person, medium, words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from conformance.allocation.answers import Answer, Word
from conformance.law.ask import (
    Facts,
    Phrases,
    Truth,
    ask,
    booleans,
    chosen,
    first,
    pack_of,
    renamed,
    ruled,
    says,
)
from conformance.law.us_words import collects_words
from conformance.law.us_words import message_rules as rules_of_messages
from forbear.law.messages import content_of, designation_of, is_limited_content

CHANNELS = {
    "voicemail": ("voicemail", "voice mail", "voice message", "answering machine"),
    "sms": ("sms", "text"),
    "postcard": ("postcard", "post card"),
    "email": ("email", "e-mail"),
    "social": ("social", "facebook", "twitter", "instagram", "direct message"),
    "letter": ("mail", "letter", "envelope", "post"),
    "visit": ("visit", "in person", "door"),
    "call": ("call", "phone", "voice"),
}
RELATIONS = {
    "reporting_agency": ("reporting_agency", "reporting agency", "credit_bureau", "credit bureau", "cra"),
    "attorney": ("consumer_attorney", "consumer's attorney", "consumers_attorney", "attorney_of_consumer"),
    "collectors_attorney": ("collector_attorney", "collectors_attorney", "debt_collector_attorney"),
    "creditor": ("creditor",),
    "spouse": ("spouse", "husband", "wife"),
    "parent_of_minor": ("parent_of_minor", "parent of minor", "parent (minor", "minor"),
    "guardian": ("guardian",),
    "executor": ("executor", "administrator", "personal_representative", "successor", "estate"),
    "attorney ": ("attorney", "lawyer"),
    "consumer": ("consumer", "debtor", "borrower", "self"),
}
NOT_CONSUMER = ("friend", "employer", "parent_of_adult", "colleague", "coworker", "neighbo", "relative")
PURPOSES = {
    "ends_efforts": ("terminat", "ends_efforts", "ceasing", "ending", "no further"),
    "may_invoke_remedy": ("may_invoke", "may invoke", "ordinarily"),
    "intends_remedy": ("intend",),
    "required_notice": ("required by", "required_by_law", "otherwise required", "legally required"),
    "confirm_stop": ("confirm",),
    "locate": ("locat",),
    "respond": ("verification", "respond", "answer", "reply"),
}
SAME_NAME = {
    "time_designated_inconvenient": (
        "consumer_initiated_at_designated_time",
        "designated_inconvenient_time",
        "time_designated_inconvenient",
        "designated_time",
        "known*inconvenient",
        "said*inconvenient",
        "inconvenient*time",
    ),
    "place_designated_inconvenient": ("inconvenient*place", "place*inconvenient"),
    "employer_prohibits": ("employer_prohibits_known", "employer_prohibits", "known_employer_prohibits"),
    "attorney_known": ("attorney_known", "represented", "represented_by_attorney", "attorney_represents"),
    "attorney_reachable": (
        "name_address_known_or_ascertainable",
        "attorney_ascertainable",
        "name_and_address_known",
        "ascertainable",
    ),
    "attorney_silent": ("attorney_no_response_reasonable_time", "attorney_no_response", "attorney_silent"),
    "attorney_consents": ("attorney*consent",),
    "court_permission": ("court_permission", "court_order", "court_permits", "express_court_permission"),
    "reply_number": ("response_no", "response_number", "reply_no"),
    "employer_address": ("address_known_employer_provided", "employer_provided", "employer_address"),
    "optout_stated": ("optout_statement", "opt_out_statement", "opt_out", "optout"),
    "optout_costs": ("fee_required", "requires_fee"),
    "disclosure_same_language": ("disclosure_same_language", "same_language"),
    "time_barred": ("time_barred",),
}
CLOCK = re.compile(r"\b([01]?\d|2[0-3]):[0-5]\d\b")


def contact(facts: Facts) -> dict[str, Any]:
    """Return a case's facts under the names of the pack: who, when, where, through what, to what end."""
    found = booleans("us", renamed(facts, SAME_NAME))
    medium = first(facts, "response_medium", "medium", "channel", "event_medium")
    if medium is not None:
        found["channel"] = chosen(medium, CHANNELS, "call")
    if "consumer_medium" in facts:
        found |= {"answers_consumer": True, "reply_same_medium": facts["consumer_medium"] == medium}
    if "place" in facts:
        found["place"] = "work" if says(facts["place"], "work", "office", "job", "employ") else "home"
    if says(facts.get("cease_written", facts.get("cease")), "true") or facts.get("refuses_to_pay_written"):
        found["cease_requested"] = not says(facts.get("debt"), "another", "other", "not covered", "different")
    if "purpose" in facts:
        found["purpose"] = chosen(facts["purpose"], PURPOSES, "remind")
    if "recipient" in facts:
        found["party_relation"] = _relation(facts["recipient"])
    consent = first(facts, "prior_consent", "consumer_consent", "consumer_consents", "consumer_prior_consent")
    if consent is not None:
        found["prior_consent"] = bool(consent) and not _consent_was_given_unlawfully(facts)
    return found | _hour(facts)


def time_place(facts: Facts) -> Answer:
    """Tell whether a contact may be made at this time and place."""
    return ruled(ask("us", contact(facts)))


def third_party(facts: Facts) -> Answer:
    """Tell whether the debt may be spoken of to somebody, or where the consumer is asked of them."""
    found = contact(facts)
    if facts.get("location_purpose") or "states_owes_debt" in facts or says(facts.get("purpose"), "locat"):
        found |= {
            "purpose": "locate",
            "discloses_debt": bool(first(facts, "states_owes_debt", "discloses_debt")),
        }
        previous = first(
            facts, "previous_contacts", "prior_contacts", "contacts_with_person", "times_contacted"
        )
        found |= {} if previous is None else {"location_calls": int(previous)}
        found["answers_consumer"] = bool(first(facts, "person_requested", "requested_by_person"))
    return ruled(ask("us", found))


def inconvenience_designation(facts: Facts) -> Answer:
    """Read what a consumer said: does it designate a time or place for later contacts?"""
    read = designation_of(rules_of_messages().inconvenience, str(facts["statement"]))
    answer: dict[str, Any] = {"verdict": Word("designated" if read.designated else "no_future_designation")}
    if read.place:
        answer["place"] = Phrases((read.place,))
    if read.time:
        answer["time"] = Phrases((read.time,))
    if read.momentary:
        answer["current_communication"] = Phrases(("inconvenient", "end"))
    return answer


def limited_content_message(facts: Facts) -> Answer:
    """Tell whether a message is of limited content; one that is counts as an attempt, not a communication."""
    form = rules_of_messages().limited_content
    medium = chosen(facts.get("medium", "voicemail"), CHANNELS, "call")
    owner = facts.get("number_known_to_belong_to")
    for_consumer = owner is None or not says(
        owner, "friend", "third", "employer", "other", "relative", "neighbo"
    )
    holds_all = facts.get("required_content", facts.get("required_content_complete", True))
    script = str(facts.get("script", ""))
    whole = "required content" in script.lower() or not script
    content = content_of(form, " ".join((_SAMPLE if whole and holds_all else script, *_added(facts))))
    limited = is_limited_content(form, medium=medium, content=content, for_consumer=for_consumer)
    if limited:
        judged = ask("us", {"channel": medium, "limited_content": True, "states_collector": False})
        limited = not judged.stands_in_the_way
    return {
        "verdict": Word("lcm" if limited else "not_lcm"),
        "communication": Truth(not limited),
        "attempt": Truth(True),
    }


_SAMPLE = "This is Ann Lee calling from Ash, Inc. Please call me at 1-800-555-0100."
"""A message that holds all that is required and nothing else, where a case says no more than that."""


def _added(facts: Facts) -> list[str]:
    more = (facts.get("extra_content"), facts.get("optional_content"), facts.get("additional_content"))
    return [f"{text}." for text in more if isinstance(text, str) and not says(text, *_OF_THE_LIST)]


_OF_THE_LIST = ("salutation", "greeting", "date", "time", "representative")
"""How a case names what a message may hold besides, without quoting it."""


def _relation(recipient: object) -> str:
    if says(recipient, *NOT_CONSUMER):
        return "other"
    return chosen(recipient, RELATIONS, "other").strip()


def _hour(facts: Facts) -> dict[str, Any]:
    local = first(facts, "local_time", "sent_local", "call_local", "sent_at_local")
    if local is not None:
        return {"local_time": str(local)[:5]}
    moment = first(facts, "collector_time", "sent_at", "at")
    if moment is None:
        return {}
    zones = first(facts, "candidate_tzs", "consumer_tzs", "tzs") or [first(facts, "consumer_tz", "tz")]
    at = datetime.fromisoformat(str(moment))
    names = [zone for zone in zones if zone is not None] or [pack_of("us").zone.key]
    return {"at": (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(names[0]))).isoformat(), "zones": names}


def _consent_was_given_unlawfully(facts: Facts) -> bool:
    """Tell whether the contact in which consent was given was itself at a forbidden hour."""
    given = CLOCK.search(str(facts.get("consent_given_during", "")))
    return given is not None and ask("us", {"local_time": given[0].zfill(5)}).stands_in_the_way


def fees(facts: Facts) -> Answer:
    """Tell whether an amount may be collected."""
    authorised = any(
        bool(facts.get(name))
        for name in (
            "authorized_by_agreement",
            "authorised_by_agreement",
            "permitted_by_law",
            "authorized_by_law",
        )
    )
    return ruled(ask("us", {"adds_unauthorised_amount": not authorised}))


def disclosure(facts: Facts) -> Answer:
    """Tell whether what must be said is said, and in the language of the contact."""
    found: dict[str, Any] = renamed(
        facts,
        {
            "first_communication": ("initial_communication", "first_communication"),
            "states_collector": (
                "states_from_debt_collector",
                "states_attempt_to_collect",
                "mini*miranda",
                "disclosure_given",
                "attempt*collect",
                "debt*collector",
                "states_attempting_to_collect_and_info_used",
            ),
        },
    )
    if "call_language" in facts or "disclosure_language" in facts:
        spoken = first(facts, "call_language", "communication_language", "language")
        found["disclosure_same_language"] = facts.get("disclosure_language") == spoken
    return ruled(ask("us", found))


def conduct(facts: Facts) -> Answer:
    """Tell whether what is sent, said or shown is permitted."""
    found = contact(facts) | _shown(facts) | _said(facts)
    if "route" in facts:
        found["email_route"] = chosen(facts["route"], EMAIL_ROUTES, "none")
    return ruled(ask("us", found))


EMAIL_ROUTES = {
    "consumer_used": ("consumer_used", "consumer used", "used_by_consumer", "consumer_emailed"),
    "direct_consent": ("consent",),
    "creditor_notice": ("creditor",),
    "prior_collector": ("prior", "previous"),
}


def _shown(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "envelope" in facts:
        lines = facts["envelope"] if isinstance(facts["envelope"], list) else [facts["envelope"]]
        found["envelope_reveals"] = any(collects_words(line) for line in lines)
    if "viewable_by" in facts:
        found["viewable_by_others"] = not says(facts["viewable_by"], "private", "only")
    if "document" in facts:
        looks = says(facts["document"], "summons", "court", "government", "official", "subpoena")
        found["simulates_court"] = looks and not first(facts, "issued_by_court", "issued_by_government")
    if "employee_assumed_name" in facts or "assumed_name" in facts:
        kept = facts.get("used_consistently", True) and facts.get("readily_identifiable", True)
        found["assumed_name_untraceable"] = not kept
    if "amount_misstated" in facts:
        found["false_status"] = bool(facts["amount_misstated"])
    return found


def _said(facts: Facts) -> dict[str, Any]:
    words = first(facts, "says", "statement", "claims", "claims_to_be", "represents")
    threat = facts.get("threat")
    meant = facts.get("intended", facts.get("lawful", False)) and facts.get("lawful", True)
    arrest = says(words, "arrest", "jail", "prison", "seiz", "garnish") or says(
        threat, "arrest", "jail", "prison"
    )
    violent = ("violence", "hurt", "harm", "kill", "obscene", "profan", "swear", "abus")
    return {
        "threatens_arrest": arrest and not meant,
        "threatens_unintended": threat is not None and not meant,
        "false_status": says(
            words, "attorney", "lawyer", "police", "sheriff", "government", "federal", "court"
        ),
        "harasses": says(words, *violent) or says(threat, *violent) or bool(facts.get("harasses")),
    }
