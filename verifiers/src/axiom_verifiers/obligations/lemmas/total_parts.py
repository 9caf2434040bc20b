"""Lemmas about sums over the members of sets: by the parts of the set, and by those of what is
added.

* Over the members of a set that meet a condition: over the whole set, where it holds. Over those of
  one set or another: over the one, then over what the other has besides.
* Over the members of one set that are in another: over the other, where they are in the one.
* Over the members for which something does not hold: over all, less over those for which it does.
* Of sums: the sums of the parts. Of a multiple by what is no matter of the member: the multiple.

Each is shown by adding one member after the other to a set that is empty at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import totals
from axiom_verifiers.obligations.folds import Folds, Table, is_bound
from axiom_verifiers.obligations.lemmas.linear import factors, summands
from axiom_verifiers.obligations.lemmas.shapes import kept_or, replaced
from axiom_verifiers.obligations.totals import Total

# So many totals of one problem are taken apart.
_MOST = 24
# So many pairs are told of.
_PAIRS = 3


def of_totals(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """For the totals of a problem, and those that they are put together of."""
    waiting = list(_totals(folds, roots))[:_MOST]
    seen = set(waiting)
    for application in waiting:
        for fact in taken_apart(folds, application):
            yield fact
            for term in _totals(folds, (fact,)):
                if term not in seen and len(seen) < _MOST:
                    seen.add(term)
                    waiting.append(term)


def _totals(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    for term in terms.postorder(roots):
        meaning = folds.of(term)
        if (
            isinstance(meaning, Total)
            and term.payload == meaning.function
            and not any(is_bound(free) for free in term.free)
        ):
            yield term


def of_pairs(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """A total that is asked about is equal to another one where they have the same members, and
    the same is added for each. The last root is what is asked.
    """
    asked = dict.fromkeys(_totals(folds, roots[-1:]))
    beside = [one for one in dict.fromkeys(_totals(folds, roots)) if one not in asked]
    pairs = [*combinations(asked, 2), *product(asked, beside)]
    alikes = [(a, b) for a, b in pairs if a.args[-1].sort is b.args[-1].sort]
    for one, other in alikes[:_PAIRS]:
        yield alike(folds, one, other)


def alike(folds: Folds, one: Term, other: Term) -> Term:
    """The same of two totals."""
    key = terms.var("#member", one.args[-1].sort.index)
    first, second = (
        meaning.at(tuple(total.args[:-1]), key)
        for total in (one, other)
        for meaning in (folds.of(total),)
        if isinstance(meaning, Total)
    )
    here, there = (terms.select(total.args[-1], key) for total in (one, other))
    differ = terms.or_(
        terms.not_(terms.iff(here, there)), terms.and_(here, terms.ne(first, second))
    )
    return terms.or_(terms.exists((key,), differ), terms.eq(one, other))


def taken_apart(folds: Folds, application: Term) -> Iterator[Term]:
    """What one total is by others."""
    meaning = folds.of(application)
    assert isinstance(meaning, Total)
    *arguments, has = application.args
    # A name that no argument has.
    key = terms.var("#member", has.sort.index)
    element = _read(folds, meaning.at(tuple(arguments), key), key)
    whole = _Whole(folds, has, key)
    parts = whole.parts()
    if parts is not None:
        over = (one.total(terms.ite(condition, element, terms.ZERO)) for one, condition in parts)
        yield terms.eq(application, terms.add(terms.ZERO, *over))
        return
    clear = whole.known(element)
    if clear is not meaning.at(tuple(arguments), key):
        # The same number, by what stands at the members alone.
        yield terms.eq(application, whole.total(clear))
        return
    yield from whole.by_elements(application, element)


def _read(folds: Folds, element: Term, key: Term) -> Term:
    """The element, with what stands at the key in arrays that are given by their elements."""
    for term in list(terms.postorder((element,))):
        if term.op == "select" and term.args[1] is key and key not in term.args[0].free:
            table = folds.of(term.args[0])
            if isinstance(table, Table):
                element = replaced(element, term, _at(table, term.args[0], key))
    return element


def _at(table: Table, array: Term, key: Term) -> Term:
    own = terms.var("at", array.sort.index)
    binding = dict(zip(table.parameters, array.args, strict=True)) | {own: key}
    return terms.substitute(table.element, binding)


class _Whole:
    """A set whose members are added up by `key`."""

    def __init__(self, folds: Folds, has: Term, key: Term) -> None:
        self.folds = folds
        self.has = has
        self.key = key

    @property
    def inside(self) -> Term:
        return terms.select(self.has, self.key)

    def total(self, element: Term) -> Term:
        """The sum of what speaks of the key."""
        return totals.total(
            self.folds,
            self.has,
            lambda own: terms.substitute(self.known(element), {self.key: own}),
        )

    def known(self, element: Term) -> Term:
        """The element of a member, which is one."""
        element = replaced(element, self.inside, terms.TRUE)
        if element.op == "ite":
            condition, then, otherwise = element.args
            for part in condition.args if condition.op == "and" else (condition,):
                positive = part.args[0] if part.op == "not" else part
                holds = terms.FALSE if part.op == "not" else terms.TRUE
                then = replaced(then, positive, holds)
            return terms.ite(condition, then, otherwise)
        return element

    def parts(self) -> list[tuple[_Whole, Term]] | None:
        """Sets of which this has the members for which a condition holds, each member in one of
        them alone; None where its text does not show such.
        """
        table = self.folds.of(self.has)
        if not isinstance(table, Table):
            return None
        inside = _at(table, self.has, self.key)
        if inside.op != "or":
            only = self.part(inside)
            return None if only is None else [only]
        if len(inside.args) != 2:
            return None
        first, second = (self.part(side) for side in inside.args)
        if first is None or second is None:
            return None
        besides = terms.and_(terms.not_(inside.args[0]), second[1])
        return [first, (second[0], besides)]

    def part(self, inside: Term) -> tuple[_Whole, Term] | None:
        """A set that has all for which `inside` holds, and what else holds of these."""
        sides = inside.args if inside.op == "and" else (inside,)
        for side in sides:
            if self.is_membership(side):
                rest = [other for other in sides if other is not side]
                return _Whole(self.folds, side.args[0], self.key), terms.and_(*rest)
        return None

    def is_membership(self, term: Term) -> bool:
        return (
            term.op == "select"
            and term.args[1] is self.key
            and term.sort is sorts.BOOL
            and self.key not in term.args[0].free
        )

    def by_elements(self, application: Term, element: Term) -> Iterator[Term]:
        condition, inner = kept_or(element, terms.ZERO) or (terms.TRUE, element)
        sides = condition.args if condition.op == "and" else (condition,)
        for side in sides:
            rest = terms.and_(*(other for other in sides if other is not side))
            if side.op == "not":
                among = terms.and_(rest, side.args[0])
                everything = self.total(terms.ite(rest, inner, terms.ZERO))
                those = self.total(terms.ite(among, inner, terms.ZERO))
                yield terms.eq(application, terms.sub(everything, those))
                return
        for side in sides:
            if self.is_membership(side):
                rest = terms.and_(*(other for other in sides if other is not side))
                other = _Whole(self.folds, side.args[0], self.key)
                met = terms.and_(rest, self.inside)
                yield terms.eq(application, other.total(terms.ite(met, inner, terms.ZERO)))
                break
        parts = list(summands(inner, 1))
        split = [factors(part, self.key) for part, _ in parts]
        if len(parts) < 2 and (inner is terms.ONE or split[0][0] is terms.ONE):
            return
        sums = (
            terms.mul(
                terms.integer(sign), factor, self.total(terms.ite(condition, rest, terms.ZERO))
            )
            for (_, sign), (factor, rest) in zip(parts, split, strict=True)
        )
        yield terms.eq(application, terms.add(terms.ZERO, *sums))
