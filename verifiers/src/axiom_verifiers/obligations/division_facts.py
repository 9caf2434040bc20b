"""What is true of divisibility by numbers that are not written out, which solvers hardly find.

Each fact is a line of algebra: `d` divides a sum when it divides all parts but one and that one
too; it divides a product when it divides a factor; with `a = b * (a // b) + a % b` it divides
`a % b`, if it divides `b`, just when it divides `a`. And what divides `n` comes in pairs, of which
one is at most the root: with `d * d > n` and `e >= d` the other one, `n // e`, is less than `d`.
All speak of SMT-LIB's `div` and `mod`, which the two branches of Python's are made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import is_bound, member

# How many remainders are looked at, how deep into each, and how many parts a sum may have.
_MOST = 24
_DEEP = 3
_PARTS = 4
# How many squares are told of with one number that is divided.
_SQUARES = 4


def division_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """What is true of the remainders in the roots whose divisor is no literal."""
    order = list(terms.postorder(roots))
    found = [
        term
        for term in order
        if term.op == "mod"
        and not term.args[1].is_literal
        and term.args[1].op != "neg"
        and not any(member(free) for free in term.free)
    ]
    seen: set[Term] = set()
    for term in found[:_MOST]:
        facts = list(_parts(term.args[0], term.args[1], seen, _DEEP))
        if facts:
            yield _for_all(terms.and_(*facts), term)
    squares = roots_of_squares(order)
    for term in found[:_MOST]:
        number, divisor = term.args
        if any(is_bound(free) for free in number.free) or divisor.op != "var":
            continue
        for root in squares[:_SQUARES]:
            beside = root is not divisor and root is not number
            if beside and not any(is_bound(free) for free in root.free):
                yield _for_all(_paired(number, divisor, root), term)


def roots_of_squares(order: list[Term]) -> list[Term]:
    """What is multiplied by itself, but for members of quantifiers."""
    found = [
        term.args[0]
        for term in order
        if term.op == "*"
        and len(term.args) == 2
        and term.args[0] is term.args[1]
        and term.sort is sorts.INT
        and not any(member(free) for free in term.free)
    ]
    return list(dict.fromkeys(found))


def square_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """How squares compare with their roots, and with one another."""
    squares = roots_of_squares(list(terms.postorder(roots)))[:_SQUARES]
    for root in squares:
        square = terms.mul(root, root)
        bounds = [terms.le(root, square), terms.le(terms.neg(root), square)]
        two = terms.integer(2)
        bounds.append(terms.implies(terms.le(two, root), terms.le(terms.mul(two, root), square)))
        yield _for_all(terms.and_(*bounds), square)
    for one, other in permutations(squares, 2):
        if any(is_bound(free) for free in other.free):
            continue
        facts = [_grows(one, other)]
        if any(is_bound(free) for free in one.free):
            facts.append(_grows(other, one))
        yield _for_all(terms.and_(*facts), terms.mul(one, one))


def _grows(one: Term, other: Term) -> Term:
    """Of two roots that are not negative the greater one has the greater square."""
    first, second = terms.mul(one, one), terms.mul(other, other)
    less = terms.and_(terms.le(terms.ZERO, one), terms.lt(one, other))
    least = terms.and_(terms.le(terms.ZERO, other), terms.le(other, one))
    return terms.and_(
        terms.implies(less, terms.lt(first, second)),
        terms.implies(least, terms.le(second, first)),
    )


def _for_all(fact: Term, term: Term) -> Term:
    """The fact for every value of what is bound around the term."""
    variables = tuple(free for free in term.free if is_bound(free))
    return terms.forall(variables, fact, ((term,),)) if variables else fact


def divides(divisor: Term, number: Term) -> Term:
    """That nothing is left of a division; `divisor` is not zero."""
    return terms.eq(terms.euclid_mod(number, divisor), terms.ZERO)


def _parts(number: Term, divisor: Term, seen: set[Term], deep: int) -> Iterator[Term]:
    """When the divisor divides a number that is put together from others."""
    here = terms.euclid_mod(number, divisor)
    if here in seen or not deep:
        return
    seen.add(here)
    some = terms.not_(terms.eq(divisor, terms.ZERO))
    whole = divides(divisor, number)
    inner: tuple[Term, ...] = ()
    if number is divisor:
        yield terms.implies(some, whole)
        return
    match number.op:
        case "+" | "-" if len(number.args) <= _PARTS:
            inner = number.args
            for one in inner:
                rest = [divides(divisor, other) for other in inner if other is not one]
                same = terms.iff(whole, divides(divisor, one))
                yield terms.implies(terms.and_(some, *rest), same)
        case "*" if len(number.args) <= _PARTS:
            inner = tuple(one for one in number.args if not one.is_literal)
            for one in inner:
                yield terms.implies(terms.and_(some, divides(divisor, one)), whole)
        case "neg":
            inner = number.args
            yield terms.implies(some, terms.iff(whole, divides(divisor, inner[0])))
        case "mod":
            inner = number.args
            split = terms.not_(terms.eq(inner[1], terms.ZERO))
            same = terms.iff(whole, divides(divisor, inner[0]))
            yield terms.implies(terms.and_(some, split, divides(divisor, inner[1])), same)
        case "ite" if number.args[1].sort is sorts.INT:
            condition, then, otherwise = number.args
            inner = (then, otherwise)
            for holds, branch in ((condition, then), (terms.not_(condition), otherwise)):
                same = terms.iff(whole, divides(divisor, branch))
                yield terms.implies(terms.and_(some, holds), same)
        case _:
            return
    for one in inner:
        if not one.is_literal:
            yield from _parts(one, divisor, seen, deep - 1)


def _paired(number: Term, divisor: Term, root: Term) -> Term:
    """The other one of two divisors: less than `root`, whose square is beyond the number."""
    other = terms.euclid_div(number, divisor)
    given = terms.and_(
        terms.lt(terms.ZERO, number),
        terms.lt(terms.ZERO, root),
        terms.le(root, divisor),
        terms.lt(number, terms.mul(root, root)),
        divides(divisor, number),
    )
    known = terms.and_(
        terms.eq(terms.mul(divisor, other), number),
        terms.lt(terms.ZERO, other),
        terms.lt(other, root),
        divides(other, number),
        # The other one is 1 only for the number itself.
        terms.iff(terms.eq(other, terms.ONE), terms.eq(divisor, number)),
    )
    return terms.implies(given, known)
