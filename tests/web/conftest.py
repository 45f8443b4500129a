"""A desk to work at: a lender's staff, a borrower who is overdue, and last night's worklist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk_world import signed_in, worklist
from django.test import Client


@pytest.fixture
def desk(lender: Any, loan: Any, borrower: Any, now: Any) -> list[Any]:
    """Last night's worklist: one call, to the borrower."""
    return worklist(lender, [(loan, borrower, "call")], now=now)


@pytest.fixture
def staff(lender: Any, make_user: Callable[..., Any]) -> Callable[..., Client]:
    """Come in as a role: ``staff("manager", "zh-hans")`` returns a client that is signed in."""
    made: dict[str, Any] = {}

    def come_in(role: str, language: str = "en") -> Client:
        if role not in made:
            made[role] = make_user(lender, role)
        return signed_in(Client(), made[role], language)

    return come_in


@pytest.fixture
def phone(borrower: Any) -> Any:
    """The borrower's telephone number."""
    return borrower.contact_points.get(medium="phone")
