"""Messages as files in a folder: until a carrier is attached, and for demonstrations and tests.

One file a message, complete or not there at all, named by the message: sending again writes the
same file.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

from forbear.gateways.ports import GatewayError, Mail, Text

_SAFE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,120}")


class OutboxTexts:
    """Text messages, kept as JSON files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, text: Text) -> str:
        """Write the message; its file name is the reference."""
        return _write(self._folder, text.message_id, asdict(text))


class OutboxMails:
    """Mails, kept as JSON files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> str:
        """Write the mail; its file name is the reference."""
        return _write(self._folder, mail.message_id, asdict(mail))


def _write(folder: Path, message_id: str, body: dict[str, str]) -> str:
    if not _SAFE_NAME.fullmatch(message_id):
        raise GatewayError(f"{message_id!r} cannot name a file.", permanent=True)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{message_id}.json"
    beside = folder / f".{message_id}.{os.getpid()}.new"
    try:
        beside.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise GatewayError(f"The outbox {folder} cannot be written: {error}.", permanent=False) from error
    return path.name
