"""What shows that a list which stays as it is when it is put in order was in order before."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas.induction import Proof, problem, unknown
from axiom_verifiers.obligations.sorting import Sorting, Total, as_it_is, counting, in_order

_ITEMS = terms.var("a", sorts.array(sorts.INT, sorts.INT))
_SIZE = terms.var("n", sorts.INT)
_before = unknown("before", sorts.INT, sorts.INT, result=sorts.BOOL)


def of_orders() -> Iterator[Proof]:
    """From what `sorted` is told to be; of any strict order of the members."""

    def nothing(_array: Term, _low: Term, _high: Term, _value: Term) -> Term:
        return terms.ZERO

    folds = Folds()
    count = counting(sorts.INT, nothing)
    order = in_order(folds, _ITEMS, terms.ZERO, _SIZE, _before, count, Total.NO)
    sorting = folds.of(order)
    assert isinstance(sorting, Sorting)
    x, y = terms.var("x", sorts.INT), terms.var("y", sorts.INT)
    one_way = terms.not_(terms.and_(_before(x, y), _before(y, x)))
    strict = terms.forall((x, y), one_way, ((_before(x, y),),))
    (goal,) = as_it_is(sorting, order)
    yield Proof("as it is", "from the order", problem(folds, (strict, *sorting.facts(order)), goal))
