"""Screens many acts at once: the rules of a pack, evaluated by column.

The trees are those that ``forbear.law.judge`` reads one act at a time; a parity test holds the two
together. A condition is two planes of bits, where it is known to be true and where it is known to be
false, and the connectives follow Kleene. Words are numbers here: a text fact's place in the list of
its options.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.errors import InvariantError
from forbear.law import expression as tree
from forbear.law.pack import WORD_BITS, Pack, Rule
from forbear.nightly.planes import (
    UNKNOWN,
    Plane,
    Truth,
    both,
    bytes_of,
    conjunction,
    either,
    negation,
    truth_of,
    unknown_in,
    without,
)
from forbear.nightly.screening_columns import (
    NO_NUMBER,
    Array,
    Column,
    Number,
    absent,
    checked_column,
    row_count,
    zone_count,
)
from forbear.nightly.screening_trees import ScreenedRule, screened_rules

ALLOWED, DENIED, NEEDS = 0, 1, 2
"""What the outcome column holds."""

BLOCK_ROWS = 262_144
"""Rows that are screened together, so that a block's planes stay in the processor's cache."""

_BYTE_BITS = 8
_WORD_BYTES = WORD_BITS // _BYTE_BITS
_OPERATIONS: dict[tree.Operation, tuple[np.ufunc, Callable[[int, int], int]]] = {
    tree.Operation.PLUS: (np.add, operator.add),
    tree.Operation.MINUS: (np.subtract, operator.sub),
    tree.Operation.TIMES: (np.multiply, operator.mul),
}


def screen(
    pack: Pack, columns: Mapping[str, Array], *, as_of: date
) -> tuple[NDArray[np.int8], NDArray[np.uint64]]:
    """Return for every row the outcome (int8: ALLOWED, DENIED, NEEDS) and the rules that spoke.

    ``columns`` holds facts by name, each of one length: bool for yes and no, whole numbers for
    counts, minutes after midnight for times of day, and for a text the place of the word in the
    fact's options, or the words themselves; the narrower the type, the faster. A masked array's
    masked entries, and a fact without a column, are not known (a part of the proposal that has none
    is not proposed). A derived fact of people in several zones may have a second axis, one entry a
    zone (repeat one where there are fewer): a rule speaks where it does in one of them. The rules
    that spoke are uint64 of shape (rows, words): bit i of word w is rule 64 w + i of the pack. Raises
    InputError naming the column.
    """
    rows = row_count(pack, columns)
    zones = zone_count(columns)
    rules = screened_rules(pack, pack.era_on(as_of))
    words = -(-len(pack.rules) // WORD_BITS)
    outcome = np.zeros(rows, np.int8)
    spoken = np.zeros((rows, words * _WORD_BYTES), np.uint8)
    for start in range(0, rows, BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        given = {name: checked_column(pack.facts[name], column[part]) for name, column in columns.items()}
        _write_answers(_Block(pack, given, zones), rules, outcome[part], spoken[part])
    return outcome, spoken.view("<u8").astype(np.uint64, copy=False)


def rules_in(pack: Pack, words: Iterable[int]) -> tuple[Rule, ...]:
    """Return the rules whose bits are set in a row's words, in the order of the pack."""
    mask = sum(int(word) << WORD_BITS * place for place, word in enumerate(words))
    return tuple(rule for number, rule in enumerate(pack.rules) if mask >> number & 1)


def _write_answers(
    block: _Block, rules: Iterable[ScreenedRule], outcome: NDArray[np.int8], spoken: NDArray[np.uint8]
) -> None:
    denied: Plane = False
    needed: Plane = False
    voices: dict[int, Plane] = {}
    for rule in rules:
        speaks, unknown = block.standing(rule)
        if not rule.blocks:
            speaks = either(speaks, unknown)
        elif rule.requires:
            needed = either(needed, either(speaks, unknown))
        else:
            denied = either(denied, speaks)
            needed = either(needed, unknown)
        if speaks is not False:
            voices[rule.bit] = speaks
    rows = len(outcome)
    answers = bytes_of(without(needed, denied), rows)
    np.add(answers, answers, out=answers)
    np.bitwise_or(answers, bytes_of(denied, rows), out=answers)
    outcome[:] = answers.view(np.int8)
    _write_voices(voices, spoken)


def _write_voices(voices: Mapping[int, Plane], spoken: NDArray[np.uint8]) -> None:
    """Write the planes of rules, by bit, as bits of each row, eight rules to a byte."""
    rows, places = spoken.shape
    for place in range(places):
        bits = range(_BYTE_BITS * place, _BYTE_BITS * (place + 1))
        if not any(bit in voices for bit in bits):
            continue
        octet = np.zeros(rows, np.uint8)
        for bit in reversed(bits):
            np.add(octet, octet, out=octet)
            if bit in voices:
                np.bitwise_or(octet, bytes_of(voices[bit], rows), out=octet)
        spoken[:, place] = octet


class _Block:
    """The conditions of the rules in one block of rows, each worked out once a zone, when it is needed."""

    def __init__(self, pack: Pack, columns: Mapping[str, Column], zones: int) -> None:
        self._pack = pack
        self._columns = columns
        self._zones = zones
        self._truths: dict[tuple[int, int], Truth] = {}
        self._facts: dict[tuple[str, int], Truth | Number] = {}
        self._by_zone: dict[int, bool] = {}

    def standing(self, rule: ScreenedRule) -> tuple[Plane, Plane]:
        """Return where the rule speaks in one of the zones, and where it else cannot tell."""
        speaks: Plane = False
        unknown: Plane = False
        several = any(self._differs(part) for part in (rule.ground, *rule.lifting))
        for zone in range(self._zones if several else 1):
            here, perhaps = self._standing_in(rule, zone)
            speaks, unknown = either(speaks, here), either(unknown, perhaps)
        return speaks, without(unknown, speaks)

    def _standing_in(self, rule: ScreenedRule, zone: int) -> tuple[Plane, Plane]:
        ground = self._truth(rule.ground, zone)
        if ground.false is True:
            return False, False
        lifted: Plane = False
        for condition in rule.lifting:
            lifted = either(lifted, self._truth(condition, zone).true)
        return without(ground.true, lifted), without(unknown_in(ground), lifted)

    def _truth(self, node: tree.Expression, zone: int) -> Truth:
        key = (id(node), zone if self._differs(node) else 0)
        found = self._truths.get(key)
        if found is None:
            found = self._truths[key] = self._work_out(node, zone)
        return found

    def _work_out(self, node: tree.Expression, zone: int) -> Truth:
        match node:
            case tree.Literal(value, _):
                return Truth(bool(value), not value)
            case tree.Name():
                found = self._named(node, zone)
                return found if isinstance(found, Truth) else UNKNOWN
            case tree.Not(operand):
                return negation(self._truth(operand, zone))
            case tree.Every(operands):
                return self._every(operands, zone)
            case tree.Comparison(relation, left, right):
                one, other = self._sides(left, right, zone)
                compare = np.equal if relation is tree.Relation.EQUAL else np.less
                holds = compare(one.value, other.value)
                values = holds if isinstance(holds, np.ndarray) else bool(holds)
                return truth_of(values, both(one.known, other.known))
            case _:
                raise InvariantError(f"A screened tree holds no {type(node).__name__} where a condition is.")

    def _every(self, operands: Iterable[tree.Expression], zone: int) -> Truth:
        result = Truth(True, False)
        for operand in operands:
            result = conjunction(result, self._truth(operand, zone))
            if result.false is True:
                break
        return result

    def _sides(self, left: tree.Expression, right: tree.Expression, zone: int) -> tuple[Number, Number]:
        """Return both sides as numbers; a word is its place in the options of the fact beside it."""
        if isinstance(left, tree.Name) and isinstance(right, tree.Literal) and isinstance(right.value, str):
            right = tree.Literal(left.options.index(right.value), tree.Kind.INT)
        return self._number(left, zone), self._number(right, zone)

    def _number(self, node: tree.Expression, zone: int) -> Number:
        match node:
            case tree.Literal(value, _):
                return Number(int(value), True, int(value), int(value))
            case tree.Name():
                found = self._named(node, zone)
                return found if isinstance(found, Number) else NO_NUMBER
            case tree.Arithmetic(operation, left, right):
                return _combined(operation, self._number(left, zone), self._number(right, zone))
            case _:
                raise InvariantError(f"A screened tree holds no {type(node).__name__} where a number is.")

    def _named(self, node: tree.Name, zone: int) -> Truth | Number:
        key = (node.name, zone)
        if key not in self._facts:
            column, fact = self._columns.get(node.name), self._pack.facts.get(node.name)
            if column is not None:
                self._facts[key] = column.in_zone(zone)
            else:
                self._facts[key] = NO_NUMBER if fact is None else absent(fact)
        return self._facts[key]

    def _differs(self, node: tree.Expression) -> bool:
        """Say whether a condition may differ between the zones."""
        if self._zones == 1:
            return False
        found = self._by_zone.get(id(node))
        if found is None:
            columns = (self._columns.get(name) for name in tree.names_in(node))
            found = any(column is not None and column.zones > 1 for column in columns)
            self._by_zone[id(node)] = found
        return found


def _combined(operation: tree.Operation, one: Number, other: Number) -> Number:
    """Return a sum, difference or product, in a type that holds it; Python's own numbers where none does."""
    by_column, by_one = _OPERATIONS[operation]
    ends = [by_one(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    known = both(one.known, other.known)
    if isinstance(one.value, int) and isinstance(other.value, int):
        return Number(by_one(one.value, other.value), known, min(ends), max(ends))
    widest = max(map(abs, (*ends, one.low, one.high, other.low, other.high)))
    value = by_column(one.value, other.value, dtype=_type_for(widest), casting="unsafe")
    return Number(value, known, min(ends), max(ends))


def _type_for(widest: int) -> Any:
    return next((kind for kind in (np.int16, np.int32, np.int64) if widest <= np.iinfo(kind).max), object)
