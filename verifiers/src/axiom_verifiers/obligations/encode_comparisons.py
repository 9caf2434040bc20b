"""Comparing values: equality, order, membership; and quantifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import BoolType, IntType, ListType, StrType, TupleType
from axiom_verifiers.contracts.typing_rules import holds_float
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_floats, encode_mappings, encode_members
from axiom_verifiers.obligations.encode_sequences import (
    ListSequence,
    Sequence,
    bind,
    is_generator,
    of_list,
    sequence,
)
from axiom_verifiers.obligations.folds import Fold
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import (
    DictValue,
    ListValue,
    Nothing,
    Opaque,
    OptionalValue,
    RecordParts,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    erase,
    sort_of,
    unpack,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def compare(encoder: Encoder, expr: ex.Compare, scope: Scope) -> Term:
    match expr.op:
        case "in":
            return contains(encoder, expr, scope)
        case "not in":
            return terms.not_(contains(encoder, expr, scope))
        case "is" | "is not":
            same = _absent(encoder, expr, scope)
            return same if expr.op == "is" else terms.not_(same)
        case "==" | "!=":
            same = _equal_expressions(encoder, expr, scope)
            return same if expr.op == "==" else terms.not_(same)
        case _:
            left, right = encoder.encode(expr.left, scope), encoder.encode(expr.right, scope)
            if isinstance(left, SetValue) and isinstance(right, SetValue):
                return encode_mappings.inclusion(encoder, expr.op, left, right)
            for side in (left, right):
                if isinstance(side, OptionalValue):
                    encoder.fail("TypeError", terms.not_(side.present), expr.span)
            left = left.value if isinstance(left, OptionalValue) else left
            right = right.value if isinstance(right, OptionalValue) else right
            if _with_float(left, right):
                # Of floats, not to be below is not to be above or equal: nan is neither.
                return _compare_floats(expr.op, left, right)
            match expr.op:
                case "<":
                    return before(encoder, left, right)
                case ">":
                    return before(encoder, right, left)
                case "<=":
                    return terms.not_(before(encoder, right, left))
                case ">=":
                    return terms.not_(before(encoder, left, right))


def _with_float(left: Symbolic, right: Symbolic) -> bool:
    return any(
        isinstance(side, Scalar) and encode_floats.is_float(side.term) for side in (left, right)
    )


def _compare_floats(op: str, left: Symbolic, right: Symbolic) -> Term:
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        both = (left.term, right.term)
        if sorts.STRING not in (both[0].sort, both[1].sort):
            return encode_floats.compare(op, _number(both[0]), _number(both[1]))
    raise NotModelledError("comparison of a float with other than a number")


def before(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """`left < right` of a total order."""
    match left, right:
        case Scalar(a), Scalar(b):
            if a.sort is b.sort is sorts.STRING:
                return terms.less(a, b)
            if sorts.STRING in (a.sort, b.sort):
                raise NotModelledError("comparison of str with other")
            if _with_float(left, right):
                return encode_floats.compare("<", _number(a), _number(b))
            return terms.lt(_number(a), _number(b))
        case TupleValue(a), TupleValue(b):
            less, same = terms.FALSE, terms.TRUE
            for x, y in zip(a, b, strict=False):
                less = terms.or_(less, terms.and_(same, before(encoder, x, y)))
                same = terms.and_(same, equal(encoder, x, y))
            return terms.or_(less, same) if len(a) < len(b) else less
        case ListValue(), ListValue():
            return _lexicographic(encoder, left, right)
        case _:
            raise NotModelledError("order of records")


def _lexicographic(encoder: Encoder, left: ListValue, right: ListValue) -> Term:
    """The first members that differ decide; where none do, the shorter list is less."""
    if holds_float(left.item):
        raise NotModelledError("order of lists of floats")
    shared = terms.minimum(left.length, right.length)

    def at(value: ListValue, place: Term) -> Symbolic:
        return unpack(terms.select(value.items, terms.add(value.offset, place)), value.item)

    def differ(place: Term) -> Term:
        return terms.not_(equal(encoder, at(left, place), at(right, place)))

    place = first_place(encoder, terms.ZERO, shared, differ)
    decided = before(encoder, at(left, place), at(right, place))
    shorter = terms.lt(left.length, right.length)
    return terms.ite(terms.lt(place, terms.ZERO), shorter, decided)


def first_place(encoder: Encoder, low: Term, high: Term, holds: Callable[[Term], Term]) -> Term:
    """How far from `low` the first place is where the condition holds; -1 where there is none."""
    minus = terms.integer(-1)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        first = terms.and_(terms.lt(state[0], terms.ZERO), holds(at))
        return (terms.ite(first, terms.sub(at, low), state[0]),)

    return encoder.fold("index", (minus,), low, high, step)[0]


def _number(term: Term) -> Term:
    return terms.ite(term, terms.ONE, terms.ZERO) if term.sort is sorts.BOOL else term


def _absent(encoder: Encoder, expr: ex.Compare, scope: Scope) -> Term:
    left, right = encoder.encode(expr.left, scope), encoder.encode(expr.right, scope)
    return equal(encoder, left, right)


def _equal_expressions(encoder: Encoder, expr: ex.Compare, scope: Scope) -> Term:
    both = (expr.left, expr.right)
    if isinstance(erase(expr.left.type), ListType) and any(
        isinstance(side, ex.Comprehension | ex.Slice | ex.Call) for side in both
    ):
        if not isinstance(erase(expr.right.type), ListType):
            return terms.FALSE
        left, right = (sequence(encoder, side, scope) for side in both)
        return _same(encoder, left, right)
    return equal(encoder, encoder.encode(expr.left, scope), encoder.encode(expr.right, scope))


def _same(encoder: Encoder, left: Sequence, right: Sequence) -> Term:
    shift = terms.sub(right.low, left.low)
    size = terms.eq(left.length, right.length)
    if size is terms.FALSE:
        return size

    def one(at: Term) -> Term:
        return equal(encoder, left.at(at), right.at(terms.add(at, shift)))

    return terms.and_(size, encoder.ranges.forall(left.low, left.high, one))


def equal(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """Python's `==`: of lists, element by element over the length."""
    match left, right:
        case Scalar(a), Scalar(b):
            if _with_float(left, right):
                if sorts.STRING in (a.sort, b.sort):
                    return terms.FALSE
                return encode_floats.equal(_number(a), _number(b))
            if a.sort is b.sort:
                whole = _turned(encoder, a, b) or _turned(encoder, b, a)
                return terms.eq(a, b) if whole is None else whole
            if sorts.STRING in (a.sort, b.sort):
                return terms.FALSE
            return terms.eq(_number(a), _number(b))
        case Nothing(), Nothing():
            return terms.TRUE
        case OptionalValue(), OptionalValue():
            both = equal(encoder, left.value, right.value)
            return terms.and_(
                terms.iff(left.present, right.present), terms.implies(left.present, both)
            )
        case OptionalValue(), Nothing():
            return terms.not_(left.present)
        case OptionalValue(), _:
            return terms.and_(left.present, equal(encoder, left.value, right))
        case _, OptionalValue():
            return equal(encoder, right, left)
        case ListValue(), ListValue():
            # A list that holds nan differs from itself.
            same = left.items is right.items and not holds_float(left.item)
            if same and (left.offset, left.length) == (right.offset, right.length):
                return terms.TRUE
            if same and left.offset is right.offset:
                return terms.eq(left.length, right.length)
            return _same(encoder, of_list(left), of_list(right))
        case TupleValue(a), TupleValue(b):
            if len(a) != len(b):
                return terms.FALSE
            return terms.and_(*(equal(encoder, x, y) for x, y in zip(a, b, strict=True)))
        case RecordParts(record, a), RecordParts(other, b):
            if record.name != other.name or len(a) != len(b):
                return terms.FALSE
            return terms.and_(*(equal(encoder, x, y) for x, y in zip(a, b, strict=True)))
        case (SetValue() | DictValue(), SetValue() | DictValue()):
            return encode_mappings.equal_keyed(encoder, left, right)
        case (Opaque(), _) | (_, Opaque()):
            if left == right:
                return terms.TRUE
            raise NotModelledError("equality of a type that is not modelled")
        case _:
            return terms.FALSE


def _turned(encoder: Encoder, text: Term, other: Term) -> Term | None:
    """`text == text[::-1]`, character by character; None for another comparison."""
    fold = encoder.ranges.folds.of(other) if text.sort is sorts.STRING else None
    if not isinstance(fold, Fold) or fold.name != "reverse":
        return None
    size = terms.length(text)
    if other.args != (text, terms.ZERO, size):
        return None
    # Of a part of a text that is said of the text, so that it meets what is said of the text.
    whole, low = text, terms.ZERO
    if text.op == "str.substr":
        whole, low = text.args[0], text.args[1]
    high = terms.add(low, size)
    last = terms.sub(terms.add(low, high), terms.ONE)
    return encoder.ranges.forall(
        low,
        high,
        lambda at: terms.eq(terms.at(whole, at), terms.at(whole, terms.sub(last, at))),
    )


def contains(encoder: Encoder, expr: ex.Compare, scope: Scope) -> Term:
    wanted = encoder.encode(expr.left, scope)
    if is_generator(expr.right):
        raise NotModelledError("generator that is read step by step")
    match expr.right:
        case ex.MakeList(items=items) | ex.MakeTuple(items=items) | ex.MakeSet(items=items):
            values = [encoder.encode(item, scope) for item in items]
            return terms.or_(*(equal(encoder, value, wanted) for value in values))
        case ex.Call(function="range", args=(_,) | (_, _)):
            items = sequence(encoder, expr.right, scope)
            if isinstance(wanted, Scalar) and wanted.term.sort is sorts.INT:
                return terms.and_(
                    terms.le(items.low, wanted.term), terms.lt(wanted.term, items.high)
                )
        case _:
            pass
    keyed = encode_members.keyed(encoder, expr.right, scope)
    if keyed is not None:
        return encode_mappings.contains(keyed, wanted)
    inside = erase(expr.right.type)
    if isinstance(inside, StrType) and isinstance(wanted, Scalar):
        text = encoder.encode(expr.right, scope)
        if isinstance(text, Scalar) and wanted.term.sort is sorts.STRING:
            return held(text.term, wanted.term)
    if isinstance(inside, TupleType):
        whole = encoder.encode(expr.right, scope)
        if isinstance(whole, TupleValue):
            return terms.or_(*(equal(encoder, value, wanted) for value in whole.items))
    if isinstance(inside, ListType):
        items = sequence(encoder, expr.right, scope)
        found = items.place(wanted) if isinstance(items, ListSequence) and items.place else None
        if found is not None:
            there, at = found
            return terms.and_(there, terms.le(items.low, at), terms.lt(at, items.high))
        return encoder.ranges.exists(
            items.low, items.high, lambda at: equal(encoder, items.at(at), wanted)
        )
    raise NotModelledError("membership in a type that is not modelled")


# Runs of characters at least so long are said as a range.
_RUN = 3


def held(text: Term, part: Term) -> Term:
    """Whether a text holds a part; one character in a constant is one of those characters."""
    if not text.is_literal or part.op != "str.at":
        return terms.contains(text, part)
    codes = sorted({ord(char) for char in text.payload})
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][-1] == code - 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    found = [terms.eq(part, terms.EMPTY)]
    for run in runs:
        if len(run) < _RUN:
            found += [terms.eq(part, terms.string(chr(code))) for code in run]
        else:
            code = terms.to_code(part)
            found.append(
                terms.and_(
                    terms.le(terms.integer(run[0]), code), terms.le(code, terms.integer(run[-1]))
                )
            )
    return terms.or_(*found)


def quantifier(encoder: Encoder, expr: ex.Quantifier, scope: Scope) -> Term:
    if expr.domain is not None:
        through = encode_members.unordered(encoder, expr.domain, scope)
        if through is not None:
            whole = encode_members.everywhere(
                encoder,
                expr.kind,
                through,
                lambda item: encoder.truth(expr.body, scope.binding(bind(expr.target, item))),
            )
            if whole is not None:
                return whole
        items = sequence(encoder, expr.domain, scope)
        return encoder.each(
            expr.kind,
            items.low,
            items.high,
            lambda at: encoder.truth(expr.body, scope.binding(bind(expr.target, items.at(at)))),
            expr.span,
        )
    name = expr.target.name
    kind = None if expr.over is None else erase(expr.over)
    if name is None or not isinstance(kind, IntType | BoolType | StrType):
        raise NotModelledError("quantifier over a whole type")
    if isinstance(encoder.ranges, Bounded):
        raise NotModelledError("quantifier over a whole type in a bounded search")
    variable = encoder.ranges.variable(sort_of(kind))
    with encoder.capturing() as failures:
        inner = scope.binding({name: Scalar(variable)})
        body = encoder.truth(expr.body, inner)
    for failure in failures:
        encoder.fail(failure.errors, terms.exists((variable,), failure.condition), failure.span)
    whole = terms.forall if expr.kind == "forall" else terms.exists
    return whole((variable,), body)
