"""What the code of a module may do to the module itself, or to the builtins, after loading.

A statement that is not modelled ends what is known of its own call, but what it changed outside
of the call would be seen by the next one. So what could reach the module's names, a function's
own parts or the builtins is an obstacle of the whole module, wherever it stands, and a table is
a constant only where every use of it is one that cannot change it or hand it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tree_sitter import Node

from axiom_verifiers.contracts.types import DictType, ListType, SetType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import is_mutable
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._binding import bound_names, root_of
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, text, walk

# Builtins by which code gets at names and attributes that its text does not show.
_REACHING = frozenset(
    {"compile", "delattr", "eval", "exec", "getattr", "globals", "locals", "setattr", "vars"}
)
# Functions and modules of the library that do the same.
_REACHING_MEMBERS = frozenset(
    {"_sys", "attrgetter", "builtins", "get_type_hints", "methodcaller", "modules", "sys"}
    | {"update_wrapper", "wraps"}
)
_HARMLESS_DUNDERS = frozenset({"__all__", "__doc__", "__file__", "__future__", "__name__"})
# Methods that compute, whatever the classes of a module do not define themselves.
_READING_DUNDERS = frozenset({"__contains__", "__getitem__", "__len__"})
_WITH_TARGETS = frozenset({"assignment", "augmented_assignment", "for_statement", "for_in_clause"})
# Builtins that read what they are given, and those whose result holds none of its parts.
_BISECTING = frozenset({"bisect", "bisect_left", "bisect_right"})
_READING = _BISECTING | frozenset(
    {"dict", "enumerate", "frozenset", "list", "max", "min", "reversed", "set", "sorted", "sum"}
    | {"tuple", "zip"}
)
_READING_FROM = frozenset(f"bisect.{name}" for name in _BISECTING)
_SUMMING_UP = frozenset({"all", "any", "bool", "len", "print", "repr", "str"})
_READING_METHODS = frozenset({"copy", "count", "get", "index", "items", "keys", "values"})


def declared_global(root: Node) -> frozenset[str]:
    """Names of the module that some function may bind anew."""
    return frozenset(
        text(name)
        for node in walk(root)
        if node.type == "global_statement"
        for name in children(node)
    )


def reaching(root: Node, plain: frozenset[int], held: frozenset[str]) -> Iterator[tuple[Node, str]]:
    """Places that may change the module's names, a function or the builtins behind the text.

    `plain` are the places of classes whose `__init__` does nothing but store its parameters,
    `held` the names of classes and modules.
    """
    leaking = any(_leaks(node, held) for node in walk(root))
    shared = declared_global(root)
    skipped = frozenset(
        inside.id
        for node in children(root)
        if node.start_byte in plain
        for method in _initialisers(node)
        for inside in walk(method)
    )
    for node in walk(root):
        if node.id in skipped:
            continue
        if node.type in _WITH_TARGETS:
            left = node.child_by_field_name("left")
            targets = [] if left is None else [left]
        elif node.type in ("delete_statement", "as_pattern_target"):
            targets = [node]
        elif node.type == "identifier":
            if _is_reaching(node):
                yield node, f"use of {text(node)}"
            continue
        else:
            continue
        attributes = [a for target in targets for a in _changed_by(target) if a.type == "attribute"]
        if attributes and (leaking or not all(_is_of_local(a, shared) for a in attributes)):
            yield node, "assignment to an attribute"


def _leaks(node: Node, held: frozenset[str]) -> bool:
    """Whether a class or module may come to be under another name here."""
    if node.type != "identifier" or node.parent is None:
        return False
    parent = node.parent
    if text(node) == "type":
        return parent.type != "attribute"
    if text(node) not in held:
        return False
    match parent.type:
        case "call":
            return node != parent.child_by_field_name("function")
        case "attribute":
            return False
        case "keyword_argument":
            return node == parent.child_by_field_name("value")
        case "class_definition" | "function_definition" | "decorator" | "type" | "generic_type":
            return False
        case "dotted_name" | "aliased_import" | "import_statement" | "import_from_statement":
            return False
        case "assignment" if node == parent.child_by_field_name("left"):
            return False
        case _:
            return not _in_annotation(node)


def _in_annotation(node: Node) -> bool:
    """Whether it stands in a type, among the bases of a class, or in a type's alias."""
    current: Node | None = node
    while current is not None:
        if current.type in ("type", "type_alias_statement"):
            return True
        around = current.parent
        if around is not None and around.type == "class_definition":
            return current == around.child_by_field_name("superclasses")
        if current.type.endswith("_statement") or current.type == "function_definition":
            return False
        current = around
    return False


def _is_of_local(attribute: Node, shared: frozenset[str]) -> bool:
    """Whether the attribute is one of an object that a local of the function at hand holds."""
    root = root_of(attribute)
    around: Node | None = attribute
    while around is not None and around.type not in ("function_definition", "lambda"):
        if around.type == "class_definition":
            return False
        around = around.parent
    if root is None or around is None or around.type == "lambda" or text(root) in shared:
        return False
    body, parameters = around.child_by_field_name("body"), parameters_of(around)
    return body is not None and text(root) in bound_names(body) | set(parameters.names)


def _changed_by(target: Node) -> Iterator[Node]:
    """The parts of a target that something is assigned through: an index is only read."""
    waiting = [target]
    while waiting:
        node = waiting.pop()
        yield node
        if node.type == "subscript":
            value = node.child_by_field_name("value")
            waiting += [] if value is None else [value]
        else:
            waiting += children(node)


def _initialisers(definition: Node) -> Iterator[Node]:
    body = definition.child_by_field_name("body")
    for statement in [] if body is None else children(body):
        name = statement.child_by_field_name("name")
        method = statement.type == "function_definition" and name is not None
        if method and name is not None and text(name) == "__init__":
            yield statement


def _is_reaching(node: Node) -> bool:
    name = text(node)
    around = node.parent
    if around is not None and around.type == "function_definition" and _is_method(around):
        return False  # Which methods a class may have is asked where it is read.
    if name in _READING_DUNDERS and around is not None and around.type == "attribute":
        return False
    if len(name) > 4 and name.startswith("__") and name.endswith("__"):
        return name not in _HARMLESS_DUNDERS
    if name in _REACHING_MEMBERS:
        return name != "attrgetter" or not _picks_plainly(node)
    parent = node.parent
    if parent is not None and node == parent.child_by_field_name("attribute"):
        return False
    return name in _REACHING


def _is_method(function: Node) -> bool:
    """Whether a function stands right in a class of the module."""
    block = function.parent
    if block is not None and block.type == "decorated_definition":
        block = block.parent
    around = None if block is None else block.parent
    return around is not None and around.type == "class_definition"


def _picks_plainly(node: Node) -> bool:
    """Whether `attrgetter` is only imported here, or called with names written out."""
    parent = node.parent
    if parent is not None and parent.type == "dotted_name" and parent.parent is not None:
        return parent.parent.type == "import_from_statement"
    if parent is not None and parent.type == "attribute":
        node, parent = parent, parent.parent
    if parent is None or parent.type != "call" or node != parent.child_by_field_name("function"):
        return False
    arguments = parent.child_by_field_name("arguments")
    given = [] if arguments is None else children(arguments)
    names = [_literals.plain_string(one) if one.type == "string" else None for one in given]
    return all(name is not None and "__" not in name for name in names)


def inner_imports(root: Node) -> Iterator[Node]:
    """Imports that stand in functions."""
    for node in walk(root):
        if node.type in ("import_statement", "import_from_statement") and node.parent != root:
            yield node


def unread(bound: Iterable[str], imports: Mapping[str, str]) -> frozenset[str]:
    """Of the names that a module binds, those that are neither the module `bisect` nor, under
    their own names, its functions that only read.
    """
    known = {f"bisect.{name}": name for name in _BISECTING} | {"bisect": "bisect"}
    return frozenset(bound) - {name for name, of in imports.items() if known.get(of) == name}


def handed_on(node: Node, type_: Type, bound: frozenset[str]) -> bool:
    """Whether this use of a table may change it, or keep it or a part of it that can change.

    `bound` holds the names that are no builtins here.
    """
    parent = node.parent
    if parent is None:
        return True
    parts = _parts(type_)
    parts_change = any(is_mutable(part) for part in parts)
    match parent.type:
        case "parenthesized_expression":
            return handed_on(parent, type_, bound)
        case "comparison_operator" | "not_operator" | "interpolation":
            return False
        case "if_statement" | "elif_clause" | "while_statement":
            return node != parent.child_by_field_name("condition")
        case "binary_operator":
            return parts_change
        case "for_statement" | "for_in_clause":
            return parts_change or node != parent.child_by_field_name("right")
        case "subscript":
            if node != parent.child_by_field_name("value"):
                return False
            if _is_target(parent):
                return True
            sliced = any(s.type == "slice" for s in parent.children_by_field_name("subscript"))
            if not parts_change:
                return False
            return sliced or any(handed_on(parent, part, bound) for part in parts)
        case "attribute":
            method = parent.child_by_field_name("attribute")
            around = parent.parent
            called = around is not None and around.type == "call"
            known = method is not None and text(method) in _READING_METHODS
            return parts_change or not known or not called
        case "argument_list":
            around = parent.parent
            function = None if around is None else around.child_by_field_name("function")
            if function is not None and _translates(function):
                return False
            if function is not None and text(function) in _READING_FROM:
                return parts_change or "bisect" in bound
            if function is None or function.type != "identifier" or text(function) in bound:
                return True
            if text(function) in _SUMMING_UP:
                return False
            return parts_change or text(function) not in _READING
        case _:
            return True


def _translates(function: Node) -> bool:
    """Whether what is called is the method `translate`, which only a class of the file's own
    could make another one than that of texts.
    """
    method = function.child_by_field_name("attribute")
    if method is None or text(method) != "translate":
        return False
    root = function
    while root.parent is not None:
        root = root.parent
    names = (n.child_by_field_name("name") for n in walk(root) if n.type == "function_definition")
    return not any(name is not None and text(name) == "translate" for name in names)


def _is_target(node: Node) -> bool:
    """Whether something is assigned to the node, or it is deleted."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in _WITH_TARGETS:
            return child == parent.child_by_field_name("left")
        if parent.type in ("delete_statement", "as_pattern_target"):
            return True
        if parent.type == "subscript" and child != parent.child_by_field_name("value"):
            return False
        child, parent = parent, parent.parent
    return False


def _parts(type_: Type) -> tuple[Type, ...]:
    match type_:
        case ListType() | SetType():
            return (type_.item,)
        case DictType():
            return (type_.value,)
        case TupleType():
            return type_.items
        case _:
            return ()
