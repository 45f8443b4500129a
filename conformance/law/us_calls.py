"""Cases of the United States about how often somebody is called: a log, judged at its last call."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from conformance.allocation.answers import Answer, Word
from conformance.law.ask import (
    Facts,
    Judged,
    Listed,
    Phrases,
    Truth,
    ask,
    ask_of_log,
    first,
    pack_of,
    ruled,
    says,
)
from conformance.law.us_contact import CHANNELS, contact
from forbear.gateways.amounts import read_amount_texts
from forbear.law.amounts import parse_amounts
from forbear.law.deadlines import is_within
from forbear.law.situation import PastContact, Situation

OUTCOMES = {
    "busy": ("busy",),
    "invalid": (
        "service",
        "invalid",
        "unallocated",
        "does_not_exist",
        "disconnected",
        "not_connected",
        "failed",
    ),
    "voicemail": ("voicemail", "recording", "machine", "message_left"),
    "answered": ("answered", "conversation", "spoke", "talked", "dropped", "hung_up"),
}
REALLY_SPOKEN = ("conversation", "spoke", "talked")
ATTORNEYS = ("attorney", "lawyer")
PRESUMPTIONS = ("calls-in-seven-days", "after-a-conversation")
REBUTTALS = {
    "concentrated-calls": "concentrated",
    "rapid-succession": "rapid succession",
}
CONSENT_DAYS = "consent_days"


def call_frequency(facts: Facts) -> Answer:
    """Tell whether a call is within the presumption of compliance, and what may rebut it."""
    if "calls" in facts:
        return _presumed(_judged_at_last(facts))
    if "calls_in_7_days" in facts:
        return _rebuttable(facts)
    return _by_message(facts)


def contact_frequency(facts: Facts) -> Answer:
    """Tell whether one more contact fits a city's cap over all media."""
    count = first(facts, "contacts_7d_all_channels_excl_mail", "contacts_7d", "contacts_in_7_days")
    found = contact({"medium": first(facts, "new_contact", "medium", default="call")})
    return ruled(ask("us-nyc", {**found, "nyc_contacts_7_days": int(count)}))


def _presumed(judged: Judged) -> Answer:
    violates = any(judged.speaks(end) for end in PRESUMPTIONS)
    factors = tuple(words for end, words in REBUTTALS.items() if judged.speaks(end))
    return {
        "verdict": Word("presumed_violation" if violates else "presumed_compliance"),
        "rebuttal_factor": Phrases(factors),
    }


def _rebuttable(facts: Facts) -> Answer:
    """Say that a presumption can be rebutted, and by what; a rule that denies could not be."""
    count = int(facts["calls_in_7_days"])
    circumstance = str(first(facts, "circumstance", "factor", default=""))
    judged = ask("us", {"calls_7_days": count, "call_serves_law_or_request": bool(circumstance)})
    warned = any(item.rule_id.endswith(PRESUMPTIONS) for item in judged.warned)
    return {
        "verdict": Word("rebuttable" if warned else "presumed_compliance"),
        "factor": Phrases((circumstance,)),
    }


def _by_message(facts: Facts) -> Answer:
    """Tell whether the presumptions look at other media at all, and which rules still do."""
    medium = first(facts, "event", "medium")
    count = int(first(facts, "n_in_7_days", "count", default=0))
    channel = contact({"medium": medium})["channel"]
    judged = ask("us", {"channel": channel, "calls_7_days": count, "messages_7_days": count})
    looks = any(judged.speaks(end) for end in PRESUMPTIONS)
    still = [
        ask("us", {"channel": channel, "harasses": True}),
        ask("us", {"channel": channel, "time_designated_inconvenient": True}),
        ask("us", {"channel": channel, "medium_stopped": True}),
    ]
    cited = tuple(text for each in still for item in each.fired for _, text in item.citations)
    return {
        "verdict": Word("applies" if looks else "not_applicable"),
        "still_applies": Listed(cited),
        "presumption_applies": Truth(looks),
    }


def _judged_at_last(facts: Facts) -> Judged:
    *earlier, last = facts["calls"]
    log = [*(_past(row, facts) for row in earlier), *_conversations(facts)]
    situation = Situation(
        person=str(last.get("person", "")),
        number=str(last.get("number", "")),
        debt=_debt(last, facts),
        zones=(pack_of("us").zone.key,),
        facts={
            "party_relation": "attorney" if says(last.get("person"), *ATTORNEYS) else "consumer",
            "consent_to_call": _consented(last, facts),
        },
        log=tuple(sorted(log, key=lambda line: line.at)),
    )
    return ask_of_log("us", situation, at=_instant(last))


def _past(row: Facts, facts: Facts) -> PastContact:
    outcome = str(row.get("outcome", "no_answer"))
    kind = next((word for word, signs in OUTCOMES.items() if says(outcome, *signs)), "no_answer")
    spoken = outcome == "answered" or says(outcome, *REALLY_SPOKEN) or bool(row.get("conversation"))
    inbound = says(row.get("direction"), "in") or says(row.get("initiated_by"), "consumer")
    return PastContact(
        at=_instant(row),
        channel=_log_channel(row),
        direction="in" if inbound else "out",
        person=str(row.get("person", "")),
        number=str(row.get("number", "")),
        debts=_debts(row, facts),
        outcome="answered" if spoken else kind,
        two_way=spoken,
        consented=_consented(row, facts),
    )


def _log_channel(row: Facts) -> str:
    medium = next((word for word, signs in CHANNELS.items() if says(row.get("channel"), *signs)), "call")
    return medium if medium in ("sms", "email", "letter", "visit") else "call"


def _conversations(facts: Facts) -> list[PastContact]:
    rows = facts.get("conversations") or ([facts["conversation"]] if facts.get("conversation") else [])
    return [_past({**row, "outcome": "conversation"}, facts) for row in rows]


def _debts(row: Facts, facts: Facts) -> tuple[str, ...]:
    discussed = first(row, "debts_discussed", "debts")
    if isinstance(discussed, list):
        return tuple(_debt({**row, "debt": debt}, facts) for debt in discussed)
    return (_debt(row, facts),)


def _debt(row: Facts, facts: Facts) -> str:
    """Return what counts as the particular debt: student loans under one account number are one."""
    account = first(row, "account_number", "account")
    student = says(row.get("debt"), "student") or says(first(row, "debt_type", "type"), "student")
    student = student or bool(facts.get("student_loans")) or says(facts.get("debt_type"), "student")
    shared = first(
        facts, "account_number", "single_account_number", "same_account_number", "one_account_number"
    )
    if student and (account or shared):
        return f"account {account or shared}"
    return str(row.get("debt", ""))


def _consented(row: Facts, facts: Facts) -> bool:
    """Tell whether consent that the person gave directly, for this debt, still lasts."""
    consent = facts.get("consent")
    if not consent or not consent.get("direct", True):
        return False
    if any(consent.get(name, row.get(name)) != row.get(name) for name in ("person", "debt")):
        return False
    given = date.fromisoformat(first(consent, "received", "date", "given"))
    days: Fraction = parse_amounts(read_amount_texts("us"))[CONSENT_DAYS].in_force(given)
    return is_within(given, date.fromisoformat(row["date"]), days.numerator)


def _instant(row: Facts) -> datetime:
    written = f"{row['date']}T{row.get('time', '12:00')}"
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(pack_of("us").zone.key))
