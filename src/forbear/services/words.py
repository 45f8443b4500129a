"""What the templates of messages are filled in with: what is true at the moment of sending."""

from __future__ import annotations

from datetime import date, timedelta

from forbear.errors import RefusedError
from forbear.loans.explain import cost_of_waiting
from forbear.loans.position import Position
from forbear.money.amount import decimal_text
from forbear.services import runtime
from forbear.store.models import Lender, Loan, Party

WAITING_DAYS = 30
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def neutral_values(lender: Lender, party: Party) -> dict[str, str]:
    """Return a value for each name in NEUTRAL: what may be said to anybody."""
    return {
        "lender": lender.name,
        "legal_name": lender.legal_name,
        "name": party.name,
        "phone": lender.phone,
        "portal": runtime.portal_address(lender.pk),
    }


def debt_values(loan: Loan, position: Position, language: str) -> dict[str, str]:
    """Return a value for each name in DEBT: what is owed, since when, what waiting costs.

    After charge-off the whole claim is owed: what was charged off counts as principal.

    Raises RefusedError when nothing is owed: then there is nothing to remind of.
    """
    if not position.demandable or position.oldest_due is None:
        raise RefusedError(f"Nothing is owed on loan {loan.reference} now; there is nothing to remind of.")
    scale, currency = position.terms.scale, position.terms.currency
    waiting = dict(cost_of_waiting(position, WAITING_DAYS))
    tomorrow = position.as_of + timedelta(days=1)
    owed = position.overdue
    to_charge_off = position.demandable - position.owed_now - position.claim

    def amount(minor: int) -> str:
        return amount_text(minor, currency, scale, language)

    return {
        "reference": loan.reference,
        "owed": amount(position.demandable),
        "owed_principal": amount(owed.principal + position.due_today.principal + position.claim),
        "owed_interest": amount(owed.interest + position.due_today.interest + to_charge_off),
        "owed_penalty": amount(owed.penalty + position.due_today.penalty),
        "owed_fee": amount(owed.fee + position.due_today.fee),
        "since": day_text(position.oldest_due, language),
        "tomorrow": day_text(tomorrow, language),
        "per_day": amount(waiting[tomorrow]),
        "per_month": amount(waiting[position.as_of + timedelta(days=WAITING_DAYS)]),
    }


def amount_text(minor: int, currency: str, scale: int, language: str) -> str:
    """Write an amount as it is said: ``1,234.50元`` or ``CNY 1,234.50``."""
    whole, _, part = decimal_text(minor, scale).partition(".")
    number = f"{int(whole):,}" + (f".{part}" if part else "")
    return f"{number}元" if (language, currency) == ("zh-hans", "CNY") else f"{currency} {number}"


def day_text(day: date, language: str) -> str:
    """Write a day in full: ``2026年11月24日`` or ``24 November 2026``."""
    if language == "zh-hans":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
