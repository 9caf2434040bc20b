"""Tables of functions, as they are written: which dict displays are such, and how they are used."""

from __future__ import annotations

import ast

import msgspec
from tree_sitter import Node

from axiom_verifiers.frontends.python._tree import children, text, walk

_KEYS = frozenset({"string", "integer"})
_FUNCTIONS = frozenset({"lambda", "identifier", "attribute"})


class FunctionTable(msgspec.Struct, frozen=True):
    """Its keys, as they are written, and what stands under each; `inside` says that it stands in
    the function at hand, whose names its lambdas see.
    """

    keys: tuple[Node, ...]
    functions: tuple[Node, ...]
    inside: bool = False


def table_of(node: Node) -> FunctionTable | None:
    """The table of functions that a dict display is; None for any other expression."""
    if node.type != "dictionary" or not children(node):
        return None
    keys: list[Node] = []
    functions: list[Node] = []
    for pair in children(node):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None or value is None:
            return None
        if key.type not in _KEYS or value.type not in _FUNCTIONS:
            return None
        keys.append(key)
        functions.append(value)
    values = [_literal(key) for key in keys]
    # Of two functions under one key, however it is written, a table holds the later.
    different = len(set(values)) == len(values)
    if None in values or "" in values or not different or len(set(map(type, values))) != 1:
        return None
    return FunctionTable(tuple(keys), tuple(functions))


def _literal(key: Node) -> str | int | None:
    """What a key is; None for one that is written in an unusual way."""
    if "\\" in text(key):
        return None
    try:
        value: object = ast.literal_eval(text(key))
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str | int) else None


def only_looked_up(name: str, root: Node, start: int) -> bool:
    """Whether every use of a table's name looks a key up, and stands after `start`."""
    for node in walk(root):
        if node.type != "identifier" or text(node) != name or _is_keyword(node):
            continue
        around = node.parent
        given = around is not None and around.type == "assignment"
        if around is not None and given and node == around.child_by_field_name("left"):
            continue
        if node.start_byte < start or not _looks_up(node):
            return False
    return True


def _is_keyword(node: Node) -> bool:
    """Whether it is the name of an argument or of an attribute, which is no use of a name."""
    around = node.parent
    if around is None:
        return False
    return (around.type == "keyword_argument" and node == around.child_by_field_name("name")) or (
        around.type == "attribute" and node == around.child_by_field_name("attribute")
    )


def _looks_up(node: Node) -> bool:
    around = node.parent
    above = None if around is None else around.parent
    if around is None or above is None:
        return False
    if around.type == "comparison_operator":
        words = [text(one) for one in around.children_by_field_name("operators")]
        return words in (["in"], ["not in"]) and children(around)[1] == node
    called = above.type == "call" and around == above.child_by_field_name("function")
    if around.type == "subscript":
        return node == around.child_by_field_name("value") and (called or _gives_name(around))
    if around.type == "attribute":
        method = around.child_by_field_name("attribute")
        gets = method is not None and text(method) == "get" and called
        return gets and node == around.child_by_field_name("object") and _gives_name(above)
    return False


def _gives_name(found: Node) -> bool:
    """Whether what is found is given to a name, and to nothing else."""
    around = found.parent
    return (
        around is not None
        and around.type == "assignment"
        and found == around.child_by_field_name("right")
        and (left := around.child_by_field_name("left")) is not None
        and left.type == "identifier"
    )


def only_called(name: str, body: Node, without: Node) -> bool:
    """Whether a name is only called, or asked whether it is None, or whether it is true."""
    for node in walk(body):
        if node.type != "identifier" or text(node) != name or _is_keyword(node):
            continue
        around = node.parent
        if around is None:
            return False
        if around == without:
            continue
        called = around.type == "call" and node == around.child_by_field_name("function")
        words = [text(one) for one in around.children_by_field_name("operators")]
        asked = around.type == "comparison_operator" and words in (["is"], ["is not"])
        if around.type == "not_operator" or (
            around.type in ("if_statement", "elif_clause")
            and node == around.child_by_field_name("condition")
        ):
            continue
        if not called and not (asked and text(children(around)[1]) == "None"):
            return False
    return True


__all__ = ["FunctionTable", "only_called", "only_looked_up", "table_of"]
