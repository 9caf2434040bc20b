"""How values compare and are copied: equality, "unmodified", examples, one canonical order."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import math
import struct
from typing import Any

from axiom_verifiers.contracts.records import RecordValue, Value


def equal(left: Value, right: Value) -> bool:
    """The language's equality: Python's, element by element, where identity never counts.

    So nan differs from itself, inside collections too.
    """
    match left:
        case float():
            return left == right
        case list() | tuple():
            return (
                left.__class__ is right.__class__
                and len(left) == len(right)
                and all(equal(a, b) for a, b in zip(left, right, strict=True))
            )
        case dict():
            if not isinstance(right, dict) or len(left) != len(right):
                return False
            if any(key != key for key in left):
                return False
            return all(key in right and equal(of, right[key]) for key, of in left.items())
        case set():
            # nan is the one value that differs from itself, so a set that holds it equals none.
            return isinstance(right, set) and left == right and all(map(_reflexive, left))
        case RecordValue():
            return (
                isinstance(right, RecordValue)
                and left.name == right.name
                and all(
                    name in right.fields and equal(of, right.fields[name])
                    for name, of in left.fields.items()
                )
            )
        case _:
            return bool(left == right)


def _reflexive(value: Value) -> bool:
    return equal(value, value)


def same(left: Value, right: Value) -> bool:
    """The comparison of "unmodified": the same types, float bits, and order of dicts."""
    if left.__class__ is not right.__class__:
        return False
    match left:
        case float():
            if math.isnan(left) and math.isnan(right):
                return True  # The bits of a nan cannot be told apart inside the language.
            return struct.pack("<d", left) == struct.pack("<d", right)
        case list() | tuple():
            return len(left) == len(right) and all(map(same, left, right))
        case dict():
            return (
                len(left) == len(right)
                and all(map(same, left, right))
                and all(map(same, left.values(), right.values()))
            )
        case set():
            return len(left) == len(right) and all(map(same, sort_values(left), sort_values(right)))
        case RecordValue():
            return (
                left.name == right.name
                and left.fields.keys() == right.fields.keys()
                and all(same(of, right.fields[name]) for name, of in left.fields.items())
            )
        case _:
            return bool(left == right)


def same_in_example(left: Value, right: Value) -> bool:
    """How an example compares: equality, save that nan matches nan."""
    match left:
        case float() if isinstance(right, float):
            return left == right or (math.isnan(left) and math.isnan(right))
        case list() | tuple() if left.__class__ is right.__class__:
            return len(left) == len(right) and all(map(same_in_example, left, right))
        case dict() if isinstance(right, dict):
            return len(left) == len(right) and all(
                key in right and same_in_example(of, right[key]) for key, of in left.items()
            )
        case set() if isinstance(right, set):
            return len(left) == len(right) and all(
                map(same_in_example, sort_values(left), sort_values(right))
            )
        case RecordValue() if isinstance(right, RecordValue):
            return left.name == right.name and same_in_example(left.fields, right.fields)
        case _:
            return equal(left, right)


def deep_copy(value: Value) -> Value:
    """A copy that shares nothing mutable with the value. Records are rebuilt."""
    match value:
        case list():
            return [deep_copy(item) for item in value]
        case set():
            return set(value)
        case dict():
            return {key: deep_copy(of) for key, of in value.items()}
        case tuple():
            return tuple(deep_copy(item) for item in value)
        case RecordValue():
            return RecordValue(value.name, {n: deep_copy(v) for n, v in value.fields.items()})
        case _:
            return value


def sort_values(values: set[Value] | list[Value]) -> list[Value]:
    """The members in one order that depends on their values only."""
    return sorted(values, key=_sort_key)


def _sort_key(value: Value) -> Any:
    match value:
        case None:
            return (0,)
        case bool():
            return (1, int(value))
        case int():
            return (2, value)
        case float():
            return (3, (1, 0.0) if math.isnan(value) else (0, value))
        case str():
            return (4, value)
        case bytes():
            return (5, value)
        case tuple() | list():
            return (6, [_sort_key(item) for item in value])
        case RecordValue():
            return (7, value.name, [_sort_key(item) for item in value.fields.values()])
        case _:
            return (8, repr(value))
