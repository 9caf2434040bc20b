"""Compiling what iterates and binds: comprehensions, quantifiers, iterables."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from axiom_verifiers.contracts.equality import sort_values
from axiom_verifiers.contracts.expressions import Comprehension, Expr, Quantifier, Target
from axiom_verifiers.contracts.frames import Fn, Frame
from axiom_verifiers.contracts.records import RecordValue, Value
from axiom_verifiers.contracts.types import BoolType, NoneType, OptionalType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import is_finite, show_type
from axiom_verifiers.errors import UnevaluableError

if TYPE_CHECKING:
    from axiom_verifiers.contracts.evaluator import Evaluator

Iterating = Callable[[Frame], Iterable[Value]]


def compile_iterable(evaluator: Evaluator, expr: Expr) -> Iterating:
    """The items of a collection, range or generator, a set's in one fixed order."""
    function = evaluator.function(expr)

    def items(frame: Frame) -> Iterable[Value]:
        value = function(frame)
        return sort_values(value) if isinstance(value, set) else value

    return items


def binder(target: Target) -> Callable[[dict[str, Value], Value], None]:
    """What puts an item into the bindings of a frame."""
    if target.name is not None:
        name = target.name

        def one(bound: dict[str, Value], value: Value) -> None:
            bound[name] = value

        return one
    parts = [binder(item) for item in target.items]

    def several(bound: dict[str, Value], value: Value) -> None:
        items = value.fields.values() if isinstance(value, RecordValue) else value
        for part, item in zip(parts, items, strict=True):
            part(bound, item)

    return several


def _rows(evaluator: Evaluator, expr: Comprehension) -> Callable[[Frame], Iterator[Frame]]:
    """The frames in which the element of a comprehension is evaluated, one after the other."""
    levels = [
        (
            binder(made.target),
            compile_iterable(evaluator, made.iterable),
            [evaluator.function(condition) for condition in made.conditions],
        )
        for made in expr.generators
    ]
    meter = evaluator.meter

    def run(level: int, frame: Frame) -> Iterator[Frame]:
        bind, iterable, conditions = levels[level]
        last = level + 1 == len(levels)
        for item in iterable(frame):
            meter.pay(1)
            bind(frame.bound, item)
            if all(condition(frame) for condition in conditions):
                if last:
                    yield frame
                else:
                    yield from run(level + 1, frame)

    def start(frame: Frame) -> Iterator[Frame]:
        # Python evaluates the first iterable outside the new scope; names bound inside must
        # not be seen there, nor anything change outside.
        return run(0, Frame(frame.values, dict(frame.bound), frame.before))

    return start


def compile_comprehension(evaluator: Evaluator, expr: Comprehension) -> Fn:
    """Lists, sets and dicts at once; a generator one item at a time, as it is asked for."""
    rows = _rows(evaluator, expr)
    element = evaluator.function(expr.element)
    match expr.kind:
        case "list":
            return lambda frame: [element(row) for row in rows(frame)]
        case "set":
            return lambda frame: {element(row) for row in rows(frame)}
        case "generator":
            return lambda frame: (element(row) for row in rows(frame))
        case "dict":
            assert expr.value is not None, "a dict comprehension has values"
            value = evaluator.function(expr.value)
            return lambda frame: {element(row): value(row) for row in rows(frame)}


def compile_quantifier(evaluator: Evaluator, expr: Quantifier) -> Fn:
    """`forall` and `exists`, from left to right until the answer is known."""
    bind = binder(expr.target)
    body = evaluator.function(expr.body)
    meter = evaluator.meter
    decisive = expr.kind == "exists"
    if expr.domain is not None:
        domain = compile_iterable(evaluator, expr.domain)
    else:
        assert expr.over is not None, "a quantifier ranges over a collection or a type"
        domain = _whole_type(expr.over, expr)

    def run(frame: Frame) -> bool:
        inner = Frame(frame.values, dict(frame.bound), frame.before)
        for item in domain(frame):
            meter.pay(1)
            bind(inner.bound, item)
            if body(inner) == decisive:
                return decisive
        return not decisive

    return run


def _whole_type(of: Type, expr: Quantifier) -> Iterating:
    if is_finite(of):
        members = list(_members(of))
        return lambda _frame: members
    message = f"`{expr.kind} … : {show_type(of)}` speaks of a whole type and cannot be evaluated"
    span = (expr.span.start, expr.span.end)

    def refuse(_frame: Frame) -> Iterable[Value]:
        raise UnevaluableError(message, span)

    return refuse


def _members(of: Type) -> Iterator[Value]:
    match of:
        case BoolType():
            yield from (False, True)
        case NoneType():
            yield None
        case OptionalType():
            yield None
            yield from _members(of.item)
        case TupleType():
            yield from itertools.product(*(list(_members(item)) for item in of.items))
        case _:
            raise AssertionError("is_finite knows the same types")
