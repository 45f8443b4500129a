"""Obligations that can't be met together: which give way to which, and which nobody has decided.

A rule that asks something of the act says so under ``obliges``. Two that ask for different values of one
fact must not speak together, unless one of them overrides the other, with a citation. This is found when
a pack is read, by the plain conditions of the rules alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from forbear.errors import InputError
from forbear.law.evaluation import compiled
from forbear.law.expression import (
    Comparison,
    Every,
    Expression,
    Kind,
    Literal,
    Name,
    Not,
    Relation,
    Within,
)
from forbear.law.pack import Exemption, Fact, Override, Rule
from forbear.law.verdict import Effect

_BOTH: frozenset[bool | int | str] = frozenset((True, False))


def require_decided(rules: Sequence[Rule], facts: Mapping[str, Fact]) -> None:
    """Raise InputError for an override of nothing, and for obligations that nobody has decided between."""
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for override in rule.overrides:
            _require_overridable(rule, by_id.get(override.rule_id), override.rule_id)
    for one, other in combinations([rule for rule in rules if rule.obliges], 2):
        fact = next((name for name in one.obliges if _differ(one, other, name)), None)
        if fact is not None and not _decided(one, other) and not _apart(one, other, facts):
            raise _fault(
                other,
                f"it asks for {fact} {other.obliges[fact]!r}, and {one.id} for {one.obliges[fact]!r}",
                "let one of the two override the other, with a citation, or narrow when they apply",
            )


def with_overrides(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules, those that give way to others among them with an exception for each."""
    standing = {rule.id: rule for rule in rules}
    for rule in rules:
        for override in rule.overrides:
            if override.rule_id in standing:
                standing[override.rule_id] = _giving_way(standing[override.rule_id], rule, override)
    return tuple(standing.values())


def _giving_way(rule: Rule, stronger: Rule, override: Override) -> Rule:
    when = _speaks(stronger)
    exemption = Exemption(
        when=when, because=override.because, citation=override.citation, test=compiled(when)
    )
    return replace(
        rule,
        exemptions=(*rule.exemptions, exemption),
        moves=rule.moves or stronger.moves,
        clock_tests=(*rule.clock_tests, *stronger.clock_tests),
    )


def _speaks(rule: Rule) -> Expression:
    return Every((rule.applies, rule.when, *(Not(condition) for condition in rule.lifting)))


def _require_overridable(rule: Rule, other: Rule | None, other_id: str) -> None:
    if other is None:
        raise _fault(rule, f"it overrides {other_id}, which is not in the pack", "correct the id")
    if other.written_effect in (Effect.DENY, Effect.STOP):
        raise _fault(
            rule,
            f"it overrides {other_id}, which stands in the way",
            "state an exception there, under unless",
        )
    if other.id.split(".")[0] != rule.id.split(".")[0]:
        raise _fault(
            rule,
            f"it overrides {other_id} of the pack that it extends",
            "an overlay may only add to that pack",
        )
    if any(override.rule_id == rule.id for override in other.overrides):
        raise _fault(rule, f"it and {other_id} override each other", "keep one of the two")


def _fault(rule: Rule, cause: str, cure: str) -> InputError:
    place = f"{rule.file}, line {rule.line}: rule {rule.id}:"
    return InputError(f"{place} {cause}. {cure[:1].upper()}{cure[1:]}.", field=f"{rule.file}:{rule.line}")


def _differ(one: Rule, other: Rule, name: str) -> bool:
    return name in other.obliges and one.obliges[name] != other.obliges[name]


def _decided(one: Rule, other: Rule) -> bool:
    overridden = {override.rule_id for override in (*one.overrides, *other.overrides)}
    return bool(overridden & {one.id, other.id})


def _apart(one: Rule, other: Rule, facts: Mapping[str, Fact]) -> bool:
    """Say whether the two never speak together: other times, or no value of a fact suits both."""
    if (one.until and one.until <= other.since) or (other.until and other.until <= one.since):
        return True
    left, right = _limits(one, facts), _limits(other, facts)
    return any(not left[name] & right[name] for name in left.keys() & right.keys())


def _limits(rule: Rule, facts: Mapping[str, Fact]) -> dict[str, frozenset[bool | int | str]]:
    """Return the values that the rule leaves to facts of few values, as far as its plain conditions say."""
    found: dict[str, frozenset[bool | int | str]] = {}
    for part in _conjuncts((rule.applies, rule.when)):
        for name, values in _limit(part, facts):
            found[name] = found.get(name, values) & values
    return found


def _conjuncts(nodes: Iterable[Expression]) -> Iterator[Expression]:
    for node in nodes:
        if isinstance(node, Every):
            yield from _conjuncts(node.operands)
        else:
            yield node


def _limit(node: Expression, facts: Mapping[str, Fact]) -> Iterator[tuple[str, frozenset[bool | int | str]]]:
    match node:
        case Name(name=name, kind=Kind.BOOL):
            yield name, frozenset((True,))
        case Not(Name() | Comparison() | Within() as operand):
            for name, values in _limit(operand, facts):
                domain = frozenset(facts[name].options) if name in facts and facts[name].options else _BOTH
                yield name, domain - values
        case Comparison(Relation.EQUAL, Name(name=name), Literal(str() as word, _)):
            yield name, frozenset((word,))
        case Comparison(Relation.NOT_EQUAL, Name(name=name), Literal(str() as word, _)):
            yield name, frozenset(facts[name].options) - {word}
        case Within(Name(name=name, kind=Kind.TEXT), members):
            yield name, frozenset(members)
        case _:
            return
