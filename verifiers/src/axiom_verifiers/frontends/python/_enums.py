"""Classes derived from `Enum`: records of the one field `value`, of which there are a few.

Two members are the same object exactly where their values are equal, as the values are constants
that differ from each other; an `Enum` equals nothing else, and has no order.
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Constant, Expr
from axiom_verifiers.contracts.types import INT, IntType, StrType
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._classes import ClassFacts, Field, Surround
from axiom_verifiers.frontends.python._initialisers import Hint
from axiom_verifiers.frontends.python._tree import children, text, walk

# Names that mean something to the class of an enumeration.
_RESERVED = frozenset({"mro", "name", "names", "value", "values"})


def read_enum(node: Node, around: Surround) -> ClassFacts | str:
    """The enumeration that a class definition makes, or why it is not modelled."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return "class definition"
    members: dict[str, Expr] = {}
    methods: dict[str, Node] = {}
    automatic = 0
    for statement in children(body):
        if _literals.is_docstring(statement) or statement.type == "pass_statement":
            continue
        own = {*members, *methods}
        if statement.type == "function_definition":
            method = statement.child_by_field_name("name")
            parameters = statement.child_by_field_name("parameters")
            if method is None or parameters is None or _reads(parameters, own):
                return "method of an enumeration"
            if text(method).startswith("_") or text(method) in {*methods, *_RESERVED}:
                return "method of an enumeration"
            methods[text(method)] = statement
            continue
        inside = children(statement)
        plain = statement.type == "expression_statement" and len(inside) == 1
        if not plain or inside[0].type != "assignment":
            return f"{statement.type.replace('_', ' ')} in an enumeration"
        left = inside[0].child_by_field_name("left")
        right = inside[0].child_by_field_name("right")
        if left is None or right is None or left.type != "identifier":
            return "assignment in an enumeration"
        if _reads(right, own):
            # In the body of a class its own names hide those of the module.
            return f"member {text(left)} of an enumeration"
        value = _value(right, around, len(members) + 1)
        automatic += right.type == "call"
        if value is None or text(left).startswith("_") or text(left) in {*members, *_RESERVED}:
            return f"member {text(left)} of an enumeration"
        members[text(left)] = value
    return _facts(text(name), members, methods, automatic)


def _facts(
    name: str, members: Mapping[str, Expr], methods: Mapping[str, Node], automatic: int
) -> ClassFacts | str:
    values = [value.value for value in members.values() if isinstance(value, Constant)]
    kinds = {type(value.type) for value in members.values()}
    if len(kinds) != 1 or len(set(values)) != len(members) or set(methods) & set(members):
        return "an enumeration of values that are not of one type and different"
    if automatic not in (0, len(members)):
        return "an enumeration of which some values are automatic"
    hint = Hint("int" if kinds == {IntType} else "str")
    field = Field("value", None, None, hint)
    return ClassFacts(name, "enum", (field,), dict(methods), members=members)


def _reads(node: Node, names: set[str]) -> bool:
    return any(part.type == "identifier" and text(part) in names for part in walk(node))


def _value(node: Node, around: Surround, number: int) -> Expr | None:
    function = node.child_by_field_name("function")
    if node.type == "call" and function is not None:
        arguments = node.child_by_field_name("arguments")
        given = [] if arguments is None else children(arguments)
        automatic = around.origin(function) == "enum.auto" and not given
        return Constant(type=INT, value=number) if automatic else None
    value = around.literal(node)
    known = isinstance(value, Constant) and isinstance(value.type, IntType | StrType)
    return value if known else None


__all__ = ["read_enum"]
