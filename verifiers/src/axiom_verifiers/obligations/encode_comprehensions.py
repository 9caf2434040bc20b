"""List comprehensions: what is kept, and what is put one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import ListValue, Symbolic, coerce, empty_list

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def comprehension(encoder: Encoder, expr: ex.Comprehension, scope: Scope) -> Symbolic:
    if expr.kind not in ("list", "generator"):
        return encoder.keyed_comprehension(expr, scope)
    if len(expr.generators) == 1 and not expr.generators[0].conditions:
        return seq.materialize(encoder, seq.sequence(encoder, expr, scope))
    kind = expr.element.type
    start = empty_list(kind)
    first, *rest = expr.generators
    if not rest:
        return _kept(encoder, expr, first, scope)
    items = seq.sequence(encoder, first.iterable, scope)
    if not encoder.ranges.writes_out(items.low, items.high):
        return _flattened(encoder, expr, items, scope)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        element = seq.packed(encoder, coerce(encoder.encode(expr.element, inner), kind), kind)
        return (terms.add(state[0], terms.ONE), terms.store(state[1], state[0], element))

    length, items = seq.run(
        encoder, expr.generators, scope, "filter", (terms.ZERO, start.items), step
    )
    return ListValue(kind, items, terms.ZERO, length)


def _kept(encoder: Encoder, expr: ex.Comprehension, only: ex.Generator, scope: Scope) -> ListValue:
    """The elements for the members that meet the conditions. Each stands where as many were kept
    before: that number is the fold that `sum(1 for … if …)` is, so that both are one.
    """
    kind = expr.element.type
    items = seq.sequence(encoder, only.iterable, scope)

    def element(inner: Scope) -> Symbolic:
        return coerce(encoder.encode(expr.element, inner), kind)

    def kept_before(high: Term) -> Term:
        def one(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
            inner = scope.binding(seq.bind(only.target, items.at(at)))
            passed = seq.met(encoder, only, inner)
            return (terms.ite(passed, terms.add(state[0], terms.ONE), state[0]),)

        with encoder.capturing():
            return encoder.fold("sum", (terms.ZERO,), items.low, high, one)[0]

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        inner = scope.binding(seq.bind(only.target, items.at(at)))
        passed = seq.met(encoder, only, inner)
        with encoder.guarded(passed):
            held = seq.packed(encoder, element(inner), kind)
        return (terms.ite(passed, terms.store(state[0], kept_before(at), held), state[0]),)

    def both(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        inner = scope.binding(seq.bind(only.target, items.at(at)))
        passed = seq.met(encoder, only, inner)
        with encoder.guarded(passed):
            held = seq.packed(encoder, element(inner), kind)
        more = (terms.add(state[0], terms.ONE), terms.store(state[1], state[0], held))
        return tuple(terms.ite(passed, a, s) for a, s in zip(more, state, strict=True))

    none = empty_list(kind).items
    if encoder.ranges.writes_out(items.low, items.high):
        length, array = encoder.fold("filter", (terms.ZERO, none), items.low, items.high, both)
        return ListValue(kind, array, terms.ZERO, length)
    (array,) = encoder.fold("filter", (none,), items.low, items.high, step)
    return ListValue(kind, array, terms.ZERO, kept_before(items.high))


def _flattened(
    encoder: Encoder, expr: ex.Comprehension, items: seq.Sequence, scope: Scope
) -> ListValue:
    """The lists that the members of the first generator give, one behind the other. Each begins
    where those before it end: that number is the sum of their lengths.
    """
    first, *rest = expr.generators
    kind = expr.element.type
    inside = msgspec.structs.replace(expr, kind="list", generators=tuple(rest))

    def given(at: Term) -> tuple[Term, seq.Sequence]:
        inner = scope.binding(seq.bind(first.target, items.at(at)))
        passed = seq.met(encoder, first, inner)
        with encoder.guarded(passed):
            return passed, listed(encoder, inside, inner)

    def longer(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        passed, more = given(at)
        return (terms.ite(passed, terms.add(state[0], more.length), state[0]),)

    def before(high: Term) -> Term:
        with encoder.capturing():
            return encoder.fold("sum", (terms.ZERO,), items.low, high, longer)[0]

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        passed, more = given(at)
        start = before(at)

        def element(place: Term) -> Term:
            there = terms.add(more.low, terms.sub(place, start))
            held = seq.packed(encoder, coerce(more.at(there), kind), kind)
            return terms.ite(terms.lt(place, start), terms.select(state[0], place), held)

        assert not isinstance(encoder.ranges, Bounded)
        after = encoder.ranges.folds.table(state[0].sort, element)
        return (terms.ite(passed, after, state[0]),)

    (array,) = encoder.fold("flat", (empty_list(kind).items,), items.low, items.high, step)
    return ListValue(kind, array, terms.ZERO, before(items.high))


def listed(encoder: Encoder, expr: ex.Comprehension, scope: Scope) -> seq.Sequence:
    """The items of a list comprehension; without making the list, where that can be spared."""
    if len(expr.generators) == 1 and not expr.generators[0].conditions:
        return seq.sequence(encoder, expr, scope)
    return seq.of_value(comprehension(encoder, expr, scope), expr.type)
