"""Exceptions of the file that have an `__init__` which does nothing but tell of their arguments."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._tree import children, text, walk

# Attributes of builtin exceptions that not every value may be given to.
_SPECIAL = frozenset({"args", "characters_written"})


def only_tells(node: Node) -> int | None:
    """How many arguments an exception's `__init__` takes that only keeps them and says something
    of them to the exception that it derives from; None for any other statement of a class.
    """
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    parameters = node.child_by_field_name("parameters")
    if node.type != "function_definition" or name is None or body is None or parameters is None:
        return None
    given = children(parameters)
    names = [next(iter(children(part)), part) for part in given]
    kinds = {part.type for part in given}
    if text(name) != "__init__" or kinds - {"identifier", "typed_parameter"} or not names:
        return None
    if any(one.type != "identifier" for one in names):
        return None
    own, *known = (text(one) for one in names)
    if "super" in (own, *known):
        return None
    for statement in children(body):
        if _literals.is_docstring(statement):
            continue
        inside = children(statement)
        if statement.type != "expression_statement" or len(inside) != 1:
            return None
        if not (_stores(inside[0], own, known) or _passes_on(inside[0], known)):
            return None
    return len(known)


def told_counts(initialiser: Node) -> set[int]:
    """How many arguments the calls of `super().__init__` in such an `__init__` have."""
    found: set[int] = set()
    for call in walk(initialiser):
        arguments = call.child_by_field_name("arguments")
        function = call.child_by_field_name("function")
        if arguments is not None and function is not None and text(function) == "super().__init__":
            found.add(len(children(arguments)))
    return found


def _stores(node: Node, own: str, known: list[str]) -> bool:
    """`self.name = name`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment" or left is None or right is None or left.type != "attribute":
        return False
    owner, name = left.child_by_field_name("object"), left.child_by_field_name("attribute")
    plain = owner is not None and text(owner) == own and name is not None
    free = name is not None and not text(name).startswith("__") and text(name) not in _SPECIAL
    return plain and free and text(right) in known


def _passes_on(node: Node, known: list[str]) -> bool:
    """`super().__init__(…)` of texts and of parameters, which have some text each."""
    function, arguments = (
        node.child_by_field_name("function"),
        node.child_by_field_name("arguments"),
    )
    if node.type != "call" or function is None or text(function) != "super().__init__":
        return False
    return all(_is_told(part, known) for part in ([] if arguments is None else children(arguments)))


def _is_told(node: Node, known: list[str]) -> bool:
    match node.type:
        case "identifier":
            return text(node) in known
        case "concatenated_string":
            return all(_is_told(part, known) for part in children(node))
        case "string":
            holes = [part for part in children(node) if part.type == "interpolation"]
            return all(
                len(children(hole)) == 1
                and children(hole)[0].type == "identifier"
                and text(children(hole)[0]) in known
                for hole in holes
            )
        case _:
            return False


__all__ = ["only_tells", "told_counts"]
