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
from axiom_verifiers.contracts.types import INT, STR, OptionalType, TupleType, Type
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.values import (
    ListValue,
    OptionalValue,
    RecordParts,
    Scalar,
    Symbolic,
    TupleValue,
    coerce,
    empty_list,
    erase,
    pack,
    unpack,
)
from axiom_verifiers.obligations.within import plain

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

    def reading(self, item: Type, at: Callable[[Term], Symbolic]) -> Sequence:
        """As many values, computed in another way."""
        return type(self)(item, self.low, self.high, at)


def of_list(value: ListValue) -> Sequence:
    high = plain(terms.add(value.offset, value.length))
    return ListSequence(
        value.item, value.offset, high, lambda at: unpack(terms.select(value.items, at), value.item)
    )


class ListSequence(Sequence, frozen=True):
    """Of a list: its length is never negative, by itself.

    `place` tells of the keys of a dict and the members of a set, which stand here once each,
    where a value stands: that it is one of them, and then at which
    position; None where that cannot be told.
    """

    place: Callable[[Symbolic], tuple[Term, Term] | None] | None = None

    @property
    def length(self) -> Term:
        if self.high.op == "+" and self.high.args[0] is self.low:
            return terms.add(*self.high.args[1:])
        return terms.sub(self.high, self.low)


def of_text(text: Term) -> Sequence:
    return ListSequence(STR, terms.ZERO, terms.length(text), lambda at: Scalar(terms.at(text, at)))


def of_value(value: Symbolic, kind: Type) -> Sequence:
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
            return of_list(listed(items, types.items[0]))
        case _:
            raise NotModelledError("going through other than a list, range or str")


def packed(encoder: Encoder, value: Symbolic, kind: Type) -> Term:
    """One term for the value, to stand inside an array; a list that is a part of another one's
    array, as a slice is, has an array of its own there.
    """
    return pack(apart(encoder, value), kind)


def apart(encoder: Encoder, value: Symbolic) -> Symbolic:
    match value:
        case ListValue(offset=offset) if offset is not terms.ZERO:
            return materialize(encoder, of_list(value))
        case TupleValue(items):
            return TupleValue(tuple(apart(encoder, item) for item in items))
        case RecordParts(record, fields):
            return RecordParts(record, tuple(apart(encoder, field) for field in fields))
        case OptionalValue(item, present, inner):
            return OptionalValue(item, present, apart(encoder, inner))
        case _:
            return value


def listed(items: tuple[Symbolic, ...], item: Type) -> ListValue:
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
            return turned(base)
        case ex.Call(function="enumerate", args=(inner, *rest), keywords=keywords):
            base = sequence(encoder, inner, scope)
            start = terms.ZERO
            for more in (*rest, *(value for name, value in keywords if name == "start")):
                start = encoder.integer(more, scope)
            shift = terms.sub(start, base.low)

            def numbered(at: Term) -> Symbolic:
                return TupleValue((Scalar(terms.add(at, shift)), base.at(at)))

            kind = TupleType((INT, base.item))
            return base.reading(kind, numbered)
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
                plain(terms.add(base.low, lower, extent(encoder, lower, upper))),
                base.at,
                base.place if isinstance(base, ListSequence) else None,
            )
        case ex.Slice(step=step) if step is not None and not isinstance(
            erase(expr.value.type), OptionalType
        ):
            return strided(encoder, expr, sequence(encoder, expr.value, scope), scope)
        case _:
            members = encoder.members(expr, scope)
            if members is not None:
                return members
            return of_value(encoder.encode(expr, scope), expr.type)


def turned(base: Sequence) -> Sequence:
    """The same values from the last to the first."""
    # What is at `low + i` comes from `high - 1 - i`.
    last = terms.sub(terms.add(base.low, base.high), terms.ONE)

    def at(position: Term) -> Symbolic:
        return base.at(terms.sub(last, position))

    return base.reading(base.item, at)


def _range(encoder: Encoder, expr: ex.Call, args: list[Term]) -> Sequence:
    start, stop = (terms.ZERO, args[0]) if len(args) == 1 else (args[0], args[1])
    step = args[2] if len(args) == 3 else terms.ONE
    if not step.is_literal:
        return _stepped(encoder, expr, start, stop, step)
    by: int = step.payload
    if by == 0:
        encoder.fail("ValueError", terms.TRUE, expr.span)
        by = 1
    if by == 1:
        # From nothing on up to what is not negative, its length is that.
        up = start is terms.ZERO and encoder.ranges.within.natural(stop)
        return (ListSequence if up else Sequence)(INT, start, stop, Scalar)
    distance = terms.sub(stop, start) if by > 0 else terms.sub(start, stop)
    size = terms.floor_div(terms.add(distance, terms.integer(abs(by) - 1)), terms.integer(abs(by)))
    return (ListSequence if encoder.ranges.within.natural(size) else Sequence)(
        INT,
        terms.ZERO,
        size,
        lambda at: Scalar(terms.add(start, terms.mul(terms.integer(by), at))),
    )


def _stepped(encoder: Encoder, expr: ex.Call, start: Term, stop: Term, step: Term) -> Sequence:
    """A range whose step is known at run time only."""
    encoder.fail("ValueError", terms.eq(step, terms.ZERO), expr.span)
    one = terms.ONE
    up = terms.floor_div(terms.sub(terms.add(stop, step), terms.add(start, one)), step)
    back = terms.neg(step)
    down = terms.floor_div(terms.sub(terms.add(start, back), terms.add(stop, one)), back)
    size = terms.ite(terms.lt(terms.ZERO, step), up, down)
    return Sequence(INT, terms.ZERO, size, lambda at: Scalar(terms.add(start, terms.mul(step, at))))


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

    return base.reading(expr.element.type, quiet)


def _run(at: Callable[[Term], Symbolic], j: Term, state: tuple[Term, ...]) -> tuple[Term, ...]:
    at(j)
    return state


def bind(target: ex.Target, value: Symbolic) -> dict[str, Symbolic]:
    """The names that a target binds when it takes a value."""
    if target.name is not None:
        return {target.name: coerce(value, target.type)}
    match value:
        case TupleValue(items) | RecordParts(_, items) if len(items) == len(target.items):
            pass
        case _:
            raise NotModelledError("unpacking of other than a tuple")
    names: dict[str, Symbolic] = {}
    for part, item in zip(target.items, items, strict=True):
        names |= bind(part, item)
    return names


def materialize(encoder: Encoder, items: Sequence) -> ListValue:
    """A list of the values of a sequence."""
    start = empty_list(items.item)
    size = items.length

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        position = terms.sub(at, items.low)
        return (terms.store(state[0], position, packed(encoder, items.at(at), items.item)),)

    if encoder.ranges.bounded or size.is_literal:
        (array,) = encoder.fold("list", (start.items,), items.low, items.high, step)
        return ListValue(items.item, array, terms.ZERO, size)

    def element(at: Term) -> Term:
        # What the array holds beside the list's places means nothing, so is as it comes.
        member = terms.add(items.low, at)
        encoder.ranges.within.note(at, terms.ZERO, size)
        encoder.ranges.within.note(member, items.low, items.high)
        return packed(encoder, items.at(member), items.item)

    array = encoder.ranges.folds.table(start.items.sort, element)
    return ListValue(items.item, array, terms.ZERO, size)


def met(encoder: Encoder, only: ex.Generator, inner: Scope) -> Term:
    """Whether a member meets the conditions, each evaluated where those before it hold."""
    passed = terms.TRUE
    for condition in only.conditions:
        with encoder.guarded(passed):
            passed = terms.and_(passed, encoder.truth(condition, inner))
    return passed


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
        passed = met(encoder, first, inner)
        with encoder.guarded(passed):
            after = run(encoder, rest, inner, name, state, step)
        return tuple(terms.ite(passed, a, s) for a, s in zip(after, state, strict=True))

    return encoder.fold(name, start, items.low, items.high, one)


def clamped(encoder: Encoder, at: Term, length: Term) -> Term:
    """A slice's bound as a place from 0 to the length."""
    if encoder.ranges.within.below(at, terms.add(length, terms.ONE)) and (
        encoder.ranges.within.natural(at)
    ):
        return at
    if encoder.ranges.within.natural(at) and not at.is_literal:
        return terms.minimum(length, at)
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
        lower = clamped(encoder, encoder.integer(expr.lower, scope), length)
    if expr.upper is not None:
        upper = clamped(encoder, encoder.integer(expr.upper, scope), length)
    return lower, upper


def _from_above(at: Term, length: Term) -> Term:
    """A bound of a slice that goes down, as a place from -1 to the last one."""
    last = terms.sub(length, terms.ONE)
    from_end = terms.maximum(terms.add(at, length), terms.integer(-1))
    if at.is_literal:
        return from_end if at.payload < 0 else terms.minimum(at, last)
    return terms.ite(terms.lt(at, terms.ZERO), from_end, terms.minimum(at, last))


def strided(encoder: Encoder, expr: ex.Slice, base: Sequence, scope: Scope) -> Sequence:
    """What a slice with a constant step takes, in its order."""
    size = base.length
    lower, upper = (
        None if bound is None else encoder.integer(bound, scope)
        for bound in (expr.lower, expr.upper)
    )
    step = terms.ONE if expr.step is None else encoder.integer(expr.step, scope)
    if not step.is_literal:
        raise NotModelledError("slice with a step that is no constant")
    by: int = step.payload
    if by == 0:
        encoder.fail("ValueError", terms.TRUE, expr.span)
        by = 1
    if by == -1 and lower is None and upper is None:
        return turned(base)
    if by > 0:
        first = terms.ZERO if lower is None else clamped(encoder, lower, size)
        distance = terms.sub(size if upper is None else clamped(encoder, upper, size), first)
    else:
        first = terms.sub(size, terms.ONE) if lower is None else _from_above(lower, size)
        end = terms.integer(-1) if upper is None else _from_above(upper, size)
        distance = terms.sub(first, end)
    wide = terms.integer(abs(by))
    up = terms.add(distance, terms.integer(abs(by) - 1))
    count = terms.maximum(terms.floor_div(up, wide), terms.ZERO)

    def at(position: Term) -> Symbolic:
        return base.at(terms.add(base.low, first, terms.mul(step, position)))

    return ListSequence(base.item, terms.ZERO, count, at)


def extent(encoder: Encoder, lower: Term, upper: Term) -> Term:
    """How much a slice takes between two places from 0 to the length."""
    if lower is terms.ZERO:
        return upper
    size = terms.sub(upper, lower)
    return size if encoder.ranges.within.natural(size) else terms.maximum(size, terms.ZERO)
