"""Cases of the United Kingdom, India and the European Union."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from conformance.allocation.answers import Answer
from conformance.law.ask import Facts, ask, chosen, first, renamed, ruled, says
from forbear.law.deadlines import day_number, days_between, full_months

CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))? ?(am|pm)?\b", re.IGNORECASE)
AFTERNOON = {f"{hour:02}": f"{later:02}" for hour, later in zip(range(1, 12), range(13, 24), strict=True)}
"""Hours of the afternoon, by how they are said with pm."""

MEDIA = {
    "card": ("card",),
    "visit": ("visit", "door", "in person"),
    "sms": ("sms", "text"),
    "email": ("email", "e-mail"),
    "letter": ("letter", "post", "mail"),
    "call": ("call", "phone"),
}
PLACES = {
    "work": ("work", "office", "employ"),
    "central": ("central", "designated", "common"),
    "home": ("residen", "home", "house", "borrower's place"),
    "elsewhere": ("hospital", "school", "public", "street", "other", "elsewhere"),
}
PRESSURE = {
    "pressures_single_payment": ("one repayment", "single", "one payment", "in full", "large", "lump"),
    "pressures_short_time": ("short", "unreasonably", "period", "immediately"),
    "pressures_raise_funds": ("borrow", "loan", "raise", "sell", "credit", "property", "funds"),
}
OCCASIONS = {
    "bereavement": ("bereave", "death", "funeral", "mourning"),
    "calamity": ("calamit", "flood", "cyclone", "earthquake", "disaster"),
    "marriage": ("marriage", "wedding"),
    "festival": ("festival", "diwali", "eid", "holi", "christmas"),
}
INDIAN_RELATIONS = {
    "guarantor": ("guarantor",),
    "relative": ("relative", "family", "spouse", "parent", "sibling"),
    "friend": ("friend",),
    "referee": ("referee", "reference"),
    "colleague": ("colleague", "coworker", "co-worker", "employer"),
    "borrower": ("borrower", "customer", "debtor", "self"),
}
NOTICE_ITEMS = {
    "notice_transfer_date": ("date",),
    "notice_purchaser": ("purchaser",),
    "notice_servicer": ("servicer",),
    "notice_authorisation": ("authori",),
    "notice_contact": ("contact",),
}


def uk_contact(facts: Facts) -> Answer:
    """Tell whether a contact in the United Kingdom may be made."""
    found = _uk_visit(facts) | _uk_words(facts) | _uk_hours(facts)
    return ruled(ask("uk", found))


def uk_forbearance(facts: Facts) -> Answer:
    """Tell whether pressure, or going on without forbearance, is permitted."""
    words = facts.get("pressure_to", facts.get("pressure"))
    found: dict[str, Any] = {name: says(words, *signs) for name, signs in PRESSURE.items()}
    found |= renamed(facts, {"in_difficulty": ("difficult*",)})
    considered = first(facts, "forbearance*", "consideration*")
    found |= {} if considered is None else {"forbearance_considered": bool(considered)}
    if first(facts, "debt_adviser_preparing_plan", "adviser_preparing", "debt_plan_in_preparation"):
        days = first(facts, "days_since_notified", "days", "days_elapsed", default=0)
        found |= {"adviser_preparing": True, "adviser_days": int(days)}
    return ruled(ask("uk", found))


def uk_dispute(facts: Facts) -> Answer:
    """Tell whether a dispute is dealt with."""
    found = renamed(
        facts,
        {
            "disputed": ("disputed",),
            "firm_is_lender": ("firm_is_lender",),
            "passes_to_lender": ("passes_info_to_lender", "passes_to_lender"),
            "investigates": ("investigates",),
        },
    )
    if says(facts.get("action"), "enforce", "sue", "court"):
        found["act"] = "enforce"
    return ruled(ask("uk", found))


def uk_breathing_space(facts: Facts) -> Answer:
    """Tell whether something may be done within, or another breathing space be had."""
    crisis = says(facts.get("type"), "mental", "crisis")
    found: dict[str, Any] = {"moratorium": "mental_health" if crisis else "standard"}
    today = date.fromisoformat(first(facts, "today", "as_of", "apply", "date"))
    if "apply" in facts:
        previous = facts.get("previous_breathing_space")
        found |= {"act": "open_moratorium", "had_moratorium": previous is not None}
        if previous is not None:
            found["months_since_moratorium"] = full_months(date.fromisoformat(previous), today)
        return ruled(ask("uk", found))
    if "moratorium_started" in facts:
        found["moratorium_day"] = day_number(date.fromisoformat(facts["moratorium_started"]), today)
    if crisis:
        ended = facts.get("treatment_ended")
        found["treatment_over"] = ended is not None
        if ended is not None:
            found["days_since_treatment"] = days_between(date.fromisoformat(ended), today)
    found["moratorium_cancelled"] = bool(facts.get("cancelled"))
    found["act"] = chosen(facts.get("action"), _BREATHING_ACTS, "contact")
    return ruled(ask("uk", found))


_BREATHING_ACTS = {
    "charge": ("interest", "fee", "charge"),
    "enforce": ("enforce", "court", "bailiff", "sue", "proceedings"),
}


def in_contact(facts: Facts) -> Answer:
    """Tell whether a contact in India may be made: the hour, the person, the day, the place."""
    found: dict[str, Any] = {}
    if "local_time" in facts:
        found["local_time"] = facts["local_time"]
    if says(facts.get("product"), "micro"):
        found["product"] = "microfinance"
    if "channel" in facts:
        found["channel"] = chosen(facts["channel"], {k: v for k, v in MEDIA.items() if k != "card"}, "call")
    who = first(facts, "recipient", "third_party", "contact")
    if who is not None:
        found["party_relation"] = chosen(who, INDIAN_RELATIONS, "other")
    if "occasion" in facts:
        found["occasion"] = chosen(facts["occasion"], OCCASIONS, "none")
    place = first(facts, "visit", "place")
    if place is not None:
        found |= {"channel": "visit", "place": chosen(place, PLACES, "elsewhere")}
        found |= _preferred(facts, str(found["place"]))
    missed = first(facts, "missed_central_place_occasions", "missed_occasions", "absences")
    if missed is not None:
        found["absences"] = int(missed)
    found |= renamed(facts, {"unavailable_at_home": ("unavailable_at_residence", "unavailable_at_home")})
    found |= renamed(facts, {"time_refused": ("asked_not_to_contact", "requested_no_contact_at_time")})
    return ruled(ask("in", found))


def in_outsourcing(facts: Facts) -> Answer:
    """Tell whether an agent may be engaged or a case be referred."""
    names = {
        "agent_certified": ("agent_iibf_certified", "iibf_certified", "agent_certified"),
        "agent_vetted": ("due_diligence", "due_diligence_done", "agent_vetted", "board_policy"),
        "agent_intimated": ("borrower_informed", "prior_intimation", "agent_intimated"),
        "complaint_open": ("grievance_pending", "complaint_pending"),
    }
    found = renamed(facts, names) | {"collector": "third_party"}
    found["act"] = "engage_agent"
    if "complaint_open" in found:
        found["act"] = "refer"
    elif "agent_intimated" in found:
        found["act"] = "contact"
    return ruled(ask("in", found))


def eu_conduct(facts: Facts) -> Answer:
    """Tell whether something is done as the directive asks."""
    found = renamed(
        facts,
        {
            "npl_transferred": ("npl_transferred", "transferred"),
            "transfer_notice_sent": ("transfer_notice_sent", "notice_sent"),
        },
    )
    found["first_collection"] = says(facts.get("action"), "first", "collect") and "npl_transferred" in found
    if "medium" in facts:
        found["durable_medium"] = says(facts["medium"], "durable", "paper", "letter", "email", "pdf")
    if "includes" in facts:
        found |= {name: says(facts["includes"], *signs) for name, signs in NOTICE_ITEMS.items()}
    act = facts.get("conduct")
    found["harasses"] = says(act, "harass", "coerc", "undue", "threat", "intimid")
    found["unfair"] = says(act, "bad faith", "unfair", "unprofessional")
    found["reveals_to_others"] = says(act, "privacy", "disclos") or bool(
        facts.get("discloses_to_third_party")
    )
    found["misleading"] = says(facts.get("information"), "mislead", "false", "unclear", "deceiv")
    return ruled(ask("eu", found))


def _preferred(facts: Facts, place: str) -> dict[str, Any]:
    wish = facts.get("borrower_preference")
    if wish is None:
        return {}
    preferred = chosen(wish, {k: v for k, v in PLACES.items() if k != "central"}, "elsewhere")
    return {"preferred_place": preferred, "place_is_not_preferred": preferred != place}


def _uk_hours(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    local = first(facts, "call_local", "local_time", "sent_local")
    if local is not None:
        found["local_time"] = str(local)[:5]
    asked = facts.get("asked")
    if asked is None:
        return found
    hour = CLOCK.search(str(asked))
    if hour is None:
        return found | {"against_request": True}
    clock = _clock(hour)
    early, late = (
        says(asked, "not call before", "only after", "not before"),
        says(asked, "after", "later than"),
    )
    if early or not late:
        return found | {"hours_wish": True, "wish_from": clock, "wish_until": "23:59"}
    return found | {"hours_wish": True, "wish_from": "00:00", "wish_until": clock}


def _clock(found: re.Match[str]) -> str:
    """Return an hour such as 14:00, 9.30 or 2pm as HH:MM."""
    hour, minute = found[1].zfill(2), found[2] or "00"
    if not says(found[3], "pm"):
        return f"{hour}:{minute}"
    return f"{AFTERNOON.get(hour, hour)}:{minute}"


def _uk_visit(facts: Facts) -> dict[str, Any]:
    found = renamed(
        facts,
        {
            "particularly_vulnerable": (
                "known_or_suspected_particularly_vulnerable",
                "particularly_vulnerable",
            ),
            "place_consent": ("customer_express_consent", "express_consent"),
            "visit_notice": ("initial_visit_notice", "visit_notice", "adequate_notice"),
            "happy_to_talk": ("customer_happy_to_speak_now",),
            "stays_when_asked_to_leave": ("stays_after_asked_to_leave", "refuses_to_leave"),
            "threatens": ("threatening", "threatening_manner"),
        },
    )
    if "place" in facts:
        found["place"] = chosen(
            facts["place"], {k: v for k, v in PLACES.items() if k != "central"}, "elsewhere"
        )
    if "enters_without_consent" in facts:
        found["enters"] = bool(facts["enters_without_consent"])
    if "asked_to_leave" in facts:
        found["stays_when_asked_to_leave"] = not facts.get("leaves", False)
    return found | ({"channel": "visit"} if found else {})


def _uk_words(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = renamed(
        facts,
        {"publicly_embarrasses": ("publicly_embarrassing",), "reveals_to_others": ("third_party_learns",)},
    )
    if "medium" in facts:
        found["channel"] = chosen(facts["medium"], MEDIA, "call")
    if "text" in facts:
        debt = says(facts["text"], "debt", "loan", "account", "repay", "arrears")
        found["misleading"] = says(facts["text"], "delivery", "parcel", "prize", "missed") and not debt
    number = first(facts, "number", "phone_number", "premium_rate_number", "premium_number")
    found["premium_number"] = number is True or says(number, "premium", "090", "091", "087")
    found["addressed_to_occupier"] = says(
        first(facts, "threat_addressed_to", "addressed_to"), "occupier", "resident"
    )
    found["sent_to_all_of_name"] = says(
        first(facts, "demand_sent_to", "sent_to"), "all", "everyone", "same name"
    )
    return found
