"""Classes that are records: dataclasses, NamedTuples, TypedDicts, and classes that store arguments.

What is read here is syntax alone: which fields a class has, in which order and with which
defaults, and what else its body holds. Whatever changes how its objects are made, compared,
hashed or read is a reason not to model the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.typing_rules import is_mutable
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._class_methods import changes_class, is_class_method
from axiom_verifiers.frontends.python._initialisers import Hint, given_fields
from axiom_verifiers.frontends.python._tree import children, text, walk

Form = Literal["frozen", "dataclass", "namedtuple", "typeddict", "plain", "enum"]
# What the objects of a form have by themselves; a field or method of that name is another thing.
_OF_TUPLES = frozenset({"count", "index"})
# Methods with a name of Python's: those that only make texts of objects, and those by which
# operators, comparisons, truth and making have a meaning of the class's own.
TEXTS = frozenset({"__format__", "__repr__", "__str__"})
_ORDERS = frozenset({"__ge__", "__gt__", "__le__", "__lt__"})
_OWN_MEANING = _ORDERS | {
    "__add__", "__bool__", "__eq__", "__hash__", "__len__", "__mul__", "__neg__", "__post_init__",
    "__sub__",
}  # fmt: skip
_DATACLASS = "dataclasses.dataclass"
_NAMED_TUPLE = "typing.NamedTuple"
_NAMEDTUPLE = "collections.namedtuple"
_TYPED_DICT = frozenset({"typing.TypedDict"})
# Options of `dataclass` that leave objects as they are modelled, whatever their value.
_PLAIN_OPTIONS = frozenset({"slots", "repr", "weakref_slot"})


class Field(msgspec.Struct, frozen=True):
    """`default` is a constant, or the name of a builtin that makes a fresh empty collection."""

    name: str
    annotation: Node | None
    default: Expr | str | None = None
    hint: Hint | None = None


class ClassFacts(msgspec.Struct, frozen=True):
    """A class that is a record. `ordered` says that `<` compares the fields from first to last;
    `maker` is an `__init__` that does more than store its parameters.
    """

    name: str
    form: Form
    fields: tuple[Field, ...]
    methods: Mapping[str, Node] = {}
    properties: frozenset[str] = frozenset()
    constants: Mapping[str, Expr] = {}
    ordered: bool = False
    keyword_only: bool = False
    statics: frozenset[str] = frozenset()
    maker: Node | None = None
    members: Mapping[str, Expr] = {}


class Surround(msgspec.Struct, frozen=True):
    """What a class sees of its module: origins of imported names, the value of a literal, and the
    names that the module has bound so far, which are no builtins.
    """

    imports: Mapping[str, str]
    literal: Callable[[Node], Expr | None]
    bound: frozenset[str] = frozenset()

    def origin(self, node: Node) -> str:
        """The dotted name in the library that an expression means; empty if it means none."""
        if node.type == "identifier":
            return self.imports.get(text(node), "")
        if node.type == "attribute":
            owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if owner is not None and name is not None and owner.type == "identifier":
                module = self.imports.get(text(owner), "")
                return f"{module}.{text(name)}" if module else ""
        return ""


def read_class(node: Node, decorators: list[Node], around: Surround) -> ClassFacts | str:
    """The record that a class definition makes, or why it is not modelled."""
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is None or body is None or node.child_by_field_name("type_parameters") is not None:
        return "class definition"
    superclasses = node.child_by_field_name("superclasses")
    bases = [] if superclasses is None else children(superclasses)
    bases = [base for base in bases if text(base) != "object"]
    reader = _Body(around)
    if len(decorators) == 1 and not bases:
        options = _options(decorators[0], around)
        if options is None:
            return "decorator of a class"
        wrong = reader.read(body, fields=True)
        if wrong or not _proper(reader, options.form):
            return wrong or "class definition"
        if options.ordered and _ORDERS & set(reader.methods):
            return "an order beside the order of a class"
        return reader.facts(text(name), options)
    if decorators:
        return "decorator of a class"
    if not bases:
        wrong = reader.read(body, fields=False)
        if not wrong and reader.initialised():
            wrong = reader.computed()
        return wrong or reader.facts(text(name), _Options("plain"))
    if len(bases) != 1:
        return "class with several bases"
    origin = around.origin(bases[0])
    if origin == _NAMED_TUPLE:
        form: Form = "namedtuple"
    elif origin in _TYPED_DICT:
        form = "typeddict"
    else:
        return f"class derived from {text(bases[0])}"
    wrong = reader.read(body, fields=True)
    if wrong or not _proper(reader, form):
        return wrong or "class definition"
    return reader.facts(text(name), _Options(form, ordered=form == "namedtuple"))


def read_functional(name: str, node: Node, around: Surround) -> ClassFacts | str | None:
    """The record that `Name = NamedTuple("Name", …)` makes; None when it is no such call."""
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if node.type != "call" or function is None or arguments is None:
        return None
    origin = around.origin(function)
    if origin not in (_NAMED_TUPLE, _NAMEDTUPLE, *_TYPED_DICT):
        return None
    given = children(arguments)
    if len(given) != 2 or _constant(given[0]) != name:
        return f"call of {origin}"
    form: Form = "typeddict" if origin in _TYPED_DICT else "namedtuple"
    fields: list[Field] | None
    match form, given[1].type:
        case "typeddict", "dictionary":
            fields = _pairs(given[1], "pair")
        case "namedtuple", "list" | "tuple" if origin == _NAMED_TUPLE:
            fields = _pairs(given[1], "tuple")
        case "namedtuple", _ if origin == _NAMEDTUPLE:
            fields = _named(given[1])
        case _:
            fields = None
    if not fields or len({field.name for field in fields}) != len(fields):
        return f"call of {origin}"
    if any(_reserved(field.name, form) for field in fields):
        return f"call of {origin}"
    return ClassFacts(name, form, tuple(fields), ordered=form == "namedtuple")


def _pairs(node: Node, kind: str) -> list[Field] | None:
    """Fields given as pairs of a name and a type."""
    found: list[Field] = []
    for pair in children(node):
        parts = children(pair)
        name = _constant(parts[0]) if len(parts) == 2 else None
        if pair.type != kind or name is None:
            return None
        found.append(Field(name, parts[1]))
    return found


def _named(node: Node) -> list[Field] | None:
    """Fields given by their names: a list of texts, or one text of words."""
    whole = _constant(node)
    if whole is not None:
        return [Field(name, None) for name in whole.replace(",", " ").split()]
    if node.type not in ("list", "tuple"):
        return None
    names = [_constant(child) for child in children(node)]
    return None if None in names else [Field(str(name), None) for name in names]


def _constant(node: Node) -> str | None:
    return _literals.plain_string(node) if node.type == "string" else None


class _Options(msgspec.Struct, frozen=True):
    form: Form
    ordered: bool = False
    keyword_only: bool = False


def _options(decorator: Node, around: Surround) -> _Options | None:
    """What `@dataclass` or `@dataclass(…)` asks for; None when that is not modelled."""
    (expression,) = children(decorator)
    if expression.type != "call":
        return _Options("dataclass") if around.origin(expression) == _DATACLASS else None
    function = expression.child_by_field_name("function")
    arguments = expression.child_by_field_name("arguments")
    if function is None or arguments is None or around.origin(function) != _DATACLASS:
        return None
    flags: dict[str, bool] = {}
    for argument in children(arguments):
        key, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
        if argument.type != "keyword_argument" or key is None or value is None:
            return None
        if value.type not in ("true", "false"):
            return None
        flags[text(key)] = value.type == "true"
    if not flags.pop("eq", True) or not flags.pop("init", True):
        return None
    frozen, ordered = flags.pop("frozen", False), flags.pop("order", False)
    keyword_only = flags.pop("kw_only", False)
    if flags.keys() - _PLAIN_OPTIONS:
        return None
    return _Options("frozen" if frozen else "dataclass", ordered, keyword_only)


def _reserved(name: str, form: Form) -> bool:
    """Names that a field cannot have, or that would hide what objects of the form have."""
    if form in ("namedtuple", "typeddict"):
        return name.startswith("_") or (form == "namedtuple" and name in _OF_TUPLES)
    return name.startswith("__")


def _proper(reader: _Body, form: Form) -> bool:
    names = [field.name for field in reader.fields]
    if form in ("namedtuple", "typeddict") and _OWN_MEANING & set(reader.methods):
        return False  # What tuples and dicts do by themselves would be another thing.
    others = (*reader.methods, *reader.constants)
    if len(set(names)) != len(names) or set(names) & set(others):
        return False
    if form == "typeddict" and (others or any(field.default for field in reader.fields)):
        return False
    if form == "namedtuple" and any(isinstance(field.default, str) for field in reader.fields):
        return False
    special = TEXTS | _OWN_MEANING
    return not any(_reserved(name, form) for name in (*names, *others) if name not in special)


class _Body:
    """The statements of a class's body."""

    def __init__(self, around: Surround) -> None:
        self.around = around
        self.fields: list[Field] = []
        self.methods: dict[str, Node] = {}
        self.properties: set[str] = set()
        self.statics: set[str] = set()
        self.constants: dict[str, Expr] = {}
        self.initialiser: Node | None = None
        self.maker: Node | None = None

    def facts(self, name: str, options: _Options) -> ClassFacts:
        return ClassFacts(
            name,
            options.form,
            tuple(self.fields),
            self.methods,
            frozenset(self.properties),
            self.constants,
            options.ordered,
            options.keyword_only,
            frozenset(self.statics),
            self.maker,
        )

    def read(self, body: Node, *, fields: bool) -> str:
        """Notes every statement; why the class is not modelled, or nothing."""
        for statement in children(body):
            wrong = self._statement(statement, fields=fields)
            if wrong:
                return wrong
        return ""

    def _statement(self, node: Node, *, fields: bool) -> str:
        if node.type in ("pass_statement", "comment") or _literals.is_docstring(node):
            return ""
        match node.type:
            case "expression_statement":
                (inside,) = children(node)
                if inside.type == "ellipsis":
                    return ""
                if inside.type == "assignment":
                    return self._assignment(inside, fields=fields)
            case "function_definition":
                return self._method(node, is_property=False)
            case "decorated_definition":
                *decorators, inner = children(node)
                names = [text(decorator) for decorator in decorators]
                if any(map(self._names, decorators)):
                    return "decorator in a class"
                if inner.type == "function_definition" and names == ["@property"]:
                    return self._method(inner, is_property=True)
                if inner.type == "function_definition" and names == ["@staticmethod"]:
                    return self._static(inner)
                if is_class_method(inner) and not changes_class(inner):
                    return self._static(inner)
                return "decorator in a class"
            case _:
                pass
        return f"{node.type.replace('_', ' ')} in a class"

    def _static(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        if name is None or text(name).startswith("__"):
            return "decorator in a class"
        self.statics.add(text(name))
        return self._method(node, is_property=False)

    def _assignment(self, node: Node, *, fields: bool) -> str:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        annotation = node.child_by_field_name("type")
        if left is None or left.type != "identifier":
            return "assignment in a class"
        name = text(left)
        if right is not None and self._names(right):
            return "value in a class that names another of the class"
        if (
            name in self.constants
            or name in self.methods
            or any(field.name == name for field in self.fields)
        ):
            return "a name that a class binds twice"
        if annotation is None or not fields or _is_class_variable(annotation):
            value = None if right is None else self.around.literal(right)
            if value is None or is_mutable(value.type):
                return "value in a class that is not a constant"
            self.constants[name] = value
            return ""
        if any(word in text(annotation) for word in ("InitVar", "KW_ONLY", "Required", "ReadOnly")):
            return f"field {name} of an unusual kind"
        default = None if right is None else self._default(right)
        if right is not None and default is None:
            return f"default of the field {name}"
        self.fields.append(Field(name, annotation, default))
        return ""

    def _names(self, node: Node) -> bool:
        """Whether it reads a name of the class itself, which hides the module's in its body."""
        own = {*self.constants, *self.methods, *(field.name for field in self.fields)}
        values = [node]
        if node.type == "parameters":
            found = [child.child_by_field_name("value") for child in children(node)]
            values = [value for value in found if value is not None]
        return any(
            inside.type == "identifier" and text(inside) in own
            for value in values
            for inside in walk(value)
        )

    def _default(self, node: Node) -> Expr | str | None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if node.type != "call" or function is None or arguments is None:
            value = self.around.literal(node)
            return None if value is None or is_mutable(value.type) else value
        if self.around.origin(function) != "dataclasses.field":
            return None
        given = children(arguments)
        if len(given) != 1 or given[0].type != "keyword_argument":
            return None
        key, value_node = (
            given[0].child_by_field_name("name"),
            given[0].child_by_field_name("value"),
        )
        if key is None or value_node is None:
            return None
        if text(key) == "default":
            return self._default(value_node) if value_node.type != "call" else None
        made = text(value_node)
        if text(key) == "default_factory" and made in ("list", "dict", "set"):
            return None if made in self.around.bound else made
        return None

    def _method(self, node: Node, *, is_property: bool) -> str:
        name_node = node.child_by_field_name("name")
        name = "" if name_node is None else text(name_node)
        if name in self.methods or name in self.constants:
            return "a name that a class binds twice"
        if node.children[0].type == "async":
            return "async method"
        parameters = node.child_by_field_name("parameters")
        if parameters is None or self._names(parameters):
            return f"parameters of the method {name}"
        if name == "__init__" and not is_property:
            self.initialiser = node
            return ""
        if name.startswith("__") and name not in TEXTS | _OWN_MEANING:
            return f"method {name}"
        self.methods[name] = node
        if is_property:
            self.properties.add(name)
        return ""

    # ------------------------------------------------------------ classes that store arguments

    def initialised(self) -> str:
        """Reads the fields off `__init__`, which may only store its parameters."""
        node = self.initialiser
        parameters = None if node is None else node.child_by_field_name("parameters")
        body = None if node is None else node.child_by_field_name("body")
        if parameters is None or body is None:
            return "class without an __init__"
        given = children(parameters)
        if not given or given[0].type != "identifier":
            return "__init__ without self"
        own = text(given[0])
        stored = dict(_stored(body, own))
        if None in stored:
            return "__init__ that does more than store its parameters"
        for parameter in given[1:]:
            field = self._parameter(parameter)
            if field is None:
                return "parameters of __init__"
            if stored.pop(field.name, None) != field.name:
                return "__init__ that does more than store its parameters"
            self.fields.append(field)
        names = {field.name for field in self.fields}
        if stored or len(names) != len(self.fields) or names & {*self.methods, *self.constants}:
            return "__init__ that does more than store its parameters"
        if any(name.startswith("__") for name in names):
            return "__init__ that does more than store its parameters"
        return ""

    def computed(self) -> str:
        """Reads the fields off an `__init__` that computes them."""
        if self.initialiser is None:
            return "class without an __init__"
        found = given_fields(self.initialiser, self.methods)
        if isinstance(found, str):
            return found
        if set(found) & {*self.methods, *self.constants} or any(n.startswith("__") for n in found):
            return "a name that a class binds twice"
        self.maker = self.initialiser
        self.fields = [Field(name, None, None, hint) for name, hint in found.items()]
        return ""

    def _parameter(self, node: Node) -> Field | None:
        annotation = node.child_by_field_name("type")
        value = node.child_by_field_name("value")
        match node.type:
            case "identifier":
                return Field(text(node), None)
            case "typed_parameter" if node.children[0].type == "identifier":
                return Field(text(node.children[0]), annotation)
            case "default_parameter" | "typed_default_parameter" if value is not None:
                name = node.child_by_field_name("name")
                default = self.around.literal(value)
                if name is None or default is None or is_mutable(default.type):
                    return None
                return Field(text(name), annotation, default)
            case _:
                return None


def _is_class_variable(annotation: Node) -> bool:
    return text(annotation).split("[", 1)[0].rsplit(".", 1)[-1] == "ClassVar"


def _stored(body: Node, own: str) -> Iterator[tuple[str | None, str]]:
    """What an `__init__` stores: the attribute and the parameter's name; None for all else."""
    for statement in children(body):
        if _literals.is_docstring(statement):
            continue
        inside = children(statement)
        node = inside[0] if statement.type == "expression_statement" and inside else statement
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment" or left is None or right is None:
            yield None, ""
            continue
        owner = left.child_by_field_name("object")
        name = left.child_by_field_name("attribute")
        simple = left.type == "attribute" and owner is not None and text(owner) == own
        if not simple or name is None or right.type != "identifier":
            yield None, ""
            continue
        yield text(name), text(right)


__all__ = [
    "ClassFacts",
    "Field",
    "Form",
    "Surround",
    "read_class",
    "read_functional",
]
