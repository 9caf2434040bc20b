"""Instances for which a clause that speaks of a whole type fails.

`forall k: int: P` cannot be evaluated, but one value of `k` for which `P` is false refutes it. The
values tried are those that the run has shown, what is near them, and a few that often tell. That
none of them fails says nothing.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.contract import Define
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import DefineCall, Expr, Logical, Quantifier
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import FloatType, IntType, RefinedType, StrType, Type
from axiom_verifiers.contracts.typing_rules import erase, is_finite
from axiom_verifiers.contracts.values import RecordValue, Value, conforms
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

Instance = dict[str, Value]

_NO_VALUE = (UndefinedError, UnevaluableError, LimitExceededError)
_MOST = 300  # evaluations for one run
_FIRST, _INNER = 40, 10  # values of the outermost variable, and of those inside it
_INTS = (0, 1, -1, 2, 10)
_FLOATS = (0.0, 1.0, -1.0, 0.5, math.inf, -math.inf, math.nan)
_TEXTS = ("", "a", " ", "0")


def speaks_of_a_type(condition: Expr, defines: Mapping[str, Define]) -> bool:
    """Whether it says something of all values of a type that cannot be gone through, itself or by
    one of the `defines` that cannot be evaluated.
    """
    return any(
        (isinstance(node, Quantifier) and node.over is not None and not is_finite(node.over))
        or (isinstance(node, DefineCall) and node.name in defines)
        for node in walk(condition)
    )


class Instances:
    """Looks for an instance in what one run has shown; `defines` are those that cannot be
    evaluated.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        values: Mapping[str, Value],
        before: Mapping[str, Value],
        defines: Mapping[str, Define],
    ) -> None:
        self._evaluator = evaluator
        self._defines = defines
        self._values = values
        self._before = before
        self._left = _MOST
        self._undefined = False
        self._shown = list(_parts([*values.values(), *before.values()]))

    def failing(self, condition: Expr) -> Instance | None:
        """Values of variables for which the condition is false; None when none was found, or
        where it is seen to mean nothing for others: that is no fault of the code.
        """
        found = self._failing(condition, {})
        return None if self._undefined else found

    def _failing(self, expr: Expr, bound: Instance) -> Instance | None:
        if self._left <= 0:
            return None
        if not speaks_of_a_type(expr, self._defines):
            return bound if self._value(expr, bound) is False else None
        match expr:
            case Logical(op="and"):
                left = self._failing(expr.left, bound)
                if left is not None or not self._may_hold(expr.left, bound):
                    return left
                return self._failing(expr.right, bound)
            case Logical(op="or"):
                left = self._failing(expr.left, bound)
                # The variables of what stands left mean nothing on the right: they may hide others.
                right = None if left is None else self._failing(expr.right, bound)
                return None if left is None or right is None else {**left, **right}
            case Logical(op="implies") if self._value(expr.left, bound) is True:
                return self._failing(expr.right, bound)
            case Quantifier(kind="forall") if expr.target.name is not None:
                found: Instance | None = None
                for value in self._domain(expr, bound):
                    # All are tried: for a later one it may mean nothing.
                    fails = self._failing(expr.body, {**bound, expr.target.name: value})
                    found = fails if found is None else found
                return found
            case DefineCall() if expr.name in self._defines:
                return self._inside(expr, bound)
            case _:
                return None

    def _may_hold(self, expr: Expr, bound: Instance) -> bool:
        """What guards the rest must hold, as far as that can be told: it may be undefined."""
        return speaks_of_a_type(expr, self._defines) or self._value(expr, bound) is True

    def _inside(self, call: DefineCall, bound: Instance) -> Instance | None:
        """The same for the body of a define, of which nothing is told but its own variables."""
        define = self._defines[call.name]
        if define.recursive or define.requires is not None or define.parameters is None:
            return None
        try:
            args = [
                self._evaluator.evaluate(arg, self._values, self._before, bound)
                for arg in call.args
            ]
        except _NO_VALUE:
            return None
        values = {one.name: arg for one, arg in zip(define.parameters, args, strict=True)}
        inner = Instances(self._evaluator, values, values, self._defines)
        inner._left = self._left - 1
        found = inner.failing(define.body)
        self._left, self._undefined = inner._left, inner._undefined
        return None if found is None else {**bound, **found}

    def _value(self, expr: Expr, bound: Instance) -> Value:
        """Its value; None when it has none that can be told."""
        self._left -= 1
        try:
            return self._evaluator.evaluate(expr, self._values, self._before, bound)
        except UndefinedError:
            self._undefined = True
            return None
        except _NO_VALUE:
            return None

    def _domain(self, expr: Quantifier, bound: Instance) -> list[Value]:
        if expr.domain is None:
            assert expr.over is not None, "a quantifier ranges over a collection or a type"
            return self._of_type(expr.over)[: _INNER if bound else _FIRST]
        found = self._value(expr.domain, bound)
        # The order of a set is the evaluator's to refuse.
        return list(found)[:_FIRST] if isinstance(found, list | str | tuple | range | dict) else []

    def _of_type(self, of: Type) -> list[Value]:
        """Values of the type, those that the run has shown first."""
        tried: dict[str, Value] = {}
        for value in (*self._shown, *_usual(erase(of), self._shown)):
            if conforms(value, of) and self._is_refined(value, of):
                tried.setdefault(repr(value), value)
        return list(tried.values())

    def _is_refined(self, value: Value, of: Type) -> bool:
        while isinstance(of, RefinedType):
            try:
                if self._evaluator.evaluate(of.predicate, {"it": value}) is not True:
                    return False
            except _NO_VALUE:
                return False
            of = of.base
        return True


def _parts(values: list[Value]) -> Iterator[Value]:
    """The values and what they hold, outer ones first."""
    waiting = list(values)
    while waiting:
        value = waiting.pop(0)
        yield value
        match value:
            case list() | tuple() | set():
                waiting += value
            case dict():
                waiting += (*value, *value.values())
            case RecordValue():
                waiting += value.fields.values()
            case _:
                pass


def _usual(of: Type, shown: list[Value]) -> Iterator[Value]:
    match of:
        case IntType():
            for value in shown:
                if type(value) is int:
                    yield from (value + 1, value - 1)
                elif isinstance(value, list | str | dict | set):
                    yield len(value)
            yield from _INTS
        case FloatType():
            yield from _FLOATS
        case StrType():
            for value in shown:
                if isinstance(value, str):
                    yield from value
            yield from _TEXTS
        case _:
            return
