"""What a module's own statements do when it is loaded: constants, functions, imports, obstacles."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Expr,
)
from axiom_verifiers.contracts.types import UNKNOWN, Type
from axiom_verifiers.contracts.typing_rules import is_known, is_mutable
from axiom_verifiers.core.program import Unmodelled
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._annotations import STANDARD, annotated
from axiom_verifiers.frontends.python._binding import CHANGING, bound_names, subscripted
from axiom_verifiers.frontends.python._classes import (
    ClassFacts,
    Surround,
    read_class,
    read_functional,
)
from axiom_verifiers.frontends.python._constants import OnlyConstants, folded
from axiom_verifiers.frontends.python._context import (
    NotModelledError,
)
from axiom_verifiers.frontends.python._dispatch import FunctionTable, only_looked_up, table_of
from axiom_verifiers.frontends.python._effects import (
    declared_global,
    handed_on,
    inner_imports,
    reaching,
    unread,
)
from axiom_verifiers.frontends.python._enums import read_enum
from axiom_verifiers.frontends.python._error_classes import only_tells, told_counts
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._statements import Statements
from axiom_verifiers.frontends.python._tree import children, place, text, walk

# Modules of the standard library whose import runs nothing that a contract could notice.
_HARMLESS = frozenset(
    {
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
        "operator",
        "re",
        "statistics",
        "string",
        "typing",
    }
)


# Exceptions that look at what they are given, from the second argument on.
# What methods are decorated with, by their own names.
_OF_METHODS = frozenset({"classmethod", "property", "staticmethod"})
_READ_ARGUMENTS = frozenset({"BlockingIOError", "IndentationError", "SyntaxError", "TabError"})
_NEED_ARGUMENTS = frozenset(
    {
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeTranslateError",
        "ExceptionGroup",
        "BaseExceptionGroup",
    }
)


def raisable(name: str) -> bool:
    """Whether `raise NAME(...)` of the builtin is modelled: it takes any arguments."""
    value = getattr(builtins, name, None)
    return isinstance(value, type) and issubclass(value, Exception) and name not in _NEED_ARGUMENTS


class TopLevel:
    """The facts of one module.

    `bound` holds every name that the module binds anywhere at its top level, `called` every
    name that is used as one inside it.
    """

    def __init__(self, root: Node) -> None:
        self.functions: dict[str, Node] = {}
        self.constants: dict[str, Expr] = {}
        self.imports: dict[str, str] = {}
        self.exceptions: dict[str, str] = {}
        self.classes: dict[str, ClassFacts] = {}
        self.aliases: dict[str, Node] = {}
        self.error_classes: dict[str, tuple[str, ...]] = {}
        # How many arguments the exceptions take that have an `__init__` of their own.
        self.error_arguments: dict[str, int] = {}
        self.renaming: set[str] = set()
        # Tables of functions, and the definitions that stood under their names then.
        self.function_tables: dict[str, FunctionTable] = {}
        self._table_nodes: dict[str, tuple[Node, dict[str, Node | None]]] = {}
        # Functions whose results are kept from one call to the next.
        self.kept: set[str] = set()
        self.bound: set[str] = set()
        self.called: set[str] = set()
        self._initialisers: set[int] = set()
        self.obstacles: tuple[Unmodelled, ...] = ()
        self._found: list[Unmodelled] = []
        for node in walk(root):
            if node.type == "call":
                function = node.child_by_field_name("function")
                if function is not None and function.type == "identifier":
                    self.called.add(text(function))
        for statement in children(root):
            self._statement(statement)
        for name in sorted(declared_global(root)):
            self._forget(name)
        for name in sorted(self.bound & _OF_METHODS):
            self._obstacle(root, f"{name}, which is bound to something else")
        self._withdraw_tables(root)
        self._withdraw_changed(root)
        self._withdraw_handed_on(root)
        held = frozenset({*self.classes, *self.imports, *self.aliases})
        for node, construct in reaching(root, frozenset(self._initialisers), held):
            self._obstacle(node, construct)
        for node in inner_imports(root):
            for origin, _ in _imported(node):
                if origin.split(".", 1)[0] not in _HARMLESS:
                    self._obstacle(node, f"import of {origin}")
        self.obstacles = tuple(self._found)

    def _obstacle(self, node: Node, construct: str) -> None:
        self._found.append(Unmodelled(place=place(node), construct=construct))

    def _forget(self, name: str) -> None:
        """The name is bound here: what it meant before is gone."""
        self.bound.add(name)
        self.functions.pop(name, None)
        self.kept.discard(name)
        self.constants.pop(name, None)
        self.imports.pop(name, None)
        self.exceptions.pop(name, None)
        self.classes.pop(name, None)
        self.aliases.pop(name, None)
        self.renaming.discard(name)
        self.function_tables.pop(name, None)
        self.error_classes.pop(name, None)
        self.error_arguments.pop(name, None)

    def _statement(self, node: Node) -> None:
        match node.type:
            case "function_definition":
                self._function(node)
            case "import_statement" | "import_from_statement" | "future_import_statement":
                self._import(node)
            case "pass_statement" | "comment":
                pass
            case "expression_statement":
                self._expression_statement(node)
            case "if_statement" if _is_main_guard(node):
                pass
            case "class_definition":
                self._class(node, [])
            case "decorated_definition" if children(node)[-1].type == "class_definition":
                *decorators, definition = children(node)
                self._class(definition, decorators)
            case "type_alias_statement":
                self._alias_statement(node)
            case "decorated_definition":
                for inner in children(node):
                    name = inner.child_by_field_name("name")
                    if name is not None:
                        self._forget(text(name))
                *decorators, definition = children(node)
                if not all(self._keeps_results(decorator) for decorator in decorators):
                    self._obstacle(node, "decorator")
                    return
                self._function(definition)
                self.kept |= {name for name, one in self.functions.items() if one == definition}
            case other:
                for name in bound_names(node):
                    self._forget(name)
                self._obstacle(node, f"{other.replace('_', ' ')} at module level")

    def _keeps_results(self, decorator: Node) -> bool:
        """Whether a decorator only keeps a function's results: `cache`, `lru_cache(…)`."""
        inside = children(decorator)
        made = inside[0] if len(inside) == 1 else decorator
        around = Surround(self.imports, self.literal)
        if made.type == "call":
            arguments = made.child_by_field_name("arguments")
            constant = arguments is not None and all(
                self.literal(part.child_by_field_name("value") or part) is not None
                for part in children(arguments)
            )
            function = made.child_by_field_name("function")
            origin = "" if function is None else around.origin(function)
            return constant and origin == "functools.lru_cache"
        return around.origin(made) in ("functools.cache", "functools.lru_cache")

    def _function(self, node: Node) -> None:
        name_node = node.child_by_field_name("name")
        parameters = node.child_by_field_name("parameters")
        if name_node is None or parameters is None:
            self._obstacle(node, "function definition")
            return
        for parameter in children(parameters):
            default = parameter.child_by_field_name("value")
            if default is not None and self._value(default) is None:
                self._obstacle(default, "default argument that is not a constant")
        name = text(name_node)
        self._forget(name)
        self.functions[name] = node

    def _may_tell(self, initialiser: Node, base: str, error: str | None) -> bool:
        """Whether what an exception's `__init__` hands to the one it derives from is taken."""
        wanted = self.error_arguments.get(base)
        counts = told_counts(initialiser)
        return (
            "super" not in self.bound
            and error not in _READ_ARGUMENTS
            and (wanted is None or counts <= {wanted})
        )

    def _class(self, node: Node, decorators: list[Node]) -> None:
        """A record, or an exception that adds nothing to a builtin one; else an obstacle."""
        name_node = node.child_by_field_name("name")
        bases = node.child_by_field_name("superclasses")
        body = node.child_by_field_name("body")
        if name_node is None or body is None:
            self._obstacle(node, "class definition")
            return
        name = text(name_node)
        base = [] if bases is None else children(bases)
        inner = [
            child
            for child in children(body)
            if child.type != "pass_statement"
            and not _literals.is_docstring(child)
            and text(child) != "..."
        ]
        arguments = only_tells(inner[0]) if len(inner) == 1 else None
        plain = not decorators and (not inner or arguments is not None)
        of = text(base[0]) if len(base) == 1 and base[0].type == "identifier" else ""
        error = self.exceptions.get(of)
        if error is None and of not in self.bound and raisable(of):
            error = of
        if arguments is not None and not self._may_tell(inner[0], of, error):
            plain = False
        if error is not None and plain:
            above = self.error_classes.get(of, ())
            self._forget(name)
            self.exceptions[name] = error
            self.error_classes[name] = (name, *above)
            if arguments is None:
                arguments = self.error_arguments.get(of)
            if arguments is not None:
                self.error_arguments[name] = arguments
            if inner:
                self._initialisers.add(node.start_byte)
            return
        around = Surround(dict(self.imports), self.literal, frozenset(self.bound))
        enumerates = len(base) == 1 and around.origin(base[0]) == "enum.Enum" and not decorators
        facts = read_enum(node, around) if enumerates else read_class(node, decorators, around)
        self._forget(name)
        if isinstance(facts, str):
            self._obstacle(node, facts)
            return
        self.classes[name] = facts
        if facts.form == "plain":
            self._initialisers.add(node.start_byte)

    def _alias_statement(self, node: Node) -> None:
        """`type Grid = list[list[int]]`."""
        parts = children(node)
        inside = children(parts[0]) if parts else []
        if len(parts) != 2 or len(inside) != 1 or inside[0].type != "identifier":
            self._obstacle(node, "type alias statement at module level")
            return
        self._forget(text(inside[0]))
        self.aliases[text(inside[0])] = parts[1]

    def _names_type(self, node: Node) -> bool:
        """Whether a value at module level is a type made of types, as in an annotation."""
        if node.type == "call":
            function = node.child_by_field_name("function")
            arguments = node.child_by_field_name("arguments")
            around = Surround(self.imports, self.literal)
            origin = "" if function is None else around.origin(function)
            given = [] if arguments is None else children(arguments)
            if origin == "typing.NewType" and len(given) == 2:
                return annotated(given[1], self._type_named) is not None
            return origin == "typing.TypeVar" and len(given) == 1
        composed = ("identifier", "subscript", "generic_type", "binary_operator")
        return node.type in composed and annotated(node, self._type_named) is not None

    def _type_named(self, name: str) -> Type | None:
        """Some type for a name that is one: which, only the contract can tell."""
        if name in self.aliases or name in self.classes:
            return UNKNOWN
        return None if name in self.bound and name not in self.imports else STANDARD.get(name)

    def _import(self, node: Node) -> None:
        if node.type == "future_import_statement":
            return
        if any(child.type == "wildcard_import" for child in children(node)):
            self._obstacle(node, "import of every name")
            return
        for origin, bound in _imported(node):
            if origin.split(".", 1)[0] not in _HARMLESS:
                self._obstacle(node, f"import of {origin}")
            self._forget(bound)
            self.imports[bound] = origin

    def _expression_statement(self, node: Node) -> None:
        if _literals.is_docstring(node):
            return
        for inside in children(node):
            if inside.type != "assignment":
                if inside.type != "ellipsis":
                    self._obstacle(inside, "code that runs when the module is loaded")
                continue
            self._assignment(inside)

    def _assignment(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or left.type != "identifier":
            for name in bound_names(node):
                self._forget(name)
            self._obstacle(node, "assignment at module level")
            return
        if right is None:
            return
        name = text(left)
        again = name in self.bound
        made = read_functional(name, right, Surround(self.imports, self.literal))
        if made is None and not again and self._names_type(right):
            self._forget(name)
            given = right.child_by_field_name("arguments") if right.type == "call" else None
            renamed = [] if given is None else children(given)[1:]
            if renamed:
                # What `NewType` makes gives back what it is given.
                self.renaming.add(name)
            self.aliases[name] = renamed[0] if renamed else right
            return
        self._forget(name)
        if isinstance(made, ClassFacts) and not again:
            self.classes[name] = made
            return
        table = table_of(right)
        if table is not None and not again:
            self.function_tables[name] = table
            names = [text(one) for one in table.functions if one.type == "identifier"]
            self._table_nodes[name] = right, {one: self.functions.get(one) for one in names}
            self.called.update(names)
            return
        value = self.literal(right)
        if value is None:
            for inner in bound_names(right):
                self._forget(inner)
            self._obstacle(right, "module-level value that is not a constant")
        elif not again and not self._holds_table(right):
            self.constants[name] = value

    def _withdraw_tables(self, root: Node) -> None:
        """A table of functions is none where its name is used otherwise, or where a function in it
        is not what its name means at last.
        """
        for name, (node, then) in self._table_nodes.items():
            table = self.function_tables.get(name)
            known = table is not None and all(map(self._is_function, table.functions))
            same = all(self.functions.get(one) == before for one, before in then.items())
            if not known or not same or not only_looked_up(name, root, root.start_byte):
                self.function_tables.pop(name, None)
                self._obstacle(node, "module-level value that is not a constant")

    def _is_function(self, node: Node) -> bool:
        """Whether what stands in a table is a function that is known at module level."""
        if node.type != "identifier":
            around = Surround(self.imports, self.literal)
            return bool(around.origin(node)) or (node.type == "lambda" and self._is_plain(node))
        name = text(node)
        builtin = name not in self.bound and hasattr(builtins, name)
        return builtin or name in self.functions or name in self.imports

    def _is_plain(self, function: Node) -> bool:
        """Whether making the lambda evaluates nothing but constants."""
        parameters = parameters_of(function)
        constants = (self.literal(default) is not None for _, default in parameters.defaults)
        return not parameters.problem and all(constants)

    def _holds_table(self, node: Node) -> bool:
        """Whether the value may share an object with a table under another name."""
        named = [self.constants.get(text(n)) for n in walk(node) if n.type == "identifier"]
        return any(value is not None and is_mutable(value.type) for value in named)

    def _withdraw_handed_on(self, root: Node) -> None:
        """A table that something else may get hold of is no constant."""
        bound = unread(self.bound, self.imports)
        for node in walk(root):
            value = self.constants.get(text(node)) if node.type == "identifier" else None
            if value is None or node.parent is None or not is_mutable(value.type):
                continue
            around = node.parent
            if around.type == "assignment" and node == around.child_by_field_name("left"):
                continue
            if handed_on(node, value.type, bound):
                self._withdraw(text(node))

    def _withdraw_changed(self, root: Node) -> None:
        """A table that any function may change in place is no constant."""
        for node in walk(root):
            owner: Node | None = None
            if node.type == "call":
                function = node.child_by_field_name("function")
                if function is not None and function.type == "attribute":
                    method = function.child_by_field_name("attribute")
                    if method is not None and text(method) in CHANGING:
                        owner = function.child_by_field_name("object")
            elif node.type in ("assignment", "augmented_assignment", "delete_statement"):
                left = node.child_by_field_name("left") or node
                for name in subscripted(left):
                    self._withdraw(name)
            if owner is not None:
                self._withdraw(text(owner).split("[", 1)[0])

    def _withdraw(self, name: str) -> None:
        value = self.constants.get(name)
        if value is not None and is_mutable(value.type):
            del self.constants[name]

    def literal(self, node: Node) -> Expr | None:
        """The value of a constant expression that cannot fail; None for any other."""
        value = self._value(node)
        return value if value is not None and is_known(value.type) else None

    def _value(self, node: Node) -> Expr | None:
        """The same, where the type of an empty display need not be known."""
        translator = Statements(
            OnlyConstants(self.constants, self.imports, self.bound),
            {},
            frozenset(),
            frozenset(),
            {},
            UNKNOWN,
        )
        translator.pure = 1
        try:
            return folded(translator.expression(node))
        except NotModelledError:
            return None


def _imported(node: Node) -> Iterator[tuple[str, str]]:
    """Where each imported name comes from, dotted, and the name that is bound."""
    module_node = node.child_by_field_name("module_name")
    for item in node.children_by_field_name("name"):
        alias = item.child_by_field_name("alias")
        name_node = item.child_by_field_name("name") if alias is not None else item
        dotted = "" if name_node is None else text(name_node)
        origin = dotted if module_node is None else f"{text(module_node)}.{dotted}"
        yield origin, text(alias) if alias is not None else dotted.split(".", 1)[0]


def _is_main_guard(node: Node) -> bool:
    condition = node.child_by_field_name("condition")
    if condition is None or node.child_by_field_name("alternative") is not None:
        return False
    parts = text(condition).replace("'", '"').split()
    return parts in (["__name__", "==", '"__main__"'], ['"__main__"', "==", "__name__"])
