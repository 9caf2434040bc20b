"""What loops, comprehensions and consuming builtins run over; functions given as `key=`."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Expr,
    FunctionRef,
    Generator,
    MethodCall,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    DictType,
    IntType,
    ListType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Evaluate, If, Unmodelled
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._binding import CHANGING
from axiom_verifiers.frontends.python._comprehensions import Comprehensions
from axiom_verifiers.frontends.python._operators import is_int
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._written import fresh

Keywords = dict[str, Node]
# Builtin functions that a single argument may be given to by `map` or as a key.
_OF_ONE = frozenset(
    {"abs", "all", "any", "bin", "bool", "chr", "dict", "float", "int", "len", "list", "max", "min"}
    | {"ord", "round", "set", "sorted", "str", "sum", "tuple"}
)
# Methods that read what they belong to.
_READING = frozenset({"count", "endswith", "get", "index", "join", "startswith"})
_KINDS: dict[str, tuple[type[Type], ...]] = {
    "str": (StrType,),
    "list": (ListType,),
    "dict": (DictType,),
    "int": (IntType,),
    "set": (SetType,),
}
LAZY = frozenset({"range", "enumerate", "zip", "reversed", "map", "filter"})


class Iteration(Comprehensions, abc.ABC):
    """Ranges, lazy iterators, views and generators."""

    @abc.abstractmethod
    def applied(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr:
        """A call of a method that changes nothing."""

    @abc.abstractmethod
    def origin(self, function: Node) -> str | None:
        """The dotted name of the library's function that an expression names, if it does."""

    def outside(self, node: Node) -> bool:
        """Whether a name means what it means at module level."""
        return self.outside_name(text(node))

    def outside_name(self, name: str) -> bool:
        return name not in self.bound and name not in self.scope

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
        members = self.members_of(node) if node.type == "identifier" else None
        if members is not None:
            return members
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

    @abc.abstractmethod
    def members_of(self, node: Node) -> Expr | None:
        """The members of the enumeration that a name means; None for any other name."""

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
            strict = keywords.pop("strict", None)
            if keywords or not positional or (strict is not None and strict.type != "true"):
                raise self.missing(node, "call of zip")
            parts = self.in_order(positional, self.iterable)
            if strict is not None:
                parts = self._of_one_length(node, parts)
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

    def _of_one_length(self, node: Node, parts: list[Expr]) -> list[Expr]:
        """What `zip(…, strict=True)` goes through. It raises only at the end of the shorter one, so
        a run in which one is shorter is reported.
        """
        if not all(isinstance(part.type, ListType | StrType) for part in parts):
            raise self.missing(node, "call of zip")
        parts = [part if isinstance(part, Variable) else self.saved(node, part) for part in parts]
        first, *rest = (Call(type=INT, function="len", args=(part,)) for part in parts)
        for other in rest:
            longer = Compare(type=BOOL, op="!=", left=first, right=other, span=span(node))
            report = Unmodelled(place=place(node), construct="zip of lists of two lengths, strict")
            self.emit(node, If(place=place(node), condition=longer, then=(report,), otherwise=()))
        return parts

    def _mapped(self, node: Node, name: str, positional: list[Node], keywords: Keywords) -> Expr:
        """`map(f, xs)` and `filter(f, xs)` as the generator that they are."""
        if name == "map" and len(positional) > 2 and not keywords:
            return self._mapped_together(node, positional)
        if keywords or len(positional) != 2:
            raise self.missing(node, f"call of {name}")
        values = self.iterable(positional[1])
        item = self.drawn(node, values)
        if name == "filter" and positional[0].type == "none":
            itself = fresh("item", [])
            member = Variable(type=item, name=itself, role="bound", span=span(node))
            function = FunctionRef(
                type=item, parameter=itself, parameter_type=item, body=member, span=span(node)
            )
        else:
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

    def _mapped_together(self, node: Node, positional: list[Node]) -> Expr:
        """`map(f, xs, ys)`: the function of items that stand at the same place."""
        function, *lists = positional
        shown = text(function)
        given = ", ".join(text(part) for part in lists)
        if not self.surroundings.is_builtin("zip") or not self.outside_name("zip"):
            raise self.missing(node, "call of map")
        if function.type == "lambda":
            parameters = parameters_of(function)
            names = parameters.names
            if parameters.problem or parameters.defaults or len(names) != len(lists):
                raise self.missing(function, "lambda")
            made = text(self.field(function, "body"))
        else:
            known = self.origin(function) is not None or (
                function.type == "identifier" and (self.outside(function) or shown in self.nested)
            )
            if not known or shown in self.bound:
                raise self.missing(function, f"{shown} as a function of several arguments")
            names = tuple(fresh(f"item{number}", positional) for number in range(len(lists)))
            made = f"{shown}({', '.join(names)})"
        words = f"(({made}) for {', '.join(names)} in zip({given}))"
        return self.in_words(node, words, self.iterable)

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
            self.unchanging()
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
        name = fresh("item", [node])
        words = self._applied_to(node, name, item)
        if words is None:
            raise self.missing(node, f"{text(node)} as a key")
        made = self.in_words(node, f"lambda {name}: {words}", lambda made: self.key(made, item))
        assert isinstance(made, FunctionRef)
        return made

    def _applied_to(self, node: Node, item: str, type_: Type) -> str | None:
        """What a function given as a value makes of `item`, in words; None where it is not known
        to do nothing but compute.
        """
        shown = text(node)
        base = node if node.type == "identifier" else node.child_by_field_name("object")
        match node.type:
            case "identifier" if not self.outside(node):
                return None
            case "identifier" if self.surroundings.is_builtin(shown):
                return f"{shown}({item})" if shown in _OF_ONE else None
            case "identifier" | "attribute" if self.origin(node) is not None:
                return f"{shown}({item})"
            case "attribute" if base is not None and base.type == "string":
                return f"{shown}({item})"
            case "attribute" if base is not None and base.type == "identifier":
                return self._method_of(node, base, item, type_)
            case "call":
                return self._picked(node, item)
            case _:
                return None

    def _method_of(self, node: Node, base: Node, item: str, type_: Type) -> str | None:
        """`str.lower` calls the method of the item, `d.get` that of what `d` holds."""
        owner, method = text(base), text(self.field(node, "attribute"))
        if not self.outside(base):
            # It is read when the function is given, even if nothing is then made of it.
            given = owner in self.bound or (owner in self.parameters and owner not in self.rebound)
            if method not in (*_READING, "__getitem__") or (self.pure and not given):
                return None
            if not given:
                read = self.local(base, owner)
                self.emit(node, Evaluate(place=place(node), value=read))
            return f"{owner}[{item}]" if method == "__getitem__" else f"{text(node)}({item})"
        kind = _KINDS.get(owner)
        if kind is None or not self.surroundings.is_builtin(owner) or not isinstance(type_, kind):
            constant = self.surroundings.constant(owner)
            return f"{text(node)}({item})" if constant is not None and method in _READING else None
        return f"{item}.{method}()" if method not in CHANGING else None

    def _picked(self, node: Node, item: str) -> str | None:
        """`itemgetter(1)` and `attrgetter("age")`: one part, or the tuple of several."""
        origin = self.origin(self.field(node, "function"))
        parts = children(self.field(node, "arguments"))
        picked: list[str] = []
        for part in parts:
            if origin == "operator.itemgetter":
                if part.type not in ("integer", "string", "unary_operator"):
                    return None
                picked.append(f"{item}[{text(part)}]")
            elif origin == "operator.attrgetter":
                name = _literals.plain_string(part) if part.type == "string" else None
                if name is None or not all(one.isidentifier() for one in name.split(".")):
                    return None
                picked.append(f"{item}.{name}")
            else:
                return None
        if len(picked) < 2:
            return picked[0] if picked else None
        return f"({', '.join(picked)})"
