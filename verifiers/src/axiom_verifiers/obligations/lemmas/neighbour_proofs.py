"""The induction behind `obligations.neighbours`, over the end of the range."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas.induction import LOW, Proof, induction
from axiom_verifiers.obligations.neighbours import neighbour_facts

_A = terms.var("a", sorts.array(sorts.INT, sorts.INT))
_K = terms.var("k", sorts.INT)
_ORDERS: tuple[Callable[[Term, Term], Term], ...] = (
    terms.le,
    terms.lt,
    lambda one, other: terms.not_(terms.lt(one, other)),
    lambda one, other: terms.not_(terms.le(one, other)),
)


def of_neighbours() -> Iterator[Proof]:
    """For each order of neighbours, written either way round, at a place and the next or the one
    before.
    """
    for order in _ORDERS:
        for turned in (False, True):
            for first in (0, -1):
                here, there = (
                    terms.select(_A, terms.add(_K, terms.integer(first + step))) for step in (0, 1)
                )
                said = order(there, here) if turned else order(here, there)

                def facts(high: Term, said: Term = said) -> Iterator[Term]:
                    within = terms.and_(terms.le(LOW, _K), terms.lt(_K, high))
                    statement = terms.forall((_K,), terms.implies(within, said))
                    found = list(neighbour_facts((statement,)))
                    assert len(found) == 1, "the statement was not seen to be one of neighbours"
                    yield from found

                yield from induction("order of neighbours", Folds(), facts)
