"""What the calls of a module's functions are given, give back and may change."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import MakeRecord, Variable
from axiom_verifiers.contracts.types import (
    BoolType,
    IntType,
    NoneType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.core.program import Block, If, Raise, Return, Statement, Unmodelled
from axiom_verifiers.frontends.python._class_methods import is_class_method
from axiom_verifiers.frontends.python._context import RecordClass
from axiom_verifiers.frontends.python._parameters import Parameters, parameters_of
from axiom_verifiers.frontends.python._regions import DEEPEST
from axiom_verifiers.frontends.python._sharing import Sharing
from axiom_verifiers.frontends.python._tree import place


def may_keep(kinds: tuple[Type, ...]) -> bool:
    """Whether results may be kept by equal arguments: no other value equals one of them, and
    nothing that is kept can be changed.
    """
    return all(
        may_keep(kind.items)
        if isinstance(kind, TupleType)
        else isinstance(kind, IntType | StrType | UnknownType)
        or (number == len(kinds) - 1 and isinstance(kind, BoolType | NoneType))
        for number, kind in enumerate(kinds)
    )


def without_reports(block: Block) -> Block:
    """The block without what is not modelled yet, past which nothing goes on: the value of an inner
    call may only not be known so far.
    """
    made: list[Statement] = []
    for statement in block:
        match statement:
            case Unmodelled():
                made.append(Raise(place=statement.place, error=""))
            case If():
                then = without_reports(statement.then)
                otherwise = without_reports(statement.otherwise)
                made.append(msgspec.structs.replace(statement, then=then, otherwise=otherwise))
            case _:
                made.append(statement)
    return tuple(made)


def parameters_given(name: str, node: Node) -> Parameters:
    """The parameters that a call of a function gives: an `__init__` makes its first itself, that of
    a class method is its class.
    """
    shown = parameters_of(node)
    without = name.endswith(".__init__") or is_class_method(node)
    if not without or shown.problem:
        return shown
    return msgspec.structs.replace(shown, names=shown.names[1:])


def promised(callee: Contract) -> Sharing:
    """What a call of another intent may do: its result holds nothing that it may modify. As its
    contract speaks of values alone, the rows of the result may be one object.
    """
    names = [parameter.name for parameter in callee.parameters]
    changes = frozenset(names.index(name) for name in callee.modifies)
    mixes = frozenset(frozenset({one, other}) for one in changes for other in range(len(names)))
    twice = frozenset((one, two) for one in range(1, DEEPEST) for two in range(one, DEEPEST))
    return Sharing(changes, mixes, frozenset(range(len(names))) - changes, twice)


def object_name(initialiser: Node) -> str:
    """What an `__init__` calls the object that it makes."""
    return parameters_of(initialiser).names[0]


def giving(made: RecordClass, own: str, initialiser: Node) -> Return:
    """The end of an `__init__`: the object of what it has stored."""
    fields = made.type.fields
    values = tuple(Variable(type=t, name=f"{own}.{n}", role="local") for n, t in fields)
    whole = MakeRecord(type=made.type, record=made.type, values=values)
    return Return(place=place(initialiser), value=whole)
