"""Relations between types: what fits where, what can be hashed, ordered, mutated."""

from __future__ import annotations

from typing import assert_never

import msgspec

from axiom_verifiers.contracts.types import (
    UNKNOWN,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)


def erase(of: Type) -> Type:
    """The type with its refinements replaced by their bases, at any depth."""
    match of:
        case RefinedType():
            return erase(of.base)
        case ListType():
            item = erase(of.item)
            return of if item is of.item else ListType(item)
        case SetType():
            return SetType(erase(of.item))
        case DictType():
            return DictType(erase(of.key), erase(of.value))
        case TupleType():
            return TupleType(tuple(map(erase, of.items)))
        case OptionalType():
            return OptionalType(erase(of.item))
        case RecordType():
            return RecordType(of.name, tuple((name, erase(field)) for name, field in of.fields))
        case _:
            return of


def is_known(of: Type) -> bool:
    """Whether no part of the type is unknown."""
    match of:
        case UnknownType():
            return False
        case ListType() | SetType() | OptionalType():
            return is_known(of.item)
        case DictType():
            return is_known(of.key) and is_known(of.value)
        case TupleType():
            return all(map(is_known, of.items))
        case RecordType():
            return all(is_known(field) for _, field in of.fields)
        case RefinedType():
            return is_known(of.base)
        case _:
            return True


def fits(found: Type, expected: Type) -> bool:
    """Whether an expression of (erased) type `found` may stand where `expected` is wanted."""
    if found == expected or isinstance(found, UnknownType) or isinstance(expected, UnknownType):
        return True
    if isinstance(expected, OptionalType):
        inside = found.item if isinstance(found, OptionalType) else found
        return isinstance(found, NoneType) or fits(inside, expected.item)
    return join(found, expected) == expected and not isinstance(found, OptionalType | NoneType)


def join(left: Type, right: Type) -> Type | None:
    """The type of a value that is of one of both types, or None when there is none."""
    if left == right or isinstance(right, UnknownType):
        return left
    match left, right:
        case UnknownType(), _:
            return right
        case NoneType(), OptionalType():
            return right
        case OptionalType(), NoneType():
            return left
        case (NoneType(), other) | (other, NoneType()):
            return OptionalType(other)
        case OptionalType(), OptionalType():
            return _optional(join(left.item, right.item))
        case OptionalType(), _:
            return _optional(join(left.item, right))
        case _, OptionalType():
            return _optional(join(left, right.item))
        case (ListType(), ListType()) | (SetType(), SetType()):
            item = _same_but_unknown(left.item, right.item)
            # A front end's own kinds of set mix with no others.
            alike = type(left) is type(right)
            return type(left)(item) if alike and item is not None else None
        case DictType(), DictType():
            key = _same_but_unknown(left.key, right.key)
            value = _same_but_unknown(left.value, right.value)
            if key is None or value is None or type(left) is not type(right):
                return None
            # A front end's own kinds of dict mix with no others.
            made = msgspec.structs.replace(left, key=key, value=value)
            return made if made == msgspec.structs.replace(right, key=key, value=value) else None
        case TupleType(), TupleType() if len(left.items) == len(right.items):
            items = tuple(map(_same_but_unknown, left.items, right.items))
            known = tuple(item for item in items if item is not None)
            return TupleType(known) if len(known) == len(items) else None
        case _:
            return None


def _optional(of: Type | None) -> Type | None:
    if of is None or isinstance(of, OptionalType):
        return of
    return OptionalType(of)


def _same_but_unknown(left: Type, right: Type) -> Type | None:
    """Collections are invariant: only what is not known yet may differ inside them."""
    joined = join(left, right)
    if joined is None:
        return None
    for one in (left, right):
        if is_known(one) and one != joined:
            return None
    return joined


def is_hashable(of: Type) -> bool:
    """Whether values of the type can be members of sets and keys of dicts."""
    match of:
        case ListType() | SetType() | DictType():
            return False
        case TupleType():
            return all(map(is_hashable, of.items))
        case OptionalType():
            return is_hashable(of.item)
        case RecordType():
            return all(is_hashable(field) for _, field in of.fields)
        case RefinedType():
            return is_hashable(of.base)
        case _:
            return True


def is_ordered(of: Type) -> bool:
    """Whether `<` compares any two values of the type (sets compare too, but only partly)."""
    match of:
        case IntType() | FloatType() | StrType() | BytesType() | BoolType() | UnknownType():
            return True
        case ListType():
            return is_ordered(of.item)
        case TupleType():
            return all(map(is_ordered, of.items))
        case RefinedType():
            return is_ordered(of.base)
        case _:
            return False


def is_mutable(of: Type) -> bool:
    """Whether a value of the type holds something that code could change."""
    match of:
        case ListType() | SetType() | DictType():
            return True
        case TupleType():
            return any(map(is_mutable, of.items))
        case OptionalType():
            return is_mutable(of.item)
        case RecordType():
            return any(is_mutable(field) for _, field in of.fields)
        case RefinedType():
            return is_mutable(of.base)
        case _:
            return False


def may_change(of: Type) -> bool:
    """Whether a value of the type is, or holds, something that code could change: a collection, or
    a record, whose class may be the code's own.
    """
    match of:
        case ListType() | SetType() | DictType() | RecordType():
            return True
        case TupleType():
            return any(map(may_change, of.items))
        case OptionalType():
            return may_change(of.item)
        case RefinedType():
            return may_change(of.base)
        case _:
            return False


def holds_float(of: Type) -> bool:
    """Whether a value of the type can hold a float, so that equality is not identity's friend."""
    match of:
        case FloatType() | UnknownType():
            return True
        case ListType() | SetType() | OptionalType():
            return holds_float(of.item)
        case DictType():
            return holds_float(of.key) or holds_float(of.value)
        case TupleType():
            return any(map(holds_float, of.items))
        case RecordType():
            return any(holds_float(field) for _, field in of.fields)
        case RefinedType():
            return holds_float(of.base)
        case _:
            return False


def is_finite(of: Type) -> bool:
    """Whether the type has few enough values to go through them all (`bool` and made of it)."""
    match of:
        case BoolType() | NoneType():
            return True
        case OptionalType():
            return is_finite(of.item)
        case TupleType():
            return len(of.items) <= 8 and all(map(is_finite, of.items))
        case _:
            return False


def records_in(of: Type) -> tuple[RecordType, ...]:
    """The records that the type mentions, inner ones first."""
    match of:
        case RecordType():
            inner = tuple(record for _, field in of.fields for record in records_in(field))
            return (*inner, of)
        case ListType() | SetType() | OptionalType():
            return records_in(of.item)
        case DictType():
            return records_in(of.key) + records_in(of.value)
        case TupleType():
            return tuple(record for item in of.items for record in records_in(item))
        case RefinedType():
            return records_in(of.base)
        case _:
            return ()


def has_refinement(of: Type) -> bool:
    """Whether the type, at any depth, has a predicate that its values must meet."""
    match of:
        case RefinedType():
            return True
        case ListType() | SetType() | OptionalType():
            return has_refinement(of.item)
        case DictType():
            return has_refinement(of.key) or has_refinement(of.value)
        case TupleType():
            return any(map(has_refinement, of.items))
        case RecordType():
            return any(has_refinement(field) for _, field in of.fields)
        case _:
            return False


def show_type(of: Type) -> str:
    """The type as one writes it in an intent file."""
    match of:
        case IntType():
            return "int"
        case BoolType():
            return "bool"
        case FloatType():
            return "float"
        case StrType():
            return "str"
        case BytesType():
            return "bytes"
        case NoneType():
            return "None"
        case ListType():
            return f"list[{show_type(of.item)}]"
        case SetType():
            return f"set[{show_type(of.item)}]"
        case DictType():
            return f"dict[{show_type(of.key)}, {show_type(of.value)}]"
        case TupleType():
            return f"tuple[{', '.join(map(show_type, of.items))}]"
        case OptionalType():
            return f"{show_type(of.item)}?"
        case RecordType() | RefinedType():
            return of.name
        case UnknownType():
            return "?"
        case _:
            assert_never(of)


def iteration_item(of: Type) -> Type | None:
    """What iterating over a value of the type gives: items, characters, keys; None if nothing."""
    match of:
        case ListType() | SetType():
            return of.item
        case DictType():
            return of.key
        case StrType():
            return of
        case BytesType():
            return IntType()
        case TupleType():
            item: Type | None = UNKNOWN
            for one in of.items:
                item = None if item is None else join(item, one)
            return item
        case UnknownType():
            return UNKNOWN
        case _:
            return None
