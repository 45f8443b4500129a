"""Invented loans: who borrowed what, when, and who stands beside the borrower."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.services.simulation.chance import happens, stream, weighted
from forbear.services.simulation.lenders import LenderPlan, Plan
from forbear.store.models.ids import derived_id

BASIS_POINTS = 10_000
STORY_NUMBER = 0
STORY_PRINCIPAL = 1_200_000
STORY_DAYS_LATE = 15
STORY_INSTALMENTS_DUE = 7

_STEPS_OF_PRINCIPAL = 50_000
_LOANS_EACH = ((1, 72), (2, 23), (3, 5))
_RELATED = (("co_borrower", 110), ("guarantor", 100), ("contact_person", 280))
_AGES_IN_MONTHS = ((0, 3, 40), (3, 10, 40), (10, 17, 20))
"""When loans were paid out, in months after the history began: from, until, weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPlan:
    """One invented loan; ``roles`` are (number of the person, role), the borrower's first."""

    loan_id: str
    reference: str
    product: str
    terms: LoanTerms
    roles: tuple[tuple[int, str], ...]
    story: bool = False

    @property
    def borrower(self) -> int:
        """The number of the borrower."""
        return self.roles[0][0]


def loan_plans(plan: Plan, lender: LenderPlan) -> list[LoanPlan]:
    """Return every loan of a lender. Who only stands beside has a number above the borrowers'."""
    found: list[LoanPlan] = []
    beside = lender.borrowers
    for borrower in range(lender.borrowers):
        story = borrower == STORY_NUMBER
        chance = stream(plan.seed, lender.lender_id, "loans", borrower)
        for _ in range(1 if story else weighted(chance, _LOANS_EACH)):
            roles = [(borrower, "borrower")]
            for role, per_thousand in _RELATED:
                if not story and happens(chance, per_thousand):
                    roles.append((beside, role))
                    beside += 1
            found.append(_loan(plan, lender, chance, len(found), tuple(roles), story=story))
    return found


def story_missed_on(plan: Plan) -> date:
    """Return the due day of the instalment that the borrower of the story missed."""
    return plan.today - timedelta(days=1 + STORY_DAYS_LATE)


def _loan(
    plan: Plan,
    lender: LenderPlan,
    chance: Random,
    number: int,
    roles: tuple[tuple[int, str], ...],
    *,
    story: bool,
) -> LoanPlan:
    product, instalments, _ = weighted(chance, tuple((item, item[2]) for item in lender.products))
    terms = _story_terms(plan) if story else _terms(plan, lender, chance, instalments)
    reference = f"{lender.prefix}-{terms.disbursed_on:%Y}-{number + 1:05d}"
    return LoanPlan(
        loan_id=derived_id("loan", lender.lender_id, plan.seed, reference),
        reference=reference,
        product=lender.products[0][0] if story else product,
        terms=terms,
        roles=roles,
        story=story,
    )


def _terms(plan: Plan, lender: LenderPlan, chance: Random, instalments: int) -> LoanTerms:
    first, until = weighted(chance, tuple(((low, high), weight) for low, high, weight in _AGES_IN_MONTHS))
    opens = add_months(plan.history_from, first)
    days = (add_months(plan.history_from, until) - opens).days
    disbursed_on = opens + timedelta(days=chance.randrange(days))
    steps = {12: (6, 60), 24: (20, 120), 36: (60, 200)}[instalments]
    return _level(
        principal=chance.randint(*steps) * _STEPS_OF_PRINCIPAL,
        rate_bp=weighted(chance, lender.rates_bp),
        instalments=instalments,
        disbursed_on=disbursed_on,
        first_due=add_months(disbursed_on, 1),
    )


def _story_terms(plan: Plan) -> LoanTerms:
    """The loan of the story: paid to the day, until the one instalment that is now 15 days past due."""
    missed_on = story_missed_on(plan)
    first_due = add_months(missed_on, 1 - STORY_INSTALMENTS_DUE)
    return _level(
        principal=STORY_PRINCIPAL,
        rate_bp=1440,
        instalments=12,
        disbursed_on=add_months(first_due, -1),
        first_due=first_due,
    )


def _level(
    *, principal: int, rate_bp: int, instalments: int, disbursed_on: date, first_due: date
) -> LoanTerms:
    """A level-payment loan in CNY whose overdue principal costs one and a half times its rate.

    No rate here is above 16 %, so that nothing costs more than 24 % a year, overdue or not.
    """
    rate = Fraction(rate_bp, BASIS_POINTS)
    return LoanTerms(
        currency="CNY",
        principal=principal,
        rate_annual=rate,
        penalty_rate_annual=rate * Fraction(3, 2),
        day_count=DayCount.ACTUAL_365,
        instalments=instalments,
        disbursed_on=disbursed_on,
        first_due=first_due,
    )
