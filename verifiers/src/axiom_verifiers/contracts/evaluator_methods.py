"""Compiling calls of methods of str, list and dict."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from axiom_verifiers.contracts.equality import equal
from axiom_verifiers.contracts.evaluator_binders import compile_iterable
from axiom_verifiers.contracts.expressions import MethodCall
from axiom_verifiers.contracts.frames import Fn, Frame, Meter
from axiom_verifiers.contracts.records import Value
from axiom_verifiers.contracts.tables import require_known
from axiom_verifiers.contracts.types import DictType, ListType
from axiom_verifiers.contracts.typing_rules import holds_float
from axiom_verifiers.errors import UndefinedError

if TYPE_CHECKING:
    from axiom_verifiers.contracts.evaluator import Evaluator

# Methods whose answer depends on the properties of characters.
_BY_TABLE = frozenset({
    "capitalize", "casefold", "isalnum", "isalpha", "isdecimal", "isdigit", "islower",
    "isnumeric", "isspace", "istitle", "isupper", "lower", "lstrip", "rsplit", "rstrip", "split",
    "strip", "swapcase", "title", "upper",
})  # fmt: skip
# Those that ask nothing of characters when they are given what to look for.
_MAY_BE_TOLD = frozenset({"strip", "lstrip", "rstrip", "split", "rsplit"})
_GROWING = frozenset({"ljust", "rjust", "center", "zfill"})


def compile_method(evaluator: Evaluator, expr: MethodCall) -> Fn:
    """The call of a method as a function of a frame."""
    of = expr.value.type
    if isinstance(of, ListType):
        return _list_method(evaluator, expr)
    if isinstance(of, DictType):
        return _dict_method(evaluator, expr, holds_float(of.key))
    if expr.method == "join":
        return _join(evaluator, expr)
    return _str_method(evaluator, expr)


def _list_method(evaluator: Evaluator, expr: MethodCall) -> Fn:
    holder = evaluator.function(expr.value)
    item = evaluator.function(expr.args[0])
    meter = evaluator.meter
    span = (expr.span.start, expr.span.end)

    def count(frame: Frame) -> int:
        values, wanted = holder(frame), item(frame)
        meter.pay(len(values))
        return sum(1 for value in values if equal(value, wanted))

    def index(frame: Frame) -> int:
        values, wanted = holder(frame), item(frame)
        meter.pay(len(values))
        for place, value in enumerate(values):
            if equal(value, wanted):
                return place
        raise UndefinedError("ValueError", "the list does not hold what `index` looks for", span)

    return count if expr.method == "count" else index


def _dict_method(evaluator: Evaluator, expr: MethodCall, floats: bool) -> Fn:
    holder = evaluator.function(expr.value)
    if expr.method == "without":
        gone = evaluator.function(expr.args[0])
        meter = evaluator.meter

        def without(frame: Frame) -> Value:
            values, key = holder(frame), gone(frame)
            meter.pay(len(values))
            return {one: held for one, held in values.items() if one != key}

        return without
    if expr.method != "get":
        method = expr.method
        return lambda frame: getattr(holder(frame), method)()
    key = evaluator.function(expr.args[0])
    default = evaluator.function(expr.args[1]) if len(expr.args) > 1 else None

    def get(frame: Frame) -> Value:
        values, wanted = holder(frame), key(frame)
        missing = None if default is None else default(frame)
        if floats and not equal(wanted, wanted):
            return missing
        return values.get(wanted, missing)

    return get


def _join(evaluator: Evaluator, expr: MethodCall) -> Fn:
    glue = evaluator.function(expr.value)
    items = compile_iterable(evaluator, expr.args[0])
    meter = evaluator.meter

    def run(frame: Frame) -> str:
        between = glue(frame)
        parts: list[str] = []
        size = 0
        for part in items(frame):
            meter.pay(1 + (len(part) >> 6))
            size += len(part) + len(between)
            meter.admit(size)
            parts.append(part)
        return between.join(parts)

    return run


def _grow_replaced(meter: Meter, text: str, args: list[Any]) -> None:
    old, new, *limit = args
    times = text.count(old)
    if limit and 0 <= limit[0] < times:
        times = limit[0]
    meter.grow(len(text) + times * max(0, len(new) - len(old)))


def _str_method(evaluator: Evaluator, expr: MethodCall) -> Fn:
    holder = evaluator.function(expr.value)
    args = [evaluator.function(arg) for arg in expr.args]
    method: Callable[..., Value] = getattr(str, expr.method)
    name, meter = expr.method, evaluator.meter
    span = (expr.span.start, expr.span.end)
    by_table = name in _BY_TABLE and not (name in _MAY_BE_TOLD and args)

    def run(frame: Frame) -> Value:
        text = holder(frame)
        given = [arg(frame) for arg in args]
        if by_table:
            require_known(text)
        if name == "replace":
            _grow_replaced(meter, text, given)
        elif name in _GROWING:
            meter.grow(max(len(text), given[0]))
        else:
            meter.pay(len(text) >> 6)
        try:
            return method(text, *given)
        except (ValueError, OverflowError, TypeError) as error:
            raise UndefinedError(type(error).__name__, str(error), span) from None

    return run
