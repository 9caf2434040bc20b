"""Constructors of bit-vectors and floats, with SMT-LIB's meaning of each.

The generic forms `bv` and `fp` take the standard's names, so that there is one place where an
operator is spelled; shapes are checked.
"""

from __future__ import annotations

from typing import Literal

from axiom_verifiers.logic.booleans import expect, plain
from axiom_verifiers.logic.semantics import float_bits
from axiom_verifiers.logic.sorts import (
    BOOL,
    FLOAT64,
    INT,
    REAL,
    ROUNDING,
    Kind,
    Sort,
    bitvector,
)
from axiom_verifiers.logic.term import REBUILD, Term, literal

Rounding = Literal["RNE", "RNA", "RTP", "RTN", "RTZ"]

_BV_OPS = frozenset(
    ("bvnot", "bvneg", "bvand", "bvor", "bvxor", "bvadd", "bvsub", "bvmul", "bvudiv", "bvurem",
     "bvsdiv", "bvsrem", "bvsmod", "bvshl", "bvlshr", "bvashr")
)  # fmt: skip
_BV_TESTS = frozenset(
    ("bvult", "bvule", "bvslt", "bvsle", "bvnego", "bvsaddo", "bvssubo", "bvsmulo")
)
_BV_UNARY = frozenset(("bvnot", "bvneg", "bvnego"))


def _kind(term: Term, kind: Kind, op: str) -> Sort:
    if term.sort.kind is not kind:
        raise TypeError(f"{op} takes {kind.value}, got {term.sort}")
    return term.sort


def bits(value: int, width: int) -> Term:
    """A bit-vector literal: `value` modulo 2**width, so negative ones are two's complement."""
    return literal(value % (1 << width), bitvector(width))


def bv(op: str, *args: Term) -> Term:
    """`bvadd`, `bvslt`, `bvsmulo` …: operators on bit-vectors of one width."""
    if op not in _BV_OPS and op not in _BV_TESTS:
        raise ValueError(f"there is no bit-vector operator {op}")
    if len(args) != (1 if op in _BV_UNARY else 2):
        raise TypeError(f"{op} got {len(args)} arguments")
    sort = _kind(args[0], Kind.BITVECTOR, op)
    for arg in args:
        expect(arg, sort, op)
    return plain(op, args, sort if op in _BV_OPS else BOOL)


def bv_concat(high: Term, low: Term) -> Term:
    width = _kind(high, Kind.BITVECTOR, "concat").width + low.sort.width
    return plain("concat", (high, low), bitvector(width))


def extract(term: Term, high: int, low: int) -> Term:
    """The bits from `low` to `high`, both included."""
    width = _kind(term, Kind.BITVECTOR, "extract").width
    if not 0 <= low <= high < width:
        raise ValueError(f"extract {high} {low} of {width} bits")
    if high - low + 1 == width:
        return term
    return plain("extract", (term,), bitvector(high - low + 1), (high, low))


def sign_extend(term: Term, more: int) -> Term:
    """`more` bits in front, each as the sign."""
    width = _kind(term, Kind.BITVECTOR, "sign_extend").width
    return plain("sign_extend", (term,), bitvector(width + more), (more,)) if more else term


def zero_extend(term: Term, more: int) -> Term:
    """`more` zero bits in front."""
    width = _kind(term, Kind.BITVECTOR, "zero_extend").width
    return plain("zero_extend", (term,), bitvector(width + more), (more,)) if more else term


def unsigned_value(term: Term) -> Term:
    """The integer that the bits denote, unsigned."""
    _kind(term, Kind.BITVECTOR, "ubv_to_int")
    return plain("ubv_to_int", (term,), INT)


def signed_value(term: Term) -> Term:
    """The integer that the bits denote in two's complement."""
    _kind(term, Kind.BITVECTOR, "sbv_to_int")
    return plain("sbv_to_int", (term,), INT)


def from_integer(term: Term, width: int) -> Term:
    """The lowest bits of an integer."""
    expect(term, INT, "int_to_bv")
    return plain("int_to_bv", (term,), bitvector(width), (width,))


# Floats.

_FP_ROUNDED = {"fp.add": 2, "fp.sub": 2, "fp.mul": 2, "fp.div": 2, "fp.fma": 3, "fp.sqrt": 1,
               "fp.roundToIntegral": 1}  # fmt: skip
_FP_PLAIN = {"fp.neg": 1, "fp.abs": 1, "fp.rem": 2, "fp.min": 2, "fp.max": 2}
_FP_TESTS = {"fp.eq": 2, "fp.lt": 2, "fp.leq": 2, "fp.isNaN": 1, "fp.isInfinite": 1,
             "fp.isZero": 1, "fp.isNormal": 1, "fp.isSubnormal": 1, "fp.isNegative": 1,
             "fp.isPositive": 1}  # fmt: skip


def rounding(mode: Rounding = "RNE") -> Term:
    """A rounding mode; Python's is to nearest, ties to even."""
    return literal(mode, ROUNDING)


RNE = rounding()


def float64(value: float) -> Term:
    """A binary64 literal, exactly; every NaN is the same one."""
    return literal(float_bits(value), FLOAT64)


def float_literal(value: int, sort: Sort) -> Term:
    """A float literal from its bits; NaN becomes the one with the highest fraction bit alone."""
    exponent, significand = sort.indices
    fraction = value & ((1 << (significand - 1)) - 1)
    special = (value >> (significand - 1)) & ((1 << exponent) - 1) == (1 << exponent) - 1
    if special and fraction:
        value = (((1 << exponent) - 1) << (significand - 1)) | (1 << (significand - 2))
    return literal(value, sort)


def fp(op: str, *args: Term) -> Term:
    """`fp.add`, `fp.lt`, `fp.isNaN` …; those that round take the rounding mode first."""
    rest = args
    if op in _FP_ROUNDED:
        expect(args[0], ROUNDING, op)
        rest = args[1:]
    wanted = {**_FP_ROUNDED, **_FP_PLAIN, **_FP_TESTS}.get(op)
    if wanted is None:
        raise ValueError(f"there is no float operator {op}")
    if len(rest) != wanted:
        raise TypeError(f"{op} takes {wanted} floats, got {len(rest)}")
    sort = _kind(rest[0], Kind.FLOAT, op)
    for arg in rest:
        expect(arg, sort, op)
    return plain(op, args, BOOL if op in _FP_TESTS else sort)


def to_float(term: Term, sort: Sort = FLOAT64, mode: Term = RNE) -> Term:
    """From a real, a float of another format, or a signed bit-vector, rounded."""
    expect(mode, ROUNDING, "to_fp")
    if term.sort is sort:
        return term
    if term.sort is not REAL and term.sort.kind not in (Kind.FLOAT, Kind.BITVECTOR):
        raise TypeError(f"to_fp takes a Real, a float or a bit-vector, got {term.sort}")
    return plain("to_fp", (mode, term), sort, sort.indices)


def float_of_bits(term: Term, sort: Sort = FLOAT64) -> Term:
    """The float whose representation is this bit-vector."""
    if _kind(term, Kind.BITVECTOR, "to_fp").width != sort.width:
        raise TypeError(f"{sort} has {sort.width} bits, got {term.sort}")
    if term.is_literal:
        return float_literal(term.payload, sort)
    return plain("fp-of-bits", (term,), sort, sort.indices)


def float_to_real(term: Term) -> Term:
    """The exact value; arbitrary for NaN and the infinities."""
    _kind(term, Kind.FLOAT, "fp.to_real")
    return plain("fp.to_real", (term,), REAL)


def float_to_signed(term: Term, width: int, mode: Term = rounding("RTZ")) -> Term:  # noqa: B008 - immutable
    """A signed bit-vector, rounded; arbitrary when it does not fit."""
    expect(mode, ROUNDING, "fp.to_sbv")
    _kind(term, Kind.FLOAT, "fp.to_sbv")
    return plain("fp.to_sbv", (mode, term), bitvector(width), (width,))


def _plain(term: Term, args: tuple[Term, ...]) -> Term:
    return plain(term.op, args, term.sort, term.payload)


REBUILD.update(
    dict.fromkeys(
        [*_BV_OPS, *_BV_TESTS, *_FP_ROUNDED, *_FP_PLAIN, *_FP_TESTS, "concat", "extract",
         "sign_extend", "zero_extend", "ubv_to_int", "sbv_to_int", "int_to_bv", "to_fp",
         "fp.to_real", "fp.to_sbv"],
        _plain,
    )
)  # fmt: skip
REBUILD["fp-of-bits"] = lambda term, args: float_of_bits(args[0], term.sort)
