"""What loops, comprehensions and consuming builtins run over; functions given as `key=`."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Comprehension,
    Expr,
    FunctionRef,
    Generator,
    MethodCall,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import (
    INT,
    STR,
    DictType,
    IntType,
    ListType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.frontends.python._comprehensions import Comprehensions
from axiom_verifiers.frontends.python._operators import is_int
from axiom_verifiers.frontends.python._tree import children, span, text

Keywords = dict[str, Node]
LAZY = frozenset({"range", "enumerate", "zip", "reversed", "map", "filter"})


class Iteration(Comprehensions, abc.ABC):
    """Ranges, lazy iterators, views and generators."""

    @abc.abstractmethod
    def applied(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr:
        """A call of a method that changes nothing."""

    @abc.abstractmethod
    def iterates(self, node: Node) -> str | None:
        """The name of the iterator of `itertools` that a call makes, if it is one we know."""

    @abc.abstractmethod
    def iterator(self, node: Node, name: str) -> Expr:
        """What such an iterator gives, as a list."""

    @abc.abstractmethod
    def named_key(self, node: Node, item: Type) -> FunctionRef | None:
        """A function of the file given by its name as one of a single argument, if it is one."""

    def arguments(self, node: Node) -> tuple[list[Node], Keywords]:
        """Positional and keyword argument nodes; stars are not modelled."""
        if node.type == "generator_expression":
            return [node], {}
        positional: list[Node] = []
        keywords: Keywords = {}
        for child in children(node):
            if child.type == "keyword_argument":
                keywords[text(self.field(child, "name"))] = self.field(child, "value")
            elif child.type in ("list_splat", "dictionary_splat"):
                raise self.missing(child, "starred argument")
            else:
                positional.append(child)
        return positional, keywords

    def iterable(self, node: Node) -> Expr:
        """What a loop, comprehension or consuming builtin runs over."""
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        if node.type == "generator_expression":
            return self.comprehension(node)
        if node.type == "call":
            iterator = self.iterates(node)
            if iterator is not None:
                return self.iterator(node, iterator)
            function = self.field(node, "function")
            name = text(function)
            unshadowed = name not in self.bound and name not in self.scope
            if function.type == "identifier" and name in LAZY and unshadowed:
                if self.surroundings.is_builtin(name):
                    return self._lazy(node, name, self.field(node, "arguments"))
            elif function.type == "attribute":
                return self._view(node, function)
        return self.expression(node)

    def _view(self, node: Node, function: Node) -> Expr:
        method = text(self.field(function, "attribute"))
        if method not in ("keys", "values", "items"):
            return self.expression(node)
        value = self.expression(self.field(function, "object"))
        if not isinstance(value.type, DictType) or children(self.field(node, "arguments")):
            return self.applied(node, value, method, self.field(node, "arguments"))
        key, held = value.type.key, value.type.value
        item = {"keys": key, "values": held, "items": TupleType((key, held))}[method]
        return MethodCall(type=ListType(item), value=value, method=method, args=(), span=span(node))

    def _lazy(self, node: Node, name: str, arguments: Node) -> Expr:
        positional, keywords = self.arguments(arguments)
        where = span(node)
        if name in ("map", "filter"):
            return self._mapped(node, name, positional, keywords)
        if name == "range":
            if keywords or not 1 <= len(positional) <= 3:
                raise self.missing(node, "call of range")
            numbers = [self.numeric(a) for a in self.in_order(positional, self.expression)]
            for number in numbers:
                if not is_int(number):
                    raise self.missing(node, f"range of {show_type(number.type)}")
            return Call(type=ListType(INT), function="range", args=tuple(numbers), span=where)
        start: Expr | None = None
        if name == "enumerate":
            if "start" in keywords and len(positional) == 1 and len(keywords) == 1:
                positional = [*positional, keywords.pop("start")]
            if keywords or not 1 <= len(positional) <= 2:
                raise self.missing(node, "call of enumerate")
            if len(positional) == 2:
                sequence, start = self.in_order(
                    positional,
                    lambda n: (
                        self.iterable(n) if n is positional[0] else self.numeric(self.expression(n))
                    ),
                )
                if not is_int(start):
                    raise self.missing(node, "enumerate from something other than an int")
                parts = [sequence, start]
            else:
                parts = [self.iterable(positional[0])]
            item: Type = TupleType((INT, self.drawn(node, parts[0])))
        elif name == "zip":
            if keywords or not positional:
                raise self.missing(node, "call of zip")
            parts = self.in_order(positional, self.iterable)
            item = TupleType(tuple(self.drawn(node, part) for part in parts))
        else:
            if keywords or len(positional) != 1:
                raise self.missing(node, "call of reversed")
            parts = [self.iterable(positional[0])]
            if isinstance(parts[0], Comprehension) or (
                isinstance(parts[0], Call) and parts[0].function in ("zip", "enumerate", "reversed")
            ):
                raise self.missing(node, "reversed of an iterator")
            item = self.drawn(node, parts[0])
        for part in parts:
            self.eager(node, part)
        return Call(type=ListType(item), function=name, args=tuple(parts), span=where)

    def _mapped(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Expr:
        """`map(f, xs)` and `filter(f, xs)` as the generator that they are."""
        if keywords or len(positional) != 2:
            raise self.missing(node, f"call of {name}")
        values = self.iterable(positional[1])
        item = self.drawn(node, values)
        function = self.key(positional[0], item)
        member = Variable(type=item, name=function.parameter, role="bound")
        element: Expr = function.body if name == "map" else member
        conditions = () if name == "map" else (self.truthy(node, function.body),)
        target = Target(name=function.parameter, type=item)
        return Comprehension(
            type=ListType(element.type),
            kind="generator",
            element=element,
            value=None,
            generators=(Generator(target, values, conditions),),
            span=span(node),
        )

    def eager(self, node: Node, values: Expr) -> None:
        """A generator that may fail part-way is not the list that it would make."""
        if isinstance(values, Comprehension) and values.kind == "generator" and may_fail(values):
            raise self.missing(node, "a generator whose items may fail, taken one by one")

    def taken(self, node: Node) -> Expr:
        """What a list is extended by, item by item; it may be the list itself."""
        if self.iterates(node) is not None:
            raise self.missing(node, "a list extended by an iterator that may read it")
        return self.iterable(node)

    def key(self, node: Node, item: Type) -> FunctionRef:
        """A function given as `key=`: a lambda of one parameter, or a builtin by its name."""
        where = span(node)
        if node.type == "lambda":
            names = node.child_by_field_name("parameters")
            inside = [] if names is None else children(names)
            if len(inside) != 1 or inside[0].type != "identifier":
                raise self.missing(node, "lambda")
            name = text(inside[0])
            saved, narrowed, aliases = dict(self.bound), self.narrowed, dict(self.aliases)
            self.entered(name, item)
            self.pure += 1
            try:
                body = self.expression(self.field(node, "body"))
            finally:
                self.bound, self.narrowed, self.aliases = saved, narrowed, aliases
                self.pure -= 1
            return FunctionRef(
                type=body.type, parameter=name, parameter_type=item, body=body, span=where
            )
        named = self.named_key(node, item)
        if named is not None:
            return named
        shown = text(node)
        value = Variable(type=item, name="item", role="bound", span=where)
        builtin = (
            node.type == "identifier"
            and shown not in self.bound
            and shown not in self.scope
            and self.surroundings.is_builtin(shown)
        )
        body = None
        if builtin and shown == "len" and isinstance(item, StrType | ListType):
            body = Call(type=INT, function="len", args=(value,), span=where)
        elif builtin and shown == "int" and isinstance(item, StrType):
            body = Call(type=INT, function="int", args=(value,), span=where)
        elif builtin and shown == "str":
            body = self.shown(node, value)
        elif builtin and shown == "abs" and isinstance(item, IntType):
            body = Call(type=INT, function="abs", args=(value,), span=where)
        elif (
            shown in ("str.lower", "str.upper")
            and isinstance(item, StrType)
            and self.surroundings.is_builtin("str")
            and "str" not in self.scope
            and "str" not in self.bound
        ):
            body = MethodCall(type=STR, value=value, method=shown[4:], args=(), span=where)
        if body is None:
            raise self.missing(node, f"{shown} as a key")
        return FunctionRef(
            type=body.type, parameter="item", parameter_type=item, body=body, span=where
        )
