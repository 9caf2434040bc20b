"""Operators, comparisons and truth, on values already translated."""

from __future__ import annotations

import abc
from typing import Literal, cast

import msgspec
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
    Logical,
    MakeList,
    MakeTuple,
    MethodCall,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    UNKNOWN,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import holds_float, join, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Evaluate, If, Unmodelled
from axiom_verifiers.frontends.python._absent import Absent
from axiom_verifiers.frontends.python._context import integer_constant, truth
from axiom_verifiers.frontends.python._floats import combines
from axiom_verifiers.frontends.python._narrowing import without_optional
from axiom_verifiers.frontends.python._tree import place, span
from axiom_verifiers.frontends.python._typing import (
    DequeType,
    FrozenType,
    SeriesType,
    fit,
    item_type,
    ordered,
    tuple_of_all,
)

_BinaryOp = Literal["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
_CompareOp = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
_ON_INTS = frozenset({"+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"})
_ON_FLOATS = frozenset({"+", "-", "*", "/", "//", "%"})
_ON_SETS = frozenset({"&", "|", "-", "^"})
_HASHABLE_PARTS = (IntType, BoolType, StrType, BytesType, NoneType)


def is_int(expr: Expr) -> bool:
    """Whether the expression's type is int."""
    return isinstance(expr.type, IntType)


def hashable(type_: Type) -> bool:
    """Whether values of the type may be in a set or be a dict's key (nan is left out)."""
    if isinstance(type_, TupleType):
        return all(hashable(item) for item in type_.items)
    return isinstance(type_, (*_HASHABLE_PARTS, UnknownType))


class Operators(Absent, abc.ABC):
    """Python's operators by the types of their operands."""

    def numeric(self, expr: Expr) -> Expr:
        """A bool as the int that it is in arithmetic; anything else as it is."""
        if not isinstance(expr.type, BoolType):
            return expr
        if isinstance(expr, Constant):
            return Constant(type=INT, value=int(bool(expr.value)), span=expr.span)
        return Conditional(
            type=INT,
            condition=expr,
            then=integer_constant(1),
            otherwise=integer_constant(0),
            span=expr.span,
        )

    def shown(self, node: Node, value: Expr) -> Expr:
        """`str(value)`, for the types whose text is modelled."""
        match value.type:
            case StrType():
                return value
            case IntType():
                return Call(type=STR, function="str", args=(value,), span=span(node))
            case BoolType():
                yes = Constant(type=STR, value="True", span=span(node))
                no = Constant(type=STR, value="False", span=span(node))
                return Conditional(
                    type=STR, condition=value, then=yes, otherwise=no, span=span(node)
                )
            case _:
                raise self.missing(node, f"text of a {show_type(value.type)}")

    def truthy(self, node: Node, value: Expr) -> Expr:
        """`bool(value)`, made explicit by the value's type."""
        where = span(node)
        match value.type:
            case BoolType():
                return value
            case IntType():
                zero: Expr = Constant(type=INT, value=0, span=where)
                return Compare(type=BOOL, op="!=", left=value, right=zero, span=where)
            case FloatType():
                zero = Constant(type=FLOAT, value=0.0, span=where)
                return Compare(type=BOOL, op="!=", left=value, right=zero, span=where)
            case StrType() | BytesType() | ListType() | SetType() | DictType():
                length = Call(type=INT, function="len", args=(value,), span=where)
                zero = Constant(type=INT, value=0, span=where)
                return Compare(type=BOOL, op="!=", left=length, right=zero, span=where)
            case OptionalType() if isinstance(value, Variable | FieldOf | Index):
                none: Expr = Constant(type=NONE, value=None, span=where)
                some = Compare(type=BOOL, op="is not", left=value, right=none, span=where)
                inside = msgspec.structs.replace(value, type=value.type.item)
                rest = self.truthy(node, inside)
                return Logical(type=BOOL, op="and", left=some, right=rest, span=where)
            case OptionalType() if isinstance(value, MethodCall) and value.method == "get":
                # `d.get(k)`: the key is there, and what it holds is true.
                (key,) = value.args
                held = Index(type=value.type.item, value=value.value, index=key, span=where)
                there = Compare(type=BOOL, op="in", left=key, right=value.value, span=where)
                rest = self.truthy(node, held)
                return Logical(type=BOOL, op="and", left=there, right=rest, span=where)
            case OptionalType() if not self.pure:
                return self.truthy(node, self.saved(node, value))
            case NoneType() if isinstance(value, Constant | Variable):
                self.let_go(node, value)
                return truth(value=False)
            case TupleType() if isinstance(value, Variable):
                self.let_go(node, value)
                return truth(bool(value.type.items))
            case RecordType() if not self.always_true(value.type):
                raise self.missing(node, f"truth of a {show_type(value.type)}")
            case RecordType() if value.type.fields and isinstance(value, Variable | FieldOf):
                self.let_go(node, value)
                return truth(value=True)
            case RecordType() if value.type.fields and isinstance(value, Index):
                self.emit(node, Evaluate(place=place(node), value=value))
                return truth(value=True)
            case other:
                raise self.missing(node, f"truth of a {show_type(other)}")

    def operate(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        """A binary operator on two values already translated."""
        op = cast("_BinaryOp", operator)
        where = span(node)
        optional = isinstance(left.type, OptionalType) or isinstance(right.type, OptionalType)
        if optional:
            left, right = self.both(node, left, right)
        both_bool = isinstance(left.type, BoolType) and isinstance(right.type, BoolType)
        if both_bool and operator in ("&", "|", "^"):
            return Binary(type=BOOL, op=op, left=left, right=right, span=where)
        scalar = (IntType, BoolType, FloatType)
        if isinstance(left.type, scalar) and isinstance(right.type, scalar):
            left, right = self.numeric(left), self.numeric(right)
        match left.type, right.type:
            case (IntType(), IntType()):
                if operator in _ON_INTS:
                    return Binary(type=INT, op=op, left=left, right=right, span=where)
                if operator == "/":
                    return Binary(type=FLOAT, op=op, left=left, right=right, span=where)
                if operator == "**":
                    return self._power(node, left, right)
            case (FloatType() | IntType(), FloatType() | IntType()):
                if operator in _ON_FLOATS:
                    if not combines(operator, left, right, self.mixed):
                        raise self.missing(node, "arithmetic on a float that may be an int")
                    left, right = self._as_float(left), self._as_float(right)
                    return Binary(type=FLOAT, op=op, left=left, right=right, span=where)
            case (StrType(), StrType()) | (BytesType(), BytesType()):
                if operator == "+":
                    return Binary(type=left.type, op=op, left=left, right=right, span=where)
            case (ListType(), ListType()):
                if operator == "+":
                    left, right, type_ = self.unified(node, left, right)
                    return Binary(type=type_, op=op, left=left, right=right, span=where)
            case (TupleType(), TupleType()):
                if operator == "+":
                    type_ = TupleType((*left.type.items, *right.type.items))
                    return Binary(type=type_, op=op, left=left, right=right, span=where)
            case (StrType() | ListType() | BytesType(), IntType() | BoolType()):
                if operator == "*":
                    right = self.numeric(right)
                    return Binary(type=left.type, op=op, left=left, right=right, span=where)
            case (IntType() | BoolType(), StrType() | ListType() | BytesType()):
                if operator == "*":
                    left = self.numeric(left)
                    return Binary(type=right.type, op=op, left=left, right=right, span=where)
            case (DictType(), DictType()):
                # Operators of counters mean something else.
                plain = type(left.type) is type(right.type) is DictType
                if operator == "|" and plain:
                    left, right, type_ = self.unified(node, left, right)
                    return Binary(type=type_, op=op, left=left, right=right, span=where)
            case (SetType(), SetType()) if type(left.type) is not type(right.type):
                # Of a set and a frozenset, what stands left says what comes out.
                made = self.operate(node, operator, self.thawed(left), self.thawed(right))
                if isinstance(left.type, FrozenType) and isinstance(made.type, SetType):
                    return msgspec.structs.replace(made, type=FrozenType(made.type.item))
                return made
            case (SetType(), SetType()):
                if operator in _ON_SETS:
                    left, right, type_ = self.unified(node, left, right)
                    return Binary(type=type_, op=op, left=left, right=right, span=where)
            case _:
                pass
        own = self.by_method(node, operator, left, right)
        if own is not None:
            return own
        raise self.missing(node, f"{show_type(left.type)} {operator} {show_type(right.type)}")

    def thawed(self, value: Expr) -> Expr:
        """A frozenset as the set of its members; any other value as it is."""
        if not isinstance(value.type, FrozenType):
            return value
        kind = SetType(value.type.item)
        return Call(type=kind, function="set", args=(value,), span=value.span)

    def listed(self, value: Expr) -> Expr:
        """A tuple of any length, or a deque, as the list of its items; other values as they are."""
        if not isinstance(value.type, SeriesType | DequeType):
            return value
        kind = ListType(value.type.item)
        return Call(type=kind, function="list", args=(value,), span=value.span)

    def as_items(self, node: Node, value: Expr) -> Expr:
        """A tuple whose items are of one type, as the list of them."""
        assert isinstance(value.type, TupleType)
        types: list[Type] = list(value.type.items)
        kind = ListType(types[0])
        if isinstance(value, MakeTuple):
            return MakeList(type=kind, items=value.items, span=value.span)
        if not isinstance(value, Variable):
            value = self.saved(node, value)
        items = (
            Index(type=kind.item, value=value, index=integer_constant(at), span=value.span)
            for at in range(len(types))
        )
        return MakeList(type=kind, items=tuple(items), span=value.span)

    def _as_float(self, expr: Expr) -> Expr:
        if isinstance(expr.type, FloatType):
            return expr
        return Call(type=FLOAT, function="float", args=(expr,), span=expr.span)

    def _power(self, node: Node, left: Expr, right: Expr) -> Expr:
        """A negative exponent gives a float: that path is reported, not guessed."""
        exponent = right.value if isinstance(right, Constant) else None
        if isinstance(exponent, int) and exponent < 0:
            raise self.missing(node, "power with a negative exponent")
        if exponent is None:
            left, right = self.saved(node, left), self.saved(node, right)
            negative = Compare(type=BOOL, op="<", left=right, right=integer_constant(0))
            where = place(node)
            report = Unmodelled(place=where, construct="power with a negative exponent")
            self.emit(node, If(place=where, condition=negative, then=(report,), otherwise=()))
        return Binary(type=INT, op="**", left=left, right=right, span=span(node))

    def compare(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        """One link of a comparison."""
        op = cast("_CompareOp", operator)
        if isinstance(left.type, SetType) and isinstance(right.type, SetType):
            left, right = self.thawed(left), self.thawed(right)
        match operator:
            case "is" | "is not":
                return self._identity(node, operator, left, right)
            case "in" | "not in":
                self._membership(node, left, right)
                if not isinstance(right.type, StrType):
                    left = self._element(node, left, right)
            case "==" | "!=":
                if isinstance(left.type, NoneType) or isinstance(right.type, NoneType):
                    return self._identity(node, "is" if op == "==" else "is not", left, right)
                beside = self._beside_optional(node, operator, left, right)
                if beside is not None:
                    return beside
                left, right = self._alike(node, left, right)
                if not self.comparable(left.type):
                    raise self.missing(node, f"equality of {show_type(left.type)}")
                if holds_float(left.type) and not isinstance(left.type, FloatType):
                    raise self.missing(node, f"equality of {show_type(left.type)}")
            case "<" | "<=" | ">" | ">=":
                own = self.by_method(node, operator, left, right)
                if own is not None and not isinstance(own.type, BoolType):
                    raise self.missing(node, f"a comparison that gives {show_type(own.type)}")
                if own is not None:
                    return own
                if not (isinstance(left.type, OptionalType) and may_fail(right)):
                    left, right = self.some(left), self.some(right)
                left, right = self.numeric(left), self.numeric(right)
                left, right = self._alike(node, left, right)
                if isinstance(left.type, RecordType):
                    first, second = self.as_tuple(node, left), self.as_tuple(node, right)
                    left, right = first or left, second or right
                if not ordered(left.type) and not isinstance(left.type, SetType):
                    raise self.missing(node, f"{operator} of {show_type(left.type)}")
            case _:
                raise self.missing(node, f"operator {operator}")
        return Compare(type=BOOL, op=op, left=left, right=right, span=span(node))

    def _beside_optional(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr | None:
        """Equality of a value and one that may be None, which equals none."""
        if isinstance(left.type, OptionalType) == isinstance(right.type, OptionalType):
            return None
        value, other = (right, left) if isinstance(left.type, OptionalType) else (left, right)
        if may_fail(value) or not isinstance(other, Variable | FieldOf | Index):
            return None
        none = Constant(type=NONE, value=None, span=other.span)
        there = Compare(type=BOOL, op="is not", left=other, right=none, span=span(node))
        same = self.compare(node, "==", without_optional(other), value)
        both = Logical(type=BOOL, op="and", left=there, right=same, span=span(node))
        if operator == "==":
            return both
        return Unary(type=BOOL, op="not", operand=both, span=span(node))

    def _alike(self, node: Node, left: Expr, right: Expr) -> tuple[Expr, Expr]:
        """Both sides of a comparison at one type; bool beside int is the int that it equals."""
        if left.type != right.type:
            left, right = self.numeric(left), self.numeric(right)
        if {type(left.type), type(right.type)} == {IntType, FloatType}:
            return left, right  # Python compares them exactly, and so does the core language.
        left, right, _ = self.unified(node, left, right)
        if left.type != right.type:
            raise self.missing(
                node, f"{show_type(left.type)} compared with {show_type(right.type)}"
            )
        return left, right

    def _identity(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        op: Literal["is", "is not"] = "is" if operator == "is" else "is not"
        if isinstance(left.type, NoneType) and not isinstance(right.type, NoneType):
            left, right = right, left
        if self.enumerated(left.type) and left.type == right.type:
            # Each member is one object.
            return self.compare(node, "==" if op == "is" else "!=", left, right)
        if not isinstance(right, Constant) or not isinstance(right.type, NoneType):
            raise self.missing(node, f"operator {operator}")
        match left.type:
            case OptionalType():
                return Compare(type=BOOL, op=op, left=left, right=right, span=span(node))
            case UnknownType():
                raise self.missing(node, "identity of a value whose type is not known")
            case NoneType():
                self.let_go(node, left)
                return truth(op == "is")
            case _ if isinstance(left, Constant | Variable):
                self.let_go(node, left)
                return truth(op == "is not")
            case _:
                raise self.missing(node, f"operator {operator}")

    def _membership(self, node: Node, item: Expr, container: Expr) -> None:
        if holds_float(container.type) or not self.comparable(container.type):
            raise self.missing(node, f"membership in {show_type(container.type)}")
        fits = isinstance(container.type, ListType | SetType | DictType | TupleType)
        if isinstance(container.type, StrType):
            fits = isinstance(item.type, StrType)
        if not fits:
            raise self.missing(node, f"membership in {show_type(container.type)}")

    def _element(self, node: Node, item: Expr, container: Expr) -> Expr:
        match container.type:
            case ListType() | SetType():
                expected = container.type.item
            case DictType():
                expected = container.type.key
            case TupleType():
                kinds = set(container.type.items)
                if len(kinds) > 1:
                    raise self.missing(node, f"membership in {show_type(container.type)}")
                expected = container.type.items[0] if kinds else UNKNOWN
            case _:
                expected = UNKNOWN
        if isinstance(expected, IntType):
            item = self.numeric(item)
        if isinstance(expected, UnknownType):
            return item
        return self.fitted(node, item, expected)

    def homogeneous(self, node: Node, parts: list[Expr]) -> tuple[tuple[Expr, ...], Type]:
        """The parts at their one common type."""
        common: Type = UNKNOWN
        for part in parts:
            joined = join(common, part.type)
            if joined is None:
                rows = tuple_of_all([one.type for one in parts if isinstance(one, MakeTuple)])
                if rows is not None and all(isinstance(one, MakeTuple) for one in parts):
                    # Some have None where others have a value.
                    return tuple(fit(one, rows) for one in parts), rows
                raise self.missing(node, f"{show_type(common)} beside {show_type(part.type)}")
            common = joined
        return tuple(self.fitted(node, part, common) for part in parts), common

    @abc.abstractmethod
    def enumerated(self, type_: Type) -> bool:
        """Whether the values of the type are the members of an enumeration."""

    @abc.abstractmethod
    def always_true(self, type_: Type) -> bool:
        """Whether objects of a record type have no truth of their own."""

    @abc.abstractmethod
    def by_method(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr | None:
        """What a method of a record's class makes of an operator; None where it has none."""

    @abc.abstractmethod
    def record_item(self, node: Node, value: Expr, index: Expr) -> Expr | None:
        """`value[index]` of a record; None when the value is none."""

    @abc.abstractmethod
    def as_tuple(self, node: Node, value: Expr) -> Expr | None:
        """A record that compares as the tuple of its fields, as that tuple."""

    @abc.abstractmethod
    def attribute(self, node: Node) -> Expr:
        """The value of `object.name`."""

    @abc.abstractmethod
    def display(self, node: Node) -> Expr | None:
        """The record that a dict display makes; None for one that makes a dict."""

    @abc.abstractmethod
    def unpacking(self, type_: Type) -> tuple[Type, ...] | None:
        """The types of what a record of the type unpacks into; None when it does not."""

    @abc.abstractmethod
    def comparable(self, type_: Type) -> bool:
        """Whether `==` of two values of the type looks at what they hold."""

    def item(self, node: Node, value: Expr, index: Expr) -> Expr:
        """`value[index]`."""
        where = span(node)
        part = self.record_item(node, value, index)
        if part is not None:
            return part
        match value.type:
            case DictType():
                if isinstance(value.type.key, IntType):
                    index = self.numeric(index)
                key = self.fitted(node, index, value.type.key)
                return Index(type=value.type.value, value=value, index=key, span=where)
            case TupleType():
                at = index.value if isinstance(index, Constant) else None
                size = len(value.type.items)
                if not isinstance(index, Constant) and size and len(set(value.type.items)) == 1:
                    # All items are of one type, so it is read as the list of them is.
                    index = self.numeric(index)
                    if not is_int(index):
                        raise self.missing(node, f"index of type {show_type(index.type)}")
                    listed = self.as_items(node, value)
                    type_ = value.type.items[0]
                    return Index(type=type_, value=listed, index=index, span=where)
                if not isinstance(at, int) or not -size <= at < size:
                    raise self.missing(node, "index of a tuple that is not a constant inside it")
                fixed = Constant(type=INT, value=int(at) % size, span=index.span)
                return Index(type=value.type.items[at], value=value, index=fixed, span=where)
            case ListType() | StrType() | BytesType():
                index = self.numeric(index)
                if not is_int(index):
                    raise self.missing(node, f"index of type {show_type(index.type)}")
                type_ = item_type(value.type)
                if type_ is None:
                    raise self.missing(node, f"index of {show_type(value.type)}")
                return Index(type=type_, value=value, index=index, span=where)
            case other:
                raise self.missing(node, f"index of {show_type(other)}")
