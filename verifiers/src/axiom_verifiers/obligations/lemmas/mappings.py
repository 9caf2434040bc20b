"""Lemmas about folds that gather dicts: see `members`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.members import Adding, additions
from axiom_verifiers.obligations.lemmas.shapes import At, application


def ordered(at: At) -> Iterator[Term]:
    """The order of the keys of a dict that was gathered lists each once."""
    if at.fold.name not in ("dict", "keys"):
        return
    has, order, place = at.values[0], *at.values[-2:]
    yield from totals.orders(has, order, totals.size(at.folds, has), place)


def is_unordered(fold: Fold, named: Collection[object]) -> bool:
    """Whether it gathers a dict of whose order the functions that are named say nothing."""
    return fold.name in ("dict", "keys") and not any(
        function in named for function in fold.functions[-2:]
    )


def without_order(at: At, facts: Iterable[Term]) -> Iterator[Term]:
    """Of what is said of a dict that was gathered, what does not speak of its order."""
    functions = set(at.fold.functions[-2:])
    for fact in facts:
        if not any(term.payload in functions for term in terms.postorder((fact,))):
            yield fact


def items(at: At) -> Iterator[Term]:
    """At a key stands the value of the last place that has it."""
    fold = at.fold
    if fold.name != "dict":
        return
    has, values, _, _ = at.values
    made = Adding(at)
    put = additions(fold.step[1], fold.state[1])
    if made.found is None or put is None or len(put) != 1 or not made.empty_at_first:
        return
    (one,) = put
    if any(
        not term.free.isdisjoint(fold.state) for term in (one.condition, one.element, one.value)
    ):
        return
    key, here = terms.var("key", has.sort.index), terms.var("index", sorts.INT)
    later = terms.var("later", sorts.INT)

    def is_key(one_place: Term) -> Term:
        return terms.and_(
            at.bound(one.condition, one_place), terms.eq(at.bound(one.element, one_place), key)
        )

    last = terms.forall(
        (later,),
        terms.implies(
            terms.and_(terms.lt(here, later), terms.lt(later, at.high)), terms.not_(is_key(later))
        ),
    )
    held = terms.select(values, key)
    came = terms.exists(
        (here,),
        terms.and_(at.inside(here), is_key(here), terms.eq(held, at.bound(one.value, here)), last),
    )
    inside = terms.select(has, key)
    yield terms.forall((key,), terms.implies(inside, came), ((inside,), (held,)))


def of_first(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """For dicts whose keys are compared with what a filter keeps: see `first_met`."""
    found = list(terms.postorder(roots))
    kept = {
        term.sort
        for term in found
        if isinstance(fold := folds.of(term), Fold) and fold.name == "filter"
    }
    told: dict[At, None] = {}
    for term in found:
        fold = folds.of(term)
        if (
            isinstance(fold, Fold)
            and fold.name in ("dict", "keys")
            and not any(is_bound(free) for free in term.free)
        ):
            told[application(folds, fold, term)] = None
    for at in told:
        if at.values[-2].sort in kept:
            yield from first_met(at)


def first_met(at: At) -> Iterator[Term]:
    """The keys of a dict stand in the order in which they are first met: they are what a filter
    keeps that looks whether a key has been met before.
    """
    made = Adding(at)
    if made.found is None or len(made.found) != 1 or not made.empty_at_first:
        return
    (one,) = made.found
    order = at.values[-2]
    start = at.fold.started(at.arguments)[-2]

    def is_new(place: Term) -> Term:
        earlier = terms.var("earlier", sorts.INT)
        same = terms.eq(at.bound(one.element, earlier), at.bound(one.element, place))
        inside = terms.and_(terms.le(at.low, earlier), terms.lt(earlier, place))
        met = terms.and_(inside, at.bound(one.condition, earlier), same)
        return terms.and_(at.bound(one.condition, place), terms.not_(terms.exists((earlier,), met)))

    def counted(high: Term) -> Term:
        def step(state: tuple[Term, ...], place: Term) -> tuple[Term, ...]:
            return (terms.ite(is_new(place), terms.add(state[0], terms.ONE), state[0]),)

        return at.folds.apply("sum", (terms.ZERO,), at.low, high, step)[0]

    def step(state: tuple[Term, ...], place: Term) -> tuple[Term, ...]:
        held = terms.store(state[0], counted(place), at.bound(one.element, place))
        return (terms.ite(is_new(place), held, state[0]),)

    (kept,) = at.folds.apply("filter", (start,), at.low, at.high, step)
    yield terms.eq(order, kept)
    yield terms.eq(totals.size(at.folds, at.values[0]), counted(at.high))
