"""What a set or list that a loop adds to holds of what the loop has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Expr,
    Generator,
    Index,
    Logical,
    MakeList,
    MakeSet,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    DictType,
    IntType,
    ListType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import target_names
from axiom_verifiers.core.program import For, While
from axiom_verifiers.invariants.building import (
    both,
    bound,
    compare,
    conjuncts,
    forall,
    fresh,
    implies,
    length,
    local,
    negated,
    number,
    numbers,
)
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.shapes import Reading
from axiom_verifiers.invariants.views import View


class Addition(msgspec.Struct, frozen=True):
    """An item that is put in where the condition holds; always, where there is none."""

    condition: Expr | None
    item: Expr

    def under(self, condition: Expr) -> Addition:
        inner = self.condition
        return Addition(condition if inner is None else both(condition, inner), self.item)


def memberships(
    loop: While | For,
    done: Effects,
    initial: Mapping[str, Expr],
    seen: list[View],
    changed: frozenset[str],
    types: Mapping[str, Type],
) -> Iterator[Expr]:
    """That it holds what was seen and what it held at first, that it holds nothing else, that it
    holds nothing twice, and that a set and a list which take the same items hold the same.
    """
    added = {
        name: found
        for name, value in done.values.items()
        if isinstance(types.get(name), SetType | ListType)
        for found in (_added(name, value),)
        if found
    }
    sets = [name for name in added if isinstance(types[name], SetType)]
    if not sets and not any(_looks_back(name, added[name]) for name in added):
        return  # Of lists alone, the prefix itself says more.
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    for view in seen:
        reading = Reading(view, changed - targets, targets)
        for name, elements in added.items():
            start = _start(initial.get(name), changed)
            yield from _of_seen(local(name, types[name]), elements, start, reading)
        yield from _as_keys(added, initial, types, changed, reading)
    for name in sets:
        for other, elements in added.items():
            if other != name and elements[0].item.type == added[name][0].item.type:
                one, two = local(name, types[name]), local(other, types[other])
                yield _within(one, two)
                yield _within(two, one)
    for name in added:
        if isinstance(types[name], ListType):
            yield _distinct(local(name, types[name]))


def _added(name: str, value: Expr) -> list[Addition]:
    """What an iteration may put into the collection."""
    match value:
        case Variable() if value.name == name:
            return []
        case Binary(op="|", left=left, right=MakeSet(items=(item,))):
            return [*_added(name, left), Addition(None, item)]
        case Binary(op="+", left=left, right=MakeList(items=(item,))):
            return [*_added(name, left), Addition(None, item)]
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return [
                *(one.under(condition) for one in _added(name, then)),
                *(one.under(negated(condition)) for one in _added(name, otherwise)),
            ]
        case _:
            return []


def _looks_back(name: str, elements: list[Addition]) -> bool:
    """Whether what is taken in depends on what was."""
    return any(
        part.condition is not None and name in variables(part.condition) for part in elements
    )


def _start(value: Expr | None, changed: frozenset[str]) -> Expr | None:
    """The collection that the loop begins with; None for an empty one, or one that is not known."""
    match value:
        case Call(function="set" | "list", args=(inner,)) if isinstance(
            inner.type, SetType | ListType
        ):
            return _start(inner, changed)
        case Variable() | MakeSet() | MakeList() if not variables(value) & changed:
            return None if isinstance(value, MakeList | MakeSet) and not value.items else value
        case _:
            return None


def _of_seen(
    whole: Variable, elements: list[Addition], start: Expr | None, reading: Reading
) -> Iterator[Expr]:
    if start is not None:
        kind = start.type
        assert isinstance(kind, SetType | ListType)
        name = fresh("v", start, whole)
        inside = Compare(type=BOOL, op="in", left=bound(name, kind.item), right=whole)
        yield forall(name, start, inside)
    for element in elements:
        member = reading.of(element.item)
        if member is None:
            continue
        condition = None if element.condition is None else reading.of(element.condition)
        seen, item = reading.view.seen, reading.view.item
        inside = Compare(type=BOOL, op="in", left=member, right=whole)
        if condition is not None:
            yield forall(item, seen, implies(condition, inside))
        else:
            yield forall(item, seen, inside)
        conditions = () if condition is None else (condition,)
        plain = isinstance(member, Variable) and member.name == item
        taken = reading.gathered("list", member, () if plain else conditions)
        name = fresh("v", taken, whole)
        held = bound(name, element.item.type)
        came: Expr = Compare(type=BOOL, op="in", left=held, right=taken)
        if start is not None:
            kept = Compare(type=BOOL, op="in", left=held, right=start)
            came = Logical(type=BOOL, op="or", left=kept, right=came)
        yield forall(name, whole, came)
        if condition is not None and plain:
            # What was kept meets the condition itself.
            yield forall(item, whole, condition)


def _as_keys(
    added: Mapping[str, list[Addition]],
    initial: Mapping[str, Expr],
    types: Mapping[str, Type],
    changed: frozenset[str],
    reading: Reading,
) -> Iterator[Expr]:
    """Of lists that take in only what was not there before: that each holds the keys of a dict
    that is made of what was seen, as sets that take in the same do.
    """
    found = {
        name: keys
        for name, elements in added.items()
        if _start(initial.get(name), changed) is None
        for keys in (_keys(elements, frozenset(added), reading),)
        if keys is not None
    }
    lists = {name for name in found if isinstance(types[name], ListType) and found[name][1]}
    wanted = [found[name][0] for name in found if name in lists]
    for name, (keys, _) in found.items():
        kind = types[name]
        if keys in wanted and (name in lists or isinstance(kind, SetType)):
            function = "list" if name in lists else "set"
            whole = Call(type=kind, function=function, args=(keys,))
            yield Compare(type=BOOL, op="==", left=local(name, kind), right=whole)


def _keys(
    elements: list[Addition], known: frozenset[str], reading: Reading
) -> tuple[Expr, bool] | None:
    """A dict with the items that were seen as its keys, and whether it was looked whether an item
    was there before; None where that cannot be said.
    """
    if len(elements) != 1:
        return None
    (element,) = elements
    item = element.item
    if not isinstance(item.type, IntType | StrType | BoolType | TupleType):
        return None
    conditions: list[Expr] = []
    looked = False
    for part in () if element.condition is None else conjuncts(element.condition):
        if _is_new(part, item, known):
            looked = True
            continue
        condition = reading.of(part)
        if condition is None:
            return None
        conditions.append(condition)
    member = reading.of(item)
    if member is None:
        return None
    target = Target(reading.view.item, reading.member_type())
    made = Comprehension(
        type=DictType(item.type, INT),
        kind="dict",
        element=member,
        value=number(0),
        generators=(Generator(target, reading.view.seen, tuple(conditions)),),
    )
    return made, looked


def _is_new(part: Expr, item: Expr, known: frozenset[str]) -> bool:
    match part:
        case Compare(op="not in", left=left, right=Variable(name=name)):
            return left == item and name in known
        case Unary(op="not", operand=Compare(op="in", left=left, right=Variable(name=name))):
            return left == item and name in known
        case _:
            return False


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
