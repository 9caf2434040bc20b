"""Annotations as types: they settle only what the values leave open (`x: list[int] = []`)."""

from __future__ import annotations

from collections.abc import Callable

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
from axiom_verifiers.frontends.python import _literals, _tree
from axiom_verifiers.frontends.python._tree import children, text

Named = Callable[[str], Type | None]
STANDARD: dict[str, Type] = {
    "int": INT,
    "bool": BOOL,
    "str": STR,
    "float": FLOAT,
    "bytes": BYTES,
    "None": NONE,
}


def _no_names(_: str) -> None:
    return None


def annotated(node: Node, named: Named = _no_names) -> Type | None:
    """The type that an annotation means, or None when it is not one that we read.

    `named` says what the module's own names mean: records and aliases.
    """
    match node.type:
        case "type" | "parenthesized_expression":
            inside = children(node)
            return annotated(inside[0], named) if len(inside) == 1 else None
        case "identifier" | "none":
            return named(text(node)) or STANDARD.get(text(node))
        case "string":
            return _quoted(node, named)
        case "generic_type":
            name, parameters = children(node)
            return _applied(text(name), children(parameters), named)
        case "subscript":
            value = node.child_by_field_name("value")
            items = node.children_by_field_name("subscript")
            return None if value is None else _applied(text(value), items, named)
        case "union_type" | "binary_operator":
            first, second = (annotated(part, named) for part in children(node))
            return _optional(first, second)
        case _:
            return None


def _quoted(node: Node, named: Named) -> Type | None:
    """An annotation given as a text."""
    value = _literals.plain_string(node)
    if value is None or len(value) > 200:
        return None
    statements = children(_tree.parse(value).root_node)
    inside = children(statements[0]) if len(statements) == 1 else []
    if len(inside) != 1 or statements[0].type != "expression_statement" or inside[0].has_error:
        return None
    return annotated(inside[0], named)


def _optional(first: Type | None, second: Type | None) -> Type | None:
    if second == NONE and first is not None and first != NONE:
        return OptionalType(first)
    if first == NONE and second is not None and second != NONE:
        return OptionalType(second)
    return None


def _applied(name: str, nodes: list[Node], named: Named) -> Type | None:
    word = name.rsplit(".", 1)[-1]
    if word == "Literal":
        return _of_literals(nodes)
    if word == "Annotated":
        nodes = nodes[:1]
    args: list[Type] = []
    for node in nodes:
        arg = annotated(node, named)
        if arg is None:
            return None
        args.append(arg)
    match word, args:
        case ("list" | "List" | "Sequence" | "MutableSequence", [item]):
            return ListType(item)
        case ("set" | "Set", [item]):
            return SetType(item)
        case ("dict" | "Dict" | "Mapping" | "MutableMapping", [key, value]):
            return DictType(key, value)
        case ("tuple" | "Tuple", [_, *_]):
            return TupleType(tuple(args))
        case ("Optional", [item]) if not isinstance(item, OptionalType):
            return OptionalType(item)
        case ("Union", [first, second]):
            return _optional(first, second)
        case ("Annotated" | "Final" | "ClassVar", [item]):
            return item
        case _:
            return None


def _of_literals(nodes: list[Node]) -> Type | None:
    """The type of the literals that a `Literal` names, where it is one."""
    kinds = {"string": STR, "integer": INT, "true": BOOL, "false": BOOL}
    inside = [children(node)[0] if node.type == "type" else node for node in nodes]
    found = {kinds.get(node.type) for node in inside}
    return found.pop() if len(found) == 1 else None
