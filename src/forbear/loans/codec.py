"""Loans' data as JSON-safe bodies and back, and the digests that chain a ledger.

One pair of functions serves every type, driven by the types themselves: a Fraction is "n/d", a
day is ISO, an instant is ISO in UTC, a tuple is a list. Reading checks every field and names it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import repeat
from operator import attrgetter
from types import UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from forbear.errors import InputError, InvariantError, invariant
from forbear.loans.events import EventBody, LoanEvent
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms

Json = dict[str, Any]
"""A JSON object; its values are what ``json`` itself reads and writes."""

T = TypeVar("T")

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

BODY_KINDS = {body.KIND: body for body in get_args(EventBody)}
"""Every kind of event body by the name it is stored under."""


def payload_to_body(payload: EventBody) -> Json:
    """Return what an event holds beyond its envelope, as stored beside ``kind``."""
    return cast(Json, _plain(payload))


def payload_from_body(kind: str, body: object, *, payload_version: int = 1) -> EventBody:
    """Read what ``payload_to_body`` wrote; raises InputError naming the field at fault."""
    if kind not in BODY_KINDS:
        known = ", ".join(sorted(BODY_KINDS))
        raise InputError(f"Event kind {kind!r} is not known; use one of {known}.", field="kind")
    if payload_version != 1:
        raise InputError(
            f"Payload version {payload_version} of {kind} is not known.", field="payload_version"
        )
    return cast(EventBody, _read(BODY_KINDS[kind], body, kind))


def event_to_body(event: LoanEvent) -> Json:
    """Return a whole event, envelope and payload, as one JSON object."""
    return cast(Json, _plain(event))


def event_from_body(body: Mapping[str, object]) -> LoanEvent:
    """Read what ``event_to_body`` wrote; raises InputError naming the field at fault."""
    return _read(LoanEvent, body, "event")


def terms_to_body(terms: LoanTerms) -> Json:
    """Return loan terms as a JSON object."""
    return cast(Json, _plain(terms))


def terms_from_body(body: Mapping[str, object]) -> LoanTerms:
    """Read what ``terms_to_body`` wrote; raises InputError naming the field at fault."""
    return _read(LoanTerms, body, "terms")


def position_to_body(position: Position) -> Json:
    """Return a position as a JSON object; ``advance`` goes on from what is read back."""
    return cast(Json, _plain(position))


def position_from_body(body: Mapping[str, object]) -> Position:
    """Read what ``position_to_body`` wrote; raises InputError naming the field at fault."""
    return _read(Position, body, "position")


def canonical(obj: object) -> bytes:
    """Write JSON in the one form that digests are taken of: sorted keys, no spaces, UTF-8.

    Raises InputError for what has no such form: floats that are not numbers, lone surrogates.
    """
    try:
        return _CANONICAL.encode(obj).encode()
    except (TypeError, ValueError) as cause:
        raise InputError(f"This can't be written as canonical JSON: {cause}.") from cause


def genesis(loan_id: str, terms: LoanTerms) -> str:
    """Return the digest that a loan's chain starts from: SHA-256 in hex of its id and terms."""
    return sha256(canonical({"loan_id": loan_id, "terms": terms_to_body(terms)})).hexdigest()


def chain(previous: str, event: LoanEvent) -> str:
    """Return the digest of the ledger up to ``event``, from the digest before it (hex SHA-256)."""
    return sha256(canonical({"event": event_to_body(event), "previous": previous})).hexdigest()


def _plain(value: Any) -> object:
    """Turn one value into what ``json`` can write."""
    kind: Any = type(value)
    return value if kind in _AS_IT_IS else _writer(kind)(value)


_AS_IT_IS = frozenset((int, str, bool, type(None)))
"""Types whose values are JSON already."""


@cache
def _writer(kind: type) -> Callable[[Any], object]:
    """Return the function that makes values of this type plain."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if kind is Fraction:
        return lambda value: f"{value.numerator}/{value.denominator}"
    if kind is datetime:
        return _instant_text
    if kind is date:
        return lambda value: value.isoformat()
    if kind is tuple:
        return lambda value: [_plain(item) for item in value]
    if is_dataclass(kind):
        return _dataclass_writer(kind)
    raise InvariantError(f"{kind.__name__} has a JSON form")


def _dataclass_writer(kind: Any) -> Callable[[Any], object]:
    """Write every field, save sparse ones that have their default: what old terms lack leaves no trace."""
    names = [field.name for field in fields(kind) if not field.metadata.keys() & {"sparse", "by_column"}]
    names += ["kind"] if kind is LoanEvent else []
    sparse = [(field.name, field.default) for field in fields(kind) if field.metadata.get("sparse")]
    hints = get_type_hints(kind)
    by_column = [
        (field.name, get_args(hints[field.name])[0])
        for field in fields(kind)
        if field.metadata.get("by_column")
    ]

    def write(value: Any) -> object:
        body = {}
        for name in names:
            held = getattr(value, name)
            body[name] = held if type(held) in _AS_IT_IS else _plain(held)
        for name, default in sparse:
            held = getattr(value, name)
            if held is not default and held != default:
                body[name] = _plain(held)
        for name, item_kind in by_column:
            body[name] = _by_column(item_kind, getattr(value, name))
        return body

    return write


class Column(NamedTuple):
    """One field of a kind that is stored by column; ``default`` may be MISSING."""

    name: str
    hint: Any
    default: Any
    is_nested: bool


@cache
def _columns_of(kind: Any) -> tuple[Column, ...]:
    hints = get_type_hints(kind)
    return tuple(
        Column(field.name, hints[field.name], field.default, is_dataclass(hints[field.name]))
        for field in fields(kind)
    )


def _by_column(kind: Any, things: Sequence[object]) -> Json:
    """Write things of one kind as a list for each field, save fields that all have at their default."""
    body: Json = {}
    for name, hint, default, is_nested in _columns_of(kind):
        held = list(map(attrgetter(name), things))
        if is_nested:
            body[name] = _by_column(hint, held)
        elif default is MISSING or held.count(default) < len(held):
            body[name] = [_plain(value) for value in held]
    return body


def _instant_text(at: datetime) -> str:
    if at.tzinfo is None:
        raise InputError(f"Instant {at} has no time zone; give it with its UTC offset.", field="recorded_at")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


def _read(kind: type[T], data: object, name: str) -> T:
    """Read one dataclass from a JSON object, field by field."""
    return cast(T, _reader(cast(Any, kind))(data, name))


Reader = Callable[[object, str], Any]
"""Reads one value, given the name of the field that it stands in."""


@cache
def _reader(hint: Any) -> Reader:
    """Return the function that reads values of the type that ``hint`` states."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _optional_reader(get_args(hint))
    if origin is tuple:
        return _tuple_reader(get_args(hint))
    if hint in _TEXT_FORMS:
        return _text_reader(*_TEXT_FORMS[hint])
    if is_dataclass(hint):
        return _dataclass_reader(cast(Any, hint))
    if issubclass(hint, Enum):
        return _enum_reader(hint)
    invariant(hint in _EXACT_TYPES, f"{hint} has a JSON form")
    return _exact_reader(hint, _EXACT_TYPES[hint])


def _dataclass_reader(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    readers = {
        field.name: _columns_reader(get_args(hints[field.name])[0])
        if field.metadata.get("by_column")
        else _reader(hints[field.name])
        for field in fields(kind)
    }
    needed = [field.name for field in fields(kind) if not _is_optional(field)]

    def read(data: object, name: str) -> Any:
        if not isinstance(data, Mapping):
            raise _unusable(name, data, "an object")
        values = _with_payload(dict(data)) if kind is LoanEvent else data
        if not values.keys() <= readers.keys():
            unknown = min(str(key)[:40] for key in values if key not in readers)
            raise InputError(f"{name}: {unknown!r} is not a field of {kind.__name__}.", field=unknown)
        for field in needed:
            if field not in values:
                raise InputError(f"{name}: {field} is missing.", field=field)
        return kind(**{field: readers[field](value, field) for field, value in values.items()})

    return read


def _columns_reader(kind: type[Any]) -> Reader:
    """Read what ``_by_column`` wrote; the first field, which has no default, says how many there are."""
    first = fields(kind)[0].name

    def read(data: object, name: str) -> tuple[Any, ...]:
        held = data.get(first) if isinstance(data, Mapping) else None
        if not isinstance(held, list):
            raise _unusable(name, data, f"an object with a list {first}")
        return tuple(_read_columns(kind, data, name, len(held)))

    return read


def _read_columns(kind: Any, data: object, name: str, count: int) -> list[Any]:
    columns = _columns_of(kind)
    names = [column.name for column in columns]
    if not isinstance(data, Mapping) or not data.keys() <= set(names):
        raise _unusable(name, data, f"an object with lists for the fields of {kind.__name__}")
    rows = zip(*(_read_column(column, data.get(column.name), count) for column in columns), strict=True)
    return [kind(**dict(zip(names, row, strict=True))) for row in rows]


def _read_column(column: Column, data: object, count: int) -> Iterable[Any]:
    if data is None and column.default is not MISSING:
        return repeat(column.default, count)
    if column.is_nested:
        return _read_columns(column.hint, data, column.name, count)
    if not isinstance(data, list) or len(data) != count:
        raise _unusable(column.name, data, f"a list of {count}")
    reader = _reader(column.hint)
    return [reader(value, column.name) for value in data]


def _is_optional(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _with_payload(values: Json) -> Json:
    """Read the payload of an event by its kind, which the envelope carries beside it."""
    kind, version = values.pop("kind", None), values.get("payload_version", 1)
    payload = payload_from_body(str(kind)[:40], values.get("body"), payload_version=version)
    return values | {"body": payload}


def _optional_reader(options: tuple[Any, ...]) -> Reader:
    """Read a value that may be None, or an event payload that was read by its kind already."""
    rest = [option for option in options if option is not type(None)]
    reader = _reader(rest[0]) if len(rest) == 1 else None

    def read(data: object, name: str) -> Any:
        if type(data) in options:
            return data
        if reader is None:
            raise _unusable(name, data, "an event's payload")
        return reader(data, name)

    return read


def _tuple_reader(args: tuple[Any, ...]) -> Reader:
    is_open = len(args) == 2 and args[1] is Ellipsis
    item_readers = [_reader(arg) for arg in args if arg is not Ellipsis]

    def read(data: object, name: str) -> tuple[Any, ...]:
        if not isinstance(data, list | tuple):
            raise _unusable(name, data, "a list")
        if not is_open and len(data) != len(args):
            raise _unusable(name, data, f"a list of {len(args)}")
        readers = repeat(item_readers[0]) if is_open else item_readers
        return tuple([reader(item, name) for reader, item in zip(readers, data, strict=False)])

    return read


def _enum_reader(kind: type[Enum]) -> Reader:
    members = {member.value: member for member in kind}

    def read(data: object, name: str) -> Enum:
        if not isinstance(data, str) or data not in members:
            raise _unusable(name, data, "one of " + ", ".join(members))
        return members[data]

    return read


def _exact_reader(kind: type, what: str) -> Reader:
    def read(data: object, name: str) -> object:
        if type(data) is not kind:
            raise _unusable(name, data, what)
        return data

    return read


def _text_reader(parse: Callable[[Any], object], what: str) -> Reader:
    def read(data: object, name: str) -> object:
        try:
            return parse(data)
        except (TypeError, ValueError, AttributeError, ZeroDivisionError) as cause:
            raise _unusable(name, data, what) from cause

    return read


def _fraction(data: Any) -> Fraction:
    numerator, denominator = data.split("/")
    return Fraction(int(numerator), int(denominator))


def _instant(data: Any) -> datetime:
    at = datetime.fromisoformat(data)
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at.astimezone(UTC)


_TEXT_FORMS: dict[Any, tuple[Callable[[Any], object], str]] = {
    date: (date.fromisoformat, "a day such as 2026-03-01"),
    datetime: (_instant, "an instant with its UTC offset"),
    Fraction: (_fraction, 'a fraction such as "6/25"'),
}

_EXACT_TYPES: dict[Any, str] = {int: "a whole number", str: "a text", bool: "true or false"}


def _unusable(name: str, data: object, wanted: str) -> InputError:
    return InputError(f"{name} is {str(data)[:60]!r}; it must be {wanted}.", field=name)
