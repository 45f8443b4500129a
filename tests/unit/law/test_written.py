"""A condition that is written out again reads as the same condition."""

from __future__ import annotations

import pytest

from forbear.documents.scalars import LANGUAGES
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.expression import ALWAYS, Expression, Kind, Name
from forbear.law.grammar import parse_condition
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.written import written, written_sentence
from forbear.testing.law import cn_pack

SCOPE = {
    "a": Name("a", Kind.BOOL),
    "b": Name("b", Kind.BOOL),
    "n": Name("n", Kind.INT),
    "m": Name("m", Kind.INT),
    "at": Name("at", Kind.TIME),
    "word": Name("word", Kind.TEXT, ("x", "y")),
}


def conditions(pack: Pack) -> list[Expression]:
    trees = [tree for rule in pack.rules for tree in (rule.applies, rule.when)]
    trees += [exemption.when for rule in pack.rules for exemption in rule.exemptions]
    return [tree for tree in trees if tree != ALWAYS]


@pytest.mark.parametrize("pack_id", pack_ids())
def test_every_condition_of_every_pack_is_read_again_as_it_was(pack_id: str) -> None:
    """
    What a page shows of a rule is what the rule says.
    """
    pack = parse(read_pack_texts(pack_id))
    scope = {
        name: Name(name, fact.kind, fact.options, clock=fact.clock, consent=bool(fact.consent))
        for name, fact in pack.facts.items()
    }
    scope |= {name: Name(name, parameter.kind) for name, parameter in pack.parameters.items()}

    for tree in conditions(pack):
        assert parse_condition(written(tree), scope) == tree


@pytest.mark.parametrize(
    "text",
    [
        "a and (b or not a)",
        "a or b and not (a and b)",
        "not (n >= 3) and (a and b)",
        "n - (m - 1) >= 2 * (n + m)",
        'word in ("x",) or word not in ("x", "y") or n in (1, 2)',
        'at + 30 >= "22:00"',
        'word == "x" and True',
    ],
)
def test_brackets_stand_where_they_are_needed(text: str) -> None:
    """
    Connectives and sums keep their grouping, and no bracket more.
    """
    assert written(parse_condition(text, SCOPE)) == text


def test_a_sentence_shows_its_places() -> None:
    """
    A sentence stands with the names of its values in braces, in each language.
    """
    rule = cn_pack().rule("cn.gbt.visits-a-day")

    for language in LANGUAGES:
        assert "{visits_today}" in written_sentence(rule.reason, language)
