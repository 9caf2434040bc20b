"""Exceptions that are caught: where each goes, and what runs on the way.

While a try statement's body is executed what it raises is collected, each with the state in which
it is raised; then each handler is executed once, from all that it catches. Every way out of a
statement with a finalizer, raising and jumps too, goes through a copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts.exceptions import bases_of, is_exception
from axiom_verifiers.core.program import Handler, Place, Reraise, Try
from axiom_verifiers.logic import terms
from axiom_verifiers.obligations.state import State, join_all
from axiom_verifiers.obligations.values import Symbolic

if TYPE_CHECKING:
    from axiom_verifiers.obligations.execute import Machine

Leaving = tuple[State, Place, Symbolic]


class Raised(msgspec.Struct, frozen=True):
    """One of `errors` is raised in `state`: exactly that class, or one of the file's, which
    `classes` names; where `perhaps_below` holds, perhaps one below it.
    """

    state: State
    place: Place
    errors: tuple[str, ...]
    classes: tuple[str, ...] = ()
    perhaps_below: bool = False


class Catcher(msgspec.Struct, frozen=True):
    """A try statement being executed: how many calls deep, and what reached it."""

    depth: int
    found: list[Raised]


def run_try(machine: Machine, statement: Try, state: State) -> State | None:
    if not statement.finalizer:
        return _handled(machine, statement, state)
    frame = machine.frame
    machine.catchers.append(Catcher(len(machine.frames), []))
    frame.breaks.append([])
    frame.continues.append([])
    frame.leaving.append([])
    end = _handled(machine, statement, state)
    raised = machine.catchers.pop().found
    breaks, continues, leaving = frame.breaks.pop(), frame.continues.pop(), frame.leaving.pop()

    def last(before: State | None) -> State | None:
        after = machine.block(statement.finalizer, before)
        return None if after is None or after.live is terms.FALSE else after

    for where, jumps in ((frame.breaks, breaks), (frame.continues, continues)):
        for before in jumps:
            after = last(before)
            if after is not None:
                where[-1].append(after)
    for before, place, value in leaving:
        after = last(before)
        if after is not None:
            machine.returns(after, place, value)
    for one in raised:
        after = last(one.state)
        if after is not None:
            _again(machine, one, after)
    return last(end)


def reraise(machine: Machine, statement: Reraise, state: State) -> None:
    if not machine.handling:
        machine.give_up(state, statement.place, "raise outside a handler")
        return
    for one in machine.handling[-1]:
        _again(machine, one, state.under(one.state.live))


def _again(machine: Machine, one: Raised, state: State) -> None:
    machine.raises(
        state, one.place, one.errors, classes=one.classes, perhaps_below=one.perhaps_below
    )


def _handled(machine: Machine, statement: Try, state: State) -> State | None:
    machine.catchers.append(Catcher(len(machine.frames), []))
    end = machine.block(statement.body, state)
    found = machine.catchers.pop().found
    ends = [machine.block(statement.otherwise, end)]
    caught: list[list[Raised]] = [[] for _ in statement.handlers]
    for one in found:
        chosen = _chosen(statement.handlers, one)
        if chosen is None:
            machine.give_up(one.state, one.place, "an exception whose class is not known, caught")
        elif chosen == len(caught):
            _again(machine, one, one.state)
        else:
            caught[chosen].append(one)
    for handler, some in zip(statement.handlers, caught, strict=True):
        machine.handling.append(tuple(some))
        ends.append(machine.block(handler.body, join_all([one.state for one in some])))
        machine.handling.pop()
    return join_all([end for end in ends if end is not None and end.live is not terms.FALSE])


def _chosen(handlers: tuple[Handler, ...], one: Raised) -> int | None:
    """The handler that catches it, their number if none does; None where that is not known."""
    if not all(is_exception(error) for error in one.errors):
        return None
    for number, handler in enumerate(handlers):
        if not handler.errors and not handler.classes:
            return number
        fits = [_fits(handler, error, one.classes) for error in one.errors]
        if all(fits):
            return number
        below = one.perhaps_below and any(_may_fit(handler, error) for error in one.errors)
        if any(fits) or below:
            return None
    return len(handlers)


def _fits(handler: Handler, error: str, classes: tuple[str, ...]) -> bool:
    known = not set(bases_of(error)).isdisjoint(handler.errors)
    return known or not set(classes).isdisjoint(handler.classes)


def _may_fit(handler: Handler, error: str) -> bool:
    """Whether an instance of a class below the error's may be caught."""
    return bool(handler.classes) or any(error in bases_of(name) for name in handler.errors)
