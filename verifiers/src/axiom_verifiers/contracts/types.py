"""The types of the intent language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from axiom_verifiers.contracts.expressions import Expr


class IntType(msgspec.Struct, frozen=True, tag="int"):
    """Unbounded integers."""


class BoolType(msgspec.Struct, frozen=True, tag="bool"):
    """True and False; never mixed with int in contracts."""


class FloatType(msgspec.Struct, frozen=True, tag="float"):
    """IEEE 754 binary64."""


class StrType(msgspec.Struct, frozen=True, tag="str"):
    """Sequences of Unicode scalar values."""


class BytesType(msgspec.Struct, frozen=True, tag="bytes"):
    """Sequences of bytes."""


class NoneType(msgspec.Struct, frozen=True, tag="none"):
    """The type of None alone: a function that returns nothing."""


class ListType(msgspec.Struct, frozen=True, tag="list"):
    item: Type


class SetType(msgspec.Struct, frozen=True, tag="set"):
    item: Type


class DictType(msgspec.Struct, frozen=True, tag="dict"):
    """Insertion order is kept."""

    key: Type
    value: Type


class TupleType(msgspec.Struct, frozen=True, tag="tuple"):
    """Tuples of fixed length."""

    items: tuple[Type, ...]


class OptionalType(msgspec.Struct, frozen=True, tag="optional"):
    """`T?`: a T or None. Never nested."""

    item: Type


class RecordType(msgspec.Struct, frozen=True, tag="record"):
    """A named record; two records are the same type when name and fields agree."""

    name: str
    fields: tuple[tuple[str, Type], ...]


class RefinedType(msgspec.Struct, frozen=True, tag="refined"):
    """`type N = T where P(it)`. Values are those of `base`; `predicate` speaks of `it`.

    A refinement is transparent to type checking: it is a `requires` where it types a
    parameter, an implied `ensures` where it types a result.
    """

    name: str
    base: Type
    predicate: Expr


class UnknownType(msgspec.Struct, frozen=True, tag="unknown"):
    """What the checker gives to an expression in which it has reported a problem already."""


Type = (
    IntType
    | BoolType
    | FloatType
    | StrType
    | BytesType
    | NoneType
    | ListType
    | SetType
    | DictType
    | TupleType
    | OptionalType
    | RecordType
    | RefinedType
    | UnknownType
)

INT = IntType()
BOOL = BoolType()
FLOAT = FloatType()
STR = StrType()
BYTES = BytesType()
NONE = NoneType()
UNKNOWN = UnknownType()
