"""Types of Python code, where it asks more than the contracts' own rules."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import (
    Call,
    Conditional,
    Constant,
    Expr,
    Failing,
    Let,
    MakeDict,
    MakeList,
    MakeSet,
    MakeTuple,
)
from axiom_verifiers.contracts.types import (
    INT,
    STR,
    UNKNOWN,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import holds_float, join


class FactoryDict(DictType, frozen=True, tag="factory dict"):
    """A dict that has an answer for keys that it lacks: a `counter` says 0, others put in a new
    value of the builtin type named in `missing`. It mixes with no other kind of dict.
    """

    missing: str


class FrozenType(SetType, frozen=True, tag="frozen set"):
    """A frozenset: a set that no statement changes, which is no `set` to who asks for one."""


class SeriesType(ListType, frozen=True, tag="series"):
    """A tuple of any number of items of one type: it is read as the list of them, which nothing
    changes and which equals no list.
    """


class DequeType(ListType, frozen=True, tag="deque"):
    """A deque without a limit: a list that grows at both ends, has no slices and equals no list."""


def holds_frozen(type_: Type) -> bool:
    """Whether a value of the type may have a frozenset in it."""
    match type_:
        case FrozenType():
            return True
        case ListType() | SetType() | OptionalType():
            return holds_frozen(type_.item)
        case DictType():
            return holds_frozen(type_.value)
        case TupleType():
            return any(map(holds_frozen, type_.items))
        case _:
            return False


def ordered(type_: Type) -> bool:
    """Whether `<` is defined between two values of the type, without any conversion."""
    match type_:
        case IntType() | FloatType() | StrType() | BytesType():
            return True
        case ListType():
            return ordered(type_.item) and not holds_float(type_)
        case TupleType():
            return all(ordered(item) for item in type_.items) and not holds_float(type_)
        case _:
            return False


def settled(type_: Type) -> Type:
    """The type with int for every part that nothing has settled."""
    match type_:
        case UnknownType():
            return INT
        case ListType():
            return msgspec.structs.replace(type_, item=settled(type_.item))
        case SetType():
            return SetType(settled(type_.item))
        case DictType():
            key, value = settled(type_.key), settled(type_.value)
            return msgspec.structs.replace(type_, key=key, value=value)
        case TupleType():
            return TupleType(tuple(settled(item) for item in type_.items))
        case OptionalType():
            return OptionalType(settled(type_.item))
        case _:
            return type_


def item_type(type_: Type) -> Type | None:
    """What iterating over a value of the type gives; None when that is not modelled."""
    match type_:
        case ListType() | SetType():
            return type_.item
        case StrType():
            return STR
        case BytesType():
            return INT
        case DictType():
            return type_.key
        case TupleType() if type_.items and all(i == type_.items[0] for i in type_.items):
            return type_.items[0]
        case _:
            return None


def fit(expr: Expr, type_: Type) -> Expr:
    """The same expression, its empty displays and None given the wider type that is wanted.

    `type_` must be a join of the expression's own type with others.
    """
    if expr.type == type_:
        return expr
    match expr, type_:
        case (MakeList(), ListType()):
            items = tuple(fit(item, type_.item) for item in expr.items)
            return msgspec.structs.replace(expr, items=items, type=type_)
        case (MakeSet(), SetType()):
            items = tuple(fit(item, type_.item) for item in expr.items)
            return msgspec.structs.replace(expr, items=items, type=type_)
        case (MakeTuple(), TupleType()):
            items = tuple(fit(i, t) for i, t in zip(expr.items, type_.items, strict=True))
            return msgspec.structs.replace(expr, items=items, type=type_)
        case (MakeDict(), DictType()):
            pairs = tuple((fit(k, type_.key), fit(v, type_.value)) for k, v in expr.items)
            return msgspec.structs.replace(expr, items=pairs, type=type_)
        case (Call(function="set" | "dict" | "list", args=()), _):
            return msgspec.structs.replace(expr, type=type_)
        case (Conditional(), _):
            return msgspec.structs.replace(
                expr,
                then=fit(expr.then, type_),
                otherwise=fit(expr.otherwise, type_),
                type=type_,
            )
        case (Let(), _):
            return msgspec.structs.replace(expr, body=fit(expr.body, type_), type=type_)
        case (Failing(), _):
            return msgspec.structs.replace(expr, type=type_)
        case (Constant(value=None), OptionalType()):
            return msgspec.structs.replace(expr, type=type_)
        case (_, OptionalType()) if not isinstance(expr.type, OptionalType):
            return fit(expr, type_.item)
        case _:
            return expr


def tuple_of_all(types: list[Type]) -> TupleType | None:
    """The type of tuples of which each item is of some of these tuples' types; None where there
    is none.
    """
    rows = [type_.items for type_ in types if isinstance(type_, TupleType)]
    if len({len(row) for row in rows}) != 1:
        return None
    kinds: list[Type] = []
    for column in zip(*rows, strict=True):
        common: Type = UNKNOWN
        for kind in column:
            joined = join(common, kind)
            if joined is None:
                return None
            common = joined
        kinds.append(common)
    return TupleType(tuple(kinds))


UNKNOWN_LIST = ListType(UNKNOWN)
