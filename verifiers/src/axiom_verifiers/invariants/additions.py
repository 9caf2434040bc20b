"""What an iteration adds to a text or a list, where it adds something else in different cases."""

from __future__ import annotations

from axiom_verifiers.contracts.expressions import Binary, Conditional, Expr, MakeList, Variable
from axiom_verifiers.contracts.types import ListType


def as_one_addition(name: str, value: Expr) -> Expr:
    """`out + a if c else out + b` as `out + (a if c else b)`; other values as they are."""
    if not isinstance(value, Conditional):
        return value
    then = as_one_addition(name, value.then)
    otherwise = as_one_addition(name, value.otherwise)
    match then, otherwise:
        case (
            Binary(op="+", left=Variable(name=first), right=one),
            Binary(op="+", left=Variable(name=second), right=other),
        ) if first == second == name and one.type == other.type:
            either = _either(value.condition, one, other)
            if either is not None:
                return Binary(type=value.type, op="+", left=then.left, right=either)
        case _:
            pass
    return value


def _either(condition: Expr, one: Expr, other: Expr) -> Expr | None:
    """`one if condition else other`, within a list of one item."""
    if not isinstance(one.type, ListType):
        return Conditional(type=one.type, condition=condition, then=one, otherwise=other)
    match one, other:
        case MakeList(items=(left,)), MakeList(items=(right,)) if left.type == right.type:
            item = Conditional(type=left.type, condition=condition, then=left, otherwise=right)
            return MakeList(type=one.type, items=(item,))
        case _:
            return None
