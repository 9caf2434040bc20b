"""Guesses for loops that take items out of a list, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Constant,
    Expr,
    Generator,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import ListType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, statements
from axiom_verifiers.core.program import Assign, For, Function, While
from axiom_verifiers.invariants.bodies import Body
from axiom_verifiers.invariants.building import (
    at,
    bound,
    compare,
    folded,
    fresh,
    length,
    local,
    minus,
    number,
    substituted,
)
from axiom_verifiers.invariants.grids import with_member


def shortened(function: Function, loop: While | For) -> list[Variable]:
    """Lists of which the loop keeps two parts, without what stands between them."""
    names = {
        statement.name
        for statement in statements(loop.body)
        if isinstance(statement, Assign)
        and isinstance(statement.value, Binary)
        and isinstance(statement.value.left, Slice)
        and isinstance(statement.value.right, Slice)
        and variables(statement.value.left.value) == frozenset((statement.name,))
    }
    return [
        local(name, kind)
        for name, kind in function.locals
        if name in names and isinstance(kind, ListType)
    ]


def kept_bodies(function: Function, loop: While | For, claims: Iterable[Expr]) -> Iterator[Body]:
    """That items of a list that the loop takes some from are of those that a claim keeps."""
    lists = shortened(function, loop)
    for claim in claims:
        for part in walk(claim):
            match part:
                case Comprehension(
                    element=Variable(name=element),
                    generators=(Generator(target=Target(name=name), conditions=(kept,)),),
                ) if element == name:
                    for here in lists:
                        if here.type == ListType(part.element.type):
                            place = fresh("k", kept, here)
                            item = at(here, bound(place))
                            yield Body(
                                place,
                                with_member(kept, element, item),
                                number(0),
                                length(here),
                            )
                case _:
                    pass


def from_the_end(
    function: Function, loop: While | For, initial: Mapping[str, Expr]
) -> Iterator[Expr]:
    """That the place at which a loop from the end on is next is one of the list still."""
    if isinstance(loop, While):
        return
    first = last_place(loop, initial)
    if first is None:
        return
    following = folded(minus(first, local(f"#i{loop.loop}")))
    for here in shortened(function, loop):
        yield compare(following, "<", length(here))


def last_place(loop: For, initial: Mapping[str, Expr]) -> Expr | None:
    """Where a loop begins that goes down by one, over what does not change."""
    match without_spans(loop.iterable):
        case Call(function="range", args=(first, _, Constant(value=-1))):
            return at_first(first, assigned_names((loop,)), initial)
        case _:
            return None


def at_first(expr: Expr, changed: frozenset[str], initial: Mapping[str, Expr]) -> Expr | None:
    """What an expression is when a loop begins, of what the loop leaves alone."""
    known = {name: copied(initial[name]) for name in variables(expr) & changed if name in initial}
    if variables(expr) & changed - known.keys():
        return None
    return folded(substituted(expr, known))


def copied(start: Expr) -> Expr:
    """What a copy of a list is a copy of; anything else as it is."""
    match start:
        case Call(function="list", args=(Variable(type=ListType()) as whole,)):
            return whole
        case Slice(value=Variable(type=ListType()) as whole, lower=None, upper=None, step=None):
            return whole
        case _:
            return start
