"""Operands that may be None."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Compare,
    Conditional,
    Constant,
    Expr,
    Failing,
    FieldOf,
    Index,
    Variable,
)
from axiom_verifiers.contracts.types import BOOL, NONE, OptionalType
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import If, Raise
from axiom_verifiers.frontends.python._context import Context
from axiom_verifiers.frontends.python._narrowing import without_optional
from axiom_verifiers.frontends.python._tree import place


class Absent(Context, abc.ABC):
    """What operators make of None: a TypeError."""

    def some(self, value: Expr) -> Expr:
        """What may be None, taken for a value; of None it is a TypeError."""
        if not isinstance(value.type, OptionalType):
            return value
        if not isinstance(value, Variable | FieldOf | Index):
            return value
        failing = Failing(type=value.type.item, error="TypeError", span=value.span)
        return Conditional(
            type=value.type.item,
            condition=self.is_none(value),
            then=failing,
            otherwise=without_optional(value),
            span=value.span,
        )

    def is_none(self, value: Expr) -> Expr:
        """Whether the value is None."""
        none = Constant(type=NONE, value=None, span=value.span)
        return Compare(type=BOOL, op="is", left=value, right=none, span=value.span)

    def both(self, node: Node, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """Operands that may be None, as values: both are evaluated before the TypeError."""
        if isinstance(left.type, OptionalType) and may_fail(right):
            if self.pure:
                return left, right
            right = self.saved(node, right)
        if self.pure:
            return self.some(left), self.some(right)
        if isinstance(right.type, OptionalType) and may_fail(left):
            left = self.saved(node, left)
        return self._one_of_both(node, left), self._one_of_both(node, right)

    def _one_of_both(self, node: Node, value: Expr) -> Expr:
        if not isinstance(value.type, OptionalType):
            return value
        if not isinstance(value, Variable | FieldOf | Index) or may_fail(value):
            value = self.saved(node, value)
        failing = Raise(place=place(node), error="TypeError")
        absent = self.is_none(value)
        self.emit(node, If(place=place(node), condition=absent, then=(failing,), otherwise=()))
        return without_optional(value)
