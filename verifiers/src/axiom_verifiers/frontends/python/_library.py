"""Calls of functions of the standard library, by where their names come from."""

from __future__ import annotations

import abc
from collections.abc import Mapping

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    ConstantRef,
    Expr,
    Generator,
    Index,
    MakeList,
    MakeTuple,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    FloatType,
    IntType,
    ListType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import Assign, For, If, Raise
from axiom_verifiers.frontends.python._annotations import annotated
from axiom_verifiers.frontends.python._builtins import Builtins
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._standard import standard
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk
from axiom_verifiers.frontends.python._typing import ordered

_ITERATORS = frozenset(
    {"accumulate", "chain", "chain.from_iterable", "combinations", "dropwhile", "groupby"}
    | {"pairwise"}
    | {"product", "takewhile", "zip_longest"}
)
_OPERATORS: Mapping[str, str] = {
    "add": "+",
    "and_": "&",
    "concat": "+",
    "eq": "==",
    "floordiv": "//",
    "ge": ">=",
    "gt": ">",
    "le": "<=",
    "lshift": "<<",
    "lt": "<",
    "mod": "%",
    "mul": "*",
    "ne": "!=",
    "or_": "|",
    "pow": "**",
    "rshift": ">>",
    "sub": "-",
    "truediv": "/",
    "xor": "^",
}
_BISECTING = frozenset(
    f"bisect.{name}"
    for name in ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
)
# So many constants are counted off one by one.
_POINTS = 16
_PREFIXES: Mapping[str, str] = {"inv": "~", "invert": "~", "neg": "-", "not_": "not", "pos": "+"}


class Library(Builtins, abc.ABC):
    """Functions of `math`, `functools`, `itertools`, `operator` and `typing`."""

    def library(self, node: Node, origin: str, arguments: Node) -> Expr:
        """The value of a call of the function that has this dotted name."""
        positional, keywords = self.arguments(arguments)
        module, _, name = origin.partition(".")
        if keywords:
            raise self.missing(node, f"call of {origin} with keyword arguments")
        written = f"{module}:{name}"
        if origin == "calendar.monthrange" and len(positional) == 2 and _takes_second(node):
            # The first of the two is a day of the week, which is no plain int.
            number = self._standard(node, origin, "calendar:days", positional)
            kinds = TupleType((INT, INT))
            return MakeTuple(type=kinds, items=(integer_constant(0), number), span=span(node))
        if origin in _BISECTING:
            return self._bisected(node, origin, positional)
        if written in standard():
            return self._standard(node, origin, written, positional)
        match origin, len(positional):
            case "functools.reduce", 2 | 3:
                return self._reduced(node, positional)
            case (("copy.copy" | "copy.deepcopy"), 1):
                return self.copied(node, origin, positional[0])
            case "typing.cast", 2 if self._is_type(positional[0]):
                return self.expression(positional[1])
            case "math.isinf", 1:
                beyond = self.infinite_test(node, positional[0])
                if beyond is not None:
                    return beyond
            case (("math.floor" | "math.ceil" | "math.trunc"), 1):
                value = self.numeric(self.expression(positional[0]))
                if isinstance(value.type, IntType):
                    return value
                if isinstance(value.type, FloatType):
                    return self._whole(node, name, value)
            case (("heapq.nsmallest" | "heapq.nlargest"), 2):
                return self._first_sorted(node, name, positional)
            case _, 1 if module == "operator" and name in _PREFIXES:
                words = f"{_PREFIXES[name]} ({text(positional[0])})"
                return self.in_words(node, words, self.expression)
            case _, 2 if module == "operator" and name in _OPERATORS:
                first, second = (f"({text(part)})" for part in positional)
                words = f"{first} {_OPERATORS[name]} {second}"
                return self.in_words(node, words, self.expression)
            case _:
                pass
        raise self.missing(node, f"call of {origin}")

    def _is_type(self, node: Node) -> bool:
        """Whether it names a type, which cannot fail where it is evaluated."""
        names = {text(part) for part in walk(node) if part.type == "identifier"}
        if names & (self.scope | set(self.bound)):
            return False
        known = self.surroundings
        if node.type == "identifier" and (known.is_module(text(node)) or text(node) == "object"):
            return True
        return annotated(node, known.type_named) is not None

    def _standard(self, node: Node, origin: str, written: str, positional: list[Node]) -> Expr:
        names = parameters_of(standard()[written]).names
        if len(names) != len(positional) or not self.surroundings.is_builtin("ValueError"):
            raise self.missing(node, f"call of {origin} with {len(positional)} arguments")
        args = [self.numeric(arg) for arg in self.in_order(positional, self.expression)]
        wanted: Type = ListType(INT) if origin == "math.prod" else INT
        for arg in args:
            if arg.type != wanted:
                raise self.missing(node, f"{origin} of {show_type(arg.type)}")
        return self.called(node, written, args)

    def _whole(self, node: Node, name: str, value: Expr) -> Expr:
        """`math.floor`, `ceil` and `trunc` of a float: `int` brings it nearer to 0."""
        if not isinstance(value, Constant | Variable):
            value = self.saved(node, value)
        near = Call(type=INT, function="int", args=(value,), span=span(node))
        if name == "trunc":
            return near
        held = self.saved(node, near)
        other = self.operate(node, "-" if name == "floor" else "+", held, integer_constant(1))
        past = self.compare(node, ">" if name == "floor" else "<", held, value)
        return Conditional(type=INT, condition=past, then=other, otherwise=held, span=span(node))

    def _first_sorted(self, node: Node, name: str, positional: list[Node]) -> Expr:
        """`nsmallest(n, xs)` is what `sorted(xs)[:n]` is, of a number that is not negative."""
        if not all(self.outside_name(one) for one in ("sorted", "max")):
            raise self.missing(node, f"call of heapq.{name}")
        if not all(self.surroundings.is_builtin(one) for one in ("sorted", "max")):
            raise self.missing(node, f"call of heapq.{name}")
        number, values = (text(part) for part in positional)
        order = ", reverse=True" if name == "nlargest" else ""
        if positional[0].type not in ("identifier", "integer"):
            raise self.missing(node, f"heapq.{name} of a number that is computed")
        if number[0] not in "123456789":
            # Nothing is drawn of them where the number is 0 or less.
            with self.collecting():
                self.drawn_on(node, positional[1])
        return self.in_words(node, f"sorted({values}{order})[:max({number}, 0)]", self.expression)

    def _bisected(self, node: Node, origin: str, positional: list[Node]) -> Expr:
        """`bisect_left(xs, x)`, and `insort(xs, x)`, which puts `x` where it says."""
        builtin = self.surroundings.is_builtin
        if len(positional) != 2 or not builtin("len") or not builtin("ValueError"):
            raise self.missing(node, f"call of {origin} with {len(positional)} arguments")
        values, one = self.in_order(positional, self.expression)
        one = self.numeric(one)
        inserts = "insort" in origin
        alike = isinstance(values.type, TupleType) and len(set(values.type.items)) == 1
        if alike and not inserts and not self.pure:
            values = self.as_items(node, values)
        written = text(self.field(node, "function")).rpartition(".")[2]
        if inserts and written != origin.rpartition(".")[2]:
            raise self.missing(node, f"{origin} under another name")
        if inserts and not isinstance(one, Constant | Variable):
            one = self.saved(node, one)
        known = isinstance(values.type, ListType) and values.type.item == one.type
        if not known or not isinstance(one.type, IntType | StrType):
            raise self.missing(node, f"{origin} of {show_type(values.type)}")
        side = "left" if origin.endswith("_left") else "right"
        points = None if inserts else self._ascending(values)
        if points is not None:
            return self._counted_off(node, side, points, one)
        at = self.called(node, f"bisect:bisect_{side}", [values, one])
        if not inserts:
            return at
        with self.standing("at", at), self.standing("one", one):
            words = f"({text(positional[0])}).insert(at, one)"
            return self.in_words(node, words, self.inserted)

    def _ascending(self, values: Expr) -> tuple[Expr, ...] | None:
        """The items of a short constant list that is in order; None of any other."""
        whole: Expr | None = values
        if isinstance(values, ConstantRef):
            whole = self.surroundings.table(values.name)
        items = whole.items if isinstance(whole, MakeList) else ()
        known = [item.value for item in items if isinstance(item, Constant)]
        numbers = [value for value in known if isinstance(value, int)]
        texts = [value for value in known if isinstance(value, str)]
        if not 0 < len(items) <= _POINTS or len(items) not in (len(numbers), len(texts)):
            return None
        return items if numbers == sorted(numbers) and texts == sorted(texts) else None

    def _counted_off(self, node: Node, side: str, points: tuple[Expr, ...], one: Expr) -> Expr:
        """`bisect` of constants in order: how many of them stand before `one`."""
        if not isinstance(one, Constant | Variable):
            one = self.saved(node, one)
        found: Expr = integer_constant(len(points))
        for number, point in reversed(list(enumerate(points))):
            before = self.compare(node, "<" if side == "right" else "<=", one, point)
            at = integer_constant(number)
            found = Conditional(
                type=INT, condition=before, then=at, otherwise=found, span=span(node)
            )
        return found

    @abc.abstractmethod
    def inserted(self, node: Node) -> Expr:
        """A change in place that is a statement of its own."""

    # ------------------------------------------------------------ folds

    def _reduced(self, node: Node, positional: list[Node]) -> Expr:
        """`reduce(f, xs)` and `reduce(f, xs, start)` as the loop that they are."""
        if self.pure:
            raise self.missing(node, "call of functools.reduce inside a comprehension or lambda")
        parts = self.in_order(
            positional[1:],
            lambda n: self.consumed(n) if n is positional[1] else self.expression(n),
        )
        values = parts[0]
        self.written_out += 1
        name = f"made.{self.written_out}"
        where = place(node)
        if len(parts) == 2:
            first = parts[1]
        else:
            if not isinstance(values.type, ListType):
                raise self.missing(node, f"reduce of {show_type(values.type)}")
            item = self.drawn(node, values)
            values = self.saved(node, values)
            length = Call(type=INT, function="len", args=(values,), span=span(node))
            empty = Compare(type=BOOL, op="==", left=length, right=integer_constant(0))
            failing = Raise(place=where, error="TypeError")
            self.emit(node, If(place=where, condition=empty, then=(failing,), otherwise=()))
            first = Index(type=item, value=values, index=integer_constant(0))
            values = Slice(
                type=values.type, value=values, lower=integer_constant(1), upper=None, step=None
            )
        item = self.drawn(node, values)
        self.loops += 1
        loop = self.loops
        target_name = f"item.{self.written_out}"
        type_ = self.bind(node, name, first.type)
        if self.bind(node, target_name, item) != item and self.final:
            raise self.missing(node, "reduce of values of several types")
        so_far = Variable(type=type_, name=name, role="local", span=span(node))
        member = Variable(type=item, name=target_name, role="local", span=span(node))
        step = self._combined(node, positional[0], so_far, member)
        type_ = self.bind(node, name, step.type)
        self.emit(node, Assign(place=where, name=name, value=self.fitted(node, first, type_)))
        body = Assign(place=where, name=name, value=self.fitted(node, step, type_))
        target = Target(name=target_name, type=item)
        self.emit(node, For(place=where, loop=loop, target=target, iterable=values, body=(body,)))
        return Variable(type=type_, name=name, role="local", span=span(node))

    def _combined(self, node: Node, function: Node, first: Expr, second: Expr) -> Expr:
        """A function of two arguments, given as a value, applied to them."""
        origin = self.origin(function)
        if origin is not None and origin.startswith("operator."):
            operator = _OPERATORS.get(origin.removeprefix("operator."))
            if operator in ("<", "<=", ">", ">=", "==", "!="):
                return self.compare(node, operator, first, second)
            if operator is not None:
                return self.operate(node, operator, first, second)
        name = text(function)
        if name in ("max", "min") and self.outside(function) and self.surroundings.is_builtin(name):
            if first.type != second.type or not ordered(first.type):
                raise self.missing(node, f"{name} of {show_type(first.type)}")
            # The first of two that are equal is the one.
            better = self.compare(node, ">" if name == "max" else "<", second, first)
            return Conditional(
                type=first.type, condition=better, then=second, otherwise=first, span=span(node)
            )
        code: Node | None = None
        if self.bound:
            raise self.missing(node, "call of functools.reduce inside a comprehension")
        if function.type == "lambda":
            code = function
        elif function.type == "identifier" and text(function) not in self.bound:
            code = self.nested.get(text(function))
            if code is None and text(function) not in self.scope:
                code = self.surroundings.definition(text(function))
        if code is None:
            raise self.missing(function, f"{text(function)} as a function of two arguments")
        parameters = parameters_of(code)
        if parameters.problem or parameters.defaults or len(parameters.names) != 2:
            raise self.missing(function, f"{text(function)} as a function of two arguments")
        values = dict(zip(parameters.names, (first, second), strict=True))
        if function.type == "lambda":
            # It stands here, so it sees what is around it.
            self.nested["#here"] = function
            try:
                return self.body_of(node, "lambda", function, values)
            finally:
                del self.nested["#here"]
        return self.body_of(node, text(function), code, values)

    # ------------------------------------------------------------ iterators

    def origin(self, function: Node) -> str | None:
        """The dotted name of the library's function that an expression names, if it does."""
        base, _, member = text(function).partition(".")
        if function.type not in ("identifier", "attribute"):
            return None
        if base in self.bound or base in self.scope:
            return None
        found = self.surroundings.is_module(base)
        return f"{found}.{member}" if found is not None and member else found

    def iterates(self, node: Node) -> str | None:
        """The name of the iterator of `itertools` that a call makes, if it is one we know."""
        if node.type != "call":
            return None
        found = self.origin(self.field(node, "function"))
        name = (found or "").removeprefix("itertools.")
        return name if found == f"itertools.{name}" and name in _ITERATORS else None

    def iterator(self, node: Node, name: str) -> Expr:
        """What such an iterator gives, as a list."""
        positional, keywords = self.arguments(self.field(node, "arguments"))
        if keywords:
            raise self.missing(node, f"call of {name} with keyword arguments")
        where = span(node)
        match name, len(positional):
            case "pairwise", 1:
                values = self.read_on(node, positional[0])
                later = Slice(
                    type=values.type,
                    value=values,
                    lower=integer_constant(1),
                    upper=None,
                    step=None,
                    span=where,
                )
                item = self.drawn(node, values)
                pairs = ListType(TupleType((item, item)))
                return Call(type=pairs, function="zip", args=(values, later), span=where)
            case "chain", 2:
                first = self.read_on(node, positional[0])
                second = self.eventless(positional[1], lambda part: self.read_on(node, part))
                if first.type != second.type:
                    raise self.missing(node, f"chain of {show_type(second.type)}")
                return Binary(type=first.type, op="+", left=first, right=second, span=where)
            case "product", 2:
                first = self._list_of(node, positional[0])
                second = self.eventless(positional[1], lambda part: self._list_of(node, part))
                return self._pairs(node, first, second)
            case "accumulate", 1:
                return self._accumulated(node, positional[0])
            case _:
                raise self.missing(node, f"call of itertools.{name}")

    def drawn_on(self, node: Node, part: Node) -> Expr:
        """What an iterator draws one by one, as far as it is itself read: nothing that may fail
        part-way, which whoever stops earlier would not meet.
        """
        while part.type == "parenthesized_expression":
            part = children(part)[0]
        generator = part.type == "generator_expression"
        values = self.iterable(part) if generator else self.consumed(part)
        self.eager(node, values)
        return values

    def read_on(self, node: Node, part: Node) -> Expr:
        """The same, as a list."""
        return self._listed_values(node, self.drawn_on(node, part))

    def _list_of(self, node: Node, part: Node) -> Expr:
        return self._listed_values(node, self.consumed(part))

    def _listed_values(self, node: Node, values: Expr) -> Expr:
        if not isinstance(values.type, ListType):
            raise self.missing(node, f"iteration over {show_type(values.type)}")
        if isinstance(values, Variable):
            return values
        return self.saved(node, values) if not self.pure else values

    def _pairs(self, node: Node, first: Expr, second: Expr) -> Expr:
        types = self.drawn(node, first), self.drawn(node, second)
        names = ("one", "other")
        members = tuple(
            Variable(type=type_, name=name, role="bound")
            for name, type_ in zip(names, types, strict=True)
        )
        pair = TupleType(types)
        return Comprehension(
            type=ListType(pair),
            kind="list",
            element=MakeTuple(type=pair, items=members),
            value=None,
            generators=tuple(
                Generator(Target(name=name, type=type_), values, ())
                for name, type_, values in zip(names, types, (first, second), strict=True)
            ),
            span=span(node),
        )

    def _accumulated(self, node: Node, part: Node) -> Expr:
        """The sums of the first one, two, … members, collected by a loop."""
        values = self.read_on(node, part)
        item = self.drawn(node, values)
        if self.pure or not isinstance(item, IntType):
            raise self.missing(node, f"accumulate of {show_type(values.type)}")
        self.written_out += 1
        number = self.written_out
        self.loops += 1
        loop = self.loops
        where = place(node)
        total = Variable(
            type=self.bind(node, f"total.{number}", INT), name=f"total.{number}", role="local"
        )
        member = Variable(
            type=self.bind(node, f"item.{number}", INT), name=f"item.{number}", role="local"
        )
        list_type = self.bind(node, f"made.{number}", ListType(INT))
        made = Variable(type=list_type, name=f"made.{number}", role="local", span=span(node))
        added = Binary(type=INT, op="+", left=total, right=member, span=span(node))
        one = MakeList(type=list_type, items=(total,), span=span(node))
        longer = Binary(type=list_type, op="+", left=made, right=one, span=span(node))
        empty = MakeList(type=list_type, items=(), span=span(node))
        self.emit(node, Assign(place=where, name=total.name, value=integer_constant(0)))
        self.emit(node, Assign(place=where, name=made.name, value=empty))
        body = (
            Assign(place=where, name=total.name, value=added),
            Assign(place=where, name=made.name, value=longer, in_place=True),
        )
        target = Target(name=member.name, type=INT)
        self.emit(node, For(place=where, loop=loop, target=target, iterable=values, body=body))
        return made


def _takes_second(call: Node) -> bool:
    """Whether only the second of what the call gives is looked at."""
    around = call.parent
    if around is None or around.type != "subscript":
        return False
    index = around.children_by_field_name("subscript")
    return call == around.child_by_field_name("value") and [text(one) for one in index] == ["1"]
