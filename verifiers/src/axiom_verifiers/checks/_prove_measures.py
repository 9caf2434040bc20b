"""Guesses at what a `while` loop makes smaller; each is proved before it is used."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Constant,
    Expr,
    Logical,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import INT, IntType
from axiom_verifiers.core.flow import assigned_names, statements
from axiom_verifiers.core.program import Break, Function, If, Return, While


def measures(function: Function, loop: While) -> tuple[Expr, ...]:
    """Candidates, the likeliest first: distances that the loop's conditions speak of, then
    the ints that it assigns and their differences.
    """
    found: dict[Expr, None] = {}
    for condition, holds in _conditions(loop):
        for measure in _distances(condition, holds=holds):
            found[measure] = None
    types = dict(function.locals)
    names = [n for n in sorted(assigned_names(loop.body)) if isinstance(types.get(n), IntType)]
    locals_ = [Variable(type=INT, name=name, role="local") for name in names]
    for one in locals_:
        found[one] = None
        found[Unary(type=INT, op="-", operand=one)] = None
    for one in locals_:
        for other in locals_:
            if one is not other:
                found[_minus(one, other)] = None
                found[Binary(type=INT, op="+", left=one, right=other)] = None
    return tuple(found)


def _conditions(loop: While) -> Iterator[tuple[Expr, bool]]:
    """What holds while the loop goes on: its own condition, and that it is not left."""
    yield loop.condition, True
    for statement in statements(loop.body):
        if isinstance(statement, If):
            if any(isinstance(one, Break | Return) for one in statement.then):
                yield statement.condition, False
            if any(isinstance(one, Break | Return) for one in statement.otherwise):
                yield statement.condition, True


def _distances(condition: Expr, *, holds: bool) -> Iterator[Expr]:
    match condition:
        case Logical(op="and" | "or", left=left, right=right):
            yield from _distances(left, holds=holds)
            yield from _distances(right, holds=holds)
        case Unary(op="not", operand=operand):
            yield from _distances(operand, holds=not holds)
        case Compare(op=op, left=left, right=right) if isinstance(left.type, IntType):
            if not holds:
                op = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}.get(op)
            match op:
                case "<":
                    yield _minus(right, left)
                case ">":
                    yield _minus(left, right)
                case "<=":
                    yield _plus_one(_minus(right, left))
                case ">=":
                    yield _plus_one(_minus(left, right))
                case "!=":
                    yield _minus(right, left)
                    yield _minus(left, right)
                case _:
                    pass
        case _:
            pass


def _minus(left: Expr, right: Expr) -> Expr:
    if isinstance(right, Constant) and right.value == 0:
        return left
    return Binary(type=INT, op="-", left=left, right=right)


def _plus_one(value: Expr) -> Expr:
    return Binary(type=INT, op="+", left=value, right=Constant(type=INT, value=1))
