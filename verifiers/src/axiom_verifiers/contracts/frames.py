"""What an evaluation runs on: frames of variables, and the limits that it pays from."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import msgspec

from axiom_verifiers.contracts.records import RecordValue, Value
from axiom_verifiers.errors import LimitExceededError


class Limits(msgspec.Struct, frozen=True):
    """How much one evaluation may take: steps, items or characters of one value, bits of one
    int, and calls of defines inside each other, in eights.
    """

    steps: int = 2_000_000
    size: int = 1_000_000
    bits: int = 1 << 20
    depth: int = 10_000


class Meter:
    """Pays for steps and sizes, before they are taken."""

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.steps

    def reset(self) -> None:
        self.left = self.limits.steps

    def pay(self, steps: int) -> None:
        """Takes steps; raises `LimitExceededError` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise LimitExceededError(f"evaluating takes more than {self.limits.steps:,} steps")

    def grow(self, size: int) -> None:
        """Asks whether a value of so many items or characters may be made, and pays for it."""
        self.admit(size)
        self.pay(size >> 6)

    def admit(self, size: int) -> None:
        """Asks whether a value of so many items or characters may be made."""
        if size > self.limits.size:
            raise LimitExceededError(
                f"a value would have {_about(size)} items; {self.limits.size:,} are allowed"
            )

    def widen(self, bits: int) -> None:
        """Asks whether an int of so many bits may be made."""
        if bits > self.limits.bits:
            raise LimitExceededError(
                f"an int would have {_about(bits)} bits; {self.limits.bits:,} are allowed"
            )
        self.pay(bits >> 8)


def _about(number: int) -> str:
    if number.bit_length() > 60:
        return f"about 2**{number.bit_length()}"
    return f"{number:,}"


class Frame:
    """Variables by name: `values` for all but what is bound inside, `before` for `old`."""

    __slots__ = ("before", "bound", "values")

    def __init__(
        self, values: dict[str, Value], bound: dict[str, Value], before: dict[str, Value]
    ) -> None:
        self.values = values
        self.bound = bound
        self.before = before


Fn = Callable[[Frame], Any]
NO_BINDINGS: dict[str, Value] = {}


def frozen(value: Value) -> Any:
    """A hashable stand-in: equal for values that nothing in the language can tell apart."""
    match value:
        case float():
            return ("f", struct.pack("<d", value))
        case tuple():
            return tuple(frozen(item) for item in value)
        case list():
            return ("l", *(frozen(item) for item in value))
        case set():
            return ("s", frozenset(frozen(item) for item in value))
        case dict():
            return ("d", *((frozen(key), frozen(of)) for key, of in value.items()))
        case RecordValue():
            return ("r", value.name, *(frozen(of) for of in value.fields.values()))
        case bool():
            return ("b", value)
        case _:
            return value
