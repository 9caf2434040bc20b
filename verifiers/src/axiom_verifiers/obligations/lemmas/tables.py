"""Lemmas about sums over lists that are given by their elements: one list after another, and what
a comprehension or a repetition makes.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Folds, Table, is_bound, member
from axiom_verifiers.obligations.lemmas.shapes import (
    At,
    added,
    along,
    counts_places,
    read_at_member,
    reads,
    replaced,
)
from axiom_verifiers.obligations.lemmas.sums import gains, polynomial
from axiom_verifiers.obligations.sorting import Sorting


def joined(at: At) -> Iterator[Term]:
    """Over two lists one after the other: over the first, then over the second."""
    if added(at.fold) is None:
        return
    for position, table in _tables(at):
        halves = _halves(table, at.arguments[position])
        if halves is None:
            continue
        first, second, middle = halves
        left = _over(at, position, first, at.low, middle)
        right = _over(at, position, second, middle, at.high)
        if left is None or right is None:
            continue
        both = terms.add(left, terms.sub(right, at.start))
        within = terms.and_(terms.le(at.low, middle), terms.le(middle, at.high))
        yield terms.implies(within, terms.eq(at.value, both))


def mapped(at: At) -> Iterator[Term]:
    """Over an array that is given by its elements: over these."""
    if added(at.fold) is None:
        return
    for position, table in _tables(at):
        if _halves(table, at.arguments[position]) is None:
            held = _bound(table, at.arguments[position], table.element)
            yield terms.eq(at.value, _of_elements(at, position, held, at.low, at.high))


def beside_orders(folds: Folds, roots: tuple[Term, ...], meant: tuple[Term, ...]) -> Iterator[Term]:
    """Of lists that are put in order, and of what is made of those in order, from their parts on:
    what stands at a place there has a place in the other.
    """
    orders = {term for term in meant if isinstance(folds.of(term), Sorting)}
    if not orders:
        return
    ordered = {term.args[-3] for term in orders}
    for term in terms.postorder(roots):
        if any(is_bound(free) or member(free) for free in term.free):
            continue
        if term in ordered or not orders.isdisjoint(term.args):
            yield from _read_by_parts(folds, term)


def _read_by_parts(folds: Folds, application: Term) -> Iterator[Term]:
    """An array that is given by its elements, found from what these read at the same place."""
    table = folds.of(application)
    if not isinstance(table, Table) or application.sort.index is not sorts.INT:
        return
    place, own = terms.var("place", sorts.INT), terms.var("at", sorts.INT)
    element = terms.substitute(_bound(table, application, table.element), {own: place})
    read = terms.select(application, place)
    yield terms.forall((place,), terms.eq(read, element), reads(element, place))


def _tables(at: At) -> Iterator[tuple[int, Table]]:
    """The arguments that are given by their elements, and read at the member alone."""
    for position, parameter in enumerate(at.fold.parameters):
        table = at.folds.of(at.arguments[position])
        if isinstance(table, Table) and read_at_member(at.fold, parameter):
            yield position, table


def _bound(table: Table, application: Term, part: Term) -> Term:
    return terms.substitute(part, dict(zip(table.parameters, application.args, strict=True)))


def halves(at: At, position: int) -> tuple[Term, Term, Term] | None:
    """Of an argument that is one list after another: the elements of both, over `AT`, and the
    place where the second begins.
    """
    table = at.folds.of(at.arguments[position])
    return _halves(table, at.arguments[position]) if isinstance(table, Table) else None


def _halves(table: Table, application: Term) -> tuple[Term, Term, Term] | None:
    """Of a table that is one thing up to a place and another one from there on: the elements of
    both, and the place.
    """
    element = table.element
    if element.op != "ite" or element.args[0].op != "<" or element.args[0].args[0] is not AT:
        return None
    if AT in element.args[0].args[1].free:
        return None
    middle, first, second = (
        _bound(table, application, part) for part in (element.args[0].args[1], *element.args[1:])
    )
    return first, second, middle


def _over(at: At, position: int, held: Term, low: Term, high: Term) -> Term | None:
    """The sum over a range of a table in which its elements are `held`: over another array where
    they are read from one, in order.
    """
    parameter = at.fold.parameters[position]
    if held.op == "select" and AT not in held.args[0].free:
        shape = polynomial(held.args[1])
        if shape is not None and shape[1:] == (1, 0) and not counts_places(at.fold, parameter):
            there = at.given(position, held.args[0])
            return there.over(along(low, shape[0]), along(high, shape[0])).value
    return _of_elements(at, position, held, low, high)


def _of_elements(at: At, position: int, held: Term, low: Term, high: Term) -> Term:
    gain = added(at.fold)
    assert gain is not None
    parameter = at.fold.parameters[position]
    given = at.binding
    probe = terms.var("member", parameter.sort.element)
    value = replaced(gain, terms.select(parameter, AT), probe)

    def step(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        own = terms.substitute(held, {AT: member})
        gain = terms.substitute(value, given | {probe: own, AT: member})
        return (gains(at.fold.name, state[0], gain),)

    (same,) = at.folds.apply(at.fold.name, (at.start,), low, high, step)
    return same
