"""Operators on ints, bools, strings and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_bits, encode_floats, encode_lists, encode_text
from axiom_verifiers.obligations.values import (
    ListValue,
    OptionalValue,
    Scalar,
    Symbolic,
    TupleValue,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder

# A constant exponent up to this is written out as a product.
_LARGEST_POWER = 16


def number(encoder: Encoder, value: Symbolic, node: ex.Expr) -> Term:
    """An int's term; of an absent optional a TypeError, of a bool 0 or 1."""
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), node.span)
        value = value.value
    if isinstance(value, Scalar):
        if value.term.sort is sorts.INT:
            return value.term
        if value.term.sort is sorts.BOOL:
            return terms.ite(value.term, terms.ONE, terms.ZERO)
    raise NotModelledError("arithmetic on other than int")


def unary(encoder: Encoder, node: ex.Unary, op: str, value: Symbolic) -> Symbolic:
    if op == "not":
        if isinstance(value, Scalar) and value.term.sort is sorts.BOOL:
            return Scalar(terms.not_(value.term))
        raise NotModelledError("not of other than bool")
    if isinstance(value, Scalar) and encode_floats.is_float(value.term):
        return Scalar(encode_floats.unary(op, value.term))
    term = number(encoder, value, node)
    match op:
        case "-":
            return Scalar(terms.neg(term))
        case "+":
            return Scalar(term)
        case _:
            return Scalar(terms.sub(terms.neg(term), terms.ONE))


def binary(encoder: Encoder, node: ex.Binary, left: Symbolic, right: Symbolic) -> Symbolic:
    if isinstance(left, ListValue) and isinstance(right, ListValue) and node.op == "+":
        return encode_lists.concat(encoder, left, right)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and node.op == "+":
        return TupleValue(left.items + right.items)
    if isinstance(left, ListValue) or isinstance(right, ListValue):
        return _repeat(encoder, node, left, right)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        both = (left.term.sort, right.term.sort)
        if both == (sorts.STRING, sorts.STRING) and node.op == "+":
            return Scalar(terms.concat(left.term, right.term))
        if both == (sorts.STRING, sorts.INT) and node.op == "*":
            return Scalar(encode_text.repeated(encoder, left.term, right.term))
        if both == (sorts.INT, sorts.STRING) and node.op == "*":
            return Scalar(encode_text.repeated(encoder, right.term, left.term))
        if both == (sorts.BOOL, sorts.BOOL) and node.op in ("&", "|", "^"):
            a, b = left.term, right.term
            match node.op:
                case "&":
                    return Scalar(terms.and_(a, b))
                case "|":
                    return Scalar(terms.or_(a, b))
                case _:
                    return Scalar(terms.not_(terms.iff(a, b)))
        if encode_floats.is_float(left.term) and encode_floats.is_float(right.term):
            return Scalar(
                encode_floats.arithmetic(encoder, node.op, left.term, right.term, node.span)
            )
    return Scalar(
        _arithmetic(encoder, node, number(encoder, left, node), number(encoder, right, node))
    )


def _arithmetic(encoder: Encoder, node: ex.Binary, a: Term, b: Term) -> Term:
    match node.op:
        case "+":
            return terms.add(a, b)
        case "-":
            return terms.sub(a, b)
        case "*":
            return terms.mul(a, b)
        case "//" | "%":
            encoder.fail("ZeroDivisionError", terms.eq(b, terms.ZERO), node.span)
            return terms.floor_div(a, b) if node.op == "//" else terms.floor_mod(a, b)
        case "**":
            return power(encoder, node, a, b)
        case "<<" | ">>":
            return encode_bits.shifted(encoder, node, a, b)
        case "&" | "|" | "^":
            return encode_bits.bitwise(encoder, node.op, a, b)
        case "/":
            return encode_floats.quotient(encoder, a, b, node.span)


def power(encoder: Encoder, node: ex.Expr, base: Term, exponent: Term) -> Term:
    """`base ** exponent` of ints. A negative exponent gives a float, which is not modelled:
    it must be impossible.
    """
    if exponent.is_literal:
        if exponent.payload < 0:
            raise NotModelledError("negative exponent")
        if exponent.payload <= _LARGEST_POWER:
            product = terms.ONE
            for _ in range(exponent.payload):
                product = terms.mul(product, base)
            return product
    # In a contract a negative exponent is undefined; in code it leads out of what is modelled.
    encoder.fail("negative exponent", terms.lt(exponent, terms.ZERO), node.span)
    (result,) = encoder.fold(
        "power", (terms.ONE,), terms.ZERO, exponent, lambda state, _: (terms.mul(state[0], base),)
    )
    return result


def _repeat(encoder: Encoder, node: ex.Binary, left: Symbolic, right: Symbolic) -> Symbolic:
    """`[x] * n`: the same element n times."""
    if isinstance(right, ListValue):
        left, right = right, left
    if node.op == "*" and isinstance(left, ListValue) and left.length is terms.ONE:
        count = number(encoder, right, node)
        element = terms.select(left.items, left.offset)
        items = terms.const_array(left.items.sort, element)
        return ListValue(left.item, items, terms.ZERO, terms.maximum(count, terms.ZERO))
    raise NotModelledError(f"operator {node.op} on lists")
