"""The obligations that show the lemmas about averages: by induction what a bound of the members
says of their sum, and from that what it says of the sum divided by their number.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas.averages import by_each, by_extreme
from axiom_verifiers.obligations.lemmas.induction import (
    HIGH,
    LOW,
    Proof,
    fold,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.shapes import At

_NAME = "averages"
_M, _NUMBER = terms.var("m", sorts.INT), terms.var("n", sorts.INT)
_gain = unknown("gain", sorts.INT)
_NEXT = terms.add(LOW, terms.ONE)


def of_averages() -> Iterator[Proof]:
    least, greatest = Folds(), Folds()
    yield from induction(_NAME, least, lambda h: _of_best(least, h, above=False))
    yield from induction(_NAME, greatest, lambda h: _of_best(greatest, h, above=True))
    folds = Folds()
    yield from induction(
        _NAME, folds, lambda h: (one.total() for one in by_each(_sum(folds, h), _M))
    )
    for one in by_each(_sum(folds, HIGH), _M):
        size = terms.sub(HIGH, LOW)
        for number in (one.at.value, _NUMBER):
            for quotient in (
                terms.euclid_div(number, size),
                terms.euclid_div(terms.neg(number), size),
            ):
                said = tuple(one.average(quotient, (_NUMBER,)))
                yield Proof(_NAME, "average", problem(folds, (one.total(),), terms.and_(*said)))


def _sum(folds: Folds, high: Term) -> At:
    return fold(folds, "sum", LOW, high, lambda s, k: terms.add(s, _gain(k)))


def _of_best(folds: Folds, high: Term, *, above: bool) -> Iterator[Term]:
    def step(state: Term, at: Term) -> Term:
        member = _gain(at)
        beyond = terms.lt(state, member) if above else terms.lt(member, state)
        return terms.ite(beyond, member, state)

    best = fold(folds, "max" if above else "min", _NEXT, high, step, _gain(LOW))
    for one in by_extreme(_sum(folds, high), best):
        yield one.total()
