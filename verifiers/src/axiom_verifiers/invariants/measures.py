"""Measures: ints that each iteration of a `while` decreases and that stay at or above zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
from axiom_verifiers.contracts.types import INT, BoolType, IntType, ListType, StrType
from axiom_verifiers.core.flow import assigned_names, expressions, statements
from axiom_verifiers.core.interpreter import Run, State
from axiom_verifiers.core.program import Function, While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.errors import ContractError
from axiom_verifiers.invariants.building import length, local, minus, number, plus, size
from axiom_verifiers.invariants.hints import hinted


def measures(
    function: Function, loop: While, contract: Contract, runs: Sequence[Run]
) -> list[Expr]:
    """Guesses for the loop's measure, hints first, then the smallest.

    None is contradicted by a recorded run: from head to head it decreases, and it is not
    negative at a head from which the body ran.
    """
    given, _ = hinted(contract, function, loop, "decreases")
    shapes = [one for one in _shapes(function, loop) if not _is_part(one)]
    guesses = [*given, *sorted(shapes, key=size)]
    evaluator = Evaluator(contract.defines)
    traces = [trace for run in runs for trace in _activations(run, function, loop)]
    kept: list[Expr] = []
    known: set[str] = set()
    for guess in guesses:
        text = show_expression(guess)
        if text in known:
            continue
        known.add(text)
        if all(_decreases(evaluator, guess, states) for states in traces[:60]):
            kept.append(without_spans(guess))
    return kept


def _is_part(guess: Expr) -> bool:
    """Whether it speaks of a name that is bound around the place where it was found."""
    names = {
        node.name for node in walk(guess) if isinstance(node, Variable) and node.role == "bound"
    }
    return not names <= bound_anywhere(guess)


def _activations(run: Run, function: Function, loop: While) -> list[list[State]]:
    """The states at the loop's head, apart for each time that it was entered."""
    found: dict[int, list[State]] = {}
    for state in run.heads.get((function.name, loop.loop), ()):
        found.setdefault(state[f"#a{loop.loop}"], []).append(state)
    return [states for states in found.values() if len(states) > 1]


def _decreases(evaluator: Evaluator, guess: Expr, states: Sequence[State]) -> bool:
    """Whether the measure goes down from head to head and starts every iteration above -1."""
    previous: int | None = None
    for state in states[:60]:
        try:
            value = evaluator.evaluate(guess, state)
        except ContractError:
            return False
        if not isinstance(value, int) or (previous is not None and not 0 <= previous > value):
            return False
        previous = value
    return True


def _shapes(function: Function, loop: While) -> Iterator[Expr]:
    changed = assigned_names((loop,))
    for part in _comparisons(loop):
        left, right = part.left, part.right
        if not isinstance(left.type, IntType):
            continue
        match part.op:
            case "<":
                yield minus(right, left)
            case "<=":
                yield plus(minus(right, left), number(1))
                yield minus(right, left)
            case ">":
                yield minus(left, right)
            case ">=":
                yield plus(minus(left, right), number(1))
                yield minus(left, right)
            case "!=" | "==":
                yield minus(right, left)
                yield minus(left, right)
                yield Call(type=INT, function="abs", args=(minus(left, right),))
            case _:
                pass
    ints = [
        local(name)
        for name, type_ in function.locals
        if isinstance(type_, IntType) and name in changed and not name.startswith("#")
    ]
    sizes: list[Expr] = []
    for name, type_ in function.locals:
        if isinstance(type_, ListType | StrType):
            here = length(local(name, type_))
            sizes.append(here)
            if name in changed:
                yield here
    for parameter in function.parameters:
        here = Variable(type=parameter.type, name=parameter.name, role="parameter")
        if parameter.name in dict(function.locals):
            continue
        if isinstance(parameter.type, ListType | StrType):
            sizes.append(length(here))
        elif isinstance(parameter.type, IntType):
            sizes.append(here)
    for variable in ints:
        yield variable
        yield plus(variable, number(1))
        yield Call(type=INT, function="abs", args=(variable,))
        for limit in sizes:
            yield minus(limit, variable)
            yield plus(minus(limit, variable), number(1))
        for other in ints:
            if other != variable:
                yield minus(other, variable)
                yield plus(minus(other, variable), number(1))
                yield plus(other, variable)
    for one in ints:
        for limit in sizes:
            for other in ints:
                if other != one:
                    yield plus(minus(limit, one), other)
                    for bound_ in sizes:
                        yield plus(minus(limit, one), minus(bound_, other))
    yield from _flagged(function, loop, ints)
    yield from _residues(loop)


def _flagged(function: Function, loop: While, ints: list[Variable]) -> Iterator[Expr]:
    """A flag that is set once, before what goes on while it is not."""
    changed = assigned_names((loop,))
    flags = [
        local(name, type_)
        for name, type_ in function.locals
        if isinstance(type_, BoolType) and name in changed and not name.startswith("#")
    ]
    parts = [part for part in walk(loop.condition) if isinstance(part, Compare)]
    for flag in flags:
        down = Conditional(type=INT, condition=flag, then=number(0), otherwise=number(1))
        up = Conditional(type=INT, condition=flag, then=number(1), otherwise=number(0))
        yield down
        yield up
        for part in parts:
            if isinstance(part.left.type, IntType) and part.op in ("<", "<=", ">", ">="):
                gap = minus(part.right, part.left)
                gap = gap if part.op in ("<", "<=") else minus(part.left, part.right)
                yield plus(plus(gap, number(1)), down)
                yield plus(plus(gap, number(1)), up)
        for one in ints:
            yield plus(one, down)
            yield plus(one, up)


def _residues(loop: While) -> Iterator[Expr]:
    """How far it is to the next number with the remainder that ends the loop."""
    for part in _comparisons(loop):
        match part:
            case Compare(
                op="==" | "!=",
                left=Binary(op="%", left=value, right=Constant(value=int(m))),
                right=Constant(value=int(wanted)),
            ) if m > 0:
                for distance in (minus(number(wanted), value), minus(value, number(wanted))):
                    yield Binary(type=INT, op="%", left=distance, right=number(m))
            case _:
                pass


def _comparisons(loop: While) -> Iterator[Compare]:
    """Comparisons in the condition, then those over a jump inside."""
    for part in walk(loop.condition):
        if isinstance(part, Compare):
            yield part
    if isinstance(loop.condition, Constant):
        for statement in statements(loop.body):
            for expr in expressions(statement):
                for part in walk(expr):
                    if isinstance(part, Compare):
                        yield part
