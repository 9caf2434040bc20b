"""Walking and rebuilding typed expressions: children, free variables, substitution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import assert_never

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    Failing,
    FieldOf,
    FunctionRef,
    Generator,
    Index,
    Let,
    Logical,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    MethodCall,
    Old,
    Quantifier,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.source import NOWHERE


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside, in the order in which they are written."""
    match expr:
        case Constant() | Variable() | ConstantRef() | Failing():
            return ()
        case Unary():
            return (expr.operand,)
        case Binary() | Logical() | Compare():
            return (expr.left, expr.right)
        case Conditional():
            return (expr.condition, expr.then, expr.otherwise)
        case Index():
            return (expr.value, expr.index)
        case Slice():
            parts = (expr.lower, expr.upper, expr.step)
            return (expr.value, *(part for part in parts if part is not None))
        case FieldOf() | Old():
            return (expr.value,)
        case Call():
            return (*expr.args, *(value for _, value in expr.keywords))
        case MethodCall():
            return (expr.value, *expr.args)
        case DefineCall():
            return expr.args
        case FunctionRef():
            return (expr.body,)
        case Let():
            return (expr.value, expr.body)
        case MakeList() | MakeTuple() | MakeSet():
            return expr.items
        case MakeDict():
            return tuple(part for pair in expr.items for part in pair)
        case MakeRecord():
            return expr.values
        case Comprehension():
            ranges = tuple(
                part for made in expr.generators for part in (made.iterable, *made.conditions)
            )
            shown = (expr.element,) if expr.value is None else (expr.element, expr.value)
            return (*ranges, *shown)
        case Quantifier():
            return (expr.body,) if expr.domain is None else (expr.domain, expr.body)
        case _:
            assert_never(expr)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, outermost first."""
    stack = [expr]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to each direct child."""

    def maybe(part: Expr | None) -> Expr | None:
        return None if part is None else change(part)

    match expr:
        case Constant() | Variable() | ConstantRef() | Failing():
            return expr
        case Unary():
            return replace(expr, operand=change(expr.operand))
        case Binary() | Logical() | Compare():
            return replace(expr, left=change(expr.left), right=change(expr.right))
        case Conditional():
            return replace(
                expr,
                condition=change(expr.condition),
                then=change(expr.then),
                otherwise=change(expr.otherwise),
            )
        case Index():
            return replace(expr, value=change(expr.value), index=change(expr.index))
        case Slice():
            return replace(
                expr,
                value=change(expr.value),
                lower=maybe(expr.lower),
                upper=maybe(expr.upper),
                step=maybe(expr.step),
            )
        case FieldOf() | Old():
            return replace(expr, value=change(expr.value))
        case Call():
            return replace(
                expr,
                args=tuple(map(change, expr.args)),
                keywords=tuple((name, change(value)) for name, value in expr.keywords),
            )
        case MethodCall():
            return replace(expr, value=change(expr.value), args=tuple(map(change, expr.args)))
        case DefineCall():
            return replace(expr, args=tuple(map(change, expr.args)))
        case FunctionRef():
            return replace(expr, body=change(expr.body))
        case Let():
            return replace(expr, value=change(expr.value), body=change(expr.body))
        case MakeList() | MakeTuple() | MakeSet():
            return replace(expr, items=tuple(map(change, expr.items)))
        case MakeDict():
            return replace(expr, items=tuple((change(k), change(v)) for k, v in expr.items))
        case MakeRecord():
            return replace(expr, values=tuple(map(change, expr.values)))
        case Comprehension():
            generators = tuple(
                Generator(made.target, change(made.iterable), tuple(map(change, made.conditions)))
                for made in expr.generators
            )
            return replace(
                expr,
                generators=generators,
                element=change(expr.element),
                value=maybe(expr.value),
            )
        case Quantifier():
            return replace(expr, domain=maybe(expr.domain), body=change(expr.body))
        case _:
            assert_never(expr)


def names_of(target: Target) -> tuple[str, ...]:
    """The names that a target binds, from left to right."""
    if target.name is not None:
        return (target.name,)
    return tuple(name for item in target.items for name in names_of(item))


def rename_target(target: Target, names: Mapping[str, str]) -> Target:
    """The target with its names changed as `names` says."""
    if target.name is not None:
        return Target(names.get(target.name, target.name), target.type)
    return Target(None, target.type, tuple(rename_target(item, names) for item in target.items))


def bound_anywhere(expr: Expr) -> set[str]:
    """Every name that something inside the expression binds."""
    found: set[str] = set()
    for node in walk(expr):
        match node:
            case Comprehension():
                found.update(n for made in node.generators for n in names_of(made.target))
            case Quantifier():
                found.update(names_of(node.target))
            case FunctionRef():
                found.add(node.parameter)
            case Let():
                found.add(node.name)
            case _:
                pass
    return found


def variables_in(expr: Expr) -> set[str]:
    """The name of every variable that occurs, bound ones included."""
    return {node.name for node in walk(expr) if isinstance(node, Variable)}


def rename_bound(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The expression with every bound variable of these names renamed, binder and uses.

    The new names must not occur in the expression, so that nothing is captured.
    """

    def change(node: Expr) -> Expr:
        node = rebuild(node, change)
        match node:
            case Variable(role="bound") if node.name in names:
                return replace(node, name=names[node.name])
            case Comprehension():
                generators = tuple(
                    replace(made, target=rename_target(made.target, names))
                    for made in node.generators
                )
                return replace(node, generators=generators)
            case Quantifier():
                return replace(node, target=rename_target(node.target, names))
            case FunctionRef() if node.parameter in names:
                return replace(node, parameter=names[node.parameter])
            case Let() if node.name in names:
                return replace(node, name=names[node.name])
            case _:
                return node

    return change(expr)


def apart(expr: Expr, names: AbstractSet[str]) -> Expr:
    """The expression with what it binds under one of these names renamed."""
    clashing = bound_anywhere(expr) & names
    taken = bound_anywhere(expr) | names | variables_in(expr)
    fresh: dict[str, str] = {}
    for name in sorted(clashing):
        number = 1
        while f"{name}_{number}" in taken:
            number += 1
        fresh[name] = f"{name}_{number}"
        taken.add(fresh[name])
    return rename_bound(expr, fresh) if fresh else expr


def substitute_it(predicate: Expr, value: Expr) -> Expr:
    """The predicate of a refinement with `value` in place of `it`, capturing nothing."""
    predicate = apart(predicate, variables_in(value))

    def change(node: Expr) -> Expr:
        if isinstance(node, Variable) and node.role == "it":
            return value
        return rebuild(node, change)

    return change(predicate)


def without_spans(expr: Expr) -> Expr:
    """The expression without its places: for what is read in another item than it stands in."""
    return replace(rebuild(expr, without_spans), span=NOWHERE)
