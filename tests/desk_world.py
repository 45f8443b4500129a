"""What the console's tests share: a night's worklist, reading a form's key, signing staff in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from forbear.loans.codec import position_to_body
from forbear.services.leaves import leaf_add
from forbear.store.models import Case, NightRun, PositionRow, WorkItem
from forbear.store.selectors.cases import open_cases_digest
from forbear.store.selectors.ledger import position_on

NIGHT = date(2026, 11, 23)
_KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')


def worklist(lender: Any, work: Sequence[tuple[Any, Any, str]], *, now: datetime) -> list[WorkItem]:
    """Write a closed night with one item for each (loan, party, channel), in that order."""
    items = [_item(lender, loan, party, channel, rank) for rank, (loan, party, channel) in enumerate(work, 1)]
    night = NightRun.objects.create(
        lender=lender,
        day=NIGHT,
        started_at=now - timedelta(hours=9),
        finished_at=now - timedelta(hours=8),
        positions_kept=True,
        cases=open_cases_digest(lender.pk),
    )
    leaf_add("night", night, party_id=None, now=now)
    return items


def _item(lender: Any, loan: Any, party: Any, channel: str, rank: int) -> WorkItem:
    position = position_on(loan, as_of=NIGHT)
    PositionRow.objects.update_or_create(
        loan=loan,
        defaults={
            "lender": lender,
            "as_of": NIGHT,
            "last_seq": position.last_seq,
            "digest": position.digest,
            "state": position.state,
            "bucket": position.bucket,
            "days_past_due": position.days_past_due,
            "principal": position.principal,
            "overdue": position.overdue.total,
            "body": position_to_body(position),
        },
    )
    case = Case.objects.create(id=f"case-{rank}", lender=lender, loan=loan, opened_on=NIGHT)
    return WorkItem.objects.create(
        lender=lender,
        day=NIGHT,
        case=case,
        loan=loan,
        party=party,
        rank=rank,
        action="call" if channel == "call" else "message",
        channel=channel,
        ground="call_overdue",
        because={"zh-hans": "逾期已久，打电话了解原因。", "en": "Overdue for long: a call to hear why."},
        score=480,
        score_reasons=[{"zh-hans": "已欠三期", "en": "Three instalments are unpaid"}],
        propensity_ppm=1_000_000,
        outcome="allowed",
        verdict={},
    )


def signed_in(client: Client, user: Any, language: str = "en") -> Client:
    """Sign an account in, and read in a language."""
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def key_of(response: Any) -> str:
    """Return the key of the first form on a page."""
    return _KEY.search(response.content.decode()).group(1)
