"""All guesses for one loop, in the order in which they should be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Comprehension,
    Expr,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, enclosing, target_names
from axiom_verifiers.core.interpreter import Run
from axiom_verifiers.core.program import For, Function, Program, While
from axiom_verifiers.invariants.building import local, minus, size, substituted
from axiom_verifiers.invariants.claims import claims, clauses
from axiom_verifiers.invariants.counted import counted, side_by_side
from axiom_verifiers.invariants.effects import at_start, effects
from axiom_verifiers.invariants.entries import comprehensions, entries
from axiom_verifiers.invariants.filtering import Head, heads, surviving, without_weaker
from axiom_verifiers.invariants.generalising import generalised, once_done, pointers, weakened
from axiom_verifiers.invariants.grids import grids, partial_sums, shapes
from axiom_verifiers.invariants.handed import handed, still_required
from axiom_verifiers.invariants.hints import Ignored, hinted
from axiom_verifiers.invariants.holes import holes
from axiom_verifiers.invariants.latest import latest
from axiom_verifiers.invariants.memberships import memberships
from axiom_verifiers.invariants.memory import remembered
from axiom_verifiers.invariants.nested import within
from axiom_verifiers.invariants.pairs import pairs
from axiom_verifiers.invariants.regions import regions
from axiom_verifiers.invariants.relations import observed, relations
from axiom_verifiers.invariants.removing import from_the_end
from axiom_verifiers.invariants.running import running, speaks_of_sums
from axiom_verifiers.invariants.shapes import accumulated, gains, taken
from axiom_verifiers.invariants.spoken import spoken
from axiom_verifiers.invariants.tails import guarded, passed, tails
from axiom_verifiers.invariants.views import View, views

_MOST = 120

_Recorded = Callable[[Function, While | For, Contract, Sequence[Head]], Iterator[Expr]]


class Guesses(msgspec.Struct, frozen=True):
    """Invariants to try, from the likeliest source to the least, and hints that do not fit."""

    invariants: tuple[Expr, ...]
    ignored: tuple[Ignored, ...] = ()


def guess(
    program: Program, function: Function, loop: While | For, contract: Contract, runs: Sequence[Run]
) -> Guesses:
    """Conditions over the function's parameters and locals at the loop's head.

    Each holds, and is defined, in every recorded state of `runs`. Hints come first, then what
    the loop's shape and the postcondition suggest, then relations, the small before the large.
    Nothing here is proved.
    """
    return _guessed(program, function, loop, contract, runs, _recorded)


def _guessed(
    program: Program,
    function: Function,
    loop: While | For,
    contract: Contract,
    runs: Sequence[Run],
    recorded: _Recorded,
) -> Guesses:
    given, ignored = hinted(contract, function, loop, "invariant")
    entry = next(f for f in program.functions if f.name == program.entry)
    states = heads(runs, function.name, loop.loop, [p.name for p in entry.parameters])
    hints = surviving(given, states, contract)
    shaped = surviving(_shaped(function, loop, contract), states, contract)
    shaped += surviving(recorded(function, loop, contract, states), states, contract)
    related: list[Expr] = []
    if states:
        watched = observed(contract, function, loop, states)
        related = surviving(relations(function, loop, states, watched), states, contract)
        if isinstance(loop, While):
            shaped += surviving(_mirrored(function, loop, related), states, contract)
    shaped = without_weaker(shaped)
    ordered = [*hints, *sorted(shaped, key=size), *sorted(related, key=size)]
    return Guesses(tuple(dict.fromkeys(ordered))[:_MOST], tuple(ignored))


def candidates(
    program: Program, function: Function, loop: While | For, contract: Contract, runs: Sequence[Run]
) -> list[Expr]:
    """The invariants of `guess` alone."""
    return list(guess(program, function, loop, contract, runs).invariants)


def coarse(
    program: Program, function: Function, loop: While | For, contract: Contract, runs: Sequence[Run]
) -> list[Expr]:
    """The same without those that speak of the places of a part of a list: few, so that they are
    soon tried.
    """
    return list(_guessed(program, function, loop, contract, runs, _read_off).invariants)


def _shaped(function: Function, loop: While | For, contract: Contract) -> Iterator[Expr]:
    yield from _own(function, loop, contract)
    around = enclosing(function.body, loop.loop)
    if not around:
        return
    # What an outer loop's head claims of an accumulator holds here of what it was there.
    done = effects(loop)
    initial = at_start(function, loop)
    gained: list[tuple[str, Expr]] = []
    grown: list[tuple[str, Expr]] = []
    inside = views(function, loop, done, initial)
    for view in inside:
        grown += taken(loop, done, view, assigned_names((loop,)))
        for name, gain in gains(loop, done, view, assigned_names((loop,))):
            gained.append((name, minus(local(name), gain)))
    for outer in around:
        said = list(_own(function, outer, contract))
        for claim in said:
            # Also of what is changed here, where that only goes one way.
            yield claim
            read = variables(claim)
            for name, earlier in gained:
                if name in read:
                    yield substituted(claim, {name: earlier})
            yield from _longer(claim, grown)
        if outer is around[-1]:
            yield from within(outer, _views(function, outer), said, inside[:1])


def _longer(claim: Expr, grown: Sequence[tuple[str, Expr]]) -> Iterator[Expr]:
    """What an outer loop's head claims a list to be, with what this loop has put behind it."""
    match claim:
        case Compare(op="==", left=Variable(name=name) as whole, right=right):
            for of, more in grown:
                if of == name and more.type == whole.type and name not in variables(right):
                    both = Binary(type=whole.type, op="+", left=right, right=more)
                    yield Compare(type=claim.type, op="==", left=whole, right=both)
        case _:
            pass


def _recorded(
    function: Function, loop: While | For, contract: Contract, states: Sequence[Head]
) -> Iterator[Expr]:
    """What needs the recorded states to be made at all."""
    yield from _read_off(function, loop, contract, states)
    if not contract.ensures:
        return  # What all clauses share is mostly bounds: parts of lists would only be in the way.
    said = list(claims(contract, function, loop))
    yield from pairs(loop, said, _views(function, loop))
    yield from partial_sums(function, loop, said)
    yield from grids(function, loop, said)
    if isinstance(loop, While):
        yield from weakened(said, lambda claim: bool(surviving((claim,), states, contract)))
    yield from regions(function, loop, contract, said, states)


def _read_off(
    function: Function, loop: While | For, contract: Contract, states: Sequence[Head]
) -> Iterator[Expr]:
    """What of that speaks of no places."""
    initial, done = at_start(function, loop), effects(loop)
    said = list(claims(contract, function, loop))
    yield from tails(contract, function, loop, states, initial)
    yield from still_required(contract, loop)
    yield from handed(contract, function, loop, initial, views(function, loop, done, initial))
    if isinstance(loop, While):
        yield from passed(loop, done, initial)
        yield from once_done(loop, said, lambda claim: bool(surviving((claim,), states, contract)))
    yield from guarded(loop)
    yield from from_the_end(function, loop, initial)
    if contract.ensures:
        yield from holes(function, loop, said)


def _own(function: Function, loop: While | For, contract: Contract) -> Iterator[Expr]:
    """What the loop's own shape and the postcondition suggest."""
    types = dict(function.locals)
    done = effects(loop, types)
    initial = at_start(function, loop)
    seen = views(function, loop, done, initial)
    yield from accumulated(loop, done, initial, seen, assigned_names((loop,)), types)
    targets = set(target_names(loop.target)) if isinstance(loop, For) else set[str]()
    yield from latest(done.values, initial, seen, assigned_names((loop,)), targets, types)
    yield from memberships(loop, done, initial, seen, assigned_names((loop,)), types)
    yield from remembered(function, loop, done, initial, seen)
    yield from entries(loop, done, initial, seen, assigned_names((loop,)), types)
    if _makes_dicts(contract):
        yield from comprehensions(loop, done, initial, seen, assigned_names((loop,)), types)
    yield from shapes(function, loop)
    yield from side_by_side(loop, seen)
    yield from generalised(contract, function, loop, seen)
    if contract.ensures:
        said = list(claims(contract, function, loop))
        yield from counted(loop, said, initial, seen)
        if speaks_of_sums(contract):
            yield from running(loop, done, initial, seen, assigned_names((loop,)), types)
        yield from spoken(function, loop, clauses(contract, function), seen)


def _views(function: Function, loop: While | For) -> list[View]:
    return views(function, loop, effects(loop), at_start(function, loop))


def _makes_dicts(contract: Contract) -> bool:
    """Whether a clause speaks of what a comprehension of a dict makes."""
    return any(
        isinstance(part, Comprehension) and part.kind == "dict"
        for clause in contract.ensures
        for part in walk(clause.condition)
    )


def _mirrored(function: Function, loop: While, related: list[Expr]) -> Iterator[Expr]:
    """Early exits of two pointers that move towards each other."""
    moving = assigned_names((loop,))
    sums: list[Expr] = [
        relation
        for relation in related
        if isinstance(relation, Compare)
        and relation.op == "=="
        and len(variables(relation.left) & moving) == 2
        and not variables(relation.right) & moving
    ]
    done = effects(loop)
    yield from pointers(loop, done.exits, at_start(function, loop), sums)
