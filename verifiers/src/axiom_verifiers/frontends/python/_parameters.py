"""A function's parameters, and which argument of a call is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from tree_sitter import Node

from axiom_verifiers.frontends.python._tree import children, text


class Parameters(msgspec.Struct, frozen=True):
    """In source order. `defaults` holds those that have one; `problem` is what is not modelled."""

    names: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Node], ...] = ()
    positional_only: frozenset[str] = frozenset()
    keyword_only: frozenset[str] = frozenset()
    problem: str = ""


def parameters_of(node: Node) -> Parameters:
    """The parameters of a function definition or of a lambda."""
    parameters = node.child_by_field_name("parameters")
    if parameters is None:
        return Parameters(problem="" if node.type == "lambda" else "no parameters")
    names: list[str] = []
    defaults: list[tuple[str, Node]] = []
    positional: frozenset[str] = frozenset()
    keyword: list[str] = []
    after_star = False
    for child in children(parameters):
        match child.type:
            case "identifier":
                names.append(text(child))
            case "typed_parameter" if child.children[0].type == "identifier":
                names.append(text(child.children[0]))
            case "default_parameter" | "typed_default_parameter":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is None or value is None or name.type != "identifier":
                    return Parameters(problem="a parameter that is not a name")
                names.append(text(name))
                defaults.append((names[-1], value))
            case "positional_separator":
                positional = frozenset(names)
                continue
            case "keyword_separator":
                after_star = True
                continue
            case "list_splat_pattern" | "dictionary_splat_pattern" | "typed_parameter":
                return Parameters(problem="a starred parameter")
            case _:
                return Parameters(problem=f"a {child.type.replace('_', ' ')}")
        if after_star:
            keyword.append(names[-1])
    if len(set(names)) != len(names):
        return Parameters(problem="two parameters of one name")
    return Parameters(tuple(names), tuple(defaults), positional, frozenset(keyword))


def matched(
    names: Sequence[str],
    positional_only: frozenset[str],
    keyword_only: frozenset[str],
    positional: Sequence[Node],
    keywords: Mapping[str, Node],
) -> dict[str, Node] | None:
    """The argument of each parameter that has one, in the order in which they are written; None
    where Python would raise a TypeError.
    """
    plain = [name for name in names if name not in keyword_only]
    if len(positional) > len(plain):
        return None
    given = dict(zip(plain, positional, strict=False))
    for name, value in keywords.items():
        if name in given or name not in names or name in positional_only:
            return None
        given[name] = value
    return given
