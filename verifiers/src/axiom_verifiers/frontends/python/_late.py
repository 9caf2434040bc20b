"""What stands in an iterable that is evaluated while something goes through it, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Call, Comprehension, Expr
from axiom_verifiers.core.program import Assign, Statement
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, text, walk

# Builtins that have read everything when they give their value.
_AT_ONCE = frozenset(
    {"all", "any", "dict", "frozenset", "len", "list", "max", "min", "set", "sorted", "sum"}
    | {"tuple"}
)
_DISPLAYS = frozenset({"list_comprehension", "set_comprehension", "dictionary_comprehension"})


def lazy_parts(node: Node, means_builtin: Callable[[str], bool]) -> Iterator[Node]:
    """The lambdas and generators that run later, and the names of functions that may."""
    if node.type in _DISPLAYS:
        return
    function = node.child_by_field_name("function")
    if node.type == "call" and function is not None:
        name = text(function)
        if function.type == "identifier" and name in _AT_ONCE and means_builtin(name):
            return
    if node.type in ("identifier", "lambda", "generator_expression"):
        yield node
        return
    for child in children(node):
        yield from lazy_parts(child, means_builtin)


def names_read(part: Node) -> set[str]:
    """The names that a lambda or a generator reads and does not bind itself."""
    return {text(one) for one in walk(part) if one.type == "identifier"} - _own_names(part)


def _own_names(node: Node) -> set[str]:
    """The names that a lambda or a generator binds itself."""
    if node.type == "lambda":
        return set(parameters_of(node).names)
    targets = (
        part.child_by_field_name("left") for part in children(node) if part.type == "for_in_clause"
    )
    return {
        text(one)
        for target in targets
        if target is not None
        for one in walk(target)
        if one.type == "identifier"
    }


def is_iterator(expr: Expr) -> bool:
    """Whether Python reads its items later than it makes it."""
    match expr:
        case Comprehension(kind="generator"):
            return True
        case Call(function="enumerate" | "zip" | "reversed" | "map" | "filter"):
            return True
        case _:
            return False


def is_saving(statement: Statement) -> bool:
    """Whether it only keeps a value in a temporary."""
    match statement:
        case Assign(name=name, in_place=False):
            return name.startswith("#t")
        case _:
            return False


__all__ = ["is_iterator", "is_saving", "lazy_parts", "names_read"]
