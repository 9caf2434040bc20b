"""Locals whose objects statements change, and parts of other values that stand for themselves."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    FieldOf,
    Index,
    MakeList,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.types import BOOL, INT, DictType, IntType, ListType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import Assign
from axiom_verifiers.frontends.python._changes import Changes
from axiom_verifiers.frontends.python._context import RecordClass, integer_constant
from axiom_verifiers.frontends.python._places import with_field
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import SeriesType


class Parts(Changes, abc.ABC):
    """What is changed is always a local; one that is a part of another value is followed by it."""

    def holder(self, node: Node) -> Variable:
        """A local whose object a statement changes: one of its own that is a part of another's
        value is kept in a temporary, which the other then follows.
        """
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        if node.type == "identifier":
            return self._local_held(node)
        if self.pure:
            raise self.missing(node, "change in place inside a comprehension or lambda")
        return self.part_held(node, self.expression(node))

    def _local_held(self, node: Node) -> Variable:
        if text(node) in self.bound or text(node) not in self.scope:
            raise self.missing(node, "change in place of something other than a local")
        value = self.local(node, text(node))
        if not isinstance(value, Variable) or value.role != "local":
            raise self.missing(node, "change in place of something other than a local")
        if isinstance(value.type, SeriesType):
            raise self.missing(node, "change of a tuple")
        return value

    def part_held(self, node: Node, value: Expr) -> Variable:
        if isinstance(value.type, SeriesType):
            raise self.missing(node, "change of a tuple")
        if isinstance(value, Variable) and value.role == "local":
            return value
        if not isinstance(value, Index | FieldOf):
            raise self.missing(node, "change in place of something other than a local or its part")
        owner = self.temporary(node, value.type)
        self.emit(node, Assign(place=place(node), name=owner.name, value=value))
        self.parts[owner.name] = value
        return owner

    def refined(self, node: Node, owner: Variable, type_: Type) -> Type:
        """Record that a local takes a value of the type; so does what it is a part of."""
        whole = self.bind(node, owner.name, type_)
        part, inner = self.parts.get(owner.name), whole
        while part is not None:
            match part:
                case Index(value=value) if isinstance(value.type, ListType):
                    inner = ListType(inner)
                case Index(value=value) if isinstance(value.type, DictType):
                    inner = DictType(value.type.key, inner)
                case _:
                    break
            if isinstance(value, Variable) and value.role == "local":
                inner = self.bind(node, value.name, inner)
                part = self.parts.get(value.name)
            else:
                part = value
        return whole

    def bounds(self, node: Node, owner: Expr, cut: Node) -> tuple[Expr | None, Expr | None]:
        """Both bounds of a slice without a step, the second one no lower than the first."""
        given = self.slice_bounds(cut)
        if given[2] is not None:
            raise self.missing(cut, "change of a slice with a step")
        nodes = [bound for bound in given[:2] if bound is not None]
        parts = iter([self.numeric(part) for part in self.in_order(nodes, self.expression)])
        lower, upper = (None if bound is None else next(parts) for bound in given[:2])
        for part in (lower, upper):
            if part is not None and not isinstance(part.type, IntType):
                raise self.missing(cut, f"slice bound of type {show_type(part.type)}")
        if lower is None or upper is None:
            return lower, upper
        first = self._clamped(node, owner, lower)
        last = self._clamped(node, owner, upper)
        below = Compare(type=BOOL, op="<", left=last, right=first)
        end = Conditional(type=INT, condition=below, then=first, otherwise=last)
        return first, self.saved(node, end)

    def _clamped(self, node: Node, owner: Expr, bound: Expr) -> Expr:
        """A slice's bound as a place from 0 to the length, kept in a temporary."""
        zero = integer_constant(0)
        length = Call(type=INT, function="len", args=(owner,))
        bound = bound if isinstance(bound, Constant) else self.saved(node, bound)
        counted = Binary(type=INT, op="+", left=bound, right=length)
        from_end = Call(type=INT, function="max", args=(counted, zero))
        from_start = Call(type=INT, function="min", args=(bound, length))
        negative = Compare(type=BOOL, op="<", left=bound, right=zero)
        clamped = Conditional(type=INT, condition=negative, then=from_end, otherwise=from_start)
        return self.saved(node, clamped)

    def spliced(
        self,
        node: Node,
        owner: Variable,
        bounds: tuple[Expr | None, Expr | None],
        values: Expr | None,
    ) -> None:
        """The object of `owner` takes values in the place of a slice of its own."""
        lower, upper = bounds
        parts: list[Expr] = []
        if lower is not None:
            parts.append(Slice(type=owner.type, value=owner, lower=None, upper=lower, step=None))
        if values is not None:
            parts.append(values)
        if upper is not None:
            parts.append(Slice(type=owner.type, value=owner, lower=upper, upper=None, step=None))
        whole: Expr = parts[0] if parts else MakeList(type=owner.type, items=())
        for part in parts[1:]:
            whole = self.operate(node, "+", whole, part)
        self.replace(node, owner, whole)

    def give_field(
        self, node: Node, owner: Variable, made: RecordClass, name: str, value: Expr
    ) -> None:
        fitted = self.fitted(node, value, dict(made.type.fields)[name])
        whole = with_field(owner, made.type, name, fitted)
        self.emit(node, Assign(place=place(node), name=owner.name, value=whole, in_place=True))
        self.narrowed -= {key for key in self.narrowed if "." in key or "[" in key}

    def replace(self, node: Node, owner: Variable, value: Expr) -> None:
        """The object of `owner` takes the contents of `value`."""
        type_ = self.refined(node, owner, value.type)
        fitted = self.fitted(node, value, type_)
        self.emit(node, Assign(place=place(node), name=owner.name, value=fitted, in_place=True))

    def as_list(self, node: Node, values: Expr) -> Expr:
        if isinstance(values.type, ListType):
            return self.listed(values)
        item = self.drawn(node, values)
        return Call(type=ListType(item), function="list", args=(values,), span=span(node))
