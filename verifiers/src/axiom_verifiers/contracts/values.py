"""Values of the language at run time, on the host.

int, bool, float, str, bytes, list, set, dict, tuple and None are Python's own; records are
`RecordValue`. JSON forms follow the declared type, as interfaces.md says.
"""

from __future__ import annotations

from typing import Any

Value = Any


class RecordValue:
    """An immutable record: equality and hash by name and fields, as a frozen dataclass."""

    __slots__ = ("fields", "name")

    def __init__(self, name: str, fields: dict[str, Value]) -> None:
        self.name = name
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RecordValue)
            and self.name == other.name
            and self.fields == other.fields
        )

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.fields.values())))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.name}({inside})"
