"""What the key of an order says of the members that it is computed from."""

from __future__ import annotations

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import IntType, RecordType, TupleType, Type
from axiom_verifiers.obligations.values import erase

# A part of a member: the fields of records and the places in tuples that lead to it.
_Path = tuple[str | int, ...]


def is_negated(function: ex.Expr | None) -> bool:
    """Whether the key is `-x` of an int x itself."""
    match function:
        case ex.FunctionRef(parameter=name, parameter_type=kind, body=body):
            return isinstance(erase(kind), IntType) and _is_negative_of(body, name)
        case _:
            return False


def _is_negative_of(body: ex.Expr, name: str) -> bool:
    match body:
        case ex.Unary(op="-", operand=ex.Variable(name=negated, role="bound")):
            return negated == name and isinstance(erase(body.type), IntType)
        case _:
            return False


def separates(function: ex.Expr, kind: Type) -> bool:
    """Whether different members of the type have different keys, as far as the key's text shows
    that: it has every part of the member as one of its own, negated or not.
    """
    if not isinstance(function, ex.FunctionRef):
        return False
    return _covers(erase(kind), (), _parts(function.body, function.parameter))


def _covers(kind: Type, path: _Path, parts: frozenset[_Path]) -> bool:
    if path in parts:
        return True
    match kind:
        case RecordType(_, fields):
            inner = [(name, erase(field)) for name, field in fields]
        case TupleType(items):
            inner = [(number, erase(item)) for number, item in enumerate(items)]
        case _:
            return False
    return all(_covers(part, (*path, name), parts) for name, part in inner)


def _parts(body: ex.Expr, name: str) -> frozenset[_Path]:
    """The parts of the member that the key has as its own."""
    match body:
        case ex.MakeTuple(items=items):
            return frozenset[_Path]().union(*(_parts(item, name) for item in items))
        case ex.Unary(op="-" | "+", operand=operand) if isinstance(erase(operand.type), IntType):
            return _parts(operand, name)
        case _:
            path = _path(body, name)
            return frozenset() if path is None else frozenset({path})


def _path(expr: ex.Expr, name: str) -> _Path | None:
    match expr:
        case ex.Variable(name=own, role="bound") if own == name:
            return ()
        case ex.FieldOf(value=value, name=field) if isinstance(erase(value.type), RecordType):
            inner = _path(value, name)
            return None if inner is None else (*inner, field)
        case ex.Index(value=value, index=ex.Constant(value=int(place))):
            inner, kind = _path(value, name), erase(value.type)
            if inner is None or not isinstance(kind, TupleType):
                return None
            if not -len(kind.items) <= place < len(kind.items):
                return None
            return (*inner, place % len(kind.items))
        case _:
            return None
