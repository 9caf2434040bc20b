"""Lemmas about folds that choose a member: the first that meets a condition, the best."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold
from axiom_verifiers.obligations.lemmas.shapes import At, kept_or, reads

_K = terms.var("k", sorts.INT)


def _change(fold: Fold, names: tuple[str, ...]) -> tuple[Term, Term, Term] | None:
    """When the accumulator changes, to what, and the accumulator."""
    if fold.name not in names or len(fold.step) != 1:
        return None
    (state,) = fold.state
    change = kept_or(fold.step[0], state)
    return None if change is None else (*change, state)


def first(at: At) -> Iterator[Term]:
    """`index`: how far from the start the first member is that meets the condition, else -1."""
    fold = at.fold
    change = _change(fold, ("index",))
    if change is None:
        return
    condition, found, state = change
    minus = terms.integer(-1)
    if (
        at.start is not minus
        or at.bound(found, _K) is not terms.sub(_K, at.low)
        or condition is not terms.and_(terms.lt(state, terms.ZERO), _met(condition, state))
    ):
        return
    meets = _met(condition, state)
    here = at.value
    place = terms.add(at.low, here)
    yield terms.le(minus, here)
    yield terms.or_(
        terms.eq(here, minus), terms.and_(terms.lt(place, at.high), at.bound(meets, place))
    )
    before = terms.and_(at.inside(_K), terms.or_(terms.eq(here, minus), terms.lt(_K, place)))
    met = at.bound(meets, _K)
    yield terms.forall((_K,), terms.implies(before, terms.not_(met)), reads(met, _K))


def _met(condition: Term, state: Term) -> Term:
    return terms.substitute(condition, {state: terms.integer(-1)})


def within(at: At) -> Iterator[Term]:
    """The place of the best member is one of the range, or that of the first."""
    shape = _best(at)
    if shape is not None:
        least = terms.sub(at.low, terms.ONE)
        inside = terms.and_(terms.le(least, at.value), terms.lt(at.value, at.high))
        yield terms.implies(terms.le(at.low, at.high), inside)


def best(at: At) -> Iterator[Term]:
    """The best member, of equals the first. The range begins at the second member, the
    accumulator at the place of the first.
    """
    shape = _best(at)
    if shape is None:
        return
    condition, state = shape
    least = terms.sub(at.low, terms.ONE)

    def better(one: Term, other: Term) -> Term:
        return at.bound(terms.substitute(condition, {state: other}), one)

    here = at.value
    every = better(_K, here)
    inside = terms.and_(terms.le(least, _K), terms.lt(_K, at.high))
    yield terms.forall((_K,), terms.implies(inside, terms.not_(every)), reads(every, _K))
    earlier = terms.and_(terms.le(least, _K), terms.lt(_K, here))
    over = better(here, _K)
    yield terms.forall((_K,), terms.implies(earlier, over), reads(over, _K))


def _best(at: At) -> tuple[Term, Term] | None:
    """When a later place is better, and the place so far."""
    change = _change(at.fold, ("best",))
    if change is None:
        return None
    condition, found, state = change
    least = terms.sub(at.low, terms.ONE)
    return (condition, state) if found is AT and at.start is least else None


def extreme(at: At) -> Iterator[Term]:
    """`max` and `min`: no member is beyond the result, and the result is a member. The range
    begins at the second member, the accumulator is the first.
    """
    fold = at.fold
    change = _change(fold, ("max", "min"))
    if change is None:
        return
    condition, value, state = change
    least = terms.sub(at.low, terms.ONE)
    if state in value.free or at.start is not at.bound(value, least):
        return
    here = at.value
    beyond = at.bound(terms.substitute(condition, {state: here}), _K)
    inside = terms.and_(terms.le(least, _K), terms.lt(_K, at.high))
    member = at.bound(value, _K)
    yield terms.forall((_K,), terms.implies(inside, terms.not_(beyond)), reads(beyond, _K))
    reached = terms.exists((_K,), terms.and_(inside, terms.eq(here, member)))
    yield terms.implies(terms.le(at.low, at.high), reached)


def of_pairs(applied: tuple[At, ...]) -> Iterator[Term]:
    """What the greatest or least of some ints has to do with that of all but the first of them."""
    extremes = [at for at in applied if _of_ints(at) is not None]
    for whole, rest in permutations(extremes, 2):
        yield from headed(whole, rest)


def headed(whole: At, rest: At) -> Iterator[Term]:
    """If `rest` is `whole` without its first member: whichever of that member and `rest` is
    beyond the other.
    """
    member = _of_ints(whole)
    if member is None or whole.fold is not rest.fold:
        return
    low, high = terms.add(whole.low, terms.ONE), whole.high
    position = whole.fold.parameters.index(whole.fold.start[0])
    if rest != whole.given(position, whole.bound(member, whole.low)).over(low, high):
        return
    chosen = terms.maximum if whole.fold.name == "max" else terms.minimum
    either = chosen(whole.start, rest.value)
    yield terms.implies(terms.lt(whole.low, high), terms.eq(whole.value, either))


def _of_ints(at: At) -> Term | None:
    """The member of a `max` or `min` of ints that may start from any int; None for others."""
    change = _change(at.fold, ("max", "min"))
    if change is None:
        return None
    condition, member, state = change
    (begun,) = at.fold.start
    if member.sort is not sorts.INT or begun not in at.fold.parameters:
        return None
    if begun in at.fold.step[0].free or state in member.free:
        return None
    beyond = (state, member) if at.fold.name == "max" else (member, state)
    return member if condition is terms.lt(*beyond) else None
