"""Calls: methods of builtin types, functions of the file, other intents."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Compare,
    Constant,
    Expr,
    FieldOf,
    Index,
    MethodCall,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    StrType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import (
    holds_float,
    is_known,
    join,
    show_type,
)
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import CallFunction, Evaluate, If, Raise
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._context import NotModelledError
from axiom_verifiers.frontends.python._floats import kind
from axiom_verifiers.frontends.python._function_tables import FunctionTables
from axiom_verifiers.frontends.python._narrowing import without_optional
from axiom_verifiers.frontends.python._parameters import matched
from axiom_verifiers.frontends.python._standard import library_constant
from axiom_verifiers.frontends.python._text import in_position, text_method
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import DequeType, SeriesType, fit, holds_frozen

COLLECTIONS = frozenset(
    {
        "collections.Counter",
        "collections.defaultdict",
        "collections.OrderedDict",
        "collections.deque",
    }
)

_ONE = (['"1"'], ["'1'"])


class Calls(FunctionTables, abc.ABC):
    """Every form of call that has a meaning in the core language."""

    def call(self, node: Node) -> Expr:
        function = self.field(node, "function")
        while function.type == "parenthesized_expression":
            function = children(function)[0]
        arguments = self.field(node, "arguments")
        made = self.table_call(node, function, arguments)
        if made is not None:
            return made
        made = self.spread(node)
        if made is None:
            made = self.found_call(node, function, arguments)
        if made is None:
            made = self.record_call(node, function, arguments)
        if made is not None:
            return made
        if function.type == "attribute":
            return self._method(node, function, arguments)
        if function.type != "identifier":
            raise self.missing(node, "call of an expression")
        name = text(function)
        if name in self.nested and name not in self.bound and name not in self.own:
            function = self.nested[name]
            if self.pure or name not in self.lifted:
                return self.inlined(node, name, function, arguments)
        if name in self.lifted and name not in self.bound:
            return self._function(node, self.lifted[name], arguments)
        if name in self.bound or name in self.scope:
            raise self.missing(node, f"call of the local {name}")
        if self.surroundings.is_builtin(name):
            return self.builtin(node, name, arguments)
        origin = self.surroundings.is_module(name)
        if origin in COLLECTIONS:
            return self.collection(node, origin, arguments)
        if origin is not None:
            return self.library(node, origin, arguments)
        if self.surroundings.renames(name):
            positional, keywords = self.arguments(arguments)
            if len(positional) != 1 or keywords:
                raise self.missing(node, f"call of {name}")
            return self.expression(positional[0])
        return self._function(node, name, arguments)

    @abc.abstractmethod
    def changing_value(self, node: Node) -> Expr | None:
        """The value of a call that changes a local's object, its change emitted; else None."""

    @abc.abstractmethod
    def collection(self, node: Node, origin: str, arguments: Node) -> Expr:
        """A call of one of `COLLECTIONS`."""

    @abc.abstractmethod
    def from_keys(self, node: Node, arguments: Node) -> Expr:
        """A call of `dict.fromkeys`."""

    @abc.abstractmethod
    def keyed_method(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr | None:
        """A method of a set or dict that changes nothing; None for any other."""

    # ------------------------------------------------------------ functions with contracts or code

    def call_method(self, node: Node, name: str, owner: Expr, arguments: Node | None) -> Expr:
        definition = self.surroundings.definition(name)
        if definition is None:
            raise self.missing(node, f"call of {name}")
        if self.pure:
            return self.inlined(node, name, definition, arguments, (owner,))
        if _is_expression(definition):
            inlinings = self.inlinings
            try:
                with self.collecting() as inner:
                    value = self.inlined(node, name, definition, arguments, (owner,))
            except NotModelledError:
                self.inlinings = inlinings
            else:
                self.out.extend(inner)
                return value
        return self._called(node, name, arguments, (owner,))

    def of_operands(self, node: Node, name: str, operands: tuple[Expr, ...]) -> Expr:
        return self._called(node, name, None, operands)

    def static(self, node: Node, name: str, arguments: Node) -> Expr:
        return self._function(node, name, arguments)

    def _function(self, node: Node, name: str, arguments: Node) -> Expr:
        definition = self.surroundings.definition(name)
        if self.pure and definition is not None:
            return self.inlined(node, name, definition, arguments)
        return self._called(node, name, arguments, ())

    def _called(
        self, node: Node, name: str, arguments: Node | None, owner: tuple[Expr, ...]
    ) -> Expr:
        positional, keywords = ([], {}) if arguments is None else self.arguments(arguments)
        shape = self.surroundings.shape(name)
        if isinstance(shape, str):
            raise self.missing(node, shape)
        written = shape.names[len(owner) : len(shape.names) - len(shape.captures)]
        given = matched(written, shape.positional_only, shape.keyword_only, positional, keywords)
        count = len(positional) + len(keywords)
        if given is None or not set(written) <= {*given, *shape.defaults}:
            raise self.missing(node, f"call of {name} with {count} arguments")
        with self.collecting() as inner:
            values = self.in_order(list(given.values()), self.expression)
        if inner:
            owner = tuple(self.saved(node, value) for value in owner)
            self.out.extend(inner)
        if list(given) != [parameter for parameter in shape.names if parameter in given]:
            values = self._as_written(node, values)
        by_name = {**shape.defaults, **dict(zip(given, values, strict=True))}
        by_name |= dict(zip(shape.names, owner, strict=False))
        for capture in shape.captures:
            self.captured.add(capture)
            by_name[capture] = self.local(node, capture)
        return self.called(node, name, [by_name[parameter] for parameter in shape.names])

    def _as_written(self, node: Node, values: list[Expr]) -> list[Expr]:
        """Arguments that are written in another order than that of the parameters: what may fail
        is evaluated as it is written.
        """
        if not any(map(may_fail, values)):
            return values
        kept: list[Expr] = []
        for value in values:
            if isinstance(value, Variable):
                self.emit(node, Evaluate(place=place(node), value=value))
            kept.append(self.saved(node, value) if may_fail(value) else value)
        return kept

    def called(self, node: Node, name: str, args: list[Expr]) -> Expr:
        signature = self.surroundings.signature(name, tuple(arg.type for arg in args))
        if isinstance(signature, str):
            raise self.missing(node, signature)
        fitted: list[Expr] = []
        if any(holds_frozen(arg.type) for arg in args):
            raise self.missing(node, f"call of {name} with a frozenset")
        for arg, (_, type_) in zip(args, signature.parameters, strict=True):
            if isinstance(arg.type, FloatType) and kind(arg, self.mixed) != "float":
                raise self.missing(node, f"call of {name} with a float that may be an int")
            fitted.append(self.fitted(node, arg, type_))
            if isinstance(arg, Variable) and arg.role == "local" and not is_known(arg.type):
                self.found[arg.name] = join(arg.type, type_) or arg.type
        if signature.changes:
            # What is changed is a local, which what it is a part of then follows.
            fitted = [
                self.saved(node, arg) if isinstance(arg, Index | FieldOf) else arg for arg in fitted
            ]
        if self.final and not is_known(signature.result):
            raise self.missing(node, f"call of {name}, whose result is not modelled")
        target = self.temporary(node, signature.result)
        self.emit(
            node,
            CallFunction(
                place=place(node), target=target.name, function=signature.name, args=tuple(fitted)
            ),
        )
        return target

    # ------------------------------------------------------------ methods

    def _method(self, node: Node, function: Node, arguments: Node) -> Expr:
        object_node = self.field(function, "object")
        method = text(self.field(function, "attribute"))
        if object_node.type == "identifier":
            name = text(object_node)
            if name not in self.bound and name not in self.scope:
                origin = self.surroundings.is_module(name)
                if f"{origin}.{method}" in COLLECTIONS:
                    return self.collection(node, f"{origin}.{method}", arguments)
                if name == "dict" and method == "fromkeys" and self.surroundings.is_builtin(name):
                    return self.from_keys(node, arguments)
                if name == "str" and method == "maketrans" and self.surroundings.is_builtin(name):
                    return self.table_made(node, arguments)
                constant = library_constant(origin or "", span(object_node))
                if origin is not None and constant is None:
                    return self.library(node, f"{origin}.{method}", arguments)
        changed = self.changing_value(node)
        if changed is not None:
            return changed
        ones = self._ones(node, object_node, method, arguments)
        if ones is not None:
            return ones
        value = self.present(object_node, self.expression(object_node))
        asked = self.record_method(node, value, method, arguments)
        if asked is None:
            asked = self.keyed_method(node, value, method, arguments)
        if asked is not None:
            return asked
        return self.applied(node, value, method, arguments)

    def _ones(self, node: Node, owner: Node, method: str, arguments: Node) -> Expr | None:
        """`n.bit_count()`, and `bin(n).count("1")`, which is the same."""
        given = children(arguments)
        if method == "count" and owner.type == "call" and [text(g) for g in given] in _ONE:
            function = self.field(owner, "function")
            inside = children(self.field(owner, "arguments"))
            if text(function) != "bin" or len(inside) != 1 or not self.outside(function):
                return None
            plain = inside[0].type not in ("keyword_argument", "list_splat", "dictionary_splat")
            if not plain or not self.surroundings.is_builtin("bin"):
                return None
            value = self.numeric(self.expression(inside[0]))
        elif method == "bit_count" and not given:
            value = self.numeric(self.expression(owner))
        else:
            return None
        if not isinstance(value.type, IntType):
            raise self.missing(node, f"bits of {show_type(value.type)}")
        return self.called(node, "int:bit_count", [value])

    def present(self, node: Node, value: Expr) -> Expr:
        """What a method is called on; None has none of those that are modelled."""
        if self.pure or not isinstance(value.type, OptionalType):
            return value
        if not isinstance(value, Variable | FieldOf | Index):
            value = self.saved(node, value)
        none = Constant(type=NONE, value=None, span=span(node))
        absent = Compare(type=BOOL, op="is", left=value, right=none, span=span(node))
        failing = Raise(place=place(node), error="AttributeError")
        self.emit(node, If(place=place(node), condition=absent, then=(failing,), otherwise=()))
        return without_optional(value)

    def applied(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr:
        positional, keywords = self.arguments(arguments)
        if method == "format" and isinstance(value, Constant) and isinstance(value.value, str):
            parts = self.in_order([*positional, *keywords.values()], self.expression)
            named = dict(zip(keywords, parts[len(positional) :], strict=True))
            return self.filled(node, value.value, parts[: len(positional)], named)
        if method == "translate" and len(positional) == 1 and not keywords:
            return self.translated(node, value, positional[0])
        if keywords:
            placed = in_position(value.type, method, len(positional), keywords)
            if placed is None:
                raise self.missing(node, f"call of method {method} with keyword arguments")
            positional = [*positional, *placed]
        with self.collecting() as inner:
            args = self.in_order(positional, self.consumed if method == "join" else self.expression)
        if inner:
            value = self.saved(node, value)
            self.out.extend(inner)
        if isinstance(value.type, DequeType) and method not in ("count", "index", "copy"):
            raise self.missing(node, f"method {method} of a deque")
        if isinstance(value.type, SeriesType) and method not in ("count", "index"):
            raise self.missing(node, f"method {method} of a tuple")
        if method == "join":
            args = [self.listed(arg) for arg in args]
        if method == "copy" and not args and isinstance(value.type, ListType):
            return Slice(
                type=value.type, value=value, lower=None, upper=None, step=None, span=span(node)
            )
        result = self._method_type(value.type, method, [arg.type for arg in args])
        if result is None:
            kinds = ", ".join(show_type(arg.type) for arg in args)
            raise self.missing(node, f"method {method}({kinds}) of {show_type(value.type)}")
        if method == "get" and len(args) == 2 and isinstance(value.type, DictType):
            args = [args[0], fit(args[1], result)]
        return MethodCall(
            type=result, value=value, method=method, args=tuple(args), span=span(node)
        )

    def _method_type(self, owner: Type, method: str, args: list[Type]) -> Type | None:
        """The result type of a pure method of a builtin type; None when it is not modelled."""
        match owner:
            case StrType():
                return text_method(method, args)
            case ListType():
                fits = len(args) == 1 and args[0] == owner.item and self.comparable(owner)
                fits = fits and not holds_float(owner)
                return INT if method in ("count", "index") and fits else None
            case DictType():
                if method != "get" or not args or join(owner.key, args[0]) is None:
                    return None
                if len(args) == 1:
                    optional = isinstance(owner.value, OptionalType | NoneType)
                    return None if optional else OptionalType(owner.value)
                return join(owner.value, args[1]) if len(args) == 2 else None
            case _:
                return None


def _is_expression(function: Node) -> bool:
    """Whether the function does nothing but return a value."""
    body = function.child_by_field_name("body")
    inside = [] if body is None else children(body)
    kinds = [child.type for child in inside if not _literals.is_docstring(child)]
    return kinds == ["return_statement"]
