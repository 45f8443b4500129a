"""The points card: the same loan, the same score, and a reason for every point that is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forbear.scoring.points as points
from forbear.conduct.features import FEATURE_NAMES
from forbear.errors import InputError
from forbear.scoring.points import parse_scorecard, score

SHIPPED = (Path(points.__file__).parent / "data" / "points.yaml").read_text(encoding="utf-8")
FORBIDDEN = (
    "phone", "contacts", "device", "social", "complain", "illness", "bereave", "depend", "religion",
    "distress", "pressure", "stop", "night", "objection", "gender", "age", "name",
)  # fmt: skip

SMALL = """
id: small
version: "1"
basis: {zh-hans: 试, en: a try}
start: 100
attributes:
  - feature: days_past_due
    bins:
      - {to: 7, points: 40, reason: {zh-hans: "{value} 天", en: "{value} days"}}
      - {points: 0, reason: {zh-hans: "{value} 天", en: "{value} days"}}
  - feature: broken_promises
    bins:
      - {to: 0, points: 20, reason: {zh-hans: 无, en: none}}
      - {to: 1, points: 5, reason: {zh-hans: 一, en: one}}
      - {points: 0, reason: {zh-hans: 多, en: many}}
"""


def values(**more: int) -> dict[str, int]:
    return dict.fromkeys(FEATURE_NAMES, 0) | more


def test_the_score_is_the_sum_and_the_reasons_are_what_was_lost() -> None:
    """Points add up, and the attribute that cost the most is named first, in both languages."""
    card = parse_scorecard(SMALL, features=FEATURE_NAMES)
    found = score(card, values(days_past_due=8, broken_promises=1))
    assert found.points == 100 + 0 + 5
    assert found.reasons() == ({"zh-hans": "8 天", "en": "8 days"}, {"zh-hans": "一", "en": "one"})
    assert score(card, values(days_past_due=7)).reasons() == ()


@pytest.mark.parametrize(("days", "expected"), [(0, 40), (7, 40), (8, 0)])
def test_a_bin_holds_its_upper_edge(days: int, expected: int) -> None:
    """``to`` belongs to its bin."""
    card = parse_scorecard(SMALL, features=FEATURE_NAMES)
    assert score(card, values(days_past_due=days)).contributions[0].points == expected


@given(st.dictionaries(st.sampled_from(FEATURE_NAMES), st.integers(0, 10**7)))
def test_the_shipped_card_scores_everything(given_values: dict[str, int]) -> None:
    """Whatever the values, the shipped card gives one score, and at most three reasons in two languages."""
    card = parse_scorecard(SHIPPED, features=FEATURE_NAMES)
    found = score(card, values(**given_values))
    assert found == score(card, values(**given_values))
    assert found.points == card.start + sum(item.points for item in found.contributions)
    assert len(found.reasons()) <= 3
    assert all(set(reason) == {"zh-hans", "en"} for reason in found.reasons())


def test_no_feature_is_one_that_may_not_be_used() -> None:
    """Features are about the loan and its promises; none is about the person's life or wishes."""
    words = {word for name in FEATURE_NAMES for word in name.split("_")}
    assert words.isdisjoint(FORBIDDEN)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "feature: broken_promises",
            "feature: religion",
            "attributes 2: feature: 'religion' is not allowed here. Use one of",
        ),
        ("feature: broken_promises", "feature: days_past_due", "'days_past_due' stands here more than once"),
        ("{to: 1, points: 5", "{to: 0, points: 5", "must rise"),
        ("{to: 1, points: 5", "{points: 5", "the last bin, and only it"),
        ("zh-hans: 多, en: many", "zh-hans: 多", "bins 3: reason: the key 'en' is missing"),
        ("points: 20", "points: high", "'high' is not a whole number"),
        ("start: 100", "start: 100\nend: 3", "scorecard, line 6: end: the key 'end' is not known"),
        (SMALL[SMALL.index("attributes:") :], "attributes: []", "attributes: it has no entries"),
        ('en: "{value} days"', 'en: "{days} days"', "reason: en: there is no value for {days}"),
        ('en: "{value} days"', 'en: "{value:d} days"', "reason: en: there is no value for {value}"),
        ("basis: {zh-hans: 试, en: a try}", "basis: a try", "scorecard, line 4: basis: it is not a mapping"),
    ],
)
def test_a_card_with_a_fault_is_refused_by_name(old: str, new: str, says: str) -> None:
    """A mistake in the card is named with its place."""
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse_scorecard(SMALL.replace(old, new), features=FEATURE_NAMES)
    assert says in str(caught.value)


def test_a_missing_value_is_refused() -> None:
    """A score is not guessed from half of the values."""
    with pytest.raises(InputError, match="broken_promises"):
        score(parse_scorecard(SMALL, features=FEATURE_NAMES), {"days_past_due": 3})
