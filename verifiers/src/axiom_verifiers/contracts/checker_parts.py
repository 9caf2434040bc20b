"""Checking the parts of values and their displays: items, slices, lists, sets, tuples, dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_methods import is_method
from axiom_verifiers.contracts.expressions import (
    Constant,
    Expr,
    FieldOf,
    Index,
    MakeDict,
    MakeList,
    MakeSet,
    MakeTuple,
    Slice,
)
from axiom_verifiers.contracts.scope import Occurrence, Scope
from axiom_verifiers.contracts.types import (
    INT,
    BytesType,
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import fits, show_type

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker


def stripped(expected: Type | None) -> Type | None:
    """The expected type without its optional shell, to guide what is inside a display."""
    return expected.item if isinstance(expected, OptionalType) else expected


def index(checker: Checker, node: syntax.Index, scope: Scope) -> Expr:
    value = checker.expr(node.value, scope)
    of = value.type
    match of:
        case UnknownType():
            checker.expr(node.index, scope)
            return checker.poison(node.span)
        case ListType() | StrType() | BytesType():
            index = checker.wanted(node.index, scope, INT, "an index")
            item = of.item if isinstance(of, ListType) else of
            item = INT if isinstance(of, BytesType) else item
            return Index(type=item, value=value, index=index, span=node.span)
        case DictType():
            index = checker.wanted(node.index, scope, of.key, "a key")
            return Index(type=of.value, value=value, index=index, span=node.span)
        case TupleType():
            index = checker.wanted(node.index, scope, INT, "an index")
            return _tuple_item(checker, node, value, of, index)
        case OptionalType():
            return checker.maybe_none(node.value, of)
        case _:
            return checker.wrong(
                "type-mismatch",
                f"found `{show_type(of)}`, which has no items; expected a list, str, tuple, "
                "bytes or dict before `[`",
                node.value.span,
            )


def _tuple_item(
    checker: Checker, node: syntax.Index, value: Expr, of: TupleType, index: Expr
) -> Expr:
    size = len(of.items)
    if isinstance(index.type, UnknownType):
        return checker.poison(node.span)
    if not isinstance(index, Constant) or not isinstance(index.value, int):
        return checker.wrong(
            "tuple-index",
            "the index of a tuple must be a literal, so that the type is known: expected "
            f"`0` to `{size - 1}`",
            node.index.span,
        )
    if not -size <= index.value < size:
        return checker.wrong(
            "tuple-index",
            f"found index {index.value} of a tuple of {size}; expected `0` to `{size - 1}`",
            node.index.span,
        )
    place = index.value % size
    exact = replace(index, value=place)
    return Index(type=of.items[place], value=value, index=exact, span=node.span)


def slice_of(checker: Checker, node: syntax.Slice, scope: Scope) -> Expr:
    value = checker.expr(node.value, scope)
    bounds = [
        None if part is None else checker.wanted(part, scope, INT, "a bound of a slice")
        for part in (node.lower, node.upper, node.step)
    ]
    if isinstance(value.type, UnknownType):
        return checker.poison(node.span)
    if isinstance(value.type, OptionalType):
        return checker.maybe_none(node.value, value.type)
    if not isinstance(value.type, ListType | StrType | BytesType):
        return checker.wrong(
            "type-mismatch",
            f"found `{show_type(value.type)}`, expected a list, str or bytes to slice",
            node.value.span,
        )
    return Slice(
        type=value.type,
        value=value,
        lower=bounds[0],
        upper=bounds[1],
        step=bounds[2],
        span=node.span,
    )


def display(
    checker: Checker,
    node: syntax.ListDisplay | syntax.SetDisplay,
    scope: Scope,
    expected: Type | None,
) -> Expr:
    guide = stripped(expected)
    hint = guide.item if isinstance(guide, ListType | SetType) else None
    if isinstance(node, syntax.ListDisplay):
        items, of = checker.items(node.items, scope, hint, "the items of a list")
        return MakeList(type=ListType(of), items=items, span=node.span)
    items, of = checker.items(node.items, scope, hint, "the members of a set")
    checker.hashable(of, node.span, "a member of a set")
    return MakeSet(type=SetType(of), items=items, span=node.span)


def tuple_display(
    checker: Checker, node: syntax.TupleDisplay, scope: Scope, expected: Type | None
) -> Expr:
    guide = stripped(expected)
    hints: tuple[Type | None, ...] = (None,) * len(node.items)
    if isinstance(guide, TupleType) and len(guide.items) == len(node.items):
        hints = guide.items
    items: list[Expr] = []
    types: list[Type] = []
    for part, hint in zip(node.items, hints, strict=True):
        made = checker.expr(part, scope, hint)
        items.append(made)
        types.append(hint if hint is not None and fits(made.type, hint) else made.type)
    return MakeTuple(type=TupleType(tuple(types)), items=tuple(items), span=node.span)


def dict_display(
    checker: Checker, node: syntax.DictDisplay, scope: Scope, expected: Type | None
) -> Expr:
    guide = stripped(expected)
    key_hint = guide.key if isinstance(guide, DictType) else None
    value_hint = guide.value if isinstance(guide, DictType) else None
    keys, key = checker.items(
        tuple(key for key, _ in node.items), scope, key_hint, "the keys of a dict"
    )
    values, value = checker.items(
        tuple(value for _, value in node.items), scope, value_hint, "the values of a dict"
    )
    checker.hashable(key, node.span, "the key of a dict")
    pairs = tuple(zip(keys, values, strict=True))
    return MakeDict(type=DictType(key, value), items=pairs, span=node.span)


def attribute(checker: Checker, node: syntax.Attribute, scope: Scope) -> Expr:
    made = checker.expr(node.value, scope)
    of = made.type
    match of:
        case UnknownType():
            return checker.poison(node.span)
        case RecordType():
            fields = dict(of.fields)
            if node.name in fields:
                occurrence = Occurrence(
                    node.name_span, node.name, "field", fields[node.name], of=of.name
                )
                checker.notes.occur(occurrence)
                return FieldOf(type=fields[node.name], value=made, name=node.name, span=node.span)
            checker.notes.unknown(
                "unknown-field",
                f"field of `{of.name}`",
                node.name,
                node.name_span,
                fields,
                more="it has " + ", ".join(f"`{field}`" for field in fields),
            )
            return checker.poison(node.span)
        case OptionalType():
            return checker.maybe_none(node.value, of)
        case _:
            if is_method(of, node.name):
                message = f"found the method `{node.name}` without a call; add `(…)`"
            else:
                message = f"`{show_type(of)}` has no field `{node.name}`; expected a record"
            return checker.wrong("unknown-field", message, node.name_span)
