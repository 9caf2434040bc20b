"""What a set or list that a loop adds to holds of what the loop has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Expr,
    Index,
    MakeList,
    MakeSet,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import BOOL, ListType, SetType, Type
from axiom_verifiers.core.flow import target_names
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import (
    bound,
    compare,
    forall,
    fresh,
    length,
    local,
    number,
    numbers,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.shapes import Reading
from axiom_verifiers.invariants.views import View


def memberships(
    loop: While | For,
    done: Effects,
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """That it holds what was seen, that it holds nothing else, that it holds nothing twice, and
    that a set and a list which take the same items hold the same.
    """
    added = {
        name: found
        for name, value in done.values.items()
        if isinstance(types.get(name), SetType | ListType)
        for found in (_added(name, value),)
        if found
    }
    sets = [name for name in added if isinstance(types[name], SetType)]
    if not sets:
        return  # Of lists alone, the prefix itself says more.
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    for view in seen:
        reading = Reading(view, changed - targets, targets)
        for name, elements in added.items():
            yield from _of_seen(local(name, types[name]), elements, reading)
    for name in sets:
        for other, elements in added.items():
            if other != name and elements[0].type == added[name][0].type:
                one, two = local(name, types[name]), local(other, types[other])
                yield _within(one, two)
                yield _within(two, one)
    for name in added:
        if isinstance(types[name], ListType):
            yield _distinct(local(name, types[name]))


def _added(name: str, value: Expr) -> list[Expr]:
    """The elements that an iteration may put into the collection."""
    found: list[Expr] = []
    for part in walk(value):
        match part:
            case Binary(op="|", left=Variable() as whole, right=MakeSet(items=(item,))):
                pass
            case Binary(op="+", left=Variable() as whole, right=MakeList(items=(item,))):
                pass
            case _:
                continue
        if whole.name == name:
            found.append(item)
    return found


def _of_seen(whole: Variable, elements: list[Expr], reading: Reading) -> Iterator[Expr]:
    for element in elements:
        member = reading.of(element)
        if member is None:
            continue
        seen, item = reading.view.seen, reading.view.item
        yield forall(item, seen, Compare(type=BOOL, op="in", left=member, right=whole))
        taken = reading.gathered("list", member, ())
        name = fresh("v", taken, whole)
        held = bound(name, element.type)
        yield forall(name, whole, Compare(type=BOOL, op="in", left=held, right=taken))


def _within(one: Variable, other: Variable) -> Expr:
    """Every member of the one is in the other."""
    kind = one.type
    assert isinstance(kind, SetType | ListType)
    name = fresh("v", one, other)
    inside = Compare(type=BOOL, op="in", left=bound(name, kind.item), right=other)
    return forall(name, one, inside)


def _distinct(values: Variable) -> Expr:
    """No two items are equal."""
    kind = values.type
    assert isinstance(kind, ListType)
    first, second = bound("m"), bound("p")
    differ = compare(
        Index(type=kind.item, value=values, index=first),
        "!=",
        Index(type=kind.item, value=values, index=second),
    )
    inner = forall("p", numbers(number(0), first), differ)
    return forall("m", numbers(number(0), length(values)), inner)
