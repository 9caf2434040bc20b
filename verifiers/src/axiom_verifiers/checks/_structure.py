"""What can be read from a Python module's syntax tree: its functions, and rules on its structure.

A rule is settled only when reading settles it: whatever could do the same unseen (`exec`, an
alias, a call of a value) leaves it open.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Literal

import msgspec
from tree_sitter import Node

# Names through which code can do anything unseen; modules count where they are imported.
_DYNAMIC = frozenset(
    {"exec", "eval", "compile", "globals", "locals", "vars", "getattr", "setattr", "delattr"}
    | {"attrgetter", "methodcaller", "modules", "_getframe", "settrace", "setprofile"}
    | {"f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "gi_frame", "cr_frame"}
)
_DYNAMIC_MODULES = frozenset(
    {"builtins", "importlib", "types", "inspect", "gc", "runpy", "pickle", "marshal", "ctypes"}
    | {"ast", "code", "codeop", "imp", "pkgutil", "threading", "atexit", "signal", "unittest"}
)
# Names with two underscores on both sides are a way around too, save these.
_PLAIN_DUNDERS = frozenset(
    {"__name__", "__doc__", "__all__", "__file__", "__slots__", "__init__", "__post_init__"}
    | {"__repr__", "__str__", "__eq__", "__hash__", "__lt__", "__le__", "__len__", "__future__"}
    | {"__annotations__", "__version__", "__author__", "__iter__", "__next__", "__contains__"}
    | {"__add__", "__sub__", "__mul__", "__bool__", "__getitem__", "__setitem__"}
)
# Modules and attributes that write to the standard streams without the name `print`.
_WRITERS = frozenset({"stdout", "stderr", "pprint", "logging", "warnings", "traceback", "os"})
# Functions that call what they are given, and which positional argument that is.
_CALLERS = {
    **dict.fromkeys(("map", "filter", "reduce", "starmap", "takewhile", "dropwhile"), 0),
    **dict.fromkeys(("filterfalse", "partial", "cmp_to_key", "iter"), 0),
    **dict.fromkeys(("accumulate", "sub"), 1),
}
_CALLED_KEYWORDS = frozenset({"key", "func", "function", "default_factory", "repl"})
_LOOPS = ("for_statement", "while_statement")
_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")
_SCOPES = ("function_definition", "lambda", "class_definition")
_BUILTINS = frozenset(dir(builtins))


class At(msgspec.Struct, frozen=True):
    """A place: 1-based line and column, and the first line of what stands there."""

    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.line}: {self.text}"


class Settled(msgspec.Struct, frozen=True):
    """Whether the module does the thing; `at` is where, when it does."""

    does: bool
    at: At | None = None


class Open(msgspec.Struct, frozen=True):
    """Reading does not settle it, because of what stands at `at`."""

    reason: str
    at: At


class Function(msgspec.Struct, frozen=True):
    """A function bound to the asked name, and how its parameters can be given; `optional` are
    those that have a default.
    """

    at: At
    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    starred: tuple[str, ...]
    optional: frozenset[str]
    kind: Literal["function", "async", "generator"]


def place(node: Node) -> At:
    text = (node.text or b"").decode("utf-8", "replace").split("\n", 1)[0].strip()
    return At(node.start_point.row + 1, node.start_point.column + 1, text[:80])


def text_of(node: Node | None) -> str:
    return "" if node is None else (node.text or b"").decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it, in source order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.children))


# ---------------------------------------------------------------- functions


def module_names(root: Node) -> list[str]:
    """Names of the functions defined at the module's top level, in order."""
    return [text_of(node.child_by_field_name("name")) for node in _top_functions(root)]


def _top_functions(root: Node) -> Iterator[Node]:
    waiting = list(reversed(root.children))
    while waiting:
        node = waiting.pop()
        if node.type == "function_definition":
            yield node
        elif node.type not in ("class_definition", "lambda"):
            waiting.extend(reversed(node.children))


def find_function(root: Node, name: str) -> Function | None:
    """The last definition of that name outside classes and functions, lambdas included."""
    found: Node | None = None
    for node in _top_functions(root):
        if text_of(node.child_by_field_name("name")) == name:
            found = node
    for node in root.children:
        assigned = node.children[0] if node.type == "expression_statement" else node
        if assigned.type == "assignment" and text_of(assigned.child_by_field_name("left")) == name:
            right = assigned.child_by_field_name("right")
            if right is not None and right.type == "lambda":
                found = right
    return None if found is None else _function(found)


def _function(node: Node) -> Function:
    positional: list[str] = []
    keyword_only: list[str] = []
    starred: list[str] = []
    optional: set[str] = set()
    parameters = node.child_by_field_name("parameters")
    target = positional
    for child in [] if parameters is None else parameters.named_children:
        match child.type:
            case "keyword_separator":
                target = keyword_only
            case "positional_separator" | "comment":
                pass
            case "list_splat_pattern" | "dictionary_splat_pattern":
                starred.append(text_of(child))
                target = keyword_only
            case "typed_parameter" if child.named_children[0].type.endswith("splat_pattern"):
                starred.append(text_of(child.named_children[0]))
                target = keyword_only
            case "identifier":
                target.append(text_of(child))
            case "typed_parameter":
                target.append(text_of(child.named_children[0]))
            case _:
                target.append(text_of(child.child_by_field_name("name")))
                optional.add(target[-1])
    kind: Literal["function", "async", "generator"] = "function"
    if any(child.type == "async" for child in node.children):
        kind = "async"
    elif any(each.type == "yield" for each in _own(node)):
        kind = "generator"
    return Function(
        place(node),
        tuple(positional),
        tuple(keyword_only),
        tuple(starred),
        frozenset(optional),
        kind,
    )


def _own(node: Node) -> Iterator[Node]:
    """Everything in a function's body except what belongs to functions and classes inside it."""
    body = node.child_by_field_name("body")
    waiting = [] if body is None else [body]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(child for child in here.children if child.type not in _SCOPES)


# ---------------------------------------------------------------- rules


def imports(root: Node) -> Settled | Open:
    """Whether the module has an import statement anywhere."""
    for node in walk(root):
        if node.type in _IMPORTS:
            return Settled(True, place(node))
    return _dynamic(root) or Settled(False)


def loops(root: Node) -> Settled | Open:
    """Whether the module has a `for` or `while` statement anywhere; comprehensions are none."""
    for node in walk(root):
        if node.type in _LOOPS:
            return Settled(True, place(node))
    return _dynamic(root) or Settled(False)


def prints(root: Node) -> Settled | Open:
    """Whether the module calls `print`; other ways to the standard streams leave it open."""
    rebound = _bound_names(root)
    other: Open | None = None
    for node in walk(root):
        if node.type == "print_statement":
            return Settled(True, place(node))
        if node.type != "identifier" or _is_label(node):
            continue
        name = text_of(node)
        if name == "print":
            if "print" not in rebound and _is_called(node):
                return Settled(True, place(node))
            other = other or Open("`print` is used as a value or rebound", place(node))
        elif name in _WRITERS:
            other = other or Open(f"`{name}` may write to the standard streams", place(node))
    return other or _dynamic(root) or Settled(False)


def calls_none_of(root: Node, entry: str, names: frozenset[str]) -> bool:
    """Whether nothing that can run when `entry` is called so much as mentions one of the names,
    and nothing could reach them unnamed.

    What can run is the module's own statements, defaults and decorators included, the entry, and
    each function of the module whose name stands in what can run. That a function of such a name
    is defined is no mention; functions that nothing reaches may call what they like.
    """
    functions: dict[str, list[Node]] = {}
    running: list[Node] = []
    for child in root.children:
        name = child.child_by_field_name("name")
        body = child.child_by_field_name("body")
        if child.type != "function_definition" or name is None or body is None:
            running.append(child)
            continue
        functions.setdefault(text_of(name), []).append(body)
        running += [each for each in child.children if each not in (name, body)]
    running += functions.pop(entry, [])
    while running:
        for node in walk(running.pop()):
            if node.type != "identifier":
                continue
            name = text_of(node)
            defined = node.parent is not None and node.parent.type in _SCOPES
            if name in names and not (defined and _is_name_field(node)):
                return False
            running += functions.pop(name, [])
    return _dynamic(root) is None


def recurses(root: Node, entry: str, callees: frozenset[str]) -> Settled | Open:
    """Whether the function can come to call itself, directly or through others of the module.

    Each function refers to those whose names stand in it; a cycle of such references is needed
    for recursion by name. It is settled that it recurses when the cycle is one of plain calls.
    Recursion without names needs a call of a value, or a method: these leave it open.
    """
    bodies: dict[str, list[Node]] = {}
    for node in walk(root):
        if node.type == "function_definition" or node.type == "class_definition":
            bodies.setdefault(text_of(node.child_by_field_name("name")), []).append(node)
        elif node.type == "assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None and _holds_functions(node, right):
                for name in _targets(left):
                    bodies.setdefault(name, []).append(right)
    cycle = _cycle(entry, {name: _references(nodes, bodies) for name, nodes in bodies.items()})
    if cycle is not None:
        first, second = cycle
        calls = {name: _plain_calls(nodes, bodies) for name, nodes in bodies.items()}
        certain = _cycle(entry, calls)
        if certain is not None and not _doubtful(root, bodies):
            return Settled(True, certain[1])
        return Open(f"`{first}` may come to call itself", second)
    return _dynamic(root) or _unnamed_call(root, frozenset(bodies), callees) or Settled(False)


def _holds_functions(assignment: Node, right: Node) -> bool:
    """Whether a lambda is named, or something of the module in which functions may stand."""
    if right.type == "lambda":
        return True
    statement = assignment.parent
    if statement is None or statement.parent is None or statement.parent.type != "module":
        return False
    return any(each.type in ("lambda", "identifier") for each in walk(right))


def _cycle(entry: str, edges: dict[str, dict[str, At]]) -> tuple[str, At] | None:
    """A function on a cycle that the entry reaches, and the place of a reference on it."""
    reached = _reach(entry, edges)
    for name in sorted(reached | {entry}):
        for target, at in edges.get(name, {}).items():
            if name == target or name in _reach(target, edges):
                return name, at
    return None


def _reach(start: str, edges: dict[str, dict[str, At]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges.get(waiting.pop(), {}):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _references(nodes: list[Node], functions: dict[str, list[Node]]) -> dict[str, At]:
    found: dict[str, At] = {}
    for node in nodes:
        for each in walk(node):
            if each.type == "identifier" and each.parent is not None:
                name = text_of(each)
                defined = each.parent.type in (*_SCOPES, "keyword_argument")
                if name in functions and not (defined and _is_name_field(each)):
                    found.setdefault(name, place(each))
    return found


def _plain_calls(nodes: list[Node], functions: dict[str, list[Node]]) -> dict[str, At]:
    return {
        text_of(each): place(each)
        for node in nodes
        for each in walk(node)
        if each.type == "identifier" and text_of(each) in functions and _is_called(each)
    }


def _doubtful(root: Node, functions: dict[str, list[Node]]) -> bool:
    """Whether a function's name may mean something else at some place."""
    return any(len(nodes) > 1 for nodes in functions.values()) or bool(
        _bound_names(root) & functions.keys()
    )


def _unnamed_call(root: Node, functions: frozenset[str], callees: frozenset[str]) -> Open | None:
    rebound = _bound_names(root) - functions
    for node in walk(root):
        if node.type == "class_definition" and any(
            each.type == "function_definition" for each in walk(node)
        ):
            return Open("a class with methods may call back", place(node))
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is None:
            continue
        last = function.child_by_field_name("attribute") or function
        if _handed_on(node, text_of(last), functions):
            return Open("a value is handed on to be called", place(node))
        if function.type == "attribute":
            continue
        name = text_of(function)
        if function.type != "identifier":
            return Open("a computed value is called", place(node))
        if name in callees:
            return Open(f"`{name}` may call back", place(node))
        known = name in functions or (name in _BUILTINS and name not in rebound)
        if not known and not _is_import(root, name, rebound):
            return Open(f"`{name}` is a value that is called", place(node))
    return None


def _handed_on(call: Node, name: str, functions: frozenset[str]) -> bool:
    """Whether a call hands on a value of unknown origin to something that will call it."""
    arguments = call.child_by_field_name("arguments")
    given = [] if arguments is None else arguments.named_children
    suspects = [
        each.child_by_field_name("value")
        for each in given
        if each.type == "keyword_argument"
        and text_of(each.child_by_field_name("name")) in _CALLED_KEYWORDS
    ]
    if name in _CALLERS and len(given) > _CALLERS[name]:
        suspects.append(given[_CALLERS[name]])
    return any(
        each is not None
        and each.type not in ("lambda", "attribute", "none", "string")
        and text_of(each) not in functions
        and text_of(each) not in _BUILTINS
        for each in suspects
    )


def _is_import(root: Node, name: str, rebound: set[str]) -> bool:
    return name not in rebound and any(
        each.type == "identifier" and text_of(each) == name
        for node in walk(root)
        if node.type in _IMPORTS
        for each in walk(node)
    )


def _dynamic(root: Node) -> Open | None:
    for node in walk(root):
        if node.type != "identifier":
            continue
        name = text_of(node)
        dunder = name.startswith("__") and name.endswith("__") and name not in _PLAIN_DUNDERS
        if name in _DYNAMIC or dunder or (name in _DYNAMIC_MODULES and _is_imported(node)):
            return Open(f"`{name}` can do it unseen", place(node))
    return None


def _is_imported(node: Node) -> bool:
    here: Node | None = node
    while here is not None and here.type in ("identifier", "dotted_name", "aliased_import"):
        here = here.parent
    return here is not None and here.type in _IMPORTS


def _bound_names(root: Node) -> set[str]:
    """Names that are bound otherwise than by `def`, `class` and `import`, anywhere."""
    bound: set[str] = set()
    for node in walk(root):
        for field in ("left", "parameters", "alias"):
            target = node.child_by_field_name(field)
            if target is not None and (field != "left" or node.type not in _READS):
                bound.update(_targets(target))
        if node.type == "named_expression":
            bound.add(text_of(node.child_by_field_name("name")))
        elif node.type in _BINDERS:
            bound.update(text_of(each) for each in walk(node) if each.type == "identifier")
    return bound


_BINDERS = (
    *("as_pattern_target", "global_statement", "nonlocal_statement"),
    *("case_pattern", "delete_statement"),
)
_READS = ("binary_operator", "comparison_operator", "boolean_operator")


def _targets(node: Node) -> Iterator[str]:
    """Names that a target or a list of parameters binds; annotations and defaults are passed by."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.type == "identifier":
            yield text_of(here)
        elif here.type in ("default_parameter", "typed_default_parameter"):
            yield text_of(here.child_by_field_name("name"))
        elif here.type not in ("type", "attribute", "subscript"):
            waiting.extend(here.children)


def _is_called(node: Node) -> bool:
    parent = node.parent
    return (
        parent is not None
        and parent.type == "call"
        and parent.child_by_field_name("function") == node
    )


def _is_name_field(node: Node) -> bool:
    return node.parent is not None and node.parent.child_by_field_name("name") == node


def _is_label(node: Node) -> bool:
    """Whether the identifier only names a keyword argument."""
    parent = node.parent
    return parent is not None and parent.type == "keyword_argument" and _is_name_field(node)
