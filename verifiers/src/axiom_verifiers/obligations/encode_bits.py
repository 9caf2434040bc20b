"""Bit operations on unbounded ints, as Python has them: two's complement without end.

A mask that is known is arithmetic: the bits of a run are a remainder of a quotient. Else `a & b` is
a function of the logic, of which `bit_facts` are known; `|` and `^` follow from it, since
`a + b = (a | b) + (a & b)` and `a ^ b = (a | b) - (a & b)`. A shift by n is a product with, or a
quotient by, the nth power of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import is_bound, member
from axiom_verifiers.obligations.ranges import Bounded

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder

AND = Function("int.and", (sorts.INT, sorts.INT), sorts.INT)
_TWO = terms.integer(2)
_MINUS = terms.integer(-1)
# Runs of bits that a mask has at most to be written out.
_RUNS = 8
# In a bounded search, the bits that are looked at; and the most that a constant shifts by.
_BITS = 8
_SHIFT = 256
# How many places are looked at where two numbers may have no bit in common.
_PLACES = 4
_MOST = 12


def bitwise(encoder: Encoder, op: str, a: Term, b: Term) -> Term:
    """`a & b`, `a | b`, `a ^ b` of ints."""
    both = _and(encoder, a, b)
    match op:
        case "&":
            return both
        case "|":
            return terms.sub(terms.add(a, b), both)
        case _:
            return terms.sub(terms.add(a, b), terms.mul(_TWO, both))


def shifted(encoder: Encoder, node: ex.Binary, a: Term, b: Term) -> Term:
    """`a << b`, `a >> b`; ValueError for a negative `b`."""
    if b.is_literal:
        if b.payload > _SHIFT:
            raise NotModelledError("shift by a large constant")
        if b.payload < 0:
            encoder.fail("ValueError", terms.TRUE, node.span)
            return terms.ZERO
        factor = terms.integer(1 << b.payload)
    else:
        encoder.fail("ValueError", terms.lt(b, terms.ZERO), node.span)
        (factor,) = encoder.fold(
            "power", (terms.ONE,), terms.ZERO, b, lambda state, _: (terms.mul(state[0], _TWO),)
        )
    return terms.mul(factor, a) if node.op == "<<" else terms.floor_div(a, factor)


def _and(encoder: Encoder, a: Term, b: Term) -> Term:
    if a.is_literal:
        a, b = b, a
    if b.is_literal:
        mask: int = b.payload
        runs = list(_runs(mask if mask >= 0 else ~mask))
        if len(runs) <= _RUNS:
            kept = terms.add(terms.ZERO, *(_run(a, low, size) for low, size in runs))
            # A negative mask keeps what its complement does not.
            return kept if mask >= 0 else terms.sub(a, kept)
    if isinstance(encoder.ranges, Bounded):
        return _written_out(encoder.ranges, a, b)
    return terms.apply(AND, a, b)


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """The runs of ones of a mask that is not negative: where each begins, and how long it is."""
    at = 0
    while mask >> at:
        if not mask >> at & 1:
            at += 1
            continue
        size = 1
        while mask >> (at + size) & 1:
            size += 1
        yield at, size
        at += size


def _run(a: Term, low: int, size: int) -> Term:
    """The bits of `a` from `low` on, in their place."""
    from_low = terms.floor_div(a, terms.integer(1 << low))
    return terms.mul(terms.integer(1 << low), terms.floor_mod(from_low, terms.integer(1 << size)))


def _written_out(ranges: Bounded, a: Term, b: Term) -> Term:
    """The sum of the bits that both have, of small numbers that are not negative."""
    top = terms.integer(1 << _BITS)
    for number in (a, b):
        ranges.limits += [terms.le(terms.ZERO, number), terms.lt(number, top)]
    bits: list[Term] = []
    for at in range(_BITS):
        place = terms.integer(1 << at)
        ones = [
            terms.eq(terms.floor_mod(terms.floor_div(number, place), _TWO), terms.ONE)
            for number in (a, b)
        ]
        bits.append(terms.ite(terms.and_(*ones), place, terms.ZERO))
    return terms.add(*bits)


def _places(term: Term) -> list[Term]:
    """Powers of two by which something in the term is multiplied."""
    found = {
        part.payload
        for product in terms.postorder((term,))
        if product.op == "*"
        for part in product.args
        if part.is_literal and part.payload > 1 and part.payload & (part.payload - 1) == 0
    }
    return [terms.integer(number) for number in sorted(found)[:_PLACES]]


def bit_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """What is true of the `a & b` that occur in the roots, free of bound variables.

    Of each: its bounds, its lowest bit, what it is of equal operands, and one step of its
    definition by halves.
    """
    found = [
        term
        for term in terms.postorder(roots)
        if term.op == "apply"
        and term.payload is AND
        and not any(is_bound(free) or member(free) for free in term.free)
    ]
    for term in found[:_MOST]:
        a, b = term.args
        yield terms.eq(term, terms.apply(AND, b, a))
        yield terms.implies(terms.eq(a, b), terms.eq(term, a))
        for one, other in ((a, b), (b, a)):
            yield terms.implies(terms.eq(one, terms.ZERO), terms.eq(term, terms.ZERO))
            yield terms.implies(terms.eq(one, _MINUS), terms.eq(term, other))
            kept = terms.and_(terms.le(terms.ZERO, term), terms.le(term, one))
            yield terms.implies(terms.le(terms.ZERO, one), kept)
            below = terms.and_(terms.lt(one, terms.ZERO), terms.lt(other, terms.ZERO))
            yield terms.implies(below, terms.and_(terms.lt(term, terms.ZERO), terms.le(term, one)))
        for place in _places(term):
            for one, other in ((a, b), (b, a)):
                # Where the one has no bit below the place, and the other none from there on.
                above = terms.eq(terms.floor_mod(one, place), terms.ZERO)
                below = terms.and_(terms.le(terms.ZERO, other), terms.lt(other, place))
                apart = terms.and_(above, below)
                yield terms.implies(apart, terms.eq(term, terms.ZERO))
        lowest = [terms.floor_mod(number, _TWO) for number in (a, b)]
        both = terms.ite(
            terms.and_(*(terms.eq(bit, terms.ONE) for bit in lowest)), terms.ONE, terms.ZERO
        )
        halves = terms.apply(AND, terms.floor_div(a, _TWO), terms.floor_div(b, _TWO))
        yield terms.eq(term, terms.add(terms.mul(_TWO, halves), both))
