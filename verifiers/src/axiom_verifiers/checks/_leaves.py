"""The places inside an input, and the input with another value at one of them."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axiom_verifiers.contracts.values import RecordValue, Value, sort_values

# From the outside in: a parameter's name, then indices, keys, fields; `("key", k)` is a dict's
# key and `("item", v)` a set's item.
Path = tuple[Any, ...]


def leaves(row: dict[str, Value], most: int = 400) -> list[tuple[Path, Value]]:
    """Places with their values, containers before what they hold, up to `most`."""
    found: list[tuple[Path, Value]] = []
    waiting: list[tuple[Path, Value]] = [((name,), value) for name, value in row.items()]
    while waiting and len(found) < most:
        path, value = waiting.pop(0)
        found.append((path, value))
        waiting += [((*path, step), part) for step, part in _parts(value)]
    return found


def _parts(value: Value) -> Iterator[tuple[Any, Value]]:
    match value:
        case list() | tuple():
            yield from enumerate(value)
        case dict():
            for key, item in value.items():
                yield ("key", key), key
                yield key, item
        case set():
            yield from ((("item", item), item) for item in sort_values(value))
        case RecordValue():
            yield from value.fields.items()
        case _:
            return


def replaced(value: Any, path: Path, new: Value) -> Any:
    """The value with another one at the path; it and its parts stay as they are."""
    if not path:
        return new
    step: Any = path[0]
    rest = path[1:]
    match value:
        case list():
            return [*value[:step], replaced(value[step], rest, new), *value[step + 1 :]]
        case tuple():
            return (*value[:step], replaced(value[step], rest, new), *value[step + 1 :])
        case dict() if isinstance(step, tuple) and len(step) == 2 and step[0] == "key":
            old = step[1]
            return {(new if k == old else k): item for k, item in value.items()}
        case dict():
            return {**value, step: replaced(value[step], rest, new)}
        case set():
            return (value - {step[1]}) | {new}
        case RecordValue():
            name = str(step)
            part = replaced(value.fields[name], rest, new)
            return RecordValue(value.name, {**value.fields, name: part})
        case _:
            return value
