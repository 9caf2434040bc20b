"""Bounds of the counters of `while` loops, read off the text of a loop.

Where every round begins below a limit that the loop leaves alone, and raises the counter by one at
most, the counter never goes beyond the limit, if it was not beyond it at first; one that is lowered
by one at most, from rounds that begin at 0 or above, stays at -1 or above, and from rounds that
begin above 0, at 0 or above. No solver is asked: the
bounds are known at the loop's head whatever else is.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Constant,
    Expr,
    Logical,
    Variable,
)
from axiom_verifiers.contracts.types import IntType
from axiom_verifiers.core.flow import assigned_names, statements, target_names
from axiom_verifiers.core.program import Assign, Block, For, If, While
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.state import State
from axiom_verifiers.obligations.values import ONE, ZERO, ListValue, Scalar
from axiom_verifiers.obligations.within import Within


class Counter(msgspec.Struct, frozen=True):
    """`low <= name < high` at the loop's head."""

    name: str
    low: Term
    high: Term


def counters(loop: While, start: State, kept: frozenset[str], within: Within) -> Iterator[Counter]:
    """The counters of a loop, given the state before it; `kept` are lists of which it assigns
    items alone.
    """
    changed = assigned_names(loop.body)
    found: set[str] = set()
    for part in _conjuncts(loop.condition):
        if not isinstance(part, Compare):
            continue
        for here, op, there in (
            (part.left, part.op, part.right),
            (part.right, _TURNED.get(part.op, ""), part.left),
        ):
            if not isinstance(here, Variable) or not isinstance(here.type, IntType):
                continue
            first = start.names.get(here.name)
            if here.name in found or here.name in start.unbound or not isinstance(first, Scalar):
                continue
            if op in ("<", "!=") and _steps(loop.body, here.name, 1) == 1:
                limit = _limit(there, start, changed - kept)
                if limit is not None and first.term is ZERO and within.natural(limit):
                    found.add(here.name)
                    yield Counter(here.name, ZERO, terms.add(limit, ONE))
            elif op == ">=" and isinstance(there, Constant) and there.value == 0:
                above = terms.add(first.term, ONE)
                if _steps(loop.body, here.name, -1) == 1 and within.natural(above):
                    found.add(here.name)
                    yield Counter(here.name, terms.integer(-1), above)
            elif (
                op == ">"
                and isinstance(there, Constant)
                and there.value == 0
                and _steps(loop.body, here.name, -1) == 1
                and within.natural(first.term)
            ):
                found.add(here.name)
                yield Counter(here.name, ZERO, terms.add(first.term, ONE))


def rising(body: Block) -> list[str]:
    """Locals to which the body does nothing but to raise them, or to set them to no less than 0."""
    raised: dict[str, bool] = {}
    for statement in statements(body):
        match statement:
            case Assign(name=name, value=value):
                raised[name] = raised.get(name, True) and _raises(value, name)
            case If() | While():
                pass
            case For(target=target):
                raised |= dict.fromkeys(target_names(target), False)
            case _:
                raised |= dict.fromkeys(assigned_names((statement,)), False)
    return [name for name, only in raised.items() if only]


def _raises(value: Expr, name: str) -> bool:
    match value:
        case Binary(op="+", left=Variable(name=left), right=Constant(value=int(step))):
            return left == name and type(step) is int and step >= 0
        case Constant(value=int(number)):
            return type(number) is int and number >= 0
        case _:
            return False


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!="}


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    if isinstance(condition, Logical) and condition.op == "and":
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _limit(expr: Expr, start: State, changed: frozenset[str]) -> Term | None:
    """The value of a limit that the loop does not change."""
    match expr:
        case Call(function="len", args=(Variable(name=name),)) if name not in changed:
            value = start.names.get(name)
            if name in start.unbound or not isinstance(value, ListValue):
                return None
            return value.length
        case Variable(name=name) if name not in changed:
            value = start.names.get(name)
            return value.term if isinstance(value, Scalar) and name not in start.unbound else None
        case _:
            return None


def _steps(block: Block, name: str, by: int) -> int | None:
    """How often one round changes the local at most, if always by the same; None where it may
    become anything else.
    """
    most = 0
    for statement in block:
        if name not in assigned_names((statement,)):
            continue
        match statement:
            case Assign(name=assigned, value=value) if assigned == name:
                if not _adds(value, name, by):
                    return None
                most += 1
            case If():
                branches = [
                    _steps(inner, name, by) for inner in (statement.then, statement.otherwise)
                ]
                if None in branches:
                    return None
                most += max(count for count in branches if count is not None)
            case _:
                return None
    return most


def _adds(value: Expr, name: str, by: int) -> bool:
    match value:
        case Binary(op="+" | "-" as op, left=Variable(name=left), right=Constant(value=int(step))):
            return left == name and type(step) is int and (step if op == "+" else -step) == by
        case _:
            return False
