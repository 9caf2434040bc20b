"""Values of the logic, as models give them and as ground terms have them.

Bool, Int, Real, String and bit-vectors are Python's bool, int, Fraction, str and int
(unsigned); floats are Python floats; a rounding mode is its name. The rest is here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

Value = Any


class DatatypeValue(msgspec.Struct, frozen=True):
    """What a constructor made."""

    constructor: str
    fields: tuple[Value, ...] = ()


class AbstractValue(msgspec.Struct, frozen=True):
    """An element of an uninterpreted sort: equal to itself alone."""

    name: str


class ArrayValue:
    """An array: entries over what holds everywhere else.

    `rest` is that value, or a function of the index where a solver described the array by one;
    such an array equals only itself.
    """

    __slots__ = ("entries", "function", "rest")

    def __init__(
        self,
        rest: Value,
        entries: dict[Value, Value] | None = None,
        function: Callable[[Value], Value] | None = None,
    ) -> None:
        self.rest = rest
        self.function = function
        given = entries or {}
        if function is None:
            given = {key: value for key, value in given.items() if value != rest}
        self.entries = given

    def get(self, index: Value) -> Value:
        """The element at `index`."""
        if index in self.entries:
            return self.entries[index]
        return self.rest if self.function is None else self.function(index)

    def set(self, index: Value, value: Value) -> ArrayValue:
        """This array with another element at `index`."""
        return ArrayValue(self.rest, {**self.entries, index: value}, self.function)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, ArrayValue) or self.function or other.function:
            return False
        # Over a finite index sort this may call equal arrays different, never the reverse.
        return self.rest == other.rest and self.entries == other.entries

    def __hash__(self) -> int:
        if self.function is not None:
            return id(self)
        return hash((self.rest, frozenset(self.entries.items())))

    def __repr__(self) -> str:
        rest = "…" if self.function is not None else repr(self.rest)
        return f"ArrayValue({rest}, {self.entries!r})"
