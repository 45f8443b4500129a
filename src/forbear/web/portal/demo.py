"""What only a demonstration shows: the text message that a real phone would have received."""

from __future__ import annotations

import json

from django.conf import settings

from forbear.services.runtime import data_dir


def text_message(phone: str) -> str | None:
    """Return the last text message to ``phone``; None where there is none, and always outside the demo."""
    if not settings.FORBEAR.demo:
        return None
    newest = (0.0, "")
    for path in (data_dir() / "outbox" / "sms").glob("*.json"):
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["to"] == phone:
            newest = max(newest, (path.stat().st_mtime, body["text"]))
    return newest[1] or None
