"""Which locals certainly are the only name of their object, by how the source uses them."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, text, walk

_FRESH = frozenset(
    {"list", "dictionary", "set", "list_comprehension", "set_comprehension"}
    | {"dictionary_comprehension"}
)
# Builtins that make a new object or none of what they are given.
_READING = frozenset({"all", "any", "len", "list", "max", "min", "set", "sorted", "sum"})


def stands_alone(name: str, node: Node) -> bool:
    """Whether no other name, and no part of another object, ever is the object that `name` holds
    in the function around the expression `node`, which does not use the name itself. What stands
    inside that object may have other names.
    """
    around = _function_around(node)
    if around is None or name in parameters_of(around).names:
        return False
    found = [n for n in walk(around) if n.type == "identifier" and text(n) == name]
    # A name that the source does not have stands for a part of something.
    return bool(found) and all(
        _function_around(use) == around and not _within(use, node) and _keeps_alone(use)
        for use in found
    )


def _function_around(node: Node) -> Node | None:
    around = node.parent
    while around is not None and around.type not in ("function_definition", "lambda"):
        around = around.parent
    return around


def _within(part: Node, whole: Node) -> bool:
    return whole.start_byte <= part.start_byte and part.end_byte <= whole.end_byte


def _keeps_alone(use: Node) -> bool:
    parent = use.parent
    if parent is None:
        return False
    match parent.type:
        case "assignment":
            right = parent.child_by_field_name("right")
            above = parent.parent
            chained = above is not None and above.type == "assignment"
            first = use == parent.child_by_field_name("left") and not chained
            return first and right is not None and right.type in _FRESH
        case "augmented_assignment":
            return use == parent.child_by_field_name("left")
        case "attribute":
            called = parent.parent
            is_owner = use == parent.child_by_field_name("object")
            return is_owner and called is not None and called.type == "call"
        case "subscript":
            return use == parent.child_by_field_name("value")
        case "argument_list":
            call = parent.parent
            function = None if call is None else call.child_by_field_name("function")
            if function is None or len(children(parent)) != 1:
                return False
            owner = function.child_by_field_name("object")
            joins = owner is not None and owner.type == "string" and text(function).endswith("join")
            return joins or text(function) in _READING
        case "for_statement" | "for_in_clause":
            return use == parent.child_by_field_name("right")
        case "comparison_operator" | "not_operator" | "return_statement" | "list_splat":
            return True
        case "binary_operator" | "expression_list" | "interpolation":
            return parent.type != "expression_list" or _is_returned(parent)
        case "if_statement" | "elif_clause" | "while_statement":
            return use == parent.child_by_field_name("condition")
        case _:
            return False


def _is_returned(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "return_statement"


__all__ = ["stands_alone"]
