"""The meaning of SMT-LIB's interpreted functions on values, as the standard's theories say.

One table serves the folding of literals and the evaluation of ground terms. A function whose
value the standard leaves open for some arguments (division by zero) gives None there.
Values: bool, int, Fraction (Real), str, int (bit-vectors, unsigned, and the bits of floats),
the name of a rounding mode.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from axiom_verifiers.logic.sorts import FLOAT64, Sort

if TYPE_CHECKING:
    from axiom_verifiers.logic.term import Term

MAX_CODE = 0x2FFFF  # The greatest code point of SMT-LIB's characters.
_POWER_BITS = 4096  # Larger products are not folded.

# Of kinds that the operator fixes, so only the table's reader knows them.
Values = tuple[Any, ...]


def euclidean(a: int, b: int) -> tuple[int, int]:
    """SMT-LIB's div and mod: a = b*q + r with 0 <= r < |b|; `b` is not zero."""
    r = a % abs(b)
    return (a - r) // b, r


def to_signed(value: int, width: int) -> int:
    return value - (1 << width) if value >> (width - 1) else value


def float_bits(value: float) -> int:
    """The bits of a binary64; NaN is always the same one, as SMT-LIB has only one."""
    if math.isnan(value):
        return 0x7FF8000000000000
    return int.from_bytes(struct.pack(">d", value))


def bits_float(bits: int) -> float:
    """The binary64 with these bits."""
    return struct.unpack(">d", bits.to_bytes(8))[0]


def _find(s: str, t: str, start: int) -> int:
    return s.find(t, start) if 0 <= start <= len(s) else -1


def _substring(s: str, start: int, length: int) -> str:
    return s[start : start + length] if 0 <= start < len(s) and length > 0 else ""


def _to_int(s: str) -> int:
    return int(s) if s and all("0" <= c <= "9" for c in s) and len(s) < 4000 else -1


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Values], Any]:
    return lambda values: all(compare(a, b) for a, b in pairwise(values))


# Filled by the modules that give a function of some name its meaning: what it computes, or None
# where that is not known.
APPLIED: dict[str, Callable[[Values], Any]] = {}

_PLAIN: dict[str, Callable[[Values], Any]] = {
    "not": lambda v: not v[0],
    "and": all,
    "or": any,
    "=>": lambda v: not v[0] or v[1],
    "xor": lambda v: v[0] != v[1],
    "+": sum,
    "-": lambda v: v[0] - v[1],
    "neg": lambda v: -v[0],
    "*": math.prod,
    "abs": lambda v: abs(v[0]),
    "div": lambda v: euclidean(v[0], v[1])[0] if v[1] else None,
    "mod": lambda v: euclidean(v[0], v[1])[1] if v[1] else None,
    "/": lambda v: v[0] / v[1] if v[1] else None,
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    "to_real": lambda v: Fraction(v[0]),
    "to_int": lambda v: math.floor(v[0]),
    "is_int": lambda v: v[0].denominator == 1,
    "str.++": "".join,
    "str.len": lambda v: len(v[0]),
    "str.at": lambda v: _substring(v[0], v[1], 1),
    "str.substr": lambda v: _substring(*v),
    "str.indexof": lambda v: _find(*v),
    "str.contains": lambda v: v[1] in v[0],
    "str.prefixof": lambda v: v[1].startswith(v[0]),
    "str.suffixof": lambda v: v[1].endswith(v[0]),
    "str.replace": lambda v: v[0].replace(v[1], v[2], 1),
    "str.replace_all": lambda v: v[0].replace(v[1], v[2]) if v[1] else v[0],
    "str.<": lambda v: v[0] < v[1],
    "str.<=": lambda v: v[0] <= v[1],
    "str.is_digit": lambda v: len(v[0]) == 1 and "0" <= v[0] <= "9",
    "str.to_code": lambda v: ord(v[0]) if len(v[0]) == 1 else -1,
    "str.from_code": lambda v: chr(v[0]) if 0 <= v[0] <= MAX_CODE else "",
    "str.to_int": lambda v: _to_int(v[0]),
    "str.from_int": lambda v: str(v[0]) if 0 <= v[0] < 10**4000 else "" if v[0] < 0 else None,
}


def _truncated(a: int, b: int) -> tuple[int, int]:
    """Division that rounds towards zero, and the remainder with the sign of `a`."""
    q = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return q, a - b * q


def _sdiv(a: int, b: int) -> int:
    return _truncated(a, b)[0] if b else (1 if a < 0 else -1)


# Each gets the unsigned values and the width of the first argument; the result is cut to
# the width of the result.
_BITS: dict[str, Callable[[Values, int], Any]] = {
    "bvnot": lambda v, _: ~v[0],
    "bvneg": lambda v, _: -v[0],
    "bvand": lambda v, _: v[0] & v[1],
    "bvor": lambda v, _: v[0] | v[1],
    "bvxor": lambda v, _: v[0] ^ v[1],
    "bvadd": lambda v, _: v[0] + v[1],
    "bvsub": lambda v, _: v[0] - v[1],
    "bvmul": lambda v, _: v[0] * v[1],
    "bvudiv": lambda v, _: v[0] // v[1] if v[1] else -1,
    "bvurem": lambda v, _: v[0] % v[1] if v[1] else v[0],
    "bvsdiv": lambda v, w: _sdiv(to_signed(v[0], w), to_signed(v[1], w)),
    "bvsrem": lambda v, w: _truncated(to_signed(v[0], w), to_signed(v[1], w))[1] if v[1] else v[0],
    "bvsmod": lambda v, w: to_signed(v[0], w) % to_signed(v[1], w) if v[1] else v[0],
    "bvshl": lambda v, w: v[0] << v[1] if v[1] < w else 0,
    "bvlshr": lambda v, w: v[0] >> v[1] if v[1] < w else 0,
    "bvashr": lambda v, w: to_signed(v[0], w) >> min(v[1], w),
    "sign_extend": lambda v, w: to_signed(v[0], w),
    "zero_extend": lambda v, _: v[0],
    "int_to_bv": lambda v, _: v[0],
}

_BIT_TESTS: dict[str, Callable[[Values, int], Any]] = {
    "bvult": lambda v, _: v[0] < v[1],
    "bvule": lambda v, _: v[0] <= v[1],
    "bvslt": lambda v, w: to_signed(v[0], w) < to_signed(v[1], w),
    "bvsle": lambda v, w: to_signed(v[0], w) <= to_signed(v[1], w),
    "bvnego": lambda v, w: v[0] == 1 << (w - 1),
    "bvsaddo": lambda v, w: _overflows(to_signed(v[0], w) + to_signed(v[1], w), w),
    "bvssubo": lambda v, w: _overflows(to_signed(v[0], w) - to_signed(v[1], w), w),
    "bvsmulo": lambda v, w: _overflows(to_signed(v[0], w) * to_signed(v[1], w), w),
    "ubv_to_int": lambda v, _: v[0],
    "sbv_to_int": lambda v, w: to_signed(v[0], w),
}


def _overflows(value: int, width: int) -> bool:
    return not -(1 << (width - 1)) <= value < 1 << (width - 1)


def _divide(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


# On binary64 alone, and with rounding to nearest even: what Python's own floats do.
_Floats = tuple[float, ...]
_ROUNDED: dict[str, Callable[[_Floats], float]] = {
    "fp.add": lambda v: v[0] + v[1],
    "fp.sub": lambda v: v[0] - v[1],
    "fp.mul": lambda v: v[0] * v[1],
    "fp.div": lambda v: _divide(v[0], v[1]),
    # The root of a negative zero is a negative zero, in Python as in the standard.
    "fp.sqrt": lambda v: math.sqrt(v[0]) if v[0] >= 0.0 else math.nan,
}
_SIGNS: dict[str, Callable[[_Floats], float]] = {
    "fp.neg": lambda v: -v[0],
    "fp.abs": lambda v: abs(v[0]),
}
_TINY = 2.0**-1022
_FLOAT_TESTS: dict[str, Callable[[_Floats], bool]] = {
    "fp.eq": lambda v: v[0] == v[1],
    "fp.lt": lambda v: v[0] < v[1],
    "fp.leq": lambda v: v[0] <= v[1],
    "fp.isNaN": lambda v: math.isnan(v[0]),
    "fp.isInfinite": lambda v: math.isinf(v[0]),
    "fp.isZero": lambda v: v[0] == 0.0,
    "fp.isNormal": lambda v: math.isfinite(v[0]) and abs(v[0]) >= _TINY,
    "fp.isSubnormal": lambda v: 0.0 < abs(v[0]) < _TINY,
    "fp.isNegative": lambda v: not math.isnan(v[0]) and math.copysign(1.0, v[0]) < 0,
    "fp.isPositive": lambda v: not math.isnan(v[0]) and math.copysign(1.0, v[0]) > 0,
}


def fold(op: str, values: Values, args: tuple[Term, ...], sort: Sort, payload: object) -> Any:
    """The value of `op` at these values, or None when it has none or it is not known here.

    `args` are the terms that have those values; only their sorts are read.
    """
    sorts = tuple(arg.sort for arg in args)
    return compute(op, values, sorts, sort, payload)


def compute(
    op: str, values: Values, sorts: tuple[Sort, ...], sort: Sort, payload: object = None
) -> Any:
    """As `fold`, from the sorts of the arguments."""
    if op in _PLAIN:
        if op == "*" and sum(value.numerator.bit_length() for value in values) > _POWER_BITS:
            return None
        return _PLAIN[op](values) if op != "+" or values else 0
    if op in _BITS:
        return _BITS[op](values, sorts[0].width) & ((1 << sort.width) - 1)
    if op in _BIT_TESTS:
        return _BIT_TESTS[op](values, sorts[0].width)
    if op == "concat":
        return (values[0] << sorts[1].width) | values[1]
    if op == "extract" and payload is not None:
        high, low = cast("tuple[int, int]", payload)
        return (values[0] >> low) & ((1 << (high - low + 1)) - 1)
    return _float(op, values, sorts)


_TO_INTEGRAL: dict[str, Callable[[float], int]] = {
    "RNE": round,
    "RTZ": math.trunc,
    "RTN": math.floor,
    "RTP": math.ceil,
}


def _integral(mode: str, value: float) -> float:
    """The nearest integral float in the mode's direction; a zero keeps the sign."""
    if not math.isfinite(value):
        return value
    return math.copysign(float(_TO_INTEGRAL[mode](value)), value)


def _float(op: str, values: Values, sorts: tuple[Sort, ...]) -> Any:
    if op == "fp.roundToIntegral" and values[0] in _TO_INTEGRAL and sorts[1] is FLOAT64:
        return float_bits(_integral(values[0], bits_float(values[1])))
    if op in _ROUNDED and values[0] == "RNE" and sorts[1] is FLOAT64:
        return float_bits(_ROUNDED[op](tuple(bits_float(value) for value in values[1:])))
    if sorts and sorts[0] is FLOAT64 and (op in _SIGNS or op in _FLOAT_TESTS):
        floats = tuple(bits_float(value) for value in values)
        return float_bits(_SIGNS[op](floats)) if op in _SIGNS else _FLOAT_TESTS[op](floats)
    return None
