"""Lists, ranges and whatever else is gone through in order.

A `Sequence` is how a loop, a comprehension or a quantifier sees what it goes through: a range of
positions and the value at each. Nothing is built for it: `reversed(xs)`, `enumerate(xs)`,
`range(n)` and a comprehension without filter are other ways to compute the value at a position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import INT, STR, ListType, OptionalType, TupleType, Type
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.values import (
    ListValue,
    Nothing,
    Opaque,
    OptionalValue,
    RecordParts,
    Scalar,
    Symbolic,
    TupleValue,
    choose,
    coerce,
    empty_list,
    erase,
    pack,
    unpack,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


class Sequence(msgspec.Struct, frozen=True):
    """The values `at(low) … at(high - 1)`; empty when `high <= low`."""

    item: Type
    low: Term
    high: Term
    at: Callable[[Term], Symbolic]

    @property
    def length(self) -> Term:
        size = terms.sub(self.high, self.low)
        if self.high.op == "+" and self.high.args[0] is self.low:
            size = terms.add(*self.high.args[1:])
        return size if size.is_literal and size.payload >= 0 else terms.maximum(size, terms.ZERO)


def of_list(value: ListValue) -> Sequence:
    high = terms.add(value.offset, value.length)
    return ListSequence(
        value.item, value.offset, high, lambda at: unpack(terms.select(value.items, at), value.item)
    )


class ListSequence(Sequence, frozen=True):
    """Of a list: its length is never negative, by itself."""

    @property
    def length(self) -> Term:
        if self.high.op == "+" and self.high.args[0] is self.low:
            return terms.add(*self.high.args[1:])
        return terms.sub(self.high, self.low)


def of_text(text: Term) -> Sequence:
    return ListSequence(STR, terms.ZERO, terms.length(text), lambda at: Scalar(terms.at(text, at)))


def of_value(encoder: Encoder, value: Symbolic, kind: Type) -> Sequence:
    """Of a list, str or tuple of one type."""
    match value:
        case ListValue():
            return of_list(value)
        case Scalar(term) if term.sort is sorts.STRING:
            return of_text(term)
        case TupleValue(items):
            types = erase(kind)
            assert isinstance(types, TupleType)
            if not items:
                return of_list(empty_list(INT))
            if len(set(types.items)) != 1:
                raise NotModelledError("going through a tuple of several types")
            return of_list(_listed(items, types.items[0]))
        case _:
            raise NotModelledError("going through other than a list, range or str")


def _listed(items: tuple[Symbolic, ...], item: Type) -> ListValue:
    array = empty_list(item).items
    for i, value in enumerate(items):
        array = terms.store(array, terms.integer(i), pack(coerce(value, item), item))
    return ListValue(item, array, terms.ZERO, terms.integer(len(items)))


def sequence(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Sequence:
    """What going through `expr` yields."""
    match expr:
        case ex.Variable(name=name, role="local") if name in scope.sequences:
            return scope.sequences[name]
        case ex.Call(function="range", args=args):
            return _range(encoder, expr, [encoder.integer(arg, scope) for arg in args])
        case ex.Call(function="zip" | "enumerate" | "reversed", args=args) if any(
            is_generator(arg) for arg in args
        ):
            raise NotModelledError("generator that is read step by step")
        case ex.Call(function="reversed", args=(inner,)):
            base = sequence(encoder, inner, scope)
            # The last place is at low + high - 1 - low.
            last = terms.sub(terms.add(base.low, base.high), terms.ONE)
            return msgspec.structs.replace(base, at=lambda at: base.at(terms.sub(last, at)))
        case ex.Call(function="enumerate", args=(inner, *rest), keywords=keywords):
            base = sequence(encoder, inner, scope)
            start = terms.ZERO
            for more in (*rest, *(value for name, value in keywords if name == "start")):
                start = encoder.integer(more, scope)
            shift = terms.sub(start, base.low)
            kind = TupleType((INT, base.item))
            return msgspec.structs.replace(
                base,
                item=kind,
                at=lambda at: TupleValue((Scalar(terms.add(at, shift)), base.at(at))),
            )
        case ex.Call(function="zip", args=args):
            return _zip([sequence(encoder, arg, scope) for arg in args])
        case ex.Call(function="list" | "tuple", args=(inner,), keywords=()):
            return sequence(encoder, inner, scope)
        case ex.Comprehension(kind="list" | "generator", generators=(only,)) if not only.conditions:
            return _map(encoder, expr, only, scope)
        case ex.Slice(step=None):
            base = sequence(encoder, expr.value, scope)
            lower, upper = bounds(encoder, expr, base.length, scope)
            return ListSequence(
                base.item,
                terms.add(base.low, lower),
                terms.add(base.low, lower, _extent(lower, upper)),
                base.at,
            )
        case ex.Slice(lower=None, upper=None, step=ex.Unary(op="-", operand=ex.Constant(value=1))):
            return sequence(encoder, _reversed(expr), scope)
        case ex.Slice(lower=None, upper=None, step=ex.Constant(value=-1)):
            return sequence(encoder, _reversed(expr), scope)
        case _:
            return of_value(encoder, encoder.encode(expr, scope), expr.type)


def _reversed(expr: ex.Slice) -> ex.Expr:
    return ex.Call(type=expr.type, span=expr.span, function="reversed", args=(expr.value,))


def _range(encoder: Encoder, expr: ex.Call, args: list[Term]) -> Sequence:
    start, stop = (terms.ZERO, args[0]) if len(args) == 1 else (args[0], args[1])
    step = args[2] if len(args) == 3 else terms.ONE
    if not step.is_literal:
        raise NotModelledError("range with a step that is no constant")
    by: int = step.payload
    if by == 0:
        encoder.fail("ValueError", terms.TRUE, expr.span)
        by = 1
    if by == 1:
        return Sequence(INT, start, stop, Scalar)
    distance = terms.sub(stop, start) if by > 0 else terms.sub(start, stop)
    size = terms.floor_div(terms.add(distance, terms.integer(abs(by) - 1)), terms.integer(abs(by)))
    return Sequence(
        INT,
        terms.ZERO,
        size,
        lambda at: Scalar(terms.add(start, terms.mul(terms.integer(by), at))),
    )


def is_generator(expr: ex.Expr) -> bool:
    """Whether its items are computed only as they are asked for."""
    return isinstance(expr, ex.Comprehension) and expr.kind == "generator"


def _zip(bases: list[Sequence]) -> Sequence:
    if not bases:
        raise NotModelledError("zip of nothing")
    length = bases[0].length
    for base in bases[1:]:
        length = terms.minimum(length, base.length)

    def at(position: Term) -> Symbolic:
        return TupleValue(tuple(base.at(terms.add(base.low, position)) for base in bases))

    return ListSequence(TupleType(tuple(base.item for base in bases)), terms.ZERO, length, at)


def _map(encoder: Encoder, expr: ex.Comprehension, only: ex.Generator, scope: Scope) -> Sequence:
    base = sequence(encoder, only.iterable, scope)

    def at(position: Term) -> Symbolic:
        inside = scope.binding(bind(only.target, base.at(position)))
        return coerce(encoder.encode(expr.element, inside), expr.element.type)

    # Evaluating the comprehension evaluates every element; reading one later fails no more.
    encoder.fold("map", (terms.ZERO,), base.low, base.high, lambda state, j: _run(at, j, state))

    def quiet(position: Term) -> Symbolic:
        with encoder.capturing():
            return at(position)

    return msgspec.structs.replace(base, item=expr.element.type, at=quiet)


def _run(at: Callable[[Term], Symbolic], j: Term, state: tuple[Term, ...]) -> tuple[Term, ...]:
    at(j)
    return state


def bind(target: ex.Target, value: Symbolic) -> dict[str, Symbolic]:
    """The names that a target binds when it takes a value."""
    if target.name is not None:
        return {target.name: coerce(value, target.type)}
    if not isinstance(value, TupleValue) or len(value.items) != len(target.items):
        raise NotModelledError("unpacking of other than a tuple")
    names: dict[str, Symbolic] = {}
    for part, item in zip(target.items, value.items, strict=True):
        names |= bind(part, item)
    return names


# ---------------------------------------------------------------- building lists


def materialize(encoder: Encoder, items: Sequence) -> ListValue:
    """A list of the values of a sequence."""
    start = empty_list(items.item)
    size = items.length

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        position = terms.sub(at, items.low)
        return (terms.store(state[0], position, pack(items.at(at), items.item)),)

    if encoder.ranges.bounded or size.is_literal:
        (array,) = encoder.fold("list", (start.items,), items.low, items.high, step)
        return ListValue(items.item, array, terms.ZERO, size)
    array = encoder.ranges.folds.table(
        start.items.sort,
        lambda at: pack(items.at(terms.add(items.low, at)), items.item),
    )
    return ListValue(items.item, array, terms.ZERO, size)


def make_list(encoder: Encoder, expr: ex.MakeList, scope: Scope) -> Symbolic:
    kind = erase(expr.type)
    if not isinstance(kind, ListType):
        raise NotModelledError("list of an unknown type")
    return _listed(tuple(encoder.encode(item, scope) for item in expr.items), kind.item)


def concat(encoder: Encoder, left: ListValue, right: ListValue) -> ListValue:
    length = terms.add(left.length, right.length)
    if right.length.is_literal and right.length.payload <= 16:
        items = left.items
        for i in range(right.length.payload):
            at = terms.add(left.offset, left.length, terms.integer(i))
            element = terms.select(right.items, terms.add(right.offset, terms.integer(i)))
            items = terms.store(items, at, element)
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


def put(encoder: Encoder, value: ListValue, at: Term, item: Symbolic, span: object) -> ListValue:
    """The list with another item at Python's index `at`; fails outside of it."""
    from axiom_verifiers.contracts.source import Span

    assert isinstance(span, Span)
    place = _position(encoder, value.length, at, span)
    packed = pack(coerce(item, value.item), value.item)
    items = terms.store(value.items, terms.add(value.offset, place), packed)
    return ListValue(value.item, items, value.offset, value.length)


def comprehension(encoder: Encoder, expr: ex.Comprehension, scope: Scope) -> Symbolic:
    if expr.kind not in ("list", "generator"):
        raise NotModelledError(f"{expr.kind} comprehension")
    if len(expr.generators) == 1 and not expr.generators[0].conditions:
        return materialize(encoder, sequence(encoder, expr, scope))
    kind = expr.element.type
    start = empty_list(kind)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        element = pack(coerce(encoder.encode(expr.element, inner), kind), kind)
        return (terms.add(state[0], terms.ONE), terms.store(state[1], state[0], element))

    length, items = run(encoder, expr.generators, scope, "filter", (terms.ZERO, start.items), step)
    return ListValue(kind, items, terms.ZERO, length)


def run(
    encoder: Encoder,
    generators: tuple[ex.Generator, ...],
    scope: Scope,
    name: str,
    start: tuple[Term, ...],
    step: Callable[[tuple[Term, ...], Scope], tuple[Term, ...]],
) -> tuple[Term, ...]:
    """A fold through what generators yield."""
    if not generators:
        return step(start, scope)
    first, rest = generators[0], generators[1:]
    items = sequence(encoder, first.iterable, scope)

    def one(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        inner = scope.binding(bind(first.target, items.at(at)))
        passed = terms.TRUE
        for condition in first.conditions:
            with encoder.guarded(passed):
                passed = terms.and_(passed, encoder.truth(condition, inner))
        with encoder.guarded(passed):
            after = run(encoder, rest, inner, name, state, step)
        return tuple(terms.ite(passed, a, s) for a, s in zip(after, state, strict=True))

    return encoder.fold(name, start, items.low, items.high, one)


# ---------------------------------------------------------------- reading lists


def _position(encoder: Encoder, length: Term, at: Term, span: object) -> Term:
    """The place of Python's index, after noting the IndexError outside."""
    from axiom_verifiers.contracts.source import Span

    assert isinstance(span, Span)
    if at.is_literal:
        if at.payload >= 0:
            encoder.fail("IndexError", terms.le(length, at), span)
            return at
        encoder.fail("IndexError", terms.lt(length, terms.neg(at)), span)
        return terms.add(length, at)
    outside = terms.or_(terms.le(length, at), terms.lt(at, terms.neg(length)))
    encoder.fail("IndexError", outside, span)
    return terms.ite(terms.lt(at, terms.ZERO), terms.add(at, length), at)


def index(encoder: Encoder, expr: ex.Index, scope: Scope) -> Symbolic:
    value = encoder.encode(expr.value, scope)
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), expr.span)
        value = value.value
    if isinstance(value, Opaque):
        raise NotModelledError("indexing")
    at = encoder.integer(expr.index, scope)
    match value:
        case TupleValue(items) if at.is_literal and -len(items) <= at.payload < len(items):
            return items[at.payload]
        case TupleValue(items):
            listed = of_value(encoder, value, expr.value.type)
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


def _clamped(encoder: Encoder, at: Term, length: Term) -> Term:
    """A slice's bound as a place from 0 to the length."""
    if at.is_literal and at.payload >= 0:
        return at if at.payload == 0 else terms.minimum(length, at)
    from_end = terms.maximum(terms.add(at, length), terms.ZERO)
    if at.is_literal:
        return from_end
    return terms.ite(terms.lt(at, terms.ZERO), from_end, terms.minimum(length, at))


def bounds(encoder: Encoder, expr: ex.Slice, length: Term, scope: Scope) -> tuple[Term, Term]:
    """Both bounds of a slice, as places from 0 to the length."""
    lower = terms.ZERO
    upper = length
    if expr.lower is not None:
        lower = _clamped(encoder, encoder.integer(expr.lower, scope), length)
    if expr.upper is not None:
        upper = _clamped(encoder, encoder.integer(expr.upper, scope), length)
    return lower, upper


def _extent(lower: Term, upper: Term) -> Term:
    if lower is terms.ZERO:
        return upper
    return terms.maximum(terms.sub(upper, lower), terms.ZERO)


def cut(encoder: Encoder, expr: ex.Slice, scope: Scope) -> Symbolic:
    """A slice: of a list a view, of a str a substring."""
    reverse = expr.step is not None
    if reverse:
        step = encoder.integer(expr.step, scope) if expr.step is not None else terms.ONE
        if not step.is_literal or step.payload not in (1, -1):
            raise NotModelledError("slice with a step")
        if step.payload == -1 and (expr.lower is not None or expr.upper is not None):
            raise NotModelledError("slice with a negative step and bounds")
        reverse = step.payload == -1
    value = encoder.encode(expr.value, scope)
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), expr.span)
        value = value.value
    match value:
        case ListValue():
            if reverse:
                base = of_list(value)
                last = terms.sub(terms.add(base.low, base.high), terms.ONE)
                turned = msgspec.structs.replace(base, at=lambda at: base.at(terms.sub(last, at)))
                return materialize(encoder, turned)
            lower, upper = bounds(encoder, expr, value.length, scope)
            return ListValue(
                value.item, value.items, terms.add(value.offset, lower), _extent(lower, upper)
            )
        case Scalar(text) if text.sort is sorts.STRING:
            if reverse:
                (turned_text,) = encoder.fold(
                    "reverse",
                    (terms.EMPTY,),
                    terms.ZERO,
                    terms.length(text),
                    lambda state, j: (terms.concat(terms.at(text, j), state[0]),),
                )
                return Scalar(turned_text)
            lower, upper = bounds(encoder, expr, terms.length(text), scope)
            return Scalar(terms.substring(text, lower, _extent(lower, upper)))
        case TupleValue(items) if not reverse:
            lower, upper = bounds(encoder, expr, terms.integer(len(items)), scope)
            if lower.is_literal and upper.is_literal:
                return TupleValue(items[lower.payload : upper.payload])
            raise NotModelledError("slice of a tuple")
        case _:
            raise NotModelledError("slice")


# ---------------------------------------------------------------- comparing


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
            for side in (left, right):
                if isinstance(side, OptionalValue):
                    encoder.fail("TypeError", terms.not_(side.present), expr.span)
            left = left.value if isinstance(left, OptionalValue) else left
            right = right.value if isinstance(right, OptionalValue) else right
            match expr.op:
                case "<":
                    return before(encoder, left, right)
                case ">":
                    return before(encoder, right, left)
                case "<=":
                    return terms.not_(before(encoder, right, left))
                case ">=":
                    return terms.not_(before(encoder, left, right))


def before(encoder: Encoder, left: Symbolic, right: Symbolic) -> Term:
    """`left < right` of a total order."""
    match left, right:
        case Scalar(a), Scalar(b):
            if a.sort is b.sort is sorts.STRING:
                return terms.less(a, b)
            if sorts.STRING in (a.sort, b.sort):
                raise NotModelledError("comparison of str with other")
            return terms.lt(_number(a), _number(b))
        case TupleValue(a), TupleValue(b):
            less, same = terms.FALSE, terms.TRUE
            for x, y in zip(a, b, strict=False):
                less = terms.or_(less, terms.and_(same, before(encoder, x, y)))
                same = terms.and_(same, equal(encoder, x, y))
            return terms.or_(less, same) if len(a) < len(b) else less
        case _:
            raise NotModelledError("order of lists or records")


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
            if a.sort is b.sort:
                return terms.eq(a, b)
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
            if (left.items, left.offset, left.length) == (right.items, right.offset, right.length):
                return terms.TRUE
            if left.items is right.items and left.offset is right.offset:
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
        case (Opaque(), _) | (_, Opaque()):
            if left == right:
                return terms.TRUE
            raise NotModelledError("equality of a type that is not modelled")
        case _:
            return terms.FALSE


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
    inside = erase(expr.right.type)
    if isinstance(wanted, Scalar) and wanted.term.sort is sorts.STRING:
        if type(inside).__name__ == "StrType":
            text = encoder.encode(expr.right, scope)
            if isinstance(text, Scalar):
                return terms.contains(text.term, wanted.term)
    if isinstance(inside, TupleType):
        whole = encoder.encode(expr.right, scope)
        if isinstance(whole, TupleValue):
            return terms.or_(*(equal(encoder, value, wanted) for value in whole.items))
    if isinstance(inside, ListType):
        items = sequence(encoder, expr.right, scope)
        return encoder.ranges.exists(
            items.low, items.high, lambda at: equal(encoder, items.at(at), wanted)
        )
    raise NotModelledError("membership in other than a list, tuple, range or str")


def quantifier(encoder: Encoder, expr: ex.Quantifier, scope: Scope) -> Term:
    if expr.domain is not None:
        items = sequence(encoder, expr.domain, scope)
        return encoder.each(
            expr.kind,
            items.low,
            items.high,
            lambda at: encoder.truth(expr.body, scope.binding(bind(expr.target, items.at(at)))),
            expr.span,
        )
    name = expr.target.name
    kind = erase(expr.over) if expr.over is not None else None
    if name is None or type(kind).__name__ not in ("IntType", "BoolType", "StrType"):
        raise NotModelledError("quantifier over a whole type")
    if encoder.ranges.bounded:
        raise NotModelledError("quantifier over a whole type in a bounded search")
    assert kind is not None
    from axiom_verifiers.obligations.values import sort_of

    variable = encoder.ranges.variable(sort_of(kind))
    with encoder.capturing() as failures:
        inner = scope.binding({name: Scalar(variable)})
        body = encoder.truth(expr.body, inner)
    for failure in failures:
        encoder.fail(failure.errors, terms.exists((variable,), failure.condition), failure.span)
    whole = terms.forall if expr.kind == "forall" else terms.exists
    return whole((variable,), body)


_ = (OptionalType, choose)
