"""Random terms: as they are written (unsimplified), with values for their constants."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic.bits import float64
from axiom_verifiers.logic.sorts import Sort
from axiom_verifiers.logic.term import REBUILD, Term, literal, make, postorder, var

BYTE = s.bitvector(8)
ARRAY = s.array(s.INT, s.INT)
PAIR = s.datatype("Pair", {"none": {}, "pair": {"left": s.INT, "right": s.STRING}})
CONSTANTS: dict[Sort, list[Term]] = {
    sort: [var(f"{letter}{number}", sort) for number in range(2)]
    for sort, letter in (
        (s.BOOL, "p"),
        (s.INT, "i"),
        (s.REAL, "r"),
        (s.STRING, "t"),
        (BYTE, "v"),
        (s.FLOAT64, "d"),
        (ARRAY, "a"),
        (PAIR.sort(), "o"),
    )
}
FLOATS = (0.0, -0.0, 1.0, -1.5, 0.1, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"))
_INTS = st.integers(-6, 6)
_TEXTS = st.text(st.sampled_from("ab01é\u2028\U0001f40d"), max_size=4)
VALUES: dict[Sort, st.SearchStrategy[Any]] = {
    s.BOOL: st.booleans(),
    s.INT: _INTS | st.integers(-(10**20), 10**20),
    s.REAL: st.fractions(-5, 5, max_denominator=7),
    s.STRING: _TEXTS,
    BYTE: st.integers(0, 255),
    s.FLOAT64: st.sampled_from(FLOATS) | st.floats(),
}

# Operator, sorts of the arguments, sort of the result, payload.
_I, _B, _T, _V, _D, _R = s.INT, s.BOOL, s.STRING, BYTE, s.FLOAT64, s.REAL
_Shape = tuple[str, tuple[Sort, ...], Sort, Any]
SHAPES: list[_Shape] = [
    ("not", (_B,), _B, None),
    ("and", (_B, _B, _B), _B, None),
    ("or", (_B, _B), _B, None),
    ("=>", (_B, _B), _B, None),
    *[("=", (sort, sort), _B, None) for sort in (_B, _I, _T, _V, _D, _R)],
    ("distinct", (_I, _I, _I), _B, None),
    *[("ite", (_B, sort, sort), sort, None) for sort in (_B, _I, _T, _V, _D, _R)],
    ("+", (_I, _I, _I), _I, None),
    ("-", (_I, _I), _I, None),
    ("neg", (_I,), _I, None),
    ("*", (_I, _I), _I, None),
    ("div", (_I, _I), _I, None),
    ("mod", (_I, _I), _I, None),
    ("<", (_I, _I), _B, None),
    ("<=", (_I, _I), _B, None),
    ("+", (_R, _R), _R, None),
    ("-", (_R, _R), _R, None),
    ("*", (_R, _R), _R, None),
    ("/", (_R, _R), _R, None),
    ("<", (_R, _R), _B, None),
    ("to_real", (_I,), _R, None),
    ("to_int", (_R,), _I, None),
    ("is_int", (_R,), _B, None),
    ("str.++", (_T, _T, _T), _T, None),
    ("str.len", (_T,), _I, None),
    ("str.at", (_T, _I), _T, None),
    ("str.substr", (_T, _I, _I), _T, None),
    ("str.indexof", (_T, _T, _I), _I, None),
    ("str.contains", (_T, _T), _B, None),
    ("str.prefixof", (_T, _T), _B, None),
    ("str.suffixof", (_T, _T), _B, None),
    ("str.replace", (_T, _T, _T), _T, None),
    ("str.replace_all", (_T, _T, _T), _T, None),
    ("str.<", (_T, _T), _B, None),
    ("str.<=", (_T, _T), _B, None),
    ("str.is_digit", (_T,), _B, None),
    ("str.to_code", (_T,), _I, None),
    ("str.from_code", (_I,), _T, None),
    ("str.to_int", (_T,), _I, None),
    ("str.from_int", (_I,), _T, None),
    *[(op, (_V, _V), _V, None) for op in (
        "bvand", "bvor", "bvxor", "bvadd", "bvsub", "bvmul", "bvudiv", "bvurem", "bvsdiv",
        "bvsrem", "bvsmod", "bvshl", "bvlshr", "bvashr",
    )],
    *[(op, (_V,), _V, None) for op in ("bvnot", "bvneg")],
    *[(op, (_V, _V), _B, None) for op in (
        "bvult", "bvule", "bvslt", "bvsle", "bvsaddo", "bvssubo", "bvsmulo",
    )],
    ("bvnego", (_V,), _B, None),
    ("ubv_to_int", (_V,), _I, None),
    ("sbv_to_int", (_V,), _I, None),
    ("int_to_bv", (_I,), _V, (8,)),
    *[(op, (_D,), _D, None) for op in ("fp.neg", "fp.abs")],
    *[(op, (_D, _D), _B, None) for op in ("fp.eq", "fp.lt", "fp.leq")],
    *[(op, (_D,), _B, None) for op in (
        "fp.isNaN", "fp.isInfinite", "fp.isZero", "fp.isNormal", "fp.isSubnormal",
        "fp.isNegative", "fp.isPositive",
    )],
    *[(op, (s.ROUNDING, _D, _D), _D, None) for op in ("fp.add", "fp.sub", "fp.mul", "fp.div")],
    ("fp.sqrt", (s.ROUNDING, _D), _D, None),
    ("select", (ARRAY, _I), _I, None),
    ("store", (ARRAY, _I, _I), ARRAY, None),
    ("const-array", (_I,), ARRAY, None),
    ("=", (PAIR.sort(), PAIR.sort()), _B, None),
    ("construct", (_I, _T), PAIR.sort(), "pair"),
    ("construct", (), PAIR.sort(), "none"),
    ("is", (PAIR.sort(),), _B, "pair"),
    ("field", (PAIR.sort(),), _I, PAIR.selector("left")),
    ("field", (PAIR.sort(),), _T, PAIR.selector("right")),
]  # fmt: skip
_BY_RESULT: dict[Sort, list[_Shape]] = {}
for _shape in SHAPES:
    _BY_RESULT.setdefault(_shape[2], []).append(_shape)


def leaf(sort: Sort) -> st.SearchStrategy[Term]:
    if sort is s.ROUNDING:
        return st.just(literal("RNE", s.ROUNDING))
    constants = st.sampled_from(CONSTANTS[sort])
    if sort is s.FLOAT64:
        return constants | VALUES[sort].map(float64)
    if sort in VALUES:
        return constants | VALUES[sort].map(lambda value: literal(_exact(value), sort))
    return constants


def _exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Fraction) else value


@st.composite
def raw(
    draw: Callable[..., Any],
    sort: Sort,
    depth: int = 3,
    without: frozenset[Sort] = frozenset(),
) -> Term:
    """A term of `sort`, unsimplified; no part of it has a sort in `without`."""
    shapes = [shape for shape in _BY_RESULT.get(sort, []) if not without.intersection(shape[1])]
    if depth == 0 or not shapes or draw(st.integers(0, 5)) == 0:
        return draw(leaf(sort))
    op, sorts, result, payload = draw(st.sampled_from(shapes))
    args = tuple(draw(raw(arg, depth - 1, without)) for arg in sorts)
    return make(op, args, result, payload)


def simplified(root: Term) -> Term:
    """The term built again by the smart constructors, from the leaves up."""
    done: dict[Term, Term] = {}
    for term in postorder((root,)):
        args = tuple(done[arg] for arg in term.args)
        again = REBUILD.get(term.op)
        done[term] = term if again is None or not (args or term.args) else again(term, args)
    return done[root]
