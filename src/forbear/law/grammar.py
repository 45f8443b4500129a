"""Reads a condition such as ``channel == "call" and local_time >= night_starts`` into its tree.

A small part of Python's expressions, by whitelist: and, or, not, comparisons, ``+ - *``, ``in`` a
list of words, names, and literals. Anything else is refused with what to write instead.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping

from forbear.documents.scalars import WHOLE_NUMBER_MAX, minutes_of
from forbear.law.expression import (
    Arithmetic,
    Comparison,
    Every,
    Expression,
    Kind,
    Literal,
    Name,
    Not,
    Operation,
    Relation,
    Some,
    Within,
    mentions_clock,
)

LENGTH_MAX = 1000

_RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.Eq: Relation.EQUAL,
    ast.NotEq: Relation.NOT_EQUAL,
    ast.Lt: Relation.LESS,
    ast.LtE: Relation.AT_MOST,
    ast.Gt: Relation.MORE,
    ast.GtE: Relation.AT_LEAST,
}
_OPERATIONS: dict[type[ast.operator], Operation] = {
    ast.Add: Operation.PLUS,
    ast.Sub: Operation.MINUS,
    ast.Mult: Operation.TIMES,
}
_ARITHMETIC_KINDS: dict[tuple[Kind, Operation, Kind], Kind] = {
    (Kind.INT, Operation.PLUS, Kind.INT): Kind.INT,
    (Kind.INT, Operation.MINUS, Kind.INT): Kind.INT,
    (Kind.INT, Operation.TIMES, Kind.INT): Kind.INT,
    (Kind.TIME, Operation.PLUS, Kind.INT): Kind.TIME,
    (Kind.INT, Operation.PLUS, Kind.TIME): Kind.TIME,
    (Kind.TIME, Operation.MINUS, Kind.INT): Kind.TIME,
    (Kind.TIME, Operation.MINUS, Kind.TIME): Kind.INT,
}


class ConditionError(Exception):
    """What is wrong with a condition, and its cure. Caught by the reader, which adds the place."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.cure = cure


def parse_condition(text: str, scope: Mapping[str, Name]) -> Expression:
    """Return the tree of a condition over the names in ``scope``. Raises ConditionError."""
    if len(text) > LENGTH_MAX:
        raise ConditionError(
            f"the condition is {len(text)} characters long",
            f"keep it under {LENGTH_MAX}; split the rule in two",
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionError(
            f"the condition {text!r} cannot be read ({error})", 'write it like: channel == "call" and n >= 3'
        ) from error
    return _condition(_read(tree, scope), ast.unparse(tree))


def _read(node: ast.expr, scope: Mapping[str, Name]) -> Expression:
    match node:
        case ast.Constant(value=bool() as value):
            return Literal(value, Kind.BOOL)
        case ast.Constant(value=int() as value):
            return _number(value)
        case ast.Constant(value=str() as value):
            return Literal(value, Kind.TEXT)
        case ast.Name(id=name):
            return _name(name, scope)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_condition(_read(operand, scope), ast.unparse(operand)))
        case ast.BoolOp(op=op, values=values):
            parts = tuple(_condition(_read(value, scope), ast.unparse(value)) for value in values)
            return Every(parts) if isinstance(op, ast.And) else Some(parts)
        case ast.BinOp():
            return _arithmetic(node, scope)
        case ast.Compare():
            return _comparisons(node, scope)
        case _:
            raise ConditionError(
                f"{ast.unparse(node)!r} is not allowed in a condition",
                "use and, or, not, comparisons, + - *, in (...), names and literals",
            )


def _condition(node: Expression, text: str) -> Expression:
    if kind_of(node) is not Kind.BOOL:
        raise ConditionError(
            f"{text!r} is of type {kind_of(node)}, not a condition", "compare it with something"
        )
    return node


def _number(value: int) -> Literal:
    if value > WHOLE_NUMBER_MAX:
        raise ConditionError(f"the number {value} is too large", f"use numbers up to {WHOLE_NUMBER_MAX}")
    return Literal(value, Kind.INT)


def _name(name: str, scope: Mapping[str, Name]) -> Name:
    if name not in scope:
        near = difflib.get_close_matches(name, scope, n=1)
        hint = f"did you mean {near[0]!r}? If not, " if near else ""
        raise ConditionError(f"{name!r} is not declared", f"{hint}declare it under facts or parameters")
    if scope[name].consent:
        raise ConditionError(f"{name!r} is a consent", "name it under relaxable_by; conditions do not see it")
    return scope[name]


def _arithmetic(node: ast.BinOp, scope: Mapping[str, Name]) -> Arithmetic:
    operation = _OPERATIONS.get(type(node.op))
    text = ast.unparse(node)
    if operation is None:
        raise ConditionError(f"{text!r} uses an operation that is not allowed", "use + - or *")
    left, right = _read(node.left, scope), _read(node.right, scope)
    left, right = _as_time(left, right), _as_time(right, left)
    if (kind_of(left), operation, kind_of(right)) not in _ARITHMETIC_KINDS:
        raise ConditionError(
            f"{text!r} takes {kind_of(left)} and {kind_of(right)} together",
            "add whole numbers, or minutes to a time of day",
        )
    if operation is Operation.TIMES and mentions_clock(left) and mentions_clock(right):
        raise ConditionError(
            f"{text!r} multiplies the local time by itself", "compare the local time with a time"
        )
    return Arithmetic(operation, left, right)


def _comparisons(node: ast.Compare, scope: Mapping[str, Name]) -> Expression:
    operands = [node.left, *node.comparators]
    pairs = zip(operands, node.ops, operands[1:], strict=False)
    parts = tuple(_pair(left, op, right, scope) for left, op, right in pairs)
    return parts[0] if len(parts) == 1 else Every(parts)


def _pair(left: ast.expr, op: ast.cmpop, right: ast.expr, scope: Mapping[str, Name]) -> Expression:
    match op:
        case ast.In():
            return _within(left, right, scope)
        case ast.NotIn():
            return Not(_within(left, right, scope))
        case ast.Is() | ast.IsNot():
            raise ConditionError("'is' is not allowed in a condition", "use == or !=")
        case _:
            return _compared(left, _RELATIONS[type(op)], right, scope)


def _compared(left: ast.expr, relation: Relation, right: ast.expr, scope: Mapping[str, Name]) -> Comparison:
    text = f"{ast.unparse(left)} {relation} {ast.unparse(right)}"
    one, other = _read(left, scope), _read(right, scope)
    one, other = _as_time(one, other), _as_time(other, one)
    kinds = {kind_of(one), kind_of(other)}
    if len(kinds) > 1:
        raise ConditionError(
            f"{text!r} compares {kind_of(one)} with {kind_of(other)}", "compare like with like"
        )
    if kind_of(one) is Kind.BOOL:
        raise ConditionError(f"{text!r} compares yes with no", "write the name itself, or not and the name")
    if kind_of(one) is Kind.TEXT:
        _require_text(one, relation, other, text)
    return Comparison(relation, one, other)


def _as_time(node: Expression, beside: Expression) -> Expression:
    """Read a literal such as "22:00" as a time of day where it stands beside one."""
    if isinstance(node, Literal) and isinstance(node.value, str) and kind_of(beside) is Kind.TIME:
        minutes = minutes_of(node.value)
        if minutes is None:
            raise ConditionError(f"{node.value!r} is not a time of day", "write it as HH:MM, 00:00 to 23:59")
        return Literal(minutes, Kind.TIME)
    return node


def _require_text(one: Expression, relation: Relation, other: Expression, text: str) -> None:
    if relation not in (Relation.EQUAL, Relation.NOT_EQUAL):
        raise ConditionError(f"{text!r} orders words", "use == or != with words")
    match one, other:
        case (Name() as name, Literal(value=str() as word)) | (Literal(value=str() as word), Name() as name):
            _require_option(name, word)
        case _:
            raise ConditionError(
                f"{text!r} does not compare a fact with a word",
                "write the fact, then == and the word in quotes",
            )


def _within(left: ast.expr, right: ast.expr, scope: Mapping[str, Name]) -> Within:
    text = f"{ast.unparse(left)} in {ast.unparse(right)}"
    if not isinstance(right, ast.Tuple | ast.List) or not right.elts:
        raise ConditionError(f"{text!r} does not name a list", 'write it like: channel in ("call", "visit")')
    value = _read(left, scope)
    if mentions_clock(value):
        raise ConditionError(f"{text!r} looks for the local time in a list", "compare it with < or >=")
    members = [element.value for element in right.elts if isinstance(element, ast.Constant)]
    if kind_of(value) is Kind.TEXT and isinstance(value, Name):
        words = tuple(member for member in members if isinstance(member, str))
        for word in words:
            _require_option(value, word)
        return Within(value, _all_of(words, right, text))
    if kind_of(value) is Kind.INT:
        return Within(value, _all_of(tuple(member for member in members if type(member) is int), right, text))
    raise ConditionError(
        f"{text!r} looks for a value of type {kind_of(value)} in a list",
        "use in with a text fact or a whole number",
    )


def _all_of(
    members: tuple[str | int, ...], written: ast.Tuple | ast.List, text: str
) -> tuple[str | int, ...]:
    if len(members) != len(written.elts):
        raise ConditionError(f"{text!r} mixes kinds in its list", "list words of the fact, or whole numbers")
    return members


def _require_option(name: Name, word: str) -> None:
    if word not in name.options:
        raise ConditionError(f"{name.name!r} is never {word!r}", f"use one of {', '.join(name.options)}")


def kind_of(node: Expression) -> Kind:
    """Return the kind of value that a tree gives."""
    match node:
        case Literal(_, kind) | Name(_, kind):
            return kind
        case Arithmetic(operation, left, right):
            return _ARITHMETIC_KINDS[kind_of(left), operation, kind_of(right)]
        case _:
            return Kind.BOOL
