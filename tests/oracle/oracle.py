"""The rules for contacts in China, one function a row of the table, in plain words and plain Python.

A row answers with the least and the most that its text bears. Mostly the two are the same. They differ

- where an exception, a consent or a piece of evidence is asked for and is not known to be there: the
  text wants the act held up, and refusing it and asking for what is missing both do that (HELD_UP);
- where the text itself leaves a thing open, which is then said beside it (the ``open`` lines).

What is not known is never taken as harmless: a prohibition that hangs on it asks, an obligation that
hangs on it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from tests.oracle.attempt import (
    Attempt,
    at_least,
    attempts_without_a_word_today,
    both,
    effective_calls_today,
    either,
    failures_in_a_row,
    night_somewhere,
    no,
    unanswered_attempts_today,
    visits_today,
)


class Answer(IntEnum):
    """What a row does about an attempt, the mildest first."""

    SILENT = 0
    OBLIGES = 1
    ASKS = 2
    FORBIDS = 3


class Says(NamedTuple):
    """The least and the most that a row's text bears."""

    least: Answer
    most: Answer

    def __str__(self) -> str:
        names = dict.fromkeys(answer.name.lower() for answer in self)
        return " to ".join(names)


SILENT = Says(Answer.SILENT, Answer.SILENT)
OBLIGES = Says(Answer.OBLIGES, Answer.OBLIGES)
ASKS = Says(Answer.ASKS, Answer.ASKS)
FORBIDS = Says(Answer.FORBIDS, Answer.FORBIDS)
HELD_UP = Says(Answer.ASKS, Answer.FORBIDS)
LEFT_OPEN = Says(Answer.SILENT, Answer.FORBIDS)

Row = Callable[[Attempt], Says]

GBT_45251 = date(2025, 2, 28)
CBA_GUIDELINE = date(2026, 1, 30)
"""The days on which the two came into effect; the others are older than any attempt here."""


def forbidden_when(condition: bool | None) -> Says:
    """BLOCK: forbids what is known to offend, asks where that is not known."""
    return {True: FORBIDS, None: ASKS, False: SILENT}[condition]


def held_up_unless(established: bool | None) -> Says:
    """REQ: the act waits until this is established."""
    return SILENT if established else HELD_UP


def obliged_when(condition: bool | None) -> Says:
    """DISC, WARN, RET: says so where it applies, or may."""
    return SILENT if condition is False else OBLIGES


def strictest(*answers: Says) -> Says:
    """What several demands of one row come to."""
    return Says(max(answer.least for answer in answers), max(answer.most for answer in answers))


def in_any_zone(attempt: Attempt, count: Callable[[Attempt, str], int], limit: int) -> bool:
    """Say whether a count of today has come up to a limit in one of the zones the person may be in."""
    return any(count(attempt, zone) >= limit for zone in attempt.zones)


# When, and how often.


def cn_h1(attempt: Attempt) -> Says:
    """No phone, visit or other collection from 22:00 to 08:00 without the debtor's consent (CBA)."""
    if attempt.day_in_china < CBA_GUIDELINE or not night_somewhere(attempt):
        return SILENT
    return _unless_on_record(attempt.yes("night_consent"))


def cn_h2(attempt: Attempt) -> Says:
    """The same hours where no time was agreed (GB/T 45251)."""
    if attempt.day_in_china < GBT_45251 or not night_somewhere(attempt):
        return SILENT
    return _unless_on_record(attempt.yes("night_consent"))


def _unless_on_record(consent: bool | None) -> Says:
    """A consent that is known to be missing forbids; one that nobody knows of may be asked for first."""
    return {True: SILENT, None: HELD_UP, False: FORBIDS}[consent]


def cn_f1(attempt: Attempt) -> Says:
    """At most three effective calls a debtor and day, a robot's included: the fourth is barred.

    Open: whether calls to somebody who is not a debtor are counted, too.
    """
    third_call = attempt.day_in_china >= GBT_45251 and in_any_zone(attempt, effective_calls_today, 3)
    barred = forbidden_when(both(attempt.is_one_of("channel", "call"), third_call))
    owes = attempt.is_one_of("party_relation", "borrower", "co_borrower", "guarantor")
    return barred if owes or barred == SILENT else Says(Answer.SILENT, barred.most)


def cn_f2(attempt: Attempt) -> Says:
    """At most six unanswered attempts a number and day, unless agreed otherwise: the seventh is barred.

    Open: whether a call that was picked up without a word is an unanswered one.
    """
    calls = attempt.is_one_of("channel", "call")
    if attempt.day_in_china < CBA_GUIDELINE or calls is False or attempt.yes("agreed_frequency"):
        return SILENT
    if not in_any_zone(attempt, unanswered_attempts_today, 6):
        return LEFT_OPEN if in_any_zone(attempt, attempts_without_a_word_today, 6) else SILENT
    return FORBIDS if calls and attempt.yes("agreed_frequency") is False else HELD_UP


def cn_f3(attempt: Attempt) -> Says:
    """No frequent calls that harass: a warning. Open: how many are frequent."""
    calls = attempt.is_one_of("channel", "call")
    if calls is not False and any(line.channel == "call" for line in attempt.log):
        return Says(obliged_when(both(calls, attempt.yes("harasses"))).least, Answer.OBLIGES)
    return obliged_when(both(calls, attempt.yes("harasses")))


def cn_f4(attempt: Attempt) -> Says:
    """A machine's voice keeps the hours and the frequency of a human one.

    So the row asks nothing of its own; where it is a machine, it says what H1, H2, F1 and F2 say.
    """
    if attempt.is_one_of("channel", "call") is False or attempt.yes("robot") is False:
        return SILENT
    as_for_a_human = strictest(cn_h1(attempt), cn_h2(attempt), cn_f1(attempt), cn_f2(attempt))
    return as_for_a_human if attempt.yes("robot") else Says(Answer.SILENT, as_for_a_human.most)


# To whom.


def unreachable(attempt: Attempt) -> bool | None:
    """The debtor's number is out of service, or three attempts in a row failed."""
    return either(attempt.yes("number_invalid"), failures_in_a_row(attempt) >= 3)


def unrelated_third_party(attempt: Attempt) -> bool | None:
    """A contact person, anybody else, and a spouse whose share in the debt nothing shows."""
    stranger = attempt.is_one_of("party_relation", "contact_person", "unrelated")
    spouse = attempt.is_one_of("party_relation", "spouse")
    return either(stranger, both(spouse, no(attempt.yes("joint_debt_evidence"))))


def cn_t1(attempt: Attempt) -> Says:
    """No collection from third parties: only to get through to a debtor who can't be reached (CBA).

    Open: verifying whom one speaks to, and answering what the third party itself asked. Open as well: a
    spouse without evidence, whom T3 holds up already.
    """
    third = unrelated_third_party(attempt)
    if attempt.day_in_china < CBA_GUIDELINE or third is False:
        return SILENT
    wrong_purpose = attempt.is_one_of("purpose", "remind")
    answer = strictest(
        forbidden_when(both(third, no(unreachable(attempt)))),
        forbidden_when(both(third, wrong_purpose)),
        forbidden_when(both(third, attempt.yes("discloses_debt"))),
        forbidden_when(both(third, attempt.yes("third_party_objected"))),
    )
    if attempt.is_one_of("party_relation", "spouse"):
        return LEFT_OPEN
    if attempt.is_one_of("purpose", "identify", "respond") is not False:
        return Says(answer.least, Answer.FORBIDS)
    return answer


def cn_t2(attempt: Attempt) -> Says:
    """Contact persons only when the debtor can't be reached, has died or lacks capacity (GB/T 45251).

    They are told nothing of the debt, and left alone once they refuse. Open: who is not even a contact
    person, whom the row does not mention.
    """
    named = attempt.is_one_of("party_relation", "contact_person")
    if attempt.day_in_china < GBT_45251:
        return SILENT
    if named is False:
        return SILENT if attempt.is_one_of("party_relation", "unrelated") is False else LEFT_OPEN
    last_resort = either(unreachable(attempt), attempt.yes("debtor_dead"), attempt.yes("debtor_incapable"))
    answer = strictest(
        held_up_unless(last_resort),
        forbidden_when(attempt.yes("discloses_debt")),
        forbidden_when(attempt.yes("third_party_objected")),
    )
    return answer if named else Says(min(answer.least, Answer.ASKS), Answer.FORBIDS)


def cn_t3(attempt: Attempt) -> Says:
    """A spouse is a party to a debt of joint household spending, and that has to be shown (CBA)."""
    spouse = attempt.is_one_of("party_relation", "spouse")
    if attempt.day_in_china < CBA_GUIDELINE or spouse is False:
        return SILENT
    answer = held_up_unless(attempt.yes("joint_debt_evidence"))
    return answer if spouse or answer == SILENT else ASKS


# Visits.


def cn_v1(attempt: Attempt) -> Says:
    """At least two go together."""
    alone = no(at_least(attempt.number_of("collectors_present"), 2))
    return forbidden_when(both(attempt.is_one_of("channel", "visit"), alone))


def cn_v2(attempt: Attempt) -> Says:
    """At most one visit a day: the second is barred (GB/T 45251)."""
    second = attempt.day_in_china >= GBT_45251 and in_any_zone(attempt, visits_today, 1)
    return forbidden_when(both(attempt.is_one_of("channel", "visit"), second))


def cn_v3(attempt: Attempt) -> Says:
    """No entry into a home, a private place or the office area, and no filming there, without consent.

    No notice in public places at all. The Civil Code bars the private place on any day, the guideline
    the rest since it is there.
    """
    private = either(attempt.yes("enters_home"), attempt.yes("films_inside"))
    guided = attempt.day_in_china >= CBA_GUIDELINE
    intrudes = either(private, both(guided, attempt.yes("enters_office")))
    entry = _unless_on_record(attempt.yes("entry_consent")) if intrudes else SILENT
    return strictest(entry, forbidden_when(both(guided, attempt.yes("posts_notice"))))


def cn_v4(attempt: Attempt) -> Says:
    """The institution is named first, credentials are shown, the visit is recorded.

    Open: whether the name comes first in other contacts as well, since the convention is not at hand.
    """
    visit = attempt.is_one_of("channel", "visit")
    if visit is False:
        return Says(Answer.SILENT, Answer.OBLIGES)
    without_evidence = either(attempt.yes("without_badge"), attempt.yes("unrecorded"))
    if not without_evidence:
        return OBLIGES
    return HELD_UP if visit else Says(Answer.OBLIGES, Answer.FORBIDS)


# How.


def cn_p1(attempt: Attempt) -> Says:
    """The eight prohibited acts (CBA)."""
    if attempt.day_in_china < CBA_GUIDELINE:
        return SILENT
    acts = [
        "discloses_to_third_party",
        "uses_tainted_data",
        "threatens",
        "insults",
        "deceives",
        "uses_violence",
        "impersonates_authority",
        "impersonates_lender",
        "false_consequence",
        "asks_extra_fee",
        "urges_borrowing",
    ]
    account = SILENT
    agency = attempt.is_one_of("collector", "agency")
    if attempt.yes("private_account") and agency is not False:
        account = _unless_on_record(attempt.yes("private_account_consent"))
        account = account if agency else Says(min(account.least, Answer.ASKS), account.most)
    premises = SILENT
    if attempt.yes("enters_home") or attempt.yes("enters_office"):
        premises = _unless_on_record(attempt.yes("entry_consent"))
    return strictest(forbidden_when(either(*map(attempt.yes, acts))), account, premises)


def cn_p2(attempt: Attempt) -> Says:
    """Collecting an unlawful debt by force, threat, intrusion, stalking or harassment is a crime.

    The row's action is wider: nothing is collected that is flagged as unlawful, in whatever manner. Open:
    the same manner with a lawful debt, which other rows bar.
    """
    if attempt.yes("claim_unlawful"):
        return FORBIDS
    by_force = either(*map(attempt.yes, ("uses_violence", "threatens", "stalks", "harasses")))
    return LEFT_OPEN if by_force else SILENT


def cn_p3(attempt: Attempt) -> Says:
    """Nobody's private peace is disturbed by call, message, e-mail or leaflet (Civil Code 1032-1034).

    Open: stalking, which disturbs it by other means.
    """
    answer = forbidden_when(attempt.yes("harasses"))
    return LEFT_OPEN if answer == SILENT and attempt.yes("stalks") else answer


# Who collects, and for whom.


def cn_b2(attempt: Attempt) -> Says:
    """Nothing on a credit card is collected from persons who are not liable.

    Open: having a message passed on, verifying and answering, which collect nothing from the person.
    """
    card = attempt.yes("credit_card")
    not_liable = unrelated_third_party(attempt)
    demands = attempt.is_one_of("purpose", "remind")
    if both(card, not_liable) is False:
        return SILENT
    answer = forbidden_when(both(card, not_liable, demands))
    return answer if demands else Says(Answer.SILENT, Answer.FORBIDS)


def cn_o3(attempt: Attempt) -> Says:
    """A consumer finance company: no violence, no harassment, no collection from third parties; records.

    Open, as under B2: what is not a demand for payment; and whether threats, insults and stalking harass.
    """
    company = attempt.is_one_of("licence", "consumer_finance")
    if company is False:
        return SILENT
    rough = either(*map(attempt.yes, ("uses_violence", "harasses")))
    third = unrelated_third_party(attempt)
    demands = attempt.is_one_of("purpose", "remind")
    answer = strictest(
        forbidden_when(both(company, either(rough, both(third, demands)))), obliged_when(company)
    )
    open_end = third is not False or either(*map(attempt.yes, ("threatens", "insults", "stalks")))
    return Says(answer.least, Answer.FORBIDS) if open_end else answer


def cn_r1(attempt: Attempt) -> Says:
    """What was done to collect is kept on record."""
    return obliged_when(attempt.day_in_china >= GBT_45251)


def cn_l1(attempt: Attempt) -> Says:
    """After three years the limitation period is over, which is minded before a demand for payment.

    Open: whether it is minded before any other contact.
    """
    over = obliged_when(at_least(attempt.number_of("limitation_years_run"), 3))
    demands = attempt.is_one_of("purpose", "remind")
    return over if demands is not False else Says(Answer.SILENT, over.most)


CONTACT_ROWS: dict[str, Row] = {
    "CN-H1": cn_h1,
    "CN-H2": cn_h2,
    "CN-F1": cn_f1,
    "CN-F2": cn_f2,
    "CN-F3": cn_f3,
    "CN-F4": cn_f4,
    "CN-T1": cn_t1,
    "CN-T2": cn_t2,
    "CN-T3": cn_t3,
    "CN-V1": cn_v1,
    "CN-V2": cn_v2,
    "CN-V3": cn_v3,
    "CN-V4": cn_v4,
    "CN-P1": cn_p1,
    "CN-P2": cn_p2,
    "CN-P3": cn_p3,
    "CN-B2": cn_b2,
    "CN-O3": cn_o3,
    "CN-R1": cn_r1,
    "CN-L1": cn_l1,
}
