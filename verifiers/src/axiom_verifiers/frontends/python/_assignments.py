"""Assignments, their targets, and changes in place."""

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
    Index,
    MakeList,
    MethodCall,
    Slice,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import variables_in
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import holds_float, join, show_type
from axiom_verifiers.core.program import Assign, If, Raise, SetItem
from axiom_verifiers.frontends.python._annotations import annotated
from axiom_verifiers.frontends.python._binding import CHANGING
from axiom_verifiers.frontends.python._changes import Changes
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._floats import kind, promoted, worst
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import fit, ordered

# Methods that go through what they are given.
_TAKE_ALL = frozenset(
    {"extend", "update", "difference_update", "intersection_update", "symmetric_difference_update"}
)
_TARGETS = ("pattern_list", "tuple_pattern", "list_pattern")


class Assignments(Changes, abc.ABC):
    """What binds a name or changes an object."""

    def assignment(self, node: Node) -> None:
        """`a = b = value`, with patterns; `a: T = value`; a bare `a: T` does nothing."""
        targets: list[Node] = []
        current = node
        while current.type == "assignment":
            targets.append(self.field(current, "left"))
            right = current.child_by_field_name("right")
            if right is None:
                if len(targets) == 1 and targets[0].type == "identifier":
                    return
                raise self.missing(node, "annotation without a value")
            current = right
        if current.type in ("augmented_assignment", "yield", "await"):
            raise self.missing(current, current.type.replace("_", " "))
        hint_node = node.child_by_field_name("type")
        hint = None if hint_node is None else annotated(hint_node, self.surroundings.type_named)
        if len(targets) == 1 and targets[0].type in _TARGETS and _is_display(current):
            self._unpack_display(node, targets[0], current)
            return
        value = self.expression(current)
        if hint is not None:
            wide = join(hint, value.type)
            if wide == hint:
                value = fit(value, hint)
        if len(targets) > 1 and not isinstance(value, Constant | Variable):
            value = self.saved(node, value)
        for target in targets:
            self._assign(node, target, value, hint)

    def _assign(self, node: Node, target: Node, value: Expr, hint: Type | None = None) -> None:
        match target.type:
            case "parenthesized_expression":
                self._assign(node, children(target)[0], value)
            case "identifier":
                wanted = value.type
                if hint is not None and join(hint, wanted) == hint:
                    wanted = hint
                self._set_name(node, target, text(target), value, wanted)
            case "subscript":
                self._set_item(node, target, value)
            case "pattern_list" | "tuple_pattern" | "list_pattern":
                self._unpack(node, target, value)
            case other:
                raise self.missing(target, f"assignment to {other.replace('_', ' ')}")

    def _set_name(self, node: Node, where: Node, name: str, value: Expr, wanted: Type) -> None:
        if name not in self.scope:
            raise self.missing(where, f"assignment to {name}")
        value, wanted = self._as_held(where, name, value, wanted)
        type_ = self.bind(where, name, wanted)
        fitted = self.fitted(node, value, type_)
        self.emit(node, Assign(place=place(node), name=name, value=fitted))
        if isinstance(type_, OptionalType):
            holds = not isinstance(fitted.type, OptionalType | NoneType)
            self.narrowed = self.narrowed | {name} if holds else self.narrowed - {name}

    def _as_held(self, node: Node, name: str, value: Expr, wanted: Type) -> tuple[Expr, Type]:
        """An int literal given to a local that holds floats, as a float; and the reverse: a
        local that only int literals were given so far holds floats when it is given one.
        """
        held = self.found.get(name)
        if isinstance(held, FloatType) and name in self.mixed:
            value = promoted(value)
            wanted = FLOAT if isinstance(value.type, FloatType) else wanted
        if isinstance(value.type, FloatType):
            if isinstance(held, IntType) and name in self.mixed and not self.final:
                self.found[name] = FLOAT
            allowed = self.mixed.get(name, "float")
            if worst(allowed, kind(value, self.mixed)) != allowed:
                raise self.missing(node, f"{name}, a float that may be an int")
        return value, wanted

    # ------------------------------------------------------------ unpacking

    def _unpack_display(self, node: Node, pattern: Node, display: Node) -> None:
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
            self._assign(node, target, value)

    def _unpack(self, node: Node, pattern: Node, value: Expr) -> None:
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
                self._assign(node, target, part)
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
            self._assign(node, target, part)

    def _unpack_rest(self, node: Node, targets: list[Node], value: Expr) -> None:
        """`a, *rest, b = xs` of a list."""
        stars = [i for i, t in enumerate(targets) if t.type == "list_splat_pattern"]
        if len(stars) != 1 or not isinstance(value.type, ListType):
            raise self.missing(node, "starred target")
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
                self._assign(node, children(target)[0], rest)
                continue
            index = position if position < star else position - len(targets)
            at = integer_constant(index)
            part = Index(type=value.type.item, value=kept, index=at, span=span(node))
            self._assign(node, target, part)

    # ------------------------------------------------------------ changes in place

    def holder(self, node: Node) -> Variable:
        """The local whose object a statement changes."""
        if node.type != "identifier" or text(node) in self.bound or text(node) not in self.scope:
            raise self.missing(node, "change in place of something other than a local")
        value = self.local(node, text(node))
        if not isinstance(value, Variable) or value.role != "local":
            raise self.missing(node, "change in place of something other than a local")
        return value

    def _set_item(self, node: Node, target: Node, value: Expr) -> None:
        subscripts = target.children_by_field_name("subscript")
        if len(subscripts) == 1 and text(subscripts[0]) == ":":
            owner = self.holder(self.field(target, "value"))
            if not isinstance(owner.type, ListType):
                raise self.missing(target, "assignment to a slice")
            self.replace(node, owner, self._as_list(node, value))
            return
        if len(subscripts) != 1 or subscripts[0].type == "slice":
            raise self.missing(target, "assignment to a slice")
        outer = self.held_place(self.field(target, "value"))
        if outer is not None:
            self.put_inside(node, *outer, self.expression(subscripts[0]), value)
            return
        owner = self.holder(self.field(target, "value"))
        with self.collecting() as inner:
            index = self.expression(subscripts[0])
        if inner:
            value = self.saved(node, value)
            self.out.extend(inner)
        self._put(node, owner, index, value)

    def _put(self, node: Node, owner: Variable, index: Expr, value: Expr) -> None:
        match owner.type:
            case ListType():
                index = self.numeric(index)
                if not isinstance(index.type, IntType):
                    raise self.missing(node, f"index of type {show_type(index.type)}")
                type_ = self.bind(node, owner.name, ListType(value.type))
                item = type_.item if isinstance(type_, ListType) else value.type
            case DictType():
                self.put_key(node, owner, index, value)
                return
            case other:
                raise self.missing(node, f"item assignment to {show_type(other)}")
        value = self.fitted(node, value, item)
        self.emit(node, SetItem(place=place(node), name=owner.name, index=index, value=value))

    def augmented(self, node: Node) -> None:
        """`target op= value`: on lists and sets in place, else a new value."""
        operator = text(self.field(node, "operator"))[:-1]
        left, right = self.field(node, "left"), self.field(node, "right")
        if left.type == "subscript":
            self._augmented_item(node, left, operator, right)
            return
        if left.type != "identifier" or text(left) not in self.scope:
            raise self.missing(left, f"augmented assignment to {left.type.replace('_', ' ')}")
        before, value = self.in_order([left, right], self.expression)
        name = text(left)
        if isinstance(before.type, ListType) and operator == "+":
            self.replace(node, self.holder(left), self._extended(node, before, value))
            return
        result = self.operate(node, operator, before, value)
        if isinstance(before.type, ListType | SetType | DictType):
            self.replace(node, self.holder(left), result)
            return
        self._set_name(node, left, name, result, result.type)

    def _extended(self, node: Node, before: Expr, values: Expr) -> Expr:
        """`before + list(values)`."""
        return self.operate(node, "+", before, self._as_list(node, values))

    def _as_list(self, node: Node, values: Expr) -> Expr:
        if isinstance(values.type, ListType):
            return values
        item = self.drawn(node, values)
        return Call(type=ListType(item), function="list", args=(values,), span=span(node))

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
        with self.collecting() as inner:
            value = self.expression(right)
        if inner:
            index, before = self.saved(node, index), self.saved(node, before)
            self.out.extend(inner)
        if isinstance(before.type, ListType | SetType | DictType):
            raise self.missing(node, "change in place of something other than a local")
        self._put(node, owner, index, self.operate(node, operator, before, value))

    def replace(self, node: Node, owner: Variable, value: Expr) -> None:
        """The object of `owner` takes the contents of `value`."""
        type_ = self.bind(node, owner.name, value.type)
        fitted = self.fitted(node, value, type_)
        self.emit(node, Assign(place=place(node), name=owner.name, value=fitted, in_place=True))

    def delete(self, node: Node) -> None:
        """`del xs[i]` of a list."""
        inside = children(node)
        if len(inside) != 1 or inside[0].type != "subscript":
            raise self.missing(node, "delete statement")
        subscripts = inside[0].children_by_field_name("subscript")
        if len(subscripts) != 1 or subscripts[0].type == "slice":
            raise self.missing(node, "delete statement")
        owner = self.holder(self.field(inside[0], "value"))
        if isinstance(owner.type, DictType):
            self.take_key(node, owner, self.expression(subscripts[0]), None)
            return
        if not isinstance(owner.type, ListType):
            raise self.missing(node, f"delete statement on {show_type(owner.type)}")
        self._taken(node, owner, self.expression(subscripts[0]))

    def _taken(self, node: Node, owner: Variable, index: Expr) -> Expr:
        """Remove the item at `index`; its value, kept in a temporary."""
        index = self.numeric(index)
        if not isinstance(index.type, IntType):
            raise self.missing(node, f"index of type {show_type(index.type)}")
        if not isinstance(index, Constant):
            index = self.saved(node, index)
        value = self.saved(node, self.item(node, owner, index))
        one = integer_constant(1)
        list_type = owner.type
        if isinstance(index, Constant) and index.value in (0, -1):
            last = index.value == -1
            rest: Expr = Slice(
                type=list_type,
                value=owner,
                lower=None if last else one,
                upper=integer_constant(-1) if last else None,
                step=None,
            )
        else:
            at = self._from_the_front(node, owner, index)
            after = Binary(type=INT, op="+", left=at, right=one)
            front = Slice(type=list_type, value=owner, lower=None, upper=at, step=None)
            back = Slice(type=list_type, value=owner, lower=after, upper=None, step=None)
            rest = Binary(type=list_type, op="+", left=front, right=back)
        self.replace(node, owner, rest)
        return value

    def _from_the_front(self, node: Node, owner: Variable, index: Expr) -> Expr:
        """The place that `owner[index]` means, counted from the front, kept in a temporary."""
        if isinstance(index, Constant) and isinstance(index.value, int) and index.value >= 0:
            return index
        length = Call(type=INT, function="len", args=(owner,))
        counted = Binary(type=INT, op="+", left=index, right=length)
        if isinstance(index, Constant):
            return self.saved(node, counted)
        negative = Compare(type=BOOL, op="<", left=index, right=integer_constant(0))
        return self.saved(
            node, Conditional(type=INT, condition=negative, then=counted, otherwise=index)
        )

    def changing_call(self, node: Node) -> bool:
        """Translate `xs.append(x)` and its like as a statement; False for any other call."""
        function = self.field(node, "function")
        if function.type != "attribute":
            return False
        method = text(self.field(function, "attribute"))
        object_node = self.field(function, "object")
        if method in CHANGING and object_node.type in ("subscript", "call"):
            place_ = self.held_place(object_node)
            if place_ is None:
                return False
            positional, keywords = self.arguments(self.field(node, "arguments"))
            if keywords:
                raise self.missing(node, f"call of method {method} with keyword arguments")
            self.changed_inside(node, *place_, method, positional)
            return True
        if method not in CHANGING or object_node.type != "identifier":
            return False
        name = text(object_node)
        if name not in self.scope or name in self.bound or name not in self.found:
            return False
        self._changed(node, object_node, method)
        return True

    def changing_value(self, node: Node) -> Expr | None:
        function = self.field(node, "function")
        method = text(self.field(function, "attribute"))
        object_node = self.field(function, "object")
        if method not in CHANGING or object_node.type != "identifier":
            return None
        name = text(object_node)
        if name not in self.scope or name in self.bound or name not in self.found:
            return None
        if self.pure:
            raise self.missing(node, f"call of {method} inside a comprehension or lambda")
        value = self._changed(node, object_node, method)
        return Constant(type=NONE, value=None, span=span(node)) if value is None else value

    def _changed(self, node: Node, object_node: Node, method: str) -> Expr | None:
        """Emit a change in place; the method's value where it has one."""
        owner = self.holder(object_node)
        positional, keywords = self.arguments(self.field(node, "arguments"))
        where = span(node)
        args: list[Expr] = []
        if method != "sort":
            if keywords:
                raise self.missing(node, f"call of method {method} with keyword arguments")
            takes = self.iterable if method in _TAKE_ALL else self.expression
            args = self.in_order(positional, takes)
        own = owner.type
        match own, method, args:
            case ListType(), "append", [item]:
                added = MakeList(type=ListType(item.type), items=(item,), span=where)
                self.replace(node, owner, self.operate(node, "+", owner, added))
            case ListType(), "extend", [values]:
                self.replace(node, owner, self._extended(node, owner, values))
            case ListType(), "insert", [index, item]:
                at = self.saved(node, self.numeric(index))
                if not isinstance(at.type, IntType):
                    raise self.missing(node, f"index of type {show_type(at.type)}")
                front = Slice(type=own, value=owner, lower=None, upper=at, step=None)
                back = Slice(type=own, value=owner, lower=at, upper=None, step=None)
                added = MakeList(type=ListType(item.type), items=(item,), span=where)
                joined = self.operate(node, "+", front, added)
                self.replace(node, owner, self.operate(node, "+", joined, back))
            case ListType(), "pop", [] | [_]:
                index = args[0] if args else integer_constant(-1)
                return self._taken(node, owner, index)
            case ListType(), "remove", [item] if not holds_float(own) and self.comparable(own):
                item = self.fitted(node, item, own.item)
                at = self.saved(
                    node, MethodCall(type=INT, value=owner, method="index", args=(item,))
                )
                self._taken(node, owner, at)
            case ListType(), "reverse", []:
                step = Unary(type=INT, op="-", operand=integer_constant(1))
                backwards = Constant(type=INT, value=-1, span=step.span)
                whole = Slice(type=own, value=owner, lower=None, upper=None, step=backwards)
                self.replace(node, owner, whole)
            case ListType(), "sort", [] if not positional and not set(keywords) - {
                "key",
                "reverse",
            }:
                given, compared = self.sorting(node, keywords, own.item)
                if not ordered(compared):
                    raise self.missing(node, f"sort of {show_type(compared)}")
                self.replace(
                    node,
                    owner,
                    Call(type=own, function="sorted", args=(owner,), keywords=given, span=where),
                )
            case SetType() | DictType(), _, _:
                changed, value = self.changed_keyed(node, owner, method, args)
                if not changed:
                    kinds = ", ".join(show_type(arg.type) for arg in args)
                    raise self.missing(node, f"method {method}({kinds}) of {show_type(own)}")
                return value
            case ListType(), "clear", []:
                self.replace(node, owner, MakeList(type=own, items=(), span=where))
            case _:
                kinds = ", ".join(show_type(arg.type) for arg in args)
                raise self.missing(node, f"method {method}({kinds}) of {show_type(own)}")
        return None


def _is_display(node: Node) -> bool:
    return node.type in ("expression_list", "tuple", "list")
