"""Calls of builtin functions."""

from __future__ import annotations

import abc
from collections.abc import Callable

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Constant,
    Expr,
    FunctionRef,
    Generator,
    MakeList,
    MakeSet,
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
    OptionalType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import holds_float, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import If, Unmodelled
from axiom_verifiers.frontends.python._context import NotModelledError, integer_constant, truth
from axiom_verifiers.frontends.python._floats import promoted
from axiom_verifiers.frontends.python._iteration import LAZY, Keywords
from axiom_verifiers.frontends.python._operators import hashable, is_int
from axiom_verifiers.frontends.python._phrases import Phrases, tells_apart
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import (
    UNKNOWN_LIST,
    DequeType,
    FactoryDict,
    FrozenType,
    SeriesType,
    ordered,
)
from axiom_verifiers.frontends.python._written import fresh

# Below it, roots of neighbours are further from each other than from the floats nearest to them.
_EXACT_ROOT = 2**50
_KINDS = frozenset({"int", "bool", "float", "str", "bytes", "list", "set", "dict", "tuple"})


class Builtins(Phrases, abc.ABC):
    """One method per builtin function that has a meaning in the core language."""

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
        if isinstance(value.type, TupleType) and not may_fail(value):
            self.let_go(node, value)
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
            values = [self.consumed(positional[0])]
            item = self.drawn(node, values[0])
            if "default" in keywords and keywords["default"].type == "none":
                rest = {key: value for key, value in keywords.items() if key != "default"}
                return self._extreme_or_none(node, name, positional, rest, values[0])
            if "default" in keywords:
                default = self.eventless(keywords["default"], self.expression)
                if default.type != item or isinstance(item, UnknownType):
                    raise self.missing(node, f"{name} with a default of {show_type(default.type)}")
                given.append(("default", default))
        else:
            beyond = self.extreme_of_infinite(node, name, positional)
            if beyond is not None and not keywords:
                return beyond
            parts = self.in_order(positional, self.expression)
            if any(isinstance(part.type, FloatType) for part in parts):
                parts = [promoted(part) for part in parts]
            same, item = self.homogeneous(node, parts)
            values = list(same)
            if "default" in keywords or not values:
                raise self.missing(node, f"call of {name}")
        compared = item
        if "key" in keywords:
            key = self._key_over(positional[0], keywords["key"], item)
            compared = key.type
            given.insert(0, ("key", key))
        if set(keywords) - {"key", "default"} or not ordered(compared):
            raise self.missing(node, f"{name} of {show_type(compared)}")
        return Call(
            type=item, function=name, args=tuple(values), keywords=tuple(given), span=span(node)
        )

    def _extreme_or_none(
        self, node: Node, name: str, positional: list[Node], keywords: Keywords, values: Expr
    ) -> Expr:
        """`max(xs, default=None)`."""
        if not isinstance(values, Variable):
            listed = Call(type=ListType(self.drawn(node, values)), function="list", args=(values,))
            values = listed if self.pure else self.saved(node, listed)
        hole = fresh("values", [node])
        shown = "".join(f", {key}={text(value)}" for key, value in keywords.items())
        with self.standing(hole, values):
            words = f"{name}({hole}{shown}) if {hole} else None"
            return self.in_words(node, words, self.expression)

    def _builtin_sum(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if set(keywords) - {"start"} or not 1 <= len(positional) + len(keywords) <= 2:
            raise self.missing(node, "call of sum")
        if not positional:
            raise self.missing(node, "call of sum")
        values = self.consumed(positional[0])
        given = (*positional[1:], *keywords.values())
        start = self.eventless(given[0], self.expression) if given else None
        values = self._counted(node, values)
        item = self.drawn(node, values)
        if isinstance(start, MakeList) and not start.items and isinstance(item, ListType):
            rows, one = fresh("row", [node]), fresh("item", [node])
            held = fresh("held", [node])
            words = f"[{one} for {rows} in {held} for {one} in {rows}]"
            with self.standing(held, values):
                return self.in_words(node, words, self.consumed)
        if start is not None:
            start = self.numeric(start)
            if start.type != item:
                raise self.missing(node, f"sum from a {show_type(start.type)}")
        if isinstance(item, FloatType) and start is None:
            return Call(type=FLOAT, function="sum", args=(values,), span=span(node))
        if not isinstance(item, IntType | UnknownType):
            raise self.missing(node, f"sum of {show_type(item)}")
        begun = () if start is None else (("start", start),)
        return Call(type=INT, function="sum", args=(values,), keywords=begun, span=span(node))

    def _counted(self, node: Node, values: Expr) -> Expr:
        """An iterable of bools as one of ints, for `sum`."""
        item = self.drawn(node, values)
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
            inlinings = self.inlinings
            with self.collecting() as inner:
                try:
                    values = self.comprehension(argument)
                except NotModelledError as failure:
                    if self.pure:
                        raise
                    self.inlinings = inlinings
                    inner.clear()
                    values = self._searched(node, argument, failure, wanted=name == "any")
            self.out.extend(inner)
            if not isinstance(values.type, ListType):
                return values
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
            item = self.drawn(node, values)
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

    def _searched(
        self, node: Node, generator: Node, failure: NotModelledError, *, wanted: bool
    ) -> Expr:
        with self.collecting() as inner:
            try:
                value = self.searched(node, generator, wanted=wanted)
            except NotModelledError:
                raise failure from None
        self.out.extend(inner)
        return value

    def _builtin_next(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if keywords or not 1 <= len(positional) <= 2:
            raise self.missing(node, "call of next")
        default = positional[1] if len(positional) == 2 else None
        source = positional[0]
        while source.type == "parenthesized_expression":
            source = children(source)[0]
        if self.pure:
            raise self.missing(node, "call of next inside a comprehension or lambda")
        if source.type == "generator_expression":
            return self.first(node, source, default)
        function = source.child_by_field_name("function")
        known = function is not None and text(function) in ("iter", "filter", "map", "reversed")
        if source.type != "call" or function is None or not known or not self.outside(function):
            raise self.missing(node, "call of next")
        if not self.surroundings.is_builtin(text(function)):
            raise self.missing(node, "call of next")
        through = text(source)
        if text(function) == "iter":
            inside = children(self.field(source, "arguments"))
            if len(inside) != 1:
                raise self.missing(node, "call of iter")
            through = text(inside[0])
        item = fresh("item", [source])
        words = f"({item} for {item} in {through})"
        return self.in_words(node, words, lambda made: self.first(node, made, default))

    def _builtin_sorted(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if len(positional) != 1 or set(keywords) - {"key", "reverse"}:
            raise self.missing(node, "call of sorted")
        values = self._set_or_iterable(positional[0])
        item = values.type.item if isinstance(values.type, SetType) else self.drawn(node, values)
        given, compared = self.sorting(node, keywords, item, positional[0])
        if isinstance(values.type, SetType) and "key" in keywords:
            # What is equal under the key stays in the order of the set, which nobody knows.
            if not any(isinstance(value, FunctionRef) and tells_apart(value) for _, value in given):
                raise self.missing(node, "sorted of a set with a key")
            values = Call(type=ListType(item), function="sorted", args=(values,), span=values.span)
        if not ordered(compared):
            raise self.missing(node, f"sorted of {show_type(compared)}")
        return Call(
            type=ListType(item),
            function="sorted",
            args=(values,),
            keywords=given,
            span=span(node),
        )

    @abc.abstractmethod
    def getter(self, node: Node, over: Node, item: Type) -> FunctionRef | None:
        """`d.get` as the key of something that goes through `d`; None for other functions."""

    def _key_over(self, over: Node | None, node: Node, item: Type) -> FunctionRef:
        """The function that a collection is compared by."""
        found = None if over is None else self.getter(node, over, item)
        key = self.key(node, item) if found is None else found
        body = self.in_order_of_ints(key.body)
        return msgspec.structs.replace(key, type=body.type, body=body)

    def sorting(
        self, node: Node, keywords: Keywords, item: Type, over: Node | None = None
    ) -> tuple[tuple[tuple[str, Expr], ...], Type]:
        """The keywords of `sorted` and `sort`, and the type that is compared."""
        given: list[tuple[str, Expr]] = []
        compared = item
        if "key" in keywords:
            key = self._key_over(over, keywords["key"], item)
            compared = key.type
            given.append(("key", key))
        if "reverse" in keywords:
            reverse = self.eventless(keywords["reverse"], self.expression)
            if not isinstance(reverse.type, BoolType):
                raise self.missing(node, "reverse that is not a bool")
            given.append(("reverse", reverse))
        if holds_float(compared):
            raise self.missing(node, f"sorting of {show_type(compared)}")
        return tuple(given), compared

    def _set_or_iterable(self, node: Node) -> Expr:
        return self.consumed(node)

    def _builtin_list(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._collected(node, "list", positional, keywords)

    def _builtin_set(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        return self._collected(node, "set", positional, keywords)

    def _builtin_frozenset(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        made = self._collected(node, "set", positional, keywords)
        assert isinstance(made.type, SetType)
        return msgspec.structs.replace(made, type=FrozenType(made.type.item))

    def _collected(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            type_: Type = UNKNOWN_LIST if name == "list" else SetType(UNKNOWN_LIST.item)
            if name == "list":
                return MakeList(type=type_, items=(), span=span(node))
            return MakeSet(type=type_, items=(), span=span(node))
        values = self.consumed(self._one(node, name, positional, keywords))
        if isinstance(values.type, SetType) and name == "set":
            item: Type = values.type.item
        else:
            item = self.drawn(node, values)
        if name == "set" and not hashable(item):
            raise self.missing(node, f"set of {show_type(item)}")
        type_ = ListType(item) if name == "list" else SetType(item)
        return Call(type=type_, function=name, args=(values,), span=span(node))

    def _builtin_int(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if not positional and not keywords:
            return integer_constant(0)
        if len(positional) == 2 and not keywords:
            return self.in_base(node, positional)
        one = self._one(node, "int", positional, keywords)
        root = self._root(node, one)
        if root is not None:
            return root
        value = self.numeric(self.expression(one))
        if is_int(value):
            return value
        if not isinstance(value.type, StrType | FloatType):
            raise self.missing(node, f"int of {show_type(value.type)}")
        return Call(type=INT, function="int", args=(value,), span=span(node))

    def _root(self, node: Node, argument: Node) -> Expr | None:
        """`int(n ** 0.5)` and `int(math.sqrt(n))`, which are the whole root of an `n` of which the
        float nearest to its root is nearer to it than to the next whole number.
        """
        of: Node | None = None
        if argument.type == "binary_operator" and text(self.field(argument, "operator")) == "**":
            if text(self.field(argument, "right")) == "0.5":
                of = self.field(argument, "left")
        elif argument.type == "call":
            given = children(self.field(argument, "arguments"))
            if self.origin(self.field(argument, "function")) == "math.sqrt" and len(given) == 1:
                of = given[0]
        if of is None or self.pure or not self.surroundings.is_builtin("ValueError"):
            return None
        with self.collecting() as inner:
            number = self.numeric(self.expression(of))
        if not is_int(number):
            return None
        self.out.extend(inner)
        held = self.saved(node, number)
        where = place(node)
        for limit, operator in ((0, "<"), (_EXACT_ROOT, ">=")):
            beyond = self.compare(node, operator, held, integer_constant(limit))
            report = Unmodelled(place=where, construct="root of a negative or very large number")
            self.emit(node, If(place=where, condition=beyond, then=(report,), otherwise=()))
        return self.called(node, "math:isqrt", [held])

    def _builtin_ord(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.expression(self._one(node, "ord", positional, keywords))
        if not isinstance(value.type, StrType):
            raise self.missing(node, f"ord of {show_type(value.type)}")
        return Call(type=INT, function="ord", args=(value,), span=span(node))

    def _builtin_bin(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.numeric(self.expression(self._one(node, "bin", positional, keywords)))
        if not is_int(value):
            raise self.missing(node, f"bin of {show_type(value.type)}")
        return self.called(node, "int:bin", [value])

    def _builtin_chr(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        value = self.numeric(self.expression(self._one(node, "chr", positional, keywords)))
        if not is_int(value):
            raise self.missing(node, f"chr of {show_type(value.type)}")
        return Call(type=STR, function="chr", args=(value,), span=span(node))

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

    def _builtin_round(self, node: Node, positional: list[Node], keywords: Keywords) -> Expr:
        if len(positional) == 2 and not keywords:
            number, digits = self.in_order(positional, self.expression)
            if isinstance(number.type, FloatType) and is_int(digits):
                return Call(type=FLOAT, function="round", args=(number, digits), span=span(node))
            raise self.missing(node, f"round of {show_type(number.type)} to digits")
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
        inner = value.type.item if isinstance(value.type, OptionalType) else value.type
        own = show_type(inner).split("[", 1)[0]
        if isinstance(inner, SeriesType):
            own = "tuple"
        elif isinstance(inner, DequeType | FrozenType | FactoryDict):
            raise self.missing(node, "call of isinstance")
        exact = isinstance(value, Variable) and value.role == "parameter"
        if own not in _KINDS or not exact or not set(names) <= _KINDS:
            raise self.missing(node, "call of isinstance")
        fits = own in names or (own == "bool" and "int" in names)
        if fits and inner is not value.type:
            none = Constant(type=NONE, value=None, span=span(node))
            return Compare(type=BOOL, op="is not", left=value, right=none, span=span(node))
        return truth(fits)
