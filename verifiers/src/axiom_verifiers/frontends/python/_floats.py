"""Ints where floats stand: `total = 0` before a sum of floats, `max(0, x)`, `return 0`.

Python keeps such a value an int, and computes exactly with it as long as only ints meet it; the
core language gives each expression one type. So an int literal may stand for the float that
equals it, and where a value may be one, arithmetic is translated only if the other operand is a
float for certain: there Python converts the literal first, as the translation does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk as parts_of
from axiom_verifiers.contracts.types import FLOAT, BoolType, FloatType, IntType
from axiom_verifiers.core.flow import expressions
from axiom_verifiers.core.program import Return, SetItem, Statement
from axiom_verifiers.frontends.python._tree import children, text, walk

# What an expression of type float may be when the code runs: a float for certain, a float or
# the int 0, a float or another int literal.
Kind = Literal["float", "zero", "int"]
_ORDER: tuple[Kind, ...] = ("float", "zero", "int")
# Up to here every int is a float.
_EXACT = 2**53
_DISPLAYS = frozenset(
    {"expression_list", "tuple", "list", "parenthesized_expression", "conditional_expression"}
)


def worst(*kinds: Kind) -> Kind:
    """The least certain of some kinds."""
    return max(kinds, key=_ORDER.index)


def literal_kind(value: object) -> Kind:
    """Of an int literal that stands for a float."""
    return "zero" if value == 0 else "int"


def promoted(expr: Expr) -> Expr:
    """An int literal as the float that equals it; any other expression as it is."""
    if isinstance(expr, Constant) and isinstance(expr.type, IntType):
        value = int(expr.value or 0)
        if abs(value) <= _EXACT:
            return Call(type=FLOAT, function="float", args=(expr,), span=expr.span)
    return expr


def kind(expr: Expr, mixed: Mapping[str, Kind]) -> Kind:
    """What an expression of type float may be; `mixed` are the locals that may be ints."""
    match expr:
        case Call(function="float", args=(Constant(type=IntType(), value=value),)):
            return literal_kind(value)
        case Variable(role="local", name=name):
            return mixed.get(name, "float")
        case Conditional(then=then, otherwise=otherwise):
            return worst(kind(then, mixed), kind(otherwise, mixed))
        case Binary(op="/"):
            return "float"
        case Binary(left=left, right=right):
            kinds = (kind(left, mixed), kind(right, mixed))
            return "float" if "float" in kinds else worst(*kinds)
        case Unary(operand=operand):
            return kind(operand, mixed)
        case Call(function="abs" | "round", args=(first, *_)):
            return kind(first, mixed)
        case Call(function="min" | "max", args=(_, _, *_)):
            return _worst_of(expr.args, mixed)
        case Call(function="min" | "max", keywords=keywords) if keywords:
            return _worst_of(tuple(value for _, value in keywords), mixed)
        case Call(function="sum"):
            return "zero"  # Of nothing, it is the int 0.
        case _:
            return "float"


def _worst_of(parts: tuple[Expr, ...], mixed: Mapping[str, Kind]) -> Kind:
    kinds: list[Kind] = [kind(part, mixed) for part in parts]
    return worst(*kinds)


def stores_maybe_int(statement: Statement, mixed: Mapping[str, Kind]) -> bool:
    """Whether a float that may be an int is put into a collection or record, where nobody
    could tell any more. What is returned is read as what its type says.
    """
    match statement:
        case Return():
            return False
        case SetItem(value=value) if isinstance(value.type, FloatType):
            return kind(value, mixed) != "float"
        case _:
            return any(
                _escapes(part, mixed) for expr in expressions(statement) for part in parts_of(expr)
            )


def _escapes(expr: Expr, mixed: Mapping[str, Kind]) -> bool:
    parts: tuple[Expr, ...]
    match expr:
        case MakeList(items=items) | MakeTuple(items=items) | MakeSet(items=items):
            parts = items
        case MakeRecord(values=values):
            parts = values
        case MakeDict(items=pairs):
            parts = tuple(part for pair in pairs for part in pair)
        case Comprehension(element=element, value=value):
            parts = (element,) if value is None else (element, value)
        case _:
            return False
    return any(isinstance(part.type, FloatType) and kind(part, mixed) != "float" for part in parts)


def combines(op: str, left: Expr, right: Expr, mixed: Mapping[str, Kind]) -> bool:
    """Whether `left op right` of floats, or of a float and an int, is what it is of floats."""
    sides = (left, right)
    floats: list[Kind] = [kind(side, mixed) for side in sides if isinstance(side.type, FloatType)]
    if "float" in floats:
        return True
    if len(floats) == 2:
        return floats == ["zero", "zero"]
    # The int 0 times or by an int is 0 either way; plus an int, it is that int exactly.
    return floats == ["zero"] and op in ("*", "/")


def int_literals(body: Node) -> dict[str, Kind]:
    """The names that are assigned an int literal somewhere, as such or in a display."""
    found: dict[str, Kind] = {}
    for node in walk(body):
        if node.type not in ("assignment", "named_expression"):
            continue
        left = node.child_by_field_name("left") or node.child_by_field_name("name")
        right = node.child_by_field_name("right") or node.child_by_field_name("value")
        while right is not None and right.type == "assignment":
            right = right.child_by_field_name("right")
        if left is None or right is None:
            continue
        kinds: list[Kind] = [literal_kind(value) for value in _ints(right)]
        if not kinds:
            continue
        for inside in walk(left):
            if inside.type == "identifier":
                name = text(inside)
                found[name] = worst(found.get(name, "float"), *kinds)
    return found


def _ints(node: Node) -> list[int]:
    """The int literals that an assigned value may be."""
    if node.type == "integer":
        digits = text(node)
        return [0 if digits.strip("0_") == "" else 1]
    if node.type == "unary_operator":
        return [value for child in children(node) for value in _ints(child)]
    if node.type in _DISPLAYS:
        return [value for child in children(node) for value in _ints(child)]
    return []


def is_number(expr: Expr) -> bool:
    """Whether the expression is an int, a bool or a float."""
    return isinstance(expr.type, IntType | BoolType | FloatType)
