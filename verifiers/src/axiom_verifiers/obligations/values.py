"""Symbolic values: what an expression of the intent language is in the logic.

A list, tuple, optional or record is kept in its parts, so that most obligations speak of
integers, strings and arrays alone; only inside an array is it packed into a datatype.
A list is a view: `length` elements of the array `items` from `offset` on, so a slice costs
nothing and shares its array with the list that it was cut from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from axiom_verifiers.contracts.types import (
    BoolType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.sorts import Datatype, Sort
from axiom_verifiers.logic.terms import Term


class Scalar(msgspec.Struct, frozen=True):
    """An int, a bool, a float or a str."""

    term: Term


class ListValue(msgspec.Struct, frozen=True):
    item: Type
    items: Term
    offset: Term
    length: Term


class TupleValue(msgspec.Struct, frozen=True):
    items: tuple[Symbolic, ...]


class OptionalValue(msgspec.Struct, frozen=True):
    """`value` means nothing where `present` is false."""

    item: Type
    present: Term
    value: Symbolic


class RecordParts(msgspec.Struct, frozen=True):
    record: RecordType
    fields: tuple[Symbolic, ...]


class Nothing(msgspec.Struct, frozen=True):
    """None, where no optional type is asked for."""


class Opaque(msgspec.Struct, frozen=True):
    """A value of a type that is not modelled: it may be passed about, not looked into."""

    type: Type
    name: str


Symbolic = Scalar | ListValue | TupleValue | OptionalValue | RecordParts | Nothing | Opaque

ZERO = terms.integer(0)
ONE = terms.integer(1)
NOTHING = Nothing()


def erase(kind: Type) -> Type:
    """The type without its refinement; inside containers they stay."""
    while isinstance(kind, RefinedType):
        kind = kind.base
    return kind


def describe(kind: Type) -> str:
    """A type's name for a message and for a sort: letters, digits and underscores."""
    match erase(kind):
        case IntType():
            return "Int"
        case BoolType():
            return "Bool"
        case StrType():
            return "Str"
        case FloatType():
            return "Float"
        case NoneType():
            return "None"
        case ListType(item):
            return f"List_{describe(item)}"
        case TupleType(items):
            return "_".join((f"Tuple{len(items)}", *(describe(item) for item in items)))
        case OptionalType(item):
            return f"Optional_{describe(item)}"
        case RecordType(name, _):
            return f"Record_{name}"
        case other:
            return type(other).__name__.removesuffix("Type").lower()


def is_modelled(kind: Type) -> bool:
    """Whether values of this type have a translation."""
    match erase(kind):
        case IntType() | BoolType() | FloatType() | StrType() | NoneType():
            return True
        case ListType(item) | OptionalType(item):
            return is_modelled(item)
        case TupleType(items):
            return all(is_modelled(item) for item in items)
        case RecordType(_, fields):
            return all(is_modelled(field) for _, field in fields)
        case _:
            return False


def sort_of(kind: Type) -> Sort:
    """The sort of a packed value; raises NotModelledError for a type without one."""
    match erase(kind):
        case IntType():
            return sorts.INT
        case BoolType() | NoneType():
            return sorts.BOOL
        case StrType():
            return sorts.STRING
        case FloatType():
            return sorts.FLOAT64
        case ListType() | TupleType() | OptionalType() | RecordType():
            return datatype_of(kind).sort()
        case _:
            raise NotModelledError(f"type {describe(kind)}")


def datatype_of(kind: Type) -> Datatype:
    """The datatype of a packed list, tuple, optional or record."""
    name = describe(kind)
    match erase(kind):
        case ListType(item):
            fields = {"length": sorts.INT, "items": sorts.array(sorts.INT, sort_of(item))}
        case OptionalType(item):
            fields = {"present": sorts.BOOL, "value": sort_of(item)}
        case TupleType(items):
            fields = {str(index): sort_of(item) for index, item in enumerate(items)}
        case RecordType(_, members):
            fields = {field: sort_of(member) for field, member in members}
        case _:
            raise NotModelledError(f"type {name}")
    return sorts.datatype(
        name, {f"make_{name}": {f"{name}_{field}": sort for field, sort in fields.items()}}
    )


def default(kind: Type) -> Symbolic:
    """Some value of the type, for a place where it means nothing."""
    match erase(kind):
        case IntType():
            return Scalar(ZERO)
        case BoolType():
            return Scalar(terms.FALSE)
        case StrType():
            return Scalar(terms.string(""))
        case FloatType():
            return Scalar(terms.float64(0.0))
        case NoneType():
            return NOTHING
        case ListType(item):
            return empty_list(item)
        case OptionalType(item):
            return OptionalValue(item, terms.FALSE, default(item))
        case TupleType(items):
            return TupleValue(tuple(default(item) for item in items))
        case RecordType(_, fields) as record:
            return RecordParts(record, tuple(default(field) for _, field in fields))
        case other:
            return Opaque(other, "default")


def empty_list(item: Type) -> ListValue:
    element = pack(default(item), item)
    return ListValue(
        item, terms.const_array(sorts.array(sorts.INT, element.sort), element), ZERO, ZERO
    )


def pack(value: Symbolic, kind: Type) -> Term:
    """One term for the value, to stand inside an array."""
    match value:
        case Scalar(term):
            return term
        case Nothing():
            return terms.FALSE
        case Opaque(other, _):
            raise NotModelledError(f"type {describe(other)}")
        case ListValue(_, items, offset, length):
            if offset is not ZERO:
                raise NotModelledError("slice inside a list")
            return _construct(kind, (length, items))
        case OptionalValue(item, present, inner):
            return _construct(kind, (present, pack(inner, item)))
        case TupleValue(items):
            types = erase(kind)
            assert isinstance(types, TupleType)
            packed = tuple(
                pack(part, type_) for part, type_ in zip(items, types.items, strict=True)
            )
            return _construct(kind, packed)
        case RecordParts(record, fields):
            packed = tuple(
                pack(part, type_) for part, (_, type_) in zip(fields, record.fields, strict=True)
            )
            return _construct(kind, packed)


def _construct(kind: Type, parts: tuple[Term, ...]) -> Term:
    datatype = datatype_of(kind)
    constructor = datatype.constructors[0]
    if (
        parts
        and all(part.op == "field" for part in parts)
        and len({part.args[0] for part in parts}) == 1
        and parts[0].args[0].sort is datatype.sort()
        and [part.payload.index for part in parts] == list(range(len(parts)))
    ):
        return parts[0].args[0]  # The parts of one packed value, in order: that value itself.
    return terms.construct(datatype, constructor.name, *parts)


def unpack(term: Term, kind: Type) -> Symbolic:
    """The value that a packed term stands for."""

    def part(index: int) -> Term:
        datatype = datatype_of(kind)
        return terms.field(datatype, datatype.constructors[0].selectors[index].name, term)

    match erase(kind):
        case IntType() | BoolType() | FloatType() | StrType():
            return Scalar(term)
        case NoneType():
            return NOTHING
        case ListType(item):
            return ListValue(item, part(1), ZERO, part(0))
        case OptionalType(item):
            return OptionalValue(item, part(0), unpack(part(1), item))
        case TupleType(items):
            return TupleValue(tuple(unpack(part(i), item) for i, item in enumerate(items)))
        case RecordType(_, fields) as record:
            parts = tuple(unpack(part(i), field) for i, (_, field) in enumerate(fields))
            return RecordParts(record, parts)
        case other:
            raise NotModelledError(f"type {describe(other)}")


def constants(name: str, kind: Type) -> Symbolic:
    """A value of the type about which nothing is known: its parts are constants so named."""
    match erase(kind):
        case IntType() | BoolType() | FloatType() | StrType():
            return Scalar(terms.var(name, sort_of(kind)))
        case NoneType():
            return NOTHING
        case ListType(item):
            if not is_modelled(item):
                return Opaque(kind, name)
            return ListValue(
                item,
                terms.var(f"{name}.items", sorts.array(sorts.INT, sort_of(item))),
                ZERO,
                terms.var(f"{name}.length", sorts.INT),
            )
        case OptionalType(item):
            return OptionalValue(
                item,
                terms.var(f"{name}.present", sorts.BOOL),
                constants(f"{name}.value", item),
            )
        case TupleType(items):
            return TupleValue(
                tuple(constants(f"{name}.{index}", item) for index, item in enumerate(items))
            )
        case RecordType(_, fields) as record:
            return RecordParts(
                record, tuple(constants(f"{name}.{field}", type_) for field, type_ in fields)
            )
        case other:
            return Opaque(other, name)


def parts(value: Symbolic) -> Iterator[Term]:
    """Every term that the value is made of, in a fixed order."""
    match value:
        case Scalar():
            yield value.term
        case ListValue(_, items, offset, length):
            yield from (length, items, offset)
        case TupleValue(values) | RecordParts(_, values):
            for item in values:
                yield from parts(item)
        case OptionalValue(_, present, inner):
            yield present
            yield from parts(inner)
        case Nothing() | Opaque():
            pass


def transform(value: Symbolic, change: Callable[[Term], Term]) -> Symbolic:
    """The value with each of its terms changed, in the order of `parts`."""
    match value:
        case Scalar():
            return Scalar(change(value.term))
        case ListValue(item, items, offset, length):
            size = change(length)
            array = change(items)
            return ListValue(item, array, change(offset), size)
        case TupleValue(values):
            return TupleValue(tuple([transform(one, change) for one in values]))
        case RecordParts(record, fields):
            return RecordParts(record, tuple([transform(one, change) for one in fields]))
        case OptionalValue(item, present, inner):
            there = change(present)
            return OptionalValue(item, there, transform(inner, change))
        case Nothing() | Opaque():
            return value


def choose(condition: Term, then: Symbolic, otherwise: Symbolic) -> Symbolic:
    """`then if condition else otherwise`, part by part; both are of one type."""
    if then == otherwise or condition is terms.TRUE:
        return then
    if condition is terms.FALSE:
        return otherwise
    match then, otherwise:
        case Scalar(a), Scalar(b):
            return Scalar(terms.ite(condition, a, b))
        case ListValue(item, items, offset, length), ListValue(_, items2, offset2, length2):
            return ListValue(
                item,
                terms.ite(condition, items, items2),
                terms.ite(condition, offset, offset2),
                terms.ite(condition, length, length2),
            )
        case TupleValue(a), TupleValue(b):
            return TupleValue(tuple(choose(condition, x, y) for x, y in zip(a, b, strict=True)))
        case RecordParts(record, a), RecordParts(_, b):
            chosen = tuple(choose(condition, x, y) for x, y in zip(a, b, strict=True))
            return RecordParts(record, chosen)
        case OptionalValue(item, present, inner), OptionalValue(_, present2, inner2):
            return OptionalValue(
                item, terms.ite(condition, present, present2), choose(condition, inner, inner2)
            )
        case _:
            raise NotModelledError("value that has one of several types")


def coerce(value: Symbolic, kind: Type) -> Symbolic:
    """The value as one of type `kind`: into an optional, or a bool as an int."""
    match erase(kind), value:
        case OptionalType(item), OptionalValue():
            return value
        case OptionalType(item), Nothing():
            return OptionalValue(item, terms.FALSE, default(item))
        case OptionalType(item), _:
            return OptionalValue(item, terms.TRUE, coerce(value, item))
        case IntType(), Scalar(term) if term.sort is sorts.BOOL:
            return Scalar(terms.ite(term, ONE, ZERO))
        case TupleType(items), TupleValue(values) if len(items) == len(values):
            return TupleValue(tuple(coerce(v, i) for v, i in zip(values, items, strict=True)))
        case _:
            return value
