"""Simulated attempts with their logs: every row of the table, each side of every limit, partly unknown.

Attempt number N of a seed is always the same one, whoever draws it and in whatever order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.attempt import PARTS_OF_A_PROPOSAL, Attempt
from tests.oracle.attempts_log import draw_log

Draw = random.Random
Facts = dict[str, Any]

ACTS_SHARE = 0.3
"""So many attempts are things done without contacting anybody."""

ORDINARY_CONTACT: Facts = {
    "channel": "call",
    "purpose": "remind",
    "party_relation": "borrower",
    "robot": False,
    "discloses_debt": True,
    "identity_verified": True,
    "stop_requested": False,
    "number_stop_requested": False,
    "night_consent": False,
    "hours_wish": False,
    "request_on_file": False,
    "request_days": 0,
    "dispute_open": False,
    "complaint_open": False,
    "hardship_open": False,
    "party_dead": False,
    "party_incapable": False,
    "party_represented": False,
    "collectors_present": 2,
    "visit_ground": True,
    "debt_open": True,
    "amount_refolded": True,
    "limitation_years_run": 0,
    "identity_matched": True,
    "address_confirmed_days": 30,
    "promise_open": False,
    "third_party_objected": False,
    "number_invalid": False,
    "agreed_frequency": False,
    "entry_consent": False,
    "joint_debt_evidence": False,
    "private_account_consent": False,
    "debtor_dead": False,
    "debtor_incapable": False,
    "licence": "bank",
    "collector": "lender",
    "credit_card": False,
}
ORDINARY_ACT: Facts = {
    "without_contact": True,
    "licence": "bank",
    "collector": "lender",
    "credit_card": False,
    "agency_contract": True,
    "agency_contract_forbids": True,
    "agency_checked": True,
    "agency_violence": False,
    "agency_listed": True,
    "agency_barred": False,
    "agency_rated_days": 100,
    "trained_days": 100,
    "staff_checked_in": True,
    "ranked_by_money_only": False,
    "ranked_by_location": False,
    "data_kind": "contact",
    "data_basis": True,
    "data_consent": False,
    "separate_consent": False,
    "data_automated": False,
    "impact_assessed": True,
    "purpose_met": False,
    "retention_over": False,
    "record_kind": "collection",
    "record_age": 10,
    "complaint_route": "direct",
    "complaint_days": 0,
    "complaint_complex": False,
    "complaint_extended": False,
    "handler_involved": False,
    "hardship_working_days": 0,
    "told_before_report": True,
    "negative_years": 0,
    "objection_days": 0,
    "yearly_cost": 1000,
    "lpr": 300,
    "internet_assisted": False,
    "penalty_percent": 100,
    "interest_agreed": True,
    "annual_rate_shown": True,
    "rate_is_simple": False,
    "simple_labelled": True,
    "plan_months": 12,
    "guaranteed": False,
    "guarantor_consent": False,
    "cost_read_back": True,
    "party_distressed": False,
    "limitation_warned": False,
    "limitation_years_run": 0,
    "consent_in_terms": False,
    "consent_in_collection": False,
    "debit_attempts": 0,
    "balance_protected": True,
}

YES_OR_NO = (True, False)
LICENCES = ("bank", "consumer_finance", "other_financial", "local_financial", "private")
RELATIONS = [
    "borrower",
    "co_borrower",
    "guarantor",
    "spouse",
    "representative",
    "estate",
    "contact_person",
    "unrelated",
]
KINDS_OF_DATA = [
    "identity",
    "contact",
    "debt",
    "account",
    "health",
    "religion",
    "whereabouts",
    "phone_book",
    "call_log",
    "device",
    "social",
    "skip_traced",
    "third_parties",
    "bereavement",
    "dependants",
    "distress",
    "complaint_likelihood",
    "pressure",
]
RANGES: dict[str, tuple[Any, ...]] = {
    "channel": ("call", "call", "sms", "email", "visit"),
    "purpose": ("remind", "identify", "respond", "relay"),
    "party_relation": tuple(RELATIONS),
    "licence": LICENCES,
    "collector": ("lender", "agency"),
    "collectors_present": (0, 1, 2, 3),
    "limitation_years_run": (0, 2, 3, 4, 19, 20, 21),
    "address_confirmed_days": (0, 30, 89, 90, 91, 400),
    "request_days": (0, 1, 7, 30),
    "agency_rated_days": (0, 364, 365, 366, 400),
    "trained_days": (0, 364, 365, 366, 400),
    "data_kind": tuple(KINDS_OF_DATA),
    "record_kind": ("collection", "card_recording", "complaint", "impact_assessment"),
    "record_age": (0, 1, 2, 3, 4, 5, 6),
    "complaint_route": ("central_bank", "direct"),
    "complaint_days": (0, 14, 15, 16, 29, 30, 31, 59, 60, 61),
    "hardship_working_days": (0, 6, 7, 8),
    "negative_years": (0, 4, 5, 6),
    "objection_days": (0, 19, 20, 21),
    "yearly_cost": (0, 1199, 1200, 1201, 1240, 2399, 2400, 2401, 3600, 3601),
    "lpr": (300, 310, 345, 600),
    "penalty_percent": (100, 120, 130, 150, 151, 200),
    "plan_months": (1, 59, 60, 61, 120),
    "debit_attempts": (0, 1, 2, 3),
}
MANNERS = [
    "threatens",
    "insults",
    "uses_violence",
    "deceives",
    "impersonates_authority",
    "false_consequence",
    "discloses_to_third_party",
    "missing_disclosure",
    "uses_tainted_data",
    "asks_extra_fee",
    "urges_borrowing",
    "harasses",
    "stalks",
    "claim_unlawful",
]
BY_AN_AGENCY = ("impersonates_lender", "private_account")
AT_A_VISIT = [
    "enters_home",
    "enters_office",
    "films_inside",
    "posts_notice",
    "takes_cash",
    "unrecorded",
    "without_badge",
]

BEARING: dict[str, tuple[str, ...]] = {
    "engage_agency": (
        "licence",
        "agency_contract",
        "agency_contract_forbids",
        "agency_checked",
        "agency_violence",
        "agency_listed",
        "agency_barred",
        "agency_rated_days",
        "impact_assessed",
        "internet_assisted",
    ),
    "assign_collector": ("collector", "trained_days", "agency_rated_days", "licence"),
    "use_data": (
        "data_kind",
        "data_basis",
        "data_consent",
        "separate_consent",
        "data_automated",
        "impact_assessed",
        "purpose_met",
        "retention_over",
    ),
    "provide_data": ("data_kind", "data_basis", "data_consent", "separate_consent", "impact_assessed"),
    "keep_data": ("purpose_met", "retention_over", "data_kind"),
    "destroy_records": ("record_kind", "record_age", "licence", "credit_card"),
    "leave_complaint": (
        "complaint_route",
        "complaint_days",
        "complaint_complex",
        "complaint_extended",
        "licence",
    ),
    "handle_complaint": ("complaint_route", "handler_involved", "licence"),
    "leave_hardship": ("hardship_working_days",),
    "report_negative": ("told_before_report", "licence"),
    "keep_negative": ("negative_years",),
    "leave_objection": ("objection_days",),
    "quote_rate": ("annual_rate_shown", "rate_is_simple", "simple_labelled", "yearly_cost", "licence"),
    "book_charge": (
        "licence",
        "yearly_cost",
        "lpr",
        "internet_assisted",
        "penalty_percent",
        "interest_agreed",
    ),
    "agree_plan": ("credit_card", "plan_months", "guaranteed", "guarantor_consent"),
    "change_debt": ("guaranteed", "guarantor_consent", "credit_card", "plan_months"),
    "take_signature": ("limitation_years_run", "limitation_warned", "cost_read_back", "party_distressed"),
    "record_night_consent": ("consent_in_terms", "consent_in_collection"),
    "retry_debit": ("debit_attempts", "balance_protected"),
    "locate_staff": ("staff_checked_in",),
    "rank_staff": ("ranked_by_money_only", "ranked_by_location"),
}
"""For each act the facts that may bear on it, which are the ones to vary."""

ZONES = (
    *[("Asia/Shanghai",)] * 12,
    *[("Asia/Urumqi",)] * 2,
    *[("Asia/Shanghai", "Asia/Urumqi")] * 3,
    ("Asia/Hong_Kong",), ("Asia/Tokyo",), ("Asia/Kathmandu",), ("Europe/London",), ("America/New_York",),
    ("Asia/Shanghai", "America/Los_Angeles"), ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"),
)  # fmt: skip
TURNS_OF_THE_LAW = tuple(
    datetime(*day, tzinfo=UTC) - timedelta(hours=8) for day in ((2025, 10, 1), (2026, 1, 30))
)
FIRST, LAST = datetime(2025, 2, 27, 16, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)


def attempts(seed: int, numbers: range) -> Iterator[Attempt]:
    """Yield the attempts of these numbers."""
    for number in numbers:
        yield attempt(seed, number)


def attempt(seed: int, number: int) -> Attempt:
    """Return one attempt."""
    draw = random.Random(seed * 1_000_003 + number)
    zones = draw.choice(ZONES)
    at = _instant(draw, zones[0])
    if draw.random() < ACTS_SHARE:
        return Attempt(at, zones, "p1", "n1", "l1", "", _act(draw))
    facts = _contact(draw)
    debtor = "" if facts["party_relation"] == "borrower" else draw.choice(("d1", "d1", "d1", ""))
    return Attempt(at, zones, "p1", "n1", "l1", debtor, facts, draw_log(draw, at, zones, debtor or "p1"))


def _instant(draw: Draw, zone: str) -> datetime:
    """Return a moment: often by day, often within minutes of 08:00 or 22:00, sometimes when the law turns."""
    if draw.random() < 0.04:
        return draw.choice(TURNS_OF_THE_LAW) + timedelta(seconds=draw.choice((-3600, -1, 0, 1, 30_000)))
    since = draw.choice((FIRST, TURNS_OF_THE_LAW[1], TURNS_OF_THE_LAW[1], TURNS_OF_THE_LAW[1]))
    days = draw.randrange(1, (LAST - since).days)
    kind = draw.random()
    if kind < 0.5:
        second = draw.randrange(8 * 3600, 22 * 3600)
    elif kind < 0.8:
        second = draw.choice((8, 22)) * 3600 + draw.choice((-121, -60, -1, 0, 1, 59, 60, 180, -600))
    elif kind < 0.85:
        second = draw.choice((0, 1, 59, 86_399))
    else:
        second = draw.randrange(86_400)
    wall = (since + timedelta(days=days)).replace(hour=0, tzinfo=None) + timedelta(seconds=second)
    return max(FIRST, wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


def _act(draw: Draw) -> Facts:
    name = draw.choice(tuple(BEARING))
    facts = ORDINARY_ACT | {"act": name}
    bearing = BEARING[name]
    for fact in draw.sample(bearing, draw.randint(0, len(bearing))):
        facts[fact] = _value(draw, fact)
    if draw.random() < 0.1:
        other = draw.choice(tuple(ORDINARY_ACT))
        if other != "without_contact":
            facts[other] = _value(draw, other)
    if draw.random() < 0.01:
        facts["act"] = None
    _settle_extension(facts)
    return facts


def _settle_extension(facts: Facts) -> None:
    """More time is approved for complex complaints only, where the rules for banks apply."""
    if facts["complaint_route"] != "central_bank" and facts["complaint_complex"] is not True:
        facts["complaint_extended"] = False


def _contact(draw: Draw) -> Facts:
    facts = dict(ORDINARY_CONTACT)
    for change in draw.sample(CHANGES, draw.choice((0, 1, 1, 2, 2, 3, 4))):
        change(draw, facts)
    share = draw.choice((0, 0, 0.02, 0.06, 0.4))
    if share:
        for fact in ORDINARY_CONTACT:
            if draw.random() < share:
                facts[fact] = _value(draw, fact)
    return facts


def _value(draw: Draw, fact: str) -> Any:
    """Return a value near the limits, or one time in eight that it isn't known."""
    if draw.random() < 1 / 8 and fact not in PARTS_OF_A_PROPOSAL:
        return None
    return draw.choice(RANGES.get(fact, YES_OR_NO))


def _other_channel(draw: Draw, facts: Facts) -> None:
    facts["channel"] = draw.choice(("sms", "email", "visit"))
    facts["robot"] = False


def _visit(draw: Draw, facts: Facts) -> None:
    facts |= {"channel": "visit", "collectors_present": draw.choice((1, 2, 2, 2, 3, None))}
    facts["entry_consent"] = draw.choice((True, False, False, None))
    for part in draw.sample(AT_A_VISIT, draw.choice((0, 0, 1, 1, 2))):
        facts[part] = True


def _robot(draw: Draw, facts: Facts) -> None:
    facts |= {"channel": "call", "robot": draw.choice((True, True, True, None))}


def _third_party(draw: Draw, facts: Facts) -> None:
    facts["party_relation"] = draw.choice(("contact_person", "contact_person", "unrelated"))
    facts["purpose"] = draw.choice(("relay", "relay", "relay", "remind", "identify", "respond", None))
    facts["discloses_debt"] = draw.choice((False, False, False, True, None))
    facts["third_party_objected"] = draw.choice((False, False, False, True, None))
    facts["number_invalid"] = draw.choice((False, False, True, None))
    facts["debtor_dead"] = draw.random() < 0.1
    facts["debtor_incapable"] = draw.random() < 0.1


def _spouse(draw: Draw, facts: Facts) -> None:
    facts["party_relation"] = "spouse"
    facts["joint_debt_evidence"] = draw.choice((True, True, False, None))


def _somebody_else(draw: Draw, facts: Facts) -> None:
    facts["party_relation"] = draw.choice(RELATIONS)


def _consents(draw: Draw, facts: Facts) -> None:
    facts["night_consent"] = draw.choice((True, True, None))
    facts["agreed_frequency"] = draw.choice((True, False, None))


def _manner(draw: Draw, facts: Facts) -> None:
    for act in draw.sample(MANNERS, draw.choice((1, 1, 2))):
        facts[act] = True


def _agency(draw: Draw, facts: Facts) -> None:
    facts |= {"collector": "agency", draw.choice(BY_AN_AGENCY): True}
    facts["private_account_consent"] = draw.choice((True, False, None))


def _lender(draw: Draw, facts: Facts) -> None:
    facts["licence"] = draw.choice((*LICENCES, "consumer_finance", None))
    facts["credit_card"] = draw.choice((True, False, None))


def _old_debt(draw: Draw, facts: Facts) -> None:
    facts["limitation_years_run"] = draw.choice((2, 3, 4, None))


CHANGES: tuple[Callable[[Draw, Facts], None], ...] = (
    _other_channel,
    _visit,
    _visit,
    _robot,
    _third_party,
    _third_party,
    _third_party,
    _spouse,
    _somebody_else,
    _consents,
    _manner,
    _agency,
    _lender,
    _old_debt,
)
