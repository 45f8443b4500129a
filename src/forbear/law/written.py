"""Writes conditions and sentences of a pack out again, as counsel wrote them."""

from __future__ import annotations

from typing import assert_never

from forbear.documents.scalars import clock_of
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
    Some,
    Within,
)
from forbear.law.pack import Sentence


def written(node: Expression) -> str:
    """Return a condition in the language of packs; read again, it is the same tree."""
    match node:
        case Literal(value, kind):
            return _literal(value, kind)
        case Name(name=name):
            return name
        case Not(Within(value, members)):
            return f"{written(value)} not in {_listed(members)}"
        case Not(operand):
            return f"not {_inside(operand, Every, Some, Comparison, Within)}"
        case Every(operands):
            return " and ".join(_inside(operand, Every, Some) for operand in operands)
        case Some(operands):
            return " or ".join(_inside(operand, Some) for operand in operands)
        case Comparison(relation, left, right):
            return f"{written(left)} {relation} {written(right)}"
        case Arithmetic(operation, left, right):
            return _arithmetic(operation, left, right)
        case Within(value, members):
            return f"{written(value)} in {_listed(members)}"
        case _:
            assert_never(node)


def written_sentence(sentence: Sentence, language: str) -> str:
    """Return a sentence in ``zh-hans`` or ``en``, with its places for values as ``{name}``."""
    pieces = dict(sentence.pieces)[language]
    return "".join(f"{text}{{{name}}}" if name else text for text, name in pieces)


def _literal(value: bool | int | str, kind: Kind) -> str:
    if kind is Kind.TIME:
        return f'"{clock_of(int(value))}"'
    return f'"{value}"' if isinstance(value, str) else str(value)


def _listed(members: tuple[str | int, ...]) -> str:
    shown = [f'"{member}"' if isinstance(member, str) else str(member) for member in members]
    return f"({shown[0]},)" if len(shown) == 1 else f"({', '.join(shown)})"


def _inside(node: Expression, *kinds: type[Expression]) -> str:
    return f"({written(node)})" if isinstance(node, kinds) else written(node)


def _arithmetic(operation: Operation, left: Expression, right: Expression) -> str:
    one = _inside(left, Arithmetic) if operation is Operation.TIMES else written(left)
    return f"{one} {operation} {_inside(right, Arithmetic)}"
