"""Short conditions on the parameters: what a person may have forgotten to require."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    FieldOf,
    Quantifier,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    StrType,
    Type,
)


def short_conditions(contract: Contract, numbers: tuple[int, ...]) -> Iterator[Expr]:
    """The weakest and most usual ones first."""
    places = [
        place
        for parameter in contract.parameters
        for place in _places(
            Variable(type=_erased(parameter.type), name=parameter.name, role="parameter"), 2
        )
    ]
    for place in places:
        yield from _of_one(place, ())
    for at, left in enumerate(places):
        for right in places[at + 1 :]:
            yield from _of_two(left, right)
    for place in places:
        yield from _of_one(place, numbers)


def _erased(declared: Type) -> Type:
    while isinstance(declared, RefinedType):
        declared = declared.base
    return declared


def _places(place: Expr, depth: int) -> Iterator[Expr]:
    yield place
    if isinstance(place.type, RecordType) and depth:
        for name, of in place.type.fields:
            yield from _places(FieldOf(type=_erased(of), value=place, name=name), depth - 1)


def _number(value: int) -> Expr:
    return Constant(type=INT, value=value)


def _size(place: Expr) -> Expr:
    return Call(type=INT, function="len", args=(place,))


_LENGTH = 8  # the longest list of which the length itself may be required
_Op = Literal["==", "!=", "<", "<=", ">", ">=", "in", "is not"]
_ORDER: tuple[_Op, ...] = ("!=", ">=", "<=", ">", "<")
_AT_LEAST: tuple[_Op, ...] = ("!=", ">=", ">")


def _compare(left: Expr, op: _Op, right: Expr) -> Expr:
    return Compare(type=BOOL, op=op, left=left, right=right)


def _of_one(place: Expr, numbers: tuple[int, ...]) -> Iterator[Expr]:
    match place.type:
        case IntType() if numbers:
            for number in numbers[:8]:
                for op in _ORDER:
                    yield _compare(place, op, _number(number))
        case ListType() if numbers:
            for number in numbers:
                if 0 < number <= _LENGTH:
                    yield _compare(_size(place), "==", _number(number))
        case _ if numbers:
            return
        case IntType():
            for op in _ORDER:
                yield _compare(place, op, _number(0))
            yield _compare(place, ">", _number(1))
        case FloatType():
            for op in _AT_LEAST:
                yield _compare(place, op, Constant(type=place.type, value=0.0))
        case BoolType():
            yield place
            yield Unary(type=BOOL, op="not", operand=place)
        case OptionalType():
            yield _compare(place, "is not", Constant(type=place.type, value=None))
        case ListType(item):
            yield from (_compare(_size(place), ">", _number(least)) for least in (0, 1, 2))
            yield from _of_items(place, _erased(item))
        case StrType() | DictType() | SetType():
            yield from (_compare(_size(place), ">", _number(least)) for least in (0, 1))
        case _:
            return


def _of_items(place: Expr, item: Type) -> Iterator[Expr]:
    bound = Variable(type=item, name="x", role="bound")
    inner: list[Expr] = []
    match item:
        case IntType():
            inner = [_compare(bound, op, _number(0)) for op in _AT_LEAST]
        case StrType() | ListType():
            inner = [_compare(_size(bound), ">", _number(0))]
        case _:
            pass
    for body in inner:
        yield Quantifier(
            type=BOOL, kind="forall", target=Target("x", item), domain=place, over=None, body=body
        )
    if isinstance(item, IntType | StrType):
        distinct = Call(type=SetType(item), function="set", args=(place,))
        yield _compare(_size(place), "==", _size(distinct))


def _of_two(left: Expr, right: Expr) -> Iterator[Expr]:
    match left.type, right.type:
        case IntType(), IntType():
            for op in _ORDER:
                yield _compare(left, op, right)
        case StrType(), StrType():
            yield _compare(left, "!=", right)
        case ListType(a), ListType(b):
            yield _compare(_size(left), "==", _size(right))
            if a == b:
                yield _compare(left, "!=", right)
        case ListType(item) | SetType(item), of if _erased(item) == of:
            yield _compare(right, "in", left)
        case of, ListType(item) | SetType(item) if _erased(item) == of:
            yield _compare(left, "in", right)
        case DictType(key=key), of if _erased(key) == of:
            yield _compare(right, "in", left)
        case IntType(), ListType() | StrType():
            yield _compare(left, "<=", _size(right))
            yield _compare(left, "<", _size(right))
        case ListType() | StrType(), IntType():
            yield _compare(right, "<=", _size(left))
            yield _compare(right, "<", _size(left))
        case _:
            return
