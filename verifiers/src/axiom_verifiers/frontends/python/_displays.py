"""Displays of lists, sets, dicts and tuples, with starred parts in them."""

from __future__ import annotations

import abc
from typing import Literal

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Expr,
    Index,
    MakeDict,
    MakeList,
    MakeSet,
    MakeTuple,
    Variable,
)
from axiom_verifiers.contracts.types import DictType, ListType, SetType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._operators import Operators, hashable
from axiom_verifiers.frontends.python._tree import children, span, text
from axiom_verifiers.frontends.python._written import Written


class Displays(Operators, Written, abc.ABC):
    """What brackets and braces make."""

    @abc.abstractmethod
    def expression(self, node: Node) -> Expr:
        """The value of an expression, of the type that it has in Python."""

    @abc.abstractmethod
    def consumed(self, node: Node) -> Expr:
        """An iterable of which every item is read at once."""

    @abc.abstractmethod
    def drawn(self, node: Node, iterable: Expr) -> Type:
        """The type of what iterating gives."""

    @abc.abstractmethod
    def plain(self, value: Expr) -> Expr:
        """The same value, where it is of no matter what reading a missing key does."""

    @abc.abstractmethod
    def plain_copy(self, value: Expr) -> Expr:
        """A new plain dict of the same items."""

    def list_display(self, node: Node) -> Expr:
        if any(map(_is_starred, children(node))):
            return self._joined(node, "list", "+")
        parts = self.in_order(children(node), self.expression)
        items, type_ = self.homogeneous(node, parts)
        return MakeList(type=ListType(type_), items=items, span=span(node))

    def set_display(self, node: Node) -> Expr:
        if any(map(_is_starred, children(node))):
            return self._joined(node, "set", "|")
        parts = self.in_order(children(node), self.expression)
        items, type_ = self.homogeneous(node, parts)
        if not hashable(type_):
            raise self.missing(node, f"set of {show_type(type_)}")
        return MakeSet(type=SetType(type_), items=items, span=span(node))

    def _joined(self, node: Node, kind: Literal["list", "set"], operator: str) -> Expr:
        """A display with `*parts` in it: what is put beside each other is joined."""

        def part(inside: Node) -> Expr:
            if inside.type == "list_splat":
                return taken(inside, self.consumed(children(inside)[0]))
            if _is_starred(inside):
                words = text(inside).removeprefix("*")
                return taken(inside, self.in_words(inside, words, self.consumed))
            return self.expression(inside)

        def taken(inside: Node, value: Expr) -> Expr:
            type_ = ListType(self.drawn(inside, value))
            copy = Call(type=type_, function="list", args=(value,), span=span(inside))
            return copies.of(value, copy)

        copies = _Copies()
        nodes = children(node)
        joined: list[Expr] = []
        beside: list[Expr] = []
        for inside, made in zip(nodes, self.in_order(nodes, part), strict=True):
            value = copies.needed(made)
            if not _is_starred(inside):
                beside.append(value)
                continue
            if beside:
                joined.append(self._beside(node, kind, beside))
                beside = []
            # What is joined is new in any case; one part alone must be so too.
            stands = isinstance(value, Variable) and isinstance(value.type, ListType)
            if kind == "set" or not stands or len(nodes) == 1:
                item = self.drawn(node, value)
                type_ = ListType(item) if kind == "list" else SetType(item)
                if kind == "set" and not hashable(item):
                    raise self.missing(node, f"set of {show_type(item)}")
                value = Call(type=type_, function=kind, args=(value,), span=span(inside))
            joined.append(value)
        if beside:
            joined.append(self._beside(node, kind, beside))
        whole, *rest = joined
        for one in rest:
            whole = self.operate(node, operator, whole, one)
        return whole

    def _beside(self, node: Node, kind: Literal["list", "set"], values: list[Expr]) -> Expr:
        items, type_ = self.homogeneous(node, values)
        if kind == "list":
            return MakeList(type=ListType(type_), items=items, span=span(node))
        if not hashable(type_):
            raise self.missing(node, f"set of {show_type(type_)}")
        return MakeSet(type=SetType(type_), items=items, span=span(node))

    def tuple_display(self, node: Node) -> Expr:
        def part(inside: Node) -> Expr:
            if inside.type != "list_splat":
                return self.expression(inside)
            value = self.expression(children(inside)[0])
            if not isinstance(value.type, TupleType):
                raise self.missing(inside, "starred expression")
            return value

        nodes = children(node)
        items: list[Expr] = []
        for inside, value in zip(nodes, self.in_order(nodes, part), strict=True):
            if inside.type != "list_splat":
                items.append(value)
                continue
            assert isinstance(value.type, TupleType)
            if not isinstance(value, Variable | MakeTuple):
                raise self.missing(inside, "starred expression")
            for at, type_ in enumerate(value.type.items):
                index = integer_constant(at)
                items.append(Index(type=type_, value=value, index=index, span=span(inside)))
        made = TupleType(tuple(item.type for item in items))
        return MakeTuple(type=made, items=tuple(items), span=span(node))

    def dictionary_display(self, node: Node) -> Expr:
        record = self.display(node)
        if record is not None:
            return record
        nodes: list[Node] = []
        for pair in children(node):
            if pair.type == "pair":
                nodes += [self.field(pair, "key"), self.field(pair, "value")]
            else:
                nodes.append(pair)

        def part(inside: Node) -> Expr:
            if inside.type != "dictionary_splat":
                return self.expression(inside)
            value = self._spread(inside)
            return copies.of(value, self.plain_copy(value))

        copies = _Copies()
        parts = map(copies.needed, self.in_order(nodes, part))
        dicts: list[Expr] = []
        pairs: list[tuple[Expr, Expr]] = []
        for pair in children(node):
            if pair.type == "pair":
                pairs.append((next(parts), next(parts)))
                continue
            if pairs:
                dicts.append(self._paired(node, pairs))
                pairs = []
            dicts.append(next(parts))
        if pairs or not dicts:
            dicts.append(self._paired(node, pairs))
        if len(dicts) == 1 and children(node) and children(node)[0].type != "pair":
            return self.plain_copy(dicts[0])
        whole = dicts[0]
        for one in dicts[1:]:
            whole = self.operate(node, "|", whole, one)
        return whole

    def _spread(self, node: Node) -> Expr:
        """A dict whose items a dict's display takes."""
        value = self.plain(self.expression(children(node)[0]))
        if type(value.type) is not DictType:
            raise self.missing(node, f"** of {show_type(value.type)}")
        return value

    def _paired(self, node: Node, pairs: list[tuple[Expr, Expr]]) -> Expr:
        keys, key = self.homogeneous(node, [key for key, _ in pairs])
        values, value = self.homogeneous(node, [value for _, value in pairs])
        if not hashable(key):
            raise self.missing(node, f"dict with keys of {show_type(key)}")
        items = tuple(zip(keys, values, strict=True))
        return MakeDict(type=DictType(key, value), items=items, span=span(node))


class _Copies:
    """Items are taken before the parts of a display that follow are evaluated, which may change
    what they are taken of: a copy is kept where those need statements. Where none does, and the
    copy still stands there itself, what it copies will do.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Expr, Expr]] = []

    def of(self, value: Expr, copy: Expr) -> Expr:
        self._made.append((value, copy))
        return copy

    def needed(self, part: Expr) -> Expr:
        return next((value for value, copy in self._made if copy is part), part)


def _is_starred(node: Node) -> bool:
    """Whether a part of a display is `*values`: the grammar takes `*f(x)` for a call of `*f`."""
    inner: Node | None = node
    while inner is not None and inner.type in ("call", "subscript", "attribute"):
        name = {"call": "function", "subscript": "value", "attribute": "object"}[inner.type]
        inner = inner.child_by_field_name(name)
    return inner is not None and inner.type == "list_splat"
