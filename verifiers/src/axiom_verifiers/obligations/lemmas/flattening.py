"""Lemmas about lists that are put one behind the other: `[x for row in rows for x in row]`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import AT, Fold, Table
from axiom_verifiers.obligations.lemmas.shapes import (
    At,
    added,
    along,
    bounds,
    counts_places,
    kept_or,
    more,
    read_at_member,
    reads,
    replaced,
)

# A place in the whole, and one in the list that a member gives.
_PLACE, _OWN = terms.var("place", sorts.INT), terms.var("own", sorts.INT)


class Flattening(msgspec.Struct, frozen=True):
    """An application taken apart: the part that a member gives is as long as `gain` and has `held`
    at `_PLACE` of the whole; it begins where as many items stand as `counted` says.
    """

    at: At
    gain: Term
    counted: Term
    held: Term

    def length(self, member: Term) -> Term:
        """How many items a member gives."""
        return self.at.bound(self.gain, member)

    def begin(self, member: Term) -> Term:
        """How many items the members before it give."""
        return self.at.bound(self.counted, member)

    def place(self, member: Term) -> Term:
        """The same, of a member of the range, without a fold where all lists have one length."""
        if self.gain.is_literal:
            return terms.mul(self.gain, terms.sub(member, self.at.low))
        return self.begin(member)

    def item(self, member: Term, place: Term) -> Term:
        """The item that stands at a place of the whole, as the member gives it."""
        item = terms.substitute(self.held, self.at.binding | {AT: member, _PLACE: place})
        return self.plainly(item, member)

    def plainly(self, term: Term, member: Term) -> Term:
        """A term in which the place of the member's first item stands by `place`."""
        return replaced(term, self.begin(member), self.place(member))

    def reading(self) -> Reading | None:
        """Where a member's own list is read for a place of the whole; None where it is read at no
        one place.
        """
        places = {
            term.args[1]
            for term in terms.postorder((self.held,))
            if term.op in ("select", "str.at") and _PLACE in term.args[1].free
        }
        if len(places) != 1:
            return None
        (place,) = places
        shift = along(_PLACE, terms.neg(place))
        own = replaced(self.held, place, _OWN)
        return None if _PLACE in shift.free or _PLACE in own.free else Reading(shift, own)


class Reading(msgspec.Struct, frozen=True):
    """An item by its place `_OWN` in the member's own list; that in the whole is `shift` ahead."""

    shift: Term
    item: Term


def flattening(at: At) -> Flattening | None:
    """The parts of such a fold; None for another one."""
    fold = at.fold
    if fold.name != "flat" or len(fold.step) != 1:
        return None
    (step,), (state,) = fold.step, fold.state
    condition, after = kept_or(step, state) or (terms.TRUE, step)
    table = at.folds.of(after)
    if not isinstance(table, Table) or state in condition.free:
        return None
    binding = dict(zip(table.parameters, after.args, strict=True))
    own = terms.var("at", after.sort.index)
    element = terms.substitute(table.element, binding | {own: _PLACE})
    if element.op != "ite":
        return None
    test, earlier, held = element.args
    if earlier is not terms.select(state, _PLACE) or test.op != "<" or test.args[0] is not _PLACE:
        return None
    counted = test.args[1]
    if any(state in part.free for part in (counted, held)) or _PLACE in counted.free:
        return None
    counter = at.folds.of(counted)
    if not isinstance(counter, Fold) or counted.args[-1] is not AT:
        return None
    if any(AT in arg.free for arg in counted.args[:-1]):
        return None
    probe = terms.var("probe", sorts.INT)
    begin = at.bound(counted, probe)
    gain = added(counter)
    if gain is None or begin.args[-2] is not at.low or begin.args[-1] is not probe:
        return None
    through = At(at.folds, counter, begin.args[:-2], at.low, probe)
    if through.start is not terms.ZERO:
        return None
    # In the fold's own terms: what the counter adds for a member.
    given = dict(zip(counter.parameters, counted.args[:-2], strict=True))
    own_gain = terms.substitute(gain, given)
    if condition is not terms.TRUE and not _only_where(own_gain, condition):
        return None
    return Flattening(at, own_gain, counted, held)


def _only_where(gain: Term, condition: Term) -> bool:
    """Whether nothing is added where the condition does not hold."""
    change = kept_or(gain, terms.ZERO)
    return change is not None and change[0] is condition


def _never_negative(shape: Flattening, fact: Term) -> Term:
    """The fact, where no part has a length below nought, as no list has."""
    least, _ = bounds(shape.gain)
    if least is not None and least >= 0:
        return fact
    k = terms.var("k", sorts.INT)
    below = terms.and_(shape.at.inside(k), terms.lt(shape.length(k), terms.ZERO))
    return terms.or_(terms.exists((k,), below), fact)


def owner_of(at: At) -> Function:
    """The member that each place of the whole belongs to."""
    kinds = (*(argument.sort for argument in at.arguments), sorts.INT, sorts.INT)
    return Function(f"{at.fold.functions[0].name}.owner", kinds, sorts.INT)


def places(at: At) -> Iterator[Term]:
    """Each place of the whole belongs to one member and holds an item of its list, and each item
    of each list has its place.
    """
    shape = flattening(at)
    if shape is None:
        return
    i, p, q = (terms.var(name, sorts.INT) for name in "ipq")
    owner = owner_of(at)

    def of(place: Term) -> Term:
        return terms.apply(owner, *at.arguments, at.low, place)

    def within(member: Term, place: Term) -> Term:
        begin = shape.place(member)
        end = terms.add(begin, shape.length(member))
        return terms.and_(terms.le(begin, place), terms.lt(place, end))

    size, read = shape.begin(at.high), terms.select(at.value, p)
    came = terms.and_(at.inside(of(p)), within(of(p), p), terms.eq(read, shape.item(of(p), p)))
    inside = terms.and_(terms.le(terms.ZERO, p), terms.lt(p, size))
    told = [
        terms.le(terms.ZERO, size),
        terms.forall((p,), terms.implies(inside, came), ((read,), (of(p),))),
    ]
    reading = shape.reading()
    if reading is not None:
        there = terms.add(q, shape.plainly(at.bound(reading.shift, i), i))
        item = _own(shape, reading, i, q)
        went = terms.and_(
            terms.le(terms.ZERO, there),
            terms.lt(there, size),
            terms.eq(terms.select(at.value, there), item),
            terms.eq(of(there), i),
        )
        met = terms.and_(at.inside(i), within(i, there))
        triggers = tuple(one for one in reads(item, q) if i in one[0].free)
        if triggers:
            told.append(terms.forall((i, q), terms.implies(met, went), triggers))
    yield _never_negative(shape, terms.and_(*told))


def summed(at: At) -> Iterator[Term]:
    """Over all that was put one behind the other: the sum of the sums over the lists."""
    gain = added(at.fold)
    if gain is None or at.low is not terms.ZERO:
        return
    for position, parameter in enumerate(at.fold.parameters):
        array = at.arguments[position]
        flat = at.folds.of(array)
        if (
            not isinstance(flat, Fold)
            or not read_at_member(at.fold, parameter)
            or counts_places(at.fold, parameter)
        ):
            continue
        *arguments, low, high = array.args
        shape = flattening(At(at.folds, flat, tuple(arguments), low, high))
        reading = None if shape is None else shape.reading()
        if shape is None or reading is None or shape.begin(high) is not at.high:
            continue
        probe = terms.var("item", array.sort.element)
        value = replaced(gain, terms.select(parameter, AT), probe)
        yield _never_negative(shape, terms.eq(at.value, _of_sums(at, shape, reading, value, probe)))


def _own(shape: Flattening, reading: Reading, member: Term, place: Term) -> Term:
    return terms.substitute(reading.item, shape.at.binding | {AT: member, _OWN: place})


def _of_sums(at: At, shape: Flattening, reading: Reading, value: Term, probe: Term) -> Term:
    """The sum, over the members, of the sum of `value` over what each gives."""
    given = at.binding

    def inner(member: Term, length: Term) -> Term:
        low = along(shape.begin(member), terms.neg(shape.at.bound(reading.shift, member)))

        def step(state: tuple[Term, ...], place: Term) -> tuple[Term, ...]:
            item = _own(shape, reading, member, place)
            return (more(state[0], terms.substitute(value, given | {probe: item})),)

        return at.folds.apply("sum", (terms.ZERO,), low, terms.add(low, length), step)[0]

    def outer(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        length = shape.length(member)
        change = kept_or(length, terms.ZERO)
        if change is None:
            return (terms.add(state[0], inner(member, length)),)
        met, length = change
        return (terms.ite(met, terms.add(state[0], inner(member, length)), state[0]),)

    through = shape.at
    (same,) = at.folds.apply("sum", (at.start,), through.low, through.high, outer)
    return same
