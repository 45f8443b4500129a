"""Attempts and findings as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.attempt import Attempt, local
from tests.oracle.attempts import ORDINARY_ACT, ORDINARY_CONTACT
from tests.oracle.oracle import Answer, Says


def shown_attempt(
    number: int, attempt: Attempt, says: Mapping[str, Says], spoke: Mapping[str, Answer], outcome: str
) -> str:
    """Return one attempt in full: when, what differs from an ordinary one, the log, and both answers."""
    ordinary = ORDINARY_ACT if attempt.yes("without_contact") else ORDINARY_CONTACT
    special = {name: value for name, value in attempt.facts.items() if ordinary.get(name, "") != value}
    clocks = ", ".join(f"{local(attempt.at, zone):%Y-%m-%d %H:%M:%S} {zone}" for zone in attempt.zones)
    lines = [
        f"attempt {number} at {attempt.at:%Y-%m-%d %H:%M:%S}Z ({clocks}), debtor {attempt.debtor or 'p1'}",
        "  not as usual: " + ", ".join(f"{name}={_word(value)}" for name, value in special.items()),
    ]
    lines += [
        f"  log: {line.at:%Y-%m-%d %H:%M:%S}Z {line.channel} {line.direction} {line.person} {line.number}"
        f" {line.outcome}{' two-way' if line.two_way else ''}"
        for line in attempt.log
    ]
    lines.append("  oracle: " + (", ".join(f"{row} {span}" for row, span in says.items()) or "silent"))
    told = ", ".join(f"{rule} {answer.name.lower()}" for rule, answer in spoke.items())
    lines.append(f"  Forbear: {outcome}; {told or 'silent'}")
    return "\n".join(lines)


def _word(value: object) -> str:
    return "unknown" if value is None else str(value)
