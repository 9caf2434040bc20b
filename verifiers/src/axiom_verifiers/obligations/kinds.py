"""The sorts that the intent language's types have in the logic."""

from __future__ import annotations

from axiom_verifiers.contracts.types import (
    BoolType,
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
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts
from axiom_verifiers.logic.sorts import Datatype, Sort


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
        case SetType(item):
            return f"Set_{describe(item)}"
        case DictType(key, value):
            return f"Dict_{describe(key)}_{describe(value)}"
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
        case SetType(item):
            return is_key(item)
        case DictType(key, value):
            return is_key(key) and is_modelled(value)
        case TupleType(items):
            return all(is_modelled(item) for item in items)
        case RecordType(_, fields):
            return all(is_modelled(field) for _, field in fields)
        case _:
            return False


def is_key(kind: Type) -> bool:
    """Whether two values of the type are equal just when their packed terms are the same, so
    that an array by these terms is a set, or the keys of a dict.
    """
    match erase(kind):
        case IntType() | BoolType() | StrType():
            return True
        case TupleType(items):
            return bool(items) and all(is_key(item) for item in items)
        case _:
            return False


def key_sort(kind: Type) -> Sort:
    """The sort of a member or key; raises NotModelledError where terms do not tell them apart."""
    if not is_key(kind):
        raise NotModelledError(f"{describe(kind)} as a key")
    return sort_of(kind)


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
        case ListType() | SetType() | DictType() | TupleType() | OptionalType() | RecordType():
            return datatype_of(kind).sort()
        case _:
            raise NotModelledError(f"type {describe(kind)}")


def datatype_of(kind: Type) -> Datatype:
    """The datatype of a packed value that has parts."""
    name = describe(kind)
    match erase(kind):
        case ListType(item):
            fields = {"length": sorts.INT, "items": sorts.array(sorts.INT, sort_of(item))}
        case SetType(item):
            of = key_sort(item)
            fields = {
                "has": sorts.array(of, sorts.BOOL),
                "order": sorts.array(sorts.INT, of),
                "length": sorts.INT,
            }
        case DictType(key, value):
            of = key_sort(key)
            fields = {
                "has": sorts.array(of, sorts.BOOL),
                "values": sorts.array(of, sort_of(value)),
                "order": sorts.array(sorts.INT, of),
                "length": sorts.INT,
                "place": sorts.array(of, sorts.INT),
            }
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
