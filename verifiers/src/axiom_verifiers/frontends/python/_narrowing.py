"""What a condition tells about None: names that hold a value where it is true, or false."""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import (
    Compare,
    Constant,
    Expr,
    FieldOf,
    Index,
    Logical,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import OptionalType

Names = frozenset[str]
_NOTHING: tuple[Names, Names] = (frozenset(), frozenset())


def facts(condition: Expr) -> tuple[Names, Names]:
    """Names, and fields of what they hold as `name .field`, that are not None when the condition
    is true, and when it is false.
    """
    match condition:
        case Compare(op="is" | "is not", left=left, right=Constant(value=None)):
            path = path_of(left)
            known = frozenset[str]() if path is None else frozenset({path})
            return (known, frozenset()) if condition.op == "is not" else (frozenset(), known)
        case Unary(op="not"):
            true, false = facts(condition.operand)
            return false, true
        case Logical(op="and" | "or"):
            left, right = facts(condition.left), facts(condition.right)
            if condition.op == "and":
                return left[0] | right[0], left[1] & right[1]
            return left[0] & right[0], left[1] | right[1]
        case _:
            return _NOTHING


def path_of(expr: Expr) -> str | None:
    """A name for what an expression reads, equal only for those that read the same."""
    match expr:
        case Variable():
            return expr.name
        case FieldOf():
            inner = path_of(expr.value)
            return None if inner is None else f"{inner} .{expr.name}"
        case _:
            return None


def without(names: Names, gone: Names) -> Names:
    """The names and fields that are not of these names, which are bound anew."""
    return frozenset(name for name in names if name.split(" ", 1)[0] not in gone)


def names_only(names: Names) -> Names:
    """What stays known when a statement may have changed what the names hold."""
    return frozenset(name for name in names if " " not in name)


def without_optional(value: Expr) -> Expr:
    """The value as one that is not None; where it is, reading it raises TypeError."""
    if isinstance(value.type, OptionalType) and isinstance(value, Variable | FieldOf | Index):
        return msgspec.structs.replace(value, type=value.type.item)
    return value
