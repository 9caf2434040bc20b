"""Annotations as types: they settle only what the values leave open (`x: list[int] = []`)."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.contracts.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    DictType,
    ListType,
    OptionalType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.frontends.python._tree import children, text

_SIMPLE: dict[str, Type] = {
    "int": INT,
    "bool": BOOL,
    "str": STR,
    "float": FLOAT,
    "bytes": BYTES,
    "None": NONE,
}


def annotated(node: Node) -> Type | None:
    """The type that an annotation means, or None when it is not one that we read."""
    match node.type:
        case "type" | "parenthesized_expression":
            inside = children(node)
            return annotated(inside[0]) if len(inside) == 1 else None
        case "identifier" | "none":
            return _SIMPLE.get(text(node))
        case "generic_type":
            name, parameters = children(node)
            return _applied(text(name), children(parameters))
        case "subscript":
            value = node.child_by_field_name("value")
            items = node.children_by_field_name("subscript")
            return None if value is None else _applied(text(value), items)
        case "union_type" | "binary_operator":
            first, second = (annotated(part) for part in children(node))
            return _optional(first, second)
        case _:
            return None


def _optional(first: Type | None, second: Type | None) -> Type | None:
    if second == NONE and first is not None and first != NONE:
        return OptionalType(first)
    if first == NONE and second is not None and second != NONE:
        return OptionalType(second)
    return None


def _applied(name: str, nodes: list[Node]) -> Type | None:
    args: list[Type] = []
    for node in nodes:
        arg = annotated(node)
        if arg is None:
            return None
        args.append(arg)
    match name.rsplit(".", 1)[-1], args:
        case ("list" | "List", [item]):
            return ListType(item)
        case ("set" | "Set", [item]):
            return SetType(item)
        case ("dict" | "Dict", [key, value]):
            return DictType(key, value)
        case ("tuple" | "Tuple", [_, *_]):
            return TupleType(tuple(args))
        case ("Optional", [item]):
            return OptionalType(item)
        case _:
            return None
