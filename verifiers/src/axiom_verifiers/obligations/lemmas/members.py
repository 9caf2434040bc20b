"""Lemmas about folds that gather sets and dicts.

Of a fold that puts `element(j)` in where `condition(j)` holds:

* a member of the result was in the start, or is the element of some place in the range where the
  condition holds; and all of these are members;
* the value at a key is that of the last place whose element is the key;
* keys stand in the order in which they are first met: each has one place;
* the size is at most the number of places, and is that just when no two elements are equal.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.lemmas.shapes import At


class Addition(msgspec.Struct, frozen=True):
    """Where `condition` holds, `element` is put in; both speak of a range's member."""

    condition: Term
    element: Term
    value: Term


def additions(step: Term, state: Term) -> list[Addition] | None:
    """What a step puts into the array that is its accumulator, one after the other; None when
    it does more than that.
    """
    if step is state:
        return []
    if step.op == "store":
        array, element, value = step.args
        earlier = additions(array, state)
        if earlier is None or state in element.free or state in value.free:
            return None
        return [*earlier, Addition(terms.TRUE, element, value)]
    if step.op == "ite" and state not in step.args[0].free:
        condition, then, otherwise = step.args
        yes, no = additions(then, state), additions(otherwise, state)
        if yes is None or no is None:
            return None
        return [
            *(_under(condition, one) for one in yes),
            *(_under(terms.not_(condition), one) for one in no),
        ]
    return None


def _under(condition: Term, one: Addition) -> Addition:
    return msgspec.structs.replace(one, condition=terms.and_(condition, one.condition))


class Adding:
    """One application of a fold that gathers a set: what it puts in at each place."""

    def __init__(self, at: At) -> None:
        self.at = at
        fold = at.fold
        self.has = at.values[0]
        self.start = fold.started(at.arguments)[0]
        found = additions(fold.step[0], fold.state[0])
        spoken = [one.condition.free | one.element.free for one in found or ()]
        self.found = found if all(free.isdisjoint(fold.state) for free in spoken) else None

    @property
    def empty_at_first(self) -> bool:
        return self.start.op == "const-array" and self.start.args[0] is terms.FALSE


def members(at: At) -> Iterator[Term]:
    """What a fold that gathers a set, or a dict, has."""
    if at.fold.name not in ("set", "dict", "keys"):
        return
    made = Adding(at)
    if made.found is None:
        return
    key, place = terms.var("key", made.has.sort.index), terms.var("index", sorts.INT)
    inside = terms.select(made.has, key)
    from_somewhere = [
        terms.exists(
            (place,),
            terms.and_(
                at.inside(place),
                at.bound(one.condition, place),
                terms.eq(at.bound(one.element, place), key),
            ),
        )
        for one in made.found
    ]
    before = terms.select(made.start, key)
    yield terms.forall(
        (key,), terms.implies(inside, terms.or_(before, *from_somewhere)), ((inside,),)
    )
    if not made.empty_at_first:
        yield terms.forall((key,), terms.implies(before, inside), ((before,), (inside,)))
    for one in made.found:
        element = at.bound(one.element, place)
        there = terms.and_(at.inside(place), at.bound(one.condition, place))
        yield terms.forall((place,), terms.implies(there, terms.select(made.has, element)))


def sizes(at: At, size: Term) -> Iterator[Term]:
    """How large a set that was gathered can be."""
    made = Adding(at)
    if made.found is None or len(made.found) != 1 or not made.empty_at_first:
        return
    (one,) = made.found
    yield terms.le(size, at.size)
    if one.condition is not terms.TRUE:
        return
    first, second = terms.var("index", sorts.INT), terms.var("later", sorts.INT)
    twice = terms.and_(
        terms.le(at.low, first),
        terms.lt(first, second),
        terms.lt(second, at.high),
        terms.eq(at.bound(one.element, first), at.bound(one.element, second)),
    )
    yield terms.iff(terms.lt(size, at.size), terms.exists((first, second), twice))
