"""Recursive functions of the specification.

In a proof such a `define` is a function about which a problem is told its defining equation, at
the arguments that occur in it. That equation has a solution only if the recursion ends and the
body is defined, so both are obligations of every clause (`grounds`); they are shown without
the equations of the defines that they are about. In a bounded search the calls are written out
to a small depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import IntType, ListType, StrType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Equation
from axiom_verifiers.obligations.lemmas import recursion
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import (
    ListValue,
    Symbolic,
    TupleValue,
    coerce,
    constants,
    default,
    erase,
    is_modelled,
    parts,
    transform,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder

# How many calls one bounded search writes out.
_MOST_CALLS = 400


class Under(msgspec.Struct, frozen=True):
    """The define whose body is being examined, and its measure at its parameters."""

    define: Define
    measure: tuple[Term, ...]
    together: frozenset[str]


def call(encoder: Encoder, define: Define, given: dict[str, Symbolic], span: Span) -> Symbolic:
    """A call of a recursive define, its arguments by parameter name."""
    from axiom_verifiers.obligations.encode import Scope

    kinds = [parameter.type for parameter in define.parameters or ()]
    if not all(is_modelled(kind) for kind in (*kinds, define.result)):
        raise NotModelledError(f"recursive define {define.name} over a type that is not modelled")
    inside = Scope(given, bound=given)
    if define.requires is not None:
        encoder.fail("requires", terms.not_(encoder.truth(define.requires, inside)), span)
    if isinstance(encoder.ranges, Bounded):
        return _written_out(encoder, encoder.ranges, define, inside)
    under = encoder.under
    if under is not None and define.name in under.together:
        later = measure(encoder, define, given)
        encoder.fail("decreases", terms.not_(smaller(later, under.measure)), span)
    functions = _functions(define, given)
    _state(encoder, define, functions)
    args = tuple(part for value in given.values() for part in parts(value))
    applied = iter([terms.apply(function, *args) for function in functions])
    return transform(_template(define), lambda _: next(applied))


def _template(define: Define) -> Symbolic:
    return constants(f"{define.name}.result", define.result)


def _any_values(define: Define) -> dict[str, Symbolic]:
    """Parameters of which nothing is known; a list may be a view from any place on."""
    found: dict[str, Symbolic] = {}
    for parameter in define.parameters or ():
        name = f"define.{define.name}.{parameter.name}"
        value = constants(name, parameter.type)
        if isinstance(value, ListValue):
            offset = terms.var(f"{name}.offset", value.length.sort)
            value = ListValue(value.item, value.items, offset, value.length)
        found[parameter.name] = value
    return found


def _functions(define: Define, given: dict[str, Symbolic]) -> tuple[Function, ...]:
    sorts = tuple(part.sort for value in given.values() for part in parts(value))
    return tuple(
        Function(f"define.{define.name}.{number}", sorts, part.sort)
        for number, part in enumerate(parts(_template(define)))
    )


def _state(encoder: Encoder, define: Define, functions: tuple[Function, ...]) -> None:
    """Notes the defining equation, the first time that the define is met."""
    folds = encoder.ranges.folds
    if define.name in folds.equations:
        return
    folds.equations[define.name] = None  # Its body may call it.
    given = _any_values(define)
    parameters = tuple(part for value in given.values() for part in parts(value))
    from axiom_verifiers.obligations.encode import Scope

    inside = Scope(given, bound=given)
    with encoder.examining(None), encoder.capturing():
        guard = terms.TRUE
        if define.requires is not None:
            guard = encoder.truth(define.requires, inside)
        body = coerce(encoder.encode(define.body, inside), define.result)
    if any(part.op != "var" for part in parameters):
        raise NotModelledError(f"parameters of {define.name}")
    equation = Equation(define.name, functions, parameters, guard, tuple(parts(body)))
    folds.state(equation)


def _written_out(encoder: Encoder, ranges: Bounded, define: Define, inside: object) -> Symbolic:
    from axiom_verifiers.obligations.encode import Scope

    assert isinstance(inside, Scope)
    ranges.calls += 1
    if ranges.calls > _MOST_CALLS:
        raise NotModelledError(f"recursive define {define.name}, which calls itself too often")
    if encoder.recursion >= 2 * ranges.size + 2:
        ranges.limits.append(terms.not_(encoder.here))
        return default(define.result)
    encoder.recursion += 1
    try:
        return coerce(encoder.encode(define.body, inside), define.result)
    finally:
        encoder.recursion -= 1


def measure(encoder: Encoder, define: Define, given: dict[str, Symbolic]) -> tuple[Term, ...]:
    """The define's measure, lexicographic if it has several parts."""
    from axiom_verifiers.obligations.encode import Scope, integer

    expr = define.decreases
    if expr is None:
        expr = _likely(define)
    if expr is None:
        raise NotModelledError(f"recursive define {define.name} without `decreases`")
    with encoder.examining(None):
        value = encoder.encode(expr, Scope(given, bound=given))
    values = value.items if isinstance(value, TupleValue) else (value,)
    return tuple(integer(one) for one in values)


def _likely(define: Define) -> ex.Expr | None:
    """The first int parameter that the recursive calls change, or a list's or text's length."""
    calls = [
        node
        for node in walk(define.body)
        if isinstance(node, ex.DefineCall) and node.name == define.name
    ]
    for number, parameter in enumerate(define.parameters or ()):
        same = ex.Variable(type=parameter.type, name=parameter.name, role="parameter")
        changed = any(
            not isinstance(one.args[number], ex.Variable) or one.args[number].name != parameter.name  # type: ignore[union-attr]  # a Variable here
            for one in calls
            if len(one.args) > number
        )
        if not changed:
            continue
        match erase(parameter.type):
            case IntType():
                return same
            case ListType() | StrType():
                return ex.Call(type=_INT, function="len", args=(same,))
            case _:
                continue
    return None


_INT = IntType()


def smaller(later: tuple[Term, ...], first: tuple[Term, ...]) -> Term:
    """Lexicographically smaller, and never below zero."""
    if len(later) != len(first):
        return terms.FALSE
    less, same = terms.FALSE, terms.TRUE
    for after, before in zip(later, first, strict=True):
        less = terms.or_(less, terms.and_(same, terms.lt(after, before)))
        same = terms.and_(same, terms.eq(after, before))
    return terms.and_(less, *(terms.le(terms.ZERO, part) for part in (*first, *later)))


class Ground(msgspec.Struct, frozen=True):
    """What must hold for the equation of a define to be assumed. `without` are the defines
    whose equations may not be used to show it.
    """

    name: str
    hypotheses: tuple[Term, ...]
    goal: Term
    without: frozenset[str]


def grounds(encoder: Encoder, contract: Contract, names: frozenset[str]) -> Iterator[Ground]:
    """For each of these recursive defines: its body is defined, and its recursion ends."""
    from axiom_verifiers.obligations.encode import Scope
    from axiom_verifiers.obligations.state import well_formed

    reach = _reach(contract)
    for define in contract.defines:
        if define.name not in names or not define.recursive:
            continue
        together = frozenset(
            other for other in reach[define.name] if define.name in reach.get(other, frozenset())
        )
        given = _any_values(define)
        inside = Scope(given, bound=given)
        assumed = [well_formed(value, encoder.ranges) for value in given.values()]
        with encoder.capturing() as failures:
            if define.requires is not None:
                holds = encoder.truth(define.requires, inside)
                wrong = [failure.condition for failure in failures]
                assumed += [terms.not_(terms.or_(*wrong)), holds]
                failures.clear()
            under = Under(define, measure(encoder, define, given), together)
            with encoder.examining(under):
                encoder.encode(define.body, inside)
        goal = terms.not_(terms.or_(*(failure.condition for failure in failures)))
        yield Ground(define.name, tuple(assumed), goal, together | _markers(together))
        equation = encoder.ranges.folds.equations.get(define.name)
        if equation is not None:
            for tie in recursion.ties(equation):
                hypotheses, claim = tie.induction(encoder.ranges.folds)
                name = recursion.marker(define.name)
                yield Ground(name, hypotheses, claim, _markers(together))


def _markers(names: frozenset[str]) -> frozenset[str]:
    return frozenset(recursion.marker(name) for name in names)


def _reach(contract: Contract) -> dict[str, frozenset[str]]:
    """The defines that each one calls, directly or not."""
    calls = {
        define.name: {node.name for node in walk(define.body) if isinstance(node, ex.DefineCall)}
        for define in contract.defines
    }
    found: dict[str, frozenset[str]] = {}
    for name in calls:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            for other in calls.get(waiting.pop(), set()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        found[name] = frozenset(seen)
    return found


__all__ = ["Equation", "Ground", "Under", "call", "grounds"]
