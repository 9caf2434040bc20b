"""Constructors of integers and reals, and Python's division on them."""

from __future__ import annotations

from fractions import Fraction

from axiom_verifiers.logic.booleans import FALSE, TRUE, expect, ite, plain
from axiom_verifiers.logic.sorts import BOOL, INT, REAL, Kind, Sort
from axiom_verifiers.logic.term import REBUILD, Term, literal, make

_FLAT = 64


def integer(value: int) -> Term:
    return literal(int(value), INT)


def real(value: int | Fraction) -> Term:
    return literal(Fraction(value), REAL)


ZERO = integer(0)
ONE = integer(1)


def _numeric(terms: tuple[Term, ...], op: str) -> Sort:
    sort = terms[0].sort
    if sort.kind is not Kind.INT and sort.kind is not Kind.REAL:
        raise TypeError(f"{op} takes numbers, got {sort}")
    for term in terms:
        expect(term, sort, op)
    return sort


def _number(value: int | Fraction, sort: Sort) -> Term:
    return integer(int(value)) if sort is INT else real(value)


def add(*terms: Term) -> Term:
    """The sum of one or more; literals are gathered into one, which comes last."""
    sort = _numeric(terms, "+")
    total: int | Fraction = 0
    kept: list[Term] = []
    for term in terms:
        parts = term.args if term.op == "+" and len(term.args) <= _FLAT else (term,)
        for part in parts:
            if part.is_literal:
                total += part.payload
            else:
                kept.append(part)
    if total != 0 or not kept:
        kept.append(_number(total, sort))
    return kept[0] if len(kept) == 1 else make("+", tuple(kept), sort)


def sub(left: Term, right: Term) -> Term:
    sort = _numeric((left, right), "-")
    if right.is_literal:
        return add(left, _number(-right.payload, sort))
    if left is right:
        return _number(0, sort)
    if left.is_literal and left.payload == 0:
        return neg(right)
    return make("-", (left, right), sort)


def neg(term: Term) -> Term:
    sort = _numeric((term,), "-")
    if term.is_literal:
        return _number(-term.payload, sort)
    if term.op == "neg":
        return term.args[0]
    return make("neg", (term,), sort)


def mul(*terms: Term) -> Term:
    """The product of one or more; literals are gathered into one, which comes first."""
    sort = _numeric(terms, "*")
    product: int | Fraction = 1
    kept: list[Term] = []
    for term in terms:
        parts = term.args if term.op == "*" and len(term.args) <= _FLAT else (term,)
        for part in parts:
            if part.is_literal:
                product *= part.payload
            else:
                kept.append(part)
    if product == 0:
        return _number(0, sort)
    if product == -1 and len(kept) == 1:
        return neg(kept[0])
    if product != 1 or not kept:
        kept.insert(0, _number(product, sort))
    return kept[0] if len(kept) == 1 else make("*", tuple(kept), sort)


def _compare(op: str, left: Term, right: Term) -> Term:
    _numeric((left, right), op)
    if left is right:
        return FALSE if op == "<" else TRUE
    return plain(op, (left, right), BOOL)


def lt(left: Term, right: Term) -> Term:
    return _compare("<", left, right)


def le(left: Term, right: Term) -> Term:
    return _compare("<=", left, right)


def gt(left: Term, right: Term) -> Term:
    return lt(right, left)


def ge(left: Term, right: Term) -> Term:
    return le(right, left)


def euclid_div(left: Term, right: Term) -> Term:
    """SMT-LIB's `div`: the remainder is never negative."""
    expect(left, INT, "div")
    expect(right, INT, "div")
    if right is ONE:
        return left
    return plain("div", (left, right), INT)


def euclid_mod(left: Term, right: Term) -> Term:
    """SMT-LIB's `mod`: never negative."""
    expect(left, INT, "mod")
    expect(right, INT, "mod")
    if right is ONE:
        return ZERO
    return plain("mod", (left, right), INT)


def floor_div(left: Term, right: Term) -> Term:
    """Python's `left // right`: rounds down. A zero divisor gives an arbitrary value, so its
    absence must be an obligation.
    """
    # a // b = (-a) // (-b), and for a positive divisor rounding down is Euclid's division.
    positive = lt(ZERO, right)
    return ite(positive, euclid_div(left, right), euclid_div(neg(left), neg(right)))


def floor_mod(left: Term, right: Term) -> Term:
    """Python's `left % right`: has the sign of the divisor."""
    positive = lt(ZERO, right)
    return ite(positive, euclid_mod(left, right), neg(euclid_mod(neg(left), neg(right))))


def minimum(left: Term, right: Term) -> Term:
    """Python's `min(left, right)`."""
    return ite(lt(right, left), right, left)


def maximum(left: Term, right: Term) -> Term:
    """Python's `max(left, right)`."""
    return ite(lt(left, right), right, left)


def absolute(term: Term) -> Term:
    """The absolute value, of an integer or a real."""
    sort = _numeric((term,), "abs")
    return ite(lt(term, _number(0, sort)), neg(term), term)


def divide(left: Term, right: Term) -> Term:
    """Division of reals; by zero, an arbitrary value."""
    expect(left, REAL, "/")
    expect(right, REAL, "/")
    if right.is_literal and right.payload == 1:
        return left
    return plain("/", (left, right), REAL)


def to_real(term: Term) -> Term:
    expect(term, INT, "to_real")
    return plain("to_real", (term,), REAL)


def to_int(term: Term) -> Term:
    """The greatest integer that is not above."""
    expect(term, REAL, "to_int")
    return plain("to_int", (term,), INT)


def is_int(term: Term) -> Term:
    expect(term, REAL, "is_int")
    return plain("is_int", (term,), BOOL)


REBUILD.update(
    {
        "+": lambda _, args: add(*args),
        "-": lambda _, args: sub(*args),
        "neg": lambda _, args: neg(*args),
        "*": lambda _, args: mul(*args),
        "<": lambda _, args: lt(*args),
        "<=": lambda _, args: le(*args),
        "div": lambda _, args: euclid_div(*args),
        "mod": lambda _, args: euclid_mod(*args),
        "/": lambda _, args: divide(*args),
        "to_real": lambda _, args: to_real(*args),
        "to_int": lambda _, args: to_int(*args),
        "is_int": lambda _, args: is_int(*args),
    }
)
