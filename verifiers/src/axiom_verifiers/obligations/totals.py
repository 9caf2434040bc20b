"""What is said of a set as a whole: how many members it has, a sum over them, its greatest.

A set in the logic is an array of truth values; those that stand for a Python set are finite. Over
finite sets these are defined by what putting in and taking out a member does:

    total(p, {})          = 0
    total(p, s + {k})     = total(p, s) + (0 if k in s else element(p, k))
    total(p, s - {k})     = total(p, s) - (element(p, k) if k in s else 0)

which fixes one number for each finite set, whatever the order is, as adding is commutative. The
size of a set is the total of ones. Where the elements are read from an array, changing that at one
key changes the total by the difference. A problem gets these equations for every application in
it, followed through stores and choices; and beside them, for sets s and t: no total of elements
that are not negative is negative, a set has size 0 just when it is empty, and a subset is not
larger. `extreme` is a member's element that no other's is beyond; of an empty set it means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Fold, Folds, abstracted, is_bound, member
from axiom_verifiers.obligations.lemmas import members
from axiom_verifiers.obligations.lemmas.shapes import At

# A chain of changes is followed through so many stores and choices.
_LONGEST = 48


def _key(sort: sorts.Sort) -> Term:
    return terms.var("key", sort)


def _quantified(application: Term, facts: list[Term]) -> Iterator[Term]:
    """The facts, for all values of the bound variables that the application speaks of."""
    variables = tuple(free for free in application.free if member(free) or is_bound(free))
    for fact in facts:
        yield terms.forall(variables, fact, ((application,),)) if variables else fact


def _goes_on(high: Term) -> bool:
    """Whether the end of a range is something and a positive constant."""
    return high.op == "+" and any(part.is_literal and part.payload > 0 for part in high.args)


class Total:
    """A sum over the members of a set; its function takes parameters and the set."""

    def __init__(
        self, folds: Folds, parameters: tuple[Term, ...], element: Term, function: Function
    ) -> None:
        self.folds = folds
        self.parameters = parameters
        self.element = element
        self.function = function
        self.functions = (function,)
        self.key = _key(function.parameters[-1].index)
        self.read = tuple(self._read_at_key(parameter) for parameter in parameters)

    def _read_at_key(self, parameter: Term) -> bool:
        """Whether the element reads the array at the member alone."""
        if parameter.sort.kind is not sorts.Kind.ARRAY or parameter.sort.index is not self.key.sort:
            return False
        read = terms.select(parameter, self.key)
        return all(
            parameter not in term.args or term is read for term in terms.postorder((self.element,))
        )

    def at(self, arguments: tuple[Term, ...], key: Term) -> Term:
        """The element of one member."""
        binding = dict(zip(self.parameters, arguments, strict=True)) | {self.key: key}
        return terms.substitute(self.element, binding)

    def of(self, arguments: tuple[Term, ...], has: Term) -> Term:
        """The total of a set, as far as its text shows it."""
        return _Expansion(self).of(arguments, has)

    def facts(self, application: Term) -> Iterator[Term]:
        arguments, has = application.args[:-1], application.args[-1]
        expansion = _Expansion(self)
        found = [terms.eq(application, expansion.of(arguments, has))]
        for bottom in tuple(expansion.bottoms):
            found += self._of_bottom(bottom.args[:-1], bottom.args[-1])
        yield from _quantified(application, [f for f in found if f is not terms.TRUE])

    def _of_bottom(self, arguments: tuple[Term, ...], has: Term) -> Iterator[Term]:
        here = terms.apply(self.function, *arguments, has)
        key = self.key
        inside = terms.select(has, key)
        element = self.at(arguments, key)
        zero = terms.integer(0)
        some = terms.exists((key,), inside)
        yield terms.or_(some, terms.eq(here, zero))
        if element is terms.ONE:
            yield terms.le(zero, here)
            yield terms.forall((key,), terms.implies(inside, terms.le(terms.ONE, here)))
        else:
            negative = terms.exists((key,), terms.and_(inside, terms.lt(element, zero)))
            yield terms.or_(negative, terms.le(zero, here))
        fold = self.folds.of(has)
        if isinstance(fold, Fold) and element is terms.ONE:
            *given, low, high = has.args
            yield from members.sizes(At(self.folds, fold, tuple(given), low, high), here)
        # Only what goes on by a constant is followed back by one: so this comes to an end.
        if isinstance(fold, Fold) and _goes_on(has.args[-1]):
            *given, low, high = has.args
            index = fold.functions.index(has.payload)
            start = fold.started(tuple(given))[index]
            last = terms.sub(high, terms.ONE)
            before = fold.at(tuple(given), low, last)
            after = fold.stepped(tuple(given), before, last)[index]
            empty = terms.le(high, low)
            yield terms.implies(empty, terms.eq(here, self.of(arguments, start)))
            yield terms.implies(terms.not_(empty), terms.eq(here, self.of(arguments, after)))


class _Expansion:
    """Follows one total through the changes that its arguments show; notes where it ends."""

    def __init__(self, total: Total) -> None:
        self.total = total
        self.steps = 0
        self.bottoms: dict[Term, None] = {}

    def of(self, arguments: tuple[Term, ...], has: Term) -> Term:
        self.steps += 1
        total, zero = self.total, terms.integer(0)
        if self.steps <= _LONGEST:
            for position, argument in enumerate(arguments):
                if not total.read[position]:
                    continue
                if argument.op == "store":
                    array, key, _ = argument.args
                    before = (*arguments[:position], array, *arguments[position + 1 :])
                    change = terms.sub(total.at(arguments, key), total.at(before, key))
                    there = terms.ite(terms.select(has, key), change, zero)
                    return terms.add(self.of(before, has), there)
                if argument.op == "ite":
                    return self.split(argument.args[0], arguments, has)
            if has.op == "const-array" and has.args[0] is terms.FALSE:
                return zero
            if has.op == "ite":
                return self.split(has.args[0], arguments, has)
            if has.op == "store" and has.args[2].is_literal:
                array, key, put = has.args
                inside, element = terms.select(array, key), total.at(arguments, key)
                rest = self.of(arguments, array)
                if put is terms.TRUE:
                    return terms.add(rest, terms.ite(inside, zero, element))
                return terms.sub(rest, terms.ite(inside, element, zero))
        here = terms.apply(total.function, *arguments, has)
        self.bottoms[here] = None
        return here

    def split(self, condition: Term, arguments: tuple[Term, ...], has: Term) -> Term:
        def side(holds: bool) -> Term:
            def taken(term: Term) -> Term:
                while term.op == "ite" and term.args[0] is condition:
                    term = term.args[1 if holds else 2]
                return term

            return self.of(tuple(taken(argument) for argument in arguments), taken(has))

        return terms.ite(condition, side(holds=True), side(holds=False))


class Extreme:
    """The element that none is beyond; its function takes parameters and the set."""

    def __init__(
        self, parameters: tuple[Term, ...], element: Term, beyond: Term, function: Function
    ) -> None:
        self.parameters = parameters
        self.element = element
        # Of `here` and `there`: whether what is there is beyond what is here.
        self.beyond = beyond
        self.functions = (function,)

    def facts(self, application: Term) -> Iterator[Term]:
        arguments, has = application.args[:-1], application.args[-1]
        key = _key(has.sort.index)
        inside = terms.select(has, key)
        element = terms.substitute(self.element, dict(zip(self.parameters, arguments, strict=True)))
        here, there = (terms.var(name, application.sort) for name in ("here", "there"))
        beyond = terms.substitute(self.beyond, {here: application, there: element})
        reached = terms.exists((key,), terms.and_(inside, terms.eq(element, application)))
        none = terms.not_(terms.exists((key,), inside))
        yield from _quantified(
            application,
            [
                terms.forall((key,), terms.implies(inside, terms.not_(beyond))),
                terms.or_(none, reached),
            ],
        )


def total(folds: Folds, has: Term, element: Callable[[Term], Term]) -> Term:
    """The sum of `element(k)` over the members k of a set."""
    key = _key(has.sort.index)
    folds.made += 1
    own = terms.var(f"member.{folds.made}", key.sort)
    arguments, parameters, text = abstracted(element(own), own, key)

    def make(function: Function) -> Total:
        return Total(folds, parameters, text, function)

    kinds = tuple(parameter.sort for parameter in parameters)
    stem = "size" if text is terms.ONE else "total"
    made = folds.meaning(
        (stem, key.sort, text),
        lambda number: make(Function(f"{stem}.{number}", (*kinds, has.sort), sorts.INT)),
    )
    return made.of(arguments, has)


def size(folds: Folds, has: Term) -> Term:
    """How many members a set has."""
    return total(folds, has, lambda _: terms.ONE)


def extreme(
    folds: Folds,
    has: Term,
    element: Callable[[Term], Term],
    beyond: Callable[[Term, Term], Term],
) -> Term:
    """The element of a member that no member's is beyond, `beyond(here, there)`."""
    key = _key(has.sort.index)
    folds.made += 1
    own = terms.var(f"member.{folds.made}", key.sort)
    arguments, parameters, text = abstracted(element(own), own, key)
    here, there = (terms.var(name, text.sort) for name in ("here", "there"))
    order = beyond(here, there)
    kinds = tuple(parameter.sort for parameter in parameters)

    def make(function: Function) -> Extreme:
        return Extreme(parameters, text, order, function)

    made = folds.meaning(
        ("extreme", key.sort, text, order),
        lambda number: make(Function(f"extreme.{number}", (*kinds, has.sort), text.sort)),
    )
    return terms.apply(made.functions[0], *arguments, has)


class Enumeration:
    """An order in which a set is gone through: any, and at each place another.

    Its function gives the key at each position; `place` gives the position of each key. Both take
    the set, and whatever else the order depends on.
    """

    def __init__(self, folds: Folds, function: Function, place: Function) -> None:
        self.folds = folds
        self.functions = (function, place)
        self.place = place

    def facts(self, application: Term) -> Iterator[Term]:
        has = application.args[0]
        place = terms.apply(self.place, *application.args)
        count = size(self.folds, has)
        yield from _quantified(application, list(orders(has, application, count, place)))


def orders(has: Term, order: Term, length: Term, place: Term) -> Iterator[Term]:
    """That `order` up to `length` lists each member once, at its `place`."""
    key, index = _key(has.sort.index), terms.var("index", sorts.INT)
    inside, at = terms.select(has, key), terms.select(place, key)
    listed = terms.and_(
        terms.le(terms.ZERO, at), terms.lt(at, length), terms.eq(terms.select(order, at), key)
    )
    yield terms.forall((key,), terms.implies(inside, listed), ((inside,), (at,)))
    within = terms.and_(terms.le(terms.ZERO, index), terms.lt(index, length))
    here = terms.select(order, index)
    own = terms.and_(terms.select(has, here), terms.eq(terms.select(place, here), index))
    yield terms.forall((index,), terms.implies(within, own), ((here,),))


def enumeration(folds: Folds, has: Term) -> Term:
    """The members in an order of which nothing is known, not even that it is that of another
    time: equal sets need not be gone through alike.
    """
    folds.made += 1
    order_sort = sorts.array(sorts.INT, has.sort.index)
    place_sort = sorts.array(has.sort.index, sorts.INT)

    def make(function: Function) -> Enumeration:
        place = Function(f"{function.name}.place", (has.sort,), place_sort)
        return Enumeration(folds, function, place)

    made = folds.meaning(
        ("order", folds.made),
        lambda number: make(Function(f"order.{number}", (has.sort,), order_sort)),
    )
    order = terms.apply(made.functions[0], has)
    folds.note_listing(has, order, size(folds, has))
    return order


def kept_order(folds: Folds, has: Term, order: Term) -> Term:
    """The order of those keys that a comprehension keeps, by what it keeps and the order in which
    it goes through them: it is a function of these.
    """

    def make(number: int) -> Enumeration:
        given = (has.sort, order.sort)
        function = Function(f"kept.{number}", given, order.sort)
        place_sort = sorts.array(has.sort.index, sorts.INT)
        return Enumeration(folds, function, Function(f"kept.{number}.place", given, place_sort))

    made = folds.meaning(("kept order", has.sort), make)
    listing = terms.apply(made.functions[0], has, order)
    folds.note_listing(has, listing, size(folds, has))
    return listing


def place_in(folds: Folds, order: Term) -> Term:
    """The position of each key in an enumeration."""
    made = folds.of(order)
    if isinstance(made, Ascending):
        made = made.enumeration
    assert isinstance(made, Enumeration)
    return terms.apply(made.place, *order.args)


def sorted_members(folds: Folds, has: Term, before: Callable[[Term, Term], Term]) -> Term:
    """The members from the least to the greatest: a total order leaves but one such list."""
    order_sort = sorts.array(sorts.INT, has.sort.index)
    here, there = (terms.var(name, has.sort.index) for name in ("here", "there"))
    text = before(here, there)

    def make(function: Function) -> Ascending:
        place = Function(
            f"{function.name}.place", (has.sort,), sorts.array(has.sort.index, sorts.INT)
        )
        return Ascending(Enumeration(folds, function, place), text)

    made = folds.meaning(
        ("ascending", has.sort, text),
        lambda number: make(Function(f"ascending.{number}", (has.sort,), order_sort)),
    )
    return terms.apply(made.functions[0], has)


class Ascending:
    """The one enumeration of a set in which each key is before the next."""

    def __init__(self, enumeration: Enumeration, before: Term) -> None:
        self.enumeration = enumeration
        self.functions = enumeration.functions
        self.before = before

    def facts(self, application: Term) -> Iterator[Term]:
        yield from self.enumeration.facts(application)
        (has,) = application.args
        count = size(self.enumeration.folds, has)
        i, j = terms.var("index", sorts.INT), terms.var("later", sorts.INT)
        one, other = terms.select(application, i), terms.select(application, j)
        here, there = (terms.var(name, has.sort.index) for name in ("here", "there"))
        ordered = terms.substitute(self.before, {here: one, there: other})
        within = terms.and_(terms.le(terms.ZERO, i), terms.lt(i, j), terms.lt(j, count))
        fact = terms.forall((i, j), terms.implies(within, ordered), ((one, other),))
        yield from _quantified(application, [fact])
