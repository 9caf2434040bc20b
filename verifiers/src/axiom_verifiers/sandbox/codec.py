"""The host's side of the border: requests out, replies in. Nothing in a reply is trusted.

The tagged form of values is described in `guest/codec.py`; this side checks all of it.
"""

# JSON is dynamic: what a node is, is found out by looking at it.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from typing import Any, assert_never

from axiom_verifiers.contracts.outcomes import Discarded, Outcome, Raised, Returned
from axiom_verifiers.contracts.types import (
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.values import ForeignValue, RecordValue, Value, sort_values

_LARGE = 1 << 63
_NO_PYTHON = ("SyntaxError", "IndentationError", "TabError")
# The library's words where a number is too large for a machine, whatever the code means by it.
_SIZES = (
    "factorial() argument should not exceed",
    "min(n - k, k) must not exceed",
    "k must not exceed",
)
_PLACES = ("Stop argument for islice()", "Indices for islice()")
_WIDEST = (1 << 31) - 1
_TEXT = 2_500  # characters of a message or a foreign value's text


class MalformedReplyError(Exception):
    """The reply does not have the agreed form: the candidate interfered, or we have a fault."""


def encode(value: Value) -> Any:
    """The tagged form. Raises TypeError for what is no value of the language."""
    match value:
        case None | bool():
            return value
        case int():
            return value if -_LARGE < value < _LARGE else ["I", hex(value)]
        case float():
            finite = value - value == 0.0
            return value if finite else ["F", struct.pack(">d", value).hex()]
        case str():
            value.encode()  # A lone surrogate is no value of the language.
            return value
        case bytes():
            return ["B", value.hex()]
        case list():
            return ["L", *map(encode, value)]
        case tuple():
            return ["T", *map(encode, value)]
        case set():
            return ["S", *map(encode, sort_values(value))]  # The same order in every process.
        case dict():
            return ["D", *(encode(part) for pair in value.items() for part in pair)]
        case RecordValue():
            parts = value.fields.items()
            return ["R", value.name, *(part for name, of in parts for part in (name, encode(of)))]
        case _:
            raise TypeError(f"{type(value).__name__} is no value of the language")


def write(request: Mapping[str, Any]) -> str:
    return json.dumps(request, separators=(",", ":"))


class Reader:
    """Reads one store's replies for a call of this shape."""

    def __init__(
        self,
        parameters: Mapping[str, Type],
        result: Type,
        records: tuple[RecordType, ...],
    ) -> None:
        self._parameters = parameters
        self._result = result
        self._records = {record.name: record for record in records}
        self._kinds: dict[str, str] = {}
        self.notes: list[Any] = []  # what came with the last reply, as it came

    def read(self, text: str, calls: list[dict[str, Value]]) -> list[Outcome] | Outcome:
        """The outcomes of these calls, or the one outcome of a module that did not load.

        Raises `MalformedReplyError` and nothing else, whatever the text.
        """
        try:
            reply = json.loads(text)
            if reply["load"] is not None:
                return self._load_failure(reply["load"])
            self._kinds = {str(name): str(kind) for name, kind in reply["kinds"].items()}
            outcomes = reply["outcomes"]
            if type(outcomes) is not list or len(outcomes) != len(calls):
                raise MalformedReplyError("wrong number of outcomes")
            notes = reply.get("notes")
            self.notes = notes[: len(calls)] if type(notes) is list else []
            return [self._outcome(o, call) for o, call in zip(outcomes, calls, strict=True)]
        except MalformedReplyError:
            raise
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            MemoryError,
            RecursionError,
            TypeError,
            ValueError,
            struct.error,
        ) as error:
            raise MalformedReplyError(f"{type(error).__name__}: {error}"[:300]) from None

    def _load_failure(self, node: Any) -> Outcome:
        match node:
            case ["discarded", str(reason)]:
                return Discarded(_text(reason))
            case ["raised", str(error), list(), str(message), dict(), str()] if error in _NO_PYTHON:
                return Discarded(f"the code is no Python: {_text(message)}")
            case ["raised", str(error), list(), str(message), dict(), str()]:
                # A caller never gets as far as the function: no `raises` clause speaks of this.
                said = f"loading the module raised {_text(error)}: {_text(message)}"
                return Raised("ImportError", ("Exception", "BaseException"), said, {})
            case _:
                raise MalformedReplyError("unknown form of a load failure")

    def _outcome(self, node: Any, call: dict[str, Value]) -> Outcome:
        match node:
            case ["returned", result, dict() as after, bool() as shared, str(_)]:
                return Returned(self._value(result, self._result), self._after(after, call), shared)
            case ["raised", str(error), list() as bases, str(message), dict() as after, str(_)]:
                if _is_size(error, message, call):
                    return Discarded(f"interpreter limit: {_text(message)}")
                names = tuple(_text(base) for base in bases)
                return Raised(_text(error), names, _text(message), self._after(after, call))
            case ["discarded", str(reason)]:
                return Discarded(_text(reason))
            case _:
                raise MalformedReplyError("unknown form of an outcome")

    def _after(self, node: dict[Any, Any], call: dict[str, Value]) -> dict[str, Value]:
        """Every parameter after the call; those that nothing can change are as they were."""
        return {
            name: self._value(node[name], self._parameters[name])
            if mutable(self._parameters[name])
            else value
            for name, value in call.items()
        }

    def _value(self, node: Any, declared: Type | None) -> Value:
        kind = type(node)
        if kind is int or kind is bool or node is None or kind is float:
            return node
        if kind is str:
            node.encode()
            return node
        if kind is not list:
            raise MalformedReplyError("a value of unknown form")
        declared = _bare(declared)
        match node:
            case ["L", *items]:
                item = declared.item if isinstance(declared, ListType) else None
                return [self._value(one, item) for one in items]
            case ["T", *items]:
                types = declared.items if isinstance(declared, TupleType) else ()
                padded = (*types, *(None for _ in items))
                return tuple(self._value(one, of) for one, of in zip(items, padded, strict=False))
            case ["S", *items]:
                item = declared.item if isinstance(declared, SetType) else None
                return {self._value(one, item) for one in items}
            case ["D", *parts]:
                return self._dict(parts, declared)
            case ["R", str(name), *parts]:
                return self._record(name, parts)
            case ["I", str(digits)]:
                return int(digits, 16)
            case ["F", str(bits)]:
                return struct.unpack(">d", bytes.fromhex(bits))[0]
            case ["B", str(digits)]:
                return bytes.fromhex(digits)
            case ["X", str(type_name), str(text)]:
                return _foreign(_text(type_name), _text(text))
            case _:
                raise MalformedReplyError("a value with an unknown tag")

    def _dict(self, parts: list[Any], declared: Type | None) -> Value:
        if len(parts) % 2:
            raise MalformedReplyError("a dict with a key that has no value")
        keys, values = parts[::2], parts[1::2]
        if isinstance(declared, RecordType) and self._kinds.get(declared.name) == "typeddict":
            types = dict(declared.fields)
            if len(keys) == len(types) and set(keys) == set(types):
                found = {k: self._value(v, types[k]) for k, v in zip(keys, values, strict=True)}
                return RecordValue(declared.name, {name: found[name] for name in types})
        key_type = declared.key if isinstance(declared, DictType) else None
        value_type = declared.value if isinstance(declared, DictType) else None
        return {
            self._value(k, key_type): self._value(v, value_type)
            for k, v in zip(keys, values, strict=True)
        }

    def _record(self, name: str, parts: list[Any]) -> Value:
        record = self._records[name]
        pairs = zip(record.fields, parts, strict=True)
        return RecordValue(name, {field: self._value(part, of) for (field, of), part in pairs})


def _is_size(error: str, message: str, call: dict[str, Value]) -> bool:
    """Whether an exception is the library's word for a number that is too large for a machine.

    `islice` says the same of numbers below zero, so that counts where a number is large; the
    guest's words are shorter than those of most machines.
    """
    if error == "OverflowError":
        return message.startswith(_SIZES)
    return (
        error == "ValueError" and message.startswith(_PLACES) and any(map(_is_wide, call.values()))
    )


def _is_wide(value: Value) -> bool:
    """Whether an int in it is past what the guest takes for the size of anything."""
    match value:
        case int():
            return value > _WIDEST
        case list() | tuple() | set() | frozenset():
            return any(map(_is_wide, value))
        case dict():
            return any(map(_is_wide, (*value, *value.values())))
        case RecordValue(fields=fields):
            return any(map(_is_wide, fields.values()))
        case _:
            return False


def _foreign(type_name: str, text: str) -> ForeignValue:
    """Its text names its type and no address, so that it reads well and stays the same."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    return ForeignValue(type_name, text if type_name in text else f"<{type_name} {text}>")


def _text(text: str) -> str:
    """A text from the guest, short and without lone surrogates."""
    return text[:_TEXT].encode("utf-8", "replace").decode("utf-8")


def _bare(declared: Type | None) -> Type | None:
    while isinstance(declared, (RefinedType, OptionalType)):
        declared = declared.base if isinstance(declared, RefinedType) else declared.item
    return declared


def mutable(declared: Type) -> bool:
    """Whether a run may change a value of this type.

    Records count: a candidate's own may be an ordinary dataclass or a dict.
    """
    match declared:
        case RefinedType():
            return mutable(declared.base)
        case OptionalType():
            return mutable(declared.item)
        case TupleType():
            return any(map(mutable, declared.items))
        case ListType() | SetType() | DictType() | RecordType() | UnknownType():
            return True
        case IntType() | BoolType() | FloatType() | StrType() | BytesType() | NoneType():
            return False
        case _:
            assert_never(declared)


def annotation(declared: Type) -> str:
    """The type as a Python annotation; refinements are erased."""
    match declared:
        case IntType():
            return "int"
        case BoolType():
            return "bool"
        case FloatType():
            return "float"
        case StrType():
            return "str"
        case BytesType():
            return "bytes"
        case NoneType():
            return "None"
        case ListType():
            return f"list[{annotation(declared.item)}]"
        case SetType():
            return f"set[{annotation(declared.item)}]"
        case DictType():
            return f"dict[{annotation(declared.key)}, {annotation(declared.value)}]"
        case TupleType():
            inside = ", ".join(map(annotation, declared.items)) or "()"
            return f"tuple[{inside}]"
        case OptionalType():
            return f"{annotation(declared.item)} | None"
        case RecordType():
            return declared.name
        case RefinedType():
            return annotation(declared.base)
        case UnknownType():
            return "object"
        case _:
            assert_never(declared)
