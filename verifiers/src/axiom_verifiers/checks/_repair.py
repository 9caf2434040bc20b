"""Mending an input where a condition says what is wrong with it.

The part of the condition that fails is mostly a comparison, one side of which names a place in
the input (`xs[i]`, `text[:2]`, `len(a)`, `d.month`): that place is given a value that the other
side asks for. One step may break what held before; a search takes as many as it needs.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

from typing import Any

from axiom_verifiers.checks._generate import Source
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Expr,
    FieldOf,
    Index,
    MethodCall,
    Slice,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.missing import Missed, Scope
from axiom_verifiers.contracts.types import DictType, ListType, StrType
from axiom_verifiers.contracts.values import RecordValue, Value, deep_copy, sort_values
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

_NO_VALUE = (UndefinedError, UnevaluableError, LimitExceededError)
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in",
             "not in": "in", "is": "is not", "is not": "is"}  # fmt: skip
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_LONGEST = 64


class _NoPlaceError(Exception):
    """The expression names no place in the input."""


class Repair:
    """Mends inputs; its choices are drawn from the source."""

    def __init__(self, missed: Missed, source: Source) -> None:
        self._missed = missed
        self._source = source

    def mend(self, condition: Expr, row: dict[str, Value]) -> dict[str, Value] | None:
        """The input with one place changed; None when nothing is known to change."""
        missing = self._missed.part(condition, Scope(row))
        part = missing.part
        try:
            if isinstance(part, Compare):
                return self.compare(part, missing.scope, missing.wanted, row)
            match part:
                case MethodCall(method="startswith" | "endswith") if missing.wanted:
                    wanted = self._missed.value(part.args[0], missing.scope)
                    owner = self._missed.value(part.value, missing.scope)
                    cut = len(wanted)
                    text = wanted + owner[cut:]
                    if part.method == "endswith":
                        text = owner[: max(0, len(owner) - cut)] + wanted
                    return self._assigned(part.value, missing.scope, text, row)
                case MethodCall(method="isdigit") if missing.wanted:
                    return self._assigned(part.value, missing.scope, self._digits(), row)
                case Variable() | FieldOf() | Index():
                    return self._assigned(part, missing.scope, missing.wanted, row)
                case _:
                    return None
        except (_NoPlaceError, *_NO_VALUE):
            return None

    def _digits(self) -> str:
        return str(self._source.chance.randint(0, 99))

    def compare(
        self,
        part: Compare,
        scope: Scope,
        wanted: bool,
        row: dict[str, Value],
    ) -> dict[str, Value] | None:
        """The input with one side changed so that the comparison comes out as wanted."""
        op = part.op if wanted else _OPPOSITE[part.op]
        left, right = self._missed.value(part.left, scope), self._missed.value(part.right, scope)
        ways: list[tuple[Expr, Value]] = []
        ways += ((part.left, value) for value in self._asked(left, op, right))
        if op in _FLIPPED:
            ways += ((part.right, value) for value in self._asked(right, _FLIPPED[op], left))
        elif op == "in":
            if isinstance(right, list):
                ways.append((part.right, [*right, left]))
            elif isinstance(right, set):
                ways.append((part.right, {*right, left}))
            elif isinstance(right, dict) and isinstance(part.right.type, DictType):
                drawn = self._source.draw(part.right.type.value, 2)
                ways.append((part.right, {**right, left: drawn}))
        self._source.chance.shuffle(ways)
        for place, value in ways:
            try:
                return self._assigned(place, scope, value, row)
            except (_NoPlaceError, *_NO_VALUE):
                continue
        return None

    def _asked(self, mine: Value, op: str, other: Value) -> list[Value]:
        """Values that would do in place of `mine`."""
        chance = self._source.chance
        match op:
            case "==" | "is":
                return [deep_copy(other)]
            case "<" | "<=" | ">" | ">=" if isinstance(other, int) and isinstance(mine, int):
                sign = -1 if op in ("<", "<=") else 1
                least = other if op in ("<=", ">=") else other + sign
                return [least, least + sign * chance.randint(0, 9)]
            case "<" | "<=" | ">" | ">=" if isinstance(other, float):
                return [other + (-1.0 if op in ("<", "<=") else 1.0), other]
            case "<=" | ">=" if isinstance(other, str):
                return [other, self._between(other, mine)]
            case "<" | ">" if isinstance(other, str):
                return [other[:-1] if op == "<" else other + "a", self._between(other, mine)]
            case "in" if isinstance(other, list | tuple | dict | range):
                items = list(other)[:_LONGEST]
                return [deep_copy(chance.choice(items))] if items else []
            case "in" if isinstance(other, set):
                return [chance.choice(sort_values(other))] if other else []
            case "in" if isinstance(other, str):
                at = chance.randint(0, max(0, len(other) - 1))
                return [other[at : at + 1]]
            case "!=" | "not in" | "is not":
                return self._others(mine)
            case _:
                return []

    def _between(self, other: str, mine: Value) -> str:
        """A character near the bound, for texts that are tested one character at a time."""
        if len(other) == 1 and isinstance(mine, str):
            return chr(max(32, min(0x2FF, ord(other) + self._source.chance.randint(-9, 9))))
        return other

    def _others(self, mine: Value) -> list[Value]:
        match mine:
            case bool():
                return [not mine]
            case int() | float():
                return [mine + self._source.chance.choice((1, -1, 2, 10))]
            case str():
                return [mine + self._source.chance.choice("abz 0") if mine else "a"]
            case list():
                return [[*mine, *mine[:1]]]
            case _:
                return []

    # ------------------------------------------------------------ places

    def _assigned(
        self, place: Expr, scope: Scope, value: Any, row: dict[str, Value]
    ) -> dict[str, Value]:
        """The row with this value at the place. Raises `_NoPlaceError` and what evaluating does."""
        read = self._missed.value
        match place:
            case Variable(name=name):
                if name not in scope.places:
                    if name not in row or place.role != "parameter":
                        raise _NoPlaceError
                    return {**row, name: value}
                outer, at_scope, number = scope.places[name]
                if number is None:
                    return self._assigned(outer, at_scope, value, row)
                return self._item(outer, at_scope, number, value, row)
            case Index():
                return self._item(place.value, scope, read(place.index, scope), value, row)
            case Slice(step=None):
                owner = read(place.value, scope)
                start = 0 if place.lower is None else read(place.lower, scope)
                stop = len(owner) if place.upper is None else read(place.upper, scope)
                return self._assigned(place.value, scope, owner[:start] + value + owner[stop:], row)
            case FieldOf():
                owner = read(place.value, scope)
                fields = {**owner.fields, place.name: value}
                return self._assigned(place.value, scope, RecordValue(owner.name, fields), row)
            case Call(function="len", args=(of,)):
                return self._assigned(of, scope, self._resized(of, scope, value), row)
            case Call(function="int", args=(of,)) if isinstance(of.type, StrType):
                return self._assigned(of, scope, str(value), row)
            case Call(function="str", args=(of,)) if str(value).lstrip("-").isdecimal():
                return self._assigned(of, scope, int(value), row)
            case Call(function="abs", args=(of,)) if value >= 0:
                sign = self._source.chance.choice((1, -1))
                return self._assigned(of, scope, sign * value, row)
            case Unary(op="-"):
                return self._assigned(place.operand, scope, -value, row)
            case MethodCall(method="lower" | "upper" | "strip"):
                return self._assigned(place.value, scope, value, row)
            case Binary(op="+" | "-" | "*" | "//" | "%") if type(value) is int:
                return self._arithmetic(place, scope, value, row)
            case _:
                raise _NoPlaceError

    def _arithmetic(
        self, place: Binary, scope: Scope, value: int, row: dict[str, Value]
    ) -> dict[str, Value]:
        left = self._missed.value(place.left, scope)
        right = self._missed.value(place.right, scope)
        ways: list[tuple[Expr, int]] = []
        match place.op:
            case "+":
                ways = [(place.left, value - right), (place.right, value - left)]
            case "-":
                ways = [(place.left, value + right), (place.right, left - value)]
            case "*":
                ways = [(place.left, value // right)] if right else []
                ways += [(place.right, value // left)] if left else []
            case "//":
                ways = [(place.left, value * right)]
            case _:
                ways = [(place.left, left - left % right + value)] if right else []
        self._source.chance.shuffle(ways)
        for side, wanted in ways:
            try:
                return self._assigned(side, scope, wanted, row)
            except _NoPlaceError:
                continue
        raise _NoPlaceError

    def _item(
        self, of: Expr, scope: Scope, at: Any, value: Any, row: dict[str, Value]
    ) -> dict[str, Value]:
        owner = self._missed.value(of, scope)
        match owner:
            case list() if -len(owner) <= at < len(owner):
                changed: Value = list(owner)
                changed[at] = value
            case tuple() if -len(owner) <= at < len(owner):
                at %= len(owner)
                changed = (*owner[:at], value, *owner[at + 1 :])
            case str() if -len(owner) <= at < len(owner) and isinstance(value, str):
                at %= len(owner)
                changed = owner[:at] + value[:1] + owner[at + 1 :]
            case dict():
                changed = {**owner, at: value}
            case _:
                raise _NoPlaceError
        return self._assigned(of, scope, changed, row)

    def _resized(self, of: Expr, scope: Scope, size: Any) -> Value:
        owner = self._missed.value(of, scope)
        if type(size) is not int or not 0 <= size <= _LONGEST:
            raise _NoPlaceError
        if isinstance(owner, str):
            letters = self._source.chance.choice(("a", "0", "ab"))
            return (owner + letters * size)[:size]
        if isinstance(owner, list) and isinstance(of.type, ListType):
            drawn = [self._source.draw(of.type.item, 2) for _ in range(size - len(owner))]
            return [*owner[:size], *drawn]
        if isinstance(owner, dict | set):
            items = list(owner.items()) if isinstance(owner, dict) else sort_values(owner)
            if size <= len(items):
                return type(owner)(items[:size])
        raise _NoPlaceError
