"""The state of one function's translation: names, types, emitted statements."""

from __future__ import annotations

import abc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Literal

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Compare,
    Constant,
    Expr,
    FieldOf,
    Index,
    MakeDict,
    Variable,
)
from axiom_verifiers.contracts.source import NOWHERE
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    FloatType,
    ListType,
    OptionalType,
    RecordType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import is_known, join, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.flow import expressions
from axiom_verifiers.core.program import Assign, Evaluate, If, Statement, Unmodelled
from axiom_verifiers.frontends.python._classes import Form
from axiom_verifiers.frontends.python._dispatch import FunctionTable
from axiom_verifiers.frontends.python._floats import Kind, kind, promoted, stores_maybe_int, worst
from axiom_verifiers.frontends.python._late import is_iterator, is_saving
from axiom_verifiers.frontends.python._narrowing import names_only, without_optional
from axiom_verifiers.frontends.python._tree import place, span
from axiom_verifiers.frontends.python._typing import fit, holds_frozen

Branch = tuple[list[Statement], Expr]
Translate = Callable[[Node], Expr]


class NotModelledError(Exception):
    """Raised inside the front end at a construct that it cannot translate; always caught there."""

    def __init__(self, node: Node, construct: str) -> None:
        super().__init__(construct)
        self.node = node
        self.construct = construct


class Shape(msgspec.Struct, frozen=True):
    """How the arguments of a call are given. `defaults` holds the constants of the parameters
    that have one; `captures` names what a nested function reads of the one around it: these
    come last, are never written at a call, and are what the names hold then.
    """

    names: tuple[str, ...]
    defaults: Mapping[str, Expr] = {}
    positional_only: frozenset[str] = frozenset()
    keyword_only: frozenset[str] = frozenset()
    captures: tuple[str, ...] = ()


class Signature(msgspec.Struct, frozen=True):
    """What a function of the file, or another intent, takes and gives; `changes` says that it
    changes an argument in place.
    """

    name: str
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    changes: bool = False


class Nested(msgspec.Struct, frozen=True):
    """A function inside a function. `captures` are the names that it reads of the one around
    it, `functions` what nested functions are called by in it.
    """

    node: Node
    captures: tuple[str, ...] = ()
    functions: Mapping[str, str] = {}


class RecordClass(msgspec.Struct, frozen=True):
    """A record that code may make: one of its own classes, or one that is supplied.

    `defaults` gives a field a constant, or the builtin that makes its fresh collection. Its
    methods are functions of the module, called `Class.method`; a property is one of them. One
    that is `computed` is made by the function `Class.__init__`; `members` are the values of an
    enumeration.
    """

    type: RecordType
    form: Form
    defaults: Mapping[str, Expr | str] = {}
    methods: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()
    constants: Mapping[str, Expr] = {}
    ordered: bool = False
    keyword_only: bool = False
    statics: frozenset[str] = frozenset()
    computed: bool = False
    members: Mapping[str, Expr] = {}


class Surroundings(abc.ABC):
    """What a function's body sees of its module. The module's translation implements it."""

    @abc.abstractmethod
    def constant(self, name: str) -> Expr | None:
        """The expression that stands for a module-level constant, or None."""

    @abc.abstractmethod
    def table(self, name: str) -> Expr | None:
        """What a table is that such an expression refers to, or None."""

    @abc.abstractmethod
    def is_builtin(self, name: str) -> bool:
        """Whether the name means the builtin of that name at module level."""

    @abc.abstractmethod
    def exception(self, name: str) -> str | None:
        """The builtin exception that `raise NAME(…)` raises an instance of, if it is modelled.

        A class of the file that only names a builtin one is that one to every contract.
        """

    @abc.abstractmethod
    def error_classes(self, name: str) -> tuple[str, ...]:
        """The classes of the file that an exception of that name is, nearest first."""

    @abc.abstractmethod
    def error_arguments(self, name: str) -> int | None:
        """How many arguments an exception of the file takes; None where any will do."""

    @abc.abstractmethod
    def lift(self, name: str, nested: Nested) -> bool:
        """Make a function of a function callable under `name`; False when it cannot be."""

    @abc.abstractmethod
    def definition(self, name: str) -> Node | None:
        """The definition of the module's function of that name, if that is what it means."""

    @abc.abstractmethod
    def function_table(self, name: str) -> FunctionTable | None:
        """The table of functions that the name means at module level."""

    @abc.abstractmethod
    def generates(self, name: str) -> Literal["", "silent", "quiet", "late"]:
        """Whether the function of that name is one that yields, and if so, whether anybody may
        be able to tell when it ran.
        """

    @abc.abstractmethod
    def literal(self, node: Node) -> Expr | None:
        """The value of a constant expression at module level that cannot fail; else None."""

    @abc.abstractmethod
    def shape(self, name: str) -> Shape | str:
        """How the function of that name is called; else why it cannot be."""

    @abc.abstractmethod
    def record(self, name: str) -> RecordClass | None:
        """The record whose class the name means at module level."""

    @abc.abstractmethod
    def untyped(self, name: str) -> tuple[str, ...] | None:
        """The fields of a class of which some have no type so far; None for any other name."""

    @abc.abstractmethod
    def learn(self, name: str, field: str, type_: Type) -> None:
        """Take a field of such a class for one of the type of a value that it is given."""

    @abc.abstractmethod
    def typed_dicts(self) -> tuple[RecordClass, ...]:
        """The records of the file that are dicts."""

    @abc.abstractmethod
    def type_named(self, name: str) -> Type | None:
        """The type that a name of the module means in an annotation: a record or an alias."""

    @abc.abstractmethod
    def renames(self, name: str) -> bool:
        """Whether the name is a `NewType`, which gives back what it is called with."""

    @abc.abstractmethod
    def is_module(self, name: str) -> str | None:
        """The dotted origin of an imported name (`math`, `math.gcd`), or None."""

    @abc.abstractmethod
    def signature(self, name: str, args: tuple[Type, ...]) -> Signature | str:
        """The function of that name for arguments of these types, one for each parameter, in
        the order of its shape; else why there is none.
        """


class Context:
    """Names, types and the statement list of one pass over one function."""

    def __init__(
        self,
        surroundings: Surroundings,
        parameters: Mapping[str, Type],
        scope: frozenset[str],
        rebound: frozenset[str],
        types: Mapping[str, Type],
        result: Type,
    ) -> None:
        self.surroundings = surroundings
        self.parameters = parameters
        self.scope = scope
        self.rebound = rebound
        self.types = types
        self.found: dict[str, Type] = dict(types)
        self.lifted: dict[str, str] = {}
        # What a function that is written in the place of its call sees: `base` is the scope of
        # the function being translated, `own` the inner one's own names, which are read only
        # where they are bound, `nested` the functions of this function by their names.
        self.base = scope
        self.own: frozenset[str] = frozenset()
        self.nested: dict[str, Node] = {}
        self.inside: list[Node] = []
        self.captured: set[str] = set()
        # What the handlers around call the exceptions that they caught; "" for no name.
        self.caught: list[str] = []
        self.inlinings: int = 0
        self.steps: int = 0
        self.result = result
        self.result_found: Type | None = None
        self.bound: dict[str, Type] = {}
        # Temporaries that are a part of another local's value, and which.
        self.parts: dict[str, Expr] = {}
        # Names of words that stand in no file, by what they stand for.
        self.standins: dict[str, Expr] = {}
        # What a comprehension binds that is written out as a loop: locals by the names.
        self.aliases: dict[str, str] = {}
        self.written_out: int = 0
        self.out: list[Statement] = []
        self.pure: int = 0
        self.narrowed: frozenset[str] = frozenset()  # optional names known not to be None here
        self.temporaries = 0
        self.loops: int = 0
        self.final = False
        # Calls of generator functions that something goes through at once, by their nodes.
        self.gone_through: set[int] = set()
        self.generator = False
        # Locals that are an int over a constant all through, by what they were given.
        self.quotients: dict[str, Expr] = {}
        # Tables of functions that locals stand for, what was found in one by its name, and which
        # functions the words at hand call.
        self.function_tables: dict[str, FunctionTable] = {}
        self.found_functions: dict[str, FunctionTable] = {}
        self.called_here: dict[str, tuple[Node, FunctionTable]] = {}
        # Locals that are a known table of characters all through.
        self.tables: dict[str, MakeDict] = {}
        # Lists that a loop draws and its target takes apart: their locals, and the patterns.
        self.rows: list[tuple[str, Node, ListType]] = []
        self.called_by_itself = False
        # What an `__init__` calls the object that it makes, and the class.
        self.making: tuple[str, RecordClass] | None = None
        # What a class method calls its class, and that class's name.
        self.own_class: tuple[str, str] | None = None
        self.function = ""
        self.entry = ""
        # Locals that are an int or the infinity of this sign.
        self.infinite: dict[str, int] = {}
        # Locals of type float that may hold an int literal.
        self.mixed: dict[str, Kind] = {}

    # ------------------------------------------------------------ failing

    def missing(self, node: Node, construct: str) -> NotModelledError:
        """What to raise at a construct that is not modelled."""
        return NotModelledError(node, construct)

    def field(self, node: Node, name: str) -> Node:
        """The child of that name, which the grammar says is there."""
        child = node.child_by_field_name(name)
        if child is None:
            raise self.missing(node, node.type.replace("_", " "))
        return child

    # ------------------------------------------------------------ types

    def fitted(self, node: Node, expr: Expr, type_: Type) -> Expr:
        """`expr` as a value of `type_`, or a report that its type is another."""
        joined = join(expr.type, type_)
        known = self.pure or not isinstance(expr, Variable | FieldOf | Index) or may_fail(expr)
        if joined == OptionalType(type_) and not known:
            return self._not_none(node, expr, type_)
        if joined is None or (joined != type_ and is_known(joined)):
            raise self.missing(node, f"{show_type(expr.type)} where {show_type(type_)} is expected")
        value = fit(expr, type_)
        if self.final and value.type != type_:
            wide = isinstance(type_, OptionalType) and value.type in (type_.item, NONE)
            if not wide:
                raise self.missing(
                    node, f"{show_type(expr.type)} where {show_type(type_)} is expected"
                )
        return value

    def _not_none(self, node: Node, expr: Expr, type_: Type) -> Expr:
        """The value where one of this type is expected; a run in which it is None is reported."""
        none = Constant(type=NONE, value=None, span=expr.span)
        absent = Compare(type=BOOL, op="is", left=expr, right=none, span=expr.span)
        report = Unmodelled(
            place=place(node), construct=f"None where {show_type(type_)} is expected"
        )
        self.emit(node, If(place=place(node), condition=absent, then=(report,), otherwise=()))
        return without_optional(expr)

    def note_kind(self, name: str, expr: Expr) -> None:
        """A temporary of type float that takes this value may be what the value may be."""
        if isinstance(expr.type, FloatType):
            self.mixed[name] = worst(self.mixed.get(name, "float"), kind(expr, self.mixed))

    def unified(self, node: Node, first: Expr, second: Expr) -> tuple[Expr, Expr, Type]:
        """Both expressions at their common type."""
        if isinstance(first.type, FloatType) or isinstance(second.type, FloatType):
            first, second = promoted(first), promoted(second)
        joined = join(first.type, second.type)
        if joined is None:
            raise self.missing(node, f"{show_type(first.type)} beside {show_type(second.type)}")
        return self.fitted(node, first, joined), self.fitted(node, second, joined), joined

    def bind(self, node: Node, name: str, type_: Type) -> Type:
        """Record that a local takes a value of `type_`; its type so far, joined."""
        if holds_frozen(type_):
            # Under a name it could be taken for a set that statements change.
            raise self.missing(node, "a frozenset under a name")
        joined = join(self.found.get(name, type_), type_)
        if joined is None:
            held = show_type(self.found[name])
            raise self.missing(node, f"{name}, which holds {held}, given {show_type(type_)}")
        settled = name.startswith("#") or joined == self.types.get(name)
        if self.final and not settled:
            raise self.missing(node, f"{name}, whose type is not settled")
        self.found[name] = joined
        return joined

    # ------------------------------------------------------------ names

    def local(self, node: Node, name: str) -> Expr:
        """A read of a name of the function's own scope."""
        if name in self.own:
            raise self.missing(node, f"{name} before it has a value")
        if self.inside:
            self.captured.add(name)
        is_parameter = name in self.parameters and name not in self.rebound
        type_ = self.parameters[name] if is_parameter else self.found.get(name)
        if type_ is None:
            raise self.missing(node, f"{name}, whose value is not modelled")
        if name in self.narrowed and isinstance(type_, OptionalType):
            type_ = type_.item
        role: Literal["parameter", "local"] = "parameter" if is_parameter else "local"
        return Variable(type=type_, name=name, role=role, span=span(node))

    def unchanging(self) -> None:
        """An expression begins in which nothing can change: what its own conditions say of
        fields holds all through it, what statements said of them may not hold any more.
        """
        if not self.pure:
            self.narrowed = names_only(self.narrowed)

    # ------------------------------------------------------------ statements

    def emit(self, node: Node, statement: Statement) -> None:
        """Add a statement before the one that is being translated."""
        if self.pure:
            raise self.missing(node, "a call or assignment inside a comprehension or lambda")
        if self.final:
            for expr in expressions(statement):
                if not all(is_known(part.type) for part in walk(expr)):
                    raise self.missing(node, "a display whose item type is not known")
            if stores_maybe_int(statement, self.mixed):
                raise self.missing(node, "a float that may be an int, kept in a collection")
        self.out.append(statement)

    @contextmanager
    def knowing(self, names: frozenset[str]) -> Generator[None]:
        """Inside, these names are known not to be None."""
        saved = self.narrowed
        self.narrowed = saved | names
        try:
            yield
        finally:
            # What was bound anew inside is not known any more.
            self.narrowed = saved & self.narrowed

    @contextmanager
    def collecting(self) -> Generator[list[Statement]]:
        """Statements emitted inside go to the list instead."""
        saved, self.out = self.out, []
        inner = self.out
        try:
            yield inner
        finally:
            self.out = saved

    def temporary(self, node: Node, type_: Type) -> Variable:
        """A fresh local that no source name can be."""
        if self.pure:
            raise self.missing(node, "a call or assignment inside a comprehension or lambda")
        self.temporaries += 1
        name = f"#t{self.temporaries}"
        self.bind(node, name, type_)
        return Variable(type=self.found[name], name=name, role="local")

    def saved(self, node: Node, expr: Expr) -> Expr:
        """The value that `expr` has now, kept in a temporary local."""
        if isinstance(expr, Constant):
            return expr
        variable = self.temporary(node, expr.type)
        self.note_kind(variable.name, expr)
        self.emit(node, Assign(place=place(node), name=variable.name, value=expr))
        return variable

    def let_go(self, node: Node, value: Expr) -> None:
        """Evaluate what nothing more may be made of: that a local has a value is asked of it all
        the same.
        """
        if may_fail(value) or self.may_lack(value):
            self.emit(node, Evaluate(place=place(node), value=value))

    def may_lack(self, value: Expr) -> bool:
        """Whether it reads a local that may have no value."""
        own = (part for part in walk(value) if isinstance(part, Variable) and part.role == "local")
        return any(part.name[0] != "#" and part.name not in self.parameters for part in own)

    def in_order(self, nodes: list[Node], translate: Translate) -> list[Expr]:
        """Translate operands from left to right.

        When a later operand needs statements of its own (a call, a walrus), those run before
        the whole expression does, so the earlier operands are kept in temporaries before them.
        """
        parts: list[Expr] = []
        for node in nodes:
            with self.collecting() as inner:
                value = translate(node)
            if inner:
                if any(map(is_iterator, parts)) and not all(map(is_saving, inner)):
                    raise self.missing(node, "a call or assignment beside what is gone through")
                parts = [self.saved(n, part) for n, part in zip(nodes, parts, strict=False)]
                for statement in inner:
                    self.emit(node, statement)
            parts.append(value)
        return parts

    def eventless(self, node: Node, translate: Translate) -> Expr:
        """An argument beside what is gone through: that is made first and gone through last, so
        nothing may happen where the argument is evaluated.
        """
        with self.collecting() as inner:
            value = translate(node)
        if not all(map(is_saving, inner)):
            raise self.missing(node, "a call or assignment beside what is gone through")
        self.out.extend(inner)
        return value

    def chosen(
        self, node: Node, condition: Expr, then: Branch, otherwise: Branch, type_: Type
    ) -> Variable:
        """A temporary that holds one branch's value, the branch's statements run only if chosen."""
        target = self.temporary(node, type_)
        self.note_kind(target.name, then[1])
        self.note_kind(target.name, otherwise[1])
        where = place(node)
        blocks: list[tuple[Statement, ...]] = []
        for statements, value in (then, otherwise):
            last = Assign(place=where, name=target.name, value=fit(value, target.type))
            blocks.append((*statements, last))
        self.emit(node, If(place=where, condition=condition, then=blocks[0], otherwise=blocks[1]))
        return target


def integer_constant(value: int) -> Constant:
    """An int literal that stands nowhere in the source."""
    return Constant(type=INT, value=value, span=NOWHERE)


def truth(value: bool) -> Constant:
    """A bool literal that stands nowhere in the source."""
    return Constant(type=BOOL, value=value, span=NOWHERE)
