"""What is true of floats and helps a solver, stated of the terms that a problem speaks of.

Each fact is an instance of a theorem of IEEE 754 arithmetic: rounding to nearest is monotonic
and leaves floats as they are (Boldo and Melquiond, "Computer Arithmetic and Formal Proofs",
2017, chapter 3). So a product by a factor from 0 to 1 is not above the other factor, a sum with
something not negative is not below the other summand, and so on, whatever is rounded away. They
follow from the definitions, but only by way of the bits of a multiplier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.semantics import bits_float
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_floats as floats
from axiom_verifiers.obligations.folds import is_bound, member

_ZERO = terms.float64(0.0)
_ONE = terms.float64(1.0)
# So many terms of one kind are set beside each other at most.
_MOST = 8

_BY_FUNCTION = {
    function.name: function
    for function in (
        floats.OF_INT,
        floats.QUOTIENT,
        floats.SUM,
        floats.REMAINDER,
        floats.ROUNDED,
        *floats.TO_INT.values(),
    )
}


def float_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """Facts about the float terms that occur in the roots, free of bound variables."""
    applied: dict[str, list[Term]] = {name: [] for name in _BY_FUNCTION}
    rounded: list[Term] = []
    literals: dict[int, Term] = {}
    for term in terms.postorder(roots):
        if term.sort is floats.FLOAT and term.is_literal:
            value = bits_float(term.payload)
            if value.is_integer() and abs(value) <= floats.EXACT:
                literals.setdefault(int(value), term)
        if any(is_bound(free) or member(free) for free in term.free):
            continue
        if term.op == "apply" and term.payload.name in _BY_FUNCTION:
            applied[term.payload.name].append(term)
        elif term.op in ("fp.add", "fp.sub", "fp.mul", "fp.div"):
            rounded.append(term)
    if not rounded and not any(applied.values()):
        return
    literals.setdefault(0, _ZERO)
    literals.setdefault(1, _ONE)
    marks = [literals[value] for value in sorted(literals)][: 2 * _MOST]
    for term in rounded[: 4 * _MOST]:
        yield from _operation(term.op, term, term.args[1], term.args[2])
    numbers = list(applied[floats.OF_INT.name])
    for mode, function in floats.TO_INT.items():
        for term in applied[function.name][:_MOST]:
            (value,) = term.args
            back = terms.apply(floats.OF_INT, term)
            whole = terms.fp("fp.roundToIntegral", terms.rounding(mode), value)
            # A float that is integral is the float of that integer, however large.
            yield terms.implies(_finite(value), terms.fp("fp.eq", back, whole))
            yield terms.implies(_finite(value), terms.not_(floats.too_large(term)))
            numbers.append(back)
    yield from _integers(list(dict.fromkeys(numbers))[: 2 * _MOST], marks)
    for term in applied[floats.QUOTIENT.name][:_MOST]:
        yield from _quotient(term, marks)
    for term in applied[floats.SUM.name][:_MOST]:
        yield from _total(term)
    for term in applied[floats.REMAINDER.name][:_MOST]:
        yield from _remainder(term)
    for term in applied[floats.ROUNDED.name][:_MOST]:
        yield from _digits(term, marks)


def _le(left: Term, right: Term) -> Term:
    return terms.fp("fp.leq", left, right)


def _finite(value: Term) -> Term:
    return terms.not_(terms.or_(terms.fp("fp.isNaN", value), terms.fp("fp.isInfinite", value)))


def _operation(op: str, term: Term, a: Term, b: Term) -> Iterator[Term]:
    """Bounds of a rounded result by its operands."""
    finite = terms.and_(_finite(a), _finite(b))
    match op:
        case "fp.add":
            for one, other in ((a, b), (b, a)):
                yield terms.implies(terms.and_(finite, _le(_ZERO, other)), _le(one, term))
                yield terms.implies(terms.and_(finite, _le(other, _ZERO)), _le(term, one))
        case "fp.sub":
            yield terms.implies(terms.and_(finite, _le(_ZERO, b)), _le(term, a))
            yield terms.implies(terms.and_(finite, _le(b, _ZERO)), _le(a, term))
            yield terms.implies(terms.and_(finite, _le(b, a)), _le(_ZERO, term))
            yield terms.implies(terms.and_(finite, _le(a, b)), _le(term, _ZERO))
        case "fp.mul":
            negative = terms.and_(finite, _le(a, _ZERO), _le(b, _ZERO))
            yield terms.implies(negative, _le(_ZERO, term))
            for one, other in ((a, b), (b, a)):
                positive = terms.and_(finite, _le(_ZERO, one))
                yield terms.implies(terms.and_(positive, _le(_ZERO, other)), _le(_ZERO, term))
                yield terms.implies(terms.and_(positive, _le(other, _ZERO)), _le(term, _ZERO))
                yield terms.implies(terms.and_(positive, _le(other, _ONE)), _le(term, one))
                yield terms.implies(terms.and_(positive, _le(_ONE, other)), _le(one, term))
        case _:
            divided = terms.and_(finite, terms.not_(terms.fp("fp.isZero", b)), _le(_ZERO, b))
            positive = terms.and_(divided, _le(_ZERO, a))
            yield terms.implies(positive, _le(_ZERO, term))
            yield terms.implies(terms.and_(divided, _le(a, _ZERO)), _le(term, _ZERO))
            yield terms.implies(terms.and_(positive, _le(_ONE, b)), _le(term, a))
            yield terms.implies(terms.and_(positive, _le(b, _ONE)), _le(a, term))
            yield terms.implies(terms.and_(positive, _le(a, b)), _le(term, _ONE))
            yield terms.implies(terms.and_(positive, _le(b, a)), _le(_ONE, term))


def _mark(mark: Term) -> Term:
    """The integer that an integral literal is."""
    return terms.integer(int(bits_float(mark.payload)))


def _integers(numbers: list[Term], marks: Iterable[Term]) -> Iterator[Term]:
    """Conversion from integers is monotonic, and exact where they are small."""
    for near in numbers:
        (number,) = near.args
        fits = terms.not_(floats.too_large(number))
        yield terms.implies(fits, _finite(near))
        for mark in marks:
            bound = _mark(mark)
            yield terms.implies(terms.and_(fits, terms.le(number, bound)), _le(near, mark))
            yield terms.implies(terms.and_(fits, terms.le(bound, number)), _le(mark, near))
            below, above = terms.fp("fp.lt", near, mark), terms.fp("fp.lt", mark, near)
            inside = abs(bound.payload) < floats.EXACT
            if inside:
                yield terms.implies(terms.and_(fits, terms.lt(number, bound)), below)
                yield terms.implies(terms.and_(fits, terms.lt(bound, number)), above)
    for one, other in combinations(numbers, 2):
        (a,), (b,) = one.args, other.args
        fit = terms.not_(terms.or_(floats.too_large(a), floats.too_large(b)))
        yield terms.implies(terms.and_(fit, terms.le(a, b)), _le(one, other))
        yield terms.implies(terms.and_(fit, terms.le(b, a)), _le(other, one))
        exact = terms.and_(floats.small(a), floats.small(b))
        yield terms.implies(terms.and_(exact, terms.lt(a, b)), terms.fp("fp.lt", one, other))
        yield terms.implies(terms.and_(exact, terms.lt(b, a)), terms.fp("fp.lt", other, one))


def _quotient(term: Term, marks: Iterable[Term]) -> Iterator[Term]:
    """The quotient of two integers lies where the exact one does, as far as floats can tell."""
    a, b = term.args
    above = terms.lt(terms.ZERO, b)
    limit = terms.mul(floats.OVERFLOW, terms.absolute(b))
    fits = terms.and_(terms.ne(b, terms.ZERO), terms.lt(terms.absolute(a), limit))
    yield terms.implies(fits, _finite(term))
    for mark in marks:
        scaled = terms.mul(_mark(mark), b)
        yield terms.implies(terms.and_(fits, above, terms.le(a, scaled)), _le(term, mark))
        yield terms.implies(terms.and_(fits, above, terms.le(scaled, a)), _le(mark, term))
    exact = terms.and_(floats.small(a), floats.small(b), terms.ne(b, terms.ZERO))
    divided = terms.fp(
        "fp.div", terms.RNE, terms.apply(floats.OF_INT, a), terms.apply(floats.OF_INT, b)
    )
    yield terms.implies(exact, terms.eq(term, divided))


def _total(term: Term) -> Iterator[Term]:
    """The sum of nothing, of one, and of what is not negative."""
    items, offset, length = term.args
    at = terms.var("at", sorts.INT)
    inside = terms.and_(terms.le(offset, at), terms.lt(at, terms.add(offset, length)))
    positive = terms.implies(inside, _le(_ZERO, terms.select(items, at)))
    number = terms.not_(terms.fp("fp.isNaN", term))
    yield terms.implies(terms.forall((at,), positive), number)
    yield terms.implies(terms.le(length, terms.ZERO), terms.eq(term, _ZERO))
    first = terms.fp("fp.add", terms.RNE, _ZERO, terms.select(items, offset))
    yield terms.implies(terms.eq(length, terms.ONE), terms.eq(term, first))


def _remainder(term: Term) -> Iterator[Term]:
    """It has the divisor's sign, and is never beyond it."""
    a, b = term.args
    positive = terms.and_(_finite(a), _finite(b), terms.fp("fp.lt", _ZERO, b))
    yield terms.implies(positive, terms.and_(_le(_ZERO, term), _le(term, b)))


def _digits(term: Term, marks: Iterable[Term]) -> Iterator[Term]:
    """Rounding to digits is monotonic and leaves integers as they are."""
    value = term.args[0]
    yield terms.implies(_finite(value), _finite(term))
    for mark in marks:
        yield terms.implies(_le(value, mark), _le(term, mark))
        yield terms.implies(_le(mark, value), _le(mark, term))
