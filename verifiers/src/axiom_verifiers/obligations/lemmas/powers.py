"""Lemmas about powers: of an exponent that is halved, and of a base that is a product.

`b ** x` is `(b ** (x // 2)) ** 2`, times `b` where `x` is odd; and `(x * y) ** e` is
`x ** e * y ** e`. Both follow from the definition by induction on the exponent: see `proofs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.shapes import At

# How many powers of one problem are looked at, and how many factors a base may have.
_MOST = 8
_FACTORS = 3

_TWO = terms.integer(2)


def base_of(fold: Fold) -> Term | None:
    """What every step multiplies the only accumulator, which starts from 1, by."""
    if len(fold.step) != 1 or fold.start != (terms.ONE,):
        return None
    (step,), (state,) = fold.step, fold.state
    if step.op != "*" or step.args.count(state) != 1:
        return None
    base = terms.mul(*(factor for factor in step.args if factor is not state))
    return base if base.free.isdisjoint((state, AT)) else None


def power(folds: Folds, base: Term, exponent: Term) -> Term:
    """`base ** exponent` in the form in which the translation writes it; 1 where the exponent
    is negative.
    """
    (value,) = folds.apply(
        "power", (terms.ONE,), terms.ZERO, exponent, lambda state, _: (terms.mul(state[0], base),)
    )
    return value


def of_powers(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """What is true of the powers in the roots, free of bound variables."""
    waiting: dict[Term, None] = {}
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if (
            isinstance(fold, Fold)
            and term.args[-2] is terms.ZERO
            and base_of(fold) is not None
            and not any(is_bound(free) for free in term.free)
        ):
            waiting[term] = None
    found = list(waiting)[:_MOST]
    for term in found:
        fold = folds.of(term)
        assert isinstance(fold, Fold)
        at = At(folds, fold, term.args[:-2], term.args[-2], term.args[-1])
        written = base_of(fold)
        assert written is not None
        base = terms.substitute(written, at.binding)
        if base.op == "*" and len(base.args) <= _FACTORS:
            parts = [power(folds, factor, at.high) for factor in base.args]
            yield terms.eq(term, terms.mul(*parts))
            found += [part for part in dict.fromkeys(parts) if part not in found]
        else:
            yield from halved(folds, base, at.high)


def halved(folds: Folds, base: Term, exponent: Term) -> Iterator[Term]:
    """The power of a number by that of its half, where the exponent is one."""
    if exponent.op != "div" or exponent.args[1] is not _TWO:
        return
    whole = exponent.args[0]
    root = power(folds, base, exponent)
    square = terms.mul(root, root)
    value = power(folds, base, whole)
    rest = terms.euclid_mod(whole, _TWO)
    given = terms.le(terms.ZERO, whole)
    even = terms.and_(given, terms.eq(rest, terms.ZERO))
    odd = terms.and_(given, terms.eq(rest, terms.ONE))
    yield terms.implies(even, terms.eq(value, square))
    yield terms.implies(odd, terms.eq(value, terms.mul(square, base)))
