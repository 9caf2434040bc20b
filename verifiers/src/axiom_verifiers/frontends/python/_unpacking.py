"""Assignments to patterns: the parts of a value, each given to its target."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.traversal import variables_in
from axiom_verifiers.contracts.types import BOOL, INT, ListType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import If, Raise
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._parts import Parts
from axiom_verifiers.frontends.python._tree import children, place, span, text


class Unpacking(Parts, abc.ABC):
    """What gives several targets what they are to hold."""

    @abc.abstractmethod
    def assign(self, node: Node, target: Node, value: Expr, hint: Type | None = None) -> None:
        """Give a target its value."""

    def unpack_columns(self, node: Node, pattern: Node, value: Node) -> bool:
        """`xs, ys = zip(*pairs)`; False for any other value."""
        targets = children(pattern)
        if value.type != "call" or any(one.type == "list_splat_pattern" for one in targets):
            return False
        columns = self.columns_apart(value, len(targets))
        if columns is None:
            return False
        for target, column in zip(targets, columns, strict=True):
            self.assign(node, target, column)
        return True

    def unpack_display(self, node: Node, pattern: Node, display: Node) -> None:
        """`a, b = x, y`: all values first, then the targets from left to right."""
        targets, nodes = children(pattern), children(display)
        if len(targets) != len(nodes):
            raise self.missing(node, "unpacking of another number of values")
        values = self.in_order(nodes, self.expression)
        plain = all(target.type == "identifier" for target in targets)
        names = [text(target) for target in targets]
        for position, value in enumerate(values):
            earlier = set(names[:position])
            if not plain or earlier & variables_in(value):
                values = [v if isinstance(v, Constant) else self.saved(node, v) for v in values]
                break
        for target, value in zip(targets, values, strict=True):
            self.assign(node, target, value)

    def unpack(self, node: Node, pattern: Node, value: Expr) -> None:
        targets = children(pattern)
        if any(target.type == "list_splat_pattern" for target in targets):
            self._unpack_rest(node, targets, value)
            return
        kept = value if isinstance(value, Variable) else self.saved(node, value)
        names = {text(target) for target in targets}
        if isinstance(kept, Variable) and kept.name in names:
            kept = self.saved(node, kept)
        parts = self.unpacked(node, kept)
        if parts is not None:
            if len(parts) != len(targets):
                raise self.missing(node, "unpacking of another number of values")
            for target, part in zip(targets, parts, strict=True):
                self.assign(node, target, part)
            return
        match kept.type:
            case TupleType():
                types = list(kept.type.items)
                if len(types) != len(targets):
                    raise self.missing(node, "unpacking of another number of values")
            case ListType():
                types = [kept.type.item] * len(targets)
                length = Call(type=INT, function="len", args=(kept,), span=span(node))
                wrong = Compare(
                    type=BOOL, op="!=", left=length, right=integer_constant(len(targets))
                )
                failing = Raise(place=place(node), error="ValueError")
                self.emit(
                    node, If(place=place(node), condition=wrong, then=(failing,), otherwise=())
                )
            case other:
                raise self.missing(node, f"unpacking of a {show_type(other)}")
        for position, (target, type_) in enumerate(zip(targets, types, strict=True)):
            index = integer_constant(position)
            part = Index(type=type_, value=kept, index=index, span=span(node))
            self.assign(node, target, part)

    def _unpack_rest(self, node: Node, targets: list[Node], value: Expr) -> None:
        """`a, *rest, b = xs` of a list."""
        stars = [i for i, t in enumerate(targets) if t.type == "list_splat_pattern"]
        if len(stars) != 1 or not isinstance(value.type, ListType):
            raise self.missing(node, "starred target")
        item = value.type.item
        value = self.listed(value)  # What the star takes is a list.
        kept = self.saved(node, value)
        star, after = stars[0], len(targets) - stars[0] - 1
        length = Call(type=INT, function="len", args=(kept,), span=span(node))
        short = Compare(type=BOOL, op="<", left=length, right=integer_constant(star + after))
        failing = Raise(place=place(node), error="ValueError")
        self.emit(node, If(place=place(node), condition=short, then=(failing,), otherwise=()))
        for position, target in enumerate(targets):
            if position == star:
                upper = integer_constant(-after) if after else None
                rest = Slice(
                    type=kept.type,
                    value=kept,
                    lower=integer_constant(star),
                    upper=upper,
                    step=None,
                    span=span(node),
                )
                self.assign(node, children(target)[0], rest)
                continue
            index = position if position < star else position - len(targets)
            at = integer_constant(index)
            part = Index(type=item, value=kept, index=at, span=span(node))
            self.assign(node, target, part)
