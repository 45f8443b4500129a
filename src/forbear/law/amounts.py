"""The dated numbers of the law that amounts are reckoned with: caps, multiples, years.

Rules about acts stand in a pack; these numbers have no act to be judged. They are read beside it, and
callers pass what holds on the day that the law goes by to ``forbear.loans`` as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from forbear.documents.entry import Entry, read_document
from forbear.errors import InputError
from forbear.law.pack import Certainty, Citation, Source
from forbear.law.parse_parts import read_citation, read_source, read_texts
from forbear.law.verdict import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountValue:
    """What a number is from a day on, exactly; a rate is a share."""

    since: date
    value: Fraction
    reference: Citation
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalAmount:
    """A dated number of the law, its values in the order of their days."""

    name: str
    title: Texts
    values: tuple[AmountValue, ...]

    def on(self, day: date) -> AmountValue | None:
        """Return the value in force on a day, or None before the first."""
        return next((value for value in reversed(self.values) if value.since <= day), None)

    def in_force(self, day: date) -> Fraction:
        """Return the number in force on a day. Raises InputError before the first."""
        found = self.on(day)
        if found is None:
            raise InputError(
                f"{self.name} is known from {self.values[0].since} on, not on {day}.", field=self.name
            )
        return found.value


def parse_amounts(texts: Mapping[str, str]) -> Mapping[str, LegalAmount]:
    """Return the numbers that these YAML texts say, by name.

    Pure: the caller reads the files. Raises InputError with file, line, place, cause and cure; a number
    without a source does not load.
    """
    found: dict[str, LegalAmount] = {}
    for path in sorted(texts):
        root = read_document(path, texts[path]).section(required=("sources", "amounts"))
        sources = {name: read_source(entry) for name, entry in root["sources"].pairs()}
        for name, entry in root["amounts"].pairs():
            if name in found:
                raise entry.fault(f"{name!r} is already declared", "keep one of the two")
            found[name] = _amount(name, entry, sources)
    return found


def _amount(name: str, entry: Entry, sources: Mapping[str, Source]) -> LegalAmount:
    section = entry.section(required=("title", "values"))
    values: list[AmountValue] = []
    for item in section["values"].filled():
        value = _value(item, sources)
        if values and value.since <= values[-1].since:
            raise item.fault(
                f"{value.since} does not follow {values[-1].since}", "list the values by day, oldest first"
            )
        values.append(value)
    return LegalAmount(name=name, title=read_texts(section["title"]), values=tuple(values))


def _value(item: Entry, sources: Mapping[str, Source]) -> AmountValue:
    section = item.section(required=("from", "value", "reference", "certainty"))
    return AmountValue(
        since=section["from"].day(),
        value=section["value"].share(),
        reference=read_citation(section["reference"], sources),
        certainty=section["certainty"].word(Certainty),
    )
