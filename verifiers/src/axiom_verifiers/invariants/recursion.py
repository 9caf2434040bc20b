"""Measures of recursion: ints that every call of a function by itself decreases."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Binary, Expr, MakeTuple, Slice, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import (
    INT,
    DictType,
    IntType,
    ListType,
    SetType,
    StrType,
    TupleType,
)
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.core.flow import statements
from axiom_verifiers.core.program import CallFunction, Program
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.invariants.building import length, minus, number, plus
from axiom_verifiers.invariants.hints import typed

_SMALLER = ("-", "//", "%", ">>")


def recursion_measures(program: Program, contract: Contract) -> list[Expr]:
    """Guesses for the entry's measure over its parameters, the likeliest first; none where it
    does not call itself.
    """
    entry = next((one for one in program.functions if one.name == program.entry), None)
    calls = [
        statement
        for function in program.functions
        for statement in statements(function.body)
        if isinstance(statement, CallFunction) and statement.function == program.entry
    ]
    if entry is None or not calls:
        return []
    given = [
        typed(hint.text, contract, entry, INT)
        for hint in contract.hints
        if hint.kind == "decreases"
    ]
    found = [one for one in given if not isinstance(one, str)]
    found += _shapes(contract, calls)
    return list({show_expression(one): one for one in found}.values())


def _shapes(contract: Contract, calls: list[CallFunction]) -> Iterator[Expr]:
    likely: list[Expr] = []
    others: list[Expr] = []
    ints: list[Expr] = []
    for position, parameter in enumerate(contract.parameters):
        kind = erase(parameter.type)
        name = Variable(type=kind, name=parameter.name, role="parameter")
        match kind:
            case IntType():
                size: Expr = name
                ints.append(name)
            case ListType() | StrType() | SetType() | DictType():
                size = length(name)
            case _:
                continue
        args = [one.args[position] for one in calls if len(one.args) > position]
        if all(isinstance(arg, Variable) and arg.name == parameter.name for arg in args):
            continue
        shrinks = all(_shrinks(arg, parameter.name) for arg in args)
        (likely if shrinks else others).append(size)
    yield from likely
    for low in ints:
        for high in ints:
            if low is not high:
                yield plus(minus(high, low), number(1))
    yield from others
    for first in (*likely, *others):
        for second in (*likely, *others):
            if first is not second:
                yield MakeTuple(type=TupleType((INT, INT)), items=(first, second))
    if len(ints) > 1:
        yield plus(ints[0], ints[1])


def _shrinks(arg: Expr, name: str) -> bool:
    """Whether an argument looks like less than the parameter of that name."""
    reads = any(isinstance(node, Variable) and node.name == name for node in walk(arg))
    return reads and (isinstance(arg, Slice) or (isinstance(arg, Binary) and arg.op in _SMALLER))
