"""Augmented assignments: of names, items and fields."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Constant, Expr, Variable
from axiom_verifiers.contracts.types import DictType, ListType, SetType
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.frontends.python._assignments import Assignments
from axiom_verifiers.frontends.python._tree import text


class Augmented(Assignments, abc.ABC):
    """`target op= value`."""

    def augmented(self, node: Node) -> None:
        """`target op= value`: on lists and sets in place, else a new value."""
        operator = text(self.field(node, "operator"))[:-1]
        left, right = self.field(node, "left"), self.field(node, "right")
        if left.type == "subscript":
            self._augmented_item(node, left, operator, right)
            return
        if left.type == "attribute":
            self._augmented_field(node, left, operator, right)
            return
        if left.type != "identifier" or text(left) not in self.scope:
            raise self.missing(left, f"augmented assignment to {left.type.replace('_', ' ')}")
        before, value = self.in_order([left, right], self.expression)
        name = text(left)
        if isinstance(before.type, ListType) and operator == "+":
            self.replace(node, self.holder(left), self.extended(node, before, value))
            return
        result = self.operate(node, operator, before, value)
        if isinstance(before.type, ListType | SetType | DictType):
            self.replace(node, self.holder(left), result)
            return
        self.set_name(node, left, name, result, result.type)

    def _augmented_item(self, node: Node, left: Node, operator: str, right: Node) -> None:
        subscripts = left.children_by_field_name("subscript")
        if len(subscripts) != 1 or subscripts[0].type == "slice":
            raise self.missing(left, "assignment to a slice")
        owner = self.holder(self.field(left, "value"))
        with self.collecting() as inner:
            index = self.expression(subscripts[0])
        self.out.extend(inner)
        if not isinstance(index, Constant | Variable) and isinstance(owner.type, DictType):
            index = self.saved(node, index)
        with self.collecting() as later:
            before: Expr | None = self.counted(owner, index, self.expression(right))
        if later or before is None:
            before = self.item(left, owner, index)
        if self._augmented_object(node, before, operator, right):
            return
        with self.collecting() as inner:
            value = self.expression(right)
        if inner:
            index, before = self.saved(node, index), self.saved(node, before)
            self.out.extend(inner)
        self.put(node, owner, index, self.operate(node, operator, before, value))

    def _augmented_field(self, node: Node, left: Node, operator: str, right: Node) -> None:
        """`p.x += value`."""
        owner = self.holder(self.field(left, "object"))
        name = text(self.field(left, "attribute"))
        before = self.attribute_of(left, owner, name)
        made = self.class_of(owner.type)
        changeable = made is not None and made.form in ("dataclass", "plain")
        if changeable and self._augmented_object(node, before, operator, right):
            return
        with self.collecting() as inner:
            value = self.expression(right)
        if inner:
            before = self.saved(node, before)
            self.out.extend(inner)
        if isinstance(before.type, ListType | SetType | DictType):
            raise self.missing(node, f"{operator}= on a part of a {show_type(owner.type)}")
        self.set_field(node, owner, name, self.operate(node, operator, before, value))

    def _augmented_object(self, node: Node, before: Expr, operator: str, right: Node) -> bool:
        """`part += values` of a part that is changed in place itself; False for any other.

        The part is then put where it stands already, which changes nothing.
        """
        if not isinstance(before.type, ListType) or operator != "+":
            if isinstance(before.type, ListType | SetType | DictType):
                raise self.missing(node, f"{operator}= on a part of something")
            return False
        owner = self.part_held(node, before)
        self.replace(node, owner, self.extended(node, owner, self.expression(right)))
        return True
