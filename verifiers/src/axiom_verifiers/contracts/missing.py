"""By how much a condition misses, and which part of it does.

A condition that is false has a part that makes it so, with the values that its bound variables
have there; and a distance, 0 when it holds, that falls when the values come nearer to meeting
it. The distance is that of search-based testing (Tracey and others, 1998; Arcuri, 2013): a
comparison misses by the difference of its sides, `and` by the sum, `or` by the least.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from axiom_verifiers.contracts.contract import Define
from axiom_verifiers.contracts.equality import sort_values
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.evaluator_binders import binder
from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Conditional,
    DefineCall,
    Expr,
    Logical,
    Quantifier,
    Target,
    Unary,
)
from axiom_verifiers.contracts.records import RecordValue, Value
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

_NO_VALUE = (UndefinedError, UnevaluableError, LimitExceededError)
_ITEMS = 200  # of one quantifier
_DEFINES = 5  # calls of defines inside each other that are looked into
_UNDEFINED = 3.0  # as far as a part that has no value
_OPPOSITE = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip


class Scope(msgspec.Struct, frozen=True, eq=False):
    """What names mean for a part of a condition.

    `places` tells of a bound variable, and inside a define of a parameter, which expression of
    which outer scope it stands for; the number is that of the item of a collection, or None.
    """

    values: Mapping[str, Value]
    before: Mapping[str, Value] | None = None
    bound: dict[str, Value] = {}
    places: dict[str, tuple[Expr, Scope, int | None]] = {}


class Missing(msgspec.Struct, frozen=True):
    """A part of a condition that comes out as it should not: false, or true under a `not`."""

    part: Expr
    scope: Scope
    wanted: bool


class Missed:
    """Looks into conditions over one set of defines; not shared between threads."""

    def __init__(self, evaluator: Evaluator, defines: tuple[Define, ...]) -> None:
        self._evaluator = evaluator
        self._defines = {define.name: define for define in defines}

    def value(self, expr: Expr, scope: Scope) -> Value:
        """The value of a part. Raises what `Evaluator.evaluate` raises."""
        try:
            return self._evaluator.evaluate(expr, scope.values, scope.before, scope.bound)
        except KeyError as unbound:
            # A part of a comprehension speaks of names that only mean something inside it.
            raise UnevaluableError(f"{unbound} is bound further out") from None

    # ------------------------------------------------------------ how far

    def distance(self, expr: Expr, scope: Scope) -> float:
        """0 when the condition holds."""
        try:
            return self._far(expr, scope, True, 0)
        except _NO_VALUE:
            return _UNDEFINED

    def _far(self, expr: Expr, scope: Scope, wanted: bool, depth: int) -> float:
        try:
            if bool(self.value(expr, scope)) is wanted:
                return 0.0
        except _NO_VALUE:
            if not isinstance(expr, Logical | Quantifier | DefineCall):
                return _UNDEFINED
        match expr:
            case Unary(op="not"):
                return self._far(expr.operand, scope, not wanted, depth)
            case Logical():
                return self._far_logical(expr, scope, wanted, depth)
            case Compare():
                op = expr.op if wanted else _OPPOSITE[expr.op]
                left, right = self.value(expr.left, scope), self.value(expr.right, scope)
                return near(apart(left, op, right))
            case Conditional():
                chosen = bool(self.value(expr.condition, scope))
                return self._far(expr.then if chosen else expr.otherwise, scope, wanted, depth)
            case DefineCall() if depth < _DEFINES:
                inside = self.inside(expr, scope)
                return 1.0 if inside is None else self._far(*inside, wanted, depth + 1)
            case _:
                each = self.each(expr, scope)
                if each is None:
                    return 1.0
                every, pairs = each
                try:
                    parts = [self._far(body, at, wanted, depth) for body, at in pairs]
                except _NO_VALUE:
                    return _UNDEFINED
                return (sum(parts) if every is wanted else min(parts, default=1.0)) or 1.0

    def _far_logical(self, expr: Logical, scope: Scope, wanted: bool, depth: int) -> float:
        def far(part: Expr, value: bool) -> float:
            return self._far(part, scope, value, depth)

        left, right = expr.left, expr.right
        match expr.op:
            case "and":
                if not wanted:
                    return min(far(left, False), far(right, False))
                first = far(left, True)
                # The left side guards the right one: where it fails, that may have no value.
                return first + (far(right, True) if first == 0.0 else 1.0)
            case "or":
                if wanted:
                    return min(far(left, True), far(right, True))
                return far(left, False) + far(right, False)
            case "implies":
                if wanted:
                    return min(far(left, False), far(right, True))
                return far(left, True) + far(right, False)
            case "iff":
                both = far(left, True) + far(right, wanted)
                return min(both, far(left, False) + far(right, not wanted))

    def inside(self, call: DefineCall, scope: Scope) -> tuple[Expr, Scope] | None:
        """The body of a define with its arguments; None for one that calls itself."""
        define = self._defines.get(call.name)
        if define is None or define.recursive:
            return None
        names = [parameter.name for parameter in define.parameters or ()]
        values = {n: self.value(arg, scope) for n, arg in zip(names, call.args, strict=True)}
        places: dict[str, tuple[Expr, Scope, int | None]] = {
            n: (arg, scope, None) for n, arg in zip(names, call.args, strict=True)
        }
        return define.body, Scope(values, places=places)

    def each(self, expr: Expr, scope: Scope) -> tuple[bool, Iterator[tuple[Expr, Scope]]] | None:
        """Whether all of the parts must hold or one, and the parts; None for what has none."""
        match expr:
            case Quantifier() if expr.domain is not None:
                rows = self._bound(expr.target, expr.domain, scope)
                return expr.kind == "forall", ((expr.body, row) for row in rows)
            case Call(function="all" | "any", args=(Comprehension() as made,)):
                if len(made.generators) != 1 or made.generators[0].conditions:
                    return None
                only = made.generators[0]
                rows = self._bound(only.target, only.iterable, scope)
                return expr.function == "all", ((made.element, row) for row in rows)
            case _:
                return None

    def _bound(self, target: Target, domain: Expr, scope: Scope) -> Iterator[Scope]:
        items: Any = self.value(domain, scope)
        if isinstance(items, set):
            items = sort_values(items)
        bind = binder(target)
        for at, item in enumerate(itertools.islice(items, _ITEMS)):
            bound = dict(scope.bound)
            bind(bound, item)
            places = scope.places
            if target.name is not None:
                places = {**places, target.name: (domain, scope, at)}
            yield Scope(scope.values, scope.before, bound, places)

    # ------------------------------------------------------------ which part

    def part(self, expr: Expr, scope: Scope, wanted: bool = True) -> Missing:
        """The smallest part of a failing condition that makes it fail."""
        here = Missing(expr, scope, wanted)
        try:
            return self._part(expr, scope, wanted) or here
        except _NO_VALUE:
            return here

    def _part(self, expr: Expr, scope: Scope, wanted: bool) -> Missing | None:
        def holds(part: Expr) -> bool:
            return bool(self.value(part, scope))

        match expr:
            case Unary(op="not"):
                return self.part(expr.operand, scope, not wanted)
            case Logical(op="and") if wanted:
                return self.part(expr.right if holds(expr.left) else expr.left, scope)
            case Logical(op="or") if not wanted:
                failing = expr.left if holds(expr.left) else expr.right
                return self.part(failing, scope, False)
            case Logical(op="implies") if wanted:
                return self.part(expr.right, scope)
            case Conditional():
                chosen = expr.then if holds(expr.condition) else expr.otherwise
                return self.part(chosen, scope, wanted)
            case DefineCall():
                inside = self.inside(expr, scope)
                if inside is None or not isinstance(inside[0], Logical | Quantifier | DefineCall):
                    return None
                return self.part(*inside, wanted)
            case _:
                each = self.each(expr, scope)
                if each is None or each[0] is not wanted:
                    return None
                for body, at in each[1]:
                    if bool(self.value(body, at)) is not wanted:
                        return self.part(body, at, wanted)
                return None


# ------------------------------------------------------------------ distances of values


def near(far: float) -> float:
    """A distance as a number below 1 that keeps the order."""
    return far / (far + 1.0)


def apart(left: Value, op: str, right: Value) -> float:
    """How far a comparison that is false is from being true; at least a little."""
    match op:
        case "==" | "is":
            return max(0.1, between(left, right))
        case "<" | ">" | "<=" | ">=":
            return between(left, right) + (1.0 if op in ("<", ">") else 0.1)
        case "in":
            items: list[Value] = []
            if isinstance(right, list | tuple | set | dict | range):
                items = list(itertools.islice(right, _ITEMS))
            return min((between(left, item) for item in items), default=100.0) + 0.1
        case _:
            return 1.0


def between(left: Value, right: Value) -> float:
    """How far two values are from being equal."""
    match left, right:
        case int() | float(), int() | float():
            far = abs(left - right)
            return float(far) if far < 1e15 else 1e15
        case str(), str():
            pairs = zip(left[:100], right[:100], strict=False)
            return 30.0 * abs(len(left) - len(right)) + sum(
                min(25.0, abs(ord(a) - ord(b)) / 4) for a, b in pairs
            )
        case list() | tuple(), list() | tuple():
            pairs = zip(left[:60], right[:60], strict=False)
            return 10.0 * abs(len(left) - len(right)) + sum(near(between(a, b)) for a, b in pairs)
        case set(), set():
            return float(len(left ^ right))
        case dict(), dict():
            return float(sum(left.get(k) != right.get(k) for k in {**left, **right}))
        case RecordValue(), RecordValue():
            return sum(near(between(v, right.fields.get(n))) for n, v in left.fields.items())
        case _:
            return 0.0 if left == right else 10.0
