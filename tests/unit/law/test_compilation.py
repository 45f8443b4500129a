"""The rules compiled into one function say what they say read one by one, unknown facts included."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.evaluation import compiled, unknowns
from forbear.law.expression import Every, Kind, Value
from forbear.law.facts import facts_from_mapping
from forbear.law.pack import Fact, Pack
from forbear.law.parse import parse
from forbear.law.reading import read_era, read_rule


def drawn(fact: Fact, draw: random.Random) -> Value:
    if draw.random() < 0.15:
        return None
    match fact.kind:
        case Kind.BOOL:
            return draw.random() < 0.5
        case Kind.TEXT:
            return draw.choice(fact.options)
        case Kind.TIME:
            return draw.randrange(1440)
        case _:
            return draw.randrange(12) if draw.random() < 0.8 else draw.randrange(400)


def rows_of(pack: Pack, number: int, seed: int) -> list[dict[str, Value]]:
    draw = random.Random(seed)
    return [{name: drawn(fact, draw) for name, fact in pack.facts.items()} for _ in range(number)]


@pytest.mark.parametrize("pack_id", pack_ids())
def test_one_function_says_what_the_rules_say_one_by_one(pack_id: str) -> None:
    """
    For each era of each pack, drawn rows give the same rules that speak, and the same that are in question.
    """
    pack = parse(read_pack_texts(pack_id), profile="conformance")
    places = {rule.id: place for place, rule in enumerate(pack.rules)}
    for era in pack.eras:
        for row in rows_of(pack, 100, seed=len(era.rules)):
            full = {**row, **era.parameters}
            readings = [found for rule in era.rules if (found := read_rule(rule, [full])) is not None]
            spoken = sum(1 << places[item.rule.id] for item in readings if item.truth is True)

            assert era.spoken(era.typed(row)) == spoken
            assert read_era(era, [full]) == readings


def test_what_a_condition_hangs_on_is_what_would_settle_it() -> None:
    """
    A condition hangs on something where its value is not known and nowhere else.
    """
    pack = parse(read_pack_texts("cn"))
    era = pack.era_on(date(2026, 11, 24))
    for row in rows_of(pack, 50, seed=5):
        full = {**row, **era.parameters}
        for rule in era.rules:
            ground = Every((rule.applies, rule.when))
            hanging = unknowns(ground, full)
            assert bool(hanging) == (compiled(ground)(full) is None)
            assert all(full[name] is None for name in hanging)


def test_the_digest_of_facts_is_over_their_canonical_json() -> None:
    """
    The quick way to the digest writes the very bytes that a JSON library would.
    """
    pack = parse(read_pack_texts("cn"))
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    given: list[dict[str, Any]] = [
        {},
        dict(pack.base_facts),
        {"visits_today": 3, "zones": ["Asia/Urumqi", "UTC"]},
    ]
    for facts in (facts_from_mapping(pack, values, now=noon) for values in given):
        text = json.dumps(facts.body(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert facts.digest == hashlib.sha256(text.encode()).hexdigest()
