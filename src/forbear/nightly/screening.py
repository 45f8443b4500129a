"""Screens many acts at once: the rules of a pack, evaluated by column.

The trees are those that ``forbear.law.judge`` reads one act at a time; a parity test holds the two
together. Every column travels as a pair (value, known), and the connectives follow Kleene. Words
are numbers here: a text fact's place in the list of its options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from forbear.errors import InputError
from forbear.law import expression as tree
from forbear.law.pack import WORD_BITS, Fact, Pack, Rule
from forbear.law.verdict import Effect

ALLOWED, DENIED, NEEDS = 0, 1, 2
"""What the outcome column holds."""

BLOCK_ROWS = 65_536
"""Rows that are screened together, so that a block's columns stay in the processor's cache."""

Array = NDArray[Any]

_RELATIONS = {
    tree.Relation.EQUAL: np.equal,
    tree.Relation.NOT_EQUAL: np.not_equal,
    tree.Relation.LESS: np.less,
    tree.Relation.AT_MOST: np.less_equal,
    tree.Relation.MORE: np.greater,
    tree.Relation.AT_LEAST: np.greater_equal,
}
_OPERATIONS = {
    tree.Operation.PLUS: np.add,
    tree.Operation.MINUS: np.subtract,
    tree.Operation.TIMES: np.multiply,
}


@dataclass(frozen=True, slots=True)
class Column:
    """Values beside whether each is known. Where it is not, the value means nothing."""

    value: Array
    known: Array


def screen(
    pack: Pack, columns: Mapping[str, Array], *, as_of: date
) -> tuple[NDArray[np.int8], NDArray[np.uint64]]:
    """Return for every row the outcome (int8: ALLOWED, DENIED, NEEDS) and the rules that spoke.

    ``columns`` holds facts by name, each of one length: bool for yes and no, whole numbers for
    counts, minutes after midnight for times of day, and for a text the place of the word in the
    fact's options, or the words themselves. A masked array's masked entries, and a fact without a
    column, are not known (a part of the proposal that has none is not proposed). A derived fact of
    people in several zones may have a second axis, one entry a zone (repeat one where there are
    fewer): a rule speaks where it does in one of them. The rules that spoke are uint64 of shape
    (rows, words): bit i of word w is rule 64 w + i of the pack. Raises InputError naming the column.
    """
    names, rows = _checked_names(pack, columns)
    era = pack.era_on(as_of)
    bits = {rule.id: divmod(number, WORD_BITS) for number, rule in enumerate(pack.rules)}
    outcome = np.zeros(rows, np.int8)
    fired = np.zeros((rows, -(-len(pack.rules) // WORD_BITS)), np.uint64)
    whole = {name: _column(pack.facts[name], columns[name]) for name in names}
    for start in range(0, rows, BLOCK_ROWS):
        block = slice(start, min(start + BLOCK_ROWS, rows))
        scope = {name: Column(column.value[block], column.known[block]) for name, column in whole.items()}
        scope |= _constants(pack, era.parameters, names)
        _screen_block(era.rules, scope, bits, outcome[block], fired[block])
    return outcome, fired


def rules_in(pack: Pack, words: Iterable[int]) -> tuple[Rule, ...]:
    """Return the rules whose bits are set in a row's words, in the order of the pack."""
    mask = sum(int(word) << WORD_BITS * place for place, word in enumerate(words))
    return tuple(rule for number, rule in enumerate(pack.rules) if mask >> number & 1)


def _screen_block(
    rules: tuple[Rule, ...],
    scope: Mapping[str, Column],
    bits: Mapping[str, tuple[int, int]],
    outcome: NDArray[np.int8],
    fired: NDArray[np.uint64],
) -> None:
    denied = np.zeros(len(outcome), bool)
    needed = np.zeros(len(outcome), bool)
    for rule in rules:
        speaks, unknown = _standing(rule, scope)
        speaks, unknown = _over_zones(speaks), _over_zones(unknown)
        unknown = unknown & ~speaks
        if not rule.blocks:
            speaks = speaks | unknown
        elif rule.effect is Effect.REQUIRE:
            needed |= speaks | unknown
        else:
            denied |= speaks
            needed |= unknown
        if speaks.any():
            word, bit = bits[rule.id]
            fired[:, word] |= speaks * np.uint64(1 << bit)
    outcome[needed] = NEEDS
    outcome[denied] = DENIED


def _standing(rule: Rule, scope: Mapping[str, Column]) -> tuple[Array, Array]:
    """Return where the rule speaks and where it cannot tell, before the zones are taken together."""
    ground = _evaluate(tree.Every((rule.applies, rule.when)), scope)
    lifted = np.zeros(1, bool)
    for exemption in rule.exemptions:
        condition = _evaluate(exemption.when, scope)
        lifted = lifted | (condition.value & condition.known)
    for consent in rule.relaxable_by:
        lifted = lifted | (scope[consent].value & scope[consent].known)
    return ground.value & ground.known & ~lifted, ~ground.known & ~lifted


def _over_zones(condition: Array) -> Array:
    return condition[:, 0] if condition.shape[1] == 1 else np.asarray(condition.any(axis=1))


def _evaluate(node: tree.Expression, scope: Mapping[str, Column]) -> Column:
    match node:
        case tree.Literal(value, _):
            return Column(np.array([[value]]), np.ones((1, 1), bool))
        case tree.Name(name=name):
            return scope[name]
        case tree.Not(operand):
            column = _evaluate(operand, scope)
            return Column(~column.value, column.known)
        case tree.Every(operands):
            return _every([_evaluate(operand, scope) for operand in operands])
        case tree.Some(operands):
            negated = [_evaluate(operand, scope) for operand in operands]
            column = _every([Column(~part.value, part.known) for part in negated])
            return Column(~column.value, column.known)
        case tree.Comparison(relation, left, right):
            return _comparison(relation, left, right, scope)
        case tree.Arithmetic(operation, left, right):
            one, other = _evaluate(left, scope), _evaluate(right, scope)
            total = _OPERATIONS[operation](one.value.astype(np.int64), other.value.astype(np.int64))
            return Column(total, one.known & other.known)
        case tree.Within(inner, members):
            column = _evaluate(inner, scope)
            found = [column.value == number for number in _numbers(inner, members)]
            return Column(np.logical_or.reduce(found), column.known)
        case _:
            assert_never(node)


def _every(parts: list[Column]) -> Column:
    """Return ``and`` after Kleene: false where one part is known to be, unknown where a part still is."""
    false = np.zeros((1, 1), bool)
    known = np.ones((1, 1), bool)
    for part in parts:
        false = false | (part.known & ~part.value)
        known = known & part.known
    return Column(~false, known | false)


def _comparison(
    relation: tree.Relation, left: tree.Expression, right: tree.Expression, scope: Mapping[str, Column]
) -> Column:
    one = _side(left, right, scope)
    other = _side(right, left, scope)
    return Column(_RELATIONS[relation](one.value, other.value), one.known & other.known)


def _side(node: tree.Expression, beside: tree.Expression, scope: Mapping[str, Column]) -> Column:
    """Return a side of a comparison; a word becomes its place in the options of the fact beside it."""
    if isinstance(node, tree.Literal) and isinstance(node.value, str):
        return Column(_numbers(beside, (node.value,))[None, :], np.ones((1, 1), bool))
    return _evaluate(node, scope)


def _numbers(beside: tree.Expression, members: tuple[str | int, ...]) -> Array:
    options = beside.options if isinstance(beside, tree.Name) else ()
    return np.array([options.index(member) if isinstance(member, str) else member for member in members])


def _checked_names(pack: Pack, columns: Mapping[str, Array]) -> tuple[list[str], int]:
    for name in columns:
        if name not in pack.facts:
            raise InputError(f"The pack {pack.id} knows no fact {name!r}.", field=name)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise InputError(
            f"The columns have {len(lengths)} different lengths; give one column or more, of one length.",
            field="columns",
        )
    return list(columns), lengths.pop()


def _constants(pack: Pack, parameters: Mapping[str, Any], given: list[str]) -> dict[str, Column]:
    """Return what is the same in every row: parameters, and facts without a column."""
    known = np.ones((1, 1), bool)
    unknown = np.zeros((1, 1), bool)
    constants = {
        name: Column(np.array([[0 if value is None else value]]), unknown if value is None else known)
        for name, value in parameters.items()
    }
    for name, fact in pack.facts.items():
        if name not in given:
            value = np.zeros((1, 1), bool if fact.kind is tree.Kind.BOOL else np.int64)
            constants[name] = Column(value, known if fact.proposal else unknown)
    return constants


def _column(fact: Fact, given: Array) -> Column:
    """Return a column in the engine's terms, with an axis of zones. Raises InputError."""
    known = ~np.ma.getmaskarray(given)
    value = np.ma.getdata(given)
    if fact.kind is tree.Kind.TEXT and value.dtype.kind in "UO":
        value = _places(fact, value, known)
    wanted = "b" if fact.kind is tree.Kind.BOOL else "iu"
    if value.dtype.kind not in wanted or value.ndim not in (1, 2) or (value.ndim == 2 and not fact.derived):
        raise InputError(
            f"The column {fact.name} is {value.ndim}-dimensional {value.dtype}; it must be {_fitting(fact)}.",
            field=fact.name,
        )
    _require_range(fact, value[known])
    if fact.proposal:
        value, known = value & known, np.ones_like(known)
    axes = value if value.ndim == 2 else value[:, None]
    return Column(axes, known if known.ndim == 2 else known[:, None])


def _fitting(fact: Fact) -> str:
    axes = "one value a row, or one a row and zone" if fact.derived else "one value a row"
    return f"{'bool' if fact.kind is tree.Kind.BOOL else 'whole numbers'}, {axes}"


def _require_range(fact: Fact, value: Array) -> None:
    ends = {
        tree.Kind.TEXT: (0, len(fact.options) - 1),
        tree.Kind.TIME: (0, 1439),
        tree.Kind.INT: (-(2**31) + 1, 2**31 - 1),
    }
    low, high = ends.get(fact.kind, (0, 1))
    if value.size and (value.min() < low or value.max() > high):
        raise InputError(
            f"The column {fact.name} holds {value.min()} to {value.max()}; it must be {low} to {high}.",
            field=fact.name,
        )


def _places(fact: Fact, words: Array, known: Array) -> Array:
    """Return the places of words in the fact's options."""
    places = np.full(words.shape, -1, np.int8)
    for place, option in enumerate(fact.options):
        places[words == option] = place
    if (places[known] < 0).any():
        word = str(words[known & (places < 0)][0])
        raise InputError(
            f"The column {fact.name} holds {word!r}; it must be one of {', '.join(fact.options)}.",
            field=fact.name,
        )
    return places
