"""Postconditions, weakened to what holds before the loop is done."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Compare, Expr, Index, Logical, Variable
from axiom_verifiers.contracts.traversal import bound_anywhere, walk
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.program import Block, For, Function, Return, While
from axiom_verifiers.invariants.building import (
    NEGATED,
    at,
    bound,
    compare,
    conjuncts,
    forall,
    fresh,
    length,
    local,
    minus,
    negated,
    number,
    numbers,
    plus,
    prefix,
    substituted,
)
from axiom_verifiers.invariants.views import View


def returned_after(block: Block, loop: int) -> list[Expr]:
    """What the function may return once the loop is behind it."""
    found: list[Expr] = []
    passed = False
    for statement in statements(block):
        if isinstance(statement, While | For) and statement.loop == loop:
            passed = True
        if passed and isinstance(statement, Return) and statement.value is not None:
            found.append(statement.value)
    return found


def generalised(
    contract: Contract, function: Function, loop: While | For, seen: list[View]
) -> Iterator[Expr]:
    """Each `ensures`, of a local in place of the result, and of a prefix in place of the whole."""
    changed = assigned_names((loop,))
    clauses: list[Expr] = []
    for clause in contract.ensures:
        for part in conjuncts(clause.condition):
            claim: Expr = part
            if clause.when is not None:
                claim = Logical(type=part.type, op="implies", left=clause.when, right=part)
            clauses.append(claim)
    results = [
        value
        for value in returned_after(function.body, loop.loop)
        if variables(value) & changed and not isinstance(value, Index)
    ]
    results += [
        local(name, type_)
        for name, type_ in function.locals
        if type_ == function.result and name in changed and not name.startswith("#")
    ]
    parameters = {parameter.name: parameter for parameter in contract.parameters}
    for clause in clauses:
        for result in results[:4]:
            claim = substituted(clause, {"result": result})
            yield claim
            for view in seen:
                yield from _narrowed(claim, view, set(parameters))
            for name, parameter in parameters.items():
                if isinstance(parameter.type, IntType) and name in variables(claim):
                    for view in seen:
                        for shift in (0, -1, 1):
                            counter = plus(view.progress, number(shift))
                            yield substituted(claim, {name: counter})


def _narrowed(claim: Expr, view: View, parameters: set[str]) -> Iterator[Expr]:
    """The sequence that the loop runs over becomes the part of it that was seen."""
    whole = view.whole
    taken = bound_anywhere(claim) & variables(view.seen)
    if taken:
        return
    if isinstance(whole, Variable) and whole.name in variables(claim):
        if isinstance(whole.type, ListType | StrType):
            yield substituted(claim, {whole.name: view.seen})
    elif whole is None or not isinstance(whole, Variable):
        # A loop over positions: every list that a position could be of is cut there.
        for part in walk(claim):
            if (
                isinstance(part, Variable)
                and part.name in parameters
                and isinstance(part.type, ListType | StrType)
            ):
                cut = prefix(part, view.progress)
                yield substituted(claim, {part.name: cut})


def regions(function: Function, loop: While | For) -> Iterator[Expr]:
    """What a comparison with an item says, claimed of everything left, or right, of a counter.

    The shape of binary search and of partitions: `forall j in range(lo): xs[j] < target`.
    """
    changed = assigned_names((loop,))
    counters = [
        local(name)
        for name, type_ in function.locals
        if isinstance(type_, IntType) and name in changed and not name.startswith("#")
    ]
    if isinstance(loop, For):
        counters.append(local(f"#i{loop.loop}"))
    atoms: list[tuple[Variable, Compare, bool]] = []
    for statement in statements((loop,)):
        for expr in expressions(statement):
            for part in walk(expr):
                if not isinstance(part, Compare) or part.op not in NEGATED:
                    continue
                for side, other, left in (
                    (part.left, part.right, True),
                    (part.right, part.left, False),
                ):
                    if (
                        isinstance(side, Index)
                        and isinstance(side.value, Variable)
                        and isinstance(side.value.type, ListType | StrType)
                        and not variables(other) & changed
                    ):
                        atoms.append((side.value, part, left))
    known: set[tuple[str, str]] = set()
    for sequence, atom, left in atoms:
        other = atom.right if left else atom.left
        name = fresh("j", other, sequence)
        item = at(sequence, bound(name))
        for op in NEGATED:
            body = compare(item, NEGATED[op], other)
            for counter in counters:
                key = (counter.name, f"{sequence.name} {NEGATED[op]} {other}")
                if key in known:
                    continue
                known.add(key)
                end = length(sequence)
                yield forall(name, numbers(number(0), counter), body)
                yield forall(name, numbers(counter, end), body)
                yield forall(name, numbers(plus(counter, number(1)), end), body)


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
