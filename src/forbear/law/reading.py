"""Reads one rule against the facts: it speaks, is silent, is lifted, or cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from forbear.law.evaluation import Row
from forbear.law.expression import Value
from forbear.law.pack import Era, Exemption, Rule


class Reading(NamedTuple):
    """What a rule says. ``truth`` is None where it hangs on a fact that is not known.

    ``lifted_by`` is the exception, or the name of the consent, that keeps a rule silent that would
    have spoken. ``row`` holds the values of the zone that decided.
    """

    rule: Rule
    truth: Value
    lifted_by: Exemption | str | None
    row: Row


def read_era(era: Era, rows: Sequence[Row]) -> list[Reading]:
    """Return what the rules in force say, in their order; those that do not apply say nothing.

    One compiled function tells which speak; only what is not settled by that is read rule by rule.
    """
    typed = [era.typed(row) for row in rows]
    left, spoken = 0, [era.spoken(each) for each in typed]
    for each in typed:
        left |= era.open(each)
    found = []
    while left:
        lowest = left & -left
        left ^= lowest
        rule = era.numbered[lowest.bit_length() - 1]
        for row, mask in zip(rows, spoken, strict=True):
            if mask & lowest:
                found.append(Reading(rule, True, None, row))
                break
        else:
            reading = read_rule(rule, rows)
            if reading is not None:
                found.append(reading)
    return found


def read_rule(rule: Rule, rows: Sequence[Row]) -> Reading | None:
    """Read a rule in every zone: it speaks where it speaks in one of them. None: it does not apply."""
    unknown: Row | None = None
    lifted: Reading | None = None
    for row in rows:
        truth, lifted_by = _standing(rule, row)
        if truth is True:
            return Reading(rule=rule, truth=True, lifted_by=None, row=row)
        if truth is None and unknown is None:
            unknown = row
        if lifted_by is not None and lifted is None:
            lifted = Reading(rule=rule, truth=False, lifted_by=lifted_by, row=row)
    if unknown is not None:
        return Reading(rule=rule, truth=None, lifted_by=None, row=unknown)
    return lifted


def speaks(rule: Rule, rows: Sequence[Row]) -> bool:
    """Say whether a rule stands in the way in one of the zones, or may."""
    return any(_standing(rule, row)[0] is not False for row in rows)


def _standing(rule: Rule, row: Row) -> tuple[Value, Exemption | str | None]:
    """Return whether the rule speaks, and what lifts it. An exception counts once it is established."""
    truth = rule.ground_test(row)
    if truth is False:
        return False, None
    for exemption in rule.exemptions:
        if exemption.test(row) is True:
            return False, exemption if truth else None
    for consent in rule.relaxable_by:
        if row[consent] is True:
            return False, consent if truth else None
    return truth, None
