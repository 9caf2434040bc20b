"""Dicts and sets: how they are made and read."""

from __future__ import annotations

import abc

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
    Index,
    MakeDict,
    MakeList,
    MakeSet,
    MethodCall,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    STR,
    UNKNOWN,
    DictType,
    IntType,
    ListType,
    SetType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import is_mutable, join, show_type
from axiom_verifiers.core.program import If, SetItem
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._generators import Generators
from axiom_verifiers.frontends.python._operators import hashable
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import DequeType, FactoryDict
from axiom_verifiers.frontends.python._written import fresh

# What the types that `defaultdict` makes missing values of begin with.
FRESH: dict[str, Expr] = {
    "int": integer_constant(0),
    "str": Constant(type=STR, value=""),
    "bool": Constant(type=BOOL, value=False),
    "list": MakeList(type=ListType(UNKNOWN), items=()),
    "set": MakeSet(type=SetType(UNKNOWN), items=()),
    "dict": MakeDict(type=DictType(UNKNOWN, UNKNOWN), items=()),
}
# Methods of sets that are operators, with any iterable on the right.
OPERATORS = {
    "union": "|",
    "intersection": "&",
    "difference": "-",
    "symmetric_difference": "^",
    "update": "|",
    "intersection_update": "&",
    "difference_update": "-",
    "symmetric_difference_update": "^",
}
_RELATIONS = {"issubset": "<=", "issuperset": ">="}


class Mappings(Generators, abc.ABC):
    """What dicts and sets have beyond reading a plain dict."""

    # ------------------------------------------------------------ made

    def _builtin_dict(self, node: Node, positional: list[Node], keywords: dict[str, Node]) -> Expr:
        where = span(node)
        if keywords and not positional:
            parts = self.in_order(list(keywords.values()), self.expression)
            values, value = self.homogeneous(node, parts)
            named = (Constant(type=STR, value=name, span=where) for name in keywords)
            items = tuple(zip(named, values, strict=True))
            return MakeDict(type=DictType(STR, value), items=items, span=where)
        if keywords or len(positional) > 1:
            raise self.missing(node, "call of dict")
        if not positional:
            return MakeDict(type=DictType(UNKNOWN, UNKNOWN), items=(), span=where)
        with self.collecting() as inner:
            given = self.iterable(positional[0])
        if isinstance(given.type, DictType):
            self.out.extend(inner)
            return self.plain_copy(given)
        item = self.drawn(node, given)
        if type(item) is ListType and not self.pure:
            # How long each is shows when it is taken apart.
            key, value = fresh("key", positional), fresh("value", positional)
            words = f"{{{key}: {value} for {key}, {value} in {text(positional[0])}}}"
            return self.in_words(node, words, self.expression)
        self.out.extend(inner)
        if not isinstance(item, TupleType) or len(item.items) != 2 or not hashable(item.items[0]):
            raise self.missing(node, f"dict of {show_type(item)}")
        self.eager(node, given)
        return Call(type=DictType(*item.items), function="dict", args=(given,), span=where)

    def plain_copy(self, value: Expr) -> Expr:
        """A new plain dict of the same items."""
        if not isinstance(value.type, DictType):
            return value
        kind = DictType(value.type.key, value.type.value)
        return Call(type=kind, function="dict", args=(value,), span=value.span)

    def plain(self, value: Expr) -> Expr:
        """The same value, where it is of no matter what reading a missing key does."""
        if isinstance(value.type, FactoryDict):
            kind = DictType(value.type.key, value.type.value)
            return msgspec.structs.replace(value, type=kind)
        return value

    def collection(self, node: Node, origin: str, arguments: Node) -> Expr:
        """`Counter(…)`, `defaultdict(…)`, `OrderedDict(…)` of the module collections."""
        positional, keywords = self.arguments(arguments)
        if keywords or len(positional) > 1:
            raise self.missing(node, f"call of {origin}")
        match origin.rpartition(".")[2]:
            case "Counter":
                return self._counter(node, positional)
            case "deque" if not positional:
                return MakeList(type=DequeType(UNKNOWN), items=(), span=span(node))
            case "deque":
                values = self.consumed(positional[0])
                deque = DequeType(self.drawn(node, values))
                return Call(type=deque, function="list", args=(values,), span=span(node))
            case "defaultdict":
                if not positional:
                    return MakeDict(type=DictType(UNKNOWN, UNKNOWN), items=(), span=span(node))
                factory = self._factory(positional[0])
                begins = FRESH[factory].type
                kind = FactoryDict(UNKNOWN, begins, missing=factory)
                return MakeDict(type=kind, items=(), span=span(node))
            case _:
                made = self._builtin_dict(node, positional, keywords)
                if positional:
                    raise self.missing(node, f"call of {origin}")
                return made

    def _factory(self, node: Node) -> str:
        """The builtin type that a factory makes a new value of."""
        name = text(node)
        if node.type == "lambda" and node.child_by_field_name("parameters") is None:
            body = self.field(node, "body")
            literal = {"0": "int", "[]": "list", "set()": "set", "{}": "dict", '""': "str"}
            name = literal.get(text(body), "") if text(body) != "set()" else "set"
            if name == "set" and not self._is_builtin("set"):
                name = ""
            if name in FRESH:
                return name
        elif node.type == "identifier" and name in FRESH and self._is_builtin(name):
            return name
        raise self.missing(node, f"defaultdict of {text(node)}")

    def _is_builtin(self, name: str) -> bool:
        shadowed = name in self.scope or name in self.bound
        return not shadowed and self.surroundings.is_builtin(name)

    def _counter(self, node: Node, positional: list[Node]) -> Expr:
        where = span(node)
        if not positional:
            kind = FactoryDict(UNKNOWN, INT, missing="counter")
            return MakeDict(type=kind, items=(), span=where)
        values = self.consumed(positional[0])
        if isinstance(values.type, DictType):
            raise self.missing(node, "Counter of a dict")
        item = self.drawn(node, values)
        if not hashable(item):
            raise self.missing(node, f"Counter of {show_type(item)}")
        if self.pure:
            self.eager(node, values)
        if not isinstance(values.type, ListType) or not isinstance(values, Variable):
            listed = Call(type=ListType(item), function="list", args=(values,), span=where)
            values = listed if self.pure else self.saved(node, listed)
        # A dict of the counts, with the keys in the order in which they first occur.
        name = "member"
        member = Variable(type=item, name=name, role="bound", span=where)
        counted = MethodCall(type=INT, value=values, method="count", args=(member,), span=where)
        return Comprehension(
            type=FactoryDict(item, INT, missing="counter"),
            kind="dict",
            element=member,
            value=counted,
            generators=(Generator(Target(name, item), values, ()),),
            span=where,
        )

    # ------------------------------------------------------------ read

    def item(self, node: Node, value: Expr, index: Expr) -> Expr:
        """`value[index]`; of a dict that makes missing values, with what that does."""
        kind = value.type
        if not isinstance(kind, FactoryDict):
            return super().item(node, value, index)
        key = self.key_of(node, kind, index)
        if kind.missing == "counter":
            zero = integer_constant(0)
            return MethodCall(
                type=INT, value=value, method="get", args=(key, zero), span=span(node)
            )
        if not isinstance(value, Variable) or value.role != "local":
            raise self.missing(node, "a defaultdict that is read where it is no local")
        if not isinstance(key, Constant | Variable):
            key = self.saved(node, key)
        absent = Compare(type=BOOL, op="not in", left=key, right=value, span=span(node))
        fresh = self.fitted(node, FRESH[kind.missing], kind.value)
        put = SetItem(place=place(node), name=value.name, index=key, value=fresh)
        self.emit(node, If(place=place(node), condition=absent, then=(put,), otherwise=()))
        return Index(type=kind.value, value=value, index=key, span=span(node))

    def compare(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        """One link of a comparison; two counters are equal when their counts other than 0 are."""
        kinds = [e.type.missing for e in (left, right) if isinstance(e.type, FactoryDict)]
        if kinds == ["counter", "counter"] and operator in ("==", "!="):
            left, right = self._counts(left), self._counts(right)
        elif kinds and isinstance(left.type, DictType) and isinstance(right.type, DictType):
            left, right = self.plain(left), self.plain(right)
        return super().compare(node, operator, left, right)

    def _counts(self, counter: Expr) -> Expr:
        """A counter as a dict of its counts other than 0."""
        if isinstance(counter, Comprehension):
            return self.plain(counter)  # `Counter(xs)`: what occurs is counted once at least.
        kind = counter.type
        assert isinstance(kind, DictType)
        pair = TupleType((kind.key, INT))
        key = Variable(type=kind.key, name="member", role="bound")
        count = Variable(type=INT, name="count", role="bound")
        target = Target(None, pair, (Target("member", kind.key), Target("count", INT)))
        items = MethodCall(type=ListType(pair), value=counter, method="items", args=())
        some = Compare(type=BOOL, op="!=", left=count, right=integer_constant(0))
        return Comprehension(
            type=DictType(kind.key, INT),
            kind="dict",
            element=key,
            value=count,
            generators=(Generator(target, items, (some,)),),
            span=counter.span,
        )

    def key_of(self, node: Node, kind: DictType, index: Expr) -> Expr:
        """A key to be looked up: a bool finds the int that it equals."""
        if isinstance(kind.key, UnknownType):
            return index
        if isinstance(kind.key, IntType):
            index = self.numeric(index)
        return self.fitted(node, index, kind.key)

    def getter(self, node: Node, over: Node, item: Type) -> FunctionRef | None:
        """`d.get` as the key of something that goes through `d`: every key is there."""
        if node.type != "attribute" or over.type != "identifier":
            return None
        owner = self.field(node, "object")
        if text(self.field(node, "attribute")) not in ("get", "__getitem__"):
            return None
        if owner.type != "identifier" or text(owner) != text(over):
            return None
        value = self.expression(owner)
        if not isinstance(value.type, DictType):
            return None
        member = Variable(type=item, name="item", role="bound", span=span(node))
        held = Index(type=value.type.value, value=value, index=member, span=span(node))
        return FunctionRef(
            type=held.type, parameter="item", parameter_type=item, body=held, span=span(node)
        )

    def keyed_method(self, node: Node, value: Expr, method: str, arguments: Node) -> Expr | None:
        """A method of a set or dict that changes nothing; None for any other."""
        own, where = value.type, span(node)
        match own:
            case SetType() if method in OPERATORS or method in _RELATIONS:
                positional, keywords = self.arguments(arguments)
                if keywords or (method in _RELATIONS and len(positional) != 1):
                    raise self.missing(node, f"call of method {method}")
                with self.collecting() as inner:
                    others = self.in_order(positional, self.iterable)
                if inner:
                    value = self.saved(node, value)
                    self.out.extend(inner)
                for other in others:
                    other = self.as_set(node, other, own)
                    if method in OPERATORS:
                        value = self.operate(node, OPERATORS[method], value, other)
                    else:
                        value = self.compare(node, _RELATIONS[method], value, other)
                return value
            case FactoryDict(missing="counter") if method == "most_common":
                return self._most_common(node, value, arguments)
            case SetType() if method == "isdisjoint":
                positional, keywords = self.arguments(arguments)
                if keywords or len(positional) != 1:
                    raise self.missing(node, f"call of method {method}")
                value, other = self.in_order(
                    [self.field(self.field(node, "function"), "object"), positional[0]],
                    self.iterable,
                )
                both = self.operate(node, "&", value, self.as_set(node, other, own))
                length = Call(type=INT, function="len", args=(both,), span=where)
                zero = integer_constant(0)
                return Compare(type=BOOL, op="==", left=length, right=zero, span=where)
            case SetType() if method == "copy" and not children(arguments):
                return Call(type=own, function="set", args=(value,), span=where)
            case DictType() if method == "copy" and not children(arguments):
                return Call(type=own, function="dict", args=(value,), span=where)
            case _:
                return None

    def _most_common(self, node: Node, value: Expr, arguments: Node) -> Expr:
        """The keys with their counts, the greatest first, equal ones in the dict's order."""
        positional, keywords = self.arguments(arguments)
        if keywords or len(positional) > 1:
            raise self.missing(node, "call of most_common")
        many = positional[0] if positional else None
        if many is not None and many.type not in ("integer", "none"):
            raise self.missing(node, "most_common of a number that is computed")
        if not self._is_builtin("sorted") or not self._is_builtin("max"):
            raise self.missing(node, "call of most_common")
        held, pair = fresh("held", [node]), fresh("pair", [node])
        by = f"key=lambda {pair}: {pair}[1]"
        words = f"sorted({held}.items(), {by}, reverse=True)"
        if many is not None and text(many) == "1":
            words = f"[max({held}.items(), {by})] if {held} else []"
        elif many is not None and many.type == "integer":
            words = f"{words}[:{text(many)}]"
        whole = value if isinstance(value, Variable) or self.pure else self.saved(node, value)
        with self.standing(held, whole):
            return self.in_words(node, words, self.expression)

    def as_set(self, node: Node, values: Expr, like: SetType) -> Expr:
        """What is given to a set's method as the set of its items."""
        if isinstance(values.type, SetType):
            return values
        self.eager(node, values)
        item = self.drawn(node, values)
        if not hashable(item) or join(SetType(item), like) is None:
            raise self.missing(node, f"{show_type(like)} with {show_type(item)}")
        return Call(type=SetType(item), function="set", args=(values,), span=span(node))

    def from_keys(self, node: Node, arguments: Node) -> Expr:
        """`dict.fromkeys(keys, value)`: one value, so none that can change."""
        positional, keywords = self.arguments(arguments)
        if keywords or not 1 <= len(positional) <= 2:
            raise self.missing(node, "call of dict.fromkeys")
        parts = self.in_order(
            positional,
            lambda n: self.iterable(n) if n is positional[0] else self.expression(n),
        )
        values = parts[0]
        none = Constant(type=NONE, value=None, span=span(node))
        held = parts[1] if len(parts) == 2 else none
        item = self.drawn(node, values)
        if not hashable(item) or is_mutable(held.type):
            raise self.missing(node, "call of dict.fromkeys")
        if not isinstance(held, Constant | Variable):
            held = self.saved(node, held)
        name = "member"
        member = Variable(type=item, name=name, role="bound", span=span(node))
        return Comprehension(
            type=DictType(item, held.type),
            kind="dict",
            element=member,
            value=held,
            generators=(Generator(Target(name, item), values, ()),),
            span=span(node),
        )
