"""The obligations that show the lemmas about folds that gather sets and dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.contracts.types import INT
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.folds import Fold, Folds
from axiom_verifiers.obligations.lemmas import listed, mappings, members, tallies
from axiom_verifiers.obligations.lemmas.induction import (
    HIGH,
    LOW,
    Proof,
    fold,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.shapes import At
from axiom_verifiers.obligations.mappings import put
from axiom_verifiers.obligations.totals import Total, size
from axiom_verifiers.obligations.values import DictValue

_SET = sorts.array(sorts.INT, sorts.BOOL)
_INTS = sorts.array(sorts.INT, sorts.INT)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_element = unknown("element", sorts.INT)
_value = unknown("value", sorts.INT)
_WANTED = terms.var("v", sorts.INT)
_NOTHING = terms.const_array(_SET, terms.FALSE)


_Whole = Callable[[Folds, Term], At]


def _application(folds: Folds, value: Term, high: Term) -> At:
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    return At(folds, fold, value.args[:-2], LOW, high)


def _set(folds: Folds, high: Term, start: Term) -> At:
    """What is put in may depend on the place in any way."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        after = terms.store(state[0], _element(at), terms.TRUE)
        return (terms.ite(_meets(at), after, state[0]),)

    return _application(folds, folds.apply("set", (start,), LOW, high, step)[0], high)


def _each(folds: Folds, high: Term) -> At:
    """Everything is put in."""
    (made,) = folds.apply(
        "set",
        (_NOTHING,),
        LOW,
        high,
        lambda state, at: (terms.store(state[0], _element(at), terms.TRUE),),
    )
    return _application(folds, made, high)


def _dict(folds: Folds, high: Term) -> At:
    zeros = terms.const_array(_INTS, terms.ZERO)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        has, values, order, place = state
        before = DictValue(INT, INT, has, values, order, size(folds, has), place)
        after = put(before, _element(at), _value(at))
        parts = (after.has, after.values, after.order, after.place)
        return tuple(terms.ite(_meets(at), new, old) for new, old in zip(parts, state, strict=True))

    made = folds.apply("dict", (_NOTHING, zeros, zeros, zeros), LOW, high, step)
    return _application(folds, made[0], high)


def _keys(folds: Folds, high: Term) -> At:
    """A dict's keys alone."""
    zeros = terms.const_array(_INTS, terms.ZERO)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        has, order, place = state
        before = DictValue(INT, INT, has, zeros, order, size(folds, has), place)
        after = put(before, _element(at), terms.ZERO)
        parts = (after.has, after.order, after.place)
        return tuple(terms.ite(_meets(at), new, old) for new, old in zip(parts, state, strict=True))

    return _application(
        folds, folds.apply("keys", (_NOTHING, zeros, zeros), LOW, high, step)[0], high
    )


def _sizes(at: At, after: At) -> tuple[Term, ...]:
    """The definition of a size, for what was gathered up to a place and one step later."""
    here = size(at.folds, at.values[0])
    stepped = at.fold.stepped(at.arguments, at.values, at.high)[0]
    return (
        terms.implies(terms.le(at.high, LOW), terms.eq(here, terms.ZERO)),
        terms.implies(
            terms.le(LOW, at.high),
            terms.eq(size(at.folds, after.values[0]), size(at.folds, stepped)),
        ),
        terms.le(terms.ZERO, here),
    )


def of_gathered() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    after = terms.add(HIGH, terms.ONE)
    for start in (_NOTHING, terms.var("start", _SET)):
        folds = Folds()
        yield from induction(
            "members of a set", folds, lambda h, f=folds, s=start: members.members(_set(f, h, s))
        )
    folds = Folds()
    yield from induction("items of a dict", folds, lambda h: mappings.items(_dict(folds, h)))
    folds = Folds()
    yield from induction(
        "order of a dict's keys",
        folds,
        lambda h: mappings.ordered(_dict(folds, h)),
        given=_sizes(_dict(folds, HIGH), _dict(folds, after)),
    )
    alone = Folds()
    yield from induction(
        "order of a dict's keys",
        alone,
        lambda h: mappings.ordered(_keys(alone, h)),
        given=_sizes(_keys(alone, HIGH), _keys(alone, after)),
    )
    folds = Folds()

    def bounded(high: Term) -> Iterator[Term]:
        at = _each(folds, high)
        yield from members.members(at)
        yield from members.sizes(at, size(folds, at.values[0]))

    yield from induction(
        "size of what is gathered",
        folds,
        bounded,
        given=_sizes(_each(folds, HIGH), _each(folds, after)),
    )
    yield from _of_listed()
    yield from _of_counts()
    for whole in (_dict, _keys):
        firsts = Folds()

        def first(high: Term, firsts: Folds = firsts, whole: _Whole = whole) -> Iterator[Term]:
            yield from mappings.first_met(whole(firsts, high))

        given = (
            *_sizes(whole(firsts, HIGH), whole(firsts, after)),
            *mappings.ordered(whole(firsts, HIGH)),
            *members.members(whole(firsts, HIGH)),
        )
        yield from induction("keys as they are met", firsts, first, given=given)


def _of_counts() -> Iterator[Proof]:
    """A set has what occurs in the range that it was gathered from."""
    for start in (_NOTHING, terms.var("start", _SET)):
        folds = Folds()

        def counted(high: Term, folds: Folds = folds) -> At:
            def step(state: Term, at: Term) -> Term:
                met = terms.and_(_meets(at), terms.eq(_element(at), _WANTED))
                return terms.ite(met, terms.add(state, terms.ONE), state)

            return fold(folds, "sum", LOW, high, step)

        def facts(high: Term, folds: Folds = folds, start: Term = start) -> Iterator[Term]:
            (fact,) = tallies.by_count(_set(folds, high, start), counted(high))
            yield terms.instance(fact, (_WANTED,))

        yield from induction("members and counts", folds, facts)


def _of_listed() -> Iterator[Proof]:
    """The set of what an order lists first has the sum over these places as its total; and the
    set of all that it lists is the set itself.
    """
    name = "sum over what is listed"
    folds = Folds()
    has, order, place = (
        terms.var(name, kind) for name, kind in (("has", _SET), ("order", _INTS), ("place", _INTS))
    )
    length, after = terms.var("n", sorts.INT), terms.add(HIGH, terms.ONE)
    orders = tuple(totals.orders(has, order, length, place))

    def first(high: Term) -> At:
        (made,) = folds.apply(
            "set",
            (_NOTHING,),
            terms.ZERO,
            high,
            lambda state, at: (terms.store(state[0], terms.select(order, at), terms.TRUE),),
        )
        fold = folds.of(made)
        assert isinstance(fold, Fold)
        return At(folds, fold, made.args[:-2], terms.ZERO, high)

    def total(of: Term) -> Term:
        return totals.total(folds, of, _value)

    def same(of: Term, high: Term) -> Term:
        meaning = folds.of(total(of))
        assert isinstance(meaning, Total)
        return listed.in_order(folds, meaning, total(of), order, high)

    here, then = first(HIGH), first(after)
    stepped = here.fold.stepped(here.arguments, here.values, HIGH)[0]
    definition = (
        terms.implies(terms.le(HIGH, terms.ZERO), terms.eq(total(here.value), terms.ZERO)),
        terms.eq(total(then.value), total(stepped)),
    )

    def facts(high: Term) -> Iterator[Term]:
        yield terms.implies(terms.le(high, length), same(first(high).value, high))

    given = (*orders, *members.members(here), *definition)
    yield from induction(name, folds, facts, terms.ZERO, given)
    whole = first(length)
    hypotheses = (*orders, *members.members(whole), same(whole.value, length))
    yield Proof(name, "all of them", problem(folds, hypotheses, same(has, length)))
