"""Lists in order, and lists that are permutations of one another: what they mean in a proof.

`sorted` is a function of the array, the range and whatever else its key depends on, with two
more functions that say where each member came from and went. The facts determine the result:

* each place of the result holds the member of one place of the range, and each of the range is
  held at one place of the result;
* of two places, the first must stand before the second, or neither must and the order is that
  of the range (Python's sort is stable, also in reverse);
* each value occurs equally often in both.

Two lists are permutations of one another when each value occurs equally often in both. That
they are not has a witness, a value that occurs more often in one; that they are has functions
between their places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Abstraction, Folds, is_bound, member

_ARRAY, _LOW, _HIGH, _VALUE = "array", "low", "high", "value"


class Counting(msgspec.Struct, frozen=True):
    """How often a value occurs: `count` speaks of `array`, `low`, `high` and `value`, a packed
    member.
    """

    array: Term
    low: Term
    high: Term
    value: Term
    count: Term

    def of(self, array: Term, low: Term, high: Term, value: Term) -> Term:
        mapping = {self.array: array, self.low: low, self.high: high, self.value: value}
        return terms.substitute(self.count, mapping)


def counting(item: sorts.Sort, count: Callable[[Term, Term, Term, Term], Term]) -> Counting:
    """`count` gives the number of occurrences, for an array, a range and a packed value."""
    array = terms.var(_ARRAY, sorts.array(sorts.INT, item))
    low, high = terms.var(_LOW, sorts.INT), terms.var(_HIGH, sorts.INT)
    value = terms.var(_VALUE, item)
    return Counting(array, low, high, value, count(array, low, high, value))


def _outer(application: Term) -> tuple[Term, ...]:
    """The variables, bound elsewhere, that an application depends on."""
    return tuple(
        sorted(
            (v for v in application.free if member(v) or is_bound(v)),
            key=lambda variable: str(variable.payload),
        )
    )


def _inside(low: Term, place: Term, high: Term) -> Term:
    return terms.and_(terms.le(low, place), terms.lt(place, high))


def _for_all(outer: tuple[Term, ...], fact: Term, trigger: Term) -> Term:
    """The fact for all variables of an outer quantifier, where there are any."""
    return terms.forall(outer, fact, ((trigger,),)) if outer else fact


class Total(Enum):
    """Whether of two different members one stands before the other."""

    YES = "yes"
    NO = "no"


class Sorting(msgspec.Struct, frozen=True):
    """`before` speaks of `parameters`, `first` and `second`: whether one member must stand
    before another wherever they come from. `functions` are the array in order, the place that
    each of its members comes from, and the place that each member of the range goes to; after
    the parameters they take the array, its offset and its length. Where `total`, members of which
    neither stands before the other are equal.
    """

    parameters: tuple[Term, ...]
    first: Term
    second: Term
    before: Term
    functions: tuple[Function, ...]
    counting: Counting
    total: bool

    def ahead(self, arguments: tuple[Term, ...], first: Term, second: Term) -> Term:
        binding = dict(zip(self.parameters, arguments, strict=True))
        return terms.substitute(self.before, binding | {self.first: first, self.second: second})

    def facts(self, application: Term) -> Iterator[Term]:
        *arguments, items, offset, length = application.args
        ordered, source, place = self.functions
        outer = _outer(application)
        end = terms.add(offset, length)
        i, j = terms.var("i", sorts.INT), terms.var("j", sorts.INT)

        def at(index: Term) -> Term:
            return terms.select(application, index)

        def comes_from(index: Term) -> Term:
            return terms.apply(source, *application.args, index)

        def goes_to(index: Term) -> Term:
            return terms.apply(place, *application.args, index)

        assert ordered.name == application.payload.name
        came = terms.and_(
            _inside(offset, comes_from(i), end),
            terms.eq(at(i), terms.select(items, comes_from(i))),
            terms.eq(goes_to(comes_from(i)), i),
        )
        yield terms.forall(
            (i, *outer),
            terms.implies(_inside(terms.ZERO, i, length), came),
            ((at(i),), (comes_from(i),)),
        )
        went = terms.and_(
            _inside(terms.ZERO, goes_to(i), length),
            terms.eq(at(goes_to(i)), terms.select(items, i)),
            terms.eq(comes_from(goes_to(i)), i),
        )
        yield terms.forall(
            (i, *outer),
            terms.implies(_inside(offset, i, end), went),
            ((terms.select(items, i),), (goes_to(i),)),
        )
        given = tuple(arguments)
        right = terms.or_(
            self.ahead(given, at(i), at(j)),
            terms.and_(
                terms.not_(self.ahead(given, at(j), at(i))),
                terms.lt(comes_from(i), comes_from(j)),
            ),
        )
        both = terms.and_(terms.le(terms.ZERO, i), terms.lt(i, j), terms.lt(j, length))
        yield terms.forall((i, j, *outer), terms.implies(both, right), ((at(i), at(j)),))
        # What is in order already stays as it is.
        after = terms.select(items, terms.add(i, terms.ONE))
        next_inside = terms.and_(terms.le(offset, i), terms.lt(terms.add(i, terms.ONE), end))
        falls = terms.and_(next_inside, self.ahead(given, after, terms.select(items, i)))
        stays = terms.eq(at(i), terms.select(items, terms.add(offset, i)))
        kept = terms.forall((i,), terms.implies(_inside(terms.ZERO, i, length), stays), ((at(i),),))
        yield _for_all(outer, terms.or_(terms.exists((i,), falls), kept), at(terms.ZERO))
        value = terms.var("value", self.counting.value.sort)
        here = self.counting.of(application, terms.ZERO, length, value)
        there = self.counting.of(items, offset, end, value)
        same = terms.implies(terms.le(terms.ZERO, length), terms.eq(here, there))
        yield terms.forall((value, *outer), same, ((here,), (there,)))


def agreement(sorting: Sorting, one: Term, other: Term) -> Function:
    """A value by which what two lists in one order were made from differs, if there is any."""
    kinds = tuple(arg.sort for arg in (*one.args, *other.args[len(sorting.parameters) :]))
    item = sorting.counting.value.sort
    return Function(f"{sorting.functions[0].name}.witness", kinds, item)


def agreeing(sorting: Sorting, one: Term, other: Term) -> Iterator[Term]:
    """Two lists in one order are equal where each value occurs equally often in what they were
    made from, and only there.
    """
    size = len(sorting.parameters)
    if not sorting.total or one.args[:size] != other.args[:size]:
        return
    item = sorting.counting.value.sort
    arguments = (*one.args, *other.args[size:])
    witness = agreement(sorting, one, other)
    value, any_value = terms.apply(witness, *arguments), terms.var("value", item)

    def occurrences(application: Term, wanted: Term) -> Term:
        items, offset, length = application.args[size:]
        return sorting.counting.of(items, offset, terms.add(offset, length), wanted)

    here, there = occurrences(one, any_value), occurrences(other, any_value)
    k = terms.var("k", sorts.INT)
    sizes = [terms.maximum(application.args[-1], terms.ZERO) for application in (one, other)]
    lengths = terms.eq(*sizes)
    inside = _inside(terms.ZERO, k, one.args[-1])
    same = terms.eq(terms.select(one, k), terms.select(other, k))
    alike = terms.forall(
        (k,), terms.implies(inside, same), ((terms.select(one, k),), (terms.select(other, k),))
    )
    apart = terms.exists((k,), terms.and_(inside, terms.not_(same)))
    balanced = terms.forall((any_value,), terms.eq(here, there), ((here,), (there,)))
    unbalanced = terms.ne(occurrences(one, value), occurrences(other, value))
    # Where each value occurs equally often, there are as many in all.
    yield terms.or_(unbalanced, terms.and_(lengths, alike))
    yield terms.implies(lengths, terms.or_(apart, balanced))


def turned(one: Sorting, term: Term, two: Sorting, other: Term) -> Iterator[Term]:
    """Of one range in a total order and in the reverse of that order, each is the other turned
    round: of two members of which neither must stand first, nobody sees which does.
    """
    size = len(one.parameters)
    swapped = terms.substitute(two.before, {two.first: two.second, two.second: two.first})
    if not (one.total and two.total) or swapped is not one.before or term.args != other.args:
        return
    length = term.args[size + 2]
    k = terms.var("k", sorts.INT)
    for here, there in ((term, other), (other, term)):
        read = terms.select(here, k)
        from_end = terms.sub(length, terms.add(k, terms.ONE))
        same = terms.eq(read, terms.select(there, from_end))
        inside = _inside(terms.ZERO, k, length)
        yield terms.forall((k,), terms.implies(inside, same), ((read,),))


def as_it_is(sorting: Sorting, order: Term) -> Iterator[Term]:
    """What stays as it is when it is put in order, from its beginning, was in order before."""
    given = order.args[: len(sorting.parameters)]
    items, offset, length = order.args[len(sorting.parameters) :]
    if offset is not terms.ZERO:
        return
    i, j, k = (terms.var(name, sorts.INT) for name in "ijk")
    moved = terms.ne(terms.select(order, k), terms.select(items, k))
    some = terms.exists((k,), terms.and_(_inside(terms.ZERO, k, length), moved))
    both = terms.and_(terms.le(terms.ZERO, i), terms.lt(i, j), terms.lt(j, length))
    one, other = terms.select(items, i), terms.select(items, j)
    right = terms.implies(both, terms.not_(sorting.ahead(given, other, one)))
    yield terms.or_(some, terms.forall((i, j), right, ((one, other),)))


def settled(sorting: Sorting, order: Term, permutation: Term) -> Iterator[Term]:
    """A permutation of a list that is in order is that list in order."""
    size = len(sorting.parameters)
    if not sorting.total:
        return
    given = order.args[:size]
    items, offset, length = order.args[size:]
    k = terms.var("k", sorts.INT)
    sides = (permutation.args[:3], permutation.args[3:])
    for (array, low, high), (source, start, end) in (sides, sides[::-1]):
        if source is not items:
            continue
        whole = terms.and_(
            terms.eq(start, offset), terms.eq(end, terms.add(offset, length)), permutation
        )
        after = terms.select(array, terms.add(k, terms.ONE))
        inside = terms.and_(terms.le(low, k), terms.lt(terms.add(k, terms.ONE), high))
        falls = terms.and_(inside, sorting.ahead(given, after, terms.select(array, k)))
        read, there = terms.select(order, k), terms.select(array, terms.add(low, k))
        within = _inside(terms.ZERO, k, length)
        same = terms.forall((k,), terms.implies(within, terms.eq(read, there)), ((read,),))
        yield terms.implies(whole, terms.or_(terms.exists((k,), falls), same))


def in_order(
    folds: Folds,
    items: Term,
    offset: Term,
    length: Term,
    before: Callable[[Term, Term], Term],
    count: Counting,
    total: Total,
) -> Term:
    """The array whose first `length` members are those of `items` from `offset` on, in order.

    `before` is a strict weak order of packed members; where it is `total`, of two different ones
    one stands before the other.
    """
    item = items.sort.element
    folds.made += 1
    first = terms.var(f"member.{folds.made}.first", item)
    second = terms.var(f"member.{folds.made}.second", item)
    abstraction = Abstraction({first, second})
    own = {name: terms.var(name.payload.rpartition(".")[2], item) for name in (first, second)}
    rule = terms.substitute(abstraction.of(before(first, second)), own)
    parameters = tuple(abstraction.found.values())

    def make(number: int) -> Sorting:
        given = (*(p.sort for p in parameters), items.sort, sorts.INT, sorts.INT)
        functions = (
            Function(f"sorted.{number}", given, items.sort),
            Function(f"sorted.{number}.source", (*given, sorts.INT), sorts.INT),
            Function(f"sorted.{number}.place", (*given, sorts.INT), sorts.INT),
        )
        return Sorting(
            parameters, own[first], own[second], rule, functions, count, total is Total.YES
        )

    sorting = folds.meaning(("sorted", rule, total), make)
    return terms.apply(sorting.functions[0], *abstraction.found, items, offset, length)


class Permutation(msgspec.Struct, frozen=True):
    """`same` speaks of `left` and `right`, packed members: whether they are equal. `functions`
    are whether two ranges of two arrays are permutations of one another, a value by which they
    are not, and the places in each that belong to those in the other.
    """

    left: Term
    right: Term
    same: Term
    counting: Counting
    functions: tuple[Function, ...]

    @property
    def is_identity(self) -> bool:
        """Whether equal members are one packed term."""
        ops = {term.op for term in terms.postorder((self.same,))}
        return ops <= {"and", "=", "field", "var"}

    @property
    def witness(self) -> Function:
        return self.functions[1]

    def facts(self, application: Term) -> Iterator[Term]:
        yield from self.enough(application)
        yield from self.consequences(application)

    def enough(self, application: Term) -> Iterator[Term]:
        """What it follows from: that its witness occurs equally often in both."""
        one, one_low, one_high, other, other_low, other_high = application.args
        value = terms.apply(self.witness, *application.args)
        here = self.counting.of(one, one_low, one_high, value)
        beyond = self.counting.of(other, other_low, other_high, value)
        balanced = terms.or_(application, terms.ne(here, beyond))
        yield _for_all(_outer(application), balanced, application)

    def consequences(self, application: Term) -> Iterator[Term]:
        """What follows from it."""
        one, one_low, one_high, other, other_low, other_high = application.args
        _, witness, there, back = self.functions
        outer = _outer(application)
        any_value = terms.var("value", witness.result)
        here = self.counting.of(one, one_low, one_high, any_value)
        beyond = self.counting.of(other, other_low, other_high, any_value)
        yield terms.forall(
            (any_value, *outer),
            terms.implies(application, terms.eq(here, beyond)),
            ((here,), (beyond,)),
        )
        sizes = [
            terms.maximum(terms.sub(high, low), terms.ZERO)
            for low, high in ((one_low, one_high), (other_low, other_high))
        ]
        yield _for_all(outer, terms.implies(application, terms.eq(*sizes)), application)
        k = terms.var("k", sorts.INT)
        ways = (
            (there, back, one, one_low, one_high, other, other_low, other_high),
            (back, there, other, other_low, other_high, one, one_low, one_high),
        )
        for go, come, left, low, high, right, least, most in ways:
            at = terms.apply(go, *application.args, k)
            binding = {self.left: terms.select(left, k), self.right: terms.select(right, at)}
            found = terms.and_(
                _inside(least, at, most),
                terms.substitute(self.same, binding),
                terms.eq(terms.apply(come, *application.args, at), k),
            )
            yield terms.forall(
                (k, *outer),
                terms.implies(terms.and_(application, _inside(low, k, high)), found),
                ((terms.select(left, k),), (at,)),
            )


def permuted(
    folds: Folds,
    left: tuple[Term, Term, Term],
    right: tuple[Term, Term, Term],
    same: Callable[[Term, Term], Term],
    count: Counting,
) -> Term:
    """Whether two ranges are permutations of one another: of each the array, and the bounds."""
    item = left[0].sort.element
    one, other = terms.var("left", item), terms.var("right", item)
    rule = same(one, other)

    def make(number: int) -> Permutation:
        given = (left[0].sort, sorts.INT, sorts.INT, right[0].sort, sorts.INT, sorts.INT)
        functions = (
            Function(f"permutation.{number}", given, sorts.BOOL),
            Function(f"permutation.{number}.witness", given, item),
            Function(f"permutation.{number}.there", (*given, sorts.INT), sorts.INT),
            Function(f"permutation.{number}.back", (*given, sorts.INT), sorts.INT),
        )
        return Permutation(one, other, rule, count, functions)

    permutation = folds.meaning(("permutation", rule), make)
    return terms.apply(permutation.functions[0], *left, *right)
