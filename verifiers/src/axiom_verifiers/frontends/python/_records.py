"""Records in code: how they are made, read, copied with changes, compared and unpacked."""

from __future__ import annotations

import abc
from typing import cast

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Conditional,
    Constant,
    Expr,
    FieldOf,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    Variable,
)
from axiom_verifiers.contracts.types import (
    STR,
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import records_in, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._classes import TEXTS
from axiom_verifiers.frontends.python._context import RecordClass
from axiom_verifiers.frontends.python._inlining import Inlining
from axiom_verifiers.frontends.python._narrowing import path_of, without_optional
from axiom_verifiers.frontends.python._standard import library_constant
from axiom_verifiers.frontends.python._tree import children, span, text

_METHODS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__",
    "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip


class Records(Inlining, abc.ABC):
    """Every form of record that code may define, and the ones that are supplied to it."""

    @abc.abstractmethod
    def call_method(self, node: Node, name: str, owner: Expr, arguments: Node | None) -> Expr:
        """A call of a method of a class of the file; of a property without `arguments`."""

    @abc.abstractmethod
    def static(self, node: Node, name: str, arguments: Node) -> Expr:
        """A call of a static method of a class of the file."""

    # ------------------------------------------------------------ which record is meant

    def class_named(self, node: Node) -> RecordClass | None:
        """The record class that a name means here."""
        if not self._outside(node):
            return None
        name = text(node)
        if self.own_class is not None and name == self.own_class[0] and not self.inside:
            name = self.own_class[1]
        return self.surroundings.record(name)

    def _outside(self, node: Node) -> bool:
        """Whether it is a name of the module, or of nothing."""
        name = text(node)
        return node.type == "identifier" and name not in self.bound and name not in self.scope

    def class_of(self, type_: Type) -> RecordClass | None:
        """The class of the objects of a record type."""
        return self.surroundings.record(type_.name) if isinstance(type_, RecordType) else None

    def comparable(self, type_: Type) -> bool:
        """Whether `==` of two values of the type looks at what they hold: not at identity."""
        match type_:
            case ListType() | SetType() | OptionalType():
                return self.comparable(type_.item)
            case DictType():
                return self.comparable(type_.key) and self.comparable(type_.value)
            case TupleType():
                return all(map(self.comparable, type_.items))
            case RecordType():
                made = self.class_of(type_)
                fits = made is not None and made.form != "plain" and "__eq__" not in made.methods
                return fits and all(self.comparable(field) for _, field in type_.fields)
            case _:
                return True

    # ------------------------------------------------------------ made

    def construct(self, node: Node, made: RecordClass, arguments: Node) -> Expr:
        """`Line(price=1, quantity=2)`."""
        if made.form == "enum":
            raise self.missing(node, f"{made.type.name} by its value")
        if made.computed:
            if self.pure:
                raise self.missing(node, f"{made.type.name} made inside a comprehension or lambda")
            return self.static(node, f"{made.type.name}.__init__", arguments)
        positional, keywords = self.arguments(arguments)
        fields = dict(made.type.fields)
        named = made.keyword_only or made.form == "typeddict"
        order = list(fields)[: len(positional)]
        wrong = len(positional) > len(fields) or set(keywords) - set(fields)
        if wrong or set(order) & set(keywords) or (named and positional):
            raise self.missing(node, f"arguments of {made.type.name}")
        values = self.in_order([*positional, *keywords.values()], self.expression)
        given = dict(zip([*order, *keywords], values, strict=True))
        return self._made(node, made, self._settled(node, made, given))

    def _settled(self, node: Node, made: RecordClass, given: dict[str, Expr]) -> dict[str, Expr]:
        """The values, evaluated in the order in which they are written."""
        order = [name for name, _ in made.type.fields if name in given]
        if order == list(given) or sum(map(may_fail, given.values())) < 2:
            return given
        return {
            name: self.saved(node, value) if may_fail(value) else value
            for name, value in given.items()
        }

    def _made(self, node: Node, made: RecordClass, given: dict[str, Expr]) -> Expr:
        values: list[Expr] = []
        for name, type_ in made.type.fields:
            value = given.get(name)
            if value is None:
                value = self._default(node, made, name, type_)
            values.append(self.fitted(node, value, type_))
        whole = MakeRecord(type=made.type, record=made.type, values=tuple(values), span=span(node))
        if "__post_init__" not in made.methods or made.form == "plain":
            return whole  # Only what `dataclass` makes calls it.
        if self.pure:
            raise self.missing(node, f"{made.type.name} made inside a comprehension or lambda")
        held = self.saved(node, whole)
        self.of_operands(node, f"{made.type.name}.__post_init__", (held,))
        return held

    @abc.abstractmethod
    def of_operands(self, node: Node, name: str, operands: tuple[Expr, ...]) -> Expr:
        """A call of a method whose arguments are values already."""

    def told(self, node: Node, value: Expr) -> None:
        """A text is made of the value: not modelled where a method of the code's own makes it,
        which may fail or change what it tells of.
        """
        for record in records_in(value.type):
            made = self.class_of(record)
            if made is not None and made.methods & TEXTS:
                raise self.missing(node, f"text of a {record.name}")

    def own_text(self, node: Node, value: Expr) -> Expr:
        """What a method of the value's class says of it; any other value as it is."""
        made = self.class_of(value.type)
        if made is None or "__format__" in made.methods:
            return value
        name = next((one for one in ("__str__", "__repr__") if one in made.methods), None)
        if name is None:
            return value
        if name in made.statics | made.properties:
            raise self.missing(node, f"text of a {made.type.name}")
        said = self.call_method(node, f"{made.type.name}.{name}", value, None)
        if self.final and not isinstance(said.type, StrType):
            raise self.missing(node, f"text of a {made.type.name}")
        return said

    def shown(self, node: Node, value: Expr) -> Expr:
        """`str(value)`, for the types whose text is modelled, and classes that say it."""
        return super().shown(node, self.own_text(node, value))

    def enumerated(self, type_: Type) -> bool:
        made = self.class_of(type_)
        return made is not None and made.form == "enum"

    def always_true(self, type_: Type) -> bool:
        made = self.class_of(type_)
        return made is not None and not {"__bool__", "__len__"} & made.methods

    def by_method(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr | None:
        made = self.class_of(left.type)
        name = _METHODS.get(operator)
        if made is None or name is None or name not in made.methods or self.pure:
            return None
        return self.of_operands(node, f"{made.type.name}.{name}", (left, right))

    def _default(self, node: Node, made: RecordClass, name: str, type_: Type) -> Expr:
        default = made.defaults.get(name)
        match default, type_:
            case "list", ListType():
                return MakeList(type=type_, items=(), span=span(node))
            case "set", SetType():
                return MakeSet(type=type_, items=(), span=span(node))
            case "dict", DictType():
                return MakeDict(type=type_, items=(), span=span(node))
            case None | str(), _:
                raise self.missing(node, f"{made.type.name} without {name}")
            case value, _:
                return value

    def display(self, node: Node) -> Expr | None:
        """A dict display that is a TypedDict of the file: its keys are the fields of one."""
        keys: list[str] = []
        copied: list[Node] = []
        nodes: list[Node] = []
        for pair in children(node):
            if pair.type == "dictionary_splat":
                copied.append(pair)
                nodes.append(children(pair)[0])
                continue
            key = pair.child_by_field_name("key")
            name = None if key is None or key.type != "string" else _literals.plain_string(key)
            if name is None:
                return None
            keys.append(name)
            nodes.append(self.field(pair, "value"))
        if copied:
            if len(copied) != 1 or copied[0] != children(node)[0]:
                return None
            with self.collecting() as inner:
                whole, *values = self.in_order(nodes, self.expression)
            made = self.class_of(whole.type)
            if made is None or made.form != "typeddict":
                return None
            self.out.extend(inner)
            return self.changed(node, made, whole, dict(zip(keys, values, strict=True)))
        fits = [
            made
            for made in self.surroundings.typed_dicts()
            if {name for name, _ in made.type.fields} == set(keys)
        ]
        if len(fits) != 1 or len(set(keys)) != len(keys):
            return None
        values = self.in_order(nodes, self.expression)
        given = dict(zip(keys, values, strict=True))
        return self._made(node, fits[0], self._settled(node, fits[0], given))

    # ------------------------------------------------------------ read

    def attribute(self, node: Node) -> Expr:
        """`value.name`: a field, a property, or a constant of a class."""
        owner_node, name = self.field(node, "object"), text(self.field(node, "attribute"))
        stored = self.stored(node)
        if stored is not None:
            return self.local(node, stored)
        made = self.class_named(owner_node)
        if made is not None:
            if name in made.members:
                return self.member(node, made, name)
            constant = made.constants.get(name)
            if constant is None:
                raise self.missing(node, f"attribute {name} of {made.type.name}")
            return constant
        if self._outside(owner_node):
            origin = self.surroundings.is_module(text(owner_node))
            if origin is not None:
                return self.library_name(node, f"{origin}.{name}")
        return self.attribute_of(node, self.expression(owner_node), name)

    def stored(self, node: Node) -> str | None:
        """The local that `self.name` is in an `__init__`; None for any other attribute."""
        if self.making is None or node.type != "attribute" or self.inside:
            return None
        own, made = self.making
        owner, name = self.field(node, "object"), text(self.field(node, "attribute"))
        if owner.type != "identifier" or text(owner) != own or own in self.bound:
            return None
        if name not in dict(made.type.fields):
            raise self.missing(node, f"attribute {name} of what is being made")
        return f"{own}.{name}"

    def member(self, node: Node, made: RecordClass, name: str) -> Expr:
        """`Colour.RED`."""
        values = (msgspec.structs.replace(made.members[name], span=span(node)),)
        return MakeRecord(type=made.type, record=made.type, values=values, span=span(node))

    def _member_name(self, node: Node, made: RecordClass, value: Expr) -> Expr:
        """`colour.name`: told by its value, which no other member has."""
        if not isinstance(value, Variable) and not self.pure:
            value = self.saved(node, value)
        own = self.part(node, value, "value")
        *earlier, last = made.members
        told: Expr = Constant(type=STR, value=last, span=span(node))
        for name in reversed(earlier):
            test = self.compare(node, "==", own, made.members[name])
            then = Constant(type=STR, value=name, span=span(node))
            told = Conditional(type=STR, condition=test, then=then, otherwise=told, span=span(node))
        return told

    def members_of(self, node: Node) -> Expr | None:
        made = self.class_named(node)
        if made is None or made.form != "enum":
            return None
        items = tuple(self.member(node, made, name) for name in made.members)
        return MakeList(type=ListType(made.type), items=items, span=span(node))

    def library_name(self, node: Node, dotted: str) -> Expr:
        """The value of a name of a library module."""
        constant = library_constant(dotted, span(node))
        if constant is not None:
            return constant
        raise self.missing(node, dotted)

    def attribute_of(self, node: Node, value: Expr, name: str) -> Expr:
        """The attribute of a value already translated."""
        inside = value.type.item if isinstance(value.type, OptionalType) else value.type
        made = self.class_of(inside)
        if made is None or made.form == "typeddict":
            raise self.missing(node, f"attribute {name} of {show_type(value.type)}")
        if name in dict(made.type.fields):
            return self.part(node, value, name)
        if made.form == "enum" and name == "name" and inside is value.type:
            return self._member_name(node, made, value)
        if inside is value.type:
            if name in made.constants:
                self.let_go(node, value)
                return made.constants[name]
            if name in made.properties:
                return self.call_method(node, f"{made.type.name}.{name}", value, None)
        raise self.missing(node, f"attribute {name} of {show_type(value.type)}")

    def part(self, node: Node, value: Expr, name: str) -> Expr:
        """A field of a record; of None it raises AttributeError."""
        inside = value.type.item if isinstance(value.type, OptionalType) else value.type
        fields = dict(cast("RecordType", inside).fields)
        if isinstance(value, MakeRecord) and all(
            isinstance(one, Constant | Variable) and not self.may_lack(one) for one in value.values
        ):
            return value.values[list(fields).index(name)]
        return self.known(FieldOf(type=fields[name], value=value, name=name, span=span(node)))

    def record_item(self, node: Node, value: Expr, index: Expr) -> Expr | None:
        """`value[index]` of a record: a key of a TypedDict, a place in a NamedTuple."""
        made = self.class_of(value.type)
        if made is None:
            return None
        names = [name for name, _ in made.type.fields]
        at = index.value if isinstance(index, Constant) else None
        match made.form:
            case "typeddict" if isinstance(at, str) and at in names:
                return self.part(node, value, at)
            case "namedtuple" if isinstance(at, int) and -len(names) <= at < len(names):
                return self.part(node, value, names[at])
            case _:
                raise self.missing(node, f"index of {show_type(value.type)}")

    def as_tuple(self, node: Node, value: Expr) -> Expr | None:
        """The fields of a record that compares as a tuple of them, as that tuple."""
        made = self.class_of(value.type)
        if made is None or not made.ordered:
            return None
        parts = [self.part(node, value, name) for name, _ in made.type.fields]
        types = tuple(type_ for _, type_ in made.type.fields)
        return MakeTuple(type=TupleType(types), items=tuple(parts), span=span(node))

    def unpacking(self, type_: Type) -> tuple[Type, ...] | None:
        made = self.class_of(type_)
        if made is None or made.form != "namedtuple":
            return None
        return tuple(field for _, field in made.type.fields)

    def unpacked(self, node: Node, value: Expr) -> list[Expr] | None:
        """The parts of a NamedTuple, in order; None for any other value."""
        made = self.class_of(value.type)
        if made is None or made.form != "namedtuple":
            return None
        return [self.part(node, value, name) for name, _ in made.type.fields]

    # ------------------------------------------------------------ copied with changes

    def changed(self, node: Node, made: RecordClass, whole: Expr, given: dict[str, Expr]) -> Expr:
        """A new record with the fields of `whole`, but for those given."""
        if set(given) - {name for name, _ in made.type.fields}:
            raise self.missing(node, f"change of a field that {made.type.name} has not")
        if not isinstance(whole, Variable) and not self.pure:
            whole = self.saved(node, whole)
        if may_fail(whole) and any(map(may_fail, given.values())):
            raise self.missing(node, "a copy with changes inside a comprehension or lambda")
        given = self._settled(node, made, given)
        rest = {
            name: self.part(node, whole, name) for name, _ in made.type.fields if name not in given
        }
        if not rest:
            self.let_go(node, whole)
        return self._made(node, made, {**rest, **given})

    def replaced(self, node: Node, whole_node: Node, arguments: Node, start: int) -> Expr:
        """`replace(line, price=1)` with `start` 1, `line._replace(price=1)` with 0."""
        positional, keywords = self.arguments(arguments)
        if len(positional) != start:
            raise self.missing(node, "arguments of replace")
        whole, *values = self.in_order([whole_node, *keywords.values()], self.expression)
        made = self.class_of(whole.type)
        fits = made is not None and (made.form == "namedtuple") == (start == 0)
        if made is None or not fits or made.form in ("enum", "plain", "typeddict"):
            raise self.missing(node, f"replace in a {show_type(whole.type)}")
        return self.changed(node, made, whole, dict(zip(keywords, values, strict=True)))

    def record_call(self, node: Node, function: Node, arguments: Node) -> Expr | None:
        """A call that makes, copies or asks a record; None for any other call."""
        made = self.class_named(function)
        if made is not None:
            return self.construct(node, made, arguments)
        if function.type == "identifier":
            name = text(function)
            if name in self.bound or name in self.scope:
                return None
            self._learn(name, arguments)
            if self.surroundings.is_module(name) == "dataclasses.replace":
                return self._replace_call(node, arguments)
            return None
        if function.type != "attribute":
            return None
        owner, name = self.field(function, "object"), text(self.field(function, "attribute"))
        if self._outside(owner):
            origin = self.surroundings.is_module(text(owner))
            if origin == "dataclasses" and name == "replace":
                return self._replace_call(node, arguments)
            of = self.class_named(owner)
            if of is not None and name in of.statics:
                return self.static(node, f"{of.type.name}.{name}", arguments)
            if origin is not None or of is not None:
                return None
        if name == "_replace":
            return self.replaced(node, owner, arguments, 0)
        return None

    def _learn(self, name: str, arguments: Node) -> None:
        """What a call gives the fields of a class of which no types are written."""
        fields = self.surroundings.untyped(name)
        if fields is None or self.final:
            return
        positional, keywords = self.arguments(arguments)
        with self.collecting():
            for field, part in (*zip(fields, positional, strict=False), *keywords.items()):
                self.surroundings.learn(name, field, self.expression(part).type)

    def _replace_call(self, node: Node, arguments: Node) -> Expr:
        positional, _ = self.arguments(arguments)
        if len(positional) != 1:
            raise self.missing(node, "arguments of replace")
        return self.replaced(node, positional[0], arguments, 1)

    def record_method(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr | None:
        """A method of a record's class; None when the value is no record."""
        made = self.class_of(value.type)
        if made is None:
            return None
        positional, keywords = self.arguments(arguments)
        if method in made.statics:
            self.let_go(node, value)
            return self.static(node, f"{made.type.name}.{method}", arguments)
        if method in made.methods and method not in made.properties:
            return self.call_method(node, f"{made.type.name}.{method}", value, arguments)
        if made.form == "typeddict" and not keywords:
            if method == "copy" and not positional:
                return self.changed(node, made, value, {})
            if method == "get" and len(positional) == 1:
                key = self.expression(positional[0])
                return self.record_item(node, value, key)
        raise self.missing(node, f"method {method} of {show_type(value.type)}")

    def known(self, expr: Expr) -> Expr:
        """The same read, of its plain type where the condition around it in the same expression,
        where nothing can change, says that it is not None.
        """
        return without_optional(expr) if self.pure and path_of(expr) in self.narrowed else expr
