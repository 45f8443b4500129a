"""Cases of the United States about electronic messages: routes, opting out, requests to stop."""

from __future__ import annotations

from datetime import date
from typing import Any

from conformance.allocation.answers import Answer
from conformance.law.ask import Facts, ask, first, renamed, ruled, says
from conformance.law.us_contact import CHANNELS, EMAIL_ROUTES, contact
from forbear.law.deadlines import days_between

TEXT_ROUTES = ("consumer_texted", "texted", "sms", "text", "phone")
CONDITIONS = (
    "creditor_obtained_from_consumer",
    "creditor_used_it",
    "public_domain",
    "obtained_under_i_or_ii",
    "immediately_prior_used",
    "notice_content_complete",
    "used_to_communicate",
)
"""What a route asks for: each has to be so, where a case speaks of it."""
REFUSALS = ("consumer_asked_creditor_stop", "asked_prior_collector_stop", "employer_domain")
OPTED_OUT = ("consumer_opted_out", "opted_out", "withdrawn", "consent_withdrawn", "opt_out_received")
REFRESHED = (
    "last_consumer_text",
    "consent_date",
    "consent_renewed",
    "reassigned_check",
    "reassigned_check_date",
)
MORE_THAN_A_CONFIRMATION = ("plus", "link", "payment", "pay ", "amount", "offer", "demand", "settle", "also")
TIMES = {"once": 1, "twice": 2, "two": 2, "second": 2, "again": 2, "three": 3, "times": 2, "repeated": 2}


def electronic_contact(facts: Facts) -> Answer:
    """Tell whether a message takes a route that gives the safe harbour."""
    route = str(facts["route"])
    if _is_text(facts, route):
        return ruled(ask("us", _text(facts, route)))
    return ruled(ask("us", _email(facts, route)))


def opt_out(facts: Facts) -> Answer:
    """Tell whether a message keeps to what the person may ask, or asked, for."""
    if says(facts.get("event"), "confirm"):
        return ruled(ask("us", _confirmation(facts)))
    if "request" in facts:
        return ruled(ask("us", _after_request(facts)))
    found = contact(facts)
    asks = first(facts, "requires", "requires_information", "requires_data")
    if asks is not None:
        found["optout_asks_data"] = bool(asks) and not says(asks, "only", "none")
    return ruled(ask("us", found))


def _is_text(facts: Facts, route: str) -> bool:
    medium = facts.get("medium", facts.get("channel"))
    if medium is not None:
        return says(medium, "sms", "text")
    if says(route, "email", "creditor", "prior"):
        return False
    return says(route, *TEXT_ROUTES) or any(name in facts for name in REFRESHED) or route == "consent"


def _text(facts: Facts, route: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "channel": "sms",
        "text_withdrawn": any(bool(facts.get(name)) for name in OPTED_OUT),
    }
    found["text_route"] = "direct_consent" if says(route, "consent") else "consumer_texted"
    if says(route, "none"):
        found["text_route"] = "none"
    refreshed = [date.fromisoformat(facts[name]) for name in REFRESHED if isinstance(facts.get(name), str)]
    if "send_date" in facts:
        sent = date.fromisoformat(facts["send_date"])
        found["text_fresh_days"] = days_between(max(refreshed), sent) if refreshed else None
    return found


def _email(facts: Facts, route: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "channel": "email",
        "email_route": next((word for word, signs in EMAIL_ROUTES.items() if says(route, *signs)), "none"),
        "route_conditions_met": all(facts.get(name, True) for name in CONDITIONS)
        and not any(facts.get(name) for name in REFUSALS),
        "email_opted_out": any(bool(facts.get(name)) for name in OPTED_OUT),
    }
    found |= renamed(facts, {"employer_address": ("address_known_employer_provided", "employer_provided")})
    if "optout_by" in facts:
        last = date.fromisoformat(facts["optout_by"])
        found["optout_days"] = days_between(date.fromisoformat(facts["notice_sent"]), last)
        found["optout_over"] = date.fromisoformat(facts["send_date"]) > last
    return found


def _confirmation(facts: Facts) -> dict[str, Any]:
    return {
        "channel": "sms",
        "medium_stopped": True,
        "purpose": "confirm_stop",
        "reply_same_medium": bool(facts.get("same_medium", True)),
        "confirmation_adds": says(facts.get("content"), *MORE_THAN_A_CONFIRMATION),
    }


def _after_request(facts: Facts) -> dict[str, Any]:
    stopped = _channel(facts["request"])
    done = first(facts, "sends", "collector_responds", "collector_then", "then_collector", default="")
    began = first(facts, "then", "consumer_then", default="")
    found: dict[str, Any] = {"channel": _channel(done) if says(done, *_SIGNS) else stopped}
    found["medium_stopped"] = found["channel"] == stopped
    if says(done, "required by", "required", "law") and says(done, "notice", "law"):
        found["purpose"] = "required_notice"
    if says(began, "consumer"):
        times = next((number for word, number in TIMES.items() if says(done, word)), 1)
        same = found["channel"] == (_channel(began) if says(began, *_SIGNS) else stopped)
        found |= {"answers_consumer": True, "reply_same_medium": same, "reply_number": times}
    return found


_SIGNS = tuple(sign for signs in CHANNELS.values() for sign in signs)


def _channel(text: object) -> str:
    return next((word for word, signs in CHANNELS.items() if says(text, *signs)), "call")
