"""Lemmas about folds that add: sums and counts."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold
from axiom_verifiers.obligations.lemmas.filters import Filtering, filtering
from axiom_verifiers.obligations.lemmas.shapes import (
    At,
    added,
    bounds,
    counts_places,
    more,
    read_at_member,
    reads,
    replaced,
)


def front(at: At) -> Iterator[Term]:
    """The first member may be taken off as well as the last; said of a range from a variable on."""
    if not at.low.is_literal:
        yield from beheaded(at)


def beheaded(at: At) -> Iterator[Term]:
    """The same, for any range."""
    gain = added(at.fold)
    if gain is None:
        return
    rest = at.over(terms.add(at.low, terms.ONE), at.high)
    first = at.bound(gain, at.low)
    yield terms.implies(terms.lt(at.low, at.high), terms.eq(at.value, terms.add(first, rest.value)))


def from_nothing(at: At) -> Iterator[Term]:
    """What goes on from a number, as an inner sum does from what the outer one has come to, adds
    to it what it would come to from zero.
    """
    if added(at.fold) is None or at.start.is_literal:
        return
    given = at.binding

    def step(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        binding = given | {at.fold.state[0]: state[0], AT: member}
        return (terms.substitute(at.fold.step[0], binding),)

    (alone,) = at.folds.apply(at.fold.name, (terms.ZERO,), at.low, at.high, step)
    yield terms.eq(at.value, terms.add(at.start, alone))


def growth(at: At) -> Iterator[Term]:
    """Where each step adds from m to n, the result is as many times that from the start."""
    gain = added(at.fold)
    if gain is None:
        return
    least, most = bounds(gain)
    if least is not None:
        yield terms.le(terms.add(at.start, terms.mul(terms.integer(least), at.size)), at.value)
    if most is not None:
        yield terms.le(at.value, terms.add(at.start, terms.mul(terms.integer(most), at.size)))


def closed_form(at: At) -> Iterator[Term]:
    """The sum of a polynomial of the place, of the second degree at most."""
    gain = added(at.fold)
    if gain is None or gain.is_literal:
        return
    shape = polynomial(gain)
    if shape is None:
        return
    constant, linear, square = shape
    low, high = at.low, at.high
    # Twice or six times the sum, so that all is whole.
    times = 6 if square else 2 if linear else 1
    total = terms.mul(terms.integer(times), terms.sub(at.value, at.start))
    size = terms.sub(high, low)
    parts = [_times(at.bound(constant, low), terms.mul(terms.integer(times), size))]
    if linear:
        ends = terms.sub(terms.add(high, low), terms.ONE)
        parts.append(terms.mul(terms.integer(times // 2 * linear), size, ends))
    if square:
        for sign, n in ((square, high), (-square, low)):
            below = terms.sub(n, terms.ONE)
            twice = terms.sub(terms.mul(terms.integer(2), n), terms.ONE)
            parts.append(terms.mul(terms.integer(sign), n, below, twice))
    yield terms.implies(terms.le(low, high), terms.eq(total, terms.add(*parts)))


def _times(value: Term, size: Term) -> Term:
    """The product; of a choice between literals a choice between such, so that it stays linear."""
    if value.op == "ite" and any(branch.is_literal for branch in value.args[1:]):
        condition, then, otherwise = value.args
        return terms.ite(condition, _times(then, size), _times(otherwise, size))
    return terms.mul(value, size)


def polynomial(gain: Term) -> tuple[Term, int, int] | None:
    """`constant + linear * at + square * at²`, where the constant does not depend on `at`."""
    if AT not in gain.free:
        return (gain, 0, 0)
    if gain is AT:
        return (terms.ZERO, 1, 0)
    if gain.op == "*":
        if gain.args == (AT, AT):
            return (terms.ZERO, 0, 1)
        if len(gain.args) >= 2 and gain.args[0].is_literal:
            inner = polynomial(terms.mul(*gain.args[1:]))
            factor = int(gain.args[0].payload)
            if inner is not None:
                constant, linear, square = inner
                return (terms.mul(gain.args[0], constant), factor * linear, factor * square)
        return None
    if gain.op in ("+", "-", "neg"):
        parts = [polynomial(arg) for arg in gain.args]
        signs = [1] * len(parts)
        if gain.op == "neg":
            signs = [-1]
        elif gain.op == "-":
            signs = [1, -1]
        constant, linear, square = terms.ZERO, 0, 0
        for part, sign in zip(parts, signs, strict=True):
            if part is None:
                return None
            constant = terms.add(constant, terms.mul(terms.integer(sign), part[0]))
            linear, square = linear + sign * part[1], square + sign * part[2]
        return (constant, linear, square)
    return None


def stored(at: At) -> Iterator[Term]:
    """An array that differs at one place gives a result that differs by that member, or the same
    where the place is outside of the range.
    """
    gain = added(at.fold)
    for position, parameter in enumerate(at.fold.parameters):
        here = at
        while here.arguments[position].op == "store" and read_at_member(at.fold, parameter):
            array, index, _ = here.arguments[position].args
            there = here.given(position, array)
            outside = terms.or_(terms.lt(index, at.low), terms.le(at.high, index))
            for left, right in zip(here.values, there.values, strict=True):
                yield terms.implies(outside, terms.eq(left, right))
            if gain is not None:
                change = terms.sub(here.bound(gain, index), there.bound(gain, index))
                moved = terms.eq(here.value, terms.add(there.value, change))
                yield terms.implies(terms.not_(outside), moved)
            here = there


def appended(at: At) -> Iterator[Term]:
    """Where the last member was stored, the rest is what it was: `stored`, without the last."""
    for position in range(len(at.arguments)):
        argument = at.arguments[position]
        if argument.op == "store" and terms.sub(at.high, terms.ONE) is argument.args[1]:
            yield from stored(at.over(at.low, argument.args[1]))


def some_member(at: At) -> Iterator[Term]:
    """A sum that is not its start has a member that is not zero."""
    gain = added(at.fold)
    if gain is None or gain.is_literal:
        return
    k = terms.var("k", sorts.INT)
    some = terms.exists((k,), terms.and_(at.inside(k), terms.ne(at.bound(gain, k), terms.ZERO)))
    yield terms.or_(terms.eq(at.value, at.start), some)


def is_tally(at: At) -> bool:
    """Whether it counts how often a value occurs."""
    gain = added(at.fold)
    if gain is None or gain.op != "ite" or gain.args[0].op != "=":
        return False
    return all(branch.is_literal for branch in gain.args[1:])


def members(at: At) -> Iterator[Term]:
    """What `each_member` says, and of two members of a count, that they are not more than it."""
    yield from each_member(at)
    gain = added(at.fold)
    if gain is None or gain.is_literal:
        return
    least, most = bounds(gain)
    quantified = any(t.op in ("forall", "exists") for t in terms.postorder((gain,)))
    if least is not None and least >= 0 and most is not None and not quantified:
        yield from _two_members(at, gain)


def each_member(at: At) -> Iterator[Term]:
    """Where nothing that is added is negative, no member is more than the sum, and a sum that is
    more than its start has a member that is not zero.
    """
    gain = added(at.fold)
    if gain is None or gain.is_literal:
        return
    k = terms.var("k", sorts.INT)
    one = at.bound(gain, k)
    total = terms.sub(at.value, at.start)
    triggers = reads(one, k)
    inside = at.inside(k)
    none_more = terms.forall((k,), terms.implies(inside, terms.le(one, total)), triggers)
    yield from some_member(at)
    least, most = bounds(gain)
    if least is not None and least >= 0:
        yield none_more
    else:
        negative = terms.exists((k,), terms.and_(inside, terms.lt(one, terms.ZERO)))
        yield terms.or_(negative, terms.and_(terms.le(terms.ZERO, total), none_more))
    if most is not None:
        full = terms.eq(total, terms.mul(terms.integer(most), at.size))
        short = terms.exists((k,), terms.and_(inside, terms.lt(one, terms.integer(most))))
        yield terms.or_(full, short)


def _two_members(at: At, gain: Term) -> Iterator[Term]:
    """Of a count: any two places together are not more than it."""
    j, k = terms.var("j", sorts.INT), terms.var("k", sorts.INT)
    one, other = at.bound(gain, j), at.bound(gain, k)
    triggers = tuple(
        (*first, *second) for first, second in zip(reads(one, j), reads(other, k), strict=True)
    )
    if triggers:
        apart = terms.and_(at.inside(j), at.inside(k), terms.lt(j, k))
        most = terms.le(terms.add(one, other), terms.sub(at.value, at.start))
        yield terms.forall((j, k), terms.implies(apart, most), triggers)


def members_of_all(at: At, variables: tuple[Term, ...]) -> Iterator[Term]:
    """Of `members`, for all values of variables that the application speaks of, what makes no
    members up: that none is more than the sum where none is negative. That a sum has members
    that are not zero would bring others of its kind up without end.
    """
    gain = added(at.fold)
    if gain is None or gain.is_literal:
        return
    least, _ = bounds(gain)
    if least is None or least < 0:
        return
    k = terms.var("k", sorts.INT)
    one = at.bound(gain, k)
    triggers = tuple((at.value, *read) for read in reads(one, k))
    if triggers:
        fact = terms.implies(at.inside(k), terms.le(one, terms.sub(at.value, at.start)))
        yield terms.forall((*variables, k), fact, triggers)


def gains(name: str, state: Term, gain: Term) -> Term:
    """What adds `gain`, in the form in which the translation writes such a fold."""
    return more(state, gain) if name == "sum" else terms.add(state, gain)


def reindexed(at: At) -> Iterator[Term]:
    """Over an array read at a place ahead of the member's, or counted from the end."""
    gain = added(at.fold)
    if gain is None:
        return
    places = {
        term.args[1]
        for term in terms.postorder((gain,))
        if term.op == "select" and AT in term.args[1].free
    }
    if len(places) != 1:
        return
    (place,) = places
    shape = polynomial(place)
    if place is AT or shape is None or shape[1:] not in ((1, 0), (-1, 0)):
        return
    # The member's own place may matter nowhere else.
    probe = terms.var("place", sorts.INT)
    moved = replaced(gain, place, probe)
    if AT in moved.free:
        return
    shift = at.bound(shape[0], at.low)
    low, high = terms.add(shift, at.low), terms.add(shift, at.high)
    if shape[1] < 0:
        low = terms.add(terms.sub(shift, at.high), terms.ONE)
        high = terms.add(terms.sub(shift, at.low), terms.ONE)
    given = at.binding

    def step(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        gain = terms.substitute(moved, given | {probe: member})
        return (gains(at.fold.name, state[0], gain),)

    (same,) = at.folds.apply(at.fold.name, (at.start,), low, high, step)
    yield terms.eq(at.value, same)


def split(one: At, other: At) -> Iterator[Term]:
    """Of two ranges where one ends as the other begins: both together are the whole."""
    if one.high is not other.low or added(one.fold) is None:
        return
    whole = one.over(one.low, other.high)
    both = terms.add(one.value, terms.sub(other.value, one.start))
    within = terms.and_(terms.le(one.low, one.high), terms.le(one.high, other.high))
    yield terms.implies(within, terms.eq(whole.value, both))


def longer(one: At, other: At) -> Iterator[Term]:
    """Of two ranges that begin together: what the longer has more is between its bounds."""
    gain = added(one.fold)
    further = terms.sub(other.high, one.high)
    if one.low is not other.low or further.is_literal or gain is None:
        return
    least, most = bounds(gain)
    within = terms.and_(terms.le(one.low, one.high), terms.le(one.high, other.high))
    change = terms.sub(other.value, one.value)
    if least is not None:
        yield terms.implies(within, terms.le(terms.mul(terms.integer(least), further), change))
    if most is not None:
        yield terms.implies(within, terms.le(change, terms.mul(terms.integer(most), further)))


def alike(one: At, other: At) -> Iterator[Term]:
    """Two sums over ranges of one size, whose members are equal one by one, are equal; where the
    members of one are a constant multiple of the other's, so is the sum.
    """
    gain, second = added(one.fold), added(other.fold)
    if gain is None or second is None:
        return
    k = terms.var("k", sorts.INT)
    left, right = one.bound(gain, k), other.bound(second, terms.add(k, _ahead(one, other)))
    sizes = terms.eq(terms.sub(one.high, one.low), terms.sub(other.high, other.low))
    change = terms.sub(one.value, one.start), terms.sub(other.value, other.start)
    factor = _factor(left, right)
    if factor is not None:
        scaled = terms.eq(change[0], terms.mul(terms.integer(factor), change[1]))
        yield terms.implies(sizes, scaled)
        return
    factor = _factor(right, left)
    if factor is not None:
        scaled = terms.eq(change[1], terms.mul(terms.integer(factor), change[0]))
        yield terms.implies(sizes, scaled)
        return
    apart = terms.exists((k,), terms.and_(one.inside(k), terms.ne(left, right)))
    yield terms.implies(sizes, terms.or_(apart, terms.eq(*change)))


def _ahead(one: At, other: At) -> Term:
    return terms.sub(other.low, one.low)


def _factor(left: Term, right: Term) -> int | None:
    """The literal by which one must be multiplied to give the other."""
    if left is right:
        return 1
    if left.op == "neg" and left.args[0] is right:
        return -1
    if left.op == "*" and left.args[0].is_literal and terms.mul(*left.args[1:]) is right:
        return int(left.args[0].payload)
    return None


def together(one: At, other: At, both: At) -> Iterator[Term]:
    """Of sums over one range: where the members of two add up to those of a third, so do they."""
    gains = [added(at.fold) for at in (one, other, both)]
    if len({bounds(gain) for gain in gains if gain is not None}) != 1:
        return  # A count and a sum have nothing to do with each other.
    k = terms.var("k", sorts.INT)
    first, second, third = (
        at.bound(gain, k)
        for at, gain in zip((one, other, both), gains, strict=True)
        if gain is not None
    )
    changes = [terms.sub(at.value, at.start) for at in (one, other, both)]
    apart = terms.ne(terms.add(first, second), third)
    if apart is terms.TRUE:
        return
    adds_up = terms.eq(terms.add(changes[0], changes[1]), changes[2])
    yield terms.or_(terms.exists((k,), terms.and_(one.inside(k), apart)), adds_up)


def every_one(one: At, other: At) -> Iterator[Term]:
    """Of two counts over one range: where each member is counted in one of them, they are as many
    as there are members.
    """
    gains = added(one.fold), added(other.fold)
    if gains[0] is None or gains[1] is None:
        return
    if bounds(gains[0]) != (0, 1) or bounds(gains[1]) != (0, 1):
        return
    k = terms.var("k", sorts.INT)
    members = terms.add(one.bound(gains[0], k), other.bound(gains[1], k))
    changes = terms.add(terms.sub(one.value, one.start), terms.sub(other.value, other.start))
    apart = terms.exists((k,), terms.and_(one.inside(k), terms.ne(members, terms.ONE)))
    yield terms.or_(apart, terms.eq(changes, one.size))


def rearranged(at: At, array: Term, source: tuple[Term, Term, Term]) -> Iterator[Term]:
    """Over all of a permutation of a range of another array: over that range. `array` holds the
    permutation from 0 on; `source` is the other array and the bounds of its range.
    """
    items, low, high = source
    for moved in _moved(at, array, items, low, high):
        size = terms.sub(high, low)
        whole = terms.and_(
            terms.eq(at.low, terms.ZERO), terms.eq(at.high, size), terms.le(terms.ZERO, size)
        )
        yield terms.implies(whole, terms.eq(at.value, moved.value))


def permuted(
    at: At, one: tuple[Term, Term, Term], other: tuple[Term, Term, Term]
) -> Iterator[Term]:
    """Over the whole of a range that is a permutation of another."""
    array, low, high = one
    whole = terms.and_(terms.eq(at.low, low), terms.eq(at.high, high))
    for moved in _moved(at, array, *other):
        yield terms.implies(whole, terms.eq(at.value, moved.value))


def _moved(at: At, array: Term, items: Term, low: Term, high: Term) -> Iterator[At]:
    if added(at.fold) is None:
        return
    for position, parameter in enumerate(at.fold.parameters):
        if (
            at.arguments[position] is array
            and read_at_member(at.fold, parameter)
            and not counts_places(at.fold, parameter)
        ):
            yield at.given(position, items).over(low, high)


def filtered(at: At) -> Iterator[Term]:
    """Over all that a filter kept: over what it went through, where its condition holds."""
    gain = added(at.fold)
    if gain is None or at.low is not terms.ZERO:
        return
    for position, parameter in enumerate(at.fold.parameters):
        array = at.arguments[position]
        kept = at.folds.of(array)
        if (
            not isinstance(kept, Fold)
            or not read_at_member(at.fold, parameter)
            or counts_places(at.fold, parameter)
        ):
            continue
        *arguments, low, high = array.args
        shape = filtering(At(at.folds, kept, tuple(arguments), low, high))
        if shape is None or shape.place(high) is not at.high:
            continue
        probe = terms.var("kept", array.sort.element)
        value = replaced(gain, terms.select(parameter, AT), probe)
        yield terms.eq(at.value, _through(at, shape, value, probe))


def _through(at: At, shape: Filtering, value: Term, probe: Term) -> Term:
    """The sum of `value`, which speaks of the member `probe`, over what a filter keeps."""
    given = at.binding

    def step(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        gain = terms.substitute(value, given | {probe: shape.element(member)})
        after = gains(at.fold.name, state[0], gain)
        return (terms.ite(shape.condition(member), after, state[0]),)

    through = shape.at
    (same,) = at.folds.apply("sum", (at.start,), through.low, through.high, step)
    return same
