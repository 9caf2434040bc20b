"""Which names a function's own scope binds, and what bars the whole of it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, text, walk

CHANGING = frozenset(
    {"append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear"}
    | {"appendleft", "popleft"}
    | {"add", "discard", "update", "setdefault", "popitem", "subtract", "move_to_end"}
    | {"intersection_update", "difference_update", "symmetric_difference_update"}
)
# Functions of the library that change their first argument.
_CHANGING_FIRST = frozenset({"insort", "insort_left", "insort_right"})
_INNER_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_COMPREHENSIONS = frozenset(
    {
        "list_comprehension",
        "set_comprehension",
        "dictionary_comprehension",
        "generator_expression",
    }
)
_AROUND_TARGETS = frozenset({"parenthesized_expression", "delete_statement", "expression_list"})
_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"})


def own_nodes(body: Node) -> Iterator[Node]:
    """The nodes of a function's body that belong to its own scope, in source order.

    The head of an inner function or class is given, its inside is not; a comprehension is gone
    through, since a walrus inside it binds outside.
    """
    waiting = [body]
    while waiting:
        node = waiting.pop()
        yield node
        if node.type not in _INNER_SCOPES:
            waiting.extend(reversed(node.children))


def _targets(node: Node) -> Iterator[str]:
    """Names that a target binds."""
    if node.type == "identifier":
        yield text(node)
    elif node.type in _PATTERNS or node.type in _AROUND_TARGETS or node.type == "tuple":
        for child in children(node):
            yield from _targets(child)


def bound_names(body: Node, without: Node | None = None) -> frozenset[str]:
    """Every name that the body makes local to its function; a few too many at worst.

    What the node `without` binds is left out.
    """
    names: set[str] = set()
    for node in own_nodes(body):
        if node == without:
            continue
        match node.type:
            case "assignment" | "augmented_assignment" | "for_statement":
                left = node.child_by_field_name("left")
                if left is not None:
                    names.update(_targets(left))
            case "named_expression" | "function_definition" | "class_definition":
                name = node.child_by_field_name("name")
                if name is not None:
                    names.add(text(name))
            case "delete_statement":
                for target in children(node):
                    names.update(_targets(target))
            case "as_pattern_target":
                for inside in own_nodes(node):
                    if inside.type == "identifier":
                        names.add(text(inside))
            case "case_pattern":
                names.update(
                    text(n)
                    for n in own_nodes(node)
                    if n.type == "identifier" and not _names_class_or_field(n)
                )
            case "import_statement" | "import_from_statement":
                names.update(text(n) for n in own_nodes(node) if n.type == "identifier")
            case "type_alias_statement":
                names.update(text(n) for n in own_nodes(node) if n.type == "identifier")
            case _:
                pass
    return frozenset(names)


def _names_class_or_field(identifier: Node) -> bool:
    """Whether a name in a pattern is read: `Rect` and `w` of `Rect(w=0)`, `Op` of `Op.ADD`."""
    around = identifier.parent
    if around is None:
        return False
    if around.type == "keyword_pattern":
        return identifier == children(around)[0]
    if around.type == "dotted_name" and len(children(around)) > 1:
        return True
    above = around.parent
    return (
        around.type == "dotted_name"
        and above is not None
        and above.type == "class_pattern"
        and around == children(above)[0]
    )


def changed_names(body: Node) -> frozenset[str]:
    """Names whose object the body may change in place by a statement of its own."""
    names: set[str] = set()
    for node in own_nodes(body):
        owner: Node | None = None
        match node.type:
            case "call":
                function = node.child_by_field_name("function")
                if function is not None and function.type == "attribute":
                    method = function.child_by_field_name("attribute")
                    if method is not None and text(method) in CHANGING:
                        owner = function.child_by_field_name("object")
                given = node.child_by_field_name("arguments")
                if function is not None and text(function).rpartition(".")[2] in _CHANGING_FIRST:
                    owner = None if given is None or not children(given) else children(given)[0]
            case "assignment" | "augmented_assignment" | "for_statement":
                left = node.child_by_field_name("left")
                if left is not None:
                    names.update(subscripted(left))
            case "delete_statement":
                names.update(subscripted(node))
            case _:
                pass
        if owner is not None:
            names.update(text(root) for root in roots_of(owner))
    return frozenset(names)


def roots_of(node: Node) -> Iterator[Node]:
    """The names that a chain of items and attributes may begin with: two in `(a if c else b).x`."""
    root = root_of(node)
    if root is not None:
        yield root
        return
    current: Node | None = node
    while current is not None:
        match current.type:
            case "subscript":
                current = current.child_by_field_name("value")
            case "attribute":
                current = current.child_by_field_name("object")
            case "parenthesized_expression":
                current = children(current)[0]
            case "conditional_expression":
                first, _, second = children(current)
                yield from roots_of(first)
                yield from roots_of(second)
                return
            case _:
                return


def root_of(node: Node) -> Node | None:
    """The name that a chain of items and attributes begins with."""
    current: Node | None = node
    while current is not None:
        match current.type:
            case "identifier":
                return current
            case "subscript":
                current = current.child_by_field_name("value")
            case "attribute":
                current = current.child_by_field_name("object")
            case "parenthesized_expression":
                current = children(current)[0]
            case _:
                return None
    return None


def augmented_names(body: Node) -> frozenset[str]:
    """Names with a statement `name += …` or its like, which changes a list or set in place."""
    names: set[str] = set()
    for node in own_nodes(body):
        left = node.child_by_field_name("left") if node.type == "augmented_assignment" else None
        while left is not None and left.type == "parenthesized_expression":
            left = children(left)[0]
        if left is not None and left.type == "identifier":
            names.add(text(left))
    return frozenset(names)


def subscripted(target: Node) -> Iterator[str]:
    """Names whose items or attributes, at any depth, the target assigns."""
    if target.type in ("subscript", "attribute"):
        yield from (text(root) for root in roots_of(target))
    elif target.type in _PATTERNS or target.type in _AROUND_TARGETS:
        for child in children(target):
            yield from subscripted(child)


def captures(
    function: Node,
    block: Node | None,
    name: str,
    scope: frozenset[str],
    binding: Node | None = None,
) -> frozenset[str] | None:
    """Names of the outer scope that a function inside another one may read when it is called:
    a few too many at worst, its own among them. None when the name may come to mean another.

    It means the function all through when that stands right in the outer body, `block`, where
    nothing but `binding` (else the definition itself) binds the name.
    """
    body = function.child_by_field_name("body")
    if block is None or block.parent is None or body is None:
        return None
    if block.parent.type != "function_definition":
        return None
    if name in bound_names(block, without=binding or function):
        return None
    parameters = parameters_of(function)
    own = bound_names(body) | set(parameters.names)
    used: set[str] = set()
    for part in (body, *(default for _, default in parameters.defaults)):
        used |= {text(node) for node in _everything(part) if _is_read(node)}
    return frozenset(used & scope) - own


def _is_read(node: Node) -> bool:
    """Whether an identifier may be a name that is read, rather than a member or a keyword."""
    if node.type != "identifier" or node.parent is None:
        return False
    around = node.parent
    return node != around.child_by_field_name("attribute") and (
        around.type != "keyword_argument" or node != around.child_by_field_name("name")
    )


def _everything(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(current.children)


def barrier(function: Node) -> tuple[Node, str] | None:
    """What makes the whole function something else than its statements, if anything does."""
    if function.children[0].type == "async":
        return function, "async function"
    body = function.child_by_field_name("body")
    if body is None:
        return function, "function without a body"
    for node in own_nodes(body):
        match node.type:
            case "yield" if not _is_statement(node):
                return node, "yield whose value is used"
            case "await":
                return node, "await"
            case "global_statement" | "nonlocal_statement":
                return node, node.type.replace("_", " ")
            case "break_statement" | "continue_statement" if not _inside_loop(node, function):
                return node, f"{node.type.split('_')[0]} outside a loop"
            case _:
                pass
    return None


def _is_statement(node: Node) -> bool:
    """Whether a `yield` stands alone; its keyword has the same name as the whole."""
    around = node.parent
    while around is not None and around.type == "yield":
        around = around.parent
    return around is not None and around.type == "expression_statement"


def is_generator(function: Node) -> bool:
    """Whether calling the function only makes an iterator of what it yields."""
    body = function.child_by_field_name("body")
    return body is not None and any(node.type == "yield" for node in own_nodes(body))


def _inside_loop(node: Node, function: Node) -> bool:
    """Whether a break or continue stands in the body of a loop of this function."""
    child, parent = node, node.parent
    while parent is not None and parent != function:
        if parent.type in ("for_statement", "while_statement"):
            body = parent.child_by_field_name("body")
            if body is not None and body == child:
                return True
        child, parent = parent, parent.parent
    return False


def read_inside(body: Node) -> frozenset[str]:
    """Names that generators and lambdas in the body speak of: these are functions of their own."""
    own = (node for node in walk(body) if node.type in ("generator_expression", "lambda"))
    return frozenset(text(part) for node in own for part in walk(node) if part.type == "identifier")
