"""Steps that the portal's tests share: come to the door, sign in, read a form's key."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from forbear.services.account import borrower_account

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PHONE = "19900000001"
BORN = {"year": "1990", "month": "5", "day": "17"}
_KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')
_CODE = re.compile(r"[0-9]{6}")


def texts_to(outbox: Path, phone: str = PHONE) -> list[str]:
    """Return the texts that were sent to a phone."""
    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in (outbox / "sms").glob("*.json")]
    return [body["text"] for body in bodies if body["to"] == phone]


def code_in(outbox: Path, phone: str = PHONE) -> str:
    """Return the one code that was sent to a phone."""
    (text,) = texts_to(outbox, phone)
    return _CODE.search(text).group(0)


def sign_in(client: Client, outbox: Path, *, lender: str = "pine", phone: str = PHONE) -> Any:
    """Walk through the three pages; return the last answer."""
    door = f"/portal/{lender}/sign-in/"
    client.post(door, {"phone": phone})
    client.post(f"{door}code/", {"code": code_in(outbox, phone)})
    return client.post(f"{door}birth-date/", BORN)


def key_of(response: Any) -> str:
    """Return the key of the first form on a page."""
    return _KEY.search(response.content.decode()).group(1)


def let_in(client: Client, party: Any, *, language: str = "en") -> Client:
    """Sign a person in without the three pages, and read in a language."""
    client.force_login(borrower_account(party=party, now=NOW))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client
