"""Values of the language at run time, on the host.

int, bool, float, str, bytes, list, set, dict, tuple and None are Python's own; records are
`RecordValue`. JSON forms follow the declared type, as docs/cli.md says.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

import math
from typing import Any, assert_never

from axiom_verifiers.contracts.equality import (
    deep_copy,
    equal,
    same,
    same_in_example,
    sort_values,
)
from axiom_verifiers.contracts.records import ForeignValue, RecordValue, Value
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
from axiom_verifiers.errors import ValueFormError

__all__ = [
    "ForeignValue",
    "RecordValue",
    "Value",
    "conforms",
    "convert",
    "deep_copy",
    "equal",
    "from_json",
    "same",
    "same_in_example",
    "show",
    "sort_values",
    "to_json",
]

Json = Any


# ---------------------------------------------------------------- JSON


def to_json(value: Value, declared: Type | None = None) -> Json:
    """The JSON form of a value of that type.

    A value that does not have the type (a wrong result to be shown in a witness) and a value
    without a declared type take the form that their own shape suggests; `to_json` never fails.
    """
    match declared:
        case RefinedType():
            return to_json(value, declared.base)
        case OptionalType():
            return None if value is None else to_json(value, declared.item)
        case ListType() | SetType() if isinstance(value, (list, set)):
            return _items_to_json(value, declared.item)
        case TupleType() if isinstance(value, tuple) and len(value) == len(declared.items):
            return [to_json(item, of) for item, of in zip(value, declared.items, strict=True)]
        case DictType() if isinstance(value, dict):
            return _dict_to_json(value, declared)
        case RecordType() if isinstance(value, RecordValue):
            types = dict(declared.fields)
            return {name: to_json(of, types.get(name)) for name, of in value.fields.items()}
        case _:
            return _plain_to_json(value)


def _items_to_json(value: list[Value] | set[Value], item: Type | None) -> Json:
    items = sort_values(value) if isinstance(value, set) else value
    return [to_json(one, item) for one in items]


def _dict_to_json(value: dict[Value, Value], declared: DictType | None) -> Json:
    key_type = _base(declared.key) if declared is not None else None
    value_type = declared.value if declared is not None else None
    textual = isinstance(key_type, StrType) if key_type is not None else bool(value)
    if textual and all(isinstance(key, str) for key in value):
        return {key: to_json(of, value_type) for key, of in value.items()}
    return [[to_json(key, key_type), to_json(of, value_type)] for key, of in value.items()]


def _plain_to_json(value: Value) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return _float_to_json(value)
        case bytes():
            return value.hex()
        case list() | set():
            return _items_to_json(value, None)
        case tuple():
            return [to_json(item) for item in value]
        case dict():
            return _dict_to_json(value, None)
        case RecordValue():
            return {name: to_json(of) for name, of in value.fields.items()}
        case _:
            return repr(value)


def _float_to_json(value: float) -> Json:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def from_json(json: Json, declared: Type) -> Value:
    """The value of that type that this JSON form stands for.

    Raises `ValueFormError` when the form does not fit the type; the message says where.
    """
    match declared:
        case RefinedType():
            return from_json(json, declared.base)
        case OptionalType():
            return None if json is None else from_json(json, declared.item)
        case NoneType() if json is None:
            return None
        case BoolType() if isinstance(json, bool):
            return json
        case IntType() if isinstance(json, int) and not isinstance(json, bool):
            return json
        case FloatType():
            return _float_from_json(json)
        case StrType() if isinstance(json, str):
            return json
        case BytesType() if isinstance(json, str):
            try:
                return bytes.fromhex(json)
            except ValueError:
                raise ValueFormError(f"found {json!r}, expected bytes in hexadecimal") from None
        case ListType() if isinstance(json, list):
            return [from_json(item, declared.item) for item in json]
        case SetType() if isinstance(json, list):
            return {from_json(item, declared.item) for item in json}
        case TupleType() if isinstance(json, list) and len(json) == len(declared.items):
            return tuple(from_json(item, of) for item, of in zip(json, declared.items, strict=True))
        case DictType():
            return _dict_from_json(json, declared)
        case RecordType() if isinstance(json, dict) and set(json) == set(dict(declared.fields)):
            return RecordValue(
                declared.name, {n: from_json(json[n], t) for n, t in declared.fields}
            )
        case _:
            raise ValueFormError(f"found {json!r}, expected {_expected(declared)}")


def _float_from_json(json: Json) -> float:
    if isinstance(json, (int, float)) and not isinstance(json, bool):
        try:
            return float(json)
        except OverflowError:
            raise ValueFormError("found a number too large for a float") from None
    if json in ("nan", "inf", "-inf"):
        return float(json)
    raise ValueFormError(f'found {json!r}, expected a number, "nan", "inf" or "-inf"')


def _dict_from_json(json: Json, declared: DictType) -> dict[Value, Value]:
    if isinstance(json, dict) and isinstance(_base(declared.key), StrType):
        return {key: from_json(of, declared.value) for key, of in json.items()}
    if isinstance(json, list) and all(isinstance(p, list) and len(p) == 2 for p in json):
        return {from_json(key, declared.key): from_json(of, declared.value) for key, of in json}
    wanted = "an object" if isinstance(_base(declared.key), StrType) else "an array of pairs"
    raise ValueFormError(f"found {json!r}, expected {wanted}")


def _base(declared: Type) -> Type:
    while isinstance(declared, RefinedType):
        declared = declared.base
    return declared


def _expected(declared: Type) -> str:
    match declared:
        case NoneType():
            return "null"
        case BoolType():
            return "true or false"
        case IntType():
            return "an integer"
        case FloatType():
            return "a number"
        case StrType() | BytesType():
            return "a string"
        case ListType() | SetType():
            return "an array"
        case TupleType():
            return f"an array of {len(declared.items)} items"
        case DictType():
            return "an object or an array of pairs"
        case RecordType():
            return "an object with " + ", ".join(name for name, _ in declared.fields)
        case OptionalType() | RefinedType():
            return _expected(declared.item if isinstance(declared, OptionalType) else declared.base)
        case UnknownType():
            return "a value of a known type"
        case _:
            assert_never(declared)


# ---------------------------------------------------------------- text


def show(value: Value) -> str:
    """The value as a Python literal: sets sorted, floats that have no literal as `float("nan")`.

    Reading the text in a module that has the record classes gives an equal value.
    """
    match value:
        case float():
            if math.isfinite(value):
                return repr(value)
            return f'float("{_float_to_json(value)}")'
        case list():
            return "[" + ", ".join(map(show, value)) + "]"
        case tuple():
            inside = ", ".join(map(show, value))
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case set():
            return "{" + ", ".join(map(show, sort_values(value))) + "}" if value else "set()"
        case dict():
            return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in value.items()) + "}"
        case RecordValue():
            inside = ", ".join(f"{name}={show(of)}" for name, of in value.fields.items())
            return f"{value.name}({inside})"
        case int() if value.bit_length() > 12_000 and not isinstance(value, bool):
            return hex(value)  # Python refuses to write more than 4,300 decimal digits.
        case _:
            return repr(value)


# ---------------------------------------------------------------- types at run time


def conforms(value: Value, declared: Type) -> bool:
    """Whether the value has exactly the declared type; refinements are not looked at."""
    match declared:
        case RefinedType():
            return conforms(value, declared.base)
        case OptionalType():
            return value is None or conforms(value, declared.item)
        case NoneType():
            return value is None
        case BoolType():
            return value is True or value is False
        case IntType():
            return value.__class__ is int
        case FloatType():
            return value.__class__ is float
        case StrType():
            return value.__class__ is str and not _has_surrogates(value)
        case BytesType():
            return value.__class__ is bytes
        case ListType():
            return value.__class__ is list and all(conforms(item, declared.item) for item in value)
        case SetType():
            return value.__class__ is set and all(conforms(item, declared.item) for item in value)
        case DictType():
            return value.__class__ is dict and all(
                conforms(key, declared.key) and conforms(of, declared.value)
                for key, of in value.items()
            )
        case TupleType():
            return (
                value.__class__ is tuple
                and len(value) == len(declared.items)
                and all(conforms(item, of) for item, of in zip(value, declared.items, strict=True))
            )
        case RecordType():
            return (
                isinstance(value, RecordValue)
                and value.name == declared.name
                and len(value.fields) == len(declared.fields)
                and all(
                    n in value.fields and conforms(value.fields[n], t) for n, t in declared.fields
                )
            )
        case UnknownType():
            return False
        case _:
            assert_never(declared)


def _has_surrogates(value: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in value)


def convert(value: Value, declared: Type) -> Value:
    """The value after the two conversions that a result enjoys, at any depth.

    An int given for a float becomes the float when that is exact, a bool given for an int the
    int. What does not fit is returned as it is, for `conforms` to refuse.
    """
    match declared:
        case RefinedType():
            return convert(value, declared.base)
        case OptionalType():
            return None if value is None else convert(value, declared.item)
        case IntType() if isinstance(value, bool):
            return int(value)
        case FloatType() if isinstance(value, int) and not isinstance(value, bool):
            try:
                exact = float(value)
            except OverflowError:
                return value
            return exact if int(exact) == value else value
        case ListType() if isinstance(value, list):
            return [convert(item, declared.item) for item in value]
        case SetType() if isinstance(value, set):
            return {convert(item, declared.item) for item in value}
        case DictType() if isinstance(value, dict):
            return {convert(k, declared.key): convert(v, declared.value) for k, v in value.items()}
        case TupleType() if isinstance(value, tuple) and len(value) == len(declared.items):
            return tuple(convert(item, of) for item, of in zip(value, declared.items, strict=True))
        case RecordType() if isinstance(value, RecordValue):
            types = dict(declared.fields)
            return RecordValue(
                value.name,
                {n: convert(v, types[n]) if n in types else v for n, v in value.fields.items()},
            )
        case _:
            return value
