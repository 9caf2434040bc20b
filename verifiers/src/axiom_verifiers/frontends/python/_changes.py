"""Changes in place of dicts and sets, and of what dicts hold."""

from __future__ import annotations

import abc

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    Index,
    MakeDict,
    MakeList,
    MakeSet,
    MethodCall,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    DictType,
    IntType,
    ListType,
    SetType,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import is_mutable, show_type
from axiom_verifiers.core.deciding import may_fail, variables
from axiom_verifiers.core.program import If, Raise, SetItem
from axiom_verifiers.frontends.python._mappings import FRESH, OPERATORS, Mappings
from axiom_verifiers.frontends.python._operators import hashable
from axiom_verifiers.frontends.python._tree import place, span, text
from axiom_verifiers.frontends.python._typing import FactoryDict


class Changes(Mappings, abc.ABC):
    """What changes a dict or a set, or a list, set or dict that is a dict's value."""

    @abc.abstractmethod
    def holder(self, node: Node) -> Variable:
        """The local whose object a statement changes."""

    @abc.abstractmethod
    def replace(self, node: Node, owner: Variable, value: Expr) -> None:
        """The object of `owner` takes the contents of `value`."""

    # ------------------------------------------------------------ changed

    def put_key(self, node: Node, owner: Variable, index: Expr, value: Expr) -> None:
        """`owner[index] = value` of a dict."""
        own = owner.type
        assert isinstance(own, DictType)
        if isinstance(own.key, IntType) and isinstance(index.type, BoolType):
            # Python keeps the first of True and 1, which shows when it is printed.
            raise self.missing(node, "bool as a key beside ints")
        if not hashable(index.type):
            raise self.missing(node, f"dict with keys of {show_type(index.type)}")
        kind = msgspec.structs.replace(own, key=index.type, value=value.type)
        type_ = self.bind(node, owner.name, kind)
        assert isinstance(type_, DictType)
        index, value = self.fitted(node, index, type_.key), self.fitted(node, value, type_.value)
        self.emit(node, SetItem(place=place(node), name=owner.name, index=index, value=value))

    def counted(self, owner: Variable, index: Expr, value: Expr) -> Expr | None:
        """What `owner[index] op= value` reads of a dict that makes missing values, where nobody
        can tell that it puts one in first; None where somebody can, or for other dicts.
        """
        kind = owner.type
        if not isinstance(kind, FactoryDict) or kind.missing == "counter":
            return None
        if may_fail(value) or owner.name in variables(value):
            return None
        fresh = FRESH[kind.missing]
        if fresh.type != kind.value:
            return None
        return MethodCall(type=kind.value, value=owner, method="get", args=(index, fresh))

    def take_key(self, node: Node, owner: Variable, index: Expr, default: Expr | None) -> Expr:
        """Remove a key; its value, or the default, kept in a temporary."""
        own = owner.type
        assert isinstance(own, DictType)
        key = self.key_of(node, own, index)
        if not isinstance(key, Constant | Variable):
            key = self.saved(node, key)
        held: Expr = Index(type=own.value, value=owner, index=key, span=span(node))
        if default is not None:
            # It is computed whether or not the key is there.
            if may_fail(default):
                default = self.saved(node, default)
            self.let_go(node, default)
            held, other, type_ = self.unified(node, held, default)
            there = Compare(type=BOOL, op="in", left=key, right=owner, span=span(node))
            held = Conditional(
                type=type_, condition=there, then=held, otherwise=other, span=span(node)
            )
        value = self.saved(node, held)
        rest = MethodCall(type=own, value=owner, method="without", args=(key,), span=span(node))
        self.replace(node, owner, rest)
        return value

    def default_key(self, node: Node, owner: Variable, index: Expr, value: Expr) -> Expr:
        """`owner.setdefault(index, value)`."""
        if not isinstance(index, Constant | Variable):
            index = self.saved(node, index)
        if may_fail(value):
            # It is computed whether or not the key is there.
            value = self.saved(node, value)
        self.let_go(node, value)
        absent = Compare(type=BOOL, op="not in", left=index, right=owner, span=span(node))
        with self.collecting() as inner:
            self.put_key(node, owner, index, value)
        self.emit(node, If(place=place(node), condition=absent, then=tuple(inner), otherwise=()))
        now = self.found[owner.name]
        held = now.value if isinstance(now, DictType) else value.type
        owner = msgspec.structs.replace(owner, type=now)
        return Index(type=held, value=owner, index=index, span=span(node))

    def changed_keyed(
        self, node: Node, owner: Variable, method: str, args: list[Expr]
    ) -> tuple[bool, Expr | None]:
        """A change in place of a set or dict: whether it was one, and its value."""
        own, where = owner.type, span(node)
        match own, method, args:
            case SetType(), "add" | "discard" | "remove", [item]:
                if not hashable(item.type):
                    raise self.missing(node, f"set of {show_type(item.type)}")
                if isinstance(own.item, IntType) and isinstance(item.type, BoolType):
                    if method == "add":
                        raise self.missing(node, "bool as a member beside ints")
                    item = self.numeric(item)
                if method == "remove":
                    item = self.fitted(node, item, own.item)
                    if not isinstance(item, Constant | Variable):
                        item = self.saved(node, item)
                    absent = Compare(type=BOOL, op="not in", left=item, right=owner, span=where)
                    failing = Raise(place=place(node), error="KeyError")
                    fails = If(place=place(node), condition=absent, then=(failing,), otherwise=())
                    self.emit(node, fails)
                one = MakeSet(type=SetType(item.type), items=(item,), span=where)
                operator = "|" if method == "add" else "-"
                self.replace(node, owner, self.operate(node, operator, owner, one))
            case SetType(), "clear", []:
                self.replace(node, owner, MakeSet(type=own, items=(), span=where))
            case DictType(), "clear", []:
                self.replace(node, owner, MakeDict(type=own, items=(), span=where))
            case SetType(), name, _ if name in OPERATORS:
                value: Expr = owner
                for other in args:
                    value = self.operate(
                        node, OPERATORS[name], value, self.as_set(node, other, own)
                    )
                self.replace(node, owner, value)
            case DictType(), "pop", [index]:
                return True, self.take_key(node, owner, index, None)
            case DictType(), "pop", [index, default]:
                return True, self.take_key(node, owner, index, default)
            case DictType(), "setdefault", [index, value]:
                return True, self.default_key(node, owner, index, value)
            case DictType(), "update", [other] if isinstance(other.type, DictType) and not (
                isinstance(own, FactoryDict) and own.missing == "counter"
            ):
                merged = self.operate(node, "|", self.plain(owner), self.plain(other))
                self.replace(node, owner, msgspec.structs.replace(merged, type=own))
            case _:
                return False, None
        return True, None

    # ------------------------------------------------------------ changed inside

    def held_place(self, node: Node) -> tuple[Variable, Expr] | None:
        """`d[k]` or `d.setdefault(k, fresh)` of a local dict whose values can change: the dict
        and the key, after what evaluating that does.
        """
        match node.type:
            case "subscript":
                subscripts = node.children_by_field_name("subscript")
                owner_node = self.field(node, "value")
                if len(subscripts) != 1 or not self._is_local(owner_node):
                    return None
                owner = self.local(owner_node, text(owner_node))
                if not isinstance(owner.type, DictType) or not is_mutable(owner.type.value):
                    return None
                owner = self.holder(owner_node)
                assert isinstance(owner.type, DictType)
                key = self.key_of(node, owner.type, self.expression(subscripts[0]))
                return owner, key if isinstance(key, Constant) else self.saved(node, key)
            case "call":
                function = self.field(node, "function")
                if function.type != "attribute":
                    return None
                owner_node = self.field(function, "object")
                if text(self.field(function, "attribute")) != "setdefault":
                    return None
                if not self._is_local(owner_node):
                    return None
                owner = self.holder(owner_node)
                positional, keywords = self.arguments(self.field(node, "arguments"))
                if keywords or len(positional) != 2 or not isinstance(owner.type, DictType):
                    return None
                index, fresh = self.in_order(positional, self.expression)
                if not isinstance(index, Constant | Variable):
                    index = self.saved(node, index)
                self.default_key(node, owner, index, fresh)
                return self.holder(owner_node), index
            case _:
                return None

    def _is_local(self, node: Node) -> bool:
        if node.type != "identifier":
            return False
        name = text(node)
        return name in self.scope and name not in self.bound and name in self.found

    def changed_inside(
        self, node: Node, owner: Variable, key: Expr, method: str, positional: list[Node]
    ) -> None:
        """A change in place of a list or set that is the value of a dict's key."""
        own = owner.type
        assert isinstance(own, DictType)
        with self.collecting() as inner:
            takes = self.taken if method in ("extend", "update") else self.expression
            args = self.in_order(positional, takes)
        held = self._held(node, owner, key, args)
        if inner:
            # Python reads the dict before it evaluates what is put into the list.
            if isinstance(held, Index):
                self.saved(node, Call(type=INT, function="len", args=(held,), span=span(node)))
            self.out.extend(inner)
        where = span(node)
        match held.type, method, args:
            case ListType(), "append", [item]:
                added = MakeList(type=ListType(item.type), items=(item,), span=where)
                made = self.operate(node, "+", held, added)
            case ListType(), "extend", [values]:
                listed = values
                if not isinstance(values.type, ListType):
                    item = self.drawn(node, values)
                    listed = Call(type=ListType(item), function="list", args=(values,), span=where)
                made = self.operate(node, "+", held, listed)
            case SetType(), "add" | "discard", [item] if hashable(item.type):
                if isinstance(item.type, BoolType) and not isinstance(held.type.item, BoolType):
                    raise self.missing(node, "bool as a member beside ints")
                one = MakeSet(type=SetType(item.type), items=(item,), span=where)
                made = self.operate(node, "|" if method == "add" else "-", held, one)
            case SetType(), "update", [values]:
                made = self.operate(node, "|", held, self.as_set(node, values, held.type))
            case _:
                raise self.missing(node, f"change in place by {method} inside a dict")
        self._put_inside(node, owner, key, made)

    def _held(self, node: Node, owner: Variable, key: Expr, args: list[Expr]) -> Expr:
        """What a dict holds at a key, a new value where it makes one."""
        own = owner.type
        assert isinstance(own, DictType)
        if isinstance(own, FactoryDict):
            quiet = not any(may_fail(arg) or owner.name in variables(arg) for arg in args)
            fresh = self.fitted(node, FRESH[own.missing], own.value)
            if quiet:
                return MethodCall(
                    type=own.value, value=owner, method="get", args=(key, fresh), span=span(node)
                )
        return self.item(node, owner, key)

    def _put_inside(self, node: Node, owner: Variable, key: Expr, made: Expr) -> None:
        own = owner.type
        assert isinstance(own, DictType)
        if not hashable(key.type):
            raise self.missing(node, f"dict with keys of {show_type(key.type)}")
        wanted = key.type if isinstance(own.key, UnknownType) else own.key
        kind = msgspec.structs.replace(own, key=wanted, value=made.type)
        type_ = self.bind(node, owner.name, kind)
        assert isinstance(type_, DictType)
        made = self.fitted(node, made, type_.value)
        self.emit(
            node,
            SetItem(place=place(node), name=owner.name, index=key, value=made, in_place=True),
        )

    def put_inside(self, node: Node, owner: Variable, key: Expr, inner: Expr, value: Expr) -> None:
        """`owner[key][inner] = value` where the dict holds dicts."""
        held = self._held(node, owner, key, [inner, value])
        if not isinstance(held.type, DictType) or not hashable(inner.type):
            raise self.missing(node, "change in place of something other than a local")
        if isinstance(held.type.key, IntType) and isinstance(inner.type, BoolType):
            raise self.missing(node, "bool as a key beside ints")
        pair = MakeDict(
            type=DictType(inner.type, value.type), items=((inner, value),), span=span(node)
        )
        made = self.operate(node, "|", self.plain(held), pair)
        kind = msgspec.structs.replace(held.type, key=inner.type, value=value.type)
        made = msgspec.structs.replace(made, type=kind)
        self._put_inside(node, owner, key, made)
