"""Facts about a core function that follow from its statements alone."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.expressions import Target
from axiom_verifiers.core.program import (
    Assign,
    Block,
    CallFunction,
    For,
    Function,
    If,
    SetItem,
    Statement,
    Unmodelled,
    While,
)


def statements(block: Block) -> Iterator[Statement]:
    """Every statement of the block and of the blocks inside it, in source order."""
    for statement in block:
        yield statement
        match statement:
            case If():
                yield from statements(statement.then)
                yield from statements(statement.otherwise)
            case While() | For():
                yield from statements(statement.body)
                yield from statements(statement.otherwise)
            case _:
                pass


def target_names(target: Target) -> tuple[str, ...]:
    """The names that a loop's or generator's target binds, from left to right."""
    if target.name is not None:
        return (target.name,)
    return tuple(name for item in target.items for name in target_names(item))


def assigned_names(block: Block) -> frozenset[str]:
    """Names that the block may assign or change in place."""
    names: set[str] = set()
    for statement in statements(block):
        match statement:
            case Assign() | SetItem():
                names.add(statement.name)
            case CallFunction(target=str(target)):
                names.add(target)
            case For():
                names.update(target_names(statement.target))
            case _:
                pass
    return frozenset(names)


def changed_parameters(function: Function) -> tuple[str, ...]:
    """Parameters whose object the function changes in place and whose name it never rebinds.

    For these the local of the same name holds, when the function ends, the caller's object
    after the call. Of every other parameter the caller's object is as it was: a front end
    reports a change in place of a parameter that is rebound elsewhere as `Unmodelled` unless
    the object changed is a fresh one.
    """
    changed: set[str] = set()
    rebound: set[str] = set()
    for statement in statements(function.body):
        match statement:
            case SetItem() | Assign(in_place=True):
                changed.add(statement.name)
            case Assign():
                rebound.add(statement.name)
            case CallFunction(target=str(target)):
                rebound.add(target)
            case For():
                rebound.update(target_names(statement.target))
            case _:
                pass
    return tuple(p.name for p in function.parameters if p.name in changed - rebound)


def loops(function: Function) -> tuple[While | For, ...]:
    """The function's loops in source order."""
    return tuple(s for s in statements(function.body) if isinstance(s, While | For))


def unmodelled(function: Function) -> tuple[Unmodelled, ...]:
    """What the front end could not translate, in source order."""
    return tuple(s for s in statements(function.body) if isinstance(s, Unmodelled))
