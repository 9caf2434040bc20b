"""Class methods: which functions are such, and which leave their class alone."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.frontends.python._tree import children, text, walk


def is_class_method(node: Node) -> bool:
    """Whether a function's only decorator is `@classmethod`."""
    around = node.parent
    if around is None or around.type != "decorated_definition":
        return False
    return [text(child) for child in children(around)[:-1]] == ["@classmethod"]


def changes_class(method: Node) -> bool:
    """Whether a class method may change its class, or take its name for something else."""
    parameters = method.child_by_field_name("parameters")
    given = [] if parameters is None else children(parameters)
    if not given or given[0].type != "identifier":
        return True
    own = text(given[0])
    for node in walk(method):
        if node.type != "identifier" or text(node) != own or node == given[0]:
            continue
        around = node.parent
        if around is None or around.type not in ("attribute", "call"):
            return True
        above: Node | None = around
        child = node
        while above is not None and above != method:
            targets = ("assignment", "augmented_assignment", "for_statement", "for_in_clause")
            if above.type in targets and child == above.child_by_field_name("left"):
                return True
            if above.type == "delete_statement":
                return True
            child, above = above, above.parent
    return False
