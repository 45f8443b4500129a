"""The usual names for who reckons loans in Python, in one place; nothing inside Forbear imports it."""

from __future__ import annotations

from forbear.loans.accruals import accrue
from forbear.loans.corrections import corrections
from forbear.loans.delinquency import lateness
from forbear.loans.events import (
    Accelerated,
    AmountWaived,
    Boarded,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    DelinquencyResumed,
    Disbursed,
    FeeCharged,
    FeeWaived,
    FurtherDisbursed,
    InterestPaused,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RateReset,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Rescheduled,
    Settled,
    TermsChanged,
    Undone,
    WrittenOff,
)
from forbear.loans.explain import explain
from forbear.loans.fold import advance, fold
from forbear.loans.layout import plan_of
from forbear.loans.ledger import ledger_of
from forbear.loans.pattern import MONTHLY, Carry, InterestBy, Kind, MonthEnd, Pattern, Prepaid, Spread
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.plan import schedule_of
from forbear.loans.plan_steps import RateRule
from forbear.loans.position import LoanState, Position
from forbear.loans.postings import Chart, postings_of, trial_balance
from forbear.loans.rules import Delinquency
from forbear.loans.schedule import Schedule, build_schedule
from forbear.loans.slots import ORDER_CIVIL_CODE_561, Part, PartAmounts, Timing
from forbear.loans.statement import Statement, statement
from forbear.loans.terms import LoanTerms, Recalculation, RoundingSteps
from forbear.money.businessday import BusinessCalendar, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

__all__ = [
    "MONTHLY",
    "ORDER_CIVIL_CODE_561",
    "Accelerated",
    "Advance",
    "AmountWaived",
    "Boarded",
    "BusinessCalendar",
    "BusinessDayRule",
    "Carry",
    "ChargedBack",
    "ChargedOff",
    "Chart",
    "CreditRefunded",
    "Cycle",
    "DayCount",
    "Delinquency",
    "DelinquencyPaused",
    "DelinquencyResumed",
    "Direction",
    "Disbursed",
    "FeeCharged",
    "FeeWaived",
    "FurtherDisbursed",
    "InterestBy",
    "InterestPaused",
    "Kind",
    "LoanEvent",
    "LoanState",
    "LoanTerms",
    "MonthEnd",
    "Part",
    "PartAmounts",
    "Pattern",
    "PaymentKind",
    "PaymentReceived",
    "PaymentReversed",
    "PaymentRule",
    "Position",
    "Prepaid",
    "RateReset",
    "RateRule",
    "Reaged",
    "Reamortised",
    "Recalculation",
    "RecoveryReceived",
    "Rescheduled",
    "Rounding",
    "RoundingSteps",
    "Schedule",
    "Settled",
    "Shift",
    "Spread",
    "Statement",
    "TermsChanged",
    "Timing",
    "Undone",
    "Unit",
    "WrittenOff",
    "accrue",
    "advance",
    "build_schedule",
    "corrections",
    "explain",
    "fold",
    "lateness",
    "ledger_of",
    "plan_of",
    "postings_of",
    "schedule_of",
    "statement",
    "trial_balance",
]
