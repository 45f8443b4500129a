"""A points scorecard: attributes cut into bins, each bin worth points and able to say why.

The card is data. More points mean: likelier to bring the account in order without help. Nothing is
random and nothing is rounded, so the same values always give the same score and reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import Words
from forbear.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Values up to and with ``to`` (None: all that are left), their points, and the reason."""

    to: int | None
    points: int
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One feature and its bins, in rising order."""

    feature: str
    bins: tuple[Bin, ...]

    @property
    def best(self) -> int:
        """The most points that this attribute can give."""
        return max(item.points for item in self.bins)

    def bin_of(self, value: int) -> Bin:
        """Return the bin that the value falls into."""
        return next(item for item in self.bins if item.to is None or value <= item.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A named, dated card. ``basis`` says where the points come from."""

    card_id: str
    version: str
    basis: Words
    start: int
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one attribute added, what it could have added at most, and why."""

    feature: str
    value: int
    points: int
    lost: int
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score and where every point of it comes from."""

    points: int
    contributions: tuple[Contribution, ...]

    def reasons(self, most: int = 3) -> tuple[Words, ...]:
        """Return the reasons that cost the most points, the costliest first, at most ``most``."""
        costly = [item for item in self.contributions if item.lost > 0]
        costly.sort(key=lambda item: -item.lost)
        return tuple(item.reason for item in costly[:most])


def parse_scorecard(text: str, *, features: Collection[str]) -> Scorecard:
    """Read a card from YAML text, using only the named features.

    Raises InputError naming line and place: an unknown feature, bins that do not rise or leave a gap
    at the end, a reason that is missing in one language or fills in anything but ``{value}``.
    """
    section = read_document("scorecard", text).section(
        required=("id", "version", "basis", "start", "attributes")
    )
    return Scorecard(
        card_id=section["id"].text(),
        version=section["version"].text(),
        basis=section["basis"].words(),
        start=section["start"].whole(),
        attributes=_attributes(section["attributes"], sorted(features)),
    )


def score(card: Scorecard, values: Mapping[str, int]) -> Score:
    """Score one loan from its feature values; raises InputError for a feature that is missing."""
    contributions = []
    for attribute in card.attributes:
        if attribute.feature not in values:
            raise InputError(f"The card needs {attribute.feature!r}.", field=attribute.feature)
        value = values[attribute.feature]
        found = attribute.bin_of(value)
        contributions.append(
            Contribution(
                feature=attribute.feature,
                value=value,
                points=found.points,
                lost=attribute.best - found.points,
                reason={language: words.format(value=value) for language, words in found.reason.items()},
            )
        )
    return Score(
        points=card.start + sum(item.points for item in contributions), contributions=tuple(contributions)
    )


def _attributes(entry: Entry, features: Collection[str]) -> tuple[Attribute, ...]:
    found: dict[str, Attribute] = {}
    for item in entry.filled():
        section = item.section(required=("feature", "bins"))
        feature = section["feature"].choice(features)
        if feature in found:
            raise section["feature"].fault(f"{feature!r} stands here more than once", "keep one of the two")
        found[feature] = Attribute(feature=feature, bins=_bins(section["bins"]))
    return tuple(found.values())


def _bins(entry: Entry) -> tuple[Bin, ...]:
    bins = tuple(_bin(item) for item in entry.filled())
    edges = [item.to for item in bins]
    inner = [edge for edge in edges[:-1] if edge is not None]
    if edges[-1] is not None or len(inner) < len(edges) - 1:
        raise entry.fault("the bins leave a gap", "give each a 'to', but for the last bin, and only it")
    if inner != sorted(set(inner)):
        raise entry.fault(f"the 'to' of the bins are {inner}", "they must rise")
    return bins


def _bin(entry: Entry) -> Bin:
    section = entry.section(required=("points", "reason"), optional=("to",))
    return Bin(
        to=section["to"].whole() if "to" in section else None,
        points=section["points"].whole(),
        reason=section["reason"].words(("value",)),
    )
