"""A lemma about sums over the members of sets and the keys of dicts: in whatever order these are
listed, the sum over the places of the list is the sum over the members.
"""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas.shapes import more
from axiom_verifiers.obligations.totals import Total


def of_totals(folds: Folds, roots: tuple[Term, ...]) -> Iterator[Term]:
    """For each total of what a fold of the problem goes through in order: what it is there."""
    order = list(terms.postorder(roots))
    walked = {arg for term in order if isinstance(folds.of(term), Fold) for arg in term.args}
    for term in order:
        total = folds.of(term)
        if (
            not isinstance(total, Total)
            or term.payload != total.function
            or total.element is terms.ONE
            or any(is_bound(variable) for variable in term.free)
        ):
            continue
        for listing, length in folds.listed(term.args[-1]):
            if listing in walked:
                yield in_order(folds, total, term, listing, length)


def in_order(folds: Folds, total: Total, application: Term, order: Term, length: Term) -> Term:
    """The total is the sum over the places up to `length`, where `order` lists the members."""
    arguments = application.args[:-1]

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        return (more(state[0], total.at(arguments, terms.select(order, at))),)

    (listed,) = folds.apply("sum", (terms.ZERO,), terms.ZERO, length, step)
    return terms.eq(application, listed)
