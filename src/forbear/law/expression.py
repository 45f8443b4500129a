"""The tree of a rule's condition: a handful of nodes, matched exhaustively wherever they are read.

The same tree is evaluated for one act (``law.evaluation``) and by column (``nightly.screening``).
Every value may be unknown; the connectives follow Kleene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Kind(StrEnum):
    """What a value is. A time of day is counted in minutes after midnight inside the engine."""

    BOOL = "bool"
    INT = "int"
    TEXT = "text"
    TIME = "time"


Value = bool | int | str | None
"""A value inside the engine; None is *not known*."""


class Relation(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Operation(StrEnum):
    """What is done with two whole numbers, or with a time of day and minutes."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the rule itself."""

    value: bool | int | str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Name:
    """A fact or a parameter. ``options`` are the words a text may be; ``clock`` marks the local time.

    A ``consent`` never gets into a tree: the grammar refuses it.
    """

    name: str
    kind: Kind
    options: tuple[str, ...] = ()
    clock: bool = False
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """True where the operand is false."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Every:
    """True where every operand is; ``and``."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True where at least one operand is; ``or``."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values of one kind, compared."""

    relation: Relation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference or product."""

    operation: Operation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Within:
    """True where a text is one of the words, or a number one of the numbers."""

    value: Expression
    members: tuple[str | int, ...]


Expression = Literal | Name | Not | Every | Some | Comparison | Arithmetic | Within

ALWAYS = Literal(True, Kind.BOOL)


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the parts that a node is made of."""
    match node:
        case Literal() | Name():
            return ()
        case Not(operand):
            return (operand,)
        case Every(operands) | Some(operands):
            return operands
        case Comparison(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Within(value, _):
            return (value,)
        case _:
            assert_never(node)


def walk(node: Expression) -> Iterator[Expression]:
    """Yield the node and everything below it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def names_in(*nodes: Expression) -> tuple[str, ...]:
    """Return the facts and parameters that the trees mention, each once, as they first appear."""
    return tuple(dict.fromkeys(part.name for node in nodes for part in walk(node) if isinstance(part, Name)))


def mentions_clock(node: Expression) -> bool:
    """Say whether the value depends on the local time of day."""
    return any(isinstance(part, Name) and part.clock for part in walk(node))
