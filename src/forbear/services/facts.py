"""From what is on file to the situation that the law judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from forbear.conduct.candidate import LONG_OVERDUE
from forbear.conduct.visits import limitation_years_run
from forbear.errors import InputError, NotVisibleError
from forbear.law.situation import CLOCK_SLACK, Situation
from forbear.law.verdict import FactValue
from forbear.services.dates import business_date
from forbear.services.lender import lender_of
from forbear.store.models import ContactPoint, Hold, PartyState, Preference
from forbear.store.querysets import LIABLE_ROLES
from forbear.store.selectors.personfile import PersonFile, person_files

MEDIUM_OF = {"call": "phone", "sms": "phone", "email": "email", "visit": "address"}
"""The kind of contact point that each channel goes to."""

PURPOSES = ("remind", "identify", "respond", "relay")
DISCLOSING = ("remind", "respond")
"""Purposes under which the debt is spoken of."""

FINDINGS = (
    "threatens",
    "insults",
    "uses_violence",
    "deceives",
    "stalks",
    "harasses",
    "impersonates_authority",
    "impersonates_lender",
    "false_consequence",
    "discloses_to_third_party",
    "missing_disclosure",
    "uses_tainted_data",
    "asks_extra_fee",
    "urges_borrowing",
    "claim_unlawful",
    "private_payee",
)
"""What a person, or whatever checks words, found in a script before it is used."""

DECLARED: dict[str, type] = {
    "robot": bool,
    "discloses_debt": bool,
    "collectors_present": int,
    "enters_home": bool,
    "enters_office": bool,
    "films_inside": bool,
    "posts_notice": bool,
    "takes_cash": bool,
    "unrecorded": bool,
    "without_badge": bool,
    "joint_debt_evidence": bool,
} | dict.fromkeys(FINDINGS, bool)
"""What only the one who acts can know, and says. A consent is not among it: consents are on record."""

TIGHTENING = ("robot", "discloses_debt")
"""Declared facts that can make an act stricter to judge, and never more lenient."""

CONFIRMED_FOR = timedelta(days=180)
"""How long a number or mailbox counts as the person's after a second fact confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An act somebody means to do: whom, about which loan, where, how and why.

    ``declared`` holds what only the one who acts knows: see DECLARED.
    """

    loan_id: str
    party_id: str
    contact_point_id: str
    channel: str
    purpose: str
    declared: Mapping[str, FactValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.channel not in MEDIUM_OF:
            raise InputError(
                f"Channel {self.channel!r} is not one of {', '.join(MEDIUM_OF)}.", field="channel"
            )
        if self.purpose not in PURPOSES:
            raise InputError(
                f"Purpose {self.purpose!r} is not one of {', '.join(PURPOSES)}.", field="purpose"
            )
        for name, value in self.declared.items():
            if name not in DECLARED:
                raise InputError(
                    f"{name!r} cannot be declared; known are {', '.join(DECLARED)}.", field="declared"
                )
            if type(value) is not DECLARED[name]:
                raise InputError(f"{name} is {value!r}; it must be {DECLARED[name].__name__}.", field=name)

    def body(self) -> dict[str, object]:
        """The proposal as JSON, for digests and replies."""
        return {
            "loan_id": self.loan_id,
            "party_id": self.party_id,
            "contact_point_id": self.contact_point_id,
            "channel": self.channel,
            "purpose": self.purpose,
            "declared": dict(self.declared),
        }


def file_of(
    *,
    lender_id: str,
    loan_id: str,
    party_id: str,
    now: datetime,
    without_contact: str = "",
    visit: bool = False,
) -> PersonFile:
    """Return what is on file of a person and a loan, for a ``visit`` the loan folded today as well.

    Raises NotVisibleError.
    """
    lender = lender_of(lender_id)
    pair = (loan_id, party_id)
    files = person_files(
        [pair],
        lender_id=lender_id,
        today=business_date(lender, now),
        now=now,
        without_contact=without_contact,
        visits=(loan_id,) if visit else (),
    )
    if pair not in files:
        raise NotVisibleError(f"There is no loan {loan_id} with person {party_id} at this lender.")
    return files[pair]


def point_of(file: PersonFile, proposal: Proposal) -> ContactPoint:
    """Return the contact point of a proposal; raises NotVisibleError, or InputError for the wrong medium."""
    point = next((point for point in file.points if point.pk == proposal.contact_point_id), None)
    if point is None:
        raise NotVisibleError(f"{proposal.party_id} has no valid contact point {proposal.contact_point_id}.")
    if point.medium != MEDIUM_OF[proposal.channel]:
        raise InputError(
            f"A {proposal.channel} goes to a {MEDIUM_OF[proposal.channel]}.", field="contact_point_id"
        )
    return point


def situation_of(file: PersonFile, proposal: Proposal, *, now: datetime) -> Situation:
    """Return the situation of a proposal. Facts that nobody knows are left out, and so not known.

    For a bankrupt the administrator acts; whose identity was stolen disputes the debt by that alone.
    """
    point = point_of(file, proposal)
    today = business_date(file.loan.lender, now)
    facts: dict[str, FactValue] = {
        "channel": proposal.channel,
        "purpose": proposal.purpose,
        "party_relation": file.relation,
        "robot": False,
        "discloses_debt": proposal.purpose in DISCLOSING,
        "identity_verified": is_confirmed(point, today),
        "agreed_frequency": False,
        "number_invalid": _unreachable_numbers(file),
        "third_party_objected": file.relation not in LIABLE_ROLES and _stopped(file, ""),
        "party_dead": PartyState.State.DEAD in file.states,
        "party_incapable": bool({PartyState.State.INCAPABLE, PartyState.State.MINOR} & file.states),
        "party_represented": bool({PartyState.State.REPRESENTED, PartyState.State.BANKRUPT} & file.states),
        "dispute_open": Hold.Kind.DISPUTE in file.holds or PartyState.State.IDENTITY_STOLEN in file.states,
        "complaint_open": Hold.Kind.COMPLAINT in file.holds,
        "hardship_open": Hold.Kind.HARDSHIP in file.holds,
    }
    facts |= _wishes(file, proposal.channel)
    facts |= {
        "number_stop_requested": _asks_to_stop(file.stops_of_others.get(point.value, ()), proposal.channel),
        "log_ahead": any(line.at > now + CLOCK_SLACK for line in file.later),
    }
    if proposal.channel == "visit":
        facts |= {"collectors_present": None} | _before_a_visit(file, point, today)
    if proposal.purpose == "respond":
        facts |= _request(file, today)
    facts |= {name: value for name, value in proposal.declared.items() if value or name not in TIGHTENING}
    return Situation(
        person=file.party.pk,
        number=point.value,
        debt=file.loan.pk,
        zones=zones_of(file),
        facts=facts,
        log=tuple(sorted((*file.log, *file.later), key=attrgetter("at"))),
        debtor=file.debtor_id if file.debtor_id != file.party.pk else "",
    )


def purpose_towards(*, liable: bool) -> str:
    """Return what an approach is for: who owes is reminded, anybody else asked to pass a word on."""
    return "remind" if liable else "relay"


def zones_of(file: PersonFile) -> tuple[str, ...]:
    """Return every zone that the person may be in: the lender's, and those of their contact points."""
    lenders = file.loan.lender.zone
    return (lenders, *sorted(file.zones - {lenders}))


def _wishes(file: PersonFile, channel: str) -> dict[str, FactValue]:
    wishes: dict[str, FactValue] = {
        "stop_requested": _stopped(file, channel),
        "night_consent": _wish(file, Preference.Kind.NIGHT_CONSENT, channel) is not None,
        "hours_wish": False,
    }
    hours = _wish(file, Preference.Kind.HOURS, channel)
    if hours is not None:
        wishes |= {
            "hours_wish": True,
            "preferred_from": _clock_text(hours.hour_from),
            "preferred_until": _clock_text(hours.hour_until),
        }
    return wishes


def _stopped(file: PersonFile, channel: str) -> bool:
    """Tell whether the person asked for no contact on this channel (empty: on any)."""
    stops = [wish for wish in file.preferences if wish.kind == Preference.Kind.STOP]
    return _asks_to_stop(stops, channel)


def _asks_to_stop(stops: Iterable[Preference], channel: str) -> bool:
    return any(not channel or wish.channel in ("", channel) for wish in stops)


def _wish(file: PersonFile, kind: str, channel: str) -> Preference | None:
    """Return the wish in force for a channel: that for the channel before that for every one."""
    fitting = [wish for wish in file.preferences if wish.kind == kind and wish.channel in ("", channel)]
    return max(fitting, key=lambda wish: (wish.channel != "", wish.since), default=None)


def is_confirmed(point: ContactPoint, day: date) -> bool:
    """Tell whether a contact point counted as the person's on a day: numbers get recycled."""
    return point.confirmed_on is not None and point.confirmed_on > day - CONFIRMED_FOR


def _request(file: PersonFile, today: date) -> dict[str, FactValue]:
    """Return whether the person asked anything that an answer could be to, and how long ago."""
    if file.asked_on is None:
        return {"request_on_file": False}
    return {"request_on_file": True, "request_days": (today - file.asked_on).days}


def _before_a_visit(file: PersonFile, address: ContactPoint, today: date) -> dict[str, FactValue]:
    """Return what has to hold before anybody sets out; of a loan that was not looked at nothing is known."""
    facts: dict[str, FactValue] = {
        "visit_ground": _has_ground(file),
        "identity_matched": _is_matched(file, today),
    }
    if address.source and address.confirmed_on is not None:
        facts["address_confirmed_days"] = (today - address.confirmed_on).days
    loan = file.loan_today
    if loan is None:
        return facts
    facts |= {"promise_open": loan.promise_open, "amount_refolded": loan.position is not None}
    if loan.position is not None:
        facts["debt_open"] = loan.position.demandable > 0
        facts["limitation_years_run"] = limitation_years_run(
            loan.position, acknowledged_on=loan.acknowledged_on
        )
    return facts


def _is_matched(file: PersonFile, today: date) -> bool:
    """Tell whether a second fact lately showed that the person at one of their points is the one on file."""
    has_fact = bool(file.party.born_on or file.party.identity_tail)
    reached_at = [point for point in file.points if point.medium != ContactPoint.Medium.ADDRESS]
    return has_fact and any(is_confirmed(point, today) for point in reached_at)


def _has_ground(file: PersonFile) -> bool:
    """Tell whether there is a ground to visit this person: that the debtor can't be reached is none
    for anybody else."""
    own = file.party.pk == file.debtor_id
    return any(own or ground == LONG_OVERDUE for ground in file.visit_grounds)


def _unreachable_numbers(file: PersonFile) -> bool:
    """Tell whether the debtor has no telephone number that is valid and not known to be dead."""
    latest = {line.number: line.outcome for line in file.log if line.outcome != "unknown"}
    phones = [point for point in file.debtor_points if point.medium == ContactPoint.Medium.PHONE]
    return all(latest.get(point.value) == "invalid" for point in phones)


def _clock_text(hour: time | None) -> str | None:
    return f"{hour:%H:%M}" if hour else None
