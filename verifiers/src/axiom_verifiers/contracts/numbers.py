"""Operators on values, with the size of every result asked for before it is made."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

from axiom_verifiers.contracts.equality import equal
from axiom_verifiers.contracts.frames import Meter
from axiom_verifiers.contracts.records import Value
from axiom_verifiers.errors import UndefinedError

Operation = Callable[[Meter, Value, Value], Value]

_SEQUENCES: tuple[type[Any], ...] = (str, bytes, list, tuple)


def _add(meter: Meter, left: Value, right: Value) -> Value:
    if isinstance(left, _SEQUENCES):
        meter.grow(len(left) + len(right))
    return left + right


def _multiply(meter: Meter, left: Value, right: Value) -> Value:
    if isinstance(left, _SEQUENCES):
        meter.grow(len(left) * max(right, 0))
    elif isinstance(right, _SEQUENCES):
        meter.grow(len(right) * max(left, 0))
    elif isinstance(left, int):
        meter.widen(left.bit_length() + right.bit_length())
    return left * right


def power(meter: Meter, base: Value, exponent: Value) -> Value:
    """`base ** exponent` of two ints or two floats."""
    if isinstance(base, int):
        if exponent < 0:
            raise UndefinedError(
                "ValueError", f"`**` on ints needs an exponent that is not negative: {exponent}"
            )
        if base not in (-1, 0, 1):
            meter.widen((base.bit_length() - 1) * exponent)
        return base**exponent
    made = base**exponent
    if isinstance(made, complex):
        raise UndefinedError("ValueError", "a negative float has no power by a fraction")
    return made


def _shift_left(meter: Meter, left: Value, right: Value) -> Value:
    if left != 0 and right > 0:
        meter.widen(left.bit_length() + right)
    elif left == 0 and right > 0:
        return 0
    return left << right


def _shift_right(_meter: Meter, left: Value, right: Value) -> Value:
    if right > left.bit_length() + 1:
        return -1 if left < 0 else 0
    return left >> right


def _union(meter: Meter, left: Value, right: Value) -> Value:
    if isinstance(left, (set, dict)):
        meter.grow(len(left) + len(right))
    return left | right


def _plain(operation: Callable[[Value, Value], Value]) -> Operation:
    return lambda _meter, left, right: operation(left, right)


BINARY: dict[str, Operation] = {
    "+": _add,
    "-": _plain(operator.sub),
    "*": _multiply,
    "/": _plain(operator.truediv),
    "//": _plain(operator.floordiv),
    "%": _plain(operator.mod),
    "**": power,
    "&": _plain(operator.and_),
    "|": _union,
    "^": _plain(operator.xor),
    "<<": _shift_left,
    ">>": _shift_right,
}

COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def lexicographic(op: str, left: Value, right: Value) -> bool:
    """`left op right` of sequences that hold floats, where identity does not count."""
    for one, other in zip(left, right, strict=False):
        if not equal(one, other):
            if isinstance(one, (list, tuple)):
                return lexicographic(op, one, other)
            return COMPARE[op](one, other)
    return COMPARE[op](len(left), len(right))


def float_sum(values: Iterable[float], start: float | None) -> float:
    """`sum` of floats as CPython has it from 3.12 on: compensated.

    The sum of no floats is the float 0.0 here, as its type says, where Python gives the int 0;
    only its text would tell them apart.

    Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
    """
    total, lost = (0.0 if start is None else start), 0.0
    first = start is None
    for value in values:
        if first:
            total, first = 0 + value, False
            continue
        grown = total + value
        if abs(total) >= abs(value):
            lost += (total - grown) + value
        else:
            lost += (value - grown) + total
        total = grown
    if lost and math.isfinite(lost):
        return total + lost
    return total
