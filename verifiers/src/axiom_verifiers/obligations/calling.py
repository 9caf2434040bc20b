"""Calls by contract: of other intents, and of the function itself.

A function that calls itself may be taken at its contract's word there, by induction over the calls
of a run that ends: all clauses are assumed of the inner calls together, so each clause rests on
all of them (`derive` lists them). What holds of runs that end does not rest on their ending; that
they do is a clause of its own, shown by a measure that every inner call decreases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.core.flow import changed_parameters
from axiom_verifiers.core.program import CallFunction, Function, Place
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.defines import smaller
from axiom_verifiers.obligations.encode import Encoder, Scope, integer
from axiom_verifiers.obligations.state import Check, State, well_formed
from axiom_verifiers.obligations.values import Opaque, Symbolic, TupleValue, coerce

if TYPE_CHECKING:
    from axiom_verifiers.obligations.execute import Machine

Given = dict[str, Symbolic]


def by_contract(
    machine: Machine,
    statement: CallFunction,
    callee: Contract,
    args: list[Symbolic],
    state: State,
) -> State | None:
    """The callee does what its contract says: a listed assumption."""
    after = _contracted(machine, statement, callee, _given(callee, args), state)
    if after is not None:
        machine.assumptions.append(f"{callee.name} meets its contract")
    return after


def recursive(
    machine: Machine,
    statement: CallFunction,
    function: Function,
    args: list[Symbolic],
    state: State,
) -> State | None:
    """The function calls itself, perhaps through others that are executed in their callers."""
    contract = machine.contract
    place = statement.place
    if len(contract.parameters) != len(args):
        machine.give_up(state, place, f"recursive call of {function.name}")
        return None
    if machine.catchers:
        # A handler may catch what tells of too deep a recursion, which no clause speaks of.
        machine.give_up(state, place, f"recursive call of {function.name} inside a try statement")
        return None
    if changed_parameters(function):
        machine.give_up(
            state, place, f"recursive call of {function.name}, which changes its arguments"
        )
        return None
    given = _given(contract, args)
    machine.inductive = True
    _check_measure(machine, function, given, state, place)
    return _contracted(machine, statement, contract, given, state)


def _given(callee: Contract, args: list[Symbolic]) -> Given:
    return {
        parameter.name: coerce(arg, parameter.type)
        for parameter, arg in zip(callee.parameters, args, strict=True)
    }


def _contracted(
    machine: Machine, statement: CallFunction, callee: Contract, given: Given, state: State
) -> State | None:
    place = statement.place
    if callee.modifies or any(isinstance(value, Opaque) for value in given.values()):
        machine.give_up(state, place, f"call of {callee.name}")
        return None
    encoder = Encoder(callee, machine.ranges)
    scope = Scope(given, old=given)
    try:
        for number, requires in enumerate(callee.requires, start=1):
            holds, failures = encoder.condition(requires.condition, scope)
            defined = terms.not_(terms.or_(*(f.condition for f in failures)))
            goal = terms.and_(defined, holds)
            machine.checks.append(
                Check("precondition of call", state.live, goal, place, number=number,
                      text=f"{callee.name}: {requires.text}")
            )  # fmt: skip
            state = state.under(goal)
        raising = [(r.error, encoder.condition(r.when, scope)[0]) for r in callee.raises]
        some = terms.or_(*(when for _, when in raising))
        errors = tuple(dict.fromkeys(error for error, _ in raising))
        if raising:
            machine.raises(state.under(some), place, errors, perhaps_below=True)
            state = state.under(terms.not_(some))
        result = machine.fresh(callee.name, callee.result)
        known = [well_formed(result, machine.ranges)]
        known += _promises(machine, encoder, callee, Scope(given, old=given, result=result))
    except NotModelledError as error:
        machine.give_up(state, place, f"contract of {callee.name}: {error.construct}")
        return None
    state = state.under(terms.and_(*known))
    return state.assign({statement.target: result}) if statement.target else state


def _promises(machine: Machine, encoder: Encoder, callee: Contract, after: Scope) -> Iterator[Term]:
    """What the clauses of a callee let us assume; of its own, those that can be said."""
    own = callee is machine.contract
    clauses = [(one.id, one.condition, one.when) for one in callee.ensures]
    clauses += [
        (one.id, one.condition, None)
        for one in callee.implied
        if one.obligation == "refinement" and one.condition is not None
    ]
    for name, condition, when in clauses:
        try:
            yield _promised(encoder, condition, when, after)
        except NotModelledError:
            if not own:
                raise
        else:
            machine.promised.add(name)


def _promised(encoder: Encoder, condition: ex.Expr, when: ex.Expr | None, scope: Scope) -> Term:
    """What one clause lets us assume; nothing where it is undefined."""
    holds, failures = encoder.condition(condition, scope)
    guard = terms.not_(terms.or_(*(failure.condition for failure in failures)))
    if when is not None:
        owed, _ = encoder.condition(when, scope)
        guard = terms.and_(owed, guard)
    return terms.implies(guard, holds)


def _check_measure(
    machine: Machine, function: Function, given: Given, state: State, place: Place
) -> None:
    """What the recursion's measure owes at this call."""
    hint = machine.hints.get((function.name, 0))
    if hint is not None and hint.measure is not None:
        before = machine.frames[0].before
        try:
            first, undefined = _measured(machine, hint.measure, before)
            later, undefined_later = _measured(machine, hint.measure, given)
        except NotModelledError:
            pass
        else:
            goal = terms.and_(
                terms.not_(undefined), terms.not_(undefined_later), smaller(later, first)
            )
            machine.checks.append(
                Check("measure decreases", state.live, goal, place, function.name)
            )
            return
    machine.checks.append(Check("no measure", state.live, terms.FALSE, place, function.name))


def _measured(
    machine: Machine, measure: ex.Expr, names: Mapping[str, Symbolic]
) -> tuple[tuple[Term, ...], Term]:
    value, failures = machine.encoder.top(measure, Scope(names, old=names))
    parts = value.items if isinstance(value, TupleValue) else (value,)
    undefined = terms.or_(*(failure.condition for failure in failures))
    return tuple(integer(part) for part in parts), undefined
