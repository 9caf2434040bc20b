"""What a condition tells about None: names that hold a value where it is true, or false."""

from __future__ import annotations

from axiom_verifiers.contracts.expressions import Compare, Constant, Expr, Logical, Unary, Variable

Names = frozenset[str]
_NOTHING: tuple[Names, Names] = (frozenset(), frozenset())


def facts(condition: Expr) -> tuple[Names, Names]:
    """Names that are not None when the condition is true, and when it is false."""
    match condition:
        case Compare(op="is" | "is not", left=Variable(name=name), right=Constant(value=None)):
            known = frozenset({name})
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
