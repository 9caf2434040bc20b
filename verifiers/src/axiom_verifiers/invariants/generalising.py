"""Postconditions, weakened to what holds before the loop is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Conditional,
    Expr,
    Generator,
    Index,
    Logical,
    MethodCall,
    Old,
    Quantifier,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
from axiom_verifiers.contracts.types import BOOL, INT, DictType, IntType, ListType, SetType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import For, Function, While
from axiom_verifiers.invariants.building import (
    bound,
    compare,
    conjuncts,
    forall,
    fresh,
    implies,
    local,
    minus,
    negated,
    number,
    numbers,
    plus,
    prefix,
    replaced,
    substituted,
)
from axiom_verifiers.invariants.claims import claims
from axiom_verifiers.invariants.views import View


def generalised(
    contract: Contract, function: Function, loop: While | For, seen: list[View]
) -> Iterator[Expr]:
    """Each claim of the contract, and the same of a prefix in place of the whole."""
    parameters = {parameter.name: parameter for parameter in contract.parameters}
    changed = assigned_names((loop,))
    for claim in claims(contract, function, loop):
        yield claim
        yield from _of_members(claim, seen, changed)
        for view in seen:
            yield from _narrowed(claim, view, set(parameters))
        for name, parameter in parameters.items():
            if isinstance(parameter.type, IntType) and name in variables(claim):
                for view in seen:
                    for shift in (0, -1, 1):
                        counter = plus(view.progress, number(shift))
                        yield _counted(claim, name, counter)
                    yield _ranged(claim, name, view.progress)
                    yield _ranged(claim, name, view.count)


def _of_members(claim: Expr, seen: list[View], changed: frozenset[str]) -> Iterator[Expr]:
    """What is claimed of every member of a dict or a set that the loop changes, part by part: of
    its members as they are, and of those that were gone through and are still in it.
    """
    match claim:
        case Quantifier(
            kind="forall",
            target=Target(name=str(name)),
            domain=Variable(name=whole, type=DictType() | SetType() as kind) as domain,
            over=None,
        ) if whole in changed:
            pass
        case _:
            return
    parts = conjuncts(claim.body)
    key = kind.key if isinstance(kind, DictType) else kind.item
    here = Compare(type=BOOL, op="in", left=bound(name, key), right=domain)
    for part in parts:
        if len(parts) > 1:
            yield replace(claim, body=part)
        for view in seen:
            if (
                isinstance(view.seen.type, ListType)
                and view.seen.type.item == key
                and name not in variables(view.seen)
            ):
                yield forall(name, view.seen, implies(here, part))


def weakened(said: Iterable[Expr], holds: Callable[[Expr], bool]) -> Iterator[Expr]:
    """Of each equation between ints that does not hold all along: that one side is at most the
    other one. What a loop nears from one side is there when its condition fails.
    """
    for claim in said:
        match claim:
            case Compare(op="==", left=left, right=right) if left.type == INT == right.type:
                if not holds(claim):
                    yield compare(left, "<=", right)
                    yield compare(left, ">=", right)
            case _:
                pass


def once_done(loop: While, said: Iterable[Expr], holds: Callable[[Expr], bool]) -> Iterator[Expr]:
    """Of each plain bound that does not hold all along: that it does, or the loop goes on. So it
    is of what the first round brings about where there is a first round.
    """
    condition = without_spans(loop.condition)
    for claim in said:
        if not isinstance(claim, Compare) or claim.op in ("==", "is"):
            continue
        plain = not any(isinstance(part, Quantifier | Comprehension) for part in walk(claim))
        if plain and claim != negated(condition) and not holds(claim):
            yield Logical(type=BOOL, op="or", left=condition, right=claim)


def _ranged(claim: Expr, name: str, counter: Expr) -> Expr:
    """The same within ranges alone: what else speaks of the number goes on to mean it."""

    def change(part: Expr) -> Expr | None:
        if isinstance(part, Call) and part.function == "range":
            return _counted(part, name, counter)
        return None

    return replaced(claim, change)


def _counted(claim: Expr, name: str, counter: Expr) -> Expr:
    """The claim for as many as were done, in place of as many as there are."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Old(value=Variable(name=found)) if found == name:
                return counter
            case Old():
                return part
            case Variable(name=found, role="local" | "parameter") if found == name:
                return counter
            case _:
                return None

    return replaced(claim, change)


def _narrowed(claim: Expr, view: View, parameters: set[str]) -> Iterator[Expr]:
    """The sequence that the loop runs over becomes the part of it that was seen."""
    whole = view.whole
    taken = bound_anywhere(claim) & variables(view.seen)
    if taken:
        return
    if isinstance(whole, Variable) and whole.name in variables(claim):
        if isinstance(whole.type, ListType | StrType):
            yield _counted(claim, whole.name, view.seen)
            yield _shortened(claim, whole, view.count)
            yield _as_long(claim, whole.name, view.count)
        elif isinstance(whole.type, DictType | SetType):
            yield _of_keys(claim, whole, view)
    elif whole is None or not isinstance(whole, Variable):
        # A loop over positions: every list that a position could be of is cut there.
        for part in walk(claim):
            if (
                isinstance(part, Variable)
                and part.name in parameters
                and isinstance(part.type, ListType | StrType)
            ):
                cut = prefix(part, view.progress)
                yield _counted(claim, part.name, cut)
                yield replaced(claim, _at_entry_up_to(part.name, view.progress))
                yield _as_long(claim, part.name, view.progress)


def _at_entry_up_to(name: str, end: Expr) -> Callable[[Expr], Expr | None]:
    """Cuts a list as it was at entry, and leaves it alone as it is now."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Old(value=Variable(name=found)) if found == name:
                return prefix(part, end)
            case Old():
                return part
            case _:
                return None

    return change


def _as_long(claim: Expr, whole: str, count: Expr) -> Expr:
    """The claim with as much as was seen in the place of the sequence's length."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Call(function="len", args=(Variable(name=name, role=role),)):
                return count if name == whole and role != "bound" else None
            case _:
                return None

    return replaced(claim, change)


def _shortened(claim: Expr, whole: Variable, count: Expr) -> Expr:
    """What is gathered over the positions of the sequence, over as many as were seen."""

    def ranges(part: Expr) -> Expr | None:
        is_range = isinstance(part, Call) and part.function == "range"
        return _as_long(part, whole.name, count) if is_range else None

    def gathered(part: Expr) -> Expr | None:
        return replaced(part, ranges) if isinstance(part, Comprehension) else None

    return replaced(claim, gathered)


def _of_keys(claim: Expr, whole: Variable, view: View) -> Expr:
    """The claim with the keys that were seen, or the members, where it goes through all."""

    def is_whole(part: Expr | None) -> bool:
        match part:
            case Old(value=inner) | MethodCall(value=inner, method="keys", args=()):
                return is_whole(inner)
            case Variable(name=name, role="local" | "parameter"):
                return name == whole.name
            case _:
                return False

    def change(part: Expr) -> Expr | None:
        match part:
            case Quantifier(domain=domain) if is_whole(domain):
                return replace(part, domain=view.seen, body=replaced(part.body, change))
            case Compare(op="in" | "not in", right=right) if is_whole(right):
                return replace(part, left=replaced(part.left, change), right=view.seen)
            case Call(function="len", args=(inner,)) if is_whole(inner):
                return view.count
            case Comprehension(generators=(Generator(iterable=iterable) as first, *rest)) if (
                is_whole(iterable) and not rest
            ):
                here = replace(first, iterable=view.seen)
                return replace(part, generators=(here,))
            case MethodCall(method="get", value=value, args=(key, default)) if is_whole(value):
                inside = Compare(type=BOOL, op="in", left=key, right=view.seen)
                held = Index(type=part.type, value=value, index=key)
                return Conditional(type=part.type, condition=inside, then=held, otherwise=default)
            case _:
                return None

    return replaced(claim, change)


def pointers(
    loop: While, exits: tuple[Expr, ...], starts: dict[str, Expr], sums: list[Expr]
) -> Iterator[Expr]:
    """Two counters with a constant sum: what was not left by, of every earlier pair.

    `sums` are relations `x + y == total` found in the runs.
    """
    for relation in sums:
        match relation:
            case Compare(op="==", right=total):
                parts = variables(relation.left)
            case _:
                continue
        for name in sorted(parts):
            start = starts.get(name)
            others = sorted(parts - {name})
            if start is None or len(others) != 1:
                continue
            fresh_name = fresh("j", *exits, total, start)
            moving = bound(fresh_name)
            mirrored = minus(total, moving)
            for condition in exits:
                body = substituted(condition, {name: moving, others[0]: mirrored})
                if variables(body) & assigned_names((loop,)):
                    continue

                for low, high in (
                    (start, local(name)),
                    (plus(local(name), number(1)), plus(start, number(1))),
                ):
                    yield forall(fresh_name, numbers(low, high), negated(body))
