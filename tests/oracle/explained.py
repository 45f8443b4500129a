"""The disagreements that a lawyer would accept, as they are written in explained.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracle.attempt import Attempt

KINDS = ("stricter", "milder")
"""What the pack is, beside the row."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the pack may differ from a row, and where: in these rules, with these facts."""

    row: str
    kind: str
    rules: frozenset[str]
    where: dict[str, list[Any]]
    reason: str

    def covers(self, row: str, kind: str, rule: str, attempt: Attempt) -> bool:
        """Say whether it explains a disagreement; ``unknown`` among the values stands for not known."""
        if (row, kind) != (self.row, self.kind) or (self.rules and rule not in self.rules):
            return False
        return all(
            ("unknown" if attempt[fact] is None else attempt[fact]) in values
            for fact, values in self.where.items()
        )


def read_explanations(path: Path) -> list[Explanation]:
    """Return what is explained. Raises ValueError for an entry without a row, a kind or a reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("explained", [])
    read = [
        Explanation(
            row=entry["row"],
            kind=entry["pack_is"],
            rules=frozenset(entry.get("rules", ())),
            where=entry.get("where", {}),
            reason=entry["reason"],
        )
        for entry in entries
    ]
    for each in read:
        if each.kind not in KINDS or not each.reason.strip():
            raise ValueError(f"{path.name}: the entry for {each.row} needs pack_is and a reason.")
    return read
