"""Short constructors for guesses, and reading them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    Logical,
    Quantifier,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import children, rebuild, walk
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    IntType,
    ListType,
    OptionalType,
    StrType,
    Type,
)

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
NEGATED: dict[str, Comparison] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}


def number(value: int) -> Constant:
    return Constant(type=INT, value=value)


def local(name: str, type_: Type = INT) -> Variable:
    return Variable(type=type_, name=name, role="local")


def bound(name: str, type_: Type = INT) -> Variable:
    return Variable(type=type_, name=name, role="bound")


def plus(left: Expr, right: Expr) -> Expr:
    """The sum, with constants folded."""
    match left, right:
        case Constant(value=int(a)), Constant(value=int(b)):
            return number(a + b)
        case Constant(value=0), _:
            return right
        case _, Constant(value=0):
            return left
        case _, Constant(value=int(b)) if b < 0:
            return Binary(type=INT, op="-", left=left, right=number(-b))
        case _:
            return Binary(type=INT, op="+", left=left, right=right)


def minus(left: Expr, right: Expr) -> Expr:
    match left, right:
        case Constant(value=int(a)), Constant(value=int(b)):
            return number(a - b)
        case _, Constant(value=0):
            return left
        case _, Constant(value=int(b)) if b < 0:
            return plus(left, number(-b))
        case _:
            return Binary(type=INT, op="-", left=left, right=right)


def times(left: Expr, right: Expr) -> Expr:
    match left, right:
        case Constant(value=int(a)), Constant(value=int(b)):
            return number(a * b)
        case (Constant(value=1), other) | (other, Constant(value=1)):
            return other
        case (Constant(value=0), _) | (_, Constant(value=0)):
            return number(0)
        case _:
            return Binary(type=INT, op="*", left=left, right=right)


def compare(left: Expr, op: Comparison, right: Expr) -> Compare:
    return Compare(type=BOOL, op=op, left=left, right=right)


def both(left: Expr, right: Expr) -> Expr:
    return Logical(type=BOOL, op="and", left=left, right=right)


def implies(left: Expr, right: Expr) -> Expr:
    return Logical(type=BOOL, op="implies", left=left, right=right)


def negated(expr: Expr) -> Expr:
    """The negation, without a `not` where a comparison can be turned."""
    match expr:
        case Unary(op="not"):
            return expr.operand
        case Compare(op="==" | "!=" | "<" | "<=" | ">" | ">=") if isinstance(
            expr.left.type, IntType | StrType
        ):
            return Compare(type=BOOL, op=NEGATED[expr.op], left=expr.left, right=expr.right)
        case Logical(op="and" | "or"):
            op: Literal["and", "or"] = "or" if expr.op == "and" else "and"
            left, right = negated(expr.left), negated(expr.right)
            return Logical(type=BOOL, op=op, left=left, right=right)
        case Constant(value=bool(value)):
            return Constant(type=BOOL, value=not value)
        case Quantifier(kind="exists"):
            return Quantifier(
                type=BOOL,
                kind="forall",
                target=expr.target,
                domain=expr.domain,
                over=expr.over,
                body=negated(expr.body),
            )
        case _:
            return Unary(type=BOOL, op="not", operand=expr)


def length(value: Expr) -> Expr:
    return Call(type=INT, function="len", args=(value,))


def numbers(low: Expr, high: Expr) -> Expr:
    """`range(low, high)`."""
    args = (high,) if low == number(0) else (low, high)
    return Call(type=ListType(INT), function="range", args=args)


def prefix(value: Expr, end: Expr, start: Expr | None = None) -> Slice:
    return Slice(type=value.type, value=value, lower=start, upper=end, step=None)


def at(value: Expr, index: Expr) -> Expr:
    item: Type = value.type.item if isinstance(value.type, ListType) else value.type
    return Index(type=item, value=value, index=index)


def forall(name: str, domain: Expr, body: Expr) -> Quantifier:
    item: Type = domain.type.item if isinstance(domain.type, ListType) else domain.type
    return Quantifier(
        type=BOOL, kind="forall", target=Target(name, item), domain=domain, over=None, body=body
    )


def fresh(stem: str, *exprs: Expr) -> str:
    """A name that occurs in none of the expressions."""
    taken = {node.name for expr in exprs for node in walk(expr) if isinstance(node, Variable)}
    if stem not in taken:
        return stem
    return next(f"{stem}{n}" for n in range(1, len(taken) + 2) if f"{stem}{n}" not in taken)


def replaced(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every outermost part that `change` answers for replaced."""
    new = change(expr)
    return rebuild(expr, lambda part: replaced(part, change)) if new is None else new


def substituted(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """The expression with parameters and locals of these names replaced; nothing is captured
    as long as no value has a variable that the expression binds. Where the expression knows that
    a variable is not None, so does what stands there instead.
    """

    def change(part: Expr) -> Expr | None:
        if not isinstance(part, Variable) or part.role not in ("local", "parameter", "result"):
            return None
        value = values.get(part.name)
        if (
            isinstance(value, Variable)
            and isinstance(value.type, OptionalType)
            and value.type.item == part.type
        ):
            return msgspec.structs.replace(value, type=part.type)
        return value

    return replaced(expr, change)


def folded(expr: Expr) -> Expr:
    """The expression with `x - 1 + 2` as `x + 1`."""
    whole = rebuild(expr, folded)
    match whole:
        case Binary(
            op="+" | "-",
            left=Binary(op="+" | "-", left=one, right=Constant(value=int(a))),
            right=Constant(value=int(b)),
        ) if whole.type == INT:
            inner = a if isinstance(whole.left, Binary) and whole.left.op == "+" else -a
            return plus(one, number(inner + (b if whole.op == "+" else -b)))
        case _:
            return whole


def size(expr: Expr) -> int:
    """The number of nodes."""
    return 1 + sum(map(size, children(expr)))


def conjuncts(expr: Expr) -> list[Expr]:
    """The parts of a conjunction."""
    if isinstance(expr, Logical) and expr.op == "and":
        return [*conjuncts(expr.left), *conjuncts(expr.right)]
    return [expr]
