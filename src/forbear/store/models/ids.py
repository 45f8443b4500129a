"""The shape of identifiers: a prefix that names the kind, then letters and digits."""

from __future__ import annotations

import hashlib
from base64 import b32encode

from django.db import models

ID_LENGTH = 40


class IdField(models.CharField):
    """A prefixed text id such as ``loan_7f3k…``, given by the service that creates the row."""

    def __init__(self, **options: object) -> None:
        options.setdefault("max_length", ID_LENGTH)
        super().__init__(**options)


def derived_id(prefix: str, *parts: str) -> str:
    """Return the id that these parts always give, so that a repeated request names the same row."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}_{b32encode(digest[:15]).decode().lower()}"


def placed_id(prefix: str, place: int, *parts: str) -> str:
    """Return an id that sorts by ``place`` (0 to 99) among those of the same parts."""
    return f"{derived_id(prefix, *parts)}_{place:02d}"
