"""What is claimed of a list while a loop moves its items on, and one of them is kept in a local.

Insertion into the items in order shifts those that are greater one place on: at the loop's head
the place that is about to be stored into holds nothing of its own, and with the local there the
list has the same items as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from axiom_verifiers.contracts.expressions import (
    Binary,
    Expr,
    Index,
    MakeList,
    Old,
    Quantifier,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
from axiom_verifiers.contracts.types import ListType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, statements
from axiom_verifiers.core.program import For, Function, SetItem, While
from axiom_verifiers.invariants.building import folded, local, number, plus, prefix, replaced

# So many locals are tried as what was taken out.
_KEPT = 3


def holes(function: Function, loop: While | For, said: Iterable[Expr]) -> Iterator[Expr]:
    """Each claim about a list whose items are moved, with a local in the place of the next one
    that is stored.
    """
    moved = [
        statement
        for statement in statements(loop.body)
        if isinstance(statement, SetItem)
        and isinstance(statement.value, Index)
        and isinstance(statement.value.value, Variable)
        and statement.value.value.name == statement.name
    ]
    if not moved:
        return
    claims = list(said)
    changed = assigned_names((loop,))
    for statement in moved:
        assert isinstance(statement.value, Index)
        kind = statement.value.value.type
        if not isinstance(kind, ListType):
            continue
        place = without_spans(statement.index)
        here = local(statement.name, kind)
        kept = [
            local(name, type_)
            for name, type_ in function.locals
            if type_ == kind.item and name not in changed and not name.startswith("#")
        ]
        for value in kept[:_KEPT]:
            whole = _filled(here, kind, place, value)
            for claim in claims:
                if _of_places(claim) or bound_anywhere(claim) & variables(whole):
                    continue
                filled = _with(claim, statement.name, whole)
                if filled != claim:
                    yield filled


def _filled(here: Variable, kind: ListType, place: Expr, value: Expr) -> Expr:
    """The list with the value at a place of it."""
    one = MakeList(type=kind, items=(value,))
    before = Binary(type=kind, op="+", left=prefix(here, place), right=one)
    after = folded(plus(place, number(1)))
    behind = Slice(type=kind, value=here, lower=after, upper=None, step=None)
    return Binary(type=kind, op="+", left=before, right=behind)


def _of_places(claim: Expr) -> bool:
    return any(isinstance(part, Quantifier) for part in walk(claim))


def _with(claim: Expr, name: str, whole: Expr) -> Expr:
    def change(part: Expr) -> Expr | None:
        match part:
            case Old():
                return part
            case Variable(name=found, role="local" | "parameter") if found == name:
                return whole
            case _:
                return None

    return replaced(claim, change)
