"""Rewrites the conditions of a pack's rules for screening, once a day of law.

Parameters become their values, every comparison becomes ``==`` or ``<``, a list of words becomes one
``==`` for each, and two conditions that say the same are the same object, so that a block works each
out once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from forbear.law import expression as tree
from forbear.law.grammar import kind_of
from forbear.law.pack import Era, Pack
from forbear.law.verdict import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedRule:
    """A rule as it is screened: ``bit`` is its place in the pack, ``lifting`` what keeps it silent."""

    bit: int
    blocks: bool
    requires: bool
    ground: tree.Expression
    lifting: tuple[tree.Expression, ...]


def screened_rules(pack: Pack, era: Era) -> tuple[ScreenedRule, ...]:
    """Return the rules in force, rewritten."""
    bits = {rule.id: bit for bit, rule in enumerate(pack.rules)}
    rewriting = _Rewriting(era.parameters)
    rules = []
    for rule in era.rules:
        consents = [tree.Name(name, tree.Kind.BOOL) for name in rule.relaxable_by]
        lifting = [*(exemption.when for exemption in rule.exemptions), *consents]
        rules.append(
            ScreenedRule(
                bit=bits[rule.id],
                blocks=rule.blocks,
                requires=rule.effect is Effect.REQUIRE,
                ground=rewriting.rewritten(tree.Every((rule.applies, rule.when))),
                lifting=tuple(map(rewriting.rewritten, lifting)),
            )
        )
    return tuple(rules)


class _Rewriting:
    """Rewrites trees, and gives equal ones back as one object."""

    def __init__(self, parameters: Mapping[str, tree.Value]) -> None:
        self._parameters = parameters
        self._seen: dict[tree.Expression, tree.Expression] = {}

    def rewritten(self, node: tree.Expression) -> tree.Expression:
        """Return a tree of the same value. Parameters without a value stay names."""
        match node:
            case tree.Literal():
                return self._one(node)
            case tree.Name(name=name, kind=kind):
                value = self._parameters.get(name)
                return self._one(node if value is None else tree.Literal(value, kind))
            case tree.Not(operand):
                return self._not(self.rewritten(operand))
            case tree.Every(operands):
                return self._every([self.rewritten(operand) for operand in operands])
            case tree.Some(operands):
                return self._some([self.rewritten(operand) for operand in operands])
            case tree.Comparison(relation, left, right):
                return self._compared(relation, self.rewritten(left), self.rewritten(right))
            case tree.Arithmetic(operation, left, right):
                return self._one(tree.Arithmetic(operation, self.rewritten(left), self.rewritten(right)))
            case tree.Within(value, members):
                inner = self.rewritten(value)
                words = [tree.Literal(member, kind_of(value)) for member in members]
                return self._some([self._compared(tree.Relation.EQUAL, inner, word) for word in words])
            case _:
                assert_never(node)

    def _one(self, node: tree.Expression) -> tree.Expression:
        return self._seen.setdefault(node, node)

    def _not(self, node: tree.Expression) -> tree.Expression:
        return node.operand if isinstance(node, tree.Not) else self._one(tree.Not(node))

    def _some(self, operands: list[tree.Expression]) -> tree.Expression:
        return self._not(self._every([self._not(operand) for operand in operands]))

    def _every(self, operands: list[tree.Expression]) -> tree.Expression:
        flat: dict[tree.Expression, None] = {}
        for operand in operands:
            flat |= dict.fromkeys(operand.operands if isinstance(operand, tree.Every) else (operand,))
        flat.pop(tree.ALWAYS, None)
        if len(flat) > 1:
            return self._one(tree.Every(tuple(flat)))
        return next(iter(flat), tree.ALWAYS)

    def _compared(
        self, relation: tree.Relation, left: tree.Expression, right: tree.Expression
    ) -> tree.Expression:
        match relation:
            case tree.Relation.EQUAL:
                sides = (right, left) if isinstance(left, tree.Literal) else (left, right)
                return self._one(tree.Comparison(tree.Relation.EQUAL, *sides))
            case tree.Relation.NOT_EQUAL:
                return self._not(self._compared(tree.Relation.EQUAL, left, right))
            case tree.Relation.LESS:
                return self._one(tree.Comparison(tree.Relation.LESS, left, right))
            case tree.Relation.MORE:
                return self._one(tree.Comparison(tree.Relation.LESS, right, left))
            case tree.Relation.AT_MOST:
                return self._not(self._compared(tree.Relation.LESS, right, left))
            case tree.Relation.AT_LEAST:
                return self._not(self._compared(tree.Relation.LESS, left, right))
            case _:
                assert_never(relation)
