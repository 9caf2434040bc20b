"""Lists as values: made, read by index, cut, joined, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import STR, ListType, StrType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_mappings, encode_pieces
from axiom_verifiers.obligations.encode_sequences import (
    ListSequence,
    apart,
    bounds,
    extent,
    listed,
    materialize,
    of_list,
    of_text,
    of_value,
    packed,
    sequence,
    strided,
)
from axiom_verifiers.obligations.values import (
    DictValue,
    ListValue,
    Opaque,
    OptionalValue,
    Scalar,
    Symbolic,
    TupleValue,
    coerce,
    erase,
    unpack,
)
from axiom_verifiers.obligations.within import plain

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def make_list(encoder: Encoder, expr: ex.MakeList, scope: Scope) -> Symbolic:
    kind = erase(expr.type)
    if not isinstance(kind, ListType):
        raise NotModelledError("list of an unknown type")
    items = (apart(encoder, encoder.encode(item, scope)) for item in expr.items)
    return listed(tuple(items), kind.item)


def concat(encoder: Encoder, left: ListValue, right: ListValue) -> ListValue:
    length = terms.add(left.length, right.length)
    if _goes_on(encoder, left, right):
        return ListValue(left.item, left.items, left.offset, plain(length))
    if right.length.is_literal and right.length.payload <= 16:
        items = left.items
        for i in range(right.length.payload):
            end = terms.add(left.offset, left.length, terms.integer(i))
            element = terms.select(right.items, terms.add(right.offset, terms.integer(i)))
            items = terms.store(items, end, element)
        return ListValue(left.item, items, left.offset, length)
    if left.length.is_literal and left.length.payload == 0:
        return right

    def at(position: Term) -> Symbolic:
        first = terms.select(left.items, terms.add(left.offset, position))
        behind = terms.sub(terms.add(right.offset, position), left.length)
        second = terms.select(right.items, behind)
        inside = terms.lt(position, left.length)
        return unpack(terms.ite(inside, first, second), left.item)

    return materialize(encoder, ListSequence(left.item, terms.ZERO, length, at))


def _goes_on(encoder: Encoder, left: ListValue, right: ListValue) -> bool:
    """Whether the right list is what stands behind the left one in the same array: so
    `xs[:i] + [v] + xs[i + 1:]` is the array with another item at one place.
    """
    within = encoder.ranges.within
    end = terms.add(left.offset, left.length)
    array = left.items
    stored: list[Term] = []
    while array is not right.items and array.op == "store":
        stored.append(array.args[1])
        array = array.args[0]
    if array is not right.items or not within.same(end, right.offset):
        return False
    return all(within.below(index, end) for index in stored)


def put(encoder: Encoder, value: ListValue, at: Term, item: Symbolic, span: Span) -> ListValue:
    """The list with another item at Python's index `at`; fails outside of it."""
    place = _position(encoder, value.length, at, span)
    one = packed(encoder, coerce(item, value.item), value.item)
    items = terms.store(value.items, terms.add(value.offset, place), one)
    return ListValue(value.item, items, value.offset, value.length)


def _position(encoder: Encoder, length: Term, at: Term, span: Span) -> Term:
    """The place of Python's index, after noting the IndexError outside."""
    if at.is_literal:
        if at.payload >= 0:
            encoder.fail("IndexError", terms.le(length, at), span)
            return at
        encoder.fail("IndexError", terms.lt(length, terms.neg(at)), span)
        return terms.add(length, at)
    within = encoder.ranges.within
    beyond = terms.FALSE if within.below(at, length) else terms.le(length, at)
    if within.natural(at):
        encoder.fail("IndexError", beyond, span)
        return at
    encoder.fail("IndexError", terms.or_(beyond, terms.lt(at, terms.neg(length))), span)
    return terms.ite(terms.lt(at, terms.ZERO), terms.add(at, length), at)


def _first_piece(encoder: Encoder, expr: ex.Index, scope: Scope) -> Symbolic | None:
    """`text.split(separator)[0]`: what stands before the first separator, else all."""
    match expr:
        case ex.Index(
            value=ex.MethodCall(value=whole, method="split", args=(ex.Constant(value=str(mark)),)),
            index=ex.Constant(value=0),
        ) if mark and isinstance(erase(whole.type), StrType):
            text = encoder.encode(whole, scope)
            if not isinstance(text, Scalar) or text.term.sort is not sorts.STRING:
                return None
            separator = terms.string(mark)
            place = terms.index_of(text.term, separator)
            before = terms.substring(text.term, terms.ZERO, place)
            found = terms.contains(text.term, separator)
            return Scalar(terms.ite(found, before, text.term))
        case _:
            return None


def index(encoder: Encoder, expr: ex.Index, scope: Scope) -> Symbolic:
    piece = _first_piece(encoder, expr, scope)
    if piece is not None:
        return piece
    value = encoder.encode(expr.value, scope)
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), expr.span)
        value = value.value
    if isinstance(value, Opaque):
        raise NotModelledError("indexing")
    if isinstance(value, DictValue):
        key = encoder.encode(expr.index, scope)
        return encode_mappings.lookup(encoder, value, key, expr.span)
    at = encoder.integer(expr.index, scope)
    match value:
        case TupleValue(items) if at.is_literal and -len(items) <= at.payload < len(items):
            return items[int(at.payload)]
        case TupleValue(items):
            listed = of_value(value, expr.value.type)
            place = _position(encoder, terms.integer(len(items)), at, expr.span)
            return listed.at(place)
        case ListValue():
            place = _position(encoder, value.length, at, expr.span)
            return unpack(terms.select(value.items, terms.add(value.offset, place)), value.item)
        case Scalar(text) if text.sort is sorts.STRING:
            place = _position(encoder, terms.length(text), at, expr.span)
            return Scalar(terms.at(text, place))
        case _:
            raise NotModelledError("indexing")


def cut(encoder: Encoder, expr: ex.Slice, scope: Scope) -> Symbolic:
    """A slice: of a list a view, of a str a substring."""
    if erase(expr.value.type) == STR:
        whole = _turned_text(encoder, expr, scope)
        if whole is not None:
            return Scalar(whole)
    value = encoder.encode(expr.value, scope)
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), expr.span)
        value = value.value
    strides = expr.step is not None and encoder.integer(expr.step, scope) is not terms.ONE
    match value:
        case ListValue():
            if strides:
                return materialize(encoder, strided(encoder, expr, of_list(value), scope))
            lower, upper = bounds(encoder, expr, value.length, scope)
            return ListValue(
                value.item,
                value.items,
                terms.add(value.offset, lower),
                extent(encoder, lower, upper),
            )
        case Scalar(text) if text.sort is sorts.STRING:
            if strides:
                return Scalar(
                    encode_pieces.put_together(
                        encoder, strided(encoder, expr, of_text(text), scope)
                    )
                )
            lower, upper = bounds(encoder, expr, terms.length(text), scope)
            return Scalar(terms.substring(text, lower, extent(encoder, lower, upper)))
        case TupleValue(items) if not strides:
            lower, upper = bounds(encoder, expr, terms.integer(len(items)), scope)
            if lower.is_literal and upper.is_literal:
                return TupleValue(items[lower.payload : upper.payload])
            raise NotModelledError("slice of a tuple")
        case _:
            raise NotModelledError("slice")


def _turned_text(encoder: Encoder, expr: ex.Slice, scope: Scope) -> Term | None:
    """`text[::-1]`, of a part of a text too; None for other slices."""
    if expr.step is None or expr.lower is not None or expr.upper is not None:
        return None
    if encoder.integer(expr.step, scope) is not terms.integer(-1):
        return None
    return encode_pieces.turned(encoder, sequence(encoder, expr.value, scope))
