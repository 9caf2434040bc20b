"""Calls of builtin functions, and what loops and comprehensions may run over."""

from __future__ import annotations

import abc
from collections.abc import Callable

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Comprehension,
    Constant,
    Expr,
    FunctionRef,
    Generator,
    MakeList,
    MakeSet,
    MethodCall,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import holds_float, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Evaluate
from axiom_verifiers.frontends.python._context import integer_constant, truth
from axiom_verifiers.frontends.python._expressions import Expressions
from axiom_verifiers.frontends.python._operators import hashable, is_int
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import UNKNOWN_LIST, ordered

Keywords = dict[str, Node]
LAZY = frozenset({"range", "enumerate", "zip", "reversed"})
_KINDS = frozenset({"int", "bool", "float", "str", "bytes", "list", "set", "dict", "tuple"})


class Builtins(Expressions, abc.ABC):
    """One method per builtin function that has a meaning in the core language."""

    @abc.abstractmethod
    def applied(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr:
        """A call of a method that changes nothing."""

    def arguments(self, node: Node) -> tuple[list[Node], Keywords]:
        """Positional and keyword argument nodes; stars are not modelled."""
        if node.type == "generator_expression":
            return [node], {}
        positional: list[Node] = []
        keywords: Keywords = {}
        for child in children(node):
            if child.type == "keyword_argument":
                keywords[text(self._field(child, "name"))] = self._field(child, "value")
            elif child.type in ("list_splat", "dictionary_splat"):
                raise self.missing(child, "starred argument")
            else:
                positional.append(child)
        return positional, keywords

    # ------------------------------------------------------------ builtin functions

    def iterable(self, node: Node) -> Expr:
        """What a loop, comprehension or consuming builtin runs over."""
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        if node.type == "generator_expression":
            return self.comprehension(node)
        if node.type == "call":
            function = self._field(node, "function")
            name = text(function)
            unshadowed = name not in self.bound and name not in self.scope
            if function.type == "identifier" and name in LAZY and unshadowed:
                if self.surroundings.is_builtin(name):
                    return self._lazy(node, name, self._field(node, "arguments"))
            elif function.type == "attribute":
                return self._view(node, function)
        return self.expression(node)

    def _view(self, node: Node, function: Node) -> Expr:
        method = text(self._field(function, "attribute"))
        if method not in ("keys", "values", "items"):
            return self.expression(node)
        value = self.expression(self._field(function, "object"))
        if not isinstance(value.type, DictType) or children(self._field(node, "arguments")):
            return self.applied(node, value, method, self._field(node, "arguments"))
        key, held = value.type.key, value.type.value
        item = {"keys": key, "values": held, "items": TupleType((key, held))}[method]
        return MethodCall(type=ListType(item), value=value, method=method, args=(), span=span(node))

    def _lazy(self, node: Node, name: str, arguments: Node) -> Expr:
        positional, keywords = self.arguments(arguments)
        where = span(node)
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
            item: Type = TupleType((INT, self._drawn(node, parts[0])))
        elif name == "zip":
            if keywords or not positional:
                raise self.missing(node, "call of zip")
            parts = self.in_order(positional, self.iterable)
            item = TupleType(tuple(self._drawn(node, part) for part in parts))
        else:
            if keywords or len(positional) != 1:
                raise self.missing(node, "call of reversed")
            parts = [self.iterable(positional[0])]
            if isinstance(parts[0], Comprehension) or (
                isinstance(parts[0], Call) and parts[0].function in ("zip", "enumerate", "reversed")
            ):
                raise self.missing(node, "reversed of an iterator")
            item = self._drawn(node, parts[0])
        for part in parts:
            self.eager(node, part)
        return Call(type=ListType(item), function=name, args=tuple(parts), span=where)

    def eager(self, node: Node, values: Expr) -> None:
        """A generator that may fail part-way is not the list that it would make."""
        if isinstance(values, Comprehension) and values.kind == "generator" and may_fail(values):
            raise self.missing(node, "a generator whose items may fail, taken one by one")

    def builtin(self, node: Node, name: str, arguments: Node) -> Expr:
        positional, keywords = self.arguments(arguments)
        handler = getattr(self, f"_builtin_{name}", None)
        if name in LAZY or handler is None:
            raise self.missing(node, f"call of {name}")
        call: Callable[[Node, list[Node], Keywords], Expr] = handler
        return call(node, positional, keywords)

    def _one(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Node:
        if keywords or len(positional) != 1:
            raise self.missing(node, f"call of {name} with {len(positional)} arguments")
        return positional[0]

    def _builtin_len(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.expression(self._one(node, "len", positional, keywords))
        if isinstance(value.type, TupleType) and isinstance(value, Variable):
            return integer_constant(len(value.type.items))
        if not isinstance(value.type, StrType | BytesType | ListType | SetType | DictType):
            raise self.missing(node, f"len of {show_type(value.type)}")
        return Call(type=INT, function="len", args=(value,), span=span(node))

    def _builtin_abs(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.numeric(self.expression(self._one(node, "abs", positional, keywords)))
        if not isinstance(value.type, IntType | FloatType):
            raise self.missing(node, f"abs of {show_type(value.type)}")
        return Call(type=value.type, function="abs", args=(value,), span=span(node))

    def _builtin_min(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._extreme(node, "min", positional, keywords)

    def _builtin_max(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._extreme(node, "max", positional, keywords)

    def _extreme(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Expr:
        given: list[tuple[str, Expr]] = []
        if len(positional) == 1:
            values = [self.iterable(positional[0])]
            item = self._drawn(node, values[0])
            if "default" in keywords:
                default = self.expression(keywords["default"])
                if default.type != item or isinstance(item, UnknownType):
                    raise self.missing(node, f"{name} with a default of {show_type(default.type)}")
                given.append(("default", default))
        else:
            parts = self.in_order(positional, self.expression)
            same, item = self.homogeneous(node, parts)
            values = list(same)
            if "default" in keywords or not values:
                raise self.missing(node, f"call of {name}")
        compared = item
        if "key" in keywords:
            key = self.key(keywords["key"], item)
            compared = key.type
            given.insert(0, ("key", key))
        if set(keywords) - {"key", "default"} or not ordered(compared):
            raise self.missing(node, f"{name} of {show_type(compared)}")
        return Call(
            type=item, function=name, args=tuple(values), keywords=tuple(given), span=span(node)
        )

    def key(self, node: Node, item: Type) -> FunctionRef:
        """A function given as `key=`: a lambda of one parameter, or a builtin by its name."""
        where = span(node)
        if node.type == "lambda":
            names = node.child_by_field_name("parameters")
            inside = [] if names is None else children(names)
            if len(inside) != 1 or inside[0].type != "identifier":
                raise self.missing(node, "lambda")
            name = text(inside[0])
            saved = dict(self.bound)
            self.bound[name] = item
            self.pure += 1
            try:
                body = self.expression(self._field(node, "body"))
            finally:
                self.bound = saved
                self.pure -= 1
            return FunctionRef(
                type=body.type, parameter=name, parameter_type=item, body=body, span=where
            )
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

    def _builtin_sum(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if set(keywords) - {"start"} or not 1 <= len(positional) + len(keywords) <= 2:
            raise self.missing(node, "call of sum")
        if not positional:
            raise self.missing(node, "call of sum")
        parts = self.in_order(
            [*positional, *keywords.values()],
            lambda n: self.iterable(n) if n is positional[0] else self.expression(n),
        )
        values, start = parts[0], parts[1] if len(parts) == 2 else None
        values = self._counted(node, values)
        item = self._drawn(node, values)
        if start is not None:
            start = self.numeric(start)
            if start.type != item:
                raise self.missing(node, f"sum from a {show_type(start.type)}")
        if not isinstance(item, IntType | UnknownType):
            raise self.missing(node, f"sum of {show_type(item)}")
        given = () if start is None else (("start", start),)
        return Call(type=INT, function="sum", args=(values,), keywords=given, span=span(node))

    def _counted(self, node: Node, values: Expr) -> Expr:
        """An iterable of bools as one of ints, for `sum`."""
        item = self._drawn(node, values)
        if not isinstance(item, BoolType):
            return values
        if isinstance(values, Comprehension) and values.value is None:
            return Comprehension(
                type=ListType(INT),
                kind="generator",
                element=self.numeric(values.element),
                value=None,
                generators=values.generators,
                span=values.span,
            )
        target = Target(name="item", type=BOOL)
        variable = Variable(type=BOOL, name="item", role="bound")
        return Comprehension(
            type=ListType(INT),
            kind="generator",
            element=self.numeric(variable),
            value=None,
            generators=(Generator(target, values, ()),),
            span=values.span,
        )

    def _builtin_any(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._quantified(node, "any", positional, keywords)

    def _builtin_all(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._quantified(node, "all", positional, keywords)

    def _quantified(
        self, node: Node, name: str, positional: list[Node], keywords: Keywords
    ) -> Expr:
        argument = self._one(node, name, positional, keywords)
        if argument.type == "generator_expression":
            values = self.comprehension(argument)
            if isinstance(values, Comprehension):
                values = Comprehension(
                    type=ListType(BOOL),
                    kind=values.kind,
                    element=self.truthy(node, values.element),
                    value=None,
                    generators=values.generators,
                    span=values.span,
                )
        else:
            values = self.iterable(argument)
            item = self._drawn(node, values)
            if not isinstance(item, BoolType):
                variable = Variable(type=item, name="item", role="bound")
                values = Comprehension(
                    type=ListType(BOOL),
                    kind="generator",
                    element=self.truthy(node, variable),
                    value=None,
                    generators=(Generator(Target(name="item", type=item), values, ()),),
                    span=values.span,
                )
        return Call(type=BOOL, function=name, args=(values,), span=span(node))

    def _builtin_sorted(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if len(positional) != 1 or set(keywords) - {"key", "reverse"}:
            raise self.missing(node, "call of sorted")
        values = self._set_or_iterable(positional[0])
        item = values.type.item if isinstance(values.type, SetType) else self._drawn(node, values)
        given, compared = self.sorting(node, keywords, item)
        if isinstance(values.type, SetType) and "key" in keywords:
            raise self.missing(node, "sorted of a set with a key")
        if not ordered(compared):
            raise self.missing(node, f"sorted of {show_type(compared)}")
        return Call(
            type=ListType(item),
            function="sorted",
            args=(values,),
            keywords=given,
            span=span(node),
        )

    def sorting(
        self, node: Node, keywords: Keywords, item: Type
    ) -> tuple[tuple[tuple[str, Expr], ...], Type]:
        """The keywords of `sorted` and `sort`, and the type that is compared."""
        given: list[tuple[str, Expr]] = []
        compared = item
        if "key" in keywords:
            key = self.key(keywords["key"], item)
            compared = key.type
            given.append(("key", key))
        if "reverse" in keywords:
            reverse = self.expression(keywords["reverse"])
            if not isinstance(reverse.type, BoolType):
                raise self.missing(node, "reverse that is not a bool")
            given.append(("reverse", reverse))
        if holds_float(compared):
            raise self.missing(node, f"sorting of {show_type(compared)}")
        return tuple(given), compared

    def _set_or_iterable(self, node: Node) -> Expr:
        return self.iterable(node)

    def _builtin_list(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._collected(node, "list", positional, keywords)

    def _builtin_set(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._collected(node, "set", positional, keywords)

    def _collected(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            type_: Type = UNKNOWN_LIST if name == "list" else SetType(UNKNOWN_LIST.item)
            if name == "list":
                return MakeList(type=type_, items=(), span=span(node))
            return MakeSet(type=type_, items=(), span=span(node))
        values = self.iterable(self._one(node, name, positional, keywords))
        if isinstance(values.type, SetType) and name == "set":
            item: Type = values.type.item
        else:
            item = self._drawn(node, values)
        if name == "set" and not hashable(item):
            raise self.missing(node, f"set of {show_type(item)}")
        type_ = ListType(item) if name == "list" else SetType(item)
        return Call(type=type_, function=name, args=(values,), span=span(node))

    def _builtin_int(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            return integer_constant(0)
        value = self.numeric(self.expression(self._one(node, "int", positional, keywords)))
        if is_int(value):
            return value
        if not isinstance(value.type, StrType | FloatType):
            raise self.missing(node, f"int of {show_type(value.type)}")
        return Call(type=INT, function="int", args=(value,), span=span(node))

    def _builtin_bool(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            return truth(value=False)
        return self.condition(self._one(node, "bool", positional, keywords))

    def _builtin_str(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            return Constant(type=STR, value="", span=span(node))
        return self._shown(self._one(node, "str", positional, keywords))

    def _builtin_float(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.numeric(self.expression(self._one(node, "float", positional, keywords)))
        if isinstance(value.type, FloatType):
            return value
        if not isinstance(value.type, IntType | StrType):
            raise self.missing(node, f"float of {show_type(value.type)}")
        return Call(type=FLOAT, function="float", args=(value,), span=span(node))

    def _builtin_divmod(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if keywords or len(positional) != 2:
            raise self.missing(node, "call of divmod")
        parts = [self.numeric(part) for part in self.in_order(positional, self.expression)]
        if not all(is_int(part) for part in parts):
            raise self.missing(node, "divmod of something other than ints")
        type_ = TupleType((INT, INT))
        return Call(type=type_, function="divmod", args=tuple(parts), span=span(node))

    def _builtin_pow(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if keywords or len(positional) != 2:
            raise self.missing(node, "call of pow")
        left, right = self.in_order(positional, self.expression)
        return self.operate(node, "**", left, right)

    def _builtin_round(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.numeric(self.expression(self._one(node, "round", positional, keywords)))
        if is_int(value):
            return value
        if not isinstance(value.type, FloatType):
            raise self.missing(node, f"round of {show_type(value.type)}")
        return Call(type=INT, function="round", args=(value,), span=span(node))

    def _builtin_isinstance(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        """Settled by the value's type: a parameter has exactly its declared one."""
        if keywords or len(positional) != 2:
            raise self.missing(node, "call of isinstance")
        value = self.expression(positional[0])
        kinds = children(positional[1]) if positional[1].type == "tuple" else [positional[1]]
        names = [text(kind) for kind in kinds]
        for kind, name in zip(kinds, names, strict=True):
            shadowed = name in self.scope or name in self.bound
            if kind.type != "identifier" or shadowed or not self.surroundings.is_builtin(name):
                raise self.missing(node, "call of isinstance")
        own = show_type(value.type).split("[", 1)[0]
        exact = isinstance(value, Variable) and value.role == "parameter"
        if own not in _KINDS or not exact or not set(names) <= _KINDS:
            raise self.missing(node, "call of isinstance")
        return truth(own in names or (own == "bool" and "int" in names))

    def _builtin_print(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        """Printing changes nothing that a contract speaks of; its arguments may fail."""
        if keywords:
            raise self.missing(node, "call of print with keyword arguments")
        for part in self.in_order(positional, self.expression):
            if not isinstance(part, Constant):
                self.emit(node, Evaluate(place=place(node), value=part))
        return Constant(type=NONE, value=None, span=span(node))
