"""The obligations that show the lemmas about what a comprehension with conditions keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas import filters, sums
from axiom_verifiers.obligations.lemmas.induction import (
    HIGH,
    LOW,
    Proof,
    definitions,
    fold,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.shapes import At

_INTS = sorts.array(sorts.INT, sorts.INT)
_A, _B = terms.var("a", _INTS), terms.var("b", _INTS)
_I, _K, _END = (terms.var(name, sorts.INT) for name in ("i", "k", "e"))
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_also = unknown("also", sorts.INT, result=sorts.BOOL)
_value = unknown("value", sorts.INT)


def _plain(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """Any sum over members whose places do not matter."""
    return fold(folds, "sum", low, high, lambda s, k: terms.add(s, _value(terms.select(array, k))))


def _filter(
    folds: Folds,
    high: Term,
    low: Term = LOW,
    meets: Callable[..., Term] = _meets,
    array: Term = _A,
) -> At:
    """Any filter: of what it goes through, and what it keeps, nothing is known."""

    def counted(at: Term) -> Term:
        def one(state: Term, k: Term) -> Term:
            return terms.ite(meets(k), terms.add(state, terms.ONE), state)

        return fold(folds, "sum", low, at, one).value

    def step(state: Term, at: Term) -> Term:
        kept = terms.store(state, counted(at), terms.select(array, at))
        return terms.ite(meets(at), kept, state)

    start = terms.const_array(_INTS, terms.ZERO)
    return fold(folds, "filter", low, high, step, start)


def of_filters() -> Iterator[Proof]:
    folds = Folds()
    name = "elements of a filter"

    def counted(high: Term) -> Term:
        shape = filters.filtering(_filter(folds, high))
        assert shape is not None
        return shape.place(high)

    # What stands before a place is counted alike whatever follows, and never gets less.
    def rising(h: Term) -> Iterator[Term]:
        earlier = terms.and_(terms.le(LOW, _K), terms.le(_K, h))
        less = terms.and_(terms.le(terms.ZERO, counted(_K)), terms.le(counted(_K), counted(h)))
        yield terms.forall((_K,), terms.implies(earlier, less), ((counted(_K),),))

    yield from induction(name, folds, rising)
    # So of two members that are kept the later stands later: their places name them.
    source = filters.source_of(_filter(folds, HIGH))
    at = _filter(folds, HIGH)

    def comes_from(place: Term) -> Term:
        return terms.apply(source, *at.arguments, at.low, place)

    earlier = (terms.le(LOW, _I), terms.lt(_I, HIGH), _meets(_I))
    further = terms.le(counted(terms.add(_I, terms.ONE)), counted(HIGH))
    risen = terms.instance(next(rising(HIGH)), (terms.add(_I, terms.ONE),))
    yield Proof(name, "it never gets less", problem(folds, (*earlier, risen), further))
    apart = terms.lt(counted(_I), counted(HIGH))
    yield Proof(name, "places differ", problem(folds, (*earlier, further), apart))
    named = terms.forall(
        (_K,),
        terms.implies(
            terms.and_(terms.le(LOW, _K), _meets(_K)), terms.eq(comes_from(counted(_K)), _K)
        ),
        ((counted(_K),),),
    )
    later = terms.forall(
        (_I, _K),
        terms.implies(
            terms.and_(terms.le(LOW, _I), terms.lt(_I, _K), _meets(_I)),
            terms.lt(counted(_I), counted(_K)),
        ),
        ((counted(_I), counted(_K)),),
    )
    after = terms.add(HIGH, terms.ONE)
    lemmas = (named, later, *rising(HIGH), *rising(after))

    def elements(h: Term) -> Iterator[Term]:
        return filters.elements(_filter(folds, h))

    yield from induction(name, folds, elements, given=lemmas)
    yield from induction(
        "a filter that keeps all", folds, lambda h: filters.whole(_filter(folds, h))
    )
    # A sum over what is kept is one over what was gone through.
    folds_sum = Folds()

    def total(h: Term) -> Iterator[Term]:
        through = _filter(folds_sum, h)
        shape = filters.filtering(through)
        assert shape is not None
        return sums.filtered(_plain(folds_sum, through.value, terms.ZERO, shape.place(h)))

    longer = _filter(folds_sum, HIGH)
    shape = filters.filtering(longer)
    assert shape is not None
    place = shape.place(HIGH)
    stored = terms.store(longer.value, place, shape.element(HIGH))
    frame = (
        *sums.stored(_plain(folds_sum, stored, terms.ZERO, place)),
        terms.le(terms.ZERO, place),
    )
    last = tuple(
        definitions(
            folds_sum, (_plain(folds_sum, stored, terms.ZERO, terms.add(place, terms.ONE)).value,)
        )
    )
    yield from induction("sum of what a filter keeps", folds_sum, total, given=(*frame, *last))
    both = Folds()

    def alike(h: Term) -> Iterator[Term]:
        end = terms.add(_END, terms.sub(h, LOW))
        one = filters.filtering(_filter(both, h))
        other = filters.filtering(_filter(both, end, _END, _also, _B))
        assert one is not None
        assert other is not None
        return filters.alike(one, other)

    yield from induction("filters alike", both, alike)
