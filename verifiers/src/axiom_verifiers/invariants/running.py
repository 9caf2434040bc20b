"""Lists of running sums: each round puts behind them what has been added up so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    MakeList,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import INT, ListType, Type
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import (
    at,
    bound,
    compare,
    forall,
    fresh,
    length,
    local,
    minus,
    number,
    numbers,
    plus,
    replaced,
    substituted,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.shapes import Reading, readings, sums
from axiom_verifiers.invariants.views import View

# What stands for the last item of the list while it is read as something that is added to.
_LAST = "#last"


def speaks_of_sums(contract: Contract) -> bool:
    """Whether a clause adds something up."""
    return any(
        isinstance(part, Call) and part.function == "sum"
        for clause in contract.ensures
        for part in walk(clause.condition)
    )


def running(
    loop: While | For,
    done: Effects,
    initial: dict[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """That every item of such a list is the sum of what came before it, or of that and what came
    with it.
    """
    counted = [
        (count.name, one)
        for one in readings(loop, seen, changed)
        if isinstance(count := one.view.count, Variable)
    ]
    for name, value in done.values.items():
        begun = _items(initial.get(name))
        if types.get(name) != ListType(INT) or begun is None or len(begun) > 1:
            continue
        here = local(name, ListType(INT))
        match value:
            case Binary(op="+", left=Variable(name=whole), right=MakeList(items=(item,))) if (
                whole == name
            ):
                pass
            case _:
                continue
        for count, reading in counted:
            for total, further in _totals(item, begun, here, done, initial, reading):
                place = fresh("k", total, here)
                so_far = plus(bound(place), number(further))
                same = compare(at(here, bound(place)), "==", substituted(total, {count: so_far}))
                yield forall(place, numbers(number(0), length(here)), same)


def _items(whole: Expr | None) -> tuple[Expr, ...] | None:
    """The items of a list that is written down, piece by piece."""
    match whole:
        case MakeList(items=items):
            return items
        case Binary(op="+", left=left, right=right):
            first, second = _items(left), _items(right)
            return None if first is None or second is None else first + second
        case _:
            return None


def _totals(
    item: Expr,
    begun: tuple[Expr, ...],
    here: Expr,
    done: Effects,
    initial: dict[str, Expr],
    reading: Reading,
) -> Iterator[tuple[Expr, int]]:
    """What the items are, in terms of the rounds done; and how many rounds more than its place
    an item has seen.
    """
    last = _last_of(item, here)
    if begun and last is not None:
        for claim in sums(_LAST, last, begun[0], reading):
            yield from _said(claim, _LAST, 0)
        return
    for name, value in done.values.items():
        start = initial.get(name)
        if value.type != INT or start is None or (begun and begun[0] != start):
            continue
        if item == value:
            further = 0 if begun else 1
        elif not begun and isinstance(item, Variable) and item.name == name:
            further = 0
        else:
            continue
        for claim in sums(name, value, start, reading):
            yield from _said(claim, name, further)


def _said(claim: Expr, name: str, further: int) -> Iterator[tuple[Expr, int]]:
    match claim:
        case Compare(op="==", left=Variable(name=found), right=total) if found == name:
            if name not in variables(total):
                yield total, further
        case _:
            pass


def _last_of(item: Expr, here: Expr) -> Expr | None:
    """The item with a name for the list's last one; None where it reads the list otherwise, or
    not at all.
    """
    ends: tuple[Expr, ...] = (
        Constant(type=INT, value=-1),
        Unary(type=INT, op="-", operand=number(1)),
        minus(length(here), number(1)),
    )

    def change(part: Expr) -> Expr | None:
        match part:
            case Index(value=value, index=index) if value == here and index in ends:
                return local(_LAST)
            case _:
                return None

    read = replaced(item, change)
    assert isinstance(here, Variable)
    named = variables(read)
    return read if _LAST in named and here.name not in named else None
