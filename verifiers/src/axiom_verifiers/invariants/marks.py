"""Positions that a loop knows of: between these lie the parts of a list that it has dealt with."""

from __future__ import annotations

from axiom_verifiers.contracts.expressions import Binary, Call, Constant, Expr
from axiom_verifiers.contracts.traversal import without_spans
from axiom_verifiers.contracts.types import IntType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, enclosing, statements
from axiom_verifiers.core.program import For, Function, SetItem, While
from axiom_verifiers.invariants.building import (
    folded,
    local,
    minus,
    number,
    plus,
    substituted,
)
from axiom_verifiers.invariants.effects import at_start
from axiom_verifiers.invariants.removing import last_place

# How many are tried.
_MOST = 12


def marks(function: Function, loop: While | For) -> list[Expr]:
    """Positions that the loop knows of, with those beside them: its own counters first, then those
    of the loops around it, from the nearest on.
    """
    found: list[Expr] = []
    for one in (loop, *reversed(enclosing(function.body, loop.loop))):
        plain: list[Expr] = []
        counted: set[str] = set()
        if isinstance(one, For):
            plain += _progress(one) or _from_the_end(function, one)
            if _from_nothing(one) and one.target.name is not None:
                counted.add(one.target.name)  # The counter says the same.
        changed = assigned_names((one,))
        plain += _stored_at(one, changed)
        plain += [
            local(name)
            for name, type_ in function.locals
            if isinstance(type_, IntType)
            and name in changed - counted
            and not name.startswith("#")
            and local(name) not in found
        ]
        found += [*plain, *(folded(plus(mark, number(1))) for mark in plain)]
    return list(dict.fromkeys(found))[:_MOST]


def _stored_at(loop: While | For, changed: frozenset[str]) -> list[Expr]:
    """Where a round of a loop stores an item, if it is not at its own place."""
    if isinstance(loop, While):
        return [
            without_spans(statement.index)
            for statement in statements(loop.body)
            if isinstance(statement, SetItem)
            and isinstance(statement.index, Binary)
            and isinstance(statement.index.right, Constant)
            and variables(statement.index) <= changed
        ]
    if loop.target.name is None:
        return []
    progress = _progress(loop)[:1]
    inside = changed | assigned_names(loop.body)
    found: list[Expr] = []
    for statement in statements(loop.body):
        if isinstance(statement, SetItem):
            index = without_spans(statement.index)
            read = variables(index)
            if loop.target.name in read and not read & (inside - {loop.target.name}):
                found += [substituted(index, {loop.target.name: here}) for here in progress]
    return [index for index in dict.fromkeys(found) if index not in progress]


def _from_nothing(loop: For) -> bool:
    """Whether it goes through `range(n)`."""
    match without_spans(loop.iterable):
        case Call(function="range", args=(_,)):
            return True
        case _:
            return False


def _progress(loop: For) -> list[Expr]:
    """Where a `for` over positions is, from the front and from the end."""
    counter = local(f"#i{loop.loop}")
    match without_spans(loop.iterable):
        case Call(function="range", args=(high,)):
            return [counter, minus(high, counter)]
        case Call(function="range", args=(low, high)):
            return [plus(low, counter), minus(high, counter)]
        case Call(function="range", args=(_, _, Constant(value=-1))):
            return []
        case _:
            return [counter]


def _from_the_end(function: Function, loop: For) -> list[Expr]:
    """The last place that a `for` from the end on has dealt with."""
    first = last_place(loop, at_start(function, loop))
    if first is None:
        return []
    return [folded(minus(folded(plus(first, number(1))), local(f"#i{loop.loop}")))]
