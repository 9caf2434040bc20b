"""Assignments, their targets, and changes in place."""

from __future__ import annotations

import abc

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    MakeList,
    MethodCall,
    Slice,
    Variable,
)
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
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import holds_float, join, show_type
from axiom_verifiers.core.program import Assign, Evaluate, Raise, SetItem
from axiom_verifiers.frontends.python._annotations import annotated
from axiom_verifiers.frontends.python._binding import CHANGING, bound_names
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._floats import kind, promoted, worst
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import DequeType, fit, ordered
from axiom_verifiers.frontends.python._unpacking import Unpacking

# Methods that go through what they are given.
_TAKE_ALL = frozenset(
    {"extend", "update", "difference_update", "intersection_update", "symmetric_difference_update"}
)
_TARGETS = ("pattern_list", "tuple_pattern", "list_pattern")


class Assignments(Unpacking, abc.ABC):
    """What binds a name or changes an object."""

    def assignment(self, node: Node) -> None:
        """`a = b = value`, with patterns; `a: T = value`; a bare `a: T` does nothing."""
        if self.infinite and self.gives_infinite(node):
            return
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
            self.unpack_display(node, targets[0], current)
            return
        patterned = len(targets) == 1 and targets[0].type in _TARGETS
        if patterned and self.unpack_columns(node, targets[0], current):
            return
        if patterned and self.unpack_items(node, targets[0], current):
            return
        value = self.expression(current)
        if hint is not None:
            wide = join(hint, value.type)
            if wide == hint:
                value = fit(value, hint)
        if len(targets) > 1 and not isinstance(value, Constant | Variable):
            first = targets[0]
            if first.type == "identifier":
                # The other targets get the very object that the first one got.
                self.assign(node, first, value, hint)
                value, targets = self.local(node, text(first)), targets[1:]
            else:
                value = self.saved(node, value)
        for target in targets:
            self.assign(node, target, value, hint)

    def assign(self, node: Node, target: Node, value: Expr, hint: Type | None = None) -> None:
        match target.type:
            case "parenthesized_expression":
                self.assign(node, children(target)[0], value)
            case "identifier":
                wanted = value.type
                if hint is not None and join(hint, wanted) == hint:
                    wanted = hint
                self.set_name(node, target, text(target), value, wanted)
            case "subscript":
                self._set_item(node, target, value)
            case "attribute":
                self._set_attribute(node, target, value)
            case "pattern_list" | "tuple_pattern" | "list_pattern":
                self.unpack(node, target, value)
            case other:
                raise self.missing(target, f"assignment to {other.replace('_', ' ')}")

    def set_name(self, node: Node, where: Node, name: str, value: Expr, wanted: Type) -> None:
        if name not in self.scope:
            raise self.missing(where, f"assignment to {name}")
        self._note_quotient(where, name, value)
        self.note_table(where, name, value)
        value, wanted = self._as_held(where, name, value, wanted)
        type_ = self.bind(where, name, wanted)
        fitted = self.fitted(node, value, type_)
        self.emit(node, Assign(place=place(node), name=name, value=fitted))
        if isinstance(type_, OptionalType):
            holds = not isinstance(value.type, OptionalType | NoneType)
            self.narrowed = self.narrowed | {name} if holds else self.narrowed - {name}

    def _note_quotient(self, where: Node, name: str, value: Expr) -> None:
        """What a local is that is given an unchanging int over a constant, and nothing else."""
        statement = where.parent
        if not isinstance(value, Binary) or value.op != "/" or statement is None:
            return
        number = value.left
        steady = isinstance(number, Variable) and number.role == "parameter"
        around = statement.parent
        while around is not None and around.type != "function_definition":
            around = around.parent
        body = None if around is None else around.child_by_field_name("body")
        alone = statement.type == "assignment" and isinstance(value.right, Constant)
        if steady and alone and body is not None and around is not None:
            once = name not in bound_names(body, without=statement)
            if once and name not in parameters_of(around).names:
                self.quotients[name] = value

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

    # ------------------------------------------------------------ changes in place

    def _set_item(self, node: Node, target: Node, value: Expr) -> None:
        subscripts = target.children_by_field_name("subscript")
        if len(subscripts) != 1:
            raise self.missing(target, "assignment to a slice")
        if subscripts[0].type == "slice":
            self._set_slice(node, target, subscripts[0], value)
            return
        outer = self._in_dicts(self.field(target, "value"))
        if outer is not None:
            self.put_inside(node, *outer, self.expression(subscripts[0]), value)
            return
        with self.collecting() as inner:
            owner = self.holder(self.field(target, "value"))
            index = self.expression(subscripts[0])
        if inner:
            value = value if isinstance(value, Constant) else self.saved(node, value)
            self.out.extend(inner)
        self.put(node, owner, index, value)

    def _in_dicts(self, node: Node) -> tuple[Variable, Expr] | None:
        """`d[k]` of a local dict that holds dicts: the dict and the key."""
        root = node.child_by_field_name("value")
        if node.type != "subscript" or root is None or root.type != "identifier":
            return None
        held = self.found.get(text(root))
        if isinstance(held, DictType) and isinstance(held.value, DictType):
            return self.held_place(node)
        return None

    def _set_slice(self, node: Node, target: Node, cut: Node, value: Expr) -> None:
        """`xs[a:b] = values`: the values are all taken before anything changes."""
        values = self.as_list(node, value)
        with self.collecting() as inner:
            owner = self.holder(self.field(target, "value"))
            bounds = self.bounds(node, owner, cut)
        if inner:
            values = self.saved(node, values)
            self.out.extend(inner)
        if not isinstance(owner.type, ListType) or isinstance(owner.type, DequeType):
            raise self.missing(target, "assignment to a slice")
        self.spliced(node, owner, bounds, values)

    def _set_attribute(self, node: Node, target: Node, value: Expr) -> None:
        """`p.x = value`; where the class forbids it, an AttributeError."""
        name = text(self.field(target, "attribute"))
        stored = self.stored(target)
        if stored is not None and self.making is not None:
            kind = dict(self.making[1].type.fields)[name]
            self.set_name(node, target, stored, self.fitted(node, value, kind), kind)
            return
        with self.collecting() as inner:
            owner = self.holder(self.field(target, "object"))
        if inner:
            value = value if isinstance(value, Constant) else self.saved(node, value)
            self.out.extend(inner)
        self.set_field(node, owner, name, value)

    def set_field(self, node: Node, owner: Variable, name: str, value: Expr) -> None:
        made = self.class_of(owner.type)
        if made is None or made.form == "typeddict" or name not in dict(made.type.fields):
            raise self.missing(node, f"assignment to {name} of {show_type(owner.type)}")
        if made.form in ("enum", "frozen", "namedtuple"):
            self.emit(node, Evaluate(place=place(node), value=value))
            self.emit(node, Raise(place=place(node), error="AttributeError"))
            return
        self.give_field(node, owner, made, name, value)

    def put(self, node: Node, owner: Variable, index: Expr, value: Expr) -> None:
        made = self.class_of(owner.type)
        key = index.value if isinstance(index, Constant) else None
        if made is not None and made.form == "typeddict" and isinstance(key, str):
            if key not in dict(made.type.fields):
                raise self.missing(node, f"assignment to {key} of {show_type(owner.type)}")
            self.give_field(node, owner, made, key, value)
            return
        match owner.type:
            case ListType():
                index = self.numeric(index)
                if not isinstance(index.type, IntType):
                    raise self.missing(node, f"index of type {show_type(index.type)}")
                kind = msgspec.structs.replace(owner.type, item=value.type)
                type_ = self.refined(node, owner, kind)
                item = type_.item if isinstance(type_, ListType) else value.type
            case DictType():
                self.put_key(node, owner, index, value)
                self.refined(node, owner, self.found[owner.name])
                return
            case other:
                raise self.missing(node, f"item assignment to {show_type(other)}")
        value = self.fitted(node, value, item)
        self.emit(node, SetItem(place=place(node), name=owner.name, index=index, value=value))

    def extended(self, node: Node, before: Expr, values: Expr) -> Expr:
        """`before + list(values)`."""
        values = self.as_list(node, values)
        if isinstance(before.type, DequeType) and isinstance(values.type, ListType):
            kind = DequeType(values.type.item)
            values = Call(type=kind, function="list", args=(values,), span=span(node))
        return self.operate(node, "+", before, values)

    def delete(self, node: Node) -> None:
        """`del xs[i]` and `del xs[a:b]` of a list."""
        inside = children(node)
        if len(inside) != 1 or inside[0].type != "subscript":
            raise self.missing(node, "delete statement")
        subscripts = inside[0].children_by_field_name("subscript")
        if len(subscripts) != 1:
            raise self.missing(node, "delete statement")
        owner = self.holder(self.field(inside[0], "value"))
        if isinstance(owner.type, DictType):
            self.take_key(node, owner, self.expression(subscripts[0]), None)
            return
        if not isinstance(owner.type, ListType):
            raise self.missing(node, f"delete statement on {show_type(owner.type)}")
        if subscripts[0].type == "slice":
            if isinstance(owner.type, DequeType):
                raise self.missing(node, "slice of a deque")
            self.spliced(node, owner, self.bounds(node, owner, subscripts[0]), None)
            return
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
            rest = self._without(owner, self._from_the_front(node, owner, index))
        self.replace(node, owner, rest)
        return value

    def _without(self, owner: Variable, place: Expr) -> Expr:
        """The list without the item at a place counted from the front."""
        after = Binary(type=INT, op="+", left=place, right=integer_constant(1))
        front = Slice(type=owner.type, value=owner, lower=None, upper=place, step=None)
        back = Slice(type=owner.type, value=owner, lower=after, upper=None, step=None)
        return Binary(type=owner.type, op="+", left=front, right=back)

    def single(self, like: ListType, item: Expr) -> Expr:
        """A list, or deque, of one item."""
        kind = msgspec.structs.replace(like, item=item.type)
        return MakeList(type=kind, items=(item,), span=item.span)

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
            if place_ is not None:
                positional, keywords = self.arguments(self.field(node, "arguments"))
                if keywords:
                    raise self.missing(node, f"call of method {method} with keyword arguments")
                self.changed_inside(node, *place_, method, positional)
                return True
        owner = self._changing(node, object_node, text(self.field(function, "attribute")))
        if owner is None:
            return False
        self._changed(node, owner, text(self.field(function, "attribute")))
        return True

    def changing_value(self, node: Node) -> Expr | None:
        function = self.field(node, "function")
        method = text(self.field(function, "attribute"))
        owner = self._changing(node, self.field(function, "object"), method)
        if owner is None:
            return None
        value = self._changed(node, owner, method)
        return Constant(type=NONE, value=None, span=span(node)) if value is None else value

    def _changing(self, node: Node, object_node: Node, method: str) -> Variable | None:
        """The local whose object a call of the method changes; None where it changes none."""
        while object_node.type == "parenthesized_expression":
            object_node = children(object_node)[0]
        if method not in CHANGING:
            return None
        if object_node.type == "identifier":
            name = text(object_node)
            if name not in self.scope or name in self.bound or name not in self.found:
                return None
            if not isinstance(self.found[name], ListType | SetType | DictType | UnknownType):
                return None
            if self.pure:
                raise self.missing(node, f"call of {method} inside a comprehension or lambda")
            return self.holder(object_node)
        if object_node.type not in ("subscript", "attribute"):
            return None
        with self.collecting() as inner:
            value = self.expression(object_node)
        if not isinstance(value.type, ListType | SetType | DictType):
            return None
        if self.pure:
            raise self.missing(node, f"call of {method} inside a comprehension or lambda")
        self.out.extend(inner)
        return self.part_held(object_node, value)

    def _changed(self, node: Node, owner: Variable, method: str) -> Expr | None:
        """Emit a change in place; the method's value where it has one."""
        positional, keywords = self.arguments(self.field(node, "arguments"))
        where = span(node)
        args: list[Expr] = []
        if method != "sort":
            if keywords:
                raise self.missing(node, f"call of method {method} with keyword arguments")
            takes = self.taken if method in _TAKE_ALL else self.expression
            args = self.in_order(positional, takes)
        own = owner.type
        match own, method, args:
            case DequeType(), "pop", [_]:
                raise self.missing(node, "pop of a deque with an index")
            case DequeType(), "sort", _:
                raise self.missing(node, "sort of a deque")
            case ListType(), "append", [item]:
                added = self.single(own, item)
                self.replace(node, owner, self.operate(node, "+", owner, added))
            case ListType(), "extend", [values]:
                self.replace(node, owner, self.extended(node, owner, values))
            case (DequeType(), "appendleft", [item]) | (
                ListType(),
                "insert",
                [Constant(value=0, type=IntType()), item],
            ):
                added = self.single(own, item)
                self.replace(node, owner, self.operate(node, "+", added, owner))
            case ListType(), "insert", [index, item]:
                at = self.saved(node, self.numeric(index))
                if not isinstance(at.type, IntType):
                    raise self.missing(node, f"index of type {show_type(at.type)}")
                front = Slice(type=own, value=owner, lower=None, upper=at, step=None)
                back = Slice(type=own, value=owner, lower=at, upper=None, step=None)
                added = self.single(own, item)
                joined = self.operate(node, "+", front, added)
                self.replace(node, owner, self.operate(node, "+", joined, back))
            case DequeType(), "popleft", []:
                return self._taken(node, owner, integer_constant(0))
            case ListType(), "pop", [] | [_]:
                index = args[0] if args else integer_constant(-1)
                return self._taken(node, owner, index)
            case ListType(), "remove", [item] if not holds_float(own) and self.comparable(own):
                item = self.fitted(node, item, own.item)
                at = MethodCall(type=INT, value=owner, method="index", args=(item,))
                self.replace(node, owner, self._without(owner, self.saved(node, at)))
            case ListType(), "reverse", []:
                back = integer_constant(-1)
                turned = Slice(type=own, value=owner, lower=None, upper=None, step=back)
                self.replace(node, owner, turned)
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
