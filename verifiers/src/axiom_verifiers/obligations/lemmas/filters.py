"""Lemmas about what a comprehension with conditions keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Fold, Table
from axiom_verifiers.obligations.lemmas.shapes import At, added, kept_or, reads


class Filtering(msgspec.Struct, frozen=True):
    """An application of a filter, taken apart."""

    at: At
    kept: Term
    counted: Term
    held: Term

    def condition(self, place: Term) -> Term:
        """Whether the member at a place is kept."""
        return self.at.bound(self.kept, place)

    def place(self, place: Term) -> Term:
        """How many members before a place are kept."""
        return self.at.bound(self.counted, place)

    def element(self, place: Term) -> Term:
        """What is kept for the member at a place."""
        return self.at.bound(self.held, place)


def filtering(at: At) -> Filtering | None:
    """The parts of a filter, if the fold is one: it stores an element behind those that were
    kept before, where a condition holds.
    """
    fold = at.fold
    if fold.name != "filter" or len(fold.step) != 1:
        return None
    (step,), (state,) = fold.step, fold.state
    change = kept_or(step, state)
    if change is None or change[1].op != "store":
        return None
    condition = change[0]
    array, index, element = change[1].args
    if array is not state or any(state in part.free for part in (condition, index, element)):
        return None
    found = Filtering(at, condition, index, element)
    probe = terms.var("probe", sorts.INT)
    if not _counts(found, probe):
        return None
    return found


def _counts(found: Filtering, probe: Term) -> bool:
    """Whether the place of a kept member is the number of those that were kept before."""
    count = found.place(probe)
    counter = found.at.folds.of(count)
    if not isinstance(counter, Fold) or count.args[-2] is not found.at.low:
        return False
    if count.args[-1] is not probe:
        return False
    gain = added(counter)
    if gain is None:
        return False
    through = At(found.at.folds, counter, count.args[:-2], count.args[-2], probe)
    one = terms.ite(found.condition(probe), terms.ONE, terms.ZERO)
    return through.start is terms.ZERO and through.bound(gain, probe) is one


# How many pairs of filters are told of, and how many single ones that they may keep all.
_PAIRS = 8
_WHOLES = 4


def of_pairs(applied: Sequence[At], asked: Collection[Term]) -> Iterator[Term]:
    """What filters of a problem say of those that are asked about."""
    found = [shape for at in applied if (shape := filtering(at)) is not None]
    pairs = [
        (one, other)
        for one, other in combinations(found, 2)
        if (one.at.fold, one.at.arguments) != (other.at.fold, other.at.arguments)
        and one.at.value.sort is other.at.value.sort
        and (one.at.value in asked or other.at.value in asked)
    ]
    for one, other in pairs[:_PAIRS]:
        yield from alike(one, other)


def alike(one: Filtering, other: Filtering) -> Iterator[Term]:
    """Two filters that keep equal elements of the same places keep one list."""
    if one.at.start is not other.at.start:
        return
    k = terms.var("k", sorts.INT)
    there = terms.add(k, terms.sub(other.at.low, one.at.low))
    kept, also = one.condition(k), other.condition(there)
    differ = terms.or_(
        terms.not_(terms.iff(kept, also)),
        terms.and_(kept, terms.ne(one.element(k), other.element(there))),
    )
    sizes = terms.eq(terms.sub(one.at.high, one.at.low), terms.sub(other.at.high, other.at.low))
    apart = terms.exists((k,), terms.and_(one.at.inside(k), differ))
    same = terms.and_(
        terms.eq(one.at.value, other.at.value),
        terms.eq(one.place(one.at.high), other.place(other.at.high)),
    )
    yield terms.implies(sizes, terms.or_(apart, same))


def of_wholes(applied: Sequence[At]) -> Iterator[Term]:
    """What filters keep that keep all, where each goes through a list as it stands: where one
    goes through a list that was just put together, that only stands in the way.
    """
    found = [at for at in applied if filtering(at) is not None]
    for at in found:
        if any(arg.op == "ite" or isinstance(at.folds.of(arg), Table) for arg in at.arguments):
            return
    for at in found[:_WHOLES]:
        yield from whole(at)


def whole(at: At) -> Iterator[Term]:
    """Where every member is kept, each is at its own place."""
    shape = filtering(at)
    if shape is None:
        return
    k, place = terms.var("k", sorts.INT), terms.var("place", sorts.INT)
    lost = terms.exists((k,), terms.and_(at.inside(k), terms.not_(shape.condition(k))))
    within = terms.and_(terms.le(terms.ZERO, place), terms.lt(place, at.size))
    read = terms.select(at.value, place)
    same = terms.eq(read, shape.element(terms.add(at.low, place)))
    each = terms.forall((place,), terms.implies(within, same), ((read,),))
    yield terms.or_(lost, terms.and_(terms.eq(shape.place(at.high), at.size), each))


def source_of(at: At) -> Function:
    """The place that each member of a filter's result comes from."""
    kinds = (*(argument.sort for argument in at.arguments), sorts.INT, sorts.INT)
    return Function(f"{at.fold.functions[0].name}.source", kinds, sorts.INT)


def elements(at: At) -> Iterator[Term]:
    """Every kept member comes from one that meets the condition, in increasing places; every
    member that meets it is kept.
    """
    shape = filtering(at)
    if shape is None:
        return
    i, j = terms.var("i", sorts.INT), terms.var("j", sorts.INT)
    source = source_of(at)

    def comes_from(index: Term) -> Term:
        return terms.apply(source, *at.arguments, at.low, index)

    size = shape.place(at.high)
    origin = comes_from(i)
    came = terms.and_(
        at.inside(origin),
        shape.condition(origin),
        terms.eq(terms.select(at.value, i), shape.element(origin)),
        terms.eq(shape.place(origin), i),
    )
    within = terms.and_(terms.le(terms.ZERO, i), terms.lt(i, size))
    read = terms.select(at.value, i)
    yield terms.forall((i,), terms.implies(within, came), ((read,), (origin,)))
    place = shape.place(i)
    went = terms.and_(
        terms.le(terms.ZERO, place),
        terms.lt(place, size),
        terms.eq(terms.select(at.value, place), shape.element(i)),
        terms.eq(comes_from(place), i),
    )
    met = terms.and_(at.inside(i), shape.condition(i))
    triggers = dict.fromkeys((*reads(met, i), *reads(shape.element(i), i), (place,)))
    yield terms.forall((i,), terms.implies(met, went), tuple(triggers))
    both = terms.and_(terms.le(terms.ZERO, i), terms.lt(i, j), terms.lt(j, size))
    yield terms.forall(
        (i, j),
        terms.implies(both, terms.lt(comes_from(i), comes_from(j))),
        ((comes_from(i), comes_from(j)),),
    )
