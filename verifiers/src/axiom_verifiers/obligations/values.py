"""Symbolic values: what an expression of the intent language is in the logic.

A list, tuple, optional or record is kept in its parts, so that most obligations speak of
integers, strings and arrays alone; only inside an array is it packed into a datatype.
A list is a view: `length` elements of the array `items` from `offset` on, so a slice costs
nothing and shares its array with the list that it was cut from.
A set is the array of what it `has`. A dict is that of its keys, the array of its values, and the
order in which its keys were put in: the key at each position, and the position of each key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from axiom_verifiers.contracts.types import (
    BoolType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.kinds import (
    datatype_of,
    describe,
    erase,
    is_key,
    is_modelled,
    key_sort,
    sort_of,
)


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


class SetValue(msgspec.Struct, frozen=True):
    """`order` up to `length` lists the members once each, and is for bounded searches alone: in
    a proof it means nothing, and nothing is known of the order in which a set is gone through.
    """

    item: Type
    has: Term
    order: Term
    length: Term


class DictValue(msgspec.Struct, frozen=True):
    """`values` means nothing where `has` is false, and `order` from `length` on."""

    key: Type
    value: Type
    has: Term
    values: Term
    order: Term
    length: Term
    place: Term


class Nothing(msgspec.Struct, frozen=True):
    """None, where no optional type is asked for."""


class Opaque(msgspec.Struct, frozen=True):
    """A value of a type that is not modelled: it may be passed about, not looked into."""

    type: Type
    name: str


Symbolic = (
    Scalar
    | ListValue
    | SetValue
    | DictValue
    | TupleValue
    | OptionalValue
    | RecordParts
    | Nothing
    | Opaque
)

ZERO = terms.integer(0)
ONE = terms.integer(1)
NOTHING = Nothing()


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
        case SetType(item) if is_key(item):
            return empty_set(item)
        case DictType(key, value) if is_key(key):
            return empty_dict(key, value)
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


def _nowhere(key: Type) -> Term:
    return terms.const_array(sorts.array(key_sort(key), sorts.BOOL), terms.FALSE)


def _no_order(key: Type) -> Term:
    member = pack(default(key), key)
    return terms.const_array(sorts.array(sorts.INT, member.sort), member)


def empty_set(item: Type) -> SetValue:
    return SetValue(item, _nowhere(item), _no_order(item), ZERO)


def empty_dict(key: Type, value: Type) -> DictValue:
    held = pack(default(value), value)
    values = terms.const_array(sorts.array(key_sort(key), held.sort), held)
    place = terms.const_array(sorts.array(key_sort(key), sorts.INT), ZERO)
    return DictValue(key, value, _nowhere(key), values, _no_order(key), ZERO, place)


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
        case SetValue(_, has, order, length):
            return _construct(kind, (has, order, length))
        case DictValue(_, _, has, values, order, length, place):
            return _construct(kind, (has, values, order, length, place))
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
        case SetType(item):
            return SetValue(item, part(0), part(1), part(2))
        case DictType(key, value):
            return DictValue(key, value, part(0), part(1), part(2), part(3), part(4))
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
        case SetType() | DictType() if is_modelled(kind):
            fields = datatype_of(kind).constructors[0].selectors
            named = {f.name.removeprefix(f"{describe(kind)}_"): f.sort for f in fields}
            made = {part: terms.var(f"{name}.{part}", sort) for part, sort in named.items()}
            return assembled(kind, made)
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


def assembled(kind: Type, parts_: dict[str, Term]) -> SetValue | DictValue:
    """A set or dict of the type, of parts by their names."""
    match erase(kind):
        case SetType(item):
            return SetValue(item, **parts_)
        case DictType(key, value):
            return DictValue(key, value, **parts_)
        case _:
            raise TypeError("neither a set nor a dict")


def parts(value: Symbolic) -> Iterator[Term]:
    """Every term that the value is made of, in a fixed order."""
    match value:
        case Scalar():
            yield value.term
        case ListValue(_, items, offset, length):
            yield from (length, items, offset)
        case SetValue(_, has, order, length):
            yield from (has, order, length)
        case DictValue(_, _, has, values, order, length, place):
            yield from (has, values, order, length, place)
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
        case SetValue(item):
            return SetValue(item, *[change(part) for part in parts(value)])
        case DictValue(key, held):
            return DictValue(key, held, *[change(part) for part in parts(value)])
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
        case (SetValue(), SetValue()) | (DictValue(), DictValue()):
            others = iter(tuple(parts(otherwise)))
            return transform(then, lambda part: terms.ite(condition, part, next(others)))
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
