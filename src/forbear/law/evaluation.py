"""Evaluates a condition for one act, with three values: true, false, not known (None).

A tree is compiled once into nested functions over a row; a row maps every name to its value. The
column twin is ``forbear.nightly.screening``; a parity test holds the two together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from forbear.law.expression import (
    Arithmetic,
    Comparison,
    Every,
    Expression,
    Literal,
    Name,
    Not,
    Operation,
    Relation,
    Some,
    Value,
    Within,
)

Row = Mapping[str, Value]
Test = Callable[[Row], Value]

RELATIONS: dict[Relation, Callable[[Any, Any], bool]] = {
    Relation.EQUAL: operator.eq,
    Relation.NOT_EQUAL: operator.ne,
    Relation.LESS: operator.lt,
    Relation.AT_MOST: operator.le,
    Relation.MORE: operator.gt,
    Relation.AT_LEAST: operator.ge,
}
OPERATIONS: dict[Operation, Callable[[Any, Any], int]] = {
    Operation.PLUS: operator.add,
    Operation.MINUS: operator.sub,
    Operation.TIMES: operator.mul,
}


def picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return the function that takes the values of these names, in their order, out of a mapping."""
    if len(names) > 1:
        return operator.itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def compiled(node: Expression) -> Test:
    """Return a function from a row to the tree's value; None where it is not known."""
    match node:
        case Literal(value, _):
            return _constant(value)
        case Name(name=name):
            return operator.itemgetter(name)
        case Not(operand):
            return _negation(compiled(operand))
        case Every(operands):
            return _junction(tuple(map(compiled, operands)), settled_by=False)
        case Some(operands):
            return _junction(tuple(map(compiled, operands)), settled_by=True)
        case Comparison(relation, left, right):
            return _binary(RELATIONS[relation], compiled(left), compiled(right))
        case Arithmetic(operation, left, right):
            return _binary(OPERATIONS[operation], compiled(left), compiled(right))
        case Within(value, members):
            return _membership(compiled(value), frozenset(members))
        case _:
            assert_never(node)


def _constant(value: bool | int | str) -> Test:
    return lambda row: value


def _negation(operand: Test) -> Test:
    def negation(row: Row) -> Value:
        value = operand(row)
        return None if value is None else not value

    return negation


def _junction(operands: tuple[Test, ...], *, settled_by: bool) -> Test:
    """Return ``or`` (settled by one true) or ``and`` (settled by one false), after Kleene."""
    otherwise = not settled_by

    def junction(row: Row) -> Value:
        known = True
        for operand in operands:
            value = operand(row)
            if value is settled_by:
                return settled_by
            if value is None:
                known = False
        return otherwise if known else None

    return junction


def _binary(combine: Callable[[Any, Any], Value], left: Test, right: Test) -> Test:
    def binary(row: Row) -> Value:
        one, other = left(row), right(row)
        return None if one is None or other is None else combine(one, other)

    return binary


def _membership(operand: Test, members: frozenset[str | int]) -> Test:
    def membership(row: Row) -> Value:
        value = operand(row)
        return None if value is None else value in members

    return membership


def unknowns(node: Expression, row: Row) -> list[str]:
    """Return the names whose being unknown leaves the tree's value unknown, as they appear."""
    return _weighed(node, row)[1]


def _weighed(node: Expression, row: Row) -> tuple[Value, list[str]]:
    """Return the tree's value and, where it is not known, what it hangs on."""
    value: Value
    match node:
        case Literal(written, _):
            return written, []
        case Name(name=name):
            value = row[name]
            return value, [name] if value is None else []
        case Not(operand):
            value, names = _weighed(operand, row)
            return (None if value is None else not value), names
        case Every(operands):
            return _junction_weighed(operands, row, settled_by=False)
        case Some(operands):
            return _junction_weighed(operands, row, settled_by=True)
        case Comparison(relation, left, right):
            return _binary_weighed(RELATIONS[relation], left, right, row)
        case Arithmetic(operation, left, right):
            return _binary_weighed(OPERATIONS[operation], left, right, row)
        case Within(inner, members):
            value, names = _weighed(inner, row)
            return (None if value is None else value in members), names
        case _:
            assert_never(node)


def _junction_weighed(
    operands: tuple[Expression, ...], row: Row, *, settled_by: bool
) -> tuple[Value, list[str]]:
    hanging: list[str] = []
    for operand in operands:
        value, names = _weighed(operand, row)
        if value is settled_by:
            return settled_by, []
        hanging += names
    return (None if hanging else not settled_by), hanging


def _binary_weighed(
    combine: Callable[[Any, Any], Value], left: Expression, right: Expression, row: Row
) -> tuple[Value, list[str]]:
    one, names = _weighed(left, row)
    other, more = _weighed(right, row)
    return (None, [*names, *more]) if one is None or other is None else (combine(one, other), [])
