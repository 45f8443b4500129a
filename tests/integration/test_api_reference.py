"""Every example of docs/reference/api.md is run, and answers what stands there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from forbear.services.policy import VERBS
from forbear.services.token import token_issue
from forbear.web.api import auth
from forbear.web.api.access import OPERATIONS
from forbear.web.api.errors import MEANINGS
from forbear.web.limits import TokenBucket

PAGE = Path(__file__).parents[2] / "docs/reference/api.md"
EXAMPLE = re.compile(r"```sh\n(curl .*?)```\n\n```json\n(.*?)```", re.S)
ANYTHING = "…"


def run(command: str, named: dict[str, str]) -> Any:
    """Make the request that a curl command would make."""
    for name, value in named.items():
        command = command.replace(f"'${name}'", value).replace(f"${name}", value)
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, headers, data, query, address = "GET", {}, [], False, ""
    for word in words:
        match word:
            case "-s":
                continue
            case "-X":
                method = next(words)
            case "-G":
                query = True
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                data.append(next(words))
            case _:
                address = word
    path = urlsplit(address).path
    client = Client()
    if query:
        return client.get(f"{path}?{'&'.join(data)}", headers=headers)
    assert method == "POST"
    content_type = headers.pop("Content-Type")
    return client.post(path, "".join(data), content_type=content_type, headers=headers)


def differs(shown: Any, real: Any, where: str = "") -> list[str]:
    """List where an answer is not what the page shows; … there stands for anything, or for the rest."""
    if shown == ANYTHING:
        return []
    if isinstance(shown, str) and shown.endswith(ANYTHING) and isinstance(real, str):
        return [] if real.startswith(shown[:-1]) else [f"{where}: {real!r}, not {shown!r}"]
    if isinstance(shown, dict) and isinstance(real, dict):
        told = [f"{where}.{name}: not in both" for name in shown.keys() ^ real.keys()]
        for name in shown.keys() & real.keys():
            told += differs(shown[name], real[name], f"{where}.{name}")
        return told
    if isinstance(shown, list) and isinstance(real, list):
        rest = shown[-1:] == [ANYTHING]
        wanted = shown[:-1] if rest else shown
        told = [] if rest or len(wanted) == len(real) else [f"{where}: {len(real)}, not {len(wanted)} items"]
        for place, (one, other) in enumerate(zip(wanted, real, strict=False)):
            told += differs(one, other, f"{where}[{place}]")
        return told
    return [] if shown == real else [f"{where}: {real!r}, not {shown!r}"]


@pytest.mark.django_db
def test_every_example_answers_what_the_page_shows(
    loan: Any, lender: Any, make_user: Callable[..., Any], now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the page, against one loan."""
    monkeypatch.setattr(auth, "CALLS", TokenBucket(burst=1000, per_second=1))
    user = make_user(lender, "manager")
    secret = token_issue(
        actor="system:tests", lender_id="pine", key="docs", now=now, user=user, name="docs", seed=bytes(32)
    )
    named = {"URL": "http://127.0.0.1:8000", "TOKEN": secret, "LOAN": loan.pk}
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) == 7
    for command, shown in examples:
        answer = run(command, named).json()
        assert differs(json.loads(shown), answer) == [], json.dumps(answer, indent=2, ensure_ascii=False)
        named["NEXT"] = answer.get("next") or named.get("NEXT", "")


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    """Codes with their meanings, and who may do what."""
    text = PAGE.read_text(encoding="utf-8")
    for code, (status, _, meaning) in MEANINGS.items():
        assert f"| {status} | `{code}` | {meaning} |" in text
    said = re.search(r"\| `POST /payments` \|(.*)\|", text).group(1).split("|")
    roles = ("agent", "manager", "compliance", "administrator", "borrower")
    allowed = {role for role, word in zip(roles, said, strict=True) if "yes" in word}
    assert allowed == {role.value for role in OPERATIONS["payment_post"]}
    assert OPERATIONS["act_judge"] == VERBS["contact_judge"]
    assert urlencode({"limit": 1}) in text
