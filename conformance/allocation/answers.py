"""What an answer is made of, and how it is held against what a case expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from conformance.runner import differs, exact, minor_units
from forbear.money.amount import decimal_text

SCALE = 2
"""Decimals of the cases' amounts."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money, in integers of 10^-SCALE; exact."""

    units: int

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this amount."""
        return minor_units(expected, SCALE) == self.units

    def __str__(self) -> str:
        return decimal_text(self.units, SCALE)


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate, held as a share; a case writes it as a percentage. Exact, or within so many points."""

    share: Fraction
    within: Fraction = Fraction(0)

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this rate."""
        return not differs(self.share, share_of_percent(expected), self.within)

    def __str__(self) -> str:
        return f"{float(self.share):.6%}"


@dataclass(frozen=True, slots=True)
class Word:
    """A verdict or a day, as the cases write it."""

    text: str

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this word."""
        return self.text == expected

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Number:
    """A number as the cases write it; exact."""

    value: Fraction

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this number."""
        return exact(expected) == self.value

    def __str__(self) -> str:
        return f"{float(self.value):g}"


class Answered(Protocol):
    """One thing that a case expects, as we found it."""

    def meets(self, expected: object) -> bool:
        """Tell whether this is what a case expects."""


Answer = Mapping[str, Answered]


def first_difference(answer: Answer, expected: Mapping[str, Any], within: str = "") -> str | None:
    """Return the first thing that a case expects and does not get, as a sentence."""
    for key, wanted in expected.items():
        name = f"{within}{key}"
        if isinstance(wanted, Mapping):
            difference = first_difference(answer, wanted, f"{name}.")
            if difference is not None:
                return difference
        elif name not in answer:
            return f"{name} is not answered, expected {wanted}"
        elif not answer[name].meets(wanted):
            return f"{name} is {answer[name]}, expected {wanted}"
    return None


def units(number: object) -> int:
    """Read an amount of a case."""
    return minor_units(number, SCALE)


def share_of_percent(number: object) -> Fraction:
    """Read a percentage of a case as a share."""
    return exact(f"{number}e-2")


def ratio(number: object, denominator: int) -> Fraction:
    """Read a number of days or months of a case as a fraction of a year of that many."""
    return exact(f"{number}/{denominator}")
