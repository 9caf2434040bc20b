"""The types of Python's binary operators, without any mixing of int, bool and float."""

from __future__ import annotations

from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    BoolType,
    BytesType,
    FloatType,
    IntType,
    ListType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import join, show_type

_INT_ONLY = frozenset({"&", "|", "^", "<<", ">>"})
_FLOAT = frozenset({"+", "-", "*", "/", "//", "%", "**"})


def binary_type(op: str, left: Type, right: Type) -> Type | None:
    """The type of `left op right`, or None when Python, or the language, has none."""
    match left, right:
        case IntType(), IntType():
            return FLOAT if op == "/" else INT
        case FloatType(), FloatType():
            return FLOAT if op in _FLOAT else None
        case BoolType(), BoolType():
            return BOOL if op in ("&", "|", "^") else None
        case (StrType(), StrType()) | (BytesType(), BytesType()):
            return left if op == "+" else None
        case ListType(), ListType():
            return join(left, right) if op == "+" else None
        case SetType(), SetType():
            return join(left, right) if op in ("&", "|", "^", "-") else None
        case TupleType(), TupleType():
            return TupleType(left.items + right.items) if op == "+" else None
        case ((StrType() | BytesType() | ListType()), IntType()):
            return left if op == "*" else None
        case IntType(), (StrType() | BytesType() | ListType()):
            return right if op == "*" else None
        case _:
            return None


def explain_binary(op: str, left: Type, right: Type) -> str:
    """Why `left op right` has no type, and what to write instead."""
    found = f"found `{show_type(left)}` {op} `{show_type(right)}`"
    kinds = {type(left), type(right)}
    if kinds == {IntType, FloatType}:
        return f"{found}; int and float are never mixed: convert one with `float(…)` or `int(…)`"
    if kinds == {IntType, BoolType}:
        return f"{found}; int and bool are never mixed: convert with `int(…)`"
    if kinds == {BoolType} and op in ("+", "-", "*", "/", "//", "%", "**"):
        return f"{found}; expected numbers: convert with `int(…)`, or count with `sum(1 for …)`"
    if kinds == {StrType, IntType} and op == "+":
        return f"{found}; expected two str: convert with `str(…)`"
    if op in _INT_ONLY and FloatType in kinds:
        return f"{found}; `{op}` works on int, bool and sets"
    return f"{found}; `{op}` does not work on these types"
