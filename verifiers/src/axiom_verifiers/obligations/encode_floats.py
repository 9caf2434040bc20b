"""Floats: IEEE 754 binary64 with rounding to nearest even, as CPython computes on them.

The logic has `+ - * /`, comparison, negation and the absolute value. What it lacks (conversion
from unbounded integers, Python's compensated `sum`, `//`, `%`, `round` to digits) is a function
of the logic, so that equal calls are equal; what is known of it beyond that is in `float_facts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import FloatType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.bits import Rounding
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.values import ListValue

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder

FLOAT = sorts.FLOAT64
KIND = FloatType()
# The float that is nearest to an integer; means nothing from `OVERFLOW` on.
OF_INT = Function("float.of_int", (sorts.INT,), FLOAT)
# The float that is nearest to the quotient of two integers.
QUOTIENT = Function("float.quotient", (sorts.INT, sorts.INT), FLOAT)
# Whether a float is below, or above, an integer: exactly, without any rounding.
BELOW = Function("float.below", (FLOAT, sorts.INT), sorts.BOOL)
ABOVE = Function("float.above", (FLOAT, sorts.INT), sorts.BOOL)
SUM = Function("float.sum", (sorts.array(sorts.INT, FLOAT), sorts.INT, sorts.INT), FLOAT)
FLOOR_DIVIDED = Function("float.floordiv", (FLOAT, FLOAT), FLOAT)
REMAINDER = Function("float.mod", (FLOAT, FLOAT), FLOAT)
ROUNDED = Function("float.round", (FLOAT, sorts.INT), FLOAT)
# To an integer: towards zero, to nearest even, down, up.
TO_INT: dict[Rounding, Function] = {
    mode: Function(f"float.to_int.{mode}", (FLOAT,), sorts.INT)
    for mode in ("RTZ", "RNE", "RTN", "RTP")
}

# What stands for "OverflowError: int too large to convert to float": a limit of the interpreter,
# outside the semantics. A run that meets it is discarded, and so is the path that leads there.
TOO_LARGE = "int too large for a float"

# Integers from here on, in absolute value, round to no finite float (ties go to even).
OVERFLOW = terms.integer(2**1024 - 2**970)
# Up to here every integer is a float.
EXACT = 2**53

_ROUNDED: dict[str, Literal["fp.add", "fp.sub", "fp.mul", "fp.div"]] = {
    "+": "fp.add",
    "-": "fp.sub",
    "*": "fp.mul",
    "/": "fp.div",
}


def is_float(term: Term) -> bool:
    """Whether the term is a float."""
    return term.sort is FLOAT


def too_large(number: Term) -> Term:
    """When an integer rounds to no finite float."""
    return terms.le(OVERFLOW, terms.absolute(number))


def small(number: Term) -> Term:
    """When every integer up to this one is a float."""
    bound = terms.integer(EXACT)
    return terms.and_(terms.le(terms.neg(bound), number), terms.le(number, bound))


def of_int(encoder: Encoder, number: Term, span: Span) -> Term:
    """`float(n)`; `TOO_LARGE` where there is no such float."""
    if number.is_literal and abs(number.payload) < OVERFLOW.payload:
        return terms.float64(float(number.payload))
    encoder.fail(TOO_LARGE, too_large(number), span)
    return terms.apply(OF_INT, number)


def quotient(encoder: Encoder, left: Term, right: Term, span: Span) -> Term:
    """`a / b` of two integers: rounded once, from the exact quotient."""
    encoder.fail("ZeroDivisionError", terms.eq(right, terms.ZERO), span)
    limit = terms.mul(OVERFLOW, terms.absolute(right))
    encoder.fail(TOO_LARGE, terms.le(limit, terms.absolute(left)), span)
    return terms.apply(QUOTIENT, left, right)


def to_int(encoder: Encoder, value: Term, mode: Rounding, span: Span) -> Term:
    """`int`, `round`, `math.floor` or `math.ceil` of a float, by the rounding mode."""
    encoder.fail("ValueError", terms.fp("fp.isNaN", value), span)
    encoder.fail("OverflowError", terms.fp("fp.isInfinite", value), span)
    return terms.apply(TO_INT[mode], value)


def arithmetic(encoder: Encoder, op: str, left: Term, right: Term, span: Span) -> Term:
    """`left op right` of two floats."""
    if op in ("/", "//", "%"):
        encoder.fail("ZeroDivisionError", terms.fp("fp.isZero", right), span)
    if op in _ROUNDED:
        return terms.fp(_ROUNDED[op], terms.RNE, left, right)
    match op:
        case "//":
            return terms.apply(FLOOR_DIVIDED, left, right)
        case "%":
            return terms.apply(REMAINDER, left, right)
        case _:
            raise NotModelledError(f"operator {op} on floats")


def unary(op: str, value: Term) -> Term:
    """`-x` or `+x`."""
    match op:
        case "-":
            return terms.fp("fp.neg", value)
        case "+":
            return value
        case _:
            raise NotModelledError(f"operator {op} on floats")


def absolute(value: Term) -> Term:
    return terms.fp("fp.abs", value)


def rounded(value: Term, digits: Term) -> Term:
    """`round(x, digits)`; with digits below zero it may overflow, which is not modelled."""
    if not digits.is_literal or digits.payload < 0:
        raise NotModelledError("round to other than a constant number of digits")
    return terms.apply(ROUNDED, value, digits)


def total(values: ListValue) -> Term:
    """`sum(xs)` of a list of floats."""
    return terms.apply(SUM, values.items, values.offset, values.length)


def compare(op: str, left: Term, right: Term) -> Term:
    """An order comparison in which at least one side is a float: with nan it never holds."""
    if is_float(left) and is_float(right):
        match op:
            case "<":
                return terms.fp("fp.lt", left, right)
            case "<=":
                return terms.fp("fp.leq", left, right)
            case ">":
                return terms.fp("fp.lt", right, left)
            case _:
                return terms.fp("fp.leq", right, left)
    if not is_float(left):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        return compare(turned[op], right, left)
    same = equal(left, right)
    match op:
        case "<":
            return _exactly(BELOW, left, right)
        case "<=":
            return terms.or_(_exactly(BELOW, left, right), same)
        case ">":
            return _exactly(ABOVE, left, right)
        case _:
            return terms.or_(_exactly(ABOVE, left, right), same)


def _exactly(beyond: Function, value: Term, number: Term) -> Term:
    """`x < n` or `x > n` of a float and an integer, which Python does not round."""
    if number.is_literal and abs(number.payload) <= EXACT:
        other = terms.float64(float(number.payload))
        pair = (value, other) if beyond is BELOW else (other, value)
        return terms.fp("fp.lt", *pair)
    near = terms.apply(OF_INT, number)
    pair = (value, near) if beyond is BELOW else (near, value)
    return terms.ite(small(number), terms.fp("fp.lt", *pair), terms.apply(beyond, value, number))


def equal(left: Term, right: Term) -> Term:
    """`==` where at least one side is a float: nan equals nothing, the zeros are equal."""
    if is_float(left) and is_float(right):
        return terms.fp("fp.eq", left, right)
    if not is_float(left):
        left, right = right, left
    if right.is_literal and abs(right.payload) <= EXACT:
        return terms.fp("fp.eq", left, terms.float64(float(right.payload)))
    below, above = terms.apply(BELOW, left, right), terms.apply(ABOVE, left, right)
    near = terms.fp("fp.eq", left, terms.apply(OF_INT, right))
    finite = terms.not_(terms.fp("fp.isNaN", left))
    beyond = terms.and_(finite, terms.not_(below), terms.not_(above))
    return terms.ite(small(right), near, beyond)
