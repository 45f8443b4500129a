"""The rules for what is done in China without contacting anybody, one function a row of the table."""

from __future__ import annotations

from datetime import date

from tests.oracle.attempt import Attempt, at_least, both, either, more_than, no
from tests.oracle.oracle import (
    ASKS,
    CBA_GUIDELINE,
    CONTACT_ROWS,
    FORBIDS,
    GBT_45251,
    HELD_UP,
    OBLIGES,
    SILENT,
    Answer,
    Row,
    Says,
    forbidden_when,
    held_up_unless,
    obliged_when,
    strictest,
)

ASSISTED_LENDING = date(2025, 10, 1)
"""The day on which the notice on internet-assisted lending came into effect."""

FINANCIAL = ("bank", "consumer_finance", "other_financial")
SENSITIVE = ("health", "religion", "whereabouts", "account")


def only_for(act: bool | None, answer: Says) -> Says:
    """Return an answer that holds for one act; where the act is not known, it can only be asked."""
    if act is False or answer == SILENT:
        return SILENT
    return answer if act else Says(min(answer.least, Answer.ASKS), answer.most)


def held_up_when(condition: bool | None) -> Says:
    """REQ, the other way round: the act waits while this may be so."""
    return held_up_unless(no(condition))


# Personal data.


def cn_d1(attempt: Attempt) -> Says:
    """Grounds, consents, contracts, assessments and deletion of personal data (PIPL).

    Open: whether handing data over needs an assessment of its own, and another ground besides the
    separate consent; and whether what is kept by law may still be used.
    """
    sensitive = attempt.is_one_of("data_kind", *SENSITIVE)
    agreed = either(attempt.yes("data_consent"), attempt.yes("separate_consent"))
    ground = held_up_unless(either(attempt.yes("data_basis"), agreed))
    separate = held_up_unless(either(no(sensitive), attempt.yes("separate_consent")))
    assessed = attempt.yes("impact_assessed")
    weighty = either(sensitive, attempt.yes("data_automated"))
    use = strictest(ground, separate, held_up_unless(either(no(weighty), assessed)))
    if attempt.yes("data_automated") is not False:
        use = strictest(use, Says(Answer.SILENT, Answer.OBLIGES))
    if attempt.yes("purpose_met") is not False:
        use = Says(use.least, Answer.FORBIDS)
    hand_over = held_up_unless(attempt.yes("separate_consent"))
    hand_over = Says(hand_over.least, Answer.FORBIDS)
    entrust = held_up_unless(both(attempt.yes("agency_contract"), assessed))
    keep = forbidden_when(both(attempt.yes("purpose_met"), attempt.yes("retention_over")))
    if attempt.yes("purpose_met") is not False and keep == SILENT:
        keep = Says(Answer.SILENT, Answer.OBLIGES)
    return strictest(
        only_for(attempt.is_one_of("act", "use_data"), use),
        only_for(attempt.is_one_of("act", "provide_data"), hand_over),
        only_for(attempt.is_one_of("act", "engage_agency"), entrust),
        only_for(attempt.is_one_of("act", "keep_data"), keep),
        _too_young(attempt, "impact_assessment", 3),
    )


def _too_young(attempt: Attempt, kind: str, years: int) -> Says:
    """RET: a record of this kind isn't destroyed before so many full years."""
    young = no(at_least(attempt.number_of("record_age"), years))
    answer = forbidden_when(both(attempt.is_one_of("record_kind", kind), young))
    return only_for(attempt.is_one_of("act", "destroy_records"), answer)


def cn_r1(attempt: Attempt) -> Says:
    """Records of collecting are kept for five years; a recording on a credit card is one of them.

    The longer of the two periods holds, so that the two years of the card rules never decide.
    """
    if attempt.day_in_china < GBT_45251:
        return SILENT
    return strictest(_too_young(attempt, "collection", 5), _too_young(attempt, "card_recording", 5))


# Complaints, requests and objections. An answer is due within N days: on day N it can't be left any more.


def _left(attempt: Attempt, *conditions: bool | None) -> Says:
    answer = forbidden_when(both(*conditions))
    return only_for(attempt.is_one_of("act", "leave_complaint"), answer)


def cn_c1(attempt: Attempt) -> Says:
    """A complaint that the central bank passed on: 15 days, 60 when extended; kept for three years."""
    route = attempt.is_one_of("complaint_route", "central_bank")
    days = attempt.number_of("complaint_days")
    first = _left(attempt, route, at_least(days, 15))
    if attempt.yes("complaint_extended"):
        first = SILENT
    elif attempt.yes("complaint_extended") is None and first == FORBIDS:
        first = HELD_UP
    return strictest(first, _left(attempt, route, at_least(days, 60)), _too_young(attempt, "complaint", 3))


def cn_c2(attempt: Attempt) -> Says:
    """A request for help in hardship is answered in 7 working days: a warning."""
    late = at_least(attempt.number_of("hardship_working_days"), 7)
    act = attempt.is_one_of("act", "leave_hardship")
    return only_for(act, obliged_when(both(attempt.day_in_china >= GBT_45251, late)))


def cn_c3(attempt: Attempt) -> Says:
    """A complaint to a bank: 15 days when clear, 30 when complex, 60 with approval; nobody judges himself.

    Open: which other institutions stand under the supervisor's rules as a bank does.
    """
    direct = attempt.is_one_of("complaint_route", "direct")
    days = attempt.number_of("complaint_days")
    complex_one, extended = attempt.yes("complaint_complex"), attempt.yes("complaint_extended")
    own = _left(attempt, direct, at_least(days, 15), no(complex_one))
    long = _left(attempt, direct, at_least(days, 30), no(extended))
    longest = _left(attempt, direct, at_least(days, 60))
    handling = strictest(held_up_when(attempt.yes("handler_involved")), OBLIGES)
    answer = strictest(own, long, longest, only_for(attempt.is_one_of("act", "handle_complaint"), handling))
    if answer == SILENT:
        return SILENT
    match attempt.is_one_of("licence", "bank"):
        case True:
            return Says(answer.least, Answer.FORBIDS) if answer.least == Answer.ASKS else answer
        case None:
            return Says(min(answer.least, Answer.ASKS), Answer.FORBIDS)
        case False:
            return Says(Answer.SILENT, answer.most)


# The credit bureau.


def cn_b1(attempt: Attempt) -> Says:
    """The person is told before negative data is reported; five years; an objection in 20 days."""
    return strictest(
        only_for(
            attempt.is_one_of("act", "report_negative"), held_up_unless(attempt.yes("told_before_report"))
        ),
        only_for(
            attempt.is_one_of("act", "keep_negative"),
            forbidden_when(at_least(attempt.number_of("negative_years"), 5)),
        ),
        only_for(
            attempt.is_one_of("act", "leave_objection"),
            forbidden_when(at_least(attempt.number_of("objection_days"), 20)),
        ),
    )


# Plans, changes and signatures.


def cn_b2(attempt: Attempt) -> Says:
    """An instalment plan on a credit card runs for up to five years."""
    too_long = both(attempt.yes("credit_card"), more_than(attempt.number_of("plan_months"), 60))
    return only_for(attempt.is_one_of("act", "agree_plan"), forbidden_when(too_long))


def cn_g1(attempt: Attempt) -> Says:
    """The guarantor consents in writing before the main debt is changed."""
    settled = either(no(attempt.yes("guaranteed")), attempt.yes("guarantor_consent"))
    return only_for(attempt.is_one_of("act", "change_debt"), held_up_unless(settled))


def cn_l1(attempt: Attempt) -> Says:
    """After three years a signed demand may waive what the debtor could plead: a warning.

    Open: whether it is minded when a plan is agreed or the debt is changed, which may be a consent.
    """
    over = obliged_when(at_least(attempt.number_of("limitation_years_run"), 3))
    perhaps = attempt.is_one_of("act", "agree_plan", "change_debt")
    return strictest(
        only_for(attempt.is_one_of("act", "take_signature"), over),
        only_for(perhaps, Says(Answer.SILENT, over.most)),
    )


# Interest and its disclosure. Costs a year are in hundredths of a percent.


def cn_i2(attempt: Attempt) -> Says:
    """No agreement, no interest."""
    agreed = forbidden_when(no(attempt.yes("interest_agreed")))
    return only_for(attempt.is_one_of("act", "book_charge"), agreed)


def cn_i3(attempt: Attempt) -> Says:
    """Private lending costs at most four times the LPR at the making of the contract, all together.

    I4 leaves out every licensed lender, and the seven kinds of local financial organisations.
    """
    cost, lpr = attempt.number_of("yearly_cost"), attempt.number_of("lpr")
    above = None if cost is None or lpr is None else cost > 4 * lpr
    private = attempt.is_one_of("licence", "private")
    return only_for(attempt.is_one_of("act", "book_charge"), forbidden_when(both(private, above)))


def cn_i5(attempt: Attempt) -> Says:
    """A financial loan above 24 % is cut on request: a warning. Open: local financial organisations."""
    above = more_than(attempt.number_of("yearly_cost"), 2400)
    warned = obliged_when(both(attempt.is_one_of("licence", *FINANCIAL), above))
    if warned == SILENT and above is not False and attempt.is_one_of("licence", "local_financial"):
        warned = Says(Answer.SILENT, Answer.OBLIGES)
    return only_for(attempt.is_one_of("act", "book_charge"), warned)


def cn_i6(attempt: Attempt) -> Says:
    """Internet-assisted lending of a bank costs at most 24 % all in, since 1 October 2025."""
    above = more_than(attempt.number_of("yearly_cost"), 2400)
    bank = attempt.is_one_of("licence", "bank")
    too_dear = both(attempt.day_in_china >= ASSISTED_LENDING, bank, attempt.yes("internet_assisted"), above)
    return only_for(attempt.is_one_of("act", "book_charge"), forbidden_when(too_dear))


def cn_i7(attempt: Attempt) -> Says:
    """A bank's penalty rate lies 30 to 50 % above the contract's. Open: one that is milder than that."""
    percent = attempt.number_of("penalty_percent")
    too_much = more_than(percent, 150)
    answer = forbidden_when(both(attempt.is_one_of("licence", "bank"), too_much))
    if answer == SILENT and percent is not None and 100 < percent < 130:
        answer = Says(Answer.SILENT, Answer.FORBIDS)
    return only_for(attempt.is_one_of("act", "book_charge"), answer)


def cn_i8(attempt: Attempt) -> Says:
    """The yearly rate is shown prominently, and a simple one is called simple.

    DISC: it is told each time. Open: whether a quotation that is known to lack it is refused.
    """
    shown = attempt.yes("annual_rate_shown")
    labelled = either(no(attempt.yes("rate_is_simple")), attempt.yes("simple_labelled"))
    answer = OBLIGES if both(shown, labelled) else Says(Answer.OBLIGES, Answer.FORBIDS)
    return only_for(attempt.is_one_of("act", "quote_rate"), answer)


# Agencies.


def cn_o1(attempt: Attempt) -> Says:
    """A bank takes no agency with a record of violence, and looks into every agency first.

    Open: whether the other lenders' internet loans stand under the same measures.
    """
    answer = strictest(
        forbidden_when(attempt.yes("agency_violence")), held_up_unless(attempt.yes("agency_checked"))
    )
    if answer == SILENT:
        return SILENT
    match attempt.is_one_of("licence", "bank"):
        case False:
            answer = Says(Answer.SILENT, answer.most)
        case None:
            answer = Says(Answer.ASKS, Answer.FORBIDS)
    return only_for(attempt.is_one_of("act", "engage_agency"), answer)


def cn_o2(attempt: Attempt) -> Says:
    """A written contract bars unlawful methods. The notice is superseded: all of it is open."""
    contract = both(attempt.yes("agency_contract"), attempt.yes("agency_contract_forbids"))
    answer = SILENT if contract else Says(Answer.SILENT, Answer.FORBIDS)
    return only_for(attempt.is_one_of("act", "engage_agency"), answer)


def cn_o3(attempt: Attempt) -> Says:
    """A consumer finance company supervises its agencies, and keeps its records for five years."""
    company = attempt.is_one_of("licence", "consumer_finance")
    if company is False:
        return SILENT
    supervised = both(attempt.yes("agency_contract_forbids"), attempt.yes("agency_checked"))
    supervision = OBLIGES if supervised else Says(Answer.OBLIGES, Answer.FORBIDS)
    records = strictest(_too_young(attempt, "collection", 5), _too_young(attempt, "card_recording", 5))
    engaged = only_for(attempt.is_one_of("act", "engage_agency"), Says(Answer.SILENT, supervision.most))
    if company is None and records == FORBIDS:
        records = ASKS
    return strictest(records, engaged)


def cn_o4(attempt: Attempt) -> Says:
    """Agencies are listed in public, and offenders are told to the other members.

    Open: whether an agency that is not on the list, or among the offenders, is refused or minded.
    """
    if attempt.day_in_china < CBA_GUIDELINE:
        return SILENT
    fine = both(attempt.yes("agency_listed"), no(attempt.yes("agency_barred")))
    answer = Says(Answer.SILENT, Answer.OBLIGES) if fine else Says(Answer.OBLIGES, Answer.FORBIDS)
    return only_for(attempt.is_one_of("act", "engage_agency"), answer)


def cn_o5(attempt: Attempt) -> Says:
    """Every agency is rated once a year, and everybody who collects is trained before and every year.

    Open: whether the rating is looked at again whenever a collector is given a case.
    """
    if attempt.day_in_china < GBT_45251:
        return SILENT
    trained = held_up_when(more_than(attempt.number_of("trained_days"), 365))
    rated = held_up_when(more_than(attempt.number_of("agency_rated_days"), 365))
    return strictest(
        only_for(attempt.is_one_of("act", "assign_collector"), trained),
        only_for(attempt.is_one_of("act", "assign_collector"), Says(Answer.SILENT, rated.most)),
        only_for(attempt.is_one_of("act", "engage_agency"), rated),
    )


ACT_ROWS: dict[str, Row] = {
    "CN-D1": cn_d1,
    "CN-R1": cn_r1,
    "CN-C1": cn_c1,
    "CN-C2": cn_c2,
    "CN-C3": cn_c3,
    "CN-B1": cn_b1,
    "CN-B2": cn_b2,
    "CN-G1": cn_g1,
    "CN-L1": cn_l1,
    "CN-I2": cn_i2,
    "CN-I3": cn_i3,
    "CN-I5": cn_i5,
    "CN-I6": cn_i6,
    "CN-I7": cn_i7,
    "CN-I8": cn_i8,
    "CN-O1": cn_o1,
    "CN-O2": cn_o2,
    "CN-O3": cn_o3,
    "CN-O4": cn_o4,
    "CN-O5": cn_o5,
}

NOT_JUDGED = {
    "CN-A1": "how a payment is shared out is a reckoning, which the ledger's own tests hold",
    "CN-A2": "which of several debts a payment meets is a reckoning",
    "CN-I1": "what was really lent is a reckoning",
    "CN-I4": "says only whom I3 leaves out, and is judged there",
    "CN-O6": "names no act, number or evidence",
}
"""Rows that give nothing to say about an act, and why."""


def judge(attempt: Attempt) -> dict[str, Says]:
    """Return what each row that is not silent says of an attempt."""
    rows = ACT_ROWS if attempt.yes("without_contact") else CONTACT_ROWS
    answers = {name: row(attempt) for name, row in rows.items()}
    return {name: answer for name, answer in answers.items() if answer != SILENT}
