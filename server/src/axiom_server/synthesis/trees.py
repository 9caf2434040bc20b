"""Typed expression trees of candidates: building, measuring, walking and rewriting them.

Candidates are made of the nodes of `contracts.expressions` and the statements of
`core.program`, the same that contracts and front ends use, so that one evaluator gives both
their meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    FunctionRef,
    Let,
    Logical,
    Quantifier,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import children, names_of, rebuild, walk

TRUE = Constant(type=t.BOOL, value=True)
FALSE = Constant(type=t.BOOL, value=False)


def constant(value: int | float | str | bool | None, kind: t.Type | None = None) -> Constant:
    """A literal; its type follows the value unless given."""
    if kind is None:
        match value:
            case bool():
                kind = t.BOOL
            case int():
                kind = t.INT
            case float():
                kind = t.FLOAT
            case str():
                kind = t.STR
            case None:
                kind = t.NONE
    return Constant(type=kind, value=value)


def erase(kind: t.Type) -> t.Type:
    """The type without its refinements, at any depth."""
    match kind:
        case t.RefinedType():
            return erase(kind.base)
        case t.ListType():
            return t.ListType(erase(kind.item))
        case t.SetType():
            return t.SetType(erase(kind.item))
        case t.DictType():
            return t.DictType(erase(kind.key), erase(kind.value))
        case t.TupleType():
            return t.TupleType(tuple(erase(item) for item in kind.items))
        case t.OptionalType():
            return t.OptionalType(erase(kind.item))
        case _:
            return kind


def size(expr: Expr) -> int:
    """How many nodes: the measure by which smaller candidates come first."""
    return sum(1 for _ in walk(expr))


def bound_names(expr: Expr) -> frozenset[str]:
    """Names that the node itself binds for what stands inside it."""
    match expr:
        case Comprehension():
            return frozenset(n for g in expr.generators for n in names_of(g.target))
        case Quantifier():
            return frozenset(names_of(expr.target))
        case FunctionRef():
            return frozenset({expr.parameter})
        case Let():
            return frozenset({expr.name})
        case _:
            return frozenset()


def free_names(expr: Expr) -> frozenset[str]:
    """Names of variables that are not bound inside (a first iterable is counted as inside)."""
    if isinstance(expr, Variable):
        return frozenset({expr.name})
    inside: frozenset[str] = frozenset()
    for child in children(expr):
        inside |= free_names(child)
    return inside - bound_names(expr)


def substitute(expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """Replace free variables by expressions; the caller sees to it that nothing is captured."""
    if isinstance(expr, Variable):
        return values.get(expr.name, expr)
    hidden = bound_names(expr)
    if hidden:
        values = {name: value for name, value in values.items() if name not in hidden}
    return rebuild(expr, lambda child: substitute(child, values))


def mentions_result(expr: Expr) -> bool:
    return any(isinstance(node, Variable) and node.role == "result" for node in walk(expr))


def called_defines(expr: Expr) -> Iterator[str]:
    """Names of the defines and constants that an expression speaks of."""
    for node in walk(expr):
        match node:
            case DefineCall() | ConstantRef():
                yield node.name
            case _:
                pass


_OPPOSITE: dict[str, str] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}


def negate(expr: Expr) -> Expr:
    """`not expr`, as a person would write it. Ordering of floats is kept: nan has no order."""
    match expr:
        case Constant():
            return FALSE if expr.value else TRUE
        case Unary(op="not"):
            return expr.operand
        case Compare() if expr.op not in ("<", "<=", ">", ">=") or expr.left.type == t.INT:
            return msgspec.structs.replace(expr, op=_OPPOSITE[expr.op])
        case Logical(op="and"):
            return msgspec.structs.replace(
                expr, op="or", left=negate(expr.left), right=negate(expr.right)
            )
        case Logical(op="or"):
            return msgspec.structs.replace(
                expr, op="and", left=negate(expr.left), right=negate(expr.right)
            )
        case _:
            return Unary(type=t.BOOL, op="not", operand=expr)


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a conjunction, from left to right."""
    if isinstance(expr, Logical) and expr.op == "and":
        return (*conjuncts(expr.left), *conjuncts(expr.right))
    return (expr,)


def disjuncts(expr: Expr) -> tuple[Expr, ...]:
    """The parts of a disjunction, from left to right."""
    if isinstance(expr, Logical) and expr.op == "or":
        return (*disjuncts(expr.left), *disjuncts(expr.right))
    return (expr,)


def conjunction(parts: tuple[Expr, ...]) -> Expr:
    """Nests to the left; TRUE for none."""
    kept = tuple(part for part in parts if part != TRUE)
    if not kept:
        return TRUE
    whole = kept[0]
    for part in kept[1:]:
        whole = Logical(type=t.BOOL, op="and", left=whole, right=part)
    return whole


def disjunction(parts: tuple[Expr, ...]) -> Expr:
    """Nests to the left; FALSE for none."""
    kept = tuple(part for part in parts if part != FALSE)
    if not kept:
        return FALSE
    whole = kept[0]
    for part in kept[1:]:
        whole = Logical(type=t.BOOL, op="or", left=whole, right=part)
    return whole


def conditional(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    return Conditional(type=then.type, condition=condition, then=then, otherwise=otherwise)


def call(function: str, kind: t.Type, *args: Expr) -> Call:
    return Call(type=kind, function=function, args=args)
