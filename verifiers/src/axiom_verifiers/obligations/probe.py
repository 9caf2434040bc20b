"""Reading the parameters' values back from a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import RecordValue
from axiom_verifiers.core.program import Program
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.sorts import Datatype
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.values import (
    DictValue,
    ListValue,
    Nothing,
    Opaque,
    OptionalValue,
    RecordParts,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    datatype_of,
    erase,
    is_modelled,
    unpack,
)

# How many items of a list are asked for; of a list inside a list, fewer.
ITEMS = 8


def probes(before: Mapping[str, Symbolic]) -> tuple[Term, ...]:
    """The ground terms whose values make up the parameters."""
    return tuple(
        dict.fromkeys(
            term for value in before.values() for term in _terms(value, ITEMS) if term.free
        )
    )


def _terms(value: Symbolic, size: int) -> Iterator[Term]:
    match value:
        case Scalar(term):
            yield term
        case ListValue(item, items, offset, length):
            yield length
            for i in range(size):
                at = terms.add(offset, terms.integer(i))
                yield from _terms(unpack(terms.select(items, at), item), max(2, size // 2))
        case SetValue(item, _, order, length):
            yield length
            for i in range(size):
                yield from _terms(unpack(terms.select(order, terms.integer(i)), item), size)
        case DictValue(key, held, _, values, order, length):
            yield length
            for i in range(size):
                at = terms.select(order, terms.integer(i))
                yield from _terms(unpack(at, key), size)
                yield from _terms(unpack(terms.select(values, at), held), max(2, size // 2))
        case TupleValue(items) | RecordParts(_, items):
            for part in items:
                yield from _terms(part, size)
        case OptionalValue(_, present, inner):
            yield present
            yield from _terms(inner, size)
        case Nothing() | Opaque():
            pass


class UnreadableModelError(Exception):
    """A model leaves a value open, or makes it larger than what was asked for."""


# From a term to its value in the model: an int, bool or str.
Lookup = Callable[[Term], Any]


def read(value: Symbolic, lookup: Lookup, size: int = ITEMS) -> Any:
    """The value, as `contracts.values` has it. Raises UnreadableModelError."""
    match value:
        case Scalar(term):
            return term.payload if term.is_literal else lookup(term)
        case ListValue(item, items, offset, length):
            count = lookup(length)
            if not 0 <= count <= size:
                raise UnreadableModelError(f"a list of {count} items")
            found: list[Any] = []
            for i in range(count):
                at = terms.add(offset, terms.integer(i))
                part = unpack(terms.select(items, at), item)
                found.append(read(part, lookup, max(2, size // 2)))
            return found
        case SetValue(item, _, order, length):
            return {read(unpack(at, item), lookup, size) for at in _members(order, length, lookup)}
        case DictValue(key, held, _, values, order, length):
            return {
                read(unpack(at, key), lookup, size): read(
                    unpack(terms.select(values, at), held), lookup, max(2, size // 2)
                )
                for at in _members(order, length, lookup)
            }
        case TupleValue(items):
            return tuple(read(part, lookup, size) for part in items)
        case RecordParts(record, fields):
            return RecordValue(
                record.name,
                {
                    name: read(part, lookup, size)
                    for part, (name, _) in zip(fields, record.fields, strict=True)
                },
            )
        case OptionalValue(_, present, inner):
            return read(inner, lookup, size) if lookup(present) else None
        case Nothing():
            return None
        case Opaque():
            raise UnreadableModelError("a value of a type that is not modelled")


def _members(order: Term, length: Term, lookup: Lookup) -> list[Term]:
    count = lookup(length)
    if not 0 <= count <= ITEMS:
        raise UnreadableModelError(f"a set or dict of {count} items")
    return [terms.select(order, terms.integer(i)) for i in range(count)]


def datatypes_in(
    kinds: tuple[Type, ...], program: Program, contract: Contract
) -> tuple[Datatype, ...]:
    """The datatype of every composite type that occurs anywhere, inner ones first."""
    found: dict[str, Datatype] = {}

    def visit(kind: Type) -> None:
        kind = erase(kind)
        match kind:
            case ListType(item) | OptionalType(item) | SetType(item):
                visit(item)
            case DictType(key, value):
                visit(key)
                visit(value)
                # Its items are gone through as pairs.
                visit(TupleType((key, value)))
            case TupleType(items):
                for item in items:
                    visit(item)
            case RecordType(_, fields):
                for _, field in fields:
                    visit(field)
            case _:
                return
        if is_modelled(kind) and not isinstance(kind, NoneType):
            datatype = datatype_of(kind)
            found[datatype.name] = datatype

    for kind in (*kinds, *_types_in(program), *_types_in(contract)):
        visit(kind)
    return tuple(found.values())


def _types_in(root: object) -> Iterator[Type]:
    """Every type that is written anywhere inside a program or a contract."""
    stack: list[object] = [root]
    while stack:
        top = stack.pop()
        if isinstance(
            top,
            ListType | SetType | DictType | OptionalType | TupleType | RecordType | RefinedType,
        ):
            yield top
        if isinstance(top, msgspec.Struct):
            stack += [getattr(top, name) for name in top.__struct_fields__]
        elif isinstance(top, tuple):
            stack += list(top)  # pyright: ignore[reportUnknownArgumentType]  # any tuple
