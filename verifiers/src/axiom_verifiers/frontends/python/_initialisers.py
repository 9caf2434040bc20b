"""Classes whose `__init__` computes what its object holds: which fields it gives, of which types.

Such an `__init__` is translated as a function that gives the object back: what it stores in `self`
are locals until then. So nothing else may see the object meanwhile, and every field is certainly
given. The type of a field is that of its annotation, of the parameter that is stored, of a literal;
of an empty collection, what the class's methods put into it, by their annotations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from tree_sitter import Node

from axiom_verifiers.frontends.python._tree import children, text, walk

_KINDS = {"list": "list", "dictionary": "dict", "set": "set"}
_LITERAL_KINDS = {
    "integer": "int", "string": "str", "concatenated_string": "str", "true": "bool",
    "false": "bool", "float": "float",
}  # fmt: skip
_PUTTING = {"list": {"append": 0, "insert": 1}, "set": {"add": 0}}
_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})


class Hint(msgspec.Struct, frozen=True):
    """The type of a field: an annotation, or a builtin's name with the annotations of its parts."""

    word: str = ""
    parts: tuple[Node, ...] = ()


def given_fields(initialiser: Node, methods: Mapping[str, Node]) -> dict[str, Hint | None] | str:
    """The fields that an `__init__` gives, in their order; else why it is not modelled."""
    parameters = initialiser.child_by_field_name("parameters")
    body = initialiser.child_by_field_name("body")
    named = [] if parameters is None else children(parameters)
    if body is None or not named or named[0].type != "identifier":
        return "__init__ without self"
    own = text(named[0])
    annotations = dict(_annotated(named[1:]))
    defaults = {n: v for n, v in _with_defaults(named[1:]) if n not in annotations}
    found: dict[str, Hint | None] = {}
    for statement in children(body):
        inside = children(statement) if statement.type == "expression_statement" else []
        for node in inside:
            if node.type == "assignment":
                before = set(found)
                _note(node, own, annotations, found)
                right = node.child_by_field_name("right")
                stored = None if right is None else defaults.get(text(right))
                if stored is not None:
                    found |= {name: _hint(stored, {}) for name in set(found) - before}
    if not found:
        return "__init__ that stores nothing"
    for node in walk(body):
        if node.type in ("function_definition", "lambda", "return_statement", "yield", "await"):
            return "__init__ that does more than compute its fields"
        if node.type == "identifier" and text(node) == own and not _is_field(node, found):
            return "__init__ that hands its object on"
    for name, hint in found.items():
        if hint is not None and hint.word in ("dict", "list", "set") and not hint.parts:
            found[name] = _put_in(name, hint.word, methods)
    return found


def _annotated(parameters: list[Node]) -> Iterator[tuple[str, Node]]:
    for parameter in parameters:
        annotation = parameter.child_by_field_name("type")
        name = parameter.child_by_field_name("name")
        if annotation is not None:
            yield text(parameter.children[0] if name is None else name), annotation


def _with_defaults(parameters: list[Node]) -> Iterator[tuple[str, Node]]:
    for parameter in parameters:
        name, value = (parameter.child_by_field_name(one) for one in ("name", "value"))
        if name is not None and value is not None:
            yield text(name), value


def _note(
    node: Node, own: str, annotations: Mapping[str, Node], found: dict[str, Hint | None]
) -> None:
    """The fields that one assignment gives."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    annotation = node.child_by_field_name("type")
    if left is None or right is None:
        return
    for target in children(left) if left.type in _PATTERNS else [left]:
        owner, name = target.child_by_field_name("object"), target.child_by_field_name("attribute")
        if target.type != "attribute" or owner is None or name is None or text(owner) != own:
            continue
        hint = None if left.type in _PATTERNS else _hint(right, annotations)
        if annotation is not None:
            hint = Hint(parts=(annotation,))
        if found.get(text(name)) is None:
            found[text(name)] = hint


def _hint(value: Node, annotations: Mapping[str, Node]) -> Hint | None:
    if value.type == "identifier" and text(value) in annotations:
        return Hint(parts=(annotations[text(value)],))
    if value.type in _LITERAL_KINDS:
        return Hint(_LITERAL_KINDS[value.type])
    if value.type in _KINDS and not children(value):
        return Hint(_KINDS[value.type])
    function = value.child_by_field_name("function")
    arguments = value.child_by_field_name("arguments")
    if value.type == "call" and function is not None and arguments is not None:
        if text(function) in ("list", "set", "dict") and not children(arguments):
            return Hint(text(function))
        if text(function) in ("int", "len", "str", "bool", "float"):
            return Hint("int" if text(function) == "len" else text(function))
        given = [annotations.get(text(one)) for one in children(arguments)]
        if text(function) in ("list", "sorted") and len(given) == 1 and given[0] is not None:
            copied = text(given[0]).startswith(("list[", "List["))
            return Hint(parts=(given[0],)) if copied else None
    if value.type in ("comparison_operator", "not_operator"):
        return Hint("bool")
    if value.type in ("binary_operator", "parenthesized_expression", "unary_operator"):
        parts = [_hint(part, annotations) for part in children(value)]
        divides = any(part.type == "/" for part in value.children)
        return Hint("int") if all(map(_is_int, parts)) and not divides else None
    return None


def _is_int(hint: Hint | None) -> bool:
    return hint is not None and (
        hint.word == "int" or [text(part) for part in hint.parts] == ["int"]
    )


def _is_field(use: Node, fields: Mapping[str, object]) -> bool:
    """Whether the object is only read or given a field of."""
    around = use.parent
    if around is None or around.type != "attribute":
        return False
    name, above = around.child_by_field_name("attribute"), around.parent
    if use != around.child_by_field_name("object") or name is None or above is None:
        return False
    called = above.type == "call" and around == above.child_by_field_name("function")
    return text(name) in fields and not called


def _put_in(field: str, kind: str, methods: Mapping[str, Node]) -> Hint | None:
    """What the methods put into an empty collection, as their parameters are annotated."""
    for method in methods.values():
        parameters, body = (method.child_by_field_name(one) for one in ("parameters", "body"))
        if parameters is None or body is None:
            continue
        annotations = dict(_annotated(children(parameters)))
        own = text(children(parameters)[0]) if children(parameters) else ""
        for node in walk(body):
            put = _put(node, f"{own}.{field}", kind)
            if put and all(one.type == "identifier" and text(one) in annotations for one in put):
                return Hint(kind, tuple(annotations[text(one)] for one in put))
    return None


def _put(node: Node, field: str, kind: str) -> list[Node]:
    """The items that one expression puts into the collection that `field` names."""
    if kind == "dict" and node.type == "assignment":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "subscript":
            return []
        value = left.child_by_field_name("value")
        if value is None or text(value) != field:
            return []
        return [*left.children_by_field_name("subscript"), right]
    function, arguments = (node.child_by_field_name(one) for one in ("function", "arguments"))
    if node.type != "call" or function is None or arguments is None or kind == "dict":
        return []
    owner, _, method = text(function).rpartition(".")
    at = _PUTTING[kind].get(method)
    given = children(arguments)
    return [given[at]] if owner == field and at is not None and len(given) == at + 1 else []


__all__ = ["Hint", "given_fields"]
