"""Constant expressions at module level: what they may read, and what they are worth."""

from __future__ import annotations

from typing import Literal

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Constant,
    Expr,
    MakeDict,
    MakeList,
    MakeSet,
    MakeTuple,
)
from axiom_verifiers.contracts.types import INT, STR, IntType, SetType, StrType, Type
from axiom_verifiers.frontends.python._context import (
    Nested,
    RecordClass,
    Shape,
    Signature,
    Surroundings,
)
from axiom_verifiers.frontends.python._dispatch import FunctionTable

_LARGEST = 10**60
# Builtins that make a collection of a constant one.
_COLLECTING = frozenset({"frozenset", "list", "set", "str"})


class OnlyConstants(Surroundings):
    """A literal sees the constants before it, and nothing else."""

    def __init__(
        self, constants: dict[str, Expr], imports: dict[str, str], bound: set[str]
    ) -> None:
        self._constants = constants
        self._imports = imports
        self._bound = bound

    def constant(self, name: str) -> Expr | None:
        return self._constants.get(name)

    def table(self, name: str) -> Expr | None:
        return None

    def is_builtin(self, name: str) -> bool:
        return name in _COLLECTING and name not in self._bound

    def exception(self, name: str) -> str | None:
        return None

    def error_classes(self, name: str) -> tuple[str, ...]:
        return ()

    def error_arguments(self, name: str) -> int | None:
        return None

    def lift(self, name: str, nested: Nested) -> bool:
        return False

    def definition(self, name: str) -> Node | None:
        return None

    def function_table(self, name: str) -> FunctionTable | None:
        return None

    def generates(self, name: str) -> Literal["", "silent", "quiet", "late"]:
        return ""

    def literal(self, node: Node) -> Expr | None:
        return None

    def shape(self, name: str) -> Shape | str:
        return f"call of {name}"

    def is_module(self, name: str) -> str | None:
        return self._imports.get(name)

    def record(self, name: str) -> RecordClass | None:
        return None

    def untyped(self, name: str) -> tuple[str, ...] | None:
        return None

    def learn(self, name: str, field: str, type_: Type) -> None:
        return None

    def typed_dicts(self) -> tuple[RecordClass, ...]:
        return ()

    def type_named(self, name: str) -> Type | None:
        return None

    def renames(self, name: str) -> bool:
        return False

    def signature(self, name: str, args: tuple[Type, ...]) -> Signature | str:
        return f"call of {name}"


def folded(expr: Expr) -> Expr | None:
    """A display of constants with its arithmetic done; None for what is not one."""
    match expr:
        case Constant():
            return expr
        case Binary(left=left, right=right, op=op):
            first, second = folded(left), folded(right)
            if isinstance(first, Constant) and isinstance(second, Constant):
                return _computed(op, first, second)
            return None
        case MakeList(items=items) | MakeTuple(items=items) | MakeSet(items=items):
            parts = [folded(item) for item in items]
            done = tuple(part for part in parts if part is not None)
            if len(done) != len(parts):
                return None
            return type(expr)(type=expr.type, items=done, span=expr.span)
        case MakeDict(items=pairs):
            made = [(folded(key), folded(value)) for key, value in pairs]
            whole = tuple((k, v) for k, v in made if k is not None and v is not None)
            if len(whole) != len(made):
                return None
            return MakeDict(type=expr.type, items=whole, span=expr.span)
        case Call(function="set" | "list" as function, args=(arg,), keywords=()):
            members = _members(arg)
            if members is None or (function == "list" and isinstance(arg.type, SetType)):
                return None
            if function == "list":
                return MakeList(type=expr.type, items=members, span=expr.span)
            return MakeSet(type=expr.type, items=members, span=expr.span)
        case _:
            return None


def _members(expr: Expr) -> tuple[Expr, ...] | None:
    """What going through a constant gives, in its order; None where it has none that is known."""
    whole = folded(expr)
    match whole:
        case MakeList(items=items) | MakeTuple(items=items) | MakeSet(items=items):
            return items
        case Constant(value=str() as letters) if isinstance(whole.type, StrType):
            return tuple(Constant(type=STR, value=one, span=expr.span) for one in letters)
        case _:
            return None


def _computed(op: str, first: Constant, second: Constant) -> Constant | None:
    if isinstance(first.type, StrType) and isinstance(second.type, StrType) and op == "+":
        return Constant(type=STR, value=f"{first.value}{second.value}", span=first.span)
    if not isinstance(first.type, IntType) or not isinstance(second.type, IntType):
        return None
    a, b = int(first.value or 0), int(second.value or 0)
    if abs(a) > _LARGEST or abs(b) > _LARGEST:
        return None
    match op:
        case "+":
            value = a + b
        case "-":
            value = a - b
        case "*":
            value = a * b
        case "//" if b != 0:
            value = a // b
        case "%" if b != 0:
            value = a % b
        case "**" if 0 <= b <= 200:
            value = a**b
        case _:
            return None
    return Constant(type=INT, value=value, span=first.span)
