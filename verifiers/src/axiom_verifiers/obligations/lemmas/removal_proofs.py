"""The obligations that show the lemmas about lists from which one member was taken out."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas import removal
from axiom_verifiers.obligations.lemmas.filters import filtering
from axiom_verifiers.obligations.lemmas.induction import LOW, Proof, fold, induction, unknown
from axiom_verifiers.obligations.lemmas.shapes import At

_INTS = sorts.array(sorts.INT, sorts.INT)
_A = terms.var("a", _INTS)
_MIDDLE, _I = terms.var("m", sorts.INT), terms.var("i", sorts.INT)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_value = unknown("value", sorts.INT)


def of_removals() -> Iterator[Proof]:
    name = "a list without one member"
    folds = Folds()

    def behind(k: Term) -> Term:
        return terms.select(_A, terms.sub(terms.add(_I, k), _MIDDLE))

    table = folds.table(
        _INTS, lambda k: terms.ite(terms.lt(k, _MIDDLE), terms.select(_A, k), behind(k))
    )

    # Up to the place both are one list.
    def alone(h: Term) -> Iterator[Term]:
        one, other = filtering(_filter(folds, table, h)), filtering(_filter(folds, _A, h))
        assert one is not None
        assert other is not None
        alike = terms.and_(
            terms.eq(one.at.value, other.at.value), terms.eq(one.place(h), other.place(h))
        )
        yield terms.implies(terms.le(h, _MIDDLE), alike)

    yield from induction(name, folds, alone)

    def without(h: Term) -> Iterator[Term]:
        return removal.without_one(_filter(folds, table, h))

    yield from induction(name, folds, without, given=tuple(alone(_MIDDLE)))


def _filter(folds: Folds, array: Term, high: Term) -> At:
    """Any filter that looks at members alone."""

    def counted(at: Term) -> Term:
        def one(state: Term, k: Term) -> Term:
            kept = _meets(terms.select(array, k))
            return terms.ite(kept, terms.add(state, terms.ONE), state)

        return fold(folds, "sum", LOW, at, one).value

    def step(state: Term, at: Term) -> Term:
        kept = terms.store(state, counted(at), _value(terms.select(array, at)))
        return terms.ite(_meets(terms.select(array, at)), kept, state)

    start = terms.const_array(_INTS, terms.ZERO)
    return fold(folds, "filter", LOW, high, step, start)
