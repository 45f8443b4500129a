"""Nothing that must hold before a visit is without a fact, a rule, and a question to ask."""

from __future__ import annotations

import pytest

from forbear.documents.scalars import LANGUAGES
from forbear.law.judge import judge_act
from forbear.law.verdict import FactValue, Outcome, Strength
from forbear.testing.law import act, cn_pack, in_china

NOON = in_china("2026-11-24 12:00")

BEFORE_A_VISIT: dict[str, tuple[str, FactValue, FactValue]] = {
    "a ground: long overdue, unreachable, or refuses to talk": ("visit_ground", False, True),
    "debt open": ("debt_open", False, True),
    "amount refolded today": ("amount_refolded", False, True),
    "limitation known, and not run out": ("limitation_years_run", 3, 2),
    "identity matched to the file": ("identity_matched", False, True),
    "address with source and last confirmation": ("address_confirmed_days", 181, 180),
    "no hold": ("hardship_open", True, False),
    "no dispute": ("dispute_open", True, False),
    "no promise or plan": ("promise_open", True, False),
    "no complaint": ("complaint_open", True, False),
}
"""Each precondition: the fact that stands for it, a value that stops the visit, and one that does not."""


@pytest.mark.parametrize("precondition", BEFORE_A_VISIT)
def test_every_precondition_stops_the_visit_where_it_fails(precondition: str) -> None:
    """A failed check stops the visit, a check that nobody made as well; one that holds lets it pass."""
    name, stops, passes = BEFORE_A_VISIT[precondition]

    def judged(value: FactValue) -> Outcome:
        return judge_act(cn_pack(), act(channel="visit", **{name: value}), at=NOON).outcome

    assert (judged(passes), judged(stops), judged(None)) == (Outcome.ALLOWED, Outcome.DENIED, Outcome.NEEDS)


@pytest.mark.parametrize("precondition", BEFORE_A_VISIT)
def test_each_says_why_and_asks_in_both_languages(precondition: str) -> None:
    """The refusal is policy and says so; what is not known is asked, in Chinese and in English."""
    name, stops, _ = BEFORE_A_VISIT[precondition]
    denied = judge_act(cn_pack(), act(channel="visit", **{name: stops}), at=NOON)
    asked = judge_act(cn_pack(), act(channel="visit", **{name: None}), at=NOON)

    assert denied.deciding is not None
    assert denied.deciding.strength is Strength.POLICY
    assert asked.needs == (name,)
    for language in LANGUAGES:
        assert denied.deciding.reason_in(language)
        assert asked.questions[0].text_in(language)
