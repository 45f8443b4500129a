"""Compiles the rules of an era into one function over a row that says at once which of them speak.

The trees are those that ``law.evaluation`` reads one by one, and the three values are the same: a
condition that hangs on something unknown is neither surely true nor surely false. Conditions that several
rules share are asked once. The source is written from the trees alone: facts become numbered variables and
words become literals, so nothing of a pack's text is ever run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from forbear.law.expression import (
    Arithmetic,
    Comparison,
    Every,
    Expression,
    Literal,
    Name,
    Not,
    Some,
    Value,
    Within,
    names_in,
)

TypedRow = tuple[Value, ...]
"""The facts of an act in the pack's order, as the engine holds them; None is not known."""

Mask = Callable[[TypedRow], int]
"""Which rules speak: bit n is rule n of the pack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule to be compiled: its bit, what it needs to be true, and what lifts it once established."""

    bit: int
    ground: Expression
    lifting: tuple[Expression, ...]


def compiled_mask(
    lines: Sequence[Line], facts: Sequence[str], constants: Mapping[str, Value], *, sure: bool
) -> Mask:
    """Return the function from a row to the rules that speak.

    ``sure``: those whose ground is surely true and that nothing lifts; otherwise those whose ground is not
    surely false, lifted or not.
    """
    writer = _Writer({name: f"v{place}" for place, name in enumerate(facts)}, constants)
    conditions = [(line.bit, list(_conditions(writer, line, sure=sure))) for line in lines]
    body = [f"m = {sum(1 << bit for bit, parts in conditions if not parts)}"]
    body += _branches([item for item in conditions if item[1] and "False" not in item[1]])
    used = {
        writer.variables[name]
        for line in lines
        for name in names_in(line.ground, *line.lifting)
        if name in facts
    }
    unpacked = ", ".join(name if name in used else "_" for name in writer.variables.values())
    source = "\n    ".join(["def mask(row):", f"({unpacked},) = row", *body, "return m"])
    namespace: dict[str, Mask] = {}
    exec(compile(source, "<rules>", "exec"), namespace)  # noqa: S102 (the source is written from trees above)
    return namespace["mask"]


def _conditions(writer: _Writer, line: Line, *, sure: bool) -> Iterator[str]:
    """Yield what must hold for a line, part by part; nothing where it always does."""
    for part in _conjuncts(line.ground):
        text = writer.surely(part) if sure else writer.maybe(part)
        if text != "True":
            yield text
    if sure and line.lifting:
        yield f"not {writer.surely(Some(line.lifting))}"


def _conjuncts(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Every):
        for operand in node.operands:
            yield from _conjuncts(operand)
    else:
        yield node


def _branches(waiting: list[tuple[int, list[str]]]) -> list[str]:
    """Return nested ``if`` lines, the condition that most rules share outermost."""
    lines: list[str] = []
    while waiting:
        shared = Counter(part for _, parts in waiting for part in set(parts))
        condition, number = shared.most_common(1)[0]
        if number == 1:
            lines += [f"if {' and '.join(parts)}: m |= {1 << bit}" for bit, parts in waiting]
            break
        inside = [
            (bit, [part for part in parts if part != condition])
            for bit, parts in waiting
            if condition in parts
        ]
        waiting = [item for item in waiting if condition not in item[1]]
        always = sum(1 << bit for bit, parts in inside if not parts)
        lines.append(f"if {condition}:")
        lines += [f"    m |= {always}"] if always else []
        lines += [f"    {line}" for line in _branches([item for item in inside if item[1]])]
    return lines


class _Writer:
    """Writes a tree as Python over numbered variables, each part in parentheses."""

    def __init__(self, variables: Mapping[str, str], constants: Mapping[str, Value]) -> None:
        self.variables = variables
        self._constants = constants

    def surely(self, node: Expression) -> str:
        """Return source that is true where the condition is surely true."""
        match node:
            case Literal(value, _):
                return repr(value)
            case Name():
                return self._flag(node, "is True", unknown="False")
            case Not(operand):
                return f"(not {self.maybe(operand)})"
            case Every(operands):
                return f"({' and '.join(map(self.surely, operands))})"
            case Some(operands):
                return f"({' or '.join(map(self.surely, operands))})"
            case Comparison() | Within():
                return self._guarded(node, "{} is not None", " and ", unknown="False")
            case Arithmetic():
                return self._value(node)
            case _:
                assert_never(node)

    def maybe(self, node: Expression) -> str:
        """Return source that is true where the condition is not surely false."""
        match node:
            case Literal(value, _):
                return repr(value)
            case Name():
                return self._flag(node, "is not False", unknown="True")
            case Not(operand):
                return f"(not {self.surely(operand)})"
            case Every(operands):
                return f"({' and '.join(map(self.maybe, operands))})"
            case Some(operands):
                return f"({' or '.join(map(self.maybe, operands))})"
            case Comparison() | Within():
                return self._guarded(node, "{} is None", " or ", unknown="True")
            case Arithmetic():
                return self._value(node)
            case _:
                assert_never(node)

    def _flag(self, node: Name, test: str, *, unknown: str) -> str:
        if node.name in self._constants:
            value = self._constants[node.name]
            return unknown if value is None else repr(value)
        return f"({self.variables[node.name]} {test})"

    def _guarded(self, node: Comparison | Within, guard: str, joint: str, *, unknown: str) -> str:
        names = names_in(node)
        if any(name in self._constants and self._constants[name] is None for name in names):
            return unknown
        guards = [guard.format(self.variables[name]) for name in names if name in self.variables]
        return f"({joint.join([*guards, self._value(node)])})"

    def _value(self, node: Expression) -> str:
        match node:
            case Literal(value, _):
                return repr(value)
            case Name(name=name):
                return repr(self._constants[name]) if name in self._constants else self.variables[name]
            case Comparison(relation, left, right):
                return f"{self._value(left)} {relation.value} {self._value(right)}"
            case Arithmetic(operation, left, right):
                return f"({self._value(left)} {operation.value} {self._value(right)})"
            case Within(value, members):
                return f"{self._value(value)} in {{{', '.join(map(repr, members))}}}"
            case Not() | Every() | Some():
                return self.surely(node)
            case _:
                assert_never(node)
