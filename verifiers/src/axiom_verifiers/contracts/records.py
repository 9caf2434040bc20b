"""What a value may be beside Python's own: records, and things from outside the language."""

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


class ForeignValue:
    """Something that code gave and that is no value of the language; it conforms to no type."""

    __slots__ = ("text", "type_name")

    def __init__(self, type_name: str, text: str) -> None:
        self.type_name = type_name
        self.text = text

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ForeignValue)
            and self.type_name == other.type_name
            and self.text == other.text
        )

    def __hash__(self) -> int:
        return hash((self.type_name, self.text))

    def __repr__(self) -> str:
        return self.text or f"<{self.type_name}>"
