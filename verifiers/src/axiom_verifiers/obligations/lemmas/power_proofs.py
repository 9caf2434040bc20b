"""The obligations that show the lemmas about powers."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds
from axiom_verifiers.obligations.lemmas import definition
from axiom_verifiers.obligations.lemmas.induction import HIGH, Proof, induction, problem
from axiom_verifiers.obligations.lemmas.powers import halved, of_powers, power
from axiom_verifiers.obligations.lemmas.shapes import At

_X, _Y = terms.var("x", sorts.INT), terms.var("y", sorts.INT)
_TWO = terms.integer(2)
_NAME = "powers"


def of_power_lemmas() -> Iterator[Proof]:
    yield from _of_products()
    yield from _of_halves()


def _defined(folds: Folds, value: Term) -> Iterator[Term]:
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    yield from definition(At(folds, fold, value.args[:-2], value.args[-2], value.args[-1]))


def _of_products() -> Iterator[Proof]:
    folds = Folds()
    base = terms.mul(_X, _Y)
    yield from induction(
        _NAME, folds, lambda h: of_powers(folds, (power(folds, base, h),)), terms.ZERO
    )


def _of_halves() -> Iterator[Proof]:
    """First that doubling the exponent squares; what `halved` says is that, and one step more."""
    folds = Folds()

    def squared(half: Term) -> Iterator[Term]:
        root = power(folds, _X, half)
        yield terms.eq(power(folds, _X, terms.mul(_TWO, half)), terms.mul(root, root))

    between = power(folds, _X, terms.add(terms.mul(_TWO, HIGH), terms.ONE))
    given = tuple(_defined(folds, between))
    yield from induction(_NAME, folds, squared, terms.ZERO, given)
    half = terms.euclid_div(_Y, _TWO)
    known = terms.implies(terms.le(terms.ZERO, half), terms.and_(*squared(half)))
    goal = terms.and_(*halved(folds, _X, half))
    yield Proof(_NAME, "of halves", problem(folds, (known, *_before(folds)), goal))


def _before(folds: Folds) -> Iterator[Term]:
    """The definition for one exponent less."""
    yield from _defined(folds, power(folds, _X, terms.sub(_Y, terms.ONE)))
